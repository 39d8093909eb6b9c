//! `/o/:org/plan`: the plan of an organization beside the others, as far as the platform tells.

use std::sync::Arc;

use astro_api::{
    organizations::{self, Plan},
    pricing::{self, PricingCategory, PricingData},
};
use leptos::prelude::*;
use serde_json::Value;

use super::details::limit_name;
use crate::{
    routes,
    store::{query, use_store},
    ui::{
        Badge, ButtonLink, Card, Dash, EmptyState, FactsSkeleton, Icon, Loading, PageHeader, QueryView, format, maybe,
        query_view, reactive, state::readable,
    },
};

/// The plan of an organization, and the others.
pub fn plan(organization: String) -> AnyView {
    let active = use_store().session.active();
    let current = query(move || active.get().map(|active| organizations::plan(&active.id)));
    let current = query_view::latest(current.load());
    let plans = query(organizations::plans);
    let pricing = query(pricing::get);
    let meta = move || {
        maybe(current.get().map(|plan| view! { <span>{format!("{} plan", readable(&plan))}</span> }.into_any()))
    };
    let is_current = move |plan: &Plan| {
        let current = current.get();
        current
            .is_some_and(|current| plan.id.eq_ignore_ascii_case(&current) || plan.name.eq_ignore_ascii_case(&current))
    };
    view! {
        <PageHeader title="Plan".to_owned() meta=meta>
            <ButtonLink href=routes::organization(&organization).href() label="Usage"/>
        </PageHeader>
        <div class="stack">
            <QueryView
                load=plans.load()
                loading=|| view! { <Loading label="Loading the plans"><FactsSkeleton rows=5/></Loading> }.into_any()
                empty=Some(crate::ui::Empty::new(Vec::is_empty, || {
                    view! {
                        <EmptyState icon="credit-card" title="No plans" text="The platform names no plans that could be compared."/>
                    }
                    .into_any()
                }))
                retry=move |()| plans.refetch()
                data=move |plans| {
                    reactive(move || plans.draw(|plans: &Vec<Plan>| {
                        let cards = plans.iter().map(|plan| card(plan, is_current(plan))).collect_view();
                        view! { <div class="plans">{cards}</div> }.into_any()
                    }))
                }
            />
            <QueryView
                load=pricing.load()
                loading=|| view! { <Loading label="Loading the comparison"><FactsSkeleton rows=8/></Loading> }.into_any()
                empty=Some(crate::ui::Empty::new(|data: &PricingData| data.categories.is_empty(), || ().into_any()))
                retry=move |()| pricing.refetch()
                data=move |data| reactive(move || data.draw(|data| compared(data, &is_current)))
            />
            <p class="muted small">
                "The plan cannot be changed here. AstroPulse changes the plan of an organization."
            </p>
        </div>
    }
    .into_any()
}

/// "Free", "499 USD a month"; none where the platform names no price.
fn price(plan: &Plan) -> Option<String> {
    let price = plan.price?;
    if price == 0.0 {
        return Some("Free".to_owned());
    }
    let currency = plan.currency.clone().unwrap_or_default();
    let interval = plan.interval.as_ref().map(|interval| format!(" a {interval}")).unwrap_or_default();
    Some(format!("{} {currency}{interval}", format::amount(price)))
}

fn card(plan: &Plan, is_current: bool) -> AnyView {
    let features = plan.features.clone().unwrap_or_default();
    let features = features
        .into_iter()
        .map(|feature| view! { <li><Icon name="check"/><span>{feature}</span></li> }.into_any())
        .collect_view();
    let limits = plan.limits.clone().filter(|limits| !limits.is_empty()).map(|limits| {
        let words = limits.iter().map(|(what, limit)| {
            let name = limit_name(what);
            let name = if name == "Other" { readable(what) } else { name.to_owned() };
            format!("{limit} {}", name.to_ascii_lowercase())
        });
        view! { <p class="muted small">{format!("At most {}.", words.collect::<Vec<_>>().join(", "))}</p> }.into_any()
    });
    let title = plan.name.clone();
    let side = move || maybe(is_current.then(|| view! { <Badge text="This organization"/> }.into_any()));
    let price = price(plan).map(|price| view! { <p class="plan__price">{price}</p> }.into_any());
    let text = plan.description.clone().filter(|text| !text.is_empty());
    view! {
        <Card title=title padded=true side=side>
            <div class="stack">
                {maybe(price)}
                {maybe(text.map(|text| view! { <p class="muted">{text}</p> }.into_any()))}
                <ul class="plan__features">{features}</ul>
                {maybe(limits)}
            </div>
        </Card>
    }
    .into_any()
}

/// What each plan has, by categories.
fn compared(data: &PricingData, is_current: &dyn Fn(&Plan) -> bool) -> AnyView {
    let heads = data
        .plans
        .iter()
        .map(|plan| {
            let is_current = is_current(plan);
            view! {
                <th scope="col">
                    {plan.name.clone()}
                    {maybe(is_current.then(|| view! { <span class="visually-hidden">", this organization's"</span> }.into_any()))}
                </th>
            }
            .into_any()
        })
        .collect_view();
    let ids: Arc<Vec<String>> = Arc::new(data.plans.iter().map(|plan| plan.id.clone()).collect());
    let groups = data.categories.iter().map(|category| group(category, &ids)).collect_view();
    view! {
        <Card title="Compare plans">
            <div class="table-frame table-frame--bare" role="region" aria-label="Compare plans" tabindex="0">
                <table class="table table--plain plan-table">
                    <thead>
                        <tr>
                            <th scope="col">"Feature"</th>
                            {heads}
                        </tr>
                    </thead>
                    {groups}
                </table>
            </div>
        </Card>
    }
    .into_any()
}

fn group(category: &PricingCategory, plans: &[String]) -> AnyView {
    let name = category.name.clone().or_else(|| category.id.clone()).unwrap_or_default();
    let rows = category
        .features
        .iter()
        .flatten()
        .map(|feature| {
            let text = feature.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
            let cells = plans.iter().map(|plan| view! { <td>{cell(feature.get(plan))}</td> }.into_any()).collect_view();
            view! {
                <tr>
                    <th scope="row">{text}</th>
                    {cells}
                </tr>
            }
            .into_any()
        })
        .collect_view();
    let columns = (plans.len() + 1).to_string();
    view! {
        <tbody>
            <tr class="plan-table__group">
                <th scope="rowgroup" colspan=columns>{name}</th>
            </tr>
            {rows}
        </tbody>
    }
    .into_any()
}

/// What a plan has of a feature, in the platform's words.
fn cell(value: Option<&Value>) -> AnyView {
    match value {
        Some(Value::Bool(true)) => view! {
            <Icon name="check"/>
            <span class="visually-hidden">"Included"</span>
        }
        .into_any(),
        Some(Value::Bool(false)) => view! {
            <span class="faint" aria-hidden="true">"–"</span>
            <span class="visually-hidden">"Not included"</span>
        }
        .into_any(),
        Some(Value::String(text)) => text.clone().into_any(),
        Some(Value::Number(number)) => number.to_string().into_any(),
        _ => view! { <Dash/> }.into_any(),
    }
}
