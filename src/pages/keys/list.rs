//! `/o/:org/keys`: every API key of the person, over all organizations.

use astro_api::api_keys::{self, ApiKey, ApiKeyMetadata, ApiKeySource, ApiKeyStatus};
use leptos::prelude::*;

use super::{create::Making, ending, ending::Ending, for_a_person, organization_of, validate};
use crate::{
    components::{
        PageAction, PageContext,
        api_keys::{end, ending as ending_soon, ends_soon, is_of_console, label},
        copy_action, marks, words,
    },
    routes,
    store::{Query, query, session::Organization, use_store},
    ui::{
        Action, Badge, Button, Column, Dash, DataTable, EmptyState, Features, Figure, Figures, Filter, Icon, Latest,
        Look, Mark, PageHeader, Part, QueryView, State, Time, Tone, Value, figure_skeleton, format,
        lasting::Followed,
        load::Load,
        maybe, query_view, reactive,
        table::{Card, Choice},
        tally, when,
    },
};

/// The keys of the person; the organization of the address is where a new one is made.
pub fn list(organization: String) -> AnyView {
    for_a_person("API keys", move || shown(&organization))
}

/// What a row needs to know beside its key.
#[derive(Clone, Copy)]
struct Ground {
    organizations: Followed<Vec<Organization>>,
    own: Followed<Vec<String>>,
    now: Followed<u64>,
    here: StoredValue<String>,
}

impl Ground {
    fn name(self, key: &ApiKey) -> String {
        let known = untrack(|| self.organizations.with(|list| organization_of(list, &key.org_id)));
        known.map(|it| it.name).or_else(|| key.org_namespace.clone()).unwrap_or_else(|| key.org_id.clone())
    }

    /// The page of a key, below the organization that it is for: one of the person's may have been left since.
    fn href(self, key: &ApiKey) -> Option<String> {
        let known = untrack(|| self.organizations.with(|list| organization_of(list, &key.org_id)))?;
        Some(routes::key(&known.name, &key.id).href())
    }

    /// Its state; one that ends soon says so.
    fn mark(self, key: &ApiKey) -> Mark {
        if ends_soon(key, self.now.get_untracked()) {
            return Mark::new(Tone::Warn, "Expires soon");
        }
        marks::api_key(&key.status)
    }
}

fn shown(organization: &str) -> AnyView {
    let store = use_store();
    let session = store.session;
    let ground = Ground {
        organizations: session.organizations(),
        own: session.own_keys(),
        now: store.clock.now(),
        here: StoredValue::new(organization.to_owned()),
    };
    let query = query(api_keys::list);
    let load = query.load();
    let counts = crate::store::query(api_keys::metadata);
    let ending = Ending::new();
    let making = Making::new(ending);
    let checking = RwSignal::new(false);
    let active = session.active();
    let make = Callback::new(move |()| {
        making.ask(active.with_untracked(|active| active.as_ref().map(|it| it.id.clone()).unwrap_or_default()));
    });
    if let Some(context) = use_context::<PageContext>() {
        context.offer_actions(move || {
            vec![
                PageAction::new("plus", "New API key", move || make.run(())),
                PageAction::new("search", "Check a key", move || checking.set(true)),
            ]
        });
    }
    let meta = tally(load, ("key", "keys"), move |list| ending_soon(list, ground.now.get_untracked()));
    let new = move || view! { <Button label="New API key" look=Look::Primary on_press=make/> }.into_any();
    view! {
        <PageHeader title="API keys".to_owned() meta=meta>
            <Button label="Check a key" on_press=move |()| checking.set(true)/>
            {new()}
        </PageHeader>
        <div class="stack">
            {tiles(ground, counts, query)}
            <div><DataTable
                label="API keys"
                load=load
                columns=columns(ground)
                features=features(ground, making, ending)
                empty=move || {
                    view! {
                        <EmptyState
                            icon="key-round"
                            title="No API keys yet"
                            text="A key lets a pipeline, a script or astroctl do in one organization what you may do there. Its secret is shown once, when it is made."
                        >
                            {new()}
                        </EmptyState>
                    }
                    .into_any()
                }
                retry=move |()| {
                    query.refetch();
                    counts.refetch();
                }
            /></div>
        </div>
        {making.panel()}
        {ending.dialog()}
        {validate::panel(checking)}
    }
    .into_any()
}

