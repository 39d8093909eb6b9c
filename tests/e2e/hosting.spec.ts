import { execFile } from "node:child_process";
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { request as ask } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliDecompressSync } from "node:zlib";
import type { Page } from "@playwright/test";
import { audit } from "./audit.ts";
import { connection, expect, heading, KEYS, NAMES, required, sidebar, signIn, signInByKey, test as base } from "./fixtures.ts";
import { Host } from "./host.ts";

const BASE = "/a/b/";

/** With the console below a path of another origin than the platform's, configured as a deployment is. */
const test = base.extend<{ host: Host }>({
  host: async ({ platform, console: _ }, use) => {
    const oidc = { issuer: `${platform.url}/oidc`, clientId: "astro-console" };
    const branding = { name: "Elsewhere", accent: "#0b6e4f" };
    await Host.configured(required("ASTRO_CONSOLE_A_B"), BASE, `${platform.url}/api/v1`, { oidc, branding }, use);
  },
});

test.describe("below a path, with the API on another origin", () => {
  test("people sign in, move about, follow live and sign out", async ({ host, page, platform }) => {
    const { id } = await platform.application("storefront");
    await page.goto(`${host.url}o/acme/applications/${id}`);
    await expect(page).toHaveTitle("Sign in · Elsewhere");
    await page.getByRole("button", { name: "Continue with single sign-on" }).click();
    await expect(page).toHaveURL(new RegExp(`^${platform.url}/oidc/`));
    await page.getByRole("button", { name: NAMES.viewer }).click();
    await expect(page).toHaveURL(`${host.url}o/acme/applications/${id}`);
    await expect(heading(page, "storefront")).toBeVisible();
    await expect(connection(page)).toHaveText("Live");
    await page.reload();
    await expect(connection(page)).toHaveText("Live");

    await sidebar(page).getByRole("link", { name: "Clusters", exact: true }).click();
    await expect(page).toHaveURL(`${host.url}o/acme/clusters`);
    await page.getByRole("rowheader", { name: "prod-eu" }).getByRole("link").click();
    await expect(heading(page, "prod-eu")).toBeVisible();
    await page.goto(host.url);
    await expect(page).toHaveURL(`${host.url}o/acme`);
    await expect(heading(page, "Home")).toBeVisible();

    await sidebar(page).getByRole("button", { name: "Sign out" }).click();
    await expect(page).toHaveURL(`${host.url}sign-in`);
    await expect.poll(() => platform.sessionKeys("viewer")).toEqual([]);
    expect(host.asked.filter((path) => !path.startsWith(BASE)), "nothing beside its path").toEqual([]);
  });

  test("the configured accent is in all that has one, and readable in both themes", async ({ host, page }) => {
    await page.goto(host.url);
    await expect(page.getByRole("button", { name: "Continue with single sign-on" })).toBeVisible();
    await audit(page);
    await signIn(page, "viewer", `${host.url}o/acme/clusters`);
    await expect(page.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
    await audit(page);
    const hue = (token: string) =>
      page.evaluate((name) => {
        const probe = document.body.appendChild(document.createElement("i"));
        probe.style.color = `var(${name})`;
        const { color } = getComputedStyle(probe);
        probe.remove();
        return Number(/^oklch\(.* ([\d.]+)\)$/.exec(color)?.[1]);
      }, token);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      for (const token of ["--accent", "--accent-fill", "--accent-wash"]) {
        expect(await hue(token), `${token} in ${colorScheme}`).toBeCloseTo(165, -1);
      }
    }
  });

  test("the policy names the other origin, and nothing more", async ({ host, platform }) => {
    const answer = await fetch(host.url);
    const policy = Object.fromEntries(
      (answer.headers.get("content-security-policy") ?? "").split("; ").map((directive) => {
        const [name = "", ...values] = directive.split(" ");
        return [name, values.join(" ")];
      }),
    );
    expect(policy["connect-src"]).toBe(`'self' ${platform.url} ${platform.url.replace("http", "ws")}`);
    expect(policy).toMatchObject({
      "default-src": "'none'",
      "script-src": "'self' 'wasm-unsafe-eval'",
      "style-src": "'self'",
      "require-trusted-types-for": "'script'",
    });
  });

  test("an API that does not allow this origin is said to be out of reach, with the likely reason", async ({
    context,
    host,
    page,
    platform,
  }) => {
    // What a browser does without the header that allows the call: it withholds the answer.
    await context.route(`${platform.url}/api/v1/**`, (route) => route.abort("accessdenied"));
    await page.goto(host.url);
    await page.getByLabel("API key", { exact: true }).fill(KEYS.viewer);
    await page.getByRole("button", { name: "Sign in with key" }).click();
    await expect(page.getByText("Platform not reachable")).toBeVisible();
    await expect(page.getByText(new RegExp(`it does not allow calls from ${new URL(host.url).origin} \\(CORS\\)`))).toBeVisible();
  });
});

