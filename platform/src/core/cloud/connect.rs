//! Connecting a cloud account, one provider at a time.

use astro_api::{
    audit::{AuditAction, AuditEventType},
    catalog::ProviderId,
    cloud::{
        AccessLevel, AwsConnectRequest, AzureConnectRequest, CloudConnectResult, ConnectStatus, GcpConnectRequest,
    },
    duration::GoDuration,
};
use serde_json::{Map, json};

use super::{Connection, Due, latest};
use crate::core::{
    Cx,
    call::{Call, Reply},
    catalog, clusters,
    fault::Fault,
    notifications,
    time::{self, HOUR, Millis, SECOND},
    validate::Checks,
};

/// How long the link to the provider's page is good for.
const LINK_LIFE: Millis = HOUR;
/// After how long the stand-in person gets round to it.
const UNATTENDED: Millis = 90 * SECOND;
/// How long each verification takes.
const VERIFICATION: Millis = 6 * SECOND;
/// The longest that credentials of a connection may live.
const LONGEST: GoDuration = GoDuration::from_hours(12);

/// What a person asked for, the same for every provider.
struct Wanted {
    provider: ProviderId,
    cluster: String,
    account: String,
    within: String,
    region: Option<String>,
    level: AccessLevel,
    force: bool,
}

pub fn aws(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let body: AwsConnectRequest = call.body()?;
    let level = body.level.unwrap_or(AccessLevel::Manage);
    short_enough(body.duration)?;
    let account = match body.destination_account_id {
        Some(account) => account,
        None => known_account(cx, &body.cluster_name, "destinationAccountId")?,
    };
    start(
        cx,
        Wanted {
            provider: ProviderId::Aws,
            cluster: body.cluster_name,
            account,
            within: String::new(),
            region: body.target_region,
            level,
            force: body.force_update.unwrap_or(false),
        },
    )
}

pub fn gcp(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let body: GcpConnectRequest = call.body()?;
    let level = body.level.unwrap_or(AccessLevel::Manage);
    short_enough(body.duration)?;
    // The contract's text requires the number, although its list of required fields doesn't name it.
    let number = body.target_project_number.unwrap_or_default();
    let is_number = (1..=20).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    Checks::new()
        .that(is_number, "targetProjectNumber", "is required: the number of the project, digits alone")
        .done()?;
    let account = match body.target_project_id {
        Some(project) => project,
        None => known_account(cx, &body.cluster_name, "targetProjectId")?,
    };
    start(
        cx,
        Wanted {
            provider: ProviderId::Gcp,
            cluster: body.cluster_name,
            account,
            within: number,
            region: body.target_region,
            level,
            force: body.force_update.unwrap_or(false),
        },
    )
}

pub fn azure(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let body: AzureConnectRequest = call.body()?;
    short_enough(body.duration)?;
    let group = body.resource_group.unwrap_or_default();
    Checks::new().that(is_resource_group(&group), "resourceGroup", RESOURCE_GROUP).done()?;
    let account = match body.subscription_id {
        Some(subscription) => subscription,
        None => known_account(cx, &body.cluster_name, "subscriptionId")?,
    };
    start(
        cx,
        Wanted {
            provider: ProviderId::Azure,
            cluster: body.cluster_name,
            account,
            within: group,
            region: body.target_region,
            level: AccessLevel::Manage,
            force: body.force_update.unwrap_or(false),
        },
    )
}

/// What [`is_resource_group`] wants, in words.
pub const RESOURCE_GROUP: &str =
    "is required: 1 to 90 letters, digits, hyphens, underscores, parentheses or periods, not ending in a period";

/// Azure's rule for the name of a resource group.
pub fn is_resource_group(value: &str) -> bool {
    (1..=90).contains(&value.chars().count())
        && !value.ends_with('.')
        && value.chars().all(|c| c.is_alphanumeric() || "-_().".contains(c))
}

/// Refuses credentials that would live too long.
pub fn short_enough(duration: Option<GoDuration>) -> Result<(), Fault> {
    Checks::new()
        .that(duration.is_none_or(|duration| duration <= LONGEST), "duration", "must be 12 hours at most")
        .done()
}

/// The account of a cluster that exists already, which the contract calls detection.
fn known_account(cx: &Cx<'_>, cluster: &str, field: &str) -> Result<String, Fault> {
    let organization = cx.organization()?;
    clusters::find(cx, &organization, cluster)
        .and_then(|cluster| cluster.account_id)
        .or_else(|| latest(cx, &organization, cluster).map(|connection| connection.account.clone()))
        .ok_or_else(|| Fault::invalid(field, "is required: nothing is known of this cluster yet"))
}

