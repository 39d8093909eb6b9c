//! The one table of operations. A row is everything that a program needs to know of an operation beside its types.

use std::{cmp::Reverse, fmt};

use percent_encoding::percent_decode_str;

use self::{
    Credential::{ApiKey, Bearer, Either, Open},
    Method::{Delete, Get, Patch, Post, Put},
    Safety::{Once, Read, Repeatable},
};

/// An HTTP method of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
}

impl Method {
    /// The method's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Get => "GET",
            Post => "POST",
            Put => "PUT",
            Patch => "PATCH",
            Delete => "DELETE",
        }
    }

    /// Reads a word, in any case.
    pub fn parse(word: &str) -> Option<Self> {
        [Get, Post, Put, Patch, Delete].into_iter().find(|method| method.as_str().eq_ignore_ascii_case(word))
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Which credential an operation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Credential {
    /// The organization's key in `X-Astro-API-Key`.
    ApiKey,
    /// The person's token in `Authorization: Bearer`.
    Bearer,
    /// Either of the two, with the organization in `X-Astro-Organization-ID`.
    Either,
    /// None.
    Open,
}

/// What happens when a request is sent twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Safety {
    /// Nothing changes: it may be sent again at any time.
    Read,
    /// It changes something, and once more changes nothing further.
    Repeatable,
    /// Twice would do it twice: it is never sent again by itself.
    Once,
}

/// A row of the table.
#[derive(Debug)]
pub struct Operation {
    /// The contract's id.
    pub id: &'static str,
    /// The HTTP method; streams are opened by a `GET`.
    pub method: Method,
    /// The path template below the API base, `/clusters/{clusterId}`.
    pub path: &'static str,
    /// The credential that it takes.
    pub credential: Credential,
    /// Whether it may be sent again.
    pub safety: Safety,
    /// The operations whose answers it makes stale.
    pub stale: &'static [&'static str],
    admin: bool,
    stream: bool,
    reveals: bool,
}

impl Operation {
    /// Whether the caller needs the role admin or owner (`AdminAuth` in the contract, which is no second secret).
    pub const fn needs_admin(&self) -> bool {
        self.admin
    }

    /// Whether it is a WebSocket.
    pub const fn is_stream(&self) -> bool {
        self.stream
    }

    /// Whether its answer holds secrets: such a body is kept nowhere, not even in an error.
    pub const fn reveals(&self) -> bool {
        self.reveals
    }

    const fn admin(mut self) -> Self {
        self.admin = true;
        self
    }

    const fn stream(mut self) -> Self {
        self.stream = true;
        self
    }

    const fn revealing(mut self) -> Self {
        self.reveals = true;
        self
    }
}

const fn row(
    id: &'static str,
    method: Method,
    path: &'static str,
    credential: Credential,
    safety: Safety,
    stale: &'static [&'static str],
) -> Operation {
    Operation { id, method, path, credential, safety, stale, admin: false, stream: false, reveals: false }
}

