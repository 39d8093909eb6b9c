//! One row of the view.

use std::ops::Range;

use js_sys::Date;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::{
    ansi::{self, Style},
    feed::LogFeed,
    level::Level,
    line::{Gap, Line},
    model::{DRAWN, Entry},
    text,
};
use crate::ui::{
    copy::CopyButton,
    format,
    icon::{Glyph, Icon, Size, Tone},
};

/// What a row shows. Rows are drawn once; a row of another key is another row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Its number among the rows.
    pub row: u64,
    /// The number of its entry.
    pub seq: u64,
    /// Which options and which search it was drawn for.
    pub look: u64,
    /// Which match in it is the one that is shown.
    pub now: Option<usize>,
    /// Whether its details are open.
    pub open: bool,
    /// Whether the address means it.
    pub linked: bool,
}

const PODS: [&str; 6] = ["pod--1", "pod--2", "pod--3", "pod--4", "pod--5", "pod--6"];

/// The class of a pod's colour.
pub fn pod_class(index: usize) -> &'static str {
    PODS.get(index % PODS.len()).copied().unwrap_or("")
}

/// The part of a pod's name that tells it from its siblings.
pub fn short(pod: &str) -> &str {
    pod.rsplit('-').next().unwrap_or(pod)
}

/// `14:24:15.372` in the browser's zone; what is no time stays as it is.
pub fn clock(timestamp: &str) -> String {
    let date = Date::new(&JsValue::from_str(timestamp));
    if date.get_time().is_nan() {
        return text::visible(timestamp).into_owned();
    }
    format!(
        "{:02}:{:02}:{:02}.{:03}",
        date.get_hours(),
        date.get_minutes(),
        date.get_seconds(),
        date.get_milliseconds()
    )
}

/// Draws a row. `shows_time` and `toggle` are those of the view.
pub fn draw(
    feed: LogFeed,
    key: Key,
    shows_time: bool,
    toggle: Callback<u64>,
    link: Option<Callback<String, String>>,
) -> AnyView {
    let drawn = feed.read(|log| {
        let entry = log.get(key.seq)?.clone();
        let (pod, marks) = match &entry {
            Entry::Line(line, _) => {
                let marks = log.search().map(|search| search.find(&ansi::plain(&line.message)));
                (log.pods().iter().position(|pod| *pod == line.pod), marks.unwrap_or_default())
            }
            Entry::Gap(_) => (None, Vec::new()),
        };
        Some((entry, pod.unwrap_or(0), marks))
    });
    match drawn {
        Some((Entry::Line(line, level), pod, marks)) => {
            draw_line(&line, level, pod_class(pod), &marks, key, shows_time, toggle, link)
        }
        Some((Entry::Gap(gap), ..)) => draw_gap(&gap, key),
        // It went between the choice of the rows and their drawing; the next frame has others.
        None => ().into_any(),
    }
}

fn draw_gap(gap: &Gap, key: Key) -> AnyView {
    let of = if gap.pod.is_empty() {
        String::new()
    } else {
        format!(" of {} / {}", text::visible(short(&gap.pod)), text::visible(&gap.container))
    };
    let between = match (&gap.from, &gap.to) {
        (Some(from), Some(to)) => format!("between {} and {}", clock(from), clock(to)),
        (Some(from), None) => format!("after {}", clock(from)),
        (None, Some(to)) => format!("before {}", clock(to)),
        (None, None) => "here".to_owned(),
    };
    view! {
        <li class="log-line log-line--gap" data-row=key.row.to_string() aria-setsize="-1" aria-posinset=(key.row + 1).to_string()>
            <Glyph tone=Tone::Warn/>
            <span>{format!("Lines{of} may be missing {between}")}</span>
        </li>
    }
    .into_any()
}

#[expect(clippy::too_many_arguments, reason = "the parts of one row, taken from the log in one go")]
fn draw_line(
    line: &Line,
    level: Level,
    pod: &'static str,
    marks: &[Range<usize>],
    key: Key,
    shows_time: bool,
    toggle: Callback<u64>,
    link: Option<Callback<String, String>>,
) -> AnyView {
    let class = match (level, key.linked) {
        (Level::Error, false) => "log-line log-line--error",
        (Level::Warn, false) => "log-line log-line--warn",
        (_, false) => "log-line",
        (Level::Error, true) => "log-line log-line--error log-line--linked",
        (Level::Warn, true) => "log-line log-line--warn log-line--linked",
        (_, true) => "log-line log-line--linked",
    };
    let time = line.timestamp.as_deref().map(clock);
    let label = match &time {
        Some(time) => format!("Details of the line of {time}"),
        None => "Details of the line".to_owned(),
    };
    let word = if level == Level::Other { "" } else { level.word() };
    let container = if line.container.is_empty() {
        text::visible(&line.pod).into_owned()
    } else {
        format!("{} / {}", text::visible(&line.pod), text::visible(&line.container))
    };
    let seq = key.seq;
    view! {
        <li
            class=class
            data-row=key.row.to_string()
            aria-setsize="-1"
            aria-posinset=(key.row + 1).to_string()
            aria-current=key.linked.then_some("true")
        >
            <button
                type="button"
                class="log-line__time"
                tabindex="-1"
                aria-label=label
                aria-expanded=if key.open { "true" } else { "false" }
                data-seq=seq.to_string()
                on:click=move |_| toggle.run(seq)
            >
                {match time {
                    Some(time) if shows_time => time.into_any(),
                    _ => view! { <Icon name="chevron-right" size=Size::Small/> }.into_any(),
                }}
            </button>
            <span class=format!("log-line__pod {pod}") data-tip=container>
                {text::visible(short(&line.pod)).into_owned()}
            </span>
            <span class="log-line__level">{word}</span>
            <span class="log-line__text">{message(&line.message, marks, key.now)}</span>
            {key.open.then(|| details(line, level, link))}
        </li>
    }
    .into_any()
}

