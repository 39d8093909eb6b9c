//! A list of views by their keys, of which none is moved that need not be.
//!
//! An element that is moved loses the focus, and plays its animations again. Leptos' own list (tachys 0.2) moves all that
//! stay where two come before them at once, as when somebody scrolls up, or when an answer brings two at its top.

use leptos::{
    prelude::*,
    tachys::{
        html::attribute::any_attribute::AnyAttribute,
        hydration::Cursor,
        reactive_graph::{OwnedView, OwnedViewState},
        renderer::{
            Rndr,
            types::{Element, Node, Placeholder},
        },
        view::{Mountable, Position, PositionState, Render, RenderHtml, any_view::AnyViewState},
    },
};

use super::tag::drawn_in_the_browser;

/// The views of these keys, in their order. `draw` is called with the place of a key that is new.
pub struct Keyed {
    keys: Vec<u32>,
    owner: Owner,
    draw: Box<dyn Fn(usize) -> AnyView + Send>,
}

/// Views by keys, each drawn once for as long as its key is there. No key may be there twice. What is drawn belongs to
/// `owner`, which outlives the drawing of the list.
pub fn keyed(owner: &Owner, keys: Vec<u32>, draw: impl Fn(usize) -> AnyView + Send + 'static) -> AnyView {
    Keyed { keys, owner: owner.clone(), draw: Box::new(draw) }.into_any()
}

/// The list as it stands on the page.
pub struct Standing {
    views: Vec<(u32, OwnedViewState<AnyViewState>)>,
    /// Behind the last.
    end: Placeholder,
}

impl Keyed {
    fn view(&self, at: usize) -> OwnedViewState<AnyViewState> {
        let owner = self.owner.with(Owner::new);
        let view = owner.with(|| (self.draw)(at));
        OwnedView::new_with_owner(view, owner).build()
    }
}

/// Which of these places, all different, are in order among each other: as many as can be.
fn in_order(places: &[usize]) -> Vec<bool> {
    // For each the longest row of ascending places that ends with it, and what comes before it there.
    let mut rows: Vec<(usize, Option<usize>)> = Vec::with_capacity(places.len());
    for place in places {
        let before = places.iter().zip(&rows).enumerate().filter(|(_, (other, _))| *other < place);
        let best = before.max_by_key(|(_, (_, (length, _)))| *length).map(|(at, (_, (length, _)))| (at, *length));
        rows.push(best.map_or((1, None), |(at, length)| (length + 1, Some(at))));
    }
    let mut found = vec![false; places.len()];
    let mut here = rows.iter().enumerate().max_by_key(|(_, (length, _))| *length).map(|(at, _)| at);
    while let Some(at) = here {
        if let Some(found) = found.get_mut(at) {
            *found = true;
        }
        here = rows.get(at).and_then(|(_, before)| *before);
    }
    found
}

impl Render for Keyed {
    type State = Standing;

    fn build(self) -> Standing {
        let views = self.keys.iter().enumerate().map(|(at, key)| (*key, self.view(at))).collect();
        Standing { views, end: Rndr::create_placeholder() }
    }

    fn rebuild(self, before: &mut Standing) {
        let mut known: Vec<Option<_>> = std::mem::take(&mut before.views).into_iter().map(Some).collect();
        let place = |key: u32| known.iter().position(|view| view.as_ref().is_some_and(|(other, _)| *other == key));
        let places: Vec<Option<usize>> = self.keys.iter().map(|key| place(*key)).collect();
        let kept: Vec<usize> = places.iter().filter_map(|place| *place).collect();
        for (at, view) in known.iter_mut().enumerate() {
            if !kept.contains(&at)
                && let Some((_, mut gone)) = view.take()
            {
                gone.unmount();
            }
        }
        let mut stays = in_order(&kept).into_iter().rev();
        // From the last to the first, so that each lies before one that lies where it belongs.
        let mut views: Vec<(u32, OwnedViewState<AnyViewState>)> = Vec::with_capacity(self.keys.len());
        for (at, (key, place)) in self.keys.iter().zip(&places).enumerate().rev() {
            let old = place.and_then(|place| known.get_mut(place)?.take());
            let stays = old.is_some() && stays.next() == Some(true);
            let mut view = old.map_or_else(|| self.view(at), |(_, view)| view);
            if !stays {
                // What is on the page already is moved.
                match views.last() {
                    Some((_, next)) => next.insert_before_this(&mut view),
                    None => before.end.insert_before_this(&mut view),
                };
            }
            views.push((*key, view));
        }
        views.reverse();
        before.views = views;
    }
}

impl Mountable for Standing {
    fn unmount(&mut self) {
        for (_, view) in &mut self.views {
            view.unmount();
        }
        self.end.unmount();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        for (_, view) in &mut self.views {
            view.mount(parent, marker);
        }
        self.end.mount(parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        match self.views.first() {
            Some((_, first)) => first.insert_before_this(child),
            None => self.end.insert_before_this(child),
        }
    }

    fn elements(&self) -> Vec<Element> {
        self.views.iter().flat_map(|(_, view)| view.elements()).collect()
    }
}

drawn_in_the_browser!(Keyed, Standing);

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::in_order;

    #[test]
    fn as_many_as_can_be_stay_in_their_places() {
        let stay = |places: &[usize]| in_order(places).into_iter().map(u8::from).collect::<Vec<_>>();
        assert_eq!(stay(&[]), [0; 0]);
        assert_eq!(stay(&[4, 5, 6, 7]), [1, 1, 1, 1], "those before are gone, or others come before");
        assert_eq!(stay(&[9, 0, 1, 2]), [0, 1, 1, 1], "the last comes to the top");
        assert_eq!(stay(&[1, 2, 3, 0]), [1, 1, 1, 0]);
        assert_eq!(stay(&[3, 2, 1]).iter().sum::<u8>(), 1, "turned around");
    }
}
