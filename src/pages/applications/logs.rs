//! `/o/:org/applications/:application/logs`: what the containers of an application write, live.

use std::sync::Arc;

use astro_api::{
    Frame,
    applications::{self, AppLogLine, AppResource, Application},
    timestamp::Timestamp,
};
use leptos::prelude::*;

use super::faces::{self, Counts, faces};
use crate::{
    components::{
        PageContext,
        live::{LiveStatus, application_status},
        marks,
    },
    store::{Live, Query, Source, query, stream},
    ui::{
        Banner, StateBadge,
        format::sentence,
        load::{Connection, FailureKind, Load},
        log::{Limits, Line, LogFeed, LogOptions, LogView, Options, feed::now},
        maybe, reactive, text,
    },
};

/// A container whose lines are refused so often in a row, while the platform answers, is taken for gone.
const REFUSALS: u32 = 2;

/// What a stream is opened with: another choice is another stream.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wanted {
    tail: u32,
    previous: bool,
    /// The one pod, where one alone is chosen. Several are told apart here, since the platform takes one or all.
    pod: Option<String>,
    container: Option<String>,
}

impl Wanted {
    fn of(options: &LogOptions) -> Self {
        let alone = |names: &[String]| match names {
            [name] => Some(name.clone()),
            _ => None,
        };
        Self {
            tail: options.tail,
            previous: options.previous,
            pod: alone(&options.filter.pods),
            container: alone(&options.filter.containers),
        }
    }

    fn stream(&self, id: &str, tail: u64) -> astro_api::Stream<AppLogLine> {
        let options = applications::LogOptions {
            follow: None,
            tail: i64::try_from(tail).ok(),
            previous: self.previous.then_some(true),
            pod: self.pod.clone(),
            container: self.container.clone(),
        };
        applications::logs(id, &options)
    }
}

/// The logs of an application.
pub fn logs(organization: String, id: String) -> AnyView {
    let query = {
        let id = id.clone();
        query(move || applications::get(&id))
    };
    let load = query.load();
    let (status, told) = application_status(id.clone());
    let options = Options::of_context();
    let feed = LogFeed::new(Limits::default());
    let wanted = options.part(Wanted::of);
    let gone = gone(wanted, status, told);
    let refused = RwSignal::new(None::<Wanted>);
    let missing = Memo::new(move |_| {
        refused.get().filter(|refused| wanted.with(|wanted| wanted == refused)).and_then(|refused| refused.container)
    });
    let is_open = RwSignal::new(false);
    let live = {
        let id = id.clone();
        stream(
            move || {
                // What an open stream still has to say is read to its end.
                if (gone.with(Option::is_some) || missing.with(Option::is_some)) && !is_open.get() {
                    // One of the same name may come in its place.
                    feed.lost();
                    return None;
                }
                let (id, wanted) = (id.clone(), wanted.get());
                let first = wanted.stream(&id, u64::from(wanted.tail));
                let probe = applications::get(&id);
                Some(Source::new(first, probe).resuming(move || {
                    // What a connection begins with is known but for what was written since the last one.
                    feed.lost();
                    wanted.stream(&id, feed.tail().unwrap_or_else(|| u64::from(wanted.tail)))
                }))
            },
            move |frame| match frame {
                Ok(Frame::Item(line)) => feed.push(line_of(line)),
                Ok(Frame::Text(text)) => feed.push(Line { message: text, ..Line::default() }),
                // A frame of another form is not a line, and the stream goes on.
                Err(_) => {}
            },
        )
    };
    Effect::new(move |_| {
        let now = live.connection().with(|connection| *connection == Connection::Live);
        // The stream follows it: set to what it is, it would go round for ever.
        if is_open.get_untracked() != now {
            is_open.set(now);
        }
    });
    doubt(wanted, live.connection(), told.connection(), query, refused);
    // Another choice of lines begins anew.
    Effect::new(move |before: Option<Wanted>| {
        let wanted = wanted.get();
        if before.is_some_and(|before| before != wanted) {
            feed.clear();
        }
        wanted
    });
    let name = move || load.with(|load| load.value().map(|application| application.name.clone()));
    if let Some(context) = use_context::<PageContext>() {
        context.set_connection(live.connection());
        context.set_name(name);
    }
    faces::offer(&organization, &id, name, Signal::stored("logs"));
    let is_deleted = Memo::new(move |_| {
        load.with(|load| matches!(load, Load::Failed(failure) if failure.kind == FailureKind::NotFound))
    });
    let ended = why_ended(query, live.connection(), options, (gone, missing), is_deleted);
    let pods = Memo::new(move |_| status.with(|status| status.resources.as_deref().map(pods_of).unwrap_or_default()));
    let title = {
        let id = id.clone();
        Signal::derive(move || name().unwrap_or_else(|| id.clone()))
    };
    view! {
        <div class="logs-page">
            {head(&organization, &id, title, load, status)}
            {without_pods(load, status)}
            <LogView
                feed=feed
                options=options
                connection=live.connection()
                file=format!("{id}.log")
                pods=pods
                ended=ended
                podless=Signal::derive(move || gone.with(Option::is_some) && !is_deleted.get())
                containerless=Signal::derive(move || missing.with(Option::is_some) && !is_deleted.get())
                retry=move |()| {
                    refused.set(None);
                    live.reconnect();
                }
            />
        </div>
    }
    .into_any()
}

