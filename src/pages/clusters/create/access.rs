//! How the platform gets into the account: the connection of a managed cluster, the vault of a self-hosted one. Both are
//! made once for each cluster, and before it.

use std::time::Duration;

use astro_api::cloud::{self, CloudConnectStatus, ConnectStatus, VaultStatus};
use leptos::prelude::*;

use super::{form::Form, model};
use crate::{
    components::{CloudConnect, Connecting, connection, marks, roles, rules},
    pages::cloud::Keys,
    store::{query, use_store},
    ui::{Button, Glyph, Tone, maybe, reactive},
};

/// How long a name rests before it is asked for.
const REST: Duration = Duration::from_millis(600);

/// A text once it rests.
fn rested(text: Memo<String>) -> RwSignal<String> {
    let settled = RwSignal::new(text.get_untracked());
    Effect::new(move |_| {
        let now = text.get();
        let take = move || {
            if text.try_get_untracked().as_ref() == Some(&now) {
                let _ = settled.try_set(now);
            }
        };
        set_timeout(take, REST);
    });
    settled
}

/// What the connection of this cluster is asked for with.
fn wanted(form: Form) -> Connecting {
    let typed = form.typed.get();
    let account = match typed.kind.as_str() {
        model::GKE => &typed.project,
        model::AKS => &typed.subscription,
        _ => &typed.account,
    };
    Connecting {
        provider: typed.provider().to_owned(),
        cluster: typed.name.trim().to_owned(),
        region: typed.region.trim().to_owned(),
        account: account.trim().to_owned(),
        renew: false,
    }
}

/// A line on the access, and what can be done about it.
fn line(tone: Tone, title: String, text: String, action: AnyView) -> AnyView {
    view! {
        <div class="access">
            <Glyph tone=tone/>
            <div class="access__text">
                <p>{title}</p>
                {maybe((!text.is_empty()).then(|| view! { <p class="muted">{text}</p> }.into_any()))}
            </div>
            {action}
        </div>
    }
    .into_any()
}

/// How the platform gets in, in the section of the account.
pub fn access(form: Form, organization: String, connecting: RwSignal<bool>, keys: Keys) -> AnyView {
    let parts = form.parts;
    let store = use_store();
    let name = Memo::new(move |_| parts.name.with(|name| name.trim().to_owned()));
    let word = Memo::new(move |_| form.typed.with(|typed| typed.credential_word().to_owned()));
    let connections = store.preferences.connections();
    let started = {
        let organization = organization.clone();
        Memo::new(move |_| {
            connections.with(|all| {
                name.with(|name| all.latest(&organization, name).map(|it| (it.provider.clone(), it.operation.clone())))
            })
        })
    };
    let may_not = roles::why_not("connectAws");
    let reason = Signal::derive(move || {
        may_not.get().or_else(|| {
            let is_named = name.with(|name| !name.is_empty() && rules::name(name).is_none());
            (!is_named).then(|| "Name the cluster first: each has a connection of its own.".to_owned())
        })
    });
    let connect = move |label: &'static str| {
        view! { <Button label=label disabled_reason=reason on_press=move |()| connecting.set(true)/> }.into_any()
    };
    let content = reactive(move || {
        match word.get().as_str() {
        model::STATIC => line(
            Tone::Idle,
            "The keys of the manifest are used.".to_owned(),
            "They need no connection. Prefer a connection or the vault: keys in files get around.".to_owned(),
            ().into_any(),
        ),
        model::VAULT => vault(form, name, keys),
        _ => match started.get() {
            Some((provider, operation)) => followed(provider, operation, connect),
            None => line(
                Tone::Ask,
                "This cluster's account is not connected from this browser.".to_owned(),
                "Creating it takes a connection. Made elsewhere, with astroctl or by a colleague, it cannot be seen here: the dry run tells."
                    .to_owned(),
                connect("Connect account"),
            ),
        },
    }
    });
    view! { <div role="group" aria-label="Access to the account">{content}</div> }.into_any()
}

