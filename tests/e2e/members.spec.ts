import type { Locator, Page } from "@playwright/test";
import {
  ACME,
  dialog,
  expect,
  heading,
  KEYS,
  main,
  type Platform,
  quiet,
  row,
  sidebar,
  signIn,
  signInByKey,
  test,
} from "./fixtures.ts";

const member = (page: Page, name: string) =>
  page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: new RegExp(name) }) });

async function choose(page: Page, name: string, entry: string): Promise<void> {
  await member(page, name).getByRole("button", { name: /^Actions for/ }).click();
  await page.getByRole("button", { name: entry, exact: true }).click();
}

/** The profile of somebody who has signed in once and is no member. */
async function newcomer(platform: Platform): Promise<string> {
  const { id } = await platform.act<{ id: string }>("nobody", "getUserProfile");
  return id;
}

/** Chooses the role of an admin for a new viewer, in the dialog that is open then. */
async function promote(page: Page, platform: Platform): Promise<Locator> {
  const userId = await newcomer(platform);
  await platform.act("owner", "addOrganizationUser", { body: { orgId: ACME, userId, role: "viewer" } });
  await signInByKey(page, KEYS.owner, "./o/acme/members?q=Ida");
  await choose(page, "Ida Lund", "Change role");
  const role = dialog(page, "Role of Ida Lund");
  await role.getByRole("radio", { name: /^Admin/ }).check();
  return role;
}

test("an admin adds a member, changes the role, and removes them", async ({ page, platform }) => {
  const userId = await newcomer(platform);
  await signInByKey(page, KEYS.admin, "./o/acme/members");
  await expect(member(page, "Olivia Chen")).toContainText("Owner");
  await page.getByRole("button", { name: "Add member" }).click();
  const form = dialog(page, "Add a member");
  const user = form.getByLabel("User ID", { exact: true });
  await user.fill("ida@nowhere.example");
  await form.getByRole("button", { name: "Add member" }).click();
  await expect(user).toHaveAccessibleDescription(/This is an e-mail address/);
  await user.fill("not-an-id");
  await expect(user).toHaveAccessibleDescription(/five groups/);
  await user.fill(userId);
  await form.getByRole("radio", { name: /^Viewer/ }).check();
  await form.getByRole("button", { name: "Add member" }).click();
  await expect(form).toBeHidden();
  await page.getByLabel("Find a member").fill("Ida");
  await expect(member(page, "Ida Lund")).toContainText("Viewer");
  await expect(page).toHaveURL(/q=Ida/);

  await choose(page, "Ida Lund", "Change role");
  const role = dialog(page, "Role of Ida Lund");
  await expect(role.getByText("A role cannot be changed in place")).toBeVisible();
  await expect(role.getByRole("button", { name: "Change role" })).toBeDisabled();
  await role.getByRole("radio", { name: /^Editor/ }).check();
  await role.getByText("The second request, which adds again").click();
  await expect(role.getByRole("region", { name: "The request" })).toContainText('"role":"editor"');
  await role.getByRole("button", { name: "Change role" }).click();
  await expect(role).toBeHidden();
  await expect(member(page, "Ida Lund")).toContainText("Editor");

  await choose(page, "Ida Lund", "Remove");
  const asked = dialog(page, "Remove Ida Lund");
  await expect(asked.getByRole("button", { name: "Keep member" })).toBeFocused();
  // Others may have gone meanwhile, so that this one is the last who manages members.
  const error = "The last admin of an organization cannot be removed";
  await platform.fault({ operation: "removeOrganizationUser", kind: "status", status: 409, body: { error, status: 409 } });
  await asked.getByRole("button", { name: "Remove member" }).click();
  await expect(asked.getByRole("alert")).toContainText(`${error}.`);
  await asked.getByRole("button", { name: "Remove member" }).click();
  await expect(asked).toBeHidden();
  await platform.succeeded(
    "listOrganizationMembers",
    "listOrganizationRoles",
    "getOrganization",
    "addOrganizationUser",
    "removeOrganizationUser",
  );
});

test("a change of role whose second half fails names who is stranded until it is mended", async ({ page, platform }) => {
  const role = await promote(page, platform);
  await platform.fault({ operation: "addOrganizationUser", kind: "status", status: 500 });
  await role.getByRole("button", { name: "Change role" }).click();
  await expect(role.getByText("Ida Lund is removed, and not added again yet")).toBeVisible();
  await role.getByRole("button", { name: "Add again" }).click();
  await expect(role).toBeHidden();
  await expect(member(page, "Ida Lund")).toContainText("Admin");
  expect(await platform.calls("removeOrganizationUser"), "the first half is not done twice").toBe(1);
});

