//! The YAML and JSON files that people keep in Git: read in every form that was ever published, written in today's.
//!
//! A [`Manifest`] keeps its whole document, so that a field which this crate doesn't know comes back as it was. The
//! typed view of a kind is reached by [`Manifest::spec`] and put back by [`Manifest::set_spec`]. Comments and the
//! layout of the file belong to its text and are not kept: whoever edits text keeps the text.
//!
//! Reading is bounded: [`MAX_BYTES`] of text, [`MAX_DEPTH`] levels, [`MAX_NODES`] values after aliases are put in.

mod json;
mod node;
mod normalise;
mod placeholder;
mod plain;
mod write;
mod yaml;

use std::{collections::BTreeMap, fmt, marker::PhantomData};

use serde::{Serialize, Serializer, de::DeserializeOwned};
use serde_json::{Map, Value};

use self::node::Node;
use crate::{
    applications::ApplicationDeployRequest,
    clusters::{AgentRegisterRequest, K8sClusterSpec, K8sClusterUpdateSpec},
    located,
    profiles::ProfileRequest,
    secret,
};

/// The `apiVersion` of every kind.
pub const API_VERSION: &str = "platform.astropulse.io/v1";

/// The longest text that is read, in bytes. The largest public manifest has five thousand.
pub const MAX_BYTES: usize = 1 << 20;

/// How deep values may lie in one another.
pub const MAX_DEPTH: usize = 64;

/// How many values a text may hold once its aliases are put in: a few lines of aliases of aliases could name billions.
pub const MAX_NODES: usize = 100_000;

/// How many placeholders of a manifest are reported.
pub const MAX_PLACEHOLDERS: usize = 100;

/// What a manifest describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// An application, for `deployApplication`.
    Application,
    /// An application profile, for `createApplicationProfile`.
    ApplicationProfile,
    /// A new cluster, for `deployCluster`.
    K8sCluster,
    /// A change of a cluster, for `updateCluster`; the cluster's name is not in it.
    K8sClusterUpdate,
    /// An existing cluster to register, for `registerAgent`.
    K8sClusterRegistration,
}

impl Kind {
    /// Every kind that an operation of the contract takes.
    pub const ALL: [Self; 5] = [
        Self::Application,
        Self::ApplicationProfile,
        Self::K8sCluster,
        Self::K8sClusterUpdate,
        Self::K8sClusterRegistration,
    ];

    /// The word in the field `kind`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Application => "Application",
            Self::ApplicationProfile => "ApplicationProfile",
            Self::K8sCluster => "K8sCluster",
            Self::K8sClusterUpdate => "K8sClusterUpdate",
            Self::K8sClusterRegistration => "K8sClusterRegistration",
        }
    }

    /// Reads the word of the field `kind`.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The typed form of a kind's `spec`: the body that its operation takes.
pub trait Spec: Serialize + DeserializeOwned {
    /// The kind whose `spec` this is.
    const KIND: Kind;
}

impl Spec for ApplicationDeployRequest {
    const KIND: Kind = Kind::Application;
}

impl Spec for ProfileRequest {
    const KIND: Kind = Kind::ApplicationProfile;
}

impl Spec for K8sClusterSpec {
    const KIND: Kind = Kind::K8sCluster;
}

impl Spec for K8sClusterUpdateSpec {
    const KIND: Kind = Kind::K8sClusterUpdate;
}

impl Spec for AgentRegisterRequest {
    const KIND: Kind = Kind::K8sClusterRegistration;
}

/// A place in a text. Both count from 1; columns are characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Why a text is no manifest, or not one of the wanted form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", .at.map(|at| format!("{at}: ")).unwrap_or_default())]
pub struct ManifestError {
    /// Where in the text, if a text is at hand.
    pub at: Option<Position>,
    /// The field, such as `spec.source.image.tag`, where one is to blame.
    pub path: Option<String>,
    /// What is wrong, in plain words.
    pub message: String,
}

impl ManifestError {
    fn at(at: Position, message: impl Into<String>) -> Self {
        Self { at: Some(at), path: None, message: message.into() }
    }

