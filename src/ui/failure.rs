//! Failures: what happened, what to do, and what support needs to know.

use std::fmt::Write as _;

use leptos::prelude::*;

use super::{
    banner::Banner,
    button::Button,
    copy::CopyButton,
    format,
    icon::{Glyph, Tone},
    load::{Failure, FailureKind},
    reactive::maybe,
};

/// What a failure offers beside trying again, such as signing in; the application provides it, since the design
/// system knows no session.
#[derive(Clone)]
pub struct Remedy(pub DrawRemedy);

/// Draws a remedy for a failure, or nothing.
pub type DrawRemedy = std::sync::Arc<dyn Fn(&Failure) -> Option<AnyView> + Send + Sync>;

/// The remedy that the application offers for a failure.
pub fn remedy(failure: &Failure) -> Option<AnyView> {
    let Remedy(draw) = use_context()?;
    draw(failure)
}

/// What identifies a failure for support: operation, status, code, trace id.
fn identity(failure: &Failure) -> String {
    let mut text = failure.operation.to_owned();
    if let Some(status) = failure.status {
        let _ = write!(text, " {status}");
    }
    if !failure.code.is_empty() {
        let _ = write!(text, " {}", failure.code);
    }
    text
}

/// The lines that a report needs.
fn report(failure: &Failure) -> String {
    let mut text = format!("{}\n{}\n{}", failure.title, failure.message, identity(failure));
    if let Some(trace) = &failure.trace_id {
        let _ = write!(text, "\ntrace {trace}");
    }
    if let Some(detail) = &failure.detail {
        let _ = write!(text, "\n{detail}");
    }
    text
}

const fn tone(kind: FailureKind) -> Tone {
    match kind {
        FailureKind::Forbidden | FailureKind::NeedsCredential | FailureKind::SignedOut | FailureKind::NotFound => {
            Tone::Warn
        }
        _ => Tone::Bad,
    }
}

/// A failure in the place of what could not be shown.
#[component]
pub fn FailureView(
    /// What happened.
    failure: Failure,
    /// Tries again.
    #[prop(into)]
    retry: Callback<()>,
) -> AnyView {
    let lines = report(&failure);
    let more = failure.detail.clone().map(|detail| {
        view! {
            <details class="failure__detail">
                <summary>"What the platform answered"</summary>
                <pre>{detail}</pre>
            </details>
        }
    });
    let hint = (!failure.hint.is_empty()).then(|| view! { <p class="muted">{failure.hint.clone()}</p> });
    view! {
        <div class="failure" role="alert">
            <div class="row row--top">
                <Glyph tone=tone(failure.kind)/>
                <div>
                    <h2 class="failure__title">{failure.title}</h2>
                    <p class="muted">{format::sentence(&failure.message)}</p>
                    {hint}
                </div>
            </div>
            <div class="trace">
                <span class="trace__text">
                    <code>{identity(&failure)}</code>
                    {failure.trace_id.clone().map(|trace| view! { <code>{trace}</code> })}
                </span>
                <CopyButton text=lines what="the report" labelled=true/>
            </div>
            {more}
            <div class="row">
                {failure.retry.then(|| view! { <Button label="Try again" on_press=retry small=true/> })}
                {remedy(&failure)}
            </div>
        </div>
    }
    .into_any()
}

/// A failure beside what was tried, which stays as it is: in a form, in a dialog.
#[component]
pub fn FailureNote(
    /// What happened.
    failure: Failure,
    /// What is wrong with which part of the request, where no field of the form is called so.
    #[prop(optional)]
    parts: Vec<(String, String)>,
) -> AnyView {
    let lines = report(&failure);
    let parts = parts
        .into_iter()
        .map(|(path, text)| view! { <li><code>{path}</code> " " {format::sentence(&text)}</li> }.into_any())
        .collect::<Vec<_>>();
    let list = (!parts.is_empty()).then(|| view! { <ul class="failure__parts">{parts}</ul> }.into_any());
    let hint = (!failure.hint.is_empty()).then(|| view! { <p class="muted">{failure.hint.clone()}</p> }.into_any());
    let detail = failure.detail.clone().map(|detail| {
        view! {
            <details class="failure__detail">
                <summary>"What the platform answered"</summary>
                <pre>{detail}</pre>
            </details>
        }
        .into_any()
    });
    view! {
        <div class="failure failure--note" role="alert" tabindex="-1">
            <div class="row row--top">
                <Glyph tone=tone(failure.kind)/>
                <div class="failure__text">
                    <p class="failure__title">{failure.title}</p>
                    <p class="muted">{format::sentence(&failure.message)}</p>
                    {maybe(hint)}
                    {maybe(list)}
                    <p class="failure__identity">
                        <code>{identity(&failure)}</code>
                        {failure.trace_id.clone().map(|trace| view! { <code>{trace}</code> })}
                        <CopyButton text=lines what="the report"/>
                    </p>
                    {maybe(detail)}
                    {maybe(remedy(&failure))}
                </div>
            </div>
        </div>
    }
    .into_any()
}

/// Says above an old value that it could not be renewed.
#[component]
pub fn StaleBanner(
    /// Why it could not be renewed.
    failure: Failure,
    /// When the value arrived, milliseconds since 1970.
    at: u64,
    /// Tries again.
    #[prop(into)]
    retry: Callback<()>,
) -> AnyView {
    let mut text = format::sentence(&failure.message);
    if let Some(trace) = &failure.trace_id {
        let _ = write!(text, " Trace {trace}.");
    }
    let title = format!("Not renewed since {}: {}", format::clock(at), failure.title);
    view! {
        <div class="stale">
            <Banner title=title text=text tone=Tone::Warn>
                {failure.retry.then(|| view! { <Button label="Try again" on_press=retry small=true/> })}
                {remedy(&failure)}
            </Banner>
        </div>
    }
    .into_any()
}
