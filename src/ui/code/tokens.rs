//! What the words of a line are, for their colours: a small reader of YAML, JSON and commands.
//!
//! It is no parser. It sees one line after the other, never fails, and what it does not understand stays plain.

use std::ops::Range;

/// The language of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// None that is known.
    #[default]
    Plain,
    /// YAML.
    Yaml,
    /// JSON.
    Json,
    /// Commands of a shell.
    Shell,
}

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// Signs, blanks, and what is not understood.
    Plain,
    /// The name of a value.
    Key,
    /// A text.
    Text,
    /// A number, a truth value, nothing at all; in a command, a variable.
    Literal,
    /// A remark.
    Comment,
}

/// What a line leaves to the next one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Within a block of text in YAML: how far the line that began it is indented.
    block: Option<usize>,
}

/// A word of a line: where it is, in bytes.
pub type Span = (Word, Range<usize>);

/// The words of a line, in order and without gaps.
pub fn words(language: Language, line: &str, state: &mut State) -> Vec<Span> {
    let mut reader = Reader { line, bytes: line.as_bytes(), at: 0, spans: Vec::new() };
    match language {
        Language::Plain => {}
        Language::Yaml => reader.yaml(state),
        Language::Json => reader.flow(),
        Language::Shell => reader.shell(),
    }
    reader.to(Word::Plain, line.len());
    reader.spans
}

