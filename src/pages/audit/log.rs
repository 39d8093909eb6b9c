//! `/o/:org/audit`: who did what, when, from where.

use std::sync::Arc;

use astro_api::{
    audit::{self, AuditAction, AuditEvent, AuditEventPage, AuditEventType},
    organizations::OrgMemberPage,
};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::{
    event::detail,
    export::Export,
    statistics::Statistics,
    table,
    wanted::{ACTION, EVENT, FROM, PRESETS, TO, TYPE, USER, Wanted, preset},
};
use crate::{
    components::{PageAction, PageContext, audit as words, people, refusal, rules},
    routes,
    store::{Paged, paged},
    ui::{
        Address, BarFilter, Button, Card, EmptyState, FilterBar, IconButton, Latest, Offer, PageHeader, Pagination,
        QueryView, Turns,
        address::Step,
        filter_bar::Style,
        format,
        load::{FailureKind, Load, Part},
        maybe, query_view, reactive,
        time::Now,
    },
};

/// Events of a page, unless the address says otherwise: the contract's default.
const ROWS: usize = 50;

/// All that filters.
const FILTERS: [&str; 6] = [TYPE, ACTION, USER, FROM, TO, "page"];

/// What the filters read and write.
#[derive(Clone, Copy)]
struct Filters {
    address: Address,
    wanted: Memo<Wanted>,
    is_backwards: Memo<bool>,
    statistics: Statistics,
    members: Latest<OrgMemberPage>,
    page: Latest<Part<AuditEvent>>,
    total: Memo<Option<usize>>,
    today: Memo<i64>,
    /// What was typed to find an actor.
    typed: RwSignal<String>,
}

/// The audit log of an organization.
pub fn log(organization: String) -> AnyView {
    let address = Address::of_context();
    let wanted = Memo::new(move |_| Wanted::of(address));
    let turns = Turns::of_address(ROWS);
    let asked = RwSignal::new(None::<Wanted>);
    let page = paged(
        move || turns.wanted().get(),
        // A period that ends before it begins is refused, and the page says so by itself.
        move |page| {
            let wanted = Some(wanted.get()).filter(|wanted| !wanted.is_backwards())?;
            let request = audit::list(&wanted.list(page, format::offset));
            asked.set(Some(wanted));
            Some(request)
        },
        |answer: &AuditEventPage| Part {
            rows: Arc::new(answer.events.clone()),
            total: usize::try_from(answer.total).ok(),
            next: None,
        },
    );
    let load = page.load();
    let latest = query_view::latest(load);
    let is_backwards = Memo::new(move |_| wanted.with(Wanted::is_backwards));
    let total = Memo::new(move |_| latest.get().filter(|_| !is_backwards.get()).and_then(|part| part.total));
    let statistics = Statistics::watch(address);
    let today = Memo::new(move |_| words::day_at(i64::try_from(Now::get()).unwrap_or_default(), format::offset));
    let members = people::members();
    let typed = RwSignal::new(String::new());
    let filters = Filters { address, wanted, is_backwards, statistics, members, page: latest, total, today, typed };
    // What was asked for and has been answered: the total is of that. A refresh, or another page, leaves it as it is.
    let answered = Memo::new(move |before: Option<&Option<Wanted>>| {
        let asked = asked.get();
        if load.with(Load::is_busy) { before.cloned().flatten() } else { asked }
    });
    let is_counting = Memo::new(move |_| answered.get() != Some(wanted.get()));
    let export = Export::new(wanted, total, is_counting);
    let refresh = move || {
        page.refetch();
        statistics.refetch();
    };
    if let Some(context) = use_context::<PageContext>() {
        context.offer_actions(move || {
            vec![
                PageAction::new("refresh-cw", "Refresh the audit log", refresh),
                PageAction::new("download", "Export as CSV", move || export.run(super::export::Form::Csv))
                    .disabled(export.why_not()),
                PageAction::new("download", "Export as JSON", move || export.run(super::export::Form::Json))
                    .disabled(export.why_not()),
            ]
        });
    }
    let is_refused = Memo::new(move |_| {
        load.with(|load| load.failure().is_some_and(|failure| failure.kind == FailureKind::Forbidden))
    });
    let meta = move || {
        maybe(total.get().filter(|_| !is_refused.get()).map(|total| {
            let words = format::counted(total, "event", "events");
            let matches = wanted.with(Wanted::is_filtered);
            let text = match (matches, total) {
                (true, 1) => format!("{words} matches"),
                (true, _) => format!("{words} match"),
                (false, _) => words,
            };
            view! {
                <span>{text}</span>
                {maybe(filters.times().map(|times| view! { <span>{times}</span> }.into_any()))}
            }
            .into_any()
        }))
    };
    let shown = Shown {
        organization: StoredValue::new(organization),
        page,
        latest,
        open: address.param(EVENT),
        turns,
        total,
        filters,
        export,
    };
    view! {
        <PageHeader title="Audit log".to_owned() meta=meta>
            {reactive(move || {
                if is_refused.get() {
                    return ().into_any();
                }
                view! {
                    <IconButton icon="refresh-cw" label="Refresh" on_press=move |()| refresh()/>
                    {export.button()}
                }
                .into_any()
            })}
        </PageHeader>
        {reactive(move || {
            if is_refused.get() {
                refusal::of_plan("listAuditEvents", "The audit log", move || page.refetch())
            } else {
                shown.content()
            }
        })}
    }
    .into_any()
}

