//! The history of a cluster that is gone. A name may have had several lives, so the platform asks where the cluster was.

use astro_api::clusters::{Cluster, ClusterStatus, OperationQuery};
use leptos::prelude::*;

use super::operations;
use crate::{
    components::operation,
    routes,
    ui::{
        Address, ButtonLink, Card, Choice, EmptyState, Field, PlainForm, SelectField, TextField, address::Step, maybe,
        reactive,
    },
};

/// The parameters of the address that say which cluster of the name is meant.
const PROVIDER: &str = "provider";
const PROVISIONER: &str = "provisioner";
const ACCOUNT: &str = "account";
const REGION: &str = "region";

/// What the platform asks, as a request; none while what it must have is missing.
fn asked(get: impl Fn(&'static str) -> Option<String>) -> Option<OperationQuery> {
    let filled = |name| get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    Some(OperationQuery {
        provider: Some(filled(PROVIDER)?),
        // The contract writes this word in two ways; here it is the other one.
        provisioner_type: Some(
            filled(PROVISIONER).map(|word| if word == "selfHosted" { "selfmanaged".to_owned() } else { word })?,
        ),
        account_id: filled(ACCOUNT),
        region: filled(REGION),
        ..OperationQuery::default()
    })
}

/// What stands in the place of a cluster that is gone. `known` is what the page has seen of it.
pub fn over(organization: &str, name: &str, known: Option<&Cluster>) -> AnyView {
    let (title, text) = match known.map(|cluster| &cluster.status) {
        Some(ClusterStatus::Deleting | ClusterStatus::Deleted) => {
            (format!("{name} is deleted"), "Its name is free again. What was done to it stands below.")
        }
        Some(_) => (
            format!("{name} is not there any more"),
            "It was deleted or unregistered meanwhile. What was done to it stands below.",
        ),
        None => (format!("{name} is not there"), "It may have been deleted. What is known of it stands below."),
    };
    let href = routes::clusters(organization).href();
    view! {
        <div class="card" role="status">
            <EmptyState icon="trash-2" title=title text=text>
                <ButtonLink href=href label="Show clusters"/>
            </EmptyState>
        </div>
    }
    .into_any()
}

/// Asks where the cluster was, and shows what was done to it. `known` is what the page has seen of it.
pub fn history(name: String, known: Option<Cluster>) -> AnyView {
    let address = Address::of_context();
    let first = |param: &'static str, seen: Option<String>| {
        RwSignal::new(address.get_untracked(param).or(seen).unwrap_or_default())
    };
    let seen = known.as_ref();
    let provider = first(PROVIDER, seen.map(|it| it.provider.clone()));
    let provisioner = first(PROVISIONER, seen.and_then(|it| it.provisioner_type.clone()));
    let account = first(ACCOUNT, seen.and_then(|it| it.account_id.clone()));
    let region = first(REGION, seen.and_then(|it| it.region.clone()));
    let write = move |keeps_operation: bool| {
        let filled =
            |signal: RwSignal<String>| Some(signal.get_untracked().trim().to_owned()).filter(|text| !text.is_empty());
        let mut changes = vec![
            (PROVIDER, filled(provider)),
            (PROVISIONER, filled(provisioner)),
            (ACCOUNT, filled(account)),
            (REGION, filled(region)),
            ("page", None),
            ("token", None),
        ];
        if !keeps_operation {
            changes.push((operations::OPERATION, None));
        }
        address.set_all(&changes, Step::Replace);
    };
    if seen.is_some() {
        write(true);
    }
    let options = Memo::new(move |_| asked(|name| address.get(name)));
    // One operation is read by its id alone. Under the history it opens from there.
    let opened = Memo::new(move |_| address.get(operations::OPERATION).filter(|_| options.with(Option::is_none)));
    let one = {
        let name = name.clone();
        move || {
            let follow = |id| operation::follow(name.clone(), Some(id), Callback::new(|()| {})).whole();
            maybe(opened.get().map(follow))
        }
    };
    let providers = vec![Choice::new("aws", "AWS"), Choice::new("gcp", "Google Cloud"), Choice::new("azure", "Azure")];
    let provisioners = vec![
        Choice::new("eks", "EKS"),
        Choice::new("gke", "GKE"),
        Choice::new("aks", "AKS"),
        Choice::new("selfHosted", "Self-hosted"),
        Choice::new("registered", "Registered"),
    ];
    view! {
        <div class="stack gone">
            {reactive(one)}
            <Card title="History of a cluster that is gone" padded=true>
                <div class="stack">
                    <p class="muted">
                        "What was done to a deleted cluster can still be read. A name may have been used more than once, so the platform asks where the cluster was."
                    </p>
                    <PlainForm
                        label="Where the cluster was"
                        pending=false
                        error=Signal::derive(|| None)
                        on_submit=move |()| write(false)
                        submit="Show history"
                    >
                        <div class="fields">
                            <SelectField field=Field::new(PROVIDER, "Provider") value=provider choices=Signal::stored(providers)/>
                            <SelectField
                                field=Field::new("provisionerType", "Provisioner")
                                value=provisioner
                                choices=Signal::stored(provisioners)
                            />
                            <TextField field=Field::new("accountId", "Account").optional() value=account mono=true/>
                            <TextField field=Field::new(REGION, "Region").optional() value=region mono=true/>
                        </div>
                    </PlainForm>
                </div>
            </Card>
            {reactive(move || maybe(options.get().map(|options| operations::operations(name.clone(), Some(options)))))}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_is_asked_for_once_it_is_known_where_the_cluster_was() {
        let of = |pairs: &[(&str, &str)]| {
            asked(|name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(of(&[("provider", "aws")]), None);
        assert_eq!(of(&[("provider", "aws"), ("provisioner", " ")]), None);
        let asked = of(&[("provider", "aws"), ("provisioner", "selfHosted"), ("region", "")]).expect("a request");
        assert_eq!(asked.provisioner_type.as_deref(), Some("selfmanaged"));
        assert_eq!((asked.region, asked.account_id), (None, None));
    }
}
