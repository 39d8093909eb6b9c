//! Another role for a member. The contract has no operation for it: the member is removed and added again, and if the second
//! half fails, the page says so until it is done.

use std::sync::Arc;

use astro_api::organizations::{self, OrgAddUserRequest, OrgMember, OrgRemoveUserRequest, OrgRole, Role};
use leptos::{prelude::*, task::spawn_local};

use super::member_add::assignable;
use crate::{
    components::{ShowAs, people::called, words},
    store::{Mutation, Store, Tone, mutation, use_store},
    ui::{
        Banner, Button, CardsField, Confirm, Draft, Field, FormDialog, Tone as Sign,
        form::hold_while,
        load::{Failure, FailureKind, Loads},
        maybe, reactive,
    },
};

/// A member who was removed and is not added again yet.
#[derive(Clone, PartialEq)]
struct Stranded {
    user: String,
    name: String,
    before: Role,
}

/// What changes roles on a page. A copy is a handle of the same.
#[derive(Clone, Copy)]
pub struct Changing {
    open: RwSignal<bool>,
    member: RwSignal<Option<OrgMember>>,
    draft: Draft,
    role: RwSignal<String>,
    /// The id of who may be removed already: the answer to that got lost.
    unsure: StoredValue<Option<String>>,
    stranded: RwSignal<Option<Stranded>>,
    pending: RwSignal<bool>,
    error: RwSignal<Option<Failure>>,
    remove: Mutation<OrgRemoveUserRequest, String>,
    add: Mutation<OrgAddUserRequest, OrgMember>,
    store: Store,
}

fn removal(organization: String, member: &OrgMember) -> OrgRemoveUserRequest {
    OrgRemoveUserRequest { org_id: organization, user_id: member.user_id.clone() }
}

fn addition(organization: String, role: Role, member: &OrgMember) -> OrgAddUserRequest {
    OrgAddUserRequest { org_id: organization, role, user_id: member.user_id.clone() }
}

impl Changing {
    /// What changes roles on the page of the current owner.
    pub fn new() -> Self {
        let draft = Draft::new();
        let stranded = RwSignal::new(None::<Stranded>);
        // Who is stranded is named on this page alone.
        hold_while(Signal::derive(move || stranded.with(Option::is_some)), || {
            let text = "They were removed to change their role, and are not added again yet. Only this page says so.";
            Confirm::new("Leave a member removed?", text, "Leave").keep("Go back to it").danger()
        });
        Self {
            open: RwSignal::new(false),
            member: RwSignal::new(None),
            draft,
            role: draft.part(String::new()),
            unsure: StoredValue::new(None),
            stranded,
            pending: RwSignal::new(false),
            error: RwSignal::new(None),
            remove: mutation(organizations::remove_user),
            add: mutation(organizations::add_user),
            store: use_store(),
        }
    }

    /// Asks for the role of a member.
    pub fn ask(self, member: &OrgMember) {
        // Whoever is stranded comes first.
        if self.stranded.with_untracked(Option::is_some) {
            self.open.set(true);
            return;
        }
        self.error.set(None);
        self.member.set(Some(member.clone()));
        self.role.set(member.role.as_str().to_owned());
        self.draft.settle();
        self.open.set(true);
    }

    fn organization(self) -> String {
        let active = self.store.session.active();
        active.with_untracked(|active| active.as_ref().map(|active| active.id.clone()).unwrap_or_default())
    }

    /// The first half. Where an earlier try may have done it, nobody to remove is what it was for.
    async fn remove_first(self, request: OrgRemoveUserRequest) -> Result<(), Failure> {
        let user = request.user_id.clone();
        let is_unsure = self.unsure.try_with_value(|it| it.as_ref() == Some(&user)) == Some(true);
        match self.remove.outcome(request).await {
            Err(failure) if !(is_unsure && failure.kind == FailureKind::NotFound) => {
                if failure.kind.leaves_open() {
                    self.unsure.try_set_value(Some(user));
                }
                Err(failure)
            }
            _ => {
                self.unsure.try_set_value(None);
                Ok(())
            }
        }
    }

    async fn change(self, organization: String, member: OrgMember, role: Role) -> Result<Arc<OrgMember>, Failure> {
        let name = called(&member);
        let is_stranded =
            self.stranded.try_with_untracked(|it| it.as_ref().is_some_and(|it| it.user == member.user_id))
                == Some(true);
        if !is_stranded {
            self.remove_first(removal(organization.clone(), &member)).await?;
            let stranded = Stranded { user: member.user_id.clone(), name, before: member.role.clone() };
            let _ = self.stranded.try_set(Some(stranded));
        }
        let added = self.add.outcome(addition(organization, role, &member)).await?;
        let _ = self.stranded.try_set(None);
        Ok(added)
    }

