//! Adding a member by the user id that the person reads to one.

use astro_api::organizations::{self, OrgAddUserRequest, OrgRole, Role};
use leptos::prelude::*;

use super::roles::{in_short, purpose};
use crate::{
    components::{ShowAs, rules, words},
    store::{Mutation, Store, Tone, mutation, use_store},
    ui::{CardsField, Choice, Draft, Field, FormPanel, TextField, load::Loads},
};

/// The roles that can be given, the least first. Before the platform has told them, those of the contract.
pub fn assignable(roles: Loads<Vec<OrgRole>>) -> Signal<Vec<Choice>> {
    Signal::derive(move || {
        let told = roles.with(|load| load.value().cloned()).unwrap_or_default();
        let known = [Role::Viewer, Role::Editor, Role::Admin];
        let ids: Vec<Role> = if told.is_empty() {
            known.to_vec()
        } else {
            told.iter().map(|it| Role::from(it.id.as_str())).filter(|role| *role != Role::Owner).collect()
        };
        ids.into_iter()
            .map(|role| {
                let short = told.iter().find(|it| it.id == role.as_str()).map(in_short).unwrap_or_default();
                let choice = Choice::new(role.as_str().to_owned(), words::role(&role)).note(purpose(&role));
                if short.is_empty() { choice } else { choice.fact("May", short) }
            })
            .collect()
    })
}

/// What adds members on a page. A copy is a handle of the same.
#[derive(Clone, Copy)]
pub struct Adding {
    open: RwSignal<bool>,
    draft: Draft,
    user: RwSignal<String>,
    role: RwSignal<String>,
    add: Mutation<OrgAddUserRequest, organizations::OrgMember>,
    store: Store,
}

impl Adding {
    /// What adds members on the page of the current owner.
    pub fn new() -> Self {
        let draft = Draft::new();
        Self {
            open: RwSignal::new(false),
            draft,
            user: draft.part(String::new()),
            role: draft.part(Role::Viewer.as_str().to_owned()),
            add: mutation(organizations::add_user),
            store: use_store(),
        }
    }

    /// Opens the form.
    pub fn ask(self) {
        self.draft.reset();
        self.add.reset();
        self.open.set(true);
    }

    fn request(self) -> OrgAddUserRequest {
        let active = self.store.session.active();
        OrgAddUserRequest {
            org_id: active.with(|active| active.as_ref().map(|active| active.id.clone()).unwrap_or_default()),
            role: self.role.with(|role| Role::from(role.as_str())),
            user_id: self.user.with(|user| user.trim().to_ascii_lowercase()),
        }
    }

    /// The panel with the form, for the end of the page.
    pub fn panel(self, roles: Loads<Vec<OrgRole>>) -> AnyView {
        let submit = move |()| {
            self.add.run_then(untrack(|| self.request()), move |member| {
                self.draft.settle();
                self.open.set(false);
                let name =
                    member.name.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| member.user_id.clone());
                let role = words::role(&member.role).to_ascii_lowercase();
                self.store.toasts.push(Tone::Good, format!("{name} is a member now, as {role}."));
            });
        };
        let call = Signal::derive(move || {
            let request = self.request();
            (!request.user_id.is_empty()).then(|| organizations::add_user(&request).call().clone())
        });
        let user = move || {
            Field::new("userId", "User ID")
            .hint("The person finds it on the page My access, on the page that says they are no member, or with astroctl whoami.")
            .check(move || self.user.with(|user| rules::user_id(user)))
        };
        view! {
            <FormPanel
                open=self.open
                title="Add a member".to_owned()
                draft=self.draft
                pending=self.add.pending()
                error=self.add.error()
                on_submit=submit
                submit="Add member".to_owned()
            >
                <p class="muted">
                    "Whoever is added must have signed in to the platform once. They are told by e-mail, and can enter at once."
                </p>
                <TextField field=user() value=self.user mono=true placeholder="2b7f0a1e-9c34-4d8e-8a52-6f1d3c5b7e90"/>
                <CardsField field=Field::new("role", "Role") value=self.role choices=assignable(roles)/>
                <ShowAs call=call/>
            </FormPanel>
        }
        .into_any()
    }
}
