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

use astro_api::operations;

use super::AT;
use crate::{
    core::{call::Input, cloud, fault::Fault, github, people},
    server::{
        App, answer,
        page::{self, Page, each, escape},
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
        .route("/stand-in/github", get(ask_for_repositories).post(install))
        .route("/stand-in/{page}", get(show).post(confirm))
}

fn parameter(request: &Request, name: &str) -> Option<String> {
    let query = request.uri().query().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes())
        .find(|(known, value)| known == name && !value.is_empty())
        .map(|(_, value)| value.into_owned())
}

fn operation_of(request: &Request) -> String {
    parameter(request, "operation").unwrap_or_default()
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
        at: AT,
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

/// Where the console finishes an installation.
const SETUP_URL: &str = "/github/callback";

/// Bytes of the form that are read.
const FORM_LIMIT: usize = 4096;

const GITHUB: Provider = Provider {
    path: "github",
    title: "GitHub",
    about: "The real page installs the platform's app on an account, and asks which repositories it may reach.",
    button: "Install",
};

/// Parameters: `organization` (its id or name) is whom the installation will belong to, and `redirect_uri` where the
/// browser goes afterwards, a path or an address of this machine, with what GitHub adds to the app's setup URL. `state`
/// goes with it; the console begins it with the name of its organization and a dot, which stands in for `organization`, and
/// with a state alone the browser goes to the console, as the real app's setup URL says.
async fn ask_for_repositories(State(app): State<Arc<App>>, request: Request) -> Response {
    if let Some(organization) = organization_of(&request) {
        let known = app.core(|platform, now| people::organization_id(&platform.cx(now), &organization));
        if let Err(fault) = known {
            return super::refuse(&fault);
        }
    }
    page_of(
        &GITHUB,
        StatusCode::OK,
        &format!(
            "<form method=\"post\" class=\"card\">\n<label for=\"account\">Account</label>\n\
             <input id=\"account\" name=\"account\" required pattern=\"[A-Za-z0-9](-?[A-Za-z0-9])*\" maxlength=\"39\" \
             autocomplete=\"off\" spellcheck=\"false\" value=\"acme\">\n<fieldset>\n<legend>Repositories</legend>\n\
             <label><input type=\"radio\" name=\"repositories\" value=\"all\" checked> All repositories</label>\n\
             <label><input type=\"radio\" name=\"repositories\" value=\"selected\"> Only some of them</label>\n</fieldset>\n\
             <div class=\"row\"><button class=\"button\">{}</button></div>\n</form>",
            GITHUB.button
        ),
    )
}

async fn install(State(app): State<Arc<App>>, request: Request) -> Response {
    let organization = organization_of(&request);
    let state = parameter(&request, "state");
    let back = parameter(&request, "redirect_uri").or_else(|| state.as_ref().map(|_| SETUP_URL.to_owned()));
    if back.as_deref().is_some_and(|back| !is_on_this_machine(back)) {
        return super::refuse(&Fault::invalid("redirect_uri", "must be a path, or an address of this machine"));
    }
    let form = axum::body::to_bytes(request.into_body(), FORM_LIMIT).await.unwrap_or_default();
    let field = |name: &str| form_urlencoded::parse(&form).find(|(known, _)| known == name).map(|(_, value)| value);
    let account = field("account").unwrap_or_default();
    let all = field("repositories").is_none_or(|repositories| repositories == "all");
    if !is_account(&account) {
        return super::refuse(&Fault::invalid("account", "must be letters, digits and single hyphens, at most 39"));
    }
    let installed = app.core(|platform, now| {
        platform.advance(now);
        let cx = &mut platform.cx(now);
        let organization = organization.as_deref().map(|wanted| people::organization_id(cx, wanted)).transpose()?;
        Ok(github::install(cx, organization.as_deref(), &account, all))
    });
    let id = match installed {
        Ok(id) => id.to_string(),
        Err(fault) => return super::refuse(&fault),
    };
    app.changed();
    app.unsaved.notify_one();
    if let Some(back) = back {
        let state = state.as_deref().map(|state| ("state", state));
        let pairs: Vec<_> =
            [("installation_id", id.as_str()), ("setup_action", "install")].into_iter().chain(state).collect();
        return answer::redirect(&back, &pairs);
    }
    // Without a page to go back to, what the browser would have done there is done here.
    let called_back = operations::find("githubCallback").map(|operation| {
        let query = [("installation_id", id.as_str()), ("setup_action", "install")];
        let query = query.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        app.core(|platform, now| platform.handle(now, operation, &Input { query, ..Input::default() }))
    });
    match called_back {
        Some(Err(fault)) => super::refuse(&fault),
        _ => page_of(
            &GITHUB,
            StatusCode::OK,
            &format!(
                "<p class=\"card\" role=\"status\">Installed on {} as number {id}. Synchronize in the console to see it; \
                 this page can be closed.</p>",
                escape(&account)
            ),
        ),
    }
}

fn organization_of(request: &Request) -> Option<String> {
    let begun = || Some(parameter(request, "state")?.rsplit_once('.')?.0.to_owned());
    parameter(request, "organization").or_else(begun)
}

/// What GitHub allows as the name of an account.
fn is_account(name: &str) -> bool {
    (1..=39).contains(&name.len())
        && name.split('-').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

fn is_on_this_machine(address: &str) -> bool {
    (address.starts_with('/') && !address.starts_with("//") && !address.contains('\\'))
        || page::origin_of(address).is_some_and(page::is_loopback_origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_named_as_github_names_them() {
        for name in ["acme", "Acme-Corp", "a", "a1-b2"] {
            assert!(is_account(name), "{name}");
        }
        for name in ["", "-a", "a-", "a--b", "a b", "<a>", &"a".repeat(40)] {
            assert!(!is_account(name), "{name}");
        }
    }

    #[test]
    fn a_browser_is_never_sent_to_another_machine() {
        for address in ["/o/acme/github", "http://localhost:8081/x"] {
            assert!(is_on_this_machine(address), "{address}");
        }
        for address in ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", ""] {
            assert!(!is_on_this_machine(address), "{address}");
        }
    }
}
