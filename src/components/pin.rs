//! The star of a page: pins what it shows, and remembers that it was looked at.

use leptos::prelude::*;

use super::{PageAction, PageContext};
use crate::{
    store::{Thing, use_store},
    ui::{IconButton, load::FailureKind},
};

/// What is known of the thing that a page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// It is being loaded, or could not be.
    Unknown,
    /// It is there, under this name.
    There(String),
    /// There is no such thing, or not any more.
    Gone,
}

impl Shown {
    /// What a load tells of a thing: its name if it is there.
    pub fn of(name: Option<String>, failure: Option<FailureKind>) -> Self {
        match (name, failure) {
            (Some(name), _) => Self::There(name),
            (None, Some(FailureKind::NotFound)) => Self::Gone,
            (None, _) => Self::Unknown,
        }
    }
}

/// A star that pins something with a page of its own. While the page shows it, it stands first among what was looked at
/// lately; when it is gone, it is forgotten.
#[component]
pub fn Pin(
    /// The organization by its name.
    organization: String,
    /// What it is; see [`super::words::CLUSTER`] and its neighbours.
    kind: &'static str,
    /// Its id in the contract.
    id: String,
    /// What is known of it.
    #[prop(into)]
    shown: Signal<Shown>,
) -> AnyView {
    let preferences = use_store().preferences;
    let (organization, id) = (StoredValue::new(organization), StoredValue::new(id));
    let thing = move || match shown.get() {
        Shown::There(name) => Some(Thing::new(kind, id.get_value(), name)),
        _ => None,
    };
    let shown = Memo::new(move |_| shown.get());
    Effect::new(move |_| match shown.get() {
        Shown::There(name) => {
            preferences.visit(&organization.get_value(), Thing::new(kind, id.get_value(), name));
        }
        Shown::Gone => preferences.forget(&organization.get_value(), kind, &id.get_value()),
        Shown::Unknown => {}
    });
    let is_pinned = Memo::new(move |_| {
        preferences.shelves().with(|shelves| {
            organization.with_value(|organization| id.with_value(|id| shelves.of(organization).has_pinned(kind, id)))
        })
    });
    let toggle = move || {
        if let Some(thing) = untrack(thing) {
            preferences.pin(&organization.get_value(), thing, !is_pinned.get_untracked());
        }
    };
    let label = Signal::derive(move || if is_pinned.get() { "Unpin".to_owned() } else { "Pin".to_owned() });
    if let Some(context) = use_context::<PageContext>() {
        context.offer_actions(move || {
            let Some(thing) = thing() else { return Vec::new() };
            let verb = if is_pinned.get() { "Unpin" } else { "Pin" };
            vec![PageAction::new("star", format!("{verb} {}", thing.name), toggle)]
        });
    }
    view! {
        <span class=move || {
            match (shown.with(|shown| matches!(shown, Shown::There(_))), is_pinned.get()) {
                (true, true) => "pin pin--on",
                (true, false) => "pin",
                (false, _) => "pin pin--unknown",
            }
        }>
            <IconButton icon="star" label=label on_press=move |()| toggle()/>
        </span>
    }
    .into_any()
}
