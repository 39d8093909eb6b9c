//! The node groups: cards, of which the one that is edited shows its fields.

use astro_api::catalog::Region;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{
    super::labels,
    form::{Form, GroupForm},
    limits::{self, CONTROL},
    model::{self, Group},
};
use crate::{
    components::{MachineTypePicker, machine_types},
    ui::{
        Button, Choice, Glyph, IconButton, Look, MultiField, NumberField, Section, SelectField, TextField, Tone,
        format, load::Loads, maybe, reactive,
    },
};

/// What the machines of a group are, in a few words: "2 to 4 nodes, on demand, t4g.large and 1 more".
fn in_short(group: &Group, is_control: bool) -> String {
    let (least, most) = group.range();
    let nodes = if least == most || is_control {
        let count = usize::try_from(least).unwrap_or_default();
        format::counted(count, "node", "nodes")
    } else {
        format!("{least} to {most} nodes")
    };
    let bought = match group.capacity.as_str() {
        model::SPOT => ", spot",
        model::ON_DEMAND => ", on demand",
        _ => "",
    };
    let machines = match group.machines.as_slice() {
        [] => ", no machine type yet".to_owned(),
        [one] => format!(", {one}"),
        [one, rest @ ..] => format!(", {one} and {} more", rest.len()),
    };
    format!("{nodes}{bought}{machines}")
}

/// Moves the focus to the first field of a group, once it is drawn.
fn focus(id: usize) {
    request_animation_frame(move || {
        let found = document().query_selector(&format!("[data-group='{id}'] input")).ok().flatten();
        if let Some(input) = found.and_then(|input| input.dyn_into::<HtmlElement>().ok()) {
            let _ = input.focus();
        }
    });
}

/// The groups of workers, and the control plane where the cluster has one of its own.
pub fn groups(form: Form) -> AnyView {
    let parts = form.parts;
    let mode = Memo::new(move |_| {
        let kind = parts.kind.get();
        (kind == model::SELF_HOSTED, kind == model::GKE && parts.mode.with(|mode| mode == model::AUTOPILOT))
    });
    reactive(move || {
        let (is_own, is_autopilot) = mode.get();
        if is_autopilot {
            return view! {
                <Section title="Node groups">
                    <p class="muted">
                        "Autopilot has none: Google brings the nodes that your workloads ask for, and bills by what they request."
                    </p>
                </Section>
            }
            .into_any();
        }
        let control = is_own.then(|| {
            view! {
                <Section title="Control plane" text="Its nodes hold the state of the cluster. An odd number of them survives more failures.">
                    <div class="group-card" data-group=form.control.id>
                        <div class="group-card__body">{control(form)}</div>
                    </div>
                </Section>
            }
            .into_any()
        });
        view! {
            {maybe(control)}
            {workers(form)}
        }
        .into_any()
    })
}

fn control(form: Form) -> AnyView {
    let group = form.control;
    let path = |field: &str| format!("{CONTROL}.{field}");
    view! {
        <div class="fields">
            <TextField field=form.field(path("name"), "Name") value=group.name limit=model::NAME/>
            <NumberField
                field=form.field(path("minNode"), "Nodes").hint("1, 3 or 5. One, where nothing is said.".to_owned()).optional()
                value=group.least
                least=1
                most=model::NODES
            />
            <NumberField
                field=form.field(path("maxNode"), "Maximum nodes").optional()
                value=group.most
                least=1
                most=model::NODES
            />
        </div>
        {machines(form, group, path("machineTypes"))}
    }
    .into_any()
}

fn workers(form: Form) -> AnyView {
    let add = move |()| {
        let name = form.free_name("workers");
        focus(form.add_group(&Group::workers(&name)));
    };
    let cards = reactive(move || {
        let groups = form.groups.get();
        let is_only = groups.len() == 1;
        groups.into_iter().enumerate().map(|(index, group)| card(form, group, index, is_only)).collect_view().into_any()
    });
    let none = reactive(move || {
        maybe(
            form.groups
                .with(Vec::is_empty)
                .then(|| view! { <p class="muted">"A cluster needs at least one node group."</p> }.into_any()),
        )
    });
    view! {
        <section class="section" aria-label="Node groups">
            <div class="group-card__title">
                <h2>"Node groups"</h2>
                <Button label="Add node group" icon="plus" small=true on_press=add/>
            </div>
            <div class="stack">{cards} {none}</div>
        </section>
    }
    .into_any()
}

