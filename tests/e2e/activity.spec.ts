import type { Locator, Page } from "@playwright/test";
import { expect, heading, KEYS, ownClock, type Platform, SECRET, sidebar, signInByKey, test } from "./fixtures.ts";

const bell = (page: Page): Locator => page.getByRole("banner").getByRole("button", { name: /^Activity/ });
const panel = (page: Page): Locator => page.getByRole("dialog", { name: "Activity" });
const drawer = (page: Page): Locator => page.getByRole("region", { name: "Requests" });
const toggle = (page: Page): Locator => page.getByRole("banner").getByRole("button", { name: "Requests of this page" });

/** Lets somebody change a cluster; the operation takes minutes unless the platform's time is moved. */
async function update(platform: Platform, cluster: string, by = "a-test"): Promise<void> {
  await platform.act("admin", "updateCluster", {
    path: { clusterId: cluster },
    body: {
      apiVersion: "platform.astropulse.io/v1",
      kind: "K8sClusterUpdate",
      spec: { tags: { "changed-by": by } },
    },
  });
}

/** What the browser was asked to notify of. */
interface Notice {
  title: string;
  body?: string;
}

/** Lets the page notify, and listens to what it tells in that way. */
async function listen(page: Page): Promise<() => Promise<Notice[]>> {
  await page.context().grantPermissions(["notifications"]);
  await page.addInitScript(() => {
    const told: Notice[] = [];
    class Told extends EventTarget {
      static permission = "granted";
      static requestPermission = () => Promise.resolve("granted");
      constructor(title: string, options?: NotificationOptions) {
        super();
        told.push({ title, body: options?.body });
      }
      close() {}
    }
    Object.assign(window, { Notification: Told, told });
  });
  return () => page.evaluate(() => (window as unknown as { told: Notice[] }).told);
}