test.describe("a new version under an open tab", () => {
  /** Puts another version in the place of the one that a host serves: its program and a part have other names. */
  async function deploy({ folder }: Host, version: string): Promise<string> {
    const files = await readdir(folder);
    const one = (pattern: RegExp): string => {
      const found = files.find((file) => pattern.test(file));
      if (!found) throw new Error(`the artifact has no ${pattern}`);
      return found;
    };
    const [js, part] = [one(/^astro-console-\w+\.js$/), one(/^part-clusters-\w+\.wasm$/)];
    const hash = version.repeat(16);
    const [newJs, newPart] = [`astro-console-${hash}.js`, `part-clusters-${hash}.wasm`];
    const page = (await readFile(join(folder, "index.html"), "utf8")).replaceAll(js, newJs);
    const program = (await readFile(join(folder, js), "utf8")).replaceAll(part, newPart);
    await rename(join(folder, part), join(folder, newPart));
    for (const file of [js, part, "index.html"]) {
      for (const end of ["", ".br", ".gz"]) await rm(join(folder, file + end), { force: true });
    }
    await writeFile(join(folder, newJs), program);
    await writeFile(join(folder, "index.html"), page);
    return newJs;
  }

  const banner = (page: Page) => page.getByRole("status").filter({ hasText: "A new version of the console is available" });

  /** Comes back to the tab, as from another one. */
  const comeBack = (page: Page) => page.evaluate(() => void document.dispatchEvent(new Event("visibilitychange")));

  async function told(page: Page): Promise<void> {
    await expect(async () => {
      await comeBack(page);
      await expect(banner(page)).toBeVisible({ timeout: 1_000 });
    }).toPass();
  }

  test("is told of once, and nothing reloads by itself", async ({ host, page }) => {
    await signIn(page, "viewer", host.url);
    await expect(heading(page, "Home")).toBeVisible();
    const marked = () => page.evaluate(() => "unsaved" in window);
    await page.evaluate(() => void Object.assign(window, { unsaved: true }));
    await deploy(host, "a");
    await told(page);
    await banner(page).getByRole("button", { name: "Dismiss" }).click();
    await expect(banner(page)).toBeHidden();
    const asked = () => host.asked.filter((path) => path.endsWith("index.html")).length;
    const before = asked();
    await expect
      .poll(async () => {
        await comeBack(page);
        return asked();
      })
      .toBeGreaterThan(before);
    await expect(banner(page), "it was dismissed").toBeHidden();
    expect(await marked()).toBe(true);

    const js = await deploy(host, "b");
    await told(page);
    const reloaded = page.waitForEvent("load");
    await banner(page).getByRole("button", { name: "Reload to update" }).click();
    await reloaded;
    expect(await marked()).toBe(false);
    await expect(heading(page, "Home")).toBeVisible();
    await expect(page.locator("script[data-js]")).toHaveAttribute("data-js", js);
    await expect(banner(page)).toBeHidden();
  });

  test("has other parts: a page of the old one says so, and reloading brings it", async ({ host, page }) => {
    await signIn(page, "viewer", host.url);
    await expect(heading(page, "Home")).toBeVisible();
    await deploy(host, "a");
    await sidebar(page).getByRole("link", { name: "Clusters", exact: true }).click();
    const failure = page.getByRole("alert").filter({ hasText: "This part of the console could not be loaded" });
    await expect(failure).toBeVisible();
    await failure.getByRole("button", { name: "Try again" }).click();
    await expect(failure).toBeVisible();
    await failure.getByRole("button", { name: "Reload the page" }).click();
    await expect(heading(page, "Clusters")).toBeVisible();
    await expect(page.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
  });
});

test("a page whose part does not arrive says so, and trying again brings it", async ({ page }) => {
  // From the start: a link that comes to lie under the pointer brings its page ahead.
  await page.route("**/part-clusters-*.wasm", (route) => route.abort());
  await signInByKey(page, KEYS.viewer);
  await expect(heading(page, "Home")).toBeVisible();
  const clusters = sidebar(page).getByRole("link", { name: "Clusters", exact: true });
  await clusters.click();
  const failure = page.getByRole("alert").filter({ hasText: "This part of the console could not be loaded" });
  await expect(failure).toBeVisible();
  // The rest of the console lives on.
  await sidebar(page).getByRole("link", { name: "Applications", exact: true }).click();
  await expect(heading(page, "Applications")).toBeFocused();
  await clusters.click();
  await expect(failure, "it was tried again").toBeVisible();
  await page.unroute("**/part-clusters-*.wasm");
  await failure.getByRole("button", { name: "Try again" }).click();
  await expect(heading(page, "Clusters")).toBeVisible();
  await expect(page.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
  await expect(failure).toBeHidden();
});

test("what would lie over the page and does not arrive is put away", async ({ page }) => {
  const missing = /\/part-(palette|confirm)-[^/]*\.wasm$/;
  await page.route(missing, (route) => route.abort());
  await signInByKey(page, KEYS.viewer);
  await expect(heading(page, "Home")).toBeVisible();
  const failure = page.getByRole("alert").filter({ hasText: "This part of the console could not be loaded" });
  await page.keyboard.press("ControlOrMeta+k");
  await expect(failure).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(failure).toHaveCount(0);
  // In one go: the second key has to come within a second.
  await page.keyboard.type("gc");
  await expect(heading(page, "Clusters")).toBeVisible();

  await page.goto("./organizations/new");
  const name = page.getByRole("main").getByLabel("Name", { exact: true });
  await name.fill("initech");
  const clusters = sidebar(page).getByRole("link", { name: "Clusters", exact: true });
  await clusters.click();
  await failure.getByRole("button", { name: "Dismiss" }).click();
  await expect(failure).toHaveCount(0);
  await expect(name).toHaveValue("initech");
  await page.unroute(missing);
  await clusters.click();
  await page.getByRole("dialog", { name: "Leave without saving?" }).getByRole("button", { name: "Discard" }).click();
  await expect(heading(page, "Clusters"), "the question can be asked again").toBeVisible();
});

test("the list of clusters loads the files that its budget counts, and no other", async ({ page, console: origin }) => {
  await signInByKey(page, KEYS.viewer);
  await expect(heading(page, "Home")).toBeVisible();
  // What the pointer rests on is brought ahead, and what is on its way to the page before is none of this one's.
  await page.mouse.move(0, 0);
  await page.goto("about:blank");
  const loaded = new Set<string>();
  page.on("request", (request) => {
    const { origin: from, pathname } = new URL(request.url());
    if (from !== origin || pathname.startsWith("/api/")) return;
    loaded.add(request.isNavigationRequest() ? "index.html" : pathname.slice(1));
  });
  await page.goto("./o/acme/clusters");
  await expect(page.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
  // It comes after the page.
  await expect(page.getByRole("button", { name: /^Activity/ })).toBeVisible();
  await page.waitForLoadState("networkidle");
  const { stdout } = await promisify(execFile)(required("ASTRO_XTASK"), [
    "budgets",
    "--out",
    required("ASTRO_CONSOLE"),
    "--files",
    "page /clusters",
  ]);
  // The browser asks for the icon behind the page's back.
  const counted = stdout.trim().split("\n").filter((file) => file !== "icon.svg");
  expect([...loaded].filter((file) => file !== "icon.svg").sort()).toEqual(counted.sort());
});

/** A file of the console as the platform serves it. */
function get(url: string, encoding: string): Promise<{ headers: Record<string, unknown>; body: Buffer; status: number }> {
  return new Promise((resolve, reject) => {
    // As a browser that goes to a page asks: a program that asks for a file that is not there gets no page.
    const headers = { accept: "text/html,*/*;q=0.8", "accept-encoding": encoding };
    const sent = ask(url, { headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () => {
        resolve({ headers: answer.headers, body: Buffer.concat(parts), status: answer.statusCode ?? 0 });
      });
    });
    sent.on("error", reject);
    sent.end();
  });
}

test("files with a hash in their name are kept for good, the others are asked for again", async ({ console }) => {
  const page = await get(`${console}/`, "identity");
  const hashed = [...page.body.toString().matchAll(/(?:href|src|data-js|data-wasm)="?(\/?[\w./-]+-[\w]{8,}[\w.-]*\.\w+)/g)].map(
    ([, path = ""]) => path,
  );
  expect(hashed.length, "style sheet, glue, program").toBeGreaterThanOrEqual(3);
  for (const path of new Set(hashed)) {
    const file = await get(new URL(path, console).href, "identity");
    expect([path, file.status, file.headers["cache-control"]]).toEqual([path, 200, "public, max-age=31536000, immutable"]);
  }
  for (const path of ["", "config.json", "boot.js", "o/acme/clusters"]) {
    const file = await get(`${console}/${path}`, "identity");
    expect([path, file.status, file.headers["cache-control"]]).toEqual([path, 200, "no-cache"]);
    expect(file.headers["content-security-policy"]).toContain("require-trusted-types-for 'script'");
    expect(file.headers["x-content-type-options"]).toBe("nosniff");
  }
  expect((await get(`${console}/astro-console-0000000000000000_bg.wasm`, "identity")).status, "never the page").toBe(404);
});

test("brotli is served to who accepts it, and is the same file", async ({ console }) => {
  const page = await get(`${console}/`, "identity");
  const [, wasm = ""] = /data-wasm="?([^\s">]+)/.exec(page.body.toString()) ?? [];
  const url = new URL(wasm, console).href;
  const plain = await get(url, "identity");
  const small = await get(url, "gzip, deflate, br");
  expect(plain.headers["content-encoding"]).toBeUndefined();
  expect(small.headers["content-encoding"]).toBe("br");
  expect(small.headers["content-type"]).toBe("application/wasm");
  expect(String(small.headers.vary)).toMatch(/accept-encoding/i);
  expect(small.body.length).toBeLessThan(plain.body.length / 2);
  expect(brotliDecompressSync(small.body).equals(plain.body)).toBe(true);
});

test.describe("a configuration that is wrong", () => {
  for (const [what, text, field, words] of [
    ["an unknown field", '{"apiBase": "/api/v1"}', "apiBase", /./],
    ["a value of the wrong kind", '{"rateLimit": {"reads": "ten"}}', "rateLimit.reads", /./],
    ["an unknown operation", '{"paths": {"revokeApiKeys": "PUT /x"}}', "paths.revokeApiKeys", /no operation of this name/],
    ["sign-on without a client", '{"oidc": {"issuer": "/oidc"}}', "oidc.clientId", /required/],
  ] as const) {
    test(`${what} is named`, async ({ page }) => {
      await page.route("**/config.json", (route) => route.fulfill({ contentType: "application/json", body: text }));
      await page.goto("./");
      await expect(heading(page, "The console is not configured correctly")).toBeVisible();
      const alert = page.getByRole("alert");
      await expect(alert.locator("code")).toHaveText(field);
      await expect(alert).toContainText(words);
    });
  }

  test("text that is no JSON, or no file at all, is said to be so", async ({ page }) => {
    await page.route("**/config.json", (route) => route.fulfill({ body: "{" }));
    await page.goto("./");
    await expect(page.getByRole("alert")).toContainText(/JSON/);
    await page.unroute("**/config.json");
    await page.route("**/config.json", (route) => route.fulfill({ status: 404, body: "" }));
    await page.reload();
    await expect(page.getByRole("alert")).toContainText("The server answered 404 for the file.");
  });
});

test.describe("the start", () => {
  /** Keeps the program from arriving until it is let go. */
  async function withheld(page: Page): Promise<() => void> {
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    await page.route("**/*.wasm", async (route) => {
      await released;
      await route.continue();
    });
    return release;
  }

  test("shows something before the program is there", async ({ page }) => {
    const release = await withheld(page);
    await page.goto("./", { waitUntil: "commit" });
    await expect(heading(page, "Loading the console")).toBeVisible();
    release();
    await expect(heading(page, "Sign in")).toBeVisible();
    await expect(page.locator("#boot")).toHaveCount(0);
  });

  for (const [chosen, system] of [
    ["dark", "light"],
    ["light", "dark"],
  ] as const) {
    test(`is ${chosen} from the first paint for who chose that on a ${system} system`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: system });
      await signInByKey(page, KEYS.viewer);
      const toggle = sidebar(page).getByRole("button", { name: /^Theme:/ });
      await toggle.click();
      if (chosen === "dark") await toggle.click();
      await expect(toggle).toHaveAccessibleName(`Theme: ${chosen}`);
      const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      const wanted = await background();

      const release = await withheld(page);
      await page.reload({ waitUntil: "commit" });
      await expect(heading(page, "Loading the console")).toBeVisible();
      expect(await background()).toBe(wanted);
      release();
      await expect(heading(page, "Home")).toBeVisible();
      expect(await background()).toBe(wanted);
      await page.evaluate(() => localStorage.removeItem("astro.theme"));
      await page.reload();
      await expect(heading(page, "Home")).toBeVisible();
      expect(await background(), "the system's is another one").not.toBe(wanted);
    });
  }

  test("says what is missing when a part does not arrive", async ({ page }) => {
    await page.route("**/*.wasm", (route) => route.fulfill({ status: 404, body: "" }));
    await page.goto("./");
    await expect(heading(page, "The console could not be loaded")).toBeVisible();
    await page.unroute("**/*.wasm");
    await page.getByRole("button", { name: "Reload" }).click();
    await expect(heading(page, "Sign in")).toBeVisible();
  });

  test("says without scripts that it needs them", async ({ browser, console }) => {
    const context = await browser.newContext({ javaScriptEnabled: false, baseURL: console });
    const page = await context.newPage();
    await page.goto("./");
    // Searches by text pass over <noscript>.
    const text = page.locator("noscript p");
    await expect(text).toBeVisible();
    await expect(text).toContainText("Allow scripts for this site and reload the page.");
    await expect(heading(page, "Loading the console"), "nothing is").toBeHidden();
    await expect(page.locator("#boot-spinner")).toBeHidden();
    await context.close();
  });
});

