//! The session's inside: what is kept, signing in and out.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, HashMap},
    rc::{Rc, Weak},
};

use astro_api::{
    ApiError, ErrorKind, Secret,
    organizations::{self, Page, Role},
    request::Call,
    users::{self, SwitchOrganizationRequest, UserProfile},
};
use futures_util::future::{Either, select};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{
    Entry, Method, Organization, Person, Settings,
    credentials::{CANDIDATE, ENDED, Holder, Joined, revocation},
    oidc::{Discovery, Oidc, problem, safe_return},
    tabs::Tabs,
    vault::{Kept, OwnKey, Vault, new_id},
};
use crate::{
    client::{Client, Grant, Priority, browser},
    store::{decision, errand::errand, failure::failure, preferences::Preferences},
    ui::load::Failure,
};

/// How long signing out waits for the platform to revoke keys, and then for the issuer, milliseconds.
const FAREWELL: u64 = 3_000;

/// Leaves for another page.
pub type Leave = Box<dyn Fn(&str)>;

/// Shows views how the session stands, in one of these ways beside what is kept.
pub type Show = Box<dyn Fn(&Kept, Standing)>;

/// What a session is beside what is kept of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// As it is kept.
    Plain,
    /// Its credential is not accepted any more.
    Expired,
    /// There is none here, and other tabs are being asked for theirs.
    Asking,
}

/// What a session is made of.
pub struct Inner {
    pub(super) oidc: Option<Oidc>,
    vault: Cell<Vault>,
    pub(super) client: Client,
    pub(super) preferences: Preferences,
    /// Leaves for another page; tests look where to instead.
    leave: Leave,
    pub(super) kept: RefCell<Kept>,
    /// A pasted key that is being tried.
    pub(super) candidate: RefCell<Option<Secret<String>>>,
    discovery: RefCell<Option<Discovery>>,
    /// Keys that are being made, by organization: whoever needs one meanwhile joins.
    pub(super) making: RefCell<HashMap<String, Joined<Grant>>>,
    pub(super) refreshing: RefCell<Option<Joined<Grant>>>,
    /// When a key was last made because its predecessor was refused.
    pub(super) renewed: RefCell<HashMap<String, u64>>,
    pub(super) expired: Cell<bool>,
    /// Why it has expired, in the platform's words; empty where it gave none.
    pub(super) ended_by: RefCell<String>,
    /// The person signs out: no key is asked for any more, and one that still comes is revoked.
    pub(super) leaving: Cell<bool>,
    /// Other tabs are asked for their session, and nobody is to sign in meanwhile.
    asking: Cell<bool>,
    /// While a sign-in is completed there is a token and nothing else yet; views are told when the rest is there.
    pub(super) completing: Cell<bool>,
    /// The program is being taken down: what is still under way must not write into the tab.
    closed: Cell<bool>,
    tabs: RefCell<Option<Tabs>>,
    pub(super) me: Weak<Self>,
    show: Show,
}

impl Inner {
    /// Takes up what the tab has kept.
    pub fn start(settings: &Settings, client: &Client, preferences: Preferences, leave: Leave, show: Show) -> Rc<Self> {
        let vault = Vault { in_memory: settings.in_memory || preferences.memory_session().get_untracked() };
        let inner = Rc::new_cyclic(|me| Self {
            oidc: settings.oidc.clone(),
            vault: Cell::new(vault),
            client: client.clone(),
            preferences,
            leave,
            kept: RefCell::new(vault.open().unwrap_or_default()),
            candidate: RefCell::default(),
            discovery: RefCell::default(),
            making: RefCell::default(),
            refreshing: RefCell::default(),
            renewed: RefCell::default(),
            expired: Cell::new(false),
            ended_by: RefCell::default(),
            leaving: Cell::new(false),
            asking: Cell::new(false),
            completing: Cell::new(false),
            closed: Cell::new(false),
            tabs: RefCell::new(Some(Tabs::new(me.clone()))),
            me: me.clone(),
            show,
        });
        client.authorize(Rc::new(Holder(Rc::downgrade(&inner))));
        let is_new = inner.kept.borrow().method.is_none();
        inner.asking.set(is_new && inner.may_join());
        inner.shown();
        if inner.asking.get() {
            inner.join();
        } else if !is_new {
            inner.take_up();
        }
        inner
    }

