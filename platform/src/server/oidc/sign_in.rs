//! The authorization endpoint: who is there, and a button for each.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};

use super::{CLIENT, Fields, fields, form, grants::Grant, issuer_of};
use crate::{
    core::{
        call::Subject,
        demo::{self, PEOPLE, Person},
        ids::Random,
    },
    server::{
        App, answer,
        page::{self, Page, each, escape, hidden},
    },
};

/// Where the pages find their style sheet.
const AT: &str = "/oidc";

/// Parameters that the page hands on to its own forms.
const HANDED_ON: &[&str] = &[
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "audience",
];

/// A request for authorization that may be answered.
struct Asked<'a> {
    redirect_uri: &'a str,
    origin: &'a str,
    state: Option<&'a str>,
    scope: &'a str,
    challenge: &'a str,
}

/// Why it may not be.
enum Wrong<'a> {
    /// Nobody can be told but the person: the client isn't known, or the way back isn't safe.
    Unanswerable(&'static str),
    /// The client is told.
    Answerable { redirect_uri: &'a str, state: Option<&'a str>, error: &'static str, description: &'static str },
}

/// `GET`: shows the people.
pub async fn ask(request: Request) -> Response {
    let fields = fields(request.uri().query().unwrap_or_default().as_bytes());
    let issuer = issuer_of(request.uri(), request.headers(), request.extensions().get());
    match check(&fields) {
        Err(wrong) => refuse(wrong, &issuer),
        Ok(asked) if fields.get("prompt").is_some_and(|prompt| prompt == "none") => {
            // There is no session here that could answer for the person.
            let error = [("error", "login_required"), ("error_description", "Somebody has to choose who to be")];
            back(&asked, &issuer, &error)
        }
        Ok(asked) => people_page(&fields, &asked, None),
    }
}

/// `POST`: somebody was chosen.
pub async fn decide(State(app): State<Arc<App>>, request: Request) -> Response {
    let issuer = issuer_of(request.uri(), request.headers(), request.extensions().get());
    let fields = match form(request).await {
        Ok(fields) => fields,
        Err(response) => return response,
    };
    let asked = match check(&fields) {
        Ok(asked) => asked,
        Err(wrong) => return refuse(wrong, &issuer),
    };
    let field = |name: &str| fields.get(name).map(|value| value.trim()).filter(|value| !value.is_empty());
    if field("cancel").is_some() {
        let error = [("error", "access_denied"), ("error_description", "Nobody was chosen")];
        return back(&asked, &issuer, &error);
    }
    let Some(subject) = field("person").or_else(|| field("email")).and_then(somebody) else {
        return people_page(
            &fields,
            &asked,
            Some("Nobody is known by that. Choose somebody below, or give an e-mail address."),
        );
    };
    let now = app.now();
    let grant = Grant {
        issuer: issuer.clone(),
        subject: subject.id,
        name: subject.name,
        email: subject.email,
        scope: asked.scope.to_owned(),
        audience: field("audience").map(str::to_owned),
        nonce: field("nonce").map(str::to_owned),
        signed_in_at: now,
    };
    let code = app.issuer.grants().issue(grant, asked.redirect_uri, asked.challenge, now);
    app.unsaved.notify_one();
    back(&asked, &issuer, &[("code", &code)])
}

/// A person of the demo data by handle, id or e-mail address; by another address somebody new, and always the same.
fn somebody(word: &str) -> Option<Subject> {
    let word = word.to_ascii_lowercase();
    let known = demo::person(&word).or_else(|| PEOPLE.iter().find(|person| person.email == word));
    if let Some(person) = known {
        return Some(Subject {
            id: person.id.to_owned(),
            email: person.email.to_owned(),
            name: person.name.to_owned(),
        });
    }
    let (local, domain) = word.split_once('@')?;
    let allowed = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_+".contains(&byte))
    };
    if word.len() > 254 || !allowed(local) || !allowed(domain) {
        return None;
    }
    Some(Subject { id: Random::new(0).derive(&word).uuid(), name: name_of(local), email: word })
}

/// `jane.doe` as a name.
fn name_of(local: &str) -> String {
    let words = local.split(['.', '-', '_', '+']).filter(|word| !word.is_empty()).map(|word| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    });
    words.collect::<Vec<_>>().join(" ")
}

