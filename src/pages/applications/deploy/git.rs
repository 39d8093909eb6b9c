//! The fields of a source in Git: the installation, the repository, the branch and the path, each found in what GitHub
//! has; any other repository is typed.

use std::{sync::Arc, time::Duration};

use astro_api::github::{
    self, EntryType, GithubInstallation, GithubRepository, InstallationSync, PathType, RepoContentEntry,
    RepoPathRequest, RepoPathValidation,
};
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};

use super::{form::Form, model};
use crate::{
    routes,
    store::{Query, query, use_store},
    ui::{
        Button, Choice, ComboField, Field, TextField,
        field::ready,
        format,
        load::{FailureKind, Load, Loads},
        maybe, reactive,
    },
};

/// How long what is typed has to rest before the platform is asked, milliseconds.
const REST: u64 = 400;

/// A text once it has rested.
fn rested(text: impl Fn() -> String + Send + Sync + 'static) -> Signal<String> {
    let rested = RwSignal::new(untrack(&text));
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let forget = move || {
        if let Some(Some(handle)) = waiting.try_update_value(Option::take) {
            handle.clear();
        }
    };
    Effect::new(move |_| {
        let text = text();
        forget();
        if rested.with_untracked(|rested| *rested == text) {
            return;
        }
        let settle = move || {
            let _ = rested.try_set(text.clone());
        };
        waiting.set_value(set_timeout_with_handle(settle, Duration::from_millis(REST)).ok());
    });
    on_cleanup(forget);
    rested.into()
}

/// The repository, once it has rested and is one.
fn repository(form: Form, kind: &'static str) -> Memo<Option<String>> {
    let git = rested(move || form.git.with(|git| git.trim().to_owned()));
    let rule = if kind == model::YAML { "source.yaml.repo.repoURL" } else { "source.repository.repo.repoURL" };
    Memo::new(move |_| Some(git.get()).filter(|git| !git.is_empty() && form.problem(rule).is_none()))
}

/// What the repository knows of the files with values of a chart in it.
pub struct ValuesFiles {
    /// Files of the chart's folder that may hold values.
    pub offered: Loads<Vec<Choice>>,
    /// Which of the chosen ones are not there: the first sync would fail, and that is better known now.
    pub missing: Signal<Option<String>>,
    /// Why none can be chosen in the repository.
    pub nowhere: Signal<Option<String>>,
}

/// What the repository knows of the files with values.
pub fn values_files(form: Form) -> ValuesFiles {
    let git = repository(form, model::REPOSITORY);
    let path = rested(move || form.path.with(|path| path.trim().to_owned()));
    let revision = rested(move || form.revision.with(|revision| revision.trim().to_owned()));
    let files = query(move || {
        let (git, path) = (git.get()?, path.get());
        let branch = Some(revision.get()).filter(|revision| !revision.is_empty());
        let path = Some(path).filter(|path| !path.is_empty())?;
        Some(github::browse(&git, branch.as_deref(), Some(path.as_str()).filter(|path| *path != ".")))
    });
    // Any name can be typed: a folder that cannot be listed offers none.
    let load = files.load();
    let offered = ready(move || load.with(|load| load.value().map(|entries| offered(entries)).unwrap_or_default()));
    let asked = Memo::new(move |_| {
        let (git, branch, folder) = (git.get()?, revision.get(), path.get());
        (!folder.is_empty()).then_some((git, branch, folder, form.files.get()))
    });
    let gone = RwSignal::new(Vec::<String>::new());
    Effect::new(move |_| {
        gone.set(Vec::new());
        let Some((git, branch, folder, files)) = asked.get() else { return };
        for file in files {
            // One that lies outside is told by its rule.
            let Some(path) = model::joined(&folder, &file) else { continue };
            let request = asking(git.clone(), branch.clone(), path);
            let look: Query<RepoPathValidation> = query(move || Some(github::validate_path(&request)));
            let load = look.load();
            Effect::new(move |_| {
                let is_gone = load.with(|load| load.value().is_some_and(|it| !is_file(it)));
                gone.update(|gone| {
                    gone.retain(|known| *known != file);
                    if is_gone {
                        gone.push(file.clone());
                    }
                });
            });
        }
    });
    ValuesFiles {
        offered,
        missing: Signal::derive(move || {
            let branch = asked.with(|asked| asked.as_ref().map(|(_, branch, ..)| on(branch)))?;
            gone.with(|gone| no_files(gone, &branch))
        }),
        nowhere: nowhere(git),
    }
}

/// Whether a path is one of a file; what the platform leaves open may be one.
fn is_file(found: &RepoPathValidation) -> bool {
    found.exists && found.kind != Some(PathType::Directory)
}

