//! `deployApplication`: what is checked, what is only worth a warning, and what then exists.

use astro_api::{
    applications::{
        AccessType, ApplicationDeployRequest, ApplicationDeployResult, ApplicationSource, ExternalAccess, HelmValues,
        HelmValuesType, SourceType, SyncStatus, SyncType,
    },
    audit::{AuditAction, AuditEventType},
    profiles::ApplicationProfile,
    tiers::TierName,
};
use serde_json::{Map, json};

use super::{
    events::{Happened, What},
    lifecycle,
    logs::Style,
    record::{App, Habit, History, Phase, Replicas, Workload},
};
use crate::core::{
    Cx,
    call::{Call, Reply},
    clusters,
    fault::Fault,
    github,
    ids::Random,
    people, profiles,
    roles::Capability,
    time::MINUTE,
    validate::Checks,
};

/// Host names that the platform gives out itself end in this.
const DOMAIN: &str = "apps.astro.example";

/// Checks the request, and unless it is a dry run creates the application.
pub fn deploy(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let caller = cx.require(Capability::Deploy)?.clone();
    let dry_run = call.flag("dryRun")?.unwrap_or(false);
    let request: ApplicationDeployRequest = call.body()?;
    check(&request)?;
    let Verdict { refusals, warnings, placement } = judge(cx, &caller.organization, &request);
    if dry_run {
        return Ok(Reply::ok(ApplicationDeployResult {
            id: None,
            name: Some(request.name),
            status: None,
            dry_run: Some(true),
            validation_passed: Some(refusals.is_empty()),
            warnings: Some(warnings),
            errors: Some(refusals.into_iter().map(|fault| fault.message).collect()),
        }));
    }
    if let Some(refusal) = refusals.into_iter().next() {
        return Err(refusal);
    }
    let name = request.name.clone();
    let namespace = request.namespace.clone().unwrap_or_else(|| namespace(&name, &mut cx.state.random));
    let app = create(cx, &caller.organization, &caller.user, request, &placement, namespace);
    let (status, cluster) = (app.status().to_owned(), app.cluster.clone());
    cx.state.apps.add(app);
    let by = people::display_name(cx, &caller.user);
    lifecycle::take(cx, &caller.organization, &name, |turn| {
        turn.note(What::Created(by));
        turn.begin();
    });
    let mut metadata = Map::new();
    metadata.insert("cluster".to_owned(), json!(cluster));
    cx.audit((AuditEventType::Application, AuditAction::Create), ("application", &name, &name), metadata);
    Ok(Reply::said(
        ApplicationDeployResult {
            id: Some(name.clone()),
            name: Some(name.clone()),
            status: Some(status),
            dry_run: Some(false),
            validation_passed: Some(true),
            warnings: Some(warnings),
            errors: Some(Vec::new()),
        },
        format!("Application \"{name}\" is being deployed"),
    ))
}

/// What a profile gives an application.
pub struct Placement {
    /// The cluster.
    pub cluster: Option<String>,
    /// The number of replicas.
    pub replicas: Replicas,
}

/// The replicas of a tier (section 6 of the domain guide); an organization's own tiers count as standard ones.
pub fn replicas(tier: Option<&TierName>) -> Replicas {
    match tier {
        None | Some(TierName::Basic) => Replicas { min: 1, max: 3, wanted: 1, autoscaled: false },
        Some(TierName::Premium) => Replicas { min: 3, max: 9, wanted: 3, autoscaled: true },
        Some(_) => Replicas { min: 3, max: 3, wanted: 3, autoscaled: false },
    }
}

struct Verdict {
    refusals: Vec<Fault>,
    warnings: Vec<String>,
    placement: Placement,
}

