//! Pages for when there is nothing to show, or no right to see it.

use leptos::prelude::*;

use crate::{
    components::{KeyForm, OidcButton, PageContext, YourId},
    routes,
    store::{session::Method, use_store},
    ui::{ButtonLink, Card, EmptyState, FailureView, Look, PageHeader, load::Failure, maybe},
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

/// The person is no member of the organization that the path names, or there is none. `done` goes on with a key that was
/// pasted.
pub fn forbidden(organization: String, done: Callback<()>) -> AnyView {
    let by_key = use_store().session.method().get_untracked() == Some(Method::Key);
    let text = if by_key {
        "The key that you signed in with belongs to another organization, or there is none of this name."
    } else {
        "Or there is no such organization: the platform tells no difference to those outside. A member with the role admin or owner can add you, by your user ID."
    };
    let title = if by_key {
        format!("This key does not open {organization}")
    } else {
        format!("You are not a member of {organization}")
    };
    view! {
        <PageHeader title="No access".to_owned()/>
        <div class="stack page__narrow">
            <div class="card">
                <EmptyState icon="lock" title=title text=text>
                    <ButtonLink href=routes::organizations().href() label="Your organizations"/>
                </EmptyState>
            </div>
            {maybe(by_key.then(|| view! { <OtherCredentials done=done/> }.into_any()))}
            <YourId/>
        </div>
    }
    .into_any()
}

/// The session has a key of another organization only. `done` goes on with the key that was pasted.
pub fn needs_key(organization: String, done: Callback<()>) -> AnyView {
    view! {
        <PageHeader title=organization.clone()/>
        <div class="stack">
            <p class="muted page__narrow">
                "You are signed in with a key, and a key belongs to one organization. "
                {format!("{organization} needs a key of its own, or a sign-in that can make one.")}
            </p>
            <OtherCredentials done=done/>
        </div>
    }
    .into_any()
}

/// What opens an organization that the session's key does not: single sign-on, or another key.
#[component]
fn OtherCredentials(done: Callback<()>) -> AnyView {
    let path = use_context::<PageContext>().map(|context| context.path);
    let back = Signal::derive(move || path.map(|path| path.get()).unwrap_or_default());
    let by_issuer = use_store().session.offers_oidc().then(|| {
        view! {
            <Card title="With single sign-on" padded=true>
                <div class="stack">
                    <p class="muted">
                        "Signed in by single sign-on, the console makes itself a key for each organization that you enter."
                    </p>
                    <div><OidcButton back=back look=Look::Primary/></div>
                </div>
            </Card>
        }
        .into_any()
    });
    view! {
        <div class="stack page__narrow">
            {maybe(by_issuer)}
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
        <div class="stack">
            <div class="card">
                <EmptyState
                    icon="building-2"
                    title="You are not a member of any organization yet"
                    text="Clusters and applications belong to organizations. Give your user ID to an admin of yours, who adds you with it."
                />
            </div>
            <YourId/>
        </div>
    }
    .into_any()
}
