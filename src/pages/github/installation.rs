//! `/o/:org/github/:account`: an installation and the repositories that it reaches.

use std::{sync::Arc, time::Duration};

use astro_api::{
    applications,
    github::{self, EntryType, GithubInstallation, GithubRepository, InstallationSync, RepoContentEntry},
};
use leptos::prelude::*;

use super::{account_type, selection, token, unlinking};
use crate::{
    components::{Reveal, copy_action, marks, roles, words},
    routes,
    store::{Tone as ToastTone, mutation, query, use_store},
    ui::{
        Action, ActionMenu, Badge, Banner, Button, ButtonLink, Card as CardOf, Column, Dash, DataTable, EmptyState,
        ExternalLink, Fact, Facts, FactsSkeleton, FailureNote, Features, Filter, Latest, Loading, Look, MenuItem,
        PageHeader, QueryView, State, StateBadge, Time, Tone, Value,
        confirm::Confirming,
        facts::Layout,
        maybe, query_view, reactive,
        table::{Card, Choice},
        tag, when,
    },
};

const RENEW: Duration = Duration::from_secs(15);
const RENEW_PENDING: Duration = Duration::from_secs(3);

/// The installation of an account among those of the organization, as its address names it: by login, or by number.
pub fn of_account(list: &[GithubInstallation], account: &str) -> Option<i64> {
    let is_it = |it: &&GithubInstallation| {
        it.account_login.eq_ignore_ascii_case(account) || it.installation_id.to_string() == account
    };
    list.iter().find(is_it).map(|it| it.installation_id)
}

/// Draws what an account has, once its installation is known; says so where there is none.
pub fn with_installation(
    organization: String,
    account: String,
    draw: impl Fn(i64) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let query = query(github::installations);
    let load = query.load();
    let draw = Arc::new(draw);
    let loading = || view! { <Loading label="Loading the installation"><FactsSkeleton rows=4/></Loading> }.into_any();
    let data = move |list: Latest<Vec<GithubInstallation>>| {
        let (organization, account) = (organization.clone(), account.clone());
        let wanted = account.clone();
        let id = Memo::new(move |_| list.get().and_then(|list| of_account(&list, &wanted)));
        let draw = Arc::clone(&draw);
        reactive(move || match id.get() {
            Some(id) => draw(id),
            None => gone(&organization, &account),
        })
    };
    view! { <QueryView load=load loading=loading empty=None retry=move |()| query.refetch() data=data/> }.into_any()
}

fn gone(organization: &str, account: &str) -> AnyView {
    let href = routes::github(organization).href();
    let text = format!(
        "{organization} has no link to the GitHub account {account}. It may have been unlinked meanwhile, or its name has changed."
    );
    view! {
        <div class="card">
            <EmptyState
                icon="file-question"
                title="Not linked"
                text=text
            >
                <ButtonLink href=href label="Show installations" look=Look::Primary/>
            </EmptyState>
        </div>
    }
    .into_any()
}

/// An installation by the login of its account.
pub fn installation(organization: String, account: String) -> AnyView {
    // A heading stands there in every state.
    let named = RwSignal::new(None::<Arc<GithubInstallation>>);
    let title = {
        let account = account.clone();
        Signal::derive(move || {
            named.with(|it| it.as_ref().map_or_else(|| account.clone(), |it| it.account_login.clone()))
        })
    };
    let badges = move || {
        named.with(|it| {
            maybe(it.as_ref().map(|it| view! { <StateBadge mark=marks::installation(&it.sync_status)/> }.into_any()))
        })
    };
    let meta = move || named.with(|it| maybe(it.as_ref().map(|it| facts_in_a_line(it))));
    let asking = RwSignal::new(false);
    let not_token = roles::why_not("createGithubInstallationToken");
    let not_unlink = roles::why_not("deleteGithubInstallation");
    let unlink = unlink(organization.clone(), named);
    let not_there =
        Signal::derive(move || named.with(Option::is_none).then(|| "The installation is not loaded.".to_owned()));
    let menu = move || {
        view! {
            <MenuItem
                label="Unlink"
                icon="x"
                danger=true
                disabled_reason=Signal::derive(move || not_unlink.get().or_else(|| not_there.get()))
                on_press=unlink
            />
        }
        .into_any()
    };
    let content = {
        let (organization, account) = (organization.clone(), account.clone());
        move |id: i64| content(organization.clone(), account.clone(), id, named, asking)
    };
    view! {
        <PageHeader title=title badges=badges meta=meta>
            <Button
                label="Create token"
                disabled_reason=Signal::derive(move || not_token.get().or_else(|| not_there.get()))
                on_press=move |()| asking.set(true)
            />
            <ActionMenu label=Signal::derive(move || format!("More actions for {}", title.get()))>{menu()}</ActionMenu>
        </PageHeader>
        {with_installation(organization, account, content)}
    }
    .into_any()
}

