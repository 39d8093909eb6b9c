import type { Locator, Page } from "@playwright/test";
import { expect, type Fault, heading, KEYS, ownClock, row, sidebar, signInByKey, test } from "./fixtures.ts";

const NEW = "./o/acme/applications/new";

/** A label, with the word for what may stay empty behind it. */
const label = (name: string): RegExp => new RegExp(`^${name}( ?optional)?$`);
const field = (page: Page, name: string): Locator => page.getByRole("main").locator("input").and(page.getByLabel(label(name)));
const combo = (page: Page, name: string): Locator => page.getByRole("main").getByRole("combobox", { name: label(name) });
const source = (page: Page, name: string): Locator => page.getByRole("radio", { name: new RegExp(`^${name}`) });
const submit = (page: Page): Locator => page.getByRole("button", { name: /^Deploy (application|anyway)$/ });
const dryRun = (page: Page): Locator => page.getByRole("button", { name: "Run dry run" });
const verdict = (page: Page): Locator => page.getByRole("status", { name: "Dry run" });
const manifest = (page: Page): Locator => page.getByRole("complementary", { name: "Summary" }).locator(".code__lines");
const face = (page: Page, name: "Form" | "YAML"): Locator => page.getByRole("group", { name: "Write it as" }).getByRole("button", { name });
const editor = (page: Page): Locator => page.getByRole("textbox", { name: "Manifest of the application" });
const problems = (page: Page): Locator => page.getByRole("list", { name: "What is wrong with the manifest" });
const panel = (page: Page): Locator => page.getByRole("dialog", { name: "Import a manifest" });
const notice = (page: Page, text: string | RegExp): Locator => page.getByRole("main").getByRole("status").filter({ hasText: text });

async function open(page: Page, path = NEW, key: string = KEYS.editor): Promise<void> {
  await signInByKey(page, key, path);
  await expect(heading(page, "Deploy application")).toBeVisible();
}

