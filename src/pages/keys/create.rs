//! Making a key: for one organization, for as long as it is needed, and no longer unless somebody insists.

use astro_api::{
    api_keys::{self, ApiKey, ApiKeyCreateRequest, ApiKeySource, ApiKeyStatus},
    duration::GoDuration,
};
use leptos::prelude::*;

use super::ending::Ending;
use crate::{
    components::{
        Reveal, Revealed, SecretForm, ShowAs,
        api_keys::{end, label},
        words,
    },
    store::{Mutation, Query, Store, mutation, query, use_store},
    ui::{
        Banner, Button, Choice, Code, Draft, DurationField, Field, FormPanel, RadioField, SelectField, TextField, Tone,
        code::Language, field::Span, format, reactive,
    },
};

const ENDS: &str = "ends";
const NEVER: &str = "never";

/// What the contract gives a key that asks for nothing else.
const LIFETIME: &str = "24h";

/// The most letters that the platform takes for a name.
const NAME: usize = 100;

/// What makes keys on a page, and shows each once. A copy is a handle of the same.
#[derive(Clone, Copy)]
pub struct Making {
    open: RwSignal<bool>,
    draft: Draft,
    name: RwSignal<String>,
    organization: RwSignal<String>,
    validity: RwSignal<String>,
    lifetime: RwSignal<String>,
    create: Mutation<ApiKeyCreateRequest, ApiKey>,
    reveal: Reveal,
    ending: Ending,
    /// Every key, while the form is open.
    keys: Query<Vec<ApiKey>>,
    /// The keys by their ids before the form was first sent, where they were known then.
    before: StoredValue<Option<Vec<String>>>,
    /// What was asked for since.
    sent: StoredValue<Vec<ApiKeyCreateRequest>>,
    store: Store,
}

impl Making {
    /// What makes keys on the page of the current owner, and ends by `ending` those that nobody can use.
    pub fn new(ending: Ending) -> Self {
        let draft = Draft::new();
        let open = RwSignal::new(false);
        Self {
            open,
            draft,
            name: draft.part(String::new()),
            organization: draft.part(String::new()),
            validity: draft.part(ENDS.to_owned()),
            lifetime: draft.part(LIFETIME.to_owned()),
            create: mutation(api_keys::create),
            reveal: Reveal::new(),
            ending,
            keys: query(move || open.get().then(api_keys::list)),
            before: StoredValue::new(None),
            sent: StoredValue::new(Vec::new()),
            store: use_store(),
        }
    }

    /// Opens the form for an organization, by its id.
    pub fn ask(self, organization: String) {
        self.begin(String::new(), organization, LIFETIME.to_owned());
    }

    /// Opens the form for a key that follows another: same name, organization and lifetime.
    pub fn ask_successor(self, of: &ApiKey) {
        let lifetime = of.duration.and_then(|length| u64::try_from(length.as_secs()).ok()).filter(|length| *length > 0);
        let lifetime = lifetime.map_or_else(
            || LIFETIME.to_owned(),
            |length| {
                let (amount, unit) = Span(length).parts();
                format!("{amount}{unit}")
            },
        );
        self.begin(of.name.clone().unwrap_or_default(), of.org_id.clone(), lifetime);
    }

    fn begin(self, name: String, organization: String, lifetime: String) {
        self.create.reset();
        self.before.set_value(None);
        self.sent.set_value(Vec::new());
        self.name.set(name);
        self.organization.set(organization);
        // A key that never ends is somebody's decision, each time.
        self.validity.set(ENDS.to_owned());
        self.lifetime.set(lifetime);
        self.draft.settle();
        self.open.set(true);
    }

    fn request(self) -> ApiKeyCreateRequest {
        let permanent = self.validity.with(|validity| validity == NEVER);
        let length = self.lifetime.with(|lifetime| Span::parse(lifetime)).unwrap_or_default();
        ApiKeyCreateRequest {
            duration: if permanent { GoDuration::default() } else { GoDuration::from_nanos(length.nanoseconds()) },
            is_permanent: permanent.then_some(true),
            name: Some(self.name.with(|name| name.trim().to_owned())).filter(|name| !name.is_empty()),
            org_id: self.organization.get(),
            source: ApiKeySource::Ui,
        }
    }

