//! The form of a channel: the recipients of e-mails, or a webhook of Slack.

use astro_api::{
    Secret,
    notifications::{
        self, ChannelType, NotificationChannel, NotificationConfig, NotificationIntegration,
        NotificationIntegrationRequest,
    },
    organizations::{OrgMember, OrgMemberPage},
};
use leptos::{html, prelude::*};

use super::overview::Ground;
use crate::{
    components::{ShowAs, people, rules},
    store::{Tone, mutation, query, use_store},
    ui::{Choice, Draft, Field, FormPanel, MultiField, SecretField, SwitchField, load::Loads},
};

/// The most addresses that the platform takes.
const MOST: usize = 50;

/// What is sent of a channel that is not Slack's.
fn by_mail(emails: Vec<String>) -> NotificationConfig {
    NotificationConfig { webhook_url: None, emails: Some(emails) }
}

/// Addresses that were put in together, one by one.
fn apart(addresses: &[String]) -> Vec<String> {
    let mut parted: Vec<String> = Vec::new();
    let parts = addresses.iter().flat_map(|text| text.split([',', ';', ' ', '\n', '\t']));
    for part in parts.map(str::trim).filter(|part| !part.is_empty()) {
        if !parted.iter().any(|known| known.eq_ignore_ascii_case(part)) {
            parted.push(part.to_owned());
        }
    }
    parted
}

/// What is wrong with a list of addresses.
fn wrong(addresses: &[String]) -> Option<String> {
    let wrong: Vec<&String> = addresses.iter().filter(|address| !rules::is_email(address)).collect();
    match wrong.as_slice() {
        [] if addresses.len() > MOST => Some(format!("At most {MOST} addresses. These are {}.", addresses.len())),
        [] => None,
        [one] => Some(format!("“{one}” is not an e-mail address.")),
        [one, rest @ ..] => Some(format!("“{one}” and {} more are not e-mail addresses.", rest.len())),
    }
}

/// The form of a channel, in a panel at the side.
#[component]
pub fn ChannelPanel(
    /// What the page knows.
    ground: Ground,
    /// The channel.
    channel: NotificationChannel,
    /// What it is called.
    name: String,
    /// How it is set up, where it is.
    integration: Memo<Option<NotificationIntegration>>,
    /// Whether the panel is open.
    open: RwSignal<bool>,
) -> AnyView {
    let toasts = use_store().toasts;
    let kind = StoredValue::new(channel.kind.clone());
    let is_slack = channel.kind == ChannelType::Slack;
    let is_set_up = Memo::new(move |_| integration.with(Option::is_some));
    // What is changed is read anew: somebody else may have changed it since the list came.
    let fresh = query(move || {
        (open.get() && is_set_up.get()).then(|| kind.with_value(|kind| notifications::integration(kind.as_str())))
    });
    let known = move || fresh.load().with(|load| load.value().map(|it| (**it).clone())).or_else(|| integration.get());
    let draft = Draft::new();
    let emails = draft.follows(Vec::new(), move || Some(known()?.config?.emails.unwrap_or_default()));
    let enabled = draft.follows(true, move || Some(known()?.enabled));
    // Typed or pasted together, they are several all the same.
    Effect::new(move |_| {
        let parted = emails.with(|emails| apart(emails));
        if emails.with_untracked(|emails| *emails != parted) {
            emails.set(parted);
        }
    });
    let input = NodeRef::<html::Input>::new();
    let webhook = move || input.get_untracked().map(|input| input.value().trim().to_owned()).unwrap_or_default();
    let config = move || {
        if !is_slack {
            return Some(by_mail(emails.get()));
        }
        // Left empty, the one that is set up stays.
        let webhook = webhook();
        (!webhook.is_empty()).then(|| NotificationConfig { webhook_url: Some(Secret::from(webhook)), emails: None })
    };
    let request = move || NotificationIntegrationRequest {
        channel: Some(kind.get_value()),
        config: config(),
        enabled: Some(enabled.get()),
    };
    let save = mutation(notifications::upsert_integration);
    let submit = {
        let name = name.clone();
        move |()| {
            let name = name.clone();
            let was_set_up = is_set_up.get_untracked();
            save.run_then(untrack(request), move |_| {
                draft.settle();
                if let Some(input) = input.get_untracked() {
                    input.set_value("");
                }
                let _ = open.try_set(false);
                let how = if was_set_up { "changed" } else { "set up" };
                toasts.push(Tone::Good, format!("{name} is {how}."));
            });
        }
    };
    // What was typed before and given up is not there the next time.
    Effect::new(move |_| {
        if open.get() {
            untrack(|| {
                save.reset();
                draft.reset();
            });
        }
    });
    let title = {
        let name = name.clone();
        Signal::derive(move || if is_set_up.get() { format!("Edit {name}") } else { format!("Set up {name}") })
    };
    let submit_label = Signal::derive(move || if is_set_up.get() { "Save" } else { "Set up" }.to_owned());
    let members = people::ask(move || open.get() && !is_slack);
    let shown = Signal::derive(move || {
        let mut request = request();
        if is_slack {
            // The element alone has the webhook; it would be hidden here anyway.
            let config =
                NotificationConfig { webhook_url: Some(Secret::from("https://hooks.slack.com")), emails: None };
            request.config = Some(config);
        }
        Some(notifications::upsert_integration(&request).call().clone())
    });
    let blocked = {
        let (channel, name) = (channel.clone(), name.clone());
        Signal::derive(move || ground.blocked.get().or_else(|| ground.not_in_plan(&channel, &name)))
    };
    let id = if is_slack { "show-slack" } else { "show-email" };
    let label = name.clone();
    view! {
        <FormPanel
            open=open
            title=title
            draft=draft
            pending=save.pending()
            error=save.error()
            on_submit=submit
            submit=submit_label
            blocked=blocked
        >
            // Whether it is set up does not change under the hands of who types.
            {if is_slack { slack(input, is_set_up.get_untracked()) } else { recipients(emails, choices(members.load())) }}
            <SwitchField field=Field::new("enabled", format!("Send over {label}")) value=enabled/>
            <ShowAs call=shown id=id/>
        </FormPanel>
    }
    .into_any()
}