test("on a phone no page scrolls sideways, and the navigation opens", async ({ page, platform }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const { id } = await platform.application("storefront");
  const fits = async () => {
    const { wide, clip } = await page.evaluate(() => ({
      wide: document.documentElement.scrollWidth,
      clip: document.documentElement.clientWidth,
    }));
    expect(wide, page.url()).toBeLessThanOrEqual(clip);
  };
  await page.goto("./");
  await expect(heading(page, "Sign in")).toBeVisible();
  await fits();
  await page.getByLabel("API key", { exact: true }).fill(KEYS.owner);
  await page.getByRole("button", { name: "Sign in with key" }).click();
  for (const [address, title] of [
    ["o/acme", "Home"],
    ["organizations", "Organizations"],
    ["o/acme/clusters", "Clusters"],
    ["o/acme/clusters/loadtest", "loadtest"],
    ["o/acme/applications", "Applications"],
    [`o/acme/applications/${id}`, "storefront"],
    ["o/globex", "No access"],
    ["nowhere", "Page not found"],
  ] as const) {
    await expect(page.getByRole("heading", { level: 1 })).not.toHaveText("Sign in");
    await page.goto(`./${address}`);
    await expect(heading(page, title)).toBeVisible();
    await expect(page.getByRole("main").locator("[aria-busy=true]")).toHaveCount(0);
    await fits();
  }
  await page.getByRole("button", { name: "Open navigation" }).click();
  const sheet = page.getByRole("dialog", { name: "Navigation" });
  await sheet.getByRole("link", { name: "Clusters", exact: true }).click();
  await expect(sheet).toBeHidden();
  await expect(heading(page, "Clusters")).toBeVisible();
});

