//! Where the providers are.

use astro_api::catalog::Region;

/// A region.
pub struct Place {
    /// The provider's id, `eu-central-1`.
    pub id: &'static str,
    /// Where it is, in words.
    pub name: &'static str,
    /// The last part of each zone's name.
    suffixes: &'static [&'static str],
    /// Prices relative to the provider's first region.
    pub price: f64,
    /// Whether it has everything: accelerators and the newest families come to the large regions first.
    pub large: bool,
}

impl Place {
    /// The names of its zones.
    pub fn zones(&self, provider: &str) -> Vec<String> {
        let join = if provider == "aws" { "" } else { "-" };
        self.suffixes.iter().map(|suffix| format!("{}{join}{suffix}", self.id)).collect()
    }

    /// Whether `zone` is one of its zones. AKS also takes the number alone.
    pub fn has_zone(&self, provider: &str, zone: &str) -> bool {
        (provider == "azure" && self.suffixes.contains(&zone)) || self.zones(provider).iter().any(|known| known == zone)
    }

    pub(super) fn view(&self, provider: &str) -> Region {
        Region {
            id: self.id.to_owned(),
            name: self.id.to_owned(),
            display_name: Some(self.name.to_owned()),
            provider_id: Some(provider.to_owned()),
        }
    }
}

/// The regions of a provider; none for a word that is no provider.
pub fn of(provider: &str) -> std::slice::Iter<'static, Place> {
    match provider {
        "aws" => AWS.iter(),
        "gcp" => GCP.iter(),
        "azure" => AZURE.iter(),
        _ => [].iter(),
    }
}

const fn place(
    id: &'static str,
    name: &'static str,
    suffixes: &'static [&'static str],
    price: f64,
    large: bool,
) -> Place {
    Place { id, name, suffixes, price, large }
}

const ABC: &[&str] = &["a", "b", "c"];
const ABCD: &[&str] = &["a", "b", "c", "d"];
const BCD: &[&str] = &["b", "c", "d"];
const NUMBERS: &[&str] = &["1", "2", "3"];
/// A region without availability zones is one zone to the scheduler.
const ONE: &[&str] = &["1"];

#[rustfmt::skip]
static AWS: &[Place] = &[
    place("us-east-1", "US East (N. Virginia)", &["a", "b", "c", "d", "e", "f"], 1.0, true),
    place("us-east-2", "US East (Ohio)", ABC, 1.0, true),
    place("us-west-1", "US West (N. California)", &["a", "c"], 1.17, false),
    place("us-west-2", "US West (Oregon)", ABCD, 1.0, true),
    place("ca-central-1", "Canada (Central)", &["a", "b", "d"], 1.11, false),
    place("ca-west-1", "Canada West (Calgary)", ABC, 1.11, false),
    place("sa-east-1", "South America (São Paulo)", ABC, 1.59, false),
    place("mx-central-1", "Mexico (Central)", ABC, 1.05, false),
    place("eu-central-1", "Europe (Frankfurt)", ABC, 1.15, true),
    place("eu-central-2", "Europe (Zurich)", ABC, 1.27, false),
    place("eu-west-1", "Europe (Ireland)", ABC, 1.11, true),
    place("eu-west-2", "Europe (London)", ABC, 1.16, true),
    place("eu-west-3", "Europe (Paris)", ABC, 1.17, false),
    place("eu-north-1", "Europe (Stockholm)", ABC, 1.06, true),
    place("eu-south-1", "Europe (Milan)", ABC, 1.17, false),
    place("eu-south-2", "Europe (Spain)", ABC, 1.11, false),
    place("me-central-1", "Middle East (UAE)", ABC, 1.22, false),
    place("il-central-1", "Israel (Tel Aviv)", ABC, 1.17, false),
    place("af-south-1", "Africa (Cape Town)", ABC, 1.32, false),
    place("ap-south-1", "Asia Pacific (Mumbai)", ABC, 1.08, true),
    place("ap-southeast-1", "Asia Pacific (Singapore)", ABC, 1.25, true),
    place("ap-southeast-2", "Asia Pacific (Sydney)", ABC, 1.25, true),
    place("ap-southeast-3", "Asia Pacific (Jakarta)", ABC, 1.25, false),
    place("ap-northeast-1", "Asia Pacific (Tokyo)", &["a", "c", "d"], 1.29, true),
    place("ap-northeast-2", "Asia Pacific (Seoul)", ABCD, 1.23, false),
    place("ap-northeast-3", "Asia Pacific (Osaka)", ABC, 1.29, false),
    place("ap-east-1", "Asia Pacific (Hong Kong)", ABC, 1.37, false),
];

