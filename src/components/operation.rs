//! The operation of a cluster while it runs: its steps, how far it is, what it says.

use std::{sync::Arc, time::Duration};

use astro_api::{
    ErrorKind, Frame,
    clusters::{
        self, ClusterProgress, ClusterProgressEvent, OperationStatus, OperationType, ProgressLevel, ProgressStep,
    },
    timestamp::Timestamp,
};
use leptos::prelude::*;

use super::{marks, words};
use crate::{
    store::{Live, Query, Source, activity::Entry, query, requests::difference, stream, use_store},
    ui::{
        Button, Card, FactsSkeleton, Glyph, Loading, Progress, QueryView, Stage, StateBadge, Step, Stepper, Tone, Took,
        format,
        load::{Connection, Load, Loads},
        maybe, reactive,
        state::readable,
        stepper::elapsed,
    },
};

/// What is known of the operation: as it was read, and what the stream has told since.
#[derive(Clone, PartialEq)]
struct Known {
    progress: ClusterProgress,
    /// Whether it was seen under way: then its end is news, and stays on the page.
    watched: bool,
}

fn is_under_way(status: &OperationStatus) -> bool {
    matches!(status, OperationStatus::Pending | OperationStatus::InProgress)
}

/// Whether a time lies before another. Both are the platform's own, so their texts in UTC sort as the times do; of what
/// is written otherwise nothing is known.
fn is_before(time: &Timestamp, other: &Timestamp) -> bool {
    match (time.as_str().strip_suffix('Z'), other.as_str().strip_suffix('Z')) {
        (Some(time), Some(other)) => time < other,
        _ => false,
    }
}

/// Takes in what the stream tells. A stream that connects again tells everything once more: what is older than what was
/// read changes nothing, and an end is an end. Steps are only known by reading, so a new one asks for that: the answer is
/// whether the progress has to be read again.
fn take(progress: &mut ClusterProgress, event: &ClusterProgressEvent) -> bool {
    if event.operation_id != progress.operation_id {
        return true;
    }
    let is_old = progress.updated_at.as_ref().is_some_and(|read| is_before(&event.timestamp, read));
    let has_ended = !is_under_way(&progress.status) && is_under_way(&event.status);
    if is_old || has_ended {
        return false;
    }
    let is_other_step = event.step.is_some() && event.step != progress.current_step;
    let is_other_status = event.status != progress.status;
    progress.percent = event.percent.or(progress.percent.take());
    progress.status.clone_from(&event.status);
    progress.updated_at = Some(event.timestamp.clone());
    let steps = progress.steps.iter_mut().flatten();
    if let Some(step) = steps.into_iter().find(|step| event.step.as_ref() == Some(&step.name)) {
        step.message = Some(event.message.clone());
    }
    progress.message = Some(event.message.clone());
    progress.current_step = event.step.clone().or(progress.current_step.take());
    is_other_step || is_other_status
}

/// Milliseconds.
const MINUTE: u64 = 60_000;

/// How many messages of an operation are kept: the newest.
const KEPT: usize = 500;

/// Adds a message, unless it was told before: a stream that connects again tells all of them once more.
fn hear(messages: &mut Vec<ClusterProgressEvent>, event: ClusterProgressEvent) {
    if messages.last().is_some_and(|last| last.operation_id != event.operation_id) {
        messages.clear();
    }
    if messages.iter().rev().any(|known| *known == event) {
        return;
    }
    messages.push(event);
    let surplus = messages.len().saturating_sub(KEPT);
    messages.drain(..surplus);
}

fn at(time: Option<&Timestamp>) -> Option<u64> {
    time.and_then(Timestamp::known).and_then(format::parse)
}

fn step(step: &ProgressStep, operation: &OperationStatus) -> Step {
    let (began, ended) = (at(step.started_at.as_ref()), at(step.completed_at.as_ref()));
    let stage = match &step.status {
        OperationStatus::Completed => Stage::Done,
        OperationStatus::InProgress => Stage::Running,
        OperationStatus::Failed => Stage::Failed,
        OperationStatus::Cancelled => Stage::Skipped,
        // What did not come before the end never will.
        _ if !is_under_way(operation) => Stage::Skipped,
        _ => Stage::Todo,
    };
    let took = match (began, ended) {
        (Some(began), Some(ended)) => Took::Length(ended.saturating_sub(began)),
        (Some(began), None) if stage == Stage::Running => Took::Since(began),
        _ => Took::Unknown,
    };
    let percent = step.percent.and_then(|percent| u8::try_from(percent.clamp(0, 100)).ok());
    Step { name: step.name.clone(), stage, message: step.message.clone(), percent, took }
}

