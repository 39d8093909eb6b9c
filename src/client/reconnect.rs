//! When a WebSocket is opened, given up and opened again: the rules, without clock or browser.
//!
//! What happens goes into [`Machine::on`]; what is to be done comes out, and [`Machine::wake_at`] says when to come back
//! with [`Input::Wake`] if nothing else happens until then.

/// What happens to a connection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Input {
    /// Begin.
    Start,
    /// The socket is open.
    Opened,
    /// A frame came.
    Heard,
    /// The socket is closed, with this code; it may never have been open.
    Closed(u16),
    /// The platform said over the socket that it refuses to go on.
    Doubted,
    /// There is no credential to open a socket with.
    Refused,
    /// What reading the same thing by HTTP said about a socket that was refused.
    Probed(Probe),
    /// The tab is hidden.
    Hidden,
    /// The tab is seen.
    Visible,
    /// The browser has a network.
    Online,
    /// The browser has none.
    Offline,
    /// The time of [`Machine::wake_at`] has come.
    Wake,
    /// A person wants another try now.
    Retry,
}

/// What a probe says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    /// 401, 403 or 404: trying again changes nothing.
    Refused,
    /// Anything else: the socket may open another time.
    Unclear,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Open a socket; there is none.
    Open,
    /// Close the socket that there is.
    Close,
    /// Read the same thing by HTTP, and bring [`Input::Probed`].
    Probe,
}

/// How the connection stands, for those who look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Opening for the first time.
    Connecting,
    /// Open.
    Live,
    /// Lost; the next try comes at a time, or is under way if that has passed.
    Reconnecting {
        /// Milliseconds since 1970.
        at: u64,
    },
    /// No network since a time.
    Offline {
        /// Milliseconds since 1970.
        since: u64,
    },
    /// Closed while the tab is hidden.
    Paused,
    /// Refused for good.
    Refused,
    /// The platform has said all that there is to say.
    Ended,
}

/// The times of a connection, milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// How long opening may take.
    pub handshake: u64,
    /// How long an open socket may be silent before it is replaced: a browser cannot ping, and a network that went away
    /// closes nothing.
    pub silence: u64,
    /// How long a hidden tab keeps its socket.
    pub hidden: u64,
    /// The ceiling of the first wait; it doubles with each failure.
    pub first: u64,
    /// The ceiling of every wait.
    pub longest: u64,
}

impl Default for Times {
    fn default() -> Self {
        Self { handshake: 15_000, silence: 60_000, hidden: 30_000, first: 1_000, longest: 30_000 }
    }
}

/// A moment, so that a crowd of consoles does not return in one instant.
const LEAST: u64 = 100;

/// "Normal closure": the platform is done.
const NORMAL: u16 = 1000;

/// "Policy violation", and what servers invent after HTTP's 4xx: the credential may have ended.
const fn is_refusal(code: u16) -> bool {
    code == 1008 || (code >= 4400 && code < 4500)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Idle,
    /// `quiet`: it replaces a silent socket, and nobody needs to know unless it fails.
    Opening {
        since: u64,
        quiet: bool,
    },
    Open {
        heard: u64,
    },
    Probing {
        since: u64,
    },
    Waiting {
        until: u64,
    },
    Offline {
        since: u64,
    },
    Paused,
    Refused,
    Ended,
}

/// The decisions for one connection.
#[derive(Clone, Debug)]
pub struct Machine {
    times: Times,
    phase: Phase,
    failures: u32,
    was_live: bool,
    offline: bool,
    hidden_since: Option<u64>,
}

impl Machine {
    /// A machine that waits for [`Input::Start`].
    pub const fn new(times: Times) -> Self {
        Self { times, phase: Phase::Idle, failures: 0, was_live: false, offline: false, hidden_since: None }
    }

    /// How the connection stands.
    pub const fn state(&self) -> State {
        match self.phase {
            Phase::Open { .. } | Phase::Opening { quiet: true, .. } => State::Live,
            Phase::Opening { since, .. } | Phase::Probing { since } if self.was_live || self.failures > 0 => {
                State::Reconnecting { at: since }
            }
            Phase::Idle | Phase::Opening { .. } | Phase::Probing { .. } => State::Connecting,
            Phase::Waiting { until } => State::Reconnecting { at: until },
            Phase::Offline { since } => State::Offline { since },
            Phase::Paused => State::Paused,
            Phase::Refused => State::Refused,
            Phase::Ended => State::Ended,
        }
    }

