//! The face of a cluster that shows its agent: its state, installing it, and taking it away.

use astro_api::clusters::{self, AgentArchitecture, AgentRegisterRequest, AgentState, Cluster};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    can,
    install::{self, Manifest},
};
use crate::{
    components::roles,
    routes,
    store::{Tone, mutation, use_store},
    ui::{
        Banner, Button, Card, Confirm, FailureNote, Latest, Look, confirm::Confirming, format, maybe, reactive,
        time::Now,
    },
};

/// The agent of a cluster. `applications` is how many run on it; `renew` reads the cluster again.
pub fn agent(
    organization: String,
    cluster: Latest<Cluster>,
    applications: Signal<Option<usize>>,
    renew: Callback<()>,
) -> AnyView {
    let name = cluster.get().map(|cluster| cluster.cluster_name.clone()).unwrap_or_default();
    let has_agent = Memo::new(move |_| cluster.get().is_some_and(|cluster| cluster.agent.is_some()));
    let is_registered = Memo::new(move |_| cluster.get().is_some_and(|cluster| can::is_registered(&cluster)));
    let manifest = Manifest::new();
    let role = roles::why_not("registerAgent");
    let blocked = Signal::derive(move || role.get().or_else(|| cluster.get().and_then(|cluster| can::agent(&cluster))));
    let face =
        Face { organization: StoredValue::new(organization), name: StoredValue::new(name), manifest, blocked, renew };
    let draw = move || {
        if has_agent.get() { face.installed(is_registered, applications) } else { face.none() }
    };
    reactive(draw)
}

#[derive(Clone, Copy)]
struct Face {
    organization: StoredValue<String>,
    name: StoredValue<String>,
    manifest: Manifest,
    /// Why none can be installed.
    blocked: Signal<Option<String>>,
    renew: Callback<()>,
}

impl Face {
    /// A cluster without one: it can be installed.
    fn none(self) -> AnyView {
        let name = self.name.get_value();
        view! {
            <Card title="Agent" padded=true>
                <div class="stack">
                    <p class="muted">
                        {format!("No agent is installed on {name}. With one, the platform reaches the cluster through a connection that the cluster opens itself: also where its API endpoint is private.")}
                    </p>
                    {self.install("Install agent", true)}
                </div>
            </Card>
        }
        .into_any()
    }

    /// The button that registers, and the manifest that comes of it.
    fn install(self, label: &'static str, is_primary: bool) -> AnyView {
        let register = install::register();
        let architecture = RwSignal::new(AgentArchitecture::Amd64.as_str().to_owned());
        let press = move |()| {
            let body = AgentRegisterRequest {
                architecture: Some(architecture.with_untracked(|word| AgentArchitecture::from(word.as_str()))),
                ..AgentRegisterRequest::default()
            };
            register.run_then((self.name.get_value(), body), move |registration| {
                self.manifest.take(&registration);
                register.reset();
                self.renew.run(());
            });
        };
        view! {
            {reactive(move || {
                if self.manifest.is_there() {
                    return self.manifest.draw();
                }
                view! {
                    <div class="stack">
                        {install::architecture(architecture)}
                        <div>
                            <Button
                                label=label
                                look=install::look(is_primary)
                                busy=register.pending()
                                disabled_reason=self.blocked
                                on_press=press
                            />
                        </div>
                    </div>
                }
                .into_any()
            })}
            {reactive(move || {
                maybe(register.error().get().map(|failure| view! { <FailureNote failure=failure/> }.into_any()))
            })}
        }
        .into_any()
    }

