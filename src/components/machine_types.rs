//! Machine types of the catalog: what they are in words, how they are filtered, and a table to choose some from.

use std::sync::Arc;

use astro_api::catalog::{Architecture, MachineCategory, MachineType, Region, Zone};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlInputElement};

use super::rules::quantity;
use crate::ui::{
    BarFilter, Button, Column, Filter, FilterBar, Icon, Offer, Size, Value,
    filter_bar::Style,
    format,
    load::{Any, Load, Loaded, Loads},
    maybe, reactive,
    state::readable,
    table::{Card, Choice},
};

const GIB: f64 = 1024.0 * 1024.0 * 1024.0;

/// What it is made for: "General purpose".
pub fn category(category: &MachineCategory) -> String {
    match category {
        MachineCategory::GeneralPurpose => "General purpose".to_owned(),
        MachineCategory::ComputeOptimized => "Compute optimized".to_owned(),
        MachineCategory::MemoryOptimized => "Memory optimized".to_owned(),
        MachineCategory::AcceleratorOptimized => "Accelerator".to_owned(),
        MachineCategory::Gpu => "GPU".to_owned(),
        MachineCategory::Other(word) => readable(word),
    }
}

/// The machine types of a place. They are asked for once the place is known, so what keeps it from being known keeps them.
pub fn of_place(
    regions: Loads<Vec<Region>>,
    zones: Loads<Vec<Zone>>,
    machines: Loads<Vec<MachineType>>,
) -> Loads<Vec<MachineType>> {
    let nothing: Arc<Any> = Arc::new(Vec::<MachineType>::new());
    Loads::new(after(vec![regions.erased(), zones.erased()], machines.erased(), Some(nothing)))
}

/// What is asked for once a region is known. Where the provider has none, there is `nothing` of it.
pub fn of_region<T: Send + Sync + 'static>(
    regions: Loads<Vec<Region>>,
    load: Loads<T>,
    nothing: Option<T>,
) -> Loads<T> {
    let nothing = nothing.map(|nothing| Arc::new(nothing) as Arc<Any>);
    Loads::new(after(vec![regions.erased()], load.erased(), nothing))
}

/// A load that others have to come before: where it cannot be asked for, it fails as they do, or is as empty.
fn after(before: Vec<Signal<Load<Any>>>, load: Signal<Load<Any>>, nothing: Option<Arc<Any>>) -> Signal<Load<Any>> {
    Signal::derive(move || {
        let load = load.get();
        if !matches!(load, Load::Loading) {
            return load;
        }
        let kept = before.iter().find_map(|before| {
            before.with(|before| match before {
                Load::Failed(failure) => Some(Load::Failed(failure.clone())),
                Load::Ready(loaded) if is_empty(&*loaded.value) => {
                    let value = Arc::clone(nothing.as_ref()?);
                    Some(Load::Ready(Loaded { value, ..loaded.clone() }))
                }
                _ => None,
            })
        });
        kept.unwrap_or(load)
    })
}

/// Whether there are no regions, or no zones.
fn is_empty(list: &Any) -> bool {
    list.downcast_ref::<Vec<Region>>().is_some_and(Vec::is_empty)
        || list.downcast_ref::<Vec<Zone>>().is_some_and(Vec::is_empty)
}

/// Its processors as a number; none where the platform writes something else.
pub fn cpu(machine: &MachineType) -> Option<f64> {
    quantity(&machine.cpu)
}

/// Its memory in GiB.
pub fn gibibytes(machine: &MachineType) -> Option<f64> {
    quantity(&machine.memory).map(|bytes| bytes / GIB)
}