fn check(fields: &Fields) -> Result<Asked<'_>, Wrong<'_>> {
    let field = |name: &str| fields.get(name).map(String::as_str).filter(|value| !value.is_empty());
    if field("client_id") != Some(CLIENT) {
        return Err(Wrong::Unanswerable("client_id must be astro-console."));
    }
    let redirect_uri = field("redirect_uri").unwrap_or_default();
    let way_back = page::origin_of(redirect_uri).filter(|origin| page::is_loopback_origin(origin));
    let (Some(origin), true) = (way_back, leads_to_callback(redirect_uri)) else {
        return Err(Wrong::Unanswerable(
            "redirect_uri must be an address of this machine that ends in /auth/callback.",
        ));
    };
    let state = field("state");
    let wrong = |error, description| Err(Wrong::Answerable { redirect_uri, state, error, description });
    if field("response_type") != Some("code") {
        return wrong("unsupported_response_type", "response_type must be code");
    }
    if field("response_mode").is_some_and(|mode| mode != "query") {
        return wrong("invalid_request", "response_mode must be query");
    }
    let scope = field("scope").unwrap_or_default();
    if !scope.split(' ').any(|scope| scope == "openid") {
        return wrong("invalid_scope", "scope must hold openid");
    }
    let challenge = field("code_challenge").unwrap_or_default();
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if field("code_challenge_method") != Some("S256") || challenge.len() != 43 || !challenge.bytes().all(is_base64url) {
        return wrong("invalid_request", "PKCE is required: code_challenge with code_challenge_method S256");
    }
    Ok(Asked { redirect_uri, origin, state, scope, challenge })
}

fn leads_to_callback(redirect_uri: &str) -> bool {
    !redirect_uri.contains(['?', '#']) && redirect_uri.ends_with("/auth/callback")
}

fn refuse(wrong: Wrong<'_>, issuer: &str) -> Response {
    match wrong {
        Wrong::Unanswerable(reason) => Page {
            title: "Sign-in is not possible",
            at: AT,
            form_action: None,
            body: format!(
                "<div class=\"narrow\"><p class=\"mark\">Astro local platform</p>\n<h1>Sign-in is not possible</h1>\n\
                 <p>The console asked for something that can't be answered. {}</p></div>",
                escape(reason)
            ),
        }
        .response(StatusCode::BAD_REQUEST),
        Wrong::Answerable { redirect_uri, state, error, description } => {
            let mut pairs = vec![("error", error), ("error_description", description), ("iss", issuer)];
            pairs.extend(state.map(|state| ("state", state)));
            answer::redirect(redirect_uri, &pairs)
        }
    }
}

/// Leads back to the client.
fn back(asked: &Asked<'_>, issuer: &str, answer: &[(&str, &str)]) -> Response {
    let mut pairs = answer.to_vec();
    pairs.push(("iss", issuer));
    pairs.extend(asked.state.map(|state| ("state", state)));
    answer::redirect(asked.redirect_uri, &pairs)
}

/// Where a sign-out ends that names no way back, or one that isn't safe.
pub fn signed_out(elsewhere: bool) -> Response {
    let more = if elsewhere { " The address to go on to is not one of this machine, so this is the end." } else { "" };
    Page {
        title: "Signed out",
        at: AT,
        form_action: None,
        body: format!(
            "<div class=\"narrow\"><p class=\"mark\">Astro local platform</p>\n<h1>Signed out</h1>\n\
             <p>The session is over.{more}</p></div>"
        ),
    }
    .response(StatusCode::OK)
}

fn people_page(fields: &Fields, asked: &Asked<'_>, problem: Option<&str>) -> Response {
    let hint = fields.get("login_hint").or_else(|| fields.get("email")).map(String::as_str).unwrap_or_default();
    let hinted = demo::person(hint).or_else(|| PEOPLE.iter().find(|person| person.email == hint));
    let handed_on: String =
        HANDED_ON.iter().filter_map(|name| fields.get(*name).map(|value| hidden(name, value))).collect();
    // Whoever is hinted at comes first, and so gets the focus of the first Tab.
    let mut people: Vec<&Person> = PEOPLE.iter().collect();
    people.sort_by_key(|person| hinted.is_none_or(|hinted| hinted.id != person.id));
    let buttons = each(people, |person| person_button(person, hinted.is_some_and(|hinted| hinted.id == person.id)));
    let problem =
        problem.map(|text| format!("<p class=\"note\" role=\"alert\">{}</p>\n", escape(text))).unwrap_or_default();
    let body = format!(
        "<div class=\"narrow\">\n<p class=\"mark\">Astro local platform</p>\n<h1>Who do you want to be?</h1>\n\
         <p class=\"quiet\">These people live in the demo data. There is no password.</p>\n{problem}\
         <form method=\"post\" action=\"/oidc/authorize\">\n{handed_on}<ul class=\"people\">\n{buttons}</ul>\n</form>\n\
         <form method=\"post\" action=\"/oidc/authorize\" class=\"card\">\n{handed_on}\
         <label for=\"email\">Somebody else, by e-mail address</label>\n<div class=\"row\">\n\
         <input id=\"email\" name=\"email\" type=\"text\" autocomplete=\"off\" spellcheck=\"false\" required value=\"{hint}\">\n\
         <button class=\"button\">Continue</button>\n</div>\n</form>\n\
         <form method=\"post\" action=\"/oidc/authorize\">\n{handed_on}\
         <button class=\"button\" data-kind=\"plain\" name=\"cancel\" value=\"1\">Back without signing in</button>\n</form>\n\
         </div>",
        hint = escape(if hinted.is_none() { hint } else { "" }),
    );
    let status = if problem.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    Page { title: "Sign in", at: AT, form_action: Some(asked.origin), body }.response(status)
}

