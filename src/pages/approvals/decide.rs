//! Approving and rejecting: what is sent, what is asked first, and what to say when it comes too late.

use astro_api::{Secret, clusters};

use crate::{
    store::{Mutation, mutation},
    ui::{
        Confirm,
        load::{Failure, FailureKind},
    },
};

/// A decision as it is sent.
#[derive(Clone)]
pub struct Decision {
    /// The cluster that waits.
    pub cluster: String,
    /// Its organization, a UUID.
    pub organization: String,
    /// Works once.
    pub token: Secret<String>,
    /// Whether it may be made.
    pub approve: bool,
}

/// The write.
pub fn decide() -> Mutation<Decision, String> {
    mutation(|it: &Decision| {
        let action = if it.approve { "APPROVE" } else { "REJECT" };
        clusters::decide_approval(&it.cluster, &it.organization, &it.token, action)
    })
}

/// What was decided, for telling it.
pub fn done(cluster: &str, approve: bool) -> String {
    if approve {
        format!("{cluster} is approved and is being made.")
    } else {
        format!("{cluster} is rejected. Nothing is made.")
    }
}

/// What is asked before it is sent. `what` is the cluster in a few words.
pub fn question(cluster: &str, what: Option<&str>, approve: bool) -> Confirm {
    let what = what.map_or_else(|| "It".to_owned(), |what| format!("{cluster} ({what})"));
    if approve {
        Confirm::new(format!("Approve {cluster}"), format!("{what} begins at once."), "Approve cluster")
            .consequence("server", "The platform", "makes machines, networks and load balancers in your cloud account.")
            .consequence("clock", "From then on", "the cloud provider charges for them, until the cluster is deleted.")
            .consequence(
                "check",
                "The requester",
                "is notified by e-mail. The decision cannot be taken back; the operation can be cancelled.",
            )
            .keep("Decide later")
    } else {
        Confirm::new(format!("Reject {cluster}"), format!("{what} is not made."), "Reject cluster")
            .consequence("ban", "The request", "ends here. The requester is notified by e-mail, and may ask again.")
            .consequence("check", "In the cloud", "nothing was made yet, and nothing is left behind.")
            .keep("Decide later")
            .danger()
    }
}

/// Why a decision can no longer be made, and what to do, for what the platform refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooLate {
    /// Somebody has decided.
    Used,
    /// Nobody has, for too long.
    Expired,
    /// The request was withdrawn or cancelled.
    Withdrawn,
    /// No request has this token.
    Unknown,
    /// It is over, and the platform does not say how.
    Over,
}

