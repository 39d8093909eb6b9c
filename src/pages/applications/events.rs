//! The events of an application, of the platform and of Kubernetes: as a timeline or a table, by type, source and object.

use std::{collections::BTreeMap, sync::Arc};

use astro_api::applications::{AppEvent, EventSource, EventType};
use leptos::prelude::*;

use super::overview::told;
use crate::{
    components::{
        live::{Problem, trouble},
        marks,
    },
    store::Live,
    ui::{
        Address, Bar, BarFilter, Card, Column, EmptyState, FailureView, FilterBar, LiveChip, Loading, Offer, State,
        Table, Timeline, Toggles, Tone,
        address::Step,
        filter_bar::Style,
        format::{self, counted},
        load::Connection,
        maybe, reactive,
        state::{Mark, readable},
        text, when,
    },
};

/// Parameters of the address.
const VIEW: &str = "view";
const TYPE: &str = "type";
const SOURCE: &str = "source";
const OBJECT: &str = "object";
const KEYS: [&str; 3] = [TYPE, SOURCE, OBJECT];
/// The value of [`VIEW`] that is not the first one.
const TABLE: &str = "table";
const TIMELINE: &str = "timeline";

/// What the events are reduced to: the values of [`KEYS`], each empty where it lets everything through.
type Wanted = [Vec<String>; 3];

/// The three things by which an event is found, in the order of [`KEYS`].
fn parts(event: &AppEvent) -> [Option<&str>; 3] {
    [
        Some(event.kind.as_str()),
        Some(event.source.as_str()),
        event.object.as_deref().filter(|object| !object.is_empty()),
    ]
}

/// Whether an event is wanted, but for one of the three.
fn holds(wanted: &Wanted, event: &AppEvent, but: Option<usize>) -> bool {
    let parts = parts(event);
    wanted.iter().zip(parts).enumerate().all(|(at, (wanted, part))| {
        Some(at) == but || wanted.is_empty() || part.is_some_and(|part| wanted.iter().any(|it| it == part))
    })
}

/// How many events each value has, of those that the other two let through.
fn counts(events: &[AppEvent], wanted: &Wanted, at: usize) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for event in events {
        let [kind, source, object] = parts(event);
        let part = match at {
            0 => kind,
            1 => source,
            _ => object,
        };
        if let Some(part) = part {
            let count = counts.entry(part.to_owned()).or_insert(0);
            *count += usize::from(holds(wanted, event, Some(at)));
        }
    }
    counts
}

fn word(at: usize, value: &str) -> String {
    match (at, value) {
        (1, "pulse") => "Platform".to_owned(),
        (1, "k8s") => "Kubernetes".to_owned(),
        (0 | 1, other) => readable(other),
        (_, other) => other.to_owned(),
    }
}

fn split(text: &str) -> Vec<String> {
    text.split(',').filter(|part| !part.is_empty()).map(ToOwned::to_owned).collect()
}

/// The events.
pub fn events(
    name: String,
    events: ReadSignal<Arc<Vec<AppEvent>>>,
    problem: ReadSignal<Option<Problem>>,
    live: Live,
) -> AnyView {
    let address = Address::of_context();
    let wanted = Memo::new(move |_| KEYS.map(|key| address.get(key).map(|text| split(&text)).unwrap_or_default()));
    let shown = Memo::new(move |_| {
        let wanted = wanted.get();
        events.with(|events| Arc::new(events.iter().filter(|it| holds(&wanted, it, None)).cloned().collect::<Vec<_>>()))
    });
    let as_table = Memo::new(move |_| address.get(VIEW).as_deref() == Some(TABLE));
    let filter = move |at: usize, label: &'static str, style: Style| {
        let counted = move || events.with(|events| wanted.with(|wanted| counts(events, wanted, at)));
        let key = KEYS.get(at).copied().unwrap_or(OBJECT);
        BarFilter {
            label,
            style,
            offers: Arc::new(move || {
                let offer = |(value, count): (String, usize)| {
                    let tone = (at == 0 && value == EventType::Warning.as_str()).then_some(Tone::Warn);
                    Offer { label: word(at, &value), key: value, tone, count: Some(count) }
                };
                counted().into_iter().map(offer).collect()
            }),
            many: Arc::new(move || counted().len()),
            chosen: Arc::new(move || wanted.with(|wanted| wanted.get(at).cloned().unwrap_or_default())),
            all: Arc::new(move || {
                let count = |events: &Arc<Vec<AppEvent>>| {
                    wanted.with(|wanted| events.iter().filter(|event| holds(wanted, event, Some(at))).count())
                };
                Some(events.with(count))
            }),
            choose: Callback::new(move |values: Vec<String>| {
                address.set(key, (!values.is_empty()).then(|| values.join(",")), Step::Push);
            }),
        }
    };
    let told_count = Signal::derive(move || {
        let (some, all) = (shown.with(|shown| shown.len()), events.with(|events| events.len()));
        format!("{} of {}", format::count(some), counted(all, "event", "events"))
    });
    let bar = view! {
        <FilterBar
            filters=vec![
                filter(0, "Type", Style::Chips),
                filter(1, "From", Style::Menu),
                filter(2, "Object", Style::Menu),
            ]
            told=told_count
        >
            <Toggles
                label="Shown as"
                options=&[(TIMELINE, "Timeline"), (TABLE, "Table")]
                chosen=Signal::derive(move || if as_table.get() { TABLE } else { TIMELINE })
                on_choose=move |chosen: &'static str| {
                    address.set(VIEW, (chosen == TABLE).then(|| TABLE.to_owned()), Step::Push);
                }
            />
        </FilterBar>
    };
    let phase = Memo::new(move |_| match (events.with(|events| events.len()), shown.with(|shown| shown.len())) {
        (0, _) => Phase::None,
        (_, 0) => Phase::Hidden,
        _ if as_table.get() => Phase::Table,
        _ => Phase::Timeline,
    });
    let content = reactive(move || match phase.get() {
        // There are some, and above it says why they do not show.
        Phase::None if problem.with(Option::is_some) => {
            view! { <p class="card__body muted">"No event could be read."</p> }.into_any()
        }
        Phase::None => nothing(live),
        Phase::Hidden => {
            let clear = move |_| address.set_all(&KEYS.map(|key| (key, None)), Step::Push);
            view! {
                <p class="card__body muted">
                    "No event is of that sort. "
                    <button type="button" class="link" on:click=clear>
                        "Show all events"
                    </button>
                </p>
            }
            .into_any()
        }
        Phase::Table => {
            let label = format!("Events of {name}");
            view! { <Table label=label columns=columns() rows=move || Some(shown.get()) frameless=true/> }.into_any()
        }
        Phase::Timeline => {
            let events =
                Signal::derive(move || Arc::new(shown.with(|shown| shown.iter().map(|it| told(it, true)).collect())));
            view! { <Timeline label=format!("Events of {name}") events=events/> }.into_any()
        }
    });
    view! {
        <div class="stack">
            {trouble(move || problem.get())}
            <div>
                {bar}
                <Card
                    title="Events"
                    side=move || view! { <span class="push"><LiveChip connection=live.connection()/></span> }.into_any()
                >
                    {content}
                </Card>
            </div>
        </div>
    }
    .into_any()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    None,
    Hidden,
    Table,
    Timeline,
}

