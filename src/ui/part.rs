//! Parts of the program that arrive when they are first shown.
//!
//! What [`part!`] wraps is a file of its own in the artifact that `cargo xtask dist` makes (the feature `split`). In every
//! other build it is an ordinary function, so that nothing else of the program, its tests among it, knows a difference.
//!
//! ```ignore
//! part! {
//!     /// The pages of clusters.
//!     fn clusters(place: Place) -> AnyView {
//!         pages::clusters::show(&place)
//!     }
//! }
//! ```
//!
//! A caller of `clusters(place)` gets a view at once: the page where the part is there already, else bars until it has arrived, and where it
//! does not arrive, words that say so and a button that tries again. What the function takes must be `Clone` and `Send`.
//! `clusters::ahead()` brings the part before it is asked for. Functions that are seen together go into one part: `in session;`
//! before each, for each set of parts that share code costs a file of its own. `over;` before one says that it lies over the
//! page, as a dialog does: then a line along the window's edge stands for it while it comes, and `closed by …;` says what
//! puts the words away where it does not arrive. `quiet;` says that the page is whole without it.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use leptos::{ev, prelude::*, task::spawn_local};

use super::{
    button::{Button, Look},
    icon::{Glyph, Tone},
    reactive::{maybe, reactive},
    skeleton::{Bar, Loading, Width},
};

/// A part on its way: whether it is there in the end.
pub type Arrival = Pin<Box<dyn Future<Output = bool>>>;

/// What is done once a part that had to be waited for is drawn; the application provides it, since it cares for the focus.
#[derive(Clone, Copy)]
pub struct Arrived(pub Callback<()>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Arriving,
    Here,
    Missing,
}

/// What stands for a part that is not there.
#[derive(Clone, Copy, Debug)]
pub enum Stand {
    /// Bars, as of a page that loads; a failure in the same place.
    Page,
    /// A line along the window's edge, since what comes lies over the page; a failure in the corner of the toasts, which
    /// what is given here puts away.
    Over(Callback<()>),
    /// Nothing, and nothing is said of a failure: the page is whole without it.
    Quiet,
}

/// Draws a part, and what stands for it until it is there: what [`part!`] makes of a function's body. `load` brings it,
/// and `draw` makes the view of one that is there.
pub fn show(stand: Stand, load: fn() -> Arrival, draw: Box<dyn Fn() -> Option<AnyView> + Send>) -> AnyView {
    let mut arrival = load();
    if arrival.as_mut().poll(&mut Context::from_waker(Waker::noop())) == Poll::Ready(true)
        && let Some(view) = draw()
    {
        return view;
    }
    let stage = RwSignal::new(Stage::Arriving);
    let arrived = use_context::<Arrived>();
    let follow = move |arrival: Arrival| {
        spawn_local(async move {
            let next = if arrival.await { Stage::Here } else { Stage::Missing };
            // The page may be gone by now.
            if stage.try_set(next).is_none()
                && let Some(Arrived(then)) = arrived
            {
                then.try_run(());
            }
        });
    };
    follow(arrival);
    let again = Callback::new(move |()| {
        stage.set(Stage::Arriving);
        follow(load());
    });
    reactive(move || match stage.get() {
        Stage::Arriving => match stand {
            Stand::Page => waiting(),
            Stand::Over(_) => coming(),
            Stand::Quiet => ().into_any(),
        },
        Stage::Here => draw().unwrap_or_else(|| missing(stand, again)),
        Stage::Missing => missing(stand, again),
    })
}

/// The result of a future that has nothing left to wait for.
#[cfg(feature = "split")]
pub fn now(
    drawn: Pin<&mut dyn Future<Output = Result<AnyView, leptos::wasm_split::SplitLoaderError>>>,
) -> Option<AnyView> {
    match drawn.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(view) => view.ok(),
        Poll::Pending => None,
    }
}

/// Stands where a page will be.
pub fn waiting() -> AnyView {
    view! {
        <Loading label="Loading">
            <div class="waiting">
                <Bar width=Width::Short/>
                <Bar/>
                <Bar width=Width::Long/>
            </div>
        </Loading>
    }
    .into_any()
}

/// Stands for what will lie over the page.
fn coming() -> AnyView {
    view! { <div class="coming" role="status" aria-label="Loading"></div> }.into_any()
}

/// Whether something that will lie over the page is on its way.
pub fn is_coming() -> bool {
    document().query_selector(".coming").is_ok_and(|found| found.is_some())
}

