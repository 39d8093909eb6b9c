import type { Locator, Page } from "@playwright/test";
import { expect, type Fault, heading, KEYS, type Platform, row, sidebar, signInByKey, test } from "./fixtures.ts";

const NEW = "./o/acme/clusters/new";

/** A label, with the word for what may stay empty behind it. */
const label = (name: string): RegExp => new RegExp(`^${name}( ?optional)?$`);
const field = (page: Page, name: string): Locator => page.getByRole("main").locator("input").and(page.getByLabel(label(name)));
const combo = (page: Page, name: string): Locator => page.getByRole("main").getByRole("combobox", { name: label(name) });
const radio = (page: Page, name: string): Locator => page.getByRole("radio", { name: new RegExp(`^${name}`) });
const section = (page: Page, name: string): Locator => page.getByRole("region", { name, exact: true });
/** The name of the cluster; node groups have names, too. */
const name = (page: Page): Locator => section(page, "Place").getByLabel("Name", { exact: true });
const group = (page: Page, title: string): Locator => section(page, "Node groups").getByRole("region", { name: title, exact: true });
const submit = (page: Page): Locator => page.getByRole("button", { name: /^(Create cluster|Create anyway|Ask for approval|Ask for approval anyway)$/ });
const dryRun = (page: Page): Locator => page.getByRole("button", { name: "Run dry run" });
const verdict = (page: Page): Locator => page.getByRole("status", { name: "Dry run" });
const manifest = (page: Page): Locator => page.getByRole("complementary", { name: "Summary" }).locator(".code__lines");
const face = (page: Page, name: "Form" | "YAML"): Locator => page.getByRole("group", { name: "Write it as" }).getByRole("button", { name });
const editor = (page: Page): Locator => page.getByRole("textbox", { name: "Manifest of the cluster" });
const problems = (page: Page): Locator => page.getByRole("list", { name: "What is wrong with the manifest" });
const panel = (page: Page): Locator => page.getByRole("dialog", { name: "Import a manifest" });
const notice = (page: Page, text: string | RegExp): Locator => page.getByRole("main").getByRole("status").filter({ hasText: text });

async function open(page: Page, path = NEW, key: string = KEYS.owner): Promise<void> {
  await signInByKey(page, key, path);
  await expect(heading(page, "New cluster")).toBeVisible();
}

/** Chooses a region, and waits until its machine types are there. */
async function region(page: Page, id: string): Promise<void> {
  await combo(page, "Region").fill(id);
  await page.getByRole("option", { name: new RegExp(`^${id}`) }).first().click();
}

/**
 * Chooses a machine type of the group whose fields are shown. By its key: the versions and the access above may still
 * come, and move it under the pointer between press and release.
 */
async function machine(page: Page, type: string, of = "workers"): Promise<void> {
  const box = page.getByRole("region", { name: `Machine types of ${of}` }).getByRole("checkbox", { name: type, exact: true });
  await box.press("Space");
  await expect(box).toBeChecked();
}

type Cloud = "aws" | "gcp" | "azure";

const ACCOUNTS: Record<Cloud, object> = {
  aws: { destinationAccountId: "123456789012", targetRegion: "eu-north-1" },
  gcp: { targetProjectId: "acme-production", targetProjectNumber: "482910337755", targetRegion: "europe-west3" },
  azure: { subscriptionId: "1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b", resourceGroup: "rg-acme", targetRegion: "westeurope" },
};

/** Connects an account for a cluster, as a person does with another tool. */
async function connect(platform: Platform, cloud: Cloud, clusterName: string): Promise<void> {
  const operation = { aws: "connectAws", gcp: "connectGcp", azure: "connectAzure" }[cloud];
  await platform.act("owner", operation, { body: { clusterName, level: "manage", ...(cloud === "azure" ? {} : {}), ...ACCOUNTS[cloud] } });
  await platform.advance(900);
}

