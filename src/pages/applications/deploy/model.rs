//! What the form holds, as plain values: read from a manifest, written into one, checked by the contract's rules.

use astro_api::{
    applications::{
        AccessType, ApplicationDeployRequest, ApplicationSource, ExternalAccess, GitChartRepo, GitPathRepo, HelmRepo,
        HelmSource, HelmValues, HelmValuesType, ImageSource, RepositorySource, SourceType, SyncType, YamlSource,
    },
    manifest::{self, Kind, Manifest, ManifestError, Read},
};
use serde_json::{Map, Value};

use crate::components::{
    manifest_form::{Faults, Subject},
    rules::{self, is_label},
    words,
};

/// The most characters of a name, of an application or of a profile.
pub const NAME: usize = 50;
/// The most characters of a namespace.
pub const NAMESPACE: usize = 63;
/// The most characters of a Helm release's name.
pub const RELEASE: usize = 53;

/// The words of `source.type`.
pub const IMAGE: &str = "image";
pub const HELM: &str = "helm";
pub const REPOSITORY: &str = "repository";
pub const YAML: &str = "yaml";

/// How values are given.
pub const NO_VALUES: &str = "none";
pub const OBJECT: &str = "object";
pub const FILES: &str = "files";

/// How an application is reached from outside.
pub const BY_ITSELF: &str = "auto";
pub const DOMAIN: &str = "domain";
pub const HOSTNAME: &str = "hostname";
pub const CLOSED: &str = "none";

/// Everything that the form holds, as it was typed. What several sources have in common they share, so that choosing
/// another source keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    pub name: String,
    pub namespace: String,
    pub profile: String,
    /// The word of `source.type`.
    pub kind: String,
    pub registry: String,
    pub image: String,
    pub tag: String,
    /// The repository of charts.
    pub charts: String,
    pub chart: String,
    pub version: String,
    pub release: String,
    /// How values are given.
    pub values: String,
    /// The values, YAML.
    pub object: String,
    pub files: Vec<String>,
    /// The Git repository.
    pub git: String,
    pub revision: String,
    pub path: String,
    pub exclude: String,
    /// How it is reached from outside.
    pub access: String,
    /// The domain or the host name.
    pub host: String,
    pub sync: String,
}

impl Default for Typed {
    fn default() -> Self {
        let text = String::new;
        Self {
            name: text(),
            namespace: text(),
            profile: text(),
            kind: IMAGE.to_owned(),
            registry: "docker.io".to_owned(),
            image: text(),
            tag: text(),
            charts: text(),
            chart: text(),
            version: text(),
            release: text(),
            values: NO_VALUES.to_owned(),
            object: text(),
            files: Vec::new(),
            git: text(),
            revision: text(),
            path: text(),
            exclude: text(),
            access: BY_ITSELF.to_owned(),
            host: text(),
            sync: SyncType::Auto.as_str().to_owned(),
        }
    }
}

