import type { Page } from "@playwright/test";
import {
  connection,
  expect,
  heading,
  KEYS,
  Platform,
  row as rowOf,
  sidebar,
  signIn,
  signInByKey,
  test,
  withConsole,
} from "./fixtures.ts";

/** The way to the page as the crumbs tell it. */
const crumbs = (page: Page) => page.getByRole("navigation", { name: "Breadcrumbs" }).getByRole("listitem");

/** The state of a name beside the title. */
const badge = (page: Page, word: string) => page.locator(".page__title .badge").filter({ hasText: new RegExp(`^${word}$`) });

test("organizations: those of the person, with role and plan, and the active one marked", async ({ page }) => {
  await signIn(page, "two-organizations", "./organizations");
  await expect(heading(page, "Organizations")).toBeVisible();
  await expect(page).toHaveTitle("Organizations · Astro Console");
  await expect(page.getByText("2 organizations")).toBeVisible();
  const table = page.getByRole("region", { name: "Organizations" });
  await expect(table.getByRole("columnheader")).toHaveText(["Name", "Role", "Plan", "Members", "Status", "Created", "Actions"]);
  const globex = table.getByRole("row", { name: /globex/ });
  await expect(globex).toContainText("Active");
  await expect(globex).toContainText("Owner");
  await expect(globex).toContainText("Developer");
  const acme = table.getByRole("row", { name: /acme/ });
  await expect(acme).toContainText("Editor");
  await expect(acme).toContainText("Enterprise");
  await expect(acme).not.toContainText("Active");
  await acme.getByRole("link").click();
  await expect(page).toHaveURL(/\/o\/acme$/);
  await page.goBack();
  await expect(table.getByRole("row", { name: /acme/ })).toContainText("Active");
});

test("home: how many there are, what needs attention, and the way there", async ({ page }) => {
  await signInByKey(page, KEYS.viewer);
  const main = page.getByRole("main");
  await expect(page).toHaveTitle("Home · acme · Astro Console");
  const figure = (label: string) => main.locator(".figure").filter({ has: page.getByRole("link", { name: label, exact: true }) });
  await expect(figure("Applications")).toContainText("27");
  await expect(figure("Clusters")).toContainText("14");
  const concerns = main.getByRole("listitem");
  await expect(concerns.filter({ hasText: "loadtest has failed" })).toContainText("failed at node-groups");
  await expect(concerns.filter({ hasText: "mailer is degraded" })).toBeVisible();
  await concerns.filter({ hasText: "loadtest has failed" }).getByRole("link", { name: "loadtest" }).click();
  await expect(heading(page, "loadtest")).toBeVisible();
  await expect(page.getByText("The last operation failed")).toBeVisible();
});

test("clusters: from the list to one and back", async ({ page }) => {
  await signInByKey(page, KEYS.viewer, "./o/acme/clusters");
  await expect(heading(page, "Clusters")).toBeVisible();
  await expect(page).toHaveTitle("Clusters · acme · Astro Console");
  await expect(crumbs(page)).toHaveText([/acme/, /Clusters/]);
  await expect(page.getByText(/^14 clusters in \d+ regions$/)).toBeVisible();
  const row = rowOf(page, "prod-eu");
  await expect(row).toContainText("Ready");
  await expect(row).toContainText("EKS");
  await expect(row).toContainText("eu-central-1");
  await expect(rowOf(page, "payments-pci")).toContainText("Approval pending");
  await expect(rowOf(page, "edge-singapore")).toContainText("Disconnected");

  await row.getByRole("link", { name: "prod-eu" }).click();
  await expect(heading(page, "prod-eu")).toBeVisible();
  await expect(heading(page, "prod-eu"), "the focus follows").toBeFocused();
  await expect(page).toHaveURL(/\/o\/acme\/clusters\/prod-eu$/);
  await expect(page).toHaveTitle("prod-eu · Clusters · acme · Astro Console");
  await expect(crumbs(page)).toHaveText([/acme/, /Clusters/, /prod-eu/]);
  await expect(badge(page, "Ready")).toBeVisible();
  const applications = page.getByRole("region", { name: "Applications" });
  await expect(applications.getByRole("rowheader", { name: "payments-api" })).toBeVisible();
  await expect(applications.getByRole("rowheader", { name: "storefront" }), "it runs elsewhere").toHaveCount(0);
  await expect(page.getByRole("region", { name: "Node groups" }).getByRole("row")).not.toHaveCount(0);
  await expect(connection(page), "nothing here is live").toHaveCount(0);

  await crumbs(page).getByRole("link", { name: "Clusters" }).click();
  await expect(heading(page, "Clusters")).toBeVisible();
  await expect(sidebar(page).getByRole("link", { name: "Clusters", exact: true })).toHaveAttribute("aria-current", "page");
});

