//! The one tooltip of the page.
//!
//! An element asks for it with `data-tip="words"`; a `<time>` gets its exact time without asking. One pair of
//! listeners serves all of them, so that a table of ten thousand times costs nothing. It follows WCAG 1.4.13: it can
//! be hovered, it stays until the pointer or the focus leaves, and Escape closes it.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlElement};

use super::{
    format,
    reactive::{maybe, reactive},
};

#[derive(Clone, PartialEq)]
enum Words {
    Plain(String),
    Time { local: String, utc: String },
}

#[derive(Clone, PartialEq)]
struct Tip {
    words: Words,
    /// Middle of the element, and the edge at which the tooltip begins, in pixels of the window.
    x: i32,
    y: i32,
    above: bool,
}

/// Pixels between the tooltip and the window's edge.
const MARGIN: i32 = 8;

const ASKING: &str = "[data-tip], time[datetime]";

fn tip_of(target: Option<EventTarget>, shown: Option<Tip>) -> Option<Tip> {
    let element = target?.dyn_into::<Element>().ok()?;
    if let Ok(Some(_)) = element.closest(".tooltip") {
        return shown;
    }
    let element = element.closest(ASKING).ok()??;
    let words = if let Some(text) = element.get_attribute("data-tip") {
        Words::Plain(text)
    } else {
        let at = format::parse(&element.get_attribute("datetime")?)?;
        Words::Time { local: format::local(at), utc: format::utc(at) }
    };
    let around = element.get_bounding_client_rect();
    let above = around.bottom() + 72.0 > window().inner_height().ok()?.as_f64()?;
    let x = around.left() + around.width() / 2.0;
    let y = if above { around.top() } else { around.bottom() };
    // Whole pixels: writing a float takes five kilobytes of program.
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a window")]
    Some(Tip { words, x: x as i32, y: y as i32, above })
}

/// Shows the tooltip of whatever is hovered or focused. The application mounts it once.
#[component]
pub fn TooltipHost() -> AnyView {
    let tip = RwSignal::new(None::<Tip>);
    let show = move |target| {
        let next = tip_of(target, tip.get_untracked());
        if next != tip.get_untracked() {
            tip.set(next);
        }
    };
    let hide = move || {
        if tip.with_untracked(Option::is_some) {
            tip.set(None);
        }
    };
    let listeners = [
        window_event_listener(ev::pointerover, move |event| {
            if event.pointer_type() == "mouse" {
                show(event.target());
            }
        }),
        window_event_listener(ev::focusin, move |event| show(event.target())),
        window_event_listener(ev::focusout, move |_| hide()),
        window_event_listener(ev::click, move |event| {
            // A finger has no hover: a tap tells the exact time.
            let time = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            if time.is_some_and(|element| element.tag_name() == "TIME") {
                show(event.target());
            } else {
                hide();
            }
        }),
        window_event_listener(ev::keydown, move |event| {
            if event.key() == "Escape" {
                hide();
            }
        }),
        window_event_listener(ev::scroll, move |_| hide()),
    ];
    on_cleanup(move || {
        for listener in listeners {
            listener.remove();
        }
    });
    // Over everything, also over the dialog or the menu that it explains a part of: what is shown last lies on top.
    let shown = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(shown) = shown.get() {
            // It fails where it is shown already.
            let _ = shown.show_popover();
            // Now that its width is known, it is kept inside of the window.
            let room = document().document_element().map_or(0, |root| root.client_width());
            let half = shown.offset_width() / 2 + MARGIN;
            if let Some(x) = tip.with_untracked(|tip| tip.as_ref().map(|tip| tip.x)) {
                let x = x.min(room - half).max(half);
                // Set by itself: the content security policy refuses a style attribute, not this.
                let _ = HtmlElement::style(&shown).set_property("left", &format!("{x}px"));
            }
        }
    });
    reactive(move || {
        maybe(tip.get().map(|Tip { words, x, y, above }| {
            let class = if above { "tooltip tooltip--above" } else { "tooltip" };
            let content = match words {
                Words::Plain(text) => text.into_any(),
                Words::Time { local, utc } => view! {
                    <dl>
                        <dt>"Local"</dt>
                        <dd>{local}</dd>
                        <dt>"UTC"</dt>
                        <dd>{utc}</dd>
                    </dl>
                }
                .into_any(),
            };
            view! {
                <div class=class role="tooltip" popover="manual" node_ref=shown style:left=format!("{x}px") style:top=format!("{y}px")>
                    <div class="tooltip__box">{content}</div>
                </div>
            }
            .into_any()
        }))
    })
}
