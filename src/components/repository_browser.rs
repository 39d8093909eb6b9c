//! A browser of a Git repository: its folders and files, and what stands in a file.
//!
//! It knows no address of the console. Where it is in the repository is a [`Spot`] that the page around it holds: a page
//! with an address of its own writes it there, a form keeps it in memory and picks a path with it.

use std::sync::Arc;

use astro_api::github::{self, EntryType, RepoContentEntry, RepoFile};
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlElement};

use crate::{
    store::{Query, query},
    ui::{
        Banner, Bar, Button, Bytes, Code, CopyButton, Empty, EmptyState, Icon, Latest, Loading, QueryView, Tone,
        code::Language,
        focus, format,
        load::{FailureKind, Loads},
        maybe, query_view, reactive, skeleton, text,
    },
};

/// A row's height in `repository-browser.css`, pixels.
const ROW: usize = 36;
/// Rows that are drawn before the first one that is seen, and from it on: more than the highest list shows.
const BEFORE: usize = 12;
const AHEAD: usize = 64;
/// A larger file is shown when somebody asks for it, bytes.
const LARGE: i64 = 2 * 1024 * 1024;
/// Below this width of the browser, in pixels, the file lies under the list. `repository-browser.css` has the same.
const NARROW: i32 = 720;

/// A place in a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    /// The path of the folder that is listed; empty at the root.
    pub folder: String,
    /// The path of the file that is shown, from the root.
    pub file: Option<String>,
}

impl Spot {
    /// A folder, with no file shown. Slashes at its ends count for nothing.
    pub fn folder(path: &str) -> Self {
        Self { folder: path.trim_matches('/').to_owned(), file: None }
    }

    /// A file, in its folder.
    pub fn file(path: &str) -> Self {
        let path = path.trim_matches('/');
        Self { folder: parent(path).to_owned(), file: Some(path.to_owned()) }
    }

    /// The path that it means: of the file where one is shown, else of the folder.
    pub fn path(&self) -> &str {
        self.file.as_deref().unwrap_or(&self.folder)
    }

    fn of(entry: &RepoContentEntry) -> Self {
        if entry.kind == EntryType::Dir { Self::folder(&entry.path) } else { Self::file(&entry.path) }
    }
}

/// What a person may pick.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Picks {
    /// The folder that is listed: a chart, a folder of manifests.
    #[default]
    Folder,
    /// The file that is shown: a file of values.
    File,
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(above, _)| above)
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The steps from the root to a folder: the name and the path of each.
fn steps(folder: &str) -> Vec<(String, String)> {
    let mut path = String::new();
    folder
        .split('/')
        .filter(|name| !name.is_empty())
        .map(|name| {
            if !path.is_empty() {
                path.push('/');
            }
            path.push_str(name);
            (name.to_owned(), path.clone())
        })
        .collect()
}

fn extension(path: &str) -> String {
    name_of(path).rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).unwrap_or_default()
}

/// Whether a file is known by its name to be no text, so that nobody has to ask for it.
fn is_binary(path: &str) -> bool {
    const KNOWN: &[&str] = &[
        "7z", "avif", "bin", "bz2", "class", "dll", "dylib", "exe", "gif", "gz", "ico", "jar", "jpeg", "jpg", "mov",
        "mp3", "mp4", "o", "otf", "pdf", "png", "pyc", "so", "tar", "tgz", "ttf", "wasm", "webm", "webp", "woff",
        "woff2", "xz", "zip", "zst",
    ];
    KNOWN.contains(&extension(path).as_str())
}

fn language(path: &str) -> Language {
    match extension(path).as_str() {
        "yaml" | "yml" => Language::Yaml,
        "json" => Language::Json,
        "sh" | "bash" => Language::Shell,
        _ => Language::Plain,
    }
}