test("applications: from the list to one, with what runs there, live", async ({ page }) => {
  await signInByKey(page, KEYS.viewer, "./o/acme/applications");
  await expect(page).toHaveTitle("Applications · acme · Astro Console");
  await expect(page.getByText("27 applications")).toBeVisible();
  const row = rowOf(page, "storefront");
  await expect(row).toContainText("Healthy");
  await expect(row).toContainText("Synced");
  await expect(row).toContainText("acme-inc/storefront:2026.23.4");
  await expect(rowOf(page, "mailer")).toContainText("Degraded");

  await row.getByRole("link", { name: "storefront" }).click();
  await expect(heading(page, "storefront")).toBeVisible();
  await expect(page).toHaveTitle("storefront · Applications · acme · Astro Console");
  await expect(crumbs(page)).toHaveText([/acme/, /Applications/, /storefront/]);
  await expect(connection(page)).toHaveText("Live");
  await expect(badge(page, "Healthy")).toBeVisible();
  const resources = page.getByRole("tree", { name: "Resources of storefront" });
  await expect(resources.getByRole("treeitem", { name: /^Deployment/ }).first()).toBeVisible();

  await page.getByRole("definition").getByRole("link", { name: "prod-us" }).click();
  await expect(heading(page, "prod-us")).toBeVisible();
  await expect(connection(page), "the stream went with its page").toHaveCount(0);
});

test("a stream closes with its page", async ({ page, platform }) => {
  const { id } = await platform.application("storefront");
  const open = async () => (await platform.seen()).sockets.streamApplicationStatus?.open ?? 0;
  await signInByKey(page, KEYS.viewer, `./o/acme/applications/${id}`);
  await expect(connection(page)).toHaveText("Live");
  // The browser knows that it is open before the platform counts it.
  await expect.poll(open).toBe(1);
  await sidebar(page).getByRole("link", { name: "Clusters", exact: true }).click();
  await expect.poll(open).toBe(0);
});

test.describe("live", () => {
  test("what somebody else syncs changes on the page", async ({ page, platform }) => {
    const { id } = await platform.application("external-dns");
    await signInByKey(page, KEYS.viewer, `./o/acme/applications/${id}`);
    await expect(connection(page)).toHaveText("Live");
    await expect(badge(page, "Out of sync")).toBeVisible();
    const read = await platform.calls("getApplication");

    await platform.settings({ speed: 60 });
    await platform.act("editor", "resyncApplication", { path: { appId: id } });
    await expect(badge(page, "Synced")).toBeVisible();
    await expect(badge(page, "Healthy")).toBeVisible();
    await expect(page.getByText("waits for a sync")).toHaveCount(0);
    expect(await platform.calls("getApplication"), "the socket brought it").toBe(read);
  });

  test("what degrades says so, and why", async ({ page, platform }) => {
    const { id } = await platform.act<{ id: string }>("editor", "deployApplication", {
      body: {
        name: "shop",
        profileName: "internal-basic",
        source: {
          type: "image",
          image: { registry: "ghcr.io", repository: "acme-inc/storefront", tag: "1.0-missing" },
        },
      },
    });
    await signInByKey(page, KEYS.viewer, `./o/acme/applications/${id}`);
    await expect(connection(page)).toHaveText("Live");
    await expect(badge(page, "Progressing")).toBeVisible();
    await platform.advance(120);
    await expect(badge(page, "Degraded")).toBeVisible();
    await expect(page.getByText(/pods? (is|are) degraded since/)).toBeVisible();
    await expect(page.getByText(/ImagePullBackOff|Back-off pulling image/).first()).toBeVisible();
  });

  test("what is deleted meanwhile is not shown as if it were there", async ({ page, platform }) => {
    const { id } = await platform.application("support-chat");
    await signInByKey(page, KEYS.viewer, `./o/acme/applications/${id}`);
    await expect(connection(page)).toHaveText("Live");
    await platform.settings({ speed: 60 });
    await platform.act("owner", "deleteApplication", { path: { appId: id } });
    await expect(connection(page)).toHaveText(/Not live|Ended/);
    await page.reload();
    await expect(page.getByRole("alert").filter({ hasText: "Not found" })).toBeVisible();
  });
});

