//! Topics by channels: one matrix, grouped as the platform groups the topics. What is ticked is saved at once.

use std::{collections::BTreeMap, collections::BTreeSet, sync::Arc};

use astro_api::notifications::{
    self, ChannelType, NotificationChannel, NotificationSubscription, NotificationSubscriptionRequest,
    NotificationTopic, TopicCategory,
};
use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use super::{channel_name, overview::Ground, topic_name};
use crate::{
    components::words,
    store::{Batch, Toasts, Tone, batch, query, use_store},
    ui::{
        Bar, Button, Card, Empty, EmptyState, Fact, Facts, FailureNote, Loading, Look, QueryView, SidePanel, Time,
        format, load::Failure, maybe, query_view, reactive, state::readable,
    },
};

/// What is wanted of a topic. Without a channel it is not subscribed to at all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Want {
    channels: Vec<ChannelType>,
    enabled: bool,
}

impl Want {
    /// What is left of it where only these channels are set up: the platform takes no others.
    fn within(mut self, usable: &[ChannelType]) -> Self {
        self.channels.retain(|channel| usable.contains(channel));
        self.enabled &= !self.channels.is_empty();
        self
    }
}

/// What a press on the matrix asks for.
#[derive(Clone, Debug, PartialEq)]
enum Press {
    /// A channel, ticked or not.
    Channel(ChannelType, bool),
    /// The topic as a whole, on or off.
    Switch(bool),
}

/// What is wanted after a press. `usable` are the channels that are set up; one that was removed since is given up.
///
/// The first channel turns a topic on, and the last one that goes takes the subscription along: the platform knows none
/// without a channel.
fn pressed(before: &Want, press: Press, usable: &[ChannelType]) -> Want {
    let mut want = before.clone().within(usable);
    match press {
        Press::Channel(channel, true) => {
            if want.channels.is_empty() {
                want.enabled = true;
            }
            if !want.channels.contains(&channel) {
                want.channels.push(channel);
            }
        }
        Press::Channel(channel, false) => want.channels.retain(|other| *other != channel),
        Press::Switch(on) => {
            if on && want.channels.is_empty() {
                want.channels = usable.to_vec();
            }
            want.enabled = on;
        }
    }
    if want.channels.is_empty() {
        want.enabled = false;
    }
    want
}

/// What was pressed and is not yet in the list that the platform gives.
#[derive(Clone)]
struct Wish {
    want: Want,
    /// Whether there is a subscription, which this page knows before the list does.
    exists: bool,
    /// Saved, while the list was still this one.
    saved: Option<Arc<Vec<NotificationSubscription>>>,
}

/// The matrix with what is under way in it.
#[derive(Clone, Copy)]
struct Matrix {
    ground: Ground,
    wishes: RwSignal<BTreeMap<String, Wish>>,
    flying: StoredValue<BTreeSet<String>>,
    upsert: Batch<(String, Want), NotificationSubscription>,
    delete: Batch<String, bool>,
    toasts: Toasts,
    /// The topic whose panel is open.
    shown: RwSignal<Option<NotificationTopic>>,
    panel: RwSignal<bool>,
}

impl Matrix {
    fn new(ground: Ground) -> Self {
        let matrix = Self {
            ground,
            wishes: RwSignal::new(BTreeMap::new()),
            flying: StoredValue::new(BTreeSet::new()),
            upsert: batch(|(topic, want): &(String, Want)| {
                notifications::upsert_subscription(&NotificationSubscriptionRequest {
                    channels: Some(want.channels.clone()),
                    enabled: Some(want.enabled),
                    topic: Some(topic.clone()),
                })
            }),
            delete: batch(|topic: &String| notifications::delete_subscription(topic)),
            toasts: use_store().toasts.of_view(),
            shown: RwSignal::new(None),
            panel: RwSignal::new(false),
        };
        // What the list has taken in is wished no longer.
        Effect::new(move |_| {
            let list = ground.known_subscriptions.get();
            matrix.wishes.maybe_update(|wishes| {
                let before = wishes.len();
                wishes.retain(|_, wish| match (&wish.saved, &list) {
                    (Some(old), Some(now)) => Arc::ptr_eq(old, now),
                    _ => true,
                });
                wishes.len() != before
            });
        });
        matrix
    }

