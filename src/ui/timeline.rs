//! A timeline: what happened, newest first, by days.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    button::Button,
    format,
    icon::{Glyph, Tone},
    reactive::{maybe, reactive},
    time::{Now, Time},
};

/// Events that are drawn at once; more come by a button.
const PAGE: usize = 100;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// How it is meant.
    pub tone: Tone,
    /// What happened: "BackOff".
    pub title: String,
    /// What it happened to: "Pod/payments-api-7d9c".
    pub object: Option<String>,
    /// More about it.
    pub text: Option<String>,
    /// How often it happened; told from twice on.
    pub count: usize,
    /// When, RFC 3339.
    pub at: String,
}

/// Events of one day.
struct Day<'a> {
    name: String,
    events: Vec<&'a Event>,
}

/// Events by the days on which they happened, in the order in which they come. `day` names the day of a time.
fn days<'a>(events: &[&'a Event], day: impl Fn(&str) -> String) -> Vec<Day<'a>> {
    let mut days: Vec<Day<'a>> = Vec::new();
    for event in events {
        let name = day(&event.at);
        match days.last_mut() {
            Some(last) if last.name == name => last.events.push(event),
            _ => days.push(Day { name, events: vec![event] }),
        }
    }
    days
}

/// Events under each other, with what they are about and when they happened.
#[component]
pub fn Timeline(
    /// What they are of: "Events of payments-api".
    #[prop(into)]
    label: String,
    /// The events, newest first.
    #[prop(into)]
    events: Signal<Arc<Vec<Event>>>,
    /// Whether days stand above their events: not where all of it is of today.
    #[prop(default = true)]
    by_day: bool,
) -> AnyView {
    let limit = RwSignal::new(PAGE);
    let now = Now::get_untracked();
    let content = reactive(move || {
        let events = events.get();
        let drawn: Vec<_> = events.iter().take(limit.get()).collect();
        let hidden = events.len() - drawn.len();
        let groups = days(&drawn, |at| if by_day { format::day(at, now) } else { String::new() });
        let groups = groups.into_iter().map(group).collect_view();
        let more = (hidden > 0).then(|| {
            let next = format!("Show {} more of {}", format::count(hidden.min(PAGE)), format::count(hidden));
            view! {
                <div class="table__more">
                    <Button label=next small=true on_press=move |()| limit.update(|limit| *limit += PAGE)/>
                </div>
            }
            .into_any()
        });
        view! {
            {groups}
            {maybe(more)}
        }
        .into_any()
    });
    view! {
        <div role="group" aria-label=label>
            {content}
        </div>
    }
    .into_any()
}

fn group(day: Day<'_>) -> AnyView {
    let events = day.events.into_iter().map(row).collect_view();
    let name = day.name.clone();
    let head = (!name.is_empty()).then(|| view! { <h3 class="feed__label">{name}</h3> }.into_any());
    view! {
        {maybe(head)}
        <ul>{events}</ul>
    }
    .into_any()
}

fn row(event: &Event) -> AnyView {
    let count = (event.count > 1)
        .then(|| view! { <span class="feed__count">{format!("× {}", format::count(event.count))}</span> }.into_any());
    let object = event.object.clone().map(|object| view! { <code class="feed__object">{object}</code> }.into_any());
    let text = event.text.clone().map(|text| view! { <span class="feed__note">{text}</span> }.into_any());
    view! {
        <li class="feed__row">
            <Glyph tone=event.tone/>
            <div class="feed__text">
                <span class="strong">{event.title.clone()}</span>
                {maybe(count)}
                {maybe(object)}
                {maybe(text)}
            </div>
            <span class="feed__side">
                <Time at=Some(event.at.clone())/>
            </span>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_stand_under_their_days() {
        let event = |at: &str| Event {
            tone: Tone::Good,
            title: "Pulled".to_owned(),
            object: None,
            text: None,
            count: 1,
            at: at.to_owned(),
        };
        let events = [event("9 14:00"), event("9 08:00"), event("8 23:59"), event("9 07:00")];
        let events: Vec<_> = events.iter().collect();
        let days = days(&events, |at| at.split(' ').next().unwrap_or_default().to_owned());
        let seen: Vec<_> = days.iter().map(|day| (day.name.as_str(), day.events.len())).collect();
        assert_eq!(seen, [("9", 2), ("8", 1), ("9", 1)], "the order in which they come is kept");
    }
}
