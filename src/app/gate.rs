//! From an address to its page: the path decides the organization, and the person's right to it comes first.

use leptos::{prelude::*, task::spawn_local};

use super::{Navigator, parts};
use crate::{
    routes::{self, Page, Place},
    store::{
        session::{Entry, Phase},
        use_store,
    },
    ui::{part::waiting, reactive},
};

/// The page of the address, or why it cannot be shown.
pub fn content(place: Memo<Option<Place>>) -> AnyView {
    let session = use_store().session;
    // Its part comes while the organization is being entered.
    Effect::new(move |_| {
        if let Some(page) = place.with(|place| place.as_ref().map(Place::page)) {
            parts::ahead(page);
        }
    });
    let organization = Memo::new(move |_| place.with(|place| place.as_ref()?.organization().map(ToOwned::to_owned)));
    let entered = RwSignal::new(None::<(String, Entry)>);
    let attempt = RwSignal::new(0_u32);
    // What the address named before anybody pressed anything here comes from a link; every other step is on purpose.
    let first = organization.get_untracked();
    let moved = StoredValue::new(false);
    Effect::new(move |_| {
        attempt.track();
        if organization.with(|name| *name != first) {
            moved.set_value(true);
        }
        let signed_in = session.phase().with(|phase| *phase == Phase::SignedIn);
        let Some(name) = organization.get().filter(|_| signed_in) else { return };
        spawn_local(async move {
            let by_link = moved.try_get_value() == Some(false);
            let entry = if by_link { session.visit(&name).await } else { session.enter(&name).await };
            // Meanwhile the address may have changed.
            if organization.try_get_untracked().flatten().as_ref() == Some(&name) {
                let _ = entered.try_set(Some((name, entry)));
            }
        });
    });
    // Who is removed while the page is open works elsewhere from then on: the page must not show that in place of its own.
    let active = session.active();
    let strays = Memo::new(move |_| {
        let name = organization.get();
        let is_entered = entered.with(|entered| {
            entered.as_ref().is_some_and(|(of, entry)| Some(of) == name.as_ref() && *entry == Entry::Entered)
        });
        is_entered && active.with(|active| active.as_ref().map(|active| &active.name) != name.as_ref())
    });
    Effect::new(move |_| {
        if strays.get() && session.phase().with(|phase| *phase == Phase::SignedIn) {
            attempt.update(|attempt| *attempt += 1);
        }
    });
    let again = Callback::new(move |()| attempt.update(|attempt| *attempt += 1));
    let entry = Memo::new(move |_| {
        let name = organization.get()?;
        entered.get().filter(|(of, _)| *of == name).map(|(_, entry)| entry)
    });
    reactive(move || match (place.get(), organization.get(), entry.get()) {
        (None, ..) => parts::not_found(),
        (Some(place), None, _) => outside(&place),
        (Some(_), Some(_), None) => waiting(),
        (Some(place), Some(_), Some(Entry::Entered)) => inside(place),
        (Some(_), Some(name), Some(Entry::NeedsKey)) => parts::needs_key(name, again),
        (Some(_), Some(name), Some(Entry::Forbidden)) => parts::forbidden(name, again),
        (Some(_), Some(name), Some(Entry::Failed(failure))) => parts::not_entered(name, failure, again),
    })
}

/// Pages of no organization.
fn outside(place: &Place) -> AnyView {
    match place.page() {
        Page::Start => leads_to(routes::home),
        Page::AnyClusters => leads_to(routes::clusters),
        Page::AnyApplications => leads_to(routes::applications),
        Page::Organizations | Page::OrganizationCreate => parts::organizations(place.clone()),
        Page::GithubCallback => parts::github_callback(),
        Page::Settings => parts::settings(),
        Page::ApprovalLink => parts::approval_link(),
        Page::Unsubscribe => parts::unsubscribe(),
        #[cfg(feature = "gallery")]
        Page::Gallery => parts::gallery(),
        // The frame shows these two, and the rest have an organization.
        Page::SignIn
        | Page::SignInCallback
        | Page::Home
        | Page::Clusters
        | Page::ClusterCreate
        | Page::Cluster
        | Page::ClusterUpgrade
        | Page::Operations
        | Page::Approvals
        | Page::Catalog
        | Page::Applications
        | Page::ApplicationDeploy
        | Page::Application
        | Page::ClusterRegister
        | Page::CloudAccounts
        | Page::ApplicationLogs
        | Page::Profiles
        | Page::ProfileCreate
        | Page::Profile
        | Page::Github
        | Page::GithubInstallation
        | Page::GithubRepository
        | Page::Keys
        | Page::Key
        | Page::Audit
        | Page::Notifications
        | Page::Members
        | Page::Access
        | Page::Organization
        | Page::Plan => waiting(),
    }
}

/// Pages of the organization that was entered.
fn inside(place: Place) -> AnyView {
    match place.page() {
        Page::Home => match use_store().session.active().get_untracked() {
            Some(active) => parts::home(active),
            None => waiting(),
        },
        Page::Clusters => parts::clusters(place),
        Page::ClusterCreate => parts::cluster_create(place),
        Page::Cluster => parts::cluster(place),
        Page::ClusterUpgrade => parts::cluster_upgrade(place),
        Page::Operations => parts::operations(place),
        Page::Approvals => parts::approvals(place),
        Page::ClusterRegister => parts::cluster_register(place),
        Page::CloudAccounts => parts::cloud_accounts(place),
        Page::Catalog => parts::catalog(place),
        Page::Applications => parts::applications(place),
        Page::ApplicationDeploy => parts::application_deploy(place),
        Page::Application => parts::application(place),
        Page::ApplicationLogs => parts::application_logs(place),
        Page::Profiles => parts::profiles(place),
        Page::ProfileCreate | Page::Profile => parts::profile(place),
        Page::Github => parts::github(place),
        Page::GithubInstallation | Page::GithubRepository => parts::github_account(place),
        Page::Keys | Page::Key => parts::keys(place),
        Page::Audit => parts::audit(place),
        Page::Notifications => parts::notifications(place),
        Page::Members | Page::Access | Page::Organization | Page::Plan => parts::organization(place),
        // These have no organization in their path.
        Page::SignIn
        | Page::SignInCallback
        | Page::Start
        | Page::AnyClusters
        | Page::AnyApplications
        | Page::Organizations
        | Page::OrganizationCreate
        | Page::Settings
        | Page::GithubCallback
        | Page::ApprovalLink
        | Page::Unsubscribe => waiting(),
        #[cfg(feature = "gallery")]
        Page::Gallery => waiting(),
    }
}

/// An address that leads to the same page of the active organization.
fn leads_to(page: fn(&str) -> Place) -> AnyView {
    let active = use_store().session.active();
    let navigator = use_context::<Navigator>();
    Effect::new(move |_| {
        if let (Some(active), Some(navigator)) = (active.get(), navigator) {
            navigator.replace(&page(&active.name).path());
        }
    });
    let is_member = Memo::new(move |_| active.with(Option::is_some));
    reactive(move || if is_member.get() { waiting() } else { parts::no_organization() })
}