    /// Goes on with a session that is kept. Roles may have changed since, or the credential may have ended.
    fn take_up(self: &Rc<Self>) {
        let inner = Rc::clone(self);
        let id = self.kept.borrow().id.clone();
        spawn_local(async move {
            if let Err(error) = inner.reload(Priority::Background).await {
                let kept = inner.kept.borrow();
                let has_nobody = kept.person.is_none() || error.kind == ErrorKind::Unauthorized;
                // Meanwhile somebody may have signed in.
                let is_the_same = kept.id == id && !inner.completing.get();
                let has_nothing = is_the_same && has_nobody && kept.organizations.is_empty();
                drop(kept);
                // There is nothing to show of it, and nothing to go on with.
                if has_nothing {
                    inner.forget();
                }
            }
            inner.settle_in();
        });
    }

    /// Goes on with the session of another tab, in the organization that a new tab begins in.
    pub(super) fn take_over(self: &Rc<Self>, mut kept: Kept) {
        let goes_on = self.expired.get();
        let own = self.kept.borrow().active.clone();
        let (chosen, last) = self.preferences.begins();
        let begins = chosen.or(last);
        let begins = kept.organizations.iter().find(|one| one.open && Some(&one.name) == begins.as_ref());
        kept.active = own.filter(|_| goes_on).or_else(|| begins.map(|one| one.id.clone())).or(kept.active);
        kept.usual = None;
        self.asking.set(false);
        self.replace(kept);
        self.take_up();
    }

    /// No other tab has a session for this one.
    pub(super) fn go_on_without(&self) {
        if self.asking.replace(false) {
            self.shown();
        }
    }

    /// Speaks to the other tabs, unless this one is being closed.
    pub(super) fn tabs(&self, speak: impl FnOnce(&mut Tabs)) {
        if let Some(tabs) = self.tabs.borrow_mut().as_mut() {
            speak(tabs);
        }
    }

    /// Whether the session ends with a reload.
    pub(super) fn is_in_memory(&self) -> bool {
        self.vault.get().in_memory
    }

    pub(super) fn oidc(&self) -> Result<&Oidc, ApiError> {
        self.oidc
            .as_ref()
            .ok_or_else(|| problem(ErrorKind::NoCredential, "Sign-in by OpenID Connect is not configured here."))
    }

    pub(super) async fn discover(&self) -> Result<Discovery, ApiError> {
        let known = self.discovery.borrow().clone();
        if let Some(discovery) = known {
            return Ok(discovery);
        }
        let discovery = self.oidc()?.discover().await?;
        *self.discovery.borrow_mut() = Some(discovery.clone());
        Ok(discovery)
    }

    fn shown(&self) {
        if self.completing.get() {
            return;
        }
        self.attend();
        let kept = self.kept.borrow().clone();
        let standing = match (self.expired.get(), self.asking.get()) {
            (true, _) => Standing::Expired,
            (_, true) => Standing::Asking,
            _ => Standing::Plain,
        };
        (self.show)(&kept, standing);
    }

