//! The state of the form: what is typed, as fields and as a manifest, and how the two become each other.

use std::collections::BTreeMap;

use astro_api::{
    catalog::{self, MachineType, Region, Zone},
    clusters::K8sClusterSpec,
    manifest::{Manifest, Read},
};
use leptos::{prelude::*, reactive::owner::Owner};

use super::{
    limits,
    model::{self, Group, Parts, SUBJECT, Subnet, Typed},
};
use crate::{
    components::{
        machine_types,
        manifest_form::{Faults, Reading, left_open},
    },
    store::{Query, query},
    ui::{Address, Draft, Field, address::Step, load::Loads},
};

/// The parameter of the address that says how the form is shown.
const VIEW: &str = "view";
const AS_YAML: &str = "yaml";

/// A group of nodes as its fields edit it. A copy is a handle of the same.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct GroupForm {
    /// Unique in the form.
    pub id: usize,
    pub name: RwSignal<String>,
    pub least: RwSignal<String>,
    pub most: RwSignal<String>,
    pub capacity: RwSignal<String>,
    pub machines: RwSignal<Vec<String>>,
    pub zones: RwSignal<Vec<String>>,
    pub labels: RwSignal<Vec<(String, String)>>,
    pub taints: RwSignal<Vec<String>>,
    /// Whether its fields are shown.
    pub open: RwSignal<bool>,
    /// Whether zones, labels and taints are shown.
    pub more: RwSignal<bool>,
}

impl GroupForm {
    fn new(id: usize, group: &Group, open: bool) -> Self {
        let has_more = !group.zones.is_empty() || !group.labels.is_empty() || !group.taints.is_empty();
        Self {
            id,
            name: RwSignal::new(group.name.clone()),
            least: RwSignal::new(group.least.clone()),
            most: RwSignal::new(group.most.clone()),
            capacity: RwSignal::new(group.capacity.clone()),
            machines: RwSignal::new(group.machines.clone()),
            zones: RwSignal::new(group.zones.clone()),
            labels: RwSignal::new(group.labels.clone()),
            taints: RwSignal::new(group.taints.clone()),
            open: RwSignal::new(open),
            more: RwSignal::new(has_more),
        }
    }

    /// What is typed; reading it subscribes.
    pub fn read(self) -> Group {
        Group {
            name: self.name.get(),
            least: self.least.get(),
            most: self.most.get(),
            capacity: self.capacity.get(),
            machines: self.machines.get(),
            zones: self.zones.get(),
            labels: self.labels.get(),
            taints: self.taints.get(),
        }
    }

    fn put(self, group: &Group) {
        self.name.set(group.name.clone());
        self.least.set(group.least.clone());
        self.most.set(group.most.clone());
        self.capacity.set(group.capacity.clone());
        self.machines.set(group.machines.clone());
        self.zones.set(group.zones.clone());
        self.labels.set(group.labels.clone());
        self.taints.set(group.taints.clone());
    }
}

/// A subnet as its fields edit it. A copy is a handle of the same.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SubnetForm {
    /// Unique in the form.
    pub id: usize,
    pub zone: RwSignal<String>,
    pub kind: RwSignal<String>,
    pub subnet: RwSignal<String>,
    pub cidr: RwSignal<String>,
}

impl SubnetForm {
    fn new(id: usize, subnet: &Subnet) -> Self {
        Self {
            id,
            zone: RwSignal::new(subnet.zone.clone()),
            kind: RwSignal::new(subnet.kind.clone()),
            subnet: RwSignal::new(subnet.id.clone()),
            cidr: RwSignal::new(subnet.cidr.clone()),
        }
    }

    fn read(self) -> Subnet {
        Subnet { zone: self.zone.get(), kind: self.kind.get(), id: self.subnet.get(), cidr: self.cidr.get() }
    }
}

/// The rows of the form as one text, so that the draft keeps them like any other part.
type Rows = (Group, Vec<Group>, Vec<Subnet>);

fn text_of(rows: &Rows) -> String {
    // Texts and lists of texts can always be written.
    serde_json::to_string(rows).unwrap_or_default()
}

/// What belongs to one provider: its region, and for each group, by its id, machine types and zones.
#[derive(Default)]
struct Local {
    region: String,
    groups: Vec<(usize, Vec<String>, Vec<String>)>,
}