/** What a kind takes beyond its name, on the form; whether an upgrade leaves its nodes alone, as where there are none. */
const KINDS: { kind: string; cluster: string; fill: (page: Page) => Promise<void>; access: (platform: Platform, cluster: string) => Promise<void>; writes: string[]; keepsNodes?: boolean }[] = [
  {
    kind: "EKS",
    cluster: "e2e-eks",
    access: (platform, cluster) => connect(platform, "aws", cluster),
    fill: async (page) => {
      await radio(page, "AWS").first().check();
      await region(page, "eu-north-1");
      await field(page, "AWS account").fill("123456789012");
      await radio(page, "1\\.33").check();
      await machine(page, "m7i.xlarge");
    },
    writes: ["type: eks", 'kubernetesVersion: "1.33"', "- m7i.xlarge", "region: eu-north-1"],
  },
  {
    kind: "GKE",
    cluster: "e2e-gke",
    access: (platform, cluster) => connect(platform, "gcp", cluster),
    fill: async (page) => {
      await radio(page, "Google Cloud").first().check();
      await region(page, "europe-west3");
      await field(page, "Google Cloud project").fill("acme-production");
      await page.getByRole("radiogroup", { name: "Release channel" }).getByText("Stable").click();
      await machine(page, "n2-standard-4");
      await combo(page, "Networks that reach the API server").fill("203.0.113.0/24");
      await page.keyboard.press("Enter");
    },
    writes: ["type: gke", "releaseChannel: STABLE", "- n2-standard-4", "- 203.0.113.0/24"],
  },
  {
    kind: "GKE Autopilot",
    cluster: "e2e-autopilot",
    access: (platform, cluster) => connect(platform, "gcp", cluster),
    fill: async (page) => {
      await radio(page, "Google Cloud").first().check();
      await radio(page, "Autopilot").check();
      await region(page, "europe-west3");
      await field(page, "Google Cloud project").fill("acme-production");
      await expect(section(page, "Node groups")).toContainText("Autopilot has none");
    },
    writes: ["autopilot: true"],
    keepsNodes: true,
  },
  {
    kind: "AKS",
    cluster: "e2e-aks",
    access: (platform, cluster) => connect(platform, "azure", cluster),
    fill: async (page) => {
      await radio(page, "Azure").check();
      await region(page, "westeurope");
      await field(page, "Subscription").fill("1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b");
      await field(page, "Resource group").fill("rg-acme");
      await machine(page, "Standard_D4s_v5");
    },
    writes: ["type: aks", "resourceGroup: rg-acme", "- Standard_D4s_v5"],
  },
  {
    kind: "self-hosted on AWS",
    cluster: "e2e-own-aws",
    access: (platform, clusterName) =>
      platform.act("owner", "storeSelfHostedCredentials", {
        body: {
          accountId: "123456789012",
          bucketName: "acme-state",
          clusterName,
          credentials: { AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "example" },
          provider: "aws",
          region: "eu-north-1",
        },
      }),
    fill: async (page) => {
      await radio(page, "Self-hosted").check();
      await region(page, "eu-north-1");
      await field(page, "AWS account").fill("123456789012");
      await field(page, "Bucket").fill("acme-state");
      await radio(page, "1\\.34").check();
      await machine(page, "t3.large", "control-plane");
      await machine(page, "m7i.xlarge");
    },
    writes: ["type: selfHosted", "bucketName: acme-state", "type: vault", "name: control-plane"],
  },
  {
    kind: "self-hosted on Google Cloud",
    cluster: "e2e-own-gcp",
    access: (platform, clusterName) =>
      platform.act("owner", "storeSelfHostedCredentials", {
        body: {
          accountId: "acme-production",
          bucketName: "acme-state",
          clusterName,
          credentials: { GOOGLE_APPLICATION_CREDENTIALS: "example" },
          provider: "gcp",
          region: "europe-west3",
        },
      }),
    fill: async (page) => {
      await radio(page, "Self-hosted").check();
      await page.getByRole("radiogroup", { name: "Machines from" }).getByText("Google Cloud").click();
      await region(page, "europe-west3");
      await field(page, "Google Cloud project").fill("acme-production");
      await field(page, "Bucket").fill("acme-state");
      await radio(page, "1\\.34").check();
      await machine(page, "e2-standard-4", "control-plane");
      await machine(page, "n2-standard-4");
    },
    writes: ["provider: gcp", "type: selfHosted", "accountId: acme-production"],
  },
];

const tab = (page: Page, of: string): Locator => page.getByRole("navigation", { name: "Cluster" }).getByRole("link", { name: of });

/** Lets the operation of the cluster whose page is shown come to its end. */
async function runs(page: Page, platform: Platform): Promise<void> {
  await platform.advance(2 * 3600);
  await expect(page.locator("#content .page__title").getByText("Ready", { exact: true })).toBeVisible({ timeout: 45_000 });
}