    /// The two requests as they can be made elsewhere; of a member who is removed already, the second alone.
    fn requests(self) -> AnyView {
        let removal = Signal::derive(move || {
            let request = self.member.with(|member| Some(removal(self.organization(), member.as_ref()?)))?;
            Some(organizations::remove_user(&request).call().clone())
        });
        let addition = Signal::derive(move || {
            let role = self.role.with(|role| Role::from(role.as_str()));
            let request = self.member.with(|member| Some(addition(self.organization(), role, member.as_ref()?)))?;
            Some(organizations::add_user(&request).call().clone())
        });
        view! {
            <details class="request-details" hidden=move || self.stranded.with(Option::is_some)>
                <summary>"The first request, which removes"</summary>
                <ShowAs call=removal id="removal-as"/>
            </details>
            <details class="request-details">
                <summary>"The second request, which adds again"</summary>
                <ShowAs call=addition id="addition-as"/>
            </details>
        }
        .into_any()
    }

    /// Makes a member what `role` says, and tells.
    fn go(self, role: Role) {
        let Some(member) = self.member.get_untracked() else { return };
        if self.pending.get_untracked() {
            return;
        }
        self.pending.set(true);
        self.error.set(None);
        let organization = self.organization();
        spawn_local(async move {
            let name = called(&member);
            let outcome = self.change(organization, member, role.clone()).await;
            let _ = self.pending.try_set(false);
            match outcome {
                Ok(_) => {
                    self.draft.settle();
                    let _ = self.open.try_set(false);
                    let role = words::role(&role).to_ascii_lowercase();
                    self.store.toasts.push(Tone::Good, format!("{name} is {role} now."));
                }
                Err(failure) => {
                    let _ = self.error.try_set(Some(failure));
                }
            }
        });
    }

    /// Says above the list who is stranded, for as long as that is so.
    pub fn notice(self) -> AnyView {
        reactive(move || {
            maybe(self.stranded.get().filter(|_| !self.open.get()).map(|it| {
                let before = it.before.clone();
                let back = words::role(&before).to_ascii_lowercase();
                let again = move |()| {
                    self.role.set(before.as_str().to_owned());
                    self.go(before.clone());
                };
                view! {
                    <Banner
                        title=format!("{} is not a member at the moment", it.name)
                        text="The role was to change: the removal succeeded, adding them again did not.".to_owned()
                        tone=Sign::Bad
                    >
                        <Button label="Go on" small=true on_press=move |()| self.open.set(true)/>
                        <Button label=format!("Add back as {back}") small=true busy=self.pending on_press=again/>
                    </Banner>
                }
                .into_any()
            }))
        })
    }

    /// The dialog, for the end of the page.
    pub fn dialog(self, roles: Loads<Vec<OrgRole>>) -> AnyView {
        let name = Memo::new(move |_| self.member.with(|member| member.as_ref().map(called).unwrap_or_default()));
        let submit = move |()| self.go(self.role.with_untracked(|role| Role::from(role.as_str())));
        let same = Signal::derive(move || {
            let is_stranded = self.stranded.with(Option::is_some);
            let is_same = self.member.with(|member| {
                member.as_ref().is_some_and(|member| self.role.with(|role| role == member.role.as_str()))
            });
            (is_same && !is_stranded).then(|| format!("{} has this role already.", name.get()))
        });
        let told = move || {
            let name = name.get();
            if self.stranded.with(Option::is_some) {
                return view! {
                    <Banner
                        title=format!("{name} is removed, and not added again yet")
                        text="Try again: only the second half is left to do.".to_owned()
                        tone=Sign::Bad
                    />
                }
                .into_any();
            }
            view! {
                <Banner
                    title="A role cannot be changed in place".to_owned()
                    text=format!(
                        "{name} is removed, and at once added again with the new role. Their API keys of this organization are revoked by that; a console session makes itself a new one.",
                    )
                    tone=Sign::Warn
                />
            }
            .into_any()
        };
        let submit_label = Signal::derive(move || {
            if self.stranded.with(Option::is_some) { "Add again" } else { "Change role" }.to_owned()
        });
        view! {
            <FormDialog
                open=self.open
                title=Signal::derive(move || format!("Role of {}", name.get()))
                draft=self.draft
                pending=self.pending
                error=self.error
                on_submit=submit
                submit=submit_label
                blocked=same
            >
                {reactive(told)}
                <CardsField field=Field::new("role", "Role") value=self.role choices=assignable(roles)/>
                {self.requests()}
            </FormDialog>
        }
        .into_any()
    }
}
