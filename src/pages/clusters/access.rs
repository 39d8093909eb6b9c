//! The face of a cluster that gives access to it: a kubeconfig, made for a while, masked, and forgotten on leaving.

use astro_api::{
    Secret,
    clusters::{self, Cluster, Credentials, KubeconfigRequest},
    duration::GoDuration,
    kubeconfig::Kubeconfig,
    response::Eventually,
};
use leptos::prelude::*;

use super::can;
use crate::{
    components::{ShowAs, credentials::CredentialsChoice, roles},
    store::{Tone, mutation, use_store},
    ui::{
        Banner, Button, Card, Code, CopyButton, DurationField, FailureNote, Field, Latest, Look, PlainForm, Took,
        code::Language,
        download,
        field::Span,
        format,
        load::{Failure, FailureKind},
        maybe, reactive,
        stepper::elapsed,
        time::Now,
    },
};

/// How long to wait before asking again whether it is there, milliseconds.
const PAUSE: u64 = 3_000;
/// After how long it is said that this takes longer than usual.
const LONG: u64 = 120_000;
/// How long a kubeconfig may be good, seconds: the console's own bounds; the contract takes any length.
const LEAST: Span = Span(3_600);
const MOST: Span = Span(30 * 86_400);

/// Where things stand.
#[derive(Clone, PartialEq)]
enum Stage {
    /// Nothing was asked for.
    Idle,
    /// The platform prepares it: since when, and what it says.
    Waiting(u64, Option<String>),
    /// It is there; the text itself lies elsewhere.
    Ready,
    /// The person waits no longer.
    Stopped,
}

/// What is known of a kubeconfig that is there, without what is secret in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Outline {
    context: Option<String>,
    server: Option<String>,
    /// Whether it looks like one at all.
    is_one: bool,
    is_empty: bool,
}

impl Outline {
    fn of(yaml: &str) -> Self {
        let value = |key: &str| {
            let line = yaml.lines().find_map(|line| line.trim_start().trim_start_matches("- ").strip_prefix(key))?;
            Some(line.trim().trim_matches(['"', '\'']).to_owned()).filter(|text| !text.is_empty())
        };
        Self {
            context: value("current-context:"),
            server: value("server:"),
            is_one: yaml.contains("clusters:") && yaml.contains("users:"),
            is_empty: yaml.trim().is_empty(),
        }
    }
}

/// What lets one in: these values are hidden until somebody wants to see them.
const SECRETS: [&str; 7] =
    ["token", "client-key-data", "client-certificate-data", "password", "id-token", "refresh-token", "access-token"];

/// A kubeconfig with dots in the place of what lets one in. Of a text that is no kubeconfig nothing is shown, since
/// nobody knows where in it a secret stands.
fn masked(yaml: &str) -> String {
    if !Outline::of(yaml).is_one {
        return "•".repeat(24);
    }
    let mut text = String::new();
    // The indentation of a secret whose lines follow.
    let mut below = None::<usize>;
    for line in yaml.lines() {
        let bare = line.trim_start();
        let indent = line.len() - bare.len();
        if below.is_some_and(|at| indent > at || bare.is_empty()) {
            continue;
        }
        below = None;
        let entry = bare.trim_start_matches("- ");
        match entry.split_once(':') {
            Some((key, _)) if SECRETS.contains(&key.trim().trim_matches('"')) => {
                let (head, _) = line.split_once(':').unwrap_or((line, ""));
                text.push_str(head);
                text.push_str(": ");
                text.push_str(&"•".repeat(24));
                below = Some(indent);
            }
            _ => text.push_str(line),
        }
        text.push('\n');
    }
    text
}

/// How it is brought into the configuration that kubectl reads.
fn merge_command(file: &str, context: Option<&str>) -> String {
    let used = context.map(|context| format!("\nkubectl config use-context {}", quoted(context))).unwrap_or_default();
    format!(
        "KUBECONFIG=~/.kube/config:./{file} \\\n  kubectl config view --flatten > ~/.kube/merged\nchmod 600 ~/.kube/merged && mv ~/.kube/merged ~/.kube/config{used}\n"
    )
}

