//! What the dry run says: the plan, the checks, the report.

use astro_api::clusters::{
    ClusterUpdateResponse, PreflightCheck, PreflightStatus, RiskLevel, UpgradePlan, UpgradeReport, UpgradeStep,
};
use leptos::prelude::*;

use super::model;
use crate::{
    components::words,
    ui::{
        Card, Count, Glyph, Icon, Mark, State, Time, Tone,
        format::{self, counted, sentence},
        maybe,
        state::readable,
    },
};

/// A figure of the strip above the form: what it measures, its value, a note.
pub fn measure(label: &'static str, value: AnyView, note: Option<String>) -> AnyView {
    view! {
        <div class="measure">
            <dt>{label}</dt>
            <dd>
                <span class="measure__value">{value}</span>
                {note.map(|note| view! { <span class="measure__note">{note}</span> })}
            </dd>
        </div>
    }
    .into_any()
}

/// How risky it is.
pub fn risk(level: &RiskLevel) -> Mark {
    match level {
        RiskLevel::Low => Mark::new(Tone::Good, "Low"),
        RiskLevel::Medium => Mark::new(Tone::Warn, "Medium"),
        RiskLevel::High => Mark::new(Tone::Bad, "High"),
        RiskLevel::Other(word) => Mark::unknown(word),
    }
}

/// How the checks ended, in a line: "7 passed, 2 warnings, 1 failed".
pub fn tally(checks: &[PreflightCheck]) -> String {
    let count = |status: &PreflightStatus| checks.iter().filter(|check| check.status == *status).count();
    let mut parts = vec![format!("{} passed", format::count(count(&PreflightStatus::Passed)))];
    let (warnings, failed) = (count(&PreflightStatus::Warning), count(&PreflightStatus::Failed));
    if warnings > 0 {
        parts.push(counted(warnings, "warning", "warnings"));
    }
    if failed > 0 {
        parts.push(format!("{} failed", format::count(failed)));
    }
    parts.join(", ")
}

/// All of it.
pub fn report(response: &ClusterUpdateResponse) -> AnyView {
    let checks = model::checks(response);
    let errors = model::errors(response);
    let warnings = model::warnings(response);
    let plan = response.upgrade_plan.as_ref().map(plan);
    let more = response.upgrade_report.as_ref().and_then(more);
    view! {
        <div class="stack">
            {remarks("What stands against it", Tone::Bad, &errors)}
            {remarks("What deserves a look", Tone::Warn, &warnings)}
            {preflight(&checks)}
            {maybe(plan)}
            {maybe(more)}
        </div>
    }
    .into_any()
}

fn remarks(title: &'static str, tone: Tone, texts: &[String]) -> AnyView {
    maybe((!texts.is_empty()).then(|| {
        let items = texts
            .iter()
            .map(|text| {
                view! {
                    <li class="preflight">
                        <Glyph tone=tone/>
                        <p class="preflight__text">{sentence(text)}</p>
                    </li>
                }
                .into_any()
            })
            .collect_view();
        view! {
            <Card title=title>
                <ul>{items}</ul>
            </Card>
        }
        .into_any()
    }))
}

fn preflight(checks: &[PreflightCheck]) -> AnyView {
    if checks.is_empty() {
        return view! {
            <Card title="Preflight checks" padded=true>
                <p class="muted">"The platform names no checks for this change."</p>
            </Card>
        }
        .into_any();
    }
    let blocking =
        checks.iter().filter(|check| check.status == PreflightStatus::Failed && check.blocking != Some(false)).count();
    let side =
        move || view! { <span class="muted">{format!("{} blocking", format::count(blocking))}</span> }.into_any();
    let (passed, rest): (Vec<_>, Vec<_>) = checks.iter().partition(|check| check.status == PreflightStatus::Passed);
    let rest = rest.into_iter().map(check).collect_view();
    // What passed is evidence, not news.
    let names = passed.iter().map(|check| check.name.as_str()).collect::<Vec<_>>().join(", ");
    let count = passed.len();
    let passed = passed.into_iter().map(check).collect_view();
    let passed = (count > 0).then(|| {
        view! {
            <details class="preflight-passed">
                <summary>
                    <Glyph tone=Tone::Good/>
                    <span>{format!("{} passed: {names}", format::count(count))}</span>
                </summary>
                <ul>{passed}</ul>
            </details>
        }
        .into_any()
    });
    view! {
        <Card title="Preflight checks" side=side>
            <ul>{rest}</ul>
            {maybe(passed)}
        </Card>
    }
    .into_any()
}

