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
                "Whoever asked",
                "is told by e-mail. The decision cannot be taken back; the operation can be cancelled.",
            )
            .keep("Decide later")
    } else {
        Confirm::new(format!("Reject {cluster}"), format!("{what} is not made."), "Reject cluster")
            .consequence("ban", "The request", "ends here. Whoever asked is told by e-mail, and may ask again.")
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
}

impl TooLate {
    /// What a refusal means; none where it means something else.
    pub fn of(failure: &Failure) -> Option<Self> {
        if failure.kind == FailureKind::NotFound {
            return Some(Self::Unknown);
        }
        if failure.kind != FailureKind::Conflict {
            return None;
        }
        // The contract names no reason; the platform's words, or its details, do.
        let words = format!("{} {}", failure.message, failure.detail.as_deref().unwrap_or_default()).to_lowercase();
        Some(if words.contains("expired") {
            Self::Expired
        } else if words.contains("used") || words.contains("already") {
            Self::Used
        } else {
            Self::Withdrawn
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
                "The request was cancelled before anybody decided. Nothing was made.",
            ),
            Self::Unknown => (
                "No request has this link",
                "The link may be cut short, or belong to another organization. Open it again from the e-mail, or look at the list of approvals.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_by_what_it_means() {
        let failure = |kind, message: &str, detail: Option<&str>| Failure {
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
            detail: detail.map(ToOwned::to_owned),
        };
        let of = |kind, message| TooLate::of(&failure(kind, message, None));
        assert_eq!(of(FailureKind::Conflict, "This link has been used: Olivia approved it"), Some(TooLate::Used));
        assert_eq!(of(FailureKind::Conflict, "This link expired at noon"), Some(TooLate::Expired));
        assert_eq!(of(FailureKind::Conflict, "The creation is CANCELLED"), Some(TooLate::Withdrawn));
        assert_eq!(of(FailureKind::NotFound, ""), Some(TooLate::Unknown));
        assert_eq!(of(FailureKind::Server, "used"), None);
        let told = failure(FailureKind::Conflict, "No", Some(r#"{"reason":"expired"}"#));
        assert_eq!(TooLate::of(&told), Some(TooLate::Expired));
    }
}
