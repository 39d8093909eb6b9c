import type { BrowserContext, Page } from "@playwright/test";
import { expect, heading, KEYS, NAMES, ownClock, quiet, SECRET, sidebar, signIn, signInByKey, test } from "./fixtures.ts";

const oidc = (page: Page) => page.getByRole("button", { name: "Continue with single sign-on" });
const signOut = (page: Page) => sidebar(page).getByRole("button", { name: "Sign out" });
const ended = (page: Page) => page.getByRole("dialog", { name: "Your session has ended" });
const stored = (page: Page) => page.evaluate(() => ({ ...sessionStorage }));

/** The refresh tokens that a browser spends from now on. */
function spent(context: BrowserContext): string[] {
  const tokens: string[] = [];
  context.on("request", (request) => {
    const token = request.url().endsWith("/oidc/token") && new URLSearchParams(request.postData() ?? "").get("refresh_token");
    if (token) tokens.push(token);
  });
  return tokens;
}

/**
 * Holds back the answer to the first key that a page asks for: the platform has made it by then. What comes back lets the
 * answer go.
 */
async function holdKey(page: Page): Promise<() => Promise<void>> {
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  let end = () => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  let isFirst = true;
  await page.route("**/api/v1/apikeys", async (route) => {
    if (!isFirst || route.request().method() !== "POST") return route.fallback();
    isFirst = false;
    const response = await route.fetch();
    await held;
    // The page that has asked may be gone.
    await route.fulfill({ response }).catch(() => undefined);
    end();
  });
  // Not by taking the route away: what a page that loads has just asked for would never be answered.
  return () => {
    letGo();
    return ended;
  };
}

/** Lets hours pass on the platform and in the pages, which share one clock. */
async function pass(hours: number, platform: { advance(seconds: number): Promise<unknown> }, page: Page) {
  await platform.advance(hours * 3600);
  await page.clock.fastForward(hours * 3_600_000);
}

