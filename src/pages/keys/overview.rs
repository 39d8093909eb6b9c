//! `/o/:org/keys/:key`: one API key.

use astro_api::api_keys::{self, ApiKey, ApiKeyStatus};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{create::Making, ending, ending::Ending, for_a_person};
use crate::{
    components::{
        PageAction, PageContext,
        api_keys::{end, ends_soon, is_of_console, label},
        marks, words,
    },
    routes,
    store::{query, use_store},
    ui::{
        ActionMenu, Badge, Banner, Button, Card, Code, Fact, Facts, FactsSkeleton, Latest, Loading, Look, MenuItem,
        PageHeader, QueryView, StateBadge, Time, Tone, code::Language, format, maybe, query_view, reactive,
    },
};

/// One key of an organization, by its id.
pub fn overview(organization: String, id: String) -> AnyView {
    for_a_person("API key", move || shown(organization.clone(), id.clone()))
}

fn shown(organization: String, id: String) -> AnyView {
    let store = use_store();
    let navigate = StoredValue::new_local(use_navigate());
    let active = store.session.active();
    let own = store.session.own_keys();
    let gone = RwSignal::new(false);
    let query = {
        let id = id.clone();
        // Deleted, it is not asked for again on the way out.
        query(move || active.get().filter(|_| !gone.get()).map(|active| api_keys::get(&active.id, &id)))
    };
    let load = query.load();
    let ending = Ending::new();
    let making = Making::new(ending);
    let key = query_view::latest(load);
    let name = move || key.get().map(|key| label(&key));
    if let Some(context) = use_context::<PageContext>() {
        context.set_name(name);
    }
    let title = Signal::derive(move || name().unwrap_or_else(|| "API key".to_owned()));
    let list = routes::keys(&organization).path();
    let revoke = Callback::new(move |()| {
        if let Some(key) = untrack(|| key.get()) {
            ending.revoke(&key);
        }
    });
    let delete = Callback::new(move |()| {
        let Some(key) = untrack(|| key.get()) else { return };
        let list = list.clone();
        ending.delete(&key, move || {
            let _ = gone.try_set(true);
            navigate.try_with_value(|go| go(&list, NavigateOptions::default()));
        });
    });
    let successor = Callback::new(move |()| {
        if let Some(key) = untrack(|| key.get()) {
            making.ask_successor(&key);
        }
    });
    let missing = move || "The key is not there.".to_owned();
    let not_revoke = Signal::derive(move || match key.get() {
        Some(key) => ending::not_revocable(&key),
        None => Some(missing()),
    });
    let not_there = Signal::derive(move || key.get().is_none().then(missing));
    let not_followed = Signal::derive(move || match key.get() {
        Some(key) if is_of_console(&key) => Some("The console renews its own keys by itself.".to_owned()),
        Some(_) => None,
        None => Some(missing()),
    });
    if let Some(context) = use_context::<PageContext>() {
        context.offer_actions(move || {
            vec![
                PageAction::new("plus", "Make a successor of this key", move || successor.run(()))
                    .disabled(not_followed.get()),
                PageAction::new("x", "Revoke this key", move || revoke.run(())).disabled(not_revoke.get()),
                PageAction::new("trash-2", "Delete this key", move || delete.run(())).disabled(not_there.get()),
            ]
        });
    }
    let badges = move || {
        key.draw(|key| {
            let is_own = own.with(|own| own.contains(&key.id));
            let whose = if is_own { Some("This session") } else { is_of_console(key).then_some("Console session") };
            view! {
                <StateBadge mark=marks::api_key(&key.status)/>
                {maybe(whose.map(|text| view! { <Badge text=text/> }.into_any()))}
            }
            .into_any()
        })
    };
    let menu = move || {
        view! {
            <MenuItem label="Make a successor" icon="plus" disabled_reason=not_followed on_press=successor/>
            <MenuItem label="Delete" icon="trash-2" danger=true disabled_reason=not_there on_press=delete/>
        }
        .into_any()
    };
    view! {
        <PageHeader title=title badges=badges>
            <Button label="Revoke" look=Look::Danger disabled_reason=not_revoke on_press=revoke/>
            <ActionMenu label="More actions for this key">{menu()}</ActionMenu>
        </PageHeader>
        <QueryView
            load=load
            loading=|| {
                view! { <Loading label="Loading the key"><FactsSkeleton rows=10/></Loading> }.into_any()
            }
            empty=None
            retry=move |()| query.refetch()
            data=move |key| content(organization.clone(), key, successor)
        />
        {making.panel()}
        {ending.dialog()}
    }
    .into_any()
}

