//! The profiles of the demo data.

use astro_api::{
    catalog::ProviderId,
    profiles::{MinMax, ProfileCloudProvider, ProfileResources},
    tiers::TierName,
};

use super::{
    super::{Cx, demo, time::DAY},
    Profile,
};

/// Where a profile's applications go.
enum Place {
    Cluster(&'static str),
    Region(ProviderId, &'static str),
    Anywhere,
}

/// Fills in the demo data.
pub fn seed(cx: &mut Cx<'_>) {
    let memory = |minimum: &str, maximum: &str| {
        Some(ProfileResources {
            memory: Some(MinMax { minimum: Some(minimum.to_owned()), maximum: Some(maximum.to_owned()) }),
            cpu: None,
        })
    };
    let told = [
        (demo::ACME, "web-standard", Place::Cluster("prod-eu"), TierName::Standard, None, "owner", 300),
        (demo::ACME, "web-premium", Place::Cluster("prod-us"), TierName::Premium, None, "editor", 60),
        (demo::ACME, "batch", Place::Cluster("data-gke"), TierName::Basic, memory("1Gi", "2Gi"), "editor", 120),
        (demo::ACME, "internal-basic", Place::Cluster("staging"), TierName::Basic, None, "admin", 290),
        (demo::ACME, "edge-eu", Place::Region(ProviderId::Aws, "eu-central-1"), TierName::Standard, None, "admin", 90),
        (demo::ACME, "preview", Place::Anywhere, TierName::Basic, memory("128Mi", "512Mi"), "two-organizations", 25),
        // Nobody uses it: it can be deleted.
        (
            demo::ACME,
            "legacy-vm-import",
            Place::Region(ProviderId::Azure, "westeurope"),
            TierName::Basic,
            None,
            "editor",
            240,
        ),
        (
            demo::GLOBEX,
            "web-standard",
            Place::Region(ProviderId::Gcp, "europe-west1"),
            TierName::Standard,
            None,
            "two-organizations",
            120,
        ),
        (demo::GLOBEX, "lab", Place::Anywhere, TierName::Basic, memory("256Mi", "1Gi"), "two-organizations", 100),
    ];
    for (organization, name, place, tier, resources, by, age) in told {
        let (cluster, cloud) = match place {
            Place::Cluster(name) => (Some(name.to_owned()), None),
            Place::Region(provider, region) => {
                let region = Some(region.to_owned());
                (None, Some(ProfileCloudProvider { provider: Some(provider), provider_name: None, region }))
            }
            Place::Anywhere => (None, None),
        };
        let created_at = cx.now - age * DAY;
        let profile = Profile {
            id: cx.uuid(),
            name: name.to_owned(),
            cluster,
            cloud,
            tier,
            resources,
            created_by: demo::person(by).map(|person| person.id.to_owned()).unwrap_or_default(),
            created_at,
            updated_at: created_at,
        };
        cx.state.profiles.profiles.entry(organization.to_owned()).or_default().insert(name.to_owned(), profile);
    }
}
