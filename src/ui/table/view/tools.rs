//! The bar above a table: search and filters, the order, the density, the columns, the export.

use std::sync::Arc;

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::Core;
use crate::ui::{
    button::IconButton,
    filter_bar::{BarFilter, BarSearch, FilterBar, Offer, closest, opens, step, unique},
    format,
    icon::{Icon, Size},
    reactive::{maybe, reactive},
    table::{column::Erased, density::Density, model::Wanted, state::Sort},
};

/// Search, filters, density, columns, export.
pub(super) fn bar(core: Core) -> AnyView {
    let spec = core.spec();
    let filters = spec
        .filters
        .iter()
        .enumerate()
        .map(|(at, filter)| {
            let chosen = core.state().chosen(filter.key);
            let key = filter.key;
            BarFilter {
                label: filter.label,
                style: filter.style,
                offers: Arc::new(move || offers(core, at)),
                many: Arc::new(move || {
                    core.index.with(|index| index.0.facets.get(at).map_or(0, |facet| facet.values.len()))
                }),
                chosen: Arc::new(move || chosen.get()),
                all: Arc::new(move || core.shown.with(|shown| shown.0.all.get(at).copied())),
                choose: Callback::new(move |values: Vec<String>| core.state().choose(key, &values)),
            }
        })
        .collect();
    let search = spec.search.map(|placeholder| BarSearch {
        placeholder,
        label: format!("Filter {}", spec.noun.1),
        text: Signal::derive(move || core.state().search.get().unwrap_or_default()),
        set: Callback::new(move |text: String| core.state().set_search(&text)),
        input: core.search,
    });
    let told = Memo::new(move |_| {
        if core.wanted.with(Wanted::is_all) {
            return String::new();
        }
        core.list.track();
        let all = core.spec().count(core.index_len());
        format!("{} of {all}", format::count(core.shown.with(|shown| shown.0.rows.len())))
    });
    let Density { compact, choose } = core.density.get_value();
    let density_label =
        Signal::derive(move || if compact.get() { "Comfortable rows".to_owned() } else { "Compact rows".to_owned() });
    let density_icon = Signal::derive(move || if compact.get() { "rows-4" } else { "rows-3" });
    let other_density = move |()| choose.run(!compact.get_untracked());
    view! {
        <FilterBar search=search filters=filters told=told>
            <span class="toolbar__told" aria-hidden="true">
                {move || told.get()}
            </span>
            {sort_menu(core)}
            <span class="toolbar__wide">
                <IconButton icon=density_icon label=density_label on_press=other_density/>
            </span>
            {column_menu(core)}
            {export_menu(core)}
        </FilterBar>
    }
    .into_any()
}

fn offers(core: Core, at: usize) -> Vec<Offer> {
    let (index, shown) = (core.index.get(), core.shown.get());
    let (Some(facet), Some(counts)) = (index.0.facets.get(at), shown.0.counts.get(at)) else { return Vec::new() };
    facet
        .values
        .iter()
        .zip(counts)
        .map(|(value, count)| Offer {
            key: value.key.to_string(),
            label: value.label.to_string(),
            tone: value.tone,
            count: Some(*count),
        })
        .collect()
}

/// A tool of the bar: an icon that opens a list.
fn tool(
    class: &'static str,
    icon: &'static str,
    label: &'static str,
    content: impl Fn() -> AnyView + Send + 'static,
) -> AnyView {
    tool_of(class, icon, label, Box::new(content))
}

fn tool_of(
    class: &'static str,
    icon: &'static str,
    label: &'static str,
    content: Box<dyn Fn() -> AnyView + Send>,
) -> AnyView {
    let id = unique("tool");
    let list = NodeRef::<html::Div>::new();
    let open = RwSignal::new(false);
    let opener = NodeRef::<html::Button>::new();
    // The way in which a key that opened the list goes on into it.
    let entered = StoredValue::new(None::<i32>);
    let walk = move |event: ev::KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            _ => return,
        };
        event.prevent_default();
        if !open.get_untracked() {
            // As a press would, so that the browser knows which button the list lies beside.
            if let Some(opener) = opener.get_untracked() {
                entered.set_value(Some(by));
                opener.click();
            }
        } else if let Some(list) = list.get_untracked() {
            step(&list, by);
        }
    };
    let toggled = move |event: ev::Event| {
        let is_open = opens(&event);
        open.set(is_open);
        let by = entered.try_update_value(Option::take).flatten();
        if let (true, Some(by)) = (is_open, by) {
            // Its content is drawn by effects of this same turn.
            request_animation_frame(move || {
                if let Some(list) = list.try_get_untracked().flatten() {
                    step(&list, by);
                }
            });
        }
    };
    view! {
        <span class=class>
            <button
                type="button"
                class="button button--ghost button--icon button--small"
                aria-label=label
                data-tip=label
                node_ref=opener
                aria-expanded=move || if open.get() { "true" } else { "false" }
                popovertarget=id.clone()
                on:keydown=walk
            >
                <Icon name=icon/>
            </button>
            <div
                class="menu"
                id=id
                popover="auto"
                data-float="end"
                role="group"
                aria-label=label
                node_ref=list
                on:keydown=walk
                on:toggle=toggled
            >
                {reactive(move || if open.get() { content() } else { ().into_any() })}
            </div>
        </span>
    }
    .into_any()
}

