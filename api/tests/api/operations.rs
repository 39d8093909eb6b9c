//! Every operation's function, called with what the contract gives for its parameters and body.

use astro_api::{
    ApiError, Frame, Request, Secret, Stream, api_keys, applications, audit, catalog, cloud, clusters, github,
    notifications, organizations, pricing, profiles,
    request::Call,
    response::{Eventually, Response},
    tiers, users,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::support::{Described, described};

type Decode = Box<dyn Fn(&Response<'_>) -> Result<Value, ApiError>>;
type DecodeFrame = Box<dyn Fn(&str) -> Result<Value, ApiError>>;

/// What a function gave, its type forgotten: answers come back as JSON.
pub struct Built {
    pub call: Call,
    pub decode: Decode,
    pub frame: Option<DecodeFrame>,
}

fn answer<T: Serialize + 'static>(request: Request<T>) -> Built {
    let call = request.call().clone();
    let decode = move |response: &Response<'_>| Ok(serde_json::to_value(request.decode(response)?).unwrap());
    Built { call, decode: Box::new(decode), frame: None }
}

/// A wait comes back as `{"id", "message"}` below `pending`.
fn eventual<T: Serialize + 'static>(request: Request<Eventually<T>>) -> Built {
    let call = request.call().clone();
    let decode = move |response: &Response<'_>| {
        Ok(match request.decode(response)? {
            Eventually::Ready(value) => serde_json::to_value(value).unwrap(),
            Eventually::Pending(pending) => json!({ "pending": { "id": pending.id, "message": pending.message } }),
        })
    };
    Built { call, decode: Box::new(decode), frame: None }
}

/// A line of text comes back as a string.
fn stream<T: Serialize + DeserializeOwned + 'static>(stream: Stream<T>) -> Built {
    let call = stream.call().clone();
    let frame = move |frame: &str| {
        Ok(match stream.decode(frame)? {
            Frame::Item(item) => serde_json::to_value(item).unwrap(),
            Frame::Text(text) => Value::String(text),
        })
    };
    Built { call, decode: Box::new(|_| panic!("a stream has frames")), frame: Some(Box::new(frame)) }
}

/// The sample arguments of one operation.
struct Arguments<'a> {
    operation: &'static Described,
    body: Option<&'a Value>,
}

// The functions take options; every one of them is given here.
#[allow(clippy::unnecessary_wraps)]
impl Arguments<'_> {
    fn path(&self, name: &str) -> String {
        self.operation.sample("path", name)
    }

    fn query(&self, name: &str) -> String {
        self.operation.sample("query", name)
    }

    fn text(&self, name: &str) -> Option<String> {
        Some(self.query(name))
    }

    fn number(&self, name: &str) -> Option<i64> {
        Some(self.query(name).parse().unwrap())
    }

    fn truth(&self, name: &str) -> Option<bool> {
        Some(self.query(name).parse().unwrap())
    }

    fn body<T: DeserializeOwned>(&self) -> T {
        let body = self.body.unwrap_or_else(|| panic!("{} has no body", self.operation.id));
        serde_json::from_value(body.clone()).unwrap_or_else(|error| panic!("{}: {error}\n{body}", self.operation.id))
    }
}

