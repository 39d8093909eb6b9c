//! A value of JSON as a tree: opened as far as one needs it, with the path and the value of each part to take along.

mod rows;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use leptos::prelude::*;
use serde_json::Value;

use self::rows::{AT_ONCE, Content, Shown, all, find};
use super::{
    button::Button,
    copy::CopyButton,
    format,
    reactive::{maybe, reactive},
    tree::{Act, Draw, tree},
};

/// So much of a text stands in its row, in letters; the rest is shown below, once the row is chosen.
const SHORT: usize = 120;

/// A value of JSON as a tree.
#[component]
pub fn JsonTree(
    /// The value.
    #[prop(into)]
    value: Signal<Arc<Value>>,
    /// What it is: "Event evt-7c1f".
    #[prop(into)]
    label: String,
) -> AnyView {
    // Two levels tell what it is about.
    let open = RwSignal::new(HashSet::from(["$".to_owned()]));
    let chosen = RwSignal::new(None::<String>);
    let all_rows = Memo::new(move |_| value.with(|value| open.with(|open| rows::rows(value, open))));
    let rows = Memo::new(move |_| all_rows.with(|rows| rows.iter().map(|(row, _)| row.clone()).collect::<Vec<_>>()));
    let shown = Memo::new(move |_| {
        all_rows
            .with(|rows| rows.iter().map(|(row, shown)| (row.key.clone(), shown.clone())).collect::<HashMap<_, _>>())
    });
    let on_act = Callback::new(move |act| match act {
        Act::Select(key) => {
            // A press on what holds something opens it too: the row is wide, and its arrow is not.
            let is_closed =
                rows.with_untracked(|rows| rows.iter().any(|row| row.key == key && row.open == Some(false)));
            if is_closed {
                open.update(|open| {
                    open.insert(key.clone());
                });
            }
            chosen.set(Some(key));
        }
        Act::Open(keys) => open.update(|open| open.extend(keys)),
        Act::Close(key) => open.update(|open| {
            open.remove(&key);
        }),
    });
    let draw: Draw = Arc::new(move |key: String| reactive(move || shown.with(|shown| maybe(shown.get(&key).map(row)))));
    let expand = move |()| open.set(value.with_untracked(|value| all(value, AT_ONCE)));
    let collapse = move |()| open.set(HashSet::from(["$".to_owned()]));
    let detail = reactive(move || {
        let Some(path) = chosen.get() else { return ().into_any() };
        let Some(part) = value.with(|value| find(value, &path)) else { return ().into_any() };
        let text = match part {
            Value::String(text) => text,
            other => serde_json::to_string_pretty(&other).unwrap_or_default(),
        };
        let long = (text.chars().count() > SHORT && shown.with(|shown| matches!(shown.get(&path), Some(Shown { content: Content::Text(_), .. }))))
            .then(|| view! { <pre class="json__text" tabindex="0" role="region" aria-label="The whole text">{text.clone()}</pre> }.into_any());
        view! {
            <div class="json__foot">
                <code class="json__path">{path.clone()}</code>
                <span class="push row row--tight">
                    <CopyButton text=path what="path"/>
                    <CopyButton text=text what="value" labelled=true/>
                </span>
            </div>
            {maybe(long)}
        }
        .into_any()
    });
    view! {
        <div class="json">
            <div class="json__bar">
                <Button label="Expand all" small=true on_press=expand/>
                <Button label="Collapse all" small=true on_press=collapse/>
            </div>
            <div class="json__rows">{tree(label, rows, chosen.into(), on_act, draw)}</div>
            {detail}
        </div>
    }
    .into_any()
}

fn row(shown: &Shown) -> AnyView {
    let name = (!shown.name.is_empty()).then(|| {
        let name = format!("{}: ", shown.name);
        view! { <span class="code__key" data-find="">{name}</span> }.into_any()
    });
    let content = match &shown.content {
        Content::Object(count) => held(format!("{{{}}}", format::counted(*count, "member", "members"))),
        Content::List(count) => held(format!("[{}]", format::counted(*count, "entry", "entries"))),
        Content::Chunk => ().into_any(),
        Content::Literal(text) => view! { <span class="code__literal">{text.clone()}</span> }.into_any(),
        Content::Text(text) => text_of(text),
    };
    view! {
        <span class="json__row mono">
            {maybe(name)}
            {content}
        </span>
    }
    .into_any()
}

fn held(words: String) -> AnyView {
    view! { <span class="code__comment">{words}</span> }.into_any()
}

fn text_of(text: &str) -> AnyView {
    let count = text.chars().count();
    let start: String = text.chars().take(SHORT).collect();
    let start = Value::from(start).to_string();
    let rest = (count > SHORT).then(|| {
        let words = format!(" … {} more", format::counted(count - SHORT, "letter", "letters"));
        held(words)
    });
    view! {
        <span class="code__value">{start}</span>
        {maybe(rest)}
    }
    .into_any()
}
