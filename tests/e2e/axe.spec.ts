import { audit, fits, stands, walk } from "./audit.ts";
import { expect, heading, KEYS, sidebar, signIn, signInByKey, test } from "./fixtures.ts";
import { VIEWS, visit } from "./routes.ts";

test("sign-in, and a sign-in that failed", async ({ page }) => {
  await page.goto("./o/acme/clusters");
  await expect(heading(page, "Sign in")).toBeVisible();
  await audit(page);
  await walk(page);
  await fits(page);
  await page.getByRole("button", { name: "Sign in with key" }).click();
  await expect(page.getByText("Paste a key first.")).toBeVisible();
  await audit(page);
  await page.getByLabel("API key", { exact: true }).fill("astro_wrong");
  await page.getByRole("button", { name: "Sign in with key" }).click();
  await expect(page.getByText("Key not accepted")).toBeVisible();
  await audit(page);
});

for (const view of VIEWS) {
  test(`${view.name}`, async ({ page, platform }) => {
    await signIn(page, "owner");
    await visit(page, platform, view);
    await audit(page);
    await stands(page);
    await walk(page);
    await fits(page);
  });
}

test("logs, an opened line, and the options", async ({ page, platform }) => {
  const { id } = await platform.application("payments-ledger");
  await signIn(page, "owner");
  await page.goto(`./o/acme/applications/${id}/logs?q=INFO`);
  const log = page.getByRole("log");
  await expect(log.getByRole("listitem").first()).toBeVisible();
  await log.focus();
  await page.keyboard.press("j");
  await expect(page.locator("[data-seq]:focus")).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.locator(".log-line__detail")).toBeVisible();
  await audit(page);
  await page.getByRole("button", { name: "Options" }).click();
  await expect(page.getByLabel("Wrap long lines")).toBeVisible();
  await audit(page);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Pods/ }).click();
  await expect(page.getByLabel("All pods")).toBeVisible();
  await audit(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await audit(page);
});

test("failures, skeletons and emptiness", async ({ page, platform }) => {
  await platform.fault({ operation: "listClusters", kind: "malformed", always: true });
  await platform.fault({ operation: "listApplications", kind: "delay", ms: 60_000, always: true });
  await signIn(page, "newcomer");
  await sidebar(page).getByRole("link", { name: "Clusters", exact: true }).click();
  await expect(page.getByRole("main").getByRole("alert")).toBeVisible();
  await page.getByText("What the platform answered").click();
  await audit(page);
  await sidebar(page).getByRole("link", { name: "Applications", exact: true }).click();
  await expect(page.getByText("Loading applications")).toBeAttached();
  await audit(page);
  await platform.heal();
  await page.goto("./clusters");
  await expect(page.getByRole("heading", { name: "No clusters yet" })).toBeVisible();
  await audit(page);
});

test("a session that has ended, and an organization that needs a key", async ({ page, platform }) => {
  await signInByKey(page, KEYS["two-organizations"]);
  await expect(heading(page, "Home")).toBeVisible();
  await page.goto("./o/acme");
  await expect(page.getByRole("button", { name: "Use this key" })).toBeVisible();
  await audit(page);
  await platform.fault({ operation: "listClusters", kind: "status", status: 401, always: true });
  await page.goto("./o/globex/clusters");
  await expect(page.getByRole("dialog", { name: "Your session has ended" })).toBeVisible();
  await audit(page);
});

test("the switcher, and a phone's navigation", async ({ page }) => {
  await signIn(page, "two-organizations", "./o/acme/clusters");
  await page.getByRole("button", { name: "Switch organization" }).click();
  await expect(page.getByRole("link", { name: "All organizations" })).toBeVisible();
  await audit(page);
  await page.keyboard.press("Escape");
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(heading(page, "Clusters")).toBeVisible();
  await audit(page);
  await page.getByRole("button", { name: "Open navigation" }).click();
  await expect(page.getByRole("dialog", { name: "Navigation" })).toBeVisible();
  await audit(page);
});

test("the issuer's page and the platform's own pages", async ({ page, platform }) => {
  await page.goto("./");
  await page.getByRole("button", { name: "Continue with single sign-on" }).click();
  await expect(heading(page, "Who do you want to be?")).toBeVisible();
  await audit(page);
  for (const path of ["", "outbox"]) {
    await page.goto(`${platform.url}/_platform/${path}`);
    await audit(page);
  }
});

test("the palette, and the list of shortcuts", async ({ page }) => {
  await signIn(page, "owner", "./o/acme/clusters/prod-eu");
  await expect(page.getByRole("button", { name: "Pin", exact: true })).toBeVisible();
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "Search or jump to" });
  await expect(palette.getByRole("combobox")).toBeFocused();
  await audit(page);
  await page.keyboard.type("prod");
  await expect(palette.getByRole("group", { name: "Clusters" })).toBeVisible();
  await audit(page);
  await page.keyboard.type(" no such thing");
  await expect(palette.getByText(/^Nothing matches .prod no such thing/)).toBeVisible();
  await audit(page);
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await audit(page);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Narrow the sidebar" }).click();
  await audit(page);
});