    fn submit(self) {
        let organizations = self.store.session.organizations();
        if self.before.with_value(Option::is_none) {
            let known = self.keys.load().get_untracked();
            self.before.set_value(known.value().map(|list| list.iter().map(|key| key.id.clone()).collect()));
        }
        let request = untrack(|| self.request());
        self.sent.update_value(|sent| sent.push(request.clone()));
        self.create.run_then(request, move |made| {
            self.draft.settle();
            self.open.set(false);
            let called = organizations
                .with_untracked(|list| list.iter().find(|it| it.id == made.org_id).map(|it| it.name.clone()));
            if let Some(revealed) = revealed(&made, called) {
                self.reveal.show(revealed);
            }
            // The answer holds the key as well.
            self.create.reset();
        });
    }

    /// Keys that were made since the form was first sent, where its answer got lost: their secrets were never shown.
    fn unread(self) -> Vec<ApiKey> {
        if self.create.error().with(Option::is_none) {
            return Vec::new();
        }
        let Some(before) = self.before.get_value() else { return Vec::new() };
        let sent = self.sent.get_value();
        self.keys.load().with(|load| {
            let list = load.value().map(|list| list.as_slice()).unwrap_or_default();
            let is_lost = |key: &&ApiKey| sent.iter().any(|asked| is_unread(key, &before, asked));
            list.iter().filter(is_lost).cloned().collect()
        })
    }

    /// Says which key nobody can use, and offers to end it.
    fn lost(self) -> AnyView {
        reactive(move || {
            let keys = self.unread().into_iter().map(|key| {
                let title = format!("{} was made, and nobody has its secret", label(&key));
                let text = "Its secret was lost with the answer. Unless something else has just made it, revoke it.";
                let revoke = move |()| self.ending.revoke(&key);
                view! {
                    <Banner title=title text=Some(text.to_owned()) tone=Tone::Warn>
                        <Button label="Revoke key" small=true on_press=revoke/>
                    </Banner>
                }
                .into_any()
            });
            keys.collect_view().into_any()
        })
    }

    /// The panel with the form, and the dialog that shows what was made, for the end of the page.
    pub fn panel(self) -> AnyView {
        let organizations = self.store.session.organizations();
        let choices = Signal::derive(move || {
            organizations.with(|list| {
                list.iter()
                    .map(|it| Choice::new(it.id.clone(), it.name.clone()).note(note(&it.name, &it.title)))
                    .collect::<Vec<_>>()
            })
        });
        let reach = Signal::derive(move || {
            let id = self.organization.get();
            organizations.with(|list| {
                let role = list.iter().find(|it| it.id == id).and_then(|it| it.role.clone());
                match role {
                    Some(role) => format!(
                        "The key may do what you may there, as {}. For a pipeline that needs less, let a member with a lesser role make the key.",
                        words::role(&role).to_ascii_lowercase()
                    ),
                    None => "The key may do what you may there.".to_owned(),
                }
            })
        });
        let validity = Signal::stored(vec![
            Choice::new(ENDS, "Ends by itself").note("A key that is lost or forgotten stops by itself."),
            Choice::new(NEVER, "Never ends").note("Works until somebody revokes it."),
        ]);
        let call = Signal::derive(move || {
            let request = self.request();
            (!request.org_id.is_empty()).then(|| api_keys::create(&request).call().clone())
        });
        let is_ending = Memo::new(move |_| self.validity.with(|validity| validity == ENDS));
        let length = move || {
            if is_ending.get() {
                let field = Field::new("duration", "Lifetime").hint("From now. As short as the work allows.");
                return view! {
                    <DurationField
                        field=field
                        value=self.lifetime
                        presets=&["24h", "7d", "30d", "90d"]
                        least=Span(60)
                        most=Span(10 * 365 * 86_400)
                    />
                }
                .into_any();
            }
            view! {
                <Banner
                    title="Nothing stops this key but you".to_owned()
                    text="Whoever finds it can use it for years. Store it where only its program reads it, and look at its last use now and then."
                        .to_owned()
                    tone=Tone::Warn
                />
            }
            .into_any()
        };
        view! {
            <FormPanel
                open=self.open
                title="New API key".to_owned()
                draft=self.draft
                pending=self.create.pending()
                error=self.create.error()
                on_submit=move |()| self.submit()
                submit="Create key".to_owned()
            >
                {self.lost()}
                <TextField
                    field=Field::new("name", "Name").hint("What uses it, so that a year from now somebody knows.")
                    value=self.name
                    limit=NAME
                    placeholder="ci-deploy"
                />
                <SelectField field=Field::new("orgId", "Organization").hint(reach) value=self.organization choices=choices/>
                <RadioField field=Field::new("isPermanent", "Validity") value=self.validity choices=validity/>
                {reactive(length)}
                <ShowAs call=call/>
            </FormPanel>
            {self.reveal.dialog()}
        }
        .into_any()
    }
}

