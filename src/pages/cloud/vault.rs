//! The vault: cloud keys of self-hosted clusters, stored, overwritten and removed. What is stored cannot be read back.

use std::{collections::BTreeMap, sync::Arc};

use astro_api::{
    Secret,
    catalog::{self, ProviderId},
    cloud::{self, SelfHostedConnectRequest, VaultStatus},
    clusters::{self, Cluster},
};
use leptos::{html, prelude::*};

use super::join::is_self_hosted;
use crate::{
    components::{ShowAs, copy_action, roles, rules, words},
    routes,
    store::{Query, Tone, mutation, query, use_store},
    ui::{
        Action, Banner, Button, CheckField, Column, ComboField, Confirm, Dash, DataTable, Draft, EmptyState, Features,
        Field, FileField, FormPanel, Look, Mark, SecretField, SegmentsField, State, TextField, Tone as Meaning, Value,
        confirm::Confirming, field::TextFile, format, maybe, reactive, table::Card, titled_link,
    },
};

const ACCESS_KEY: &str = "AWS_ACCESS_KEY_ID";
const SECRET_KEY: &str = "AWS_SECRET_ACCESS_KEY";
/// The name below which the key of a service account is stored.
const SERVICE_ACCOUNT: &str = "GOOGLE_CREDENTIALS";

/// A cluster whose keys the vault may hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Held {
    cluster: String,
    provider: String,
    account: Option<String>,
    region: Option<String>,
    exists: bool,
}

/// The panel that stores keys, and what is known of the vault.
#[derive(Clone, Copy)]
pub struct Keys {
    open: RwSignal<bool>,
    wanted: RwSignal<Held>,
    /// What the vault holds, by cluster, as far as it was asked.
    known: RwSignal<BTreeMap<String, Arc<VaultStatus>>>,
    /// Clusters that do not exist yet, and whose keys were stored here.
    extra: RwSignal<Vec<Held>>,
    blocked: Signal<Option<String>>,
}

impl Default for Keys {
    fn default() -> Self {
        Self::new()
    }
}

impl Keys {
    /// A panel that is closed.
    pub fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            wanted: RwSignal::new(Held::default()),
            known: RwSignal::new(BTreeMap::new()),
            extra: RwSignal::new(Vec::new()),
            blocked: roles::why_not("storeSelfHostedCredentials"),
        }
    }

    /// Opens it for no cluster in particular.
    pub fn store(self, cluster: Option<&Cluster>) {
        self.open_for(cluster.map(held).unwrap_or_default());
    }

    /// Opens it for a cluster that is about to be created; empty texts are not known yet.
    pub fn store_for(self, cluster: String, provider: String, account: String, region: String) {
        let filled = |text: String| Some(text).filter(|text| !text.is_empty());
        self.open_for(Held { cluster, provider, account: filled(account), region: filled(region), exists: false });
    }

    fn open_for(self, held: Held) {
        self.wanted.set(held);
        self.open.set(true);
    }

    /// The panel.
    pub fn panel(self) -> AnyView {
        panel(self)
    }
}

fn held(cluster: &Cluster) -> Held {
    Held {
        cluster: cluster.cluster_name.clone(),
        provider: cluster.provider.clone(),
        account: cluster.account_id.clone().filter(|account| !account.is_empty()),
        region: cluster.region.clone().filter(|region| !region.is_empty()),
        exists: true,
    }
}

