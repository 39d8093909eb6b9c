import { test as base, expect, type BrowserContext, type Locator, type Page } from "@playwright/test";
import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

export { expect };

/** A person of the demo data, by the handle that the platform's own list of people uses. */
export type Handle =
  | "owner"
  | "admin"
  | "editor"
  | "viewer"
  | "global-admin"
  | "two-organizations"
  | "newcomer"
  | "nobody";

/** How each is called on the issuer's page. */
export const NAMES: Record<Handle, string> = {
  owner: "Olivia Chen",
  admin: "Adam Novak",
  editor: "Edith Moreau",
  viewer: "Victor Silva",
  "global-admin": "Grace Okafor",
  "two-organizations": "Maya Patel",
  newcomer: "Noah Weiss",
  nobody: "Ida Lund",
};

/** Keys of the demo data, for signing in by a pasted key. */
export const KEYS = {
  owner: "astro_demo_owner_5d1c7a9e",
  admin: "astro_demo_admin_8e2b4f60",
  editor: "astro_demo_editor_1f9d3c72",
  viewer: "astro_demo_viewer_6a4e0b85",
  "two-organizations": "astro_demo_globex_9b3a6e04",
  expired: "astro_demo_expired_4b7d2e90",
  revoked: "astro_demo_revoked_7c1a5f38",
} as const;

export const ACME = "8b1d6c0e-5b7a-4f3e-8f16-3b0c2f9d7a11";
export const GLOBEX = "5c2f7e90-1d34-4b6a-9c0e-7f3a2b1d8e42";

/** One fault by hand; see the platform's `/_platform/faults`. */
export interface Fault {
  operation: string;
  kind:
    | "delay"
    | "status"
    | "html"
    | "truncated"
    | "malformed"
    | "empty"
    | "reset"
    | "ws-drop"
    | "ws-silent"
    | "ws-refuse";
  ms?: number;
  status?: number;
  body?: unknown;
  retryAfter?: number;
  times?: number;
  always?: boolean;
  after?: number;
}

/** What has been called, and with which result. */
export interface Seen {
  total: number;
  operations: Record<string, { calls: number; statuses: Record<string, number> }>;
  sockets: Record<string, { open: number; frames: number }>;
  unmatched: Record<string, number>;
}

/** An API key as `listApiKeys` answers it. */
export interface ApiKey {
  id: string;
  name?: string;
  status: string;
  source: string;
  orgId: string;
}

/** An application as `listApplications` answers it. */
export interface Application {
  id: string;
  name: string;
  health?: string;
  syncStatus?: string;
}

/** A variable of the environment that `cargo xtask test` sets. */
export function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the end-to-end tests by \`cargo xtask test --only e2e\``);
  return value;
}

/** The flags that make a platform serve the console as it is shipped. */
export const withConsole = (): string[] => [
  "--console",
  required("ASTRO_CONSOLE"),
  "--headers",
  required("ASTRO_HEADERS"),
];

/** The operations that this worker's browsers have called with success. */
const succeeded = new Set<string>();

/** A local platform of a test's own, on a free port. */
export class Platform {
  private rateLimitIsExpected = false;

  private constructor(
    readonly url: string,
    private process: ChildProcess,
    private readonly flags: string[],
  ) {}

  static async start(...flags: string[]): Promise<Platform> {
    const { url, child } = await Platform.spawn("127.0.0.1:0", flags);
    return new Platform(url, child, flags);
  }