/** Chooses the next minor version of what is offered, and answers it. */
async function upgradeTo(page: Page): Promise<string> {
  const versions = page.getByRole("main").getByLabel("Kubernetes version");
  const offered = () => versions.locator("option").evaluateAll((all) => all.map((it) => it as HTMLOptionElement).map(({ label, value }) => ({ label, value })));
  const minor = (version = "") => Number(version.split(".")[1]);
  let next: string | undefined;
  await expect
    .poll(async () => {
      const all = await offered();
      const current = all.find(({ label }) => label.includes(", current"))?.value;
      next = all.find(({ value }) => minor(value) === minor(current) + 1)?.value;
      return next;
    }, "a version after the current one")
    .toBeDefined();
  await versions.selectOption(next ?? "");
  return next ?? "";
}

for (const { kind, cluster, fill, access, writes, keepsNodes } of KINDS) {
  test(`${kind}: from nothing to a kubeconfig, and through an upgrade`, async ({ page, platform }) => {
    await access(platform, cluster);
    await open(page);
    await name(page).fill(cluster);
    await fill(page);
    for (const line of [`clusterName: ${cluster}`, ...writes]) await expect(manifest(page)).toContainText(line);
    await dryRun(page).click();
    await expect(verdict(page)).toContainText("The dry run passed");
    await submit(page).click();
    await expect(heading(page, cluster)).toBeVisible();
    await expect(page.getByRole("main").getByText("Provisioning").first()).toBeVisible();
    await platform.succeeded("listProviders", "listRegions", "deployCluster");
    // Nothing of Autopilot waits for these: the form may be left before they have come.
    if (!keepsNodes) await platform.succeeded("listZones", "listMachineTypes", "listKubernetesVersions");
    const { operations } = await platform.seen();
    expect(operations["deployCluster"], "a dry run that passed is not run again").toMatchObject({ calls: 2, statuses: { "200": 2 } });
    const created = await platform.act<{ clusterName: string; status: string }[]>("owner", "listClusters");
    expect(created.find((it) => it.clusterName === cluster)?.status).toBe("PROVISIONING");

    await runs(page, platform);
    await tab(page, "Access").click();
    await page.getByRole("button", { name: "Generate kubeconfig" }).click();
    await expect(page.getByRole("heading", { name: `Kubeconfig of ${cluster}` })).toBeVisible({ timeout: 30_000 });
    await page.getByRole("link", { name: "Update or upgrade" }).click();
    await expect(heading(page, `Upgrade ${cluster}`)).toBeVisible();
    const target = await upgradeTo(page);
    await page.getByRole("button", { name: "Check the change" }).click();
    await expect(page.getByText(/^The change can be made/)).toBeVisible();
    if (!keepsNodes) await page.getByLabel(`Type ${cluster} to confirm`).fill(cluster);
    await page.getByRole("button", { name: "Upgrade cluster" }).click();
    await expect(heading(page, cluster)).toBeVisible();
    await expect(page.getByRole("list", { name: "Steps of the operation Upgrade" })).toBeVisible();
    await runs(page, platform);
    const upgraded = await platform.act<{ clusterName: string; kubernetesVersion: string }[]>("owner", "listClusters");
    expect(upgraded.find((it) => it.clusterName === cluster)?.kubernetesVersion).toBe(target);
  });
}

test("the list leads to the form, and leaving asks first", async ({ page }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/clusters");
  await page.getByRole("link", { name: "Create cluster" }).click();
  await expect(heading(page, "New cluster")).toBeFocused();
  await name(page).fill("e2e-draft");
  await sidebar(page).getByRole("link", { name: "Applications", exact: true }).click();
  const question = page.getByRole("dialog", { name: "Leave without saving?" });
  await question.getByRole("button", { name: "Keep editing" }).click();
  await expect(name(page)).toHaveValue("e2e-draft");
});

test("an admin learns beforehand that an owner must approve, and then it waits", async ({ page, platform }) => {
  await connect(platform, "aws", "e2e-asked");
  await open(page, NEW, KEYS.admin);
  await expect(notice(page, "An owner has to approve this cluster")).toBeVisible();
  await expect(page.getByText("You are an admin: an owner has to approve the cluster.")).toBeVisible();
  await name(page).fill("e2e-asked");
  await region(page, "eu-north-1");
  await field(page, "AWS account").fill("123456789012");
  await machine(page, "m7i.xlarge");
  await submit(page).click();
  await expect(page.getByRole("status").filter({ hasText: "e2e-asked waits for an owner's approval." })).toBeVisible();
  await expect(page.getByRole("main").getByText("e2e-asked").first()).toBeVisible();
  const all = await platform.act<{ clusterName: string; status: string }[]>("owner", "listClusters");
  expect(all.find((it) => it.clusterName === "e2e-asked")?.status).toBe("APPROVAL_PENDING");
});

