//! The activity bell: what runs in the organization, what has ended, what failed.
//!
//! The bell stands in the top bar and knows only how many there are; its panel is drawn by [`content`] while it is open.
//! Bell and panel are parts of the program: a page is whole without them, and they come when it has been drawn.

use std::fmt::Write as _;

use astro_api::{
    api_keys,
    clusters::{OperationStatus, OperationType},
};
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::{api_keys as own_keys, marks};
use crate::{
    routes,
    store::{
        Activity, Toasts, Tone as ToastTone,
        activity::{Ended, Entry, Notices},
        query,
        session::Organization,
        use_store,
    },
    ui::{
        Button, FailureView, Glyph, Icon, Loading, Look, Progress, Ring, Shortcut, Shortcuts, Time, format,
        lasting::Followed, maybe, part, query_view, reactive, skeleton::Bar, state::readable,
    },
};

/// The id of the panel, which the button names.
const PANEL: &str = "activity";

/// What an operation does: "Upgrade".
fn verb(kind: &OperationType) -> String {
    readable(kind.as_str())
}

/// What an operation is doing: "Upgrading".
fn doing(kind: &OperationType) -> String {
    match kind {
        OperationType::Create => "Creating",
        OperationType::Update => "Updating",
        OperationType::Upgrade => "Upgrading",
        OperationType::Delete => "Deleting",
        OperationType::Register => "Registering",
        OperationType::Other(word) => return readable(word),
    }
    .to_owned()
}

/// An operation as a thing: "Upgrade of prod-eu".
pub fn noun(entry: &Entry) -> String {
    let word = match &entry.kind {
        OperationType::Create => "Creation",
        OperationType::Delete => "Deletion",
        OperationType::Register => "Registration",
        kind => return format!("{} of {}", readable(kind.as_str()), entry.name),
    };
    format!("{word} of {}", entry.name)
}

/// How an operation ended, as a sentence without its full stop.
pub fn ending(entry: &Entry) -> String {
    let how = match &entry.status {
        OperationStatus::Completed => "completed",
        OperationStatus::Failed => "failed",
        OperationStatus::Cancelled => "was cancelled",
        status => return format!("{}: {}", noun(entry), readable(status.as_str()).to_lowercase()),
    };
    format!("{} {how}", noun(entry))
}

/// What stands under an operation that has ended.
pub fn note(entry: &Entry) -> Option<String> {
    match (&entry.status, &entry.error) {
        (OperationStatus::Completed, _) => entry.took().map(|took| format!("Took {}", format::duration(took))),
        (_, Some(error)) => Some(error.clone()),
        _ => entry.message.clone(),
    }
}

/// What stands under an operation that runs: "node-groups: 7 of 12 nodes replaced".
pub fn progress_note(entry: &Entry) -> Option<String> {
    match (&entry.step, &entry.message) {
        (Some(step), Some(message)) => Some(format!("{step}: {message}")),
        (Some(text), None) | (None, Some(text)) => Some(text.clone()),
        (None, None) => None,
    }
}

/// What the bell says to a screen reader.
fn label(running: usize, unread: usize) -> String {
    let mut label = "Activity".to_owned();
    if running > 0 {
        let _ = write!(label, ", {} running", format::count(running));
    }
    if unread > 0 {
        let _ = write!(label, ", {} ended since you last looked", format::count(unread));
    }
    label
}

/// What the panel stands on.
#[derive(Clone, Copy)]
struct Ground {
    activity: Activity,
    now: Followed<u64>,
    organization: Followed<Option<Organization>>,
}

impl Ground {
    fn of(activity: Activity) -> Self {
        let store = use_store();
        Self { activity, now: store.clock.now(), organization: store.session.active() }
    }
}

