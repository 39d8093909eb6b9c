//! Who lives in the demo data: people to sign in as, one for each role and each odd situation.

use astro_api::organizations::Role;

/// An organization on the Enterprise plan.
pub const ACME: &str = "8b1d6c0e-5b7a-4f3e-8f16-3b0c2f9d7a11";
/// An organization on the Developer plan.
pub const GLOBEX: &str = "5c2f7e90-1d34-4b6a-9c0e-7f3a2b1d8e42";

/// A key of the owner's in acme whose time is over.
pub const EXPIRED_KEY: &str = "astro_demo_expired_4b7d2e90";
/// A key of the owner's in acme that was revoked.
pub const REVOKED_KEY: &str = "astro_demo_revoked_7c1a5f38";

/// A person to be.
pub struct Person {
    /// User id, the `sub` of a token.
    pub id: &'static str,
    /// The word that tests and the sign-in page use.
    pub handle: &'static str,
    /// Full name.
    pub name: &'static str,
    /// E-mail address.
    pub email: &'static str,
    /// What the sign-in page says of the person.
    pub about: &'static str,
    /// Whether an administrator of the platform as a whole.
    pub global_admin: bool,
    /// Whether a profile exists; without one, the first sign-in creates it.
    pub profile: bool,
    /// Organizations with the role there; the first is the current one.
    pub memberships: &'static [(&'static str, Role)],
    /// An API key of the first organization that works from the start, for signing in by a pasted key.
    pub key: Option<&'static str>,
}

/// Everybody.
pub const PEOPLE: &[Person] = &[
    Person {
        id: "3f6f0f4e-2a0b-4f0e-9f38-0a4b8c0d1e2f",
        handle: "owner",
        name: "Olivia Chen",
        email: "olivia@acme.example",
        about: "Owner of acme",
        global_admin: false,
        profile: true,
        memberships: &[(ACME, Role::Owner)],
        key: Some("astro_demo_owner_5d1c7a9e"),
    },
    Person {
        id: "7a1d2c3b-4e5f-4a6b-8c7d-9e0f1a2b3c4d",
        handle: "admin",
        name: "Adam Novak",
        email: "adam@acme.example",
        about: "Admin of acme",
        global_admin: false,
        profile: true,
        memberships: &[(ACME, Role::Admin)],
        key: Some("astro_demo_admin_8e2b4f60"),
    },
    Person {
        id: "b4c5d6e7-f809-4a1b-9c2d-3e4f5a6b7c8d",
        handle: "editor",
        name: "Edith Moreau",
        email: "edith@acme.example",
        about: "Editor in acme",
        global_admin: false,
        profile: true,
        memberships: &[(ACME, Role::Editor)],
        key: Some("astro_demo_editor_1f9d3c72"),
    },
    Person {
        id: "c9d8e7f6-a5b4-4c3d-8e2f-1a0b9c8d7e6f",
        handle: "viewer",
        name: "Victor Silva",
        email: "victor@acme.example",
        about: "Viewer in acme",
        global_admin: false,
        profile: true,
        memberships: &[(ACME, Role::Viewer)],
        key: Some("astro_demo_viewer_6a4e0b85"),
    },
    Person {
        id: "d0e1f2a3-b4c5-4d6e-8f70-8192a3b4c5d6",
        handle: "global-admin",
        name: "Grace Okafor",
        email: "grace@astro.example",
        about: "Administrator of the whole platform, admin of acme",
        global_admin: true,
        profile: true,
        memberships: &[(ACME, Role::Admin)],
        key: Some("astro_demo_global_2c7f5d19"),
    },
    Person {
        id: "e1f2a3b4-c5d6-4e7f-8091-a2b3c4d5e6f7",
        handle: "two-organizations",
        name: "Maya Patel",
        email: "maya@globex.example",
        about: "Owner of globex (Developer plan), editor in acme (Enterprise plan)",
        global_admin: false,
        profile: true,
        memberships: &[(GLOBEX, Role::Owner), (ACME, Role::Editor)],
        key: Some("astro_demo_globex_9b3a6e04"),
    },
    Person {
        id: "f2a3b4c5-d6e7-4f80-91a2-b3c4d5e6f708",
        handle: "newcomer",
        name: "Noah Weiss",
        email: "noah@newcomer.example",
        about: "Has no profile yet",
        global_admin: false,
        profile: false,
        memberships: &[],
        key: None,
    },
    Person {
        id: "a3b4c5d6-e7f8-4091-a2b3-c4d5e6f70819",
        handle: "nobody",
        name: "Ida Lund",
        email: "ida@nowhere.example",
        about: "Belongs to no organization",
        global_admin: false,
        profile: true,
        memberships: &[],
        key: None,
    },
];

/// Somebody of acme whom nobody signs in as: lists of members and the audit log need more than one sort of each.
pub struct Colleague {
    /// User id.
    pub id: &'static str,
    /// Full name.
    pub name: &'static str,
    /// E-mail address.
    pub email: &'static str,
    /// Role in acme; none for who has left.
    pub role: Option<Role>,
    /// How many days ago they joined.
    pub joined: i64,
}

/// The rest of acme.
pub const COLLEAGUES: &[Colleague] = &[
    colleague("0a6f1d52-93c8-4e1b-8d35-6b1f0a2c4e71", "Tomás Herrera", "tomas@acme.example", Some(Role::Editor), 380),
    colleague("1b7e2c63-84d9-4f2a-9e46-7c2a1b3d5f82", "Priya Raman", "priya@acme.example", Some(Role::Admin), 352),
    colleague("2c8d3b74-75ea-4a3b-8f57-8d3b2c4e6a93", "Jonas Lindqvist", "jonas@acme.example", Some(Role::Editor), 341),
    colleague("3d9c4a85-66fb-4b4c-9a68-9e4c3d5f7ba4", "Amara Diallo", "amara@acme.example", Some(Role::Viewer), 300),
    colleague("4eab5996-570c-4c5d-8b79-af5d4e6a8cb5", "Kenji Watanabe", "kenji@acme.example", Some(Role::Editor), 262),
    colleague("5fba68a7-481d-4d6e-9c8a-b06e5f7b9dc6", "Sofia Rossi", "sofia@acme.example", Some(Role::Viewer), 240),
    colleague("60c977b8-392e-4e7f-8d9b-c17f608caed7", "Liam O'Connor", "liam@acme.example", Some(Role::Editor), 190),
    colleague("71d886c9-2a3f-4f80-9eac-d280719dbfe8", "Hanna Kowalska", "hanna@acme.example", Some(Role::Viewer), 131),
    colleague("82e795da-1b4a-4091-8fbd-e39182aecaf9", "Mateo Álvarez", "mateo@acme.example", Some(Role::Editor), 88),
    colleague("93f6a4eb-0c5b-41a2-9ace-f4a293bfdb0a", "Zoë de Vries", "zoe@acme.example", Some(Role::Viewer), 45),
    colleague("a405b3fc-fd6c-42b3-8bdf-05b3a4c0ec1b", "Ruth Adeyemi", "ruth@acme.example", None, 270),
];

const fn colleague(
    id: &'static str,
    name: &'static str,
    email: &'static str,
    role: Option<Role>,
    joined: i64,
) -> Colleague {
    Colleague { id, name, email, role, joined }
}

/// The person with this handle or user id.
pub fn person(handle_or_id: &str) -> Option<&'static Person> {
    PEOPLE.iter().find(|person| person.handle == handle_or_id || person.id == handle_or_id)
}