/// A text without the blanks around it, or nothing.
fn some(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A field that may be absent: an empty one that a manifest has stays as it is there.
fn optional(text: &str, before: Option<&String>) -> Option<String> {
    some(text).or_else(|| before.filter(|before| before.trim().is_empty()).cloned())
}

impl Typed {
    /// What a manifest holds of what the form shows.
    pub fn of(spec: &ApplicationDeployRequest) -> Self {
        let text = |text: Option<&String>| text.cloned().unwrap_or_default();
        let mut typed = Self {
            name: spec.name.clone(),
            namespace: text(spec.namespace.as_ref()),
            profile: spec.profile_name.clone(),
            kind: spec.source.kind.as_str().to_owned(),
            sync: spec.sync_type.as_ref().unwrap_or(&SyncType::Auto).as_str().to_owned(),
            ..Self::default()
        };
        if let Some(image) = &spec.source.image {
            typed.registry.clone_from(&image.registry);
            typed.image.clone_from(&image.repository);
            typed.tag.clone_from(&image.tag);
        }
        if let Some(helm) = &spec.source.helm {
            typed.charts.clone_from(&helm.repo.repo_url);
            typed.chart.clone_from(&helm.repo.chart_name);
            typed.version.clone_from(&helm.repo.chart_version);
            typed.release = text(helm.repo.release_name.as_ref());
            typed.read_values(helm.values.as_ref());
        }
        if let Some(repository) = &spec.source.repository {
            let repo = &repository.repo;
            typed.git.clone_from(&repo.repo_url);
            typed.path.clone_from(&repo.path);
            typed.revision = text(repo.target_revision.as_ref());
            typed.release = text(repo.release_name.as_ref());
            typed.read_values(repository.values.as_ref());
        }
        if let Some(yaml) = &spec.source.yaml {
            if let Some(repo) = &yaml.repo {
                typed.git.clone_from(&repo.repo_url);
                typed.path.clone_from(&repo.path);
                typed.revision = text(repo.target_revision.as_ref());
            }
            typed.exclude = text(yaml.exclude.as_ref());
        }
        if let Some(access) = &spec.external_access {
            let (how, host) = match (&access.hostname, &access.domain) {
                (Some(hostname), _) => (HOSTNAME, hostname.clone()),
                (None, Some(domain)) => (DOMAIN, domain.clone()),
                (None, None) if access.access_type == Some(AccessType::None) => (CLOSED, String::new()),
                (None, None) => (BY_ITSELF, String::new()),
            };
            how.clone_into(&mut typed.access);
            typed.host = host;
        }
        typed
    }

    /// This, as a manifest says it, over what was typed before: what the manifest does not speak of stays as it is, and
    /// values that say the same stay as they were written.
    #[must_use]
    pub fn over(mut self, before: &Self) -> Self {
        let is = |kinds: &[&str]| kinds.contains(&self.kind.as_str());
        let (is_image, is_helm, is_yaml) = (is(&[IMAGE]), is(&[HELM]), is(&[YAML]));
        let (is_git, has_values) = (is(&[REPOSITORY, YAML]), is(&[HELM, REPOSITORY]));
        if !is_image {
            self.registry.clone_from(&before.registry);
            self.image.clone_from(&before.image);
            self.tag.clone_from(&before.tag);
        }
        if !is_helm {
            self.charts.clone_from(&before.charts);
            self.chart.clone_from(&before.chart);
            self.version.clone_from(&before.version);
        }
        if !is_git {
            self.git.clone_from(&before.git);
            self.revision.clone_from(&before.revision);
            self.path.clone_from(&before.path);
        }
        if !is_yaml {
            self.exclude.clone_from(&before.exclude);
        }
        let read = |text: &str| manifest::read_values(text).ok();
        if !has_values {
            self.release.clone_from(&before.release);
            self.values.clone_from(&before.values);
            self.files.clone_from(&before.files);
        }
        if !has_values || read(&self.object).is_some_and(|values| Some(values) == read(&before.object)) {
            self.object.clone_from(&before.object);
        }
        self
    }

    fn read_values(&mut self, values: Option<&HelmValues>) {
        let Some(values) = values else { return };
        if values.kind == Some(HelmValuesType::Files) || (values.object.is_none() && values.files.is_some()) {
            FILES.clone_into(&mut self.values);
        } else if values.kind.is_some() || values.object.is_some() {
            OBJECT.clone_into(&mut self.values);
        }
        self.files = values.files.clone().unwrap_or_default();
        self.object = match &values.object {
            Some(object) if !object.is_empty() => manifest::yaml_of(object),
            _ => String::new(),
        };
    }

    /// What is deployed. `before` is what a manifest held that was read: what the form does not show comes from there.
    pub fn spec(&self, before: Option<&ApplicationDeployRequest>) -> ApplicationDeployRequest {
        let sync = SyncType::from(self.sync.as_str());
        let is_told = before.is_some_and(|before| before.sync_type.is_some());
        ApplicationDeployRequest {
            external_access: self.access(before.and_then(|before| before.external_access.as_ref())),
            name: self.name.trim().to_owned(),
            namespace: optional(&self.namespace, before.and_then(|before| before.namespace.as_ref())),
            profile_name: self.profile.trim().to_owned(),
            source: self.source(before.map(|before| &before.source)),
            sync_type: Some(sync).filter(|sync| is_told || *sync != SyncType::Auto),
        }
    }

    fn source(&self, before: Option<&ApplicationSource>) -> ApplicationSource {
        let text = |text: &str| text.trim().to_owned();
        let kind = SourceType::from(self.kind.as_str());
        match kind {
            SourceType::Image => ApplicationSource::image(ImageSource {
                registry: text(&self.registry),
                repository: text(&self.image),
                tag: text(&self.tag),
            }),
            SourceType::Helm => {
                let before = before.and_then(|before| before.helm.as_ref());
                ApplicationSource::helm(HelmSource {
                    repo: HelmRepo {
                        repo_url: text(&self.charts),
                        chart_name: text(&self.chart),
                        chart_version: text(&self.version),
                        release_name: optional(
                            &self.release,
                            before.and_then(|before| before.repo.release_name.as_ref()),
                        ),
                    },
                    values: self.values(before.and_then(|before| before.values.as_ref())),
                })
            }
            SourceType::Repository => {
                let before = before.and_then(|before| before.repository.as_ref());
                let repo = before.map(|before| &before.repo);
                ApplicationSource::repository(RepositorySource {
                    repo: GitChartRepo {
                        repo_url: text(&self.git),
                        path: text(&self.path),
                        target_revision: optional(&self.revision, repo.and_then(|repo| repo.target_revision.as_ref())),
                        target_branch: repo.and_then(|repo| repo.target_branch.clone()),
                        release_name: optional(&self.release, repo.and_then(|repo| repo.release_name.as_ref())),
                    },
                    values: self.values(before.and_then(|before| before.values.as_ref())),
                })
            }
            SourceType::Yaml => {
                let before = before.and_then(|before| before.yaml.as_ref());
                let repo = before.and_then(|before| before.repo.as_ref());
                ApplicationSource::yaml(YamlSource {
                    repo: Some(GitPathRepo {
                        repo_url: text(&self.git),
                        path: text(&self.path),
                        target_revision: optional(&self.revision, repo.and_then(|repo| repo.target_revision.as_ref())),
                        target_branch: repo.and_then(|repo| repo.target_branch.clone()),
                    }),
                    exclude: optional(&self.exclude, before.and_then(|before| before.exclude.as_ref())),
                    ..before.cloned().unwrap_or_default()
                })
            }
            // A source of tomorrow stays as it was written.
            SourceType::Other(_) => match before.filter(|before| before.kind == kind) {
                Some(before) => before.clone(),
                None => ApplicationSource { kind, image: None, helm: None, repository: None, yaml: None },
            },
        }
    }

    fn values(&self, before: Option<&HelmValues>) -> Option<HelmValues> {
        match self.values.as_str() {
            OBJECT => {
                let untold = before.is_some_and(|before| before.kind.is_none() && before.object.is_some());
                let kind = before.and_then(|before| before.kind.clone()).filter(|kind| *kind != HelmValuesType::Files);
                // While it cannot be read, the values of before stand: the form is not sent then.
                let object = manifest::read_values(&self.object).ok();
                let was_absent = before.is_some_and(|before| before.object.is_none() && before.kind.is_some());
                Some(HelmValues {
                    kind: if untold { None } else { kind.or(Some(HelmValuesType::Object)) },
                    object: object.filter(|object| !(was_absent && object.is_empty())),
                    files: None,
                })
            }
            FILES => {
                let untold = before.is_some_and(|before| before.kind.is_none() && before.files.is_some());
                Some(HelmValues {
                    kind: if untold { None } else { Some(HelmValuesType::Files) },
                    object: None,
                    files: Some(self.files.clone()),
                })
            }
            _ => before.filter(|before| **before == HelmValues::default()).cloned(),
        }
    }

    fn access(&self, before: Option<&ExternalAccess>) -> Option<ExternalAccess> {
        let open = || ExternalAccess {
            access_type: before
                .and_then(|before| before.access_type.clone())
                .filter(|access| *access != AccessType::None),
            ..ExternalAccess::default()
        };
        let host = Some(self.host.trim().to_owned());
        match self.access.as_str() {
            // Both were written: the platform says what it thinks of that.
            HOSTNAME => {
                let domain = before.filter(|before| before.hostname.is_some()).and_then(|it| it.domain.clone());
                Some(ExternalAccess { hostname: host, domain, ..open() })
            }
            DOMAIN => Some(ExternalAccess { domain: host, ..open() }),
            CLOSED => Some(ExternalAccess { access_type: Some(AccessType::None), ..ExternalAccess::default() }),
            _ => before.map(|_| open()).filter(|open| *open != ExternalAccess::default() || before == Some(open)),
        }
    }

    /// What has to be there and is not, and what is too long, by the path of the field: what fields say by themselves.
    pub fn missing(&self) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        let mut needs = |path: &'static str, text: &str| {
            if text.trim().is_empty() {
                found.push((path, "It is required.".to_owned()));
            }
        };
        needs("name", &self.name);
        needs("profileName", &self.profile);
        match self.kind.as_str() {
            IMAGE => {
                needs("source.image.registry", &self.registry);
                needs("source.image.repository", &self.image);
                needs("source.image.tag", &self.tag);
            }
            HELM => {
                needs("source.helm.repo.repoURL", &self.charts);
                needs("source.helm.repo.chartName", &self.chart);
                needs("source.helm.repo.chartVersion", &self.version);
            }
            REPOSITORY => {
                needs("source.repository.repo.repoURL", &self.git);
                needs("source.repository.repo.path", &self.path);
            }
            YAML => {
                needs("source.yaml.repo.repoURL", &self.git);
                needs("source.yaml.repo.path", &self.path);
            }
            _ => {}
        }
        for (path, text, limit) in [
            ("name", &self.name, NAME),
            ("namespace", &self.namespace, NAMESPACE),
            ("profileName", &self.profile, NAME),
        ] {
            let count = text.trim().chars().count();
            if count > limit {
                found.push((path, format!("At most {limit} characters; this has {count}.")));
            }
        }
        found
    }

    /// What is wrong, by the path of the field as the request calls it. What is missing is said by the fields.
    pub fn problems(&self) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        let mut says = |path: &'static str, problem: Option<String>| {
            if let Some(problem) = problem {
                found.push((path, problem));
            }
        };
        let when = rules::filled;
        says("name", when(&self.name, rules::name));
        says("namespace", when(&self.namespace, namespace));
        says("profileName", when(&self.profile, rules::name));
        match self.kind.as_str() {
            IMAGE => {
                says("source.image.registry", when(&self.registry, registry));
                says("source.image.repository", when(&self.image, image));
                says("source.image.tag", when(&self.tag, tag));
            }
            HELM => {
                says("source.helm.repo.repoURL", when(&self.charts, charts));
                says("source.helm.repo.chartName", when(&self.chart, chart));
                says("source.helm.repo.chartVersion", when(&self.version, version));
                says("source.helm.repo.releaseName", when(&self.release, release));
                says("source.helm.values.object", self.wrong_values());
                says("source.helm.values.files", self.wrong_files());
            }
            REPOSITORY => {
                says("source.repository.repo.repoURL", when(&self.git, git));
                says("source.repository.repo.path", when(&self.path, path));
                says("source.repository.repo.releaseName", when(&self.release, release));
                says("source.repository.values.object", self.wrong_values());
                says("source.repository.values.files", self.wrong_files());
            }
            YAML => {
                says("source.yaml.repo.repoURL", when(&self.git, git));
                says("source.yaml.repo.path", when(&self.path, path));
            }
            other => says("source.type", Some(format!("There is no source \"{other}\"."))),
        }
        says("externalAccess.hostname", when(&self.host, host).filter(|_| self.access == HOSTNAME));
        says("externalAccess.domain", when(&self.host, host).filter(|_| self.access == DOMAIN));
        let closed = self.access == CLOSED && !matches!(self.kind.as_str(), HELM | REPOSITORY);
        let words = "Only a Helm chart can do without access from outside.";
        says("externalAccess.accessType", closed.then(|| words.to_owned()));
        found
    }

    fn wrong_values(&self) -> Option<String> {
        if self.values != OBJECT {
            return None;
        }
        manifest::read_values(&self.object).err().map(|error| match error.at {
            Some(at) => format!("Line {}: {}", at.line, error.message),
            None => error.message,
        })
    }

    fn wrong_files(&self) -> Option<String> {
        if self.values != FILES {
            return None;
        }
        let (folder, whole) = if self.kind == REPOSITORY { (self.path.as_str(), "repository") } else { ("", "chart") };
        // Without a path nobody knows yet where the chart lies.
        let is_known = self.kind != REPOSITORY || !folder.trim().is_empty();
        let outside = self.files.iter().find(|file| is_known && joined(folder, file).is_none());
        outside.map(|file| {
            format!("{file} lies outside of the {whole}. Paths begin at the chart's own folder, as values-production.yaml does.")
        })
    }
}

