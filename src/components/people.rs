//! Who is meant by a user id, as far as the members of the organization tell.

use astro_api::organizations::{self, OrgMember, OrgMemberPage, Page};
use leptos::prelude::*;

use crate::{
    routes,
    store::{Query, query, use_store},
    ui::{Bar, Dash, Latest, address, load::Load, query_view, reactive},
};

/// The most members that the platform gives at once; so many are known by name.
pub const MOST: i64 = 100;

/// The query of a page that lists members.
pub const SEARCH: &str = "q";

/// The first members of the active organization while they are wanted. Whoever asks shares one answer.
pub fn ask(wanted: impl Fn() -> bool + Send + Sync + 'static) -> Query<OrgMemberPage> {
    let active = use_store().session.active();
    let page = Page { page: None, page_size: Some(MOST) };
    query(move || active.get().filter(|_| wanted()).map(|active| organizations::members(&active.id, &page)))
}

/// The first members of the active organization, once they are there.
pub fn members() -> Latest<OrgMemberPage> {
    query_view::latest(ask(|| true).load())
}

/// What a member is called: by name, else by e-mail address, else by id.
pub fn called(member: &OrgMember) -> String {
    let texts = [&member.name, &member.email];
    texts.into_iter().flatten().find(|text| !text.is_empty()).unwrap_or(&member.user_id).clone()
}

/// What the member of an id is called; none where nobody is known by it, or by nothing else.
pub fn name_of(members: &[OrgMember], id: &str) -> Option<String> {
    let member = members.iter().find(|member| member.user_id == id)?;
    Some(called(member)).filter(|name| name != id)
}

/// Where a person stands among the members of an organization.
pub fn href(organization: &str, id: &str) -> String {
    format!("{}?{}", routes::members(organization).href(), address::query_of(&[(SEARCH, id)]))
}

/// The person of a user id: the name, and the id to who points at it; the id alone where no member has it. It leads to
/// them among the members.
pub fn person(id: Option<&str>) -> AnyView {
    let Some(id) = id.filter(|id| !id.is_empty()).map(ToOwned::to_owned) else {
        return view! { <Dash/> }.into_any();
    };
    let load = ask(|| true).load();
    let members = query_view::latest(load);
    let active = use_store().session.active();
    let is_awaited = Memo::new(move |_| load.with(|load| matches!(load, Load::Loading)));
    reactive(move || {
        let name = members.get().and_then(|page| name_of(&page.members, &id));
        match (name, active.get()) {
            (Some(name), Some(active)) => {
                view! { <a class="quiet-link" href=href(&active.name, &id) data-tip=id.clone()>{name}</a> }.into_any()
            }
            (Some(name), None) => view! { <span data-tip=id.clone()>{name}</span> }.into_any(),
            (None, Some(_)) if is_awaited.get() => view! { <Bar/> }.into_any(),
            (None, _) => view! { <code>{id.clone()}</code> }.into_any(),
        }
    })
}

#[cfg(test)]
mod tests {
    use astro_api::organizations::Role;

    use super::*;

    #[test]
    fn a_member_is_called_by_name_else_by_address_else_by_id() {
        let member = |id: &str, name: Option<&str>, email: Option<&str>| OrgMember {
            user_id: id.to_owned(),
            name: name.map(ToOwned::to_owned),
            email: email.map(ToOwned::to_owned),
            role: Role::Viewer,
            joined_at: None,
        };
        let members = [
            member("1", Some("Maya Patel"), Some("maya@acme.example")),
            member("2", Some(""), Some("adam@acme.example")),
            member("3", None, None),
        ];
        assert_eq!(name_of(&members, "1").as_deref(), Some("Maya Patel"));
        assert_eq!(name_of(&members, "2").as_deref(), Some("adam@acme.example"));
        assert_eq!(name_of(&members, "3"), None);
        assert_eq!(called(&members[2]), "3");
        assert_eq!(name_of(&members, "4"), None);
    }
}
