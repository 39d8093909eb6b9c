//! In the place of a page that a role or a plan does not cover: why, what it would show, and who can help.

use astro_api::organizations;
use leptos::prelude::*;

use super::roles;
use crate::{
    routes,
    store::{query, use_store},
    ui::{Button, ButtonLink, EmptyState, maybe, reactive, state::readable},
};

/// Says that something is not open to the person, by the role or by the plan. `operation` is what was refused, `what`
/// names it at the begin of a sentence: "The audit log".
pub fn of_plan(operation: &'static str, what: &'static str, retry: impl Fn() + Send + Sync + 'static) -> AnyView {
    refusal(operation, what, true, Callback::new(move |()| retry()))
}

/// The same of what every plan has.
pub fn of_role(operation: &'static str, what: &'static str, retry: impl Fn() + Send + Sync + 'static) -> AnyView {
    refusal(operation, what, false, Callback::new(move |()| retry()))
}

fn refusal(operation: &'static str, what: &'static str, by_plan: bool, retry: Callback<()>) -> AnyView {
    let session = use_store().session;
    let active = session.active();
    let plan = query(move || active.get().filter(|_| by_plan).map(|active| organizations::plan(&active.id)));
    let content = reactive(move || {
        let role = session.role().get();
        let is_of_role = !by_plan || roles::refused(operation, role.as_ref()).is_some();
        let (title, text) = if is_of_role {
            (format!("{what} is not open to your role"), roles::takes(operation, what))
        } else {
            let known = plan.load().with(|load| load.value().map(|plan| readable(plan)));
            let on = known.map(|plan| format!(" This organization is on {plan}.")).unwrap_or_default();
            (
                format!("{what} is part of the Enterprise plan"),
                format!("It comes with the Enterprise plan, for admins and owners.{on}"),
            )
        };
        // By the plan, other plans help; by the role, one's own access says what there is instead.
        let way = active.get().map(|active| {
            let (href, label) = if is_of_role {
                (routes::access(&active.name).href(), "My access")
            } else {
                (routes::plan(&active.name).href(), "Compare plans")
            };
            view! { <ButtonLink href=href label=label/> }.into_any()
        });
        view! {
            <EmptyState icon="lock" title=title text=text>
                {maybe(way)}
                <Button label="Check again" on_press=retry/>
            </EmptyState>
        }
        .into_any()
    });
    view! {
        <div class="card refusal">
            {content}
            <div class="refusal__help">{roles::explain(operation)}</div>
        </div>
    }
    .into_any()
}