  private static async spawn(listen: string, flags: string[]): Promise<{ url: string; child: ChildProcess }> {
    const child = spawn(required("ASTRO_PLATFORM"), ["--listen", listen, "--seed", "1", ...flags], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = createInterface({ input: child.stdout });
    const url = await new Promise<string>((resolve, reject) => {
      lines.on("line", (line) => {
        const found = /http:\/\/[0-9.]+:\d+/.exec(line);
        if (found) resolve(found[0]);
      });
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`the platform ended with ${code} before it listened`)));
    });
    return { url, child };
  }

  /** Ends it at once, as a crash would. */
  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.kill("SIGKILL");
    await ended;
  }

  /** Starts it anew at its address, with a fresh state or that of its `--data` file. */
  async startAgain(): Promise<void> {
    const { child } = await Platform.spawn(new URL(this.url).host, this.flags);
    this.process = child;
  }

  async json<T>(path: string, init?: RequestInit): Promise<T> {
    const answer = await fetch(this.url + path, init);
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    const text = await answer.text();
    return (text ? JSON.parse(text) : undefined) as T;
  }

  private post<T>(path: string, body: unknown): Promise<T> {
    return this.json<T>(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  /** Adds what browsers have called with success to what the whole run counts. */
  async count(): Promise<void> {
    const seen = await this.seen();
    for (const [operation, { statuses }] of Object.entries(seen.operations)) {
      if (Object.keys(statuses).some((status) => status.startsWith("2"))) succeeded.add(operation);
    }
    for (const [operation, { frames }] of Object.entries(seen.sockets)) {
      if (frames > 0) succeeded.add(operation);
    }
    const folder = process.env["ASTRO_SEEN"];
    if (folder) writeFileSync(join(folder, `${process.pid}.json`), JSON.stringify([...succeeded]));
  }

  /** Seeds anew, forgets faults and what was seen, and runs as the flags say. */
  async reset(): Promise<void> {
    this.rateLimitIsExpected = false;
    await this.settings({ chaos: 0, latency: 0, rateLimit: true, speed: 1, logRate: null });
    await this.post("/_platform/reset", {});
  }

  /** Lets something go wrong: once, unless it says how often. */
  fault(fault: Fault): Promise<unknown> {
    if (fault.status === 429) this.rateLimitIsExpected = true;
    return this.post("/_platform/faults", fault);
  }

  /** The faults that can still strike. */
  faults = () => this.json<(Fault & { struck: number })[]>("/_platform/faults");
  /** Ends every fault. */
  heal = () => this.json("/_platform/faults", { method: "DELETE" });
  /** Changes chaos, latency, rate limit, speed. */
  settings = (settings: object) => this.post("/_platform/settings", settings);
  /** Moves the platform's time forward. */
  advance = (seconds: number) => this.post("/_platform/clock", { advance: seconds });
  /** Does something as somebody else; the data of the answer. */
  async act<T>(as: Handle, operation: string, rest: object = {}): Promise<T> {
    const answer = await this.post<{ data: T }>("/_platform/act", { as, operation, ...rest });
    return answer?.data;
  }
  /** What browsers have called. */
  seen = () => this.json<Seen>("/_platform/seen");
  /** Forgets what browsers have called. */
  forgetSeen = async () => {
    await this.count();
    await this.json("/_platform/seen", { method: "DELETE" });
  };
  /** That browsers have called each of the operations with success, or will in a moment; of a stream, that it has brought a frame. */
  async succeeded(...operations: string[]): Promise<void> {
    const missing = async () => {
      const seen = await this.seen();
      const has = (operation: string) =>
        (seen.operations[operation]?.statuses["200"] ?? 0) > 0 || (seen.sockets[operation]?.frames ?? 0) > 0;
      return operations.filter((operation) => !has(operation));
    };
    await expect.poll(missing, "operations that no browser has called with success").toEqual([]);
  }

  /** How often an operation was called. */
  calls = async (operation: string) => (await this.seen()).operations[operation]?.calls ?? 0;

  /** The keys that the console has made for a person and that still work. */
  async sessionKeys(of: Handle): Promise<ApiKey[]> {
    const keys = await this.act<ApiKey[]>(of, "listApiKeys");
    return keys.filter((key) => key.name?.startsWith("console session") && key.status.toLowerCase() === "active");
  }

  /** An API key of a person by its name. */
  async key(name: string, of: Handle = "owner"): Promise<ApiKey> {
    const all = await this.act<ApiKey[]>(of, "listApiKeys");
    const found = all.find((key) => key.name === name);
    if (!found) throw new Error(`the demo data has no API key ${name}`);
    return found;
  }

  /** An application of an organization by its name. */
  async application(name: string, of: Handle = "owner"): Promise<Application> {
    const all = await this.act<Application[]>(of, "listApplications");
    const found = all.find((application) => application.name === name);
    if (!found) throw new Error(`the demo data has no application ${name}`);
    return found;
  }

  /** What no console may cause, whatever a test does: a 429 that no test has ordered, a call that no contract knows. */
  async innocence(): Promise<void> {
    const seen = await this.seen();
    expect(seen.unmatched, "calls that the contract does not know").toEqual({});
    if (this.rateLimitIsExpected) return;
    const limited = Object.entries(seen.operations).filter(([, calls]) => calls.statuses["429"]);
    expect(limited, "operations that were answered with 429").toEqual([]);
  }
}

/**
 * Notes what no page may do: violate the content security policy, let an exception go uncaught, panic, or write a
 * credential to the developer console.
 */
export async function watch(context: BrowserContext): Promise<string[]> {
  const complaints: string[] = [];
  await context.exposeBinding("__violated", (_, text: string) => void complaints.push(`CSP: ${text}`));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      (window as unknown as { __violated(text: string): void }).__violated(
        `${event.violatedDirective} ${event.blockedURI} ${event.sample}`,
      );
    });
  });
  const follow = (page: Page) => {
    page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
    page.on("crash", () => complaints.push(`the page at ${page.url()} crashed`));
    page.on("console", (message) => {
      const text = message.text();
      if (/panicked at|RuntimeError|unreachable executed|Content Security Policy|This document requires 'Trusted/.test(text)) {
        complaints.push(text);
      }
      if (SECRET.test(text)) complaints.push(`a credential in the developer console: ${text}`);
    });
  };
  context.pages().forEach(follow);
  context.on("page", follow);
  return complaints;
}

