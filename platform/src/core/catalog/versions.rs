//! The versions of Kubernetes that each provisioner offers.

use astro_api::cloud::{KubernetesVersion, KubernetesVersions};

/// A version on offer, newest first in its table.
pub struct Offer {
    /// As the provisioner writes it: a minor for EKS, a build for GKE.
    pub version: &'static str,
    /// `supported`, `extended` (at extra cost) or `preview`.
    pub status: &'static str,
    /// GKE's channels that have it.
    pub channels: &'static [&'static str],
    /// The last day of standard support.
    pub end_of_support: &'static str,
}

const fn offer(
    version: &'static str,
    status: &'static str,
    channels: &'static [&'static str],
    end_of_support: &'static str,
) -> Offer {
    Offer { version, status, channels, end_of_support }
}

static EKS: &[Offer] = &[
    offer("1.35", "supported", &[], "2027-03-27"),
    offer("1.34", "supported", &[], "2026-12-02"),
    offer("1.33", "supported", &[], "2026-12-29"),
    offer("1.32", "extended", &[], "2026-03-23"),
    offer("1.31", "extended", &[], "2025-11-26"),
    offer("1.30", "extended", &[], "2025-07-23"),
];

static GKE: &[Offer] = &[
    offer("1.35.2-gke.1269000", "supported", &["RAPID"], "2027-04-30"),
    offer("1.34.5-gke.1193000", "supported", &["RAPID", "REGULAR"], "2027-01-31"),
    offer("1.33.9-gke.1060000", "supported", &["REGULAR", "STABLE"], "2026-12-31"),
    offer("1.32.12-gke.1026000", "supported", &["STABLE"], "2026-12-31"),
    offer("1.31.14-gke.1033000", "extended", &[], "2025-12-31"),
    offer("1.30.14-gke.1150000", "extended", &[], "2025-09-30"),
];

static AKS: &[Offer] = &[
    offer("1.35.1", "preview", &[], "2027-03-31"),
    offer("1.34.4", "supported", &[], "2026-12-31"),
    offer("1.33.8", "supported", &[], "2026-12-31"),
    offer("1.32.11", "extended", &[], "2026-03-31"),
    offer("1.31.13", "extended", &[], "2025-11-30"),
    offer("1.30.14", "extended", &[], "2025-08-31"),
];

static SELF_HOSTED: &[Offer] = &[
    offer("1.35.2", "supported", &[], "2027-02-28"),
    offer("1.34.5", "supported", &[], "2026-12-27"),
    offer("1.33.9", "supported", &[], "2026-12-28"),
    offer("1.32.12", "extended", &[], "2026-02-28"),
    offer("1.31.14", "extended", &[], "2025-10-28"),
    offer("1.30.14", "extended", &[], "2025-06-28"),
];

/// What a provisioner offers, newest first; nothing for words that are no provisioner.
pub fn of(provisioner: &str) -> &'static [Offer] {
    match provisioner {
        "eks" => EKS,
        "gke" => GKE,
        "aks" => AKS,
        "selfHosted" => SELF_HOSTED,
        _ => &[],
    }
}

/// The version that a cluster gets where none is asked for; for GKE, of a channel.
pub fn default(provisioner: &str, channel: Option<&str>) -> Option<&'static Offer> {
    let offers = of(provisioner);
    match (provisioner, channel) {
        ("gke", Some(channel)) => offers.iter().find(|offer| offer.channels.contains(&channel)),
        ("gke", None) => offers.iter().find(|offer| offer.channels.contains(&"REGULAR")),
        _ => offers.iter().filter(|offer| offer.status == "supported").nth(usize::from(provisioner == "eks")),
    }
}

/// The offer that a person means: the version itself, or a minor of which the newest is taken. A leading `v` is how
/// `kubectl` writes it.
pub fn resolve(provisioner: &str, text: &str) -> Option<&'static Offer> {
    let text = text.strip_prefix('v').unwrap_or(text);
    of(provisioner).iter().find(|offer| {
        offer.version == text
            || offer.version.strip_prefix(text).is_some_and(|rest| rest.starts_with('.') && text.contains('.'))
    })
}

/// The numbers of a version, for comparing: `1.34.5-gke.1193000` is `[1, 34, 5, 1193000]`.
pub fn numbers(version: &str) -> Vec<u64> {
    version
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().unwrap_or(u64::MAX))
        .collect()
}

/// The second number of a version, which skew rules are about.
pub fn minor(version: &str) -> Option<i64> {
    numbers(version).get(1).and_then(|minor| i64::try_from(*minor).ok())
}

/// The answer of `listKubernetesVersions`.
pub fn view(provider: &str, provisioner: &str, region: &str, channel: Option<&str>) -> KubernetesVersions {
    let channel = channel.filter(|_| provisioner == "gke");
    let default = default(provisioner, channel).map(|offer| offer.version);
    KubernetesVersions {
        cloud_provider: Some(provider.to_owned()),
        provisioner_type: Some(provisioner.to_owned()),
        region: Some(region.to_owned()),
        release_channel: channel.map(str::to_owned),
        default_version: default.map(str::to_owned),
        versions: of(provisioner)
            .iter()
            .filter(|offer| channel.is_none_or(|channel| offer.channels.contains(&channel)))
            .map(|offer| KubernetesVersion {
                version: Some(offer.version.to_owned()),
                is_default: Some(default == Some(offer.version)),
                status: Some(offer.status.to_owned()),
                channels: (!offer.channels.is_empty())
                    .then(|| offer.channels.iter().map(|&channel| channel.to_owned()).collect()),
                end_of_support: Some(offer.end_of_support.to_owned()),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_provisioner_has_a_default_and_minors_resolve_to_it() {
        for provisioner in ["eks", "gke", "aks", "selfHosted"] {
            let default = default(provisioner, None).unwrap();
            assert_eq!(default.status, "supported", "{provisioner}");
            let minor = format!("1.{}", minor(default.version).unwrap());
            assert_eq!(resolve(provisioner, &minor).unwrap().version, default.version);
            assert_eq!(resolve(provisioner, &format!("v{}", default.version)).unwrap().version, default.version);
            assert!(of(provisioner).is_sorted_by(|a, b| numbers(a.version) > numbers(b.version)));
        }
        for text in ["", "1", "1.", "1.3", "2.1", "1.34.999", "latest"] {
            assert!(resolve("eks", text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_channel_narrows_gke_alone() {
        assert_eq!(default("gke", Some("STABLE")).unwrap().version, "1.33.9-gke.1060000");
        assert_eq!(default("gke", Some("RAPID")).unwrap().version, "1.35.2-gke.1269000");
        assert!(view("gcp", "gke", "us-central1", Some("RAPID")).versions.len() < GKE.len());
        assert_eq!(view("aws", "eks", "us-east-1", Some("RAPID")).versions.len(), EKS.len());
    }
}
