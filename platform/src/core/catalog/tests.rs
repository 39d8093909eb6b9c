//! The catalogue, as the forms of the console ask it.

use serde_json::{Value, json};

use super::super::testing::World;

fn ask(
    world: &mut World,
    id: &'static str,
    path: &[(&'static str, &str)],
    query: &[(&str, &str)],
) -> Result<Value, u16> {
    let asking = world.call(id).with_key_of("viewer");
    let asking = path.iter().fold(asking, |asking, (name, value)| asking.path(name, value));
    query.iter().fold(asking, |asking, (name, value)| asking.query(name, value)).ask().map_err(|fault| fault.status)
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect()
}

#[test]
fn providers_have_regions_and_regions_have_zones() {
    let mut world = World::new();
    let providers = ask(&mut world, "listProviders", &[], &[]).unwrap();
    for provider in providers.as_array().unwrap() {
        let id = provider["id"].as_str().unwrap().to_owned();
        let regions = ask(&mut world, "listRegions", &[("providerId", &id)], &[]).unwrap();
        assert!(regions.as_array().unwrap().len() > 20, "{id}");
        for region in names(&regions) {
            let zones = ask(&mut world, "listZones", &[("providerId", &id), ("regionId", region)], &[]).unwrap();
            assert!(!zones.as_array().unwrap().is_empty(), "{region}");
        }
    }
    let zones = ask(&mut world, "listZones", &[("providerId", "gcp"), ("regionId", "us-central1")], &[]).unwrap();
    assert_eq!(names(&zones), ["us-central1-a", "us-central1-b", "us-central1-c", "us-central1-f"]);
    assert_eq!(ask(&mut world, "listRegions", &[("providerId", "ibm")], &[]), Err(404));
    assert_eq!(ask(&mut world, "listZones", &[("providerId", "aws"), ("regionId", "us-central1")], &[]), Err(404));
}

#[test]
fn machine_types_are_filtered_by_size_kind_and_zone() {
    let mut world = World::new();
    let path = [("providerId", "aws"), ("regionId", "us-east-1"), ("zoneId", "us-east-1a")];
    let all = ask(&mut world, "listMachineTypes", &path, &[]).unwrap();
    assert!(names(&all).contains(&"t3.medium") && names(&all).contains(&"p5.48xlarge"));
    let small = ask(&mut world, "listMachineTypes", &path, &[("cpuMax", "2000m"), ("memMax", "4Gi")]).unwrap();
    assert_eq!(names(&small), ["t3.small", "t3.medium", "t3a.medium", "t4g.medium", "c6i.large", "c7i.large"]);
    let large = ask(&mut world, "listMachineTypes", &path, &[("cpuMin", "16"), ("memMin", "128Gi")]).unwrap();
    assert!(names(&large).contains(&"r7i.4xlarge") && !names(&large).contains(&"m7i.4xlarge"));
    let arm =
        ask(&mut world, "listMachineTypes", &path, &[("architecture", "arm64"), ("category", "ComputeOptimized")]);
    assert_eq!(names(&arm.unwrap()), ["c7g.xlarge", "c7g.2xlarge"]);
    let gpus = ask(&mut world, "listMachineTypes", &path, &[("category", "GPU")]).unwrap();
    assert!(gpus.as_array().unwrap().iter().all(|machine| machine["gpu"].as_i64().unwrap() > 0));
    // The zone of the query wins over the path's, and accelerators are not everywhere.
    let elsewhere =
        ask(&mut world, "listMachineTypes", &path, &[("category", "GPU"), ("zoneId", "us-east-1f")]).unwrap();
    assert_eq!(elsewhere, json!([]));
    for (name, value, status) in [
        ("cpuMin", "many", 400),
        ("memMax", "4GB", 400),
        ("category", "Cheap", 400),
        ("architecture", "mips", 400),
        ("zoneId", "us-east-1z", 404),
        ("cpuMin", ".", 400),
        ("cpuMax", "1.2.3", 400),
    ] {
        assert_eq!(ask(&mut world, "listMachineTypes", &path, &[(name, value)]), Err(status), "{name}={value}");
    }
}

#[test]
fn a_machine_type_tells_where_it_is_and_what_it_costs() {
    let mut world = World::new();
    let path = |region| [("providerId", "aws"), ("regionId", region), ("machinetypeId", "t3.medium")];
    let virginia = ask(&mut world, "getMachineType", &path("us-east-1"), &[]).unwrap();
    assert_eq!(
        (&virginia["cpu"], &virginia["memory"], &virginia["pricePerHour"]),
        (&json!("2"), &json!("4Gi"), &json!(0.0416))
    );
    let frankfurt = ask(&mut world, "getMachineType", &path("eu-central-1"), &[("zoneId", "eu-central-1b")]).unwrap();
    assert!(frankfurt["pricePerHour"].as_f64() > virginia["pricePerHour"].as_f64());
    assert_eq!(ask(&mut world, "getMachineType", &path("eu-central-1"), &[("zoneId", "us-east-1a")]), Err(404));
    let gpu = [("providerId", "aws"), ("regionId", "ca-west-1"), ("machinetypeId", "p5.48xlarge")];
    assert_eq!(ask(&mut world, "getMachineType", &gpu, &[]), Err(404), "not offered there");
}