fn nothing(live: Live) -> AnyView {
    reactive(move || match live.connection().get() {
        Connection::Connecting => view! {
            <Loading label="Loading events">
                <div class="card__body stack">
                    <Bar/>
                    <Bar/>
                    <Bar/>
                </div>
            </Loading>
        }
        .into_any(),
        Connection::Refused(failure) => {
            view! { <FailureView failure=failure retry=move |()| live.reconnect()/> }.into_any()
        }
        _ => view! {
            <EmptyState
                icon="clock"
                title="No events"
                text="Syncs, changes of health and what Kubernetes reports show here as they happen."
            />
        }
        .into_any(),
    })
}

fn columns() -> Vec<Column<AppEvent>> {
    vec![
        Column::new("Reason", |event: &AppEvent| {
            view! { <State mark=Mark { tone: marks::event(event), word: event.reason.clone().into() }/> }.into_any()
        })
        .names(),
        Column::new("Object", |event: &AppEvent| match event.object.clone().filter(|object| !object.is_empty()) {
            Some(object) => view! { <code class="events__object">{object}</code> }.into_any(),
            None => view! { <span class="events__own">"Application"</span> }.into_any(),
        })
        .card(crate::ui::table::Card::NoteSide),
        Column::new("Message", |event: &AppEvent| {
            let message = text::visible_lines(&event.message).into_owned();
            view! { <span class="events__message">{message}</span> }.into_any()
        })
        .card(crate::ui::table::Card::Note),
        Column::new("From", |event: &AppEvent| {
            let from = if event.source == EventSource::K8s { "Kubernetes" } else { "Platform" };
            view! { <span class="muted">{from}</span> }.into_any()
        }),
        Column::new("Count", |event: &AppEvent| {
            maybe(
                event.count.and_then(|count| usize::try_from(count).ok()).map(|count| format::count(count).into_any()),
            )
        })
        .number(),
        Column::new("When", |event: &AppEvent| when(Some(event.timestamp.as_str().to_owned())))
            .card(crate::ui::table::Card::Side),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(source: &str, kind: &str, object: Option<&str>) -> AppEvent {
        AppEvent {
            source: source.into(),
            kind: kind.into(),
            reason: "Pulled".to_owned(),
            message: String::new(),
            timestamp: astro_api::timestamp::Timestamp::new("2026-01-01T00:00:00Z".to_owned()),
            phase: None,
            object: object.map(ToOwned::to_owned),
            namespace: None,
            count: None,
        }
    }

    #[test]
    fn events_are_found_by_type_source_and_object_together() {
        let events = [
            event("pulse", "Normal", None),
            event("k8s", "Warning", Some("Pod/a")),
            event("k8s", "Normal", Some("Pod/a")),
            event("k8s", "Normal", Some("Pod/b")),
        ];
        let wanted = |kinds: &[&str], sources: &[&str], objects: &[&str]| {
            [kinds, sources, objects].map(|list| list.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>())
        };
        let found = |wanted: &Wanted| events.iter().filter(|event| holds(wanted, event, None)).count();
        assert_eq!(found(&wanted(&[], &[], &[])), 4);
        assert_eq!(found(&wanted(&["Normal"], &["k8s"], &[])), 2);
        assert_eq!(found(&wanted(&[], &[], &["Pod/a", "Pod/b"])), 3);
        assert_eq!(found(&wanted(&["Warning"], &[], &["Pod/b"])), 0);
        let by_kind = counts(&events, &wanted(&["Warning"], &[], &["Pod/a"]), 0);
        assert_eq!(by_kind, BTreeMap::from([("Normal".to_owned(), 1), ("Warning".to_owned(), 1)]));
        let by_object = counts(&events, &wanted(&["Warning"], &[], &[]), 2);
        assert_eq!(by_object, BTreeMap::from([("Pod/a".to_owned(), 1), ("Pod/b".to_owned(), 0)]));
    }
}
