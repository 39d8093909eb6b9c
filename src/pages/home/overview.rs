//! `/o/:org`: what the organization has, and what needs attention there.

use astro_api::{
    applications::{self, Application},
    clusters::{self, Cluster},
    organizations,
};
use leptos::prelude::*;

use super::shelf::shelf_card;
use crate::{
    components::{marks, words},
    routes,
    store::{query, session, use_store},
    ui::{
        Bar, Card, CopyButton, Count, EmptyState, Fact, Facts, Figure, Figures, Glyph, Latest, Loading, Mark,
        PageHeader, Part, QueryView, Time, Tone, format, maybe, reactive, skeleton::Width, state::readable,
    },
};

/// An organization's home.
pub fn overview(organization: session::Organization) -> AnyView {
    let applications = query(applications::list);
    let clusters = query(|| clusters::list(None));
    let name = organization.name.clone();
    let meta = {
        let organization = organization.clone();
        move || {
            view! {
                <span>{organization.title.clone()}</span>
                {maybe(organization.role.as_ref().map(|role| view! { <span>{words::role(role)}</span> }.into_any()))}
            }
            .into_any()
        }
    };
    let figure_of_applications = {
        let name = name.clone();
        move |list: Latest<Vec<Application>>| {
            let name = name.clone();
            reactive(move || list.draw(|list| application_figure(&name, list)))
        }
    };
    let figure_of_clusters = {
        let name = name.clone();
        move |list: Latest<Vec<Cluster>>| {
            let name = name.clone();
            reactive(move || list.draw(|list| cluster_figure(&name, list)))
        }
    };
    let feed = {
        let name = name.clone();
        reactive(move || {
            let found = applications.load().with(|applications| {
                clusters.load().with(|clusters| match (applications.value(), clusters.value()) {
                    (Some(applications), Some(clusters)) => Found::All(attention(&name, applications, clusters)),
                    // Without both lists nobody can say that all is well.
                    _ if applications.is_busy() || clusters.is_busy() => Found::Loading,
                    _ => Found::Unknown,
                })
            });
            attention_card(found)
        })
    };
    view! {
        <PageHeader title="Home".to_owned() meta=meta/>
        <div class="stack">
            <Figures>
                <div>
                    <QueryView
                        load=applications.load()
                        loading=figure_skeleton
                        empty=None
                        frameless=true
                        retry=move |()| applications.refetch()
                        data=figure_of_applications
                    />
                </div>
                <div>
                    <QueryView
                        load=clusters.load()
                        loading=figure_skeleton
                        empty=None
                        frameless=true
                        retry=move |()| clusters.refetch()
                        data=figure_of_clusters
                    />
                </div>
            </Figures>
            <div class="columns">
                {feed}
                <div class="stack">{shelf_card(name.clone())} {about(&organization)}</div>
            </div>
        </div>
    }
    .into_any()
}

fn figure_skeleton() -> AnyView {
    view! {
        <div class="figure">
            <Loading label="Loading the figure">
                <div class="stack">
                    <Bar width=Width::Short/>
                    <Bar/>
                    <Bar width=Width::Long/>
                </div>
            </Loading>
        </div>
    }
    .into_any()
}

/// Counts marks by their words, the healthy ones first and the rest by their number.
fn parts(marks: impl Iterator<Item = Mark>) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for mark in marks {
        match parts.iter_mut().find(|part| part.name == mark.word) {
            Some(part) => part.count += 1,
            None => parts.push(Part { tone: mark.tone, name: mark.word.into_owned(), count: 1 }),
        }
    }
    // A handful of parts: the standard library's sort would be more program than this whole page.
    let mut sorted: Vec<Part> = Vec::with_capacity(parts.len());
    for part in parts {
        let rank = |part: &Part| (part.tone == Tone::Good, part.count);
        let place = sorted.iter().position(|other| rank(other) < rank(&part)).unwrap_or(sorted.len());
        sorted.insert(place, part);
    }
    sorted
}

fn good(parts: &[Part]) -> usize {
    parts.iter().filter(|part| part.tone == Tone::Good).map(|part| part.count).sum()
}

fn application_figure(organization: &str, list: &[Application]) -> AnyView {
    let parts = parts(list.iter().map(marks::application));
    let note = format!("{} healthy", format::count(good(&parts)));
    let href = routes::applications(organization).href();
    view! { <Figure label="Applications" href=href value=list.len() note=note parts=parts/> }.into_any()
}

fn cluster_figure(organization: &str, list: &[Cluster]) -> AnyView {
    let parts = parts(list.iter().map(|cluster| marks::cluster(&cluster.status)));
    let note = format!("{} ready", format::count(good(&parts)));
    let href = routes::clusters(organization).href();
    view! { <Figure label="Clusters" href=href value=list.len() note=note parts=parts/> }.into_any()
}

/// Something that a person should look at.
#[derive(Clone, PartialEq)]
struct Concern {
    tone: Tone,
    href: String,
    name: String,
    state: String,
    message: Option<String>,
    at: Option<String>,
}

/// How many concerns the home page lists; the lists have the rest.
const CONCERNS: usize = 8;

