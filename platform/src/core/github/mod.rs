//! GitHub installations and repositories.
//!
//! What is on GitHub itself (installations, repositories, their files) is made up here as well; [`install`] is what a
//! person does there.

mod seeds;
mod trees;

use std::collections::BTreeMap;

use astro_api::{
    audit::{AuditAction, AuditEventType},
    github::{
        AccountType, EntryType, GithubCallbackResult, GithubDetection, GithubInstallation, GithubRepository,
        GithubToken, InstallationSync, PathType, RepoContentEntry, RepoFile, RepoPathValidation, RepositorySelection,
        Unlinked,
    },
    secret::Secret,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

pub use self::seeds::seed;
use self::trees::{Body, File, Kind};
use super::{
    Cx, audit,
    call::{Call, Reply},
    fault::Fault,
    roles::Capability,
    time::{HOUR, Millis, SECOND, rfc3339_seconds},
    unserved,
};

/// This family's part of the state: what is on GitHub, and what of it is linked.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Store {
    installations: BTreeMap<i64, Installation>,
    /// Repositories that anybody can read.
    public: Vec<Repository>,
    installed: i64,
}

/// The app on an account of GitHub.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Installation {
    id: i64,
    login: String,
    kind: AccountType,
    selection: RepositorySelection,
    repositories: Vec<Repository>,
    /// The organizations whose people can see it on GitHub.
    seen_by: Vec<String>,
    /// The organization that it is to be linked to when GitHub calls back.
    wanted_by: Option<String>,
    link: Option<Link>,
}

/// An installation's link to an organization.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Link {
    organization: String,
    at: Millis,
    synced_at: Option<Millis>,
    sync: InstallationSync,
}

/// A repository.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Repository {
    id: i64,
    owner: String,
    name: String,
    private: bool,
    branch: String,
    branches: Vec<String>,
    about: String,
    pushed_at: Millis,
    kind: Kind,
}

/// What happens by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Due {
    /// An installation's deployment credentials are there.
    Synced(i64),
}

/// What a look at a path of a repository found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookUp {
    /// A file or directory.
    Found,
    /// No repository that the organization can read.
    NoRepository,
    /// The repository lacks the branch.
    NoBranch,
    /// The branch lacks the path.
    NoPath,
}

/// Answers this family's operations.
pub fn handle(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    match call.operation.id {
        "githubCallback" => callback(cx, call),
        "listGithubInstallations" => list(cx),
        "getGithubInstallation" => {
            let organization = &cx.require(Capability::Read)?.organization;
            linked(cx, organization, call).map(|installation| Reply::ok(installation.view()))
        }
        "deleteGithubInstallation" => delete(cx, call),
        "mapGithubInstallation" => map(cx, call),
        "listGithubRepositories" => repositories(cx, call),
        "createGithubInstallationToken" => installation_token(cx, call),
        "syncGithubInstallations" => sync(cx, call),
        "createRepositoryToken" => repository_token(cx, call),
        "listRepositoryBranches" => branches(cx, call),
        "browseRepository" => browse(cx, call),
        "getRepositoryFile" => file(cx, call),
        "validateRepositoryPath" => validate(cx, call),
        _ => Err(unserved(call)),
    }
}

/// Lets something happen.
pub fn due(cx: &mut Cx<'_>, due: Due) {
    let Due::Synced(id) = due;
    if let Some(link) = cx.state.github.installations.get_mut(&id).and_then(|installation| installation.link.as_mut()) {
        link.sync = InstallationSync::Synced;
        link.synced_at = Some(cx.now);
    }
}

/// Installs the app on an account, as a person does on GitHub; answers with the installation's id.
///
/// The organization that the person came from gets it when GitHub calls back. An account has one installation: doing it
/// again changes which repositories it reaches.
pub fn install(cx: &mut Cx<'_>, organization: Option<&str>, login: &str, all: bool) -> i64 {
    let selection = if all { RepositorySelection::All } else { RepositorySelection::Selected };
    let organization = organization.map(str::to_owned);
    let now = cx.now;
    let known = cx.state.github.installations.values_mut().find(|known| known.login.eq_ignore_ascii_case(login));
    if let Some(known) = known {
        known.selection = selection;
        known
            .seen_by
            .extend(organization.iter().filter(|name| !known.seen_by.contains(name)).cloned().collect::<Vec<_>>());
        known.wanted_by = organization.or_else(|| known.wanted_by.take());
        return known.id;
    }
    cx.state.github.installed += 1;
    let id = 70_000_000 + cx.state.github.installed;
    let repository = |index: i64, name: &str, about: &str, kind| Repository {
        id: id * 10 + index,
        owner: login.to_owned(),
        name: name.to_owned(),
        private: true,
        branch: "main".to_owned(),
        branches: vec!["main".to_owned()],
        about: about.to_owned(),
        pushed_at: now - index * 26 * HOUR,
        kind,
    };
    let installation = Installation {
        id,
        login: login.to_owned(),
        kind: AccountType::Organization,
        selection,
        repositories: vec![
            repository(1, "website", "The website", Kind::Service),
            repository(2, "infrastructure", "Manifests of everything that runs", Kind::Manifests),
            repository(3, "charts", "Helm charts", Kind::Charts),
        ],
        seen_by: organization.iter().cloned().collect(),
        wanted_by: organization,
        link: None,
    };
    cx.state.github.installations.insert(id, installation);
    id
}

