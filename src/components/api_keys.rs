//! API keys as a person reads them: which are the console's own, which end soon.

use astro_api::{
    api_keys::{ApiKey, ApiKeySource, ApiKeyStatus},
    timestamp::Timestamp,
};

use crate::{
    store::session::KEY_NAME,
    ui::format::{self, counted},
};

const DAY: u64 = 24 * 3_600 * 1_000;

/// How long before its end a key is marked, milliseconds.
pub const SOON: u64 = 7 * DAY;

/// What it is called: its name, or what stands for its secret, or its id.
pub fn label(key: &ApiKey) -> String {
    let texts = [&key.name, &key.masked_key];
    texts.into_iter().flatten().find(|text| !text.is_empty()).unwrap_or(&key.id).clone()
}

/// Whether a session of the console made it for itself. The console renews these and ends them at sign-out.
pub fn is_of_console(key: &ApiKey) -> bool {
    key.source == Some(ApiKeySource::Ui) && key.name.as_ref().is_some_and(|name| name.starts_with(KEY_NAME))
}

/// When it ends, as text; none where it does not.
pub fn end(key: &ApiKey) -> Option<String> {
    key.expires_at.as_ref().and_then(Timestamp::known).filter(|_| key.is_permanent != Some(true)).map(ToOwned::to_owned)
}

/// Whether it works and ends within [`SOON`], so that somebody should see to it. The console's own keys are not among
/// them: they live a day and are renewed.
pub fn ends_soon(key: &ApiKey, now: u64) -> bool {
    let end = end(key).and_then(|end| format::parse(&end));
    let is_near = end.is_some_and(|end| end > now && end - now <= SOON);
    is_near && key.status == ApiKeyStatus::Active && !is_of_console(key)
}

/// What stands behind the number of those that end within [`SOON`].
pub const fn expire(count: usize) -> &'static str {
    if count == 1 { "expires within 7 days" } else { "expire within 7 days" }
}

/// "2 keys expire within 7 days"; none where none does.
pub fn ending(keys: &[ApiKey], now: u64) -> Option<String> {
    let count = keys.iter().filter(|key| ends_soon(key, now)).count();
    (count > 0).then(|| format!("{} {}", counted(count, "key", "keys"), expire(count)))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn key(json: &str) -> ApiKey {
        let text = format!(r#"{{"id":"k-1","orgId":"o","status":"ACTIVE"{json}}}"#);
        serde_json::from_str(&text).expect("a key")
    }

    #[test]
    fn a_key_is_called_by_what_tells_it_from_others() {
        assert_eq!(label(&key(r#","name":"CI","maskedKey":"astro_***1""#)), "CI");
        assert_eq!(label(&key(r#","name":"","maskedKey":"astro_***1""#)), "astro_***1");
        assert_eq!(label(&key("")), "k-1");
    }

    #[test]
    fn the_consoles_own_keys_are_known_by_name_and_source() {
        assert!(is_of_console(&key(r#","name":"console session 2026-06-09 14:02","source":"ui""#)));
        assert!(!is_of_console(&key(r#","name":"console session","source":"cli""#)));
        assert!(!is_of_console(&key(r#","name":"Reporting","source":"ui""#)));
    }

    #[test]
    fn a_permanent_key_has_no_end() {
        assert_eq!(end(&key(r#","expiresAt":"2026-06-09T12:00:00Z""#)).as_deref(), Some("2026-06-09T12:00:00Z"));
        assert_eq!(end(&key(r#","expiresAt":"2026-06-09T12:00:00Z","isPermanent":true"#)), None);
        assert_eq!(end(&key(r#","expiresAt":"""#)), None);
    }
}
