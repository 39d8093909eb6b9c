//! Who is meant by a user id, as far as the members of the organization tell.

use astro_api::organizations::{self, OrgMember, OrgMemberPage, Page};
use leptos::prelude::*;

use crate::{
    store::{query, use_store},
    ui::{Dash, Latest, query_view, reactive},
};

/// So many members are known by name; the platform gives no more at once.
const MOST: i64 = 100;

/// The first members of the active organization, once they are there.
pub fn members() -> Latest<OrgMemberPage> {
    let active = use_store().session.active();
    let page = Page { page: None, page_size: Some(MOST) };
    query_view::latest(query(move || active.get().map(|active| organizations::members(&active.id, &page))).load())
}

/// What a member is called: by name, else by e-mail address.
pub fn name_of(members: &[OrgMember], id: &str) -> Option<String> {
    let member = members.iter().find(|member| member.user_id == id)?;
    [&member.name, &member.email].into_iter().flatten().find(|text| !text.is_empty()).cloned()
}

/// The person of a user id: the name, and the id to who points at it; the id alone where no member has it.
pub fn person(id: Option<&str>) -> AnyView {
    let Some(id) = id.filter(|id| !id.is_empty()).map(ToOwned::to_owned) else {
        return view! { <Dash/> }.into_any();
    };
    let members = members();
    reactive(move || {
        let name = members.get().and_then(|page| name_of(&page.members, &id));
        match name {
            Some(name) => view! { <span data-tip=id.clone()>{name}</span> }.into_any(),
            None => view! { <code>{id.clone()}</code> }.into_any(),
        }
    })
}

#[cfg(test)]
mod tests {
    use astro_api::organizations::Role;

    use super::*;

    #[test]
    fn a_member_is_called_by_name_else_by_address() {
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
        assert_eq!(name_of(&members, "4"), None);
    }
}