/// Closes the list in which something was pressed.
pub(super) fn close(event: &ev::MouseEvent) {
    let list = closest(event.target(), "[popover]").and_then(|list| list.dyn_into::<HtmlElement>().ok());
    if let Some(list) = list {
        // It fails where it is closed already.
        let _ = list.hide_popover();
    }
}

fn column_menu(core: Core) -> AnyView {
    tool("toolbar__wide", "columns-3", "Columns", move || {
        let spec = core.spec();
        let shown = core.columns.get();
        let pick = move |event: ev::Event| {
            let picked = closest(event.target(), "[data-value]").and_then(|it| it.get_attribute("data-value"));
            let Some(picked) = picked else { return };
            let spec = core.spec();
            let shown = core.columns.get_untracked();
            let is_shown = |at: usize, column: &Erased| shown.contains(&at) != (column.head.key == picked);
            let chosen: Vec<(bool, &Erased)> =
                spec.columns.iter().enumerate().map(|(at, column)| (is_shown(at, column), column)).collect();
            let as_usual = chosen.iter().all(|(is_shown, column)| *is_shown == column.head.shown);
            let keys = chosen.iter().filter(|(is_shown, _)| *is_shown).map(|(_, column)| &*column.head.key).collect();
            core.state().set_columns((!as_usual).then_some(keys));
        };
        let items = spec
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| !column.head.names)
            .map(|(at, column)| {
                view! {
                    <label class="menu__item">
                        <input
                            type="checkbox"
                            class="check"
                            prop:checked=shown.contains(&at)
                            data-value=column.head.key.to_string()
                        />
                        <span class="menu__text">{column.head.text}</span>
                    </label>
                }
                .into_any()
            })
            .collect_view();
        view! { <div on:change=pick>{items}</div> }.into_any()
    })
}

/// On a phone the cards have no heads to press.
fn sort_menu(core: Core) -> AnyView {
    if core.paging.with_value(Option::is_some) {
        return ().into_any();
    }
    tool("toolbar__narrow", "arrow-down-up", "Sort", move || {
        let spec = core.spec();
        let sort = core.state().sort.get();
        let press = move |event: ev::MouseEvent| {
            if let Some(key) = closest(event.target(), "[data-sort]").and_then(|it| it.get_attribute("data-sort")) {
                let before = core.state().sort.get_untracked();
                core.state().set_sort(Sort::pressed(before.as_ref(), &key).as_ref());
                close(&event);
            }
        };
        let items = spec
            .columns
            .iter()
            .filter(|column| column.value.is_some())
            .map(|column| {
                let by = sort.as_ref().filter(|sort| sort.key == column.head.key);
                let icon = by.map(|by| {
                    let name = if by.descending { "arrow-down" } else { "arrow-up" };
                    view! { <Icon name=name size=Size::Small/> }.into_any()
                });
                view! {
                    <button
                        type="button"
                        class="menu__item"
                        data-sort=column.head.key.to_string()
                        aria-current=by.map(|_| "true")
                    >
                        <span class="menu__text">{column.head.text}</span>
                        {maybe(icon)}
                    </button>
                }
                .into_any()
            })
            .collect_view();
        view! { <div on:click=press>{items}</div> }.into_any()
    })
}

fn export_menu(core: Core) -> AnyView {
    tool("toolbar__wide", "download", "Export", move || {
        let rows = core.shown.with(|shown| shown.0.rows.len());
        let press = move |event: ev::MouseEvent| {
            if let Some(kind) = closest(event.target(), "[data-kind]").and_then(|it| it.get_attribute("data-kind")) {
                core.export(&core.shown.get_untracked().0.rows, kind == "json");
                close(&event);
            }
        };
        // Of a list that comes in pages, the others are not at hand.
        let which = if core.paging.with_value(Option::is_some) { ", this page" } else { ", as shown" };
        view! {
            <div on:click=press>
                <p class="menu__label">{core.spec().count(rows)} {which}</p>
                <button type="button" class="menu__item" data-kind="csv">
                    <Icon name="download"/>
                    <span class="menu__text">"Export CSV"</span>
                </button>
                <button type="button" class="menu__item" data-kind="json">
                    <Icon name="download"/>
                    <span class="menu__text">"Export JSON"</span>
                </button>
            </div>
        }
        .into_any()
    })
}