/// An operation that is followed: as it was read, and as the stream tells since. A copy is a handle of the same.
#[derive(Clone, Copy)]
pub struct Followed {
    known: RwSignal<Option<Known>>,
    messages: RwSignal<Vec<ClusterProgressEvent>>,
    /// What was wrong with the last message that was not understood.
    misread: RwSignal<Option<String>>,
    load: Loads<ClusterProgress>,
    query: Query<ClusterProgress>,
    live: Live,
}

/// How often it is read while it runs, whatever the stream says: a stream may be silent, or refused.
const RENEW: Duration = Duration::from_secs(15);

/// Follows an operation of a cluster for as long as the current owner lives: the one of an id, else the latest.
/// `on_change` is called when its status changes, as when it is approved or ends, and when another follows it.
pub fn follow(cluster: String, id: Option<String>, on_change: Callback<()>) -> Followed {
    let query = {
        let (cluster, id) = (cluster.clone(), id.clone());
        query(move || clusters::progress(&cluster, id.as_deref())).every(RENEW)
    };
    let load = query.load();
    let known = RwSignal::new(None::<Known>);
    let messages = RwSignal::new(Vec::<ClusterProgressEvent>::new());
    let misread = RwSignal::new(None::<String>);
    Effect::new(move |before: Option<Option<Arc<ClusterProgress>>>| {
        let applied = before.flatten();
        // A cluster without operations has no progress: that is no failure of this page.
        let Load::Ready(loaded) = load.get() else { return applied };
        // The same answer, while a newer one is on its way: the stream has told more since.
        if applied.as_ref().is_some_and(|applied| Arc::ptr_eq(applied, &loaded.value)) {
            return applied;
        }
        let progress = (*loaded.value).clone();
        let before = known.get_untracked();
        let is_same = before.as_ref().is_some_and(|known| known.progress.operation_id == progress.operation_id);
        let was_under_way = before.as_ref().is_some_and(|known| is_under_way(&known.progress.status));
        let now_under_way = is_under_way(&progress.status);
        // What has ended does not run again: the answer was written before.
        if is_same && !was_under_way && now_under_way {
            return Some(loaded.value);
        }
        let has_changed = before.as_ref().is_some_and(|known| !is_same || known.progress.status != progress.status);
        let watched = now_under_way || (is_same && before.is_some_and(|known| known.watched));
        if has_changed && !is_same {
            // What another operation has said is not said by this one.
            messages.update(|messages| messages.retain(|message| message.operation_id == progress.operation_id));
            misread.set(None);
        }
        known.set(Some(Known { progress, watched }));
        if has_changed {
            on_change.run(());
        }
        Some(loaded.value)
    });
    // One that is asked for by its id has told something also when it is over.
    let is_named = id.is_some();
    let operation = Memo::new(move |_| {
        known.with(|known| {
            let progress = &known.as_ref()?.progress;
            (is_named || is_under_way(&progress.status)).then(|| progress.operation_id.clone())
        })
    });
    let live = stream(
        move || {
            let id = operation.get()?;
            let stream = clusters::progress_stream(&cluster, Some(&id));
            Some(Source::new(stream, clusters::progress(&cluster, Some(&id))))
        },
        move |frame| {
            let event = match frame {
                Ok(Frame::Item(event)) => event,
                Err(error) if error.kind == ErrorKind::Mismatch => {
                    misread.try_set(Some(difference(&error)));
                    return;
                }
                // What else is said is in what is read again and again.
                _ => return,
            };
            let mut is_stale = false;
            let mut has_changed = false;
            known.try_maybe_update(|known| {
                let Some(known) = known else { return (false, ()) };
                let before = known.progress.status.clone();
                is_stale = take(&mut known.progress, &event);
                has_changed = known.progress.status != before;
                (true, ())
            });
            messages.try_update(|messages| hear(messages, event));
            if has_changed {
                // What is on its way may have read what was before.
                query.renew();
                on_change.run(());
            } else if is_stale {
                query.refetch();
            }
        },
    );
    Followed { known, messages, misread, load, query, live }
}

