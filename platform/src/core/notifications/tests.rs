//! Notifications: channel first, then the topics.

use serde_json::{Value, json};

use super::{
    super::{
        demo::{ACME, GLOBEX},
        testing::{Asking, World},
        time::{DAY, HOUR},
    },
    notify,
};

const WEBHOOK: &str = "https://hooks.slack.com/services/T0ACME/B0TEST/abcDEF123";

fn call<'a>(world: &'a mut World, id: &'static str) -> Asking<'a> {
    world.call(id).with_key_of("owner").organization(ACME)
}

fn tell(world: &mut World, organization: &str, topic: &str) -> usize {
    let before = world.platform.state.notifications.outbox.len();
    let now = world.now;
    notify(&mut world.platform.cx(now), organization, topic, "Title", "Text");
    world.platform.state.notifications.outbox.len() - before
}

#[test]
fn the_catalogues_are_open_to_everybody() {
    let mut world = World::new();
    let channels = world.call("listNotificationChannels").data();
    assert_eq!(channels[1]["enterpriseOnly"], true);
    let topics = world.call("listNotificationTopics").data();
    for category in ["cluster", "application", "system"] {
        assert!(topics.as_array().unwrap().iter().any(|topic| topic["category"] == category), "{category}");
    }
}

#[test]
fn admins_and_owners_come_with_either_credential_and_name_the_organization() {
    let mut world = World::new();
    let id = "listNotificationIntegrations";
    assert_eq!(world.call(id).with_key_of("admin").organization(ACME).data().as_array().unwrap().len(), 2);
    assert_eq!(world.call(id).signed_in_as("admin").organization(ACME).data().as_array().unwrap().len(), 2);
    assert_eq!(world.call(id).with_key_of("admin").wrong_fields(), ["X-Astro-Organization-ID"]);
    assert_eq!(world.call(id).organization(ACME).refusal().0, 401);
    assert_eq!(world.call(id).with_key_of("admin").organization(GLOBEX).refusal().0, 403);
    assert_eq!(world.call(id).signed_in_as("admin").organization(GLOBEX).refusal().0, 403);
    for handle in ["editor", "viewer"] {
        assert_eq!(world.call(id).with_key_of(handle).organization(ACME).refusal().0, 403);
    }
}

#[test]
fn a_webhook_is_checked_masked_and_kept_when_only_the_switch_is_turned() {
    let mut world = World::new();
    let save = |world: &mut World, body: Value| call(world, "upsertNotificationIntegration").body(body).ask();
    let saved = save(&mut world, json!({ "channel": "slack", "config": { "webhookUrl": WEBHOOK } })).unwrap();
    let masked = "https://hooks.slack.com/services/T0ACME/****";
    assert_eq!(saved["config"], json!({ "webhookUrl": masked }));
    assert_eq!(saved["enabled"], true);
    let off = save(&mut world, json!({ "channel": "slack", "enabled": false })).unwrap();
    assert_eq!((off["enabled"].as_bool(), off["config"]["webhookUrl"].as_str()), (Some(false), Some(masked)));
    assert_eq!(tell(&mut world, ACME, "agent.disconnected"), 0, "a channel that is off is silent");
    save(&mut world, json!({ "channel": "slack", "config": { "webhookUrl": masked }, "enabled": true })).unwrap();
    assert_eq!(tell(&mut world, ACME, "agent.disconnected"), 1);
    assert!(!serde_json::to_string(&world.platform.state.notifications.outbox).unwrap().contains("abcDEF123"));

    for (body, field) in [
        (
            json!({ "channel": "slack", "config": { "webhookUrl": "https://hooks.slack.com.evil.example/services/T/B/x" } }),
            "config.webhookUrl",
        ),
        (
            json!({ "channel": "slack", "config": { "webhookUrl": "http://hooks.slack.com/services/T0/B0/x" } }),
            "config.webhookUrl",
        ),
        (
            json!({ "channel": "slack", "config": { "webhookUrl": "https://hooks.slack.com/services/T0" } }),
            "config.webhookUrl",
        ),
        (
            json!({ "channel": "slack", "config": { "webhookUrl": "https://hooks.slack.com/services/T0/B0/x y" } }),
            "config.webhookUrl",
        ),
        (json!({ "channel": "slack", "config": {} }), "config.webhookUrl"),
        (json!({ "channel": "email", "config": { "emails": [] } }), "config.emails"),
        (json!({ "channel": "email", "config": { "emails": ["a@b.co", "nobody"] } }), "config.emails[1]"),
        (json!({ "channel": "pager" }), "channel"),
        (json!({ "enabled": true }), "channel"),
        (json!({ "channel": "email", "enabled": "yes" }), "enabled"),
    ] {
        let fields = call(&mut world, "upsertNotificationIntegration").body(body.clone()).wrong_fields();
        assert_eq!(fields, [field], "{body}");
    }
    let twice = json!({ "channel": "email", "config": { "emails": ["a@b.co", "A@b.co"] } });
    assert_eq!(save(&mut world, twice).unwrap()["config"]["emails"], json!(["a@b.co"]));

    assert_eq!(call(&mut world, "deleteNotificationIntegration").path("channel", "slack").data(), true);
    assert_eq!(call(&mut world, "deleteNotificationIntegration").path("channel", "slack").refusal().0, 404);
    assert_eq!(call(&mut world, "getNotificationIntegration").path("channel", "pager").refusal().0, 404);
    assert_eq!(tell(&mut world, ACME, "agent.disconnected"), 0, "subscriptions over the channel stop delivering");
    let switch = json!({ "channel": "slack", "enabled": true });
    let fields = call(&mut world, "upsertNotificationIntegration").body(switch).wrong_fields();
    assert_eq!(fields, ["config"], "there is nothing to switch on");
}

