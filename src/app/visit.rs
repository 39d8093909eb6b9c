//! The banner over an organization that a link has led into.

use leptos::prelude::*;

use crate::{
    routes,
    store::{session::Organization, use_store},
    ui::{Banner, Button, ButtonLink},
};

/// Offers the switch. The page is the address's all the same: a link shows what it names, and changes nothing that lasts.
pub fn banner(usual: &Organization) -> AnyView {
    let session = use_store().session;
    let here = session.active().get_untracked().map(|active| active.name).unwrap_or_default();
    let usual = usual.name.clone();
    let text = format!("A link led here, and you work in {usual}. A new tab begins there, unless you switch.");
    let switch = move |()| session.settle();
    view! {
        <div class="page__notice">
            <Banner icon="building-2" title=format!("This is {here}.") text=Some(text)>
                <Button label=format!("Switch to {here}") small=true on_press=switch/>
                <ButtonLink label=format!("Back to {usual}") href=routes::home(&usual).href() small=true/>
            </Banner>
        </div>
    }
    .into_any()
}
