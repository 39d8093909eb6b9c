import { ACME, type ApiKey, dialog, expect, heading, KEYS, main, NAMES, row, sidebar, signIn, signInByKey, test } from "./fixtures.ts";

test("a key is made for a day, shown once, looked at, revoked with a reason and deleted", async ({ page, platform }) => {
  await signIn(page, "owner", "./o/acme");
  await sidebar(page).getByRole("link", { name: "API keys", exact: true }).click();
  await expect(heading(page, "API keys")).toBeVisible();
  await expect(page.getByText("1 key expires within 7 days")).toBeVisible();
  await page.getByRole("button", { name: "New API key" }).click();
  const form = dialog(page, "New API key");
  await form.getByRole("button", { name: "Create key" }).click();
  await expect(form.getByLabel("Name", { exact: true })).toBeFocused();
  await form.getByLabel("Name", { exact: true }).fill("walk-through");
  await expect(form.getByRole("radio", { name: /^Ends by itself/ })).toBeChecked();
  await expect(form.getByLabel("Lifetime", { exact: true })).toHaveValue("24");
  await form.getByRole("radio", { name: /^Never ends/ }).check();
  await expect(form.getByText("Nothing stops this key but you")).toBeVisible();
  await form.getByRole("radio", { name: /^Ends by itself/ }).check();
  await form.getByRole("button", { name: "Create key" }).click();

  const once = dialog(page, "API key walk-through");
  await expect(once).toContainText("Nobody can see it again");
  await page.keyboard.press("Escape");
  await expect(once, "it closes by being stored alone").toBeVisible();
  await page.evaluate(() => history.back());
  const leaving = dialog(page, "Leave without the secret?");
  await expect(leaving).toContainText("revoke it afterwards");
  await leaving.getByRole("button", { name: "Go back to it" }).click();
  await expect(once, "a step back asks first").toBeVisible();
  await once.getByRole("button", { name: "Show" }).click();
  const shown = once.locator("code.secret__text");
  await expect(shown).not.toContainText("•");
  const secret = await shown.innerText();
  expect(secret).toMatch(/^astro_/);
  await once.getByRole("button", { name: "I have stored it" }).click();
  await expect(once).toBeHidden();
  expect(await page.content(), "it is gone from the page").not.toContain(secret);

  await page.getByRole("button", { name: "Check a key" }).click();
  const check = dialog(page, "Check a key");
  await check.getByLabel("API key", { exact: true }).fill(secret);
  await expect(check.getByRole("region", { name: "The request" })).toContainText("X-Validate-API-Key: $ASTROPULSE_API_KEY");
  await check.getByRole("button", { name: "Check key" }).click();
  await expect(check.getByText("The key works")).toBeVisible();
  await check.getByRole("button", { name: "Forget it" }).click();
  await expect(check.getByLabel("API key", { exact: true })).toHaveValue("");
  await check.getByRole("button", { name: "Cancel" }).click();

  await page.getByRole("link", { name: "walk-through" }).click();
  await expect(heading(page, "walk-through")).toBeVisible();
  await expect(page.getByRole("definition").filter({ hasText: "1 d" })).toBeVisible();
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  await dialog(page, "Revoke walk-through").getByLabel(/^Reason/).fill("only tried out");
  await dialog(page, "Revoke walk-through").getByText("The request", { exact: true }).click();
  await expect(dialog(page, "Revoke walk-through").getByRole("region", { name: "The request" })).toContainText(
    '"reason":"only tried out"',
  );
  await dialog(page, "Revoke walk-through").getByRole("button", { name: "Revoke key" }).click();
  await expect(page.getByRole("definition").filter({ hasText: "only tried out" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Revoke", exact: true })).toBeDisabled();

  await page.getByRole("button", { name: "More actions for this key" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await dialog(page, "Delete walk-through").getByRole("button", { name: "Delete key" }).click();
  await expect(heading(page, "API keys")).toBeVisible();
  await expect(row(page, "walk-through")).toHaveCount(0);
  await platform.succeeded(
    "listApiKeys",
    "createApiKey",
    "getApiKey",
    "getApiKeyMetadata",
    "validateApiKey",
    "revokeApiKey",
    "deleteApiKey",
  );
});

test("keys of all organizations are listed, the console's own are marked, and the state is in the address", async ({
  page,
  platform,
}) => {
  // What was used last is told apart from the list, and fails alone.
  await platform.fault({ operation: "getApiKeyMetadata", kind: "status", status: 500, always: true });
  await signIn(page, "two-organizations", "./o/globex/keys");
  const tiles = main(page).locator(".figures");
  await expect(tiles.getByRole("link", { name: "Keys here" })).toBeVisible();
  await expect(tiles.getByRole("link", { name: "Expire soon" })).toBeVisible();
  await expect(tiles.getByRole("alert")).toContainText("The platform failed");
  await platform.heal();
  await tiles.getByRole("button", { name: "Try again" }).click();
  await expect(tiles.getByText("Last used")).toBeVisible();
  await expect(row(page, "Lab pipeline")).toContainText("globex");
  await expect(row(page, "Reporting")).toContainText("acme");
  await expect(page.getByRole("row").filter({ hasText: "This session" })).toHaveCount(1);
  await main(page).getByRole("button", { name: /^Expired/ }).click();
  await expect(page).toHaveURL(/state=expired/);
  await expect(row(page, "Reporting")).toHaveCount(0);
  await page.getByRole("link", { name: "Lab pipeline" }).click();
  await expect(heading(page, "Lab pipeline")).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(/state=expired/);
});

test("the key in use is revoked, which the console says before and mends after", async ({ page, platform }) => {
  await signIn(page, "editor", "./o/acme/keys");
  const own = page.getByRole("row").filter({ hasText: "This session" });
  await expect(own).toHaveCount(1);
  const [before] = await platform.sessionKeys("editor");
  await own.getByRole("button", { name: /^Actions for/ }).click();
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  const asked = dialog(page, /^Revoke console session/);
  await expect(asked.getByText("This console session works with it")).toBeVisible();
  await asked.getByRole("button", { name: "Revoke key" }).click();
  await expect(asked).toBeHidden();
  await page.getByRole("link", { name: "Clusters", exact: true }).first().click();
  await expect(row(page, "prod-eu")).toBeVisible();
  await expect(page.getByRole("dialog", { name: "Your session has ended" })).toBeHidden();
  const after = await platform.sessionKeys("editor");
  expect(after).toHaveLength(1);
  expect(after[0]?.id).not.toBe(before?.id);
});

test("several keys are revoked at once, and those that are already are left out", async ({ page, platform }) => {
  for (const name of ["first-of-two", "second-of-two"]) {
    await platform.act("admin", "createApiKey", {
      body: { orgId: ACME, source: "cli", duration: 3_600_000_000_000, name },
    });
  }
  await signIn(page, "admin", "./o/acme/keys?q=of-two");
  await row(page, "first-of-two").getByRole("checkbox").check();
  await row(page, "second-of-two").getByRole("checkbox").check();
  await page.getByRole("region", { name: "Selection" }).getByRole("button", { name: "Revoke" }).click();
  await dialog(page, "Revoke 2 keys").getByRole("button", { name: "Revoke 2 keys" }).click();
  await expect(row(page, "first-of-two")).toContainText("Revoked");
  await expect(row(page, "second-of-two")).toContainText("Revoked");
});

test("who has only a key is offered the sign-in in place, and comes back", async ({ page, platform }) => {
  await signInByKey(page, KEYS.editor, "./o/acme/keys");
  await expect(page.getByText("API keys are managed by a person")).toBeVisible();
  expect(await platform.calls("listApiKeys"), "what cannot work is not tried").toBe(0);
  await page.getByRole("button", { name: "Sign in with single sign-on" }).click();
  await page.getByRole("button", { name: NAMES.editor }).click();
  await expect(page).toHaveURL(/\/o\/acme\/keys$/);
  await expect(row(page, "Demo key")).toBeVisible();
});

test("a key of somebody else is not shown to who may not see it", async ({ page, platform }) => {
  const keys = await platform.act<ApiKey[]>("admin", "listApiKeys");
  const foreign = keys.find((key) => key.name === "Terraform Cloud");
  await signIn(page, "viewer", `./o/acme/keys/${foreign?.id}`);
  await expect(main(page).getByRole("alert")).toContainText("Not allowed");
});

test("a key that the platform does not make keeps what was typed", async ({ page, platform }) => {
  await signIn(page, "editor", "./o/acme/keys");
  await expect(row(page, "Demo key")).toBeVisible();
  await platform.fault({ operation: "createApiKey", kind: "status", status: 500, times: 4 });
  await page.getByRole("button", { name: "New API key" }).click();
  const form = dialog(page, "New API key");
  await form.getByLabel("Name", { exact: true }).fill("kept");
  await form.getByRole("button", { name: "Create key" }).click();
  await expect(form.getByRole("alert")).toBeVisible();
  await expect(form.getByLabel("Name", { exact: true })).toHaveValue("kept");
  await platform.heal();
  await form.getByRole("button", { name: "Create key" }).click();
  await dialog(page, "API key kept").getByRole("button", { name: "I have stored it" }).click();
  await expect(row(page, "kept")).toBeVisible();
});

test("a key whose answer got lost is in the list, and the form says to look there first", async ({ page, platform }) => {
  await signIn(page, "editor", "./o/acme/keys");
  await expect(row(page, "Demo key")).toBeVisible();
  await platform.fault({ operation: "createApiKey", kind: "truncated", times: 1 });
  await page.getByRole("button", { name: "New API key" }).click();
  const form = dialog(page, "New API key");
  await form.getByLabel("Name", { exact: true }).fill("cut-off");
  await form.getByRole("button", { name: "Create key" }).click();
  await expect(form.getByRole("alert")).toContainText("The platform may have done it all the same: look before you try again.");
  await expect(form.getByText("cut-off was made, and nobody has its secret")).toBeVisible();
  await form.getByRole("button", { name: "Revoke key" }).click();
  await dialog(page, "Revoke cut-off").getByRole("button", { name: "Revoke key" }).click();
  await expect(form.getByText("nobody has its secret"), "what is revoked opens nothing").toHaveCount(0);
  await form.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(row(page, "cut-off")).toContainText("Revoked");
});

test("a secret that is shown once holds up whoever leaves", async ({ page }) => {
  await signIn(page, "editor", "./o/acme/keys");
  await page.getByRole("button", { name: "New API key" }).click();
  const form = dialog(page, "New API key");
  await form.getByLabel("Name", { exact: true }).fill("left");
  await form.getByRole("button", { name: "Create key" }).click();
  const once = dialog(page, "API key left");
  await expect(once).toBeVisible();
  const asked = page.waitForEvent("dialog");
  // Not by the test's own means, which wait for a page that does not come.
  await page.evaluate(() => void setTimeout(() => location.reload()));
  const leaving = await asked;
  expect(leaving.type()).toBe("beforeunload");
  await leaving.dismiss();
  await expect(once, "the page is still there").toBeVisible();
  await once.getByRole("button", { name: "I have stored it" }).click();
  await page.reload();
  await expect(row(page, "left")).toBeVisible();
});

test("a text that is no key is refused with the platform's words", async ({ page }) => {
  await signIn(page, "viewer", "./o/acme/keys");
  await page.getByRole("button", { name: "Check a key" }).click();
  const check = dialog(page, "Check a key");
  await check.getByRole("button", { name: "Check key" }).click();
  await expect(check.getByLabel("API key", { exact: true })).toHaveAccessibleDescription(/Paste a key first\./);
  await check.getByLabel("API key", { exact: true }).fill("nonsense");
  await check.getByRole("button", { name: "Check key" }).click();
  await expect(check).toContainText("is no key of this platform");
  await check.getByLabel("API key", { exact: true }).fill(KEYS.revoked);
  await check.getByRole("button", { name: "Check key" }).click();
  await expect(check.getByText("The key opens nothing any more")).toBeVisible();
});
