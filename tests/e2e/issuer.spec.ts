import { generateKeyPairSync } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import Provider from "oidc-provider";
import { expect, heading, Platform, required, sidebar, test as base } from "./fixtures.ts";
import { Host } from "./host.ts";

/** An issuer that is not ours, and what it did. */
class Issuer {
  /** The grants that it gave tokens for, one after the other. */
  readonly grants: string[] = [];
  /** What it refused, and why. */
  readonly refusals: string[] = [];

  private constructor(
    readonly url: string,
    readonly keys: object,
    private readonly server: Server,
    private readonly key: object,
  ) {}

  static async start(): Promise<Issuer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const about = { kid: "one", alg: "RS256", use: "sig" };
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const keys = { keys: [{ ...publicKey.export({ format: "jwk" }), ...about }] };
    return new Issuer(url, keys, server, { ...privateKey.export({ format: "jwk" }), ...about });
  }

  /** Knows a console from now on. */
  serve(console: string): void {
    const person = (id: string) => ({ sub: id, name: "Frida Holm", email: `${id}@elsewhere.example`, email_verified: true });
    const provider = new Provider(this.url, {
      clients: [
        {
          client_id: "console-elsewhere",
          token_endpoint_auth_method: "none",
          grant_types: ["authorization_code", "refresh_token"],
          response_types: ["code"],
          redirect_uris: [`${console}auth/callback`],
          post_logout_redirect_uris: [`${console}sign-in`],
        },
      ],
      jwks: { keys: [this.key] },
      cookies: { keys: ["for a test"] },
      pkce: { required: () => true },
      claims: { openid: ["sub"], profile: ["name"], email: ["email", "email_verified"] },
      clientBasedCORS: (_: unknown, origin: string) => console.startsWith(origin),
      findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => person(id) }),
      extraTokenClaims: (_: unknown, token: { accountId: string }) => person(token.accountId),
      issueRefreshToken: () => true,
      // The console renews a minute before the end, so that it does now with every call that takes a token.
      ttl: { AccessToken: 60, IdToken: 60 },
      features: {
        revocation: { enabled: true },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => "urn:astro",
          useGrantedResource: () => true,
          getResourceServerInfo: () => ({
            scope: "",
            audience: "astro-platform",
            accessTokenFormat: "jwt",
            accessTokenTTL: 60,
            jwt: { sign: { alg: "RS256" } },
          }),
        },
      },
    } as never);
    provider.on("grant.success", (ctx) => void this.grants.push(String(ctx.oidc.params?.["grant_type"])));
    provider.on("grant.error", (_, error) => void this.refusals.push(error.message));
    this.server.on("request", provider.callback());
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** A console and a platform that let in whom the issuer knows. */
const test = base.extend<{ issuer: Issuer; elsewhere: Platform; host: Host }>({
  issuer: async ({}, use) => {
    const issuer = await Issuer.start();
    await use(issuer);
    await issuer.stop();
  },
  elsewhere: async ({ issuer }, use, info) => {
    const keys = info.outputPath("jwks.json");
    await writeFile(keys, JSON.stringify(issuer.keys));
    const platform = await Platform.start("--issuer", issuer.url, "--issuer-keys", keys);
    await use(platform);
    await platform.count();
    await platform.innocence();
    await platform.stop();
  },
  host: async ({ issuer, elsewhere }, use) => {
    const oidc = { issuer: issuer.url, clientId: "console-elsewhere" };
    await Host.configured(required("ASTRO_CONSOLE"), "/", `${elsewhere.url}/api/v1`, { oidc }, async (host) => {
      issuer.serve(host.url);
      await use(host);
    });
  },
});

test("people sign in at an issuer that is not ours, renew in two tabs, and sign out there", async ({
  context,
  elsewhere,
  host,
  issuer,
  page,
}) => {
  await page.goto(host.url);
  const [asked] = await Promise.all([
    page.waitForRequest((request) => request.url().startsWith(`${issuer.url}/auth?`)),
    page.getByRole("button", { name: "Continue with single sign-on" }).click(),
  ]);
  const query = new URL(asked.url()).searchParams;
  expect(query.get("code_challenge_method")).toBe("S256");
  expect(query.get("nonce")).toMatch(/^[\w-]{40,}$/);
  await page.getByPlaceholder("Enter any login").fill("frida");
  await page.getByPlaceholder("and password").fill("any");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();

  // Nobody here knew her: a profile is made, with an organization of her own.
  await expect(heading(page, "Home")).toBeVisible();
  await expect(page).toHaveURL(/\/o\/frida-[a-z0-9]+$/);
  await expect(sidebar(page)).toContainText("Frida Holm");
  expect(await elsewhere.calls("createUserProfile")).toBe(1);

  // Every refresh token works once, and a second use would end the session in both tabs.
  const other = await context.newPage();
  await other.goto(host.url);
  await expect(heading(other, "Home")).toBeVisible();
  const look = async (tab: Page) => {
    for (const name of ["API keys", "Organizations", "API keys"]) {
      await sidebar(tab).getByRole("link", { name, exact: true }).click();
      await expect(heading(tab, name)).toBeVisible();
    }
    await expect(tab.getByRole("row", { name: /console session/i }).first()).toBeVisible();
  };
  await Promise.all([page, other].map(look));
  expect(issuer.grants.filter((grant) => grant === "refresh_token").length).toBeGreaterThan(1);
  expect(issuer.refusals).toEqual([]);

  await sidebar(page).getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Yes, sign me out" }).click();
  await expect(page).toHaveURL(`${host.url}sign-in`);
  for (const tab of [page, other]) await expect(heading(tab, "Sign in")).toBeVisible();
  await page.getByRole("button", { name: "Continue with single sign-on" }).click();
  await expect(page.getByPlaceholder("Enter any login"), "the issuer has forgotten her as well").toBeVisible();
});
