//! The link of an e-mail that asks an owner for a decision. It holds a token that works once: it leaves the address before
//! anything is drawn, and waits in the tab until the decision is made, through a sign-in if it takes one.

use std::cell::RefCell;

use astro_api::Secret;
use percent_encoding::percent_decode_str;

use crate::client::browser;

/// The name in `sessionStorage`.
const NAME: &str = "astro.decision";

/// Where the link leads, below the console's own path.
const PATH: &str = "/notification/approval";

thread_local!(static ASKED: RefCell<Option<Asked>> = const { RefCell::new(None) });

/// What a link asks.
#[derive(Clone)]
pub struct Asked {
    /// The cluster that waits.
    pub cluster: String,
    /// Its organization, a UUID.
    pub organization: String,
    /// Works once.
    pub token: Secret<String>,
    /// Which of the two links of the e-mail it is; none where it says neither.
    pub approve: Option<bool>,
}

impl Asked {
    /// Reads a link, or its query alone. None, where something is missing that a decision takes.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let query = text.split_once('?').map_or(text, |(_, query)| query);
        let query = query.split('#').next().unwrap_or_default();
        let get = |name: &str| {
            let value = query.split('&').find_map(|part| part.split_once('=').filter(|(key, _)| *key == name))?.1;
            let value = percent_decode_str(&value.replace('+', " ")).decode_utf8().ok()?.into_owned();
            Some(value).filter(|value| !value.trim().is_empty())
        };
        let action = get("action").unwrap_or_default();
        Some(Self {
            cluster: get("clusterName")?,
            organization: get("orgId")?,
            token: Secret::new(get("token")?),
            approve: match action.to_ascii_uppercase().as_str() {
                "APPROVE" => Some(true),
                "REJECT" => Some(false),
                _ => None,
            },
        })
    }
}

/// The query without its token; none where it has none.
fn without_token(query: &str) -> Option<String> {
    let parts: Vec<&str> = query.trim_start_matches('?').split('&').collect();
    let rest: Vec<&str> = parts.iter().copied().filter(|part| !part.starts_with("token=")).collect();
    (rest.len() < parts.len()).then(|| rest.join("&"))
}

/// Takes the token out of the address. Called before anything else reads that.
pub fn hide_token() {
    let Some(window) = web_sys::window() else { return };
    let location = window.location();
    let (Ok(path), Ok(query)) = (location.pathname(), location.search()) else { return };
    let Some(rest) = without_token(&query).filter(|_| path.trim_end_matches('/').ends_with(PATH)) else { return };
    ASKED.set(Asked::read(&query));
    let address = if rest.is_empty() { path } else { format!("{path}?{rest}") };
    if let Ok(history) = window.history() {
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&address));
    }
}

/// Keeps what was taken out of the address for as long as the tab lives, so that it survives a sign-in at the issuer.
pub fn keep() {
    let text = ASKED.with_borrow(|asked| asked.as_ref().map(written));
    if let (Some(text), Some(storage)) = (text, browser::session_storage()) {
        // Full or forbidden: then the link is opened again after the sign-in.
        let _ = storage.set_item(NAME, &text);
    }
}

fn written(asked: &Asked) -> String {
    let encode =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let action = match asked.approve {
        Some(true) => "APPROVE",
        Some(false) => "REJECT",
        None => "",
    };
    format!(
        "clusterName={}&orgId={}&token={}&action={action}",
        encode(&asked.cluster),
        encode(&asked.organization),
        encode(asked.token.expose())
    )
}

/// Hands over a link that was pasted.
pub fn put(asked: Asked) {
    ASKED.set(Some(asked));
}

/// What the link asks that was opened in this tab.
pub fn asked() -> Option<Asked> {
    ASKED.with_borrow(Clone::clone).or_else(|| Asked::read(&browser::session_storage()?.get_item(NAME).ok()??))
}

/// It is decided, or cannot be: forgets it.
pub fn forget() {
    ASKED.set(None);
    if let Some(storage) = browser::session_storage() {
        let _ = storage.remove_item(NAME);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_read_whole_or_by_its_query() {
        let query = "clusterName=perf-lab&orgId=8b1d&token=a%2Bb&action=REJECT";
        for text in [format!(" https://console.example/notification/approval?{query}#x "), query.to_owned()] {
            let asked = Asked::read(&text).expect("a link");
            assert_eq!((asked.cluster.as_str(), asked.organization.as_str()), ("perf-lab", "8b1d"));
            assert_eq!((asked.token.expose().as_str(), asked.approve), ("a+b", Some(false)));
            let again = Asked::read(&written(&asked)).expect("what was written");
            assert_eq!((again.token.expose(), again.approve), (asked.token.expose(), asked.approve));
        }
        for text in ["", "https://console.example", "clusterName=a&orgId=b", "clusterName=a&orgId=b&token="] {
            assert!(Asked::read(text).is_none(), "{text}");
        }
        assert_eq!(Asked::read("clusterName=a&orgId=b&token=c&action=MAYBE").expect("a link").approve, None);
    }

    #[test]
    fn the_token_alone_leaves_the_address() {
        assert_eq!(
            without_token("?clusterName=a&token=x&action=APPROVE").as_deref(),
            Some("clusterName=a&action=APPROVE")
        );
        assert_eq!(without_token("?token=x").as_deref(), Some(""));
        assert_eq!(without_token("?clusterName=a"), None);
        assert_eq!(without_token(""), None);
    }
}
