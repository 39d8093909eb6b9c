//! The three streams of an application: status, events, logs.

use astro_api::applications::{AppEvent, AppStatusEvent, EventSource, EventType, Health, SyncStatus};

use super::{
    events,
    logs::{Line, Micros, Writer},
    record::{App, Exit, Phase, Pod, Run},
    resources,
};
use crate::core::{
    Cx, Polled,
    call::Call,
    fault::Fault,
    roles::Capability,
    time::{Millis, SECOND, rfc3339},
    unserved,
};

/// A status that doesn't change is repeated this often, so that a watcher knows that the stream lives.
const HEARTBEAT: Millis = 15 * SECOND;
/// Lines in one answer of a feed; the rest follows at once.
const BATCH: usize = 5000;
/// The most lines that may be asked for with `tail`.
const TAIL: i64 = 1_000_000;

/// A feed of one of an application's three streams.
pub struct AppFeed {
    organization: String,
    app: String,
    life: u64,
    kind: Kind,
}

enum Kind {
    Status { version: Option<u64>, at: Millis },
    Events { k8s: bool, next: u64 },
    Logs(Box<Logs>),
}

/// Opens a stream of an application.
pub fn feed(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<AppFeed, Fault> {
    let organization = cx.require(Capability::Read)?.organization.clone();
    let name = call.path("appId");
    let app = cx.state.apps.find(&organization, name).ok_or_else(|| Fault::not_found("Application", name))?;
    let kind = match call.operation.id {
        "streamApplicationStatus" => Kind::Status { version: None, at: 0 },
        "streamApplicationEvents" => Kind::Events { k8s: call.flag("k8s")?.unwrap_or(false), next: app.history.first },
        "streamApplicationLogs" => Kind::Logs(Box::new(Logs::open(cx, app, call)?)),
        _ => return Err(unserved(call)),
    };
    Ok(AppFeed { app: name.to_owned(), life: app.life, organization, kind })
}

impl AppFeed {
    /// What it has to say since it was asked last.
    pub fn poll(&mut self, cx: &mut Cx<'_>) -> Polled {
        let app = cx.state.apps.find(&self.organization, &self.app).filter(|app| app.life == self.life);
        let Some(app) = app else { return self.deleted(cx.now) };
        match &mut self.kind {
            Kind::Status { version, at } => {
                if *version == Some(app.version) && cx.now - *at < HEARTBEAT {
                    return Polled { again: 250, ..Polled::default() };
                }
                (*version, *at) = (Some(app.version), cx.now);
                Polled { frames: frames([resources::status(app, cx.now)]), ended: false, again: 250 }
            }
            Kind::Events { k8s, next } => {
                let told = app.history.since(*next).flat_map(|happened| events::tell(app, happened, *k8s));
                let frames = frames(told);
                *next = app.history.end();
                Polled { frames, ended: false, again: 250 }
            }
            Kind::Logs(logs) => logs.poll(cx, app),
        }
    }

    /// The last words about an application that is gone.
    fn deleted(&self, now: Millis) -> Polled {
        let frames = match &self.kind {
            Kind::Status { .. } => frames([AppStatusEvent {
                app_id: self.app.clone(),
                status: "DELETED".to_owned(),
                health: Some(Health::Missing),
                sync_status: Some(SyncStatus::Unknown),
                message: Some("The application and its resources were deleted".to_owned()),
                resources: Some(Vec::new()),
                timestamp: rfc3339(now),
                ..AppStatusEvent::default()
            }]),
            Kind::Events { .. } => frames([AppEvent {
                source: EventSource::Pulse,
                kind: EventType::Normal,
                reason: "ApplicationDeleted".to_owned(),
                message: format!("Application \"{}\" and its resources were deleted", self.app),
                timestamp: rfc3339(now),
                phase: Some("Deleting".to_owned()),
                object: None,
                namespace: None,
                count: None,
            }]),
            Kind::Logs(_) => Vec::new(),
        };
        Polled { frames, ended: true, again: 0 }
    }
}

fn frames<T: serde::Serialize>(values: impl IntoIterator<Item = T>) -> Vec<String> {
    values.into_iter().filter_map(|value| serde_json::to_string(&value).ok()).collect()
}

/// A stream of logs: writers, each with the number of its next line.
struct Logs {
    follow: bool,
    previous: bool,
    pod: Option<String>,
    container: Option<String>,
    tail: Option<u64>,
    opened: Micros,
    writers: Option<Vec<(Writer, u64)>>,
}

impl Logs {
    fn open(cx: &Cx<'_>, app: &App, call: &Call<'_>) -> Result<Self, Fault> {
        let tail = call.number("tail", 0..=TAIL)?.map(i64::unsigned_abs);
        let (pod, container) = (call.query("pod").map(str::to_owned), call.query("container").map(str::to_owned));
        if let Some(pod) = &pod
            && app.pods.iter().all(|known| known.name != *pod)
        {
            return Err(Fault::not_found("Pod", pod));
        }
        if let Some(container) = &container
            && !app.containers().contains(container)
        {
            return Err(Fault::not_found("Container", container));
        }
        let previous = call.flag("previous")?.unwrap_or(false);
        Ok(Self {
            // What is over can't be followed.
            follow: call.flag("follow")?.unwrap_or(true) && !previous,
            previous,
            pod,
            container,
            tail,
            opened: cx.now * 1000,
            writers: None,
        })
    }

    fn poll(&mut self, cx: &Cx<'_>, app: &App) -> Polled {
        let mut now = if self.follow { cx.now * 1000 } else { self.opened };
        if app.phase == Phase::Unreachable {
            // What was written since doesn't arrive.
            now = now.min(app.since * 1000);
        }
        let mut writers = match self.writers.take() {
            None => self.start(cx, app, now),
            Some(writers) if self.follow => self.refresh(cx, app, writers),
            Some(writers) => writers,
        };
        let (frames, backlog) = emit(&mut writers, now);
        // A life that is over stays known as long as its pod remembers it, or it would be taken for a new one.
        writers.retain(|(writer, next)| !writer.is_over() || *next < writer.total(now) || life(app, writer).is_some());
        let gone = self.pod.as_ref().is_some_and(|pod| app.pods.iter().all(|known| known.name != *pod));
        let ended =
            !backlog && (!self.follow || (gone && writers.iter().all(|(writer, next)| *next >= writer.total(now))));
        let fast = writers.iter().any(|(writer, _)| writer.pace() < 20);
        self.writers = Some(writers);
        Polled {
            frames,
            ended,
            again: if backlog {
                1
            } else if fast {
                40
            } else {
                200
            },
        }
    }

    /// The lives whose lines are wanted, with the pods and containers that they belong to.
    fn wanted<'a>(&'a self, app: &'a App) -> impl Iterator<Item = (&'a Pod, String, Run)> + 'a {
        let pods = app.pods.iter().filter(|pod| self.pod.as_ref().is_none_or(|wanted| *wanted == pod.name));
        let runs = pods.filter_map(|pod| Some((pod, if self.previous { pod.previous()? } else { pod.run? })));
        runs.flat_map(|(pod, run)| {
            let containers = app.containers().into_iter();
            let containers = containers.filter(|name| self.container.as_ref().is_none_or(|wanted| wanted == name));
            containers.map(move |container| (pod, container, run))
        })
    }

    fn start(&self, cx: &Cx<'_>, app: &App, now: Micros) -> Vec<(Writer, u64)> {
        let writers: Vec<Writer> =
            self.wanted(app).map(|(pod, container, run)| writer(cx, app, pod, &container, run)).collect();
        let firsts = firsts(&writers, now, self.tail);
        writers.into_iter().zip(firsts).collect()
    }

    fn refresh(&self, cx: &Cx<'_>, app: &App, mut writers: Vec<(Writer, u64)>) -> Vec<(Writer, u64)> {
        for (writer, _) in &mut writers {
            match life(app, writer) {
                Some(Run { ended: Some((at, exit)), .. }) => writer.end(at * 1000, exit),
                Some(_) => {}
                // Its pod was told to end, and did.
                None => writer.end(cx.now * 1000, Exit::Completed),
            }
        }
        for (pod, container, run) in self.wanted(app) {
            let known = writers.iter().any(|(writer, _)| {
                writer.pod == pod.name && writer.container == container && writer.started == run.started * 1000
            });
            // Only lives that began since the stream was opened are new; the others have been told.
            if !known && run.started * 1000 > self.opened {
                writers.push((writer(cx, app, pod, &container, run), 0));
            }
        }
        writers
    }
}

