//! What can be done with the rows that are chosen.

use std::{collections::HashSet, sync::Arc};

use leptos::{prelude::*, task::spawn_local};

use super::Core;
use crate::ui::{
    button::{Button, IconButton},
    copy::to_clipboard,
    focus, format,
    icon::Icon,
    reactive::{maybe, reactive},
    table::bulk::{Chosen, ErasedBulk},
};

/// What can be done with the chosen rows. It floats over the list's foot.
pub(super) fn selection_bar(core: Core) -> AnyView {
    let told = move || {
        let count = core.selection.with(HashSet::len);
        if count == 0 {
            // All that was chosen is gone by what was done with it, which is what there is to say then.
            return core.runner().told().unwrap_or_default();
        }
        let shown = core.shown.get();
        let spec = core.spec();
        let mut inside = 0;
        core.selection.with_untracked(|selection| {
            core.each(&shown.0.rows, |index, row| {
                inside += usize::from(selection.contains(&spec.key_of(row, index)));
            });
        });
        let hidden = count.saturating_sub(inside);
        if hidden > 0 {
            format!("{} selected, {} of them hidden", format::count(count), format::count(hidden))
        } else {
            format!("{} selected", format::count(count))
        }
    };
    let actions = core.spec().bulk.iter().enumerate().map(|(at, bulk)| bulk_button(core, at, bulk)).collect_view();
    let became = reactive(move || {
        let told = core.runner().told().filter(|_| !core.selection.with(HashSet::is_empty));
        maybe(told.map(|text| {
            view! {
                <button type="button" class="selection-bar__told" on:click=move |_| core.runner().show()>
                    {text}
                </button>
            }
            .into_any()
        }))
    });
    // While work is under way its end is what one looks for.
    let end = reactive(move || {
        let runner = core.runner();
        if runner.is_running() {
            let stops = Signal::derive(move || runner.is_stopping());
            return view! { <Button label="Stop" small=true busy=stops on_press=move |()| runner.stop()/> }.into_any();
        }
        let clear = move |()| {
            core.clear_selection();
            // The bar goes, and with it the button that has the focus.
            if let Some(scroller) = core.scroller.get_untracked() {
                focus::quietly(&scroller);
            }
        };
        view! { <IconButton icon="x" label="Clear selection".to_owned() on_press=clear/> }.into_any()
    });
    let copied = RwSignal::new(None::<bool>);
    // It told of what was chosen then.
    Effect::new(move |_| {
        core.selection.track();
        copied.set(None);
    });
    let copy = move |_| {
        let spec = core.spec();
        let mut names = Vec::new();
        core.each(&core.chosen_rows(), |index, row| {
            names.push(spec.name_of(row).unwrap_or_else(|| spec.key_of(row, index)));
        });
        spawn_local(async move {
            let done = to_clipboard(&names.join("\n")).await;
            copied.try_set(Some(done));
        });
    };
    let copy_label = move || match copied.get() {
        None => "Copy names",
        Some(true) => "Copied",
        Some(false) => "Not copied",
    };
    view! {
        // It takes the focus of those of its buttons that go.
        <div class="selection-bar" role="region" aria-label="Selection" tabindex="-1">
            <span class="strong" role="status">
                {told}
            </span>
            <span class="rule"></span>
            {actions}
            <button type="button" class="button button--ghost button--small" on:click=copy>
                <Icon name="copy"/>
                <span class="button__label">{copy_label}</span>
            </button>
            <button
                type="button"
                class="button button--ghost button--small"
                on:click=move |_| core.export(&core.chosen_rows(), false)
            >
                <Icon name="download"/>
                <span class="button__label">"Export"</span>
            </button>
            {became}
            <span class="rule"></span>
            {end}
        </div>
    }
    .into_any()
}

fn bulk_button(core: Core, at: usize, bulk: &ErasedBulk) -> AnyView {
    let class = if bulk.danger {
        "button button--ghost button--small button--danger"
    } else {
        "button button--ghost button--small"
    };
    let reason = {
        let reason = Arc::clone(&bulk.reason);
        Memo::new(move |_| {
            core.selection.track();
            core.list.track();
            if core.runner().is_running() {
                return Some("Another action is under way.".to_owned());
            }
            let mut first = None;
            let mut may = false;
            core.each(&core.chosen_rows(), |_, row| match reason(row).flatten() {
                Some(reason) => {
                    first.get_or_insert(reason);
                }
                None => may = true,
            });
            if may { None } else { first }
        })
    };
    let press = move |_| {
        if reason.with_untracked(Option::is_some) {
            return;
        }
        let spec = core.spec();
        let (Some(bulk), Some(Some(list))) = (spec.bulk.get(at), core.list.try_get_untracked()) else { return };
        let mut rows = Vec::new();
        core.each(&core.chosen_rows(), |index, row| {
            let key = spec.key_of(row, index);
            let name = spec.name_of(row).unwrap_or_else(|| key.clone());
            rows.push(Chosen { key, name, list: Arc::clone(&list.0), index });
        });
        core.runner().start(bulk, rows, spec.row);
    };
    view! {
        <button
            type="button"
            class=class
            aria-disabled=move || reason.with(Option::is_some).then_some("true")
            aria-description=move || reason.get()
            data-tip=move || reason.get()
            on:click=press
        >
            <Icon name=bulk.icon/>
            <span class="button__label">{bulk.label.to_string()}</span>
        </button>
    }
    .into_any()
}
