//! Buttons, menus, tooltips, badges, copy buttons, avatars.

use leptos::prelude::*;

use super::Sample;
use crate::ui::{
    ActionMenu, Avatar, Badge, Button, ButtonLink, CopyButton, Count, ExternalLink, IconButton, Look, MenuGroup,
    MenuItem, MenuLink, MenuRule, OrganizationMark, SplitButton,
};

const LOOKS: [(Look, &str); 5] = [
    (Look::Primary, "Deploy application"),
    (Look::Plain, "Register cluster"),
    (Look::Ghost, "Edit"),
    (Look::Danger, "Delete cluster"),
    (Look::Destroy, "Delete cluster"),
];

/// The samples of this group.
pub fn samples() -> Vec<Sample> {
    vec![
        Sample::new("Buttons: at rest, busy, disabled, small", || {
            let rows = LOOKS
                .into_iter()
                .map(|(look, label)| {
                    view! {
                        <p class="row">
                            <Button label=label look=look on_press=|()| {}/>
                            <Button label=label look=look busy=true/>
                            <Button label=label look=look disabled_reason=Some("Only owners may do this.".to_owned())/>
                            <Button label=label look=look small=true/>
                            <Button label=label look=look small=true icon="boxes"/>
                        </p>
                    }
                    .into_any()
                })
                .collect_view();
            view! { <div class="stack">{rows}</div> }.into_any()
        }),
        Sample::new("Links and icon buttons", || {
            view! {
                <div class="row">
                    <ButtonLink href="_gallery?group=controls" label="All controls"/>
                    <ButtonLink
                        href="_gallery?group=controls"
                        label="New profile"
                        disabled_reason=Some("Needs the role editor, admin or owner. Yours is viewer.".to_owned())
                    />
                    <ExternalLink href="https://docs.example.com/clusters"/>
                    <IconButton icon="x" label="Close" on_press=|()| {}/>
                    <CopyButton text="trace-5e6f7g8h9i" what="the trace id"/>
                    <CopyButton text="trace-5e6f7g8h9i" what="the trace id" labelled=true/>
                </div>
            }
            .into_any()
        }),
        Sample::new("Menus", || {
            view! {
                <div class="row">
                    <SplitButton label="Resync" look=Look::Primary on_press=|()| {} menu="Ways to resync">
                        <MenuItem label="Resync with force" on_press=|()| {}/>
                        <MenuItem
                            label="Resync and prune"
                            disabled_reason=Some("Nothing is left over.".to_owned())
                            on_press=|()| {}
                        />
                    </SplitButton>
                    <SplitButton label="Export" on_press=|()| {} menu="Ways to export">
                        <MenuItem label="As CSV" on_press=|()| {}/>
                        <MenuItem label="As JSON" on_press=|()| {}/>
                    </SplitButton>
                    <ActionMenu label="More actions for prod-eu">
                        <MenuItem icon="file-text" label="Kubeconfig" shortcut="k" on_press=|()| {}/>
                        <MenuItem
                            icon="arrow-up-right"
                            label="Upgrade"
                            shortcut="u"
                            disabled_reason=Some("An upgrade is running.".to_owned())
                            on_press=|()| {}
                        />
                        <MenuLink href="_gallery">"Everything"</MenuLink>
                        <MenuRule/>
                        <MenuGroup label="Copy">
                            <MenuItem icon="copy" label="As curl" on_press=|()| {}/>
                            <MenuItem icon="copy" label="As astroctl" on_press=|()| {}/>
                        </MenuGroup>
                        <MenuRule/>
                        <MenuItem icon="x" label="Delete" danger=true on_press=|()| {}/>
                    </ActionMenu>
                </div>
            }
            .into_any()
        }),
        Sample::new("Badges and marks", || {
            view! {
                <div class="row">
                    <Badge text="Enterprise"/>
                    <Badge text="Replaces nodes"/>
                    <Count value=1_204/>
                    <Avatar name="Dana Cruz"/>
                    <OrganizationMark name="acme-robotics"/>
                </div>
            }
            .into_any()
        }),
    ]
}
