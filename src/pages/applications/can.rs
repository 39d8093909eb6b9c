//! What may be done with applications, and why not.

use astro_api::organizations::Role;

use crate::components::words;

/// Why no application may be deployed. A viewer reads only; a role that the console does not know is left to the
/// platform.
pub fn deploy(role: Option<&Role>) -> Option<String> {
    resync(role)
}

/// Why an application may not be resynced. A viewer reads only; a role that the console does not know is left to the
/// platform.
pub fn resync(role: Option<&Role>) -> Option<String> {
    match role {
        Some(Role::Viewer) => Some(format!(
            "Needs the role editor, admin or owner. Yours is {}.",
            words::role(&Role::Viewer).to_lowercase()
        )),
        _ => None,
    }
}
