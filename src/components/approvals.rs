//! What waits for an owner's decision, as a line above other pages.

use leptos::prelude::*;

use crate::{
    routes,
    store::use_store,
    ui::{Banner, ButtonLink, Tone, format::counted, maybe, reactive},
};

/// A banner for every member while something waits for an owner; nothing otherwise. It asks nothing: the bell knows.
#[component]
pub fn ApprovalsBanner(
    /// The organization by its name.
    organization: String,
) -> AnyView {
    let book = use_store().activity.book();
    let names = Memo::new(move |_| {
        book.with(|book| {
            book.running()
                .filter(|entry| entry.waits_for_approval())
                .map(|entry| entry.name.clone())
                .collect::<Vec<_>>()
        })
    });
    reactive(move || {
        let names = names.get();
        maybe((!names.is_empty()).then(|| {
            let title = format!("{} for an owner's approval", counted(names.len(), "cluster waits", "clusters wait"));
            let text = (names.len() <= 3).then(|| format!("{}.", names.join(", ")));
            let href = routes::approvals(&organization).href();
            view! {
                <Banner title=title text=text tone=Tone::Ask>
                    <ButtonLink href=href label="Show approvals" small=true/>
                </Banner>
            }
            .into_any()
        }))
    })
}