/// The self-hosted clusters, and what the vault holds of each.
pub fn face(organization: String, clusters: Query<Vec<Cluster>>, keys: Keys) -> AnyView {
    let rows = clusters.load().map(move |clusters: &Vec<Cluster>| {
        let mut rows: Vec<Held> = clusters.iter().filter(|cluster| is_self_hosted(cluster)).map(held).collect();
        keys.extra.with(|extra| {
            for one in extra {
                if !rows.iter().any(|row| row.cluster == one.cluster) {
                    rows.push(one.clone());
                }
            }
        });
        rows
    });
    let store_button = move || {
        view! {
            <Button label="Store keys" icon="lock" disabled_reason=keys.blocked on_press=move |()| keys.store(None)/>
        }
        .into_any()
    };
    view! {
        <div class="cloud__note row row--top">
            <p class="muted">
                "Self-hosted clusters are made with access keys of your account and a bucket for their state. The vault keeps the keys encrypted; they can be overwritten and removed, and never be read back."
            </p>
            <span class="push">{store_button()}</span>
        </div>
        <DataTable
            label="Self-hosted keys"
            load=rows
            columns=columns(organization.clone(), keys)
            features=features(organization, keys)
            empty=move || {
                view! {
                    <EmptyState
                        icon="lock"
                        title="No self-hosted clusters"
                        text="Keys are stored before the cluster is made. astroctl cloud aws selfHosted setup makes the bucket and the keys; store here what it prints."
                    >
                        {store_button()}
                    </EmptyState>
                }
                .into_any()
            }
            retry=move |()| clusters.refetch()
        />
    }
    .into_any()
}

fn features(organization: String, keys: Keys) -> Features<Held> {
    let remover = Remover::new(keys);
    Features::new("cluster", "clusters", |it: &Held| it.cluster.clone()).search("Filter by cluster or account").actions(
        move |it: &Held| {
            let blocked = keys.blocked.get();
            let is_stored = keys.known.with(|known| known.get(&it.cluster).map(|status| status.stored));
            let row = it.clone();
            let label = if is_stored == Some(true) { "Overwrite keys" } else { "Store keys" };
            let mut actions =
                vec![Action::run(label, "lock", move || keys.open_for(row.clone())).unless(blocked.clone())];
            if it.exists {
                let href = routes::cluster(&organization, &it.cluster).href();
                actions.push(Action::link("Open cluster", "arrow-right", href));
            }
            actions.push(copy_action("Copy name", it.cluster.clone()));
            let (name, exists) = (it.cluster.clone(), it.exists);
            let nothing = (is_stored == Some(false)).then(|| "The vault holds none.".to_owned());
            actions.push(
                Action::run("Remove keys", "trash-2", move || remover.ask(&name, exists))
                    .unless(blocked.or(nothing))
                    .danger(),
            );
            actions
        },
    )
}

/// Removes keys, after asking.
#[derive(Clone, Copy)]
struct Remover {
    confirming: Option<Confirming>,
    keys: Keys,
    remove: crate::store::Mutation<String, serde_json::Map<String, serde_json::Value>>,
}

impl Remover {
    fn new(keys: Keys) -> Self {
        let remove = mutation(|cluster: &String| cloud::delete_self_hosted(cluster));
        Self { confirming: use_context(), keys, remove }
    }

    fn ask(self, cluster: &str, exists: bool) {
        let Some(confirming) = self.confirming else { return };
        let toasts = use_store().toasts;
        let name = cluster.to_owned();
        confirming.ask(question(cluster, exists), move || {
            let name = name.clone();
            async move {
                self.remove.outcome(name.clone()).await?;
                self.keys.extra.try_update(|extra| extra.retain(|held| held.cluster != name));
                toasts.push(Tone::Good, format!("The vault holds no keys of {name} any more."));
                Ok(())
            }
        });
    }
}

/// What is asked before keys are removed.
fn question(cluster: &str, exists: bool) -> Confirm {
    let text =
        "They leave the vault for good. The keys themselves go on working until you delete them at the provider.";
    let question =
        Confirm::new(format!("Remove the keys of {cluster}"), text, "Remove keys").keep("Keep keys").danger();
    if exists {
        question
            .consequence("server", "The cluster", "runs on. The platform can no longer update, scale or delete it.")
            .typed(cluster.to_owned())
    } else {
        question.consequence("server", "A cluster of this name", "cannot be made until keys are stored again.")
    }
}

