//! Pages for when there is nothing to show, or no right to see it.

use leptos::prelude::*;

use crate::{
    components::{KeyForm, OidcButton, PageContext},
    routes,
    store::{session::Method, use_store},
    ui::{ButtonLink, Card, CopyButton, EmptyState, Fact, Facts, FailureView, Look, PageHeader, load::Failure},
};

/// No route has this address.
pub fn not_found() -> AnyView {
    view! {
        <PageHeader title="Page not found".to_owned()/>
        <div class="card">
            <EmptyState
                icon="file-question"
                title="There is no page here"
                text="The address may be mistyped, or belong to another version of the console."
            >
                <ButtonLink href=routes::start().href() label="Go to the home page" look=Look::Primary/>
                <ButtonLink href=routes::organizations().href() label="All organizations"/>
            </EmptyState>
        </div>
    }
    .into_any()
}

/// The person is no member of the organization that the path names, or there is none.
pub fn forbidden(organization: String) -> AnyView {
    view! {
        <PageHeader title="No access".to_owned()/>
        <div class="card">
            <EmptyState
                icon="lock"
                title=format!("You are not a member of {organization}")
                text="Or there is no such organization: the platform tells no difference to those outside. A member with the role admin or owner can add you, by your user id."
            >
                <ButtonLink href=routes::organizations().href() label="Your organizations" look=Look::Primary/>
            </EmptyState>
        </div>
        <YourId/>
    }
    .into_any()
}

/// The user id, which an admin needs to add the person.
#[component]
fn YourId() -> AnyView {
    let person = use_store().session.person();
    (move || {
        person.get().filter(|person| !person.id.is_empty()).map(|person| {
            let id = view! {
                <span class="row row--tight">
                    <code>{person.id.clone()}</code>
                    <CopyButton text=person.id what="user id"/>
                </span>
            };
            view! {
                <div class="page__content">
                    <Card title="You" padded=true>
                        <Facts facts=vec![Fact::new("User id", id), Fact::text("E-mail", Some(&person.email))]/>
                    </Card>
                </div>
            }
        })
    })
    .into_any()
}

/// The session has a key of another organization only. `done` goes on with the key that was pasted.
pub fn needs_key(organization: String, done: Callback<()>) -> AnyView {
    let session = use_store().session;
    let back = use_context::<PageContext>().map(|context| context.path);
    let by_issuer = (session.offers_oidc() && session.method().get_untracked() == Some(Method::Key)).then(|| {
        view! {
            <Card title="With single sign-on" padded=true>
                <div class="stack">
                    <p class="muted">
                        "Signed in by single sign-on, the console makes itself a key for each organization that you enter."
                    </p>
                    <OidcButton back=Signal::derive(move || back.map(|back| back.get()).unwrap_or_default()) look=Look::Primary/>
                </div>
            </Card>
        }
    });
    view! {
        <PageHeader title=organization.clone()/>
        <div class="stack page__narrow">
            <p class="muted">
                "You are signed in with a key, and a key belongs to one organization. "
                {format!("{organization} needs a key of its own, or a sign-in that can make one.")}
            </p>
            {by_issuer}
            <Card title="With another key" padded=true>
                <KeyForm label="Use this key" done=done/>
            </Card>
        </div>
    }
    .into_any()
}

/// The organization could not be entered, for a reason that may pass.
pub fn not_entered(organization: String, failure: Failure, retry: Callback<()>) -> AnyView {
    view! {
        <PageHeader title=organization/>
        <div class="card">
            <FailureView failure=failure retry=retry/>
        </div>
    }
    .into_any()
}

/// The person is a member of no organization.
pub fn no_organization() -> AnyView {
    view! {
        <PageHeader title="Welcome".to_owned()/>
        <div class="card">
            <EmptyState
                icon="building-2"
                title="You are not a member of any organization yet"
                text="Clusters and applications belong to organizations. Give your user id to an admin of yours, who adds you with it."
            />
        </div>
        <YourId/>
    }
    .into_any()
}