/// Looks at a path of a repository for an organization; a missing revision means the default branch.
pub fn look_up(cx: &Cx<'_>, organization: &str, url: &str, revision: Option<&str>, path: &str) -> LookUp {
    let Some(repository) = parse(url).and_then(|name| find(cx, organization, &name)) else {
        return LookUp::NoRepository;
    };
    let branch = match revision {
        None | Some("" | "HEAD") => repository.branch.as_str(),
        Some(name) if repository.branches.iter().any(|branch| branch == name) => name,
        // Tags and commits are taken for what the default branch had.
        Some(name) if is_commit(name) || is_version(name) => repository.branch.as_str(),
        Some(_) => return LookUp::NoBranch,
    };
    let Some(path) = normal(path) else { return LookUp::NoPath };
    match entry(&repository.files(branch), &path) {
        There::Nothing => LookUp::NoPath,
        There::Directory | There::File(_) => LookUp::Found,
    }
}

fn is_commit(name: &str) -> bool {
    (7..=40).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_version(name: &str) -> bool {
    let number = name.strip_prefix('v').unwrap_or(name);
    number.contains('.') && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// `owner/name` in lower case, from any of the forms in which people write a repository's address.
fn parse(url: &str) -> Option<String> {
    let url = url.trim();
    let rest =
        ["https://", "http://", "ssh://git@", "git@"].iter().find_map(|scheme| url.strip_prefix(scheme)).unwrap_or(url);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    let rest = rest.strip_prefix("github.com").and_then(|rest| rest.strip_prefix(['/', ':']))?;
    let rest = rest.trim_end_matches('/');
    let rest = rest.strip_suffix(".git").unwrap_or(rest);
    let (owner, name) = rest.split_once('/')?;
    let plain = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    (plain(owner) && plain(name)).then(|| format!("{owner}/{name}").to_lowercase())
}

/// A path without slashes at its ends; none when it leaves the repository.
fn normal(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    (!parts.contains(&"..") && !path.contains('\0')).then(|| parts.join("/"))
}

fn find<'a>(cx: &'a Cx<'_>, organization: &str, full_name: &str) -> Option<&'a Repository> {
    let github = &cx.state.github;
    let linked = github.installations.values().filter(|installation| installation.is_linked_to(organization));
    linked
        .flat_map(|installation| &installation.repositories)
        .chain(&github.public)
        .find(|known| known.full_name().eq_ignore_ascii_case(full_name))
}

/// What is at a path.
enum There<'a> {
    Nothing,
    Directory,
    File(&'a File),
}

fn entry<'a>(files: &'a [File], path: &str) -> There<'a> {
    let inside = |file: &File| file.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
    match files.iter().find(|file| file.path == path) {
        Some(file) => There::File(file),
        None if files.iter().any(|file| path.is_empty() || inside(file)) => There::Directory,
        None => There::Nothing,
    }
}

