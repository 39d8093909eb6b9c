import type { Page } from "@playwright/test";
import { expect, heading, KEYS, sidebar, signIn, signInByKey, test } from "./fixtures.ts";

const palette = (page: Page) => page.getByRole("dialog", { name: "Search or jump to" });
const search = (page: Page) => palette(page).getByRole("combobox");
const options = (page: Page) => palette(page).getByRole("option");
const chosen = (page: Page) => palette(page).locator("[aria-selected=true]");

/** Presses keys with nothing under the focus that needs them. */
const keys = async (page: Page, ...names: string[]) => {
  for (const name of names) await page.keyboard.press(name);
};

/** Presses the keys of a sequence, which has a second: in one call, between whose keys no page is looked at for a trace. */
const sequence = (page: Page, letters: string) => page.keyboard.type(letters);

test.describe("the palette", () => {
  test("leads everywhere by keyboard alone, and gives the focus back", async ({ page }) => {
    await signInByKey(page, KEYS.viewer, "./o/acme/clusters");
    await expect(page.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
    await keys(page, "Control+k");
    await expect(search(page)).toBeFocused();
    await expect(palette(page).getByRole("group", { name: "Pages" })).toBeVisible();
    await page.keyboard.type("payments-api");
    await expect(chosen(page)).toContainText("payments-api");
    await expect(chosen(page).locator(".state")).toBeVisible();
    await keys(page, "Enter");
    await expect(heading(page, "payments-api")).toBeVisible();
    await expect(palette(page)).toHaveCount(0);
    await expect(heading(page, "payments-api")).toBeFocused();

    await keys(page, "Control+k");
    await expect(palette(page).getByRole("group", { name: "Pages" })).toBeVisible();
    await expect(palette(page).getByRole("group", { name: "Recent" }), "where one is already").toHaveCount(0);
    await page.keyboard.type("prod");
    await expect(options(page).first()).toContainText("prod-");
    const count = await options(page).count();
    expect(count).toBeGreaterThan(2);
    await keys(page, "End");
    await expect(options(page).last()).toHaveAttribute("aria-selected", "true");
    await keys(page, "ArrowDown");
    await expect(options(page).first()).toHaveAttribute("aria-selected", "true");
    await keys(page, "Home", "ArrowUp");
    await expect(options(page).last()).toHaveAttribute("aria-selected", "true");
    await keys(page, "Escape");
    await expect(palette(page)).toHaveCount(0);
    await expect(heading(page, "payments-api")).toBeFocused();
  });

  test("leads to the faces of an application, and to the logs of any", async ({ page, platform }) => {
    const { id } = await platform.application("mailer");
    await signInByKey(page, KEYS.viewer, `./o/acme/applications/${id}`);
    await expect(heading(page, "mailer")).toBeVisible();
    await keys(page, "Control+k");
    await search(page).fill("manifest");
    await expect(chosen(page)).toContainText("Manifest of mailer");
    await search(page).fill("mailer logs");
    await expect(options(page).filter({ hasText: "Logs of mailer" })).toHaveCount(1);
    await search(page).fill("logs of checkout");
    await expect(chosen(page)).toContainText("Logs of checkout");
    await keys(page, "Enter");
    await expect(page).toHaveURL(/\/logs$/);
    await expect(heading(page, "checkout")).toBeVisible();

    await page.goto("./o/acme");
    await expect(heading(page, "Home")).toBeVisible();
    await keys(page, "Control+k");
    await search(page).fill("deploy");
    await expect(options(page).filter({ hasText: /Deploy (an )?application/ })).toHaveCount(1);
  });

  test("is never empty, and says what it could not load", async ({ page, platform }) => {
    await platform.fault({ operation: "listApplications", kind: "status", status: 500, always: true });
    await signInByKey(page, KEYS.viewer, "./organizations");
    await page.getByRole("button", { name: "Search or jump to" }).click();
    await expect(options(page)).not.toHaveCount(0);
    await expect(palette(page).getByText("The names of applications could not be loaded")).toBeVisible();
    await search(page).fill("no such thing anywhere");
    await expect(palette(page).getByText("Nothing matches “no such thing anywhere”")).toBeVisible();
    await expect(palette(page).getByRole("status")).toHaveText("Nothing matches");
    await search(page).fill("loadtest");
    await expect(chosen(page)).toContainText("Failed");
    await page.mouse.click(4, 4);
    await expect(palette(page)).toHaveCount(0);
  });

  test("finds what lies elsewhere by its name", async ({ page }) => {
    await signInByKey(page, KEYS.viewer, "./o/acme");
    await expect(heading(page, "Home")).toBeVisible();
    await keys(page, "Control+k");
    await search(page).fill("web-standard");
    const profiles = palette(page).getByRole("group", { name: "Profiles" });
    await expect(profiles.getByRole("option", { name: /^web-standard/ })).toBeVisible();
    await profiles.getByRole("option", { name: /^web-standard/ }).click();
    await expect(heading(page, /^web-standard/)).toBeVisible();
  });

  test("opens in a new tab that is signed in", async ({ context, page }) => {
    await signInByKey(page, KEYS.viewer, "./o/acme");
    await expect(heading(page, "Home")).toBeVisible();
    await keys(page, "Control+k");
    await search(page).fill("staging");
    // By its name: what runs on it is found by it too, and comes first as long as the clusters have not come.
    await expect(chosen(page).locator(".hit__name")).toHaveText("staging");
    const opened = context.waitForEvent("page");
    await keys(page, "Control+Enter");
    const other = await opened;
    await expect(heading(other, /^staging/)).toBeVisible();
    await expect(palette(page), "for the next").toBeVisible();
    await expect(page).toHaveURL(/\/o\/acme$/);
  });

  test("does what the page can do, and what the console can", async ({ page }) => {
    await signInByKey(page, KEYS.viewer, "./o/acme/clusters/prod-eu");
    await expect(page.getByRole("button", { name: "Pin", exact: true })).toBeVisible();
    await keys(page, "Control+k");
    await search(page).fill("pin prod");
    await keys(page, "Enter");
    await expect(page.getByRole("button", { name: "Unpin", exact: true })).toBeVisible();
    await keys(page, "Control+k");
    await search(page).fill("dark");
    await keys(page, "Enter");
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  });
});

test("what is typed before the palette has arrived is in it", async ({ page }) => {
  let bring: () => void = () => {};
  const held = new Promise<void>((done) => (bring = done));
  await page.route(/\/part-palette-[^/]*\.wasm$/, async (route) => {
    await held;
    await route.continue();
  });
  await signInByKey(page, KEYS.viewer, "./o/acme");
  await expect(heading(page, "Home")).toBeVisible();
  await keys(page, "Control+k");
  await expect(page.locator(".coming")).toBeVisible();
  await page.keyboard.type("gcx");
  await keys(page, "Backspace", "Enter");
  bring();
  await expect(search(page)).toHaveValue("gc");
  await expect(search(page)).toBeFocused();
  await keys(page, "Escape");
  await expect(palette(page)).toHaveCount(0);
  await expect(heading(page, "Home")).toBeVisible();
  await keys(page, "Control+k");
  await expect(search(page)).toHaveValue("");
});

test.describe("shortcuts", () => {
  test("lead to the parts of the console, but not while somebody types", async ({ page }) => {
    await signInByKey(page, KEYS.viewer);
    await expect(heading(page, "Home")).toBeVisible();
    for (const [second, title] of [
      ["c", "Clusters"],
      ["a", "Applications"],
      ["o", "Organizations"],
      ["h", "Home"],
    ] as const) {
      await sequence(page, `g${second}`);
      await expect(heading(page, title)).toBeFocused();
    }
    await keys(page, "Control+k");
    await page.keyboard.type("gc");
    await expect(search(page)).toHaveValue("gc");
    await keys(page, "Escape");
    await expect(heading(page, "Home")).toBeVisible();
    // Too late for a sequence.
    await keys(page, "g");
    await page.waitForTimeout(1_200);
    await keys(page, "c");
    await expect(heading(page, "Home")).toBeVisible();
  });

  test("are listed, and those of single characters can be switched off for good", async ({ page }) => {
    await signInByKey(page, KEYS.viewer);
    await expect(heading(page, "Home")).toBeVisible();
    await keys(page, "?");
    const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await expect(help).toBeVisible();
    await expect(help.getByRole("term").filter({ hasText: "Search or jump to" })).toBeVisible();
    await expect(help.getByRole("term").filter({ hasText: "Clusters" })).toBeVisible();
    await help.getByRole("switch", { name: /single characters/ }).uncheck();
    await keys(page, "Escape");
    await expect(help).toBeHidden();
    await sequence(page, "gc");
    await page.reload();
    await expect(heading(page, "Home")).toBeVisible();
    await sequence(page, "gc?");
    await expect(help).toBeHidden();
    await expect(heading(page, "Home")).toBeVisible();
    await keys(page, "Control+k");
    await search(page).fill("keyboard");
    await keys(page, "Enter");
    await help.getByRole("switch", { name: /single characters/ }).check();
    await help.getByRole("button", { name: "Close" }).click();
    await sequence(page, "gc");
    await expect(heading(page, "Clusters")).toBeVisible();
  });
});

test.describe("the sidebar", () => {
  test("can be made a strip of icons, which is remembered", async ({ page }) => {
    await signInByKey(page, KEYS.viewer);
    await expect(heading(page, "Home")).toBeVisible();
    const width = async () => (await sidebar(page).boundingBox())?.width;
    await expect.poll(width).toBe(232);
    await page.getByRole("button", { name: "Narrow the sidebar" }).click();
    await expect.poll(width).toBe(56);
    await page.reload();
    await expect(heading(page, "Home")).toBeVisible();
    await expect.poll(width).toBe(56);
    const clusters = sidebar(page).getByRole("link", { name: "Clusters", exact: true });
    await clusters.hover();
    await expect(page.getByRole("tooltip")).toHaveText("Clusters");
    await clusters.click();
    await expect(heading(page, "Clusters")).toBeVisible();
    await keys(page, "[");
    await expect.poll(width).toBe(232);
  });

  test("is a sheet on a phone", async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto("./");
    await page.getByLabel("API key", { exact: true }).fill(KEYS.viewer);
    await page.getByRole("button", { name: "Sign in with key" }).click();
    await expect(heading(page, "Home")).toBeVisible();
    await expect(sidebar(page)).toBeHidden();
    const opener = page.getByRole("button", { name: "Open navigation" });
    await opener.click();
    const sheet = page.getByRole("dialog", { name: "Navigation" });
    await expect(sheet.getByRole("link", { name: "Clusters", exact: true })).toBeVisible();
    await keys(page, "Escape");
    await expect(sheet).toBeHidden();
    await expect(opener).toBeFocused();
    await opener.click();
    await sheet.getByRole("link", { name: "Clusters", exact: true }).click();
    await expect(heading(page, "Clusters")).toBeVisible();
    await expect(sheet).toBeHidden();
  });

  test("names no organization that one may not enter", async ({ page }) => {
    await signIn(page, "viewer");
    await expect(heading(page, "Home")).toBeVisible();
    await page.goto("./o/globex/clusters");
    await expect(heading(page, "No access")).toBeVisible();
    await expect(sidebar(page).getByRole("link", { name: "Clusters", exact: true })).toHaveAttribute("href", "o/acme/clusters");
    await sidebar(page).getByRole("link", { name: "Clusters", exact: true }).click();
    await expect(page.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
  });
});

test("the switcher finds, pins, and is walked by keys", async ({ page }) => {
  await signIn(page, "two-organizations");
  await expect(page).toHaveURL(/\/o\/globex$/);
  const opener = page.getByRole("button", { name: "Switch organization" });
  await opener.click();
  const field = page.getByRole("textbox", { name: "Find an organization" });
  await expect(field).toBeFocused();
  const list = page.getByRole("list", { name: "Organizations" });
  await expect(list.getByRole("link")).toHaveText([/^.?globex/i, /acme/]);
  await expect(list.getByRole("link", { name: /^acme/ })).toContainText("Enterprise");
  await field.fill("acm");
  await expect(list.getByRole("link")).toHaveCount(1);
  await field.fill("nobody");
  await expect(page.getByText("No organization of that name")).toBeVisible();
  await field.fill("");
  await page.getByRole("button", { name: "Pin acme" }).click();
  await expect(page.getByRole("button", { name: "Unpin acme" })).toBeVisible();
  await field.focus();
  await keys(page, "ArrowDown", "ArrowDown");
  await expect(list.getByRole("link", { name: /^acme/ })).toBeFocused();
  await keys(page, "Escape");
  await expect(opener).toBeFocused();
  await opener.click();
  await field.fill("acme");
  await keys(page, "Enter");
  await expect(page).toHaveURL(/\/o\/acme$/);
  await expect(heading(page, "Home")).toBeVisible();
});

test("what is pinned and recent is kept, and what is gone is forgotten", async ({ page, platform }) => {
  const { id } = await platform.application("support-chat");
  await signInByKey(page, KEYS.owner, `./o/acme/applications/${id}`);
  await expect(heading(page, "support-chat")).toBeVisible();
  await page.getByRole("button", { name: "Pin", exact: true }).click();
  await page.goto("./o/acme/clusters/prod-eu");
  await expect(page.getByRole("button", { name: "Pin", exact: true })).toBeVisible();
  await page.goto("./organizations");
  await expect(heading(page, "Organizations")).toBeVisible();
  await keys(page, "Control+k");
  await expect(palette(page).getByRole("group", { name: "Pinned" }).getByRole("option")).toHaveText([/support-chat/]);
  await expect(palette(page).getByRole("group", { name: "Recent" }).getByRole("option")).toHaveText([/prod-eu/]);
  await keys(page, "Escape");
  await platform.settings({ speed: 600 });
  await platform.act("owner", "deleteApplication", { path: { appId: id } });
  await platform.advance(600);
  await page.goto(`./o/acme/applications/${id}`);
  await expect(page.getByRole("heading", { name: "Not found" })).toBeVisible();
  await keys(page, "Control+k");
  await expect(palette(page).getByRole("group", { name: "Recent" })).toBeVisible();
  await expect(palette(page).getByRole("group", { name: "Pinned" })).toHaveCount(0);
  await keys(page, "Escape");
  await page.getByRole("main").getByRole("link", { name: "Go to Applications" }).click();
  await expect(heading(page, "Applications")).toBeVisible();
});

for (const [handle, role] of [
  ["viewer", "viewer"],
  ["editor", "editor"],
] as const) {
  test(`a refusal tells an ${handle} which role it takes, which one they have, and who can help`, async ({ page, platform }) => {
    const refusal = { error: `The role ${role} may not do that`, error_code: "FORBIDDEN", status: 403, trace_id: "trace-1" };
    await platform.fault({ operation: "listClusters", kind: "status", status: 403, body: refusal, always: true });
    await signIn(page, handle, "./o/acme/clusters");
    const alert = page.getByRole("main").getByRole("alert");
    await expect(alert).toContainText(`Your role in acme is ${role}.`);
    await expect(alert).toContainText(/Ask .*Olivia Chen \(owner\)/);
  });
}

test("the focus goes to the heading, its name is said, and going back leads to where one was", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 400 });
  await signInByKey(page, KEYS.viewer, "./o/acme/clusters");
  await expect(page.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
  // As soon as the page is so long.
  const scrolled = () =>
    page.evaluate(() => {
      scrollTo(0, 200);
      return scrollY;
    });
  await expect.poll(scrolled).toBe(200);
  await page.getByRole("rowheader").last().getByRole("link").click();
  await expect(page.locator(".page__title h1")).toBeFocused();
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(0);
  await page.goBack();
  await expect(heading(page, "Clusters")).toBeFocused();
  await expect(page.getByRole("status").filter({ hasText: /^Clusters$/ })).toBeAttached();
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(150);
});

