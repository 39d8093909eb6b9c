//! One way to ask before something is done: [`confirm`] turns what a press would do into a press that asks first.
//!
//! Danger is proportional. What can be undone is not asked for. What ends something is asked for. What destroys says its
//! consequences, and what destroys a lot takes the name of the thing. The safe button has the focus.

use std::{future::Future, pin::Pin, rc::Rc};

use leptos::{prelude::*, task::spawn_local};
use send_wrapper::SendWrapper;

use super::{
    button::{Button, Look},
    dialog::Dialog,
    failure::FailureNote,
    icon::Icon,
    load::Failure,
    part,
    reactive::{maybe, reactive},
};

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confirm {
    title: String,
    text: String,
    consequences: Vec<Consequence>,
    action: String,
    keep: String,
    typed: Option<String>,
    danger: bool,
}

/// One thing that will be so afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Consequence {
    icon: &'static str,
    what: String,
    text: String,
}

impl Confirm {
    /// A question: its heading names the thing ("Revoke ci-deploy"), its text says what happens, its action is the verb
    /// on the button ("Revoke key").
    pub fn new(title: impl Into<String>, text: impl Into<String>, action: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            text: text.into(),
            action: action.into(),
            keep: "Cancel".to_owned(),
            ..Self::default()
        }
    }

    /// One consequence: an icon, how many of what in strong letters, and what becomes of them.
    #[must_use]
    pub fn consequence(mut self, icon: &'static str, what: impl Into<String>, text: impl Into<String>) -> Self {
        self.consequences.push(Consequence { icon, what: what.into(), text: text.into() });
        self
    }

    /// What the safe button says: "Keep cluster".
    #[must_use]
    pub fn keep(mut self, keep: impl Into<String>) -> Self {
        self.keep = keep.into();
        self
    }

    /// Takes the name of the thing before it does anything.
    #[must_use]
    pub fn typed(mut self, name: impl Into<String>) -> Self {
        self.typed = Some(name.into());
        self
    }

    /// It destroys: the button is red.
    #[must_use]
    pub fn danger(mut self) -> Self {
        self.danger = true;
        self
    }
}

/// How an action ended.
pub type Outcome = Result<(), Failure>;

type Act = Rc<dyn Fn() -> Pin<Box<dyn Future<Output = Outcome>>>>;

/// A question that waits for its answer.
#[derive(Clone)]
struct Asked {
    confirm: Confirm,
    act: Act,
}

/// Where questions are asked. The application provides one and mounts one [`ConfirmHost`].
#[derive(Clone, Copy)]
pub struct Confirming {
    asked: RwSignal<Option<SendWrapper<Asked>>>,
    /// The dialog is there.
    drawn: RwSignal<bool>,
}

impl Confirming {
    /// Puts one into the context, unless there is one.
    pub fn provide() -> Self {
        use_context().unwrap_or_else(|| {
            let confirming = Self { asked: RwSignal::new(None), drawn: RwSignal::new(false) };
            provide_context(confirming);
            confirming
        })
    }

