//! The audit log, as an auditor reads it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::super::{
    Scale, Settings,
    call::Reply,
    demo::{self, ACME},
    testing::World,
    time::{DAY, MINUTE},
};

fn list(world: &mut World, query: &[(&str, &str)]) -> Value {
    let mut asking = world.call("listAuditEvents").with_key_of("owner");
    for (name, value) in query {
        asking = asking.query(name, value);
    }
    asking.data()
}

fn events(page: &Value) -> &Vec<Value> {
    page["events"].as_array().unwrap()
}

#[test]
fn only_admins_and_owners_on_the_enterprise_plan_read_it() {
    let mut world = World::new();
    for handle in ["owner", "admin"] {
        world.call("listAuditEvents").with_key_of(handle).data();
    }
    for handle in ["editor", "viewer"] {
        let fault = world.call("listAuditEvents").with_key_of(handle).ask().unwrap_err();
        assert_eq!((fault.status, fault.code), (403, "FORBIDDEN"));
        assert_eq!(fault.details["requiredRoles"], json!(["admin", "owner"]));
    }
    for operation in ["listAuditEvents", "exportAuditEvents", "getAuditStatistics"] {
        let fault = world.call(operation).with_key_of("two-organizations").ask().unwrap_err();
        assert_eq!((fault.status, fault.code), (403, "PLAN_REQUIRED"), "{operation}");
        assert_eq!(fault.details["requiredPlan"], "enterprise");
    }
}

#[test]
fn pages_are_newest_first_and_stay_put_while_they_are_turned() {
    let mut world = World::new();
    let first = list(&mut world, &[]);
    assert_eq!((first["page"].as_i64(), first["pageSize"].as_i64()), (Some(1), Some(50)));
    assert_eq!(events(&first).len(), 50);
    let times: Vec<&str> = events(&first).iter().map(|event| event["timestamp"].as_str().unwrap()).collect();
    assert!(times.is_sorted_by(|newer, older| newer >= older));
    // The first reading left an event; going on reading doesn't.
    let query = |page: &'static str| [("page", page), ("pageSize", "20")];
    let one = list(&mut world, &query("1"));
    let two = list(&mut world, &query("2"));
    assert_eq!(one["total"], two["total"]);
    assert_eq!(events(&one)[0]["action"], "READ");
    assert!(events(&one).iter().all(|event| !events(&two).contains(event)));
    let pages = two["totalPages"].as_i64().unwrap();
    let last = list(&mut world, &[("page", &pages.to_string()), ("pageSize", "20")]);
    assert_eq!(events(&last).len() as u64, one["total"].as_u64().unwrap() - (pages.unsigned_abs() - 1) * 20);
    assert!(events(&list(&mut world, &[("page", "9223372036854775807"), ("pageSize", "100")])).is_empty());
    world.pass(6 * MINUTE);
    list(&mut world, &query("1"));
    assert_eq!(list(&mut world, &query("1"))["total"].as_i64().unwrap(), one["total"].as_i64().unwrap() + 1);
}

#[test]
fn filters_are_one_valued_and_add_up() {
    let mut world = World::new();
    let editor = demo::person("editor").unwrap().id;
    let filtered = list(&mut world, &[("eventType", "APPLICATION"), ("action", "RESYNC"), ("userId", editor)]);
    assert!(!events(&filtered).is_empty());
    for event in events(&filtered) {
        assert_eq!(
            (event["eventType"].as_str(), event["action"].as_str(), event["userId"].as_str()),
            (Some("APPLICATION"), Some("RESYNC"), Some(editor))
        );
        assert_eq!(event["user"]["name"], "Edith Moreau");
    }
    // A date as the end is the whole day.
    let day = list(&mut world, &[("startDate", "2026-11-11"), ("endDate", "2026-11-11"), ("pageSize", "100")]);
    assert!(!events(&day).is_empty());
    assert!(events(&day).iter().all(|event| event["timestamp"].as_str().unwrap().starts_with("2026-11-11")));
    assert!(events(&day).iter().any(|event| event["status"] == "FAILURE"));
    let exact = list(&mut world, &[("startDate", "2026-11-11T14:00:00Z"), ("endDate", "2026-11-11T15:00:00Z")]);
    assert!(exact["total"].as_i64().unwrap() >= 10 && exact["total"].as_i64() < day["total"].as_i64());
    let years = list(&mut world, &[("startDate", "2016-11-23"), ("endDate", "2026-11-23")]);
    assert!(years["total"].as_i64().unwrap() > 1000);
    assert_eq!(list(&mut world, &[("userId", "somebody")])["total"], 0);

    for (name, value) in [
        ("eventType", "CLUSTERS"),
        ("action", "create"),
        ("startDate", "yesterday"),
        ("endDate", "2026-13-01"),
        ("pageSize", "101"),
        ("pageSize", "0"),
        ("page", "0"),
        ("page", "one"),
    ] {
        let asking = world.call("listAuditEvents").with_key_of("owner").query(name, value);
        assert_eq!(asking.wrong_fields(), [name], "{value}");
    }
    let backwards = world.call("listAuditEvents").with_key_of("owner");
    assert_eq!(backwards.query("startDate", "2026-11-02").query("endDate", "2026-11-01").wrong_fields(), ["endDate"]);
}