    fn new(message: impl Into<String>) -> Self {
        Self { at: None, path: None, message: message.into() }
    }
}

/// Something that reading changed, so that a person is not surprised by what is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Where the old form stands.
    pub at: Position,
    /// What it became, in plain words.
    pub message: String,
}

/// A text that somebody still has to replace, such as `<YOUR_CLUSTER_NAME>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placeholder {
    /// The placeholder with its angle brackets.
    pub text: String,
    /// The field that holds it, such as `spec.clusterName`.
    pub path: String,
    /// Where it begins.
    pub at: Position,
}

/// A manifest as a text holds it.
#[derive(Clone)]
pub struct Read {
    /// The manifest in its canonical form.
    pub manifest: Manifest,
    /// What differed from the canonical form.
    pub notes: Vec<Note>,
    /// What must be replaced before it can be sent, in the order of the text.
    pub placeholders: Vec<Placeholder>,
    positions: BTreeMap<String, Position>,
}

impl Read {
    /// Where a field of the canonical form stands in the text, or the nearest thing around it.
    pub fn locate(&self, path: &str) -> Option<Position> {
        let mut path = path;
        loop {
            if let Some(at) = self.positions.get(path) {
                return Some(*at);
            }
            path = path.rfind(['.', '[']).and_then(|end| path.get(..end)).or((!path.is_empty()).then_some(""))?;
        }
    }

    /// [`Manifest::spec`], its error with the place in the text.
    pub fn spec<S: Spec>(&self) -> Result<S, ManifestError> {
        self.manifest.spec().map_err(|mut error| {
            error.at = error.path.as_deref().and_then(|path| self.locate(path));
            error
        })
    }
}

/// One manifest: its kind, and its document in the canonical form with `apiVersion`, `kind` and `spec`.
///
/// The document may hold credentials in the clear, as the file does, so there is no `Debug` that shows it.
#[derive(Clone, PartialEq)]
pub struct Manifest {
    kind: Kind,
    document: Map<String, Value>,
}

impl fmt::Debug for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Manifest").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl Manifest {
    /// A manifest of a typed spec.
    pub fn of<S: Spec>(spec: &S) -> Result<Self, ManifestError> {
        let mut document = Map::new();
        document.insert("apiVersion".to_owned(), API_VERSION.into());
        document.insert("kind".to_owned(), S::KIND.as_str().into());
        document.insert("spec".to_owned(), written(spec)?);
        Ok(Self { kind: S::KIND, document })
    }

    /// What it describes.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The whole document, unknown fields included, in the order of the file.
    pub const fn document(&self) -> &Map<String, Value> {
        &self.document
    }

    /// The name of what it describes: of the application, the profile or the cluster. An update has none.
    pub fn name(&self) -> Option<&str> {
        let field = match self.kind {
            Kind::Application => "name",
            Kind::ApplicationProfile => "profileName",
            Kind::K8sCluster | Kind::K8sClusterRegistration => "clusterName",
            Kind::K8sClusterUpdate => return None,
        };
        self.document.get("spec")?.get(field)?.as_str()
    }

    /// The `spec` as the body of its operation.
    ///
    /// # Errors
    /// A manifest of another kind, and a field that is missing or of another type, by its path.
    pub fn spec<S: Spec>(&self) -> Result<S, ManifestError> {
        self.demand(S::KIND)?;
        let spec = self.document.get("spec").unwrap_or(&Value::Null);
        let typed: S = located::read(spec.clone()).map_err(|misfit| {
            let misfit = misfit.under("spec");
            plain::explain(misfit.path(), misfit.message())
        })?;
        match listed(spec, &written(&typed)?, "spec") {
            Some(path) => Err(plain::explain(path, "invalid type: sequence, expected a map")),
            None => Ok(typed),
        }
    }

    /// Puts a changed `spec` back: what it sets is set, what it no longer has goes, what it doesn't know stays.
    ///
    /// Items of a list are matched by their `name`, else by their place. While the present document doesn't have the
    /// typed form, nothing tells what it no longer has, so nothing goes.
    ///
    /// # Errors
    /// A manifest of another kind.
    pub fn set_spec<S: Spec>(&mut self, spec: &S) -> Result<(), ManifestError> {
        self.demand(S::KIND)?;
        let before = self.spec::<S>().ok().and_then(|before| written(&before).ok());
        merge(self.document.entry("spec").or_insert(Value::Null), before.as_ref(), written(spec)?);
        Ok(())
    }

    /// The same with the secrets of its spec replaced: what is shown of it, on screen or in a listing.
    #[must_use]
    pub fn hidden<S: Spec>(&self) -> Self {
        let mut hidden = self.clone();
        if let Ok(spec) = self.spec::<S>() {
            // It is of its own kind, so it takes its own spec back.
            let _ = secret::redacted(|| hidden.set_spec(&spec));
        }
        hidden
    }

    /// The whole document as the body of a request, fields included that this crate doesn't know.
    pub const fn whole<S: Spec>(&self) -> Whole<'_, S> {
        Whole { manifest: self, spec: PhantomData }
    }

    /// The manifest as YAML.
    pub fn to_yaml(&self) -> String {
        write::yaml(&self.document)
    }

    /// The manifest as JSON, indented by two spaces.
    pub fn to_json(&self) -> String {
        // A map of text keys can always be written, and a string never refuses to grow.
        serde_json::to_string_pretty(&self.document).map(|json| json + "\n").unwrap_or_default()
    }

    fn demand(&self, kind: Kind) -> Result<(), ManifestError> {
        if self.kind == kind {
            return Ok(());
        }
        Err(ManifestError::new(format!("This is a manifest of kind {}, not {kind}.", self.kind)))
    }
}