/// Calls the function of an operation with every parameter that it has, and with the given body.
#[rustfmt::skip]
pub fn build(id: &str, body: Option<&Value>) -> Built {
    let a = Arguments { operation: described(id), body };
    match id {
        "listApiKeys" => answer(api_keys::list()),
        "createApiKey" => answer(api_keys::create(&a.body())),
        "deleteApiKey" => answer(api_keys::delete(&a.path("orgId"), &a.body())),
        "getApiKey" => answer(api_keys::get(&a.path("orgId"), &a.path("keyId"))),
        "revokeApiKey" => answer(api_keys::revoke(&a.path("orgId"), Some(&a.body()))),
        "getApiKeyMetadata" => answer(api_keys::metadata()),
        "validateApiKey" => answer(api_keys::validate(&Secret::from("astro_1"))),
        "listApplications" => answer(applications::list()),
        "deleteApplication" => answer(applications::delete(&a.path("appId"))),
        "getApplication" => answer(applications::get(&a.path("appId"))),
        "streamApplicationEvents" => stream(applications::events(&a.path("appId"), a.truth("k8s"))),
        "streamApplicationLogs" => stream(applications::logs(&a.path("appId"), &applications::LogOptions {
            follow: a.truth("follow"), tail: a.number("tail"), previous: a.truth("previous"),
            pod: a.text("pod"), container: a.text("container"),
        })),
        "resyncApplication" => answer(applications::resync(&a.path("appId"), Some(&a.body()))),
        "getApplicationSpec" => answer(applications::spec(&a.path("appId"))),
        "streamApplicationStatus" => stream(applications::status(&a.path("appId"))),
        "deployApplication" => answer(applications::deploy(true, &a.body::<applications::ApplicationDeployRequest>())),
        "listApplicationProfiles" => answer(profiles::list()),
        "createApplicationProfile" => answer(profiles::create(&a.body())),
        "deleteApplicationProfile" => answer(profiles::delete(&a.path("profileId"))),
        "getApplicationProfile" => answer(profiles::get(&a.path("profileId"))),
        "bulkDeleteApplicationProfiles" => answer(profiles::bulk_delete(&a.body())),
        "listAuditEvents" => answer(audit::list(&audit::AuditFilter {
            page: a.number("page"), page_size: a.number("pageSize"), event_type: a.text("eventType"),
            action: a.text("action"), user_id: a.text("userId"), start_date: a.text("startDate"), end_date: a.text("endDate"),
        })),
        "getAuditEvent" => answer(audit::get(&a.path("eventId"))),
        "exportAuditEvents" => answer(audit::export(&audit::AuditExport {
            format: a.text("format"), event_type: a.text("eventType"), action: a.text("action"),
            user_id: a.text("userId"), start_date: a.text("startDate"), end_date: a.text("endDate"),
        })),
        "getAuditStatistics" => answer(audit::statistics(a.text("period").as_deref())),
        "listAvailabilityTiers" => answer(tiers::list()),
        "getAvailabilityTier" => answer(tiers::get(&a.path("tierId"))),
        "getAwsConnectionStatus" => answer(cloud::aws_status(&a.path("id"))),
        "connectAws" => answer(cloud::connect_aws(&a.body())),
        "getAwsCredentials" => answer(cloud::aws_credentials(&a.body())),
        "getAzureConnectionStatus" => answer(cloud::azure_status(&a.path("id"))),
        "connectAzure" => answer(cloud::connect_azure(&a.body())),
        "getAzureCredentials" => answer(cloud::azure_credentials(&a.query("clusterName"), &cloud::AzureCredentialQuery {
            subscription_id: a.text("subscriptionId"), resource_group: a.text("resourceGroup"),
            target_region: a.text("targetRegion"), duration: a.text("duration"),
        })),
        "getGcpConnectionStatus" => answer(cloud::gcp_status(&a.path("id"))),
        "connectGcp" => answer(cloud::connect_gcp(&a.body())),
        "getGcpCredentials" => answer(cloud::gcp_credentials(&a.body())),
        "listKubernetesVersions" => answer(cloud::kubernetes_versions(
            &a.query("cloudProvider").as_str().into(), &a.query("provisionerType").as_str().into(),
            &cloud::KubernetesVersionQuery {
                region: a.text("region"), release_channel: Some(a.query("releaseChannel").as_str().into()),
                autopilot: a.truth("autopilot"),
            },
        )),
        "storeSelfHostedCredentials" => answer(cloud::store_self_hosted(&a.body())),
        "deleteSelfHostedCredentials" => answer(cloud::delete_self_hosted(&a.query("clusterName"))),
        "getSelfHostedCredentialStatus" => answer(cloud::self_hosted_status(&a.query("clusterName"))),
        "listClusters" => answer(clusters::list(a.text("providerId").as_deref())),
        "deployCluster" => answer(clusters::deploy(true, &a.body::<clusters::K8sCluster>())),
        "deleteCluster" => answer(clusters::delete(&a.path("clusterId"), Some(&a.body()))),
        "getCluster" => answer(clusters::get(&a.path("clusterId"))),
        "updateCluster" => answer(clusters::update(&a.path("clusterId"), &a.body())),
        "unregisterAgent" => answer(clusters::unregister_agent(&a.path("clusterId"), a.truth("agent-only"))),
        "getAgentStatus" => answer(clusters::agent_status(&a.path("clusterId"), a.text("operationId").as_deref())),
        "registerAgent" => answer(clusters::register_agent(&a.path("clusterId"), &a.body())),
        "syncClusterAuth" => answer(clusters::sync_auth(&a.path("clusterId"))),
        "cancelClusterOperation" => answer(clusters::cancel(&a.path("clusterId"))),
        "getKubeconfig" => eventual(clusters::kubeconfig(&a.path("clusterId"))),
        "generateKubeconfig" => eventual(clusters::generate_kubeconfig(&a.path("clusterId"), &a.body())),
        "listClusterOperations" => answer(clusters::operations(&a.path("clusterId"), &clusters::OperationQuery {
            limit: a.number("limit"), page_token: a.text("pageToken"), provider: a.text("provider"),
            provisioner_type: a.text("provisionerType"), account_id: a.text("accountId"), region: a.text("region"),
        })),
        "getClusterProgress" => answer(clusters::progress(&a.path("clusterId"), a.text("operationId").as_deref())),
        "streamClusterProgress" => stream(clusters::progress_stream(&a.path("clusterId"), a.text("operationId").as_deref())),
        "getClusterSpec" => answer(clusters::spec(&a.path("clusterId"))),
        "decideClusterApproval" => answer(clusters::decide_approval(
            &a.query("clusterName"), &a.query("orgId"), &Secret::from(a.query("token").as_str()), &a.query("action"),
        )),
        "listClusterProgress" => answer(clusters::list_progress(&clusters::ProgressQuery {
            operation_type: a.text("operationType"), status: a.text("status"), limit: a.number("limit"),
            page_token: a.text("pageToken"),
        })),
        "githubCallback" => answer(github::callback(&a.query("installation_id"), &a.query("setup_action"))),
        "listGithubInstallations" => answer(github::installations()),
        "deleteGithubInstallation" => answer(github::delete_installation(&a.path("installation_id"))),
        "getGithubInstallation" => answer(github::installation(&a.path("installation_id"))),
        "mapGithubInstallation" => answer(github::map_installation(&a.path("installation_id"))),
        "listGithubRepositories" => answer(github::repositories(&a.path("installation_id"))),
        "createGithubInstallationToken" => answer(github::installation_token(&a.path("installation_id"))),
        "syncGithubInstallations" => answer(github::sync(Some(&a.body()))),
        "createRepositoryToken" => answer(github::repository_token(&a.body())),
        "listRepositoryBranches" => answer(github::branches(&a.query("repoUrl"))),
        "browseRepository" => answer(github::browse(
            &a.query("repoUrl"), a.text("branch").as_deref(), a.text("path").as_deref(),
        )),
        "getRepositoryFile" => answer(github::file(&a.query("repoUrl"), &a.query("filePath"), a.text("branch").as_deref())),
        "validateRepositoryPath" => answer(github::validate_path(&a.body())),
        "listNotificationChannels" => answer(notifications::channels()),
        "listNotificationIntegrations" => answer(notifications::integrations()),
        "upsertNotificationIntegration" => answer(notifications::upsert_integration(&a.body())),
        "deleteNotificationIntegration" => answer(notifications::delete_integration(&a.path("channel"))),
        "getNotificationIntegration" => answer(notifications::integration(&a.path("channel"))),
        "listNotificationSubscriptions" => answer(notifications::subscriptions()),
        "upsertNotificationSubscription" => answer(notifications::upsert_subscription(&a.body())),
        "deleteNotificationSubscription" => answer(notifications::delete_subscription(&a.path("topic"))),
        "getNotificationSubscription" => answer(notifications::subscription(&a.path("topic"))),
        "listNotificationTopics" => answer(notifications::topics()),
        "unsubscribe" => answer(notifications::unsubscribe(&a.body())),
        "listOrganizations" => answer(organizations::list(&organizations::Page {
            page: a.number("page"), page_size: a.number("pageSize"),
        })),
        "createOrganization" => answer(organizations::create(&a.body())),
        "getOrganization" => answer(organizations::get(&a.path("id"))),
        "listOrganizationMembers" => answer(organizations::members(&a.path("id"), &organizations::Page {
            page: a.number("page"), page_size: a.number("pageSize"),
        })),
        "getOrganizationPlan" => answer(organizations::plan(&a.path("id"))),
        "addOrganizationUser" => answer(organizations::add_user(&a.body())),
        "listPlans" => answer(organizations::plans()),
        "removeOrganizationUser" => answer(organizations::remove_user(&a.body())),
        "listOrganizationRoles" => answer(organizations::roles()),
        "getPricing" => answer(pricing::get()),
        "listProviders" => answer(catalog::providers()),
        "listRegions" => answer(catalog::regions(&a.path("providerId"))),
        "listMachineTypes" => answer(catalog::machine_types(
            &a.path("providerId"), &a.path("regionId"), &a.path("zoneId"), &catalog::MachineTypeFilter {
                cpu_min: a.text("cpuMin"), cpu_max: a.text("cpuMax"), mem_min: a.text("memMin"), mem_max: a.text("memMax"),
                category: Some(a.query("category").as_str().into()),
                architecture: Some(a.query("architecture").as_str().into()), zone_id: a.text("zoneId"),
            },
        )),
        "getMachineType" => answer(catalog::machine_type(
            &a.path("providerId"), &a.path("regionId"), &a.path("machinetypeId"), a.text("zoneId").as_deref(),
        )),
        "listZones" => answer(catalog::zones(&a.path("providerId"), &a.path("regionId"))),
        "switchOrganization" => answer(users::switch_organization(&a.body())),
        "getUserProfile" => answer(users::profile()),
        "createUserProfile" => answer(users::create_profile()),
        _ => panic!("{id} has no function here"),
    }
}

/// Calls it with its first example, where it has a body.
pub fn sample(operation: &Described) -> Built {
    build(operation.id, operation.bodies().first().copied())
}
