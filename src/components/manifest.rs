//! A manifest as the platform has it: YAML or JSON, to be read and taken along.

use std::sync::Arc;

use astro_api::{
    manifest::{Manifest, Spec},
    secret::redacted,
};
use leptos::prelude::*;

use crate::ui::{
    Address, Code, FactsSkeleton, Loading, QueryView, Toggles, address::Step, code::Language, load::Loads,
};

const YAML: &str = "yaml";
const JSON: &str = "json";

/// The manifest of a spec; what is secret in it is replaced, since it is only shown.
pub fn of<S: Spec>(spec: &S) -> Option<Manifest> {
    redacted(|| Manifest::of(spec)).ok()
}

/// The manifest of a thing in each of its states, with a choice of its language, which the address keeps.
pub fn manifest(name: String, load: Loads<Option<Manifest>>, retry: Callback<()>) -> AnyView {
    view! {
        <QueryView
            load=load
            loading=skeleton
            empty=None
            retry=retry
            data=move |manifest| shown(name.clone(), Signal::derive(move || manifest.get()))
        />
    }
    .into_any()
}

fn skeleton() -> AnyView {
    view! {
        <Loading label="Loading the manifest">
            <FactsSkeleton rows=10/>
        </Loading>
    }
    .into_any()
}

/// A manifest that is there.
pub fn shown(name: String, manifest: Signal<Option<Arc<Option<Manifest>>>>) -> AnyView {
    let address = Address::of_context();
    let format = Memo::new(move |_| if address.get("format").as_deref() == Some(JSON) { JSON } else { YAML });
    let text = Memo::new(move |_| {
        let write = if format.get() == JSON { Manifest::to_json } else { Manifest::to_yaml };
        manifest.with(|manifest| manifest.as_deref().and_then(Option::as_ref).map(write).unwrap_or_default())
    });
    let language = Signal::derive(move || if format.get() == JSON { Language::Json } else { Language::Yaml });
    let label = format!("Manifest of {name}");
    let file = Signal::derive(move || format!("{name}.{}", format.get()));
    let choose = move |chosen: &'static str| {
        address.set("format", (chosen != YAML).then(|| chosen.to_owned()), Step::Push);
    };
    view! {
        <div class="card">
            <Code text=text label=label language=language file=file frameless=true>
                <Toggles label="Format" options=&[(YAML, "YAML"), (JSON, "JSON")] chosen=format on_choose=choose/>
            </Code>
        </div>
    }
    .into_any()
}
