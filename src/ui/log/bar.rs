//! What stands above a log: pods and containers, levels, the search, and the options.

use std::sync::atomic::{AtomicUsize, Ordering};

use leptos::{ev, html, prelude::*};

use super::{
    level::Level,
    options::{Options, TAILS},
    row,
    search::Wanted,
    text,
    time::Times,
    view::View,
};
use crate::ui::{
    copy::CopyButton,
    download::download,
    format,
    icon::{Icon, Size},
    reactive::{maybe, reactive},
};

/// An id that no other element of the page has.
fn unique(name: &str) -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    format!("{name}-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// The bar of a view. `pods` and `containers` are those that are known before they have written a line.
pub fn bar(
    view: View,
    pods: Signal<Vec<String>>,
    containers: Signal<Vec<String>>,
    file: String,
    search: NodeRef<html::Input>,
) -> AnyView {
    let options = view.options;
    let of_lines = Memo::new(move |_| view.told.with(|told| (told.pods.clone(), told.containers.clone())));
    let chosen_pods = options.part(|options| options.filter.pods.clone());
    let chosen_containers = options.part(|options| options.filter.containers.clone());
    let pods = Memo::new(move |_| join([of_lines.with(|(pods, _)| pods.clone()), pods.get(), chosen_pods.get()]));
    let containers = Memo::new(move |_| {
        join([of_lines.with(|(_, containers)| containers.clone()), containers.get(), chosen_containers.get()])
    });
    let coloured = Memo::new(move |_| of_lines.with(|(pods, _)| pods.clone()));
    let choose_pods =
        Callback::new(move |pods: Vec<String>| options.push(|options| options.filter.pods.clone_from(&pods)));
    let choose_containers = Callback::new(move |containers: Vec<String>| {
        options.push(|options| options.filter.containers.clone_from(&containers));
    });
    let levels = Level::ALL.map(|level| level_chip(level, view)).collect_view();
    view! {
        <div class="logs__bar">
            <div class="logs__chips">
                {picker("Pods", "All pods", pods, chosen_pods, Some(coloured), choose_pods)}
                {picker("Container", "All containers", containers, chosen_containers, None, choose_containers)}
                <span class="logs__rule"></span>
                <div class="logs__levels" role="group" aria-label="Levels">
                    {levels}
                </div>
            </div>
            {search_field(view, search)}
            <div class="logs__tools">{sheet(view, file.clone())} {link_button(options)} {download_button(view, file)}</div>
        </div>
    }
    .into_any()
}

/// All names of several lists, each once, in their order.
fn join<const N: usize>(lists: [Vec<String>; N]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for name in lists.into_iter().flatten() {
        if !name.is_empty() && !all.contains(&name) {
            all.push(name);
        }
    }
    all
}

/// A button under which names are chosen; none chosen stands for all.
fn picker(
    word: &'static str,
    all: &'static str,
    names: Memo<Vec<String>>,
    chosen: Memo<Vec<String>>,
    coloured: Option<Memo<Vec<String>>>,
    choose: Callback<Vec<String>>,
) -> AnyView {
    let id = unique("logs-picker");
    let shown = move || {
        names.with(|names| {
            chosen.with(|chosen| match chosen.as_slice() {
                [] if names.len() == 1 => names.first().map(|name| row::short(name).to_owned()).unwrap_or_default(),
                [] if names.is_empty() => "All".to_owned(),
                [] => format!("All {}", format::count(names.len())),
                [one] => if coloured.is_some() { row::short(one) } else { one }.to_owned(),
                some => format!("{} of {}", some.len(), names.len()),
            })
        })
    };
    let choice = move |name: String| {
        let mark = coloured.map(|coloured| {
            coloured.with(|pods| match pods.iter().position(|pod| *pod == name) {
                Some(index) => format!("pod-mark {}", row::pod_class(index)),
                None => "pod-mark pod--none".to_owned(),
            })
        });
        let is_chosen = {
            let name = name.clone();
            move || chosen.with(|chosen| chosen.contains(&name))
        };
        let toggle = {
            let name = name.clone();
            move |_| {
                let mut chosen = chosen.get_untracked();
                let before = chosen.len();
                chosen.retain(|known| *known != name);
                if chosen.len() == before {
                    chosen.push(name.clone());
                }
                choose.run(chosen);
            }
        };
        view! {
            <label class="logs__choice">
                <input type="checkbox" prop:checked=is_chosen on:change=toggle/>
                {maybe(mark.map(|class| view! { <span class=class></span> }.into_any()))}
                <span class="logs__name">{text::visible(&name).into_owned()}</span>
            </label>
        }
        .into_any()
    };
    let list = reactive(move || names.get().into_iter().map(choice).collect_view().into_any());
    view! {
        <button type="button" class="button button--small logs__picker" popovertarget=id.clone()>
            {word}
            <span class="muted logs__chosen">{shown}</span>
            <Icon name="chevron-down" size=Size::Small/>
        </button>
        <div class="menu logs__sheet" id=id popover="auto" data-float="start" role="group" aria-label=word>
            <label class="logs__choice">
                <input
                    type="checkbox"
                    prop:checked=move || chosen.with(Vec::is_empty)
                    on:change=move |event| {
                        // It stays checked: only another choice undoes it.
                        event_target::<web_sys::HtmlInputElement>(&event).set_checked(true);
                        choose.run(Vec::new());
                    }
                />
                {all}
            </label>
            {list}
        </div>
    }
    .into_any()
}

/// A chip that shows or hides a level. Lines without one have a chip only if there are any.
fn level_chip(level: Level, view: View) -> AnyView {
    let options = view.options;
    let count = Memo::new(move |_| view.told.with(|told| told.counts.get(level as usize).copied().unwrap_or(0)));
    let is_shown = options.part(move |options| options.filter.levels.has(level));
    let is_offered = Memo::new(move |_| level != Level::Other || count.get() > 0 || !is_shown.get());
    let (word, dot) = match level {
        Level::Error => ("Error", Some("logs__dot logs__dot--bad")),
        Level::Warn => ("Warn", Some("logs__dot logs__dot--warn")),
        Level::Info => ("Info", None),
        Level::Debug => ("Debug", None),
        Level::Other => ("Other", None),
    };
    reactive(move || {
        maybe(is_offered.get().then(|| {
            view! {
                <button
                    type="button"
                    class="logs__level"
                    aria-pressed=move || if is_shown.get() { "true" } else { "false" }
                    on:click=move |_| {
                        options.update(|options| options.filter.levels = options.filter.levels.toggled(level));
                    }
                >
                    {maybe(dot.map(|class| view! { <span class=class></span> }.into_any()))}
                    {word}
                    <span class="logs__count">{move || format::count(count.get())}</span>
                </button>
            }
            .into_any()
        }))
    })
}

fn search_field(view: View, search: NodeRef<html::Input>) -> AnyView {
    let options = view.options;
    let wanted = options.part(|options| options.wanted.clone());
    let wrong = view.wrong;
    let result = move || {
        if let Some(wrong) = wrong.get() {
            return wrong;
        }
        if wanted.with(|wanted| wanted.text.is_empty()) {
            return String::new();
        }
        view.told.with(|told| match (told.position, told.matches) {
            (_, 0) if told.searching => "Searching".to_owned(),
            (_, 0) => "No match".to_owned(),
            (Some(position), matches) => format!("{} of {}", format::count(position), format::count(matches)),
            (None, matches) => format::counted(matches, "match", "matches"),
        })
    };
    let on_key = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "Enter" => {
            event.prevent_default();
            view.step(!event.shift_key());
        }
        "Escape" => {
            event.prevent_default();
            options.update(|options| options.wanted.text.clear());
            view.focus();
        }
        _ => {}
    };
    let toggle =
        move |change: fn(&mut Wanted)| Callback::new(move |()| options.update(|options| change(&mut options.wanted)));
    view! {
        <div class="logs__search">
            <Icon name="search" size=Size::Small/>
            <input
                class="input"
                type="search"
                aria-label="Search in logs"
                placeholder="Search"
                autocomplete="off"
                spellcheck="false"
                aria-keyshortcuts="/"
                node_ref=search
                aria-invalid=move || wrong.with(Option::is_some).then_some("true")
                prop:value=move || wanted.with(|wanted| wanted.text.clone())
                on:input=move |event| {
                    let text = event_target_value(&event);
                    options.update(|options| options.wanted.text = text);
                }
                on:keydown=on_key
            />
            <span class="logs__extra">
                <span class="logs__hits" role="status" data-tip=move || wrong.get()>
                    {result}
                </span>
                {mini("chevron-up", "Previous match", None, Callback::new(move |()| view.step(false)))}
                {mini("chevron-down", "Next match", None, Callback::new(move |()| view.step(true)))}
                {mini(
                    "case-sensitive",
                    "Match case",
                    Some(Signal::derive(move || wanted.with(|wanted| wanted.case))),
                    toggle(|wanted| wanted.case = !wanted.case),
                )}
                {mini(
                    "regex",
                    "Regular expression",
                    Some(Signal::derive(move || wanted.with(|wanted| wanted.regex))),
                    toggle(|wanted| wanted.regex = !wanted.regex),
                )}
            </span>
        </div>
    }
    .into_any()
}

