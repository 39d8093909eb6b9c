import { readFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import { expect, heading, KEYS, main, Platform, sidebar, signInByKey, test, withConsole } from "./fixtures.ts";

/** The rows of events, without those that name a day or hold what was opened. */
const events = (page: Page): Locator => main(page).locator("tr[data-event]");
const total = async (page: Page): Promise<number> => {
  const text = await main(page).getByText(/^[\d,]+ events?( match(es)?)?$/).first().innerText();
  return Number(text.replace(/[^\d]/g, ""));
};

/** Chooses the one value of a filter. */
async function choose(page: Page, filter: string, value: string): Promise<void> {
  await main(page).getByRole("button", { name: new RegExp(`^${filter}`) }).first().click();
  await page.getByRole("group", { name: `Filter by ${filter.toLowerCase()}` }).getByRole("radio", { name: value, exact: true }).click();
}

test("an auditor filters, opens an event with its change, and takes the filter's events along", async ({ page, platform }) => {
  await signInByKey(page, KEYS.owner, "./o/acme");
  await sidebar(page).getByRole("link", { name: "Audit log", exact: true }).click();
  await expect(heading(page, "Audit log")).toBeVisible();
  await expect(events(page)).toHaveCount(50);
  const all = await total(page);
  expect(all).toBeGreaterThan(1_000);

  await choose(page, "Type", "Cluster");
  await expect(page).toHaveURL(/type=cluster/);
  await choose(page, "Action", "Update");
  await expect(page).toHaveURL(/action=update/);
  const answer = await platform.act<{ total: number }>("owner", "listAuditEvents", {
    query: { eventType: "CLUSTER", action: "UPDATE" },
  });
  const some = answer.total;
  expect(some).toBeLessThan(all);
  await expect.poll(() => total(page), "the number is the platform's").toBe(some);
  await expect(main(page).getByText(/^[\d,]+ events in the last 30 days, not affected by filters$/)).toBeVisible();

  const first = events(page).filter({ hasText: "Success" }).first();
  await first.getByRole("button", { name: /^Details of Update / }).click();
  await expect(page).toHaveURL(/event=evt-/);
  const opened = main(page).locator(".audit-event");
  await expect(opened.getByRole("region", { name: /^Change of / })).toContainText("maxNode");
  await expect(opened.getByRole("definition").filter({ hasText: /^evt-/ })).toBeVisible();
  // A link to the event shows it again, also where the page that is shown does not have it.
  const id = /event=(evt-[0-9a-f]+)/.exec(page.url())?.[1] ?? "";
  await page.goto(`./o/acme/audit?type=user&event=${id}`);
  await expect(main(page).getByRole("heading", { name: "Linked event" })).toBeVisible();
  await expect(main(page).locator(".audit-event")).toContainText(id);
  await main(page).getByRole("button", { name: "Close the event" }).click();
  await expect(main(page).getByRole("heading", { name: "Linked event" })).toHaveCount(0);

  await page.goto("./o/acme/audit?type=cluster&action=update");
  for (const [form, kind] of [["CSV, for a spreadsheet", "csv"], ["JSON, for a program", "json"]] as const) {
    await main(page).getByRole("button", { name: /^Export \d+ events$/ }).click();
    const saved = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: form }).click();
    const file = await saved;
    expect(file.suggestedFilename()).toMatch(new RegExp(`^audit-events-.*\\.${kind}$`));
    const text = await readFile(await file.path(), "utf8");
    if (kind === "json") {
      const exported = JSON.parse(text) as { eventType: string; action: string }[];
      expect(exported).toHaveLength(some);
      expect(new Set(exported.map((event) => `${event.eventType} ${event.action}`))).toEqual(new Set(["CLUSTER UPDATE"]));
    } else {
      expect(text.split("\r\n")[0]).toContain("timestamp,eventType,action");
    }
  }
  await platform.succeeded("listAuditEvents", "getAuditEvent", "exportAuditEvents", "getAuditStatistics");
});

