import type { Page } from "@playwright/test";
import { expect, heading, KEYS, main, sidebar, signIn, signInByKey, test } from "./fixtures.ts";

test("theme and density hold at once and stay", async ({ page }) => {
  await signInByKey(page, KEYS.viewer);
  await sidebar(page).getByRole("link", { name: "Settings" }).click();
  await expect(heading(page, "Settings")).toBeVisible();
  await main(page).getByText("Dark", { exact: true }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await main(page).getByText("Compact", { exact: true }).click();
  await page.reload();
  await expect(main(page).getByRole("radio", { name: "Dark" })).toBeChecked();
  await expect(main(page).getByRole("radio", { name: "Compact" })).toBeChecked();
  await sidebar(page).getByRole("button", { name: "Theme: dark" }).click();
  await expect(main(page).getByRole("radio", { name: "System" })).toBeChecked();
});

test("the zone and the language change how times and numbers are written, here and elsewhere", async ({ page }) => {
  await signInByKey(page, KEYS.viewer, "./settings");
  const zone = main(page).getByRole("combobox", { name: /^Time zone/ });
  await zone.fill("Tokyo");
  await page.getByRole("option", { name: /Tokyo/ }).click();
  await expect(main(page).getByRole("definition").filter({ hasText: /GMT\+9|JST/ })).toBeVisible();
  await main(page).getByRole("combobox", { name: /^Language/ }).selectOption("de-DE");
  await expect(main(page).getByRole("definition").filter({ hasText: "1.234.567" })).toBeVisible();
  await page.goto("./organizations");
  await page.getByRole("row", { name: /^acme/ }).locator("time").hover();
  await expect(page.getByRole("tooltip")).toContainText(/GMT\+9|JST/);
  await page.goto("./settings");
  await main(page).getByRole("combobox", { name: /^Language/ }).selectOption("");
  await expect(main(page).getByRole("definition").filter({ hasText: "1,234,567" })).toBeVisible();
});

test("a session that is forgotten with a reload leaves nothing in any tab", async ({ context, page }) => {
  const stored = (tab: Page) => tab.evaluate(() => sessionStorage.getItem("astro.session"));
  await signIn(page, "viewer", "./settings");
  await expect(heading(page, "Settings")).toBeVisible();
  const other = await context.newPage();
  await other.goto("./settings");
  await expect(heading(other, "Settings")).toBeVisible();
  for (const tab of [page, other]) expect(await stored(tab)).not.toBeNull();
  await main(other).getByRole("switch", { name: /^Forget the session/ }).check();
  for (const tab of [other, page]) await expect.poll(() => stored(tab)).toBeNull();
  await expect(main(page).getByRole("switch", { name: /^Forget the session/ })).toBeChecked();
  await page.reload();
  await expect(heading(page, "Sign in")).toBeVisible();
});

test("shortcuts of characters can be switched off", async ({ page }) => {
  await signInByKey(page, KEYS.viewer, "./settings");
  await main(page).getByRole("switch", { name: /^Shortcuts of single characters/ }).uncheck();
  await heading(page, "Settings").focus();
  // In one go: the second key has to come within a second.
  await page.keyboard.type("gc");
  await expect(heading(page, "Settings")).toBeVisible();
  await main(page).getByRole("switch", { name: /^Shortcuts of single characters/ }).check();
  await heading(page, "Settings").focus();
  await page.keyboard.type("gc");
  await expect(heading(page, "Clusters")).toBeVisible();
});

test("what differs from the contract is told", async ({ page, platform, console: base }) => {
  await signInByKey(page, KEYS.viewer, "./o/acme");
  await expect(heading(page, "Home")).toBeVisible();
  await platform.fault({ operation: "listOrganizations", kind: "malformed", always: true });
  await sidebar(page).getByRole("link", { name: "Organizations" }).click();
  await expect(heading(page, "Organizations")).toBeVisible();
  await expect(main(page).getByRole("alert")).toBeVisible({ timeout: 30_000 });
  await sidebar(page).getByRole("link", { name: "Settings" }).click();
  await expect(main(page).getByRole("listitem").filter({ hasText: "listOrganizations" }).first()).toBeVisible();
  await expect(page.getByRole("definition").filter({ hasText: `${base}/api/v1` })).toBeVisible();
  await platform.heal();
});
