//! API keys: all of a person's, in every organization. A key cannot look at keys: that takes a person's session.

mod create;
mod ending;
mod list;
mod overview;
mod validate;

use leptos::prelude::*;

pub use self::{list::list, overview::overview};
use crate::{
    components::NeedsPerson,
    store::{session::Organization, use_store},
    ui::{PageHeader, reactive},
};

/// The page for a session that can look at keys; for another, what it takes, with the sign-in that gives it.
fn for_a_person(title: &'static str, page: impl Fn() -> AnyView + Send + Sync + 'static) -> AnyView {
    let session = use_store().session;
    let has_bearer = session.has_bearer();
    let has_bearer = Memo::new(move |_| has_bearer.get());
    reactive(move || {
        if has_bearer.get() {
            return page();
        }
        view! {
            <PageHeader title=title.to_owned()/>
            <NeedsPerson
                title="API keys are managed by a person"
                text="You are signed in with an API key, and API keys cannot manage API keys. Sign in as yourself to see your keys in all organizations; what you do here goes on."
            />
        }
        .into_any()
    })
}

/// An organization of the session by its id.
fn organization_of(organizations: &[Organization], id: &str) -> Option<Organization> {
    organizations.iter().find(|organization| organization.id == id).cloned()
}
