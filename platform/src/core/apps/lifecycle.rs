//! How applications move by themselves: compared, synced, rolled out, degraded, recovered.

use astro_api::applications::{SourceType, SyncStatus, SyncType};
use serde::{Deserialize, Serialize};

use super::{
    events::{Happened, What},
    record::{App, Exit, Flaw, Habit, Phase, Pod, PodState, Workload},
};
use crate::core::{
    Cx, clusters, github,
    ids::Random,
    notifications,
    time::{HOUR, MINUTE, Millis, SECOND},
};

/// A rollout that takes longer has failed.
const DEADLINE: Millis = 45 * SECOND;
/// How long after a push a sync begins.
const COMPARISON: Millis = 20 * SECOND;
/// Kubernetes waits at most this long before it tries a container or image again.
const LONGEST_BACKOFF: Millis = 5 * MINUTE;
/// Between two runs of a scheduled job.
const JOB_PERIOD: Millis = 5 * MINUTE;

/// What comes next for an application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Due {
    organization: String,
    app: String,
    life: u64,
    turn: u64,
    step: Step,
}

/// A step of an application's life.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Step {
    /// What runs is compared with the source, and a sync begins.
    Compare,
    /// The manifests are applied.
    Apply,
    /// What has no pods is there.
    Settle,
    /// The rollout has had its time.
    Deadline,
    /// A pod's image was pulled, or wasn't.
    Pulled(String),
    /// A pod's container answers.
    Ready(String),
    /// A pod's container ends.
    Crash(String),
    /// A pod's container is started again.
    Restart(String),
    /// A pod's image is tried for the n-th time.
    PullAgain(String, u32),
    /// A pod that was told to end is gone.
    Gone(String),
    /// Somebody pushed.
    Push,
    /// A pod takes too much memory.
    Flake,
    /// The autoscaler looks.
    Scale,
    /// The schedule's hour has come.
    Job,
    /// A job's pod has done its work.
    Done(String),
}

impl Step {
    /// Whether it comes again and again, for as long as the application lives.
    const fn recurs(&self) -> bool {
        matches!(self, Self::Push | Self::Flake | Self::Scale | Self::Job | Self::Restart(_) | Self::PullAgain(..))
    }

    /// Whether it belongs to a sync, so that the next sync makes it moot.
    const fn of_turn(&self) -> bool {
        matches!(self, Self::Compare | Self::Apply | Self::Settle | Self::Deadline)
    }
}

/// What an application's step has to work with.
pub struct Turn<'a> {
    /// The application.
    pub app: &'a mut App,
    random: &'a mut Random,
    turns: &'a mut u64,
    now: Millis,
    later: Vec<(Millis, Step)>,
    news: Vec<(&'static str, String, String)>,
}

/// Works on an application, then schedules and announces what came of it.
pub fn take<R>(cx: &mut Cx<'_>, organization: &str, name: &str, work: impl FnOnce(&mut Turn<'_>) -> R) -> Option<R> {
    let now = cx.now;
    let state = &mut *cx.state;
    let app = state.apps.organizations.get_mut(organization)?.get_mut(name)?;
    let mut turn =
        Turn { app, random: &mut state.random, turns: &mut state.apps.turns, now, later: Vec::new(), news: Vec::new() };
    let result = work(&mut turn);
    let (later, news, life, number) = (turn.later, turn.news, turn.app.life, turn.app.turn);
    for (delay, step) in later {
        // Who sleeps for a week need not be told of each of the thousand pushes in it, only of the last hour's.
        cx.now = if step.recurs() { now.max(cx.horizon - HOUR) } else { now };
        let due = Due { organization: organization.to_owned(), app: name.to_owned(), life, turn: number, step };
        cx.after(delay, crate::core::Due::Apps(due));
    }
    cx.now = now;
    for (topic, title, text) in news {
        notifications::notify(cx, organization, topic, &title, &text);
    }
    Some(result)
}

/// Takes a step.
pub fn due(cx: &mut Cx<'_>, due: Due) {
    let Some(app) = cx.state.apps.find(&due.organization, &due.app) else { return };
    if app.life != due.life || (due.step.of_turn() && app.turn != due.turn) {
        return;
    }
    let obstacle = if due.step == Step::Compare { obstacle(cx, app) } else { None };
    take(cx, &due.organization, &due.app, |turn| match obstacle {
        Some(obstacle) => turn.held(obstacle),
        None => turn.step(due.step),
    });
}

