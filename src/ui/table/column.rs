//! Columns, filters and actions of a table, as values.
//!
//! What knows the type of a row is made to forget it here, at once: everything behind works on [`Any`] and is compiled
//! once, whatever a table lists.

use std::{borrow::Cow, marker::PhantomData, sync::Arc};

use leptos::prelude::*;

use crate::ui::{filter_bar::Style, format, icon::Tone, load::Any, state::Mark};

/// A function of a row whose type is forgotten; none where the row is of another type.
pub(super) type Of<R> = Arc<dyn Fn(&Any) -> Option<R> + Send + Sync>;

pub(super) fn of<T, R>(read: impl Fn(&T) -> R + Send + Sync + 'static) -> Of<R>
where
    T: Send + Sync + 'static,
    R: 'static,
{
    Arc::new(move |row| row.downcast_ref::<T>().map(&read))
}

/// Where a cell goes when the row is a card: a grid of two lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Card {
    /// First line, at its begin.
    Title,
    /// First line, at its end.
    Side,
    /// Second line, at its begin.
    Note,
    /// Second line, at its end.
    NoteSide,
    /// Nowhere.
    #[default]
    Hidden,
}

impl Card {
    const fn class(self) -> &'static str {
        match self {
            Self::Title => "cell--title",
            Self::Side => "cell--side",
            Self::Note => "cell--note",
            Self::NoteSide => "cell--note-side",
            Self::Hidden => "cell--hidden",
        }
    }
}

/// What a cell holds, as far as sorting, searching and exporting need it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Value {
    /// Nothing: sorted last, whichever way.
    #[default]
    None,
    /// A text, sorted as people do: `node-9` before `node-10`.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A point in time: milliseconds since 1970, and the text that is exported.
    Time(u64, String),
    /// A word with a place among its like, by which it is sorted.
    Ranked(u8, String),
}

impl Value {
    /// A text, or nothing.
    pub fn text(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::None, |text| Self::Text(text.into()))
    }

    /// A count, or nothing.
    pub fn count(count: Option<usize>) -> Self {
        count.and_then(|count| i64::try_from(count).ok()).map_or(Self::None, Self::Number)
    }

    /// A time of RFC 3339; what is no time is text.
    pub fn time(text: Option<String>) -> Self {
        match text {
            None => Self::None,
            Some(text) => match format::parse(&text) {
                Some(at) => Self::Time(at, text),
                None => Self::Text(text),
            },
        }
    }

    /// It as it is exported and searched.
    pub fn words(&self) -> Cow<'_, str> {
        match self {
            Self::None => Cow::Borrowed(""),
            Self::Text(text) | Self::Time(_, text) | Self::Ranked(_, text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(number.to_string()),
        }
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// A state is sorted by how much it needs a person, so that all that is not well stands together.
impl From<Mark> for Value {
    fn from(mark: Mark) -> Self {
        Self::Ranked(mark.tone.rank(), mark.word.into_owned())
    }
}

impl<V: Into<Self>> From<Option<V>> for Value {
    fn from(value: Option<V>) -> Self {
        value.map_or(Self::None, Into::into)
    }
}

/// The head of a column, and what its cells look like.
#[derive(Clone)]
pub(super) struct Head {
    /// Its name in the address and in an export.
    pub key: Cow<'static, str>,
    pub text: &'static str,
    pub names: bool,
    pub number: bool,
    pub card: Card,
    /// Pixels; none takes its share of what is left.
    pub width: Option<u16>,
    /// Whether it is shown unless chosen otherwise.
    pub shown: bool,
    /// Whether a changed value is highlighted.
    pub live: bool,
}

impl Head {
    pub fn class(&self) -> String {
        let mut class = self.card.class().to_owned();
        if self.names {
            class.push_str(" table__name");
        }
        if self.number {
            class.push_str(" number");
        }
        class
    }
}

/// A column: its head, and how a row fills it.
#[must_use]
pub struct Column<T> {
    pub(super) erased: Erased,
    row: PhantomData<fn(&T)>,
}

/// A column that has forgotten the type of its rows.
#[derive(Clone)]
pub(super) struct Erased {
    pub head: Head,
    pub cell: Of<AnyView>,
    pub value: Option<Of<Value>>,
    pub searched: bool,
}

impl<T: Send + Sync + 'static> Column<T> {
    /// A column of text. Its name in the address is its head in lower case; see [`Self::key`].
    pub fn new(head: &'static str, cell: impl Fn(&T) -> AnyView + Send + Sync + 'static) -> Self {
        let head = Head {
            key: Cow::Owned(head.to_ascii_lowercase().replace(' ', "-")),
            text: head,
            names: false,
            number: false,
            card: Card::Hidden,
            width: None,
            shown: true,
            live: false,
        };
        Self { erased: Erased { head, cell: of(cell), value: None, searched: false }, row: PhantomData }
    }

    /// What its cells hold. With it the column can be sorted, searched and exported.
    pub fn value<V: Into<Value>>(mut self, value: impl Fn(&T) -> V + Send + Sync + 'static) -> Self {
        self.erased.value = Some(of(move |row| value(row).into()));
        self
    }

    /// The column that names the row: its head cell, and the title of its card. It cannot be hidden.
    pub const fn names(mut self) -> Self {
        self.erased.head.names = true;
        self.erased.head.card = Card::Title;
        self.erased.searched = true;
        self
    }

    /// A column of numbers alone: right-aligned, in tabular figures.
    pub const fn number(mut self) -> Self {
        self.erased.head.number = true;
        self
    }

    /// Where it goes when the row is a card.
    pub const fn card(mut self, card: Card) -> Self {
        self.erased.head.card = card;
        self
    }

    /// Its name in the address and in an export.
    pub fn key(mut self, key: &'static str) -> Self {
        self.erased.head.key = Cow::Borrowed(key);
        self
    }

    /// How wide it is in pixels; without, it takes its share of what is left.
    pub const fn width(mut self, pixels: u16) -> Self {
        self.erased.head.width = Some(pixels);
        self
    }

    /// Whether the search looks into its value, too.
    pub const fn searched(mut self) -> Self {
        self.erased.searched = true;
        self
    }

    /// A column that is not shown until somebody chooses it.
    pub const fn extra(mut self) -> Self {
        self.erased.head.shown = false;
        self
    }

    /// A column whose value is highlighted for a second when it changes on screen.
    pub const fn live(mut self) -> Self {
        self.erased.head.live = true;
        self
    }
}