    /// What the platform has of a topic.
    fn known(self, topic: &str) -> Option<Want> {
        let list = self.ground.known_subscriptions.get()?;
        let found = list.iter().find(|it| it.topic == topic)?;
        Some(Want { channels: found.channels.clone(), enabled: found.enabled })
    }

    /// What is wanted of a topic: what was pressed, or what the platform has.
    fn want(self, topic: &str) -> Want {
        let wish = self.wishes.with(|wishes| wishes.get(topic).map(|wish| wish.want.clone()));
        wish.or_else(|| self.known(topic)).unwrap_or_default()
    }

    /// The channels that are set up; where nobody knows, those that a topic has.
    fn usable(self, want: &Want) -> Vec<ChannelType> {
        self.ground.usable().unwrap_or_else(|| want.channels.clone())
    }

    /// Wants something of a topic, and saves it. Several presses on the same topic are saved one after the other.
    fn wish(self, topic: String, name: String, want: Want) {
        let known = untrack(|| self.known(&topic)).is_some();
        self.wishes.update(|wishes| {
            let exists = wishes.get(&topic).map_or(known, |wish| wish.exists);
            wishes.insert(topic.clone(), Wish { want, exists, saved: None });
        });
        let is_first = self.flying.try_update_value(|flying| flying.insert(topic.clone())) == Some(true);
        if !is_first {
            return;
        }
        spawn_local(async move {
            let failure = self.save(&topic).await.err();
            self.flying.try_update_value(|flying| flying.remove(&topic));
            if let Some(failure) = failure {
                self.wishes.try_update(|wishes| wishes.remove(&topic));
                let said = format::sentence(&failure.message);
                self.toasts.push(Tone::Bad, format!("{name} stays as it was. {}: {said}", failure.title));
            }
        });
    }

    async fn save(self, topic: &str) -> Result<(), Failure> {
        while let Some(Wish { want, exists, .. }) =
            self.wishes.try_with_untracked(|wishes| wishes.get(topic).cloned()).flatten()
        {
            if want.channels.is_empty() {
                if exists {
                    self.delete.run(&topic.to_owned()).await?;
                }
            } else {
                self.upsert.run(&(topic.to_owned(), want.clone())).await?;
            }
            let list = untrack(|| self.ground.known_subscriptions.get());
            let is_done = self.wishes.try_update(|wishes| {
                let Some(wish) = wishes.get_mut(topic) else { return true };
                wish.exists = !want.channels.is_empty();
                let is_done = wish.want == want;
                if is_done {
                    wish.saved = list;
                }
                is_done
            });
            if is_done != Some(false) {
                break;
            }
        }
        Ok(())
    }

    /// Ends the subscription of a topic, and offers to take that back.
    fn end(self, topic: &NotificationTopic) {
        let (key, name) = (topic.topic.clone(), topic_name(topic));
        let before = untrack(|| self.want(&key));
        let usable = untrack(|| self.usable(&before));
        let before = before.within(&usable);
        self.wish(key.clone(), name.clone(), Want::default());
        let text = format!("Nobody hears of “{name}” any more.");
        if before.channels.is_empty() {
            self.toasts.push(Tone::Neutral, text);
            return;
        }
        let undo = move || self.wish(key.clone(), name.clone(), before.clone());
        self.toasts.push_with(Tone::Neutral, text, "Undo", undo);
    }

