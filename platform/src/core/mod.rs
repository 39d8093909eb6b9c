//! The platform without its server: [`Platform::handle`] answers a request, [`Platform::advance`] lets time pass.
//!
//! A family of operations is a module with a `Store` (its part of the state), a `handle` (its operations), a `due`
//! (what happens by itself) and a `seed` (its part of the demo data). Families read one another through
//! [`Cx::state`].

mod agenda;
pub mod call;
pub mod contract;
pub mod demo;
pub mod fault;
pub mod ids;
pub mod roles;
mod strict;
#[cfg(test)]
pub(crate) mod testing;
pub mod time;
pub mod validate;

pub mod apps;
pub mod audit;
pub mod catalog;
pub mod cloud;
pub mod clusters;
pub mod github;
pub mod limits;
pub mod notifications;
pub mod people;
pub mod profiles;

use std::collections::BTreeMap;

use astro_api::{
    audit::{AuditAction, AuditEventType},
    operations::{Credential, Operation},
    organizations::Role,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use self::{
    call::{Call, Input, Reply},
    fault::Fault,
    ids::Random,
    limits::Limits,
    roles::Capability,
    time::Millis,
};

/// How large the demo data is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// A small company: what a person can take in.
    #[default]
    Demo,
    /// 10,000 applications, 500 clusters, 10,000 operations on them, 100,000 audit events.
    Large,
}

/// What a person chooses when starting the platform.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Reproduces everything random.
    pub seed: u64,
    /// Lifecycles take their time divided by this.
    pub speed: f64,
    /// How large the demo data is.
    pub scale: Scale,
    /// Refuse more than 10 reads or 5 writes a second per credential.
    pub rate_limit: bool,
    /// Log lines a second of every running application, instead of a natural pace.
    pub log_rate: Option<u32>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { seed: 1, speed: 1.0, scale: Scale::Demo, rate_limit: true, log_rate: None }
    }
}

/// Everything that outlives a request, and with `--data` a restart.
#[derive(Clone, Serialize, Deserialize)]
pub struct State {
    /// The source of ids.
    pub random: Random,
    /// People, organizations, keys.
    pub people: people::Store,
    /// Audit events.
    pub audit: audit::Store,
    /// Channels, subscriptions, and the e-mails that went out.
    pub notifications: notifications::Store,
    /// Application profiles.
    pub profiles: profiles::Store,
    /// Clusters and their operations.
    pub clusters: clusters::Store,
    /// Cloud connections and vault credentials.
    pub cloud: cloud::Store,
    /// Applications.
    pub apps: apps::Store,
    /// GitHub installations and repositories.
    pub github: github::Store,
    #[serde(with = "agenda")]
    agenda: BTreeMap<(Millis, u64), Due>,
    scheduled: u64,
}

/// Something that will happen by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Due {
    /// An organization is provisioned, a key expires.
    People(people::Due),
    /// A cluster's operation takes its next step, an agent connects.
    Clusters(clusters::Due),
    /// A cloud connection takes its next step.
    Cloud(cloud::Due),
    /// An application rolls out, syncs, degrades, recovers.
    Apps(apps::Due),
    /// An installation finishes its synchronization.
    Github(github::Due),
}

/// Whom a request speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The person.
    pub user: String,
    /// The organization that the request is about: the key's, the header's, or the person's current one.
    pub organization: String,
    /// The person's role there; none when the person isn't a member.
    pub role: Option<Role>,
    /// The id of the key, where one was used.
    pub key: Option<String>,
    /// Whether the person came with a bearer token.
    pub bearer: bool,
    /// Whether the person is an administrator of the platform as a whole.
    pub global_admin: bool,
}

