//! The state of the form: what is typed, as fields and as a manifest, and how the two become each other.

use astro_api::{
    applications::ApplicationDeployRequest,
    manifest::{Manifest, Read},
};
use leptos::prelude::*;

use super::model::{self, SUBJECT, Typed};
use crate::{
    components::manifest_form::{Reading, left_open},
    ui::{Address, Draft, Field, address::Step},
};

/// The parameter of the address that says how the form is shown.
const VIEW: &str = "view";
const AS_YAML: &str = "yaml";

/// The form, shared by its parts. A copy is a handle of the same.
#[derive(Clone, Copy)]
pub struct Form {
    pub draft: Draft,
    pub name: RwSignal<String>,
    pub namespace: RwSignal<String>,
    pub profile: RwSignal<String>,
    pub kind: RwSignal<String>,
    pub registry: RwSignal<String>,
    pub image: RwSignal<String>,
    pub tag: RwSignal<String>,
    pub charts: RwSignal<String>,
    pub chart: RwSignal<String>,
    pub version: RwSignal<String>,
    pub release: RwSignal<String>,
    pub values: RwSignal<String>,
    pub object: RwSignal<String>,
    pub files: RwSignal<Vec<String>>,
    /// The installation that the repository is chosen from; it is not sent.
    pub installation: RwSignal<String>,
    pub git: RwSignal<String>,
    pub revision: RwSignal<String>,
    pub path: RwSignal<String>,
    pub exclude: RwSignal<String>,
    pub access: RwSignal<String>,
    pub host: RwSignal<String>,
    pub sync: RwSignal<String>,
    /// The manifest that was read, YAML: what the form does not show comes from there. Empty without one.
    base: RwSignal<String>,
    /// Whether the folders of the repository are shown.
    pub browsing: RwSignal<bool>,
    /// Whether its files are shown, to choose one with values.
    pub choosing: RwSignal<bool>,
    /// Whether a new profile is being made.
    pub making: RwSignal<bool>,
    /// The profile that was made here: the list may not have it yet.
    pub made: RwSignal<String>,
    /// What stands in the editor.
    pub text: RwSignal<String>,
    address: Address,
    /// What is wrong with what is typed, by the path of the field.
    problems: Memo<Vec<(&'static str, String)>>,
    /// What the text says, while it is shown as text.
    pub reading: Memo<Reading>,
    /// What would be deployed.
    pub manifest: Memo<Option<Manifest>>,
    /// What the fields hold, whether they are shown or not.
    typed: Memo<Typed>,
    /// The manifest that the fields were filled with.
    before: Memo<Option<Manifest>>,
}

/// Whether the form can show a text.
pub fn shows(reading: &Reading) -> bool {
    reading.manifest.as_ref().is_some_and(|manifest| manifest.spec::<ApplicationDeployRequest>().is_ok())
}

impl Form {
    /// An empty form, or what the address asks for.
    pub fn new() -> Self {
        let draft = Draft::new();
        let address = Address::of_context();
        let first = asked(|name| address.get_untracked(name));
        let part = |text: String| draft.part(text);
        // As text, it begins with what the fields would begin with.
        let is_text = address.get_untracked(VIEW).as_deref() == Some(AS_YAML);
        let begun = if is_text { model::written(&first, None) } else { None };
        let begun = begun.as_ref().map(Manifest::to_yaml).unwrap_or_default();
        let (base, text) = (part(String::new()), part(begun));
        let installation = RwSignal::new(address.get_untracked("installation").unwrap_or_default());
        let files = draft.part(first.files);
        let (name, namespace, profile) = (part(first.name), part(first.namespace), part(first.profile));
        let (kind, registry, image, tag) = (part(first.kind), part(first.registry), part(first.image), part(first.tag));
        let (charts, chart, version) = (part(first.charts), part(first.chart), part(first.version));
        let (release, values, object) = (part(first.release), part(first.values), part(first.object));
        let (git, revision, path, exclude) =
            (part(first.git), part(first.revision), part(first.path), part(first.exclude));
        let (access, host, sync) = (part(first.access), part(first.host), part(first.sync));
        let typed = Memo::new(move |_| Typed {
            name: name.get(),
            namespace: namespace.get(),
            profile: profile.get(),
            kind: kind.get(),
            registry: registry.get(),
            image: image.get(),
            tag: tag.get(),
            charts: charts.get(),
            chart: chart.get(),
            version: version.get(),
            release: release.get(),
            values: values.get(),
            object: object.get(),
            files: files.get(),
            git: git.get(),
            revision: revision.get(),
            path: path.get(),
            exclude: exclude.get(),
            access: access.get(),
            host: host.get(),
            sync: sync.get(),
        });
        let before = Memo::new(move |_| base.with(|text| SUBJECT.one(text)));
        let is_text = address.param(VIEW);
        let reading = Memo::new_with_compare(
            move |_| {
                if is_text.with(|view| view.as_deref() == Some(AS_YAML)) {
                    text.with(|text| Reading::of(&SUBJECT, text))
                } else {
                    Reading::default()
                }
            },
            |_, _| true,
        );
        let manifest = Memo::new(move |_| {
            if is_text.with(|view| view.as_deref() == Some(AS_YAML)) {
                reading.with(|reading| reading.manifest.clone())
            } else {
                typed.with(|typed| before.with(|before| model::written(typed, before.as_ref())))
            }
        });
        Self {
            draft,
            name,
            namespace,
            profile,
            kind,
            registry,
            image,
            tag,
            charts,
            chart,
            version,
            release,
            values,
            object,
            files,
            installation,
            git,
            revision,
            path,
            exclude,
            access,
            host,
            sync,
            base,
            browsing: RwSignal::new(false),
            choosing: RwSignal::new(false),
            making: RwSignal::new(false),
            made: RwSignal::new(String::new()),
            text,
            address,
            problems: Memo::new(move |_| typed.with(Typed::problems)),
            reading,
            manifest,
            typed,
            before,
        }
    }

