//! How a form that writes a manifest is sent: a dry run first, then, if that found nothing, for good.

use std::sync::Arc;

use astro_api::{Request, manifest::Manifest};
use leptos::prelude::*;

use super::{Verdict, lead};
use crate::{
    store::mutation,
    ui::{load::Failure, time::Now},
};

/// What is sent: whether it is only checked, and what.
type Sent = (bool, Manifest);

/// What a dry run answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Whether it may be sent, where the platform says so.
    pub passed: Option<bool>,
    /// What stands against it.
    pub errors: Vec<String>,
    /// What deserves a look.
    pub warnings: Vec<String>,
}

/// A form that is sent. A copy is a handle of the same.
#[derive(Clone, Copy)]
pub struct Sending {
    /// The newest verdict.
    pub verdict: RwSignal<Option<Verdict>>,
    /// Why nothing was sent when it was tried.
    pub obstacles: RwSignal<Vec<String>>,
    /// Whether the dry run is under way.
    pub checking: Signal<bool>,
    /// Whether anything is under way.
    pub pending: Signal<bool>,
    /// Why the platform took neither.
    pub error: Signal<Option<Failure>>,
    /// Whether what is typed now has passed, and then whether something deserves a look.
    pub ready: Memo<Option<bool>>,
    /// Says that the next submission is a dry run alone.
    pub only_check: Callback<()>,
    /// Submits.
    pub submit: Callback<()>,
}

/// What a form tells of itself so that it can be sent.
pub struct Sender<T: Send + Sync + 'static> {
    /// What it writes now.
    pub manifest: Signal<Option<Manifest>>,
    /// What stands in the editor.
    pub text: RwSignal<String>,
    /// Why what is typed cannot be sent, where no field says so.
    pub obstacles: Callback<(), Vec<String>>,
    /// The request of a dry run, or for good.
    pub request: fn(bool, &Manifest) -> Request<T>,
    /// What a dry run answered.
    pub outcome: fn(&T) -> Outcome,
    /// A dry run found something: what it is about may be gone or taken by now.
    pub refused: Callback<()>,
    /// It was sent.
    pub done: Callback<(Arc<T>, Manifest)>,
}

/// Makes a form that is sent.
pub fn sending<T: Send + Sync + 'static>(sender: Sender<T>) -> Sending {
    let Sender { manifest, text, obstacles: why_not, request, outcome, refused, done } = sender;
    let check = mutation(move |(dry_run, manifest): &Sent| request(*dry_run, manifest));
    let send = mutation(move |(dry_run, manifest): &Sent| request(*dry_run, manifest));
    let verdict = RwSignal::new(None::<Verdict>);
    let obstacles = RwSignal::new(Vec::<String>::new());
    // What stood in the way does so until something is changed.
    Effect::new(move |_| {
        manifest.track();
        text.track();
        obstacles.set(Vec::new());
    });
    let send_now = move |manifest: Manifest| {
        send.run_then((false, manifest.clone()), move |result| done.run((result, manifest)));
    };
    let only_check = StoredValue::new(false);
    let submit = move |()| {
        let dry_run = only_check.get_value();
        let found = untrack(|| why_not.run(()));
        if !found.is_empty() {
            obstacles.set(found);
            lead();
            return;
        }
        let Some(manifest) = manifest.get_untracked() else { return };
        send.reset();
        let is_ready = verdict.with_untracked(|verdict| {
            verdict.as_ref().is_some_and(|verdict| verdict.of == manifest && verdict.has_passed())
        });
        if !dry_run && is_ready {
            send_now(manifest);
            return;
        }
        check.run_then((true, manifest.clone()), move |result| {
            let Outcome { passed, errors, warnings } = outcome(&result);
            let new = Verdict { of: manifest.clone(), passed, errors, warnings, at: Now::get_untracked() };
            let is_clear = new.has_passed() && new.warnings.is_empty();
            if !new.has_passed() {
                refused.run(());
            }
            let _ = verdict.try_set(Some(new));
            if is_clear && !dry_run {
                send_now(manifest);
            } else {
                lead();
            }
        });
    };
    let ready = Memo::new(move |_| {
        verdict.with(|verdict| {
            let verdict = verdict.as_ref()?;
            let is_same = manifest.with(|manifest| manifest.as_ref() == Some(&verdict.of));
            (is_same && verdict.has_passed()).then_some(!verdict.warnings.is_empty())
        })
    });
    Sending {
        verdict,
        obstacles,
        checking: check.pending(),
        pending: Signal::derive(move || check.pending().get() || send.pending().get()),
        error: Signal::derive(move || check.error().get().or_else(|| send.error().get())),
        ready,
        only_check: Callback::new(move |()| {
            only_check.set_value(true);
            // The press submits the form within this turn; any later submission is another's.
            let forget = move || {
                let _ = only_check.try_set_value(false);
            };
            set_timeout(forget, std::time::Duration::ZERO);
        }),
        submit: Callback::new(submit),
    }
}
