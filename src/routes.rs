//! The one table of routes: where each page lives, what it is called and what it lies under.
//!
//! A row is everything that the rest of the program needs to know of an address. Links are built from rows, addresses
//! are read by rows, and titles and crumbs come from rows, so that none of them can drift from the others. The table
//! knows neither pages nor Leptos; `app` maps a [`Page`] to its view.

use std::fmt::Write as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// RFC 3986's unreserved characters stay as they are.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A page of the console, without its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Page {
    /// Where a person signs in.
    SignIn,
    /// Where the issuer sends a person back to.
    SignInCallback,
    /// The address without a path; it leads to the active organization.
    Start,
    /// `/clusters` without an organization; it leads to the active one's.
    AnyClusters,
    /// `/applications` without an organization; it leads to the active one's.
    AnyApplications,
    /// Every organization of the person.
    Organizations,
    /// A form for another organization.
    OrganizationCreate,
    /// What an organization has and what needs attention there.
    Home,
    /// The clusters of an organization.
    Clusters,
    /// A form that creates a cluster.
    ClusterCreate,
    /// One cluster.
    Cluster,
    /// A form that changes a cluster: its version, node groups, tags.
    ClusterUpgrade,
    /// What is and was done to all clusters.
    Operations,
    /// Clusters that wait for an owner's decision.
    Approvals,
    /// Where the link of an e-mail leads that asks for a decision.
    ApprovalLink,
    /// A form that registers a cluster that runs already.
    ClusterRegister,
    /// The cloud accounts of an organization.
    CloudAccounts,
    /// What the providers offer.
    Catalog,
    /// The applications of an organization.
    Applications,
    /// A form that deploys an application.
    ApplicationDeploy,
    /// One application.
    Application,
    /// What an application's containers write.
    ApplicationLogs,
    /// The application profiles of an organization.
    Profiles,
    /// A form for another profile.
    ProfileCreate,
    /// One profile.
    Profile,
    /// The GitHub accounts that an organization is linked to.
    Github,
    /// One of them, with its repositories.
    GithubInstallation,
    /// A repository of one, with its files.
    GithubRepository,
    /// Where GitHub sends a person back to after installing the app.
    GithubCallback,
    /// Every API key of the person.
    Keys,
    /// One of them.
    Key,
    /// Who did what in an organization.
    Audit,
    /// Over which channels an organization hears of what.
    Notifications,
    /// What the link in a notification leads to.
    Unsubscribe,
    /// Who belongs to an organization.
    Members,
    /// What the person may do in an organization.
    Access,
    /// What an organization is.
    Organization,
    /// The plan of an organization, beside the others.
    Plan,
    /// The person's choices on this computer.
    Settings,
    /// Every component in every state: for who builds the console.
    #[cfg(feature = "gallery")]
    Gallery,
}

/// A row of the table.
#[derive(Debug)]
pub struct Row {
    /// The page that lives here.
    pub page: Page,
    /// The path below the console's own; `:name` stands for a parameter.
    pub pattern: &'static str,
    /// What it is called; `:name` stands for the parameter's value.
    pub title: &'static str,
    /// The page above it in the crumbs.
    pub parent: Option<Page>,
}

const fn row(page: Page, pattern: &'static str, title: &'static str, parent: Option<Page>) -> Row {
    Row { page, pattern, title, parent }
}

