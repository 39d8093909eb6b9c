//! Elements that compare: for what is drawn by the hundred, and again with each answer.
//!
//! Drawn anew, an element of `view!` takes all its attributes away and sets them again where types are erased (tachys
//! 0.2), and the browser works its style out once more. A [`Tag`] touches what differs, and is compiled once for all.

use std::borrow::Cow;

use leptos::{
    prelude::*,
    tachys::{
        html::attribute::any_attribute::AnyAttribute,
        hydration::Cursor,
        renderer::{
            Rndr,
            types::{Element, Node, Text},
        },
        view::{Mountable, Position, PositionState, Render, RenderHtml, any_view::AnyViewState},
    },
};

const SVG: &str = "http://www.w3.org/2000/svg";

/// An element with its attributes and what is in it.
#[must_use]
pub struct Tag {
    name: &'static str,
    attributes: Vec<(&'static str, Cow<'static, str>)>,
    checked: Option<bool>,
    children: Vec<Child>,
}

enum Child {
    Tag(Tag),
    Text(Cow<'static, str>),
    View(AnyView),
}

/// An element of this name.
pub fn tag(name: &'static str) -> Tag {
    Tag { name, attributes: Vec::new(), checked: None, children: Vec::new() }
}

/// A link that looks like the text around it until it is pointed at.
pub fn quiet_link(href: String, text: impl Into<Cow<'static, str>>) -> Tag {
    tag("a").class("quiet-link").attr("href", href).text(text)
}

/// A link that may be cut, and says in full where it leads when it is hovered.
pub fn titled_link(href: String, text: String) -> Tag {
    tag("a").attr("href", href).attr("title", text.clone()).text(text)
}

impl Tag {
    /// With an attribute. Its style is set by classes: the policy refuses styles in attributes.
    pub fn attr(self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.with(name, value.into())
    }

    // Out of line, as the one below: in place it would be compiled at each of hundreds of calls.
    #[inline(never)]
    fn with(mut self, name: &'static str, value: Cow<'static, str>) -> Self {
        self.attributes.push((name, value));
        self
    }

    #[inline(never)]
    fn holding(mut self, child: Child) -> Self {
        self.children.push(child);
        self
    }

    /// With an attribute, where there is a value.
    pub fn maybe(self, name: &'static str, value: Option<impl Into<Cow<'static, str>>>) -> Self {
        match value {
            Some(value) => self.attr(name, value),
            None => self,
        }
    }

    /// With these classes.
    pub fn class(self, classes: impl Into<Cow<'static, str>>) -> Self {
        self.attr("class", classes)
    }

    /// A checkbox that is checked or not. What a person does to it counts until it is drawn anew.
    pub const fn checked(mut self, is_checked: bool) -> Self {
        self.checked = Some(is_checked);
        self
    }

    /// With a text in it.
    pub fn text(self, text: impl Into<Cow<'static, str>>) -> Self {
        self.holding(Child::Text(text.into()))
    }

    /// With another element in it.
    pub fn tag(self, tag: Self) -> Self {
        self.holding(Child::Tag(tag))
    }

    /// With any view in it.
    pub fn view(self, view: AnyView) -> Self {
        self.holding(Child::View(view))
    }
}

/// An element as it stands on the page.
pub struct Standing {
    element: Element,
    name: &'static str,
    attributes: Vec<(&'static str, Cow<'static, str>)>,
    children: Vec<Known>,
}

enum Known {
    Tag(Standing),
    Text(Text, Cow<'static, str>),
    View(AnyViewState),
}

fn set_checked(element: &Element, is_checked: Option<bool>) {
    if let Some(is_checked) = is_checked {
        Rndr::set_property(element, "checked", &is_checked.into());
    }
}

impl Render for Tag {
    type State = Standing;

    fn build(self) -> Standing {
        let Self { name, attributes, checked, children } = self;
        let element = Rndr::create_element(name, matches!(name, "svg" | "use").then_some(SVG));
        for (name, value) in &attributes {
            Rndr::set_attribute(&element, name, value);
        }
        set_checked(&element, checked);
        let children = children
            .into_iter()
            .map(|child| {
                let mut child = child.build();
                child.mount(&element, None);
                child
            })
            .collect();
        Standing { element, name, attributes, children }
    }

