//! Pages that stand in for the cloud providers' consoles and for GitHub, so that flows which leave the console come to
//! their end: each says what the real page would do, and a button does it.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, Request, State},
    http::StatusCode,
    response::Response,
    routing::get,
};

use super::STYLE;
use crate::{
    core::{cloud, fault::Fault},
    server::{
        App,
        page::{Page, each, escape},
    },
};

/// A provider's page.
struct Provider {
    path: &'static str,
    title: &'static str,
    about: &'static str,
    button: &'static str,
}

const PROVIDERS: &[Provider] = &[
    Provider {
        path: "cloudformation",
        title: "AWS CloudFormation",
        about: "The real page creates a stack with an IAM role that trusts the platform for this one cluster.",
        button: "Create stack",
    },
    Provider {
        path: "cloud-shell",
        title: "Google Cloud Shell",
        about: "The real page runs a script that lets the platform act as a service account through workload identity.",
        button: "Run the script",
    },
    Provider {
        path: "azure-script",
        title: "Azure setup script",
        about: "The real script makes an app registration whose federated credential trusts the platform.",
        button: "Run the script",
    },
];

/// The pages.
pub fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/stand-in/{page}", get(show).post(confirm))
}

fn operation_of(request: &Request) -> String {
    let query = request.uri().query().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "operation")
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

fn unknown(page: &str) -> Response {
    super::refuse(&Fault::not_found("Stand-in page", page))
}

fn provider(path: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| provider.path == path)
}

async fn show(State(app): State<Arc<App>>, Path(page): Path<String>, request: Request) -> Response {
    let Some(provider) = provider(&page) else { return unknown(&page) };
    let operation = operation_of(&request);
    let status = app.core(|platform, now| Ok(cloud::connection(&platform.cx(now), &operation)));
    let Ok(Some(status)) = status else { return nobody_waits(provider) };
    let facts: Vec<(String, String)> = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes())
        .filter(|(name, _)| name != "operation")
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let facts = [("Cluster".to_owned(), status.cluster_name.unwrap_or_default())]
        .into_iter()
        .chain(facts)
        .chain([("Status".to_owned(), status.status.to_string())]);
    let facts = each(facts, |(name, value)| {
        format!("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", escape(&name), escape(&value))
    });
    page_of(
        provider,
        StatusCode::OK,
        &format!(
            "<table><tbody>\n{facts}</tbody></table>\n<form method=\"post\" class=\"row\">\
             <button class=\"button\">{}</button></form>",
            escape(provider.button)
        ),
    )
}

async fn confirm(State(app): State<Arc<App>>, Path(page): Path<String>, request: Request) -> Response {
    let Some(provider) = provider(&page) else { return unknown(&page) };
    let operation = operation_of(&request);
    let confirmed = app.core(|platform, now| {
        platform.advance(now);
        cloud::confirm(&mut platform.cx(now), &operation)
    });
    let Ok(status) = confirmed else { return nobody_waits(provider) };
    app.changed();
    app.unsaved.notify_one();
    page_of(
        provider,
        StatusCode::OK,
        &format!(
            "<p class=\"card\" role=\"status\">Done. The connection of {} is {}; the console follows it. This page can be \
             closed.</p>",
            escape(&status.cluster_name.unwrap_or_else(|| "the cluster".to_owned())),
            escape(&status.status.to_string())
        ),
    )
}

fn nobody_waits(provider: &Provider) -> Response {
    page_of(
        provider,
        StatusCode::NOT_FOUND,
        "<p class=\"note\">No connection waits under this address. Start it in the console, which opens this page.</p>",
    )
}

fn page_of(provider: &Provider, status: StatusCode, body: &str) -> Response {
    Page {
        title: provider.title,
        style: STYLE,
        form_action: None,
        body: format!(
            "<div class=\"narrow\">\n<p class=\"mark\">Stand-in of the local platform</p>\n<h1>{}</h1>\n\
             <p class=\"quiet\">{}</p>\n{body}\n</div>",
            escape(provider.title),
            escape(provider.about)
        ),
    }
    .response(status)
}