/// Every route of the console.
#[rustfmt::skip]
pub static ROUTES: &[Row] = &[
    row(Page::SignIn,          "/sign-in",                      "Sign in",       None),
    row(Page::SignInCallback,  "/auth/callback",                "Signing in",    None),
    row(Page::Start,           "/",                             "Start",         None),
    row(Page::AnyClusters,     "/clusters",                     "Clusters",      None),
    row(Page::AnyApplications, "/applications",                 "Applications",  None),
    row(Page::Organizations,   "/organizations",                "Organizations", None),
    row(Page::OrganizationCreate, "/organizations/new",         "New organization", Some(Page::Organizations)),
    row(Page::Home,            "/o/:org",                       "Home",          None),
    row(Page::Clusters,        "/o/:org/clusters",              "Clusters",      Some(Page::Home)),
    row(Page::ClusterCreate,   "/o/:org/clusters/new",          "New cluster",   Some(Page::Clusters)),
    row(Page::Cluster,         "/o/:org/clusters/:cluster",     ":cluster",      Some(Page::Clusters)),
    row(Page::ClusterUpgrade,  "/o/:org/clusters/:cluster/upgrade", "Upgrade", Some(Page::Cluster)),
    row(Page::Operations,      "/o/:org/operations",            "Operations",    Some(Page::Home)),
    row(Page::Approvals,       "/o/:org/approvals",             "Approvals",     Some(Page::Home)),
    row(Page::ApprovalLink,    "/notification/approval",        "Approval",      None),
    row(Page::ClusterRegister, "/o/:org/clusters/new/existing", "Register cluster", Some(Page::Clusters)),
    row(Page::CloudAccounts,   "/o/:org/cloud-accounts",        "Cloud accounts", Some(Page::Home)),
    row(Page::Catalog,         "/o/:org/catalog",               "Catalog",       Some(Page::Home)),
    row(Page::Applications,    "/o/:org/applications",          "Applications",  Some(Page::Home)),
    row(Page::ApplicationDeploy, "/o/:org/applications/new",    "Deploy application", Some(Page::Applications)),
    row(Page::Application,     "/o/:org/applications/:application", ":application", Some(Page::Applications)),
    row(Page::ApplicationLogs, "/o/:org/applications/:application/logs", "Logs", Some(Page::Application)),
    row(Page::Profiles,        "/o/:org/profiles",              "Profiles",      Some(Page::Home)),
    row(Page::ProfileCreate,   "/o/:org/profiles/new",          "New profile",   Some(Page::Profiles)),
    row(Page::Profile,         "/o/:org/profiles/:profile",     ":profile",      Some(Page::Profiles)),
    row(Page::Github,          "/o/:org/github",                "GitHub",        Some(Page::Home)),
    row(Page::GithubInstallation, "/o/:org/github/:account",    ":account",      Some(Page::Github)),
    row(Page::GithubRepository, "/o/:org/github/:account/:repository", ":repository", Some(Page::GithubInstallation)),
    row(Page::GithubCallback,  "/github/callback",              "Connecting GitHub", None),
    row(Page::Keys,            "/o/:org/keys",                  "API keys",      Some(Page::Home)),
    row(Page::Key,             "/o/:org/keys/:key",             ":key",          Some(Page::Keys)),
    row(Page::Audit,           "/o/:org/audit",                 "Audit log",     Some(Page::Home)),
    row(Page::Notifications,   "/o/:org/notifications",         "Notifications", Some(Page::Home)),
    row(Page::Unsubscribe,     "/notification/unsubscribe",     "Unsubscribe",   None),
    row(Page::Members,         "/o/:org/members",               "Members",       Some(Page::Home)),
    row(Page::Access,          "/o/:org/access",                "My access",     Some(Page::Home)),
    row(Page::Organization,    "/o/:org/organization",          "Organization",  Some(Page::Home)),
    row(Page::Plan,            "/o/:org/plan",                  "Plan",          Some(Page::Home)),
    row(Page::Settings,        "/settings",                     "Settings",      None),
    #[cfg(feature = "gallery")]
    row(Page::Gallery,         "/_gallery",                     "Gallery",       None),
];

/// The parameter of each route below `/o`: the organization by its name.
pub const ORGANIZATION: &str = "org";

impl Page {
    /// The row of the page. Each page has one, as a test proves; the start stands in, so that nothing can fail here.
    fn row(self) -> &'static Row {
        static NOWHERE: Row = row(Page::Start, "/", "Start", None);
        ROUTES.iter().find(|row| row.page == self).unwrap_or(&NOWHERE)
    }

    /// Whether the page belongs to an organization, which its path names.
    pub fn is_in_organization(self) -> bool {
        segments(self.row().pattern).any(|segment| segment == ":org")
    }

    /// Whether `self` is `other` or lies under it: what the sidebar marks as current.
    pub fn is_within(self, other: Self) -> bool {
        self == other || self.row().parent.is_some_and(|parent| parent.is_within(other))
    }
}

/// A page with its parameters: an address of the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    page: Page,
    params: Vec<(&'static str, String)>,
}

/// One step of the way to a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    /// What it is called.
    pub label: String,
    /// Where it leads; the page itself leads nowhere.
    pub href: Option<String>,
}

