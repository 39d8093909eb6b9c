//! The tile of the person's keys that expire soon.

use astro_api::api_keys::{self, ApiKey, ApiKeyStatus};
use leptos::prelude::*;

use crate::{
    components::{
        OidcButton, PageContext,
        api_keys::{SOON, expire, is_of_console},
        words,
    },
    store::{query, session::Organization, use_store},
    ui::{Figure, Glyph, Latest, QueryView, Time, Tone, figure_skeleton, format, maybe, reactive, time::Now},
};

const DAY: u64 = 86_400_000;
/// How long before its end it deserves a look, milliseconds.
const VERY_SOON: u64 = 3 * DAY;
/// How many are named.
const NAMED: usize = 3;

/// The keys of an organization that end within a week, the first to end first, and how many work in all. The keys
/// that the console makes for a session end with it, and nobody has to renew them.
fn soon(keys: &[ApiKey], organization: &str, now: u64, read: fn(&str) -> Option<u64>) -> (Vec<(u64, ApiKey)>, usize) {
    let mut ending: Vec<(u64, ApiKey)> = Vec::new();
    let mut working = 0;
    for key in keys.iter().filter(|key| key.org_id == organization && key.status == ApiKeyStatus::Active) {
        if is_of_console(key) {
            continue;
        }
        working += 1;
        let ends = words::time(key.expires_at.as_ref()).filter(|_| key.is_permanent != Some(true));
        let Some(ends) = ends.as_deref().and_then(read) else { continue };
        if ends > now && ends <= now + SOON {
            let place = ending.iter().position(|(other, _)| *other > ends).unwrap_or(ending.len());
            ending.insert(place, (ends, key.clone()));
        }
    }
    (ending, working)
}

/// The tile. Keys are the person's, so that a session by a pasted key is offered to sign in.
pub fn tile(organization: &Organization) -> AnyView {
    let session = use_store().session;
    let has_bearer = session.has_bearer();
    let organization = organization.clone();
    reactive(move || {
        if !has_bearer.get() {
            return without_person();
        }
        let query = query(api_keys::list);
        let organization = organization.clone();
        let data = move |latest: Latest<Vec<ApiKey>>| {
            let organization = organization.clone();
            reactive(move || latest.draw(|keys| drawn(keys, &organization)))
        };
        view! {
            <QueryView
                load=query.load()
                loading=figure_skeleton
                empty=None
                frameless=true
                retry=move |()| query.refetch()
                data=data
            />
        }
        .into_any()
    })
}

fn drawn(keys: &[ApiKey], organization: &Organization) -> AnyView {
    let now = Now::get_untracked();
    let (ending, working) = soon(keys, &organization.id, now, format::parse);
    let rows = ending
        .iter()
        .take(NAMED)
        .map(|(ends, key)| {
            let tone = if *ends <= now + VERY_SOON { Tone::Warn } else { Tone::Idle };
            let name = key.name.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| key.id.clone());
            view! {
                <li class="legend__row">
                    <Glyph tone=tone/>
                    <span class="home__cut">{name}</span>
                    <span><Time at=words::time(key.expires_at.as_ref())/></span>
                </li>
            }
            .into_any()
        })
        .collect_view();
    let none = ending.is_empty().then(|| {
        let text = match working {
            0 => "You have no key of your own here.".to_owned(),
            1 => "1 key of yours works here.".to_owned(),
            count => format!("{} keys of yours work here.", format::count(count)),
        };
        view! { <p class="home__none">{text}</p> }.into_any()
    });
    // Where some are counted, the list shows those, and not those of other organizations.
    let name = &organization.name;
    let soon = if ending.is_empty() { String::new() } else { format!("?state=soon&organization={name}") };
    let href = format!("{}{soon}", super::overview::keys_href(name));
    view! {
        <Figure label="API keys" href=href value=ending.len() note=expire(ending.len())>
            <ul class="legend legend--list">{rows}</ul>
            {maybe(none)}
        </Figure>
    }
    .into_any()
}

fn without_person() -> AnyView {
    let session = use_store().session;
    let back = use_context::<PageContext>().map(|context| context.path).filter(|_| session.offers_oidc());
    let button = back.map(|back| view! { <OidcButton back=back small=true label="Sign in"/> }.into_any());
    view! {
        <div class="figure">
            <h2 class="home__label">"API keys"</h2>
            <p class="home__none">"Keys belong to a person, and you are signed in with an API key. Sign in to see yours that expire soon."</p>
            <div>{maybe(button)}</div>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_ends_first_comes_first_and_sessions_are_left_out() {
        let key = |id: &str, name: &str, ends: Option<u64>, more: serde_json::Value| -> ApiKey {
            let mut value = json!({
                "id": id, "name": name, "orgId": "acme", "status": "ACTIVE", "expiresAt": ends.map(|ends| ends.to_string()),
            });
            value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            serde_json::from_value(value).unwrap()
        };
        let keys = [
            key("a", "ci", Some(6 * DAY), json!({})),
            key("b", "laptop", Some(2 * DAY), json!({})),
            key("c", "far", Some(9 * DAY), json!({})),
            key("d", "forever", Some(3 * DAY), json!({"isPermanent": true})),
            key("e", "gone", Some(DAY), json!({"status": "REVOKED"})),
            key("f", "elsewhere", Some(DAY), json!({"orgId": "globex"})),
            key("g", "console session, Firefox", Some(DAY), json!({"source": "ui"})),
        ];
        let (ending, working) = soon(&keys, "acme", 1, |text| text.parse().ok());
        let ids: Vec<_> = ending.iter().map(|(_, key)| key.id.as_str()).collect();
        assert_eq!((ids, working), (vec!["b", "a"], 4));
    }
}
