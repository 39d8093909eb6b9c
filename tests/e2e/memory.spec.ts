import type { Page } from "@playwright/test";
import { expect, heading, KEYS, type Platform, sidebar, signInByKey, test } from "./fixtures.ts";

/** Bytes that the program holds, as a build with the gallery tells it. */
const held = (page: Page) => page.evaluate(() => (window as unknown as { heldBytes(): number }).heldBytes());

/** How many calls the platform has had, of which the program keeps the latest to show them. */
const made = async (platform: Platform): Promise<number> =>
  Object.values((await platform.seen()).operations).reduce((sum, { calls }) => sum + calls, 0);

/** What a call takes at most, while there are not enough of them yet, with the room for the next ones. */
const CALL = 1_024;

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

test("what a page held is given back when it is left", async ({ page, platform }) => {
  test.slow();
  await signInByKey(page, KEYS.owner, "./o/acme/clusters");
  await expect(page.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
  // What is kept on purpose comes first: answers, the latest calls, how tables were left.
  await visit(page, 8);
  const before = await held(page);
  const called = await made(platform);
  const rounds = 14;
  await visit(page, rounds);
  // The router keeps each address: some hundred bytes. What is left over of a page's effects and memos was ten times that.
  // Calls are kept until there are enough of them, and how many come of the same visits is a matter of time: an answer of
  // five seconds ago is asked for anew.
  const each = async () => {
    const kept = ((await made(platform)) - called) * CALL;
    return ((await held(page)) - before - kept) / (rounds * PAGES.length);
  };
  await expect.poll(each, { message: "bytes that stay of each page", timeout: 15_000 }).toBeLessThan(1_000);
});