test("a change of role whose first half lost its answer goes on where it stands", async ({ page, platform }) => {
  const role = await promote(page, platform);
  await platform.fault({ operation: "removeOrganizationUser", kind: "truncated", times: 1 });
  await role.getByRole("button", { name: "Change role" }).click();
  await expect(role.getByRole("alert")).toContainText("The platform may have done it all the same: look before you try again.");
  await role.getByRole("button", { name: "Change role" }).click();
  await expect(role).toBeHidden();
  await expect(member(page, "Ida Lund")).toContainText("Admin");
});

test("nobody leaves the page unasked while a member is removed and not added again", async ({ page, platform }) => {
  const role = await promote(page, platform);
  await platform.fault({ operation: "addOrganizationUser", kind: "status", status: 500 });
  await role.getByRole("button", { name: "Change role" }).click();
  await expect(role.getByText("Ida Lund is removed, and not added again yet")).toBeVisible();
  await role.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(role).toBeHidden();
  await sidebar(page).getByRole("link", { name: "Clusters", exact: true }).click();
  const question = dialog(page, "Leave a member removed?");
  await expect(question).toBeVisible();
  await expect(page).toHaveURL(/\/o\/acme\/members\?/);
  await question.getByRole("button", { name: "Go back to it" }).click();
  await expect(member(page, "Ida Lund"), "the row of before is gone").toHaveCount(0);
  await page.getByRole("button", { name: "Add back as viewer" }).click();
  await expect(member(page, "Ida Lund")).toContainText("Viewer");
  await sidebar(page).getByRole("link", { name: "Clusters", exact: true }).click();
  await expect(page, "there is nothing to ask any more").toHaveURL(/\/o\/acme\/clusters$/);
});

test("somebody who is a member already is named at the field", async ({ page, platform }) => {
  const { id } = await platform.act<{ id: string }>("viewer", "getUserProfile");
  await signInByKey(page, KEYS.owner, "./o/acme/members");
  await page.getByRole("button", { name: "Add member" }).click();
  const form = dialog(page, "Add a member");
  await form.getByLabel("User ID", { exact: true }).fill(id);
  await form.getByRole("button", { name: "Add member" }).click();
  await expect(form.getByLabel("User ID", { exact: true })).toHaveAccessibleDescription(/is already a member/);
  await form.getByLabel("User ID", { exact: true }).fill("00000000-0000-4000-8000-000000000000");
  await form.getByRole("button", { name: "Add member" }).click();
  await expect(form.getByRole("alert")).toContainText("Not found");
});

test("a viewer sees the members and why nothing can be changed", async ({ page }) => {
  await signInByKey(page, KEYS.viewer, "./o/acme/members");
  await expect(member(page, "Adam Novak")).toBeVisible();
  const add = page.getByRole("button", { name: "Add member" });
  await expect(add).toBeDisabled();
  await member(page, "Edith Moreau").getByRole("button", { name: /^Actions for/ }).click();
  await expect(page.getByRole("button", { name: /^Remove/ })).toBeDisabled();
  await expect(page.getByRole("button", { name: /^What they did/ })).toBeDisabled();
});

test("the owner and oneself are not changed by mistake, and who leaves their only organization sees that there is none", async ({ page }) => {
  await signIn(page, "admin", "./o/acme/members");
  await member(page, "Olivia Chen").getByRole("button", { name: /^Actions for/ }).click();
  await expect(page.getByRole("button", { name: /^Remove/ })).toBeDisabled();
  await page.keyboard.press("Escape");
  await expect(member(page, "Adam Novak")).toContainText("You");
  await member(page, "Adam Novak").getByRole("button", { name: /^Actions for/ }).click();
  await expect(page.getByRole("button", { name: /^Change role/ })).toBeDisabled();
  await page.getByRole("button", { name: /^Leave the organization/ }).click();
  await dialog(page, "Leave acme").getByRole("button", { name: "Leave", exact: true }).click();
  await expect(heading(page, "Organizations")).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: "You have left the organization." })).toBeVisible();
  await expect(main(page).getByRole("heading", { name: "You are not a member of any organization yet" })).toBeVisible();
  await expect(main(page).getByRole("alert")).toHaveCount(0);
});

