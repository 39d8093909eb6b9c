//! `/o/:org/github`: the GitHub accounts that an organization is linked to.

use std::{sync::Arc, time::Duration};

use astro_api::{
    applications,
    github::{self, GithubDetection, GithubInstallation, GithubSyncRequest, InstallationSync},
};
use leptos::prelude::*;

use super::{GithubApp, account_type, selection, unlinking};
use crate::{
    components::{PageAction, PageContext, copy_action, marks, roles, words},
    routes,
    store::{Mutation, Tone, github as way, mutation, query, use_store},
    ui::{
        Action, ActionMenu, Button, Card as CardOf, Column, Confirm, Dash, DataTable, EmptyState, FailureNote,
        Features, Filter, Look, MenuItem, PageHeader, State, Value,
        confirm::{Confirming, confirm},
        maybe, query_view, reactive, some_are,
        table::{Card, Choice},
        tally, when,
    },
};

/// How often the list is renewed: a link is synchronized within seconds, and no stream tells of it.
const RENEW: Duration = Duration::from_secs(15);
const RENEW_PENDING: Duration = Duration::from_secs(3);

type Sync = Mutation<Option<GithubSyncRequest>, GithubDetection>;

/// What can be done beside the table.
#[derive(Clone, Copy)]
struct Deeds {
    organization: StoredValue<String>,
    app: StoredValue<Option<String>>,
    /// Why it may not be installed.
    not_install: Signal<Option<String>>,
    sync: Sync,
}

impl Deeds {
    fn install(self) {
        let address = self.app.with_value(|app| {
            let app = app.as_ref()?;
            self.organization.with_value(|organization| way::begin(app, organization))
        });
        if let Some(address) = address {
            // Leaving the console fails for no address that the configuration accepts.
            let _ = window().location().assign(&address);
        }
    }

    fn detect(self) {
        self.sync.run(None);
    }

    fn install_button(self) -> AnyView {
        let press = move |()| self.install();
        view! {
            <Button label="Install on GitHub" look=Look::Primary disabled_reason=self.not_install on_press=press/>
        }
        .into_any()
    }

    fn detect_button(self) -> AnyView {
        let press = move |()| self.detect();
        view! { <Button label="Detect installations" icon="search" busy=self.sync.pending() on_press=press/> }
            .into_any()
    }
}