fn content(organization: String, key: Latest<ApiKey>, successor: Callback<()>) -> AnyView {
    let now = use_store().clock.now();
    let notice = reactive(move || key.draw(|key| notice(key, now.get_untracked(), successor)));
    let facts = reactive(move || key.draw(|key| facts(&organization, key)));
    view! {
        <div class="columns">
            <div class="stack">
                {notice}
                <Card title="Key" padded=true>
                    {facts}
                </Card>
            </div>
            <div class="stack">
                <Card title="How it is used" padded=true>
                    <div class="stack">
                        <p class="muted">
                            "Programs read it from the environment. The secret itself was shown once, when the key was made; if it is lost, create a new key."
                        </p>
                        <Code
                            text="export ASTROPULSE_API_KEY=<the key>\nastroctl whoami\n".to_owned()
                            label="How a key is used"
                            language=Language::Shell
                            numbers=false
                        />
                    </div>
                </Card>
            </div>
        </div>
    }
    .into_any()
}

/// What somebody should know or do about it.
fn notice(key: &ApiKey, now: u64, successor: Callback<()>) -> AnyView {
    let end = end(key);
    if ends_soon(key, now) {
        let at = end.as_deref().and_then(format::parse);
        let left = at.map(|at| format::relative(at, now)).unwrap_or_default();
        return view! {
            <Banner
                title=format!("It expires {left}")
                text="A key cannot be prolonged. Make its successor, give that to whatever uses this one, then revoke this one.".to_owned()
                tone=Tone::Warn
            >
                <Button label="Make a successor" small=true on_press=successor/>
            </Banner>
        }
        .into_any();
    }
    if key.status == ApiKeyStatus::Active && end.is_none() {
        return view! {
            <Banner
                title="It never ends by itself".to_owned()
                text="Revoke it when nothing needs it any more. Its last use tells.".to_owned()
                tone=Tone::Warn
            />
        }
        .into_any();
    }
    ().into_any()
}

fn facts(organization: &str, key: &ApiKey) -> AnyView {
    let href = routes::keys(organization).href();
    let text = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
    let expires = match end(key) {
        Some(end) => view! { <Time at=end/> }.into_any(),
        None => "Never".into_any(),
    };
    let lifetime =
        key.duration.map(astro_api::duration::GoDuration::as_secs).and_then(|length| u64::try_from(length).ok());
    let lifetime = lifetime.filter(|length| *length > 0).map(|length| format::duration(length.saturating_mul(1_000)));
    let flags = key.feature_flags.clone().unwrap_or_default();
    let allowed = |is: Option<bool>| is.map(|is| if is { "Yes" } else { "No" });
    let used = match words::time(key.last_used_at.as_ref()) {
        Some(at) => view! { <Time at=at/> }.into_any(),
        None => "Never".into_any(),
    };
    let mut facts = vec![
        Fact::code("Key", text(&key.masked_key).as_deref()),
        Fact::new("Organization", view! { <a class="link" href=href>{organization.to_owned()}</a> }),
        Fact::text(
            "Made by",
            key.source.as_ref().map(|source| match source.as_str() {
                "cli" => "astroctl",
                "ui" => "Console",
                other => other,
            }),
        ),
        Fact::new("Created", view! { <Time at=words::time(key.created_at.as_ref())/> }),
        Fact::new("Expires", expires),
        Fact::text("Lifetime", lifetime.as_deref()),
        Fact::new("Last used", used),
    ];
    if key.status == ApiKeyStatus::Revoked {
        facts.push(Fact::new("Revoked", view! { <Time at=words::time(key.revoked_at.as_ref())/> }));
        facts.push(Fact::text("Reason", text(&key.revoked_reason).as_deref()));
        facts.push(Fact::copied("Revoked by", text(&key.revoked_by).as_deref()));
    }
    facts.extend([
        Fact::text("Deploy previews", allowed(flags.deploy_preview_access)),
        Fact::text("Nova chat", allowed(flags.nova_chat_enabled)),
        Fact::copied("User ID", text(&key.user_id).as_deref()),
        Fact::copied("ID", Some(&key.id)),
    ]);
    view! { <Facts facts=facts/> }.into_any()
}
