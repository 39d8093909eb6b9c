import { readFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import { connection, expect, heading, KEYS, ownClock, type Platform, signInByKey, test } from "./fixtures.ts";

const LOGS = "streamApplicationLogs";

const lines = (page: Page): Locator => page.getByRole("log").getByRole("listitem");
const foot = (page: Page): Locator => page.locator(".logs__foot");
const search = (page: Page): Locator => page.getByRole("searchbox", { name: "Search in logs" });

/** Opens the logs of an application, and answers its id. */
async function open(page: Page, platform: Platform, name: string, query = ""): Promise<string> {
  const { id } = await platform.application(name);
  await signInByKey(page, KEYS.viewer, `./o/acme/applications/${id}/logs${query}`);
  await expect(heading(page, name)).toBeVisible();
  return id;
}

/** The lines that are shown, as the console writes them to a file. */
async function downloaded(page: Page): Promise<string[]> {
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download the lines that are shown" }).click(),
  ]);
  const text = await readFile(await file.path(), "utf8");
  return text.split("\n").filter(Boolean);
}

/** What the platform itself has of the logs: a socket of the test's own. */
async function written(page: Page, id: string): Promise<string[]> {
  const frames = await page.evaluate(
    ([id, key]) =>
      new Promise<string[]>((resolve) => {
        const query = `tail=1000000&follow=false&api_key=${key}`;
        const url = new URL(`api/v1/applications/${id}/logs?${query}`, document.baseURI);
        url.protocol = "ws:";
        const socket = new WebSocket(url, "astro.v1");
        const frames: string[] = [];
        socket.onmessage = (event) => frames.push(event.data as string);
        socket.onclose = () => resolve(frames);
      }),
    [id, KEYS.viewer] as const,
  );
  return frames.map((frame) => {
    const { timestamp, pod, container, message } = JSON.parse(frame) as Record<string, string>;
    return `${timestamp} ${pod} ${container} ${message}`;
  });
}

const podOf = (line: string): string => line.split(" ")[1] ?? "";
const sourceOf = (line: string): string => line.split(" ").slice(1, 3).join(" ");

/** Proves that of each container every line from the first to the last one is there, once, and in order. */
function expectEachOnce(shown: string[], all: string[]): void {
  const sources = new Set(shown.map(sourceOf));
  expect(sources.size).toBeGreaterThan(0);
  for (const source of sources) {
    const mine = shown.filter((line) => sourceOf(line) === source);
    const whole = all.filter((line) => sourceOf(line) === source);
    const from = whole.indexOf(mine[0] ?? "");
    expect(from, `the first line of ${source} is one of the platform's`).toBeGreaterThanOrEqual(0);
    expect(mine.length, source).toBe(new Set(mine).size);
    expect(mine).toEqual(whole.slice(from, from + mine.length));
  }
}

