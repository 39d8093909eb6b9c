//! A tree as it is seen and walked: ARIA's tree view over a flat list of rows.
//!
//! One row takes the Tab key; there the arrows move, open and close, `Home` and `End` lead to the ends, `*` opens all
//! siblings, letters find names, `Enter` and the space key select. Rows are kept by their keys, so that what changes under
//! the focus, the pointer or the selection takes neither of them away.

use std::{collections::HashMap, sync::Arc};

use leptos::{attr::custom::custom_attribute, ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlElement};

use super::flatten::{Row, heir};
use crate::ui::{
    focus::elements,
    icon::{Icon, Size},
    reactive::{maybe, reactive},
};

/// What a person does with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Chooses it.
    Select(String),
    /// Shows what lies under it.
    Open(Vec<String>),
    /// Hides what lies under it.
    Close(String),
}

/// Draws what a row shows.
pub type Draw = Arc<dyn Fn(String) -> AnyView + Send + Sync>;

/// The pixels by which each level is indented; `tree.css` draws the guides by the same measure.
const INDENT: usize = 22;

/// A tree of rows.
pub fn tree(
    label: String,
    rows: Memo<Vec<Row>>,
    selected: Signal<Option<String>>,
    on_act: Callback<Act>,
    draw: Draw,
) -> AnyView {
    let container = NodeRef::<html::Div>::new();
    // The row that takes the Tab key: the last one that had the focus, else the selected, else the first.
    let walked = RwSignal::new(None::<String>);
    let by_key = Memo::new(move |_| {
        rows.with(|rows| rows.iter().map(|row| (row.key.clone(), row.clone())).collect::<HashMap<_, _>>())
    });
    let stop = Memo::new(move |_| {
        let chosen = selected.get();
        by_key
            .with(|by_key| {
                let seen = |key: &String| by_key.contains_key(key);
                walked.get().filter(seen).or_else(|| chosen.filter(seen))
            })
            .or_else(|| rows.with(|rows| rows.first().map(|row| row.key.clone())))
    });
    // A row that goes while it has the focus leaves it to its heir; otherwise the keyboard would stand nowhere. It has to
    // be seen before the row is gone, which is when the rows are compared.
    let keys = Memo::new(move |before: Option<&Vec<Row>>| {
        let now = rows.get();
        if let (Some(before), Some(tree)) = (before, container.get_untracked())
            && let Some(focused) = focused_key(&tree)
            && !now.iter().any(|row| row.key == focused)
            && let Some(heir) = heir(before, &now, &focused)
        {
            let key = heir.key.clone();
            walked.set(Some(key.clone()));
            request_animation_frame(move || focus_row(&tree, &key));
        }
        now
    });
    let act = move |act: Act| on_act.run(act);
    let go = move |key: &str| {
        if let Some(tree) = container.get_untracked() {
            focus_row(&tree, key);
        }
    };
    let typed = StoredValue::new((String::new(), 0.0_f64));
    let on_key = move |event: ev::KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let Some(key) = key_of(event.target()) else { return };
        let rows = rows.get_untracked();
        let Some(index) = rows.iter().position(|row| row.key == key) else { return };
        let Some(row) = rows.get(index) else { return };
        let at = |index: usize| rows.get(index).map(|row| row.key.clone());
        let first_child = (row.open == Some(true)).then(|| at(index + 1)).flatten();
        let target = match event.key().as_str() {
            "ArrowDown" => at(index + 1),
            "ArrowUp" => index.checked_sub(1).and_then(at),
            "Home" => at(0),
            "End" => rows.last().map(|row| row.key.clone()),
            "ArrowRight" if row.open == Some(false) => {
                act(Act::Open(vec![key]));
                None
            }
            "ArrowRight" => first_child,
            "ArrowLeft" if row.open == Some(true) => {
                act(Act::Close(key));
                None
            }
            "ArrowLeft" => row.parent.clone(),
            "Enter" | " " => {
                act(Act::Select(key));
                None
            }
            "*" => {
                let siblings = rows.iter().filter(|other| other.parent == row.parent && other.open == Some(false));
                act(Act::Open(siblings.map(|row| row.key.clone()).collect()));
                None
            }
            letter if letter.chars().count() == 1 => {
                let Some(tree) = container.get_untracked() else { return };
                let wanted = typed.try_update_value(|(text, at)| {
                    let now = event.time_stamp();
                    // Quick letters are one word.
                    if now - *at > 600.0 {
                        text.clear();
                    }
                    *at = now;
                    text.push_str(&letter.to_lowercase());
                    text.clone()
                });
                find(&tree, index, &wanted.unwrap_or_default())
            }
            _ => return,
        };
        event.prevent_default();
        if let Some(target) = target {
            go(&target);
        }
    };
    let on_click = move |event: ev::MouseEvent| {
        let Some(key) = key_of(event.target()) else { return };
        let open = by_key.with_untracked(|by_key| by_key.get(&key).and_then(|row| row.open));
        let is_toggle = closest(event.target(), ".tree__toggle").is_some();
        match open {
            Some(true) if is_toggle => act(Act::Close(key.clone())),
            Some(false) if is_toggle => act(Act::Open(vec![key.clone()])),
            _ => act(Act::Select(key.clone())),
        }
        go(&key);
    };
    let on_focus = move |event: ev::FocusEvent| {
        if let Some(key) = key_of(event.target()) {
            walked.set(Some(key));
        }
    };
    let row = move |row: Row| {
        let key = row.key;
        let current = {
            let key = key.clone();
            Memo::new(move |before: Option<&Row>| {
                let now = by_key.with(|by_key| by_key.get(&key).cloned());
                // What is about to go keeps what it shows until then.
                now.or_else(|| before.cloned()).unwrap_or(Row {
                    key: String::new(),
                    level: 1,
                    place: 1,
                    of: 1,
                    open: None,
                    parent: None,
                })
            })
        };
        let open = Memo::new(move |_| current.with(|row| row.open));
        let is_stop = {
            let key = key.clone();
            move || if stop.with(|stop| stop.as_ref() == Some(&key)) { "0" } else { "-1" }
        };
        let is_selected = {
            let key = key.clone();
            move || if selected.with(|selected| selected.as_ref() == Some(&key)) { "true" } else { "false" }
        };
        let number = move |of: fn(&Row) -> usize| move || current.with(of).to_string();
        let indent = move || current.with(|row| row.level.saturating_sub(1)) * INDENT;
        let toggle = reactive(move || {
            maybe(open.get().map(|open| {
                let icon = if open { "chevron-down" } else { "chevron-right" };
                view! { <Icon name=icon size=Size::Small/> }.into_any()
            }))
        });
        // Leptos has no name for this attribute of ARIA.
        let level = custom_attribute("aria-level", number(|row| row.level));
        let content = draw(key.clone());
        view! {
            <div
                {..level}
                role="treeitem"
                class="tree__row"
                data-key=key
                tabindex=is_stop
                aria-posinset=number(|row| row.place)
                aria-setsize=number(|row| row.of)
                aria-expanded=move || open.get().map(|open| if open { "true" } else { "false" })
                aria-selected=is_selected
                style:padding-inline-start=move || format!("{}px", indent())
            >
                <span class="tree__guides" style:width=move || format!("{}px", indent())></span>
                <span class="tree__toggle">{toggle}</span>
                {content}
            </div>
        }
        .into_any()
    };
    view! {
        <div
            class="tree"
            role="tree"
            aria-label=label
            node_ref=container
            on:keydown=on_key
            on:click=on_click
            on:focusin=on_focus
        >
            <For each=move || keys.get() key=|row| row.key.clone() children=row/>
        </div>
    }
    .into_any()
}

