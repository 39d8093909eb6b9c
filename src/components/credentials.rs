//! The credentials that an operation on a cluster acts with: a role that the cloud connection has set up, keys from the
//! platform's vault, or keys that are typed in.

use std::collections::BTreeMap;

use astro_api::{
    Secret,
    clusters::{Cluster, Credentials},
};
use leptos::{html, prelude::*};

use crate::ui::{CardsField, Choice, Field, SecretField, maybe, reactive};

const DYNAMIC: &str = "dynamic";
const VAULT: &str = "vault";
const STATIC: &str = "static";
/// Nothing is sent along, where that may be.
const NONE: &str = "";

/// A key that is typed in: what the request calls it, what a person calls it, whether it may be left out.
type Key = (&'static str, &'static str, bool);

/// The keys that a provider's tools take. The contract names those of AWS; the others are what the providers' own tools
/// call them.
fn keys(provider: &str) -> &'static [Key] {
    match provider {
        "aws" => &[
            ("AWS_ACCESS_KEY_ID", "Access key ID", false),
            ("AWS_SECRET_ACCESS_KEY", "Secret access key", false),
            ("AWS_SESSION_TOKEN", "Session token", true),
        ],
        "gcp" => &[("GOOGLE_CREDENTIALS", "Service account key (JSON)", false)],
        "azure" => &[
            ("AZURE_CLIENT_ID", "Client ID", false),
            ("AZURE_CLIENT_SECRET", "Client secret", false),
            ("AZURE_TENANT_ID", "Tenant ID", false),
        ],
        _ => &[("TOKEN", "Token", false)],
    }
}

/// Some operations of the contract ask for `data` whatever the method is: then it is empty.
fn with_data(credentials: Credentials) -> Credentials {
    Credentials { data: Some(credentials.data.unwrap_or_default()), ..credentials }
}

fn is_self_hosted(cluster: &Cluster) -> bool {
    matches!(cluster.provisioner_type.as_deref(), Some("selfHosted" | "selfmanaged"))
}

/// What is chosen, and the fields that keys are typed into: no signal holds them.
#[derive(Clone, Copy)]
pub struct CredentialsChoice {
    method: RwSignal<String>,
    provider: StoredValue<String>,
    is_self_hosted: bool,
    is_optional: bool,
    /// Whether there is nothing to choose: an agent acts with its own rights.
    needs_none: bool,
    is_connected: Option<bool>,
    inputs: StoredValue<Vec<(Key, NodeRef<html::Input>)>, LocalStorage>,
}

impl CredentialsChoice {
    /// The choice for a cluster, with what suits it best chosen.
    pub fn of(cluster: &Cluster) -> Self {
        let method = if is_self_hosted(cluster) { VAULT } else { DYNAMIC };
        Self::new(cluster, RwSignal::new(method.to_owned()), false)
    }

    /// The choice for what may be done without credentials: `method` holds the contract's word, or nothing.
    pub fn optional(cluster: &Cluster, method: RwSignal<String>) -> Self {
        Self::new(cluster, method, true)
    }

    fn new(cluster: &Cluster, method: RwSignal<String>, is_optional: bool) -> Self {
        let inputs = keys(&cluster.provider).iter().map(|key| (*key, NodeRef::new())).collect();
        Self {
            method,
            provider: StoredValue::new(cluster.provider.clone()),
            is_self_hosted: is_self_hosted(cluster),
            is_optional,
            needs_none: cluster.provisioner_type.as_deref() == Some("registered"),
            is_connected: cluster.cloud_connected,
            inputs: StoredValue::new_local(inputs),
        }
    }

    /// What is sent.
    pub fn read(self) -> Credentials {
        with_data(match self.method.get_untracked().as_str() {
            VAULT => Credentials::vault(),
            STATIC => {
                let typed = self.inputs.try_with_value(|inputs| {
                    let typed = inputs.iter().filter_map(|((name, ..), input)| {
                        let text = input.get_untracked()?.value();
                        let text = text.trim();
                        (!text.is_empty()).then(|| ((*name).to_owned(), Secret::from(text)))
                    });
                    typed.collect::<BTreeMap<_, _>>()
                });
                Credentials::fixed(typed.unwrap_or_default())
            }
            _ => Credentials::dynamic(),
        })
    }

