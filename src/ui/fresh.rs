//! Values that change in place: washed for a second, so that one sees what is new.
//!
//! The wash is an animation of the style sheet; with reduced motion there is none.

use std::collections::HashMap;

use leptos::prelude::*;

use super::reactive::reactive;

/// The two classes differ in nothing but their names: a browser starts an animation anew when its name changes.
pub(super) const fn class(changes: u32) -> &'static str {
    match (changes, changes % 2) {
        (0, _) => "",
        (_, 0) => "fresh fresh--even",
        (_, _) => "fresh fresh--odd",
    }
}

/// Draws a value, and washes it each time that it changes.
///
/// `value` tells the values apart, `draw` shows the one that is current.
pub fn fresh(
    value: impl Fn() -> String + Send + Sync + 'static,
    draw: impl FnMut() -> AnyView + Send + 'static,
) -> AnyView {
    washed(Box::new(value), reactive(draw))
}

fn washed(value: Box<dyn Fn() -> String + Send + Sync>, content: AnyView) -> AnyView {
    let changes = Memo::new(move |before: Option<&(String, u32)>| {
        let value = value();
        match before {
            Some((known, changes)) if *known == value => (value, *changes),
            Some((_, changes)) => (value, changes.wrapping_add(1).max(1)),
            None => (value, 0),
        }
    });
    view! { <span class=move || changes.with(|(_, changes)| class(*changes))>{content}</span> }.into_any()
}

/// The values of many things, such as the cells of a table: tells which of them have changed since they were drawn.
#[derive(Clone, Copy)]
pub struct Changes(StoredValue<HashMap<String, (String, u32)>>);

impl Default for Changes {
    fn default() -> Self {
        Self(StoredValue::new(HashMap::new()))
    }
}

impl Changes {
    /// The class of the element that shows the value of a thing: a wash if the value is another than before.
    ///
    /// To be called once a drawing. A thing that is new is not washed: it did not change.
    pub fn class(self, thing: &str, value: &str) -> &'static str {
        let changes = self.0.try_update_value(|known| note(known, thing, value));
        class(changes.unwrap_or_default())
    }

    /// Forgets what is not there any more.
    pub fn keep(self, is_there: impl Fn(&str) -> bool) {
        self.0.try_update_value(|known| known.retain(|thing, _| is_there(thing)));
    }
}

fn note(known: &mut HashMap<String, (String, u32)>, thing: &str, value: &str) -> u32 {
    let (before, changes) = known.entry(thing.to_owned()).or_insert_with(|| (value.to_owned(), 0));
    if before != value {
        value.clone_into(before);
        *changes = changes.wrapping_add(1).max(1);
    }
    *changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_has_another_class_than_the_one_before() {
        let mut known = HashMap::new();
        let mut of = |value: &str| class(note(&mut known, "prod-eu", value));
        assert_eq!(of("Ready"), "");
        assert_eq!(of("Ready"), "");
        let first = of("Upgrading");
        assert!(first.starts_with("fresh"));
        assert_eq!(of("Upgrading"), first, "drawn again, it is the same wash, which has run");
        let second = of("Ready");
        assert!(second.starts_with("fresh") && second != first);
    }
}
