//! States, badges, banners, messages, what is empty, loads or failed.

use leptos::prelude::*;

use super::Sample;
use crate::ui::{
    Badge, Banner, Button, ButtonLink, Count, EmptyState, FactsSkeleton, FailureView, Figure, Figures, Glyph, LiveChip,
    Loading, Look, Part, State, StateBadge, Tone,
    failure::StaleBanner,
    load::{Connection, Failure, FailureKind},
    state::Mark,
    toast::ToastView,
};

/// The samples of this group.
pub fn samples() -> Vec<Sample> {
    vec![
        Sample::new("States", states),
        Sample::new("Badges and counts", badges),
        Sample::new("Connections", connections),
        Sample::new("Banners", banners),
        Sample::new("Toasts", toasts),
        Sample::new("Figures", figures),
        Sample::new("Failures", failures),
        Sample::new("Nothing yet", || {
            view! {
                <EmptyState
                    icon="server"
                    title="No clusters yet"
                    text="Create one in your cloud account, or register one that runs already."
                >
                    <Button label="Register cluster"/>
                    <Button label="Create cluster" look=Look::Primary/>
                </EmptyState>
            }
            .into_any()
        }),
        Sample::new("Loading", || {
            view! {
                <Loading label="Loading the cluster">
                    <FactsSkeleton rows=5/>
                </Loading>
            }
            .into_any()
        }),
    ]
}

const MARKS: [(Tone, &str); 20] = [
    (Tone::Good, "Ready"),
    (Tone::Good, "Healthy"),
    (Tone::Good, "Synced"),
    (Tone::Work, "Provisioning"),
    (Tone::Work, "Upgrading"),
    (Tone::Work, "Progressing"),
    (Tone::Ask, "Approval pending"),
    (Tone::Wait, "Pending"),
    (Tone::Idle, "Suspended"),
    (Tone::Warn, "Out of sync"),
    (Tone::Warn, "Disconnected"),
    (Tone::Idle, "Unknown"),
    (Tone::Bad, "Failed"),
    (Tone::Bad, "Degraded"),
    (Tone::Bad, "Missing"),
    (Tone::Off, "Cancelled"),
    (Tone::Off, "Deleted"),
    (Tone::Off, "Expired"),
    (Tone::Off, "Revoked"),
    (Tone::Idle, "Hibernating deeply"),
];

fn states() -> AnyView {
    let states = MARKS
        .into_iter()
        .map(|(tone, word)| view! { <li><State mark=Mark::new(tone, word)/></li> }.into_any())
        .collect_view();
    view! {
        <ul class="gallery__grid">
            {states}
            <li><State mark=Mark::new(Tone::Work, "Upgrading") note="62 %".to_owned()/></li>
        </ul>
    }
    .into_any()
}

fn badges() -> AnyView {
    let badges = MARKS
        .into_iter()
        .step_by(2)
        .map(|(tone, word)| view! { <StateBadge mark=Mark::new(tone, word)/> }.into_any())
        .collect_view();
    view! {
        <div class="row">
            {badges}
            <Badge text="Enterprise"/>
            <Count value=0/>
            <Count value=12/>
            <Count value=12_043/>
        </div>
    }
    .into_any()
}

fn connections() -> AnyView {
    let now = crate::ui::time::Now::get_untracked();
    let all = [
        Connection::Connecting,
        Connection::Live,
        Connection::Reconnecting { at: now + 4_000 },
        Connection::Offline { since: now - 600_000 },
        Connection::Paused,
        Connection::Ended,
        Connection::Refused(failure(FailureKind::Forbidden, "Not allowed", Some(403))),
    ];
    let chips = all.into_iter().map(|connection| view! { <LiveChip connection=connection/> }.into_any()).collect_view();
    view! { <div class="row">{chips}</div> }.into_any()
}

