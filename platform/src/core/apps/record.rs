//! An application as the platform remembers it, and as the contract shows it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use astro_api::applications::{Application, ApplicationDeployRequest, Health, SourceType, SyncStatus};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{events::Happened, logs::Style};
use crate::core::{
    ids::Random,
    time::{Millis, rfc3339_seconds},
};

/// Where an application is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// Accepted; nothing of it is on the cluster yet.
    Pending,
    /// A sync runs, or its pods are on their way.
    Deploying,
    /// Everything is there and ready.
    Running,
    /// Something of it fails.
    Degraded,
    /// The source could not be turned into manifests.
    Failed,
    /// Paused on purpose.
    Suspended,
    /// Nobody can say: the cluster doesn't answer.
    Unreachable,
}

/// What kind of thing carries an application's pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Workload {
    /// Replicas that are alike.
    Deployment,
    /// Replicas with names and disks of their own.
    StatefulSet,
    /// Pods that come at their hours and end.
    CronJob,
    /// Custom resources for an operator; no pods.
    Custom,
}

/// What an application does by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Habit {
    /// Nothing.
    Steady,
    /// Its Git repository or chart gets a new revision every so often (milliseconds).
    Pushed(Millis),
    /// It runs out of memory every so often, and recovers.
    Flaky(Millis),
    /// Its autoscaler changes the number of replicas every so often.
    Scaled(Millis),
}

/// How many replicas an application has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replicas {
    /// At least.
    pub min: u32,
    /// At most.
    pub max: u32,
    /// Wanted now.
    pub wanted: u32,
    /// Whether an autoscaler chooses.
    pub autoscaled: bool,
}

/// What a pod is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PodState {
    /// Scheduled; its image is on the way.
    Pulling,
    /// The container runs and isn't ready yet.
    Starting,
    /// Ready.
    Ready,
    /// The container ended badly and waits to be started again.
    CrashLoop,
    /// The image can't be had.
    ImageMissing,
    /// It has been told to end.
    Terminating,
    /// It has ended as it should.
    Completed,
}

/// Why a container ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Exit {
    /// It did its work.
    Completed,
    /// An error that it could not handle, with a stack trace.
    Error,
    /// The kernel took its memory back.
    OutOfMemory,
}

/// One life of a pod's containers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// How many came before.
    pub number: u32,
    /// Since when.
    pub started: Millis,
    /// Until when, and why, once it is over.
    pub ended: Option<(Millis, Exit)>,
}

/// A pod.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pod {
    /// Its name.
    pub name: String,
    /// The hash of the pod template that it was made from.
    pub template: String,
    /// What it is doing.
    pub state: PodState,
    /// The latest life of its containers, if they ever started.
    pub run: Option<Run>,
    /// The life before.
    pub before: Option<Run>,
}

impl Pod {
    /// How often its containers were started again.
    pub fn restarts(&self) -> u32 {
        self.run.map_or(0, |run| run.number)
    }

    /// The last life that is over.
    pub fn previous(&self) -> Option<Run> {
        self.run.filter(|run| run.ended.is_some()).or(self.before)
    }

    /// Whether it counts towards the replicas.
    pub const fn counts(&self) -> bool {
        !matches!(self.state, PodState::Terminating | PodState::Completed)
    }

    /// Starts its containers, once more if they ran before.
    pub fn start(&mut self, at: Millis) {
        let number = self.run.map_or(0, |run| run.number + 1);
        self.before = self.run.take();
        self.run = Some(Run { number, started: at, ended: None });
        self.state = PodState::Starting;
    }

    /// Ends its containers.
    pub fn end(&mut self, at: Millis, exit: Exit) {
        if let Some(run) = &mut self.run {
            run.ended = Some((at, exit));
        }
    }
}

/// A sync that was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sync {
    /// Its id.
    pub id: String,
    /// Whether it hangs, so that only `force` ends it.
    pub hangs: bool,
    /// Whether pods are replaced although nothing changed.
    pub force: bool,
}