/// A part that did not arrive.
fn missing(stand: Stand, again: Callback<()>) -> AnyView {
    let close = match stand {
        Stand::Quiet => return ().into_any(),
        Stand::Page => None,
        Stand::Over(close) => Some(close),
    };
    if let Some(close) = close {
        let keys = window_event_listener(ev::keydown, move |event| {
            if event.key() == "Escape" && !event.is_composing() {
                close.run(());
            }
        });
        on_cleanup(move || keys.remove());
    }
    let dismiss = close.map(|close| view! { <Button label="Dismiss" small=true on_press=close/> }.into_any());
    let reload = move |()| {
        let _ = window().location().reload();
    };
    let told = view! {
        <div class="card">
            <div class="failure" role="alert">
                <div class="row row--top">
                    <Glyph tone=Tone::Bad/>
                    <div>
                        <h2 class="failure__title">"This part of the console could not be loaded"</h2>
                        <p class="muted">
                            "The network may have failed, or the console was updated since this page was opened. Try again; if that does not help, reload the page, which brings the new version."
                        </p>
                    </div>
                </div>
                <div class="row">
                    <Button label="Try again" look=Look::Primary small=true on_press=again/>
                    <Button label="Reload the page" small=true on_press=reload/>
                    {maybe(dismiss)}
                </div>
            </div>
        </div>
    }
    .into_any();
    if close.is_some() { view! { <div class="toasts">{told}</div> }.into_any() } else { told }
}

/// Makes a function a part of the program of its own, and a module of its name with `ahead`: see [`crate::ui::part`].
/// Functions that are seen together are put into one part by `in NAME;` before them; `over; closed by DEED;` marks what
/// lies over a page.
macro_rules! part {
    (in $file:ident; $($function:tt)*) => {
        $crate::ui::part! { @ $file [Page]; $($function)* }
    };
    (over; closed by $close:expr; $(#[$attribute:meta])* $visible:vis fn $name:ident $($rest:tt)*) => {
        $crate::ui::part! {
            @ $name [Over(leptos::prelude::Callback::new(move |()| $close))];
            $(#[$attribute])* $visible fn $name $($rest)*
        }
    };
    (over in $file:ident; closed by $close:expr; $($function:tt)*) => {
        $crate::ui::part! { @ $file [Over(leptos::prelude::Callback::new(move |()| $close))]; $($function)* }
    };
    (quiet in $file:ident; $($function:tt)*) => {
        $crate::ui::part! { @ $file [Quiet]; $($function)* }
    };
    (
        @ $file:ident [$($stand:tt)*];
        $(#[$attribute:meta])*
        $visible:vis fn $name:ident($($argument:ident: $kind:ty),* $(,)?) -> AnyView $body:block
    ) => {
        $(#[$attribute])*
        $visible fn $name($($argument: $kind),*) -> AnyView {
            #[cfg(feature = "split")]
            return $crate::ui::part::show(
                $crate::ui::part::Stand::$($stand)*,
                $name::load,
                Box::new(move || $crate::ui::part::now(std::pin::pin!($name::$name($($argument.clone()),*)))),
            );
            #[cfg(not(feature = "split"))]
            return $name::$name($($argument),*);
        }

        $(#[$attribute])*
        $visible mod $name {
            #[allow(unused_imports, reason = "what the function names, it names as its neighbours do")]
            use super::*;

            /// Brings the part, so that it is there when it is shown.
            #[cfg(feature = "split")]
            #[allow(dead_code, reason = "not every part can be foreseen")]
            pub fn ahead() {
                leptos::task::spawn_local(async {
                    let _ = load().await;
                });
            }

            /// Brings the part, which is there already in a program that is in one piece.
            #[cfg(not(feature = "split"))]
            #[allow(dead_code, reason = "not every part can be foreseen")]
            pub const fn ahead() {}

            #[cfg(feature = "split")]
            pub(super) fn load() -> $crate::ui::part::Arrival {
                Box::pin(async { arrive().await.is_ok() })
            }

            #[cfg(feature = "split")]
            #[allow(unsafe_code, reason = "the import and the export between two parts have fixed names")]
            mod split {
                #[allow(unused_imports, reason = "as above")]
                use super::*;

                #[leptos::wasm_split::wasm_split(
                    $file,
                    wasm_split_path = leptos::wasm_split,
                    fallible,
                    preload(arrive)
                )]
                pub fn $name($($argument: $kind),*) -> Result<AnyView, leptos::wasm_split::SplitLoaderError> {
                    Ok($body)
                }
            }
            #[cfg(feature = "split")]
            pub(super) use split::$name;
            #[cfg(feature = "split")]
            use split::arrive;

            #[cfg(not(feature = "split"))]
            pub(super) fn $name($($argument: $kind),*) -> AnyView $body
        }
    };
    ($(#[$attribute:meta])* $visible:vis fn $name:ident $($rest:tt)*) => {
        $crate::ui::part! { @ $name [Page]; $(#[$attribute])* $visible fn $name $($rest)* }
    };
}
pub(crate) use part;
