//! What a line says in fields: JSON objects, `key=value` pairs; and how it reads as a sentence with its fields behind.

use std::{borrow::Cow, fmt::Write as _, ops::Range};

use serde_json::{Map, Value};

use super::{ansi, level};

/// A line as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shaped<'a> {
    /// What is drawn and searched.
    pub text: Cow<'a, str>,
    /// The part of it that is the message; what lies around is drawn fainter.
    pub main: Range<usize>,
}

/// An object longer than this is left as it came: reading it would cost more than it gives. Bytes.
const LONGEST: usize = 32 << 10;

/// The keys under which programs put the message.
const MESSAGE: [&str; 5] = ["msg", "message", "@message", "log", "event"];

/// Keys that say what the columns of the row say.
fn is_told(key: &str) -> bool {
    level::is_key(key)
        || ["time", "ts", "timestamp", "@timestamp", "t", "asctime", "datetime"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(key))
}

/// Whether a key is one under which programs put the message.
pub fn is_message(key: &str) -> bool {
    MESSAGE.contains(&key)
}

/// Brings a line into the form in which it is read: the message first, its fields behind. `raw` leaves it as it came.
pub fn shape(line: &str, raw: bool) -> Shaped<'_> {
    let whole = |text: Cow<'_, str>| Shaped { main: 0..text.len(), text: text.into_owned().into() };
    if ansi::is_styled(line) {
        // The program has its own idea of what stands out.
        return whole(ansi::plain(line));
    }
    let as_it_is = Shaped { text: Cow::Borrowed(line), main: 0..line.len() };
    if raw {
        return as_it_is;
    }
    let fields = match object(line) {
        Some(object) => of_object(&object),
        None => match pairs(line) {
            Some(pairs) => pairs,
            None => return Shaped { main: 0..trailing(line).0, ..as_it_is },
        },
    };
    let Some(message) = MESSAGE.iter().find_map(|key| fields.iter().position(|(name, _)| name == key)) else {
        return as_it_is;
    };
    let mut text = String::with_capacity(line.len());
    text.push_str(fields.get(message).map_or("", |(_, value)| value));
    let main = text.len();
    for (index, (name, value)) in fields.iter().enumerate() {
        if index != message && !is_told(name) {
            let _ = write!(text, "{} {name}={}", if text.len() == main { " " } else { "" }, quoted(value));
        }
    }
    Shaped { text: text.into(), main: 0..main }
}

/// The fields of a line: its name and its value each.
pub fn fields(line: &str) -> Vec<(String, String)> {
    let plain = ansi::plain(line);
    if let Some(object) = object(&plain) {
        return of_object(&object);
    }
    pairs(&plain).unwrap_or_else(|| trailing(&plain).1)
}

fn object(line: &str) -> Option<Map<String, Value>> {
    let text = line.trim();
    if !text.starts_with('{') || !text.ends_with('}') || text.len() > LONGEST {
        return None;
    }
    serde_json::from_str(text).ok()
}

/// The values as text; an object in the object is told by its own keys, as `http.status`.
fn of_object(object: &Map<String, Value>) -> Vec<(String, String)> {
    let mut fields = Vec::with_capacity(object.len());
    for (name, value) in object {
        match value {
            Value::Object(inner) if !inner.is_empty() && inner.values().all(|value| !value.is_object()) => {
                fields.extend(inner.iter().map(|(key, value)| (format!("{name}.{key}"), text(value))));
            }
            value => fields.push((name.clone(), text(value))),
        }
    }
    fields
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

fn quoted(value: &str) -> Cow<'_, str> {
    if value.is_empty() || value.contains([' ', '"']) { format!("{value:?}").into() } else { value.into() }
}

/// A pair at the start of a text: name, value and the length of both. A value may stand in quotes.
fn pair(text: &str) -> Option<(&str, String, usize)> {
    let end =
        text.find(|letter: char| !letter.is_ascii_alphanumeric() && !['_', '.', '-', '@', '/'].contains(&letter))?;
    let (name, rest) = text.split_at_checked(end)?;
    let value = rest.strip_prefix('=')?;
    if !name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_' || letter == '@') {
        return None;
    }
    if let Some(inner) = value.strip_prefix('"') {
        let mut escaped = false;
        let close = inner.bytes().position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        })?;
        let length = end + 1 + 1 + close + 1;
        let literal = text.get(end + 1..length)?;
        let value = serde_json::from_str(literal).ok().or_else(|| inner.get(..close).map(str::to_owned))?;
        return Some((name, value, length));
    }
    let length = value.find(' ').unwrap_or(value.len());
    Some((name, value.get(..length)?.to_owned(), end + 1 + length))
}

