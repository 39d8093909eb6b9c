//! The people, organizations and keys of the demo data.

use astro_api::{
    api_keys::{ApiKeySource, ApiKeyStatus},
    duration::GoDuration,
    organizations::Role,
};

use super::{
    super::{
        Cx, demo,
        time::{DAY, HOUR, MINUTE, Millis},
    },
    keys::{self, Key, Revocation},
    organizations::{Member, Organization, Status},
    plans::PlanId,
    profile::Person,
};

/// A key of the demo data, its times counted back from now.
struct Told {
    secret: Option<&'static str>,
    name: &'static str,
    organization: &'static str,
    /// Handle of a demo person, or id of a colleague.
    user: &'static str,
    source: ApiKeySource,
    created: Millis,
    /// None for a permanent one.
    lifetime: Option<Millis>,
    used: Option<Millis>,
    revoked: Option<(Millis, &'static str)>,
}

/// Fills in the demo data.
pub fn seed(cx: &mut Cx<'_>) {
    seed_people(cx);
    seed_organizations(cx);
    for told in told_keys() {
        seed_key(cx, told);
    }
    for person in demo::PEOPLE {
        let (Some(secret), Some((organization, _))) = (person.key, person.memberships.first()) else { continue };
        seed_key(
            cx,
            Told {
                secret: Some(secret),
                name: "Demo key",
                organization,
                user: person.handle,
                source: ApiKeySource::Cli,
                created: 30 * DAY,
                lifetime: None,
                used: None,
                revoked: None,
            },
        );
    }
}

fn seed_people(cx: &mut Cx<'_>) {
    let signed_in = demo::PEOPLE.iter().filter(|person| person.profile).map(|person| Person {
        id: person.id.to_owned(),
        name: person.name.to_owned(),
        email: person.email.to_owned(),
        global_admin: person.global_admin,
        created_at: cx.now - joined(person.handle) * DAY - HOUR,
        current: person.memberships.first().map(|(organization, _)| (*organization).to_owned()),
    });
    let colleagues = demo::COLLEAGUES.iter().map(|colleague| Person {
        id: colleague.id.to_owned(),
        name: colleague.name.to_owned(),
        email: colleague.email.to_owned(),
        global_admin: false,
        created_at: cx.now - colleague.joined * DAY - HOUR,
        current: colleague.role.as_ref().map(|_| demo::ACME.to_owned()),
    });
    let people = signed_in.chain(colleagues).map(|person| (person.id.clone(), person));
    cx.state.people.people.extend(people);
}

/// How many days ago a demo person joined their first organization.
fn joined(handle: &str) -> i64 {
    match handle {
        "owner" => 420,
        "admin" => 400,
        "global-admin" => 365,
        "editor" => 310,
        "viewer" => 200,
        "two-organizations" => 150,
        _ => 10,
    }
}

fn seed_organizations(cx: &mut Cx<'_>) {
    let organizations = [
        (demo::ACME, "acme", "Acme Inc", "acme-x7k2", PlanId::Enterprise, "owner", 420),
        (demo::GLOBEX, "globex", "Globex Research", "globex-m3pw", PlanId::Developer, "two-organizations", 150),
    ];
    for (id, name, title, namespace, plan, owner, age) in organizations {
        let own = demo::PEOPLE.iter().filter_map(|person| {
            let role = person.memberships.iter().find(|(organization, _)| *organization == id)?.1.clone();
            Some((person.id, role, joined(person.handle)))
        });
        let colleagues = demo::COLLEAGUES
            .iter()
            .filter(|_| id == demo::ACME)
            .filter_map(|colleague| Some((colleague.id, colleague.role.clone()?, colleague.joined)));
        let mut members: Vec<(&str, Role, i64)> = own.chain(colleagues).collect();
        members.sort_by_key(|(.., joined)| std::cmp::Reverse(*joined));
        let organization = Organization {
            id: id.to_owned(),
            name: name.to_owned(),
            title: title.to_owned(),
            namespace: namespace.to_owned(),
            owner: demo::person(owner).map(|person| person.id.to_owned()).unwrap_or_default(),
            plan,
            status: Status::Ready,
            created_at: cx.now - age * DAY,
            personal: false,
            members: members
                .into_iter()
                .map(|(user, role, joined)| (user.to_owned(), Member { role, joined_at: cx.now - joined * DAY }))
                .collect(),
        };
        cx.state.people.organizations.insert(id.to_owned(), organization);
    }
}

fn told_keys() -> Vec<Told> {
    use demo::{ACME, EXPIRED_KEY, GLOBEX, REVOKED_KEY};
    let key = |user, organization, name, source, created, lifetime, used| Told {
        secret: None,
        name,
        organization,
        user,
        source,
        created,
        lifetime: Some(lifetime),
        used,
        revoked: None,
    };
    let (cli, ui) = (ApiKeySource::Cli, ApiKeySource::Ui);
    vec![
        key("owner", ACME, "CI/CD pipeline", cli.clone(), 12 * DAY, 30 * DAY, Some(4 * MINUTE)),
        // A key that a person has to do something about today.
        key("owner", ACME, "Grafana exporter", cli.clone(), 89 * DAY + 4 * HOUR, 90 * DAY, Some(HOUR)),
        Told {
            secret: Some(EXPIRED_KEY),
            ..key("owner", ACME, "Terraform", cli.clone(), 36 * DAY, 30 * DAY, Some(7 * DAY))
        },
        Told {
            secret: Some(REVOKED_KEY),
            revoked: Some((40 * DAY, "laptop lost")),
            ..key("owner", ACME, "Old laptop", cli.clone(), 95 * DAY, 90 * DAY, Some(41 * DAY))
        },
        key("admin", ACME, "Terraform Cloud", cli.clone(), 21 * DAY, 90 * DAY, Some(2 * HOUR)),
        key("admin", ACME, "Console session of Adam Novak", ui.clone(), 3 * DAY, DAY, Some(2 * DAY + 6 * HOUR)),
        key("editor", ACME, "Preview bot", cli.clone(), 27 * DAY, 30 * DAY, Some(26 * MINUTE)),
        Told {
            revoked: Some((9 * DAY, "rotated")),
            ..key("editor", ACME, "Preview bot", cli.clone(), 40 * DAY, 30 * DAY, Some(9 * DAY + HOUR))
        },
        key("two-organizations", ACME, "Reporting", ui, 5 * DAY, 30 * DAY, Some(DAY)),
        key("two-organizations", GLOBEX, "Lab pipeline", cli.clone(), 50 * DAY, 30 * DAY, Some(21 * DAY)),
        Told {
            revoked: Some((33 * DAY, "the member was removed from the organization")),
            ..key("a405b3fc-fd6c-42b3-8bdf-05b3a4c0ec1b", ACME, "ruth laptop", cli, 60 * DAY, 90 * DAY, Some(34 * DAY))
        },
    ]
}

fn seed_key(cx: &mut Cx<'_>, told: Told) {
    let user = demo::person(told.user).map_or(told.user, |person| person.id).to_owned();
    let secret = told.secret.map_or_else(|| keys::new_secret(&mut cx.state.random), str::to_owned);
    let created_at = cx.now - told.created;
    let expires_at = told.lifetime.map(|lifetime| created_at + lifetime);
    let revoked = told.revoked.map(|(ago, reason)| Revocation {
        at: cx.now - ago,
        // A key is ended by its owner, or with the membership by the owner of the organization.
        by: if reason.contains("member") { demo::PEOPLE[0].id.to_owned() } else { user.clone() },
        reason: reason.to_owned(),
    });
    let status = match (&revoked, expires_at) {
        (Some(_), _) => ApiKeyStatus::Revoked,
        (None, Some(at)) if at <= cx.now => ApiKeyStatus::Expired,
        _ => ApiKeyStatus::Active,
    };
    let key = Key {
        id: cx.uuid(),
        name: Some(told.name.to_owned()),
        masked: keys::masked(&secret),
        organization: told.organization.to_owned(),
        user,
        status,
        source: told.source,
        permanent: told.lifetime.is_none(),
        duration: GoDuration::from_secs(told.lifetime.unwrap_or_default() / 1000),
        created_at,
        expires_at,
        last_used_at: told.used.map(|ago| cx.now - ago),
        revoked,
    };
    keys::keep(cx, key, &secret);
}
