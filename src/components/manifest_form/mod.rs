//! What forms have in common that write a manifest: the text that is read while one types, the import of one that is
//! there already, and what stands beside the form.

pub mod contract;
mod import;
mod reading;
mod sending;
mod summary;

use astro_api::manifest::{Kind, Manifest, ManifestError, Read};

use self::summary::lead;
pub use self::{
    import::{Told, import},
    reading::{Reading, Unread, fill_once, left_open, sentence, stays_text, stuck, text},
    sending::{Outcome, Sender, Sending, sending},
    summary::{Summary, Verdict},
};

/// What is wrong in what a manifest holds: the path of the field in its `spec`, and why.
pub type Faults = Vec<(String, String)>;

/// What a form makes: everything about its kind of manifest that the pieces of this module need.
#[derive(Clone, Copy)]
pub struct Subject {
    /// The kind of manifest.
    pub kind: Kind,
    /// "application", "applications".
    pub noun: (&'static str, &'static str),
    /// What is done with one: "Deploy", "deployed".
    pub verb: (&'static str, &'static str),
    /// What is missing or wrong in one.
    ///
    /// # Errors
    /// Where the manifest does not have the form of its kind.
    pub faults: fn(&Read) -> Result<Faults, ManifestError>,
    /// What one is called, and in a few words what it is.
    pub named: fn(&Manifest) -> (String, String),
    /// The same with its secrets hidden, to be shown.
    pub hidden: fn(&Manifest) -> Manifest,
}

impl Subject {
    /// The manifests of its kind that a text holds.
    ///
    /// # Errors
    /// Why there is none that can be shown.
    pub fn reads(&self, text: &str) -> Result<Vec<Read>, ManifestError> {
        let all = astro_api::manifest::read(text, Some(self.kind))?;
        let kinds: Vec<&str> = all.iter().map(|read| read.manifest.kind().as_str()).collect();
        if !kinds.contains(&self.kind.as_str()) {
            let found = kinds.join(", ");
            return Err(ManifestError {
                at: None,
                path: None,
                message: format!("This holds no {}, but {found}. Those are made on pages of their own.", self.kind),
            });
        }
        Ok(all.into_iter().filter(|read| read.manifest.kind() == self.kind).collect())
    }

    /// The only manifest of a text.
    pub fn one(&self, text: &str) -> Option<Manifest> {
        if text.trim().is_empty() {
            return None;
        }
        let mut reads = self.reads(text).ok()?.into_iter();
        reads.next().filter(|_| reads.next().is_none()).map(|read| read.manifest)
    }
}
