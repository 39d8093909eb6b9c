import type { Page } from "@playwright/test";
import { expect, heading, KEYS, ownClock, signInByKey, test } from "./fixtures.ts";

const field = (page: Page, name: string | RegExp) => page.getByRole("main").getByLabel(name);
const check = (page: Page) => page.getByRole("button", { name: "Check the change" });

test("an upgrade is checked, read, confirmed by name, and followed", async ({ page, platform }) => {
  await signInByKey(page, KEYS.admin, "./o/acme/clusters/staging");
  await page.getByRole("link", { name: "Update or upgrade" }).click();
  await expect(heading(page, "Upgrade staging")).toBeVisible();
  await check(page).click();
  await expect(page.getByText("Nothing changes yet.", { exact: false })).toBeVisible();
  const versions = field(page, "Kubernetes version");
  const newer = await versions.locator("option", { hasText: /^1\.35/ }).first().getAttribute("value");
  await versions.selectOption(newer ?? "");
  await expect(page.getByRole("region", { name: "Changes of staging" })).toContainText(newer ?? "");
  await check(page).click();
  await expect(page.getByText(/^The change can be made/)).toBeVisible();
  await expect(page.getByRole("heading", { name: "Plan" })).toBeVisible();
  await expect(page.getByText("Replaces nodes").first()).toBeVisible();
  await expect(page.getByRole("heading", { name: "Preflight checks" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Report" })).toBeVisible();
  await expect(page.getByText(/^Medium$/)).toBeVisible();
  await page.getByRole("button", { name: "Upgrade cluster" }).click();
  await expect(field(page, "Type staging to confirm")).toBeFocused();
  await field(page, "Type staging to confirm").fill("Staging");
  await page.getByRole("button", { name: "Upgrade cluster" }).click();
  await expect(page.getByText("This is not staging.", { exact: false })).toBeVisible();
  await field(page, "Type staging to confirm").fill("staging");
  await page.getByRole("button", { name: "Upgrade cluster" }).click();
  await expect(heading(page, "staging")).toBeVisible();
  await expect(page.getByRole("list", { name: "Steps of the operation Upgrade" })).toBeVisible();
  expect((await platform.seen()).operations["updateCluster"]?.statuses["200"]).toBe(2);
});

test("node groups and tags are updated without a name, where no node is replaced", async ({ page }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/clusters/staging/upgrade");
  const group = page.getByRole("group", { name: "default-pool" });
  await group.getByLabel("Maximum nodes", { exact: true }).fill("1");
  await check(page).click();
  await expect(group.getByText("At least the minimum, 2.")).toBeVisible();
  await group.getByLabel("Maximum nodes", { exact: true }).fill("7");
  await check(page).click();
  await expect(page.getByText("No node is replaced.")).toBeVisible();
  await page.getByRole("button", { name: "Update cluster" }).click();
  await expect(page.getByText("staging is being updated.")).toBeVisible();
  await expect(page.getByRole("list", { name: "Steps of the operation Update" })).toBeVisible();
});

test("a way that is closed is told by its check: a skipped minor, and a downgrade until it is allowed", async ({ page }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/clusters/prod-eu/upgrade");
  const versions = field(page, "Kubernetes version");
  const older = await versions.locator("option", { hasText: /^1\.34/ }).first().getAttribute("value");
  await versions.selectOption(older ?? "");
  await check(page).click();
  await expect(page.getByText("The change is blocked")).toBeVisible();
  await expect(page.getByText("Set updateConfig.allowDowngrade to go back.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Upgrade cluster" })).toHaveCount(0);
  await field(page, /Allow going back/).check();
  await check(page).click();
  await expect(page.getByText("The change can be made, with warnings")).toBeVisible();
  await expect(page.getByText(/is a downgrade/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Downgrade cluster" })).toBeVisible();
  await expect(page.getByText("what needs the newer Kubernetes may stop working")).toBeVisible();
  await expect(page.getByText(/cannot go back/)).toHaveCount(0);
});

test("the form is filled from the cluster as it is, not as another page has shown it", async ({ page, platform }) => {
  await ownClock(page);
  await signInByKey(page, KEYS.owner, "./o/acme/clusters/staging");
  await expect(heading(page, "staging")).toBeVisible();
  await expect(page.getByRole("link", { name: "Update or upgrade" })).toBeVisible();
  await platform.act("admin", "updateCluster", {
    path: { clusterId: "staging" },
    body: { apiVersion: "platform.astropulse.io/v1", kind: "K8sClusterUpdate", spec: { nodeGroups: [{ name: "default-pool", maxNode: 9 }] } },
  });
  await platform.advance(3600);
  // What is a few seconds old is as good as new.
  await page.clock.fastForward(10_000);
  await page.getByRole("link", { name: "Update or upgrade" }).click();
  await expect(page.getByRole("group", { name: "default-pool" }).getByLabel("Maximum nodes", { exact: true })).toHaveValue("9");
});

test("a look at the manifest is no work that could be lost", async ({ page }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/clusters/staging/upgrade");
  await page.getByRole("button", { name: "YAML", exact: true }).click();
  await expect(page.locator(".cm-content")).toContainText("K8sClusterUpdate");
  await page.getByRole("button", { name: "Form", exact: true }).click();
  await page.getByRole("navigation", { name: "Breadcrumbs" }).getByRole("link", { name: "staging" }).click();
  await expect(heading(page, "staging")).toBeVisible();
});

test("a manifest goes both ways and keeps what the form does not show", async ({ page, platform }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/clusters/staging/upgrade");
  await field(page, "Surge nodes").fill("2");
  await page.getByRole("button", { name: "YAML", exact: true }).click();
  await expect(page).toHaveURL(/view=yaml/);
  const editor = page.locator(".cm-content");
  await expect(editor).toHaveAttribute("contenteditable", "true");
  await expect(editor).toContainText("maxSurge");
  await editor.click();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type("# agreed with the shop");
  await page.getByRole("button", { name: "Form", exact: true }).click();
  await expect(field(page, "Surge nodes")).toHaveValue("2");
  await page.getByRole("button", { name: "YAML", exact: true }).click();
  await expect(editor, "what was written by hand stays").toContainText("# agreed with the shop");
  await page.getByRole("button", { name: "Form", exact: true }).click();
  const manifest = [
    "apiVersion: platform.astropulse.io/v1",
    "kind: K8sClusterUpdate",
    "spec:",
    "  nodeGroups:",
    "    - name: default-pool",
    "      maxNode: 9",
    "      labels: { tier: web }",
    "  gke:",
  ].join("\n");
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await page.locator("input[type=file]").setInputFiles({ name: "update.yaml", mimeType: "application/yaml", buffer: Buffer.from(manifest) });
  await expect(page.getByRole("group", { name: "default-pool" }).getByLabel("Maximum nodes", { exact: true })).toHaveValue("9");
  await expect(page.getByText("The change was imported.")).toBeVisible();
  await expect(page.getByRole("region", { name: "Changes of staging" })).toContainText("tier: web");
  await page.getByRole("radio", { name: "Access keys" }).check();
  await field(page, "Access key ID").fill("AKIAEXAMPLE");
  await field(page, "Secret access key").fill("typed-secret");
  const [asked] = await Promise.all([
    page.waitForRequest((request) => request.method() === "PATCH"),
    check(page).click(),
  ]);
  const { spec } = asked.postDataJSON() as { spec: { credentials?: unknown } };
  expect(spec.credentials).toEqual({
    type: "static",
    data: { AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "typed-secret" },
  });
  await expect(page.getByText(/^The change can be made/)).toBeVisible();
  expect((await platform.seen()).operations["updateCluster"]?.statuses["200"]).toBe(1);
  await expect(page.getByText("typed-secret")).toHaveCount(0);
});

test("what is refused keeps the form, and another's change comes first", async ({ page, platform }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/clusters/staging/upgrade");
  await page.getByRole("group", { name: "default-pool" }).getByLabel("Maximum nodes", { exact: true }).fill("7");
  await platform.fault({ operation: "updateCluster", kind: "status", status: 503 , times: 5 });
  await check(page).click();
  await expect(page.getByText("The platform failed")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("group", { name: "default-pool" }).getByLabel("Maximum nodes", { exact: true })).toHaveValue("7");
  await platform.heal();
  await check(page).click();
  await expect(page.getByText("No node is replaced.")).toBeVisible();
  await platform.act("admin", "updateCluster", {
    path: { clusterId: "staging" },
    body: { apiVersion: "platform.astropulse.io/v1", kind: "K8sClusterUpdate", spec: { nodeGroups: [{ name: "spot", maxNode: 12 }] } },
  });
  const send = page.getByRole("button", { name: "Update cluster" });
  await expect(send).toHaveAccessibleDescription(/has to be ready/, { timeout: 40_000 });
  await expect(page.getByRole("group", { name: "default-pool" }).getByLabel("Maximum nodes", { exact: true })).toHaveValue("7");
});

test("who has not heard of another's change is told when it is sent", async ({ page, platform }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/clusters/staging/upgrade");
  await page.getByRole("group", { name: "default-pool" }).getByLabel("Maximum nodes", { exact: true }).fill("7");
  await check(page).click();
  await expect(page.getByText("No node is replaced.")).toBeVisible();
  // The news of it is on its way for longer than this takes.
  for (const operation of ["getCluster", "listClusters", "listClusterOperations", "listClusterProgress"]) {
    await platform.fault({ operation, kind: "delay", ms: 60_000, always: true });
  }
  await platform.act("admin", "updateCluster", {
    path: { clusterId: "staging" },
    body: { apiVersion: "platform.astropulse.io/v1", kind: "K8sClusterUpdate", spec: { nodeGroups: [{ name: "spot", maxNode: 12 }] } },
  });
  await page.getByRole("button", { name: "Update cluster" }).click();
  await expect(page.getByText(/must be READY/).first()).toBeVisible();
});

test("the form speaks as that of a new cluster does", async ({ page }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/clusters/prod-eu/upgrade");
  const version = field(page, "Kubernetes version").locator("option", { hasText: "Standard support ended" }).first();
  await expect(version).toContainText("Extended support. Standard support ended");
  const group = page.getByRole("group").filter({ has: page.getByLabel("Minimum nodes", { exact: true }) }).first();
  await expect(group.getByLabel("Capacity", { exact: true })).toBeVisible();
  // The request has one group, the page several: what is said of it is said of its name.
  const types = page.getByRole("group", { name: "spot", exact: true }).getByRole("combobox", { name: /^Machine types/ });
  await types.fill("z9.mega");
  await types.press("Enter");
  await expect(types).toHaveAccessibleDescription(/Not on the list of eu-central-1: z9\.mega\./);
  await check(page).click();
  await expect(page.getByText("The change is blocked")).toBeVisible();
  await expect(page.getByText("Node group spot: machineTypes[2] is not a machine type of aws.")).toBeVisible();
  await expect(types).toHaveAccessibleDescription(/machineTypes\[2\] is not a machine type of aws/);
});

test("a list that takes the place of another shows what goes, as the cluster was created with it", async ({ page }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/clusters/data-gke/upgrade");
  const networks = page.getByRole("main").getByRole("combobox", { name: /^Networks that may reach the API server/ });
  await expect(networks).toHaveAccessibleDescription(/As created: 203\.0\.113\.0\/24, 198\.51\.100\.16\/28\./);
  await networks.fill("192.0.2.0/24");
  await networks.press("Enter");
  const changes = page.getByRole("region", { name: "Changes of data-gke" });
  for (const network of ["192.0.2.0/24", "203.0.113.0/24", "198.51.100.16/28"]) {
    await expect(changes).toContainText(network);
  }
  await expect(page.getByText(/^Settings are shown as the cluster was created with them/)).toBeVisible();
});

test("a viewer may look, and not check", async ({ page }) => {
  await signInByKey(page, KEYS.viewer, "./o/acme/clusters/staging/upgrade");
  await expect(page.getByText("You can view this form, but not upgrade the cluster")).toBeVisible();
  await expect(field(page, "Surge nodes")).toBeDisabled();
  await expect(check(page)).toBeDisabled();
});
