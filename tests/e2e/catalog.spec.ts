import type { Locator, Page } from "@playwright/test";
import { expect, heading, KEYS, row, sidebar, signInByKey, test } from "./fixtures.ts";

const comparison = (page: Page): Locator => page.getByRole("region", { name: "Comparison", exact: true });
const place = (page: Page, name: string): Locator => page.getByRole("main").getByRole("combobox", { name: new RegExp(`^${name}`) });
const tab = (page: Page, name: string): Locator => page.getByRole("navigation", { name: "Catalog" }).getByRole("link", { name });

async function open(page: Page, query = "", key: string = KEYS.viewer): Promise<void> {
  await signInByKey(page, key, `./o/acme/catalog${query}`);
  await expect(heading(page, "Catalog")).toBeVisible();
}

test("the sidebar leads to the machine types of a region, and each choice is in the address", async ({ page, platform }) => {
  await signInByKey(page, KEYS.viewer, "./o/acme");
  await sidebar(page).getByRole("link", { name: "Catalog" }).click();
  await expect(heading(page, "Catalog")).toBeFocused();
  await expect(row(page, "t3.medium")).toBeVisible();
  await page.getByRole("radiogroup", { name: "Provider" }).getByText("Google Cloud").click();
  // Its first region is looked at as soon as the regions have come, and takes the place of what is typed until then.
  await expect(page).toHaveURL(/provider=gcp&region=/);
  await place(page, "Region").fill("europe-west3");
  await page.getByRole("option", { name: /^europe-west3/ }).click();
  await expect(page).toHaveURL(/region=europe-west3/);
  await expect(row(page, "n2-standard-4")).toBeVisible();
  await page.getByLabel(/^Zone/).selectOption("europe-west3-c");
  await expect(page).toHaveURL(/zone=europe-west3-c/);
  await page.reload();
  await expect(row(page, "n2-standard-4")).toBeVisible();
  await expect(page.getByLabel(/^Zone/)).toHaveValue("europe-west3-c");
  await page.goBack();
  await expect(page.getByLabel(/^Zone/)).toHaveValue("europe-west3-a");
  await platform.succeeded("listProviders", "listRegions", "listZones", "listMachineTypes");
});

test("machine types are filtered, and one is opened", async ({ page, platform }) => {
  await open(page, "?provider=aws&region=eu-north-1");
  await page.locator(".toolbar").getByRole("button", { name: "GPU", exact: true }).click();
  await page.getByRole("checkbox", { name: /^8 GPUs/ }).check();
  await page.keyboard.press("Escape");
  await expect(row(page, "p5.48xlarge")).toBeVisible();
  await expect(row(page, "t3.medium")).toHaveCount(0);
  await page.getByRole("link", { name: "p5.48xlarge" }).click();
  const panel = page.getByRole("dialog", { name: "p5.48xlarge" });
  await expect(panel).toContainText("2048 GiB");
  await expect(panel).toContainText("eu-north-1a, eu-north-1b");
  await platform.succeeded("getMachineType");
  await page.keyboard.press("Escape");
  await expect(panel).toBeHidden();
  await expect(page).not.toHaveURL(/machine=/);
  await page.goBack();
  await expect(panel).toBeVisible();
});

test("a machine type that is not offered here says so", async ({ page }) => {
  await open(page, "?provider=aws&region=ca-west-1&machine=p5.48xlarge");
  await expect(page.getByRole("dialog", { name: "p5.48xlarge" }).getByRole("alert")).toContainText(/not found/i);
});

test("up to four machine types are compared, and the comparison is a link", async ({ page }) => {
  await open(page, "?provider=aws&region=eu-north-1");
  for (const name of ["m7i.large", "m7i.xlarge", "m7g.xlarge", "r7i.large", "c7i.large"]) {
    // Of a long list only the rows in sight are drawn.
    await page.getByRole("searchbox", { name: "Filter machine types" }).fill(name);
    await row(page, name).getByRole("checkbox").check();
  }
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  await expect(comparison(page)).toBeVisible();
  await expect(comparison(page).getByRole("columnheader")).toHaveCount(4);
  await expect(page).toHaveURL(/compare=[^&]*,/);
  await expect(comparison(page).getByRole("row", { name: /^Memory per vCPU/ })).toContainText("4.0 GiB");
  await page.reload();
  await expect(comparison(page).getByRole("columnheader")).toHaveCount(4);
  await comparison(page).getByRole("button", { name: /^Leave .* out$/ }).first().click();
  await expect(comparison(page).getByRole("columnheader")).toHaveCount(3);
  await page.getByRole("button", { name: "Clear", exact: true }).click();
  await expect(comparison(page)).toHaveCount(0);
});

test("versions by provider, provisioner and channel", async ({ page, platform }) => {
  await open(page, "?provider=gcp&region=europe-west3", KEYS.owner);
  await tab(page, "Kubernetes versions").click();
  await expect(row(page, "1.35.2-gke.1269000")).toBeVisible();
  await page.getByRole("radiogroup", { name: /^Release channel/ }).getByText("Stable").click();
  await expect(page).toHaveURL(/channel=STABLE/);
  await expect(row(page, "1.35.2-gke.1269000")).toHaveCount(0);
  await page.getByRole("radiogroup", { name: "Made by" }).getByText("Self-hosted").click();
  await expect(row(page, "1.34.5")).toBeVisible();
  await platform.succeeded("listKubernetesVersions");
});

