//! What a cluster must hold, by section 6 of the contract's guide, checked while one types.
//!
//! What is empty is said by the fields themselves, so [`problems`] leaves it out; [`missing`] says it of a text.

use astro_api::clusters::{K8sClusterSpec, ProvisionerType, TaintEffect};

use super::model::{AKS, AWS, EKS, GCP, GKE, Group, NAME, NODES, OWN, SELF_HOSTED, SPOT, Subnet, Typed, number, taint};
use crate::components::{
    manifest_form::Faults,
    rules::{self, filled, lies_in, network, placeholder},
    words,
};

/// The most networks that may be let in.
pub const NETWORKS: usize = 50;

/// Names that would hide a path of the contract or of the console.
const RESERVED: [&str; 3] = ["progress", "approval", "new"];

/// The path of the workers, without their index.
pub const GROUPS: &str = "clusterSpec.dataPlane.nodeGroups";
/// The path of the control plane of a self-hosted cluster.
pub const CONTROL: &str = "clusterSpec.controlPlane.nodeGroup";
/// The path of the subnets of an own network on AWS.
pub const SUBNETS: &str = "provisioner.eks.subnets";

/// The path of a group of workers.
pub fn group_path(index: usize) -> String {
    format!("{GROUPS}[{index}]")
}

/// The path of the block of a kind, `provisioner.eks`, with a field behind it.
pub fn block(kind: &str, field: &str) -> String {
    format!("provisioner.{kind}.{field}")
}

/// Why the form has no fields for a manifest.
pub fn misfit(spec: &K8sClusterSpec) -> Faults {
    let (provider, kind) = (&spec.provider, &spec.provisioner.kind);
    if !provider.is_known() {
        return vec![(
            "provider".to_owned(),
            format!("There is no provider \"{}\": aws, gcp or azure.", provider.as_str()),
        )];
    }
    if !kind.is_known() {
        let words = format!("There is no provisioner \"{}\": eks, gke, aks or selfHosted.", kind.as_str());
        return vec![("provisioner.type".to_owned(), words)];
    }
    let given = match kind {
        ProvisionerType::Eks => spec.provisioner.eks.is_some(),
        ProvisionerType::Gke => spec.provisioner.gke.is_some(),
        ProvisionerType::Aks => spec.provisioner.aks.is_some(),
        _ => spec.provisioner.self_hosted.is_some(),
    };
    if !given {
        return vec![(format!("provisioner.{}", kind.as_str()), "It is required for this type.".to_owned())];
    }
    let words = format!("{} does not run on {}.", kind.as_str(), words::provider(provider.as_str()));
    vec![("provisioner.type".to_owned(), words)]
}

/// What has to be there and is not, by the path of the field.
pub fn missing(typed: &Typed) -> Faults {
    let mut found = Vec::new();
    let mut needs = |path: String, is_empty: bool| {
        if is_empty {
            found.push((path, "It is required.".to_owned()));
        }
    };
    let blank = |text: &str| text.trim().is_empty();
    needs("clusterName".to_owned(), blank(&typed.name));
    match typed.kind.as_str() {
        EKS => {
            needs(block(EKS, "accountId"), blank(&typed.account));
            if typed.network == OWN {
                needs(block(EKS, "vpcId"), blank(&typed.vpc));
                needs(block(EKS, "vpcCIDR"), blank(&typed.vpc_cidr));
            }
        }
        GKE => {
            needs(block(GKE, "projectId"), blank(&typed.project));
            if typed.network == OWN {
                needs(block(GKE, "networkId"), blank(&typed.network_id));
                needs(block(GKE, "subnet.name"), blank(&typed.subnet));
                needs(block(GKE, "subnet.podsRange"), blank(&typed.pods));
                needs(block(GKE, "subnet.servicesRange"), blank(&typed.services));
            }
        }
        AKS => {
            needs(block(AKS, "subscriptionId"), blank(&typed.subscription));
            needs(block(AKS, "resourceGroup"), blank(&typed.resource_group));
        }
        _ => {
            let account = if typed.cloud == GCP { &typed.project } else { &typed.account };
            needs(block(SELF_HOSTED, "accountId"), blank(account));
            needs(block(SELF_HOSTED, "bucketName"), blank(&typed.bucket));
            if !typed.control.is_blank() {
                needs(format!("{CONTROL}.name"), blank(&typed.control.name));
            }
        }
    }
    if !typed.is_autopilot() {
        for (index, group) in typed.groups.iter().enumerate() {
            needs(format!("{}.name", group_path(index)), blank(&group.name));
        }
    }
    found
}