/// What keeps a sync from beginning.
enum Obstacle {
    /// It goes away by itself.
    Wait(String),
    /// It doesn't.
    Fail(String),
}

fn obstacle(cx: &Cx<'_>, app: &App) -> Option<Obstacle> {
    let name = app.cluster.as_deref()?;
    if let Some(cluster) = clusters::find(cx, &app.organization, name) {
        if !matches!(cluster.status.as_str(), "READY" | "UPDATING" | "UPGRADING") {
            return Some(Obstacle::Wait(format!("Waiting for cluster \"{name}\", which is {}", cluster.status)));
        }
        if cluster.agent.is_some_and(|agent| agent.installed == Some(true) && agent.connected == Some(false)) {
            return Some(Obstacle::Wait(format!("Waiting for the agent of cluster \"{name}\" to connect")));
        }
    }
    if app.spec.source.kind == SourceType::Image {
        return None;
    }
    let failed = |why: String| {
        Some(Obstacle::Fail(format!(
            "Failed to load target state: failed to generate manifest for source 1 of 1: rpc error: code = Unknown desc = {why}"
        )))
    };
    if let Some(helm) = &app.spec.source.helm {
        let (chart, version) = (&helm.repo.chart_name, &helm.repo.chart_version);
        if chart.contains("missing") || version.contains("missing") {
            return failed(format!(
                "chart \"{chart}\" version \"{version}\" not found in {} repository",
                helm.repo.repo_url
            ));
        }
    }
    let (url, revision, path) = super::deploy::git(&app.spec.source)?;
    match github::look_up(cx, &app.organization, url, revision, path) {
        github::LookUp::NoBranch => {
            failed(format!("unable to resolve '{}' to a commit SHA", revision.unwrap_or("HEAD")))
        }
        github::LookUp::NoPath => failed(format!("{path}: app path does not exist")),
        github::LookUp::Found | github::LookUp::NoRepository => None,
    }
}

