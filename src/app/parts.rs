//! The pages as parts of the program, so that a visit loads the pages that it sees. A list is a part of its own: who looks at
//! it has not asked for what shows one thing.

use leptos::{html::Div, prelude::*};

use super::switcher;
use crate::{
    components::{self, ActivityBell, OidcButton},
    pages,
    routes::{self, Page, Place},
    store::{session::Organization, use_store},
    ui::{load::Failure, part, shortcuts::ShortcutsHelp},
};

/// Brings the part of a page ahead, so that it is there when the page is shown.
pub fn ahead(page: Page) {
    match page {
        Page::Home => home::ahead(),
        Page::Clusters | Page::AnyClusters => clusters::ahead(),
        Page::ClusterCreate => cluster_create::ahead(),
        Page::Cluster => cluster::ahead(),
        Page::ClusterUpgrade => cluster_upgrade::ahead(),
        Page::Operations => operations::ahead(),
        Page::Approvals => approvals::ahead(),
        Page::ApprovalLink => approval_link::ahead(),
        Page::ClusterRegister => cluster_register::ahead(),
        Page::CloudAccounts => cloud_accounts::ahead(),
        Page::Catalog => catalog::ahead(),
        Page::Applications | Page::AnyApplications => applications::ahead(),
        Page::ApplicationDeploy => application_deploy::ahead(),
        Page::Application => application::ahead(),
        Page::ApplicationLogs => application_logs::ahead(),
        Page::Profiles => profiles::ahead(),
        Page::ProfileCreate | Page::Profile => profile::ahead(),
        Page::Organizations | Page::OrganizationCreate => organizations::ahead(),
        Page::SignIn => sign_in::ahead(),
        Page::SignInCallback => callback::ahead(),
        Page::Start => {}
        Page::Github => github::ahead(),
        Page::GithubInstallation | Page::GithubRepository => github_account::ahead(),
        Page::GithubCallback => github_callback::ahead(),
        Page::Keys | Page::Key => keys::ahead(),
        Page::Audit => audit::ahead(),
        Page::Notifications => notifications::ahead(),
        Page::Unsubscribe => unsubscribe::ahead(),
        Page::Members | Page::Access | Page::Organization | Page::Plan => organization::ahead(),
        Page::Settings => settings::ahead(),
        #[cfg(feature = "gallery")]
        Page::Gallery => gallery::ahead(),
    }
}

part! {
    in session;
    /// Signing in; `back` is the path to go on to. Whoever draws it leads on as soon as the session says so.
    pub fn sign_in(back: Signal<String>) -> AnyView {
        pages::session::sign_in(back, Callback::new(|()| {}))
    }
}

part! {
    in session;
    /// The end of signing in at an issuer; `go` takes the path to go on to.
    pub fn callback(go: Callback<String>) -> AnyView {
        pages::session::callback(go, crate::app::sign_in_href)
    }
}

part! {
    in session;
    /// The session's key is of another organization; `done` goes on with the key that was pasted.
    pub fn needs_key(organization: String, done: Callback<()>) -> AnyView {
        pages::errors::needs_key(organization, done)
    }
}

part! {
    in session;
    /// The person is no member; `done` goes on with a key that was pasted.
    pub fn forbidden(organization: String, done: Callback<()>) -> AnyView {
        pages::errors::forbidden(organization, done)
    }
}

part! {
    in session;
    /// The organization could not be entered; `retry` tries again.
    pub fn not_entered(organization: String, failure: Failure, retry: Callback<()>) -> AnyView {
        pages::errors::not_entered(organization, failure, retry)
    }
}

part! {
    in session;
    /// The person is a member of no organization.
    pub fn no_organization() -> AnyView {
        pages::errors::no_organization()
    }
}

part! {
    in session;
    /// No route has this address.
    pub fn not_found() -> AnyView {
        pages::errors::not_found()
    }
}

part! {
    in session;
    /// What signs in again, over a page whose session has ended; `back` is the page's path.
    pub fn sign_in_again(back: Signal<String>) -> AnyView {
        pages::session::again(back)
    }
}

