import type { Locator, Page } from "@playwright/test";
import { connection, expect, heading, KEYS, type Platform, signInByKey, test } from "./fixtures.ts";

const tree = (page: Page): Locator => page.getByRole("tree");
const item = (page: Page, name: string | RegExp): Locator => page.getByRole("treeitem", { name });
const tabs = (page: Page): Locator => page.getByRole("navigation", { name: "Application", exact: true });
const tab = (page: Page, name: RegExp): Locator => tabs(page).getByRole("link", { name });

/** Opens an application, and answers its id. */
async function open(page: Page, platform: Platform, name: string, query = ""): Promise<string> {
  const { id } = await platform.application(name);
  await signInByKey(page, KEYS.viewer, `./o/acme/applications/${id}${query}`);
  await expect(heading(page, name)).toBeVisible();
  await expect(connection(page)).toHaveText("Live");
  return id;
}

test("the tree is walked by keys, and what is chosen lies in the address", async ({ page, platform }) => {
  await open(page, platform, "mailer");
  const deployment = item(page, /^Deployment mailer-app|^Deploymentmailer-app/);
  await expect(deployment).toHaveAttribute("aria-expanded", "true");
  await deployment.focus();
  await page.keyboard.press("ArrowDown");
  await expect(item(page, /^ReplicaSet/).first()).toBeFocused();
  await page.keyboard.press("ArrowRight");
  const pod = item(page, /^Pod/).first();
  await expect(pod).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(pod).toHaveAttribute("aria-selected", "true");
  await expect(page).toHaveURL(/resource=Pod\/mailer-app-/);
  const chosen = page.getByRole("region", { name: /^mailer-app-/ });
  await expect(chosen).toContainText("Degraded");
  await expect(chosen.getByText("BackOff").first()).toBeVisible();
  await expect(pod, "the keys go on from there").toBeFocused();

  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowLeft");
  await expect(deployment).toHaveAttribute("aria-expanded", "false");
  await expect(item(page, /^Pod/)).toHaveCount(0);

  const url = page.url();
  await page.goBack();
  await expect(page).not.toHaveURL(/resource=/);
  await expect(page.getByRole("region", { name: "mailer", exact: true })).toBeVisible();
  await page.goto(url);
  await expect(item(page, /^Pod/).first(), "a link shows what it names").toHaveAttribute("aria-selected", "true");
  await page.getByRole("button", { name: "Show the whole application" }).click();
  await expect(page).not.toHaveURL(/resource=/);
});

test("what changes on the cluster takes neither the focus nor the place", async ({ page, platform }) => {
  const id = await open(page, platform, "external-dns");
  await expect(tree(page)).toBeVisible();
  const out = page.getByRole("treeitem").filter({ hasText: "Out of sync" }).first();
  await expect(out).toBeVisible();
  const key = await out.getAttribute("data-key");
  const row = tree(page).locator(`[data-key="${key}"]`);
  await row.focus();
  await platform.settings({ speed: 60 });
  await platform.act("editor", "resyncApplication", { path: { appId: id } });
  await expect(row).not.toContainText("Out of sync");
  await expect(row, "the same row has the focus").toBeFocused();
});

test("the tree shows what is not well alone", async ({ page, platform }) => {
  await open(page, platform, "mailer");
  const all = await page.getByRole("treeitem").count();
  await page.getByRole("button", { name: /^Unhealthy/ }).click();
  await expect(page).toHaveURL(/only=unhealthy/);
  await expect.poll(() => page.getByRole("treeitem").count()).toBeLessThan(all);
  await expect(item(page, /^Pod/).first()).toBeVisible();
  await page.getByRole("button", { name: /^Unhealthy/ }).click();
  await expect(page.getByRole("treeitem")).toHaveCount(all);
});

test("its faces are addresses", async ({ page, platform }) => {
  await open(page, platform, "payments-api");
  await expect(tab(page, /^Resources/)).toHaveAttribute("aria-current", "page");
  await tab(page, /^Events/).click();
  await expect(page).toHaveURL(/tab=events/);
  await expect(page.getByRole("heading", { name: "Events" })).toBeVisible();
  await expect(tab(page, /^Events/)).toHaveAttribute("aria-current", "page");
  await tab(page, /^Events/).focus();
  await page.keyboard.press("ArrowRight");
  await expect(tab(page, /^Manifest/)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/tab=manifest/);
  await page.goBack();
  await expect(page).toHaveURL(/tab=events/);
  await page.goBack();
  await expect(tree(page)).toBeVisible();
  await page.goForward();
  await expect(page.getByRole("heading", { name: "Events" })).toBeVisible();
  await tab(page, /^Logs/).click();
  await expect(page).toHaveURL(/\/logs$/);
  await tab(page, /^Manifest/).click();
  await expect(page).toHaveURL(/tab=manifest/);
});

test("the manifest is read, copied and kept, in either language", async ({ page, platform, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await open(page, platform, "payments-api", "?tab=manifest");
  const manifest = page.getByRole("region", { name: "Manifest of payments-api" });
  await expect(manifest).toContainText("kind: Application");
  await page.getByRole("button", { name: "Copy Manifest of payments-api" }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain("\nspec:\n");
  expect(copied).toContain("name: payments-api\n");
  await page.getByRole("button", { name: "JSON", exact: true }).click();
  await expect(page).toHaveURL(/format=json/);
  await expect(manifest).toContainText('"kind": "Application"');
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download" }).click(),
  ]);
  expect(file.suggestedFilename()).toBe("payments-api.json");
});

test.describe("a cluster", () => {
  test("shows the operation that runs, step by step, until it ends", async ({ page, platform }) => {
    await signInByKey(page, KEYS.viewer, "./o/acme/clusters/prod-apac");
    await expect(heading(page, "prod-apac")).toBeVisible();
    const steps = page.getByRole("list", { name: "Steps of the operation Create" });
    await expect(steps.locator("[aria-current=step]")).toBeVisible();
    await expect(page.getByRole("progressbar", { name: "Create prod-apac" })).toBeVisible();
    await platform.advance(3_600);
    await expect(steps.locator("[aria-current=step]")).toHaveCount(0);
    await expect(steps.getByRole("listitem").last()).toContainText("Done");
    await expect(page.locator(".page__title").getByText("Ready")).toBeVisible();
  });

  test("lists what was done to it, and has its manifest", async ({ page }) => {
    await signInByKey(page, KEYS.viewer, "./o/acme/clusters/loadtest");
    const faces = page.getByRole("navigation", { name: "Cluster", exact: true });
    await faces.getByRole("link", { name: "Operations" }).click();
    await expect(page.getByRole("region", { name: "Operations" }).getByText("Failed").first()).toBeVisible();
    await faces.getByRole("link", { name: "Manifest" }).click();
    await expect(page.getByRole("region", { name: "Manifest of loadtest" })).toContainText("clusterName: loadtest");
  });
});
