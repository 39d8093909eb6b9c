//! Pieces that know the domain and serve several pages.

pub mod brand;
pub mod context;
pub mod copy;
pub mod live;
pub mod manifest;
pub mod manifest_editor;
pub mod marks;
pub mod operation;
pub mod pin;
pub mod resources;
pub mod roles;
pub mod rules;
pub mod sign_in;
pub mod words;

pub use self::{
    brand::{Brand, BrandMark},
    context::{PageAction, PageContext},
    copy::copy_action,
    manifest_editor::ManifestEditor,
    pin::{Pin, Shown},
    sign_in::{KeyForm, OidcButton, SignInOffers},
};
