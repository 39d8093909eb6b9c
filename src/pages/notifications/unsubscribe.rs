//! `/notification/unsubscribe`: what the link in a notification leads to. It asks before it ends anything, since programs
//! follow links in e-mails as well.

use astro_api::notifications::{
    self, ChannelType, NotificationSubscription, NotificationSubscriptionRequest, UnsubscribeRequest,
};
use leptos::{prelude::*, task::spawn_local};

use super::{channel_name, off, topic_name};
use crate::{
    components::{KeyForm, OidcButton, PageContext, refusal, roles},
    routes,
    store::{
        mutation, query,
        session::{Entry, Organization},
        use_store,
    },
    ui::{
        Address, Button, ButtonLink, EmptyState, FailureNote, FailureView, Loading, Look, PageHeader,
        load::{FailureKind, Load},
        maybe, query_view, reactive, text,
    },
};

/// What the link says.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Link {
    /// The organization by its id.
    organization: String,
    topic: String,
    /// One channel; all where it names none.
    channel: Option<String>,
}

fn read(get: impl Fn(&str) -> Option<String>) -> Option<Link> {
    let filled = |name| get(name).filter(|text| !text.is_empty());
    let organization = filled("orgId").or_else(|| filled("organizationId"))?;
    Some(Link { organization, topic: filled("topic")?, channel: filled("channel") })
}

/// Ends a subscription, on one channel or on all.
pub fn unsubscribe() -> AnyView {
    let address = Address::of_context();
    let link = Memo::new(move |_| read(|name| address.get(name)));
    view! {
        <PageHeader title="Unsubscribe".to_owned()/>
        {reactive(move || match link.get() {
            Some(link) => of_link(link),
            None => view! {
                <div class="card">
                    <EmptyState
                        icon="bell"
                        title="The link is not whole"
                        text="It names no organization or no topic. Open it again from the notification, or change what is sent among the notifications of the organization."
                    />
                </div>
            }
            .into_any(),
        })}
    }
    .into_any()
}

/// First the organization of the link is visited: the key of another one is not taken. Where one works stays as it is.
fn of_link(link: Link) -> AnyView {
    let session = use_store().session;
    let find = {
        let id = link.organization.clone();
        let organizations = session.organizations();
        move || organizations.try_with_untracked(|list| list.iter().find(|it| it.id == id).cloned()).flatten()
    };
    let Some(organization) = find() else {
        return view! {
            <div class="card">
                <EmptyState
                    icon="lock"
                    title="Another organization"
                    text="The link belongs to an organization that you are no member of, or that this session's key does not reach. Sign in as somebody who is, and open it again."
                />
            </div>
        }
        .into_any();
    };
    let entered = RwSignal::new(None::<(Organization, Entry)>);
    let enter = Callback::new(move |()| {
        let (known, find) = (organization.clone(), find.clone());
        spawn_local(async move {
            let entry = session.visit(&known.name).await;
            // The role may be another one by now.
            let _ = entered.try_set(Some((find().unwrap_or(known), entry)));
        });
    });
    // What the person may do is read again before.
    let again = Callback::new(move |()| {
        spawn_local(async move {
            match session.reload().await {
                Ok(()) => {
                    let _ = enter.try_run(());
                }
                Err(failure) => {
                    let _ = entered.try_update(|entered| {
                        if let Some((_, entry)) = entered {
                            *entry = Entry::Failed(failure);
                        }
                    });
                }
            }
        });
    });
    enter.run(());
    reactive(move || match entered.get() {
        None => view! {
            <Loading label="Entering the organization">
                <span class="skeleton"></span>
            </Loading>
        }
        .into_any(),
        Some((organization, Entry::Entered)) => question(link.clone(), &organization, again),
        Some((organization, Entry::NeedsKey)) => needs_key(&organization, enter),
        Some((organization, Entry::Forbidden)) => view! {
            <div class="card">
                <EmptyState icon="lock" title="No access" text=format!("You are no member of {}.", organization.name)/>
            </div>
        }
        .into_any(),
        Some((_, Entry::Failed(failure))) => {
            view! { <div class="card"><FailureView failure=failure retry=again/></div> }.into_any()
        }
    })
}