    /// Whether it is shown as text; reading it subscribes.
    pub fn is_text(self) -> bool {
        self.address.get(VIEW).as_deref() == Some(AS_YAML)
    }

    /// What is wrong with a field.
    pub fn problem(self, path: &str) -> Option<String> {
        self.problems.with(|problems| problems.iter().find(|(of, _)| *of == path).map(|(_, problem)| problem.clone()))
    }

    /// A field that keeps the rule of its path.
    pub fn field(self, path: &'static str, label: &'static str) -> Field {
        Field::new(path, label).check(move || self.problem(path))
    }

    /// Why what is typed cannot be sent, where no field says so: placeholders deep in values.
    pub fn obstacles(self) -> Vec<String> {
        if self.is_text() {
            return self.reading.with(|reading| reading.problems.clone());
        }
        let yaml = self.manifest.with(|manifest| manifest.as_ref().map(Manifest::to_yaml).unwrap_or_default());
        let Ok(reads) = SUBJECT.reads(&yaml) else { return Vec::new() };
        reads.iter().flat_map(left_open).collect()
    }

    fn put(self, typed: Typed) {
        self.name.set(typed.name);
        self.namespace.set(typed.namespace);
        self.profile.set(typed.profile);
        self.kind.set(typed.kind);
        self.registry.set(typed.registry);
        self.image.set(typed.image);
        self.tag.set(typed.tag);
        self.charts.set(typed.charts);
        self.chart.set(typed.chart);
        self.version.set(typed.version);
        self.release.set(typed.release);
        self.values.set(typed.values);
        self.object.set(typed.object);
        self.files.set(typed.files);
        self.git.set(typed.git);
        self.revision.set(typed.revision);
        self.path.set(typed.path);
        self.exclude.set(typed.exclude);
        self.access.set(typed.access);
        self.host.set(typed.host);
        self.sync.set(typed.sync);
    }

    /// Fills the form with a manifest; whether it could. What the form has no field for is kept beside it.
    pub fn fill(self, manifest: &Manifest) -> bool {
        let Ok(spec) = manifest.spec::<ApplicationDeployRequest>() else { return false };
        self.put(Typed::of(&spec).over(&self.typed.get_untracked()));
        self.base.set(manifest.to_yaml());
        true
    }

    /// Takes a manifest that was imported, `text` as it was written. A form that cannot show it gives way to the editor.
    pub fn take(self, read: &Read, text: Option<String>) {
        // The fields have it also where the text is shown: an emptied text gives way to them.
        let fits = self.fill(&read.manifest);
        let is_shown = fits || untrack(|| self.is_text());
        // As it was written, comments and all, for as long as the fields say the same.
        self.text.set(text.unwrap_or_else(|| read.manifest.to_yaml()));
        if !is_shown {
            self.show(true);
        }
    }