/// A whole manifest as the body of a request. Its secrets go to the wire, and are hidden where the request is shown.
#[derive(Clone, Copy)]
pub struct Whole<'a, S> {
    manifest: &'a Manifest,
    spec: PhantomData<fn() -> S>,
}

impl<S: Spec> Serialize for Whole<'_, S> {
    fn serialize<T: Serializer>(&self, serializer: T) -> Result<T::Ok, T::Error> {
        if secret::is_redacting() {
            return self.manifest.hidden::<S>().document.serialize(serializer);
        }
        self.manifest.document.serialize(serializer)
    }
}

/// Writes a document that is no manifest, such as the body of a request, as YAML.
pub fn yaml_of(document: &Map<String, Value>) -> String {
    write::yaml(document)
}

/// Reads the values of a Helm chart: names and values in YAML or JSON, in one document. Nothing at all is no value.
///
/// # Errors
/// The first thing that is wrong, with its place.
pub fn read_values(text: &str) -> Result<Map<String, Value>, ManifestError> {
    let mut documents = parse(text.strip_prefix('\u{feff}').unwrap_or(text))?.into_iter();
    let Some(document) = documents.next() else { return Ok(Map::new()) };
    if let Some(second) = documents.next() {
        return Err(ManifestError::at(second.at, "Values are one document; a second one begins here."));
    }
    if document.entries().is_none() {
        return Err(ManifestError::at(document.at, "Values consist of names and values, such as \"replicas: 2\"."));
    }
    match document.into_free_value()? {
        Value::Object(values) => Ok(values),
        _ => Ok(Map::new()),
    }
}

/// Writes several manifests as one YAML text, as `kubectl` and Git repositories have them.
pub fn to_yaml_documents<'a>(manifests: impl IntoIterator<Item = &'a Manifest>) -> String {
    manifests.into_iter().map(Manifest::to_yaml).collect::<Vec<_>>().join("---\n")
}

/// Reads every manifest of a YAML or JSON text.
///
/// A document's kind comes from its `kind`, else from the fields of the old flat form, else from `hint`.
///
/// # Errors
/// The first thing that is wrong, with its place.
pub fn read(text: &str, hint: Option<Kind>) -> Result<Vec<Read>, ManifestError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let documents = parse(text)?;
    if documents.is_empty() {
        return Err(ManifestError::new("The text holds no manifest."));
    }
    documents.into_iter().map(|document| finish(document, hint, text)).collect()
}

