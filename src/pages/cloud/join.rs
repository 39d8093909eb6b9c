//! What is known of connections, put together: no operation lists them. The clusters say whether theirs stands, this
//! browser knows the operations that it has started, and the platform answers for each of these.

use std::{collections::BTreeMap, sync::Arc};

use astro_api::{
    cloud::{CloudConnectStatus, ConnectStatus},
    clusters::Cluster,
};

use crate::{
    components::{marks, words},
    store::Started,
    ui::{Mark, Tone, load::FailureKind, table::Choice},
};

/// What the platform says of an operation.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// Not yet anything.
    Asking,
    /// How it stands.
    Known(Arc<CloudConnectStatus>),
    /// It does not say.
    Lost(FailureKind),
}

/// What is known of the connection of one cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct Joined {
    /// The cluster by its name; empty where only an operation is known.
    pub cluster: String,
    /// Whether the list of clusters has it.
    pub exists: bool,
    /// The provider by its id.
    pub provider: String,
    /// What makes the cluster.
    pub kind: Option<String>,
    /// Whether its cloud keys lie in the vault, so that nothing is connected.
    pub is_self_hosted: bool,
    /// AWS account, GCP project or Azure subscription.
    pub account: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// What the cluster says.
    pub says: Option<bool>,
    /// The operation that was started or added here.
    pub started: Option<Started>,
    /// What the platform says of that operation.
    pub standing: Option<Standing>,
}

/// Whether a cluster runs on machines of the person's own provisioning, whose keys lie in the vault.
pub fn is_self_hosted(cluster: &Cluster) -> bool {
    // The contract spells it in two ways.
    matches!(cluster.provisioner_type.as_deref(), Some("selfHosted" | "selfmanaged"))
}

impl Joined {
    /// What tells it from others.
    pub fn key(&self) -> String {
        match &self.started {
            Some(started) if self.cluster.is_empty() => started.operation.clone(),
            _ => self.cluster.clone(),
        }
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        match &self.started {
            Some(started) if self.cluster.is_empty() => &started.operation,
            _ => &self.cluster,
        }
    }

    /// How the operation stands, where the platform says so.
    pub fn status(&self) -> Option<&CloudConnectStatus> {
        match &self.standing {
            Some(Standing::Known(status)) => Some(status),
            _ => None,
        }
    }

    /// How the operation stands, where that counts: after one that failed, the account may have been connected elsewhere,
    /// and the cluster says so. After one that has completed, what the cluster says comes only with the next list.
    fn current(&self) -> Option<&ConnectStatus> {
        let status = &self.status()?.status;
        let is_outdated = *status == ConnectStatus::Failed && self.says == Some(true);
        (!is_outdated).then_some(status)
    }

    /// Whether the account is connected.
    pub fn is_connected(&self) -> bool {
        match self.current() {
            Some(status) => *status == ConnectStatus::Completed,
            None => self.says == Some(true),
        }
    }

    /// How it stands; none where nobody says so.
    pub fn mark(&self) -> Option<Mark> {
        if let Some(status) = self.current() {
            return Some(marks::connection(status));
        }
        match (self.says, &self.standing) {
            (Some(true), _) if self.is_self_hosted => Some(Mark::new(Tone::Good, "Keys in the vault")),
            (Some(true), _) => Some(Mark::new(Tone::Good, "Connected")),
            (_, Some(Standing::Asking)) => Some(Mark::new(Tone::Wait, "Asking")),
            (_, Some(Standing::Lost(FailureKind::NotFound))) => Some(Mark::new(Tone::Off, "Not found")),
            (_, Some(Standing::Lost(_))) => Some(Mark::new(Tone::Idle, "Not known")),
            (Some(false), _) => Some(Mark::new(Tone::Idle, "Not connected")),
            (None, _) => None,
        }
    }

    /// The states as a person asks for them.
    pub fn state(&self) -> Option<Choice> {
        Some(match self.current() {
            _ if self.is_connected() => Choice::new("connected", "Connected").rank(0),
            Some(ConnectStatus::Failed) => Choice::new("failed", "Failed").rank(2),
            Some(_) => Choice::new("waiting", "Under way").rank(1),
            None if self.says == Some(false) => Choice::new("none", "Not connected").rank(3),
            None => return None,
        })
    }
}

