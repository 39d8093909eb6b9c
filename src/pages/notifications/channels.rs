//! The channels: where they send to, whether they are on, and how they are set up.

use astro_api::notifications::{self, NotificationChannel, NotificationIntegration, NotificationIntegrationRequest};
use leptos::{ev, prelude::*};

use super::{
    channel_edit::ChannelPanel,
    channel_icon, channel_name,
    overview::{Ground, mark, uses},
};
use crate::{
    components::words,
    store::{Tone, mutation, use_store},
    ui::{
        ActionMenu, Badge, Bar, Button, Card, Confirm, Empty, EmptyState, Icon, Loading, MenuItem, QueryView, State,
        Time,
        confirm::confirm,
        format::{self, counted},
        maybe, query_view, reactive,
    },
};

/// So many addresses are listed; the rest are counted.
const LISTED: usize = 6;

/// The channels as cards beside each other.
pub fn channels(ground: Ground) -> AnyView {
    let Ground { channels, integrations, .. } = ground;
    // Without what is set up nobody can say what is not.
    let settings = query_view::latest(integrations.load());
    let is_known = Memo::new(move |_| settings.get().is_some());
    let cards = move |latest: query_view::Latest<Vec<NotificationChannel>>| {
        let list = Memo::new(move |_| latest.get().map(|list| (*list).clone()).unwrap_or_default());
        let cards = reactive(move || {
            list.with(|list| list.iter().map(|it| card(ground, it.clone())).collect_view().into_any())
        });
        view! { <div class="channels">{cards}</div> }.into_any()
    };
    let cards = StoredValue::new(cards);
    view! {
        <section aria-label="Channels">
            <QueryView
                load=integrations.load()
                loading=still
                empty=None
                retry=move |()| integrations.refetch()
                data=move |_| {
                    reactive(move || {
                        if !is_known.get() {
                            return still();
                        }
                        view! {
                            <QueryView
                                load=channels.load()
                                loading=still
                                empty=Some(Empty::new(Vec::is_empty, none))
                                retry=move |()| channels.refetch()
                                data=move |latest| cards.with_value(|cards| cards(latest))
                            />
                        }
                        .into_any()
                    })
                }
            />
        </section>
    }
    .into_any()
}

fn none() -> AnyView {
    view! {
        <EmptyState icon="bell" title="No channels" text="The platform offers no channel to send notifications over."/>
    }
    .into_any()
}

fn still() -> AnyView {
    let card = || {
        view! {
            <div class="card card__body stack">
                <Bar/>
                <Bar/>
                <Bar/>
            </div>
        }
        .into_any()
    };
    view! {
        <Loading label="Loading channels">
            <div class="channels">{card()} {card()}</div>
        </Loading>
    }
    .into_any()
}

fn card(ground: Ground, channel: NotificationChannel) -> AnyView {
    let kind = StoredValue::new(channel.kind.clone());
    let name = channel_name(&channel.kind, channel.name.as_deref());
    let integration = Memo::new(move |_| kind.with_value(|kind| ground.integration(kind)));
    let paid = channel.enterprise_only == Some(true);
    let not_in_plan = {
        let (channel, name) = (channel.clone(), name.clone());
        Memo::new(move |_| ground.not_in_plan(&channel, &name))
    };
    let why_not = Signal::derive(move || ground.blocked.get().or_else(|| not_in_plan.get()));
    let open = RwSignal::new(false);
    let is_set_up = Memo::new(move |_| integration.with(Option::is_some));
    let side = move || {
        view! {
            {maybe(paid.then(|| view! { <Badge text="Enterprise"/> }.into_any()))}
            <span class="push">
                {reactive(move || {
                    integration.with(|it| view! { <State mark=mark(it.as_ref())/> }.into_any())
                })}
            </span>
        }
        .into_any()
    };
    let target = reactive(move || {
        integration.with(|it| match it {
            Some(it) => target(it),
            None => view! { <p class="muted">"Nothing is sent over it until it is set up."</p> }.into_any(),
        })
    });
    let plan = reactive(move || {
        maybe(not_in_plan.get().map(|reason| view! { <p class="channel__plan">{reason}</p> }.into_any()))
    });
    let foot = {
        let name = name.clone();
        reactive(move || {
            if is_set_up.get() {
                settings(ground, &name, kind, integration, why_not, open)
            } else {
                view! {
                    <Button
                        label=format!("Set up {name}")
                        icon="plus"
                        disabled_reason=why_not
                        on_press=move |()| open.set(true)
                    />
                }
                .into_any()
            }
        })
    };
    let (icon, about) = (channel_icon(&channel.kind), channel.description.clone().filter(|text| !text.is_empty()));
    let id = format!("channel-{}", channel.kind);
    view! {
        <div class="channel" id=id>
            <Card title=name.clone() side=side>
                <div class="card__body channel__body">
                    <div class="channel__about">
                        <Icon name=icon/>
                        <span class="muted">{about.unwrap_or_default()}</span>
                    </div>
                    {target}
                    {plan}
                </div>
                <div class="card__foot channel__foot">{foot}</div>
            </Card>
        </div>
        <ChannelPanel ground=ground channel=channel name=name integration=integration open=open/>
    }
    .into_any()
}

