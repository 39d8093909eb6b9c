//! Whose console this is.

use leptos::prelude::*;

/// The console's name and logo, from the configuration. Provided by the application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brand {
    /// The name, which also ends the window's title.
    pub name: String,
    /// The URL of a logo; without one, the console's own sign.
    pub logo: Option<String>,
}

impl Brand {
    /// The brand of this console.
    pub fn get() -> Self {
        use_context().unwrap_or_else(|| Self { name: "Astro Console".to_owned(), logo: None })
    }
}

/// Logo and name.
#[component]
pub fn BrandMark() -> AnyView {
    let Brand { name, logo } = Brand::get();
    view! {
        <p class="brand">
            <img class="brand__logo" src=logo.unwrap_or_else(|| "icon.svg".to_owned()) alt="" width="24" height="24"/>
            {name}
        </p>
    }
    .into_any()
}