/// What is wrong with a group whose fields are not shown.
fn trouble(form: Form, group: GroupForm, path: &str) -> Option<String> {
    let fields = ["name", "minNode", "maxNode", "machineTypes", "instanceType", "taints", "labels"];
    fields
        .iter()
        .find_map(|field| form.problem(&format!("{path}.{field}")))
        .or_else(|| form.not_offered(&group.machines.get()))
        .or_else(|| form.odd_zone(&group.zones.get()))
}

fn card(form: Form, group: GroupForm, index: usize, is_only: bool) -> AnyView {
    let path = StoredValue::new(limits::group_path(index));
    let title = move || {
        let name = group.name.with(|name| name.trim().to_owned());
        if name.is_empty() { format!("Node group {}", index + 1) } else { name }
    };
    let toggle = move |()| {
        if group.open.get_untracked() {
            group.open.set(false);
        } else {
            form.show_only(group.id);
            focus(group.id);
        }
    };
    let duplicate = move |()| {
        let mut copy = untrack(|| group.read());
        copy.name = form.free_name(copy.name.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '-'));
        focus(form.add_group(&copy));
    };
    let remove = move |()| {
        form.remove_group(group.id);
        // The focus goes to what adds one, since what was pressed is gone.
        request_animation_frame(|| {
            let found = document().query_selector(".group-card__title .button").ok().flatten();
            if let Some(button) = found.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
                let _ = button.focus();
            }
        });
    };
    let summary = reactive(move || {
        if group.open.get() {
            return ().into_any();
        }
        let trouble = path.with_value(|path| trouble(form, group, path));
        match trouble {
            Some(words) => view! {
                <span class="group-card__trouble">
                    <Glyph tone=Tone::Warn/>
                    <span>{words}</span>
                </span>
            }
            .into_any(),
            None => view! { <span class="muted group-card__short">{in_short(&group.read(), false)}</span> }.into_any(),
        }
    });
    let body = reactive(move || {
        maybe(group.open.get().then(|| {
            let path = path.get_value();
            view! { <div class="group-card__body">{fields(form, group, &path)}</div> }.into_any()
        }))
    });
    let remover = (!is_only).then(|| {
        view! { <IconButton icon="trash-2" label=Signal::derive(move || format!("Remove {}", title())) on_press=remove/> }
            .into_any()
    });
    view! {
        <section class="group-card" aria-label=title data-group=group.id>
            <div class="group-card__head">
                <h3>{title}</h3>
                {summary}
                <span class="row row--tight push">
                    <Button
                        label=Signal::derive(move || if group.open.get() { "Done" } else { "Edit" }.to_owned())
                        look=Look::Ghost
                        small=true
                        on_press=toggle
                    />
                    <IconButton
                        icon="copy"
                        label=Signal::derive(move || format!("Duplicate {}", title()))
                        on_press=duplicate
                    />
                    {maybe(remover)}
                </span>
            </div>
            {body}
        </section>
    }
    .into_any()
}

fn fields(form: Form, group: GroupForm, path: &str) -> AnyView {
    let at = |field: &str| format!("{path}.{field}");
    let capacities = vec![Choice::new(model::ON_DEMAND, "On demand"), Choice::new(model::SPOT, "Spot")];
    let capacity = form.field(at("instanceType"), "Capacity").optional().hint(Signal::derive(move || {
        let is_spot = group.capacity.with(|word| word == model::SPOT);
        if is_spot { "Cheaper, and the provider may take them back." } else { "" }.to_owned()
    }));
    let more = {
        let path = path.to_owned();
        reactive(move || {
            if group.more.get() {
                return more(form, group, &path);
            }
            view! {
                <div class="group-card__foot">
                    <span>"Every zone, no labels, no taints"</span>
                    <button type="button" class="link push" on:click=move |_| group.more.set(true)>
                        "Set zones, labels and taints"
                    </button>
                </div>
            }
            .into_any()
        })
    };
    view! {
        <div class="group-card__fields">
            <TextField field=form.field(at("name"), "Name") value=group.name limit=model::NAME/>
            <NumberField field=form.field(at("minNode"), "Minimum nodes") value=group.least least=0 most=model::NODES/>
            <NumberField field=form.field(at("maxNode"), "Maximum nodes") value=group.most least=1 most=model::NODES/>
            <SelectField
                field=capacity
                value=group.capacity
                choices=Signal::stored(capacities)
                placeholder="The platform's choice"
            />
        </div>
        {machines(form, group, at("machineTypes"))}
        {more}
    }
    .into_any()
}

