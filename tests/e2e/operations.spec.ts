import { expect, heading, KEYS, Platform, signInByKey, sidebar, test, withConsole } from "./fixtures.ts";

test("all operations are listed live, filtered by the platform, and lead to their steps", async ({ page, platform }) => {
  await signInByKey(page, KEYS.viewer, "./o/acme");
  await sidebar(page).getByRole("link", { name: "Operations" }).click();
  await expect(heading(page, "Operations")).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: "ml-training" }).first()).toContainText("Running");
  await page.getByRole("button", { name: "Export" }).click();
  await expect(page.getByText(/^\d+ operations, this page$/)).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Failed/ }).click();
  await expect(page).toHaveURL(/status=failed/);
  await expect(page.getByRole("row").filter({ hasText: "loadtest" })).toContainText("Failed");
  await expect(page.getByRole("row").filter({ hasText: "ml-training" })).toHaveCount(0);
  await page.getByRole("button", { name: /^Type/ }).click();
  await page.getByRole("checkbox", { name: "Delete" }).check();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("heading", { name: "No such operations" })).toBeVisible();
  await page.getByRole("button", { name: "Show all operations" }).click();
  await expect(page).not.toHaveURL(/status=/);

  const running = page.getByRole("row").filter({ hasText: "prod-apac" }).first();
  await expect(running).toContainText("Running");
  await platform.advance(3 * 3600);
  await expect(running).toContainText("Completed", { timeout: 20_000 });
  await running.getByRole("link", { name: "Create" }).click();
  const panel = page.getByRole("dialog", { name: "Operation" });
  await expect(panel.getByRole("list", { name: "Steps of the operation Create" })).toBeVisible();
  await platform.succeeded("listClusterProgress", "streamClusterProgress");
});

test("a list that fails says why, and comes back", async ({ page, platform }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/clusters");
  await platform.fault({ operation: "listClusterProgress", kind: "status", status: 500, always: true });
  await page.goto("./o/acme/operations");
  await expect(page.getByText("The platform failed").first()).toBeVisible({ timeout: 30_000 });
  // It is asked for every five seconds as well: once that succeeds, there is no button to press any more.
  await page.getByRole("main").getByRole("button", { name: "Try again" }).click();
  await platform.heal();
  await expect(page.getByRole("row").filter({ hasText: "ml-training" }).first()).toBeVisible();
});

test("the operations of five hundred clusters are paged", async ({ page }) => {
  const large = await Platform.start(...withConsole(), "--scale", "large");
  try {
    await signInByKey(page, KEYS.owner, `${large.url}/o/acme/operations`);
    const next = page.getByRole("button", { name: /^Next/ });
    await expect(page.getByText(/^[\d,]{3,} operations$/)).toBeVisible();
    const first = await page.getByRole("rowheader").first().getByRole("link").getAttribute("href");
    await next.click();
    await expect(page).toHaveURL(/page=2&token=/);
    // The page before stays until the next one has come.
    await expect(page.getByRole("navigation", { name: "Pages" })).not.toHaveAttribute("aria-busy", "true");
    await expect(page.getByRole("rowheader").first().getByRole("link")).not.toHaveAttribute("href", first ?? "");
    await page.goBack();
    await expect(page.getByText(/^1–50 of/)).toBeVisible();
    // Whoever comes back is brought to where the page was turned, a frame or more later; only the rows that are seen there
    // are drawn.
    const topmost = async () => {
      await page.evaluate(() => window.scrollTo(0, 0));
      return page.getByRole("rowheader").first().getByRole("link").getAttribute("href");
    };
    await expect.poll(topmost).toBe(first);
    await page.goto(`${large.url}/o/acme/clusters`);
    await expect(page.getByText(/^5\d\d clusters in/)).toBeVisible();
    await page.getByRole("searchbox", { name: "Filter clusters" }).fill("prod-eu");
    await expect(page.getByRole("rowheader", { name: "prod-eu", exact: true })).toBeVisible();
  } finally {
    await large.stop();
  }
});
