//! What the streams of an application tell: its status, the newest of everything, and its events.

use std::sync::Arc;

use astro_api::{
    ApiError, ErrorKind, Frame,
    applications::{
        self, AppEvent, AppResource, AppStatusEvent, Condition, EventSource, EventType, Health, SyncStatus,
    },
    timestamp::Timestamp,
};
use leptos::prelude::*;

use crate::{
    store::{Live, Source, requests::difference, stream},
    ui::{Banner, Tone, format::sentence, log::time, maybe, reactive},
};

/// What is said of frames that have another form than the contract's.
const MISREAD: &str = "Not every live message is understood";

/// Why a frame could not be taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    title: &'static str,
    text: String,
}

impl Problem {
    fn of(error: &ApiError) -> Self {
        if error.kind == ErrorKind::Mismatch {
            let place = sentence(&difference(error));
            let text = format!("{place} The platform may be of another version than this console.");
            return Self { title: MISREAD, text };
        }
        Self { title: "The platform reports a failure", text: sentence(&error.message) }
    }
}

/// Says above what a stream tells that not all of it could be taken in.
pub fn trouble(problem: impl Fn() -> Option<Problem> + Send + Sync + 'static) -> AnyView {
    let problem = Memo::new(move |_| problem());
    reactive(move || {
        maybe(problem.get().map(|Problem { title, text }| {
            view! { <Banner title=title.to_owned() text=text tone=Tone::Warn/> }.into_any()
        }))
    })
}

/// What the status stream has told so far. Frames are partial: what one leaves out stays as an earlier one said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LiveStatus {
    /// Argo CD's health.
    pub health: Option<Health>,
    /// Argo CD's comparison of what runs with what is wanted.
    pub sync: Option<SyncStatus>,
    /// The revision that runs.
    pub revision: Option<String>,
    /// What the platform says about it.
    pub message: Option<String>,
    /// The conditions; none before the first frame that has them.
    pub conditions: Option<Vec<Condition>>,
    /// The Kubernetes resources; none before the first frame that has them.
    pub resources: Option<Vec<AppResource>>,
    /// When the newest frame was sent.
    pub at: Option<Timestamp>,
    /// Why a frame could not be taken in whose content is still missing.
    pub problem: Option<Problem>,
}

impl LiveStatus {
    /// Takes a frame in.
    pub fn take(&mut self, event: AppStatusEvent) {
        // What this one leaves out is still as the frame that was not understood would have changed it.
        let is_whole = event.resources.is_some() && event.conditions.is_some();
        self.problem.take_if(|problem| is_whole || problem.title != MISREAD);
        self.health = event.health.or(self.health.take());
        self.sync = event.sync_status.or(self.sync.take());
        self.revision = event.revision.or(self.revision.take());
        // A message belongs to its moment: an old trouble must not stand beside a new health.
        self.message = event.message.filter(|message| !message.is_empty());
        self.conditions = event.conditions.or(self.conditions.take());
        self.resources = event.resources.or(self.resources.take());
        self.at = Some(event.timestamp);
    }
}

/// Follows the status of an application for as long as the current owner lives.
pub fn application_status(id: String) -> (ReadSignal<LiveStatus>, Live) {
    let status = RwSignal::new(LiveStatus::default());
    let live = stream(
        move || Some(Source::new(applications::status(&id), applications::get(&id))),
        move |frame| {
            status.try_update(|status| match frame {
                Ok(Frame::Item(event)) => status.take(event),
                // The contract has no plain lines here: one is a remark, and shown as such.
                Ok(Frame::Text(line)) => status.message = Some(line),
                Err(error) => status.problem = Some(Problem::of(&error)),
            });
        },
    );
    (status.read_only(), live)
}

/// Events that are kept; the oldest give way.
const KEPT: usize = 1_000;

/// Takes an event in, newest first. The stream begins anew with each connection, so what is known already comes again,
/// from its first count on; and Kubernetes tells the same event again with a higher count.
fn take(events: &mut Vec<AppEvent>, event: AppEvent) {
    let at = |event: &AppEvent| event.timestamp.known().and_then(time::micros).unwrap_or_default();
    let when = at(&event);
    // A count that begins anew, as after a redeploy, is another event.
    let is_counted = |known: &AppEvent| {
        let goes_on = event.count > known.count && at(known) <= when;
        goes_on || (known.count >= event.count && known.count > Some(1) && at(known) >= when)
    };
    let is_same = |known: &AppEvent| {
        known.reason == event.reason
            && known.object == event.object
            && known.message == event.message
            && (known.timestamp == event.timestamp || (event.source == EventSource::K8s && is_counted(known)))
    };
    if let Some(index) = events.iter().position(is_same) {
        if events.get(index).is_some_and(|known| known.count >= event.count) {
            return;
        }
        events.remove(index);
    }
    // Nearly always the first place: what is told is new.
    let place = events.iter().position(|known| at(known) <= when).unwrap_or(events.len());
    events.insert(place, event);
    events.truncate(KEPT);
}