/// The entries whose name holds what is looked for, by their index: folders first, each as the platform sorts them.
fn found(entries: &[RepoContentEntry], wanted: &str) -> Vec<usize> {
    let wanted = wanted.trim().to_lowercase();
    let fits = |entry: &RepoContentEntry| wanted.is_empty() || entry.name.to_lowercase().contains(&wanted);
    let of = |is_dir: bool| {
        let kind = move |entry: &RepoContentEntry| (entry.kind == EntryType::Dir) == is_dir;
        entries.iter().enumerate().filter(move |(_, entry)| kind(entry) && fits(entry)).map(|(index, _)| index)
    };
    of(true).chain(of(false)).collect()
}

/// The file that tells what a folder is for.
fn readme(entries: &[RepoContentEntry]) -> Option<String> {
    let is_one = |entry: &&RepoContentEntry| {
        entry.kind == EntryType::File && matches!(entry.name.to_lowercase().as_str(), "readme.md" | "readme")
    };
    entries.iter().find(is_one).map(|entry| entry.path.clone())
}

fn row_of(target: Option<EventTarget>) -> Option<usize> {
    let element = target?.dyn_into::<Element>().ok()?.closest("[data-row]").ok().flatten()?;
    element.get_attribute("data-row")?.parse().ok()
}

/// The row of a list that takes the Tab key.
fn stop_of(scroller: &Element) -> Option<Element> {
    scroller.query_selector("[data-row][tabindex='0']").ok().flatten()
}

/// A name of a file or folder: whatever it holds is shown, and turns nothing around it.
fn safe(name: &str) -> AnyView {
    view! { <bdi>{text::visible(name).into_owned()}</bdi> }.into_any()
}

/// The browser, as its parts see it.
#[derive(Clone, Copy)]
struct Browser {
    spot: Memo<Spot>,
    on_go: Callback<Spot>,
    link: Option<Callback<Spot, String>>,
    root: NodeRef<html::Div>,
    scroller: NodeRef<html::Div>,
    entries: Latest<Vec<RepoContentEntry>>,
    filter: RwSignal<String>,
    /// The entries that are listed, by their index.
    shown: Memo<Vec<usize>>,
    /// The row that takes the Tab key.
    active: RwSignal<usize>,
    /// The first row that is seen.
    top: RwSignal<usize>,
    /// Whether the list takes the focus when it has come: the folder before was left by it.
    refocus: StoredValue<bool>,
}

impl Browser {
    fn go(self, spot: Spot) {
        self.on_go.run(spot);
    }

    fn entry(self, position: usize) -> Option<RepoContentEntry> {
        let index = self.shown.with_untracked(|shown| shown.get(position).copied())?;
        untrack(|| self.entries.get())?.get(index).cloned()
    }

    fn open(self, position: usize) {
        let Some(entry) = self.entry(position) else { return };
        self.refocus.set_value(entry.kind == EntryType::Dir);
        let is_file = entry.kind != EntryType::Dir;
        self.go(Spot::of(&entry));
        if is_file && self.root.get_untracked().is_some_and(|root| root.offset_width() < NARROW) {
            request_animation_frame(move || {
                let root = self.root.try_get_untracked().flatten();
                let file = root.and_then(|root| root.query_selector(".repo__file").ok().flatten());
                if let Some(file) = file {
                    file.scroll_into_view();
                }
            });
        }
    }

    fn up(self) {
        let folder = self.spot.with_untracked(|spot| spot.folder.clone());
        if !folder.is_empty() {
            self.refocus.set_value(true);
            self.go(Spot::folder(parent(&folder)));
        }
    }

    /// Moves to a row, brings it into sight and gives it the focus.
    fn walk(self, position: usize) {
        let count = self.shown.with_untracked(Vec::len);
        let Some(last) = count.checked_sub(1) else { return };
        let position = position.min(last);
        self.active.set(position);
        if let Some(scroller) = self.scroller.get_untracked() {
            let (top, height) = (scroller.scroll_top(), scroller.client_height());
            let at = i32::try_from(position * ROW).unwrap_or(i32::MAX);
            let row = i32::try_from(ROW).unwrap_or_default();
            if at < top {
                scroller.set_scroll_top(at);
            } else if at.saturating_add(row) > top + height {
                scroller.set_scroll_top(at + row - height);
            }
            self.follow();
        }
        self.focus();
    }

