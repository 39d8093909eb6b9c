//! The part of the form that says what is deployed: four sources, and the fields of each.

use astro_api::manifest;
use leptos::prelude::*;

use super::{
    form::Form,
    git,
    model::{self, Typed},
};
use crate::{
    components::manifest_form::sentence,
    ui::{
        Button, CardsField, Choice, EditorField, Field, FileField, MultiField, Section, SegmentsField, TextField,
        field::{TextFile, ready},
        load::Loads,
        reactive,
    },
};

/// Values of a chart are one part of a manifest, which may have a mebibyte.
const LIMIT: usize = manifest::MAX_BYTES / 2;

/// What is deployed.
pub fn source(form: Form) -> AnyView {
    let choices = vec![
        Choice::new(model::IMAGE, "Container image").note("Registry, repository, tag"),
        Choice::new(model::HELM, "Helm chart").note("From https or an OCI registry"),
        Choice::new(model::REPOSITORY, "Helm chart in Git").note("From a repository of yours"),
        Choice::new(model::YAML, "YAML in Git").note("Plain Kubernetes manifests"),
    ];
    let field = form
        .field("source.type", "Deploy from")
        .hint(Signal::derive(move || form.kind.with(|kind| how_it_changes(kind)).to_owned()));
    view! {
        <Section title="Source">
            <CardsField field=field value=form.kind choices=Signal::stored(choices)/>
            {reactive(move || match form.kind.get().as_str() {
                model::IMAGE => image(form),
                model::HELM => helm(form),
                model::REPOSITORY => view! {
                    {git::fields(form, model::REPOSITORY)}
                    {release(form, "source.repository.repo.releaseName")}
                    {values(form, model::REPOSITORY)}
                }
                .into_any(),
                model::YAML => git::fields(form, model::YAML),
                _ => ().into_any(),
            })}
        </Section>
    }
    .into_any()
}

/// How a change of the source reaches the application, since no operation changes one.
fn how_it_changes(kind: &str) -> &'static str {
    match kind {
        model::IMAGE => "The image stays as it is deployed: for another tag, deploy a copy.",
        model::HELM => "Chart and version stay as they are deployed: for another version, deploy a copy.",
        model::REPOSITORY | model::YAML => "A push to the repository arrives by itself, within about three minutes.",
        _ => "",
    }
}

/// Spreads a whole reference over its fields when it comes at once: one pastes it, nobody types that fast.
pub fn on_paste(value: RwSignal<String>, spread: impl Fn(&str) + Send + Sync + 'static) {
    Effect::new(move |before: Option<String>| {
        let text = value.get();
        if before.is_some_and(|before| model::is_pasted(&before, &text)) {
            spread(&text);
        }
        text
    });
}

fn image(form: Form) -> AnyView {
    let spread = move |repository: String, tag: String| {
        form.image.set(repository);
        if !tag.is_empty() {
            form.tag.set(tag);
        }
    };
    on_paste(form.image, move |text| {
        if let Some((registry, repository, tag)) = model::reference(text) {
            // Where it names none, the one that stands there is meant.
            if let Some(registry) = registry {
                form.registry.set(registry);
            }
            spread(repository, tag);
        }
    });
    on_paste(form.registry, move |text| {
        if let Some((registry, repository, tag)) = model::misplaced(text) {
            // The reference has taken the place of the registry, and means Docker's where it names none.
            form.registry.set(registry.unwrap_or_else(|| Typed::default().registry));
            spread(repository, tag);
        }
    });
    let repository = form
        .field("source.image.repository", "Repository")
        .hint("Paste ghcr.io/acme/storefront:v3 here or into Registry to fill in all three.".to_owned());
    view! {
        <div class="fields">
            <TextField
                field=form.field("source.image.registry", "Registry")
                value=form.registry
                limit=255
                placeholder="ghcr.io"
                mono=true
            />
            <TextField field=repository value=form.image limit=255 placeholder="acme/storefront" mono=true/>
            <TextField field=form.field("source.image.tag", "Tag") value=form.tag limit=128 placeholder="v3" mono=true/>
        </div>
    }
    .into_any()
}

