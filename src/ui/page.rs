//! The head of a page.

use leptos::prelude::*;

use super::{
    format,
    load::Loads,
    reactive::{maybe, reactive},
};

/// Title row: the page's name with its states, its facts in one muted line, its actions.
///
/// There is one on every page. Its `<h1>` takes the focus after a navigation.
#[component]
pub fn PageHeader(
    /// The page's name.
    #[prop(into)]
    title: Signal<String>,
    /// What stands right behind the name and is drawn once, such as a star.
    #[prop(optional)]
    aside: Option<AnyView>,
    /// States beside the name, drawn anew when they change.
    #[prop(optional, into)]
    badges: ViewFn,
    /// Facts under it, each an element of its own, drawn anew when they change.
    #[prop(optional, into)]
    meta: Option<ViewFn>,
    /// What can be done here, the primary action last.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    view! {
        <div class="page__head">
            <div class="page__heading">
                <div class="page__title">
                    <h1 tabindex="-1">{move || title.get()}</h1>
                    {maybe(aside)}
                    {reactive(move || badges.run())}
                </div>
                {meta.map(|meta| view! { <div class="meta">{reactive(move || meta.run())}</div> })}
            </div>
            {children.map(|children| view! { <div class="page__actions">{children()}</div> })}
        </div>
    }
    .into_any()
}

/// The facts under the head of a list: how many things it has, and what is to be known of all of them, such as how many
/// are not healthy. Nothing until it is there, and nothing of an empty one.
pub fn tally<T: Send + Sync + 'static>(
    load: Loads<Vec<T>>,
    (one, many): (&'static str, &'static str),
    note: impl Fn(&[T]) -> Option<String> + Send + Sync + 'static,
) -> ViewFn {
    let facts = Memo::new(move |_| {
        load.with(|load| {
            let list = load.value().filter(|list| !list.is_empty())?;
            Some((format::counted(list.len(), one, many), note(list)))
        })
    });
    let draw = move || {
        maybe(facts.get().map(|(count, note)| {
            let note = note.map(|note| view! { <span>{note}</span> }.into_any());
            view! {
                <span>{count}</span>
                {maybe(note)}
            }
            .into_any()
        }))
    };
    ViewFn::from(draw)
}

/// "3 not healthy", where there are any.
pub fn some_are(count: usize, what: &str) -> Option<String> {
    (count > 0).then(|| format!("{} {what}", format::count(count)))
}