    fn changed(self, input: &HtmlInputElement, topics: &[NotificationTopic]) {
        let Some(key) = input.get_attribute("data-topic") else { return };
        let Some(topic) = topics.iter().find(|topic| topic.topic == key) else { return };
        let on = input.checked();
        let press = match input.get_attribute("data-channel") {
            Some(channel) => Press::Channel(ChannelType::from(channel.as_str()), on),
            None => Press::Switch(on),
        };
        let before = untrack(|| self.want(&key));
        let want = pressed(&before, press, &untrack(|| self.usable(&before)));
        if want.channels.is_empty() && !before.channels.is_empty() {
            self.end(topic);
        } else {
            self.wish(key, topic_name(topic), want);
        }
    }

    /// Why a topic cannot go over a channel; none where it can.
    fn why_not(self, channel: &NotificationChannel, name: &str) -> Option<String> {
        self.ground
            .blocked
            .get()
            .or_else(|| self.ground.not_in_plan(channel, name))
            .or_else(|| self.ground.integration(&channel.kind).is_none().then(|| format!("Set up {name} first.")))
    }
}

/// What a group of topics is called.
fn group(category: Option<&TopicCategory>) -> String {
    match category {
        Some(TopicCategory::Cluster) => "Cluster pipeline".to_owned(),
        Some(TopicCategory::Application) => "Application pipeline".to_owned(),
        Some(TopicCategory::System) => "System events".to_owned(),
        Some(other) => readable(other.as_str()),
        None => "Other".to_owned(),
    }
}

/// Topics in their groups, both in the platform's order.
fn grouped(topics: &[NotificationTopic]) -> Vec<(String, Vec<NotificationTopic>)> {
    let mut groups: Vec<(String, Vec<NotificationTopic>)> = Vec::new();
    for topic in topics {
        let of = group(topic.category.as_ref());
        match groups.iter_mut().find(|(name, _)| *name == of) {
            Some((_, topics)) => topics.push(topic.clone()),
            None => groups.push((of, vec![topic.clone()])),
        }
    }
    groups
}

/// The topics by channels.
pub fn topics(ground: Ground) -> AnyView {
    let matrix = Matrix::new(ground);
    let Ground { topics, subscriptions, .. } = ground;
    let is_known = Memo::new(move |_| ground.known_subscriptions.get().is_some());
    view! {
        <Card title="Topics">
            <p class="card__body muted topics__lead">
                "Changes are saved at once. A topic needs at least one channel."
            </p>
            <QueryView
                load=subscriptions.load()
                loading=still
                empty=None
                frameless=true
                retry=move |()| subscriptions.refetch()
                data=move |_| {
                    reactive(move || {
                        if !is_known.get() {
                            return still();
                        }
                        view! {
                            <QueryView
                                load=topics.load()
                                loading=still
                                empty=Some(Empty::new(Vec::is_empty, none))
                                frameless=true
                                retry=move |()| topics.refetch()
                                data=move |latest| drawn(matrix, latest)
                            />
                        }
                        .into_any()
                    })
                }
            />
        </Card>
        {panel(matrix)}
    }
    .into_any()
}

fn none() -> AnyView {
    view! {
        <EmptyState icon="bell" title="No topics" text="The platform names nothing that one can be notified of."/>
    }
    .into_any()
}

fn still() -> AnyView {
    let rows = (0..6).map(|_| view! { <Bar/> }.into_any()).collect_view();
    view! {
        <Loading label="Loading topics">
            <div class="card__body stack">{rows}</div>
        </Loading>
    }
    .into_any()
}

