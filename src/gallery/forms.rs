//! Form shells, panels, confirmations, show as.

use leptos::prelude::*;

use super::Sample;
use crate::ui::{
    Button, CheckField, Choice, Confirm, Dialog, Draft, Field, FormDialog, FormPage, FormPanel, Look, NumberField,
    SecretOnce, Section, SegmentsField, SelectField, SidePanel, TextArea, TextField, confirm,
    dialog::Width,
    failure::FailureNote,
    load::{Failure, FailureKind},
};

fn refused() -> Failure {
    Failure {
        kind: FailureKind::Invalid,
        title: "Not accepted",
        message: "The request has fields that are not valid".to_owned(),
        hint: String::new(),
        retry: false,
        wait: None,
        operation: "createCluster",
        status: Some(400),
        code: "VALIDATION_ERROR".to_owned(),
        trace_id: Some("trace-5e6f7g8h9i".to_owned()),
        fields: vec![
            ("spec.clusterName".to_owned(), "is taken".to_owned()),
            ("spec.quota".to_owned(), "64 vCPU of 64 are used".to_owned()),
        ],
        detail: None,
    }
}

/// The samples of this group.
pub fn samples() -> Vec<Sample> {
    vec![
        Sample::new("Panel", panels),
        Sample::new("Dialogs", dialogs),
        Sample::new("Questions", questions),
        Sample::new("A failure beside what was tried", || {
            let offline = Failure {
                kind: FailureKind::Timeout,
                title: "No answer in time",
                message: "The platform did not answer within 30 s".to_owned(),
                hint: "The platform or the network is slow.".to_owned(),
                status: None,
                code: String::new(),
                trace_id: None,
                fields: Vec::new(),
                ..refused()
            };
            view! {
                <div class="stack">
                    <FailureNote failure=refused() parts=refused().fields/>
                    <FailureNote failure=offline/>
                </div>
            }
            .into_any()
        }),
        Sample::new("Form page", page),
    ]
}

fn panels() -> AnyView {
    let open = RwSignal::new(false);
    let details = RwSignal::new(false);
    let pending = RwSignal::new(false);
    let error = RwSignal::new(None);
    let draft = Draft::new();
    let name = draft.part(String::new());
    let expires = draft.part("30 d".to_owned());
    let previews = draft.part(false);
    let send = move |()| {
        pending.set(true);
        error.set(None);
        set_timeout(
            move || {
                let _ = pending.try_set(false);
                let fields = vec![("name".to_owned(), "is taken".to_owned())];
                let _ = error.try_set(Some(Failure { fields, operation: "createApiKey", ..refused() }));
            },
            std::time::Duration::from_secs(1),
        );
    };
    let expiries = ["7 d", "30 d", "90 d", "Never"].map(Choice::plain).to_vec();
    view! {
        <div class="row">
            <Button label="New API key" on_press=move |()| open.set(true)/>
            <Button label="Open details" on_press=move |()| details.set(true)/>
        </div>
        <FormPanel
            open=open
            title="New API key"
            draft=draft
            pending=pending
            error=error
            on_submit=send
            submit="Create key"
        >
            <TextField field=Field::new("name", "Name").hint("What uses it.") value=name limit=50/>
            <SegmentsField
                field=Field::new("expires", "Expires").hint("You get an e-mail 7 d before.")
                value=expires
                choices=expiries.clone()
            />
            <CheckField
                field=Field::new("previews", "Deploy previews").optional().hint("The key may deploy previews of pull requests.")
                value=previews
            />
        </FormPanel>
        <SidePanel open=details title="payments-api-for-the-european-region-with-a-very-long-name">
            {(0..40).map(|line| view! { <p>{format!("Line {line} of something that is longer than the window.")}</p> }).collect_view()}
        </SidePanel>
    }
    .into_any()
}

