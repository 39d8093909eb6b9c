//! Work of the store that is seldom done: it lies in a part of the program of its own, and comes when it is first done.
//!
//! What [`errand!`] wraps is an async function. In the artifact that `cargo xtask dist` makes (the feature `split`) it waits
//! for its part; in every other build it is there already.
//!
//! ```ignore
//! errand! {
//!     in keys;
//!     /// Gets the next bearer token.
//!     fn renew(inner: Rc<Inner>) -> Result<Grant, Denied> {
//!         …
//!     }
//! }
//! let grant = renew::run(inner).await?;
//! ```
//!
//! The error of the function's result must be made from a [`Missing`], which says that the part could not be loaded.
//! `renew::ahead()` brings it before it is needed.

use astro_api::{ApiError, ErrorKind};

use super::failure::failure;
use crate::ui::load::Failure;

/// A part of the program could not be loaded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Missing;

impl Missing {
    const TEXT: &str = "A part of the console could not be loaded. The network may have failed, or the console was updated since this page was opened: try again, or reload the page.";
}

impl From<Missing> for ApiError {
    fn from(_: Missing) -> Self {
        Self::new(ErrorKind::Unreachable, "", Missing::TEXT)
    }
}

impl From<Missing> for (ErrorKind, String) {
    fn from(_: Missing) -> Self {
        (ErrorKind::Unreachable, Missing::TEXT.to_owned())
    }
}

impl From<Missing> for Failure {
    fn from(missing: Missing) -> Self {
        failure(&missing.into())
    }
}

/// Makes an async function a part of the program, as a module of its name: see the module's own words.
macro_rules! errand {
    (
        in $file:ident;
        $(#[$attribute:meta])*
        fn $name:ident($($argument:ident: $kind:ty),* $(,)?) -> Result<$good:ty, $bad:ty> $body:block
    ) => {
        $(#[$attribute])*
        mod $name {
            #[allow(unused_imports, reason = "what the function names, it names as its neighbours do")]
            use super::*;

            pub(in super::super) async fn run($($argument: $kind),*) -> Result<$good, $bad> {
                #[cfg(feature = "split")]
                return match split::$name($($argument),*).await {
                    Ok(work) => work.await,
                    Err(_) => Err($crate::store::errand::Missing.into()),
                };
                #[cfg(not(feature = "split"))]
                return async move $body.await;
            }

            /// Brings the part, so that it is there when it is needed.
            #[allow(dead_code, reason = "not every errand can be foreseen")]
            pub(in super::super) fn ahead() {
                #[cfg(feature = "split")]
                wasm_bindgen_futures::spawn_local(async {
                    let _ = split::arrive().await;
                });
            }

            #[cfg(feature = "split")]
            #[allow(unsafe_code, reason = "the import and the export between two parts have fixed names")]
            mod split {
                #[allow(unused_imports, reason = "as above")]
                use super::*;

                type Work<T> = futures_util::future::LocalBoxFuture<'static, T>;

                #[leptos::wasm_split::wasm_split(
                    $file,
                    wasm_split_path = leptos::wasm_split,
                    fallible,
                    preload(arrive)
                )]
                pub(super) fn $name(
                    $($argument: $kind),*
                ) -> Result<Work<Result<$good, $bad>>, leptos::wasm_split::SplitLoaderError> {
                    Ok(Box::pin(async move $body))
                }
            }
        }
    };
}
pub(super) use errand;