/// An application.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct App {
    /// Tells it from one that had its name before; grows.
    pub life: u64,
    /// Its organization's id.
    pub organization: String,
    /// What was deployed, as it came.
    pub spec: ApplicationDeployRequest,
    /// Where its resources are.
    pub namespace: String,
    /// The cluster that it runs on.
    pub cluster: Option<String>,
    /// Its public address.
    pub endpoint: Option<String>,
    /// How many replicas it has.
    pub replicas: Replicas,
    /// What carries its pods.
    pub workload: Workload,
    /// Where it is in its life.
    pub phase: Phase,
    /// Since when.
    pub since: Millis,
    /// Whether what runs is what is wanted.
    pub sync: SyncStatus,
    /// Since when.
    pub compared: Millis,
    /// The revision that runs.
    pub revision: String,
    /// A newer revision that doesn't run yet.
    pub pushed: Option<String>,
    /// The hash of the pod template that is wanted.
    pub template: String,
    /// The template before, whose replica set stays at zero.
    pub template_before: Option<String>,
    /// What there is to say.
    pub message: Option<String>,
    /// The sync that is on its way.
    pub operation: Option<Sync>,
    /// Its pods.
    pub pods: Vec<Pod>,
    /// What happened to it.
    pub history: History,
    /// How its logs look.
    pub style: Style,
    /// What it does by itself.
    pub habit: Habit,
    /// Who deployed it.
    pub created_by: String,
    /// When.
    pub created_at: Millis,
    /// When it changed last.
    pub updated_at: Millis,
    /// Grows with every change that a watcher wants to see.
    pub version: u64,
    /// Steps of an earlier turn have no effect any more.
    pub turn: u64,
}

/// What an application waits for or suffers from, by its image's tag or its chart's version: a documented way to
/// provoke failures by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The image or chart doesn't exist.
    Missing,
    /// It starts and dies.
    Broken,
}

impl App {
    /// Its name, which is also its id.
    pub fn name(&self) -> &str {
        &self.spec.name
    }

    /// What is wrong with what was deployed.
    pub fn flaw(&self) -> Option<Flaw> {
        let image = self.spec.source.image.as_ref();
        let registry = image.map_or("", |image| &image.registry);
        if registry.contains("missing") || registry.split(':').next().is_some_and(|host| host.ends_with(".invalid")) {
            return Some(Flaw::Missing);
        }
        let words = image.map_or(self.revision.as_str(), |image| &image.tag);
        match () {
            () if words.contains("missing") || image.is_some_and(|image| image.repository.contains("missing")) => {
                Some(Flaw::Missing)
            }
            () if words.contains("broken") => Some(Flaw::Broken),
            () => None,
        }
    }

    /// The image that its main container runs.
    pub fn image(&self) -> String {
        match &self.spec.source.image {
            Some(image) => format!("{}/{}:{}", image.registry, image.repository, image.tag),
            None => format!("ghcr.io/{}/{}:{}", self.publisher(), self.component(), self.revision),
        }
    }

    fn publisher(&self) -> &str {
        let url = self.source_url().unwrap_or_default();
        url.trim_start_matches("https://").trim_start_matches("oci://").split('/').nth(1).unwrap_or("acme-inc")
    }

    /// The address of its chart or manifests.
    pub fn source_url(&self) -> Option<&str> {
        let source = &self.spec.source;
        let helm = source.helm.as_ref().map(|helm| helm.repo.repo_url.as_str());
        let chart = source.repository.as_ref().map(|git| git.repo.repo_url.as_str());
        let yaml = source
            .yaml
            .as_ref()
            .and_then(|yaml| yaml.repo.as_ref().map(|repo| repo.repo_url.as_str()).or(yaml.repo_url.as_deref()));
        helm.or(chart).or(yaml)
    }

    /// The name that its resources carry.
    pub fn component(&self) -> String {
        let source = &self.spec.source;
        let release = source
            .helm
            .as_ref()
            .and_then(|helm| helm.repo.release_name.clone())
            .or_else(|| source.repository.as_ref().and_then(|git| git.repo.release_name.clone()));
        match source.kind {
            SourceType::Image => format!("{}-app", self.name()),
            _ => release.unwrap_or_else(|| self.name().to_owned()),
        }
    }