impl Followed {
    /// What runs, and how it ended if one watched it.
    fn watched(self) -> Memo<Option<ClusterProgress>> {
        Memo::new(move |_| self.known.get().filter(|known| known.watched).map(|known| known.progress))
    }

    /// The id of the operation, once it is known.
    pub fn id(self) -> Memo<Option<String>> {
        Memo::new(move |_| self.known.with(|known| known.as_ref().map(|known| known.progress.operation_id.clone())))
    }

    /// The latest, where it is over and has not done what it should.
    pub fn undone(self) -> Memo<Option<ClusterProgress>> {
        Memo::new(move |_| {
            self.known.with(|known| {
                let progress = &known.as_ref()?.progress;
                let is_undone = matches!(progress.status, OperationStatus::Failed | OperationStatus::Cancelled);
                is_undone.then(|| progress.clone())
            })
        })
    }

    /// What it does, while it is under way.
    pub fn under_way(self) -> Memo<Option<OperationType>> {
        Memo::new(move |_| {
            self.known.with(|known| {
                let progress = &known.as_ref()?.progress;
                is_under_way(&progress.status).then(|| progress.operation_type.clone())
            })
        })
    }

    /// The beginning of the window's title while it runs: "(62 %) Upgrading".
    pub fn headline(self) -> Option<String> {
        self.known.with(|known| {
            let progress = &known.as_ref()?.progress;
            let doing = doing(&progress.operation_type);
            is_under_way(&progress.status).then(|| match progress.percent {
                Some(percent) if progress.status == OperationStatus::InProgress => format!("({percent} %) {doing}"),
                _ => doing,
            })
        })
    }

    /// A card of it while it runs, and of how it ended if one watched it; nothing otherwise. `actions` stand at its foot
    /// while it runs.
    pub fn card(self, actions: ViewFn) -> AnyView {
        let shown = self.watched();
        each(shown, move || framed(shown, self.messages, self.connection(), Some(actions.clone())))
    }

    /// All of it, whether it runs or is over.
    pub fn whole(self) -> AnyView {
        let shown = Memo::new(move |_| self.known.with(|known| known.as_ref().map(|known| known.progress.clone())));
        let query = self.query;
        view! {
            <QueryView
                load=self.load
                loading=|| view! { <Loading label="Loading the operation"><FactsSkeleton rows=6/></Loading> }.into_any()
                empty=None
                frameless=true
                retry=move |()| query.refetch()
                data=move |_| each(shown, move || framed(shown, self.messages, self.connection(), None))
            />
        }
        .into_any()
    }

    /// What has to be said of the stream, when it cannot be had.
    fn connection(self) -> AnyView {
        let connection = self.live.connection();
        let (live, misread) = (self.live, self.misread);
        reactive(move || {
            maybe(match (connection.get(), misread.get()) {
                (Connection::Refused(failure), _) => Some(view! {
                    <div class="card__foot">
                        <span class="operation__message">
                            {format!("No live messages: {} It is read every 15 seconds instead.", format::sentence(&failure.message))}
                        </span>
                        <span class="push">
                            <Button label="Try again" small=true on_press=move |()| live.reconnect()/>
                        </span>
                    </div>
                }
                .into_any()),
                (_, Some(misread)) => Some(view! {
                    <div class="card__foot">
                        <span class="operation__message">
                            {format!("Not every live message is understood: {} It is read every 15 seconds as well.", format::sentence(&misread))}
                        </span>
                    </div>
                }
                .into_any()),
                _ => None,
            })
        })
    }
}

/// Draws what is shown anew for each operation, and not at all where there is none: the headings are read once.
fn each(shown: Memo<Option<ClusterProgress>>, draw: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let id = Memo::new(move |_| shown.with(|shown| shown.as_ref().map(|progress| progress.operation_id.clone())));
    reactive(move || maybe(id.with(Option::is_some).then(&draw)))
}