/// How many keys there are here by their state, counted as the filter of the list counts them, which end soon anywhere,
/// and what was used last, which the platform tells apart from the list. Without the list there are none: the table
/// below says why.
fn tiles(ground: Ground, counts: Query<ApiKeyMetadata>, keys: Query<Vec<ApiKey>>) -> AnyView {
    let load = keys.load();
    let keys = query_view::latest(load);
    // None while the list is on its way.
    let is_shown = Memo::new(move |_| {
        load.with(|load| match load {
            Load::Loading => None,
            load => Some(load.value().is_some_and(|keys| !keys.is_empty())),
        })
    });
    let used = move |counts: Latest<ApiKeyMetadata>| {
        reactive(move || counts.draw(|counts| keys.draw(|keys| last_used(ground, counts, keys))))
    };
    reactive(move || match is_shown.get() {
        None => view! { <Figures>{figure_skeleton()} {figure_skeleton()} {figure_skeleton()}</Figures> }.into_any(),
        Some(false) => ().into_any(),
        Some(true) => {
            let states = move || keys.draw(|keys| by_state(ground, &ground.here.get_value(), keys));
            let ends = move || keys.draw(|keys| by_end(&ground.here.get_value(), keys, ground.now.get_untracked()));
            view! {
                <Figures>
                    {reactive(states)}
                    {reactive(ends)}
                    <div>
                        <QueryView
                            load=counts.load()
                            loading=figure_skeleton
                            empty=None
                            frameless=true
                            retry=move |()| counts.refetch()
                            data=used
                        />
                    </div>
                </Figures>
            }
            .into_any()
        }
    })
}

fn by_state(ground: Ground, here: &str, keys: &[ApiKey]) -> AnyView {
    let all: Vec<&ApiKey> = keys.iter().filter(|key| ground.name(key) == here).collect();
    let mut parts: Vec<Part> = Vec::new();
    for mark in all.iter().map(|key| ground.mark(key)) {
        match parts.iter_mut().find(|part| part.name == mark.word) {
            Some(part) => part.count += 1,
            // What works comes first, as everywhere.
            None if mark.tone == Tone::Good => {
                parts.insert(0, Part { tone: mark.tone, name: mark.word.into_owned(), count: 1 });
            }
            None => parts.push(Part { tone: mark.tone, name: mark.word.into_owned(), count: 1 }),
        }
    }
    let sessions = if all.iter().any(|key| is_of_console(key)) { ", with console sessions" } else { "" };
    let href = format!("{}?organization={here}", routes::keys(here).href());
    let note = format!("in {here}{sessions}");
    view! { <Figure label="Keys here" href=href value=all.len() note=note parts=parts/> }.into_any()
}

fn by_end(here: &str, keys: &[ApiKey], now: u64) -> AnyView {
    let active: Vec<&ApiKey> =
        keys.iter().filter(|key| key.status == ApiKeyStatus::Active && !is_of_console(key)).collect();
    let soon = active.iter().filter(|key| ends_soon(key, now)).count();
    let never = active.iter().filter(|key| end(key).is_none()).count();
    let part = |tone, name: &str, count| Part { tone, name: name.to_owned(), count };
    let parts = vec![
        part(Tone::Warn, "Within 7 days", soon),
        part(Tone::Good, "Later", active.len().saturating_sub(soon + never)),
        part(Tone::Idle, "Never", never),
    ];
    let href = format!("{}?state=soon", routes::keys(here).href());
    let note = format!("of {} active, console sessions aside", format::count(active.len()));
    view! { <Figure label="Expire soon" href=href value=soon note=note parts=parts/> }.into_any()
}

fn last_used(ground: Ground, counts: &ApiKeyMetadata, keys: &[ApiKey]) -> AnyView {
    let at = words::time(counts.last_activity_at.as_ref());
    let key = counts.last_used_key_id.as_ref().and_then(|id| keys.iter().find(|key| key.id == *id));
    let name = key.map(label).unwrap_or_default();
    let head = match key.and_then(|key| ground.href(key)) {
        Some(href) => view! {
            <a class="figure__label" href=href>
                "Last used"
                <Icon name="arrow-right"/>
            </a>
        }
        .into_any(),
        None => view! { <p class="figure__label">"Last used"</p> }.into_any(),
    };
    view! {
        <div class="figure">
            {head}
            <p class="figure__value"><Time at=at/></p>
            <p class="muted small truncate" title=name.clone()>{name.clone()}</p>
        </div>
    }
    .into_any()
}

fn source(key: &ApiKey) -> Option<&'static str> {
    match key.source.as_ref()? {
        ApiKeySource::Cli => Some("astroctl"),
        ApiKeySource::Ui => Some("Console"),
        ApiKeySource::Other(_) => Some("Other"),
    }
}