fn permissions() -> BTreeMap<String, String> {
    [("contents", "read"), ("metadata", "read")].map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

impl Installation {
    fn is_linked_to(&self, organization: &str) -> bool {
        self.link.as_ref().is_some_and(|link| link.organization == organization)
    }

    fn view(&self) -> GithubInstallation {
        let link = self.link.as_ref();
        let settings = match self.kind {
            AccountType::User => "https://github.com/settings/installations".to_owned(),
            _ => format!("https://github.com/organizations/{}/settings/installations", self.login),
        };
        GithubInstallation {
            installation_id: self.id,
            account_login: self.login.clone(),
            account_type: self.kind.clone(),
            // Nothing is loaded from GitHub here, pictures neither.
            avatar_url: None,
            repository_selection: Some(self.selection.clone()),
            permissions: Some(permissions()),
            sync_status: link.map_or(InstallationSync::Pending, |link| link.sync.clone()),
            org_id: link.map(|link| link.organization.clone()),
            linked_at: link.map(|link| rfc3339_seconds(link.at)),
            last_synced_at: link.and_then(|link| link.synced_at).map(rfc3339_seconds),
            html_url: Some(format!("{settings}/{}", self.id)),
        }
    }
}

impl Repository {
    fn full_name(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    fn files(&self, branch: &str) -> Vec<File> {
        if self.branches.is_empty() {
            return Vec::new();
        }
        trees::files(self.kind, &self.name, branch)
    }

    fn view(&self) -> GithubRepository {
        let url = format!("https://github.com/{}", self.full_name());
        GithubRepository {
            id: self.id,
            name: self.name.clone(),
            full_name: self.full_name(),
            private: self.private,
            default_branch: Some(self.branch.clone()),
            clone_url: Some(format!("{url}.git")),
            html_url: Some(url),
            description: Some(self.about.clone()).filter(|about| !about.is_empty()),
            updated_at: Some(rfc3339_seconds(self.pushed_at)),
        }
    }

    fn branch<'a>(&'a self, wanted: Option<&'a str>) -> Result<&'a str, Fault> {
        match wanted {
            None => Ok(&self.branch),
            Some(name) if self.branches.iter().any(|branch| branch == name) => Ok(name),
            Some(name) => Err(Fault::not_found("Branch", name)),
        }
    }
}

fn installation_id(call: &Call<'_>) -> Result<i64, Fault> {
    let text = call.path("installation_id");
    text.parse().map_err(|_| Fault::not_found("GitHub installation", text))
}

fn linked<'a>(cx: &'a Cx<'_>, organization: &str, call: &Call<'_>) -> Result<&'a Installation, Fault> {
    let id = installation_id(call)?;
    let found = cx.state.github.installations.get(&id).filter(|installation| installation.is_linked_to(organization));
    found.ok_or_else(|| Fault::not_found("GitHub installation", call.path("installation_id")))
}

fn list(cx: &Cx<'_>) -> Result<Reply, Fault> {
    let organization = &cx.require(Capability::Read)?.organization;
    let all = cx.state.github.installations.values();
    let linked: Vec<_> =
        all.filter(|installation| installation.is_linked_to(organization)).map(Installation::view).collect();
    Ok(Reply::ok(linked))
}

fn link(cx: &mut Cx<'_>, id: i64, organization: &str) -> Option<GithubInstallation> {
    let now = cx.now;
    let installation = cx.state.github.installations.get_mut(&id)?;
    installation.wanted_by = None;
    installation.link =
        Some(Link { organization: organization.to_owned(), at: now, synced_at: None, sync: InstallationSync::Pending });
    let view = installation.view();
    cx.after(4 * SECOND, super::Due::Github(Due::Synced(id)));
    Some(view)
}

fn callback(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let action = call.required("setup_action")?;
    if !["install", "update", "request"].contains(&action) {
        return Err(Fault::invalid("setup_action", "must be install, update or request"));
    }
    let text = call.required("installation_id")?;
    let known = text.parse().ok().and_then(|id: i64| cx.state.github.installations.get(&id));
    let Some(installation) = known else {
        return Err(Fault::invalid("installation_id", "is no installation of the app on GitHub"));
    };
    let (id, login) = (installation.id, installation.login.clone());
    if let (None, Some(organization)) = (&installation.link, installation.wanted_by.clone()) {
        link(cx, id, &organization);
        let id = id.to_string();
        let subject = (AuditEventType::Provider, AuditAction::Create);
        audit::record(cx, &organization, "github-app", subject, ("github_installation", &id, &login), Map::new());
    }
    let mapped = cx.state.github.installations.get(&id).is_some_and(|installation| installation.link.is_some());
    Ok(Reply::ok(GithubCallbackResult {
        installation_id: Some(id),
        setup_action: Some(action.to_owned()),
        mapped: Some(mapped),
    }))
}