/// The path of a file from the root, where it is written from a folder; none where it leads out.
pub fn joined(folder: &str, file: &str) -> Option<String> {
    if file.trim_start().starts_with('/') {
        return None;
    }
    let mut path = Vec::new();
    for part in folder.trim().split('/').chain(file.trim().split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                path.pop()?;
            }
            part => path.push(part),
        }
    }
    Some(path.join("/"))
}

/// The path of a file from a folder, where it is known from the root.
pub fn relative(folder: &str, file: &str) -> String {
    let folder = joined("", folder).unwrap_or_default();
    let from: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let to: Vec<&str> = file.split('/').collect();
    let same = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    let up = from.iter().skip(same).map(|_| "..");
    up.chain(to.iter().skip(same).copied()).collect::<Vec<_>>().join("/")
}

/// Whether a namespace belongs to Kubernetes itself. The contract allows it, so that the platform decides.
pub fn is_of_kubernetes(text: &str) -> bool {
    let text = text.trim();
    text.starts_with("kube-") || text == "default"
}

fn is_host(text: &str) -> bool {
    text.len() <= 253 && text.contains('.') && text.split('.').all(is_label)
}

fn without_scheme(text: &str) -> &str {
    text.split_once("://").map_or(text, |(_, rest)| rest)
}

