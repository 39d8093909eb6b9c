//! What changes from one text to another, side by side or in one text.

use leptos::{html, prelude::*};

use super::{
    Language,
    module::{Loader, options},
};

/// What changes from one text to another: for reading and copying, with unchanged parts folded away.
#[component]
pub fn MergeView(
    /// The text as it is.
    #[prop(into)]
    before: Signal<String>,
    /// The text as it will be.
    #[prop(into)]
    after: Signal<String>,
    /// What the texts are, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// What they are written in.
    #[prop(optional, into)]
    language: Signal<Language>,
    /// Whether both stand beside one another where there is room; the person can change it.
    #[prop(optional)]
    side_by_side: bool,
) -> AnyView {
    let host = NodeRef::<html::Div>::new();
    let loader = Loader::new(host, move |module, host| {
        let given = options(&[
            ("before", before.get_untracked().into()),
            ("after", after.get_untracked().into()),
            ("label", label.get_untracked().into()),
            ("language", language.get_untracked().name().into()),
            ("beside", side_by_side.into()),
        ]);
        module.merge(host, &given).map(|handle| (handle, None))
    });
    loader.follow("before", move || before.get().into());
    loader.follow("after", move || after.get().into());
    loader.follow("label", move || label.get().into());
    loader.follow("language", move || language.get().name().into());
    let text = move || {
        view! {
            <pre class="editor__text" tabindex="0" role="region" aria-label=label>
                {after}
            </pre>
        }
        .into_any()
    };
    view! {
        <div class="editor editor--merge" aria-busy=move || loader.is_waiting().then_some("true")>
            <div class="editor__host" node_ref=host hidden=move || !loader.is_ready()></div>
            {loader.until_ready(text)}
        </div>
    }
    .into_any()
}
