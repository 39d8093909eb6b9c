//! Availability tiers: replicas, autoscaling and resources by name.

use serde::{Deserialize, Serialize};

use crate::{open_enum::open_enum, profiles::MinMax, request::Request};

open_enum! {
    /// An availability tier; organizations may have more.
    TierName { Basic = "basic", Standard = "standard", Premium = "premium" }
}

open_enum! {
    /// How strictly replicas are spread.
    PlacementPreference { Soft = "soft", Hard = "hard" }
}

open_enum! {
    /// Scheduling priority.
    PriorityLevel { Low = "low", High = "high", Critical = "critical" }
}

/// The number of replicas.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContainerCount {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_size: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_size: Option<i64>,
}

/// How a tier adds replicas.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HorizontalAutoScaling {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_replicas: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_replicas: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_utilization_percentage: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_utilization_percentage: Option<i64>,
}

/// Whether a tier resizes replicas.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VerticalAutoScaling {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// The resources of each replica.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TierResources {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu: Option<MinMax>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<MinMax>,
}

/// Shape and the three standard tiers are published. (Source: docs.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AvailabilityTier {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<ContainerCount>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub horizontal_auto_scaling: Option<HorizontalAutoScaling>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vertical_auto_scaling: Option<VerticalAutoScaling>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multi_zone_deployment: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placement_preference: Option<PlacementPreference>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority_level: Option<PriorityLevel>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resources: Option<TierResources>,
}

/// List availability tiers. Standard tiers (basic, standard, premium) plus custom ones registered for the
/// organization.
///
/// Operation `listAvailabilityTiers`; inferred.
pub fn list() -> Request<Vec<AvailabilityTier>> {
    Request::new("listAvailabilityTiers")
}

/// Get an availability tier. One tier.
///
/// Operation `getAvailabilityTier`; inferred.
pub fn get(tier_id: &str) -> Request<AvailabilityTier> {
    Request::new("getAvailabilityTier").path("tierId", tier_id)
}
