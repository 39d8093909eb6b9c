//! Machine types to choose from: choosing, filtering, sorting, and each state of what is fetched.

use std::{cell::RefCell, rc::Rc, sync::Arc};

use astro_api::catalog::{Architecture, MachineType};
use astro_console::{
    components::MachineTypePicker,
    ui::load::{Any, Load, Loaded, Loads},
};
use leptos::{mount::mount_to, prelude::*};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlInputElement;

use crate::{
    screen::{Screen, focused, press_key},
    support::until,
};

struct Picker {
    screen: Screen,
    chosen: RwSignal<Vec<String>>,
    retried: Rc<RefCell<u32>>,
}

fn machine(name: &str, cpu: &str, memory: &str, price: f64) -> MachineType {
    MachineType {
        id: name.to_owned(),
        name: name.to_owned(),
        architecture: Some(if name.starts_with("m7g") { Architecture::Arm64 } else { Architecture::X86_64 }),
        cpu: cpu.to_owned(),
        memory: memory.to_owned(),
        price_per_hour: Some(price),
        ..MachineType::default()
    }
}

fn some() -> Vec<MachineType> {
    vec![
        machine("m7i.xlarge", "4", "16Gi", 0.2),
        machine("m7g.large", "2", "8Gi", 0.08),
        machine("m7g.xlarge", "4", "16Gi", 0.16),
    ]
}

fn loaded(list: Vec<MachineType>) -> Load<Any> {
    let value: Arc<Any> = Arc::new(list);
    Load::Ready(Loaded { value, at: 0, refreshing: false, failed: None })
}

fn picker(load: Load<Any>, before: &[&str]) -> Picker {
    let handed: Rc<RefCell<Option<RwSignal<Vec<String>>>>> = Rc::default();
    let retried: Rc<RefCell<u32>> = Rc::default();
    let (kept, counts) = (Rc::clone(&handed), send_wrapper::SendWrapper::new(Rc::clone(&retried)));
    let before: Vec<String> = before.iter().map(|name| (*name).to_owned()).collect();
    let screen = Screen::new(move |parent| {
        Box::new(mount_to(parent, move || {
            let chosen = RwSignal::new(before);
            *kept.borrow_mut() = Some(chosen);
            view! {
                <MachineTypePicker
                    load=Loads::new(Signal::stored(load))
                    chosen=chosen
                    of="system".to_owned()
                    retry=Callback::new(move |()| *counts.borrow_mut() += 1)
                />
            }
        }))
    });
    let chosen = handed.take().unwrap();
    Picker { screen, chosen, retried }
}

impl Picker {
    fn names(&self) -> Vec<String> {
        self.screen.all("tbody code").iter().map(|name| name.text_content().unwrap_or_default()).collect()
    }

    fn check(&self, name: &str) -> HtmlInputElement {
        self.screen.one(&format!("[data-machine='{name}']")).unwrap().unchecked_into()
    }

    fn told(&self) -> String {
        self.screen.one("[role=status].machines__told").and_then(|it| it.text_content()).unwrap_or_default()
    }
}

#[wasm_bindgen_test]
async fn machine_types_are_chosen_and_given_back() {
    let picker = picker(loaded(some()), &["m7g.large"]);
    until("the rows", || picker.names().len() == 3).await;
    assert!(picker.check("m7g.large").checked() && !picker.check("m7i.xlarge").checked());
    picker.check("m7i.xlarge").click();
    until("both", || picker.chosen.get_untracked() == ["m7g.large", "m7i.xlarge"]).await;
    until("the row", || picker.screen.all("tr[aria-selected=true]").len() == 2).await;
    picker.check("m7g.large").click();
    until("the other", || picker.chosen.get_untracked() == ["m7i.xlarge"]).await;
    until("the words", || picker.told() == "1 chosen, 3 machine types").await;
    // Others choose, too: the field above the table.
    picker.chosen.set(Vec::new());
    until("none", || picker.told() == "None chosen, 3 machine types" && !picker.check("m7i.xlarge").checked()).await;
}