fn namespace(text: &str) -> Option<String> {
    if text.len() > NAMESPACE || is_label(text) {
        // Its length is the field's limit.
        return None;
    }
    Some("Use lowercase letters, digits and hyphens; begin and end with a letter or a digit.".to_owned())
}

fn release(text: &str) -> Option<String> {
    (text.len() <= RELEASE && !is_label(text))
        .then(|| "Use lowercase letters, digits and hyphens; begin and end with a letter or a digit.".to_owned())
}

fn registry(text: &str) -> Option<String> {
    let rest = without_scheme(text);
    let bare = rest.split('/').next().unwrap_or(rest);
    if rest.len() != text.len() || bare.len() != rest.len() {
        return Some(format!(
            "A registry is a host alone, such as {}.",
            if bare.is_empty() { "ghcr.io" } else { bare }
        ));
    }
    let (name, port) = text.split_once(':').map_or((text, None), |(name, port)| (name, Some(port)));
    let port_fits = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    let fits = port_fits && (is_host(name) || (is_label(name) && (port.is_some() || name == "localhost")));
    (!fits).then(|| "A registry is a host such as ghcr.io or registry.acme.example:5000.".to_owned())
}

fn image(text: &str) -> Option<String> {
    if text.contains('@') {
        return Some("An image is deployed by its tag, not by a digest: leave out what begins with @.".to_owned());
    }
    if let Some((registry, repository, tag)) = reference(text) {
        let registry = registry.map(|registry| format!("{registry} into Registry"));
        let tag = Some(tag).filter(|tag| !tag.is_empty()).map(|tag| format!("{tag} into Tag"));
        let parts = [registry, tag].into_iter().flatten().collect::<Vec<_>>().join(", and ");
        return Some(format!("Put {parts}; here stays {repository}."));
    }
    if text.contains("://") {
        return Some("An image's repository is a path such as acme/storefront, without an address.".to_owned());
    }
    let part = |part: &str| {
        let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
        part.starts_with(plain)
            && part.ends_with(plain)
            && part.chars().all(|letter| plain(letter) || matches!(letter, '.' | '_' | '-'))
    };
    if text.len() <= 255 && text.split('/').all(part) {
        return None;
    }
    Some(if text.chars().any(char::is_uppercase) {
        format!("Use small letters: {}.", text.to_lowercase())
    } else if text.contains(':') {
        "Put the tag into its own field.".to_owned()
    } else {
        "A repository is a path of lowercase letters and digits such as acme/storefront.".to_owned()
    })
}

fn tag(text: &str) -> Option<String> {
    let fits = text.len() <= 128
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-'))
        && !text.starts_with(['.', '-']);
    if fits {
        return None;
    }
    Some(if text.starts_with("sha256:") || text.contains('@') {
        // What was pasted stays to be seen: without its digest an image is another promise.
        match text.split_once('@') {
            Some((tag, _)) if !tag.is_empty() => format!("This takes a tag, not a digest. Only {tag} can stay."),
            _ => "This takes a tag, not a digest.".to_owned(),
        }
    } else {
        "At most 128 letters, digits, dots, hyphens and underscores; it begins with a letter, a digit or an underscore."
            .to_owned()
    })
}

/// Whether an address has something behind its scheme, and no blanks.
fn has_rest(text: &str, schemes: &[&str]) -> bool {
    let rest = schemes.iter().find_map(|scheme| text.strip_prefix(scheme));
    rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.starts_with('/')
            && !rest.contains('<')
            && rest.chars().all(|letter| !letter.is_whitespace() && !letter.is_control())
    })
}

fn charts(text: &str) -> Option<String> {
    if has_rest(text, &["https://", "oci://"]) {
        return None;
    }
    Some(if text.starts_with("http://") {
        "Charts come over https:// or oci:// alone.".to_owned()
    } else {
        "A repository of charts has an address that begins with https:// or oci://.".to_owned()
    })
}

fn chart(text: &str) -> Option<String> {
    (text.contains("://") || text.chars().any(char::is_whitespace))
        .then(|| "This is the chart's name alone, such as ingress-nginx.".to_owned())
}

fn version(text: &str) -> Option<String> {
    let fits = text.len() <= 128
        && text
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '+' | '_' | '^' | '~' | '*'));
    (!fits).then(|| "A version of a chart is written as 1.2.3 or v1.2.3.".to_owned())
}

fn git(text: &str) -> Option<String> {
    if has_rest(text, &["https://", "ssh://", "git@"]) {
        return None;
    }
    Some(if text.starts_with("oci://") {
        "This is a registry of charts, not a Git repository: choose Helm chart as the source.".to_owned()
    } else if text.starts_with("http://") {
        format!("Use https://{}.", without_scheme(text))
    } else {
        "A Git repository has an address such as https://github.com/acme/shop.".to_owned()
    })
}

