//! What can be done with an application on its page: resync it, deploy a copy, delete it.

use astro_api::applications::{self, Application, ApplicationResyncResult, Health, ResyncRequest};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::delete;
use crate::{
    components::{PageAction, PageContext, live::LiveStatus, roles},
    routes,
    store::{Mutation, Tone, mutation, use_store},
    ui::{
        ActionMenu, Button, ButtonLink, Confirm, Icon, IconButton, MenuItem, MenuLink, MenuRule, SplitButton,
        confirm::{Confirming, Outcome},
        failure::FailureNote,
        load::{FailureKind, Loads},
        maybe, reactive,
    },
};

/// Where a copy of an application is deployed.
pub fn copy_of(organization: &str, id: &str) -> String {
    format!("{}?copy={id}", routes::application_deploy(organization).href())
}

/// What the page can do, for its head and its other parts. A copy is a handle of the same.
#[derive(Clone, Copy)]
pub struct Acts {
    organization: StoredValue<String>,
    id: StoredValue<String>,
    load: Loads<Application>,
    resync: Mutation<bool, ApplicationResyncResult>,
    /// Whether nobody knows how it is, as when its cluster does not answer.
    is_lost: Memo<bool>,
    /// Asks, and does it with force.
    force: Callback<()>,
    /// Asks, and deletes.
    delete: Callback<()>,
    may_not_resync: Signal<Option<String>>,
    may_not_delete: Signal<Option<String>>,
    may_not_deploy: Signal<Option<String>>,
}

impl Acts {
    /// What can be done with an application.
    pub fn new(organization: &str, id: &str, load: Loads<Application>, status: ReadSignal<LiveStatus>) -> Self {
        let store = use_store();
        let confirming = use_context::<Confirming>();
        let navigate = StoredValue::new_local(use_navigate());
        let resync: Mutation<bool, ApplicationResyncResult> = {
            let id = id.to_owned();
            mutation(move |force: &bool| {
                let body = ResyncRequest { force: Some(true) };
                applications::resync(&id, force.then_some(&body))
            })
        };
        let remove = {
            let id = id.to_owned();
            mutation(move |()| applications::delete(&id))
        };
        let read = move || untrack(|| load.with(|load| load.value().cloned()));
        let force = Callback::new(move |()| {
            let (Some(confirming), Some(application)) = (confirming, read()) else { return };
            let name = application.name.clone();
            confirming.ask(forced(&name), move || {
                let name = name.clone();
                async move {
                    resync.outcome(true).await?;
                    store.toasts.push(Tone::Good, format!("{name} is being resynced with force."));
                    Outcome::Ok(())
                }
            });
        });
        let list = routes::applications(organization).path();
        let delete = Callback::new(move |()| {
            let (Some(confirming), Some(application)) = (confirming, read()) else { return };
            let resources = status.with_untracked(|status| status.resources.as_ref().map(Vec::len));
            let (name, list) = (application.name.clone(), list.clone());
            confirming.ask(delete::one(&application, resources), move || {
                let (name, list) = (name.clone(), list.clone());
                async move {
                    remove.outcome(()).await?;
                    store.toasts.push(Tone::Good, format!("{name} is deleted."));
                    navigate.try_with_value(|go| go(&list, NavigateOptions::default()));
                    Outcome::Ok(())
                }
            });
        });
        let acts = Self {
            organization: StoredValue::new(organization.to_owned()),
            id: StoredValue::new(id.to_owned()),
            load,
            resync,
            is_lost: Memo::new(move |_| {
                let told = status.with(|status| status.health.clone());
                let health = told.or_else(|| load.with(|load| load.value().and_then(|it| it.health.clone())));
                health == Some(Health::Unknown)
            }),
            force,
            delete,
            may_not_resync: roles::why_not("resyncApplication"),
            may_not_delete: roles::why_not("deleteApplication"),
            may_not_deploy: roles::why_not("deployApplication"),
        };
        acts.offer();
        acts
    }

    fn name(self) -> String {
        self.load.with(|load| load.value().map(|application| application.name.clone())).unwrap_or_default()
    }

    /// The button of it, for where it is the way out.
    pub fn resync_button(self) -> AnyView {
        view! {
            <Button
                label="Resync".to_owned()
                small=true
                busy=self.resync.pending()
                disabled_reason=self.may_not_resync
                on_press=move |()| self.run()
            />
        }
        .into_any()
    }

    fn run(self) {
        let name = untrack(|| self.name());
        let toasts = use_store().toasts;
        self.resync.run_then(false, move |_| toasts.push(Tone::Good, format!("{name} is being resynced.")));
    }