/** Hides the tab from the person, or shows it. */
const hide = (page: Page, hidden: boolean): Promise<void> =>
  page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    Object.defineProperty(document, "visibilityState", { value: hidden ? "hidden" : "visible", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);

/** Asks the panel of the bell for notifications, and closes it. */
async function wantNotices(page: Page): Promise<void> {
  await bell(page).click();
  await panel(page).getByRole("button", { name: "Notify me" }).click();
  await expect(panel(page).getByRole("button", { name: "Stop notifying" })).toBeVisible();
  await page.keyboard.press("Escape");
}

test.describe("the bell", () => {
  test("tells of an operation that ends while another page is open", async ({ page, platform }) => {
    await signInByKey(page, KEYS.viewer, "./o/acme/applications");
    await expect(bell(page)).toHaveAccessibleName(/\d+ running/);
    await expect(page, "what ran before is not followed").toHaveTitle(/^Applications/);
    await update(platform, "staging");
    await expect(page).toHaveTitle(/^\(\d+ %\) Updating staging · Applications/, { timeout: 30_000 });
    await sidebar(page).getByRole("link", { name: "Home", exact: true }).click();
    await expect(page).toHaveTitle(/^\(\d+ %\) Updating staging · Home/);

    await platform.advance(7200);
    await expect(page).toHaveTitle(/^Update of staging completed · Home/, { timeout: 30_000 });
    const told = page.getByRole("status").filter({ hasText: "Update of staging completed." });
    await expect(told).toBeVisible();
    await expect(bell(page)).toHaveAccessibleName(/\d+ ended since you last looked/);
    await told.getByRole("button", { name: "Show activity" }).click();
    await expect(panel(page)).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(panel(page)).toBeHidden();

    await bell(page).click();
    await expect(panel(page)).toBeFocused();
    const row = panel(page).getByRole("listitem").filter({ hasText: "Update staging" });
    await expect(row).toContainText(/Took \d+/);
    // A stream has told of this end alone; of the others that the hours brought tells the next answer, and what it brings
    // after a look is new.
    await expect(panel(page).getByRole("progressbar")).toHaveCount(0);
    await page.keyboard.press("Escape");
    await expect(panel(page)).toBeHidden();
    await expect(bell(page)).toBeFocused();
    await expect(bell(page), "it has been seen").not.toHaveAccessibleName(/ended since/);
    await page.reload();
    // Before the first answer the bell knows of no end at all.
    await expect(bell(page)).toHaveAccessibleName(/\d+ running/);
    await expect(bell(page), "and stays so").not.toHaveAccessibleName(/ended since/);
  });

  test("leads to what it tells of, and marks a failure with its reason", async ({ page, platform }) => {
    await signInByKey(page, KEYS.viewer, "./o/acme/applications");
    await bell(page).click();
    const failed = panel(page).getByRole("listitem").filter({ hasText: / failed/ }).first();
    await expect(failed).toBeVisible();
    const running = panel(page).getByRole("progressbar").first();
    await expect(running).toHaveAccessibleName(/ of /);
    await panel(page).getByRole("link").first().click();
    await expect(panel(page)).toBeHidden();
    await expect(page).toHaveURL(/\/o\/acme\/clusters\//);
    await expect(platform.calls("listClusterProgress")).resolves.toBeGreaterThan(0);
  });

  test("follows what is chosen, live, through a stream that drops", async ({ page, platform }) => {
    await signInByKey(page, KEYS.viewer, "./o/acme/applications");
    await bell(page).click();
    const row = panel(page).getByRole("listitem").filter({ has: page.getByRole("progressbar") }).first();
    const follow = row.getByRole("button", { name: /^Follow/ });
    await expect(follow).toHaveAttribute("aria-pressed", "false");
    await follow.press("Enter");
    await expect(follow).toHaveAttribute("aria-pressed", "true");
    await expect(page).toHaveTitle(/^\(\d+ %\) /);
    await expect.poll(async () => (await platform.seen()).sockets.streamClusterProgress?.open ?? 0).toBeGreaterThan(0);
    await platform.fault({ operation: "streamClusterProgress", kind: "ws-drop", times: 3 });
    const before = await page.title();
    await platform.advance(120);
    await expect.poll(() => page.title(), { timeout: 30_000 }).not.toBe(before);
    await platform.advance(7200);
    await expect(page).toHaveTitle(/completed|failed/, { timeout: 45_000 });
  });

  test("says why it knows nothing, and tries again", async ({ page, platform }) => {
    await platform.fault({ operation: "listClusterProgress", kind: "status", status: 500, always: true });
    await signInByKey(page, KEYS.viewer, "./o/acme/applications");
    await bell(page).click();
    await expect(panel(page).getByRole("alert")).toContainText("The platform failed");
    await platform.heal();
    await panel(page).getByRole("button", { name: "Try again" }).click();
    await expect(panel(page).getByRole("listitem").first()).toBeVisible();
    await expect(panel(page).getByRole("alert")).toHaveCount(0);
  });

  test("is never empty: it says what comes here", async ({ page, platform }) => {
    await platform.fault({
      operation: "listClusterProgress",
      kind: "malformed",
      body: { data: { progress: [] }, status: 200 },
      always: true,
    });
    await signInByKey(page, KEYS.viewer, "./o/acme/applications");
    await bell(page).click();
    await expect(panel(page)).toContainText("Nothing has run in this organization yet.");
  });

  test("opens by its keys beside the bell, and what a button in it does is told above it", async ({ page }) => {
    await signInByKey(page, KEYS.viewer, "./o/acme/applications");
    await expect(page.getByRole("rowheader", { name: "storefront" })).toBeVisible();
    // It brings its keys along, and comes after the page.
    await expect(bell(page)).toBeVisible();
    await page.keyboard.press("g");
    await page.keyboard.press("y");
    await expect(panel(page)).toBeVisible();
    const [of, float] = [await bell(page).boundingBox(), await panel(page).boundingBox()];
    if (!of || !float) throw new Error("neither lies anywhere");
    expect(Math.abs(of.x + of.width - (float.x + float.width)), "its end at the bell's end").toBeLessThanOrEqual(8);
    expect(float.y, "below the bell").toBeGreaterThanOrEqual(of.y + of.height);
    await panel(page).locator("[data-tip]").first().hover();
    const tip = page.getByRole("tooltip");
    await expect(tip).toBeVisible();
    const box = await tip.boundingBox();
    if (!box) throw new Error("it lies nowhere");
    const onTop = await page.evaluate(
      ([x, y]) => document.elementFromPoint(x ?? 0, y ?? 0)?.closest("[role=tooltip]") !== null,
      [box.x + box.width / 2, box.y + box.height / 2],
    );
    expect(onTop, "nothing lies over it").toBe(true);
  });

  test("notifies by the browser, once asked to, and only while the console is not seen", async ({ page, platform }) => {
    await ownClock(page);
    const told = await listen(page);
    await signInByKey(page, KEYS.viewer, "./o/acme/applications");
    await wantNotices(page);
    await update(platform, "staging");
    await expect(page).toHaveTitle(/Updating staging/, { timeout: 30_000 });
    await hide(page, true);
    await platform.advance(7200);
    await expect.poll(told, { timeout: 30_000 }).toContainEqual(
      expect.objectContaining({ title: "Update of staging completed", body: expect.stringMatching(/^Took /) }),
    );
    await hide(page, false);
    const before = (await told()).length;
    await update(platform, "data-gke", "another-test");
    // Nothing runs, so it is asked for seldom; who opens the panel is told at once, unless it was asked for just now.
    await page.clock.fastForward(5_000);
    await bell(page).click();
    // Opened and closed at once, it would be told of neither.
    await expect(panel(page)).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(page).toHaveTitle(/Updating data-gke/, { timeout: 30_000 });
    await platform.advance(7200);
    await expect(page).toHaveTitle(/Update of data-gke completed/, { timeout: 30_000 });
    expect(await told(), "who looks is not notified").toHaveLength(before);
    expect(JSON.stringify(await told())).not.toMatch(SECRET);
  });

  test("says how to allow notifications that the browser refuses", async ({ page }) => {
    await page.addInitScript(() => {
      Object.assign(window, {
        Notification: Object.assign(class {}, { permission: "denied", requestPermission: () => Promise.resolve("denied") }),
      });
    });
    await signInByKey(page, KEYS.viewer, "./o/acme/applications");
    await bell(page).click();
    await expect(panel(page)).toContainText("The browser blocks notifications from this site.");
    await expect(panel(page).getByRole("button", { name: "Notify me" })).toHaveCount(0);
  });
});

test.describe("the request drawer", () => {
  test("shows a call that was tried again and one that failed, and copies both without a key", async ({ context, page, platform }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
    await platform.fault({ operation: "listClusters", kind: "status", status: 503, times: 1 });
    await signInByKey(page, KEYS.viewer, "./o/acme/clusters");
    await expect(page.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
    await toggle(page).click();
    await expect(drawer(page)).toBeFocused();
    // The list is asked for again and again: that call is another line.
    const retried = drawer(page).getByRole("button", { name: /GET \/clusters .*200/ }).filter({ hasText: "2 tries" });
    await expect(retried).toBeVisible();
    await retried.click();
    await expect(drawer(page).getByText("2 tries: 503, 200")).toBeVisible();
    const command = drawer(page).getByRole("region", { name: "The call as curl" });
    await expect(command).toContainText("$ASTROPULSE_API_KEY");
    await drawer(page).getByRole("button", { name: "Copy", exact: true }).click();
    await expect.poll(clipboard).toContain(`curl '${platform.url}/api/v1/clusters'`);
    expect(await clipboard()).not.toMatch(SECRET);

    await platform.fault({ operation: "listApplications", kind: "status", status: 500, always: true });
    await sidebar(page).getByRole("link", { name: "Applications", exact: true }).click();
    const alert = page.getByRole("main").getByRole("alert");
    const trace = await alert.getByText(/^trace-/).innerText();
    await expect(drawer(page).getByRole("button", { name: /\/clusters / }), "another page's").toHaveCount(0);
    // The page shows the first failure; it goes on asking, and each call that fails is one more, above it.
    const failed = drawer(page).getByRole("button", { name: /^Failed [1-9]/ });
    await failed.click();
    await drawer(page).getByRole("button", { name: /GET \/applications/ }).last().click();
    await expect(drawer(page)).toContainText(trace);
    await expect(drawer(page)).toContainText("INTERNAL_ERROR");
    await drawer(page).getByRole("button", { name: "Copy trace id" }).click();
    await expect.poll(clipboard).toBe(trace);
    await drawer(page).getByRole("button", { name: "All", exact: true }).click();
    await failed.click();
    await expect(drawer(page).getByRole("button", { name: /GET \/clusters / }).first()).toBeVisible();
    expect(await drawer(page).innerText()).not.toMatch(SECRET);
    await page.keyboard.press("Escape");
    await expect(drawer(page)).toHaveCount(0);
    await expect(toggle(page)).toBeFocused();
  });

  test("tells of a socket, and lies beside the page on a phone too", async ({ page, platform }) => {
    const { id } = await platform.application("external-dns");
    await signInByKey(page, KEYS.viewer, `./o/acme/applications/${id}`);
    await page.setViewportSize({ width: 390, height: 844 });
    await expect(heading(page, "external-dns")).toBeVisible();
    await toggle(page).click();
    const socket = drawer(page).getByRole("button", { name: /^WS .*\/status/ });
    await expect(socket).toContainText("Open");
    await socket.click();
    await expect(drawer(page).getByText(/^\d+ frames?/)).toBeVisible();
    await expect(drawer(page).getByRole("region", { name: "The call as curl" })).toContainText("ws://");
    expect(await drawer(page).innerText()).not.toMatch(SECRET);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await drawer(page).getByRole("button", { name: "Close requests" }).click();
    await expect(toggle(page)).toBeFocused();
  });

  test("opens and closes by its keys", async ({ page }) => {
    await signInByKey(page, KEYS.viewer, "./o/acme/clusters");
    await expect(page.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
    await page.keyboard.press("g");
    await page.keyboard.press("q");
    await expect(drawer(page)).toBeFocused();
    await page.keyboard.press("g");
    await page.keyboard.press("q");
    await expect(drawer(page)).toHaveCount(0);
  });

  test("leaves the page where it is", async ({ page }) => {
    await page.setViewportSize({ width: 1280, height: 600 });
    await signInByKey(page, KEYS.viewer, "./o/acme");
    await expect(heading(page, "Home")).toBeVisible();
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollHeight - innerHeight)).toBeGreaterThan(0);
    await toggle(page).click();
    await expect(drawer(page)).toBeFocused();
    expect(await page.evaluate(() => scrollY)).toBe(0);
    await page.keyboard.press("Escape");
    await expect(toggle(page)).toBeFocused();
    expect(await page.evaluate(() => scrollY)).toBe(0);
  });
});

test("a hidden tab goes on asking after a poll that failed, and notifies of the end", async ({ page, platform }) => {
  await ownClock(page);
  const told = await listen(page);
  // Without a stream only the polls tell of the end.
  await platform.fault({ operation: "streamClusterProgress", kind: "ws-refuse", status: 503, always: true });
  await signInByKey(page, KEYS.viewer, "./o/acme/applications");
  await wantNotices(page);
  await update(platform, "staging");
  await expect(page).toHaveTitle(/Updating staging/, { timeout: 30_000 });
  await hide(page, true);
  // A read is tried three times before it has failed. A step of the clock is shorter than what an answer may take.
  await platform.fault({ operation: "listClusterProgress", kind: "status", status: 500, times: 3 });
  const later = () => page.clock.fastForward(11_000);
  const failing = async () => {
    await later();
    return (await platform.faults()).filter(({ operation }) => operation === "listClusterProgress").length;
  };
  await expect.poll(failing, { timeout: 30_000 }).toBe(0);
  await platform.advance(7200);
  const titles = async () => {
    await later();
    return (await told()).map(({ title }) => title);
  };
  await expect.poll(titles, { timeout: 30_000 }).toContain("Update of staging completed");
});
