//! The way to GitHub and back: what the console hands over when the app is installed there, and what comes back.
//!
//! GitHub returns the `state` that it was given. It says for which organization the installation was begun, and that this
//! tab has begun it, so that nobody can lead a person to link an installation of somebody else.

use crate::client::browser;

/// The name in `sessionStorage`. What lies there is no secret: it works in this tab alone, once.
const NAME: &str = "astro.github";

/// What the `state` of an answer means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Return {
    /// This tab has begun it, for an organization by its name.
    Begun(String),
    /// This tab has not begun it, or it has ended already.
    Unknown,
}

/// Begins an installation for an organization: the address of the app with a state, which the tab keeps. None where the
/// browser gives no random numbers.
pub fn begin(app: &str, organization: &str) -> Option<String> {
    let state = format!("{organization}.{}", browser::base64url(browser::random_bytes::<16>()?));
    if let Some(storage) = browser::session_storage() {
        // Full or forbidden: then the answer is not known again, and says so.
        let _ = storage.set_item(NAME, &state);
    }
    let separator = if app.contains('?') { '&' } else { '?' };
    Some(format!("{app}{separator}state={state}"))
}

/// What the state of an answer means. It is used up by this.
pub fn end(state: Option<&str>) -> Return {
    let kept = browser::session_storage().and_then(|storage| {
        let kept = storage.get_item(NAME).ok().flatten();
        let _ = storage.remove_item(NAME);
        kept
    });
    known(kept.as_deref(), state)
}

fn known(kept: Option<&str>, state: Option<&str>) -> Return {
    match (kept, state) {
        (Some(kept), Some(state)) if kept == state => match state.rsplit_once('.') {
            Some((organization, _)) => Return::Begun(organization.to_owned()),
            None => Return::Unknown,
        },
        _ => Return::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_known_by_the_tab_that_made_it() {
        assert_eq!(known(Some("acme.x9"), Some("acme.x9")), Return::Begun("acme".to_owned()));
        assert_eq!(known(Some("acme.eu.x9"), Some("acme.eu.x9")), Return::Begun("acme.eu".to_owned()));
        for (kept, state) in [
            (None, None),
            (None, Some("acme.x9")),
            (Some("acme.x9"), None),
            (Some("acme.x9"), Some("globex.x9")),
            (Some("x"), Some("x")),
        ] {
            assert_eq!(known(kept, state), Return::Unknown, "{kept:?} {state:?}");
        }
    }
}
