//! The wanted part of the log as a file, and whether all of it has come.

use astro_api::audit;
use leptos::prelude::*;

use super::wanted::Wanted;
use crate::{
    store::{Mutation, Toasts, Tone as ToastTone, mutation, use_store},
    ui::{ActionMenu, Banner, Button, FailureNote, Icon, MenuItem, Tone, download, format, maybe, reactive},
};

/// A form of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For spreadsheets.
    Csv,
    /// For programs.
    Json,
}

impl Form {
    const fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }

    const fn media(self) -> &'static str {
        match self {
            Self::Csv => "text/csv;charset=utf-8",
            Self::Json => "application/json",
        }
    }
}

/// How many events a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// So many, and it ends as it should.
    Whole(usize),
    /// It ends in the middle of something.
    Cut(usize),
}

/// Counts the rows of CSV below its head. A line break between quotes is part of a cell.
fn rows(text: &str) -> Held {
    let (mut quoted, mut lines, mut filled) = (false, 0_usize, false);
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => {
                lines += usize::from(filled);
                filled = false;
                continue;
            }
            b'\r' => continue,
            _ => {}
        }
        filled = true;
    }
    let rows = lines.saturating_sub(1);
    // Every line of a file of lines ends in a line break; one that does not may be any part of one.
    if quoted || filled || lines == 0 { Held::Cut(rows) } else { Held::Whole(rows) }
}

/// Counts the objects of a JSON array by its brackets; nothing is built, since there may be a hundred thousand of them.
fn objects(text: &str) -> Held {
    let (mut depth, mut count, mut quoted, mut escaped, mut closed) = (0_usize, 0_usize, false, false, false);
    for byte in text.bytes() {
        if quoted {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => quoted = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => quoted = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                // The array around them is the first bracket; an object that holds the array counts the same.
                count += usize::from(byte == b'}' && depth == 1);
                closed = depth == 0;
            }
            _ => {}
        }
    }
    if closed && !quoted && depth == 0 { Held::Whole(count) } else { Held::Cut(count) }
}

/// How many events a file holds, and whether it is whole.
pub fn held(form: Form, text: &str) -> Held {
    match form {
        Form::Csv => rows(text),
        Form::Json => objects(text),
    }
}

/// What is wrong with a file, where `expected` events were to come. More is no fault: the log goes on.
fn fault(held: Held, expected: usize) -> Option<String> {
    let of = format!("of {}", format::counted(expected, "event", "events"));
    match held {
        Held::Whole(count) if count >= expected => None,
        Held::Whole(count) => Some(format!("The file has {} {of}.", format::count(count))),
        Held::Cut(count) => {
            Some(format!("It ends in the middle: {} {of} came whole.", format::count(count.min(expected))))
        }
    }
}

/// A file that has come and is not whole.
#[derive(Clone, PartialEq)]
struct Torn {
    form: Form,
    text: String,
    fault: String,
}

/// The export of what is wanted.
#[derive(Clone, Copy)]
pub struct Export {
    wanted: Memo<Wanted>,
    /// How many events the platform counts; of something else, while those that are wanted are being counted.
    total: Memo<Option<usize>>,
    is_counting: Memo<bool>,
    ask: Mutation<(Wanted, Form), String>,
    torn: RwSignal<Option<Torn>>,
    toasts: Toasts,
}

impl Export {
    /// The export of what the address wants, of which the platform counts `total` once it is not counting any more.
    pub fn new(wanted: Memo<Wanted>, total: Memo<Option<usize>>, is_counting: Memo<bool>) -> Self {
        let ask =
            mutation(|(wanted, form): &(Wanted, Form)| audit::export(&wanted.export(form.word(), format::offset)));
        Self { wanted, total, is_counting, ask, torn: RwSignal::new(None), toasts: use_store().toasts }
    }

    /// How many events a file will have, where that is known.
    fn counted(self) -> Option<usize> {
        self.total.get().filter(|_| !self.is_counting.get())
    }

    /// Why there is nothing to export now; reading it subscribes.
    pub fn why_not(self) -> Option<String> {
        let why = if self.ask.pending().get() {
            "An export is under way."
        } else if self.wanted.with(Wanted::is_backwards) || self.counted() == Some(0) {
            "No event matches."
        } else if self.is_counting.get() {
            "The events are being counted."
        } else {
            return None;
        };
        Some(why.to_owned())
    }

