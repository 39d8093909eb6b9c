//! What may be done with a cluster in its state, and why not. Roles are another matter: see `components::roles`.
//!
//! A state of no known name forbids nothing: the platform decides.

use astro_api::clusters::{Cluster, ClusterStatus, OperationType};

use crate::components::marks;

/// Why one operation does not begin beside another.
const UNDER_WAY: &str = "An operation is under way. Cancel it first, or wait for its end.";

/// Whether the platform made it, or only knows it by its agent: those are unregistered, not deleted (the contract's
/// words at `deleteCluster`).
pub fn is_registered(cluster: &Cluster) -> bool {
    cluster.provisioner_type.as_deref().is_some_and(|word| word.eq_ignore_ascii_case("registered"))
}

/// Whether an operation changes it now.
pub const fn is_at_work(status: &ClusterStatus) -> bool {
    matches!(
        status,
        ClusterStatus::Provisioning
            | ClusterStatus::Registering
            | ClusterStatus::Updating
            | ClusterStatus::Upgrading
            | ClusterStatus::Deleting
    )
}

fn is(cluster: &Cluster) -> String {
    marks::cluster(&cluster.status).word.to_lowercase()
}

/// Why it cannot be updated or upgraded now. `under_way` is what its operation does, where one is known to go on.
pub fn upgrade(cluster: &Cluster, under_way: Option<&OperationType>) -> Option<String> {
    if is_registered(cluster) {
        return Some("It was registered, not made here: it is upgraded where it was made.".to_owned());
    }
    match &cluster.status {
        ClusterStatus::Ready | ClusterStatus::Other(_) => under_way.map(|_| UNDER_WAY.to_owned()),
        _ => Some(format!("The cluster is {}; it has to be ready.", is(cluster))),
    }
}

/// Why it cannot be deleted now. `under_way` is what its operation does, where one is known to go on: a cluster stays
/// ready while an agent is installed on it.
pub fn delete(cluster: &Cluster, under_way: Option<&OperationType>) -> Option<String> {
    if is_registered(cluster) {
        return Some("It was registered, not made here: unregister it on the tab Agent instead.".to_owned());
    }
    match (&cluster.status, under_way) {
        (ClusterStatus::ApprovalPending, _) => Some("It waits for an owner. Withdraw the request first.".to_owned()),
        (ClusterStatus::Deleting, _) | (_, Some(OperationType::Delete)) => {
            Some("It is being deleted already.".to_owned())
        }
        (status, under_way) if under_way.is_some() || is_at_work(status) => Some(UNDER_WAY.to_owned()),
        _ => None,
    }
}

/// Why no kubeconfig can be made now.
pub fn kubeconfig(cluster: &Cluster) -> Option<String> {
    not_running(cluster).or_else(|| {
        let agent = cluster.agent.as_ref().filter(|_| is_registered(cluster));
        let is_away = agent.is_some_and(|agent| agent.connected == Some(false));
        is_away.then(|| "The cluster's agent is not connected.".to_owned())
    })
}

/// Why nothing can be asked of the cluster itself now.
fn not_running(cluster: &Cluster) -> Option<String> {
    let is_running = matches!(
        cluster.status,
        ClusterStatus::Ready | ClusterStatus::Updating | ClusterStatus::Upgrading | ClusterStatus::Other(_)
    );
    (!is_running).then(|| format!("The cluster is {}; it has to be ready.", is(cluster)))
}

/// Why nothing can be cancelled now. `under_way` is as for [`delete`].
pub fn cancel(cluster: &Cluster, under_way: Option<&OperationType>) -> Option<String> {
    let can = under_way.is_some()
        || is_at_work(&cluster.status)
        || matches!(cluster.status, ClusterStatus::ApprovalPending | ClusterStatus::Other(_));
    (!can).then(|| "Nothing is under way.".to_owned())
}

/// Why its authentication cannot be synchronized now.
pub fn sync(cluster: &Cluster) -> Option<String> {
    not_running(cluster)
}

/// Whether there is something that runs, or did: a creation that was not allowed, or did not come to its end, leaves
/// none.
fn was_made(cluster: &Cluster) -> bool {
    match &cluster.status {
        _ if is_registered(cluster) => true,
        ClusterStatus::ApprovalPending
        | ClusterStatus::ApprovalRejected
        | ClusterStatus::Provisioning
        | ClusterStatus::Deleted
        | ClusterStatus::Cancelled => false,
        // One whose creation failed never came as far as an endpoint.
        ClusterStatus::Failed => cluster.endpoint.as_ref().is_some_and(|endpoint| !endpoint.is_empty()),
        _ => true,
    }
}

