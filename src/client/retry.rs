//! Whether and when a request that failed is sent again: the rules, without clock or browser.

use astro_api::{ApiError, ErrorKind, operations::Safety};

/// How often a request is sent at most.
pub const TRIES: u32 = 3;

/// The longest wait for the platform that a person is made to sit through; above it the failure is shown instead.
const PATIENCE: f64 = 20_000.0;

/// Milliseconds to wait before the next try, or `None` to give up.
///
/// `tries` were made; `jitter` is a random number from 0 to 1, which keeps many consoles from returning in step.
pub fn wait(tries: u32, safety: Safety, is_file: bool, error: &ApiError, jitter: f64) -> Option<u64> {
    if safety == Safety::Once || tries >= TRIES || !error.is_transient() {
        return None;
    }
    match error.kind {
        // Without a network the next try fails as well; what is watched is read again when it is back.
        ErrorKind::Offline => return None,
        // It has already taken half a minute; a file minutes, and all that had come of it would come again.
        ErrorKind::Timeout if is_file || tries >= 2 => return None,
        _ => {}
    }
    let ceiling = 300.0 * f64::from(4_u32.saturating_pow(tries.saturating_sub(1)));
    let backoff = ceiling * jitter.clamp(0.0, 1.0);
    // What the platform asks for is the least; the jitter comes on top.
    let asked = error.retry_after.unwrap_or_default().max(0.0) * 1_000.0;
    let wait = asked + backoff;
    // Positive and at most PATIENCE.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    (wait <= PATIENCE).then_some(wait as u64)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use astro_api::{audit, clusters};
    use proptest::prelude::*;

    use super::{super::Timeouts, *};

    const KINDS: [ErrorKind; 15] = [
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

    fn error(kind: ErrorKind, retry_after: Option<f64>) -> ApiError {
        let mut error = ApiError::new(kind, "listClusters", "");
        error.retry_after = retry_after;
        error
    }

    #[test]
    fn a_failing_platform_is_tried_three_times() {
        let failed = error(ErrorKind::Server, None);
        assert_eq!(wait(1, Safety::Read, false, &failed, 1.0), Some(300));
        assert_eq!(wait(2, Safety::Repeatable, false, &failed, 1.0), Some(1_200));
        assert_eq!(wait(3, Safety::Read, false, &failed, 1.0), None);
    }

    #[test]
    fn what_the_platform_asks_for_is_waited_for() {
        let limited = error(ErrorKind::RateLimited, Some(2.0));
        assert_eq!(wait(1, Safety::Read, false, &limited, 0.0), Some(2_000));
        assert_eq!(wait(1, Safety::Read, false, &error(ErrorKind::RateLimited, Some(60.0)), 0.0), None);
    }

    #[test]
    fn a_file_has_minutes_and_is_not_begun_anew_by_itself() {
        let timeouts = Timeouts::default();
        let of = |is_file| timeouts.of(Safety::Read, is_file);
        assert_eq!((of(false), of(true)), (30_000, 600_000));
        assert_eq!(timeouts.of(Safety::Once, false), 60_000);
        let late = error(ErrorKind::Timeout, None);
        assert_eq!(wait(1, Safety::Read, false, &late, 1.0), Some(300));
        assert_eq!(wait(1, Safety::Read, true, &late, 1.0), None);
        assert_eq!(wait(1, Safety::Read, true, &error(ErrorKind::Server, None), 1.0), Some(300), "nothing had come");
        let export = audit::export(&audit::AuditExport::default());
        assert!(export.call().is_file() && !clusters::list(None).call().is_file());
    }

    proptest! {
        #[test]
        fn a_create_is_never_sent_twice(kind in 0..KINDS.len(), tries in 1_u32..5, after in prop::option::of(0.0..9.0)) {
            prop_assert_eq!(wait(tries, Safety::Once, false, &error(KINDS[kind], after), 0.5), None);
        }

        #[test]
        fn only_what_may_pass_is_tried_again(
            kind in 0..KINDS.len(),
            tries in 0_u32..9,
            after in prop::option::of(-1.0..1e9),
            jitter in -1.0..2.0,
        ) {
            let error = error(KINDS[kind], after);
            if let Some(millis) = wait(tries, Safety::Read, false, &error, jitter) {
                prop_assert!(error.is_transient() && tries < TRIES);
                prop_assert!(millis <= 20_000);
                let millis = f64::from(u32::try_from(millis).unwrap());
                prop_assert!(after.is_none_or(|after| millis >= (after * 1_000.0).floor()));
            }
        }
    }
}
