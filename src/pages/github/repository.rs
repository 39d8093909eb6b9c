//! `/o/:org/github/:account/:repository`: a repository, its branches and files. Branch, folder and file stand in the
//! address, so that a link shows what one sees.

use std::sync::Arc;

use astro_api::github::{self, GithubRepository, PathType, RepoPathRequest, RepoPathValidation};
use leptos::{ev, prelude::*};

use super::{
    installation::{deploy_href, with_installation},
    token,
};
use crate::{
    components::{RepositoryBrowser, Reveal, Spot, roles, words},
    routes,
    store::{mutation, query},
    ui::{
        Address, Badge, Banner, Button, ButtonLink, Choice, ComboField, EmptyState, ExternalLink, FactsSkeleton,
        FailureNote, Field, Latest, Loading, Look, PageHeader, QueryView, Time, Tone, address::Step, maybe, query_view,
        reactive, text,
    },
};

/// A repository of an account, by its name there.
pub fn repository(organization: String, account: String, name: String) -> AnyView {
    let shown = RwSignal::new(None::<Arc<GithubRepository>>);
    let made = Reveal::new();
    let narrow = token::RepositoryToken::new(made);
    let not_token = roles::why_not("createRepositoryToken");
    let badges = move || {
        shown.with(|it| {
            maybe(
                it.as_ref().map(|it| view! { <Badge text=if it.private { "Private" } else { "Public" }/> }.into_any()),
            )
        })
    };
    let meta = move || shown.with(|it| maybe(it.as_ref().map(|it| facts_in_a_line(it))));
    let blocked = Signal::derive(move || {
        not_token.get().or_else(|| shown.with(Option::is_none).then(|| "The repository is not loaded.".to_owned()))
    });
    let press = move |()| {
        if let Some(repository) = shown.get_untracked() {
            narrow.make(token::address_of(&repository), || {});
        }
    };
    let failed = reactive(move || {
        maybe(narrow.error().get().map(|failure| view! { <FailureNote failure=failure/> }.into_any()))
    });
    let content = {
        let (organization, account, name) = (organization.clone(), account.clone(), name.clone());
        move |id: i64| found(organization.clone(), account.clone(), name.clone(), id, shown)
    };
    view! {
        <PageHeader title=name badges=badges meta=meta>
            <Button label="Create token" busy=narrow.pending() disabled_reason=blocked on_press=press/>
        </PageHeader>
        <div class="stack">
            {failed}
            {with_installation(organization, account, content)}
        </div>
        {made.dialog()}
    }
    .into_any()
}

fn facts_in_a_line(it: &GithubRepository) -> AnyView {
    let about = it.description.clone().map(|about| view! { <span>{about}</span> }.into_any());
    view! {
        {maybe(about)}
        <span>"Updated " <Time at=words::time(it.updated_at.as_ref())/></span>
        <span><ExternalLink href=token::address_of(it) label=it.full_name.clone()/></span>
    }
    .into_any()
}

fn found(
    organization: String,
    account: String,
    name: String,
    id: i64,
    shown: RwSignal<Option<Arc<GithubRepository>>>,
) -> AnyView {
    let query = query(move || github::repositories(&id.to_string()));
    let data = move |list: Latest<Vec<GithubRepository>>| {
        let (organization, account, wanted) = (organization.clone(), account.clone(), name.clone());
        let one = {
            let wanted = wanted.clone();
            Memo::new(move |_| list.get().and_then(|list| token::named(&list, &wanted)))
        };
        Effect::new(move |_| shown.set(one.get()));
        // The files stay while the list of repositories is renewed.
        let url = Memo::new(move |_| one.with(|one| one.as_ref().map(|one| token::address_of(one))));
        reactive(move || match url.get() {
            Some(url) => files(organization.clone(), id, url, one),
            None => gone(&organization, &account, &wanted),
        })
    };
    let loading = || view! { <Loading label="Loading the repository"><FactsSkeleton rows=6/></Loading> }.into_any();
    view! { <QueryView load=query.load() loading=loading empty=None retry=move |()| query.refetch() data=data/> }
        .into_any()
}

fn gone(organization: &str, account: &str, name: &str) -> AnyView {
    let href = routes::github_installation(organization, account).href();
    let text = format!(
        "The app on GitHub does not reach {account}/{name}. It may have been renamed, deleted, or taken from the installation."
    );
    view! {
        <div class="card">
            <EmptyState icon="file-question" title="No such repository" text=text>
                <ButtonLink href=href label="Show repositories" look=Look::Primary/>
            </EmptyState>
        </div>
    }
    .into_any()
}