fn path(text: &str) -> Option<String> {
    if text.starts_with('/') {
        let better = text.trim_start_matches('/');
        return Some(format!(
            "Write it from the root of the repository: {}.",
            if better.is_empty() { "\".\"" } else { better }
        ));
    }
    text.split('/').any(|part| part == "..").then(|| "A path stays inside of the repository.".to_owned())
}

fn host(text: &str) -> Option<String> {
    if is_host(text) {
        return None;
    }
    let bare = without_scheme(text).split('/').next().unwrap_or_default().to_lowercase();
    Some(if is_host(&bare) {
        format!("Write the name alone: {bare}.")
    } else {
        "A DNS name such as shop.example.com.".to_owned()
    })
}

/// The parts of a whole image reference, such as `ghcr.io/acme/storefront:v3`: registry, where it names one, repository,
/// and tag, which is empty where it has none. A digest stands with the tag, whose field says what it thinks of that.
pub fn reference(text: &str) -> Option<(Option<String>, String, String)> {
    let text = text.trim();
    if text.contains("://") || text.contains(char::is_whitespace) {
        return None;
    }
    let (name, digest) = text.split_once('@').map_or((text, None), |(name, digest)| (name, Some(digest)));
    let is_registry = |first: &str| first.contains(['.', ':']) || first == "localhost";
    let (registry, rest) = match name.split_once('/') {
        Some((first, rest)) if is_registry(first) => (Some(first), rest),
        _ => (None, name),
    };
    let (repository, tag) = match rest.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository, tag),
        _ => (rest, ""),
    };
    let tag = match digest {
        Some(digest) if tag.is_empty() => digest.to_owned(),
        Some(digest) => format!("{tag}@{digest}"),
        None => tag.to_owned(),
    };
    // One name with a colon may be a registry with its port, and a path alone is no more than a repository.
    let is_host = registry.is_none() && !repository.contains('/') && is_registry(repository);
    let is_whole = registry.is_some() || !tag.is_empty();
    (is_whole && !is_host && !repository.is_empty()).then(|| (registry.map(str::to_owned), repository.to_owned(), tag))
}

/// The reference that was pasted into the field of a registry: what is a registry itself is none.
pub fn misplaced(text: &str) -> Option<(Option<String>, String, String)> {
    registry(text.trim())?;
    reference(text)
}

/// Whether a text came at once and not by a key: more than one letter is new.
pub fn is_pasted(before: &str, now: &str) -> bool {
    let same = before.chars().zip(now.chars()).take_while(|(one, two)| one == two).count();
    let (left, new) = (before.chars().count() - same, now.chars().count() - same);
    let ends = before.chars().rev().zip(now.chars().rev()).take(left.min(new)).take_while(|(one, two)| one == two);
    new - ends.count() > 1
}

/// The parts of an address of GitHub's site that leads to a folder or a file: repository, revision, path.
pub fn site(text: &str) -> Option<(String, String, String)> {
    let rest = text.trim().strip_prefix("https://github.com/")?;
    let mut parts = rest.splitn(5, '/');
    let (owner, name, sort, revision) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if !matches!(sort, "tree" | "blob") || revision.is_empty() {
        return None;
    }
    let path = parts.next().unwrap_or_default();
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let path = match (sort, path.rsplit_once('/')) {
        // A file: what is deployed is its folder.
        ("blob", Some((folder, _))) => folder,
        ("blob", None) => "",
        (_, _) => path,
    };
    let path = if path.is_empty() { "." } else { path };
    Some((format!("https://github.com/{owner}/{name}"), revision.to_owned(), path.to_owned()))
}

/// A name for a copy that nothing is called yet: `shop-2`, `shop-3`, cut where it would be too long.
pub fn name_of_copy(name: &str, taken: &[String]) -> String {
    let stem = match name.rsplit_once('-') {
        Some((stem, number)) if !stem.is_empty() && number.parse::<u8>().is_ok() => stem,
        _ => name,
    };
    (2..1_000)
        .map(|number| {
            let end = format!("-{number}");
            let stem: String = stem.chars().take(NAME.saturating_sub(end.len())).collect();
            format!("{}{end}", stem.trim_end_matches('-'))
        })
        .find(|name| !taken.contains(name))
        .unwrap_or_default()
}

/// What the form makes, for the pieces that all such forms share.
pub const SUBJECT: Subject = Subject {
    kind: Kind::Application,
    noun: ("application", "applications"),
    verb: ("Deploy", "deployed"),
    faults,
    named,
    // The form of an application has no field for a secret.
    hidden: Manifest::clone,
};

/// What is missing or wrong in what would be sent.
fn faults(read: &Read) -> Result<Faults, ManifestError> {
    let typed = Typed::of(&read.spec::<ApplicationDeployRequest>()?);
    let found = typed.missing().into_iter().chain(typed.problems());
    Ok(found.map(|(path, problem)| (path.to_owned(), problem)).collect())
}

/// What an application is called, and what it is deployed from.
fn named(manifest: &Manifest) -> (String, String) {
    let source = manifest.spec::<ApplicationDeployRequest>().ok().map(|spec| {
        let kind = words::source_type(&spec.source);
        match words::source(&spec.source) {
            Some(source) => format!("{kind}, {source}"),
            None => kind.to_owned(),
        }
    });
    (manifest.name().unwrap_or("Without a name").to_owned(), source.unwrap_or_default())
}

/// A manifest with what the form holds put into it. Without one, a new manifest.
pub fn written(typed: &Typed, base: Option<&Manifest>) -> Option<Manifest> {
    match base {
        Some(base) => {
            let before = base.spec::<ApplicationDeployRequest>().ok();
            let mut manifest = base.clone();
            manifest.set_spec(&typed.spec(before.as_ref())).ok()?;
            Some(manifest)
        }
        None => Manifest::of(&typed.spec(None)).ok(),
    }
}

