//! The request that a form makes, as it can be made elsewhere: `curl`, JSON, YAML, and `astroctl` where the
//! documentation shows the verb. It follows what is typed.

mod astroctl;

use std::sync::Arc;

use astro_api::{
    manifest::{self, Manifest, Spec},
    request::{Body, Call},
    secret::{self, REDACTED},
};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::{
    store::use_store,
    ui::{Button, CopyButton, Look, download, maybe, reactive},
};

/// A form in which a request is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Curl,
    Json,
    Yaml,
    Astroctl,
}

const FORMS: [(Form, &str); 4] =
    [(Form::Curl, "curl"), (Form::Json, "JSON"), (Form::Yaml, "YAML"), (Form::Astroctl, "astroctl")];

/// A request in one form: its text, the name of its file, and what has to be said of it.
#[derive(Clone, Debug, Default, PartialEq)]
struct Shown {
    text: String,
    file: String,
    note: Option<String>,
}

/// A manifest to be shown, its secrets hidden.
pub fn shown_manifest<S: Spec>(spec: &S) -> Option<Arc<Manifest>> {
    secret::redacted(|| Manifest::of(spec)).ok().map(Arc::new)
}

fn name_of(call: &Call, manifest: Option<&Manifest>) -> String {
    let command = astroctl::command(call).and_then(|command| command.file);
    command.unwrap_or_else(|| match manifest.and_then(Manifest::name) {
        Some(name) if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') => format!("{name}.yaml"),
        _ => format!("{}.yaml", call.operation().id),
    })
}

/// The request in a form; none where it does not have it.
fn shown(form: Form, call: &Call, manifest: Option<&Manifest>, curl: impl FnOnce(&Call) -> String) -> Option<Shown> {
    let body = call.body().map(Body::shown);
    let id = call.operation().id;
    let mut shown = match form {
        Form::Curl => Shown { text: curl(call) + "\n", file: format!("{id}.sh"), note: None },
        Form::Json => Shown {
            text: match body {
                Some(body) => serde_json::to_string_pretty(body).unwrap_or_default() + "\n",
                None => manifest?.to_json(),
            },
            file: format!("{id}.json"),
            note: None,
        },
        Form::Yaml => Shown {
            text: match manifest {
                Some(manifest) => manifest.to_yaml(),
                None => manifest::yaml_of(body?.as_object()?),
            },
            file: name_of(call, manifest),
            note: None,
        },
        Form::Astroctl => {
            let command = astroctl::command(call)?;
            let mut notes = Vec::new();
            if let Some(file) = &command.file {
                notes.push(format!("It reads {file}: the YAML beside this."));
            }
            if !command.left_out.is_empty() {
                notes.push(format!("Its documentation shows no option for {}.", command.left_out.join(", ")));
            }
            let note = (!notes.is_empty()).then(|| notes.join(" "));
            Shown { text: command.line + "\n", file: format!("{id}.sh"), note }
        }
    };
    let secrets = shown.text.contains(REDACTED).then_some("Secrets are left out: put them in the place of the dots.");
    let keys = match form {
        Form::Curl if shown.text.contains("$ASTROPULSE_API_KEY") => Some("The key comes from ASTROPULSE_API_KEY."),
        Form::Curl if shown.text.contains("$ASTROPULSE_TOKEN") => {
            Some("It takes a person's token, from ASTROPULSE_TOKEN.")
        }
        _ => None,
    };
    let notes: Vec<&str> = [shown.note.as_deref(), keys, secrets].into_iter().flatten().collect();
    shown.note = (!notes.is_empty()).then(|| notes.join(" "));
    Some(shown)
}

