//! Clusters through their whole lives, as each role meets them.

use astro_api::{clusters::ClusterProgressEvent, operations};
use serde_json::{Value, json};

use super::super::{
    Feed, Platform, Scale, Settings,
    call::{Input, Reply},
    demo::{self, ACME, GLOBEX},
    testing::World,
    time::{DAY, HOUR, MINUTE, SECOND},
};

const EKS: &str = "111122223333";

fn eks(name: &str) -> Value {
    json!({
        "apiVersion": "platform.astropulse.io/v1",
        "kind": "K8sCluster",
        "spec": {
            "clusterName": name, "provider": "aws", "region": "us-east-1",
            "provisioner": { "type": "eks", "eks": { "accountId": EKS, "credentials": { "type": "dynamic" } } },
            "clusterSpec": { "dataPlane": { "nodeGroups": [{
                "name": "default-pool", "minNode": 1, "maxNode": 3, "instanceType": "ondemand",
                "machineTypes": ["t3.medium"], "labels": { "environment": "dev" },
            }] } },
        },
    })
}

fn connect(world: &mut World, name: &str) {
    let body = json!({ "clusterName": name, "destinationAccountId": EKS });
    let started = world.call("connectAws").with_key_of("owner").body(body).data();
    let operation = started["operationId"].as_str().unwrap().to_owned();
    super::super::cloud::confirm(&mut world.platform.cx(world.now), &operation).unwrap();
    world.pass(MINUTE);
}

fn deploy(world: &mut World, who: &str, body: Value) -> Value {
    world.call("deployCluster").with_key_of(who).body(body).data()
}

fn get(world: &mut World, name: &str) -> Value {
    world.call("getCluster").with_key_of("viewer").path("clusterId", name).data()
}

fn progress(world: &mut World, who: &str, name: &str) -> Value {
    world.call("getClusterProgress").with_key_of(who).path("clusterId", name).data()
}

fn history(world: &mut World, who: &str, name: &str) -> Value {
    world.call("listClusterOperations").with_key_of(who).path("clusterId", name).data()["operations"].clone()
}

fn update(world: &mut World, name: &str, spec: Value) -> Result<Value, super::Fault> {
    let body = json!({ "apiVersion": "platform.astropulse.io/v1", "kind": "K8sClusterUpdate", "spec": spec });
    let reply = world.call("updateCluster").with_key_of("owner").path("clusterId", name).body(body).reply()?;
    match reply {
        Reply::Json(200, body) => Ok(body),
        other => panic!("{other:?}"),
    }
}

fn ready(world: &mut World, name: &str) {
    connect(world, name);
    deploy(world, "owner", eks(name));
    world.pass(30 * MINUTE);
    assert_eq!(get(world, name)["status"], "READY");
}

#[test]
fn an_owner_creates_a_cluster_step_by_step() {
    let mut world = World::new();
    connect(&mut world, "shop");
    let accepted = deploy(&mut world, "owner", eks("shop"));
    assert_eq!(
        (accepted["status"].as_str(), accepted["operationType"].as_str()),
        (Some("PROVISIONING"), Some("CREATE"))
    );
    let listed = world.call("listClusters").with_key_of("viewer").data();
    assert!(listed.as_array().unwrap().iter().any(|cluster| cluster["clusterName"] == "shop"));
    let begun = progress(&mut world, "viewer", "shop");
    assert_eq!(begun["currentStep"], "validate");
    assert_eq!(begun["operationId"], accepted["operationId"]);

    let mut percents = vec![begun["percent"].as_i64().unwrap()];
    let mut minutes = 0;
    while get(&mut world, "shop")["status"] == "PROVISIONING" {
        world.pass(MINUTE);
        minutes += 1;
        percents.push(progress(&mut world, "viewer", "shop")["percent"].as_i64().unwrap());
        assert!(minutes < 30);
    }
    assert!((10..=15).contains(&minutes), "an EKS cluster takes about twelve minutes, not {minutes}");
    assert!(percents.is_sorted() && percents.last() == Some(&100), "{percents:?}");
    let done = progress(&mut world, "viewer", "shop");
    assert_eq!(done["status"], "COMPLETED");
    assert!(
        done["steps"].as_array().unwrap().iter().all(|step| step["status"] == "COMPLETED" && step["percent"] == 100)
    );
    let cluster = get(&mut world, "shop");
    assert_eq!(cluster["kubernetesVersion"], "1.34");
    assert!(cluster["endpoint"].as_str().unwrap().ends_with(".gr7.us-east-1.eks.amazonaws.com"));
    assert_eq!(cluster["cloudConnected"], true);
    let rows = history(&mut world, "viewer", "shop");
    assert_eq!(rows.as_array().unwrap().len(), 1);
    assert_eq!(rows[0]["triggeredBy"], demo::person("owner").unwrap().id);
    let spec = world.call("getClusterSpec").with_key_of("viewer").path("clusterId", "shop").data();
    assert_eq!(spec, eks("shop"));
    assert_eq!(world.call("deployCluster").with_key_of("owner").body(eks("shop")).refusal().0, 409);
}

#[test]
fn speed_divides_the_time_of_a_creation() {
    let mut world = World::with(Settings { speed: 60.0, rate_limit: false, ..Settings::default() });
    connect(&mut world, "shop");
    deploy(&mut world, "owner", eks("shop"));
    world.pass(5 * SECOND);
    assert_eq!(get(&mut world, "shop")["status"], "PROVISIONING");
    world.pass(10 * SECOND);
    assert_eq!(get(&mut world, "shop")["status"], "READY");
}

#[test]
fn without_a_connection_a_creation_fails_and_may_be_tried_again() {
    let mut world = World::new();
    let tried = world.call("deployCluster").with_key_of("owner").query("dryRun", "true").body(eks("shop")).data();
    assert_eq!((&tried["validationPassed"], &tried["dryRun"]), (&json!(false), &json!(true)));
    assert!(tried["errors"][0].as_str().unwrap().contains("not connected"));
    deploy(&mut world, "owner", eks("shop"));
    world.pass(MINUTE);
    let cluster = get(&mut world, "shop");
    assert_eq!(cluster["status"], "FAILED");
    assert!(cluster["statusMessage"].as_str().unwrap().contains("failed at cloud-access"));
    let failed = progress(&mut world, "viewer", "shop");
    assert_eq!((&failed["status"], &failed["steps"][1]["status"]), (&json!("FAILED"), &json!("FAILED")));
    assert!(failed["error"].as_str().unwrap().contains("connect it before"));

    connect(&mut world, "shop");
    let again = world.call("deployCluster").with_key_of("owner").query("dryRun", "true").body(eks("shop")).data();
    assert_eq!(again["validationPassed"], true);
    assert!(again["warnings"][0].as_str().unwrap().contains("earlier attempt"));
    deploy(&mut world, "owner", eks("shop"));
    world.pass(20 * MINUTE);
    assert_eq!(get(&mut world, "shop")["status"], "READY");
    assert_eq!(history(&mut world, "viewer", "shop").as_array().unwrap().len(), 2, "the failure is remembered");
}

