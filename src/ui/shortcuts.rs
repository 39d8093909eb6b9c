//! Shortcuts of the keyboard: one registry, one listener.
//!
//! A view offers its shortcuts while it is there ([`Shortcuts::offer`]); of two with the same keys the one that came last
//! counts. They keep out of the way of whoever types in a field or an editor, of a dialog or a menu that lies over the
//! page, and of the browser's own keys. Those that are plain characters can be switched off (WCAG 2.1.4).

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, KeyboardEvent};

use super::{
    button::Button,
    dialog::Dialog,
    field::{Field, SwitchField},
    keys::{Keys, is_apple},
    reactive::reactive,
};

/// How long the second key of a sequence may take, milliseconds.
const PATIENCE: u64 = 1_000;

/// Something that keys do.
#[derive(Clone)]
pub struct Shortcut {
    keys: &'static str,
    group: &'static str,
    label: String,
    repeats: bool,
    /// Nothing where somebody else does it.
    run: Option<Callback<()>>,
}

impl Shortcut {
    /// `keys` as in `/`, `Enter`, `mod+k` (Command on a Mac, Control elsewhere), or one after the other: `g c`. Below
    /// `group` it stands in the list of shortcuts, as `label`: "Go to clusters".
    pub fn new(
        keys: &'static str,
        group: &'static str,
        label: impl Into<String>,
        run: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        Self { keys, group, label: label.into(), repeats: false, run: Some(Callback::new(move |()| run())) }
    }

    /// Keys that the browser minds by itself: they are listed, and left alone.
    pub fn listed(keys: &'static str, group: &'static str, label: impl Into<String>) -> Self {
        Self { keys, group, label: label.into(), repeats: false, run: None }
    }

    /// It runs again and again while the key is held: moving in a table.
    #[must_use]
    pub fn repeating(mut self) -> Self {
        self.repeats = true;
        self
    }
}

/// Everything that keys do now. A copy is a handle of the same.
#[derive(Clone, Copy)]
pub struct Shortcuts {
    list: RwSignal<Vec<(u64, Shortcut)>>,
    count: StoredValue<u64>,
    walk: StoredValue<Walk>,
    /// Whether shortcuts of plain characters are on.
    characters: Signal<bool>,
}

impl Shortcuts {
    /// A registry that listens to the keyboard for as long as the current owner lives. `characters`: whether shortcuts
    /// that are plain characters are on.
    pub fn provide(characters: Signal<bool>) -> Self {
        let shortcuts = Self {
            list: RwSignal::new(Vec::new()),
            count: StoredValue::new(0),
            walk: StoredValue::new(Walk::default()),
            characters,
        };
        let listener = window_event_listener(ev::keydown, move |event| shortcuts.press(&event));
        on_cleanup(move || listener.remove());
        provide_context(shortcuts);
        shortcuts
    }

    /// The registry that the program provides.
    pub fn of_context() -> Option<Self> {
        use_context()
    }

    /// Offers a shortcut for as long as the current owner lives.
    pub fn offer(self, shortcut: Shortcut) {
        let Some(id) = self.count.try_update_value(|count| {
            *count += 1;
            *count
        }) else {
            return;
        };
        self.list.try_update(|list| list.push((id, shortcut)));
        on_cleanup(move || {
            self.list.try_update(|list| list.retain(|(of, _)| *of != id));
        });
    }

    fn press(self, event: &KeyboardEvent) {
        if event.default_prevented() || event.is_composing() {
            return;
        }
        let Some(stroke) = stroke(event) else { return };
        let plain = !stroke.starts_with("mod+");
        if (plain && has_other_use(event, &stroke)) || is_covered() {
            return;
        }
        let Some(list) = self.list.try_get_untracked() else { return };
        let characters = self.characters.try_get_untracked().unwrap_or(true);
        let known: Vec<&Shortcut> = list
            .iter()
            .map(|(_, shortcut)| shortcut)
            .filter(|shortcut| shortcut.run.is_some() && (characters || !is_of_characters(shortcut.keys)))
            .collect();
        let keys: Vec<&str> = known.iter().map(|shortcut| shortcut.keys).collect();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "milliseconds since the page began"
        )]
        let now = event.time_stamp().max(0.0) as u64;
        let found = self.walk.try_update_value(|walk| walk.step(&stroke, now, &keys)).unwrap_or(Found::Nothing);
        if let Found::Run(index) = found
            && let Some(shortcut) = known.get(index)
            && let Some(run) = shortcut.run
        {
            event.prevent_default();
            if shortcut.repeats || !event.repeat() {
                run.run(());
            }
        }
    }
}

/// Whether plain characters alone make up the keys.
fn is_of_characters(keys: &str) -> bool {
    keys.split(' ').any(|stroke| stroke.chars().count() == 1)
}

