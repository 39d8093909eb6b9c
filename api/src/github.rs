//! GitHub installations and repositories.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    null::null_as_empty, open_enum::open_enum, request::Request, secret, secret::Secret, timestamp::Timestamp,
};

open_enum! {
    /// The sort of a GitHub account.
    AccountType { User = "User", Organization = "Organization" }
}

open_enum! {
    /// Which repositories an installation reaches.
    RepositorySelection { All = "all", Selected = "selected" }
}

open_enum! {
    /// Whether an installation is in step with GitHub.
    InstallationSync { Synced = "SYNCED", Pending = "PENDING", Failed = "FAILED" }
}

open_enum! {
    /// What an entry of a repository is.
    EntryType { File = "file", Dir = "dir" }
}

open_enum! {
    /// What a path of a repository is.
    PathType { File = "file", Directory = "directory" }
}

/// How the installation on GitHub ended. (Source: inferred.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GithubCallbackResult {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installation_id: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setup_action: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapped: Option<bool>,
}

/// Text names account login, type, permissions and sync status; JSON names inferred. (Source: inferred.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GithubInstallation {
    pub installation_id: i64,
    pub account_login: String,
    pub account_type: AccountType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository_selection: Option<RepositorySelection>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<BTreeMap<String, String>>,
    pub sync_status: InstallationSync,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub linked_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_synced_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html_url: Option<String>,
}

/// Confirms that an installation is unlinked; the app stays on GitHub. (Source: inferred.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Unlinked {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installation_id: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted: Option<bool>,
}

/// A repository that an installation reaches. (Source: inferred.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GithubRepository {
    pub id: i64,
    pub name: String,
    pub full_name: String,
    pub private: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_branch: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clone_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
}

/// A short-lived token of GitHub's. (Source: inferred.)
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GithubToken {
    #[serde(serialize_with = "secret::expose")]
    pub token: Secret<String>,
    pub expires_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<BTreeMap<String, String>>,
}

/// Asks to detect installations; `refresh` also renews the deployment credentials. (Source: seed.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GithubSyncRequest {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh: Option<bool>,
}

/// linked and available are named by the seed text. (Source: seed.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GithubDetection {
    #[serde(default, deserialize_with = "null_as_empty")]
    pub linked: Vec<GithubInstallation>,
    #[serde(default, deserialize_with = "null_as_empty")]
    pub available: Vec<GithubInstallation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refreshed: Option<bool>,
}

/// Asks for a token for one repository. The contract has a free map here; the name is assumed. (Source: seed.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RepositoryTokenRequest {
    /// The repository's address (inferred from the queries beside it).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repo_url: Option<String>,
}

/// GitHub contents API vocabulary. (Source: inferred.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RepoContentEntry {
    pub name: String,
    pub path: String,
    #[serde(rename = "type")]
    pub kind: EntryType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha: Option<String>,
}

/// A text file of a repository. (Source: inferred.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RepoFile {
    pub path: String,
    /// Decoded text.
    pub content: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
}

/// A path of a repository to check. The contract has a free map here; the names are assumed. (Source: seed.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RepoPathRequest {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repo_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// Text: content type (file or directory) and metadata. (Source: inferred.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RepoPathValidation {
    pub exists: bool,
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<PathType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha: Option<String>,
}

/// GitHub install callback. Target of the GitHub redirect; stores the installation for the organization. A browser
/// lands here, so expect a redirect or JSON.
///
/// Operation `githubCallback`; inferred.
pub fn callback(installation_id: &str, setup_action: &str) -> Request<GithubCallbackResult> {
    Request::new("githubCallback").query("installation_id", installation_id).query("setup_action", setup_action)
}

/// List GitHub installations. Installations linked to the organization.
///
/// Operation `listGithubInstallations`; inferred.
pub fn installations() -> Request<Vec<GithubInstallation>> {
    Request::new("listGithubInstallations")
}

/// Unlink a GitHub installation. Removes the record and stored deployment credentials; the app stays installed on
/// GitHub.
///
/// Operation `deleteGithubInstallation`; inferred.
pub fn delete_installation(installation_id: &str) -> Request<Unlinked> {
    Request::new("deleteGithubInstallation").path("installation_id", installation_id)
}

/// Get a GitHub installation. Account, permissions, sync state.
///
/// Operation `getGithubInstallation`; inferred.
pub fn installation(installation_id: &str) -> Request<GithubInstallation> {
    Request::new("getGithubInstallation").path("installation_id", installation_id)
}

/// Link a GitHub installation. Links an existing installation to the current organization.
///
/// Operation `mapGithubInstallation`; inferred.
pub fn map_installation(installation_id: &str) -> Request<GithubInstallation> {
    Request::new("mapGithubInstallation").path("installation_id", installation_id)
}

/// List repositories. Repositories granted to the installation.
///
/// Operation `listGithubRepositories`; inferred.
pub fn repositories(installation_id: &str) -> Request<Vec<GithubRepository>> {
    Request::new("listGithubRepositories").path("installation_id", installation_id)
}

/// Installation token. Short-lived GitHub token of the installation.
///
/// Operation `createGithubInstallationToken`; inferred.
pub fn installation_token(installation_id: &str) -> Request<GithubToken> {
    Request::new("createGithubInstallationToken").path("installation_id", installation_id)
}

/// Detect and sync installations. Compares GitHub with local records: linked and available. refresh=true checks
/// again and rebuilds deployment credentials.
///
/// Operation `syncGithubInstallations`; inferred.
pub fn sync(body: Option<&GithubSyncRequest>) -> Request<GithubDetection> {
    let request = Request::new("syncGithubInstallations");
    match body {
        Some(body) => request.json(body),
        None => request,
    }
}

/// Repository token. Short-lived token for one repository (CI/CD read access).
///
/// Operation `createRepositoryToken`; inferred.
pub fn repository_token(body: &RepositoryTokenRequest) -> Request<GithubToken> {
    Request::new("createRepositoryToken").json(body)
}

/// List branches. Branch names.
///
/// Operation `listRepositoryBranches`; inferred.
pub fn branches(repo_url: &str) -> Request<Vec<String>> {
    Request::new("listRepositoryBranches").query("repoUrl", repo_url)
}

/// Browse a repository. Files and folders at a path.
///
/// Operation `browseRepository`; inferred.
pub fn browse(repo_url: &str, branch: Option<&str>, path: Option<&str>) -> Request<Vec<RepoContentEntry>> {
    Request::new("browseRepository")
        .query("repoUrl", repo_url)
        .query_option("branch", branch)
        .query_option("path", path)
}

/// Get a file. Decoded text of a file.
///
/// Operation `getRepositoryFile`; inferred.
pub fn file(repo_url: &str, file_path: &str, branch: Option<&str>) -> Request<RepoFile> {
    Request::new("getRepositoryFile")
        .query("repoUrl", repo_url)
        .query("filePath", file_path)
        .query_option("branch", branch)
}

/// Validate a path. Checks that a file or directory exists.
///
/// Operation `validateRepositoryPath`; inferred.
pub fn validate_path(body: &RepoPathRequest) -> Request<RepoPathValidation> {
    Request::new("validateRepositoryPath").json(body)
}
