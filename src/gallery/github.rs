//! The browser of a repository.

use std::sync::Arc;

use astro_api::{
    ApiError, ErrorKind,
    github::{EntryType, RepoContentEntry, RepoFile},
};
use leptos::prelude::*;

use super::Sample;
use crate::{
    components::{
        Picks, Spot,
        repository_browser::{self, Source, Ways},
    },
    store::failure::failure,
    ui::load::{Any, Load, Loaded, Loads},
};

/// The samples of this group.
pub fn samples() -> Vec<Sample> {
    vec![
        Sample::new("Repository", || drawn(ready(entries()), Spot::file("values.yaml"), None)),
        Sample::new("Repository: a folder of 20,000 files", || drawn(ready(many()), Spot::folder("orders"), None)),
        Sample::new("Repository: odd names, and invisible characters in a file", || {
            drawn(ready(odd()), Spot::file("odd.md"), None)
        }),
        Sample::new("Repository: to pick a folder", || {
            drawn(ready(entries()), Spot::folder("charts/payments-api"), Some(Picks::Folder))
        }),
        Sample::new("Repository: to pick a file", || drawn(ready(entries()), Spot::default(), Some(Picks::File))),
        Sample::new("Repository: nothing in it", || drawn(ready(Vec::new()), Spot::folder("empty"), None)),
        Sample::new("Repository: no such path", || {
            let error = ApiError {
                status: Some(404),
                trace_id: Some("trace-5e6f7g8h9i".to_owned()),
                ..ApiError::new(ErrorKind::NotFound, "browseRepository", "Path charts/payments not found.")
            };
            let load = Loads::new(Signal::stored(Load::Failed(failure(&error))));
            drawn(load, Spot::folder("charts/payments"), None)
        }),
        Sample::new("Repository: a file that is no text", || drawn(ready(entries()), Spot::file("logo.png"), None)),
    ]
}

fn ready<T: Send + Sync + 'static>(value: T) -> Loads<T> {
    let value: Arc<Any> = Arc::new(value);
    Loads::new(Signal::stored(Load::Ready(Loaded { value, at: 0, refreshing: false, failed: None })))
}

fn entry(name: impl Into<String>, size: Option<i64>) -> RepoContentEntry {
    let name = name.into();
    let kind = if size.is_some() { EntryType::File } else { EntryType::Dir };
    RepoContentEntry { path: name.clone(), name, kind, size, sha: None }
}

fn entries() -> Vec<RepoContentEntry> {
    vec![
        entry("charts", None),
        entry("templates", None),
        entry("checkout-web-preview-pr-4127-nordic-disaster-recovery-northeurope-standby-values.yaml", Some(1_180)),
        entry("logo.png", Some(18_342)),
        entry("renovate.json", Some(412)),
        entry("values.yaml", Some(644)),
    ]
}

fn many() -> Vec<RepoContentEntry> {
    (0..20_000_i64).map(|index| entry(format!("order-{index:05}.json"), Some(index * 54 + 4))).collect()
}

fn odd() -> Vec<RepoContentEntry> {
    let names = [
        "<img src=x onerror=alert(1)>.yaml",
        "invoice\u{202e}gpj.exe",
        "two\nlines\u{7}.txt",
        "שלום.yaml",
        "日本語.json",
        "zero\u{200b}width.md",
        "odd.md",
    ];
    names.into_iter().map(|name| entry(name, Some(120))).collect()
}

fn content(path: &str) -> String {
    match path {
        "odd.md" => "# Notes\n\nuser\u{202e} nimda\u{202c} may enter.\n<script>alert('not executed')</script>\n".to_owned(),
        _ => "replicaCount: 2\nimage:\n  repository: ghcr.io/acme-inc/payments-api\n  tag: \"v2.18.0\"\nservice:\n  port: 8080\n# Set by the platform team.\nautoscaling:\n  enabled: true\n".to_owned(),
    }
}

fn drawn(load: Loads<Vec<RepoContentEntry>>, spot: Spot, picks: Option<Picks>) -> AnyView {
    // Each has a name of its own, as landmarks of one page do.
    let name =
        format!("platform-charts-{}", if spot.path().is_empty() { "root" } else { spot.path() }.replace('/', "-"));
    let spot = RwSignal::new(spot);
    let file = |path: String| {
        let file = RepoFile { content: content(&path), path, ..RepoFile::default() };
        (ready(file), Callback::new(|()| {}))
    };
    let source = Source { name: Signal::stored(name), load, retry: Callback::new(|()| {}), file: Callback::new(file) };
    let ways = Ways {
        on_go: Callback::new(move |to| spot.set(to)),
        link: None,
        on_pick: picks.map(|_| Callback::new(|_| {})),
        picks: picks.unwrap_or_default(),
        tools: None,
    };
    repository_browser::browser(source, Memo::new(move |_| spot.get()), ways)
}
