//! What the home page is whole without, and gets when it has been drawn: audit activity, and what happened lately.

use astro_api::{
    applications::{self, Application},
    audit::{self, AuditAction, AuditEvent, AuditEventType, AuditFilter, AuditStatistics},
    clusters::OperationStatus,
    organizations,
};
use leptos::prelude::*;

use crate::{
    components::{activity as words_of, audit as deeds, marks, roles, words},
    routes,
    store::{activity::book::Book, query, session::Organization, use_store},
    ui::{
        Avatar, Bar, BarChart, Card, Glyph, Latest, Loading, Mark, QueryView, State, Time, Tone, format,
        load::{FailureKind, Load},
        maybe, part, reactive,
    },
};

/// How many things are told.
const TOLD: usize = 9;
/// How many events are asked for, the most that the platform gives: those that tell of reading the log are left out.
const ASKED: i64 = 100;

/// Whether the log may be read, as far as role and plan tell before the platform is asked; none while the plan is on its
/// way.
pub fn may_read(organization: &Organization) -> Memo<Option<bool>> {
    let role = organization.role.clone();
    let id = organization.id.clone();
    let may = roles::refused("listAuditEvents", role.as_ref()).is_none();
    let plan = query(move || may.then(|| organizations::plan(&id)));
    Memo::new(move |_| {
        if !may {
            return Some(false);
        }
        plan.load().with(|load| match load {
            Load::Loading => None,
            Load::Ready(plan) => Some(deeds::is_in_plan(&plan.value)),
            // The platform says it when it is asked.
            Load::Failed(_) => Some(true),
        })
    })
}

part! {
    quiet in home_more;
    /// Thirty days of audit activity; nothing for those who may not read the log.
    pub fn activity(organization: Organization) -> AnyView {
        strip(&organization)
    }
}

part! {
    quiet in home_more;
    /// What happened lately.
    pub fn recently(organization: Organization) -> AnyView {
        card(&organization)
    }
}

fn strip(organization: &Organization) -> AnyView {
    let may = may_read(organization);
    let query = query(move || (may.get() == Some(true)).then(|| audit::statistics(Some("30d"))));
    let load = query.load();
    let is_shown = Memo::new(move |_| {
        may.get() == Some(true)
            && !load.with(|load| load.failure().is_some_and(|failure| failure.kind == FailureKind::Forbidden))
    });
    let href = StoredValue::new(routes::audit(&organization.name).href());
    let side = move || {
        let total = load.with(|load| {
            load.value().map(|it| {
                let total = usize::try_from(it.total_events).unwrap_or_default();
                format!("{} in 30 days", format::counted(total, "event", "events"))
            })
        });
        view! {
            {maybe(total.map(|total| view! { <span class="muted">{total}</span> }.into_any()))}
            <a class="link push" href=href.get_value()>"Open audit log"</a>
        }
        .into_any()
    };
    let chart = |latest: Latest<AuditStatistics>| {
        let bars = Signal::derive(move || latest.get().map(|it| deeds::bars(&it)).unwrap_or_default());
        view! { <BarChart label="Audit events by day" bars=bars unit=("event", "events")/> }.into_any()
    };
    reactive(move || {
        maybe(is_shown.get().then(|| {
            view! {
                <Card title="Audit activity" side=side>
                    <div class="home__chart">
                        <QueryView
                            load=load
                            loading=|| view! { <Loading label="Loading audit activity"><Bar/></Loading> }.into_any()
                            empty=None
                            frameless=true
                            retry=move |()| query.refetch()
                            data=chart
                        />
                    </div>
                </Card>
            }
            .into_any()
        }))
    })
}

/// Why the log is not the source of what is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Unknown,
    Audit,
    /// By role or plan.
    Rest,
    /// It could not be read.
    Broken,
}

fn card(organization: &Organization) -> AnyView {
    let may = may_read(organization);
    let filter = AuditFilter { page_size: Some(ASKED), ..AuditFilter::default() };
    let events = query(move || (may.get() == Some(true)).then(|| audit::list(&filter)));
    let load = events.load();
    let source = Memo::new(move |_| match may.get() {
        None => Source::Unknown,
        Some(false) => Source::Rest,
        Some(true) => load.with(|load| match load {
            Load::Loading => Source::Unknown,
            Load::Ready(_) => Source::Audit,
            Load::Failed(failure) if failure.kind == FailureKind::Forbidden => Source::Rest,
            Load::Failed(_) => Source::Broken,
        }),
    });
    let name = StoredValue::new(organization.name.clone());
    let content = reactive(move || match source.get() {
        Source::Unknown => still(),
        Source::Audit => {
            let page = load.with(|load| load.value().cloned());
            let events = page.iter().flat_map(|page| page.events.iter());
            let telling =
                events.filter(|it| !(it.event_type == AuditEventType::Audit && it.action == AuditAction::Read));
            let rows = name.with_value(|name| telling.take(TOLD).map(|it| event(name, it)).collect::<Vec<_>>());
            if rows.is_empty() {
                let is_all =
                    page.is_none_or(|page| usize::try_from(page.total).is_ok_and(|total| total <= page.events.len()));
                return name.with_value(|name| none_told(name, is_all));
            }
            view! { <ul>{rows}</ul> }.into_any()
        }
        source => without_audit(name.get_value(), source),
    });
    view! { <Card title="Recently">{content}</Card> }.into_any()
}