    /// Gives the row that takes the Tab key the focus, once it is drawn.
    fn focus(self) {
        request_animation_frame(move || {
            let scroller = self.scroller.try_get_untracked().flatten();
            let row = scroller.and_then(|scroller| stop_of(&scroller));
            if let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
                let _ = row.focus();
            }
        });
    }

    /// Takes over how far the list is scrolled.
    fn follow(self) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        let has_focus = scroller.contains(document().active_element().as_deref());
        let top = scroller.scroll_top();
        let top = usize::try_from(top).unwrap_or_default() / ROW;
        // Half of what is drawn ahead: most scrolling draws nothing.
        self.top.maybe_update(|known| {
            let moved = known.abs_diff(top) > BEFORE / 2;
            if moved {
                *known = top;
            }
            moved
        });
        // A row that is moved among its neighbours loses the focus, though it stays.
        if has_focus {
            request_animation_frame(move || {
                let scroller = self.scroller.try_get_untracked().flatten();
                let is_lost = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
                let row = scroller.filter(|_| is_lost).and_then(|scroller| stop_of(&scroller));
                if let Some(row) = row {
                    focus::quietly(&row);
                }
            });
        }
    }

    fn key(self, event: &ev::KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let here = self.active.get_untracked();
        let page = self
            .scroller
            .get_untracked()
            .map_or(1, |scroller| usize::try_from(scroller.client_height()).unwrap_or_default() / ROW)
            .max(1);
        match event.key().as_str() {
            "ArrowDown" => self.walk(here + 1),
            "ArrowUp" => self.walk(here.saturating_sub(1)),
            "PageDown" => self.walk(here + page),
            "PageUp" => self.walk(here.saturating_sub(page)),
            "Home" => self.walk(0),
            "End" => self.walk(usize::MAX),
            "ArrowRight" => {
                if self.entry(here).is_some_and(|entry| entry.kind == EntryType::Dir) {
                    self.open(here);
                }
            }
            "ArrowLeft" | "Backspace" => self.up(),
            _ => return,
        }
        event.prevent_default();
    }

    fn press(self, event: &ev::MouseEvent) {
        // Another tab or window is the browser's to open.
        if event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key() {
            return;
        }
        if let Some(position) = row_of(event.target()) {
            event.prevent_default();
            self.open(position);
        }
    }

    /// What leads to a place: a link where it has an address, else a button.
    fn step(self, label: AnyView, spot: Spot, is_here: bool) -> AnyView {
        let current = is_here.then_some("page");
        let class = "repo__step";
        if let Some(link) = self.link {
            let href = link.run(spot.clone());
            let press = move |event: ev::MouseEvent| {
                if !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key()) {
                    event.prevent_default();
                    self.go(spot.clone());
                }
            };
            view! { <a class=class href=href aria-current=current on:click=press>{label}</a> }.into_any()
        } else {
            let press = move |_| self.go(spot.clone());
            view! { <button type="button" class=class aria-current=current on:click=press>{label}</button> }.into_any()
        }
    }

    fn crumbs(self, name: &str) -> AnyView {
        let folder = self.spot.with(|spot| spot.folder.clone());
        let list = steps(&folder);
        let root = self.step(safe(name), Spot::default(), list.is_empty());
        let last = list.len();
        let rest = list
            .into_iter()
            .enumerate()
            .map(|(index, (name, path))| {
                let step = self.step(safe(&name), Spot::folder(&path), index + 1 == last);
                view! { <li>{step}</li> }.into_any()
            })
            .collect_view();
        view! {
            <nav class="repo__crumbs" aria-label=format!("Path in {}", text::visible(name))>
                <ol>
                    <li>{root}</li>
                    {rest}
                </ol>
            </nav>
        }
        .into_any()
    }

    fn list(self) -> AnyView {
        let window = Memo::new(move |_| {
            let total = self.shown.with(Vec::len);
            let (top, active) = (self.top.get(), self.active.get());
            let (from, to) = (top.saturating_sub(BEFORE), (top + AHEAD).min(total));
            // The row with the focus stays, wherever the list is scrolled.
            let before = (active < from).then_some(active);
            let behind = (active >= to && active < total).then_some(active);
            let entries = self.entries.get();
            // By its path, so that another folder has other rows.
            let drawn = |position: usize| {
                let index = self.shown.with(|shown| shown.get(position).copied())?;
                let path = entries.as_ref()?.get(index)?.path.clone();
                Some((position, index, path))
            };
            before.into_iter().chain(from..to).chain(behind).filter_map(drawn).collect::<Vec<_>>()
        });
        let row = move |(position, index, _): (usize, usize, String)| self.row(position, index);
        let height = move || format!("{}px", self.shown.with(Vec::len) * ROW);
        let label = Signal::derive(move || {
            self.spot.with(|spot| match spot.folder.as_str() {
                "" => "Files of the repository".to_owned(),
                folder => format!("Files in {}", text::visible(folder)),
            })
        });
        let nothing =
            move || {
                let wanted = self.filter.with(|filter| filter.trim().to_owned());
                maybe((!wanted.is_empty() && self.shown.with(Vec::is_empty)).then(|| {
                    view! { <p class="repo__none muted">{format!("No name holds “{wanted}”.")}</p> }.into_any()
                }))
            };
        view! {
            {reactive(nothing)}
            <div
                class="repo__scroll"
                node_ref=self.scroller
                on:scroll=move |_| self.follow()
                on:keydown=move |event| self.key(&event)
                on:click=move |event| self.press(&event)
                on:focusin=move |event: ev::FocusEvent| {
                    if let Some(position) = row_of(event.target()) {
                        self.active.set(position);
                    }
                }
            >
                <ul class="repo__list" aria-label=move || label.get() style:height=height>
                    <For each=move || window.get() key=Clone::clone children=row/>
                </ul>
            </div>
        }
        .into_any()
    }

    fn row(self, position: usize, index: usize) -> AnyView {
        let Some(entry) = untrack(|| self.entries.get()).and_then(|entries| entries.get(index).cloned()) else {
            return ().into_any();
        };
        let is_dir = entry.kind == EntryType::Dir;
        let icon = if is_dir { "folder" } else { "file" };
        let size = entry.size.and_then(|size| u64::try_from(size).ok()).filter(|_| !is_dir);
        let content = view! {
            <Icon name=icon/>
            <span class="repo__name" data-tip=text::visible(&entry.name).into_owned()>{safe(&entry.name)}</span>
            <span class="visually-hidden">{if is_dir { " folder" } else { " file" }}</span>
            {maybe(size.map(|size| view! { <span class="repo__size"><Bytes count=size/></span> }.into_any()))}
        }
        .into_any();
        let tabindex = move || if self.active.get() == position { "0" } else { "-1" };
        let path = entry.path.clone();
        let current = move || self.spot.with(|spot| spot.file.as_ref() == Some(&path)).then_some("true");
        let class = if is_dir { "repo__row repo__row--folder" } else { "repo__row" };
        let row = match self.link {
            Some(link) => {
                let href = link.run(Spot::of(&entry));
                view! {
                    <a class=class href=href tabindex=tabindex data-row=position.to_string() aria-current=current>
                        {content}
                    </a>
                }
                .into_any()
            }
            None => view! {
                <button type="button" class=class tabindex=tabindex data-row=position.to_string() aria-current=current>
                    {content}
                </button>
            }
            .into_any(),
        };
        let total = self.shown.with_untracked(Vec::len);
        view! {
            <li
                class="repo__item"
                style:top=format!("{}px", position * ROW)
                aria-setsize=total.to_string()
                aria-posinset=(position + 1).to_string()
            >
                {row}
            </li>
        }
        .into_any()
    }
}