/// What a handler works with.
pub struct Cx<'a> {
    /// Everything there is.
    pub state: &'a mut State,
    /// How the platform was started.
    pub settings: &'a Settings,
    /// The time.
    pub now: Millis,
    /// The time that is being advanced to: later than `now` while the platform catches up.
    pub horizon: Millis,
    /// Whom the request speaks for; families reach it by [`Cx::caller`].
    pub caller: Option<Caller>,
    /// From where, for the audit log.
    pub address: String,
    /// With what, for the audit log.
    pub agent: String,
}

impl Cx<'_> {
    /// Whom the request speaks for.
    pub fn caller(&self) -> Result<&Caller, Fault> {
        self.caller.as_ref().ok_or_else(|| Fault::unauthorized("Missing or invalid credentials"))
    }

    /// The organization that the request is about.
    pub fn organization(&self) -> Result<String, Fault> {
        Ok(self.caller()?.organization.clone())
    }

    /// Refuses a caller whose role lacks the capability.
    pub fn require(&self, capability: Capability) -> Result<&Caller, Fault> {
        let caller = self.caller()?;
        match &caller.role {
            Some(role) => capability.check(role).map(|()| caller),
            None => Err(Fault::forbidden("You are not a member of this organization")),
        }
    }

    /// A new id.
    pub fn uuid(&mut self) -> String {
        self.state.random.uuid()
    }

    /// How long `delay` of a lifecycle takes at the platform's speed.
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
    pub fn paced(&self, delay: Millis) -> Millis {
        ((delay as f64 / self.settings.speed) as Millis).max(1)
    }

    /// Lets something happen after `delay` of a lifecycle, which the platform's speed shortens.
    pub fn after(&mut self, delay: Millis, due: Due) -> Millis {
        let at = self.now + self.paced(delay);
        self.at(at, due);
        at
    }

    /// Lets something happen at a time of the clock, whatever the platform's speed.
    pub fn at(&mut self, at: Millis, due: Due) {
        self.state.scheduled += 1;
        self.state.agenda.insert((at, self.state.scheduled), due);
    }

    /// Writes an audit event of the caller's organization, done by the caller.
    pub fn audit(
        &mut self,
        subject: (AuditEventType, AuditAction),
        resource: (&str, &str, &str),
        metadata: Map<String, Value>,
    ) {
        if let Some(caller) = self.caller.clone() {
            audit::record(self, &caller.organization, &caller.user, subject, resource, metadata);
        }
    }
}

/// The platform: its state, how it was started, and what it forgets with a restart.
pub struct Platform {
    /// Everything there is.
    pub state: State,
    /// How it was started.
    pub settings: Settings,
    limits: Limits,
}

impl Platform {
    /// A platform with its demo data, as of `now`.
    pub fn new(settings: Settings, now: Millis) -> Self {
        let state = State {
            random: Random::new(settings.seed),
            people: people::Store::default(),
            audit: audit::Store::default(),
            notifications: notifications::Store::default(),
            profiles: profiles::Store::default(),
            clusters: clusters::Store::default(),
            cloud: cloud::Store::default(),
            apps: apps::Store::default(),
            github: github::Store::default(),
            agenda: BTreeMap::new(),
            scheduled: 0,
        };
        let mut platform = Self::with_state(settings, state);
        let cx = &mut platform.cx(now);
        // Each family builds on those before it: applications need profiles, profiles clusters, all of them people.
        people::seed(cx);
        catalog::seed(cx);
        cloud::seed(cx);
        clusters::seed(cx);
        profiles::seed(cx);
        github::seed(cx);
        apps::seed(cx);
        notifications::seed(cx);
        audit::seed(cx);
        platform
    }

    /// A platform that goes on from a state that was kept.
    pub fn with_state(settings: Settings, state: State) -> Self {
        Self { state, settings, limits: Limits::default() }
    }