/// Every operation of the contract, in its order.
///
/// Creating is `Once`: the platform may have done the work although its answer was lost. Every write also leaves an
/// audit event; the audit views follow by refetching, not by a name in each row.
#[rustfmt::skip]
pub static OPERATIONS: [Operation; 100] = [
    // api_keys
    row("listApiKeys", Get, "/apikeys", Bearer, Read, &[]).revealing(),
    row("createApiKey", Post, "/apikeys", Bearer, Once, &["listApiKeys", "getApiKeyMetadata"]).revealing(),
    row("deleteApiKey", Delete, "/apikeys/{orgId}", Bearer, Repeatable, &["listApiKeys", "getApiKey", "getApiKeyMetadata"]),
    row("getApiKey", Get, "/apikeys/{orgId}/{keyId}", Bearer, Read, &[]).revealing(),
    row("revokeApiKey", Post, "/apikeys/{orgId}/revoke", Bearer, Repeatable, &["listApiKeys", "getApiKey", "getApiKeyMetadata"]),
    row("getApiKeyMetadata", Get, "/apikeys/metadata", Bearer, Read, &[]),
    row("validateApiKey", Get, "/apikeys/validate", Bearer, Read, &[]),
    // applications
    row("listApplications", Get, "/applications", ApiKey, Read, &[]),
    row("deleteApplication", Delete, "/applications/{appId}", ApiKey, Repeatable, &["listApplications", "getApplication", "getApplicationSpec", "listApplicationProfiles", "getApplicationProfile"]),
    row("getApplication", Get, "/applications/{appId}", ApiKey, Read, &[]),
    row("streamApplicationEvents", Get, "/applications/{appId}/events", ApiKey, Read, &[]).stream(),
    row("streamApplicationLogs", Get, "/applications/{appId}/logs", ApiKey, Read, &[]).stream(),
    row("resyncApplication", Post, "/applications/{appId}/resync", ApiKey, Repeatable, &["listApplications", "getApplication"]),
    row("getApplicationSpec", Get, "/applications/{appId}/spec", ApiKey, Read, &[]),
    row("streamApplicationStatus", Get, "/applications/{appId}/status", ApiKey, Read, &[]).stream(),
    row("deployApplication", Post, "/applications/deploy", ApiKey, Once, &["listApplications", "getApplication", "getApplicationSpec", "listApplicationProfiles", "getApplicationProfile"]),
    // profiles
    row("listApplicationProfiles", Get, "/applications/profiles", ApiKey, Read, &[]),
    row("createApplicationProfile", Post, "/applications/profiles", ApiKey, Once, &["listApplicationProfiles"]),
    row("deleteApplicationProfile", Delete, "/applications/profiles/{profileId}", ApiKey, Repeatable, &["listApplicationProfiles", "getApplicationProfile"]),
    row("getApplicationProfile", Get, "/applications/profiles/{profileId}", ApiKey, Read, &[]),
    row("bulkDeleteApplicationProfiles", Post, "/applications/profiles/bulk-delete", ApiKey, Repeatable, &["listApplicationProfiles", "getApplicationProfile"]),
    // audit
    row("listAuditEvents", Get, "/audit/events", ApiKey, Read, &[]),
    row("getAuditEvent", Get, "/audit/events/{eventId}", ApiKey, Read, &[]),
    row("exportAuditEvents", Get, "/audit/export", ApiKey, Read, &[]),
    row("getAuditStatistics", Get, "/audit/statistics", ApiKey, Read, &[]),
    // tiers
    row("listAvailabilityTiers", Get, "/availability/tiers", ApiKey, Read, &[]),
    row("getAvailabilityTier", Get, "/availability/tiers/{tierId}", ApiKey, Read, &[]),
    // cloud
    row("getAwsConnectionStatus", Get, "/cloud/aws/{id}/status", ApiKey, Read, &[]).admin(),
    row("connectAws", Post, "/cloud/aws/connect", ApiKey, Once, &["listClusters", "getCluster", "getAwsConnectionStatus"]).admin(),
    row("getAwsCredentials", Post, "/cloud/aws/credentials", ApiKey, Repeatable, &[]).admin().revealing(),
    row("getAzureConnectionStatus", Get, "/cloud/azure/{id}/status", ApiKey, Read, &[]).admin(),
    row("connectAzure", Post, "/cloud/azure/connect", ApiKey, Once, &["listClusters", "getCluster", "getAzureConnectionStatus"]).admin(),
    row("getAzureCredentials", Get, "/cloud/azure/credentials", ApiKey, Read, &[]).admin().revealing(),
    row("getGcpConnectionStatus", Get, "/cloud/gcp/{id}/status", ApiKey, Read, &[]).admin(),
    row("connectGcp", Post, "/cloud/gcp/connect", ApiKey, Once, &["listClusters", "getCluster", "getGcpConnectionStatus"]).admin(),
    row("getGcpCredentials", Post, "/cloud/gcp/credentials", ApiKey, Repeatable, &[]).admin().revealing(),
    row("listKubernetesVersions", Get, "/cloud/kubernetes-versions", ApiKey, Read, &[]).admin(),
    row("storeSelfHostedCredentials", Post, "/cloud/selfhosted/connect", ApiKey, Repeatable, &["getSelfHostedCredentialStatus", "listClusters", "getCluster"]).admin(),
    row("deleteSelfHostedCredentials", Delete, "/cloud/selfhosted/credentials", ApiKey, Repeatable, &["getSelfHostedCredentialStatus", "listClusters", "getCluster"]).admin(),
    row("getSelfHostedCredentialStatus", Get, "/cloud/selfhosted/credentials", ApiKey, Read, &[]).admin(),
    // clusters
    row("listClusters", Get, "/clusters", ApiKey, Read, &[]),
    row("deployCluster", Post, "/clusters", ApiKey, Once, &["listClusters", "getCluster", "listClusterOperations", "getClusterProgress", "listClusterProgress"]),
    row("deleteCluster", Delete, "/clusters/{clusterId}", ApiKey, Repeatable, &["listClusters", "getCluster", "listClusterOperations", "getClusterProgress", "listClusterProgress"]),
    row("getCluster", Get, "/clusters/{clusterId}", ApiKey, Read, &[]),
    row("updateCluster", Patch, "/clusters/{clusterId}", ApiKey, Once, &["listClusters", "getCluster", "listClusterOperations", "getClusterProgress", "listClusterProgress"]),
    row("unregisterAgent", Delete, "/clusters/{clusterId}/agent", ApiKey, Repeatable, &["listClusters", "getCluster", "listClusterOperations", "getClusterProgress", "listClusterProgress", "getAgentStatus"]),
    row("getAgentStatus", Get, "/clusters/{clusterId}/agent", ApiKey, Read, &[]),
    row("registerAgent", Post, "/clusters/{clusterId}/agent", ApiKey, Once, &["listClusters", "getCluster", "listClusterOperations", "getClusterProgress", "listClusterProgress", "getAgentStatus"]).revealing(),
    row("syncClusterAuth", Post, "/clusters/{clusterId}/auth/sync", ApiKey, Repeatable, &["getCluster", "getAgentStatus"]),
    row("cancelClusterOperation", Post, "/clusters/{clusterId}/cancel", ApiKey, Repeatable, &["listClusters", "getCluster", "listClusterOperations", "getClusterProgress", "listClusterProgress"]),
    row("getKubeconfig", Get, "/clusters/{clusterId}/kubeconfig", ApiKey, Read, &[]).revealing(),
    row("generateKubeconfig", Post, "/clusters/{clusterId}/kubeconfig/generate", ApiKey, Repeatable, &["getKubeconfig"]).revealing(),
    row("listClusterOperations", Get, "/clusters/{clusterId}/operations", ApiKey, Read, &[]).revealing(),
    row("getClusterProgress", Get, "/clusters/{clusterId}/progress", ApiKey, Read, &[]).revealing(),
    row("streamClusterProgress", Get, "/clusters/{clusterId}/progress/stream", ApiKey, Read, &[]).stream(),
    row("getClusterSpec", Get, "/clusters/{clusterId}/spec", ApiKey, Read, &[]).revealing(),
    row("decideClusterApproval", Post, "/clusters/approval", Bearer, Once, &["listClusters", "getCluster", "listClusterOperations", "getClusterProgress", "listClusterProgress"]),
    row("listClusterProgress", Get, "/clusters/progress", ApiKey, Read, &[]).revealing(),
    // github
    row("githubCallback", Get, "/integrations/github/callback", Open, Once, &["listGithubInstallations"]),
    row("listGithubInstallations", Get, "/integrations/github/installations", ApiKey, Read, &[]),
    row("deleteGithubInstallation", Delete, "/integrations/github/installations/{installation_id}", ApiKey, Repeatable, &["listGithubInstallations", "getGithubInstallation", "listGithubRepositories"]),
    row("getGithubInstallation", Get, "/integrations/github/installations/{installation_id}", ApiKey, Read, &[]),
    row("mapGithubInstallation", Post, "/integrations/github/installations/{installation_id}/map", ApiKey, Repeatable, &["listGithubInstallations", "getGithubInstallation"]),
    row("listGithubRepositories", Get, "/integrations/github/installations/{installation_id}/repositories", ApiKey, Read, &[]),
    row("createGithubInstallationToken", Post, "/integrations/github/installations/{installation_id}/token", ApiKey, Once, &[]).revealing(),
    row("syncGithubInstallations", Post, "/integrations/github/installations/sync", ApiKey, Repeatable, &["listGithubInstallations", "getGithubInstallation", "listGithubRepositories"]),
    row("createRepositoryToken", Post, "/integrations/github/repository-token", ApiKey, Once, &[]).revealing(),
    row("listRepositoryBranches", Get, "/integrations/github/repository/branches", ApiKey, Read, &[]),
    row("browseRepository", Get, "/integrations/github/repository/contents", ApiKey, Read, &[]),
    row("getRepositoryFile", Get, "/integrations/github/repository/file", ApiKey, Read, &[]),
    row("validateRepositoryPath", Post, "/integrations/github/repository/validate", ApiKey, Read, &[]),
    // notifications
    row("listNotificationChannels", Get, "/notifications/channels", Open, Read, &[]),
    row("listNotificationIntegrations", Get, "/notifications/integrations", Either, Read, &[]).admin().revealing(),
    row("upsertNotificationIntegration", Post, "/notifications/integrations", Either, Repeatable, &["listNotificationIntegrations", "getNotificationIntegration", "listNotificationSubscriptions"]).admin().revealing(),
    row("deleteNotificationIntegration", Delete, "/notifications/integrations/{channel}", Either, Repeatable, &["listNotificationIntegrations", "getNotificationIntegration", "listNotificationSubscriptions"]).admin(),
    row("getNotificationIntegration", Get, "/notifications/integrations/{channel}", Either, Read, &[]).admin().revealing(),
    row("listNotificationSubscriptions", Get, "/notifications/subscriptions", Either, Read, &[]).admin(),
    row("upsertNotificationSubscription", Post, "/notifications/subscriptions", Either, Repeatable, &["listNotificationSubscriptions", "getNotificationSubscription"]).admin(),
    row("deleteNotificationSubscription", Delete, "/notifications/subscriptions/{topic}", Either, Repeatable, &["listNotificationSubscriptions", "getNotificationSubscription"]).admin(),
    row("getNotificationSubscription", Get, "/notifications/subscriptions/{topic}", Either, Read, &[]).admin(),
    row("listNotificationTopics", Get, "/notifications/topics", Open, Read, &[]),
    row("unsubscribe", Post, "/notifications/unsubscribe", Either, Repeatable, &["listNotificationSubscriptions", "getNotificationSubscription"]).admin(),
    // organizations
    row("listOrganizations", Get, "/organizations", ApiKey, Read, &[]),
    row("createOrganization", Post, "/organizations", ApiKey, Once, &["listOrganizations", "getUserProfile"]),
    row("getOrganization", Get, "/organizations/{id}", ApiKey, Read, &[]),
    row("listOrganizationMembers", Get, "/organizations/{id}/members", ApiKey, Read, &[]),
    row("getOrganizationPlan", Get, "/organizations/{id}/plan", ApiKey, Read, &[]),
    row("addOrganizationUser", Post, "/organizations/adduser", ApiKey, Once, &["listOrganizationMembers", "getOrganization", "listOrganizations"]),
    row("listPlans", Get, "/organizations/plans", ApiKey, Read, &[]),
    row("removeOrganizationUser", Delete, "/organizations/removeuser", ApiKey, Repeatable, &["listOrganizationMembers", "getOrganization", "listOrganizations"]),
    row("listOrganizationRoles", Get, "/organizations/roles", ApiKey, Read, &[]),
    // pricing
    row("getPricing", Get, "/pricing", Open, Read, &[]),
    // catalog
    row("listProviders", Get, "/providers", ApiKey, Read, &[]),
    row("listRegions", Get, "/providers/{providerId}/regions", ApiKey, Read, &[]),
    row("listMachineTypes", Get, "/providers/{providerId}/regions/{regionId}/{zoneId}/machinetypes", ApiKey, Read, &[]),
    row("getMachineType", Get, "/providers/{providerId}/regions/{regionId}/machinetypes/{machinetypeId}", ApiKey, Read, &[]),
    row("listZones", Get, "/providers/{providerId}/regions/{regionId}/zones", ApiKey, Read, &[]),
    // users
    row("switchOrganization", Put, "/users/current-organization", Bearer, Repeatable, &["getUserProfile"]),
    row("getUserProfile", Get, "/users/profile", Bearer, Read, &[]),
    row("createUserProfile", Post, "/users/profile", Bearer, Once, &["getUserProfile", "listOrganizations"]),
];