#[test]
fn one_event_is_found_by_its_id() {
    let mut world = World::new();
    let page = list(&mut world, &[("eventType", "CLUSTER"), ("action", "UPGRADE")]);
    let event = &events(&page)[0];
    let id = event["id"].as_str().unwrap();
    assert_eq!(&world.call("getAuditEvent").with_key_of("admin").path("eventId", id).data(), event);
    for id in ["evt-000000000000", "evt-x", "nothing"] {
        assert_eq!(world.call("getAuditEvent").with_key_of("admin").path("eventId", id).refusal().0, 404, "{id}");
    }
}

#[test]
fn statistics_count_whole_days_and_agree_with_themselves() {
    let mut world = World::new();
    for (period, days) in [("7d", 7), ("30d", 30), ("90d", 90)] {
        let statistics = world.call("getAuditStatistics").with_key_of("owner").query("period", period).data();
        let sum = |value: &Value| value.as_object().unwrap().values().map(|n| n.as_i64().unwrap()).sum::<i64>();
        let total = statistics["totalEvents"].as_i64().unwrap();
        let daily = statistics["daily"].as_array().unwrap();
        assert_eq!(daily.len(), days);
        assert_eq!(daily.last().unwrap()["date"], "2026-11-23");
        assert_eq!(daily.iter().map(|day| day["count"].as_i64().unwrap()).sum::<i64>(), total);
        assert_eq!(sum(&statistics["byEventType"]), total);
        assert_eq!(sum(&statistics["byAction"]), total);
        let people = statistics["byUser"].as_array().unwrap();
        assert_eq!(people.iter().map(|user| user["count"].as_i64().unwrap()).sum::<i64>(), total);
        assert!(people.len() > 3);
    }
    assert_eq!(world.call("getAuditStatistics").with_key_of("owner").data()["period"], "30d");
    let odd = world.call("getAuditStatistics").with_key_of("owner").query("period", "1y");
    assert_eq!(odd.wrong_fields(), ["period"]);
}

#[test]
fn an_export_holds_exactly_what_the_filter_lets_through() {
    let mut world = World::new();
    let query = [("eventType", "API_KEY"), ("startDate", "2026-10-01")];
    let total = list(&mut world, &query)["total"].as_u64().unwrap();
    let export = |world: &mut World, format: &str| {
        let mut asking = world.call("exportAuditEvents").with_key_of("owner").query("format", format);
        for (name, value) in query {
            asking = asking.query(name, value);
        }
        match asking.reply().unwrap() {
            Reply::File { content_type, name, body } => (content_type, name, body),
            other => panic!("{other:?}"),
        }
    };
    let (content_type, name, body) = export(&mut world, "json");
    assert_eq!((content_type, name.as_str()), ("application/json", "audit-events-2026-11-23.json"));
    let exported: Vec<Value> = serde_json::from_str(&body).unwrap();
    assert_eq!(exported.len() as u64, total);
    assert!(exported.iter().all(|event| event["eventType"] == "API_KEY"));
    let (content_type, name, body) = export(&mut world, "csv");
    assert_eq!((content_type, name.as_str()), ("text/csv; charset=utf-8", "audit-events-2026-11-23.csv"));
    assert!(body.starts_with("timestamp,eventType,action,userId,resourceId,status,ipAddress,"));
    assert_eq!(body.lines().count() as u64, total + 1);
    let odd = world.call("exportAuditEvents").with_key_of("owner").query("format", "xlsx");
    assert_eq!(odd.wrong_fields(), ["format"]);
    let read = list(&mut world, &[("eventType", "AUDIT")]);
    assert_eq!(events(&read)[0]["resourceId"], "export");
    assert_eq!(events(&read)[0]["metadata"]["format"], "csv");
}