/// There is nothing to tell, in all of the log or in its newest events.
fn none_told(organization: &str, is_all: bool) -> AnyView {
    if is_all {
        return view! { <p class="card__body muted">"Nothing was done lately."</p> }.into_any();
    }
    let href = routes::audit(organization).href();
    view! {
        <p class="card__body muted">
            "The latest events only tell of reading this log. " <a class="link" href=href>"Open audit log"</a>
        </p>
    }
    .into_any()
}

fn still() -> AnyView {
    view! {
        <Loading label="Loading what happened lately">
            <div class="card__body stack">
                <Bar/>
                <Bar/>
                <Bar/>
            </div>
        </Loading>
    }
    .into_any()
}

fn event(organization: &str, event: &AuditEvent) -> AnyView {
    let failed = deeds::failed(event);
    let person = deeds::person(event);
    let object = deeds::object(event).unwrap_or_default().to_owned();
    let object = match deeds::href(organization, event) {
        Some(href) => view! { <a class="strong quiet-link" href=href>{object}</a> }.into_any(),
        None => view! { <span class="strong">{object}</span> }.into_any(),
    };
    let said = format!(" {} {} ", deeds::told(&event.action, failed), deeds::noun(&event.event_type));
    let mark = failed.then(|| view! { " " <State mark=Mark::new(Tone::Bad, "Failed")/> }.into_any());
    view! {
        <li class="feed__row home__deed">
            <Avatar name=person.clone()/>
            <div class="feed__text">
                <span class="strong">{person}</span>
                <span class="muted">{said}</span>
                {object}
                {maybe(mark)}
            </div>
            <span class="feed__side">
                <Time at=Some(event.timestamp.as_str().to_owned())/>
            </span>
        </li>
    }
    .into_any()
}

/// Something that happened, as operations and applications tell it.
#[derive(Clone, Debug, PartialEq)]
struct Happened {
    at: u64,
    tone: Tone,
    name: String,
    href: Option<String>,
    said: String,
}

/// The newest first; what two sources tell stands once for each.
fn newest(happened: impl IntoIterator<Item = Happened>) -> Vec<Happened> {
    let mut sorted: Vec<Happened> = Vec::new();
    for it in happened {
        let place = sorted.iter().position(|other| other.at < it.at).unwrap_or(sorted.len());
        if place < TOLD {
            sorted.insert(place, it);
            sorted.truncate(TOLD);
        }
    }
    sorted
}

fn of_application(organization: &str, application: &Application) -> Option<Happened> {
    let created = words::time(application.created_at.as_ref()).and_then(|text| format::parse(&text));
    let updated = words::time(application.updated_at.as_ref()).and_then(|text| format::parse(&text));
    let at = updated.or(created)?;
    let mark = marks::application(application);
    let said = if Some(at) == created { "was deployed".to_owned() } else { "was changed".to_owned() };
    Some(Happened {
        at,
        tone: mark.tone,
        name: application.name.clone(),
        href: Some(routes::application(organization, &application.id).href()),
        said,
    })
}

fn without_audit(organization: String, source: Source) -> AnyView {
    let book = use_store().activity.book();
    let applications = query(applications::list);
    let rows = reactive(move || {
        let mut happened: Vec<Happened> = Vec::new();
        book.with(|book| {
            for entry in book.entries().iter().filter(|entry| !entry.is_running()) {
                let ended = words_of::ending(entry);
                let said = ended.strip_prefix(&words_of::noun(entry)).unwrap_or(&ended).trim().to_owned();
                let kept = entry.status != OperationStatus::Completed
                    || entry.kind != astro_api::clusters::OperationType::Delete;
                happened.push(Happened {
                    at: entry.updated,
                    tone: marks::operation(&entry.status).tone,
                    name: words_of::noun(entry),
                    href: kept.then(|| routes::cluster(&organization, &entry.cluster).href()),
                    said,
                });
            }
        });
        applications.load().with(|load| {
            let list = load.value().cloned();
            happened
                .extend(list.iter().flat_map(|list| list.iter()).filter_map(|it| of_application(&organization, it)));
        });
        let is_known = book.with(Book::is_known) || applications.load().with(|load| load.value().is_some());
        let happened = newest(happened);
        if happened.is_empty() {
            let text = if is_known { "Nothing happened lately." } else { "Nothing is known yet." };
            return view! { <p class="card__body muted">{text}</p> }.into_any();
        }
        let rows = happened
            .into_iter()
            .map(|it| {
                let name = match it.href {
                    Some(href) => view! { <a class="strong quiet-link" href=href>{it.name}</a> }.into_any(),
                    None => view! { <span class="strong">{it.name}</span> }.into_any(),
                };
                view! {
                    <li class="feed__row home__deed">
                        <Glyph tone=it.tone/>
                        <div class="feed__text">{name} <span class="muted">{format!(" {}", it.said)}</span></div>
                        <span class="feed__side"><Time at=Some(format::iso(it.at))/></span>
                    </li>
                }
                .into_any()
            })
            .collect_view();
        view! { <ul>{rows}</ul> }.into_any()
    });
    let why = if source == Source::Broken {
        "Based on operations and applications: the audit log could not be read."
    } else {
        "Based on operations and applications. Who did what is in the audit log, which is for admins and owners on the Enterprise plan."
    };
    view! {
        {rows}
        <p class="card__foot home__why">{why}</p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_comes_first_and_no_more_than_fit() {
        let it = |at: u64| Happened { at, tone: Tone::Good, name: at.to_string(), href: None, said: String::new() };
        let sorted = newest([3, 9, 1, 7, 20, 4, 5, 6, 8, 10, 11].map(it));
        let times: Vec<_> = sorted.iter().map(|it| it.at).collect();
        assert_eq!(times, [20, 11, 10, 9, 8, 7, 6, 5, 4]);
    }
}
