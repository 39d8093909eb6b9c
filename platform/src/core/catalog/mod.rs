//! Providers, regions, zones, machine types: the same for everybody.

mod machines;
mod regions;
pub mod versions;

use astro_api::catalog::{Architecture, MachineCategory, MachineType, Provider, ProviderId, Region, Zone};

pub use self::{machines::Machine, regions::Place};
use super::{
    Cx,
    call::{Call, Reply},
    fault::Fault,
    roles::Capability,
    unserved,
};

/// Answers this family's operations.
pub fn handle(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    cx.require(Capability::Read)?;
    match call.operation.id {
        "listProviders" => Ok(Reply::ok(ProviderId::KNOWN.iter().map(provider).collect::<Vec<_>>())),
        "listRegions" => {
            let id = known_provider(call)?;
            let regions: Vec<Region> = regions::of(id.as_str()).map(|place| place.view(id.as_str())).collect();
            Ok(Reply::ok(regions))
        }
        "listZones" => {
            let (id, place) = known_region(call)?;
            let zones: Vec<Zone> = place
                .zones(id.as_str())
                .into_iter()
                .map(|zone| Zone {
                    id: zone.clone(),
                    name: zone,
                    region_id: Some(place.id.to_owned()),
                    status: Some("available".to_owned()),
                })
                .collect();
            Ok(Reply::ok(zones))
        }
        "listMachineTypes" => machine_types(call),
        "getMachineType" => {
            let (id, place) = known_region(call)?;
            let zone = chosen_zone(&id, place, call.query("zoneId"))?;
            let name = call.path("machinetypeId");
            machine(id.as_str(), name)
                .map(|machine| (machine, machine.zones(id.as_str(), place)))
                .filter(|(_, zones)| zone.as_ref().map_or(!zones.is_empty(), |zone| zones.contains(zone)))
                .map(|(machine, zones)| Reply::ok(view(machine, place, zones)))
                .ok_or_else(|| Fault::not_found("Machine type", name))
        }
        _ => Err(unserved(call)),
    }
}

/// Fills in the demo data: there is none, the catalogue is part of the platform.
pub fn seed(_cx: &mut Cx<'_>) {}

/// A region of a provider.
pub fn region(provider: &str, region: &str) -> Option<&'static Place> {
    regions::of(provider).find(|place| place.id == region)
}

/// The region that is taken where none is given.
pub fn default_region(provider: &str) -> &'static str {
    match provider {
        "gcp" => "us-central1",
        "azure" => "eastus",
        _ => "us-east-1",
    }
}

/// The provider that a region belongs to, for clusters of which only the region is known.
pub fn provider_of(region: &str) -> Option<&'static str> {
    ["aws", "gcp", "azure"].into_iter().find(|provider| self::region(provider, region).is_some())
}

/// A machine type of a provider, wherever it is offered.
pub fn machine(provider: &str, name: &str) -> Option<&'static Machine> {
    machines::of(provider).iter().find(|machine| machine.name == name)
}