/// The members with an address, as choices.
fn choices(members: Loads<OrgMemberPage>) -> Loads<Vec<Choice>> {
    let choices = move || {
        let page = members.get();
        let choice = |member: &OrgMember| {
            let email = member.email.clone().filter(|email| !email.is_empty())?;
            Some(Choice::plain(email).note(member.name.clone().unwrap_or_default()))
        };
        // Whether they come or not, any address can be typed.
        let list: Vec<Choice> = page.value().iter().flat_map(|page| page.members.iter()).filter_map(choice).collect();
        list
    };
    crate::ui::field::ready(choices)
}

fn recipients(emails: RwSignal<Vec<String>>, choices: Loads<Vec<Choice>>) -> AnyView {
    let field = Field::new("config.emails", "Recipients")
        .hint("Type an address and press Enter, or paste several. Those of members are offered.".to_owned())
        .needed("Name at least one address.")
        .check(move || emails.with(|emails| wrong(emails)));
    view! {
        <MultiField
            field=field
            value=emails
            choices=choices
            free=true
            whole=rules::is_email
            placeholder="name@example.com"
        />
    }
    .into_any()
}

fn slack(input: NodeRef<html::Input>, is_set_up: bool) -> AnyView {
    let hint = if is_set_up {
        "The one that is set up stays as long as this is empty. It works without a password, so nobody is shown it again."
    } else {
        "Slack makes it: Apps, Incoming Webhooks, Add to Slack, choose the channel. It works without a password: whoever has it can write there."
    };
    let field = Field::new("config.webhookUrl", "Incoming webhook")
        .hint(hint.to_owned())
        .needed("Paste the address of the webhook.")
        .check(move || {
            let text = input.get_untracked().map(|input| input.value()).unwrap_or_default();
            rules::slack_webhook(text.trim())
        });
    let field = if is_set_up { field.optional() } else { field };
    view! { <SecretField field=field input=input/> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(addresses: &[&str]) -> Vec<String> {
        addresses.iter().map(|address| (*address).to_owned()).collect()
    }

    #[test]
    fn addresses_that_are_put_in_together_are_several() {
        assert_eq!(
            apart(&list(&["a@b.co, c@d.co;e@f.co", " g@h.co"])),
            list(&["a@b.co", "c@d.co", "e@f.co", "g@h.co"])
        );
        assert_eq!(apart(&list(&["a@b.co", "A@b.co"])), list(&["a@b.co"]), "the same twice is one");
        assert!(apart(&list(&[" , "])).is_empty());
    }

    #[test]
    fn each_address_is_checked() {
        assert_eq!(wrong(&list(&["a@b.co"])), None);
        assert_eq!(wrong(&list(&["a@b.co", "root"])).as_deref(), Some("“root” is not an e-mail address."));
        assert_eq!(wrong(&list(&["x", "y", "z"])).as_deref(), Some("“x” and 2 more are not e-mail addresses."));
        let many: Vec<String> = (0..51).map(|number| format!("a{number}@b.co")).collect();
        assert_eq!(wrong(&many).as_deref(), Some("At most 50 addresses. These are 51."));
    }
}
