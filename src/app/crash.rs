//! The last resort: a page for when the program itself has failed.

use std::{cell::Cell, panic::PanicHookInfo};

use leptos::prelude::{document, window};
use web_sys::{Document, Element};

thread_local! {
    static CRASHED: Cell<bool> = const { Cell::new(false) };
}

/// Shows a page with the message of a panic and a way to start anew. Without it a panic leaves a page that looks alive
/// and answers nothing.
pub fn install() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        // What follows a first panic are its consequences.
        if !CRASHED.replace(true) {
            let _ = show(&document(), info);
        }
    }));
}

/// Plain nodes, made by hand: nothing of the program may be relied on any more.
fn show(document: &Document, info: &PanicHookInfo<'_>) -> Option<()> {
    let body = document.body()?;
    let main = node(document, "main", "gate", "")?;
    let card = node(document, "div", "gate__card", "")?;
    let text = "Something happened that the console does not handle. Nothing on the platform was changed by it. Reloading brings you back to this page; what was typed and not sent is lost.";
    let reload = node(document, "a", "button button--primary", "Reload the page")?;
    // A link with a target is the browser's own, so that the router, which may be broken too, leaves it alone.
    reload.set_attribute("href", &window().location().href().ok()?).ok()?;
    reload.set_attribute("target", "_self").ok()?;
    let detail = node(document, "pre", "trace trace--text", &info.to_string())?;
    for part in
        [node(document, "h1", "", "The console has crashed")?, node(document, "p", "muted", text)?, detail, reload]
    {
        card.append_child(&part).ok()?;
    }
    main.append_child(&card).ok()?;
    body.replace_children_with_node_1(&main);
    document.set_title("The console has crashed");
    Some(())
}

fn node(document: &Document, tag: &str, class: &str, text: &str) -> Option<Element> {
    let node = document.create_element(tag).ok()?;
    node.set_class_name(class);
    if !text.is_empty() {
        node.set_text_content(Some(text));
    }
    Some(node)
}
