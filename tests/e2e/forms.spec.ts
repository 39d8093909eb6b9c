import type { Locator, Page, Route } from "@playwright/test";
import {
  ACME,
  type ApiKey,
  expect,
  type Fault,
  heading,
  KEYS,
  NAMES,
  type Platform,
  sidebar,
  signIn,
  signInByKey,
  test,
} from "./fixtures.ts";

const field = (page: Page, name: string) => page.getByRole("main").getByLabel(name, { exact: true });
const create = (page: Page) => page.getByRole("button", { name: "Create organization" });
const question = (page: Page) => page.getByRole("dialog", { name: "Leave without saving?" });

/** Opens the form as somebody who may send it. */
async function open(page: Page): Promise<void> {
  await signIn(page, "global-admin", "./organizations");
  await page.getByRole("link", { name: "New organization" }).click();
  await expect(heading(page, "New organization")).toBeVisible();
}

/** Fills it with something that the rules allow. */
async function fill(page: Page, name = "initech"): Promise<void> {
  await field(page, "Name").fill(name);
  await page.getByLabel("Title").fill("Initech GmbH & Co. „Süd“");
}

test("an organization is created by keyboard alone", async ({ page }) => {
  await signIn(page, "global-admin", "./organizations");
  const link = page.getByRole("link", { name: "New organization" });
  // The heading takes the focus when the page is there, which is over when its list is.
  await expect(page.getByRole("rowheader", { name: "acme" })).toBeVisible();
  await link.focus();
  await page.keyboard.press("Enter");
  await expect(heading(page, "New organization")).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(field(page, "Name")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(field(page, "Name"), "the first field that is wrong").toBeFocused();
  await expect(field(page, "Name")).toHaveAccessibleDescription(/Name is required\./);
  await page.keyboard.type("Initech");
  await expect(field(page, "Name")).toHaveAccessibleDescription(/Use small letters: initech\./);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("initech");
  await expect(field(page, "Name")).not.toHaveAttribute("aria-invalid");
  await expect(page.getByText("You become the owner of initech.")).toBeVisible();
  await page.keyboard.press("Enter");
  // First what goes by itself.
  await expect(page.getByRole("status").filter({ hasText: "initech is being created." })).toBeVisible();
  await expect(heading(page, "Organizations")).toBeVisible();
  await expect(page.getByRole("main").getByText("initech", { exact: true })).toBeVisible();
});

test("who may not create one is told why", async ({ page }) => {
  await signIn(page, "owner", "./organizations");
  const button = page.getByRole("button", { name: "New organization" });
  await expect(button).toHaveAttribute("aria-disabled", "true");
  await expect(button).toHaveAccessibleDescription(/Only an administrator of the platform/);
  await page.goto("./organizations/new");
  await expect(create(page)).toHaveAttribute("aria-disabled", "true");
  await fill(page);
  // It stays a button that can be pressed, so that its reason can be read; pressed, it does nothing.
  await create(page).click({ force: true });
  await expect(heading(page, "New organization")).toBeVisible();
});

interface Case {
  name: string;
  fault: Omit<Fault, "operation">;
  title: string;
  /** Whether the platform has done it, and only its answer is spoilt. */
  done?: boolean;
}

const FAULTS: Case[] = [
  { name: "status 500", fault: { kind: "status", status: 500 }, title: "The platform failed" },
  { name: "status 403", fault: { kind: "status", status: 403 }, title: "Not allowed" },
  { name: "status 409", fault: { kind: "status", status: 409 }, title: "Not possible now" },
  { name: "status 429", fault: { kind: "status", status: 429 }, title: "Too many requests" },
  { name: "the page of a proxy", fault: { kind: "html", status: 502 }, title: "Something else answered" },
  { name: "a broken connection", fault: { kind: "reset", always: true }, title: "Platform not reachable" },
  { name: "no answer in time", fault: { kind: "delay", ms: 120_000 }, title: "No answer in time" },
  {
    name: "status 418, which the contract does not have",
    fault: { kind: "status", status: 418, body: { message: "I am a teapot", requestId: "req-1", statusCode: 418 } },
    title: "Unexpected answer",
  },
  { name: "an answer that is no JSON", fault: { kind: "malformed" }, title: "Answer not understood", done: true },
  { name: "an empty answer", fault: { kind: "empty" }, title: "Answer not understood", done: true },
];

for (const { name, fault, title, done } of FAULTS) {
  test(`a form keeps what was typed through ${name}`, async ({ page, platform }) => {
    await open(page);
    await platform.fault({ operation: "createOrganization", ...fault });
    await fill(page);
    await create(page).click();
    const note = page.getByRole("main").getByRole("alert");
    await expect(note).toContainText(title, { timeout: 100_000 });
    await expect(note).toContainText("createOrganization");
    await expect(note).toBeFocused();
    await expect(field(page, "Name")).toHaveValue("initech");
    await expect(page.getByLabel("Title")).toHaveValue("Initech GmbH & Co. „Süd“");
    await platform.heal();
    if (done) await expect(note).toContainText("The platform may have done it all the same: look before you try again.");
    await create(page).click();
    if (done) await expect(field(page, "Name")).toHaveAccessibleDescription(/Name is taken\./);
    else await expect(heading(page, "Organizations")).toBeVisible();
  });
}

test("what the platform refuses lands on its field", async ({ page, platform }) => {
  await open(page);
  await fill(page, "acme");
  await create(page).click();
  await expect(field(page, "Name")).toBeFocused();
  await expect(field(page, "Name")).toHaveAccessibleDescription(/Name is taken\./);
  await platform.fault({
    operation: "createOrganization",
    kind: "status",
    status: 400,
    body: { error: "Not valid", error_code: "VALIDATION_ERROR", status: 400, trace_id: "trace-1", details: { fields: { title: "Is offensive", quota: "is used up" } } },
  });
  await field(page, "Name").fill("initech");
  await expect(field(page, "Name")).not.toHaveAttribute("aria-invalid");
  await create(page).click();
  await expect(page.getByLabel("Title")).toBeFocused();
  await expect(page.getByLabel("Title")).toHaveAccessibleDescription(/Is offensive\./);
  await expect(page.getByRole("main").getByRole("alert")).toContainText("quota is used up.");
});

test("nothing is sent twice, and offline says so", async ({ page, platform, context }) => {
  await open(page);
  await fill(page);
  await context.setOffline(true);
  await create(page).click();
  await expect(page.getByRole("main").getByRole("alert")).toContainText("You are offline");
  await context.setOffline(false);
  // Longer than the presses take on a loaded machine: answered, the form is gone.
  await platform.fault({ operation: "createOrganization", kind: "delay", ms: 6_000 });
  await create(page).dblclick();
  await field(page, "Name").press("Enter");
  await expect(heading(page, "Organizations")).toBeVisible();
  expect(await platform.calls("createOrganization")).toBe(1);
});

test("unsaved work is not lost by a link, by back, or by closing the tab", async ({ page }) => {
  await open(page);
  await field(page, "Name").fill("initech");
  await sidebar(page).getByRole("link", { name: "Clusters", exact: true }).click();
  await expect(question(page)).toBeVisible();
  await expect(question(page).getByRole("button", { name: "Keep editing" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(question(page)).toBeHidden();
  await expect(field(page, "Name")).toHaveValue("initech");

  await page.goBack();
  await expect(question(page)).toBeVisible();
  await question(page).getByRole("button", { name: "Keep editing" }).click();
  await expect(heading(page, "New organization")).toBeVisible();
  await expect(field(page, "Name")).toHaveValue("initech");
  await expect(page).toHaveURL(/\/organizations\/new$/);

  const asked = page.waitForEvent("dialog");
  await page.close({ runBeforeUnload: true });
  const dialog = await asked;
  expect(dialog.type()).toBe("beforeunload");
  await dialog.dismiss();
  await expect(field(page, "Name")).toHaveValue("initech");

  await page.goBack();
  await question(page).getByRole("button", { name: "Discard" }).click();
  await expect(heading(page, "Organizations")).toBeVisible();
  await expect(page).toHaveURL(/\/organizations$/);

  await page.goForward();
  await expect(field(page, "Name")).toHaveValue("");
  await page.goBack();
  await expect(heading(page, "Organizations"), "an empty form holds up nobody").toBeVisible();

  await page.goForward();
  await field(page, "Name").fill("initech");
  await sidebar(page).getByRole("link", { name: "Clusters", exact: true }).click();
  await question(page).getByRole("button", { name: "Discard" }).click();
  await expect(heading(page, "Clusters")).toBeVisible();
});

test.describe("a session that ends under a form", () => {
  /** Opens the form, and sends it with a key that is revoked on the way. */
  async function lose(page: Page, platform: Platform): Promise<Locator> {
    await signInByKey(page, KEYS.editor, "./organizations/new");
    await fill(page);
    const keys = await platform.act<ApiKey[]>("editor", "listApiKeys");
    const own = keys.find((key) => key.name === "Demo key");
    // Not before the button is pressed: the bell asks by itself, and once it is refused the question lies over the button.
    const revoke = async (route: Route) => {
      await platform.act("editor", "revokeApiKey", { path: { orgId: ACME }, body: { keyId: own?.id, reason: "test" } });
      await route.continue();
    };
    await page.route("**/api/v1/organizations", revoke, { times: 1 });
    await create(page).click();
    const dialog = page.getByRole("dialog", { name: "Your session has ended" });
    await expect(dialog).toBeVisible();
    return dialog;
  }

  const kept = async (page: Page) => {
    await expect(field(page, "Name")).toHaveValue("initech");
    await expect(page.getByLabel("Title")).toHaveValue("Initech GmbH & Co. „Süd“");
  };

  test("keeps what was typed while another key is entered", async ({ page, platform }) => {
    const dialog = await lose(page, platform);
    // Signing out would lose it, so that it is asked for over the dialog.
    await dialog.getByRole("button", { name: "Sign out" }).click();
    await question(page).getByRole("button", { name: "Keep editing" }).click();
    await expect(question(page)).toBeHidden();
    await dialog.getByLabel("API key", { exact: true }).fill(KEYS.viewer);
    await dialog.getByRole("button", { name: "Sign in with key" }).click();
    await expect(dialog).toBeHidden();
    const note = page.getByRole("main").getByRole("alert");
    await expect(note).toContainText("Not signed in");
    await expect(note.getByRole("button", { name: "Sign in", exact: true }), "one is signed in").toHaveCount(0);
    await kept(page);
  });

  test("keeps what was typed while one signs in elsewhere", async ({ page, platform }) => {
    const dialog = await lose(page, platform);
    await dialog.getByRole("button", { name: "Continue with single sign-on" }).click();
    await page.getByRole("button", { name: "Back without signing in" }).click();
    await expect(heading(page, "Not signed in")).toBeVisible();
    await page.getByRole("link", { name: "Back to sign-in" }).click();
    // On the sign-in page, or over the form while the key that was kept is still to be refused.
    await page.getByRole("button", { name: "Continue with single sign-on" }).click();
    await page.getByRole("button", { name: NAMES["global-admin"] }).click();
    await expect(heading(page, "New organization")).toBeVisible();
    await kept(page);
    expect(await page.evaluate(() => sessionStorage.getItem("astro-console.drafts"))).toBeNull();
    await create(page).click();
    await expect(heading(page, "Organizations")).toBeVisible();
  });
});

test("a form fits a phone and 200 % zoom", async ({ page }) => {
  await open(page);
  for (const width of [360, 720]) {
    await page.setViewportSize({ width, height: 640 });
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await expect(create(page)).toBeInViewport();
  }
});
