//! Lengths of time and sizes: short in the text, exact in the tooltip.

use leptos::prelude::*;

use super::{format, time::Dash};

/// A length of time, such as `3 m 12 s`.
#[component]
pub fn Duration(
    /// Milliseconds; nothing shows as a dash.
    #[prop(into)]
    length: Option<u64>,
) -> AnyView {
    exact(length, format::duration, format::exact_duration)
}

/// A size, such as `1.5 GiB`: binary units, as Kubernetes and disks of the cloud have them.
#[component]
pub fn Bytes(
    /// How many; nothing shows as a dash.
    #[prop(into)]
    count: Option<u64>,
) -> AnyView {
    exact(count, format::bytes, format::exact_bytes)
}

fn exact(value: Option<u64>, short: fn(u64) -> String, exact: fn(u64) -> String) -> AnyView {
    let Some(value) = value else { return view! { <Dash/> }.into_any() };
    let (short, exact) = (short(value), exact(value));
    // A tooltip that says the same again is none.
    let tip = (short != exact).then_some(exact);
    view! { <span class="number" data-tip=tip>{short}</span> }.into_any()
}
