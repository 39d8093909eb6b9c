//! Applications and their streams.
//!
//! Failures can be had by hand: an image tag that contains `missing` (or a registry below `.invalid`) can't be pulled, one
//! that contains `broken` starts and dies; a chart or version that contains `missing` can't be found; a path that its
//! repository lacks fails the sync.

mod deploy;
mod events;
mod lifecycle;
mod logs;
mod record;
mod resources;
mod seeds;
mod streams;

use std::collections::BTreeMap;

use astro_api::{
    applications::{ApplicationResyncResult, ResyncRequest},
    audit::{AuditAction, AuditEventType},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};

use self::record::{App, Apps, Phase};
pub use self::{
    lifecycle::{Due, due},
    seeds::seed,
    streams::{AppFeed, feed},
};
use super::{
    Cx,
    call::{Call, Reply},
    fault::Fault,
    notifications, people,
    roles::Capability,
    time::rfc3339_seconds,
    unserved,
};

/// This family's part of the state.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Store {
    organizations: BTreeMap<String, Apps>,
    /// Numbers lives and turns, so that what was scheduled for an earlier one is told from what is current.
    turns: u64,
}

impl Store {
    fn find(&self, organization: &str, name: &str) -> Option<&App> {
        self.organizations.get(organization)?.get(name)
    }

    fn add(&mut self, app: App) {
        self.organizations.entry(app.organization.clone()).or_default().insert(app);
    }

    /// The application that serves a host name.
    fn serving(&self, organization: &str, hostname: &str) -> Option<&str> {
        let endpoint = format!("https://{hostname}");
        let apps = self.organizations.get(organization)?;
        apps.iter().find(|app| app.endpoint.as_ref() == Some(&endpoint)).map(App::name)
    }
}

/// Answers this family's operations.
pub fn handle(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    match call.operation.id {
        "listApplications" => list(cx),
        "getApplication" => {
            one(cx, call).map(|app| Reply::ok(app.view(people::namespace(cx, &app.organization).as_deref())))
        }
        "getApplicationSpec" => one(cx, call).map(|app| Reply::ok(&app.spec)),
        "deployApplication" => deploy::deploy(cx, call),
        "resyncApplication" => resync(cx, call),
        "deleteApplication" => delete(cx, call),
        _ => Err(unserved(call)),
    }
}

fn list(cx: &Cx<'_>) -> Result<Reply, Fault> {
    let organization = &cx.require(Capability::Read)?.organization;
    let apps = cx.state.apps.organizations.get(organization);
    let namespace = people::namespace(cx, organization);
    let views = apps.into_iter().flat_map(Apps::iter).map(|app| app.view(namespace.as_deref()));
    Ok(Reply::ok(views.collect::<Vec<_>>()))
}

fn one<'a>(cx: &'a Cx<'_>, call: &Call<'_>) -> Result<&'a App, Fault> {
    let organization = &cx.require(Capability::Read)?.organization;
    let name = call.path("appId");
    cx.state.apps.find(organization, name).ok_or_else(|| Fault::not_found("Application", name))
}

fn resync(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let caller = cx.require(Capability::Deploy)?.clone();
    let request: ResyncRequest = call.optional_body()?.unwrap_or_default();
    let force = request.force.unwrap_or(false);
    let app = one(cx, call)?;
    let (name, sync) = (app.name().to_owned(), app.sync.clone());
    if app.phase == Phase::Unreachable {
        let cluster = app.cluster.as_deref().unwrap_or_default();
        return Err(Fault::conflict(format!("Cluster \"{cluster}\" doesn't answer; the application can't be synced")));
    }
    if app.operation.is_some() && !force {
        return Err(Fault::conflict("Another sync is already in progress; force ends it and starts anew"));
    }
    let by = people::display_name(cx, &caller.user);
    let id = lifecycle::take(cx, &caller.organization, &name, |turn| turn.resync(by, force));
    let mut metadata = Map::new();
    metadata.insert("force".to_owned(), json!(force));
    cx.audit((AuditEventType::Application, AuditAction::Resync), ("application", &name, &name), metadata);
    Ok(Reply::ok(ApplicationResyncResult {
        app_id: Some(name),
        status: "RESYNC_REQUESTED".to_owned(),
        sync_status: Some(sync),
        operation_id: id,
        force: Some(force),
        requested_at: Some(rfc3339_seconds(cx.now)),
    }))
}

fn delete(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let caller = cx.require(Capability::DeleteApplication)?.clone();
    let name = one(cx, call)?.name().to_owned();
    if let Some(apps) = cx.state.apps.organizations.get_mut(&caller.organization) {
        apps.remove(&name);
    }
    let by = people::display_name(cx, &caller.user);
    cx.audit((AuditEventType::Application, AuditAction::Delete), ("application", &name, &name), Map::new());
    let text = format!("{by} deleted {name} and its resources.");
    notifications::notify(cx, &caller.organization, "app.deleted", &format!("{name} was deleted"), &text);
    Ok(Reply::Empty)
}

/// The names of an organization's applications that use a profile.
pub fn using_profile(cx: &Cx<'_>, organization: &str, profile: &str) -> Vec<String> {
    cx.state.apps.organizations.get(organization).map(|apps| apps.of_profile(profile)).unwrap_or_default()
}

/// The names of an organization's applications that run on a cluster.
pub fn on_cluster(cx: &Cx<'_>, organization: &str, cluster: &str) -> Vec<String> {
    cx.state.apps.organizations.get(organization).map(|apps| apps.of_cluster(cluster)).unwrap_or_default()
}

/// A cluster doesn't answer any more: nobody knows how its applications are.
pub fn cluster_lost(cx: &mut Cx<'_>, organization: &str, cluster: &str) {
    for name in on_cluster(cx, organization, cluster) {
        lifecycle::take(cx, organization, &name, |turn| {
            turn.lost();
        });
    }
}

/// A cluster answers again.
pub fn cluster_back(cx: &mut Cx<'_>, organization: &str, cluster: &str) {
    for name in on_cluster(cx, organization, cluster) {
        lifecycle::take(cx, organization, &name, |turn| {
            turn.back();
        });
    }
}

/// A cluster is gone, and its applications with it.
pub fn cluster_gone(cx: &mut Cx<'_>, organization: &str, cluster: &str) {
    for name in on_cluster(cx, organization, cluster) {
        if let Some(apps) = cx.state.apps.organizations.get_mut(organization) {
            apps.remove(&name);
        }
        let text = format!("{name} went with its cluster {cluster}.");
        notifications::notify(cx, organization, "app.deleted", &format!("{name} was deleted"), &text);
    }
}

#[cfg(test)]
mod tests;
