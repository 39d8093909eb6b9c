import type { Locator, Page } from "@playwright/test";
import { expect, GLOBEX, heading, KEYS, main, sidebar, signIn, signInByKey, test } from "./fixtures.ts";

const figure = (page: Page, label: string): Locator => main(page).locator(".figure").filter({ hasText: label });
const card = (page: Page, title: string): Locator =>
  main(page).locator(".card").filter({ has: page.getByRole("heading", { level: 2, name: title, exact: true }) });

test("an owner sees health, activity, now and recently, each the way to its list", async ({ page }) => {
  await signIn(page, "owner", "./o/acme");
  await expect(heading(page, "Home")).toBeVisible();
  await expect(main(page).getByText(/^Kubernetes 1\.\d+ to 1\.\d+ on \d+ clusters$/)).toBeVisible();
  await expect(main(page).getByText(/^\d+ things need attention$/)).toBeVisible();
  await expect(figure(page, "API keys")).toContainText(/expires? within 7 days/);
  await expect(figure(page, "Operations")).toContainText("running");
  await expect(card(page, "Audit activity")).toContainText(/[\d,]+ events in 30 days/);
  await expect(card(page, "Recently").getByRole("listitem").first()).toContainText(/ ago|just now/);
  await expect(card(page, "Recently")).not.toContainText("read audit log");

  const now = card(page, "Now");
  const waiting = now.getByRole("listitem").filter({ hasText: "payments-pci waits for an owner's approval" });
  await expect(waiting).toBeVisible();
  await waiting.getByRole("link", { name: "Review" }).click();
  await expect(heading(page, "Approvals")).toBeVisible();
  await page.goBack();

  await figure(page, "Clusters").getByRole("link", { name: "Failed" }).click();
  await expect(page).toHaveURL(/\/o\/acme\/clusters\?state=failed$/);
  await expect(page.getByRole("rowheader", { name: "loadtest" })).toBeVisible();
  await expect(page.getByRole("rowheader", { name: "prod-eu" })).toHaveCount(0);
  await page.goBack();
  await figure(page, "Applications").getByRole("link", { name: "Degraded" }).click();
  await expect(page).toHaveURL(/\/o\/acme\/applications\?health=degraded$/);
  await expect(page.getByRole("rowheader", { name: "mailer" })).toBeVisible();
  await page.goBack();
  await figure(page, "API keys").getByRole("link", { name: "API keys" }).click();
  await expect(page).toHaveURL(/\/o\/acme\/keys\?state=soon&organization=acme$/);
  await expect(heading(page, "API keys")).toBeVisible();
  await page.goBack();
  await card(page, "Audit activity").getByRole("link", { name: "Open audit log" }).click();
  await expect(heading(page, "Audit log")).toBeVisible();

  // The bell tells of the keys as well, from every page.
  await page.getByRole("banner").getByRole("button", { name: /^Activity/ }).click();
  const bell = page.getByRole("dialog", { name: "Activity" });
  await bell.getByRole("link", { name: /^\d+ keys? expires? within 7 days$/ }).click();
  await expect(bell).toBeHidden();
  await expect(page).toHaveURL(/\/o\/acme\/keys\?state=soon$/);
  await expect(main(page).getByRole("row").filter({ hasText: "Expires soon" }).first()).toBeVisible();
});

test("an owner with a key alone is offered to sign in for the keys, in place", async ({ page, platform }) => {
  await signInByKey(page, KEYS.owner, "./o/acme");
  await expect(figure(page, "API keys")).toContainText("you are signed in with an API key");
  await expect(card(page, "Audit activity")).toBeVisible();
  expect(Object.keys((await platform.seen()).operations)).not.toContain("listApiKeys");
  await figure(page, "API keys").getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: /Olivia Chen/ }).click();
  await expect(heading(page, "Home")).toBeVisible();
  await expect(figure(page, "API keys")).toContainText(/expires? within 7 days/);
});

test("without the audit log, operations and applications tell what happened, and why", async ({ page, platform }) => {
  await signInByKey(page, KEYS.viewer, "./o/acme");
  await expect(card(page, "Recently").getByRole("listitem").first()).toBeVisible();
  await expect(card(page, "Recently")).toContainText("which is for admins and owners on the Enterprise plan");
  await expect(card(page, "Audit activity")).toHaveCount(0);
  await expect(page.getByText("Deploy application", { exact: true }).first()).toHaveAttribute("aria-disabled", "true");
  const { operations } = await platform.seen();
  expect(Object.keys(operations), "what is known to be refused is not asked for").not.toContain("listAuditEvents");
  expect(Object.keys(operations)).not.toContain("getAuditStatistics");
});