test("statistics filter by a press, a person leads to what they did, and back undoes it", async ({ page, platform }) => {
  await signInByKey(page, KEYS.admin, "./o/acme/audit");
  const side = page.getByRole("complementary", { name: "Statistics" });
  await side.getByRole("link", { name: /^API key/ }).click();
  await expect(page).toHaveURL(/type=api_key/);
  await expect(side.getByRole("link", { name: /^API key/ })).toHaveAttribute("aria-current", "true");
  await events(page).first().getByRole("link", { name: /show everything they did$/ }).click();
  await expect(page).toHaveURL(/user=/);
  await page.goBack();
  await expect(page).not.toHaveURL(/user=/);
  await main(page).getByRole("button", { name: "Clear", exact: true }).click();
  await expect(page).not.toHaveURL(/type=/);
  await main(page).getByRole("group", { name: "Period of the statistics" }).getByRole("button", { name: "90 d" }).click();
  await expect(page).toHaveURL(/period=90d/);
  await expect(main(page).getByText(/in the last 90 days, not affected by filters$/)).toBeVisible();

  // The ends of the brush are sliders, and choose days.
  const from = main(page).getByRole("slider", { name: "Events by day, from" });
  await from.focus();
  await from.press("PageUp");
  await expect(page).toHaveURL(/from=\d{4}-\d\d-\d\d/);

  // A member leads there as well, and an id says who is meant where nothing here knows them.
  const [edith, stranger] = await Promise.all(
    (["editor", "nobody"] as const).map((handle) => platform.act<{ id: string }>(handle, "getUserProfile")),
  );
  await sidebar(page).getByRole("link", { name: "Members", exact: true }).click();
  await page.getByRole("button", { name: "Actions for Edith Moreau" }).click();
  await page.getByRole("link", { name: "What they did" }).click();
  await expect(heading(page, "Audit log")).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`/audit\\?user=${edith?.id}$`));
  const actor = main(page).getByRole("button", { name: /^Actor/ }).first();
  await expect(actor).toHaveText(/Edith Moreau$/);
  await actor.click();
  const menu = page.getByRole("group", { name: "Filter by actor" });
  await menu.getByRole("searchbox", { name: "Find actor" }).fill(stranger?.id ?? "");
  await menu.getByRole("radio", { name: stranger?.id ?? "", exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`user=${stranger?.id}$`));
  await expect(main(page).getByRole("heading", { name: "No event matches" })).toBeVisible();
});

test("a hundred thousand events are paged to the last one, and exported whole", async ({ page }) => {
  const large = await Platform.start(...withConsole(), "--scale", "large");
  try {
    await signInByKey(page, KEYS.owner, `${large.url}/o/acme/audit`);
    await expect(events(page)).toHaveCount(50);
    expect(await total(page)).toBeGreaterThanOrEqual(100_000);
    // Reading the log is noted in it: what ended some days ago does not grow any more.
    const until = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);
    await page.goto(`${large.url}/o/acme/audit?to=${until}`);
    const some = await total(page);
    expect(some).toBeGreaterThan(90_000);
    await main(page).getByRole("button", { name: /^Page \d+$/ }).last().click();
    await expect(page).toHaveURL(new RegExp(`[?&]page=${Math.ceil(some / 50)}(&|$)`));
    await expect(main(page).getByRole("button", { name: "Next page" })).toBeDisabled();
    await expect(events(page)).toHaveCount(some % 50 || 50);

    await main(page).getByRole("button", { name: /^Export [\d,]+ events$/ }).click();
    const saved = page.waitForEvent("download", { timeout: 90_000 });
    await page.getByRole("menuitem", { name: "CSV, for a spreadsheet" }).click();
    const file = await saved;
    const told = `${some.toLocaleString("en-US")} events saved as CSV.`;
    await expect(page.getByRole("status").filter({ hasText: told })).toBeVisible();
    const lines = (await readFile(await file.path(), "utf8")).split("\r\n");
    expect(lines.length, "its head, the events, and nothing behind the last").toBe(some + 2);
    await large.innocence();
  } finally {
    await large.stop();
  }
});

