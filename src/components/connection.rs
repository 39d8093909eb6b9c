//! A cloud connection that is under way: followed to its end, with what to check when it does not come.

use std::{sync::Arc, time::Duration};

use astro_api::{
    Request,
    catalog::ProviderId,
    cloud::{self, CloudConnectStatus, ConnectStatus},
};
use leptos::prelude::*;

use super::{marks, words};
use crate::{
    store::query,
    ui::{
        Bar, Fact, Facts, FactsSkeleton, FailureView, Icon, Loading, State, Time,
        load::{Any, Load, Loaded, Loads},
        maybe, reactive,
        state::readable,
    },
};

/// How often a connection that is looked at is asked for: the platform verifies within seconds of what a person does.
pub const OFTEN: Duration = Duration::from_secs(3);

/// The request for the status of a connection; none for a provider that has no such operation.
pub fn status_of(provider: &str, operation: &str) -> Option<Request<CloudConnectStatus>> {
    match ProviderId::from(provider) {
        ProviderId::Aws => Some(cloud::aws_status(operation)),
        ProviderId::Gcp => Some(cloud::gcp_status(operation)),
        ProviderId::Azure => Some(cloud::azure_status(operation)),
        ProviderId::Other(_) => None,
    }
}

/// Whether nothing more will come. A state that nobody knows may still go on.
pub const fn is_over(status: &ConnectStatus) -> bool {
    matches!(status, ConnectStatus::Completed | ConnectStatus::Failed)
}

/// Whether a connection ended because nobody did what was asked.
fn has_expired(status: &CloudConnectStatus) -> bool {
    status.status == ConnectStatus::Failed && status.step.as_deref() == Some("expired")
}

/// A connection that is followed.
#[derive(Clone, Copy)]
pub struct Followed {
    /// How it stands.
    pub load: Loads<CloudConnectStatus>,
    retry: Callback<()>,
}

impl Followed {
    /// One whose state comes from elsewhere.
    pub const fn of(load: Loads<CloudConnectStatus>, retry: Callback<()>) -> Self {
        Self { load, retry }
    }

    /// How it ended, once it has.
    pub fn end(self) -> Option<Arc<CloudConnectStatus>> {
        self.load.with(|load| load.value().filter(|status| is_over(&status.status)).map(Arc::clone))
    }
}

/// Follows a connection for as long as the current owner lives, and asks no more once it has ended.
pub fn follow(provider: String, operation: String, every: Duration) -> Followed {
    let over = RwSignal::new(None::<Arc<CloudConnectStatus>>);
    let query = query(move || {
        let is_over = over.with(Option::is_some);
        if is_over { None } else { status_of(&provider, &operation) }
    })
    .every(every);
    let live = query.load();
    Effect::new(move |_| {
        let ended = live.with(|load| load.value().filter(|status| is_over(&status.status)).map(Arc::clone));
        if ended.is_some() {
            over.set(ended);
        }
    });
    let load = Signal::derive(move || match over.get() {
        Some(value) => {
            let value: Arc<Any> = value;
            Load::Ready(Loaded { value, at: 0, refreshing: false, failed: None })
        }
        None => live.erased().get(),
    });
    Followed { load: Loads::new(load), retry: Callback::new(move |()| query.refetch()) }
}

/// What helps when a connection does not come, or has failed.
const fn checks(provider: &ProviderId) -> &'static [&'static str] {
    match provider {
        ProviderId::Gcp => &[
            "The project's ID and its number belong to the same project. Google shows both on the project's page.",
            "You may create service accounts and workload identity pools there, and grant roles.",
            "The script ended without an error. It can be run again.",
            "No policy of the Google organization forbids identities from outside its domains.",
        ],
        ProviderId::Azure => &[
            "az account show names the subscription that you gave.",
            "You may register applications in Entra ID, and assign roles in the resource group.",
            "The script ended without an error. It can be run again.",
            "A new registration may take some minutes until Azure knows it everywhere.",
        ],
        _ => &[
            "You were signed in to the account that you named, and may create IAM roles there.",
            "CloudFormation shows the stack as CREATE_COMPLETE, in the region of the link. A stack that was rolled back says why under Events.",
            "No service control policy of the AWS organization forbids creating or assuming roles.",
            "The role's trust policy is as the stack made it: nobody has changed its external ID.",
        ],
    }
}

fn check_list(provider: &ProviderId) -> AnyView {
    let items = checks(provider).iter().map(|text| view! { <li>{*text}</li> }.into_any()).collect_view();
    view! { <ul class="connection__checks">{items}</ul> }.into_any()
}

