//! The query of the address as state: filters, sort, page, tab and options live there, so that a link shows what one
//! sees, and going back brings it back.

use super::lasting::Lasting;
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What a query may hold as it is, so that addresses stay readable.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b',')
    .remove(b':')
    .remove(b'/')
    .remove(b'@')
    .remove(b'!')
    .remove(b'*')
    .remove(b'(')
    .remove(b')');

/// How a change enters the history of the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// In place of the address that is shown: typing in a filter. Quick successors are written once.
    Replace,
    /// As a step that "back" undoes: another tab, another page.
    Push,
}

/// How long a replacement waits for its successor, milliseconds. Browsers count the changes of an address, and ignore
/// those of a page that types into it.
const SETTLE: u64 = 150;

type Write = Box<dyn Fn(&str, Step)>;

/// The query of the address that is shown. A copy is a handle of the same.
///
/// Reading follows what was set at once, also while the browser's own address still waits for the end of the typing.
#[derive(Clone, Copy)]
pub struct Address {
    path: Lasting<String>,
    params: Lasting<Vec<(String, String)>>,
    /// What was written last: its echo from the browser changes nothing.
    written: StoredValue<String>,
    waiting: StoredValue<Option<TimeoutHandle>>,
    write: StoredValue<Write, LocalStorage>,
}

impl Address {
    /// An address that `write` brings to the browser: it takes the path below the console's own, with its query.
    pub fn new(write: impl Fn(&str, Step) + 'static) -> Self {
        Self {
            path: Lasting::new(String::new()),
            params: Lasting::new(Vec::new()),
            written: StoredValue::new(String::new()),
            waiting: StoredValue::new(None),
            write: StoredValue::new_local(Box::new(write)),
        }
    }

    /// The address that the program provides. Without one, as in a test of a component, it lives in memory.
    pub fn of_context() -> Self {
        use_context().unwrap_or_else(|| Self::new(|_, _| {}))
    }

    /// Takes over where the browser has gone: a path below the console's own, and its query without `?`.
    pub fn arrive(self, path: &str, query: &str) {
        let elsewhere = self.path.with_untracked(|known| known != path);
        if !elsewhere && self.written.with_value(|written| written == query) {
            return;
        }
        self.forget_waiting();
        self.written.set_value(query.to_owned());
        self.path.maybe_update(|known| {
            path.clone_into(known);
            elsewhere
        });
        let params = parse(query);
        self.params.maybe_update(|known| {
            let changed = *known != params;
            *known = params;
            changed
        });
    }

    /// The path below the console's own, without subscribing.
    pub fn path(self) -> String {
        self.path.get_untracked()
    }

    /// The value of a parameter; reading it subscribes to the whole query. Where that is too much, see [`Self::param`].
    pub fn get(self, name: &str) -> Option<String> {
        self.params.read_only().with(|params| find(params, name))
    }

    /// The value of a parameter without subscribing.
    pub fn get_untracked(self, name: &str) -> Option<String> {
        self.params.with_untracked(|params| find(params, name))
    }

    /// A parameter as a signal that changes only when its value does.
    pub fn param(self, name: &'static str) -> Memo<Option<String>> {
        Memo::new(move |_| self.get(name))
    }

    /// Changes one parameter; none removes it.
    pub fn set(self, name: &str, value: Option<String>, step: Step) {
        self.set_all(&[(name, value)], step);
    }

    /// Changes several parameters in one step.
    pub fn set_all(self, changes: &[(&str, Option<String>)], step: Step) {
        let changed = self.params.try_maybe_update(|params| {
            let before = params.clone();
            apply(params, changes);
            let changed = before != *params;
            (changed, changed)
        });
        if changed != Some(true) {
            return;
        }
        self.forget_waiting();
        match step {
            Step::Push => self.write(step),
            Step::Replace => {
                let write = move || {
                    if self.waiting.try_set_value(None).is_none() {
                        self.write(step);
                    }
                };
                let handle = set_timeout_with_handle(write, std::time::Duration::from_millis(SETTLE)).ok();
                self.waiting.set_value(handle);
            }
        }
    }

    /// Where the same page with other parameters lives, for a link. It has no slash in front: see `routes::Place::href`.
    pub fn link(self, changes: &[(&str, Option<String>)]) -> String {
        let mut params = self.params.read_only().get();
        apply(&mut params, changes);
        let path = self.path.read_only().get();
        join(path.trim_start_matches('/'), &compose(&params))
    }

    fn write(self, step: Step) {
        let query = self.params.with_untracked(|params| compose(params));
        self.written.set_value(query.clone());
        let path = self.path.with_untracked(|path| join(path, &query));
        self.write.try_with_value(|write| write(&path, step));
    }

    fn forget_waiting(self) {
        if let Some(Some(handle)) = self.waiting.try_update_value(Option::take) {
            handle.clear();
        }
    }
}

fn find(params: &[(String, String)], name: &str) -> Option<String> {
    params.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
}

/// A parameter keeps its place, and a new one comes last.
fn apply(params: &mut Vec<(String, String)>, changes: &[(&str, Option<String>)]) {
    for (name, value) in changes {
        let place = params.iter().position(|(known, _)| known == name);
        match (place, value) {
            (Some(place), Some(value)) => {
                if let Some((_, known)) = params.get_mut(place) {
                    known.clone_from(value);
                }
            }
            (Some(_), None) => params.retain(|(known, _)| known != name),
            (None, Some(value)) => params.push(((*name).to_owned(), value.clone())),
            (None, None) => {}
        }
    }
}

fn parse(query: &str) -> Vec<(String, String)> {
    let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    query
        .trim_start_matches('?')
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| part.split_once('=').unwrap_or((part, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

fn compose(params: &[(String, String)]) -> String {
    let mut query = String::new();
    for (name, value) in params {
        if !query.is_empty() {
            query.push('&');
        }
        query.extend(utf8_percent_encode(name, ENCODED));
        query.push('=');
        query.extend(utf8_percent_encode(value, ENCODED));
    }
    query
}

/// A query of an address, without `?`, for a link to another page.
pub fn query_of(params: &[(&str, &str)]) -> String {
    let params: Vec<_> = params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    compose(&params)
}

fn join(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_and_written() {
        let params = parse("?q=a%20b+c&state=ready,failed&empty=&flag&x=%26%3D");
        let pairs: Vec<_> = params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(pairs, [("q", "a b c"), ("state", "ready,failed"), ("empty", ""), ("flag", ""), ("x", "&=")]);
        assert_eq!(compose(&params), "q=a%20b%20c&state=ready,failed&empty=&flag=&x=%26%3D");
        assert_eq!(parse(&compose(&params)), params);
    }

    #[test]
    fn a_change_keeps_what_it_does_not_name() {
        let mut params = parse("a=1&b=2&c=3");
        apply(&mut params, &[("b", Some("x".to_owned())), ("a", None), ("d", Some("4".to_owned())), ("e", None)]);
        assert_eq!(compose(&params), "b=x&c=3&d=4");
        assert_eq!(join("/o/acme", &compose(&params)), "/o/acme?b=x&c=3&d=4");
        assert_eq!(join("/o/acme", ""), "/o/acme");
    }
}