fn columns(organization: String, keys: Keys) -> Vec<Column<Held>> {
    vec![
        Column::new("Cluster", move |it: &Held| {
            let name = it.cluster.clone();
            if it.exists {
                let href = routes::cluster(&organization, &name).href();
                titled_link(href, it.cluster.clone()).into_any()
            } else {
                view! { <span title=name.clone()>{name.clone()}</span> }.into_any()
            }
        })
        .value(|it| it.cluster.clone())
        .names(),
        Column::new("Vault", move |it: &Held| state(it.cluster.clone(), keys)).width(180).card(Card::Side),
        Column::new("Keys", move |it: &Held| {
            let names = of(keys, &it.cluster, |status| status.keys.clone().unwrap_or_default().join(", "));
            or_dash(names)
        }),
        Column::new("Bucket", move |it: &Held| {
            or_dash(of(keys, &it.cluster, |status| status.bucket_name.clone().unwrap_or_default()))
        })
        .card(Card::Hidden),
        Column::new("Provider", |it: &Held| {
            let region = it.region.clone();
            view! {
                {words::provider(&it.provider)}
                {maybe(region.map(|region| view! { <span class="muted">" " {region}</span> }.into_any()))}
                {maybe((!it.exists).then(|| view! { <span class="muted">", no cluster yet"</span> }.into_any()))}
            }
            .into_any()
        })
        .value(|it| words::provider(&it.provider))
        .card(Card::Note),
        Column::new("Account", |it: &Held| match &it.account {
            Some(account) => view! { <code>{account.clone()}</code> }.into_any(),
            None => view! { <Dash/> }.into_any(),
        })
        .value(|it| Value::text(it.account.clone()))
        .searched()
        .card(Card::NoteSide),
    ]
}

/// A part of what the vault says of a cluster, which follows.
fn of(
    keys: Keys,
    cluster: &str,
    read: impl Fn(&VaultStatus) -> String + Send + Sync + 'static,
) -> Signal<Option<String>> {
    let cluster = cluster.to_owned();
    Signal::derive(move || {
        keys.known.with(|known| known.get(&cluster).map(|status| read(status)).filter(|text| !text.is_empty()))
    })
}

fn or_dash(text: Signal<Option<String>>) -> AnyView {
    reactive(move || match text.get() {
        Some(text) => {
            view! { <span class="truncate block" title=text.clone()><code>{text.clone()}</code></span> }.into_any()
        }
        None => view! { <Dash/> }.into_any(),
    })
}

/// Whether the vault holds keys of a cluster. It is asked for the rows that are drawn.
fn state(cluster: String, keys: Keys) -> AnyView {
    let asked = cluster.clone();
    let query = query(move || keys.blocked.with(Option::is_none).then(|| cloud::self_hosted_status(&asked)));
    let load = query.load();
    Effect::new(move |_| {
        if let Some(status) = load.with(|load| load.value().map(Arc::clone)) {
            keys.known.update(|known| {
                known.insert(cluster.clone(), status);
            });
        }
    });
    reactive(move || {
        if keys.blocked.with(Option::is_some) {
            return view! { <State mark=Mark::new(Meaning::Idle, "Not for your role")/> }.into_any();
        }
        load.with(|load| match (load.value(), load.failure()) {
            (Some(status), _) if status.stored => view! { <State mark=Mark::new(Meaning::Good, "Stored")/> }.into_any(),
            (Some(_), _) => view! { <State mark=Mark::new(Meaning::Warn, "No keys")/> }.into_any(),
            (None, Some(failure)) => {
                let title = failure.title;
                view! { <span title=title><State mark=Mark::new(Meaning::Idle, "Not known")/></span> }.into_any()
            }
            (None, None) => view! { <crate::ui::Bar/> }.into_any(),
        })
    })
}

