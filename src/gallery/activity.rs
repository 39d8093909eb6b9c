//! The activity panel, the request drawer, and what a form's request is shown as.

use astro_api::{
    ApiError, ErrorKind,
    clusters::{OperationStatus, OperationType},
    operations::Method,
    organizations::{self, OrgCreateRequest},
};
use leptos::prelude::*;

use super::Sample;
use crate::{
    components::{ShowAs, activity, requests},
    store::{
        Activity,
        activity::{Entry, book::Book},
        failure::failure,
        requests::{Recorded, Socket, Try},
        use_store,
    },
};

const MINUTE: u64 = 60_000;

/// The samples of this group.
pub fn samples() -> Vec<Sample> {
    vec![
        Sample::new("Activity", || activity_of(busy(), None)),
        Sample::new("Activity: nothing has run", || {
            let mut book = Book::default();
            book.answer(Vec::new(), false);
            activity_of(book, None)
        }),
        Sample::new("Activity: the first answer is awaited", || activity_of(Book::default(), None)),
        Sample::new("Activity: not to be read", || activity_of(Book::default(), Some(ErrorKind::Server))),
        Sample::new("Requests", || requests::still_drawer(calls(), 3)),
        Sample::new("Requests: none", || requests::still_drawer(Vec::new(), 3)),
        Sample::new("Show as", || {
            let body = OrgCreateRequest { name: "acme-research".to_owned(), title: Some("Acme Research".to_owned()) };
            let call = organizations::create(&body).call().clone();
            view! { <ShowAs call=Signal::derive(move || Some(call.clone())) id="show-as-sample"/> }.into_any()
        }),
        Sample::new("Show as: nothing yet", || {
            view! { <ShowAs call=Signal::derive(|| None) id="show-as-empty"/> }.into_any()
        }),
    ]
}

fn activity_of(book: Book, failed: Option<ErrorKind>) -> AnyView {
    let problem = failed.map(|kind| {
        let error = ApiError::new(kind, "listClusterProgress", "Internal server error.");
        failure(&ApiError {
            status: Some(500),
            code: "INTERNAL_ERROR".to_owned(),
            trace_id: Some("trace-5e6f7g8h9i".to_owned()),
            ..error
        })
    });
    activity::still_panel(Activity::still(use_store(), book, problem))
}

fn entry(
    id: &str,
    kind: OperationType,
    name: &str,
    status: OperationStatus,
    percent: u8,
    said: (&str, &str),
    times: (u64, u64),
) -> Entry {
    let now = use_store().clock.now().get_untracked();
    let failed = status == OperationStatus::Failed;
    let words = (!said.1.is_empty()).then(|| said.1.to_owned());
    Entry {
        id: id.to_owned(),
        cluster: name.to_owned(),
        name: name.to_owned(),
        kind,
        status,
        percent: Some(percent),
        step: (!said.0.is_empty()).then(|| said.0.to_owned()),
        message: if failed { None } else { words.clone() },
        error: if failed { words } else { None },
        started: Some(now.saturating_sub(times.0)),
        updated: now.saturating_sub(times.1),
    }
}

fn busy() -> Book {
    use OperationStatus::{Cancelled, Completed, Failed, InProgress, Pending};
    let now = use_store().clock.now().get_untracked();
    let mut book = Book::new(Some(now.saturating_sub(60 * MINUTE)), vec!["o-1".to_owned()]);
    let long = "a-cluster-with-a-name-as-long-as-the-contract-allows";
    book.answer(
        vec![
            entry(
                "o-1",
                OperationType::Upgrade,
                "prod-eu",
                InProgress,
                62,
                ("node-groups", "7 of 12 nodes replaced"),
                (22 * MINUTE, 0),
            ),
            entry(
                "o-2",
                OperationType::Create,
                long,
                InProgress,
                35,
                ("control-plane", "waiting for the API endpoint, which takes about seven minutes on this provider"),
                (6 * MINUTE, 0),
            ),
            entry(
                "o-3",
                OperationType::Create,
                "payments-pci",
                Pending,
                0,
                ("", "An owner has to approve it"),
                (180 * MINUTE, 0),
            ),
            entry(
                "o-4",
                OperationType::Update,
                "test-dev",
                Failed,
                48,
                ("", "Node group general: VcpuLimitExceeded - You have requested more vCPU capacity than your current limit of 64 allows"),
                (50 * MINUTE, 41 * MINUTE),
            ),
            entry("o-5", OperationType::Delete, "old-lab", Cancelled, 20, ("", "Cancelled by Adam Novak"), (190 * MINUTE, 180 * MINUTE)),
            entry("o-6", OperationType::Create, "staging", Completed, 100, ("", ""), (4_340 * MINUTE, 4_320 * MINUTE)),
        ],
        false,
    );
    book
}

fn call(id: u64, method: Method, operation: &'static str, target: &str, status: Option<u16>) -> Recorded {
    let now = use_store().clock.now().get_untracked();
    Recorded {
        id,
        page: 3,
        operation,
        method,
        target: target.to_owned(),
        at: now.saturating_sub(60_000 - id * 1_000),
        took: 37 + id * 11,
        pending: false,
        tries: 1,
        story: Vec::new(),
        status,
        failed: None,
        code: String::new(),
        message: None,
        trace_id: Some(format!("trace-{id}f3a9c")),
        bytes: Some(1_204 * usize::try_from(id).unwrap_or(1)),
        curl: format!(
            "curl 'https://api.astropulse.io/api/v1{target}' \\\n  -H \"X-Astro-API-Key: $ASTROPULSE_API_KEY\""
        ),
        socket: None,
        misread: None,
    }
}

fn calls() -> Vec<Recorded> {
    let retried = |status, failed| Try { status: Some(status), failed };
    vec![
        call(1, Method::Get, "listClusters", "/clusters", Some(200)),
        Recorded {
            tries: 3,
            story: vec![
                retried(503, Some(ErrorKind::Server)),
                retried(503, Some(ErrorKind::Server)),
                retried(200, None),
            ],
            took: 1_840,
            ..call(2, Method::Get, "listApplications", "/applications", Some(200))
        },
        Recorded {
            failed: Some(ErrorKind::Server),
            code: "INTERNAL_ERROR".to_owned(),
            message: Some("Internal server error".to_owned()),
            ..call(3, Method::Post, "resyncApplication", "/applications/6b9d/resync", Some(500))
        },
        Recorded {
            socket: Some(Socket { open: true, opened: 2, frames: 1_204, closed: Some(1006) }),
            pending: true,
            tries: 2,
            bytes: None,
            ..call(
                4,
                Method::Get,
                "streamApplicationLogs",
                "/applications/6b9d-payments-api-with-a-very-long-identifier/logs?tailLines=500&follow=true&timestamps=true",
                Some(101),
            )
        },
        Recorded { pending: true, ..call(5, Method::Delete, "deleteApplication", "/applications/6b9d", None) },
        Recorded { failed: Some(ErrorKind::Aborted), ..call(6, Method::Get, "getCluster", "/clusters/prod-eu", None) },
    ]
}