/// The pairs of a line that is nothing but pairs.
fn pairs(line: &str) -> Option<Vec<(String, String)>> {
    let mut rest = line.trim();
    if rest.len() > LONGEST {
        return None;
    }
    let mut pairs = Vec::new();
    while !rest.is_empty() {
        let (name, value, length) = pair(rest)?;
        pairs.push((name.to_owned(), value));
        let behind = rest.get(length..)?;
        if !behind.is_empty() && !behind.starts_with(' ') {
            return None;
        }
        rest = behind.trim_start();
    }
    (pairs.len() > 1).then_some(pairs)
}

/// The pairs at the end of a line, and where the words before them end.
fn trailing(line: &str) -> (usize, Vec<(String, String)>) {
    // Each word may begin a run of pairs: the length of the line counts twice.
    if line.len() > LONGEST / 8 || !line.contains('=') {
        return (line.len(), Vec::new());
    }
    // From each word on: the first from which everything is pairs. Few words hold a sign that a pair has.
    for (at, _) in line.match_indices(' ') {
        let Some(rest) = line.get(at + 1..) else { continue };
        if pair(rest).is_none() {
            continue;
        }
        let found = pairs(rest).or_else(|| {
            let (name, value, length) = pair(rest)?;
            rest.get(length..)?.trim().is_empty().then(|| vec![(name.to_owned(), value)])
        });
        if let Some(found) = found {
            return (line.get(..at).map_or(0, |before| before.trim_end().len()), found);
        }
    }
    (line.len(), Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The message in brackets, what lies around it as it is.
    fn read(line: &str) -> String {
        let shaped = shape(line, false);
        let (before, rest) = shaped.text.split_at(shaped.main.start);
        let (main, after) = rest.split_at(shaped.main.len());
        format!("{before}[{main}]{after}")
    }

    #[test]
    fn a_line_reads_as_its_message_with_its_fields() {
        for (line, expected) in [
            (
                r#"{"level":"info","ts":"2026-06-09T14:24:15Z","msg":"request completed","status":200,"path":"/a b"}"#,
                r#"[request completed]  status=200 path="/a b""#,
            ),
            (r#"{"level":30,"msg":"x","http":{"status":200,"ms":1.5}}"#, "[x]  http.status=200 http.ms=1.5"),
            (r#"{"msg":"deep","a":{"b":{"c":1}}}"#, r#"[deep]  a="{\"b\":{\"c\":1}}""#),
            (r#"{"level":"info","n":1}"#, r#"[{"level":"info","n":1}]"#),
            (r#"{"level":"error","msg":"cut short"#, r#"[{"level":"error","msg":"cut short]"#),
            (r#"time=2026-06-09T14:24:15Z level=warn msg="slow \"query\"" took=12ms"#, r#"[slow "query"]  took=12ms"#),
            ("a=1 b=2", "[a=1 b=2]"),
            ("GET /v1/payments 200  duration=11ms trace=d35b", "[GET /v1/payments 200]  duration=11ms trace=d35b"),
            ("Exit with code 1 uptime=412ms", "[Exit with code 1] uptime=412ms"),
            ("x = y, or a=b then", "[x = y, or a=b then]"),
            ("https://a.example/?x=1 is no pair", "[https://a.example/?x=1 is no pair]"),
            ("", "[]"),
        ] {
            assert_eq!(read(line), expected, "{line}");
        }
        assert_eq!(shape(r#"{"msg":"x"}"#, true).text, r#"{"msg":"x"}"#);
        assert_eq!(shape("\u{1b}[31mred\u{1b}[0m a=1", false).main, 0..7);
    }

    #[test]
    fn fields_are_told_apart() {
        let told = |line| fields(line).into_iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>();
        assert_eq!(told(r#"{"level":"info","a":[1,2],"b":null}"#), ["level: info", "a: [1,2]", "b: null"]);
        assert_eq!(
            told("Configuration is not valid key=DATABASE_URL source=Secret/x"),
            ["key: DATABASE_URL", "source: Secret/x"]
        );
        assert_eq!(told("\u{1b}[32mINFO\u{1b}[0m up port=8080"), ["port: 8080"]);
        assert!(told("nothing here").is_empty());
    }

    #[cfg(not(target_arch = "wasm32"))]
    proptest::proptest! {
        #[test]
        fn no_line_is_too_strange(line in "[\\[\\]{}\":,=<> a-cü\\\\\u{1b}]{0,80}") {
            let shaped = shape(&line, false);
            proptest::prop_assert!(shaped.text.get(shaped.main.clone()).is_some());
            let _ = fields(&line);
        }

        #[test]
        fn pairs_are_read_back(
            pairs in proptest::collection::vec(("[a-z][a-z_.]{0,8}", "[a-z0-9 \"\\\\ü]{0,12}"), 2..6)
        ) {
            let mut line = String::new();
            for (name, value) in &pairs {
                let _ = write!(line, "{name}={} ", serde_json::to_string(value).unwrap());
            }
            proptest::prop_assert_eq!(fields(&line), pairs);
        }
    }
}
