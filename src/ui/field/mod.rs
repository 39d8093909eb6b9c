//! Fields of forms.
//!
//! A field is two things: [`Field`] says what every field has (name, label, hint, rule), and a component says how the
//! value is entered ([`TextField`], [`SelectField`] and so on). The value is a signal of the form's draft, so the field
//! mirrors it, and the draft becomes the request when the form is submitted.
//!
//! A rule speaks up when the person leaves a field that they have changed, when the form is submitted, and from then on
//! with each change. A field that was left in order is told of as well when something that comes later, such as a list,
//! shows it to be wrong. What the platform says of a field lands on it by its name, and goes with the next change.

mod check;
mod choice;
mod combo;
mod duration;
mod editor;
mod file;
mod group;
mod number;
mod pairs;
mod secret;
mod text;

use std::{
    borrow::Cow,
    sync::atomic::{AtomicUsize, Ordering},
};

use leptos::prelude::*;

pub use self::{
    check::{CheckField, SwitchField},
    choice::{CardsField, Choice, RadioField, SegmentsField, SelectField},
    combo::{ComboField, MultiField, ready},
    duration::{DurationField, Span},
    editor::EditorField,
    file::{FileField, TextFile, refuse_files},
    group::GroupField,
    number::NumberField,
    pairs::PairsField,
    secret::SecretField,
    text::{TextArea, TextField},
};
use super::{
    form::FormContext,
    icon::{Icon, Size},
    reactive::{maybe, reactive},
};

type Check = Box<dyn Fn() -> Option<String> + Send + Sync>;

/// What every field has, whatever it asks for.
pub struct Field {
    name: Cow<'static, str>,
    label: Cow<'static, str>,
    hint: Option<Signal<String>>,
    optional: bool,
    error: Signal<Option<String>>,
    disabled: Signal<Option<String>>,
    fixed: Option<&'static str>,
    busy: Signal<bool>,
    check: Option<Check>,
    needed: Option<&'static str>,
}

impl Field {
    /// A field. `name` is what the request calls it, so that what the platform says of it finds it: `title`,
    /// `nodeGroups[0].name`.
    pub fn new(name: impl Into<Cow<'static, str>>, label: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            hint: None,
            optional: false,
            error: Signal::derive(|| None),
            disabled: Signal::derive(|| None),
            fixed: None,
            busy: Signal::derive(|| false),
            check: None,
            needed: None,
        }
    }

    /// What it says when it was left empty, where "Name is required." does not fit.
    #[must_use]
    pub fn needed(mut self, words: &'static str) -> Self {
        self.needed = Some(words);
        self
    }

    /// What helps to fill it, below the control.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Signal<String>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// It may stay empty, and says so beside its label.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// What is wrong with it, as somebody else found out.
    #[must_use]
    pub fn error(mut self, error: impl Into<Signal<Option<String>>>) -> Self {
        self.error = error.into();
        self
    }

    /// Why it takes no value now; the reason stands below the control.
    #[must_use]
    pub fn disabled(mut self, reason: impl Into<Signal<Option<String>>>) -> Self {
        self.disabled = reason.into();
        self
    }

    /// It shows its value and never takes another; the reason stands beside the label: "cannot change later".
    #[must_use]
    pub fn fixed(mut self, reason: &'static str) -> Self {
        self.fixed = Some(reason);
        self
    }

    /// Something about it is being found out: whether the name is free.
    #[must_use]
    pub fn busy(mut self, busy: impl Into<Signal<bool>>) -> Self {
        self.busy = busy.into();
        self
    }

    /// The rule that its value keeps to: what is wrong, in words. It reads the draft, so it may read other fields too.
    #[must_use]
    pub fn check(mut self, check: impl Fn() -> Option<String> + Send + Sync + 'static) -> Self {
        self.check = Some(Box::new(check));
        self
    }

    fn missing(&self) -> String {
        self.needed.map_or_else(|| format!("{} is required.", self.label), ToOwned::to_owned)
    }

    /// Begins the field: its ids, its errors, its place in the form around it. `own` is the rule of the control itself,
    /// which comes first; `empty` says whether nothing is entered.
    fn open(self, empty: Check, own: Option<Check>) -> (Control, Frame) {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let id = format!("field-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let optional = self.optional || self.fixed.is_some();
        let (given, disabled, foreign) = (self.check, self.disabled, self.error);
        let empty = StoredValue::new(empty);
        let rule = StoredValue::new(Box::new(move || {
            if disabled.with(Option::is_some) {
                return None;
            }
            match empty.try_with_value(|empty| empty()).flatten() {
                Some(missing) => (!optional).then_some(missing),
                None => own.as_ref().and_then(|own| own()).or_else(|| given.as_ref().and_then(|given| given())),
            }
        }) as Check);
        let (shown, server) = (RwSignal::new(false), RwSignal::new(None::<String>));
        let error = Memo::new(move |_| {
            let own = if shown.get() { rule.try_with_value(|rule| rule()).flatten() } else { None };
            own.or_else(|| server.get()).or_else(|| foreign.get())
        });
        let control = Control {
            id: StoredValue::new(id),
            rule,
            shown,
            rests: RwSignal::new(false),
            server,
            touched: StoredValue::new(false),
            error: error.into(),
            disabled,
            fixed: self.fixed.is_some(),
            hinted: self.hint.is_some(),
            required: !optional,
        };
        Effect::new(move |_| {
            // What is missing now was taken away by others, as where the form begins anew.
            let is_filled = || empty.try_with_value(|empty| empty().is_none()) == Some(true);
            let is_wrong = || rule.try_with_value(|rule| rule().is_some()) == Some(true);
            if control.rests.try_get() == Some(true) && is_filled() && is_wrong() {
                control.rest(false);
                let _ = shown.try_set(true);
            }
        });
        if let Some(form) = use_context::<FormContext>() {
            form.add(self.name.clone().into_owned(), self.label.clone().into_owned(), control);
        }
        let frame = Frame {
            control,
            name: self.name,
            label: self.label,
            hint: self.hint,
            optional: self.optional,
            fixed: self.fixed,
            busy: self.busy,
        };
        (control, frame)
    }
}