test("pages are the platform's, and a page that is not there leads back", async ({ page, platform }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/audit?size=20");
  await expect(events(page)).toHaveCount(20);
  const first = await events(page).first().getAttribute("data-event");
  await page.getByRole("button", { name: "Next page" }).click();
  await expect(page).toHaveURL(/page=2/);
  await expect(events(page).first()).not.toHaveAttribute("data-event", first ?? "");
  await page.goto("./o/acme/audit?page=9999");
  await expect(main(page).getByRole("heading", { name: "No such page" })).toBeVisible();
  await main(page).getByRole("button", { name: "Go to the first page" }).click();
  await expect(events(page)).toHaveCount(50);
  // The platform gives a hundred at most.
  await page.goto("./o/acme/audit?size=500");
  await expect(events(page)).toHaveCount(100);
  expect((await platform.seen()).operations["listAuditEvents"]?.statuses).not.toHaveProperty("400");
});

test("ten years, days the wrong way round, and a day that is none", async ({ page, platform }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/audit");
  await choose(page, "Time", "Last 10 years");
  await expect(page).toHaveURL(/from=20\d\d-/);
  await expect(main(page).getByText("Last 10 years").first()).toBeVisible();
  await expect(events(page)).toHaveCount(50);
  await page.goto("./o/acme/audit?from=2026-06-09&to=2026-06-01");
  await expect(main(page).getByRole("alert")).toContainText("The last day lies before the first one");
  await expect(events(page)).toHaveCount(0);
  expect((await platform.seen()).operations["listAuditEvents"]?.statuses, "it is not asked for").not.toHaveProperty("400");
  await page.goto("./o/acme/audit?from=yesterday");
  await expect(main(page).getByRole("alert")).toContainText("startDate");
  await main(page).getByRole("button", { name: "Clear", exact: true }).click();
  await expect(events(page)).toHaveCount(50);
  await page.goto("./o/acme/audit?user=nobody");
  await expect(main(page).getByRole("heading", { name: "No event matches" })).toBeVisible();
  await main(page).getByRole("button", { name: "Clear filters" }).click();
  await expect(events(page)).toHaveCount(50);
});

test("an export that is cut off is noticed and said, and nothing is saved unasked", async ({ page, platform }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/audit?type=cluster");
  await expect(events(page).first()).toBeVisible();
  await platform.fault({ operation: "exportAuditEvents", kind: "truncated" });
  await main(page).getByRole("button", { name: /^Export \d+ events$/ }).click();
  await page.getByRole("menuitem", { name: "JSON, for a program" }).click();
  const banner = main(page).getByRole("status").filter({ hasText: "The export was cut off" });
  await expect(banner).toContainText(/It ends in the middle: \d+ of \d+ events came whole\. Nothing was saved\./);
  const saved = page.waitForEvent("download");
  await banner.getByRole("button", { name: "Export again" }).click();
  const whole = JSON.parse(await readFile(await (await saved).path(), "utf8")) as unknown[];
  expect(whole.length).toBe(await total(page));
  await expect(banner).toHaveCount(0);

  await platform.fault({ operation: "exportAuditEvents", kind: "status", status: 500, always: true });
  await main(page).getByRole("button", { name: /^Export \d+ events$/ }).click();
  await page.getByRole("menuitem", { name: "CSV, for a spreadsheet" }).click();
  await expect(main(page).getByRole("alert")).toContainText("The platform failed");
});