    /// The platform acting by itself, for nobody.
    pub fn cx(&mut self, now: Millis) -> Cx<'_> {
        Cx {
            state: &mut self.state,
            settings: &self.settings,
            now,
            horizon: now,
            caller: None,
            address: String::new(),
            agent: String::new(),
        }
    }

    /// Answers a request.
    pub fn handle(&mut self, now: Millis, operation: &'static Operation, input: &Input) -> Result<Reply, Fault> {
        self.advance(now);
        self.limit(now, operation, input)?;
        let call = Call { operation, input };
        let mut cx = self.cx(now);
        let answer = admit(&mut cx, operation, input).and_then(|()| answer(&mut cx, &call));
        answer.inspect_err(|fault| audit::refused(&mut cx, &call, fault))
    }

    /// Answers a request that a person makes without a credential: what somebody else did, as a test has it.
    ///
    /// `user` is an id, or the handle of a demo person. Without an organization (its id or name) it is the person's
    /// current one.
    pub fn act(
        &mut self,
        now: Millis,
        user: &str,
        organization: Option<&str>,
        operation: &'static Operation,
        input: &Input,
    ) -> Result<Reply, Fault> {
        self.advance(now);
        let mut cx = self.cx(now);
        let subject = people::subject(&cx, user)?;
        let organization = match organization {
            Some(wanted) => Some(people::organization_id(&cx, wanted)?),
            None => None,
        };
        cx.caller = Some(people::caller_by_subject(&mut cx, &subject, organization.as_deref()));
        cx.address.clone_from(&input.address);
        cx.agent.clone_from(&input.agent);
        // Some operations ask the token who the person is.
        let input = Input { subject: Some(subject), ..input.clone() };
        let call = Call { operation, input: &input };
        let answer = authorize(&cx, operation).and_then(|()| answer(&mut cx, &call));
        answer.inspect_err(|fault| audit::refused(&mut cx, &call, fault))
    }

    /// Opens a WebSocket's feed, or refuses it like any other request.
    pub fn open(&mut self, now: Millis, operation: &'static Operation, input: &Input) -> Result<Feed, Fault> {
        self.advance(now);
        self.limit(now, operation, input)?;
        let mut cx = self.cx(now);
        admit(&mut cx, operation, input)?;
        let call = Call { operation, input };
        contract::check(&call)?;
        match operation.id {
            "streamClusterProgress" => clusters::feed(&mut cx, &call).map(Feed::Progress),
            _ => apps::feed(&mut cx, &call).map(Feed::Application),
        }
    }

    /// What a feed has to say since it was asked last.
    pub fn poll(&mut self, now: Millis, feed: &mut Feed) -> Polled {
        self.advance(now);
        let mut cx = self.cx(now);
        match feed {
            Feed::Progress(feed) => feed.poll(&mut cx),
            Feed::Application(feed) => feed.poll(&mut cx),
        }
    }

    /// Lets everything happen that is due by `now`, in its order and each at its time.
    pub fn advance(&mut self, now: Millis) {
        while let Some((&(at, order), _)) = self.state.agenda.first_key_value()
            && at <= now
        {
            let Some(due) = self.state.agenda.remove(&(at, order)) else { break };
            let mut cx = self.cx(at);
            cx.horizon = now;
            match due {
                Due::People(due) => people::due(&mut cx, due),
                Due::Clusters(due) => clusters::due(&mut cx, due),
                Due::Cloud(due) => cloud::due(&mut cx, due),
                Due::Apps(due) => apps::due(&mut cx, due),
                Due::Github(due) => github::due(&mut cx, due),
            }
        }
    }

    /// When the next thing happens by itself.
    pub fn next_due(&self) -> Option<Millis> {
        self.state.agenda.first_key_value().map(|((at, _), _)| *at)
    }

    fn limit(&mut self, now: Millis, operation: &Operation, input: &Input) -> Result<(), Fault> {
        if !self.settings.rate_limit {
            return Ok(());
        }
        let credential = input.key.as_deref().or(input.subject.as_ref().map(|subject| subject.id.as_str()));
        self.limits.take(now, credential.unwrap_or(&input.address), operation.method)
    }
}