/// The installations of an organization.
pub fn installations(organization: String) -> AnyView {
    let query = query(github::installations).every(RENEW);
    let load = query.load();
    let store = use_store();
    let sync: Sync = mutation(|body: &Option<GithubSyncRequest>| github::sync(body.as_ref()));
    let app = use_context::<GithubApp>().and_then(|GithubApp(app)| app);
    let is_configured = app.is_some();
    let not_allowed = roles::why_not("mapGithubInstallation");
    let not_install = Signal::derive(move || {
        not_allowed.get().or_else(|| {
            (!is_configured).then(|| {
                "This console does not know where the app is installed: its configuration has no links.githubApp."
                    .to_owned()
            })
        })
    });
    let deeds =
        Deeds { organization: StoredValue::new(organization.clone()), app: StoredValue::new(app), not_install, sync };
    let is_pending = Memo::new(move |_| {
        load.with(|load| {
            load.value().is_some_and(|list| list.iter().any(|it| it.sync_status == InstallationSync::Pending))
        })
    });
    // The same answer, asked for more often while something is about to change.
    let _ = crate::store::query(move || is_pending.get().then(github::installations)).every(RENEW_PENDING);
    let not_refresh = roles::why_not("syncGithubInstallations");
    let refresh = confirm(
        || {
            Confirm::new(
                "Refresh deployment credentials",
                "The platform checks every linked installation with GitHub again.",
                "Refresh credentials",
            )
            .consequence(
                "refresh-cw",
                "Credentials",
                "that applications are deployed with are made anew for each linked installation.",
            )
            .consequence("boxes", "Applications", "keep running while that happens.")
        },
        move || async move {
            sync.outcome(Some(GithubSyncRequest { refresh: Some(true) })).await?;
            store.toasts.push(Tone::Good, "The credentials of the linked installations are renewed.");
            Ok(())
        },
    );
    if let Some(context) = use_context::<PageContext>() {
        context.offer_actions(move || {
            vec![
                PageAction::new("plus", "Install the app on GitHub", move || deeds.install())
                    .disabled(deeds.not_install.get()),
                PageAction::new("search", "Detect GitHub installations", move || deeds.detect()),
            ]
        });
    }
    let meta = tally(load, ("account", "accounts"), |list| {
        some_are(list.iter().filter(|it| it.sync_status == InstallationSync::Failed).count(), "not in sync")
    });
    let menu = move || {
        view! {
            <MenuItem label="Refresh credentials" icon="refresh-cw" disabled_reason=not_refresh on_press=refresh/>
        }
        .into_any()
    };
    let linked = query_view::latest(load);
    view! {
        <PageHeader title="GitHub".to_owned() meta=meta>
            {deeds.detect_button()}
            <ActionMenu label="More actions for GitHub">{menu()}</ActionMenu>
            {deeds.install_button()}
        </PageHeader>
        <div class="stack">
            {detected(organization.clone(), sync, Signal::derive(move || linked.get().unwrap_or_default()))}
            <div><DataTable
                label="GitHub installations"
                load=load
                columns=columns(organization.clone())
                features=features(organization)
                empty=move || nothing(deeds)
                retry=move |()| query.refetch()
            /></div>
        </div>
    }
    .into_any()
}

/// What connecting gives, in one screen.
fn nothing(deeds: Deeds) -> AnyView {
    view! {
        <EmptyState
            icon="github"
            title="No GitHub account is linked"
            text="Linked, the platform reads the repositories that you choose on GitHub: applications are deployed from charts and manifests in them, a push is seen within about three minutes, and forms offer branches, folders and files. GitHub shows what it grants before you agree. If the app is installed already, detect it."
        >
            {deeds.detect_button()}
            {deeds.install_button()}
        </EmptyState>
    }
    .into_any()
}

/// What the last look at GitHub has found that is not linked.
fn detected(organization: String, sync: Sync, linked: Signal<Arc<Vec<GithubInstallation>>>) -> AnyView {
    let store = use_store();
    let map = mutation(|id: &i64| github::map_installation(&id.to_string()));
    let blocked = roles::why_not("mapGithubInstallation");
    let result = sync.result();
    let available = Memo::new(move |_| {
        let detection = result.get()?;
        let is_linked = |id: i64| linked.with(|linked| linked.iter().any(|it| it.installation_id == id));
        Some(detection.available.iter().filter(|it| !is_linked(it.installation_id)).cloned().collect::<Vec<_>>())
    });
    let organization = StoredValue::new(organization);
    let row = move |it: &GithubInstallation| {
        let (id, login) = (it.installation_id, it.account_login.clone());
        let name = login.clone();
        let press = move |()| {
            let login = login.clone();
            map.run_then(id, move |_| {
                store.toasts.push(Tone::Good, format!("{login} is linked, and is being synced."));
            });
        };
        let facts = [Some(account_type(&it.account_type)), selection(it)];
        let facts = facts.into_iter().flatten().map(|fact| view! { <span>{fact}</span> }.into_any()).collect_view();
        view! {
            <li class="github__found">
                <div class="github__account">
                    <strong>{name.clone()}</strong>
                    <span class="meta">{facts}</span>
                </div>
                <Button
                    label=format!("Link {name}")
                    small=true
                    busy=map.pending()
                    disabled_reason=blocked
                    on_press=press
                />
            </li>
        }
        .into_any()
    };
    reactive(move || {
        let failure = sync.error().get().or_else(|| map.error().get());
        let failure = failure.map(|failure| view! { <FailureNote failure=failure/> }.into_any());
        let content = available.get().map(|list| {
            let organization = organization.get_value();
            if list.is_empty() {
                let text = format!("GitHub knows no installation for you that is not linked to {organization}.");
                return view! { <p class="card__body muted" role="status">{text}</p> }.into_any();
            }
            let rows = list.iter().map(row).collect_view();
            view! { <ul class="github__list">{rows}</ul> }.into_any()
        });
        if failure.is_none() && content.is_none() {
            return ().into_any();
        }
        view! {
            <CardOf title="Installed on GitHub, not linked">
                {maybe(failure.map(|failure| view! { <div class="card__body">{failure}</div> }.into_any()))}
                {maybe(content)}
            </CardOf>
        }
        .into_any()
    })
}

