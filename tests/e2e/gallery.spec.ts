import type { Page } from "@playwright/test";
import { audit, fits, stands, walk } from "./audit.ts";
import { expect, KEYS, signInByKey, test } from "./fixtures.ts";
import { GROUPS, visitGallery } from "./routes.ts";

async function show(page: Page, group: string): Promise<void> {
  await signInByKey(page, KEYS.owner);
  await visitGallery(page, group);
}

test("every group is in this list, and shows something", async ({ page }) => {
  await show(page, "editor");
  const links = page.getByRole("navigation", { name: "Groups" }).getByRole("link");
  await expect(links).toHaveCount(GROUPS.length);
  for (const [index, link] of (await links.all()).entries()) {
    expect(await link.getAttribute("href")).toContain(`group=${GROUPS[index]}`);
  }
  await links.first().click();
  await expect(page).toHaveURL(/group=controls/);
});

for (const group of GROUPS) {
  test(`${group}: accessible in both themes, still where asked, by Tab with the focus seen, at 200 % zoom and on a phone`, async ({
    page,
  }) => {
    await show(page, group);
    await audit(page);
    await stands(page);
    await walk(page);
    await fits(page);
  });
}
