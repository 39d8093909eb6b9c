//! The browser's regular expressions as a pattern.

use std::ops::Range;

use js_sys::{Array, Function, JsString, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use super::search::{self, Pattern, Wanted, Words};

/// An expression of the browser.
pub struct Expression {
    expression: JsValue,
    exec: Function,
}

impl Expression {
    /// Compiles it; the error is the browser's, in words.
    pub fn new(source: &str, case: bool) -> Result<Self, String> {
        let flags = if case { "gu" } else { "giu" };
        // Through `Reflect`: the constructor of `js_sys` throws what no one could catch.
        let compile = || -> Result<Self, JsValue> {
            let constructor: Function = Reflect::get(&js_sys::global(), &"RegExp".into())?.dyn_into()?;
            let expression = Reflect::construct(&constructor, &Array::of2(&source.into(), &flags.into()))?;
            let exec = Reflect::get(&expression, &"exec".into())?.dyn_into()?;
            Ok(Self { expression, exec })
        };
        compile().map_err(|error| {
            let message = error.dyn_into::<js_sys::Error>().map(|error| String::from(error.message()));
            let message = message.unwrap_or_default();
            // "Invalid regular expression: /(/giu: Unterminated group"
            message.rsplit_once(": ").map_or(message.clone(), |(_, reason)| reason.to_owned())
        })
    }
}

impl Pattern for Expression {
    fn find(&self, line: &str) -> Vec<Range<usize>> {
        let text = JsString::from(line);
        let last_index = JsValue::from_str("lastIndex");
        let mut found = Vec::new();
        let mut places = Places { line, units: 0, bytes: 0 };
        // Fails for no plain number.
        let _ = Reflect::set(&self.expression, &last_index, &JsValue::from(0));
        while let Ok(result) = self.exec.call1(&self.expression, &text) {
            let number = |value: Result<JsValue, JsValue>| value.ok().and_then(|value| value.as_f64());
            let (Some(from), Some(to)) =
                (number(Reflect::get(&result, &"index".into())), number(Reflect::get(&self.expression, &last_index)))
            else {
                break;
            };
            if to <= from {
                // An empty match marks nothing, and the browser would find it for ever.
                let _ = Reflect::set(&self.expression, &last_index, &JsValue::from_f64(to + 1.0));
                continue;
            }
            found.push(places.byte(from)..places.byte(to));
        }
        found
    }
}

/// Turns places in UTF-16, which only grow, into places in UTF-8.
struct Places<'a> {
    line: &'a str,
    units: usize,
    bytes: usize,
}

impl Places<'_> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index of a string")]
    fn byte(&mut self, unit: f64) -> usize {
        let unit = unit as usize;
        for letter in self.line.get(self.bytes..).unwrap_or("").chars() {
            if self.units >= unit {
                break;
            }
            self.units += letter.len_utf16();
            self.bytes += letter.len_utf8();
        }
        self.bytes
    }
}

/// The pattern of what a person typed; none for nothing.
pub fn pattern(wanted: &Wanted) -> Result<Option<Box<dyn Pattern>>, String> {
    if wanted.text.is_empty() {
        return Ok(None);
    }
    if !wanted.regex
        && let Some(words) = Words::new(&wanted.text, wanted.case)
    {
        return Ok(Some(Box::new(words)));
    }
    let source = if wanted.regex { wanted.text.clone() } else { search::escaped(&wanted.text) };
    Ok(Some(Box::new(Expression::new(&source, wanted.case)?)))
}
