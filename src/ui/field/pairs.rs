//! Names with values: labels, tags, variables.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::{
    super::reactive::{maybe, reactive},
    Check, Control, Field, Kind,
};

/// A name with its value.
type Pair = (String, String);

/// What is wrong with the name of one row among all.
fn wrong(pairs: &[Pair], at: usize) -> Option<String> {
    let (name, value) = pairs.get(at)?;
    let (name, value) = (name.trim(), value.trim());
    if name.is_empty() {
        return (!value.is_empty()).then(|| format!("“{value}” has no name."));
    }
    let first = pairs.iter().position(|(other, _)| other.trim() == name);
    (first != Some(at)).then(|| format!("“{name}” is there twice."))
}

/// Pairs of a text with several lines, as they are pasted: `name=value` or `name: value`. Nothing, if it is no such text.
fn pasted(text: &str) -> Option<Vec<Pair>> {
    let lines: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let pairs = lines
        .iter()
        .map(|line| {
            let (name, value) = line.split_once('=').or_else(|| line.split_once(':'))?;
            let value = value.trim();
            let bare = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
            Some((name.trim().trim_matches('"').to_owned(), bare.to_owned()))
        })
        .collect::<Option<Vec<_>>>()?;
    // A single line is text for one field, unless it is plainly a pair.
    (pairs.len() > 1 || text.contains('=')).then_some(pairs)
}

/// What counts of the rows: a row with nothing in it does not.
fn filled(rows: &[(usize, Pair)]) -> Vec<Pair> {
    rows.iter()
        .map(|(_, pair)| pair.clone())
        .filter(|(name, value)| !name.trim().is_empty() || !value.trim().is_empty())
        .collect()
}

/// The list with its rows, as all of its handlers see it.
#[derive(Clone, Copy)]
struct Pairs {
    control: StoredValue<Option<Control>>,
    value: RwSignal<Vec<Pair>>,
    /// Rows by a key of their own, so that they keep their elements when one before them goes. The text of a row is
    /// written here without telling the list, which would draw all rows anew under the typing hand.
    rows: RwSignal<Vec<(usize, Pair)>>,
    next: StoredValue<usize>,
    check: Option<Callback<Pair, Option<String>>>,
}

impl Pairs {
    fn key(self) -> usize {
        let key = self.next.get_value();
        self.next.set_value(key + 1);
        key
    }

    /// Every pair, also those that count for nothing.
    fn all(self) -> Vec<Pair> {
        self.value.track();
        self.rows.with_untracked(|rows| rows.iter().map(|(_, pair)| pair.clone()).collect())
    }

    fn fault(self, at: usize) -> Option<String> {
        let pairs = self.all();
        wrong(&pairs, at).or_else(|| {
            let pair = pairs.into_iter().nth(at).filter(|(name, _)| !name.trim().is_empty())?;
            self.check.and_then(|check| check.run(pair))
        })
    }

    fn faults(self) -> Option<String> {
        (0..self.all().len()).find_map(|at| self.fault(at))
    }

    fn place(self, key: usize) -> Option<usize> {
        self.rows.with_untracked(|rows| rows.iter().position(|(known, _)| *known == key))
    }

    /// Brings the rows to the draft. It is told also where the counting pairs stay the same, since faults may not.
    fn write(self) {
        let pairs = self.rows.with_untracked(|rows| filled(rows));
        self.value.set(pairs);
        if let Some(control) = self.control.get_value() {
            control.edited();
        }
    }

    fn left(self) {
        if let Some(control) = self.control.try_get_value().flatten() {
            control.left();
        }
    }

    fn takes(self) -> bool {
        self.control.get_value().is_some_and(Control::takes)
    }

