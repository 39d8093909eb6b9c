//! Connecting a cloud account for one cluster: what is asked, what is then to be done at the provider, and how it ends.
//!
//! The trust is made once for each cluster, and before it is made: a cluster whose account is not connected cannot be
//! created.

use std::sync::Arc;

use astro_api::{
    Request, catalog,
    catalog::ProviderId,
    cloud::{
        self, AccessLevel, AwsConnectRequest, AzureConnectRequest, CloudConnectResult, CloudConnectStatus,
        ConnectStatus, GcpConnectRequest,
    },
    clusters,
    duration::GoDuration,
};
use leptos::prelude::*;

use super::{ShowAs, connection, roles, rules, words};
use crate::{
    store::{Mutation, Started, mutation, query, use_store},
    ui::{
        Banner, Button, ButtonLink, CardsField, Choice, Code, ComboField, Draft, DurationField, Field, FormPanel, Look,
        RadioField, SidePanel, SwitchField, TextField, Time, Tone, code::Language, field::Span, maybe, reactive,
        time::Now,
    },
};

/// What is known of a connection before it is asked for; empty where nothing is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connecting {
    /// The provider by its id: `aws`, `gcp`, `azure`. Known, it cannot be chosen any more.
    pub provider: String,
    /// The cluster by its name. Known, it cannot be changed.
    pub cluster: String,
    /// The region.
    pub region: String,
    /// AWS account, GCP project or Azure subscription.
    pub account: String,
    /// The Azure resource group.
    pub group: String,
    /// Whether there is a connection already, which is to be made anew.
    pub renew: bool,
}

/// What is sent.
#[derive(Clone, PartialEq)]
enum Connect {
    Aws(AwsConnectRequest),
    Gcp(GcpConnectRequest),
    Azure(AzureConnectRequest),
}

impl Connect {
    fn request(&self) -> Request<CloudConnectResult> {
        match self {
            Self::Aws(body) => cloud::connect_aws(body),
            Self::Gcp(body) => cloud::connect_gcp(body),
            Self::Azure(body) => cloud::connect_azure(body),
        }
    }

    /// The account and the access level that it asks for; empty where it names none.
    fn asked(&self) -> (String, String) {
        let (account, level) = match self {
            Self::Aws(body) => (&body.destination_account_id, body.level.as_ref()),
            Self::Gcp(body) => (&body.target_project_id, body.level.as_ref()),
            Self::Azure(body) => (&body.subscription_id, None),
        };
        (account.clone().unwrap_or_default(), level.map(|level| level.as_str().to_owned()).unwrap_or_default())
    }

    const fn operation(provider: &str) -> &'static str {
        match provider.as_bytes() {
            b"gcp" => "connectGcp",
            b"azure" => "connectAzure",
            _ => "connectAws",
        }
    }
}

/// What is typed.
#[derive(Clone, Copy)]
struct Form {
    draft: Draft,
    provider: RwSignal<String>,
    cluster: RwSignal<String>,
    account: RwSignal<String>,
    number: RwSignal<String>,
    group: RwSignal<String>,
    region: RwSignal<String>,
    level: RwSignal<String>,
    duration: RwSignal<String>,
    force: RwSignal<bool>,
    wanted: Signal<Connecting>,
}

impl Form {
    fn new(wanted: Signal<Connecting>) -> Self {
        let draft = Draft::new();
        let follows = |of: fn(Connecting) -> String| draft.follows(String::new(), move || Some(of(wanted.get())));
        Self {
            draft,
            provider: draft.follows("aws".to_owned(), move || {
                Some(wanted.with(|it| if it.provider.is_empty() { "aws".to_owned() } else { it.provider.clone() }))
            }),
            cluster: follows(|it| it.cluster),
            account: follows(|it| it.account),
            number: draft.part(String::new()),
            group: follows(|it| it.group),
            region: follows(|it| it.region),
            level: draft.part(AccessLevel::Manage.as_str().to_owned()),
            duration: draft.part(String::new()),
            force: draft.follows(false, move || Some(wanted.with(|it| it.renew))),
            wanted,
        }
    }