impl TooLate {
    /// What a refusal means; none where it means something else. `cluster` is the one that was decided on: its name is no
    /// word of the platform's.
    pub fn of(failure: &Failure, cluster: &str) -> Option<Self> {
        let is_about_the_link =
            matches!(failure.kind, FailureKind::Invalid | FailureKind::NotFound | FailureKind::Conflict);
        if !is_about_the_link {
            return None;
        }
        // The contract names neither reason nor status; the platform's words, or its details, do.
        let detail = failure.detail.as_deref().unwrap_or_default();
        let mut said = format!("{} {} {detail}", failure.message, failure.code);
        for (_, text) in &failure.fields {
            said = format!("{said} {text}");
        }
        let said = said.to_lowercase();
        let words: Vec<&str> = said
            .split(|letter: char| !letter.is_alphanumeric() && letter != '-')
            .filter(|word| *word != cluster)
            .flat_map(|word| word.split('-'))
            .filter(|word| !word.is_empty())
            .collect();
        let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(word));
        // "It cannot be used" tells of nobody who has.
        let cannot_be = words.windows(2).any(|pair| pair == ["be", "used"]);
        // "Invalid or expired" tells neither.
        let is_unsure = has(&["invalid"]) && has(&["or"]) && has(&["expired", "used"]);
        Some(match failure.kind {
            _ if has(&["expired"]) && !is_unsure => Self::Expired,
            _ if has(&["cancelled", "canceled", "withdrawn"]) => Self::Withdrawn,
            _ if has(&["already"]) || has(&["used"]) && !cannot_be && !is_unsure => Self::Used,
            FailureKind::NotFound if failure.status != Some(410) => Self::Unknown,
            // What was sent is wrong in another way.
            FailureKind::Invalid if !is_unsure && !cannot_be => return None,
            _ => Self::Over,
        })
    }

    /// A heading and what to do.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Used => (
                "Somebody has decided already",
                "A link works once, and so does its twin: nothing was changed now. The cluster's page shows what became of it.",
            ),
            Self::Expired => (
                "The link has expired",
                "Nobody decided in time, so the request has ended. Whoever wants the cluster asks again, and owners get a new link.",
            ),
            Self::Withdrawn => (
                "There is nothing to decide any more",
                "The request was withdrawn or cancelled. Nothing was changed now; the cluster's page shows what became of it.",
            ),
            Self::Unknown => (
                "No request has this link",
                "The link may be cut short, or belong to another organization. Open it again from the e-mail, or look at the list of approvals.",
            ),
            Self::Over => (
                "It cannot be decided any more",
                "Nothing was changed now. The cluster's page shows what became of it, and whether anything is being made.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(kind: FailureKind, message: &str) -> Failure {
        Failure {
            kind,
            title: "",
            message: message.to_owned(),
            hint: String::new(),
            retry: false,
            wait: None,
            operation: "decideClusterApproval",
            status: None,
            code: String::new(),
            trace_id: None,
            fields: Vec::new(),
            detail: None,
        }
    }

    #[test]
    fn a_refusal_is_told_by_what_it_means_whatever_its_status() {
        for kind in [FailureKind::Invalid, FailureKind::NotFound, FailureKind::Conflict] {
            for (message, meaning) in [
                ("This link has been used: Olivia approved it", TooLate::Used),
                ("token already used", TooLate::Used),
                ("This link expired at noon", TooLate::Expired),
                ("Token has already expired", TooLate::Expired),
                ("The creation is CANCELLED", TooLate::Withdrawn),
                ("The request was withdrawn", TooLate::Withdrawn),
            ] {
                assert_eq!(TooLate::of(&failure(kind, message), "shop"), Some(meaning), "{kind:?}: {message}");
            }
        }
    }

    #[test]
    fn what_the_platform_does_not_say_is_not_told() {
        let of = |kind, message: &str| TooLate::of(&failure(kind, message), "used-cars");
        assert_eq!(of(FailureKind::Conflict, "The creation of cluster used-cars is IN_PROGRESS"), Some(TooLate::Over));
        assert_eq!(of(FailureKind::Conflict, "It cannot be used any more"), Some(TooLate::Over));
        let unknown = "No approval of cluster \"used-cars\" has this token";
        assert_eq!(of(FailureKind::NotFound, unknown), Some(TooLate::Unknown));
        assert_eq!(of(FailureKind::NotFound, ""), Some(TooLate::Unknown));
        assert_eq!(of(FailureKind::Invalid, "Invalid or expired token"), Some(TooLate::Over));
        assert_eq!(of(FailureKind::Invalid, "action must be APPROVE or REJECT"), None);
        assert_eq!(of(FailureKind::Server, "used"), None);
        let gone = Failure { status: Some(410), ..failure(FailureKind::NotFound, "Gone") };
        assert_eq!(TooLate::of(&gone, "shop"), Some(TooLate::Over), "there was a request");
    }

    #[test]
    fn a_reason_in_code_details_or_fields_is_heard_as_well() {
        let plain = || failure(FailureKind::Conflict, "No");
        let detail = Failure { detail: Some(r#"{"reason":"expired"}"#.to_owned()), ..plain() };
        assert_eq!(TooLate::of(&detail, "shop"), Some(TooLate::Expired));
        let code = Failure { code: "TOKEN_ALREADY_USED".to_owned(), ..plain() };
        assert_eq!(TooLate::of(&code, "shop"), Some(TooLate::Used));
        let field = ("token".to_owned(), "has expired".to_owned());
        let field = Failure { fields: vec![field], ..failure(FailureKind::Invalid, "No") };
        assert_eq!(TooLate::of(&field, "shop"), Some(TooLate::Expired));
    }
}
