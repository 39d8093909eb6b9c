//! One row of the view.

use std::ops::Range;

use leptos::prelude::*;

use super::{
    ansi::{self, Style},
    feed::LogFeed,
    fields::{self, Shaped},
    level::Level,
    line::{Gap, Line},
    model::{DRAWN, Entry, Held},
    options::Options,
    text,
    time::{self, Times},
};
use crate::ui::{
    copy::CopyButton,
    format,
    icon::{Glyph, Icon, Size, Tone},
    reactive::maybe,
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

/// `14:24:15.372` in a zone; what is no time stays as it is.
fn clock(timestamp: &str, times: Times) -> String {
    match time::micros(timestamp) {
        Some(at) => {
            let at = at.div_euclid(1_000);
            time::clock(at, times.offset(at))
        }
        None => text::visible(timestamp).into_owned(),
    }
}

/// The whole of a time in a zone; what is no time stays as it is.
fn moment(timestamp: &str, times: Times) -> String {
    match time::micros(timestamp) {
        Some(at) => {
            let at = at.div_euclid(1_000);
            time::iso(at, times.offset(at))
        }
        None => timestamp.to_owned(),
    }
}

/// What rows need beside the log itself.
#[derive(Clone, Copy)]
pub struct Look {
    /// How times are told.
    pub times: Times,
    /// Whether a program's own colours are shown.
    pub colours: bool,
    /// For the addresses of lines.
    pub options: Options,
}

/// A line as it is drawn: what it says and where a search has found something in it.
struct Drawn {
    held: Held,
    pod: usize,
    shaped: Shaped<'static>,
    marks: Vec<Range<usize>>,
    /// The fields of an opened line, with what was found in their values.
    fields: Vec<Fact>,
}

/// A name, a value, and what was found in it.
type Fact = (String, String, Vec<Range<usize>>);

/// Draws a row.
pub fn draw(feed: LogFeed, key: Key, look: Look) -> AnyView {
    enum Row {
        Line(Box<Drawn>),
        Gap(Gap),
    }
    let row = feed.read(|log| match log.get(key.seq)? {
        Entry::Gap(gap) => Some(Row::Gap(gap.clone())),
        Entry::Line(held) => {
            let find = |text: &str| log.search().map(|search| search.find(text)).unwrap_or_default();
            let shaped = log.shape(&held.line);
            let marks = find(&shaped.text);
            let shaped = Shaped { text: shaped.text.into_owned().into(), main: shaped.main };
            let pod = log.pods().iter().position(|pod| *pod == held.line.pod).unwrap_or(0);
            let told = if key.open { facts(held, look.times) } else { Vec::new() };
            let fields = told.into_iter().map(|(name, value)| {
                let found = find(&value);
                (name, value, found)
            });
            Some(Row::Line(Box::new(Drawn { held: held.clone(), pod, shaped, marks, fields: fields.collect() })))
        }
    });
    match row {
        Some(Row::Line(drawn)) => draw_line(*drawn, key, look),
        Some(Row::Gap(gap)) => draw_gap(&gap, key, look.times),
        // It went between the choice of the rows and their drawing; the next frame has others.
        None => ().into_any(),
    }
}

fn draw_gap(gap: &Gap, key: Key, times: Times) -> AnyView {
    let of = if gap.pod.is_empty() {
        String::new()
    } else {
        format!(" of {} / {}", text::visible(short(&gap.pod)), text::visible(&gap.container))
    };
    let clock = |timestamp: &str| clock(timestamp, times);
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

fn draw_line(drawn: Drawn, key: Key, look: Look) -> AnyView {
    let Drawn { held: Held { line, level, .. }, pod, shaped, marks, fields } = drawn;
    let class = match (level, key.linked) {
        (Level::Error, false) => "log-line log-line--error",
        (Level::Warn, false) => "log-line log-line--warn",
        (_, false) => "log-line",
        (Level::Error, true) => "log-line log-line--error log-line--linked",
        (Level::Warn, true) => "log-line log-line--warn log-line--linked",
        (_, true) => "log-line log-line--linked",
    };
    let time = line.timestamp.as_deref().map(|timestamp| clock(timestamp, look.times));
    let label = match &time {
        Some(time) => format!("Details of the line of {time}"),
        None => "Details of the line".to_owned(),
    };
    let word = if level == Level::Other { "" } else { level.word() };
    let source = if line.container.is_empty() {
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
            >
                {match time {
                    Some(time) if look.times != Times::Off => time.into_any(),
                    _ => view! { <Icon name="chevron-right" size=Size::Small/> }.into_any(),
                }}
            </button>
            <span class=format!("log-line__pod {}", pod_class(pod)) data-tip=source>
                {text::visible(short(&line.pod)).into_owned()}
            </span>
            <span class="log-line__level">{word}</span>
            <span class="log-line__text">{message(&line, &shaped, &marks, key.now, look.colours)}</span>
            {maybe(key.open.then(|| details(&line, fields, look.options)))}
        </li>
    }
    .into_any()
}

/// What is known of a line: where and when it was written, and what it says in fields.
fn facts(held: &Held, times: Times) -> Vec<(String, String)> {
    let line = &held.line;
    let timestamp = line.timestamp.as_deref().map_or_else(|| "not known".to_owned(), |at| moment(at, times));
    let container = match &line.stream {
        Some(stream) if !line.container.is_empty() => format!("{}, {stream}", line.container),
        _ => line.container.clone(),
    };
    let own = [("timestamp", timestamp), ("pod", line.pod.clone()), ("container", container)];
    let own = own.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name.to_owned(), value));
    // The message itself stands above.
    let said = fields::fields(&line.message).into_iter().filter(|(name, _)| !fields::is_message(name));
    own.chain(said).collect()
}