test("with a key alone nobody can remove themselves by a change of role", async ({ page }) => {
  await signInByKey(page, KEYS.admin, "./o/acme/members");
  await member(page, "Adam Novak").getByRole("button", { name: /^Actions for/ }).click();
  await expect(page.getByRole("button", { name: /^Change role/ })).toBeDisabled();
  await page.keyboard.press("Escape");
  await member(page, "Edith Moreau").getByRole("button", { name: /^Actions for/ }).click();
  await expect(page.getByRole("button", { name: /^Change role/ })).toBeEnabled();
});

test("who gets a lesser role while working sees it after the first refusal", async ({ page, platform }) => {
  await signIn(page, "admin", "./o/acme/access");
  await expect(sidebar(page)).toContainText("Admin");
  // A call that comes while the person is no member finds no other key.
  await quiet(page);
  const { id } = await platform.act<{ id: string }>("admin", "getUserProfile");
  await platform.act("owner", "removeOrganizationUser", { body: { orgId: ACME, userId: id } });
  await platform.act("owner", "addOrganizationUser", { body: { orgId: ACME, userId: id, role: "viewer" } });
  await sidebar(page).getByRole("link", { name: "Members", exact: true }).click();
  await expect(sidebar(page)).toContainText("Viewer");
  await expect(page.getByRole("button", { name: "Add member" })).toBeDisabled();
});

test("my access says what a role may, what it may not and why, and the id that others need", async ({ page, platform }) => {
  await signIn(page, "viewer", "./o/acme");
  await expect(heading(page, "Home")).toBeVisible();
  await sidebar(page).getByRole("link", { name: /^My access: / }).click();
  await expect(heading(page, "My access")).toBeVisible();
  await expect(main(page).getByText("Viewer in acme")).toBeVisible();
  await expect(main(page).getByRole("listitem").filter({ hasText: "Deploy and resync applications" })).toContainText(
    "Needs the role editor, admin or owner. Yours is viewer.",
  );
  const { id } = await platform.act<{ id: string }>("viewer", "getUserProfile");
  await expect(page.getByRole("definition").filter({ hasText: id })).toBeVisible();
});

test("members come in pages, a search says how far it sees, and who was removed meanwhile is no error", async ({ page, platform }) => {
  const { id } = await platform.act<{ id: string }>("nobody", "getUserProfile");
  await platform.act("owner", "addOrganizationUser", { body: { orgId: ACME, userId: id, role: "viewer" } });
  await signInByKey(page, KEYS.owner, "./o/acme/members?size=5");
  const names = main(page).getByRole("rowheader");
  await expect(names).toHaveCount(5);
  await expect(names.first()).toContainText("Olivia Chen");
  await page.getByRole("button", { name: "Next page" }).click();
  await expect(page).toHaveURL(/page=2/);
  await expect(names.first()).not.toContainText("Olivia Chen");
  await page.goBack();
  await expect(names.first()).toContainText("Olivia Chen");

  await page.getByLabel("Find a member").fill("Ida");
  await expect(member(page, "Ida Lund")).toBeVisible();
  await expect(page.getByText("The platform cannot search.")).toHaveCount(0);
  await platform.act("owner", "removeOrganizationUser", { body: { orgId: ACME, userId: id } });
  await choose(page, "Ida Lund", "Remove");
  const asked = dialog(page, "Remove Ida Lund");
  await asked.getByRole("button", { name: "Remove member" }).click();
  await expect(asked).toBeHidden();
  await expect(page.getByRole("status").filter({ hasText: "Ida Lund was no longer a member." })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Nobody fits" })).toBeVisible();

  // A search that could not be read is tried again as a whole.
  await platform.fault({ operation: "listOrganizationMembers", kind: "malformed", always: true });
  await page.goto("./o/acme/members?q=adam");
  await expect(main(page).getByRole("alert")).toContainText("Answer not understood");
  await platform.heal();
  await main(page).getByRole("button", { name: "Try again" }).click();
  await expect(member(page, "Adam Novak")).toBeVisible();

  // More members than the ten answers of a search hold.
  await page.route(/\/organizations\/[^/]+\/members\?/, async (route) => {
    const response = await route.fetch();
    const body = (await response.json()) as { data: { total: number } };
    body.data.total = 2_345;
    await route.fulfill({ response, json: body });
  });
  await page.goto("./o/acme/members?q=adam");
  await expect(member(page, "Adam Novak")).toBeVisible();
  await expect(main(page).getByText("from the first 1,000 of 2,345 members")).toBeVisible();
  await page.getByLabel("Find a member").fill("nobody is called so");
  await expect(main(page).getByText(/^None of the first 1,000 members has/)).toBeVisible();
  // A request that is still in the route's hands would end with the test.
  await page.unrouteAll({ behavior: "wait" });
});