/// The machine types that a provider offers in a region.
pub fn offered(provider: &str, place: &'static Place) -> impl Iterator<Item = &'static Machine> {
    machines::of(provider).iter().filter(|machine| machine.is_offered(place))
}

fn provider(id: &ProviderId) -> Provider {
    let (name, provisioners) = match id {
        ProviderId::Gcp => ("Google Cloud", ["gke", "selfHosted"].as_slice()),
        ProviderId::Azure => ("Microsoft Azure", ["aks"].as_slice()),
        _ => ("Amazon Web Services", ["eks", "selfHosted"].as_slice()),
    };
    Provider {
        id: id.clone(),
        name: name.to_owned(),
        enabled: Some(true),
        provisioners: Some(provisioners.iter().map(|&word| word.to_owned()).collect()),
    }
}

fn known_provider(call: &Call<'_>) -> Result<ProviderId, Fault> {
    let id = call.path("providerId");
    Some(ProviderId::from(id)).filter(ProviderId::is_known).ok_or_else(|| Fault::not_found("Provider", id))
}

fn known_region(call: &Call<'_>) -> Result<(ProviderId, &'static Place), Fault> {
    let provider = known_provider(call)?;
    let id = call.path("regionId");
    let place = region(provider.as_str(), id).ok_or_else(|| Fault::not_found("Region", id))?;
    Ok((provider, place))
}

fn chosen_zone(provider: &ProviderId, place: &Place, zone: Option<&str>) -> Result<Option<String>, Fault> {
    let Some(zone) = zone else { return Ok(None) };
    let zones = place.zones(provider.as_str());
    match zones.into_iter().find(|known| known == zone) {
        Some(zone) => Ok(Some(zone)),
        None => Err(Fault::not_found("Zone", zone)),
    }
}

fn machine_types(call: &Call<'_>) -> Result<Reply, Fault> {
    let (id, place) = known_region(call)?;
    // The contract lists the zone twice; what a person chose (the query) wins over what fills the path.
    let zone = match call.query("zoneId") {
        Some(zone) => chosen_zone(&id, place, Some(zone))?,
        None => chosen_zone(&id, place, Some(call.path("zoneId")))?,
    };
    let bound = |name: &str| call.query(name).map(|text| quantity(name, text)).transpose();
    let (cpu_min, cpu_max, mem_min, mem_max) = (bound("cpuMin")?, bound("cpuMax")?, bound("memMin")?, bound("memMax")?);
    let category = call.query("category").map(MachineCategory::from);
    let architecture = call.query("architecture").map(Architecture::from);
    let within = |value: f64, least: Option<f64>, most: Option<f64>| {
        least.is_none_or(|least| value >= least) && most.is_none_or(|most| value <= most)
    };
    let found: Vec<MachineType> = offered(id.as_str(), place)
        .filter(|machine| within(f64::from(machine.cpu), cpu_min, cpu_max))
        .filter(|machine| within(f64::from(machine.mebibytes) * 1_048_576.0, mem_min, mem_max))
        .filter(|machine| category.as_ref().is_none_or(|category| machine.category() == *category))
        .filter(|machine| architecture.as_ref().is_none_or(|wanted| machine.architecture() == *wanted))
        .filter_map(|machine| {
            let zones = machine.zones(id.as_str(), place);
            zone.as_ref().is_none_or(|zone| zones.contains(zone)).then(|| view(machine, place, zones))
        })
        .collect();
    Ok(Reply::ok(found))
}

fn view(machine: &Machine, place: &Place, zones: Vec<String>) -> MachineType {
    MachineType {
        id: machine.name.to_owned(),
        name: machine.name.to_owned(),
        category: Some(machine.category()),
        architecture: Some(machine.architecture()),
        cpu: machine.cpu.to_string(),
        memory: if machine.mebibytes.is_multiple_of(1024) {
            format!("{}Gi", machine.mebibytes / 1024)
        } else {
            format!("{}Mi", machine.mebibytes)
        },
        gpu: Some(i64::from(machine.gpu)),
        zones: Some(zones),
        // Ten-thousandths of a dollar, as the providers publish.
        price_per_hour: Some((machine.price * place.price * 10_000.0).round() / 10_000.0),
    }
}

/// Reads a Kubernetes quantity: `500m`, `2`, `512Mi`, `8Gi`.
fn quantity(name: &str, text: &str) -> Result<f64, Fault> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let factor = match unit {
        "" => Some(1.0),
        "m" => Some(0.001),
        "k" => Some(1e3),
        "M" => Some(1e6),
        "G" => Some(1e9),
        "T" => Some(1e12),
        "P" => Some(1e15),
        "Ki" => Some(1024.0),
        "Mi" => Some(1_048_576.0),
        "Gi" => Some(1_073_741_824.0),
        "Ti" => Some(1_099_511_627_776.0),
        "Pi" => Some(1_125_899_906_842_624.0),
        _ => None,
    };
    let number = Some(number).filter(|number| number.starts_with(|c: char| c.is_ascii_digit()));
    number
        .and_then(|number| number.parse::<f64>().ok())
        .zip(factor)
        .map(|(number, factor)| number * factor)
        .ok_or_else(|| Fault::invalid(name, "must be a quantity such as 500m, 2 or 4Gi"))
}

#[cfg(test)]
mod tests;
