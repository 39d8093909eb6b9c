//! States of the contract as signs and words.
//!
//! The enumerations are open: a word that is not listed here is shown as it came, with a neutral sign.

use astro_api::{
    api_keys::ApiKeyStatus,
    applications::{AppEvent, Application, Condition, ConditionStatus, EventType, Health, SyncStatus},
    cloud::ConnectStatus,
    clusters::{AgentState, AgentSummary, ClusterStatus, OperationStatus, OperationType},
    github::InstallationSync,
};

use crate::ui::{Mark, Tone, state::readable};

/// Where a cluster stands in its life.
pub fn cluster(status: &ClusterStatus) -> Mark {
    match status {
        ClusterStatus::ApprovalPending => Mark::new(Tone::Ask, "Approval pending"),
        ClusterStatus::ApprovalRejected => Mark::new(Tone::Off, "Approval rejected"),
        ClusterStatus::Provisioning => Mark::new(Tone::Work, "Provisioning"),
        ClusterStatus::Registering => Mark::new(Tone::Work, "Registering"),
        ClusterStatus::Ready => Mark::new(Tone::Good, "Ready"),
        ClusterStatus::Updating => Mark::new(Tone::Work, "Updating"),
        ClusterStatus::Upgrading => Mark::new(Tone::Work, "Upgrading"),
        ClusterStatus::Deleting => Mark::new(Tone::Work, "Deleting"),
        ClusterStatus::Deleted => Mark::new(Tone::Off, "Deleted"),
        ClusterStatus::Failed => Mark::new(Tone::Bad, "Failed"),
        ClusterStatus::Cancelled => Mark::new(Tone::Off, "Cancelled"),
        ClusterStatus::Other(word) => Mark::unknown(word),
    }
}

/// Whether a cluster's agent keeps in touch; none where it has no agent.
pub fn agent(agent: &AgentSummary) -> Option<Mark> {
    match (agent.installed, agent.connected) {
        (_, Some(true)) => Some(Mark::new(Tone::Good, "Connected")),
        (Some(false), _) | (None, None) => None,
        (_, Some(false)) => Some(Mark::new(Tone::Warn, "Disconnected")),
        (Some(true), None) => Some(Mark::new(Tone::Idle, "Installed")),
    }
}

/// Where an agent stands, as the platform tells it of one agent.
pub fn agent_state(state: &AgentState) -> Mark {
    match state {
        AgentState::Pending => Mark::new(Tone::Wait, "Pending"),
        AgentState::WaitingForAgent => Mark::new(Tone::Wait, "Waiting for the agent"),
        AgentState::Connected => Mark::new(Tone::Good, "Connected"),
        AgentState::Disconnected => Mark::new(Tone::Warn, "Disconnected"),
        AgentState::Failed => Mark::new(Tone::Bad, "Failed"),
        AgentState::Tombstoned => Mark::new(Tone::Off, "Removed"),
        AgentState::Other(word) => Mark::unknown(word),
    }
}

/// Where the connection of a cloud account stands.
pub fn connection(status: &ConnectStatus) -> Mark {
    match status {
        ConnectStatus::Pending => Mark::new(Tone::Wait, "Waiting for the setup"),
        ConnectStatus::InProgress => Mark::new(Tone::Work, "Verifying"),
        ConnectStatus::Completed => Mark::new(Tone::Good, "Connected"),
        ConnectStatus::Failed => Mark::new(Tone::Bad, "Failed"),
        ConnectStatus::Other(word) => Mark::unknown(word),
    }
}

/// Whether an installation is in step with GitHub.
pub fn installation(sync: &InstallationSync) -> Mark {
    match sync {
        InstallationSync::Synced => Mark::new(Tone::Good, "Synced"),
        InstallationSync::Pending => Mark::new(Tone::Work, "Syncing"),
        InstallationSync::Failed => Mark::new(Tone::Bad, "Sync failed"),
        InstallationSync::Other(word) => Mark::unknown(word),
    }
}

/// Whether an organization is there already. The words are the platform's own; the contract lists none.
pub fn organization(status: &str) -> Mark {
    match status {
        "READY" | "ACTIVE" => Mark { tone: Tone::Good, ..Mark::unknown(status) },
        "FAILED" => Mark::new(Tone::Bad, "Failed"),
        status if is_provisioning(status) => Mark { tone: Tone::Work, ..Mark::unknown(status) },
        status => Mark::unknown(status),
    }
}

/// Whether a status says that an organization is about to be there.
pub fn is_provisioning(status: &str) -> bool {
    matches!(status, "PROVISIONING" | "PENDING" | "CREATING")
}

/// Where an API key stands in its life.
pub fn api_key(status: &ApiKeyStatus) -> Mark {
    match status {
        ApiKeyStatus::Active => Mark::new(Tone::Good, "Active"),
        ApiKeyStatus::Expired => Mark::new(Tone::Idle, "Expired"),
        ApiKeyStatus::Revoked => Mark::new(Tone::Off, "Revoked"),
        ApiKeyStatus::Other(word) => Mark::unknown(word),
    }
}

/// Whether a channel of notifications sends; none where it is not set up.
pub fn channel(enabled: Option<bool>) -> Mark {
    match enabled {
        Some(true) => Mark::new(Tone::Good, "On"),
        Some(false) => Mark::new(Tone::Off, "Off"),
        None => Mark::new(Tone::Idle, "Not set up"),
    }
}

