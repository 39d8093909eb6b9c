//! What tells a group's nodes apart: their labels and taints, in every form that has node groups.

use leptos::prelude::*;

use super::create::limits;
use crate::ui::{Field, MultiField, PairsField, field::ready};

/// The fields of a group's labels and taints. Both may be empty.
pub fn fields(
    labels: Field,
    taints: Field,
    label_values: RwSignal<Vec<(String, String)>>,
    taint_values: RwSignal<Vec<String>>,
) -> AnyView {
    let taints = taints
        .optional()
        .hint("Keep away what does not tolerate them. Written as kubectl does; Enter takes one.".to_owned());
    view! {
        <PairsField
            field=labels.optional()
            value=label_values
            name="Label"
            add="Add label"
            check=Callback::new(|(name, value): (String, String)| limits::label(name.trim(), value.trim()))
        />
        <MultiField
            field=taints
            value=taint_values
            choices=ready(Vec::new)
            free=true
            placeholder="dedicated=gpu:NoSchedule"
        />
    }
    .into_any()
}
