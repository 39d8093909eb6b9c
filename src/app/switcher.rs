//! The switcher of organizations.

use astro_api::organizations;
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::{nav::organization_of, parts};
use crate::{
    components::words,
    routes::{self, Place},
    store::{
        query,
        session::{Method, Organization},
        use_store,
    },
    ui::{
        Badge, Icon, IconButton, MenuLink, OrganizationMark, fuzzy::Needle, maybe, query_view, reactive,
        state::readable,
    },
};

/// The organization that is worked in, and under it the list of all: with search, pinned ones first, then those worked in
/// lately.
#[component]
pub fn Switcher(
    place: Memo<Option<Place>>,
    /// The id of the list.
    id: &'static str,
    /// Whether the mark stands alone.
    narrow: Signal<bool>,
) -> AnyView {
    let active = use_store().session.active();
    let plan = query(move || active.get().map(|active| organizations::plan(&active.id))).load();
    let plan = move || plan.with(|load| load.value().map(|plan| readable(plan)));
    let list = NodeRef::<html::Div>::new();
    let open = RwSignal::new(false);
    let button = reactive(move || {
        let active = active.get();
        let name = active.as_ref().map_or("No organization", |active| &active.name).to_owned();
        let note = plan().or_else(|| active.as_ref().map(|active| active.title.clone()));
        view! {
            <OrganizationMark name=name.clone()/>
            <span class="identity__text">
                <span class="identity__name">{name}</span>
                <span class="identity__note">{note}</span>
            </span>
            <Icon name="chevrons-up-down"/>
        }
        .into_any()
    });
    let show = move |event: ev::KeyboardEvent| {
        let is_open = || list.get_untracked().is_some_and(|list| list.matches(":popover-open").unwrap_or_default());
        if event.key() == "ArrowDown" && !is_open() {
            event.prevent_default();
            // By its button, so that the browser knows what the list is to lie beside.
            let button = event.current_target().and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok());
            if let Some(button) = button {
                button.click();
            }
        }
    };
    let tip = move || {
        narrow.get().then(|| active.with(|active| active.as_ref().map_or_else(String::new, |it| it.name.clone())))
    };
    view! {
        <button type="button" class="identity identity--switcher" popovertarget=id data-tip=tip on:keydown=show>
            {button}
            <span class="visually-hidden">"Switch organization"</span>
        </button>
        <div
            class="menu switcher"
            id=id
            popover="auto"
            data-float="start"
            node_ref=list
            on:toggle=move |event| {
                open.set(event.unchecked_into::<web_sys::ToggleEvent>().new_state() == "open");
            }
        >
            {reactive(move || maybe(open.get().then(|| parts::organization_list(place, list))))}
        </div>
    }
    .into_any()
}

