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

/// Moves the focus in the next frame, when this turn's effects have drawn where to, unless the person has moved it by
/// then.
pub fn once_drawn(go: impl FnOnce() + 'static) {
    let before = focused();
    request_animation_frame(move || {
        let stays = match (before, focused()) {
            (_, None) => true,
            (None, Some(_)) => false,
            // What has closed gives the focus back by itself.
            (Some(before), Some(now)) => before == now || is_closed(&before),
        };
        if stays {
            go();
        }
    });
}

/// Whether an element is gone, or lies in what is not open.
fn is_closed(element: &Element) -> bool {
    let around = element.closest("dialog:not([open]), [popover]:not(:popover-open)");
    !element.is_connected() || around.is_ok_and(|around| around.is_some())
}

/// What has the focus, if it is anywhere.
fn focused() -> Option<Element> {
    document().active_element().filter(|focused| !is_page(focused))
}

/// So often it is looked, every so many milliseconds, whether what has got the focus back is taken away: what a question
/// did shows in the page only with the platform's next answer.
const LOOKS: u32 = 100;
const PAUSE: u64 = 100;

/// Where the focus was: the element that had it, and what lies around that, innermost first.
#[derive(Clone)]
pub struct Origin(Vec<Element>);

impl Origin {
    /// Where the focus is now, if it is anywhere.
    pub fn here() -> Option<Self> {
        Some(Self(std::iter::successors(Some(focused()?), |element| element.parent_element()).collect()))
    }

    /// Sees to it that the focus does not fall to the begin of the page when the element that had it is gone, as the
    /// button of what it did is: then the nearest place around that can take it does, else the heading.
    pub fn hold(self) {
        request_animation_frame(move || self.look(LOOKS));
    }

    fn look(self, left: u32) {
        let Some(origin) = self.0.first() else { return };
        match focused() {
            // Whoever presses beside all that can take the focus has let it go.
            None if left == LOOKS || !origin.is_connected() => self.settle(),
            Some(focused) if focused == *origin && left > 0 => {
                set_timeout(move || self.look(left - 1), std::time::Duration::from_millis(PAUSE));
            }
            // Elsewhere it is where the person has put it.
            _ => {}
        }
    }

    fn settle(&self) {
        // The page as a whole is no place to go on from: its heading is.
        let is_place = |element: &&Element| element.has_attribute("tabindex") && element.tag_name() != "MAIN";
        let heading = document().query_selector("main h1[tabindex]").ok().flatten();
        let around = self.0.iter().skip(1).filter(is_place);
        for place in self.0.first().into_iter().chain(around).filter(|it| it.is_connected()).chain(heading.as_ref()) {
            quietly(place);
            if document().active_element().as_ref() == Some(place) {
                return;
            }
        }
    }
}

/// Whether an element is the page itself, which has the focus when nothing else has.
fn is_page(element: &Element) -> bool {
    matches!(element.tag_name().as_str(), "BODY" | "HTML")
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
