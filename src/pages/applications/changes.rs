//! How a change reaches an application. No operation changes one; its source decides how it comes by another state.

use astro_api::applications::{Application, ApplicationSource, SourceType, SyncType};
use leptos::prelude::*;

use super::actions::Acts;
use crate::{
    components::words,
    store::shell,
    ui::{ButtonLink, Card, CopyButton, ExternalLink, maybe},
};

/// The documentation of what the API has no operation for.
const ROLLBACK: &str = "https://astropulse.io/docs/latest/platform/application-pipeline/rollback";

/// How a change comes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Way {
    /// A push to a branch of a repository is seen.
    Push { repository: String, revision: Option<String>, path: Option<String> },
    /// The source is fixed; what it is, in words.
    Fixed(&'static str),
}

fn way(source: &ApplicationSource) -> Way {
    let filled = |text: &str| Some(text.trim_matches('/').to_owned()).filter(|text| !text.is_empty() && text != ".");
    let push = |url: &str, path: Option<&str>, revision: Option<&String>| Way::Push {
        repository: url.trim_end_matches(".git").to_owned(),
        revision: revision.filter(|revision| !revision.is_empty()).cloned(),
        path: path.and_then(filled),
    };
    match (&source.repository, &source.yaml) {
        (Some(repository), _) => {
            let repo = &repository.repo;
            push(&repo.repo_url, Some(&repo.path), repo.target_revision.as_ref().or(repo.target_branch.as_ref()))
        }
        (None, Some(yaml)) => match &yaml.repo {
            Some(repo) => {
                push(&repo.repo_url, Some(&repo.path), repo.target_revision.as_ref().or(repo.target_branch.as_ref()))
            }
            None => {
                push(yaml.repo_url.as_deref().unwrap_or_default(), yaml.path.as_deref(), yaml.target_branch.as_ref())
            }
        },
        (None, None) => Way::Fixed(match source.kind {
            SourceType::Image => "image and tag",
            SourceType::Helm => "chart and version",
            _ => "source",
        }),
    }
}

/// How a change reaches an application, and what the command line does for it.
pub fn changes(application: &Application, acts: Acts) -> AnyView {
    let (copy, may_not) = acts.copying();
    let is_manual = application.sync_type == Some(SyncType::Manual);
    let copy = view! { <ButtonLink href=copy label="Deploy a copy" small=true disabled_reason=may_not/> };
    let told = match way(&application.source) {
        Way::Push { repository, revision, path } => {
            let place = match &path {
                Some(path) => view! { " below " <code>{path.clone()}</code> }.into_any(),
                None => ().into_any(),
            };
            let branch = match revision {
                Some(revision) => view! { " to " <code>{revision}</code> }.into_any(),
                None => ().into_any(),
            };
            let then = if is_manual {
                "Its sync mode is manual: after that, resync it."
            } else {
                "The platform sees it within about three minutes and syncs; Resync looks at once."
            };
            view! {
                <p>"Push" {branch} " of " <ExternalLink href=repository/> {place} ". " {then}</p>
                <p class="muted">"Name, profile and source stay as they were deployed. For others, deploy a copy."</p>
            }
            .into_any()
        }
        Way::Fixed(what) => {
            let exact = words::source(&application.source);
            view! {
                <p>
                    "Its " {what} " are fixed"
                    {maybe(exact.map(|exact| view! { ": " <code>{exact}</code> }.into_any()))}
                    ". For others, deploy a copy: it gets a name of its own. Then delete this one."
                </p>
                <p class="muted">"Resync brings its resources back to what was deployed."</p>
            }
            .into_any()
        }
    };
    let name = shell::word(&application.name);
    let commands: Vec<AnyView> = commands(&name).into_iter().map(command).collect();
    view! {
        <Card title="Change this application" padded=true>
            <div class="changes">{told} <div class="row">{copy}</div></div>
        </Card>
        <Card title="With astroctl" padded=true>
            <div class="changes">
                <p>"What this page shows, in a terminal:"</p>
                {commands}
                <p>"Add-ons of its cluster, such as ingress or certificates, are up to " <code>"astroctl"</code> " alone:"</p>
                {command("astroctl infra k8s addons apply -f addon.yaml".to_owned())}
                <p>
                    "Each deploy is kept as a version. To go back to one, see the platform's documentation on "
                    <ExternalLink href=ROLLBACK label="how to roll back"/>
                </p>
            </div>
        </Card>
    }
    .into_any()
}

/// What the documentation shows for an application, by its name. It shows none for a rollback.
fn commands(name: &str) -> [String; 4] {
    [
        format!("astroctl app get {name}"),
        format!("astroctl app status {name}"),
        format!("astroctl app events {name} -k -ojson"),
        format!("astroctl app logs {name}"),
    ]
}

fn command(text: String) -> AnyView {
    let what = format!("the command {text}");
    view! { <span class="copyable"><code>{text.clone()}</code> <CopyButton text=text what=what/></span> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(json: &str) -> ApplicationSource {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn what_comes_from_git_changes_by_a_push() {
        let chart = source(
            r#"{"type":"repository","repository":{"repo":{"repoURL":"https://github.com/acme/shop.git",
                "path":"/charts/shop/","targetBranch":"main"}}}"#,
        );
        let push = Way::Push {
            repository: "https://github.com/acme/shop".to_owned(),
            revision: Some("main".to_owned()),
            path: Some("charts/shop".to_owned()),
        };
        assert_eq!(way(&chart), push);
        let flat = source(r#"{"type":"yaml","yaml":{"repoURL":"https://github.com/acme/k8s","path":"."}}"#);
        let push = Way::Push { repository: "https://github.com/acme/k8s".to_owned(), revision: None, path: None };
        assert_eq!(way(&flat), push);
    }

    #[test]
    fn commands_are_those_of_the_documentation() {
        let words = ["get", "status", "events", "logs"].map(|verb| format!("astroctl app {verb} shop"));
        for (command, begins) in commands("shop").iter().zip(words) {
            assert!(command.starts_with(&begins), "{command}");
        }
        assert!(commands("shop").iter().all(|command| !command.contains("rollback")), "no verb for it is documented");
    }

    #[test]
    fn what_names_a_version_is_fixed() {
        let image = source(r#"{"type":"image","image":{"registry":"docker.io","repository":"a/b","tag":"v1"}}"#);
        assert_eq!(way(&image), Way::Fixed("image and tag"));
        assert_eq!(way(&source(r#"{"type":"wasm"}"#)), Way::Fixed("source"));
    }
}
