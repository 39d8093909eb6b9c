//! What stands beside the form: the manifest that it writes, the request, and what the dry run says.

use std::sync::Arc;

use astro_api::{applications::ApplicationDeployResult, manifest::Manifest, request::Call};
use leptos::prelude::*;
use serde_json::Value;

use super::form::Form;
use crate::{
    components::ShowAs,
    ui::{Button, Code, Glyph, Time, Toggles, Tone, code::Language, format, maybe, reactive},
};

const MANIFEST: &str = "manifest";
const REQUEST: &str = "request";

/// What the dry run said, and of what.
#[derive(Clone, PartialEq)]
pub struct Verdict {
    /// The request that was checked.
    pub of: Value,
    /// What came out.
    pub result: Arc<ApplicationDeployResult>,
    /// When, milliseconds since 1970.
    pub at: u64,
}

impl Verdict {
    /// Whether it may be deployed.
    pub fn has_passed(&self) -> bool {
        self.result.validation_passed.unwrap_or_else(|| self.errors().is_empty())
    }

    /// What stands against it.
    pub fn errors(&self) -> &[String] {
        self.result.errors.as_deref().unwrap_or_default()
    }

    /// What deserves a look.
    pub fn warnings(&self) -> &[String] {
        self.result.warnings.as_deref().unwrap_or_default()
    }
}

/// What the summary shows.
#[derive(Clone, Copy)]
pub struct Summary {
    /// The form.
    pub form: Form,
    /// The request, as it would be sent now.
    pub call: Signal<Option<Call>>,
    /// The newest verdict.
    pub verdict: RwSignal<Option<Verdict>>,
    /// What is sent now.
    pub body: Memo<Option<Value>>,
    /// Why nothing was sent when it was tried.
    pub obstacles: RwSignal<Vec<String>>,
    /// Whether the dry run is under way.
    pub checking: Signal<bool>,
    /// Why it may not be run.
    pub blocked: Signal<Option<String>>,
    /// Says that the next submission is a dry run alone.
    pub only_check: Callback<()>,
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
        let manifest = self.form.manifest;
        let text =
            Memo::new(move |_| manifest.with(|manifest| manifest.as_ref().map(Manifest::to_yaml).unwrap_or_default()));
        let file = Signal::derive(move || {
            let name = manifest.with(|manifest| manifest.as_ref().and_then(|it| it.name().map(ToOwned::to_owned)));
            format!(
                "{}.yaml",
                name.filter(|name| !name.is_empty() && !name.contains('/')).unwrap_or_else(|| "application".to_owned())
            )
        });
        let shared = Signal::derive(move || manifest.get().map(Arc::new));
        view! {
            <div class="card deploy__summary">
                {reactive(move || {
                    if shown.get() == REQUEST {
                        return view! {
                            <div class="code__bar">{toggles()}</div>
                            <ShowAs call=self.call manifest=shared/>
                        }
                        .into_any();
                    }
                    if self.form.is_text() && manifest.with(Option::is_none) {
                        return view! {
                            <div class="code__bar">{toggles()}</div>
                            <p class="deploy__blank">"What would be sent shows here once the text can be read."</p>
                        }
                        .into_any();
                    }
                    view! {
                        <Code
                            text=text
                            label="Manifest"
                            language=Language::Yaml
                            file=file
                            follow=true
                            frameless=true
                        >
                            {toggles()}
                        </Code>
                    }
                    .into_any()
                })}
                {self.verdict()}
            </div>
        }
        .into_any()
    }

    /// What the dry run says, and the button that asks it.
    fn verdict(self) -> AnyView {
        let content = reactive(move || {
            let obstacles = self.obstacles.get();
            if self.checking.get() {
                return line(Tone::Work, "The dry run is under way".to_owned(), None);
            }
            if !obstacles.is_empty() {
                return view! {
                    {line(Tone::Bad, "Not sent yet".to_owned(), None)}
                    {remarks(Tone::Bad, &obstacles)}
                }
                .into_any();
            }
            let Some(verdict) = self.verdict.get() else {
                return line(
                    Tone::Idle,
                    "Not checked yet".to_owned(),
                    Some("A dry run checks everything and deploys nothing.".into_any()),
                );
            };
            let at = Some(format::iso(verdict.at));
            let time = view! { <Time at=at/> }.into_any();
            if self.body.with(|body| body.as_ref() != Some(&verdict.of)) {
                return line(Tone::Idle, "Changed since the dry run".to_owned(), Some(time));
            }
            let passed = verdict.has_passed();
            let (tone, words) = match (passed, verdict.warnings().len()) {
                (false, _) => (Tone::Bad, "The dry run failed".to_owned()),
                (true, 0) => (Tone::Good, "The dry run passed".to_owned()),
                (true, count) => {
                    (Tone::Warn, format!("The dry run passed with {}", format::counted(count, "warning", "warnings")))
                }
            };
            view! {
                {line(tone, words, Some(time))}
                {remarks(Tone::Bad, verdict.errors())}
                {remarks(Tone::Warn, verdict.warnings())}
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
                    busy=self.checking
                    disabled_reason=self.blocked
                    on_press=self.only_check
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

/// A remark of the platform with the field that it is about, where it begins with one.
fn parted(text: &str) -> (Option<&str>, &str) {
    match text.split_once(": ") {
        Some((path, rest))
            if !path.is_empty()
                && path.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '[' | ']')) =>
        {
            (Some(path), rest)
        }
        _ => (None, text),
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
    use super::*;

    #[test]
    fn a_remark_names_its_field_only_where_it_does() {
        assert_eq!(parted("source.image.tag: \"latest\" moves"), (Some("source.image.tag"), "\"latest\" moves"));
        assert_eq!(parted("An application \"a\": exists"), (None, "An application \"a\": exists"));
        assert_eq!(parted("no path"), (None, "no path"));
    }

    #[test]
    fn a_verdict_without_a_word_is_told_by_its_errors() {
        let verdict = |passed, errors: &[&str]| Verdict {
            of: Value::Null,
            result: Arc::new(ApplicationDeployResult {
                validation_passed: passed,
                errors: Some(errors.iter().map(|&error| error.to_owned()).collect()),
                ..ApplicationDeployResult::default()
            }),
            at: 0,
        };
        assert!(verdict(None, &[]).has_passed());
        assert!(!verdict(None, &["no"]).has_passed());
        assert!(!verdict(Some(false), &[]).has_passed());
    }
}