part! {
    quiet in bell;
    /// The bell of the top bar.
    pub fn bell() -> AnyView {
        view! { <ActivityBell/> }.into_any()
    }
}

part! {
    quiet in session;
    /// What signs in at the issuer, under a failure that a session would mend; `back` is the page's path.
    pub fn oidc_button(back: Signal<String>) -> AnyView {
        view! { <OidcButton back=back small=true label="Sign in with single sign-on"/> }.into_any()
    }
}

part! {
    quiet in session;
    /// Above a page of another organization than the `usual` one, into which a link has led.
    pub fn visit(usual: Organization) -> AnyView {
        crate::app::visit::banner(&usual)
    }
}

part! {
    quiet in session;
    /// Under a refusal: which role it takes, which one has, and who can help.
    pub fn roles(operation: &'static str) -> AnyView {
        components::roles::explain(operation)
    }
}

part! {
    over; closed by open.set(false);
    /// The palette, open.
    pub fn palette(
        place: Memo<Option<Place>>,
        typed: RwSignal<String>,
        open: RwSignal<bool>,
        help: RwSignal<bool>,
    ) -> AnyView {
        crate::app::palette::palette(place, typed, open, help)
    }
}

part! {
    /// An organization's home.
    pub fn home(organization: Organization) -> AnyView {
        pages::home::overview(organization)
    }
}

part! {
    /// Organizations.
    pub fn organizations(place: Place) -> AnyView {
        match place.page() {
            Page::OrganizationCreate => pages::organizations::create(),
            _ => pages::organizations::list(),
        }
    }
}

part! {
    /// The list of clusters.
    pub fn clusters(place: Place) -> AnyView {
        pages::clusters::list(place.param(routes::ORGANIZATION).to_owned())
    }
}

part! {
    /// The form that creates a cluster.
    pub fn cluster_create(place: Place) -> AnyView {
        pages::clusters::create(place.param(routes::ORGANIZATION).to_owned())
    }
}

part! {
    /// One cluster.
    pub fn cluster(place: Place) -> AnyView {
        let organization = place.param(routes::ORGANIZATION).to_owned();
        pages::clusters::overview(organization, place.param("cluster").to_owned())
    }
}

part! {
    /// The form that changes a cluster.
    pub fn cluster_upgrade(place: Place) -> AnyView {
        let organization = place.param(routes::ORGANIZATION).to_owned();
        pages::clusters::upgrade(organization, place.param("cluster").to_owned())
    }
}

part! {
    /// What is and was done to all clusters.
    pub fn operations(place: Place) -> AnyView {
        pages::operations::list(place.param(routes::ORGANIZATION).to_owned())
    }
}

part! {
    /// Clusters that wait for a decision.
    pub fn approvals(place: Place) -> AnyView {
        pages::approvals::list(place.param(routes::ORGANIZATION).to_owned())
    }
}

part! {
    /// The link of an e-mail that asks for a decision.
    pub fn approval_link() -> AnyView {
        pages::approvals::link()
    }
}

part! {
    /// The form that registers a cluster that runs already.
    pub fn cluster_register(place: Place) -> AnyView {
        pages::clusters::existing(place.param(routes::ORGANIZATION).to_owned())
    }
}

part! {
    /// The cloud accounts of an organization.
    pub fn cloud_accounts(place: Place) -> AnyView {
        pages::cloud::accounts(place.param(routes::ORGANIZATION).to_owned())
    }
}

part! {
    /// What the providers offer.
    pub fn catalog(place: Place) -> AnyView {
        pages::catalog::catalog(place.param(routes::ORGANIZATION).to_owned())
    }
}

part! {
    /// The list of applications.
    pub fn applications(place: Place) -> AnyView {
        pages::applications::list(place.param(routes::ORGANIZATION).to_owned())
    }
}

part! {
    /// The form that deploys an application.
    pub fn application_deploy(place: Place) -> AnyView {
        pages::applications::deploy(place.param(routes::ORGANIZATION).to_owned())
    }
}

