//! Deleting applications: what is asked first.

use astro_api::applications::Application;

use crate::{
    components::words,
    ui::{
        Confirm,
        format::{self, counted},
    },
};

/// What is asked before an application is deleted. How many resources it has is told where it is known.
pub fn one(application: &Application, resources: Option<usize>) -> Confirm {
    let name = &application.name;
    let runs = match application.cluster_name.as_deref().filter(|cluster| !cluster.is_empty()) {
        Some(cluster) => format!("on {cluster} go with it, its pods and what they hold included."),
        None => "go with it, its pods and what they hold included.".to_owned(),
    };
    let what = match resources.filter(|count| *count > 0) {
        Some(count) => counted(count, "resource", "resources"),
        None => "Its resources".to_owned(),
    };
    let confirm = Confirm::new(format!("Delete {name}"), "It ends at once and for good.", "Delete application")
        .consequence("trash-2", what, runs);
    let confirm = match application.endpoint.as_deref().filter(|endpoint| !endpoint.is_empty()) {
        Some(endpoint) => confirm.consequence("arrow-up-right", endpoint, "answers no more."),
        None => confirm,
    };
    let stays = match words::source_type(&application.source) {
        "Image" => "Its image and its profile",
        "Helm chart" => "Its chart and its profile",
        _ => "Its repository and its profile",
    };
    confirm.consequence("check", stays, "stay as they are.").keep("Keep application").danger()
}

/// What is asked before several are deleted.
pub fn several(names: &[String]) -> Confirm {
    let count = counted(names.len(), "application", "applications");
    let mut listed = names.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > 5 {
        listed = format!("{listed} and {} more", format::count(names.len() - 5));
    }
    Confirm::new(format!("Delete {count}"), format!("{listed}."), format!("Delete {count}"))
        .consequence("trash-2", "Their resources", "go with them, pods and what they hold included.")
        .consequence("arrow-up-right", "Their endpoints", "answer no more.")
        .keep("Keep applications")
        .typed(count)
        .danger()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_confirmed_by_a_press_and_several_by_typing() {
        let json = r#"{"id":"1","name":"shop","profileName":"p","status":"RUNNING",
            "source":{"type":"image","image":{"registry":"a.io","repository":"shop","tag":"v1"}}}"#;
        let question = one(&serde_json::from_str(json).unwrap(), Some(3));
        assert_ne!(question.clone().typed("shop"), question);
        let question = several(&["shop".to_owned(), "cart".to_owned()]);
        assert_eq!(question.clone().typed("2 applications"), question);
    }
}