/// Whose work a key of the console's own is.
fn owner(key: &ApiKey, own: &[String]) -> Option<&'static str> {
    if own.contains(&key.id) {
        return Some("This session");
    }
    is_of_console(key).then_some("Console session")
}

fn features(ground: Ground, making: Making, ending: Ending) -> Features<ApiKey> {
    Features::new("key", "keys", |key: &ApiKey| key.id.clone())
        .search("Filter by name")
        .filter(Filter::chips("state", "State", move |key: &ApiKey| {
            let mark = ground.mark(key);
            let is_soon = mark.tone == Tone::Warn;
            let (word, rank) = if is_soon { ("soon".to_owned(), 1) } else { (key.status.as_str().to_lowercase(), 0) };
            let rank = if is_soon || key.status == ApiKeyStatus::Active { rank } else { 2 };
            Some(Choice::new(word, mark.word).tone(mark.tone).rank(rank))
        }))
        .filter(Filter::menu("organization", "Organization", move |key: &ApiKey| Some(Choice::of(ground.name(key)))))
        .filter(Filter::menu("made", "Made by", |key: &ApiKey| {
            let word = if is_of_console(key) { "Console session" } else { source(key)? };
            Some(Choice::of(word))
        }))
        .actions(move |key: &ApiKey| {
            let (successor, revoked, deleted) = (key.clone(), key.clone(), key.clone());
            let mut actions = Vec::new();
            if let Some(href) = ground.href(key) {
                actions.push(Action::link("Open", "arrow-right", href));
            }
            actions.push(copy_action("Copy key id", key.id.clone()));
            let is_own = is_of_console(key).then(|| "The console renews its own keys by itself.".to_owned());
            actions
                .push(Action::run("Make a successor", "plus", move || making.ask_successor(&successor)).unless(is_own));
            actions.push(
                Action::run("Revoke", "x", move || ending.revoke(&revoked)).unless(ending::not_revocable(key)).danger(),
            );
            actions.push(Action::run("Delete", "trash-2", move || ending.delete(&deleted, || {})).danger());
            actions
        })
        .bulk(ending.revoke_several())
        .bulk(ending.delete_several())
}

fn columns(ground: Ground) -> Vec<Column<ApiKey>> {
    vec![
        Column::new("Name", move |key: &ApiKey| {
            let name = label(key);
            let link = match ground.href(key) {
                Some(href) => view! { <a href=href title=name.clone()>{name.clone()}</a> }.into_any(),
                None => view! { <span title=name.clone()>{name.clone()}</span> }.into_any(),
            };
            let key = key.clone();
            let badge = reactive(move || {
                maybe(ground.own.with(|own| owner(&key, own)).map(|text| view! { <Badge text=text/> }.into_any()))
            });
            view! { <span class="key-name">{link} {badge}</span> }.into_any()
        })
        .value(label)
        .names(),
        Column::new("State", move |key: &ApiKey| view! { <State mark=ground.mark(key)/> }.into_any())
            .value(move |key| ground.mark(key))
            .width(136)
            .live()
            .card(Card::Side),
        Column::new("Organization", move |key: &ApiKey| {
            let name = ground.name(key);
            view! { <span class="table__clip" title=name.clone()>{name.clone()}</span> }.into_any()
        })
        .value(move |key| ground.name(key))
        .searched()
        .width(136)
        .card(Card::Note),
        Column::new("Made by", |key: &ApiKey| match source(key) {
            Some(source) => source.into_any(),
            None => view! { <Dash/> }.into_any(),
        })
        .value(|key| Value::text(source(key)))
        .width(104),
        Column::new("Expires", |key: &ApiKey| match end(key) {
            Some(end) => when(end),
            None => view! { <span class="muted">"Never"</span> }.into_any(),
        })
        .value(|key| Value::time(end(key)))
        .width(104)
        .card(Card::NoteSide),
        Column::new("Last used", |key: &ApiKey| match words::time(key.last_used_at.as_ref()) {
            Some(at) => when(at),
            None => view! { <span class="muted">"Never"</span> }.into_any(),
        })
        .key("used")
        .value(|key| Value::time(words::time(key.last_used_at.as_ref())))
        .width(104)
        .live(),
        Column::new("Created", |key: &ApiKey| when(words::time(key.created_at.as_ref())))
            .value(|key| Value::time(words::time(key.created_at.as_ref())))
            .width(104),
    ]
}
