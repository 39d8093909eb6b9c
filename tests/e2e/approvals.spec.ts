import type { Page } from "@playwright/test";
import { ACME, dialog, expect, heading, KEYS, type Platform, sidebar, signIn, signInByKey, test } from "./fixtures.ts";

const waiting = (page: Page, name: string) => page.getByRole("listitem", { name });

/** The token of a request, as owners' operations have it. */
async function token(platform: Platform, cluster: string): Promise<string> {
  const page = await platform.act<{ operations: { approvalToken?: string }[] }>("owner", "listClusterOperations", {
    path: { clusterId: cluster },
  });
  const found = page.operations[0]?.approvalToken;
  if (!found) throw new Error(`${cluster} does not wait`);
  return found;
}

const link = (cluster: string, key: string, action: string) =>
  `./notification/approval?clusterName=${cluster}&orgId=${ACME}&token=${key}&action=${action}`;

test("an owner approves from the list, after the consequences", async ({ page, platform }) => {
  await signIn(page, "owner", "./o/acme");
  await expect(sidebar(page).getByRole("link", { name: /Approvals\s*1/ })).toBeVisible();
  await sidebar(page).getByRole("link", { name: /Approvals/ }).click();
  await expect(heading(page, "Approvals")).toBeVisible();
  const card = waiting(page, "payments-pci");
  await expect(card).toContainText("AKS in northeurope");
  await expect(card).toContainText("Adam Novak");
  await card.getByRole("button", { name: "Approve" }).click();
  const ask = dialog(page, "Approve payments-pci");
  await expect(ask.getByRole("button", { name: "Decide later" })).toBeFocused();
  await expect(ask).toContainText("charges for them");
  await ask.getByRole("button", { name: "Approve cluster" }).click();
  await expect(page.getByText("payments-pci is approved and is being made.", { exact: true })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Nothing waits for approval" })).toBeVisible();
  expect((await platform.seen()).operations["decideClusterApproval"]?.statuses["200"]).toBe(1);
});

test("two owners decide the same: the second is told who was first", async ({ page, platform }) => {
  await signIn(page, "owner", "./o/acme/approvals");
  await waiting(page, "payments-pci").getByRole("button", { name: "Reject" }).click();
  const ask = dialog(page, "Reject payments-pci");
  await expect(ask).toContainText("nothing was made yet");
  const key = await token(platform, "payments-pci");
  await platform.act("owner", "decideClusterApproval", {
    query: { clusterName: "payments-pci", orgId: ACME, token: key, action: "APPROVE" },
  });
  await ask.getByRole("button", { name: "Reject cluster" }).click();
  await expect(page.getByText("Somebody has decided already")).toBeVisible();
  await expect(page.getByText(/Olivia Chen approved cluster payments-pci/)).toBeVisible();
  await expect(waiting(page, "payments-pci")).toHaveCount(0);
});

test("everybody else sees what waits, and who asked may withdraw it", async ({ page, platform }) => {
  await signInByKey(page, KEYS.admin, "./o/acme/approvals");
  const card = waiting(page, "payments-pci");
  await expect(card.getByRole("button", { name: "Approve" })).toBeDisabled();
  await expect(page.getByText("An owner decides", { exact: true })).toBeVisible();
  await card.getByRole("button", { name: "Withdraw request" }).click();
  await dialog(page, "Withdraw the request for payments-pci").getByRole("button", { name: "Withdraw request" }).click();
  await expect(page.getByRole("heading", { name: "Nothing waits for approval" })).toBeVisible();
  expect((await platform.seen()).operations["cancelClusterOperation"]?.statuses["200"]).toBe(1);
});

test("a request that is approved meanwhile is not withdrawn, and its creation goes on", async ({ page, platform }) => {
  await signInByKey(page, KEYS.admin, "./o/acme/clusters/payments-pci");
  await page.getByRole("main").getByRole("button", { name: "Withdraw request" }).click();
  const ask = dialog(page, "Withdraw the request for payments-pci");
  await expect(ask).toContainText("Nobody has decided yet");
  const key = await token(platform, "payments-pci");
  await platform.act("owner", "decideClusterApproval", {
    query: { clusterName: "payments-pci", orgId: ACME, token: key, action: "APPROVE" },
  });
  await ask.getByRole("button", { name: "Withdraw request" }).click();
  await expect(page.getByText("payments-pci does not wait any more. Nothing was withdrawn.")).toBeVisible();
  await expect(page.getByText("An owner has to approve this cluster before it is made")).toHaveCount(0);
  expect(await platform.calls("cancelClusterOperation")).toBe(0);
});

test("by a key nobody decides: the page offers the own sign-in, and goes on after it", async ({ page }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/approvals");
  await expect(page.getByText("Sign in to decide")).toBeVisible();
  await expect(waiting(page, "payments-pci").getByRole("button", { name: "Approve" })).toBeDisabled();
  await page.getByRole("button", { name: "Sign in with single sign-on" }).click();
  await page.getByRole("button", { name: "Olivia Chen" }).click();
  await expect(heading(page, "Approvals")).toBeVisible();
  await expect(waiting(page, "payments-pci").getByRole("button", { name: "Approve" })).toBeEnabled();
});

test("the link of the e-mail decides; its token leaves the address and waits through a sign-in", async ({ page, platform }) => {
  const key = await token(platform, "payments-pci");
  await page.goto(link("payments-pci", key, "REJECT"));
  await expect(page.getByRole("button", { name: "Continue with single sign-on" })).toBeVisible();
  expect(page.url()).not.toContain(key);
  await page.getByRole("button", { name: "Continue with single sign-on" }).click();
  await page.getByRole("button", { name: "Olivia Chen" }).click();
  await expect(heading(page, "Approval")).toBeVisible();
  expect(page.url()).not.toContain("token");
  await expect(page.getByText("You have followed the link to reject it.")).toBeVisible();
  await expect(page.getByText("Adam Novak wants this cluster. An owner decides whether it is made.")).toBeVisible();
  await expect(page.getByRole("link", { name: "Show the manifest" })).toHaveAttribute("href", /payments-pci\?tab=manifest$/);
  await page.getByRole("main").getByRole("button", { name: "Reject" }).click();
  await dialog(page, "Reject payments-pci").getByRole("button", { name: "Reject cluster" }).click();
  await expect(page.getByRole("heading", { name: "Rejected" })).toBeVisible();

  // The same link once more.
  await page.goto(link("payments-pci", key, "APPROVE"));
  await page.getByRole("main").getByRole("button", { name: "Approve" }).click();
  await dialog(page, "Approve payments-pci").getByRole("button", { name: "Approve cluster" }).click();
  await expect(page.getByRole("heading", { name: "Somebody has decided already" })).toBeVisible();
  await page.getByRole("link", { name: "Show payments-pci" }).click();
  await expect(page.getByRole("main").getByText("Approval rejected").first()).toBeVisible();
});

test("who signs out takes the link of the e-mail with them", async ({ page, platform }) => {
  const key = await token(platform, "payments-pci");
  await page.goto(link("payments-pci", key, "APPROVE"));
  await page.getByRole("button", { name: "Continue with single sign-on" }).click();
  await page.getByRole("button", { name: "Adam Novak" }).click();
  await expect(page.getByText("An owner decides", { exact: true })).toBeVisible();
  expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage })), "it waits in the tab").toContain(key);
  // The page is left for the issuer's, which leads back: a question to it on its way out would get no answer.
  const back = page.waitForEvent("domcontentloaded");
  await sidebar(page).getByRole("button", { name: "Sign out" }).click();
  await back;
  await expect(heading(page, "Sign in")).toBeVisible();
  expect(await page.evaluate(() => ({ ...sessionStorage }))).toEqual({});
  await signIn(page, "owner", "./notification/approval");
  await expect(heading(page, "Approval")).toBeVisible();
  await expect(page.getByRole("main").getByRole("button", { name: "Approve" })).toHaveCount(0);
  expect(await platform.calls("decideClusterApproval")).toBe(0);
});