fn framed(
    shown: Memo<Option<ClusterProgress>>,
    messages: RwSignal<Vec<ClusterProgressEvent>>,
    connection: AnyView,
    actions: Option<ViewFn>,
) -> AnyView {
    let is_alone = actions.is_none();
    let title = shown.with_untracked(|shown| shown.as_ref().map(title)).unwrap_or_default();
    let is_open = Memo::new(move |_| shown.with(|it| it.as_ref().is_some_and(|it| is_under_way(&it.status))));
    let foot = reactive(move || {
        let actions = actions.as_ref().filter(|_| is_open.get());
        maybe(actions.map(|actions| view! { <div class="card__foot">{actions.run()}</div> }.into_any()))
    });
    view! {
        <Card title=title side=move || with(shown, head)>
            {body(shown)}
            {connection}
            {said(messages, is_alone)}
            {foot}
        </Card>
    }
    .into_any()
}

/// A card of an operation as it stands: for the gallery.
#[cfg(feature = "gallery")]
pub fn still(progress: ClusterProgress, messages: Vec<ClusterProgressEvent>, actions: ViewFn) -> AnyView {
    let shown = Memo::new(move |_| Some(progress.clone()));
    framed(shown, RwSignal::new(messages), ().into_any(), Some(actions))
}

/// What an operation has said, newest first.
fn said(messages: RwSignal<Vec<ClusterProgressEvent>>, open: bool) -> AnyView {
    let count = Memo::new(move |_| messages.with(Vec::len));
    let has_some = Memo::new(move |_| count.get() > 0);
    let list = move || {
        messages.with(|messages| {
            messages.iter().rev().enumerate().map(|(index, event)| line(event, index == 0)).collect_view()
        })
    };
    reactive(move || {
        maybe(has_some.get().then(|| {
            view! {
                <details class="operation__messages" open=open>
                    <summary>
                        "Messages "
                        <span class="count">{move || count.get()}</span>
                    </summary>
                    <div role="region" aria-label="Messages of the operation" tabindex="0">
                        <ol>{reactive(move || list().into_any())}</ol>
                    </div>
                </details>
            }
            .into_any()
        }))
    })
}

fn line(event: &ClusterProgressEvent, is_newest: bool) -> AnyView {
    let time = at(Some(&event.timestamp)).map(format::clock_exact).unwrap_or_default();
    let tone = match &event.level {
        Some(ProgressLevel::Warning) => Some(Tone::Warn),
        Some(ProgressLevel::Error) => Some(Tone::Bad),
        _ => None,
    };
    let step = event.step.clone().map(|step| view! { <code class="muted">{step}</code> }.into_any());
    view! {
        <li class=if is_newest { "operation__line operation__line--newest" } else { "operation__line" }>
            <span class="operation__clock">{time}</span>
            <span class="operation__message">
                {maybe(tone.map(|tone| view! { <Glyph tone=tone/> " " }.into_any()))}
                {maybe(step)}
                " "
                {event.message.clone()}
            </span>
        </li>
    }
    .into_any()
}

/// What an operation is doing: "Upgrading".
pub fn doing(kind: &OperationType) -> String {
    match kind {
        OperationType::Create => "Creating",
        OperationType::Update => "Updating",
        OperationType::Upgrade => "Upgrading",
        OperationType::Delete => "Deleting",
        OperationType::Register => "Registering",
        OperationType::Other(word) => return readable(word),
    }
    .to_owned()
}

/// An operation in words: "Upgrade prod-eu".
fn title(progress: &ClusterProgress) -> String {
    let name = progress.cluster_name.as_deref().unwrap_or_default();
    format!("{} {name}", marks::operation_type(&progress.operation_type)).trim().to_owned()
}

fn with(shown: Memo<Option<ClusterProgress>>, draw: fn(&ClusterProgress) -> AnyView) -> AnyView {
    reactive(move || shown.with(|shown| maybe(shown.as_ref().map(draw))))
}