/// Everything that is wrong with what is typed, by the path of the field as the request calls it.
pub fn problems(typed: &Typed) -> Faults {
    let mut found = Vec::new();
    let mut says = |path: String, problem: Option<String>| {
        if let Some(problem) = problem {
            found.push((path, problem));
        }
    };
    says("clusterName".to_owned(), filled(&typed.name, name).or_else(|| too_long(&typed.name)));
    says("region".to_owned(), placeholder(typed.region.trim()));
    let of = |field: &str| block(&typed.kind, field);
    match typed.kind.as_str() {
        EKS => {
            says(of("accountId"), filled(&typed.account, rules::aws_account));
            if typed.network == OWN {
                says(of("vpcId"), filled(&typed.vpc, vpc));
                says(of("vpcCIDR"), filled(&typed.vpc_cidr, vpc_cidr));
                for (path, problem) in subnet_problems(&typed.subnets, &typed.vpc_cidr) {
                    says(path, Some(problem));
                }
            }
        }
        GKE => {
            says(of("projectId"), filled(&typed.project, rules::project_id));
            says(of("masterIPv4CidrBlock"), filled(&typed.control_cidr, control_cidr));
            says(of("authorizedNetworks"), networks(&typed.authorized));
            if typed.network == OWN {
                for (field, text) in [
                    ("networkId", &typed.network_id),
                    ("subnet.name", &typed.subnet),
                    ("subnet.podsRange", &typed.pods),
                    ("subnet.servicesRange", &typed.services),
                ] {
                    says(of(field), filled(text, one_word));
                }
            }
        }
        AKS => {
            says(of("subscriptionId"), filled(&typed.subscription, rules::subscription));
            says(of("resourceGroup"), filled(&typed.resource_group, rules::resource_group));
            says(of("authorizedIPRanges"), networks(&typed.authorized));
            if typed.network == OWN {
                says(of("vnetSubnetId"), filled(&typed.vnet, vnet));
            }
        }
        _ => {
            if typed.cloud == AWS {
                says(of("accountId"), filled(&typed.account, rules::aws_account));
            } else {
                says(of("accountId"), filled(&typed.project, rules::project_id));
            }
            says(of("bucketName"), filled(&typed.bucket, rules::bucket));
            if typed.network == OWN {
                says(of("networkId"), filled(&typed.network_id, one_word));
            }
            for (path, problem) in control_problems(&typed.control) {
                says(path, Some(problem));
            }
        }
    }
    if typed.is_autopilot() {
        return found;
    }
    if typed.groups.is_empty() {
        says(GROUPS.to_owned(), Some("A cluster needs at least one node group.".to_owned()));
    }
    for (index, group) in typed.groups.iter().enumerate() {
        let path = group_path(index);
        let twin = typed.groups.iter().take(index).any(|other| other.name.trim() == group.name.trim());
        let twin = (twin && !group.name.trim().is_empty())
            .then(|| format!("There is a node group {} already. Names are unique in a cluster.", group.name.trim()));
        let rule = if typed.kind == AKS { pool_name } else { rules::name };
        says(format!("{path}.name"), filled(&group.name, rule).or_else(|| too_long(&group.name)).or(twin));
        says(format!("{path}.minNode"), least(group));
        says(format!("{path}.maxNode"), most(group));
        says(format!("{path}.machineTypes"), machines(group));
        let is_system = typed.kind == AKS && index == 0 && group.capacity == SPOT;
        let words = "The first pool on AKS carries the system: it runs on demand.";
        says(format!("{path}.instanceType"), is_system.then(|| words.to_owned()));
        says(format!("{path}.taints"), taints(&group.taints));
        says(format!("{path}.labels"), labels(&group.labels));
    }
    found
}