/// A number with two places at most, without zeros at its end.
fn plain(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Its processors: "4".
pub fn cpu_text(machine: &MachineType) -> String {
    cpu(machine).map_or_else(|| machine.cpu.clone(), plain)
}

/// Its memory: "16 GiB".
pub fn memory_text(machine: &MachineType) -> String {
    gibibytes(machine).map_or_else(|| machine.memory.clone(), |memory| format!("{} GiB", plain(memory)))
}

/// What it costs an hour: "$0.1632".
pub fn price_text(machine: &MachineType) -> Option<String> {
    machine.price_per_hour.map(|price| format!("${price:.4}"))
}

/// It in one line: "4 vCPU, 16 GiB, arm64".
pub fn in_short(machine: &MachineType) -> String {
    let mut text = format!("{} vCPU, {}", cpu_text(machine), memory_text(machine));
    if let Some(architecture) = &machine.architecture {
        text.push_str(", ");
        text.push_str(architecture.as_str());
    }
    if let Some(gpus) = machine.gpu.filter(|gpus| *gpus > 0) {
        text.push_str(", ");
        text.push_str(&gpus_text(gpus));
    }
    text
}

fn gpus_text(gpus: i64) -> String {
    if gpus == 1 { "1 GPU".to_owned() } else { format!("{gpus} GPUs") }
}

/// The range of sizes that a size lies in.
fn band(size: f64, unit: &'static str) -> Choice {
    const ENDS: [u32; 8] = [2, 4, 8, 16, 32, 64, 128, 256];
    let mut low = 0;
    for (rank, end) in (0_u8..).zip(ENDS) {
        if size <= f64::from(end) {
            let label = if low + 1 >= end { format!("{end}{unit}") } else { format!("{}–{end}{unit}", low + 1) };
            return Choice::new(end.to_string(), label).rank(rank);
        }
        low = end;
    }
    Choice::new("more", format!("More than {low}{unit}")).rank(100)
}

fn of_cpu(machine: &MachineType) -> Option<Choice> {
    cpu(machine).map(|cpu| band(cpu, ""))
}

fn of_memory(machine: &MachineType) -> Option<Choice> {
    gibibytes(machine).map(|memory| band(memory, " GiB"))
}

fn of_architecture(machine: &MachineType) -> Option<Choice> {
    machine.architecture.as_ref().map(|it: &Architecture| Choice::of(it.as_str()))
}

fn of_category(machine: &MachineType) -> Option<Choice> {
    machine.category.as_ref().map(|it| Choice::new(it.as_str().to_owned(), category(it)))
}

fn of_gpu(machine: &MachineType) -> Option<Choice> {
    let gpus = machine.gpu.filter(|gpus| *gpus > 0);
    // One that says nothing of GPUs has none.
    gpus.map_or_else(
        || Some(Choice::new("0", "No GPU").rank(0)),
        |gpus| Some(Choice::new(gpus.to_string(), gpus_text(gpus)).rank(u8::try_from(gpus).unwrap_or(u8::MAX))),
    )
}

/// A filter by its name in the address, what it is called, and the value of a machine type.
type Facet = (&'static str, &'static str, fn(&MachineType) -> Option<Choice>);

const FACETS: [Facet; 5] = [
    ("category", "Category", of_category),
    ("architecture", "Architecture", of_architecture),
    ("cpu", "vCPU", of_cpu),
    ("memory", "Memory", of_memory),
    ("gpu", "GPU", of_gpu),
];

/// The filters of a table of machine types.
pub fn filters() -> impl Iterator<Item = Filter<MachineType>> {
    FACETS.into_iter().map(|(key, label, of)| Filter::menu(key, label, of))
}

/// The columns of a table of machine types, behind the one that names them.
pub fn columns() -> Vec<Column<MachineType>> {
    vec![
        Column::new("vCPU", |machine: &MachineType| {
            view! {
                {cpu_text(machine)}
                <span class="catalog__unit">" vCPU"</span>
            }
            .into_any()
        })
        .value(|machine| {
            #[expect(clippy::cast_possible_truncation, reason = "processors, in thousandths")]
            cpu(machine).map_or(Value::None, |cpu| Value::Number(cpu.ceil() as i64))
        })
        .width(80)
        .number()
        .card(Card::Side),
        Column::new("Memory", |machine: &MachineType| memory_text(machine).into_any())
            .value(memory_text)
            .width(112)
            .number()
            .card(Card::NoteSide),
        Column::new("GPU", |machine: &MachineType| match machine.gpu.filter(|gpus| *gpus > 0) {
            Some(gpus) => gpus.into_any(),
            None => view! { <crate::ui::Dash/> }.into_any(),
        })
        .value(|machine| machine.gpu.filter(|gpus| *gpus > 0).map_or(Value::None, Value::Number))
        .width(72)
        .number(),
        Column::new("Architecture", |machine: &MachineType| {
            machine.architecture.as_ref().map(|it| it.as_str().to_owned()).unwrap_or_default().into_any()
        })
        .value(|machine| Value::text(machine.architecture.as_ref().map(|it| it.as_str().to_owned())))
        .width(120)
        .card(Card::Note),
        Column::new("Category", |machine: &MachineType| {
            machine.category.as_ref().map(category).unwrap_or_default().into_any()
        })
        .value(|machine| Value::text(machine.category.as_ref().map(category)))
        .width(176),
        Column::new("Per hour", |machine: &MachineType| match price_text(machine) {
            Some(price) => price.into_any(),
            None => view! { <crate::ui::Dash/> }.into_any(),
        })
        .value(|machine| Value::text(price_text(machine)))
        .key("price")
        .width(112)
        .number(),
    ]
}

/// By what the rows of the picker are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// As the platform lists them.
    Given,
    Cpu,
    Memory,
    Price,
}