test("what is being counted anew is not exported yet", async ({ page }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/audit");
  await expect(main(page).getByRole("button", { name: /^Export [\d,]+ events$/ })).toBeVisible();
  let answer = () => {};
  const held = new Promise<void>((resolve) => (answer = resolve));
  await page.route(/\/audit\/events\?/, async (route) => {
    await held;
    await route.continue();
  });
  await choose(page, "Type", "Cluster");
  await main(page).getByRole("button", { name: "Export", exact: true }).click();
  for (const form of ["CSV, for a spreadsheet", "JSON, for a program"]) {
    const entry = page.getByRole("menuitem", { name: form });
    await expect(entry).toHaveAttribute("aria-disabled", "true");
    await expect(entry).toHaveAccessibleDescription("The events are being counted.");
  }
  await page.keyboard.press("Escape");
  answer();
  await expect(main(page).getByRole("button", { name: /^Export [\d,]+ events$/ })).toBeVisible();
});

test("who may not read the log is told why, by role and by plan", async ({ page }) => {
  await signInByKey(page, KEYS.viewer, "./o/acme/audit");
  await expect(main(page).getByRole("heading", { name: "The audit log is not open to your role" })).toBeVisible();
  await expect(main(page)).toContainText("This takes the role admin or owner.");
  await expect(main(page)).toContainText("Olivia Chen (owner)");
  await expect(main(page).getByRole("alert")).toHaveCount(0);
});

test("the Developer plan has no audit log, and the page says so", async ({ page }) => {
  await signInByKey(page, KEYS["two-organizations"], "./o/globex/audit");
  await expect(main(page).getByRole("heading", { name: "The audit log is part of the Enterprise plan" })).toBeVisible();
  await expect(main(page)).toContainText("This organization is on Developer.");
  await main(page).getByRole("link", { name: "Compare plans" }).click();
  await expect(heading(page, "Plan")).toBeVisible();
  await sidebar(page).getByRole("link", { name: "Members", exact: true }).click();
  await page.getByRole("button", { name: /^Actions for/ }).first().click();
  await expect(page.getByRole("button", { name: /^What they did/ })).toContainText("globex is on Developer.");
});

test("rows are walked and opened by keys, and days are those of the zone in which times are told", async ({ page }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/audit?size=20");
  await expect(events(page)).toHaveCount(20);
  const button = (row: number): Locator => events(page).nth(row).getByRole("button");
  await page.keyboard.press("j");
  await expect(button(0)).toBeFocused();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  await expect(button(1)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(main(page).locator(".audit-event")).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await expect(button(2)).toBeFocused();
  // The person stands among the members.
  const actor = main(page).locator(".audit-event").getByRole("link").first();
  const name = await actor.innerText();
  await actor.click();
  await expect(heading(page, "Members")).toBeVisible();
  await expect(page.getByRole("rowheader", { name })).toBeVisible();

  await page.goto("./settings");
  await main(page).getByRole("combobox", { name: /^Time zone/ }).fill("Tokyo");
  await page.getByRole("option", { name: /Tokyo/ }).click();
  await page.goto("./o/acme/audit?from=2026-06-03&to=2026-06-03");
  await expect(main(page).getByRole("link", { name: "in Asia/Tokyo" })).toBeVisible();
  const asked = page.waitForRequest((request) => request.url().includes("/audit/events?"));
  await page.reload();
  const url = new URL((await asked).url());
  expect(url.searchParams.get("startDate")).toBe("2026-06-02T15:00:00Z");
  expect(url.searchParams.get("endDate")).toBe("2026-06-03T14:59:59.999Z");
});

test("a log that fails says so and comes back", async ({ page, platform }) => {
  await platform.fault({ operation: "listAuditEvents", kind: "html", always: true });
  await signInByKey(page, KEYS.owner, "./o/acme/audit");
  await expect(main(page).getByRole("alert")).toContainText("Something else answered");
  await platform.heal();
  await main(page).getByRole("button", { name: "Try again" }).click();
  await expect(events(page)).toHaveCount(50);
});