pub fn organization_list(place: Memo<Option<Place>>, list: NodeRef<html::Div>) -> AnyView {
    let store = use_store();
    let session = store.session;
    let organizations = session.organizations();
    let shelves = store.preferences.shelves();
    let current = organization_of(place);
    let typed = RwSignal::new(String::new());
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            let _ = input.focus();
        }
    });
    // Plans are in the platform's list; the session doesn't keep them.
    let plans = query_view::latest(query(|| organizations::list(&organizations::Page::default())).load());
    let rows = reactive(move || {
        let needle = typed.with(|typed| Needle::new(typed));
        let plans = plans.get();
        let current = current.with(|current| current.as_ref().map(|current| current.name.clone()));
        // The order stays as it was when the list was opened: nothing jumps under the pointer.
        let found = shelves.with_untracked(|shelves| {
            organizations.with(|list| {
                ordered(list, &needle, |name| if Some(name) == current.as_deref() { 0 } else { 1 + shelves.rank(name) })
            })
        });
        if found.is_empty() {
            return view! { <p class="menu__hint" role="status">"No organization of that name"</p> }.into_any();
        }
        let rows = found
            .into_iter()
            .map(|organization| {
                let plan = plans.as_ref().and_then(|plans| {
                    let plan = plans.iter().find(|one| one.id == organization.id)?.plan_id.as_deref()?;
                    Some(readable(plan)).filter(|_| !plan.is_empty())
                });
                let is_current = Some(&organization.name) == current.as_ref();
                row(organization, plan, is_current)
            })
            .collect_view();
        view! { <ul aria-label="Organizations">{rows}</ul> }.into_any()
    });
    let by_key = reactive(move || {
        maybe((session.method().get() == Some(Method::Key)).then(|| {
            view! {
                <p class="menu__hint">
                    "Signed in with a key: it opens one organization. Another needs another key, or single sign-on."
                </p>
            }
            .into_any()
        }))
    });
    let about = reactive(move || {
        maybe(current.get().map(|it| {
            view! {
                <MenuLink href=routes::organization(&it.name).href()>
                    <Icon name="file-text"/>
                    <span class="menu__text">{format!("About {}", it.name)}</span>
                </MenuLink>
            }
            .into_any()
        }))
    });
    let press = move |event: ev::KeyboardEvent| {
        let Some(list) = list.get_untracked() else { return };
        match event.key().as_str() {
            "ArrowDown" => step(&list, 1),
            "ArrowUp" => step(&list, -1),
            // In the field, it takes the first that fits.
            "Enter" if is_field(&event) => {
                if let Ok(Some(first)) = list.query_selector("li a") {
                    first.unchecked_into::<HtmlElement>().click();
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let click = move |event: ev::MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let is_link = target.is_some_and(|target| target.closest("a").is_ok_and(|link| link.is_some()));
        // With a command key it opens elsewhere, and the list stays.
        if is_link
            && !event.ctrl_key()
            && !event.meta_key()
            && let Some(list) = list.get_untracked()
        {
            let _ = list.hide_popover();
        }
    };
    view! {
        <div on:keydown=press on:click=click>
            <label class="switcher__search">
                <Icon name="search"/>
                <span class="visually-hidden">"Find an organization"</span>
                <input
                    node_ref=input
                    type="text"
                    placeholder="Find an organization"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    on:input=move |event| typed.set(event_target_value(&event))
                />
            </label>
            <div class="switcher__list">{rows}</div>
            {by_key}
            <hr class="menu__rule"/>
            {about}
            <MenuLink href=routes::organizations().href()>
                <Icon name="building-2"/>
                <span class="menu__text">"All organizations"</span>
            </MenuLink>
        </div>
    }
    .into_any()
}

fn row(organization: Organization, plan: Option<String>, is_current: bool) -> AnyView {
    let preferences = use_store().preferences;
    let name = organization.name;
    let title = Some(organization.title).filter(|title| *title != name);
    let note = [title, plan].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let side = if organization.open {
        organization.role.as_ref().map(|role| view! { <Badge text=words::role(role)/> }.into_any())
    } else {
        Some(view! { <span class="menu__note">"needs its own key"</span> }.into_any())
    };
    let is_pinned = {
        let name = name.clone();
        Memo::new(move |_| preferences.shelves().with(|shelves| shelves.has_pinned_organization(&name)))
    };
    let pin = {
        let name = name.clone();
        move |()| preferences.pin_organization(&name, !is_pinned.get_untracked())
    };
    let label = {
        let name = name.clone();
        Signal::derive(move || if is_pinned.get() { format!("Unpin {name}") } else { format!("Pin {name}") })
    };
    view! {
        <li class="switcher__row">
            <MenuLink href=routes::home(&name).href() current=is_current>
                <OrganizationMark name=name.clone()/>
                <span class="menu__text">
                    {name}
                    {maybe((!note.is_empty()).then(|| view! { <span class="switcher__note">{note}</span> }.into_any()))}
                </span>
                {maybe(side)}
            </MenuLink>
            <span class=move || if is_pinned.get() { "pin pin--on" } else { "pin" }>
                <IconButton icon="star" label=label on_press=pin/>
            </span>
        </li>
    }
    .into_any()
}

/// The organizations that fit, by rank; those of one rank by how well they fit, then as they came.
fn ordered(list: &[Organization], needle: &Needle, rank: impl Fn(&str) -> usize) -> Vec<Organization> {
    let mut found: Vec<(u32, usize, Organization)> = Vec::new();
    for organization in list {
        let text = format!("{} {}", organization.name, organization.title).to_ascii_lowercase();
        let Some(fit) = needle.rank(&text) else { continue };
        let key = (fit, rank(&organization.name));
        let place = found.partition_point(|(fit, rank, _)| (*fit, *rank) <= key);
        found.insert(place, (key.0, key.1, organization.clone()));
    }
    found.into_iter().map(|(.., organization)| organization).collect()
}

fn is_field(event: &ev::KeyboardEvent) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|target| target.tag_name() == "INPUT")
}

/// Moves the focus among the field and the links, around the ends.
fn step(list: &HtmlElement, by: i32) {
    let Ok(items) = list.query_selector_all("input, a") else { return };
    let items: Vec<HtmlElement> =
        (0..items.length()).filter_map(|index| items.item(index)?.dyn_into::<HtmlElement>().ok()).collect();
    let focused = document().active_element();
    let here = items.iter().position(|item| focused.as_ref().is_some_and(|focused| focused.is_same_node(Some(item))));
    let count = items.len();
    let next = match here {
        Some(here) if by > 0 => (here + 1) % count.max(1),
        Some(here) => (here + count).saturating_sub(1) % count.max(1),
        None => 0,
    };
    if let Some(item) = items.get(next) {
        let _ = item.focus();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn organizations_stand_by_rank_until_something_is_typed() {
        let of = |name: &str| Organization {
            id: name.to_owned(),
            name: name.to_owned(),
            title: name.to_owned(),
            role: None,
            open: true,
        };
        let list = [of("acme"), of("globex"), of("initech")];
        let names = |typed: &str| -> Vec<String> {
            let rank = |name: &str| usize::from(name != "initech");
            ordered(&list, &Needle::new(typed), rank).into_iter().map(|organization| organization.name).collect()
        };
        assert_eq!(names(""), ["initech", "acme", "globex"]);
        assert_eq!(names("ex"), ["globex"]);
        assert!(names("hooli").is_empty());
    }
}