/// A small button without words; with `pressed`, one that stays down.
fn mini(icon: &'static str, label: &'static str, pressed: Option<Signal<bool>>, on_press: Callback<()>) -> AnyView {
    view! {
        <button
            type="button"
            class="logs__mini"
            aria-label=label
            data-tip=label
            aria-pressed=move || pressed.map(|pressed| if pressed.get() { "true" } else { "false" })
            on:click=move |_| on_press.run(())
        >
            <Icon name=icon size=Size::Small/>
        </button>
    }
    .into_any()
}

fn link_button(options: Options) -> AnyView {
    view! {
        <span class="logs__wide">
            <CopyButton text=Signal::derive(move || options.here()) what="link to these logs"/>
        </span>
    }
    .into_any()
}

fn download_button(view: View, file: String) -> AnyView {
    view! {
        <button
            type="button"
            class="button button--ghost button--icon button--small logs__wide"
            aria-label="Download the lines that are shown"
            data-tip="Download the lines that are shown"
            on:click=move |_| save(view, &file)
        >
            <Icon name="download"/>
        </button>
    }
    .into_any()
}

fn save(view: View, file: &str) {
    // It fails only without a document, and there is no button without one.
    let _ = download(file, "text/plain", &view.feed.read(super::model::Log::text));
}