test("a link that has expired, one that nobody knows, and one of a person who may not", async ({ page, platform }) => {
  const key = await token(platform, "payments-pci");
  await signIn(page, "owner", "./o/acme");
  await page.goto(link("payments-pci", "f00", "APPROVE"));
  await page.getByRole("main").getByRole("button", { name: "Approve" }).click();
  await dialog(page, "Approve payments-pci").getByRole("button", { name: "Approve cluster" }).click();
  await expect(page.getByRole("heading", { name: "No request has this link" })).toBeVisible();
  await platform.fault({
    operation: "decideClusterApproval",
    kind: "status",
    status: 409,
    body: { error: "This link expired at 2026-06-09T12:00:00Z", error_code: "CONFLICT", details: { reason: "expired" } },
  });
  await page.goto(link("payments-pci", key, "APPROVE"));
  await page.getByRole("main").getByRole("button", { name: "Approve" }).click();
  await dialog(page, "Approve payments-pci").getByRole("button", { name: "Approve cluster" }).click();
  await expect(page.getByRole("heading", { name: "The link has expired" })).toBeVisible();
});

test("an admin who opens the link is told that an owner decides", async ({ page, platform }) => {
  const key = await token(platform, "payments-pci");
  await signIn(page, "admin", "./o/acme");
  await page.goto(link("payments-pci", key, "APPROVE"));
  await expect(page.getByText("An owner decides", { exact: true })).toBeVisible();
  await expect(page.getByRole("main").getByRole("button", { name: "Approve" })).toHaveCount(0);
});

test("where the platform gives no token, a pasted link decides", async ({ page, platform }) => {
  const key = await token(platform, "payments-pci");
  const progress = await platform.act<{ progress: { approvalToken?: string }[] }>("owner", "listClusterProgress", {
    query: { status: "PENDING", limit: 100 },
  });
  for (const one of progress.progress) delete one.approvalToken;
  await platform.fault({
    operation: "listClusterProgress",
    kind: "malformed",
    always: true,
    body: { data: progress, id: "", message: "", status: "success" },
  });
  await signIn(page, "owner", "./o/acme/approvals");
  await expect(page.getByText("The link in the e-mail decides", { exact: true })).toBeVisible();
  await expect(waiting(page, "payments-pci").getByRole("button", { name: "Approve" })).toBeDisabled();
  const field = page.getByLabel("Approval link");
  await field.fill("https://console.example/notification/approval?clusterName=payments-pci");
  await page.getByRole("button", { name: "Open link" }).click();
  await expect(page.getByText("This is not such a link")).toBeVisible();
  await field.fill(new URL(link("payments-pci", key, "APPROVE"), "https://console.example/").href);
  await page.getByRole("button", { name: "Open link" }).click();
  await expect(heading(page, "Approval")).toBeVisible();
  expect(page.url()).not.toContain(key);
  await page.getByRole("main").getByRole("button", { name: "Approve" }).click();
  await dialog(page, "Approve payments-pci").getByRole("button", { name: "Approve cluster" }).click();
  await expect(page.getByRole("heading", { name: "Approved" })).toBeVisible();
});
