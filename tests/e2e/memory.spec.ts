import type { Page } from "@playwright/test";
import { expect, heading, KEYS, sidebar, signInByKey, test } from "./fixtures.ts";

/** Bytes that the program holds, as a build with the gallery tells it. */
const held = (page: Page) => page.evaluate(() => (window as unknown as { heldBytes(): number }).heldBytes());

const PAGES = ["Clusters", "Applications", "Plan"];

/** Visits each page as often as asked, by the sidebar. */
async function visit(page: Page, rounds: number) {
  for (let round = 0; round < rounds; round += 1) {
    for (const name of PAGES) {
      await sidebar(page).getByRole("link", { name, exact: true }).click();
      await expect(heading(page, name)).toBeVisible();
      await expect(page.locator("#content [aria-busy=true]")).toHaveCount(0);
    }
  }
}

test("what a page held is given back when it is left", async ({ page }) => {
  test.slow();
  await signInByKey(page, KEYS.owner, "./o/acme/clusters");
  await expect(page.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
  // What is kept on purpose comes first: answers, the latest calls, how tables were left.
  await visit(page, 8);
  const before = await held(page);
  const rounds = 14;
  await visit(page, rounds);
  // Calls are kept until there are enough of them, and the router keeps each address: some hundred bytes. What is left over of
  // a page's effects and memos was ten times that.
  const each = async () => (await held(page) - before) / (rounds * PAGES.length);
  await expect.poll(each, { message: "bytes that stay of each page", timeout: 15_000 }).toBeLessThan(1_000);
});
