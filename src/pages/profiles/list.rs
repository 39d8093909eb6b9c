//! `/o/:org/profiles`: the profiles of an organization.

use std::sync::Arc;

use astro_api::{
    profiles::{self, ApplicationProfile, ProfileResources},
    tiers::TierName,
};
use leptos::prelude::*;

use super::{delete, place};
use crate::{
    components::{copy_action, roles, words},
    routes,
    store::{Tone, mutation, query, use_store},
    ui::{
        Action, Bulk, ButtonLink, Column, Dash, DataTable, EmptyState, Features, Filter, Look, PageHeader, Tag, Value,
        confirm::Confirming,
        format, quiet_link, some_are,
        table::{Card, Choice},
        tag, tally, titled_link, when,
    },
};

/// The profiles of an organization.
pub fn list(organization: String) -> AnyView {
    let query = query(profiles::list);
    let load = query.load();
    let meta = tally(load, ("profile", "profiles"), |list| {
        some_are(list.iter().filter(|it| uses(it) == Some(0)).count(), "not used")
    });
    let blocked = roles::why_not("createApplicationProfile");
    let create = StoredValue::new(routes::profile_create(&organization).href());
    let new = move || {
        let href = create.get_value();
        view! { <ButtonLink href=href label="New profile" look=Look::Primary disabled_reason=blocked/> }.into_any()
    };
    view! {
        <PageHeader title="Profiles".to_owned() meta=meta>{new()}</PageHeader>
        <DataTable
            label="Profiles"
            load=load
            columns=columns(organization.clone())
            features=features(organization)
            empty=move || {
                view! {
                    <EmptyState
                        icon="layers"
                        title="No profiles yet"
                        text="A profile says where applications run and with how much. Each application needs one."
                    >
                        {new()}
                    </EmptyState>
                }
                .into_any()
            }
            retry=move |()| query.refetch()
        />
    }
    .into_any()
}

/// How many applications use it, where the platform says so.
fn uses(profile: &ApplicationProfile) -> Option<usize> {
    profile.application_count.and_then(|count| usize::try_from(count).ok())
}

/// The tier that holds: the contract's default where none is named.
fn tier(profile: &ApplicationProfile) -> TierName {
    profile.availability_tier.clone().unwrap_or(TierName::Basic)
}

