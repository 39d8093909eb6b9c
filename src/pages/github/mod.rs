//! GitHub: installations of the platform's app, their repositories, tokens.

mod callback;
mod installation;
mod installations;
mod repository;
mod token;

use astro_api::{
    applications::Application,
    github::{AccountType, GithubInstallation, RepositorySelection},
};

pub use self::{callback::callback, installation::installation, installations::installations, repository::repository};
use crate::ui::{Confirm, format};

/// Where the platform's app is installed on GitHub, if the configuration says so.
#[derive(Clone)]
pub struct GithubApp(pub Option<String>);

/// `Organization`, `Personal account`.
fn account_type(kind: &AccountType) -> String {
    match kind {
        AccountType::Organization => "Organization".to_owned(),
        AccountType::User => "Personal account".to_owned(),
        AccountType::Other(word) => word.clone(),
    }
}

/// Which repositories an installation reaches, in words.
fn selection(installation: &GithubInstallation) -> Option<String> {
    Some(match installation.repository_selection.as_ref()? {
        RepositorySelection::All => "All repositories".to_owned(),
        RepositorySelection::Selected => "Selected repositories".to_owned(),
        RepositorySelection::Other(word) => word.clone(),
    })
}

/// The names of the applications that are deployed from the repositories of an account.
fn deployed_from(applications: &[Application], login: &str) -> Vec<String> {
    let prefix = format!("github.com/{}/", login.to_lowercase());
    let is_of = |application: &&Application| {
        let source = &application.source;
        let url = match (&source.repository, &source.yaml) {
            (Some(repository), _) => Some(&repository.repo.repo_url),
            (None, Some(yaml)) => yaml.repo.as_ref().map(|repo| &repo.repo_url).or(yaml.repo_url.as_ref()),
            (None, None) => None,
        };
        url.is_some_and(|url| url.to_lowercase().contains(&prefix))
    };
    applications.iter().filter(is_of).map(|application| application.name.clone()).collect()
}

/// What is asked before an installation is unlinked.
fn unlinking(installation: &GithubInstallation, organization: &str, applications: &[Application]) -> Confirm {
    let login = &installation.account_login;
    let deployed = deployed_from(applications, login);
    let question = Confirm::new(
        format!("Unlink {login}"),
        format!("{organization} loses its link to this GitHub account."),
        "Unlink installation",
    )
    .consequence("lock", "The deployment credentials", "for its repositories are removed from the platform.")
    .consequence("github", "The app on GitHub", "stays installed there. It can be detected and linked again.");
    let question = if deployed.is_empty() {
        question
    } else {
        let mut names = deployed.iter().take(4).cloned().collect::<Vec<_>>().join(", ");
        if deployed.len() > 4 {
            names = format!("{names} and {} more", format::count(deployed.len() - 4));
        }
        let text = format!("deployed from it lose the access that the platform fetches them with: {names}.");
        question.consequence("boxes", format::counted(deployed.len(), "application", "applications"), text)
    };
    question.keep("Keep installation").typed(login.clone()).danger()
}

/// `owner/name` of a repository's address, without its host.
fn full_name(url: &str) -> &str {
    let bare = url.trim_end_matches(".git");
    bare.split_once("github.com/").map_or(bare, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn applications_of_an_account_are_known_by_their_source() {
        let of = |name: &str, source: serde_json::Value| -> Application {
            serde_json::from_value(
                json!({"id": name, "name": name, "profileName": "p", "status": "RUNNING", "source": source}),
            )
            .expect("one")
        };
        let repo = |url: &str| json!({"repoURL": url, "path": "charts/a", "targetRevision": "main"});
        let applications = [
            of(
                "a",
                json!({"type": "repository", "repository": {"repo": repo("https://github.com/Acme-Inc/charts.git")}}),
            ),
            of("b", json!({"type": "yaml", "yaml": {"repo": repo("https://github.com/acme-inc/k8s")}})),
            of("c", json!({"type": "yaml", "yaml": {"repo": repo("https://github.com/acme-inc-2/k8s")}})),
            of("d", json!({"type": "image", "image": {"registry": "ghcr.io", "repository": "acme-inc/x", "tag": "1"}})),
        ];
        assert_eq!(deployed_from(&applications, "acme-inc"), ["a", "b"]);
        assert_eq!(full_name("https://github.com/acme-inc/charts.git"), "acme-inc/charts");
    }
}