impl By {
    fn size(self, machine: &MachineType) -> Option<f64> {
        match self {
            Self::Given => None,
            Self::Cpu => cpu(machine),
            Self::Memory => gibibytes(machine),
            Self::Price => machine.price_per_hour,
        }
    }
}

/// What a person looks for among machine types.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wanted {
    text: String,
    /// The chosen values of each facet; none lets everything through.
    values: [Vec<String>; FACETS.len()],
    by: By,
    descending: bool,
}

impl Default for Wanted {
    fn default() -> Self {
        Self { text: String::new(), values: Default::default(), by: By::Given, descending: false }
    }
}

impl Wanted {
    /// Whether a machine type is one; `but` names a facet that is not asked.
    fn takes(&self, machine: &MachineType, but: Option<usize>) -> bool {
        let name = machine.name.to_lowercase();
        let found = self.text.split_whitespace().all(|word| name.contains(&word.to_lowercase()));
        found
            && FACETS.iter().zip(&self.values).enumerate().all(|(at, ((.., of), values))| {
                but == Some(at)
                    || values.is_empty()
                    || of(machine).is_some_and(|choice| values.iter().any(|value| *value == choice.key))
            })
    }

    /// The machine types that are wanted, in order.
    fn of<'a>(&self, all: &'a [MachineType]) -> Vec<&'a MachineType> {
        let mut found: Vec<_> = all.iter().filter(|machine| self.takes(machine, None)).collect();
        if self.by != By::Given {
            found.sort_by(|one, two| {
                let (one, two) = (self.by.size(one), self.by.size(two));
                let order = one.unwrap_or(f64::MAX).total_cmp(&two.unwrap_or(f64::MAX));
                if self.descending { order.reverse() } else { order }
            });
        }
        found
    }

    /// What a facet offers, and how many there would be.
    fn offers(&self, all: &[MachineType], at: usize) -> Vec<Offer> {
        let Some((.., of)) = FACETS.get(at) else { return Vec::new() };
        let mut found: Vec<(Choice, usize)> = Vec::new();
        for machine in all {
            let Some(choice) = of(machine) else { continue };
            let counts = usize::from(self.takes(machine, Some(at)));
            match found.iter_mut().find(|(known, _)| known.key == choice.key) {
                Some((_, count)) => *count += counts,
                None => found.push((choice, counts)),
            }
        }
        found.sort_by(|(one, _), (two, _)| one.rank.cmp(&two.rank).then_with(|| one.label.cmp(&two.label)));
        let offer = |(choice, count): (Choice, usize)| Offer {
            key: choice.key.into_owned(),
            label: choice.label.into_owned(),
            tone: None,
            count: Some(count),
        };
        found.into_iter().map(offer).collect()
    }
}

