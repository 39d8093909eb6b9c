//! From every published form to today's: which kind it is, what is wrapped, what is renamed.

use super::{
    API_VERSION, Kind, ManifestError, Note, Position,
    node::{Data, Entry, Node},
};

/// Brings a document into the form `apiVersion`, `kind`, `spec`.
pub fn canonical(mut document: Node, hint: Option<Kind>) -> Result<(Kind, Node, Vec<Note>), ManifestError> {
    let start = document.at;
    if document.entries().is_none() {
        return Err(ManifestError::at(
            start,
            "A manifest consists of names and values, such as \"kind: Application\".",
        ));
    }
    let mut notes = Vec::new();
    check_version(&document, &mut notes)?;
    let wrapped = document.has("spec") || document.has("metadata");
    let kind = if let Some(kind) = document.get("kind") {
        named(kind)?
    } else {
        let kind = guessed(document.get("spec").unwrap_or(&document)).or(hint).ok_or_else(|| {
            ManifestError::at(
                start,
                "It isn't clear what this describes. Say it with a line such as \"kind: Application\".",
            )
        })?;
        notes.push(Note { at: start, message: format!("Read as {kind}, since it has no \"kind\".") });
        kind
    };
    let entries = document.entries_mut().map(std::mem::take).unwrap_or_default();
    let (head, rest): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|entry| wrapped || matches!(entry.name.as_str(), "apiVersion" | "kind"));
    let mut entries = head;
    if !wrapped {
        notes.push(Note { at: start, message: "The old form without \"spec\" is written in the new one.".to_owned() });
        entries.push(Entry { name: "spec".to_owned(), at: start, value: Node::map(start, rest) });
    }
    fill(&mut entries, "kind", kind.as_str(), start);
    fill(&mut entries, "apiVersion", API_VERSION, start);
    let mut document = Node::map(start, entries);
    let Some(spec) = document.get_mut("spec") else {
        return Err(ManifestError::at(start, "There is no \"spec\"."));
    };
    if spec.is_null() {
        *spec = Node::map(spec.at, Vec::new());
    }
    if spec.entries().is_none() {
        return Err(ManifestError::at(spec.at, "\"spec\" must hold names and values."));
    }
    match kind {
        Kind::Application => application(spec, &mut notes),
        Kind::ApplicationProfile => rename(spec, "name", "profileName", &mut notes),
        Kind::K8sCluster | Kind::K8sClusterUpdate | Kind::K8sClusterRegistration => {}
    }
    Ok((kind, document, notes))
}

/// `apiVersion: argoproj.io/v1alpha1, kind: Application` is somebody else's, and easily mistaken.
fn check_version(document: &Node, notes: &mut Vec<Note>) -> Result<(), ManifestError> {
    let Some(version) = document.get("apiVersion").filter(|version| !version.is_null()) else { return Ok(()) };
    let group = API_VERSION.split('/').next().unwrap_or_default();
    match version.text() {
        Some(API_VERSION) => Ok(()),
        Some(text) if text.split('/').next() == Some(group) => {
            let message = format!("apiVersion is {text}; this reads it as {API_VERSION}.");
            notes.push(Note { at: version.at, message });
            Ok(())
        }
        _ => {
            Err(ManifestError::at(version.at, format!("The apiVersion of the platform's manifests is {API_VERSION}.")))
        }
    }
}

fn named(kind: &Node) -> Result<Kind, ManifestError> {
    let word = kind.text().unwrap_or_default();
    Kind::parse(word).ok_or_else(|| {
        let message = match word {
            "K8sClusterAddon" => {
                "Add-ons are managed with astroctl; the platform's API has no operation for them.".to_owned()
            }
            "" => "\"kind\" is empty.".to_owned(),
            _ => {
                let known: Vec<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
                format!("There is no kind \"{word}\". There are {}.", known.join(", "))
            }
        };
        ManifestError::at(kind.at, message)
    })
}

/// The kind by the fields that only it has.
fn guessed(spec: &Node) -> Option<Kind> {
    let has = |names: &[&str]| names.iter().any(|name| spec.has(name));
    if has(&["source"]) {
        Some(Kind::Application)
    } else if has(&["provisioner", "clusterSpec"]) || (has(&["clusterName"]) && has(&["provider"])) {
        Some(Kind::K8sCluster)
    } else if has(&["profileName", "cloudProvider", "availabilityTier"]) || (has(&["name"]) && has(&["clusterName"])) {
        Some(Kind::ApplicationProfile)
    } else if has(&["updateConfig", "nodeGroups", "eks", "gke", "aks"]) {
        Some(Kind::K8sClusterUpdate)
    } else if has(&["clusterName"]) && !has(&["name"]) {
        Some(Kind::K8sClusterRegistration)
    } else {
        None
    }
}

fn fill(entries: &mut Vec<Entry>, name: &str, value: &str, at: Position) {
    let value = Node { at, data: Data::Text(value.to_owned()) };
    match entries.iter_mut().find(|entry| entry.name == name) {
        Some(entry) if entry.value.is_null() => entry.value = value,
        Some(_) => {}
        None => entries.insert(0, Entry { name: name.to_owned(), at, value }),
    }
}

/// Gives a field its present name. Where both are there, the old one is somebody's to clear up and stays.
fn rename(node: &mut Node, old: &str, new: &str, notes: &mut Vec<Note>) {
    if node.has(new) {
        return;
    }
    for entry in node.entries_mut().into_iter().flatten().filter(|entry| entry.name == old) {
        new.clone_into(&mut entry.name);
        notes.push(Note { at: entry.at, message: format!("{old} is called {new} now.") });
    }
}

fn application(spec: &mut Node, notes: &mut Vec<Note>) {
    if let Some(source) = spec.get_mut("source") {
        if let Some(yaml) = source.get_mut("yaml") {
            nest(yaml, notes);
        }
        for kind in ["yaml", "repository"] {
            if let Some(repo) = source.get_mut(kind).and_then(|source| source.get_mut("repo")) {
                rename(repo, "targetBranch", "targetRevision", notes);
            }
        }
    }
    if let Some(access) = spec.get_mut("externalAccess") {
        // Both old names held the exact name to serve, which `hostname` is today; a `domain` gets a name generated.
        rename(access, "dnsEndpoint", "hostname", notes);
        rename(access, "dnsName", "hostname", notes);
    }
}

/// The first manifests had the repository's fields right below `yaml`.
fn nest(yaml: &mut Node, notes: &mut Vec<Note>) {
    const REPO: [&str; 4] = ["repoURL", "path", "targetRevision", "targetBranch"];
    if yaml.has("repo") || !yaml.has("repoURL") {
        return;
    }
    let at = yaml.at;
    let Some(entries) = yaml.entries_mut() else { return };
    let (repo, rest): (Vec<_>, Vec<_>) =
        std::mem::take(entries).into_iter().partition(|entry| REPO.contains(&entry.name.as_str()));
    let first = repo.first().map_or(at, |entry| entry.at);
    entries.push(Entry { name: "repo".to_owned(), at: first, value: Node::map(first, repo) });
    entries.extend(rest);
    notes.push(Note {
        at: first,
        message: "The repository's fields of a yaml source stand below \"repo\" now.".to_owned(),
    });
}