test.describe("states that the console does not know", () => {
  test("of a cluster are a neutral sign and a readable word", async ({ page, platform }) => {
    const clusters = await platform.act<Record<string, unknown>[]>("viewer", "listClusters");
    const [first] = clusters;
    const hibernating = { ...first, status: "HIBERNATING_DEEPLY", provisionerType: "quantum", provider: "mars" };
    await signInByKey(page, KEYS.viewer);
    await expect(heading(page, "Home")).toBeVisible();
    const envelope = (data: unknown) => ({ data, id: "1", message: "", status: "success" });
    await platform.fault({ operation: "listClusters", kind: "status", status: 200, body: envelope([hibernating]), always: true });
    await platform.fault({ operation: "getCluster", kind: "status", status: 200, body: envelope(hibernating), always: true });
    await page.goto("./o/acme/clusters");
    const row = rowOf(page, String(first?.clusterName));
    await expect(row).toContainText("Hibernating deeply");
    await expect(row).toContainText("Quantum");
    await expect(row.locator(".glyph").first()).toHaveAttribute("class", "glyph");
    await row.getByRole("link").click();
    await expect(badge(page, "Hibernating deeply")).toHaveAttribute("class", "badge");
  });

  test("of an application are a neutral sign and a readable word", async ({ page, platform }) => {
    const [first] = await platform.act<Record<string, unknown>[]>("viewer", "listApplications");
    const odd = { ...first, health: "Sleepwalking", syncStatus: "HalfWay" };
    await platform.fault({
      operation: "listApplications",
      kind: "status",
      status: 200,
      body: { data: [odd], id: "1", message: "", status: "success" },
      always: true,
    });
    await signInByKey(page, KEYS.viewer, "./o/acme/applications");
    const row = rowOf(page, String(first?.name));
    await expect(row).toContainText("Sleepwalking");
    await expect(row).toContainText("Half way");
    await expect(row.locator(".state--bad")).toHaveCount(0);
  });
});

test.describe("addresses", () => {
  for (const [address, end] of [
    ["clusters", /\/o\/acme\/clusters$/],
    ["applications", /\/o\/acme\/applications$/],
    ["", /\/o\/acme$/],
  ] as const) {
    test(`/${address} leads to the active organization, and leaves nothing to come back to`, async ({ page }) => {
      await signInByKey(page, KEYS.viewer, "./organizations");
      await expect(heading(page, "Organizations")).toBeVisible();
      await page.goto(`./${address}`);
      await expect(page).toHaveURL(end);
      await page.goBack();
      await expect(heading(page, "Organizations")).toBeVisible();
    });
  }

  test("each page survives a reload and a slash at its end", async ({ page, platform }) => {
    const { id } = await platform.application("cart");
    await signInByKey(page, KEYS.viewer);
    for (const [address, title] of [
      ["organizations", "Organizations"],
      ["o/acme", "Home"],
      ["o/acme/clusters", "Clusters"],
      ["o/acme/clusters/prod-eu", "prod-eu"],
      ["o/acme/applications", "Applications"],
      [`o/acme/applications/${id}`, "cart"],
    ] as const) {
      await page.goto(`./${address}/`);
      await expect(heading(page, title)).toBeVisible();
      await expect(page.getByRole("main").getByRole("alert")).toHaveCount(0);
    }
  });

  test("an unknown address is a page that says so", async ({ page }) => {
    await signInByKey(page, KEYS.viewer);
    for (const address of ["nowhere", "o/acme/nowhere", "o/acme/clusters/prod-eu/nowhere"]) {
      await page.goto(`./${address}`);
      await expect(heading(page, "Page not found")).toBeVisible();
      await expect(page).toHaveTitle("Page not found · Astro Console");
    }
    await page.getByRole("link", { name: "Go to the home page" }).click();
    await expect(heading(page, "Home")).toBeVisible();
  });

  for (const [family, name] of [
    ["clusters", "no-such-cluster"],
    ["applications", "no-such-application"],
  ] as const) {
    test(`a name that ${family} do not have is said to be missing, with a trace id`, async ({ page }) => {
      await signInByKey(page, KEYS.viewer, `./o/acme/${family}/${name}`);
      const alert = page.getByRole("main").getByRole("alert");
      await expect(alert.getByRole("heading", { name: "Not found" })).toBeVisible();
      await expect(alert).toContainText(/get(Cluster|Application) 404/);
      await expect(alert).toContainText(/trace-[0-9a-f]+/);
      await expect(alert.getByRole("button", { name: "Try again" }), "it would change nothing").toHaveCount(0);
      await crumbs(page).getByRole("link", { name: family, exact: false }).last().click();
      await expect(page.getByRole("region", { name: family, exact: false })).toBeVisible();
    });
  }

  test("back and forward show what was there, with its title", async ({ page }) => {
    await signInByKey(page, KEYS.viewer, "./o/acme/clusters");
    await page.getByRole("rowheader", { name: "prod-eu" }).getByRole("link").click();
    await expect(page).toHaveTitle(/^prod-eu/);
    await page.goBack();
    await expect(heading(page, "Clusters")).toBeVisible();
    await expect(page).toHaveTitle(/^Clusters/);
    await page.goForward();
    await expect(heading(page, "prod-eu")).toBeVisible();
    await expect(page).toHaveTitle(/^prod-eu/);
  });
});

