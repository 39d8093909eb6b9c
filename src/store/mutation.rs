//! Writing: a request that a person sends.

use std::{rc::Rc, sync::Arc};

use astro_api::{
    ApiError, ErrorKind, Request,
    operations::{Operation, Safety},
};
use futures_channel::oneshot;
use futures_util::future::LocalBoxFuture;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{Store, failure::failure, use_store};
use crate::{
    client::Priority,
    ui::load::{Failure, FailureKind},
};

type Ask<A, T> = Rc<dyn Fn(&A) -> Request<T>>;

/// A write: not sent until [`Mutation::run`], never twice at a time.
pub struct Mutation<A: 'static, T: Send + Sync + 'static> {
    pending: RwSignal<bool>,
    error: RwSignal<Option<Failure>>,
    result: RwSignal<Option<Arc<T>>>,
    ask: StoredValue<Ask<A, T>, LocalStorage>,
    store: Store,
}

impl<A, T: Send + Sync> Clone for Mutation<A, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A, T: Send + Sync> Copy for Mutation<A, T> {}

impl<A: 'static, T: Send + Sync + 'static> Mutation<A, T> {
    /// Whether it is under way: buttons show it and do nothing.
    pub fn pending(self) -> Signal<bool> {
        self.pending.into()
    }

    /// Why the last run failed.
    pub fn error(self) -> Signal<Option<Failure>> {
        self.error.into()
    }

    /// What the last run answered.
    pub fn result(self) -> Signal<Option<Arc<T>>> {
        self.result.into()
    }

    /// Sends it. Does nothing while one is under way.
    pub fn run(self, argument: A) {
        self.run_then(argument, |_| {});
    }

    /// Sends it, and tells how it went: for a question that stays open until it is done, see
    /// [`crate::ui::confirm`]. One that is under way already is no success of this one.
    pub async fn outcome(self, argument: A) -> Result<Arc<T>, Failure> {
        let (tell, told) = oneshot::channel();
        self.send(argument, move |answer| {
            let _ = tell.send(answer);
        });
        told.await.unwrap_or_else(|_| Err(failure(&ApiError::new(ErrorKind::Aborted, "", ""))))
    }

    /// Sends it and calls `done` with the answer, if it succeeds while the view is still there.
    pub fn run_then(self, argument: A, done: impl FnOnce(Arc<T>) + 'static) {
        self.send(argument, move |answer| {
            if let Ok(value) = answer {
                done(value);
            }
        });
    }

    fn send(self, argument: A, done: impl FnOnce(Result<Arc<T>, Failure>) + 'static) {
        // What is gone cannot be pending, and must not be sent either.
        if self.pending.try_get_untracked() != Some(false) {
            return;
        }
        let (Some(ask), Some(client)) = (self.ask.try_get_value(), self.store.client()) else { return };
        let request = ask(&argument);
        drop(argument);
        self.pending.try_set(true);
        self.error.try_set(None);
        let safety = request.call().safety();
        let answer = client.send(&request, Priority::Foreground);
        spawn_local(async move {
            let answer = answer.await.map_err(|error| failed(&error, safety));
            if may_have_changed(safety, answer.as_ref().err().map(|failure| failure.kind)) {
                self.store.changed(request.call().operation());
            }
            if self.pending.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(value) => {
                    let value = Arc::new(value);
                    self.result.try_set(Some(Arc::clone(&value)));
                    done(Ok(value));
                }
                Err(failure) => {
                    self.error.try_set(Some(failure.clone()));
                    done(Err(failure));
                }
            }
        });
    }

    /// Forgets error and result.
    pub fn reset(self) {
        self.error.try_set(None);
        self.result.try_set(None);
    }
}

/// What is said of a write whose answer got lost: it did not come, was cut off, of another form, or not the platform's.
const LOOK_FIRST: &str = "The platform may have done it all the same: look before you try again.";

/// What is said of a write that did not leave the browser: nobody but the person sends it.
const NOT_SENT: &str = "Nothing was sent. Try again when the network is back.";

/// What a view shows of a call that failed. What changes nothing, such as a dry run or a check, leaves nothing to look
/// for.
fn failed(error: &ApiError, safety: Safety) -> Failure {
    let mut failure = failure(error);
    match error.kind {
        _ if safety == Safety::Read => {}
        // Whether versions differ is not what matters first.
        ErrorKind::Mismatch => LOOK_FIRST.clone_into(&mut failure.hint),
        ErrorKind::Offline => NOT_SENT.clone_into(&mut failure.hint),
        ErrorKind::NotTheApi | ErrorKind::Timeout | ErrorKind::Unreachable => {
            if !failure.hint.is_empty() {
                failure.hint.push(' ');
            }
            failure.hint.push_str(LOOK_FIRST);
        }
        _ => {}
    }
    failure
}

/// Whether what is known may be old after a call that ended so: it was done, perhaps with an answer that got lost, or the
/// thing is gone and the lists still have it.
const fn may_have_changed(safety: Safety, failed: Option<FailureKind>) -> bool {
    match (safety, failed) {
        (Safety::Read, _) => false,
        (_, None) => true,
        (_, Some(kind)) => kind.leaves_open() || matches!(kind, FailureKind::NotFound),
    }
}