fn name(text: &str) -> Option<String> {
    if RESERVED.contains(&text) {
        return Some(format!("{text} is a reserved word. Choose another name."));
    }
    rules::name(text)
}

fn too_long(text: &str) -> Option<String> {
    let count = text.trim().chars().count();
    (count > NAME).then(|| format!("At most {NAME} characters; this has {count}."))
}

/// AKS names its pools narrowly.
fn pool_name(text: &str) -> Option<String> {
    let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    if !text.chars().all(fits) {
        let better: String = text.to_lowercase().chars().filter(|letter| fits(*letter)).take(12).collect();
        let better = better.trim_start_matches(|letter: char| letter.is_ascii_digit());
        return Some(if better.is_empty() {
            "On AKS a pool has lowercase letters and digits alone.".to_owned()
        } else {
            format!("On AKS a pool has lowercase letters and digits alone: {better}.")
        });
    }
    if !text.starts_with(|letter: char| letter.is_ascii_lowercase()) {
        return Some("Begin with a letter.".to_owned());
    }
    let count = text.chars().count();
    (count > 12).then(|| format!("On AKS a pool's name has at most 12 characters; this has {count}."))
}

fn vpc(text: &str) -> Option<String> {
    let fits = text.strip_prefix("vpc-").is_some_and(|id| {
        id.len() >= 8 && id.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    });
    (!fits).then(|| "The ID of a VPC looks like vpc-0a1b2c3d4e5f67890.".to_owned())
}

fn vpc_cidr(text: &str) -> Option<String> {
    match network(text) {
        None => Some("A network is written as 10.0.0.0/16.".to_owned()),
        Some((_, length)) if !(16..=28).contains(&length) => {
            Some(format!("A VPC has a network from /16 to /28; this is /{length}."))
        }
        Some(_) => None,
    }
}

fn control_cidr(text: &str) -> Option<String> {
    let Some((address, length)) = network(text) else {
        return Some("A network is written as 172.16.0.0/28.".to_owned());
    };
    if length != 28 {
        return Some(format!("The control plane takes a network of exactly /28; this is /{length}."));
    }
    (!address.is_private()).then(|| "Use a private network: in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16.".to_owned())
}

/// What is wrong with a list of networks that may reach the API server.
pub fn networks(list: &[String]) -> Option<String> {
    if list.len() > NETWORKS {
        return Some(format!("At most {NETWORKS} networks; these are {}.", list.len()));
    }
    let wrong = list.iter().find(|text| network(text.trim()).is_none())?;
    Some(match wrong.trim().parse::<std::net::Ipv4Addr>() {
        Ok(address) => format!("{address} is an address. As a network it is {address}/32."),
        Err(_) => format!("{wrong} is no network, such as 203.0.113.0/24."),
    })
}

fn one_word(text: &str) -> Option<String> {
    text.chars().any(char::is_whitespace).then(|| "It has no blanks.".to_owned())
}

fn vnet(text: &str) -> Option<String> {
    let fits = text.starts_with("/subscriptions/") && text.contains("/subnets/") && !text.contains(char::is_whitespace);
    (!fits).then(|| {
        "The ID of a subnet begins with /subscriptions/ and holds /virtualNetworks/…/subnets/…, as az network shows it."
            .to_owned()
    })
}

fn least(group: &Group) -> Option<String> {
    if group.least.trim().is_empty() {
        return None;
    }
    let least = number(&group.least)?;
    let (_, most) = group.range();
    (least > most).then(|| format!("At most the maximum, {most}."))
}

fn most(group: &Group) -> Option<String> {
    let (_, most) = group.range();
    (most > NODES).then(|| format!("A group has at most {NODES} nodes."))
}

fn machines(group: &Group) -> Option<String> {
    if group.machines.is_empty() {
        return Some("Choose at least one machine type.".to_owned());
    }
    group.machines.iter().find_map(|machine| placeholder(machine.trim()))
}

