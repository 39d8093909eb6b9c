//! Pieces that know the domain and serve several pages.

pub mod activity;
pub mod api_keys;
pub mod applications;
pub mod approvals;
pub mod arriving;
pub mod audit;
pub mod brand;
pub mod cloud_connect;
pub mod connection;
pub mod context;
pub mod copy;
pub mod credentials;
pub mod live;
pub mod machine_types;
pub mod manifest;
pub mod manifest_editor;
pub mod manifest_form;
pub mod marks;
pub mod operation;
pub mod people;
pub mod pin;
pub mod profile_form;
pub mod refusal;
pub mod remedy;
pub mod repository_browser;
pub mod requests;
pub mod resources;
pub mod roles;
pub mod rules;
pub mod secret_once;
pub mod show_as;
pub mod sign_in;
pub mod words;
pub mod your_id;

pub use self::{
    activity::ActivityBell,
    applications::ApplicationsCard,
    approvals::ApprovalsBanner,
    brand::{Brand, BrandMark},
    cloud_connect::{CloudConnect, Connecting},
    context::{PageAction, PageContext},
    copy::copy_action,
    machine_types::MachineTypePicker,
    manifest_editor::ManifestEditor,
    pin::{Pin, Shown},
    profile_form::{ProfileForm, ProfilePanel},
    repository_browser::{Picks, RepositoryBrowser, Spot},
    requests::{RequestDrawer, RequestsButton},
    secret_once::{Reveal, Revealed, SecretForm},
    show_as::ShowAs,
    sign_in::{KeyForm, NeedsPerson, OidcButton, SignInOffers},
    your_id::YourId,
};
