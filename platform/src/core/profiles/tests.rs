//! Profiles: made, used, and gone when nobody uses them.

use serde_json::{Value, json};

use super::super::{apps, clusters, demo::ACME, testing::World};

fn create(world: &mut World, handle: &str, body: Value) -> Result<Value, u16> {
    world.call("createApplicationProfile").with_key_of(handle).body(body).ask().map_err(|fault| fault.status)
}

#[test]
fn editors_create_profiles_and_everybody_reads_them() {
    let mut world = World::new();
    assert_eq!(create(&mut world, "viewer", json!({ "profileName": "mine" })), Err(403));
    let body = json!({
        "profileName": "mine",
        "cloudProvider": { "provider": "aws", "region": "eu-central-1" },
        "availabilityTier": "premium",
        "resources": { "memory": { "minimum": "1Gi", "maximum": "2Gi" } },
    });
    let created = create(&mut world, "editor", body.clone()).unwrap();
    for (name, value) in body.as_object().unwrap() {
        assert_eq!(&created[name], value, "an echo of the request");
    }
    assert_eq!(created["applicationCount"], 0);
    let listed = world.call("listApplicationProfiles").with_key_of("viewer").data();
    assert!(listed.as_array().unwrap().contains(&created));
    let id = created["id"].as_str().unwrap();
    assert_eq!(world.call("getApplicationProfile").with_key_of("viewer").path("profileId", id).data(), created);
    assert_eq!(world.call("getApplicationProfile").with_key_of("viewer").path("profileId", "mine").data(), created);
    assert_eq!(create(&mut world, "editor", body), Err(409), "the name is taken");
    let plain = create(&mut world, "editor", json!({ "profileName": "plain" })).unwrap();
    assert_eq!(plain["availabilityTier"], "basic");
    let other = world.call("getApplicationProfile").with_key_of("two-organizations").path("profileId", id).refusal();
    assert_eq!(other.0, 404, "another organization's");
}

#[test]
fn what_is_wrong_is_named() {
    let mut world = World::new();
    for (body, field) in [
        (json!({}), "profileName"),
        (json!({ "profileName": "Upper" }), "profileName"),
        (json!({ "profileName": "a".repeat(51) }), "profileName"),
        (json!({ "profileName": "p", "availabilityTier": "gold" }), "availabilityTier"),
        (json!({ "profileName": "p", "clusterName": "no-such-cluster" }), "clusterName"),
        (json!({ "profileName": "p", "cloudProvider": { "region": "x" } }), "cloudProvider.provider"),
        (json!({ "profileName": "p", "cloudProvider": { "provider": "aws" } }), "cloudProvider.region"),
        (
            json!({ "profileName": "p", "cloudProvider": { "provider": "ibm", "region": "x" } }),
            "cloudProvider.provider",
        ),
        (json!({ "profileName": "p", "resources": { "memory": { "minimum": "lots" } } }), "resources.memory.minimum"),
        (json!({ "profileName": "p", "resources": { "memory": { "minimum": "0" } } }), "resources.memory.minimum"),
        (
            json!({ "profileName": "p", "resources": { "memory": { "minimum": "2Gi", "maximum": "1Gi" } } }),
            "resources.memory.maximum",
        ),
        (json!({ "profileName": "p", "resources": null }), "resources"),
    ] {
        let asking = world.call("createApplicationProfile").with_key_of("owner").body(body.clone());
        assert_eq!(asking.wrong_fields(), [field], "{body}");
    }
}

#[test]
fn a_profile_in_use_stays() {
    let mut world = World::new();
    let used = {
        let now = world.now;
        let cx = world.platform.cx(now);
        ["web-standard", "web-premium", "batch", "internal-basic"]
            .into_iter()
            .find(|name| !apps::using_profile(&cx, ACME, name).is_empty())
    };
    create(&mut world, "editor", json!({ "profileName": "one" })).unwrap();
    create(&mut world, "editor", json!({ "profileName": "two" })).unwrap();
    let delete = |world: &mut World, handle: &str, id: &str| {
        world.call("deleteApplicationProfile").with_key_of(handle).path("profileId", id).ask()
    };
    assert_eq!(delete(&mut world, "viewer", "one").unwrap_err().status, 403);
    assert_eq!(delete(&mut world, "editor", "one").unwrap(), json!({ "profileName": "one", "deleted": true }));
    assert_eq!(delete(&mut world, "editor", "one").unwrap_err().status, 404);

    let names = ["two", "two", "one"].into_iter().chain(used).collect::<Vec<_>>();
    let body = json!({ "profileNames": names });
    assert_eq!(world.call("bulkDeleteApplicationProfiles").with_key_of("viewer").body(body.clone()).refusal().0, 403);
    let result = world.call("bulkDeleteApplicationProfiles").with_key_of("editor").body(body).data();
    assert_eq!(result["deleted"], json!(["two"]));
    assert_eq!(result["skipped"][0], json!({ "profileName": "one", "reason": "not found" }));
    if let Some(used) = used {
        assert_eq!(result["skipped"][1]["profileName"], used);
        assert_eq!(result["skipped"][1]["reason"], "in use");
        assert!(!result["skipped"][1]["applications"].as_array().unwrap().is_empty());
        let fault = delete(&mut world, "editor", used).unwrap_err();
        assert_eq!(fault.status, 409);
        assert!(!fault.details["applications"].as_array().unwrap().is_empty());
    }
}

#[test]
fn a_cluster_wins_over_a_provider() {
    let mut world = World::new();
    let now = world.now;
    let Some(cluster) =
        clusters::running(&world.platform.cx(now), ACME).first().map(|cluster| cluster.cluster_name.clone())
    else {
        return;
    };
    let body = json!({ "profileName": "pinned", "clusterName": cluster, "cloudProvider": {} });
    assert_eq!(create(&mut world, "editor", body).unwrap()["clusterName"], cluster);
}

#[test]
fn the_developer_plan_limits_profiles() {
    let mut world = World::new();
    for name in ["one", "two", "three"] {
        create(&mut world, "two-organizations", json!({ "profileName": name })).unwrap();
    }
    assert_eq!(create(&mut world, "two-organizations", json!({ "profileName": "four" })), Err(403));
}

#[test]
fn tiers_are_as_published() {
    let mut world = World::new();
    let tiers = world.call("listAvailabilityTiers").with_key_of("viewer").data();
    let names: Vec<&str> = tiers.as_array().unwrap().iter().map(|tier| tier["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["basic", "standard", "premium"]);
    let premium = world.call("getAvailabilityTier").with_key_of("viewer").path("tierId", "premium").data();
    assert_eq!(premium["horizontalAutoScaling"]["enabled"], true);
    assert_eq!(premium["container"], json!({ "minSize": 3, "maxSize": 9 }));
    assert_eq!(world.call("getAvailabilityTier").with_key_of("viewer").path("tierId", "gold").refusal().0, 404);
}