    /// Shows the form as text or as fields. It stays text while the fields could not show it, and fields while the text
    /// could not hold the values that are typed; whether it went. An empty text says nothing, and the fields are as before.
    pub fn turn(self, to_text: bool) -> bool {
        if to_text == untrack(|| self.is_text()) {
            return true;
        }
        let was_clean = !untrack(|| self.draft.is_dirty());
        if to_text {
            if untrack(|| self.has_unread_values()) {
                return false;
            }
            let manifest = self.manifest.get_untracked();
            // What was written by hand stays, with its comments, while it says the same.
            let same = self.text.with_untracked(|text| SUBJECT.one(text)) == manifest;
            if let Some(manifest) = manifest.filter(|_| !same) {
                self.text.set(manifest.to_yaml());
            }
        } else if self.text.with_untracked(|text| !text.trim().is_empty()) {
            let Some(manifest) = self.reading.with_untracked(|reading| reading.manifest.clone()) else {
                return false;
            };
            // Fields that say the same keep all that no manifest holds: comments, and what was typed for other sources.
            let written =
                self.before.with_untracked(|before| model::written(&self.typed.get_untracked(), before.as_ref()));
            if written.as_ref() != Some(&manifest) && !self.fill(&manifest) {
                return false;
            }
        }
        if was_clean {
            // The same in another form is no work that could be lost.
            self.draft.settle();
        }
        self.show(to_text);
        true
    }

    /// Whether values are typed that no manifest can hold, since they are no YAML.
    pub fn has_unread_values(self) -> bool {
        self.problems.with(|problems| problems.iter().any(|(path, _)| path.ends_with(".values.object")))
    }

    fn show(self, as_text: bool) {
        self.address.set(VIEW, as_text.then(|| AS_YAML.to_owned()), Step::Replace);
    }
}

/// What the address asks for: another page knows the repository already.
fn asked(param: impl Fn(&str) -> Option<String>) -> Typed {
    let text = |name: &str| param(name).unwrap_or_default();
    let known = [model::IMAGE, model::HELM, model::REPOSITORY, model::YAML];
    let mut typed =
        Typed { profile: text("profile"), revision: text("branch"), path: text("path"), ..Typed::default() };
    if let Some(kind) = param("source").filter(|kind| known.contains(&kind.as_str())) {
        typed.kind = kind;
    }
    let repository = text("repository");
    typed.git = match repository.as_str() {
        "" => String::new(),
        url if url.contains("://") => repository,
        name => format!("https://github.com/{name}"),
    };
    if typed.path.is_empty() && param("path").is_some() {
        // The root of a repository is a path too.
        ".".clone_into(&mut typed.path);
    }
    typed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_fills_in_what_another_page_knows() {
        let param = |name: &str| match name {
            "source" => Some("repository".to_owned()),
            "repository" => Some("acme-inc/platform-charts".to_owned()),
            "branch" => Some("main".to_owned()),
            "path" => Some("charts/api".to_owned()),
            _ => None,
        };
        let typed = asked(param);
        assert_eq!(typed.git, "https://github.com/acme-inc/platform-charts");
        assert_eq!(
            (typed.kind.as_str(), typed.revision.as_str(), typed.path.as_str()),
            ("repository", "main", "charts/api")
        );
        assert_eq!(asked(|name| (name == "path").then(String::new)).path, ".", "the root");
        assert_eq!(asked(|name| (name == "source").then(|| "wasm".to_owned())).kind, model::IMAGE);
        assert_eq!(asked(|_| None), Typed::default());
    }

    #[test]
    fn a_text_says_why_it_cannot_be_sent() {
        let says = |text: &str| Reading::of(&SUBJECT, text).problems.join(" ");
        assert!(says("").contains("no manifest yet"));
        assert!(says("kind: K8sCluster\nspec: {clusterName: a}").contains("no Application"));
        assert!(says("name: [a").starts_with("Line 2, column 1: "), "{}", says("name: [a"));
        assert!(says(&"a: b\n".repeat(1 << 20)).contains("mebibyte"));
        let one =
            "name: a\nprofileName: p\nsource: {type: image, image: {registry: ghcr.io, repository: a, tag: v1}}\n";
        assert_eq!(says(one), "");
        assert!(says(&format!("{one}---\n{one}")).contains("2 applications"));
        assert!(says(&one.replace("tag: v1", "tag: <YOUR_TAG>")).contains("<YOUR_TAG> is a placeholder"));
        assert!(says(&one.replace("name: a\n", "name: Shop\n")).contains("name: Use small letters: shop."));
        assert!(says(&one.replace("tag: v1", "tag: ''")).contains("source.image.tag"));
        assert!(says("name: a\nprofileName: p\nsource: image").contains("source"));
    }

    #[test]
    fn what_the_platform_says_stands_at_its_line() {
        let reading = Reading::of(
            &SUBJECT,
            "apiVersion: platform.astropulse.io/v1\nkind: Application\nspec:\n  name: a\n  profileName: gone\n  source:\n    type: image\n    image: {registry: ghcr.io, repository: a, tag: v1}\n",
        );
        let marks = reading.marks_of(&[("profileName".to_owned(), "is no profile".to_owned())]);
        assert_eq!((marks.len(), marks[0].line), (1, 5));
    }
}
