//! Errors in words that a person can act on.

use astro_api::{ApiError, ErrorKind};

use crate::ui::load::{Failure, FailureKind};

/// What a view shows of an error.
pub fn failure(error: &ApiError) -> Failure {
    let (kind, title, hint) = match error.kind {
        ErrorKind::Invalid => (FailureKind::Invalid, "Not accepted", ""),
        ErrorKind::Unauthorized => {
            (FailureKind::SignedOut, "Not signed in", "The session has ended, or the key was revoked. Sign in again.")
        }
        ErrorKind::Forbidden => (
            FailureKind::Forbidden,
            "Not allowed",
            "Your role in this organization, or its plan, does not cover this. An admin or owner can change that.",
        ),
        ErrorKind::NotFound => {
            (FailureKind::NotFound, "Not found", "It may have been deleted, or belong to another organization.")
        }
        ErrorKind::Conflict => (FailureKind::Conflict, "Not possible now", "Its state has to change first."),
        ErrorKind::RateLimited => (
            FailureKind::RateLimited,
            "Too many requests",
            "Something else uses the same credential. Wait a moment and try again.",
        ),
        ErrorKind::Server => (
            FailureKind::Server,
            "The platform failed",
            "Trying again may help. If it does not, report the trace id to support.",
        ),
        ErrorKind::Unexpected => (FailureKind::Other, "Unexpected answer", "If it stays, report it to support."),
        ErrorKind::Mismatch => (
            FailureKind::Mismatch,
            "Answer not understood",
            "The platform and this console may be of different versions. The detail says where they differ.",
        ),
        ErrorKind::NotTheApi => (
            FailureKind::Server,
            "Something else answered",
            "Check the network, a VPN or a sign-in page in between; then try again.",
        ),
        ErrorKind::Timeout => (FailureKind::Timeout, "No answer in time", "The platform or the network is slow."),
        ErrorKind::Offline => (FailureKind::Offline, "You are offline", "Try again when the network is back."),
        ErrorKind::Unreachable => (FailureKind::Unreachable, "Platform not reachable", ""),
        ErrorKind::Aborted => (FailureKind::Aborted, "Cancelled", ""),
        ErrorKind::NoCredential => (FailureKind::NeedsCredential, "Another sign-in is needed", ""),
    };
    Failure {
        kind,
        title,
        message: error.message.clone(),
        hint: hint.to_owned(),
        retry: error.is_transient() || matches!(error.kind, ErrorKind::Mismatch | ErrorKind::Unexpected),
        wait: error.retry_after,
        operation: error.operation,
        status: error.status,
        code: error.code.clone(),
        trace_id: error.trace_id.clone(),
        fields: error.fields(),
        detail: detail(error),
    }
}

/// What a view shows of a read that it watches: when the network is back, nobody has to ask for it again.
pub fn of_watched(error: &ApiError) -> Failure {
    let mut failure = failure(error);
    if error.kind == ErrorKind::Offline {
        "It is tried again by itself when the network is back.".clone_into(&mut failure.hint);
    }
    failure
}

/// Where a mismatch is and what came, or the platform's details where they name no field.
fn detail(error: &ApiError) -> Option<String> {
    let mut lines = Vec::new();
    if let Some(path) = &error.path {
        lines.push(format!("at {path}"));
    }
    if error.fields().is_empty()
        && let Some(details) = &error.details
    {
        lines.push(details.as_str().map_or_else(|| details.to_string(), str::to_owned));
    }
    if let Some(raw) = error.raw.as_ref().filter(|_| matches!(error.kind, ErrorKind::Mismatch | ErrorKind::NotTheApi)) {
        lines.push(raw.clone());
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_kind_has_its_own_words() {
        let kinds = [
            ErrorKind::Invalid,
            ErrorKind::Unauthorized,
            ErrorKind::Forbidden,
            ErrorKind::NotFound,
            ErrorKind::Conflict,
            ErrorKind::RateLimited,
            ErrorKind::Server,
            ErrorKind::Unexpected,
            ErrorKind::Mismatch,
            ErrorKind::NotTheApi,
            ErrorKind::Timeout,
            ErrorKind::Offline,
            ErrorKind::Unreachable,
            ErrorKind::Aborted,
            ErrorKind::NoCredential,
        ];
        let titles: std::collections::HashSet<_> =
            kinds.iter().map(|kind| failure(&ApiError::new(*kind, "listClusters", "")).title).collect();
        assert_eq!(titles.len(), kinds.len());
    }

    #[test]
    fn only_what_is_watched_promises_another_try() {
        let offline = ApiError::new(ErrorKind::Offline, "listClusters", "");
        assert!(!failure(&offline).hint.contains("by itself"));
        assert!(of_watched(&offline).hint.contains("by itself"));
        let failed = ApiError::new(ErrorKind::Server, "listClusters", "");
        assert_eq!(of_watched(&failed), failure(&failed));
    }

    #[test]
    fn fields_are_named_and_not_repeated_as_detail() {
        let mut error = ApiError::new(ErrorKind::Invalid, "createOrganization", "Bad name.");
        error.details = Some(json!({"field": "name", "message": "too long"}));
        let shown = failure(&error);
        assert_eq!(shown.fields, [("name".to_owned(), "too long".to_owned())]);
        assert_eq!((shown.detail, shown.retry), (None, false));
    }
}
