//! `/o/:org/members`: who belongs to an organization, with which role.

use std::sync::Arc;

use astro_api::organizations::{self, OrgMember, OrgMemberPage, OrgRemoveUserRequest, Page, Role};
use leptos::{html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{change_role::Changing, member_add::Adding, roles as explained};
use crate::{
    components::{
        PageAction, PageContext, audit, copy_action,
        people::{MOST, SEARCH, called},
        roles, words,
    },
    routes,
    store::{Query, Store, Tone, mutation, paged, query, use_store},
    ui::{
        Action, Address, Avatar, Badge, BarSearch, Button, ButtonLink, Card, Column, Confirm, Dash, DataTable,
        EmptyState, Features, FilterBar, Loading, Look, PageHeader, QueryView, Shortcut, Shortcuts, Turns, Value,
        address::Step,
        confirm::Confirming,
        format,
        load::{Any, FailureKind, Load, Loaded, Loads, PageWanted, Part},
        maybe, reactive,
        skeleton::FactsSkeleton,
        table::{self, Card as Place},
        tag, when,
    },
};

/// Members on a page of the list.
const SIZE: usize = 20;

/// How many answers of the most members are asked for while one searches.
const ANSWERS: i64 = 10;

/// The members of an organization.
pub fn members(organization: String) -> AnyView {
    let store = use_store();
    let session = store.session;
    let active = session.active();
    let address = Address::of_context();
    let search = address.param(SEARCH);
    let needle = Memo::new(move |_| search.get().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()));
    let is_searching = Memo::new(move |_| needle.with(Option::is_some));
    let id = Memo::new(move |_| active.with(|active| active.as_ref().map(|active| active.id.clone())));
    let turns = Turns::of_address(SIZE);
    let wanted = turns.wanted();
    let page = paged(
        move || wanted.get(),
        move |wanted: &PageWanted| {
            let number = |count: usize| i64::try_from(count).ok();
            let page = Page { page: number(wanted.page), page_size: number(wanted.size.min(100)) };
            id.get().map(|id| organizations::members(&id, &page))
        },
        |page: &OrgMemberPage| Part {
            rows: Arc::new(page.members.clone()),
            total: usize::try_from(page.total).ok(),
            next: None,
        },
    );
    let total = Memo::new(move |_| page.load().with(|load| load.value().and_then(|part| part.total)));
    let (found, answers) = searched(id, is_searching, total, needle);
    // How many there are to search is known from the page of the list.
    let again = Callback::new(move |()| {
        page.refetch();
        for answer in &answers {
            answer.refetch();
        }
    });
    let roles_of = query(organizations::roles);
    let details = query(move || id.get().map(|id| organizations::get(&id)));
    let (adding, changing) = (Adding::new(), Changing::new());
    let not_add = roles::why_not("addOrganizationUser");
    let add = Callback::new(move |()| adding.ask());
    if let Some(context) = use_context::<PageContext>() {
        context.offer_actions(move || {
            vec![PageAction::new("plus", "Add a member", move || add.run(())).disabled(not_add.get())]
        });
    }
    let meta = move || {
        maybe(total.get().map(|total| view! { <span>{format::counted(total, "member", "members")}</span> }.into_any()))
    };
    let ground = Ground::new(store, organization.clone(), changing);
    let unread = Memo::new(move |_| total.get().filter(|total| *total > seen() && is_searching.get()));
    let empty = move || nobody(needle, unread, address);
    let table = reactive(move || {
        if is_searching.get() {
            view! {
                <DataTable
                    label="Members"
                    load=found
                    columns=columns(ground)
                    features=features(ground)
                    empty=empty
                    retry=again
                />
            }
            .into_any()
        } else {
            view! {
                <DataTable
                    label="Members"
                    load=(page.load(), turns)
                    columns=columns(ground)
                    features=features(ground)
                    empty=empty
                    retry=again
                />
            }
            .into_any()
        }
    });
    let my_access = routes::access(&organization).href();
    view! {
        <PageHeader title="Members".to_owned() meta=meta>
            <ButtonLink href=my_access label="My access"/>
            <Button label="Add member" look=Look::Primary disabled_reason=not_add on_press=add/>
        </PageHeader>
        <div class="columns">
            <div class="stack">
                {changing.notice()}
                <div>{search_bar(search, address)} {table} {partly(unread)}</div>
            </div>
            <div class="stack">
                <Card title="Roles">
                    <QueryView
                        load=details.load()
                        loading=|| view! { <Loading label="Loading the roles"><FactsSkeleton rows=4/></Loading> }.into_any()
                        empty=None
                        frameless=true
                        retry=move |()| details.refetch()
                        data=move |found| {
                            let role = session.role();
                            reactive(move || found.draw(|it| {
                                let members = it.members.clone();
                                let count = move |role: &Role| {
                                    members.as_ref().map(|all| all.iter().filter(|it| it.role == *role).count())
                                };
                                explained::list(&it.roles.clone().unwrap_or_default(), role.get().as_ref(), count)
                            }))
                        }
                    />
                </Card>
            </div>
        </div>
        {adding.panel(roles_of.load())}
        {changing.dialog(roles_of.load())}
    }
    .into_any()
}

