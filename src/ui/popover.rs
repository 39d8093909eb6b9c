//! Where a float lies: beside what it belongs to, on the side that has room, never past the edge of the window.
//!
//! The float is a `popover`, so that it lies over everything and no scrolling container cuts it. It follows its anchor
//! while something scrolls below it.

use js_sys::Reflect;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::listen::Listener;

/// Pixels between the float and its anchor.
const GAP: i32 = 4;
/// Pixels between the float and the window's edge.
const MARGIN: i32 = 8;

/// How a float lies beside its anchor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    /// Its start at the anchor's start.
    #[default]
    Start,
    /// Its end at the anchor's end.
    End,
    /// As wide as the anchor, at least.
    Stretch,
}

/// A float's box against the window: all in pixels of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Room {
    /// Left, top, right, bottom of the anchor.
    anchor: (i32, i32, i32, i32),
    /// Width and height that the float would like.
    wanted: (i32, i32),
    /// Width and height of the window.
    window: (i32, i32),
}

/// Left edge, top edge and greatest height.
fn spot(room: Room, align: Align) -> (i32, i32, i32) {
    let (left, top, right, bottom) = room.anchor;
    let (width, height) = room.wanted;
    let below = room.window.1 - bottom - GAP - MARGIN;
    let above = top - GAP - MARGIN;
    let flips = height > below && above > below;
    let most = if flips { above } else { below }.max(96);
    let y = if flips { top - GAP - height.min(most) } else { bottom + GAP };
    let x = if align == Align::End { right - width } else { left };
    // A float that is wider than the window begins at its edge.
    let x = x.min(room.window.0 - MARGIN - width).max(MARGIN.min(room.window.0 - width).max(0));
    // An anchor that has been scrolled away takes the float along no further than the edge.
    let y = y.min(room.window.1 - MARGIN - height.min(most)).max(MARGIN);
    (x, y, most)
}

/// Lays an open float beside its anchor.
pub fn place(anchor: &Element, float: &HtmlElement, align: Align) {
    let Some(root) = document().document_element() else { return };
    let around = anchor.get_bounding_client_rect();
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a window")]
    let anchor = (around.left() as i32, around.top() as i32, around.right() as i32, around.bottom() as i32);
    let style = float.style();
    let set = |name: &str, pixels: i32| {
        // It fails for no property of this name.
        let _ = style.set_property(name, &format!("{pixels}px"));
    };
    let _ = style.remove_property("max-height");
    let _ = float.set_attribute("data-placed", "");
    if align == Align::Stretch {
        set("min-width", anchor.2 - anchor.0);
    }
    let room = Room {
        anchor,
        wanted: (float.offset_width(), float.offset_height()),
        window: (root.client_width(), root.client_height()),
    };
    let (x, y, most) = spot(room, align);
    set("left", x);
    set("top", y);
    set("max-height", most);
}

/// Shows a popover beside its anchor, and keeps it there until the listeners are dropped.
pub fn show(anchor: &Element, float: &HtmlElement, align: Align) -> Vec<Listener> {
    // It fails where it is open already.
    let _ = float.show_popover();
    place(anchor, float, align);
    let follow = {
        let (anchor, float) = (anchor.clone(), float.clone());
        move |event: web_sys::Event| {
            // Its own list scrolls without moving it.
            if !super::listen::holds(&float, event.target()) {
                place(&anchor, &float, align);
            }
        }
    };
    vec![
        Listener::new(&window(), "scroll", true, Box::new(follow.clone())),
        Listener::new(&window(), "resize", false, Box::new(follow)),
    ]
}

/// Lays what is shown by `popovertarget` beside its button where the browser can't: anchor positioning came to Firefox
/// with 147 and to Safari with 26. A popover asks for it by `data-float`, `start` or `end`. To be called once.
pub fn lay_floats() {
    let root = document().document_element().and_then(|root| root.dyn_into::<HtmlElement>().ok());
    let is_known = root.is_some_and(|root| Reflect::has(&root.style(), &"positionArea".into()).unwrap_or_default());
    if !is_known {
        lay_floats_here();
    }
}

/// The same in any browser.
pub fn lay_floats_here() {
    let pressed = StoredValue::new_local(None::<Element>);
    let open = StoredValue::new_local(Vec::<(String, Vec<Listener>)>::new());
    // Rows share one menu: the button that was pressed is the one it lies beside.
    let press = Listener::new(
        &window(),
        "click",
        true,
        Box::new(move |event| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            if let Some(button) = target.and_then(|target| target.closest("[popovertarget]").ok().flatten()) {
                pressed.set_value(Some(button));
            }
        }),
    );
    let toggle = Listener::new(
        &window(),
        "toggle",
        true,
        Box::new(move |event| {
            let float = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
            let Some((float, align)) = float.and_then(|float| float.get_attribute("data-float").map(|it| (float, it)))
            else {
                return;
            };
            let id = float.id();
            open.update_value(|open| open.retain(|(known, _)| *known != id));
            let is_open = |float: &HtmlElement| float.matches(":popover-open").unwrap_or_default();
            let is_its = |button: &Element| {
                button.is_connected() && button.get_attribute("popovertarget").as_deref() == Some(&id)
            };
            let opener = pressed.get_value().filter(is_its);
            let Some(opener) = opener.filter(|_| is_open(&float)) else { return };
            let align = if align == "end" { Align::End } else { Align::Start };
            // Once what it holds is drawn, so that its size is known.
            request_animation_frame(move || {
                // One that is as wide as the window is a sheet, which has its own place.
                let width = window().inner_width().ok().and_then(|width| width.as_f64()).unwrap_or_default();
                if is_open(&float) && f64::from(float.offset_width() + 2 * MARGIN) < width {
                    let listeners = show(&opener, &float, align);
                    open.try_update_value(|open| open.push((id, listeners)));
                }
            });
        }),
    );
    super::listen::keep(vec![press, toggle]);
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: (i32, i32) = (1000, 800);

    fn at(anchor: (i32, i32, i32, i32), wanted: (i32, i32), align: Align) -> (i32, i32, i32) {
        spot(Room { anchor, wanted, window: WINDOW }, align)
    }

    #[test]
    fn it_lies_below_where_there_is_room_and_above_where_there_is_more() {
        assert_eq!(at((100, 100, 300, 132), (220, 300), Align::Start), (100, 136, 656));
        assert_eq!(at((100, 700, 300, 732), (220, 300), Align::Start), (100, 396, 688));
        // Neither side has room for it: the larger one, and it scrolls.
        let (_, y, most) = at((100, 300, 300, 332), (220, 2_000), Align::Start);
        assert_eq!((y, most), (336, 456));
    }

    #[test]
    fn it_stays_inside_the_window() {
        assert_eq!(at((900, 100, 980, 132), (220, 100), Align::Start).0, 1000 - 8 - 220);
        assert_eq!(at((20, 100, 60, 132), (220, 100), Align::End).0, 8);
        assert_eq!(at((20, 100, 60, 132), (1_200, 100), Align::Start).0, 0);
        let (_, y, _) = at((20, -500, 60, -468), (220, 100), Align::Start);
        assert_eq!(y, 8);
        let (_, y, most) = at((20, 5_000, 60, 5_032), (220, 100), Align::Start);
        assert!(y >= 8 && y + 100 <= 800 && most > 100, "{y} {most}");
    }
}