/// What is wrong with the key file of a service account.
fn service_account(text: &str) -> Option<String> {
    let Ok(key) = serde_json::from_str::<serde_json::Value>(text) else {
        return Some("This is no JSON. Google offers the key of a service account as a JSON file.".to_owned());
    };
    let has = |name: &str| key.get(name).and_then(serde_json::Value::as_str).is_some_and(|text| !text.is_empty());
    if key.get("type").and_then(serde_json::Value::as_str) != Some("service_account") {
        return Some("This is no key of a service account: its type is another.".to_owned());
    }
    (!has("private_key") || !has("client_email"))
        .then(|| "The key lacks private_key or client_email. Download it again.".to_owned())
}

/// What is typed, but for the keys.
#[derive(Clone, Copy)]
struct Form {
    draft: Draft,
    cluster: RwSignal<String>,
    provider: RwSignal<String>,
    account: RwSignal<String>,
    bucket: RwSignal<String>,
    region: RwSignal<String>,
    overwrite: RwSignal<bool>,
    access: NodeRef<html::Input>,
    secret: NodeRef<html::Input>,
    file: RwSignal<Option<TextFile>>,
}

impl Form {
    fn new(keys: Keys) -> Self {
        let draft = Draft::new();
        let wanted = keys.wanted;
        let follows = |of: fn(Held) -> String| draft.follows(String::new(), move || Some(of(wanted.get())));
        Self {
            draft,
            cluster: follows(|it| it.cluster),
            provider: draft.follows("aws".to_owned(), move || {
                Some(wanted.with(|it| if it.provider == "gcp" { "gcp" } else { "aws" }.to_owned()))
            }),
            account: follows(|it| it.account.unwrap_or_default()),
            bucket: draft.part(String::new()),
            region: follows(|it| it.region.unwrap_or_default()),
            overwrite: draft.part(false),
            access: NodeRef::new(),
            secret: NodeRef::new(),
            file: RwSignal::new(None),
        }
    }

    fn is_gcp(self) -> bool {
        self.provider.with(|provider| provider == "gcp")
    }

    /// The body with these keys; none while what it needs is not there.
    fn body(self, credentials: BTreeMap<String, Secret<String>>) -> Option<SelfHostedConnectRequest> {
        let filled =
            |signal: RwSignal<String>| signal.with(|text| Some(text.trim().to_owned()).filter(|text| !text.is_empty()));
        Some(SelfHostedConnectRequest {
            account_id: filled(self.account)?,
            bucket_name: filled(self.bucket)?,
            cluster_name: filled(self.cluster)?,
            credentials,
            force_update: self.overwrite.get().then_some(true),
            provider: ProviderId::from(self.provider.get().as_str()),
            region: filled(self.region)?,
        })
    }

    /// The keys that are typed, read from the fields that hold them.
    fn keys(self) -> BTreeMap<String, Secret<String>> {
        let text = |input: NodeRef<html::Input>| {
            Secret::new(input.get_untracked().map(|input| input.value().trim().to_owned()).unwrap_or_default())
        };
        if untrack(|| self.is_gcp()) {
            let file = self.file.with_untracked(|file| file.as_ref().map(|file| file.text.clone()));
            return BTreeMap::from([(SERVICE_ACCOUNT.to_owned(), Secret::new(file.unwrap_or_default()))]);
        }
        BTreeMap::from([(ACCESS_KEY.to_owned(), text(self.access)), (SECRET_KEY.to_owned(), text(self.secret))])
    }

    /// What stands for the keys where the request is shown.
    fn names(self) -> BTreeMap<String, Secret<String>> {
        let names: &[&str] = if self.is_gcp() { &[SERVICE_ACCOUNT] } else { &[ACCESS_KEY, SECRET_KEY] };
        names.iter().map(|name| ((*name).to_owned(), Secret::from("hidden"))).collect()
    }

    /// Forgets the keys.
    fn empty(self) {
        for input in [self.access, self.secret] {
            if let Some(input) = input.get_untracked() {
                input.set_value("");
            }
        }
        self.file.set(None);
    }
}

