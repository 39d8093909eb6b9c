//! Installing an agent: the manifest that makes it, the commands that apply it, and how it goes until it is connected.

use std::{sync::Arc, time::Duration};

use astro_api::{
    Secret,
    clusters::{
        self, AgentArchitecture, AgentProgress, AgentRegisterRequest, AgentRegistration, AgentState, AgentStatus,
        OperationStatus,
    },
};
use leptos::prelude::*;

use crate::{
    components::{marks, words},
    store::{Mutation, mutation, query},
    ui::{
        Bar, Button, Choice, Code, CopyButton, Fact, Facts, FailureNote, Field, Loading, Look, QueryView,
        SegmentsField, Stage, State, Step, Stepper, Time,
        code::Language,
        load::Loads,
        maybe, reactive,
        state::readable,
        stepper::{Took, elapsed},
        time::Now,
    },
};

/// How often an agent is asked for while it is waited for.
const RENEW: Duration = Duration::from_secs(3);
/// After how long it is said what to check, milliseconds.
const LONG: u64 = 60_000;

/// Keys whose values let one in, wherever they stand.
const SECRETS: [&str; 6] = ["token", "password", "client-key-data", "private-key", "secret", "api-key"];

/// A manifest with dots in the place of what lets one in: the values of its Secrets, and whatever is called so. Of a text
/// that is no manifest nothing is shown, since nobody knows where in it a secret stands.
fn masked(manifest: &str) -> String {
    if !manifest.lines().any(|line| line.starts_with("kind:")) {
        return "•".repeat(24);
    }
    let mut text = String::new();
    for (index, document) in manifest.split("\n---").enumerate() {
        if index > 0 {
            text.push_str("\n---");
        }
        mask_document(document, &mut text);
    }
    text
}

fn mask_document(document: &str, text: &mut String) {
    let is_secret = document.lines().any(|line| line.trim_end() == "kind: Secret");
    // The indentation of the block whose every value is hidden, and of a value whose lines follow.
    let (mut block, mut below) = (None::<usize>, None::<usize>);
    for line in document.split_inclusive('\n') {
        let bare = line.trim_start();
        let indent = line.len() - bare.len();
        let is_blank = bare.trim().is_empty();
        if below.is_some_and(|at| indent > at || is_blank) {
            continue;
        }
        below = None;
        if block.is_some_and(|at| indent <= at && !is_blank) {
            block = None;
        }
        let Some((head, value)) = line.split_once(':') else {
            text.push_str(line);
            continue;
        };
        let key = head.trim_start().trim_start_matches("- ").trim().trim_matches('"');
        let is_hidden = block.is_some() || (SECRETS.contains(&key) && !value.trim().is_empty());
        if is_secret && indent == 0 && matches!(key, "data" | "stringData") {
            block = Some(indent);
            text.push_str(line);
        } else if is_hidden {
            text.push_str(head);
            text.push_str(": ");
            text.push_str(&"•".repeat(24));
            text.push('\n');
            below = Some(indent);
        } else {
            text.push_str(line);
        }
    }
}

/// What is told of a registration, without what is secret in it.
#[derive(Clone, Default, PartialEq)]
struct About {
    cluster: String,
    dry_run: bool,
    expires_at: Option<String>,
    has_command: bool,
}

/// What an agent is installed with, until the page is left. No signal holds it. A copy is a handle of the same.
#[derive(Clone, Copy)]
pub struct Manifest {
    about: RwSignal<Option<About>>,
    shown: RwSignal<bool>,
    text: StoredValue<Option<Secret<String>>>,
    command: StoredValue<Option<Secret<String>>>,
}

impl Manifest {
    /// None yet.
    pub fn new() -> Self {
        let manifest = Self {
            about: RwSignal::new(None),
            shown: RwSignal::new(false),
            text: StoredValue::new(None),
            command: StoredValue::new(None),
        };
        on_cleanup(move || manifest.forget());
        manifest
    }

    /// Takes the one that has come.
    pub fn take(self, registration: &AgentRegistration) {
        self.text.try_set_value(Some(registration.manifest.clone()));
        self.command.try_set_value(registration.install_command.clone());
        self.shown.try_set(false);
        self.about.try_set(Some(About {
            cluster: registration.cluster_id.clone(),
            dry_run: registration.dry_run == Some(true),
            expires_at: words::time(registration.expires_at.as_ref()),
            has_command: registration.install_command.as_ref().is_some_and(|command| !command.is_empty()),
        }));
    }

