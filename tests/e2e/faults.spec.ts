import type { Page, Request } from "@playwright/test";
import {
  connection,
  expect,
  type Fault,
  heading,
  KEYS,
  ownClock,
  Platform,
  sidebar,
  signIn,
  signInByKey,
  test,
  withConsole,
} from "./fixtures.ts";

/** The state of a name beside the title. */
const badge = (page: Page, word: string) => page.locator(".page__title .badge").filter({ hasText: new RegExp(`^${word}$`) });

/** A fault, and what the page has to say of it. */
interface Case {
  name: string;
  fault: Omit<Fault, "operation">;
  title: string;
  text: RegExp;
  /** Behind the operation's id. */
  code: string;
  trace: boolean;
  /** Whether trying again may help, as far as anybody can know. */
  retry: boolean;
}

const CASES: Case[] = [
  {
    name: "status 500",
    fault: { kind: "status", status: 500 },
    title: "The platform failed",
    text: /Internal server error/,
    code: " 500 INTERNAL_ERROR",
    trace: true,
    retry: true,
  },
  {
    name: "status 503",
    fault: { kind: "status", status: 503 },
    title: "The platform failed",
    text: /not available at the moment/,
    code: " 503 UNAVAILABLE",
    trace: true,
    retry: true,
  },
  {
    name: "status 403",
    fault: { kind: "status", status: 403 },
    title: "Not allowed",
    text: /Role or plan does not allow this/,
    code: " 403 FORBIDDEN",
    trace: true,
    retry: false,
  },
  {
    name: "status 418, which the contract does not have",
    fault: { kind: "status", status: 418, body: { message: "I am a teapot", requestId: "req-1", statusCode: 418 } },
    title: "Unexpected answer",
    text: /I am a teapot/,
    code: " 418",
    trace: true,
    retry: true,
  },
  {
    name: "the page of a proxy",
    fault: { kind: "html", status: 502 },
    title: "Something else answered",
    text: /A web page answered instead of the platform/,
    code: " 502",
    trace: true,
    retry: true,
  },
  {
    name: "the page of a proxy that calls it a success",
    fault: { kind: "html", status: 200 },
    title: "Something else answered",
    text: /A web page answered instead of the platform/,
    code: " 200",
    trace: true,
    retry: true,
  },
  {
    name: "an answer cut off",
    fault: { kind: "truncated" },
    title: "Answer not understood",
    text: /The answer was cut off/,
    code: " 200",
    trace: true,
    retry: true,
  },
  {
    name: "an answer that is no JSON",
    fault: { kind: "malformed", body: "{oops" },
    title: "Answer not understood",
    text: /not valid JSON/,
    code: " 200",
    trace: true,
    retry: true,
  },
  {
    name: "an answer of another form",
    fault: { kind: "malformed", body: { data: 7, status: "success" } },
    title: "Answer not understood",
    text: /another form than the contract/,
    code: " 200",
    trace: true,
    retry: true,
  },
  {
    name: "an empty answer",
    fault: { kind: "empty" },
    title: "Answer not understood",
    text: /The answer is empty/,
    code: " 200",
    trace: true,
    retry: true,
  },
  {
    name: "a connection reset",
    fault: { kind: "reset" },
    title: "Platform not reachable",
    text: /No connection to the platform at .*\/api\/v1\. It may be down, or the network is\./,
    code: "",
    trace: false,
    retry: true,
  },
];

