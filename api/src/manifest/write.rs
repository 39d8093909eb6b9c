//! Writes YAML that every reader takes for the same thing, YAML 1.1's among them.

use std::fmt::Write as _;

use serde_json::{Map, Number, Value};

/// A longer key is written in the explicit form, `? key`: the short form ends at 1024 characters, or earlier.
const LONGEST_KEY: usize = 128;

/// A document in block style, indented by two spaces.
pub fn yaml(document: &Map<String, Value>) -> String {
    let mut out = String::new();
    if document.is_empty() {
        out.push_str("{}\n");
    }
    map(&mut out, document, 0, false);
    out
}

/// Writes entries line by line; with `inline` the first goes on the present line, behind its `- `.
fn map(out: &mut String, map: &Map<String, Value>, depth: usize, inline: bool) {
    for (index, (name, value)) in map.iter().enumerate() {
        if index > 0 || !inline {
            indent(out, depth);
        }
        let name = if is_plain(name) { name.clone() } else { quoted(name) };
        if name.len() > LONGEST_KEY {
            let _ = writeln!(out, "? {name}");
            indent(out, depth);
        } else {
            out.push_str(&name);
        }
        out.push(':');
        match value {
            Value::Object(inner) if !inner.is_empty() => {
                out.push('\n');
                self::map(out, inner, depth + 1, false);
            }
            Value::Array(items) if !items.is_empty() => {
                out.push('\n');
                list(out, items, depth + 1, false);
            }
            scalar => {
                out.push(' ');
                leaf(out, scalar, depth + 1);
            }
        }
    }
}

fn list(out: &mut String, items: &[Value], depth: usize, inline: bool) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 || !inline {
            indent(out, depth);
        }
        out.push_str("- ");
        match item {
            Value::Object(inner) if !inner.is_empty() => map(out, inner, depth + 1, true),
            Value::Array(inner) if !inner.is_empty() => list(out, inner, depth + 1, true),
            scalar => leaf(out, scalar, depth + 1),
        }
    }
}

fn indent(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n("  ", depth));
}

fn leaf(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(value) => out.push_str(&number(value)),
        Value::String(text) if is_block(text) => return block(out, text, depth),
        Value::String(text) if is_plain(text) => out.push_str(text),
        Value::String(text) => out.push_str(&quoted(text)),
        Value::Array(_) => out.push_str("[]"),
        Value::Object(_) => out.push_str("{}"),
    }
    out.push('\n');
}

/// YAML 1.1 wants a dot in a number with an exponent, and a sign behind the `e`.
fn number(number: &Number) -> String {
    let text = number.to_string();
    match text.split_once('e') {
        Some((mantissa, exponent)) => {
            let dot = if mantissa.contains('.') { "" } else { ".0" };
            let sign = if exponent.starts_with(['-', '+']) { "" } else { "+" };
            format!("{mantissa}{dot}e{sign}{exponent}")
        }
        None => text,
    }
}

/// Whether a text reads as the same text without quotes, by YAML 1.1 as well as 1.2.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    let Some(first) = text.chars().next() else { return false };
    let numeric = |char: char| matches!(char, '0'..='9' | 'a'..='f' | 'A'..='F' | 'x' | 'o' | 'T' | 'Z' | '_' | '.' | ':' | '+' | '-' | ' ');
    // Everything else may be one of YAML's signs.
    (first.is_alphanumeric() || matches!(first, '/' | '_' | '(' | '$'))
        && text.chars().all(|char| !char.is_control() && is_printable(char))
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
        && !(first.is_ascii_digit() && text.chars().all(numeric))
}

/// Whether a text of several lines can be written as a block.
///
/// Lines with blanks alone, or a first line that begins with a blank, would need an indentation indicator, and some
/// readers get it wrong; such text is quoted.
fn is_block(text: &str) -> bool {
    text.contains('\n')
        && !text.starts_with([' ', '\t', '\n'])
        && text.chars().all(|char| char == '\n' || (!char.is_control() && is_printable(char)))
        && text.split('\n').all(|line| line.is_empty() || !line.chars().all(|char| char == ' '))
}

fn block(out: &mut String, text: &str, depth: usize) {
    let body = text.trim_end_matches('\n');
    out.push_str(match text.len() - body.len() {
        0 => "|-\n",
        1 => "|\n",
        _ => "|+\n",
    });
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        if !line.is_empty() {
            indent(out, depth);
            out.push_str(line);
        }
        out.push('\n');
    }
}

/// Beyond control characters: what YAML 1.1 takes for a line break, byte order marks and non-characters.
const fn is_printable(char: char) -> bool {
    !matches!(char, '\u{85}' | '\u{a0}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            char if char.is_control() || !is_printable(char) => {
                let code = u32::from(char);
                let _ = match code {
                    0..=0xff => write!(out, "\\x{code:02x}"),
                    0x100..=0xffff => write!(out, "\\u{code:04x}"),
                    _ => write!(out, "\\U{code:08x}"),
                };
            }
            char => out.push(char),
        }
    }
    out.push('"');
    out
}