    /// Moves the focus to a part of a row, once it is drawn.
    fn focus(self, at: usize, part: &'static str) {
        let Some(id) = self.control.get_value().map(|control| control.part("pairs")) else { return };
        request_animation_frame(move || {
            let list = document().get_element_by_id(&id);
            let found = list.and_then(|list| {
                let all = list.query_selector_all(&format!("[data-part={part}]")).ok()?;
                all.item(u32::try_from(at).ok()?)
            });
            if let Some(found) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
                let _ = found.focus();
            }
        });
    }

    fn append(self) {
        if self.takes() {
            let at = self.rows.with_untracked(Vec::len);
            let key = self.key();
            self.rows.update(|rows| rows.push((key, Pair::default())));
            self.focus(at, "name");
        }
    }

    fn remove(self, key: usize) {
        let Some(at) = self.place(key).filter(|_| self.takes()) else { return };
        self.rows.update(|rows| drop(rows.remove(at)));
        self.write();
        self.left();
        // The focus goes to what has come in its place, else to what was before it.
        match self.rows.with_untracked(Vec::len) {
            0 => self.focus(0, "add"),
            count => self.focus(at.min(count - 1), "remove"),
        }
    }

    /// Takes pasted lines as rows, in the place of the row that they were pasted into.
    fn paste(self, key: usize, event: &ev::ClipboardEvent) {
        let text = event.clipboard_data().and_then(|data| data.get_data("text/plain").ok()).unwrap_or_default();
        let Some((at, pairs)) = self.place(key).zip(pasted(&text)).filter(|_| self.takes()) else { return };
        event.prevent_default();
        let new: Vec<_> = pairs.into_iter().map(|pair| (self.key(), pair)).collect();
        let last = at + new.len() - 1;
        self.rows.update(|rows| {
            let is_empty = rows.get(at).is_some_and(|(_, (name, value))| name.is_empty() && value.is_empty());
            let end = if is_empty { at + 1 } else { at };
            rows.splice(at..end, new);
        });
        self.write();
        self.focus(last, "value");
    }

    fn draw_row(self, control: Control, key: usize, name: &'static str) -> AnyView {
        let pair = self.rows.with_untracked(|rows| rows.iter().find(|(known, _)| *known == key).cloned());
        let (_, (first, second)) = pair.unwrap_or_default();
        let invalid = move || {
            let wrong =
                control.error.with(Option::is_some) && self.place(key).is_some_and(|at| self.fault(at).is_some());
            wrong.then_some("true")
        };
        let input = move |part: &'static str, label: String, text: String| {
            view! {
                <input
                    class="input mono"
                    type="text"
                    data-part=part
                    aria-label=label
                    placeholder=if part == "name" { name } else { "Value" }
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    readonly=control.fixed
                    disabled=move || control.is_disabled()
                    aria-invalid=move || if part == "name" { invalid() } else { None }
                    aria-describedby=move || if part == "name" { invalid().and_then(|_| control.described()) } else { None }
                    prop:value=text
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        self.rows.update_untracked(|rows| {
                            if let Some((_, pair)) = rows.iter_mut().find(|(known, _)| *known == key) {
                                if part == "name" { pair.0 = text } else { pair.1 = text }
                            }
                        });
                        self.write();
                    }
                    on:keydown=move |event: ev::KeyboardEvent| {
                        // Enter would submit a form that is not finished: it goes on to the next row.
                        if event.key() == "Enter" && !event.ctrl_key() && !event.meta_key() {
                            event.prevent_default();
                            let at = self.place(key).unwrap_or(0);
                            if part == "name" {
                                self.focus(at, "value");
                            } else if at + 1 < self.rows.with_untracked(Vec::len) {
                                self.focus(at + 1, "name");
                            } else {
                                self.append();
                            }
                        }
                    }
                    on:paste=move |event: ev::ClipboardEvent| {
                        if part == "name" {
                            self.paste(key, &event);
                        }
                    }
                />
            }
            .into_any()
        };
        let called = {
            let first = first.clone();
            if first.is_empty() { "this row".to_owned() } else { first }
        };
        let remove = (!control.fixed).then(|| {
            view! { <RemoveButton label=format!("Remove {called}") on_press=move |()| self.remove(key)/> }.into_any()
        });
        view! {
            <div class="pairs__row">
                {input("name", name.to_owned(), first)}
                {input("value", "Value".to_owned(), second)}
                {maybe(remove)}
            </div>
        }
        .into_any()
    }
}