for (const { view, operation, address, data } of [
  { view: "a list", operation: "listClusters", address: "o/acme/clusters", data: "prod-eu" },
  { view: "a detail", operation: "getCluster", address: "o/acme/clusters/prod-eu", data: "general" },
]) {
  test.describe(`on ${view}`, () => {
    for (const { name, fault, title, text, code, trace, retry } of CASES) {
      test(`${name} is told as what it is, and passes`, async ({ page, platform }) => {
        await platform.fault({ operation, always: true, ...fault });
        await signInByKey(page, KEYS.viewer, `./${address}`);
        const alert = page.getByRole("main").getByRole("alert");
        await expect(alert.getByRole("heading", { name: title, exact: true })).toBeVisible();
        await expect(alert).toContainText(text);
        await expect(alert.locator("code").first()).toHaveText(`${operation}${code}`);
        await expect(alert.getByText(/^(trace|req)-/)).toHaveCount(trace ? 1 : 0);
        await expect(sidebar(page).getByRole("link", { name: "Clusters", exact: true }), "the rest lives").toBeVisible();

        await platform.heal();
        const again = alert.getByRole("button", { name: "Try again" });
        if (retry) await again.click();
        else {
          await expect(again).toHaveCount(0);
          await page.reload();
        }
        await expect(page.getByRole("rowheader", { name: data }).first()).toBeVisible();
        await expect(alert).toHaveCount(0);
      });
    }

    test("a slow answer shows the skeleton first", async ({ page, platform }) => {
      // Longer than a loaded machine may take to look.
      await platform.fault({ operation, kind: "delay", ms: 8000 });
      await signInByKey(page, KEYS.viewer, `./${address}`);
      const loading = page.getByRole("main").getByRole("status").filter({ hasText: /^Loading the cluster|^Loading clusters/ });
      await expect(loading).toHaveAttribute("aria-busy", "true");
      await expect(page.getByRole("rowheader", { name: data }).first()).toBeVisible();
      await expect(loading).toHaveCount(0);
    });

    test("one failure among good answers is nobody's trouble", async ({ page, platform }) => {
      await platform.fault({ operation, kind: "status", status: 503, times: 1 });
      await signInByKey(page, KEYS.viewer, `./${address}`);
      await expect(page.getByRole("rowheader", { name: data }).first()).toBeVisible();
      expect((await platform.seen()).operations[operation]?.statuses).toMatchObject({ "503": 1, "200": 1 });
    });
  });
}

