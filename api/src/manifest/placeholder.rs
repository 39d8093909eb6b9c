//! Finds what a template leaves to fill in: `<YOUR_CLUSTER_NAME>`.

use super::{
    MAX_PLACEHOLDERS, Placeholder, Position,
    node::{Data, Node},
};

/// The longest name between the brackets, in bytes.
const LONGEST: usize = 80;

/// The placeholders in the names and values of a document, in the order of the text; at most [`MAX_PLACEHOLDERS`].
pub fn find(document: &Node, text: &str) -> Vec<Placeholder> {
    let mut search = Search { text, lines: Vec::new(), found: Vec::new() };
    document.visit(&mut String::new(), &mut |path, _, node| match &node.data {
        Data::Plain(value) | Data::Text(value) => search.value(value, path, node.at),
        Data::Map(entries) => {
            for entry in entries.iter().filter(|entry| entry.name.contains('<')) {
                let path = if path.is_empty() { entry.name.clone() } else { format!("{path}.{}", entry.name) };
                search.value(&entry.name, &path, entry.at);
            }
        }
        Data::List(_) => {}
    });
    search.found.sort_by_key(|placeholder| placeholder.at);
    search.found
}

struct Search<'a> {
    text: &'a str,
    /// Where each line begins, in bytes; found out with the first placeholder.
    lines: Vec<usize>,
    found: Vec<Placeholder>,
}

impl Search<'_> {
    fn value(&mut self, value: &str, path: &str, start: Position) {
        let mut offset = None;
        for text in within(value) {
            if self.found.len() >= MAX_PLACEHOLDERS {
                return;
            }
            // Escapes and folds move a placeholder away from its offset in the value, so the text itself is searched.
            let from = offset.unwrap_or_else(|| self.offset(start));
            let at = self.text.get(from..).and_then(|rest| rest.find(text)).map(|distance| from + distance);
            offset = at.map(|at| at + 1).or(offset);
            let at = at.map_or(start, |at| self.position(at));
            self.found.push(Placeholder { text: text.to_owned(), path: path.to_owned(), at });
        }
    }

    fn offset(&mut self, position: Position) -> usize {
        if self.lines.is_empty() {
            self.lines = std::iter::once(0).chain(self.text.match_indices('\n').map(|(index, _)| index + 1)).collect();
        }
        let start = self.lines.get(position.line - 1).copied().unwrap_or_default();
        let line = self.text.get(start..).unwrap_or_default();
        start + line.char_indices().nth(position.column - 1).map_or(0, |(index, _)| index)
    }

    fn position(&self, offset: usize) -> Position {
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|line| self.lines.get(line)).copied().unwrap_or_default();
        let column = self.text.get(start..offset).map_or(0, |before| before.chars().count()) + 1;
        Position { line: line.max(1), column }
    }
}

/// The placeholders in a value: capitals, digits, `_`, `-` and blanks between angle brackets, or words after "your".
///
/// Other words between brackets are somebody's markup or addresses.
fn within(value: &str) -> impl Iterator<Item = &str> {
    value.match_indices('<').filter_map(move |(start, _)| {
        let rest = value.get(start..)?;
        let end = rest.bytes().take(LONGEST + 2).position(|byte| byte == b'>')?;
        let text = rest.get(..=end)?;
        let name = text.get(1..end)?;
        let allowed = |extra: fn(u8) -> bool| {
            name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'_' | b'-' | b' ') || extra(byte))
        };
        let capitals = name.len() > 1
            && name.starts_with(|first: char| first.is_ascii_uppercase())
            && allowed(|byte| byte.is_ascii_uppercase());
        let yours = name.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("your"))
            && allowed(|byte| byte.is_ascii_alphabetic());
        (capitals || yours).then_some(text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_placeholders_from_markup() {
        for (value, expected) in [
            ("<YOUR_CLUSTER_NAME>", vec!["<YOUR_CLUSTER_NAME>"]),
            ("arn:aws:iam::<ACCOUNT-ID>:role/<ROLE 1>", vec!["<ACCOUNT-ID>", "<ROLE 1>"]),
            ("<your-project-id>", vec!["<your-project-id>"]),
            ("<Your bucket>", vec!["<Your bucket>"]),
            ("<b>text</b> <A> <none> <dana@acme.dev> a < B > c", vec![]),
            ("<<NESTED>>", vec!["<NESTED>"]),
            ("<ÜBER> <UNCLOSED", vec![]),
        ] {
            assert_eq!(within(value).collect::<Vec<_>>(), expected, "{value}");
        }
    }
}
