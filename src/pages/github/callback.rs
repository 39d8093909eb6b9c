//! `/github/callback`: GitHub has sent the person back from installing the app.

use astro_api::github;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use crate::{
    components::roles,
    routes,
    store::{
        Mutation, Tone,
        github::{self as way, Return},
        mutation, query, use_store,
    },
    ui::{
        Address, Button, ButtonLink, EmptyState, FailureNote, Loading, Look, PageHeader, format,
        load::{FailureKind, Load},
        maybe, reactive, text,
    },
};

/// What GitHub's address says.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Answer {
    /// Nothing: somebody has come here by hand, or again.
    Nothing,
    /// GitHub refused it, or the person did.
    Refused(String),
    /// Somebody who may has to agree on GitHub first.
    Requested,
    /// This tab has not begun it.
    NotOurs,
    /// What the app reaches was changed on GitHub, not from here.
    Updated,
    /// It is installed: the installation, the action, and the organization that it was begun for.
    Installed { id: String, action: String, organization: String },
}

/// Reads what GitHub has sent; `known` tells what a state means.
fn read(get: impl Fn(&str) -> Option<String>, known: impl FnOnce(Option<&str>) -> Return) -> Answer {
    let action = get("setup_action");
    let known = known(get("state").as_deref());
    if let Some(error) = get("error") {
        return Answer::Refused(get("error_description").unwrap_or(error));
    }
    match (action.as_deref(), get("installation_id"), known) {
        (None, None, _) => Answer::Nothing,
        (Some("request"), ..) => Answer::Requested,
        (_, Some(id), Return::Begun(organization)) => {
            Answer::Installed { id, action: action.unwrap_or_else(|| "install".to_owned()), organization }
        }
        (Some("update"), ..) => Answer::Updated,
        _ => Answer::NotOurs,
    }
}

/// Finishes the installation and says what has happened. What GitHub sent leaves the address at once.
pub fn callback() -> AnyView {
    let address = Address::of_context();
    let answer = read(|name| address.get_untracked(name), way::end);
    let navigate = use_navigate();
    if answer != Answer::Nothing {
        let path = routes::github_callback().path();
        // Once the page stands: a navigation in the middle of another one is lost.
        request_animation_frame(move || {
            navigate(&path, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
        });
    }
    let content = match answer {
        Answer::Installed { id, action, organization } => installed(id, action, organization),
        other => {
            let (icon, title, text) = words(other);
            let active = use_store().session.active();
            reactive(move || {
                let href = active.with(|active| active.as_ref().map(|active| routes::github(&active.name).href()));
                view! {
                    <EmptyState icon=icon title=title text=text.clone()>
                        {maybe(href.map(|href| view! { <ButtonLink href=href label="Show installations" look=Look::Primary/> }.into_any()))}
                    </EmptyState>
                }
                .into_any()
            })
        }
    };
    view! {
        <PageHeader title="Connecting GitHub".to_owned()/>
        <div class="card">{content}</div>
    }
    .into_any()
}

fn words(answer: Answer) -> (&'static str, &'static str, String) {
    match answer {
        Answer::Refused(why) => (
            "circle-alert",
            "Not installed",
            format!("GitHub answered: {} Nothing was changed.", format::sentence(&text::visible(&why))),
        ),
        Answer::Requested => (
            "clock",
            "Waiting for an owner on GitHub",
            "You asked for the app. An owner of the GitHub account has to approve it there; afterwards it can be detected and linked here.".to_owned(),
        ),
        Answer::NotOurs => (
            "circle-alert",
            "Not begun in this tab",
            "GitHub's answer does not belong to an installation that this tab has begun, so nothing was linked. If you installed the app just now, detect it among the installations.".to_owned(),
        ),
        Answer::Updated => (
            "circle-check",
            "Changed on GitHub",
            "What the app may reach was changed on GitHub. The repositories of the installation follow.".to_owned(),
        ),
        Answer::Nothing | Answer::Installed { .. } => (
            "github",
            "Nothing to finish",
            "GitHub leads here after the app was installed. Begin with the list of installations.".to_owned(),
        ),
    }
}

type Finish = Mutation<(String, String), github::GithubCallbackResult>;

fn installed(id: String, action: String, organization: String) -> AnyView {
    let finish: Finish = mutation(|(id, action): &(String, String)| github::callback(id, action));
    let sent = StoredValue::new((id.clone(), action));
    let run = move || finish.run(sent.get_value());
    run();
    let result = finish.result();
    reactive(move || {
        if let Some(failure) = finish.error().get() {
            return view! {
                <div class="card__body stack">
                    <FailureNote failure=failure/>
                    <div class="row">
                        <ButtonLink href=routes::github(&organization).href() label="Show installations"/>
                        <Button label="Try again" look=Look::Primary on_press=move |()| run()/>
                    </div>
                </div>
            }
            .into_any();
        }
        match result.get() {
            None => finishing(),
            Some(result) if result.mapped == Some(false) => not_linked(id.clone(), organization.clone()),
            Some(_) => looked_up(id.clone(), organization.clone()),
        }
    })
}

fn finishing() -> AnyView {
    view! {
        <div class="card__body">
            <Loading label="Finishing the installation"><p class="muted">"Finishing the installation"</p></Loading>
            <p class="row">
                <span class="spinner" aria-hidden="true"></span>
                "Finishing the installation"
            </p>
        </div>
    }
    .into_any()
}

/// How an installation is seen by the organization that it was begun for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    /// It is asked for.
    Waiting,
    Linked,
    NotLinked,
    /// It could not be found out.
    Unknown,
}