    fn provider(self) -> ProviderId {
        self.provider.with(|provider| ProviderId::from(provider.as_str()))
    }

    /// What would be sent now; nothing while the cluster has no name.
    fn body(self) -> Option<Connect> {
        let filled =
            |signal: RwSignal<String>| signal.with(|text| Some(text.trim().to_owned()).filter(|text| !text.is_empty()));
        let cluster_name = filled(self.cluster)?;
        let (account, target_region) = (filled(self.account), filled(self.region));
        let duration = filled(self.duration).and_then(|text| Span::parse(&text)).map(Span::nanoseconds);
        let duration = duration.map(GoDuration::from_nanos);
        let force_update = self.force.get().then_some(true);
        let level = filled(self.level).map(|level| AccessLevel::from(level.as_str()));
        Some(match self.provider() {
            ProviderId::Gcp => Connect::Gcp(GcpConnectRequest {
                cluster_name,
                duration,
                force_update,
                level,
                target_project_id: account,
                target_project_number: filled(self.number),
                target_region,
            }),
            ProviderId::Azure => Connect::Azure(AzureConnectRequest {
                cluster_name,
                duration,
                force_update,
                resource_group: filled(self.group),
                subscription_id: account,
                target_region,
            }),
            _ => Connect::Aws(AwsConnectRequest {
                cluster_name,
                destination_account_id: account,
                duration,
                force_update,
                level,
                target_region,
            }),
        })
    }
}

/// An address of the platform's answer that a link may lead to: `https`, `http`, or a path of the platform itself.
fn address(text: &str) -> Option<String> {
    let is_path = text.starts_with('/') && !text.starts_with("//");
    if is_path {
        return window().location().origin().ok().map(|origin| origin + text);
    }
    (text.starts_with("https://") || text.starts_with("http://")).then(|| text.to_owned())
}

/// A panel that connects a cloud account for a cluster, and another that says what is to be done and follows it.
///
/// Put it beside a form, not into it. Every connection that it starts is remembered in this browser.
#[component]
pub fn CloudConnect(
    /// Whether the form is open.
    open: RwSignal<bool>,
    /// The organization by its name.
    #[prop(into)]
    organization: String,
    /// What is known already. It is read anew whenever the form opens untouched.
    #[prop(optional, into)]
    wanted: Signal<Connecting>,
    /// Is told of a connection that has ended well.
    #[prop(optional, into)]
    on_connected: Option<Callback<Arc<CloudConnectStatus>>>,
) -> AnyView {
    let store = use_store();
    let form = Form::new(wanted);
    let send = mutation(Connect::request);
    let result = RwSignal::new(None::<Arc<CloudConnectResult>>);
    let setup = RwSignal::new(false);
    let submit = move |()| {
        let Some(body) = untrack(|| form.body()) else { return };
        let organization = organization.clone();
        let (account, level) = body.asked();
        send.run_then(body, move |answer| {
            store.preferences.remember_connection(Started {
                organization,
                operation: answer.operation_id.clone(),
                provider: answer.provider.as_str().to_owned(),
                cluster: answer
                    .cluster_name
                    .clone()
                    .unwrap_or_else(|| form.cluster.with_untracked(|name| name.trim().to_owned())),
                at: Now::get_untracked(),
                account,
                level,
            });
            send.reset();
            form.draft.reset();
            open.set(false);
            result.set(Some(answer));
            setup.set(true);
        });
    };
    // A form that was left with an error begins anew.
    Effect::new(move |_| {
        if open.get() {
            send.reset();
        }
    });
    let title = Signal::derive(move || {
        wanted.with(|it| match (it.cluster.as_str(), it.renew) {
            ("", _) => "Connect a cloud account".to_owned(),
            (cluster, false) => format!("Connect an account for {cluster}"),
            (cluster, true) => format!("Connect {cluster} anew"),
        })
    });
    let role = store.session.role();
    let blocked = Signal::derive(move || {
        let operation = form.provider.with(|provider| Connect::operation(provider));
        roles::refused(operation, role.get().as_ref())
    });
    view! {
        <FormPanel
            open=open
            title=title
            draft=form.draft
            pending=send.pending()
            error=send.error()
            on_submit=submit
            submit="Start connection".to_owned()
            blocked=blocked
        >
            {fields(form, open, send)}
        </FormPanel>
        {setup_panel(setup, result, on_connected)}
    }
    .into_any()
}