/// Where a channel sends to. The platform masks what is secret.
fn target(integration: &NotificationIntegration) -> AnyView {
    let config = integration.config.clone().unwrap_or_default();
    let addresses = config.emails.unwrap_or_default();
    let webhook = config.webhook_url.map(|webhook| words::masked_webhook(webhook.expose()));
    let more = addresses.len().saturating_sub(LISTED);
    let listed = addresses
        .iter()
        .take(LISTED)
        .map(|address| view! { <li class="channel__address">{address.clone()}</li> }.into_any())
        .collect_view();
    let more = (more > 0)
        .then(|| view! { <li class="muted">{format!("and {}", counted(more, "other", "others"))}</li> }.into_any());
    let changed = words::time(integration.updated_at.as_ref());
    view! {
        {maybe((!addresses.is_empty()).then(|| {
            view! { <ul class="channel__addresses" aria-label="Recipients">{listed}{maybe(more)}</ul> }.into_any()
        }))}
        {maybe(webhook.map(|webhook| view! { <code class="channel__webhook">{webhook}</code> }.into_any()))}
        {maybe(changed.map(|at| view! { <p class="faint">"Changed " <Time at=Some(at)/></p> }.into_any()))}
    }
    .into_any()
}

/// The switch, and what else can be done with a channel that is set up.
fn settings(
    ground: Ground,
    name: &str,
    kind: StoredValue<notifications::ChannelType>,
    integration: Memo<Option<NotificationIntegration>>,
    why_not: Signal<Option<String>>,
    open: RwSignal<bool>,
) -> AnyView {
    let toasts = use_store().toasts;
    let save = mutation(notifications::upsert_integration);
    let remove = mutation(|kind: &notifications::ChannelType| notifications::delete_integration(kind.as_str()));
    // What was pressed, until the platform has said what became of it.
    let wish = RwSignal::new(None::<bool>);
    Effect::new(move |_| {
        integration.track();
        wish.set(None);
    });
    let is_on = move || wish.get().unwrap_or_else(|| integration.with(|it| it.as_ref().is_some_and(|it| it.enabled)));
    let name = name.to_owned();
    let turn = {
        let name = name.clone();
        move |event: ev::Event| {
            let on = event_target_checked(&event);
            if why_not.with_untracked(Option::is_some) && on {
                return;
            }
            wish.set(Some(on));
            // Without its settings they stay as they are: what came masked must not go back as if it were real.
            let request =
                NotificationIntegrationRequest { channel: Some(kind.get_value()), config: None, enabled: Some(on) };
            let name = name.clone();
            leptos::task::spawn_local(async move {
                match save.outcome(request).await {
                    Ok(_) => {
                        let state = if on { "on" } else { "off: nothing is sent over it" };
                        toasts.push(Tone::Good, format!("{name} is {state}."));
                    }
                    Err(failure) => {
                        let _ = wish.try_set(None);
                        let said = format::sentence(&failure.message);
                        toasts.push(Tone::Bad, format!("{name} stays as it is. {}: {said}", failure.title));
                    }
                }
            });
        }
    };
    let ask = {
        let name = name.clone();
        confirm(
            {
                let name = name.clone();
                move || removing(ground, &name, &kind.get_value())
            },
            move || {
                let name = name.clone();
                async move {
                    remove.outcome(kind.get_value()).await?;
                    toasts.push(Tone::Good, format!("{name} is removed."));
                    Ok(())
                }
            },
        )
    };
    let edit = format!("Edit {name}");
    let more = format!("More actions for {name}");
    let blocked = ground.blocked;
    view! {
        <label class="channel__switch" data-tip=move || why_not.get()>
            <input
                type="checkbox"
                role="switch"
                class="check check--switch"
                prop:checked=is_on
                disabled=move || save.pending().get() || (why_not.with(Option::is_some) && !is_on())
                on:change=turn
            />
            <span>{format!("Send over {name}")}</span>
        </label>
        <span class="row row--tight push">
            <Button label=edit small=true disabled_reason=why_not on_press=move |()| open.set(true)/>
            <ActionMenu label=more class="button button--ghost button--icon button--small">
                <MenuItem label="Remove" icon="trash-2" danger=true disabled_reason=blocked on_press=ask/>
            </ActionMenu>
        </span>
    }
    .into_any()
}

fn removing(ground: Ground, name: &str, kind: &notifications::ChannelType) -> Confirm {
    let subscriptions = untrack(|| ground.known_subscriptions.get()).unwrap_or_default();
    let (all, alone) = uses(&subscriptions, kind);
    let text = format!("The organization is not notified over {name} any more.");
    let mut question = Confirm::new(format!("Remove {name}"), text, "Remove channel").keep("Keep channel").danger();
    if all > alone {
        let others = counted(all - alone, "topic", "topics");
        question = question.consequence("bell", others, "go on over their other channels.");
    }
    if alone > 0 {
        let silent = counted(alone, "topic", "topics");
        question = question.consequence("circle-alert", silent, format!("go over {name} alone, and fall silent."));
    }
    question
}