/// The search, whose text is in the address. A text begins a new step of the history, more of it does not.
fn search_bar(search: Memo<Option<String>>, address: Address) -> AnyView {
    let input = NodeRef::<html::Input>::new();
    let text = Signal::derive(move || search.get().unwrap_or_default());
    let set = move |typed: String| {
        let step = if search.with_untracked(Option::is_none) { Step::Push } else { Step::Replace };
        address.set_all(&[(SEARCH, Some(typed).filter(|typed| !typed.is_empty())), ("page", None)], step);
    };
    if let Some(shortcuts) = Shortcuts::of_context() {
        shortcuts.offer(Shortcut::new("/", "On this page", "Find a member", move || {
            if let Some(input) = input.get_untracked() {
                let _ = input.focus();
            }
        }));
    }
    let search = BarSearch {
        placeholder: "Filter by name, e-mail, ID or role",
        label: "Find a member".to_owned(),
        text,
        set: Callback::new(set),
        input,
    };
    view! { <div class="members__search"><FilterBar search=Some(search)/></div> }.into_any()
}

/// How many members are searched.
fn seen() -> usize {
    usize::try_from(MOST * ANSWERS).unwrap_or_default()
}

/// Says that a search has not seen everybody. `unread` holds how many members there are where that is so.
fn partly(unread: Memo<Option<usize>>) -> AnyView {
    reactive(move || {
        maybe(unread.get().map(|total| {
            let (searched, total) = (format::count(seen()), format::counted(total, "member", "members"));
            view! {
                <p class="members__partly" role="status">
                    {format!("The platform cannot search. These are from the first {searched} of {total}; the list without a search has them all.")}
                </p>
            }
            .into_any()
        }))
    })
}

/// All members that fit the search, and what they are read from. The contract has no search, so all pages are read, as
/// far as is reasonable.
fn searched(
    id: Memo<Option<String>>,
    is_searching: Memo<bool>,
    total: Memo<Option<usize>>,
    needle: Memo<Option<String>>,
) -> (Loads<Vec<OrgMember>>, Vec<Query<OrgMemberPage>>) {
    let count = Memo::new(move |_| {
        let total = total.get().and_then(|total| i64::try_from(total).ok()).unwrap_or(1);
        ((total + MOST - 1) / MOST).clamp(1, ANSWERS)
    });
    let answers: Vec<Query<OrgMemberPage>> = (1..=ANSWERS)
        .map(|number| {
            let wanted = Memo::new(move |_| is_searching.get() && number <= count.get());
            let page = Page { page: Some(number), page_size: Some(MOST) };
            query(move || id.get().filter(|_| wanted.get()).map(|id| organizations::members(&id, &page)))
        })
        .collect();
    let read = answers.clone();
    let all = move || {
        let needle = needle.get().unwrap_or_default().to_lowercase();
        let mut found = Vec::new();
        for answer in read.iter().take(usize::try_from(count.get()).unwrap_or(1)) {
            match answer.load().get() {
                Load::Loading => return Load::Loading,
                Load::Failed(failure) => return Load::Failed(failure),
                Load::Ready(Loaded { value, .. }) => {
                    found.extend(value.members.iter().filter(|member| fits(member, &needle)).cloned());
                }
            }
        }
        let value: Arc<Any> = Arc::new(found);
        Load::Ready(Loaded { value, at: 0, refreshing: false, failed: None })
    };
    (Loads::new(Signal::derive(all)), answers)
}