impl Place {
    fn new(page: Page, params: &[(&'static str, &str)]) -> Self {
        Self { page, params: params.iter().map(|(name, value)| (*name, (*value).to_owned())).collect() }
    }

    /// Reads a path below the console's own, such as `/o/acme/clusters`. A slash at the end is forgiven.
    pub fn parse(path: &str) -> Option<Self> {
        ROUTES.iter().find_map(|row| Some(Self { page: row.page, params: matched(row.pattern, path)? }))
    }

    /// The page.
    pub const fn page(&self) -> Page {
        self.page
    }

    /// The value of a parameter, or nothing where the page has no such parameter.
    pub fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    /// The organization that the path names.
    pub fn organization(&self) -> Option<&str> {
        Some(self.param(ORGANIZATION)).filter(|name| !name.is_empty())
    }

    /// The path below the console's own: what the router takes.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for segment in segments(self.page.row().pattern) {
            match segment.strip_prefix(':') {
                Some(name) => {
                    let _ = write!(path, "/{}", utf8_percent_encode(self.param(name), ENCODED));
                }
                None => {
                    let _ = write!(path, "/{segment}");
                }
            }
        }
        if path.is_empty() { "/".to_owned() } else { path }
    }

    /// The address for a link. It has no slash in front: the browser resolves it against the document's `<base>`, so
    /// that the console runs below any path.
    pub fn href(&self) -> String {
        match self.path().strip_prefix('/') {
            Some("") | None => "./".to_owned(),
            Some(rest) => rest.to_owned(),
        }
    }

    /// What the page is called.
    pub fn title(&self) -> String {
        let title = self.page.row().title;
        title.strip_prefix(':').map_or_else(|| title.to_owned(), |name| self.param(name).to_owned())
    }

    /// The way to the page, from the organization down. `name` is what the thing is called that the address means, where
    /// the address holds an id: it replaces the lowest label that would be a parameter.
    pub fn crumbs(&self, name: Option<&str>) -> Vec<Crumb> {
        let mut name = name;
        let mut label = |place: &Self| {
            let is_called = place.page.row().title.starts_with(':');
            name.take_if(|_| is_called).map_or_else(|| place.title(), ToOwned::to_owned)
        };
        let mut crumbs = vec![Crumb { label: label(self), href: None }];
        let mut above = self.page.row().parent;
        while let Some(page) = above {
            // Home's crumb is the organization itself, which is put in front below.
            if page != Page::Home {
                let place = Self { page, params: self.params.clone() };
                crumbs.push(Crumb { label: label(&place), href: Some(place.href()) });
            }
            above = page.row().parent;
        }
        if let Some(organization) = self.organization() {
            crumbs.push(Crumb { label: organization.to_owned(), href: Some(home(organization).href()) });
        }
        crumbs.reverse();
        crumbs
    }

    /// The text of the window's title: the page first, since tabs cut the end.
    pub fn window_title(&self, name: Option<&str>, product: &str) -> String {
        let mut title = String::new();
        for crumb in self.crumbs(name).iter().rev() {
            let _ = write!(title, "{} · ", crumb.label);
        }
        title + product
    }
}

/// Where a person signs in; `back` is the path to return to afterwards.
pub fn sign_in() -> Place {
    Place::new(Page::SignIn, &[])
}

/// The address that leads to the active organization.
pub fn start() -> Place {
    Place::new(Page::Start, &[])
}

/// Every organization of the person.
pub fn organizations() -> Place {
    Place::new(Page::Organizations, &[])
}

/// A form for another organization.
pub fn organization_create() -> Place {
    Place::new(Page::OrganizationCreate, &[])
}

/// An organization's home.
pub fn home(organization: &str) -> Place {
    Place::new(Page::Home, &[(ORGANIZATION, organization)])
}

/// The clusters of an organization.
pub fn clusters(organization: &str) -> Place {
    Place::new(Page::Clusters, &[(ORGANIZATION, organization)])
}

/// A form that creates a cluster.
pub fn cluster_create(organization: &str) -> Place {
    Place::new(Page::ClusterCreate, &[(ORGANIZATION, organization)])
}

/// One cluster by its name, which is its id in the contract.
pub fn cluster(organization: &str, name: &str) -> Place {
    Place::new(Page::Cluster, &[(ORGANIZATION, organization), ("cluster", name)])
}