#[test]
fn slack_needs_the_enterprise_plan() {
    let mut world = World::new();
    let globex = |world: &mut World, id: &'static str, body: Value| {
        world.call(id).with_key_of("two-organizations").organization(GLOBEX).body(body).ask()
    };
    let slack = json!({ "channel": "slack", "config": { "webhookUrl": WEBHOOK } });
    let fault = globex(&mut world, "upsertNotificationIntegration", slack).unwrap_err();
    assert_eq!((fault.status, fault.code), (403, "PLAN_REQUIRED"));
    let both = json!({ "topic": "app.deployed", "channels": ["email", "slack"] });
    assert_eq!(globex(&mut world, "upsertNotificationSubscription", both).unwrap_err().code, "PLAN_REQUIRED");
    let email = json!({ "channel": "email", "config": { "emails": ["ops@globex.example"] } });
    globex(&mut world, "upsertNotificationIntegration", email).unwrap();
}

#[test]
fn a_subscription_has_a_channel_that_is_configured() {
    let mut world = World::new();
    let id = "upsertNotificationSubscription";
    let body = json!({ "topic": "app.recovered", "channels": ["slack", "email", "slack"] });
    let saved = call(&mut world, id).body(body).data();
    assert_eq!(saved["channels"], json!(["slack", "email"]));
    let again = call(&mut world, id).body(json!({ "topic": "app.recovered", "enabled": false })).data();
    assert_eq!((again["id"].clone(), again["enabled"].as_bool()), (saved["id"].clone(), Some(false)));
    assert_eq!(again["channels"], saved["channels"], "the switch leaves the channels alone");
    let listed = call(&mut world, "listNotificationSubscriptions").data();
    assert!(listed.as_array().unwrap().contains(&again));
    assert_eq!(call(&mut world, "getNotificationSubscription").path("topic", "app.recovered").data(), again);

    for (body, field) in [
        (json!({ "topic": "app.deleted", "channels": [] }), "channels"),
        (json!({ "topic": "app.deleted" }), "channels"),
        (json!({ "topic": "app.deleted", "channels": ["pager"] }), "channels[0]"),
        (json!({ "topic": "app.exploded", "channels": ["email"] }), "topic"),
        (json!({ "channels": ["email"] }), "topic"),
    ] {
        assert_eq!(call(&mut world, id).body(body.clone()).wrong_fields(), [field], "{body}");
    }
    call(&mut world, "deleteNotificationIntegration").path("channel", "slack").data();
    let unconfigured = call(&mut world, id).body(json!({ "topic": "app.deleted", "channels": ["email", "slack"] }));
    assert_eq!(unconfigured.wrong_fields(), ["channels[1]"]);
    assert_eq!(call(&mut world, "deleteNotificationSubscription").path("topic", "app.recovered").data(), true);
    assert_eq!(call(&mut world, "deleteNotificationSubscription").path("topic", "app.recovered").refusal().0, 404);
    assert_eq!(call(&mut world, "getNotificationSubscription").path("topic", "app.recovered").refusal().0, 404);
}

