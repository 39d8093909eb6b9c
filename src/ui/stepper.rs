//! The steps of a long work, in the platform's own words.

use leptos::prelude::*;

use super::{
    format,
    icon::{Glyph, Tone, sign},
    progress::Ring,
    reactive::{maybe, reactive},
    time::Now,
};

/// How a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It is done.
    Done,
    /// It is under way.
    Running,
    /// It waits for a person.
    Waiting,
    /// It failed.
    Failed,
    /// It was not needed, or was given up.
    Skipped,
    /// It is to come.
    Todo,
}

impl Stage {
    const fn word(self) -> &'static str {
        match self {
            Self::Done => "Done",
            Self::Running => "Running",
            Self::Waiting => "Waiting",
            Self::Failed => "Failed",
            Self::Skipped => "Skipped",
            Self::Todo => "To come",
        }
    }
}

/// How long a step takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Took {
    /// Nobody knows.
    #[default]
    Unknown,
    /// It took so long, milliseconds.
    Length(u64),
    /// It runs since then, milliseconds since 1970.
    Since(u64),
    /// Anything else, in words: "about 4 m".
    Words(String),
}

/// A step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is called.
    pub name: String,
    /// How it stands.
    pub stage: Stage,
    /// What the platform says about it.
    pub message: Option<String>,
    /// How far it is, 0 to 100.
    pub percent: Option<u8>,
    /// How long it takes.
    pub took: Took,
}

impl Step {
    /// A step of which no more is known than how it stands.
    pub fn new(name: impl Into<String>, stage: Stage) -> Self {
        Self { name: name.into(), stage, message: None, percent: None, took: Took::Unknown }
    }

    /// With what the platform says about it.
    #[must_use]
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// With how long it takes.
    #[must_use]
    pub fn took(mut self, took: Took) -> Self {
        self.took = took;
        self
    }

    /// With how far it is, 0 to 100.
    #[must_use]
    pub const fn percent(mut self, percent: u8) -> Self {
        self.percent = Some(percent);
        self
    }
}

/// A length of time that may go on, milliseconds: drawn where it is drawn anew.
pub fn elapsed(took: &Took) -> Option<AnyView> {
    match took {
        Took::Unknown => None,
        Took::Words(words) => Some(words.clone().into_any()),
        Took::Length(length) => Some(format::duration(*length).into_any()),
        Took::Since(since) => {
            let since = *since;
            Some((move || format::duration(Now::get().saturating_sub(since))).into_any())
        }
    }
}

/// Steps under each other, joined by a line.
///
/// A screen reader hears which step is under way when that changes, and not each message of it.
#[component]
pub fn Stepper(
    /// What the steps are of: "Creation of ml-training-gpu".
    #[prop(into)]
    label: String,
    /// The steps, in order.
    #[prop(into)]
    steps: Signal<Vec<Step>>,
) -> AnyView {
    let said = Memo::new(move |_| steps.with(|steps| said(steps)));
    let list = reactive(move || steps.with(|steps| steps.iter().map(step).collect_view()).into_any());
    view! {
        <ol class="steps" aria-label=label>
            {list}
        </ol>
        <span class="visually-hidden" role="status">
            {move || said.get()}
        </span>
    }
    .into_any()
}

/// Where the work is, in one sentence.
fn said(steps: &[Step]) -> String {
    let now = steps.iter().position(|step| matches!(step.stage, Stage::Running | Stage::Waiting | Stage::Failed));
    match now.and_then(|index| Some((index, steps.get(index)?))) {
        Some((index, step)) => {
            format!("Step {} of {}, {}: {}", index + 1, steps.len(), step.name, step.stage.word().to_ascii_lowercase())
        }
        None if steps.is_empty() => String::new(),
        None if steps.iter().all(|step| step.stage != Stage::Todo) => ended(steps),
        None => "Not begun".to_owned(),
    }
}

/// How work ended. What is skipped on the way was not needed; what is skipped at the end was given up.
fn ended(steps: &[Step]) -> String {
    let last = steps.iter().rposition(|step| step.stage == Stage::Done).map_or(0, |index| index + 1);
    match last {
        0 => "Ended before the first step".to_owned(),
        last if last == steps.len() => "All steps are done".to_owned(),
        last => format!("Ended after step {last} of {}", steps.len()),
    }
}

fn step(step: &Step) -> AnyView {
    let glyph = match step.stage {
        Stage::Done => sign("glyph glyph--good", "#g-done"),
        Stage::Running => view! { <Ring percent=step.percent/> }.into_any(),
        Stage::Waiting => view! { <Glyph tone=Tone::Ask/> }.into_any(),
        Stage::Failed => sign("glyph glyph--bad", "#g-bad"),
        Stage::Skipped => sign("glyph", "#g-off"),
        Stage::Todo => sign("glyph", "#g-todo"),
    };
    let class = match step.stage {
        Stage::Todo | Stage::Skipped => "step step--rest",
        Stage::Failed => "step step--failed",
        _ => "step",
    };
    let message = step.message.clone().filter(|message| !message.is_empty());
    view! {
        <li class=class aria-current=(step.stage == Stage::Running).then_some("step")>
            {glyph}
            <div class="step__text">
                <span class="visually-hidden">{step.stage.word()} ": "</span>
                <span class="step__title">{step.name.clone()}</span>
                {maybe(message.map(|message| view! { <span class="step__note">{message}</span> }.into_any()))}
            </div>
            <span class="step__side">{maybe(elapsed(&step.took))}</span>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_the_work_is_takes_one_sentence() {
        let of = |stages: &[Stage]| {
            let steps: Vec<_> = stages.iter().map(|stage| Step::new("network", *stage)).collect();
            said(&steps)
        };
        assert_eq!(of(&[]), "");
        assert_eq!(of(&[Stage::Todo, Stage::Todo]), "Not begun");
        assert_eq!(of(&[Stage::Done, Stage::Running, Stage::Todo]), "Step 2 of 3, network: running");
        assert_eq!(of(&[Stage::Done, Stage::Failed, Stage::Skipped]), "Step 2 of 3, network: failed");
        assert_eq!(of(&[Stage::Done, Stage::Skipped, Stage::Done]), "All steps are done");
        assert_eq!(of(&[Stage::Done, Stage::Skipped]), "Ended after step 1 of 2");
        assert_eq!(of(&[Stage::Skipped, Stage::Skipped]), "Ended before the first step");
    }
}
