//! Forms, panels and questions in a browser: focus, faults, double presses, and nothing lost.

use std::{cell::Cell, rc::Rc};

use astro_console::ui::{
    ActionMenu, Button, Confirm, ConfirmHost, Draft, Field, FormPage, FormPanel, Leaving, MenuItem, PlainForm,
    SidePanel, TextArea, TextField, confirm,
    confirm::Confirming,
    focus::once_drawn,
    load::{Failure, FailureKind},
};
use futures_channel::oneshot;
use leptos::{mount::mount_to, prelude::*};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlDialogElement;

use crate::{
    screen::{Screen, event, focused, press_key},
    support::{frame, settle, until},
};

/// A screen as the application makes one: with the guard and the place for questions.
fn mounted(draw: impl FnOnce(Leaving) -> AnyView + 'static) -> Screen {
    Screen::new(|parent| {
        Box::new(mount_to(parent, move || {
            let leaving = Leaving::provide();
            view! {
                {draw(leaving)}
                <ConfirmHost/>
            }
            .into_any()
        }))
    })
}

fn failure(kind: FailureKind, fields: &[(&str, &str)]) -> Failure {
    Failure {
        kind,
        title: "Not accepted",
        message: "Check the fields".to_owned(),
        hint: String::new(),
        retry: false,
        wait: None,
        operation: "createThing",
        status: Some(400),
        code: "VALIDATION".to_owned(),
        trace_id: Some("trace-1".to_owned()),
        fields: fields.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect(),
        detail: None,
    }
}

/// A form of two fields, and what it is told.
#[derive(Clone, Copy)]
struct Told {
    name: RwSignal<String>,
    title: RwSignal<String>,
    pending: RwSignal<bool>,
    error: RwSignal<Option<Failure>>,
    sent: RwSignal<u32>,
    draft: Draft,
}

fn page() -> (Screen, Told) {
    let told = Rc::new(Cell::new(None));
    let kept = Rc::clone(&told);
    let screen = mounted(move |_| {
        let draft = Draft::new();
        let it = Told {
            name: draft.part(String::new()),
            title: draft.part(String::new()),
            pending: RwSignal::new(false),
            error: RwSignal::new(None),
            sent: RwSignal::new(0),
            draft,
        };
        kept.set(Some(it));
        let send = move |()| it.sent.update(|sent| *sent += 1);
        view! {
            <FormPage title="New thing" pending=it.pending error=it.error on_submit=send submit="Create thing" cancel="things">
                <TextField field=Field::new("name", "Name") value=it.name/>
                <TextArea field=Field::new("title", "Title").optional() value=it.title/>
            </FormPage>
        }
        .into_any()
    });
    let told = told.get().unwrap();
    (screen, told)
}

#[wasm_bindgen_test]
async fn the_first_field_that_is_wrong_takes_the_focus() {
    let (screen, told) = page();
    screen.button("Create thing").click();
    let input = screen.input("input");
    until("the focus", || focused() == input.clone().into()).await;
    assert!(screen.says(".field__error", "Name is required."));
    assert_eq!(told.sent.get_untracked(), 0);
    screen.type_into("input", "acme");
    until("no error", || input.get_attribute("aria-invalid").is_none()).await;
    screen.button("Create thing").click();
    assert_eq!(told.sent.get_untracked(), 1);
}

#[wasm_bindgen_test]
async fn who_goes_on_at_once_keeps_the_focus() {
    let (screen, _) = page();
    let (button, area) = (screen.button("Create thing"), screen.one("textarea").unwrap());
    button.focus().unwrap();
    button.click();
    area.focus().unwrap();
    frame().await;
    assert!(screen.says(".field__error", "Name is required."));
    assert_eq!(focused(), area.into());
}

#[wasm_bindgen_test]
async fn a_dialog_that_closes_moves_the_focus_for_nobody() {
    let screen = mounted(|_| {
        view! {
            <button>"Open"</button>
            <dialog>
                <input/>
            </dialog>
            <h1 tabindex="-1">"Where it leads"</h1>
        }
        .into_any()
    });
    let button = screen.button("Open");
    let (dialog, heading) = (screen.one("dialog").unwrap(), screen.one("h1").unwrap());
    let dialog: HtmlDialogElement = dialog.unchecked_into();
    button.focus().unwrap();
    dialog.show_modal().unwrap();
    screen.input("input").focus().unwrap();
    let to = heading.clone();
    once_drawn(move || to.focus().unwrap());
    dialog.close();
    assert_eq!(focused(), button.clone().into(), "the browser gives it back");
    frame().await;
    assert_eq!(focused(), heading.clone().into());
    once_drawn(move || heading.focus().unwrap());
    button.focus().unwrap();
    frame().await;
    assert_eq!(focused(), button.into(), "the person has moved on");
}

