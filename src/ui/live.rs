//! How a live connection stands.

use leptos::prelude::*;

use super::{
    format,
    icon::{Glyph, Tone},
    load::Connection,
    reactive::reactive,
    time::Now,
};

/// The sign, the words and the explanation of a connection; `now` in milliseconds since 1970.
fn words(connection: &Connection, now: u64) -> (Tone, String, Option<String>) {
    match connection {
        Connection::Connecting => (Tone::Work, "Connecting".to_owned(), None),
        Connection::Live => (Tone::Good, "Live".to_owned(), Some("Changes show as they happen".to_owned())),
        Connection::Reconnecting { at } => {
            let text = match at.saturating_sub(now).div_ceil(1000) {
                0 => "Reconnecting".to_owned(),
                seconds => format!("Reconnecting in {seconds} s"),
            };
            (Tone::Warn, text, Some("The connection was lost. What you see may be old".to_owned()))
        }
        Connection::Offline { since } => (
            Tone::Warn,
            format!("Offline since {}", format::clock(*since)),
            Some("It reconnects when the network is back".to_owned()),
        ),
        Connection::Paused => {
            (Tone::Idle, "Paused".to_owned(), Some("Not followed while the tab is hidden".to_owned()))
        }
        Connection::Refused(failure) => (Tone::Bad, "Not live".to_owned(), Some(failure.message.clone())),
        Connection::Ended => (Tone::Off, "Ended".to_owned(), Some("The platform ended the stream".to_owned())),
    }
}

/// A chip that tells how a live connection stands: "Live", "Reconnecting in 4 s", "Offline since 10:42".
#[component]
pub fn LiveChip(#[prop(into)] connection: Signal<Connection>) -> AnyView {
    reactive(move || {
        let (tone, text, tip) = connection.with(|connection| words(connection, Now::get()));
        view! {
            <span class=if tone == Tone::Bad { "live live--bad" } else { "live" } data-tip=tip>
                <Glyph tone=tone/>
                {text}
            </span>
        }
        .into_any()
    })
}