fn facts_in_a_line(it: &GithubInstallation) -> AnyView {
    let selection = selection(it).map(|text| view! { <span>{text}</span> }.into_any());
    view! {
        <span>{account_type(&it.account_type)}</span>
        {maybe(selection)}
        <span>"Synced " <Time at=words::time(it.last_synced_at.as_ref())/></span>
    }
    .into_any()
}

fn unlink(organization: String, named: RwSignal<Option<Arc<GithubInstallation>>>) -> Callback<()> {
    let confirming = use_context::<Confirming>();
    let toasts = use_store().toasts;
    let navigate = leptos_router::hooks::use_navigate();
    let go = StoredValue::new_local(navigate);
    let unlink = mutation(|id: &i64| github::delete_installation(&id.to_string()));
    let applications = query_view::latest(query(applications::list).load());
    Callback::new(move |()| {
        let (Some(confirming), Some(it)) = (confirming, named.get_untracked()) else { return };
        let known = untrack(|| applications.get()).unwrap_or_default();
        let place = routes::github(&organization).path();
        confirming.ask(unlinking(&it, &organization, &known), move || {
            let (it, place) = (Arc::clone(&it), place.clone());
            async move {
                unlink.outcome(it.installation_id).await?;
                let text = format!("{} is unlinked. The app stays installed on GitHub.", it.account_login);
                toasts.push(ToastTone::Good, text);
                go.try_with_value(|go| go(&place, leptos_router::NavigateOptions::default()));
                Ok(())
            }
        });
    })
}

fn content(
    organization: String,
    account: String,
    id: i64,
    named: RwSignal<Option<Arc<GithubInstallation>>>,
    asking: RwSignal<bool>,
) -> AnyView {
    let one = query(move || github::installation(&id.to_string())).every(RENEW);
    let load = one.load();
    let latest = query_view::latest(load);
    Effect::new(move |_| named.set(latest.get()));
    let is_pending = Memo::new(move |_| latest.get().is_some_and(|it| it.sync_status == InstallationSync::Pending));
    let _ = query(move || is_pending.get().then(|| github::installation(&id.to_string()))).every(RENEW_PENDING);
    let repositories = query(move || github::repositories(&id.to_string()));
    let draw = |it: Latest<GithubInstallation>| reactive(move || it.draw(details));
    let made = Reveal::new();
    let chosen = RwSignal::new(String::new());
    let narrow = token::RepositoryToken::new(made);
    let failed = reactive(move || {
        let is_asking = asking.get();
        let failure = narrow.error().get().filter(|_| !is_asking);
        maybe(failure.map(|failure| view! { <FailureNote failure=failure/> }.into_any()))
    });
    view! {
        <div class="stack">
            <QueryView
                load=load
                loading=|| view! { <FactsSkeleton rows=4/> }.into_any()
                empty=None
                retry=move |()| one.refetch()
                data=draw
            />
            {failed}
            <div>
                <DataTable
                    label="Repositories"
                    load=repositories.load()
                    columns=columns(organization.clone(), account.clone())
                    features=features(organization, account.clone(), id, narrow)
                    empty=|| {
                        view! {
                            <EmptyState
                                icon="folder"
                                title="No repositories"
                                text="The app on GitHub reaches none. Choose some on GitHub, in the settings of the installation."
                            />
                        }
                        .into_any()
                    }
                    retry=move |()| repositories.refetch()
                />
            </div>
        </div>
        {token::ask(asking, chosen, made, id, account, repositories.load())}
        {made.dialog()}
    }
    .into_any()
}

fn details(it: &GithubInstallation) -> AnyView {
    let permissions = it
        .permissions
        .as_ref()
        .filter(|list| !list.is_empty())
        .map(|list| list.iter().map(|(name, access)| format!("{name}: {access}")).collect::<Vec<_>>().join(", "));
    let link = match &it.html_url {
        Some(url) => view! { <ExternalLink href=url.clone() label="Settings on GitHub"/> }.into_any(),
        None => view! { <Dash/> }.into_any(),
    };
    let facts = vec![
        Fact::new("State", view! { <State mark=marks::installation(&it.sync_status)/> }),
        Fact::text("Type", Some(&account_type(&it.account_type))),
        Fact::text("Reaches", selection(it).as_deref()),
        Fact::text("Permissions", permissions.as_deref()),
        Fact::new("Linked", view! { <Time at=words::time(it.linked_at.as_ref())/> }),
        Fact::new("Synced", view! { <Time at=words::time(it.last_synced_at.as_ref())/> }),
        Fact::copied("Installation ID", Some(&it.installation_id.to_string())),
        Fact::new("On GitHub", link),
    ];
    let failed = (it.sync_status == InstallationSync::Failed).then(|| {
        view! {
            <Banner
                tone=Tone::Bad
                title="The platform and GitHub disagree about this installation".to_owned()
                text=Some("Refresh the credentials on the page of all installations. If that does not help, look on GitHub whether the app is suspended.".to_owned())
            />
        }
        .into_any()
    });
    view! {
        <div class="stack">
            {maybe(failed)}
            <CardOf title="Installation" padded=true>
                <Facts facts=facts layout=Layout::Pairs/>
            </CardOf>
        </div>
    }
    .into_any()
}