#[wasm_bindgen_test]
async fn a_list_that_comes_late_is_heard_until_the_form_is_sent() {
    let (name, title, known) = (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(""));
    let sent = RwSignal::new(0);
    let screen = mounted(move |_| {
        let taken = move || name.with(|name| (*name == known.get()).then(|| "It is taken.".to_owned()));
        view! {
            <PlainForm
                label="New thing"
                pending=Signal::derive(|| false)
                error=Signal::derive(|| None)
                on_submit=move |()| sent.update(|sent| *sent += 1)
                submit="Create thing"
            >
                <TextField field=Field::new("name", "Name").check(taken) value=name/>
                <TextArea field=Field::new("title", "Title") value=title/>
            </PlainForm>
        }
        .into_any()
    });
    let (input, create) = (screen.input("input"), screen.button("Create thing"));
    input.focus().unwrap();
    screen.type_into("input", "acme");
    input.blur().unwrap();
    create.click();
    let of_title = || screen.all(".field__error")[1].text_content().unwrap();
    until("the other field", || of_title().contains("Title is required.")).await;
    assert!(screen.says(".field__error", ""));
    known.set("acme");
    until("the error", || screen.says(".field__error", "It is taken.")).await;
    assert_eq!(sent.get_untracked(), 0);

    screen.type_into("input", "acme-1");
    input.focus().unwrap();
    input.blur().unwrap();
    screen.type_into("textarea", "Acme");
    create.click();
    assert_eq!(sent.get_untracked(), 1);
    known.set("acme-1");
    settle().await;
    assert!(screen.says(".field__error", ""), "it holds what was sent");
}

#[wasm_bindgen_test]
async fn it_is_sent_once_at_a_time_and_by_ctrl_enter() {
    let (screen, told) = page();
    screen.type_into("input", "acme");
    let area = screen.one("textarea").unwrap();
    press_key(&area, "Enter");
    assert_eq!(told.sent.get_untracked(), 0, "Enter is a new line there");
    area.dispatch_event(&event("KeyboardEvent", "keydown", &[("key", "Enter".into()), ("ctrlKey", true.into())]))
        .unwrap();
    assert_eq!(told.sent.get_untracked(), 1);
    told.pending.set(true);
    settle().await;
    screen.button("Create thing").click();
    let form = screen.one("form").unwrap();
    form.unchecked_ref::<web_sys::HtmlFormElement>().request_submit().unwrap();
    assert_eq!(told.sent.get_untracked(), 1);
}

#[wasm_bindgen_test]
async fn what_the_platform_says_lands_on_its_field_and_the_rest_above() {
    let (screen, told) = page();
    screen.type_into("input", "acme");
    screen.type_into("textarea", "Acme");
    told.error.set(Some(failure(FailureKind::Invalid, &[("$.title", "too long"), ("quota", "is used up")])));
    let area = screen.one("textarea").unwrap();
    until("the fault at its field", || area.get_attribute("aria-invalid").as_deref() == Some("true")).await;
    until("the focus there", || focused() == area.clone().into()).await;
    assert!(screen.all(".field__error")[1].text_content().unwrap().contains("Title: too long."));
    assert!(screen.says(".failure__parts", "quota is used up."));
    assert!(screen.says("[role=alert]", "trace-1"));
    assert_eq!((told.name.get_untracked().as_str(), told.title.get_untracked().as_str()), ("acme", "Acme"));
    screen.type_into("textarea", "A");
    until("it goes with the next change", || area.get_attribute("aria-invalid").is_none()).await;
    told.error.set(None);
    until("no failure", || screen.one(".failure").is_none()).await;
}

#[wasm_bindgen_test]
async fn a_failure_of_no_field_takes_the_focus() {
    let (screen, told) = page();
    screen.type_into("input", "acme");
    told.error.set(Some(failure(FailureKind::Server, &[])));
    until("the focus", || focused().class_list().contains("failure--note")).await;
    assert_eq!(screen.input("input").value(), "acme");
}

