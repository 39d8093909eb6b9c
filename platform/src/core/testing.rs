//! A platform with a clock in hand, asked like the server asks it. Every answer is held against the contract.

use astro_api::operations;
use serde_json::Value;

use super::{
    Platform, Settings,
    call::{Input, Reply, Subject},
    contract, demo,
    fault::Fault,
    time::{Millis, parse},
};

/// A demo platform and the time.
pub(crate) struct World {
    pub(crate) platform: Platform,
    pub(crate) now: Millis,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(Settings { rate_limit: false, ..Settings::default() })
    }

    pub(crate) fn with(settings: Settings) -> Self {
        let now = parse("2026-11-23T09:30:00Z").unwrap();
        Self { platform: Platform::new(settings, now), now }
    }

    /// Lets time pass.
    pub(crate) fn pass(&mut self, time: Millis) {
        self.now += time;
        self.platform.advance(self.now);
    }

    /// Begins a request.
    pub(crate) fn call(&mut self, id: &'static str) -> Asking<'_> {
        let input = Input { address: "203.0.113.7".to_owned(), agent: "test/1".to_owned(), ..Input::default() };
        Asking { world: self, id, input }
    }
}

/// A request in the making.
pub(crate) struct Asking<'a> {
    world: &'a mut World,
    id: &'static str,
    pub(crate) input: Input,
}

impl Asking<'_> {
    /// With the key of a demo person, by handle.
    pub(crate) fn with_key_of(self, handle: &str) -> Self {
        let key = demo::person(handle).and_then(|person| person.key).unwrap();
        self.key(key)
    }

    /// With any key.
    pub(crate) fn key(mut self, key: &str) -> Self {
        self.input.key = Some(key.to_owned());
        self
    }

    /// With the token of a demo person, by handle.
    pub(crate) fn signed_in_as(mut self, handle: &str) -> Self {
        let person = demo::person(handle).unwrap();
        self.input.subject =
            Some(Subject { id: person.id.to_owned(), email: person.email.to_owned(), name: person.name.to_owned() });
        self
    }

    /// With `X-Astro-Organization-ID`.
    pub(crate) fn organization(mut self, id: &str) -> Self {
        self.input.organization = Some(id.to_owned());
        self
    }

    pub(crate) fn path(mut self, name: &'static str, value: &str) -> Self {
        self.input.path.push((name, value.to_owned()));
        self
    }

    pub(crate) fn query(mut self, name: &str, value: &str) -> Self {
        self.input.query.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn body(mut self, body: Value) -> Self {
        self.input.body = body.to_string().into_bytes();
        self
    }

    /// The answer as it is.
    pub(crate) fn reply(self) -> Result<Reply, Fault> {
        let answer = self.world.platform.handle(self.world.now, operations::find(self.id).unwrap(), &self.input);
        let told = match &answer {
            Ok(reply) => reply.clone(),
            Err(fault) => fault.reply(),
        };
        if let Reply::Json(status, body) = told {
            contract::conforms(self.id, status, &body).unwrap();
        }
        answer
    }

    /// The `data` of the envelope.
    pub(crate) fn ask(self) -> Result<Value, Fault> {
        self.reply().map(|reply| match reply {
            Reply::Json(_, body) => body["data"].clone(),
            Reply::File { body, .. } => Value::from(body),
            Reply::Empty => Value::Null,
        })
    }

    /// The `data` of a success.
    pub(crate) fn data(self) -> Value {
        self.ask().unwrap()
    }

    /// Status, code and message of a refusal.
    pub(crate) fn refusal(self) -> (u16, &'static str, String) {
        let fault = self.ask().unwrap_err();
        (fault.status, fault.code, fault.message)
    }

    /// The names of the fields that a refusal with 400 is about.
    pub(crate) fn wrong_fields(self) -> Vec<String> {
        let fault = self.ask().unwrap_err();
        assert_eq!(fault.status, 400, "{fault:?}");
        fault.details["fields"].as_object().unwrap().keys().cloned().collect()
    }
}
