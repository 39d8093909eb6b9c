//! Shortcuts, the palette, and what is pinned and recent, in a browser.

use std::sync::Arc;

use astro_console::{
    client::browser,
    store::{Preferences, Thing},
    ui::{
        Shortcut, Shortcuts,
        palette::{Act, Item, Palette, Source, When, type_ahead},
        shortcuts::ShortcutsHelp,
    },
};
use leptos::{mount::mount_to, prelude::*};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement, HtmlInputElement, KeyboardEvent, KeyboardEventInit};

use crate::support::{settle, until};

/// Something mounted, until it is dropped.
struct Mounted {
    parent: HtmlElement,
    _view: Box<dyn std::any::Any>,
}

impl Drop for Mounted {
    fn drop(&mut self) {
        self.parent.remove();
    }
}

fn mounted(view: impl FnOnce() -> AnyView + 'static) -> Mounted {
    let parent: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    document().body().unwrap().append_child(&parent).unwrap();
    let handle = mount_to(parent.clone(), view);
    Mounted { parent, _view: Box::new(handle) }
}

impl Mounted {
    fn one(&self, selector: &str) -> HtmlElement {
        let found = self.parent.query_selector(selector).unwrap();
        found.unwrap_or_else(|| panic!("nothing is {selector} in {}", self.parent.inner_html())).unchecked_into()
    }

    fn all(&self, selector: &str) -> Vec<Element> {
        let found = self.parent.query_selector_all(selector).unwrap();
        (0..found.length()).map(|index| found.item(index).unwrap().unchecked_into()).collect()
    }

    fn texts(&self, selector: &str) -> Vec<String> {
        self.all(selector).into_iter().map(|found| found.text_content().unwrap()).collect()
    }
}

fn key(target: &Element, key: &str, set: impl FnOnce(&KeyboardEventInit)) -> KeyboardEvent {
    let init = KeyboardEventInit::new();
    init.set_key(key);
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_cancelable(true);
    set(&init);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap();
    target.dispatch_event(&event).unwrap();
    event
}

fn press(target: &Element, name: &str) -> KeyboardEvent {
    key(target, name, |_| {})
}

fn body() -> Element {
    document().body().unwrap().unchecked_into()
}

/// A registry with some shortcuts that count, some fields, and the list of all.
fn keyboard() -> (Mounted, RwSignal<Vec<&'static str>>, RwSignal<bool>, RwSignal<bool>) {
    let ran = RwSignal::new(Vec::new());
    let characters = RwSignal::new(true);
    let help = RwSignal::new(false);
    let page = mounted(move || {
        let shortcuts = Shortcuts::provide(characters.into());
        for keys in ["g c", "j", "?", "mod+k", "Enter"] {
            shortcuts.offer(Shortcut::new(keys, "Samples", format!("Does {keys}"), move || {
                ran.update(|ran| ran.push(keys));
            }));
        }
        shortcuts.offer(Shortcut::listed("Escape", "Samples", "Closes"));
        view! {
            <input class="text"/>
            <input class="box" type="checkbox"/>
            <textarea></textarea>
            <div class="rich" contenteditable="true" tabindex="0">
                <b>"text"</b>
            </div>
            <button type="button">"Press"</button>
            <div class="host"></div>
            <ShortcutsHelp open=help switch=move |on| characters.set(on)/>
        }
        .into_any()
    });
    (page, ran, characters, help)
}

