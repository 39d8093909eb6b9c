//! The last resort: a page for when the program itself has failed.
//!
//! It is made of plain nodes, and what its buttons do lies in `boot.js`: nothing of the program may be relied on any more.
//! It never reloads by itself, so that a page which fails at once cannot do so again and again.

use std::{cell::Cell, panic::PanicHookInfo};

use leptos::prelude::{document, window};
use web_sys::{Document, Element};

use crate::routes;

thread_local! {
    static CRASHED: Cell<bool> = const { Cell::new(false) };
}

/// Shows a page with the message of a panic and the ways on. Without it a panic leaves a page that looks alive and answers
/// nothing.
pub fn install() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        // What follows a first panic are its consequences.
        if !CRASHED.replace(true) {
            let _ = show(&document(), info);
        }
    }));
}

fn show(document: &Document, info: &PanicHookInfo<'_>) -> Option<()> {
    let body = document.body()?;
    let address = window().location().href().ok()?;
    // The path alone: a query may hold what a report should not.
    let page = window().location().pathname().unwrap_or_default();
    let main = node(document, "main", "gate", "")?;
    let card = node(document, "div", "gate__card gate__card--wide", "")?;
    let heading = node(document, "h1", "", "The console has crashed")?;
    heading.set_attribute("tabindex", "-1").ok()?;
    let text = "Something happened that the console does not handle. What it had asked the platform to do goes on there. Reloading brings you back to this page; what was typed and not sent is lost.";
    let detail = node(document, "pre", "trace trace--text", &format!("{info}\nat {page}"))?;
    detail.set_id("crash-report");
    let actions = node(document, "div", "row", "")?;
    // Links with a target are the browser's own, so that the router, which may be broken too, leaves them alone.
    let link = |class: &str, label: &str, href: &str| {
        let link = node(document, "a", class, label)?;
        link.set_attribute("href", href).ok()?;
        link.set_attribute("target", "_self").ok()?;
        Some(link)
    };
    let copy = node(document, "button", "button", "Copy the report")?;
    copy.set_attribute("type", "button").ok()?;
    copy.set_attribute("data-copies", "crash-report").ok()?;
    for action in [
        link("button button--primary", "Reload the page", &address)?,
        link("button", "Go to the home page", &routes::start().href())?,
        copy,
    ] {
        actions.append_child(&action).ok()?;
    }
    for part in [heading.clone(), node(document, "p", "muted", text)?, detail, actions] {
        card.append_child(&part).ok()?;
    }
    main.append_child(&card).ok()?;
    body.replace_children_with_node_1(&main);
    document.set_title("The console has crashed");
    // A dialog that was open is gone with everything else, and so is what had the focus.
    let focus = js_sys::Reflect::get(&heading, &"focus".into()).ok()?;
    let _ = js_sys::Function::from(focus).call0(&heading);
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