impl Turn<'_> {
    /// Notes what happened.
    pub fn note(&mut self, what: What) {
        self.app.history.push(Happened { at: self.now, what });
    }

    /// Lets a step come after a while.
    pub fn later(&mut self, delay: Millis, step: Step) {
        self.later.push((delay, step));
    }

    fn tell(&mut self, topic: &'static str, title: String, text: String) {
        self.news.push((topic, title, text));
    }

    /// Makes every step of the sync before moot.
    pub fn renew(&mut self) {
        *self.turns += 1;
        self.app.turn = *self.turns;
    }

    fn enter(&mut self, phase: Phase, message: Option<String>) {
        let before = self.app.health();
        self.app.enter(self.now, phase, message);
        let health = self.app.health();
        if before != health {
            self.note(What::Health(before, health));
        }
    }

    fn compare(&mut self, sync: SyncStatus) {
        let before = self.app.sync.clone();
        if before != sync {
            self.note(What::Compared(before, sync.clone()));
        }
        self.app.compare(self.now, sync);
    }

    fn between(&mut self, low: Millis, high: Millis) -> Millis {
        low + self.random.below((high - low).unsigned_abs().max(1)).cast_signed()
    }

    /// Starts an application's life: the first sync, unless it waits to be asked, and its habits.
    pub fn begin(&mut self) {
        if self.app.spec.sync_type == Some(SyncType::Manual) {
            self.app.message = Some("Waiting for a sync: syncType is manual".to_owned());
        } else {
            self.later(1500, Step::Compare);
        }
        self.habits();
    }

    /// Schedules what the application does by itself.
    pub fn habits(&mut self) {
        match self.app.habit {
            Habit::Steady => {}
            Habit::Pushed(period) => self.soon(period, Step::Push),
            Habit::Flaky(period) => self.soon(period, Step::Flake),
            Habit::Scaled(period) => self.soon(period, Step::Scale),
        }
        if self.app.workload == Workload::CronJob && self.app.phase != Phase::Suspended {
            self.soon(JOB_PERIOD / 4, Step::Job);
        }
        // Pods that suffer go on suffering after a restart of the platform's demo.
        for pod in &self.app.pods {
            match pod.state {
                PodState::CrashLoop => self.later.push((20 * SECOND, Step::Restart(pod.name.clone()))),
                PodState::ImageMissing => self.later.push((20 * SECOND, Step::PullAgain(pod.name.clone(), 6))),
                PodState::Pulling => self.later.push((4 * SECOND, Step::Pulled(pod.name.clone()))),
                PodState::Starting => self.later.push((6 * SECOND, Step::Ready(pod.name.clone()))),
                _ => {}
            }
        }
    }

    fn soon(&mut self, period: Millis, step: Step) {
        let delay = self.between(period / 2, period + period / 2);
        self.later(delay, step);
    }

    /// A sync can't begin.
    fn held(&mut self, obstacle: Obstacle) {
        match obstacle {
            Obstacle::Wait(why) => {
                if self.app.message.as_ref() != Some(&why) {
                    self.note(What::Waiting(why.clone()));
                    self.app.message = Some(why);
                    self.app.touch(self.now);
                }
                self.later(15 * SECOND, Step::Compare);
            }
            Obstacle::Fail(why) => {
                self.note(What::SyncFailed(why.clone()));
                self.compare(SyncStatus::Unknown);
                self.app.operation = None;
                self.enter(Phase::Failed, Some(why.clone()));
                self.tell("app.sync_failed", format!("{} failed to sync", self.app.name()), why);
            }
        }
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Compare => self.begin_sync(),
            Step::Apply => self.apply(),
            Step::Settle => self.finish(),
            Step::Deadline => self.deadline(),
            Step::Pulled(pod) => self.pulled(&pod),
            Step::Ready(pod) => self.became_ready(&pod),
            Step::Crash(pod) => self.crash(&pod, Exit::Error),
            Step::Restart(pod) => self.restart(&pod),
            Step::PullAgain(pod, count) => self.pull_again(&pod, count),
            Step::Gone(pod) => {
                self.app.pods.retain(|known| known.name != pod || known.state != PodState::Terminating);
                self.app.touch(self.now);
                self.rollout();
            }
            Step::Push => self.push(),
            Step::Flake => self.flake(),
            Step::Scale => self.scale(),
            Step::Job => self.job(),
            Step::Done(pod) => self.job_done(&pod),
        }
    }

    fn begin_sync(&mut self) {
        let revision = self.app.pushed.clone().unwrap_or_else(|| self.app.revision.clone());
        self.note(What::SyncStarted(revision.clone()));
        if self.app.operation.is_none() {
            let id = self.random.uuid();
            self.app.operation = Some(super::record::Sync { id, hangs: false, force: false });
        }
        let changes = self.app.pushed.is_some() || self.app.pods.is_empty();
        if changes && self.app.phase != Phase::Suspended {
            self.enter(Phase::Deploying, Some(format!("Applying the manifests of {revision}")));
        } else {
            self.app.touch(self.now);
        }
        self.later(2 * SECOND, Step::Apply);
    }

    fn apply(&mut self) {
        if self.app.operation.as_ref().is_some_and(|sync| sync.hangs) {
            return;
        }
        let force = self.app.operation.as_ref().is_some_and(|sync| sync.force);
        let changed = match self.app.pushed.take() {
            Some(revision) => {
                self.app.revision = revision;
                true
            }
            None => force,
        };
        self.note(What::SyncSucceeded(self.app.revision.clone()));
        self.compare(SyncStatus::Synced);
        match self.app.workload {
            _ if self.app.phase == Phase::Suspended => self.finish(),
            Workload::Custom | Workload::CronJob => self.later(3 * SECOND, Step::Settle),
            Workload::Deployment | Workload::StatefulSet if changed || self.app.pods.is_empty() => {
                if !self.app.pods.is_empty() {
                    let before = std::mem::replace(&mut self.app.template, self.random.letters(10));
                    self.app.template_before = Some(before);
                }
                self.enter(Phase::Deploying, None);
                let to = self.app.replicas.wanted;
                let template = self.app.template.clone();
                self.note(What::Scaled { template, from: 0, to });
                self.later(DEADLINE, Step::Deadline);
                self.rollout();
            }
            Workload::Deployment | Workload::StatefulSet => self.finish(),
        }
    }

    /// Brings the pods one step closer to what is wanted.
    fn rollout(&mut self) {
        let (wanted, template) = (self.app.replicas.wanted, self.app.template.clone());
        if !matches!(self.app.workload, Workload::Deployment | Workload::StatefulSet)
            || self.app.phase == Phase::Pending
        {
            return;
        }
        let fresh = |pod: &Pod| pod.template == template && pod.counts();
        let old: Vec<String> = self
            .app
            .pods
            .iter()
            .filter(|pod| pod.template != template && pod.counts())
            .map(|pod| pod.name.clone())
            .collect();
        let old_count = u32::try_from(old.len()).unwrap_or(u32::MAX);
        let new = self.app.count(fresh);
        let new_ready = self.app.count(|pod| fresh(pod) && pod.state == PodState::Ready);
        let leaving = self.app.pods.iter().any(|pod| pod.state == PodState::Terminating);
        if self.app.workload == Workload::StatefulSet {
            // Names are kept, so the old one goes before the new one comes; one at a time.
            if leaving || new_ready < new {
            } else if let Some(last) = old.last() {
                self.terminate(&last.clone());
            } else if new > wanted {
                self.surplus(new - wanted);
            } else if new < wanted {
                self.create();
            }
        } else if new > wanted {
            self.surplus(new - wanted);
        } else if old.is_empty() {
            (new..wanted).for_each(|_| self.create());
        } else {
            for pod in
                old.iter().take(usize::try_from((new_ready + old_count).saturating_sub(wanted)).unwrap_or_default())
            {
                self.terminate(pod);
            }
            if new < wanted && new == new_ready {
                self.create();
            }
        }
        let ready = self.app.count(|pod| pod.template == template && pod.state == PodState::Ready);
        let done = ready == wanted && old.is_empty();
        if self.app.phase == Phase::Deploying {
            if done {
                self.finish();
            } else {
                let what = if self.app.workload == Workload::StatefulSet {
                    "replicas ready"
                } else {
                    "updated replicas available"
                };
                self.app.message = Some(format!("Waiting for rollout: {ready} of {wanted} {what}"));
                self.app.touch(self.now);
            }
        } else if self.app.phase == Phase::Degraded && done {
            self.finish();
        } else {
            self.app.touch(self.now);
        }
    }

    fn create(&mut self) {
        let Some(name) = self.app.next_pod(self.random) else { return };
        let template = self.app.template.clone();
        self.note(What::Scheduled(name.clone()));
        self.app.pods.push(Pod { name: name.clone(), template, state: PodState::Pulling, run: None, before: None });
        let delay = self.between(2 * SECOND, 5 * SECOND);
        self.later(delay, Step::Pulled(name));
    }

    fn surplus(&mut self, count: u32) {
        let names: Vec<String> = self
            .app
            .pods
            .iter()
            .rev()
            .filter(|pod| pod.counts())
            .take(usize::try_from(count).unwrap_or_default())
            .map(|pod| pod.name.clone())
            .collect();
        for name in &names {
            self.terminate(name);
        }
    }

    fn terminate(&mut self, name: &str) {
        if let Some(pod) = self.app.pod_mut(name) {
            pod.state = PodState::Terminating;
            self.note(What::Killing(name.to_owned()));
            self.later(4 * SECOND, Step::Gone(name.to_owned()));
        }
    }

    fn pulled(&mut self, name: &str) {
        let flaw = self.app.flaw();
        let now = self.now;
        let Some(pod) = self.app.pod_mut(name).filter(|pod| pod.state == PodState::Pulling) else { return };
        match flaw {
            Some(Flaw::Missing) => {
                pod.state = PodState::ImageMissing;
                self.note(What::PullFailed(name.to_owned()));
                self.later(10 * SECOND, Step::PullAgain(name.to_owned(), 1));
            }
            Some(Flaw::Broken) => {
                pod.start(now);
                self.note(What::Started(name.to_owned()));
                self.later(6 * SECOND, Step::Crash(name.to_owned()));
            }
            None => {
                pod.start(now);
                self.note(What::Started(name.to_owned()));
                let delay = self.between(3 * SECOND, 7 * SECOND);
                if delay > 5 * SECOND {
                    self.note(What::Unready(name.to_owned()));
                }
                self.later(delay, Step::Ready(name.to_owned()));
            }
        }
        self.app.touch(self.now);
    }

    fn became_ready(&mut self, name: &str) {
        let Some(pod) = self.app.pod_mut(name).filter(|pod| pod.state == PodState::Starting) else { return };
        pod.state = PodState::Ready;
        self.rollout();
    }

    fn crash(&mut self, name: &str, exit: Exit) {
        let now = self.now;
        let alive = |pod: &&mut Pod| matches!(pod.state, PodState::Starting | PodState::Ready);
        let Some(pod) = self.app.pod_mut(name).filter(alive) else { return };
        pod.end(now, exit);
        pod.state = PodState::CrashLoop;
        let count = pod.restarts() + 1;
        self.note(What::BackOff(name.to_owned(), count));
        let backoff = ((10 * SECOND) << count.min(6).saturating_sub(1)).min(LONGEST_BACKOFF);
        self.later(backoff, Step::Restart(name.to_owned()));
        let main = self.app.containers().swap_remove(0);
        let why = match exit {
            Exit::OutOfMemory => format!("{main} in pod {name} was killed: out of memory (exit code 137)"),
            _ => format!("back-off restarting failed container {main} in pod {name}: CrashLoopBackOff (exit code 1)"),
        };
        let suffers = exit == Exit::OutOfMemory || count > 1;
        if suffers && self.app.phase != Phase::Degraded {
            self.degrade(why);
        } else {
            self.app.touch(now);
        }
    }

    fn degrade(&mut self, why: String) {
        self.app.operation = None;
        self.enter(Phase::Degraded, Some(why.clone()));
        self.tell("app.degraded", format!("{} is degraded", self.app.name()), why);
    }

    fn restart(&mut self, name: &str) {
        let broken = self.app.flaw() == Some(Flaw::Broken);
        let now = self.now;
        let Some(pod) = self.app.pod_mut(name).filter(|pod| pod.state == PodState::CrashLoop) else { return };
        pod.start(now);
        self.note(What::Started(name.to_owned()));
        let next = if broken { Step::Crash(name.to_owned()) } else { Step::Ready(name.to_owned()) };
        self.later(6 * SECOND, next);
        self.app.touch(now);
    }

    fn pull_again(&mut self, name: &str, count: u32) {
        if self.app.pod_mut(name).is_some_and(|pod| pod.state == PodState::ImageMissing) {
            self.note(What::PullBackOff(name.to_owned(), count));
            let backoff = ((10 * SECOND) << count.min(6)).min(LONGEST_BACKOFF);
            self.later(backoff, Step::PullAgain(name.to_owned(), count + 1));
            self.app.touch(self.now);
        }
    }

    fn deadline(&mut self) {
        if self.app.phase != Phase::Deploying || self.app.operation.as_ref().is_some_and(|sync| sync.hangs) {
            return;
        }
        self.note(What::DeadlineExceeded);
        let why = match self.app.pods.iter().find(|pod| pod.state == PodState::ImageMissing) {
            Some(pod) => {
                format!("Back-off pulling image \"{}\" in pod {}: ImagePullBackOff", self.app.image(), pod.name)
            }
            None => format!("{} of {} replicas became ready in time", self.app.ready(), self.app.replicas.wanted),
        };
        self.degrade(why);
    }

    /// Everything is there.
    fn finish(&mut self) {
        self.app.operation = None;
        if self.app.phase == Phase::Suspended {
            self.app.touch(self.now);
            return;
        }
        let pods = matches!(self.app.workload, Workload::Deployment | Workload::StatefulSet);
        if pods && self.app.ready() < self.app.replicas.wanted {
            // A sync that changed nothing doesn't heal pods.
            self.app.touch(self.now);
            return;
        }
        let before = self.app.phase;
        self.enter(Phase::Running, None);
        let (name, revision) = (self.app.name().to_owned(), self.app.revision.clone());
        match before {
            Phase::Degraded => {
                self.tell(
                    "app.recovered",
                    format!("{name} recovered"),
                    format!("All replicas of {name} are ready again."),
                );
            }
            Phase::Deploying => {
                self.tell("app.deployed", format!("{name} is deployed"), format!("{name} runs revision {revision}."));
            }
            _ => {}
        }
    }

    fn push(&mut self) {
        if let Habit::Pushed(period) = self.app.habit {
            self.soon(period, Step::Push);
        }
        let calm = matches!(self.app.phase, Phase::Running | Phase::Degraded) && self.app.operation.is_none();
        if !calm || self.app.sync != SyncStatus::Synced {
            return;
        }
        let revision = super::deploy::next_revision(&self.app.spec.source, &self.app.revision, self.random);
        self.note(What::Pushed(revision.clone()));
        self.app.pushed = Some(revision.clone());
        self.compare(SyncStatus::OutOfSync);
        if self.app.spec.sync_type == Some(SyncType::Manual) {
            self.app.message = Some(format!("Revision {revision} waits for a sync: syncType is manual"));
        } else {
            self.renew();
            self.later(COMPARISON, Step::Compare);
        }
    }

    fn flake(&mut self) {
        if let Habit::Flaky(period) = self.app.habit {
            self.soon(period, Step::Flake);
        }
        if self.app.phase != Phase::Running {
            return;
        }
        if let Some(name) = self.app.pods.iter().find(|pod| pod.state == PodState::Ready).map(|pod| pod.name.clone()) {
            self.note(What::OutOfMemory(name.clone()));
            self.crash(&name, Exit::OutOfMemory);
        }
    }

    fn scale(&mut self) {
        let Habit::Scaled(period) = self.app.habit else { return };
        self.soon(period, Step::Scale);
        let replicas = self.app.replicas;
        if self.app.phase != Phase::Running || replicas.max <= replicas.min {
            return;
        }
        let (from, span) = (replicas.wanted, u64::from(replicas.max - replicas.min));
        // Any other number within the bounds.
        let shift = 1 + self.random.below(span);
        let to =
            replicas.min + u32::try_from((u64::from(from - replicas.min) + shift) % (span + 1)).unwrap_or_default();
        self.app.replicas.wanted = to;
        self.note(What::Rescaled(self.app.replicas));
        let template = self.app.template.clone();
        self.note(What::Scaled { template, from, to });
        self.rollout();
    }

    fn job(&mut self) {
        self.soon(JOB_PERIOD, Step::Job);
        if self.app.phase != Phase::Running {
            return;
        }
        // Kubernetes names a scheduled job after the minute that it was due in.
        let name = format!("{}-{}-{}", self.app.component(), self.now / MINUTE, self.random.letters(5));
        let mut pod = Pod {
            name: name.clone(),
            template: self.app.template.clone(),
            state: PodState::Pulling,
            run: None,
            before: None,
        };
        pod.start(self.now);
        self.app.pods.push(pod);
        while self.app.pods.len() > 4 {
            self.app.pods.remove(0);
        }
        self.note(What::JobStarted(name.clone()));
        self.note(What::Started(name.clone()));
        let delay = self.between(20 * SECOND, 70 * SECOND);
        self.later(delay, Step::Done(name));
        self.app.touch(self.now);
    }

    fn job_done(&mut self, name: &str) {
        let now = self.now;
        if let Some(pod) = self.app.pod_mut(name) {
            pod.end(now, Exit::Completed);
            pod.state = PodState::Completed;
            self.note(What::JobCompleted(name.to_owned()));
            self.app.touch(now);
        }
    }

    /// Its cluster doesn't answer any more.
    pub fn lost(&mut self) {
        if matches!(self.app.phase, Phase::Running | Phase::Degraded) {
            let why = format!(
                "Cluster \"{}\" doesn't answer: its agent is disconnected",
                self.app.cluster.as_deref().unwrap_or_default()
            );
            self.note(What::Waiting(why.clone()));
            self.compare(SyncStatus::Unknown);
            self.enter(Phase::Unreachable, Some(why));
        }
    }

    /// Its cluster answers again, and what it says is believed.
    pub fn back(&mut self) {
        if self.app.phase != Phase::Unreachable {
            return;
        }
        let pods = matches!(self.app.workload, Workload::Deployment | Workload::StatefulSet);
        let well = !pods || self.app.ready() >= self.app.replicas.wanted;
        let message = format!("{} of {} replicas are ready", self.app.ready(), self.app.replicas.wanted);
        self.compare(if self.app.pushed.is_some() { SyncStatus::OutOfSync } else { SyncStatus::Synced });
        self.enter(if well { Phase::Running } else { Phase::Degraded }, Some(message).filter(|_| !well));
    }

    /// Starts a sync that somebody asked for.
    pub fn resync(&mut self, by: String, force: bool) -> String {
        self.note(What::Requested { by, force });
        if self.app.operation.take().is_some_and(|sync| sync.hangs) {
            self.note(What::Terminated);
        }
        let id = self.random.uuid();
        self.app.operation = Some(super::record::Sync { id: id.clone(), hangs: false, force });
        self.renew();
        self.app.touch(self.now);
        self.later(800, Step::Compare);
        id
    }
}
