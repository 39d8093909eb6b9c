//! Cloud accounts: how connections stand, and secrets in several forms.

use std::{collections::BTreeMap, sync::Arc};

use astro_api::{
    ApiError, ErrorKind, Secret,
    cloud::{CloudConnectStatus, ConnectStatus},
};
use leptos::prelude::*;

use super::Sample;
use crate::{
    components::{
        Reveal, Revealed, SecretForm,
        connection::{self, Followed},
    },
    store::failure::failure,
    ui::{
        Button,
        load::{Any, Load, Loaded, Loads},
    },
};

/// The samples of this group.
pub fn samples() -> Vec<Sample> {
    vec![
        Sample::new("Connection: waits for the setup", || {
            drawn(status("aws", "PENDING", "awaiting-setup", "Waiting for the setup in the cloud account"))
        }),
        Sample::new("Connection: being verified", || {
            drawn(status("gcp", "IN_PROGRESS", "bind-service-account", "Workload identity pool found"))
        }),
        Sample::new("Connection: connected", || {
            let role = "arn:aws:iam::418273650912:role/astro-checkout-web-preview-pr-4127-nordic-disaster-recovery";
            let mut status = status("aws", "COMPLETED", "verify-role", "Role assumed successfully");
            status.role_arn = Some(role.to_owned());
            drawn(status)
        }),
        Sample::new("Connection: refused", || {
            drawn(status(
                "azure",
                "FAILED",
                "verify-role",
                "AADSTS70021: No matching federated identity record found for presented assertion",
            ))
        }),
        Sample::new("Connection: expired", || {
            drawn(status("aws", "FAILED", "expired", "Nothing was set up within an hour; start the connection again"))
        }),
        Sample::new("Connection: a state of no known name", || drawn(status("aws", "HELD_BY_PROVIDER", "", ""))),
        Sample::new("Connection: loading", || standing(Load::Loading)),
        Sample::new("Connection: not found", || {
            let error = ApiError {
                status: Some(404),
                trace_id: Some("trace-5e6f7g8h9i".to_owned()),
                ..ApiError::new(ErrorKind::NotFound, "getAwsConnectionStatus", "Connection operation op-1 not found")
            };
            standing(Load::Failed(failure(&error)))
        }),
        Sample::new("Secrets in several forms", secrets),
    ]
}

fn status(provider: &str, state: &str, step: &str, message: &str) -> CloudConnectStatus {
    CloudConnectStatus {
        operation_id: "04fe662b-270e-4e06-b4c2-9d60979b3a35".to_owned(),
        cluster_name: Some("prod-eu".to_owned()),
        provider: provider.into(),
        status: ConnectStatus::from(state),
        step: Some(step.to_owned()),
        message: Some(message.to_owned()),
        role_arn: None,
        updated_at: None,
    }
}

fn standing(load: Load<Any>) -> AnyView {
    let load = Loads::new(Signal::derive(move || load.clone()));
    connection::standing(Followed::of(load, Callback::new(|()| {})))
}

fn drawn(status: CloudConnectStatus) -> AnyView {
    let value: Arc<Any> = Arc::new(status);
    standing(Load::Ready(Loaded { value, at: 0, refreshing: false, failed: None }))
}

fn secrets() -> AnyView {
    let reveal = Reveal::new();
    let open = move |()| {
        let pairs: BTreeMap<String, Secret<String>> = [
            ("AWS_ACCESS_KEY_ID", "ASIASAMPLETHATOPENSNOTHING"),
            ("AWS_SECRET_ACCESS_KEY", "a-sample-that-opens-nothing"),
            (
                "AWS_SESSION_TOKEN",
                "a-sample-that-is-much-longer-than-the-others-and-that-opens-nothing-either-0123456789",
            ),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), Secret::from(value)))
        .collect();
        let environment = SecretForm::of_pairs("Environment", "prod-eu.env.sh", &pairs, |pairs| {
            let lines: Vec<_> = pairs.iter().map(|(name, value)| format!("export {name}={value}\n")).collect();
            lines.concat()
        });
        let json = SecretForm::of_pairs("JSON", "prod-eu.json", &pairs, |pairs| {
            let lines: Vec<_> = pairs.iter().map(|(name, value)| format!("  \"{name}\": \"{value}\"")).collect();
            format!("{{\n{}\n}}\n", lines.join(",\n"))
        });
        let text = "They work until 26 November 2026, 06:00, and nobody can end them earlier. Nobody can see them again: store them now.";
        reveal.show(Revealed::new("AWS credentials for prod-eu", text).form(environment).form(json));
    };
    view! {
        <Button label="Show credentials once" on_press=open/>
        {reveal.dialog()}
    }
    .into_any()
}
