//! What stands beside the form: the manifest that it writes, the request, and what the dry run says.

use std::sync::Arc;

use astro_api::{
    manifest::{Manifest, yaml_of},
    request::Call,
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{Sending, Subject};
use crate::{
    components::{ShowAs, manifest::Veiled},
    ui::{Button, Code, Glyph, Time, Toggles, Tone, code::Language, focus, format, maybe, reactive},
};

const MANIFEST: &str = "manifest";
const REQUEST: &str = "request";

/// What the dry run said, and of what.
#[derive(Clone, PartialEq)]
pub struct Verdict {
    /// What was checked.
    pub of: Manifest,
    /// Whether it may be sent, where the platform says so.
    pub passed: Option<bool>,
    /// What stands against it.
    pub errors: Vec<String>,
    /// What deserves a look.
    pub warnings: Vec<String>,
    /// When, milliseconds since 1970.
    pub at: u64,
}

impl Verdict {
    /// Whether it may be sent.
    pub fn has_passed(&self) -> bool {
        self.passed.unwrap_or(self.errors.is_empty())
    }
}

/// Brings the verdict into sight.
pub fn lead() {
    focus::once_drawn(|| {
        let verdict = document().get_element_by_id("verdict");
        if let Some(verdict) = verdict.and_then(|verdict| verdict.dyn_into::<HtmlElement>().ok()) {
            let _ = verdict.focus();
        }
    });
}

/// What the summary shows.
#[derive(Clone)]
pub struct Summary {
    /// What the form makes.
    pub subject: Subject,
    /// The manifest, as the form writes it now.
    pub manifest: Signal<Option<Manifest>>,
    /// Whether the form is shown as text.
    pub is_text: Signal<bool>,
    /// The request, as it would be sent now.
    pub call: Signal<Option<Call>>,
    /// How it is sent.
    pub sending: Sending,
    /// Why it may not be run.
    pub blocked: Signal<Option<String>>,
    /// What stands under the verdict: how large it is.
    pub foot: Option<ViewFn>,
}

impl Summary {
    /// Draws it.
    pub fn draw(self) -> AnyView {
        let shown = RwSignal::new(MANIFEST);
        let toggles = move || {
            view! {
                <Toggles
                    label="Show"
                    options=&[(MANIFEST, "Manifest"), (REQUEST, "Request")]
                    chosen=shown
                    on_choose=move |it| shown.set(it)
                />
            }
            .into_any()
        };
        let (manifest, is_text, call) = (self.manifest, self.is_text, self.call);
        let hidden = self.subject.hidden;
        let shared = Memo::new(move |_| manifest.with(|manifest| manifest.as_ref().map(|it| Arc::new(hidden(it)))));
        let whole =
            Memo::new(move |_| shared.with(|manifest| manifest.as_ref().map(|it| it.to_yaml()).unwrap_or_default()));
        // A copy brings what it has before anybody has typed it.
        let veiled = Veiled::of(move || shared.with(|manifest| Some(manifest.as_ref()?.document().clone())));
        let text = Memo::new(move |_| veiled.covered().map_or_else(|| whole.get(), |document| yaml_of(&document)));
        let taken: Signal<String> = whole.into();
        let noun = self.subject.noun.0;
        let file = Signal::derive(move || {
            let name = manifest.with(|manifest| manifest.as_ref().and_then(|it| it.name().map(ToOwned::to_owned)));
            let name = name.filter(|name| !name.is_empty() && !name.contains('/'));
            format!("{}.yaml", name.unwrap_or_else(|| noun.to_owned()))
        });
        let foot = self.foot.clone();
        view! {
            <div class="card manifest-form__summary">
                {reactive(move || {
                    if shown.get() == REQUEST {
                        return view! {
                            <div class="code__bar">{toggles()}</div>
                            <ShowAs call=call manifest=shared/>
                        }
                        .into_any();
                    }
                    if is_text.get() && manifest.with(Option::is_none) {
                        return view! {
                            <div class="code__bar">{toggles()}</div>
                            <p class="manifest-form__blank">
                                "What would be sent shows here once the text can be read."
                            </p>
                        }
                        .into_any();
                    }
                    view! {
                        <Code
                            text=text
                            taken=taken
                            label="Manifest"
                            language=Language::Yaml
                            file=file
                            follow=true
                            frameless=true
                        >
                            {toggles()}
                            {veiled.note()}
                        </Code>
                    }
                    .into_any()
                })}
                {self.verdict()}
                {maybe(foot.map(|foot| reactive(move || foot.run())))}
            </div>
        }
        .into_any()
    }

    /// What the dry run says, and the button that asks it.
    fn verdict(self) -> AnyView {
        let Self { manifest, sending, blocked, subject, .. } = self;
        let Sending { verdict, obstacles, checking, only_check, .. } = sending;
        let content = reactive(move || {
            let obstacles = obstacles.get();
            if checking.get() {
                return line(Tone::Work, "The dry run is under way".to_owned(), None);
            }
            if !obstacles.is_empty() {
                return view! {
                    {line(Tone::Bad, "Not sent yet".to_owned(), None)}
                    {remarks(Tone::Bad, &obstacles)}
                }
                .into_any();
            }
            let Some(verdict) = verdict.get() else {
                let words = format!("A dry run checks everything. Nothing is {} by it.", subject.verb.1);
                return line(Tone::Idle, "Not checked yet".to_owned(), Some(words.into_any()));
            };
            let at = Some(format::iso(verdict.at));
            let time = view! { <Time at=at/> }.into_any();
            if manifest.with(|manifest| manifest.as_ref() != Some(&verdict.of)) {
                return line(Tone::Idle, "Changed since the dry run".to_owned(), Some(time));
            }
            let passed = verdict.has_passed();
            let (tone, words) = match (passed, verdict.warnings.len()) {
                (false, _) => (Tone::Bad, "The dry run failed".to_owned()),
                (true, 0) => (Tone::Good, "The dry run passed".to_owned()),
                (true, count) => {
                    (Tone::Warn, format!("The dry run passed with {}", format::counted(count, "warning", "warnings")))
                }
            };
            view! {
                {line(tone, words, Some(time))}
                {remarks(Tone::Bad, &verdict.errors)}
                {remarks(Tone::Warn, &verdict.warnings)}
            }
            .into_any()
        });
        view! {
            <div class="verdict">
                <div class="verdict__text" id="verdict" role="status" aria-label="Dry run" tabindex="-1">
                    {content}
                </div>
                <Button
                    label="Run dry run"
                    small=true
                    submit=true
                    busy=checking
                    disabled_reason=blocked
                    on_press=only_check
                />
            </div>
        }
        .into_any()
    }
}

fn line(tone: Tone, words: String, aside: Option<AnyView>) -> AnyView {
    view! {
        <p class="verdict__line">
            <Glyph tone=tone/>
            <span>
                <strong>{words}</strong>
                {maybe(aside.map(|aside| view! { <span class="muted">" " {aside}</span> }.into_any()))}
            </span>
        </p>
    }
    .into_any()
}

/// A remark with the field that it is about, where it begins with one: `source.image.tag: moves`, or
/// `spec.region is not given`. A word alone is no field unless a colon says so.
fn parted(text: &str) -> (Option<&str>, &str) {
    let is_path = |path: &str| {
        path.starts_with(|letter: char| letter.is_ascii_lowercase())
            && path
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '[' | ']' | '-' | '_'))
    };
    let found = match text.split_once(": ") {
        Some((path, rest)) if is_path(path) => Some((path, rest)),
        _ => text.split_once(' ').filter(|(path, _)| path.contains('.') && is_path(path)),
    };
    match found {
        Some((path, rest)) => (Some(path.strip_prefix("spec.").unwrap_or(path)), rest),
        None => (None, text),
    }
}