fn providers(known: &str) -> Vec<Choice> {
    let all = [
        ("aws", "AWS", "An IAM role by CloudFormation. For EKS."),
        ("gcp", "Google Cloud", "Workload identity by a script. For GKE."),
        ("azure", "Azure", "A federated application by a script. For AKS."),
    ];
    let fits = |id: &str| known.is_empty() || known == id;
    let all = all.into_iter().filter(|(id, ..)| fits(id));
    all.map(|(id, name, note)| Choice::new(id, name).note(note)).collect()
}

fn levels() -> Vec<Choice> {
    vec![
        Choice::new(AccessLevel::Manage.as_str(), "Manage")
            .note("Creates, changes and deletes what belongs to this cluster. Needed to create, scale, upgrade or delete it.")
            .badge("Default"),
        Choice::new(AccessLevel::Read.as_str(), "Read")
            .note("Looks, and changes nothing. The least that works: enough for a cluster that only registers its agent."),
    ]
}

fn fields(form: Form, open: RwSignal<bool>, send: Mutation<Connect, CloudConnectResult>) -> AnyView {
    let wanted = form.wanted.get_untracked();
    let all = query(move || open.get().then(|| clusters::list(None)));
    let clusters = all.load();
    // What the platform would find out itself.
    let detected = Memo::new(move |_| {
        let name = form.cluster.with(|name| name.trim().to_owned());
        clusters.with(|load| {
            let account = load.value()?.iter().find(|it| it.cluster_name == name)?.account_id.clone()?;
            Some(account).filter(|account| !account.is_empty())
        })
    });
    let regions = query(move || {
        let provider = form.provider.get();
        open.get().then(|| catalog::regions(&provider))
    });
    let known = regions.load();
    let unknown = move || form.provider.with(|provider| rules::region(form.region, known, provider));
    let regions = known.map(|list: &Vec<catalog::Region>| {
        list.iter().map(|it| Choice::new(it.id.clone(), it.id.clone()).note(it.name.clone())).collect::<Vec<_>>()
    });
    let cluster = Field::new("clusterName", "Cluster")
        .hint("The cluster that the account is connected for. It need not exist yet.".to_owned())
        .check(move || form.cluster.with(|name| rules::name(name.trim())));
    let cluster = if wanted.cluster.is_empty() { cluster } else { cluster.fixed("as chosen") };
    let provider = move || {
        let choices = providers(&wanted.provider);
        view! {
            <CardsField field=Field::new("provider", "Provider") value=form.provider choices=Signal::stored(choices)/>
        }
        .into_any()
    };
    let of_provider = Memo::new(move |_| form.provider());
    let is_azure = Memo::new(move |_| of_provider.get() == ProviderId::Azure);
    let warning = reactive(move || {
        maybe(form.force.get().then(|| {
            view! {
                <Banner
                    title="What was changed by hand in the account is overwritten"
                    text=Some(
                        "Roles and policies of an earlier connection are replaced, and nothing checks whether they exist. Work that runs with them may fail until the new ones are verified."
                            .to_owned(),
                    )
                    tone=Tone::Warn
                />
            }
            .into_any()
        }))
    });
    let exists = reactive(move || {
        let is_there = send.error().with(|error| error.as_ref().is_some_and(|error| error.status == Some(409)));
        maybe((is_there && !form.force.get()).then(|| {
            view! { <div><Button label="Turn on renewal" small=true on_press=move |()| form.force.set(true)/></div> }
                .into_any()
        }))
    });
    view! {
        {exists}
        <p class="muted">
            "The account trusts the platform for this one cluster. You allow it at the provider; no key of yours is handed over."
        </p>
        {provider()}
        <TextField field=cluster value=form.cluster limit=50 placeholder="prod-eu" mono=true/>
        {reactive(move || account_fields(form, &of_provider.get(), detected))}
        {reactive(move || {
            maybe((!is_azure.get()).then(|| {
                view! {
                    <RadioField field=Field::new("level", "Access level") value=form.level choices=Signal::stored(levels())/>
                }
                .into_any()
            }))
        })}
        <ComboField
            field=Field::new("targetRegion", "Region").optional().hint("Detected when it is empty.".to_owned()).check(unknown)
            value=form.region
            choices=regions
            free=true
            placeholder="Choose a region"
        />
        <DurationField
            field=Field::new("duration", "Credentials live for")
                .optional()
                .hint("How long credentials that the platform takes are good for. The platform's own length when it is empty.".to_owned())
            value=form.duration
            presets=&["1h", "4h", "12h"]
            least=Span(1)
            most=rules::LONGEST
            units="hm"
        />
        <SwitchField
            field=Field::new("forceUpdate", "Renew what exists")
                .hint("Skips the checks for an earlier connection and replaces it.".to_owned())
            value=form.force
        />
        {warning}
        <ShowAs call=Signal::derive(move || form.body().map(|body| body.request().call().clone())) id="show-connect"/>
    }
    .into_any()
}

