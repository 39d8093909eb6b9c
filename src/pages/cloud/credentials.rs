//! Temporary credentials of a connected account: asked for with a lifetime, shown once.

use astro_api::{
    Request,
    catalog::ProviderId,
    cloud::{self, AwsCredentialRequest, AzureCredentialQuery, GcpCredentialRequest, TemporaryCredentials},
    duration::GoDuration,
};
use leptos::prelude::*;

use crate::{
    components::{Reveal, Revealed, SecretForm, ShowAs, roles, rules, words},
    store::{mutation, shell},
    ui::{
        Code, Draft, DurationField, Field, FormPanel, TextField, code::Language, field::Span, format, maybe, reactive,
    },
};

/// Whose credentials are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// The cluster by its name.
    pub cluster: String,
    /// The provider by its id.
    pub provider: String,
}

/// What is sent: AWS and GCP take a body, Azure takes a query.
#[derive(Clone, PartialEq)]
enum Ask {
    Aws(AwsCredentialRequest),
    Gcp(GcpCredentialRequest),
    Azure(String, AzureCredentialQuery),
}

impl Ask {
    fn request(&self) -> Request<TemporaryCredentials> {
        match self {
            Self::Aws(body) => cloud::aws_credentials(body),
            Self::Gcp(body) => cloud::gcp_credentials(body),
            Self::Azure(cluster, query) => cloud::azure_credentials(cluster, query),
        }
    }
}

/// Why there are none for a provider; none where there are.
pub fn not_of(provider: &str) -> Option<String> {
    match ProviderId::from(provider) {
        ProviderId::Other(_) => {
            Some(format!("The platform gives no temporary credentials of {}.", words::provider(provider)))
        }
        _ => None,
    }
}

/// The panel that asks for them.
pub fn panel(open: RwSignal<bool>, target: RwSignal<Target>, reveal: Reveal) -> AnyView {
    let draft = Draft::new();
    let duration = draft.part("1h".to_owned());
    let account = draft.part(String::new());
    let group = draft.part(String::new());
    let region = draft.part(String::new());
    let ask = move || {
        let filled =
            |signal: RwSignal<String>| signal.with(|text| Some(text.trim().to_owned()).filter(|text| !text.is_empty()));
        let (account, target_region) = (filled(account), filled(region));
        let span = filled(duration).and_then(|text| Span::parse(&text));
        let nanos = span.map(|span| GoDuration::from_nanos(span.nanoseconds()));
        let Target { cluster: cluster_name, provider } = target.get();
        match ProviderId::from(provider.as_str()) {
            ProviderId::Gcp => Ask::Gcp(GcpCredentialRequest {
                cluster_name,
                duration: nanos,
                target_project_id: account,
                target_region,
            }),
            ProviderId::Azure => Ask::Azure(
                cluster_name,
                AzureCredentialQuery {
                    subscription_id: account,
                    resource_group: filled(group),
                    target_region,
                    // A query carries text: Go's own form.
                    duration: span.map(Span::go),
                },
            ),
            _ => Ask::Aws(AwsCredentialRequest {
                cluster_name,
                destination_account_id: account,
                duration: nanos,
                target_region,
            }),
        }
    };
    let send = mutation(Ask::request);
    let submit = move |()| {
        let target = target.get_untracked();
        send.run_then(untrack(ask), move |credentials| {
            open.set(false);
            show(reveal, &target, &credentials);
            // The answer holds them as well.
            send.reset();
            draft.reset();
        });
    };
    Effect::new(move |_| {
        if open.get() {
            send.reset();
        }
    });
    let fields = move || {
        let provider = ProviderId::from(target.get().provider.as_str());
        let (name, label, check): (_, _, fn(&str) -> Option<String>) = match provider {
            ProviderId::Gcp => ("targetProjectId", "Project ID", rules::project_id),
            ProviderId::Azure => ("subscriptionId", "Subscription", rules::subscription),
            _ => ("destinationAccountId", "Account", rules::aws_account),
        };
        let group = (provider == ProviderId::Azure).then(|| {
            let field = Field::new("resourceGroup", "Resource group")
                .optional()
                .check(move || group.with(|text| rules::resource_group(text.trim())));
            view! { <TextField field=field value=group mono=true/> }.into_any()
        });
        view! {
            <TextField
                field=Field::new(name, label)
                    .optional()
                    .hint("The connected one when it is empty.".to_owned())
                    .check(move || account.with(|text| check(text.trim())))
                value=account
                mono=true
            />
            {maybe(group)}
            <TextField
                field=Field::new("targetRegion", "Region").optional().hint("The cluster's when it is empty.".to_owned())
                value=region
                mono=true
            />
        }
        .into_any()
    };
    view! {
        <FormPanel
            open=open
            title=Signal::derive(move || target.with(|it| format!("Temporary credentials for {}", it.cluster)))
            draft=draft
            pending=send.pending()
            error=send.error()
            on_submit=submit
            submit="Get credentials".to_owned()
            blocked=roles::why_not("getAwsCredentials")
        >
            <p class="muted">
                "They may do in the account what the connection of this cluster may, and end by themselves. They are shown once; the audit log says that you took them."
            </p>
            <DurationField
                field=Field::new("duration", "They live for").hint("As short as the work allows.".to_owned())
                value=duration
                presets=&["15m", "1h", "4h", "12h"]
                least=Span(1)
                most=rules::LONGEST
                units="hm"
            />
            {reactive(fields)}
            <ShowAs call=Signal::derive(move || Some(ask().request().call().clone())) id="show-credentials"/>
        </FormPanel>
    }
    .into_any()
}

