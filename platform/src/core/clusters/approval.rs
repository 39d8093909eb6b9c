//! Approvals: an admin's cluster waits for an owner's decision.

use astro_api::{
    audit::{AuditAction, AuditEventType},
    clusters::{ClusterStatus, OperationStatus, ProgressLevel},
};
use serde_json::{Map, json};

use super::{Due, record::Approval, run};
use crate::core::{
    Caller, Cx,
    call::{Call, Reply, Subject},
    fault::Fault,
    notifications, people,
    roles::Capability,
    time,
};

/// Lets an operation wait for a decision, and tells every owner.
pub fn ask(cx: &mut Cx<'_>, organization: &str, operation: &str) {
    let (now, expires_at) = (cx.now, cx.now + run::APPROVAL_LIFE);
    let token = cx.state.random.hex(40);
    let fleet = cx.state.clusters.fleet_mut(organization);
    let Some(work) = fleet.operations.get_mut(operation) else { return };
    work.approval = Some(Approval { token: token.clone(), expires_at, decided: None });
    work.say(now, None, ProgressLevel::Info, "Waiting for an owner's approval");
    let (name, by) = (work.cluster.clone(), work.by.clone());
    let facts = fleet.clusters.get(&name).map_or_else(String::new, |record| {
        let region = record.region.as_deref().unwrap_or_default();
        format!("{} on {} in {region}", record.provisioner, record.provider)
    });
    let due = Due::ApprovalExpires { organization: organization.to_owned(), operation: operation.to_owned() };
    cx.at(expires_at, super::super::Due::Clusters(due));
    let link = |action: &str| {
        format!("/notification/approval?clusterName={name}&orgId={organization}&token={token}&action={action}")
    };
    let who = people::display_name(cx, &by);
    let subject = format!("Approval needed: cluster {name}");
    let text = format!(
        "{who} wants to create cluster {name} ({facts}).\n\nApprove: {}\nReject: {}\n\nThe links work once, until {}.",
        link("APPROVE"),
        link("REJECT"),
        time::rfc3339_seconds(expires_at).as_str(),
    );
    let owners = people::owner_emails(cx, organization);
    notifications::mail(cx, owners, &subject, &text, &[("approve", link("APPROVE")), ("reject", link("REJECT"))]);
    let title = format!("Cluster {name} waits for approval");
    notifications::notify(cx, organization, "cluster.approval_pending", &title, &format!("Requested by {who}."));
}

/// `decideClusterApproval`
pub fn decide(cx: &mut Cx<'_>, call: &Call<'_>) -> Result<Reply, Fault> {
    let (name, organization) = (call.required("clusterName")?, call.required("orgId")?);
    let (token, action) = (call.required("token")?, call.required("action")?);
    let owner = owner(cx, organization)?;
    let approve = match action {
        "APPROVE" => true,
        "REJECT" => false,
        _ => return Err(Fault::invalid("action", "must be APPROVE or REJECT")),
    };
    let fleet = cx.state.clusters.fleet(organization);
    let work = fleet.and_then(|fleet| {
        fleet
            .operations
            .values()
            .rev()
            .find(|work| work.approval.as_ref().is_some_and(|approval| approval.token == token))
    });
    let unknown = || Fault::new(404, "NOT_FOUND", format!("No approval of cluster \"{name}\" has this token"));
    let work = work.filter(|work| work.cluster == name).ok_or_else(unknown)?;
    let approval = work.approval.as_ref().ok_or_else(unknown)?;
    if let Some((by, what, at)) = &approval.decided {
        return Err(Fault::conflict(format!(
            "This link has been used: {} {what} cluster {name} at {}",
            people::display_name(cx, by),
            time::rfc3339_seconds(*at).as_str()
        ))
        .with("reason", "used"));
    }
    if approval.expires_at <= cx.now {
        let expired = format!("This link expired at {}", time::rfc3339_seconds(approval.expires_at).as_str());
        return Err(Fault::conflict(expired).with("reason", "expired"));
    }
    if work.status != OperationStatus::Pending {
        return Err(
            Fault::conflict(format!("The creation of cluster {name} is {}", work.status)).with("reason", "cancelled")
        );
    }
    let (operation, requester) = (work.id.clone(), work.by.clone());
    let what = if approve { "approved" } else { "rejected" };
    let now = cx.now;
    let work = cx.state.clusters.fleet_mut(organization).operations.get_mut(&operation);
    if let Some(approval) = work.and_then(|work| work.approval.as_mut()) {
        approval.decided = Some((owner.user.clone(), what.to_owned(), now));
    }
    let who = people::display_name(cx, &owner.user);
    let sentence = format!("{who} {what} cluster {name}");
    if approve {
        let work = cx.state.clusters.fleet_mut(organization).operations.get_mut(&operation);
        if let Some(work) = work {
            work.say(now, None, ProgressLevel::Info, sentence.clone());
        }
        run::begin(cx, organization, &operation, ClusterStatus::Provisioning);
    } else {
        run::stop(cx, organization, &operation, &sentence, true);
    }
    let mails: Vec<String> = people::email(cx, &requester).into_iter().collect();
    let subject = format!("Cluster {name} was {what}");
    notifications::mail(cx, mails, &subject, &format!("{sentence}."), &[]);
    let metadata = Map::from_iter([
        ("operation".to_owned(), json!(what)),
        ("operationId".to_owned(), json!(operation)),
        ("requestedBy".to_owned(), json!(requester)),
    ]);
    // The owner may be signed in to another organization; the event belongs to the cluster's.
    cx.caller = Some(owner);
    cx.audit((AuditEventType::Cluster, AuditAction::Update), ("cluster", name, name), metadata);
    let data = format!("Cluster {name} {what}");
    Ok(Reply::said(data.clone(), data))
}

/// The caller as a member of the cluster's organization, which need not be the one signed in to.
fn owner(cx: &mut Cx<'_>, organization: &str) -> Result<Caller, Fault> {
    let caller = cx.caller()?.clone();
    let caller = if caller.organization == organization {
        caller
    } else {
        let subject = Subject { id: caller.user, email: String::new(), name: String::new() };
        people::caller_by_subject(cx, &subject, Some(organization))
    };
    let role = caller.role.as_ref().ok_or_else(|| Fault::forbidden("You are not a member of this organization"))?;
    Capability::Approve.check(role)?;
    Ok(caller)
}

/// Nobody has decided in time.
pub fn expire(cx: &mut Cx<'_>, organization: &str, operation: &str) {
    let fleet = cx.state.clusters.fleet(organization);
    let waits = fleet
        .and_then(|fleet| fleet.operations.get(operation))
        .is_some_and(|work| work.status == OperationStatus::Pending);
    if waits {
        run::stop(cx, organization, operation, "No owner decided within 72 hours", false);
    }
}
