//! Trees: what a thing consists of, with how each part is.

mod flatten;
mod walk;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use leptos::prelude::*;

pub(super) use self::{
    flatten::Row,
    walk::{Act, Draw, tree},
};
use super::{
    fresh::fresh,
    icon::{Glyph, Tone},
    middle::middle,
    reactive::{maybe, reactive},
    state::{Mark, State},
};

/// A thing in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Names it among all of them.
    pub key: String,
    /// What it lies under; a key that no other has makes it a root.
    pub parent: Option<String>,
    /// How it is.
    pub tone: Tone,
    /// How it is, in a word: "Degraded".
    pub word: String,
    /// What it is: "Deployment".
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What stands at the end of its row: "2 of 3 healthy". Without it, the word stands there unless all is well.
    pub note: Option<String>,
    /// How it is in another respect, with a sign of its own beside the note or word: "Out of sync".
    pub also: Option<Mark>,
}

/// The Kubernetes resources of an application, or what else consists of parts that have a state.
///
/// It follows what changes: rows keep their place, the focus and whether they are open, and a new state is washed.
#[component]
pub fn ResourceTree(
    /// What it is of: "Resources of payments-api".
    #[prop(into)]
    label: String,
    /// The things, in the order in which siblings stand.
    #[prop(into)]
    resources: Signal<Arc<Vec<Resource>>>,
    /// The key of the one that is chosen.
    #[prop(into)]
    selected: Signal<Option<String>>,
    /// Chooses one by its key.
    #[prop(into)]
    on_select: Callback<String>,
) -> AnyView {
    let closed = RwSignal::new(HashSet::<String>::new());
    let rows = Memo::new(move |_| {
        resources.with(|resources| {
            let things: Vec<_> = resources.iter().map(|it| (it.key.as_str(), it.parent.as_deref())).collect();
            closed.with(|closed| flatten::flatten(&things, closed))
        })
    });
    let by_key = Memo::new(move |_| {
        resources.with(|resources| resources.iter().map(|it| (it.key.clone(), it.clone())).collect::<HashMap<_, _>>())
    });
    // What was chosen by a link lies open.
    Effect::new(move |_| {
        let Some(mut above) = selected.get() else { return };
        by_key.with(|by_key| {
            let mut to_open = Vec::new();
            while let Some(parent) = by_key.get(&above).and_then(|it| it.parent.clone()) {
                if to_open.contains(&parent) {
                    break;
                }
                to_open.push(parent.clone());
                above = parent;
            }
            if closed.with_untracked(|closed| to_open.iter().any(|key| closed.contains(key))) {
                closed.update(|closed| closed.retain(|key| !to_open.contains(key)));
            }
        });
    });
    let on_act = move |act| match act {
        Act::Select(key) => on_select.run(key),
        Act::Close(key) => closed.update(|closed| {
            closed.insert(key);
        }),
        Act::Open(keys) => closed.update(|closed| closed.retain(|key| !keys.contains(key))),
    };
    let draw = move |key: String| {
        let resource = Memo::new(move |before: Option<&Option<Resource>>| {
            by_key.with(|by_key| by_key.get(&key).cloned()).or_else(|| before.cloned().flatten())
        });
        let with = move |draw: fn(&Resource) -> AnyView| {
            reactive(move || resource.with(|resource| maybe(resource.as_ref().map(draw))))
        };
        let state = move || {
            let state = |it: &Resource| format!("{}{:?}{:?}", it.word, it.note, it.also);
            resource.with(|it| it.as_ref().map(state).unwrap_or_default())
        };
        view! {
            {with(|it| view! { <Glyph tone=it.tone/> }.into_any())}
            {with(name)}
            <span class="tree__side">
                {fresh(state, move || resource.with(|resource| maybe(resource.as_ref().map(side))))}
            </span>
        }
        .into_any()
    };
    tree(label, rows, selected, Callback::new(on_act), Arc::new(draw))
}

fn name(resource: &Resource) -> AnyView {
    view! {
        <span class="tree__label">
            <span class="tree__kind" data-find="">{resource.kind.clone()}</span>
            <span class="tree__name mono" data-find="" data-tip=resource.name.clone()>
                {middle(&resource.name)}
            </span>
        </span>
    }
    .into_any()
}

fn side(resource: &Resource) -> AnyView {
    // A healthy state is told to the eye by its sign, and to the ear by its word.
    let is_said = resource.note.is_some() || resource.tone == Tone::Good;
    let note = resource.note.clone().map(|note| view! { <span>{note}</span> }.into_any());
    let also = resource.also.clone().map(|mark| view! { <State mark=mark/> }.into_any());
    view! {
        <span class=if is_said { "visually-hidden" } else { "" }>{resource.word.clone()}</span>
        {maybe(note)}
        {maybe(also)}
    }
    .into_any()
}