    /// Lets go of the tab.
    pub fn close(&self) {
        self.closed.set(true);
        self.tabs.take();
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut Kept)) {
        if self.closed.get() {
            return;
        }
        {
            let mut kept = self.kept.borrow_mut();
            change(&mut kept);
            // Half a session is none to go on with after a reload, nor one that is being signed out.
            if kept.method.is_some() && !self.completing.get() && !self.leaving.get() {
                self.vault.get().keep(&kept);
            }
        }
        self.shown();
    }

    fn replace(&self, new: Kept) {
        self.expired.set(false);
        self.leaving.set(false);
        self.asking.set(false);
        self.renewed.borrow_mut().clear();
        self.making.borrow_mut().clear();
        self.refreshing.borrow_mut().take();
        self.change(|kept| *kept = new);
    }

    /// Ends the session without a word to anybody: what was signed in is no more.
    pub(super) fn forget(&self) {
        Vault::clear();
        self.client.records().clear();
        self.replace(Kept::default());
    }

    /// Ends the session of who has signed out, with what only that person knew of.
    pub(super) fn forget_person(&self) {
        // No operation lists them, so that they outlive a session that has merely ended.
        self.preferences.forget_connections();
        self.forget();
    }

    /// The session has ended by itself, and `why` says what the platform said. What it shows stays until somebody signs in
    /// again.
    pub(super) fn expire(&self, why: String) {
        if self.kept.borrow().method.is_some() && !self.expired.replace(true) {
            self.ended_by.replace(why);
            self.shown();
        }
    }

    fn remember_active(&self) {
        let name = self.kept.borrow().active().map(|active| active.name.clone());
        self.preferences.remember_organization(name);
    }

    /// Leaves for the issuer's sign-in page.
    pub async fn begin(self: &Rc<Self>, return_to: &str) -> Result<(), ApiError> {
        begin::run(Rc::clone(self), safe_return(return_to)).await
    }

    /// Tries a pasted key and signs in with it.
    pub async fn take_key(self: &Rc<Self>, key: Secret<String>) -> Result<(), Failure> {
        take_key::run(Rc::clone(self), key).await
    }

    /// Ends a sign-in at the issuer, with the query of the address that it sent the person back to.
    pub async fn complete(self: &Rc<Self>, query: &str) -> Result<String, ApiError> {
        complete::run(Rc::clone(self), query.to_owned()).await
    }

    /// Reads who the person is and where it is a member.
    pub async fn reload(self: &Rc<Self>, priority: Priority) -> Result<(), ApiError> {
        let method = self.kept.borrow().method;
        match method {
            None => Ok(()),
            Some(Method::Key) => {
                let active = self.kept.borrow().active.clone();
                let (organizations, own) = self.organizations_of_key(active, priority).await?;
                self.change(|kept| {
                    // Signing out may have come in between.
                    if kept.method == Some(Method::Key) && kept.keys.contains_key(&own) {
                        kept.organizations = organizations;
                        kept.active = Some(own);
                    }
                });
                Ok(())
            }
            Some(Method::Oidc) => self.reload_person(priority).await,
        }
    }

    async fn reload_person(self: &Rc<Self>, priority: Priority) -> Result<(), ApiError> {
        let profile = match self.client.send_for(&users::profile(), priority, None).await {
            // The first sign-in of a person.
            Err(error) if error.kind == ErrorKind::NotFound => {
                self.client.send_for(&users::create_profile(), priority, None).await?
            }
            answer => answer?,
        };
        let only_start = profile.organizations.is_none();
        let mut organizations = memberships(&profile);
        let titles = self.kept.borrow().organizations.clone();
        for organization in &mut organizations {
            if let Some(known) = titles.iter().find(|known| known.id == organization.id) {
                organization.title.clone_from(&known.title);
            }
        }
        let (chosen, last) = self.preferences.begins();
        self.change(|kept| {
            if kept.method != Some(Method::Oidc) {
                return;
            }
            let member = |id: &String| organizations.iter().any(|organization| organization.id == *id);
            kept.active = kept
                .active
                .take()
                .filter(member)
                .or_else(|| {
                    organizations.iter().find(|one| Some(&one.name) == chosen.as_ref()).map(|one| one.id.clone())
                })
                .or_else(|| organizations.iter().find(|one| Some(&one.name) == last.as_ref()).map(|one| one.id.clone()))
                .or_else(|| profile.current_org_id.clone().filter(member))
                .or_else(|| organizations.first().map(|one| one.id.clone()));
            kept.organizations = organizations;
            kept.current.clone_from(&profile.current_org_id);
            kept.person = Some(Person {
                id: profile.id.clone(),
                name: profile.name.clone().unwrap_or_default(),
                email: profile.email.clone().unwrap_or_default(),
                global_role: profile.global_role.clone(),
            });
        });
        let active = self.kept.borrow().active.clone();
        if active.is_none() {
            return Ok(());
        }
        // Titles come from the list, which takes a key. Nobody waits for them, unless the profile names nothing else.
        let inner = Rc::clone(self);
        let titles = async move {
            let list = inner.list(active, Priority::Background).await?;
            inner.change(|kept| {
                if kept.method != Some(Method::Oidc) {
                    return;
                }
                if only_start {
                    kept.organizations = list;
                } else {
                    for organization in &mut kept.organizations {
                        if let Some(read) = list.iter().find(|read| read.id == organization.id) {
                            organization.title.clone_from(&read.title);
                            organization.role = read.role.clone().or(organization.role.take());
                        }
                    }
                }
                by_title(&mut kept.organizations);
            });
            Ok(())
        };
        if only_start {
            return titles.await;
        }
        spawn_local(async move {
            let _: Result<(), ApiError> = titles.await;
        });
        Ok(())
    }

    /// The organizations as the key of one may list them.
    async fn list(&self, with: Option<String>, priority: Priority) -> Result<Vec<Organization>, ApiError> {
        let request = organizations::list(&Page { page: None, page_size: Some(100) });
        let list = self.client.send_for(&request, priority, with).await?;
        Ok(list.into_iter().map(organization).collect())
    }

    /// The organizations that a pasted key shows, and the id of its own among them.
    async fn organizations_of_key(
        &self,
        with: Option<String>,
        priority: Priority,
    ) -> Result<(Vec<Organization>, String), ApiError> {
        let mut list = self.list(with.clone(), priority).await?;
        let mut own = match list.as_slice() {
            [only] => Some(only.id.clone()),
            _ => None,
        };
        // The list may show every organization of the key's owner, and does not say which one the key belongs to. The
        // key opens that one alone.
        for organization in &list {
            if own.is_some() {
                break;
            }
            let organization = &organization.id;
            match self.client.send_for(&organizations::get(organization), priority, with.clone()).await {
                Ok(_) => own = Some(organization.clone()),
                Err(error) if error.is_transient() => return Err(error),
                Err(_) => {}
            }
        }
        let own = own.ok_or_else(|| problem(ErrorKind::Forbidden, "The key is good, but opens no organization."))?;
        for organization in &mut list {
            organization.open = organization.id == own;
        }
        by_title(&mut list);
        Ok((list, own))
    }

    /// Keeps the session in memory alone from now on, or in the tab.
    pub fn keep_in_memory(&self, in_memory: bool) {
        self.vault.set(Vault { in_memory });
        if in_memory {
            Vault::clear();
        }
        self.change(|_| {});
    }

    /// Forgets a key that was ended on purpose.
    pub fn let_go(&self, key: &str) {
        if self.kept.borrow().keys.values().any(|own| own.id.as_deref() == Some(key)) {
            self.change(|kept| kept.keys.retain(|_, own| own.id.as_deref() != Some(key)));
        }
    }

    /// Makes the organization of a name the active one: on purpose, or because a link led there. Where it was a link, what
    /// the person works in stays what it was until [`Inner::settle`].
    pub async fn enter(self: &Rc<Self>, name: &str, by_link: bool) -> Entry {
        let find = || self.kept.borrow().organizations.iter().find(|organization| organization.name == name).cloned();
        let mut found = find();
        if found.is_none() {
            // A membership may be younger than what is known.
            if let Err(error) = self.reload(Priority::Foreground).await
                && error.is_transient()
            {
                return Entry::Failed(failure(&error));
            }
            found = find();
        }
        let Some(organization) = found else { return Entry::Forbidden };
        if !organization.open {
            return Entry::NeedsKey;
        }
        if let Err((kind, message)) = self.key(&organization.id).await {
            return match kind {
                ErrorKind::Forbidden | ErrorKind::NotFound => Entry::Forbidden,
                _ => Entry::Failed(failure(&ApiError::new(kind, "createApiKey", message))),
            };
        }
        let id = organization.id;
        self.change(|kept| {
            let before = kept.active.replace(id.clone());
            kept.usual = match kept.usual.take() {
                // As after a reload.
                usual @ Some(_) if by_link && before.as_ref() == Some(&id) => usual,
                usual if by_link => usual.or(before).filter(|usual| *usual != id),
                _ => None,
            };
            // One that the person is no member of any more is none.
            if kept.usual().is_none() {
                kept.usual = None;
            }
        });
        if self.kept.borrow().usual.is_none() {
            self.remember_active();
            // Nothing here waits for it. What the platform has not taken, the next step tells it again.
            let told = Rc::clone(self).tell_active(Priority::Background);
            spawn_local(async move {
                let _ = told.await;
            });
        }
        Entry::Entered
    }

    /// Makes the active organization the one that the person works in, once the platform has taken it.
    pub async fn settle(self: &Rc<Self>) -> Result<(), ApiError> {
        Rc::clone(self).tell_active(Priority::Foreground).await?;
        self.change(|kept| kept.usual = None);
        self.remember_active();
        Ok(())
    }

    /// Tells the platform which organization is active, unless it knows: it keeps one of its own, for calls that name
    /// none.
    async fn tell_active(self: Rc<Self>, priority: Priority) -> Result<(), ApiError> {
        let org_id = {
            let mut kept = self.kept.borrow_mut();
            let is_known = kept.tokens.is_none() || kept.current == kept.active;
            let Some(active) = kept.active.clone().filter(|_| !is_known) else { return Ok(()) };
            // Until it has answered, nobody knows.
            kept.current = None;
            active
        };
        let switch = users::switch_organization(&SwitchOrganizationRequest { org_id: org_id.clone() });
        self.client.send_for(&switch, priority, None).await?;
        self.change(|kept| kept.current = Some(org_id));
        Ok(())
    }

    /// Has the platform revoke the keys that the console made, one after the other as the limit allows. Where this is
    /// dropped before its end, the rest goes at once. One that is still being made is revoked by who makes it, and
    /// waited for: the page may be left after this. A key that stays all the same ends within a day.
    pub(super) fn give_up_keys(&self) -> impl Future<Output = ()> + use<> {
        let mut keys = GivenUp { client: self.client.clone(), grant: Grant::default(), revocations: Vec::new() };
        let kept = self.kept.borrow();
        if let Some(tokens) = &kept.tokens {
            keys.grant.bearer = Some(tokens.access.clone());
            for (organization, key) in &kept.keys {
                if let Some(id) = &key.id {
                    keys.revocations.push(revocation(organization, id, ENDED).call().clone());
                }
            }
        }
        let making: Vec<Joined<Grant>> = self.making.borrow().values().cloned().collect();
        async move {
            let mut sent = Vec::new();
            while !keys.revocations.is_empty() {
                keys.client.pass_write(&keys.grant).await;
                sent.extend(keys.revoke_next());
            }
            for answered in sent {
                answered.await;
            }
            for made in making {
                let _ = made.await;
            }
        }
    }

    /// Signs out here and in all tabs.
    pub async fn sign_out(self: &Rc<Self>) {
        self.leaving.set(true);
        // Whatever hangs from here on: a reload finds nobody signed in.
        Vault::clear();
        // The token of an e-mail's link is a right as well, and the next person in this tab has not got it.
        decision::forget();
        self.tell_sign_out();
        let ends = self.kept.borrow().tokens.is_some() && !self.expired.get();
        if ends {
            // A token that has just ended cannot revoke anything.
            let renewed = std::pin::pin!(self.bearer());
            select(renewed, browser::sleep(FAREWELL)).await;
        }
        // The issuer ends the token with the session, and with it the right to revoke: the keys come first.
        drop(select(Box::pin(self.give_up_keys()), browser::sleep(FAREWELL)).await);
        let mut page = browser::resolve("sign-in").unwrap_or_default();
        if ends {
            let given = std::pin::pin!(give_back::run(Rc::clone(self)));
            if let Either::Left((Ok(address), _)) = select(given, browser::sleep(FAREWELL)).await {
                page = address;
            }
        }
        self.forget_person();
        (self.leave)(&page);
    }
}