    /// The same as it is shown: without keys, by the method alone.
    pub fn shown(self) -> Credentials {
        with_data(match self.method.get().as_str() {
            VAULT => Credentials::vault(),
            STATIC => {
                let provider = self.provider.get_value();
                let names = keys(&provider).iter().filter(|(.., optional)| !optional);
                // Not empty, so that it shows as hidden.
                Credentials::fixed(names.map(|(name, ..)| ((*name).to_owned(), Secret::from("…"))).collect())
            }
            _ => Credentials::dynamic(),
        })
    }

    /// The keys that are typed in, as they are sent: none where another method is chosen, or nothing is typed.
    pub fn typed(self) -> Option<Credentials> {
        let is_static = self.method.with_untracked(|method| method == STATIC);
        let credentials = is_static.then(|| self.read())?;
        credentials.data.as_ref().is_some_and(|data| !data.is_empty()).then_some(credentials)
    }

    /// Forgets what was typed.
    pub fn forget(self) {
        self.inputs.try_with_value(|inputs| {
            for (_, input) in inputs {
                if let Some(input) = input.get_untracked() {
                    input.set_value("");
                }
            }
        });
    }

    fn choices(self) -> Vec<Choice> {
        let mut choices = Vec::new();
        let best = |choice: Choice, is_best: bool| if is_best { choice.badge("Recommended") } else { choice };
        if self.is_optional {
            choices.push(
                Choice::new(NONE, "None").note("Nothing is sent along. The platform uses the access that it has."),
            );
        }
        if self.is_self_hosted {
            let vault = Choice::new(VAULT, "From the vault")
                .note("The keys that were stored when the self-hosted cluster was set up.");
            choices.push(best(vault, !self.is_optional));
        }
        let note = match self.is_connected {
            Some(false) => "A role from the cloud connection. This cluster's cloud account is not connected now.",
            _ => "A role from the cloud connection, for as long as the operation takes. No key is sent.",
        };
        let is_best = !self.is_self_hosted && !self.is_optional;
        choices.push(best(Choice::new(DYNAMIC, "Cloud connection").note(note), is_best));
        choices.push(Choice::new(STATIC, "Access keys").note("Used once for this request, and kept nowhere."));
        choices
    }

    /// The fields. `path` is what the request calls the credentials.
    pub fn fields(self, path: &'static str) -> AnyView {
        if self.needs_none {
            return view! { <p class="muted">"The cluster's agent acts, so no cloud credentials are needed."</p> }
                .into_any();
        }
        let choices = Signal::derive(move || self.choices());
        let is_static = Memo::new(move |_| self.method.with(|method| method == STATIC));
        let field = Field::new(format!("{path}type"), "Credentials");
        let field = if self.is_optional { field.optional() } else { field };
        view! {
            <CardsField field=field value=self.method choices=choices/>
            {reactive(move || {
                maybe(is_static.get().then(|| {
                    let inputs = self.inputs.get_value();
                    let fields = inputs
                        .into_iter()
                        .map(|((name, label, optional), input)| {
                            let field = Field::new(format!("{path}data.{name}"), label);
                            let field = if optional { field.optional() } else { field };
                            view! { <SecretField field=field input=input/> }.into_any()
                        })
                        .collect_view();
                    view! { <div class="stack">{fields}</div> }.into_any()
                }))
            })}
        }
        .into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::keys;

    #[test]
    fn the_keys_that_the_contract_names_are_asked_for() {
        let names: Vec<_> = keys("aws").iter().filter(|(.., optional)| !optional).map(|(name, ..)| *name).collect();
        assert_eq!(names, ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]);
        for provider in ["gcp", "azure", "onprem"] {
            assert!(!keys(provider).is_empty(), "{provider}");
        }
    }
}