/// What the page shows to who may see it.
#[derive(Clone, Copy)]
struct Shown {
    organization: StoredValue<String>,
    page: Paged<AuditEvent, AuditEventPage>,
    latest: Latest<Part<AuditEvent>>,
    open: Memo<Option<String>>,
    turns: Turns,
    total: Memo<Option<usize>>,
    filters: Filters,
    export: Export,
}

impl Shown {
    fn content(self) -> AnyView {
        let Self { page, latest, turns, total, filters, export, .. } = self;
        let busy = Signal::derive(move || page.load().with(Load::is_busy));
        let shown = Signal::derive(move || latest.get().map_or(0, |part| part.rows.len()));
        let typed = move |event: ev::Event| filters.note(&event);
        view! {
            <div class="audit">
                <div class="stack">
                    {filters.statistics.histogram(filters.wanted)}
                    <div on:input=typed>
                        {filters.bar()}
                        {filters.complaint()}
                        {export.trouble()}
                        {self.elsewhere()}
                        {reactive(move || {
                            if filters.is_backwards.get() {
                                return ().into_any();
                            }
                            view! {
                                <QueryView
                                    load=page.load()
                                    loading=table::still
                                    empty=None
                                    retry=move |()| page.refetch()
                                    data=move |latest| self.rows(latest, busy)
                                />
                                <Pagination
                                    turns=turns
                                    shown=shown
                                    total=total
                                    next=Signal::stored(None::<String>)
                                    busy=busy
                                />
                            }
                            .into_any()
                        })}
                    </div>
                </div>
                {filters.statistics.side(filters.wanted)}
            </div>
        }
        .into_any()
    }

    fn rows(self, latest: Latest<Part<AuditEvent>>, busy: Signal<bool>) -> AnyView {
        let state =
            Memo::new(move |_| latest.get().map(|part| (part.rows.is_empty(), part.total.unwrap_or_default() > 0)));
        reactive(move || match state.get() {
            Some((true, true)) => past_the_end(self.filters.address),
            Some((true, false)) => nothing(self.filters),
            _ => table::events(self.organization.get_value(), latest, self.open, busy),
        })
    }

    /// The event that a link means, where it is not on the page that is shown.
    fn elsewhere(self) -> AnyView {
        let id = Memo::new(move |_| {
            let id = self.open.get()?;
            let part = self.latest.get()?;
            (!part.rows.iter().any(|event| event.id == id)).then_some(id)
        });
        let close = move |()| self.filters.address.set(EVENT, None, Step::Replace);
        let side = move || {
            view! { <span class="push"><IconButton icon="x" label="Close the event" on_press=close/></span> }.into_any()
        };
        reactive(move || {
            maybe(id.get().map(|id| {
                view! {
                    <div class="audit__linked">
                        <Card title="Linked event" side=side padded=true>
                            {detail(self.organization.get_value(), id, None)}
                        </Card>
                    </div>
                }
                .into_any()
            }))
        })
    }
}

/// The address asks for a page that the log does not have.
fn past_the_end(address: Address) -> AnyView {
    view! {
        <div class="card">
            <EmptyState icon="scroll-text" title="No such page" text="The log has fewer pages than the address asks for.">
                <Button label="Go to the first page" on_press=move |()| address.set("page", None, Step::Push)/>
            </EmptyState>
        </div>
    }
    .into_any()
}

/// Nothing matches, or nothing was noted yet.
fn nothing(filters: Filters) -> AnyView {
    reactive(move || {
        let content = if filters.wanted.with(Wanted::is_filtered) {
            view! {
                <EmptyState icon="scroll-text" title="No event matches" text="Nothing was noted that fits every filter.">
                    <Button label="Clear filters" on_press=move |()| filters.clear()/>
                </EmptyState>
            }
            .into_any()
        } else {
            view! {
                <EmptyState
                    icon="scroll-text"
                    title="No events yet"
                    text="What people and keys do to clusters, applications, profiles, members and keys is noted here, and so is reading this log."
                />
            }
            .into_any()
        };
        view! { <div class="card">{content}</div> }.into_any()
    })
}

