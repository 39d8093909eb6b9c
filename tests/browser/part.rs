//! What stands for a part of the program that is on its way, and where it does not arrive.

use std::{
    cell::{Cell, RefCell},
    future::ready,
};

use astro_console::ui::part::{Arrival, Arrived, Stand, is_coming, show};
use futures_channel::oneshot::{Sender, channel};
use leptos::{mount::mount_to, prelude::*};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

use crate::{
    screen::press_key,
    support::{settle, until},
};

thread_local! {
    /// Ends the load that was begun last.
    static END: RefCell<Option<Sender<bool>>> = const { RefCell::new(None) };
    static LOADS: Cell<u32> = const { Cell::new(0) };
    static ARRIVED: Cell<u32> = const { Cell::new(0) };
    static CLOSED: Cell<u32> = const { Cell::new(0) };
}

fn at_hand() -> Arrival {
    Box::pin(ready(true))
}

fn on_its_way() -> Arrival {
    LOADS.set(LOADS.get() + 1);
    let (end, ended) = channel();
    END.set(Some(end));
    Box::pin(async { ended.await.unwrap_or(false) })
}

fn end(arrived: bool) {
    END.take().unwrap().send(arrived).unwrap();
}

struct Page {
    parent: HtmlElement,
    _mounted: Box<dyn std::any::Any>,
}

impl Drop for Page {
    fn drop(&mut self) {
        self.parent.remove();
    }
}

impl Page {
    fn of(load: fn() -> Arrival) -> Self {
        Self::with(|| Stand::Page, load)
    }

    fn over(load: fn() -> Arrival) -> Self {
        Self::with(|| Stand::Over(Callback::new(|()| CLOSED.set(CLOSED.get() + 1))), load)
    }

    fn with(stand: fn() -> Stand, load: fn() -> Arrival) -> Self {
        let parent: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        document().body().unwrap().append_child(&parent).unwrap();
        let mounted = mount_to(parent.clone(), move || {
            provide_context("from above");
            provide_context(Arrived(Callback::new(|()| ARRIVED.set(ARRIVED.get() + 1))));
            show(
                stand(),
                load,
                Box::new(|| {
                    let word: &str = use_context().unwrap();
                    Some(view! { <h1>"The page " {word}</h1> }.into_any())
                }),
            )
        });
        Self { parent, _mounted: Box::new(mounted) }
    }

    fn has(&self, selector: &str) -> bool {
        self.parent.query_selector(selector).unwrap().is_some()
    }

    fn text(&self) -> String {
        self.parent.text_content().unwrap()
    }

    fn press(&self, label: &str) {
        let buttons = self.parent.query_selector_all("button").unwrap();
        let button = (0..buttons.length())
            .filter_map(|index| buttons.item(index))
            .find(|button| button.text_content().as_deref() == Some(label))
            .unwrap();
        button.unchecked_into::<HtmlElement>().click();
    }
}

#[wasm_bindgen_test]
fn a_part_that_is_there_is_drawn_at_once() {
    let page = Page::of(at_hand);
    assert_eq!(page.text(), "The page from above");
}

#[wasm_bindgen_test]
async fn bars_stand_for_a_part_until_it_arrives() {
    let before = ARRIVED.get();
    let page = Page::of(on_its_way);
    assert!(page.has("[role=status][aria-busy=true]") && !page.has("h1"));
    end(true);
    until("the page", || page.has("h1")).await;
    assert_eq!(page.text(), "The page from above", "the context of the place where it is shown");
    assert!(!page.has("[role=status]"));
    assert_eq!(ARRIVED.get(), before + 1, "the application cares for the focus");
}

#[wasm_bindgen_test]
async fn a_part_that_does_not_arrive_is_tried_again_on_demand() {
    let page = Page::of(on_its_way);
    end(false);
    until("the failure", || page.has("[role=alert]")).await;
    assert!(page.text().contains("This part of the console could not be loaded"));
    let loads = LOADS.get();
    settle().await;
    assert_eq!(LOADS.get(), loads, "not by itself");

    page.press("Try again");
    until("the second try", || page.has("[role=status]")).await;
    assert_eq!(LOADS.get(), loads + 1);
    end(false);
    until("the second failure", || page.has("[role=alert]")).await;
    page.press("Try again");
    settle().await;
    end(true);
    until("the page", || page.has("h1")).await;
    assert!(!page.has("[role=alert]"));
}

#[wasm_bindgen_test]
async fn a_page_that_was_left_meanwhile_is_not_missed() {
    let page = Page::of(on_its_way);
    drop(page);
    end(true);
    settle().await;
}

#[wasm_bindgen_test]
async fn a_line_stands_for_what_lies_over_the_page() {
    let page = Page::over(on_its_way);
    assert!(page.text().is_empty() && page.has(".coming[role=status]") && is_coming());
    end(false);
    until("the failure", || page.has(".toasts [role=alert]")).await;
    page.press("Try again");
    until("the second try", || !page.has("[role=alert]")).await;
    end(true);
    until("what comes", || page.has("h1")).await;
    assert!(!is_coming());
}

#[wasm_bindgen_test]
async fn what_would_lie_over_the_page_can_be_put_away_where_it_does_not_arrive() {
    let page = Page::over(on_its_way);
    end(false);
    until("the failure", || page.has("[role=alert]")).await;
    let before = CLOSED.get();
    page.press("Dismiss");
    assert_eq!(CLOSED.get(), before + 1);
    let body = document().body().unwrap();
    press_key(&body, "Escape");
    assert_eq!(CLOSED.get(), before + 2);
    page.press("Try again");
    until("the second try", || !page.has("[role=alert]")).await;
    end(true);
    until("what comes", || page.has("h1")).await;
    press_key(&body, "Escape");
    assert_eq!(CLOSED.get(), before + 2, "what has arrived closes itself");
    drop(page);

    let page = Page::of(on_its_way);
    end(false);
    until("the failure", || page.has("[role=alert]")).await;
    assert!(!page.text().contains("Dismiss"), "there is nothing behind it");
}