fn body(shown: Memo<Option<ClusterProgress>>) -> AnyView {
    let (title, kind) = shown.with_untracked(|shown| {
        let kind = shown.as_ref().map(|progress| marks::operation_type(&progress.operation_type)).unwrap_or_default();
        (shown.as_ref().map(title).unwrap_or_default(), kind)
    });
    let steps = Signal::derive(move || {
        shown.with(|shown| {
            let Some(progress) = shown else { return Vec::new() };
            progress.steps.iter().flatten().map(|it| step(it, &progress.status)).collect()
        })
    });
    let percent = Signal::derive(move || {
        let percent = shown.with(|shown| shown.as_ref().and_then(|progress| progress.percent));
        percent.and_then(|percent| u8::try_from(percent.clamp(0, 100)).ok())
    });
    let is_under_way = Memo::new(move |_| shown.with(|it| it.as_ref().is_some_and(|it| is_under_way(&it.status))));
    view! {
        <div class="operation__bar">
            {reactive(move || {
                maybe(is_under_way.get().then(|| {
                    view! { <Progress label=title.clone() percent=percent thin=true/> }.into_any()
                }))
            })}
        </div>
        <Stepper label=format!("Steps of the operation {kind}") steps=steps/>
        {with(shown, foot)}
    }
    .into_any()
}

/// How long an operation took, or has taken so far.
pub fn took(progress: &ClusterProgress) -> AnyView {
    let took = match at(progress.started_at.as_ref()) {
        Some(began) if is_under_way(&progress.status) => Took::Since(began),
        _ => length(progress).map_or(Took::Unknown, Took::Length),
    };
    maybe(elapsed(&took))
}

/// How long an operation took, milliseconds; none while it runs.
pub fn length(progress: &ClusterProgress) -> Option<u64> {
    let began = at(progress.started_at.as_ref())?;
    let ended = at(progress.updated_at.as_ref()).filter(|_| !is_under_way(&progress.status))?;
    Some(ended.saturating_sub(began))
}

/// Why an operation failed, else what it has said last.
pub fn reason(error: Option<&String>, message: Option<&String>) -> Option<String> {
    error.or(message).filter(|text| !text.is_empty()).cloned()
}

/// A cell of a list with what an operation says: cut off, and whole in its tip.
pub fn said_cell(text: Option<String>) -> AnyView {
    maybe(
        text.map(|text| view! { <span class="operation__text" data-tip=text.clone()>{text.clone()}</span> }.into_any()),
    )
}

/// A cell of a list with the id of an operation.
pub fn id_cell(id: &str) -> AnyView {
    view! { <code class="table__clip" title=id.to_owned()>{id.to_owned()}</code> }.into_any()
}

/// How long an operation of a kind usually takes, in words: the median of those that are known to have come to their
/// good end. One alone says little.
fn usually(entries: &[Entry], kind: &OperationType) -> Option<String> {
    let is_like = |entry: &&Entry| entry.kind == *kind && entry.status == OperationStatus::Completed;
    let mut lengths: Vec<u64> = entries.iter().filter(is_like).filter_map(Entry::took).collect();
    lengths.sort_unstable();
    let median = *lengths.get(lengths.len() / 2).filter(|_| lengths.len() > 1)?;
    // No two take the same seconds.
    let rough = if median < MINUTE { median } else { (median + MINUTE / 2) / MINUTE * MINUTE };
    Some(format!("usually {}", format::duration(rough)))
}

fn head(progress: &ClusterProgress) -> AnyView {
    let percent = progress.percent.filter(|_| is_under_way(&progress.status)).map(|percent| format!("{percent} %"));
    let is_running = progress.status == OperationStatus::InProgress;
    let usually = is_running
        .then(|| use_store().activity.book().with(|book| usually(book.entries(), &progress.operation_type)))
        .flatten();
    view! {
        <StateBadge mark=marks::operation(&progress.status)/>
        <span class="push row operation__took">
            {percent.map(|percent| view! { <span>{percent}</span> })}
            {took(progress)}
            {usually.map(|text| view! { <span>{text}</span> })}
        </span>
    }
    .into_any()
}