/// A browser of a repository.
///
/// The list takes the arrow keys, `Home`, `End` and the page keys; `Enter` and the arrow to the right open, the arrow to
/// the left goes up. It draws the rows that are seen, so that a folder of 20,000 files is none too many.
#[component]
pub fn RepositoryBrowser(
    /// The address of the repository: `https://github.com/acme-inc/platform-charts`.
    #[prop(into)]
    repository: Signal<String>,
    /// The branch; none for the default one.
    #[prop(into)]
    branch: Signal<Option<String>>,
    /// Where it is.
    #[prop(into)]
    spot: Signal<Spot>,
    /// Goes elsewhere: the page around it changes `spot`.
    #[prop(into)]
    on_go: Callback<Spot>,
    /// The address of a place, where places have one: its rows are then links, which one can copy and open beside, and
    /// that of the file that is shown is copied by a button. It shows the same tomorrow, so it names the branch.
    #[prop(optional, into)]
    link: Option<Callback<Spot, String>>,
    /// Takes a path that was picked, from the root of the repository; a button for it is shown.
    #[prop(optional, into)]
    on_pick: Option<Callback<String>>,
    /// What may be picked.
    #[prop(optional)]
    picks: Picks,
    /// What stands at the end of the bar, drawn anew for each place: a link to deploy from here.
    #[prop(optional, into)]
    tools: Option<Callback<Spot, AnyView>>,
) -> AnyView {
    // A folder that is asked for, and is a file: a link may mean either.
    let is_file_after_all = RwSignal::new(None::<String>);
    let spot = Memo::new(move |_| {
        let spot = spot.get();
        match is_file_after_all.get() {
            Some(path) if spot.file.is_none() && spot.folder == path => Spot::file(&path),
            _ => spot,
        }
    });
    let folder = Memo::new(move |_| spot.with(|spot| spot.folder.clone()));
    let listing: Query<Vec<RepoContentEntry>> = query(move || {
        let folder = folder.get();
        let path = Some(folder.as_str()).filter(|path| !path.is_empty());
        let repository = repository.get();
        (!repository.is_empty()).then(|| github::browse(&repository, branch.get().as_deref(), path))
    });
    let load = listing.load();
    Effect::new(move |_| {
        let is_refused = load.with(|load| {
            load.failure().is_some_and(|failure| {
                failure.kind == FailureKind::Invalid && failure.fields.iter().any(|(field, _)| field == "path")
            })
        });
        let folder = folder.get_untracked();
        if is_refused && !folder.is_empty() {
            is_file_after_all.set(Some(folder));
        }
    });
    let file = move |path: String| {
        let query = query(move || Some(github::file(&repository.get(), &path, branch.get().as_deref())));
        (query.load(), Callback::new(move |()| query.refetch()))
    };
    let name =
        Signal::derive(move || repository.with(|repository| name_of(repository.trim_end_matches(".git")).to_owned()));
    let source = Source { name, load, retry: Callback::new(move |()| listing.refetch()), file: Callback::new(file) };
    browser(source, spot, Ways { on_go, link, on_pick, picks, tools })
}