/// A WebSocket's source of frames.
pub enum Feed {
    /// `streamClusterProgress`
    Progress(clusters::ProgressFeed),
    /// The three streams of an application.
    Application(apps::AppFeed),
}

/// What a feed has to say.
#[derive(Debug, Default, PartialEq)]
pub struct Polled {
    /// Text frames, in their order.
    pub frames: Vec<String>,
    /// Whether nothing will ever follow: the server closes the socket normally.
    pub ended: bool,
    /// Milliseconds until it is worth asking again; 0 leaves it to the server.
    pub again: u32,
}

/// Finds out whom the request speaks for, and refuses it when the credential isn't what the operation takes.
fn admit(cx: &mut Cx<'_>, operation: &Operation, input: &Input) -> Result<(), Fault> {
    cx.address.clone_from(&input.address);
    cx.agent.clone_from(&input.agent);
    let by_key = |cx: &mut Cx<'_>| match &input.key {
        Some(key) => people::caller_by_key(cx, key).map(Some),
        None => Ok(None),
    };
    let by_bearer = |cx: &mut Cx<'_>| {
        input.subject.as_ref().map(|subject| people::caller_by_subject(cx, subject, input.organization.as_deref()))
    };
    cx.caller = match operation.credential {
        Credential::Open => None,
        Credential::ApiKey => Some(
            by_key(cx)?
                .ok_or_else(|| Fault::unauthorized("X-Astro-API-Key is missing: this operation takes an API key"))?,
        ),
        Credential::Bearer => Some(
            by_bearer(cx)
                .ok_or_else(|| Fault::unauthorized("Authorization is missing: this operation takes a bearer token"))?,
        ),
        Credential::Either => {
            let Some(header) = &input.organization else {
                return Err(Fault::invalid("X-Astro-Organization-ID", "is required"));
            };
            let caller = match by_key(cx)? {
                Some(caller) => caller,
                None => by_bearer(cx).ok_or_else(|| Fault::unauthorized("An API key or a bearer token is needed"))?,
            };
            if caller.organization != *header {
                return Err(Fault::forbidden("X-Astro-Organization-ID is not the organization of the credential"));
            }
            Some(caller)
        }
    };
    authorize(cx, operation)
}

/// Refuses a caller whose role the contract's `AdminAuth` doesn't take.
fn authorize(cx: &Cx<'_>, operation: &Operation) -> Result<(), Fault> {
    if operation.needs_admin() {
        let capability =
            if operation.credential == Credential::Either { Capability::Notifications } else { Capability::Cloud };
        // The versions of Kubernetes are a catalogue, yet the contract marks them like the rest of the cloud operations.
        cx.require(capability)?;
    }
    Ok(())
}

/// Holds a request against the contract, then lets its family answer.
fn answer(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    contract::check(call)?;
    dispatch(cx, call)
}

/// Sends a request to its family.
fn dispatch(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let segments: Vec<&str> = call.operation.path.trim_start_matches('/').split('/').collect();
    match segments.as_slice() {
        ["apikeys" | "organizations" | "users" | "pricing", ..] => people::handle(cx, call),
        ["audit", ..] => audit::handle(cx, call),
        ["notifications", ..] => notifications::handle(cx, call),
        ["applications", "profiles", ..] | ["availability", ..] => profiles::handle(cx, call),
        ["applications", ..] => apps::handle(cx, call),
        ["clusters", ..] => clusters::handle(cx, call),
        ["cloud", ..] => cloud::handle(cx, call),
        ["providers", ..] => catalog::handle(cx, call),
        ["integrations", ..] => github::handle(cx, call),
        _ => Err(unserved(call)),
    }
}

/// An operation that a family doesn't know; a test proves that no operation of the contract reaches it.
pub(crate) fn unserved(call: &Call<'_>) -> Fault {
    Fault::new(501, "NOT_IMPLEMENTED", format!("{} is not served", call.operation.id))
}