/// The cross behind a row.
#[component]
fn RemoveButton(label: String, #[prop(into)] on_press: Callback<()>) -> AnyView {
    view! {
        <button
            type="button"
            class="button button--ghost button--icon"
            data-part="remove"
            aria-label=label
            on:click=move |_| on_press.run(())
        >
            <super::Icon name="x"/>
        </button>
    }
    .into_any()
}

/// A list of names with values. The same name twice is named; a row with nothing in it counts for nothing; lines that are
/// pasted become rows.
#[component]
pub fn PairsField(
    /// What every field has.
    field: Field,
    /// The pairs, in their order.
    value: RwSignal<Vec<Pair>>,
    /// What a name is called: "Label".
    #[prop(default = "Name")]
    name: &'static str,
    /// What the button says that adds one: "Add label".
    #[prop(default = "Add")]
    add: &'static str,
    /// The rule of a name with its value: says what is wrong.
    #[prop(optional, into)]
    check: Option<Callback<Pair, Option<String>>>,
) -> AnyView {
    let words = field.missing();
    let pairs = Pairs {
        control: StoredValue::new(None),
        value,
        rows: RwSignal::new(Vec::new()),
        next: StoredValue::new(0),
        check,
    };
    let empty: Check = Box::new(move || value.with(Vec::is_empty).then(|| words.clone()));
    let (control, frame) = field.open(empty, Some(Box::new(move || pairs.faults())));
    pairs.control.set_value(Some(control));
    // Others set the value: when it is fetched, when the form starts anew.
    Effect::new(move |_| {
        let now = value.get();
        if pairs.rows.with_untracked(|rows| filled(rows) != now) {
            pairs.rows.set(now.into_iter().map(|pair| (pairs.key(), pair)).collect());
        }
    });
    let list = view! {
        <For
            each=move || pairs.rows.with(|rows| rows.iter().map(|(key, _)| *key).collect::<Vec<_>>())
            key=|key| *key
            children=move |key| pairs.draw_row(control, key, name)
        />
    }
    .into_any();
    let button = reactive(move || {
        let is_shown = !control.fixed && !control.is_disabled();
        maybe(is_shown.then(|| {
            view! {
                <button
                    type="button"
                    class="button button--small pairs__add"
                    data-part="add"
                    on:click=move |_| pairs.append()
                >
                    <super::Icon name="plus"/>
                    {add}
                </button>
            }
            .into_any()
        }))
    });
    let out = move |event: ev::FocusEvent| {
        let around = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
        if !around.is_some_and(|around| super::super::listen::holds(&around, event.related_target())) {
            pairs.left();
        }
    };
    let body = view! {
        <div class="pairs" id=control.part("pairs") on:focusout=out>
            {list}
            {button}
        </div>
    }
    .into_any();
    frame.draw(Kind::Group("group"), None, body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(all: &[(&str, &str)]) -> Vec<Pair> {
        all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_name_that_is_there_twice_is_named_at_its_second_place() {
        let all = pairs(&[("app", "a"), ("tier", "x"), (" app ", "b"), ("", ""), ("", "lost")]);
        assert_eq!(wrong(&all, 0), None);
        assert_eq!(wrong(&all, 2).as_deref(), Some("“app” is there twice."));
        assert_eq!(wrong(&all, 3), None);
        assert_eq!(wrong(&all, 4).as_deref(), Some("“lost” has no name."));
    }

    #[test]
    fn lines_become_pairs() {
        assert_eq!(pasted("app=web\n# no\n\ntier = \"gold\""), Some(pairs(&[("app", "web"), ("tier", "gold")])));
        assert_eq!(pasted("app: web\ntier: gold"), Some(pairs(&[("app", "web"), ("tier", "gold")])));
        assert_eq!(pasted("URL=https://x.example/?a=b"), Some(pairs(&[("URL", "https://x.example/?a=b")])));
        assert_eq!(pasted("example.com/team"), None);
        assert_eq!(pasted("https://x.example"), None, "one line with a colon is a name");
        assert_eq!(pasted("two\nlines"), None);
    }
}