/// The options of the view, under a button.
fn sheet(view: View, file: String) -> AnyView {
    let options = view.options;
    let id = unique("logs-options");
    let name = unique("logs-times");
    let times = options.part(|options| options.times);
    let tail = options.part(|options| options.tail);
    let zones = [("Local", Times::Local), ("UTC", Times::Utc), ("Off", Times::Off)]
        .map(|(word, zone)| {
            view! {
                <label class="logs__segment">
                    <input
                        type="radio"
                        class="visually-hidden"
                        name=name.clone()
                        prop:checked=move || times.get() == zone
                        on:change=move |_| options.update(|options| options.times = zone)
                    />
                    {word}
                </label>
            }
            .into_any()
        })
        .collect_view();
    let sizes = move || {
        let now = tail.get();
        let mut sizes = TAILS.to_vec();
        if !sizes.contains(&now) {
            sizes.push(now);
            sizes.sort_unstable();
        }
        sizes
            .into_iter()
            .map(|size| {
                let words = format::counted(size as usize, "line", "lines");
                view! {
                    <option value=size.to_string() selected=size == now>
                        {words}
                    </option>
                }
                .into_any()
            })
            .collect_view()
            .into_any()
    };
    view! {
        <button
            type="button"
            class="button button--ghost button--icon button--small"
            popovertarget=id.clone()
            aria-label="Options"
            data-tip="Options"
        >
            <Icon name="sliders-horizontal"/>
        </button>
        <div
            class="menu logs__sheet logs__sheet--end"
            id=id
            popover="auto"
            data-float="end"
            role="group"
            aria-label="Options"
        >
            <fieldset class="logs__field">
                <legend>"Times"</legend>
                <div class="logs__segments">{zones}</div>
            </fieldset>
            {check(options, "Wrap long lines", |options| options.wrap, |options| options.wrap = !options.wrap)}
            {check(options, "Colours of the program", |options| options.colours, |options| {
                options.colours = !options.colours;
            })}
            {check(options, "Lines as they came", |options| options.raw, |options| options.raw = !options.raw)}
            <hr class="menu__rule"/>
            <label class="logs__field">
                <span>"Begin with the last"</span>
                <span class="select">
                    <select
                        class="input"
                        on:change=move |event| {
                            if let Ok(size) = event_target_value(&event).parse() {
                                options.push(|options| options.tail = size);
                            }
                        }
                    >
                        {reactive(sizes)}
                    </select>
                    <Icon name="chevron-down" size=Size::Small/>
                </span>
            </label>
            <label class="logs__choice">
                <input
                    type="checkbox"
                    prop:checked=move || options.with(|options| options.previous)
                    on:change=move |_| options.push(|options| options.previous = !options.previous)
                />
                "Previous containers"
            </label>
            <p class="menu__hint">"What those wrote that ended last, such as before a restart."</p>
            <hr class="menu__rule"/>
            <div class="logs__field logs__field--row">
                <CopyButton
                    text=Signal::derive(move || view.feed.read(super::model::Log::text))
                    what="all lines that are shown"
                />
                <span>"Copy all lines that are shown"</span>
            </div>
            <button type="button" class="menu__item logs__narrow" on:click=move |_| save(view, &file)>
                <Icon name="download"/>
                "Download the lines that are shown"
            </button>
        </div>
    }
    .into_any()
}

/// An option that is on or off.
fn check(
    options: Options,
    label: &'static str,
    is: fn(&super::options::LogOptions) -> bool,
    toggle: fn(&mut super::options::LogOptions),
) -> AnyView {
    view! {
        <label class="logs__choice">
            <input
                type="checkbox"
                prop:checked=move || options.with(is)
                on:change=move |_| options.update(toggle)
            />
            {label}
        </label>
    }
    .into_any()
}