    /// When to bring [`Input::Wake`], if nothing else happens before.
    pub fn wake_at(&self) -> Option<u64> {
        let phase = match self.phase {
            Phase::Opening { since, .. } => Some(since + self.times.handshake),
            Phase::Open { heard } => Some(heard + self.times.silence),
            Phase::Waiting { until } => Some(until),
            _ => None,
        };
        let pause = self.hidden_since.filter(|_| self.is_active()).map(|since| since + self.times.hidden);
        [phase, pause].into_iter().flatten().min()
    }

    const fn is_active(&self) -> bool {
        matches!(self.phase, Phase::Opening { .. } | Phase::Open { .. } | Phase::Probing { .. } | Phase::Waiting { .. })
    }

    const fn has_socket(&self) -> bool {
        matches!(self.phase, Phase::Opening { .. } | Phase::Open { .. })
    }

    fn open(&mut self, now: u64, quiet: bool) -> Output {
        self.phase = Phase::Opening { since: now, quiet };
        Output::Open
    }

    /// Leaves whatever is going on for a phase without a socket.
    fn rest(&mut self, phase: Phase) -> Vec<Output> {
        let had_socket = self.has_socket();
        self.phase = phase;
        if had_socket { vec![Output::Close] } else { Vec::new() }
    }

    fn rest_with_socket(&mut self, phase: Phase) -> Vec<Output> {
        if self.has_socket() { self.rest(phase) } else { Vec::new() }
    }

    fn wait(&mut self, now: u64, jitter: f64) {
        let doubled = self.times.first.saturating_mul(1 << self.failures.min(20));
        self.failures = self.failures.saturating_add(1);
        // Full jitter: anything up to the ceiling. Far below 2^53, and jitter is from 0 to 1.
        #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let wait = (doubled.min(self.times.longest) as f64 * jitter.clamp(0.0, 1.0)) as u64;
        self.phase = Phase::Waiting { until: now + wait.max(LEAST) };
    }

    /// Takes in what happened and says what to do. `jitter` is a random number from 0 to 1.
    pub fn on(&mut self, input: Input, now: u64, jitter: f64) -> Vec<Output> {
        match input {
            Input::Start | Input::Retry => match self.phase {
                Phase::Open { .. } | Phase::Opening { .. } => Vec::new(),
                _ => {
                    self.failures = 0;
                    // A retry is a person's: the tab is seen, whatever came before.
                    self.hidden_since = self.hidden_since.filter(|_| input == Input::Start);
                    vec![self.open(now, false)]
                }
            },
            Input::Opened => {
                if let Phase::Opening { .. } = self.phase {
                    self.was_live = true;
                    self.phase = Phase::Open { heard: now };
                }
                Vec::new()
            }
            Input::Heard => {
                if let Phase::Open { heard } = &mut self.phase {
                    *heard = now;
                    // Only what it says proves that it works: a gateway may accept sockets for a platform that is down.
                    self.failures = 0;
                }
                Vec::new()
            }
            Input::Closed(code) => self.closed(code, now, jitter),
            Input::Doubted => {
                let mut outputs = self.rest_with_socket(Phase::Probing { since: now });
                if !outputs.is_empty() {
                    outputs.push(Output::Probe);
                }
                outputs
            }
            Input::Refused => self.rest_with_socket(Phase::Refused),
            Input::Probed(probe) => {
                if let Phase::Probing { .. } = self.phase {
                    match probe {
                        Probe::Refused => self.phase = Phase::Refused,
                        Probe::Unclear => self.wait(now, jitter),
                    }
                }
                Vec::new()
            }
            Input::Hidden => {
                self.hidden_since = self.hidden_since.or(Some(now));
                Vec::new()
            }
            Input::Visible => {
                self.hidden_since = None;
                match self.phase {
                    // Somebody looks again, so the wait is over.
                    Phase::Paused | Phase::Waiting { .. } if !self.offline => vec![self.open(now, false)],
                    Phase::Paused => self.rest(Phase::Offline { since: now }),
                    _ => Vec::new(),
                }
            }
            Input::Offline => {
                self.offline = true;
                if self.is_active() { self.rest(Phase::Offline { since: now }) } else { Vec::new() }
            }
            Input::Online => {
                self.offline = false;
                if let Phase::Offline { .. } = self.phase {
                    self.failures = 0;
                    return vec![self.open(now, false)];
                }
                Vec::new()
            }
            Input::Wake => self.woken(now),
        }
    }

