//! JSON with places. serde_json says whether the text is JSON; this walks what it accepted.

use std::{collections::BTreeSet, iter::Peekable, str::CharIndices};

use super::{
    MAX_DEPTH, MAX_NODES, ManifestError, Position,
    node::{Data, Entry, Node},
};

/// Reads one JSON document.
pub fn parse(text: &str) -> Result<Vec<Node>, ManifestError> {
    serde_json::from_str::<serde::de::IgnoredAny>(text).map_err(|error| {
        let whole = error.to_string();
        let message = whole.split(" at line ").next().unwrap_or_default();
        let at = Position { line: error.line().max(1), column: error.column().max(1) };
        ManifestError::at(at, format!("This is not valid JSON: {message}."))
    })?;
    let mut walker =
        Walker { text, rest: text.char_indices().peekable(), at: Position { line: 1, column: 1 }, nodes: 0 };
    walker.value(1).map(|node| vec![node])
}

struct Walker<'a> {
    text: &'a str,
    rest: Peekable<CharIndices<'a>>,
    at: Position,
    nodes: usize,
}

impl Walker<'_> {
    fn next(&mut self) -> Option<(usize, char)> {
        let (index, char) = self.rest.next()?;
        self.at = match char {
            '\n' => Position { line: self.at.line + 1, column: 1 },
            _ => Position { column: self.at.column + 1, ..self.at },
        };
        Some((index, char))
    }

    /// Skips blanks and the given separators, and says what comes.
    fn peek(&mut self, separators: &[char]) -> Option<char> {
        while let Some((_, char)) = self.rest.peek().copied() {
            if !char.is_ascii_whitespace() && !separators.contains(&char) {
                return Some(char);
            }
            self.next();
        }
        None
    }

    fn value(&mut self, depth: usize) -> Result<Node, ManifestError> {
        let first = self.peek(&[]);
        let at = self.at;
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(ManifestError::at(at, "The text holds more values than a manifest ever would."));
        }
        if depth > MAX_DEPTH {
            return Err(ManifestError::at(at, "Values lie too deep in one another here."));
        }
        let data = match first {
            Some('{') => {
                self.next();
                let (mut entries, mut names) = (Vec::new(), BTreeSet::new());
                while self.peek(&[',']).is_some_and(|char| char != '}') {
                    let at = self.at;
                    let name = self.string()?;
                    if !names.insert(name.clone()) {
                        return Err(ManifestError::at(at, format!("\"{name}\" is given twice.")));
                    }
                    self.peek(&[':']);
                    entries.push(Entry { name, at, value: self.value(depth + 1)? });
                }
                self.next();
                Data::Map(entries)
            }
            Some('[') => {
                self.next();
                let mut items = Vec::new();
                while self.peek(&[',']).is_some_and(|char| char != ']') {
                    items.push(self.value(depth + 1)?);
                }
                self.next();
                Data::List(items)
            }
            Some('"') => Data::Text(self.string()?),
            _ => {
                let mut word = String::new();
                while let Some((_, char)) = self.rest.peek().copied() {
                    if !char.is_ascii_alphanumeric() && !matches!(char, '-' | '+' | '.') {
                        break;
                    }
                    word.push(char);
                    self.next();
                }
                Data::Plain(word)
            }
        };
        Ok(Node { at, data })
    }

    fn string(&mut self) -> Result<String, ManifestError> {
        let at = self.at;
        let start = self.next().map_or(self.text.len(), |(start, _)| start);
        let mut end = start;
        while let Some((index, char)) = self.next() {
            end = index + 1;
            match char {
                '\\' => {
                    self.next();
                }
                '"' => break,
                _ => {}
            }
        }
        self.text
            .get(start..end)
            .and_then(|literal| serde_json::from_str(literal).ok())
            .ok_or_else(|| ManifestError::at(at, "This text is not valid JSON."))
    }
}
