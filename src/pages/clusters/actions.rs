//! What can be done with a cluster on its page: upgrade it, synchronize its authentication, cancel what is under way,
//! delete it.

use astro_api::clusters::{self, Cluster, ClusterStatus, OperationType};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{can, delete};
use crate::{
    components::{PageAction, PageContext, roles},
    pages::approvals::withdrawal,
    routes,
    store::{Mutation, Tone, mutation, use_store},
    ui::{
        ActionMenu, Address, Banner, Button, ButtonLink, Card, Confirm, Look, MenuItem, MenuRule,
        address::Step,
        confirm::{Confirming, Outcome},
        failure::FailureNote,
        load::{FailureKind, Loads},
        maybe, reactive,
    },
};

/// What the page can do, for its head and its faces. A copy is a handle of the same.
#[derive(Clone, Copy)]
pub struct Acts {
    organization: StoredValue<String>,
    name: StoredValue<String>,
    load: Loads<Cluster>,
    sync: Mutation<(), String>,
    cancel: Callback<()>,
    deleting: RwSignal<bool>,
    applications: Signal<Option<usize>>,
    may_not_upgrade: Signal<Option<String>>,
    may_not_sync: Signal<Option<String>>,
    may_not_cancel: Signal<Option<String>>,
    may_not_delete: Signal<Option<String>>,
}

/// What goes on by the state of a cluster alone.
const fn work_of(status: &ClusterStatus) -> Option<OperationType> {
    match status {
        ClusterStatus::Provisioning => Some(OperationType::Create),
        ClusterStatus::Registering => Some(OperationType::Register),
        ClusterStatus::Upgrading => Some(OperationType::Upgrade),
        ClusterStatus::Deleting => Some(OperationType::Delete),
        _ => None,
    }
}

/// What cancelling leaves behind, by what is under way.
fn cancelled(name: &str, work: Option<&OperationType>) -> Confirm {
    let ask = |text: &str, action: &str| Confirm::new(format!("Cancel the operation on {name}"), text, action);
    match work {
        Some(OperationType::Create) => ask("The cluster is not made any further.", "Cancel operation")
            .consequence(
                "server",
                "What was made so far",
                "stays in your cloud account and costs, until the cluster is deleted.",
            )
            .consequence(
                "ban",
                "The cluster",
                "is cancelled: it cannot be taken up again. Its name is free for another try.",
            )
            .keep("Let it go on"),
        Some(OperationType::Delete) => ask("What is gone already does not come back.", "Cancel operation")
            .consequence("server", "What is left", "stays in your cloud account; the cluster may not work any more.")
            .consequence("trash-2", "Deleting", "can be started again.")
            .keep("Let it go on"),
        Some(OperationType::Register) => ask("The agent is not waited for any more.", "Cancel operation")
            .consequence(
                "file-text",
                "What was applied to the cluster",
                "stays there until it is removed with kubectl.",
            )
            .keep("Let it go on"),
        Some(OperationType::Upgrade) => ask("It stops after the step that it is at.", "Cancel operation")
            .consequence("server", "What was upgraded so far", "stays upgraded: a control plane does not go back.")
            .consequence(
                "layers",
                "The rest",
                "keeps its version, so that parts of the cluster may differ until it is upgraded again.",
            )
            .keep("Let it go on"),
        _ => ask("It stops after the step that it is at.", "Cancel operation")
            .consequence("server", "What was changed so far", "stays changed; the rest stays as it was.")
            .keep("Let it go on"),
    }
}

