//! `/o/:org/cloud-accounts`: what the clusters' accounts are connected to, and the vault of self-hosted clusters.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use astro_api::{
    catalog::ProviderId,
    cloud::{CloudConnectStatus, ConnectStatus},
    clusters::{self, Cluster},
};
use leptos::prelude::*;

use super::{
    credentials::{self, Target},
    join::{Joined, Standing, join},
    vault,
};
use crate::{
    components::{CloudConnect, Connecting, PageAction, PageContext, Reveal, connection, copy_action, roles, words},
    routes,
    store::{Preferences, Query, Started, Tone, mutation, query, use_store},
    ui::{
        Action, ActionMenu, Button, Column, Dash, DataTable, Draft, EmptyState, Features, Field, Filter, FormPanel,
        Look, MenuItem, PageHeader, SegmentsField, SidePanel, State, Tab, Tabs, TextField, Time, Value, format, maybe,
        reactive,
        table::{Card, Choice},
        tabs,
        time::Now,
        titled_link,
    },
};

/// How often the list is renewed: no stream tells of connections.
const RENEW: Duration = Duration::from_secs(15);
/// How often a connection of the list is asked for. One that is looked at is asked for more often.
const SELDOM: Duration = Duration::from_secs(6);
/// How many are asked for by themselves.
const ASKED: usize = 20;

const FACES: &[&str] = &["connections", "vault"];

/// What can be opened beside the list.
#[derive(Clone, Copy)]
struct Deeds {
    organization: StoredValue<String>,
    connecting: RwSignal<bool>,
    wanted: RwSignal<Connecting>,
    looking: RwSignal<bool>,
    looked_at: RwSignal<Option<Started>>,
    asking: RwSignal<bool>,
    target: RwSignal<Target>,
    adding: RwSignal<bool>,
    preferences: Preferences,
    /// Why nothing may be connected.
    blocked: Signal<Option<String>>,
}

impl Deeds {
    fn connect(self, wanted: Connecting) {
        self.wanted.set(wanted);
        self.connecting.set(true);
    }

    fn look_at(self, started: Started) {
        self.looked_at.set(Some(started));
        self.looking.set(true);
    }

    fn ask(self, target: Target) {
        self.target.set(target);
        self.asking.set(true);
    }

    fn connect_button(self) -> AnyView {
        let press = move |()| self.connect(Connecting::default());
        view! { <Button label="Connect account" look=Look::Primary disabled_reason=self.blocked on_press=press/> }
            .into_any()
    }
}

/// The cloud accounts of an organization.
pub fn accounts(organization: String) -> AnyView {
    let store = use_store();
    let query = query(|| clusters::list(None)).every(RENEW);
    let deeds = Deeds {
        organization: StoredValue::new(organization.clone()),
        connecting: RwSignal::new(false),
        wanted: RwSignal::new(Connecting::default()),
        looking: RwSignal::new(false),
        looked_at: RwSignal::new(None),
        asking: RwSignal::new(false),
        target: RwSignal::new(Target::default()),
        adding: RwSignal::new(false),
        preferences: store.preferences,
        blocked: roles::why_not("connectAws"),
    };
    let reveal = Reveal::new();
    let keys = vault::Keys::new();
    let connections = store.preferences.connections();
    let started = {
        let organization = organization.clone();
        Memo::new(move |_| connections.with(|connections| connections.of(&organization)))
    };
    let known = RwSignal::new(BTreeMap::<String, Standing>::new());
    let rows = query
        .load()
        .map(move |clusters: &Vec<Cluster>| started.with(|started| known.with(|known| join(clusters, started, known))));
    let face = tabs::chosen("tab", FACES);
    if let Some(context) = use_context::<PageContext>() {
        context.offer_actions(move || {
            let blocked = deeds.blocked.get();
            vec![
                PageAction::new("plus", "Connect a cloud account", move || deeds.connect(Connecting::default()))
                    .disabled(blocked.clone()),
                PageAction::new("search", "Follow a connection by its operation", move || deeds.adding.set(true))
                    .disabled(blocked.clone()),
                PageAction::new("lock", "Store keys of a self-hosted cluster", move || keys.store(None))
                    .disabled(blocked),
            ]
        });
    }
    let meta = move || {
        rows.with(|load| {
            maybe(load.value().map(|rows| {
                let connected = rows.iter().filter(|row| row.is_connected()).count();
                let all = format::counted(rows.len(), "cluster", "clusters");
                let text = format!("{} of {all} connected", format::count(connected));
                view! { <span>{text}</span> }.into_any()
            }))
        })
    };
    let tabs = vec![Tab::new("connections", "Connections"), Tab::new("vault", "Self-hosted keys")];
    let place = organization.clone();
    view! {
        <PageHeader title="Cloud accounts".to_owned() meta=meta>
            {deeds.connect_button()}
            <ActionMenu
                label="More actions for cloud accounts"
                class="button button--icon"
                button=|| view! { <crate::ui::Icon name="ellipsis"/> }.into_any()
            >
                <MenuItem
                    label="Follow an operation"
                    icon="search"
                    disabled_reason=deeds.blocked
                    on_press=move |()| deeds.adding.set(true)
                />
                <MenuItem
                    label="Store self-hosted keys"
                    icon="lock"
                    disabled_reason=deeds.blocked
                    on_press=move |()| keys.store(None)
                />
            </ActionMenu>
        </PageHeader>
        <Tabs label="Cloud accounts" tabs=tabs/>
        {watchers(deeds, started, known, query)}
        {reactive(move || match face.get() {
            "vault" => vault::face(place.clone(), query, keys),
            _ => connections_face(place.clone(), rows, deeds, query),
        })}
        <CloudConnect
            open=deeds.connecting
            organization=organization
            wanted=deeds.wanted
            on_connected=move |_| query.refetch()
        />
        {credentials::panel(deeds.asking, deeds.target, reveal)}
        {follow_panel(deeds)}
        {add_panel(deeds)}
        {keys.panel()}
        {reveal.dialog()}
    }
    .into_any()
}