fn closest(target: Option<EventTarget>, selector: &str) -> Option<Element> {
    target?.dyn_into::<Element>().ok()?.closest(selector).ok()?
}

fn key_of(target: Option<EventTarget>) -> Option<String> {
    closest(target, "[data-key]")?.get_attribute("data-key")
}

fn focused_key(tree: &Element) -> Option<String> {
    let focused = document().active_element().filter(|focused| tree.contains(Some(focused)))?;
    focused.get_attribute("data-key")
}

/// Gives the focus to a row. Keys are texts of the platform, so they are compared and never put into a selector.
fn focus_row(tree: &Element, key: &str) {
    let row =
        elements(tree, "[data-key]").into_iter().find(|row| row.get_attribute("data-key").as_deref() == Some(key));
    if let Some(row) = row {
        let _ = row.focus();
    }
}

/// The next row whose name begins with a text, from a row on and around the end.
fn find(tree: &Element, from: usize, text: &str) -> Option<String> {
    let rows: Vec<HtmlElement> = elements(tree, "[data-key]");
    // More of the same word may still be the row that one is on.
    let skip = if text.chars().count() > 1 { from } else { from + 1 };
    let begins = |row: &&HtmlElement| {
        let words = elements(row, "[data-find]");
        words.iter().any(|word| word.text_content().is_some_and(|name| name.to_lowercase().starts_with(text)))
    };
    rows.iter().cycle().skip(skip).take(rows.len()).find(begins)?.get_attribute("data-key")
}