fn foot(progress: &ClusterProgress) -> AnyView {
    let text = progress.error.clone().or_else(|| progress.message.clone()).filter(|text| !text.is_empty());
    let changed = words::time(progress.updated_at.as_ref());
    maybe(text.map(|text| {
        view! {
            <div class="card__foot">
                <span class="operation__message">{text}</span>
                <span class="push">
                    <crate::ui::Time at=changed/>
                </span>
            </div>
        }
        .into_any()
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn progress() -> ClusterProgress {
        serde_json::from_value(json!({
            "operationId": "op-1",
            "clusterId": "ml-training-gpu",
            "operationType": "CREATE",
            "status": "IN_PROGRESS",
            "percent": 40,
            "currentStep": "network",
            "steps": [
                {"name": "validate", "status": "COMPLETED"},
                {"name": "network", "status": "IN_PROGRESS"},
                {"name": "control-plane", "status": "PENDING"},
            ],
        }))
        .unwrap()
    }

    fn event(operation: &str, status: &str, step: &str, percent: i64) -> ClusterProgressEvent {
        serde_json::from_value(json!({
            "operationId": operation,
            "clusterId": "ml-training-gpu",
            "status": status,
            "step": step,
            "message": "2 of 6 subnets",
            "percent": percent,
            "timestamp": "2026-06-09T12:00:00Z",
        }))
        .unwrap()
    }

    #[test]
    fn what_the_stream_tells_shows_at_once_and_a_new_step_is_read() {
        let mut known = progress();
        assert!(!take(&mut known, &event("op-1", "IN_PROGRESS", "network", 45)), "nothing that needs reading");
        assert_eq!(known.percent, Some(45));
        assert_eq!(known.steps.as_ref().unwrap()[1].message.as_deref(), Some("2 of 6 subnets"));
        assert!(take(&mut known, &event("op-1", "IN_PROGRESS", "control-plane", 50)), "another step");
        assert!(take(&mut known, &event("op-1", "COMPLETED", "control-plane", 100)), "the end");
        assert!(take(&mut known, &event("op-2", "IN_PROGRESS", "validate", 1)), "another operation");
        assert_eq!(known.percent, Some(100));
    }

    #[test]
    fn what_a_stream_tells_once_more_changes_nothing() {
        let mut known = progress();
        known.updated_at = Some(serde_json::from_value(json!("2026-06-09T12:05:00Z")).unwrap());
        assert!(!take(&mut known, &event("op-1", "IN_PROGRESS", "validate", 5)), "older than what was read");
        assert_eq!((known.percent, known.current_step.as_deref()), (Some(40), Some("network")));
        known.updated_at = None;
        known.status = OperationStatus::Completed;
        assert!(!take(&mut known, &event("op-1", "IN_PROGRESS", "network", 45)), "an end is an end");
        assert_eq!(known.status, OperationStatus::Completed);

        let mut messages = Vec::new();
        for percent in [1, 2, 1, 2, 3] {
            hear(&mut messages, event("op-1", "IN_PROGRESS", "network", percent));
        }
        assert_eq!(messages.iter().map(|it| it.percent.unwrap()).collect::<Vec<_>>(), [1, 2, 3]);
        hear(&mut messages, event("op-2", "IN_PROGRESS", "network", 1));
        assert_eq!(messages.len(), 1, "another operation begins anew");
        for percent in 0..2_000 {
            hear(&mut messages, event("op-2", "IN_PROGRESS", "network", percent));
        }
        assert_eq!(messages.len(), KEPT);
    }

    #[test]
    fn what_is_usual_is_the_median_of_what_came_to_a_good_end() {
        let entry = |kind: OperationType, status: OperationStatus, minutes: u64| Entry {
            id: String::new(),
            cluster: String::new(),
            name: String::new(),
            kind,
            status,
            percent: None,
            step: None,
            message: None,
            error: None,
            started: Some(1_000),
            updated: 1_000 + minutes * MINUTE + 7_000,
        };
        let upgrade = |status, minutes| entry(OperationType::Upgrade, status, minutes);
        let mut known = vec![
            upgrade(OperationStatus::Completed, 11),
            upgrade(OperationStatus::Failed, 1),
            upgrade(OperationStatus::InProgress, 2),
            entry(OperationType::Update, OperationStatus::Completed, 3),
        ];
        assert_eq!(usually(&known, &OperationType::Upgrade), None, "one alone says little");
        known.extend([90, 12].map(|minutes| upgrade(OperationStatus::Completed, minutes)));
        assert_eq!(usually(&known, &OperationType::Upgrade).as_deref(), Some("usually 12 m"));
        assert_eq!(usually(&known, &OperationType::Delete), None);
    }

    #[test]
    fn what_did_not_come_before_the_end_never_will() {
        let steps = progress().steps.unwrap();
        assert_eq!(step(&steps[2], &OperationStatus::InProgress).stage, Stage::Todo);
        assert_eq!(step(&steps[2], &OperationStatus::Failed).stage, Stage::Skipped);
    }
}
