//! Moving the focus among the items of a list.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Gives an element the focus without scrolling to it; whether there was a way to.
pub fn quietly(element: &Element) -> bool {
    let options = js_sys::Object::new();
    // A plain object takes any property.
    let _ = js_sys::Reflect::set(&options, &"preventScroll".into(), &true.into());
    let focus =
        js_sys::Reflect::get(element, &"focus".into()).ok().and_then(|it| it.dyn_into::<js_sys::Function>().ok());
    focus.is_some_and(|focus| focus.call1(element, &options).is_ok())
}

/// Where a key moves the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// To the next item, around the end.
    Next,
    /// To the one before, around the begin.
    Previous,
    /// To the first one.
    First,
    /// To the last one.
    Last,
}

impl Move {
    /// What a key means in a list that lies from left to right.
    pub fn across(key: &str) -> Option<Self> {
        match key {
            "ArrowRight" => Some(Self::Next),
            "ArrowLeft" => Some(Self::Previous),
            "Home" => Some(Self::First),
            "End" => Some(Self::Last),
            _ => None,
        }
    }

    /// The index that it leads to among `count` items, from the one that has the focus.
    fn from(self, here: Option<usize>, count: usize) -> Option<usize> {
        let last = count.checked_sub(1)?;
        Some(match (self, here) {
            (Self::Next, Some(here)) if here < last => here + 1,
            (Self::Previous, Some(here)) if here > 0 => here - 1,
            (Self::Next | Self::First, _) => 0,
            (Self::Previous | Self::Last, _) => last,
        })
    }
}

/// The elements below a container that match a selector, in the order of the document.
pub fn elements(container: &Element, selector: &str) -> Vec<HtmlElement> {
    let Ok(found) = container.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect()
}

/// Moves the focus among the elements of a container that match a selector.
pub fn move_focus(container: &Element, selector: &str, by: Move) {
    let items = elements(container, selector);
    let focused = document().active_element();
    let is_focused = |item: &HtmlElement| focused.as_ref().is_some_and(|focused| focused.is_same_node(Some(item)));
    let next = by.from(items.iter().position(is_focused), items.len());
    if let Some(item) = next.and_then(|next| items.get(next)) {
        // It fails for nothing that can take the focus.
        let _ = item.focus();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_focus_goes_around_the_ends() {
        for (by, here, count, expected) in [
            (Move::Next, Some(0), 3, Some(1)),
            (Move::Next, Some(2), 3, Some(0)),
            (Move::Next, None, 3, Some(0)),
            (Move::Previous, Some(0), 3, Some(2)),
            (Move::Previous, None, 3, Some(2)),
            (Move::First, Some(2), 3, Some(0)),
            (Move::Last, Some(0), 3, Some(2)),
            (Move::Next, None, 0, None),
            (Move::Last, None, 0, None),
        ] {
            assert_eq!(by.from(here, count), expected, "{by:?} from {here:?} of {count}");
        }
    }
}
