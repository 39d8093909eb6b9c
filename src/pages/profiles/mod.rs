//! Application profiles: where applications run, and with how much.

mod create;
mod delete;
mod list;
mod overview;

pub use self::{create::create, list::list, overview::overview};

use astro_api::profiles::ApplicationProfile;

use crate::routes::{self, Place};

/// Where a profile has its page: under its name, unless that is the address of the form.
pub fn place(organization: &str, profile: &ApplicationProfile) -> Place {
    let place = routes::profile(organization, &profile.profile_name);
    if place.path() == routes::profile_create(organization).path() {
        routes::profile(organization, &profile.id)
    } else {
        place
    }
}