/// What can be told only by looking at what else there is.
fn judge(cx: &Cx<'_>, organization: &str, request: &ApplicationDeployRequest) -> Verdict {
    let mut refusals = Vec::new();
    let mut warnings = Vec::new();
    let name = &request.name;
    if cx.state.apps.find(organization, name).is_some() {
        refusals.push(Fault::conflict(format!(
            "An application \"{name}\" exists already; names are unique in the organization"
        )));
    }
    let profile = profiles::find(cx, organization, &request.profile_name);
    if profile.is_none() {
        refusals.push(Fault::invalid(
            "profileName",
            format!("\"{}\" is not a profile of the organization", request.profile_name),
        ));
    }
    let image = request.source.kind == SourceType::Image;
    let tier = profile.as_ref().and_then(|profile| profile.availability_tier.as_ref()).filter(|_| image);
    let cluster = profile.as_ref().and_then(|profile| match place(cx, organization, profile) {
        Ok((cluster, warning)) => {
            warnings.extend(warning);
            Some(cluster)
        }
        Err(refusal) => {
            refusals.push(refusal);
            None
        }
    });
    if let Some(access) = &request.external_access {
        if !image && access.access_type != Some(AccessType::None) && *access != ExternalAccess::default() {
            warnings.push(format!(
                "externalAccess has no effect: a {} source brings its own Ingress, or none",
                request.source.kind
            ));
        }
        for (old, value) in [("dnsEndpoint", &access.dns_endpoint), ("dnsName", &access.dns_name)] {
            if value.is_some() {
                warnings.push(format!("externalAccess.{old} is an older spelling of hostname"));
            }
        }
        if let Some(hostname) = hostname(access)
            && let Some(other) = cx.state.apps.serving(organization, hostname)
        {
            refusals.push(Fault::conflict(format!("{hostname} is served by application \"{other}\" already")));
        }
    }
    if let Some((url, revision, path)) = git(&request.source) {
        let field = if request.source.kind == SourceType::Yaml { "source.yaml.repo" } else { "source.repository.repo" };
        match github::look_up(cx, organization, url, revision, path) {
            github::LookUp::Found => {}
            github::LookUp::NoRepository => warnings.push(format!(
                "{field}.repoURL: no linked GitHub installation reaches {url}; it works only if the repository is public"
            )),
            github::LookUp::NoBranch => warnings.push(format!(
                "{field}.targetRevision: {url} has no branch \"{}\"; the first sync will fail unless it is a tag or commit",
                revision.unwrap_or_default()
            )),
            github::LookUp::NoPath => {
                warnings.push(format!("{field}.path: \"{path}\" does not exist in {url}; the first sync will fail"));
            }
        }
    }
    if let Some(image) = &request.source.image
        && image.tag == "latest"
    {
        warnings.push("source.image.tag: \"latest\" moves; a fixed tag makes deployments repeatable".to_owned());
    }
    if let Some(namespace) = &request.namespace
        && (namespace.starts_with("kube-") || namespace == "default")
    {
        warnings.push(format!("namespace: \"{namespace}\" belongs to Kubernetes itself"));
    }
    if request.sync_type == Some(SyncType::Manual) {
        warnings.push("syncType manual is meant for testing: nothing is deployed before the first resync".to_owned());
    }
    Verdict { refusals, warnings, placement: Placement { cluster, replicas: replicas(tier) } }
}

/// The cluster that a profile means: the one that it names, else one of its provider and region, else any.
pub fn place(cx: &Cx<'_>, organization: &str, profile: &ApplicationProfile) -> Result<(String, Option<String>), Fault> {
    if let Some(name) = profile.cluster_name.as_ref().filter(|name| !name.is_empty()) {
        let warning = match clusters::find(cx, organization, name) {
            Some(cluster) if !matches!(cluster.status.as_str(), "READY" | "UPDATING" | "UPGRADING") => {
                Some(format!("cluster \"{name}\" is {}; the application waits until it is ready", cluster.status))
            }
            Some(_) => None,
            None => {
                return Err(Fault::conflict(format!(
                    "Profile \"{}\" names cluster \"{name}\", which doesn't exist",
                    profile.profile_name
                )));
            }
        };
        return Ok((name.clone(), warning));
    }
    let running = clusters::running(cx, organization);
    let wanted = profile.cloud_provider.as_ref();
    let provider = wanted.and_then(|wanted| wanted.provider.as_ref().or(wanted.provider_name.as_ref()));
    let region = wanted.and_then(|wanted| wanted.region.as_deref()).filter(|region| !region.is_empty());
    running
        .into_iter()
        .find(|cluster| {
            provider.is_none_or(|provider| provider.as_str() == cluster.provider)
                && region.is_none_or(|region| cluster.region.as_deref() == Some(region))
        })
        .map(|cluster| (cluster.cluster_name, None))
        .ok_or_else(|| {
            Fault::conflict(format!(
                "No running cluster fits profile \"{}\"{}",
                profile.profile_name,
                provider
                    .map_or_else(String::new, |provider| format!(" ({provider} {})", region.unwrap_or("any region")))
            ))
        })
}

