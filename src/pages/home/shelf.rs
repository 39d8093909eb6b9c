//! What the person has pinned and lately looked at in an organization.

use leptos::prelude::*;

use crate::{
    components::words,
    routes::{self, Place},
    store::{Shelf, Thing, use_store},
    ui::{Card, Icon, maybe, reactive},
};

/// Where something of a shelf lives, under its icon; none for a sort that this version of the console does not know.
pub fn place_of(organization: &str, thing: &Thing) -> Option<(&'static str, Place)> {
    match thing.kind.as_str() {
        words::CLUSTER => Some(("server", routes::cluster(organization, &thing.id))),
        words::APPLICATION => Some(("boxes", routes::application(organization, &thing.id))),
        _ => None,
    }
}

/// How many things the card lists; the palette has the rest.
const LISTED: usize = 8;

/// A card with the shelf of an organization; nothing as long as it is empty.
pub fn shelf_card(organization: String) -> AnyView {
    let shelves = use_store().preferences.shelves();
    let shelf = {
        let organization = organization.clone();
        Memo::new(move |_| shelves.with(|shelves| shelves.of(&organization)))
    };
    reactive(move || {
        let rows = shelf.with(|shelf| rows(&organization, shelf));
        maybe((!rows.is_empty()).then(|| {
            view! {
                <Card title="Pinned and recent">
                    <ul>{rows}</ul>
                </Card>
            }
            .into_any()
        }))
    })
}

fn rows(organization: &str, shelf: &Shelf) -> Vec<AnyView> {
    let pinned = shelf.pinned.iter().map(|thing| (thing, true));
    pinned
        .chain(shelf.recent_only().map(|thing| (thing, false)))
        .filter_map(|(thing, is_pinned)| row(organization, thing, is_pinned))
        .take(LISTED)
        .collect()
}

fn row(organization: &str, thing: &Thing, is_pinned: bool) -> Option<AnyView> {
    let (icon, place) = place_of(organization, thing)?;
    let star = is_pinned.then(|| {
        view! {
            <span class="pin pin--on">
                <Icon name="star"/>
                <span class="visually-hidden">"Pinned"</span>
            </span>
        }
        .into_any()
    });
    Some(
        view! {
            <li class="feed__row">
                <Icon name=icon/>
                <a class="feed__text quiet-link" href=place.href()>
                    {thing.name.clone()}
                </a>
                {maybe(star)}
            </li>
        }
        .into_any(),
    )
}