/// What a browser shows.
#[derive(Clone, Copy)]
pub struct Source {
    /// What the repository is called.
    pub name: Signal<String>,
    /// The folder.
    pub load: Loads<Vec<RepoContentEntry>>,
    /// Asks for it again.
    pub retry: Callback<()>,
    /// Asks for a file by its path; with what asks again.
    pub file: Callback<String, (Loads<RepoFile>, Callback<()>)>,
}

/// Where a browser leads: the props of [`RepositoryBrowser`].
pub struct Ways {
    /// Goes elsewhere.
    pub on_go: Callback<Spot>,
    /// The address of a place.
    pub link: Option<Callback<Spot, String>>,
    /// Takes a path that was picked.
    pub on_pick: Option<Callback<String>>,
    /// What may be picked.
    pub picks: Picks,
    /// What stands at the end of the bar.
    pub tools: Option<Callback<Spot, AnyView>>,
}

/// The browser of what is at hand, wherever it came from.
pub fn browser(source: Source, spot: Memo<Spot>, ways: Ways) -> AnyView {
    let Source { name, load, retry, .. } = source;
    let Ways { on_go, link, on_pick, picks, tools } = ways;
    let folder = Memo::new(move |_| spot.with(|spot| spot.folder.clone()));
    let entries = query_view::latest(load);
    let filter = RwSignal::new(String::new());
    let shown = Memo::new(move |_| {
        let entries = entries.get();
        filter.with(|filter| entries.map(|entries| found(&entries, filter)).unwrap_or_default())
    });
    let browser = Browser {
        spot,
        on_go,
        link,
        root: NodeRef::new(),
        scroller: NodeRef::new(),
        entries,
        filter,
        shown,
        active: RwSignal::new(0),
        top: RwSignal::new(0),
        refocus: StoredValue::new(false),
    };
    arrive(browser, folder);
    let told = move || {
        let count = shown.with(Vec::len);
        entries.get().map(|_| format::counted(count, "entry", "entries")).unwrap_or_default()
    };
    let picking = on_pick.map(|on_pick| (on_pick, picks));
    let bar = view! {
        {reactive(move || browser.crumbs(&name.get()))}
        <div class="repo__tools">
            {reactive(move || maybe(tools.map(|tools| tools.run(spot.get()))))}
            {maybe(picking.map(|(on_pick, picks)| pick(spot, picks, on_pick)))}
        </div>
    };
    let list = view! {
        <div class="repo__folder">
            <div class="repo__find">
                <div class="search">
                    <Icon name="search"/>
                    <input
                        class="input"
                        type="search"
                        placeholder="Filter this folder"
                        aria-label="Filter this folder by name"
                        autocomplete="off"
                        spellcheck="false"
                        prop:value=move || filter.get()
                        on:input=move |event| filter.set(event_target_value(&event))
                        on:keydown=move |event: ev::KeyboardEvent| match event.key().as_str() {
                            "ArrowDown" => {
                                event.prevent_default();
                                browser.walk(0);
                            }
                            // A form around it is not meant.
                            "Enter" => {
                                event.prevent_default();
                                browser.open(0);
                            }
                            _ => {}
                        }
                    />
                </div>
                <span class="repo__count" role="status">{told}</span>
            </div>
            <QueryView
                load=load
                frameless=true
                loading=skeleton_list
                empty=Some(Empty::new(Vec::is_empty, nothing_here))
                retry=retry
                data=move |_| browser.list()
            />
        </div>
    };
    // Who picks a folder looks at the list; who reads is told what the folder is for.
    let opened = Memo::new(move |_| {
        spot.with(|spot| spot.file.clone()).or_else(|| {
            let entries = entries.get().filter(|_| picking.is_none())?;
            // Of this folder, not of the one before, while that is still shown.
            readme(&entries).filter(|path| folder.with(|folder| parent(path) == folder))
        })
    });
    view! {
        <div class="repo" node_ref=browser.root>
            <div class="repo__bar">{bar}</div>
            <div class="repo__panes">
                {list}
                {file(source, opened, entries, link)}
            </div>
        </div>
    }
    .into_any()
}