fn start(cx: &mut Cx<'_>, wanted: Wanted) -> Result<Reply, Fault> {
    let organization = cx.organization()?;
    let existing = clusters::find(cx, &organization, &wanted.cluster);
    if let Some(cluster) = &existing
        && ProviderId::from(cluster.provider.as_str()).is_known()
        && cluster.provider != wanted.provider.as_str()
    {
        return Err(Fault::conflict(format!("Cluster {} runs on {}", wanted.cluster, cluster.provider)));
    }
    if !wanted.force
        && let Some(connection) = latest(cx, &organization, &wanted.cluster)
        && connection.status == ConnectStatus::Completed
    {
        return Err(Fault::conflict(format!(
            "Cluster {} is connected to {} already; forceUpdate renews the connection",
            wanted.cluster, connection.account
        ))
        .with("operationId", connection.id.clone()));
    }
    let region = wanted
        .region
        .or_else(|| existing.and_then(|cluster| cluster.region))
        .unwrap_or_else(|| catalog::default_region(wanted.provider.as_str()).to_owned());
    if catalog::region(wanted.provider.as_str(), &region).is_none() {
        return Err(Fault::invalid("targetRegion", format!("is not a region of {}", wanted.provider)));
    }
    let id = cx.uuid();
    let connection = Connection {
        id: id.clone(),
        cluster: wanted.cluster.clone(),
        provider: wanted.provider,
        account: wanted.account,
        within: wanted.within,
        region,
        level: wanted.level,
        status: ConnectStatus::Pending,
        step: "awaiting-setup".to_owned(),
        message: "Waiting for the setup in the cloud account".to_owned(),
        confirmed: false,
        updated_at: cx.now,
        expires_at: cx.now + LINK_LIFE,
    };
    let result = result(&connection);
    let provider = connection.provider.to_string();
    let metadata = Map::from_iter([
        ("operation".to_owned(), json!("connect")),
        ("cluster".to_owned(), json!(connection.cluster)),
        ("account".to_owned(), json!(connection.account)),
        ("level".to_owned(), json!(connection.level)),
    ]);
    let accounts = cx.state.cloud.accounts.entry(organization.clone()).or_default();
    accounts.latest.insert(connection.cluster.clone(), id.clone());
    accounts.connections.insert(id.clone(), connection);
    if !wanted.cluster.contains("expire") {
        cx.after(
            UNATTENDED,
            super::super::Due::Cloud(Due::Unattended { organization: organization.clone(), operation: id.clone() }),
        );
    }
    cx.at(cx.now + LINK_LIFE, super::super::Due::Cloud(Due::Expires { organization, operation: id.clone() }));
    cx.audit((AuditEventType::Provider, AuditAction::Create), (&provider, &id, &wanted.cluster), metadata);
    Ok(Reply::said(result, "Connection started"))
}

/// What the person is told to do.
fn result(connection: &Connection) -> CloudConnectResult {
    let Connection { id, cluster, account, within, region, level, .. } = connection;
    let page = |name: &str, more: &str| Some(format!("/_platform/stand-in/{name}?operation={id}{more}"));
    let mut result = CloudConnectResult {
        operation_id: id.clone(),
        cluster_name: Some(cluster.clone()),
        provider: connection.provider.clone(),
        status: connection.status.clone(),
        setup_url: None,
        setup_script: None,
        script_file_name: None,
        template_url: None,
        expires_at: Some(time::rfc3339_seconds(connection.expires_at)),
        instructions: None,
    };
    let instructions = match connection.provider {
        ProviderId::Gcp => {
            result.setup_url = page("cloud-shell", "");
            result.setup_script = Some(gcp_script(cluster, account, within, level));
            result.script_file_name = Some(format!("astro-gcp-setup-{cluster}.sh"));
            [
                format!("Open Cloud Shell in project {account}"),
                "Run the script that it shows".to_owned(),
                "Wait for the verification".to_owned(),
            ]
        }
        ProviderId::Azure => {
            result.setup_url = page("azure-script", "");
            result.setup_script = Some(azure_script(cluster, account, within, region));
            result.script_file_name = Some(format!("astro-azure-setup-{cluster}.sh"));
            [
                format!("Sign in to subscription {account} with az login"),
                format!("Run bash astro-azure-setup-{cluster}.sh"),
                "Wait for the verification".to_owned(),
            ]
        }
        _ => {
            result.setup_url = page("cloudformation", &format!("&region={region}&stackName=astro-{cluster}"));
            [
                format!("Sign in to account {account}"),
                format!("Create the stack astro-{cluster}"),
                "Wait for the verification".to_owned(),
            ]
        }
    };
    result.instructions = Some(instructions.into());
    result
}

fn gcp_script(cluster: &str, project: &str, number: &str, level: &AccessLevel) -> String {
    let role = if *level == AccessLevel::Read { "roles/container.viewer" } else { "roles/container.admin" };
    format!(
        r#"#!/usr/bin/env bash
# Lets the Astro platform work on cluster {cluster} in project {project} ({number}), without a key.
set -euo pipefail
gcloud config set project {project}
gcloud services enable container.googleapis.com iamcredentials.googleapis.com sts.googleapis.com
gcloud iam workload-identity-pools create astro-{cluster} --location=global
gcloud iam service-accounts create astro-{cluster} --display-name="Astro platform, {cluster}"
gcloud projects add-iam-policy-binding {project} \
  --member="serviceAccount:astro-{cluster}@{project}.iam.gserviceaccount.com" --role="{role}"
gcloud iam service-accounts add-iam-policy-binding astro-{cluster}@{project}.iam.gserviceaccount.com \
  --role="roles/iam.workloadIdentityUser" \
  --member="principalSet://iam.googleapis.com/projects/{number}/locations/global/workloadIdentityPools/astro-{cluster}/*"
"#
    )
}

