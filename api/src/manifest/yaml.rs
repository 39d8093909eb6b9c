//! YAML with places: documents, anchors, aliases and merge keys, within bounds.

use std::collections::{BTreeMap, BTreeSet};

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Tag};

use super::{
    MAX_DEPTH, MAX_NODES, ManifestError, Position,
    node::{Data, Entry, Node},
};

/// Reads every document that isn't empty.
pub fn parse(text: &str) -> Result<Vec<Node>, ManifestError> {
    let mut documents = Vec::new();
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| explain(&error))?;
        if matches!(event, Event::DocumentEnd) {
            documents.extend(std::mem::take(&mut builder).root.filter(|root| !root.is_null()));
        } else {
            builder.take(event, position(span.start))?;
        }
    }
    Ok(documents)
}

fn position(marker: Marker) -> Position {
    Position { line: marker.line(), column: marker.col() + 1 }
}

/// The scanner speaks of its own workings; these are the mistakes that people make.
fn explain(error: &ScanError) -> ManifestError {
    const WORDS: [(&str, &str); 9] = [
        (
            "mapping values are not allowed",
            "A second \": \" stands in this line. Put the value in quotes, or check the indentation.",
        ),
        ("recursion limit", TOO_DEEP),
        ("unknown anchor", "This alias names something that the text doesn't hold before."),
        ("unexpected character", "A value cannot begin with this sign. Put the value in quotes."),
        ("trailing content after", "Nothing but a comment may follow the closing quote."),
        ("while parsing a flow", "A bracket that was opened is not closed here, or a comma is missing."),
        ("did not find expected key", "A name with \": \" behind it was expected here. Check the indentation."),
        ("simple key expect", "A name with \": \" behind it was expected here. Check the indentation."),
        ("tab", "YAML is indented with spaces, not with tabs."),
    ];
    let info = error.info();
    let message = if info.contains("quoted scalar") && info.contains("end of stream") {
        "The quote that begins here is never closed.".to_owned()
    } else {
        match WORDS.iter().find(|(mark, _)| info.contains(mark)) {
            Some((_, words)) => (*words).to_owned(),
            None => format!("This is not valid YAML: {info}."),
        }
    };
    ManifestError::at(position(*error.marker()), message)
}

const TOO_DEEP: &str = "Values lie too deep in one another here.";

enum Frame {
    List {
        at: Position,
        anchor: usize,
        items: Vec<Node>,
    },
    Map {
        at: Position,
        anchor: usize,
        entries: Vec<Entry>,
        names: BTreeSet<String>,
        name: Option<Name>,
        merges: Vec<Node>,
    },
}

enum Name {
    Key(String, Position),
    /// `<<`, YAML 1.1's merge key, which Kubernetes' readers keep to.
    Merge,
}