fn parse(text: &str) -> Result<Vec<Node>, ManifestError> {
    if text.len() > MAX_BYTES {
        return Err(ManifestError::new("The text is longer than a mebibyte."));
    }
    match text.trim_start().as_bytes().first() {
        // YAML has braces too, so what is no JSON may still be YAML. If it's neither, it was meant as JSON.
        Some(b'{' | b'[') => json::parse(text).or_else(|error| yaml::parse(text).map_err(|_| error)),
        _ => yaml::parse(text),
    }
}

fn finish(document: Node, hint: Option<Kind>, text: &str) -> Result<Read, ManifestError> {
    let (kind, document, notes) = normalise::canonical(document, hint)?;
    let placeholders = placeholder::find(&document, text);
    let mut positions = BTreeMap::new();
    document.visit(&mut String::new(), &mut |path, at, _| {
        positions.insert(path.to_owned(), at);
    });
    match document.into_value(false)? {
        Value::Object(document) => Ok(Read { manifest: Manifest { kind, document }, notes, placeholders, positions }),
        _ => Err(ManifestError::new("The text holds no manifest.")),
    }
}

fn written(spec: &impl Serialize) -> Result<Value, ManifestError> {
    serde_json::to_value(spec).map_err(|error| ManifestError::new(format!("The manifest cannot be written: {error}.")))
}

/// Finds a list where the typed form has fields: serde reads a struct from a list too, by the order of its fields.
fn listed(document: &Value, typed: &Value, path: &str) -> Option<String> {
    match (document, typed) {
        (Value::Array(_), Value::Object(_)) => Some(path.to_owned()),
        (Value::Array(document), Value::Array(typed)) => document
            .iter()
            .zip(typed)
            .enumerate()
            .find_map(|(index, (document, typed))| listed(document, typed, &format!("{path}[{index}]"))),
        (Value::Object(document), Value::Object(typed)) => {
            typed.iter().find_map(|(name, typed)| listed(document.get(name)?, typed, &format!("{path}.{name}")))
        }
        _ => None,
    }
}

/// Brings `now` into `document`; `before` is what the typed form knew of the document.
fn merge(document: &mut Value, before: Option<&Value>, now: Value) {
    match (document, now) {
        (Value::Object(document), Value::Object(now)) => {
            let before = before.and_then(Value::as_object);
            for name in before.into_iter().flat_map(Map::keys).filter(|name| !now.contains_key(*name)) {
                document.shift_remove(name);
            }
            for (name, now) in now {
                let before = before.and_then(|before| before.get(&name));
                match document.get_mut(&name) {
                    Some(document) => merge(document, before, now),
                    // The typed form writes an empty list where the file has none.
                    None if before == Some(&now) => {}
                    None => {
                        document.insert(name, now);
                    }
                }
            }
        }
        (Value::Array(document), Value::Array(now)) => {
            let before = before.and_then(Value::as_array);
            let sources = matched(document, &now);
            *document = now
                .into_iter()
                .zip(sources)
                .map(|(now, source)| match source.and_then(|index| Some((index, document.get(index)?.clone()))) {
                    Some((index, mut item)) => {
                        merge(&mut item, before.and_then(|before| before.get(index)), now);
                        item
                    }
                    None => now,
                })
                .collect();
        }
        (document, now) => {
            if *document != now {
                *document = now;
            }
        }
    }
}

/// For each new item the old one that it continues: the one of its name, else the nameless or renamed one in its place.
fn matched(old: &[Value], new: &[Value]) -> Vec<Option<usize>> {
    fn name(item: &Value) -> Option<&str> {
        item.get("name")?.as_str()
    }
    let by_name: Vec<Option<usize>> = new
        .iter()
        .map(|item| name(item).and_then(|wanted| old.iter().position(|item| name(item) == Some(wanted))))
        .collect();
    by_name
        .iter()
        .enumerate()
        .map(|(index, found)| found.or_else(|| (index < old.len() && !by_name.contains(&Some(index))).then_some(index)))
        .collect()
}