/// What the catalog offers where the cluster is to be.
#[derive(Clone, Copy)]
pub struct Offers {
    pub regions: Query<Vec<Region>>,
    pub zones: Query<Vec<Zone>>,
    /// The machine types of the first zone.
    pub machines: Loads<Vec<MachineType>>,
    /// Asks again, from the regions on.
    pub again: Callback<()>,
    /// The zones behind the first one, each as its region and id.
    others: Memo<Vec<String>>,
    /// What those of them offer that were asked.
    elsewhere: RwSignal<Vec<Answer>>,
}

/// A zone that was asked, with the name of a machine type that it has. Without a name: that it has answered.
type Answer = (String, String);

/// The first zone that has not answered.
fn unanswered<'a>(others: &'a [String], answers: &[Answer]) -> Option<&'a String> {
    others.iter().find(|zone| !answers.iter().any(|(of, _)| of == *zone))
}

/// Whether a machine type is in no zone that has answered.
fn is_nowhere(name: &str, first: &[MachineType], others: &[String], answers: &[Answer]) -> bool {
    !first.iter().any(|machine| machine.name == name)
        && !answers.iter().any(|(zone, known)| known == name && others.contains(zone))
}

/// Of machine types those that no zone of the region has. Nothing is known of them before each zone has answered.
fn gone(machines: &[String], first: &[MachineType], others: &[String], answers: &[Answer]) -> Vec<String> {
    if unanswered(others, answers).is_some() {
        return Vec::new();
    }
    machines.iter().filter(|name| is_nowhere(name, first, others, answers)).cloned().collect()
}

/// The first of some zones that a region does not have.
fn odd_zone<'a>(chosen: &'a [String], zones: &[Zone]) -> Option<&'a str> {
    let is_known = |word: &str| {
        // AKS also takes the number alone.
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        let ends_in = |id: &str| id.strip_suffix(word).is_some_and(|rest| rest.ends_with('-'));
        zones.iter().any(|zone| zone.id == word || zone.name == word || (is_number && ends_in(&zone.id)))
    };
    chosen.iter().map(|zone| zone.trim()).find(|zone| !zone.is_empty() && !is_known(zone))
}

/// The form, shared by its parts. A copy is a handle of the same.
#[derive(Clone, Copy)]
pub struct Form {
    pub draft: Draft,
    pub parts: Parts,
    pub control: GroupForm,
    pub groups: RwSignal<Vec<GroupForm>>,
    pub subnets: RwSignal<Vec<SubnetForm>>,
    rows: RwSignal<String>,
    next: StoredValue<usize>,
    /// What was chosen at other providers, for the way back to them.
    places: StoredValue<BTreeMap<String, Local>>,
    /// The versions that were chosen for other kinds.
    versions: StoredValue<BTreeMap<String, String>>,
    /// Groups that are added live as long as the form, and not as long as the press that added them.
    owner: StoredValue<Option<Owner>>,
    /// The manifest that was read, YAML: what the form does not show comes from there. Empty without one.
    base: RwSignal<String>,
    /// What stands in the editor.
    pub text: RwSignal<String>,
    address: Address,
    /// What is typed, as plain values.
    pub typed: Memo<Typed>,
    problems: Memo<Faults>,
    /// What the text says, while it is shown as text.
    pub reading: Memo<Reading>,
    /// What would be created.
    pub manifest: Memo<Option<Manifest>>,
    /// What the catalog offers.
    pub offers: Offers,
}

/// Whether the form can show a text.
pub fn shows(reading: &Reading) -> bool {
    let spec = reading.manifest.as_ref().and_then(|manifest| manifest.spec::<K8sClusterSpec>().ok());
    spec.is_some_and(|spec| model::fits(&spec))
}

