//! `/_platform/act`: an operation done by somebody else, who needs no credential for it.

use std::sync::Arc;

use astro_api::{operations, request::placeholders};
use axum::{
    extract::{Request, State},
    response::Response,
};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{body, refuse};
use crate::{
    core::{call::Input, fault::Fault},
    server::{App, answer, random},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deed {
    r#as: String,
    organization: Option<String>,
    operation: String,
    #[serde(default)]
    path: Map<String, Value>,
    #[serde(default)]
    query: Map<String, Value>,
    body: Option<Value>,
}

/// Answers exactly what the operation would.
pub async fn act(State(app): State<Arc<App>>, request: Request) -> Response {
    let deed = match body::<Deed>(request.into_body()).await {
        Ok(deed) => deed,
        Err(fault) => return refuse(&fault),
    };
    let trace = random::trace();
    match perform(&app, &deed) {
        Ok(reply) => answer::reply(reply, &trace),
        Err(fault) => answer::fault(&fault, &trace),
    }
}

fn perform(app: &App, deed: &Deed) -> Result<crate::core::call::Reply, Fault> {
    let operation = operations::find(&deed.operation)
        .filter(|operation| !operation.is_stream())
        .ok_or_else(|| Fault::invalid("operation", "must be the id of an operation that is no WebSocket"))?;
    let names = placeholders(operation.path);
    if let Some(unknown) = deed.path.keys().find(|name| !names.contains(&name.as_str())) {
        return Err(Fault::invalid(format!("path.{unknown}"), "is no parameter of this operation"));
    }
    let path = names
        .into_iter()
        .map(|name| match deed.path.get(name).map(text) {
            Some(value) if !value.is_empty() => Ok((name, value)),
            _ => Err(Fault::invalid(format!("path.{name}"), "is required")),
        })
        .collect::<Result<_, _>>()?;
    let input = Input {
        path,
        query: deed.query.iter().map(|(name, value)| (name.clone(), text(value))).collect(),
        body: deed.body.as_ref().map(|body| body.to_string().into_bytes()).unwrap_or_default(),
        address: "127.0.0.1".to_owned(),
        agent: "astro-platform act".to_owned(),
        ..Input::default()
    };
    let reply =
        app.core(|platform, now| platform.act(now, &deed.r#as, deed.organization.as_deref(), operation, &input))?;
    app.changed();
    app.unsaved.notify_one();
    Ok(reply)
}

/// A parameter as it would stand in an address.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
