//! Fields in a browser: labels and errors for a screen reader, the keyboard, and values at the edge.

use astro_console::ui::{
    CheckField, Choice, ComboField, DurationField, EditorField, Field, FileField, MultiField, NumberField, PairsField,
    SegmentsField, SelectField, TextField,
    field::{Span, ready},
    load::{Failure, FailureKind, Load, Loads},
};
use leptos::{mount::mount_to, prelude::*};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};

use crate::{
    screen::{Screen, drop_file, event, focused, press_key},
    support::{settle, until},
};

fn mounted(draw: impl FnOnce() -> AnyView + 'static) -> Screen {
    Screen::new(|parent| Box::new(mount_to(parent, draw)))
}

fn rule(text: RwSignal<String>) -> impl Fn() -> Option<String> + Send + Sync {
    move || text.with(|text| text.contains(' ').then(|| "No spaces.".to_owned()))
}

#[wasm_bindgen_test]
async fn a_field_is_tied_to_its_words_and_speaks_when_it_is_left() {
    let value = RwSignal::new(String::new());
    let screen = mounted(move || {
        let field = Field::new("name", "Name").hint("It is part of addresses.").check(rule(value));
        view! { <TextField field=field value=value limit=10/> }.into_any()
    });
    let input = screen.input("input");
    let label = screen.one("label").unwrap();
    assert_eq!(label.get_attribute("for").unwrap(), input.id());
    let described = |input: &HtmlInputElement| {
        let ids = input.get_attribute("aria-describedby").unwrap_or_default();
        ids.split(' ')
            .filter_map(|id| document().get_element_by_id(id))
            .map(|element| element.text_content().unwrap())
            .collect::<Vec<_>>()
            .join("|")
    };
    assert_eq!(described(&input), "It is part of addresses.");
    // Walked past without a touch: no reproach.
    input.focus().unwrap();
    input.blur().unwrap();
    settle().await;
    assert_eq!(input.get_attribute("aria-invalid"), None);
    input.focus().unwrap();
    screen.type_into("input", "a b");
    settle().await;
    assert_eq!(input.get_attribute("aria-invalid"), None, "not while it is typed");
    input.blur().unwrap();
    until("the error", || input.get_attribute("aria-invalid").as_deref() == Some("true")).await;
    assert_eq!(described(&input), "No spaces.|It is part of addresses.");
    // From then on with each change.
    screen.type_into("input", "a-b");
    until("no error", || input.get_attribute("aria-invalid").is_none()).await;
    screen.type_into("input", "more-than-ten");
    until("the count", || screen.says(".field__count", "13 of 10")).await;
    input.blur().unwrap();
    until("the limit", || described(&input).starts_with("At most 10 characters; this has 13.")).await;
    assert_eq!(value.get_untracked(), "more-than-ten", "what is typed is not cut");
}

#[wasm_bindgen_test]
async fn a_list_that_comes_when_a_field_was_left_is_still_heard() {
    let (value, known) = (RwSignal::new(String::new()), RwSignal::new(""));
    let screen = mounted(move || {
        let taken = move || value.with(|value| (*value == known.get()).then(|| "It is taken.".to_owned()));
        view! { <TextField field=Field::new("name", "Name").check(taken) value=value/> }.into_any()
    });
    let input = screen.input("input");
    input.focus().unwrap();
    screen.type_into("input", "web");
    input.blur().unwrap();
    settle().await;
    assert!(screen.says(".field__error", ""));
    known.set("web");
    until("the error", || screen.says(".field__error", "It is taken.")).await;
    // From then on with each change.
    input.focus().unwrap();
    screen.type_into("input", "web-1");
    until("no error", || screen.says(".field__error", "")).await;
    screen.type_into("input", "web");
    until("the error again", || screen.says(".field__error", "It is taken.")).await;
    screen.type_into("input", "web-1");
    input.blur().unwrap();
    value.set(String::new());
    settle().await;
    assert!(screen.says(".field__error", ""), "others have emptied it");
    input.focus().unwrap();
    screen.type_into("input", "api");
    known.set("api");
    settle().await;
    assert!(screen.says(".field__error", ""), "not while it is typed");
    input.blur().unwrap();
    until("the error at the end", || screen.says(".field__error", "It is taken.")).await;
}

