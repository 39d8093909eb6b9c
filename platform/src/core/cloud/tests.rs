//! Connecting accounts, taking credentials, and the vault.

use serde_json::{Value, json};

use super::super::{
    testing::World,
    time::{HOUR, MINUTE, SECOND},
};

const SUBSCRIPTION: &str = "12345678-1234-1234-1234-123456789abc";

fn connect(world: &mut World, operation: &'static str, body: Value) -> Value {
    world.call(operation).with_key_of("admin").body(body).data()
}

fn status(world: &mut World, operation: &'static str, started: &Value) -> Value {
    let id = started["operationId"].as_str().unwrap().to_owned();
    world.call(operation).with_key_of("admin").path("id", &id).data()
}

#[test]
fn each_provider_is_connected_in_its_own_way() {
    let mut world = World::new();
    let aws = connect(&mut world, "connectAws", json!({ "clusterName": "a", "destinationAccountId": "123456789012" }));
    assert!(aws["setupUrl"].as_str().unwrap().starts_with("/_platform/stand-in/cloudformation?operation="));
    let gcp = connect(
        &mut world,
        "connectGcp",
        json!({ "clusterName": "g", "targetProjectId": "my-project-123", "targetProjectNumber": "481516234200" }),
    );
    assert!(gcp["setupUrl"].as_str().unwrap().starts_with("/_platform/stand-in/cloud-shell?operation="));
    assert!(gcp["setupScript"].as_str().unwrap().contains("gcloud config set project my-project-123"));
    let azure = connect(
        &mut world,
        "connectAzure",
        json!({ "clusterName": "z", "subscriptionId": SUBSCRIPTION, "resourceGroup": "rg-astro" }),
    );
    assert_eq!(azure["scriptFileName"], "astro-azure-setup-z.sh");
    assert!(azure["setupScript"].as_str().unwrap().contains(SUBSCRIPTION));
    for started in [&aws, &gcp, &azure] {
        assert_eq!(started["status"], "PENDING");
    }
    assert_eq!(status(&mut world, "getAwsConnectionStatus", &aws)["status"], "PENDING");
    let id = aws["operationId"].as_str().unwrap().to_owned();
    assert_eq!(world.call("getGcpConnectionStatus").with_key_of("admin").path("id", &id).refusal().0, 404);

    let confirmed = super::confirm(&mut world.platform.cx(world.now), &id).unwrap();
    assert_eq!(confirmed.status.as_str(), "IN_PROGRESS");
    assert_eq!(super::confirm(&mut world.platform.cx(world.now), "unknown").unwrap_err().status, 404);
    world.pass(15 * SECOND);
    let done = status(&mut world, "getAwsConnectionStatus", &aws);
    assert_eq!(
        (&done["status"], &done["roleArn"]),
        (&json!("COMPLETED"), &json!("arn:aws:iam::123456789012:role/astro-a"))
    );
    assert_eq!(status(&mut world, "getGcpConnectionStatus", &gcp)["status"], "PENDING");
    world.pass(2 * MINUTE);
    assert_eq!(status(&mut world, "getGcpConnectionStatus", &gcp)["status"], "COMPLETED", "it goes on by itself");
    assert_eq!(status(&mut world, "getAzureConnectionStatus", &azure)["status"], "COMPLETED");

    let twice = json!({ "clusterName": "a", "destinationAccountId": "123456789012" });
    assert_eq!(world.call("connectAws").with_key_of("admin").body(twice.clone()).refusal().0, 409);
    let mut forced = twice;
    forced["forceUpdate"] = json!(true);
    connect(&mut world, "connectAws", forced);
}

#[test]
fn refusals_and_expiry_are_told() {
    let mut world = World::new();
    let refused =
        connect(&mut world, "connectAws", json!({ "clusterName": "deny-me", "destinationAccountId": "123456789012" }));
    let stale = connect(
        &mut world,
        "connectAws",
        json!({ "clusterName": "expire-me", "destinationAccountId": "123456789012" }),
    );
    world.pass(3 * MINUTE);
    let failed = status(&mut world, "getAwsConnectionStatus", &refused);
    assert_eq!(failed["status"], "FAILED");
    assert!(failed["message"].as_str().unwrap().contains("sts:AssumeRole"));
    assert_eq!(status(&mut world, "getAwsConnectionStatus", &stale)["status"], "PENDING");
    world.pass(HOUR);
    let expired = status(&mut world, "getAwsConnectionStatus", &stale);
    assert_eq!((&expired["status"], &expired["step"]), (&json!("FAILED"), &json!("expired")));
}

