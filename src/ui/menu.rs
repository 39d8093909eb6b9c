//! What opens under a button: a list of links, or a menu of actions.
//!
//! Both are a `popover`: the browser closes it on a press elsewhere, and nothing cuts it. [`Menu`] is a disclosure of
//! plain links and controls, so the Tab key walks it. [`ActionMenu`] is a menu button of the ARIA Authoring Practices:
//! the arrow keys walk it, letters find, Tab and Escape leave it. In both, the focus comes back to the button.

use std::sync::atomic::{AtomicUsize, Ordering};

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{
    button::{Button, Look},
    icon::{Icon, Size},
    keys::Keys,
    listen::{Listener, holds},
    popover::{self, Align},
    reactive::{maybe, reactive},
};

/// How long letters belong to one word, milliseconds.
const WORD: f64 = 600.0;

/// A popover with its button, as the handlers of both see it.
#[derive(Clone, Copy)]
struct Float {
    button: NodeRef<html::Button>,
    list: NodeRef<html::Div>,
    align: Align,
    open: RwSignal<bool>,
    /// Which item takes the focus when it opens: the last one, where it was opened by the arrow up.
    from_end: StoredValue<bool>,
    /// The letters that were typed, and when the last one was.
    word: StoredValue<(String, f64)>,
    listeners: StoredValue<Vec<Listener>, LocalStorage>,
}

impl Float {
    fn new(align: Align) -> Self {
        let float = Self {
            button: NodeRef::new(),
            list: NodeRef::new(),
            align,
            open: RwSignal::new(false),
            from_end: StoredValue::new(false),
            word: StoredValue::new((String::new(), 0.0)),
            listeners: StoredValue::new_local(Vec::new()),
        };
        on_cleanup(move || {
            let _ = float.listeners.try_update_value(Vec::clear);
        });
        float
    }

    /// The browser is about to show or to hide it.
    fn toggles(self, event: &web_sys::Event) {
        let Some(event) = event.dyn_ref::<web_sys::ToggleEvent>() else { return };
        if event.new_state() != "open" {
            self.listeners.update_value(Vec::clear);
            // The focus is given back by whoever takes it from inside; a press elsewhere has put it there.
            let _ = self.open.try_set(false);
            return;
        }
        self.open.set(true);
        let is_menu = self.list.get_untracked().is_some_and(|list| list.has_attribute("data-menu"));
        // Once its items are drawn.
        request_animation_frame(move || {
            let (Some(Some(button)), Some(Some(list))) =
                (self.button.try_get_untracked(), self.list.try_get_untracked())
            else {
                return;
            };
            if self.open.try_get_untracked() == Some(true) {
                let _ = self.listeners.try_set_value(popover::show(&button, &list, self.align));
                if is_menu {
                    let items = items(&list);
                    let from_end = self.from_end.try_get_value() == Some(true);
                    focus(if from_end { items.last() } else { items.first() });
                }
                let _ = self.from_end.try_set_value(false);
            }
        });
    }

    fn show(self) {
        if let Some(list) = self.list.get_untracked() {
            // It fails where the list is open already.
            let _ = list.show_popover();
        }
    }

    /// Hides it; with `back`, the button has the focus afterwards.
    fn hide(self, back: bool) {
        if let Some(list) = self.list.get_untracked() {
            // It fails only where it is closed already.
            let _ = list.hide_popover();
        }
        if back && let Some(button) = self.button.get_untracked() {
            let _ = button.focus();
        }
    }

    /// A key on the button.
    fn button_key(self, event: &ev::KeyboardEvent) {
        let from_end = match event.key().as_str() {
            "ArrowDown" => false,
            "ArrowUp" => true,
            _ => return,
        };
        event.prevent_default();
        if self.open.get_untracked() {
            self.walk(|_, count| if from_end { count - 1 } else { 0 });
        } else {
            self.from_end.set_value(from_end);
            self.show();
        }
    }

