//! Applications: deployed by GitOps, watched live.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    manifest::{self, Kind},
    open_enum::open_enum,
    request::{Request, Stream},
    timestamp::Timestamp,
};

open_enum! {
    /// How Helm values are given.
    HelmValuesType { Object = "object", Files = "files" }
}

open_enum! {
    /// What an application is deployed from.
    SourceType { Image = "image", Helm = "helm", Repository = "repository", Yaml = "yaml" }
}

open_enum! {
    /// Whether an application is reachable from outside.
    AccessType { Ingress = "Ingress", None = "None" }
}

open_enum! {
    /// Whether changes are applied by themselves; `manual` is meant for testing.
    SyncType { Auto = "auto", Manual = "manual" }
}

open_enum! {
    /// Argo CD's health of an application or resource.
    Health {
        Healthy = "Healthy",
        Progressing = "Progressing",
        Degraded = "Degraded",
        Suspended = "Suspended",
        Missing = "Missing",
        Unknown = "Unknown",
    }
}

open_enum! {
    /// Argo CD's comparison of what runs with what is wanted.
    SyncStatus { Synced = "Synced", OutOfSync = "OutOfSync", Unknown = "Unknown" }
}

open_enum! {
    /// Who reports an event: the CD service (`pulse`) or Kubernetes.
    EventSource { Pulse = "pulse", K8s = "k8s" }
}

open_enum! {
    /// How much an event matters.
    EventType { Normal = "Normal", Warning = "Warning" }
}

open_enum! {
    /// Which output of the process a line came from.
    LogStream { Stdout = "stdout", Stderr = "stderr" }
}

open_enum! {
    /// Whether a condition holds.
    ConditionStatus { True = "True", False = "False", Unknown = "Unknown" }
}

/// Container image coordinates (public manifests). (Source: docs.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageSource {
    pub registry: String,
    pub repository: String,
    pub tag: String,
}

/// A chart in a Helm repository (https or oci). (Source: docs.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HelmRepo {
    /// HTTPS chart repository or oci:// registry.
    #[serde(rename = "repoURL")]
    pub repo_url: String,
    pub chart_name: String,
    pub chart_version: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_name: Option<String>,
}

/// Manifests use type object; the repository-source docs page shows type files. (Source: docs.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HelmValues {
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<HelmValuesType>,
    /// Inline chart values; used when type is object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<Map<String, Value>>,
    /// Value file paths relative to the chart path; used when type is files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<Vec<String>>,
}

/// Public Helm chart. (Source: docs.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HelmSource {
    pub repo: HelmRepo,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<HelmValues>,
}

/// A Helm chart in a Git repository. (Source: docs.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GitChartRepo {
    #[serde(rename = "repoURL")]
    pub repo_url: String,
    pub path: String,
    /// Branch, tag or commit. Older pages and manifests call it targetBranch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_revision: Option<String>,
    /// The older spelling of `targetRevision`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_branch: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_name: Option<String>,
}

/// Helm chart kept in a Git repository; meant for private repositories. (Source: docs.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RepositorySource {
    pub repo: GitChartRepo,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<HelmValues>,
}

/// Plain manifests in a Git repository. (Source: docs.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GitPathRepo {
    #[serde(rename = "repoURL")]
    pub repo_url: String,
    pub path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_revision: Option<String>,
    /// The older spelling of `targetRevision`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_branch: Option<String>,
}

/// Plain Kubernetes YAML directory in Git. (Source: docs.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct YamlSource {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repo: Option<GitPathRepo>,
    /// Glob of files to ignore.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exclude: Option<String>,
    /// Glob (inferred counterpart of exclude).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub include: Option<String>,
    /// The older form has the repository's fields here, without `repo`.
    #[serde(rename = "repoURL", default, skip_serializing_if = "Option::is_none")]
    pub repo_url: Option<String>,
    /// Of the older form, as [`YamlSource::repo_url`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Of the older form, as [`YamlSource::repo_url`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_branch: Option<String>,
}

/// Exactly one member matching `type` is set. Immutable after creation (seed). (Source: docs.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationSource {
    #[serde(rename = "type")]
    pub kind: SourceType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<ImageSource>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub helm: Option<HelmSource>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<RepositorySource>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yaml: Option<YamlSource>,
}

impl ApplicationSource {
    const fn of(kind: SourceType) -> Self {
        Self { kind, image: None, helm: None, repository: None, yaml: None }
    }

