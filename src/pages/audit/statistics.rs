//! Statistics of a period: a histogram by day, and how the events part by type, action and actor.
//!
//! The platform counts a period as a whole and takes no filter, and the page says so.

use astro_api::audit::{self, AuditStatistics, StatisticsPeriod};
use leptos::prelude::*;

use super::wanted::{ACTION, FROM, PERIOD, TO, TYPE, USER, Wanted, brush, days_of_utc};
use crate::{
    components::audit as words,
    store::{Query, query},
    ui::{Address, BarChart, Latest, Loading, QueryView, Toggles, address::Step, format, maybe, query_view, reactive},
};

const WEEK: &str = "7d";
const MONTH: &str = "30d";
const QUARTER: &str = "90d";

/// So many actors are listed; the rest are told together.
const LISTED: usize = 8;

/// The statistics of the period that the address names.
#[derive(Clone, Copy)]
pub struct Statistics {
    period: Memo<&'static str>,
    query: Query<AuditStatistics>,
    latest: Latest<AuditStatistics>,
    address: Address,
}

/// A part of a whole: the value of the filter, its word, how many.
type Share = (String, String, usize);

/// The largest first.
fn sorted(shares: impl IntoIterator<Item = Share>) -> Vec<Share> {
    let mut sorted: Vec<Share> = Vec::new();
    for share in shares {
        let place = sorted.iter().position(|other| other.2 < share.2).unwrap_or(sorted.len());
        sorted.insert(place, share);
    }
    sorted
}

fn count(count: i64) -> usize {
    usize::try_from(count).unwrap_or_default()
}

const fn words_of(period: &str) -> &'static str {
    match period.as_bytes() {
        b"7d" => "7 days",
        b"90d" => "90 days",
        _ => "30 days",
    }
}

impl Statistics {
    /// Watches the statistics of the period that the address names; the contract's own, where it names none.
    pub fn watch(address: Address) -> Self {
        let period = Memo::new(move |_| match address.get(PERIOD).as_deref() {
            Some(WEEK) => WEEK,
            Some(QUARTER) => QUARTER,
            _ => MONTH,
        });
        let query = query(move || Some(audit::statistics(Some(StatisticsPeriod::from(period.get()).as_str()))));
        let latest = query_view::latest(query.load());
        Self { period, query, latest, address }
    }

    /// Fetches them again.
    pub fn refetch(self) {
        self.query.refetch();
    }