test("versions take an admin, and a viewer is told so", async ({ page }) => {
  await open(page, "?tab=versions");
  await expect(page.getByRole("main").getByRole("alert")).toContainText("Not allowed");
  await expect(page.getByRole("main").getByRole("alert")).toContainText("Your role in acme is viewer");
});

test("regions lead to their zones", async ({ page }) => {
  await open(page, "?tab=regions");
  await page.getByRole("link", { name: "eu-north-1", exact: true }).click();
  await expect(page.getByRole("region", { name: "Zones" })).toContainText("eu-north-1a");
  await expect(page).toHaveURL(/region=eu-north-1/);
});

test("what is found here fills the form for a cluster", async ({ page }) => {
  await open(page, "?provider=gcp&region=europe-west3&machine=n2-standard-4", KEYS.owner);
  await page.getByRole("dialog", { name: "n2-standard-4" }).getByRole("link", { name: "Create cluster with it" }).click();
  await expect(heading(page, "New cluster")).toBeVisible();
  await expect(page.getByRole("radio", { name: /^Google Cloud/ }).first()).toBeChecked();
  await expect(place(page, "Region")).toHaveValue("europe-west3");
  await expect(page.getByRole("complementary", { name: "Summary" })).toContainText("- n2-standard-4");
});

test("who may not create looks all the same, and is told why", async ({ page }) => {
  await open(page, "", KEYS.editor);
  const button = page.getByRole("button", { name: "Create cluster here" });
  await expect(button).toHaveAccessibleDescription(/Needs the role admin or owner/);
});

test("an unknown provider and an unknown region say so", async ({ page }) => {
  await open(page, "?provider=aws&region=mars-north-1");
  await expect(page.getByText("AWS has no region mars-north-1.")).toBeVisible();
  await page.goto("./o/acme/catalog?provider=oracle&region=x");
  await expect(page.getByRole("main").getByRole("alert").first()).toContainText(/not found/i, { timeout: 20_000 });
});

test("a catalog that fails is asked again", async ({ page, platform }) => {
  await platform.fault({ operation: "listMachineTypes", kind: "status", status: 500, always: true });
  await open(page, "?provider=aws&region=eu-north-1");
  const alert = page.getByRole("main").getByRole("alert");
  await expect(alert).toContainText("The platform failed", { timeout: 60_000 });
  await platform.heal();
  await alert.getByRole("button", { name: "Try again" }).click();
  await expect(row(page, "t3.medium")).toBeVisible();
});

test("the versions of a provider stand under its name, also on the way back", async ({ page }) => {
  const titled = (name: string) => page.getByRole("heading", { level: 2, name: `Kubernetes on ${name}`, exact: true });
  await open(page, "?tab=versions&region=eu-north-1", KEYS.owner);
  await expect(titled("AWS")).toBeVisible();
  await page.getByRole("radiogroup", { name: "Provider" }).getByText("Google Cloud").click();
  await expect(titled("Google Cloud")).toBeVisible();
  await expect(row(page, "1.35.2-gke.1269000")).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(/region=eu-north-1/);
  await expect(row(page, "1.35.2-gke.1269000")).toHaveCount(0);
  await expect(titled("AWS")).toBeVisible();
  await expect(titled("Google Cloud")).toHaveCount(0);
});

test("a comparison does not load on where the machine types fail", async ({ page, platform }) => {
  await platform.fault({ operation: "listMachineTypes", kind: "status", status: 500, always: true });
  await open(page, "?provider=aws&region=eu-north-1&compare=t3.medium,m7i.large");
  await expect(page.getByRole("main").getByRole("alert")).toContainText("The platform failed", { timeout: 60_000 });
  await expect(page.getByText("Loading the comparison")).toHaveCount(0);
  await expect(comparison(page).getByRole("columnheader")).toHaveCount(2);
  await expect(comparison(page)).not.toContainText("Not offered here");
});

test("zones and machine types do not load on where the regions fail", async ({ page, platform }) => {
  await platform.fault({ operation: "listRegions", kind: "status", status: 500, always: true });
  await open(page, "?tab=regions");
  const again = page.locator(".columns").getByRole("button", { name: "Try again" });
  await expect(again).toHaveCount(2, { timeout: 60_000 });
  await expect(page.getByText("Loading the catalog")).toHaveCount(0);
  await page.goto("./o/acme/catalog?machine=t3.medium");
  const panel = page.getByRole("dialog", { name: "t3.medium" });
  await expect(panel.getByRole("alert")).toContainText("The platform failed", { timeout: 60_000 });
  await platform.heal();
  await panel.getByRole("button", { name: "Try again" }).click();
  await expect(panel).toContainText("vCPU");
});

test("a region without zones offers no machine types", async ({ page, platform }) => {
  await platform.fault({
    operation: "listZones",
    kind: "status",
    status: 200,
    body: { data: [], id: "1", message: "", status: "success" },
    always: true,
  });
  await open(page, "?provider=aws&region=eu-north-1");
  await expect(page.getByText("No machine types here")).toBeVisible();
});