#[wasm_bindgen_test]
async fn a_draft_follows_what_is_fetched_until_it_is_touched() {
    let fetched = RwSignal::new(None::<String>);
    let told = Rc::new(Cell::new(None));
    let kept = Rc::clone(&told);
    let _screen = mounted(move |_| {
        let draft = Draft::new();
        kept.set(Some((draft, draft.follows(String::new(), move || fetched.get()))));
        ().into_any()
    });
    let (draft, part) = told.get().unwrap();
    fetched.set(Some("one".to_owned()));
    until("the first", || part.get_untracked() == "one").await;
    assert!(!untrack(|| draft.is_dirty()));
    part.set("mine".to_owned());
    fetched.set(Some("two".to_owned()));
    settle().await;
    assert_eq!(part.get_untracked(), "mine");
    assert!(untrack(|| draft.is_dirty()));
    draft.settle();
    assert!(!untrack(|| draft.is_dirty()));
    part.set("other".to_owned());
    draft.reset();
    assert_eq!(part.get_untracked(), "mine");
}

#[wasm_bindgen_test]
async fn unsaved_work_holds_up_links_and_the_closing_of_the_tab() {
    let (screen, told) = page();
    let closes = || {
        let closing = event("Event", "beforeunload", &[]);
        window().dispatch_event(&closing).unwrap()
    };
    settle().await;
    assert!(closes());
    screen.type_into("input", "acme");
    settle().await;
    assert!(!closes(), "the browser asks");
    let link: web_sys::HtmlElement = screen.one("a[href]").unwrap();
    let followed = Rc::new(Cell::new(0));
    let count = Rc::clone(&followed);
    // As the router does.
    let listener = window_event_listener(leptos::ev::click, move |event| {
        let target: web_sys::Element = event.target().unwrap().unchecked_into();
        if target.closest("a[href]").unwrap().is_some() {
            event.prevent_default();
            count.set(count.get() + 1);
        }
    });
    link.click();
    let question = || screen.one("dialog[open]");
    until("the question", || question().is_some()).await;
    assert_eq!(followed.get(), 0);
    assert!(screen.says("dialog", "Leave without saving?"));
    until("the safe button has the focus", || focused().text_content().unwrap() == "Keep editing").await;
    screen.button("Keep editing").click();
    until("closed", || question().is_none()).await;
    assert_eq!(screen.input("input").value(), "acme");
    link.click();
    until("the question again", || question().is_some()).await;
    screen.button("Discard").click();
    until("followed", || followed.get() == 1).await;
    until("closed again", || question().is_none()).await;
    told.draft.settle();
    settle().await;
    link.click();
    assert_eq!(followed.get(), 2, "what is saved holds up nobody");
    listener.remove();
}

/// A page with a draft of one part or with none, and who guards it.
fn guarded(has_form: bool) -> (Screen, Leaving, Option<RwSignal<String>>) {
    let told = Rc::new(Cell::new(None));
    let kept = Rc::clone(&told);
    let screen = mounted(move |leaving| {
        kept.set(Some((leaving, has_form.then(|| Draft::new().part(String::new())))));
        ().into_any()
    });
    let (leaving, name) = told.get().unwrap();
    (screen, leaving, name)
}

#[wasm_bindgen_test]
async fn what_was_typed_waits_for_the_sign_in_that_succeeds() {
    let storage = window().session_storage().unwrap().unwrap();
    let is_kept = || storage.get_item("astro-console.drafts").unwrap().is_some();
    let (screen, leaving, name) = guarded(true);
    name.unwrap().set("initech".to_owned());
    settle().await;
    leaving.leave_to_sign_in();
    drop(screen);
    assert!(is_kept());
    // The issuer sends the person back without anything, and the page that says so has no form.
    let (screen, leaving, _) = guarded(false);
    assert!(!is_kept());
    leaving.leave_to_sign_in();
    drop(screen);
    let (_screen, _, name) = guarded(true);
    assert_eq!(name.unwrap().get_untracked(), "initech");
    assert!(!is_kept());
}

