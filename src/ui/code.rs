//! Code: a manifest, an answer, a command, to be read and taken along.

mod tokens;

use std::{ops::Range, sync::Arc};

use leptos::prelude::*;
use similar::TextDiff;

pub use self::tokens::Language;
use self::tokens::{State, Word, words};
use super::{
    button::Button,
    copy::CopyButton,
    download::download,
    format,
    icon::{Icon, Size},
    reactive::{maybe, reactive},
};

/// Lines that are drawn at first, and by each press of the button below them. Drawing 5,000 takes a tenth of a second.
const FIRST: usize = 2_000;
const MORE: usize = 5_000;

/// Lines of a block. The browser lays out only the blocks that are seen.
const BLOCK: usize = 200;

/// So much of a line is drawn, in bytes: a browser lays out a line of megabytes for seconds.
const LONG: usize = 4_000;

/// A line's height in `code.css`, pixels.
const LINE: usize = 20;

/// A text that is shown, by its lines.
struct Source {
    text: String,
    lines: Vec<Range<usize>>,
    /// Lines that the text before did not have; empty where none is told apart.
    fresh: Vec<bool>,
    version: usize,
}

impl Source {
    fn new(text: String, before: Option<&Self>, follow: bool) -> Self {
        let mut lines = Vec::new();
        let mut begin = 0;
        for line in text.split_inclusive('\n') {
            let end = begin + line.len();
            lines.push(begin..end - (line.len() - line.trim_end_matches(['\n', '\r']).len()));
            begin = end;
        }
        if lines.is_empty() {
            lines.push(0..0);
        }
        let fresh = match before {
            Some(before) if follow && lines.len() <= FIRST => changed(&before.text, &text),
            _ => Vec::new(),
        };
        let version = before.map_or(0, |before| before.version + 1);
        Self { text, lines, fresh, version }
    }

    fn line(&self, index: usize) -> &str {
        self.lines.get(index).and_then(|range| self.text.get(range.clone())).unwrap_or_default()
    }
}

/// Which lines of a text stand in it anew.
fn changed(before: &str, after: &str) -> Vec<bool> {
    TextDiff::from_lines(before, after)
        .iter_all_changes()
        .filter(|change| change.new_index().is_some())
        .map(|change| change.old_index().is_none())
        .collect()
}

/// The part of a line that is drawn, and how many letters are not.
fn cut(line: &str) -> (&str, usize) {
    if line.len() <= LONG {
        return (line, 0);
    }
    let end = (0..=LONG).rev().find(|end| line.is_char_boundary(*end)).unwrap_or_default();
    let (shown, hidden) = line.split_at(end);
    (shown, hidden.chars().count())
}

/// A text in a fixed-width face, with line numbers, light colours, copy and perhaps download.
///
/// Megabytes do not freeze it: the first lines are drawn, more come by a button, and copy and download take all of it.
#[component]
pub fn Code(
    /// The text.
    #[prop(into)]
    text: Signal<String>,
    /// What it is: "Manifest of payments-api".
    #[prop(into)]
    label: String,
    /// What it is written in.
    #[prop(optional, into)]
    language: Signal<Language>,
    /// Whether its lines have numbers.
    #[prop(default = true)]
    numbers: bool,
    /// What is copied and downloaded, where it is not what is shown: a manifest whose secrets are hidden.
    #[prop(optional, into)]
    taken: Option<Signal<String>>,
    /// What it is called as a file; without a name there is no download.
    #[prop(optional, into)]
    file: Option<Signal<String>>,
    /// Whether lines that change while it is shown are marked: a manifest that a form writes.
    #[prop(optional)]
    follow: bool,
    /// Whether it stands in a card, which frames it already.
    #[prop(optional)]
    frameless: bool,
    /// What stands at the begin of the bar, such as a choice of languages.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    let source = Memo::new_with_compare(
        move |before: Option<&Arc<Source>>| Arc::new(Source::new(text.get(), before.map(|before| &**before), follow)),
        |one, two| !matches!((one, two), (Some(one), Some(two)) if one.text == two.text),
    );
    let taken = taken.unwrap_or(text);
    let wrap = RwSignal::new(false);
    let shown = RwSignal::new(FIRST);
    // What each block leaves to the next one. Blocks are drawn in order.
    let states = StoredValue::new(Vec::<State>::new());
    let blocks = Memo::new(move |_| {
        source.with(|source| {
            let count = source.lines.len().min(shown.get()).div_ceil(BLOCK);
            (0..count).map(|index| (source.version, index)).collect::<Vec<_>>()
        })
    });
    let block = move |(_, index): (usize, usize)| {
        let source = source.get_untracked();
        let language = language.get_untracked();
        let mut state = states.with_value(|states| {
            index.checked_sub(1).and_then(|before| states.get(before)).copied().unwrap_or_default()
        });
        let from = index * BLOCK;
        let to = source.lines.len().min(from + BLOCK);
        // What stands on the first screens is there at once.
        let class = if index < 2 { "" } else { "code__far" };
        let lines = (from..to).map(|index| line(&source, language, index, &mut state)).collect_view();
        states.update_value(|states| {
            states.truncate(index);
            states.push(state);
        });
        view! {
            <div class=class style:contain-intrinsic-block-size=format!("auto {}px", (to - from) * LINE)>
                {lines}
            </div>
        }
        .into_any()
    };
    // Another language colours the same lines anew.
    let body = reactive(move || {
        language.track();
        view! { <For each=move || blocks.get() key=|key| *key children=block/> }.into_any()
    });
    let more = reactive(move || {
        let (total, drawn) = (source.with(|source| source.lines.len()), shown.get());
        maybe((drawn < total).then(|| {
            let next = format!("Show {} more lines", format::count((total - drawn).min(MORE)));
            let text = format!("{} of {} lines are shown.", format::count(drawn), format::count(total));
            view! {
                <div class="code__more">
                    <span>{text}</span>
                    <Button label=next small=true on_press=move |()| shown.update(|shown| *shown += MORE)/>
                </div>
            }
            .into_any()
        }))
    });
    // A command needs no more than to be copied.
    let is_short = file.is_none() && children.is_none();
    let tools = if is_short {
        let what = label.clone();
        view! { <div class="code__corner"><CopyButton text=taken what=what/></div> }.into_any()
    } else {
        bar(taken, label.clone(), wrap, file, children)
    };
    let lines = move || {
        let numbers = if numbers { " code__lines--numbered" } else { "" };
        let wrap = if wrap.get() { " code__lines--wrapped" } else { "" };
        format!("code__lines{numbers}{wrap}")
    };
    view! {
        <div class=if frameless { "code" } else { "code code--box" }>
            {tools}
            // Wider and higher than its place it scrolls: by the keyboard too, hence a focusable region with a name.
            <div class="code__scroll" role="region" aria-label=label tabindex="0">
                <pre class=lines>{body}</pre>
                {more}
            </div>
        </div>
    }
    .into_any()
}