/// What the window's title tells of the operations that the person follows: "(62 %) Upgrading prod-eu", or how one has
/// just ended.
fn headline(activity: Activity) -> Memo<Option<String>> {
    let finished = activity.finished();
    let book = activity.book();
    Memo::new(move |_| {
        if let Some(ended) = finished.get() {
            return Some(ending(&ended));
        }
        book.with(|book| {
            let mut watched = book.running().filter(|entry| book.is_watched(&entry.id));
            let first = watched.next()?;
            let mut text = match first.percent {
                Some(percent) => format!("({percent} %) {} {}", doing(&first.kind), first.name),
                None => format!("{} {}", doing(&first.kind), first.name),
            };
            let others = watched.count();
            if others > 0 {
                let _ = write!(text, " and {} more", format::count(others));
            }
            Some(text)
        })
    })
}

/// The bell of the top bar with its panel, and all that is told of an end: a message with a link, a notification of the
/// browser's where the person wants it.
#[component]
pub fn ActivityBell() -> AnyView {
    let store = use_store();
    let activity = store.activity;
    activity.follow(store);
    let headline = headline(activity);
    Effect::new(move |_| activity.set_headline(headline.get()));
    on_cleanup(move || {
        activity.set_headline(None);
        // A browser tells nobody that what it takes away was open.
        activity.set_open(false);
    });
    let panel_node = NodeRef::<html::Div>::new();
    let bell = NodeRef::<html::Button>::new();
    // What is pressed to get here may outlive the bell: a message, a notification of the browser's.
    let show = move || {
        let panel = panel_node.try_get_untracked().flatten();
        let is_open = panel.is_some_and(|panel| panel.matches(":popover-open").unwrap_or_default());
        // By its button, so that the browser knows what it is to lie beside.
        if let Some(bell) = bell.try_get_untracked().flatten().filter(|_| !is_open) {
            bell.click();
        }
    };
    let ground = Ground::of(activity);
    tell(ground, store.toasts, show);
    if let Some(shortcuts) = Shortcuts::of_context() {
        shortcuts.offer(Shortcut::new("g y", "Everywhere", "Show the activity", show));
    }
    let is_open = activity.open();
    let book = activity.book();
    let state = Memo::new(move |_| {
        book.with(|book| {
            let failed = book.entries().iter().any(|it| book.is_unread(it) && it.status == OperationStatus::Failed);
            (book.running().count(), book.unread(), failed)
        })
    });
    let dot = reactive(move || {
        let class = match state.get() {
            (_, _, true) => "bell__dot bell__dot--bad",
            (_, 1.., _) => "bell__dot bell__dot--new",
            (1.., ..) => "bell__dot bell__dot--work",
            _ => return ().into_any(),
        };
        view! { <span class=class></span> }.into_any()
    });
    let toggled = move |event: ev::Event| {
        let panel = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
        let Some(panel) = panel.filter(|panel| panel.id() == PANEL) else { return };
        let open = panel.matches(":popover-open").unwrap_or_default();
        activity.set_open(open);
        if open {
            let _ = panel.focus();
        }
    };
    // A link leads elsewhere: the panel has done its work then.
    let leave = move |event: ev::MouseEvent| {
        let link = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if let (Some(Ok(Some(_))), Some(panel)) = (link.map(|it| it.closest("a")), panel_node.get_untracked()) {
            let _ = panel.hide_popover();
        }
    };
    view! {
        <span class="bell">
            <button
                type="button"
                class="button button--ghost button--icon button--small"
                popovertarget=PANEL
                node_ref=bell
                aria-label=move || {
                    let (running, unread, _) = state.get();
                    label(running, unread)
                }
                data-tip="Activity"
            >
                <Icon name="bell"/>
                {dot}
            </button>
            <div
                class="activity"
                id=PANEL
                popover="auto"
                data-float="end"
                role="dialog"
                aria-label="Activity"
                tabindex="-1"
                node_ref=panel_node
                on:toggle=toggled
                on:click=leave
            >
                {reactive(move || maybe(is_open.get().then(|| content(ground))))}
            </div>
        </span>
    }
    .into_any()
}

