//! A list of links and actions that opens under a button.
//!
//! It is a `popover`: the browser closes it on Escape and on a press elsewhere and gives the focus back. It is a
//! disclosure of plain links and buttons, so the Tab key walks it; the arrow keys do too.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::reactive::reactive;

/// A button with a menu under it.
#[component]
pub fn Menu(
    /// An id, unique on the page.
    id: &'static str,
    /// What the button does, for a screen reader; it is said after what the button shows.
    label: &'static str,
    /// The class of the button.
    class: &'static str,
    /// What the button shows, drawn anew when it changes.
    #[prop(into)]
    button: ViewFn,
    /// Links and actions.
    children: Children,
) -> AnyView {
    let list = NodeRef::<html::Div>::new();
    let step = move |event: ev::KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            _ => return,
        };
        if let Some(list) = list.get_untracked() {
            event.prevent_default();
            // It fails where the list is open already.
            let _ = list.show_popover();
            move_focus(&list, by);
        }
    };
    // A chosen link leads elsewhere: the list has done its work.
    let close = move |_| {
        if let Some(list) = list.get_untracked() {
            // It fails only where it is closed already.
            let _ = list.hide_popover();
        }
    };
    view! {
        <button type="button" class=class popovertarget=id on:keydown=step>
            {reactive(move || button.run())}
            <span class="visually-hidden">{label}</span>
        </button>
        <div class="menu" id=id popover="auto" node_ref=list on:keydown=step on:click=close>
            {children()}
        </div>
    }
    .into_any()
}

/// Moves the focus among the items of a list, around its ends.
fn move_focus(list: &HtmlElement, by: i32) {
    let Ok(items) = list.query_selector_all("a, button") else { return };
    let count = i32::try_from(items.length()).unwrap_or(0);
    if count == 0 {
        return;
    }
    let focused = document().active_element();
    let here = (0..count).find(|index| {
        u32::try_from(*index)
            .ok()
            .and_then(|index| items.item(index))
            .is_some_and(|item| focused.as_ref().is_some_and(|focused| focused.is_same_node(Some(&item))))
    });
    let next = match here {
        Some(here) => (here + by).rem_euclid(count),
        None if by > 0 => 0,
        None => count - 1,
    };
    let item = u32::try_from(next).ok().and_then(|index| items.item(index));
    if let Some(item) = item.and_then(|item| item.dyn_into::<HtmlElement>().ok()) {
        let _ = item.focus();
    }
}

/// A link in a menu.
#[component]
pub fn MenuLink(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// Whether it is where one is.
    #[prop(optional)]
    current: bool,
    /// What it says.
    children: Children,
) -> AnyView {
    view! {
        <a class="menu__item" href=href aria-current=current.then_some("true")>
            {children()}
        </a>
    }
    .into_any()
}
