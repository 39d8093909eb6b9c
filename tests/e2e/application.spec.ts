import type { Locator, Page } from "@playwright/test";
import { connection, expect, heading, KEYS, type Platform, row, signInByKey, test } from "./fixtures.ts";

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

test("what is out of sync says so beside its pods", async ({ page, platform }) => {
  await open(page, platform, "payments-ledger", "?only=out-of-sync");
  const deployment = item(page, /^Deployment/).first();
  await expect(deployment).toContainText(/\d+ of \d+ healthy/);
  await expect(deployment.locator(".state")).toHaveText("Out of sync");
});

test("what was never synced is resynced from its banner, and what cannot be synced leads to its events", async ({
  page,
  platform,
}) => {
  const waiting = await platform.application("feature-flags");
  await signInByKey(page, KEYS.editor, `./o/acme/applications/${waiting.id}`);
  const banner = (page: Page): Locator => page.locator(".banner--bad");
  await expect(banner(page)).toContainText("Resources of the application are missing");
  await expect(banner(page).getByRole("link", { name: "Open logs" })).toHaveCount(0);
  await banner(page).getByRole("button", { name: "Resync" }).click();
  await expect(page.getByText("feature-flags is being resynced.")).toBeVisible();
  const broken = await platform.application("ml-inference");
  await page.goto(`./o/acme/applications/${broken.id}`);
  await banner(page).getByRole("link", { name: "Open events" }).click();
  await expect(page).toHaveURL(/tab=events/);
});

test("the tree shows what is not well alone", async ({ page, platform }) => {
  await open(page, platform, "mailer");
  // The stream is open before it tells anything.
  await expect(item(page, /^Pod/).first()).toBeVisible();
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
  // The browser takes it to the clipboard after the press.
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(copied).toContain("name: payments-api\n");
  expect(await copied()).toContain("\nspec:\n");
  await page.getByRole("button", { name: "JSON", exact: true }).click();
  await expect(page).toHaveURL(/format=json/);
  await expect(manifest).toContainText('"kind": "Application"');
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download" }).click(),
  ]);
  expect(file.suggestedFilename()).toBe("payments-api.json");
});

/** Opens an application of its own, deployed from an image as somebody else. */
async function own(page: Page, platform: Platform, name: string, key: string = KEYS.owner): Promise<void> {
  const source = { type: "image", image: { registry: "docker.io", repository: `acme/${name}`, tag: "v1.0.0" } };
  await platform.act("editor", "deployApplication", { body: { name, profileName: "web-standard", source } });
  await signInByKey(page, key, `./o/acme/applications/${name}`);
  await expect(heading(page, name)).toBeVisible();
}

const resyncs = (page: Page): Locator => page.getByRole("main").getByRole("button", { name: "Resync", exact: true });

test("it is resynced, and with force when another sync is under way", async ({ page, platform }) => {
  const { id } = await platform.application("external-dns");
  await signInByKey(page, KEYS.editor, `./o/acme/applications/${id}`);
  await resyncs(page).click();
  await expect(page.getByRole("status").filter({ hasText: "external-dns is being resynced." })).toBeVisible();
  await resyncs(page).click();
  const trouble = page.getByRole("main").getByRole("alert");
  await expect(trouble).toContainText("Another sync is already in progress");
  await page.getByRole("main").getByRole("button", { name: "Dismiss" }).click();
  await expect(trouble).toHaveCount(0);
  await page.getByRole("button", { name: "Ways to resync" }).click();
  await page.getByRole("menuitem", { name: "Resync with force" }).click();
  const dialog = page.getByRole("dialog", { name: "Resync external-dns with force" });
  await expect(dialog).toContainText("A sync that is under way is ended, also one that hangs.");
  await dialog.getByRole("button", { name: "Resync with force" }).click();
  await expect(page.getByRole("status").filter({ hasText: "is being resynced with force." })).toBeVisible();
  const { operations } = await platform.seen();
  expect(operations["resyncApplication"]?.statuses["409"]).toBe(1);
  expect(operations["resyncApplication"]?.calls).toBe(3);
});