/// Whether a key is what was asked for, works, and was not there before.
fn is_unread(key: &ApiKey, before: &[String], asked: &ApiKeyCreateRequest) -> bool {
    key.status == ApiKeyStatus::Active
        && !before.contains(&key.id)
        && key.org_id == asked.org_id
        && key.name.as_deref().unwrap_or_default() == asked.name.as_deref().unwrap_or_default()
}

fn note(name: &str, title: &str) -> String {
    if name == title { String::new() } else { title.to_owned() }
}

/// What is told of a key that was made; none where the platform does not show it.
fn revealed(made: &ApiKey, organization: Option<String>) -> Option<Revealed> {
    let secret = made.key.clone().filter(|key| !key.is_empty())?;
    let name = made.name.clone().filter(|name| !name.is_empty());
    let title = name.as_ref().map_or_else(|| "API key".to_owned(), |name| format!("API key {name}"));
    let until = match end(made) {
        Some(end) => format!("works until {}", format::parse(&end).map_or(end, format::local)),
        None => "never ends".to_owned(),
    };
    let place = organization.map(|organization| format!(" in {organization}")).unwrap_or_default();
    let text = format!("It {until}, and may do what you may{place}. Nobody can see it again: store it now.");
    let file = format!("{}.txt", name.as_deref().map_or_else(|| "api-key".to_owned(), file_name));
    let usage = || {
        let command = "export ASTROPULSE_API_KEY=<the key>\nastroctl whoami\n".to_owned();
        view! { <Code text=command label="How it is used" language=Language::Shell numbers=false/> }.into_any()
    };
    Some(Revealed::new(title, text).form(SecretForm::new("Key", file, secret)).usage(usage))
}

/// A name as that of a file.
fn file_name(name: &str) -> String {
    name.chars()
        .map(|letter| if letter.is_ascii_alphanumeric() || letter == '-' || letter == '_' { letter } else { '-' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_whose_answer_got_lost_is_known_by_what_was_asked() {
        let key = |id: &str, name: &str, org: &str, status: &str| -> ApiKey {
            serde_json::from_value(serde_json::json!({
                "id": id, "name": name, "orgId": org, "orgNamespace": "acme", "status": status,
                "createdAt": "2026-11-26T15:00:00Z", "isPermanent": false, "metadata": {},
            }))
            .expect("a key")
        };
        let asked = ApiKeyCreateRequest {
            duration: GoDuration::default(),
            is_permanent: None,
            name: Some("ci".to_owned()),
            org_id: "o1".to_owned(),
            source: ApiKeySource::Ui,
        };
        let before = ["k1".to_owned()];
        assert!(is_unread(&key("k2", "ci", "o1", "ACTIVE"), &before, &asked));
        assert!(!is_unread(&key("k1", "ci", "o1", "ACTIVE"), &before, &asked), "it was there before");
        assert!(!is_unread(&key("k2", "ci", "o1", "REVOKED"), &before, &asked), "it opens nothing any more");
        assert!(!is_unread(&key("k2", "ci", "o2", "ACTIVE"), &before, &asked), "another organization");
        assert!(!is_unread(&key("k2", "cd", "o1", "ACTIVE"), &before, &asked), "another name");
    }

    #[test]
    fn a_file_is_called_after_the_key() {
        assert_eq!(file_name("ci-deploy"), "ci-deploy");
        assert_eq!(file_name("CI/CD pipeline ä"), "CI-CD-pipeline--");
    }
}
