//! Pages of a list: where one is, and the way to the others.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;

use super::{
    address::{Address, Step},
    filter_bar::unique,
    format,
    icon::{Icon, Size},
    load::PageWanted,
    reactive::{maybe, reactive},
};

const PAGE: &str = "page";
const SIZE: &str = "size";
const TOKEN: &str = "token";

/// Which page of a list the address asks for, and the way to others. A copy is a handle of the same.
///
/// A list that counts its pages is asked by number. One that hands out a token for the next page is asked by that; the
/// tokens of the pages that were seen are remembered, so that one can go back.
#[derive(Clone, Copy)]
pub struct Turns {
    wanted: Memo<PageWanted>,
    address: Address,
    /// The token of each page that is known, from the second on.
    tokens: StoredValue<Vec<Option<String>>>,
    size: usize,
}

/// How many rows a page may have.
const SIZES: [usize; 4] = [10, 20, 50, 100];

impl Turns {
    /// The page that the address asks for; `size` rows, unless it says otherwise.
    pub fn of_address(size: usize) -> Self {
        let address = Address::of_context();
        let wanted = Memo::new(move |_| {
            let number = |name| address.get(name).and_then(|text| text.parse::<usize>().ok()).filter(|it| *it > 0);
            let token = address.get(TOKEN).filter(|token| !token.is_empty());
            PageWanted {
                page: number(PAGE).unwrap_or(1),
                size: number(SIZE).filter(|size| *size <= 1_000).unwrap_or(size),
                token,
            }
        });
        Self { wanted, address, tokens: StoredValue::new(Vec::new()), size }
    }

    /// The page that is wanted.
    pub fn wanted(self) -> Memo<PageWanted> {
        self.wanted
    }

    /// Goes to a page. `token` is its token, where pages have one.
    pub fn to(self, page: usize, token: Option<String>) {
        if let Some(token) = &token {
            self.tokens.try_update_value(|tokens| {
                if tokens.len() <= page {
                    tokens.resize(page + 1, None);
                }
                if let Some(place) = tokens.get_mut(page) {
                    *place = Some(token.clone());
                }
            });
        }
        let number = (page > 1).then(|| page.to_string());
        self.address.set_all(&[(PAGE, number), (TOKEN, token)], Step::Push);
    }

    /// Shows more or fewer rows on a page, from the first page on.
    pub fn resize(self, size: usize) {
        let size = (size != self.size).then(|| size.to_string());
        self.address.set_all(&[(SIZE, size), (PAGE, None), (TOKEN, None)], Step::Push);
    }

    /// The way to the page before: none where there is none, or nobody remembers its token.
    fn before(self) -> Option<(usize, Option<String>)> {
        let PageWanted { page, token, .. } = self.wanted.get();
        let before = page.checked_sub(1).filter(|before| *before > 0)?;
        if token.is_none() || before == 1 {
            return Some((before, None));
        }
        let known = self.tokens.try_with_value(|tokens| tokens.get(before).cloned().flatten()).flatten()?;
        Some((before, Some(known)))
    }
}

/// The numbers that are shown of all pages: the first, the last, and those around the one that is open; none stands for
/// those left out.
fn numbers(page: usize, pages: usize) -> Vec<Option<usize>> {
    let mut shown: Vec<Option<usize>> = Vec::new();
    for number in 1..=pages {
        let near = number.abs_diff(page) <= 1;
        // A gap of one page is that page.
        let closes = (number == 2 && page <= 4) || (number + 1 == pages && page + 3 >= pages);
        if number == 1 || number == pages || near || closes {
            shown.push(Some(number));
        } else if shown.last() != Some(&None) {
            shown.push(None);
        }
    }
    shown
}