    fn installed(self, is_registered: Memo<bool>, applications: Signal<Option<usize>>) -> AnyView {
        let name = self.name.get_value();
        let (load, retry) = install::status(name.clone(), None);
        let state = install::state_of(load);
        let since = Now::get_untracked();
        let status = Memo::new(move |_| state.with(|state| state.as_ref().map(|state| state.status.clone())));
        let awaited = Memo::new(move |_| state.with(|state| state.as_ref().is_some_and(|it| install::is_awaited(it))));
        let connected = Memo::new(move |_| state.with(|state| state.as_ref().is_some_and(|state| state.connected)));
        Effect::new(move |before: Option<bool>| {
            let now = connected.get();
            if now && before == Some(false) {
                self.manifest.forget();
            }
            if before.is_some_and(|before| before != now) {
                self.renew.run(());
            }
            now
        });
        let is_gone = Memo::new(move |_| {
            status.with(|status| matches!(status, Some(AgentState::Tombstoned | AgentState::Failed)))
        });
        // One that could not be installed has left something behind, which can be removed.
        let is_removed = Memo::new(move |_| status.with(|status| *status == Some(AgentState::Tombstoned)));
        let news = move || {
            let (title, text) = match status.get() {
                Some(AgentState::Disconnected) => (
                    "The agent has lost its connection",
                    "It tries to come back by itself. Until then the platform does not reach the cluster; what runs there goes on. \"Synchronize authentication\" in the menu above repairs a connection that was refused.",
                ),
                Some(AgentState::Tombstoned) => (
                    "The agent was removed",
                    if is_registered.get() {
                        "The cluster is still known here and cannot be reached. Install the agent again, or unregister the cluster."
                    } else {
                        "The cluster stays, and is reached by its endpoint. The agent can be installed again."
                    },
                ),
                Some(AgentState::Failed) => {
                    ("The agent could not be installed", "Install it again once what stands below is mended.")
                }
                _ => return ().into_any(),
            };
            view! { <Banner title=title text=Some(text.to_owned()) tone=crate::ui::Tone::Warn/> }.into_any()
        };
        let install_card = move || {
            let name = self.name.get_value();
            if awaited.get() {
                let register = install::register();
                return view! {
                    <Card title="Install the agent" padded=true>
                        {reactive(move || {
                            if self.manifest.is_there() {
                                self.manifest.draw()
                            } else {
                                install::again(name.clone(), register, self.manifest, self.blocked)
                            }
                        })}
                    </Card>
                }
                .into_any();
            }
            if is_gone.get() {
                return view! {
                    <Card title="Install again" padded=true>
                        <div class="stack">
                            <p class="muted">"Registers the cluster under the same name and makes a new manifest."</p>
                            {self.install("Install agent again", true)}
                        </div>
                    </Card>
                }
                .into_any();
            }
            ().into_any()
        };
        view! {
            <div class="stack">
                {reactive(news)}
                <div class="columns">
                    <div class="stack">
                        {reactive(install_card)}
                        <Card title="Agent">{install::standing(load, retry, since)}</Card>
                    </div>
                    <div class="stack">
                        {reactive(move || self.removal(is_registered.get(), is_removed.get(), applications))}
                    </div>
                </div>
            </div>
        }
        .into_any()
    }