impl Form {
    /// An empty form, or what the address asks for.
    pub fn new() -> Self {
        let draft = Draft::new();
        let address = Address::of_context();
        let first = asked(|name| address.get_untracked(name));
        let parts = Parts::new(draft, &first);
        // As text, it begins with what the fields would begin with.
        let is_text = address.get_untracked(VIEW).as_deref() == Some(AS_YAML);
        let begun = if is_text { model::written(&first, None) } else { None };
        let begin: Rows = (first.control, first.groups, first.subnets);
        let rows = draft.part(text_of(&begin));
        // What was typed before a sign-in is newer.
        let (control, groups, subnets) =
            rows.with_untracked(|text| serde_json::from_str::<Rows>(text).ok()).unwrap_or(begin);
        let next = StoredValue::new(groups.len() + subnets.len() + 1);
        let control = GroupForm::new(0, &control, true);
        let only = groups.len() == 1;
        let groups: Vec<_> = (1..).zip(&groups).map(|(id, group)| GroupForm::new(id, group, only)).collect();
        let first_subnet = groups.len() + 1;
        let subnets: Vec<_> = (first_subnet..).zip(&subnets).map(|(id, subnet)| SubnetForm::new(id, subnet)).collect();
        let (groups, subnets) = (RwSignal::new(groups), RwSignal::new(subnets));
        let begun = begun.as_ref().map(Manifest::to_yaml).unwrap_or_default();
        let (base, text) = (draft.part(String::new()), draft.part(begun));
        let now = Memo::new(move |_| -> Rows {
            (
                control.read(),
                groups.with(|groups| groups.iter().map(|group| group.read()).collect()),
                subnets.with(|subnets| subnets.iter().map(|subnet| subnet.read()).collect()),
            )
        });
        Effect::new(move |_| {
            let text = now.with(text_of);
            if rows.with_untracked(|known| *known != text) {
                rows.set(text);
            }
        });
        let typed = Memo::new(move |_| {
            let (control, groups, subnets) = now.get();
            Typed { control, groups, subnets, ..parts.read() }
        });
        let before = Memo::new(move |_| base.with(|text| SUBJECT.one(text)));
        let is_text = address.param(VIEW);
        let is_text = Memo::new(move |_| is_text.with(|view| view.as_deref() == Some(AS_YAML)));
        let reading = Memo::new_with_compare(
            move |_| {
                if is_text.get() { text.with(|text| Reading::of(&SUBJECT, text)) } else { Reading::default() }
            },
            |_, _| true,
        );
        let manifest = Memo::new(move |_| {
            if is_text.get() {
                reading.with(|reading| reading.manifest.clone())
            } else {
                typed.with(|typed| before.with(|before| model::written(typed, before.as_ref())))
            }
        });
        let problems = Memo::new(move |_| typed.with(limits::problems));
        let offers = offers(parts, typed);
        Self {
            draft,
            parts,
            control,
            groups,
            subnets,
            rows,
            next,
            places: StoredValue::new(BTreeMap::new()),
            versions: StoredValue::new(BTreeMap::new()),
            owner: StoredValue::new(Owner::current()),
            base,
            text,
            address,
            typed,
            problems,
            reading,
            manifest,
            offers,
        }
    }

    /// Whether it is shown as text; reading it subscribes.
    pub fn is_text(self) -> bool {
        self.address.get(VIEW).as_deref() == Some(AS_YAML)
    }

    /// What is wrong with a field.
    pub fn problem(self, path: &str) -> Option<String> {
        self.problems.with(|problems| problems.iter().find(|(of, _)| of == path).map(|(_, problem)| problem.clone()))
    }

    /// A field that keeps the rule of its path. The request calls it by its path below `spec`.
    pub fn field(self, path: impl Into<String>, label: &'static str) -> Field {
        let path = path.into();
        let name = format!("spec.{path}");
        Field::new(name, label).check(move || self.problem(&path))
    }

    /// What is said of zones that the region does not have.
    pub fn odd_zone(self, chosen: &[String]) -> Option<String> {
        let load = self.offers.zones.load();
        let odd = load.with(|load| odd_zone(chosen, load.value()?).map(ToOwned::to_owned))?;
        Some(format!("{odd} is no zone of {}.", self.parts.region.get()))
    }

    /// A field of zones, which the region has to have.
    pub fn zone_field(self, path: String, label: &'static str, chosen: Signal<Vec<String>>) -> Field {
        let odd = Signal::derive(move || chosen.with(|chosen| self.odd_zone(chosen)));
        let name = format!("spec.{path}");
        Field::new(name, label).check(move || self.problem(&path).or_else(|| odd.get())).error(odd)
    }

