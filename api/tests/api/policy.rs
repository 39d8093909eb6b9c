//! Rules of the crate that no compiler knows.

use std::{collections::BTreeMap, fs, path::Path};

use astro_api::operations::OPERATIONS;

/// Every source file by its path below `src`, without its tests.
fn sources() -> BTreeMap<String, String> {
    fn collect(folder: &Path, prefix: &str, found: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
            if path.is_dir() {
                collect(&path, &format!("{name}/"), found);
            } else {
                let text = fs::read_to_string(&path).unwrap();
                found.insert(name, text.split("\n#[cfg(test)]").next().unwrap().to_owned());
            }
        }
    }
    let mut found = BTreeMap::new();
    collect(Path::new("src"), "", &mut found);
    assert!(found.len() > 25, "{:?}", found.keys());
    found
}

#[test]
fn each_operation_has_exactly_one_function() {
    let mut counts: BTreeMap<&str, usize> = OPERATIONS.iter().map(|row| (row.id, 0)).collect();
    let sources = sources();
    for (file, text) in &sources {
        // `Request` builds with whatever it is given; every other file names the operation that it means.
        if file == "request.rs" {
            continue;
        }
        for constructor in ["new", "bare", "eventual", "unanswered", "file", "untyped"] {
            for kind in ["Request", "Stream"] {
                for (_, rest) in split_on(text, &format!("{kind}::{constructor}(\"")) {
                    let id = rest.split('"').next().unwrap();
                    *counts.get_mut(id).unwrap_or_else(|| panic!("{file} names \"{id}\", which no row has")) += 1;
                }
            }
        }
    }
    for (id, count) in counts {
        assert_eq!(count, 1, "{id} has {count} functions");
    }
}

/// A field in which a secret goes over the wire in the clear. Whoever adds one adds it here, and says why it must.
const EXPOSED: [&str; 12] = [
    // The key itself, in the one answer that has it; the local platform writes that answer.
    "api_keys.rs: ApiKey.key",
    // Short-lived cloud keys, answered.
    "cloud.rs: TemporaryCredentials.data",
    // The cloud keys of a self-hosted cluster, sent to the vault.
    "cloud.rs: SelfHostedConnectRequest.credentials",
    // Cloud keys that an operation acts with, sent.
    "clusters.rs: Credentials.data",
    // The agent's manifest holds its token, and the command to install it may; both are answered.
    "clusters.rs: AgentRegistration.manifest",
    "clusters.rs: AgentRegistration.install_command",
    // An owner's single-use token, answered.
    "clusters.rs: ClusterOperation.approval_token",
    "clusters.rs: ClusterProgress.approval_token",
    // GitHub's tokens, answered.
    "github.rs: GithubToken.token",
    // A Slack webhook is a credential: sent in the clear, answered masked.
    "notifications.rs: NotificationConfig.webhook_url",
    // The two types that write themselves.
    "kubeconfig.rs: Kubeconfig",
    "request.rs: Body",
];

#[test]
fn secrets_go_over_the_wire_where_the_list_says_and_nowhere_else() {
    let mut found = Vec::new();
    for (file, text) in sources() {
        if file == "secret.rs" {
            continue;
        }
        let mut owner = String::new();
        let mut exposing = false;
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("pub struct ") {
                owner = rest.split(|char: char| !char.is_alphanumeric()).next().unwrap().to_owned();
            }
            exposing |= line.contains("serialize_with = \"secret::expose");
            if let Some(rest) = line.trim().strip_prefix("pub ").filter(|_| exposing) {
                found.push(format!("{file}: {owner}.{}", rest.split(':').next().unwrap()));
                exposing = false;
            }
        }
        assert!(!exposing, "{file}: a secret is exposed by something else than a field");
    }
    // A kubeconfig is written by its own impl, a body by the request; both are reached through `expose` alone. The token
    // of an approval travels in the query, as the contract has it; where requests are shown it is hidden.
    let exposing: Vec<(String, usize)> = sources()
        .into_iter()
        .filter(|(file, _)| file != "secret.rs")
        .map(|(file, text)| (file, text.matches(".expose()").count()))
        .filter(|(file, count)| *count > 0 && file != "kubeconfig.rs")
        .collect();
    assert_eq!(exposing, [("clusters.rs".to_owned(), 1)], "somewhere else a secret is taken out of its type");
    found.extend(["kubeconfig.rs: Kubeconfig".to_owned(), "request.rs: Body".to_owned()]);
    found.sort();
    let mut expected = EXPOSED.map(str::to_owned);
    expected.sort();
    assert_eq!(
        found, expected,
        "a place that exposes a secret came or went; the list in this test says why each is needed"
    );
}

#[test]
fn nothing_that_holds_a_secret_can_be_printed() {
    // `Secret` has no `Debug`, so a derive would not compile; this looks for impls by hand.
    let secret = &sources()["secret.rs"];
    for printing in
        ["impl fmt::Debug", "impl std::fmt::Debug", "Display for Secret", "Debug for Secret", "Serialize for Secret"]
    {
        assert!(!secret.contains(printing), "{printing}");
    }
    for (file, text) in sources() {
        for (before, rest) in split_on(&text, "Debug for ") {
            let name = rest.split(|char: char| !char.is_alphanumeric()).next().unwrap();
            assert!(before.trim_end().ends_with("fmt::"), "{file}");
            assert_eq!(name, "Manifest", "{file}: a Debug by hand; does it show a secret?");
        }
    }
}

#[test]
fn nothing_panics_by_design() {
    for (file, text) in sources() {
        for word in [".unwrap()", ".expect(", "panic!(", "todo!(", "unimplemented!(", "unreachable!(", "unsafe "] {
            assert!(!text.contains(word), "{file}: {word}");
        }
    }
}

#[test]
fn the_crate_stays_portable() {
    let manifest = fs::read_to_string("Cargo.toml").unwrap();
    let dependencies = manifest.split("[dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    for heavy in ["regex", "chrono", "tokio", "web-sys", "js-sys", "leptos", "reqwest"] {
        assert!(!dependencies.contains(heavy), "{heavy} does not belong here");
    }
}

fn split_on<'a>(text: &'a str, mark: &str) -> Vec<(&'a str, &'a str)> {
    text.match_indices(mark).map(|(index, _)| (&text[..index], &text[index + mark.len()..])).collect()
}
