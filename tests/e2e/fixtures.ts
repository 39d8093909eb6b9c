import { test as base, expect, type Page } from "@playwright/test";
import { type ChildProcess, spawn } from "node:child_process";
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
} as const;

export const ACME = "8b1d6c0e-5b7a-4f3e-8f16-3b0c2f9d7a11";

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
  times?: number;
}

/** What has been called, and with which result. */
export interface Seen {
  total: number;
  operations: Record<string, { calls: number; statuses: Record<string, number> }>;
  sockets: Record<string, { open: number; frames: number }>;
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the end-to-end tests by \`cargo xtask test --only e2e\``);
  return value;
}

/** A local platform of one worker's own, on a free port, with the console beside it. */
export class Platform {
  private constructor(
    readonly url: string,
    private readonly process: ChildProcess,
  ) {}

  static async start(...flags: string[]): Promise<Platform> {
    const child = spawn(required("ASTRO_PLATFORM"), ["--listen", "127.0.0.1:0", "--seed", "1", ...flags], {
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
    return new Platform(url, child);
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.kill("SIGTERM");
    await ended;
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

  /** Seeds anew and forgets faults and what was seen. */
  reset = () => this.post("/_platform/reset", {});
  /** Lets something go wrong. */
  fault = (fault: Fault) => this.post("/_platform/faults", fault);
  /** Ends every fault. */
  heal = () => this.json("/_platform/faults", { method: "DELETE" });
  /** Changes chaos, latency, rate limit. */
  settings = (settings: object) => this.post("/_platform/settings", settings);
  /** Moves the platform's time forward. */
  advance = (seconds: number) => this.post("/_platform/clock", { advance: seconds });
  /** Does something as somebody else. */
  act = (as: Handle, operation: string, rest: object = {}) =>
    this.post<{ status: number; body: unknown }>("/_platform/act", { as, operation, ...rest });
  /** What the browser has called. */
  seen = () => this.json<Seen>("/_platform/seen");
}

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
      const platform = await Platform.start(
        "--console",
        required("ASTRO_CONSOLE"),
        "--headers",
        required("ASTRO_HEADERS"),
      );
      await use(platform);
      await platform.stop();
    },
    { scope: "worker" },
  ],
  console: async ({ platform }, use) => {
    await platform.reset();
    await use(platform.url);
  },
  baseURL: async ({ console }, use) => use(console),
  // Every page of every test: no violation of the content security policy, no uncaught exception, no panic.
  context: async ({ context }, use) => {
    const complaints: string[] = [];
    await context.exposeBinding("__violated", (_, text: string) => void complaints.push(`CSP: ${text}`));
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        (window as unknown as { __violated(text: string): void }).__violated(
          `${event.violatedDirective} ${event.blockedURI} ${event.sample}`,
        );
      });
    });
    const watch = (page: Page) => {
      page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
      page.on("console", (message) => {
        if (/panicked at|RuntimeError|Content Security Policy|This document requires 'Trusted/.test(message.text())) {
          complaints.push(message.text());
        }
      });
    };
    context.on("page", watch);
    await use(context);
    expect(complaints, "violations, exceptions and panics").toEqual([]);
  },
});

/** Signs in by OpenID Connect as a person of the demo data, and ends where the console leads. */
export async function signIn(page: Page, handle: Handle, path = "./"): Promise<void> {
  await page.goto(path);
  await page.getByRole("button", { name: "Continue with single sign-on" }).click();
  await page.getByRole("button", { name: NAMES[handle] }).click();
  await expect(page).not.toHaveURL(/\/(sign-in|oidc|auth)/);
}

/** Signs in by a pasted key. */
export async function signInByKey(page: Page, key: string, path = "./"): Promise<void> {
  await page.goto(path);
  await page.getByLabel("API key", { exact: true }).fill(key);
  await page.getByRole("button", { name: "Sign in with key" }).click();
}