/// Whether the text stands in it as it was typed: scattered letters would find half of an organization.
fn fits(member: &OrgMember, needle: &str) -> bool {
    let part = |text: &Option<String>| text.clone().unwrap_or_default();
    let text = format!("{} {} {} {}", part(&member.name), part(&member.email), member.user_id, member.role.as_str());
    text.to_lowercase().contains(needle)
}

fn nobody(needle: Memo<Option<String>>, unread: Memo<Option<usize>>, address: Address) -> AnyView {
    let Some(text) = needle.get() else {
        return view! {
            <EmptyState icon="users" title="No members" text="The platform names nobody as a member of this organization."/>
        }
        .into_any();
    };
    let who = match unread.get() {
        Some(_) => format!("None of the first {} members", format::count(seen())),
        None => "No member".to_owned(),
    };
    view! {
        <EmptyState icon="search" title="Nobody fits" text=format!("{who} has \"{text}\" in name, e-mail, id or role.")>
            <Button label="Clear the search" on_press=move |()| address.set(SEARCH, None, Step::Push)/>
        </EmptyState>
    }
    .into_any()
}

/// What rows need to know beside their member.
#[derive(Clone, Copy)]
struct Ground {
    store: Store,
    organization: StoredValue<String>,
    own: Memo<String>,
    role: Signal<Option<Role>>,
    not_remove: Signal<Option<String>>,
    not_audit: Memo<Option<String>>,
    changing: Changing,
    remove: crate::store::Mutation<OrgRemoveUserRequest, String>,
    confirming: Option<Confirming>,
    leave: StoredValue<Box<dyn Fn()>, LocalStorage>,
}

impl Ground {
    fn new(store: Store, organization: String, changing: Changing) -> Self {
        let person = store.session.person();
        let navigate = use_navigate();
        let leave: Box<dyn Fn()> =
            Box::new(move || navigate(&routes::organizations().path(), NavigateOptions::default()));
        Self {
            store,
            organization: StoredValue::new(organization),
            own: Memo::new(move |_| person.with(|it| it.as_ref().map(|it| it.id.clone()).unwrap_or_default())),
            role: store.session.role(),
            not_remove: roles::why_not("removeOrganizationUser"),
            not_audit: audit::why_not(),
            changing,
            remove: mutation(organizations::remove_user),
            confirming: use_context(),
            leave: StoredValue::new_local(leave),
        }
    }

    fn is_self(self, member: &OrgMember) -> bool {
        self.own.with(|own| !own.is_empty() && *own == member.user_id)
    }

    /// Why a member cannot be removed, as far as the console can tell; the last admin is the platform's to tell.
    fn not_removable(self, member: &OrgMember) -> Option<String> {
        if member.role == Role::Owner {
            return Some("The owner of an organization cannot be removed.".to_owned());
        }
        self.not_remove.get()
    }

    fn not_changeable(self, member: &OrgMember) -> Option<String> {
        if member.role == Role::Owner {
            return Some("The role of the owner cannot be changed.".to_owned());
        }
        if self.is_self(member) {
            return Some(
                "A change removes and adds again, and once removed you could not add yourself. Another admin can."
                    .to_owned(),
            );
        }
        self.not_remove.get().or_else(|| {
            // A key does not tell whose it is, but it has the role of its person.
            let may_be_self = self.own.with(String::is_empty) && self.role.get().as_ref() == Some(&member.role);
            may_be_self.then(|| {
                "With a key nobody can tell whether this is you. Sign in as yourself, or ask an owner.".to_owned()
            })
        })
    }