#[test]
fn a_message_carries_its_way_out() {
    let mut world = World::new();
    assert_eq!(tell(&mut world, ACME, "cluster.failed"), 2, "by mail and to Slack");
    let mails = world.platform.state.notifications.outbox.clone();
    let mail = mails.iter().rev().find(|mail| mail.to[0].contains('@')).unwrap();
    assert_eq!(mail.to, ["olivia@acme.example", "platform@acme.example"]);
    let link = format!("/notification/unsubscribe?orgId={ACME}&topic=cluster.failed&channel=email");
    assert_eq!(mail.links["unsubscribe"], link);

    let leave = |world: &mut World, body: Value| call(world, "unsubscribe").body(body).ask();
    assert_eq!(leave(&mut world, json!({ "topic": "cluster.failed", "channel": "email" })).unwrap(), true);
    assert_eq!(tell(&mut world, ACME, "cluster.failed"), 1);
    assert_eq!(
        leave(&mut world, json!({ "topic": "cluster.failed", "channel": "email" })).unwrap(),
        true,
        "twice is well"
    );
    assert_eq!(leave(&mut world, json!({ "topic": "cluster.failed", "channel": "slack" })).unwrap(), true);
    assert_eq!(tell(&mut world, ACME, "cluster.failed"), 0);
    let left = call(&mut world, "getNotificationSubscription").path("topic", "cluster.failed").data();
    assert_eq!((left["enabled"].as_bool(), &left["channels"]), (Some(false), &json!(["slack"])), "the last one stays");

    assert_eq!(leave(&mut world, json!({ "topic": "app.degraded" })).unwrap(), true);
    assert_eq!(tell(&mut world, ACME, "app.degraded"), 0);
    assert_eq!(leave(&mut world, json!({ "topic": "app.deleted" })).unwrap(), true, "nothing to leave");
    let odd = call(&mut world, "unsubscribe").body(json!({ "topic": "app.exploded", "channel": "pager" }));
    let mut fields = odd.wrong_fields();
    fields.sort();
    assert_eq!(fields, ["channel", "topic"]);
}

#[test]
fn a_key_with_a_day_left_is_told_of() {
    let mut world = World::new();
    let body = json!({ "duration": 7 * 86_400_000_000_000_i64, "orgId": ACME, "source": "cli", "name": "weekly" });
    world.call("createApiKey").signed_in_as("editor").body(body).data();
    let told = |world: &World| {
        world.platform.state.notifications.outbox.iter().filter(|mail| mail.text.contains("\"weekly\"")).count()
    };
    world.pass(6 * DAY - HOUR);
    assert_eq!(told(&world), 0);
    world.pass(HOUR);
    assert_eq!(told(&world), 1);
}

#[test]
fn the_outbox_keeps_the_newest() {
    let mut world = World::new();
    let now = world.now;
    let mut cx = world.platform.cx(now);
    for number in 0..super::OUTBOX + 7 {
        super::mail(&mut cx, vec!["a@b.co".to_owned()], &number.to_string(), "", &[]);
    }
    let outbox = &world.platform.state.notifications.outbox;
    assert_eq!(outbox.len(), super::OUTBOX);
    assert_eq!(outbox.last().unwrap().subject, (super::OUTBOX + 6).to_string());
}