#[test]
fn a_connection_at_another_provider_opens_no_account() {
    let mut world = World::new();
    connect(&mut world, "shop");
    let body = json!({
        "clusterName": "shop", "provider": "gcp", "region": "us-central1",
        "provisioner": { "type": "gke", "gke": { "projectId": "my-project", "credentials": { "type": "dynamic" } } },
        "clusterSpec": { "dataPlane": { "nodeGroups": [{ "name": "p", "machineTypes": ["e2-standard-4"] }] } },
    });
    let tried = world.call("deployCluster").with_key_of("owner").query("dryRun", "true").body(body).data();
    let errors = tried["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].as_str().unwrap().contains("The gcp account is not connected"), "{errors:?}");
}

#[test]
fn a_dry_run_changes_nothing() {
    let mut world = World::new();
    world.pass(0);
    let before = serde_json::to_value(&world.platform.state.clusters).unwrap();
    for dry in [true, false] {
        // The same name is free afterwards.
        let body = eks("dry");
        let answer =
            world.call("deployCluster").with_key_of("owner").query("dryRun", &dry.to_string()).body(body).data();
        assert_eq!(answer["dryRun"], dry);
        if dry {
            assert!(serde_json::to_value(&world.platform.state.clusters).unwrap() == before);
        }
    }
    let refused = world.call("deployCluster").with_key_of("owner").query("dryRun", "yes").body(eks("dry"));
    assert_eq!(refused.wrong_fields(), ["dryRun"]);
}

#[test]
fn the_older_flat_body_is_taken_and_names_its_fields_without_a_prefix() {
    let mut world = World::new();
    let mut flat = eks("flat")["spec"].clone();
    flat["region"] = json!("us-east-9");
    let refused = world.call("deployCluster").with_key_of("owner").body(flat.clone());
    assert_eq!(refused.wrong_fields(), ["region"]);
    flat["region"] = json!("us-east-2");
    flat["provisioner"]["eks"]["credentials"] =
        json!({ "type": "static", "data": { "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "x" } });
    deploy(&mut world, "owner", flat);
    let spec = world.call("getClusterSpec").with_key_of("viewer").path("clusterId", "flat").data();
    assert_eq!(spec["kind"], "K8sCluster");
    assert_eq!(spec["spec"]["provisioner"]["eks"]["credentials"], json!({ "type": "static" }), "keys are not kept");
    let state = serde_json::to_string(&world.platform.state).unwrap();
    assert!(!state.contains("AKIAEXAMPLE"));
    world.pass(20 * MINUTE);
    assert_eq!(get(&mut world, "flat")["status"], "READY", "explicit keys need no connection");
}

#[test]
fn every_rule_names_its_field() {
    let mut world = World::new();
    let mut refuse = |change: &dyn Fn(&mut Value), field: &str| {
        let mut body = eks("rules");
        change(&mut body["spec"]);
        let found = world.call("deployCluster").with_key_of("owner").body(body.clone()).wrong_fields();
        assert!(found.iter().any(|found| found == field), "{found:?} lacks {field}: {body}");
    };
    let group = "spec.clusterSpec.dataPlane.nodeGroups";
    refuse(&|spec| spec["clusterName"] = json!("Rules"), "spec.clusterName");
    refuse(&|spec| spec["clusterName"] = json!("a".repeat(51)), "spec.clusterName");
    refuse(&|spec| spec["clusterName"] = json!("progress"), "spec.clusterName");
    refuse(&|spec| spec["provider"] = json!("ibm"), "spec.provider");
    refuse(&|spec| spec["region"] = json!("moon-1"), "spec.region");
    refuse(&|spec| spec["provisioner"]["type"] = json!("gke"), "spec.provisioner.type");
    refuse(&|spec| spec["provisioner"]["type"] = json!("gke"), "spec.provisioner.gke");
    refuse(&|spec| spec["provisioner"]["type"] = json!("gke"), "spec.provisioner.eks");
    refuse(&|spec| spec["provisioner"]["eks"]["accountId"] = json!("12"), "spec.provisioner.eks.accountId");
    refuse(
        &|spec| spec["provisioner"]["eks"]["kubernetesVersion"] = json!("1.7"),
        "spec.provisioner.eks.kubernetesVersion",
    );
    refuse(&|spec| spec["provisioner"]["eks"]["amiFamily"] = json!("Debian"), "spec.provisioner.eks.amiFamily");
    refuse(
        &|spec| spec["provisioner"]["eks"]["credentials"] = json!({ "type": "vault" }),
        "spec.provisioner.eks.credentials.type",
    );
    refuse(
        &|spec| spec["provisioner"]["eks"]["credentials"] = json!({ "type": "static" }),
        "spec.provisioner.eks.credentials.data.AWS_ACCESS_KEY_ID",
    );
    refuse(&|spec| spec["provisioner"]["eks"]["vpcId"] = json!("vpc-0a1b2c3d"), "spec.provisioner.eks.vpcCIDR");
    refuse(&|spec| spec["provisioner"]["eks"]["vpcCIDR"] = json!("10.0.0.0/16"), "spec.provisioner.eks.subnets");
    refuse(&|spec| spec["provisioner"]["eks"]["vpcCIDR"] = json!("999.0.0.0/16"), "spec.provisioner.eks.vpcCIDR");
    let own = |subnets: Value| {
        move |spec: &mut Value| {
            let eks = &mut spec["provisioner"]["eks"];
            (eks["vpcId"], eks["vpcCIDR"], eks["subnets"]) =
                (json!("vpc-0a1b2c3d4e5f67890"), json!("10.0.0.0/16"), subnets.clone());
        }
    };
    let subnet = |cidr: &str| json!([{ "type": "private", "cidr": cidr }]);
    refuse(&own(json!({ "us-east-1a": subnet("10.0.0.0/20") })), "spec.provisioner.eks.subnets");
    refuse(
        &own(json!({ "us-east-1a": subnet("10.0.0.0/20"), "eu-west-1a": subnet("10.0.16.0/20") })),
        "spec.provisioner.eks.subnets.eu-west-1a",
    );
    refuse(
        &own(json!({ "us-east-1a": subnet("10.0.0.0/20"), "us-east-1b": subnet("10.1.0.0/20") })),
        "spec.provisioner.eks.subnets.us-east-1b[0].cidr",
    );
    refuse(&|spec| spec["clusterSpec"] = json!({}), group);
    refuse(&|spec| spec["clusterSpec"]["dataPlane"]["nodeGroups"] = json!([]), group);
    let first = |field: &str| format!("{group}[0].{field}");
    for (field, value, named) in [
        ("name", json!("-"), "name"),
        ("minNode", json!(9), "minNode"),
        ("minNode", json!(-1), "minNode"),
        ("maxNode", json!(1_000_000), "maxNode"),
        ("instanceType", json!("reserved"), "instanceType"),
        ("machineTypes", json!([]), "machineTypes"),
        ("machineTypes", json!(["n2-standard-4"]), "machineTypes[0]"),
        ("availabilityZones", json!(["us-east-1z"]), "availabilityZones[0]"),
        ("taints", json!([{ "key": "", "effect": "NoSchedule" }]), "taints[0].key"),
        ("taints", json!([{ "key": "a", "effect": "Never" }]), "taints[0].effect"),
    ] {
        let set = |spec: &mut Value| spec["clusterSpec"]["dataPlane"]["nodeGroups"][0][field] = value.clone();
        refuse(&set, &first(named));
    }
    let twice = |spec: &mut Value| {
        let groups = &mut spec["clusterSpec"]["dataPlane"]["nodeGroups"];
        let group = groups[0].clone();
        groups.as_array_mut().unwrap().push(group);
    };
    refuse(&twice, "spec.clusterSpec.dataPlane.nodeGroups[1].name");
    let control = json!({ "nodeGroup": { "name": "cp", "machineTypes": ["t3.medium"] } });
    refuse(&|spec| spec["clusterSpec"]["controlPlane"] = control.clone(), "spec.clusterSpec.controlPlane");
}

#[test]
fn gke_aks_and_self_hosted_have_rules_of_their_own() {
    let mut world = World::new();
    let mut refuse = |spec: Value, field: &str| {
        let found = world.call("deployCluster").with_key_of("owner").body(spec.clone()).wrong_fields();
        assert!(found.iter().any(|found| found == field), "{found:?} lacks {field}: {spec}");
    };
    let gke = |more: Value, groups: Value| {
        let mut gke = json!({ "projectId": "my-project", "credentials": { "type": "dynamic" } });
        gke.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({
            "clusterName": "g", "provider": "gcp", "region": "us-central1",
            "provisioner": { "type": "gke", "gke": gke }, "clusterSpec": { "dataPlane": { "nodeGroups": groups } },
        })
    };
    let pool = || json!([{ "name": "p", "machineTypes": ["e2-standard-4"] }]);
    refuse(gke(json!({ "projectId": "p" }), pool()), "provisioner.gke.projectId");
    refuse(gke(json!({ "masterIPv4CidrBlock": "172.40.0.0/28" }), pool()), "provisioner.gke.masterIPv4CidrBlock");
    refuse(gke(json!({ "masterIPv4CidrBlock": "172.16.0.0/27" }), pool()), "provisioner.gke.masterIPv4CidrBlock");
    refuse(gke(json!({ "authorizedNetworks": ["everywhere"] }), pool()), "provisioner.gke.authorizedNetworks[0]");
    let many = vec!["10.0.0.0/8"; 51];
    refuse(gke(json!({ "authorizedNetworks": many }), pool()), "provisioner.gke.authorizedNetworks");
    refuse(gke(json!({ "networkId": "own" }), pool()), "provisioner.gke.subnet.podsRange");
    refuse(gke(json!({ "subnet": { "name": "s" } }), pool()), "provisioner.gke.networkId");
    refuse(gke(json!({ "autopilot": true }), pool()), "clusterSpec.dataPlane.nodeGroups");
    refuse(gke(json!({ "releaseChannel": "BETA" }), pool()), "provisioner.gke.releaseChannel");

    let aks = |more: Value, pool: Value| {
        let mut aks = json!({
            "subscriptionId": "12345678-1234-1234-1234-123456789abc", "resourceGroup": "rg",
            "credentials": { "type": "dynamic" },
        });
        aks.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({
            "clusterName": "a", "provider": "azure", "region": "eastus",
            "provisioner": { "type": "aks", "aks": aks }, "clusterSpec": { "dataPlane": { "nodeGroups": [pool] } },
        })
    };
    let named = |name: &str| json!({ "name": name, "machineTypes": ["Standard_D4s_v5"] });
    refuse(aks(json!({ "subscriptionId": "mine" }), named("system")), "provisioner.aks.subscriptionId");
    refuse(aks(json!({ "resourceGroup": "" }), named("system")), "provisioner.aks.resourceGroup");
    refuse(aks(json!({ "authorizedIPRanges": ["x"] }), named("system")), "provisioner.aks.authorizedIPRanges[0]");
    for name in ["system-pool", "averylongpoolname", "Pool", "1pool"] {
        refuse(aks(json!({}), named(name)), "clusterSpec.dataPlane.nodeGroups[0].name");
    }
    let mut spot = named("system");
    spot["instanceType"] = json!("spot");
    refuse(aks(json!({}), spot), "clusterSpec.dataPlane.nodeGroups[0].instanceType");

    let own = |account: &str, bucket: &str, nodes: i64| {
        json!({
            "clusterName": "s", "provider": "aws", "region": "us-west-2",
            "provisioner": { "type": "selfHosted", "selfHosted": {
                "accountId": account, "bucketName": bucket, "credentials": { "type": "vault" },
            } },
            "clusterSpec": {
                "controlPlane": { "nodeGroup": { "name": "cp", "machineTypes": ["t3.medium"], "minNode": nodes } },
                "dataPlane": { "nodeGroups": [{ "name": "w", "machineTypes": ["t3.medium"] }] },
            },
        })
    };
    refuse(own("x", "bucket", 1), "provisioner.selfHosted.accountId");
    refuse(own(EKS, "B", 1), "provisioner.selfHosted.bucketName");
    refuse(own(EKS, "bucket", 2), "clusterSpec.controlPlane.nodeGroup.minNode");
    let mut azure = own(EKS, "bucket", 1);
    azure["provider"] = json!("azure");
    refuse(azure, "provisioner.type");
}

#[test]
fn an_admins_cluster_waits_for_an_owner() {
    let mut world = World::new();
    connect(&mut world, "shop");
    let accepted = deploy(&mut world, "admin", eks("shop"));
    assert_eq!(accepted["status"], "APPROVAL_PENDING");
    world.pass(HOUR);
    assert_eq!(get(&mut world, "shop")["status"], "APPROVAL_PENDING");

    for who in ["admin", "editor", "viewer"] {
        assert_eq!(progress(&mut world, who, "shop").get("approvalToken"), None, "{who}");
        assert_eq!(history(&mut world, who, "shop")[0].get("approvalToken"), None, "{who}");
    }
    let token = progress(&mut world, "owner", "shop")["approvalToken"].as_str().unwrap().to_owned();
    assert_eq!(history(&mut world, "owner", "shop")[0]["approvalToken"], token);
    let waiting = world.call("listClusterProgress").with_key_of("owner").query("status", "PENDING").data();
    assert!(waiting["progress"].as_array().unwrap().iter().any(|row| row["approvalToken"] == token));
    let state = serde_json::to_string(&world.platform.state.notifications).unwrap();
    let link = format!("/notification/approval?clusterName=shop&orgId={ACME}&token={token}&action=");
    assert!(state.contains(&format!("{link}APPROVE")) && state.contains(&format!("{link}REJECT")));

    let decide = |world: &mut World, who: &str, name: &str, token: &str, action: &str| {
        world
            .call("decideClusterApproval")
            .signed_in_as(who)
            .query("clusterName", name)
            .query("orgId", ACME)
            .query("token", token)
            .query("action", action)
            .ask()
            .map_err(|fault| (fault.status, fault.message))
    };
    for who in ["admin", "editor", "viewer", "nobody"] {
        assert_eq!(decide(&mut world, who, "shop", &token, "APPROVE").unwrap_err().0, 403, "{who}");
    }
    assert_eq!(decide(&mut world, "owner", "shop", "wrong", "APPROVE").unwrap_err().0, 404);
    assert_eq!(decide(&mut world, "owner", "other", &token, "APPROVE").unwrap_err().0, 404);
    assert_eq!(decide(&mut world, "owner", "shop", &token, "MAYBE").unwrap_err().0, 400);
    assert_eq!(decide(&mut world, "owner", "shop", &token, "APPROVE").unwrap(), "Cluster shop approved");
    assert_eq!(get(&mut world, "shop")["status"], "PROVISIONING");
    let (status, message) = decide(&mut world, "owner", "shop", &token, "REJECT").unwrap_err();
    assert_eq!(status, 409);
    assert!(message.contains("has been used: Olivia Chen approved"), "{message}");
    assert_eq!(progress(&mut world, "owner", "shop").get("approvalToken"), None);
    world.pass(20 * MINUTE);
    assert_eq!(get(&mut world, "shop")["status"], "READY");
}

#[test]
fn a_rejection_and_a_deadline_end_a_request() {
    let mut world = World::new();
    let mut rejected = eks("no-thanks");
    rejected["spec"]["region"] = json!("us-east-2");
    deploy(&mut world, "admin", rejected);
    deploy(&mut world, "admin", eks("too-late"));
    let token =
        |world: &mut World, name: &str| progress(world, "owner", name)["approvalToken"].as_str().unwrap().to_owned();
    let (no, late) = (token(&mut world, "no-thanks"), token(&mut world, "too-late"));
    let decide = |world: &mut World, name: &str, token: &str, action: &str| {
        world
            .call("decideClusterApproval")
            .signed_in_as("owner")
            .query("clusterName", name)
            .query("orgId", ACME)
            .query("token", token)
            .query("action", action)
            .ask()
    };
    decide(&mut world, "no-thanks", &no, "REJECT").unwrap();
    let cluster = get(&mut world, "no-thanks");
    assert_eq!(cluster["status"], "APPROVAL_REJECTED");
    assert_eq!(cluster["statusMessage"], "Olivia Chen rejected cluster no-thanks");
    assert_eq!(progress(&mut world, "viewer", "no-thanks")["status"], "CANCELLED");
    let mails = serde_json::to_value(&world.platform.state.notifications).unwrap().to_string();
    assert!(mails.contains("Cluster no-thanks was rejected") && mails.contains("adam@acme.example"));

    world.pass(3 * DAY);
    assert_eq!(get(&mut world, "too-late")["status"], "CANCELLED");
    let fault = decide(&mut world, "too-late", &late, "APPROVE").unwrap_err();
    assert_eq!((fault.status, fault.details["reason"].as_str()), (409, Some("expired")));
}

#[test]
fn roles_decide_who_may_touch_clusters() {
    let mut world = World::new();
    for who in ["viewer", "editor"] {
        for id in [
            "deployCluster",
            "updateCluster",
            "deleteCluster",
            "registerAgent",
            "unregisterAgent",
            "cancelClusterOperation",
            "syncClusterAuth",
        ] {
            let body = match id {
                "deployCluster" => eks("x"),
                "updateCluster" => {
                    json!({ "apiVersion": "platform.astropulse.io/v1", "kind": "K8sClusterUpdate", "spec": {} })
                }
                "deleteCluster" => json!({ "type": "dynamic", "data": {} }),
                _ => json!({}),
            };
            let asking = world.call(id).with_key_of(who).body(body);
            let asking = if id == "deployCluster" { asking } else { asking.path("clusterId", "staging") };
            let (status, _, message) = asking.refusal();
            assert_eq!(status, 403, "{who} {id}");
            assert!(message.contains("it takes admin or owner"), "{message}");
        }
        assert!(world.call("listClusters").with_key_of(who).data().as_array().unwrap().len() > 8);
    }
    let body =
        json!({ "clusterName": "staging", "credentials": { "type": "dynamic" }, "duration": 3_600_000_000_000_i64 });
    let ask = |world: &mut World, who: &str| {
        world.call("generateKubeconfig").with_key_of(who).path("clusterId", "staging").body(body.clone()).ask()
    };
    assert_eq!(ask(&mut world, "viewer").unwrap_err().status, 403);
    assert!(ask(&mut world, "editor").is_ok());
    // What belongs to another organization isn't there.
    assert_eq!(world.call("getCluster").with_key_of("two-organizations").path("clusterId", "staging").refusal().0, 404);
}

#[test]
fn a_plan_limits_the_clusters_of_an_organization() {
    let mut world = World::new();
    let (status, code, _) = world.call("deployCluster").with_key_of("two-organizations").body(eks("third")).refusal();
    assert_eq!((status, code), (403, "PLAN_LIMIT"));
}

#[test]
fn an_operation_is_cancelled_once() {
    let mut world = World::new();
    connect(&mut world, "shop");
    let cancel = |world: &mut World| {
        world.call("cancelClusterOperation").with_key_of("owner").path("clusterId", "shop").ask().map_err(|f| f.status)
    };
    assert_eq!(cancel(&mut world), Err(404));
    deploy(&mut world, "owner", eks("shop"));
    world.pass(3 * MINUTE);
    cancel(&mut world).unwrap();
    assert_eq!(get(&mut world, "shop")["status"], "CANCELLED");
    let stopped = progress(&mut world, "viewer", "shop");
    assert_eq!((&stopped["status"], &stopped["message"]), (&json!("CANCELLED"), &json!("Cancelled by Olivia Chen")));
    assert_eq!(cancel(&mut world), Err(409));
    world.pass(HOUR);
    assert_eq!(get(&mut world, "shop")["status"], "CANCELLED", "nothing goes on by itself");

    deploy(&mut world, "admin", eks("shop"));
    cancel(&mut world).unwrap();
    assert_eq!(get(&mut world, "shop")["status"], "CANCELLED", "a request is withdrawn the same way");
    deploy(&mut world, "owner", eks("shop"));
    world.pass(20 * MINUTE);
    update(&mut world, "shop", json!({ "tags": { "a": "b" } })).unwrap();
    cancel(&mut world).unwrap();
    let cluster = get(&mut world, "shop");
    assert_eq!(cluster["status"], "READY", "an update leaves what was before");
    assert_eq!(cluster.get("tags"), None);
}

#[test]
fn a_cluster_is_deleted_and_its_history_stays() {
    let mut world = World::new();
    ready(&mut world, "shop");
    let delete = |world: &mut World, body: Value| {
        world.call("deleteCluster").with_key_of("admin").path("clusterId", "shop").body(body).ask()
    };
    let fault = delete(&mut world, json!({ "type": "static", "data": {} })).unwrap_err();
    assert_eq!(fault.status, 400);
    assert!(fault.details["fields"].get("credentials.data.AWS_ACCESS_KEY_ID").is_some());
    assert_eq!(delete(&mut world, json!({ "type": "dynamic" })).unwrap_err().status, 400, "data is required here");
    let accepted = delete(&mut world, json!({ "type": "dynamic", "data": {} })).unwrap();
    assert_eq!((&accepted["status"], &accepted["operationType"]), (&json!("DELETING"), &json!("DELETE")));
    assert_eq!(delete(&mut world, json!({ "type": "dynamic", "data": {} })).unwrap_err().status, 409);
    world.pass(20 * MINUTE);
    assert_eq!(world.call("getCluster").with_key_of("viewer").path("clusterId", "shop").refusal().0, 404);
    let end = progress(&mut world, "viewer", "shop");
    assert_eq!(
        (&end["operationType"], &end["status"], &end["percent"]),
        (&json!("DELETE"), &json!("COMPLETED"), &json!(100))
    );

    let listed = world.call("listClusterOperations").with_key_of("viewer").path("clusterId", "shop");
    assert_eq!(listed.wrong_fields(), ["provider", "provisionerType"]);
    let ask = |world: &mut World, region: &str| {
        world
            .call("listClusterOperations")
            .with_key_of("viewer")
            .path("clusterId", "shop")
            .query("provider", "aws")
            .query("provisionerType", "eks")
            .query("accountId", EKS)
            .query("region", region)
            .ask()
    };
    assert_eq!(ask(&mut world, "us-east-1").unwrap()["operations"].as_array().unwrap().len(), 2);
    assert_eq!(ask(&mut world, "eu-west-1").unwrap_err().status, 404);
    deploy(&mut world, "owner", eks("shop"));
    assert_eq!(history(&mut world, "viewer", "shop").as_array().unwrap().len(), 1, "a new life has its own history");
}

#[test]
fn history_and_progress_are_paged_and_filtered() {
    let mut world = World::new();
    ready(&mut world, "shop");
    for version in 1..=4 {
        update(&mut world, "shop", json!({ "tags": { "version": version.to_string() } })).unwrap();
        world.pass(5 * MINUTE);
    }
    let page = |world: &mut World, token: Option<&str>| {
        let asking =
            world.call("listClusterOperations").with_key_of("viewer").path("clusterId", "shop").query("limit", "2");
        match token {
            Some(token) => asking.query("pageToken", token).data(),
            None => asking.data(),
        }
    };
    let mut seen = Vec::new();
    let mut token: Option<String> = None;
    loop {
        let found = page(&mut world, token.as_deref());
        seen.extend(
            found["operations"].as_array().unwrap().iter().map(|row| row["operationType"].as_str().unwrap().to_owned()),
        );
        token = found["nextPageToken"].as_str().map(str::to_owned);
        if token.is_none() {
            break;
        }
    }
    assert_eq!(seen, ["UPDATE", "UPDATE", "UPDATE", "UPDATE", "CREATE"]);
    for (name, value) in [("pageToken", "bogus"), ("limit", "0"), ("limit", "many")] {
        let asking =
            world.call("listClusterOperations").with_key_of("viewer").path("clusterId", "shop").query(name, value);
        assert_eq!(asking.wrong_fields(), [name]);
    }
    let all = world.call("listClusterProgress").with_key_of("viewer").data();
    assert_eq!(all["progress"][0]["clusterName"], "shop", "newest first");
    let upgrades = world
        .call("listClusterProgress")
        .with_key_of("viewer")
        .query("operationType", "UPGRADE")
        .query("status", "COMPLETED")
        .query("limit", "1")
        .data();
    assert_eq!(upgrades["progress"].as_array().unwrap().len(), 1);
    assert!(upgrades["total"].as_i64().unwrap() > 1 && upgrades["nextPageToken"].is_string());
    let wrong = world.call("listClusterProgress").with_key_of("viewer").query("status", "BUSY");
    assert_eq!(wrong.wrong_fields(), ["status"]);
}

#[test]
fn an_update_is_planned_checked_and_carried_out() {
    let mut world = World::new();
    ready(&mut world, "shop");
    let change = json!({
        "kubernetesVersion": "1.35",
        "nodeGroups": [{ "name": "default-pool", "minNode": 2, "maxNode": 10, "machineTypes": ["t3.large"] }],
        "updateConfig": { "maxUnavailable": "1", "maxSurge": "25%", "dryRun": true, "generateReport": true },
        "tags": { "team": "platform" }, "gke": null,
    });
    let looked = update(&mut world, "shop", change.clone()).unwrap();
    assert_eq!((&looked["validationPassed"], &looked["status"]), (&json!(true), &json!("READY")));
    assert_eq!(looked["upgradePlan"]["currentVersion"], "1.34");
    assert_eq!(looked["upgradePlan"]["targetVersion"], "1.35");
    let steps = looked["upgradePlan"]["steps"].as_array().unwrap();
    assert!(steps.iter().any(|step| step["component"] == "control-plane" && step["disruptive"] == false));
    assert!(steps.iter().any(|step| step["component"] == "nodegroup/default-pool" && step["disruptive"] == true));
    assert_eq!(looked["upgradePlan"]["nodeGroups"][0]["replacesNodes"], true);
    assert_eq!(looked["upgradeReport"]["riskLevel"], "MEDIUM");
    assert!(looked["preflightChecks"].as_array().unwrap().iter().any(|check| check["name"] == "version-skew"));
    assert!(looked.get("operationId").is_none());
    assert_eq!(history(&mut world, "viewer", "shop").as_array().unwrap().len(), 1);

    let mut real = change;
    real["updateConfig"] = json!({ "maxUnavailable": "1" });
    let started = update(&mut world, "shop", real).unwrap();
    assert_eq!(started["status"], "UPGRADING");
    assert_eq!(progress(&mut world, "viewer", "shop")["operationId"], started["operationId"]);
    assert_eq!(get(&mut world, "shop")["kubernetesVersion"], "1.34", "not before it is done");
    assert_eq!(update(&mut world, "shop", json!({ "tags": { "x": "y" } })).unwrap_err().status, 409);
    let blocked =
        update(&mut world, "shop", json!({ "tags": { "x": "y" }, "updateConfig": { "dryRun": true } })).unwrap();
    assert_eq!(blocked["validationPassed"], false, "a dry run answers 200 whatever it finds");
    world.pass(40 * MINUTE);
    let cluster = get(&mut world, "shop");
    assert_eq!((&cluster["status"], &cluster["kubernetesVersion"]), (&json!("READY"), &json!("1.35")));
    assert_eq!(cluster["nodeGroups"][0]["machineTypes"], json!(["t3.large"]));
    assert_eq!(cluster["nodeGroups"][0]["minNode"], 2);
    assert_eq!(cluster["tags"]["team"], "platform");
    let spec = world.call("getClusterSpec").with_key_of("viewer").path("clusterId", "shop").data();
    assert_eq!(spec, eks("shop"), "the specification stays as created");
}

#[test]
fn a_blocked_change_is_an_answer() {
    let mut world = World::new();
    let mut body = eks("shop");
    body["spec"]["provisioner"]["eks"]["kubernetesVersion"] = json!("1.33");
    connect(&mut world, "shop");
    deploy(&mut world, "owner", body);
    world.pass(20 * MINUTE);
    let skipping = update(&mut world, "shop", json!({ "kubernetesVersion": "1.35" })).unwrap();
    assert_eq!(skipping["validationPassed"], false);
    assert_eq!(skipping["errors"], json!(["1.33 to 1.35 skips a minor version"]));
    assert_eq!(get(&mut world, "shop")["status"], "READY");
    let back = update(&mut world, "shop", json!({ "kubernetesVersion": "1.32" })).unwrap();
    assert_eq!(back["validationPassed"], false);
    let allowed =
        update(&mut world, "shop", json!({ "kubernetesVersion": "1.32", "updateConfig": { "allowDowngrade": true } }))
            .unwrap();
    assert_eq!((&allowed["validationPassed"], &allowed["status"]), (&json!(true), &json!("UPGRADING")));
    world.pass(40 * MINUTE);
    assert_eq!(get(&mut world, "shop")["kubernetesVersion"], "1.32");
    let same = update(&mut world, "shop", json!({ "kubernetesVersion": "1.32" })).unwrap();
    assert_eq!((&same["message"], same.get("operationId")), (&json!("Nothing to change"), None));

    for (spec, field) in [
        (json!({ "kubernetesVersion": "9.9" }), "spec.kubernetesVersion"),
        (json!({ "nodeGroups": [{ "name": "other" }] }), "spec.nodeGroups[0].name"),
        (json!({ "nodeGroups": [{ "name": "default-pool", "minNode": 7 }] }), "spec.nodeGroups[0].minNode"),
        (
            json!({ "nodeGroups": [{ "name": "default-pool", "machineTypes": ["x"] }] }),
            "spec.nodeGroups[0].machineTypes[0]",
        ),
        (json!({ "gke": { "releaseChannel": "STABLE" } }), "spec.gke"),
        (json!({ "updateConfig": { "maxSurge": "some" } }), "spec.updateConfig.maxSurge"),
        (json!({ "updateConfig": { "maxSurge": "101%" } }), "spec.updateConfig.maxSurge"),
        (json!({ "eks": null }), "spec.eks"),
    ] {
        let fault = update(&mut world, "shop", spec.clone()).unwrap_err();
        assert_eq!(fault.status, 400, "{spec}");
        assert!(fault.details["fields"].get(field).is_some(), "{spec}: {fault:?}");
    }
    let window = |hours: &str| json!({ "gke": { "maintenanceWindow": { "duration": hours } } });
    for (hours, fits) in [("4h", true), ("48h", true), ("3h", false), ("49h", false), ("long", false)] {
        let mut spec = window(hours);
        spec["updateConfig"] = json!({ "dryRun": true });
        let answer = update(&mut world, "data-gke", spec).unwrap();
        assert_eq!(answer["validationPassed"], fits, "{hours}: {answer}");
    }
}

#[test]
fn a_registered_cluster_comes_by_its_agent() {
    let mut world = World::new();
    let register = |world: &mut World, body: Value| {
        world.call("registerAgent").with_key_of("admin").path("clusterId", "branch-7").body(body).ask()
    };
    let dry = register(&mut world, json!({ "dryRun": true, "architecture": "arm64" })).unwrap();
    assert!(dry["manifest"].as_str().unwrap().contains("kubernetes.io/arch: arm64"));
    assert_eq!((&dry["status"], dry.get("operationId")), (&json!("PENDING"), None));
    assert_eq!(world.call("getCluster").with_key_of("viewer").path("clusterId", "branch-7").refusal().0, 404);
    assert_eq!(register(&mut world, json!({ "architecture": "riscv" })).unwrap_err().status, 400);

    let registered = register(&mut world, json!({ "region": "europe-west4" })).unwrap();
    assert_eq!(registered["status"], "WAITING_FOR_AGENT");
    let operation = registered["operationId"].as_str().unwrap().to_owned();
    let again = register(&mut world, json!({})).unwrap();
    assert_eq!((&again["operationId"], &again["manifest"]), (&registered["operationId"], &registered["manifest"]));
    assert_eq!(get(&mut world, "branch-7")["status"], "REGISTERING");
    let status = |world: &mut World, operation: &str| {
        world
            .call("getAgentStatus")
            .with_key_of("viewer")
            .path("clusterId", "branch-7")
            .query("operationId", operation)
            .ask()
    };
    let waiting = status(&mut world, &operation).unwrap();
    assert_eq!((&waiting["status"], &waiting["connected"]), (&json!("WAITING_FOR_AGENT"), &json!(false)));
    assert_eq!(waiting["progress"][0]["step"], "create-record");
    assert_eq!(status(&mut world, "nothing").unwrap_err().status, 404);
    world.pass(2 * MINUTE);
    let connected = status(&mut world, &operation).unwrap();
    assert_eq!((&connected["status"], &connected["provider"]), (&json!("CONNECTED"), &json!("gcp")));
    assert!(connected["kubernetesVersion"].as_str().unwrap().starts_with("v1."));
    assert_eq!(connected["progress"][2]["status"], "COMPLETED");
    let cluster = get(&mut world, "branch-7");
    assert_eq!((&cluster["status"], &cluster["provisionerType"]), (&json!("READY"), &json!("registered")));
    assert_eq!(cluster["agent"]["connected"], true);
    assert_eq!(register(&mut world, json!({})).unwrap_err().status, 409);
    assert_eq!(world.call("getClusterSpec").with_key_of("viewer").path("clusterId", "branch-7").refusal().0, 404);

    let (code, _, message) = world.call("deleteCluster").with_key_of("owner").path("clusterId", "branch-7").refusal();
    assert_eq!(code, 409);
    assert!(message.contains("unregister"));
    let blocked =
        update(&mut world, "branch-7", json!({ "kubernetesVersion": "1.35", "updateConfig": { "dryRun": true } }));
    assert_eq!(blocked.unwrap()["validationPassed"], false);

    let unregister = |world: &mut World, only: &str| {
        let asking = world.call("unregisterAgent").with_key_of("owner").path("clusterId", "branch-7");
        asking.query("agent-only", only).ask().map_err(|fault| fault.status)
    };
    unregister(&mut world, "true").unwrap();
    assert_eq!(unregister(&mut world, "true"), Err(409));
    let tombstone = world.call("getAgentStatus").with_key_of("viewer").path("clusterId", "branch-7").data();
    assert_eq!(tombstone["status"], "TOMBSTONED");
    assert_eq!(get(&mut world, "branch-7")["agent"]["installed"], false);
    unregister(&mut world, "false").unwrap();
    assert_eq!(unregister(&mut world, "false"), Err(404));
}

#[test]
fn an_agent_may_be_added_to_a_managed_cluster_and_taken_away() {
    let mut world = World::new();
    let status = |world: &mut World| {
        world
            .call("getAgentStatus")
            .with_key_of("viewer")
            .path("clusterId", "staging")
            .ask()
            .map_err(|fault| fault.status)
    };
    assert_eq!(status(&mut world), Err(404));
    world.call("registerAgent").with_key_of("owner").path("clusterId", "staging").body(json!({})).data();
    assert_eq!(get(&mut world, "staging")["status"], "READY", "it keeps running meanwhile");
    world.pass(2 * MINUTE);
    assert_eq!(status(&mut world).unwrap()["status"], "CONNECTED");
    world.call("unregisterAgent").with_key_of("owner").path("clusterId", "staging").data();
    assert_eq!(status(&mut world), Err(404));
    assert_eq!(get(&mut world, "staging")["status"], "READY");
    world.call("registerAgent").with_key_of("owner").path("clusterId", "staging").body(json!({})).data();
    world.call("cancelClusterOperation").with_key_of("owner").path("clusterId", "staging").data();
    assert_eq!(get(&mut world, "staging")["status"], "READY");
    assert_eq!(
        world.call("registerAgent").with_key_of("owner").path("clusterId", "prod-apac").body(json!({})).refusal().0,
        409
    );
}

#[test]
fn nothing_is_updated_while_an_agent_is_on_the_way() {
    let mut world = World::new();
    ready(&mut world, "shop");
    world.call("registerAgent").with_key_of("owner").path("clusterId", "shop").body(json!({})).data();
    assert_eq!(get(&mut world, "shop")["status"], "READY");
    let fault = update(&mut world, "shop", json!({ "kubernetesVersion": "1.35" })).unwrap_err();
    assert_eq!(fault.status, 409);
    assert!(fault.message.contains("REGISTER is under way"), "{}", fault.message);
    let dry = json!({ "kubernetesVersion": "1.35", "updateConfig": { "dryRun": true } });
    let looked = update(&mut world, "shop", dry).unwrap();
    assert_eq!(looked["validationPassed"], false);
    world.pass(2 * MINUTE);
    assert_eq!(update(&mut world, "shop", json!({ "kubernetesVersion": "1.35" })).unwrap()["status"], "UPGRADING");
}

#[test]
fn tunnels_break_and_are_repaired() {
    let mut world = World::new();
    let sync = |world: &mut World, name: &str| {
        world.call("syncClusterAuth").with_key_of("admin").path("clusterId", name).ask().map_err(|fault| fault.status)
    };
    let agent = |world: &mut World, name: &str| {
        world.call("getAgentStatus").with_key_of("viewer").path("clusterId", name).data()
    };
    assert_eq!(agent(&mut world, "edge-singapore")["status"], "DISCONNECTED");
    assert!(agent(&mut world, "edge-singapore")["lastHeartbeat"].as_str().unwrap() < "2026-11-23T09:00");
    assert_eq!(sync(&mut world, "edge-singapore").unwrap(), "Authentication configuration synced for edge-singapore");
    world.pass(10 * SECOND);
    assert_eq!(agent(&mut world, "edge-singapore")["status"], "CONNECTED");
    assert_eq!(sync(&mut world, "prod-apac"), Err(409));

    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..360 {
        world.pass(30 * SECOND);
        seen.insert(agent(&mut world, "edge-oslo")["status"].as_str().unwrap().to_owned());
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["CONNECTED", "DISCONNECTED"]);
}

#[test]
fn kubeconfigs_come_at_once_or_after_a_while() {
    let mut world = World::new();
    let body = |name: &str, hours: i64| json!({ "clusterName": name, "credentials": { "type": "dynamic" }, "duration": hours * 3_600_000_000_000 });
    let generate = |world: &mut World, name: &str, body: Value| {
        world.call("generateKubeconfig").with_key_of("editor").path("clusterId", name).body(body).reply()
    };
    let get = |world: &mut World, name: &str| {
        world.call("getKubeconfig").with_key_of("editor").path("clusterId", name).reply()
    };
    let yaml = |reply: Reply| {
        let Reply::Json(200, body) = reply else { panic!("{reply:?}") };
        let read: astro_api::kubeconfig::Kubeconfig = serde_json::from_value(body["data"].clone()).unwrap();
        read.yaml().expose().clone()
    };
    assert_eq!(get(&mut world, "prod-eu").unwrap_err().status, 404);
    let managed = yaml(generate(&mut world, "prod-eu", body("prod-eu", 1)).unwrap());
    assert!(managed.contains("kind: Config") && managed.contains("arn:aws:eks:eu-central-1"));
    assert_eq!(yaml(get(&mut world, "prod-eu").unwrap()), managed);
    world.pass(HOUR);
    assert_eq!(get(&mut world, "prod-eu").unwrap_err().status, 409, "expired");

    let pending = |reply: Reply| matches!(reply, Reply::Json(202, body) if body["status"] == "accepted");
    assert!(pending(generate(&mut world, "build-farm", body("build-farm", 1)).unwrap()));
    assert!(pending(get(&mut world, "build-farm").unwrap()));
    world.pass(30 * SECOND);
    assert!(yaml(get(&mut world, "build-farm").unwrap()).contains("api.build-farm.k8s.local"));

    assert_eq!(generate(&mut world, "loadtest", body("loadtest", 1)).unwrap_err().status, 409);
    assert_eq!(generate(&mut world, "edge-singapore", body("edge-singapore", 1)).unwrap_err().status, 409);
    for (body, field) in [
        (body("other", 1), "clusterName"),
        (body("prod-eu", 10_000), "duration"),
        (json!({ "clusterName": "prod-eu", "credentials": { "type": "dynamic" }, "duration": "1h" }), "duration"),
        (
            json!({ "clusterName": "prod-eu", "credentials": { "type": "static" }, "duration": 1 }),
            "credentials.data.AWS_ACCESS_KEY_ID",
        ),
    ] {
        let fault = generate(&mut world, "prod-eu", body).unwrap_err();
        assert!(fault.status == 400 && fault.details["fields"].get(field).is_some(), "{fault:?}");
    }
}

#[test]
fn a_name_with_fail_fails_and_can_be_got_rid_of() {
    let mut world = World::new();
    connect(&mut world, "will-fail");
    deploy(&mut world, "owner", eks("will-fail"));
    world.pass(20 * MINUTE);
    let failed = progress(&mut world, "viewer", "will-fail");
    assert_eq!(failed["status"], "FAILED");
    assert!(failed["error"].as_str().unwrap().contains("VcpuLimitExceeded"));
    assert!(failed["percent"].as_i64().unwrap() < 100);
    let states: Vec<&str> =
        failed["steps"].as_array().unwrap().iter().map(|step| step["status"].as_str().unwrap()).collect();
    assert!(states.contains(&"COMPLETED") && states.contains(&"FAILED") && states.contains(&"PENDING"), "{states:?}");
    let outbox = serde_json::to_string(&world.platform.state.notifications).unwrap();
    assert!(outbox.contains("Creating cluster will-fail failed at node-groups"), "subscribers are told");
    world.call("deleteCluster").with_key_of("owner").path("clusterId", "will-fail").data();
    world.pass(20 * MINUTE);
    assert_eq!(world.call("getCluster").with_key_of("viewer").path("clusterId", "will-fail").refusal().0, 404);
    world.call("registerAgent").with_key_of("owner").path("clusterId", "fail-agent").body(json!({})).data();
    world.pass(5 * MINUTE);
    assert_eq!(get(&mut world, "fail-agent")["status"], "FAILED");
    let agent = world.call("getAgentStatus").with_key_of("viewer").path("clusterId", "fail-agent").data();
    assert_eq!(agent["status"], "FAILED");
}

#[test]
fn a_change_with_fail_in_a_tag_fails_and_leaves_the_cluster_as_it_was() {
    let mut world = World::new();
    ready(&mut world, "shop");
    update(&mut world, "shop", json!({ "kubernetesVersion": "1.35", "tags": { "try": "fail" } })).unwrap();
    world.pass(HOUR);
    assert_eq!(progress(&mut world, "viewer", "shop")["status"], "FAILED");
    let cluster = get(&mut world, "shop");
    assert_eq!((&cluster["status"], &cluster["kubernetesVersion"]), (&json!("READY"), &json!("1.34")));
    assert!(cluster["statusMessage"].as_str().unwrap().starts_with("Upgrading cluster shop failed at "));
    assert!(cluster["tags"].get("try").is_none());
    update(&mut world, "shop", json!({ "kubernetesVersion": "1.35" })).unwrap();
    world.pass(HOUR);
    assert_eq!(get(&mut world, "shop")["kubernetesVersion"], "1.35", "without it, the same works");
}

fn open(world: &mut World, name: &str) -> Result<Feed, u16> {
    let input = Input {
        path: vec![("clusterId", name.to_owned())],
        key: demo::person("viewer").unwrap().key.map(str::to_owned),
        ..Input::default()
    };
    let operation = operations::find("streamClusterProgress").unwrap();
    world.platform.open(world.now, operation, &input).map_err(|fault| fault.status)
}

#[test]
fn the_stream_tells_everything_in_order_and_ends_with_the_operation() {
    let mut world = World::new();
    assert_eq!(open(&mut world, "nowhere").err(), Some(404));
    connect(&mut world, "shop");
    deploy(&mut world, "owner", eks("shop"));
    world.pass(3 * MINUTE);
    let mut feed = open(&mut world, "shop").unwrap();
    let mut events: Vec<ClusterProgressEvent> = Vec::new();
    let mut ended = false;
    for _ in 0..200 {
        let polled = world.platform.poll(world.now, &mut feed);
        events.extend(polled.frames.iter().map(|frame| serde_json::from_str(frame).unwrap()));
        ended = polled.ended;
        if ended {
            break;
        }
        world.pass(10 * SECOND);
    }
    assert!(ended);
    assert_eq!(events[0].step.as_deref(), Some("validate"), "what was said before is told first");
    assert!(events.is_sorted_by(|a, b| a.timestamp <= b.timestamp && a.percent <= b.percent));
    let last = events.last().unwrap();
    assert_eq!(
        (last.status.as_str(), last.percent, last.message.as_str()),
        ("COMPLETED", Some(100), "Cluster is ready")
    );
    let mut late = open(&mut world, "shop").unwrap();
    let polled = world.platform.poll(world.now, &mut late);
    assert_eq!((polled.frames.len(), polled.ended), (events.len(), true));
}

#[test]
fn the_demo_shows_every_state() {
    let mut world = World::new();
    let listed = world.call("listClusters").with_key_of("viewer").data();
    let listed = listed.as_array().unwrap();
    let state = |name: &str| {
        listed.iter().find(|cluster| cluster["clusterName"] == name).unwrap_or_else(|| panic!("{name}"))["status"]
            .clone()
    };
    for (name, status) in [
        ("prod-eu", "READY"),
        ("prod-us", "READY"),
        ("staging", "READY"),
        ("data-gke", "READY"),
        ("internal-tools", "READY"),
        ("previews", "READY"),
        ("build-farm", "READY"),
        ("edge-oslo", "READY"),
        ("edge-singapore", "READY"),
        ("loadtest", "FAILED"),
        ("hackathon", "APPROVAL_REJECTED"),
        ("prod-apac", "PROVISIONING"),
        ("ml-training", "UPGRADING"),
        ("payments-pci", "APPROVAL_PENDING"),
    ] {
        assert_eq!(state(name), status, "{name}");
    }
    let apac = progress(&mut world, "viewer", "prod-apac");
    assert!((20..80).contains(&apac["percent"].as_i64().unwrap()), "{apac}");
    assert!(progress(&mut world, "owner", "payments-pci")["approvalToken"].is_string());
    assert_eq!(progress(&mut world, "viewer", "ml-training")["operationType"], "UPGRADE");
    assert_eq!(history(&mut world, "viewer", "prod-eu").as_array().unwrap().len(), 4);
    assert_eq!(progress(&mut world, "viewer", "legacy-vpc")["operationType"], "DELETE");
    let aws = world.call("listClusters").with_key_of("viewer").query("providerId", "aws").data();
    assert!(aws.as_array().unwrap().iter().all(|cluster| cluster["provider"] == "aws"));
    assert_eq!(world.call("listClusters").with_key_of("viewer").query("providerId", "ibm").data(), json!([]));
    let specs = ["prod-eu", "prod-us", "staging", "data-gke", "internal-tools", "previews", "build-farm"];
    for name in specs {
        let spec = world.call("getClusterSpec").with_key_of("viewer").path("clusterId", name).data();
        let mut fresh = spec;
        fresh["spec"]["clusterName"] = json!(format!("{name}-again"));
        let dry = world.call("deployCluster").with_key_of("owner").query("dryRun", "true").body(fresh).data();
        let errors = dry["errors"].as_array().unwrap();
        assert!(
            errors.iter().all(|error| error.as_str().unwrap().contains(" cluster")),
            "{name} keeps the rules: {errors:?}"
        );
        assert_eq!(errors.len(), 1, "{name} lacks only its connection: {errors:?}");
    }
    let globex = world.call("listClusters").with_key_of("two-organizations").data();
    assert_eq!(globex.as_array().unwrap().len(), 2);
    assert_eq!(globex[0]["orgId"], GLOBEX);
    world.pass(40 * MINUTE);
    assert_eq!(get(&mut world, "prod-apac")["status"], "READY");
    assert_eq!(get(&mut world, "ml-training")["kubernetesVersion"], "1.34.5-gke.1193000");
}

#[test]
fn the_state_survives_being_written_and_read() {
    let mut world = World::new();
    connect(&mut world, "shop");
    deploy(&mut world, "owner", eks("shop"));
    world.pass(3 * MINUTE);
    let text = serde_json::to_string(&world.platform.state).unwrap();
    let settings = world.platform.settings.clone();
    let mut again =
        World { platform: Platform::with_state(settings, serde_json::from_str(&text).unwrap()), now: world.now };
    assert_eq!(progress(&mut again, "viewer", "shop"), progress(&mut world, "viewer", "shop"));
    for world in [&mut again, &mut world] {
        world.pass(20 * MINUTE);
        assert_eq!(get(world, "shop")["status"], "READY");
    }
}

#[test]
fn the_large_scale_has_five_hundred_clusters_and_the_same_seed_gives_the_same() {
    let large = || Settings { scale: Scale::Large, rate_limit: false, ..Settings::default() };
    let mut world = World::with(large());
    let listed = world.call("listClusters").with_key_of("viewer").data();
    assert_eq!(listed.as_array().unwrap().len(), 500);
    let names: std::collections::BTreeSet<&str> =
        listed.as_array().unwrap().iter().map(|cluster| cluster["clusterName"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 500);
    assert_eq!(World::with(large()).call("listClusters").with_key_of("viewer").data(), listed);
}

#[test]
fn the_large_scale_has_ten_thousand_operations_in_pages_that_lose_none() {
    let large = || Settings { scale: Scale::Large, rate_limit: false, ..Settings::default() };
    let mut world = World::with(large());
    let page = |world: &mut World, of: &[(&str, &str)], token: Option<&str>| {
        let mut asking = world.call("listClusterProgress").with_key_of("viewer");
        for (name, value) in of.iter().copied().chain(token.map(|token| ("pageToken", token))) {
            asking = asking.query(name, value);
        }
        asking.data()
    };
    let all = |world: &mut World, of: &[(&str, &str)]| {
        let (mut rows, mut token, mut total) = (Vec::new(), None::<String>, None);
        loop {
            let found = page(world, of, token.as_deref());
            rows.extend(found["progress"].as_array().unwrap().iter().cloned());
            assert_eq!(*total.get_or_insert(found["total"].clone()), found["total"]);
            token = found["nextPageToken"].as_str().map(str::to_owned);
            if token.is_none() {
                return (rows, total.and_then(|total| total.as_u64()).unwrap());
            }
        }
    };
    let (rows, total) = all(&mut world, &[("limit", "1000")]);
    assert_eq!((rows.len(), total), (10_000, 10_000));
    let ids: std::collections::BTreeSet<&str> = rows.iter().map(|row| row["operationId"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 10_000, "no page repeats a row");
    let count = |name: &str, word: &str| rows.iter().filter(|row| row[name] == word).count();
    for (kind, least) in [("CREATE", 900), ("UPDATE", 6_000), ("UPGRADE", 500), ("DELETE", 400), ("REGISTER", 20)] {
        assert!(count("operationType", kind) >= least, "{kind}: {}", count("operationType", kind));
        assert_eq!(all(&mut world, &[("operationType", kind)]).1, count("operationType", kind) as u64);
    }
    for (status, least) in
        [("COMPLETED", 8_500), ("FAILED", 400), ("CANCELLED", 150), ("IN_PROGRESS", 8), ("PENDING", 5)]
    {
        assert!(count("status", status) >= least, "{status}: {}", count("status", status));
        let (rows, total) = all(&mut world, &[("status", status), ("limit", "999")]);
        assert_eq!((rows.len(), total), (count("status", status), rows.len() as u64));
    }
    let waits =
        rows.iter().position(|row| row["status"] == "PENDING" && row["clusterName"] == "identity-canary-euwest1");
    assert!(waits.unwrap() > 50, "what waits may be older than a page");
    // The history of one cluster has pages of its own, and it is as long as it was told.
    let of_one: Vec<&Value> = rows.iter().filter(|row| row["clusterName"] == "prod-us").collect();
    let history = |world: &mut World, token: Option<&str>| {
        let asking = world.call("listClusterOperations").with_key_of("viewer").path("clusterId", "prod-us");
        match token {
            Some(token) => asking.query("pageToken", token).data(),
            None => asking.data(),
        }
    };
    let found = history(&mut world, None);
    let first = found["operations"].as_array().unwrap();
    assert_eq!(first.len(), 100);
    assert!(of_one.len() > 100);
    assert!(first.iter().zip(&of_one).all(|(one, other)| one["operationId"] == other["operationId"]));
    let rest = history(&mut world, found["nextPageToken"].as_str());
    assert_eq!(rest["operations"].as_array().unwrap().len(), of_one.len() - 100);
    // Begun in the past, ended before now.
    let now = super::super::time::rfc3339_seconds(world.now);
    assert!(rows.iter().all(|row| row["updatedAt"].as_str().unwrap() <= now.as_str()));
    let again = all(&mut World::with(large()), &[("limit", "1000")]).0;
    assert!(again == rows, "the same seed gives the same operations");
}

#[test]
fn writes_leave_audit_events() {
    let mut world = World::new();
    ready(&mut world, "shop");
    update(&mut world, "shop", json!({ "kubernetesVersion": "1.35" })).unwrap();
    world.pass(30 * MINUTE);
    world.call("deleteCluster").with_key_of("owner").path("clusterId", "shop").data();
    let events = world.call("listAuditEvents").with_key_of("owner").query("eventType", "CLUSTER").data();
    let ours: Vec<&str> = events["events"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["resourceName"] == "shop")
        .map(|event| event["action"].as_str().unwrap())
        .collect();
    assert_eq!(ours, ["DELETE", "UPGRADE", "CREATE"]);
}

/// The JSON pointers of everything in a document, itself last.
fn collect(value: &Value, path: String, paths: &mut Vec<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(name, value)| collect(value, format!("{path}/{name}"), paths)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| collect(value, format!("{path}/{index}"), paths));
        }
        _ => {}
    }
    paths.push(path);
}

/// Every value of a document, one at a time, replaced by each of some nasty ones.
fn spoiled(document: &Value) -> Vec<Value> {
    let nasty = [
        json!(null),
        json!(0),
        json!(-1),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(1e300),
        json!(""),
        json!("\u{202e}\u{0}"),
        json!("0.0.0.0/0"),
        json!("255.255.255.255/32"),
        json!("1.34"),
        json!("a".repeat(5000)),
        json!([]),
        json!({}),
        json!(["x"]),
        json!({ "x": "y" }),
        json!(true),
    ];
    let mut paths = Vec::new();
    collect(document, String::new(), &mut paths);
    let spoil = |path: &String, value: &Value| {
        let mut copy = document.clone();
        *copy.pointer_mut(path).unwrap() = value.clone();
        copy
    };
    paths.iter().flat_map(|path| nasty.iter().map(move |value| spoil(path, value))).collect()
}

#[test]
fn whatever_comes_is_answered() {
    let mut world = World::new();
    let specs = ["prod-us", "data-gke", "internal-tools", "build-farm"]
        .map(|name| world.call("getClusterSpec").with_key_of("owner").path("clusterId", name).data());
    let mut count = 0;
    for document in specs.iter().flat_map(spoiled) {
        let answer =
            world.call("deployCluster").with_key_of("owner").query("dryRun", "true").body(document.clone()).ask();
        if let Err(fault) = answer {
            assert_eq!(fault.status, 400, "{document}: {fault:?}");
            assert!(!fault.details["fields"].as_object().unwrap().is_empty());
        }
        count += 1;
    }
    assert!(count > 1500, "{count}");
    let change = json!({
        "apiVersion": "platform.astropulse.io/v1", "kind": "K8sClusterUpdate",
        "spec": {
            "kubernetesVersion": "1.35.2-gke.1269000",
            "nodeGroups": [{
                "name": "memory", "minNode": 2, "maxNode": 10, "machineTypes": ["n2-highmem-8"], "instanceType": "spot",
                "labels": { "a": "b" }, "taints": [{ "key": "k", "value": "v", "effect": "NoSchedule" }],
            }],
            "gke": {
                "imageType": "COS_CONTAINERD", "releaseChannel": "RAPID", "authorizedNetworks": ["10.0.0.0/8"],
                "maintenanceWindow": { "startTime": "2026-11-28T01:00:00Z", "duration": "6h" },
            },
            "updateConfig": { "maxUnavailable": "1", "maxSurge": "25%", "dryRun": true, "generateReport": true, "allowDowngrade": true },
            "tags": { "a": "b" }, "credentials": { "type": "dynamic", "data": {} },
        },
    });
    // Without its dry run a spoiled change might begin in earnest, and then block those after it.
    let asks = |document: &Value| document.pointer("/spec/updateConfig/dryRun") == Some(&json!(true));
    for document in spoiled(&change).into_iter().filter(asks) {
        let asking =
            world.call("updateCluster").with_key_of("owner").path("clusterId", "data-gke").body(document.clone());
        if let Err(fault) = asking.reply() {
            assert_eq!(fault.status, 400, "{document}: {fault:?}");
        }
    }
}