/// Follows what was started here, the latest first. Nothing of it is drawn: the list shows what they find.
fn watchers(
    deeds: Deeds,
    started: Memo<Vec<Started>>,
    known: RwSignal<BTreeMap<String, Standing>>,
    clusters: Query<Vec<Cluster>>,
) -> AnyView {
    let asked = move || {
        // Who may not ask is told so by every button already.
        if deeds.blocked.with(Option::is_some) { Vec::new() } else { started.get() }
    };
    let watch = move |started: Started| {
        let operation = started.operation.clone();
        let followed = connection::follow(started.provider, started.operation, SELDOM);
        let standing = Memo::new(move |_| {
            followed.load.with(|load| match (load.value(), load.failure()) {
                (Some(status), _) => Standing::Known(Arc::clone(status)),
                (None, Some(failure)) => Standing::Lost(failure.kind),
                (None, None) => Standing::Asking,
            })
        });
        let name = operation.clone();
        Effect::new(move |before: Option<Standing>| {
            let now = standing.get();
            let ends =
                |standing: &Standing| matches!(standing, Standing::Known(it) if it.status == ConnectStatus::Completed);
            if before.as_ref().is_some_and(|before| !ends(before)) && ends(&now) {
                // The cluster says so too from now on.
                clusters.refetch();
            }
            known.update(|known| {
                known.insert(name.clone(), now.clone());
            });
            now
        });
        on_cleanup(move || {
            known.try_update(|known| known.remove(&operation));
        });
        ().into_any()
    };
    view! {
        <For
            each=move || asked().into_iter().take(ASKED)
            key=|started| started.operation.clone()
            children=watch
        />
    }
    .into_any()
}

fn connections_face(
    organization: String,
    rows: crate::ui::load::Loads<Vec<Joined>>,
    deeds: Deeds,
    query: Query<Vec<Cluster>>,
) -> AnyView {
    view! {
        <p class="muted cloud__note">
            "Shows the connections of your clusters, and those started or added in this browser. Connections started elsewhere appear once their cluster exists."
        </p>
        <DataTable
            label="Connections"
            load=rows
            columns=columns(organization.clone(), deeds)
            features=features(organization, deeds)
            empty=move || {
                view! {
                    <EmptyState
                        icon="cloud"
                        title="No cloud account is connected"
                        text="Before a cluster can be made in your account, the account has to trust the platform for it. You allow that at AWS, Google Cloud or Azure, and no key of yours is handed over."
                    >
                        {deeds.connect_button()}
                    </EmptyState>
                }
                .into_any()
            }
            retry=move |()| query.refetch()
        />
    }
    .into_any()
}