    /// A key inside of the list; whether it was taken.
    fn list_key(self, event: &ev::KeyboardEvent, is_menu: bool) {
        let key = event.key();
        let is_typing = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .is_some_and(|target| matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
        match key.as_str() {
            "ArrowDown" => self.walk(|here, count| here.map_or(0, |here| (here + 1) % count)),
            "ArrowUp" => self.walk(|here, count| here.map_or(count - 1, |here| (here + count - 1) % count)),
            "Home" if !is_typing => self.walk(|_, _| 0),
            "End" if !is_typing => self.walk(|_, count| count - 1),
            "Escape" => {
                // Or the dialog around would close as well.
                event.stop_propagation();
                self.hide(true);
            }
            "Tab" if is_menu => {
                // From the button on, the Tab key goes where it always does.
                self.hide(true);
                return;
            }
            letter
                if is_menu
                    && letter.chars().count() == 1
                    && !event.ctrl_key()
                    && !event.meta_key()
                    && letter != " " =>
            {
                self.find(letter);
            }
            _ => return,
        }
        event.prevent_default();
    }

    /// Moves the focus to where `to` says, from where it is and how many items there are.
    fn walk(self, to: impl Fn(Option<usize>, usize) -> usize) {
        let Some(list) = self.list.get_untracked() else { return };
        let items = items(&list);
        if !items.is_empty() {
            focus(items.get(to(here(&items), items.len())));
        }
    }

    /// Moves the focus to the next item that begins with what is typed.
    fn find(self, letter: &str) {
        let Some(list) = self.list.get_untracked() else { return };
        let now = js_sys::Date::now();
        let (mut word, last) = self.word.get_value();
        if now - last > WORD {
            word.clear();
        }
        word.push_str(&letter.to_lowercase());
        let items = items(&list);
        let names: Vec<_> = items.iter().map(name).collect();
        // The same letter again goes on to the next one, and a longer word may stay where it is.
        let is_one = word.chars().all(|typed| word.starts_with(typed));
        let wanted = if is_one { word.chars().take(1).collect() } else { word.clone() };
        let from = here(&items).map_or(0, |here| if is_one { here + 1 } else { here });
        self.word.set_value((word, now));
        focus(next(&names, &wanted, from).and_then(|at| items.get(at)));
    }
}

/// The first of the names that begins so, from a place on and around the end.
fn next(names: &[String], wanted: &str, from: usize) -> Option<usize> {
    let count = names.len();
    (0..count).map(|step| (from + step) % count).find(|at| names.get(*at).is_some_and(|name| name.starts_with(wanted)))
}

fn items(list: &HtmlElement) -> Vec<HtmlElement> {
    let Ok(found) = list.query_selector_all("a, button, input") else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect()
}

fn here(items: &[HtmlElement]) -> Option<usize> {
    let focused = document().active_element()?;
    items.iter().position(|item| focused.is_same_node(Some(item)))
}

fn focus(item: Option<&HtmlElement>) {
    if let Some(item) = item {
        let _ = item.focus();
    }
}

fn name(item: &HtmlElement) -> String {
    item.text_content().unwrap_or_default().trim().to_lowercase()
}

fn unique() -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    format!("menu-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// A button with a list of links and controls under it.
#[component]
pub fn Menu(
    /// An id, unique on the page.
    id: &'static str,
    /// What the button does, for a screen reader; it is said after what the button shows.
    label: &'static str,
    /// The class of the button.
    class: &'static str,
    /// What the button shows, drawn anew when it changes.
    #[prop(into)]
    button: ViewFn,
    /// Links and actions.
    children: Children,
) -> AnyView {
    let float = Float::new(Align::Start);
    // A chosen link leads elsewhere: the list has done its work.
    let close = move |event: ev::MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if target.is_some_and(|target| target.closest("a, button").is_ok_and(|found| found.is_some())) {
            float.hide(false);
        }
    };
    // Who tabs out of it has left it.
    let out = move |event: ev::FocusEvent| {
        // A menu that is taken away loses the focus as well, when nothing of it is left.
        let Some(list) = float.list.try_get_untracked() else { return };
        let inside = list.is_some_and(|list| holds(&list, event.related_target()));
        if event.related_target().is_some() && !inside {
            float.hide(false);
        }
    };
    view! {
        <button
            type="button"
            class=class
            node_ref=float.button
            popovertarget=id
            aria-expanded=move || if float.open.get() { "true" } else { "false" }
            on:keydown=move |event| float.button_key(&event)
        >
            {reactive(move || button.run())}
            <span class="visually-hidden">{label}</span>
        </button>
        <div
            class="menu"
            id=id
            popover="auto"
            node_ref=float.list
            on:keydown=move |event| float.list_key(&event, false)
            on:beforetoggle=move |event| float.toggles(&event)
            on:click=close
            on:focusout=out
        >
            {children()}
        </div>
    }
    .into_any()
}

/// A link in a [`Menu`] or an [`ActionMenu`].
#[component]
pub fn MenuLink(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// Whether it is where one is.
    #[prop(optional)]
    current: bool,
    /// What it says.
    children: Children,
) -> AnyView {
    let is_item = use_context::<InActions>().is_some();
    view! {
        <a
            class="menu__item"
            href=href
            role=is_item.then_some("menuitem")
            tabindex=is_item.then_some("-1")
            aria-current=current.then_some("true")
        >
            {children()}
        </a>
    }
    .into_any()
}

/// Says to items that they are those of an [`ActionMenu`], and closes it.
#[derive(Clone, Copy)]
struct InActions(Float);

/// A button with a menu of actions under it. Its content is drawn when it opens.
#[component]
pub fn ActionMenu(
    /// What the menu is of: "More actions for prod-eu".
    #[prop(into)]
    label: Signal<String>,
    /// The class of the button.
    #[prop(default = "button button--icon")]
    class: &'static str,
    /// What the button shows; three dots, unless it says otherwise.
    #[prop(optional, into)]
    button: Option<ViewFn>,
    /// Where the menu lies; its end at the button's end, unless it says otherwise.
    #[prop(default = Align::End)]
    align: Align,
    /// [`MenuItem`]s, [`MenuLink`]s, [`MenuRule`]s and [`MenuGroup`]s.
    children: ChildrenFn,
) -> AnyView {
    let float = Float::new(align);
    let id = unique();
    let is_labelled = button.is_some();
    let face = button.unwrap_or_else(|| ViewFn::from(|| view! { <Icon name="ellipsis"/> }.into_any()));
    let content = reactive(move || {
        if !float.open.get() {
            return ().into_any();
        }
        // For the items alone: what stands beside the menu has the same owner as the menu.
        provide_context(InActions(float));
        children().into_any()
    });
    view! {
        <button
            type="button"
            class=class
            node_ref=float.button
            popovertarget=id.clone()
            aria-haspopup="menu"
            aria-expanded=move || if float.open.get() { "true" } else { "false" }
            aria-label=move || label.get()
            data-tip=move || (!is_labelled).then(|| label.get())
            on:keydown=move |event| float.button_key(&event)
            // A row around it may be a link of its own.
            on:click=|event: ev::MouseEvent| event.stop_propagation()
        >
            {face.run()}
        </button>
        <div
            class="menu"
            id=id
            role="menu"
            popover="auto"
            data-menu=""
            tabindex="-1"
            node_ref=float.list
            aria-label=move || label.get()
            on:keydown=move |event| float.list_key(&event, true)
            on:beforetoggle=move |event| float.toggles(&event)
            on:click=move |event: ev::MouseEvent| {
                let link = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
                if link.is_some_and(|target| target.closest("a").is_ok_and(|found| found.is_some())) {
                    float.hide(false);
                }
            }
        >
            {content}
        </div>
    }
    .into_any()
}

/// An action in an [`ActionMenu`].
#[component]
pub fn MenuItem(
    /// What it does, a verb: "Resync".
    #[prop(into)]
    label: Signal<String>,
    /// An icon before the words.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// The keys that do the same, as [`Keys`] takes them.
    #[prop(optional)]
    shortcut: &'static str,
    /// It leads to a question that destroys.
    #[prop(optional)]
    danger: bool,
    /// Why it may not be pressed now. It stays in the menu and can be walked to, so that the reason can be read.
    #[prop(optional, into)]
    disabled_reason: Signal<Option<String>>,
    /// What it does.
    #[prop(into)]
    on_press: Callback<()>,
) -> AnyView {
    let around = use_context::<InActions>();
    let press = move |event: ev::MouseEvent| {
        event.stop_propagation();
        if disabled_reason.with_untracked(Option::is_some) {
            return;
        }
        if let Some(InActions(float)) = around {
            // First the focus goes back, so that a dialog which opens now knows where to return it.
            float.hide(true);
        }
        on_press.run(());
    };
    let keys = (!shortcut.is_empty()).then(|| view! { <Keys keys=shortcut/> }.into_any());
    // Seen, since a finger has no hover; said as the description, which is no part of the name.
    let reason = reactive(move || {
        maybe(
            disabled_reason
                .get()
                .map(|reason| view! { <span class="menu__reason" aria-hidden="true">{reason}</span> }.into_any()),
        )
    });
    view! {
        <button
            type="button"
            class=if danger { "menu__item menu__item--danger" } else { "menu__item" }
            role="menuitem"
            tabindex="-1"
            aria-disabled=move || disabled_reason.with(Option::is_some).then_some("true")
            aria-description=move || disabled_reason.get()
            on:click=press
        >
            {maybe(icon.map(|name| view! { <Icon name=name/> }.into_any()))}
            <span class="menu__text">
                {move || label.get()}
                {reason}
            </span>
            {maybe(keys)}
        </button>
    }
    .into_any()
}

/// A line between items of different sorts.
#[component]
pub fn MenuRule() -> AnyView {
    view! { <hr class="menu__rule"/> }.into_any()
}

/// Items under a heading.
#[component]
pub fn MenuGroup(
    /// The heading.
    label: &'static str,
    /// The items.
    children: Children,
) -> AnyView {
    view! {
        <div role="group" aria-label=label>
            <p class="menu__label" aria-hidden="true">
                {label}
            </p>
            {children()}
        </div>
    }
    .into_any()
}

/// A button for the usual, and a menu behind it for its variants: "Resync", and "Resync with force".
#[component]
pub fn SplitButton(
    /// What the button does.
    #[prop(into)]
    label: Signal<String>,
    /// How both look.
    #[prop(optional)]
    look: Look,
    /// Work is going on.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Why it may not be pressed now.
    #[prop(optional, into)]
    disabled_reason: Signal<Option<String>>,
    /// What the button does.
    #[prop(into)]
    on_press: Callback<()>,
    /// What the menu is of: "Ways to resync".
    #[prop(into)]
    menu: Signal<String>,
    /// The items of the menu.
    children: ChildrenFn,
) -> AnyView {
    let class = match look {
        Look::Primary => "button button--icon button--primary button-pair__more",
        _ => "button button--icon button-pair__more",
    };
    view! {
        <span class="button-pair">
            <Button label=label look=look busy=busy disabled_reason=disabled_reason on_press=on_press/>
            <ActionMenu
                label=menu
                class=class
                button=|| view! { <Icon name="chevron-down" size=Size::Small/> }.into_any()
            >
                {children()}
            </ActionMenu>
        </span>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::next;

    #[test]
    fn letters_find_the_next_item_around_the_end() {
        let names = ["kubeconfig", "upgrade", "sync", "show as yaml"].map(ToOwned::to_owned);
        assert_eq!(next(&names, "s", 0), Some(2));
        assert_eq!(next(&names, "s", 3), Some(3));
        assert_eq!(next(&names, "s", 4), Some(2));
        assert_eq!(next(&names, "sh", 2), Some(3));
        assert_eq!(next(&names, "x", 0), None);
        assert_eq!(next(&[], "x", 0), None);
    }
}
