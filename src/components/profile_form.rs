//! A new profile: where applications run, and with how much. As a page, and as a panel beside another form.

use std::sync::Arc;

use astro_api::{
    catalog::{self, ProviderId},
    clusters::{self, Cluster, ClusterStatus},
    profiles::{self, ApplicationProfile, MinMax, ProfileCloudProvider, ProfileRequest, ProfileResources},
    tiers::{self, AvailabilityTier, TierName},
};
use leptos::prelude::*;

use super::{
    ShowAs, marks, roles, rules,
    show_as::shown_manifest,
    words::{self, tier as tier_words},
};
use crate::{
    store::{Mutation, Query, mutation, query},
    ui::{
        Bar, CardsField, Choice, ComboField, Draft, Field, FormPanel, Loading, QueryView, RadioField, Section,
        TextField, load::Failure, reactive,
    },
};

/// Where the applications of a profile run: the values of the choice.
const CLUSTER: &str = "cluster";
const REGION: &str = "region";
const ANYWHERE: &str = "anywhere";

/// The form for a new profile: what is typed, and what is made of it. A copy is a handle of the same.
#[derive(Clone, Copy)]
pub struct ProfileForm {
    /// What is typed.
    pub draft: Draft,
    name: RwSignal<String>,
    place: RwSignal<String>,
    cluster: RwSignal<String>,
    provider: RwSignal<String>,
    region: RwSignal<String>,
    tier: RwSignal<String>,
    cpu: (RwSignal<String>, RwSignal<String>),
    memory: (RwSignal<String>, RwSignal<String>),
    create: Mutation<ProfileRequest, ApplicationProfile>,
}

impl Default for ProfileForm {
    fn default() -> Self {
        Self::new()
    }
}

/// A text without what surrounds it; none where nothing is left.
fn filled(text: RwSignal<String>) -> Option<String> {
    Some(text.with(|text| text.trim().to_owned())).filter(|text| !text.is_empty())
}

fn range((least, most): (RwSignal<String>, RwSignal<String>)) -> Option<MinMax> {
    let range = MinMax { minimum: filled(least), maximum: filled(most) };
    (range != MinMax::default()).then_some(range)
}

impl ProfileForm {
    /// An empty form, which lives as long as the view around it.
    pub fn new() -> Self {
        let draft = Draft::new();
        let text = || draft.part(String::new());
        Self {
            name: text(),
            place: draft.part(CLUSTER.to_owned()),
            cluster: text(),
            provider: text(),
            region: text(),
            tier: draft.part(TierName::Basic.as_str().to_owned()),
            cpu: (text(), text()),
            memory: (text(), text()),
            draft,
            create: mutation(profiles::create),
        }
    }

    /// The request of what is typed; reading it subscribes.
    pub fn request(self) -> ProfileRequest {
        let place = self.place.get();
        let cloud_provider = (place == REGION).then(|| ProfileCloudProvider {
            provider: filled(self.provider).map(|provider| ProviderId::from(provider.as_str())),
            provider_name: None,
            region: filled(self.region),
        });
        let resources = ProfileResources { memory: range(self.memory), cpu: range(self.cpu) };
        ProfileRequest {
            availability_tier: filled(self.tier).map(|tier| TierName::from(tier.as_str())),
            cloud_provider,
            cluster_name: filled(self.cluster).filter(|_| place == CLUSTER),
            profile_name: self.name.with(|name| name.trim().to_owned()),
            resources: (resources != ProfileResources::default()).then_some(resources),
        }
    }

    /// Whether it is being sent.
    pub fn pending(self) -> Signal<bool> {
        self.create.pending()
    }

    /// Why it was not accepted.
    pub fn error(self) -> Signal<Option<Failure>> {
        self.create.error()
    }

    /// Sends it; `done` takes what was created.
    pub fn send(self, done: impl FnOnce(Arc<ApplicationProfile>) + 'static) {
        self.create.run_then(untrack(move || self.request()), done);
    }

    /// In one sentence, where applications of the profile will run.
    pub fn consequence(self) -> String {
        let name = self.name.with(|name| name.trim().to_owned());
        let whose = if name.is_empty() { "Its applications".to_owned() } else { format!("Applications of {name}") };
        match self.place.get().as_str() {
            CLUSTER => filled(self.cluster).map(|cluster| format!("{whose} run on {cluster}.")),
            REGION => filled(self.region).map(|region| format!("{whose} run in {region}.")),
            _ => Some(format!("{whose} run where the platform finds it nearest.")),
        }
        .unwrap_or_default()
    }

    /// The request and the manifest beside the form.
    pub fn summary(self) -> AnyView {
        let request = Memo::new(move |_| Some(self.request()).filter(|request| !request.profile_name.is_empty()));
        let call = Signal::derive(move || {
            request.with(|request| request.as_ref().map(|request| profiles::create(request).call().clone()))
        });
        let manifest = Signal::derive(move || request.with(|request| request.as_ref().and_then(shown_manifest)));
        view! { <ShowAs call=call manifest=manifest id="show-profile"/> }.into_any()
    }

