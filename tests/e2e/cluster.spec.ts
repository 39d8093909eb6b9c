import type { Page } from "@playwright/test";
import { dialog, expect, heading, KEYS, row, signIn, signInByKey, test } from "./fixtures.ts";

const tab = (page: Page, name: string) => page.getByRole("navigation", { name: "Cluster" }).getByRole("link", { name });
const toast = (page: Page, text: string) => page.getByText(text, { exact: true });

test("the list tells provider, state, agent and connection, filters by them, and leads to what can be done", async ({ page, platform }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/clusters");
  await expect(row(page, "prod-eu")).toContainText("EKS eu-central-1");
  await expect(row(page, "prod-apac")).toContainText("Provisioning");
  await expect(row(page, "prod-apac").getByText(/^\d+ %$/)).toBeVisible();
  await expect(row(page, "build-farm")).toContainText("Self-hosted");
  await expect(page.getByText("1 cluster waits for an owner's approval")).toBeVisible();
  await page.getByRole("button", { name: "Region", exact: true }).click();
  await page.getByRole("checkbox", { name: /europe-west4/ }).check();
  await page.keyboard.press("Escape");
  await expect(row(page, "data-gke")).toBeVisible();
  await expect(row(page, "prod-eu")).toHaveCount(0);
  await row(page, "data-gke").getByRole("button", { name: /^Actions/ }).click();
  await page.getByRole("button", { name: "Synchronize authentication" }).click();
  await expect(toast(page, "The authentication of data-gke is synchronized.")).toBeVisible();
  expect((await platform.seen()).operations["syncClusterAuth"]?.statuses["200"]).toBe(1);
  // Type, agent and cloud account wait behind one button: the bar keeps to its line.
  await page.getByRole("button", { name: "Clear filter Region" }).click();
  const bar = page.locator(".toolbar");
  await expect.poll(async () => (await bar.boundingBox())?.height).toBeLessThan(56);
  await bar.getByRole("button", { name: "More filters" }).click();
  await bar.getByRole("button", { name: "Agent", exact: true }).click();
  await page.getByRole("checkbox", { name: /Disconnected/ }).check();
  await page.keyboard.press("Escape");
  await expect(row(page, "edge-singapore")).toBeVisible();
  await expect(row(page, "edge-oslo")).toHaveCount(0);
});

test("what runs shows its steps and messages live, also in the window's title, and ends in place", async ({ page, platform }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/clusters/ml-training");
  const steps = page.getByRole("list", { name: "Steps of the operation Upgrade" });
  await expect(steps).toBeVisible();
  await expect(page).toHaveTitle(/^\(\d+ %\) Upgrading · ml-training/);
  await page.getByText("Messages").click();
  await expect(page.getByRole("region", { name: "Messages of the operation" }).getByRole("listitem").first()).toBeVisible();
  await expect(page.getByText("Leaving this page does not stop it.")).toBeVisible();
  await platform.advance(4 * 3600);
  await expect(page.getByRole("main").getByText("Ready", { exact: true }).first()).toBeVisible();
  await expect(steps.getByText(/Failed|Running/)).toHaveCount(0);
  await expect(page).not.toHaveTitle(/Upgrading/);
  await expect(page.getByRole("button", { name: "Cancel operation" })).toHaveCount(0);
});

test("a stream that drops goes on from what was read, and says nothing twice", async ({ page, platform }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/clusters/prod-apac");
  await page.getByText("Messages").click();
  const lines = page.getByRole("region", { name: "Messages of the operation" }).getByRole("listitem");
  await expect(lines.first()).toBeVisible();
  const before = await platform.calls("streamClusterProgress");
  await platform.fault({ operation: "streamClusterProgress", kind: "ws-drop" });
  await expect.poll(() => platform.calls("streamClusterProgress")).toBeGreaterThan(before);
  await platform.advance(240);
  await expect(async () => {
    const texts = await lines.allTextContents();
    expect(texts.length).toBeGreaterThan(1);
    expect(new Set(texts).size).toBe(texts.length);
  }).toPass();
});

test("a stream that is refused or silent leaves the progress that is read again and again", async ({ page, platform }) => {
  await platform.fault({ operation: "streamClusterProgress", kind: "ws-refuse", status: 403, always: true });
  await platform.fault({ operation: "getClusterProgress", kind: "status", status: 403, after: 2, times: 1 });
  await signInByKey(page, KEYS.owner, "./o/acme/clusters/prod-apac");
  await expect(page.getByRole("list", { name: "Steps of the operation Create" })).toBeVisible();
  await platform.heal();
  await platform.fault({ operation: "streamClusterProgress", kind: "ws-silent", always: true });
  await page.reload();
  await expect(page.getByRole("list", { name: "Steps of the operation Create" })).toBeVisible();
  await platform.advance(3 * 3600);
  // No frame tells; it is read every 15 seconds.
  await expect(page.getByRole("main").getByText("Ready", { exact: true }).first()).toBeVisible({ timeout: 30_000 });
});

