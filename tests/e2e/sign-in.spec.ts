import type { Page } from "@playwright/test";
import {
  ACME,
  type ApiKey,
  expect,
  GLOBEX,
  type Handle,
  heading,
  KEYS,
  NAMES,
  ownClock,
  quiet,
  SECRET,
  sidebar,
  signIn,
  signInByKey,
  test,
} from "./fixtures.ts";

const offers = { oidc: "Continue with single sign-on", key: "Sign in with key" };

test.describe("by single sign-on", () => {
  const roles: [Handle, string][] = [
    ["owner", "Owner"],
    ["admin", "Admin"],
    ["editor", "Editor"],
    ["viewer", "Viewer"],
  ];
  for (const [handle, role] of roles) {
    test(`an ${handle} sees who and where they are, and every page that the role may see`, async ({ page, platform }) => {
      await signIn(page, handle);
      await expect(heading(page, "Home")).toBeVisible();
      await expect(page).toHaveURL(/\/o\/acme$/);
      await expect(sidebar(page)).toContainText(NAMES[handle]);
      await expect(sidebar(page)).toContainText(role);
      const switcher = page.getByRole("button", { name: "Switch organization" });
      await expect(switcher).toContainText("acme");
      await expect(switcher).toContainText("Enterprise");

      for (const [link, row] of [
        ["Clusters", "prod-eu"],
        ["Applications", "storefront"],
        ["Organizations", "acme"],
      ] as const) {
        await sidebar(page).getByRole("link", { name: link, exact: true }).click();
        await expect(heading(page, link)).toBeVisible();
        await expect(page.getByRole("rowheader", { name: row }).first()).toBeVisible();
      }
      const acme = page.getByRole("row", { name: /^acme/ });
      await expect(acme).toContainText(role);
      await expect(acme).toContainText("Active");

      expect(await platform.sessionKeys(handle), "one key for the one organization").toHaveLength(1);
      const refused = Object.entries((await platform.seen()).operations).filter(
        ([, calls]) => calls.statuses["401"] || calls.statuses["403"],
      );
      expect(refused, "what the role may not do is not tried").toEqual([]);
    });
  }

  test("the key that the console makes is marked as its own, for a day", async ({ page, platform }) => {
    await signIn(page, "viewer");
    await expect(heading(page, "Home")).toBeVisible();
    const [key] = await platform.sessionKeys("viewer");
    expect(key).toMatchObject({ source: "ui", orgId: ACME });
    // The page would have another one made.
    await page.close();
    await platform.advance(25 * 3600);
    expect(await platform.sessionKeys("viewer")).toEqual([]);
  });

  test("a key and a token that have ended are renewed without a word", async ({ page, platform }) => {
    await ownClock(page);
    await signIn(page, "editor");
    // The two clocks are moved one after the other, so nothing may be under way meanwhile.
    await expect(page.getByRole("main").locator(".figure__label")).toHaveCount(4);
    await expect.poll(() => platform.calls("listOrganizations")).toBe(1);
    await quiet(page);
    await platform.advance(25 * 3600);
    await page.clock.fastForward(25 * 3600 * 1000);
    await sidebar(page).getByRole("link", { name: "Organizations", exact: true }).click();
    await expect(page.getByRole("rowheader", { name: "acme" })).toBeVisible();
    await page.reload();
    await expect(page.getByRole("rowheader", { name: "acme" })).toBeVisible();
    await expect(page.getByRole("dialog")).toBeHidden();
    expect(await platform.sessionKeys("editor")).toHaveLength(1);
  });

  test("a key that somebody revokes is replaced once, however many calls it was refused to", async ({ page, platform }) => {
    await signIn(page, "editor");
    await expect(heading(page, "Home")).toBeVisible();
    // The page asks by itself, and would have the key replaced before the calls are counted.
    await page.goto("about:blank");
    const [key] = await platform.sessionKeys("editor");
    await platform.act("editor", "revokeApiKey", { path: { orgId: ACME }, body: { keyId: key?.id, reason: "test" } });
    await platform.forgetSeen();
    await page.goto("./o/acme");
    const figures = page.getByRole("main").locator(".figure__label");
    await expect(figures).toHaveCount(4);
    await expect(page.getByRole("main").getByRole("alert")).toHaveCount(0);
    await expect(page.getByRole("dialog")).toBeHidden();
    expect(await platform.calls("createApiKey")).toBe(1);
    expect(await platform.sessionKeys("editor")).toHaveLength(1);
  });

  test("who turns back at the issuer is told, and can try again", async ({ page }) => {
    await page.goto("./");
    await page.getByRole("button", { name: offers.oidc }).click();
    await page.getByRole("button", { name: "Back without signing in" }).click();
    await expect(heading(page, "Not signed in")).toBeVisible();
    await page.getByRole("link", { name: "Back to sign-in" }).click();
    await expect(page.getByRole("button", { name: offers.oidc })).toBeVisible();
  });

  test("an answer of the issuer that this tab has not asked for is refused", async ({ page, platform }) => {
    await page.goto("./auth/callback?code=stolen&state=forged");
    await expect(heading(page, "Not signed in")).toBeVisible();
    expect((await platform.seen()).operations).toEqual({});
  });

  test("somebody new gets a profile with an organization of their own, and enters another as soon as an owner adds them", async ({
    page,
    platform,
  }) => {
    await signIn(page, "newcomer");
    await expect(heading(page, "Home")).toBeVisible();
    await expect(page).toHaveURL(/\/o\/noah-[a-z0-9]+$/);
    await expect(sidebar(page)).toContainText("Owner");
    expect(await platform.calls("createUserProfile")).toBe(1);

    await page.goto("./o/acme/clusters");
    await expect(page.getByText("You are not a member of acme")).toBeVisible();
    const userId = await page.getByRole("definition").locator("code").innerText();
    await platform.act("owner", "addOrganizationUser", { body: { orgId: ACME, userId, role: "viewer" } });
    await page.reload();
    await expect(page.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
    await expect(sidebar(page)).toContainText("Viewer");
  });

  test("a member of no organization is told what to do, and who is removed while working is one again", async ({ page, platform }) => {
    await signIn(page, "nobody");
    await expect(heading(page, "Welcome")).toBeVisible();
    await expect(page.getByRole("definition").filter({ hasText: "ida@nowhere.example" })).toBeVisible();
    await expect(page.getByRole("button", { name: "Switch organization" })).toContainText("No organization");
    expect(await platform.calls("createUserProfile"), "the profile is there already").toBe(0);
    expect(await platform.calls("createApiKey"), "there is nothing to make a key for").toBe(0);

    const none = page.getByRole("main").getByRole("heading", { name: "You are not a member of any organization yet" });
    const id = page.getByRole("definition").locator("code");
    await sidebar(page).getByRole("link", { name: "Organizations", exact: true }).click();
    await expect(heading(page, "Organizations")).toBeVisible();
    await expect(none).toBeVisible();
    const userId = await id.innerText();
    await platform.act("owner", "addOrganizationUser", { body: { orgId: ACME, userId, role: "viewer" } });
    await page.getByRole("button", { name: "Look again" }).click();
    await page.getByRole("rowheader", { name: "acme" }).getByRole("link").click();
    await expect(heading(page, "Home")).toBeVisible();

    // Not before the link is pressed: the page asks by itself, and the link goes with the membership.
    await page.route(
      /\/organizations\/[^/]+\/members\?/,
      async (route) => {
        await platform.act("owner", "removeOrganizationUser", { body: { orgId: ACME, userId } });
        await route.continue();
      },
      { times: 1 },
    );
    await sidebar(page).getByRole("link", { name: "Members", exact: true }).click();
    await expect(heading(page, "No access")).toBeVisible();
    await expect(page.getByText("You are not a member of acme")).toBeVisible();
    await expect(id).toHaveText(userId);
    await page.getByRole("link", { name: "Your organizations" }).click();
    await expect(none).toBeVisible();
    await expect(page.getByRole("dialog")).toBeHidden();
  });

  test("an organization of others is forbidden, and so is one that does not exist", async ({ page }) => {
    await signIn(page, "viewer");
    for (const organization of ["globex", "no-such-organization"]) {
      await page.goto(`./o/${organization}/clusters`);
      await expect(heading(page, "No access")).toBeVisible();
      await expect(page.getByText(`You are not a member of ${organization}`)).toBeVisible();
    }
    await page.getByRole("link", { name: "Your organizations" }).click();
    await page.getByRole("rowheader", { name: "acme" }).getByRole("link").click();
    await expect(heading(page, "Home")).toBeVisible();
  });

  test("switching the organization makes a key for it and shows what is there", async ({ page, platform }) => {
    await signIn(page, "two-organizations");
    await expect(page).toHaveURL(/\/o\/globex$/);
    await expect(sidebar(page)).toContainText("Owner");
    await page.getByRole("button", { name: "Switch organization" }).click();
    await page.getByRole("link", { name: /^acme/ }).click();
    await expect(page).toHaveURL(/\/o\/acme$/);
    await expect(sidebar(page)).toContainText("Editor");
    await expect(page.getByRole("button", { name: "Switch organization" })).toContainText("Enterprise");
    await sidebar(page).getByRole("link", { name: "Clusters", exact: true }).click();
    await expect(page.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();

    await page.goto("./o/globex/clusters");
    await expect(page.getByRole("rowheader", { name: "main" })).toBeVisible();
    await expect(page.getByRole("rowheader", { name: "prod-eu" })).toHaveCount(0);
    await expect(page.getByRole("button", { name: "Switch organization" })).toContainText("Developer");

    const keys = (await platform.sessionKeys("two-organizations")).map((key) => key.orgId);
    expect(keys.toSorted(), "one key for each organization, and no more").toEqual([ACME, GLOBEX].toSorted());
  });
});

test.describe("by a pasted key", () => {
  /**
   * Goes from the list to a cluster, and ends the key while that is asked for. Not before: the list asks by itself every few
   * seconds, and once it is refused the question lies over the link.
   */
  async function openAndLose(page: Page, cluster: string, end: () => Promise<unknown>): Promise<void> {
    await expect(page.getByRole("rowheader", { name: cluster })).toBeVisible();
    await page.route(
      `**/api/v1/clusters/${cluster}`,
      async (route) => {
        await end();
        await route.continue();
      },
      { times: 1 },
    );
    await page.getByRole("rowheader", { name: cluster }).getByRole("link").click();
  }

  test("the right key opens its organization and tells the role", async ({ page, platform }) => {
    await signInByKey(page, `  ${KEYS.viewer}\n`);
    await expect(heading(page, "Home")).toBeVisible();
    await expect(page).toHaveURL(/\/o\/acme$/);
    await expect(sidebar(page)).toContainText("API key");
    await expect(sidebar(page)).toContainText("Viewer");
    await expect(page.getByText("Keys belong to a person, and you are signed in with an API key.", { exact: false })).toBeVisible();
    const { operations } = await platform.seen();
    expect(Object.keys(operations), "a key cannot do what takes a person").not.toContain("getUserProfile");
    expect(Object.keys(operations)).not.toContain("createApiKey");
  });

  for (const [what, key, why] of [
    ["wrong", "astro_live_no_such_key_0000", "It may be mistyped, expired or revoked."],
    ["expired", KEYS.expired, /^The API key expired at \S+Z\. Paste another key\./],
    ["revoked", KEYS.revoked, /^The API key was revoked: laptop lost\. Paste another key\./],
  ] as const) {
    test(`a ${what} key is not accepted, and why`, async ({ page }) => {
      await page.goto("./");
      const field = page.getByLabel("API key", { exact: true });
      await field.fill(key);
      await page.getByRole("button", { name: offers.key }).click();
      await expect(page.getByText("Key not accepted")).toBeVisible();
      await expect(page.getByText(why)).toBeVisible();
      await expect(field).toBeFocused();
      expect(await page.evaluate(() => sessionStorage.length), "nothing of it is kept").toBe(0);
      await field.fill(KEYS.editor);
      await field.press("Enter");
      await expect(heading(page, "Home")).toBeVisible();
    });
  }

  test("no key at all is said at the field", async ({ page, platform }) => {
    await page.goto("./");
    await page.getByRole("button", { name: offers.key }).click();
    const field = page.getByLabel("API key", { exact: true });
    await expect(field).toHaveAccessibleDescription(/Paste a key first\./);
    await expect(field).toBeFocused();
    expect((await platform.seen()).operations).toEqual({});
  });

  test("a key that is shown can be hidden again", async ({ page }) => {
    await page.goto("./");
    const field = page.getByLabel("API key", { exact: true });
    await expect(field).toHaveAttribute("type", "password");
    await page.getByRole("button", { name: "Show" }).click();
    await expect(field).toHaveAttribute("type", "text");
    await page.getByRole("button", { name: "Hide" }).click();
    await expect(field).toHaveAttribute("type", "password");
  });

  test("a key that is revoked meanwhile asks for another, over the page", async ({ page, platform }) => {
    await signInByKey(page, KEYS.editor, "./o/acme/clusters");
    // What signs in again is not loaded then, and comes after its dialog.
    await page.reload();
    const keys = await platform.act<ApiKey[]>("editor", "listApiKeys");
    const own = keys.find((key) => key.name === "Demo key");
    await openAndLose(page, "prod-eu", () =>
      platform.act("editor", "revokeApiKey", { path: { orgId: ACME }, body: { keyId: own?.id, reason: "test" } }),
    );
    const dialog = page.getByRole("dialog", { name: "Your session has ended" });
    await expect(dialog).toBeVisible();
    await expect(dialog).toContainText("The API key was revoked: test.");
    await expect(dialog.getByLabel("API key", { exact: true }), "not the button that signs out").toBeFocused();
    await dialog.getByLabel("API key", { exact: true }).fill(KEYS.viewer);
    await dialog.getByRole("button", { name: offers.key }).click();
    await expect(dialog).toBeHidden();
    await expect(page).toHaveURL(/\/o\/acme\/clusters\/prod-eu$/);
    await expect(page.getByRole("definition").filter({ hasText: "eu-central-1" }).first()).toBeVisible();
    await expect(sidebar(page)).toContainText("Viewer");
  });

  test("a key that expires meanwhile asks for another", async ({ page, platform }) => {
    const made = await platform.act<{ key: string }>("editor", "createApiKey", {
      body: { orgId: ACME, source: "cli", duration: 3_600_000_000_000, name: "an hour" },
    });
    await signInByKey(page, made.key, "./o/acme/clusters");
    await openAndLose(page, "staging", () => platform.advance(3601));
    const dialog = page.getByRole("dialog", { name: "Your session has ended" });
    await expect(dialog).toBeVisible();
    await expect(dialog).toContainText(/The API key expired at \S+Z\./);
    await dialog.getByRole("button", { name: "Sign out" }).click();
    await expect(heading(page, "Sign in")).toBeVisible();
  });

  test("another organization needs another key, or single sign-on", async ({ page }) => {
    await signInByKey(page, KEYS["two-organizations"]);
    await expect(page).toHaveURL(/\/o\/globex$/);
    await page.getByRole("button", { name: "Switch organization" }).click();
    await expect(page.getByText("it opens one organization. Another needs another key, or single sign-on.")).toBeVisible();
    const acme = page.getByRole("link", { name: /^acme/ });
    await expect(acme).toContainText("needs its own key");
    await acme.click();

    await expect(heading(page, "acme")).toBeVisible();
    await expect(page.getByRole("button", { name: offers.oidc })).toBeVisible();
    await page.getByLabel("API key", { exact: true }).fill(KEYS.editor);
    await page.getByRole("button", { name: "Use this key" }).click();
    await expect(heading(page, "Home")).toBeVisible();
    await expect(page).toHaveURL(/\/o\/acme$/);
    await expect(sidebar(page)).toContainText("Editor");
  });

  test("single sign-on from an organization without a key comes back to it", async ({ page }) => {
    await signInByKey(page, KEYS["two-organizations"]);
    await expect(heading(page, "Home")).toBeVisible();
    await page.goto("./o/acme/clusters");
    await page.getByRole("button", { name: offers.oidc }).click();
    await page.getByRole("button", { name: NAMES["two-organizations"] }).click();
    await expect(page).toHaveURL(/\/o\/acme\/clusters$/);
    await expect(page.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
  });

  test("an organization of others is forbidden", async ({ page }) => {
    await signInByKey(page, KEYS.viewer);
    await expect(heading(page, "Home")).toBeVisible();
    await page.goto("./o/globex");
    await expect(heading(page, "No access")).toBeVisible();
    await expect(page.getByText("This key does not open globex")).toBeVisible();
  });
});

test.describe("the way back", () => {
  test("a deep link is kept over single sign-on", async ({ page }) => {
    await signIn(page, "viewer", "./o/acme/clusters/prod-eu");
    await expect(page).toHaveURL(/\/o\/acme\/clusters\/prod-eu$/);
    await expect(heading(page, "prod-eu")).toBeVisible();
  });

  test("a deep link is kept over a pasted key, and named before", async ({ page }) => {
    await page.goto("./o/acme/applications?q=shop");
    await expect(page.getByText("Afterwards you come back to /o/acme/applications?q=shop")).toBeVisible();
    await page.getByLabel("API key", { exact: true }).fill(KEYS.viewer);
    await page.getByRole("button", { name: offers.key }).click();
    await expect(page).toHaveURL(/\/o\/acme\/applications\?q=shop$/);
    await expect(heading(page, "Applications")).toBeVisible();
  });

  for (const address of ["//evil.example/o/acme", "https://evil.example", "/\\evil.example", "/sign-in"]) {
    test(`${address} is no way back`, async ({ page, console }) => {
      await signInByKey(page, KEYS.viewer, `./sign-in?return=${encodeURIComponent(address)}`);
      await expect(page).toHaveURL(`${console}/o/acme`);
    });
  }
});

test.describe("signing out", () => {
  test("leaves a pasted key as it is, since it is not the console's", async ({ page, platform }) => {
    await signInByKey(page, KEYS.admin);
    await expect(heading(page, "Home")).toBeVisible();
    await sidebar(page).getByRole("button", { name: "Sign out" }).click();
    // The page shows the sign-in, and is then loaded anew.
    await expect(page).toHaveURL(/\/sign-in$/);
    await expect(heading(page, "Sign in")).toBeVisible();
    expect(await page.evaluate(() => ({ ...sessionStorage }))).toEqual({});
    expect(await platform.calls("revokeApiKey")).toBe(0);
    await signInByKey(page, KEYS.admin);
    await expect(heading(page, "Home")).toBeVisible();
  });
});

test("credentials are in no address and in no lasting storage", async ({ page, platform }) => {
  const addresses: string[] = [];
  page.on("request", (request) => addresses.push(request.url()));
  page.on("websocket", (socket) => addresses.push(socket.url()));
  page.on("framenavigated", (frame) => addresses.push(frame.url()));
  const { id } = await platform.application("storefront");
  await signIn(page, "owner", `./o/acme/applications/${id}`);
  await expect(heading(page, "storefront")).toBeVisible();
  await expect(page.getByRole("banner").getByText("Live", { exact: true })).toBeVisible();

  // The ID token is a hint for the issuer's own page on sign-out, which takes it in no other way.
  expect(addresses.filter((address) => SECRET.test(address))).toEqual([]);
  expect(addresses.filter((address) => address.startsWith("ws")), "a socket was opened").not.toEqual([]);
  const lasting = await page.evaluate(async () => ({
    local: JSON.stringify({ ...localStorage }),
    cookies: document.cookie,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
  }));
  expect(lasting).toMatchObject({ cookies: "", databases: 0, caches: 0 });
  expect(lasting.local).not.toMatch(SECRET);
  expect(await page.content(), "nothing of it is drawn").not.toMatch(/eyJ|astro_(?!demo)/);
});