    /// From a container image.
    pub fn image(image: ImageSource) -> Self {
        Self { image: Some(image), ..Self::of(SourceType::Image) }
    }

    /// From a chart of a Helm repository.
    pub fn helm(helm: HelmSource) -> Self {
        Self { helm: Some(helm), ..Self::of(SourceType::Helm) }
    }

    /// From a chart in a Git repository.
    pub fn repository(repository: RepositorySource) -> Self {
        Self { repository: Some(repository), ..Self::of(SourceType::Repository) }
    }

    /// From plain Kubernetes manifests in a Git repository.
    pub fn yaml(yaml: YamlSource) -> Self {
        Self { yaml: Some(yaml), ..Self::of(SourceType::Yaml) }
    }
}

/// `accessType: None` is valid only for helm and repository sources (seed). Newest manifests use domain/hostname; older ones
/// accessType + dnsEndpoint or dnsName. (Source: docs.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExternalAccess {
    /// `Ingress` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_type: Option<AccessType>,
    /// Verified custom domain; a host name `hello-<id>.<domain>` is generated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// Exact host name to serve instead of a generated one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hostname: Option<String>,
    /// Field name used by the API in mid-2026 manifests, before domain/hostname.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns_endpoint: Option<String>,
    /// Oldest spelling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns_name: Option<String>,
}

/// endpoint, targetNamespace, clusterName and status appear in documented CLI output; the rest follows the deploy
/// body and Argo CD vocabulary. (Source: inferred.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Application {
    pub id: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org_namespace: Option<String>,
    pub profile_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_namespace: Option<String>,
    /// Public URL when exposed; the CLI prints it as endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    pub source: ApplicationSource,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_access: Option<ExternalAccess>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync_type: Option<SyncType>,
    /// Overall state. CI example waits for RUNNING (image app) and Ready (build app).
    pub status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health: Option<Health>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync_status: Option<SyncStatus>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
}

/// One WebSocket text frame. (Source: inferred.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppEvent {
    /// pulse = CD service event; k8s only when the query parameter k8s=true.
    pub source: EventSource,
    #[serde(rename = "type")]
    pub kind: EventType,
    pub reason: String,
    pub message: String,
    pub timestamp: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// kind/name for Kubernetes events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
}

/// One WebSocket text frame. Seed schema is a plain string, so a server may send raw text lines; clients must
/// accept both. (Source: inferred.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppLogLine {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<Timestamp>,
    pub pod: String,
    pub container: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<LogStream>,
    pub message: String,
}

/// `force` ends a sync that hangs and starts anew. (Source: seed.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResyncRequest {
    /// Sync even without changes or when an earlier operation hangs (for example stuck terminating).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force: Option<bool>,
}

/// The sync that was asked for. (Source: inferred.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationResyncResult {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_id: Option<String>,
    pub status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync_status: Option<SyncStatus>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_at: Option<Timestamp>,
}

/// Flat body as in seed. Nested objects filled from manifests. (Source: seed.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationDeployRequest {
    /// Optional exposure settings; defaults to Ingress; None only for helm/repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_access: Option<ExternalAccess>,
    /// Unique in the organization; lowercase letters, digits, hyphens. Pattern
    /// `^[a-z]([-a-z0-9]*[a-z0-9])?$`; 1 to 50 characters.
    pub name: String,
    /// Kubernetes namespace; generated from the name when omitted. 0 to 63 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Existing profile; immutable after creation. 1 to 50 characters.
    pub profile_name: String,
    /// Artifact source; immutable after creation.
    pub source: ApplicationSource,
    /// Synchronization mode; manual is for testing on live clusters. Default `auto`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync_type: Option<SyncType>,
}

/// A condition of an application or resource, as Kubernetes has them. (Source: inferred.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    #[serde(rename = "type")]
    pub kind: String,
    pub status: ConditionStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_transition_time: Option<Timestamp>,
}

/// A Kubernetes resource of an application. (Source: inferred.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppResource {
    pub kind: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health: Option<Health>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync_status: Option<SyncStatus>,
}

/// One WebSocket text frame: deployment progress, health conditions, Argo CD sync state (topics named by seed).
/// (Source: inferred.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppStatusEvent {
    pub app_id: String,
    pub status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health: Option<Health>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync_status: Option<SyncStatus>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Vec<Condition>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resources: Option<Vec<AppResource>>,
    pub timestamp: Timestamp,
}

