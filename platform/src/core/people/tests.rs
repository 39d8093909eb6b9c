//! People, organizations and keys, the way the console and the command line meet them.

use serde_json::{Value, json};

use super::super::{
    Settings,
    call::Input,
    demo::{self, ACME, GLOBEX},
    testing::World,
    time::{DAY, HOUR, SECOND},
};

fn id_of(handle: &str) -> &'static str {
    demo::person(handle).unwrap().id
}

fn new_key(world: &mut World, handle: &str, organization: &str, more: Value) -> Value {
    let mut body = json!({ "duration": 0, "orgId": organization, "source": "ui" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.call("createApiKey").signed_in_as(handle).body(body).data()
}

#[test]
fn a_key_is_shown_once_works_and_expires_on_its_time() {
    let mut world = World::new();
    let created = new_key(&mut world, "editor", ACME, json!({ "name": " ci " }));
    let secret = created["key"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("astro_"));
    assert_eq!(created["name"], "ci");
    assert_eq!(created["duration"], "24h0m0s");
    assert_eq!(created["expiresAt"], "2026-11-24T09:30:00Z");
    assert!(created["maskedKey"].as_str().unwrap().ends_with(&secret[secret.len() - 4..]));

    let listed = world.call("listApiKeys").signed_in_as("editor").data();
    assert_eq!(listed[0]["id"], created["id"], "the newest comes first");
    assert!(listed.as_array().unwrap().iter().all(|key| key["key"] == ""), "a list shows no secret");
    assert_eq!(listed[0]["lastUsedAt"], "");

    world.pass(HOUR);
    world.call("listPlans").key(&secret).data();
    let path = |world: &mut World| {
        let id = created["id"].as_str().unwrap().to_owned();
        world.call("getApiKey").signed_in_as("editor").path("orgId", ACME).path("keyId", &id).data()
    };
    assert_eq!(path(&mut world)["lastUsedAt"], "2026-11-23T10:30:00Z");

    world.pass(23 * HOUR - SECOND);
    world.call("listPlans").key(&secret).data();
    world.pass(SECOND);
    let (status, code, message) = world.call("listPlans").key(&secret).refusal();
    assert_eq!((status, code), (401, "API_KEY_EXPIRED"));
    assert_eq!(message, "The API key expired at 2026-11-24T09:30:00Z");
    assert_eq!(path(&mut world)["status"], "EXPIRED");
}

#[test]
fn lifetimes_are_nanoseconds_and_permanent_keys_have_none() {
    let mut world = World::new();
    let hour = new_key(&mut world, "viewer", ACME, json!({ "duration": 3_600_000_000_000_i64 }));
    assert_eq!((hour["duration"].as_str(), hour["isPermanent"].as_bool()), (Some("1h0m0s"), Some(false)));
    let permanent = new_key(&mut world, "viewer", ACME, json!({ "isPermanent": true }));
    assert_eq!(permanent["expiresAt"], "");
    world.pass(4000 * DAY);
    world.call("listPlans").key(permanent["key"].as_str().unwrap()).data();

    for (more, field) in [
        (json!({ "duration": -1 }), "duration"),
        (json!({ "duration": 5 }), "duration"),
        (json!({ "duration": "24h" }), "duration"),
        (json!({ "source": "web" }), "source"),
        (json!({ "name": "x".repeat(101) }), "name"),
        (json!({ "name": null }), "name"),
    ] {
        let mut body = json!({ "duration": 0, "orgId": ACME, "source": "ui" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let fields = world.call("createApiKey").signed_in_as("viewer").body(body).wrong_fields();
        assert_eq!(fields, [field], "{more}");
    }
    let wanted = |organization: &str| json!({ "duration": 0, "orgId": organization, "source": "ui" });
    let stranger = world.call("createApiKey").signed_in_as("viewer").body(wanted(GLOBEX)).refusal();
    assert_eq!(stranger.0, 403);
    let nowhere = world.call("createApiKey").signed_in_as("viewer").body(wanted("nowhere")).refusal();
    assert_eq!(nowhere.0, 404);
}

#[test]
fn a_key_is_revoked_with_a_reason_and_stays_until_it_is_deleted() {
    let mut world = World::new();
    let key = new_key(&mut world, "editor", ACME, json!({}));
    let (id, secret) = (key["id"].as_str().unwrap(), key["key"].as_str().unwrap());
    let revoke = |world: &mut World, who: &str, reason: &str| {
        let body = json!({ "keyId": id, "reason": reason });
        world.call("revokeApiKey").signed_in_as(who).path("orgId", ACME).body(body).ask()
    };
    assert_eq!(revoke(&mut world, "viewer", "").unwrap_err().status, 403, "another person's key");
    assert_eq!(revoke(&mut world, "editor", "rotated").unwrap(), true);
    assert_eq!(revoke(&mut world, "owner", "late").unwrap(), true, "once more changes nothing");
    let (status, code, message) = world.call("listPlans").key(secret).refusal();
    assert_eq!((status, code, message.as_str()), (401, "API_KEY_REVOKED", "The API key was revoked: rotated"));
    let shown = world.call("getApiKey").signed_in_as("editor").path("orgId", ACME).path("keyId", id).data();
    assert_eq!(shown["status"], "REVOKED");
    assert_eq!(shown["revokedBy"], id_of("editor"));
    assert_eq!(shown["revokedReason"], "rotated");
    let elsewhere = world.call("getApiKey").signed_in_as("editor").path("orgId", GLOBEX).path("keyId", id).refusal();
    assert_eq!(elsewhere.0, 404);

    let gone = json!({ "keyId": id });
    let deleted = world.call("deleteApiKey").signed_in_as("admin").path("orgId", ACME).body(gone.clone()).data();
    assert_eq!(deleted, json!({ "keyId": id, "deleted": true }), "who manages members ends their keys");
    assert_eq!(world.call("deleteApiKey").signed_in_as("admin").path("orgId", ACME).body(gone).refusal().0, 404);
    assert_eq!(world.call("listPlans").key(secret).refusal().1, "API_KEY_UNKNOWN");
}

#[test]
fn keys_are_counted_and_validated() {
    let mut world = World::new();
    let counts = world.call("getApiKeyMetadata").signed_in_as("owner").data();
    assert_eq!(
        (counts["active"].as_i64(), counts["expired"].as_i64(), counts["revoked"].as_i64(), counts["total"].as_i64()),
        (Some(3), Some(1), Some(1), Some(5))
    );
    assert!(counts["lastUsedKeyId"].is_string());
    let mut validate = |key: Option<&str>| {
        let mut asking = world.call("validateApiKey").signed_in_as("viewer");
        asking.input.validate_key = key.map(str::to_owned);
        asking.ask()
    };
    assert_eq!(validate(Some("astro_demo_owner_5d1c7a9e")).unwrap()["valid"], true);
    assert_eq!(validate(Some(demo::EXPIRED_KEY)).unwrap()["status"], "EXPIRED");
    let revoked = validate(Some(demo::REVOKED_KEY)).unwrap();
    assert_eq!((revoked["status"].as_str(), revoked["valid"].as_bool()), (Some("REVOKED"), Some(false)));
    assert_eq!(validate(Some("astro_unknown")).unwrap_err().status, 400);
    assert_eq!(validate(None).unwrap_err().status, 400);
}

#[test]
fn the_credential_must_be_the_operations_own() {
    let mut world = World::new();
    assert_eq!(world.call("listApiKeys").with_key_of("owner").refusal().0, 401);
    assert_eq!(world.call("listOrganizations").signed_in_as("owner").refusal().0, 401);
    assert!(world.call("getPricing").data()["categories"].as_array().unwrap().len() > 3);
    assert_eq!(world.call("listPlans").key("").refusal().1, "API_KEY_UNKNOWN");
}

#[test]
fn a_person_sees_their_organizations_the_keys_own_first() {
    let mut world = World::new();
    let names = |list: &Value| {
        let list = list.as_array().unwrap();
        list.iter()
            .map(|each| (each["name"].as_str().unwrap().to_owned(), each["userRole"].as_str().unwrap().to_owned()))
            .collect::<Vec<_>>()
    };
    let pair = |name: &str, role: &str| (name.to_owned(), role.to_owned());
    let list = world.call("listOrganizations").with_key_of("two-organizations").data();
    assert_eq!(names(&list), [pair("globex", "owner"), pair("acme", "editor")]);
    let acme_key = new_key(&mut world, "two-organizations", ACME, json!({}));
    let list = world.call("listOrganizations").key(acme_key["key"].as_str().unwrap()).data();
    assert_eq!(names(&list), [pair("acme", "editor"), pair("globex", "owner")]);
    let second = world.call("listOrganizations").with_key_of("two-organizations");
    assert_eq!(names(&second.query("page", "2").query("pageSize", "1").data()), [pair("acme", "editor")]);
    let zero = world.call("listOrganizations").with_key_of("two-organizations").query("page", "0");
    assert_eq!(zero.wrong_fields(), ["page"]);

    let acme = world.call("getOrganization").with_key_of("viewer").path("id", ACME).data();
    assert_eq!(acme["memberCount"].as_u64().unwrap(), acme["members"].as_array().unwrap().len() as u64);
    assert_eq!(acme["roles"].as_array().unwrap().len(), 4);
    assert_eq!(acme["owner"], false);
    assert_eq!(world.call("getOrganizationPlan").with_key_of("viewer").path("id", ACME).data(), "enterprise");
    assert_eq!(world.call("getOrganization").with_key_of("viewer").path("id", GLOBEX).refusal().0, 403);
    assert_eq!(world.call("getOrganization").with_key_of("viewer").path("id", "x").refusal().0, 404);

    let page = world.call("listOrganizationMembers").with_key_of("viewer").path("id", ACME).data();
    assert_eq!((page["pageSize"].as_i64(), page["members"].as_array().unwrap().len()), (Some(10), 10));
    let page = world.call("listOrganizationMembers").with_key_of("viewer").path("id", ACME).query("page", "2").data();
    assert_eq!(page["members"].as_array().unwrap().len() as u64, page["total"].as_u64().unwrap() - 10);
}

#[test]
fn a_global_admin_creates_an_organization_that_takes_its_time() {
    let mut world = World::new();
    let wanted = |name: &str| json!({ "name": name, "title": "Initech" });
    assert_eq!(world.call("createOrganization").with_key_of("owner").body(wanted("initech")).refusal().0, 403);
    let taken = world.call("createOrganization").with_key_of("global-admin").body(wanted("acme")).ask().unwrap_err();
    assert_eq!(taken.status, 409);
    assert_eq!(taken.details["fields"]["name"], "is taken");
    for name in ["Acme", "1st", "a-", "", "white space"] {
        let fields = world.call("createOrganization").with_key_of("global-admin").body(wanted(name)).wrong_fields();
        assert_eq!(fields, ["name"], "{name}");
    }
    let created = world.call("createOrganization").with_key_of("global-admin").body(wanted("initech")).data();
    assert_eq!(created["status"], "PROVISIONING");
    assert_eq!((created["userRole"].as_str(), created["planId"].as_str()), (Some("owner"), Some("developer")));
    let id = created["id"].as_str().unwrap();
    let status = |world: &mut World| {
        let asking = world.call("getOrganization").with_key_of("global-admin").path("id", id);
        asking.data()["status"].as_str().unwrap().to_owned()
    };
    assert_eq!(status(&mut world), "PROVISIONING");
    world.pass(20 * SECOND);
    assert_eq!(status(&mut world), "READY");

    let failing = world.call("createOrganization").with_key_of("global-admin").body(wanted("will-fail")).data();
    world.pass(20 * SECOND);
    let id = failing["id"].as_str().unwrap();
    assert_eq!(world.call("getOrganization").with_key_of("global-admin").path("id", id).data()["status"], "FAILED");
}

fn add(world: &mut World, handle: &str, organization: &str, user: &str, role: &str) -> Result<Value, u16> {
    let body = json!({ "orgId": organization, "userId": user, "role": role });
    world.call("addOrganizationUser").with_key_of(handle).body(body).ask().map_err(|fault| fault.status)
}

fn remove(world: &mut World, handle: &str, organization: &str, user: &str) -> Result<Value, (u16, String)> {
    let body = json!({ "orgId": organization, "userId": user });
    let answer = world.call("removeOrganizationUser").with_key_of(handle).body(body).ask();
    answer.map_err(|fault| (fault.status, fault.message))
}

#[test]
fn members_come_with_a_role_and_go_with_their_keys() {
    let mut world = World::new();
    let ida = id_of("nobody");
    for handle in ["viewer", "editor"] {
        assert_eq!(add(&mut world, handle, ACME, ida, "viewer"), Err(403));
    }
    assert_eq!(add(&mut world, "admin", ACME, ida, "owner"), Err(400), "owner cannot be assigned");
    assert_eq!(add(&mut world, "admin", ACME, "ida", "viewer"), Err(400));
    assert_eq!(add(&mut world, "admin", ACME, "00000000-0000-4000-8000-000000000000", "viewer"), Err(404));
    assert_eq!(add(&mut world, "two-organizations", ACME, ida, "viewer"), Err(403), "a key of another organization");
    let member = add(&mut world, "admin", ACME, ida, "editor").unwrap();
    assert_eq!((member["name"].as_str(), member["role"].as_str()), (Some("Ida Lund"), Some("editor")));
    assert_eq!(add(&mut world, "admin", ACME, ida, "admin"), Err(409), "already a member");
    let profile = world.call("getUserProfile").signed_in_as("nobody").data();
    assert_eq!(profile["currentOrgId"], ACME);

    let key = new_key(&mut world, "nobody", ACME, json!({}));
    let secret = key["key"].as_str().unwrap();
    world.call("listPlans").key(secret).data();
    assert_eq!(remove(&mut world, "editor", ACME, ida).unwrap_err().0, 403);
    assert_eq!(remove(&mut world, "admin", ACME, ida).unwrap(), "User removed");
    let (status, code, message) = world.call("listPlans").key(secret).refusal();
    assert_eq!((status, code), (401, "API_KEY_REVOKED"));
    assert!(message.contains("removed from the organization"), "{message}");
    assert_eq!(remove(&mut world, "admin", ACME, ida).unwrap_err().0, 404);
    let profile = world.call("getUserProfile").signed_in_as("nobody").data();
    assert_eq!(profile.get("currentOrgId"), None);
}

#[test]
fn somebody_always_stays_to_manage_an_organization() {
    let mut world = World::new();
    let (status, message) = remove(&mut world, "two-organizations", GLOBEX, id_of("two-organizations")).unwrap_err();
    assert_eq!((status, message.as_str()), (409, "The last admin of an organization cannot be removed"));
    let (status, message) = remove(&mut world, "admin", ACME, id_of("owner")).unwrap_err();
    assert_eq!((status, message.as_str()), (409, "The owner of an organization cannot be removed"));
    // An admin who leaves is an admin no more.
    remove(&mut world, "admin", ACME, id_of("admin")).unwrap();
    assert_eq!(remove(&mut world, "admin", ACME, id_of("viewer")).unwrap_err().0, 401);
    assert_eq!(
        remove(&mut world, "global-admin", GLOBEX, id_of("viewer")).unwrap_err().0,
        404,
        "a global admin may try"
    );
}

#[test]
fn the_developer_plan_limits_members() {
    let mut world = World::new();
    for user in ["nobody", "owner", "admin", "editor"] {
        add(&mut world, "two-organizations", GLOBEX, id_of(user), "viewer").unwrap();
    }
    let body = json!({ "orgId": GLOBEX, "userId": id_of("viewer"), "role": "viewer" });
    let fault = world.call("addOrganizationUser").with_key_of("two-organizations").body(body).ask().unwrap_err();
    assert_eq!((fault.status, fault.code), (403, "PLAN_LIMIT"));
    assert_eq!(fault.details["requiredPlan"], "enterprise");
}

#[test]
fn the_first_sign_in_makes_a_profile_and_an_organization_without_members() {
    let mut world = World::new();
    assert_eq!(world.call("getUserProfile").signed_in_as("newcomer").refusal().0, 404);
    assert_eq!(world.call("listApiKeys").signed_in_as("newcomer").data(), json!([]));
    let profile = world.call("createUserProfile").signed_in_as("newcomer").data();
    assert_eq!((profile["name"].as_str(), profile["globalRole"].as_str()), (Some("Noah Weiss"), Some("developer")));
    let organization = profile["currentOrgId"].as_str().unwrap().to_owned();
    assert_eq!(profile["organizations"][0]["role"], "owner");
    let again = world.call("createUserProfile").signed_in_as("newcomer").data();
    assert_eq!(again, profile, "an existing one is answered");
    let key = new_key(&mut world, "newcomer", &organization, json!({}));
    let body = json!({ "orgId": organization, "userId": id_of("nobody"), "role": "viewer" });
    let refused = world.call("addOrganizationUser").key(key["key"].as_str().unwrap()).body(body).refusal();
    assert_eq!(refused.0, 409);
    assert!(refused.2.contains("default organization"), "{}", refused.2);
}

#[test]
fn a_person_switches_among_their_own_organizations() {
    let mut world = World::new();
    let switch = |world: &mut World, handle: &str, id: &str| {
        world.call("switchOrganization").signed_in_as(handle).body(json!({ "orgId": id })).ask()
    };
    let profile = switch(&mut world, "two-organizations", ACME).unwrap();
    assert_eq!(profile["currentOrgId"], ACME);
    assert_eq!(profile["organizations"][0]["name"], "acme");
    let counts = world.call("getApiKeyMetadata").signed_in_as("two-organizations").data();
    assert_eq!(counts["total"], 1, "counts follow the active organization");
    assert_eq!(switch(&mut world, "viewer", GLOBEX).unwrap_err().status, 403);
    assert_eq!(switch(&mut world, "viewer", "nowhere").unwrap_err().status, 403);
}

#[test]
fn catalogues_say_what_roles_and_plans_hold() {
    let mut world = World::new();
    let roles = world.call("listOrganizationRoles").with_key_of("viewer").data();
    let ids: Vec<&str> = roles.as_array().unwrap().iter().map(|role| role["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["viewer", "editor", "admin"], "owner cannot be assigned");
    let permissions = |index: usize| roles[index]["permissions"].as_array().unwrap().len();
    assert!(permissions(0) < permissions(1) && permissions(1) < permissions(2));
    let plans = world.call("listPlans").with_key_of("viewer").data();
    assert_eq!(plans[0]["limits"]["applications"], 5);
    assert_eq!(world.call("getPricing").data()["plans"], plans);
}

#[test]
fn somebody_acts_without_a_credential() {
    let mut world = World::new();
    let operation = astro_api::operations::find("removeOrganizationUser").unwrap();
    let body = json!({ "orgId": ACME, "userId": id_of("viewer") });
    let input = Input { body: body.to_string().into_bytes(), ..Input::default() };
    let now = world.now;
    let refused = world.platform.act(now, "editor", Some("acme"), operation, &input).unwrap_err();
    assert_eq!(refused.status, 403);
    world.platform.act(now, "owner", None, operation, &input).unwrap();
    assert_eq!(world.call("listPlans").with_key_of("viewer").refusal().0, 401);
    assert_eq!(world.platform.act(now, "nobody-at-all", None, operation, &input).unwrap_err().status, 404);
    assert_eq!(world.platform.act(now, "owner", Some("nowhere"), operation, &input).unwrap_err().status, 404);
    let notifications = astro_api::operations::find("listNotificationIntegrations").unwrap();
    let viewer = world.platform.act(now, "two-organizations", Some(ACME), notifications, &Input::default());
    assert_eq!(viewer.unwrap_err().status, 403);
}

#[test]
fn the_same_seed_makes_the_same_platform_and_it_survives_as_json() {
    let settings = |seed| Settings { seed, rate_limit: false, ..Settings::default() };
    let json = |world: &World| serde_json::to_string(&world.platform.state).unwrap();
    let mut first = World::with(settings(7));
    assert_eq!(json(&first), json(&World::with(settings(7))));
    assert_ne!(json(&first), json(&World::with(settings(8))));
    let kept = json(&first);
    first.platform.state = serde_json::from_str(&kept).unwrap();
    assert_eq!(json(&first), kept);
    first.call("listOrganizations").with_key_of("owner").data();
}