    fn rebuild(self, before: &mut Standing) {
        if self.name != before.name {
            let mut new = self.build();
            before.insert_before_this(&mut new);
            before.unmount();
            *before = new;
            return;
        }
        let Self { attributes, checked, children, .. } = self;
        for (name, value) in &attributes {
            if !before.attributes.iter().any(|(known, set)| known == name && set == value) {
                Rndr::set_attribute(&before.element, name, value);
            }
        }
        for (name, _) in &before.attributes {
            if !attributes.iter().any(|(kept, _)| kept == name) {
                Rndr::remove_attribute(&before.element, name);
            }
        }
        before.attributes = attributes;
        set_checked(&before.element, checked);
        let mut wanted = children.into_iter();
        let mut kept = 0;
        for (known, child) in before.children.iter_mut().zip(wanted.by_ref()) {
            child.rebuild(known);
            kept += 1;
        }
        for mut gone in before.children.drain(kept..) {
            gone.unmount();
        }
        for child in wanted {
            let mut child = child.build();
            child.mount(&before.element, None);
            before.children.push(child);
        }
    }
}

impl Child {
    fn build(self) -> Known {
        match self {
            Self::Tag(tag) => Known::Tag(tag.build()),
            Self::Text(text) => Known::Text(Rndr::create_text_node(&text), text),
            Self::View(view) => Known::View(view.build()),
        }
    }

    fn rebuild(self, before: &mut Known) {
        match (self, before) {
            (Self::Tag(tag), Known::Tag(standing)) => tag.rebuild(standing),
            (Self::Text(text), Known::Text(node, known)) => {
                if text != *known {
                    Rndr::set_text(node, &text);
                    *known = text;
                }
            }
            (Self::View(view), Known::View(state)) => view.rebuild(state),
            (child, before) => {
                let mut new = child.build();
                before.insert_before_this(&mut new);
                before.unmount();
                *before = new;
            }
        }
    }
}

impl Mountable for Known {
    fn unmount(&mut self) {
        match self {
            Self::Tag(standing) => standing.unmount(),
            Self::Text(text, _) => text.unmount(),
            Self::View(state) => state.unmount(),
        }
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        match self {
            Self::Tag(standing) => standing.mount(parent, marker),
            Self::Text(text, _) => text.mount(parent, marker),
            Self::View(state) => state.mount(parent, marker),
        }
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        match self {
            Self::Tag(standing) => standing.insert_before_this(child),
            Self::Text(text, _) => text.insert_before_this(child),
            Self::View(state) => state.insert_before_this(child),
        }
    }

    fn elements(&self) -> Vec<Element> {
        match self {
            Self::Tag(standing) => standing.elements(),
            Self::Text(..) => Vec::new(),
            Self::View(state) => state.elements(),
        }
    }
}

impl Mountable for Standing {
    fn unmount(&mut self) {
        self.element.unmount();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        self.element.mount(parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.element.insert_before_this(child)
    }

    fn elements(&self) -> Vec<Element> {
        vec![self.element.clone()]
    }
}

/// What [`RenderHtml`] wants of a view that no server renders, where `$state` is its [`Render::State`].
macro_rules! drawn_in_the_browser {
    ($view:ty, $state:ty) => {
        leptos::tachys::no_attrs!($view);

        impl RenderHtml for $view {
            type AsyncOutput = Self;
            type Owned = Self;

            const MIN_LENGTH: usize = 0;

            fn dry_resolve(&mut self) {}

            async fn resolve(self) -> Self {
                self
            }

            fn to_html_with_buf(self, _: &mut String, _: &mut Position, _: bool, _: bool, _: Vec<AnyAttribute>) {}

            fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> $state {
                self.build()
            }

            fn into_owned(self) -> Self {
                self
            }
        }
    };
}

pub(super) use drawn_in_the_browser;

drawn_in_the_browser!(Tag, Standing);