fn remarks(tone: Tone, texts: &[String]) -> AnyView {
    if texts.is_empty() {
        return ().into_any();
    }
    let items = texts
        .iter()
        .map(|text| {
            let (path, rest) = parted(text);
            let path = path.map(|path| view! { <code>{path.to_owned()}</code> " " }.into_any());
            view! {
                <li>
                    <Glyph tone=tone/>
                    <span>{maybe(path)} {format::sentence(rest)}</span>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! { <ul class="verdict__list">{items}</ul> }.into_any()
}

#[cfg(test)]
mod tests {
    use astro_api::applications::ApplicationDeployRequest;

    use super::*;

    #[test]
    fn a_remark_names_its_field_only_where_it_does() {
        assert_eq!(parted("source.image.tag: \"latest\" moves"), (Some("source.image.tag"), "\"latest\" moves"));
        assert_eq!(parted("name: is taken"), (Some("name"), "is taken"));
        assert_eq!(parted("An application \"a\": exists"), (None, "An application \"a\": exists"));
        assert_eq!(parted("no path"), (None, "no path"));
        assert_eq!(parted("spec.region is not given: a is taken"), (Some("region"), "is not given: a is taken"));
        assert_eq!(parted("Kubernetes 1.35.1 is a preview"), (None, "Kubernetes 1.35.1 is a preview"));
    }

    #[test]
    fn a_verdict_without_a_word_is_told_by_its_errors() {
        let spec: ApplicationDeployRequest =
            serde_json::from_str(r#"{"name":"a","profileName":"p","source":{"type":"image"}}"#).expect("a spec");
        let verdict = |passed, errors: &[&str]| Verdict {
            of: Manifest::of(&spec).expect("a manifest"),
            passed,
            errors: errors.iter().map(|&error| error.to_owned()).collect(),
            warnings: Vec::new(),
            at: 0,
        };
        assert!(verdict(None, &[]).has_passed());
        assert!(!verdict(None, &["no"]).has_passed());
        assert!(!verdict(Some(false), &[]).has_passed());
    }
}