    fn closed(&mut self, code: u16, now: u64, jitter: f64) -> Vec<Output> {
        match self.phase {
            Phase::Opening { .. } => {
                self.phase = Phase::Probing { since: now };
                vec![Output::Probe]
            }
            Phase::Open { .. } => {
                if code == NORMAL {
                    self.phase = Phase::Ended;
                } else if is_refusal(code) {
                    self.phase = Phase::Probing { since: now };
                    return vec![Output::Probe];
                } else {
                    self.wait(now, jitter);
                }
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn woken(&mut self, now: u64) -> Vec<Output> {
        if self.is_active() && self.hidden_since.is_some_and(|since| now >= since + self.times.hidden) {
            return self.rest(Phase::Paused);
        }
        match self.phase {
            Phase::Opening { since, .. } if now >= since + self.times.handshake => {
                self.phase = Phase::Probing { since: now };
                vec![Output::Close, Output::Probe]
            }
            Phase::Open { heard } if now >= heard + self.times.silence => {
                vec![Output::Close, self.open(now, true)]
            }
            Phase::Waiting { until } if now >= until => vec![self.open(now, false)],
            _ => Vec::new(),
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn live() -> Machine {
        let mut machine = Machine::new(Times::default());
        assert_eq!(machine.on(Input::Start, 0, 0.5), [Output::Open]);
        assert_eq!(machine.state(), State::Connecting);
        assert_eq!(machine.on(Input::Opened, 10, 0.5), []);
        assert_eq!(machine.state(), State::Live);
        machine
    }

    #[test]
    fn a_lost_socket_is_opened_again_after_a_wait_that_grows() {
        let mut machine = live();
        let mut now = 1_000;
        for ceiling in [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000] {
            assert_eq!(machine.on(Input::Closed(1006), now, 1.0), []);
            assert_eq!(machine.state(), State::Reconnecting { at: now + ceiling });
            now += ceiling;
            assert_eq!(machine.on(Input::Wake, now, 1.0), [Output::Open]);
            machine.on(Input::Opened, now, 1.0);
        }
        machine.on(Input::Heard, now, 1.0);
        machine.on(Input::Closed(1006), now, 1.0);
        assert_eq!(machine.state(), State::Reconnecting { at: now + 1_000 });
    }

    #[test]
    fn a_refused_handshake_is_asked_about_by_http() {
        let mut machine = Machine::new(Times::default());
        machine.on(Input::Start, 0, 0.5);
        assert_eq!(machine.on(Input::Closed(1006), 5, 0.5), [Output::Probe]);
        machine.on(Input::Probed(Probe::Refused), 9, 0.5);
        assert_eq!(machine.state(), State::Refused);
        assert_eq!(machine.wake_at(), None);
        assert_eq!(machine.on(Input::Online, 10, 0.5), []);
        assert_eq!(machine.on(Input::Retry, 20, 0.5), [Output::Open]);
        machine.on(Input::Closed(1006), 25, 0.5);
        machine.on(Input::Probed(Probe::Unclear), 30, 0.5);
        assert_eq!(machine.state(), State::Reconnecting { at: 530 });
    }

    #[test]
    fn a_silent_socket_is_replaced_without_a_word_unless_that_fails() {
        let mut machine = live();
        assert_eq!(machine.wake_at(), Some(60_010));
        assert_eq!(machine.on(Input::Wake, 60_010, 0.5), [Output::Close, Output::Open]);
        assert_eq!(machine.state(), State::Live);
        assert_eq!(machine.on(Input::Wake, 75_010, 0.5), [Output::Close, Output::Probe]);
        assert_eq!(machine.state(), State::Reconnecting { at: 75_010 });
    }

    #[test]
    fn a_hidden_tab_gives_its_socket_up_and_takes_it_again() {
        let mut machine = live();
        machine.on(Input::Hidden, 1_000, 0.5);
        machine.on(Input::Visible, 20_000, 0.5);
        assert_eq!(machine.on(Input::Wake, 31_000, 0.5), []);
        machine.on(Input::Hidden, 31_000, 0.5);
        machine.on(Input::Heard, 40_000, 0.5);
        assert_eq!(machine.wake_at(), Some(61_000));
        assert_eq!(machine.on(Input::Wake, 61_000, 0.5), [Output::Close]);
        assert_eq!(machine.state(), State::Paused);
        assert_eq!(machine.on(Input::Visible, 99_000, 0.5), [Output::Open]);
    }

    #[test]
    fn without_a_network_nothing_is_tried() {
        let mut machine = live();
        assert_eq!(machine.on(Input::Offline, 500, 0.5), [Output::Close]);
        assert_eq!(machine.state(), State::Offline { since: 500 });
        assert_eq!(machine.wake_at(), None);
        assert_eq!(machine.on(Input::Online, 900, 0.5), [Output::Open]);
    }

    #[test]
    fn the_platform_may_end_it_or_take_the_credential_away() {
        let mut machine = live();
        machine.on(Input::Closed(1000), 500, 0.5);
        assert_eq!(machine.state(), State::Ended);
        let mut machine = live();
        assert_eq!(machine.on(Input::Closed(4401), 500, 0.5), [Output::Probe]);
    }

    fn inputs() -> impl Strategy<Value = Input> {
        prop_oneof![
            Just(Input::Start),
            Just(Input::Opened),
            Just(Input::Heard),
            prop_oneof![Just(1000), Just(1001), Just(1006), Just(1008), Just(1011), Just(4401), any::<u16>()]
                .prop_map(Input::Closed),
            Just(Input::Doubted),
            Just(Input::Refused),
            Just(Input::Probed(Probe::Refused)),
            Just(Input::Probed(Probe::Unclear)),
            Just(Input::Hidden),
            Just(Input::Visible),
            Just(Input::Online),
            Just(Input::Offline),
            Just(Input::Wake),
            Just(Input::Retry),
        ]
    }

    proptest! {
        /// Whatever happens in whatever order: never two sockets, none forgotten, nothing left without a way on.
        #[test]
        fn there_is_one_socket_at_most_and_always_a_way_on(
            steps in prop::collection::vec((inputs(), 0_u64..70_000, 0.0_f64..1.0), 1..120),
        ) {
            let mut machine = Machine::new(Times::default());
            let (mut now, mut socket, mut probing) = (1_000_000, false, false);
            machine.on(Input::Start, now, 0.0);
            socket |= true;
            for (input, pause, jitter) in steps {
                now += pause;
                // The world brings only what can be: what a socket does takes a socket, an answer takes a question.
                let possible = match input {
                    Input::Opened | Input::Heard | Input::Closed(_) | Input::Doubted | Input::Refused => socket,
                    Input::Probed(_) => probing,
                    _ => true,
                };
                if !possible {
                    continue;
                }
                if let Input::Closed(_) = input {
                    socket = false;
                }
                if let Input::Probed(_) = input {
                    probing = false;
                }
                for output in machine.on(input, now, jitter) {
                    match output {
                        Output::Open => {
                            prop_assert!(!socket, "a second socket");
                            socket = true;
                        }
                        Output::Close => {
                            prop_assert!(socket, "nothing to close");
                            socket = false;
                        }
                        Output::Probe => {
                            prop_assert!(!socket);
                            probing = true;
                        }
                    }
                }
                prop_assert_eq!(socket, machine.has_socket());
                match machine.state() {
                    State::Reconnecting { at } => prop_assert!(at <= now + 30_000),
                    State::Offline { .. } => prop_assert!(machine.offline),
                    _ => {}
                }
                if matches!(machine.phase, Phase::Opening { .. } | Phase::Open { .. } | Phase::Waiting { .. }) {
                    prop_assert!(machine.wake_at().is_some());
                }
            }
            // Left alone and seen, with a network and without refusals, it is opening or open within a minute and a half.
            machine.on(Input::Online, now, 0.5);
            machine.on(Input::Visible, now, 0.5);
            if !matches!(machine.phase, Phase::Refused | Phase::Ended | Phase::Probing { .. }) {
                let goes_on = machine.has_socket() || matches!(machine.phase, Phase::Waiting { .. });
                prop_assert!(goes_on, "{:?}", machine.phase);
            }
        }
    }
}
