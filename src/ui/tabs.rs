//! Tabs: the faces of a thing, each with an address of its own.
//!
//! They are links in a `<nav>` and not ARIA's tabs: each leads to an address that one can copy, open beside, and come
//! back from. The arrow keys move among them, as a person expects of what looks like tabs.

use leptos::{ev, html, prelude::*};

use super::{
    address::Address,
    focus::{Move, move_focus},
    format,
    reactive::{maybe, reactive},
};

/// A tab: its value in the address, its label, perhaps how much is behind it.
pub struct Tab {
    value: &'static str,
    label: &'static str,
    count: Option<Signal<Option<usize>>>,
    href: Option<String>,
}

impl Tab {
    /// A tab that a parameter of the address chooses.
    pub const fn new(value: &'static str, label: &'static str) -> Self {
        Self { value, label, count: None, href: None }
    }

    /// A tab that is a page of its own.
    #[must_use]
    pub fn at(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }

    /// How much is behind it; nothing is shown while that is unknown.
    #[must_use]
    pub fn count(mut self, count: impl Into<Signal<Option<usize>>>) -> Self {
        self.count = Some(count.into());
        self
    }
}

/// The tab that a parameter of the address names; the first one where it names none of them.
pub fn chosen(param: &'static str, values: &'static [&'static str]) -> Memo<&'static str> {
    let address = Address::of_context();
    Memo::new(move |_| named(address, param, values).or(values.first().copied()).unwrap_or_default())
}

/// Which of the values a parameter of the address names.
fn named(address: Address, param: &str, values: &[&'static str]) -> Option<&'static str> {
    let named = address.get(param)?;
    values.iter().copied().find(|value| *value == named)
}

/// The tabs of a page. The first one is what the page shows by itself, so it adds nothing to the address.
///
/// A tab may be a page of its own ([`Tab::at`]). That page shows the same tabs with `current` as its own value and
/// `base` as the address of the page that the others belong to.
#[component]
pub fn Tabs(
    /// What they are faces of: "Application".
    #[prop(into)]
    label: String,
    /// The tabs, in order.
    tabs: Vec<Tab>,
    /// The parameter of the address that chooses among them.
    #[prop(default = "tab")]
    param: &'static str,
    /// The value of the tab that is shown, on the page of a [`Tab::at`].
    #[prop(optional)]
    current: Option<&'static str>,
    /// The address of the page whose parameter the tabs change, where that is another page than this.
    #[prop(optional, into)]
    base: Option<String>,
) -> AnyView {
    let address = Address::of_context();
    let first = tabs.first().map(|tab| tab.value);
    let values: Vec<_> = tabs.iter().filter(|tab| tab.href.is_none()).map(|tab| tab.value).collect();
    let chosen = Memo::new(move |_| current.or_else(|| named(address, param, &values)).or(first));
    let row = NodeRef::<html::Nav>::new();
    let on_key = move |event: ev::KeyboardEvent| {
        // With a modifier these keys belong to the browser.
        let plain = !(event.ctrl_key() || event.alt_key() || event.meta_key() || event.shift_key());
        if let (true, Some(by), Some(row)) = (plain, Move::across(&event.key()), row.get_untracked()) {
            event.prevent_default();
            move_focus(&row, "a", by);
        }
    };
    // Where the row is wider than the window, what is shown has to be seen in it: also once the window has become
    // narrower, or a count has come and made the row wider.
    // The bar of a phone's browser that hides changes the height alone.
    let width = || document().document_element().map_or(0, |page| page.client_width());
    let resized = RwSignal::new(width());
    let listener = window_event_listener(ev::resize, move |_| {
        resized.maybe_update(|known| std::mem::replace(known, width()) != *known);
    });
    on_cleanup(move || listener.remove());
    let counts: Vec<_> = tabs.iter().filter_map(|tab| tab.count).collect();
    let counted = Memo::new(move |_| counts.iter().filter(|count| count.with(Option::is_some)).count());
    Effect::new(move |_| {
        chosen.track();
        resized.track();
        counted.track();
        if let Some(row) = row.get() {
            request_animation_frame(move || {
                if let Some(tab) = row.query_selector("[aria-current]").ok().flatten() {
                    let (tab, around) = (tab.get_bounding_client_rect(), row.get_bounding_client_rect());
                    let (before, behind) = (tab.left() - around.left() - 16.0, tab.right() - around.right() + 16.0);
                    // Only the row is scrolled, never the page.
                    let by = if before < 0.0 { before } else { behind.max(0.0) };
                    #[expect(clippy::cast_possible_truncation, reason = "pixels of a window")]
                    row.set_scroll_left(row.scroll_left() + by as i32);
                }
            });
        }
    });
    let links = tabs
        .into_iter()
        .map(|Tab { value, label, count, href }| {
            let base = base.clone();
            let href = move || {
                let named = (Some(value) != first).then(|| value.to_owned());
                match (&href, &base, named) {
                    (Some(href), ..) => href.clone(),
                    (None, Some(base), Some(named)) => format!("{base}?{param}={named}"),
                    (None, Some(base), None) => base.clone(),
                    (None, None, named) => address.link(&[(param, named)]),
                }
            };
            let is_current = move || chosen.with(|chosen| *chosen == Some(value)).then_some("page");
            let count = count.map(|count| {
                reactive(move || {
                    maybe(
                        count.get().map(|count| view! { <span class="count">{format::count(count)}</span> }.into_any()),
                    )
                })
            });
            view! {
                <a class="tabs__item" href=href aria-current=is_current>
                    {label}
                    {maybe(count)}
                </a>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <nav class="tabs" aria-label=label node_ref=row on:keydown=on_key>
            {links}
        </nav>
    }
    .into_any()
}
