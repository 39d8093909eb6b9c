//! Where one does something about an application that is not well.

use astro_api::applications::{Application, Health, SyncStatus, SyncType};

/// What helps, or where it says what would.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing is there before somebody has it synced.
    Resync,
    /// No container has written anything: what Kubernetes and the sync say is all there is.
    Events,
    /// What its containers wrote.
    Logs,
}

/// What is said of pods whose containers do not start.
const UNSTARTED: [&str; 7] = [
    "ImagePullBackOff",
    "ErrImagePull",
    "InvalidImageName",
    "CreateContainerConfigError",
    "CreateContainerError",
    "FailedScheduling",
    "Unschedulable",
];

/// What helps an application of a health, by what is said of it.
pub fn remedy(application: &Application, health: Option<&Health>, sync: Option<&SyncStatus>, said: &str) -> Remedy {
    if health == Some(&Health::Missing) {
        // Where the comparison itself failed, another sync fails as well.
        let waits = application.sync_type == Some(SyncType::Manual) && sync == Some(&SyncStatus::OutOfSync);
        return if waits { Remedy::Resync } else { Remedy::Events };
    }
    if UNSTARTED.iter().any(|word| said.contains(word)) { Remedy::Events } else { Remedy::Logs }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_are_proposed_where_a_container_has_run() {
        let of = |mode: &str, health: &str, sync: &str, said: &str| {
            let application: Application = serde_json::from_value(serde_json::json!({
                "id": "a", "name": "api", "profileName": "p", "status": "x", "source": { "type": "image" },
                "syncType": mode, "health": health, "syncStatus": sync,
            }))
            .unwrap();
            remedy(&application, application.health.as_ref(), application.sync_status.as_ref(), said)
        };
        assert_eq!(of("manual", "Missing", "OutOfSync", "Waiting for a sync"), Remedy::Resync);
        assert_eq!(of("auto", "Missing", "OutOfSync", ""), Remedy::Events);
        assert_eq!(of("manual", "Missing", "Unknown", "app path does not exist"), Remedy::Events);
        assert_eq!(of("auto", "Degraded", "Synced", "Back-off pulling image: ImagePullBackOff"), Remedy::Events);
        assert_eq!(of("auto", "Degraded", "Synced", "back-off 5m0s restarting failed container"), Remedy::Logs);
    }
}