fn bar(
    text: Signal<String>,
    label: String,
    wrap: RwSignal<bool>,
    file: Option<Signal<String>>,
    children: Option<Children>,
) -> AnyView {
    let download = file.map(|file| {
        let save = move |()| {
            // It fails only where the browser has no room for the file.
            let _ = text.with_untracked(|text| file.with_untracked(|file| download(file, "text/plain", text)));
        };
        tool("download", "Download", None, Callback::new(save))
    });
    view! {
        <div class="code__bar">
            {children.map(|children| children())}
            <span class="push row row--tight">
                {tool("wrap-text", "Wrap lines", Some(wrap), Callback::new(move |()| wrap.update(|wrap| *wrap = !*wrap)))}
                {maybe(download)}
                <CopyButton text=text what=label/>
            </span>
        </div>
    }
    .into_any()
}

fn tool(icon: &'static str, label: &'static str, pressed: Option<RwSignal<bool>>, on_press: Callback<()>) -> AnyView {
    let pressed = move || pressed.map(|pressed| if pressed.get() { "true" } else { "false" });
    view! {
        <button
            type="button"
            class="button button--ghost button--icon button--small"
            aria-label=label
            data-tip=label
            aria-pressed=pressed
            on:click=move |_| on_press.run(())
        >
            <Icon name=icon size=Size::Small/>
        </button>
    }
    .into_any()
}

fn line(source: &Source, language: Language, index: usize, state: &mut State) -> AnyView {
    let (text, hidden) = cut(source.line(index));
    let words = words(language, text, state)
        .into_iter()
        .map(|(word, range)| {
            let text = text.get(range).unwrap_or_default().to_owned();
            let class = match word {
                Word::Plain => return text.into_any(),
                Word::Key => "code__key",
                Word::Text => "code__value",
                Word::Literal => "code__literal",
                Word::Comment => "code__comment",
            };
            view! { <span class=class>{text}</span> }.into_any()
        })
        .collect_view();
    let class = if source.fresh.get(index) == Some(&true) { "code__line code__line--fresh" } else { "code__line" };
    let hidden = (hidden > 0).then(|| {
        let text = format!(" … {} more", format::counted(hidden, "letter", "letters"));
        view! { <span class="code__comment">{text}</span> }.into_any()
    });
    view! {
        <span class=class data-number=(index + 1).to_string()>
            {words}
            {maybe(hidden)}
        </span>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_apart_as_they_are_numbered() {
        let of = |text: &str| {
            let source = Source::new(text.to_owned(), None, false);
            (0..source.lines.len()).map(|index| source.line(index).to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(of("a\n\nb"), ["a", "", "b"]);
        assert_eq!(of("a\r\nb\n"), ["a", "b"]);
        assert_eq!(of(""), [""]);
        assert_eq!(of("\n"), [""]);
    }

    #[test]
    fn what_is_new_is_told() {
        let before = Source::new("a: 1\nb: 2\n".to_owned(), None, true);
        assert!(before.fresh.is_empty(), "nothing came before");
        let after = Source::new("a: 1\nc: 3\nb: 4\n".to_owned(), Some(&before), true);
        assert_eq!(after.fresh, [false, true, true]);
        assert_eq!(after.version, 1);
    }

    #[test]
    fn a_line_without_end_is_cut_between_letters() {
        let line = "ä".repeat(LONG);
        let (shown, hidden) = cut(&line);
        assert_eq!(shown.len(), LONG);
        assert_eq!(shown.chars().count() + hidden, LONG);
        assert_eq!(cut("short"), ("short", 0));
        let odd = format!("a{line}");
        assert_eq!(cut(&odd).0.len(), LONG - 1);
    }
}