fn person_button(person: &Person, hinted: bool) -> String {
    let initials: String = person.name.split(' ').filter_map(|word| word.chars().next()).collect();
    format!(
        "<li><button class=\"person\" name=\"person\" value=\"{handle}\"{mark}>\
         <span class=\"person__initials\" aria-hidden=\"true\">{initials}</span>\
         <span class=\"person__name\">{name}</span><span class=\"person__about\">{about}</span></button></li>\n",
        handle = escape(person.handle),
        mark = if hinted { " data-hinted" } else { "" },
        name = escape(person.name),
        about = escape(person.about),
        initials = escape(&initials),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked_with(changes: &[(&str, &str)]) -> Fields {
        let mut fields: Fields = [
            ("response_type", "code"),
            ("client_id", "astro-console"),
            ("redirect_uri", "http://localhost:8081/a/b/auth/callback"),
            ("scope", "openid profile"),
            ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
            ("code_challenge_method", "S256"),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
        fields.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        fields
    }

    #[test]
    fn a_console_on_this_machine_may_ask() {
        for redirect_uri in
            ["http://127.0.0.1:1/auth/callback", "https://localhost/auth/callback", "http://[::1]:8080/x/auth/callback"]
        {
            assert!(check(&asked_with(&[("redirect_uri", redirect_uri)])).is_ok(), "{redirect_uri}");
        }
    }

    #[test]
    fn an_unsafe_way_back_is_told_to_the_person_alone() {
        for (name, value) in [
            ("redirect_uri", "http://example.com/auth/callback"),
            ("redirect_uri", "http://localhost@example.com/auth/callback"),
            ("redirect_uri", "http://localhost/elsewhere"),
            ("redirect_uri", "http://localhost/?/auth/callback"),
            ("redirect_uri", "javascript://localhost/auth/callback"),
            ("redirect_uri", ""),
            ("client_id", "other"),
        ] {
            assert!(matches!(check(&asked_with(&[(name, value)])), Err(Wrong::Unanswerable(_))), "{name}={value}");
        }
    }

    #[test]
    fn what_else_is_wrong_is_told_to_the_client() {
        for (name, value, expected) in [
            ("response_type", "token", "unsupported_response_type"),
            ("response_mode", "fragment", "invalid_request"),
            ("scope", "profile", "invalid_scope"),
            ("code_challenge", "", "invalid_request"),
            ("code_challenge_method", "plain", "invalid_request"),
        ] {
            match check(&asked_with(&[(name, value), ("state", "s")])) {
                Err(Wrong::Answerable { error, state, .. }) => assert_eq!((error, state), (expected, Some("s"))),
                _ => panic!("{name}={value}"),
            }
        }
    }

    #[test]
    fn people_are_known_by_handle_id_and_address_and_others_by_their_address() {
        let owner = somebody("owner").unwrap();
        assert_eq!(somebody("Olivia@acme.example"), Some(owner.clone()));
        assert_eq!(somebody(&owner.id), Some(owner));
        let new = somebody("jane.doe@somewhere.example").unwrap();
        assert_eq!(new.name, "Jane Doe");
        assert_eq!(somebody("jane.doe@somewhere.example"), Some(new));
        for nobody in ["", "jane", "@", "a@", "a b@c", "<script>@x"] {
            assert_eq!(somebody(nobody), None, "{nobody}");
        }
    }
}