fn drawn(matrix: Matrix, latest: query_view::Latest<Vec<NotificationTopic>>) -> AnyView {
    let ground = matrix.ground;
    let channels = Memo::new(move |_| ground.known_channels.get().map(|list| (*list).clone()).unwrap_or_default());
    let topics = Memo::new(move |_| latest.get().map(|list| (*list).clone()).unwrap_or_default());
    let change = move |event: ev::Event| {
        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        if let Some(input) = input {
            topics.with_untracked(|topics| matrix.changed(&input, topics));
        }
    };
    let press = move |event: ev::MouseEvent| {
        let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
        // What may not be changed stays as it is; the reason stands in its tooltip.
        if target.get_attribute("aria-disabled").as_deref() == Some("true") {
            event.prevent_default();
            return;
        }
        let Some(name) = target.closest("[data-open]").ok().flatten().and_then(|it| it.get_attribute("data-open"))
        else {
            return;
        };
        let topic = topics.with_untracked(|topics| topics.iter().find(|topic| topic.topic == name).cloned());
        matrix.shown.set(topic);
        matrix.panel.set(true);
    };
    let head = reactive(move || {
        let names = channels.with(|channels| {
            channels
                .iter()
                .map(|it| {
                    let name = channel_name(&it.kind, it.name.as_deref());
                    let is_off = ground.integration(&it.kind).is_some_and(|integration| !integration.enabled);
                    let off = is_off.then(|| view! { " " <span class="topics__off">"Off"</span> }.into_any());
                    view! { <th scope="col" class="topics__tick">{name} {maybe(off)}</th> }.into_any()
                })
                .collect_view()
        });
        view! {
            <tr>
                <th scope="col">"Topic"</th>
                {names}
                <th scope="col" class="topics__tick">"On"</th>
            </tr>
        }
        .into_any()
    });
    let body = reactive(move || {
        let channels = channels.get();
        let columns = (channels.len() + 2).to_string();
        topics
            .with(|topics| grouped(topics))
            .into_iter()
            .map(|(name, topics)| {
                let rows = topics.into_iter().map(|topic| row(matrix, &topic, &channels)).collect_view();
                view! {
                    <tr class="topics__group">
                        <th scope="colgroup" colspan=columns.clone()>{name}</th>
                    </tr>
                    {rows}
                }
                .into_any()
            })
            .collect_view()
            .into_any()
    });
    view! {
        <div class="table-frame table-frame--bare" role="region" aria-label="Topics by channel" tabindex="0">
            <table class="topics">
                <caption class="visually-hidden">"Topics, and over which channels they go"</caption>
                <thead>{head}</thead>
                <tbody on:change=change on:click=press>{body}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(matrix: Matrix, topic: &NotificationTopic, channels: &[NotificationChannel]) -> AnyView {
    let key = topic.topic.clone();
    let name = topic_name(topic);
    let want = {
        let key = key.clone();
        Memo::new(move |_| matrix.want(&key))
    };
    let ticks = channels
        .iter()
        .map(|channel| {
            let kind = channel.kind.clone();
            let called = channel_name(&kind, channel.name.as_deref());
            let label = format!("{name} over {called}");
            let is_on = {
                let kind = kind.clone();
                Memo::new(move |_| want.with(|want| want.channels.contains(&kind)))
            };
            let channel = channel.clone();
            // What is ticked can always be given up.
            let why_not = Memo::new(move |_| {
                matrix.ground.blocked.get().or_else(|| matrix.why_not(&channel, &called).filter(|_| !is_on.get()))
            });
            tick(&key, Some(kind.as_str()), label, is_on, why_not)
        })
        .collect_view();
    let is_on = Memo::new(move |_| {
        let want = want.get();
        want.enabled && matrix.ground.goes_over(&want.channels)
    });
    let why_not = Memo::new(move |_| {
        let can = !matrix.usable(&want.get()).is_empty();
        matrix.ground.blocked.get().or_else(|| (!can).then(|| "Set up a channel first.".to_owned()))
    });
    let switch = tick(&key, None, format!("Send {name}"), is_on, why_not);
    let about = topic.description.clone().filter(|text| !text.is_empty());
    // What was chosen of the topic stays as it is, and speaks again with its channel.
    let silent = Memo::new(move |_| {
        let want = want.get();
        matrix.ground.silent(&want.channels).filter(|_| want.enabled)
    });
    let silent = reactive(move || {
        maybe(silent.get().map(|why| view! { <span class="topics__about topics__off">{why}</span> }.into_any()))
    });
    view! {
        <tr>
            <th scope="row">
                <button type="button" class="topics__name" data-open=key>{name}</button>
                {maybe(about.map(|about| view! { <span class="topics__about">{about}</span> }.into_any()))}
                {silent}
            </th>
            {ticks}
            {switch}
        </tr>
    }
    .into_any()
}

/// A cell with a box, or with the switch of the topic.
fn tick(
    topic: &str,
    channel: Option<&str>,
    label: String,
    is_on: Memo<bool>,
    why_not: Memo<Option<String>>,
) -> AnyView {
    let is_switch = channel.is_none();
    view! {
        <td class="topics__tick">
            <input
                type="checkbox"
                class=if is_switch { "check check--switch" } else { "check" }
                role=is_switch.then_some("switch")
                aria-label=label
                aria-disabled=move || why_not.with(Option::is_some).then_some("true")
                aria-description=move || why_not.get()
                data-tip=move || why_not.get()
                data-topic=topic.to_owned()
                data-channel=channel.map(ToOwned::to_owned)
                prop:checked=move || is_on.get()
            />
        </td>
    }
    .into_any()
}

/// What is known of a topic and its subscription.
fn panel(matrix: Matrix) -> AnyView {
    let Matrix { shown, panel, .. } = matrix;
    let title = Signal::derive(move || shown.with(|topic| topic.as_ref().map(topic_name).unwrap_or_default()));
    let is_subscribed = Memo::new(move |_| {
        shown.with(|topic| topic.as_ref().is_some_and(|topic| !matrix.want(&topic.topic).channels.is_empty()))
    });
    let foot = move || {
        reactive(move || {
            maybe(is_subscribed.get().then(|| {
                let end = move |()| {
                    if let Some(topic) = shown.get_untracked() {
                        matrix.end(&topic);
                    }
                    panel.set(false);
                };
                view! {
                    <Button
                        label="End subscription"
                        look=Look::Danger
                        disabled_reason=matrix.ground.blocked
                        on_press=end
                    />
                }
                .into_any()
            }))
        })
    };
    view! {
        <SidePanel open=panel title=title foot=foot>
            {reactive(move || maybe(shown.get().map(|topic| about(matrix, &topic))))}
        </SidePanel>
    }
    .into_any()
}

fn about(matrix: Matrix, topic: &NotificationTopic) -> AnyView {
    let key = topic.topic.clone();
    let exists = {
        let key = key.clone();
        Memo::new(move |_| matrix.known(&key).is_some())
    };
    let subscription = query(move || exists.get().then(|| notifications::subscription(&key)));
    let load = subscription.load();
    let trouble = reactive(move || {
        let failure = load.with(|load| load.failure().cloned()).filter(|_| exists.get());
        maybe(failure.map(|failure| view! { <FailureNote failure=failure/> }.into_any()))
    });
    let facts = {
        let topic = topic.clone();
        reactive(move || {
            let known = load.with(|load| load.value().map(|it| (**it).clone())).filter(|_| exists.get());
            facts(matrix, &topic, known.as_ref(), exists.get())
        })
    };
    let about = topic.description.clone().filter(|text| !text.is_empty());
    view! {
        <div class="stack">
            {maybe(about.map(|about| view! { <p>{format::sentence(&about)}</p> }.into_any()))}
            {facts}
            {trouble}
        </div>
    }
    .into_any()
}

fn facts(
    matrix: Matrix,
    topic: &NotificationTopic,
    subscription: Option<&NotificationSubscription>,
    exists: bool,
) -> AnyView {
    let names = |subscription: &NotificationSubscription| {
        subscription.channels.iter().map(|kind| matrix.ground.name_of(kind)).collect::<Vec<_>>().join(", ")
    };
    let silent = subscription.and_then(|it| matrix.ground.silent(&it.channels));
    let state = match (exists, subscription) {
        (false, _) => "Not subscribed",
        (true, Some(it)) if !(it.enabled && matrix.ground.goes_over(&it.channels)) => "Off",
        (true, _) => silent.as_deref().unwrap_or("On"),
    };
    let mut facts = vec![
        Fact::copied("Topic", Some(&topic.topic)),
        Fact::text("Group", Some(&group(topic.category.as_ref()))),
        Fact::text("State", Some(state)),
    ];
    if let Some(subscription) = subscription {
        facts.push(Fact::text("Channels", Some(&names(subscription))));
        let (created, changed) =
            (words::time(subscription.created_at.as_ref()), words::time(subscription.updated_at.as_ref()));
        facts.push(Fact::new("Subscribed", view! { <Time at=created/> }));
        facts.push(Fact::new("Changed", view! { <Time at=changed/> }));
    }
    view! { <Facts facts=facts/> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn want(channels: &[ChannelType], enabled: bool) -> Want {
        Want { channels: channels.to_vec(), enabled }
    }

    #[test]
    fn a_topic_goes_over_one_channel_at_least() {
        let (email, slack) = (ChannelType::Email, ChannelType::Slack);
        let usable = [email.clone(), slack.clone()];
        let press = |before: &Want, press| pressed(before, press, &usable);
        let none = Want::default();
        let first = press(&none, Press::Channel(email.clone(), true));
        assert_eq!(first, want(std::slice::from_ref(&email), true), "the first channel turns it on");
        let both = press(&first, Press::Channel(slack.clone(), true));
        assert_eq!(both.channels, usable);
        assert_eq!(press(&both, Press::Channel(email.clone(), true)), both, "the same twice is one");
        let last = press(&press(&both, Press::Channel(email.clone(), false)), Press::Channel(slack, false));
        assert_eq!(last, none, "the last channel takes the subscription along");
        assert_eq!(press(&none, Press::Switch(true)), want(&usable, true), "on means over all that there is");
        assert_eq!(press(&first, Press::Switch(false)), want(&[email], false), "off keeps its channels");
        assert_eq!(pressed(&none, Press::Switch(true), &[]), none, "nowhere to send it");
    }

    #[test]
    fn what_is_off_stays_off_when_a_channel_joins() {
        let off = want(&[ChannelType::Email], false);
        let joined = pressed(&off, Press::Channel(ChannelType::Slack, true), &[ChannelType::Email, ChannelType::Slack]);
        assert!(!joined.enabled && joined.channels.len() == 2);
    }

    #[test]
    fn a_channel_that_was_removed_is_given_up_with_the_next_press() {
        let (email, slack) = (ChannelType::Email, ChannelType::Slack);
        let left = std::slice::from_ref(&email);
        let both = want(&[email.clone(), slack.clone()], true);
        assert_eq!(pressed(&both, Press::Switch(false), left), want(left, false));
        let alone = want(std::slice::from_ref(&slack), true);
        assert_eq!(pressed(&alone, Press::Switch(true), left), want(left, true), "it fell silent, and speaks again");
        assert_eq!(pressed(&alone, Press::Channel(email.clone(), true), left), want(left, true));
        assert_eq!(pressed(&alone, Press::Channel(slack, false), left), Want::default());
    }

    #[test]
    fn groups_stand_as_the_platform_names_them() {
        let topic = |topic: &str, category: Option<&str>| NotificationTopic {
            topic: topic.to_owned(),
            category: category.map(TopicCategory::from),
            ..NotificationTopic::default()
        };
        let list = [
            topic("a", Some("system")),
            topic("b", Some("cluster")),
            topic("c", Some("system")),
            topic("d", Some("billing")),
            topic("e", None),
        ];
        let groups = grouped(&list);
        let names: Vec<_> = groups.iter().map(|(name, topics)| (name.as_str(), topics.len())).collect();
        assert_eq!(names, [("System events", 2), ("Cluster pipeline", 1), ("Billing", 1), ("Other", 1)]);
    }
}