#[wasm_bindgen_test]
async fn a_disabled_field_says_why() {
    let reason = RwSignal::new(Some("The autoscaler decides.".to_owned()));
    let value = RwSignal::new("3".to_owned());
    let screen = mounted(move || {
        view! { <NumberField field=Field::new("replicas", "Replicas").disabled(reason) value=value/> }.into_any()
    });
    let input = screen.input("input");
    assert!(input.disabled());
    let id = input.get_attribute("aria-describedby").unwrap();
    assert!(document().get_element_by_id(&id).unwrap().text_content().unwrap().contains("The autoscaler decides."));
    reason.set(None);
    until("enabled", || !input.disabled()).await;
}

#[wasm_bindgen_test]
async fn a_number_steps_by_keys_and_keeps_what_is_no_number() {
    let value = RwSignal::new("3".to_owned());
    let screen = mounted(move || {
        view! { <NumberField field=Field::new("min", "Nodes") value=value least=1 most=12 unit="nodes"/> }.into_any()
    });
    let input = screen.input("input");
    input.focus().unwrap();
    press_key(&input, "ArrowUp");
    until("four", || input.value() == "4").await;
    press_key(&input, "PageUp");
    until("the most", || input.value() == "12").await;
    press_key(&input, "ArrowUp");
    settle().await;
    assert_eq!(
        (value.get_untracked().as_str(), input.get_attribute("aria-valuetext").unwrap().as_str()),
        ("12", "12 nodes")
    );
    screen.type_into("input", "a few");
    input.blur().unwrap();
    until("the rule", || screen.says(".field__error", "Enter a whole number")).await;
    assert_eq!(input.value(), "a few");
    assert_eq!(input.get_attribute("aria-valuenow"), None);
}

#[wasm_bindgen_test]
async fn a_select_keeps_a_value_that_is_no_longer_offered() {
    let value = RwSignal::new("eu-9".to_owned());
    let choices = RwSignal::new(vec![Choice::plain("eu-1"), Choice::plain("eu-2").disabled("full")]);
    let screen = mounted(move || {
        view! { <SelectField field=Field::new("region", "Region") value=value choices=choices/> }.into_any()
    });
    let select: HtmlSelectElement = screen.one("select").unwrap().unchecked_into();
    until("the value", || select.value() == "eu-9").await;
    assert!(screen.one("option[value=eu-2]").unwrap().has_attribute("disabled"));
    choices.set(vec![Choice::plain("eu-1"), Choice::plain("eu-9")]);
    settle().await;
    assert_eq!(select.value(), "eu-9");
    value.set("eu-1".to_owned());
    until("the new one", || select.value() == "eu-1").await;
}

#[wasm_bindgen_test]
async fn segments_and_boxes_are_native() {
    let value = RwSignal::new("30 d".to_owned());
    let on = RwSignal::new(false);
    let screen = mounted(move || {
        let choices = ["7 d", "30 d"].map(Choice::plain).to_vec();
        view! {
            <SegmentsField field=Field::new("expiry", "Expires") value=value choices=choices/>
            <CheckField field=Field::new("all", "All") value=on mixed=Signal::derive(move || !on.get())/>
        }
        .into_any()
    });
    let group = screen.one("[role=radiogroup]").unwrap();
    let label = group.get_attribute("aria-labelledby").unwrap();
    assert_eq!(document().get_element_by_id(&label).unwrap().text_content().unwrap(), "Expires");
    assert!(screen.input("input[value='30 d']").checked());
    screen.one("input[value='7 d']").unwrap().click();
    assert_eq!(value.get_untracked(), "7 d");
    let check = screen.input("input[type=checkbox]");
    until("neither", || check.indeterminate()).await;
    check.click();
    until("checked", || on.get_untracked() && !check.indeterminate()).await;
}

fn regions(count: usize) -> Vec<Choice> {
    (0..count).map(|number| Choice::new(format!("r-{number}"), format!("Region {number}")).note("zone")).collect()
}