fn features(organization: String) -> Features<GithubInstallation> {
    let confirming = use_context::<Confirming>();
    let store = use_store();
    let blocked = roles::why_not("deleteGithubInstallation");
    let unlink = mutation(|id: &i64| github::delete_installation(&id.to_string()));
    let applications = query_view::latest(query(applications::list).load());
    Features::new("installation", "installations", |it: &GithubInstallation| it.installation_id.to_string())
        .search("Filter by account")
        .filter(Filter::chips("sync", "State", |it: &GithubInstallation| {
            let mark = marks::installation(&it.sync_status);
            Some(Choice::new(it.sync_status.as_str().to_lowercase(), mark.word).tone(mark.tone))
        }))
        .actions(move |it: &GithubInstallation| {
            let (installation, organization) = (it.clone(), organization.clone());
            let href = routes::github_installation(&organization, &it.account_login).href();
            let ask = move || {
                let Some(confirming) = confirming else { return };
                let known = untrack(|| applications.get()).unwrap_or_default();
                let (id, login) = (installation.installation_id, installation.account_login.clone());
                confirming.ask(unlinking(&installation, &organization, &known), move || {
                    let login = login.clone();
                    async move {
                        unlink.outcome(id).await?;
                        store
                            .toasts
                            .push(Tone::Good, format!("{login} is unlinked. The app stays installed on GitHub."));
                        Ok(())
                    }
                });
            };
            vec![
                Action::link("Open", "arrow-right", href),
                copy_action("Copy installation id", it.installation_id.to_string()),
                Action::run("Unlink", "x", ask).unless(blocked.get()).danger(),
            ]
        })
}

fn columns(organization: String) -> Vec<Column<GithubInstallation>> {
    vec![
        Column::new("Account", move |it: &GithubInstallation| {
            let login = it.account_login.clone();
            let href = routes::github_installation(&organization, &login).href();
            view! { <a href=href title=login>{it.account_login.clone()}</a> }.into_any()
        })
        .value(|it| it.account_login.clone())
        .names(),
        Column::new("State", |it: &GithubInstallation| {
            view! { <State mark=marks::installation(&it.sync_status)/> }.into_any()
        })
        .value(|it| marks::installation(&it.sync_status))
        .width(148)
        .live()
        .card(Card::Side),
        Column::new("Type", |it: &GithubInstallation| account_type(&it.account_type).into_any())
            .value(|it| account_type(&it.account_type))
            .width(160)
            .card(Card::Note),
        Column::new("Reaches", |it: &GithubInstallation| match selection(it) {
            Some(selection) => selection.into_any(),
            None => view! { <Dash/> }.into_any(),
        })
        .value(|it| Value::text(selection(it)))
        .card(Card::NoteSide),
        Column::new("Linked", |it: &GithubInstallation| when(words::time(it.linked_at.as_ref())))
            .value(|it| Value::time(words::time(it.linked_at.as_ref())))
            .width(120),
        Column::new("Synced", |it: &GithubInstallation| when(words::time(it.last_synced_at.as_ref())))
            .key("synced")
            .value(|it| Value::time(words::time(it.last_synced_at.as_ref())))
            .width(128)
            .live(),
    ]
}
