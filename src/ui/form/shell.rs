//! The three shells of a form.

use leptos::{ev, html, prelude::*, reactive::owner::Owner, tachys::reactive_graph::OwnedView};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::{
    super::{
        button::{Button, ButtonLink, Look},
        dialog::{Modal, modal},
        failure::FailureNote,
        focus,
        load::{Failure, FailureKind},
        page::PageHeader,
        panel,
        reactive::{maybe, reactive},
    },
    Draft, FormContext, Leaving,
};

/// What every shell has in common.
#[derive(Clone, Copy)]
struct Engine {
    form: FormContext,
    node: NodeRef<html::Form>,
    pending: Signal<bool>,
    error: Signal<Option<Failure>>,
    /// Why it cannot be sent now.
    blocked: Signal<Option<String>>,
    /// What the platform said of parts that no field shows.
    left: RwSignal<Vec<(String, String)>>,
    on_submit: Callback<()>,
}

impl Engine {
    fn new(
        pending: Signal<bool>,
        error: Signal<Option<Failure>>,
        blocked: Signal<Option<String>>,
        on_submit: Callback<()>,
    ) -> Self {
        let engine = Self {
            form: FormContext::new(),
            node: NodeRef::new(),
            pending,
            error,
            blocked,
            left: RwSignal::new(Vec::new()),
            on_submit,
        };
        Effect::new(move |_| {
            let Some(failure) = engine.error.get() else { return };
            let left = engine.form.land(&failure.fields);
            engine.left.set(left);
            engine.lead(true);
        });
        engine
    }

