//! Application profiles and availability tiers.

mod quantity;
mod seed;
mod tiers;

use std::collections::BTreeMap;

use astro_api::{
    audit::{AuditAction, AuditEventType},
    profiles::{
        ApplicationProfile, MinMax, ProfileBulkDeleteRequest, ProfileBulkDeleteResult, ProfileCloudProvider,
        ProfileDeleted, ProfileRequest, ProfileResources, SkippedProfile,
    },
    tiers::{AvailabilityTier, TierName},
};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use self::quantity::Quantity;
pub use self::seed::seed;
use super::{
    Cx, apps,
    call::{Call, Reply},
    clusters,
    fault::Fault,
    people,
    roles::Capability,
    time::{Millis, rfc3339_seconds},
    unserved,
    validate::Checks,
};

/// This family's part of the state.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Store {
    /// By organization and name.
    profiles: BTreeMap<String, IndexMap<String, Profile>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Profile {
    id: String,
    name: String,
    cluster: Option<String>,
    cloud: Option<ProfileCloudProvider>,
    tier: TierName,
    resources: Option<ProfileResources>,
    created_by: String,
    created_at: Millis,
    updated_at: Millis,
}

impl Profile {
    fn model(&self, cx: &Cx<'_>, organization: &str) -> ApplicationProfile {
        ApplicationProfile {
            application_count: i64::try_from(apps::using_profile(cx, organization, &self.name).len()).ok(),
            ..self.bare_model(organization)
        }
    }

    /// Everything that doesn't take a look at the applications.
    fn bare_model(&self, organization: &str) -> ApplicationProfile {
        ApplicationProfile {
            id: self.id.clone(),
            profile_name: self.name.clone(),
            org_id: Some(organization.to_owned()),
            cluster_name: self.cluster.clone(),
            cloud_provider: self.cloud.clone(),
            availability_tier: Some(self.tier.clone()),
            resources: self.resources.clone(),
            application_count: None,
            created_by: Some(self.created_by.clone()),
            created_at: Some(rfc3339_seconds(self.created_at)),
            updated_at: Some(rfc3339_seconds(self.updated_at)),
        }
    }
}

/// Answers this family's operations.
pub fn handle(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    match call.operation.id {
        "listApplicationProfiles" => list(cx),
        "createApplicationProfile" => create(cx, call),
        "deleteApplicationProfile" => delete(cx, call),
        "getApplicationProfile" => get(cx, call),
        "bulkDeleteApplicationProfiles" => bulk_delete(cx, call),
        "listAvailabilityTiers" => {
            cx.require(Capability::Read)?;
            Ok(Reply::ok(tiers::all()))
        }
        "getAvailabilityTier" => {
            cx.require(Capability::Read)?;
            let id = call.path("tierId");
            tier(id).map(Reply::ok).ok_or_else(|| Fault::not_found("The availability tier", id))
        }
        _ => Err(unserved(call)),
    }
}

/// An availability tier by name.
pub fn tier(name: &str) -> Option<AvailabilityTier> {
    tiers::all().into_iter().find(|tier| tier.name == name)
}

/// An organization's profile by name, without the count of its applications.
pub fn find(cx: &Cx<'_>, organization: &str, name: &str) -> Option<ApplicationProfile> {
    Some(cx.state.profiles.profiles.get(organization)?.get(name)?.bare_model(organization))
}

fn list(cx: &Cx<'_>) -> Result<Reply, Fault> {
    let organization = cx.require(Capability::Read)?.organization.clone();
    let profiles = cx.state.profiles.profiles.get(&organization).into_iter().flat_map(IndexMap::values);
    Ok(Reply::ok(profiles.map(|profile| profile.model(cx, &organization)).collect::<Vec<_>>()))
}

fn get(cx: &Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let organization = cx.require(Capability::Read)?.organization.clone();
    Ok(Reply::ok(by_id(cx, &organization, call.path("profileId"))?.model(cx, &organization)))
}

/// A profile by id; its name will do as well, since manifests and applications know no other.
fn by_id<'a>(cx: &'a Cx<'_>, organization: &str, id: &str) -> Result<&'a Profile, Fault> {
    let profiles = cx.state.profiles.profiles.get(organization);
    profiles
        .and_then(|profiles| profiles.values().find(|profile| profile.id == id).or_else(|| profiles.get(id)))
        .ok_or_else(|| Fault::not_found("The profile", id))
}

fn create(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let caller = cx.require(Capability::Deploy)?.clone();
    let request: ProfileRequest = call.body()?;
    let organization = caller.organization;
    check(cx, &organization, &request)?;
    let count = cx.state.profiles.profiles.get(&organization).map_or(0, IndexMap::len);
    if find(cx, &organization, &request.profile_name).is_some() {
        return Err(Fault::conflict(format!("The profile \"{}\" exists already", request.profile_name))
            .with("fields", json!({ "profileName": "is taken" })));
    }
    people::within_limit(cx, &organization, "profiles", count)?;
    let profile = Profile {
        id: cx.uuid(),
        name: request.profile_name,
        cluster: request.cluster_name,
        cloud: request.cloud_provider,
        tier: request.availability_tier.unwrap_or(TierName::Basic),
        resources: request.resources,
        created_by: caller.user,
        created_at: cx.now,
        updated_at: cx.now,
    };
    let metadata = json!({
        "availabilityTier": profile.tier,
        "clusterName": profile.cluster,
        "cloudProvider": profile.cloud,
    });
    note(cx, AuditAction::Create, &profile, metadata);
    let model = profile.model(cx, &organization);
    cx.state.profiles.profiles.entry(organization).or_default().insert(profile.name.clone(), profile);
    Ok(Reply::said(model, "Profile created"))
}

