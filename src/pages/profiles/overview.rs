//! `/o/:org/profiles/:profile`: one profile, what its tier gives, and the applications that use it.

use std::sync::Arc;

use astro_api::{
    applications::{self, Application},
    profiles::{self, ApplicationProfile, ProfileRequest},
    tiers::{self, AvailabilityTier, TierName},
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{delete, list::resources};
use crate::{
    components::{ApplicationsCard, PageAction, PageContext, manifest, people, roles, words},
    routes,
    store::{Query, Tone, mutation, query, use_store},
    ui::{
        Button, Card, Fact, Facts, FactsSkeleton, Latest, Loading, Look, PageHeader, QueryView, Time, confirm,
        format::counted, load::Loads, maybe, reactive,
    },
};

/// One profile.
pub fn overview(organization: String, name: String) -> AnyView {
    let store = use_store();
    let navigate = StoredValue::new_local(use_navigate());
    // The address has its name, the contract takes its id.
    let all = query(profiles::list);
    let id = {
        let name = name.clone();
        Memo::new(move |_| {
            all.load().with(|load| match load.value() {
                Some(list) => {
                    let found = list.iter().find(|it| it.profile_name == name || it.id == name);
                    // A list that is being renewed may lack what was made a moment ago.
                    found.map(|it| it.id.clone()).or_else(|| (!load.is_busy()).then(|| name.clone()))
                }
                // Without the list, the platform may know it by what the address says.
                None => load.failure().map(|_| name.clone()),
            })
        })
    };
    // What was found stays, also when it is deleted and the list has it no more.
    let known = Memo::new(move |before: Option<&Option<String>>| before.cloned().flatten().or_else(|| id.get()));
    let query = query(move || known.get().map(|id| profiles::get(&id)));
    let load = query.load();
    let title = {
        let name = name.clone();
        let called = move || load.with(|load| load.value().map(|profile| profile.profile_name.clone()));
        if let Some(context) = use_context::<PageContext>() {
            context.set_name(called);
        }
        Signal::derive(move || called().unwrap_or_else(|| name.clone()))
    };
    let users = users(load);
    let may_not = roles::why_not("deleteApplicationProfile");
    // What the platform counts, or what is listed, which is renewed when an application goes.
    let count = Memo::new(move |_| {
        let name = title.get();
        let listed = users.load().with(|load| {
            load.value().map(|all| all.iter().filter(|application| application.profile_name == name).count())
        });
        let told = || load.with(|load| load.value().and_then(|it| usize::try_from(it.application_count?).ok()));
        listed.or_else(told)
    });
    let blocked = Signal::derive(move || {
        load.with(|load| load.value().is_none().then(|| "The profile is not there.".to_owned()))
            .or_else(|| may_not.get())
            .or_else(|| delete::in_use(count.get().unwrap_or_default()))
    });
    let remove = mutation(|id: &String| profiles::delete(id));
    let leave = {
        let organization = organization.clone();
        move || {
            let path = routes::profiles(&organization).path();
            navigate.try_with_value(|go| go(&path, NavigateOptions::default()));
        }
    };
    let ask = confirm(
        move || delete::one(&title.get_untracked()),
        move || {
            let leave = leave.clone();
            async move {
                let name = title.get_untracked();
                let Some(id) = known.get_untracked() else { return Ok(()) };
                remove.outcome(id).await?;
                store.toasts.push(Tone::Good, format!("{name} is deleted."));
                leave();
                Ok(())
            }
        },
    );
    if let Some(context) = use_context::<PageContext>() {
        context.offer_actions(move || {
            vec![
                PageAction::new("trash-2", format!("Delete {}", title.get()), move || ask.run(()))
                    .disabled(blocked.get()),
            ]
        });
    }
    let meta = move || {
        load.with(|load| {
            maybe(load.value().map(|profile| {
                let used = count.get().map(|count| counted(count, "application", "applications"));
                view! {
                    <span>{words::placement(profile)}</span>
                    <span>"tier " {words::tier::name(tier(profile).as_str()).to_lowercase()}</span>
                    {maybe(used.map(|used| view! { <span>{used}</span> }.into_any()))}
                }
                .into_any()
            }))
        })
    };
    let is_there = Memo::new(move |_| load.with(|load| load.value().is_some()));
    let action = reactive(move || {
        maybe(is_there.get().then(|| {
            view! { <Button label="Delete".to_owned() look=Look::Danger disabled_reason=blocked on_press=ask/> }
                .into_any()
        }))
    });
    view! {
        <PageHeader title=title meta=meta>{action}</PageHeader>
        <QueryView
            load=load
            loading=skeleton
            empty=None
            retry=move |()| {
                all.refetch();
                query.refetch();
            }
            data=move |profile| shown(organization.clone(), profile, users)
        />
    }
    .into_any()
}

/// The applications that use it.
fn users(load: Loads<ApplicationProfile>) -> Query<Vec<Application>> {
    let is_there = Memo::new(move |_| load.with(|load| load.value().is_some()));
    query(move || is_there.get().then(applications::list))
}

fn tier(profile: &ApplicationProfile) -> TierName {
    profile.availability_tier.clone().unwrap_or(TierName::Basic)
}

fn skeleton() -> AnyView {
    view! {
        <Loading label="Loading the profile">
            <div class="stack">
                <FactsSkeleton rows=6/>
                <FactsSkeleton rows=6/>
            </div>
        </Loading>
    }
    .into_any()
}

fn shown(organization: String, profile: Latest<ApplicationProfile>, users: Query<Vec<Application>>) -> AnyView {
    let name = profile.get().map(|profile| profile.profile_name.clone()).unwrap_or_default();
    let facts = {
        let organization = organization.clone();
        reactive(move || profile.draw(|profile| facts(&organization, profile)))
    };
    let spec = Signal::derive(move || profile.get().map(|profile| Arc::new(manifest::of(&request(&profile)))));
    view! {
        <div class="columns">
            <div class="stack">
                {users_card(organization, name.clone(), users)}
                {manifest::shown(name, spec)}
            </div>
            <div class="stack">
                <Card title="Profile" padded=true>
                    {facts}
                </Card>
                {tier_card(profile)}
            </div>
        </div>
    }
    .into_any()
}

/// What would create it.
fn request(profile: &ApplicationProfile) -> ProfileRequest {
    ProfileRequest {
        availability_tier: profile.availability_tier.clone(),
        cloud_provider: profile.cloud_provider.clone(),
        cluster_name: profile.cluster_name.clone(),
        profile_name: profile.profile_name.clone(),
        resources: profile.resources.clone(),
    }
}

fn facts(organization: &str, profile: &ApplicationProfile) -> AnyView {
    let placement = match profile.cluster_name.as_deref().filter(|cluster| !cluster.is_empty()) {
        Some(cluster) => {
            let href = routes::cluster(organization, cluster).href();
            view! { <a class="link" href=href>{cluster.to_owned()}</a> }.into_any()
        }
        None => words::placement(profile).into_any(),
    };
    let given = resources(profile.resources.as_ref()).unwrap_or_else(|| "Tier defaults".to_owned());
    let facts = vec![
        Fact::new("Runs on", placement),
        Fact::text("Tier", Some(&words::tier::name(tier(profile).as_str()))),
        Fact::text("Resources", Some(&given)),
        Fact::new("Created by", people::person(profile.created_by.as_deref())),
        Fact::new("Created", view! { <Time at=words::time(profile.created_at.as_ref())/> }),
        Fact::copied("ID", Some(&profile.id)),
    ];
    view! { <Facts facts=facts/> }.into_any()
}

fn tier_card(profile: Latest<ApplicationProfile>) -> AnyView {
    let name = Memo::new(move |_| profile.get().map(|profile| tier(&profile)));
    let query = query(move || name.get().map(|name| tiers::get(name.as_str())));
    view! {
        <Card title="Tier defaults" padded=true>
            <QueryView
                load=query.load()
                loading=|| view! { <Loading label="Loading the tier"><FactsSkeleton rows=5/></Loading> }.into_any()
                empty=None
                frameless=true
                retry=move |()| query.refetch()
                data=move |tier| reactive(move || tier.draw(tier_facts))
            />
        </Card>
    }
    .into_any()
}

fn tier_facts(tier: &AvailabilityTier) -> AnyView {
    let facts = words::tier::facts(tier).into_iter().map(|(term, value)| Fact::text(term, Some(&value))).collect();
    view! {
        <div class="stack">
            <Facts facts=facts/>
            <p class="muted small">"Applies to applications from an image."</p>
        </div>
    }
    .into_any()
}

/// The applications that use it. The contract has no list by profile, so it is read from the list of all.
fn users_card(organization: String, name: String, users: Query<Vec<Application>>) -> AnyView {
    let rows = users.load().map(move |all: &Vec<Application>| {
        all.iter().filter(|application| application.profile_name == name).cloned().collect::<Vec<_>>()
    });
    view! {
        <ApplicationsCard
            organization=organization
            load=rows
            none="No application uses it. An application names its profile when it is deployed, and keeps it."
            with_cluster=true
            retry=move |()| users.refetch()
        />
    }
    .into_any()
}
