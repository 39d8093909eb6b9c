//! Reading a list page by page: while the next page is on its way, the one before stays on screen.

use std::sync::Arc;

use astro_api::Request;
use leptos::prelude::*;

use super::query::{Query, query};
use crate::ui::load::{Any, Load, Loaded, Loads, PageWanted, Part};

/// A list that comes in pages, of which one is watched.
pub struct Paged<T: Send + Sync + 'static, P: Send + Sync + 'static> {
    load: Loads<Part<T>>,
    query: Query<P>,
}

impl<T: Send + Sync, P: Send + Sync> Clone for Paged<T, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync, P: Send + Sync> Copy for Paged<T, P> {}

impl<T: Send + Sync + 'static, P: Send + Sync + 'static> Paged<T, P> {
    /// The page to render. While another one is on its way it is the old one, refreshing.
    pub fn load(self) -> Loads<Part<T>> {
        self.load
    }

    /// Fetches the page again now.
    pub fn refetch(self) {
        self.query.refetch();
    }
}

/// Watches a page of a list for as long as the current owner lives.
///
/// `wanted` says which page, `request` asks for it (`None`: nothing can be asked yet), `part` takes the rows out of the
/// answer. Signals that the first two read are followed. A page that cannot be had shows its failure: the old one would
/// be mistaken for it.
pub fn paged<T, P>(
    wanted: impl Fn() -> PageWanted + 'static,
    request: impl Fn(&PageWanted) -> Option<Request<P>> + 'static,
    part: fn(&P) -> Part<T>,
) -> Paged<T, P>
where
    T: Send + Sync + 'static,
    P: Send + Sync + 'static,
{
    let query = query(move || request(&wanted()));
    let take = move |answer: &Any| answer.downcast_ref::<P>().map(|answer| Arc::new(part(answer)) as Arc<Any>);
    Paged { load: Loads::new(kept(query.load().erased(), Box::new(take))), query }
}

type Take = Box<dyn Fn(&Any) -> Option<Arc<Any>> + Send + Sync>;

fn kept(load: Signal<Load<Any>>, take: Take) -> Signal<Load<Any>> {
    // An answer and what was taken out of it: the same answer gives the same page, so that nothing is drawn anew.
    let taken = StoredValue::new(None::<(Arc<Any>, Arc<Any>)>);
    let page = move |answer: Arc<Any>| {
        let known = taken.try_with_value(|taken| {
            let (of, page) = taken.as_ref()?;
            std::ptr::addr_eq(Arc::as_ptr(of), Arc::as_ptr(&answer)).then(|| Arc::clone(page))
        });
        let page = known.flatten().or_else(|| take(&*answer))?;
        taken.try_set_value(Some((answer, Arc::clone(&page))));
        Some(page)
    };
    Memo::new(move |before: Option<&Load<Any>>| match (load.get(), before) {
        (Load::Loading, Some(Load::Ready(old))) => {
            Load::Ready(Loaded { value: Arc::clone(&old.value), at: old.at, refreshing: true, failed: None })
        }
        (now, _) => now.turned(&page),
    })
    .into()
}