/// A word of a shell.
fn quoted(word: &str) -> String {
    let is_plain = word.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_./:@".contains(letter));
    if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// Everything about the kubeconfig of a cluster. A copy is a handle of the same.
#[derive(Clone, Copy)]
struct Access {
    name: StoredValue<String>,
    stage: RwSignal<Stage>,
    outline: RwSignal<Outline>,
    shown: RwSignal<bool>,
    /// The text. No signal holds it, and it goes with the page.
    yaml: StoredValue<Option<Secret<String>>>,
    failure: RwSignal<Option<Failure>>,
    /// What an earlier wait still brings is not for this one.
    turn: StoredValue<u32>,
    fetch: crate::store::Mutation<(), Eventually<Kubeconfig>>,
    make: crate::store::Mutation<(Credentials, GoDuration), Eventually<Kubeconfig>>,
}

impl Access {
    fn of(name: String) -> Self {
        let fetch = {
            let name = name.clone();
            mutation(move |()| clusters::kubeconfig(&name))
        };
        let make = {
            let name = name.clone();
            mutation(move |(credentials, duration): &(Credentials, GoDuration)| {
                let body = KubeconfigRequest {
                    cluster_name: name.clone(),
                    credentials: credentials.clone(),
                    duration: *duration,
                };
                clusters::generate_kubeconfig(&name, &body)
            })
        };
        let access = Self {
            name: StoredValue::new(name),
            stage: RwSignal::new(Stage::Idle),
            outline: RwSignal::new(Outline::default()),
            shown: RwSignal::new(false),
            yaml: StoredValue::new(None),
            failure: RwSignal::new(None),
            turn: StoredValue::new(0),
            fetch,
            make,
        };
        on_cleanup(move || access.forget());
        access
    }

    /// Forgets what was shown; a wait that is under way brings nothing any more.
    fn forget(self) {
        self.turn.try_update_value(|turn| *turn = turn.wrapping_add(1));
        // Dropping it zeroes its memory.
        self.yaml.try_set_value(None);
        self.fetch.reset();
        self.make.reset();
        self.shown.try_set(false);
    }

    fn take(self, answer: &Eventually<Kubeconfig>, since: u64) {
        match answer {
            Eventually::Ready(kubeconfig) => {
                let yaml = kubeconfig.yaml();
                let _ = self.outline.try_set(Outline::of(yaml.expose()));
                self.yaml.try_set_value(Some(yaml.clone()));
                // The answer holds it as well.
                self.fetch.reset();
                self.make.reset();
                let _ = self.stage.try_set(Stage::Ready);
            }
            Eventually::Pending(pending) => {
                let message = pending.message.clone().filter(|message| !message.is_empty());
                let _ = self.stage.try_set(Stage::Waiting(since, message));
                self.ask_later(since);
            }
        }
    }

    fn ask_later(self, since: u64) {
        let turn = self.turn.try_get_value();
        let again = move || {
            if turn.is_none() || self.turn.try_get_value() != turn {
                return;
            }
            self.fetch.run_then((), move |answer| {
                if self.turn.try_get_value() == turn {
                    self.take(&answer, since);
                }
            });
        };
        set_timeout(again, std::time::Duration::from_millis(PAUSE));
    }

    fn begin(self) -> u64 {
        self.forget();
        self.stage.set(Stage::Idle);
        self.failure.set(None);
        Now::get_untracked()
    }

    fn stop(self) {
        self.forget();
        self.stage.set(Stage::Stopped);
    }

    fn file(self) -> String {
        self.name.with_value(|name| format!("kubeconfig-{name}.yaml"))
    }
}

/// The face.
pub fn access(cluster: Latest<Cluster>) -> AnyView {
    // A refresh must not take what is typed, or shown.
    let Some(first) = untrack(|| cluster.get()) else { return ().into_any() };
    let access = Access::of(first.cluster_name.clone());
    let choice = CredentialsChoice::of(&first);
    let duration = RwSignal::new("24h".to_owned());
    let role = roles::why_not("generateKubeconfig");
    let blocked =
        Signal::derive(move || role.get().or_else(|| cluster.get().and_then(|cluster| can::kubeconfig(&cluster))));
    // A wait that failed ends there; what failed is told.
    Effect::new(move |_| {
        if let Some(failure) = access.fetch.error().get() {
            let waited = matches!(access.stage.get_untracked(), Stage::Waiting(..));
            if failure.kind != FailureKind::Aborted {
                if waited {
                    access.stage.set(Stage::Stopped);
                }
                access.failure.set(Some(failure));
            }
        }
    });
    let length = move || Span::parse(&duration.get()).unwrap_or(Span(86_400));
    let submit = move |()| {
        if blocked.with_untracked(Option::is_some) {
            return;
        }
        let since = access.begin();
        let Span(seconds) = untrack(length);
        let duration = GoDuration::from_secs(i64::try_from(seconds).unwrap_or(86_400));
        let turn = access.turn.get_value();
        access.make.run_then((choice.read(), duration), move |answer| {
            choice.forget();
            if access.turn.try_get_value() == Some(turn) {
                access.take(&answer, since);
            }
        });
    };
    let fetch = move |()| {
        let since = access.begin();
        let turn = access.turn.get_value();
        access.fetch.run_then((), move |answer| {
            if access.turn.try_get_value() == Some(turn) {
                access.take(&answer, since);
            }
        });
    };
    let call = Signal::derive(move || {
        let Span(seconds) = length();
        let body = KubeconfigRequest {
            cluster_name: access.name.get_value(),
            credentials: choice.shown(),
            duration: GoDuration::from_secs(i64::try_from(seconds).unwrap_or(86_400)),
        };
        Some(clusters::generate_kubeconfig(&body.cluster_name.clone(), &body).call().clone())
    });
    let is_waiting = Memo::new(move |_| access.stage.with(|stage| matches!(stage, Stage::Waiting(..))));
    let pending = Signal::derive(move || access.make.pending().get() || is_waiting.get());
    let note = move || {
        let failure = access.make.error().get().or_else(|| access.failure.get());
        let failure = failure.filter(|failure| failure.kind != FailureKind::Aborted);
        maybe(failure.map(|failure| {
            // There is none to show: that is said where it was asked for, and is no failure of the form.
            if failure.kind == FailureKind::NotFound && failure.operation == "getKubeconfig" {
                let text = "None was made yet, or it is forgotten by now. Generate one.".to_owned();
                return view! { <Banner title="There is no kubeconfig to show" text=Some(text)/> }.into_any();
            }
            view! { <FailureNote failure=failure/> }.into_any()
        }))
    };
    let field = Field::new("duration", "Valid for")
        .hint("From one hour to 30 days. Shorter is safer if the file is lost.".to_owned());
    view! {
        <div class="columns">
            <div class="stack">
                {blocked_banner(blocked)}
                {reactive(move || stage(access))}
                <Card title="Generate a kubeconfig" padded=true>
                    <PlainForm
                        label="Generate a kubeconfig"
                        pending=pending
                        error=access.make.error()
                        on_submit=submit
                        submit="Generate kubeconfig"
                        blocked=blocked
                        look=Look::Primary
                        note=note
                    >
                        <DurationField
                            field=field
                            value=duration
                            presets=&["1h", "8h", "24h", "7d", "30d"]
                            least=LEAST
                            most=MOST
                            units="dh"
                        />
                        {choice.fields("credentials.")}
                    </PlainForm>
                </Card>
            </div>
            <div class="stack">
                <Card title="Latest kubeconfig" padded=true>
                    <div class="stack">
                        <p class="muted">"The platform keeps the newest kubeconfig of a cluster until it expires."</p>
                        <div class="row">
                            <Button
                                label="Show kubeconfig"
                                busy=access.fetch.pending()
                                disabled_reason=blocked
                                on_press=fetch
                            />
                        </div>
                    </div>
                </Card>
                <ShowAs call=call id="kubeconfig-as"/>
            </div>
        </div>
    }
    .into_any()
}

fn blocked_banner(blocked: Signal<Option<String>>) -> AnyView {
    reactive(move || {
        maybe(
            blocked
                .get()
                .map(|reason| view! { <Banner title="No kubeconfig now" text=Some(reason) icon="lock"/> }.into_any()),
        )
    })
}

fn stage(access: Access) -> AnyView {
    match access.stage.get() {
        Stage::Idle => ().into_any(),
        Stage::Stopped => view! {
            <Banner
                title="Not waited for any longer"
                text=Some("The platform may still prepare it: \"Show kubeconfig\" asks whether it is there.".to_owned())
            />
        }
        .into_any(),
        Stage::Waiting(since, message) => {
            let is_long = Memo::new(move |_| Now::get().saturating_sub(since) > LONG);
            let text =
                message.map_or_else(|| "Kubeconfig generation in progress".to_owned(), |text| format::sentence(&text));
            view! {
                <div class="card" role="status" aria-label="Kubeconfig">
                    <div class="deed">
                        <span class="spinner" aria-hidden="true"></span>
                        <div class="deed__text">
                            <p><strong>"The platform prepares it"</strong></p>
                            <p class="muted">{text} " " {maybe(elapsed(&Took::Since(since)))}</p>
                            {reactive(move || {
                                maybe(is_long.get().then(|| {
                                    view! {
                                        <p class="muted">
                                            "This takes longer than usual. It is asked for again every 3 seconds until you stop; the cluster or its agent may not answer."
                                        </p>
                                    }
                                    .into_any()
                                }))
                            })}
                        </div>
                        <Button label="Stop waiting" on_press=move |()| access.stop()/>
                    </div>
                </div>
            }
            .into_any()
        }
        Stage::Ready => ready(access),
    }
}

fn ready(access: Access) -> AnyView {
    let toasts = use_store().toasts;
    let outline = access.outline.get_untracked();
    let name = access.name.get_value();
    if outline.is_empty {
        let text =
            "The platform says that it is ready and sent nothing. Generate it once more; if it stays empty, report it.";
        return view! { <Banner title="The kubeconfig is empty" text=Some(text.to_owned()) tone=crate::ui::Tone::Warn/> }
            .into_any();
    }
    let with_text = move |read: fn(&str) -> String| {
        access.yaml.try_with_value(|yaml| yaml.as_ref().map(|yaml| read(yaml.expose()))).flatten().unwrap_or_default()
    };
    let text = Signal::derive(move || if access.shown.get() { with_text(str::to_owned) } else { with_text(masked) });
    let whole = Signal::derive(move || with_text(str::to_owned));
    let save = move |()| {
        if download(&access.file(), "application/yaml", &with_text(str::to_owned)).is_err() {
            toasts.push(Tone::Bad, "The browser did not take the file. Copy the text instead.".to_owned());
        }
    };
    let command = merge_command(&access.file(), outline.context.as_deref());
    let odd = (!outline.is_one).then(|| {
        let text = "It names no clusters and users. Look at it before you use it, and report it if kubectl refuses it.";
        view! {
            <Banner title="This does not look like a kubeconfig" text=Some(text.to_owned()) tone=crate::ui::Tone::Warn/>
        }
        .into_any()
    });
    view! {
        <section class="card">
            <div class="card__head">
                <h2>{format!("Kubeconfig of {name}")}</h2>
            </div>
            <div class="card__body stack">
                {maybe(odd)}
                <div class="row">
                    <CopyButton text=whole what="the kubeconfig" labelled=true/>
                    <Button label="Download" icon="download" small=true on_press=save/>
                    <Button
                        label=Signal::derive(move || if access.shown.get() { "Hide secrets".to_owned() } else { "Show secrets".to_owned() })
                        small=true
                        on_press=move |()| access.shown.update(|shown| *shown = !*shown)
                    />
                    <span class="push">
                        <Button
                            label="Forget it"
                            small=true
                            look=Look::Ghost
                            on_press=move |()| {
                                access.forget();
                                access.stage.set(Stage::Idle);
                            }
                        />
                    </span>
                </div>
                <Code text=text taken=whole label="Kubeconfig" language=Language::Yaml numbers=false/>
                <h3>"Bring it into kubectl"</h3>
                <Code text=command label="Commands that merge it" language=Language::Shell numbers=false/>
                <p class="muted small">"It is in this tab alone, and is forgotten when you leave this face of the cluster."</p>
            </div>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    const YAML: &str = "apiVersion: v1\nkind: Config\ncurrent-context: arn:aws:eks:eu:1:cluster/prod\nclusters:\n- name: prod\n  cluster:\n    server: https://a.example\nusers:\n- name: a\n  user:\n    token: abc123\n    client-key-data: |\n      line1\n      line2\n- name: b\n  user:\n    password: \"x: y\"\n";

    #[test]
    fn what_lets_one_in_is_hidden_and_the_rest_stays() {
        let shown = masked(YAML);
        for secret in ["abc123", "line1", "line2", "x: y"] {
            assert!(!shown.contains(secret), "{secret}: {shown}");
        }
        assert!(shown.contains("server: https://a.example") && shown.contains("- name: b"), "{shown}");
        assert!(shown.contains("    token: ••"), "{shown}");
        assert!(!masked("a secret in a text of another kind").contains("secret"));
    }

    #[test]
    fn a_kubeconfig_is_told_by_what_it_names() {
        let outline = Outline::of(YAML);
        assert_eq!(outline.context.as_deref(), Some("arn:aws:eks:eu:1:cluster/prod"));
        assert_eq!(outline.server.as_deref(), Some("https://a.example"));
        assert!(outline.is_one && !outline.is_empty);
        assert!(!Outline::of("hello").is_one);
        assert!(Outline::of(" \n").is_empty);
    }

    #[test]
    fn the_commands_quote_what_a_shell_would_read() {
        let command = merge_command("kubeconfig-a.yaml", Some("it's $HOME"));
        assert!(command.ends_with("kubectl config use-context 'it'\\''s $HOME'\n"), "{command}");
        assert!(merge_command("k.yaml", None).ends_with("mv ~/.kube/merged ~/.kube/config\n"));
    }
}
