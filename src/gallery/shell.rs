//! Palette, shortcuts, links of the sidebar, refusals, the crash screen.

use std::sync::Arc;

use leptos::prelude::*;

use super::Sample;
use crate::{
    components::roles,
    ui::{
        Button, Keys, LiveChip, Mark, Shortcut, Shortcuts, Tone,
        load::Connection,
        maybe,
        nav_link::NavLink,
        palette::{Act, Item, Palette, Source, When},
        reactive,
    },
};

/// The samples of this group.
pub fn samples() -> Vec<Sample> {
    vec![
        Sample::new("Palette", palette_sample),
        Sample::new("Shortcuts", shortcuts_sample),
        Sample::new("Links of the sidebar", nav_links),
        Sample::new("Live connection", live_chips),
        Sample::new("Which role it takes", || roles::explain("deleteApplication")),
        Sample::new("Crash screen", crash_sample),
    ]
}

fn sources(many: bool) -> Vec<Arc<Source>> {
    let go = |to: &str| Act::Go(to.to_owned());
    let cluster = |name: &str, note: &str, mark| Item {
        mark: Some(mark),
        ..Item::new("server", name, go("_gallery?group=shell")).note(note)
    };
    let clusters = vec![
        cluster("prod-eu-west-1", "EKS eu-west-1", Mark::new(Tone::Work, "Upgrading")),
        cluster("prod-us-east-1", "EKS us-east-1", Mark::new(Tone::Good, "Ready")),
        cluster("test-dev", "EKS us-east-1", Mark::new(Tone::Bad, "Failed")),
        cluster(
            "retail-disaster-recovery-northern-europe-secondary-zone",
            "Self-hosted somewhere-very-far-away-1",
            Mark::new(Tone::Ask, "Approval pending"),
        ),
    ];
    let actions = vec![
        Item::new("arrow-up-right", "Upgrade prod-eu-west-1", Act::Run(Callback::new(|()| {}))).keys(Some("u")),
        Item {
            disabled_reason: Some("Only an owner may delete an application".to_owned()),
            ..Item::new("x", "Delete payments-api", Act::Run(Callback::new(|()| {})))
        },
    ];
    let pages = vec![
        Item::new("house", "Home", go("./")).keys(Some("g h")),
        Item::new("server", "Clusters", go("clusters")).keys(Some("g c")),
    ];
    let mut all = vec![
        Arc::new(Source::of("On this page", When::Always, actions)),
        Arc::new(Source::of("Recent", When::Idle, clusters.iter().take(2).cloned().collect())),
        Arc::new(Source::of("Pages", When::Always, pages)),
        Arc::new(Source::of("Clusters", When::Typed, clusters)),
    ];
    if many {
        let names = (0..10_000).map(|index| format!("payments-api-{index} prod-eu"));
        let item = move |index: usize| {
            Some(Item::new("boxes", format!("payments-api-{index}"), Act::Go("./".to_owned())).note("prod-eu"))
        };
        all.push(Arc::new(Source::new("Applications", When::Typed, names, item)));
    }
    all
}

fn palette_sample() -> AnyView {
    let open = RwSignal::new(false);
    let sources = Signal::derive(|| sources(true));
    let notice = Signal::stored(Some("Loading the names of applications.".to_owned()));
    view! {
        <Button label="Open the palette".to_owned() on_press=move |()| open.set(true)/>
        {reactive(move || {
            maybe(open.get().then(|| {
                view! {
                    <Palette
                        typed=RwSignal::new(String::new())
                        sources=sources
                        notice=notice
                        searched="Pages, clusters and applications are found by name."
                        go=|_| {}
                        close=move |()| open.set(false)
                    />
                }
                .into_any()
            }))
        })}
    }
    .into_any()
}

fn shortcuts_sample() -> AnyView {
    if let Some(shortcuts) = Shortcuts::of_context() {
        shortcuts.offer(Shortcut::new("u", "On this page", "Upgrade prod-eu-west-1", || {}));
    }
    view! {
        <div class="row">
            <Keys keys="mod+k"/>
            <Keys keys="g c"/>
            <Keys keys="/"/>
            <Keys keys="Escape"/>
            <span class="muted">"Press ? for all that are active now."</span>
        </div>
    }
    .into_any()
}

fn nav_links() -> AnyView {
    let link = |label: &'static str, current: bool, count: usize| {
        view! {
            <li>
                <NavLink icon="server" label=label href="_gallery?group=shell" current=current count=Signal::stored(count)/>
            </li>
        }
        .into_any()
    };
    view! {
        <ul aria-label="Samples">
            {[
                link("Clusters", true, 0),
                link("Approvals", false, 1),
                link("Operations", false, 128),
                link("A part of the console whose name is longer than the sidebar is wide and goes on", false, 12),
            ]
                .collect_view()}
        </ul>
    }
    .into_any()
}

fn live_chips() -> AnyView {
    let now = 1_780_000_000_000;
    let chips = [
        Connection::Connecting,
        Connection::Live,
        Connection::Reconnecting { at: now + 4_000 },
        Connection::Offline { since: now },
        Connection::Paused,
        Connection::Ended,
    ]
    .map(|connection| view! { <LiveChip connection=Signal::stored(connection)/> }.into_any())
    .collect_view();
    view! { <div class="row">{chips}</div> }.into_any()
}

/// What the console does when it fails in a way that nobody thought of.
#[expect(clippy::panic, reason = "a crash is what it shows")]
fn crash_sample() -> AnyView {
    let crash = move |()| std::panic::panic_any("The gallery was asked to crash");
    view! { <Button label="Crash the console".to_owned() on_press=crash/> }.into_any()
}