/// That chosen files are not there.
fn no_files(files: &[String], branch: &str) -> Option<String> {
    match files {
        [] => None,
        [file] => Some(format!("{file} is no file on {branch}. The first sync would fail.")),
        files => Some(format!("{} are no files on {branch}. The first sync would fail.", files.join(", "))),
    }
}

/// Why nothing can be picked in the repository.
fn nowhere(git: Memo<Option<String>>) -> Signal<Option<String>> {
    Signal::derive(move || git.with(Option::is_none).then(|| "Choose a repository first.".to_owned()))
}

fn asking(url: String, branch: String, path: String) -> RepoPathRequest {
    RepoPathRequest { repo_url: Some(url), branch: Some(branch).filter(|branch| !branch.is_empty()), path: Some(path) }
}

/// A branch in words.
fn on(branch: &str) -> String {
    if branch.is_empty() { "the default branch".to_owned() } else { format!("branch {branch}") }
}

fn offered(entries: &[RepoContentEntry]) -> Vec<Choice> {
    entries
        .iter()
        .filter(|entry| entry.kind == EntryType::File && entry.name != "Chart.yaml")
        .filter(|entry| [".yaml", ".yml"].iter().any(|end| entry.name.ends_with(end)))
        .map(|entry| Choice::plain(entry.name.clone()))
        .collect()
}

fn installation(installation: &GithubInstallation) -> Choice {
    let note = match &installation.sync_status {
        InstallationSync::Synced => String::new(),
        InstallationSync::Pending => "being synced".to_owned(),
        _ => "its sync failed".to_owned(),
    };
    Choice::new(installation.installation_id.to_string(), installation.account_login.clone()).note(note)
}

fn choice(repository: &GithubRepository) -> Choice {
    let url = repository.html_url.clone().unwrap_or_else(|| {
        let url = repository.clone_url.clone().unwrap_or_default();
        url.strip_suffix(".git").map(ToOwned::to_owned).unwrap_or(url)
    });
    let note = repository.description.clone().unwrap_or_default();
    Choice::new(url, repository.full_name.clone()).note(note)
}

/// Why there is no such repository, from the list of its branches. It does not hold up the form, and neither does a branch
/// that is missing: Argo CD may reach what the platform cannot list.
fn no_repository(load: &Load<Vec<String>>) -> Option<String> {
    let is_missing = matches!(load, Load::Failed(failure) if failure.kind == FailureKind::NotFound);
    is_missing.then(|| "Not found: no linked installation reaches it, and it is not public.".to_owned())
}

fn no_branch(load: &Load<Vec<String>>, revision: &str) -> Option<String> {
    let names = load.value()?;
    let is_known = revision.is_empty() || names.iter().any(|name| name == revision);
    (!is_known && !may_be_no_branch(revision))
        .then(|| format!("The repository has no branch {revision}. A tag or a commit works, too."))
}

/// Whether a revision looks like a commit, a tag of a version, or a reference in full.
fn may_be_no_branch(revision: &str) -> bool {
    let is_commit = (7..=40).contains(&revision.len()) && revision.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = revision.strip_prefix('v').unwrap_or(revision);
    let is_version = number.contains('.') && number.starts_with(|first: char| first.is_ascii_digit());
    is_commit || is_version || revision == "HEAD" || revision.starts_with("refs/")
}

/// What the platform found at a path, in words: what is wrong, what is well, why it is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Found {
    wrong: Option<String>,
    well: Option<String>,
    unknown: Option<String>,
}

fn found(load: &Load<RepoPathValidation>, path: &str, branch: &str, kind: &str) -> Found {
    let on = on(branch);
    match load {
        Load::Ready(loaded) if !loaded.value.exists => {
            let wrong = format!("{path} does not exist on {on}. The first sync would fail.");
            Found { wrong: Some(wrong), ..Found::default() }
        }
        Load::Ready(loaded) if loaded.value.kind == Some(PathType::File) => {
            let words = if kind == model::YAML {
                "Give the folder that holds the manifests."
            } else {
                "Give the chart's folder."
            };
            Found { wrong: Some(format!("{path} is a file. {words}")), ..Found::default() }
        }
        Load::Ready(_) => Found { well: Some(format!("Found on {on}.")), ..Found::default() },
        Load::Failed(failure) => {
            let text = format!("It could not be checked: {}", format::sentence(&failure.message));
            Found { unknown: Some(text), ..Found::default() }
        }
        Load::Loading => Found::default(),
    }
}

