//! What waits for an owner's decision, as a line above other pages.

use leptos::prelude::*;

use crate::{
    routes,
    store::use_store,
    ui::{Banner, ButtonLink, Tone, format::counted, maybe, reactive},
};

/// How many of them are named.
const NAMED: usize = 3;

/// A banner for every member while something waits for an owner; nothing otherwise. It asks nothing: the bell knows.
#[component]
pub fn ApprovalsBanner(
    /// The organization by its name.
    organization: String,
) -> AnyView {
    let book = use_store().activity.book();
    let waiting = Memo::new(move |_| {
        book.with(|book| {
            let names = book.running().filter(|entry| entry.waits_for_approval()).map(|entry| entry.name.clone());
            (book.waiting(), names.take(NAMED).collect::<Vec<_>>())
        })
    });
    reactive(move || {
        let (count, names) = waiting.get();
        maybe((count > 0).then(|| {
            let title = format!("{} for an owner's approval", counted(count, "cluster waits", "clusters wait"));
            let others = count.saturating_sub(names.len());
            let named = names.join(", ");
            let text = Some(if others == 0 { named } else { format!("{named} and {others} more") });
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