fn banners() -> AnyView {
    view! {
        <div class="stack">
            <Banner
                title="1 of 3 pods is degraded since 14:24".to_owned()
                text=Some("BackOff: Back-off restarting failed container api.".to_owned())
                tone=Tone::Bad
            >
                <ButtonLink label="Open logs" href="_gallery?group=logs" small=true/>
            </Banner>
            <Banner
                title="perf-lab waits for approval".to_owned()
                text=Some("Priya Raman asked for it 12 m ago. Owners may approve it.".to_owned())
                tone=Tone::Warn
            >
                <Button label="Reject" small=true/>
                <Button label="Approve" look=Look::Primary small=true/>
            </Banner>
            <Banner
                title="Offline since 14:28".to_owned()
                text=Some("What you see is 4 m old. It reconnects by itself.".to_owned())
                icon="wifi-off"
            >
                <Button label="Try now" small=true/>
            </Banner>
            <Banner title="The sync waits for the deletion of what was there before".to_owned()/>
            <StaleBanner failure=failure(FailureKind::Server, "The platform failed", Some(500)) at=1_700_000_000_000 retry=|()| {}/>
        </div>
    }
    .into_any()
}

fn toasts() -> AnyView {
    view! {
        <ul class="stack">
            <ToastView tone=Tone::Good text="Resync of checkout-web started" dismiss=|()| {}/>
            <ToastView
                tone=Tone::Good
                text="checkout-web was unpinned"
                action=("Undo".to_owned(), Callback::new(|()| {}))
                dismiss=|()| {}
            />
            <ToastView tone=Tone::Idle text="Copied the link to line 4,127" dismiss=|()| {}/>
            <ToastView
                tone=Tone::Bad
                text="checkout-web-preview-pr-4127-nordic could not be deleted: an owner has to do it."
                dismiss=|()| {}
            />
        </ul>
    }
    .into_any()
}

fn figures() -> AnyView {
    let part = |tone, name: &str, count| Part { tone, name: name.to_owned(), count };
    view! {
        <Figures>
            <Figure
                label="Applications"
                href="_gallery?group=states"
                value=27
                note="23 healthy"
                parts=vec![
                    part(Tone::Good, "Healthy", 23),
                    part(Tone::Work, "Progressing", 1),
                    part(Tone::Bad, "Degraded", 3),
                ]
            />
            <Figure
                label="Clusters"
                href="_gallery?group=states"
                value=14
                note="2 at work"
                parts=vec![part(Tone::Good, "Ready", 12), part(Tone::Work, "Upgrading", 2)]
            />
            <Figure label="Keys" href="_gallery?group=states" value=0 note="none yet" parts=vec![]/>
            <Figure label="Operations" href="_gallery?group=states" value=1 note="running, 2 finished in 24 h">
                <ul class="legend legend--list">
                    <li class="legend__row">
                        <Glyph tone=Tone::Work/>
                        <span class="home__cut">"Upgrade of retail-disaster-recovery-northeurope-standby-01"</span>
                        <span>"62 %"</span>
                    </li>
                    <li class="legend__row">
                        <Glyph tone=Tone::Bad/>
                        <span class="home__cut">"Creation of loadtest"</span>
                        <span>"41 m ago"</span>
                    </li>
                </ul>
            </Figure>
        </Figures>
    }
    .into_any()
}

fn failure(kind: FailureKind, title: &'static str, status: Option<u16>) -> Failure {
    Failure {
        kind,
        title,
        message: "the platform did not answer within 30 s".to_owned(),
        hint: "Try again; if it stays, send the lines below to support.".to_owned(),
        retry: true,
        wait: None,
        operation: "listClusters",
        status,
        code: "INTERNAL_ERROR".to_owned(),
        trace_id: Some("trace-5e6f7g8h9i".to_owned()),
        fields: Vec::new(),
        detail: None,
    }
}

fn failures() -> AnyView {
    let mismatch = Failure {
        detail: Some("{\n  \"data\": {\"status\": 12}\n}".to_owned()),
        ..failure(FailureKind::Mismatch, "The answer was not understood", Some(200))
    };
    view! {
        <div class="stack">
            <FailureView failure=failure(FailureKind::Server, "Clusters could not be loaded", Some(500)) retry=|()| {}/>
            <FailureView failure=mismatch retry=|()| {}/>
            <FailureView failure=failure(FailureKind::NotFound, "Not found", Some(404)) retry=|()| {}/>
        </div>
    }
    .into_any()
}
