//! Clusters, operations, progress, agents, approvals, kubeconfigs.
//!
//! An operation is a list of steps that take their time by themselves ([`run`]); what it changes, it changes at its
//! end. Faults by hand: whatever is done to a cluster whose name contains `fail` fails half way, except its deletion.

mod agent;
mod approval;
mod deploy;
mod history;
mod kubeconfig;
mod plan;
mod preflight;
mod record;
mod remove;
mod run;
mod seed;
mod update;

use std::collections::BTreeMap;

use astro_api::clusters::{Cluster, K8sCluster};
use serde::{Deserialize, Serialize};

pub use self::history::ProgressFeed;
use self::record::{Fleet, Record};
use super::{
    Cx,
    call::{Call, Reply},
    fault::Fault,
    roles::Capability,
    unserved,
};

/// This family's part of the state.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Store {
    fleets: BTreeMap<String, Fleet>,
}

impl Store {
    fn fleet(&self, organization: &str) -> Option<&Fleet> {
        self.fleets.get(organization)
    }

    fn fleet_mut(&mut self, organization: &str) -> &mut Fleet {
        self.fleets.entry(organization.to_owned()).or_default()
    }
}

/// What happens by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Due {
    /// An operation goes on.
    Beat {
        /// The organization.
        organization: String,
        /// The operation.
        operation: String,
    },
    /// Nobody has decided on an approval in time.
    ApprovalExpires {
        /// The organization.
        organization: String,
        /// The operation.
        operation: String,
    },
    /// An agent loses its tunnel.
    AgentDrops {
        /// The organization.
        organization: String,
        /// The cluster.
        cluster: String,
    },
    /// An agent's tunnel stands again.
    AgentReturns {
        /// The organization.
        organization: String,
        /// The cluster.
        cluster: String,
    },
}

/// Answers this family's operations.
pub fn handle(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    match call.operation.id {
        "listClusters" => list(cx, call),
        "getCluster" => {
            let organization = &cx.require(Capability::Read)?.organization;
            Ok(Reply::ok(known(cx, organization, call.path("clusterId"))?.view(cx, organization)))
        }
        "getClusterSpec" => spec(cx, call),
        "deployCluster" => deploy::handle(cx, call),
        "decideClusterApproval" => approval::decide(cx, call),
        "updateCluster" => update::handle(cx, call),
        "deleteCluster" => remove::delete(cx, call),
        "cancelClusterOperation" => remove::cancel(cx, call),
        "registerAgent" => agent::register(cx, call),
        "getAgentStatus" => agent::status(cx, call),
        "unregisterAgent" => agent::unregister(cx, call),
        "syncClusterAuth" => agent::sync_auth(cx, call),
        "generateKubeconfig" => kubeconfig::generate(cx, call),
        "getKubeconfig" => kubeconfig::get(cx, call),
        "listClusterOperations" => history::operations(cx, call),
        "listClusterProgress" => history::progress_of_all(cx, call),
        "getClusterProgress" => history::progress(cx, call),
        _ => Err(unserved(call)),
    }
}

/// Lets something happen.
pub fn due(cx: &mut Cx<'_>, due: Due) {
    match due {
        Due::Beat { organization, operation } => run::beat(cx, &organization, &operation),
        Due::ApprovalExpires { organization, operation } => approval::expire(cx, &organization, &operation),
        Due::AgentDrops { organization, cluster } => agent::drops(cx, &organization, &cluster),
        Due::AgentReturns { organization, cluster } => agent::returns(cx, &organization, &cluster),
    }
}

/// Fills in the demo data.
pub fn seed(cx: &mut Cx<'_>) {
    seed::seed(cx);
}

/// Opens `streamClusterProgress`.
pub fn feed(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<ProgressFeed, Fault> {
    ProgressFeed::open(cx, call)
}

/// An organization's cluster by name, as the contract shows it.
pub fn find(cx: &Cx<'_>, organization: &str, name: &str) -> Option<Cluster> {
    record(cx, organization, name).map(|record| record.view(cx, organization))
}

/// An organization's clusters that can run applications (READY, UPDATING, UPGRADING).
pub fn running(cx: &Cx<'_>, organization: &str) -> Vec<Cluster> {
    let fleet = cx.state.clusters.fleet(organization);
    let records = fleet.into_iter().flat_map(|fleet| fleet.clusters.values());
    records.filter(|record| record.is_running()).map(|record| record.view(cx, organization)).collect()
}

fn record<'a>(cx: &'a Cx<'_>, organization: &str, name: &str) -> Option<&'a Record> {
    cx.state.clusters.fleet(organization)?.clusters.get(name)
}

fn known<'a>(cx: &'a Cx<'_>, organization: &str, name: &str) -> Result<&'a Record, Fault> {
    record(cx, organization, name).ok_or_else(|| Fault::not_found("Cluster", name))
}

fn list(cx: &Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let organization = &cx.require(Capability::Read)?.organization;
    let provider = call.query("providerId");
    let fleet = cx.state.clusters.fleet(organization);
    let clusters: Vec<Cluster> = fleet
        .into_iter()
        .flat_map(|fleet| fleet.clusters.values())
        .filter(|record| provider.is_none_or(|provider| record.provider == provider))
        .map(|record| record.view(cx, organization))
        .collect();
    Ok(Reply::ok(clusters))
}

fn spec(cx: &Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let organization = &cx.require(Capability::Read)?.organization;
    let name = call.path("clusterId");
    let spec = known(cx, organization, name)?.spec.clone();
    let spec = spec.ok_or_else(|| Fault::not_found("Specification of registered cluster", name))?;
    Ok(Reply::ok(K8sCluster {
        api_version: "platform.astropulse.io/v1".to_owned(),
        kind: "K8sCluster".to_owned(),
        spec,
    }))
}

#[cfg(test)]
mod tests;