/// The fields of a repository, a revision and a path.
pub fn fields(form: Form, kind: &'static str) -> AnyView {
    super::source::on_paste(form.git, move |text| {
        if let Some((repository, revision, path)) = model::site(text) {
            form.git.set(repository);
            form.revision.set(revision);
            form.path.set(path);
        }
    });
    let (url, revision, path) = if kind == model::YAML {
        ("source.yaml.repo.repoURL", "source.yaml.repo.targetRevision", "source.yaml.repo.path")
    } else {
        ("source.repository.repo.repoURL", "source.repository.repo.targetRevision", "source.repository.repo.path")
    };
    let installations = query(github::installations);
    let known = installations.load();
    // Whoever has one installation that works does not want to be asked for it.
    Effect::new(move |_| {
        let first = known.with(|load| {
            let list = load.value()?;
            let synced = list.iter().find(|it| it.sync_status == InstallationSync::Synced);
            synced.or_else(|| list.first()).map(|it| it.installation_id.to_string())
        });
        if let Some(first) = first.filter(|_| form.installation.with_untracked(String::is_empty)) {
            form.installation.set(first);
        }
    });
    let chosen = Memo::new(move |_| {
        let id = form.installation.get();
        known
            .with(|load| load.value().is_some_and(|list| list.iter().any(|it| it.installation_id.to_string() == id)))
            .then_some(id)
    });
    let repositories = query(move || Some(github::repositories(&chosen.get()?)));
    let of_installation = repositories.load();
    // Without an installation there is nothing to wait for.
    let offered = {
        let none = ready(Vec::new);
        let list = of_installation.map(|list| list.iter().map(choice).collect::<Vec<_>>());
        Loads::new(Signal::derive(
            move || if chosen.with(Option::is_some) { list.erased().get() } else { none.erased().get() },
        ))
    };
    let git = repository(form, kind);
    let default_branch = Memo::new(move |_| {
        let url = form.git.get();
        of_installation.with(|load| {
            let list = load.value()?;
            list.iter().find(|it| it.html_url.as_deref() == Some(url.as_str())).and_then(|it| it.default_branch.clone())
        })
    });
    let branches = query(move || Some(github::branches(&git.get()?)));
    let names = branches.load();
    let revised = rested(move || form.revision.with(|revision| revision.trim().to_owned()));
    let no_repository = Memo::new(move |_| names.with(no_repository));
    let no_branch = Memo::new(move |_| names.with(|names| no_branch(names, &revised.get())));
    let branch_list = {
        let none = ready(Vec::new);
        let list = names.map(move |names| {
            let default = default_branch.get_untracked();
            let branch = |name: &String| {
                let choice = Choice::plain(name.clone());
                if default.as_ref() == Some(name) { choice.badge("Default").note("default") } else { choice }
            };
            names.iter().map(branch).collect::<Vec<_>>()
        });
        Loads::new(Signal::derive(
            move || if git.with(Option::is_some) { list.erased().get() } else { none.erased().get() },
        ))
    };
    let repository_field = form.field(url, "Repository").error(no_repository).hint(
        "Of the installation, or any address: https://github.com/acme/shop. The address of a folder on GitHub can be pasted."
            .to_owned(),
    );
    // Only the platform knows tags and commits, and it tells when it looks for the path: until then it is a hint.
    let is_refused = RwSignal::new(false);
    // What is wrong there is not said of the path once more.
    let is_told = Signal::derive(move || no_repository.with(Option::is_some) || no_branch.with(Option::is_some));
    let branch_field = form
        .field(revision, "Branch")
        .error(Signal::derive(move || no_branch.get().filter(|_| is_refused.get())))
        .hint(Signal::derive(move || match (no_branch.get().filter(|_| !is_refused.get()), default_branch.get()) {
            (Some(told), _) => told,
            (None, Some(branch)) => format!("A branch, a tag or a commit. Without one: {branch}."),
            (None, None) => "A branch, a tag or a commit. Without one, the repository's default branch.".to_owned(),
        }))
        .optional();
    view! {
        {account(form, installations)}
        <ComboField
            field=repository_field
            value=form.git
            choices=offered
            retry=Callback::new(move |()| repositories.refetch())
            free=true
            placeholder="Search, or enter an address"
        />
        <ComboField
            field=branch_field
            value=form.revision
            choices=branch_list
            retry=Callback::new(move |()| branches.refetch())
            free=true
            placeholder="main"
        />
        {place(form, kind, path, (git, revised), is_refused, is_told)}
        {maybe((kind == model::YAML).then(|| {
            let field = form
                .field("source.yaml.exclude", "Leave out")
                .hint("A pattern of files that are not applied, such as *.md or {tests,docs}/*.".to_owned())
                .optional();
            view! { <TextField field=field value=form.exclude placeholder="*.md" mono=true/> }.into_any()
        }))}
    }
    .into_any()
}