#[wasm_bindgen_test]
async fn a_panel_asks_before_it_drops_what_was_typed() {
    let open = RwSignal::new(false);
    let screen = mounted(move |_| {
        let draft = Draft::new();
        let name = draft.part(String::new());
        view! {
            <Button label="New key" on_press=move |()| open.set(true)/>
            <FormPanel
                open=open
                title="New API key"
                draft=draft
                pending=Signal::derive(|| false)
                error=Signal::derive(|| None)
                on_submit=|()| {}
                submit="Create key"
            >
                <TextField field=Field::new("name", "Name") value=name/>
            </FormPanel>
        }
        .into_any()
    });
    let button = screen.button("New key");
    button.focus().unwrap();
    button.click();
    let panel: HtmlDialogElement = screen.one("dialog.panel").unwrap().unchecked_into();
    until("open", || panel.open() && screen.one(".panel input").is_some()).await;
    until("its first field has the focus", || focused() == screen.one(".panel input").unwrap().into()).await;
    assert!(!press_key(&focused(), "Escape"));
    until("closed", || !panel.open()).await;
    until("the focus is back", || focused() == button.clone().into()).await;
    button.click();
    until("open again", || panel.open() && screen.one(".panel input").is_some()).await;
    screen.type_into(".panel input", "ci");
    settle().await;
    press_key(&screen.one(".panel input").unwrap(), "Escape");
    until("asked", || screen.says("dialog.dialog", "Leave without saving?")).await;
    assert!(panel.open());
    screen.button("Discard").click();
    until("closed for good", || !panel.open()).await;
}

#[wasm_bindgen_test]
async fn a_question_stays_open_while_it_works_and_when_it_fails() {
    let answers = Rc::new(std::cell::RefCell::new(Vec::<oneshot::Sender<Result<(), Failure>>>::new()));
    let kept = Rc::clone(&answers);
    let screen = mounted(move |_| {
        let ask = confirm(
            || {
                Confirm::new("Delete prod-eu", "The cluster is deleted.", "Delete cluster")
                    .consequence("boxes", "9 applications", "stop serving")
                    .keep("Keep cluster")
                    .typed("prod-eu")
                    .danger()
            },
            move || {
                let (answer, wait) = oneshot::channel();
                kept.borrow_mut().push(answer);
                async move { wait.await.unwrap() }
            },
        );
        view! { <Button label="Delete" on_press=ask/> }.into_any()
    });
    screen.button("Delete").click();
    until("asked", || screen.says("dialog", "9 applications stop serving")).await;
    until("the safe button has the focus", || focused().text_content().unwrap() == "Keep cluster").await;
    screen.button("Delete cluster").click();
    assert!(answers.borrow().is_empty(), "the name comes first");
    screen.type_into("#confirm-name", "Prod");
    until("what is wrong", || screen.says("#confirm-name-error", "Capital and small letters count.")).await;
    screen.type_into("#confirm-name", " prod-eu ");
    until("nothing is wrong", || screen.says("#confirm-name-error", "")).await;
    screen.button("Delete cluster").click();
    screen.button("Delete cluster").click();
    assert_eq!(answers.borrow().len(), 1, "once at a time");
    let dialog: HtmlDialogElement = screen.one("dialog").unwrap().unchecked_into();
    press_key(&dialog, "Escape");
    settle().await;
    assert!(dialog.open(), "it does not go away while it works");
    answers.borrow_mut().remove(0).send(Err(failure(FailureKind::Conflict, &[]))).unwrap();
    until("the failure", || screen.says("dialog [role=alert]", "Check the fields.")).await;
    screen.button("Delete cluster").click();
    until("again", || answers.borrow().len() == 1).await;
    answers.borrow_mut().remove(0).send(Ok(())).unwrap();
    until("closed", || !dialog.open()).await;
}

#[wasm_bindgen_test]
async fn a_question_can_be_asked_for_what_is_done_at_once() {
    let done = Rc::new(Cell::new(0));
    let kept = Rc::clone(&done);
    let asking = Rc::new(Cell::new(None));
    let told = Rc::clone(&asking);
    let screen = mounted(move |_| {
        told.set(use_context::<Confirming>());
        ().into_any()
    });
    asking.get().unwrap().ask_then(Confirm::new("Revoke ci", "It stops working.", "Revoke key"), move || {
        kept.set(kept.get() + 1);
    });
    until("asked", || screen.says("dialog", "It stops working.")).await;
    screen.button("Revoke key").click();
    until("done", || done.get() == 1 && screen.one("dialog[open]").is_none()).await;
}