fn needs_key(organization: &Organization, done: Callback<()>) -> AnyView {
    let back = use_context::<PageContext>().map(|context| context.path);
    let by_issuer = back
        .filter(|_| use_store().session.offers_oidc())
        .map(|back| view! { <OidcButton back=back label="Sign in with single sign-on"/> }.into_any());
    view! {
        <div class="card card__body stack">
            <p>{format!("The key of this session is not one of {}. Sign in, or paste a key of it.", organization.name)}</p>
            {maybe(by_issuer)}
            <KeyForm label="Use this key" done=done/>
        </div>
    }
    .into_any()
}

/// Asks before it ends anything; `again` looks anew whether the person may.
fn question(link: Link, organization: &Organization, again: Callback<()>) -> AnyView {
    if roles::refused("unsubscribe", organization.role.as_ref()).is_some() {
        return refusal::of_role("unsubscribe", "The setup of notifications", move || again.run(()));
    }
    let topics = query_view::latest(query(notifications::topics).load());
    let channels = query_view::latest(query(notifications::channels).load());
    let integrations = query(notifications::integrations).load();
    let subscription = {
        let topic = link.topic.clone();
        query(move || notifications::subscription(&topic))
    };
    let load = subscription.load();
    let unsubscribe = mutation(notifications::unsubscribe);
    let back = mutation(notifications::upsert_subscription);
    // As it was before it was ended here.
    let before = RwSignal::new(None::<NotificationSubscription>);
    let undone = RwSignal::new(false);
    let topic = {
        let key = link.topic.clone();
        Signal::derive(move || {
            let known = topics.get();
            let named = known.iter().flat_map(|list| list.iter()).find(|it| it.topic == key).map(topic_name);
            named.unwrap_or_else(|| text::visible(&key).into_owned())
        })
    };
    let name_of = move |kind: &ChannelType| {
        let known = channels.get();
        let channel = known.iter().flat_map(|list| list.iter()).find(|it| it.kind == *kind).cloned();
        channel_name(kind, channel.and_then(|channel| channel.name).as_deref())
    };
    let only = link.channel.as_deref().map(ChannelType::from);
    // What was ended last: one channel, or none in particular.
    let ended = RwSignal::new(None::<ChannelType>);
    let end = {
        let topic = link.topic.clone();
        move |channel: Option<String>| {
            undone.set(false);
            ended.set(channel.as_deref().map(ChannelType::from));
            before.set(load.get_untracked().value().map(|it| (**it).clone()));
            unsubscribe.run(UnsubscribeRequest { channel, topic: topic.clone() });
        }
    };
    let undo = move |()| {
        let Some(before) = before.get_untracked() else { return };
        let request = NotificationSubscriptionRequest {
            channels: Some(before.channels),
            enabled: Some(before.enabled),
            topic: Some(before.topic),
        };
        back.run_then(request, move |_| {
            unsubscribe.reset();
            let _ = undone.try_set(true);
        });
    };
    let settings = routes::notifications(&organization.name).href();
    let title = organization.title.clone();
    let trouble = reactive(move || {
        let failure = unsubscribe.error().get().or_else(|| back.error().get());
        maybe(failure.map(|failure| view! { <FailureNote failure=failure/> }.into_any()))
    });
    let content = reactive(move || {
        let (settings, title) = (settings.clone(), title.clone());
        if unsubscribe.result().get().is_some() {
            let text = match ended.get() {
                Some(kind) => format!("{title} is not told of it over {} any more.", name_of(&kind)),
                None => format!("{title} is not told of it any more."),
            };
            let can_undo = before.with(Option::is_some);
            return view! {
                <EmptyState icon="circle-check" title=format!("Unsubscribed from “{}”", topic.get()) text=text>
                    {maybe(can_undo.then(|| view! { <Button label="Undo" busy=back.pending() on_press=undo/> }.into_any()))}
                    <ButtonLink href=settings label="All notifications"/>
                </EmptyState>
            }
            .into_any();
        }
        let known = load.get();
        let is_missing = known.failure().is_some_and(|failure| failure.kind == FailureKind::NotFound);
        if let Some(failure) = known.failure().filter(|_| !is_missing) {
            let failure = failure.clone();
            return view! { <FailureView failure=failure retry=move |()| subscription.refetch()/> }.into_any();
        }
        let known = known.value().map(|it| (**it).clone());
        let goes_over = known.as_ref().map(|it| it.channels.clone()).unwrap_or_default();
        let is_on = known.as_ref().is_some_and(|it| it.enabled);
        if is_missing || (known.is_some() && !is_on) {
            let text = format!("Nothing is sent to {title} of it, so there is nothing to end.");
            return view! {
                <EmptyState icon="bell" title=format!("“{}” is off already", topic.get()) text=text>
                    <ButtonLink href=settings label="All notifications"/>
                </EmptyState>
            }
            .into_any();
        }
        // Where they cannot be read, all count as on: what is asked here is the same.
        let integrations = integrations.get();
        if known.is_none() || matches!(integrations, Load::Loading) {
            return view! {
                <div class="card__body">
                    <Loading label="Loading the subscription">
                        <span class="skeleton"></span>
                    </Loading>
                </div>
            }
            .into_any();
        }
        let off = integrations.value().map(|list| off(list, &goes_over)).unwrap_or_default();
        let over = told_over(&goes_over, &off, name_of);
        let text = format!(
            "{title} is told of it over {over}. This ends it for everybody in the organization, not for you alone."
        );
        let one = only.clone().filter(|kind| goes_over.len() > 1 && goes_over.contains(kind));
        let all = {
            let end = end.clone();
            move |()| end(None)
        };
        let pending = unsubscribe.pending();
        let buttons = match one {
            Some(kind) => {
                let (label, word) = (format!("Unsubscribe from {}", name_of(&kind)), kind.as_str().to_owned());
                let end = end.clone();
                view! {
                    <Button label="Unsubscribe from all channels" busy=pending on_press=all/>
                    <Button label=label look=Look::Primary busy=pending on_press=move |()| end(Some(word.clone()))/>
                }
                .into_any()
            }
            None => view! { <Button label="Unsubscribe" look=Look::Primary busy=pending on_press=all/> }.into_any(),
        };
        let heading = if undone.get() { "Subscribed again to “{}”" } else { "Unsubscribe from “{}”" };
        view! {
            <EmptyState icon="bell" title=heading.replace("{}", &topic.get()) text=text>
                {buttons}
            </EmptyState>
        }
        .into_any()
    });
    view! {
        <div class="card">
            {content}
            <div class="unsubscribe__trouble">{trouble}</div>
        </div>
    }
    .into_any()
}