#[wasm_bindgen_test]
async fn a_combobox_finds_walks_and_chooses_by_keyboard() {
    let value = RwSignal::new("r-7".to_owned());
    let screen = mounted(move || {
        view! { <ComboField field=Field::new("region", "Region") value=value choices=ready(|| regions(5_000))/> }
            .into_any()
    });
    let input = screen.input("input");
    until("the name of the value", || input.value() == "Region 7").await;
    assert_eq!(input.get_attribute("aria-expanded").as_deref(), Some("false"));
    input.focus().unwrap();
    press_key(&input, "ArrowDown");
    until("the list", || screen.all("[role=option]").len() > 5).await;
    assert!(screen.all("[role=option]").len() < 40, "{} rows", screen.all("[role=option]").len());
    let active = || input.get_attribute("aria-activedescendant").and_then(|id| document().get_element_by_id(&id));
    assert_eq!(active().unwrap().get_attribute("aria-selected").as_deref(), Some("true"), "it opens at what is chosen");
    press_key(&input, "End");
    until("the last", || active().is_some_and(|row| row.text_content().unwrap().starts_with("Region 4999"))).await;
    assert_eq!(active().unwrap().get_attribute("aria-posinset").as_deref(), Some("5000"));
    press_key(&input, "ArrowDown");
    until("around the end", || active().is_some_and(|row| row.text_content().unwrap().starts_with("Region 0"))).await;
    press_key(&input, "Escape");
    until("closed", || input.get_attribute("aria-expanded").as_deref() == Some("false")).await;
    assert_eq!(value.get_untracked(), "r-7", "Escape chooses nothing");
    screen.type_into("input", "4210 region");
    until("one", || screen.all("[role=option]").len() == 1).await;
    press_key(&input, "Enter");
    until("chosen", || value.get_untracked() == "r-4210" && input.value() == "Region 4210").await;
    // What is in no list stays, and is named.
    screen.type_into("input", "atlantis");
    until("nothing", || screen.says(".combo__state", "Nothing matches “atlantis”.")).await;
    input.blur().unwrap();
    until("the error", || screen.says(".field__error", "“atlantis” is not in the list.")).await;
    assert_eq!(input.value(), "atlantis");
    assert_eq!(value.get_untracked(), "r-4210");
    input.focus().unwrap();
    screen.type_into("input", "REGION 3");
    input.blur().unwrap();
    until("a text that means one is that one", || value.get_untracked() == "r-3").await;
}

#[wasm_bindgen_test]
async fn a_combobox_takes_what_others_set_but_leaves_an_emptied_text_alone() {
    let value = RwSignal::new("r-7".to_owned());
    let screen = mounted(move || {
        // As where one of them has to be chosen.
        Effect::new(move |_| {
            if value.with(String::is_empty) {
                value.set("r-0".to_owned());
            }
        });
        view! { <ComboField field=Field::new("region", "Region") value=value choices=ready(|| regions(30))/> }
            .into_any()
    });
    let input = screen.input("input");
    until("the name of the value", || input.value() == "Region 7").await;
    input.focus().unwrap();
    screen.type_into("input", "");
    until("what is set for it", || value.get_untracked() == "r-0").await;
    settle().await;
    assert_eq!(input.value(), "", "somebody types there");
    input.blur().unwrap();
    until("the name again", || input.value() == "Region 0").await;
    input.focus().unwrap();
    screen.type_into("input", "atlantis");
    value.set("r-9".to_owned());
    until("the name of what others set", || input.value() == "Region 9").await;
}

#[wasm_bindgen_test]
async fn a_field_that_is_taken_away_with_the_focus_in_it_goes_quietly() {
    let faults = std::rc::Rc::new(std::cell::Cell::new(0));
    let counted = std::rc::Rc::clone(&faults);
    let listener = window_event_listener(leptos::ev::error, move |_| counted.set(counted.get() + 1));
    let shown = RwSignal::new(true);
    let (one, many) = (RwSignal::new("r-7".to_owned()), RwSignal::new(Vec::new()));
    let pairs = RwSignal::new(vec![("a".to_owned(), "b".to_owned())]);
    let screen = mounted(move || {
        let fields = move || {
            view! {
                <ComboField field=Field::new("region", "Region") value=one choices=ready(|| regions(50))/>
                <MultiField field=Field::new("zones", "Zones") value=many choices=ready(|| regions(50)) free=true/>
                <PairsField field=Field::new("tags", "Tags") value=pairs name="Tag" add="Add tag"/>
            }
        };
        (move || shown.get().then(fields)).into_any()
    });
    // Of the pairs there are two, when they have been drawn.
    let count = 4;
    until("all of it", || screen.all("input").len() == count).await;
    for index in 0..count {
        let field: HtmlInputElement = screen.all("input").swap_remove(index).unchecked_into();
        field.focus().unwrap();
        press_key(&field, "ArrowDown");
        settle().await;
        shown.set(false);
        until("nothing", || screen.one("input").is_none()).await;
        shown.set(true);
        until("all of it again", || screen.all("input").len() == count).await;
    }
    settle().await;
    assert_eq!(faults.get(), 0);
    listener.remove();
}