/// Shows credentials that have come.
fn show(reveal: Reveal, target: &Target, credentials: &TemporaryCredentials) {
    let Target { cluster, provider } = target;
    let expires = credentials.expires_at.as_str();
    let until = format::parse(expires).map_or_else(|| expires.to_owned(), format::local);
    let text =
        format!("They work until {until}, and nobody can end them earlier. Nobody can see them again: store them now.");
    let title = format!("{} credentials for {cluster}", words::provider(provider));
    let data = &credentials.data;
    let mut revealed = Revealed::new(title, text).form(SecretForm::of_pairs(
        "Environment",
        format!("{cluster}.env.sh"),
        data,
        environment,
    ));
    let mut commands = format!("source ./{cluster}.env.sh\n");
    if ProviderId::from(provider.as_str()) == ProviderId::Aws {
        let name = format!("astro-{cluster}");
        let of = name.clone();
        revealed =
            revealed.form(SecretForm::of_pairs("Profile", format!("{cluster}.credentials"), data, move |pairs| {
                profile(&of, pairs)
            }));
        commands = format!(
            "{commands}# Or, with the profile in ~/.aws/credentials:\naws --profile {name} sts get-caller-identity\n"
        );
    }
    revealed = revealed.usage(move || used(commands.clone()));
    let expires = expires.to_owned();
    let json = SecretForm::of_pairs("JSON", format!("{cluster}.json"), data, move |pairs| json(pairs, &expires));
    let powershell = SecretForm::of_pairs("PowerShell", format!("{cluster}.ps1"), data, powershell);
    reveal.show(revealed.form(powershell).form(json));
}

fn used(command: String) -> AnyView {
    view! { <Code text=command label="How they are used" language=Language::Shell numbers=false/> }.into_any()
}

/// As a shell takes them.
fn environment(pairs: &[(&str, &str)]) -> String {
    let lines: Vec<_> = pairs.iter().map(|(name, value)| format!("export {name}={}\n", shell::word(value))).collect();
    lines.concat()
}

/// As PowerShell takes them.
fn powershell(pairs: &[(&str, &str)]) -> String {
    let line = |(name, value): &(&str, &str)| format!("$env:{name} = '{}'\n", value.replace('\'', "''"));
    pairs.iter().map(line).collect::<Vec<_>>().concat()
}

/// As a profile of AWS's tools, for `~/.aws/credentials`.
fn profile(name: &str, pairs: &[(&str, &str)]) -> String {
    let lines = pairs.iter().map(|(name, value)| {
        let name = if *name == "AWS_REGION" { "region".to_owned() } else { name.to_lowercase() };
        format!("{name} = {value}\n")
    });
    format!("[{name}]\n{}", lines.collect::<Vec<_>>().concat())
}

fn json(pairs: &[(&str, &str)], expires: &str) -> String {
    let mut object: serde_json::Map<_, _> =
        pairs.iter().map(|(name, value)| ((*name).to_owned(), serde_json::Value::from(*value))).collect();
    object.insert("expiresAt".to_owned(), expires.into());
    serde_json::to_string_pretty(&object).unwrap_or_default() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAIRS: [(&str, &str); 2] = [("AWS_REGION", "eu-central-1"), ("AWS_SECRET_ACCESS_KEY", "it's/secret+")];

    #[test]
    fn credentials_are_written_as_each_tool_reads_them() {
        assert!(environment(&PAIRS).starts_with("export AWS_REGION=eu-central-1\nexport AWS_SECRET_ACCESS_KEY='it"));
        assert_eq!(
            powershell(&PAIRS),
            "$env:AWS_REGION = 'eu-central-1'\n$env:AWS_SECRET_ACCESS_KEY = 'it''s/secret+'\n"
        );
        assert_eq!(
            profile("astro-prod-eu", &PAIRS),
            "[astro-prod-eu]\nregion = eu-central-1\naws_secret_access_key = it's/secret+\n"
        );
        let read: serde_json::Value = serde_json::from_str(&json(&PAIRS, "2026-11-26T05:00:00Z")).expect("JSON");
        assert_eq!(read["AWS_SECRET_ACCESS_KEY"], "it's/secret+");
        assert_eq!(read["expiresAt"], "2026-11-26T05:00:00Z");
    }

    #[test]
    fn an_unknown_provider_has_none() {
        assert_eq!(not_of("aws"), None);
        assert!(not_of("oracle").is_some());
    }
}