impl Acts {
    /// What can be done with a cluster. `under_way` is the operation that is known to go on.
    pub fn new(
        organization: &str,
        name: &str,
        load: Loads<Cluster>,
        under_way: Memo<Option<OperationType>>,
        applications: Signal<Option<usize>>,
        renew: Callback<()>,
    ) -> Self {
        let store = use_store();
        let confirming = use_context::<Confirming>();
        let sync = {
            let name = name.to_owned();
            mutation(move |()| clusters::sync_auth(&name))
        };
        let stop = {
            let name = name.to_owned();
            mutation(move |()| clusters::cancel(&name))
        };
        let withdrawal = withdrawal(renew);
        let cancel = {
            let name = name.to_owned();
            Callback::new(move |()| {
                let status = untrack(|| load.with(|load| load.value().map(|cluster| cluster.status.clone())));
                let (Some(confirming), Some(status)) = (confirming, status) else { return };
                let name = name.clone();
                if status == ClusterStatus::ApprovalPending {
                    withdrawal.ask(name);
                    return;
                }
                let work = under_way.get_untracked().or_else(|| work_of(&status));
                confirming.ask(cancelled(&name, work.as_ref()), move || {
                    let name = name.clone();
                    async move {
                        match stop.outcome(()).await {
                            Ok(_) => {
                                store.toasts.push(Tone::Good, format!("The operation on {name} is cancelled."));
                            }
                            // It has ended by itself, or somebody else was faster: what was wanted is so.
                            Err(failure) if failure.kind == FailureKind::Conflict => {
                                store.toasts.push(Tone::Neutral, format!("Nothing is under way on {name} any more."));
                                renew.run(());
                            }
                            Err(failure) => return Err(failure),
                        }
                        store.activity.refresh();
                        Outcome::Ok(())
                    }
                });
            })
        };
        let why = move |operation: &'static str, rule: fn(&Cluster, Option<&OperationType>) -> Option<String>| {
            let role = roles::why_not(operation);
            Signal::derive(move || {
                let under_way = under_way.get();
                let rule = |cluster: &Cluster| rule(cluster, under_way.as_ref());
                role.get().or_else(|| load.with(|load| load.value().and_then(|cluster| rule(cluster))))
            })
        };
        let acts = Self {
            organization: StoredValue::new(organization.to_owned()),
            name: StoredValue::new(name.to_owned()),
            load,
            sync,
            cancel,
            deleting: RwSignal::new(false),
            applications,
            may_not_upgrade: why("updateCluster", can::upgrade),
            may_not_sync: why("syncClusterAuth", |cluster, _| can::sync(cluster)),
            may_not_cancel: why("cancelClusterOperation", can::cancel),
            may_not_delete: why("deleteCluster", can::delete),
        };
        acts.offer();
        acts
    }

    fn is_there(self) -> Memo<bool> {
        Memo::new(move |_| self.load.with(|load| load.value().is_some()))
    }

    fn is_registered(self) -> Memo<bool> {
        Memo::new(move |_| self.load.with(|load| load.value().is_some_and(|cluster| can::is_registered(cluster))))
    }

    fn upgrade_href(self) -> String {
        self.organization.with_value(|of| self.name.with_value(|name| routes::cluster_upgrade(of, name).href()))
    }

    fn synchronize(self) {
        let name = self.name.get_value();
        let toasts = use_store().toasts;
        self.sync.run_then((), move |_| {
            toasts.push(Tone::Good, format!("The authentication of {name} is synchronized."));
        });
    }

    /// The same in the palette, while the cluster is there.
    fn offer(self) {
        let Some(context) = use_context::<PageContext>() else { return };
        let navigate = StoredValue::new_local(use_navigate());
        let address = Address::of_context();
        let is_there = self.is_there();
        context.offer_actions(move || {
            if !is_there.get() {
                return Vec::new();
            }
            let name = self.name.get_value();
            let upgrade = move || {
                let path = format!("/{}", self.upgrade_href());
                navigate.try_with_value(|go| go(&path, NavigateOptions::default()));
            };
            let access = move || address.set("tab", Some("access".to_owned()), Step::Push);
            vec![
                PageAction::new("arrow-up", format!("Update or upgrade {name}"), upgrade)
                    .disabled(self.may_not_upgrade.get()),
                PageAction::new("key-round", format!("Kubeconfig of {name}"), access),
                PageAction::new("refresh-cw", format!("Synchronize authentication of {name}"), move || {
                    self.synchronize();
                })
                .disabled(self.may_not_sync.get()),
                PageAction::new("ban", format!("Cancel the operation on {name}"), move || self.cancel.run(()))
                    .disabled(self.may_not_cancel.get()),
                PageAction::new("trash-2", format!("Delete {name}"), move || self.deleting.set(true))
                    .disabled(self.may_not_delete.get()),
            ]
        });
    }

    /// The buttons of the page's head.
    pub fn buttons(self) -> AnyView {
        let is_there = self.is_there();
        reactive(move || {
            if !is_there.get() {
                return ().into_any();
            }
            view! {
                <ButtonLink
                    href=self.upgrade_href()
                    label="Update or upgrade"
                    disabled_reason=self.may_not_upgrade
                />
                <ActionMenu label="More actions".to_owned()>
                    <MenuItem
                        label="Synchronize authentication".to_owned()
                        icon="refresh-cw"
                        disabled_reason=self.may_not_sync
                        on_press=move |()| self.synchronize()
                    />
                    <MenuItem
                        label="Cancel operation".to_owned()
                        icon="ban"
                        disabled_reason=self.may_not_cancel
                        on_press=self.cancel
                    />
                    <MenuRule/>
                    <MenuItem
                        label="Delete".to_owned()
                        icon="trash-2"
                        danger=true
                        disabled_reason=self.may_not_delete
                        on_press=move |()| self.deleting.set(true)
                    />
                </ActionMenu>
            }
            .into_any()
        })
    }

    /// The button that ends what runs, under its steps.
    pub fn cancel_button(self) -> AnyView {
        view! {
            <span class="muted">"Leaving this page does not stop it."</span>
            <span class="push">
                <Button
                    label="Cancel operation"
                    small=true
                    disabled_reason=self.may_not_cancel
                    on_press=self.cancel
                />
            </span>
        }
        .into_any()
    }

    /// Ends the request that waits for an owner.
    pub fn withdraw_button(self) -> AnyView {
        view! {
            <Button label="Withdraw request" small=true disabled_reason=self.may_not_cancel on_press=self.cancel/>
        }
        .into_any()
    }

    /// The way to a change once more, after one that came to nothing.
    pub fn again_button(self, label: &str) -> AnyView {
        let label = label.to_owned();
        view! { <ButtonLink href=self.upgrade_href() label=label small=true disabled_reason=self.may_not_upgrade/> }
            .into_any()
    }

    /// Why the last synchronization was refused.
    pub fn trouble(self) -> AnyView {
        let sync = self.sync;
        reactive(move || {
            let failure = sync.error().get().filter(|failure| failure.kind != FailureKind::Aborted);
            maybe(failure.map(|failure| {
                view! {
                    <div class="stack">
                        <FailureNote failure=failure/>
                        <div class="row">
                            <Button label="Try again" small=true on_press=move |()| self.synchronize()/>
                            <Button label="Dismiss" small=true look=Look::Ghost on_press=move |()| sync.reset()/>
                        </div>
                    </div>
                }
                .into_any()
            }))
        })
    }

    /// The dialog that deletes.
    pub fn dialogs(self) -> AnyView {
        let load = self.load;
        let address = Address::of_context();
        // Its steps show there, whatever face it was deleted from.
        let done = Callback::new(move |()| address.set("tab", None, Step::Push));
        delete::dialog(self.deleting, load, self.applications, done)
    }

    /// What repairs and what ends it.
    pub fn danger_zone(self) -> AnyView {
        let is_registered = self.is_registered();
        let agent = self.organization.with_value(|of| self.name.with_value(|name| routes::cluster(of, name).href()));
        let agent = format!("{agent}?tab=agent");
        let ending = reactive(move || {
            if is_registered.get() {
                row(
                    "Unregister",
                    "The cluster was made elsewhere and goes on running. Unregistering takes the agent, and if you like the record here.",
                    view! { <ButtonLink href=agent.clone() label="Go to the agent"/> }.into_any(),
                )
            } else {
                row(
                    "Delete",
                    "Removes the cluster, all that runs on it, and what was made for it in the cloud account. You will be asked to type its name.",
                    view! {
                        <Button
                            label="Delete cluster"
                            look=Look::Danger
                            disabled_reason=self.may_not_delete
                            on_press=move |()| self.deleting.set(true)
                        />
                    }
                    .into_any(),
                )
            }
        });
        let role = roles::why_not("deleteCluster");
        let looks = reactive(move || {
            maybe(role.get().map(|reason| {
                let title = "You can view these actions, but not use them";
                view! { <Banner title=title text=Some(reason) icon="lock"/> }.into_any()
            }))
        });
        view! {
            <div class="stack">
                {looks}
                {self.trouble()}
                <Card title="Repair">
                    {row(
                        "Synchronize authentication",
                        "Renews certificates and access settings between the platform and the cluster. Use it when the platform cannot reach the cluster, or kubectl is refused. Nothing that runs is touched.",
                        view! {
                            <Button
                                label="Synchronize"
                                busy=self.sync.pending()
                                disabled_reason=self.may_not_sync
                                on_press=move |()| self.synchronize()
                            />
                        }
                        .into_any(),
                    )}
                </Card>
                <Card title="Danger zone">
                    {row(
                        "Cancel the operation",
                        "Ends what is under way where it stands. You are told first what that leaves behind.",
                        view! {
                            <Button
                                label="Cancel operation"
                                disabled_reason=self.may_not_cancel
                                on_press=self.cancel
                            />
                        }
                        .into_any(),
                    )}
                    {ending}
                </Card>
            </div>
        }
        .into_any()
    }
}

/// A deed with what it means, and its button.
fn row(title: &'static str, text: &'static str, button: AnyView) -> AnyView {
    view! {
        <div class="deed">
            <div class="deed__text">
                <h3>{title}</h3>
                <p class="muted">{text}</p>
            </div>
            {button}
        </div>
    }
    .into_any()
}
