//! `/o/:org/notifications`: over which channels the organization hears of what.

use std::sync::Arc;

use astro_api::{
    notifications::{
        self, ChannelType, NotificationChannel, NotificationIntegration, NotificationSubscription, NotificationTopic,
    },
    organizations,
};
use leptos::prelude::*;

use super::{channel_name, channels, off, topics};
use crate::{
    components::{marks, refusal, roles},
    store::{Query, query, use_store},
    ui::{
        Latest, PageHeader,
        format::counted,
        load::{FailureKind, Load, Loads},
        maybe, query_view, reactive,
        state::readable,
    },
};

/// What the page reads, and what follows from it.
#[derive(Clone, Copy)]
pub struct Ground {
    /// The organization by its name.
    pub organization: StoredValue<String>,
    /// What there is to be notified over.
    pub channels: Query<Vec<NotificationChannel>>,
    /// What there is to be notified of.
    pub topics: Query<Vec<NotificationTopic>>,
    /// The channels that are set up.
    pub integrations: Query<Vec<NotificationIntegration>>,
    /// What is subscribed to.
    pub subscriptions: Query<Vec<NotificationSubscription>>,
    /// The channels, as they were read last.
    pub known_channels: Latest<Vec<NotificationChannel>>,
    /// The channels that are set up, as they were read last.
    pub known_integrations: Latest<Vec<NotificationIntegration>>,
    /// The subscriptions, as they were read last.
    pub known_subscriptions: Latest<Vec<NotificationSubscription>>,
    /// The plan of the organization, where it is known.
    pub plan: Signal<Option<String>>,
    /// Why nothing may be changed here.
    pub blocked: Signal<Option<String>>,
}

impl Ground {
    fn new(organization: String) -> Self {
        let channels = query(notifications::channels);
        let topics = query(notifications::topics);
        let integrations = query(notifications::integrations);
        let subscriptions = query(notifications::subscriptions);
        let active = use_store().session.active();
        let plan = query(move || active.get().map(|active| organizations::plan(&active.id)));
        let plan = Signal::derive(move || plan.load().with(|load| load.value().map(|plan| (**plan).clone())));
        Self {
            organization: StoredValue::new(organization),
            channels,
            topics,
            integrations,
            subscriptions,
            known_channels: query_view::latest(channels.load()),
            known_integrations: query_view::latest(integrations.load()),
            known_subscriptions: query_view::latest(subscriptions.load()),
            plan,
            blocked: roles::why_not("upsertNotificationIntegration"),
        }
    }

    /// The integration of a channel; reading it subscribes.
    pub fn integration(self, kind: &ChannelType) -> Option<NotificationIntegration> {
        let list = self.known_integrations.get()?;
        list.iter().find(|it| it.channel == *kind).cloned()
    }

    /// The channels that are set up; none, where nobody knows.
    pub fn usable(self) -> Option<Vec<ChannelType>> {
        let list = self.known_integrations.get()?;
        Some(list.iter().map(|it| it.channel.clone()).collect())
    }

    /// Whether a topic that is on has a channel to go over: one that is set up, or any, where nobody knows which are.
    pub fn goes_over(self, channels: &[ChannelType]) -> bool {
        let usable = self.usable();
        channels.iter().any(|it| usable.as_ref().is_none_or(|usable| usable.contains(it)))
    }

    /// Why nobody hears of a topic that goes over these channels: those of them that are set up are all off. None where
    /// one is on, or nobody knows.
    pub fn silent(self, channels: &[ChannelType]) -> Option<String> {
        let list = self.known_integrations.get()?;
        let off = off(&list, channels);
        let is_silent = !off.is_empty()
            && !list.iter().any(|integration| integration.enabled && channels.contains(&integration.channel));
        is_silent.then(|| {
            let names: Vec<_> = off.iter().map(|kind| self.name_of(kind)).collect();
            format!("Silent: {} {} off", names.join(" and "), if names.len() == 1 { "is" } else { "are" })
        })
    }