/// Whether the source of an application, and where it is, make sense by themselves.
fn check(request: &ApplicationDeployRequest) -> Result<(), Fault> {
    let mut checks = Checks::new();
    checks.name("name", &request.name).name("profileName", &request.profile_name);
    if let Some(namespace) = &request.namespace {
        checks.that(
            is_label(namespace),
            "namespace",
            "must be at most 63 lowercase letters, digits or hyphens, and start and end with a letter or digit",
        );
    }
    if let Some(sync) = &request.sync_type {
        checks.that(sync.is_known(), "syncType", "must be auto or manual");
    }
    if let Some(access) = &request.external_access {
        check_access(&mut checks, access, &request.source.kind);
    }
    check_source(&mut checks, &request.source);
    checks.done()
}

fn check_access(checks: &mut Checks, access: &ExternalAccess, source: &SourceType) {
    if let Some(kind) = &access.access_type {
        checks.that(kind.is_known(), "externalAccess.accessType", "must be Ingress or None").that(
            *kind != AccessType::None || matches!(source, SourceType::Helm | SourceType::Repository),
            "externalAccess.accessType",
            "None is possible for helm and repository sources only",
        );
    }
    let names = [
        ("domain", &access.domain),
        ("hostname", &access.hostname),
        ("dnsEndpoint", &access.dns_endpoint),
        ("dnsName", &access.dns_name),
    ];
    for (field, value) in names {
        if let Some(value) = value {
            let field = format!("externalAccess.{field}");
            checks.that(is_host(value), &field, "must be a DNS name such as shop.example.com").that(
                access.access_type != Some(AccessType::None),
                &field,
                "must be absent when accessType is None",
            );
        }
    }
    checks.that(
        access.domain.is_none() || access.hostname.is_none(),
        "externalAccess.domain",
        "must be absent when hostname is given",
    );
}

fn check_source(checks: &mut Checks, source: &ApplicationSource) {
    if !source.kind.is_known() {
        checks.that(false, "source.type", "must be image, helm, repository or yaml");
        return;
    }
    let members = [
        (SourceType::Image, source.image.is_some()),
        (SourceType::Helm, source.helm.is_some()),
        (SourceType::Repository, source.repository.is_some()),
        (SourceType::Yaml, source.yaml.is_some()),
    ];
    for (kind, there) in members {
        let field = format!("source.{kind}");
        if kind == source.kind {
            checks.that(there, field, format!("is required when source.type is {kind}"));
        } else {
            checks.that(!there, field, format!("must be absent when source.type is {}", source.kind));
        }
    }
    if let Some(image) = &source.image {
        checks
            .that(is_registry(&image.registry), "source.image.registry", "must be a registry host such as ghcr.io")
            .that(
                is_repository(&image.repository),
                "source.image.repository",
                "must be a lowercase image path such as acme/storefront",
            )
            .that(
                is_tag(&image.tag),
                "source.image.tag",
                "must be 1 to 128 letters, digits, dots, hyphens or underscores",
            );
    }
    if let Some(helm) = &source.helm {
        let repo = &helm.repo;
        checks
            .that(
                ["https://", "oci://"].iter().any(|scheme| has_rest(&repo.repo_url, scheme)),
                "source.helm.repo.repoURL",
                "must begin with https:// or oci://",
            )
            .that(!repo.chart_name.trim().is_empty(), "source.helm.repo.chartName", "must not be empty")
            .that(
                is_version(&repo.chart_version),
                "source.helm.repo.chartVersion",
                "must be a chart version such as 1.2.3",
            );
        check_release(checks, "source.helm.repo.releaseName", repo.release_name.as_deref());
        check_values(checks, "source.helm.values", helm.values.as_ref());
    }
    if let Some(repository) = &source.repository {
        let repo = &repository.repo;
        check_git(checks, "source.repository.repo", &repo.repo_url, &repo.path);
        check_release(checks, "source.repository.repo.releaseName", repo.release_name.as_deref());
        check_values(checks, "source.repository.values", repository.values.as_ref());
    }
    if let Some(yaml) = &source.yaml {
        match (&yaml.repo, &yaml.repo_url) {
            (Some(repo), None) => check_git(checks, "source.yaml.repo", &repo.repo_url, &repo.path),
            (None, Some(url)) => check_git(checks, "source.yaml", url, yaml.path.as_deref().unwrap_or_default()),
            (Some(_), Some(_)) => {
                checks.that(false, "source.yaml.repoURL", "must be absent when source.yaml.repo is given");
            }
            (None, None) => {
                checks.that(false, "source.yaml.repo", "is required");
            }
        }
    }
}