/// Adds whom an id means that was typed: of many members not all are known, and of those who have left none. A menu
/// finds what it offers by its words, so that the id is one of them.
fn with_typed(known: &mut Vec<(String, String)>, typed: &str) {
    if rules::user_id(typed).is_some() {
        return;
    }
    let id = typed.trim().to_ascii_lowercase();
    match known.iter_mut().find(|(other, _)| *other == id) {
        Some((_, name)) if *name != id => *name = format!("{name} ({typed})"),
        Some((_, name)) => typed.clone_into(name),
        None => known.push((id, typed.to_owned())),
    }
}

fn offer(key: impl Into<String>, label: String) -> Offer {
    Offer { key: key.into(), label, tone: None, count: None }
}

impl Filters {
    fn set(self, changes: &[(&str, Option<String>)]) {
        let mut changes = changes.to_vec();
        changes.push(("page", None));
        self.address.set_all(&changes, Step::Push);
    }

    fn clear(self) {
        self.address.set_all(&FILTERS.map(|key| (key, None)), Step::Push);
    }

    /// The wanted times in words; none where all times are wanted.
    fn times(self) -> Option<String> {
        let wanted = self.wanted.get();
        if let Some(preset) = preset(&wanted, self.today.get()) {
            return Some(preset.label.to_owned());
        }
        let day = |text: &String| match format::parse(text) {
            // A day of a calendar is the same day everywhere; a time is told by the clocks here.
            Some(at) if text.len() == 10 => format::utc_day(at, false),
            Some(at) => format::since(at, 0),
            None => text.clone(),
        };
        match (wanted.from.as_ref().map(day), wanted.to.as_ref().map(day)) {
            (Some(from), Some(to)) if from == to => Some(from),
            (Some(from), Some(to)) => Some(format!("{from} to {to}")),
            (Some(from), None) => Some(format!("Since {from}")),
            (None, Some(to)) => Some(format!("Until {to}")),
            (None, None) => None,
        }
    }

    /// A filter of one value.
    fn one(
        self,
        label: &'static str,
        key: &'static str,
        offers: impl Fn() -> Vec<Offer> + Send + Sync + 'static,
    ) -> BarFilter {
        let chosen = self.address.param(key);
        BarFilter {
            label,
            style: Style::One,
            offers: Arc::new(offers),
            many: Arc::new(|| 2),
            chosen: Arc::new(move || chosen.get().filter(|value| !value.is_empty()).into_iter().collect()),
            all: Arc::new(|| None),
            choose: Callback::new(move |values: Vec<String>| self.set(&[(key, values.into_iter().next())])),
        }
    }

    /// Notes what is typed into the search of the actors, the one menu of the bar that has any.
    fn note(self, event: &ev::Event) {
        let field = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        if let Some(field) = field.filter(|field| field.matches(".menu__search").unwrap_or_default()) {
            self.typed.set(field.value());
        }
    }

    /// Who did it. Anybody may be meant, so that the menu has its search however few it knows.
    fn actor(self) -> BarFilter {
        let one = self.one("Actor", USER, move || self.actors());
        let (chosen, choose) = (Arc::clone(&one.chosen), one.choose);
        BarFilter {
            many: Arc::new(|| usize::MAX),
            // Whoever comes by a link has the id before anything tells the name: the chip follows what tells it.
            chosen: Arc::new(move || {
                let _ = (self.page.get(), self.members.get());
                chosen()
            }),
            // What was typed has found whom it meant, and is no part of the name.
            choose: Callback::new(move |values: Vec<String>| {
                self.typed.set(String::new());
                choose.run(values);
            }),
            ..one
        }
    }

    fn actors(self) -> Vec<Offer> {
        let mut known = self.statistics.actors();
        let mut add = |id: &str, name: String| {
            if !id.is_empty() && !known.iter().any(|(other, _)| other == id) {
                known.push((id.to_owned(), name));
            }
        };
        for event in self.page.get().iter().flat_map(|part| part.rows.iter()) {
            add(&event.user_id, words::person(event));
        }
        for member in self.members.get().iter().flat_map(|page| page.members.iter()) {
            add(&member.user_id, people::called(member));
        }
        self.typed.with(|typed| with_typed(&mut known, typed));
        known.into_iter().map(|(id, name)| offer(id, name)).collect()
    }