/// The life that a writer writes of, if its pod is there and remembers.
fn life(app: &App, writer: &Writer) -> Option<Run> {
    let pod = app.pods.iter().find(|pod| pod.name == writer.pod)?;
    pod.run.into_iter().chain(pod.before).find(|run| run.started * 1000 == writer.started)
}

fn writer(cx: &Cx<'_>, app: &App, pod: &Pod, container: &str, run: Run) -> Writer {
    let containers = app.containers();
    let main = containers.first().is_some_and(|main| main == container);
    let style = if main { app.style } else { app.style.beside() };
    let period = cx.settings.log_rate.map_or_else(
        || style.period(),
        |rate| {
            // The whole application writes at this rate. Its least number of replicas counts, so that line N of a pod
            // stays line N when the autoscaler adds another.
            let writers = i64::from(app.replicas.min.max(1)) * i64::try_from(containers.len()).unwrap_or(1);
            1_000_000 * writers / i64::from(rate.max(1))
        },
    );
    Writer::new(cx.settings.seed, &pod.name, container, style, run, period)
}

/// Where each writer begins so that all of them together have the last `tail` lines, by time.
fn firsts(writers: &[Writer], now: Micros, tail: Option<u64>) -> Vec<u64> {
    let totals: Vec<u64> = writers.iter().map(|writer| writer.total(now)).collect();
    let oldest: Vec<u64> = writers.iter().zip(&totals).map(|(writer, total)| writer.oldest(*total)).collect();
    let Some(tail) = tail else { return oldest };
    let begin = |at: Micros| -> Vec<u64> {
        writers.iter().zip(&oldest).map(|(writer, oldest)| writer.total(at).max(*oldest)).collect()
    };
    let count =
        |firsts: &[u64]| -> u64 { totals.iter().zip(firsts).map(|(total, first)| total.saturating_sub(*first)).sum() };
    if count(&oldest) <= tail {
        return oldest;
    }
    // The earliest moment after which no more than `tail` lines were written.
    let (mut low, mut high) = (writers.iter().map(|writer| writer.started).min().unwrap_or(now) - 1, now);
    while low + 1 < high {
        let middle = low + (high - low) / 2;
        if count(&begin(middle)) <= tail { high = middle } else { low = middle }
    }
    let mut firsts = begin(high);
    // Lines of the very same microsecond fill up what is missing.
    let mut missing = tail - count(&firsts).min(tail);
    for (first, oldest) in firsts.iter_mut().zip(&begin(high - 1)) {
        let more = missing.min(first.saturating_sub(*oldest));
        *first -= more;
        missing -= more;
    }
    firsts
}

/// The next lines of all writers, in the order of their times, and whether there are more.
fn emit(writers: &mut [(Writer, u64)], now: Micros) -> (Vec<String>, bool) {
    let share = (BATCH / writers.len().max(1)).max(1) as u64;
    let mut lines: Vec<(usize, Line)> = Vec::new();
    let mut horizon = Micros::MAX;
    let mut part = Vec::new();
    for (index, (writer, next)) in writers.iter().enumerate() {
        let total = writer.total(now);
        let to = total.min(*next + share);
        if *next < to {
            writer.lines(*next, to, &mut part);
        }
        if to < total
            && let Some(last) = part.last()
        {
            // Beyond this, another writer's line might come before one that isn't here yet.
            horizon = horizon.min(last.at);
        }
        lines.extend(part.drain(..).map(|line| (index, line)));
    }
    lines.sort_by_key(|(_, line)| line.at);
    let mut frames = Vec::with_capacity(lines.len());
    for (index, line) in lines.iter().take_while(|(_, line)| line.at <= horizon) {
        if let Some((writer, next)) = writers.get_mut(*index) {
            frames.push(writer.frame(line));
            *next += 1;
        }
    }
    (frames, horizon < Micros::MAX)
}