fn details(line: &Line, level: Level, link: Option<Callback<String, String>>) -> AnyView {
    let timestamp = line.timestamp.clone().unwrap_or_else(|| "not known".to_owned());
    let facts = [
        ("timestamp", timestamp),
        ("pod", line.pod.clone()),
        ("container", line.container.clone()),
        ("stream", line.stream.clone().unwrap_or_default()),
        ("level", level.word().to_owned()),
    ];
    let facts: Vec<_> = facts
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| view! { <dt>{name}</dt><dd>{text::visible(&value).into_owned()}</dd> })
        .collect();
    let message = ansi::plain(&line.message).into_owned();
    let address = link.map(|link| link.run(line.id().to_string()));
    view! {
        <div class="log-line__detail">
            <dl>{facts}</dl>
            <div class="log-line__actions">
                <CopyButton text=Signal::stored(message) what="line" labelled=true/>
                {address.map(|address| view! { <CopyButton text=Signal::stored(address) what="link to this line"/> })}
            </div>
        </div>
    }
    .into_any()
}

/// A piece of a line: its text, its style, and the number of the match in which it lies.
struct Piece<'a> {
    text: &'a str,
    style: Style,
    mark: Option<usize>,
}

/// Cuts a line where its style changes, and where a match begins or ends.
fn pieces<'a>(line: &'a str, spans: &[(Range<usize>, Style)], marks: &[Range<usize>]) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    let mut marks = marks.iter().enumerate().peekable();
    for (span, style) in spans {
        let mut at = span.start;
        while at < span.end {
            while marks.next_if(|(_, mark)| mark.end <= at).is_some() {}
            let (end, mark) = match marks.peek() {
                Some((nth, mark)) if mark.start <= at => (mark.end.min(span.end), Some(*nth)),
                Some((_, mark)) => (mark.start.min(span.end), None),
                None => (span.end, None),
            };
            if let Some(text) = line.get(at..end) {
                pieces.push(Piece { text, style: *style, mark });
            }
            at = end;
        }
    }
    pieces
}

fn message(message: &str, marks: &[Range<usize>], now: Option<usize>) -> AnyView {
    let styled = ansi::parse(message);
    let whole = styled.text.len();
    let drawn = text::start(&styled.text, DRAWN).len();
    let spans: Vec<_> = styled
        .spans
        .iter()
        .filter(|(range, _)| range.start < drawn)
        .map(|(range, style)| (range.start..range.end.min(drawn), *style))
        .collect();
    let mut views: Vec<AnyView> = pieces(&styled.text, &spans, marks)
        .into_iter()
        .map(|Piece { text, style, mark }| {
            let text = text::visible(text).into_owned();
            let classes = style.classes();
            let inner = if classes.is_empty() {
                text.into_any()
            } else {
                view! { <span class=classes>{text}</span> }.into_any()
            };
            match mark {
                Some(nth) if Some(nth) == now => view! { <mark class="is-now">{inner}</mark> }.into_any(),
                Some(_) => view! { <mark>{inner}</mark> }.into_any(),
                None => inner,
            }
        })
        .collect();
    if drawn < whole {
        let more = format!(" … and {} bytes more; copy the line to read them", format::count(whole - drawn));
        views.push(view! { <span class="log-line__more">{more}</span> }.into_any());
    }
    views.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_by_styles_and_matches() {
        let line = "\u{1b}[31merror\u{1b}[0m in errors";
        let styled = ansi::parse(line);
        let cut: Vec<_> = pieces(&styled.text, &styled.spans, &[3..7, 9..12])
            .into_iter()
            .map(|piece| (piece.text.to_owned(), piece.style.ink.is_some(), piece.mark))
            .collect();
        let expected = [
            ("err", true, None),
            ("or", true, Some(0)),
            (" i", false, Some(0)),
            ("n ", false, None),
            ("err", false, Some(1)),
            ("ors", false, None),
        ];
        assert_eq!(cut, expected.map(|(text, red, mark)| (text.to_owned(), red, mark)));
        assert!(pieces("", &[], &[]).is_empty());
    }

    #[test]
    fn a_pod_is_called_by_what_tells_it_apart() {
        assert_eq!((short("payments-api-7d9c8b6f54-x8rlm"), short("db"), short("")), ("x8rlm", "db", ""));
    }
}