/// A form that changes a cluster.
pub fn cluster_upgrade(organization: &str, name: &str) -> Place {
    Place::new(Page::ClusterUpgrade, &[(ORGANIZATION, organization), ("cluster", name)])
}

/// What is and was done to all clusters of an organization.
pub fn operations(organization: &str) -> Place {
    Place::new(Page::Operations, &[(ORGANIZATION, organization)])
}

/// Clusters of an organization that wait for an owner's decision.
pub fn approvals(organization: &str) -> Place {
    Place::new(Page::Approvals, &[(ORGANIZATION, organization)])
}

/// Where the link of an e-mail leads that asks for a decision.
pub fn approval_link() -> Place {
    Place::new(Page::ApprovalLink, &[])
}

/// A form that registers a cluster that runs already.
pub fn cluster_register(organization: &str) -> Place {
    Place::new(Page::ClusterRegister, &[(ORGANIZATION, organization)])
}

/// The cloud accounts of an organization.
pub fn cloud_accounts(organization: &str) -> Place {
    Place::new(Page::CloudAccounts, &[(ORGANIZATION, organization)])
}

/// What the providers offer.
pub fn catalog(organization: &str) -> Place {
    Place::new(Page::Catalog, &[(ORGANIZATION, organization)])
}

/// The applications of an organization.
pub fn applications(organization: &str) -> Place {
    Place::new(Page::Applications, &[(ORGANIZATION, organization)])
}

/// A form that deploys an application.
pub fn application_deploy(organization: &str) -> Place {
    Place::new(Page::ApplicationDeploy, &[(ORGANIZATION, organization)])
}

/// One application by its id.
pub fn application(organization: &str, id: &str) -> Place {
    Place::new(Page::Application, &[(ORGANIZATION, organization), ("application", id)])
}

/// The logs of an application by its id.
pub fn application_logs(organization: &str, id: &str) -> Place {
    Place::new(Page::ApplicationLogs, &[(ORGANIZATION, organization), ("application", id)])
}

/// The application profiles of an organization.
pub fn profiles(organization: &str) -> Place {
    Place::new(Page::Profiles, &[(ORGANIZATION, organization)])
}

/// A form for another profile.
pub fn profile_create(organization: &str) -> Place {
    Place::new(Page::ProfileCreate, &[(ORGANIZATION, organization)])
}

/// One profile by its name: applications and manifests know no other; its id does as well.
pub fn profile(organization: &str, name: &str) -> Place {
    Place::new(Page::Profile, &[(ORGANIZATION, organization), ("profile", name)])
}

/// The GitHub accounts that an organization is linked to.
pub fn github(organization: &str) -> Place {
    Place::new(Page::Github, &[(ORGANIZATION, organization)])
}

/// One of them, by its login.
pub fn github_installation(organization: &str, login: &str) -> Place {
    Place::new(Page::GithubInstallation, &[(ORGANIZATION, organization), ("account", login)])
}

/// A repository of an account, by its name there.
pub fn github_repository(organization: &str, login: &str, name: &str) -> Place {
    Place::new(Page::GithubRepository, &[(ORGANIZATION, organization), ("account", login), ("repository", name)])
}

/// Where GitHub sends a person back to.
pub fn github_callback() -> Place {
    Place::new(Page::GithubCallback, &[])
}

/// The API keys of the person; a new one is made for this organization.
pub fn keys(organization: &str) -> Place {
    Place::new(Page::Keys, &[(ORGANIZATION, organization)])
}

/// One API key of an organization, by its id.
pub fn key(organization: &str, id: &str) -> Place {
    Place::new(Page::Key, &[(ORGANIZATION, organization), ("key", id)])
}

/// The audit log of an organization.
pub fn audit(organization: &str) -> Place {
    Place::new(Page::Audit, &[(ORGANIZATION, organization)])
}

/// The notifications of an organization.
pub fn notifications(organization: &str) -> Place {
    Place::new(Page::Notifications, &[(ORGANIZATION, organization)])
}

/// What the link in a notification leads to.
pub fn unsubscribe() -> Place {
    Place::new(Page::Unsubscribe, &[])
}

/// The members of an organization.
pub fn members(organization: &str) -> Place {
    Place::new(Page::Members, &[(ORGANIZATION, organization)])
}