/// What is wrong with taints as they are typed.
pub fn taints(list: &[String]) -> Option<String> {
    list.iter().find_map(|text| match taint(text) {
        None => Some(format!("{text} is no taint, such as dedicated=gpu:NoSchedule.")),
        Some(taint) if !taint.effect.is_known() => {
            let effects: Vec<_> = TaintEffect::KNOWN.iter().map(TaintEffect::as_str).collect();
            Some(format!("{} is no effect: {}.", taint.effect.as_str(), effects.join(", ")))
        }
        Some(_) => None,
    })
}

/// What is wrong with the name or the value of a label, as Kubernetes has it.
pub fn label(name: &str, value: &str) -> Option<String> {
    let part = |text: &str| {
        text.len() <= 63
            && text.starts_with(|letter: char| letter.is_ascii_alphanumeric())
            && text.ends_with(|letter: char| letter.is_ascii_alphanumeric())
            && text.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.'))
    };
    let (prefix, bare) = name.split_once('/').map_or((None, name), |(prefix, bare)| (Some(prefix), bare));
    let is_named = part(bare) && prefix.is_none_or(|prefix| prefix.split('.').all(rules::is_label));
    if !is_named {
        return Some(format!("{name} is no name of a label, such as team or acme.example/team."));
    }
    (!value.is_empty() && !part(value)).then(|| {
        format!("{value} is no value of a label: letters, digits, hyphens, underscores and periods, 63 at most.")
    })
}

/// What is wrong with labels.
pub fn labels(list: &[(String, String)]) -> Option<String> {
    list.iter().filter(|(name, _)| !name.trim().is_empty()).find_map(|(name, value)| label(name.trim(), value.trim()))
}

fn control_problems(group: &Group) -> Faults {
    let mut found = Vec::new();
    if group.is_blank() {
        return found;
    }
    let mut says = |field: &str, problem: Option<String>| {
        if let Some(problem) = problem {
            found.push((format!("{CONTROL}.{field}"), problem));
        }
    };
    says("name", filled(&group.name, rules::name).or_else(|| too_long(&group.name)));
    says("machineTypes", machines(group));
    let odd = |text: &str| {
        number(text)
            .filter(|count| *count < 1 || count % 2 == 0)
            .map(|_| "An odd number: 1, 3 or 5. Only so more than half of the members stay when one fails.".to_owned())
    };
    says("minNode", odd(&group.least).or_else(|| least(group)));
    says("maxNode", odd(&group.most));
    says("labels", labels(&group.labels));
    found
}