/// Zones in which a chosen machine type is not to be had, in a sentence.
fn scarce(list: &[astro_api::catalog::MachineType], chosen: &[String], zones: &[String]) -> Option<String> {
    list.iter().filter(|machine| chosen.contains(&machine.name)).find_map(|machine| {
        let offered = machine.zones.as_deref()?;
        let lacking: Vec<&str> = zones.iter().filter(|zone| !offered.contains(zone)).map(String::as_str).collect();
        (!lacking.is_empty()).then(|| format!("{} is not offered in {}.", machine.name, lacking.join(", ")))
    })
}

/// The machine types of a group: those that are chosen, and all of them to choose from.
fn machines(form: Form, group: GroupForm, path: String) -> AnyView {
    let offers = form.offers;
    let gone = Signal::derive(move || form.not_offered(&group.machines.get()));
    let hint = Signal::derive(move || {
        let zones = match group.zones.get() {
            zones if zones.is_empty() => offers
                .zones
                .load()
                .with(|load| load.value().map(|zones| zones.iter().map(|zone| zone.id.clone()).collect::<Vec<_>>()))
                .unwrap_or_default(),
            zones => zones,
        };
        let scarce = offers.machines.with(|load| group.machines.with(|chosen| scarce(load.value()?, chosen, &zones)));
        scarce.unwrap_or_else(|| "Several give the platform a choice when one is short.".to_owned())
    });
    let choices = offers.machines.map(|list| {
        list.iter()
            .map(|machine| Choice::plain(machine.name.clone()).note(machine_types::in_short(machine)))
            .collect::<Vec<_>>()
    });
    let no_region = Memo::new(move |_| {
        let region = form.parts.region.with(|region| region.trim().to_owned());
        let is_known = |list: &Vec<Region>| list.iter().any(|known| known.id == region);
        region.is_empty() || offers.regions.load().with(|load| load.value().is_some_and(|list| !is_known(list)))
    });
    let field = form.field(path, "Machine types").needed("Choose at least one machine type.").hint(hint).error(gone);
    let of = Signal::derive(move || group.name.with(|name| name.trim().to_owned()));
    let picker = reactive(move || {
        if no_region.get() {
            return view! { <p class="muted">"Choose a region to see what it offers."</p> }.into_any();
        }
        view! {
            <MachineTypePicker
                load=offers.machines
                chosen=group.machines
                of=of
                retry=offers.again
            />
        }
        .into_any()
    });
    let shown: Loads<Vec<Choice>> = choices;
    view! {
        <MultiField
            field=field
            value=group.machines
            choices=shown
            free=true
            whole=|_| false
            placeholder="Name one, or choose below"
        />
        {picker}
    }
    .into_any()
}

fn more(form: Form, group: GroupForm, path: &str) -> AnyView {
    let at = |field: &str| format!("{path}.{field}");
    let zones = form.offers.zones;
    let choices = zones.load().map(|list| list.iter().map(|zone| Choice::plain(zone.id.clone())).collect::<Vec<_>>());
    let zone_field = form
        .zone_field(at("availabilityZones"), "Zones", group.zones.into())
        .optional()
        .hint("Every zone of the region, if none is chosen.".to_owned());
    view! {
        <MultiField
            field=zone_field
            value=group.zones
            choices=choices
            free=true
            whole=|_| false
            placeholder="Every zone"
        />
        {labels::fields(form.field(at("labels"), "Labels"), form.field(at("taints"), "Taints"), group.labels, group.taints)}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use astro_api::catalog::MachineType;

    use super::*;

    #[test]
    fn a_group_is_told_in_a_line() {
        let mut group = Group::workers("system");
        assert_eq!(in_short(&group, false), "1 to 3 nodes, on demand, no machine type yet");
        group.machines = vec!["t4g.large".to_owned()];
        group.most = "1".to_owned();
        assert_eq!(in_short(&group, false), "1 node, on demand, t4g.large");
        group.machines.push("m7g.large".to_owned());
        group.capacity = model::SPOT.to_owned();
        assert_eq!(in_short(&group, false), "1 node, spot, t4g.large and 1 more");
    }

    #[test]
    fn zones_without_a_machine_type_are_named() {
        let machine = MachineType {
            name: "p5.48xlarge".to_owned(),
            zones: Some(vec!["a".to_owned(), "b".to_owned()]),
            ..MachineType::default()
        };
        let zones: Vec<String> = ["a", "b", "c"].map(ToOwned::to_owned).to_vec();
        let chosen = vec!["p5.48xlarge".to_owned()];
        assert_eq!(
            scarce(std::slice::from_ref(&machine), &chosen, &zones).as_deref(),
            Some("p5.48xlarge is not offered in c.")
        );
        assert_eq!(scarce(std::slice::from_ref(&machine), &chosen, &zones[..2]), None);
        assert_eq!(scarce(&[machine], &[], &zones), None);
    }
}
