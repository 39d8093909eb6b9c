//! What a person can choose. A choice is kept as soon as it is made: there is nothing to save.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    routes,
    store::{Preferences, Theme, activity::Notices, session::Method, use_store},
    ui::{
        Button, Card, Choice, ComboField, Fact, Facts, Field, Look, SegmentsField, SelectField, SwitchField, Time,
        format::{self, Region},
        load::{Load, Loaded, Loads},
        maybe, reactive,
    },
};

/// A text that a field edits, of a choice that is kept elsewhere. Both follow each other.
fn bound(
    kept: impl Fn() -> String + Send + Sync + 'static,
    keep: impl Fn(String) + Send + Sync + 'static,
) -> RwSignal<String> {
    let kept = Memo::new(move |_| kept());
    let value = RwSignal::new(kept.get_untracked());
    Effect::new(move |_| {
        let kept = kept.get();
        if value.with_untracked(|value| *value != kept) {
            value.set(kept);
        }
    });
    Effect::new(move |first: Option<()>| {
        let chosen = value.get();
        if first.is_some() && kept.with_untracked(|kept| *kept != chosen) {
            keep(chosen);
        }
    });
    value
}

/// The same of something that is on or off.
fn bound_switch(
    kept: impl Fn() -> bool + Send + Sync + 'static,
    keep: impl Fn(bool) + Send + Sync + 'static,
) -> RwSignal<bool> {
    let kept = Memo::new(move |_| kept());
    let value = RwSignal::new(kept.get_untracked());
    Effect::new(move |_| {
        let kept = kept.get();
        if value.get_untracked() != kept {
            value.set(kept);
        }
    });
    Effect::new(move |first: Option<()>| {
        let chosen = value.get();
        if first.is_some() && kept.get_untracked() != chosen {
            keep(chosen);
        }
    });
    value
}

fn word(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "system",
        Theme::Light => "light",
        Theme::Dark => "dark",
    }
}

/// Theme and density.
pub fn appearance() -> AnyView {
    let preferences = use_store().preferences;
    let theme = bound(
        move || word(preferences.theme().get()).to_owned(),
        move |word| {
            preferences.set_theme(match word.as_str() {
                "light" => Theme::Light,
                "dark" => Theme::Dark,
                _ => Theme::System,
            });
        },
    );
    let density = bound(
        move || if preferences.compact().get() { "compact" } else { "comfortable" }.to_owned(),
        move |word| preferences.set_compact(word == "compact"),
    );
    let themes = Signal::stored(vec![
        Choice::new("system", "System"),
        Choice::new("light", "Light"),
        Choice::new("dark", "Dark"),
    ]);
    let densities = Signal::stored(vec![Choice::new("comfortable", "Comfortable"), Choice::new("compact", "Compact")]);
    view! {
        <Card title="Appearance" padded=true>
            <div class="stack">
                <SegmentsField field=Field::new("theme", "Theme") value=theme choices=themes/>
                <SegmentsField
                    field=Field::new("density", "Tables").hint("Rows of 40 or of 32 pixels.")
                    value=density
                    choices=densities
                />
            </div>
        </Card>
    }
    .into_any()
}

/// Languages of numbers and dates that are offered beside the browser's own.
const LANGUAGES: [(&str, &str); 12] = [
    ("en-US", "English (United States)"),
    ("en-GB", "English (United Kingdom)"),
    ("de-DE", "Deutsch"),
    ("es-ES", "Español"),
    ("fr-FR", "Français"),
    ("hi-IN", "हिन्दी"),
    ("it-IT", "Italiano"),
    ("ja-JP", "日本語"),
    ("nl-NL", "Nederlands"),
    ("pl-PL", "Polski"),
    ("pt-BR", "Português (Brasil)"),
    ("sv-SE", "Svenska"),
];

