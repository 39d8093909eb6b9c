import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expect, heading, KEYS, Platform, row, sidebar, signInByKey, test, withConsole } from "./fixtures.ts";

const names = (page: Page) => page.locator("tr[data-row]").getByRole("rowheader").allInnerTexts();
const chip = (page: Page, name: RegExp) => page.locator(".chips").getByRole("button", { name });
const bar = (page: Page) => page.getByRole("region", { name: "Selection" });
const search = (page: Page, noun: string) => page.getByRole("searchbox", { name: `Filter ${noun}` });

/** Presses an entry of the export menu, and gives what is saved, and whether a byte order mark was before it. */
async function saved(page: Page, press: () => Promise<void>): Promise<{ name: string; text: string; isMarked: boolean }> {
  const [download] = await Promise.all([page.waitForEvent("download"), press()]);
  const bytes = await readFile(await download.path());
  const isMarked = bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]));
  return { name: download.suggestedFilename(), text: bytes.subarray(isMarked ? 3 : 0).toString("utf8"), isMarked };
}

test("clusters are filtered, sorted and counted, and the address says how", async ({ page }) => {
  await signInByKey(page, KEYS.viewer, "./o/acme/clusters");
  await expect(chip(page, /^All 14$/)).toHaveAttribute("aria-pressed", "true");
  await chip(page, /^Ready/).click();
  await expect(page).toHaveURL(/\?state=ready$/);
  await expect(page.getByText(/^9 of 14 clusters$/).first()).toBeVisible();
  await page.getByRole("button", { name: "Provider", exact: true }).click();
  await page.getByRole("checkbox", { name: /^AWS/ }).check();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/\?state=ready&provider=aws$/);
  await expect(page.getByRole("button", { name: /^Provider\s*AWS$/ })).toBeVisible();
  await page.getByRole("columnheader", { name: "Name" }).getByRole("button").click();
  await expect(page.getByRole("columnheader", { name: "Name" })).toHaveAttribute("aria-sort", "ascending");
  const up = await names(page);
  expect(up).toEqual([...up].sort());
  await page.getByRole("columnheader", { name: "Name" }).getByRole("button").click();
  await expect(page.getByRole("columnheader", { name: "Name" })).toHaveAttribute("aria-sort", "descending");
  await expect.poll(() => names(page)).toEqual([...up].reverse());

  await page.reload();
  await expect(page.getByRole("columnheader", { name: "Name" })).toHaveAttribute("aria-sort", "descending");
  await expect.poll(() => names(page)).toEqual([...up].reverse());
  await page.goBack();
  await expect(page.getByRole("columnheader", { name: "Name" })).toHaveAttribute("aria-sort", "ascending");
  await page.getByRole("button", { name: "Clear filter Provider" }).click();
  await chip(page, /^All/).click();
  await expect(page).toHaveURL(/clusters\?sort=name$/);

  await search(page, "clusters").fill("no such cluster");
  await expect(page.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(row(page, "prod-eu")).toBeVisible();
});

test("work that goes on shows in its row", async ({ page }) => {
  await signInByKey(page, KEYS.viewer, "./o/acme/clusters");
  const working = row(page, "prod-apac");
  await expect(working).toContainText(/Provisioning\s*\d+ %/);
  await expect(working.getByRole("progressbar", { name: /^Provisioning prod-apac/ })).toBeVisible();
  await expect(row(page, "prod-eu").getByRole("progressbar")).toHaveCount(0);
});

test("columns and density are chosen, and remembered", async ({ page }) => {
  await signInByKey(page, KEYS.viewer, "./o/acme/clusters");
  await expect(row(page, "prod-eu")).toBeVisible();
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("checkbox", { name: "Agent" }).uncheck();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("columnheader", { name: "Agent" })).toHaveCount(0);
  await page.getByRole("button", { name: "Compact rows" }).click();
  await expect.poll(async () => (await row(page, "prod-eu").boundingBox())?.height).toBe(32);
  await page.reload();
  await expect(row(page, "prod-eu")).toBeVisible();
  await expect(page.getByRole("columnheader", { name: "Agent" })).toHaveCount(0);
  await expect.poll(async () => (await row(page, "prod-eu").boundingBox())?.height).toBe(32);
});