#[wasm_bindgen_test]
async fn keys_run_their_shortcut_but_not_while_somebody_types() {
    let owner = Owner::new();
    owner.set();
    let (page, ran, ..) = keyboard();
    settle().await;
    assert!(press(&body(), "j").default_prevented());
    assert_eq!(ran.get_untracked(), ["j"]);
    for field in ["input.text", "textarea", ".rich b"] {
        assert!(!press(&page.one(field), "j").default_prevented(), "{field}");
    }
    assert_eq!(ran.get_untracked(), ["j"]);
    // Through the shadow root of an editor.
    let init = web_sys::ShadowRootInit::new(web_sys::ShadowRootMode::Open);
    let root = page.one(".host").attach_shadow(&init).unwrap();
    let editor = document().create_element("textarea").unwrap();
    root.append_child(&editor).unwrap();
    press(&editor, "j");
    assert_eq!(ran.get_untracked(), ["j"]);
    press(&page.one("input.box"), "j");
    assert_eq!(ran.get_untracked(), ["j", "j"], "a box takes no text");
    // With a modifier it is somebody else's, or another shortcut's, also in a field.
    key(&body(), "j", |init| init.set_alt_key(true));
    key(&body(), "j", |init| init.set_ctrl_key(true));
    key(&body(), "J", |init| init.set_shift_key(true));
    assert_eq!(ran.get_untracked(), ["j", "j"]);
    key(&page.one("input.text"), "k", |init| init.set_ctrl_key(true));
    assert_eq!(ran.get_untracked(), ["j", "j", "mod+k"]);
    // Enter belongs to the button that has the focus.
    press(&page.one("button"), "Enter");
    assert_eq!(ran.get_untracked().len(), 3);
    press(&body(), "Enter");
    assert_eq!(ran.get_untracked().last(), Some(&"Enter"));
    // The browser closes what lies on top by itself, unless somebody takes the key.
    assert!(!press(&body(), "Escape").default_prevented());
}

#[wasm_bindgen_test]
async fn a_sequence_runs_and_characters_can_be_switched_off() {
    let owner = Owner::new();
    owner.set();
    let (page, ran, characters, help) = keyboard();
    settle().await;
    press(&body(), "g");
    press(&body(), "c");
    assert_eq!(ran.get_untracked(), ["g c"]);
    help.set(true);
    until("the list", || page.one("dialog").has_attribute("open")).await;
    assert_eq!(page.texts(".shortcuts__row dt").len(), 6);
    press(&body(), "j");
    assert_eq!(ran.get_untracked(), ["g c"], "a dialog lies over the page");
    let switch: HtmlInputElement = page.one("input[role=switch]").unchecked_into();
    assert!(switch.checked());
    switch.click();
    until("the switch to be heard", || !characters.get_untracked()).await;
    settle().await;
    assert_eq!(page.all(".shortcuts__row--off").len(), 3);
    help.set(false);
    until("its end", || !page.one("dialog").has_attribute("open")).await;
    press(&body(), "j");
    press(&body(), "?");
    assert_eq!(ran.get_untracked(), ["g c"]);
    press(&body(), "Enter");
    assert_eq!(ran.get_untracked(), ["g c", "Enter"]);
}

#[wasm_bindgen_test]
async fn a_shortcut_goes_with_the_view_that_offered_it() {
    let owner = Owner::new();
    owner.set();
    let ran = RwSignal::new(0);
    let there = RwSignal::new(true);
    let _page = mounted(move || {
        let shortcuts = Shortcuts::provide(Signal::stored(true));
        shortcuts.offer(Shortcut::new("x", "Samples", "Outer", move || ran.set(1)));
        (move || {
            if there.get() {
                shortcuts.offer(Shortcut::new("x", "Samples", "Inner", move || ran.set(2)));
            }
        })
        .into_any()
    });
    settle().await;
    press(&body(), "x");
    assert_eq!(ran.get_untracked(), 2, "the one that came last counts");
    there.set(false);
    settle().await;
    press(&body(), "x");
    assert_eq!(ran.get_untracked(), 1);
}

type Gone = RwSignal<Vec<(String, bool)>>;

fn palette(sources: RwSignal<Vec<Arc<Source>>>) -> (Mounted, Gone, RwSignal<bool>) {
    let gone: Gone = RwSignal::new(Vec::new());
    let open = RwSignal::new(true);
    let page = mounted(move || {
        view! {
            <button type="button" class="opener">"Open"</button>
            {move || {
                open.get()
                    .then(|| {
                        view! {
                            <Palette
                                typed=RwSignal::new(String::new())
                                sources=sources.into()
                                notice=Signal::stored(None::<String>)
                                searched="Everything is found by name."
                                go=move |to| gone.update(|gone| gone.push(to))
                                close=move |()| open.set(false)
                            />
                        }
                    })
            }}
        }
        .into_any()
    });
    (page, gone, open)
}

fn group(label: &'static str, when: When, names: &[&str]) -> Arc<Source> {
    let item = |name: &&str| Item::new("house", *name, Act::Go(format!("to/{name}")));
    Arc::new(Source::of(label, when, names.iter().map(item).collect()))
}