test("without a network the page says since when, and what it shows stays", async ({ context, page }) => {
  await signInByKey(page, KEYS.viewer, "./o/acme/clusters");
  await expect(page.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
  await context.setOffline(true);
  const banner = page.getByRole("status").filter({ hasText: "Offline since" });
  await expect(banner).toContainText("What you see was read before that");
  await expect(page.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
  await context.setOffline(false);
  await expect(banner).toHaveCount(0);
});

for (const [what, size] of [
  ["at 360 pixels", { width: 360, height: 740 }],
  // A window of 1280 pixels at 200 %.
  ["at 200 %", { width: 640, height: 400 }],
] as const) {
  test(`no page scrolls sideways ${what}`, async ({ page, platform }) => {
    const { id } = await platform.application("payments-api");
    await signInByKey(page, KEYS.viewer);
    await expect(heading(page, "Home")).toBeVisible();
    await page.setViewportSize(size);
    for (const address of [
      "organizations",
      "o/acme",
      "o/acme/clusters",
      "o/acme/clusters/prod-eu",
      "o/acme/applications",
      `o/acme/applications/${id}`,
      "o/acme/clusters/no-such-cluster-of-a-name-that-is-longer-than-a-phone-is-wide",
      "o/globex",
      "nowhere",
    ]) {
      await page.goto(`./${address}`);
      await expect(page.locator("h1")).toBeVisible();
      await expect(page.getByRole("main").locator("[aria-busy=true]")).toHaveCount(0);
      const widths = () => page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      const [content, window] = await widths();
      expect(content, address).toBeLessThanOrEqual(window ?? 0);
      await keys(page, "Control+k");
      await expect(search(page)).toBeFocused();
      const box = await palette(page).boundingBox();
      expect((box?.x ?? 0) + (box?.width ?? 0), address).toBeLessThanOrEqual(size.width);
      await keys(page, "Escape");
    }
  });
}

test("a crash is a page that says so, keeps the address, and never goes round in circles", async ({ browser, console: address }) => {
  // A context of its own: the usual one lets no panic pass.
  const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
  const page = await context.newPage();
  await signInByKey(page, KEYS.viewer, `${address}/_gallery?group=shell`);
  let loads = 0;
  page.on("load", () => (loads += 1));
  await page.getByRole("button", { name: "Crash the console" }).click();
  const title = page.getByRole("heading", { level: 1, name: "The console has crashed" });
  await expect(title).toBeFocused();
  await expect(page.locator("#crash-report")).toContainText("The gallery was asked to crash");
  await page.getByRole("button", { name: "Copy the report" }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("The gallery was asked to crash");
  expect(loads, "nothing reloads by itself").toBe(0);
  await page.getByRole("link", { name: "Reload the page" }).click();
  await expect(page).toHaveURL(`${address}/_gallery?group=shell`);
  await expect(heading(page, "Gallery")).toBeVisible();
  await context.close();
});