fn features(organization: String, deeds: Deeds) -> Features<Joined> {
    let store = use_store();
    Features::new("cluster", "clusters", Joined::key)
        .search("Filter by cluster, account or region")
        .filter(Filter::chips("state", "State", Joined::state))
        .filter(Filter::menu("provider", "Provider", |it: &Joined| {
            Some(Choice::new(it.provider.clone(), words::provider(&it.provider)))
        }))
        .actions(move |it: &Joined| {
            let blocked = deeds.blocked.get();
            let mut actions = Vec::new();
            if let Some(started) = it.started.clone() {
                let operation = started.operation.clone();
                let look = move || deeds.look_at(started.clone());
                actions.push(Action::run("Show its status", "clock", look).unless(blocked.clone()));
                actions.push(copy_action("Copy operation ID", operation));
            }
            let target = Target { cluster: it.cluster.clone(), provider: it.provider.clone() };
            let reason = blocked.clone().or_else(|| no_credentials(it));
            actions.push(
                Action::run("Get temporary credentials", "lock", move || deeds.ask(target.clone())).unless(reason),
            );
            let wanted = wanted(it);
            let label = if it.is_connected() { "Renew connection" } else { "Connect account" };
            let reason = blocked.or_else(|| not_to_connect(it));
            actions.push(Action::run(label, "refresh-cw", move || deeds.connect(wanted.clone())).unless(reason));
            if it.exists {
                let href = routes::cluster(&organization, &it.cluster).href();
                actions.push(Action::link("Open cluster", "arrow-right", href));
            }
            if let Some(operation) = it.started.as_ref().map(|started| started.operation.clone()) {
                let name = it.name().to_owned();
                let forget = move || {
                    deeds.preferences.forget_connection(&operation);
                    store.toasts.push(
                        Tone::Neutral,
                        format!("This browser forgets the connection of {name}; at the platform nothing changes."),
                    );
                };
                actions.push(Action::run("Forget in this browser", "x", forget));
            }
            actions
        })
}

/// What is known of a connection that is to be started for a row.
fn wanted(it: &Joined) -> Connecting {
    let is_known = !matches!(ProviderId::from(it.provider.as_str()), ProviderId::Other(_));
    Connecting {
        provider: if is_known { it.provider.clone() } else { String::new() },
        cluster: it.cluster.clone(),
        region: it.region.clone().filter(|_| is_known).unwrap_or_default(),
        account: it.account.clone().filter(|_| is_known).unwrap_or_default(),
        renew: it.is_connected(),
        ..Connecting::default()
    }
}

/// Why a row has no temporary credentials.
fn no_credentials(it: &Joined) -> Option<String> {
    if it.is_self_hosted {
        return Some("Its keys lie in the vault, and the platform gives none of them away.".to_owned());
    }
    credentials::not_of(&it.provider)
        .or_else(|| (!it.is_connected()).then(|| "The account is not connected yet.".to_owned()))
}

/// Why nothing is to be connected for a row.
fn not_to_connect(it: &Joined) -> Option<String> {
    it.is_self_hosted.then(|| "A self-hosted cluster works with the keys in the vault.".to_owned())
}

fn columns(organization: String, deeds: Deeds) -> Vec<Column<Joined>> {
    vec![
        Column::new("Cluster", move |it: &Joined| {
            let name = it.name().to_owned();
            if it.exists {
                let href = routes::cluster(&organization, &name).href();
                titled_link(href, it.cluster.clone()).into_any()
            } else {
                view! { <span title=name.clone()>{name.clone()}</span> }.into_any()
            }
        })
        .value(|it| it.name().to_owned())
        .names(),
        Column::new("Account", |it: &Joined| match &it.account {
            Some(account) => {
                view! { <span class="truncate block" title=account.clone()><code>{account.clone()}</code></span> }
                    .into_any()
            }
            None => view! { <Dash/> }.into_any(),
        })
        .value(|it| Value::text(it.account.clone()))
        .searched()
        .card(Card::Hidden),
        Column::new("State", move |it: &Joined| {
            let Some(mark) = it.mark() else { return view! { <Dash/> }.into_any() };
            match it.started.clone().filter(|_| it.standing.is_some()) {
                // The state is what one wants to know more of.
                Some(started) => {
                    let press = move |_| deeds.look_at(started.clone());
                    view! {
                        <button type="button" class="cloud__state" on:click=press data-tip="Show its status">
                            <State mark=mark/>
                        </button>
                    }
                    .into_any()
                }
                None => view! { <State mark=mark/> }.into_any(),
            }
        })
        .value(Joined::mark)
        .width(188)
        .live()
        .card(Card::Side),
        Column::new("Provider", |it: &Joined| {
            let kind = it.kind.clone().filter(|kind| *kind != words::provider(&it.provider));
            view! {
                {words::provider(&it.provider)}
                {maybe(kind.map(|kind| view! { <span class="muted">" " {kind}</span> }.into_any()))}
            }
            .into_any()
        })
        .value(|it| words::provider(&it.provider))
        .card(Card::Note),
        Column::new("Region", |it: &Joined| match &it.region {
            Some(region) => view! { <code>{region.clone()}</code> }.into_any(),
            None => view! { <Dash/> }.into_any(),
        })
        .value(|it| Value::text(it.region.clone()))
        .searched()
        .width(152)
        .card(Card::NoteSide),
        Column::new("Known from", |it: &Joined| match &it.started {
            Some(started) => {
                let at = format::iso(started.at);
                view! { <span class="muted">"This browser, " <Time at=Some(at)/></span> }.into_any()
            }
            None => view! { <span class="muted">"The cluster"</span> }.into_any(),
        })
        .key("from")
        .value(|it| if it.started.is_some() { "This browser" } else { "The cluster" }.to_owned())
        .width(176),
    ]
}

