//! The live status of an application: the newest of everything that its stream has told.

use astro_api::{
    Frame,
    applications::{self, AppResource, AppStatusEvent, Condition, Health, SyncStatus},
    timestamp::Timestamp,
};
use leptos::prelude::*;

use crate::store::{Live, Source, stream};

/// What the status stream has told so far. Frames are partial: what one leaves out stays as an earlier one said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LiveStatus {
    /// Argo CD's health.
    pub health: Option<Health>,
    /// Argo CD's comparison of what runs with what is wanted.
    pub sync: Option<SyncStatus>,
    /// The revision that runs.
    pub revision: Option<String>,
    /// What the platform says about it.
    pub message: Option<String>,
    /// The conditions; none before the first frame that has them.
    pub conditions: Option<Vec<Condition>>,
    /// The Kubernetes resources; none before the first frame that has them.
    pub resources: Option<Vec<AppResource>>,
    /// When the newest frame was sent.
    pub at: Option<Timestamp>,
    /// Why the newest frame was not understood.
    pub problem: Option<String>,
}

impl LiveStatus {
    /// Takes a frame in.
    pub fn take(&mut self, event: AppStatusEvent) {
        self.health = event.health.or(self.health.take());
        self.sync = event.sync_status.or(self.sync.take());
        self.revision = event.revision.or(self.revision.take());
        // A message belongs to its moment: an old trouble must not stand beside a new health.
        self.message = event.message.filter(|message| !message.is_empty());
        self.conditions = event.conditions.or(self.conditions.take());
        self.resources = event.resources.or(self.resources.take());
        self.at = Some(event.timestamp);
        self.problem = None;
    }
}

/// Follows the status of an application for as long as the current owner lives.
pub fn application_status(id: String) -> (ReadSignal<LiveStatus>, Live) {
    let status = RwSignal::new(LiveStatus::default());
    let live = stream(
        move || Some(Source::new(applications::status(&id), applications::get(&id))),
        move |frame| {
            status.try_update(|status| match frame {
                Ok(Frame::Item(event)) => status.take(event),
                // The contract has no plain lines here: one is a remark, and shown as such.
                Ok(Frame::Text(line)) => status.message = Some(line),
                Err(error) => status.problem = Some(error.message),
            });
        },
    );
    (status.read_only(), live)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_replaces_what_it_tells_and_leaves_the_rest() {
        let mut status = LiveStatus::default();
        status.take(AppStatusEvent {
            health: Some(Health::Degraded),
            sync_status: Some(SyncStatus::Synced),
            message: Some("a pod restarts".to_owned()),
            resources: Some(vec![AppResource::default()]),
            ..AppStatusEvent::default()
        });
        status.take(AppStatusEvent { health: Some(Health::Healthy), ..AppStatusEvent::default() });
        assert_eq!(status.health, Some(Health::Healthy));
        assert_eq!(status.sync, Some(SyncStatus::Synced));
        assert_eq!(status.message, None, "the trouble is over");
        assert_eq!(status.resources.map(|resources| resources.len()), Some(1));
    }
}