fn details(line: &Line, fields: Vec<Fact>, options: Options) -> AnyView {
    let fields = fields
        .into_iter()
        .map(|(name, value, marks)| {
            let whole = [(0..text::start(&value, DRAWN).len(), Ink::default())];
            let value = draw_pieces(&pieces(&value, &whole, &marks), None);
            view! { <dt>{text::visible(&name).into_owned()}</dt><dd>{value}</dd> }.into_any()
        })
        .collect_view();
    let message = ansi::plain(&line.message).into_owned();
    let id = line.id();
    let pod = line.pod.clone();
    let alone = (!pod.is_empty()).then(|| {
        view! {
            <button
                type="button"
                class="button button--ghost button--small"
                on:click=move |_| options.push(|options| options.filter.pods = vec![pod.clone()])
            >
                "Show this pod alone"
            </button>
        }
        .into_any()
    });
    view! {
        <div class="log-line__detail">
            <dl>{fields}</dl>
            <div class="log-line__actions">
                <CopyButton text=Signal::stored(message) what="line" labelled=true/>
                <CopyButton text=Signal::derive(move || options.link(&id)) what="link to this line"/>
                {maybe(alone)}
            </div>
        </div>
    }
    .into_any()
}

/// How a piece of a line is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Ink {
    /// The program's own wish.
    style: Style,
    /// Beside the message itself.
    faint: bool,
}

/// A piece of a line: its text, its ink, and the number of the match in which it lies.
struct Piece<'a> {
    text: &'a str,
    ink: Ink,
    mark: Option<usize>,
}

/// Cuts a line where its ink changes, and where a match begins or ends.
fn pieces<'a>(line: &'a str, spans: &[(Range<usize>, Ink)], marks: &[Range<usize>]) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    let mut marks = marks.iter().enumerate().peekable();
    for (span, ink) in spans {
        let mut at = span.start;
        while at < span.end {
            while marks.next_if(|(_, mark)| mark.end <= at).is_some() {}
            let (end, mark) = match marks.peek() {
                Some((nth, mark)) if mark.start <= at => (mark.end.min(span.end), Some(*nth)),
                Some((_, mark)) => (mark.start.min(span.end), None),
                None => (span.end, None),
            };
            if let Some(text) = line.get(at..end) {
                pieces.push(Piece { text, ink: *ink, mark });
            }
            at = end;
        }
    }
    pieces
}

