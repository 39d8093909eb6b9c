//! Deleting a cluster: what goes with it, what it acts with, its name typed.

use astro_api::clusters::{self, Cluster, ClusterOperationAccepted, Credentials};
use leptos::prelude::*;

use crate::{
    components::{ShowAs, credentials::CredentialsChoice, words},
    store::{Mutation, Tone, mutation, use_store},
    ui::{
        Draft, Field, FormDialog, Icon, Look, TextField,
        format::{self, counted},
        load::Loads,
        reactive,
    },
};

/// What becomes of what: an icon, how much of what, and its fate.
fn consequences(cluster: &Cluster, applications: Option<usize>) -> Vec<(&'static str, String, String)> {
    let (what, fate) = match applications {
        Some(0) => ("No application".to_owned(), "runs on it."),
        Some(1) => ("1 application".to_owned(), "goes with it, its endpoint answers no more."),
        Some(count) => {
            (format!("{} applications", format::count(count)), "go with it, their endpoints answer no more.")
        }
        None => ("Applications that run on it".to_owned(), "go with it, their endpoints answer no more."),
    };
    let groups = cluster.node_groups.as_ref().map_or(0, Vec::len);
    let nodes = match (groups, words::cluster_nodes(cluster)) {
        (0, _) | (_, None) => "Its nodes".to_owned(),
        (groups, Some(nodes)) => format!("{nodes} nodes in {}", counted(groups, "group", "groups")),
    };
    let account = cluster.account_id.as_deref().map(|account| format!(" of account {account}")).unwrap_or_default();
    vec![
        ("boxes", what, fate.to_owned()),
        (
            "server",
            nodes,
            format!("and volumes, networks and load balancers{account} that were made for it are removed."),
        ),
        ("key-round", "Kubeconfigs".to_owned(), "of it stop working.".to_owned()),
        ("clock", "Its history".to_owned(), "stays, and so does the cloud connection.".to_owned()),
    ]
}

type Sent = (String, Credentials);

/// The dialog, shown while `open`. `applications` is how many run there, where that is known.
pub fn dialog(
    open: RwSignal<bool>,
    load: Loads<Cluster>,
    applications: Signal<Option<usize>>,
    done: Callback<()>,
) -> AnyView {
    let store = use_store();
    let send: Mutation<Sent, ClusterOperationAccepted> =
        mutation(|(name, credentials): &Sent| clusters::delete(name, Some(credentials)));
    // Whatever the cluster becomes while the question stands: the one that was asked about is meant.
    let cluster = Memo::new(move |before: Option<&Option<Cluster>>| {
        let kept = before.cloned().flatten().filter(|_| open.get());
        kept.or_else(|| load.with(|load| load.value().map(|cluster| (**cluster).clone())))
    });
    let choice = Memo::new(move |_| {
        if !open.get() {
            return None;
        }
        cluster.with(|cluster| cluster.as_ref().map(|cluster| Held(CredentialsChoice::of(cluster))))
    });
    let draft = Draft::new();
    let typed = RwSignal::new(String::new());
    Effect::new(move |_| {
        if open.get() {
            typed.set(String::new());
            send.reset();
        }
    });
    let name = move || cluster.with(|cluster| cluster.as_ref().map(|it| it.cluster_name.clone())).unwrap_or_default();
    let submit = move |()| {
        let Some(Held(choice)) = choice.get_untracked() else { return };
        let name = untrack(name);
        send.run_then((name.clone(), choice.read()), move |accepted| {
            choice.forget();
            open.set(false);
            store.activity.watch(&accepted.operation_id, true);
            store.activity.refresh();
            store.toasts.push(Tone::Good, format!("{name} is being deleted."));
            done.run(());
        });
    };
    let blocked = Signal::derive(move || {
        let name = name();
        typed.with(|typed| typed.trim() != name).then(|| format!("Type {name} first."))
    });
    let call = Signal::derive(move || {
        let Held(choice) = choice.get()?;
        Some(clusters::delete(&name(), Some(&choice.shown())).call().clone())
    });
    view! {
        <FormDialog
            open=open
            title=Signal::derive(move || format!("Delete {}", name()))
            draft=draft
            pending=send.pending()
            error=send.error()
            on_submit=submit
            submit="Delete cluster"
            blocked=blocked
            look=Look::Destroy
        >
            {reactive(move || {
                let (Some(cluster), Some(Held(choice))) = (cluster.get(), choice.get()) else { return ().into_any() };
                let list = consequences(&cluster, applications.get_untracked())
                    .into_iter()
                    .map(|(icon, what, text)| {
                        view! {
                            <li>
                                <Icon name=icon/>
                                <span><strong>{what}</strong> " " {text}</span>
                            </li>
                        }
                        .into_any()
                    })
                    .collect_view();
                let field = Field::new("name", format!("Type {} to confirm", cluster.cluster_name))
                    .needed("Type the name of the cluster first.");
                view! {
                    <p class="muted">"It ends for good: there is no way back."</p>
                    <ul class="consequences">{list}</ul>
                    {choice.fields("credentials.")}
                    <TextField field=field value=typed mono=true/>
                    <details class="request-details">
                        <summary>"The request"</summary>
                        <ShowAs call=call id="delete-as"/>
                    </details>
                }
                .into_any()
            })}
        </FormDialog>
    }
    .into_any()
}

/// A choice in a memo: two of them are never the same.
#[derive(Clone, Copy)]
struct Held(CredentialsChoice);

impl PartialEq for Held {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_goes_with_a_cluster_is_counted() {
        let cluster: Cluster = serde_json::from_value(json!({
            "id": "a", "clusterName": "a", "provider": "aws", "status": "READY", "accountId": "418273650912",
            "nodeGroups": [{"name": "x", "minNode": 1, "maxNode": 3, "machineTypes": []}],
        }))
        .unwrap();
        let said = |count| {
            consequences(&cluster, count)
                .into_iter()
                .map(|(_, what, text)| format!("{what} {text}"))
                .collect::<Vec<_>>()
        };
        assert_eq!(said(Some(2))[0], "2 applications go with it, their endpoints answer no more.");
        assert_eq!(said(Some(0))[0], "No application runs on it.");
        assert!(said(None)[1].starts_with("1–3 nodes in 1 group and volumes"));
        assert!(said(None)[1].contains("account 418273650912"));
    }
}