/// Where one is among the pages of a list, and the way to the others.
#[component]
pub fn Pagination(
    /// Which page is wanted.
    turns: Turns,
    /// How many rows the page has that is shown.
    #[prop(into)]
    shown: Signal<usize>,
    /// How many rows there are in all, where the platform tells.
    #[prop(into)]
    total: Signal<Option<usize>>,
    /// The token of the next page, where pages have one.
    #[prop(into)]
    next: Signal<Option<String>>,
    /// Whether another page is on its way.
    #[prop(into)]
    busy: Signal<bool>,
) -> AnyView {
    let pages = Memo::new(move |_| {
        let size = turns.wanted.get().size.max(1);
        total.get().map(|total| total.div_ceil(size).max(1))
    });
    let after = move || {
        let wanted = turns.wanted.get();
        match (pages.get(), next.get()) {
            (_, Some(token)) => Some((wanted.page + 1, Some(token))),
            (Some(pages), None) => (wanted.page < pages).then(|| (wanted.page + 1, None)),
            (None, None) => None,
        }
    };
    let press = move |event: ev::MouseEvent| {
        let Some(button) = super::filter_bar::closest(event.target(), "[data-page]") else { return };
        if button.get_attribute("aria-disabled").is_some() {
            return;
        }
        let way = untrack(|| match button.get_attribute("data-page").as_deref() {
            Some("before") => turns.before(),
            Some("after") => after(),
            Some(number) => number.parse().ok().map(|number| (number, None)),
            None => None,
        });
        if let Some((page, token)) = way {
            turns.to(page, token);
        }
    };
    let range = move || {
        let PageWanted { page, size, .. } = turns.wanted.get();
        let first = (page - 1) * size + 1;
        let (shown, total) = (shown.get(), total.get());
        match (shown, total) {
            (0, Some(total)) => format!("None of {}", format::count(total)),
            (0, None) => "None".to_owned(),
            (shown, Some(total)) => {
                format!("{}–{} of {}", format::count(first), format::count(first + shown - 1), format::count(total))
            }
            (shown, None) => format!("{}–{}", format::count(first), format::count(first + shown - 1)),
        }
    };
    let size_id = unique("page-size");
    let sized = move |event: ev::Event| {
        let chosen = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
        if let Some(size) = chosen.and_then(|select| select.value().parse().ok()) {
            turns.resize(size);
        }
    };
    let sizes = reactive(move || {
        let size = turns.wanted.get().size;
        let mut offered = SIZES.to_vec();
        if !offered.contains(&size) {
            offered.push(size);
            offered.sort_unstable();
        }
        offered
            .into_iter()
            .map(|it| view! { <option value=it.to_string() selected=it == size>{it.to_string()}</option> }.into_any())
            .collect_view()
            .into_any()
    });
    let turn = move |to: String, label: &'static str, icon: &'static str, blocked: bool| {
        view! {
            <button
                type="button"
                class="button button--ghost button--icon button--small"
                aria-label=label
                data-tip=label
                data-page=to
                aria-disabled=blocked.then_some("true")
            >
                <Icon name=icon/>
            </button>
        }
        .into_any()
    };
    let buttons = reactive(move || {
        let page = turns.wanted.get().page;
        let by_number = next.with(Option::is_none) && turns.wanted.with(|wanted| wanted.token.is_none());
        let numbered = pages.get().filter(|_| by_number).map(|pages| {
            numbers(page, pages)
                .into_iter()
                .map(|number| match number {
                    Some(number) => view! {
                        <button
                            type="button"
                            class="pages__number"
                            data-page=number.to_string()
                            aria-label=format!("Page {number}")
                            aria-current=(number == page).then_some("page")
                        >
                            {format::count(number)}
                        </button>
                    }
                    .into_any(),
                    None => view! { <span class="faint" aria-hidden="true">"…"</span> }.into_any(),
                })
                .collect_view()
                .into_any()
        });
        view! {
            {turn("1".to_owned(), "First page", "chevron-first", page <= 1)}
            {turn("before".to_owned(), "Previous page", "chevron-left", turns.before().is_none())}
            {maybe(numbered)}
            {turn("after".to_owned(), "Next page", "chevron-right", after().is_none())}
        }
        .into_any()
    });
    view! {
        <nav class="pages" aria-label="Pages" aria-busy=move || busy.get().then_some("true") on:click=press>
            <span class="pages__range" role="status">
                {range}
            </span>
            {reactive(move || {
                maybe(busy.get().then(|| view! { <span class="spinner" aria-hidden="true"></span> }.into_any()))
            })}
            <label class="pages__size">
                <span>"Rows"</span>
                <span class="select">
                    <select class="input" id=size_id on:change=sized>
                        {sizes}
                    </select>
                    <Icon name="chevron-down" size=Size::Small/>
                </span>
            </label>
            <span class="row row--tight">{buttons}</span>
        </nav>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn the_ends_and_the_neighbours_are_shown() {
        let text = |page, pages| {
            let shown: Vec<_> =
                numbers(page, pages).into_iter().map(|it| it.map_or("…".to_owned(), |it| it.to_string())).collect();
            shown.join(" ")
        };
        assert_eq!(text(1, 1), "1");
        assert_eq!(text(1, 3), "1 2 3");
        assert_eq!(text(1, 12), "1 2 … 12");
        assert_eq!(text(4, 12), "1 2 3 4 5 … 12");
        assert_eq!(text(6, 12), "1 … 5 6 7 … 12");
        assert_eq!(text(12, 12), "1 … 11 12");
        assert_eq!(text(9, 12), "1 … 8 9 10 11 12");
        // Where the address asks for a page that is not there, the way back is.
        assert_eq!(text(40, 3), "1 2 3");
        assert_eq!(text(40, 12), "1 … 11 12");
    }
}