test("what support needs can be copied", async ({ context, page, platform }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await platform.fault({ operation: "listClusters", kind: "malformed", always: true });
  await signInByKey(page, KEYS.viewer, "./o/acme/clusters");
  const alert = page.getByRole("main").getByRole("alert");
  await alert.getByText("What the platform answered").click();
  await expect(alert.locator("pre")).toContainText('{"data": {"items": [}');
  const trace = await alert.getByText(/^trace-/).innerText();
  await alert.getByRole("button", { name: "Copy" }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain(`trace ${trace}`);
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("listClusters 200");
});

test("no answer at all is a timeout, not an endless skeleton", async ({ page, platform }) => {
  await ownClock(page);
  await signInByKey(page, KEYS.viewer, "./organizations");
  await expect(page.getByRole("rowheader", { name: "acme" })).toBeVisible();
  await platform.fault({ operation: "listClusters", kind: "delay", ms: 300_000, always: true });
  await sidebar(page).getByRole("link", { name: "Clusters", exact: true }).click();
  const alert = page.getByRole("main").getByRole("alert");
  for (let tries = 1; tries <= 2; tries += 1) {
    await expect.poll(async () => (await platform.faults())[0]?.struck).toBe(tries);
    await page.clock.fastForward(31_000);
  }
  await expect(alert.getByRole("heading", { name: "No answer in time" })).toBeVisible();
  await platform.heal();
  await alert.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
});

test("what was read stays when it cannot be renewed, and says how old it is", async ({ context, page, platform }) => {
  await ownClock(page);
  await signInByKey(page, KEYS.viewer, "./o/acme/clusters");
  await expect(page.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
  await platform.fault({ operation: "listClusters", kind: "status", status: 500, always: true });
  await page.clock.fastForward(10_000);
  await context.setOffline(true);
  await expect(page.getByText(/^Offline since \d/)).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText(/^Offline since \d/)).toHaveCount(0);
  const banner = page.getByRole("status").filter({ hasText: /^Not renewed since .*The platform failed/ });
  await expect(banner).toContainText(/Trace trace-/);
  await expect(page.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
  await platform.heal();
  await banner.getByRole("button", { name: "Try again" }).click();
  await expect(banner).toHaveCount(0);
  await expect(page.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
});

test("a write tells whether it was sent before the network went", async ({ context, page, platform }) => {
  await signIn(page, "global-admin", "./organizations/new");
  await expect(heading(page, "New organization")).toBeVisible();
  const main = page.getByRole("main");
  const note = main.getByRole("alert");
  const create = page.getByRole("button", { name: "Create organization" });
  await main.getByLabel("Name", { exact: true }).fill("initech");
  await context.setOffline(true);
  await create.click();
  await expect(note).toContainText("You are offline");
  await expect(note).toContainText("Nothing was sent. Try again when the network is back.");
  expect(await platform.calls("createOrganization")).toBe(0);

  await context.setOffline(false);
  await page.route("**/api/v1/organizations", async (route) => {
    if (route.request().method() !== "POST") return route.fallback();
    await route.fetch();
    await context.setOffline(true);
    return route.abort("internetdisconnected");
  });
  await create.click();
  await expect(note).toContainText("Platform not reachable");
  await expect(note).toContainText("The platform may have done it all the same: look before you try again.");
  expect(await platform.calls("createOrganization"), "it has").toBe(1);
  await context.setOffline(false);
});

test("a list of a home page that fails leaves the other one", async ({ page, platform }) => {
  await platform.fault({ operation: "listApplications", kind: "html", always: true });
  await signInByKey(page, KEYS.viewer);
  const main = page.getByRole("main");
  await expect(main.getByRole("alert")).toContainText("Something else answered");
  await expect(main.locator(".figure").filter({ hasText: "Clusters" })).toContainText("14");
  await expect(main.getByText("one of them could not be read"), "nobody says that all is well").toBeVisible();
  await platform.heal();
  await main.getByRole("button", { name: "Try again" }).click();
  await expect(main.locator(".figure").filter({ hasText: "Applications" })).toContainText("27");
});

test.describe("the rate limit", () => {
  test("is never met by clicking, however fast, in two tabs with one key", async ({ context, page, platform }) => {
    const other = await context.newPage();
    const tabs = [page, other];
    await signInByKey(page, KEYS.viewer);
    await other.goto("./");
    await expect(heading(other, "Home")).toBeVisible();
    const { id } = await platform.application("cart");
    const hasty = async (tab: Page) => {
      for (let round = 0; round < 6; round += 1) {
        for (const name of ["Clusters", "Applications", "Organizations", "Home"]) {
          await sidebar(tab).getByRole("link", { name, exact: true }).click();
        }
        await tab.goto(`./o/acme/applications/${id}`);
      }
      await expect(heading(tab, "cart")).toBeVisible();
      await sidebar(tab).getByRole("link", { name: "Clusters", exact: true }).click();
      await expect(tab.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
    };
    await Promise.all(tabs.map(hasty));
    const statuses = Object.values((await platform.seen()).operations).flatMap((calls) => Object.keys(calls.statuses));
    expect(statuses).not.toContain("429");
  });

  test("is honoured when the platform names it: not a moment earlier", async ({ page, platform }) => {
    const sent: Request[] = [];
    page.on("request", (request) => {
      if (request.url().endsWith("/api/v1/clusters")) sent.push(request);
    });
    await platform.fault({ operation: "listClusters", kind: "status", status: 429, retryAfter: 3 });
    await signInByKey(page, KEYS.viewer, "./o/acme/clusters");
    await expect(page.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
    expect(sent).toHaveLength(2);
    // By the browser's own clock: the events of a loaded machine come late, and not equally late. The answer brings it.
    for (const request of sent) await request.response();
    const [first = 0, second = 0] = sent.map((request) => request.timing().startTime);
    expect(second - first).toBeGreaterThanOrEqual(3000);
  });

  test("is told when it lasts", async ({ page, platform }) => {
    await platform.fault({ operation: "listClusters", kind: "status", status: 429, retryAfter: 1, always: true });
    await signInByKey(page, KEYS.viewer, "./o/acme/clusters");
    const alert = page.getByRole("main").getByRole("alert");
    await expect(alert.getByRole("heading", { name: "Too many requests" })).toBeVisible();
    await platform.heal();
    await alert.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
  });
});

/** For a socket that comes back by itself: the longest wait between two tries, and a slow answer. */
const COMES_BACK = { timeout: 45_000 };

test.describe("the socket", () => {
  const STATUS = "streamApplicationStatus";

  /** Opens an application that waits for a sync. */
  async function open(page: Page, platform: Platform): Promise<string> {
    const { id } = await platform.application("external-dns");
    await signInByKey(page, KEYS.viewer, `./o/acme/applications/${id}`);
    await expect(connection(page)).toHaveText("Live");
    await expect(badge(page, "Out of sync")).toBeVisible();
    return id;
  }

  /** Lets somebody sync it, and waits until the platform has done so. */
  async function sync(platform: Platform, id: string): Promise<void> {
    await platform.settings({ speed: 60 });
    await platform.act("editor", "resyncApplication", { path: { appId: id } });
    await expect
      .poll(async () => (await platform.act<{ syncStatus: string }>("owner", "getApplication", { path: { appId: id } })).syncStatus)
      .toBe("Synced");
  }

  test("that drops is said to be lost, comes back, and is live again", async ({ page, platform }) => {
    const id = await open(page, platform);
    await platform.fault({ operation: STATUS, kind: "ws-refuse", status: 503, always: true });
    await platform.fault({ operation: STATUS, kind: "ws-drop" });
    await expect(connection(page)).toHaveText(/^Reconnecting/);
    await sync(platform, id);
    await expect(badge(page, "Out of sync"), "what was known last stays").toBeVisible();
    await platform.heal();
    await expect(connection(page)).toHaveText("Live", COMES_BACK);
    await expect(badge(page, "Synced")).toBeVisible();
  });

  test("that says nothing more is replaced by the watchdog", async ({ page, platform }) => {
    await ownClock(page);
    const id = await open(page, platform);
    await platform.fault({ operation: STATUS, kind: "ws-silent" });
    await expect.poll(() => platform.faults(), "it has struck").toEqual([]);
    await sync(platform, id);
    await expect(badge(page, "Out of sync"), "a half-open socket tells nothing").toBeVisible();
    await page.clock.fastForward(61_000);
    await expect(badge(page, "Synced")).toBeVisible();
    await expect(connection(page)).toHaveText("Live");
  });

  test("that is refused once opens the next time", async ({ page, platform }) => {
    await platform.fault({ operation: STATUS, kind: "ws-refuse", status: 401 });
    await open(page, platform);
  });

  test("that is refused with 403 for good says so, and tries again when asked", async ({ page, platform }) => {
    await platform.fault({ operation: STATUS, kind: "ws-refuse", status: 403, always: true });
    // A browser hides why a socket was refused, so the console reads the same thing by HTTP. The page itself reads it too,
    // and either may come first: both are answered once.
    await platform.fault({ operation: "getApplication", kind: "status", status: 403, after: 2, always: true });
    const { id } = await platform.application("external-dns");
    await signInByKey(page, KEYS.viewer, `./o/acme/applications/${id}`);
    await expect(connection(page)).toHaveText("Not live");
    const banner = page.getByRole("status").filter({ hasText: "The status is not followed live" });
    await expect(banner).toContainText(/Role or plan does not allow this/);
    await expect(badge(page, "Out of sync"), "what was read stays").toBeVisible();
    await platform.heal();
    await banner.getByRole("button", { name: "Try again" }).click();
    await expect(connection(page)).toHaveText("Live");
    await expect(banner).toHaveCount(0);
  });

  test("that is refused with 404 for good finds the application gone", async ({ page, platform }) => {
    await platform.fault({ operation: STATUS, kind: "ws-refuse", status: 404, always: true });
    await platform.fault({ operation: "getApplication", kind: "status", status: 404, after: 2, always: true });
    const { id } = await platform.application("external-dns");
    await signInByKey(page, KEYS.viewer, `./o/acme/applications/${id}`);
    await expect(page.getByRole("heading", { name: "external-dns was deleted" })).toBeVisible();
    await expect(connection(page)).toHaveText("Not live");
  });

  test("that is refused with 401 for good asks to sign in again, and goes on", async ({ page, platform }) => {
    await platform.fault({ operation: STATUS, kind: "ws-refuse", status: 401, always: true });
    await platform.fault({ operation: "getApplication", kind: "status", status: 401, after: 2, always: true });
    const { id } = await platform.application("external-dns");
    await signInByKey(page, KEYS.viewer, `./o/acme/applications/${id}`);
    const dialog = page.getByRole("dialog", { name: "Your session has ended" });
    await expect(dialog).toBeVisible();
    await platform.heal();
    await dialog.getByLabel("API key", { exact: true }).fill(KEYS.editor);
    await dialog.getByRole("button", { name: "Sign in with key" }).click();
    await expect(dialog).toBeHidden();
    await expect(sidebar(page)).toContainText("Editor");
    await expect(heading(page, "external-dns")).toBeVisible();
    await expect(connection(page)).toHaveText("Live");
  });

  test("rests while there is no network, and says since when", async ({ context, page, platform }) => {
    const id = await open(page, platform);
    await context.setOffline(true);
    await expect(connection(page)).toHaveText(/^Offline since \d/);
    await sync(platform, id);
    await context.setOffline(false);
    await expect(connection(page)).toHaveText("Live");
    await expect(badge(page, "Synced")).toBeVisible();
  });
});

test("a platform that is stopped in the middle is told, and found again", async ({ page, console: _ }) => {
  const platform = await Platform.start(...withConsole());
  try {
    const { id } = await platform.application("external-dns");
    await signInByKey(page, KEYS.viewer, `${platform.url}/o/acme/applications/${id}`);
    await expect(connection(page)).toHaveText("Live");
    // The console comes from the same address here. Its pages are there before the platform goes, as they would be on a
    // host of its own: a pointer over a link brings them ahead.
    const arrived = (part: RegExp) =>
      expect
        .poll(() => page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name).join()))
        .toMatch(part);
    const coming = new Set<Request>();
    const over = (request: Request) => void coming.delete(request);
    page.on("request", (request) => {
      if (request.url().endsWith(".wasm")) coming.add(request);
    });
    page.on("requestfinished", over);
    page.on("requestfailed", over);
    for (const [link, part] of [["Clusters", /part-clusters-/], ["Applications", /part-applications-/]] as const) {
      await sidebar(page).getByRole("link", { name: link, exact: true }).hover();
      await arrived(part);
    }
    await arrived(/shared-[^,]*applications[^,]*clusters/);
    await expect.poll(() => coming.size, "files on their way").toBe(0);
    await platform.stop();

    await expect(connection(page)).toHaveText(/^Reconnecting/);
    await expect(badge(page, "Out of sync"), "what was read stays").toBeVisible();
    await sidebar(page).getByRole("link", { name: "Clusters", exact: true }).click();
    const alert = page.getByRole("main").getByRole("alert");
    await expect(alert.getByRole("heading", { name: "Platform not reachable" })).toBeVisible();
    await expect(alert).toContainText(`No connection to the platform at ${platform.url}/api/v1.`);
    await sidebar(page).getByRole("link", { name: "Applications", exact: true }).click();
    await expect(alert.getByRole("heading", { name: "Platform not reachable" })).toBeVisible();

    await platform.startAgain();
    await alert.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("rowheader", { name: "external-dns" }).getByRole("link").click();
    await expect(connection(page)).toHaveText("Live");
    await expect(badge(page, "Out of sync")).toBeVisible();
  } finally {
    await platform.stop();
  }
});

test("a platform that comes back finds the page as it was, and the page is live by itself", async ({ page, console: _ }) => {
  const platform = await Platform.start(...withConsole());
  try {
    const { id } = await platform.application("external-dns");
    await signInByKey(page, KEYS.viewer, `${platform.url}/o/acme/applications/${id}`);
    await expect(connection(page)).toHaveText("Live");
    await platform.stop();
    await expect(connection(page)).toHaveText(/^Reconnecting/);
    await platform.startAgain();
    await expect(connection(page)).toHaveText("Live", COMES_BACK);
    await platform.act("editor", "resyncApplication", { path: { appId: id } });
    await platform.settings({ speed: 60 });
    await expect(badge(page, "Synced")).toBeVisible();
  } finally {
    await platform.stop();
  }
});

test("signing in to a platform that is down says so", async ({ page, console: _ }) => {
  const platform = await Platform.start(...withConsole());
  try {
    await page.goto(platform.url);
    await expect(heading(page, "Sign in")).toBeVisible();
    await platform.stop();
    await page.getByLabel("API key", { exact: true }).fill(KEYS.viewer);
    await page.getByRole("button", { name: "Sign in with key" }).click();
    await expect(page.getByText("Platform not reachable")).toBeVisible();
    await page.getByRole("button", { name: "Continue with single sign-on" }).click();
    // Each way in says so by itself; before the second does, its call is still on its way and may reach what starts again.
    await expect(page.getByText("Platform not reachable")).toHaveCount(2);
    await platform.startAgain();
    await page.getByRole("button", { name: "Sign in with key" }).click();
    await expect(heading(page, "Home")).toBeVisible();
  } finally {
    await platform.stop();
  }
});

test("a key that cannot be made is told on entering, and can be tried again", async ({ page, platform }) => {
  await platform.fault({ operation: "createApiKey", kind: "status", status: 500, times: 1 });
  await signIn(page, "viewer", "./o/acme/clusters");
  const alert = page.getByRole("main").getByRole("alert");
  await expect(alert).toContainText("The platform failed");
  await expect(alert).toContainText("createApiKey");
  expect(await platform.calls("createApiKey"), "a create is never repeated by itself").toBe(1);
  await alert.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
});

test("with every fifth request failing, each page tells the truth and none dies", async ({ page, platform }) => {
  test.setTimeout(240_000);
  const { id } = await platform.application("external-dns");
  await signInByKey(page, KEYS.viewer);
  await platform.settings({ chaos: 20 });
  const titles = ["The platform failed", "Something else answered", "Answer not understood", "Platform not reachable"];
  const main = page.getByRole("main");
  for (const [address, title] of [
    ["organizations", "Organizations"],
    ["o/acme", "Home"],
    ["o/acme/clusters", "Clusters"],
    ["o/acme/clusters/prod-eu", "prod-eu"],
    ["o/acme/applications", "Applications"],
    [`o/acme/applications/${id}`, "external-dns"],
  ] as const) {
    for (let round = 0; round < 3; round += 1) {
      await page.goto(`./${address}`);
      // An application that could not be read has nothing but its id for a title; what cannot be entered, its organization.
      await expect(heading(page, new RegExp(`^(${title}|${id}|acme)$`))).toBeVisible();
      await expect(main.locator("[aria-busy=true]")).toHaveCount(0);
      for (const alert of await main.getByRole("alert").all()) {
        expect(titles).toContain(await alert.getByRole("heading").innerText());
        await expect(alert.locator("code").first()).toHaveText(/^(get|list)[A-Z][A-Za-z]+( \d{3}( [A-Z_]+)?)?$/);
        await expect(alert.getByRole("button", { name: "Try again" })).toBeVisible();
      }
    }
  }
  await platform.settings({ chaos: 0 });
  await page.reload();
  await expect(heading(page, "external-dns")).toBeVisible();
  await expect(main.getByRole("alert")).toHaveCount(0);
  await expect(connection(page)).toHaveText("Live");
});
