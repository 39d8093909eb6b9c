//! `/o/:org/profiles/new`: another profile.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use crate::{
    components::{ProfileForm, roles},
    routes,
    store::{Tone, use_store},
    ui::{Banner, FormPage, Tone as Notice, maybe, reactive},
};

/// The form for a new profile.
pub fn create(organization: String) -> AnyView {
    let store = use_store();
    let navigate = StoredValue::new_local(use_navigate());
    let form = ProfileForm::new();
    let blocked = roles::why_not("createApplicationProfile");
    let list = routes::profiles(&organization).href();
    let submit = move |()| {
        let organization = organization.clone();
        form.send(move |profile| {
            form.draft.settle();
            store.toasts.push(Tone::Good, format!("{} is created.", profile.profile_name));
            let path = super::place(&organization, &profile).path();
            navigate.try_with_value(|go| go(&path, NavigateOptions::default()));
        });
    };
    view! {
        <FormPage
            title="New profile"
            meta=|| "Where applications run, and with how much. An application keeps its profile for good.".into_any()
            pending=form.pending()
            error=form.error()
            on_submit=submit
            submit="Create profile"
            blocked=blocked
            cancel=list
            consequence=Signal::derive(move || form.consequence())
            summary=move || form.summary()
        >
            {reactive(move || {
                maybe(blocked.get().map(|reason| {
                    let title = "You can view this form, but not create a profile";
                    view! { <Banner title=title text=Some(reason) tone=Notice::Warn/> }.into_any()
                }))
            })}
            {form.fields()}
        </FormPage>
    }
    .into_any()
}