#[wasm_bindgen_test]
async fn a_combobox_says_that_it_loads_and_offers_to_try_again() {
    let state = RwSignal::new(0);
    let tries = RwSignal::new(0);
    let value = RwSignal::new(String::new());
    let screen = mounted(move || {
        let load = Signal::derive(move || match state.get() {
            0 => Load::Loading,
            1 => Load::Failed(failure()),
            _ => ready(|| regions(2)).erased().get(),
        });
        let retry = Callback::new(move |()| tries.update(|tries| *tries += 1));
        view! { <ComboField field=Field::new("region", "Region") value=value choices=Loads::new(load) retry=retry/> }
            .into_any()
    });
    let input = screen.input("input");
    input.focus().unwrap();
    press_key(&input, "ArrowDown");
    until("loading", || screen.says(".combo__state", "Loading")).await;
    state.set(1);
    until("the failure", || screen.says(".combo__state--failed", "The platform failed. It is down.")).await;
    screen.one(".combo__state--failed button").unwrap().click();
    assert_eq!(tries.get_untracked(), 1);
    state.set(2);
    until("the choices", || screen.all("[role=option]").len() == 2).await;
    assert_eq!(input.get_attribute("aria-expanded").as_deref(), Some("true"), "still open");
}

#[wasm_bindgen_test]
async fn several_are_chips_and_backspace_gives_the_last_one_back() {
    let value = RwSignal::new(vec!["r-1".to_owned()]);
    let screen = mounted(move || {
        view! { <MultiField field=Field::new("zones", "Zones") value=value choices=ready(|| regions(30)) free=true/> }
            .into_any()
    });
    let input = screen.input("input");
    until("a chip with its name", || screen.says(".combo__chip", "Region 1")).await;
    input.focus().unwrap();
    screen.type_into("input", "region 2");
    press_key(&input, "ArrowDown");
    press_key(&input, "Enter");
    until("two", || value.get_untracked() == ["r-1", "r-2"] && input.value().is_empty()).await;
    press_key(&input, "Escape");
    screen.type_into("input", "own-zone");
    press_key(&input, "Enter");
    until("three", || value.get_untracked() == ["r-1", "r-2", "own-zone"]).await;
    press_key(&input, "Backspace");
    until("two again", || value.get_untracked() == ["r-1", "r-2"]).await;
    screen.one("[aria-label='Remove Region 1']").unwrap().click();
    until("one", || value.get_untracked() == ["r-2"]).await;
    assert_eq!(focused(), input.clone().into(), "the focus is not lost with the chip");
}

#[wasm_bindgen_test]
async fn enter_takes_the_first_match_of_what_is_no_value_by_itself() {
    let value = RwSignal::new(String::new());
    let one = mounted(move || {
        let known = move || value.with(|text| (!text.starts_with("r-")).then(|| "No region.".to_owned()));
        let field = Field::new("region", "Region").check(known);
        view! { <ComboField field=field value=value choices=ready(|| regions(30)) free=true/> }.into_any()
    });
    let input = one.input("input");
    input.focus().unwrap();
    one.type_into("input", "region 2");
    until("the matches", || one.all("[role=option]").len() == 12).await;
    press_key(&input, "Enter");
    until("the one of that name", || value.get_untracked() == "r-2" && input.value() == "Region 2").await;
    // What the rule takes stays as it was typed.
    one.type_into("input", "r-1");
    press_key(&input, "Enter");
    until("closed", || input.get_attribute("aria-expanded").as_deref() == Some("false")).await;
    assert_eq!(value.get_untracked(), "r-1");
    // Escape keeps the text.
    one.type_into("input", "region 3");
    press_key(&input, "Escape");
    press_key(&input, "Enter");
    assert_eq!(value.get_untracked(), "region 3");
    std::mem::drop(one);

    let values = RwSignal::new(vec!["r-2".to_owned()]);
    let many = mounted(move || {
        let field = Field::new("zones", "Zones");
        view! { <MultiField field=field value=values choices=ready(|| regions(30)) free=true whole=|text| text == "own"/> }
            .into_any()
    });
    let input = many.input("input");
    input.focus().unwrap();
    many.type_into("input", "r-2");
    press_key(&input, "Enter");
    assert_eq!(values.get_untracked(), ["r-2"], "what is chosen by its name is not given back");
    many.type_into("input", "on 2");
    press_key(&input, "Enter");
    until("the first that is not chosen", || values.get_untracked() == ["r-2", "r-12"]).await;
    many.type_into("input", "own");
    press_key(&input, "Enter");
    until("a value by itself", || values.get_untracked() == ["r-2", "r-12", "own"]).await;
}