/// The request that a form makes, to be copied and made elsewhere.
#[component]
pub fn ShowAs(
    /// The request, as it would be sent now; none while what is typed makes none.
    #[prop(into)]
    call: Signal<Option<Call>>,
    /// The manifest, where the form writes one; make it by [`shown_manifest`], so that its secrets are hidden.
    #[prop(optional, into)]
    manifest: Signal<Option<Arc<Manifest>>>,
    /// An id, unique on the page.
    #[prop(default = "show-as")]
    id: &'static str,
) -> AnyView {
    let store = use_store();
    let chosen = RwSignal::new(Form::Curl);
    let made = move |form: Form| {
        call.with(|call| {
            manifest.with(|manifest| {
                let curl = |call: &Call| store.client().map(|client| client.curl(call)).unwrap_or_default();
                shown(form, call.as_ref()?, manifest.as_deref(), curl)
            })
        })
    };
    let forms = Memo::new(move |_| {
        FORMS.iter().map(|(form, _)| *form).filter(|form| made(*form).is_some()).collect::<Vec<_>>()
    });
    // A form that the request does not have gives way to the first, and comes back with it.
    let current = Memo::new(move |_| {
        let chosen = chosen.get();
        if forms.with(|forms| forms.contains(&chosen)) { chosen } else { Form::Curl }
    });
    let text = Memo::new(move |_| made(current.get()));
    let tabs = move |event: ev::KeyboardEvent| {
        let forms = forms.get_untracked();
        let here = forms.iter().position(|form| *form == current.get_untracked()).unwrap_or_default();
        let last = forms.len().saturating_sub(1);
        let next = match event.key().as_str() {
            "ArrowRight" => {
                if here == last {
                    0
                } else {
                    here + 1
                }
            }
            "ArrowLeft" => here.checked_sub(1).unwrap_or(last),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        if let Some(form) = forms.get(next) {
            chosen.set(*form);
            let tab = document().get_element_by_id(&format!("{id}-{form:?}"));
            if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<HtmlElement>().ok()) {
                let _ = tab.focus();
            }
        }
    };
    let list = FORMS
        .iter()
        .map(|(form, word)| {
            let form = *form;
            let selected = move || current.get() == form;
            view! {
                <button
                    type="button"
                    role="tab"
                    class="show-as__tab"
                    id=format!("{id}-{form:?}")
                    aria-controls=format!("{id}-panel")
                    aria-selected=move || if selected() { "true" } else { "false" }
                    tabindex=move || if selected() { "0" } else { "-1" }
                    hidden=move || forms.with(|forms| !forms.contains(&form) && (form != Form::Curl || !forms.is_empty()))
                    on:click=move |_| chosen.set(form)
                >
                    {*word}
                </button>
            }
            .into_any()
        })
        .collect_view();
    let content = reactive(move || match text.get() {
        None => view! {
            <p class="show-as__empty">"Fill in the required fields to see the request."</p>
        }
        .into_any(),
        Some(shown) => {
            let file = shown.file.clone();
            let save = {
                let (file, text) = (file.clone(), shown.text.clone());
                // A browser that refuses has told so itself.
                move |()| drop(download(&file, "text/plain", &text))
            };
            view! {
                <pre class="show-as__text" tabindex="0" role="region" aria-label="The request">
                    {shown.text.clone()}
                </pre>
                <div class="show-as__foot">
                    <CopyButton text=shown.text.trim_end().to_owned() what="request" labelled=true/>
                    <Button
                        label=format!("Download {file}")
                        icon="download"
                        look=Look::Ghost
                        small=true
                        on_press=save
                    />
                </div>
                {maybe(shown.note.map(|note| view! { <p class="show-as__note">{note}</p> }.into_any()))}
            }
            .into_any()
        }
    });
    view! {
        <section class="show-as" aria-label="Show as">
            <div class="show-as__tabs" role="tablist" aria-label="Show the request as" on:keydown=tabs>
                {list}
            </div>
            <div
                role="tabpanel"
                id=format!("{id}-panel")
                aria-labelledby=move || format!("{id}-{:?}", current.get())
            >
                {content}
            </div>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use astro_api::organizations;

    use super::*;

    fn call(name: &str) -> Call {
        let body = organizations::OrgCreateRequest { name: name.to_owned(), title: Some("Acme, Inc.".to_owned()) };
        organizations::create(&body).call().clone()
    }

    fn of(form: Form, call: &Call) -> Option<Shown> {
        shown(form, call, None, |_| "curl -H \"X-Astro-API-Key: $ASTROPULSE_API_KEY\"".to_owned())
    }

    #[test]
    fn a_request_is_shown_in_the_forms_that_it_has() {
        let call = call("acme");
        assert_eq!(of(Form::Json, &call).unwrap().text, "{\n  \"name\": \"acme\",\n  \"title\": \"Acme, Inc.\"\n}\n");
        assert_eq!(of(Form::Yaml, &call).unwrap().text, "name: acme\ntitle: Acme, Inc.\n");
        let command = of(Form::Astroctl, &call).unwrap();
        assert_eq!(command.text, "astroctl org create acme\n");
        assert_eq!(command.note.as_deref(), Some("Its documentation shows no option for title."));
        assert_eq!(of(Form::Curl, &call).unwrap().note.as_deref(), Some("The key comes from ASTROPULSE_API_KEY."));
    }

    #[test]
    fn what_has_no_body_has_no_document() {
        let list = organizations::list(&organizations::Page::default());
        assert_eq!(of(Form::Json, list.call()), None);
        assert_eq!(of(Form::Yaml, list.call()), None);
        assert_eq!(of(Form::Astroctl, list.call()).unwrap().text, "astroctl org list\n");
    }
}