#[test]
fn what_is_wrong_is_named_and_what_is_known_is_detected() {
    let mut world = World::new();
    for (operation, body, field) in [
        ("connectAws", json!({ "clusterName": "A" }), "clusterName"),
        ("connectAws", json!({ "clusterName": "a", "destinationAccountId": "12" }), "destinationAccountId"),
        ("connectAws", json!({ "clusterName": "unheard-of" }), "destinationAccountId"),
        ("connectAws", json!({ "clusterName": "a", "destinationAccountId": "123456789012", "level": "root" }), "level"),
        (
            "connectAws",
            json!({ "clusterName": "a", "destinationAccountId": "123456789012", "targetRegion": "x" }),
            "targetRegion",
        ),
        (
            "connectAws",
            json!({ "clusterName": "a", "destinationAccountId": "123456789012", "duration": 0 }),
            "duration",
        ),
        (
            "connectAws",
            json!({ "clusterName": "a", "destinationAccountId": "123456789012", "duration": 99_999_999_999_999_i64 }),
            "duration",
        ),
        ("connectGcp", json!({ "clusterName": "a", "targetProjectId": "my-project" }), "targetProjectNumber"),
        (
            "connectGcp",
            json!({ "clusterName": "a", "targetProjectId": "x", "targetProjectNumber": "1" }),
            "targetProjectId",
        ),
        ("connectAzure", json!({ "clusterName": "a", "subscriptionId": SUBSCRIPTION }), "resourceGroup"),
        ("connectAzure", json!({ "clusterName": "a", "subscriptionId": "x", "resourceGroup": "rg" }), "subscriptionId"),
    ] {
        let found = world.call(operation).with_key_of("owner").body(body.clone()).wrong_fields();
        assert_eq!(found, [field], "{operation} {body}");
    }
    let body = json!({ "clusterName": "prod-eu", "forceUpdate": true });
    let renewed = connect(&mut world, "connectAws", body);
    assert!(renewed["instructions"][0].as_str().unwrap().contains("418273650912"), "the account of the cluster");
    let other = json!({ "clusterName": "data-gke", "destinationAccountId": "123456789012" });
    assert_eq!(world.call("connectAws").with_key_of("owner").body(other).refusal().0, 409);
}

#[test]
fn only_admins_and_owners_manage_clouds() {
    let mut world = World::new();
    for who in ["viewer", "editor"] {
        let body = json!({ "clusterName": "a", "destinationAccountId": "123456789012" });
        assert_eq!(world.call("connectAws").with_key_of(who).body(body).refusal().0, 403);
        let versions = world.call("listKubernetesVersions").with_key_of(who);
        assert_eq!(versions.query("cloudProvider", "aws").query("provisionerType", "eks").refusal().0, 403);
    }
}

#[test]
fn temporary_credentials_belong_to_a_connected_cluster() {
    let mut world = World::new();
    let aws = |world: &mut World, body: Value| world.call("getAwsCredentials").with_key_of("admin").body(body).ask();
    let issued = aws(&mut world, json!({ "clusterName": "prod-eu", "duration": 7_200_000_000_000_i64 })).unwrap();
    assert_eq!(issued["expiresAt"], "2026-11-23T11:30:00Z");
    assert_eq!(issued["data"]["AWS_REGION"], "eu-central-1");
    assert!(issued["data"]["AWS_SECRET_ACCESS_KEY"].as_str().unwrap().starts_with("local-platform-"));
    let usual = aws(&mut world, json!({ "clusterName": "prod-eu", "targetRegion": "us-east-1" })).unwrap();
    assert_eq!(
        (&usual["expiresAt"], &usual["data"]["AWS_REGION"]),
        (&json!("2026-11-23T10:30:00Z"), &json!("us-east-1"))
    );
    assert_eq!(aws(&mut world, json!({ "clusterName": "nowhere" })).unwrap_err().status, 404);
    assert_eq!(aws(&mut world, json!({ "clusterName": "data-gke" })).unwrap_err().status, 404);
    assert_eq!(
        aws(&mut world, json!({ "clusterName": "prod-eu", "destinationAccountId": "000000000000" }))
            .unwrap_err()
            .status,
        400
    );
    connect(&mut world, "connectAws", json!({ "clusterName": "slow", "destinationAccountId": "123456789012" }));
    assert_eq!(aws(&mut world, json!({ "clusterName": "slow" })).unwrap_err().status, 409);

    let gcp = world.call("getGcpCredentials").with_key_of("owner").body(json!({ "clusterName": "data-gke" })).data();
    assert!(gcp["data"]["GOOGLE_OAUTH_ACCESS_TOKEN"].is_string());
    let azure = |world: &mut World, duration: &str| {
        let asking = world.call("getAzureCredentials").with_key_of("owner");
        asking.query("clusterName", "internal-tools").query("duration", duration).ask()
    };
    let issued = azure(&mut world, "30m").unwrap();
    assert_eq!(
        (&issued["expiresAt"], &issued["data"]["AZURE_RESOURCE_GROUP"]),
        (&json!("2026-11-23T10:00:00Z"), &json!("rg-acme-internal"))
    );
    for duration in ["soon", "-1h", "13h"] {
        assert_eq!(azure(&mut world, duration).unwrap_err().status, 400, "{duration}");
    }
}

