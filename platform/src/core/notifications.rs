//! Channels, subscriptions and the e-mails that go out.

use serde::{Deserialize, Serialize};

use super::{
    Cx,
    call::{Call, Reply},
    fault::Fault,
    unserved,
};

/// This family's part of the state.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Store {}

/// Answers this family's operations.
pub fn handle(_cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    Err(unserved(call))
}

/// Fills in the demo data.
pub fn seed(_cx: &mut Cx<'_>) {}

/// An e-mail that the platform would have sent; `/_platform/outbox` lists them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mail {
    /// Recipients.
    pub to: Vec<String>,
    /// Subject line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// Links by name (`approve`, `reject`, `unsubscribe`), as paths of the console.
    pub links: std::collections::BTreeMap<String, String>,
    /// When, RFC 3339.
    pub at: String,
}

/// Puts an e-mail into the outbox.
pub fn mail(_cx: &mut Cx<'_>, _to: Vec<String>, _subject: &str, _text: &str, _links: &[(&str, String)]) {}

/// Tells an organization's subscribers of a topic (`cluster.failed`, `app.deployed`).
pub fn notify(_cx: &mut Cx<'_>, _organization: &str, _topic: &str, _title: &str, _text: &str) {}