test.describe("the keyboard alone", () => {
  /** Presses Tab until something has the focus. */
  async function tabTo(page: Page, wanted: ReturnType<Page["getByRole"]>): Promise<void> {
    for (let presses = 0; presses < 40; presses += 1) {
      await page.keyboard.press("Tab");
      if (await wanted.evaluate((element) => element === document.activeElement)) return;
    }
    throw new Error("the Tab key does not reach it");
  }

  test("signs in, skips to the content, opens and signs out", async ({ page }) => {
    await page.goto("./");
    const button = page.getByRole("button", { name: "Continue with single sign-on" });
    await expect(button).toBeVisible();
    await expect(heading(page, "Sign in"), "the focus comes to stay").toBeFocused();
    await tabTo(page, button);
    await page.keyboard.press("Enter");
    const person = page.getByRole("button", { name: NAMES.viewer });
    await expect(person).toBeVisible();
    await tabTo(page, person);
    await page.keyboard.press("Enter");
    await expect(heading(page, "Home")).toBeVisible();

    await page.reload();
    await expect(heading(page, "Home")).toBeVisible();
    await page.keyboard.press("Tab");
    const skip = page.getByRole("link", { name: "Skip to content" });
    await expect(skip).toBeFocused();
    await expect(skip).toBeInViewport();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("main")).toBeFocused();
    const address = page.url();
    expect(address, "it goes nowhere").toMatch(/\/o\/acme$/);

    const clusters = page.getByRole("main").getByRole("link", { name: "Clusters", exact: true });
    await expect(clusters).toBeVisible();
    await tabTo(page, clusters);
    await page.keyboard.press("Enter");
    await expect(heading(page, "Clusters")).toBeFocused();

    await page.reload();
    await expect(heading(page, "Clusters")).toBeVisible();
    await tabTo(page, sidebar(page).getByRole("button", { name: "Sign out" }));
    await page.keyboard.press("Enter");
    await expect(heading(page, "Sign in")).toBeVisible();
  });

  test("walks the organizations with the arrows, and Escape gives the focus back", async ({ page }) => {
    await signIn(page, "two-organizations");
    // On its way there the page takes the focus itself.
    await expect(heading(page, "Home")).toBeVisible();
    const switcher = page.getByRole("button", { name: "Switch organization" });
    await switcher.focus();
    const field = page.getByRole("textbox", { name: "Find an organization" });
    const acme = page.getByRole("list", { name: "Organizations" }).getByRole("link", { name: /^acme/ });
    await page.keyboard.press("Enter");
    await expect(field).toBeFocused();
    await expect(acme).toBeVisible();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await expect(acme, "the active organization comes first").toBeFocused();
    await page.keyboard.press("Escape");
    await expect(switcher).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(field).toBeFocused();
    await page.keyboard.type("acm");
    await page.keyboard.press("ArrowDown");
    await expect(acme).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/o\/acme$/);
  });
});

test("the artifact has no inline script and no inline style", async () => {
  const html = await readFile(join(required("ASTRO_CONSOLE"), "index.html"), "utf8");
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/);
  expect(html).not.toMatch(/<style|\sstyle=/);
  expect(html).not.toMatch(/\son[a-z]+=/);
});