#[wasm_bindgen_test]
async fn the_list_is_filtered_and_what_is_hidden_stays_chosen() {
    let picker = picker(loaded(some()), &["m7i.xlarge"]);
    until("the rows", || picker.names().len() == 3).await;
    picker.screen.type_into("input[type=search]", "m7g");
    until("two", || picker.names() == ["m7g.large", "m7g.xlarge"]).await;
    until("the words", || picker.told() == "1 chosen, 2 of 3 match").await;
    assert_eq!(picker.chosen.get_untracked(), ["m7i.xlarge"]);
    let search = picker.screen.one("input[type=search]").unwrap();
    assert!(!press_key(&search, "Enter"), "the form around is not sent");
    picker.screen.type_into("input[type=search]", "nothing");
    until("none", || picker.screen.says(".machines__state", "No machine type matches.")).await;
    picker.screen.button("Clear filters").click();
    until("all", || picker.names().len() == 3).await;
}

#[wasm_bindgen_test]
async fn the_table_is_one_tab_stop_and_arrows_walk_it() {
    let picker = picker(loaded(some()), &[]);
    until("the rows", || picker.names().len() == 3).await;
    let stops = || {
        let stops = picker.screen.all("[data-machine][tabindex='0']");
        stops.iter().filter_map(|stop| stop.get_attribute("data-machine")).collect::<Vec<_>>()
    };
    assert_eq!(stops(), ["m7i.xlarge"]);
    let first = picker.check("m7i.xlarge");
    first.focus().unwrap();
    assert!(!press_key(&first, "ArrowDown"), "the table does not scroll as well");
    assert_eq!(focused(), picker.check("m7g.large").into());
    until("the stop goes along", || stops() == ["m7g.large"]).await;
    press_key(&focused(), "End");
    press_key(&focused(), "ArrowDown");
    assert_eq!(focused(), picker.check("m7g.xlarge").into(), "it ends at the last");
    // A stop that the filter hides gives way to the first that is shown.
    picker.screen.type_into("input[type=search]", "m7i");
    until("the first", || stops() == ["m7i.xlarge"]).await;
}

#[wasm_bindgen_test]
async fn a_head_sorts_up_down_and_back() {
    let picker = picker(loaded(some()), &[]);
    until("the rows", || picker.names().len() == 3).await;
    let sorted = || picker.screen.one("th[aria-sort]").and_then(|head| head.get_attribute("aria-sort"));
    picker.screen.button("Per hour").click();
    until("up", || picker.names().first().map(String::as_str) == Some("m7g.large")).await;
    assert_eq!(sorted().as_deref(), Some("ascending"));
    picker.screen.button("Per hour").click();
    until("down", || picker.names().first().map(String::as_str) == Some("m7i.xlarge")).await;
    assert_eq!(sorted().as_deref(), Some("descending"));
    picker.screen.button("Per hour").click();
    until("back", || sorted().is_none()).await;
    assert_eq!(picker.names(), ["m7i.xlarge", "m7g.large", "m7g.xlarge"]);
}

#[wasm_bindgen_test]
async fn of_many_the_first_are_drawn() {
    let many = (0..800).map(|at| machine(&format!("x{at}.large"), "2", "8Gi", 1.0)).collect();
    let picker = picker(loaded(many), &[]);
    until("the first", || picker.names().len() == 40).await;
    picker.screen.button("Show 760 more").click();
    until("all", || picker.names().len() == 800).await;
}

#[wasm_bindgen_test]
async fn what_is_not_there_says_why() {
    let waiting = picker(Load::Loading, &[]);
    until("it loads", || waiting.screen.says(".machines__state", "Loading the machine types")).await;
    let empty = picker(loaded(Vec::new()), &[]);
    until("it is empty", || empty.screen.says(".machines__state", "No machine types are offered here.")).await;
    let error = astro_api::ApiError::new(astro_api::ErrorKind::Server, "listMachineTypes", "It is down.");
    let failed = picker(Load::Failed(astro_console::store::failure::failure(&error)), &[]);
    until("it failed", || failed.screen.says(".machines__state", "It is down.")).await;
    failed.screen.button("Try again").click();
    until("again", || *failed.retried.borrow() == 1).await;
}
