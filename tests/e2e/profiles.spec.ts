import type { Locator, Page } from "@playwright/test";
import { expect, heading, KEYS, type Platform, row, sidebar, signInByKey, test } from "./fixtures.ts";

const field = (page: Page, name: string): Locator => page.getByRole("main").getByLabel(name, { exact: true });
const bound = (page: Page, name: string): Locator => page.getByRole("textbox", { name: new RegExp(`^${name}`) });
const create = (page: Page): Locator => page.getByRole("button", { name: "Create profile" });
const bar = (page: Page): Locator => page.getByRole("region", { name: "Selection" });

/** Makes a profile as somebody else. */
const made = (platform: Platform, profileName: string): Promise<{ id: string }> =>
  platform.act("editor", "createApplicationProfile", { body: { profileName } });

/**
 * Types a name that is taken, and leaves the field once the list of profiles has come: of one that is left before it,
 * nothing is said later.
 */
const taken = (page: Page): Promise<void> =>
  expect(async () => {
    await field(page, "Name").fill("web-standard");
    await field(page, "Name").blur();
    await expect(field(page, "Name")).toHaveAccessibleDescription(/There is a profile web-standard already\./, { timeout: 2_000 });
  }).toPass();

test("a profile is created, used by nobody, and deleted again", async ({ page, platform }) => {
  await signInByKey(page, KEYS.editor, "./o/acme");
  await sidebar(page).getByRole("link", { name: "Profiles", exact: true }).click();
  await expect(heading(page, "Profiles")).toBeVisible();
  await page.getByRole("link", { name: "New profile" }).click();
  // The heading takes the focus, and would take along what is typed meanwhile.
  await expect(heading(page, "New profile")).toBeFocused();

  await taken(page);
  await create(page).click();
  await expect(field(page, "Name")).toBeFocused();
  await expect(field(page, "Name")).toHaveAccessibleDescription(/There is a profile web-standard already\./);
  await field(page, "Name").fill("walk-through");
  await create(page).click();
  await expect(page.getByRole("combobox", { name: "Cluster" })).toBeFocused();
  await page.getByRole("combobox", { name: "Cluster" }).fill("prod-eu");
  await page.getByRole("option", { name: /^prod-eu/ }).click();
  await page.getByRole("radio", { name: /^Premium/ }).check();
  await expect(page.getByRole("radio", { name: /^Premium/ })).toHaveAccessibleName(/Replicas 3–9.*CPU 1–4.*Memory 4Gi–8Gi/);
  await bound(page, "Memory, minimum").fill("8Gi");
  await bound(page, "Memory, maximum").fill("4Gi");
  await create(page).click();
  await expect(bound(page, "Memory, maximum")).toBeFocused();
  await expect(bound(page, "Memory, maximum")).toHaveAccessibleDescription(/At least the minimum, 8Gi\./);
  await bound(page, "Memory, maximum").fill("8Gi");
  await page.getByRole("tab", { name: "YAML" }).click();
  await expect(page.getByRole("region", { name: "The request" })).toContainText("kind: ApplicationProfile");
  await expect(page.getByText("Applications of walk-through run on prod-eu.")).toBeVisible();
  await create(page).click();

  await expect(heading(page, "walk-through")).toBeVisible();
  await expect(page).toHaveURL(/\/o\/acme\/profiles\/walk-through$/);
  await expect(page.getByText("No application uses it.", { exact: false })).toBeVisible();
  await expect(page.getByRole("main")).toContainText("memory 8Gi");
  await expect(page.getByText("3–9, autoscaled")).toBeVisible();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Delete walk-through" });
  await expect(dialog.getByRole("button", { name: "Keep profile" })).toBeFocused();
  await dialog.getByRole("button", { name: "Delete profile" }).click();
  await expect(heading(page, "Profiles")).toBeVisible();
  await expect(row(page, "web-standard")).toBeVisible();
  await expect(row(page, "walk-through")).toHaveCount(0);

  await platform.succeeded(
    "listApplicationProfiles",
    "createApplicationProfile",
    "getApplicationProfile",
    "deleteApplicationProfile",
    "listAvailabilityTiers",
    "getAvailabilityTier",
  );
});