    /// What a channel is called.
    pub fn name_of(self, kind: &ChannelType) -> String {
        let known = self.known_channels.get();
        let channel = known.as_ref().and_then(|list| list.iter().find(|it| it.kind == *kind));
        channel_name(kind, channel.and_then(|channel| channel.name.as_deref()))
    }

    /// Why the plan does not have a channel; none where it has, or nobody knows.
    pub fn not_in_plan(self, channel: &NotificationChannel, name: &str) -> Option<String> {
        let plan = self.plan.get().filter(|_| channel.enterprise_only == Some(true))?;
        (!plan.eq_ignore_ascii_case("enterprise")).then(|| {
            let organization = self.organization.get_value();
            format!("{name} is part of the Enterprise plan. {organization} is on {}.", readable(&plan))
        })
    }
}

/// Whether a load was refused.
fn is_refused<T: Send + Sync + 'static>(loads: Loads<T>) -> bool {
    loads.with(|load| match load {
        Load::Failed(failure) => failure.kind == FailureKind::Forbidden,
        _ => false,
    })
}

/// The notifications of an organization.
pub fn overview(organization: String) -> AnyView {
    let ground = Ground::new(organization);
    let refused = Memo::new(move |_| is_refused(ground.integrations.load()) || is_refused(ground.subscriptions.load()));
    let meta = move || {
        let on = ground.known_integrations.get().map(|list| list.iter().filter(|it| it.enabled).count());
        let topics = ground.known_subscriptions.get();
        let is_heard = |it: &&NotificationSubscription| {
            it.enabled && ground.goes_over(&it.channels) && ground.silent(&it.channels).is_none()
        };
        let topics = topics.map(|list| list.iter().filter(is_heard).count());
        view! {
            {maybe(on.map(|count| view! { <span>{format!("{} on", counted(count, "channel", "channels"))}</span> }.into_any()))}
            {maybe(topics.map(|count| view! { <span>{format!("{} subscribed", counted(count, "topic", "topics"))}</span> }.into_any()))}
        }
        .into_any()
    };
    let again = move || {
        ground.integrations.refetch();
        ground.subscriptions.refetch();
    };
    view! {
        <PageHeader title="Notifications".to_owned() meta=meta/>
        {reactive(move || {
            if refused.get() {
                refusal::of_role("listNotificationIntegrations", "The setup of notifications", again)
            } else {
                view! {
                    <div class="stack">
                        {channels::channels(ground)}
                        {topics::topics(ground)}
                    </div>
                }
                .into_any()
            }
        })}
    }
    .into_any()
}

/// Whether a channel is used by a subscription, and by that alone.
pub fn uses(subscriptions: &Arc<Vec<NotificationSubscription>>, kind: &ChannelType) -> (usize, usize) {
    let over = subscriptions.iter().filter(|it| it.channels.contains(kind));
    over.fold((0, 0), |(all, alone), it| (all + 1, alone + usize::from(it.channels.len() == 1)))
}

/// Whether a channel sends.
pub fn mark(integration: Option<&NotificationIntegration>) -> crate::ui::Mark {
    marks::channel(integration.map(|it| it.enabled))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_uses_a_channel_and_who_has_no_other_is_counted() {
        let subscription = |channels: &[ChannelType]| NotificationSubscription {
            channels: channels.to_vec(),
            enabled: true,
            ..NotificationSubscription::default()
        };
        let (email, slack) = (ChannelType::Email, ChannelType::Slack);
        let list = Arc::new(vec![
            subscription(&[email.clone(), slack.clone()]),
            subscription(std::slice::from_ref(&slack)),
            subscription(std::slice::from_ref(&email)),
        ]);
        assert_eq!(uses(&list, &slack), (2, 1));
        assert_eq!(uses(&list, &"pager".into()), (0, 0));
    }
}
