//! Who the person is, for others who are to add them.

use leptos::prelude::*;

use crate::{
    store::use_store,
    ui::{Card, CopyButton, Fact, Facts, maybe, reactive},
};

/// The user id, which an admin needs to add the person.
#[component]
pub fn YourId() -> AnyView {
    let person = use_store().session.person();
    reactive(move || {
        maybe(person.get().filter(|person| !person.id.is_empty()).map(|person| {
            let id = view! {
                <span class="row row--tight">
                    <code>{person.id.clone()}</code>
                    <CopyButton text=person.id what="user ID"/>
                </span>
            };
            view! {
                <Card title="You" padded=true>
                    <Facts facts=vec![Fact::new("User ID", id), Fact::text("E-mail", Some(&person.email))]/>
                </Card>
            }
            .into_any()
        }))
    })
}