    fn id(self) -> usize {
        self.next
            .try_update_value(|next| {
                *next += 1;
                *next
            })
            .unwrap_or_default()
    }

    /// Makes something that lives as long as the form.
    fn keep<T>(self, make: impl FnOnce() -> T) -> T {
        match self.owner.try_get_value().flatten() {
            Some(owner) => owner.with(make),
            None => make(),
        }
    }

    /// Adds a group of workers, and shows its fields alone; its id.
    pub fn add_group(self, group: &Group) -> usize {
        let id = self.id();
        let new = self.keep(|| GroupForm::new(id, group, true));
        self.show_only(id);
        self.groups.update(|groups| groups.push(new));
        id
    }

    /// Shows the fields of one group alone.
    pub fn show_only(self, id: usize) {
        self.groups.with_untracked(|groups| {
            for group in groups {
                group.open.set(group.id == id);
            }
        });
    }

    /// A name that no group has.
    pub fn free_name(self, stem: &str) -> String {
        let taken: Vec<_> = self
            .groups
            .with_untracked(|groups| groups.iter().map(|group| group.name.get_untracked().trim().to_owned()).collect());
        if !taken.contains(&stem.to_owned()) {
            return stem.to_owned();
        }
        // On AKS a hyphen is no letter of a name.
        let joint = if self.parts.kind.with_untracked(|kind| kind == model::AKS) { "" } else { "-" };
        (2..1000_u32)
            .map(|number| format!("{stem}{joint}{number}"))
            .find(|name| !taken.contains(name))
            .unwrap_or_default()
    }

    pub fn remove_group(self, id: usize) {
        self.groups.update(|groups| groups.retain(|group| group.id != id));
    }

    /// Another provider was chosen. What belongs to the one before means nothing there: it is put aside, and what the new
    /// one had comes back.
    pub fn change_provider(self, from: &str, to: &str) {
        let mut groups = self.groups.get_untracked();
        groups.push(self.control);
        let of = |group: &GroupForm| (group.id, group.machines.get_untracked(), group.zones.get_untracked());
        let now = Local { region: self.parts.region.get_untracked(), groups: groups.iter().map(of).collect() };
        let kept = self.places.try_update_value(|places| {
            places.insert(from.to_owned(), now);
            places.remove(to)
        });
        let mut kept = kept.flatten().unwrap_or_default();
        self.parts.region.set(kept.region);
        for group in groups {
            let at = kept.groups.iter().position(|(id, ..)| *id == group.id);
            let (_, machines, zones) = at.map(|at| kept.groups.swap_remove(at)).unwrap_or_default();
            group.machines.set(machines);
            group.zones.set(zones);
        }
    }

    /// Another kind was chosen, which has versions of its own.
    pub fn change_kind(self, from: &str, to: &str) {
        let now = self.parts.version.get_untracked();
        let kept = self.versions.try_update_value(|versions| {
            versions.insert(from.to_owned(), now);
            versions.remove(to)
        });
        self.parts.version.set(kept.flatten().unwrap_or_else(|| model::DEFAULT.to_owned()));
    }

    pub fn add_subnet(self, subnet: &Subnet) {
        let id = self.id();
        let new = self.keep(|| SubnetForm::new(id, subnet));
        self.subnets.update(|subnets| subnets.push(new));
    }

    pub fn remove_subnet(self, id: usize) {
        self.subnets.update(|subnets| subnets.retain(|subnet| subnet.id != id));
    }

    /// Machine types of a group that its region does not offer, or not any more.
    pub fn vanished(self, machines: &[String]) -> Vec<String> {
        let Offers { others, elsewhere, .. } = self.offers;
        self.offers.machines.with(|load| match load.value() {
            Some(first) => others.with(|others| elsewhere.with(|answers| gone(machines, first, others, answers))),
            None => Vec::new(),
        })
    }

    /// What is said of machine types that the region does not offer.
    pub fn not_offered(self, machines: &[String]) -> Option<String> {
        let gone = self.vanished(machines);
        let region = self.parts.region.get();
        match gone.as_slice() {
            [] => None,
            [one] => Some(format!("{one} is not offered in {region}, or not any more. Choose another.")),
            several => Some(format!("{} are not offered in {region}, or not any more.", several.join(", "))),
        }
    }