/// Tells each end that the person follows.
fn tell(ground: Ground, toasts: Toasts, show: impl Fn() + Copy + Send + Sync + 'static) {
    let activity = ground.activity;
    Effect::new(move |_| {
        if !activity.has_news() {
            return;
        }
        for Ended { entry, watched } in activity.take_news() {
            if !watched {
                continue;
            }
            let text = ending(&entry);
            let failed = entry.status == OperationStatus::Failed;
            let tone = match entry.status {
                OperationStatus::Completed => ToastTone::Good,
                OperationStatus::Failed => ToastTone::Bad,
                _ => ToastTone::Neutral,
            };
            let why = if failed { note(&entry).map(|why| format!(": {why}")) } else { None };
            let sentence = format::sentence(&format!("{text}{}", why.unwrap_or_default()));
            toasts.push_with(tone, sentence, "Show activity", show);
            activity.notify(&entry.id, &text, &note(&entry).unwrap_or_default(), show);
        }
    });
}

/// Where an operation's cluster is. What was deleted is nowhere.
fn address(ground: Ground, entry: &Entry) -> Option<String> {
    if entry.kind == OperationType::Delete && entry.status == OperationStatus::Completed {
        return None;
    }
    let organization =
        ground.organization.with_untracked(|active| active.as_ref().map(|active| active.name.clone()))?;
    Some(routes::cluster(&organization, &entry.cluster).href())
}

/// Brings what is shown on demand before it is asked for.
pub fn ahead() {
    content::ahead();
}

part! {
    in overlay;
    /// What the bell opens.
    fn content(ground: Ground) -> AnyView {
        panel(ground)
    }
}

fn panel(ground: Ground) -> AnyView {
    let activity = ground.activity;
    let book = activity.book();
    let known = Memo::new(move |_| book.with(|book| (book.is_known(), book.entries().is_empty())));
    let ids = move || book.with(|book| book.entries().iter().map(|entry| entry.id.clone()).collect::<Vec<_>>());
    let trouble = reactive(move || {
        maybe(activity.problem().get().map(|failure| {
            view! {
                <div class="activity__trouble">
                    <FailureView failure=failure retry=move |()| activity.refresh()/>
                </div>
            }
            .into_any()
        }))
    });
    let list = reactive(move || {
        match known.get() {
        (false, _) if activity.problem().with(Option::is_some) => ().into_any(),
        (false, _) => view! {
            <Loading label="Loading the activity">
                <p class="activity__empty">
                    <Bar/>
                </p>
            </Loading>
        }
        .into_any(),
        (true, true) => view! {
            <p class="activity__empty">
                "Nothing has run in this organization yet. Creating, updating, upgrading, deleting and registering a cluster shows here, with its progress."
            </p>
        }
        .into_any(),
        (true, false) => view! {
            <ul class="activity__list">
                <For each=ids key=Clone::clone children=move |id| row(ground, id)/>
            </ul>
        }
        .into_any(),
    }
    });
    view! {
        <div class="activity__head">
            <h2>"Activity"</h2>
            <p class="activity__hint">"Leaving this page stops nothing."</p>
        </div>
        {ending_keys(ground)}
        {trouble}
        {list}
        <div class="activity__foot">{reactive(move || notices(activity))}</div>
    }
    .into_any()
}

/// The keys that end soon, in one quiet line. Nobody is asked for them before the panel is opened, nor by a session that
/// could not see them.
fn ending_keys(ground: Ground) -> AnyView {
    let has_bearer = use_store().session.has_bearer();
    let keys = query_view::latest(query(move || has_bearer.get().then(api_keys::list)).load());
    reactive(move || {
        let text = keys.get().and_then(|keys| own_keys::ending(&keys, ground.now.get_untracked()));
        let name = ground.organization.with(|active| active.as_ref().map(|active| active.name.clone()));
        maybe(text.zip(name).map(|(text, name)| {
            let href = format!("{}?state=soon", routes::keys(&name).href());
            view! {
                <p class="activity__quiet">
                    <Icon name="key-round"/>
                    <a class="link" href=href>{text}</a>
                </p>
            }
            .into_any()
        }))
    })
}