test("an operation is cancelled once, with what that leaves behind, and twice is no failure", async ({ page, platform }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/clusters/ml-training?tab=danger");
  await page.getByRole("button", { name: "Cancel operation" }).click();
  const ask = dialog(page, "Cancel the operation on ml-training");
  await expect(ask.getByText("What was upgraded so far")).toBeVisible();
  await expect(ask.getByRole("button", { name: "Let it go on" })).toBeFocused();
  // Meanwhile somebody else is faster.
  await platform.act("admin", "cancelClusterOperation", { path: { clusterId: "ml-training" } });
  await ask.getByRole("button", { name: "Cancel operation" }).click();
  await expect(toast(page, "Nothing is under way on ml-training any more.")).toBeVisible();
  await expect(ask).toHaveCount(0);

  await page.goto("./o/acme/clusters/prod-apac");
  await page.getByRole("button", { name: "Cancel operation" }).click();
  const other = dialog(page, "Cancel the operation on prod-apac");
  await expect(other.getByText("stays in your cloud account and costs", { exact: false })).toBeVisible();
  await other.getByRole("button", { name: "Cancel operation" }).click();
  await expect(toast(page, "The operation on prod-apac is cancelled.")).toBeVisible();
  await expect(page.getByRole("main").getByText("Cancelled", { exact: true }).first()).toBeVisible();
  await expect(page.locator("body"), "the button is gone, the focus is not").not.toBeFocused();

  // Who comes later is told what became of it, and how to go on.
  const told = (title: string) => page.getByRole("status").filter({ hasText: title });
  await page.goto("./o/acme/clusters/ml-training");
  const cancelled = told("The last upgrade was cancelled");
  await expect(cancelled.getByRole("link", { name: "Upgrade again" })).toHaveAttribute("href", /ml-training\/upgrade$/);
  await expect(cancelled.getByRole("link", { name: "Show the operation" })).toHaveAttribute("href", /tab=operations/);
  await platform.act("admin", "updateCluster", {
    path: { clusterId: "staging" },
    body: { apiVersion: "platform.astropulse.io/v1", kind: "K8sClusterUpdate", spec: { tags: { try: "fail" } } },
  });
  await platform.advance(3600);
  await page.goto("./o/acme/clusters/staging");
  await expect(told("The last update failed").getByRole("link", { name: "Update again" })).toBeVisible();
});