/// Begins anew with each folder: the filter is empty, the row is the folder that one came up from, and the focus stays in
/// the list if it was there.
fn arrive(browser: Browser, folder: Memo<String>) {
    let came_from = StoredValue::new(None::<String>);
    Effect::new(move |was: Option<String>| {
        let now = folder.get();
        if let Some(was) = was {
            came_from.set_value(Some(was).filter(|was| *was != now && parent(was) == now));
            browser.filter.set(String::new());
            browser.active.set(0);
            browser.top.set(0);
        }
        now
    });
    Effect::new(move |_| {
        let Some(entries) = browser.entries.get() else { return };
        let from = came_from.try_update_value(Option::take).flatten();
        let from = from.and_then(|path| entries.iter().position(|entry| entry.path == path));
        let position = from
            .and_then(|index| browser.shown.with_untracked(|shown| shown.iter().position(|listed| *listed == index)));
        let refocus = browser.refocus.try_update_value(std::mem::take).unwrap_or_default();
        match (position, refocus) {
            // The list is drawn by effects of this same turn.
            (position, true) => request_animation_frame(move || browser.walk(position.unwrap_or(0))),
            (Some(position), false) => browser.active.set(position),
            (None, false) => {}
        }
    });
    // What is filtered away takes no Tab key.
    Effect::new(move |was: Option<String>| {
        let now = browser.filter.get();
        if was.is_some_and(|was| was != now) {
            browser.active.set(0);
            browser.top.set(0);
            if let Some(scroller) = browser.scroller.get_untracked() {
                scroller.set_scroll_top(0);
            }
        }
        now
    });
}