/// What the person may do in an organization.
pub fn access(organization: &str) -> Place {
    Place::new(Page::Access, &[(ORGANIZATION, organization)])
}

/// What an organization is.
pub fn organization(organization: &str) -> Place {
    Place::new(Page::Organization, &[(ORGANIZATION, organization)])
}

/// The plan of an organization.
pub fn plan(organization: &str) -> Place {
    Place::new(Page::Plan, &[(ORGANIZATION, organization)])
}

/// The person's choices.
pub fn settings() -> Place {
    Place::new(Page::Settings, &[])
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

/// The parameters of a path that fits a pattern.
fn matched(pattern: &'static str, path: &str) -> Option<Vec<(&'static str, String)>> {
    let mut params = Vec::new();
    let mut given = segments(path);
    for expected in segments(pattern) {
        let segment = given.next()?;
        match expected.strip_prefix(':') {
            Some(name) => params.push((name, percent_decode_str(segment).decode_utf8().ok()?.into_owned())),
            None if expected == segment => {}
            None => return None,
        }
    }
    given.next().is_none().then_some(params)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A place for each row, its parameters filled with something that needs encoding.
    fn samples() -> Vec<Place> {
        ROUTES
            .iter()
            .map(|row| Place {
                page: row.page,
                params: segments(row.pattern)
                    .filter_map(|segment| segment.strip_prefix(':'))
                    .map(|name| (name, format!("{name} ä/%2F?#..")))
                    .collect(),
            })
            .collect()
    }

    #[test]
    fn every_route_has_a_title_and_crumbs_that_end_in_it() {
        for place in samples() {
            let crumbs = place.crumbs(None);
            assert!(!place.title().is_empty(), "{:?}", place.page);
            let last = crumbs.last().expect("a crumb");
            assert_eq!((last.label.clone(), &last.href), (place.title(), &None), "{:?}", place.page);
            for crumb in crumbs.iter().rev().skip(1) {
                let href = crumb.href.as_deref().expect("a crumb above the page is a link");
                assert!(Place::parse(&format!("/{href}")).is_some(), "{href} is no route");
            }
        }
    }

    #[test]
    fn a_path_that_is_built_is_read_back() {
        for place in samples() {
            assert_eq!(Place::parse(&place.path()), Some(place.clone()), "{}", place.path());
            assert_eq!(Place::parse(&format!("{}/", place.path())), Some(place));
        }
    }

    #[test]
    fn each_page_has_one_row_and_no_pattern_stands_twice() {
        for (index, row) in ROUTES.iter().enumerate() {
            assert_eq!(row.page.row().pattern, row.pattern, "{:?} has two rows", row.page);
            assert!(ROUTES.iter().skip(index + 1).all(|other| other.pattern != row.pattern), "{}", row.pattern);
        }
    }

    #[test]
    fn the_way_to_a_cluster() {
        let place = cluster("acme", "prod-eu");
        let labels: Vec<_> = place.crumbs(None).into_iter().map(|crumb| (crumb.label, crumb.href)).collect();
        assert_eq!(
            labels,
            [
                ("acme".to_owned(), Some("o/acme".to_owned())),
                ("Clusters".to_owned(), Some("o/acme/clusters".to_owned())),
                ("prod-eu".to_owned(), None),
            ]
        );
        assert_eq!(place.window_title(None, "Astro Console"), "prod-eu · Clusters · acme · Astro Console");
        assert!(Page::Cluster.is_within(Page::Clusters) && !Page::Cluster.is_within(Page::Applications));
    }

    #[test]
    fn a_name_stands_for_the_id_wherever_the_address_has_it() {
        let labels = |place: Place| -> Vec<_> {
            place.crumbs(Some("payments-api")).into_iter().map(|crumb| crumb.label).collect()
        };
        assert_eq!(labels(application("acme", "4f1")), ["acme", "Applications", "payments-api"]);
        assert_eq!(labels(application_logs("acme", "4f1")), ["acme", "Applications", "payments-api", "Logs"]);
    }

    #[test]
    fn what_no_row_knows_is_no_place() {
        for path in ["/o", "/o/acme/unknown", "/sign-in/x", "/clusters/x", "/o/acme/clusters/x/y", "/o/%FF"] {
            assert_eq!(Place::parse(path), None, "{path}");
        }
    }
}
