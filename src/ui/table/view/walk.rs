//! What the keyboard does with the rows.

use std::collections::HashSet;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::Core;

impl Core {
    /// Focuses the search.
    pub fn find(self) {
        if let Some(search) = self.search.get_untracked() {
            let _ = search.focus();
            search.select();
        }
    }

    /// The row that has the focus.
    pub(super) fn focused(self) -> Option<String> {
        let focused = document().active_element().and_then(|it| it.closest("[data-row]").ok().flatten());
        let inside = focused.filter(|row| self.body.get_untracked().is_some_and(|body| body.contains(Some(row))));
        inside.and_then(|row| row.get_attribute("data-row"))
    }

    /// The row that has the focus, or had it last.
    fn current(self) -> Option<String> {
        self.focused().or_else(|| self.marks.with_value(|marks| marks.cursor.clone()))
    }

    /// Moves the focus to the next row, or the one before.
    pub fn walk(self, down: bool) {
        let keys = self.shown_keys();
        let here = self.current().and_then(|key| keys.iter().position(|other| *other == key));
        let next = match here {
            Some(here) if down => (here + 1).min(keys.len().saturating_sub(1)),
            Some(here) => here.saturating_sub(1),
            None => self.first_seen(),
        };
        if let Some(key) = keys.get(next) {
            self.marks.update_value(|marks| marks.cursor = Some(key.clone()));
            self.focus(key, next);
        }
    }

    /// The position of the first row that is seen.
    fn first_seen(self) -> usize {
        let height = self.frame.get_untracked().height.max(1);
        let top = self.scroller.get_untracked().map_or(0, |scroller| scroller.scroll_top());
        usize::try_from(top).unwrap_or(0).div_ceil(height)
    }

    fn focus(self, key: &str, position: usize) {
        if self.focus_drawn(key) {
            return;
        }
        // It is not drawn: the list goes there first.
        let height = self.frame.get_untracked().height;
        if let Some(scroller) = self.scroller.get_untracked() {
            let middle = usize::try_from(scroller.client_height() / 2).unwrap_or(0);
            scroller.set_scroll_top(i32::try_from((position * height).saturating_sub(middle)).unwrap_or(0));
        }
        self.lay_out();
        let key = key.to_owned();
        request_animation_frame(move || {
            self.focus_drawn(&key);
        });
    }

    fn focus_drawn(self, key: &str) -> bool {
        let Some(row) = self.element(key) else { return false };
        let link = row.query_selector(".table__name a").ok().flatten();
        let Some(element) =
            link.and_then(|link| link.dyn_into::<HtmlElement>().ok()).or_else(|| row.clone().dyn_into().ok())
        else {
            return false;
        };
        let _ = element.focus();
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        row.scroll_into_view_with_scroll_into_view_options(&options);
        true
    }

    fn element(self, key: &str) -> Option<Element> {
        let rows = self.body.try_get_untracked().flatten()?.query_selector_all("[data-row]").ok()?;
        (0..rows.length())
            .filter_map(|at| rows.item(at)?.dyn_into::<Element>().ok())
            .find(|row| row.get_attribute("data-row").as_deref() == Some(key))
    }

    /// Follows the link of the row that has the focus; one that leads nowhere opens its menu.
    pub fn open(self) {
        let opener = ".table__name a, .table__actions button";
        let found = self.current().and_then(|key| self.element(&key)?.query_selector(opener).ok().flatten());
        if let Some(found) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
            found.click();
        }
    }

    /// Chooses the row that has the focus, or had it last, or lets it go; not one that a filter hides meanwhile.
    pub fn pick(self) {
        if let Some(key) = self.current().filter(|key| self.shown_keys().contains(key)) {
            self.toggle(&key, false);
        }
    }

    pub fn has_selection(self) -> bool {
        !self.selection.with_untracked(HashSet::is_empty)
    }

    /// Whether it is the first list of the page: keys without a place are for that one.
    pub fn is_first(self) -> bool {
        let first = document().query_selector("[data-table]").ok().flatten();
        let own = self.scroller.try_get_untracked().flatten();
        first.zip(own).is_some_and(|(first, own)| first.is_same_node(Some(&own)))
    }
}