test("who may not create is told so, in the list and on the page", async ({ page, platform }) => {
  await signInByKey(page, KEYS.editor, "./o/acme/clusters");
  const button = page.getByRole("button", { name: "Create cluster" });
  await expect(button).toHaveAttribute("aria-disabled", "true");
  await expect(button).toHaveAccessibleDescription(/Needs the role admin or owner\. Yours is editor\./);
  await page.goto(NEW);
  await expect(notice(page, "You can view this form, but not create a cluster")).toContainText("Needs the role admin or owner");
  await expect(submit(page)).toHaveAttribute("aria-disabled", "true");
  await expect(dryRun(page)).toHaveAttribute("aria-disabled", "true");
  expect(await platform.calls("deployCluster")).toBe(0);
});

test("without a connection the dry run says so, and the account is connected in place", async ({ page, platform }) => {
  await open(page);
  await name(page).fill("e2e-unconnected");
  await region(page, "eu-north-1");
  await field(page, "AWS account").fill("123456789012");
  await machine(page, "m7i.xlarge");
  const access = page.getByRole("group", { name: "Access to the account" });
  await expect(access).toContainText("not connected from this browser");
  await submit(page).click();
  await expect(verdict(page)).toContainText("The dry run failed");
  await expect(verdict(page)).toContainText("connect it before creating the cluster");
  await access.getByRole("button", { name: "Connect account" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("e2e-unconnected");
  await dialog.getByRole("button", { name: "Start connection" }).click();
  await expect(access).toContainText("The connection is under way");
  await platform.advance(900);
  await expect(page.getByText("The account is connected for this cluster.")).toBeVisible({ timeout: 20_000 });
  await page.keyboard.press("Escape");
  await expect(access.getByRole("button", { name: "Connect anew" })).toBeVisible();
  // It is of one provider: at another it counts for nothing, beside the fields and beside the text.
  const other = "This cluster's connection goes to AWS, not to Google Cloud.";
  await radio(page, "Google Cloud").first().check();
  await expect(access).toContainText(other);
  await face(page, "YAML").click();
  await expect(editor(page)).toBeVisible();
  await expect(access).toContainText(other);
  await face(page, "Form").click();
  await radio(page, "AWS").first().check();
  await expect(access).toContainText("The account is connected for this cluster.");
  await submit(page).click();
  await expect(heading(page, "e2e-unconnected")).toBeVisible();
});

test("node groups are cards: several, doubled, removed", async ({ page }) => {
  await open(page);
  await region(page, "eu-north-1");
  await machine(page, "m7g.xlarge");
  const workers = group(page, "workers");
  await workers.getByLabel("Maximum nodes", { exact: true }).fill("12");
  await workers.getByRole("button", { name: "Set zones, labels and taints" }).click();
  await workers.getByRole("combobox", { name: label("Zones") }).fill("eu-north-1a");
  await page.getByRole("option", { name: "eu-north-1a" }).click();
  await page.keyboard.press("Escape");
  await workers.getByRole("combobox", { name: label("Taints") }).fill("dedicated=web:NoSchedule");
  await page.keyboard.press("Enter");
  await workers.getByRole("button", { name: "Add label" }).click();
  // The focus goes there with the next frame.
  await expect(workers.getByRole("textbox", { name: "Label", exact: true })).toBeFocused();
  await page.keyboard.type("team");
  await page.keyboard.press("Enter");
  await expect(workers.getByRole("textbox", { name: "Value", exact: true })).toBeFocused();
  await page.keyboard.type("web");
  for (const line of ["maxNode: 12", "- eu-north-1a", "effect: NoSchedule", "team: web"]) {
    await expect(manifest(page)).toContainText(line);
  }
  await page.getByRole("button", { name: "Duplicate workers" }).click();
  await expect(group(page, "workers-2").getByLabel("Name", { exact: true })).toBeFocused();
  await expect(workers).toContainText("1 to 12 nodes, on demand, m7g.xlarge");
  await expect(manifest(page)).toContainText("name: workers-2");
  await expect(page.getByRole("complementary", { name: "Summary" })).toContainText("2 to 24");
  await page.getByRole("button", { name: "Add node group" }).click();
  await expect(group(page, "workers-3")).toBeVisible();
  await page.getByRole("button", { name: "Remove workers-3" }).click();
  await expect(page.getByRole("button", { name: "Add node group" })).toBeFocused();
  await expect(manifest(page)).not.toContainText("workers-3");
  await region(page, "eu-west-1");
  await expect(workers, "its fields are not shown").toContainText("eu-north-1a is no zone of eu-west-1.");
});

test("machine types are filtered, sorted and chosen", async ({ page }) => {
  await open(page);
  await region(page, "eu-north-1");
  const table = page.getByRole("region", { name: "Machine types of workers" });
  await expect(table.getByRole("row").nth(5)).toBeVisible();
  // What is above has its height.
  await expect(radio(page, "1\\.33")).toBeVisible();
  await page.getByRole("button", { name: "Architecture" }).click();
  await page.getByRole("checkbox", { name: /^arm64/ }).check();
  await page.keyboard.press("Escape");
  await page.getByRole("searchbox", { name: "Filter machine types of workers" }).fill("m7g");
  await expect(table.getByRole("rowheader")).toHaveCount(3);
  await page.getByRole("button", { name: "Per hour" }).click();
  await expect(table.getByRole("columnheader", { name: "Per hour" })).toHaveAttribute("aria-sort", "ascending");
  await expect(table.getByRole("rowheader").first()).toContainText("m7g.large");
  await machine(page, "m7g.large");
  await table.getByRole("checkbox", { name: "m7g.xlarge", exact: true }).check();
  await expect(notice(page, "2 chosen, 3 of")).toBeVisible();
  await page.getByRole("searchbox", { name: "Filter machine types of workers" }).fill("nothing");
  await expect(table).toContainText("No machine type matches.");
  await table.getByRole("button", { name: "Clear filters" }).click();
  await expect(notice(page, /^2 chosen, \d+ machine types/)).toBeVisible();
});

test("another kind and back again brings back what was chosen", async ({ page }) => {
  await open(page);
  await region(page, "eu-north-1");
  await radio(page, "1\\.33").check();
  await machine(page, "m7i.xlarge");
  await field(page, "AWS account").fill("123456789012");
  await radio(page, "Google Cloud").first().check();
  await expect(combo(page, "Region")).toHaveValue("");
  await expect(manifest(page)).not.toContainText("m7i.xlarge");
  await face(page, "YAML").click();
  await expect(editor(page)).toBeVisible();
  await face(page, "Form").click();
  await radio(page, "AWS").first().check();
  await expect(combo(page, "Region")).toHaveValue("eu-north-1");
  await expect(field(page, "AWS account")).toHaveValue("123456789012");
  await expect(radio(page, "1\\.33")).toBeChecked();
  for (const kept of ["region: eu-north-1", 'kubernetesVersion: "1.33"', "- m7i.xlarge"]) {
    await expect(manifest(page)).toContainText(kept);
  }
});

test("limits speak as one types", async ({ page, platform }) => {
  await open(page);
  const says = async (locator: Locator, text: string, words: RegExp) => {
    await locator.fill(text);
    await locator.blur();
    await expect(locator).toHaveAccessibleDescription(words);
  };
  await says(name(page), "Prod", /Use small letters: prod\./);
  await says(name(page), "new", /reserved word/);
  // Once the list of clusters has come: of a name that is left before it, nothing is said later.
  await expect(() => says(name(page), "prod-eu", /acme has a cluster prod-eu already/)).toPass();
  await says(field(page, "AWS account"), "12345", /An account has 12 digits; this has 5\./);
  const workers = group(page, "workers");
  await says(workers.getByLabel("Minimum nodes", { exact: true }), "9", /At most the maximum, 3\./);
  await radio(page, "Existing VPC").check();
  await says(field(page, "VPC"), "vpc-1", /looks like vpc-/);
  await says(field(page, "Network of the VPC"), "10.0.0.0/8", /from \/16 to \/28; this is \/8/);
  const subnets = page.getByRole("group", { name: "Subnets by zone" });
  await expect(subnets).toHaveAccessibleDescription("In at least two zones.");
  await submit(page).click();
  await expect(subnets).toHaveAccessibleDescription(/An existing VPC needs subnets in at least two zones\./);
  await radio(page, "Google Cloud").first().check();
  await says(field(page, "Google Cloud project"), "482910337755", /project's number/);
  await says(field(page, "Network of the control plane"), "8.8.8.0/28", /Use a private network/);
  await says(field(page, "Network of the control plane"), "172.16.0.0/24", /exactly \/28/);
  await radio(page, "Azure").check();
  await says(field(page, "Subscription"), "acme", /A subscription has an id/);
  // The card is called by its name, which changes here.
  await says(section(page, "Node groups").getByLabel("Name", { exact: true }), "system-pool", /lowercase letters and digits alone: systempool/);
  await submit(page).click();
  await expect(name(page)).toBeFocused();
  expect(await platform.calls("deployCluster")).toBe(0);
});

test("Enter takes the first match of a region and of a machine type", async ({ page }) => {
  await open(page);
  // Selects of the page have options, too.
  const offered = page.getByRole("listbox").getByRole("option");
  await combo(page, "Region").fill("frank");
  await expect(offered).toHaveCount(1);
  await page.keyboard.press("Enter");
  await expect(combo(page, "Region")).toHaveValue("eu-central-1");
  await expect(page.getByRole("region", { name: "Machine types of workers" }).getByRole("checkbox").first()).toBeVisible();
  await combo(page, "Machine types").fill("m7i.xl");
  await expect(offered.first()).toHaveText(/^m7i\.xlarge/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Remove m7i.xlarge" })).toBeVisible();
});

test("a machine type that vanished between choice and submit is named", async ({ page, platform }) => {
  await connect(platform, "aws", "e2e-vanished");
  // The first zone lacks a type that the others have.
  await page.route(/\/eu-north-1a\/machinetypes/, async (route) => {
    const response = await route.fetch();
    const answer: { data: { name: string }[] } = await response.json();
    await route.fulfill({ response, json: { ...answer, data: answer.data.filter((it) => it.name !== "t3a.large") } });
  });
  await open(page);
  await name(page).fill("e2e-vanished");
  await region(page, "eu-north-1");
  await field(page, "AWS account").fill("123456789012");
  for (const type of ["t3a.large", "z9.mega"]) {
    await combo(page, "Machine types").fill(type);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("button", { name: `Remove ${type}` })).toBeVisible();
  }
  await expect(combo(page, "Machine types")).toHaveAccessibleDescription(/z9\.mega is not offered in eu-north-1, or not any more\./);
  await submit(page).click();
  await expect(verdict(page)).toContainText("Not sent yet");
  await expect(verdict(page)).toContainText("z9.mega is not offered");
  await page.getByRole("button", { name: "Remove z9.mega" }).click();
  await machine(page, "m7i.xlarge");
  // The platform has lost it since the list was read.
  await platform.fault({
    operation: "deployCluster",
    kind: "status",
    status: 400,
    body: {
      error: "Not valid", error_code: "VALIDATION_ERROR", status: 400, trace_id: "t",
      details: { fields: { "spec.clusterSpec.dataPlane.nodeGroups[0].machineTypes[0]": "is not offered in eu-north-1" } },
    },
  });
  await submit(page).click();
  await expect(combo(page, "Machine types")).toHaveAccessibleDescription(/is not offered in eu-north-1/i);
  await expect(combo(page, "Machine types")).toBeFocused();
  await submit(page).click();
  await expect(heading(page, "e2e-vanished")).toBeVisible();
});

test("a name that was taken meanwhile is refused by the dry run", async ({ page, platform }) => {
  await open(page);
  await region(page, "eu-north-1");
  await field(page, "AWS account").fill("123456789012");
  await machine(page, "m7i.xlarge");
  await name(page).fill("e2e-raced");
  await connect(platform, "aws", "e2e-raced");
  await platform.act("owner", "deployCluster", {
    body: {
      clusterName: "e2e-raced", provider: "aws", region: "eu-north-1",
      provisioner: { type: "eks", eks: { accountId: "123456789012", credentials: { type: "dynamic" } } },
      clusterSpec: { dataPlane: { nodeGroups: [{ name: "a", machineTypes: ["t3.large"] }] } },
    },
  });
  await submit(page).click();
  await expect(verdict(page)).toContainText("Cluster e2e-raced exists already");
  await expect(name(page)).toHaveValue("e2e-raced");
});

const REFUSALS: { name: string; fault: Omit<Fault, "operation">; title: string }[] = [
  { name: "403", fault: { kind: "status", status: 403 }, title: "Not allowed" },
  { name: "500", fault: { kind: "status", status: 500, always: true }, title: "The platform failed" },
];

for (const { name: status, fault, title } of REFUSALS) {
  test(`the form keeps what was typed through ${status}`, async ({ page, platform }) => {
    await open(page);
    await name(page).fill("e2e-kept");
    await region(page, "eu-north-1");
    await field(page, "AWS account").fill("123456789012");
    await machine(page, "m7i.xlarge");
    await platform.fault({ operation: "deployCluster", ...fault });
    await submit(page).click();
    const note = page.getByRole("main").getByRole("alert");
    await expect(note).toContainText(title, { timeout: 60_000 });
    await expect(name(page)).toHaveValue("e2e-kept");
    await expect(manifest(page)).toContainText("- m7i.xlarge");
  });
}

test("the catalog may fail: names are typed, and it is asked again", async ({ page, platform }) => {
  for (const operation of ["listMachineTypes", "listKubernetesVersions"]) {
    await platform.fault({ operation, kind: "status", status: 500, always: true });
  }
  await open(page);
  await region(page, "eu-north-1");
  const table = page.getByRole("region", { name: "Machine types of workers" });
  await expect(table).toContainText("The platform failed", { timeout: 60_000 });
  await expect(section(page, "Version")).toContainText("The versions could not be read.", { timeout: 60_000 });
  await combo(page, "Machine types").fill("m7i.xlarge");
  await page.keyboard.press("Enter");
  await expect(manifest(page)).toContainText("- m7i.xlarge");
  await platform.heal();
  await table.getByRole("button", { name: "Try again" }).click();
  await expect(table.getByRole("checkbox", { name: "m7i.xlarge", exact: true })).toBeChecked();
});

const WRAPPED = `apiVersion: platform.astropulse.io/v1
kind: K8sCluster
metadata:
  labels:
    team: platform
spec:
  clusterName: e2e-imported
  provider: aws
  region: eu-north-1
  colour: red
  provisioner:
    type: eks
    eks:
      accountId: "123456789012"
      vpcId: vpc-0a1b2c3d
      vpcCIDR: 10.0.0.0/16
      subnets:
        eu-north-1a: [{type: private, id: subnet-1, cidr: 10.0.1.0/24}]
        eu-north-1b: [{type: public, id: subnet-2, cidr: 10.0.2.0/24}]
      credentials: {type: dynamic}
  clusterSpec:
    dataPlane:
      nodeGroups:
        - {name: general, minNode: 2, maxNode: 4, instanceType: spot, machineTypes: [t3.large], diskSize: 80}
        - {name: batch, minNode: 0, maxNode: 9, machineTypes: [m7i.xlarge], taints: [{key: batch, effect: NoExecute}]}
`;

const FLAT = `clusterName: e2e-flat
provider: gcp
provisioner:
  type: selfHosted
  selfHosted:
    accountId: acme-project
    bucketName: acme-state
    credentials: {type: static, data: {KEY: "do-not-show"}}
clusterSpec:
  controlPlane: {nodeGroup: {name: control, machineTypes: [e2-standard-2]}}
  dataPlane: {nodeGroups: [{name: workers, minNode: 0, maxNode: 5, instanceType: spot, machineTypes: [e2-standard-4]}]}
`;

/** Imports a text as a file. */
async function drop(page: Page, text: string): Promise<void> {
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await panel(page).locator("input[type=file]").setInputFiles({ name: "cluster.yaml", mimeType: "text/yaml", buffer: Buffer.from(text) });
}

test("a manifest is imported, in the new form and in the old, and keeps what the form does not show", async ({ page }) => {
  await open(page);
  await drop(page, WRAPPED);
  await expect(notice(page, "e2e-imported was imported.")).toBeVisible();
  await expect(name(page)).toHaveValue("e2e-imported");
  await expect(field(page, "VPC")).toHaveValue("vpc-0a1b2c3d");
  await expect(group(page, "general")).toContainText("2 to 4 nodes, spot, t3.large");
  for (const kept of ["team: platform", "colour: red", "diskSize: 80", "effect: NoExecute"]) await expect(manifest(page)).toContainText(kept);
  await name(page).fill("e2e-changed");
  await expect(manifest(page)).toContainText("clusterName: e2e-changed");
  await expect(manifest(page)).toContainText("diskSize: 80");

  await page.getByRole("button", { name: "Import", exact: true }).click();
  await expect(panel(page).locator("input[type=file]")).toBeFocused();
  await page.evaluate((text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    document.activeElement?.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, FLAT);
  await expect(name(page)).toHaveValue("e2e-flat");
  await expect(radio(page, "Keys in the manifest")).toBeChecked();
  await expect(manifest(page)).toContainText("name: control");
  await expect(page.locator("body")).not.toContainText("do-not-show");
  await page.getByRole("group", { name: "Show" }).getByRole("button", { name: "Request" }).click();
  await expect(page.getByRole("region", { name: "The request" })).toContainText("e2e-flat");
  await expect(page.locator("body")).not.toContainText("do-not-show");
});

test("what is no cluster, and clusters of unknown kinds", async ({ page }) => {
  await open(page);
  await drop(page, "kind: Application\nspec: {name: a}\n");
  await expect(panel(page)).toContainText("This holds no K8sCluster, but Application.");
  await panel(page).getByRole("button", { name: "Remove the file" }).click();
  await panel(page).locator("input[type=file]").setInputFiles({
    name: "cluster.yaml",
    mimeType: "text/yaml",
    buffer: Buffer.from("clusterName: e2e-odd\nprovider: oracle\nprovisioner: {type: oke}\n"),
  });
  await expect(editor(page)).toBeVisible();
  await expect(problems(page)).toContainText('There is no provider "oracle": aws, gcp or azure.');
  await face(page, "Form").click();
  await expect(notice(page, "It stays YAML for now")).toBeVisible();
  await submit(page).click();
  await expect(verdict(page)).toContainText("Not sent yet");
});

test("form and YAML become each other at any moment", async ({ page }) => {
  await open(page);
  await name(page).fill("e2e-both");
  await field(page, "AWS account").fill("123456789012");
  await face(page, "YAML").click();
  await expect(editor(page)).toContainText("clusterName: e2e-both");
  await expect(problems(page)).toContainText("Choose at least one machine type.");
  await page.reload();
  await expect(heading(page, "New cluster")).toBeVisible();
  await expect(editor(page)).toBeVisible();
  await face(page, "Form").click();
  await drop(page, WRAPPED);
  await face(page, "YAML").click();
  await expect(editor(page)).toContainText("diskSize: 80");
  await face(page, "Form").click();
  await expect(name(page)).toHaveValue("e2e-imported");
});

test("what is imported beside the text is in the fields too, and an emptied text gives way to them", async ({ page }) => {
  await open(page);
  await face(page, "YAML").click();
  await drop(page, WRAPPED);
  await expect(editor(page)).toContainText("diskSize: 80");
  // By the editor's own keys: it need not have heard yet of what was selected behind its back.
  await editor(page).click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("Delete");
  await expect(problems(page)).toContainText("There is no manifest yet");
  await face(page, "Form").click();
  await expect(name(page)).toHaveValue("e2e-imported");
  await expect(manifest(page)).toContainText("diskSize: 80");
});

test("a cluster that the platform does not know yet is waited for", async ({ page, platform }) => {
  await connect(platform, "aws", "e2e-slow");
  await open(page);
  await name(page).fill("e2e-slow");
  await region(page, "eu-north-1");
  await field(page, "AWS account").fill("123456789012");
  await machine(page, "m7i.xlarge");
  await platform.fault({ operation: "getCluster", kind: "status", status: 404, times: 3 });
  await submit(page).click();
  await expect(heading(page, "e2e-slow")).toBeVisible();
  await expect(page.getByRole("main").getByText("Provisioning").first()).toBeVisible({ timeout: 30_000 });
});

test("the palette leads to the form", async ({ page }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/clusters");
  await expect(row(page, "prod-eu")).toBeVisible();
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByRole("dialog").getByRole("combobox").fill("new cluster");
  await page.keyboard.press("Enter");
  await expect(heading(page, "New cluster")).toBeVisible();
});

test("the form fits a phone and 200 % zoom", async ({ page }) => {
  await open(page);
  await region(page, "eu-north-1");
  for (const width of [360, 720]) {
    await page.setViewportSize({ width, height: 640 });
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await expect(submit(page)).toBeInViewport();
  }
});
