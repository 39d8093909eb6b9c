//! Ending keys: revoking, which keeps the record and the reason, and deleting, which leaves nothing.

use astro_api::api_keys::{self, ApiKey, ApiKeyDeleteRequest, ApiKeyRevokeRequest, ApiKeyStatus};
use leptos::prelude::*;

use crate::{
    components::{
        ShowAs,
        api_keys::{is_of_console, label},
    },
    store::{Mutation, Store, Tone, batch, mutation, use_store},
    ui::{
        Banner, Bulk, Confirm, Draft, Field, FormDialog, TextField, Tone as Sign,
        confirm::Confirming,
        format::{self, counted},
        maybe, reactive,
    },
};

/// The most letters that the platform takes for a reason.
const REASON: usize = 500;

/// Of which organization, and which key.
type Named = (String, String);

fn revocation((organization, key): &Named, reason: &str) -> astro_api::Request<bool> {
    let reason = Some(reason.trim().to_owned()).filter(|reason| !reason.is_empty());
    api_keys::revoke(organization, Some(&ApiKeyRevokeRequest { key_id: key.clone(), reason }))
}

fn deletion((organization, key): &Named) -> astro_api::Request<api_keys::ApiKeyDeleted> {
    api_keys::delete(organization, &ApiKeyDeleteRequest { key_id: key.clone() })
}

fn named(key: &ApiKey) -> Named {
    (key.org_id.clone(), key.id.clone())
}

/// Why a key cannot be revoked now.
pub fn not_revocable(key: &ApiKey) -> Option<String> {
    match &key.status {
        ApiKeyStatus::Revoked => Some("It is revoked already.".to_owned()),
        ApiKeyStatus::Expired => Some("It has expired and opens nothing any more.".to_owned()),
        _ => None,
    }
}

/// What ends keys on a page. A copy is a handle of the same.
#[derive(Clone, Copy)]
pub struct Ending {
    open: RwSignal<bool>,
    key: RwSignal<Option<ApiKey>>,
    draft: Draft,
    reason: RwSignal<String>,
    revoke: Mutation<(Named, String), bool>,
    delete: Mutation<Named, api_keys::ApiKeyDeleted>,
    confirming: Option<Confirming>,
    store: Store,
}

impl Ending {
    /// What ends keys on the page of the current owner.
    pub fn new() -> Self {
        let draft = Draft::new();
        Self {
            open: RwSignal::new(false),
            key: RwSignal::new(None),
            draft,
            reason: draft.part(String::new()),
            revoke: mutation(|(key, reason): &(Named, String)| revocation(key, reason)),
            delete: mutation(deletion),
            confirming: use_context(),
            store: use_store(),
        }
    }

    /// Asks for the reason, and revokes it.
    pub fn revoke(self, key: &ApiKey) {
        self.draft.reset();
        self.revoke.reset();
        self.key.set(Some(key.clone()));
        self.open.set(true);
    }

    /// Asks, and deletes it; `then` goes on afterwards.
    pub fn delete(self, key: &ApiKey, then: impl Fn() + Clone + 'static) {
        let Some(confirming) = self.confirming else { return };
        let store = self.store;
        let own = store.session.own_keys().with_untracked(|own| own.contains(&key.id));
        let (key, name) = (named(key), label(key));
        confirming.ask(deleting(&name, own), move || {
            let (key, name, then) = (key.clone(), name.clone(), then.clone());
            async move {
                let id = key.1.clone();
                self.delete.outcome(key).await?;
                store.session.let_go(&id);
                store.toasts.push(Tone::Good, format!("{name} is deleted."));
                then();
                Ok(())
            }
        });
    }

