//! Deleting profiles: what is asked, and why one stays.

use std::sync::Arc;

use astro_api::profiles::{self, ProfileBulkDeleteRequest, ProfileBulkDeleteResult, SkippedProfile};

use crate::{
    store::Mutation,
    ui::{
        Confirm,
        format::{self, counted},
        load::Failure,
    },
};

/// Why a profile that so many applications use cannot be deleted.
pub fn in_use(applications: usize) -> Option<String> {
    let verb = if applications == 1 { "uses" } else { "use" };
    (applications > 0).then(|| {
        format!("{} {verb} it. Delete what uses it first.", counted(applications, "application", "applications"))
    })
}

/// What is asked before one is deleted.
pub fn one(name: &str) -> Confirm {
    let text = "No application uses it. Manifests that name it will be refused from then on.";
    Confirm::new(format!("Delete {name}"), text, "Delete profile").keep("Keep profile").danger()
}

/// What is asked before several are deleted.
pub fn several(names: &[String]) -> Confirm {
    let count = counted(names.len(), "profile", "profiles");
    let mut listed = names.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > 5 {
        listed = format!("{listed} and {} more", format::count(names.len() - 5));
    }
    Confirm::new(format!("Delete {count}"), format!("{listed}."), format!("Delete {count}"))
        .consequence("trash-2", "Unused profiles", "go. Manifests that name them will be refused from then on.")
        .consequence("boxes", "Profiles in use", "stay as they are, and you are told which.")
        .keep("Keep profiles")
        .danger()
}

/// Deletes several in one request, and says of each why it stayed, if it did.
pub async fn send(
    delete: Mutation<ProfileBulkDeleteRequest, ProfileBulkDeleteResult>,
    names: Vec<String>,
) -> Result<Vec<Option<String>>, Failure> {
    let result = delete.outcome(ProfileBulkDeleteRequest { profile_names: names.clone() }).await?;
    Ok(told(&names, &result))
}

/// The request of [`send`].
pub fn request(body: &ProfileBulkDeleteRequest) -> astro_api::Request<ProfileBulkDeleteResult> {
    profiles::bulk_delete(body)
}

fn told(names: &[String], result: &Arc<ProfileBulkDeleteResult>) -> Vec<Option<String>> {
    let why = |name: &String| {
        if result.deleted.contains(name) {
            return None;
        }
        let skipped = result.skipped.iter().find(|skipped| skipped.profile_name.as_ref() == Some(name));
        Some(skipped.map_or_else(|| "The platform does not say what became of it".to_owned(), reason))
    };
    names.iter().map(why).collect()
}

/// Why a profile was skipped: "in use by storefront, mailer".
fn reason(skipped: &SkippedProfile) -> String {
    let reason = skipped.reason.clone().filter(|reason| !reason.is_empty()).unwrap_or_else(|| "skipped".to_owned());
    match skipped.applications.as_deref() {
        Some(applications) if !applications.is_empty() => format!("{reason} by {}", applications.join(", ")),
        _ => reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_profile_is_told_what_became_of_it() {
        let result = serde_json::from_str(
            r#"{"deleted":["a"],"skipped":[{"profileName":"b","reason":"in use","applications":["shop","mailer"]},
                {"profileName":"c","reason":"not found"}]}"#,
        )
        .unwrap();
        let names = ["a", "b", "c", "d"].map(ToOwned::to_owned);
        let told = told(&names, &Arc::new(result));
        assert_eq!(told[0], None);
        assert_eq!(told[1].as_deref(), Some("in use by shop, mailer"));
        assert_eq!(told[2].as_deref(), Some("not found"));
        assert_eq!(told[3].as_deref(), Some("The platform does not say what became of it"));
    }

    #[test]
    fn a_profile_in_use_says_how_much() {
        assert_eq!(in_use(0), None);
        assert_eq!(in_use(1).as_deref(), Some("1 application uses it. Delete what uses it first."));
        assert_eq!(in_use(12).as_deref(), Some("12 applications use it. Delete what uses it first."));
    }
}