/// Argo CD's health.
pub fn health(health: &Health) -> Mark {
    match health {
        Health::Healthy => Mark::new(Tone::Good, "Healthy"),
        Health::Progressing => Mark::new(Tone::Work, "Progressing"),
        Health::Degraded => Mark::new(Tone::Bad, "Degraded"),
        Health::Suspended => Mark::new(Tone::Idle, "Suspended"),
        Health::Missing => Mark::new(Tone::Bad, "Missing"),
        Health::Unknown => Mark::new(Tone::Idle, "Unknown"),
        Health::Other(word) => Mark::unknown(word),
    }
}

/// Argo CD's comparison of what runs with what is wanted.
pub fn sync(sync: &SyncStatus) -> Mark {
    match sync {
        SyncStatus::Synced => Mark::new(Tone::Good, "Synced"),
        SyncStatus::OutOfSync => Mark::new(Tone::Warn, "Out of sync"),
        SyncStatus::Unknown => Mark::new(Tone::Idle, "Unknown"),
        SyncStatus::Other(word) => Mark::unknown(word),
    }
}

/// The health of an application; where the platform leaves it out, its overall state, whose words are open.
pub fn application(application: &Application) -> Mark {
    application.health.as_ref().map_or_else(|| overall(&application.status), health)
}

/// The overall state of an application. Seen are `RUNNING` for an image and `Ready` for a build.
fn overall(status: &str) -> Mark {
    let known = ["RUNNING", "READY", "HEALTHY"].iter().any(|word| status.eq_ignore_ascii_case(word));
    let mark = Mark::unknown(status);
    if known { Mark { tone: Tone::Good, ..mark } } else { mark }
}

/// Whether a condition is as it should be.
///
/// Kubernetes words conditions so that `True` is well (`Ready`), but for those that name a trouble (`MemoryPressure`,
/// Argo CD's `ComparisonError` and `OrphanedResourceWarning`).
pub fn condition(condition: &Condition) -> Tone {
    const TROUBLES: [&str; 5] = ["Error", "Warning", "Pressure", "Degraded", "Unavailable"];
    let trouble = TROUBLES.iter().any(|word| condition.kind.ends_with(word));
    match (&condition.status, trouble) {
        (ConditionStatus::True, false) | (ConditionStatus::False, true) => Tone::Good,
        (ConditionStatus::True, true) if condition.kind.ends_with("Warning") => Tone::Warn,
        (ConditionStatus::True, true) | (ConditionStatus::False, false) => Tone::Bad,
        _ => Tone::Idle,
    }
}

/// How an event is meant. The platform knows `Normal` and `Warning`; of the warnings, these say that something failed.
pub fn event(event: &AppEvent) -> Tone {
    const FAILURES: [&str; 8] = [
        "BackOff",
        "Failed",
        "FailedScheduling",
        "FailedMount",
        "FailedCreate",
        "OOMKilling",
        "Evicted",
        "ProgressDeadlineExceeded",
    ];
    let failed = event.phase.as_deref() == Some("Failed") || FAILURES.contains(&event.reason.as_str());
    match &event.kind {
        EventType::Warning if failed => Tone::Bad,
        EventType::Warning => Tone::Warn,
        EventType::Normal => Tone::Good,
        EventType::Other(_) => Tone::Idle,
    }
}

/// What an operation does: "Upgrade".
pub fn operation_type(kind: &OperationType) -> String {
    readable(kind.as_str())
}

/// Where an operation stands.
pub fn operation(status: &OperationStatus) -> Mark {
    match status {
        OperationStatus::Pending => Mark::new(Tone::Wait, "Pending"),
        OperationStatus::InProgress => Mark::new(Tone::Work, "Running"),
        OperationStatus::Completed => Mark::new(Tone::Good, "Completed"),
        OperationStatus::Failed => Mark::new(Tone::Bad, "Failed"),
        OperationStatus::Cancelled => Mark::new(Tone::Off, "Cancelled"),
        OperationStatus::Other(word) => Mark::unknown(word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_state_has_a_word_of_its_own_and_an_unknown_one_stays_neutral() {
        for status in ClusterStatus::KNOWN {
            assert_ne!(cluster(status).word, "Unknown", "{status}");
        }
        assert_eq!(cluster(&"HIBERNATING".into()), Mark::unknown("HIBERNATING"));
        assert_eq!(cluster(&"HIBERNATING".into()).tone, Tone::Idle);
        assert_eq!(health(&"Exploded".into()).tone, Tone::Idle);
    }

    #[test]
    fn a_condition_that_names_a_trouble_is_bad_when_it_holds() {
        let of = |kind: &str, status| {
            condition(&Condition {
                kind: kind.to_owned(),
                status,
                reason: None,
                message: None,
                last_transition_time: None,
            })
        };
        assert_eq!(of("Ready", ConditionStatus::True), Tone::Good);
        assert_eq!(of("Ready", ConditionStatus::False), Tone::Bad);
        assert_eq!(of("MemoryPressure", ConditionStatus::False), Tone::Good);
        assert_eq!(of("ComparisonError", ConditionStatus::True), Tone::Bad);
        assert_eq!(of("OrphanedResourceWarning", ConditionStatus::True), Tone::Warn);
        assert_eq!(of("Ready", ConditionStatus::Unknown), Tone::Idle);
    }

    #[test]
    fn an_agent_that_was_never_installed_has_no_state() {
        let agent_of = |installed, connected| {
            agent(&AgentSummary { installed, connected, ..AgentSummary::default() }).map(|mark| mark.tone)
        };
        assert_eq!(agent_of(Some(true), Some(true)), Some(Tone::Good));
        assert_eq!(agent_of(Some(true), Some(false)), Some(Tone::Warn));
        assert_eq!(agent_of(Some(false), Some(false)), None);
        assert_eq!(agent_of(None, None), None);
    }
}
