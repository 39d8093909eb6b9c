//! Operations and their progress, as lists, as one record, and as a stream.

use astro_api::{
    clusters::{ClusterOperationPage, ClusterProgressPage, OperationStatus, OperationType},
    kubeconfig::base64,
};

use super::record::{Fleet, Record, Work};
use crate::core::{
    Cx, Polled,
    call::{Call, Reply},
    fault::Fault,
    roles::Capability,
};

/// The rows of a page where nothing else is asked for.
const PAGE: i64 = 100;
const LARGEST_PAGE: i64 = 1000;

/// `listClusterOperations`
pub fn operations(cx: &Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let caller = cx.require(Capability::Read)?;
    let name = call.path("clusterId");
    let fleet = cx.state.clusters.fleet(&caller.organization).ok_or_else(|| Fault::not_found("Cluster", name))?;
    let record = match fleet.clusters.get(name) {
        Some(record) => record,
        None => gone(fleet, call, name)?,
    };
    let (page, next_page_token) = page(call, fleet.history(record))?;
    let operations = page.into_iter().map(|work| work.entry(Some(caller))).collect();
    Ok(Reply::ok(ClusterOperationPage { operations, next_page_token }))
}

/// A cluster that no longer exists is found by where it was, since its name may have had several lives.
fn gone<'a>(fleet: &'a Fleet, call: &Call<'_>, name: &str) -> Result<&'a Record, Fault> {
    if !fleet.gone.iter().any(|record| record.name == name) {
        return Err(Fault::not_found("Cluster", name));
    }
    let mut missing = Vec::new();
    let mut given = |field: &'static str| {
        let value = call.query(field);
        if value.is_none() {
            missing.push((field.to_owned(), "is needed: this cluster is gone".to_owned()));
        }
        value
    };
    let provider = given("provider");
    let provisioner = given("provisionerType");
    // Registered clusters have no account, and not all of them a region.
    let (account, region) = (call.query("accountId"), call.query("region"));
    if !missing.is_empty() {
        return Err(Fault::invalid_fields(missing));
    }
    let fits = |wanted: Option<&str>, actual: Option<&str>| wanted.is_none() || wanted == actual;
    fleet
        .gone
        .iter()
        .rev()
        .filter(|record| record.name == name && fits(provider, Some(&record.provider)))
        .filter(|record| {
            // The contract writes this word in two ways.
            let wanted =
                provisioner.map(|word| if word.eq_ignore_ascii_case("selfmanaged") { "selfHosted" } else { word });
            fits(wanted, Some(&record.provisioner))
        })
        .find(|record| fits(account, record.account.as_deref()) && fits(region, record.region.as_deref()))
        .ok_or_else(|| Fault::not_found("Cluster", name))
}

/// `listClusterProgress`
pub fn progress_of_all(cx: &Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let caller = cx.require(Capability::Read)?;
    let kind = word(call, "operationType", OperationType::KNOWN, OperationType::as_str)?;
    let status = word(call, "status", OperationStatus::KNOWN, OperationStatus::as_str)?;
    let fleet = cx.state.clusters.fleet(&caller.organization);
    let all = fleet.into_iter().flat_map(|fleet| fleet.operations.values().rev());
    let wanted =
        |work: &&Work| kind.is_none_or(|kind| work.kind == *kind) && status.is_none_or(|status| work.status == *status);
    let total = all.clone().filter(wanted).count();
    let (page, next_page_token) = page(call, all.filter(wanted))?;
    Ok(Reply::ok(ClusterProgressPage {
        progress: page.into_iter().map(|work| work.progress(Some(caller))).collect(),
        next_page_token,
        total: i64::try_from(total).ok(),
    }))
}

/// A filter that takes one of the contract's words.
fn word<'a, T>(call: &Call<'_>, name: &str, known: &'a [T], text: impl Fn(&T) -> &str) -> Result<Option<&'a T>, Fault> {
    let Some(given) = call.query(name) else { return Ok(None) };
    known.iter().find(|word| text(word).eq_ignore_ascii_case(given)).map(Some).ok_or_else(|| {
        let words: Vec<&str> = known.iter().map(&text).collect();
        Fault::invalid(name, format!("must be one of {}", words.join(", ")))
    })
}

/// One page of a list that is newest first. A token names the last row of the page before, so that new operations
/// don't shift what follows.
fn page<'a>(call: &Call<'_>, rows: impl Iterator<Item = &'a Work>) -> Result<(Vec<&'a Work>, Option<String>), Fault> {
    let limit = call.number("limit", 1..=LARGEST_PAGE)?.unwrap_or(PAGE);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut rows = rows.peekable();
    if let Some(token) = call.query("pageToken") {
        let last = base64::decode_url(token).and_then(|bytes| String::from_utf8(bytes).ok());
        if last.is_none_or(|last| !rows.any(|work| work.id == last)) {
            return Err(Fault::invalid("pageToken", "is not a token of this list"));
        }
    }
    let page: Vec<&Work> = rows.by_ref().take(limit).collect();
    let next = page.last().filter(|_| rows.peek().is_some()).map(|work| base64::encode_url(work.id.as_bytes()));
    Ok((page, next))
}

/// `getClusterProgress`
pub fn progress(cx: &Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let caller = cx.require(Capability::Read)?;
    chosen(cx, call).map(|work| Reply::ok(work.progress(Some(caller))))
}

/// The operation that a request is about: the one that it names, else the cluster's latest.
fn chosen<'a>(cx: &'a Cx<'_>, call: &Call<'_>) -> Result<&'a Work, Fault> {
    let name = call.path("clusterId");
    let fleet = cx.state.clusters.fleet(&cx.caller()?.organization).ok_or_else(|| Fault::not_found("Cluster", name))?;
    // Whoever watches a deletion sees its end.
    let record = fleet.remembered(name).ok_or_else(|| Fault::not_found("Cluster", name))?;
    match call.query("operationId") {
        Some(id) => fleet
            .operations
            .get(id)
            .filter(|work| work.cluster == name)
            .ok_or_else(|| Fault::not_found("Operation", id)),
        None => fleet.history(record).next().ok_or_else(|| Fault::not_found("Operation of cluster", name)),
    }
}

/// The feed of `streamClusterProgress`: everything that an operation has said so far, and then what it says next.
pub struct ProgressFeed {
    organization: String,
    operation: String,
    sent: usize,
}

impl ProgressFeed {
    /// Opens the feed of the operation that a request is about.
    pub fn open(cx: &Cx<'_>, call: &Call<'_>) -> Result<Self, Fault> {
        let organization = cx.require(Capability::Read)?.organization.clone();
        let operation = chosen(cx, call)?.id.clone();
        Ok(Self { organization, operation, sent: 0 })
    }

    /// What it has to say since it was asked last.
    pub fn poll(&mut self, cx: &mut Cx<'_>) -> Polled {
        let fleet = cx.state.clusters.fleet(&self.organization);
        let Some(work) = fleet.and_then(|fleet| fleet.operations.get(&self.operation)) else {
            return Polled { ended: true, ..Polled::default() };
        };
        let lines = work.log.get(self.sent..).unwrap_or_default();
        let frames = lines.iter().filter_map(|line| serde_json::to_string(&work.frame(line)).ok()).collect();
        self.sent = work.log.len();
        Polled { frames, ended: !work.is_open(), again: 0 }
    }
}