struct Reader<'a> {
    line: &'a str,
    bytes: &'a [u8],
    at: usize,
    spans: Vec<Span>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.byte(self.at)
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn rest(&self) -> &str {
        self.line.get(self.at..).unwrap_or_default()
    }

    /// Takes everything up to `end` as one word; neighbours of the same sort become one.
    fn to(&mut self, word: Word, end: usize) {
        // Every end stands at an ASCII sign or at the line's own end, so that no letter is ever cut.
        let end = end.min(self.line.len());
        if end <= self.at {
            return;
        }
        match self.spans.last_mut() {
            Some((known, range)) if *known == word => range.end = end,
            _ => self.spans.push((word, self.at..end)),
        }
        self.at = end;
    }

    fn take(&mut self, word: Word, count: usize) {
        self.to(word, self.at + count);
    }

    fn blanks(&mut self) {
        let count = self.rest().bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        self.take(Word::Plain, count);
    }

    /// Where the quoted text that begins here ends, behind its quote.
    fn quoted(&self) -> usize {
        let Some(quote) = self.peek() else { return self.at };
        let mut at = self.at + 1;
        while let Some(byte) = self.byte(at) {
            let is_escape = byte == b'\\' && quote == b'"';
            let is_doubled = byte == b'\'' && quote == byte && self.byte(at + 1) == Some(byte);
            if is_escape || is_doubled {
                at += 1;
            } else if byte == quote {
                return at + 1;
            }
            at += 1;
        }
        self.line.len()
    }

    fn yaml(&mut self, state: &mut State) {
        let indent = self.line.bytes().take_while(|byte| *byte == b' ').count();
        if let Some(begin) = state.block {
            if indent > begin || self.line.trim().is_empty() {
                self.to(Word::Text, self.line.len());
                return;
            }
            state.block = None;
        }
        self.blanks();
        // Items may be nested: `- - a`.
        while self.rest() == "-" || self.rest().starts_with("- ") {
            self.take(Word::Plain, 1);
            self.blanks();
        }
        // A block belongs to its key, whose column it has to leave; without one, to the item's dash.
        let mut begin = indent;
        if let Some(end) = self.key() {
            begin = self.at;
            self.to(Word::Key, end);
            self.take(Word::Plain, 1);
            self.blanks();
        }
        if self.value() {
            state.block = Some(begin);
        }
    }

    /// Where the key that begins here ends, before its colon.
    fn key(&self) -> Option<usize> {
        let ends = |at: usize| matches!(self.byte(at + 1), None | Some(b' ' | b'\t'));
        match self.peek()? {
            b'"' | b'\'' => {
                let end = self.quoted();
                (self.byte(end) == Some(b':') && ends(end)).then_some(end)
            }
            b'#' | b'{' | b'[' | b'|' | b'>' | b'&' | b'*' | b'!' => None,
            _ => {
                let mut at = self.at;
                loop {
                    match self.byte(at)? {
                        b':' if ends(at) => return Some(at),
                        b'#' if at > 0 && self.byte(at - 1) == Some(b' ') => return None,
                        _ => at += 1,
                    }
                }
            }
        }
    }

    /// Reads a value to the end of the line; tells whether a block of text begins under it.
    fn value(&mut self) -> bool {
        match self.peek() {
            None => false,
            Some(b'#') => {
                self.to(Word::Comment, self.line.len());
                false
            }
            Some(b'|' | b'>') => {
                let end = self.comment().unwrap_or(self.line.len());
                self.to(Word::Plain, end);
                self.to(Word::Comment, self.line.len());
                true
            }
            Some(b'&' | b'*' | b'!') => {
                let count = self.rest().bytes().take_while(|byte| *byte != b' ').count();
                self.take(Word::Literal, count);
                self.blanks();
                self.value()
            }
            Some(b'{' | b'[') => {
                self.flow();
                false
            }
            Some(b'"' | b'\'') => {
                self.to(Word::Text, self.quoted());
                self.blanks();
                if self.peek() == Some(b'#') {
                    self.to(Word::Comment, self.line.len());
                }
                false
            }
            Some(_) => {
                let end = self.comment().unwrap_or(self.line.len());
                let text = self.line.get(self.at..end).unwrap_or_default().trim_end();
                let word = if is_literal(text) { Word::Literal } else { Word::Text };
                self.take(word, text.len());
                self.to(Word::Plain, end);
                self.to(Word::Comment, self.line.len());
                false
            }
        }
    }

    /// Where a remark begins.
    fn comment(&self) -> Option<usize> {
        self.rest().find(" #").map(|at| self.at + at + 1)
    }

    /// Reads braces, brackets and what is in them, as JSON has them.
    fn flow(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b'"' | b'\'' => {
                    let end = self.quoted();
                    let behind = self.line.get(end..).unwrap_or_default().trim_start();
                    self.to(if behind.starts_with(':') { Word::Key } else { Word::Text }, end);
                }
                b'#' if self.at > 0 && self.byte(self.at - 1) == Some(b' ') => {
                    self.to(Word::Comment, self.line.len());
                }
                b' ' | b'\t' | b',' | b':' | b'{' | b'}' | b'[' | b']' => self.take(Word::Plain, 1),
                _ => {
                    let count = self.rest().bytes().take_while(|byte| !b",:{}[] \t".contains(byte)).count();
                    let text = self.line.get(self.at..self.at + count).unwrap_or_default();
                    let behind = self.line.get(self.at + count..).unwrap_or_default();
                    let word = match () {
                        () if is_literal(text) => Word::Literal,
                        () if behind.starts_with(": ") => Word::Key,
                        () => Word::Text,
                    };
                    self.take(word, count);
                }
            }
        }
    }

    fn shell(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b'#' if self.at == 0 || self.byte(self.at - 1) == Some(b' ') => {
                    self.to(Word::Comment, self.line.len());
                }
                b'"' | b'\'' => self.to(Word::Text, self.quoted()),
                b'$' => {
                    let name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'{' | b'}');
                    let count = self.rest().bytes().skip(1).take_while(name).count();
                    self.take(Word::Literal, count + 1);
                }
                b'-' if self.at > 0 && self.byte(self.at - 1) == Some(b' ') => {
                    let count = self.rest().bytes().take_while(|byte| !b" =".contains(byte)).count();
                    self.take(Word::Key, count);
                }
                _ => {
                    let count = self.rest().bytes().take_while(|byte| !b"#\"'$-".contains(byte)).count();
                    self.take(Word::Plain, count.max(1));
                }
            }
        }
    }
}

