//! `/notification/approval`: where the links of the e-mail lead. The token has left the address before this is drawn.

use astro_api::{clusters, organizations::OrgMember};
use leptos::prelude::*;

use super::{
    decide::{self, Decision, TooLate},
    list,
};
use crate::{
    components::{OidcButton, people, words},
    routes,
    store::{
        Mutation,
        decision::{self, Asked},
        query,
        session::Organization,
        use_store,
    },
    ui::{
        Banner, Button, ButtonLink, Card, EmptyState, Fact, Facts, FailureNote, Look, PageHeader, Tone,
        confirm::Confirming,
        format,
        load::{Failure, FailureKind},
        maybe, query_view, reactive, text,
    },
};

/// How it ended.
#[derive(Clone)]
enum End {
    Done(bool),
    Late(TooLate, String),
}

/// The page.
pub fn link() -> AnyView {
    let content = match decision::asked() {
        Some(asked) => decided(asked),
        None => nothing(),
    };
    view! {
        <PageHeader title="Approval".to_owned()/>
        {content}
    }
    .into_any()
}

/// The way to the list, in the organization that is worked in.
fn to_list() -> AnyView {
    let active = use_store().session.active();
    reactive(move || {
        let href = active.with(|active| active.as_ref().map(|active| routes::approvals(&active.name).href()));
        maybe(href.map(|href| view! { <ButtonLink href=href label="Show approvals"/> }.into_any()))
    })
}

fn nothing() -> AnyView {
    view! {
        <div class="card">
            <EmptyState
                icon="shield-check"
                title="Nothing to decide here"
                text="The links to approve or reject a cluster lead here, once each. Pending requests are under Approvals."
            >
                {to_list()}
            </EmptyState>
        </div>
    }
    .into_any()
}

fn decided(asked: Asked) -> AnyView {
    let session = use_store().session;
    let organizations = session.organizations();
    let id = asked.organization.clone();
    let organization = Memo::new(move |_| organizations.with(|list| list.iter().find(|it| it.id == id).cloned()));
    let decide = decide::decide();
    let end = RwSignal::new(None::<End>);
    let name = asked.cluster.clone();
    let asked = StoredValue::new(asked);
    let has_bearer = session.has_bearer();
    reactive(move || {
        if let Some(end) = end.get() {
            let organization = organization.get_untracked().map(|it| it.name);
            return over(&name, organization.as_deref(), end);
        }
        let who = organization.get();
        let is_owner = who.as_ref().and_then(|it| it.role.as_ref()).is_none_or(|role| role.as_str() == "owner");
        let content = if !has_bearer.get() {
            sign_in()
        } else if !is_owner {
            let text = "Only owners of the organization decide. Yours is another role; ask an owner to open the link.";
            view! { <Banner title="An owner decides" text=Some(text.to_owned()) tone=Tone::Warn/> }.into_any()
        } else {
            buttons(asked, decide, end)
        };
        let known = known(&name, who);
        view! {
            <Card title=format!("Cluster {}", text::visible(&name)) padded=true>
                <div class="stack">
                    {known}
                    {content}
                </div>
            </Card>
        }
        .into_any()
    })
}

/// What is known of it. The cluster itself can be read in the organization that is worked in alone.
fn known(name: &str, organization: Option<Organization>) -> AnyView {
    let active = use_store().session.active();
    let is_active =
        organization.as_ref().is_some_and(|it| active.get_untracked().is_some_and(|active| active.id == it.id));
    let cluster = {
        let name = name.to_owned();
        query(move || is_active.then(|| clusters::get(&name)))
    };
    let load = cluster.load();
    let members = query_view::latest(people::ask(move || is_active).load());
    let name = name.to_owned();
    reactive(move || {
        let cluster = load.with(|load| load.value().cloned());
        let members = members.get();
        let members: &[OrgMember] = members.as_ref().map(|page| page.members.as_slice()).unwrap_or_default();
        let (title, place) = match &organization {
            Some(organization) => {
                (organization.title.as_str(), Some(routes::cluster(&organization.name, &name).href()))
            }
            None => ("One that you are no member of", None),
        };
        let who = cluster.as_ref().and_then(|cluster| list::who(cluster, members));
        let who = who.unwrap_or_else(|| "Somebody without the right to start it alone".to_owned());
        let mut facts = vec![Fact::text("Name", Some(&text::visible(&name))), Fact::text("Organization", Some(title))];
        let manifest = cluster.as_ref().and(place).map(|place| {
            let href = format!("{place}?tab=manifest");
            view! { <div><ButtonLink href=href label="Show the manifest" small=true/></div> }.into_any()
        });
        if let Some(cluster) = cluster {
            let since = words::time(cluster.created_at.as_ref());
            facts.extend(list::facts(Some(&cluster), since, members));
        }
        view! {
            <p>{format!("{who} wants this cluster. An owner decides whether it is made.")}</p>
            <Facts facts=facts/>
            {maybe(manifest)}
        }
        .into_any()
    })
}