/// Puts together what clusters say, what was started here, and what the platform says of that.
pub fn join(clusters: &[Cluster], started: &[Started], known: &BTreeMap<String, Standing>) -> Vec<Joined> {
    let standing = |started: &Started| known.get(&started.operation).cloned();
    // The latest of a cluster counts, and they come with the latest first.
    let latest = |name: &str| started.iter().find(|started| started.cluster == name);
    let mut accounts: Vec<Joined> = clusters
        .iter()
        .map(|cluster| {
            let started = latest(&cluster.cluster_name);
            Joined {
                cluster: cluster.cluster_name.clone(),
                exists: true,
                provider: cluster.provider.clone(),
                kind: Some(words::cluster_type(cluster)),
                is_self_hosted: is_self_hosted(cluster),
                account: cluster.account_id.clone().filter(|account| !account.is_empty()),
                region: cluster.region.clone(),
                says: cluster.cloud_connected,
                standing: started.and_then(standing),
                started: started.cloned(),
            }
        })
        .collect();
    for one in started {
        let is_there =
            if one.cluster.is_empty() { false } else { accounts.iter().any(|account| account.cluster == one.cluster) };
        if !is_there {
            accounts.push(Joined {
                cluster: one.cluster.clone(),
                exists: false,
                provider: one.provider.clone(),
                kind: None,
                is_self_hosted: false,
                account: None,
                region: None,
                says: None,
                standing: standing(one),
                started: Some(one.clone()),
            });
        }
    }
    accounts
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn cluster(name: &str, connected: Option<bool>) -> Cluster {
        serde_json::from_value(json!({
            "id": name, "clusterName": name, "provider": "aws", "status": "READY", "cloudConnected": connected,
        }))
        .expect("a cluster")
    }

    fn started(operation: &str, cluster: &str) -> Started {
        Started {
            organization: "acme".to_owned(),
            operation: operation.to_owned(),
            provider: "aws".to_owned(),
            cluster: cluster.to_owned(),
            at: 7,
            account: String::new(),
            level: String::new(),
        }
    }

    fn known(operation: &str, status: &str) -> (String, Standing) {
        let status = json!({"operationId": operation, "provider": "aws", "status": status});
        (operation.to_owned(), Standing::Known(Arc::new(serde_json::from_value(status).expect("a status"))))
    }

    #[test]
    fn a_cluster_and_what_was_started_for_it_are_one() {
        let clusters = [cluster("prod-eu", Some(true)), cluster("edge", Some(false)), cluster("old", None)];
        let started =
            [started("op-3", "edge"), started("op-2", "edge"), started("op-1", "new-one"), started("op-0", "")];
        let known = BTreeMap::from([known("op-3", "IN_PROGRESS"), known("op-1", "FAILED")]);
        let all = join(&clusters, &started, &known);
        let states: Vec<_> = all.iter().map(|it| (it.name(), it.mark().map(|mark| mark.word.into_owned()))).collect();
        let word = |text: &str| Some(text.to_owned());
        assert_eq!(
            states,
            [
                ("prod-eu", word("Connected")),
                ("edge", word("Verifying")),
                ("old", None),
                ("new-one", word("Failed")),
                ("op-0", None),
            ]
        );
        assert_eq!(all[1].started.as_ref().map(|started| started.operation.as_str()), Some("op-3"));
        assert!(all[0].exists && !all[3].exists);
    }

    #[test]
    fn what_the_platform_does_not_say_is_not_made_up() {
        let clusters = [cluster("a", Some(true)), cluster("b", Some(false))];
        let started = [started("op-a", "a"), started("op-b", "b")];
        let lost = |operation: &str| (operation.to_owned(), Standing::Lost(FailureKind::NotFound));
        let all = join(&clusters, &started, &BTreeMap::from([lost("op-a"), lost("op-b")]));
        assert_eq!(all[0].mark(), Some(Mark::new(Tone::Good, "Connected")), "the cluster says so");
        assert_eq!(all[1].mark(), Some(Mark::new(Tone::Off, "Not found")));
        let all = join(&clusters, &started, &BTreeMap::from([known("op-b", "SUSPENDED")]));
        assert_eq!(all[1].mark(), Some(Mark::unknown("SUSPENDED")));
        assert!(!all[1].is_connected());
    }

    #[test]
    fn a_cluster_that_is_connected_outranks_a_try_that_failed() {
        let told = |says: bool, status: &str| {
            let clusters = [cluster("edge", Some(says))];
            let known = BTreeMap::from([known("op-3", status)]);
            let all = join(&clusters, &[started("op-3", "edge")], &known);
            let word = all[0].mark().map(|mark| mark.word.into_owned()).unwrap_or_default();
            (all[0].is_connected(), word)
        };
        assert_eq!(told(true, "FAILED"), (true, "Connected".to_owned()));
        assert_eq!(told(false, "COMPLETED"), (true, "Connected".to_owned()));
        assert_eq!(told(false, "FAILED"), (false, "Failed".to_owned()), "both say so, and this says more");
        assert_eq!(told(true, "IN_PROGRESS"), (false, "Verifying".to_owned()), "it is not over");
    }
}