/// Keys that are given up: their revocations until they are sent.
struct GivenUp {
    client: Client,
    grant: Grant,
    revocations: Vec<Call>,
}

impl GivenUp {
    /// Sends the next one; it goes on when the page is left.
    fn revoke_next(&mut self) -> Option<impl Future<Output = ()> + use<>> {
        let call = self.revocations.pop()?;
        Some(self.client.send_on_leaving(&call, &self.grant))
    }
}

impl Drop for GivenUp {
    fn drop(&mut self) {
        while self.revoke_next().is_some() {}
    }
}

errand! {
    in session;
    /// Leaves for the issuer's sign-in page.
    fn begin(inner: Rc<Inner>, return_to: String) -> Result<(), ApiError> {
        let oidc = inner.oidc()?;
        let discovery = inner.discover().await?;
        let address = oidc.begin(&discovery, return_to).await?;
        (inner.leave)(&address);
        Ok(())
    }
}

errand! {
    in session;
    /// Tries a pasted key and signs in with it.
    fn take_key(inner: Rc<Inner>, key: Secret<String>) -> Result<(), Failure> {
        let key = Secret::from(key.expose().trim());
        *inner.candidate.borrow_mut() = Some(key.clone());
        let found = inner.organizations_of_key(Some(CANDIDATE.to_owned()), Priority::Foreground).await;
        inner.candidate.take();
        let (organizations, own) = found.map_err(|error| {
            let mut failure = failure(&error);
            if error.kind == ErrorKind::Unauthorized {
                failure.title = "Key not accepted";
                beside(&error.message).clone_into(&mut failure.hint);
            }
            failure
        })?;
        spawn_local(inner.give_up_keys());
        let keys = BTreeMap::from([(own.clone(), OwnKey { id: None, secret: key, expires_at: None })]);
        let method = Some(Method::Key);
        inner.replace(Kept { method, id: new_id(), keys, organizations, active: Some(own), ..Kept::default() });
        inner.remember_active();
        Ok(())
    }
}