/// What is sent for a manifest: its `spec`, with what the form and this program do not know of.
pub fn body(manifest: &Manifest) -> Value {
    manifest.document().get("spec").cloned().unwrap_or(Value::Object(Map::new()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every published form of an application, as `api` keeps them for its own tests.
    const FORMS: [&str; 11] = [
        include_str!("../../../../api/tests/manifests/application-dns-endpoint.yaml"),
        include_str!("../../../../api/tests/manifests/application-flat-image.yaml"),
        include_str!("../../../../api/tests/manifests/application-flat-yaml.yaml"),
        include_str!("../../../../api/tests/manifests/application-helm.yaml"),
        include_str!("../../../../api/tests/manifests/application-image.yaml"),
        include_str!("../../../../api/tests/manifests/application-repository.yaml"),
        include_str!("../../../../api/tests/manifests/application-yaml.yaml"),
        include_str!("../../../../api/tests/manifests/application-repository-object.yaml"),
        include_str!("../../../../api/tests/manifests/application-flat-helm.yaml"),
        include_str!("../../../../api/tests/manifests/application-domain.yaml"),
        include_str!("../../../../api/tests/manifests/application.json"),
    ];

    /// Forms that people write and the form has no field for.
    const ODD: [&str; 8] = [
        "apiVersion: platform.astropulse.io/v1\nkind: Application\nmetadata: {labels: {team: shop}}\nspec:\n  name: a\n  profileName: p\n  priority: high\n  source: {type: yaml, yaml: {repo: {repoURL: https://github.com/a/b, path: ., depth: 1}, include: '*.yaml'}}\n",
        "name: a\nprofileName: p\nsyncType: auto\nsource: {type: helm, helm: {repo: {repoURL: oci://r.io/c, chartName: c, chartVersion: v1.0.0}, values: {object: {a: 1}}}}\n",
        "name: a\nprofileName: p\nsource: {type: helm, helm: {repo: {repoURL: https://r.io, chartName: c, chartVersion: 1.0.0}, values: {type: object}}}\n",
        "name: a\nprofileName: p\nsource: {type: helm, helm: {repo: {repoURL: https://r.io, chartName: c, chartVersion: 1.0.0}, values: {}}}\n",
        "name: a\nprofileName: p\nnamespace: ''\nsource: {type: repository, repository: {repo: {repoURL: https://r.io/a, path: ., targetRevision: main, targetBranch: old}, values: {files: [a.yaml]}}}\n",
        "name: a\nprofileName: p\nsource: {type: image, image: {registry: r.io, repository: a, tag: v1}}\nexternalAccess: {accessType: Ingress}\n",
        "name: a\nprofileName: p\nsource: {type: image, image: {registry: r.io, repository: a, tag: v1}}\nexternalAccess: {}\n",
        "name: a\nprofileName: p\nsource: {type: wasm, wasm: {module: a.wasm}}\nsyncType: nightly\n",
    ];

    fn read(text: &str) -> Read {
        SUBJECT.reads(text).unwrap_or_else(|error| panic!("{error}\n{text}")).remove(0)
    }

    fn typed(text: &str) -> Typed {
        Typed::of(&read(text).spec::<ApplicationDeployRequest>().unwrap_or_else(|error| panic!("{error}\n{text}")))
    }

    #[test]
    fn showing_a_manifest_in_the_form_changes_nothing_of_it() {
        for text in FORMS.iter().chain(&ODD) {
            let read = read(text);
            let written = written(&typed(text), Some(&read.manifest)).expect("a manifest");
            assert_eq!(written.to_yaml(), read.manifest.to_yaml(), "{text}");
        }
    }

    #[test]
    fn a_manifest_of_the_form_alone_is_read_back_as_the_same() {
        for text in &FORMS {
            let typed = typed(text);
            let manifest = written(&typed, None).expect("a manifest");
            for text in [manifest.to_yaml(), manifest.to_json()] {
                assert_eq!(super::tests::typed(&text), typed, "{text}");
            }
        }
    }

    #[test]
    fn what_the_form_does_not_show_outlives_a_change_in_it() {
        let read = read(ODD[0]);
        let mut typed = typed(ODD[0]);
        typed.name = "b".to_owned();
        typed.revision = "main".to_owned();
        let yaml = written(&typed, Some(&read.manifest)).expect("a manifest").to_yaml();
        for kept in ["team: shop", "priority: high", "depth: 1", "include: ", "name: b", "targetRevision: main"] {
            assert!(yaml.contains(kept), "{kept}\n{yaml}");
        }
        assert_eq!(body(&written(&typed, Some(&read.manifest)).expect("a manifest"))["priority"], "high");
    }

    #[test]
    fn another_source_takes_the_place_of_the_first() {
        let read = read(FORMS[3]);
        let mut typed = typed(FORMS[3]);
        typed.kind = REPOSITORY.to_owned();
        typed.git = " https://github.com/acme/shop ".to_owned();
        typed.path = "deploy".to_owned();
        let spec = body(&written(&typed, Some(&read.manifest)).expect("a manifest"));
        assert!(spec["source"].get("helm").is_none());
        assert_eq!(spec["source"]["repository"]["repo"]["repoURL"], "https://github.com/acme/shop");
        assert_eq!(spec["source"]["repository"]["values"]["object"]["replicas"], 2, "values are shared");
    }

    #[test]
    fn what_a_manifest_does_not_speak_of_stays() {
        let values = "replicas: 2 # for Black Friday\n";
        let before = Typed {
            kind: HELM.to_owned(),
            image: "acme/shop".to_owned(),
            charts: "https://r.io".to_owned(),
            values: OBJECT.to_owned(),
            object: values.to_owned(),
            ..Typed::default()
        };
        let read = Typed {
            image: String::new(),
            charts: "https://charts.io".to_owned(),
            object: "replicas: 2\n".to_owned(),
            ..before.clone()
        };
        let over = read.clone().over(&before);
        assert_eq!((over.image.as_str(), over.charts.as_str()), ("acme/shop", "https://charts.io"));
        assert_eq!(over.object, values, "the comment stays with values that say the same");
        let other = Typed { object: "replicas: 3\n".to_owned(), ..read }.over(&before);
        assert_eq!(other.object, "replicas: 3\n");
        let image = Typed { kind: IMAGE.to_owned(), image: "acme/api".to_owned(), ..Typed::default() }.over(&before);
        assert_eq!((image.image.as_str(), image.object.as_str()), ("acme/api", values));
    }

    #[test]
    fn values_become_none_an_object_or_files() {
        let mut typed = typed(ODD[1]);
        let values = |typed: &Typed| typed.spec(None).source.helm.and_then(|helm| helm.values);
        typed.values = NO_VALUES.to_owned();
        assert_eq!(values(&typed), None);
        typed.values = FILES.to_owned();
        typed.files = vec!["a.yaml".to_owned()];
        let files = values(&typed).expect("values");
        assert_eq!(
            (files.kind, files.object, files.files),
            (Some(HelmValuesType::Files), None, Some(typed.files.clone()))
        );
        typed.values = OBJECT.to_owned();
        typed.object = "a: [".to_owned();
        assert!(
            typed.problems().iter().any(|(path, text)| *path == "source.helm.values.object" && text.contains("Line"))
        );
    }

    #[test]
    fn access_is_told_as_the_contract_wants_it() {
        let image = "name: a\nprofileName: p\nsource: {type: image, image: {registry: r.io, repository: a, tag: v1}}\n";
        let mut typed = typed(image);
        let access = |typed: &Typed| serde_json::to_value(typed.spec(None).external_access).expect("JSON");
        assert_eq!(access(&typed), Value::Null);
        typed.access = HOSTNAME.to_owned();
        typed.host = "shop.acme.example".to_owned();
        assert_eq!(access(&typed), serde_json::json!({ "hostname": "shop.acme.example" }));
        typed.access = DOMAIN.to_owned();
        assert_eq!(access(&typed), serde_json::json!({ "domain": "shop.acme.example" }));
        typed.access = CLOSED.to_owned();
        assert_eq!(access(&typed), serde_json::json!({ "accessType": "None" }));
        assert!(typed.problems().iter().any(|(path, _)| *path == "externalAccess.accessType"));
        typed.kind = HELM.to_owned();
        assert!(typed.problems().iter().all(|(path, _)| *path != "externalAccess.accessType"));
    }

    #[test]
    fn each_field_says_what_is_wrong_with_it() {
        let says = |rule: fn(&str) -> Option<String>, text: &str| rule(text).unwrap_or_default();
        for good in ["docker.io", "localhost", "localhost:5000", "registry.acme.example:443"] {
            assert_eq!(says(registry, good), "", "{good}");
        }
        assert_eq!(says(registry, "https://ghcr.io/acme"), "A registry is a host alone, such as ghcr.io.");
        assert_eq!(says(registry, "oci://ghcr.io"), "A registry is a host alone, such as ghcr.io.");
        assert!(says(registry, "ghcr").contains("A registry is a host"));
        assert_eq!(says(image, "acme/storefront"), "");
        assert_eq!(says(image, "Acme/Shop"), "Use small letters: acme/shop.");
        assert!(says(image, "ghcr.io/acme/shop:v3").contains("Put ghcr.io into Registry, and v3 into Tag"));
        assert!(says(image, "oci://acme").contains("path such as"));
        assert_eq!(says(tag, "v3.1_x-y"), "");
        assert!(says(tag, "sha256:abc").contains("digest"));
        assert_eq!(says(tag, "v3@sha256:abc"), "This takes a tag, not a digest. Only v3 can stay.");
        assert!(says(image, "acme/shop@sha256:abc").contains("digest"));
        assert_eq!(says(image, "acme/shop:v3"), "Put v3 into Tag; here stays acme/shop.");
        assert!(says(tag, "-a").contains("128"));
        assert_eq!(says(charts, "oci://registry.acme.example/charts"), "");
        assert_eq!(says(charts, "https://charts.acme.example"), "");
        assert!(says(charts, "http://a.io").contains("alone"));
        assert!(says(charts, "https://").contains("begins with"));
        for good in ["1.2.3", "v1.2.3", "1.2.3-rc.1+build", "^1.0"] {
            assert_eq!(says(version, good), "", "{good}");
        }
        assert!(says(version, "1.2 .3").contains("1.2.3"));
        assert_eq!(says(git, "https://github.com/acme/shop"), "");
        assert_eq!(says(git, "git@github.com:acme/shop.git"), "");
        assert!(says(git, "oci://registry.acme.example/charts").contains("choose Helm chart as the source"));
        assert_eq!(says(git, "http://github.com/a/b"), "Use https://github.com/a/b.");
        assert_eq!(says(path, "deploy/chart"), "");
        assert_eq!(says(path, "/deploy"), "Write it from the root of the repository: deploy.");
        assert!(says(path, "a/../b").contains("inside"));
        assert_eq!(says(host, "https://Shop.acme.example/x"), "Write the name alone: shop.acme.example.");
        assert_eq!(says(namespace, "shop-1"), "");
        for allowed in ["default", "kube-system"] {
            assert_eq!((says(namespace, allowed).as_str(), is_of_kubernetes(allowed)), ("", true), "{allowed}");
        }
        assert!(!is_of_kubernetes("kubernetes"));
        assert!(says(namespace, "Shop").contains("lowercase"));
        assert!(says(release, "a_b").contains("lowercase"));
    }

    #[test]
    fn values_lie_anywhere_in_the_repository() {
        let says = |kind: &str, path: &str, file: &str| {
            let typed = Typed {
                kind: kind.to_owned(),
                path: path.to_owned(),
                values: FILES.to_owned(),
                files: vec!["values.yaml".to_owned(), file.to_owned()],
                ..Typed::default()
            };
            typed.wrong_files().unwrap_or_default()
        };
        for file in ["../../env/prod/values.yaml", "./a/../values.yaml", "values-prod.yaml"] {
            assert_eq!(says(REPOSITORY, "charts/api", file), "", "{file}");
        }
        for file in ["../../../values.yaml", "/values.yaml"] {
            let said = says(REPOSITORY, "charts/api", file);
            assert!(said.starts_with(&format!("{file} lies outside of the repository.")), "{said}");
        }
        assert!(says(REPOSITORY, ".", "../values.yaml").contains("outside"));
        assert_eq!(says(REPOSITORY, "", "../values.yaml"), "", "while the path is not known");
        assert!(says(HELM, "charts/api", "../values.yaml").contains("outside of the chart"));
        for (folder, file, from) in [
            ("charts/api", "charts/api/values.yaml", "values.yaml"),
            ("charts/api/", "env/prod/values.yaml", "../../env/prod/values.yaml"),
            ("charts/api", "charts/apis/values.yaml", "../apis/values.yaml"),
            (".", "values.yaml", "values.yaml"),
        ] {
            assert_eq!(relative(folder, file), from, "{folder}");
            assert_eq!(joined(folder, from).as_deref(), Some(file), "{folder}");
        }
    }

    #[test]
    fn a_placeholder_is_never_sent() {
        let mut typed = typed(ODD[1]);
        typed.profile = "<YOUR_PROFILE>".to_owned();
        let problems = typed.problems();
        assert!(
            problems.iter().any(|(path, text)| *path == "profileName" && text.contains("placeholder")),
            "{problems:?}"
        );
    }

    #[test]
    fn what_comes_at_once_was_pasted() {
        for (before, now) in [("", "nginx:1.27"), ("docker.io", "nginx:1.27"), ("ghcr.io/", "ghcr.io/acme/shop")] {
            assert!(is_pasted(before, now), "{before} {now}");
        }
        for (before, now) in
            [("", "n"), ("ngin", "nginx"), ("nginx", "ngix"), ("nginx", ""), ("docker.io", "d"), ("aa", "aaa")]
        {
            assert!(!is_pasted(before, now), "{before} {now}");
        }
    }

    #[test]
    fn whole_references_and_addresses_are_taken_apart() {
        let parts = |text: &str| reference(text).map(|(a, b, c)| format!("{} {b} {c}", a.as_deref().unwrap_or("-")));
        assert_eq!(parts("ghcr.io/acme/shop:v3").as_deref(), Some("ghcr.io acme/shop v3"));
        assert_eq!(parts("localhost:5000/shop:v3").as_deref(), Some("localhost:5000 shop v3"));
        assert_eq!(parts("acme/shop:v3").as_deref(), Some("- acme/shop v3"), "the registry stays as it is");
        assert_eq!(parts("nginx:1.27").as_deref(), Some("- nginx 1.27"));
        assert_eq!(parts("ghcr.io/acme/shop").as_deref(), Some("ghcr.io acme/shop "));
        assert_eq!(parts("ghcr.io/a@sha256:0").as_deref(), Some("ghcr.io a sha256:0"));
        assert_eq!(parts("acme/shop:v3@sha256:0").as_deref(), Some("- acme/shop v3@sha256:0"));
        for text in ["acme/shop", "shop", "https://ghcr.io/a", "localhost:5000", "registry.acme.example:443", ":v3"] {
            assert_eq!(parts(text), None, "{text}");
        }
        for text in ["ghcr.io", "localhost:5000", "registry:5000", "ghcr"] {
            assert_eq!(misplaced(text), None, "{text} is a registry, or will be one");
        }
        assert!(misplaced("ghcr.io/acme/shop:v3").is_some() && misplaced("nginx:1.27").is_some());
        let parts = |text: &str| site(text).map(|(a, b, c)| format!("{a} {b} {c}"));
        let address = "https://github.com/acme/shop";
        assert_eq!(
            parts(&format!("{address}/tree/main/deploy/chart/")).as_deref(),
            Some("https://github.com/acme/shop main deploy/chart")
        );
        assert_eq!(
            parts(&format!("{address}/blob/main/deploy/values.yaml?plain=1")).as_deref(),
            Some("https://github.com/acme/shop main deploy")
        );
        assert_eq!(parts(&format!("{address}/tree/main")).as_deref(), Some("https://github.com/acme/shop main ."));
        assert_eq!(parts(address), None);
    }

    #[test]
    fn a_copy_is_called_by_the_next_number() {
        let taken = ["shop-2".to_owned()];
        assert_eq!(name_of_copy("shop", &taken), "shop-3");
        assert_eq!(name_of_copy("shop-7", &[]), "shop-2");
        let long = "a".repeat(NAME);
        let copy = name_of_copy(&long, &[]);
        assert_eq!((copy.len(), copy.ends_with("-2")), (NAME, true));
    }

    #[test]
    fn other_kinds_are_named_and_not_taken() {
        let says = |text: &str| SUBJECT.reads(text).err().map(|error| error.message).unwrap_or_default();
        assert!(says("kind: K8sCluster\nspec: {clusterName: a}").contains("no Application, but K8sCluster"));
        let several = "kind: ApplicationProfile\nspec: {profileName: p}\n---\nname: a\nprofileName: p\nsource: {}\n";
        assert_eq!(SUBJECT.reads(several).expect("one").len(), 1);
    }
}