#[wasm_bindgen_test]
async fn pairs_name_what_is_there_twice() {
    let value = RwSignal::new(vec![("app".to_owned(), "web".to_owned())]);
    let screen = mounted(move || {
        view! { <PairsField field=Field::new("labels", "Labels").optional() value=value name="Label" add="Add label"/> }
            .into_any()
    });
    until("a row", || screen.all(".pairs__row").len() == 1).await;
    screen.one("[data-part=add]").unwrap().click();
    until("another row with the focus", || focused().get_attribute("data-part").as_deref() == Some("name")).await;
    screen.type_at("[data-part=name]", 1, "app");
    screen.type_at("[data-part=value]", 1, "api");
    focused().unchecked_into::<web_sys::HtmlElement>().blur().unwrap();
    until("the error", || screen.says(".field__error", "“app” is there twice.")).await;
    let invalid = screen.all("[aria-invalid=true]");
    assert_eq!(invalid.len(), 1, "the second alone");
    screen.type_at("[data-part=name]", 1, "tier");
    until("no error", || screen.says(".field__error", "") && screen.all("[aria-invalid=true]").is_empty()).await;
    assert_eq!(value.get_untracked(), [("app".to_owned(), "web".to_owned()), ("tier".to_owned(), "api".to_owned())]);
    screen.one("[data-part=remove]").unwrap().click();
    until("one row", || value.get_untracked() == [("tier".to_owned(), "api".to_owned())]).await;
    until("the focus on the next", || focused().get_attribute("data-part").as_deref() == Some("remove")).await;
}

#[wasm_bindgen_test]
async fn a_duration_takes_presets_and_what_the_platform_writes() {
    let value = RwSignal::new("720h0m0s".to_owned());
    let screen = mounted(move || {
        view! { <DurationField field=Field::new("expires", "Expires") value=value presets=&["24h", "30d"]/> }.into_any()
    });
    let input = screen.input("input");
    until("its amount", || input.value() == "30").await;
    assert_eq!(screen.one("[data-preset='30d']").unwrap().get_attribute("aria-pressed").as_deref(), Some("true"));
    screen.one("[data-preset='24h']").unwrap().click();
    until("a day", || value.get_untracked() == "24h" && input.value() == "24").await;
    let select: HtmlSelectElement = screen.one("select").unwrap().unchecked_into();
    until("hours", || select.value() == "h").await;
    input.focus().unwrap();
    screen.type_into("input", "x");
    input.blur().unwrap();
    until("the rule", || screen.says(".field__error", "Enter a whole number")).await;
    assert_eq!(input.value(), "x");
}

#[wasm_bindgen_test]
async fn an_empty_duration_begins_with_the_first_of_its_units() {
    let value = RwSignal::new(String::new());
    let screen = mounted(move || {
        view! { <DurationField field=Field::new("lives", "Lives for") value=value most=Span(43_200) units="hm"/> }
            .into_any()
    });
    let select: HtmlSelectElement = screen.one("select").unwrap().unchecked_into();
    assert_eq!((select.value().as_str(), select.length()), ("h", 2));
    let input = screen.input("input");
    input.focus().unwrap();
    screen.type_into("input", "13");
    assert_eq!(value.get_untracked(), "13h");
    input.blur().unwrap();
    until("the rule", || screen.says(".field__error", "At most 12 h.")).await;
}

#[wasm_bindgen_test]
async fn a_duration_is_typed_as_a_decimal_key_by_key() {
    for (units, amounts, unit) in [("dh", ["1", "1.", "1.5"], "d"), ("hm", ["0", "0.", "0.5"], "h")] {
        let value = RwSignal::new(String::new());
        let screen = mounted(move || {
            view! { <DurationField field=Field::new("lives", "Lives for") value=value units=units/> }.into_any()
        });
        let input = screen.input("input");
        let select: HtmlSelectElement = screen.one("select").unwrap().unchecked_into();
        for amount in amounts {
            screen.type_into("input", amount);
            settle().await;
            assert_eq!(input.value(), amount);
            assert_eq!(value.get_untracked(), format!("{amount}{unit}"));
            assert_eq!(select.value(), unit, "{amount}");
        }
    }
}