/** What an API key, a token, or a key in a subprotocol looks like. */
export const SECRET = /astro_[a-z0-9_]{8,}|eyJ[A-Za-z0-9_-]{10,}|astro\.key\./i;

interface Fixtures {
  /** Where the console is. */
  console: string;
}

interface WorkerFixtures {
  platform: Platform;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  platform: [
    async ({}, use) => {
      const platform = await Platform.start(...withConsole());
      await use(platform);
      await platform.stop();
    },
    { scope: "worker" },
  ],
  console: async ({ platform }, use) => {
    await platform.reset();
    await use(platform.url);
    await platform.count();
    await platform.innocence();
  },
  baseURL: async ({ console }, use) => use(console),
  context: async ({ context }, use) => {
    const complaints = await watch(context);
    await use(context);
    expect(complaints, "violations, exceptions, panics, leaks").toEqual([]);
  },
});

/** The heading of the page that is shown. */
export const heading = (page: Page, name: string | RegExp): Locator =>
  page.getByRole("heading", { level: 1, name, exact: typeof name === "string" });

/** What the page is about, without the shell around it. */
export const main = (page: Page): Locator => page.getByRole("main");

/** A dialog, or a panel at the side. */
export const dialog = (page: Page, name: string | RegExp): Locator => page.getByRole("dialog", { name });

/** The sidebar. */
export const sidebar = (page: Page): Locator => page.getByRole("complementary", { name: "Sidebar" });

/** The row of a table that has a name. */
export const row = (page: Page, name: string): Locator =>
  page.getByRole("row").filter({ has: page.getByRole("rowheader", { name, exact: true }) });

/**
 * Waits for the last call that a page of acme makes by itself, which is the bell's: it would be refused in place of what a
 * test does next, once the key is revoked or has expired.
 */
export const quiet = (page: Page): Promise<void> =>
  expect(page.getByRole("button", { name: /^Activity, \d+ running/ })).toBeVisible();

/** How the live connection stands. */
export const connection = (page: Page): Locator => page.getByRole("banner").locator(".live");

/**
 * Gives a page a clock that the test can move; it runs by itself until then. Call it before the first page.
 *
 * A browser names timers by small numbers, Playwright's clock by numbers beyond 32 bits, which the console's WebAssembly
 * cannot hold: between the two stands a table.
 */
export async function ownClock(page: Page): Promise<void> {
  await page.clock.install();
  await page.addInitScript(() => {
    const handles = new Map<number, number>();
    let next = 1;
    const set = (original: (...all: unknown[]) => number) => (task: () => void, ...rest: unknown[]) => {
      const handle = next;
      next += 1;
      handles.set(handle, original(task, ...rest));
      return handle;
    };
    const clear = (original: (handle?: number) => void) => (handle?: number) => {
      original(handles.get(handle ?? 0));
      handles.delete(handle ?? 0);
    };
    Object.assign(window, {
      setTimeout: set(window.setTimeout.bind(window) as never),
      setInterval: set(window.setInterval.bind(window) as never),
      clearTimeout: clear(window.clearTimeout.bind(window)),
      clearInterval: clear(window.clearInterval.bind(window)),
    });
  });
}

/** Signs in by OpenID Connect as a person of the demo data, and ends where the console leads. */
export async function signIn(page: Page, handle: Handle, path = "./"): Promise<void> {
  await page.goto(path);
  await page.getByRole("button", { name: "Continue with single sign-on" }).click();
  await page.getByRole("button", { name: NAMES[handle] }).click();
  await expect(sidebar(page).getByRole("button", { name: "Sign out" })).toBeVisible();
}

/** Signs in by a pasted key. */
export async function signInByKey(page: Page, key: string, path = "./"): Promise<void> {
  await page.goto(path);
  await page.getByLabel("API key", { exact: true }).fill(key);
  await page.getByRole("button", { name: "Sign in with key" }).click();
  await expect(sidebar(page).getByRole("button", { name: "Sign out" })).toBeVisible();
}