/** Chooses of a list by typing. */
async function choose(page: Page, name: string, text: string): Promise<void> {
  await combo(page, name).fill(text);
  await page.getByRole("option", { name: new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`) }).first().click();
}

/** An image under a name, with everything that is needed. */
async function image(page: Page, name: string): Promise<void> {
  await field(page, "Registry").fill("ghcr.io");
  await field(page, "Repository").fill("acme-inc/storefront");
  await field(page, "Tag").fill("2026.23.4");
  await field(page, "Name").fill(name);
  await choose(page, "Profile", "web-standard");
}

/** Puts a text in place of what an editor holds. */
async function type(page: Page, editor: Locator, text: string): Promise<void> {
  await editor.click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("Delete");
  await page.keyboard.type(text);
}

/** Imports a text as a file. */
async function drop(page: Page, text: string, name = "app.yaml"): Promise<void> {
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await panel(page).locator("input[type=file]").setInputFiles({ name, mimeType: "text/yaml", buffer: Buffer.from(text) });
}

const WRAPPED = `apiVersion: platform.astropulse.io/v1
kind: Application
metadata:
  labels:
    team: shop
spec:
  name: e2e-imported
  profileName: web-standard
  source:
    type: yaml
    yaml:
      repo:
        repoURL: https://github.com/acme-inc/k8s-manifests
        path: jobs/nightly-billing
        targetRevision: main
      include: "*.yaml"
`;

const FLAT = `name: e2e-flat
profileName: web-standard
source:
  type: image
  image: {registry: ghcr.io, repository: acme-inc/storefront, tag: "2026.23.4"}
externalAccess: {accessType: Ingress, dnsName: flat.acme.example}
`;

test("an image is deployed, and its page opens on the live status", async ({ page, platform }) => {
  await signInByKey(page, KEYS.editor, "./o/acme/applications");
  await page.getByRole("link", { name: "Deploy application" }).click();
  await expect(heading(page, "Deploy application")).toBeFocused();
  await image(page, "e2e-image");
  await expect(manifest(page)).toContainText("name: e2e-image");
  await expect(page.getByText("Runs on prod-eu. It cannot change later.")).toBeVisible();
  await dryRun(page).click();
  await expect(verdict(page)).toContainText("The dry run passed");
  expect((await platform.seen()).operations.deployApplication?.calls).toBe(1);
  await submit(page).click();
  // What is said goes by itself after some seconds.
  await expect(page.getByRole("status").filter({ hasText: "e2e-image is being deployed." })).toBeVisible();
  await expect(heading(page, "e2e-image")).toBeVisible();
  await expect(page.getByRole("tab", { name: /Resources/ }).or(page.getByRole("link", { name: /Resources/ })).first()).toBeVisible();
  expect((await platform.seen()).operations.deployApplication, "a dry run that passed is not run again").toMatchObject({
    calls: 2,
    statuses: { "200": 2 },
  });
  await page.goBack();
  await expect(heading(page, "Deploy application"), "what was sent holds nobody up").toBeVisible();
});

test("a page that the platform does not know yet waits for it", async ({ page, platform }) => {
  await open(page);
  await image(page, "e2e-slow");
  await platform.fault({ operation: "getApplication", kind: "status", status: 404, times: 4 });
  await submit(page).click();
  await expect(heading(page, "e2e-slow")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("main").getByText("prod-eu").first()).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("main").getByRole("alert")).toHaveCount(0);
});

test("a chart in Git is found by installation, repository, branch and path", async ({ page, platform }) => {
  await open(page);
  await source(page, "Helm chart in Git").check();
  await expect(combo(page, "GitHub installation")).toHaveValue("acme-inc");
  await choose(page, "Repository", "acme-inc/platform-charts");
  await expect(manifest(page)).toContainText("repoURL: https://github.com/acme-inc/platform-charts");
  // Until the platform has looked, it may be a tag.
  await combo(page, "Branch").fill("mian");
  await expect(combo(page, "Branch")).toHaveAccessibleDescription(/has no branch mian/);
  await expect(combo(page, "Branch")).not.toHaveAttribute("aria-invalid", "true");
  await field(page, "Path").fill("charts/nowhere");
  await expect(combo(page, "Branch")).toHaveAccessibleDescription(/has no branch mian\. A tag or a commit works, too\./);
  await expect(combo(page, "Branch"), "the platform finds no such revision").toHaveAttribute("aria-invalid", "true");
  await expect(field(page, "Path"), "nothing is said twice").not.toHaveAccessibleDescription(/could not be checked/);
  await choose(page, "Branch", "release-1.2");
  await expect(field(page, "Path")).toHaveAccessibleDescription(/charts\/nowhere does not exist on branch release-1\.2/);
  await field(page, "Path").fill("charts/payments-api/values.yaml");
  await expect(field(page, "Path")).toHaveAccessibleDescription(/is a file\. Give the chart's folder\./);
  await field(page, "Path").fill("charts");
  await expect(field(page, "Path")).toHaveAccessibleDescription(/This folder holds no Chart\.yaml/);
  await field(page, "Path").fill("charts/payments-api");
  await expect(field(page, "Path")).toHaveAccessibleDescription(/Found on branch release-1\.2\./);
  await page.getByRole("radio", { name: "Files of the chart" }).check();
  const files = combo(page, "Values files");
  await files.fill("values-prodution.yaml");
  await files.press("Enter");
  await expect(files).toHaveAccessibleDescription(/values-prodution\.yaml is no file on branch release-1\.2/);
  await files.press("Backspace");
  await expect(files).not.toHaveAccessibleDescription(/is no file/);
  await page.getByRole("button", { name: "Choose a file" }).click();
  const browser = page.getByRole("dialog", { name: "Choose a values file" });
  await browser.getByRole("button", { name: /^values-prod\.yaml/ }).click();
  await browser.getByRole("button", { name: "Use this file" }).click();
  await expect(browser).toBeHidden();
  await expect(manifest(page)).toContainText("- values-prod.yaml");
  await choose(page, "Values files", "values.yaml");
  await field(page, "Name").fill("e2e-chart");
  await choose(page, "Profile", "web-standard");
  await expect(manifest(page)).toContainText("- values.yaml");
  await submit(page).click();
  await expect(heading(page, "e2e-chart")).toBeVisible();
  await platform.succeeded("listGithubInstallations", "listGithubRepositories", "listRepositoryBranches", "validateRepositoryPath", "deployApplication");
});

test("manifests in Git are deployed from an address that was pasted", async ({ page }) => {
  await open(page);
  await source(page, "YAML in Git").check();
  await combo(page, "Branch").fill("develop");
  await combo(page, "Repository").fill("https://github.com/acme-inc/k8s-manifests/tree/main/jobs/nightly-billing");
  await expect(combo(page, "Branch")).toHaveValue("main");
  // By its name, as soon as the installation's repositories have come.
  await expect(combo(page, "Repository")).toHaveValue(/^(https:\/\/github\.com\/)?acme-inc\/k8s-manifests$/);
  await expect(field(page, "Path")).toHaveValue("jobs/nightly-billing");
  await expect(field(page, "Path")).toHaveAccessibleDescription(/Found on branch main\./);
  await field(page, "Leave out").fill("*.md");
  await field(page, "Name").fill("e2e-yaml");
  await choose(page, "Profile", "batch");
  await expect(manifest(page)).toContainText("repoURL: https://github.com/acme-inc/k8s-manifests");
  await submit(page).click();
  await expect(heading(page, "e2e-yaml")).toBeVisible();
});

test("a chart of a registry takes values, and a version with v stays as it is", async ({ page }) => {
  await open(page);
  await source(page, "Helm chart From https").check();
  await field(page, "Repository of charts").fill("oci://quay.io/strimzi-helm");
  await field(page, "Chart").fill("strimzi-kafka-operator");
  await field(page, "Version").fill("v0.47.0");
  await expect(field(page, "Version")).toHaveAccessibleDescription(/It is sent with its v/);
  await page.getByRole("radio", { name: "Written here" }).check();
  const values = page.getByRole("textbox", { name: "Values as YAML" });
  await expect(values).toHaveAttribute("contenteditable", "true");
  await page.locator("input[type=file]").setInputFiles({ name: "values.yaml", mimeType: "text/yaml", buffer: Buffer.from("replicas: [1\n") });
  await expect(page.getByText(/values\.yaml holds no values\. Line 2/)).toBeVisible();
  await page.locator("input[type=file]").setInputFiles({ name: "values.yaml", mimeType: "text/yaml", buffer: Buffer.from("replicas: 2\n") });
  await expect(manifest(page)).toContainText("replicas: 2");
  await type(page, values, "replicas: 1: 2");
  await field(page, "Name").fill("e2e-helm");
  await expect(page.getByText(/Line 1: A second/).first()).toBeVisible();
  await choose(page, "Profile", "batch");
  await submit(page).click();
  await expect(heading(page, "Deploy application"), "what cannot be read is not sent").toBeVisible();
  await expect(values, "what is wrong has the focus").toBeFocused();
  await page.getByRole("button", { name: "YAML", exact: true }).click();
  await expect(page.getByText("It stays a form for now"), "a manifest cannot hold these values").toBeVisible();
  await type(page, values, "replicas: 3 # for Black Friday");
  await expect(page.getByText("It stays a form for now")).toHaveCount(0);
  await expect(manifest(page)).toContainText("replicas: 3");
  await page.getByRole("button", { name: "YAML", exact: true }).click();
  await expect(page).toHaveURL(/view=yaml/);
  await page.getByRole("button", { name: "Form", exact: true }).click();
  await expect(values, "a look at the text loses nothing").toContainText("# for Black Friday");
  await submit(page).click();
  await expect(heading(page, "e2e-helm")).toBeVisible();
});

const NAMES: [string, RegExp][] = [
  ["Shop", /Use small letters: shop\./],
  ["my shop", /for example my-shop\./],
  ["1shop", /Begin with a letter\./],
  ["shop-", /End with a letter or a digit\./],
  ["магазин", /Use lowercase letters, digits and hyphens\./],
  ["‮evil", /Use lowercase letters/],
  ["<b>x</b>", /Use lowercase letters/],
  ["a".repeat(51), /At most 50 characters; this has 51\./],
];

test("names of every wrong kind are told at their field, and nothing is sent", async ({ page, platform }) => {
  await open(page);
  await image(page, "x");
  const says = async (name: string, words: RegExp) => {
    await field(page, "Name").fill(name);
    await field(page, "Name").blur();
    await expect(field(page, "Name"), name).toHaveAccessibleDescription(words);
  };
  for (const [name, words] of NAMES) await says(name, words);
  // Once the list of applications has come: of a name that is left before it, nothing is said later.
  await expect(() => says("storefront", /has an application storefront already\. Names are unique\./)).toPass();
  await submit(page).click();
  await expect(field(page, "Name")).toBeFocused();
  expect(await platform.calls("deployApplication")).toBe(0);
});

test("addresses of the wrong kind are told what they are", async ({ page }) => {
  await open(page);
  const says = async (name: string, text: string, words: RegExp) => {
    await field(page, name).fill(text);
    await field(page, name).blur();
    await expect(field(page, name), text).toHaveAccessibleDescription(words);
  };
  await says("Registry", "oci://ghcr.io/acme", /A registry is a host alone, such as ghcr\.io\./);
  await says("Namespace", "kube-system", /belongs to Kubernetes itself/);
  await expect(field(page, "Namespace"), "the contract allows it").not.toHaveAttribute("aria-invalid", "true");
  await source(page, "Helm chart From https").check();
  await says("Repository of charts", "http://charts.acme.example", /https:\/\/ or oci:\/\/ alone/);
  await says("Version", "1 2", /A version of a chart/);
  await source(page, "YAML in Git").check();
  await says("Repository", "oci://quay.io/charts", /choose Helm chart as the source/);
  await says("Path", "../secrets", /A path stays inside of the repository/);
});

test("a dry run with warnings asks once more", async ({ page, platform }) => {
  await open(page);
  await image(page, "e2e-latest");
  await field(page, "Tag").fill("latest");
  await submit(page).click();
  await expect(verdict(page)).toContainText("passed with 1 warning");
  await expect(verdict(page)).toContainText("source.image.tag");
  await expect(verdict(page)).toBeFocused();
  await expect(submit(page)).toHaveText("Deploy anyway");
  await field(page, "Tag").fill("2026.23.4");
  await expect(verdict(page)).toContainText("Changed since the dry run");
  await expect(submit(page)).toHaveText("Deploy application");
  await field(page, "Tag").fill("latest");
  await submit(page).click();
  await expect(heading(page, "e2e-latest")).toBeVisible();
  expect(await platform.calls("deployApplication"), "the same is checked once").toBe(2);
});

test("a profile that is deleted while the form is open is missed before anything is sent", async ({ page, platform }) => {
  await open(page);
  await image(page, "e2e-orphan");
  await choose(page, "Profile", "legacy-vm-import");
  const all = await platform.act<{ id: string; profileName: string }[]>("editor", "listApplicationProfiles");
  const id = all.find((it) => it.profileName === "legacy-vm-import")?.id;
  await platform.act("editor", "deleteApplicationProfile", { path: { profileId: id } });
  await submit(page).click();
  await expect(combo(page, "Profile")).toHaveAccessibleDescription(/There is no profile legacy-vm-import, or not any more/);
  // The focus is led away from the button, and would take along what is typed meanwhile.
  await expect(submit(page)).not.toBeFocused();
  await expect(field(page, "Name")).toHaveValue("e2e-orphan");
  await choose(page, "Profile", "web-standard");
  await submit(page).click();
  await expect(heading(page, "e2e-orphan")).toBeVisible();
});

test("a profile is made beside the form, and a folder is picked in the repository", async ({ page }) => {
  await open(page);
  await source(page, "YAML in Git").check();
  await field(page, "Name").fill("e2e-beside");
  await choose(page, "Repository", "acme-inc/k8s-manifests");
  await page.getByRole("button", { name: "Browse" }).click();
  const browser = page.getByRole("dialog", { name: "Choose a folder" });
  await browser.getByText("jobs", { exact: true }).first().click();
  await expect(browser.getByText("nightly-billing", { exact: true }).first()).toBeVisible();
  await browser.getByRole("button", { name: /this folder/i }).click();
  await expect(browser).toBeHidden();
  await expect(field(page, "Path")).toHaveValue("jobs");
  await combo(page, "Profile").fill("nope");
  await combo(page, "Profile").blur();
  await expect(combo(page, "Profile")).toHaveAccessibleDescription(/“nope” is not in the list/);
  await page.getByRole("button", { name: "New profile" }).click();
  const profile = page.getByRole("dialog", { name: "New profile" });
  await profile.getByLabel("Name", { exact: true }).fill("e2e-profile");
  await profile.getByRole("radio", { name: /^The platform.s choice/ }).check();
  await profile.getByRole("button", { name: "Create profile" }).click();
  await expect(profile).toBeHidden();
  await expect(combo(page, "Profile")).toHaveValue("e2e-profile");
  await expect(combo(page, "Profile")).not.toHaveAccessibleDescription(/is not in the list/);
  await expect(field(page, "Name"), "the form loses nothing").toHaveValue("e2e-beside");
  await expect(manifest(page)).toContainText("profileName: e2e-profile");
});

test("a new profile begins without the failure of the last one", async ({ page, platform }) => {
  await open(page);
  await platform.fault({ operation: "createApplicationProfile", kind: "status", status: 500 });
  await page.getByRole("button", { name: "New profile" }).click();
  const profile = page.getByRole("dialog", { name: "New profile" });
  await profile.getByLabel("Name", { exact: true }).fill("e2e-refused");
  await profile.getByRole("radio", { name: /^The platform.s choice/ }).check();
  await profile.getByRole("button", { name: "Create profile" }).click();
  await expect(profile.getByRole("alert")).toContainText("The platform failed");
  await profile.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(profile).toBeHidden();
  await page.getByRole("button", { name: "New profile" }).click();
  await expect(profile.getByLabel("Name", { exact: true })).toHaveValue("");
  await expect(profile.getByRole("alert")).toHaveCount(0);
});

test("the form and the manifest become each other, and nothing is lost", async ({ page }) => {
  await open(page);
  await image(page, "e2e-both");
  await face(page, "YAML").click();
  await expect(editor(page)).toHaveAttribute("contenteditable", "true");
  await expect(editor(page)).toContainText("name: e2e-both");
  await expect(problems(page).getByRole("listitem")).toHaveCount(0);
  await editor(page).click();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type("  syncType: manual\n# mine\npriority: high");
  await expect(manifest(page)).toContainText("priority: high");
  await face(page, "Form").click();
  await expect(page.getByRole("radio", { name: /^Manual/ })).toBeChecked();
  await expect(manifest(page)).toContainText("priority: high");
  await field(page, "Name").fill("e2e-both-2");
  await expect(manifest(page)).toContainText("priority: high");
  await face(page, "YAML").click();
  await expect(editor(page)).toContainText("priority: high");
  await type(page, editor(page), "name: a: b");
  await expect(problems(page)).toContainText("Line 1");
  await face(page, "Form").click();
  await expect(notice(page, "It stays YAML for now")).toBeVisible();
  await expect(editor(page)).toContainText("name: a: b");
  await submit(page).click();
  await expect(verdict(page)).toContainText("Not sent yet");
  // Once it can be read, nothing holds the form back.
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await panel(page).locator("input[type=file]").setInputFiles({ name: "app.yaml", mimeType: "text/yaml", buffer: Buffer.from(FLAT) });
  await expect(notice(page, "e2e-flat was imported.")).toBeVisible();
  await expect(notice(page, "It stays YAML for now")).toBeHidden();
});

test("Control and Enter in the manifest send it as it was typed", async ({ page }) => {
  await open(page);
  await image(page, "e2e-keys");
  await face(page, "YAML").click();
  await expect(editor(page)).toHaveAttribute("contenteditable", "true");
  await expect(editor(page)).toContainText("name: e2e-keys");
  await editor(page).click();
  await page.keyboard.press("ControlOrMeta+End");
  const sent = page.waitForRequest((request) => request.method() === "POST" && request.url().includes("dryRun=true"));
  await page.keyboard.type("  namespace: by-keys");
  await page.keyboard.press("ControlOrMeta+Enter");
  expect((await sent).postData()).toContain("by-keys");
  await expect(heading(page, "e2e-keys")).toBeVisible();
});

test("a manifest that was imported into the form keeps its comments as text", async ({ page }) => {
  await open(page);
  await drop(page, `# mine\n${WRAPPED}`);
  await expect(field(page, "Path")).toHaveValue("jobs/nightly-billing");
  await face(page, "YAML").click();
  await expect(editor(page)).toContainText("# mine");
  await expect(problems(page).getByRole("listitem")).toHaveCount(0);
  await face(page, "Form").click();
  await field(page, "Name").fill("e2e-renamed");
  await face(page, "YAML").click();
  await expect(editor(page), "the fields say something else").toContainText("name: e2e-renamed");
});

test("a form that is opened as YAML begins with its fields, and loses nothing by being left", async ({ page }) => {
  await open(page, `${NEW}?view=yaml`);
  await expect(editor(page)).toContainText("kind: Application");
  await sidebar(page).getByRole("link", { name: "Clusters", exact: true }).click();
  await expect(heading(page, "Clusters"), "nothing was typed, so nothing is asked").toBeVisible();
});

test("a copy is opened as YAML, and from an empty text there is a way back to the fields", async ({ page, platform }) => {
  const { id } = await platform.application("payments-api");
  await open(page, `${NEW}?copy=${id}&view=yaml`);
  await expect(notice(page, "A copy of payments-api.")).toBeVisible();
  await expect(editor(page)).toHaveAttribute("contenteditable", "true");
  await expect(editor(page)).toContainText("name: payments-api-2");
  await editor(page).click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("Delete");
  await expect(problems(page)).toContainText("There is no manifest yet");
  await face(page, "Form").click();
  await expect(field(page, "Name")).toHaveValue("payments-api-2");
});

test("a manifest is imported by file and by paste, in the new form and in the old", async ({ page, platform }) => {
  await open(page);
  await drop(page, WRAPPED);
  await expect(panel(page)).toBeHidden();
  await expect(notice(page, "e2e-imported was imported.")).toBeVisible();
  await expect(source(page, "YAML in Git")).toBeChecked();
  await expect(field(page, "Path")).toHaveValue("jobs/nightly-billing");
  for (const kept of ["team: shop", 'include: "*.yaml"']) await expect(manifest(page)).toContainText(kept);

  await page.getByRole("button", { name: "Import", exact: true }).click();
  await expect(panel(page)).toContainText("What is in the form now is replaced.");
  // Where the focus is does not matter: what is pasted is for the panel.
  await panel(page).getByRole("button", { name: "Close" }).focus();
  await page.evaluate((text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    document.activeElement?.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, FLAT);
  await expect(notice(page, "e2e-flat was imported.")).toContainText("dnsName is called hostname now");
  await expect(field(page, "Hostname")).toHaveValue("flat.acme.example");
  await submit(page).click();
  await expect(heading(page, "e2e-flat")).toBeVisible();
  expect((await platform.act<{ source: { type: string } }>("owner", "getApplicationSpec", { path: { appId: (await platform.application("e2e-flat")).id } })).source.type).toBe("image");
});

test("what is no manifest of an application says so, and five megabytes hang nothing", async ({ page }) => {
  await open(page);
  await drop(page, `a: ${"b".repeat(5 << 20)}`, "big.yaml");
  await expect(panel(page)).toContainText("big.yaml has 5.0 MiB. At most 1.0 MiB are taken.");
  const file = panel(page).locator("input[type=file]");
  const give = (text: string) => file.setInputFiles({ name: "app.yaml", mimeType: "text/yaml", buffer: Buffer.from(text) });
  await give("kind: K8sCluster\nspec: {clusterName: a}\n");
  await expect(panel(page)).toContainText("This holds no Application, but K8sCluster.");
  await panel(page).getByRole("button", { name: "Remove the file" }).click();
  await give("name: [a\n");
  await expect(panel(page)).toContainText("Line 2, column 1: A bracket that was opened");
  await panel(page).getByRole("button", { name: "Remove the file" }).click();
  await give(`${WRAPPED}---\n${FLAT}`);
  await expect(panel(page)).toContainText("It holds 2 applications.");
  await panel(page).getByRole("button", { name: "Take e2e-flat" }).click();
  await expect(field(page, "Name")).toHaveValue("e2e-flat");
});

test("placeholders of an example are not sent", async ({ page, platform }) => {
  await open(page);
  await drop(page, FLAT.replace("web-standard", "<YOUR_PROFILE>"));
  await submit(page).click();
  await expect(combo(page, "Profile")).toHaveAccessibleDescription(/YOUR_PROFILE/);
  expect(await platform.calls("deployApplication")).toBe(0);
});

test("a copy takes everything but what only one can have", async ({ page, platform }) => {
  const { id } = await platform.application("payments-api");
  await open(page, `${NEW}?copy=${id}`);
  await expect(notice(page, "A copy of payments-api.")).toBeVisible();
  await expect(field(page, "Name")).toHaveValue("payments-api-2");
  await expect(field(page, "Path")).toHaveValue("charts/payments-api");
  await expect(source(page, "Helm chart in Git")).toBeChecked();
  await sidebar(page).getByRole("link", { name: "Clusters", exact: true }).click();
  await expect(heading(page, "Clusters"), "nothing was typed, so nothing is asked").toBeVisible();
});

/** An image of one tag, as a request has it. */
const tagged = (name: string, tag: string) => ({
  name,
  profileName: "web-standard",
  source: { type: "image", image: { registry: "docker.io", repository: `acme/${name}`, tag } },
});

test("a copy is of the application that has the name now", async ({ page, platform }) => {
  await ownClock(page);
  await platform.act("editor", "deployApplication", { body: tagged("e2e-again", "v1.0.0") });
  await signInByKey(page, KEYS.editor, "./o/acme/applications/e2e-again?tab=manifest");
  await expect(page.getByRole("region", { name: "Manifest of e2e-again" })).toContainText("v1.0.0");
  await platform.act("owner", "deleteApplication", { path: { appId: "e2e-again" } });
  await expect(page.getByRole("heading", { name: "e2e-again was deleted" })).toBeVisible();
  await platform.act("editor", "deployApplication", { body: tagged("e2e-again", "v2.0.0") });
  // What is a few seconds old is as good as new.
  await page.clock.fastForward(10_000);
  await page.getByRole("link", { name: "Back to applications" }).click();
  await row(page, "e2e-again").getByRole("link", { name: "e2e-again", exact: true }).click();
  await page.getByRole("link", { name: "Deploy a copy" }).first().click();
  await expect(field(page, "Name")).toHaveValue("e2e-again-2");
  await expect(field(page, "Tag")).toHaveValue("v2.0.0");
});

test("an application under a name that was free again is waited for like any other", async ({ page, platform }) => {
  await ownClock(page);
  await platform.act("editor", "deployApplication", { body: tagged("e2e-anew", "v1.0.0") });
  await signInByKey(page, KEYS.editor, "./o/acme/applications/e2e-anew");
  await expect(page.getByRole("main").getByText("prod-eu").first()).toBeVisible();
  await sidebar(page).getByRole("link", { name: "Clusters", exact: true }).click();
  await expect(heading(page, "Clusters")).toBeVisible();
  await platform.act("owner", "deleteApplication", { path: { appId: "e2e-anew" } });
  await page.clock.fastForward(10_000);
  await sidebar(page).getByRole("link", { name: "Applications", exact: true }).click();
  await expect(row(page, "payments-api")).toBeVisible();
  await expect(row(page, "e2e-anew")).toHaveCount(0);
  await page.getByRole("link", { name: "Deploy application" }).click();
  // The heading takes the focus, and would take along what is typed meanwhile.
  await expect(heading(page, "Deploy application")).toBeFocused();
  await image(page, "e2e-anew");
  await platform.fault({ operation: "getApplication", kind: "status", status: 404, times: 3 });
  await submit(page).click();
  await expect(heading(page, "e2e-anew")).toBeVisible({ timeout: 30_000 });
  await expect.poll(() => platform.faults(), { message: "it is asked for until it is there", timeout: 30_000 }).toEqual([]);
  await expect(page.getByRole("main").getByText("prod-eu").first()).toBeVisible();
});

test("who may not deploy is told so, in the list and on the page", async ({ page }) => {
  await signInByKey(page, KEYS.viewer, "./o/acme/applications");
  const button = page.getByRole("button", { name: "Deploy application" });
  await expect(button).toHaveAttribute("aria-disabled", "true");
  await expect(button).toHaveAccessibleDescription(/Needs the role editor, admin or owner\. Yours is viewer\./);
  await page.goto(NEW);
  await expect(notice(page, "You can view this form, but not deploy an application")).toContainText("Needs the role editor");
  await expect(submit(page)).toHaveAttribute("aria-disabled", "true");
  await expect(dryRun(page)).toHaveAttribute("aria-disabled", "true");
});

const REFUSALS: { name: string; fault: Omit<Fault, "operation">; title: string }[] = [
  { name: "403", fault: { kind: "status", status: 403 }, title: "Not allowed" },
  { name: "409", fault: { kind: "status", status: 409 }, title: "Not possible now" },
  { name: "500", fault: { kind: "status", status: 500, always: true }, title: "The platform failed" },
];

for (const { name, fault, title } of REFUSALS) {
  test(`the form keeps what was typed through ${name}`, async ({ page, platform }) => {
    await open(page);
    await image(page, "e2e-kept");
    await platform.fault({ operation: "deployApplication", ...fault });
    await submit(page).click();
    const note = page.getByRole("main").getByRole("alert");
    await expect(note).toContainText(title, { timeout: 60_000 });
    await expect(note).toBeFocused();
    await expect(field(page, "Name")).toHaveValue("e2e-kept");
    await expect(combo(page, "Profile")).toHaveValue("web-standard");
  });
}

test("what the platform refuses lands on its field, in the form and in the manifest", async ({ page, platform }) => {
  await open(page);
  await image(page, "e2e-landed");
  const refusal: Fault = {
    operation: "deployApplication",
    kind: "status",
    status: 400,
    body: { error: "Not valid", error_code: "VALIDATION_ERROR", status: 400, trace_id: "t", details: { fields: { "source.image.tag": "Is forbidden" } } },
  };
  await platform.fault(refusal);
  await submit(page).click();
  await expect(field(page, "Tag")).toBeFocused();
  await expect(field(page, "Tag")).toHaveAccessibleDescription(/Is forbidden\./);
  await face(page, "YAML").click();
  await expect(editor(page)).toHaveAttribute("contenteditable", "true");
  await platform.fault(refusal);
  await submit(page).click();
  await expect(page.getByRole("main").getByRole("alert")).toContainText("source.image.tag Is forbidden.");
  await expect(page.locator(".editor .cm-lintRange-error, .editor .cm-lint-marker-error").first()).toBeVisible();
});

test("an image is taken apart wherever it is pasted", async ({ page }) => {
  await open(page);
  await field(page, "Registry").fill("ghcr.io/acme/storefront:v3");
  await expect(field(page, "Registry")).toHaveValue("ghcr.io");
  await expect(field(page, "Repository")).toHaveValue("acme/storefront");
  await expect(field(page, "Tag")).toHaveValue("v3");
  await field(page, "Repository").fill("nginx:1.27");
  await expect(field(page, "Repository")).toHaveValue("nginx");
  await expect(field(page, "Tag")).toHaveValue("1.27");
  await expect(field(page, "Registry"), "it names none").toHaveValue("ghcr.io");
  await field(page, "Repository").fill("ghcr.io/acme/storefront@sha256:0a1b");
  await expect(field(page, "Tag"), "nothing of what was pasted is gone").toHaveValue("sha256:0a1b");
  await submit(page).click();
  await expect(field(page, "Tag")).toHaveAccessibleDescription(/This takes a tag, not a digest\./);
});

test("an application whose answer got lost is led to", async ({ page, platform }) => {
  await open(page);
  await image(page, "e2e-cut-off");
  await dryRun(page).click();
  await expect(verdict(page)).toContainText("The dry run passed");
  await platform.fault({ operation: "deployApplication", kind: "truncated", times: 1 });
  await submit(page).click();
  const note = page.getByRole("main").getByRole("alert");
  await expect(note).toContainText("The platform may have done it all the same: look before you try again.");
  await expect(notice(page, "acme has an application e2e-cut-off")).toBeVisible();
  await submit(page).click();
  await expect(field(page, "Name"), "the name is marked").toHaveAccessibleDescription(/has an application e2e-cut-off already/);
  await page.getByRole("link", { name: "Open e2e-cut-off" }).click();
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(heading(page, "e2e-cut-off")).toBeVisible();
});

test("what looks secret is covered beside the form of a copy", async ({ page, platform }) => {
  const { id } = await platform.application("grafana");
  await open(page, `${NEW}?copy=${id}`);
  await expect(manifest(page)).toContainText("adminPassword");
  await expect(manifest(page)).not.toContainText("change-me-please");
  const summary = page.getByRole("complementary", { name: "Summary" });
  await expect(summary).toContainText("1 value looks secret.");
  await summary.getByRole("button", { name: "Show", exact: true }).click();
  await expect(manifest(page)).toContainText("change-me-please");
});

test("unsaved work holds up whoever leaves", async ({ page }) => {
  await open(page);
  await field(page, "Name").fill("e2e-draft");
  await sidebar(page).getByRole("link", { name: "Clusters", exact: true }).click();
  const question = page.getByRole("dialog", { name: "Leave without saving?" });
  await question.getByRole("button", { name: "Keep editing" }).click();
  await expect(field(page, "Name")).toHaveValue("e2e-draft");
});

test("the palette leads to the form, and the request can be made elsewhere", async ({ page }) => {
  await signInByKey(page, KEYS.editor, "./o/acme/clusters");
  await expect(row(page, "prod-eu")).toBeVisible();
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByRole("dialog").getByRole("combobox").fill("deploy application");
  await page.keyboard.press("Enter");
  // It takes the focus, and would take along what is typed meanwhile.
  await expect(heading(page, "Deploy application")).toBeFocused();
  await image(page, "e2e-elsewhere");
  await page.getByRole("group", { name: "Show" }).getByRole("button", { name: "Request" }).click();
  const request = page.getByRole("region", { name: "The request" });
  await expect(request).toContainText("curl");
  await expect(request).toContainText("e2e-elsewhere");
  await page.getByRole("tab", { name: "astroctl" }).click();
  await expect(request).toContainText("astroctl app apply -f");
});

test("the form fits a phone and 200 % zoom", async ({ page }) => {
  await open(page);
  for (const width of [360, 720]) {
    await page.setViewportSize({ width, height: 640 });
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await expect(submit(page)).toBeInViewport();
  }
});
