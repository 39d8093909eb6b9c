//! The events of a page, by day; each opens in place.

use std::sync::Arc;

use astro_api::audit::AuditEvent;
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::{
    event::detail,
    wanted::{EVENT, USER},
};
use crate::{
    components::audit as words,
    ui::{
        Address, Avatar, Dash, Icon, Latest, Loading, Shortcut, Shortcuts, State, address::Step, format, load::Part,
        maybe, reactive, skeleton::width, text, time::Now,
    },
};

/// How many columns it has.
const COLUMNS: &str = "7";

/// The rows of a page. `busy` while another page is on its way.
pub fn events(
    organization: String,
    latest: Latest<Part<AuditEvent>>,
    open: Memo<Option<String>>,
    busy: Signal<bool>,
) -> AnyView {
    let address = Address::of_context();
    let toggle = move |id: String| {
        let opens = open.with_untracked(|open| open.as_ref() != Some(&id));
        address.set(EVENT, opens.then_some(id), Step::Replace);
    };
    let press = move |event: ev::MouseEvent| {
        let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
        let is_within = |selector: &str| target.closest(selector).ok().flatten().is_some();
        // A link leads on, and words can be taken along.
        if is_within("a") || (!is_within("button") && selects()) {
            return;
        }
        if let Some(id) = target.closest("[data-event]").ok().flatten().and_then(|row| row.get_attribute("data-event"))
        {
            toggle(id);
        }
    };
    let body = NodeRef::<html::Tbody>::new();
    offer_keys(body);
    let arrow = move |event: ev::KeyboardEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let is_on_button = target.is_some_and(|target| target.closest(BUTTON).is_ok_and(|found| found.is_some()));
        let forward = match event.key().as_str() {
            "ArrowDown" => true,
            "ArrowUp" => false,
            _ => return,
        };
        if is_on_button {
            event.prevent_default();
            walk(body, forward);
        }
    };
    let rows = reactive(move || {
        let Some(part) = latest.get() else { return ().into_any() };
        drawn(&organization, &part.rows, open, address)
    });
    view! {
        <div class="table-frame audit-table" role="region" aria-label="Audit events" tabindex="0">
            <table class="table table--compact" class:table--busy=move || busy.get()>
                <caption class="visually-hidden">"Audit events, newest first"</caption>
                {head()}
                <tbody node_ref=body on:click=press on:keydown=arrow>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The button of a row that opens it.
const BUTTON: &str = "[data-event] > .audit-table__toggle > button";

/// The keys of a list: j and k walk the rows, by the buttons that Enter presses.
fn offer_keys(body: NodeRef<html::Tbody>) {
    let Some(shortcuts) = Shortcuts::of_context() else { return };
    let shortcut = |keys, label: &'static str, forward| {
        Shortcut::new(keys, "Lists", label, move || walk(body, forward)).repeating()
    };
    shortcuts.offer(shortcut("j", "Go to the next row", true));
    shortcuts.offer(shortcut("k", "Go to the row before", false));
    shortcuts.offer(Shortcut::listed("Enter", "Lists", "Open or close the row"));
}

/// Goes on from the row that has the focus, within it or within what it has opened; else from the one that is open; else
/// to the first.
fn walk(body: NodeRef<html::Tbody>, forward: bool) {
    let Some(body) = body.get_untracked() else { return };
    let Ok(found) = body.query_selector_all(BUTTON) else { return };
    let buttons: Vec<HtmlElement> = (0..found.length()).filter_map(|index| found.get(index)?.dyn_into().ok()).collect();
    let focused = document().active_element().and_then(|active| active.closest("tr").ok().flatten());
    let row_of = |row: Element| {
        if row.has_attribute("data-event") { Some(row) } else { row.previous_element_sibling() }
    };
    let at = focused.and_then(row_of).and_then(|row| buttons.iter().position(|button| row.contains(Some(button))));
    let at = at.or_else(|| buttons.iter().position(|it| it.get_attribute("aria-expanded").as_deref() == Some("true")));
    let to = match (at, forward) {
        (None, _) => 0,
        (Some(at), true) => at + 1,
        (Some(at), false) => at.saturating_sub(1),
    };
    if let Some(button) = buttons.get(to) {
        let _ = button.focus();
    }
}

/// Whether a stretch of text is selected, so that a press was no press.
fn selects() -> bool {
    window().get_selection().ok().flatten().is_some_and(|selection| !selection.is_collapsed())
}

