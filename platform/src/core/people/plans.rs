//! What plans and roles hold: the same for everybody.

use astro_api::{
    organizations::{OrgPermission, OrgRole, Plan, Role},
    pricing::{PricingCategory, PricingData},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::super::{Cx, fault::Fault, roles::Capability};

/// A plan that an organization is on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum PlanId {
    /// Free, limited, and what everybody begins with.
    #[default]
    Developer,
    /// Everything.
    Enterprise,
}

impl PlanId {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Developer => "developer",
            Self::Enterprise => "enterprise",
        }
    }

    /// How many of something an organization may have; none where the plan sets no limit.
    const fn limits(self) -> &'static [(&'static str, i64)] {
        match self {
            Self::Developer => &[("clusters", 2), ("applications", 5), ("profiles", 5), ("members", 5)],
            Self::Enterprise => &[],
        }
    }
}

/// Refuses one more of something (`clusters`, `applications`, `profiles`, `members`) than the plan allows.
pub fn within_limit(cx: &Cx<'_>, organization: &str, what: &str, count: usize) -> Result<(), Fault> {
    let plan =
        cx.state.people.organizations.get(organization).map(|organization| organization.plan).unwrap_or_default();
    let limit = plan.limits().iter().find(|(name, _)| *name == what).map(|(_, limit)| *limit);
    match limit {
        Some(limit) if i64::try_from(count).unwrap_or(i64::MAX) >= limit => Err(Fault::new(
            403,
            "PLAN_LIMIT",
            format!("The Developer plan allows {limit} {what}; the Enterprise plan has no such limit"),
        )
        .with("requiredPlan", PlanId::Enterprise.as_str())
        .with("limit", limit)),
        _ => Ok(()),
    }
}

pub(super) fn plans() -> Vec<Plan> {
    let texts = |list: &[&str]| Some(list.iter().map(|text| (*text).to_owned()).collect());
    vec![
        Plan {
            id: "developer".to_owned(),
            name: "Developer".to_owned(),
            description: Some("For trying things out: free, with limits".to_owned()),
            price: Some(0.0),
            currency: Some("USD".to_owned()),
            interval: Some("month".to_owned()),
            features: texts(&["Managed and self-hosted clusters", "E-mail notifications", "Community support"]),
            limits: Some(PlanId::Developer.limits().iter().map(|(name, limit)| ((*name).to_owned(), *limit)).collect()),
        },
        Plan {
            id: "enterprise".to_owned(),
            name: "Enterprise".to_owned(),
            description: Some("For companies: no limits, audit, Slack and support around the clock".to_owned()),
            price: Some(499.0),
            currency: Some("USD".to_owned()),
            interval: Some("month".to_owned()),
            features: texts(&[
                "Any number of clusters and applications",
                "Audit log with export",
                "E-mail and Slack notifications",
                "Deploy previews",
                "Support around the clock",
            ]),
            limits: Some(std::collections::BTreeMap::new()),
        },
    ]
}

pub(super) fn pricing() -> PricingData {
    let category = |id: &str, name: &str, features: &[(&str, Value, Value)]| PricingCategory {
        id: Some(id.to_owned()),
        name: Some(name.to_owned()),
        features: Some(
            features
                .iter()
                .map(|(name, developer, enterprise)| {
                    let entries = [
                        ("name".to_owned(), json!(name)),
                        ("developer".to_owned(), developer.clone()),
                        ("enterprise".to_owned(), enterprise.clone()),
                    ];
                    entries.into_iter().collect::<Map<String, Value>>()
                })
                .collect(),
        ),
    };
    let (yes, no) = (json!(true), json!(false));
    PricingData {
        plans: plans(),
        categories: vec![
            category(
                "limits",
                "Limits",
                &[
                    ("Clusters", json!(2), json!("Unlimited")),
                    ("Applications", json!(5), json!("Unlimited")),
                    ("Application profiles", json!(5), json!("Unlimited")),
                    ("Members", json!(5), json!("Unlimited")),
                ],
            ),
            category(
                "infrastructure",
                "Infrastructure",
                &[
                    ("EKS, GKE and AKS", yes.clone(), yes.clone()),
                    ("Self-hosted Kubernetes", yes.clone(), yes.clone()),
                    ("Registered clusters", yes.clone(), yes.clone()),
                    ("Upgrade plans and preflight checks", yes.clone(), yes.clone()),
                ],
            ),
            category(
                "applications",
                "Applications",
                &[
                    ("Images, Helm charts, Git repositories", yes.clone(), yes.clone()),
                    ("Availability tiers", yes.clone(), yes.clone()),
                    ("Deploy previews", no.clone(), yes.clone()),
                ],
            ),
            category(
                "security",
                "Security",
                &[
                    ("Roles and API keys", yes.clone(), yes.clone()),
                    ("Approval of new clusters", yes.clone(), yes.clone()),
                    ("Audit log", no.clone(), yes.clone()),
                    ("Audit export", no.clone(), yes.clone()),
                ],
            ),
            category("notifications", "Notifications", &[("E-mail", yes.clone(), yes.clone()), ("Slack", no, yes)]),
            category("support", "Support", &[("Channel", json!("Community"), json!("24/7, one hour"))]),
        ],
    }
}

/// The roles that a member can be given, owner aside.
pub(super) fn assignable_roles() -> Vec<OrgRole> {
    [Role::Viewer, Role::Editor, Role::Admin].iter().map(role).collect()
}

/// Every role, with what it may do.
pub(super) fn roles() -> Vec<OrgRole> {
    Role::KNOWN.iter().map(role).collect()
}

fn role(role: &Role) -> OrgRole {
    let permissions = PERMISSIONS
        .iter()
        .filter(|(capability, ..)| capability.rule().0.contains(role))
        .map(|(_, id, name, description)| OrgPermission {
            id: Some((*id).to_owned()),
            name: Some((*name).to_owned()),
            description: Some((*description).to_owned()),
        })
        .collect();
    OrgRole { id: role.as_str().to_owned(), name: role.as_str().to_owned(), permissions: Some(permissions) }
}

/// The table of roles in a person's words.
const PERMISSIONS: &[(Capability, &str, &str, &str)] = &[
    (Capability::Read, "resource:read", "Read", "See clusters, applications, profiles, tiers and catalogues"),
    (Capability::Deploy, "application:deploy", "Deploy", "Deploy and resync applications, create and delete profiles"),
    (
        Capability::DeleteApplication,
        "application:delete",
        "Delete applications",
        "Delete an application and its resources",
    ),
    (
        Capability::ManageClusters,
        "cluster:manage",
        "Manage clusters",
        "Create, change and delete clusters, register agents",
    ),
    (Capability::Kubeconfig, "cluster:kubeconfig", "Take kubeconfigs", "Generate and read kubeconfigs of clusters"),
    (Capability::Approve, "cluster:approve", "Approve clusters", "Approve or reject clusters that admins ask for"),
    (
        Capability::Cloud,
        "cloud:manage",
        "Manage cloud accounts",
        "Connect accounts, take temporary credentials, use the vault",
    ),
    (Capability::Notifications, "notification:manage", "Manage notifications", "Configure channels and subscriptions"),
    (Capability::Audit, "audit:read", "Read the audit log", "See, count and export audit events (Enterprise plan)"),
    (Capability::Members, "member:manage", "Manage members", "Add and remove members, end their keys"),
];