#[rustfmt::skip]
static GCP: &[Place] = &[
    place("us-central1", "Iowa, United States", &["a", "b", "c", "f"], 1.0, true),
    place("us-east1", "South Carolina, United States", BCD, 1.0, true),
    place("us-east4", "Northern Virginia, United States", ABC, 1.13, true),
    place("us-east5", "Columbus, United States", ABC, 1.0, false),
    place("us-south1", "Dallas, United States", ABC, 1.18, false),
    place("us-west1", "Oregon, United States", ABC, 1.0, true),
    place("us-west2", "Los Angeles, United States", ABC, 1.2, false),
    place("us-west4", "Las Vegas, United States", ABC, 1.13, false),
    place("northamerica-northeast1", "Montréal, Canada", ABC, 1.1, false),
    place("northamerica-northeast2", "Toronto, Canada", ABC, 1.1, false),
    place("southamerica-east1", "São Paulo, Brazil", ABC, 1.59, false),
    place("europe-west1", "St. Ghislain, Belgium", BCD, 1.1, true),
    place("europe-west2", "London, United Kingdom", ABC, 1.29, true),
    place("europe-west3", "Frankfurt, Germany", ABC, 1.29, true),
    place("europe-west4", "Eemshaven, Netherlands", ABC, 1.1, true),
    place("europe-west6", "Zurich, Switzerland", ABC, 1.4, false),
    place("europe-west8", "Milan, Italy", ABC, 1.16, false),
    place("europe-west9", "Paris, France", ABC, 1.16, false),
    place("europe-north1", "Hamina, Finland", ABC, 1.1, false),
    place("europe-central2", "Warsaw, Poland", ABC, 1.29, false),
    place("europe-southwest1", "Madrid, Spain", ABC, 1.18, false),
    place("me-west1", "Tel Aviv, Israel", ABC, 1.1, false),
    place("asia-east1", "Changhua County, Taiwan", ABC, 1.16, true),
    place("asia-northeast1", "Tokyo, Japan", ABC, 1.28, true),
    place("asia-northeast3", "Seoul, South Korea", ABC, 1.28, false),
    place("asia-south1", "Mumbai, India", ABC, 1.2, true),
    place("asia-southeast1", "Jurong West, Singapore", ABC, 1.23, true),
    place("asia-southeast2", "Jakarta, Indonesia", ABC, 1.34, false),
    place("australia-southeast1", "Sydney, Australia", ABC, 1.42, false),
    place("africa-south1", "Johannesburg, South Africa", ABC, 1.31, false),
];

#[rustfmt::skip]
static AZURE: &[Place] = &[
    place("eastus", "East US (Virginia)", NUMBERS, 1.0, true),
    place("eastus2", "East US 2 (Virginia)", NUMBERS, 1.0, true),
    place("centralus", "Central US (Iowa)", NUMBERS, 1.14, true),
    place("southcentralus", "South Central US (Texas)", NUMBERS, 1.2, true),
    place("westus", "West US (California)", ONE, 1.17, false),
    place("westus2", "West US 2 (Washington)", NUMBERS, 1.0, true),
    place("westus3", "West US 3 (Phoenix)", NUMBERS, 1.0, true),
    place("canadacentral", "Canada Central (Toronto)", NUMBERS, 1.11, false),
    place("brazilsouth", "Brazil South (São Paulo)", NUMBERS, 1.6, false),
    place("northeurope", "North Europe (Ireland)", NUMBERS, 1.11, true),
    place("westeurope", "West Europe (Netherlands)", NUMBERS, 1.2, true),
    place("uksouth", "UK South (London)", NUMBERS, 1.16, true),
    place("francecentral", "France Central (Paris)", NUMBERS, 1.17, false),
    place("germanywestcentral", "Germany West Central (Frankfurt)", NUMBERS, 1.2, true),
    place("swedencentral", "Sweden Central (Gävle)", NUMBERS, 1.06, true),
    place("switzerlandnorth", "Switzerland North (Zurich)", NUMBERS, 1.3, false),
    place("norwayeast", "Norway East", NUMBERS, 1.25, false),
    place("polandcentral", "Poland Central (Warsaw)", NUMBERS, 1.15, false),
    place("italynorth", "Italy North (Milan)", NUMBERS, 1.17, false),
    place("uaenorth", "UAE North (Dubai)", NUMBERS, 1.22, false),
    place("southafricanorth", "South Africa North (Johannesburg)", NUMBERS, 1.25, false),
    place("centralindia", "Central India (Pune)", NUMBERS, 1.05, true),
    place("southeastasia", "Southeast Asia (Singapore)", NUMBERS, 1.25, true),
    place("eastasia", "East Asia (Hong Kong)", NUMBERS, 1.45, false),
    place("japaneast", "Japan East (Tokyo)", NUMBERS, 1.29, true),
    place("koreacentral", "Korea Central (Seoul)", NUMBERS, 1.23, false),
    place("australiaeast", "Australia East (New South Wales)", NUMBERS, 1.25, true),
];