/// What to do about one that has not ended well, or not yet.
fn advice(status: &CloudConnectStatus) -> Option<AnyView> {
    let list = || check_list(&status.provider);
    Some(match &status.status {
        ConnectStatus::Completed => return None,
        ConnectStatus::Failed if has_expired(status) => view! {
            <p class="muted">"Nothing was set up in time. Start the connection again: it makes a new link."</p>
        }
        .into_any(),
        ConnectStatus::Failed => view! {
            <div>
                <h3>"What to check"</h3>
                {list()}
            </div>
            <p class="muted">"Then start the connection again."</p>
        }
        .into_any(),
        _ => view! {
            <details class="connection__more">
                <summary>"What to check when it does not come"</summary>
                {list()}
            </details>
        }
        .into_any(),
    })
}

fn drawn(status: &CloudConnectStatus) -> AnyView {
    let step = status.step.as_deref().filter(|step| !step.is_empty() && !is_over(&status.status)).map(readable);
    let message = status.message.clone().filter(|message| !message.is_empty());
    let class = if status.status == ConnectStatus::Failed {
        "connection__words connection__words--bad"
    } else {
        "connection__words"
    };
    let mut facts = vec![
        Fact::new("Status", view! { <State mark=marks::connection(&status.status)/> }),
        Fact::code("Cluster", status.cluster_name.as_deref()),
        Fact::text("Provider", Some(&words::provider(status.provider.as_str()))),
    ];
    if step.is_some() {
        facts.push(Fact::text("Step", step.as_deref()));
    }
    if status.role_arn.is_some() {
        facts.push(Fact::copied("Role", status.role_arn.as_deref()));
    }
    facts.push(Fact::copied("Operation", Some(&status.operation_id)));
    facts.push(Fact::new("Changed", view! { <Time at=words::time(status.updated_at.as_ref())/> }));
    let icon = match &status.status {
        ConnectStatus::Failed => Some("circle-alert"),
        ConnectStatus::Completed => Some("circle-check"),
        _ => None,
    };
    view! {
        {maybe(message.map(|message| {
            view! {
                <p class=class>
                    {maybe(icon.map(|name| view! { <Icon name=name/> }.into_any()))}
                    <span>{message}</span>
                </p>
            }
            .into_any()
        }))}
        <Facts facts=facts/>
        {maybe(advice(status))}
    }
    .into_any()
}

/// How a connection stands, drawn in each of its states.
pub fn standing(followed: Followed) -> AnyView {
    let Followed { load, retry } = followed;
    let is_there = Memo::new(move |_| load.with(|load| load.value().is_some()));
    let status = Memo::new(move |_| load.with(|load| load.value().map(|status| (**status).clone())));
    let failure = Memo::new(move |_| load.with(|load| load.failure().cloned()));
    let live = move || {
        status.with(|status| match status {
            Some(status) if is_over(&status.status) => "",
            _ => "polite",
        })
    };
    view! {
        <div class="connection" aria-live=live>
            {reactive(move || {
                if is_there.get() {
                    return reactive(move || status.with(|status| maybe(status.as_ref().map(drawn))));
                }
                match failure.get() {
                    Some(failure) => view! { <FailureView failure=failure retry=retry/> }.into_any(),
                    None => view! {
                        <Loading label="Loading the status">
                            <div class="connection">
                                <p><Bar/></p>
                                <FactsSkeleton rows=4/>
                            </div>
                        </Loading>
                    }
                    .into_any(),
                }
            })}
            {reactive(move || {
                let stale = failure.get().filter(|_| is_there.get());
                maybe(stale.map(|failure| {
                    let text = format!("The last try to renew this failed: {}", failure.title);
                    view! { <p class="muted" role="status">{text}</p> }.into_any()
                }))
            })}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_to_end_ends() {
        assert!(is_over(&ConnectStatus::Completed) && is_over(&ConnectStatus::Failed));
        for status in ["PENDING", "IN_PROGRESS", "PAUSED_BY_PROVIDER"] {
            assert!(!is_over(&status.into()), "{status}");
        }
    }

    #[test]
    fn each_provider_is_asked_by_its_own_operation() {
        for (provider, operation) in [
            ("aws", "getAwsConnectionStatus"),
            ("gcp", "getGcpConnectionStatus"),
            ("azure", "getAzureConnectionStatus"),
        ] {
            let request = status_of(provider, "op-1").expect("an operation");
            assert_eq!(request.call().operation().id, operation);
        }
        assert!(status_of("oracle", "op-1").is_none());
    }
}