test("a new organization says what is missing and what to do", async ({ page }) => {
  await signIn(page, "newcomer");
  await expect(page.getByText("Nothing needs attention")).toBeVisible();
  await sidebar(page).getByRole("link", { name: "Clusters", exact: true }).click();
  await expect(page.getByRole("heading", { name: "No clusters yet" })).toBeVisible();
  await expect(page.getByText("astroctl infra k8s apply -f cluster.yaml")).toBeVisible();
  await sidebar(page).getByRole("link", { name: "Applications", exact: true }).click();
  await expect(page.getByRole("heading", { name: "No applications yet" })).toBeVisible();
  await expect(page.getByText("astroctl app apply -f app.yaml")).toBeVisible();
});

test("somebody without an organization can look again", async ({ page, platform }) => {
  await signIn(page, "nobody");
  await expect(heading(page, "Welcome")).toBeVisible();
  const userId = await page.getByRole("definition").locator("code").innerText();
  await platform.act("owner", "addOrganizationUser", {
    body: { orgId: "8b1d6c0e-5b7a-4f3e-8f16-3b0c2f9d7a11", userId, role: "viewer" },
  });
  await page.reload();
  await expect(page).toHaveURL(/\/o\/acme$/);
  await expect(heading(page, "Home")).toBeVisible();
});

test("ten thousand applications are a page that answers", async ({ page }) => {
  const platform = await Platform.start(...withConsole(), "--scale", "large");
  try {
    await signInByKey(page, KEYS.viewer, `${platform.url}/applications`);
    await expect(page).toHaveURL(/\/o\/acme\/applications$/);
    await expect(page.getByText(/^10,\d{3} applications$/)).toBeVisible();
    const region = page.getByRole("region", { name: "Applications", exact: true });
    const rows = region.getByRole("rowheader");
    await expect(rows.first()).toBeVisible();
    expect(await page.locator("tbody tr").count(), "a few rows stand for all").toBeLessThanOrEqual(120);
    await region.evaluate((element) => element.scrollTo(0, 200_000));
    await expect(page.locator('tr[aria-rowindex="5002"]')).toBeVisible();
    const name = await page.locator('tr[aria-rowindex="5002"]').getByRole("rowheader").innerText();
    await page.locator('tr[aria-rowindex="5002"]').getByRole("rowheader").getByRole("link").click();
    await expect(heading(page, name)).toBeVisible();
    await page.goBack();
    await expect(page.locator('tr[aria-rowindex="5002"]'), "back where one was").toBeVisible();
    await sidebar(page).getByRole("link", { name: "Clusters", exact: true }).click();
    await expect(page.getByText(/^5\d\d clusters in \d+ regions$/)).toBeVisible();
    await platform.innocence();
  } finally {
    await platform.stop();
  }
});