test.describe("a stream", () => {
  test("that is dropped every 3 s loses no line and repeats none", async ({ page, platform }) => {
    await platform.settings({ logRate: 100 });
    const id = await open(page, platform, "checkout");
    await expect(lines(page).first()).toBeVisible();
    for (let drop = 0; drop < 5; drop += 1) {
      await page.waitForTimeout(3000);
      await platform.fault({ operation: LOGS, kind: "ws-drop" });
      await expect.poll(() => platform.faults(), "it has struck").toEqual([]);
      await expect(connection(page)).toHaveText("Live");
    }
    const before = (await written(page, id)).length;
    expect(before).toBeGreaterThan(1000);
    await page.waitForTimeout(2500);
    const shown = await downloaded(page);
    expect(shown.length, "it goes on").toBeGreaterThan(1000 + 5 * 3 * 80);
    expect(shown.filter((line) => line.startsWith("---"))).toEqual([]);
    expectEachOnce(shown, await written(page, id));
    await expect(page.getByText("may be missing")).toHaveCount(0);
  });

  test("that is half open is replaced without a line twice", async ({ page, platform }) => {
    await platform.settings({ logRate: 50 });
    await ownClock(page);
    const id = await open(page, platform, "cart");
    await expect(connection(page)).toHaveText("Live");
    await expect(lines(page).first()).toBeVisible();
    await platform.fault({ operation: LOGS, kind: "ws-silent" });
    await expect.poll(() => platform.faults(), "it has struck").toEqual([]);
    const held = await downloaded(page);
    await page.clock.fastForward(61_000);
    await expect.poll(async () => (await downloaded(page)).length).toBeGreaterThan(held.length + 40);
    await expect(connection(page)).toHaveText("Live");
    expectEachOnce(await downloaded(page), await written(page, id));
  });

  test("that was away for longer than the platform remembers marks the gap", async ({ page, platform }) => {
    await platform.settings({ logRate: 400 });
    await open(page, platform, "cart");
    await expect(lines(page).first()).toBeVisible();
    await expect(connection(page)).toHaveText("Live");
    await platform.fault({ operation: LOGS, kind: "ws-refuse", status: 503, always: true });
    await platform.fault({ operation: LOGS, kind: "ws-drop" });
    await expect(connection(page)).toHaveText(/^Reconnecting/);
    // An hour of 400 lines a second is more than is kept or asked for.
    await platform.advance(3600);
    await platform.heal();
    await expect(connection(page)).toHaveText("Live");
    await expect.poll(async () => (await downloaded(page)).filter((line) => line.startsWith("---")).length).toBeGreaterThan(0);
    // No level hides a gap: with none shown, gaps are all that is left.
    for (const level of ["Error", "Warn", "Info", "Debug", "Other"]) {
      const chip = page.getByRole("group", { name: "Levels" }).getByRole("button", { name: new RegExp(`^${level}`) });
      if ((await chip.count()) > 0) await chip.click();
    }
    await expect(
      lines(page).filter({ hasText: /may be missing between \d\d:\d\d:\d\d\.\d{3} and \d\d:\d\d:\d\d\.\d{3}/ }).first(),
    ).toBeVisible();
  });

  for (const [status, words] of [
    [401, /The session has ended|Sign in again|Missing or invalid credentials/],
    [403, /Role or plan does not allow this/],
    [404, /Resource not found/],
  ] as const) {
    test(`that is refused with ${status} says so and does not try on`, async ({ page, platform }) => {
      await platform.fault({ operation: LOGS, kind: "ws-refuse", status, always: true });
      const { id } = await platform.application("cart");
      await signInByKey(page, KEYS.viewer);
      await platform.fault({ operation: "getApplication", kind: "status", status, always: true });
      await page.goto(`./o/acme/applications/${id}/logs`);
      await expect(page.getByText(words).first()).toBeVisible();
      await expect.poll(() => platform.calls(LOGS)).toBeGreaterThan(0);
      const calls = await platform.calls(LOGS);
      await page.waitForTimeout(4000);
      expect(await platform.calls(LOGS), "refused is refused").toBe(calls);
      if (status === 401) return;
      await platform.heal();
      await page.locator(".logs").getByRole("button", { name: "Try again" }).click();
      await expect(lines(page).first()).toBeVisible();
    });
  }

  test("without a pod say that none runs, and why", async ({ page, platform }) => {
    await open(page, platform, "feature-flags");
    const banner = page.locator(".logs-page__none");
    await expect(banner).toContainText("No pod of the application runs");
    await expect(banner).toContainText("Waiting for a sync");
  });

  test("of a pod that is gone says so, asks no more, and leads to the others", async ({ page, platform }) => {
    await open(page, platform, "checkout", "?pod=checkout-app-gone-00000");
    await expect(page.getByText("The pod checkout-app-gone-00000 is not there any more.").first()).toBeVisible();
    await expect(connection(page)).toHaveText("Ended");
    expect(await platform.calls(LOGS), "it may have been asked for before the pods were known").toBeLessThanOrEqual(1);
    await page.getByRole("button", { name: "Show all pods" }).click();
    await expect(page).not.toHaveURL(/pod=/);
    await expect(lines(page).first()).toBeVisible();
    await expect(connection(page)).toHaveText("Live");
  });

  test("of one container leaves the choice of the others, and of one that is gone says so", async ({ page, platform }) => {
    const id = await open(page, platform, "checkout");
    await page.getByRole("button", { name: /^Container/ }).click();
    const choice = (name: string) => page.getByRole("group", { name: "Container" }).getByRole("checkbox", { name, exact: true });
    await expect(choice("istio-proxy")).toBeVisible();
    await choice("app").check();
    await expect(page).toHaveURL(/container=app/);
    const others = async () => (await downloaded(page)).filter((line) => !/ app$/.test(sourceOf(line)));
    await page.keyboard.press("Escape");
    await expect(lines(page).first()).toBeVisible();
    await expect.poll(others).toEqual([]);
    await page.getByRole("button", { name: /^Container/ }).click();
    await expect(choice("istio-proxy")).toBeVisible();

    await page.goto(`./o/acme/applications/${id}/logs?container=gone`);
    await expect(page.getByText(/refuses the lines of the container gone, and answers otherwise/).first()).toBeVisible({ timeout: 15_000 });
    await expect(connection(page)).toHaveText("Ended");
    await page.getByRole("button", { name: "Show all containers" }).click();
    await expect(page).not.toHaveURL(/container=/);
    await expect(lines(page).first()).toBeVisible();
    await expect(connection(page)).toHaveText("Live");
  });

  test("of one container is not taken for gone where no socket comes through", async ({ page, platform }) => {
    const { id } = await platform.application("checkout");
    await signInByKey(page, KEYS.viewer);
    for (const operation of [LOGS, "streamApplicationStatus"]) {
      await platform.fault({ operation, kind: "ws-refuse", status: 503, always: true });
    }
    await page.goto(`./o/acme/applications/${id}/logs?container=app`);
    await expect.poll(() => platform.calls(LOGS), { timeout: 45_000 }).toBeGreaterThan(2);
    await expect(page.getByRole("button", { name: "Show all containers" })).toHaveCount(0);
    await platform.heal();
    await expect(lines(page).first()).toBeVisible({ timeout: 45_000 });
  });

  test("of an application that is deleted meanwhile keeps its lines and says why no more come", async ({ page, platform }) => {
    await platform.settings({ speed: 60 });
    const id = await open(page, platform, "feature-flags");
    await expect(connection(page)).toHaveText(/Live|Ended/);
    await platform.act("owner", "deleteApplication", { path: { appId: id } });
    await expect(page.getByText(/The application was deleted/).first()).toBeVisible({ timeout: 20_000 });
    await expect(connection(page)).toHaveText("Ended");
  });
});