fn check_git(checks: &mut Checks, field: &str, url: &str, path: &str) {
    checks
        .that(
            ["https://", "ssh://", "git@"].iter().any(|scheme| has_rest(url, scheme)),
            format!("{field}.repoURL"),
            "must be the https:// or ssh address of a Git repository",
        )
        .that(
            !path.is_empty() && !path.starts_with('/') && !path.split('/').any(|part| part == ".."),
            format!("{field}.path"),
            "must be a path inside the repository (\".\" for its root)",
        );
}

fn check_release(checks: &mut Checks, field: &str, name: Option<&str>) {
    if let Some(name) = name {
        checks.that(
            is_label(name) && name.len() <= 53,
            field,
            "must be at most 53 lowercase letters, digits or hyphens",
        );
    }
}

fn check_values(checks: &mut Checks, field: &str, values: Option<&HelmValues>) {
    let Some(values) = values else { return };
    match &values.kind {
        Some(HelmValuesType::Other(_)) => {
            checks.that(false, format!("{field}.type"), "must be object or files");
        }
        Some(HelmValuesType::Files) => {
            let files = values.files.as_deref().unwrap_or_default();
            checks
                .that(!files.is_empty(), format!("{field}.files"), "must name at least one file when type is files")
                .that(values.object.is_none(), format!("{field}.object"), "must be absent when type is files");
            for (index, file) in files.iter().enumerate() {
                checks.that(!file.trim().is_empty(), format!("{field}.files[{index}]"), "must not be empty");
            }
        }
        Some(HelmValuesType::Object) => {
            checks.that(values.files.is_none(), format!("{field}.files"), "must be absent when type is object");
        }
        None => {}
    }
}

fn has_rest(text: &str, scheme: &str) -> bool {
    text.strip_prefix(scheme).is_some_and(|rest| {
        !rest.is_empty()
            && !rest.starts_with('/')
            && rest.chars().all(|c| !c.is_whitespace() && !c.is_control() && c != '<')
    })
}

/// A label of a DNS name, as Kubernetes takes it for a namespace.
fn is_label(text: &str) -> bool {
    let plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (1..=63).contains(&text.len())
        && text.bytes().all(|byte| plain(&byte) || byte == b'-')
        && text.as_bytes().first().is_some_and(plain)
        && text.as_bytes().last().is_some_and(plain)
}

fn is_host(text: &str) -> bool {
    text.len() <= 253 && text.contains('.') && text.split('.').all(is_label)
}

fn is_registry(text: &str) -> bool {
    let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
    let port_ok = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    port_ok && (is_host(host) || (is_label(host) && (port.is_some() || host == "localhost")))
}

fn is_repository(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 255
        && text.split('/').all(|part| {
            let plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
            part.as_bytes().first().is_some_and(plain)
                && part.as_bytes().last().is_some_and(plain)
                && part.bytes().all(|byte| plain(&byte) || matches!(byte, b'.' | b'_' | b'-'))
        })
}

fn is_tag(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
        && !text.starts_with(['.', '-'])
}

fn is_version(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 128
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+' | b'_' | b'^' | b'~' | b'*'))
}

fn hostname(access: &ExternalAccess) -> Option<&str> {
    access.hostname.as_deref().or(access.dns_endpoint.as_deref()).or(access.dns_name.as_deref())
}

/// The Git repository of a source, the revision asked for, and the path in it.
pub fn git(source: &ApplicationSource) -> Option<(&str, Option<&str>, &str)> {
    if let Some(repository) = &source.repository {
        let repo = &repository.repo;
        let revision = repo.target_revision.as_deref().or(repo.target_branch.as_deref());
        return Some((&repo.repo_url, revision, &repo.path));
    }
    let yaml = source.yaml.as_ref()?;
    match &yaml.repo {
        Some(repo) => {
            let revision = repo.target_revision.as_deref().or(repo.target_branch.as_deref());
            Some((&repo.repo_url, revision, &repo.path))
        }
        None => Some((yaml.repo_url.as_deref()?, yaml.target_branch.as_deref(), yaml.path.as_deref().unwrap_or("."))),
    }
}

