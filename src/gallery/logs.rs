//! The log view.

use leptos::prelude::*;

use super::Sample;
use crate::ui::{
    Address,
    load::{Connection, Failure, FailureKind},
    log::{Limits, Line, LogFeed, LogView, Options, time},
};

/// The samples of this group.
pub fn samples() -> Vec<Sample> {
    vec![
        Sample::new("Live, three pods, every form of line", || sample(lines(), "", Connection::Live)),
        Sample::new("A linked line, a search, a lost connection", || {
            let lines = lines();
            let linked = lines.get(LINKED).map(|line| line.id().to_string()).unwrap_or_default();
            let query = format!("q=DATABASE_URL&time=utc&line={linked}");
            sample(lines, &query, Connection::Reconnecting { at: now() + 4_000 })
        }),
        Sample::new("Not wrapped, without times, as it came", || {
            sample(lines(), "wrap=0&time=off&raw=1&level=error,warn", Connection::Offline { since: now() - 90_000 })
        }),
        Sample::new("No lines yet", || sample(Vec::new(), "", Connection::Live)),
        Sample::new("Refused", || sample(Vec::new(), "", Connection::Refused(refusal()))),
        Sample::new("Ended, and the line of the link is gone", || {
            sample(lines(), "line=2026-06-09T14:24:15.372Z~gone~api~071558b46adadbf0", Connection::Ended)
        }),
    ]
}

/// The line that the second sample links.
const LINKED: usize = 31;

fn now() -> u64 {
    crate::ui::time::Now::get()
}

fn refusal() -> Failure {
    Failure {
        kind: FailureKind::Forbidden,
        title: "Not allowed",
        message: "Role or plan does not allow this".to_owned(),
        hint: "An admin or owner can change that.".to_owned(),
        retry: false,
        wait: None,
        operation: "streamApplicationLogs",
        status: Some(403),
        code: "FORBIDDEN".to_owned(),
        trace_id: Some("trace-5d1c7a9e".to_owned()),
        fields: Vec::new(),
        detail: None,
    }
}

fn sample(lines: Vec<Line>, query: &str, connection: Connection) -> AnyView {
    // Each sample has an address of its own, in memory.
    let address = Address::new(|_, _| {});
    address.arrive("/logs", query);
    let feed = LogFeed::new(Limits::default());
    for line in lines {
        feed.push(line);
    }
    let pods = vec!["payments-api-7d9c8b6f54-q9w2z".to_owned()];
    view! {
        <div class="gallery__logs">
            <LogView
                feed=feed
                options=Options::new(address)
                connection=Signal::stored(connection)
                file="payments-api.log"
                pods=Signal::stored(pods)
                retry=|()| {}
            />
        </div>
    }
    .into_any()
}

/// Lines of ten minutes.
fn lines() -> Vec<Line> {
    const PODS: [&str; 3] = ["2kqzn", "h4v9d", "x8rlm"];
    const SAID: [&str; 14] = [
        "level=info msg=\"GET /v1/payments/pay_3b85cc8a 200\" duration=11ms trace=d35bb0a7ec18eba9",
        "level=info msg=\"Settlement batch queued\" batch=st-2026-06-09-85 payments=222 currency=EUR",
        r#"{"level":"info","ts":"2026-06-09T14:24:12Z","msg":"POST /v1/payments 201","duration_ms":53,"merchant":"m_be0488"}"#,
        r#"{"level":"warn","msg":"Slow query on table payment_attempts","duration_ms":1294,"db":{"rows":1948,"pool":"ledger"}}"#,
        "\u{1b}[32m INFO\u{1b}[0m \u{1b}[2mhyper::server\u{1b}[0m\u{1b}[2m:\u{1b}[0m connection returned to pool \u{1b}[3mopen\u{1b}[0m\u{1b}[2m=\u{1b}[0m16",
        "level=info msg=\"Webhook delivered\" merchant=m_867111 attempt=1 status=200 duration=111ms",
        "[WARN] [ledger] Circuit breaker half open for ledger-reconciler failures=5 window=30s",
        "level=error msg=\"Configuration is not valid: DATABASE_URL is not set\" key=DATABASE_URL source=Secret/payments-api-database",
        "level=error msg=\"Exit with code 1\" uptime=412ms",
        "level=debug msg=\"Cache refreshed\" entries=1204 took=3ms",
        "file \u{202e}gpj.exe\u{202c} uploaded by <b>not markup</b> \u{7}bell, and تم إنشاء الطلب beside it",
        "\tat com.acme.payments.ledger.LedgerRepository.append(LedgerRepository.java:118)",
        "level=warn msg=\"Retrying webhook\" attempt=2 status=503 url=https://hooks.nordic-retail.example/astro/payments?signature=t%3D1781015062%2Cv1%3Db3f4c2a0b9f380a4b8c0d1e2f6a7b8c9d0e1f2a3b4c5d6e7f8091a2b3c4d5e6f7",
        "ready",
    ];
    let begun = i64::try_from(now()).unwrap_or(0) - 600_000;
    // A little less regular than a clock.
    let at = |index: u32| time::iso(begun + i64::from(index) * 900 + i64::from(index * 7919 % 1361 % 800), 0);
    (0..600_u32)
        .filter_map(|index| {
            let said = SAID.get(usize::try_from(index * 31 % 97).unwrap_or(0) % SAID.len())?;
            let pod = PODS.get(usize::try_from(index * 13 % 29).unwrap_or(0) % PODS.len())?;
            Some(Line {
                timestamp: Some(at(index)),
                pod: format!("payments-api-7d9c8b6f54-{pod}"),
                container: "api".to_owned(),
                stream: Some(if said.contains("error") { "stderr" } else { "stdout" }.to_owned()),
                message: (*said).to_owned(),
            })
        })
        .collect()
}