/// "CPU 1–4, memory 1Gi–2Gi"; none where the tier alone decides.
pub fn resources(resources: Option<&ProfileResources>) -> Option<String> {
    let resources = resources?;
    let cpu = resources.cpu.as_ref().and_then(words::quantities).map(|cpu| format!("CPU {cpu}"));
    let memory = resources.memory.as_ref().and_then(words::quantities).map(|memory| format!("memory {memory}"));
    let parts: Vec<_> = [cpu, memory].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn placement(profile: &ApplicationProfile) -> Choice {
    let is_filled = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
    if is_filled(&profile.cluster_name) {
        Choice::new("cluster", "A cluster").rank(0)
    } else if profile.cloud_provider.is_some() {
        Choice::new("region", "A region").rank(1)
    } else {
        Choice::new("platform", "The platform's choice").rank(2)
    }
}

fn features(organization: String) -> Features<ApplicationProfile> {
    let store = use_store();
    let confirming = use_context::<Confirming>();
    let role = store.session.role();
    let remove = mutation(|id: &String| profiles::delete(id));
    let remove_many = mutation(delete::request);
    let ask = move |id: String, name: String| {
        let Some(confirming) = confirming else { return };
        confirming.ask(delete::one(&name), move || {
            let (id, name) = (id.clone(), name.clone());
            async move {
                remove.outcome(id).await?;
                store.toasts.push(Tone::Good, format!("{name} is deleted."));
                Ok(())
            }
        });
    };
    let may_not = move || roles::refused("deleteApplicationProfile", role.get().as_ref());
    Features::new("profile", "profiles", |profile: &ApplicationProfile| profile.id.clone())
        .search("Filter by name, cluster or region")
        .filter(Filter::chips("use", "Use", |it: &ApplicationProfile| {
            let (key, word, rank) = if uses(it)? > 0 { ("used", "In use", 0) } else { ("unused", "Not used", 1) };
            Some(Choice::new(key, word).rank(rank))
        }))
        .filter(Filter::menu("placement", "Runs on", |it| Some(placement(it))))
        .filter(Filter::menu("tier", "Tier", |it: &ApplicationProfile| {
            let tier = tier(it);
            Some(Choice::new(tier.as_str().to_owned(), words::tier::name(tier.as_str())))
        }))
        .actions(move |profile: &ApplicationProfile| {
            let (id, name) = (profile.id.clone(), profile.profile_name.clone());
            let reason = may_not().or_else(|| delete::in_use(uses(profile).unwrap_or_default()));
            let run = {
                let name = name.clone();
                move || ask(id.clone(), name.clone())
            };
            vec![
                Action::link("Open", "arrow-right", place(&organization, profile).href()),
                Action::link("Show its applications", "boxes", applications(&organization, &name)),
                copy_action("Copy name", name),
                Action::run("Delete", "trash-2", run).danger().unless(reason),
            ]
        })
        .bulk(
            Bulk::together("Delete", "trash-2", "deleted", move |profiles: &[&ApplicationProfile]| {
                let names = profiles.iter().map(|profile| profile.profile_name.clone()).collect();
                Box::pin(delete::send(remove_many, names))
            })
            .danger()
            .asks(delete::several)
            .unless(move |_| may_not()),
        )
}

/// The list of applications, those of a profile alone.
fn applications(organization: &str, profile: &str) -> String {
    format!("{}?profile={profile}", routes::applications(organization).href())
}

/// What is counted, for a card, which has no head that says it.
fn unit(count: usize) -> Tag {
    tag("span").class("profiles__unit").text(if count == 1 { " application" } else { " applications" })
}

fn columns(organization: String) -> Vec<Column<ApplicationProfile>> {
    let organization: Arc<str> = organization.into();
    let (clusters_of, lists_of) = (Arc::clone(&organization), Arc::clone(&organization));
    vec![
        Column::new("Name", move |profile: &ApplicationProfile| {
            let href = place(&organization, profile).href();
            titled_link(href, profile.profile_name.clone()).into_any()
        })
        .value(|profile| profile.profile_name.clone())
        .names(),
        Column::new("Runs on", move |profile: &ApplicationProfile| {
            let text = words::placement(profile);
            match profile.cluster_name.as_deref().filter(|cluster| !cluster.is_empty()) {
                Some(cluster) => {
                    let href = routes::cluster(&clusters_of, cluster).href();
                    quiet_link(href, text).into_any()
                }
                None => text.into_any(),
            }
        })
        .value(words::placement)
        .searched()
        .card(Card::Note),
        Column::new("Tier", |profile: &ApplicationProfile| words::tier::name(tier(profile).as_str()).into_any())
            .value(|profile| words::tier::name(tier(profile).as_str()))
            .width(112)
            .card(Card::NoteSide),
        Column::new("Resources", |profile: &ApplicationProfile| match resources(profile.resources.as_ref()) {
            Some(text) => {
                let whole = tag("span").class("table__clip").attr("title", text.clone());
                whole.tag(tag("span").class("truncate").text(text)).into_any()
            }
            None => view! { <span class="muted">"Tier default"</span> }.into_any(),
        })
        .value(|profile| Value::text(resources(profile.resources.as_ref()))),
        Column::new("Applications", move |profile: &ApplicationProfile| match uses(profile) {
            Some(0) => tag("span").class("muted").text("0").tag(unit(0)).into_any(),
            Some(count) => {
                let href = applications(&lists_of, &profile.profile_name);
                quiet_link(href, format::count(count)).tag(unit(count)).into_any()
            }
            None => view! { <Dash/> }.into_any(),
        })
        .value(|profile| Value::count(uses(profile)))
        .number()
        .width(112)
        .card(Card::Side),
        Column::new("Created", |profile: &ApplicationProfile| when(words::time(profile.created_at.as_ref())))
            .value(|profile| Value::time(words::time(profile.created_at.as_ref())))
            .width(112),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_told_in_one_line() {
        let read = |json: &str| resources(serde_json::from_str(json).ok().as_ref());
        assert_eq!(read(r#"{"memory":{"minimum":"1Gi","maximum":"2Gi"}}"#).as_deref(), Some("memory 1Gi–2Gi"));
        let both = r#"{"cpu":{"minimum":"1"},"memory":{"maximum":"2Gi"}}"#;
        assert_eq!(read(both).as_deref(), Some("CPU from 1, memory up to 2Gi"));
        assert_eq!(read("{}"), None);
        assert_eq!(resources(None), None);
    }
}