/// The revision that a source stands at first.
pub fn first_revision(source: &ApplicationSource, random: &mut Random) -> String {
    match (&source.image, &source.helm) {
        (Some(image), _) => image.tag.clone(),
        (_, Some(helm)) => helm.repo.chart_version.clone(),
        _ => random.hex(12),
    }
}

/// The revision that comes after one: a commit, or the next patch of a chart.
pub fn next_revision(source: &ApplicationSource, current: &str, random: &mut Random) -> String {
    if source.helm.is_none() {
        return random.hex(12);
    }
    match current.rsplit_once('.') {
        Some((head, patch)) => match patch.parse::<u32>() {
            Ok(patch) => format!("{head}.{}", patch + 1),
            Err(_) => format!("{current}.1"),
        },
        None => format!("{current}.1"),
    }
}

/// A namespace made from a name.
pub fn namespace(name: &str, random: &mut Random) -> String {
    format!("{name}-{}", random.letters(4))
}

fn endpoint(request: &ApplicationDeployRequest, namespace: &str) -> Option<String> {
    if request.source.kind != SourceType::Image {
        return None;
    }
    let access = request.external_access.as_ref();
    if let Some(hostname) = access.and_then(hostname) {
        return Some(format!("https://{hostname}"));
    }
    let domain = access.and_then(|access| access.domain.as_deref()).unwrap_or(DOMAIN);
    Some(format!("https://{namespace}.{domain}"))
}

/// What carries the pods of a source: told from the chart or path, as a person would.
pub fn workload(request: &ApplicationDeployRequest) -> Workload {
    let about = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
    match &request.source.kind {
        SourceType::Helm => {
            let chart = request.source.helm.as_ref().map_or("", |helm| &helm.repo.chart_name);
            let stateful =
                ["clickhouse", "postgres", "redis", "rabbitmq", "elasticsearch", "vault", "loki", "tempo", "kafka"];
            if about(chart, &stateful) && !chart.contains("operator") {
                Workload::StatefulSet
            } else {
                Workload::Deployment
            }
        }
        SourceType::Yaml => {
            let path = git(&request.source).map_or("", |(_, _, path)| path);
            let of = |words: &[&str]| about(path, words) || about(&request.name, words);
            if of(&["cron", "job", "nightly", "export"]) {
                Workload::CronJob
            } else if of(&[
                "kafka",
                "strimzi",
                "cert",
                "issuer",
                "nginx",
                "rule",
                "alert",
                "dashboard",
                "polic",
                "resources/",
            ]) {
                Workload::Custom
            } else {
                Workload::Deployment
            }
        }
        _ => Workload::Deployment,
    }
}

/// A new application; it isn't in the store yet.
pub fn create(
    cx: &mut Cx<'_>,
    organization: &str,
    user: &str,
    request: ApplicationDeployRequest,
    placement: &Placement,
    namespace: String,
) -> App {
    let now = cx.now;
    let random = &mut cx.state.random;
    cx.state.apps.turns += 1;
    let life = cx.state.apps.turns;
    let workload = workload(&request);
    let git = matches!(request.source.kind, SourceType::Repository | SourceType::Yaml);
    App {
        life,
        organization: organization.to_owned(),
        endpoint: endpoint(&request, &namespace),
        namespace,
        cluster: placement.cluster.clone(),
        replicas: match workload {
            Workload::StatefulSet => Replicas { min: 3, max: 3, wanted: 3, autoscaled: false },
            _ => placement.replicas,
        },
        workload,
        phase: Phase::Pending,
        since: now,
        sync: SyncStatus::OutOfSync,
        compared: now,
        revision: first_revision(&request.source, random),
        pushed: None,
        template: random.letters(10),
        template_before: None,
        message: None,
        operation: None,
        pods: Vec::new(),
        history: History::default(),
        style: Style::of(&request),
        habit: if git { Habit::Pushed(30 * MINUTE) } else { Habit::Steady },
        created_by: user.to_owned(),
        created_at: now,
        updated_at: now,
        version: 1,
        turn: life,
        spec: request,
    }
}

/// Something that happened at a time, for histories made in advance.
pub const fn happened(at: crate::core::time::Millis, what: What) -> Happened {
    Happened { at, what }
}