/// A rule that never finds anything missing.
fn never() -> Check {
    Box::new(|| None)
}

/// A field as its control sees it. A copy is a handle of the same.
#[derive(Clone, Copy)]
pub(super) struct Control {
    id: StoredValue<String>,
    rule: StoredValue<Check>,
    /// Whether the rule speaks.
    shown: RwSignal<bool>,
    /// Whether it was left in order and not changed since: what comes later may still show it to be wrong.
    rests: RwSignal<bool>,
    /// What the platform said of the value that is entered.
    server: RwSignal<Option<String>>,
    touched: StoredValue<bool>,
    error: Signal<Option<String>>,
    disabled: Signal<Option<String>>,
    fixed: bool,
    hinted: bool,
    required: bool,
}

impl Control {
    fn id(self) -> String {
        self.id.get_value()
    }

    fn part(self, part: &str) -> String {
        self.id.with_value(|id| format!("{id}-{part}"))
    }

    /// The value of `aria-invalid`.
    fn invalid(self) -> Option<&'static str> {
        self.error.with(Option::is_some).then_some("true")
    }

    /// The value of `aria-required`: said, and never checked by the browser, whose bubbles are not ours.
    fn required(self) -> Option<&'static str> {
        self.required.then_some("true")
    }

    /// The value of `aria-describedby`.
    fn described(self) -> Option<String> {
        let parts = [
            (self.error.with(Option::is_some), "error"),
            (self.disabled.with(Option::is_some), "reason"),
            (self.hinted, "hint"),
        ];
        let mut text = String::new();
        for (_, part) in parts.iter().filter(|(is, _)| *is) {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&self.part(part));
        }
        (!text.is_empty()).then_some(text)
    }

    fn is_disabled(self) -> bool {
        self.disabled.with(Option::is_some)
    }

    /// Whether a change is taken at all.
    fn takes(self) -> bool {
        !self.fixed && self.disabled.with_untracked(Option::is_none)
    }

    /// The value was changed by the person.
    fn edited(self) {
        self.touched.set_value(true);
        self.rest(false);
        if self.server.with_untracked(Option::is_some) {
            self.server.set(None);
        }
    }

    /// The person has left the control: the rule speaks if they changed something, or goes on speaking while it has to.
    fn left(self) {
        let touched = self.touched.try_get_value() == Some(true);
        if touched || self.shown.try_get_untracked() == Some(true) {
            let wrong = self.wrong().is_some();
            if self.shown.try_get_untracked() != Some(wrong) {
                let _ = self.shown.try_set(wrong);
            }
            self.rest(!wrong);
        }
    }

    fn rest(self, rests: bool) {
        if self.rests.try_get_untracked() == Some(!rests) {
            let _ = self.rests.try_set(rests);
        }
    }

    /// What the rule says, whether it is shown or not.
    fn wrong(self) -> Option<String> {
        untrack(|| self.rule.try_with_value(|rule| rule()).flatten())
    }

    /// Lets the rule speak; whether it has something to say.
    pub(super) fn speak(self) -> bool {
        let wrong = self.wrong().is_some();
        let _ = self.shown.try_set(wrong);
        wrong
    }

    /// It is sent: from now on the platform judges it.
    pub(super) fn sent(self) {
        self.rest(false);
    }

    /// Says what the platform found.
    pub(super) fn blame(self, words: String) {
        let _ = self.server.try_set(Some(words));
    }

    /// The id of the control, which the form gives to whom it names.
    pub(super) fn key(self) -> String {
        self.id.try_get_value().unwrap_or_default()
    }
}