fn sign_in() -> AnyView {
    let offers_oidc = use_store().session.offers_oidc();
    let text = "A key does not tell who you are. The link waits in this tab until you are back.";
    let button = offers_oidc.then(|| {
        let back = routes::approval_link().path();
        view! { <OidcButton back=back look=Look::Primary label="Sign in with single sign-on"/> }.into_any()
    });
    view! {
        <Banner title="Sign in to decide" icon="lock" text=Some(text.to_owned())>
            {maybe(button)}
        </Banner>
    }
    .into_any()
}

fn buttons(asked: StoredValue<Asked>, decide: Mutation<Decision, String>, end: RwSignal<Option<End>>) -> AnyView {
    let confirming = use_context::<Confirming>();
    let run = move |approve: bool| {
        let (Some(confirming), Some(asked)) = (confirming, asked.try_get_value()) else { return };
        confirming.ask(decide::question(&asked.cluster, None, approve), move || {
            let sent = Decision {
                cluster: asked.cluster.clone(),
                organization: asked.organization.clone(),
                token: asked.token.clone(),
                approve,
            };
            let cluster = asked.cluster.clone();
            async move {
                let ended = match decide.outcome(sent).await {
                    Ok(_) => End::Done(approve),
                    Err(failure) => match TooLate::of(&failure, &cluster) {
                        Some(late) => End::Late(late, format::sentence(&failure.message)),
                        None => return Err(failure),
                    },
                };
                decision::forget();
                let _ = end.try_set(Some(ended));
                Ok(())
            }
        });
    };
    let wanted = asked.with_value(|asked| asked.approve);
    let look = |is_wanted: bool, plain: Look| if is_wanted { Look::Primary } else { plain };
    let failure = reactive(move || {
        let failure: Option<Failure> = decide.error().get();
        let is_late = |it: &Failure| asked.with_value(|asked| TooLate::of(it, &asked.cluster).is_some());
        let failure = failure.filter(|it| it.kind != FailureKind::Aborted && !is_late(it));
        maybe(failure.map(|failure| view! { <FailureNote failure=failure/> }.into_any()))
    });
    view! {
        {failure}
        <div class="row">
            <Button
                label="Approve"
                icon="check"
                look=look(wanted != Some(false), Look::Plain)
                busy=decide.pending()
                on_press=move |()| run(true)
            />
            <Button label="Reject" look=Look::Danger busy=decide.pending() on_press=move |()| run(false)/>
        </div>
        {maybe((wanted == Some(false)).then(|| view! { <p class="muted">"You have followed the link to reject it."</p> }.into_any()))}
    }
    .into_any()
}

fn over(name: &str, organization: Option<&str>, end: End) -> AnyView {
    let (icon, title, text) = match end {
        End::Done(true) => ("circle-check", "Approved".to_owned(), decide::done(name, true)),
        End::Done(false) => ("ban", "Rejected".to_owned(), decide::done(name, false)),
        End::Late(late, said) => {
            let (title, text) = late.words();
            ("circle-alert", title.to_owned(), format!("{said} {text}"))
        }
    };
    let show = organization.map(|organization| {
        let href = routes::cluster(organization, name).href();
        view! { <ButtonLink href=href label=format!("Show {name}") look=Look::Primary/> }.into_any()
    });
    view! {
        <div class="card" role="status">
            <EmptyState icon=icon title=title text=text>
                {maybe(show)}
                {to_list()}
            </EmptyState>
        </div>
    }
    .into_any()
}