test.describe("a line", () => {
  test("has an address that leads to it, and says when it is gone", async ({ context, page, platform }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    // At the pace that it has otherwise, a line is among the last 200 for ten seconds only.
    await platform.settings({ logRate: 4 });
    await open(page, platform, "checkout", "?tail=200");
    await expect(lines(page).first()).toBeVisible();
    await page.getByRole("log").focus();
    await page.keyboard.press("k");
    await expect(page.locator("[data-seq]:focus")).toBeVisible();
    await page.keyboard.press("Enter");
    const detail = page.locator(".log-line__detail");
    await expect(detail).toContainText("timestamp");
    await expect(detail).toContainText("container");
    await detail.getByRole("button", { name: "Copy link to this line" }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain("line=");
    const address = await page.evaluate(() => navigator.clipboard.readText());
    const words = await detail.locator("xpath=..").locator(".log-line__text").innerText();

    await page.goto(address);
    const linked = page.locator(".log-line--linked");
    await expect(linked.locator(".log-line__text")).toHaveText(words);
    await expect(linked, "its details are open").toContainText("timestamp");
    await expect(page.getByRole("button", { name: /new line|Follow/ }).first()).toBeVisible();

    await page.goto(address.replace(/[0-9a-f]{16}(?=&|$)/, "0000000000000000"));
    await expect(page.getByText(/The line of this link is gone/)).toBeVisible();
    await page.getByRole("button", { name: "Look through 1,000 lines" }).click();
    await expect(page).toHaveURL(/[?&]line=/);
    await page.getByRole("button", { name: "Follow the newest" }).click();
    await expect(page.getByText(/The line of this link is gone/)).toHaveCount(0);
    await expect(page).not.toHaveURL(/[?&]line=/);
  });

  test("is text, whatever is in it", async ({ page, platform }) => {
    await platform.settings({ logRate: 60 });
    await open(page, platform, "support-chat", "?tail=2000&q=script");
    // A new search is under way until it counts; it stands at none of its matches yet.
    const found = () => expect(page.locator(".logs__hits")).toHaveText(/^[\d,]+ match(es)?$/);
    await found();
    await page.getByRole("button", { name: "Next match" }).click();
    await expect(page.locator("mark.is-now")).toBeVisible();
    await expect(lines(page).filter({ hasText: "<script>alert(" }).first()).toBeVisible();
    await search(page).fill("gpj.exe");
    await found();
    await page.keyboard.press("Enter");
    await expect(lines(page).filter({ hasText: "<U+202E>gpj.exe<U+202C>" }).first()).toBeVisible();
    await search(page).fill("bell");
    await found();
    await page.keyboard.press("Enter");
    await expect(lines(page).filter({ hasText: "␇bell ␈backspace ␀nul" }).first()).toBeVisible();
    await search(page).fill("تم إنشاء");
    await found();
    await page.keyboard.press("Enter");
    await expect(page.locator("mark.is-now")).toHaveText("تم إنشاء");
    expect(await page.locator(".log-line img, .log-line script, .log-line b").count()).toBe(0);
  });
});

test.describe("options", () => {
  test("live in the address, and survive a reload and the way back", async ({ page, platform }) => {
    const id = await open(page, platform, "payments-ledger", "?level=error,warn,info&q=ledger&case=1&wrap=0&time=utc&tail=200");
    const chip = (name: string) => page.getByRole("group", { name: "Levels" }).getByRole("button", { name: new RegExp(`^${name}`) });
    const expectAll = async () => {
      await expect(search(page)).toHaveValue("ledger");
      await expect(page.getByRole("button", { name: "Match case" })).toHaveAttribute("aria-pressed", "true");
      await expect(chip("Warn")).toHaveAttribute("aria-pressed", "true");
      await expect(chip("Debug")).toHaveAttribute("aria-pressed", "false");
      await expect(foot(page)).toContainText("UTC");
      await expect(page.locator(".logs__view--long")).toHaveCount(1);
    };
    await expectAll();
    await page.reload();
    await expectAll();
    await chip("Info").click();
    await expect(page).toHaveURL(/level=error,warn(&|$)/);
    await page.goto(`./o/acme/applications/${id}`);
    await expect(heading(page, "payments-ledger")).toBeVisible();
    await page.goBack();
    await expectAll();
    await expect(chip("Info")).toHaveAttribute("aria-pressed", "false");

    await page.getByRole("button", { name: "Options" }).click();
    await page.getByLabel("Wrap long lines").check();
    await page.getByText("Off", { exact: true }).click();
    await expect(page).not.toHaveURL(/wrap=/);
    await expect(page).toHaveURL(/time=off/);
    await page.getByLabel("Begin with the last").selectOption("1000");
    await expect(page).not.toHaveURL(/tail=/);
    await page.goBack();
    await expect(page).toHaveURL(/tail=200/);
  });

  test("choose a pod, and the containers that ended last", async ({ page, platform }) => {
    await open(page, platform, "checkout");
    await expect(lines(page).first()).toBeVisible();
    await page.getByRole("button", { name: /^Pods/ }).click();
    const first = page.locator(".logs__sheet .logs__choice:has(.pod-mark)").first();
    const name = (await first.innerText()).trim();
    await first.click();
    await page.keyboard.press("Escape");
    await expect(page).toHaveURL(new RegExp(`pod=${name}`));
    await expect(lines(page).first()).toBeVisible();
    // The first that is seen may be a line of before, which is there no more by the time that they are written.
    await expect.poll(async () => [...new Set((await downloaded(page)).map(podOf))]).toEqual([name]);
    await page.goBack();
    await expect(page).not.toHaveURL(/pod=/);

    const { id } = await platform.application("mailer");
    await page.goto(`./o/acme/applications/${id}/logs?previous=1`);
    await expect(lines(page).first()).toBeVisible();
    await expect(connection(page)).toHaveText("Ended");
    await expect(page.getByText("This is all that the containers wrote that ended last.")).toBeVisible();
  });
});

test("the keyboard alone reads a log", async ({ page, platform }) => {
  await open(page, platform, "checkout");
  await expect(lines(page).first()).toBeVisible();
  await page.keyboard.press("/");
  await expect(search(page)).toBeFocused();
  await page.keyboard.type("trace");
  await page.keyboard.press("Escape");
  await expect(search(page)).toHaveValue("");
  await expect(page.getByRole("log")).toBeFocused();
  await page.keyboard.press("j");
  await expect(page.locator("[data-seq]:focus")).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.locator(".log-line__detail")).toBeVisible();
  await expect(page.locator("[data-seq]:focus")).toBeVisible();
  await page.keyboard.press("Home");
  await expect(page.locator("[data-row]").first()).toBeInViewport();
  await page.keyboard.press("End");
  await expect(page.getByRole("button", { name: /new line|Follow/ })).toHaveCount(0);
});

test("the application's page leads here", async ({ page, platform }) => {
  const { id } = await platform.application("checkout");
  await signInByKey(page, KEYS.viewer, `./o/acme/applications/${id}`);
  await page.getByRole("link", { name: "Logs", exact: true }).first().click();
  await expect(page).toHaveURL(new RegExp(`/applications/${id}/logs$`));
  await expect(lines(page).first()).toBeVisible();
  await expect(page).toHaveTitle(/^Logs · checkout/);
});