    /// The actors that are known from them: ids and names.
    pub fn actors(self) -> Vec<(String, String)> {
        let Some(statistics) = self.latest.get() else { return Vec::new() };
        let users = statistics.by_user.iter().flatten();
        users
            .filter_map(|user| {
                let id = user.user_id.clone().filter(|id| !id.is_empty())?;
                let name = user.name.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| id.clone());
                Some((id, name))
            })
            .collect()
    }

    /// The histogram, on which a stretch of days can be chosen.
    pub fn histogram(self, wanted: Memo<Wanted>) -> AnyView {
        let Self { period, query, address, .. } = self;
        let told = move || {
            self.latest.get().map(|statistics| {
                let total = format::counted(count(statistics.total_events), "event", "events");
                format!("{total} in the last {}, not affected by filters", words_of(period.get()))
            })
        };
        let chart = move |latest: Latest<AuditStatistics>| {
            let days = Memo::new(move |_| latest.get().map(|statistics| words::days(&statistics)).unwrap_or_default());
            let bars = Signal::derive(move || latest.get().map(|it| words::bars(&it)).unwrap_or_default());
            let chosen = Signal::derive(move || {
                days.with(|days| {
                    let first = days.first().and_then(|(date, _)| words::day_number(date))?;
                    wanted.with(|wanted| brush(wanted, first, days.len(), format::offset))
                })
            });
            let choose = move |chosen: Option<(usize, usize)>| {
                let ends = chosen.and_then(|(from, to)| {
                    days.with_untracked(|days| Some(days_of_utc(&days.get(from)?.0, &days.get(to)?.0, format::offset)))
                });
                let (from, to) = ends.unzip();
                address.set_all(&[(FROM, from), (TO, to), ("page", None)], Step::Push);
            };
            let is_empty = Memo::new(move |_| days.with(Vec::is_empty));
            reactive(move || {
                if is_empty.get() {
                    return view! { <p class="muted">"The platform tells no days of this period."</p> }.into_any();
                }
                view! {
                    <BarChart
                        label="Events by day"
                        bars=bars
                        unit=("event", "events")
                        brush=chosen
                        on_brush=choose
                    />
                }
                .into_any()
            })
        };
        view! {
            <section aria-label="Events by day">
                <div class="audit__period">
                    <div class="meta"><span>{told}</span><span>"Days in UTC"</span></div>
                    <Toggles
                        label="Period of the statistics"
                        options=&[(WEEK, "7 d"), (MONTH, "30 d"), (QUARTER, "90 d")]
                        chosen=period
                        on_choose=move |chosen: &'static str| {
                            address.set(PERIOD, (chosen != MONTH).then(|| chosen.to_owned()), Step::Push);
                        }
                    />
                </div>
                <QueryView
                    load=query.load()
                    loading=still
                    empty=None
                    retry=move |()| query.refetch()
                    data=chart
                />
            </section>
        }
        .into_any()
    }

    /// How the events of the period part.
    pub fn side(self, wanted: Memo<Wanted>) -> AnyView {
        let parts = reactive(move || {
            let Some(statistics) = self.latest.get() else { return ().into_any() };
            let wanted = wanted.get();
            let of = |map: &Option<std::collections::BTreeMap<String, i64>>, word: fn(&str) -> String| {
                let shares = map.iter().flatten();
                sorted(shares.map(|(key, number)| (key.to_ascii_lowercase(), word(key), count(*number))))
            };
            let kinds = of(&statistics.by_event_type, |word| words::kind(&word.into()));
            let actions = of(&statistics.by_action, |word| words::action(&word.into()));
            let users = statistics.by_user.iter().flatten();
            let users = sorted(users.map(|user| {
                let id = user.user_id.clone().unwrap_or_default();
                let name = user.name.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| id.clone());
                (id, name, count(user.count.unwrap_or_default()))
            }));
            view! {
                {self.shares("By type", TYPE, wanted.kind.as_deref(), kinds)}
                {self.shares("By action", ACTION, wanted.action.as_deref(), actions)}
                {self.shares("By actor", USER, wanted.user.as_deref(), users)}
            }
            .into_any()
        });
        view! {
            <aside class="audit__side" aria-label="Statistics">
                {parts}
                <p class="faint audit__scope">
                    {move || format!("Counted over the last {}. Not affected by filters.", words_of(self.period.get()))}
                </p>
            </aside>
        }
        .into_any()
    }

    /// The shares of one sort; each is a link that filters by it, or no longer.
    fn shares(self, title: &'static str, key: &'static str, chosen: Option<&str>, shares: Vec<Share>) -> AnyView {
        if shares.is_empty() {
            return ().into_any();
        }
        let rest = shares.iter().skip(LISTED);
        let (others, number) = rest.fold((0, 0), |(others, number), share| (others + 1, number + share.2));
        let most = shares.iter().map(|share| share.2).max().unwrap_or_default().max(number).max(1);
        let meters = shares
            .into_iter()
            .take(LISTED)
            .map(|(value, word, number)| {
                let is_chosen = chosen == Some(value.as_str());
                let wants = (!is_chosen && !value.is_empty()).then_some(value);
                let href = self.address.link(&[(key, wants), ("page", None)]);
                view! {
                    <li>
                        <a class="meter" href=href aria-current=is_chosen.then_some("true")>
                            <span class="meter__name">{word}</span>
                            <span class="meter__count">{format::count(number)}</span>
                            {bar(number * 1000 / most)}
                        </a>
                    </li>
                }
                .into_any()
            })
            .collect_view();
        let others = (others > 0).then(|| {
            view! {
                <li class="meter">
                    <span class="meter__name">{format::counted(others, "other", "others")}</span>
                    <span class="meter__count">{format::count(number)}</span>
                    {bar(number * 1000 / most)}
                </li>
            }
            .into_any()
        });
        view! {
            <section>
                <h2 class="audit__heading">{title}</h2>
                <ul>{meters} {maybe(others)}</ul>
            </section>
        }
        .into_any()
    }
}

/// A bar of so many thousandths of its width.
fn bar(thousandths: usize) -> AnyView {
    let width = thousandths.clamp(4, 1000).to_string();
    view! {
        <svg class="meter__bar" viewBox="0 0 1000 4" preserveAspectRatio="none" aria-hidden="true">
            <rect class="fill--rest" width=width height="4"></rect>
        </svg>
    }
    .into_any()
}

/// Stands where the histogram will be.
fn still() -> AnyView {
    view! {
        <Loading label="Loading the histogram">
            <span class="skeleton audit__still"></span>
        </Loading>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::sorted;

    #[test]
    fn the_largest_share_comes_first_and_equals_keep_their_order() {
        let share = |name: &str, count| (name.to_owned(), name.to_owned(), count);
        let sorted = sorted([share("a", 1), share("b", 3), share("c", 3), share("d", 2)]);
        let names: Vec<_> = sorted.iter().map(|share| share.0.as_str()).collect();
        assert_eq!(names, ["b", "c", "d", "a"]);
    }
}