    /// Moves the focus to the first field that is wrong, else to the failure.
    fn lead(self, has_failed: bool) {
        focus::once_drawn(move || {
            let Some(Some(node)) = self.node.try_get_untracked() else { return };
            let find = |selector: &str| node.query_selector(selector).ok().flatten();
            let target = find("[data-invalid]").as_ref().and_then(control_of).or_else(|| {
                let note = find(".failure--note").filter(|_| has_failed);
                note.and_then(|note| note.dyn_into::<HtmlElement>().ok())
            });
            if let Some(target) = target {
                let _ = target.focus();
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                target.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    }

    fn submit(self) {
        if self.pending.get_untracked() {
            return;
        }
        if self.form.objects() {
            self.lead(false);
        } else {
            self.on_submit.run(());
        }
    }

    /// The form around its fields, which find it in their context. Beside it the context is as it was, so that a page
    /// may have several forms.
    fn draw(self, class: &'static str, label: Signal<String>, content: impl FnOnce() -> AnyView) -> AnyView {
        let owner = Owner::current().map(|owner| owner.child()).unwrap_or_default();
        let content = owner.with(|| {
            provide_context(self.form);
            content()
        });
        let content = OwnedView::new_with_owner(content, owner).into_any();
        self.around(class, label, content)
    }

    fn around(self, class: &'static str, label: Signal<String>, content: AnyView) -> AnyView {
        let submit = move |event: ev::SubmitEvent| {
            event.prevent_default();
            self.submit();
        };
        let keys = move |event: ev::KeyboardEvent| {
            if event.key() != "Enter" || !(event.ctrl_key() || event.meta_key()) {
                return;
            }
            // Through the shadow root of an editor.
            let Ok(target) = event.composed_path().get(0).dyn_into::<Element>() else { return };
            if target.closest("textarea, .cm-content").is_ok_and(|area| area.is_some()) {
                event.prevent_default();
                if self.blocked.with_untracked(Option::is_none) {
                    self.submit();
                }
            }
        };
        view! {
            <form
                class=class
                novalidate=true
                node_ref=self.node
                aria-label=move || label.get()
                aria-busy=move || self.pending.get().then_some("true")
                on:submit=submit
                on:keydown=keys
            >
                {content}
            </form>
        }
        .into_any()
    }

    /// Why the last try did not succeed.
    fn failure(self) -> AnyView {
        reactive(move || {
            let failure = self.error.get().filter(|failure| failure.kind != FailureKind::Aborted);
            maybe(failure.map(|failure| view! { <FailureNote failure=failure parts=self.left.get()/> }.into_any()))
        })
    }
}

/// The element of a field that takes the focus.
fn control_of(field: &Element) -> Option<HtmlElement> {
    let find = |selector: &str| field.query_selector(selector).ok().flatten();
    let found = find("[aria-invalid=true]:is(input, select, textarea)")
        .or_else(|| find(":is(input, select, textarea):not(:disabled)"))
        // The text of an editor lies in a tree of its own.
        .or_else(|| find(".editor__host")?.shadow_root()?.query_selector(".cm-content").ok()?)
        .or_else(|| find("button"));
    found.and_then(|found| found.dyn_into().ok())
}

/// A group of fields in a long form, under its heading.
#[component]
pub fn Section(
    /// Its heading.
    #[prop(into)]
    title: String,
    /// What it decides, in one line.
    #[prop(optional)]
    text: &'static str,
    /// Its fields.
    children: Children,
) -> AnyView {
    view! {
        <section class="section" aria-label=title.clone()>
            <div>
                <h2>{title.clone()}</h2>
                {maybe((!text.is_empty()).then(|| view! { <p class="muted">{text}</p> }.into_any()))}
            </div>
            {children()}
        </section>
    }
    .into_any()
}

/// A form without a frame of its own, inside of something that has one: a card, a gate.
#[component]
pub fn PlainForm(
    /// What it is called, for a screen reader.
    #[prop(into)]
    label: Signal<String>,
    /// Whether it is being sent.
    #[prop(into)]
    pending: Signal<bool>,
    /// Why it was not accepted.
    #[prop(into)]
    error: Signal<Option<Failure>>,
    /// Sends it. It runs once every rule is kept, and never while it is pending.
    #[prop(into)]
    on_submit: Callback<()>,
    /// What the button says.
    #[prop(into)]
    submit: Signal<String>,
    /// Why it cannot be sent now.
    #[prop(optional, into)]
    blocked: Signal<Option<String>>,
    /// How the button looks.
    #[prop(optional)]
    look: Look,
    /// How the failure is told, where the form's own words do not fit.
    #[prop(optional, into)]
    note: Option<ViewFn>,
    /// Its fields.
    children: Children,
) -> AnyView {
    let engine = Engine::new(pending, error, blocked, on_submit);
    let note = match note {
        Some(note) => reactive(move || note.run()),
        None => engine.failure(),
    };
    let content = move || {
        view! {
            {note}
            {children()}
            <Button label=submit look=look submit=true busy=pending disabled_reason=blocked/>
        }
        .into_any()
    };
    engine.draw("form stack", label, content)
}

/// A form that is a page: sections, perhaps a summary beside them that stays in sight, and a bar with the actions that
/// stays at the bottom.
#[component]
pub fn FormPage(
    /// What the page is called: "New cluster".
    #[prop(into)]
    title: String,
    /// One muted line under the title.
    #[prop(optional, into)]
    meta: Option<ViewFn>,
    /// What stands at the end of the title's row, such as the choice between form and YAML.
    #[prop(optional, into)]
    actions: Option<ViewFn>,
    /// Whether it is being sent.
    #[prop(into)]
    pending: Signal<bool>,
    /// Why it was not accepted.
    #[prop(into)]
    error: Signal<Option<Failure>>,
    /// Sends it. It runs once every rule is kept, and never while it is pending.
    #[prop(into)]
    on_submit: Callback<()>,
    /// What the button says: "Create cluster".
    #[prop(into)]
    submit: Signal<String>,
    /// Why it cannot be sent now.
    #[prop(optional, into)]
    blocked: Signal<Option<String>>,
    /// Where cancelling leads.
    #[prop(into)]
    cancel: String,
    /// What sending it leads to, at the left of the bar.
    #[prop(optional, into)]
    consequence: Signal<String>,
    /// What stands beside the form: the manifest, the request.
    #[prop(optional, into)]
    summary: Option<ViewFn>,
    /// Sections and fields.
    children: Children,
) -> AnyView {
    let engine = Engine::new(pending, error, blocked, on_submit);
    let label = Signal::stored(title.clone());
    let class = if summary.is_some() { "wizard" } else { "wizard wizard--alone" };
    let summary = summary.map(|summary| {
        view! { <aside class="wizard__summary" aria-label="Summary">{summary.run()}</aside> }.into_any()
    });
    let actions: Option<Children> = actions.map(|actions| Box::new(move || actions.run()) as Children);
    let content = move || {
        view! {
            <div class=class>
                <div class="wizard__form">
                    {engine.failure()}
                    {children()}
                </div>
                {maybe(summary)}
            </div>
            <div class="action-bar">
                <p class="action-bar__text">{move || consequence.get()}</p>
                <ButtonLink href=cancel label="Cancel"/>
                <Button label=submit look=Look::Primary submit=true busy=pending disabled_reason=blocked/>
            </div>
        }
        .into_any()
    };
    view! {
        <PageHeader title=title nostrip:meta=meta nostrip:children=actions/>
        {engine.draw("form form--page", label, content)}
    }
    .into_any()
}

/// What closes a form on a page: it asks first if something would be lost.
fn closing(open: RwSignal<bool>, draft: Draft, pending: Signal<bool>) -> Callback<()> {
    let leaving = use_context::<Leaving>();
    Callback::new(move |()| {
        if pending.get_untracked() {
            return;
        }
        let close = move || {
            let _ = open.try_set(false);
        };
        match leaving {
            Some(leaving) => leaving.drop_draft(draft, close),
            None => close(),
        }
    })
}

/// A form in a panel at the side: one to four fields.
#[component]
pub fn FormPanel(
    /// Whether it is open. Close it when what was sent is accepted.
    open: RwSignal<bool>,
    /// Its heading: "New API key".
    #[prop(into)]
    title: Signal<String>,
    /// What the form holds. Closing the panel with unsaved work asks first.
    draft: Draft,
    /// Whether it is being sent.
    #[prop(into)]
    pending: Signal<bool>,
    /// Why it was not accepted.
    #[prop(into)]
    error: Signal<Option<Failure>>,
    /// Sends it. It runs once every rule is kept, and never while it is pending.
    #[prop(into)]
    on_submit: Callback<()>,
    /// What the button says: "Create key".
    #[prop(into)]
    submit: Signal<String>,
    /// Why it cannot be sent now.
    #[prop(optional, into)]
    blocked: Signal<Option<String>>,
    /// Its fields, drawn while it is open.
    children: ChildrenFn,
) -> AnyView {
    let close = closing(open, draft, pending);
    let engine = Engine::new(pending, error, blocked, on_submit);
    let content = move || {
        let inside = || {
            let body = view! {
                {engine.failure()}
                {children()}
            }
            .into_any();
            let foot = view! {
                <Button label="Cancel" on_press=close/>
                <Button label=submit look=Look::Primary submit=true busy=pending disabled_reason=blocked/>
            }
            .into_any();
            panel::inside(title, close, body, Some(foot))
        };
        engine.draw("form panel__frame", title, inside)
    };
    modal(Modal {
        open,
        class: "panel",
        label: title,
        dismiss: Some(close),
        beside: true,
        content: ViewFn::from(content),
    })
}

/// A form in a dialog, where the page has to wait for it.
#[component]
pub fn FormDialog(
    /// Whether it is open. Close it when what was sent is accepted.
    open: RwSignal<bool>,
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// What the form holds.
    draft: Draft,
    /// Whether it is being sent.
    #[prop(into)]
    pending: Signal<bool>,
    /// Why it was not accepted.
    #[prop(into)]
    error: Signal<Option<Failure>>,
    /// Sends it. It runs once every rule is kept, and never while it is pending.
    #[prop(into)]
    on_submit: Callback<()>,
    /// What the button says.
    #[prop(into)]
    submit: Signal<String>,
    /// Why it cannot be sent now.
    #[prop(optional, into)]
    blocked: Signal<Option<String>>,
    /// How that button looks: what destroys is red, and the safe button has the focus.
    #[prop(default = Look::Primary)]
    look: Look,
    /// Its fields, drawn while it is open.
    children: ChildrenFn,
) -> AnyView {
    let close = closing(open, draft, pending);
    let engine = Engine::new(pending, error, blocked, on_submit);
    let content = move || {
        let inside = || {
            view! {
                <div class="dialog__body" data-modal-body="">
                    <h2 class="dialog__title">{move || title.get()}</h2>
                    {engine.failure()}
                    {children()}
                </div>
                <div class="dialog__foot">
                    <Button label="Cancel" on_press=close first=look == Look::Destroy/>
                    <Button label=submit look=look submit=true busy=pending disabled_reason=blocked/>
                </div>
            }
            .into_any()
        };
        engine.draw("form dialog__form", title, inside)
    };
    modal(Modal {
        open,
        class: "dialog dialog--form",
        label: title,
        dismiss: Some(close),
        beside: false,
        content: ViewFn::from(content),
    })
}