    /// Why what is typed cannot be sent, where no field says so: groups whose fields are not shown, and placeholders.
    pub fn obstacles(self) -> Vec<String> {
        if self.is_text() {
            return self.reading.with(|reading| reading.problems.clone());
        }
        let typed = self.typed.get();
        let mut found = limits::problems(&typed);
        found.extend(limits::missing(&typed));
        let mut said = Vec::new();
        let groups = self.groups.get_untracked();
        for (at, group) in groups.iter().enumerate() {
            if typed.is_autopilot() {
                break;
            }
            let path = limits::group_path(at);
            let name = group.name.get_untracked();
            let mut own: Vec<String> = found
                .iter()
                .filter(|(of, _)| of.strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with('.')))
                .map(|(_, problem)| problem.clone())
                .collect();
            own.extend(self.not_offered(&group.machines.get_untracked()));
            own.extend(self.odd_zone(&group.zones.get_untracked()));
            if let Some(problem) = own.into_iter().next() {
                if said.is_empty() {
                    self.show_only(group.id);
                }
                said.push(format!("Node group {name}: {problem}"));
            }
        }
        if groups.is_empty()
            && let Some((_, problem)) = found.iter().find(|(path, _)| path == limits::GROUPS)
        {
            said.push(problem.clone());
        }
        if !said.is_empty() {
            return said;
        }
        let yaml = self.manifest.with(|manifest| manifest.as_ref().map(Manifest::to_yaml).unwrap_or_default());
        let Ok(reads) = SUBJECT.reads(&yaml) else { return Vec::new() };
        reads.iter().flat_map(left_open).collect()
    }

    fn put(self, typed: &Typed) {
        self.parts.put(typed);
        self.control.put(&typed.control);
        let only = typed.groups.len() == 1;
        let groups =
            self.keep(|| typed.groups.iter().map(|group| GroupForm::new(self.id(), group, only)).collect::<Vec<_>>());
        let subnets =
            self.keep(|| typed.subnets.iter().map(|subnet| SubnetForm::new(self.id(), subnet)).collect::<Vec<_>>());
        self.groups.set(groups);
        self.subnets.set(subnets);
        // At once, so that what is settled now counts them in.
        self.rows.set(text_of(&(typed.control.clone(), typed.groups.clone(), typed.subnets.clone())));
    }

    /// Fills the form with a manifest; whether it could. What the form has no field for is kept beside it.
    pub fn fill(self, manifest: &Manifest) -> bool {
        let Ok(spec) = manifest.spec::<K8sClusterSpec>() else { return false };
        if !model::fits(&spec) {
            return false;
        }
        self.put(&Typed::of(&spec));
        self.base.set(manifest.to_yaml());
        true
    }

    /// Takes a manifest that was imported, `text` as it was written. A form that cannot show it gives way to the editor.
    pub fn take(self, read: &Read, text: Option<String>) {
        // The fields have it also where the text is shown: an emptied text gives way to them.
        let fits = self.fill(&read.manifest);
        let is_shown = fits || untrack(|| self.is_text());
        // As it was written, comments and all, for as long as the fields say the same.
        self.text.set(text.unwrap_or_else(|| read.manifest.to_yaml()));
        if !is_shown {
            self.show(true);
        }
    }

    /// Shows the form as text or as fields. It stays text while the fields could not show it; whether it went. An empty
    /// text says nothing, and the fields are as before.
    pub fn turn(self, to_text: bool) -> bool {
        if to_text == untrack(|| self.is_text()) {
            return true;
        }
        let was_clean = !untrack(|| self.draft.is_dirty());
        if to_text {
            let manifest = self.manifest.get_untracked();
            // What was written by hand stays, with its comments, while it says the same.
            let same = self.text.with_untracked(|text| SUBJECT.one(text)) == manifest;
            if let Some(manifest) = manifest.filter(|_| !same) {
                self.text.set(manifest.to_yaml());
            }
        } else if self.text.with_untracked(|text| !text.trim().is_empty()) {
            let Some(manifest) = self.reading.with_untracked(|reading| reading.manifest.clone()) else {
                return false;
            };
            // Fields that say the same keep what no manifest holds: what was typed for other kinds.
            let written = self.base.with_untracked(|base| {
                self.typed.with_untracked(|typed| model::written(typed, SUBJECT.one(base).as_ref()))
            });
            if written.as_ref() != Some(&manifest) && !self.fill(&manifest) {
                return false;
            }
        }
        if was_clean {
            // The same in another form is no work that could be lost.
            self.draft.settle();
        }
        self.show(to_text);
        true
    }

    fn show(self, as_text: bool) {
        self.address.set(VIEW, as_text.then(|| AS_YAML.to_owned()), Step::Replace);
    }
}