fn helm(form: Form) -> AnyView {
    let version = form.field("source.helm.repo.chartVersion", "Version").hint(Signal::derive(move || {
        let is_v = form.version.with(|version| version.trim().starts_with('v'));
        if is_v { "It is sent with its v, as the repository must write it too." } else { "One version, such as 1.2.3." }
            .to_owned()
    }));
    let charts = form.field("source.helm.repo.repoURL", "Repository of charts").hint(Signal::derive(move || {
        let is_oci = form.charts.with(|charts| charts.trim().starts_with("oci://"));
        let words = if is_oci {
            "The registry and the folder of the chart; the chart's name stands in its own field."
        } else {
            "An address with https://, or oci:// for a registry."
        };
        words.to_owned()
    }));
    view! {
        <TextField
            field=charts
            value=form.charts
            placeholder="https://charts.example.com"
            sort="url"
            mono=true
        />
        <div class="fields">
            <TextField
                field=form.field("source.helm.repo.chartName", "Chart")
                value=form.chart
                placeholder="ingress-nginx"
                mono=true
            />
            <TextField field=version value=form.version limit=128 placeholder="4.11.2" mono=true/>
        </div>
        {release(form, "source.helm.repo.releaseName")}
        {values(form, model::HELM)}
    }
    .into_any()
}

fn release(form: Form, path: &'static str) -> AnyView {
    let field =
        form.field(path, "Release name").hint("Helm's name for the release; without it, the chart's.".to_owned());
    view! { <TextField field=field.optional() value=form.release limit=model::RELEASE mono=true/> }.into_any()
}

/// The values of a chart: none, an object, or files beside the chart.
fn values(form: Form, kind: &'static str) -> AnyView {
    let paths = if kind == model::HELM {
        ("source.helm.values.type", "source.helm.values.object", "source.helm.values.files")
    } else {
        ("source.repository.values.type", "source.repository.values.object", "source.repository.values.files")
    };
    let choices = vec![
        Choice::new(model::NO_VALUES, "The chart's own"),
        Choice::new(model::OBJECT, "Written here"),
        Choice::new(model::FILES, "Files of the chart"),
    ];
    view! {
        <SegmentsField
            field=Field::new(paths.0, "Values")
            value=form.values
            choices=Signal::stored(choices)
        />
        {reactive(move || match form.values.get().as_str() {
            model::OBJECT => object(form, paths.1),
            model::FILES => files(form, kind, paths.2),
            _ => ().into_any(),
        })}
    }
    .into_any()
}

fn object(form: Form, path: &'static str) -> AnyView {
    let file = RwSignal::new(None::<TextFile>);
    let problem = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        let Some(TextFile { name, text }) = file.get() else { return };
        match manifest::read_values(&text) {
            Ok(_) => {
                problem.set(None);
                form.object.set(text);
                file.set(None);
            }
            Err(error) => {
                // What stands in the editor stays there.
                problem.set(Some(format!("{name} holds no values. {}", sentence(&error))));
                file.set(None);
            }
        }
    });
    let editor = form
        .field(path, "Values as YAML")
        .needed("Write values, or choose the chart's own.")
        .hint("They lie over the chart's own. What is written here can be read by everyone in the organization: keep passwords in a Kubernetes Secret.".to_owned());
    let upload = Field::new("values-file", "Values from a file").optional().error(problem);
    view! {
        <EditorField field=editor value=form.object placeholder="replicas: 2"/>
        <FileField field=upload value=file limit=LIMIT accept=".yaml,.yml,.json" what="values.yaml"/>
    }
    .into_any()
}

fn files(form: Form, kind: &'static str, path: &'static str) -> AnyView {
    let field = form.field(path, "Values files").needed("Name a file, or choose the chart's own values.").hint(
        "Paths from the chart's folder; a later file wins over an earlier one. Enter or a comma takes one.".to_owned(),
    );
    if kind != model::REPOSITORY {
        return names(form, field, ready(Vec::new));
    }
    let git::ValuesFiles { offered, missing, nowhere } = git::values_files(form);
    view! {
        <div class="manifest-form__beside">
            {names(form, field.error(missing), offered)}
            <Button
                label="Choose a file"
                icon="folder"
                disabled_reason=nowhere
                on_press=move |()| form.choosing.set(true)
            />
        </div>
    }
    .into_any()
}

/// The names of files with values.
fn names(form: Form, field: Field, choices: Loads<Vec<Choice>>) -> AnyView {
    // The name of a file is one, whether the list has it or not.
    let is_file = |text: &str| [".yaml", ".yml", ".json"].iter().any(|end| text.ends_with(end));
    view! {
        <MultiField
            field=field
            value=form.files
            choices=choices
            free=true
            whole=is_file
            placeholder="values-production.yaml"
        />
    }
    .into_any()
}
