//! The request drawer: the calls that the page made, each to be looked at, copied and repeated elsewhere.
//!
//! It is docked below the page, which keeps its place: nothing is covered. It is drawn while it is open.

use std::fmt::Write as _;

use astro_api::ErrorKind;
use leptos::{ev, prelude::*};

use crate::{
    store::{
        Requests,
        requests::{Recorded, Socket, Try},
        use_store,
    },
    ui::{
        Button, CopyButton, Count, Fact, Facts, Glyph, Icon, IconButton, Look, Shortcut, Shortcuts, Time, Tone, focus,
        format, lasting::Followed, maybe, part, reactive,
    },
};

/// The button's id, which gets the focus back.
const TOGGLE: &str = "requests-toggle";

/// The drawer's id, which the button names.
const DRAWER: &str = "requests";

/// How many calls are drawn at a time.
const DRAWN: usize = 100;

/// A length of time of a call: `41 ms`, `1.2 s`, `3 m 12 s`.
fn length(millis: u64) -> String {
    match millis {
        ..1_000 => format!("{millis} ms"),
        1_000..10_000 => format!("{}.{} s", millis / 1_000, millis / 100 % 10),
        _ => format::duration(millis),
    }
}

/// What became of a call, in a word or a status.
fn outcome(call: &Recorded) -> String {
    if let Some(socket) = &call.socket {
        return match (call.failed, socket.open, call.pending) {
            (Some(_), ..) => call.status.map_or_else(|| "Refused".to_owned(), |status| status.to_string()),
            (None, true, _) => "Open".to_owned(),
            (None, false, true) if socket.opened == 0 => "Opening".to_owned(),
            (None, false, true) => "Lost".to_owned(),
            (None, false, false) => "Closed".to_owned(),
        };
    }
    match (call.pending, call.status, call.failed) {
        (true, ..) => "Pending".to_owned(),
        (false, Some(status), _) => status.to_string(),
        (false, None, Some(kind)) => why(kind).to_owned(),
        (false, None, None) => "Done".to_owned(),
    }
}

/// Why there was no answer, or none that was understood.
const fn why(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Aborted => "Given up",
        ErrorKind::Timeout => "Timeout",
        ErrorKind::Offline => "Offline",
        ErrorKind::Unreachable => "No answer",
        ErrorKind::NoCredential => "Not sent",
        ErrorKind::NotTheApi => "Redirected",
        _ => "Failed",
    }
}

fn tone(call: &Recorded) -> Tone {
    if call.has_failed() {
        return Tone::Bad;
    }
    match (&call.socket, call.pending) {
        (Some(socket), true) if socket.open => Tone::Good,
        (Some(socket), true) if socket.opened > 0 => Tone::Warn,
        (_, true) => Tone::Work,
        (Some(_), false) => Tone::Off,
        (None, false) if call.failed.is_some() => Tone::Off,
        (None, false) => Tone::Good,
    }
}

/// What became of each try: "3 tries: 503, 503, 200".
fn story(tries: u32, story: &[Try]) -> Option<String> {
    // A socket is opened again without one.
    if tries < 2 || story.is_empty() {
        return None;
    }
    let each: Vec<String> = story
        .iter()
        .map(|one| match (one.status, one.failed) {
            (Some(status), _) => status.to_string(),
            (None, Some(kind)) => why(kind).to_lowercase(),
            (None, None) => "under way".to_owned(),
        })
        .collect();
    Some(format!("{tries} tries: {}", each.join(", ")))
}

/// What became of a socket: "open, 1,204 frames, opened 2 times".
fn tale(socket: &Socket) -> String {
    let mut text = format::counted(usize::try_from(socket.frames).unwrap_or(usize::MAX), "frame", "frames");
    if socket.opened > 1 {
        let _ = write!(text, ", opened {} times", socket.opened);
    }
    if let Some(code) = socket.closed {
        let _ = write!(text, ", last closed with code {code}");
    }
    text
}

/// Brings the focus to the drawer, or back to its button.
fn lead(id: &'static str) {
    focus::once_drawn(move || {
        if let Some(element) = document().get_element_by_id(id) {
            // The drawer is always in sight: to scroll to it would only move the page that one looks at.
            focus::quietly(&element);
        }
    });
}

/// Shows or hides the drawer; the focus goes along.
fn turn(requests: Requests) {
    let open = !requests.open().get_untracked();
    requests.set_open(open);
    lead(if open { DRAWER } else { TOGGLE });
}

/// The button of the top bar that shows and hides the drawer.
#[component]
pub fn RequestsButton() -> AnyView {
    let requests = use_store().requests;
    let open = requests.open();
    if let Some(shortcuts) = Shortcuts::of_context() {
        shortcuts.offer(Shortcut::new("g q", "Everywhere", "Show or hide the requests", move || turn(requests)));
    }
    view! {
        <button
            type="button"
            id=TOGGLE
            class="button button--ghost button--icon button--small"
            aria-label="Requests of this page"
            aria-expanded=move || if open.get() { "true" } else { "false" }
            aria-controls=DRAWER
            data-tip="Requests of this page"
            on:click=move |_| turn(requests)
        >
            <Icon name="square-terminal"/>
        </button>
    }
    .into_any()
}