fn head() -> AnyView {
    view! {
        <thead>
            <tr>
                <th scope="col" class="audit-table__toggle"><span class="visually-hidden">"Details"</span></th>
                <th scope="col">"Time"</th>
                <th scope="col">"Actor"</th>
                <th scope="col">"Action"</th>
                <th scope="col">"Object"</th>
                <th scope="col">"Result"</th>
                <th scope="col">"From"</th>
            </tr>
        </thead>
    }
    .into_any()
}

fn drawn(organization: &str, events: &Arc<Vec<AuditEvent>>, open: Memo<Option<String>>, address: Address) -> AnyView {
    let now = Now::get_untracked();
    let mut day = String::new();
    let mut rows = Vec::with_capacity(events.len());
    for event in events.iter() {
        let of = format::day(event.timestamp.as_str(), now);
        if of != day {
            rows.push(
                view! {
                    <tr class="audit-table__day">
                        <th scope="colgroup" colspan=COLUMNS>{of.clone()}</th>
                    </tr>
                }
                .into_any(),
            );
            day = of;
        }
        rows.push(row(organization.to_owned(), event, open, address));
    }
    rows.into_any()
}

fn row(organization: String, event: &AuditEvent, open: Memo<Option<String>>, address: Address) -> AnyView {
    let id = event.id.clone();
    let is_open = Memo::new({
        let id = id.clone();
        move |_| open.with(|open| open.as_ref() == Some(&id))
    });
    let at = event.timestamp.as_str().to_owned();
    let clock = format::parse(&at).map_or_else(|| at.clone(), format::clock_exact);
    let person = words::person(event);
    let by = {
        let user = event.user_id.clone();
        move || address.link(&[(USER, Some(user.clone())), (EVENT, None), ("page", None)])
    };
    let said = format!("{person}: show everything they did");
    let (verb, noun) = (words::action(&event.action), words::noun(&event.event_type));
    let name = words::object(event).map(|name| text::visible(name).into_owned());
    let label = format!("Details of {verb} {} at {clock}", name.as_deref().unwrap_or(&noun));
    let object = match (name, words::href(&organization, event)) {
        (Some(name), Some(href)) => view! { <a class="quiet-link audit-table__name" href=href>{name}</a> }.into_any(),
        (Some(name), None) => view! { <span class="audit-table__name">{name}</span> }.into_any(),
        (None, _) => view! { <Dash/> }.into_any(),
    };
    let mark = match words::result(event.status.as_ref()) {
        Some(mark) => view! { <State mark=mark/> }.into_any(),
        None => view! { <Dash/> }.into_any(),
    };
    let from = match event.ip_address.clone().filter(|from| !from.is_empty()) {
        Some(from) => from.into_any(),
        None => view! { <Dash/> }.into_any(),
    };
    let detail_id = format!("event-{id}");
    let controls = detail_id.clone();
    let known = event.clone();
    let opened = reactive(move || {
        maybe(is_open.get().then(|| {
            view! {
                <tr class="audit-table__detail" id=detail_id.clone()>
                    <td colspan=COLUMNS>{detail(organization.clone(), known.id.clone(), Some(known.clone()))}</td>
                </tr>
            }
            .into_any()
        }))
    });
    view! {
        <tr
            class="audit-table__row"
            class:audit-table__row--open=move || is_open.get()
            data-event=id
        >
            <td class="audit-table__toggle">
                <button
                    type="button"
                    class="button button--ghost button--icon button--small"
                    aria-expanded=move || if is_open.get() { "true" } else { "false" }
                    aria-controls=move || is_open.get().then(|| controls.clone())
                    aria-label=label
                >
                    <Icon name="chevron-right"/>
                </button>
            </td>
            <td class="mono audit-table__time">
                <time datetime=at>{clock}</time>
            </td>
            <td class="audit-table__actor">
                <span class="audit-table__person">
                    <Avatar name=person.clone()/>
                    <a class="quiet-link" href=by aria-label=said>{person}</a>
                </span>
            </td>
            <td class="audit-table__action">{verb} " " <span class="muted">{noun}</span></td>
            <th scope="row" class="audit-table__object">{object}</th>
            <td class="audit-table__result">{mark}</td>
            <td class="mono muted audit-table__from">{from}</td>
        </tr>
        {opened}
    }
    .into_any()
}

/// Stands where the rows will be.
pub fn still() -> AnyView {
    let rows = (0..12)
        .map(|row| {
            let cells = (0..6)
                .map(|column| view! { <td><crate::ui::Bar width=width(row, column)/></td> }.into_any())
                .collect_view();
            view! { <tr><td class="audit-table__toggle"></td>{cells}</tr> }.into_any()
        })
        .collect_view();
    view! {
        <Loading label="Loading audit events">
            <div class="table-frame audit-table">
                <table class="table table--compact">
                    {head()}
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </Loading>
    }
    .into_any()
}