fn panel(keys: Keys) -> AnyView {
    let store = use_store();
    let form = Form::new(keys);
    let open = keys.open;
    // The body is no `Clone`, so that no copy of a key is left behind.
    let send = mutation(cloud::store_self_hosted);
    let name = Memo::new(move |_| {
        let name = form.cluster.with(|name| name.trim().to_owned());
        (!name.is_empty() && name.len() <= 50 && rules::name(&name).is_none()).then_some(name)
    });
    let status = query(move || {
        let may = open.get() && keys.blocked.with(Option::is_none);
        name.get().filter(|_| may).map(|name| cloud::self_hosted_status(&name))
    });
    let status = status.load();
    let stored = Memo::new(move |_| status.with(|load| load.value().filter(|it| it.stored).map(|it| (**it).clone())));
    let is_stored = Memo::new(move |_| stored.with(Option::is_some));
    // The name is typed, so it may be that of any cluster.
    let all = query(move || open.get().then(|| clusters::list(None)));
    let all = all.load();
    Effect::new(move |_| {
        if open.get() {
            send.reset();
        } else {
            form.empty();
        }
    });
    let submit = move |()| {
        let Some(body) = untrack(|| form.body(form.keys())) else { return };
        let held = Held {
            cluster: body.cluster_name.clone(),
            provider: body.provider.as_str().to_owned(),
            account: Some(body.account_id.clone()),
            region: Some(body.region.clone()),
            exists: false,
        };
        send.run_then(body, move |_| {
            store.toasts.push(Tone::Good, format!("The vault holds the keys of {}.", held.cluster));
            keys.extra.update(|extra| {
                extra.retain(|one| one.cluster != held.cluster);
                extra.push(held);
            });
            form.empty();
            form.draft.reset();
            send.reset();
            open.set(false);
        });
    };
    let remover = Remover::new(keys);
    let remove = move |()| {
        let Some(name) = name.get_untracked() else { return };
        // As long as nobody knows, it may run.
        let exists = all.get_untracked().value().is_none_or(|all| all.iter().any(|it| it.cluster_name == name));
        // What was typed is of this cluster: the next one that the panel opens for must not find it.
        form.draft.reset();
        open.set(false);
        remover.ask(&name, exists);
    };
    let label = Signal::derive(move || if is_stored.get() { "Overwrite keys" } else { "Store keys" }.to_owned());
    let title = Signal::derive(move || {
        keys.wanted.with(|it| match it.cluster.as_str() {
            "" => "Keys of a self-hosted cluster".to_owned(),
            name => format!("Keys of {name}"),
        })
    });
    let standing = move || {
        stored.with(|stored| {
            let Some(status) = stored else { return ().into_any() };
            let names = status.keys.clone().unwrap_or_default().join(", ");
            let at = words::time(status.updated_at.as_ref().or(status.created_at.as_ref()));
            let at = at.and_then(|at| format::parse(&at)).map(|at| format!(" since {}", format::local(at)));
            let text =
                format!("{names}{}. What is stored cannot be read, only replaced or removed.", at.unwrap_or_default());
            view! {
                <Banner title="The vault holds keys of this cluster already" text=Some(text) tone=Meaning::Warn>
                    <Button label="Remove keys" look=Look::Danger small=true on_press=remove/>
                </Banner>
                <CheckField
                    field=Field::new("forceUpdate", "Overwrite the stored keys")
                        .needed("Check this to overwrite what is stored.")
                    value=form.overwrite
                />
            }
            .into_any()
        })
    };
    view! {
        <FormPanel
            open=open
            title=title
            draft=form.draft
            pending=send.pending()
            error=send.error()
            on_submit=submit
            submit=label
            blocked=keys.blocked
        >
            {fields(form, keys)}
            {reactive(standing)}
            <ShowAs
                call=Signal::derive(move || {
                    form.body(form.names()).map(|body| cloud::store_self_hosted(&body).call().clone())
                })
                id="show-vault"
            />
        </FormPanel>
    }
    .into_any()
}

