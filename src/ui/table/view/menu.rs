//! What can be done with one row.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::{Core, tools::close};
use crate::ui::{
    filter_bar::{closest, opens, step},
    icon::Icon,
    reactive::{maybe, reactive},
    table::column::{Action, What},
};

impl Core {
    /// The button of a row's menu was pressed. The browser takes all buttons of an open menu for a part of it, so that
    /// another row's would only close it: it is closed here, and the button pressed once more.
    pub(super) fn menu_pressed(self, key: String, button: Element, event: &ev::MouseEvent) {
        let is_other = self.menu.get_untracked().is_some_and(|before| before != key);
        self.menu.set(Some(key));
        let open = self.menu_list.get_untracked().filter(|list| list.matches(":popover-open").unwrap_or_default());
        let (Some(list), Ok(button)) = (open.filter(|_| is_other), button.dyn_into::<HtmlElement>()) else { return };
        event.prevent_default();
        // It fails where it is closed already.
        let _ = list.hide_popover();
        request_animation_frame(move || {
            // The list gives the focus back to what had it before: this button, also where a press does not focus one.
            let _ = button.focus();
            button.click();
        });
    }
}

/// The menu of a row. All rows share one, which opens beside the button that was pressed.
pub(super) fn row_menu(core: Core) -> AnyView {
    let spec = core.spec();
    let Some(actions) = spec.actions.clone() else { return ().into_any() };
    let open = RwSignal::new(false);
    let found = move || {
        let key = core.menu.get().filter(|_| open.get())?;
        let frame = core.frame.get();
        let drawn = frame.rows.iter().find(|drawn| *drawn.key == *key)?;
        let list = frame.list.as_ref()?;
        actions((spec.row)(&*list.0, drawn.index)?)
    };
    let current = StoredValue::new(Vec::<Action>::new());
    let press = move |event: ev::MouseEvent| {
        let at = closest(event.target(), "[data-at]").and_then(|it| it.get_attribute("data-at")?.parse::<usize>().ok());
        let action = at.and_then(|at| current.with_value(|actions| actions.get(at).cloned()));
        match action {
            Some(action) if action.reason.is_none() => {
                close(&event);
                if let What::Run(run) = action.what {
                    run.run(());
                }
            }
            _ => {}
        }
    };
    let walk = move |event: ev::KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            _ => return,
        };
        if let Some(list) = core.menu_list.get_untracked() {
            event.prevent_default();
            step(&list, by);
        }
    };
    let toggled = move |event: ev::Event| {
        let is_open = opens(&event);
        open.set(is_open);
        if is_open {
            request_animation_frame(move || {
                if let Some(list) = core.menu_list.try_get_untracked().flatten() {
                    step(&list, 1);
                }
            });
        }
    };
    let items = reactive(move || {
        let actions = found().unwrap_or_default();
        current.set_value(actions.clone());
        actions.into_iter().enumerate().map(|(at, action)| item(at, action)).collect_view().into_any()
    });
    view! {
        <div
            class="menu"
            id=core.menu_id.get_value()
            popover="auto"
            data-float="end"
            role="group"
            aria-label="Actions"
            node_ref=core.menu_list
            on:click=press
            on:keydown=walk
            on:toggle=toggled
        >
            {items}
        </div>
    }
    .into_any()
}

fn item(at: usize, action: Action) -> AnyView {
    let class = if action.danger { "menu__item menu__item--danger" } else { "menu__item" };
    let blocked = action.reason.is_some();
    let content = view! {
        <Icon name=action.icon/>
        <span class="menu__text">
            {action.label.into_owned()}
            {maybe(action.reason.map(|reason| view! { <span class="menu__reason">{reason}</span> }.into_any()))}
        </span>
    }
    .into_any();
    match action.what {
        What::Go(href) if !blocked => view! {
            <a class=class href=href data-at=at.to_string()>
                {content}
            </a>
        }
        .into_any(),
        _ => view! {
            <button type="button" class=class data-at=at.to_string() aria-disabled=blocked.then_some("true")>
                {content}
            </button>
        }
        .into_any(),
    }
}
