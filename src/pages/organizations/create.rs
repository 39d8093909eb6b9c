//! `/organizations/new`: another organization.

use astro_api::{
    organizations::{self, OrgCreateRequest},
    users::GlobalRole,
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use crate::{
    components::{ShowAs, rules},
    routes,
    store::{Tone, mutation, session::Session, use_store},
    ui::{Draft, Field, FormPage, Section, TextField},
};

/// Why the person may not create one, where that is known: `createOrganization` takes a global admin. Who signed in with
/// a key is not known, and the platform decides.
pub fn why_not(session: Session) -> Signal<Option<String>> {
    let person = session.person();
    Signal::derive(move || {
        let is_admin =
            person.with(|person| person.as_ref().is_none_or(|person| person.global_role == Some(GlobalRole::Admin)));
        (!is_admin).then(|| "Only an administrator of the platform may create organizations.".to_owned())
    })
}

/// The form for a new organization.
pub fn create() -> AnyView {
    let store = use_store();
    let navigate = use_navigate();
    let go = StoredValue::new_local(move || {
        navigate(&routes::organizations().path(), NavigateOptions::default());
    });
    let draft = Draft::new();
    let name = draft.part(String::new());
    let title = draft.part(String::new());
    let create = mutation(organizations::create);
    let request = Memo::new(move |_| OrgCreateRequest {
        name: name.with(|name| name.trim().to_owned()),
        title: Some(title.with(|title| title.trim().to_owned())).filter(|title| !title.is_empty()),
    });
    let call = Signal::derive(move || {
        request.with(|request| (!request.name.is_empty()).then(|| organizations::create(request).call().clone()))
    });
    let submit = move |()| {
        create.run_then(request.get_untracked(), move |made| {
            draft.settle();
            store.toasts.push(Tone::Good, format!("{} is being created.", made.name));
            go.try_with_value(|go| go());
        });
    };
    let blocked = why_not(store.session);
    let consequence = Signal::derive(move || {
        let name = name.with(|name| name.trim().to_owned());
        if name.is_empty() { "You become its owner.".to_owned() } else { format!("You become the owner of {name}.") }
    });
    let name_field = Field::new("name", "Name")
        .hint("Lowercase letters, digits and hyphens; it begins with a letter. It is part of addresses and cannot change later.")
        .check(move || name.with(|name| rules::name(name.trim())));
    let title_field = Field::new("title", "Title").hint("What people call it, such as Acme Robotics.").optional();
    view! {
        <FormPage
            title="New organization"
            pending=create.pending()
            error=create.error()
            on_submit=submit
            submit="Create organization"
            blocked=blocked
            cancel=routes::organizations().href()
            consequence=consequence
            summary=move || view! { <ShowAs call=call/> }.into_any()
        >
            <Section title="Identity">
                <TextField field=name_field value=name limit=50 placeholder="acme-robotics"/>
                <TextField field=title_field value=title limit=100/>
            </Section>
        </FormPage>
    }
    .into_any()
}