/// The stroke of an event as the registry writes it; none where the keys are somebody else's.
fn stroke(event: &KeyboardEvent) -> Option<String> {
    // On some keyboards "/" and "?" take this key, and it comes as Control and Alt.
    let third_level = event.get_modifier_state("AltGraph");
    let (command, other) =
        if is_apple() { (event.meta_key(), event.ctrl_key()) } else { (event.ctrl_key(), event.meta_key()) };
    if !third_level && (other || event.alt_key()) {
        return None;
    }
    stroke_of(&event.key(), &event.code(), event.shift_key(), command && !third_level)
}

fn stroke_of(key: &str, code: &str, shift: bool, command: bool) -> Option<String> {
    let mut letters = key.chars();
    let (first, is_one) = (letters.next()?, letters.next().is_none());
    let key = if is_one && !first.is_ascii() {
        // On a keyboard of another script the place of the key says which letter is meant.
        code.strip_prefix("Key").filter(|name| name.len() == 1)?.to_ascii_lowercase()
    } else if is_one {
        key.to_ascii_lowercase()
    } else {
        key.to_owned()
    };
    // With Shift a letter is another key; a sign such as "?" needs it.
    let is_letter = key.len() == 1 && key.bytes().all(|byte| byte.is_ascii_alphabetic());
    if shift && (is_letter || key.len() > 1 || command) {
        return None;
    }
    Some(if command { format!("mod+{key}") } else { key })
}

/// Fields that take no text.
const PRESSED: [&str; 8] = ["checkbox", "radio", "button", "submit", "reset", "file", "color", "image"];

/// Whether the element that has the focus needs the key itself: a field, an editor, a menu, or a link that Enter follows.
fn has_other_use(event: &KeyboardEvent, stroke: &str) -> bool {
    // Through the shadow root of an editor.
    let Ok(target) = event.composed_path().get(0).dyn_into::<Element>() else { return false };
    if let Some(input) = target.dyn_ref::<HtmlInputElement>()
        && !PRESSED.contains(&input.type_().as_str())
    {
        return true;
    }
    let within = |selector: &str| target.closest(selector).is_ok_and(|found| found.is_some());
    if within(
        "textarea, select, [contenteditable]:not([contenteditable=false]), [role=textbox], [role=combobox], [popover]",
    ) {
        return true;
    }
    matches!(stroke, "Enter" | " ")
        && within("a, button, summary, input, label, [role=button], [role=tab], [role=switch]")
}

/// Whether a dialog lies over the page.
fn is_covered() -> bool {
    document().query_selector("dialog:modal").is_ok_and(|dialog| dialog.is_some())
}

/// What a stroke leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Nothing,
    /// A sequence has begun.
    Waits,
    /// The shortcut of this index.
    Run(usize),
}

/// The way through a sequence of keys.
#[derive(Default)]
struct Walk {
    so_far: String,
    at: u64,
}

impl Walk {
    /// Takes a stroke in at a time, milliseconds. Of equal keys the last ones of `known` count.
    fn step(&mut self, stroke: &str, now: u64, known: &[&str]) -> Found {
        let before = std::mem::take(&mut self.so_far);
        let goes_on = !before.is_empty() && now.saturating_sub(self.at) <= PATIENCE;
        let keys = if goes_on { format!("{before} {stroke}") } else { stroke.to_owned() };
        if let Some(index) = known.iter().rposition(|shortcut| *shortcut == keys) {
            return Found::Run(index);
        }
        // What leads nowhere may be the beginning of another sequence, but does nothing by itself: nobody means it.
        for keys in [keys.as_str(), stroke] {
            let begins = |shortcut: &&str| shortcut.strip_prefix(keys).is_some_and(|rest| rest.starts_with(' '));
            if known.iter().any(begins) {
                keys.clone_into(&mut self.so_far);
                self.at = now;
                return Found::Waits;
            }
        }
        Found::Nothing
    }
}

/// A dialog with all that keys do now.
#[component]
pub fn ShortcutsHelp(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Switches the shortcuts that are plain characters on and off.
    #[prop(into)]
    switch: Callback<bool>,
) -> AnyView {
    let shortcuts = Shortcuts::of_context();
    let characters = move || shortcuts.is_none_or(|shortcuts| shortcuts.characters.get());
    let close = move || view! { <Button label="Close".to_owned() on_press=move |()| open.set(false)/> }.into_any();
    view! {
        <Dialog open=open title="Keyboard shortcuts".to_owned() dismissible=true foot=close>
            {reactive(move || help(shortcuts))}
            {character_switch(untrack(characters), switch)}
        </Dialog>
    }
    .into_any()
}