fn attention(organization: &str, applications: &[Application], clusters: &[Cluster]) -> Vec<Concern> {
    let of_applications = applications.iter().map(|application| {
        let mark = marks::application(application);
        Concern {
            tone: mark.tone,
            href: routes::application(organization, &application.id).href(),
            name: application.name.clone(),
            state: format!("is {}", mark.word.to_ascii_lowercase()),
            message: application.message.clone(),
            at: words::time(application.updated_at.as_ref()),
        }
    });
    let of_clusters = clusters.iter().map(|cluster| {
        let mark = marks::cluster(&cluster.status);
        let agent = cluster.agent.as_ref().and_then(marks::agent).filter(|agent| agent.tone == Tone::Warn);
        let (tone, state) = match (mark.tone, agent) {
            (Tone::Good, Some(agent)) => (agent.tone, "has lost its agent".to_owned()),
            (Tone::Ask, _) => (mark.tone, "waits for an owner's approval".to_owned()),
            (Tone::Bad, _) => (mark.tone, "has failed".to_owned()),
            (tone, _) => (tone, format!("is {}", mark.word.to_ascii_lowercase())),
        };
        Concern {
            tone,
            href: routes::cluster(organization, &cluster.cluster_name).href(),
            name: cluster.cluster_name.clone(),
            state,
            message: cluster.status_message.clone(),
            at: words::time(cluster.updated_at.as_ref()),
        }
    });
    let all: Vec<Concern> = of_clusters.chain(of_applications).collect();
    [Tone::Bad, Tone::Ask, Tone::Warn]
        .into_iter()
        .flat_map(|tone| all.iter().filter(move |concern| concern.tone == tone).cloned())
        .collect()
}

/// What is known of the things to look at.
enum Found {
    Loading,
    Unknown,
    All(Vec<Concern>),
}

fn attention_card(found: Found) -> AnyView {
    let count = match &found {
        Found::All(concerns) => Some(concerns.len()).filter(|count| *count > 0),
        Found::Loading | Found::Unknown => None,
    };
    let content = match found {
        Found::Unknown => view! {
            <p class="card__body muted">"That takes both lists, applications and clusters, and one of them could not be read."</p>
        }
        .into_any(),
        Found::Loading => view! {
            <Loading label="Loading what needs attention">
                <div class="card__body stack">
                    <Bar/>
                    <Bar width=Width::Long/>
                    <Bar/>
                </div>
            </Loading>
        }
        .into_any(),
        Found::All(concerns) if concerns.is_empty() => view! {
            <EmptyState
                icon="circle-check"
                title="Nothing needs attention"
                text="No application is unhealthy, no cluster has failed or waits for a person."
            />
        }
        .into_any(),
        Found::All(concerns) => {
            let more = concerns.len().saturating_sub(CONCERNS);
            let more = (more > 0).then(|| {
                view! { <p class="card__foot">{format!("And {} more in the lists", format::count(more))}</p> }.into_any()
            });
            let rows = concerns.into_iter().take(CONCERNS).map(concern).collect_view();
            view! {
                <ul>{rows}</ul>
                {maybe(more)}
            }
            .into_any()
        }
    };
    view! {
        <Card title="Needs attention" side=move || maybe(count.map(|count| view! { <Count value=count/> }.into_any()))>
            {content}
        </Card>
    }
    .into_any()
}

fn concern(concern: Concern) -> AnyView {
    let message = concern.message.filter(|message| !message.is_empty());
    view! {
        <li class="feed__row">
            <Glyph tone=concern.tone/>
            <div class="feed__text">
                <a class="strong quiet-link" href=concern.href>
                    {concern.name}
                </a>
                " "
                {concern.state}
                {maybe(message.map(|message| view! { <span class="feed__note feed__note--cut">{message}</span> }.into_any()))}
            </div>
            <span class="feed__side">
                <Time at=concern.at/>
            </span>
        </li>
    }
    .into_any()
}

fn about(organization: &session::Organization) -> AnyView {
    let plan = {
        let id = organization.id.clone();
        query(move || organizations::plan(&id)).load()
    };
    let plan = move || plan.with(|load| load.value().map_or_else(|| "–".to_owned(), |plan| readable(plan)));
    let session = use_store().session;
    let person = move || match session.person().get() {
        Some(person) if person.name.is_empty() => person.email,
        Some(person) => person.name,
        None => "Signed in with a key".to_owned(),
    };
    let id = view! {
        <span class="copyable">
            <code>{organization.id.clone()}</code>
            <CopyButton text=organization.id.clone() what="organization id"/>
        </span>
    };
    let facts = vec![
        Fact::code("Name", Some(&organization.name)),
        Fact::text("Title", Some(&organization.title)),
        Fact::new("Plan", reactive(move || plan().into_any())),
        Fact::text("Your role", organization.role.as_ref().map(words::role).as_deref()),
        Fact::new("You", reactive(move || person().into_any())),
        Fact::new("Id", id),
    ];
    view! {
        <Card title="Organization" padded=true>
            <Facts facts=facts/>
        </Card>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_counted_and_the_healthy_ones_come_first() {
        let marks = [
            Mark::new(Tone::Bad, "Failed"),
            Mark::new(Tone::Work, "Updating"),
            Mark::new(Tone::Good, "Ready"),
            Mark::new(Tone::Work, "Updating"),
        ];
        let parts: Vec<_> = parts(marks.into_iter()).into_iter().map(|part| (part.name, part.count)).collect();
        assert_eq!(parts, [("Ready".to_owned(), 1), ("Updating".to_owned(), 2), ("Failed".to_owned(), 1)]);
    }

    #[test]
    fn a_failure_stands_above_a_lost_agent_and_health_is_not_listed() {
        let cluster = |name: &str, status: &str, connected: bool| -> Cluster {
            serde_json::from_value(serde_json::json!({
                "id": name, "clusterName": name, "provider": "aws", "status": status,
                "agent": { "installed": true, "connected": connected },
            }))
            .unwrap()
        };
        let clusters = [cluster("a", "READY", true), cluster("b", "READY", false), cluster("c", "FAILED", true)];
        let names: Vec<_> = attention("acme", &[], &clusters).into_iter().map(|concern| concern.name).collect();
        assert_eq!(names, ["c", "b"]);
    }
}
