//! Tokens of GitHub: made for a repository or for all that an installation reaches, and shown once.

use std::sync::Arc;

use astro_api::github::{self, GithubRepository, GithubToken, RepositoryTokenRequest};
use leptos::prelude::*;

use super::full_name;
use crate::{
    components::{Reveal, Revealed, SecretForm, ShowAs},
    store::mutation,
    ui::{
        CardsField, Choice, Code, ComboField, Draft, Field, FormDialog, code::Language, format, load::Loads, maybe,
        reactive,
    },
};

const REPOSITORY: &str = "repository";
const INSTALLATION: &str = "installation";

/// Shows a token that has come. `reaches` is what it was asked for, one repository alone if `is_narrow`.
fn show(reveal: Reveal, token: &GithubToken, reaches: String, is_narrow: bool) {
    let expires = token.expires_at.as_str();
    let expires = format::parse(expires).map_or_else(|| expires.to_owned(), format::local);
    let reach =
        if is_narrow { "It reaches this repository alone" } else { "It reaches every repository of the installation" };
    let text = format!("{reach} and works until {expires}. Nobody can see it again: store it now.");
    let revealed = Revealed::new(format!("Token for {reaches}"), text).form(SecretForm::new(
        "Token",
        "github-token.txt",
        token.token.clone(),
    ));
    let command = format!("git clone https://x-access-token:$GITHUB_TOKEN@github.com/{reaches}.git\n");
    let usage = move || {
        view! { <Code text=command.clone() label="How it is used" language=Language::Shell numbers=false/> }.into_any()
    };
    reveal.show(if is_narrow { revealed.usage(usage) } else { revealed });
}

/// Makes a token of a repository by its address, and shows it.
#[derive(Clone, Copy)]
pub struct RepositoryToken {
    made: Reveal,
    mutation: crate::store::Mutation<String, GithubToken>,
}

/// A token of the repository that has this address.
fn of_repository(url: &str) -> astro_api::Request<GithubToken> {
    github::repository_token(&RepositoryTokenRequest { repo_url: Some(url.to_owned()) })
}

impl RepositoryToken {
    /// One that shows what it makes in `made`.
    pub fn new(made: Reveal) -> Self {
        Self { made, mutation: mutation(|url: &String| of_repository(url)) }
    }

    /// Makes one.
    pub fn make(self, url: String, then: impl FnOnce() + 'static) {
        let name = full_name(&url).to_owned();
        self.mutation.run_then(url, move |token| {
            show(self.made, &token, name, true);
            // The answer holds it as well.
            self.mutation.reset();
            then();
        });
    }

    /// Whether one is being made.
    pub fn pending(self) -> Signal<bool> {
        self.mutation.pending()
    }

    /// Why none was made.
    pub fn error(self) -> Signal<Option<crate::ui::load::Failure>> {
        self.mutation.error()
    }
}

/// The address by which the platform knows a repository.
pub fn address_of(repository: &GithubRepository) -> String {
    repository.html_url.clone().unwrap_or_else(|| format!("https://github.com/{}", repository.full_name))
}

/// Asks what a token is to reach: one repository first, since that reaches less. Shown while `open`; `chosen` is the
/// address of the repository that is offered.
pub fn ask(
    open: RwSignal<bool>,
    chosen: RwSignal<String>,
    made: Reveal,
    id: i64,
    login: String,
    repositories: Loads<Vec<GithubRepository>>,
) -> AnyView {
    let draft = Draft::new();
    let reach = RwSignal::new(REPOSITORY.to_owned());
    let narrow = RepositoryToken::new(made);
    let wide = mutation(|id: &i64| github::installation_token(&id.to_string()));
    let account = login.clone();
    let submit = move |()| {
        if reach.with_untracked(|reach| reach == INSTALLATION) {
            let login = account.clone();
            wide.run_then(id, move |token| {
                open.set(false);
                show(made, &token, login, false);
                wide.reset();
            });
        } else {
            narrow.make(chosen.get_untracked(), move || open.set(false));
        }
    };
    // A form that was left with an error begins anew.
    Effect::new(move |_| {
        if open.get() {
            narrow.mutation.reset();
            wide.reset();
        }
    });
    let count = repositories.map(Vec::len);
    let choices = Signal::derive(move || {
        let all = match count.with(|count| count.value().map(|count| **count)) {
            Some(count) => format!("All {} of {login}.", format::counted(count, "repository", "repositories")),
            None => format!("Every repository of {login} that the app reaches."),
        };
        vec![
            Choice::new(REPOSITORY, "One repository")
                .note("Reaches least: for a pipeline that reads one repository.")
                .badge("Recommended"),
            Choice::new(INSTALLATION, "The whole installation").note(all),
        ]
    });
    let options = repositories.map(|list| {
        list.iter()
            .map(|it| {
                Choice::new(address_of(it), it.full_name.clone()).note(it.description.clone().unwrap_or_default())
            })
            .collect::<Vec<_>>()
    });
    let pending = Signal::derive(move || narrow.pending().get() || wide.pending().get());
    let error = Signal::derive(move || narrow.error().get().or_else(|| wide.error().get()));
    let is_narrow = Memo::new(move |_| reach.with(|reach| reach == REPOSITORY));
    let call = Signal::derive(move || {
        if is_narrow.get() {
            chosen.with(|url| (!url.is_empty()).then(|| of_repository(url).call().clone()))
        } else {
            Some(github::installation_token(&id.to_string()).call().clone())
        }
    });
    view! {
        <FormDialog
            open=open
            title="Create a token".to_owned()
            draft=draft
            pending=pending
            error=error
            on_submit=submit
            submit="Create token".to_owned()
        >
            <p class="muted">"GitHub's tokens live about an hour. One is for scripts and pipelines; the platform has its own."</p>
            <CardsField field=Field::new("reach", "What it reaches") value=reach choices=choices/>
            {reactive(move || {
                maybe(is_narrow.get().then(|| {
                    view! { <ComboField field=Field::new("repoUrl", "Repository") value=chosen choices=options/> }.into_any()
                }))
            })}
            <details class="request-details">
                <summary>"The request"</summary>
                <ShowAs call=call id="token-as"/>
            </details>
        </FormDialog>
    }
    .into_any()
}

/// The repositories of an installation, for whoever looks one up by its name.
pub fn named(repositories: &[GithubRepository], name: &str) -> Option<Arc<GithubRepository>> {
    repositories.iter().find(|it| it.name.eq_ignore_ascii_case(name)).cloned().map(Arc::new)
}