part! {
    /// One application.
    pub fn application(place: Place) -> AnyView {
        let organization = place.param(routes::ORGANIZATION).to_owned();
        pages::applications::overview(organization, place.param("application").to_owned())
    }
}

part! {
    /// The logs of an application.
    pub fn application_logs(place: Place) -> AnyView {
        let organization = place.param(routes::ORGANIZATION).to_owned();
        pages::applications::logs(organization, place.param("application").to_owned())
    }
}

part! {
    /// The list of profiles.
    pub fn profiles(place: Place) -> AnyView {
        pages::profiles::list(place.param(routes::ORGANIZATION).to_owned())
    }
}

part! {
    /// One profile, or the form for another.
    pub fn profile(place: Place) -> AnyView {
        let organization = place.param(routes::ORGANIZATION).to_owned();
        match place.page() {
            Page::ProfileCreate => pages::profiles::create(organization),
            _ => pages::profiles::overview(organization, place.param("profile").to_owned()),
        }
    }
}

part! {
    /// The GitHub accounts of an organization.
    pub fn github(place: Place) -> AnyView {
        pages::github::installations(place.param(routes::ORGANIZATION).to_owned())
    }
}

part! {
    /// One GitHub account, or a repository of it.
    pub fn github_account(place: Place) -> AnyView {
        let organization = place.param(routes::ORGANIZATION).to_owned();
        let account = place.param("account").to_owned();
        match place.page() {
            Page::GithubRepository => {
                pages::github::repository(organization, account, place.param("repository").to_owned())
            }
            _ => pages::github::installation(organization, account),
        }
    }
}

part! {
    /// The end of installing the app on GitHub.
    pub fn github_callback() -> AnyView {
        pages::github::callback()
    }
}

part! {
    /// The API keys of the person, or one of them.
    pub fn keys(place: Place) -> AnyView {
        let organization = place.param(routes::ORGANIZATION).to_owned();
        match place.page() {
            Page::Key => pages::keys::overview(organization, place.param("key").to_owned()),
            _ => pages::keys::list(organization),
        }
    }
}

part! {
    /// The audit log.
    pub fn audit(place: Place) -> AnyView {
        pages::audit::log(place.param(routes::ORGANIZATION).to_owned())
    }
}

part! {
    /// One organization: what it is, its members, its plan, and what one may do there.
    pub fn organization(place: Place) -> AnyView {
        let organization = place.param(routes::ORGANIZATION).to_owned();
        match place.page() {
            Page::Members => pages::organization::members(organization),
            Page::Access => pages::organization::access(organization),
            Page::Plan => pages::organization::plan(organization),
            _ => pages::organization::details(organization),
        }
    }
}

part! {
    /// The channels and topics of notifications.
    pub fn notifications(place: Place) -> AnyView {
        pages::notifications::overview(place.param(routes::ORGANIZATION).to_owned())
    }
}

part! {
    in notifications;
    /// What the link in a notification leads to.
    pub fn unsubscribe() -> AnyView {
        pages::notifications::unsubscribe()
    }
}

part! {
    /// The person's choices.
    pub fn settings() -> AnyView {
        pages::settings::settings()
    }
}

part! {
    over in overlay; closed by open.set(false);
    /// The list of all shortcuts. It says in `drawn` that it is there.
    pub fn shortcuts_help(open: RwSignal<bool>, drawn: RwSignal<bool>) -> AnyView {
        drawn.set(true);
        let preferences = use_store().preferences;
        view! { <ShortcutsHelp open=open switch=move |on| preferences.set_character_shortcuts(on)/> }.into_any()
    }
}

part! {
    /// The list of the organizations in the switcher.
    pub fn organization_list(place: Memo<Option<Place>>, list: NodeRef<Div>) -> AnyView {
        switcher::organization_list(place, list)
    }
}

#[cfg(feature = "gallery")]
part! {
    /// Every component in every state.
    pub fn gallery() -> AnyView {
        crate::gallery::gallery()
    }
}
