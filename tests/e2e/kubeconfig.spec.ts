import type { Page } from "@playwright/test";
import { expect, KEYS, signInByKey, test } from "./fixtures.ts";

const YAML = "apiVersion: v1\nkind: Config\ncurrent-context: odd\nclusters:\n- name: odd\nusers:\n- name: odd\n  user:\n    token: local-platform-odd-token\n";
const generate = (page: Page) => page.getByRole("button", { name: "Generate kubeconfig" });

test("a managed cluster gives it at once: masked, copied, downloaded, merged, and gone on leaving", async ({ page, platform, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await signInByKey(page, KEYS.editor, "./o/acme/clusters/prod-eu?tab=access");
  await page.getByRole("button", { name: "8 h" }).click();
  await generate(page).click();
  await expect(page.getByRole("heading", { name: "Kubeconfig of prod-eu" })).toBeVisible();
  await expect(page.getByRole("main")).not.toContainText("local-platform-");
  await expect(page.getByRole("main")).toContainText("token: ••••");
  await page.getByRole("button", { name: "Show secrets" }).click();
  await expect(page.getByRole("main")).toContainText("local-platform-");
  await page.getByRole("button", { name: "Hide secrets" }).click();
  await expect(page.getByRole("main")).not.toContainText("local-platform-");
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).first().click();
  expect((await download).suggestedFilename()).toBe("kubeconfig-prod-eu.yaml");
  await expect(page.getByText("kubectl config view --flatten", { exact: false })).toBeVisible();
  await page.getByRole("link", { name: "Overview", exact: true }).click();
  await page.getByRole("link", { name: "Access", exact: true }).click();
  await expect(generate(page)).toBeVisible();
  await expect(page.getByRole("heading", { name: "Kubeconfig of prod-eu" })).toHaveCount(0);
  await page.getByRole("button", { name: "Show kubeconfig" }).click();
  await expect(page.getByRole("heading", { name: "Kubeconfig of prod-eu" })).toBeVisible();
  const { operations } = await platform.seen();
  expect(operations["generateKubeconfig"]?.statuses["200"]).toBe(1);
  expect(operations["getKubeconfig"]?.statuses["200"]).toBe(1);
});

test("what was shown is gone when another is asked for, and refused", async ({ page, platform }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/clusters/prod-eu?tab=access");
  await generate(page).click();
  await expect(page.getByRole("heading", { name: "Kubeconfig of prod-eu" })).toBeVisible();
  await platform.fault({ operation: "generateKubeconfig", kind: "status", status: 409, times: 1 });
  await generate(page).click();
  await expect(page.getByRole("alert").first()).toBeVisible();
  await expect(page.getByRole("heading", { name: "Kubeconfig of prod-eu" })).toHaveCount(0);
});

test("a self-hosted cluster is waited for through 202", async ({ page, platform }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/clusters/build-farm?tab=access");
  await expect(page.getByRole("radio", { name: /From the vault/ })).toBeChecked();
  await generate(page).click();
  await expect(page.getByText("The platform prepares it")).toBeVisible();
  await expect(page.getByText("Kubeconfig generation in progress", { exact: false })).toBeVisible();
  await platform.advance(30);
  await expect(page.getByRole("heading", { name: "Kubeconfig of build-farm" })).toBeVisible({ timeout: 20_000 });
});

test("a 202 that never ends is stopped, and asked for no more", async ({ page, platform }) => {
  await platform.fault({
    operation: "getKubeconfig",
    kind: "status",
    status: 202,
    always: true,
    body: { data: [], id: "", message: "Still at it", status: "accepted" },
  });
  // As they are sent: the platform counts one that is under way only when it has answered.
  let asked = 0;
  page.on("request", (request) => {
    if (request.method() === "GET" && new URL(request.url()).pathname.endsWith("/clusters/build-farm/kubeconfig")) asked += 1;
  });
  await signInByKey(page, KEYS.owner, "./o/acme/clusters/build-farm?tab=access");
  await generate(page).click();
  await expect(page.getByText("Still at it", { exact: false })).toBeVisible({ timeout: 20_000 });
  await page.getByRole("button", { name: "Stop waiting" }).click();
  await expect(page.getByText("Not waited for any longer")).toBeVisible();
  await expect(generate(page)).toBeEnabled();
  const before = asked;
  expect(before).toBeGreaterThan(0);
  await page.waitForTimeout(4_000);
  expect(asked).toBe(before);
});

for (const [form, data] of Object.entries({
  base64: Buffer.from(YAML).toString("base64"),
  "plain YAML": YAML,
  bytes: [...Buffer.from(YAML)],
})) {
  test(`a kubeconfig that comes as ${form} is read`, async ({ page, platform }) => {
    await platform.fault({ operation: "generateKubeconfig", kind: "status", status: 200, body: { data, id: "", message: "", status: "success" } });
    await signInByKey(page, KEYS.owner, "./o/acme/clusters/prod-eu?tab=access");
    await generate(page).click();
    await expect(page.getByText("current-context: odd")).toBeVisible();
    await expect(page.getByText("kubectl config use-context odd")).toBeVisible();
  });
}

test("a kubeconfig that is empty, and one that is none, are told", async ({ page, platform }) => {
  const body = (data: unknown) => ({ data, id: "", message: "", status: "success" });
  await platform.fault({ operation: "generateKubeconfig", kind: "status", status: 200, body: body("") });
  await signInByKey(page, KEYS.owner, "./o/acme/clusters/prod-eu?tab=access");
  await generate(page).click();
  await expect(page.getByText("The kubeconfig is empty")).toBeVisible();
  await platform.fault({ operation: "generateKubeconfig", kind: "status", status: 200, body: body("a note: to nobody\n") });
  await generate(page).click();
  await expect(page.getByText("This does not look like a kubeconfig")).toBeVisible();
  await platform.fault({ operation: "generateKubeconfig", kind: "status", status: 200, body: body({ deep: true }) });
  await generate(page).click();
  await expect(page.getByText("Answer not understood")).toBeVisible();
});

test("there may be none yet; a lifetime has bounds; keys are needed where they are chosen", async ({ page }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/clusters/prod-us?tab=access");
  await page.getByRole("button", { name: "Show kubeconfig" }).click();
  await expect(page.getByText("There is no kubeconfig to show")).toBeVisible();
  await page.getByRole("textbox", { name: /Valid for/ }).fill("45");
  await generate(page).click();
  await expect(page.getByText(/30 days/).first()).toBeVisible();
  await page.getByRole("button", { name: "24 h" }).click();
  await page.getByRole("radio", { name: /Access keys/ }).check();
  await generate(page).click();
  await expect(page.getByText("Access key ID is required.")).toBeVisible();
});

test("a viewer, and a cluster that is not ready, get none", async ({ page }) => {
  await signInByKey(page, KEYS.viewer, "./o/acme/clusters/prod-eu?tab=access");
  await expect(page.getByText("No kubeconfig now")).toBeVisible();
  await expect(page.getByRole("button", { name: "Show kubeconfig" })).toBeDisabled();
  await page.goto("./o/acme/clusters/loadtest?tab=access");
  await expect(page.getByText(/Yours is viewer|has to be ready/)).toBeVisible();
});
