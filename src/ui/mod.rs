//! The design system: knows no API and no route.
//!
//! One module a component, and one file in `style/` beside it. Components return [`leptos::prelude::AnyView`], so that
//! the type of a page does not hold the type of everything on it.

pub mod address;
pub mod avatar;
pub mod banner;
pub mod button;
pub mod card;
pub mod chart;
pub mod code;
pub mod confirm;
pub mod copy;
pub mod dialog;
pub mod diff;
pub mod download;
pub mod editor;
pub mod empty;
pub mod facts;
pub mod failure;
pub mod field;
pub mod figure;
pub mod filter_bar;
pub mod focus;
pub mod form;
pub mod format;
pub mod fresh;
pub mod fuzzy;
pub mod icon;
pub mod json;
pub mod keyed;
pub mod keys;
pub mod lasting;
pub mod listen;
pub mod live;
pub mod load;
pub mod log;
pub mod measure;
pub mod menu;
pub mod middle;
pub mod nav_link;
pub mod once;
pub mod page;
pub mod pagination;
pub mod palette;
pub mod panel;
pub mod part;
pub mod popover;
pub mod progress;
pub mod query_view;
pub mod reactive;
pub mod shortcuts;
pub mod skeleton;
pub mod state;
pub mod stepper;
pub mod table;
pub mod tabs;
pub mod tag;
pub mod text;
pub mod time;
pub mod timeline;
pub mod toast;
pub mod toggles;
pub mod tooltip;
pub mod tree;

pub(crate) use self::part::part;
pub use self::{
    address::Address,
    avatar::{Avatar, OrganizationMark},
    banner::Banner,
    button::{Button, ButtonLink, ExternalLink, IconButton, Look},
    card::Card,
    chart::{BarChart, Donut, Sparkline},
    code::Code,
    confirm::{Confirm, ConfirmHost, confirm},
    copy::CopyButton,
    dialog::{Dialog, Sheet},
    diff::DiffView,
    download::download,
    editor::{Editor, Language, Mark as TextMark, MergeView},
    empty::EmptyState,
    facts::{Fact, Facts},
    failure::{FailureNote, FailureView},
    field::{
        CardsField, CheckField, Choice, ComboField, DurationField, EditorField, Field, FileField, MultiField,
        NumberField, PairsField, RadioField, SecretField, SegmentsField, SelectField, SwitchField, TextArea, TextField,
    },
    figure::{Figure, Figures, Part, figure_skeleton},
    filter_bar::{BarFilter, BarSearch, FilterBar, Offer},
    form::{Draft, FormDialog, FormPage, FormPanel, Leaving, PlainForm, Section},
    fresh::{Changes, fresh},
    icon::{Glyph, Icon, Size, Tone},
    json::JsonTree,
    keys::Keys,
    live::LiveChip,
    measure::{Bytes, Duration},
    menu::{ActionMenu, Menu, MenuGroup, MenuItem, MenuLink, MenuRule, SplitButton},
    once::SecretOnce,
    page::{PageHeader, some_are, tally},
    pagination::{Pagination, Turns},
    panel::SidePanel,
    progress::{Progress, Ring},
    query_view::{Empty, Latest, QueryView},
    reactive::{maybe, reactive},
    shortcuts::{Shortcut, Shortcuts},
    skeleton::{Bar, FactsSkeleton, Loading},
    state::{Badge, Count, Mark, State, StateBadge},
    stepper::{Stage, Step, Stepper, Took},
    table::{Action, Bulk, Column, DataTable, Features, Filter, Table, Value},
    tabs::{Tab, Tabs},
    tag::{Tag, quiet_link, tag, titled_link},
    time::{Dash, Time, when},
    timeline::Timeline,
    toggles::Toggles,
    tree::{Resource, ResourceTree},
};