fn type_in(page: &Mounted, text: &str) {
    let input: HtmlInputElement = page.one("input").unchecked_into();
    input.set_value(text);
    let init = web_sys::EventInit::new();
    init.set_bubbles(true);
    input.dispatch_event(&web_sys::Event::new_with_event_init_dict("input", &init).unwrap()).unwrap();
}

/// The name of the line that is chosen, as a screen reader is told it.
fn chosen(page: &Mounted) -> Option<String> {
    let id = page.one("input").get_attribute("aria-activedescendant")?;
    let option = document().get_element_by_id(&id)?;
    assert_eq!(option.get_attribute("aria-selected").as_deref(), Some("true"));
    assert_eq!(page.all("[aria-selected=true]").len(), 1);
    option.query_selector(".hit__name").unwrap().unwrap().text_content()
}

#[wasm_bindgen_test]
async fn the_palette_is_walked_by_keys_and_leads_on() {
    let owner = Owner::new();
    owner.set();
    let sources = RwSignal::new(vec![
        group("Recent", When::Idle, &["prod-eu"]),
        group("Pages", When::Always, &["Home", "Clusters"]),
        group("Clusters", When::Typed, &["staging", "prod-eu", "eu-prod"]),
    ]);
    let (page, gone, open) = palette(sources);
    until("the palette", || page.one("dialog").has_attribute("open")).await;
    let input = page.one("input");
    assert!(document().active_element().unwrap().is_same_node(Some(&input)));
    assert_eq!(page.texts(".hit__name"), ["prod-eu", "Home", "Clusters"]);
    assert_eq!(chosen(&page).as_deref(), Some("prod-eu"));
    for (name, expected) in [
        ("ArrowDown", "Home"),
        ("End", "Clusters"),
        ("ArrowDown", "prod-eu"),
        ("ArrowUp", "Clusters"),
        ("Home", "prod-eu"),
    ] {
        assert!(press(&input, name).default_prevented());
        settle().await;
        assert_eq!(chosen(&page).as_deref(), Some(expected), "{name}");
    }
    type_in(&page, "prod");
    settle().await;
    assert_eq!(page.texts(".hit__name"), ["prod-eu", "eu-prod"]);
    assert_eq!(page.texts(".palette__label"), ["Clusters"]);
    assert_eq!(page.texts("mark"), ["prod", "prod"]);
    press(&input, "ArrowDown");
    // What comes late does not move the choice.
    sources.update(|sources| sources.insert(0, group("Applications", When::Typed, &["prod"])));
    settle().await;
    assert_eq!(page.texts(".hit__name"), ["prod", "prod-eu", "eu-prod"]);
    assert_eq!(chosen(&page).as_deref(), Some("eu-prod"));
    key(&input, "Enter", |init| init.set_ctrl_key(true));
    assert_eq!(gone.get_untracked(), [("to/eu-prod".to_owned(), true)]);
    assert!(open.get_untracked(), "it stays for the next");
    press(&input, "Enter");
    assert_eq!(gone.get_untracked().last(), Some(&("to/eu-prod".to_owned(), false)));
    until("its end", || !open.get_untracked()).await;
}

#[wasm_bindgen_test]
fn what_is_pressed_before_the_palette_is_there_is_kept() {
    let owner = Owner::new();
    owner.set();
    let (typed, open) = (RwSignal::new(String::new()), RwSignal::new(true));
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        type_ahead(&event, typed, open);
    });
    for name in ["g", "ö", "x", "Backspace", " "] {
        assert!(press(&body(), name).default_prevented(), "{name} is for the palette, not for the page");
    }
    assert_eq!(typed.get_untracked(), "gö ");
    assert!(press(&body(), "Enter").default_prevented(), "what has the focus on the page is not pressed");
    assert!(!press(&body(), "Tab").default_prevented());
    assert!(!key(&body(), "r", |init| init.set_ctrl_key(true)).default_prevented(), "the browser's own keys");
    assert!(open.get_untracked());
    press(&body(), "Escape");
    assert!(!open.get_untracked());
    assert_eq!(typed.get_untracked(), "gö ");
    listener.remove();
}

