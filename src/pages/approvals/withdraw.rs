//! Withdrawing the request for a cluster, while it waits for an owner.

use astro_api::clusters::{self, Cluster, ClusterStatus};
use leptos::prelude::*;
use serde_json::{Map, Value};

use crate::{
    store::{Mutation, Tone, mutation, use_store},
    ui::{
        Confirm,
        confirm::{Confirming, Outcome},
        load::FailureKind,
    },
};

/// Ends requests. A copy is a handle of the same.
#[derive(Clone, Copy)]
pub struct Withdrawal {
    confirming: Option<Confirming>,
    look: Mutation<String, Cluster>,
    cancel: Mutation<String, Map<String, Value>>,
    renew: Callback<()>,
}

/// Makes what ends requests. `renew` reads the page's clusters again, where one of them does not wait any more.
pub fn withdrawal(renew: Callback<()>) -> Withdrawal {
    Withdrawal {
        confirming: use_context(),
        look: mutation(|name: &String| clusters::get(name)),
        cancel: mutation(|name: &String| clusters::cancel(name)),
        renew,
    }
}

impl Withdrawal {
    /// Asks, and withdraws the request for a cluster if it still waits then. The page may not have heard of an approval
    /// yet, and the same call would end the creation that it began.
    pub fn ask(self, name: String) {
        let Some(confirming) = self.confirming else { return };
        let store = use_store();
        let question =
            Confirm::new(format!("Withdraw the request for {name}"), "Nobody has decided yet.", "Withdraw request")
                .consequence("check", "In the cloud", "nothing was made, and nothing is left behind.")
                .keep("Keep request");
        confirming.ask(question, move || {
            let name = name.clone();
            async move {
                let cluster = self.look.outcome(name.clone()).await?;
                let ended = if cluster.status == ClusterStatus::ApprovalPending {
                    self.cancel.outcome(name.clone()).await.map(|_| true)
                } else {
                    Ok(false)
                };
                match ended {
                    Ok(true) => store.toasts.push(Tone::Good, format!("The request for {name} is withdrawn.")),
                    Err(failure) if failure.kind != FailureKind::Conflict => return Err(failure),
                    // An owner was faster: what that began goes on.
                    _ => {
                        let text = format!("{name} does not wait any more. Nothing was withdrawn.");
                        store.toasts.push(Tone::Neutral, text);
                        self.renew.run(());
                    }
                }
                store.activity.refresh();
                Outcome::Ok(())
            }
        });
    }
}