fn pick(spot: Memo<Spot>, picks: Picks, on_pick: Callback<String>) -> AnyView {
    let reason = Signal::derive(move || {
        let is_file = spot.with(|spot| spot.file.is_some());
        (picks == Picks::File && !is_file).then(|| "Choose a file in the list.".to_owned())
    });
    let label = Signal::derive(move || match picks {
        Picks::File => "Use this file".to_owned(),
        Picks::Folder => "Use this folder".to_owned(),
    });
    let press = move |()| {
        let path = spot.with_untracked(|spot| match picks {
            Picks::File => spot.file.clone().unwrap_or_default(),
            Picks::Folder => spot.folder.clone(),
        });
        on_pick.run(path);
    };
    view! { <Button label=label small=true disabled_reason=reason on_press=press/> }.into_any()
}

fn nothing_here() -> AnyView {
    view! {
        <EmptyState icon="folder" title="Nothing here" text="The branch has no files in this folder. A push brings some."/>
    }
    .into_any()
}

fn skeleton_list() -> AnyView {
    let rows = (0..8)
        .map(|row| view! { <div class="repo__bone"><Bar width=skeleton::width(row, 0)/></div> }.into_any())
        .collect_view();
    view! { <Loading label="Loading the folder">{rows}</Loading> }.into_any()
}

/// The file that is shown, if one is.
fn file(
    source: Source,
    opened: Memo<Option<String>>,
    entries: Latest<Vec<RepoContentEntry>>,
    link: Option<Callback<Spot, String>>,
) -> AnyView {
    let is_bare = Memo::new(move |_| entries.get().is_some_and(|entries| entries.is_empty()));
    reactive(move || {
        let Some(path) = opened.get() else {
            // The list says it already.
            if is_bare.get() {
                return ().into_any();
            }
            return view! {
                <div class="repo__file repo__file--none">
                    <EmptyState icon="file-text" title="No file is open" text="Choose one in the list to read it here."/>
                </div>
            }
            .into_any();
        };
        let name = text::visible(name_of(&path)).into_owned();
        let size = untrack(|| entries.get()).and_then(|entries| entries.iter().find(|entry| entry.path == path)?.size);
        let bytes = size.and_then(|size| u64::try_from(size).ok());
        let asked = RwSignal::new(size.is_none_or(|size| size <= LARGE));
        let content = {
            let path = path.clone();
            move || {
                if is_binary(&path) {
                    no_text("Its name says that it holds no text, so it is not fetched.".to_owned())
                } else if asked.get() {
                    preview(source, path.clone())
                } else {
                    view! {
                        <EmptyState icon="file-text" title="A large file" text="It may take a while to fetch and to draw.">
                            <Button label="Show it" on_press=move |()| asked.set(true)/>
                        </EmptyState>
                    }
                    .into_any()
                }
            }
        };
        let link = link.map(|link| {
            let spot = Spot::file(&path);
            // Made when it is copied: the branch may be another one by then.
            let address = Signal::derive(move || {
                let base = document().base_uri().ok().flatten().unwrap_or_default();
                base + &link.run(spot.clone())
            });
            view! { <span class="copyable">"Link" <CopyButton text=address what="link"/></span> }.into_any()
        });
        view! {
            <section class="repo__file" aria-label=format!("File {name}")>
                <header class="repo__title">
                    <h2>{safe(name_of(&path))}</h2>
                    {maybe(bytes.map(|bytes| view! { <span class="muted small"><Bytes count=bytes/></span> }.into_any()))}
                    <span class="repo__copies muted small">
                        <span class="copyable">"Path" <CopyButton text=path what="path"/></span>
                        {maybe(link)}
                    </span>
                </header>
                {reactive(content)}
            </section>
        }
        .into_any()
    })
}