/// The panels that connect, and that store keys. They stand beside the form: what is typed there is not the form's.
pub fn panel(form: Form, organization: String, connecting: RwSignal<bool>, keys: Keys) -> AnyView {
    let wanted = Signal::derive(move || wanted(form));
    view! {
        <CloudConnect open=connecting organization=organization wanted=wanted/>
        {keys.panel()}
    }
    .into_any()
}

/// A connection that was started in this browser.
fn followed(
    provider: String,
    operation: String,
    connect: impl Fn(&'static str) -> AnyView + Copy + Send + Sync + 'static,
) -> AnyView {
    let followed = connection::follow(provider, operation, connection::OFTEN);
    reactive(move || {
        let status = followed.load.with(|load| load.value().cloned());
        let failure = followed.load.with(|load| load.failure().cloned());
        match (status, failure) {
            (Some(status), _) => told(&status, connect),
            (None, Some(failure)) => line(
                Tone::Warn,
                "How the connection stands could not be read.".to_owned(),
                crate::ui::format::sentence(&failure.message),
                connect("Connect anew"),
            ),
            (None, None) => {
                line(Tone::Work, "Asking how the connection stands".to_owned(), String::new(), ().into_any())
            }
        }
    })
}

fn told(status: &CloudConnectStatus, connect: impl Fn(&'static str) -> AnyView) -> AnyView {
    let message = status.message.clone().unwrap_or_default();
    match &status.status {
        ConnectStatus::Completed => {
            line(Tone::Good, "The account is connected for this cluster.".to_owned(), String::new(), ().into_any())
        }
        ConnectStatus::Failed => line(Tone::Bad, "The connection failed.".to_owned(), message, connect("Connect anew")),
        other => {
            let mark = marks::connection(other);
            let title = format!("The connection is under way: {}.", mark.word.to_lowercase());
            line(mark.tone, title, message, connect("Connect anew"))
        }
    }
}

/// Whether the vault holds keys for the cluster.
fn vault(form: Form, name: Memo<String>, keys: Keys) -> AnyView {
    let settled = rested(name);
    let may_not = roles::why_not("getSelfHostedCredentialStatus");
    let status = query(move || {
        let name = settled.get();
        let is_asked = may_not.with(Option::is_none) && !name.is_empty() && rules::name(&name).is_none();
        is_asked.then(|| cloud::self_hosted_status(&name))
    })
    .every(Duration::from_secs(15));
    let load = status.load();
    let again = Callback::new(move |()| status.refetch());
    let store = Callback::new(move |()| {
        let Connecting { provider, cluster, region, account, .. } = untrack(|| wanted(form));
        keys.store_for(cluster, provider, account, region);
    });
    reactive(move || {
        let name = name.get();
        if name.is_empty() {
            let title = "The vault keeps the keys of each self-hosted cluster by its name.".to_owned();
            return line(
                Tone::Idle,
                title,
                "Name the cluster, and it shows here whether they are there.".to_owned(),
                ().into_any(),
            );
        }
        if let Some(reason) = may_not.get() {
            return line(Tone::Idle, "The vault has to hold this cluster's keys.".to_owned(), reason, ().into_any());
        }
        let (status, failure) = load.with(|load| (load.value().cloned(), load.failure().cloned()));
        match (status, failure) {
            (Some(status), _) if status.cluster_name == name || !status.stored => stored(&name, &status, store),
            (None, Some(failure)) => line(
                Tone::Warn,
                "Whether the vault holds its keys could not be read.".to_owned(),
                crate::ui::format::sentence(&failure.message),
                view! { <Button label="Try again" small=true on_press=again/> }.into_any(),
            ),
            _ => {
                line(Tone::Work, format!("Asking whether the vault holds keys of {name}"), String::new(), ().into_any())
            }
        }
    })
}

fn stored(name: &str, status: &VaultStatus, store: Callback<()>) -> AnyView {
    if status.stored {
        let keys = status.keys.clone().unwrap_or_default().join(", ");
        return line(Tone::Good, format!("The vault holds the keys of {name}."), keys, ().into_any());
    }
    let text = "Creating the cluster takes them.".to_owned();
    let action = view! { <Button label="Store keys" on_press=store/> }.into_any();
    line(Tone::Ask, format!("The vault holds no keys of {name}."), text, action)
}