    /// Forgets it.
    pub fn forget(self) {
        // Dropping them zeroes their memory.
        self.text.try_set_value(None);
        self.command.try_set_value(None);
        self.about.try_set(None);
    }

    /// Whether there is one.
    pub fn is_there(self) -> bool {
        self.about.with(Option::is_some)
    }

    fn with(held: StoredValue<Option<Secret<String>>>, read: fn(&str) -> String) -> String {
        held.try_with_value(|text| text.as_ref().map(|text| read(text.expose()))).flatten().unwrap_or_default()
    }

    /// It, with what applies it.
    pub fn draw(self) -> AnyView {
        reactive(move || maybe(self.about.get().map(|about| self.drawn(&about))))
    }

    fn drawn(self, about: &About) -> AnyView {
        let file = format!("astro-agent-{}.yaml", about.cluster);
        let shown = self.shown;
        let whole = Signal::derive(move || Self::with(self.text, str::to_owned));
        let text = Signal::derive(move || Self::with(self.text, if shown.get() { str::to_owned } else { masked }));
        let until = about
            .expires_at
            .clone()
            .map(|at| view! { <p class="muted">"Its token expires " <Time at=Some(at)/> "."</p> }.into_any());
        let press = move |_| shown.update(|shown| *shown = !*shown);
        let called = file.clone();
        let tools = view! {
            <div class="agent__manifest">
                <Code
                    text=text
                    taken=whole
                    label="Manifest of the agent"
                    language=Language::Yaml
                    numbers=false
                    file=Signal::stored(called)
                >
                    <button type="button" class="button button--ghost button--small" on:click=press>
                        {move || if shown.get() { "Hide secrets" } else { "Show secrets" }}
                    </button>
                </Code>
            </div>
        }
        .into_any();
        if about.dry_run {
            return view! {
                <div class="stack">
                    <p class="muted">"This is what would be applied. Nothing is registered yet, and this token opens nothing."</p>
                    {tools}
                </div>
            }
            .into_any();
        }
        let apply = format!("kubectl config current-context\nkubectl apply -f {file}\n");
        let command = about.has_command.then(|| {
            let command = Signal::derive(move || {
                let text = Self::with(self.command, str::to_owned);
                // Its first words say what it is; what follows may let one in.
                if shown.get() || !text.contains("token") { text } else { "•".repeat(24) }
            });
            let whole = Signal::derive(move || Self::with(self.command, str::to_owned));
            view! {
                <p class="muted">"Or in one step with astroctl, which applies it to kubectl's current context:"</p>
                <div class="secret">
                    <code class="secret__text">{move || command.get()}</code>
                    <CopyButton text=whole what="the command"/>
                </div>
            }
            .into_any()
        });
        view! {
            <div class="stack">
                <p class="muted">
                    "Whoever may install in the cluster applies this manifest. It opens a connection from the cluster outwards; nothing has to be let in."
                </p>
                {tools}
                <p class="muted">"Make sure that kubectl talks to the right cluster, then apply:"</p>
                <Code text=apply label="Commands that apply the manifest" language=Language::Shell numbers=false/>
                {maybe(command)}
                {maybe(until)}
            </div>
        }
        .into_any()
    }
}

/// What registers a cluster, or asks for the manifest again.
pub type Register = Mutation<(String, AgentRegisterRequest), AgentRegistration>;

/// A registration.
pub fn register() -> Register {
    mutation(|(name, body): &(String, AgentRegisterRequest)| clusters::register_agent(name, body))
}

/// The choice of the nodes that an agent is for; `value` holds the contract's word.
pub fn architecture(value: RwSignal<String>) -> AnyView {
    let choices = vec![
        Choice::new(AgentArchitecture::Amd64.as_str(), "amd64").note("Intel and AMD"),
        Choice::new(AgentArchitecture::Arm64.as_str(), "arm64").note("Graviton, Ampere, Apple"),
    ];
    view! {
        <SegmentsField
            field=Field::new("architecture", "Architecture of the nodes that run the agent")
                .hint("kubectl get nodes -L kubernetes.io/arch shows it.".to_owned())
            value=value
            choices=Signal::stored(choices)
        />
    }
    .into_any()
}