/// The place of the drawer, below the page.
#[component]
pub fn RequestDrawer() -> AnyView {
    let store = use_store();
    let open = store.requests.open();
    let requests = store.requests;
    let close = move |()| {
        requests.set_open(false);
        lead(TOGGLE);
    };
    reactive(move || {
        maybe(open.get().then(|| {
            let clear = Callback::new(move |()| requests.clear());
            drawer(requests.calls(), requests.page(), clear, Callback::new(close))
        }))
    })
}

/// The drawer. It is there at once, so that the focus has where to go; what is in it comes as a part of its own.
fn drawer(calls: Followed<Vec<Recorded>>, page: Followed<u64>, clear: Callback<()>, close: Callback<()>) -> AnyView {
    let escape = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && !event.default_prevented() {
            event.prevent_default();
            close.run(());
        }
    };
    view! {
        <section class="requests" id=DRAWER aria-label="Requests" tabindex="-1" on:keydown=escape>
            {content(calls, page, clear, close)}
        </section>
    }
    .into_any()
}

/// Brings what is shown on demand before it is asked for.
pub fn ahead() {
    content::ahead();
}

part! {
    in overlay;
    /// What is in the drawer.
    fn content(
        calls: Followed<Vec<Recorded>>,
        page: Followed<u64>,
        clear: Callback<()>,
        close: Callback<()>,
    ) -> AnyView {
        panel(calls, page, clear, close)
    }
}

/// The drawer as it stands for some calls: for the gallery.
#[cfg(feature = "gallery")]
pub fn still_drawer(calls: Vec<Recorded>, page: u64) -> AnyView {
    let (calls, page) = (crate::ui::lasting::Lasting::new(calls), crate::ui::lasting::Lasting::new(page));
    let clear = Callback::new(move |()| calls.set(Vec::new()));
    drawer(calls.read_only(), page.read_only(), clear, Callback::new(|()| {}))
}

/// What is looked at.
#[derive(Clone, Copy)]
struct Chosen {
    everywhere: RwSignal<bool>,
    failed: RwSignal<bool>,
    opened: RwSignal<Option<u64>>,
}

fn panel(calls: Followed<Vec<Recorded>>, page: Followed<u64>, clear: Callback<()>, close: Callback<()>) -> AnyView {
    let chosen = Chosen { everywhere: RwSignal::new(false), failed: RwSignal::new(false), opened: RwSignal::new(None) };
    let here = move |call: &Recorded| chosen.everywhere.get() || call.page == page.get();
    let failures =
        Memo::new(move |_| calls.with(|calls| calls.iter().filter(|it| here(it) && it.has_failed()).count()));
    let ids = Memo::new(move |_| {
        let failed = chosen.failed.get();
        calls.with(|calls| {
            let wanted = calls.iter().rev().filter(|call| here(call) && (!failed || call.has_failed()));
            wanted.take(DRAWN).map(|call| call.id).collect::<Vec<_>>()
        })
    });
    let empty = reactive(move || {
        if ids.with(|ids| !ids.is_empty()) {
            return ().into_any();
        }
        let text = if chosen.failed.get() {
            "None of these calls failed."
        } else if chosen.everywhere.get() {
            "Nothing has been sent yet. Each call to the platform shows here, to be looked at and copied."
        } else {
            "This page has sent nothing: what it shows was read before, or needs no call. \"All\" shows every call of this tab."
        };
        view! { <p class="requests__empty">{text}</p> }.into_any()
    });
    let scope = |all: bool, text: &'static str| {
        view! {
            <button
                type="button"
                class="requests__scope"
                aria-pressed=move || if chosen.everywhere.get() == all { "true" } else { "false" }
                on:click=move |_| chosen.everywhere.set(all)
            >
                {text}
            </button>
        }
        .into_any()
    };
    view! {
        <header class="requests__head">
            <h2>"Requests"</h2>
            <div class="requests__scopes" role="group" aria-label="Whose requests">
                {scope(false, "This page")}
                {scope(true, "All")}
            </div>
            <button
                type="button"
                class="requests__scope requests__scope--alone"
                aria-pressed=move || if chosen.failed.get() { "true" } else { "false" }
                on:click=move |_| chosen.failed.update(|failed| *failed = !*failed)
            >
                "Failed "
                {reactive(move || view! { <Count value=failures.get()/> }.into_any())}
            </button>
            <span class="requests__side">
                <Button label="Clear".to_owned() look=Look::Ghost small=true on_press=clear/>
                <IconButton icon="x" label="Close requests".to_owned() on_press=close/>
            </span>
        </header>
        {empty}
        <ul class="requests__list">
            <For each=move || ids.get() key=|id| *id children=move |id| row(calls, chosen, id)/>
        </ul>
    }
    .into_any()
}

