//! The catalog of providers, regions, zones and machine types.

use serde::{Deserialize, Serialize};

use crate::{open_enum::open_enum, request::Request};

open_enum! {
    /// A cloud provider.
    ProviderId { Aws = "aws", Gcp = "gcp", Azure = "azure" }
}

open_enum! {
    /// What a machine type is made for.
    MachineCategory {
        GeneralPurpose = "GeneralPurpose",
        ComputeOptimized = "ComputeOptimized",
        MemoryOptimized = "MemoryOptimized",
        AcceleratorOptimized = "AcceleratorOptimized",
        Gpu = "GPU",
    }
}

open_enum! {
    /// The processor of a machine type.
    Architecture { X86_64 = "x86_64", Arm64 = "arm64" }
}

/// A cloud provider of the catalog. (Source: inferred.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Provider {
    pub id: ProviderId,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provisioners: Option<Vec<String>>,
}

/// A region of a provider. (Source: inferred.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Region {
    pub id: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
}

/// Filters in seed name category, architecture, CPU and memory quantities. (Source: inferred.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MachineType {
    pub id: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<MachineCategory>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub architecture: Option<Architecture>,
    pub cpu: String,
    pub memory: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gpu: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zones: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_per_hour: Option<f64>,
}

/// A zone of a region. (Source: inferred.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Zone {
    pub id: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

/// List providers. Cloud providers.
///
/// Operation `listProviders`; inferred.
pub fn providers() -> Request<Vec<Provider>> {
    Request::new("listProviders")
}

/// List regions. Regions of a provider.
///
/// Operation `listRegions`; inferred.
pub fn regions(provider_id: &str) -> Request<Vec<Region>> {
    Request::new("listRegions").path("providerId", provider_id)
}

/// Optional parameters of `listMachineTypes`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MachineTypeFilter {
    /// Minimum CPU ('1', '500m')
    pub cpu_min: Option<String>,
    /// Maximum CPU ('4', '2000m')
    pub cpu_max: Option<String>,
    /// Minimum memory ('1Gi', '512Mi')
    pub mem_min: Option<String>,
    /// Maximum memory ('8Gi', '4Gi')
    pub mem_max: Option<String>,
    /// Category
    pub category: Option<MachineCategory>,
    /// Architecture
    pub architecture: Option<Architecture>,
    /// Zone; first available when absent
    pub zone_id: Option<String>,
}

/// List machine types. Machine types, filterable.
///
/// Operation `listMachineTypes`; inferred.
pub fn machine_types(
    provider_id: &str,
    region_id: &str,
    zone_id: &str,
    options: &MachineTypeFilter,
) -> Request<Vec<MachineType>> {
    Request::new("listMachineTypes")
        .path("providerId", provider_id)
        .path("regionId", region_id)
        .path("zoneId", zone_id)
        .query_option("cpuMin", options.cpu_min.as_ref())
        .query_option("cpuMax", options.cpu_max.as_ref())
        .query_option("memMin", options.mem_min.as_ref())
        .query_option("memMax", options.mem_max.as_ref())
        .query_option("category", options.category.as_ref())
        .query_option("architecture", options.architecture.as_ref())
        .query_option("zoneId", options.zone_id.as_ref())
}

/// Get a machine type. One machine type.
///
/// Operation `getMachineType`; inferred.
pub fn machine_type(
    provider_id: &str,
    region_id: &str,
    machinetype_id: &str,
    zone_id: Option<&str>,
) -> Request<MachineType> {
    Request::new("getMachineType")
        .path("providerId", provider_id)
        .path("regionId", region_id)
        .path("machinetypeId", machinetype_id)
        .query_option("zoneId", zone_id)
}

/// List zones. Zones of a region. CLI: cloud aws regions zones list -r REGION.
///
/// Operation `listZones`; inferred.
pub fn zones(provider_id: &str, region_id: &str) -> Request<Vec<Zone>> {
    Request::new("listZones").path("providerId", provider_id).path("regionId", region_id)
}