#[wasm_bindgen_test]
async fn the_palette_says_when_nothing_fits_and_gives_the_focus_back() {
    let owner = Owner::new();
    owner.set();
    let sources = RwSignal::new(vec![group("Pages", When::Always, &["Home"])]);
    let (page, gone, open) = palette(sources);
    until("the palette", || page.one("dialog").has_attribute("open")).await;
    type_in(&page, "nothing like it");
    settle().await;
    let empty = page.one(".palette__empty").text_content().unwrap();
    assert!(empty.contains("Nothing matches “nothing like it”") && empty.contains("found by name"), "{empty}");
    assert_eq!(page.one("input").get_attribute("aria-activedescendant"), None);
    press(&page.one("input"), "Enter");
    assert_eq!(gone.get_untracked(), []);
    page.one(".palette__close").click();
    until("its end", || page.all("dialog").is_empty()).await;

    page.one(".opener").focus().unwrap();
    open.set(true);
    until("the palette", || page.all("dialog[open]").len() == 1).await;
    assert!(document().active_element().unwrap().is_same_node(Some(&page.one("input"))));
    key(&page.one("input"), "k", |init| init.set_ctrl_key(true));
    until("its end", || page.all("dialog").is_empty()).await;
    assert!(document().active_element().unwrap().is_same_node(Some(&page.one(".opener"))));

    open.set(true);
    until("the palette", || page.all("dialog[open]").len() == 1).await;
    assert!(press(&page.one("input"), "Escape").default_prevented());
    assert!(!open.get_untracked(), "the next key is for the page already");
    assert!(document().active_element().unwrap().is_same_node(Some(&page.one(".opener"))));
}

#[wasm_bindgen_test]
async fn what_may_not_be_done_says_why_and_does_nothing() {
    let owner = Owner::new();
    owner.set();
    let ran = RwSignal::new(0);
    let run = Act::Run(Callback::new(move |()| ran.update(|ran| *ran += 1)));
    let blocked =
        Item { disabled_reason: Some("Owners alone may".to_owned()), ..Item::new("x", "Delete", run.clone()) };
    let source = Source::of("On this page", When::Always, vec![blocked, Item::new("copy", "Copy", run)]);
    let (page, _, open) = palette(RwSignal::new(vec![Arc::new(source)]));
    until("the palette", || page.one("dialog").has_attribute("open")).await;
    assert_eq!(page.texts(".hit__note"), ["Owners alone may"]);
    assert_eq!(page.one("#palette-option-0").get_attribute("aria-disabled").as_deref(), Some("true"));
    press(&page.one("input"), "Enter");
    page.one("#palette-option-0").click();
    assert_eq!((ran.get_untracked(), open.get_untracked()), (0, true));
    page.one("#palette-option-1").click();
    assert_eq!(ran.get_untracked(), 1);
    until("its end", || !open.get_untracked()).await;
}

#[wasm_bindgen_test]
fn what_is_pinned_is_kept_and_other_tabs_follow() {
    let storage = browser::local_storage().unwrap();
    storage.remove_item("astro.shelves").unwrap();
    let owner = Owner::new();
    owner.with(|| {
        let (here, there) = (Preferences::new(), Preferences::new());
        here.visit("acme", Thing::new("cluster", "prod-eu", "prod-eu"));
        // The other tab adds to what this one has kept.
        there.pin("acme", Thing::new("cluster", "staging", "staging"), true);
        let shelf = there.shelves().get_untracked().of("acme");
        assert_eq!((shelf.pinned.len(), shelf.recent.len()), (1, 1));
        let init = web_sys::StorageEventInit::new();
        init.set_key(Some("astro.shelves"));
        let event = web_sys::StorageEvent::new_with_event_init_dict("storage", &init).unwrap();
        window().dispatch_event(&event).unwrap();
        assert_eq!(here.shelves().get_untracked(), there.shelves().get_untracked());
        storage.set_item("astro.shelves", "{not json").unwrap();
        assert_eq!(Preferences::new().shelves().get_untracked(), astro_console::store::Shelves::default());
        here.forget("acme", "cluster", "prod-eu");
        for (set, kept) in [(true, Some("narrow")), (false, None)] {
            here.set_narrow_sidebar(set);
            assert_eq!(storage.get_item("astro.sidebar").unwrap().as_deref(), kept);
            assert_eq!(Preferences::new().narrow_sidebar().get_untracked(), set);
        }
        here.set_character_shortcuts(false);
        assert!(!Preferences::new().character_shortcuts().get_untracked());
        here.set_character_shortcuts(true);
    });
    storage.remove_item("astro.shelves").unwrap();
}