test("a cluster is deleted by its name and its credentials, and its history outlives it", async ({ page, platform }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/clusters/staging?tab=danger");
  await page.getByRole("button", { name: "Delete cluster" }).click();
  const ask = dialog(page, "Delete staging");
  await expect(ask.getByRole("button", { name: "Cancel" })).toBeFocused();
  await expect(ask.getByText(/applications? go(es)? with it|runs on it/)).toBeVisible();
  await expect(ask.getByRole("radio", { name: /Cloud connection/ })).toBeChecked();
  await ask.getByRole("radio", { name: /Access keys/ }).check();
  await expect(ask.getByLabel("Secret access key")).toBeVisible();
  await ask.getByRole("radio", { name: /Cloud connection/ }).check();
  await expect(ask.getByRole("button", { name: "Delete cluster" })).toBeDisabled();
  await ask.getByLabel("Type staging to confirm").fill("staging");
  await ask.getByRole("button", { name: "Delete cluster" }).click();
  await expect(toast(page, "staging is being deleted.")).toBeVisible();
  // Its steps show on the overview, which it leads to.
  await expect(page).not.toHaveURL(/tab=/);
  await expect(page.getByRole("list", { name: "Steps of the operation Delete" })).toBeVisible();
  // The page has seen that it is being deleted, and may say so afterwards.
  await expect(page.getByRole("main").getByText("Deleting", { exact: true }).first()).toBeVisible();
  await platform.advance(4 * 3600);
  await expect(page.getByRole("heading", { name: "History of a cluster that is gone" })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("row").filter({ hasText: "Delete" })).toContainText("Completed");
  await expect(page).toHaveURL(/provider=aws&provisioner=eks/);
  await expect(page.getByRole("heading", { name: "staging is deleted" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Not found" })).toHaveCount(0);
  // Its operations open by their id alone.
  await page.goto("./o/acme/operations?type=delete");
  await page.getByRole("row").filter({ hasText: "staging" }).getByRole("link", { name: "Delete" }).click();
  await expect(page.getByRole("heading", { name: "staging is not there" })).toBeVisible();
  await expect(page.getByRole("list", { name: "Steps of the operation Delete" })).toBeVisible();
});

test("the card of an operation that has ended gives way to that of the next one", async ({ page, platform }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/clusters/prod-apac");
  await expect(page.getByRole("heading", { name: "Create prod-apac", exact: true })).toBeVisible();
  await platform.advance(3 * 3600);
  await expect(page.getByRole("main").getByText("Completed", { exact: true }).first()).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("main").getByText("Ready", { exact: true }).first()).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("button", { name: "Cancel operation" })).toHaveCount(0);
  await page.getByRole("button", { name: "More actions", exact: true }).click();
  await page.getByRole("menuitem", { name: "Delete", exact: true }).click();
  const ask = dialog(page, "Delete prod-apac");
  await ask.getByLabel("Type prod-apac to confirm").fill("prod-apac");
  await ask.getByRole("button", { name: "Delete cluster" }).click();
  await expect(toast(page, "prod-apac is being deleted.")).toBeVisible();
  await expect(ask).toBeHidden();
  await expect(page.getByRole("list", { name: "Steps of the operation Delete" })).toBeVisible();
  await expect(page.getByRole("main").getByRole("heading", { name: "Delete prod-apac", exact: true })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Create prod-apac" })).toHaveCount(0);
});

test("a creation that failed leads to its steps, and is tried again from its spec", async ({ page }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/clusters/loadtest");
  await page.getByRole("link", { name: "Show the operation" }).click();
  await expect(dialog(page, "Operation").getByRole("list", { name: "Steps of the operation Create" })).toBeVisible();
  await dialog(page, "Operation").getByRole("button", { name: "Close" }).click();
  await tab(page, "Access").click();
  await expect(page.getByRole("button", { name: "Generate kubeconfig" })).toHaveAttribute("aria-description", /it has to be ready/);
  await tab(page, "Overview").click();
  await page.getByRole("link", { name: "Create again" }).click();
  await expect(heading(page, "New cluster")).toBeVisible();
  await expect(page.getByText("loadtest as it was asked for. Change what should differ.")).toBeVisible();
  await expect(page.getByLabel("Name", { exact: true }).first()).toHaveValue("loadtest");
});

test("a cluster that was gone before is found by where it was", async ({ page }) => {
  await signInByKey(page, KEYS.viewer, "./o/acme/clusters/legacy-vpc");
  await expect(page.getByRole("heading", { name: "Not found" })).toBeVisible();
  await page.getByRole("button", { name: "Show history" }).click();
  await expect(page.getByLabel("Provider", { exact: true })).toBeFocused();
  await page.getByLabel("Provider", { exact: true }).selectOption("aws");
  await page.getByLabel("Provisioner", { exact: true }).selectOption("eks");
  await page.getByLabel("Region").fill("eu-west-1");
  await page.getByRole("button", { name: "Show history" }).click();
  await expect(page.getByRole("row").filter({ hasText: "Delete" })).toContainText("Completed");
});

test("the history of a cluster opens an operation with its steps", async ({ page, platform }) => {
  await signInByKey(page, KEYS.viewer, "./o/acme/clusters/prod-eu");
  await tab(page, "Operations").click();
  await page.getByRole("rowheader", { name: "Upgrade" }).first().getByRole("link").click();
  const panel = dialog(page, "Operation");
  await expect(panel.getByRole("list", { name: "Steps of the operation Upgrade" })).toBeVisible();
  await expect(page).toHaveURL(/operation=/);
  await panel.getByRole("button", { name: "Close" }).click();
  await expect(page).not.toHaveURL(/operation=/);
  await tab(page, "Manifest").click();
  await expect(page.getByText("kind: K8sCluster")).toBeVisible();
  await platform.succeeded("listClusterOperations", "getClusterProgress", "getClusterSpec", "getCluster");
});

test("a registered cluster is unregistered, not deleted, and upgraded elsewhere", async ({ page }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/clusters/edge-oslo?tab=danger");
  await expect(page.getByRole("link", { name: "Go to the agent" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Delete cluster" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Update or upgrade" })).toBeDisabled();
});

test("a viewer sees what others may do, and why not they", async ({ page }) => {
  await signInByKey(page, KEYS.viewer, "./o/acme/clusters/prod-eu?tab=danger");
  for (const name of ["Synchronize", "Cancel operation", "Delete cluster"]) {
    await expect(page.getByRole("button", { name, exact: true })).toBeDisabled();
  }
  await expect(page.getByRole("button", { name: "Update or upgrade" })).toHaveAccessibleDescription(/Yours is viewer/);
});

test("words that nobody knows yet are shown as they come", async ({ page, platform }) => {
  const cluster = await platform.act<object>("owner", "getCluster", { path: { clusterId: "prod-eu" } });
  const data = { ...cluster, status: "HIBERNATING", provider: "mars", provisionerType: "regolith" };
  await platform.fault({ operation: "getCluster", kind: "malformed", always: true, body: { data, id: "", message: "", status: "success" } });
  await signInByKey(page, KEYS.owner, "./o/acme/clusters/prod-eu");
  await expect(page.getByRole("main").getByText("Hibernating").first()).toBeVisible();
  await expect(page.getByRole("main").getByText("Mars").first()).toBeVisible();
  await expect(heading(page, "prod-eu")).toBeVisible();
});

test("synchronizing that fails says why and can be tried again", async ({ page, platform }) => {
  await platform.fault({ operation: "syncClusterAuth", kind: "status", status: 409, body: { error: "The cluster does not answer", error_code: "CONFLICT" } });
  await signIn(page, "owner", "./o/acme/clusters/prod-us?tab=danger");
  await page.getByRole("button", { name: "Synchronize", exact: true }).click();
  await expect(page.getByText("The cluster does not answer", { exact: false })).toBeVisible();
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(toast(page, "The authentication of prod-us is synchronized.")).toBeVisible();
});