/// Rows that are drawn at first; more come by a button.
const ROWS: usize = 40;

/// A table of machine types with filters, to choose some of them.
#[component]
pub fn MachineTypePicker(
    /// The machine types of a place.
    load: Loads<Vec<MachineType>>,
    /// The names of those that are chosen.
    chosen: RwSignal<Vec<String>>,
    /// What they are for, for a screen reader: "system".
    #[prop(into)]
    of: Signal<String>,
    /// Tries again after a failure.
    #[prop(into)]
    retry: Callback<()>,
) -> AnyView {
    let wanted = RwSignal::new(Wanted::default());
    let limit = RwSignal::new(ROWS);
    let all = Memo::new(move |_| Shared(load.with(|load| load.value().cloned().unwrap_or_default())));
    let shown = Memo::new(move |_| {
        all.with(|all| wanted.with(|wanted| wanted.of(&all.0).into_iter().cloned().collect::<Vec<_>>()))
    });
    let told = Signal::derive(move || {
        let (all, shown) = (all.with(|all| all.0.len()), shown.with(Vec::len));
        let chosen = match chosen.with(Vec::len) {
            0 => "None chosen".to_owned(),
            count => format!("{} chosen", format::count(count)),
        };
        if load.with(|load| load.value().is_none()) {
            chosen
        } else if all == shown {
            format!("{chosen}, {}", format::counted(all, "machine type", "machine types"))
        } else {
            format!("{chosen}, {} of {} match", format::count(shown), format::count(all))
        }
    });
    let filters = (0..FACETS.len())
        .filter_map(|at| {
            let (_, label, _) = FACETS.get(at)?;
            Some(BarFilter {
                label,
                style: Style::Menu,
                offers: Arc::new(move || all.with(|all| wanted.with(|wanted| wanted.offers(&all.0, at)))),
                many: Arc::new(move || all.with(|all| Wanted::default().offers(&all.0, at).len())),
                chosen: Arc::new(move || wanted.with(|wanted| wanted.values.get(at).cloned().unwrap_or_default())),
                all: Arc::new(|| None),
                choose: Callback::new(move |values: Vec<String>| {
                    limit.set(ROWS);
                    wanted.update(|wanted| {
                        if let Some(known) = wanted.values.get_mut(at) {
                            *known = values;
                        }
                    });
                }),
            })
        })
        .collect();
    let toggle = move |event: ev::Event| {
        let Some(name) = event.target().and_then(|target| machine_of(&target)) else { return };
        chosen.update(|chosen| match chosen.iter().position(|known| *known == name) {
            Some(at) => drop(chosen.remove(at)),
            None => chosen.push(name),
        });
    };
    // The table is one tab stop: the row that was last in focus, as long as it is shown, else the first.
    let last = RwSignal::new(String::new());
    let stop = Memo::new(move |_| {
        let limit = limit.get();
        shown.with(|shown| {
            let drawn = || shown.iter().take(limit);
            let kept = last.with(|last| drawn().find(|machine| machine.name == *last));
            kept.or_else(|| drawn().next()).map(|machine| machine.name.clone()).unwrap_or_default()
        })
    });
    let rows = reactive(move || {
        let limit = limit.get();
        shown.with(|shown| shown.iter().take(limit).map(|machine| row(machine, chosen, stop)).collect_view().into_any())
    });
    let focus = move |event: ev::FocusEvent| {
        if let Some(name) = event.target().and_then(|target| machine_of(&target)) {
            last.set(name);
        }
    };
    let walk = move |event: ev::KeyboardEvent| {
        let Some(name) = event.target().and_then(|target| machine_of(&target)) else { return };
        let count = shown.with_untracked(Vec::len).min(limit.get_untracked());
        let at = shown.with_untracked(|shown| shown.iter().position(|machine| machine.name == name));
        let Some(to) = at.and_then(|at| walked(&event.key(), at, count)) else { return };
        // Or the table would scroll as well.
        event.prevent_default();
        let table = event.current_target().and_then(|table| table.dyn_into::<Element>().ok());
        let checks = table.and_then(|table| table.query_selector_all("[data-machine]").ok());
        let check = u32::try_from(to).ok().and_then(|to| checks?.get(to));
        if let Some(check) = check.and_then(|check| check.dyn_into::<HtmlInputElement>().ok()) {
            let _ = check.focus();
        }
    };
    let below = reactive(move || {
        if all.with(|all| all.0.is_empty()) {
            return state(load, retry);
        }
        let (count, limit_now) = (shown.with(Vec::len), limit.get());
        if count == 0 {
            return view! {
                <div class="machines__state">
                    <span>"No machine type matches."</span>
                    <Button label="Clear filters" small=true on_press=move |()| wanted.set(Wanted::default())/>
                </div>
            }
            .into_any();
        }
        maybe((count > limit_now).then(|| {
            let label = format!("Show {} more", format::count(count - limit_now));
            view! {
                <div class="machines__state">
                    <Button label=label small=true on_press=move |()| limit.set(usize::MAX)/>
                </div>
            }
            .into_any()
        }))
    });
    view! {
        <div class="machines">
            <div class="machines__bar">
                <div class="search machines__search">
                    <Icon name="search" size=Size::Small/>
                    <input
                        class="input"
                        type="search"
                        placeholder="Filter by name"
                        aria-label=move || format!("Filter machine types of {}", of.get())
                        autocomplete="off"
                        spellcheck="false"
                        prop:value=move || wanted.with(|wanted| wanted.text.clone())
                        on:input=move |event| {
                            let text = event_target_value(&event);
                            limit.set(ROWS);
                            wanted.update(|wanted| wanted.text = text);
                        }
                        on:keydown=move |event: ev::KeyboardEvent| {
                            // It would send a form that is not finished.
                            if event.key() == "Enter" {
                                event.prevent_default();
                            }
                        }
                    />
                </div>
                <FilterBar filters=filters/>
                <p class="machines__told" role="status">{move || told.get()}</p>
            </div>
            <div
                class="machines__table"
                role="region"
                aria-label=move || format!("Machine types of {}", of.get())
                tabindex="0"
                on:change=toggle
                on:focusin=focus
                on:keydown=walk
            >
                <table class="table table--compact">
                    {head(wanted)}
                    <tbody>{rows}</tbody>
                </table>
                {below}
            </div>
        </div>
    }
    .into_any()
}

