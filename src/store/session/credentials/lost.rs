//! Keys that were perhaps made with nobody to know of it.
//!
//! A page that goes while the platform makes a key takes the answer along, and the key would open its organization for
//! a day. So the tab notes each key before it is asked for, by a name that no other has, and strikes the note when the
//! answer is in. What a note that has stayed leads to is revoked.

use std::collections::BTreeSet;

use astro_api::api_keys::{self, ApiKey, ApiKeyStatus};

use super::{super::inner::Inner, revocation};
use crate::client::{Priority, browser};

/// The name in `sessionStorage`. Nothing secret lies there: when, for which organization, and under which name.
const NAME: &str = "astro.making";

/// How long after it was asked for a key may still come, milliseconds: the client waits no longer for a write.
const OPEN: u64 = 60_000;

/// How many notes are kept.
const MOST: usize = 20;

fn notes() -> Vec<String> {
    let text = browser::session_storage().and_then(|storage| storage.get_item(NAME).ok().flatten());
    text.unwrap_or_default().lines().map(ToOwned::to_owned).collect()
}

fn keep(notes: &[String]) {
    let Some(storage) = browser::session_storage() else { return };
    // Where nothing can be kept, nothing can be looked for: such a key ends within a day.
    let _ = if notes.is_empty() { storage.remove_item(NAME) } else { storage.set_item(NAME, &notes.join("\n")) };
}

/// Notes a key that is about to be asked for. Answers what [`strike`] takes.
pub fn note(organization: &str, name: &str) -> String {
    let note = format!("{} {organization} {name}", browser::now());
    let mut notes = notes();
    // Of the newest alone, where the platform fails again and again: a key ends by itself within a day.
    notes.drain(..notes.len().saturating_sub(MOST - 1));
    notes.push(note.clone());
    keep(&notes);
    note
}

/// It is known what became of the key.
pub fn strike(note: &str) {
    let mut notes = notes();
    notes.retain(|other| other != note);
    keep(&notes);
}

/// When a key was asked for, for which organization, and under which name.
fn read(note: &str) -> Option<(u64, &str, &str)> {
    let (at, rest) = note.split_once(' ')?;
    let (organization, name) = rest.split_once(' ')?;
    Some((at.parse().ok()?, organization, name))
}

impl Inner {
    /// Revokes the keys whose answers got lost, once none is being made. Nobody waits for it, and what fails is tried
    /// again with the next key and by the next page of the tab.
    pub async fn revoke_lost(&self) {
        let before = notes();
        if before.is_empty() {
            return;
        }
        let Some(_alone) = self.alone("lost keys").await else { return };
        let organizations: BTreeSet<&str> = before.iter().filter_map(|note| Some(read(note)?.1)).collect();
        for organization in organizations {
            // A tab that was duplicated has the note of a key that the other one is just making.
            if self.alone(&format!("key {organization}")).await.is_none() {
                return;
            }
        }
        let mut left = notes();
        left.retain(|note| before.contains(note));
        if left.is_empty() {
            return;
        }
        let Ok(keys) = self.client.send_for(&api_keys::list(), Priority::Background, None).await else { return };
        for note in left {
            if self.is_settled(&note, &keys).await {
                strike(&note);
            }
        }
    }

    /// Revokes the key of a note if it is there and nobody has it. `false`: it has to be looked for again.
    async fn is_settled(&self, note: &str, keys: &[ApiKey]) -> bool {
        let Some((at, organization, name)) = read(note) else { return true };
        let found = keys.iter().find(|key| key.org_id == organization && key.name.as_deref() == Some(name));
        let Some(key) = found else { return browser::now().saturating_sub(at) > OPEN };
        let is_known = self.kept.borrow().keys.values().any(|own| own.id.as_ref() == Some(&key.id));
        // One that was used has somebody who knows it: the tab of which this one is a copy.
        let is_used = key.last_used_at.as_ref().is_some_and(|time| time.known().is_some());
        if is_known || is_used || key.status != ApiKeyStatus::Active {
            return true;
        }
        let request = revocation(organization, &key.id, "It never reached the console that asked for it.");
        self.client.send_for(&request, Priority::Background, None).await.is_ok()
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::read;

    #[test]
    fn a_note_is_read_as_it_was_written() {
        let name = "console session 2026-11-23 07:17:31.123";
        assert_eq!(read(&format!("1795418251123 o-1 {name}")), Some((1_795_418_251_123, "o-1", name)));
        for text in ["", "1795418251123", "1795418251123 o-1", "then o-1 name"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