    /// The same in the palette, while the application is there.
    fn offer(self) {
        let Some(context) = use_context::<PageContext>() else { return };
        let navigate = StoredValue::new_local(use_navigate());
        context.offer_actions(move || {
            let name = self.name();
            if name.is_empty() {
                return Vec::new();
            }
            let copy = move || {
                let path = self.id.with_value(|id| self.organization.with_value(|of| copy_of(of, id)));
                navigate.try_with_value(|go| go(&format!("/{path}"), NavigateOptions::default()));
            };
            vec![
                PageAction::new("refresh-cw", format!("Resync {name}"), move || self.run())
                    .disabled(self.may_not_resync.get()),
                PageAction::new("refresh-cw", format!("Resync {name} with force"), move || self.force.run(()))
                    .disabled(self.may_not_resync.get()),
                PageAction::new("copy", format!("Deploy a copy of {name}"), copy).disabled(self.may_not_deploy.get()),
                PageAction::new("trash-2", format!("Delete {name}"), move || self.delete.run(()))
                    .disabled(self.may_not_delete.get()),
            ]
        });
    }

    /// The buttons of the page's head.
    pub fn buttons(self) -> AnyView {
        let organization = self.organization.get_value();
        let id = self.id.get_value();
        let logs = routes::application_logs(&organization, &id).href();
        let copy = copy_of(&organization, &id);
        let (may_not_resync, force, delete) = (self.may_not_resync, self.force, self.delete);
        let (may_not_delete, may_not_deploy) = (self.may_not_delete, self.may_not_deploy);
        view! {
            <SplitButton
                label="Resync".to_owned()
                busy=self.resync.pending()
                disabled_reason=may_not_resync
                on_press=move |()| self.run()
                menu="Ways to resync".to_owned()
            >
                <MenuItem
                    label="Resync".to_owned()
                    icon="refresh-cw"
                    disabled_reason=may_not_resync
                    on_press=move |()| self.run()
                />
                <MenuItem
                    label="Resync with force".to_owned()
                    icon="refresh-cw"
                    disabled_reason=may_not_resync
                    on_press=force
                />
            </SplitButton>
            <ActionMenu label="More actions".to_owned()>
                <MenuLink href=logs.clone()>
                    <Icon name="scroll-text"/>
                    "Open logs"
                </MenuLink>
                {
                    let copy = copy.clone();
                    reactive(move || match may_not_deploy.get() {
                        None => {
                            view! {
                                <MenuLink href=copy.clone()>
                                    <Icon name="copy"/>
                                    "Deploy a copy"
                                </MenuLink>
                            }
                            .into_any()
                        }
                        reason => {
                            view! {
                                <MenuItem
                                    label="Deploy a copy".to_owned()
                                    icon="copy"
                                    disabled_reason=Signal::stored(reason)
                                    on_press=|()| {}
                                />
                            }
                            .into_any()
                        }
                    })
                }
                <MenuRule/>
                <MenuItem
                    label="Delete".to_owned()
                    icon="trash-2"
                    danger=true
                    disabled_reason=may_not_delete
                    on_press=delete
                />
            </ActionMenu>
        }
        .into_any()
    }

    /// Why the last resync was refused, and what can be done then.
    pub fn trouble(self) -> AnyView {
        let (resync, force) = (self.resync, self.force);
        reactive(move || {
            let failure = resync.error().get().filter(|failure| failure.kind != FailureKind::Aborted);
            maybe(failure.map(|failure| {
                // Another sync is under way, or hangs; but no force reaches a cluster that does not answer.
                let is_refused = failure.kind == FailureKind::Conflict;
                let is_lost = is_refused && self.is_lost.get();
                let is_held = is_refused && !is_lost;
                let cluster = if is_lost { self.cluster() } else { None };
                view! {
                    <div class="application__trouble">
                        <FailureNote failure=failure/>
                        <div class="row">
                            {maybe(is_held.then(|| {
                                view! { <Button label="Resync with force".to_owned() small=true on_press=force/> }.into_any()
                            }))}
                            {maybe(cluster)}
                            <IconButton icon="x" label="Dismiss".to_owned() on_press=move |()| resync.reset()/>
                        </div>
                    </div>
                }
                .into_any()
            }))
        })
    }

    /// The way to the cluster that it runs on, where that is known.
    fn cluster(self) -> Option<AnyView> {
        let load = self.load.get_untracked();
        let name = load.value()?.cluster_name.as_deref().filter(|name| !name.is_empty())?;
        let href = self.organization.with_value(|organization| routes::cluster(organization, name).href());
        Some(view! { <ButtonLink href=href label=format!("Open cluster {name}") small=true/> }.into_any())
    }

    /// Where a copy is deployed, and why not by this person.
    pub fn copying(self) -> (String, Signal<Option<String>>) {
        let href = self.id.with_value(|id| self.organization.with_value(|of| copy_of(of, id)));
        (href, self.may_not_deploy)
    }
}

/// What force means, before it is used.
fn forced(name: &str) -> Confirm {
    Confirm::new(
        format!("Resync {name} with force"),
        "A plain resync waits for the sync that is under way. With force:",
        "Resync with force",
    )
    .consequence("x", "A sync that is under way", "is ended, also one that hangs.")
    .consequence("refresh-cw", "A new one", "begins at once, also where nothing has changed.")
}