/// One operation. Its sign and words change in place, so that the focus stays where it is.
fn row(ground: Ground, id: String) -> AnyView {
    let activity = ground.activity;
    let book = activity.book();
    let entry = {
        let id = id.clone();
        Memo::new(move |_| book.with(|book| book.entries().iter().find(|entry| entry.id == id).cloned()))
    };
    let unread = {
        let id = id.clone();
        Memo::new(move |_| book.with(|book| book.entries().iter().any(|it| it.id == id && book.is_unread(it))))
    };
    let watched = {
        let id = id.clone();
        Memo::new(move |_| book.with(|book| book.is_watched(&id)))
    };
    let glyph = reactive(move || {
        maybe(entry.get().map(|entry| match entry.status {
            OperationStatus::InProgress => view! { <Ring percent=Signal::stored(entry.percent)/> }.into_any(),
            status => view! { <Glyph tone=marks::operation(&status).tone/> }.into_any(),
        }))
    });
    let text = reactive(move || maybe(entry.get().map(|entry| words(ground, &entry))));
    let side = reactive(move || maybe(entry.get().map(|entry| side(ground, &entry))));
    let runs = Memo::new(move |_| entry.with(|entry| entry.as_ref().is_some_and(Entry::is_running)));
    let follow = reactive(move || {
        if !runs.get() {
            return ().into_any();
        }
        let toggle = {
            let id = id.clone();
            move |_| activity.watch(&id, !watched.get_untracked())
        };
        let tip = move || {
            if watched.get() {
                "Followed in the window's title"
            } else {
                "Follow: in the window's title, and told when it ends"
            }
        };
        let name = move || entry.with(|entry| entry.as_ref().map(|entry| format!("Follow {}", noun(entry))));
        view! {
            <button
                type="button"
                class="button button--ghost button--icon button--small activity__follow"
                aria-label=name
                aria-pressed=move || if watched.get() { "true" } else { "false" }
                data-tip=tip
                on:click=toggle
            >
                {reactive(move || {
                    view! { <Icon name=if watched.get() { "eye" } else { "eye-off" }/> }.into_any()
                })}
            </button>
        }
        .into_any()
    });
    view! {
        <li class="feed__row" class:activity__row--new=move || unread.get()>
            {glyph}
            {text}
            {side}
            {follow}
        </li>
    }
    .into_any()
}

fn words(ground: Ground, entry: &Entry) -> AnyView {
    let name = match address(ground, entry) {
        Some(href) => view! { <a class="strong" href=href>{entry.name.clone()}</a> }.into_any(),
        None => view! { <span class="strong">{entry.name.clone()}</span> }.into_any(),
    };
    let waits = entry.status == OperationStatus::Pending;
    let (ended, note, bar) = if entry.is_running() {
        let bar = entry
            .percent
            .filter(|_| !waits)
            .map(|percent| view! { <Progress label=noun(entry) percent=Signal::stored(Some(percent))/> }.into_any());
        (waits.then(|| " has not begun".to_owned()), progress_note(entry), bar)
    } else {
        let how = match &entry.status {
            OperationStatus::Completed => None,
            OperationStatus::Failed => Some(" failed".to_owned()),
            OperationStatus::Cancelled => Some(" was cancelled".to_owned()),
            status => Some(format!(": {}", readable(status.as_str()).to_lowercase())),
        };
        (how, note(entry), None)
    };
    let note = note.map(|note| view! { <span class="feed__note feed__note--cut">{note}</span> }.into_any());
    view! {
        <span class="feed__text">
            {verb(&entry.kind)} " " {name} {ended} {maybe(note)} {maybe(bar)}
        </span>
    }
    .into_any()
}