fn map(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let organization = cx.require(Capability::Deploy)?.organization.clone();
    let unknown = || Fault::not_found("GitHub installation", call.path("installation_id"));
    let id = installation_id(call)?;
    let installation = cx.state.github.installations.get(&id).ok_or_else(unknown)?;
    if installation.is_linked_to(&organization) {
        return Ok(Reply::ok(installation.view()));
    }
    // Whoever can't see it on GitHub learns nothing of it here.
    if !installation.seen_by.contains(&organization) {
        return Err(unknown());
    }
    if installation.link.is_some() {
        return Err(Fault::conflict(format!(
            "The installation on {} is linked to another organization; it has to be unlinked there first",
            installation.login
        )));
    }
    let login = installation.login.clone();
    let view = link(cx, id, &organization).ok_or_else(unknown)?;
    let subject = (AuditEventType::Provider, AuditAction::Create);
    cx.audit(subject, ("github_installation", &id.to_string(), &login), Map::new());
    Ok(Reply::ok(view))
}

fn delete(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let organization = cx.require(Capability::Deploy)?.organization.clone();
    let (id, login) =
        linked(cx, &organization, call).map(|installation| (installation.id, installation.login.clone()))?;
    if let Some(installation) = cx.state.github.installations.get_mut(&id) {
        installation.link = None;
    }
    let subject = (AuditEventType::Provider, AuditAction::Delete);
    cx.audit(subject, ("github_installation", &id.to_string(), &login), Map::new());
    Ok(Reply::ok(Unlinked { installation_id: Some(id), deleted: Some(true) }))
}

fn repositories(cx: &Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let organization = &cx.require(Capability::Read)?.organization;
    let installation = linked(cx, organization, call)?;
    Ok(Reply::ok(installation.repositories.iter().map(Repository::view).collect::<Vec<_>>()))
}

fn token(cx: &mut Cx<'_>, id: &str, repository: Option<String>) -> Reply {
    // Looks like one of GitHub's, and opens nothing anywhere.
    let token = format!("ghs_demo{}", cx.state.random.letters(32));
    let metadata: Map<String, Value> = repository.iter().map(|name| ("repository".to_owned(), json!(name))).collect();
    let name = repository.as_deref().unwrap_or(id);
    cx.audit((AuditEventType::Provider, AuditAction::Create), ("github_token", id, name), metadata);
    Reply::ok(GithubToken {
        token: Secret::new(token),
        expires_at: rfc3339_seconds(cx.now + HOUR),
        repository,
        permissions: Some(permissions()),
    })
}

fn installation_token(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let organization = cx.require(Capability::Deploy)?.organization.clone();
    let id = linked(cx, &organization, call)?.id.to_string();
    Ok(token(cx, &id, None))
}

fn sync(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let organization = cx.require(Capability::Read)?.organization.clone();
    let request: BTreeMap<String, bool> = call.optional_body()?.unwrap_or_default();
    let refresh = request.get("refresh").copied().unwrap_or(false);
    if refresh {
        // The credentials that applications are deployed with are made anew.
        cx.require(Capability::Deploy)?;
        let (now, mut failed) = (cx.now, Vec::new());
        for installation in cx.state.github.installations.values_mut() {
            let id = installation.id;
            let Some(link) = installation.link.as_mut().filter(|link| link.organization == organization) else {
                continue;
            };
            if link.sync == InstallationSync::Failed {
                link.sync = InstallationSync::Pending;
                failed.push(id);
            } else {
                link.synced_at = Some(now);
            }
        }
        for id in failed {
            cx.after(4 * SECOND, super::Due::Github(Due::Synced(id)));
        }
        let subject = (AuditEventType::Provider, AuditAction::Update);
        cx.audit(subject, ("github_installation", "all", "GitHub installations"), Map::new());
    }
    let all = || cx.state.github.installations.values();
    Ok(Reply::ok(GithubDetection {
        linked: all().filter(|known| known.is_linked_to(&organization)).map(Installation::view).collect(),
        available: all()
            .filter(|known| known.link.is_none() && known.seen_by.contains(&organization))
            .map(Installation::view)
            .collect(),
        refreshed: Some(refresh),
    }))
}

/// The repository of an address that the organization can read.
fn reached<'a>(cx: &'a Cx<'_>, organization: &str, url: &str) -> Result<&'a Repository, Fault> {
    let name = parse(url).ok_or_else(|| {
        Fault::invalid(
            "repoUrl",
            "must be the address of a GitHub repository such as https://github.com/acme-inc/storefront",
        )
    })?;
    find(cx, organization, &name)
        .ok_or_else(|| Fault::not_found("Repository", &name).with("hint", "No linked GitHub installation reaches it"))
}

fn text_field<'a>(fields: &'a BTreeMap<String, String>, name: &str) -> Result<&'a str, Fault> {
    fields
        .get(name)
        .map(String::as_str)
        .filter(|value| !value.trim().is_empty())
        .ok_or_else(|| Fault::invalid(name, "is required"))
}