fn dialogs() -> AnyView {
    let question = RwSignal::new(false);
    let long = RwSignal::new(false);
    let form = RwSignal::new(false);
    let once = RwSignal::new(false);
    let draft = Draft::new();
    let reason = draft.part(String::new());
    let close = move |()| question.set(false);
    let foot = move || {
        view! {
            <Button label="Stay" on_press=close first=true/>
            <Button label="Go on" look=Look::Primary on_press=close/>
        }
        .into_any()
    };
    view! {
        <div class="row">
            <Button label="Open dialog" on_press=move |()| question.set(true)/>
            <Button label="Open long dialog" on_press=move |()| long.set(true)/>
            <Button label="Open form dialog" on_press=move |()| form.set(true)/>
            <Button label="Show secret once" on_press=move |()| once.set(true)/>
        </div>
        <Dialog open=question title="Approve perf-lab" foot=foot dismissible=true>
            <p class="muted">"Priya Raman asked for it 12 m ago. Four nodes are added."</p>
        </Dialog>
        <Dialog open=long title="What changes" width=Width::Wide foot=move || view! { <Button label="Close" on_press=move |()| long.set(false)/> }.into_any() dismissible=true>
            {(0..60).map(|line| view! { <p>{format!("Line {line} of something that is longer than the window.")}</p> }).collect_view()}
        </Dialog>
        <FormDialog
            open=form
            title="Reject the request"
            draft=draft
            pending=false
            error=None
            on_submit=move |()| form.set(false)
            submit="Reject request"
        >
            <TextArea field=Field::new("reason", "Reason").hint("Who asked reads it.") value=reason limit=200/>
        </FormDialog>
        <SecretOnce
            open=once
            title="API key terraform-production"
            text="This is the only time that the key is shown. It expires on 9 July 2026."
            secret=|()| "astro_sample_of_a_key_that_opens_nothing_9f3c".to_owned()
            file="terraform-production.key".to_owned()
        />
    }
    .into_any()
}

fn questions() -> AnyView {
    let later = |outcome: Result<(), Failure>| async move {
        let (tell, told) = futures_channel::oneshot::channel();
        set_timeout(
            move || {
                let _ = tell.send(outcome);
            },
            std::time::Duration::from_millis(800),
        );
        told.await.unwrap_or(Ok(()))
    };
    let revoke = confirm(
        || Confirm::new("Revoke ci-deploy", "What uses the key stops working at once.", "Revoke key").keep("Keep key"),
        move || later(Ok(())),
    );
    let delete = confirm(
        || {
            Confirm::new(
                "Delete payments-api",
                "The application stops serving at once and cannot be brought back.",
                "Delete application",
            )
            .consequence("boxes", "3 pods", "end")
            .consequence("arrow-up-right", "1 public endpoint", "answers no more: payments.acme.example")
            .keep("Keep application")
            .danger()
        },
        move || later(Err(refused())),
    );
    let cluster = confirm(
        || {
            Confirm::new(
                "Delete prod-eu",
                "The cluster and what the platform created for it are deleted. This takes about 14 m and cannot be undone.",
                "Delete cluster",
            )
            .consequence("boxes", "9 applications", "stop serving, 3 of them with a public endpoint")
            .consequence("server", "7 nodes", "and 12 volumes in eu-north-1 are removed")
            .keep("Keep cluster")
            .typed("prod-eu")
            .danger()
        },
        move || later(Ok(())),
    );
    view! {
        <div class="row">
            <Button label="Revoke key" on_press=revoke/>
            <Button label="Delete application" look=Look::Danger on_press=delete/>
            <Button label="Delete cluster" look=Look::Danger on_press=cluster/>
        </div>
    }
    .into_any()
}

fn page() -> AnyView {
    let name = RwSignal::new("prod-eu-north-1".to_owned());
    let account = RwSignal::new("123456789012".to_owned());
    let nodes = RwSignal::new("3".to_owned());
    let version = RwSignal::new("1.31".to_owned());
    let error = RwSignal::new(None);
    let versions = vec![
        Choice::new("1.31", "1.31").note("Default. Supported to Nov 2026"),
        Choice::new("1.30", "1.30").note("Supported to Jul 2026"),
        Choice::new("1.29", "1.29").disabled("The provider has ended it."),
    ];
    let summary = move || {
        view! {
            <pre class="trace trace--text">
                {move || format!("clusterName: {}\nnodes: {}\nkubernetesVersion: \"{}\"", name.get(), nodes.get(), version.get())}
            </pre>
        }
        .into_any()
    };
    view! {
        <FormPage
            title="New cluster"
            pending=false
            error=error
            on_submit=move |()| error.set(Some(refused()))
            submit="Create cluster"
            cancel="_gallery?group=forms"
            consequence="You are an owner: the cluster starts without approval."
            summary=summary
        >
            <Section title="Place">
                <div class="fields">
                    <TextField
                        field=Field::new("clusterName", "Name").hint("Lowercase letters, digits, hyphens.")
                        value=name
                        limit=50
                    />
                    <SelectField
                        field=Field::new("accountId", "Cloud account").hint("Connected 3 d ago")
                        value=account
                        choices=vec![Choice::plain("123456789012"), Choice::plain("210987654321")]
                    />
                </div>
            </Section>
            <Section title="Version" text="What Kubernetes the control plane runs.">
                <crate::ui::CardsField field=Field::new("version", "Kubernetes") value=version choices=versions/>
            </Section>
            <Section title="Node groups">
                <div class="fields">
                    <NumberField field=Field::new("min", "Minimum nodes") value=nodes least=1 most=50/>
                </div>
            </Section>
        </FormPage>
    }
    .into_any()
}