    /// When: stretches that end today, or whatever the two fields say.
    fn when(self) -> BarFilter {
        let chosen = move || {
            let wanted = self.wanted.get();
            let is_set = wanted.from.is_some() || wanted.to.is_some();
            let key = preset(&wanted, self.today.get()).map_or("custom", |preset| preset.key);
            is_set.then(|| key.to_owned()).into_iter().collect::<Vec<_>>()
        };
        BarFilter {
            label: "Time",
            style: Style::One,
            offers: Arc::new(move || {
                let mut offers: Vec<_> = PRESETS.iter().map(|it| offer(it.key, it.label.to_owned())).collect();
                if chosen().iter().any(|key| key == "custom") {
                    offers.push(offer("custom", self.times().unwrap_or_default()));
                }
                offers
            }),
            many: Arc::new(|| PRESETS.len()),
            chosen: Arc::new(chosen),
            all: Arc::new(|| None),
            choose: Callback::new(move |values: Vec<String>| {
                let key = values.first().map(String::as_str);
                if key == Some("custom") {
                    return;
                }
                let today = self.today.get_untracked();
                let from = PRESETS.iter().find(|preset| Some(preset.key) == key).map(|preset| preset.from(today));
                self.set(&[(FROM, from), (TO, None)]);
            }),
        }
    }

    fn bar(self) -> AnyView {
        let told = Signal::derive(move || {
            let total = self.total.get();
            total.map(|total| format!("{} match", format::counted(total, "event", "events"))).unwrap_or_default()
        });
        let kinds = || {
            let offer = |kind: &AuditEventType| offer(kind.as_str().to_ascii_lowercase(), words::kind(kind));
            AuditEventType::KNOWN.iter().map(offer).collect()
        };
        let actions = || {
            let offer = |action: &AuditAction| offer(action.as_str().to_ascii_lowercase(), words::action(action));
            AuditAction::KNOWN.iter().map(offer).collect()
        };
        let is_filtered = Memo::new(move |_| self.wanted.with(Wanted::is_filtered));
        let clear = reactive(move || {
            maybe(is_filtered.get().then(|| {
                view! { <button type="button" class="link" on:click=move |_| self.clear()>"Clear"</button> }.into_any()
            }))
        });
        view! {
            <FilterBar
                filters=vec![
                    self.when(),
                    self.one("Type", TYPE, kinds),
                    self.one("Action", ACTION, actions),
                    self.actor(),
                ]
                told=told
            >
                {clear}
                <span class="audit__days">
                    {self.day("From", FROM)}
                    {self.day("To", TO)}
                    <a
                        class="quiet-link audit__zone"
                        href=routes::settings().href()
                        data-tip="Days and times are those of this zone; Settings choose another"
                    >
                        {format!("in {}", format::zone())}
                    </a>
                </span>
            </FilterBar>
        }
        .into_any()
    }

    /// A field for the first or the last day.
    fn day(self, label: &'static str, key: &'static str) -> AnyView {
        let value = self.address.param(key);
        // What the address has may be an exact time; the field knows days alone.
        let day = move || {
            let text = value.get().unwrap_or_default();
            match format::parse(&text).and_then(|at| i64::try_from(at).ok()) {
                Some(at) if text.len() > 10 => words::date_of(words::day_at(at, format::offset)),
                _ => text,
            }
        };
        let change = move |event: ev::Event| {
            let field = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            let Some(text) = field.map(|field| field.value()) else { return };
            self.set(&[(key, Some(text).filter(|text| !text.is_empty()))]);
        };
        view! {
            <label class="audit__date">
                <span>{label}</span>
                <input class="input" type="date" prop:value=day on:change=change/>
            </label>
        }
        .into_any()
    }

    /// What is wrong with the filter, before the platform says so.
    fn complaint(self) -> AnyView {
        reactive(move || {
            maybe(self.is_backwards.get().then(|| {
                view! {
                    <p class="audit__complaint" role="alert">
                        "The last day lies before the first one, so that nothing can match."
                    </p>
                }
                .into_any()
            }))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::with_typed;

    #[test]
    fn an_id_that_was_typed_is_offered_whoever_has_it() {
        let id = "2b7f0a1e-9c34-4d8e-8a52-6f1d3c5b7e90";
        let of = |known: &[(&str, &str)], typed: &str| {
            let mut known: Vec<_> = known.iter().map(|(id, name)| ((*id).to_owned(), (*name).to_owned())).collect();
            with_typed(&mut known, typed);
            known
        };
        let one = |name: &str| vec![(id.to_owned(), name.to_owned())];
        assert_eq!(of(&[], id), one(id));
        assert_eq!(of(&[], &id.to_uppercase()), one(&id.to_uppercase()), "found by what was typed, asked as ids are");
        assert_eq!(of(&[(id, "Adam Novak")], id), one(&format!("Adam Novak ({id})")));
        assert_eq!(of(&[(id, id)], id), one(id));
        assert_eq!(of(&[(id, "Adam Novak")], "adam"), one("Adam Novak"));
        assert!(of(&[], "adam").is_empty() && of(&[], "").is_empty());
    }
}