/// A list that counts as the same while it is the same answer.
#[derive(Clone)]
struct Shared(Arc<Vec<MachineType>>);

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

fn state(load: Loads<Vec<MachineType>>, retry: Callback<()>) -> AnyView {
    load.with(|load| match load.failure() {
        Some(failure) => {
            let words = format!("{}. {}", failure.title, format::sentence(&failure.message));
            view! {
                <div class="machines__state">
                    <Icon name="circle-alert" size=Size::Small/>
                    <span>{words}</span>
                    <Button label="Try again" small=true on_press=retry/>
                </div>
            }
            .into_any()
        }
        None if load.is_busy() => view! {
            <p class="machines__state">
                <span class="spinner" aria-hidden="true"></span>
                "Loading the machine types"
            </p>
        }
        .into_any(),
        None => view! { <p class="machines__state">"No machine types are offered here."</p> }.into_any(),
    })
}

fn head(wanted: RwSignal<Wanted>) -> AnyView {
    let columns: [(&str, Option<By>, bool); 7] = [
        ("Name", None, false),
        ("vCPU", Some(By::Cpu), true),
        ("Memory", Some(By::Memory), true),
        ("GPU", None, true),
        ("Architecture", None, false),
        ("Category", None, false),
        ("Per hour", Some(By::Price), true),
    ];
    let press = move |by: By| {
        wanted.update(|wanted| match (wanted.by == by, wanted.descending) {
            (false, _) => (wanted.by, wanted.descending) = (by, false),
            (true, false) => wanted.descending = true,
            (true, true) => (wanted.by, wanted.descending) = (By::Given, false),
        });
    };
    let cells = columns
        .into_iter()
        .map(|(text, by, number)| {
            let sorted = move || {
                let by = by?;
                wanted.with(|wanted| (wanted.by == by).then_some(wanted.descending))
            };
            let content = match by {
                Some(by) => view! {
                    <button type="button" class="table__sort" on:click=move |_| press(by)>
                        {text}
                        {reactive(move || {
                            maybe(sorted().map(|descending| {
                                let name = if descending { "arrow-down" } else { "arrow-up" };
                                view! { <Icon name=name size=Size::Small/> }.into_any()
                            }))
                        })}
                    </button>
                }
                .into_any(),
                None => text.into_any(),
            };
            view! {
                <th
                    scope="col"
                    class=number.then_some("number")
                    aria-sort=move || sorted().map(|descending| if descending { "descending" } else { "ascending" })
                >
                    {content}
                </th>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <thead>
            <tr>{cells}</tr>
        </thead>
    }
    .into_any()
}

/// The machine type that a checkbox is for.
fn machine_of(target: &EventTarget) -> Option<String> {
    target.dyn_ref::<Element>()?.get_attribute("data-machine")
}

/// The row that a key leads to, of `count`; nothing, where it leads to none.
fn walked(key: &str, at: usize, count: usize) -> Option<usize> {
    match key {
        "ArrowDown" => Some(at + 1).filter(|to| *to < count),
        "ArrowUp" => at.checked_sub(1),
        "Home" => Some(0),
        "End" => count.checked_sub(1),
        _ => None,
    }
}

fn row(machine: &MachineType, chosen: RwSignal<Vec<String>>, stop: Memo<String>) -> AnyView {
    let name = machine.name.clone();
    let is_stop = {
        let name = name.clone();
        move || stop.with(|stop| *stop == name)
    };
    let is_chosen = {
        let name = name.clone();
        Memo::new(move |_| chosen.with(|chosen| chosen.contains(&name)))
    };
    view! {
        <tr aria-selected=move || is_chosen.get().then_some("true")>
            <th scope="row" class="cell--title">
                <label class="machines__name">
                    <input
                        class="check"
                        type="checkbox"
                        data-machine=name.clone()
                        tabindex=move || if is_stop() { "0" } else { "-1" }
                        prop:checked=move || is_chosen.get()
                    />
                    <code>{name.clone()}</code>
                </label>
                // Where the row is a card, its columns have no heads.
                <span class="machines__short">{in_short(machine)}</span>
            </th>
            <td class="number cell--hidden">{cpu_text(machine)}</td>
            <td class="number cell--hidden">{memory_text(machine)}</td>
            <td class="number cell--hidden">{machine.gpu.filter(|gpus| *gpus > 0).map(|gpus| gpus.to_string())}</td>
            <td class="muted cell--hidden">{machine.architecture.as_ref().map(|it| it.as_str().to_owned())}</td>
            <td class="muted cell--hidden">{machine.category.as_ref().map(category)}</td>
            <td class="number cell--side">{price_text(machine)}</td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(name: &str, cpu: &str, memory: &str, gpu: i64, price: f64) -> MachineType {
        MachineType {
            id: name.to_owned(),
            name: name.to_owned(),
            category: Some(if gpu > 0 { MachineCategory::Gpu } else { MachineCategory::GeneralPurpose }),
            architecture: Some(if name.starts_with("m7g") { Architecture::Arm64 } else { Architecture::X86_64 }),
            cpu: cpu.to_owned(),
            memory: memory.to_owned(),
            gpu: Some(gpu),
            zones: None,
            price_per_hour: Some(price),
        }
    }

    fn some() -> Vec<MachineType> {
        vec![
            machine("m7i.xlarge", "4", "16Gi", 0, 0.2),
            machine("m7g.large", "2", "8Gi", 0, 0.08),
            machine("p5.48xlarge", "192", "2048Gi", 8, 55.0),
            machine("n1-standard-1", "1000m", "3840Mi", 0, 0.0475),
        ]
    }

    fn names(wanted: &Wanted) -> Vec<String> {
        wanted.of(&some()).into_iter().map(|machine| machine.name.clone()).collect()
    }

    #[test]
    fn keys_walk_the_rows_and_stop_at_the_ends() {
        assert_eq!(walked("ArrowDown", 0, 3), Some(1));
        assert_eq!(walked("ArrowDown", 2, 3), None);
        assert_eq!(walked("ArrowUp", 0, 3), None);
        assert_eq!(walked("End", 0, 3), Some(2));
        assert_eq!(walked("Home", 2, 3), Some(0));
        assert_eq!(walked(" ", 1, 3), None, "it checks the box");
    }

    #[test]
    fn sizes_are_told_in_one_unit() {
        let all = some();
        let says: Vec<_> = all.iter().map(in_short).collect();
        assert_eq!(says[0], "4 vCPU, 16 GiB, x86_64");
        assert_eq!(says[2], "192 vCPU, 2048 GiB, x86_64, 8 GPUs");
        assert_eq!(says[3], "1 vCPU, 3.75 GiB, x86_64");
        let odd = machine("odd", "many", "lots", 0, 0.0);
        assert_eq!((cpu_text(&odd), memory_text(&odd)), ("many".to_owned(), "lots".to_owned()));
        assert_eq!(price_text(&all[1]).as_deref(), Some("$0.0800"));
    }

    #[test]
    fn sizes_are_filtered_in_ranges() {
        let label = |size, unit| band(size, unit).label.into_owned();
        assert_eq!(label(1.0, ""), "1–2");
        assert_eq!(label(4.0, ""), "3–4");
        assert_eq!(label(3.75, " GiB"), "3–4 GiB");
        assert_eq!(label(2048.0, " GiB"), "More than 256 GiB");
    }

    #[test]
    fn filters_narrow_and_count_each_other() {
        let mut wanted = Wanted::default();
        assert_eq!(names(&wanted).len(), 4);
        wanted.values[1] = vec!["x86_64".to_owned()];
        assert_eq!(names(&wanted), ["m7i.xlarge", "p5.48xlarge", "n1-standard-1"]);
        let offers = wanted.offers(&some(), 2);
        let counts: Vec<_> = offers.iter().map(|offer| (offer.label.as_str(), offer.count)).collect();
        assert_eq!(counts, [("1–2", Some(1)), ("3–4", Some(1)), ("129–256", Some(1))]);
        let own = wanted.offers(&some(), 1);
        assert_eq!(own.iter().map(|offer| offer.count).collect::<Vec<_>>(), [Some(1), Some(3)]);
        "XLARGE p5".clone_into(&mut wanted.text);
        assert_eq!(names(&wanted), ["p5.48xlarge"]);
    }

    #[test]
    fn rows_are_sorted_by_size_and_price() {
        let by = |by, descending| names(&Wanted { by, descending, ..Wanted::default() });
        assert_eq!(by(By::Cpu, false).first().map(String::as_str), Some("n1-standard-1"));
        assert_eq!(by(By::Memory, true).first().map(String::as_str), Some("p5.48xlarge"));
        assert_eq!(by(By::Price, false), ["n1-standard-1", "m7g.large", "m7i.xlarge", "p5.48xlarge"]);
        assert_eq!(by(By::Given, true).first().map(String::as_str), Some("m7i.xlarge"));
    }
}