    /// The dialog that asks for the reason, for the end of the page.
    pub fn dialog(self) -> AnyView {
        let store = self.store;
        let own = store.session.own_keys();
        let name = Memo::new(move |_| self.key.with(|key| key.as_ref().map(label).unwrap_or_default()));
        let submit = move |()| {
            let Some(key) = self.key.get_untracked() else { return };
            let (id, name) = (key.id.clone(), label(&key));
            self.revoke.run_then((named(&key), self.reason.get_untracked()), move |_| {
                store.session.let_go(&id);
                self.draft.settle();
                self.open.set(false);
                store.toasts.push(Tone::Good, format!("{name} is revoked."));
            });
        };
        let told = Memo::new(move |_| {
            self.key.with(|key| {
                let key = key.as_ref()?;
                Some(own.with(|own| consequence(key, own.contains(&key.id))))
            })
        });
        let call = Signal::derive(move || {
            let key = self.key.with(|key| key.as_ref().map(named))?;
            Some(self.reason.with(|reason| revocation(&key, reason)).call().clone())
        });
        view! {
            <FormDialog
                open=self.open
                title=Signal::derive(move || format!("Revoke {}", name.get()))
                draft=self.draft
                pending=self.revoke.pending()
                error=self.revoke.error()
                on_submit=submit
                submit="Revoke key".to_owned()
            >
                {reactive(move || maybe(told.get().map(|(title, text)| {
                    view! { <Banner title=title text=text tone=Sign::Warn/> }.into_any()
                })))}
                <TextField
                    field=Field::new("reason", "Reason").optional().hint(
                        "It stays with the key and in the audit log, and whoever still uses the key is told it.",
                    )
                    value=self.reason
                    limit=REASON
                    placeholder="Laptop lost"
                />
                <details class="request-details">
                    <summary>"The request"</summary>
                    <ShowAs call=call id="revoke-as"/>
                </details>
            </FormDialog>
        }
        .into_any()
    }

    /// Revoking several at once.
    pub fn revoke_several(self) -> Bulk<ApiKey> {
        let session = self.store.session;
        let revoke = batch(|key: &Named| revocation(key, "Revoked with others in the console."));
        Bulk::new("Revoke", "x", "revoked", move |key: &ApiKey| {
            let id = key.id.clone();
            let work = revoke.run(&named(key));
            Box::pin(async move {
                work.await?;
                session.let_go(&id);
                Ok(())
            })
        })
        .danger()
        .asks(|names: &[String]| {
            several("Revoke", names, "stop working at once. Their records stay, for the audit log.")
        })
        .unless(not_revocable)
    }

    /// Deleting several at once.
    pub fn delete_several(self) -> Bulk<ApiKey> {
        let session = self.store.session;
        let delete = batch(deletion);
        Bulk::new("Delete", "trash-2", "deleted", move |key: &ApiKey| {
            let id = key.id.clone();
            let work = delete.run(&named(key));
            Box::pin(async move {
                work.await?;
                session.let_go(&id);
                Ok(())
            })
        })
        .danger()
        .asks(|names: &[String]| several("Delete", names, "are gone with their records. Those that work stop at once."))
    }
}

/// What revoking a key leads to, in two sentences.
fn consequence(key: &ApiKey, is_own: bool) -> (String, String) {
    if is_own {
        return (
            "This console session works with it".to_owned(),
            "The console makes itself another key at once, so nothing here is interrupted. Signing out ends the session with all of its keys.".to_owned(),
        );
    }
    if is_of_console(key) {
        return (
            "A session of the console works with it".to_owned(),
            "That session makes itself another key as long as the person is signed in there. To end it, sign out there."
                .to_owned(),
        );
    }
    (
        "Whatever uses it is refused from then on".to_owned(),
        "A revoked key cannot work again. Its record stays, so that the audit log keeps its name.".to_owned(),
    )
}

fn deleting(name: &str, is_own: bool) -> Confirm {
    let asked = Confirm::new(
        format!("Delete {name}"),
        "The record goes, with its name, its last use and the reason of a revocation. To stop a key and keep that, revoke it.",
        "Delete key",
    )
    .consequence("x", "Whatever uses it", "is refused from then on.")
    .keep("Keep key")
    .danger();
    if is_own {
        asked.consequence("refresh-cw", "This console session", "works with it, and makes itself another at once.")
    } else {
        asked
    }
}

fn several(verb: &str, names: &[String], what: &str) -> Confirm {
    let count = counted(names.len(), "key", "keys");
    let mut listed = names.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > 5 {
        listed = format!("{listed} and {} more", format::count(names.len() - 5));
    }
    Confirm::new(format!("{verb} {count}"), format!("{listed}."), format!("{verb} {count}"))
        .consequence("x", count, what)
        .keep("Keep keys")
        .danger()
}
