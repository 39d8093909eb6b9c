//! Who may do what: section 3 of the domain guide as one table.

use astro_api::organizations::Role;

use super::fault::Fault;

/// Something that not everybody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capability {
    /// Read clusters, applications, profiles, tiers and catalogues.
    Read,
    /// Deploy and resync applications, create and delete profiles, work with GitHub.
    Deploy,
    /// Delete applications.
    DeleteApplication,
    /// Create, update and delete clusters, register agents.
    ManageClusters,
    /// Take kubeconfigs: whoever works with deployments needs them, and they let more than read.
    Kubeconfig,
    /// Approve or reject clusters.
    Approve,
    /// Connect clouds, take temporary credentials, use the vault.
    Cloud,
    /// Configure notifications.
    Notifications,
    /// Read the audit log.
    Audit,
    /// Add and remove members.
    Members,
}

impl Capability {
    /// The roles that have it, and how a refusal names it.
    pub const fn rule(self) -> (&'static [Role], &'static str) {
        const ALL: &[Role] = &[Role::Viewer, Role::Editor, Role::Admin, Role::Owner];
        const WRITERS: &[Role] = &[Role::Editor, Role::Admin, Role::Owner];
        const ADMINS: &[Role] = &[Role::Admin, Role::Owner];
        const OWNERS: &[Role] = &[Role::Owner];
        match self {
            Self::Read => (ALL, "read this"),
            Self::Deploy => (WRITERS, "deploy applications and change profiles"),
            Self::DeleteApplication => (OWNERS, "delete applications"),
            Self::ManageClusters => (ADMINS, "create, change or delete clusters"),
            Self::Kubeconfig => (WRITERS, "take kubeconfigs"),
            Self::Approve => (OWNERS, "approve or reject clusters"),
            Self::Cloud => (ADMINS, "manage cloud accounts and their credentials"),
            Self::Notifications => (ADMINS, "manage notifications"),
            Self::Audit => (ADMINS, "read the audit log"),
            Self::Members => (ADMINS, "add or remove members"),
        }
    }

    /// Refuses a role that lacks it, and says which would do.
    pub fn check(self, role: &Role) -> Result<(), Fault> {
        let (roles, what) = self.rule();
        if roles.contains(role) {
            return Ok(());
        }
        let needed = roles.iter().map(Role::as_str).collect::<Vec<_>>();
        Err(Fault::forbidden(format!("The role {role} may not {what}; it takes {}", needed.join(" or ")))
            .with("requiredRoles", needed)
            .with("role", role.as_str()))
    }
}