/// What became of a deploy. After a dry run only the fields of the validation mean something. (Source: inferred.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationDeployResult {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation_passed: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warnings: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<String>>,
}

/// CLI manifest form. The CLI (or console editor) must send `spec` as the flat body; whether the API also takes the
/// wrapped form is unknown. (Source: docs.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationManifest {
    pub api_version: String,
    pub kind: String,
    pub spec: ApplicationDeployRequest,
}

impl ApplicationManifest {
    /// Wraps a spec.
    pub fn new(spec: ApplicationDeployRequest) -> Self {
        Self { api_version: manifest::API_VERSION.to_owned(), kind: Kind::Application.as_str().to_owned(), spec }
    }
}

/// List applications. Every application of the organization.
///
/// Operation `listApplications`; inferred.
pub fn list() -> Request<Vec<Application>> {
    Request::new("listApplications")
}

/// Delete an application. Removes the application and its resources for good. Organization owner only. May be
/// called by: owner.
///
/// Operation `deleteApplication`; inferred.
pub fn delete(app_id: &str) -> Request<()> {
    Request::unanswered("deleteApplication").path("appId", app_id)
}

/// Get an application. Details of one application.
///
/// Operation `getApplication`; inferred.
pub fn get(app_id: &str) -> Request<Application> {
    Request::new("getApplication").path("appId", app_id)
}

/// Stream application events. WebSocket of CD (Pulse) events and, on request, Kubernetes events. CLI: app events
/// NAME, and -k for Kubernetes events.
///
/// Operation `streamApplicationEvents`; inferred.
pub fn events(app_id: &str, k8s: Option<bool>) -> Stream<AppEvent> {
    Stream::new("streamApplicationEvents").path("appId", app_id).query_option("k8s", k8s)
}

/// Optional parameters of `streamApplicationLogs`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogOptions {
    /// Keep following
    pub follow: Option<bool>,
    /// Lines from the end
    pub tail: Option<i64>,
    /// Logs of terminated containers
    pub previous: Option<bool>,
    /// Pod name
    pub pod: Option<String>,
    /// Container name
    pub container: Option<String>,
}

/// Stream application logs. WebSocket of container logs, optionally for one pod or container.
///
/// Operation `streamApplicationLogs`; inferred.
pub fn logs(app_id: &str, options: &LogOptions) -> Stream<AppLogLine> {
    Stream::new("streamApplicationLogs")
        .of_lines()
        .path("appId", app_id)
        .query_option("follow", options.follow)
        .query_option("tail", options.tail)
        .query_option("previous", options.previous)
        .query_option("pod", options.pod.as_ref())
        .query_option("container", options.container.as_ref())
}

/// Resync an application. Reconciles the deployed state with the configured source at once.
///
/// Operation `resyncApplication`; inferred.
pub fn resync(app_id: &str, body: Option<&ResyncRequest>) -> Request<ApplicationResyncResult> {
    let request = Request::new("resyncApplication").path("appId", app_id);
    match body {
        Some(body) => request.json(body),
        None => request,
    }
}

/// Get the application spec. The original deploy body.
///
/// Operation `getApplicationSpec`; inferred.
pub fn spec(app_id: &str) -> Request<ApplicationDeployRequest> {
    Request::new("getApplicationSpec").path("appId", app_id)
}

/// Stream application status. WebSocket of deployment progress, health conditions and Argo CD sync state.
///
/// Operation `streamApplicationStatus`; inferred.
pub fn status(app_id: &str) -> Stream<AppStatusEvent> {
    Stream::new("streamApplicationStatus").path("appId", app_id)
}

/// Deploys an application. A name that is taken is refused with 409, since names are unique and nothing else changes an
/// application (inferred; the declarative CLI apply would fit an update as well). A dry run only validates.
///
/// The body is an [`ApplicationDeployRequest`], or the `spec` of a manifest as it was written, which may hold more than
/// this crate knows.
///
/// Operation `deployApplication`; inferred.
pub fn deploy(dry_run: bool, body: &impl Serialize) -> Request<ApplicationDeployResult> {
    Request::new("deployApplication").json(body).query_option("dryRun", dry_run.then_some(true)).harmless(dry_run)
}