/// Stands for an id that no row has; a test proves that no function of this crate reaches it.
static UNKNOWN: Operation = row("unknown", Get, "/", Open, Once, &[]);

/// The row of an operation, if there is one.
pub fn find(id: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.id == id)
}

pub(crate) fn get(id: &str) -> &'static Operation {
    find(id).unwrap_or(&UNKNOWN)
}

/// An operation as a request reached it: the row, and its path parameters in the template's order.
pub type Routed = (&'static Operation, Vec<(&'static str, String)>);

/// Finds the operation that a server must answer for a path below the API base (without the query), and its path
/// parameters, percent-decoded.
///
/// A literal segment wins over a parameter, from left to right: `/clusters/progress` is no cluster called
/// "progress". A method that the literal path doesn't have still reaches the parameter's operation.
pub fn route(method: Method, path: &str) -> Option<Routed> {
    best(path, |operation| operation.method == method)
}

/// The methods that some operation answers at a path, for a 405 and its `Allow` header.
pub fn methods(path: &str) -> Vec<Method> {
    [Get, Post, Put, Patch, Delete].into_iter().filter(|method| route(*method, path).is_some()).collect()
}

fn best(path: &str, wanted: impl Fn(&Operation) -> bool) -> Option<Routed> {
    let segments: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    OPERATIONS
        .iter()
        .filter(|operation| wanted(operation))
        .filter_map(|operation| Some((operation, captures(operation.path, &segments)?)))
        .max_by_key(|(operation, _)| {
            // Compared segment by segment, `true` for a literal; of equals there are none in one method.
            let literals: Vec<bool> = operation.path.split('/').map(|segment| !segment.starts_with('{')).collect();
            (literals, Reverse(operation.id))
        })
}