/// The address of a place, as parameters.
fn params(spot: &Spot) -> [(&'static str, Option<String>); 2] {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    [("path", some(&spot.folder)), ("file", spot.file.clone())]
}

fn files(organization: String, id: i64, url: String, repository: Memo<Option<Arc<GithubRepository>>>) -> AnyView {
    let address = Address::of_context();
    let (branch, path, file) = (address.param("branch"), address.param("path"), address.param("file"));
    let default = Memo::new(move |_| repository.with(|it| it.as_ref().and_then(|it| it.default_branch.clone())));
    let spot = Memo::new(move |_| match file.get() {
        // A link may name the file alone.
        Some(file) => match path.get() {
            Some(folder) => Spot { folder: folder.trim_matches('/').to_owned(), file: Some(file) },
            None => Spot::file(&file),
        },
        None => Spot::folder(&path.get().unwrap_or_default()),
    });
    let go = move |spot: Spot| address.set_all(&params(&spot), Step::Push);
    // A link shows the same when another branch has become the default one.
    let link = move |spot: Spot| {
        untrack(|| {
            let [folder, file] = params(&spot);
            address.link(&[("branch", branch.get().or_else(|| default.get())), folder, file])
        })
    };
    let branches = {
        let url = url.clone();
        query(move || github::branches(&url))
    };
    let known = query_view::latest(branches.load());
    let is_empty = Memo::new(move |_| known.get().is_some_and(|list| list.is_empty()));
    let chosen = RwSignal::new(String::new());
    // From the address into the field, and from the field into the address.
    Effect::new(move |_| {
        let now = branch.get().or_else(|| default.get()).unwrap_or_default();
        if chosen.get_untracked() != now {
            chosen.set(now);
        }
    });
    Effect::new(move |was: Option<String>| {
        let now = chosen.get();
        let stands = branch.get_untracked().or_else(|| default.get_untracked()).unwrap_or_default();
        if was.is_some() && !now.is_empty() && now != stands {
            let now = Some(now.clone()).filter(|now| default.get_untracked().as_ref() != Some(now));
            address.set_all(&[("branch", now), ("file", None)], Step::Push);
        }
        now
    });
    let not_deploy = roles::why_not("deployApplication");
    // The same as the browser asks for, and so asked once.
    let there = {
        let url = url.clone();
        query(move || {
            let folder = spot.with(|spot| spot.folder.clone());
            github::browse(&url, branch.get().as_deref(), Some(folder.as_str()).filter(|folder| !folder.is_empty()))
        })
    };
    let there = query_view::latest(there.load());
    let deploy = {
        let organization = organization.clone();
        move |spot: Spot| {
            let Some(repository) = repository.get() else { return ().into_any() };
            let branch = branch.get().or_else(|| default.get()).unwrap_or_default();
            let there = there.get().unwrap_or_default();
            let href = deploy_href(&organization, id, &repository, &branch, &spot.folder, &there);
            view! { <ButtonLink href=href label="Deploy from here" small=true look=Look::Primary disabled_reason=not_deploy/> }
                .into_any()
        }
    };
    let choices = branches.load().map(|list| list.iter().map(Choice::plain).collect::<Vec<_>>());
    let unknown = Memo::new(move |_| {
        let branch = branch.get()?;
        let list = known.get()?;
        (!list.contains(&branch)).then_some(branch)
    });
    let deploy = Callback::new(deploy);
    reactive(move || {
        if is_empty.get() {
            return view! {
                <div class="card">
                    <EmptyState
                        icon="git-branch"
                        title="No commits yet"
                        text="The repository has no branch. Push something, and its files are here."
                    />
                </div>
            }
            .into_any();
        }
        let field = Field::new("branch", "Branch");
        let (repo, asked) = (url.clone(), url.clone());
        view! {
            <div class="stack">
                <div class="github__bar">
                    <ComboField field=field value=chosen choices=choices retry=move |()| branches.refetch()/>
                    {path_check(asked, branch, default, Callback::new(go))}
                </div>
                {reactive(move || {
                    maybe(unknown.get().map(|branch| {
                        let title = format!("There is no branch {}", text::visible(&branch));
                        view! {
                            <Banner
                                tone=Tone::Warn
                                title=title
                                text=Some("It may have been merged and deleted. Choose another one.".to_owned())
                            />
                        }
                        .into_any()
                    }))
                })}
                <RepositoryBrowser
                    repository=repo
                    branch=branch
                    spot=spot
                    on_go=go
                    link=Callback::new(link)
                    tools=deploy
                />
            </div>
        }
        .into_any()
    })
}

/// A field that takes a path, asks the platform what is there, and goes.
fn path_check(url: String, branch: Memo<Option<String>>, default: Memo<Option<String>>, go: Callback<Spot>) -> AnyView {
    let typed = RwSignal::new(String::new());
    let check = mutation(move |path: &String| {
        let branch = branch.get_untracked().or_else(|| default.get_untracked());
        github::validate_path(&RepoPathRequest { repo_url: Some(url.clone()), branch, path: Some(path.clone()) })
    });
    let said = RwSignal::new(String::new());
    let outcome = move |path: String, found: &RepoPathValidation| {
        let at = branch.get_untracked().or_else(|| default.get_untracked()).unwrap_or_default();
        let shown = text::visible(&path).into_owned();
        let at = text::visible(&at).into_owned();
        if !found.exists {
            said.set(format!("There is no {shown} on {at}."));
        } else if found.kind == Some(PathType::File) {
            said.set(format!("{shown} is a file on {at}."));
            go.run(Spot::file(&path));
        } else {
            said.set(format!("{shown} is a folder on {at}."));
            go.run(Spot::folder(&path));
        }
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let path = typed.with_untracked(|path| path.trim().trim_matches('/').to_owned());
        if path.is_empty() {
            said.set(String::new());
            go.run(Spot::default());
        } else {
            said.set(String::new());
            check.run_then(path.clone(), move |found| outcome(path, &found));
        }
    };
    let refused = move || {
        let failure = check.error().get();
        maybe(failure.map(|failure| view! { <FailureNote failure=failure/> }.into_any()))
    };
    view! {
        <form class="github__go" on:submit=submit>
            <label class="field__label" for="github-path">"Go to a path"</label>
            <div class="github__path">
                <input
                    id="github-path"
                    class="input"
                    type="text"
                    placeholder="charts/payments-api"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    aria-describedby="github-path-said"
                    prop:value=move || typed.get()
                    on:input=move |event| typed.set(event_target_value(&event))
                />
                <Button label="Check path" submit=true busy=check.pending()/>
            </div>
            <p id="github-path-said" class="muted small" role="status">{move || said.get()}</p>
            {reactive(refused)}
        </form>
    }
    .into_any()
}