/// Events, newest first.
type Events = Arc<Vec<AppEvent>>;

/// Follows the events of an application, newest first, those of Kubernetes included, for as long as the current owner
/// lives; and why some of them do not show.
pub fn application_events(id: String) -> (ReadSignal<Events>, ReadSignal<Option<Problem>>, Live) {
    let events = RwSignal::new(Arc::new(Vec::new()));
    let problem = RwSignal::new(None::<Problem>);
    let live = stream(
        move || Some(Source::new(applications::events(&id, Some(true)), applications::get(&id))),
        move |frame| {
            let event = match frame {
                Ok(Frame::Item(event)) => {
                    // A failure is over. What was not understood is missing from now on.
                    problem.try_maybe_update(|problem| (problem.take_if(|it| it.title != MISREAD).is_some(), ()));
                    event
                }
                // A plain line is an event without form, and it comes now.
                Ok(Frame::Text(message)) => AppEvent {
                    source: EventSource::Pulse,
                    kind: EventType::Normal,
                    reason: message,
                    message: String::new(),
                    timestamp: Timestamp::new(String::from(js_sys::Date::new_0().to_iso_string())),
                    phase: None,
                    object: None,
                    namespace: None,
                    count: None,
                },
                Err(error) => {
                    problem.try_set(Some(Problem::of(&error)));
                    return;
                }
            };
            events.try_update(|events: &mut Arc<Vec<AppEvent>>| take(Arc::make_mut(events), event));
        },
    );
    (events.read_only(), problem.read_only(), live)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_replaces_what_it_tells_and_leaves_the_rest() {
        let mut status = LiveStatus::default();
        status.take(AppStatusEvent {
            health: Some(Health::Degraded),
            sync_status: Some(SyncStatus::Synced),
            message: Some("a pod restarts".to_owned()),
            resources: Some(vec![AppResource::default()]),
            ..AppStatusEvent::default()
        });
        status.take(AppStatusEvent { health: Some(Health::Healthy), ..AppStatusEvent::default() });
        assert_eq!(status.health, Some(Health::Healthy));
        assert_eq!(status.sync, Some(SyncStatus::Synced));
        assert_eq!(status.message, None, "the trouble is over");
        assert_eq!(status.resources.map(|resources| resources.len()), Some(1));
    }

    #[test]
    fn what_was_not_understood_is_missing_until_a_whole_frame_comes() {
        let misread = Problem { title: MISREAD, text: String::new() };
        let mut status = LiveStatus { problem: Some(misread.clone()), ..LiveStatus::default() };
        status.take(AppStatusEvent { health: Some(Health::Healthy), ..AppStatusEvent::default() });
        assert_eq!(status.problem, Some(misread));
        let whole = AppStatusEvent { conditions: Some(vec![]), resources: Some(vec![]), ..AppStatusEvent::default() };
        status.take(whole);
        assert_eq!(status.problem, None);
        status.problem = Some(Problem { title: "The platform reports a failure", text: String::new() });
        status.take(AppStatusEvent::default());
        assert_eq!(status.problem, None, "it is over");
    }

    #[test]
    fn what_a_new_connection_repeats_is_known() {
        let event = |count: i64, second: u32| AppEvent {
            source: EventSource::K8s,
            kind: EventType::Warning,
            reason: "BackOff".to_owned(),
            message: "Back-off restarting failed container".to_owned(),
            timestamp: Timestamp::new(format!("2026-06-09T14:24:{second:02}Z")),
            phase: None,
            object: Some("Pod/a".to_owned()),
            namespace: None,
            count: Some(count),
        };
        let mut events = Vec::new();
        for _ in 0..2 {
            for (count, second) in [(1, 10), (2, 20), (6, 30)] {
                take(&mut events, event(count, second));
            }
        }
        assert_eq!(events.iter().map(|event| event.count).collect::<Vec<_>>(), [Some(6)]);
        take(&mut events, event(1, 40));
        assert_eq!(events.len(), 2, "it begins anew later");
    }
}