    /// What takes the agent away, and for a registered cluster all that is known of it.
    fn removal(self, is_registered: bool, is_removed: bool, applications: Signal<Option<usize>>) -> AnyView {
        let blocked = roles::why_not("unregisterAgent");
        let confirming = use_context::<Confirming>();
        let store = use_store();
        let navigate = StoredValue::new_local(use_navigate());
        let unregister = mutation(|(name, agent_only): &(String, bool)| {
            clusters::unregister_agent(name, agent_only.then_some(true))
        });
        let ask = move |agent_only: bool| {
            let Some(confirming) = confirming else { return };
            let name = self.name.get_value();
            let question = question(&name, agent_only, is_registered, untrack(|| applications.get()));
            confirming.ask(question, move || {
                let name = name.clone();
                async move {
                    unregister.outcome((name.clone(), agent_only)).await?;
                    if is_registered && !agent_only {
                        store.toasts.push(Tone::Good, format!("{name} is unregistered."));
                        let list =
                            self.organization.try_with_value(|organization| routes::clusters(organization).path());
                        if let Some(list) = list {
                            navigate.try_with_value(|go| go(&list, NavigateOptions::default()));
                        }
                    } else {
                        store.toasts.push(Tone::Good, format!("The agent of {name} is removed."));
                        self.renew.run(());
                    }
                    Ok(())
                }
            });
        };
        let only = Signal::derive(move || {
            blocked.get().or_else(|| is_removed.then(|| "The agent is removed already.".to_owned()))
        });
        let full = if is_registered {
            ("Unregister cluster", "The agent and all that is known of the cluster here go. It runs on where it is.")
        } else {
            (
                "Unregister agent",
                "The agent goes, and what is kept of it. The cluster stays, and is reached by its endpoint.",
            )
        };
        view! {
            <Card title="Remove">
                <div class="deed">
                    <div class="deed__text">
                        <h3>"The agent only"</h3>
                        <p class="muted">"The connection ends. The cluster's record stays, so that an agent can be installed again."</p>
                    </div>
                    <Button label="Remove agent" look=Look::Danger disabled_reason=only on_press=move |()| ask(true)/>
                </div>
                <div class="deed">
                    <div class="deed__text">
                        <h3>{if is_registered { "The cluster" } else { "All of the agent" }}</h3>
                        <p class="muted">{full.1}</p>
                    </div>
                    <Button label=full.0 look=Look::Danger disabled_reason=blocked on_press=move |()| ask(false)/>
                </div>
            </Card>
        }
        .into_any()
    }
}

/// What is asked before an agent or a registered cluster is taken away.
fn question(name: &str, agent_only: bool, is_registered: bool, applications: Option<usize>) -> Confirm {
    let leftover = "stays in the cluster until it is removed: kubectl delete namespace astro-agent.";
    let running = match applications {
        Some(0) => None,
        Some(count) => Some(format::counted(count, "application", "applications")),
        None => Some("Applications on it".to_owned()),
    };
    let question = if agent_only {
        let text = if is_registered {
            "The platform loses its connection to the cluster; the record stays."
        } else {
            "Its connection ends. The cluster stays, and is reached by its endpoint."
        };
        Confirm::new(format!("Remove the agent of {name}"), text, "Remove agent").keep("Keep agent")
    } else if is_registered {
        Confirm::new(
            format!("Unregister {name}"),
            "The platform forgets the cluster. It runs on where it was made.",
            "Unregister cluster",
        )
        .consequence("server", "The cluster", "and its nodes stay as they are, and cost what they cost.")
        .keep("Keep cluster")
    } else {
        Confirm::new(
            format!("Unregister the agent of {name}"),
            "The platform forgets the agent. The cluster stays, and is reached by its endpoint.",
            "Unregister agent",
        )
        .keep("Keep agent")
    };
    let question = match running {
        Some(what) if is_registered => question.consequence(
            "boxes",
            what,
            "keep running there, and can no longer be changed, synchronized or watched from here.",
        ),
        _ => question,
    };
    question.consequence("file-text", "What was applied", leftover).typed(name.to_owned()).danger()
}

#[cfg(test)]
mod tests {
    use super::question;

    #[test]
    fn each_way_of_taking_it_away_says_what_becomes_of_it() {
        let all = [
            question("edge", true, true, Some(2)),
            question("edge", false, true, Some(2)),
            question("edge", false, false, Some(2)),
            question("edge", false, true, Some(0)),
            question("edge", true, false, Some(2)),
        ];
        for (index, one) in all.iter().enumerate() {
            assert!(all.iter().skip(index + 1).all(|other| other != one), "{index}");
        }
        // What has an endpoint of its own is reached without an agent.
        let said = format!("{:?}", question("x", true, false, Some(2)));
        assert!(!said.contains("application"), "{said}");
    }
}