impl Seen {
    /// `before`: what is asked for anew while it is linked by hand stays what it was.
    fn of<T>(load: &Load<T>, before: Option<Self>) -> Self {
        match load {
            Load::Loading => before.filter(|before| *before == Self::NotLinked).unwrap_or(Self::Waiting),
            Load::Ready(_) => Self::Linked,
            Load::Failed(failure) if failure.kind == FailureKind::NotFound => Self::NotLinked,
            Load::Failed(_) => Self::Unknown,
        }
    }
}

/// The platform took GitHub's answer, which does not say to whom the installation is linked: an account that another
/// organization has linked stays there. The organization sees it if it is linked to that.
fn looked_up(id: String, organization: String) -> AnyView {
    let active = use_store().session.active();
    let is_here = {
        let name = organization.clone();
        Memo::new(move |_| active.with(|active| active.as_ref().is_some_and(|active| active.name == name)))
    };
    // Read with the key of the organization that is open, so that another one cannot be asked.
    let read = {
        let id = id.clone();
        query(move || is_here.get().then(|| github::installation(&id)))
    };
    let load = read.load().first_hand();
    let seen = Memo::new(move |before: Option<&Seen>| load.with(|load| Seen::of(load, before.copied())));
    reactive(move || {
        if !is_here.get() {
            return elsewhere(&organization);
        }
        match seen.get() {
            Seen::Waiting => finishing(),
            Seen::Linked => linked(&organization),
            Seen::NotLinked => not_linked(id.clone(), organization.clone()),
            Seen::Unknown => {
                let failure = load.get_untracked().failure().cloned();
                let note = failure.map(|failure| view! { <FailureNote failure=failure/> }.into_any());
                view! {
                    <div class="card__body stack">
                        {maybe(note)}
                        <div class="row">
                            <ButtonLink href=routes::github(&organization).href() label="Show installations"/>
                            <Button label="Try again" look=Look::Primary on_press=move |()| read.refetch()/>
                        </div>
                    </div>
                }
                .into_any()
            }
        }
    })
}

fn linked(organization: &str) -> AnyView {
    let text = format!("The installation is linked to {organization}, and its repositories are being synced.");
    let href = routes::github(organization).href();
    view! {
        <EmptyState icon="circle-check" title="GitHub is connected" text=text>
            <ButtonLink href=href.clone() label="Show installations" look=Look::Primary/>
        </EmptyState>
    }
    .into_any()
}