fn check(check: &PreflightCheck) -> AnyView {
    let (tone, word) = match (&check.status, check.blocking) {
        (PreflightStatus::Passed, _) => (Tone::Good, "Passed".to_owned()),
        (PreflightStatus::Warning, _) => (Tone::Warn, "Warning".to_owned()),
        (PreflightStatus::Failed, Some(false)) => (Tone::Bad, "Failed, not blocking".to_owned()),
        (PreflightStatus::Failed, _) => (Tone::Bad, "Failed".to_owned()),
        (PreflightStatus::Other(word), _) => (Tone::Idle, readable(word)),
    };
    let message = check.message.as_deref().map(sentence);
    let remediation = check.remediation.as_deref().map(sentence);
    view! {
        <li class="preflight">
            <Glyph tone=tone/>
            <div class="preflight__text">
                <p class="preflight__name">{check.name.clone()}</p>
                {message.map(|text| view! { <p class="muted">{text}</p> })}
                {remediation.map(|text| view! { <p>{text}</p> })}
            </div>
            <span class="preflight__state">{word}</span>
        </li>
    }
    .into_any()
}

fn plan(plan: &UpgradePlan) -> AnyView {
    let steps = plan.steps.clone().unwrap_or_default();
    if steps.is_empty() {
        return ().into_any();
    }
    let disruptive = steps.iter().filter(|step| step.disruptive == Some(true)).count();
    let note = match disruptive {
        0 => format!("{}, none disruptive", counted(steps.len(), "step", "steps")),
        count => format!("{}, {} disruptive", counted(steps.len(), "step", "steps"), format::count(count)),
    };
    let strategy = plan.strategy.as_deref().map(readable);
    let side = move || {
        view! {
            <span class="muted">{note.clone()}</span>
            {strategy.clone().map(|strategy| view! { <span class="push muted">{strategy}</span> })}
        }
        .into_any()
    };
    let items = steps.iter().enumerate().map(|(index, it)| step(index, it)).collect_view();
    let groups = plan.node_groups.clone().unwrap_or_default();
    let groups = groups
        .into_iter()
        .map(|group| {
            let name = group.name.unwrap_or_default();
            let change = group.change.unwrap_or_default();
            view! {
                <li class="preflight">
                    <Icon name="layers"/>
                    <div class="preflight__text">
                        <p class="preflight__name">{name}</p>
                        <p class="muted">{change}</p>
                    </div>
                    {maybe((group.replaces_nodes == Some(true)).then(replaces))}
                </li>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    let groups = (!groups.is_empty()).then(|| {
        let count = groups.len();
        view! {
            <Card title="Node groups" side=move || view! { <Count value=count/> }.into_any()>
                <ul>{groups}</ul>
            </Card>
        }
        .into_any()
    });
    view! {
        <Card title="Plan" side=side>
            <ol class="plan">{items}</ol>
        </Card>
        {maybe(groups)}
    }
    .into_any()
}

fn replaces() -> AnyView {
    view! {
        <span class="disruptive">
            <Icon name="repeat"/>
            "Replaces nodes"
        </span>
    }
    .into_any()
}

fn step(index: usize, step: &UpgradeStep) -> AnyView {
    let number = step.order.unwrap_or_else(|| i64::try_from(index).unwrap_or_default() + 1);
    let name = step.component.as_deref().map_or_else(|| "Step".to_owned(), component);
    let versions = match (&step.from, &step.to) {
        (Some(from), Some(to)) => Some(
            view! {
                <code>{from.clone()}</code>
                " to "
                <code>{to.clone()}</code>
            }
            .into_any(),
        ),
        _ => None,
    };
    let action = step.action.as_deref().map(readable);
    let marked = (step.disruptive == Some(true)).then(|| {
        if step.action.as_deref().is_some_and(|action| action.contains("replace")) {
            replaces()
        } else {
            view! {
                <span class="disruptive">
                    <Icon name="repeat"/>
                    "Disruptive"
                </span>
            }
            .into_any()
        }
    });
    let length = step.estimated_duration.as_deref().map(model::length);
    view! {
        <li class="plan__step">
            <span class="plan__number" aria-hidden="true">{number}</span>
            <div class="plan__text">
                <p class="plan__name">{name} " " {maybe(marked)}</p>
                <p class="muted">{action} {versions.map(|versions| view! { ": " {versions} })}</p>
            </div>
            <span class="plan__length">{length}</span>
        </li>
    }
    .into_any()
}

/// What a step is about: "Node group workers" of `nodegroup/workers`.
fn component(word: &str) -> String {
    match word.split_once('/') {
        Some((kind, name)) if kind.replace(['-', '_'], "").eq_ignore_ascii_case("nodegroup") => {
            format!("Node group {name}")
        }
        Some((kind, name)) => format!("{} {name}", readable(kind)),
        None => readable(word),
    }
}

/// What the report tells beyond the checks.
fn more(report: &UpgradeReport) -> Option<AnyView> {
    let line = |icon: &'static str, name: String, text: String, state: Option<Mark>| {
        view! {
            <li class="preflight">
                <Icon name=icon/>
                <div class="preflight__text">
                    <p class="preflight__name">{name}</p>
                    <p class="muted">{text}</p>
                </div>
                {maybe(state.map(|mark| view! { <span class="preflight__state"><State mark=mark/></span> }.into_any()))}
            </li>
        }
        .into_any()
    };
    let mut lines = Vec::new();
    for api in report.deprecated_apis.iter().flatten() {
        let name =
            format!("{} {}", api.api_version.as_deref().unwrap_or_default(), api.kind.as_deref().unwrap_or_default());
        let count = api.count.and_then(|count| usize::try_from(count).ok());
        let count = count.map_or_else(|| "Objects".to_owned(), |count| counted(count, "object", "objects"));
        let text = match &api.removed_in {
            Some(version) => format!("{count} use an API that {version} removes"),
            None => format!("{count} use an API that goes away"),
        };
        lines.push(line("file-question", name.trim().to_owned(), text, Some(Mark::new(Tone::Warn, "Goes away"))));
    }
    for addon in report.addons.iter().flatten() {
        let text = match (&addon.current_version, &addon.target_version) {
            (Some(from), Some(to)) if from != to => format!("{from} to {to}"),
            (Some(version), _) | (None, Some(version)) => format!("{version}, stays"),
            (None, None) => String::new(),
        };
        let mark = match addon.compatible {
            Some(true) => Some(Mark::new(Tone::Good, "Works")),
            Some(false) => Some(Mark::new(Tone::Bad, "Does not work")),
            None => None,
        };
        lines.push(line("boxes", addon.name.clone().unwrap_or_default(), text, mark));
    }
    for budget in report.pod_disruption_budgets.iter().flatten() {
        let name = format!(
            "{}/{}",
            budget.namespace.as_deref().unwrap_or_default(),
            budget.name.as_deref().unwrap_or_default()
        );
        let mark = if budget.blocking == Some(true) {
            Mark::new(Tone::Bad, "Blocks")
        } else {
            Mark::new(Tone::Warn, "May hold up")
        };
        lines.push(line("lock", name, "Pod disruption budget".to_owned(), Some(mark)));
    }
    if lines.is_empty() && report.summary.is_none() {
        return None;
    }
    let summary = report.summary.as_deref().map(sentence);
    let at = words::time(report.generated_at.as_ref());
    let side = move || view! { <span class="push muted"><Time at=at.clone()/></span> }.into_any();
    Some(
        view! {
            <Card title="Report" side=side>
                {summary.map(|text| view! { <p class="card__body muted">{text}</p> })}
                <ul>{lines}</ul>
            </Card>
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_component_is_told_in_words() {
        assert_eq!(component("nodegroup/workers"), "Node group workers");
        assert_eq!(component("node-group/workers"), "Node group workers");
        assert_eq!(component("control-plane"), readable("control-plane"));
    }

    #[test]
    fn checks_are_tallied() {
        let check = |status: &str| -> PreflightCheck {
            serde_json::from_value(serde_json::json!({"name": "a", "status": status})).unwrap()
        };
        assert_eq!(tally(&[check("PASSED"), check("PASSED"), check("WARNING")]), "2 passed, 1 warning");
        assert_eq!(tally(&[check("FAILED"), check("MAYBE")]), "0 passed, 1 failed");
    }
}