/// What is said of a key that was refused, beside the platform's words: of one that it does not know it cannot say why.
fn beside(refusal: &str) -> &'static str {
    let refusal = refusal.to_ascii_lowercase();
    if refusal.contains("expired") || refusal.contains("revoked") {
        "Paste another key."
    } else {
        "It may be mistyped, expired or revoked."
    }
}

errand! {
    in session;
    /// Ends a sign-in at the issuer.
    fn complete(inner: Rc<Inner>, query: String) -> Result<String, ApiError> {
        let oidc = inner.oidc()?;
        let discovery = inner.discover().await?;
        let (tokens, subject, return_to) = oidc.complete(&discovery, &query).await?;
        let before = inner.kept.borrow().clone();
        // The same person again, after a session had expired: the keys that are still good stay.
        let keys = if before.method == Some(Method::Oidc) && before.subject == subject {
            before.keys
        } else {
            spawn_local(inner.give_up_keys());
            BTreeMap::new()
        };
        inner.completing.set(true);
        // A reload from here on is to find neither half of it nor who was here before.
        Vault::clear();
        let method = Some(Method::Oidc);
        inner.replace(Kept { method, id: new_id(), subject, tokens: Some(tokens), keys, ..Kept::default() });
        let loaded = inner.reload(Priority::Foreground).await;
        inner.completing.set(false);
        match loaded {
            Ok(()) => {
                // Now that it is whole, it is kept.
                inner.change(|_| {});
                inner.tell_sign_in();
                inner.settle_in();
                Ok(return_to)
            }
            Err(error) => {
                // Half a session helps nobody: the sign-in page says what happened, and the next try begins anew.
                inner.forget();
                Err(error)
            }
        }
    }
}