fn azure_script(cluster: &str, subscription: &str, group: &str, region: &str) -> String {
    format!(
        r#"#!/usr/bin/env bash
# Lets the Astro platform work on cluster {cluster} in resource group {group}, without a secret.
set -euo pipefail
az account set --subscription {subscription}
az group create --name "{group}" --location {region}
APP_ID=$(az ad app create --display-name astro-{cluster} --query appId --output tsv)
az ad sp create --id "$APP_ID"
az role assignment create --assignee "$APP_ID" --role Contributor \
  --scope "/subscriptions/{subscription}/resourceGroups/{group}"
az ad app federated-credential create --id "$APP_ID" --parameters '{{
  "name": "astro-{cluster}", "issuer": "https://oidc.astropulse.example",
  "subject": "cluster:{cluster}", "audiences": ["api://AzureADTokenExchange"]
}}'
"#
    )
}

/// What a verified connection says.
pub const fn success(provider: &ProviderId) -> &'static str {
    match provider {
        ProviderId::Gcp => "Service account impersonated successfully",
        ProviderId::Azure => "Federated credential accepted",
        _ => "Role assumed successfully",
    }
}

/// The person has done what was asked; verification begins.
pub fn confirmed(cx: &mut Cx<'_>, organization: &str, operation: &str) {
    let now = cx.now;
    let Some(connection) = find(cx, organization, operation) else { return };
    if connection.status != ConnectStatus::Pending {
        return;
    }
    connection.confirmed = true;
    connection.status = ConnectStatus::InProgress;
    (connection.step, connection.message) = match connection.provider {
        ProviderId::Gcp => ("bind-service-account".to_owned(), "Workload identity pool found".to_owned()),
        ProviderId::Azure => ("federate-application".to_owned(), "Application registration found".to_owned()),
        _ => ("create-role".to_owned(), "Stack created, waiting for the role".to_owned()),
    };
    connection.updated_at = now;
    again(cx, organization, operation);
}

/// The next step of the verification.
pub fn verify(cx: &mut Cx<'_>, organization: &str, operation: &str) {
    let now = cx.now;
    let Some(connection) = find(cx, organization, operation) else { return };
    if connection.status != ConnectStatus::InProgress {
        return;
    }
    connection.updated_at = now;
    if connection.step != "verify-role" {
        "verify-role".clone_into(&mut connection.step);
        "Checking that the platform may act in the account".clone_into(&mut connection.message);
        again(cx, organization, operation);
        return;
    }
    let (cluster, account, provider) =
        (connection.cluster.clone(), connection.account.clone(), connection.provider.clone());
    if cluster.contains("deny") {
        connection.status = ConnectStatus::Failed;
        connection.message = match provider {
            ProviderId::Gcp => format!(
                "PERMISSION_DENIED: Permission 'iam.serviceAccounts.getAccessToken' denied on \
                 astro-{cluster}@{account}.iam.gserviceaccount.com"
            ),
            ProviderId::Azure => {
                "AADSTS70021: No matching federated identity record found for presented assertion".to_owned()
            }
            _ => format!(
                "AccessDenied: not authorized to perform sts:AssumeRole on arn:aws:iam::{account}:role/astro-{cluster}"
            ),
        };
        let text = connection.message.clone();
        let title = format!("Connecting {provider} for {cluster} failed");
        notifications::notify(cx, organization, "cluster.failed", &title, &text);
    } else {
        connection.status = ConnectStatus::Completed;
        success(&provider).clone_into(&mut connection.message);
    }
}

/// Ends a connection for which nobody did anything.
pub fn expire(cx: &mut Cx<'_>, organization: &str, operation: &str) {
    let now = cx.now;
    if let Some(connection) = find(cx, organization, operation)
        && connection.status == ConnectStatus::Pending
    {
        connection.status = ConnectStatus::Failed;
        "expired".clone_into(&mut connection.step);
        "Nothing was set up within an hour; start the connection again".clone_into(&mut connection.message);
        connection.updated_at = now;
    }
}

fn find<'a>(cx: &'a mut Cx<'_>, organization: &str, operation: &str) -> Option<&'a mut Connection> {
    cx.state.cloud.accounts.get_mut(organization)?.connections.get_mut(operation)
}

fn again(cx: &mut Cx<'_>, organization: &str, operation: &str) {
    let due = Due::Verify { organization: organization.to_owned(), operation: operation.to_owned() };
    cx.after(VERIFICATION, super::super::Due::Cloud(due));
}
