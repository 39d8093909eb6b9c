//! Which verb of `astroctl` does what an operation does. Only what the platform's documentation shows is here: where it
//! shows no verb, or none of its options, nothing is made up.

use astro_api::request::{Body, Call};
use serde_json::Value;

use crate::store::shell;

/// A command of `astroctl`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The command.
    pub line: String,
    /// The name of the manifest that it reads, if it reads one.
    pub file: Option<String>,
    /// Fields of the request for which the documentation shows no option.
    pub left_out: Vec<String>,
}

/// A word of a command.
enum Part {
    /// As it stands.
    Word(&'static str),
    /// A parameter of the path.
    Path(&'static str),
    /// A field of the body, which the command cannot do without.
    Field(&'static str),
    /// A field of the body that is one of these: of others the documentation shows no command.
    Among(&'static str, &'static [&'static str]),
    /// An option with a field of the body, where that has a value.
    Option(&'static str, &'static str),
    /// `-f` and the name of the manifest, called after a field of the spec or a parameter of the path.
    File(&'static str),
}

use Part::{Among, Field, File, Option as Opt, Path, Word};

type Row = (&'static str, &'static [Part]);

/// The verbs for one application take its name, and its operations the id: `app status NAME` and its like stand on its page.
const ROWS: &[Row] = &[
    ("getUserProfile", &[Word("whoami")]),
    ("listOrganizations", &[Word("org list")]),
    ("createOrganization", &[Word("org create"), Field("name")]),
    ("addOrganizationUser", &[Word("org add-user"), Opt("--org-id", "orgId"), Opt("--user-id", "userId")]),
    (
        "connectAws",
        &[
            Word("cloud aws connect"),
            Opt("--account-id", "destinationAccountId"),
            Opt("--cluster-name", "clusterName"),
            Opt("--region", "targetRegion"),
        ],
    ),
    (
        "connectGcp",
        &[
            Word("cloud gcp connect"),
            Opt("--project-id", "targetProjectId"),
            Opt("--cluster-name", "clusterName"),
            Opt("--region", "targetRegion"),
        ],
    ),
    (
        "connectAzure",
        &[
            Word("cloud azure connect"),
            Opt("--subscription-id", "subscriptionId"),
            Opt("--resource-group", "resourceGroup"),
            Opt("--cluster-name", "clusterName"),
            Opt("--region", "targetRegion"),
        ],
    ),
    // Its `setup` keeps the account, the bucket and the keys, which the request sends.
    (
        "storeSelfHostedCredentials",
        &[
            Word("cloud"),
            Among("provider", &["aws", "gcp"]),
            Word("selfHosted connect"),
            Opt("--cluster-name", "clusterName"),
        ],
    ),
    ("deployCluster", &[Word("infra k8s apply"), File("clusterName")]),
    ("updateCluster", &[Word("infra k8s update"), Path("clusterId"), File("clusterId")]),
    ("registerAgent", &[Word("infra k8s register --cluster-name"), Path("clusterId")]),
    ("streamClusterProgress", &[Word("infra k8s progress stream"), Path("clusterId")]),
    ("generateKubeconfig", &[Word("infra k8s set-context"), Path("clusterId")]),
    ("listAvailabilityTiers", &[Word("app profile tiers")]),
    ("getAvailabilityTier", &[Word("app profile tiers"), Path("tierId")]),
    ("createApplicationProfile", &[Word("app profile apply"), File("profileName")]),
    ("deployApplication", &[Word("app apply"), File("name")]),
];

/// The command that does what a call does, where the documentation shows one.
pub fn command(call: &Call) -> Option<Command> {
    let (_, parts) = ROWS.iter().find(|(id, _)| *id == call.operation().id)?;
    let body = call.body().map(Body::shown);
    let mut line = "astroctl".to_owned();
    let mut push = |word: &str| {
        line.push(' ');
        line.push_str(word);
    };
    let mut said = Vec::new();
    let mut file = None;
    for part in *parts {
        match part {
            Word(word) => push(word),
            Path(name) => push(&shell::word(call.path(name)?)),
            Field(name) => {
                push(&shell::word(&field(body, name)?));
                said.push(*name);
            }
            Among(name, words) => {
                let word = field(body, name).filter(|word| words.contains(&word.as_str()))?;
                push(&word);
                said.push(*name);
            }
            Opt(option, name) => {
                if let Some(value) = field(body, name) {
                    push(option);
                    push(&shell::word(&value));
                }
                said.push(*name);
            }
            File(name) => {
                let stem = call.path(name).map(ToOwned::to_owned).or_else(|| named(body?, name));
                let called = format!("{}.yaml", plain(stem.as_deref().unwrap_or_default()));
                push("-f");
                push(&shell::word(&called));
                file = Some(called);
            }
        }
    }
    // A manifest holds all that the body does.
    let left_out = match body.and_then(Value::as_object) {
        Some(body) if file.is_none() => body
            .iter()
            .filter(|(name, value)| !said.contains(&name.as_str()) && !is_empty(value))
            .map(|(name, _)| name.clone())
            .collect(),
        _ => Vec::new(),
    };
    Some(Command { line, file, left_out })
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("") || value.as_object().is_some_and(serde_json::Map::is_empty)
}

fn field(body: Option<&Value>, name: &str) -> Option<String> {
    body?.get(name)?.as_str().filter(|text| !text.is_empty()).map(ToOwned::to_owned)
}

/// A field of the body or of its `spec`.
fn named(body: &Value, name: &str) -> Option<String> {
    field(Some(body), name).or_else(|| field(body.get("spec"), name))
}

/// A text as the name of a file on every system.
fn plain(text: &str) -> String {
    let kept: String = text
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_') { letter } else { '-' })
        .take(64)
        .collect();
    let kept = kept.trim_matches('-');
    if kept.is_empty() { "manifest".to_owned() } else { kept.to_owned() }
}

#[cfg(test)]
mod tests {
    use astro_api::{catalog, cloud, clusters, operations, organizations, tiers};

    use super::*;

    fn organization(name: &str, title: Option<&str>) -> Call {
        let body = organizations::OrgCreateRequest { name: name.to_owned(), title: title.map(ToOwned::to_owned) };
        organizations::create(&body).call().clone()
    }

    #[test]
    fn every_row_is_an_operation() {
        for (id, _) in ROWS {
            assert!(operations::find(id).is_some(), "{id}");
        }
    }

    #[test]
    fn a_command_takes_its_words_from_the_request() {
        let made = command(&organization("acme", None)).unwrap();
        assert_eq!(made, Command { line: "astroctl org create acme".to_owned(), file: None, left_out: Vec::new() });
        let titled = command(&organization("it's", Some("Acme"))).unwrap();
        assert_eq!(
            (titled.line.as_str(), titled.left_out),
            (r"astroctl org create 'it'\''s'", vec!["title".to_owned()])
        );
        assert_eq!(command(&organization("", None)), None, "without its name there is no command");
        let stream = clusters::progress_stream("prod-eu", None);
        assert_eq!(command(stream.call()).unwrap().line, "astroctl infra k8s progress stream prod-eu");
        assert_eq!(command(tiers::get("basic").call()).unwrap().line, "astroctl app profile tiers basic");
    }

    #[test]
    fn what_the_documentation_does_not_show_is_not_made_up() {
        assert_eq!(command(clusters::list(None).call()), None);
    }

    #[test]
    fn the_vault_has_a_command_where_the_documentation_shows_it() {
        let store = |provider: catalog::ProviderId| {
            let body = cloud::SelfHostedConnectRequest {
                account_id: "123456789012".to_owned(),
                bucket_name: "acme-state".to_owned(),
                cluster_name: "edge".to_owned(),
                credentials: std::collections::BTreeMap::new(),
                force_update: None,
                provider,
                region: "eu-west-1".to_owned(),
            };
            command(cloud::store_self_hosted(&body).call())
        };
        let made = store("aws".into()).unwrap();
        assert_eq!(made.line, "astroctl cloud aws selfHosted connect --cluster-name edge");
        assert_eq!(made.left_out, ["accountId", "bucketName", "region"]);
        assert_eq!(store("azure".into()), None);
    }

    #[test]
    fn options_without_a_value_are_left_out() {
        let body = cloud::AwsConnectRequest {
            cluster_name: "prod-eu".to_owned(),
            destination_account_id: None,
            duration: None,
            force_update: Some(true),
            level: None,
            target_region: Some("eu-west-1".to_owned()),
        };
        let made = command(cloud::connect_aws(&body).call()).unwrap();
        assert_eq!(made.line, "astroctl cloud aws connect --cluster-name prod-eu --region eu-west-1");
        assert_eq!(made.left_out, ["forceUpdate"]);
    }
}