test("an owner deletes it, and is led back to the list", async ({ page, platform }) => {
  await own(page, platform, "short-lived");
  await page.getByRole("button", { name: "More actions", exact: true }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete short-lived" });
  await expect(dialog).toContainText("Its image and its profile stay as they are.");
  await expect(dialog.getByRole("textbox"), "one application takes no typing").toHaveCount(0);
  await dialog.getByRole("button", { name: "Delete application" }).click();
  await expect(heading(page, "Applications")).toBeVisible();
  await expect(page.getByRole("rowheader").first(), "the list has come").toBeVisible();
  await expect(row(page, "short-lived")).toHaveCount(0);
});

test("deleted elsewhere while its page is open, it says so", async ({ page, platform }) => {
  await own(page, platform, "pulled-away", KEYS.viewer);
  await expect(tree(page)).toBeVisible();
  await platform.act("owner", "deleteApplication", { path: { appId: "pulled-away" } });
  await expect(page.getByRole("heading", { name: "pulled-away was deleted" })).toBeVisible();
  await expect(resyncs(page)).toHaveCount(0);
  await page.getByRole("link", { name: "Back to applications" }).click();
  await expect(heading(page, "Applications")).toBeVisible();
});

test("who may not is told why, and a refusal of the platform is shown", async ({ page, platform }) => {
  await open(page, platform, "payments-api");
  await expect(resyncs(page)).toHaveAttribute("aria-disabled", "true");
  await expect(resyncs(page)).toHaveAccessibleDescription("Needs the role editor, admin or owner. Yours is viewer.");
  await page.getByRole("button", { name: "More actions", exact: true }).click();
  await expect(page.getByRole("menuitem", { name: "Delete" })).toHaveAccessibleDescription(
    "Needs the role owner. Yours is viewer.",
  );
});

test("a refusal of the platform says what it takes: a role, or a cluster that answers", async ({ page, platform }) => {
  const { id } = await platform.application("cart");
  await signInByKey(page, KEYS.editor, `./o/acme/applications/${id}`);
  await platform.fault({ operation: "resyncApplication", kind: "status", status: 403 });
  await resyncs(page).click();
  const trouble = page.getByRole("main").getByRole("alert");
  await expect(trouble).toContainText("Not allowed");
  await expect(trouble).toContainText("Your role in acme is editor");
  const lost = await platform.application("warehouse-scanner");
  await page.goto(`./o/acme/applications/${lost.id}`);
  await resyncs(page).click();
  await expect(trouble.filter({ hasText: "can't be synced" })).toBeVisible();
  await expect(page.getByRole("main").getByRole("link", { name: "Open cluster edge-singapore" })).toBeVisible();
  await expect(page.getByRole("main").getByRole("button", { name: "Resync with force" }), "nor does force reach it").toHaveCount(0);
});

test("events are found by type, source and object, as a timeline or a table", async ({ page, platform }) => {
  await open(page, platform, "mailer", "?tab=events");
  const list = page.getByRole("group", { name: "Events of mailer" });
  await expect(list.getByText("BackOff").first()).toBeVisible();
  await page.getByRole("button", { name: /^Warning/ }).click();
  await expect(page).toHaveURL(/type=Warning/);
  await page.getByRole("button", { name: "Table", exact: true }).click();
  await expect(page).toHaveURL(/view=table/);
  const table = page.getByRole("region", { name: "Events of mailer" });
  await expect(table.getByRole("row").filter({ hasText: "BackOff" }).first()).toContainText("Kubernetes");
  await expect(table).not.toContainText("Platform");
  await page.goBack();
  await expect(list).toBeVisible();
  await page.goto(page.url().replace(/type=Warning/, "object=Pod%2Fnone"));
  await expect(page.getByText("No event is of that sort.")).toBeVisible();
  await page.getByRole("button", { name: "Show all events" }).click();
  await expect(list).toBeVisible();
});

test("it says how a change reaches it, for its source", async ({ page, platform }) => {
  await open(page, platform, "cart");
  await expect(page.getByText("Its image and tag are fixed", { exact: false })).toBeVisible();
  await expect(page.getByRole("link", { name: "Deploy a copy" })).toHaveCount(0);
  const { id } = await platform.application("payments-api");
  await page.goto(`./o/acme/applications/${id}`);
  await expect(page.getByText("within about three minutes", { exact: false })).toBeVisible();
  await expect(page.getByText("astroctl infra k8s addons apply -f addon.yaml")).toBeVisible();
  await expect(page.getByText("astroctl app status payments-api")).toBeVisible();
});

test("a copy is deployed from its page", async ({ page, platform }) => {
  const { id } = await platform.application("cart");
  await signInByKey(page, KEYS.editor, `./o/acme/applications/${id}?tab=manifest`);
  await expect(page.getByRole("link", { name: "Deploy a copy" })).toHaveAttribute(
    "href",
    `o/acme/applications/new?copy=${id}`,
  );
});

test("each filter of the list shows what the platform lists, by its address", async ({ page, platform }) => {
  interface Listed {
    syncStatus?: string;
    source: { type: string };
    clusterName?: string;
    profileName: string;
    endpoint?: string;
    createdAt?: string;
  }
  const days = (it: Listed): number => (Date.now() - Date.parse(it.createdAt ?? "")) / 86_400_000;
  const filters: [string, (it: Listed) => boolean][] = [
    ["sync=out-of-sync", (it) => it.syncStatus === "OutOfSync"],
    ["source=helm", (it) => it.source.type === "helm"],
    ["cluster=prod-eu", (it) => it.clusterName === "prod-eu"],
    ["profile=batch", (it) => it.profileName === "batch"],
    ["access=public", (it) => Boolean(it.endpoint)],
    ["age=older", (it) => days(it) >= 30],
  ];
  await signInByKey(page, KEYS.viewer, "./o/acme/applications");
  for (const [query, fits] of filters) {
    // States change by themselves: both are asked again until they agree.
    await expect(async () => {
      const all = await platform.act<Listed[]>("viewer", "listApplications");
      const count = all.filter(fits).length;
      expect(count > 0 && count < all.length, `${query} tells some from others`).toBe(true);
      await page.goto(`./o/acme/applications?${query}`);
      await expect(page.getByText(`${count} of ${all.length} applications`, { exact: true }).first(), query).toBeVisible();
    }).toPass();
  }
});

test("several are deleted from the list by their owner, and each is told", async ({ page, platform }) => {
  const source = { type: "image", image: { registry: "docker.io", repository: "acme/x", tag: "v1" } };
  for (const name of ["brief-one", "brief-two"]) {
    await platform.act("editor", "deployApplication", { body: { name, profileName: "web-standard", source } });
  }
  await signInByKey(page, KEYS.owner, "./o/acme/applications?q=brief");
  await row(page, "brief-one").getByRole("checkbox").check();
  await row(page, "brief-two").getByRole("checkbox").check();
  const bar = page.getByRole("region", { name: "Selection" });
  await platform.fault({ operation: "deleteApplication", kind: "status", status: 403 });
  await bar.getByRole("button", { name: "Delete", exact: true }).click();
  const question = page.getByRole("dialog", { name: "Delete 2 applications" });
  await question.getByRole("textbox").fill("2 applications");
  await question.getByRole("button", { name: "Delete 2 applications" }).click();
  const report = page.getByRole("dialog", { name: "Delete", exact: true });
  await expect(report).toContainText("1 deleted, 1 failed");
  await expect(report.getByRole("listitem").filter({ hasText: "Not allowed" })).toHaveCount(1);
});

test("each operation of an application is called with success", async ({ page, platform }) => {
  await own(page, platform, "all-of-it");
  await expect(tree(page)).toBeVisible();
  await tab(page, /^Manifest/).click();
  await expect(page.getByRole("region", { name: "Manifest of all-of-it" })).toContainText("kind: Application");
  await tab(page, /^Logs/).click();
  await expect(page.getByRole("log").getByRole("listitem").first()).toBeVisible();
  await platform.succeeded("getApplication", "getApplicationSpec");
  await platform.succeeded("streamApplicationStatus", "streamApplicationEvents", "streamApplicationLogs");
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