/// How a connection stands, beside the list.
fn follow_panel(deeds: Deeds) -> AnyView {
    let open = deeds.looking;
    let title = Signal::derive(move || {
        deeds.looked_at.with(|started| match started {
            Some(started) if !started.cluster.is_empty() => format!("Connection of {}", started.cluster),
            _ => "Connection".to_owned(),
        })
    });
    let again = move |started: &Started| {
        open.set(false);
        deeds.connect(Connecting {
            provider: started.provider.clone(),
            cluster: started.cluster.clone(),
            ..Connecting::default()
        });
    };
    let content = move |started: Started| {
        let followed = connection::follow(started.provider.clone(), started.operation.clone(), connection::OFTEN);
        let has_failed =
            Memo::new(move |_| followed.end().is_some_and(|status| status.status == ConnectStatus::Failed));
        let at = format::iso(started.at);
        let started = StoredValue::new(started);
        view! {
            <div class="stack">
                <p class="muted">"Started or added in this browser " <Time at=Some(at)/> "."</p>
                {connection::standing(followed)}
                {reactive(move || {
                    maybe(has_failed.get().then(|| {
                        let press = move |()| started.with_value(again);
                        view! {
                            <div>
                                <Button
                                    label="Start again"
                                    look=Look::Primary
                                    disabled_reason=deeds.blocked
                                    on_press=press
                                />
                            </div>
                        }
                        .into_any()
                    }))
                })}
            </div>
        }
        .into_any()
    };
    view! {
        <SidePanel
            open=open
            title=title
            foot=move || view! { <Button label="Close" on_press=move |()| open.set(false)/> }.into_any()
        >
            {reactive(move || maybe(deeds.looked_at.get().map(content)))}
        </SidePanel>
    }
    .into_any()
}

/// Adds a connection that was started elsewhere, by its operation.
fn add_panel(deeds: Deeds) -> AnyView {
    let store = use_store();
    let draft = Draft::new();
    let provider = draft.part("aws".to_owned());
    let operation = draft.part(String::new());
    let send = mutation(|(provider, operation): &(String, String)| {
        // The choices are those that have the operation.
        connection::status_of(provider, operation).unwrap_or_else(|| astro_api::cloud::aws_status(operation))
    });
    let submit = move |()| {
        let typed = (provider.get_untracked(), operation.with_untracked(|id| id.trim().to_owned()));
        send.run_then(typed.clone(), move |status: Arc<CloudConnectStatus>| {
            let (provider, operation) = typed;
            let cluster = status.cluster_name.clone().unwrap_or_default();
            let started = Started {
                organization: deeds.organization.get_value(),
                operation,
                provider,
                cluster,
                at: Now::get_untracked(),
                // Its status tells neither.
                account: String::new(),
                level: String::new(),
            };
            store.preferences.remember_connection(started.clone());
            draft.reset();
            send.reset();
            deeds.adding.set(false);
            deeds.look_at(started);
        });
    };
    Effect::new(move |_| {
        if deeds.adding.get() {
            send.reset();
        }
    });
    let unknown = Signal::derive(move || {
        let is_unknown = send.error().with(|error| error.as_ref().is_some_and(|error| error.status == Some(404)));
        is_unknown.then(|| {
            let organization = deeds.organization.get_value();
            format!("{organization} has no such operation at this provider. It may belong to another organization.")
        })
    });
    let providers = || ["aws", "gcp", "azure"].map(|id| crate::ui::Choice::new(id, words::provider(id))).to_vec();
    view! {
        <FormPanel
            open=deeds.adding
            title="Follow an operation".to_owned()
            draft=draft
            pending=send.pending()
            error=send.error()
            on_submit=submit
            submit="Follow operation".to_owned()
            blocked=deeds.blocked
        >
            <p class="muted">
                "Whoever starts a connection gets the ID of its operation: in this console, from astroctl, from the API. With it, the connection can be followed here."
            </p>
            <SegmentsField
                field=Field::new("provider", "Provider")
                value=provider
                choices=Signal::stored(providers())
            />
            <TextField
                field=Field::new("operationId", "Operation")
                .hint("As connect answered it.".to_owned())
                .error(unknown)
                .check(move || {
                    operation.with(|id| {
                        id.trim().contains(char::is_whitespace).then(|| "An ID has no spaces.".to_owned())
                    })
                })
                value=operation
                limit=200
                mono=true
            />
        </FormPanel>
    }
    .into_any()
}
