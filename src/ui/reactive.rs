//! Parts of a view that are drawn anew when what they read changes.

use leptos::prelude::*;

/// A part of a view that is drawn anew whenever a signal changes that `draw` reads.
///
/// It is what `{move || …}` does, but compiled once: of a closure as it stands, Leptos makes a drawing machine of its
/// own, a kilobyte and a half each, for every type of closure and of view.
pub fn reactive(draw: impl FnMut() -> AnyView + Send + 'static) -> AnyView {
    once(Box::new(draw))
}

fn once(draw: Box<dyn FnMut() -> AnyView + Send>) -> AnyView {
    draw.into_any()
}

/// A view, or nothing.
pub fn maybe(view: Option<AnyView>) -> AnyView {
    view.into_any()
}