/// Where a form to deploy from a place of a repository is. What lies there says whether it is a chart or plain manifests.
pub fn deploy_href(
    organization: &str,
    id: i64,
    repository: &GithubRepository,
    branch: &str,
    path: &str,
    there: &[RepoContentEntry],
) -> String {
    let (id, url) = (id.to_string(), token::address_of(repository));
    let query = crate::ui::address::query_of(&[
        ("source", source_of(there)),
        ("installation", &id),
        ("repository", &url),
        ("branch", branch),
        ("path", path),
    ]);
    format!("{}?{query}", routes::application_deploy(organization).href())
}

/// As what a folder is deployed: a folder of manifests without a chart is no chart. What is not known is taken for one.
fn source_of(there: &[RepoContentEntry]) -> &'static str {
    let is_manifest = |name: &str| {
        let end = name.rsplit_once('.').map(|(_, end)| end);
        end.is_some_and(|end| end.eq_ignore_ascii_case("yaml") || end.eq_ignore_ascii_case("yml"))
    };
    let has = |is: &dyn Fn(&str) -> bool| there.iter().any(|entry| entry.kind == EntryType::File && is(&entry.name));
    if !has(&|name| name == "Chart.yaml") && has(&is_manifest) { "yaml" } else { "repository" }
}

fn features(
    organization: String,
    account: String,
    id: i64,
    narrow: token::RepositoryToken,
) -> Features<GithubRepository> {
    let not_token = roles::why_not("createRepositoryToken");
    let not_deploy = roles::why_not("deployApplication");
    Features::new("repository", "repositories", |it: &GithubRepository| it.full_name.clone())
        .search("Filter by name or description")
        .filter(Filter::chips("access", "Access", |it: &GithubRepository| {
            Some(if it.private { Choice::new("private", "Private") } else { Choice::new("public", "Public") })
        }))
        .actions(move |it: &GithubRepository| {
            let url = token::address_of(it);
            let branch = it.default_branch.clone().unwrap_or_default();
            vec![
                Action::link(
                    "Open",
                    "arrow-right",
                    routes::github_repository(&organization, &account, &it.name).href(),
                ),
                Action::link("Deploy from here", "boxes", deploy_href(&organization, id, it, &branch, "", &[]))
                    .unless(not_deploy.get()),
                Action::run("Create token", "lock", {
                    let url = url.clone();
                    move || narrow.make(url.clone(), || {})
                })
                .unless(not_token.get()),
                copy_action("Copy address", url),
            ]
        })
}

fn columns(organization: String, account: String) -> Vec<Column<GithubRepository>> {
    vec![
        Column::new("Name", move |it: &GithubRepository| {
            let href = routes::github_repository(&organization, &account, &it.name).href();
            view! { <a href=href title=it.full_name.clone()>{it.name.clone()}</a> }.into_any()
        })
        .value(|it| it.name.clone())
        .names(),
        Column::new("Access", |it: &GithubRepository| {
            view! { <Badge text=if it.private { "Private" } else { "Public" }/> }.into_any()
        })
        .value(|it| if it.private { "Private".to_owned() } else { "Public".to_owned() })
        .width(104)
        .card(Card::Side),
        Column::new("Description", |it: &GithubRepository| match it.description.clone() {
            Some(text) => tag("span")
                .class("table__clip")
                .attr("title", text.clone())
                .tag(tag("span").class("truncate").text(text))
                .into_any(),
            None => view! { <Dash/> }.into_any(),
        })
        .value(|it| Value::text(it.description.clone()))
        .searched()
        .card(Card::Note),
        Column::new("Default branch", |it: &GithubRepository| match it.default_branch.clone() {
            Some(branch) => view! { <code>{branch}</code> }.into_any(),
            None => view! { <Dash/> }.into_any(),
        })
        .key("branch")
        .value(|it| Value::text(it.default_branch.clone()))
        .width(136),
        Column::new("Updated", |it: &GithubRepository| when(words::time(it.updated_at.as_ref())))
            .value(|it| Value::time(words::time(it.updated_at.as_ref())))
            .width(112)
            .card(Card::NoteSide),
    ]
}