#[wasm_bindgen_test]
async fn a_panel_gives_the_focus_back() {
    let open = RwSignal::new(false);
    let screen = mounted(move |_| {
        view! {
            <Button label="Details" on_press=move |()| open.set(true)/>
            <SidePanel open=open title="prod-eu">
                <p>"Nothing to type here"</p>
            </SidePanel>
        }
        .into_any()
    });
    let button = screen.button("Details");
    button.focus().unwrap();
    button.click();
    let panel: HtmlDialogElement = screen.one("dialog.panel").unwrap().unchecked_into();
    until("open", || panel.open()).await;
    screen.one("[aria-label=Close]").unwrap().click();
    until("closed", || !panel.open() && focused() == button.clone().into()).await;
}

#[wasm_bindgen_test]
async fn the_focus_outlives_the_button_of_what_was_done() {
    let shown = RwSignal::new(true);
    let in_card = RwSignal::new(true);
    let screen = mounted(move |_| {
        let question = || Confirm::new("Approve ci", "It is made.", "Approve request");
        // The next answer of the platform brings a page without it, some time later.
        let late = confirm(question, move || {
            set_timeout(move || shown.set(false), std::time::Duration::from_millis(150));
            std::future::ready(Ok(()))
        });
        let at_once = confirm(question, move || {
            in_card.set(false);
            std::future::ready(Ok(()))
        });
        view! {
            <main>
                <h1 tabindex="-1">"Approvals"</h1>
                {move || shown.get().then(|| view! { <Button label="Approve" on_press=late/> })}
                <section tabindex="-1" id="card">
                    {move || in_card.get().then(|| view! { <Button label="Withdraw" on_press=at_once/> })}
                </section>
            </main>
        }
        .into_any()
    });
    for (words, place) in [("Withdraw", "#card"), ("Approve", "h1")] {
        let button = screen.button(words);
        button.focus().unwrap();
        button.click();
        until("asked", || focused().text_content().unwrap() == "Cancel").await;
        screen.button("Approve request").click();
        let place = screen.one(place).unwrap();
        until("the focus is at hand", || focused() == place.clone().into()).await;
        assert!(!button.is_connected());
    }
}

#[wasm_bindgen_test]
async fn a_menu_walks_finds_and_gives_the_focus_back() {
    let pressed = RwSignal::new(String::new());
    let screen = mounted(move |_| {
        let press = move |what: &'static str| Callback::new(move |()| pressed.set(what.to_owned()));
        view! {
            <ActionMenu label="More actions for prod-eu">
                <MenuItem label="Kubeconfig" shortcut="k" on_press=press("kubeconfig")/>
                <MenuItem label="Upgrade" disabled_reason=Some("An upgrade is running.".to_owned()) on_press=press("upgrade")/>
                <MenuItem label="Sync" on_press=press("sync")/>
                <MenuItem label="Delete" danger=true on_press=press("delete")/>
            </ActionMenu>
        }
        .into_any()
    });
    let button = screen.one("[aria-haspopup=menu]").unwrap();
    assert!(screen.one("[role=menuitem]").is_none(), "it is drawn when it opens");
    button.focus().unwrap();
    press_key(&button, "ArrowDown");
    let name = || focused().text_content().unwrap();
    until("the first", || name().starts_with("Kubeconfig")).await;
    assert_eq!(button.get_attribute("aria-expanded").as_deref(), Some("true"));
    press_key(&focused(), "ArrowUp");
    assert_eq!(name(), "Delete");
    press_key(&focused(), "Home");
    press_key(&focused(), "s");
    assert_eq!(name(), "Sync");
    press_key(&focused(), "ArrowUp");
    assert!(name().ends_with("An upgrade is running."), "its reason is seen: {}", name());
    assert_eq!(focused().get_attribute("aria-disabled").as_deref(), Some("true"));
    focused().unchecked_into::<web_sys::HtmlElement>().click();
    assert_eq!(pressed.get_untracked(), "", "what is disabled does nothing");
    press_key(&focused(), "Escape");
    until("closed", || button.get_attribute("aria-expanded").as_deref() == Some("false")).await;
    assert_eq!(focused(), button.clone().into());
    press_key(&button, "ArrowUp");
    until("the last", || name() == "Delete").await;
    focused().unchecked_into::<web_sys::HtmlElement>().click();
    assert_eq!(pressed.get_untracked(), "delete");
    until("closed again", || screen.one("[role=menuitem]").is_none()).await;
    assert_eq!(focused(), button.into());
}