fn captures(template: &'static str, segments: &[&str]) -> Option<Vec<(&'static str, String)>> {
    let mut theirs = segments.iter();
    let mut found = Vec::new();
    for ours in template.trim_start_matches('/').split('/') {
        let theirs = theirs.next()?;
        match ours.strip_prefix('{').and_then(|ours| ours.strip_suffix('}')) {
            Some(name) => {
                let value = percent_decode_str(theirs).decode_utf8().ok()?;
                if value.is_empty() {
                    return None;
                }
                found.push((name, value.into_owned()));
            }
            None if ours == *theirs => {}
            None => return None,
        }
    }
    theirs.next().is_none().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routed(method: Method, path: &str) -> Option<(&'static str, Vec<(&'static str, String)>)> {
        route(method, path).map(|(operation, found)| (operation.id, found))
    }

    #[test]
    fn every_row_is_reached_by_its_own_path() {
        for operation in &OPERATIONS {
            let path = operation.path.replace('{', "a-").replace('}', "");
            let (reached, found) = route(operation.method, &path).unwrap();
            assert_eq!(reached.id, operation.id, "{path}");
            assert_eq!(found.len(), operation.path.matches('{').count());
        }
    }

    #[test]
    fn a_literal_wins_over_a_parameter_where_the_method_has_it() {
        for (method, path, id) in [
            (Get, "/applications/profiles", "listApplicationProfiles"),
            (Get, "/applications/shop", "getApplication"),
            (Get, "/clusters/progress", "listClusterProgress"),
            (Get, "/clusters/progress/progress", "getClusterProgress"),
            (Delete, "/clusters/progress", "deleteCluster"),
            (Get, "/organizations/plans", "listPlans"),
            (Get, "/organizations/roles", "listOrganizationRoles"),
            (Get, "/organizations/adduser", "getOrganization"),
            (Get, "/apikeys/metadata", "getApiKeyMetadata"),
            (Post, "/integrations/github/installations/sync", "syncGithubInstallations"),
            (Get, "/providers/aws/regions/us-east-1/machinetypes/machinetypes", "getMachineType"),
            (Get, "/providers/aws/regions/us-east-1/us-east-1a/machinetypes", "listMachineTypes"),
        ] {
            assert_eq!(routed(method, path).map(|(id, _)| id), Some(id), "{method} {path}");
        }
    }

    #[test]
    fn parameters_are_decoded_and_never_empty() {
        assert_eq!(
            routed(Get, "/applications/a%2Fb%20%C3%BC"),
            Some(("getApplication", vec![("appId", "a/b ü".to_owned())]))
        );
        assert_eq!(
            routed(Get, "/apikeys/o/k"),
            Some(("getApiKey", vec![("orgId", "o".to_owned()), ("keyId", "k".to_owned())]))
        );
        for path in ["", "/", "clusters", "/clusters/", "//", "/clusters/%FF", "/nothing", "/clusters/a/b/c/d"] {
            assert_eq!(routed(Get, path), None, "{path}");
        }
    }

    #[test]
    fn a_path_tells_its_methods() {
        assert_eq!(methods("/clusters/a"), [Get, Patch, Delete]);
        assert_eq!(methods("/clusters"), [Get, Post]);
        assert!(methods("/nowhere").is_empty());
    }
}