/// Asks the catalog for what there is where the cluster is to be.
fn offers(parts: Parts, typed: Memo<Typed>) -> Offers {
    let provider =
        Memo::new(move |_| parts.kind.with(|kind| parts.cloud.with(|cloud| model::provider(kind, cloud).to_owned())));
    let place = Memo::new(move |_| {
        let region = parts.region.with(|region| region.trim().to_owned());
        (!region.is_empty()).then(|| (provider.get(), region))
    });
    let regions = query(move || provider.with(|provider| catalog::regions(provider)));
    // A text that is no region of the provider has no zones: a free text is not asked for with each letter.
    let known = Memo::new(move |_| {
        let (provider, region) = place.get()?;
        regions.load().with(|load| {
            let list = load.value()?;
            list.iter().any(|known| known.id == region).then_some((provider, region))
        })
    });
    let zones =
        query(move || known.with(|place| place.as_ref().map(|(provider, region)| catalog::zones(provider, region))));
    let zone = Memo::new(move |_| {
        let (provider, region) = known.get()?;
        let zone = zones.load().with(|load| load.value().and_then(|zones| Some(zones.first()?.id.clone())))?;
        // The zones may still be those of the region before.
        Some((provider, region, zone))
    });
    let machines = query(move || {
        zone.with(|zone| {
            let (provider, region, zone) = zone.as_ref()?;
            Some(catalog::machine_types(provider, region, zone, &catalog::MachineTypeFilter::default()))
        })
    });
    let others = Memo::new(move |_| -> Vec<String> {
        let Some((_, region)) = known.get() else { return Vec::new() };
        zones.load().with(|load| {
            let behind = load.value().into_iter().flat_map(|zones| zones.iter().skip(1));
            behind.map(|zone| format!("{region} {}", zone.id)).collect()
        })
    });
    // What the first zone lacks another may have. They are asked one after the other, and only for what is lacked.
    let elsewhere = RwSignal::new(Vec::<Answer>::new());
    let next = Memo::new(move |_| {
        let load = machines.load().get();
        let first = load.value()?;
        others.with(|others| {
            elsewhere.with(|answers| {
                let is_lacked = typed.with(|typed| {
                    let mut groups = typed.groups.iter().chain([&typed.control]);
                    groups.any(|group| group.machines.iter().any(|name| is_nowhere(name, first, others, answers)))
                });
                if is_lacked { unanswered(others, answers).cloned() } else { None }
            })
        })
    });
    // Which one is asked: by the time that it answers, another may be next.
    let asked = StoredValue::new(String::new());
    let behind = query(move || {
        let (provider, _) = known.get()?;
        let zone = next.get()?;
        asked.set_value(zone.clone());
        let (region, zone) = zone.split_once(' ')?;
        Some(catalog::machine_types(&provider, region, zone, &catalog::MachineTypeFilter::default()))
    });
    Effect::new(move |_| {
        let load = behind.load().get();
        let Some(list) = load.value().filter(|_| !load.is_busy()) else { return };
        let zone = asked.get_value();
        if elsewhere.with_untracked(|answers| answers.iter().any(|(of, _)| *of == zone)) {
            return;
        }
        elsewhere.update(|answers| {
            answers.extend(list.iter().map(|machine| (zone.clone(), machine.name.clone())));
            answers.push((zone, String::new()));
        });
    });
    Offers {
        regions,
        zones,
        machines: machine_types::of_place(regions.load(), zones.load(), machines.load()),
        again: Callback::new(move |()| {
            regions.refetch();
            zones.refetch();
            machines.refetch();
            elsewhere.set(Vec::<Answer>::new());
            behind.refetch();
        }),
        others,
        elsewhere,
    }
}