fn account_fields(form: Form, provider: &ProviderId, detected: Memo<Option<String>>) -> AnyView {
    let (name, label, check): (_, _, fn(&str) -> Option<String>) = match provider {
        ProviderId::Gcp => ("targetProjectId", "Project ID", rules::project_id),
        ProviderId::Azure => ("subscriptionId", "Subscription", rules::subscription),
        _ => ("destinationAccountId", "Account", rules::aws_account),
    };
    let (hint, placeholder) = match provider {
        ProviderId::Gcp => ("The project's ID, not its name.", "acme-data-prod"),
        ProviderId::Azure => ("The subscription's ID.", "12345678-1234-1234-1234-123456789abc"),
        _ => ("12 digits, without hyphens.", "123456789012"),
    };
    // Where the platform knows the account, it need not be told.
    let account = reactive(move || {
        let field = Field::new(name, label).check(move || form.account.with(|text| check(text.trim())));
        let field = match detected.get() {
            Some(known) => field.optional().hint(format!("When it is empty: {known}, where the cluster is.")),
            None => field.hint(hint.to_owned()),
        };
        view! { <TextField field=field value=form.account placeholder=placeholder mono=true/> }.into_any()
    });
    let more = match provider {
        ProviderId::Gcp => Some(
            view! {
                <TextField
                    field=Field::new("targetProjectNumber", "Project number")
                        .hint("Google shows it beside the ID.".to_owned())
                        .check(move || form.number.with(|text| rules::project_number(text)))
                    value=form.number
                    placeholder="481516234200"
                    sort="numeric"
                    mono=true
                />
            }
            .into_any(),
        ),
        ProviderId::Azure => Some(
            view! {
                <TextField
                    field=Field::new("resourceGroup", "Resource group")
                        .hint("The platform works in this group alone. The script makes it if it is not there.".to_owned())
                        .check(move || form.group.with(|text| rules::resource_group(text.trim())))
                    value=form.group
                    placeholder="rg-acme-prod"
                    mono=true
                />
            }
            .into_any(),
        ),
        _ => None,
    };
    view! {
        {account}
        {maybe(more)}
    }
    .into_any()
}