fn line_of(line: AppLogLine) -> Line {
    Line {
        timestamp: line.timestamp.map(|timestamp| timestamp.as_str().to_owned()),
        pod: line.pod,
        container: line.container,
        stream: line.stream.map(|stream| stream.as_str().to_owned()),
        message: line.message,
    }
}

fn pods_of(resources: &[AppResource]) -> Vec<String> {
    let pods = resources.iter().filter(|resource| resource.kind == "Pod");
    pods.map(|resource| resource.name.clone()).collect()
}

/// The one pod that is wanted, where it is not there any more: the platform refuses to tell its lines, however often it is
/// asked. A status that is not followed now, or has not been told anew since, says nothing of what has come meanwhile.
fn gone(wanted: Memo<Wanted>, status: ReadSignal<LiveStatus>, told: Live) -> Memo<Option<String>> {
    let is_live = Memo::new(move |_| told.connection().with(|connection| *connection == Connection::Live));
    let old =
        Memo::new(
            move |before: Option<&Option<Timestamp>>| {
                if is_live.get() { before.cloned().flatten() } else { status.with(|status| status.at.clone()) }
            },
        );
    Memo::new(move |before: Option<&Option<String>>| {
        // Always asked, since it remembers what it saw when it was asked.
        let is_old = old.with(|old| status.with(|status| status.at == *old));
        let pod = wanted.with(|wanted| wanted.pod.clone())?;
        if is_old || !is_live.get() {
            return before.cloned().flatten().filter(|before| *before == pod);
        }
        let pods = status.with(|status| status.resources.as_deref().map(pods_of))?;
        (!pods.contains(&pod)).then_some(pod)
    })
}

/// What came of a stream that was asked for.
#[derive(Debug, Default)]
struct Tries {
    /// The platform has had the lines: what fails afterwards is the connection.
    was_open: bool,
    /// How often it failed in a row.
    failed: u32,
    /// When the next try is due, milliseconds since 1970.
    due: u64,
    /// When it last failed so often that it may be for good, milliseconds since 1970.
    doubted: Option<u64>,
}

impl Tries {
    /// Takes in how the connection stands. Answers whether one more failure makes it doubtful that another try helps.
    fn note(&mut self, connection: &Connection, now: u64) -> bool {
        match connection {
            // Another stream begins so, and none is left after the other.
            Connection::Connecting | Connection::Ended => *self = Self::default(),
            Connection::Live => self.was_open = true,
            // While a try is under way, the time has passed at which it was due.
            Connection::Reconnecting { at } if *at > now && *at != self.due => {
                (self.due, self.failed) = (*at, self.failed + 1);
                if self.failed >= REFUSALS && !self.was_open {
                    self.doubted = Some(now);
                    return true;
                }
            }
            _ => {}
        }
        false
    }
}

/// Finds out whether the one container that is wanted is refused for good. A browser does not tell why a socket was
/// refused, and no status tells the containers. But where the platform answers for the application and never for its lines,
/// there is hardly such a container.
fn doubt(
    wanted: Memo<Wanted>,
    connection: Signal<Connection>,
    told: Signal<Connection>,
    query: Query<Application>,
    refused: RwSignal<Option<Wanted>>,
) {
    let load = query.load();
    Effect::new(move |before: Option<Tries>| {
        let mut tries = before.unwrap_or_default();
        let choice = wanted.get();
        // Another choice is asked for, whatever became of this one.
        if refused.with_untracked(|refused| refused.as_ref().is_some_and(|refused| *refused != choice)) {
            refused.set(None);
        }
        let is_doubtful = connection.with(|connection| tries.note(connection, now()));
        // Where the status is not heard either, it is the sockets and not the container.
        if !told.with(|told| *told == Connection::Live) {
            (tries.failed, tries.doubted) = (0, None);
            return tries;
        }
        if is_doubtful && choice.container.is_some() {
            query.renew();
        }
        let answered = load.with(|load| match load {
            Load::Ready(loaded) if loaded.failed.is_none() => Some(loaded.at),
            _ => None,
        });
        if choice.container.is_some() && tries.doubted.zip(answered).is_some_and(|(doubted, at)| at >= doubted) {
            refused.set(Some(choice));
        }
        tries
    });
}

