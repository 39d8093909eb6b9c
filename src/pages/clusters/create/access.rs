//! How the platform gets into the account: the connection of a managed cluster, the vault of a self-hosted one. Both are
//! made once for each cluster, and before it.

use std::time::Duration;

use astro_api::{
    cloud::{self, AccessLevel, CloudConnectStatus, ConnectStatus, VaultStatus},
    clusters::K8sClusterSpec,
};
use leptos::prelude::*;

use super::{
    form::Form,
    model::{self, Typed},
};
use crate::{
    components::{CloudConnect, Connecting, connection, marks, roles, rules, words},
    pages::cloud::Keys,
    store::{Started, query, use_store},
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

/// The AWS account, Google Cloud project or Azure subscription that the cluster is to be made in.
fn account(typed: &Typed) -> &str {
    match typed.provider() {
        model::GCP => typed.project.trim(),
        model::AZURE => typed.subscription.trim(),
        _ => typed.account.trim(),
    }
}

/// What the connection of this cluster is asked for with.
fn wanted(typed: &Typed, renew: bool) -> Connecting {
    let group = if typed.kind == model::AKS { typed.resource_group.trim() } else { "" };
    Connecting {
        provider: typed.provider().to_owned(),
        cluster: typed.name.trim().to_owned(),
        region: typed.region.trim().to_owned(),
        account: account(typed).to_owned(),
        group: group.to_owned(),
        renew,
    }
}

/// Why a connection that was started for a cluster of this name is not the one that it takes.
fn misfit(started: &Started, typed: &Typed) -> Option<String> {
    let provider = typed.provider();
    if started.provider != provider {
        let (one, other) = (words::provider(&started.provider), words::provider(provider));
        return Some(format!("This cluster's connection goes to {one}, not to {other}."));
    }
    let (known, account) = (&started.account, account(typed));
    // What is still being typed names no other account yet.
    let is_other = !known.is_empty() && !known.to_lowercase().starts_with(&account.to_lowercase());
    if is_other {
        return Some(format!("This cluster's connection goes to {known}, not to {account}."));
    }
    (started.level == AccessLevel::Read.as_str())
        .then(|| "This cluster's connection may only read. Creating it takes the access level manage.".to_owned())
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

/// How the platform gets in, and the panels that see to it. A copy is a handle of the same.
#[derive(Clone, Copy)]
pub struct Access {
    /// What is to be created, as the fields or the text have it.
    typed: Memo<Typed>,
    organization: StoredValue<String>,
    connecting: RwSignal<bool>,
    /// Whether the connection that stands is to be made anew.
    renew: RwSignal<bool>,
    keys: Keys,
}

impl Access {
    /// The access of what a form holds.
    pub fn new(form: Form, organization: String) -> Self {
        let typed = Memo::new(move |before: Option<&Typed>| {
            if !form.is_text() {
                return form.typed.get();
            }
            let read = form.manifest.with(|manifest| manifest.as_ref()?.spec::<K8sClusterSpec>().ok());
            // A text that cannot be read, as while one writes it, says nothing new.
            read.map(|spec| Typed::of(&spec)).or_else(|| before.cloned()).unwrap_or_default()
        });
        Self {
            typed,
            organization: StoredValue::new(organization),
            connecting: RwSignal::new(false),
            renew: RwSignal::new(false),
            keys: Keys::new(),
        }
    }

    /// How it stands, beside the fields or the text.
    pub fn draw(self) -> AnyView {
        let content = content(self);
        view! { <div role="group" aria-label="Access to the account">{content}</div> }.into_any()
    }

    /// The panels that connect, and that store keys. They stand beside the form: what is typed there is not the form's.
    pub fn panels(self) -> AnyView {
        let wanted = Signal::derive(move || self.typed.with(|typed| wanted(typed, self.renew.get())));
        let organization = self.organization.get_value();
        view! {
            <CloudConnect open=self.connecting organization=organization wanted=wanted/>
            {self.keys.panel()}
        }
        .into_any()
    }
}

fn content(access: Access) -> AnyView {
    let Access { typed, organization, connecting, renew, .. } = access;
    let name = Memo::new(move |_| typed.with(|typed| typed.name.trim().to_owned()));
    // Of a kind that nobody knows, a text may be; then nothing is known of its access.
    let word = Memo::new(move |_| {
        typed.with(|typed| {
            let is_known = model::KINDS.contains(&typed.kind.as_str());
            if is_known { typed.credential_word().to_owned() } else { String::new() }
        })
    });
    let connections = use_store().preferences.connections();
    let started = Memo::new(move |_| {
        let name = name.get();
        if name.is_empty() {
            // An operation that was added here may name no cluster.
            return None;
        }
        connections.with(|all| organization.with_value(|of| all.latest(of, &name).cloned()))
    });
    let misfit = Memo::new(move |_| {
        started.with(|started| typed.with(|typed| started.as_ref().and_then(|started| misfit(started, typed))))
    });
    let may_not = roles::why_not("connectAws");
    let reason = Signal::derive(move || {
        may_not.get().or_else(|| {
            let is_named = name.with(|name| !name.is_empty() && rules::name(name).is_none());
            (!is_named).then(|| "Name the cluster first: each has a connection of its own.".to_owned())
        })
    });
    // One that stands gives way only to one that replaces it.
    let connect = move |label: &'static str, stands: bool| {
        let press = move |()| {
            renew.set(stands);
            connecting.set(true);
        };
        view! { <Button label=label disabled_reason=reason on_press=press/> }.into_any()
    };
    reactive(move || match word.get().as_str() {
        "" => ().into_any(),
        model::STATIC => line(
            Tone::Idle,
            "The keys of the manifest are used.".to_owned(),
            "They need no connection. Prefer a connection or the vault: keys in files get around.".to_owned(),
            ().into_any(),
        ),
        model::VAULT => vault(access, name),
        _ => {
            if let Some(started) = started.get() {
                return followed(started, misfit, connect);
            }
            let text = "Connections made elsewhere are not shown here. The dry run checks them.";
            let title = "This cluster's account is not connected from this browser.";
            line(Tone::Ask, title.to_owned(), text.to_owned(), connect("Connect account", false))
        }
    })
}

/// A connection that was started in this browser.
fn followed(
    started: Started,
    misfit: Memo<Option<String>>,
    connect: impl Fn(&'static str, bool) -> AnyView + Copy + Send + Sync + 'static,
) -> AnyView {
    let account = match started.account.as_str() {
        "" => String::new(),
        account => format!("{} {account}", words::provider(&started.provider)),
    };
    let followed = connection::follow(started.provider, started.operation, connection::OFTEN);
    reactive(move || {
        let status = followed.load.with(|load| load.value().cloned());
        let failure = followed.load.with(|load| load.failure().cloned());
        if let Some(title) = misfit.get() {
            let stands = status.is_some_and(|status| status.status == ConnectStatus::Completed);
            let text = "Connect the account that it is to be made in before you create it.".to_owned();
            return line(Tone::Warn, title, text, connect("Connect anew", stands));
        }
        match (status, failure) {
            (Some(status), _) => told(&status, &account, connect),
            (None, Some(failure)) => line(
                Tone::Warn,
                "How the connection stands could not be read.".to_owned(),
                crate::ui::format::sentence(&failure.message),
                connect("Connect anew", false),
            ),
            (None, None) => {
                line(Tone::Work, "Asking how the connection stands".to_owned(), String::new(), ().into_any())
            }
        }
    })
}

fn told(status: &CloudConnectStatus, account: &str, connect: impl Fn(&'static str, bool) -> AnyView) -> AnyView {
    let message = status.message.clone().unwrap_or_default();
    let stands = status.status == ConnectStatus::Completed;
    let again = connect("Connect anew", stands);
    match &status.status {
        ConnectStatus::Completed => {
            line(Tone::Good, "The account is connected for this cluster.".to_owned(), account.to_owned(), again)
        }
        ConnectStatus::Failed => line(Tone::Bad, "The connection failed.".to_owned(), message, again),
        other => {
            let mark = marks::connection(other);
            let title = format!("The connection is under way: {}.", mark.word.to_lowercase());
            line(mark.tone, title, message, again)
        }
    }
}

/// Whether the vault holds keys for the cluster.
fn vault(access: Access, name: Memo<String>) -> AnyView {
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
        let Connecting { provider, cluster, region, account, .. } =
            access.typed.with_untracked(|typed| wanted(typed, false));
        access.keys.store_for(cluster, provider, account, region);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn started(provider: &str, account: &str, level: &str) -> Started {
        Started {
            organization: "acme".to_owned(),
            operation: "op-1".to_owned(),
            provider: provider.to_owned(),
            cluster: "prod".to_owned(),
            at: 7,
            account: account.to_owned(),
            level: level.to_owned(),
        }
    }

    #[test]
    fn a_connection_counts_only_for_the_account_that_the_cluster_takes() {
        let mut typed = Typed { account: "123456789012".to_owned(), ..Typed::default() };
        let says = |started: &Started, typed: &Typed| misfit(started, typed).unwrap_or_default();
        let made = started("aws", "123456789012", "manage");
        assert_eq!(says(&made, &typed), "");
        assert_eq!(says(&started("aws", "", ""), &typed), "", "what is not known is not held against it");
        assert!(says(&started("aws", "123456789012", "read"), &typed).contains("the access level manage"));
        let other = says(&started("aws", "210987654321", "manage"), &typed);
        assert_eq!(other, "This cluster's connection goes to 210987654321, not to 123456789012.");
        for typing in ["", "1234"] {
            typing.clone_into(&mut typed.account);
            assert_eq!(says(&made, &typed), "", "{typing}");
        }
        model::GKE.clone_into(&mut typed.kind);
        assert_eq!(says(&made, &typed), "This cluster's connection goes to AWS, not to Google Cloud.");
        model::AKS.clone_into(&mut typed.kind);
        "1B4E28BA".clone_into(&mut typed.subscription);
        assert_eq!(says(&started("azure", "1b4e28ba", ""), &typed), "");
    }

    #[test]
    fn what_is_typed_already_is_not_asked_for_again() {
        let mut typed = Typed {
            account: "123456789012".to_owned(),
            project: "acme-production".to_owned(),
            subscription: "1b4e28ba".to_owned(),
            resource_group: " rg-acme ".to_owned(),
            ..Typed::default()
        };
        let mut asks = |kind: &str, cloud: &str| {
            kind.clone_into(&mut typed.kind);
            cloud.clone_into(&mut typed.cloud);
            let Connecting { provider, account, group, .. } = wanted(&typed, false);
            [provider, account, group]
        };
        assert_eq!(asks(model::EKS, model::AWS), ["aws", "123456789012", ""]);
        assert_eq!(asks(model::GKE, model::AWS), ["gcp", "acme-production", ""]);
        assert_eq!(asks(model::AKS, model::AWS), ["azure", "1b4e28ba", "rg-acme"]);
        assert_eq!(asks(model::SELF_HOSTED, model::GCP), ["gcp", "acme-production", ""]);
    }
}