#[test]
fn every_write_leaves_an_event_and_a_refused_one_too() {
    let mut world = World::new();
    let body = json!({ "profileName": "fresh" });
    world.call("createApplicationProfile").with_key_of("editor").body(body.clone()).data();
    world.call("createApplicationProfile").with_key_of("viewer").body(body.clone()).refusal();
    world.call("createApplicationProfile").with_key_of("editor").body(body).refusal();
    let page = list(&mut world, &[("eventType", "APP_PROFILE")]);
    let told: Vec<_> = events(&page)[..3]
        .iter()
        .map(|event| (event["user"]["name"].as_str().unwrap(), event["status"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [("Edith Moreau", "FAILURE"), ("Victor Silva", "FAILURE"), ("Edith Moreau", "SUCCESS")]);
    let refused = &events(&page)[1];
    assert_eq!(refused["resourceName"], "fresh");
    assert_eq!(refused["metadata"]["operation"], "createApplicationProfile");
    assert_eq!(refused["ipAddress"], "203.0.113.7");
    assert_eq!(refused["userAgent"], "test/1");

    let key = json!({ "duration": 0, "orgId": ACME, "source": "ui", "name": "=cmd()" });
    world.call("createApiKey").signed_in_as("two-organizations").body(key).data();
    let created = list(&mut world, &[("eventType", "API_KEY"), ("action", "CREATE")]);
    assert_eq!(events(&created)[0]["resourceName"], "=cmd()", "a key is noted where it belongs");
    list(&mut world, &[]);
    let before = list(&mut world, &[])["total"].clone();
    world.call("listApplicationProfiles").with_key_of("viewer").data();
    world.call("getApplicationProfile").with_key_of("viewer").path("profileId", "nothing").refusal();
    assert_eq!(list(&mut world, &[])["total"], before, "reading resources is not an event");
}

#[test]
fn a_hundred_thousand_events_are_read_without_a_wait() {
    let started = Instant::now();
    let settings = Settings { scale: Scale::Large, rate_limit: false, ..Settings::default() };
    let mut world = World::with(settings);
    let seeded = started.elapsed();
    assert!(list(&mut world, &[])["total"].as_i64().unwrap() >= 100_000);
    let mut slowest = Duration::ZERO;
    for query in
        [&[][..], &[("page", "1000"), ("pageSize", "100")], &[("eventType", "CLUSTER")], &[("startDate", "2026-11-20")]]
    {
        let started = Instant::now();
        list(&mut world, query);
        slowest = slowest.max(started.elapsed());
    }
    // Wide bounds: this is an unoptimised build on a machine that may be busy.
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
    assert!(seeded < Duration::from_mins(1), "{seeded:?}");
}

#[test]
fn the_demo_log_has_a_life_of_ninety_days() {
    let mut world = World::new();
    let oldest = list(&mut world, &[("endDate", "2026-08-31")]);
    assert!(oldest["total"].as_i64().unwrap() > 20);
    let year = world.now - 365 * DAY;
    let before = super::super::time::rfc3339(year);
    assert_eq!(list(&mut world, &[("endDate", before.as_str())])["total"], 0);
    for word in [
        "CLUSTER",
        "APPLICATION",
        "APP_PROFILE",
        "ORGANIZATION",
        "USER",
        "API_KEY",
        "PROVIDER",
        "NOTIFICATION",
        "AUDIT",
    ] {
        assert!(list(&mut world, &[("eventType", word)])["total"].as_i64().unwrap() > 0, "{word}");
    }
    for word in ["CREATE", "UPDATE", "DELETE", "UPGRADE", "REVOKE", "RESYNC", "READ"] {
        assert!(list(&mut world, &[("action", word)])["total"].as_i64().unwrap() > 0, "{word}");
    }
}

#[test]
fn the_keys_of_the_demo_log_are_there_for_whose_they_are() {
    let mut world = World::new();
    let page = list(&mut world, &[("eventType", "API_KEY"), ("pageSize", "100")]);
    let told: Vec<(String, String, String)> = events(&page)
        .iter()
        .filter(|event| event["action"] != "DELETE" && event["resourceId"] != event["resourceName"])
        .map(|event| ["userId", "resourceId", "action"].map(|name| event[name].as_str().unwrap().to_owned()).into())
        .collect();
    let mut made = 0;
    for (user, key, action) in told {
        let handle = demo::PEOPLE.iter().find(|person| person.id == user).unwrap().handle;
        let shown = world.call("getApiKey").signed_in_as(handle).path("orgId", ACME).path("keyId", &key).data();
        assert!(action != "REVOKE" || shown["status"] == "REVOKED", "{shown}");
        made += u32::from(action == "CREATE");
    }
    assert!(made >= 6, "{made}");
}