/// It was begun for another organization than the one that is open.
fn elsewhere(organization: &str) -> AnyView {
    let active = use_store().session.active();
    let here = active.with(|active| active.as_ref().map(|active| active.name.clone()));
    let here = here.map(|here| format!(" You are in {here} now.")).unwrap_or_default();
    let text = format!("It was begun for {organization}, whose installations tell whether it is linked.{here}");
    let (href, label) = (routes::github(organization).href(), format!("Go to {organization}"));
    view! {
        <EmptyState icon="github" title="Installed on GitHub" text=text>
            <ButtonLink href=href.clone() label=label.clone() look=Look::Primary/>
        </EmptyState>
    }
    .into_any()
}

/// It is installed, and the platform has not linked it to the organization.
fn not_linked(id: String, organization: String) -> AnyView {
    let store = use_store();
    let active = store.session.active();
    let map = mutation(|id: &String| github::map_installation(id));
    let blocked = roles::why_not("mapGithubInstallation");
    let navigate = use_navigate();
    let go = StoredValue::new_local(navigate);
    reactive(move || {
        let is_here = active.with(|active| active.as_ref().is_some_and(|active| active.name == organization));
        let place = routes::github(&organization);
        let (id, name, path) = (id.clone(), organization.clone(), place.path());
        let press = move |()| {
            let (name, path) = (name.clone(), path.clone());
            map.run_then(id.clone(), move |it| {
                store.toasts.push(Tone::Good, format!("{} is linked to {name}.", it.account_login));
                go.try_with_value(|go| go(&path, NavigateOptions::default()));
            });
        };
        let action = if is_here {
            let label = format!("Link to {organization}");
            view! { <Button label=label look=Look::Primary busy=map.pending() disabled_reason=blocked on_press=press/> }
                .into_any()
        } else {
            view! { <ButtonLink href=place.href() label=format!("Go to {organization}") look=Look::Primary/> }
                .into_any()
        };
        let failure = reactive(move || {
            maybe(map.error().get().map(|failure| view! { <FailureNote failure=failure/> }.into_any()))
        });
        view! {
            <EmptyState
                icon="circle-alert"
                title="Installed, not linked"
                text=format!("The app is on GitHub now. {organization} is not linked to it yet.")
            >
                {action}
            </EmptyState>
            {failure}
        }
        .into_any()
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use astro_api::{ApiError, ErrorKind};

    use super::*;
    use crate::{store::failure::failure, ui::load::Loaded};

    fn answer(query: &[(&str, &str)], known: Return) -> Answer {
        read(|name| query.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned()), |_| known)
    }

    #[test]
    fn what_github_sends_is_understood() {
        let acme = || Return::Begun("acme".to_owned());
        let installed = [("installation_id", "5"), ("setup_action", "install"), ("state", "acme.x")];
        assert_eq!(
            answer(&installed, acme()),
            Answer::Installed { id: "5".to_owned(), action: "install".to_owned(), organization: "acme".to_owned() }
        );
        assert_eq!(answer(&installed, Return::Unknown), Answer::NotOurs);
        assert_eq!(answer(&[("setup_action", "request")], acme()), Answer::Requested);
        assert_eq!(answer(&[("installation_id", "5"), ("setup_action", "update")], Return::Unknown), Answer::Updated);
        assert_eq!(answer(&[("error", "access_denied")], acme()), Answer::Refused("access_denied".to_owned()));
        assert_eq!(answer(&[], Return::Unknown), Answer::Nothing);
    }

    #[test]
    fn what_the_organization_cannot_see_is_not_linked_to_it() {
        let failed = |kind| Load::<()>::Failed(failure(&ApiError::new(kind, "getGithubInstallation", "")));
        let seen = Load::Ready(Loaded { value: Arc::new(()), at: 0, refreshing: false, failed: None });
        assert_eq!(Seen::of(&seen, Some(Seen::Waiting)), Seen::Linked);
        assert_eq!(Seen::of(&failed(ErrorKind::NotFound), None), Seen::NotLinked);
        assert_eq!(Seen::of(&failed(ErrorKind::Server), None), Seen::Unknown);
        assert_eq!(Seen::of(&Load::<()>::Loading, Some(Seen::Unknown)), Seen::Waiting);
        assert_eq!(Seen::of(&Load::<()>::Loading, Some(Seen::NotLinked)), Seen::NotLinked);
    }
}