test("what is filtered is exported, in its order, and no formula gets out", async ({ page, platform }) => {
  const clusters = await platform.act<Record<string, unknown>[]>("viewer", "listClusters");
  const odd = { ...clusters[0], id: "odd", clusterName: "odd", region: "=cmd()", provisionerType: "" };
  await platform.fault({
    operation: "listClusters",
    kind: "status",
    status: 200,
    body: { data: [...clusters, odd], id: "1", message: "", status: "success" },
    always: true,
  });
  await signInByKey(page, KEYS.viewer, "./o/acme/clusters?state=ready&sort=-name");
  await expect(row(page, "odd")).toBeVisible();
  const shown = await names(page);
  await page.getByRole("button", { name: "Export" }).click();
  const csv = await saved(page, () => page.getByRole("button", { name: "Export CSV" }).click());
  expect(csv.name).toBe("clusters.csv");
  expect(csv.isMarked, "Excel takes it for UTF-8").toBe(true);
  const lines = csv.text.trimEnd().split("\r\n");
  expect(lines[0]).toBe("Name,State,Version,Type and region,Nodes,Agent,Cloud account");
  expect(lines.slice(1).map((line) => line.split(",")[0])).toEqual(shown);
  expect(csv.text).not.toMatch(/(^|,|")[=+@]/m);
  await page.getByRole("button", { name: "Export" }).click();
  const json = await saved(page, () => page.getByRole("button", { name: "Export JSON" }).click());
  expect(json.name).toBe("clusters.json");
  expect(json.isMarked).toBe(false);
  const rows = JSON.parse(json.text) as { name: string; state: string }[];
  expect(rows.map(({ name }) => name)).toEqual(shown);
  expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(["Ready"]));
});

test("chosen applications are resynced, and each tells what became of it", async ({ page, platform }) => {
  await signInByKey(page, KEYS.editor, "./o/acme/applications");
  await page.getByRole("checkbox", { name: "Select cart" }).check();
  await page.getByRole("checkbox", { name: "Select checkout" }).click({ modifiers: ["Shift"] });
  await expect(bar(page)).toContainText("4 selected");
  await chip(page, /^Degraded/).click();
  await expect(bar(page)).toContainText("4 selected, 4 of them hidden");
  await chip(page, /^All/).click();
  await bar(page).getByRole("button", { name: "Resync", exact: true }).click();
  await expect(bar(page)).toContainText("4 resynced");
  expect(await platform.calls("resyncApplication")).toBe(4);

  // A sync that is under way refuses the next one.
  await platform.advance(600);
  await platform.fault({ operation: "resyncApplication", kind: "status", status: 409, times: 1 });
  await bar(page).getByRole("button", { name: "Resync", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Resync" });
  await expect(dialog.getByRole("listitem")).toHaveCount(4);
  await expect(dialog).toContainText("3 resynced, 1 failed");
  await expect(dialog.locator("code")).toHaveText(/trace-/);
  await dialog.getByRole("button", { name: "Select the failed" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(bar(page)).toContainText("1 selected");
  await bar(page).getByRole("button", { name: "Clear selection" }).click();
  await expect(bar(page)).toHaveCount(0);
  await expect(page.getByRole("region", { name: "Applications" })).toBeFocused();
});

test("sorted by health, what needs a person stands together at the top", async ({ page }) => {
  await signInByKey(page, KEYS.viewer, "./o/acme/applications?sort=health");
  await expect(page.getByRole("columnheader", { name: "Health" })).toHaveAttribute("aria-sort", "ascending");
  await expect(page.locator("tr[data-row] .cell--side").first()).toContainText("Degraded");
  const states = await page.locator("tr[data-row] .cell--side").allInnerTexts();
  expect(states[0]).toBe("Degraded");
  const well = states.indexOf("Healthy");
  expect(well).toBeGreaterThan(0);
  expect(new Set(states.slice(well)), "all that is not well stands before").toEqual(new Set(["Healthy"]));
});

test("on a phone the second line of a card is not cut", async ({ page }) => {
  await signInByKey(page, KEYS.editor, "./o/acme/applications");
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(row(page, "cart")).toBeVisible();
  const cut = () => page.locator("tr[data-row] .cell--note").evaluateAll((notes) => notes.filter((note) => note.scrollHeight > note.clientHeight).length);
  await expect.poll(cut).toBe(0);
});

test("work with many rows asks first, is stopped, and asks again when the page is left", async ({ page, platform }) => {
  await signInByKey(page, KEYS.editor, "./o/acme/applications");
  await page.getByRole("checkbox", { name: "Select all applications" }).check();
  // Three at a time: twenty of them would take twenty seconds, in which all that follows can be pressed.
  await platform.fault({ operation: "resyncApplication", kind: "delay", ms: 3_000, always: true });
  await bar(page).getByRole("button", { name: "Resync", exact: true }).click();
  const question = page.getByRole("dialog", { name: /^Resync \d+ applications\?$/ });
  await question.getByRole("button", { name: "Resync", exact: true }).click();
  await expect(bar(page).getByRole("button", { name: "Stop" })).toBeVisible();
  await sidebar(page).getByRole("link", { name: "Clusters", exact: true }).click();
  await page.getByRole("dialog", { name: "Stop and leave?" }).getByRole("button", { name: "Stay" }).click();
  await bar(page).getByRole("button", { name: "Stop" }).click();
  const dialog = page.getByRole("dialog", { name: "Resync" });
  await expect(dialog).toContainText("Left out: stopped before its turn.");
  await expect(dialog.getByRole("listitem").first(), "what was not done comes first").toContainText("Left out");
  await dialog.getByRole("button", { name: "Close" }).click();
  const calls = await platform.calls("resyncApplication");
  expect(calls).toBeLessThan(20);
  await bar(page).getByRole("button", { name: "Clear selection" }).click();
  await sidebar(page).getByRole("link", { name: "Clusters", exact: true }).click();
  await expect(heading(page, "Clusters")).toBeVisible();
});

test("a viewer reads why nothing can be done", async ({ page, platform }) => {
  await signInByKey(page, KEYS.viewer, "./o/acme/applications");
  await page.getByRole("button", { name: "Actions for cart" }).click();
  const resync = page.getByRole("button", { name: /^Resync/ });
  await expect(resync).toContainText("Needs the role editor, admin or owner");
  await expect(resync).toHaveAttribute("aria-disabled", "true");
  // It takes no press, which the test's own check for buttons knows too.
  await resync.click({ force: true });
  await page.keyboard.press("Escape");
  await page.getByRole("checkbox", { name: "Select cart" }).check();
  await expect(bar(page).getByRole("button", { name: "Resync", exact: true })).toHaveAttribute("aria-disabled", "true");
  expect(await platform.calls("resyncApplication")).toBe(0);
});

test("what changes elsewhere changes in place, and what was chosen stays", async ({ page, platform }) => {
  await signInByKey(page, KEYS.viewer, "./o/acme/applications");
  const dns = row(page, "external-dns");
  await expect(dns).toContainText("Out of sync");
  await dns.getByRole("checkbox").check();
  await dns.getByRole("rowheader").getByRole("link").focus();
  await dns.evaluate((element) => element.setAttribute("data-mark", "same"));
  const { id } = await platform.application("external-dns");
  await platform.settings({ speed: 60 });
  await platform.act("editor", "resyncApplication", { path: { appId: id } });
  await expect(dns, "the list is renewed by itself").toContainText("Synced", { timeout: 40_000 });
  await expect(dns).toHaveAttribute("data-mark", "same");
  await expect(dns.getByRole("checkbox")).toBeChecked();
  await expect(dns.getByRole("rowheader").getByRole("link")).toBeFocused();
});

test("a list is walked by the keyboard alone", async ({ page }) => {
  await signInByKey(page, KEYS.viewer, "./o/acme/clusters");
  await expect(row(page, "prod-eu")).toBeVisible();
  const link = (name: string) => row(page, name).getByRole("rowheader").getByRole("link");
  const [first = "", second = ""] = await names(page);
  await page.keyboard.press("j");
  await expect(link(first)).toBeFocused();
  await page.keyboard.press("j");
  await expect(link(second)).toBeFocused();
  await page.keyboard.press("x");
  await expect(row(page, second).getByRole("checkbox")).toBeChecked();
  await page.keyboard.press("ArrowUp");
  await expect(link(first)).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(bar(page)).toHaveCount(0);
  await page.keyboard.press("/");
  await expect(search(page, "clusters")).toBeFocused();
  await page.keyboard.type("jx");
  await expect(search(page, "clusters")).toHaveValue("jx");
  await page.keyboard.press("Escape");
  await expect(search(page, "clusters")).toHaveValue("");
  await page.keyboard.press("Escape");
  await expect(search(page, "clusters")).not.toBeFocused();
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  await expect(heading(page, first)).toBeVisible();
});

test("ten thousand rows: back is where one was, and a filter answers at once", async ({ page }) => {
  const platform = await Platform.start(...withConsole(), "--scale", "large");
  try {
    await signInByKey(page, KEYS.viewer, `${platform.url}/o/acme/applications?sort=name`);
    const region = page.getByRole("region", { name: "Applications", exact: true });
    await expect(region.getByRole("rowheader").first()).toBeVisible();
    await region.evaluate((element) => element.scrollTo(0, 120_000));
    const there = page.locator('tr[aria-rowindex="3005"]');
    await expect(there).toBeVisible();
    const name = await there.getByRole("rowheader").innerText();
    const before = await there.boundingBox();
    await there.getByRole("rowheader").getByRole("link").click();
    await expect(heading(page, name)).toBeVisible();
    await page.goBack();
    await expect(there).toContainText(name);
    await expect.poll(async () => Math.abs(((await there.boundingBox())?.y ?? 0) - (before?.y ?? 0))).toBeLessThan(2);
    await search(page, "applications").fill(name);
    await expect(page.locator("tr[data-row]").first()).toContainText(name);
    await expect(region).toHaveJSProperty("scrollTop", 0);
    await platform.innocence();
  } finally {
    await platform.stop();
  }
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test("rows are cards, and nothing is wider than the window", async ({ page }) => {
    await signInByPhone(page, "./o/acme/clusters");
    const card = row(page, "prod-eu");
    await expect(card).toBeVisible();
    await expect(card.getByText("Ready")).toBeVisible();
    await expect(card.getByText("EKS")).toBeVisible();
    expect((await card.boundingBox())?.height).toBeGreaterThan(56);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await card.getByRole("checkbox").check();
    await expect(bar(page)).toContainText("1 selected");
    // By key the list opens beside its button, at its first entry.
    const sort = page.getByRole("button", { name: "Sort" });
    await sort.focus();
    await page.keyboard.press("ArrowDown");
    const first = page.getByRole("group", { name: "Sort" }).getByRole("button", { name: "Name", exact: true });
    await expect(first).toBeFocused();
    const under = (await sort.boundingBox())?.y ?? 0;
    await expect.poll(async () => (await first.boundingBox())?.y).toBeGreaterThan(under);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/sort=name/);
    await bar(page).getByRole("button", { name: "Clear selection" }).click();
    // The whole card leads to what it names: its link lies over all of it.
    const note = await card.getByText("EKS").boundingBox();
    const whole = await card.boundingBox();
    await card.click({ position: { x: (note?.x ?? 0) - (whole?.x ?? 0) + 4, y: (note?.y ?? 0) - (whole?.y ?? 0) + 4 } });
    await expect(heading(page, "prod-eu")).toBeVisible();
  });
});

/** The sidebar, which tells that one is signed in, is a sheet here. */
async function signInByPhone(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.getByLabel("API key", { exact: true }).fill(KEYS.viewer);
  await page.getByRole("button", { name: "Sign in with key" }).click();
  await expect(page.getByRole("button", { name: "Open navigation" })).toBeVisible();
}
