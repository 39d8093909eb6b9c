//! The operation of a cluster while it runs: its steps, how far it is, what it says.

use astro_api::{
    Frame,
    clusters::{self, ClusterProgress, ClusterProgressEvent, OperationStatus, ProgressStep},
    timestamp::Timestamp,
};
use leptos::prelude::*;

use super::{marks, words};
use crate::{
    store::{Source, query, stream},
    ui::{
        Card, Progress, Stage, StateBadge, Step, Stepper, Took, format, load::Load, maybe, reactive, stepper::elapsed,
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

/// Takes in what the stream tells. Steps are only known by reading, so a new one asks for that: the answer is whether
/// the progress has to be read again.
fn take(progress: &mut ClusterProgress, event: ClusterProgressEvent) -> bool {
    if event.operation_id != progress.operation_id {
        return true;
    }
    let is_other_step = event.step.is_some() && event.step != progress.current_step;
    let is_other_status = event.status != progress.status;
    progress.percent = event.percent.or(progress.percent.take());
    progress.status = event.status;
    progress.updated_at = Some(event.timestamp);
    let steps = progress.steps.iter_mut().flatten();
    if let Some(step) = steps.into_iter().find(|step| event.step.as_ref() == Some(&step.name)) {
        step.message = Some(event.message.clone());
    }
    progress.message = Some(event.message);
    progress.current_step = event.step.or(progress.current_step.take());
    is_other_step || is_other_status
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

/// The operation of a cluster while one runs, and how it ended if one watched it; nothing otherwise. `on_end` is called
/// when it ends.
pub fn running(cluster: String, on_end: Callback<()>) -> AnyView {
    let query = {
        let cluster = cluster.clone();
        query(move || clusters::progress(&cluster, None))
    };
    let load = query.load();
    let known = RwSignal::new(None::<Known>);
    Effect::new(move |_| {
        // A cluster without operations has no progress: that is no failure of this page.
        let Load::Ready(loaded) = load.get() else { return };
        let progress = (*loaded.value).clone();
        let before = known.get_untracked();
        let is_same = before.as_ref().is_some_and(|known| known.progress.operation_id == progress.operation_id);
        let was_under_way = before.as_ref().is_some_and(|known| is_under_way(&known.progress.status));
        let now_under_way = is_under_way(&progress.status);
        let watched = now_under_way || (is_same && before.is_some_and(|known| known.watched));
        known.set(Some(Known { progress, watched }));
        if is_same && was_under_way && !now_under_way {
            on_end.run(());
        }
    });
    let operation = Memo::new(move |_| {
        known.with(|known| {
            let progress = &known.as_ref()?.progress;
            is_under_way(&progress.status).then(|| progress.operation_id.clone())
        })
    });
    stream(
        move || {
            let id = operation.get()?;
            let stream = clusters::progress_stream(&cluster, Some(&id));
            Some(Source::new(stream, clusters::progress(&cluster, Some(&id))))
        },
        move |frame| {
            let Ok(Frame::Item(event)) = frame else { return };
            let mut is_stale = false;
            let mut has_ended = false;
            known.try_maybe_update(|known| {
                let Some(known) = known else { return (false, ()) };
                let was_under_way = is_under_way(&known.progress.status);
                is_stale = take(&mut known.progress, event);
                has_ended = was_under_way && !is_under_way(&known.progress.status);
                (true, ())
            });
            if is_stale {
                query.refetch();
            }
            if has_ended {
                on_end.run(());
            }
        },
    );
    let shown = Memo::new(move |_| known.get().filter(|known| known.watched).map(|known| known.progress));
    let is_shown = Memo::new(move |_| shown.with(Option::is_some));
    reactive(move || if is_shown.get() { card(shown) } else { ().into_any() })
}

fn card(shown: Memo<Option<ClusterProgress>>) -> AnyView {
    let with = move |draw: fn(&ClusterProgress) -> AnyView| {
        reactive(move || shown.with(|shown| maybe(shown.as_ref().map(draw))))
    };
    let (title, label) = shown.with_untracked(|shown| {
        let kind = shown.as_ref().map(|progress| marks::operation_type(&progress.operation_type)).unwrap_or_default();
        let name = shown.as_ref().and_then(|progress| progress.cluster_name.clone()).unwrap_or_default();
        (format!("{kind} {name}").trim().to_owned(), format!("Steps of the operation {kind}"))
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
    let bar_label = title.clone();
    view! {
        <Card title=title side=move || with(head)>
            <div class="operation__bar">
                {reactive(move || {
                    maybe(is_under_way.get().then(|| {
                        view! { <Progress label=bar_label.clone() percent=percent thin=true/> }.into_any()
                    }))
                })}
            </div>
            <Stepper label=label steps=steps/>
            {with(foot)}
        </Card>
    }
    .into_any()
}

fn head(progress: &ClusterProgress) -> AnyView {
    let took = match (at(progress.started_at.as_ref()), is_under_way(&progress.status)) {
        (Some(began), true) => Took::Since(began),
        (Some(began), false) => match at(progress.updated_at.as_ref()) {
            Some(ended) => Took::Length(ended.saturating_sub(began)),
            None => Took::Unknown,
        },
        (None, _) => Took::Unknown,
    };
    let percent = progress.percent.filter(|_| is_under_way(&progress.status)).map(|percent| format!("{percent} %"));
    view! {
        <StateBadge mark=marks::operation(&progress.status)/>
        <span class="push row operation__took">
            {percent.map(|percent| view! { <span>{percent}</span> })}
            {maybe(elapsed(&took))}
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
        assert!(!take(&mut known, event("op-1", "IN_PROGRESS", "network", 45)), "nothing that needs reading");
        assert_eq!(known.percent, Some(45));
        assert_eq!(known.steps.as_ref().unwrap()[1].message.as_deref(), Some("2 of 6 subnets"));
        assert!(take(&mut known, event("op-1", "IN_PROGRESS", "control-plane", 50)), "another step");
        assert!(take(&mut known, event("op-1", "COMPLETED", "control-plane", 100)), "the end");
        assert!(take(&mut known, event("op-2", "IN_PROGRESS", "validate", 1)), "another operation");
        assert_eq!(known.percent, Some(100));
    }

    #[test]
    fn what_did_not_come_before_the_end_never_will() {
        let steps = progress().steps.unwrap();
        assert_eq!(step(&steps[2], &OperationStatus::InProgress).stage, Stage::Todo);
        assert_eq!(step(&steps[2], &OperationStatus::Failed).stage, Stage::Skipped);
    }
}
