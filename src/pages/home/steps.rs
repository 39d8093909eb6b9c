//! What an organization without applications or clusters does next.

use leptos::prelude::*;

use crate::{
    components::roles,
    routes::{self, Place},
    ui::{ButtonLink, Card, Icon, Look, maybe},
};

/// A step on the way to something that runs.
struct Step {
    done: bool,
    title: &'static str,
    text: &'static str,
    label: &'static str,
    place: Place,
    operation: &'static str,
}

/// Which of the steps are done. Whether there is a profile is none while nobody knows: applications take one.
fn done(clusters: usize, applications: usize, has_profiles: Option<bool>) -> [bool; 4] {
    let has_clusters = clusters > 0;
    let has_applications = applications > 0;
    [has_clusters, has_clusters, has_profiles.unwrap_or(has_applications), has_applications]
}

/// The steps, those that are done ticked; the first that is not has the primary button.
pub fn card(organization: &str, clusters: usize, applications: usize, has_profiles: Option<bool>) -> AnyView {
    let [connected, created, profiled, deployed] = done(clusters, applications, has_profiles);
    let steps = [
        Step {
            done: connected,
            title: "Connect a cloud account",
            text: "Once for each cluster, so that the platform may create it in your account.",
            label: "Connect a cloud",
            place: super::overview::clouds(organization),
            operation: "connectAws",
        },
        Step {
            done: created,
            title: "Create a cluster",
            text: "On AWS, Google Cloud or Azure, managed or self-hosted; or register one that runs already.",
            label: "Create cluster",
            place: super::overview::new_cluster(organization),
            operation: "deployCluster",
        },
        Step {
            done: profiled,
            title: "Create a profile",
            text: "It says where applications run and with how much. Many applications share one.",
            label: "Create a profile",
            place: routes::profile_create(organization),
            operation: "createApplicationProfile",
        },
        Step {
            done: deployed,
            title: "Deploy an application",
            text: "From an image, a Helm chart, or a repository.",
            label: "Deploy",
            place: routes::application_deploy(organization),
            operation: "deployApplication",
        },
    ];
    let first = steps.iter().position(|step| !step.done);
    let rows = steps
        .into_iter()
        .enumerate()
        .map(|(at, step)| {
            let look = if Some(at) == first { Look::Primary } else { Look::Plain };
            let action = (!step.done).then(|| {
                let why = roles::why_not(step.operation);
                view! {
                    <ButtonLink
                        href=step.place.href()
                        label=step.label
                        small=true
                        look=look
                        disabled_reason=why
                    />
                }
                .into_any()
            });
            let sign = if step.done {
                view! { <Icon name="circle-check"/> <span class="visually-hidden">"Done: "</span> }.into_any()
            } else {
                view! { <span class="home__number" aria-hidden="true">{(at + 1).to_string()}</span> }.into_any()
            };
            view! {
                <li class="feed__row home__step">
                    {sign}
                    <div class="feed__text">
                        <span class="strong">{step.title}</span>
                        <span class="feed__note">{step.text}</span>
                    </div>
                    {maybe(action)}
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <Card title="Next steps">
            <ol>{rows}</ol>
        </Card>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::done;

    #[test]
    fn a_profile_is_a_step_of_its_own() {
        assert_eq!(done(0, 0, Some(false)), [false; 4]);
        assert_eq!(done(2, 0, Some(true)), [true, true, true, false]);
        assert_eq!(done(2, 0, None), [true, true, false, false], "nobody knows yet");
        assert_eq!(done(0, 3, None), [false, false, true, true], "an application has one");
    }
}