    /// Asks now. The dialog stays open while the action is under way, and when it fails, with the failure.
    pub fn ask<F>(self, confirm: Confirm, act: impl Fn() -> F + 'static)
    where
        F: Future<Output = Outcome> + 'static,
    {
        let act: Act = Rc::new(move || Box::pin(act()));
        self.put(SendWrapper::new(Asked { confirm, act }));
    }

    fn put(self, question: SendWrapper<Asked>) {
        if self.asked.try_with_untracked(Option::is_some) != Some(true) {
            let _ = self.asked.try_set(Some(question));
            return;
        }
        // Who asks while a question stands does so from what has opened over it, such as the end of a session: the dialog
        // closes first, so that it comes to lie above.
        let _ = self.asked.try_set(None);
        request_animation_frame(move || {
            let _ = self.asked.try_set(Some(question));
        });
    }

    /// Asks now for what is done at once.
    pub fn ask_then(self, confirm: Confirm, act: impl Fn() + 'static) {
        self.ask(confirm, move || {
            act();
            std::future::ready(Ok(()))
        });
    }
}

/// Makes a handler that asks, and does it when the answer is yes.
///
/// ```ignore
/// let remove = mutation(applications::delete);
/// let ask = confirm(
///     move || Confirm::new("Delete payments-api", "It stops serving at once.", "Delete application").danger(),
///     move || async move { remove.outcome(id.get_value()).await.map(drop) },
/// );
/// view! { <Button label="Delete" look=Look::Danger on_press=ask/> }
/// ```
pub fn confirm<F>(
    what: impl Fn() -> Confirm + Send + Sync + 'static,
    act: impl Fn() -> F + Clone + 'static,
) -> Callback<()>
where
    F: Future<Output = Outcome> + 'static,
{
    let confirming = use_context::<Confirming>();
    let act = SendWrapper::new(act);
    Callback::new(move |()| {
        if let Some(confirming) = confirming {
            confirming.ask(what(), (*act).clone());
        }
    })
}

/// What is wrong with a name that was typed, as soon as it cannot become right any more.
fn mismatch(typed: &str, name: &str) -> Option<String> {
    let typed = typed.trim();
    if name.starts_with(typed) {
        return None;
    }
    if name.to_lowercase().starts_with(&typed.to_lowercase()) {
        return Some(format!("Capital and small letters count. The name is {name}."));
    }
    if typed.starts_with(name) {
        return Some(format!("This is longer than {name}."));
    }
    let at = typed.chars().zip(name.chars()).take_while(|(typed, name)| typed == name).count();
    Some(format!("This is not {name}: character {} differs.", at + 1))
}

/// The dialog of every question. The application mounts it once; it comes with the first question.
#[component]
pub fn ConfirmHost() -> AnyView {
    let confirming = Confirming::provide();
    // It stays once it was drawn: the dialog itself closes, and gives the focus back.
    let wanted = Memo::new(move |_| confirming.asked.with(Option::is_some) || confirming.drawn.get());
    reactive(move || maybe(wanted.get().then(|| dialog(confirming))))
}

part! {
    over in confirm; closed by confirming.asked.set(None);
    /// The dialog itself.
    fn dialog(confirming: Confirming) -> AnyView {
        questions(confirming)
    }
}

fn questions(Confirming { asked, drawn }: Confirming) -> AnyView {
    drawn.set(true);
    let open = RwSignal::new(false);
    let pending = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let typed = RwSignal::new(String::new());
    Effect::new(move |_| {
        let is_asked = asked.with(Option::is_some);
        if is_asked {
            typed.set(String::new());
            failure.set(None);
        }
        open.set(is_asked);
    });
    // The dialog may also be closed by the browser.
    Effect::new(move |was: Option<bool>| {
        let is = open.get();
        if was == Some(true) && !is && !pending.get_untracked() {
            asked.set(None);
        }
        is
    });
    let keep = Callback::new(move |()| {
        if !pending.get_untracked() {
            asked.set(None);
        }
    });
    let go = Callback::new(move |()| {
        let Some(act) = asked.with_untracked(|asked| asked.as_ref().map(|asked| Rc::clone(&asked.act))) else { return };
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        failure.set(None);
        let action = act();
        spawn_local(async move {
            let outcome = action.await;
            let _ = pending.try_set(false);
            match outcome {
                Ok(()) => {
                    let _ = asked.try_set(None);
                }
                Err(problem) => {
                    let _ = failure.try_set(Some(problem));
                }
            }
        });
    });
    let question = Memo::new(move |before: Option<&Confirm>| {
        // It keeps its words while it goes.
        asked
            .with(|asked| asked.as_ref().map(|asked| asked.confirm.clone()))
            .or_else(|| before.cloned())
            .unwrap_or_default()
    });
    let missing = Signal::derive(move || {
        let question = question.read();
        let name = question.typed.as_ref()?;
        let matches = typed.with(|typed| typed.trim() == name);
        (!matches).then(|| format!("Type {name} first."))
    });
    let foot = move || {
        let Confirm { keep: safe, action, danger, .. } = question.get();
        view! {
            <Button label=safe on_press=keep first=true/>
            <Button
                label=action
                look=if danger { Look::Destroy } else { Look::Primary }
                busy=pending
                disabled_reason=missing
                on_press=go
            />
        }
        .into_any()
    };
    view! {
        <Dialog open=open title=Signal::derive(move || question.get().title) on_dismiss=keep foot=foot>
            {content(question, typed, missing, go)}
            {reactive(move || maybe(failure.get().map(|failure| view! { <FailureNote failure=failure/> }.into_any())))}
        </Dialog>
    }
    .into_any()
}

fn content(
    question: Memo<Confirm>,
    typed: RwSignal<String>,
    missing: Signal<Option<String>>,
    go: Callback<()>,
) -> AnyView {
    reactive(move || {
        let Confirm { text, consequences, typed: name, .. } = question.get();
        let list = consequences
            .into_iter()
            .map(|Consequence { icon, what, text }| {
                view! {
                    <li>
                        <Icon name=icon/>
                        <span><strong>{what}</strong> " " {text}</span>
                    </li>
                }
                .into_any()
            })
            .collect::<Vec<_>>();
        let list = (!list.is_empty()).then(|| view! { <ul class="consequences">{list}</ul> }.into_any());
        let field = name.map(|name| name_field(name, typed, missing, go));
        view! {
            <p class="muted">{text}</p>
            {maybe(list)}
            {maybe(field)}
        }
        .into_any()
    })
}

/// Where the name of the thing is typed, or pasted: it is meant to slow down the mistaken, not to punish the sure.
fn name_field(name: String, typed: RwSignal<String>, missing: Signal<Option<String>>, go: Callback<()>) -> AnyView {
    let wrong = {
        let name = name.clone();
        Memo::new(move |_| typed.with(|typed| mismatch(typed, &name)))
    };
    let invalid = move || wrong.with(Option::is_some).then_some("true");
    view! {
        <div class="field">
            <label class="field__label" for="confirm-name">
                "Type " <code>{name}</code> " to confirm"
            </label>
            <input
                class="input mono"
                id="confirm-name"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                aria-invalid=invalid
                aria-describedby=move || invalid().map(|_| "confirm-name-error")
                prop:value=move || typed.get()
                on:input=move |event| typed.set(event_target_value(&event))
                on:keydown=move |event| {
                    if event.key() == "Enter" && missing.with_untracked(Option::is_none) {
                        go.run(());
                    }
                }
            />
            <p class="field__error" id="confirm-name-error" aria-live="polite">
                {move || wrong.get()}
            </p>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::mismatch;

    #[test]
    fn a_name_is_wrong_as_soon_as_it_cannot_become_right() {
        for typed in ["", "prod", "prod-eu", " prod-eu "] {
            assert_eq!(mismatch(typed, "prod-eu"), None, "{typed}");
        }
        let says = |typed: &str| mismatch(typed, "prod-eu").unwrap_or_default();
        assert_eq!(says("Prod"), "Capital and small letters count. The name is prod-eu.");
        assert_eq!(says("prod-us"), "This is not prod-eu: character 6 differs.");
        assert_eq!(says("prod-eu-1"), "This is longer than prod-eu.");
        assert_eq!(says("x"), "This is not prod-eu: character 1 differs.");
    }
}