fn filled(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// How numbers and times are written.
pub fn region() -> AnyView {
    let store = use_store();
    let preferences = store.preferences;
    let zone =
        bound(move || preferences.zone().get().unwrap_or_default(), move |zone| preferences.set_zone(filled(zone)));
    let language = bound(
        move || preferences.language().get().unwrap_or_default(),
        move |language| preferences.set_language(filled(language)),
    );
    let zones: Vec<Choice> = std::iter::once("UTC".to_owned())
        .chain(format::zones().into_iter().filter(|zone| zone != "UTC"))
        .map(|zone| Choice::new(zone.clone(), zone.replace('_', " ")))
        .collect();
    let zones = Loads::new(Signal::stored(Load::Ready(Loaded {
        value: std::sync::Arc::new(zones) as std::sync::Arc<crate::ui::load::Any>,
        at: 0,
        refreshing: false,
        failed: None,
    })));
    let languages = Signal::stored(LANGUAGES.iter().map(|(code, name)| Choice::new(*code, *name)).collect::<Vec<_>>());
    let system = format::system_zone().unwrap_or_else(|| "unknown".to_owned());
    let now = store.clock.now();
    let sample = reactive(move || {
        // Set here as well, so that the sample is of what was just chosen, whoever hears of it first.
        format::set_region(chosen(preferences));
        let at = now.get_untracked();
        let facts = vec![
            Fact::text("Now", Some(&format::local(at))),
            Fact::text("A number", Some(&format::count(1_234_567))),
            Fact::new("Relative", view! { <Time at=format::iso(at.saturating_sub(3_600_000))/> }),
        ];
        view! { <Facts facts=facts/> }.into_any()
    });
    view! {
        <Card title="Times and numbers" padded=true>
            <div class="stack">
                <ComboField
                    field=Field::new("zone", "Time zone")
                    .optional()
                    .hint(format!("Empty: that of this browser, {system}. Hover over a time to see UTC."))
                    value=zone
                    choices=zones
                />
                <SelectField
                    field=Field::new("language", "Language of numbers and dates")
                    .optional()
                    .hint("The words of the console stay English.")
                    value=language
                    choices=languages
                    placeholder="As this browser"
                />
                {sample}
            </div>
        </Card>
    }
    .into_any()
}

/// What a person has chosen for numbers and times.
pub fn chosen(preferences: Preferences) -> Region {
    Region { language: preferences.language().get(), zone: preferences.zone().get() }
}

/// How long a session lasts, and where a new one begins.
pub fn session() -> AnyView {
    let store = use_store();
    let (preferences, session) = (store.preferences, store.session);
    let is_fixed = session.is_memory_configured();
    let memory = bound_switch(
        move || is_fixed || preferences.memory_session().get(),
        move |on| preferences.set_memory_session(on),
    );
    // What is in memory alone is to be gone with a reload, and not to come back from another tab.
    let shared = bound_switch(
        move || !memory.get() && preferences.shared_session().get(),
        move |on| preferences.set_shared_session(on),
    );
    let apart = Signal::derive(move || memory.get().then(|| "A session in memory alone stays in its tab.".to_owned()));
    let start =
        bound(move || preferences.start().get().unwrap_or_default(), move |name| preferences.set_start(filled(name)));
    let organizations = session.organizations();
    let choices = Signal::derive(move || {
        organizations
            .with(|list| list.iter().map(|it| Choice::new(it.name.clone(), it.name.clone())).collect::<Vec<_>>())
    });
    let fixed = Signal::derive(move || is_fixed.then(|| "The configuration of this console says so.".to_owned()));
    let who = reactive(move || {
        let text = match session.method().get() {
            Some(Method::Oidc) => {
                "Signed in by single sign-on. The console has a key for each organization that you entered, renews it, and revokes it when you sign out."
            }
            Some(Method::Key) => {
                "Signed in with a key. It opens its organization; actions that need a person offer sign-in in place."
            }
            None => return ().into_any(),
        };
        view! { <p class="muted">{text}</p> }.into_any()
    });
    let keys = reactive(move || {
        let active = session.active().get();
        maybe(active.filter(|_| session.has_bearer().get()).map(|active| {
            let href = format!("{}?made=Console+session", routes::keys(&active.name).href());
            view! { <p><a class="link" href=href>"Keys of the console's sessions"</a></p> }.into_any()
        }))
    });
    view! {
        <Card title="Session" padded=true>
            <div class="stack">
                {who}
                {keys}
                <SwitchField
                    field=Field::new("memory", "Forget the session when the page is reloaded")
                    .hint("Then credentials lie in memory alone. Otherwise they lie in the tab until it is closed.")
                    .disabled(fixed)
                    value=memory
                />
                <SwitchField
                    field=Field::new("tabs", "Sign in new tabs with this session")
                    .hint("A new tab gets it from the open ones, and nothing of it is stored meanwhile. Otherwise each tab asks you to sign in.")
                    .disabled(apart)
                    value=shared
                />
                <SelectField
                    field=Field::new("start", "Organization of a new tab").optional()
                    value=start
                    choices=choices
                    placeholder="The one worked in last"
                />
            </div>
        </Card>
    }
    .into_any()
}

/// Shortcuts that are plain characters.
pub fn shortcuts() -> AnyView {
    let preferences = use_store().preferences;
    let on = bound_switch(
        move || preferences.character_shortcuts().get(),
        move |on| preferences.set_character_shortcuts(on),
    );
    view! {
        <Card title="Keyboard" padded=true>
            <div class="stack">
                <SwitchField
                    field=Field::new("characters", "Shortcuts of single characters")
                    .hint("Letters and signs pressed alone, such as g c for the clusters and / for the search.")
                    value=on
                />
                <p class="muted">
                    "Press " <kbd>"?"</kbd> " to see every shortcut of the page that is shown, and " <kbd>"Ctrl K"</kbd>
                    " to search or jump to anything."
                </p>
            </div>
        </Card>
    }
    .into_any()
}

/// Notifications of the browser.
pub fn notices() -> AnyView {
    let activity = use_store().activity;
    let content = reactive(move || {
        match activity.notices().get() {
        Notices::Impossible => {
            view! { <p class="muted">"This browser does not notify from this site."</p> }.into_any()
        }
        Notices::Refused => view! {
            <p class="muted">
                "The browser blocks notifications from this site. Allow them in the site's settings beside the address, then come back."
            </p>
        }
        .into_any(),
        Notices::Off => {
            let ask = move |()| spawn_local(activity.notify_me());
            view! {
                <p class="muted">"Be told when an operation that you follow ends while the console is in the background."</p>
                <div><Button label="Notify me" icon="bell" on_press=ask/></div>
            }
            .into_any()
        }
        Notices::On => view! {
            <p class="muted">"The browser tells you when an operation that you follow ends while the console is hidden."</p>
            <div><Button label="Stop notifying" look=Look::Plain on_press=move |()| activity.stop_notifying()/></div>
        }
        .into_any(),
    }
    });
    view! {
        <Card title="Browser notifications" padded=true>
            <div class="stack">{content}</div>
        </Card>
    }
    .into_any()
}