/// What stands around a control.
struct Frame {
    control: Control,
    name: Cow<'static, str>,
    label: Cow<'static, str>,
    hint: Option<Signal<String>>,
    optional: bool,
    fixed: Option<&'static str>,
    busy: Signal<bool>,
}

/// What the label belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// One element, whose id is the field's.
    One,
    /// Several elements, in a group of this role.
    Group(&'static str),
}

impl Frame {
    /// The field around its control. `aside` stands at the end of the label's line.
    fn draw(self, kind: Kind, aside: Option<AnyView>, body: AnyView) -> AnyView {
        let control = self.control;
        let note = self.fixed.or(self.optional.then_some("optional"));
        let busy = self.busy;
        let words = view! {
            {self.label}
            {maybe(note.map(|note| view! { <span class="field__note">{note}</span> }.into_any()))}
        }
        .into_any();
        let label = match kind {
            Kind::One => view! {
                <label class="field__label" for=control.id() id=control.part("label")>
                    {words}
                </label>
            }
            .into_any(),
            Kind::Group(_) => view! {
                <span class="field__label" id=control.part("label")>
                    {words}
                </span>
            }
            .into_any(),
        };
        let head = view! {
            <div class="field__head">
                {label}
                {reactive(move || {
                    maybe(busy.get().then(|| view! { <span class="spinner" aria-hidden="true"></span> }.into_any()))
                })}
                {maybe(aside)}
            </div>
        }
        .into_any();
        let body = view! {
            {head}
            {body}
            {self::below(control, self.hint)}
        }
        .into_any();
        around(control, kind, self.name, busy, body)
    }
}

fn around(control: Control, kind: Kind, name: Cow<'static, str>, busy: Signal<bool>, body: AnyView) -> AnyView {
    let role = match kind {
        Kind::One => None,
        Kind::Group(role) => Some(role),
    };
    let is_choice = role == Some("radiogroup");
    view! {
        <div
            class="field"
            data-field=name.into_owned()
            data-invalid=move || control.invalid()
            aria-busy=move || busy.get().then_some("true")
            role=role
            aria-labelledby=role.map(|_| control.part("label"))
            aria-describedby=move || role.and_then(|_| control.described())
            aria-invalid=move || if is_choice { control.invalid() } else { None }
            aria-required=is_choice.then(|| control.required()).flatten()
        >
            {body}
        </div>
    }
    .into_any()
}

/// Error, reason and hint.
fn below(control: Control, hint: Option<Signal<String>>) -> AnyView {
    let (error, disabled) = (control.error, control.disabled);
    view! {
        <p class="field__error" id=control.part("error") aria-live="polite">
            {reactive(move || {
                maybe(error.get().map(|error| {
                    view! {
                        <Icon name="circle-alert" size=Size::Small/>
                        <span>{error}</span>
                    }
                    .into_any()
                }))
            })}
        </p>
        {reactive(move || {
            maybe(disabled.get().map(|reason| {
                view! {
                    <p class="field__reason" id=control.part("reason")>
                        <Icon name="lock" size=Size::Small/>
                        <span>{reason}</span>
                    </p>
                }
                .into_any()
            }))
        })}
        {maybe(hint.map(|hint| {
            view! {
                <p class="field__hint" id=control.part("hint")>
                    {move || hint.get()}
                </p>
            }
            .into_any()
        }))}
    }
    .into_any()
}