/// Makes a write. When it succeeds, or may have changed something all the same, the queries that the operation's row
/// names as stale are fetched again.
///
/// A write that was sent goes on when its view is gone; its signals then change nothing.
pub fn mutation<A, T>(request: impl Fn(&A) -> Request<T> + 'static) -> Mutation<A, T>
where
    A: 'static,
    T: Send + Sync + 'static,
{
    let ask: Ask<A, T> = Rc::new(request);
    Mutation {
        pending: RwSignal::new(false),
        error: RwSignal::new(None),
        result: RwSignal::new(None),
        ask: StoredValue::new_local(ask),
        store: use_store(),
    }
}

/// The same write for many things, one call each.
pub struct Batch<A: 'static, T: Send + Sync + 'static> {
    ask: StoredValue<Ask<A, T>, LocalStorage>,
    under_way: StoredValue<usize>,
    store: Store,
}

impl<A, T: Send + Sync> Clone for Batch<A, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A, T: Send + Sync> Copy for Batch<A, T> {}

impl<A: 'static, T: Send + Sync + 'static> Batch<A, T> {
    /// Sends it for one thing. What it makes stale is fetched again when no other of the batch is under way, so that a
    /// hundred writes are not followed by a hundred lists.
    pub fn run(self, argument: &A) -> LocalBoxFuture<'static, Result<(), Failure>> {
        let (Some(ask), Some(client)) = (self.ask.try_get_value(), self.store.client()) else {
            // The program is being taken down, and nobody sees what came of it.
            return Box::pin(std::future::ready(Ok(())));
        };
        let request = ask(argument);
        let (operation, safety) = (request.call().operation(), request.call().safety());
        let answer = client.send(&request, Priority::Foreground);
        self.under_way.try_update_value(|count| *count += 1);
        Box::pin(async move {
            let answer = answer.await;
            ended(&self.store, self.under_way, operation);
            answer.map(|_| ()).map_err(|error| failed(&error, safety))
        })
    }
}

fn ended(store: &Store, under_way: StoredValue<usize>, operation: &'static Operation) {
    let left = under_way.try_update_value(|count| {
        *count = count.saturating_sub(1);
        *count
    });
    // One that failed may have done its work all the same.
    if left.is_none_or(|left| left == 0) {
        store.changed(operation);
    }
}

/// Makes a write that is sent for many things.
pub fn batch<A, T>(request: impl Fn(&A) -> Request<T> + 'static) -> Batch<A, T>
where
    A: 'static,
    T: Send + Sync + 'static,
{
    let ask: Ask<A, T> = Rc::new(request);
    Batch { ask: StoredValue::new_local(ask), under_way: StoredValue::new(0), store: use_store() }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use astro_api::applications;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_changes_nothing_says_nothing_of_what_it_may_have_done() {
        let application: applications::ApplicationDeployRequest = serde_json::from_value(json!({
            "name": "web", "profileName": "p",
            "source": {"type": "image", "image": {"registry": "r", "repository": "i", "tag": "1"}},
        }))
        .unwrap();
        let dry_run = applications::deploy(true, &application);
        let safety = dry_run.call().safety();
        for kind in [ErrorKind::Mismatch, ErrorKind::Unreachable, ErrorKind::Timeout, ErrorKind::Offline] {
            let error = ApiError::new(kind, "deployApplication", "");
            assert_eq!(failed(&error, safety), failure(&error));
            assert!(!may_have_changed(safety, Some(failure(&error).kind)), "{kind:?}");
        }
        assert!(!may_have_changed(safety, None));
        assert!(may_have_changed(Safety::Once, None) && may_have_changed(Safety::Repeatable, None));
    }

    #[test]
    fn a_write_whose_answer_got_lost_says_to_look_first() {
        let failed = |kind| failed(&ApiError::new(kind, "createApiKey", ""), Safety::Once);
        assert_eq!(failed(ErrorKind::Mismatch).hint, LOOK_FIRST);
        assert_eq!(failed(ErrorKind::Unreachable).hint, LOOK_FIRST);
        for kind in [ErrorKind::Timeout, ErrorKind::NotTheApi] {
            let hint = failed(kind).hint;
            assert!(hint.ends_with(LOOK_FIRST) && hint.len() > LOOK_FIRST.len() + 1, "{hint}");
        }
        for kind in [ErrorKind::Invalid, ErrorKind::Conflict, ErrorKind::Offline, ErrorKind::NoCredential] {
            assert!(!failed(kind).hint.contains(LOOK_FIRST), "{kind:?}");
        }
    }

    #[test]
    fn a_write_whose_answer_got_lost_makes_what_is_known_old() {
        let may = |kind| {
            let failure = failed(&ApiError::new(kind, "createApiKey", ""), Safety::Once);
            may_have_changed(Safety::Once, Some(failure.kind))
        };
        let lost = [
            ErrorKind::Server,
            ErrorKind::Unexpected,
            ErrorKind::Mismatch,
            ErrorKind::NotTheApi,
            ErrorKind::Timeout,
            ErrorKind::Unreachable,
        ];
        assert!(lost.into_iter().all(may));
        assert!(may(ErrorKind::NotFound), "the lists still have what is gone");
        let not_done = [ErrorKind::Invalid, ErrorKind::Conflict, ErrorKind::Offline, ErrorKind::NoCredential];
        assert!(!not_done.into_iter().any(may));
    }

    #[test]
    fn a_write_that_was_not_sent_says_that_nobody_else_will() {
        let hint = failed(&ApiError::new(ErrorKind::Offline, "createApiKey", ""), Safety::Once).hint;
        assert!(!hint.contains("by itself"), "{hint}");
        assert_eq!(hint, NOT_SENT);
    }
}