errand! {
    in keys;
    /// Gives the tokens back to the issuer, and answers the address of its page that ends the session there.
    fn give_back(inner: Rc<Inner>) -> Result<String, ApiError> {
        let oidc = inner.oidc()?;
        let discovery = inner.discover().await?;
        let tokens = inner.kept.borrow().tokens.clone();
        if let Some(refresh) = tokens.as_ref().and_then(|tokens| tokens.refresh.as_ref()) {
            oidc.give_back(&discovery, refresh);
        }
        oidc.sign_out_page(&discovery, tokens.as_ref().and_then(|tokens| tokens.id.as_ref()))
            .ok_or_else(|| problem(ErrorKind::Mismatch, "The issuer has no page that ends a session."))
    }
}

fn memberships(profile: &UserProfile) -> Vec<Organization> {
    let mut list: Vec<Organization> = profile
        .organizations
        .iter()
        .flatten()
        .filter_map(|membership| {
            let id = membership.org_id.clone()?;
            let name = membership.name.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| id.clone());
            Some(Organization { id, title: name.clone(), name, role: membership.role.clone(), open: true })
        })
        .collect();
    // The contract leaves the list out of what a profile must have; the active organization is a start then.
    if profile.organizations.is_none()
        && let Some(id) = profile.current_org_id.clone().filter(|id| !id.is_empty())
    {
        list.push(Organization { name: id.clone(), title: id.clone(), id, role: None, open: true });
    }
    by_title(&mut list);
    list
}

/// Sorts a handful of organizations. The standard library's sort and Unicode's case tables would be 20 kB of program.
fn by_title(list: &mut Vec<Organization>) {
    let mut sorted: Vec<Organization> = Vec::with_capacity(list.len());
    for organization in list.drain(..) {
        let title = organization.title.to_ascii_lowercase();
        let place = sorted.partition_point(|other| other.title.to_ascii_lowercase() <= title);
        sorted.insert(place, organization);
    }
    *list = sorted;
}

fn organization(read: organizations::Organization) -> Organization {
    let role = match (read.user_role, read.owner) {
        (Some(role), _) if !role.is_empty() => Some(Role::from(role.as_str())),
        (_, Some(true)) => Some(Role::Owner),
        _ => None,
    };
    Organization {
        title: read.title.filter(|title| !title.is_empty()).unwrap_or_else(|| read.name.clone()),
        id: read.id,
        name: read.name,
        role,
        open: true,
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::beside;

    #[test]
    fn a_reason_that_the_platform_gives_is_not_doubted() {
        for told in ["The API key expired at 2026-11-20T08:00:00Z", "The API key was revoked: lost", "Key EXPIRED"] {
            assert_eq!(beside(told), "Paste another key.", "{told}");
        }
        let unknown = "The API key is not known; it may have been deleted";
        assert_eq!(beside(unknown), "It may be mistyped, expired or revoked.");
    }
}