/// What is wrong with the subnets of an own network; `whole` is the network that they lie in.
fn subnet_problems(rows: &[Subnet], whole: &str) -> Faults {
    let mut found = Vec::new();
    let mut zones: Vec<&str> = rows.iter().map(|row| row.zone.trim()).filter(|zone| !zone.is_empty()).collect();
    zones.sort_unstable();
    zones.dedup();
    if zones.len() < 2 {
        found.push((SUBNETS.to_owned(), "An existing VPC needs subnets in at least two zones.".to_owned()));
    }
    let outer = network(whole.trim());
    for (index, row) in rows.iter().enumerate() {
        let path = |field: &str| format!("{SUBNETS}[{index}].{field}");
        let id = row.id.trim();
        if !id.is_empty() && !id.starts_with("subnet-") {
            let words = placeholder(id).unwrap_or_else(|| "The ID of a subnet looks like subnet-0a1b2c3d.".to_owned());
            found.push((path("id"), words));
        }
        let cidr = row.cidr.trim();
        if cidr.is_empty() {
            continue;
        }
        match network(cidr) {
            None => found.push((path("cidr"), "A network is written as 10.0.1.0/24.".to_owned())),
            Some(inner) => {
                if let Some(outer) = outer.filter(|outer| !lies_in(inner, *outer)) {
                    found.push((path("cidr"), format!("It lies outside of {}/{}.", outer.0, outer.1)));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::clusters::create::model::{AUTOPILOT, written};

    fn machine(kind: &str) -> &'static str {
        match kind {
            GKE => "e2-standard-4",
            AKS => "Standard_D4s_v5",
            _ => "t3.large",
        }
    }

    /// A form of a kind with everything that it needs.
    fn whole(kind: &str) -> Typed {
        let mut typed = Typed {
            name: "prod-eu-north-1".to_owned(),
            kind: kind.to_owned(),
            region: "eu-north-1".to_owned(),
            account: "123456789012".to_owned(),
            project: "acme-production".to_owned(),
            subscription: "1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b".to_owned(),
            resource_group: "rg-acme".to_owned(),
            bucket: "acme-state".to_owned(),
            ..Typed::default()
        };
        let machines = vec![machine(kind).to_owned()];
        typed.groups = vec![Group { machines: machines.clone(), ..Group::workers("system") }];
        typed.control.machines = machines;
        typed
    }

    /// Everything that is said of a form, one after the other.
    fn says(typed: &Typed) -> String {
        let found = missing(typed).into_iter().chain(problems(typed));
        found.map(|(path, problem)| format!("{path}: {problem}")).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn each_kind_is_whole_once_its_fields_are_filled() {
        for kind in [EKS, GKE, AKS, SELF_HOSTED] {
            assert_eq!(says(&whole(kind)), "", "{kind}");
            assert!(says(&Typed { kind: kind.to_owned(), ..Typed::default() }).contains("clusterName"), "{kind}");
        }
        let autopilot = Typed { mode: AUTOPILOT.to_owned(), groups: Vec::new(), ..whole(GKE) };
        assert_eq!(says(&autopilot), "");
    }

    #[test]
    fn every_limit_speaks_when_it_is_broken() {
        type Break = fn(&mut Typed);
        let cases: &[(&str, Break, &str)] = &[
            (EKS, |it| it.name = "Prod".into(), "clusterName: Use small letters: prod."),
            (EKS, |it| it.name = "new".into(), "clusterName: new is a reserved word"),
            (EKS, |it| it.name = "<NAME>".into(), "clusterName: <NAME> is a placeholder"),
            (EKS, |it| it.account = "12345".into(), "provisioner.eks.accountId: An account has 12 digits"),
            (GKE, |it| it.project = "acme".into(), "provisioner.gke.projectId: A project id has 6 to 30"),
            (AKS, |it| it.subscription = "acme".into(), "provisioner.aks.subscriptionId: A subscription"),
            (AKS, |it| it.resource_group = "rg.".into(), "provisioner.aks.resourceGroup: "),
            (SELF_HOSTED, |it| it.bucket = "B".into(), "provisioner.selfHosted.bucketName: "),
            (SELF_HOSTED, |it| it.account = "1".into(), "provisioner.selfHosted.accountId: "),
            (SELF_HOSTED, |it| it.control.least = "2".into(), "controlPlane.nodeGroup.minNode: An odd number"),
            (SELF_HOSTED, |it| it.control.most = "4".into(), "controlPlane.nodeGroup.maxNode: An odd number"),
            (SELF_HOSTED, |it| it.control.machines.clear(), "controlPlane.nodeGroup.machineTypes: Choose"),
            (EKS, |it| it.groups.clear(), "clusterSpec.dataPlane.nodeGroups: A cluster needs at least one node group"),
            (
                EKS,
                |it| it.groups.push(it.groups[0].clone()),
                "nodeGroups[1].name: There is a node group system already",
            ),
            (EKS, |it| it.groups[0].least = "5".into(), "nodeGroups[0].minNode: At most the maximum, 3."),
            (EKS, |it| it.groups[0].most = "1001".into(), "nodeGroups[0].maxNode: A group has at most 1000"),
            (EKS, |it| it.groups[0].machines.clear(), "nodeGroups[0].machineTypes: Choose at least one machine type"),
            (EKS, |it| it.groups[0].taints = vec!["gpu".into()], "nodeGroups[0].taints: gpu is no taint"),
            (EKS, |it| it.groups[0].taints = vec!["a=b:Never".into()], "taints: Never is no effect: NoSchedule"),
            (EKS, |it| it.groups[0].labels = vec![("a b".into(), "c".into())], "labels: a b is no name of a label"),
            (
                AKS,
                |it| it.groups[0].name = "system-pool".into(),
                "nodeGroups[0].name: On AKS a pool has lowercase letters and digits alone: systempool.",
            ),
            (AKS, |it| it.groups[0].name = "systempoolone".into(), "at most 12 characters; this has 13"),
            (AKS, |it| it.groups[0].name = "1pool".into(), "Begin with a letter"),
            (AKS, |it| it.groups[0].capacity = SPOT.into(), "nodeGroups[0].instanceType: The first pool on AKS"),
            (EKS, |it| it.network = OWN.into(), "provisioner.eks.vpcId: It is required"),
            (
                EKS,
                |it| {
                    it.network = OWN.into();
                    it.vpc = "vpc-1".into();
                },
                "vpcId: The ID of a VPC",
            ),
            (
                EKS,
                |it| {
                    it.network = OWN.into();
                    it.vpc_cidr = "10.0.0.0/8".into();
                },
                "from /16 to /28; this is /8",
            ),
            (
                EKS,
                |it| {
                    it.network = OWN.into();
                    it.vpc_cidr = "10.0.0.0".into();
                },
                "written as 10.0.0.0/16",
            ),
            (
                EKS,
                |it| it.network = OWN.into(),
                "provisioner.eks.subnets: An existing VPC needs subnets in at least two zones",
            ),
            (
                GKE,
                |it| it.control_cidr = "172.16.0.0/24".into(),
                "masterIPv4CidrBlock: The control plane takes a network of exactly /28",
            ),
            (GKE, |it| it.control_cidr = "8.8.8.0/28".into(), "masterIPv4CidrBlock: Use a private network"),
            (
                GKE,
                |it| it.authorized = vec!["203.0.113.9".into()],
                "authorizedNetworks: 203.0.113.9 is an address. As a network it is 203.0.113.9/32.",
            ),
            (
                GKE,
                |it| it.authorized = (0..51).map(|n| format!("10.0.{n}.0/24")).collect(),
                "authorizedNetworks: At most 50 networks; these are 51.",
            ),
            (GKE, |it| it.network = OWN.into(), "provisioner.gke.subnet.servicesRange: It is required"),
            (AKS, |it| it.authorized = vec!["home".into()], "authorizedIPRanges: home is no network"),
            (
                AKS,
                |it| {
                    it.network = OWN.into();
                    it.vnet = "subnet-1".into();
                },
                "vnetSubnetId: The ID of a subnet begins",
            ),
        ];
        for (kind, spoil, expected) in cases {
            let mut typed = whole(kind);
            spoil(&mut typed);
            let said = says(&typed);
            assert!(said.contains(expected), "{kind}: {expected}\n{said}");
        }
    }

    #[test]
    fn subnets_lie_in_two_zones_and_in_their_network() {
        let row = |zone: &str, cidr: &str| Subnet {
            zone: zone.to_owned(),
            kind: "private".to_owned(),
            id: "subnet-0a1b2c3d".to_owned(),
            cidr: cidr.to_owned(),
        };
        let mut typed = Typed { network: OWN.to_owned(), vpc: "vpc-0a1b2c3d".to_owned(), ..whole(EKS) };
        typed.vpc_cidr = "10.0.0.0/16".to_owned();
        typed.subnets = vec![row("eu-north-1a", "10.0.1.0/24"), row("eu-north-1b", "10.0.2.0/24")];
        assert_eq!(says(&typed), "");
        typed.subnets[1].cidr = "10.1.2.0/24".to_owned();
        assert!(says(&typed).contains("subnets[1].cidr: It lies outside of 10.0.0.0/16."));
        typed.subnets[1] = row("eu-north-1a", "10.0.2.0/24");
        assert!(says(&typed).contains("at least two zones"));
    }

    #[test]
    fn what_each_kind_writes_is_what_the_contract_takes() {
        // The schemas that the editor checks by are those of the contract, put together when the console is built.
        for kind in [EKS, GKE, AKS, SELF_HOSTED] {
            for cloud in [AWS, GCP] {
                let typed = Typed { cloud: cloud.to_owned(), ..whole(kind) };
                let manifest = written(&typed, None).expect("a manifest");
                let spec: K8sClusterSpec = manifest.spec().expect("a spec");
                assert!(crate::pages::clusters::create::model::fits(&spec), "{kind} {cloud}");
                assert_eq!(Typed::of(&spec).name, typed.name);
            }
        }
    }
}