test("a profile that was just made is asked for by its id, however late the list comes", async ({ page, platform }) => {
  const asked = new Set<string>();
  page.on("request", (request) => {
    const id = /\/applications\/profiles\/([^/]+)$/.exec(new URL(request.url()).pathname)?.[1];
    if (id && request.method() === "GET") asked.add(id);
  });
  await signInByKey(page, KEYS.editor, "./o/acme/profiles/new");
  // The first list has come.
  await taken(page);
  await field(page, "Name").fill("listed-late");
  await page.getByRole("radio", { name: /^The platform's choice/ }).check();
  await platform.fault({ operation: "listApplicationProfiles", kind: "delay", ms: 1500 });
  await create(page).click();
  await expect(heading(page, "listed-late")).toBeVisible();
  await expect(page.getByText("No application uses it.", { exact: false })).toBeVisible();
  const { id } = await platform.act<{ id: string }>("editor", "getApplicationProfile", {
    path: { profileId: "listed-late" },
  });
  expect([...asked]).toEqual([id]);
});

test("a profile may go to a region, or wherever the platform likes", async ({ page, platform }) => {
  await signInByKey(page, KEYS.editor, "./o/acme/profiles/new");
  await field(page, "Name").fill("somewhere");
  await page.getByRole("radio", { name: /^A provider and a region/ }).check();
  await expect(page.getByRole("combobox", { name: "Region" })).toBeDisabled();
  await page.getByRole("radio", { name: /^AWS|^Amazon/ }).check();
  await page.getByRole("combobox", { name: "Region" }).fill("eu-central-1");
  await page.getByRole("option", { name: /eu-central-1/ }).click();
  await page.getByRole("radio", { name: /^The platform's choice/ }).check();
  await expect(page.getByText("Applications of somewhere run where the platform finds it nearest.")).toBeVisible();
  await page.getByRole("radio", { name: /^A provider and a region/ }).check();
  await create(page).click();
  await expect(heading(page, "somewhere")).toBeVisible();
  await expect(page.getByRole("main")).toContainText("AWS, eu-central-1");
  const profile = await platform.act<{ cloudProvider: object }>("editor", "getApplicationProfile", {
    path: { profileId: "somewhere" },
  });
  expect(profile.cloudProvider).toEqual({ provider: "aws", region: "eu-central-1" });
});

test("a profile in use stays, and says why", async ({ page, platform }) => {
  await signInByKey(page, KEYS.editor, "./o/acme/profiles/web-standard");
  await expect(heading(page, "web-standard")).toBeVisible();
  await expect(row(page, "payments-api")).toBeVisible();
  const button = page.getByRole("button", { name: "Delete", exact: true });
  await expect(button).toHaveAttribute("aria-disabled", "true");
  await expect(button).toHaveAccessibleDescription(/\d+ applications use it\. Delete what uses it first\./);

  // Somebody takes it into use while the question is open.
  await made(platform, "in-between");
  await page.goto("./o/acme/profiles/in-between");
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  const source = { type: "image", image: { registry: "docker.io", repository: "acme/late", tag: "v1" } };
  await platform.act("editor", "deployApplication", { body: { name: "late", profileName: "in-between", source } });
  const dialog = page.getByRole("dialog", { name: "Delete in-between" });
  await dialog.getByRole("button", { name: "Delete profile" }).click();
  await expect(dialog.getByRole("alert")).toContainText("1 application uses the profile");
});

test("several are deleted in one request, which tells what stayed", async ({ page, platform }) => {
  await made(platform, "spare-one");
  await made(platform, "spare-two");
  await signInByKey(page, KEYS.editor, "./o/acme/profiles");
  for (const name of ["spare-one", "spare-two", "web-standard"]) {
    await row(page, name).getByRole("checkbox").check();
  }
  await bar(page).getByRole("button", { name: "Delete", exact: true }).click();
  const question = page.getByRole("dialog", { name: "Delete 3 profiles" });
  await expect(question).toContainText("web-standard, spare-one, spare-two");
  await question.getByRole("button", { name: "Delete 3 profiles" }).click();
  const report = page.getByRole("dialog", { name: "Delete", exact: true });
  await expect(report).toContainText("2 deleted, 1 left out");
  await expect(report.getByRole("listitem").filter({ hasText: "web-standard" })).toContainText(/in use by .*payments-api/i);
  await report.getByRole("button", { name: "Close" }).click();
  await expect(row(page, "spare-one")).toHaveCount(0);
  await expect(row(page, "web-standard")).toBeVisible();
  expect(await platform.calls("bulkDeleteApplicationProfiles")).toBe(1);
});

test("who may not is told why, and a refusal of the platform is shown", async ({ page, platform }) => {
  await signInByKey(page, KEYS.viewer, "./o/acme/profiles");
  const button = page.getByRole("button", { name: "New profile" });
  await expect(button).toHaveAttribute("aria-disabled", "true");
  await expect(button).toHaveAccessibleDescription("Needs the role editor, admin or owner. Yours is viewer.");
  await page.goto("./o/acme/profiles/new");
  await expect(create(page)).toHaveAttribute("aria-disabled", "true");
  await page.goto("./o/acme/profiles/legacy-vm-import");
  await expect(page.getByRole("button", { name: "Delete", exact: true })).toHaveAccessibleDescription(/Yours is viewer/);

  await page.goto("./");
  await sidebar(page).getByRole("button", { name: "Sign out" }).click();
  // It leads to the sign-in page, and that way must not cross the next one.
  await expect(page.getByLabel("API key", { exact: true })).toBeVisible();
  await signInByKey(page, KEYS.editor, "./o/acme/profiles/new");
  await platform.fault({ operation: "createApplicationProfile", kind: "status", status: 403 });
  await field(page, "Name").fill("refused");
  await page.getByRole("radio", { name: /^The platform's choice/ }).check();
  await create(page).click();
  await expect(page.getByRole("main").getByRole("alert")).toContainText("Not allowed");
  await expect(field(page, "Name")).toHaveValue("refused");
});

test("an unknown profile is not found", async ({ page }) => {
  await signInByKey(page, KEYS.viewer, "./o/acme/profiles/nowhere");
  await expect(page.getByRole("main")).toContainText(/not found/i);
});