    /// The containers of each of its pods, the main one first.
    pub fn containers(&self) -> Vec<String> {
        let main = match (&self.spec.source.kind, &self.spec.source.helm) {
            (SourceType::Image, _) => "app".to_owned(),
            (_, Some(helm)) => helm.repo.chart_name.rsplit('/').next().unwrap_or("app").to_owned(),
            _ => self.name().to_owned(),
        };
        // Some have a second one, so that a container has to be chosen.
        match self.style {
            Style::Spring => vec![main, "istio-proxy".to_owned()],
            Style::Python if self.workload == Workload::Deployment => vec![main, "cloud-sql-proxy".to_owned()],
            _ => vec![main],
        }
    }

    /// The overall state in the platform's words.
    pub const fn status(&self) -> &'static str {
        match self.phase {
            Phase::Pending => "PENDING",
            Phase::Deploying => "DEPLOYING",
            // What serves nobody is ready rather than running.
            Phase::Running if matches!(self.workload, Workload::Custom | Workload::CronJob) => "Ready",
            Phase::Running => "RUNNING",
            Phase::Degraded => "DEGRADED",
            Phase::Failed => "FAILED",
            Phase::Suspended => "SUSPENDED",
            Phase::Unreachable => "UNKNOWN",
        }
    }

    /// Its health in Argo CD's words.
    pub const fn health(&self) -> Health {
        match self.phase {
            Phase::Pending => Health::Missing,
            Phase::Deploying => Health::Progressing,
            Phase::Running => Health::Healthy,
            Phase::Failed if self.pods.is_empty() => Health::Missing,
            Phase::Degraded | Phase::Failed => Health::Degraded,
            Phase::Suspended => Health::Suspended,
            Phase::Unreachable => Health::Unknown,
        }
    }

    /// How many pods are ready.
    pub fn ready(&self) -> u32 {
        self.count(|pod| pod.state == PodState::Ready)
    }

    /// How many pods there are of some sort.
    pub fn count(&self, sort: impl Fn(&Pod) -> bool) -> u32 {
        u32::try_from(self.pods.iter().filter(|pod| sort(pod)).count()).unwrap_or(u32::MAX)
    }

    /// A pod by name.
    pub fn pod_mut(&mut self, name: &str) -> Option<&mut Pod> {
        self.pods.iter_mut().find(|pod| pod.name == name)
    }

    /// Notes that something changed that a watcher wants to see.
    pub const fn touch(&mut self, at: Millis) {
        self.version += 1;
        self.updated_at = at;
    }

    /// Moves it to another phase.
    pub fn enter(&mut self, at: Millis, phase: Phase, message: Option<String>) {
        if self.phase != phase {
            self.phase = phase;
            self.since = at;
        }
        self.message = message;
        self.touch(at);
    }

    /// Notes the outcome of a comparison.
    pub fn compare(&mut self, at: Millis, sync: SyncStatus) {
        if self.sync != sync {
            self.sync = sync;
            self.compared = at;
        }
        self.touch(at);
    }

    /// The name of its next pod; none while a pod of that name still ends.
    pub fn next_pod(&self, random: &mut Random) -> Option<String> {
        let component = self.component();
        if self.workload != Workload::StatefulSet {
            return Some(format!("{component}-{}-{}", self.template, random.letters(5)));
        }
        (0..self.replicas.wanted)
            .map(|ordinal| format!("{component}-{ordinal}"))
            .find(|name| self.pods.iter().all(|pod| pod.name != *name))
    }

    /// As the contract shows it, in an organization with this namespace.
    pub fn view(&self, namespace: Option<&str>) -> Application {
        Application {
            id: self.name().to_owned(),
            name: self.name().to_owned(),
            org_id: Some(self.organization.clone()),
            org_namespace: namespace.map(str::to_owned),
            profile_name: self.spec.profile_name.clone(),
            cluster_name: self.cluster.clone(),
            target_namespace: Some(self.namespace.clone()),
            endpoint: self.endpoint.clone(),
            source: self.spec.source.clone(),
            external_access: self.spec.external_access.clone(),
            sync_type: Some(self.spec.sync_type.clone().unwrap_or(astro_api::applications::SyncType::Auto)),
            status: self.status().to_owned(),
            health: Some(self.health()),
            sync_status: Some(self.sync.clone()),
            revision: Some(self.revision.clone()).filter(|revision| !revision.is_empty()),
            message: self.message.clone(),
            created_by: Some(self.created_by.clone()),
            created_at: Some(rfc3339_seconds(self.created_at)),
            updated_at: Some(rfc3339_seconds(self.updated_at)),
        }
    }
}