/// One call: a line that opens.
fn row(calls: Followed<Vec<Recorded>>, chosen: Chosen, id: u64) -> AnyView {
    let call = Memo::new(move |_| calls.with(|calls| calls.iter().find(|call| call.id == id).cloned()));
    let opened = Memo::new(move |_| chosen.opened.get() == Some(id));
    let press = move |_| chosen.opened.set((!opened.get_untracked()).then_some(id));
    let line = reactive(move || maybe(call.get().map(|call| line(&call))));
    let more = reactive(move || {
        if !opened.get() {
            return ().into_any();
        }
        maybe(call.get().map(|call| details(&call)))
    });
    view! {
        <li class="call">
            <button
                type="button"
                class="call__line"
                aria-expanded=move || if opened.get() { "true" } else { "false" }
                on:click=press
            >
                {line}
            </button>
            {more}
        </li>
    }
    .into_any()
}

fn line(call: &Recorded) -> AnyView {
    let method = if call.socket.is_some() { "WS" } else { call.method.as_str() };
    let tries = (call.tries > 1 && call.socket.is_none()).then(|| format!("{} tries", call.tries));
    let took = (!call.pending).then(|| length(call.took));
    let class = if call.has_failed() { "call__outcome call__outcome--bad" } else { "call__outcome" };
    view! {
        <Glyph tone=tone(call)/>
        <span class="call__method">{method}</span>
        <span class="call__target">{call.target.clone()}</span>
        <span class="call__tries">{tries}</span>
        <span class=class>{outcome(call)}</span>
        <span class="call__took">{took}</span>
        <span class="call__at">{format::clock_exact(call.at)}</span>
    }
    .into_any()
}

fn details(call: &Recorded) -> AnyView {
    let mut facts = vec![Fact::code("Operation", Some(call.operation))];
    if let Some(trace) = call.trace_id.clone() {
        let value = view! {
            <span class="copyable">
                <code>{trace.clone()}</code>
                <CopyButton text=trace what="trace id"/>
            </span>
        };
        facts.push(Fact::new("Trace id", value));
    }
    if let Some(message) = &call.message {
        let code = call.code.clone();
        let code = (!code.is_empty()).then(|| view! { <code>{code}</code> }.into_any());
        let words = format::sentence(message);
        facts.push(Fact::new("Failure", view! { <span>{words} " " {maybe(code)}</span> }));
    }
    if let Some(socket) = &call.socket {
        facts.push(Fact::text("Socket", Some(&tale(socket))));
    }
    if let Some(misread) = &call.misread {
        facts.push(Fact::text("Not understood", Some(misread)));
    }
    if let Some(story) = story(call.tries, &call.story) {
        facts.push(Fact::text("Sent", Some(&story)));
    }
    if let Some(bytes) = call.bytes {
        facts.push(Fact::text("Answer", Some(&format::bytes(u64::try_from(bytes).unwrap_or(u64::MAX)))));
    }
    facts.push(Fact::new("Begun", view! { <Time at=format::iso(call.at)/> }));
    let hint = if call.socket.is_some() { "curl speaks WebSocket from version 8.11 on." } else { "" };
    let hint = match (hint, call.curl.contains("$ASTROPULSE_TOKEN")) {
        (hint, true) => format!("It takes a person's token, not a key. {hint}"),
        (hint, false) => hint.to_owned(),
    };
    view! {
        <div class="call__more">
            <Facts facts=facts/>
            <div class="call__command">
                <pre class="call__curl" tabindex="0" role="region" aria-label="The call as curl">
                    {call.curl.clone()}
                </pre>
                <div class="row">
                    <CopyButton text=call.curl.clone() what="curl command" labelled=true/>
                    <span class="faint small">{hint}</span>
                </div>
            </div>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_story_of_a_call_is_told_try_by_try() {
        let one = |status, failed| Try { status, failed };
        let tries =
            [one(Some(503), Some(ErrorKind::Server)), one(None, Some(ErrorKind::Unreachable)), one(Some(200), None)];
        assert_eq!(story(3, &tries).as_deref(), Some("3 tries: 503, no answer, 200"));
        assert_eq!(story(1, &tries[2..]), None);
    }

    #[test]
    fn lengths_are_told_as_finely_as_they_matter() {
        for (millis, expected) in [(41, "41 ms"), (999, "999 ms"), (1_250, "1.2 s"), (192_000, "3 m 12 s")] {
            assert_eq!(length(millis), expected);
        }
    }

    #[test]
    fn a_socket_tells_how_it_fared() {
        let socket = Socket { open: true, opened: 2, frames: 1_204, closed: Some(1006) };
        assert_eq!(tale(&socket), "1,204 frames, opened 2 times, last closed with code 1006");
        assert_eq!(tale(&Socket { opened: 1, frames: 1, ..Socket::default() }), "1 frame");
    }
}