/// What the address asks for: the catalog knows already where and on which machines.
fn asked(param: impl Fn(&str) -> Option<String>) -> Typed {
    let text = |name: &str| param(name).filter(|text| !text.is_empty());
    let mut typed = Typed::default();
    match text("provider").as_deref() {
        Some(model::GCP) => model::GKE.clone_into(&mut typed.kind),
        Some(model::AZURE) => model::AKS.clone_into(&mut typed.kind),
        _ => {}
    }
    if text("provider").as_deref() == Some(model::GCP) {
        model::GCP.clone_into(&mut typed.cloud);
    }
    if let Some(kind) = text("kind").filter(|kind| model::KINDS.contains(&kind.as_str())) {
        typed.kind = kind;
    }
    if let Some(region) = text("region") {
        typed.region = region;
    }
    if let Some(version) = text("version") {
        typed.version = version;
    }
    let machine = text("machine");
    if let Some(group) = typed.groups.first_mut() {
        group.machines.extend(machine);
    }
    typed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_fills_in_what_the_catalog_knows() {
        let param = |name: &str| match name {
            "provider" => Some("gcp".to_owned()),
            "region" => Some("europe-west3".to_owned()),
            "machine" => Some("n2-standard-4".to_owned()),
            _ => None,
        };
        let typed = asked(param);
        assert_eq!((typed.kind.as_str(), typed.region.as_str()), (model::GKE, "europe-west3"));
        assert_eq!(typed.groups[0].machines, ["n2-standard-4"]);
        assert_eq!(asked(|name| (name == "kind").then(|| "openshift".to_owned())).kind, model::EKS);
        let own = asked(|name| match name {
            "provider" => Some("gcp".to_owned()),
            "kind" => Some("selfHosted".to_owned()),
            _ => None,
        });
        assert_eq!((own.kind.as_str(), own.provider()), (model::SELF_HOSTED, model::GCP));
        assert_eq!(asked(|_| None), Typed::default());
    }

    fn owned(list: &[&str]) -> Vec<String> {
        list.iter().map(|&text| text.to_owned()).collect()
    }

    #[test]
    fn a_machine_type_is_gone_once_no_zone_has_it() {
        let first = [MachineType { name: "t3.large".to_owned(), ..MachineType::default() }];
        let others = owned(&["eu-north-1 b", "eu-north-1 c"]);
        let chosen = owned(&["t3.large", "g6.xlarge", "z9.mega"]);
        let mut answers = Vec::<Answer>::new();
        assert_eq!(gone(&chosen, &first, &others, &answers), owned(&[]), "nobody knows yet");
        assert_eq!(unanswered(&others, &answers), others.first());
        for (zone, name) in [("eu-north-1 b", "g6.xlarge"), ("eu-north-1 b", ""), ("eu-west-1 b", "z9.mega")] {
            answers.push((zone.to_owned(), name.to_owned()));
        }
        assert_eq!(unanswered(&others, &answers), others.last());
        answers.push(("eu-north-1 c".to_owned(), String::new()));
        assert_eq!(gone(&chosen, &first, &others, &answers), owned(&["z9.mega"]), "another region does not count");
        assert_eq!(gone(&chosen, &first, &[], &answers), owned(&["g6.xlarge", "z9.mega"]));
    }

    #[test]
    fn a_zone_of_another_region_is_named() {
        let zone = |id: &str, name: &str| Zone { id: id.to_owned(), name: name.to_owned(), ..Zone::default() };
        let zones = [zone("eu-west-1a", "eu-west-1a"), zone("westeurope-1", "Zone 1")];
        let odd = |chosen: &[&str]| odd_zone(&owned(chosen), &zones).map(ToOwned::to_owned);
        assert_eq!(odd(&["eu-west-1a", " westeurope-1", "Zone 1", "1", ""]), None);
        assert_eq!(odd(&["eu-west-1a", "eu-north-1a"]).as_deref(), Some("eu-north-1a"));
        assert_eq!(odd(&["2"]).as_deref(), Some("2"));
    }

    #[test]
    fn rows_are_read_back_as_they_were() {
        let typed = Typed::default();
        let rows: Rows = (typed.control, typed.groups, typed.subnets);
        assert_eq!(serde_json::from_str::<Rows>(&text_of(&rows)).expect("rows"), rows);
    }
}