fn draw_pieces(pieces: &[Piece<'_>], now: Option<usize>) -> AnyView {
    pieces
        .iter()
        .map(|Piece { text, ink, mark }| {
            let text = text::visible(text).into_owned();
            let classes = if ink.faint { "log-line__fields".to_owned() } else { ink.style.classes() };
            let inner = if classes.is_empty() {
                text.into_any()
            } else {
                view! { <span class=classes>{text}</span> }.into_any()
            };
            match mark {
                Some(nth) if Some(*nth) == now => view! { <mark class="is-now">{inner}</mark> }.into_any(),
                Some(_) => view! { <mark>{inner}</mark> }.into_any(),
                None => inner,
            }
        })
        .collect_view()
        .into_any()
}

/// The spans of a line: its own colours, or its message and what lies around that.
fn spans(line: &Line, shaped: &Shaped<'_>, colours: bool) -> Vec<(Range<usize>, Ink)> {
    if colours && ansi::is_styled(&line.message) {
        let styled = ansi::parse(&line.message).spans;
        return styled.into_iter().map(|(range, style)| (range, Ink { style, faint: false })).collect();
    }
    let Range { start, end } = shaped.main;
    let parts = [(0..start, true), (start..end, false), (end..shaped.text.len(), true)];
    let parts = parts.into_iter().filter(|(range, _)| !range.is_empty());
    parts.map(|(range, faint)| (range, Ink { faint, ..Ink::default() })).collect()
}

fn message(line: &Line, shaped: &Shaped<'_>, marks: &[Range<usize>], now: Option<usize>, colours: bool) -> AnyView {
    let whole = shaped.text.len();
    let drawn = text::start(&shaped.text, DRAWN).len();
    let mut spans = spans(line, shaped, colours);
    spans.retain(|(range, _)| range.start < drawn);
    if let Some((range, _)) = spans.last_mut() {
        range.end = range.end.min(drawn);
    }
    let pieces = draw_pieces(&pieces(&shaped.text, &spans, marks), now);
    let more = (drawn < whole).then(|| {
        let more = format!(" … and {} bytes more; copy the line to read them", format::count(whole - drawn));
        view! { <span class="log-line__fields">{more}</span> }.into_any()
    });
    view! {
        {pieces}
        {maybe(more)}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_by_styles_and_matches() {
        let line = "\u{1b}[31merror\u{1b}[0m in errors";
        let styled = ansi::parse(line);
        let spans: Vec<_> =
            styled.spans.iter().map(|(range, style)| (range.clone(), Ink { style: *style, faint: false })).collect();
        let cut: Vec<_> = pieces(&styled.text, &spans, &[3..7, 9..12])
            .into_iter()
            .map(|piece| (piece.text.to_owned(), piece.ink.style.ink.is_some(), piece.mark))
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
    fn what_is_beside_the_message_is_fainter() {
        let line = Line { message: r#"{"level":"info","msg":"paid","status":200}"#.to_owned(), ..Line::default() };
        let shaped = fields::shape(&line.message, false);
        let drawn: Vec<_> = spans(&line, &shaped, true).into_iter().map(|(range, ink)| (range, ink.faint)).collect();
        assert_eq!(drawn, [(0..4, false), (4..16, true)]);
        assert!(spans(&Line::default(), &fields::shape("", false), true).is_empty());
    }

    #[test]
    fn a_pod_is_called_by_what_tells_it_apart() {
        assert_eq!((short("payments-api-7d9c8b6f54-x8rlm"), short("db"), short("")), ("x8rlm", "db", ""));
    }
}
