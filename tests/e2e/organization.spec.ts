import { expect, heading, KEYS, main, row, sidebar, signIn, signInByKey, test } from "./fixtures.ts";

test("an organization is created and followed until it is provisioned", async ({ page, platform }) => {
  await signIn(page, "global-admin", "./organizations");
  await page.getByRole("link", { name: "New organization" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Acme Robotics");
  await page.getByRole("button", { name: "Create organization" }).click();
  await expect(page.getByLabel("Name", { exact: true })).toHaveAccessibleDescription(/acme-robotics/);
  await page.getByLabel("Name", { exact: true }).fill("acme");
  await page.getByRole("button", { name: "Create organization" }).click();
  await expect(page.getByLabel("Name", { exact: true })).toHaveAccessibleDescription(/taken/);
  await page.getByLabel("Name", { exact: true }).fill("acme-robotics");
  await page.getByRole("button", { name: "Create organization" }).click();
  await expect(heading(page, "Organizations")).toBeVisible();
  const made = page.getByRole("row", { name: /^acme-robotics/ });
  await expect(made).toContainText("Provisioning");
  await platform.advance(30);
  await expect(made).toContainText("Ready", { timeout: 20_000 });
  await expect(page.getByText("acme-robotics is ready.")).toBeVisible();
  await platform.succeeded("listOrganizations");
  expect(await platform.calls("createOrganization")).toBeGreaterThan(0);
});

test("who may not create organizations is told why", async ({ page }) => {
  await signIn(page, "owner", "./organizations");
  const action = page.getByText("New organization", { exact: true });
  await expect(page.locator("[aria-disabled=true]").filter({ has: action })).toBeVisible();
});

test("an organization shows what it is, and what of its plan is used", async ({ page, platform }) => {
  await signIn(page, "two-organizations", "./o/globex");
  await page.getByRole("button", { name: "Switch organization" }).click();
  await page.getByRole("link", { name: "About globex" }).click();
  await expect(heading(page, "globex")).toBeVisible();
  await expect(page.getByRole("definition").filter({ hasText: "globex-m3pw" })).toBeVisible();
  await expect(page.getByRole("definition").filter({ hasText: "(you)" })).toBeVisible();
  await expect(page.getByRole("definition").filter({ hasText: /^\d+ of 2/ })).toBeVisible();
  await main(page).getByRole("link", { name: "Plan", exact: true }).click();
  await expect(heading(page, "Plan")).toBeVisible();
  await expect(main(page).getByText("This organization", { exact: true })).toBeVisible();
  await expect(page.getByRole("row", { name: /^Audit log/ })).toContainText("Not included");
  await platform.succeeded("getOrganization", "getOrganizationPlan", "listPlans", "getPricing");
});

test("switching is told to the platform, and a new tab begins where one chose", async ({ page, platform, context }) => {
  await signIn(page, "two-organizations", "./o/globex");
  await expect(heading(page, "Home")).toBeVisible();
  await page.goto("./o/acme");
  await expect(sidebar(page)).toContainText("Editor");
  expect(await platform.calls("switchOrganization"), "a link offers it").toBe(0);
  await page.getByRole("button", { name: "Switch to acme" }).click();
  await expect.poll(async () => (await platform.seen()).operations["switchOrganization"]?.statuses["200"] ?? 0).toBe(1);
  await page.goto("./organizations");
  await page.getByRole("row", { name: /^globex/ }).getByRole("button", { name: /^Actions for/ }).click();
  await page.getByRole("button", { name: "Begin new tabs here" }).click();
  await expect(page.getByRole("row", { name: /^globex/ })).toContainText("Default");
  expect(await page.evaluate(() => localStorage.getItem("astro.start"))).toBe("globex");
  expect(context.pages()).toHaveLength(1);
});

test("a plan page that cannot be read says so and mends", async ({ page, platform }) => {
  await platform.fault({ operation: "listPlans", kind: "status", status: 500, always: true });
  await signInByKey(page, KEYS.viewer, "./o/acme/plan");
  await expect(main(page).getByRole("alert")).toContainText("The platform failed", { timeout: 30_000 });
  await platform.heal();
  await main(page).getByRole("button", { name: "Try again" }).click();
  await expect(main(page).getByText("This organization", { exact: true })).toBeVisible();
  await expect(row(page, "Clusters")).toBeVisible();
});