/// Why no agent can be installed now: there has to be a cluster, which nothing else changes. One that registers already
/// gets the same manifest.
pub fn agent(cluster: &Cluster) -> Option<String> {
    let status = &cluster.status;
    if !was_made(cluster) || *status == ClusterStatus::Deleting {
        return Some(format!("The cluster is {}: there is nothing to install an agent on.", is(cluster)));
    }
    let is_busy = is_at_work(status) && *status != ClusterStatus::Registering;
    is_busy.then(|| format!("The cluster is {}; it has to be ready.", is(cluster)))
}

/// Whether its creation came to nothing, so that it may be tried again.
pub fn is_tried_again(cluster: &Cluster) -> bool {
    let is_over =
        matches!(cluster.status, ClusterStatus::Failed | ClusterStatus::Cancelled | ClusterStatus::ApprovalRejected);
    is_over && !was_made(cluster)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn cluster(status: &str, provisioner: &str) -> Cluster {
        serde_json::from_value(json!({
            "id": "a", "clusterName": "a", "provider": "aws", "provisionerType": provisioner, "status": status,
            "agent": {"installed": true, "connected": false},
        }))
        .unwrap()
    }

    #[test]
    fn each_state_says_what_may_be_done() {
        let may = |status: &str| {
            let cluster = cluster(status, "eks");
            let (delete, cancel) = (delete(&cluster, None), cancel(&cluster, None));
            [upgrade(&cluster, None), delete, kubeconfig(&cluster), cancel].map(|why| why.is_none())
        };
        assert_eq!(may("READY"), [true, true, true, false]);
        assert_eq!(may("UPGRADING"), [false, false, true, true]);
        assert_eq!(may("PROVISIONING"), [false, false, false, true]);
        assert_eq!(may("APPROVAL_PENDING"), [false, false, false, true]);
        assert_eq!(may("FAILED"), [false, true, false, false]);
        assert_eq!(may("DELETING"), [false, false, false, true]);
        assert_eq!(may("HIBERNATING"), [true, true, true, true], "the platform decides");
    }

    #[test]
    fn an_operation_that_leaves_a_cluster_ready_is_cancelled_before_it_is_deleted() {
        let cluster = cluster("READY", "eks");
        let installing = OperationType::Register;
        assert!(upgrade(&cluster, Some(&installing)).is_some_and(|why| why.contains("Cancel it first")));
        assert!(delete(&cluster, Some(&installing)).is_some_and(|why| why.contains("Cancel it first")));
        assert_eq!(cancel(&cluster, Some(&installing)), None);
        assert!(delete(&cluster, Some(&OperationType::Delete)).is_some_and(|why| why.contains("already")));
    }

    #[test]
    fn authentication_is_synchronized_with_a_cluster_that_runs() {
        let may = |status: &str| sync(&cluster(status, "eks")).is_none();
        assert!(["READY", "UPDATING", "UPGRADING", "HIBERNATING"].into_iter().all(may));
        assert!(!["FAILED", "DELETING", "REGISTERING", "PROVISIONING", "CANCELLED"].into_iter().any(may));
    }

    #[test]
    fn an_agent_takes_a_cluster_to_be_installed_on() {
        let may = |status: &str| agent(&cluster(status, "eks")).is_none();
        for status in ["READY", "REGISTERING", "HIBERNATING"] {
            assert!(may(status), "{status}");
        }
        for status in ["APPROVAL_PENDING", "APPROVAL_REJECTED", "PROVISIONING", "CANCELLED", "DELETING", "FAILED"] {
            assert!(!may(status), "{status}");
        }
        for status in ["UPDATING", "UPGRADING"] {
            assert!(!may(status), "{status}: something else changes it");
        }
        let failed = Cluster { endpoint: Some("https://a.example".to_owned()), ..cluster("FAILED", "eks") };
        assert_eq!(agent(&failed), None, "its upgrade failed, it is there");
        assert_eq!(agent(&cluster("FAILED", "registered")), None);
        let again = |status: &str| is_tried_again(&cluster(status, "eks"));
        assert!(["FAILED", "CANCELLED", "APPROVAL_REJECTED"].into_iter().all(again));
        assert!(
            !["READY", "APPROVAL_PENDING", "DELETING", "DELETED"].into_iter().any(again) && !is_tried_again(&failed)
        );
    }

    #[test]
    fn a_registered_cluster_is_neither_upgraded_nor_deleted_here() {
        let cluster = cluster("READY", "registered");
        assert!(upgrade(&cluster, None).is_some() && delete(&cluster, None).is_some());
        assert!(kubeconfig(&cluster).is_some(), "its agent is away");
    }
}
