//! `/settings`: the person's own choices on this computer, and what this console is.

mod about;
mod choices;

use leptos::prelude::*;

use crate::ui::PageHeader;

/// Everything that a person can choose, and what runs here.
pub fn settings() -> AnyView {
    let meta = || view! { <span>"Kept in this browser; each choice holds at once, in every tab."</span> }.into_any();
    view! {
        <PageHeader title="Settings".to_owned() meta=meta/>
        <div class="stack page__narrow">
            {choices::appearance()}
            {choices::region()}
            {choices::session()}
            {choices::shortcuts()}
            {choices::notices()}
            {about::about()}
        </div>
    }
    .into_any()
}