fn repository_token(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let organization = cx.require(Capability::Deploy)?.organization.clone();
    let fields: BTreeMap<String, String> = call.body()?;
    let repository = reached(cx, &organization, text_field(&fields, "repoUrl")?)?;
    let (id, name) = (repository.id.to_string(), repository.full_name());
    Ok(token(cx, &id, Some(name)))
}

fn branches(cx: &Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let organization = &cx.require(Capability::Read)?.organization;
    Ok(Reply::ok(&reached(cx, organization, call.required("repoUrl")?)?.branches))
}

fn inside(field: &str, path: &str) -> Result<String, Fault> {
    normal(path).ok_or_else(|| Fault::invalid(field, "must be a path inside the repository"))
}

fn browse(cx: &Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let organization = &cx.require(Capability::Read)?.organization;
    let repository = reached(cx, organization, call.required("repoUrl")?)?;
    let path = inside("path", call.query("path").unwrap_or_default())?;
    let branch = repository.branch(call.query("branch"))?;
    let files = repository.files(branch);
    match entry(&files, &path) {
        // A repository without commits has a root, with nothing in it.
        There::Nothing if path.is_empty() => Ok(Reply::ok(Vec::<RepoContentEntry>::new())),
        There::Nothing => Err(Fault::not_found("Path", &path)),
        There::File(_) => Err(Fault::invalid("path", "is a file, not a directory")),
        There::Directory => Ok(Reply::ok(children(&files, &path))),
    }
}

/// What a directory holds: directories first, each by name.
fn children(files: &[File], path: &str) -> Vec<RepoContentEntry> {
    let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
    let mut dirs = BTreeMap::new();
    let mut found = BTreeMap::new();
    for file in files {
        let Some(rest) = file.path.strip_prefix(&prefix) else { continue };
        if let Some((dir, _)) = rest.split_once('/') {
            dirs.entry(dir).or_insert_with(|| RepoContentEntry {
                name: dir.to_owned(),
                path: format!("{prefix}{dir}"),
                kind: EntryType::Dir,
                size: None,
                sha: Some(trees::sha(&format!("{prefix}{dir}/"))),
            });
        } else {
            let entry = RepoContentEntry {
                name: rest.to_owned(),
                path: file.path.clone(),
                kind: EntryType::File,
                size: Some(file.size()),
                sha: Some(trees::sha(&file.path)),
            };
            found.insert(rest, entry);
        }
    }
    dirs.into_values().chain(found.into_values()).collect()
}

fn file(cx: &Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let organization = &cx.require(Capability::Read)?.organization;
    let repository = reached(cx, organization, call.required("repoUrl")?)?;
    let path = inside("filePath", call.required("filePath")?)?;
    let branch = repository.branch(call.query("branch"))?;
    let files = repository.files(branch);
    let file = match entry(&files, &path) {
        There::Nothing => return Err(Fault::not_found("File", &path)),
        There::Directory => return Err(Fault::invalid("filePath", "is a directory, not a file")),
        There::File(file) => file,
    };
    if matches!(file.body, Body::Binary(_)) {
        return Err(Fault::invalid("filePath", "is not a text file"));
    }
    Ok(Reply::ok(RepoFile {
        path: file.path.clone(),
        content: file.text(),
        branch: Some(branch.to_owned()),
        size: Some(file.size()),
        sha: Some(trees::sha(&file.path)),
        encoding: Some("utf-8".to_owned()),
    }))
}

fn validate(cx: &Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let organization = &cx.require(Capability::Read)?.organization;
    let fields: BTreeMap<String, String> = call.body()?;
    let repository = reached(cx, organization, text_field(&fields, "repoUrl")?)?;
    let branch = repository.branch(fields.get("branch").map(String::as_str).filter(|branch| !branch.is_empty()))?;
    let path = inside("path", text_field(&fields, "path")?)?;
    let files = repository.files(branch);
    let name = path.rsplit('/').next().map(str::to_owned);
    let (kind, size) = match entry(&files, &path) {
        There::Nothing => {
            return Ok(Reply::ok(RepoPathValidation { path: Some(path), ..RepoPathValidation::default() }));
        }
        There::Directory => (PathType::Directory, None),
        There::File(file) => (PathType::File, Some(file.size())),
    };
    let sha = Some(trees::sha(&path));
    Ok(Reply::ok(RepoPathValidation { exists: true, kind: Some(kind), path: Some(path), name, size, sha }))
}

#[cfg(test)]
mod tests;