#[wasm_bindgen_test]
async fn a_file_shows_its_name_and_size_and_a_large_one_is_refused() {
    let value = RwSignal::new(None);
    let screen = mounted(move || {
        view! { <FileField field=Field::new("kubeconfig", "Kubeconfig") value=value limit=64 what="a kubeconfig"/> }
            .into_any()
    });
    let zone = screen.one(".file").unwrap();
    drop_file(&zone, "first.yaml", &"x".repeat(65));
    until("the refusal of a first one", || screen.says(".field__error", "first.yaml has 65 B. At most 64 B")).await;
    drop_file(&zone, "kubeconfig.yaml", "apiVersion: v1\nkind: Config\n");
    until("the file", || screen.says(".file__name", "kubeconfig.yaml")).await;
    assert!(screen.says(".file__size", "28 B, 2 lines"));
    drop_file(&zone, "large.yaml", &"x".repeat(65));
    until("the refusal", || screen.says(".field__error", "large.yaml has 65 B. At most 64 B are taken.")).await;
    assert!(screen.says(".file__name", "kubeconfig.yaml"), "what was there stays");
    screen.one("[aria-label='Remove the file']").unwrap().click();
    until("none", || value.get_untracked().is_none()).await;
}

#[wasm_bindgen_test]
async fn a_file_beside_its_zone_replaces_no_page_and_a_field_alone_takes_it() {
    let paste = |target: &web_sys::Element, text: &str| {
        let data = web_sys::DataTransfer::new().unwrap();
        data.set_data("text/plain", text).unwrap();
        target.dispatch_event(&event("ClipboardEvent", "paste", &[("clipboardData", data.into())])).unwrap()
    };
    let body: web_sys::Element = document().body().unwrap().into();
    let value = RwSignal::new(None);
    let screen = mounted(move || view! { <FileField field=Field::new("values", "Values") value=value/> }.into_any());
    until("the zone", || screen.one(".file").is_some()).await;
    assert!(!drop_file(&body, "beside.yaml", "a: b"), "the browser does not open it");
    assert!(paste(&body, "a: b"), "what is pasted elsewhere is not taken");
    settle().await;
    assert_eq!(value.get_untracked(), None);
    std::mem::drop(screen);
    assert!(drop_file(&body, "later.yaml", "a: b"), "the listeners are gone with the field");

    let value = RwSignal::new(None);
    let alone = mounted(move || {
        view! {
            <textarea></textarea>
            <FileField field=Field::new("manifest", "Manifest") value=value alone=true/>
        }
        .into_any()
    });
    until("the zone", || alone.one("input[type=file][autofocus]").is_some()).await;
    assert!(!drop_file(&body, "beside.yaml", "a: b"));
    until("the file", || alone.says(".file__name", "beside.yaml")).await;
    let area: web_sys::Element = alone.one("textarea").unwrap().into();
    assert!(paste(&area, "c: d"), "a field takes what is pasted into it");
    assert!(!paste(&body, "c: d"));
    until("the text", || alone.says(".file__name", "Pasted text")).await;
}

#[wasm_bindgen_test]
async fn an_editor_is_a_field_like_another() {
    let value = RwSignal::new(String::new());
    let screen = mounted(move || {
        let field = Field::new("values", "Values as YAML").hint("Over the chart's own.").check(rule(value));
        view! { <EditorField field=field value=value/> }.into_any()
    });
    // The module is not there in this test: the plain field does the same work.
    until("the plain field", || screen.one("textarea").is_some()).await;
    let group = screen.one("[data-field=values]").unwrap();
    assert_eq!(group.get_attribute("role").as_deref(), Some("group"));
    let area = screen.one("textarea").unwrap().unchecked_into::<HtmlTextAreaElement>();
    assert_eq!(area.get_attribute("aria-label").as_deref(), Some("Values as YAML"));
    area.focus().unwrap();
    area.set_value("a b");
    let event = web_sys::InputEvent::new_with_event_init_dict("input", &{
        let init = web_sys::InputEventInit::new();
        init.set_bubbles(true);
        init
    });
    area.dispatch_event(&event.unwrap()).unwrap();
    until("the value", || value.get_untracked() == "a b").await;
    area.blur().unwrap();
    until("the rule", || screen.says(".field__error", "No spaces.")).await;
    value.set("ab".to_owned());
    until("no error", || !group.has_attribute("data-invalid")).await;
}

fn failure() -> Failure {
    Failure {
        kind: FailureKind::Server,
        title: "The platform failed",
        message: "It is down".to_owned(),
        hint: String::new(),
        retry: true,
        wait: None,
        operation: "listRegions",
        status: Some(500),
        code: "INTERNAL_ERROR".to_owned(),
        trace_id: None,
        fields: Vec::new(),
        detail: None,
    }
}