fn check(cx: &Cx<'_>, organization: &str, request: &ProfileRequest) -> Result<(), Fault> {
    let mut checks = Checks::new();
    checks.name("profileName", &request.profile_name);
    if let Some(tier) = &request.availability_tier {
        checks.that(tier.is_known(), "availabilityTier", "must be one of basic, standard, premium");
    }
    match (&request.cluster_name, &request.cloud_provider) {
        (Some(cluster), _) => {
            let known = clusters::find(cx, organization, cluster).is_some();
            checks.that(known, "clusterName", "must be a cluster of the organization");
        }
        // Ignored beside a cluster, and otherwise the placement: then it must name one.
        (None, Some(cloud)) => {
            let provider = cloud.provider.as_ref().or(cloud.provider_name.as_ref());
            checks.that(
                provider.is_some_and(astro_api::catalog::ProviderId::is_known),
                "cloudProvider.provider",
                "must be one of aws, gcp, azure",
            );
            checks.that(
                cloud.region.as_ref().is_some_and(|region| !region.is_empty()),
                "cloudProvider.region",
                "is required beside a provider",
            );
        }
        (None, None) => {}
    }
    if let Some(resources) = &request.resources {
        check_range(&mut checks, "resources.cpu", resources.cpu.as_ref());
        check_range(&mut checks, "resources.memory", resources.memory.as_ref());
    }
    checks.done()
}

fn check_range(checks: &mut Checks, field: &str, range: Option<&MinMax>) {
    let Some(range) = range else { return };
    let mut bound = |name: &str, text: Option<&String>| {
        let text = text?;
        let quantity = Quantity::parse(text);
        let positive = quantity.is_some_and(Quantity::is_positive);
        checks.that(positive, format!("{field}.{name}"), "must be a positive quantity, such as 250m or 512Mi");
        quantity
    };
    let least = bound("minimum", range.minimum.as_ref());
    let most = bound("maximum", range.maximum.as_ref());
    if let (Some(least), Some(most)) = (least, most) {
        checks.that(least <= most, format!("{field}.maximum"), "must not be below the minimum");
    }
}

fn delete(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let organization = cx.require(Capability::Deploy)?.organization.clone();
    let profile = by_id(cx, &organization, call.path("profileId"))?.clone();
    let applications = apps::using_profile(cx, &organization, &profile.name);
    if !applications.is_empty() {
        let (count, s) = (applications.len(), if applications.len() == 1 { "" } else { "s" });
        return Err(Fault::conflict(format!(
            "{count} application{s} use{} the profile",
            if count == 1 { "s" } else { "" }
        ))
        .with("applications", applications));
    }
    remove(cx, &organization, &profile);
    let deleted = ProfileDeleted { profile_name: Some(profile.name), deleted: Some(true) };
    Ok(Reply::said(deleted, "Profile deleted"))
}

/// Deletes what can be deleted, and says of the rest why not.
fn bulk_delete(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let organization = cx.require(Capability::Deploy)?.organization.clone();
    let request: ProfileBulkDeleteRequest = call.body()?;
    let mut result = ProfileBulkDeleteResult::default();
    for name in request.profile_names {
        let profile = cx.state.profiles.profiles.get(&organization).and_then(|profiles| profiles.get(&name)).cloned();
        let skip = |reason: &str, applications| SkippedProfile {
            profile_name: Some(name.clone()),
            reason: Some(reason.to_owned()),
            applications,
        };
        let Some(profile) = profile else {
            // Named twice, it is gone already.
            if !result.deleted.contains(&name) {
                result.skipped.push(skip("not found", None));
            }
            continue;
        };
        let applications = apps::using_profile(cx, &organization, &name);
        if applications.is_empty() {
            remove(cx, &organization, &profile);
            result.deleted.push(name);
        } else {
            result.skipped.push(skip("in use", Some(applications)));
        }
    }
    Ok(Reply::ok(result))
}

fn remove(cx: &mut Cx<'_>, organization: &str, profile: &Profile) {
    if let Some(profiles) = cx.state.profiles.profiles.get_mut(organization) {
        profiles.shift_remove(&profile.name);
    }
    note(cx, AuditAction::Delete, profile, Value::Null);
}

fn note(cx: &mut Cx<'_>, action: AuditAction, profile: &Profile, metadata: Value) {
    let metadata = match metadata {
        Value::Object(map) => map.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        _ => Map::new(),
    };
    let resource = ("application_profile", profile.id.as_str(), profile.name.as_str());
    cx.audit((AuditEventType::AppProfile, action), resource, metadata);
}

#[cfg(test)]
mod tests;