/// The channels of a topic in words, and which of them are off: "E-mail; Slack is off".
fn told_over(channels: &[ChannelType], off: &[ChannelType], name_of: impl Fn(&ChannelType) -> String) -> String {
    let named = |list: &[&ChannelType]| list.iter().map(|kind| name_of(kind)).collect::<Vec<_>>().join(" and ");
    let on: Vec<_> = channels.iter().filter(|kind| !off.contains(kind)).collect();
    let off: Vec<_> = off.iter().collect();
    let verb = if off.len() == 1 { "is" } else { "are" };
    match (on.is_empty(), off.is_empty()) {
        (_, true) => named(&on),
        (true, false) => format!("{}, which {verb} off: nothing is sent now", named(&off)),
        (false, false) => format!("{}; {} {verb} off", named(&on), named(&off)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_that_is_off_is_not_told_as_one_that_sends() {
        let both = [ChannelType::Email, ChannelType::Slack];
        let of = |off: &[ChannelType]| told_over(&both, off, |kind| channel_name(kind, None));
        assert_eq!(of(&[]), "E-mail and Slack");
        assert_eq!(of(&both[1..]), "E-mail; Slack is off");
        assert_eq!(of(&both), "E-mail and Slack, which are off: nothing is sent now");
        assert_eq!(
            told_over(&both[1..], &both[1..], |kind| channel_name(kind, None)),
            "Slack, which is off: nothing is sent now"
        );
    }

    #[test]
    fn a_link_names_an_organization_and_a_topic() {
        let of = |query: &[(&str, &str)]| {
            read(|name| query.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
        };
        let whole = [("orgId", "o-1"), ("topic", "app.deployed"), ("channel", "slack")];
        let link = of(&whole).unwrap();
        assert_eq!((link.topic.as_str(), link.channel.as_deref()), ("app.deployed", Some("slack")));
        assert_eq!(of(&whole[..2]).unwrap().channel, None);
        assert_eq!(of(&whole[1..]), None);
        assert_eq!(of(&[("orgId", "o-1"), ("topic", "")]), None);
    }
}
