//! What of a table lives in the address: sort, search, filters, columns.

use leptos::prelude::*;

use crate::ui::address::{Address, Step};

/// Texts as one: parted by commas, with their own commas hidden.
pub(super) fn join<'a>(parts: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let parts: Vec<_> = parts.into_iter().map(|part| part.replace('%', "%25").replace(',', "%2C")).collect();
    (!parts.is_empty()).then(|| parts.join(","))
}

/// What [`join`] has joined.
pub(super) fn split(text: &str) -> Vec<String> {
    text.split(',').filter(|part| !part.is_empty()).map(|part| part.replace("%2C", ",").replace("%25", "%")).collect()
}

/// By which column rows are sorted, and whether the largest come first: `name`, `-changed`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sort {
    pub key: String,
    pub descending: bool,
}

impl Sort {
    pub fn parse(text: &str) -> Self {
        match text.strip_prefix('-') {
            Some(key) => Self { key: key.to_owned(), descending: true },
            None => Self { key: text.to_owned(), descending: false },
        }
    }

    pub fn compose(&self) -> String {
        if self.descending { format!("-{}", self.key) } else { self.key.clone() }
    }

    /// The sort that follows when a head is pressed: up, down, none.
    pub fn pressed(before: Option<&Self>, key: &str) -> Option<Self> {
        match before.filter(|before| before.key == key) {
            None => Some(Self { key: key.to_owned(), descending: false }),
            Some(before) if !before.descending => Some(Self { key: key.to_owned(), descending: true }),
            Some(_) => None,
        }
    }
}

/// The parameters that a table keeps in the address.
#[derive(Clone, Copy)]
pub(super) struct State {
    pub address: Address,
    pub search: Memo<Option<String>>,
    pub sort: Memo<Option<Sort>>,
    pub columns: Memo<Option<Vec<String>>>,
}

pub(super) const SEARCH: &str = "q";
const SORT: &str = "sort";
const COLUMNS: &str = "columns";

impl State {
    pub fn of_context() -> Self {
        let address = Address::of_context();
        Self {
            address,
            search: address.param(SEARCH),
            sort: Memo::new(move |_| address.get(SORT).filter(|text| !text.is_empty()).map(|text| Sort::parse(&text))),
            columns: Memo::new(move |_| address.get(COLUMNS).map(|text| split(&text))),
        }
    }

    /// The chosen values of a filter.
    pub fn chosen(self, key: &'static str) -> Memo<Vec<String>> {
        Memo::new(move |_| self.address.get(key).map(|text| split(&text)).unwrap_or_default())
    }

    pub fn choose(self, key: &str, values: &[String]) {
        self.address.set(key, join(values.iter().map(String::as_str)), Step::Push);
    }

    pub fn set_search(self, text: &str) {
        self.address.set(SEARCH, (!text.is_empty()).then(|| text.to_owned()), Step::Replace);
    }

    pub fn set_sort(self, sort: Option<&Sort>) {
        self.address.set(SORT, sort.map(Sort::compose), Step::Push);
    }

    /// Which columns are shown; none for those that are shown by themselves.
    pub fn set_columns(self, columns: Option<Vec<&str>>) {
        self.address.set(COLUMNS, columns.and_then(join), Step::Replace);
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pressing_a_head_goes_up_down_and_back() {
        let up = Sort::pressed(None, "name").unwrap();
        assert_eq!(up.compose(), "name");
        let down = Sort::pressed(Some(&up), "name").unwrap();
        assert_eq!(down.compose(), "-name");
        assert_eq!(Sort::pressed(Some(&down), "name"), None);
        assert_eq!(Sort::pressed(Some(&down), "state").unwrap().compose(), "state");
        assert_eq!(Sort::parse("-name"), down);
    }

    proptest! {
        #[test]
        fn what_is_joined_is_split_again(parts in prop::collection::vec("[a-c,%25C]{1,6}", 0..5)) {
            let joined = join(parts.iter().map(String::as_str)).unwrap_or_default();
            prop_assert_eq!(split(&joined), parts);
        }
    }
}