fn character_switch(is_on: bool, switch: Callback<bool>) -> AnyView {
    let value = RwSignal::new(is_on);
    Effect::new(move |before: Option<bool>| {
        let on = value.get();
        if before.is_some_and(|before| before != on) {
            switch.run(on);
        }
        on
    });
    let field = Field::new("character-shortcuts", "Shortcuts of single characters")
        .hint("Letters and signs pressed alone. Without them, the palette still does everything.".to_owned());
    view! { <SwitchField field=field value=value/> }.into_any()
}

/// The shortcuts that are active, by group, in the order in which they were offered.
fn help(shortcuts: Option<Shortcuts>) -> AnyView {
    let Some(shortcuts) = shortcuts else { return ().into_any() };
    let characters = shortcuts.characters.get();
    let list = shortcuts.list.get();
    let mut groups: Vec<(&str, Vec<&Shortcut>)> = Vec::new();
    for (index, (_, shortcut)) in list.iter().enumerate() {
        let is_hidden = list.iter().skip(index + 1).any(|(_, later)| later.keys == shortcut.keys);
        if is_hidden {
            continue;
        }
        match groups.iter_mut().find(|(name, _)| *name == shortcut.group) {
            Some((_, members)) => members.push(shortcut),
            None => groups.push((shortcut.group, vec![shortcut])),
        }
    }
    let groups = groups
        .into_iter()
        .map(|(name, members)| {
            let rows = members
                .into_iter()
                .map(|shortcut| {
                    let is_off = !characters && is_of_characters(shortcut.keys);
                    let class = if is_off { "shortcuts__row shortcuts__row--off" } else { "shortcuts__row" };
                    view! {
                        <div class=class>
                            <dt>{shortcut.label.clone()}</dt>
                            <dd>
                                {is_off.then(|| view! { <span class="visually-hidden">"switched off: "</span> })}
                                <Keys keys=shortcut.keys/>
                            </dd>
                        </div>
                    }
                    .into_any()
                })
                .collect_view();
            view! {
                <section class="shortcuts__group">
                    <h3>{name}</h3>
                    <dl>{rows}</dl>
                </section>
            }
            .into_any()
        })
        .collect_view();
    view! { <div class="shortcuts">{groups}</div> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 7] = ["g h", "g c", "/", "?", "j", "mod+k", "j"];

    #[test]
    fn keys_lead_to_their_shortcut_and_the_last_of_equals_counts() {
        let mut walk = Walk::default();
        assert_eq!(walk.step("/", 0, &KNOWN), Found::Run(2));
        assert_eq!(walk.step("j", 1, &KNOWN), Found::Run(6));
        assert_eq!(walk.step("mod+k", 2, &KNOWN), Found::Run(5));
        assert_eq!(walk.step("q", 3, &KNOWN), Found::Nothing);
    }

    #[test]
    fn a_sequence_has_a_second_and_no_longer() {
        let mut walk = Walk::default();
        assert_eq!(walk.step("g", 0, &KNOWN), Found::Waits);
        assert_eq!(walk.step("c", 1_000, &KNOWN), Found::Run(1));
        assert_eq!(walk.step("g", 2_000, &KNOWN), Found::Waits);
        assert_eq!(walk.step("c", 3_001, &KNOWN), Found::Nothing);
    }

    #[test]
    fn a_sequence_that_leads_nowhere_does_nothing_and_may_begin_anew() {
        let mut walk = Walk::default();
        walk.step("g", 0, &KNOWN);
        assert_eq!(walk.step("j", 10, &KNOWN), Found::Nothing, "not the table's own j");
        walk.step("g", 20, &KNOWN);
        assert_eq!(walk.step("g", 30, &KNOWN), Found::Waits);
        assert_eq!(walk.step("h", 40, &KNOWN), Found::Run(0));
    }

    #[test]
    fn a_stroke_is_told_by_its_sign_and_by_its_place_in_other_scripts() {
        for (key, code, shift, command, expected) in [
            ("g", "KeyG", false, false, Some("g")),
            ("G", "KeyG", false, false, Some("g")),
            ("G", "KeyG", true, false, None),
            ("п", "KeyG", false, false, Some("g")),
            ("ö", "Semicolon", false, false, None),
            ("?", "Slash", true, false, Some("?")),
            ("K", "KeyK", false, true, Some("mod+k")),
            ("k", "KeyK", true, true, None),
            ("л", "KeyK", false, true, Some("mod+k")),
            ("Enter", "Enter", false, false, Some("Enter")),
            ("Enter", "Enter", true, false, None),
            ("", "", false, false, None),
        ] {
            assert_eq!(stroke_of(key, code, shift, command).as_deref(), expected, "{key} {code}");
        }
    }

    #[test]
    fn only_shortcuts_with_plain_characters_can_be_switched_off() {
        for (keys, expected) in [("g c", true), ("?", true), ("mod+k", false), ("Enter", false), ("Escape", false)] {
            assert_eq!(is_of_characters(keys), expected, "{keys}");
        }
    }
}