fn no_text(why: String) -> AnyView {
    view! { <EmptyState icon="file-question" title="Not a text file" text=why/> }.into_any()
}

fn preview(source: Source, path: String) -> AnyView {
    let (load, retry) = source.file.run(path.clone());
    let refused = Memo::new(move |_| {
        load.with(|load| {
            load.failure()
                .filter(|failure| failure.kind == FailureKind::Invalid)
                .map(|it| format::sentence(&it.message))
        })
    });
    let draw = move |file: Latest<RepoFile>| {
        let raw = move || file.get().map(|file| file.content.clone()).unwrap_or_default();
        let shown = Memo::new(move |_| text::visible_lines(&raw()).into_owned());
        let is_changed = Memo::new(move |_| shown.get() != raw());
        let is_binary = Memo::new(move |_| file.get().is_some_and(|file| file.content.contains('\0')));
        let path = Arc::new(path.clone());
        reactive(move || {
            if is_binary.get() {
                return no_text("It contains binary data.".to_owned());
            }
            let warning = is_changed.get().then(|| {
                view! {
                    <Banner
                        tone=Tone::Warn
                        title="Invisible characters are shown as code points".to_owned()
                        text=Some("They could make the text read otherwise than it works. Copy and download take it as shown.".to_owned())
                    />
                }
                .into_any()
            });
            let name = text::visible(name_of(&path)).into_owned();
            view! {
                {maybe(warning)}
                <Code text=shown label=name.clone() language=language(&path) file=Signal::stored(name) frameless=true/>
            }
            .into_any()
        })
    };
    let draw = Arc::new(draw);
    reactive(move || {
        if let Some(message) = refused.get() {
            return no_text(message);
        }
        let draw = Arc::clone(&draw);
        view! {
            <QueryView
                load=load
                frameless=true
                loading=skeleton_list
                empty=None
                retry=retry
                data=move |file| draw(file)
            />
        }
        .into_any()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, kind: EntryType) -> RepoContentEntry {
        RepoContentEntry { name: name.to_owned(), path: name.to_owned(), kind, size: None, sha: None }
    }

    #[test]
    fn a_spot_is_a_folder_or_a_file_in_it() {
        assert_eq!(Spot::folder("/charts/api/"), Spot { folder: "charts/api".to_owned(), file: None });
        let file = Spot::file("charts/api/values.yaml");
        assert_eq!((file.folder.as_str(), file.path()), ("charts/api", "charts/api/values.yaml"));
        assert_eq!(Spot::file("README.md").folder, "");
        assert_eq!(Spot::default().path(), "");
    }

    #[test]
    fn the_way_to_a_folder_has_a_step_for_each_name() {
        let of = |path: &str| steps(path).into_iter().map(|(_, path)| path).collect::<Vec<_>>();
        assert_eq!(of(""), [""; 0]);
        assert_eq!(of("a/b c/ä"), ["a", "a/b c", "a/b c/ä"]);
        assert_eq!(of("a//b"), ["a", "a/b"]);
    }

    #[test]
    fn folders_come_first_and_a_filter_looks_into_names() {
        let entries = [
            entry("values.yaml", EntryType::File),
            entry("Charts", EntryType::Dir),
            entry("chart.md", EntryType::File),
        ];
        assert_eq!(found(&entries, ""), [1, 0, 2]);
        assert_eq!(found(&entries, " CHART "), [1, 2]);
        assert!(found(&entries, "x").is_empty());
        assert_eq!(readme(&entries), None);
        assert_eq!(readme(&[entry("ReadMe.md", EntryType::File)]).as_deref(), Some("ReadMe.md"));
        assert_eq!(readme(&[entry("readme.md", EntryType::Dir)]), None);
    }

    #[test]
    fn a_name_tells_what_a_file_is() {
        assert!(is_binary("assets/Logo.PNG") && is_binary("a.tar.gz"));
        assert!(!is_binary("png") && !is_binary("logo.svg") && !is_binary(".gz/readme"));
        assert_eq!(language("a/values.YML"), Language::Yaml);
        assert_eq!(language("a.yaml/b"), Language::Plain);
    }
}