test.describe("the tabs of a session", () => {
  test("a new tab is in without a sign-in, and signing out in one reaches both", async ({ context, page, platform }) => {
    await signIn(page, "owner");
    await expect(heading(page, "Home")).toBeVisible();
    await quiet(page);
    const other = await context.newPage();
    await other.goto("./o/acme/clusters");
    await expect(other.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
    await expect(sidebar(other)).toContainText(NAMES.owner);
    expect(await platform.sessionKeys("owner"), "both work with one key").toHaveLength(1);
    expect(JSON.stringify(await other.evaluate(() => ({ ...localStorage })))).not.toMatch(SECRET);
    // What it has it has for itself: it goes on after the first is closed, and a reload keeps it.
    await other.reload();
    await expect(other.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();

    await signOut(other).click();
    // By way of the issuer, after the page has shown the sign-in once already.
    await expect(other).toHaveURL(/\/sign-in$/);
    for (const tab of [page, other]) {
      await expect(heading(tab, "Sign in")).toBeVisible();
      expect(await stored(tab)).toEqual({});
    }
    await expect.poll(() => platform.sessionKeys("owner"), "the key is revoked").toEqual([]);
    await other.goBack();
    await expect(heading(other, "Sign in")).toBeVisible();
    await expect(other.getByText(NAMES.owner)).toHaveCount(0);
  });

  test("tabs that are to stay apart ask, and who signs out ends no other person's session", async ({ context, page }) => {
    await signIn(page, "viewer", "./settings");
    await page.getByRole("main").getByRole("switch", { name: /^Sign in new tabs/ }).uncheck();
    const other = await context.newPage();
    await signInByKey(other, KEYS.admin, "./o/acme/clusters");
    await expect(other.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
    await page.getByRole("main").getByRole("switch", { name: /^Sign in new tabs/ }).check();
    await signOut(other).click();
    await expect(other).toHaveURL(/\/sign-in$/);
    await expect(heading(other, "Sign in")).toBeVisible();
    await sidebar(page).getByRole("link", { name: "Clusters", exact: true }).click();
    await expect(page.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
    // Whoever opens the sign-in page wants to sign in, perhaps as somebody else.
    await other.reload();
    await expect(oidc(other)).toBeVisible();
    await other.goto("./o/acme/clusters");
    await expect(sidebar(other)).toContainText(NAMES.viewer);
  });

  test("renew their tokens once, and whichever is left goes on", async ({ context, page, platform }) => {
    await ownClock(page);
    await signIn(page, "editor");
    await quiet(page);
    const other = await context.newPage();
    await ownClock(other);
    await other.goto("./o/acme/clusters");
    await expect(other.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
    await quiet(other);
    const tokens = spent(context);

    await pass(2, platform, page);
    const keys = (tab: Page) => sidebar(tab).getByRole("link", { name: "API keys", exact: true }).click();
    await Promise.all([page, other].map(keys));
    for (const tab of [page, other]) await expect(tab.getByRole("rowheader", { name: "Demo key" }).first()).toBeVisible();
    expect(tokens, "one of the two has renewed").toHaveLength(1);

    await page.close();
    await pass(2, platform, other);
    await sidebar(other).getByRole("link", { name: "Clusters", exact: true }).click();
    await keys(other);
    await expect(other.getByRole("rowheader", { name: "Demo key" }).first()).toBeVisible();
    await expect.poll(() => tokens.length).toBe(2);
    expect(new Set(tokens).size, "none was spent twice").toBe(2);
    await expect(ended(other)).toBeHidden();
  });
});

test.describe("a key that is being made", () => {
  test("while the page is loaded anew is looked for and revoked, and nobody waits for that", async ({ page, platform }) => {
    const letGo = await holdKey(page);
    await signIn(page, "owner", "./o/acme");
    await expect.poll(() => platform.sessionKeys("owner"), "it is made").toHaveLength(1);
    const [lost] = await platform.sessionKeys("owner");
    await platform.fault({ operation: "listApiKeys", kind: "status", status: 500, always: true });
    await page.reload();
    await letGo();
    await expect(heading(page, "Home")).toBeVisible();
    await expect.poll(() => platform.calls("listApiKeys"), "it is looked for").toBeGreaterThan(0);
    await platform.heal();
    // What has failed is tried again by the next page.
    await page.reload();
    await expect(heading(page, "Home")).toBeVisible();
    const others = async () => (await platform.sessionKeys("owner")).map((key) => key.id !== lost?.id);
    await expect.poll(others, "the one that is worked with is left").toEqual([true]);
    const noted = async () => Object.keys(await stored(page)).includes("astro.making");
    await expect.poll(noted, "nothing is looked for any more").toBe(false);
    await sidebar(page).getByRole("link", { name: "Clusters", exact: true }).click();
    await expect(page.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
    await platform.succeeded("listApiKeys", "revokeApiKey");
  });

  test("while the person signs out is revoked as the others are", async ({ page, platform }) => {
    const letGo = await holdKey(page);
    await signIn(page, "owner", "./o/acme");
    await expect.poll(() => platform.sessionKeys("owner"), "it is made").toHaveLength(1);
    await signOut(page).click();
    await letGo();
    await expect(page).toHaveURL(/\/sign-in$/);
    await expect(heading(page, "Sign in")).toBeVisible();
    expect(await stored(page)).toEqual({});
    await expect.poll(() => platform.sessionKeys("owner")).toEqual([]);
  });
});

test("a link into another organization shows it, and offers the switch", async ({ context, page, platform }) => {
  await signIn(page, "two-organizations");
  await expect(page).toHaveURL(/\/o\/globex$/);
  const last = (tab: Page) => tab.evaluate(() => localStorage.getItem("astro.organization"));
  const offer = (tab: Page) => tab.getByRole("status").filter({ hasText: "This is acme." });
  const link = await context.newPage();
  await link.goto("./o/acme/clusters");
  await expect(link.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
  await expect(offer(link)).toBeVisible();
  await link.reload();
  await expect(offer(link), "it is not taken for a decision").toBeVisible();
  expect(await last(link)).toBe("globex");
  expect(await platform.calls("switchOrganization"), "nothing is switched by a link").toBe(0);

  await link.getByRole("link", { name: "Back to globex" }).click();
  await expect(link).toHaveURL(/\/o\/globex$/);
  await expect(heading(link, "Home")).toBeVisible();
  await expect(link.getByText("This is")).toHaveCount(0);

  await link.goto("./o/acme/clusters");
  await platform.fault({ operation: "switchOrganization", kind: "status", status: 409 });
  await link.getByRole("button", { name: "Switch to acme" }).click();
  await expect(offer(link)).toContainText("The platform has not switched: ");
  expect(await last(link), "what is not done is not taken for done").toBe("globex");
  await link.getByRole("button", { name: "Switch to acme" }).click();
  await expect(offer(link)).toBeHidden();
  await expect(link, "it stays where it is").toHaveURL(/\/o\/acme\/clusters$/);
  expect(await last(link)).toBe("acme");
  await platform.succeeded("switchOrganization");

  // The switcher is pressed on purpose.
  await page.getByRole("button", { name: "Switch organization" }).click();
  await page.getByRole("link", { name: /^acme/ }).click();
  await expect(page).toHaveURL(/\/o\/acme$/);
  await expect(heading(page, "Home")).toBeVisible();
  await expect(offer(page)).toHaveCount(0);
});

test.describe("an issuer", () => {
  const TOKEN = "**/oidc/token";

  test("that is down or silent is named, and asked again only on demand", async ({ page }) => {
    const discovery = "**/oidc/.well-known/openid-configuration";
    let asked = 0;
    await ownClock(page);
    await page.route(discovery, (route) => {
      asked += 1;
      return asked === 1 ? route.abort() : new Promise<void>(() => {});
    });
    await page.goto("./o/acme/clusters");
    await oidc(page).click();
    await expect(page.getByText(/No connection to the sign-in at .*\/oidc/)).toBeVisible();
    await oidc(page).click();
    await expect.poll(() => asked).toBe(2);
    await page.clock.fastForward(21_000);
    await expect(page.getByText(/did not answer in time/)).toBeVisible();
    expect(asked, "nothing tries again by itself").toBe(2);
    await page.unroute(discovery);
    await oidc(page).click();
    await page.getByRole("button", { name: NAMES.viewer }).click();
    await expect(page, "the way back is not lost").toHaveURL(/\/o\/acme\/clusters$/);
  });

  test("that is silent holds up nobody who signs out, and no key is made meanwhile", async ({ page, platform }) => {
    await signIn(page, "owner", "./o/acme");
    // What the issuer has said of itself is forgotten with that.
    await page.reload();
    await expect(heading(page, "Home")).toBeVisible();
    await quiet(page);
    // One that was being made when the page was loaded anew is gone.
    await expect.poll(() => platform.sessionKeys("owner")).toHaveLength(1);
    await page.route("**/oidc/.well-known/openid-configuration", () => new Promise<void>(() => {}));
    await signOut(page).click();
    // Whoever goes on meanwhile is refused, unless it has ended by then.
    const clusters = sidebar(page).getByRole("link", { name: "Clusters", exact: true });
    await clusters.click({ timeout: 2_000 }).catch(() => undefined);
    await expect(heading(page, "Sign in")).toBeVisible();
    await expect.poll(() => platform.sessionKeys("owner"), "the key is revoked, and there is no other").toEqual([]);
  });

  /** Lets the issuer's next answer be another one, and counts. */
  async function answers(page: Page, change: (body: Record<string, unknown>) => [number, unknown]): Promise<{ asked: number }> {
    const count = { asked: 0 };
    await page.route(TOKEN, async (route) => {
      count.asked += 1;
      const [status, json] = change((await (await route.fetch()).json()) as Record<string, unknown>);
      await route.fulfill({ status, json });
    });
    return count;
  }

  test("whose token belongs to another sign-in is not believed", async ({ page }) => {
    const count = await answers(page, (body) => {
      const [head, payload, signature] = String(body["id_token"]).split(".");
      const claims = JSON.parse(Buffer.from(payload ?? "", "base64url").toString());
      const forged = Buffer.from(JSON.stringify({ ...claims, nonce: "of-another" })).toString("base64url");
      return [200, { ...body, id_token: [head, forged, signature].join(".") }];
    });
    await page.goto("./");
    await oidc(page).click();
    await page.getByRole("button", { name: NAMES.viewer }).click();
    await expect(heading(page, "Not signed in")).toBeVisible();
    await expect(page.getByText(/it belongs to another sign-in/)).toBeVisible();
    expect(await stored(page)).toEqual({});
    expect(count.asked).toBe(1);
    await page.unroute(TOKEN);
    await page.getByRole("link", { name: "Back to sign-in" }).click();
    await oidc(page).click();
    await page.getByRole("button", { name: NAMES.viewer }).click();
    await expect(heading(page, "Home")).toBeVisible();
  });

  test("whose clock is an hour off this computer's is told from a failure", async ({ page }) => {
    await page.addInitScript(() => {
      const now = Date.now.bind(Date);
      Date.now = () => now() - Number(localStorage.getItem("test.slow") ?? 0);
    });
    await page.goto("./");
    await page.evaluate(() => localStorage.setItem("test.slow", "3600000"));
    let asked = 0;
    page.on("request", (request) => (asked += Number(request.url().endsWith("/oidc/token"))));
    await oidc(page).click();
    await page.getByRole("button", { name: NAMES.viewer }).click();
    await expect(page.getByText(/the clock of this computer may be wrong/)).toBeVisible();
    expect(asked).toBe(1);
    await page.evaluate(() => localStorage.removeItem("test.slow"));
    await page.getByRole("link", { name: "Back to sign-in" }).click();
    await oidc(page).click();
    await page.getByRole("button", { name: NAMES.viewer }).click();
    await expect(heading(page, "Home")).toBeVisible();
  });

  test("that renews no more ends the session in place, once", async ({ page, platform }) => {
    await ownClock(page);
    await signIn(page, "editor", "./o/acme/clusters");
    await expect(page.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
    await quiet(page);
    const count = await answers(page, () => [400, { error: "invalid_grant" }]);
    await pass(2, platform, page);
    await sidebar(page).getByRole("link", { name: "API keys", exact: true }).click();
    await expect(ended(page)).toBeVisible();
    await page.clock.fastForward(60_000);
    expect(count.asked, "nothing is asked in vain").toBe(1);
    await page.unroute(TOKEN);
    await oidc(page).click();
    await page.getByRole("button", { name: NAMES.editor }).click();
    await expect(page).toHaveURL(/\/o\/acme\/keys$/);
    await expect(page.getByRole("rowheader", { name: "Demo key" }).first()).toBeVisible();
  });
});