    fn ask_to_remove(self, member: &OrgMember) {
        let Some(confirming) = self.confirming else { return };
        let (name, user, is_self) = (called(member), member.user_id.clone(), untrack(|| self.is_self(member)));
        let organization = self.organization.get_value();
        let question = if is_self {
            Confirm::new(format!("Leave {organization}"), "An admin has to add you if you want to come back.", "Leave")
                .consequence("lock", "Your access", "ends at once, here and everywhere else.")
                .consequence("key-round", "Your API keys", "of this organization are revoked.")
                .keep("Stay")
                .danger()
        } else {
            let title = format!("Remove {name}");
            Confirm::new(title, format!("{name} is no longer a member of {organization}."), "Remove member")
                .consequence("lock", "Their access", "ends at once.")
                .consequence(
                    "key-round",
                    "Their API keys",
                    "of this organization are revoked; what runs on them stops working.",
                )
                .consequence("boxes", "What they deployed", "stays.")
                .keep("Keep member")
                .danger()
        };
        confirming.ask(question, move || {
            let (user, name) = (user.clone(), name.clone());
            async move {
                let active = self.store.session.active();
                let org_id = active.with_untracked(|it| it.as_ref().map(|it| it.id.clone()).unwrap_or_default());
                let outcome = self.remove.outcome(OrgRemoveUserRequest { org_id, user_id: user }).await;
                if outcome.as_ref().is_err_and(|failure| failure.kind == FailureKind::NotFound) {
                    // Somebody else was faster: what was asked for is so, and the list comes anew by itself.
                    self.store.toasts.push(Tone::Neutral, format!("{name} was no longer a member."));
                    return Ok(());
                }
                outcome?;
                if is_self {
                    self.store.toasts.push(Tone::Good, "You have left the organization.");
                    self.leave.try_with_value(|leave| leave());
                } else {
                    self.store.toasts.push(Tone::Good, format!("{name} is removed, and their keys are revoked."));
                }
                Ok(())
            }
        });
    }
}

fn features(ground: Ground) -> Features<OrgMember> {
    Features::new("member", "members", |member: &OrgMember| member.user_id.clone()).actions(
        move |member: &OrgMember| {
            let (removed, changed) = (member.clone(), member.clone());
            let verb = if ground.is_self(member) { "Leave the organization" } else { "Remove" };
            let mut actions = vec![copy_action("Copy user ID", member.user_id.clone())];
            if let Some(email) = member.email.clone().filter(|email| !email.is_empty()) {
                actions.push(copy_action("Copy e-mail", email));
            }
            let deeds = if ground.is_self(member) { "What you did" } else { "What they did" };
            let log = ground.organization.with_value(|organization| audit::of_person(organization, &member.user_id));
            actions.push(Action::link(deeds, "scroll-text", log).unless(ground.not_audit.get()));
            actions.push(
                Action::run("Change role", "refresh-cw", move || ground.changing.ask(&changed))
                    .unless(ground.not_changeable(member)),
            );
            actions.push(
                Action::run(verb, "x", move || ground.ask_to_remove(&removed))
                    .unless(ground.not_removable(member))
                    .danger(),
            );
            actions
        },
    )
}

fn columns(ground: Ground) -> Vec<Column<OrgMember>> {
    let text = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    vec![
        Column::new("Name", move |member: &OrgMember| {
            let name = called(member);
            let member = member.clone();
            view! {
                <span class="row">
                    <Avatar name=name.clone()/>
                    <span class="truncate" title=name.clone()>{name.clone()}</span>
                    {reactive(move || maybe(ground.is_self(&member).then(|| view! { <Badge text="You"/> }.into_any())))}
                </span>
            }
            .into_any()
        })
        .value(called)
        .names(),
        Column::new("Role", |member: &OrgMember| words::role(&member.role).into_any())
            .value(|member| words::role(&member.role))
            .width(96)
            .live()
            .card(Place::Side),
        Column::new("E-mail", move |member: &OrgMember| match text(&member.email) {
            Some(email) => tag("span")
                .class("table__clip")
                .attr("title", email.clone())
                .tag(tag("span").class("truncate").text(email))
                .into_any(),
            None => view! { <Dash/> }.into_any(),
        })
        .key("email")
        .value(move |member| Value::text(text(&member.email)))
        .card(Place::Note),
        Column::new("Joined", |member: &OrgMember| when(words::time(member.joined_at.as_ref())))
            .value(|member| Value::time(words::time(member.joined_at.as_ref())))
            .width(104)
            .card(Place::NoteSide),
        Column::new("User ID", |member: &OrgMember| {
            view! { <code class="table__clip" title=member.user_id.clone()>{member.user_id.clone()}</code> }.into_any()
        })
        .key("id")
        .value(|member| table::Value::from(member.user_id.clone()))
        .extra(),
    ]
}