/// What is to be done at the provider, and how it goes.
fn setup_panel(
    open: RwSignal<bool>,
    result: RwSignal<Option<Arc<CloudConnectResult>>>,
    on_connected: Option<Callback<Arc<CloudConnectStatus>>>,
) -> AnyView {
    let title = Signal::derive(move || {
        result.with(|result| {
            let Some(result) = result else { return String::new() };
            let provider = words::provider(result.provider.as_str());
            match &result.cluster_name {
                Some(cluster) => format!("Connect {provider} for {cluster}"),
                None => format!("Connect {provider}"),
            }
        })
    });
    let foot = move || view! { <Button label="Close" on_press=move |()| open.set(false)/> }.into_any();
    view! {
        <SidePanel open=open title=title foot=foot>
            {reactive(move || maybe(result.get().map(|result| setup(&result, on_connected))))}
        </SidePanel>
    }
    .into_any()
}

/// What the platform answered to a connection that was started.
pub fn setup(result: &CloudConnectResult, on_connected: Option<Callback<Arc<CloudConnectStatus>>>) -> AnyView {
    let followed =
        connection::follow(result.provider.as_str().to_owned(), result.operation_id.clone(), connection::OFTEN);
    let ended = Memo::new(move |_| followed.end().map(|status| status.status.clone()));
    Effect::new(move |_| {
        if ended.get() == Some(ConnectStatus::Completed)
            && let (Some(on_connected), Some(status)) = (on_connected, followed.end())
        {
            on_connected.run(status);
        }
    });
    let is_over = Memo::new(move |_| ended.with(Option::is_some));
    let (result, has_script) = (result.clone(), result.setup_script.is_some());
    let steps = move || {
        let instructions = result.instructions.clone().unwrap_or_default();
        let items = instructions.into_iter().map(|text| view! { <li>{text}</li> }.into_any()).collect_view();
        let open = match result.provider {
            ProviderId::Gcp => "Open Cloud Shell",
            ProviderId::Azure => "Open the setup page",
            _ => "Open CloudFormation",
        };
        // A script is what is to be run; the page is another way.
        let look = if has_script { Look::Plain } else { Look::Primary };
        let link = result.setup_url.as_deref().map(|url| match address(url) {
            Some(href) => view! { <div><ButtonLink href=href label=open look=look external=true/></div> }.into_any(),
            None => view! { <p><code>{url.to_owned()}</code></p> }.into_any(),
        });
        let template = result
            .template_url
            .clone()
            .map(|url| view! { <p class="muted">"Template: " <crate::ui::ExternalLink href=url/></p> }.into_any());
        let script = result.setup_script.clone().map(|script| {
            let file = result.script_file_name.clone().unwrap_or_else(|| "astro-setup.sh".to_owned());
            let run = format!("bash {file}\n");
            view! {
                <Code text=script label="Setup script" language=Language::Shell file=Signal::stored(file)/>
                <Code text=run label="How it is run" language=Language::Shell numbers=false/>
            }
            .into_any()
        });
        let until = words::time(result.expires_at.as_ref());
        let until = until.map(|at| view! { <p class="muted">"Expires " <Time at=Some(at)/> "."</p> }.into_any());
        view! {
            <section class="stack" aria-label="What to do">
                <h3>"What to do"</h3>
                <ol class="connection__steps">{items}</ol>
                {maybe(link)}
                {maybe(script)}
                {maybe(template)}
                {maybe(until)}
            </section>
        }
        .into_any()
    };
    view! {
        <div class="stack">
            {reactive(move || maybe((!is_over.get()).then(&steps)))}
            <section class="stack" aria-label="Status">
                <h3>"Status"</h3>
                {connection::standing(followed)}
            </section>
            {reactive(move || {
                maybe((!is_over.get()).then(|| {
                    view! {
                        <p class="muted">
                            "The platform notices by itself. You can close this: Cloud accounts goes on following it."
                        </p>
                    }
                    .into_any()
                }))
            })}
        </div>
    }
    .into_any()
}