fn fields(form: Form, keys: Keys) -> AnyView {
    let wanted = keys.wanted.get_untracked();
    let cluster = Field::new("clusterName", "Cluster")
        .hint("The cluster that will be, or is, made with these keys.".to_owned())
        .check(move || form.cluster.with(|name| rules::name(name.trim())));
    let cluster = if wanted.cluster.is_empty() { cluster } else { cluster.fixed("as chosen") };
    let regions = query(move || {
        let provider = form.provider.get();
        keys.open.get().then(|| catalog::regions(&provider))
    });
    let known = regions.load();
    let unknown = move || form.provider.with(|provider| rules::region(form.region, known, provider));
    let regions = known.map(|list: &Vec<catalog::Region>| {
        let choice = |it: &catalog::Region| crate::ui::Choice::new(it.id.clone(), it.id.clone()).note(it.name.clone());
        list.iter().map(choice).collect::<Vec<_>>()
    });
    let providers = || ["aws", "gcp"].map(|id| crate::ui::Choice::new(id, words::provider(id))).to_vec();
    let is_gcp = Memo::new(move |_| form.is_gcp());
    let of_provider = move || {
        if is_gcp.get() {
            view! {
                <TextField
                    field=Field::new("accountId", "Project ID")
                        .check(move || form.account.with(|text| rules::project_id(text.trim())))
                    value=form.account
                    placeholder="acme-data-prod"
                    mono=true
                />
                <FileField
                    field=Field::new(format!("credentials.{SERVICE_ACCOUNT}"), "Key of the service account")
                        .hint("The JSON file that Google gave. It leaves this page when it is sent, and the page forgets it.".to_owned())
                        .check(move || {
                            form.file.with(|file| file.as_ref().and_then(|file| service_account(&file.text)))
                        })
                    value=form.file
                    accept=".json"
                    what="a key file"
                    limit=32_768
                />
            }
            .into_any()
        } else {
            view! {
                <TextField
                    field=Field::new("accountId", "Account")
                        .check(move || form.account.with(|text| rules::aws_account(text.trim())))
                    value=form.account
                    placeholder="123456789012"
                    mono=true
                />
                <SecretField
                    field=Field::new(format!("credentials.{ACCESS_KEY}"), "Access key ID")
                    input=form.access
                />
                <SecretField
                    field=Field::new(format!("credentials.{SECRET_KEY}"), "Secret access key")
                        .hint("As the setup printed it. No copy stays in the browser.".to_owned())
                    input=form.secret
                />
            }
            .into_any()
        }
    };
    view! {
        <TextField field=cluster value=form.cluster limit=50 placeholder="edge-lab" mono=true/>
        <SegmentsField field=Field::new("provider", "Provider") value=form.provider choices=Signal::stored(providers())/>
        <ComboField
            field=Field::new("region", "Region").check(unknown)
            value=form.region
            choices=regions
            free=true
            placeholder="Choose a region"
        />
        <TextField
            field=Field::new("bucketName", "Bucket")
                .hint("Where the cluster's state lies, as the setup printed it.".to_owned())
                .check(move || form.bucket.with(|text| rules::bucket(text.trim())))
            value=form.bucket
            limit=63
            mono=true
        />
        {reactive(of_provider)}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_is_known_by_what_it_holds() {
        let good = r#"{"type":"service_account","private_key":"x","client_email":"a@b"}"#;
        assert_eq!(service_account(good), None);
        for text in ["", "key", "[]", r#"{"type":"authorized_user"}"#, r#"{"type":"service_account","private_key":""}"#]
        {
            assert!(service_account(text).is_some(), "{text}");
        }
    }

    #[test]
    fn removing_keys_of_a_cluster_that_runs_takes_its_name() {
        assert_ne!(question("edge-lab", true), question("edge-lab", false));
    }
}