#[derive(Default)]
struct Builder {
    root: Option<Node>,
    frames: Vec<Frame>,
    anchors: BTreeMap<usize, (Node, usize, usize)>,
    nodes: usize,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, at: Position) -> Result<(), ManifestError> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let text = text.into_owned();
                let data = match core_tag(tag.as_deref(), at)? {
                    None if style == ScalarStyle::Plain => Data::Plain(text),
                    None | Some("str") => Data::Text(text),
                    Some("null" | "bool" | "int" | "float") => Data::Plain(text),
                    Some(tag) => return Err(unsupported(tag, at)),
                };
                self.count(1, at)?;
                self.add(Node { at, data }, anchor)
            }
            Event::Alias(anchor) => {
                let Some((node, size, depth)) = self.anchors.get(&anchor) else {
                    return Err(ManifestError::at(at, "This alias names something that is not complete yet."));
                };
                if self.frames.len() + depth > MAX_DEPTH {
                    return Err(too_deep(at));
                }
                let (node, size) = (node.clone(), *size);
                self.count(size, at)?;
                self.add(node, 0)
            }
            Event::SequenceStart(anchor, tag) => {
                match core_tag(tag.as_deref(), at)? {
                    None | Some("seq") => {}
                    Some(tag) => return Err(unsupported(tag, at)),
                }
                self.open(Frame::List { at, anchor, items: Vec::new() }, at)
            }
            Event::MappingStart(anchor, tag) => {
                match core_tag(tag.as_deref(), at)? {
                    None | Some("map") => {}
                    Some(tag) => return Err(unsupported(tag, at)),
                }
                let (entries, names, merges) = (Vec::new(), BTreeSet::new(), Vec::new());
                self.open(Frame::Map { at, anchor, entries, names, name: None, merges }, at)
            }
            Event::SequenceEnd | Event::MappingEnd => match self.frames.pop() {
                Some(Frame::List { at, anchor, items }) => self.add(Node { at, data: Data::List(items) }, anchor),
                Some(Frame::Map { at, anchor, entries, merges, .. }) => {
                    let node = Node::map(at, merged(entries, merges)?);
                    self.add(node, anchor)
                }
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn open(&mut self, frame: Frame, at: Position) -> Result<(), ManifestError> {
        self.count(1, at)?;
        if let Some(Frame::Map { name: None, .. }) = self.frames.last() {
            return Err(no_name(at));
        }
        self.frames.push(frame);
        if self.frames.len() > MAX_DEPTH { Err(too_deep(at)) } else { Ok(()) }
    }

    fn count(&mut self, nodes: usize, at: Position) -> Result<(), ManifestError> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > MAX_NODES {
            return Err(ManifestError::at(at, "The text holds more values than a manifest ever would."));
        }
        Ok(())
    }

    fn add(&mut self, node: Node, anchor: usize) -> Result<(), ManifestError> {
        if anchor > 0 {
            let (size, depth) = node.extent();
            // The copy counts too: anchors within anchors would hold a text many times over.
            self.count(size, node.at)?;
            self.anchors.insert(anchor, (node.clone(), size, depth));
        }
        match self.frames.last_mut() {
            None => self.root = Some(node),
            Some(Frame::List { items, .. }) => items.push(node),
            Some(Frame::Map { entries, names, name, merges, .. }) => match name.take() {
                Some(Name::Key(name, at)) => entries.push(Entry { name, at, value: node }),
                Some(Name::Merge) => merges.push(node),
                None => {
                    if matches!(&node.data, Data::Plain(word) if word == "<<") {
                        *name = Some(Name::Merge);
                        return Ok(());
                    }
                    let Some(text) = node.text() else { return Err(no_name(node.at)) };
                    if !names.insert(text.to_owned()) {
                        return Err(ManifestError::at(node.at, format!("\"{text}\" is given twice.")));
                    }
                    *name = Some(Name::Key(text.to_owned(), node.at));
                }
            },
        }
        Ok(())
    }
}

/// Brings merged maps in: what is there wins, and of several merged maps the first.
fn merged(mut entries: Vec<Entry>, merges: Vec<Node>) -> Result<Vec<Entry>, ManifestError> {
    if merges.is_empty() {
        return Ok(entries);
    }
    let mut names: BTreeSet<String> = entries.iter().map(|entry| entry.name.clone()).collect();
    for merge in merges {
        let at = merge.at;
        let maps = match merge.data {
            Data::List(items) => items,
            data => vec![Node { at, data }],
        };
        for map in maps {
            let Data::Map(merged) = map.data else {
                return Err(ManifestError::at(map.at, "Only a group of names and values can be merged by \"<<\"."));
            };
            entries.extend(merged.into_iter().filter(|entry| names.insert(entry.name.clone())));
        }
    }
    Ok(entries)
}

fn too_deep(at: Position) -> ManifestError {
    ManifestError::at(at, TOO_DEEP)
}

fn no_name(at: Position) -> ManifestError {
    ManifestError::at(at, "A name must be text.")
}

fn unsupported(tag: &str, at: Position) -> ManifestError {
    ManifestError::at(at, format!("The tag \"{tag}\" has no meaning in a manifest."))
}

/// The name of a tag of YAML's own, `str` for `!!str`; a lone `!` says "text".
fn core_tag(tag: Option<&Tag>, at: Position) -> Result<Option<&str>, ManifestError> {
    match tag {
        None => Ok(None),
        Some(tag) if tag.is_yaml_core_schema() => Ok(Some(&tag.suffix)),
        Some(tag) if tag.handle.is_empty() && tag.suffix == "!" => Ok(Some("str")),
        Some(tag) => Err(unsupported(&format!("{}{}", tag.handle, tag.suffix), at)),
    }
}