fn is_literal(text: &str) -> bool {
    if matches!(text, "true" | "false" | "null" | "~" | "yes" | "no") {
        return true;
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let mut points = 0;
    digits.starts_with(|first: char| first.is_ascii_digit())
        && digits.bytes().all(|byte| {
            points += u8::from(byte == b'.');
            byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-')
        })
        && points < 2
        && !digits.ends_with(['.', 'e', 'E', '+', '-'])
        // Dates are texts.
        && digits.matches('-').count() < 2
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The words of a text with their sorts: `k` key, `t` text, `l` literal, `c` remark.
    fn sorts(language: Language, text: &str) -> Vec<String> {
        let mut state = State::default();
        text.lines()
            .map(|line| {
                let words = words(language, line, &mut state).into_iter().filter_map(|(word, range)| {
                    let sort = match word {
                        Word::Plain => return None,
                        Word::Key => 'k',
                        Word::Text => 't',
                        Word::Literal => 'l',
                        Word::Comment => 'c',
                    };
                    Some(format!("{sort}[{}]", &line[range]))
                });
                words.collect::<Vec<_>>().join(" ")
            })
            .collect()
    }

    #[test]
    fn yaml_is_read() {
        let text = "# a remark\napiVersion: astro/v1 # why\nreplicas: 3\n\"a: b\": 'it''s'\n- name: prod-eu\n  on: true\n- - x\n\
                    image: docker.io/acme/api:v2\nat: 2026-06-09\nempty:\nflow: {a: 1, b: [x, \"y\"]}\nanchor: &a 12\n---";
        assert_eq!(
            sorts(Language::Yaml, text),
            [
                "c[# a remark]",
                "k[apiVersion] t[astro/v1] c[# why]",
                "k[replicas] l[3]",
                "k[\"a: b\"] t['it''s']",
                "k[name] t[prod-eu]",
                "k[on] l[true]",
                "t[x]",
                "k[image] t[docker.io/acme/api:v2]",
                "k[at] t[2026-06-09]",
                "k[empty]",
                "k[flow] k[a] l[1] k[b] t[x] t[\"y\"]",
                "k[anchor] l[&a] l[12]",
                "t[---]",
            ]
        );
    }

    #[test]
    fn a_block_of_text_ends_where_its_indent_does() {
        let text =
            "data:\n  run: |-\n    set -e\n    # not a remark\n\n    key: value\n  next: 1\n- >\n  folded\nkey: x";
        assert_eq!(
            sorts(Language::Yaml, text),
            [
                "k[data]",
                "k[run]",
                "t[    set -e]",
                "t[    # not a remark]",
                "",
                "t[    key: value]",
                "k[next] l[1]",
                "",
                "t[  folded]",
                "k[key] t[x]",
            ]
        );
    }

    #[test]
    fn json_is_read() {
        let text = "{\n  \"name\": \"a \\\"b\\\": c\",\n  \"n\": -1.5e3, \"ok\": false,\n  \"list\": [null, \"x\"]\n}";
        assert_eq!(
            sorts(Language::Json, text),
            [
                "",
                "k[\"name\"] t[\"a \\\"b\\\": c\"]",
                "k[\"n\"] l[-1.5e3] k[\"ok\"] l[false]",
                "k[\"list\"] l[null] t[\"x\"]",
                ""
            ]
        );
    }

    #[test]
    fn a_command_is_read() {
        let line = "curl -H \"X-Key: $KEY\" --fail $BASE/clusters # lists";
        assert_eq!(sorts(Language::Shell, line), ["k[-H] t[\"X-Key: $KEY\"] k[--fail] l[$BASE] c[# lists]"]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_panics(lines in prop::collection::vec("[ -~äö→\\t]{0,40}", 0..12)) {
            for language in [Language::Plain, Language::Yaml, Language::Json, Language::Shell] {
                let mut state = State::default();
                for line in &lines {
                    let mut end = 0;
                    for (_, range) in words(language, line, &mut state) {
                        prop_assert_eq!(range.start, end);
                        prop_assert!(line.get(range.clone()).is_some());
                        end = range.end;
                    }
                    prop_assert_eq!(end, line.len());
                }
            }
        }
    }
}