fn side(ground: Ground, entry: &Entry) -> AnyView {
    if !entry.is_running() {
        let at = format::iso(entry.updated);
        return view! {
            <span class="feed__side">
                <Time at=at/>
            </span>
        }
        .into_any();
    }
    let now = ground.now;
    let elapsed = entry.started.map(|started| {
        view! { <span class="block">{move || format::duration(now.get().saturating_sub(started))}</span> }.into_any()
    });
    let percent = entry
        .percent
        .filter(|_| entry.status != OperationStatus::Pending)
        .map(|percent| view! { <span class="strong muted block">{format!("{percent} %")}</span> }.into_any());
    view! { <span class="feed__side">{maybe(percent)} {maybe(elapsed)}</span> }.into_any()
}

/// Whether the browser tells of an end, and how to change it.
fn notices(activity: Activity) -> AnyView {
    match activity.notices().get() {
        Notices::Impossible => view! {
            <p>"Follow an operation to see its progress in the window's title."</p>
        }
        .into_any(),
        Notices::Refused => view! {
            <p>
                "The browser blocks notifications from this site. To be notified when an operation that you follow ends, allow them in the site's settings beside the address."
            </p>
        }
        .into_any(),
        Notices::Off => {
            let ask = move |()| {
                leptos::task::spawn_local(activity.notify_me());
            };
            view! {
                <p>"Be told by the browser when an operation that you follow ends while this tab is hidden."</p>
                <Button label="Notify me".to_owned() icon="bell" small=true on_press=ask/>
            }
            .into_any()
        }
        Notices::On => view! {
            <p>"The browser tells you when an operation that you follow ends while this tab is hidden."</p>
            <Button label="Stop notifying".to_owned() look=Look::Ghost small=true on_press=move |()| activity.stop_notifying()/>
        }
        .into_any(),
    }
}

/// The panel as it stands for what is given: for the gallery.
#[cfg(feature = "gallery")]
pub fn still_panel(activity: Activity) -> AnyView {
    view! {
        <div class="activity" role="group" aria-label="Activity">
            {panel(Ground::of(activity))}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(kind: OperationType, status: OperationStatus) -> Entry {
        Entry {
            id: "op-1".to_owned(),
            cluster: "prod-eu".to_owned(),
            name: "prod-eu".to_owned(),
            kind,
            status,
            percent: Some(62),
            step: Some("node-groups".to_owned()),
            message: Some("7 of 12 nodes replaced".to_owned()),
            error: None,
            started: Some(1_000),
            updated: 193_000,
        }
    }

    #[test]
    fn an_end_is_told_in_a_sentence() {
        assert_eq!(ending(&entry(OperationType::Create, OperationStatus::Completed)), "Creation of prod-eu completed");
        assert_eq!(ending(&entry(OperationType::Upgrade, OperationStatus::Failed)), "Upgrade of prod-eu failed");
        assert_eq!(ending(&entry("RESIZE".into(), OperationStatus::Cancelled)), "Resize of prod-eu was cancelled");
        assert_eq!(ending(&entry(OperationType::Delete, "TIMED_OUT".into())), "Deletion of prod-eu: timed out");
    }

    #[test]
    fn what_stands_under_it_is_the_step_the_reason_or_the_time() {
        let running = entry(OperationType::Upgrade, OperationStatus::InProgress);
        assert_eq!(progress_note(&running).as_deref(), Some("node-groups: 7 of 12 nodes replaced"));
        let done = entry(OperationType::Upgrade, OperationStatus::Completed);
        assert_eq!(note(&done).as_deref(), Some("Took 3 m 12 s"));
        let failed =
            Entry { error: Some("quota".to_owned()), ..entry(OperationType::Upgrade, OperationStatus::Failed) };
        assert_eq!(note(&failed).as_deref(), Some("quota"));
    }

    #[test]
    fn the_bell_says_how_many() {
        assert_eq!(label(0, 0), "Activity");
        assert_eq!(label(2, 1), "Activity, 2 running, 1 ended since you last looked");
    }
}
