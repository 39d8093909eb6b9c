import type { Page } from "@playwright/test";
import { audit, fits, stands, walk } from "./audit.ts";
import { expect, heading, KEYS, signInByKey, test } from "./fixtures.ts";

/** The groups of `src/gallery/mod.rs`. */
const GROUPS = ["controls", "fields", "forms", "tables", "progress", "data", "charts", "states", "shell", "logs", "editor"];

async function show(page: Page, group: string): Promise<void> {
  await signInByKey(page, KEYS.owner);
  await page.goto(`./_gallery?group=${group}`);
  await expect(heading(page, "Gallery")).toBeVisible();
  if (group === "editor") await expect(page.locator(".editor[aria-busy]")).toHaveCount(0);
}

test("every group is in this list, and shows something", async ({ page }) => {
  await signInByKey(page, KEYS.owner);
  await page.goto("./_gallery");
  const links = page.getByRole("navigation", { name: "Groups" }).getByRole("link");
  await expect(links).toHaveCount(GROUPS.length);
  for (const [index, link] of (await links.all()).entries()) {
    expect(await link.getAttribute("href")).toContain(`group=${GROUPS[index]}`);
  }
  await links.first().click();
  await expect(page).toHaveURL(/group=controls/);
});

for (const group of GROUPS) {
  test(`${group}: accessible in both themes, still where asked`, async ({ page }) => {
    await show(page, group);
    await audit(page);
    await stands(page);
  });

  test(`${group}: fits 200 % zoom and a phone`, async ({ page }) => {
    await show(page, group);
    await fits(page);
  });

  test(`${group}: everything by Tab, with the focus seen`, async ({ page }) => {
    await show(page, group);
    await walk(page);
  });
}