/// Which installation the repositories come from, where there are any.
fn account(form: Form, installations: Query<Vec<GithubInstallation>>) -> AnyView {
    let load = installations.load();
    let choices = load.map(|list| list.iter().map(installation).collect::<Vec<_>>());
    let is_none = Memo::new(move |_| load.with(|load| load.value().is_some_and(|list| list.is_empty())));
    let active = use_store().session.active();
    let organization = active.with_untracked(|active| active.as_ref().map(|it| it.name.clone()).unwrap_or_default());
    let href = routes::github(&organization).href();
    reactive(move || {
        if is_none.get() {
            return view! {
                <p class="field__hint">
                    "No GitHub installation is linked, so only public repositories can be deployed. Link one on the page "
                    <a class="link" href=href.clone()>"GitHub"</a> "."
                </p>
            }
            .into_any();
        }
        let field = Field::new("installation", "GitHub installation")
            .hint("Private repositories are read through it. It is not part of the manifest.".to_owned())
            .optional();
        view! {
            <ComboField
                field=field
                value=form.installation
                choices=choices
                retry=Callback::new(move |()| installations.refetch())
                placeholder="Choose an account"
            />
        }
        .into_any()
    })
}

/// The path, looked up while one types. `is_refused` takes whether the platform knows no such repository or revision;
/// `is_told`: the fields above say already why it cannot be.
fn place(
    form: Form,
    kind: &'static str,
    name: &'static str,
    (git, branch): (Memo<Option<String>>, Signal<String>),
    is_refused: RwSignal<bool>,
    is_told: Signal<bool>,
) -> AnyView {
    let asked = {
        let path = rested(move || form.path.with(|path| path.trim().to_owned()));
        Memo::new(move |_| {
            let path = Some(path.get()).filter(|path| !path.is_empty() && form.problem(name).is_none())?;
            Some((git.get()?, branch.get(), path))
        })
    };
    let look = query(move || {
        let (url, branch, path) = asked.get()?;
        Some(github::validate_path(&asking(url, branch, path)))
    });
    let load = look.load();
    Effect::new(move |_| {
        let is_missing =
            load.with(|load| matches!(load, Load::Failed(failure) if failure.kind == FailureKind::NotFound));
        is_refused.set(asked.with(Option::is_some) && is_missing);
    });
    let folder = Memo::new(move |_| {
        let (_, branch, path) = asked.get()?;
        Some(load.with(|load| found(load, &path, &branch, kind)))
    });
    // A chart's folder holds a Chart.yaml; without one the sync fails, and that is better known now.
    let is_there = Memo::new(move |_| {
        folder.with(|folder| folder.as_ref().is_some_and(|it| it.wrong.is_none() && it.well.is_some()))
    });
    let chart = query(move || {
        let (url, branch, path) = asked.get().filter(|_| kind == model::REPOSITORY && is_there.get())?;
        let file =
            if path == "." { "Chart.yaml".to_owned() } else { format!("{}/Chart.yaml", path.trim_end_matches('/')) };
        Some(github::validate_path(&asking(url, branch, file)))
    });
    let chart_load = chart.load();
    let no_chart = Memo::new(move |_| {
        let is_asked = kind == model::REPOSITORY && is_there.get();
        is_asked && chart_load.with(|load| load.value().is_some_and(|it: &Arc<RepoPathValidation>| !it.exists))
    });
    let wrong = Signal::derive(move || {
        let wrong = folder.with(|folder| folder.as_ref().and_then(|folder| folder.wrong.clone()));
        wrong.or_else(|| {
            no_chart.get().then(|| {
                "This folder holds no Chart.yaml. For plain manifests choose YAML in Git as the source.".to_owned()
            })
        })
    });
    let busy = Signal::derive(move || asked.with(Option::is_some) && load.with(Load::is_busy));
    let hint = Signal::derive(move || {
        let (well, unknown) = folder.get().map(|folder| (folder.well, folder.unknown)).unwrap_or_default();
        let well = well.or_else(|| unknown.filter(|_| !is_told.get()));
        let what = if kind == model::YAML { "The folder of the manifests" } else { "The chart's folder" };
        well.filter(|_| !no_chart.get())
            .unwrap_or_else(|| format!("{what}, from the root of the repository; \".\" is the root itself."))
    });
    let field = form.field(name, "Path").error(wrong).busy(busy).hint(hint);
    view! {
        <div class="manifest-form__beside">
            <TextField field=field value=form.path placeholder="deploy/chart" mono=true/>
            <Button
                label="Browse"
                icon="folder"
                disabled_reason=nowhere(git)
                on_press=move |()| form.browsing.set(true)
            />
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use astro_api::{ApiError, ErrorKind};

    use super::*;
    use crate::{
        store::failure::failure,
        ui::load::{Failure, Loaded},
    };

    fn ready(exists: bool, kind: Option<PathType>) -> Load<RepoPathValidation> {
        let value = Arc::new(RepoPathValidation { exists, kind, ..RepoPathValidation::default() });
        Load::Ready(Loaded { value, at: 0, refreshing: false, failed: None })
    }

    #[test]
    fn what_is_at_a_path_is_told_in_words() {
        let says = |load, kind| found(&load, "deploy", "main", kind);
        let missing = says(ready(false, None), model::YAML);
        assert_eq!(missing.wrong.as_deref(), Some("deploy does not exist on branch main. The first sync would fail."));
        let file = says(ready(true, Some(PathType::File)), model::REPOSITORY);
        assert_eq!(file.wrong.as_deref(), Some("deploy is a file. Give the chart's folder."));
        let there = says(ready(true, Some(PathType::Directory)), model::YAML);
        assert_eq!((there.wrong, there.well.as_deref()), (None, Some("Found on branch main.")));
        assert_eq!(says(Load::Loading, model::YAML), Found::default());
    }

    fn failed(kind: ErrorKind) -> Failure {
        failure(&ApiError::new(kind, "listRepositoryBranches", "Branch \"mian\" was not found"))
    }

    #[test]
    fn what_could_not_be_looked_at_is_not_there_for_that() {
        let unknown = found(&Load::Failed(failed(ErrorKind::NotFound)), "deploy", "mian", model::REPOSITORY);
        assert_eq!((unknown.wrong, unknown.well), (None, None));
        assert_eq!(unknown.unknown.as_deref(), Some("It could not be checked: Branch \"mian\" was not found."));
    }

    #[test]
    fn a_repository_or_a_branch_that_is_missing_is_told() {
        let value = Arc::new(vec!["main".to_owned(), "release-1.2".to_owned()]);
        let list = Load::Ready(Loaded { value, at: 0, refreshing: false, failed: None });
        assert_eq!(
            no_branch(&list, "mian").as_deref(),
            Some("The repository has no branch mian. A tag or a commit works, too.")
        );
        for revision in ["", "main", "HEAD", "v1.2.0", "1.27", "9f2c1d7", "refs/tags/stable"] {
            assert_eq!(no_branch(&list, revision), None, "{revision}");
        }
        assert_eq!(no_repository(&list), None);
        let missing = Load::Failed(failed(ErrorKind::NotFound));
        assert!(no_repository(&missing).is_some());
        assert_eq!(no_branch(&missing, "mian"), None, "the repository is what is missing");
        assert_eq!(no_repository(&Load::Failed(failed(ErrorKind::RateLimited))), None);
        assert_eq!(no_branch(&Load::Loading, "mian"), None);
    }

    #[test]
    fn files_that_are_not_there_are_told() {
        let file = RepoPathValidation { exists: true, kind: Some(PathType::File), ..RepoPathValidation::default() };
        let folder = RepoPathValidation { kind: Some(PathType::Directory), ..file.clone() };
        assert!(is_file(&file) && is_file(&RepoPathValidation { kind: None, ..file }));
        assert!(!is_file(&folder) && !is_file(&RepoPathValidation::default()));
        let says = |files: &[&str]| {
            let files: Vec<String> = files.iter().map(|file| (*file).to_owned()).collect();
            no_files(&files, &on("main")).unwrap_or_default()
        };
        assert_eq!(says(&[]), "");
        assert_eq!(says(&["a.yaml"]), "a.yaml is no file on branch main. The first sync would fail.");
        assert!(says(&["a.yaml", "b.yaml"]).starts_with("a.yaml, b.yaml are no files on branch main."));
    }

    #[test]
    fn only_files_that_may_hold_values_are_offered() {
        let entry = |name: &str, kind| RepoContentEntry {
            name: name.to_owned(),
            path: name.to_owned(),
            kind,
            size: None,
            sha: None,
        };
        let entries = [
            entry("Chart.yaml", EntryType::File),
            entry("values.yaml", EntryType::File),
            entry("values-prod.yml", EntryType::File),
            entry("README.md", EntryType::File),
            entry("values.yaml", EntryType::Dir),
        ];
        let names: Vec<_> = offered(&entries).into_iter().map(|choice| choice.value).collect();
        assert_eq!(names, ["values.yaml", "values-prod.yml"]);
    }
}