/// The last things that happened to an application, numbered without gaps.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct History {
    /// The number of the oldest that is kept.
    pub first: u64,
    /// Oldest first.
    pub kept: VecDeque<Happened>,
}

impl History {
    const CAPACITY: usize = 300;

    /// Adds what happened last.
    pub fn push(&mut self, happened: Happened) {
        if self.kept.len() == Self::CAPACITY {
            self.kept.pop_front();
            self.first += 1;
        }
        self.kept.push_back(happened);
    }

    /// The number that the next one will get.
    pub fn end(&self) -> u64 {
        self.first + self.kept.len() as u64
    }

    /// Those from a number on.
    pub fn since(&self, number: u64) -> impl Iterator<Item = &Happened> {
        let skip = usize::try_from(number.saturating_sub(self.first)).unwrap_or(usize::MAX);
        self.kept.iter().skip(skip)
    }
}

/// An organization's applications, with what is asked of them by profile and by cluster.
#[derive(Clone, Debug, Default)]
pub struct Apps {
    all: BTreeMap<String, App>,
    profiles: BTreeMap<String, BTreeSet<String>>,
    clusters: BTreeMap<String, BTreeSet<String>>,
}

impl Apps {
    /// Adds one; its name must be free.
    pub fn insert(&mut self, app: App) {
        let name = app.name().to_owned();
        self.profiles.entry(app.spec.profile_name.clone()).or_default().insert(name.clone());
        if let Some(cluster) = &app.cluster {
            self.clusters.entry(cluster.clone()).or_default().insert(name.clone());
        }
        self.all.insert(name, app);
    }

    /// Takes one away.
    pub fn remove(&mut self, name: &str) -> Option<App> {
        let app = self.all.remove(name)?;
        let forget = |index: &mut BTreeMap<String, BTreeSet<String>>, key: &str| {
            if let Some(names) = index.get_mut(key) {
                names.remove(name);
                if names.is_empty() {
                    index.remove(key);
                }
            }
        };
        forget(&mut self.profiles, &app.spec.profile_name);
        if let Some(cluster) = &app.cluster {
            forget(&mut self.clusters, cluster);
        }
        Some(app)
    }

    /// One by name.
    pub fn get(&self, name: &str) -> Option<&App> {
        self.all.get(name)
    }

    /// One by name, to change; its name, profile and cluster never change.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut App> {
        self.all.get_mut(name)
    }

    /// All, by name.
    pub fn iter(&self) -> impl Iterator<Item = &App> {
        self.all.values()
    }

    /// The names of those that use a profile.
    pub fn of_profile(&self, profile: &str) -> Vec<String> {
        self.profiles.get(profile).into_iter().flatten().cloned().collect()
    }

    /// The names of those on a cluster.
    pub fn of_cluster(&self, cluster: &str) -> Vec<String> {
        self.clusters.get(cluster).into_iter().flatten().cloned().collect()
    }
}

impl Serialize for Apps {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.all.values())
    }
}

impl<'de> Deserialize<'de> for Apps {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut apps = Self::default();
        Vec::<App>::deserialize(deserializer)?.into_iter().for_each(|app| apps.insert(app));
        Ok(apps)
    }
}