#[test]
fn the_vault_keeps_names_and_never_values() {
    let mut world = World::new();
    let body = json!({
        "accountId": "123456789012", "bucketName": "astro-state-v", "clusterName": "v", "provider": "aws",
        "region": "us-west-2",
        "credentials": { "AWS_ACCESS_KEY_ID": "AKIAVALUE", "AWS_SECRET_ACCESS_KEY": "hidden-value" },
    });
    let store =
        |world: &mut World, body: Value| world.call("storeSelfHostedCredentials").with_key_of("owner").body(body).ask();
    let status = |world: &mut World| {
        world.call("getSelfHostedCredentialStatus").with_key_of("owner").query("clusterName", "v").data()
    };
    assert_eq!(status(&mut world), json!({ "clusterName": "v", "stored": false }));
    let stored = store(&mut world, body.clone()).unwrap();
    assert_eq!(stored["keys"], json!(["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]));
    assert_eq!(status(&mut world), stored);
    assert!(!serde_json::to_string(&world.platform.state).unwrap().contains("hidden-value"));
    assert_eq!(store(&mut world, body.clone()).unwrap_err().status, 409);
    world.pass(MINUTE);
    let mut forced = body.clone();
    forced["forceUpdate"] = json!(true);
    let renewed = store(&mut world, forced).unwrap();
    assert!(renewed["createdAt"] == stored["createdAt"] && renewed["updatedAt"] != stored["updatedAt"]);
    for (field, value, named) in [
        ("accountId", json!("x"), "accountId"),
        ("bucketName", json!("No"), "bucketName"),
        ("provider", json!("azure"), "provider"),
        ("region", json!("us-central1"), "region"),
        ("credentials", json!({ "AWS_ACCESS_KEY_ID": "a" }), "credentials.AWS_SECRET_ACCESS_KEY"),
        ("clusterName", json!("V"), "clusterName"),
    ] {
        let mut wrong = body.clone();
        wrong[field] = value;
        let fault = store(&mut world, wrong).unwrap_err();
        assert!(fault.status == 400 && fault.details["fields"].get(named).is_some(), "{named}: {fault:?}");
    }
    let delete = |world: &mut World| {
        world
            .call("deleteSelfHostedCredentials")
            .with_key_of("owner")
            .query("clusterName", "v")
            .ask()
            .map_err(|f| f.status)
    };
    delete(&mut world).unwrap();
    assert_eq!(delete(&mut world), Err(404));
}

#[test]
fn versions_follow_provider_and_provisioner() {
    let mut world = World::new();
    let ask = |world: &mut World, provider: &str, provisioner: &str, more: &[(&str, &str)]| {
        let asking = world.call("listKubernetesVersions").with_key_of("admin");
        let asking = asking.query("cloudProvider", provider).query("provisionerType", provisioner);
        more.iter().fold(asking, |asking, (name, value)| asking.query(name, value)).ask()
    };
    let eks = ask(&mut world, "aws", "eks", &[]).unwrap();
    assert_eq!((&eks["defaultVersion"], &eks["region"]), (&json!("1.34"), &json!("us-east-1")));
    let gke = ask(&mut world, "gcp", "gke", &[("releaseChannel", "STABLE"), ("autopilot", "true")]).unwrap();
    assert!(gke["versions"].as_array().unwrap().iter().all(|offer| offer["channels"].to_string().contains("STABLE")));
    assert!(ask(&mut world, "gcp", "selfHosted", &[("region", "europe-west4")]).is_ok());
    for (provider, provisioner, more) in [
        ("aws", "gke", &[][..]),
        ("ibm", "eks", &[]),
        ("aws", "magic", &[]),
        ("aws", "eks", &[("region", "moon")]),
        ("gcp", "gke", &[("releaseChannel", "BETA")]),
        ("gcp", "gke", &[("autopilot", "perhaps")]),
    ] {
        assert_eq!(
            ask(&mut world, provider, provisioner, more).unwrap_err().status,
            400,
            "{provider} {provisioner} {more:?}"
        );
    }
}