    /// Fetches the file, and saves it if it is whole.
    pub fn run(self, form: Form) {
        let (wanted, expected) = (self.wanted.get_untracked(), untrack(|| self.counted()).unwrap_or_default());
        self.torn.set(None);
        let toasts = self.toasts;
        self.ask.run_then((wanted, form), move |text| {
            let held = held(form, &text);
            // A hundred thousand events are not kept a second time.
            self.ask.reset();
            match fault(held, expected) {
                None => {
                    save(form, &text);
                    let (Held::Whole(count) | Held::Cut(count)) = held;
                    let events = format::counted(count, "event", "events");
                    toasts.push(ToastTone::Good, format!("{events} saved as {}.", form.word().to_ascii_uppercase()));
                }
                Some(fault) => {
                    let _ = self.torn.try_set(Some(Torn { form, text: text.to_string(), fault }));
                }
            }
        });
    }

    /// The button with its two forms.
    pub fn button(self) -> AnyView {
        let pending = self.ask.pending();
        let label = Signal::derive(move || match self.counted() {
            Some(total) => format!("Export {}", format::counted(total, "event", "events")),
            None => "Export".to_owned(),
        });
        let why = Signal::derive(move || self.why_not());
        let face = move || {
            let icon = reactive(move || {
                if pending.get() {
                    view! { <span class="spinner" aria-hidden="true"></span> }.into_any()
                } else {
                    view! { <Icon name="download"/> }.into_any()
                }
            });
            view! {
                {icon}
                <span>{move || label.get()}</span>
            }
            .into_any()
        };
        view! {
            <ActionMenu label=label class="button" button=face>
                <MenuItem label="CSV, for a spreadsheet" icon="rows-3" disabled_reason=why on_press=move |()| self.run(Form::Csv)/>
                <MenuItem label="JSON, for a program" icon="file-text" disabled_reason=why on_press=move |()| self.run(Form::Json)/>
            </ActionMenu>
        }
        .into_any()
    }

    /// What went wrong, and what came of it.
    pub fn trouble(self) -> AnyView {
        reactive(move || {
            let failure = self.ask.error().get().map(|failure| {
                view! {
                    <div class="card">
                        <div class="card__body"><FailureNote failure=failure/></div>
                    </div>
                }
                .into_any()
            });
            let torn = self.torn.get().map(|torn| {
                let again = move |()| self.run(torn.form);
                let (form, text) = (torn.form, StoredValue::new(torn.text));
                let keep = move |()| text.with_value(|text| save(form, text));
                view! {
                    <Banner title="The export was cut off" text=Some(format!("{} Nothing was saved.", torn.fault)) tone=Tone::Bad>
                        <Button label="Save what came" small=true on_press=keep/>
                        <Button label="Export again" small=true on_press=again/>
                    </Banner>
                }
                .into_any()
            });
            view! { {maybe(failure)} {maybe(torn)} }.into_any()
        })
    }
}

fn save(form: Form, text: &str) {
    let today = format::iso(crate::ui::time::Now::get_untracked());
    let name = format!("audit-events-{}.{}", today.get(..10).unwrap_or_default(), form.word());
    // Where the browser refuses it, nothing happens, which is what the person sees.
    let _ = download(&name, form.media(), text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_csv_are_counted_and_a_cut_is_seen() {
        let whole = "id,text\r\n1,a\r\n2,\"two\nlines, \"\"quoted\"\"\"\r\n";
        assert_eq!(held(Form::Csv, whole), Held::Whole(2));
        assert_eq!(held(Form::Csv, "id,text\n"), Held::Whole(0));
        assert_eq!(held(Form::Csv, ""), Held::Cut(0));
        for end in 10..whole.len() {
            let part = &whole[..end];
            // Where it ends between two rows, only the number tells.
            let expected = part.ends_with("a\r\n");
            assert_eq!(matches!(held(Form::Csv, part), Held::Whole(_)), expected, "{part:?}");
        }
    }

    #[test]
    fn objects_of_json_are_counted_and_a_cut_is_seen() {
        let whole = r#"[{"id":"1","metadata":{"to":{"a":[1,2]}}},{"id":"} ] \" \\","n":1}]"#;
        assert_eq!(held(Form::Json, whole), Held::Whole(2));
        assert_eq!(held(Form::Json, "[]"), Held::Whole(0));
        assert_eq!(held(Form::Json, ""), Held::Cut(0));
        for end in 1..whole.len() {
            assert!(matches!(held(Form::Json, &whole[..end]), Held::Cut(_)), "{end}");
        }
    }

    #[test]
    fn less_than_was_counted_is_a_fault() {
        assert_eq!(fault(Held::Whole(638), 638), None);
        assert_eq!(fault(Held::Whole(639), 638), None, "the log goes on");
        assert_eq!(fault(Held::Whole(512), 638).as_deref(), Some("The file has 512 of 638 events."));
        assert_eq!(fault(Held::Cut(3), 4).as_deref(), Some("It ends in the middle: 3 of 4 events came whole."));
    }
}
