//! One event, opened: everything that is known of it, and what it changed.

use astro_api::audit::{self, AuditEvent};
use leptos::prelude::*;

use super::wanted::{EVENT, USER};
use crate::{
    components::{audit as words, people},
    store::query,
    ui::{
        Address, CopyButton, DiffView, Fact, Facts, FailureNote, Loading, State, facts::Layout, format, maybe,
        reactive, text,
    },
};

/// What is known of an event. `known` is what a list has told of it, which is shown until the event itself has come.
pub fn detail(organization: String, id: String, known: Option<AuditEvent>) -> AnyView {
    let query = {
        let id = id.clone();
        query(move || Some(audit::get(&id)))
    };
    let load = query.load();
    let event =
        Memo::new(move |_| load.with(|load| load.value().map(|event| (**event).clone())).or_else(|| known.clone()));
    let trouble = reactive(move || {
        maybe(
            load.with(|load| load.failure().cloned())
                .map(|failure| view! { <FailureNote failure=failure/> }.into_any()),
        )
    });
    let busy = move || load.with(|load| load.value().is_none() && load.failure().is_none()).then_some("true");
    let content = reactive(move || match event.get() {
        Some(event) => drawn(&organization, &event),
        None if load.with(|load| load.failure().is_some()) => ().into_any(),
        None => view! {
            <Loading label="Loading the event">
                <span class="skeleton skeleton--long"></span>
            </Loading>
        }
        .into_any(),
    });
    view! {
        <div class="audit-event" aria-busy=busy>
            {trouble}
            {content}
        </div>
    }
    .into_any()
}

fn drawn(organization: &str, event: &AuditEvent) -> AnyView {
    let address = Address::of_context();
    let said = words::said(event.metadata.as_ref());
    let at = event.timestamp.as_str().to_owned();
    let time = match format::parse(&at) {
        Some(then) => {
            // Where the clocks are those of UTC, once is enough.
            let is_utc = i64::try_from(then).is_ok_and(|then| format::offset(then) == 0);
            let utc = (!is_utc)
                .then(|| view! { <span class="faint">{format!(" {} UTC", format::utc(then))}</span> }.into_any());
            view! { {format::local(then)} {maybe(utc)} }.into_any()
        }
        None => at.into_any(),
    };
    let mut facts = vec![Fact::copied("Event", Some(&event.id)), Fact::new("Time", time)];
    facts.push(Fact::new("Actor", actor(address, organization, event)));
    facts.push(Fact::new("Object", object(organization, event)));
    if let Some(mark) = words::result(event.status.as_ref()) {
        facts.push(Fact::new("Result", view! { <State mark=mark/> }));
    }
    if let Some(reason) = &said.reason {
        facts.push(Fact::text("Reason", Some(&text::visible(reason))));
    }
    facts.push(Fact::code("From", event.ip_address.as_deref()));
    let agent = event.user_agent.clone().filter(|agent| !agent.is_empty());
    let program = agent.map(|agent| {
        let agent = text::visible(&agent).into_owned();
        view! { <span data-tip=agent.clone()>{words::program(&agent)}</span> }.into_any()
    });
    facts.push(match program {
        Some(program) => Fact::new("Program", program),
        None => Fact::text("Program", None),
    });
    if said.operation.is_some() {
        facts.push(Fact::copied("Operation", said.operation.as_deref()));
    }
    facts.extend(said.rest.into_iter().map(|(name, value)| Fact::new(name, rest(&value))));
    let change = said.change.map(|(old, new)| {
        let label = format!("Change of {}", words::object(event).unwrap_or("it"));
        view! {
            <DiffView label=label old=Signal::stored(old) new=Signal::stored(new)>
                <strong>"Change"</strong>
            </DiffView>
        }
        .into_any()
    });
    let json = serde_json::to_string_pretty(event).unwrap_or_default();
    let link = {
        let id = event.id.clone();
        Signal::derive(move || {
            let base = document().base_uri().ok().flatten().unwrap_or_default();
            base + &address.link(&[(EVENT, Some(id.clone()))])
        })
    };
    view! {
        <Facts facts=facts layout=Layout::Pairs/>
        {maybe(change)}
        <div class="row">
            <span class="copyable">"JSON" <CopyButton text=json what="the event as JSON"/></span>
            <span class="copyable">"Link" <CopyButton text=link what="a link to the event"/></span>
        </div>
    }
    .into_any()
}

/// Who it was among the members, and the way to all that they did.
fn actor(address: Address, organization: &str, event: &AuditEvent) -> AnyView {
    let name = words::person(event);
    let id = event.user_id.clone();
    let email =
        event.user.as_ref().and_then(|user| user.email.clone()).filter(|email| !email.is_empty() && *email != name);
    let href = move || address.link(&[(USER, Some(id.clone())), ("page", None)]);
    view! {
        <span class="audit-event__who">
            <a class="link" href=people::href(organization, &event.user_id)>{name}</a>
            {maybe(email.map(|email| view! { <span class="muted">{email}</span> }.into_any()))}
            <a class="link" href=href>"Everything they did"</a>
        </span>
    }
    .into_any()
}

fn object(organization: &str, event: &AuditEvent) -> AnyView {
    let noun = event.resource_type.clone().filter(|kind| !kind.is_empty());
    let noun = noun.map_or_else(|| words::noun(&event.event_type), |kind| crate::ui::state::readable(&kind));
    let name = words::object(event).unwrap_or_default().to_owned();
    let id = event.resource_id.clone().filter(|id| *id != name && !id.is_empty());
    let name = match words::href(organization, event) {
        Some(href) => view! { <a class="link" href=href>{text::visible(&name).into_owned()}</a> }.into_any(),
        None => view! { <span>{text::visible(&name).into_owned()}</span> }.into_any(),
    };
    view! {
        <span class="audit-event__who">
            {name}
            <span class="muted">{noun}</span>
            {maybe(id.map(|id| view! { <code>{id}</code> }.into_any()))}
        </span>
    }
    .into_any()
}

fn rest(value: &str) -> AnyView {
    let value = text::visible_lines(value).into_owned();
    if value.contains('\n') {
        view! { <pre class="audit-event__text">{value}</pre> }.into_any()
    } else {
        view! { <span>{value}</span> }.into_any()
    }
}
