//! `/o/:org/applications/new`: from a source to a running application.
//!
//! The form and the manifest are two faces of the same: [`form`] holds both, [`model`] turns one into the other. What a
//! manifest has and the form doesn't show stays in the manifest and is sent with it.

mod form;
mod git;
mod model;
mod source;

use std::sync::Arc;

use astro_api::{
    Request,
    applications::{self, Application, ApplicationDeployRequest, ApplicationDeployResult, SourceType},
    manifest::{self, Kind, Manifest},
    profiles::{self, ApplicationProfile},
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use self::{form::Form, model::SUBJECT};
use crate::{
    components::{
        PageAction, PageContext, Picks, ProfilePanel, RepositoryBrowser, Spot,
        manifest_form::{
            Outcome, Sender, Sending, Summary, Told, Unread, fill_once, import, sending, stays_text, stuck, text,
        },
        roles, words,
    },
    routes,
    store::{Tone as ToastTone, query, use_store},
    ui::{
        Address, Banner, Button, ButtonLink, Choice, ComboField, FormPage, RadioField, Section, SidePanel, TextField,
        Toggles, Tone, format,
        load::{Failure, FailureKind, Loads},
        maybe, reactive,
    },
};

const FORM: &str = "form";
const YAML: &str = "yaml";

/// The page.
pub fn deploy(organization: String) -> AnyView {
    let store = use_store();
    let form = Form::new();
    let applications = query(applications::list);
    let profiles = query(profiles::list).every(std::time::Duration::from_secs(20));
    let told = RwSignal::new(None::<Told>);
    let copied = copy(form, told, applications.load());
    let blocked = roles::why_not("deployApplication");

    let call =
        Signal::derive(move || form.manifest.with(|manifest| Some(request(false, manifest.as_ref()?).call().clone())));
    let navigate = use_navigate();
    let go = {
        let organization = organization.clone();
        StoredValue::new_local(move |id: Option<&str>| {
            let place = match id {
                Some(id) => routes::application(&organization, id),
                None => routes::applications(&organization),
            };
            navigate(&place.path(), NavigateOptions::default());
        })
    };
    let deployed = move |(result, manifest): (Arc<ApplicationDeployResult>, Manifest)| {
        form.draft.settle();
        let name = manifest.name().unwrap_or("The application");
        store.toasts.push(ToastTone::Good, format!("{name} is being deployed."));
        if let Some(id) = &result.id {
            // Creation is asynchronous: the platform may not find it for some seconds.
            store.arrivals.made(id);
        }
        go.try_with_value(|go| go(result.id.as_deref()));
    };
    let is_tried = RwSignal::new(false);
    let sending = sending(Sender {
        manifest: form.manifest.into(),
        text: form.text,
        obstacles: Callback::new(move |()| {
            is_tried.set(true);
            form.obstacles()
        }),
        request,
        outcome: |result: &ApplicationDeployResult| Outcome {
            passed: result.validation_passed,
            errors: result.errors.clone().unwrap_or_default(),
            warnings: result.warnings.clone().unwrap_or_default(),
        },
        refused: Callback::new(move |()| {
            profiles.refetch();
            applications.refetch();
        }),
        done: Callback::new(deployed),
    });
    let Sending { pending, error, submit, ready, .. } = sending;
    // Somebody else, or a request of before whose answer got lost, has taken the name.
    Effect::new(move |_| {
        if error.with(|error| error.as_ref().is_some_and(|failure| failure.kind == FailureKind::Conflict)) {
            applications.refetch();
        }
    });
    let taken = taken(form, error, applications.load());
    let summary = Summary {
        subject: SUBJECT,
        manifest: form.manifest.into(),
        is_text: Signal::derive(move || form.is_text()),
        call,
        sending,
        blocked,
        foot: None,
    };
    let label = Signal::derive(move || {
        if ready.get() == Some(true) { "Deploy anyway" } else { "Deploy application" }.to_owned()
    });
    let known = profiles.load();
    let consequence = Signal::derive(move || {
        let profile = form.manifest.with(|manifest| {
            let name = manifest.as_ref()?.document().get("spec")?.get("profileName")?.as_str()?;
            Some(name.trim().to_owned()).filter(|name| !name.is_empty())
        });
        let place = profile
            .and_then(|name| known.with(|load| load.value()?.iter().find(|it| it.profile_name == name).map(place_of)));
        match place {
            Some(place) => format!("A dry run comes first. Runs {place}."),
            None => "A dry run comes first. You confirm again if it finds warnings.".to_owned(),
        }
    });

    let importing = RwSignal::new(false);
    let stuck = stuck(form.reading, form::shows);
    // A text that nobody has touched is not told what it lacks before it is sent, or is to become a form.
    let is_asked = Signal::derive(move || is_tried.get() || stuck.get());
    let turn = move |face: &'static str| stuck.set(!form.turn(face == YAML));
    let face = Signal::derive(move || if form.is_text() { YAML } else { FORM });
    Effect::new(move |_| {
        if !form.is_text() && !form.has_unread_values() {
            stuck.set(false);
        }
    });
    if let Some(context) = use_context::<PageContext>() {
        context.offer_actions(move || {
            let other = if form.is_text() { FORM } else { YAML };
            let words =
                if other == YAML { "Write the application as YAML" } else { "Fill in the application as a form" };
            vec![
                PageAction::new("upload", "Import a manifest", move || importing.set(true)),
                PageAction::new("file-text", words, move || turn(other)),
            ]
        });
    }
    let actions = move || {
        view! {
            <Button label="Import" icon="upload" on_press=move |()| importing.set(true)/>
            <Toggles label="Write it as" options=&[(FORM, "Form"), (YAML, "YAML")] chosen=face on_choose=turn/>
        }
        .into_any()
    };
    let list = applications.load();
    let name_of_organization = organization.clone();
    let fields = move || {
        let organization = name_of_organization.clone();
        view! {
            {source::source(form)}
            {identity(form, organization, list, known)}
            {access(form)}
            {sync(form)}
        }
        .into_any()
    };
    let created = move |profile: Arc<ApplicationProfile>| {
        form.made.set(profile.profile_name.clone());
        form.profile.set(profile.profile_name.clone());
    };
    let cancel = routes::applications(&organization).href();
    view! {
        <FormPage
            title="Deploy application"
            actions=actions
            pending=pending
            error=error
            on_submit=submit
            submit=label
            blocked=blocked
            cancel=cancel
            consequence=consequence
            summary=move || summary.clone().draw()
        >
            {notices(blocked, told, stuck, face, copied)}
            {there_is(organization.clone(), taken)}
            {reactive(move || if form.is_text() { as_text(form, is_asked, error) } else { fields() })}
        </FormPage>
        // Beside the form: what is typed in them is not the form's.
        {import(SUBJECT, form.draft, importing, told, move |read, text| form.take(read, text))}
        {browser(form, Picks::Folder)}
        {browser(form, Picks::File)}
        <ProfilePanel
            open=form.making
            on_created=created
        />
    }
    .into_any()
}

/// The request that deploys, or only checks.
fn request(dry_run: bool, manifest: &Manifest) -> Request<ApplicationDeployResult> {
    applications::deploy(dry_run, &model::body(manifest))
}

/// The repository, to pick the folder that is deployed or a file of values.
fn browser(form: Form, picks: Picks) -> AnyView {
    let spot = RwSignal::new(Spot::default());
    let (open, title) = match picks {
        Picks::Folder => (form.browsing, "Choose a folder"),
        Picks::File => (form.choosing, "Choose a values file"),
    };
    // It begins where the form stands.
    Effect::new(move |_| {
        if open.get() {
            let path = form.path.with_untracked(|path| path.trim().to_owned());
            spot.set(Spot::folder(if path == "." { "" } else { &path }));
        }
    });
    let pick = move |path: String| {
        match picks {
            Picks::Folder => form.path.set(if path.is_empty() { ".".to_owned() } else { path }),
            Picks::File => {
                let file = form.path.with_untracked(|folder| model::relative(folder, &path));
                if form.files.with_untracked(|files| !files.contains(&file)) {
                    form.files.update(|files| files.push(file));
                }
            }
        }
        open.set(false);
    };
    view! {
        <SidePanel open=open title=title>
            <RepositoryBrowser
                repository=Signal::derive(move || form.git.with(|git| git.trim().to_owned()))
                branch=Signal::derive(move || {
                    Some(form.revision.with(|revision| revision.trim().to_owned())).filter(|it| !it.is_empty())
                })
                spot=spot
                on_go=move |to| spot.set(to)
                on_pick=pick
                picks=picks
            />
        </SidePanel>
    }
    .into_any()
}

/// The application that has the name already, where it could not be deployed: its name and its id.
fn taken(
    form: Form,
    error: Signal<Option<Failure>>,
    applications: Loads<Vec<Application>>,
) -> Memo<Option<(String, String)>> {
    Memo::new(move |_| {
        error.with(Option::is_some).then_some(())?;
        form.manifest.with(|manifest| {
            let name = manifest.as_ref()?.name()?.trim();
            applications.with(|load| {
                let found = load.value()?.iter().find(|it| it.name == name)?;
                Some((found.name.clone(), found.id.clone()))
            })
        })
    })
}

/// Leads to the application that has the name already.
fn there_is(organization: String, taken: Memo<Option<(String, String)>>) -> AnyView {
    reactive(move || {
        maybe(taken.get().map(|(name, id)| {
            let title = format!("{organization} has an application {name}");
            let text = "If you have just deployed it, it was made and the answer got lost: look there before you try again under another name.";
            let href = routes::application(&organization, &id).href();
            let label = format!("Open {name}");
            view! {
                <Banner title=title text=Some(text.to_owned()) tone=Tone::Warn>
                    <ButtonLink href=href label=label small=true/>
                </Banner>
            }
            .into_any()
        }))
    })
}

/// What is to be said above the form.
fn notices(
    blocked: Signal<Option<String>>,
    told: RwSignal<Option<Told>>,
    stuck: RwSignal<bool>,
    face: Signal<&'static str>,
    copied: Signal<Unread>,
) -> AnyView {
    reactive(move || {
        let blocked = blocked.get().map(|reason| {
            let title = "You can view this form, but not deploy an application";
            view! { <Banner title=title text=Some(reason) tone=Tone::Warn/> }.into_any()
        });
        let stuck = stuck.get().then(|| {
            if face.get() == YAML {
                return stays_text();
            }
            let text = "A manifest can hold the values once what is marked in them is mended.".to_owned();
            view! { <Banner title="It stays a form for now" text=Some(text) tone=Tone::Warn/> }.into_any()
        });
        let failed = copied.get().map(|(failure, retry)| {
            let title = format!("What to copy could not be read: {}", failure.title);
            view! {
                <Banner title=title text=Some(format::sentence(&failure.message)) tone=Tone::Bad>
                    <Button label="Try again" small=true on_press=retry/>
                </Banner>
            }
            .into_any()
        });
        let told = told.get().map(|it| {
            view! {
                <Banner title=it.title text=it.text icon="file-text">
                    <Button label="Dismiss" small=true on_press=move |()| told.set(None)/>
                </Banner>
            }
            .into_any()
        });
        view! {
            {maybe(blocked)}
            {maybe(failed)}
            {maybe(stuck)}
            {maybe(told)}
        }
        .into_any()
    })
}

/// The manifest as text.
fn as_text(form: Form, is_asked: Signal<bool>, error: Signal<Option<Failure>>) -> AnyView {
    let label = "Manifest of the application".to_owned();
    let reading = Signal::derive(move || {
        let reading = form.reading.get();
        if is_asked.get() || form.draft.is_dirty() { reading } else { reading.without_faults() }
    });
    text(label, &[Kind::Application], form.text, reading, error)
}

/// Where a profile lets applications run, as the end of a sentence.
fn place_of(profile: &ApplicationProfile) -> String {
    if let Some(cluster) = profile.cluster_name.as_deref().filter(|name| !name.is_empty()) {
        return format!("on {cluster}");
    }
    let wanted = profile.cloud_provider.as_ref();
    let provider = wanted.and_then(|wanted| wanted.provider.as_ref().or(wanted.provider_name.as_ref()));
    let region = wanted.and_then(|wanted| wanted.region.as_deref()).filter(|region| !region.is_empty());
    match (provider, region) {
        (Some(provider), Some(region)) => format!("on a cluster of {} in {region}", words::provider(provider.as_str())),
        (Some(provider), None) => format!("on a cluster of {}", words::provider(provider.as_str())),
        (None, Some(region)) => format!("on a cluster in {region}"),
        (None, None) => "on a cluster that the platform chooses".to_owned(),
    }
}

/// What a profile means, in a few words: "prod-eu, standard tier".
fn meaning(profile: &ApplicationProfile) -> String {
    let wanted = profile.cloud_provider.as_ref();
    let provider = wanted.and_then(|wanted| wanted.provider.as_ref().or(wanted.provider_name.as_ref()));
    let region = wanted.and_then(|wanted| wanted.region.clone()).filter(|region| !region.is_empty());
    let cluster = profile.cluster_name.clone().filter(|name| !name.is_empty());
    let place = cluster.unwrap_or_else(|| {
        let parts = [provider.map(|it| words::provider(it.as_str())), region];
        let text = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        if text.is_empty() { "any cluster".to_owned() } else { text }
    });
    match profile.availability_tier.as_ref() {
        Some(tier) => format!("{place}, {} tier", tier.as_str()),
        None => place,
    }
}

/// What it is called and where it runs.
fn identity(
    form: Form,
    organization: String,
    applications: Loads<Vec<Application>>,
    known: Loads<Vec<ApplicationProfile>>,
) -> AnyView {
    let name = crate::ui::Field::new("name", "Name")
        .hint(
            "Lowercase letters, digits and hyphens. Unique in the organization, and it cannot change later.".to_owned(),
        )
        .check(move || {
            form.problem("name").or_else(|| {
                let name = form.name.with(|name| name.trim().to_owned());
                let is_taken =
                    applications.with(|load| load.value().is_some_and(|list| list.iter().any(|it| it.name == name)));
                is_taken.then(|| format!("{organization} has an application {name} already. Names are unique."))
            })
        });
    let namespace = form
        .field("namespace", "Namespace")
        .hint(Signal::derive(move || {
            let of_kubernetes =
                form.namespace.with(|name| model::is_of_kubernetes(name).then(|| name.trim().to_owned()));
            match of_kubernetes {
                Some(name) => format!("{name} belongs to Kubernetes itself. A name of your own is safer."),
                None => "In the cluster. Without one, it is made from the name.".to_owned(),
            }
        }))
        .optional();
    // A profile may be deleted while the form is open.
    let gone = move || {
        let profile = form.profile.with(|profile| profile.trim().to_owned());
        let is_gone = !profile.is_empty()
            && form.made.with(|made| *made != profile)
            && known.with(|load| load.value().is_some_and(|list| !list.iter().any(|it| it.profile_name == profile)));
        is_gone.then(|| format!("There is no profile {profile}, or not any more. Choose another."))
    };
    let chosen = Signal::derive(move || {
        let profile = form.profile.get();
        let meaning = known.with(|load| load.value()?.iter().find(|it| it.profile_name == profile).map(place_of));
        match meaning {
            Some(place) => format!("Runs {place}. It cannot change later."),
            None => "It says where the application runs, and with how much. It cannot change later.".to_owned(),
        }
    });
    let profile = crate::ui::Field::new("profileName", "Profile")
        .hint(chosen)
        .error(Signal::derive(gone))
        .check(move || gone().or_else(|| form.problem("profileName")));
    let choices = known.map(|list| {
        let choice =
            |it: &ApplicationProfile| Choice::new(it.profile_name.clone(), it.profile_name.clone()).note(meaning(it));
        list.iter().map(choice).collect::<Vec<_>>()
    });
    view! {
        <Section title="Name and placement">
            <div class="fields">
                <TextField field=name value=form.name limit=model::NAME placeholder="payments-api"/>
                <TextField field=namespace value=form.namespace limit=model::NAMESPACE/>
            </div>
            <div class="manifest-form__beside">
                <ComboField field=profile value=form.profile choices=choices placeholder="Choose a profile"/>
                <Button
                    label="New profile"
                    icon="plus"
                    disabled_reason=roles::why_not("createApplicationProfile")
                    on_press=move |()| form.making.set(true)
                />
            </div>
        </Section>
    }
    .into_any()
}

/// How it is reached from outside, as far as the source leaves that to the platform.
fn access(form: Form) -> AnyView {
    let choices = Signal::derive(move || {
        let (kind, access) = (form.kind.get(), form.access.get());
        let is_image = kind == model::IMAGE;
        let is_chart = kind == model::HELM || kind == model::REPOSITORY;
        let by_itself = if is_image {
            Choice::new(model::BY_ITSELF, "A generated address").note("The platform makes a hostname with TLS.")
        } else {
            Choice::new(model::BY_ITSELF, "As the source says")
                .note("The chart or the manifests bring an Ingress of their own, or none.")
        };
        let mut choices = vec![by_itself];
        if is_image || access == model::DOMAIN {
            choices.push(
                Choice::new(model::DOMAIN, "A name under your own domain")
                    .note("The domain must be verified; the name under it is generated."),
            );
        }
        if is_image || access == model::HOSTNAME {
            choices.push(Choice::new(model::HOSTNAME, "Your own hostname").note("Exactly this name is served."));
        }
        if is_chart || access == model::CLOSED {
            choices.push(Choice::new(model::CLOSED, "None").note("Declares that it is not reached from outside."));
        }
        choices
    });
    let host = reactive(move || match form.access.get().as_str() {
        model::DOMAIN => view! {
            <TextField
                field=form.field("externalAccess.domain", "Domain")
                value=form.host
                limit=253
                placeholder="acme.example"
                mono=true
            />
        }
        .into_any(),
        model::HOSTNAME => view! {
            <TextField
                field=form.field("externalAccess.hostname", "Hostname")
                value=form.host
                limit=253
                placeholder="shop.acme.example"
                mono=true
            />
        }
        .into_any(),
        _ => ().into_any(),
    });
    let field = form.field("externalAccess.accessType", "Access from outside").hint(Signal::derive(move || {
        let has_effect = form.kind.with(|kind| kind == model::IMAGE);
        let named = form.access.with(|access| access == model::DOMAIN || access == model::HOSTNAME);
        let words =
            if named && !has_effect { "It has no effect for this source: only images get an address." } else { "" };
        words.to_owned()
    }));
    view! {
        <Section title="Access">
            <RadioField field=field value=form.access choices=choices/>
            {host}
        </Section>
    }
    .into_any()
}

/// Whether changes of the source are applied by themselves.
fn sync(form: Form) -> AnyView {
    let choices = vec![
        Choice::new("auto", "Automatic").note("A change of the source is applied as soon as it is seen."),
        Choice::new("manual", "Manual")
            .badge("For testing")
            .note("Nothing runs before the first resync, and changes wait for the next."),
    ];
    view! {
        <Section title="Sync">
            <RadioField
                field=form.field("syncType", "Changes are applied")
                value=form.sync
                choices=Signal::stored(choices)
            />
        </Section>
    }
    .into_any()
}

/// Fills the form with the spec of another application, where the address asks for a copy; why that failed.
fn copy(form: Form, told: RwSignal<Option<Told>>, applications: Loads<Vec<Application>>) -> Signal<Unread> {
    let Some(id) = Address::of_context().get_untracked("copy").filter(|id| !id.is_empty()) else {
        return Signal::derive(|| None);
    };
    // Names that are taken have to be known; without the list, the dry run tells.
    let taken = move || {
        applications.with(|load| match load.value() {
            Some(list) => Some(list.iter().map(|it| it.name.clone()).collect::<Vec<_>>()),
            None => load.failure().map(|_| Vec::new()),
        })
    };
    fill_once(form.draft, told, query(move || applications::spec(&id)), taken, move |spec, taken| {
        let (manifest, said) = copied(spec, &taken)?;
        // Whichever face is shown, the other one has it too.
        form.fill(&manifest);
        form.text.set(manifest.to_yaml());
        Some(Told {
            title: format!("A copy of {}. The name is new; change what should differ.", spec.name),
            text: (!said.is_empty()).then(|| said.join(" ")),
        })
    })
}

/// The manifest of a copy under a new name, and what is to be said of it: what stays with the first, since two
/// applications in one namespace that call their objects the same own the same objects, and deleting the first would take
/// them from the copy.
fn copied(spec: &ApplicationDeployRequest, taken: &[String]) -> Option<(Manifest, Vec<String>)> {
    let mut copy = spec.clone();
    copy.name = model::name_of_copy(&spec.name, taken);
    let mut left_out = None;
    if let Some(access) = &mut copy.external_access {
        for name in [&mut access.hostname, &mut access.dns_endpoint, &mut access.dns_name] {
            left_out = name.take().or(left_out);
        }
        if *access == applications::ExternalAccess::default() {
            copy.external_access = None;
        }
    }
    // What an image becomes is called after its application, and the copy has another name.
    let namespace = copy.namespace.take_if(|_| spec.source.kind != SourceType::Image);
    let of_helm = copy.source.helm.as_mut().and_then(|helm| helm.repo.release_name.take());
    let of_git = copy.source.repository.as_mut().and_then(|chart| chart.repo.release_name.take());
    let mut said = Vec::new();
    if let Some(host) = left_out {
        said.push(format!("{host} stays with {}: one application serves a hostname.", spec.name));
    }
    let own: Vec<String> = [("namespace", namespace), ("release name", of_helm.or(of_git))]
        .into_iter()
        .filter_map(|(what, name)| Some(format!("{what} {}", name.filter(|name| !name.trim().is_empty())?)))
        .collect();
    if !own.is_empty() {
        said.push(format!(
            "Left out: {}. With the same, both applications would own the same objects.",
            own.join(" and ")
        ));
    }
    if spec.source.kind == SourceType::Yaml {
        said.push(
            "Manifests that name a namespace of their own put the same objects there again: both applications would own them. Give the copy another folder or branch then."
                .to_owned(),
        );
    }
    // Older forms are read as today's.
    let text = Manifest::of(&copy).ok()?.to_yaml();
    let read = manifest::read(&text, Some(Kind::Application)).ok()?.into_iter().next()?;
    Some((read.manifest, said))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_has_a_name_of_its_own_and_leaves_the_host_name() {
        let text = "name: shop\nprofileName: p\nsource: {type: image, image: {registry: a.io, repository: shop, tag: v1}}\nexternalAccess: {dnsName: shop.acme.example}\n";
        let read = manifest::read(text, Some(Kind::Application)).expect("a manifest").remove(0);
        let spec: ApplicationDeployRequest = read.manifest.spec().expect("a spec");
        let (copy, said) = copied(&spec, &["shop".to_owned(), "shop-2".to_owned()]).expect("a copy");
        assert_eq!(copy.name(), Some("shop-3"));
        assert_eq!(said, ["shop.acme.example stays with shop: one application serves a hostname."]);
        assert!(!copy.to_yaml().contains("externalAccess"), "{}", copy.to_yaml());
    }

    #[test]
    fn a_copy_owns_no_object_of_the_first() {
        let of = |source: &str| {
            let text = format!("name: billing\nnamespace: monitoring\nprofileName: p\nsource: {source}\n");
            let read = manifest::read(&text, Some(Kind::Application)).expect("a manifest").remove(0);
            let (copy, said) = copied(&read.manifest.spec().expect("a spec"), &[]).expect("a copy");
            (copy.to_yaml(), said.join(" "))
        };
        let repo = "repo: {repoURL: https://github.com/a/b, path: ., releaseName: billing}";
        let (copy, said) = of(&format!("{{type: repository, repository: {{{repo}}}}}"));
        assert!(!copy.contains("namespace") && !copy.contains("releaseName"), "{copy}");
        assert!(said.starts_with("Left out: namespace monitoring and release name billing."), "{said}");
        let repo = "repo: {repoURL: oci://a.io/b, chartName: b, chartVersion: 1.0.0, releaseName: billing}";
        assert!(!of(&format!("{{type: helm, helm: {{{repo}}}}}")).0.contains("releaseName"));
        let (copy, said) = of("{type: yaml, yaml: {repo: {repoURL: https://github.com/a/b, path: .}}}");
        assert!(!copy.contains("namespace"), "{copy}");
        for words in ["Left out: namespace monitoring.", "another folder or branch"] {
            assert!(said.contains(words), "{said}");
        }
        let (copy, said) = of("{type: image, image: {registry: r.io, repository: b, tag: v1}}");
        assert!(copy.contains("namespace: monitoring") && said.is_empty(), "{copy} {said}");
    }

    #[test]
    fn a_profile_is_told_by_where_it_lets_run() {
        let of = |json: &str| meaning(&serde_json::from_str::<ApplicationProfile>(json).expect("a profile"));
        assert_eq!(
            of(r#"{"id":"1","profileName":"a","clusterName":"prod-eu","availabilityTier":"premium"}"#),
            "prod-eu, premium tier"
        );
        assert_eq!(
            of(r#"{"id":"1","profileName":"a","cloudProvider":{"providerName":"aws","region":"eu-north-1"}}"#),
            "AWS eu-north-1"
        );
        assert_eq!(of(r#"{"id":"1","profileName":"a"}"#), "any cluster");
    }
}