/// A button that fetches the manifest of an agent that is waited for.
pub fn again(name: String, register: Register, manifest: Manifest, blocked: Signal<Option<String>>) -> AnyView {
    let press = move |()| {
        register.run_then((name.clone(), AgentRegisterRequest::default()), move |registration| {
            manifest.take(&registration);
            register.reset();
        });
    };
    let lead = view! {
        <p class="muted">
            "The manifest holds a token, so it is kept nowhere. While the agent is waited for, the platform gives it again."
        </p>
    };
    let button = view! {
        <Button label="Show the manifest" busy=register.pending() disabled_reason=blocked on_press=press/>
    };
    asking(register, lead.into_any(), button.into_any())
}

/// A button that registers, what is said before it, and why it failed.
pub fn asking(register: Register, lead: AnyView, button: AnyView) -> AnyView {
    view! {
        <div class="stack">
            {lead}
            <div>{button}</div>
            {reactive(move || {
                maybe(register.error().get().map(|failure| view! { <FailureNote failure=failure/> }.into_any()))
            })}
        </div>
    }
    .into_any()
}

/// Asks for an agent again and again while it is on its way. `operation` is the registration's.
pub fn status(name: String, operation: Option<String>) -> (Loads<AgentStatus>, Callback<()>) {
    let query = query(move || clusters::agent_status(&name, operation.as_deref())).every(RENEW);
    (query.load(), Callback::new(move |()| query.refetch()))
}

fn step(progress: &AgentProgress) -> Step {
    let status = progress.status.as_deref().map_or(OperationStatus::Pending, OperationStatus::from);
    let stage = match status {
        OperationStatus::Completed => Stage::Done,
        OperationStatus::InProgress => Stage::Running,
        OperationStatus::Failed => Stage::Failed,
        OperationStatus::Cancelled => Stage::Skipped,
        _ => Stage::Todo,
    };
    let name = progress.step.as_deref().map_or_else(|| "Step".to_owned(), readable);
    let step = Step::new(name, stage);
    match progress.message.as_deref().filter(|message| !message.is_empty()) {
        Some(message) => step.message(message),
        None => step,
    }
}

/// Whether an agent may still come by itself.
pub const fn is_awaited(status: &AgentStatus) -> bool {
    !status.connected && matches!(status.status, AgentState::Pending | AgentState::WaitingForAgent)
}

/// What an agent that does not come is about.
fn checks(open: bool) -> AnyView {
    view! {
        <details class="connection__more" open=open>
            <summary>"What to check when it does not come"</summary>
            <ul class="connection__checks">
                <li>"The pod runs: " <code>"kubectl -n astro-agent get pods"</code> "."</li>
                <li>"What it says: " <code>"kubectl -n astro-agent logs deployment/astro-agent"</code> "."</li>
                <li>"The architecture fits the nodes. A pod that stays Pending finds no node; one that says exec format error has the wrong image."</li>
                <li>"The cluster may open connections to the internet on port 443. A proxy or a network policy may stand in the way."</li>
                <li>"The manifest was applied to the right cluster: " <code>"kubectl config current-context"</code> "."</li>
                <li>"The token was used in time. If it has expired, register again: it makes another."</li>
            </ul>
        </details>
    }
    .into_any()
}

