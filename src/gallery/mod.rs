//! Every component in every state, at `/_gallery`: what the screenshots and the audits for accessibility look at.
//!
//! A group is a module with its samples; `/_gallery?group=fields` shows one group alone. What is shipped is built without
//! the feature `gallery`.

mod activity;
mod charts;
mod cloud;
mod clusters;
mod controls;
mod data;
mod editor;
mod fields;
mod forms;
mod github;
pub mod heap;
mod logs;
mod machines;
mod people;
mod progress;
mod shell;
mod states;
mod tables;

use leptos::prelude::*;

use crate::ui::{Address, Card, PageHeader, reactive};

/// A component in one or more states, with what it is called.
pub struct Sample {
    title: &'static str,
    draw: Box<dyn Fn() -> AnyView + Send + Sync>,
}

impl Sample {
    /// A sample under its title.
    pub fn new(title: &'static str, draw: impl Fn() -> AnyView + Send + Sync + 'static) -> Self {
        Self { title, draw: Box::new(draw) }
    }
}

/// A group: its name in the address, its heading, its samples.
type Group = (&'static str, &'static str, fn() -> Vec<Sample>);

const GROUPS: &[Group] = &[
    ("controls", "Controls", controls::samples),
    ("fields", "Fields", fields::samples),
    ("forms", "Forms", forms::samples),
    ("tables", "Tables", tables::samples),
    ("progress", "Progress", progress::samples),
    ("data", "Data", data::samples),
    ("charts", "Charts", charts::samples),
    ("states", "States", states::samples),
    ("shell", "Shell", shell::samples),
    ("activity", "Activity", activity::samples),
    ("clusters", "Clusters", clusters::samples),
    ("machines", "Machine types", machines::samples),
    ("github", "GitHub", github::samples),
    ("cloud", "Cloud accounts", cloud::samples),
    ("people", "People and secrets", people::samples),
    ("logs", "Logs", logs::samples),
    ("editor", "Editor", editor::samples),
];

/// The gallery, whole or one group of it.
pub fn gallery() -> AnyView {
    let address = Address::of_context();
    let group = address.param("group");
    let links = GROUPS
        .iter()
        .map(|(name, title, _)| {
            let href = move || address.link(&[("group", Some((*name).to_owned()))]);
            view! { <a class="link" href=href>{*title}</a> }.into_any()
        })
        .collect_view();
    view! {
        <PageHeader title="Gallery".to_owned()/>
        <nav class="row" aria-label="Groups">
            {links}
        </nav>
        {reactive(move || {
            let chosen = group.get();
            GROUPS
                .iter()
                .filter(|(name, ..)| chosen.as_deref().is_none_or(|chosen| chosen == *name))
                .map(|(_, title, samples)| show(title, samples()))
                .collect_view()
                .into_any()
        })}
    }
    .into_any()
}

fn show(title: &'static str, samples: Vec<Sample>) -> AnyView {
    let samples = samples
        .into_iter()
        .map(|sample| {
            view! {
                <Card title=sample.title padded=true>
                    {(sample.draw)()}
                </Card>
            }
        })
        .map(IntoAny::into_any)
        .collect_view();
    view! {
        <section class="stack gallery__group" aria-label=title>
            <h2>{title}</h2>
            {samples}
        </section>
    }
    .into_any()
}