test("on the Developer plan the log is not asked for, by its owner or by a viewer", async ({ page, platform }) => {
  const { id: userId } = await platform.act<{ id: string }>("viewer", "getUserProfile");
  await platform.act("two-organizations", "addOrganizationUser", { body: { orgId: GLOBEX, userId, role: "viewer" } });
  const body = { orgId: GLOBEX, source: "cli", duration: 3_600_000_000_000, name: "a viewer's" };
  const { key } = await platform.act<{ key: string }>("viewer", "createApiKey", { body });
  await signInByKey(page, KEYS["two-organizations"], "./o/globex");
  await expect(card(page, "Recently")).toContainText("on the Enterprise plan");
  await expect(card(page, "Audit activity")).toHaveCount(0);

  await sidebar(page).getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  await expect(heading(page, "Sign in")).toBeVisible();
  await signInByKey(page, key, "./o/globex");
  await expect(sidebar(page)).toContainText("Viewer");
  await expect(figure(page, "Clusters")).toContainText("ready");
  await expect(card(page, "Recently")).toContainText("on the Enterprise plan");
  await expect(card(page, "Audit activity")).toHaveCount(0);
  await expect(main(page).getByRole("alert")).toHaveCount(0);
  await expect(page.getByText("Deploy application", { exact: true }).first()).toHaveAttribute("aria-disabled", "true");
  expect(Object.keys((await platform.seen()).operations)).not.toContain("listAuditEvents");
});

test("an audit log that fails leaves the rest of the page", async ({ page, platform }) => {
  await platform.fault({ operation: "listAuditEvents", kind: "html", always: true });
  await platform.fault({ operation: "getAuditStatistics", kind: "html", always: true });
  await signInByKey(page, KEYS.owner, "./o/acme");
  await expect(card(page, "Recently")).toContainText("the audit log could not be read");
  await expect(card(page, "Recently").getByRole("listitem").first()).toBeVisible();
  await expect(card(page, "Audit activity").getByRole("alert")).toContainText("Something else answered");
  await expect(figure(page, "Clusters")).toContainText("14");
});

test("reading the audit log does not hide what was done before", async ({ page, platform }) => {
  const { events } = await platform.act<{ events: { id: string }[] }>("owner", "listAuditEvents", { query: { pageSize: "31" } });
  for (const { id } of events) await platform.act("owner", "getAuditEvent", { path: { eventId: id } });
  await signInByKey(page, KEYS.owner, "./o/acme");
  await expect(card(page, "Recently").getByRole("listitem").first()).toContainText(/ ago|just now/);
  // The platform gives a hundred at once, and no more are asked for.
  await page.route(/\/audit\/events\?/, async (route) => {
    const response = await route.fetch();
    const body = (await response.json()) as { data: { events: object[] } };
    for (const event of body.data.events) Object.assign(event, { eventType: "AUDIT", action: "READ" });
    await route.fulfill({ response, json: body });
  });
  await page.reload();
  await expect(card(page, "Recently")).toContainText("The latest events only tell of reading this log.");
  // The log asks by the same address, and is not waited for.
  await page.unrouteAll({ behavior: "wait" });
  await card(page, "Recently").getByRole("link", { name: "Open audit log" }).click();
  await expect(heading(page, "Audit log")).toBeVisible();
});

test("operations that failed, or that could not be read, are no good news", async ({ page, platform }) => {
  const hour = new Date(Date.now() - 3_600_000).toISOString();
  const cluster = { id: "c-1", clusterName: "prod-eu", provider: "aws", status: "READY" };
  const failed = {
    operationId: "op-1",
    clusterId: "c-1",
    clusterName: "prod-eu",
    operationType: "UPDATE",
    status: "FAILED",
    startedAt: hour,
    updatedAt: hour,
  };
  const answer = (operation: string, data: object) =>
    platform.fault({ operation, kind: "malformed", body: { data, id: "", message: "", status: "success" }, always: true });
  await answer("listApplications", []);
  await answer("listClusters", [cluster]);
  await platform.fault({ operation: "listClusterProgress", kind: "status", status: 500, always: true });
  await signInByKey(page, KEYS.owner, "./o/acme");
  await expect(figure(page, "Clusters")).toContainText("1 ready");
  await expect(card(page, "Now")).toContainText("What runs could not be read.");
  await expect(main(page).getByText("Nothing needs attention")).toHaveCount(0);

  await platform.heal();
  await answer("listApplications", []);
  await answer("listClusters", [cluster]);
  await answer("listClusterProgress", { progress: [failed] });
  await page.reload();
  await expect(card(page, "Now").getByRole("listitem").filter({ hasText: "prod-eu could not be changed" })).toBeVisible();
  await expect(main(page).getByText("1 thing needs attention", { exact: true })).toBeVisible();
  await expect(main(page).getByText("All is well")).toHaveCount(0);
});

test("an empty organization is led to its first application", async ({ page, platform }) => {
  const nothing = (operation: string) => platform.fault({ operation, kind: "malformed", body: { data: [] }, always: true });
  await nothing("listApplications");
  await nothing("listClusters");
  await nothing("listApplicationProfiles");
  await signInByKey(page, KEYS.owner, "./o/acme");
  const steps = card(page, "Next steps");
  await expect(steps.getByRole("listitem")).toHaveCount(4);
  await expect(steps.getByRole("link", { name: "Connect a cloud" })).toBeVisible();
  await steps.getByRole("link", { name: "Create a profile" }).click();
  await expect(heading(page, "New profile")).toBeVisible();
  // Once there is a profile that step is done, before anything is deployed.
  await platform.heal();
  await nothing("listApplications");
  await nothing("listClusters");
  await page.goto("./o/acme");
  const profile = steps.getByRole("listitem").filter({ hasText: "Create a profile" });
  await expect(profile).toContainText("Done:");
  await expect(profile.getByRole("link")).toHaveCount(0);
  await expect(steps.getByRole("link", { name: "Deploy", exact: true })).toBeVisible();
});