/// How an agent stands and how its installation goes. `since` is when it began to be waited for, milliseconds since 1970.
pub fn standing(load: Loads<AgentStatus>, retry: Callback<()>, since: u64) -> AnyView {
    let is_long = Memo::new(move |_| Now::get().saturating_sub(since) > LONG);
    let steps = Signal::derive(move || {
        load.with(|load| {
            let progress = load.value().and_then(|status| status.progress.clone());
            progress.unwrap_or_default().iter().map(step).collect::<Vec<_>>()
        })
    });
    let has_steps = Memo::new(move |_| steps.with(|steps| !steps.is_empty()));
    let awaited = Memo::new(move |_| load.with(|load| load.value().is_some_and(|status| is_awaited(status))));
    let failed =
        Memo::new(move |_| load.with(|load| load.value().is_some_and(|status| status.status == AgentState::Failed)));
    view! {
        <QueryView
            load=load
            loading=|| view! { <Loading label="Loading the agent"><p class="card__body"><Bar/></p></Loading> }.into_any()
            empty=None
            frameless=true
            retry=retry
            data=move |status| {
                view! {
                    <div class="stack card__body">
                        {reactive(move || status.draw(|status| facts(status, since)))}
                        {reactive(move || {
                            maybe((awaited.get() || failed.get()).then(|| checks(failed.get() || is_long.get())))
                        })}
                    </div>
                    {reactive(move || {
                        maybe(has_steps.get().then(|| view! { <Stepper label="Installation of the agent" steps=steps/> }.into_any()))
                    })}
                }
                .into_any()
            }
        />
    }
    .into_any()
}

fn facts(status: &AgentStatus, since: u64) -> AnyView {
    let waits = is_awaited(status);
    let mark =
        if status.connected { marks::agent_state(&AgentState::Connected) } else { marks::agent_state(&status.status) };
    let mut facts = vec![Fact::new("State", view! { <State mark=mark/> })];
    if waits {
        facts.push(Fact::new("Waited for", view! { <span>{maybe(elapsed(&Took::Since(since)))}</span> }));
    } else {
        facts.push(Fact::new("Last seen", view! { <Time at=words::time(status.last_heartbeat.as_ref())/> }));
    }
    let provider = status.provider.as_deref().map(words::provider);
    let found = [
        Fact::code("Agent version", status.agent_version.as_deref()),
        Fact::code("Kubernetes", status.kubernetes_version.as_deref()),
        Fact::text("Provider", provider.as_deref()),
        Fact::code("Region", status.region.as_deref()),
    ];
    // An agent that is not there has found out nothing.
    if !waits {
        facts.extend(found);
    }
    if status.operation_id.is_some() {
        facts.push(Fact::copied("Operation", status.operation_id.as_deref()));
    }
    view! { <Facts facts=facts/> }.into_any()
}

/// A look for what is primary only where nothing else is.
pub const fn look(is_primary: bool) -> Look {
    if is_primary { Look::Primary } else { Look::Plain }
}

/// How an agent stands, as a value that changes only when it does.
pub fn state_of(load: Loads<AgentStatus>) -> Memo<Option<Arc<AgentStatus>>> {
    Memo::new_with_compare(
        move |_| load.with(|load| load.value().map(Arc::clone)),
        |before, now| match (before.and_then(Option::as_ref), now.and_then(Option::as_ref)) {
            (Some(before), Some(now)) => before.status != now.status || before.connected != now.connected,
            (None, None) => false,
            _ => true,
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: astro-agent\n---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: bootstrap\nstringData:\n  cluster: edge\n  token: abc123\n  cert: |\n    line1\n    line2\ntype: Opaque\n---\nkind: Deployment\nspec:\n  env:\n    - name: X\n      token: \"def456\"\n  image: agent:0.4.2\n";

    #[test]
    fn what_lets_one_in_is_hidden_and_the_rest_stays() {
        let shown = masked(MANIFEST);
        for secret in ["abc123", "line1", "line2", "def456"] {
            assert!(!shown.contains(secret), "{secret}: {shown}");
        }
        for rest in ["name: astro-agent", "stringData:\n", "type: Opaque", "image: agent:0.4.2", "  token: ••"] {
            assert!(shown.contains(rest), "{rest}: {shown}");
        }
        assert_eq!(shown.matches("---").count(), 2);
        assert!(!masked("a secret in a text of another kind").contains("secret"));
    }

    #[test]
    fn an_agent_is_awaited_until_it_connects_or_cannot_any_more() {
        let of = |state: &str, connected: bool| {
            is_awaited(
                &serde_json::from_value(serde_json::json!({"clusterId": "a", "connected": connected, "status": state}))
                    .unwrap(),
            )
        };
        assert!(of("WAITING_FOR_AGENT", false) && of("PENDING", false));
        assert!(!of("CONNECTED", true) && !of("DISCONNECTED", false) && !of("TOMBSTONED", false));
        assert!(!of("HIBERNATING", false), "nobody knows");
    }
}