    /// The fields, in sections.
    pub fn fields(self) -> AnyView {
        let known = query(|| Some(profiles::list())).load();
        let is_taken = move |name: &str| {
            known.with(|load| load.value().is_some_and(|list| list.iter().any(|it| it.profile_name == name)))
        };
        let name = self.name;
        let name_field = Field::new("profileName", "Name")
            .hint(Signal::stored(
                "Manifests and applications refer to it by this name. It cannot change later.".to_owned(),
            ))
            .check(move || {
                name.with(|name| {
                    let name = name.trim();
                    rules::name(name).or_else(|| is_taken(name).then(|| format!("There is a profile {name} already.")))
                })
            });
        let place = self.place;
        let which = Memo::new(move |_| place.get());
        let target = reactive(move || match which.get().as_str() {
            CLUSTER => self.cluster_field(),
            REGION => self.region_fields(),
            _ => ().into_any(),
        });
        view! {
            <Section title="Profile">
                <TextField field=name_field value=name limit=50 placeholder="web-standard"/>
            </Section>
            <Section title="Where its applications run">
                <RadioField field=Field::new("placement", "Placement") value=place choices=Signal::stored(places())/>
                {target}
            </Section>
            <Section
                title="Availability"
                text="Applies to applications from an image. Charts and manifests say themselves how they run."
            >
                {self.tier_field()}
            </Section>
            <Section
                title="Resources of each replica"
                text="Only for applications from an image. Empty fields use the tier's defaults."
            >
                {self.resource_fields()}
            </Section>
        }
        .into_any()
    }

    fn cluster_field(self) -> AnyView {
        let query = query(|| Some(clusters::list(None)));
        let choices = query.load().map(|list: &Vec<Cluster>| list.iter().map(cluster_choice).collect::<Vec<_>>());
        let field = Field::new("clusterName", "Cluster").needed("Choose a cluster.");
        view! {
            <ComboField
                field=field
                value=self.cluster
                choices=choices
                retry=move |()| query.refetch()
                placeholder="Choose a cluster"
            />
        }
        .into_any()
    }

    fn region_fields(self) -> AnyView {
        let (provider, region) = (self.provider, self.region);
        let providers: Query<Vec<catalog::Provider>> = query(|| Some(catalog::providers()));
        let provider_choices = Signal::derive(move || {
            providers.load().with(|load| match load.value() {
                Some(list) => list.iter().map(|it| Choice::new(it.id.as_str(), it.name.clone())).collect(),
                // What the contract knows stands in until the catalogue has come, or where it does not.
                None => ProviderId::KNOWN
                    .iter()
                    .map(|it| Choice::new(it.as_str(), words::provider(it.as_str())))
                    .collect::<Vec<_>>(),
            })
        });
        let regions = query(move || filled(provider).map(|provider| catalog::regions(&provider)));
        let region_choices = regions.load().map(|list: &Vec<catalog::Region>| {
            list.iter()
                .map(|it| {
                    let label = it.display_name.clone().unwrap_or_else(|| it.name.clone());
                    let note = if label == it.id { String::new() } else { it.id.clone() };
                    Choice::new(it.id.clone(), label).note(note)
                })
                .collect::<Vec<_>>()
        });
        // A region belongs to its provider.
        Effect::new(move |before: Option<String>| {
            let now = provider.get();
            if before.is_some_and(|before| before != now) {
                region.set(String::new());
            }
            now
        });
        let waits =
            Signal::derive(move || provider.with(String::is_empty).then(|| "Choose the provider first.".to_owned()));
        view! {
            <CardsField
                field=Field::new("cloudProvider.provider", "Provider").needed("Choose a provider.")
                value=provider
                choices=provider_choices
            />
            <ComboField
                field=Field::new("cloudProvider.region", "Region").needed("Choose a region.").disabled(waits)
                value=region
                choices=region_choices
                retry=move |()| regions.refetch()
                placeholder="Choose a region"
            />
        }
        .into_any()
    }

    fn tier_field(self) -> AnyView {
        let query = query(|| Some(tiers::list()));
        let tier = self.tier;
        view! {
            <QueryView
                load=query.load()
                loading=|| {
                    view! {
                        <Loading label="Loading the availability tiers">
                            <div class="stack">
                                <Bar/>
                                <Bar/>
                                <Bar/>
                            </div>
                        </Loading>
                    }
                    .into_any()
                }
                empty=None
                retry=move |()| query.refetch()
                data=move |list| {
                    let choices = Signal::derive(move || {
                        list.get().map(|list| list.iter().map(tier_choice).collect::<Vec<_>>()).unwrap_or_default()
                    });
                    let field = Field::new("availabilityTier", "Availability tier").needed("Choose a tier.");
                    view! { <CardsField field=field value=tier choices=choices/> }.into_any()
                }
            />
        }
        .into_any()
    }

