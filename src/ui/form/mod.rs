//! Forms: a draft, a frame around its fields, and what happens when it is sent.
//!
//! Three shells: [`FormPage`] for long forms, [`FormPanel`] for one to four fields beside the page they belong to,
//! [`FormDialog`] where the page must wait. Each asks for `pending` and `error`, so that no form forgets them. On submit
//! the first invalid field takes the focus; what the platform says of a field lands on it, the rest stands above the
//! form; and nothing that was typed goes away.

mod draft;
mod landing;
mod leaving;
mod shell;

use leptos::prelude::*;

pub use self::{
    draft::Draft,
    leaving::{Leaving, hold_while},
    shell::{FormDialog, FormPage, FormPanel, PlainForm, Section},
};
use super::field::Control;

/// The fields of a form, as its shell and the fields themselves know it.
#[derive(Clone, Copy)]
pub struct FormContext {
    entries: StoredValue<Vec<Entry>>,
}

/// A field in its form.
struct Entry {
    name: String,
    label: String,
    control: Control,
}

impl FormContext {
    fn new() -> Self {
        Self { entries: StoredValue::new(Vec::new()) }
    }

    /// Adds a field until its view is gone.
    pub(super) fn add(self, name: String, label: String, control: Control) {
        let key = control.key();
        self.entries.update_value(|entries| entries.push(Entry { name, label, control }));
        on_cleanup(move || {
            let _ = self.entries.try_update_value(|entries| entries.retain(|entry| entry.control.key() != key));
        });
    }

    /// Lets every rule speak before the form is sent; whether one of them objects.
    fn objects(self) -> bool {
        let controls: Vec<_> = self.entries.with_value(|entries| entries.iter().map(|entry| entry.control).collect());
        // Each of them, and not only up to the first that objects.
        let objects = controls.iter().filter(|control| control.speak()).count() > 0;
        if !objects {
            // A list that soon holds what is sent is no reproach.
            for control in controls {
                control.sent();
            }
        }
        objects
    }

    /// Brings what the platform says of fields to the fields; what is left is of none.
    fn land(self, faults: &[(String, String)]) -> Vec<(String, String)> {
        let mut left = Vec::new();
        for (path, text) in faults {
            let found = self.entries.with_value(|entries| {
                let names: Vec<_> = entries.iter().map(|entry| entry.name.as_str()).collect();
                let entry = entries.get(landing::field(path, &names)?)?;
                Some((entry.control, landing::words(text, &entry.label)))
            });
            match found {
                Some((control, words)) => control.blame(words),
                None => left.push((path.clone(), text.clone())),
            }
        }
        left
    }
}
