//! What a key is worth that somebody has found: its state, its end, its organization.

use astro_api::{
    Secret,
    api_keys::{self, ApiKeyStatus, ApiKeyValidation},
    timestamp::Timestamp,
};
use leptos::{html, prelude::*};

use super::organization_of;
use crate::{
    components::{ShowAs, marks},
    routes,
    store::{mutation, use_store},
    ui::{Banner, Button, Draft, Fact, Facts, Field, FormPanel, SecretField, State, Time, Tone, maybe, reactive},
};

/// The panel that checks a key. The key lies in its field and in the one request, and nowhere else.
pub fn panel(open: RwSignal<bool>) -> AnyView {
    let draft = Draft::new();
    let input = NodeRef::<html::Input>::new();
    let check = mutation(|key: &Secret<String>| api_keys::validate(key));
    let submit = move |()| {
        let Some(field) = input.get_untracked() else { return };
        let key = field.value();
        check.reset();
        check.run(Secret::from(key.trim()));
    };
    Effect::new(move |_| {
        if !open.get() {
            check.reset();
        }
    });
    let forget = move |()| {
        if let Some(field) = input.get_untracked() {
            field.set_value("");
        }
        check.reset();
    };
    // The key that is checked is not read for it: a command names it by its variable.
    let call = Signal::derive(|| Some(api_keys::validate(&Secret::from("")).call().clone()));
    view! {
        <FormPanel
            open=open
            title="Check a key".to_owned()
            draft=draft
            pending=check.pending()
            error=check.error()
            on_submit=submit
            submit="Check key".to_owned()
        >
            <p class="muted">
                "For a key that turned up somewhere: whether it still works, until when, and for which organization. Checking it does not count as using it."
            </p>
            <SecretField
                field=Field::new("X-Validate-API-Key", "API key")
                    .hint("It is sent to the platform once, and kept nowhere.")
                    .needed("Paste a key first.")
                input=input
            />
            {reactive(move || maybe(check.result().get().map(|found| {
                view! {
                    {verdict(&found)}
                    <div class="row"><Button label="Forget it" small=true on_press=forget/></div>
                }
                .into_any()
            })))}
            <ShowAs call=call id="check-as"/>
        </FormPanel>
    }
    .into_any()
}

fn verdict(found: &ApiKeyValidation) -> AnyView {
    let organizations = use_store().session.organizations();
    let works = found.valid.unwrap_or(found.status == ApiKeyStatus::Active);
    let (title, tone) =
        if works { ("The key works", Tone::Warn) } else { ("The key opens nothing any more", Tone::Good) };
    let text = works
        .then(|| "If it lies where it should not, revoke it in the list and replace it where it is used.".to_owned());
    let mine = found.org_id.as_deref().and_then(|id| organizations.with_untracked(|list| organization_of(list, id)));
    let organization = match mine {
        Some(organization) => {
            let href = routes::keys(&organization.name).href();
            view! { <a class="link" href=href>{organization.name}</a> }.into_any()
        }
        None => found.org_namespace.clone().or_else(|| found.org_id.clone()).unwrap_or_default().into_any(),
    };
    let end = found.expires_at.as_ref().and_then(Timestamp::known).map(ToOwned::to_owned);
    let end = match end {
        Some(end) => view! { <Time at=end/> }.into_any(),
        None => "Never".into_any(),
    };
    let facts = vec![
        Fact::new("State", view! { <State mark=marks::api_key(&found.status)/> }),
        Fact::new("Expires", end),
        Fact::new("Organization", organization),
    ];
    view! {
        <Banner title=title.to_owned() text=text tone=tone/>
        <Facts facts=facts/>
    }
    .into_any()
}