/// A value that a filter offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub(crate) key: Cow<'static, str>,
    pub(crate) label: Cow<'static, str>,
    pub(crate) tone: Option<Tone>,
    pub(crate) rank: u8,
}

impl Choice {
    /// A value: its name in the address, and what a person reads.
    pub fn new(key: impl Into<Cow<'static, str>>, label: impl Into<Cow<'static, str>>) -> Self {
        Self { key: key.into(), label: label.into(), tone: None, rank: u8::MAX }
    }

    /// A value that is its own name.
    pub fn of(word: impl Into<String>) -> Self {
        let word = word.into();
        Self::new(word.clone(), word)
    }

    /// The sign before it.
    #[must_use]
    pub const fn tone(mut self, tone: Tone) -> Self {
        self.tone = Some(tone);
        self
    }

    /// Its place among the others; those of one rank stand in the order of their labels.
    #[must_use]
    pub const fn rank(mut self, rank: u8) -> Self {
        self.rank = rank;
        self
    }
}

/// A filter of a table: what it is called, and the value of a row.
#[must_use]
pub struct Filter<T> {
    pub(super) erased: ErasedFilter,
    row: PhantomData<fn(&T)>,
}

pub(super) struct ErasedFilter {
    pub key: &'static str,
    pub label: &'static str,
    pub style: Style,
    pub choice: Of<Option<Choice>>,
}

impl<T: Send + Sync + 'static> Filter<T> {
    /// A chip for each value, one of which may be chosen. `key` is its name in the address.
    pub fn chips(
        key: &'static str,
        label: &'static str,
        choice: impl Fn(&T) -> Option<Choice> + Send + Sync + 'static,
    ) -> Self {
        Self { erased: ErasedFilter { key, label, style: Style::Chips, choice: of(choice) }, row: PhantomData }
    }

    /// A chip that opens a menu of values. `key` is its name in the address.
    pub fn menu(
        key: &'static str,
        label: &'static str,
        choice: impl Fn(&T) -> Option<Choice> + Send + Sync + 'static,
    ) -> Self {
        Self { erased: ErasedFilter { key, label, style: Style::Menu, choice: of(choice) }, row: PhantomData }
    }

    /// A menu that stands behind "More" until somebody wants it.
    pub const fn behind(mut self) -> Self {
        self.erased.style = Style::Behind;
        self
    }
}

/// What can be done with a row: an entry of its menu.
#[derive(Clone)]
pub struct Action {
    pub(super) label: Cow<'static, str>,
    pub(super) icon: &'static str,
    pub(super) danger: bool,
    pub(super) reason: Option<String>,
    pub(super) what: What,
}

#[derive(Clone)]
pub(super) enum What {
    Run(Callback<()>),
    Go(String),
}

impl Action {
    /// An entry that does something.
    pub fn run(
        label: impl Into<Cow<'static, str>>,
        icon: &'static str,
        run: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        let what = What::Run(Callback::new(move |()| run()));
        Self { label: label.into(), icon, danger: false, reason: None, what }
    }

    /// An entry that leads somewhere.
    pub fn link(label: impl Into<Cow<'static, str>>, icon: &'static str, href: String) -> Self {
        Self { label: label.into(), icon, danger: false, reason: None, what: What::Go(href) }
    }

    /// Why it cannot be done now.
    #[must_use]
    pub fn unless(mut self, reason: Option<String>) -> Self {
        self.reason = reason;
        self
    }

    /// It destroys something.
    #[must_use]
    pub const fn danger(mut self) -> Self {
        self.danger = true;
        self
    }
}

/// Work that goes on in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Percent done; none where nobody knows.
    pub percent: Option<u8>,
    /// What goes on: "Upgrading prod-eu, node-groups".
    pub label: String,
}