/// That nothing runs which could write, and why, as far as the platform says so.
fn without_pods(load: crate::ui::load::Loads<Application>, status: ReadSignal<LiveStatus>) -> AnyView {
    // An application whose resources are not known yet may have pods.
    let has_none = Memo::new(move |_| {
        status.with(|status| status.resources.as_deref().is_some_and(|resources| pods_of(resources).is_empty()))
    });
    let why = Signal::derive(move || {
        // The message of the last reading is of its moment, and what the stream has told is newer.
        let message = status.with(|status| status.at.is_some().then(|| status.message.clone()));
        let message = message
            .unwrap_or_else(|| load.with(|load| load.value().and_then(|application| application.message.clone())));
        let message = message.filter(|message| !message.is_empty());
        message.map(|message| format!("{} The events may say more.", sentence(&message)))
    });
    reactive(move || {
        maybe(has_none.get().then(|| {
            view! {
                <div class="logs-page__none">
                    <Banner title="No pod of the application runs, so no lines come".to_owned() text=why/>
                </div>
            }
            .into_any()
        }))
    })
}

/// Why a stream has ended, where more is known: it was asked for what is over, or the pod, the container or the application
/// is gone.
fn why_ended(
    query: Query<Application>,
    connection: Signal<Connection>,
    options: Options,
    (gone, missing): (Memo<Option<String>>, Memo<Option<String>>),
    is_deleted: Memo<bool>,
) -> Signal<Option<String>> {
    let has_ended = Memo::new(move |_| connection.with(|connection| *connection == Connection::Ended));
    Effect::new(move |_| {
        if has_ended.get() && !options.with_untracked(|options| options.previous) {
            query.renew();
        }
    });
    Signal::derive(move || {
        let is_deleted = is_deleted.get();
        if let Some(pod) = gone.get().filter(|_| !is_deleted) {
            return Some(format!("The pod {} is not there any more.", text::visible(&pod)));
        }
        if let Some(container) = missing.get().filter(|_| !is_deleted) {
            let container = text::visible(&container);
            return Some(format!(
                "The platform refuses the lines of the container {container}, and answers otherwise. The container may not be there any more."
            ));
        }
        if options.with(|options| options.previous) {
            return Some("This is all that the containers wrote that ended last.".to_owned());
        }
        is_deleted.then(|| "The application was deleted, and its containers write no more.".to_owned())
    })
}

fn head(
    organization: &str,
    id: &str,
    title: Signal<String>,
    load: crate::ui::load::Loads<Application>,
    status: ReadSignal<LiveStatus>,
) -> AnyView {
    let counts = Counts {
        resources: Signal::derive(move || status.with(|status| status.resources.as_ref().map(Vec::len))),
        // The events are not followed here.
        events: Signal::derive(|| None),
    };
    let badge = reactive(move || {
        load.with(|load| match load.value() {
            Some(application) => {
                let health = status.with(|status| status.health.as_ref().map(marks::health));
                let mark = health.unwrap_or_else(|| marks::application(&Arc::clone(application)));
                view! { <StateBadge mark=mark/> }.into_any()
            }
            None => ().into_any(),
        })
    });
    view! {
        <div class="logs-page__head">
            <div class="page__title">
                <h1 class="logs-page__title" tabindex="-1">
                    {move || title.get()}
                </h1>
                {badge}
            </div>
            {faces(organization, id, counts, Some("logs"))}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_were_never_had_are_doubted_when_they_are_refused_again() {
        let mut tries = Tries::default();
        let again = |at| Connection::Reconnecting { at };
        assert!(!tries.note(&Connection::Connecting, 0));
        assert!(!tries.note(&again(500), 100), "once is chance");
        assert!(!tries.note(&again(500), 400), "the same wait");
        assert!(!tries.note(&again(510), 511), "a try that is under way");
        assert!(tries.note(&again(900), 600));
        assert_eq!(tries.doubted, Some(600));
        assert!(!tries.note(&Connection::Connecting, 700));
        assert_eq!((tries.failed, tries.doubted), (0, None), "another stream");
        tries.note(&Connection::Live, 800);
        for at in [1_500, 2_500, 3_500] {
            assert!(!tries.note(&again(at), at - 500), "the connection is lost, not the container");
        }
    }
}
