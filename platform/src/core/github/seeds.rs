//! What is on GitHub in the demo data.

use astro_api::github::{AccountType, InstallationSync, RepositorySelection};

use super::{Installation, Link, Repository, trees::Kind};
use crate::core::{
    Cx,
    demo::{ACME, GLOBEX},
    time::{DAY, HOUR, MINUTE, Millis},
};

struct Plan(&'static str, Kind, bool, &'static str, &'static str);

const ACME_INC: &[Plan] = &[
    Plan("latency-app", Kind::Service, true, "main", "Latency demo"),
    Plan("platform-charts", Kind::Charts, true, "main", "Helm charts of every service"),
    Plan("k8s-manifests", Kind::Manifests, true, "main", "Plain manifests: jobs, policies, cert-manager"),
    Plan("commerce-monorepo", Kind::Monorepo, true, "main", "Storefront, checkout, cart and everything between"),
    Plan("fixtures-archive", Kind::Huge, true, "main", "Recorded orders for load tests (20,000 files)"),
    Plan("storefront", Kind::Service, true, "main", "The shop"),
    Plan("checkout", Kind::Service, true, "main", "From cart to paid"),
    Plan("cart", Kind::Service, true, "main", "Carts"),
    Plan("catalog-search", Kind::Service, true, "main", "Full-text search over the catalog, in Rust"),
    Plan("recommendations", Kind::Service, true, "main", "What others bought"),
    Plan("notifications-worker", Kind::Service, true, "main", "E-mails, texts and pushes"),
    Plan("mailer", Kind::Service, true, "main", "Receipts"),
    Plan("image-resizer", Kind::Service, true, "main", "Pictures in eight sizes"),
    Plan("feature-flags", Kind::Service, true, "main", "Switches"),
    Plan("support-chat", Kind::Service, true, "develop", "Customers talk to people"),
    Plan("warehouse-scanner", Kind::Service, true, "master", "Runs beside the conveyor belt in Singapore"),
    Plan("terraform-aws", Kind::Service, true, "main", "Accounts, networks, buckets"),
    Plan("handbook", Kind::Docs, false, "main", "How we work"),
    Plan("design-tokens", Kind::Docs, false, "main", ""),
    Plan("new-service-2026", Kind::Service, true, "main", "Nothing here yet"),
];

const ACME_LABS: &[Plan] = &[
    Plan("experiments", Kind::Monorepo, true, "main", "Things that may work"),
    Plan("gpu-charts", Kind::Charts, true, "main", "Charts with GPUs"),
];

const MAYA: &[Plan] = &[
    Plan("booking", Kind::Service, true, "main", "Rooms and desks"),
    Plan("globex-infra", Kind::Manifests, true, "main", "What runs where"),
];

fn repositories(owner: &str, base: i64, plans: &[Plan], now: Millis) -> Vec<Repository> {
    let branches = |name: &str, branch: &str| match name {
        "new-service-2026" => Vec::new(),
        // More branches than fit a menu.
        "commerce-monorepo" => std::iter::once(branch.to_owned())
            .chain((1..=12).map(|week| format!("release/2026.{:02}", week * 2)))
            .chain((4700..4830).map(|number| format!("feature/SHOP-{number}")))
            .collect(),
        _ => vec![branch.to_owned(), "release-1.2".to_owned(), "dependabot/all/minor-updates".to_owned()],
    };
    (1..)
        .zip(plans)
        .map(|(index, Plan(name, kind, private, branch, about))| Repository {
            id: base + index,
            owner: owner.to_owned(),
            name: (*name).to_owned(),
            private: *private,
            branch: (*branch).to_owned(),
            branches: branches(name, branch),
            about: (*about).to_owned(),
            pushed_at: now - index * index * 3 * HOUR - 12 * MINUTE,
            kind: *kind,
        })
        .collect()
}

/// Fills in the demo data.
pub fn seed(cx: &mut Cx<'_>) {
    use AccountType::{Organization, User};
    use RepositorySelection::{All, Selected};
    let now = cx.now;
    let link = |organization: &str, days: Millis, sync: InstallationSync| {
        let synced_at = Some(now - if sync == InstallationSync::Synced { 3 * HOUR } else { 9 * DAY });
        Some(Link { organization: organization.to_owned(), at: now - days * DAY, synced_at, sync })
    };
    let account = |id, login: &str, kind, selection, plans, seen_by: &str, link| Installation {
        id,
        login: login.to_owned(),
        kind,
        selection,
        repositories: repositories(login, id * 100, plans, now),
        seen_by: vec![seen_by.to_owned()],
        wanted_by: None,
        link,
    };
    let synced = link(ACME, 212, InstallationSync::Synced);
    let failed = link(ACME, 340, InstallationSync::Failed);
    let globex = link(GLOBEX, 95, InstallationSync::Synced);
    for installation in [
        account(51_234_567, "acme-inc", Organization, Selected, ACME_INC, ACME, synced),
        account(51_234_890, "acme-labs", Organization, All, ACME_LABS, ACME, None),
        account(43_007_112, "acme-legacy", Organization, Selected, &ACME_LABS[..1], ACME, failed),
        account(61_200_314, "maya-patel", User, Selected, MAYA, GLOBEX, globex),
    ] {
        cx.state.github.installations.insert(installation.id, installation);
    }
    let public = [Plan("astro-platform-apps", Kind::Public, false, "main", "Example manifests for the platform")];
    cx.state.github.public = repositories("astropulseinc", 800_000_000, &public, now);
}