    fn resource_fields(self) -> AnyView {
        let tiers = query(|| Some(tiers::list())).load();
        let tier = self.tier;
        let tier = Memo::new(move |_| {
            tiers.with(|load| tier.with(|tier| load.value()?.iter().find(|it| it.name == *tier).cloned()))
        });
        let (cpu, memory) = (self.cpu, self.memory);
        // What the tier gives stands beside the field that would change it.
        let field = move |name, label, which: Which| {
            let hint = Signal::derive(move || {
                let given = tier.with(|tier| which.of(tier.as_ref()?));
                given.map(|given| format!("The tier gives {given}.")).unwrap_or_default()
            });
            Field::new(name, label).optional().hint(hint)
        };
        let text = |field: Field, value: RwSignal<String>, least: Option<RwSignal<String>>, example| {
            let check = move || {
                let least = least.map(|least| least.get());
                value.with(|value| rules::bound(value, least.as_deref(), example))
            };
            view! { <TextField field=field.check(check) value=value mono=true/> }.into_any()
        };
        view! {
            <div class="fields">
                {text(field("resources.cpu.minimum", "CPU, minimum", Which::CpuLeast), cpu.0, None, "250m")}
                {text(field("resources.cpu.maximum", "CPU, maximum", Which::CpuMost), cpu.1, Some(cpu.0), "500m")}
            </div>
            <div class="fields">
                {text(field("resources.memory.minimum", "Memory, minimum", Which::MemoryLeast), memory.0, None, "256Mi")}
                {text(
                    field("resources.memory.maximum", "Memory, maximum", Which::MemoryMost),
                    memory.1,
                    Some(memory.0),
                    "512Mi",
                )}
            </div>
        }
        .into_any()
    }
}

/// One of the four bounds.
#[derive(Clone, Copy)]
enum Which {
    CpuLeast,
    CpuMost,
    MemoryLeast,
    MemoryMost,
}

impl Which {
    /// What a tier has there.
    fn of(self, tier: &AvailabilityTier) -> Option<String> {
        let resources = tier.resources.as_ref()?;
        let (cpu, memory) = (resources.cpu.as_ref(), resources.memory.as_ref());
        match self {
            Self::CpuLeast => cpu?.minimum.clone(),
            Self::CpuMost => cpu?.maximum.clone(),
            Self::MemoryLeast => memory?.minimum.clone(),
            Self::MemoryMost => memory?.maximum.clone(),
        }
    }
}

fn places() -> Vec<Choice> {
    vec![
        Choice::new(CLUSTER, "A cluster").note("They run on this cluster and on no other."),
        Choice::new(REGION, "A provider and a region").note("The platform chooses among the clusters there."),
        Choice::new(ANYWHERE, "The platform's choice").note("The platform picks a cluster by proximity."),
    ]
}

fn cluster_choice(cluster: &Cluster) -> Choice {
    let mut note = words::cluster_type(cluster);
    if let Some(region) = cluster.region.as_deref().filter(|region| !region.is_empty()) {
        note = format!("{note}, {region}");
    }
    if cluster.status != ClusterStatus::Ready {
        note = format!("{note}, {}", marks::cluster(&cluster.status).word.to_lowercase());
    }
    Choice::plain(cluster.cluster_name.clone()).note(note)
}

fn tier_choice(tier: &AvailabilityTier) -> Choice {
    let mut choice = Choice::new(tier.name.clone(), tier_words::name(&tier.name));
    if tier.name == TierName::Basic.as_str() {
        choice = choice.badge("Default");
    }
    for (term, value) in tier_words::facts(tier) {
        choice = choice.fact(term, value);
    }
    choice
}

/// A new profile in a panel beside what needs one.
///
/// Put it beside a form, not into it: a form inside of another would send both.
#[component]
pub fn ProfilePanel(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Takes the profile that was created; the panel is closed by then.
    #[prop(into)]
    on_created: Callback<Arc<ApplicationProfile>>,
) -> AnyView {
    let form = ProfileForm::new();
    let submit = move |()| {
        form.send(move |profile| {
            // The next one begins empty.
            form.draft.reset();
            open.set(false);
            on_created.run(profile);
        });
    };
    // A form that was left with an error begins anew.
    Effect::new(move |_| {
        if open.get() {
            form.create.reset();
        }
    });
    view! {
        <FormPanel
            open=open
            title="New profile".to_owned()
            draft=form.draft
            pending=form.pending()
            error=form.error()
            on_submit=submit
            submit="Create profile".to_owned()
            blocked=roles::why_not("createApplicationProfile")
        >
            {form.fields()}
        </FormPanel>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tier_says_what_it_is() {
        let tier: AvailabilityTier = serde_json::from_str(
            r#"{"name":"premium","container":{"minSize":3,"maxSize":9},"multiZoneDeployment":true,
                "horizontalAutoScaling":{"enabled":true,"cpuUtilizationPercentage":80},
                "placementPreference":"hard","resources":{"cpu":{"minimum":"1","maximum":"4"}}}"#,
        )
        .unwrap();
        let choice = tier_choice(&tier);
        assert_eq!((choice.value.as_str(), choice.label.as_str()), ("premium", "Premium"));
        assert!(choice.facts.contains(&("Replicas", "3–9, autoscaled".to_owned())));
        assert!(choice.facts.contains(&("CPU", "1–4".to_owned())));
        assert!(choice.facts.contains(&("Placement", "Hard, several zones".to_owned())));
        assert!(choice.badge.is_empty());
    }
}
