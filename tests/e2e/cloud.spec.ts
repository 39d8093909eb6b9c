import type { Locator, Page } from "@playwright/test";
import { dialog, expect, heading, KEYS, main, row, signInByKey, test } from "./fixtures.ts";

const button = (page: Page, name: string) => main(page).getByRole("button", { name, exact: true });

/** Signs in and goes to the cloud accounts. */
async function open(page: Page, key: string = KEYS.admin, more = ""): Promise<void> {
  await signInByKey(page, key, `./o/acme/cloud-accounts${more}`);
  await expect(heading(page, "Cloud accounts")).toBeVisible();
}

/** An entry of the menu of a row, which is open. */
const entryOf = (page: Page, words: string) =>
  page.getByRole("group", { name: "Actions" }).getByRole("button").filter({ hasText: words });

/** Chooses an entry of the menu of a row. */
async function choose(page: Page, name: string, entry: string): Promise<void> {
  await row(page, name).getByRole("button", { name: `Actions for ${name}` }).click();
  await entryOf(page, entry).click();
}

const field = (form: Locator, name: string) => form.locator(`[data-field='${name}']`);
const type = (form: Locator, name: string, text: string) => field(form, name).getByRole("textbox").fill(text);

/** Does what the provider's page asks, as the person would in its own tab. */
async function allow(page: Page, link: string, press: string): Promise<void> {
  const opened = page.waitForEvent("popup");
  await page.getByRole("link", { name: link }).click();
  const provider = await opened;
  await provider.getByRole("button", { name: press }).click();
  await expect(provider.getByRole("status")).toContainText("Done");
  await provider.close();
}

test("an AWS account is connected for a cluster, and followed to its end", async ({ page, platform }) => {
  // Each step of the verification takes a minute: it is seen to go on, however long the provider's page takes.
  await platform.settings({ speed: 0.1 });
  await open(page);
  await button(page, "Connect account").click();
  const form = dialog(page, "Connect a cloud account");
  await type(form, "clusterName", "cloud-aws");
  await type(form, "destinationAccountId", "123456789012");
  await expect(form.getByRole("radio", { name: /^Manage/ })).toBeChecked();
  await form.getByRole("radio", { name: /^Read/ }).check({ force: true });
  await form.getByRole("button", { name: "Start connection" }).click();
  const setup = dialog(page, "Connect AWS for cloud-aws");
  await expect(setup.getByRole("list").first()).toContainText("Create the stack astro-cloud-aws");
  await expect(setup).toContainText("Waiting for the setup");
  await allow(page, "Open CloudFormation", "Create stack");
  await expect(setup).toContainText("Verifying");
  await platform.advance(200);
  await expect(setup).toContainText("arn:aws:iam::123456789012:role/astro-cloud-aws", { timeout: 20_000 });
  await expect(setup.getByRole("link", { name: "Open CloudFormation" })).toBeHidden();
  await setup.getByRole("button", { name: "Close" }).last().click();
  await expect(row(page, "cloud-aws")).toContainText("Connected", { timeout: 20_000 });
  // It is remembered in this browser, without anything secret, and gone when one signs out.
  await page.reload();
  await expect(row(page, "cloud-aws")).toContainText("Connected", { timeout: 20_000 });
  await platform.succeeded("connectAws", "getAwsConnectionStatus");
  await page.getByRole("complementary", { name: "Sidebar" }).getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByLabel("API key", { exact: true })).toBeVisible();
  expect(await page.evaluate(() => localStorage.getItem("astro.connections"))).toBeNull();
});

test("a Google Cloud project is connected by a script", async ({ page, platform }) => {
  await open(page);
  await button(page, "Connect account").click();
  const form = dialog(page, "Connect a cloud account");
  await form.getByRole("radio", { name: /^Google Cloud/ }).check({ force: true });
  await type(form, "clusterName", "cloud-gcp");
  await type(form, "targetProjectId", "acme-data-prod");
  await type(form, "targetProjectNumber", "481516234200");
  await form.getByRole("button", { name: "Start connection" }).click();
  const setup = dialog(page, "Connect Google Cloud for cloud-gcp");
  await expect(setup.getByRole("region", { name: "Setup script" })).toContainText("gcloud config set project acme-data-prod");
  const saved = page.waitForEvent("download");
  await setup.getByRole("button", { name: "Download" }).click();
  expect((await saved).suggestedFilename()).toBe("astro-gcp-setup-cloud-gcp.sh");
  await allow(page, "Open Cloud Shell", "Run the script");
  await platform.advance(20);
  await expect(setup).toContainText("Service account impersonated successfully", { timeout: 20_000 });
  await platform.succeeded("connectGcp", "getGcpConnectionStatus");
});

test("an Azure subscription is connected by a script", async ({ page, platform }) => {
  await open(page);
  await button(page, "Connect account").click();
  const form = dialog(page, "Connect a cloud account");
  await form.getByRole("radio", { name: /^Azure/ }).check({ force: true });
  await expect(field(form, "level")).toBeHidden();
  await type(form, "clusterName", "cloud-azure");
  await type(form, "subscriptionId", "12345678-1234-1234-1234-123456789abc");
  await type(form, "resourceGroup", "rg-acme");
  await form.getByRole("button", { name: "Start connection" }).click();
  const setup = dialog(page, "Connect Azure for cloud-azure");
  await expect(setup).toContainText("bash astro-azure-setup-cloud-azure.sh");
  await allow(page, "Open the setup page", "Run the script");
  await platform.advance(20);
  await expect(setup).toContainText("Federated credential accepted", { timeout: 20_000 });
  await platform.succeeded("connectAzure", "getAzureConnectionStatus");
});

const LIMITS: [string, RegExp, string, string, RegExp][] = [
  ["AWS", /^AWS/, "clusterName", "Edge_Lab", /Use small letters/],
  ["AWS", /^AWS/, "destinationAccountId", "12345678901", /12 digits/],
  ["AWS", /^AWS/, "destinationAccountId", "1234-5678-9012", /12 digits/],
  ["Google Cloud", /^Google Cloud/, "targetProjectId", "acme", /6 to 30 characters/],
  ["Google Cloud", /^Google Cloud/, "targetProjectId", "481516234200", /number/],
  ["Google Cloud", /^Google Cloud/, "targetProjectNumber", "acme-data", /Digits alone/],
  ["Azure", /^Azure/, "subscriptionId", "12345678", /A subscription has an id/],
  ["Azure", /^Azure/, "resourceGroup", "rg acme.", /./],
];

test("each limit of the accounts is told at its field, before anything is sent", async ({ page, platform }) => {
  await open(page);
  await button(page, "Connect account").click();
  const form = dialog(page, "Connect a cloud account");
  for (const [, provider, name, text, words] of LIMITS) {
    await form.getByRole("radio", { name: provider }).check({ force: true });
    await type(form, name, text);
    await form.getByRole("button", { name: "Start connection" }).click();
    await expect(field(form, name).locator(".field__error"), `${name}: ${text}`).toHaveText(words);
    // The focus is led to the first field that is wrong, and would take along what is typed or pressed meanwhile.
    await expect(form.locator("[data-invalid]").first().locator(":focus")).toHaveCount(1);
  }
  expect(await platform.calls("connectAws")).toBe(0);
  expect(await platform.calls("connectGcp")).toBe(0);
  expect(await platform.calls("connectAzure")).toBe(0);
});

test("a connection that is refused or expires says what to check, and begins again", async ({ page, platform }) => {
  const body = { destinationAccountId: "123456789012" };
  await open(page);
  for (const clusterName of ["cloud-deny", "cloud-expire"]) {
    await button(page, "Connect account").click();
    const form = dialog(page, "Connect a cloud account");
    await type(form, "clusterName", clusterName);
    await type(form, "destinationAccountId", body.destinationAccountId);
    await form.getByRole("button", { name: "Start connection" }).click();
    await dialog(page, `Connect AWS for ${clusterName}`).getByRole("button", { name: "Close" }).last().click();
  }
  await platform.advance(180);
  await expect(row(page, "cloud-deny")).toContainText("Failed", { timeout: 20_000 });
  await expect(row(page, "cloud-expire")).toContainText("Waiting for the setup");
  await row(page, "cloud-deny").getByRole("button", { name: /Failed/ }).click();
  const looked = dialog(page, "Connection of cloud-deny");
  await expect(looked).toContainText("not authorized to perform sts:AssumeRole");
  await expect(looked.getByRole("heading", { name: "What to check" })).toBeVisible();
  await looked.getByRole("button", { name: "Start again" }).click();
  const again = dialog(page, "Connect an account for cloud-deny");
  await expect(field(again, "clusterName").getByRole("textbox")).toHaveValue("cloud-deny");
  await again.getByRole("button", { name: "Cancel" }).click();
  await platform.advance(3_600);
  await expect(row(page, "cloud-expire")).toContainText("Failed", { timeout: 20_000 });
  await row(page, "cloud-expire").getByRole("button", { name: /Failed/ }).click();
  await expect(dialog(page, "Connection of cloud-expire")).toContainText("Nothing was set up in time");
});

test("a state that nobody knows is shown as it came, and followed on", async ({ page, platform }) => {
  const status = (word: string) => ({
    data: { operationId: "op-odd", clusterName: "cloud-odd", provider: "aws", status: word, message: "Held by the provider" },
    status: 200,
  });
  await open(page);
  await page.getByRole("button", { name: "More actions for cloud accounts" }).click();
  await page.getByRole("menuitem", { name: "Follow an operation" }).click();
  const form = dialog(page, "Follow an operation");
  await type(form, "operationId", "op-odd");
  await platform.fault({ operation: "getAwsConnectionStatus", kind: "status", status: 200, body: status("HELD_BY_PROVIDER"), always: true });
  await form.getByRole("button", { name: "Follow operation" }).click();
  const looked = dialog(page, "Connection of cloud-odd");
  await expect(looked).toContainText("Held by provider");
  await platform.heal();
  await platform.fault({ operation: "getAwsConnectionStatus", kind: "status", status: 200, body: status("COMPLETED"), always: true });
  await expect(looked).toContainText("Connected", { timeout: 20_000 });
});

test("an operation of another organization is not found, and says so at its field", async ({ page, platform }) => {
  const started = await platform.act<{ operationId: string }>("owner", "connectAws", {
    body: { clusterName: "cloud-elsewhere", destinationAccountId: "123456789012" },
  });
  await open(page);
  await page.getByRole("button", { name: "More actions for cloud accounts" }).click();
  await page.getByRole("menuitem", { name: "Follow an operation" }).click();
  const form = dialog(page, "Follow an operation");
  await type(form, "operationId", "00000000-0000-4000-8000-000000000000");
  await form.getByRole("button", { name: "Follow operation" }).click();
  await expect(field(form, "operationId").locator(".field__error")).toContainText("acme has no such operation");
  // One of this organization is taken, whoever has started it.
  await type(form, "operationId", started.operationId);
  await form.getByRole("button", { name: "Follow operation" }).click();
  await expect(dialog(page, "Connection of cloud-elsewhere")).toContainText("Waiting for the setup");
  await dialog(page, "Connection of cloud-elsewhere").getByRole("button", { name: "Close" }).last().click();
  await choose(page, "cloud-elsewhere", "Forget in this browser");
  await expect(row(page, "cloud-elsewhere")).toHaveCount(0);
});

test("what is connected already takes a renewal, behind a warning", async ({ page, platform }) => {
  await open(page);
  await choose(page, "prod-eu", "Renew connection");
  const form = dialog(page, "Connect prod-eu anew");
  await expect(form).toContainText("is overwritten");
  await field(form, "forceUpdate").getByRole("switch").click();
  await form.getByRole("button", { name: "Start connection" }).click();
  await expect(form.getByRole("alert")).toContainText("is connected to 418273650912 already");
  await form.getByRole("button", { name: "Turn on renewal" }).click();
  await form.getByRole("button", { name: "Start connection" }).click();
  await expect(dialog(page, "Connect AWS for prod-eu")).toContainText("Sign in to account 418273650912");
  expect(await platform.calls("connectAws")).toBe(2);
});

const CREDENTIALS: [string, string, RegExp][] = [
  ["prod-us", "getAwsCredentials", /export AWS_SECRET_ACCESS_KEY=/],
  ["data-gke", "getGcpCredentials", /export GOOGLE_OAUTH_ACCESS_TOKEN=/],
  ["internal-tools", "getAzureCredentials", /export AZURE_ACCESS_TOKEN=/],
];

for (const [cluster, operation, words] of CREDENTIALS) {
  test(`temporary credentials are shown once: ${operation}`, async ({ page, platform }) => {
    await open(page);
    await choose(page, cluster, "Get temporary credentials");
    const form = dialog(page, `Temporary credentials for ${cluster}`);
    await form.getByRole("button", { name: "15 m", exact: true }).click();
    await form.getByRole("button", { name: "Get credentials" }).click();
    const once = dialog(page, new RegExp(`credentials for ${cluster}`));
    await expect(once.locator(".secret__text")).toContainText("••••");
    await expect(once.locator(".secret__text")).not.toContainText("local-platform");
    await page.keyboard.press("Escape");
    await expect(once).toBeVisible();
    await once.getByRole("button", { name: "Show", exact: true }).click();
    await expect(once.locator(".secret__text")).toHaveText(words);
    await expect(once.locator(".secret__text")).toContainText("local-platform");
    await once.getByRole("button", { name: "JSON", exact: true }).click();
    await expect(once.locator(".secret__text")).toContainText('"expiresAt"');
    const secret = /local-platform[-.][0-9a-f]+/.exec(await once.locator(".secret__text").innerText())?.[0] ?? "";
    expect(secret.length).toBeGreaterThan(20);
    await once.getByRole("button", { name: "I have stored it" }).click();
    await expect(once).toBeHidden();
    await platform.succeeded(operation);
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]) + document.body.innerHTML);
    expect(kept).not.toContain(secret);
  });
}

test("credentials that would live too long are refused at their field", async ({ page }) => {
  await open(page);
  await choose(page, "prod-us", "Get temporary credentials");
  const form = dialog(page, "Temporary credentials for prod-us");
  await field(form, "duration").getByRole("textbox").fill("13h");
  await form.getByRole("button", { name: "Get credentials" }).click();
  await expect(field(form, "duration").locator(".field__error")).toContainText("At most 12 h.");
});

/** Fills in what is left of the keys of the cluster `cloud-vault`, and stores them. */
async function storeVault(page: Page, form: Locator): Promise<void> {
  await type(form, "bucketName", "astro-state-vault");
  await type(form, "accountId", "123456789012");
  await field(form, "credentials.AWS_ACCESS_KEY_ID").locator("input").fill("AKIASAMPLEOFAKEY1234");
  await field(form, "credentials.AWS_SECRET_ACCESS_KEY").locator("input").fill("sample-of-a-secret-key-0123456789");
  await form.getByRole("button", { name: "Store keys" }).click();
  await expect(form).toBeHidden();
  await expect(row(page, "cloud-vault")).toContainText("Stored");
}

test("keys of a self-hosted cluster are stored, overwritten and removed, and never kept here", async ({ page, platform }) => {
  await open(page, KEYS.owner, "?tab=vault");
  await expect(row(page, "build-farm")).toContainText("Stored");
  await main(page).getByRole("button", { name: "Store keys" }).click();
  const form = dialog(page, "Keys of a self-hosted cluster");
  await form.getByRole("button", { name: "Store keys" }).click();
  await expect(field(form, "credentials.AWS_SECRET_ACCESS_KEY").locator(".field__error")).toContainText("required");
  await type(form, "clusterName", "cloud-vault");
  await field(form, "region").getByRole("combobox").fill("us-west-2");
  await type(form, "bucketName", "No");
  await form.getByRole("button", { name: "Store keys" }).click();
  await expect(field(form, "bucketName").locator(".field__error")).not.toBeEmpty();
  await storeVault(page, form);
  const kept = () => page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]) + document.body.innerHTML);
  expect(await kept()).not.toContain("sample-of-a-secret-key");
  await choose(page, "cloud-vault", "Overwrite keys");
  const again = dialog(page, "Keys of cloud-vault");
  await expect(again).toContainText("The vault holds keys of this cluster already");
  await type(again, "bucketName", "astro-state-vault");
  await field(again, "credentials.AWS_ACCESS_KEY_ID").locator("input").fill("AKIASAMPLEOFAKEY5678");
  await field(again, "credentials.AWS_SECRET_ACCESS_KEY").locator("input").fill("another-sample-of-a-secret-key");
  await again.getByRole("button", { name: "Overwrite keys" }).click();
  await expect(field(again, "forceUpdate").locator(".field__error")).toContainText("Check this");
  await again.getByRole("checkbox", { name: /Overwrite the stored keys/ }).check();
  await again.getByRole("button", { name: "Overwrite keys" }).click();
  await expect(again).toBeHidden();
  await choose(page, "cloud-vault", "Remove keys");
  const question = dialog(page, "Remove the keys of cloud-vault");
  await question.getByRole("button", { name: "Remove keys" }).click();
  await expect(row(page, "cloud-vault")).toHaveCount(0);
  await platform.succeeded("storeSelfHostedCredentials", "getSelfHostedCredentialStatus", "deleteSelfHostedCredentials");
});

test("removing the keys of a cluster that runs takes its name", async ({ page, platform }) => {
  await open(page, KEYS.owner, "?tab=vault");
  await expect(row(page, "build-farm")).toContainText("Stored");
  await choose(page, "build-farm", "Remove keys");
  const question = dialog(page, "Remove the keys of build-farm");
  await expect(question).toContainText("can no longer update, scale or delete it");
  await question.getByRole("textbox").fill("build-farm");
  await question.getByRole("button", { name: "Remove keys" }).click();
  await expect(row(page, "build-farm")).toContainText("No keys");
  await platform.succeeded("deleteSelfHostedCredentials");
});

test("the panel asks as the row does before it removes keys, and then forgets whose they were", async ({ page, platform }) => {
  await open(page, KEYS.owner, "?tab=vault");
  const store = main(page).getByRole("button", { name: "Store keys" });
  await store.click();
  const form = dialog(page, "Keys of a self-hosted cluster");
  await type(form, "clusterName", "cloud-vault");
  await field(form, "region").getByRole("combobox").fill("us-west-2");
  await storeVault(page, form);
  // Opened for no cluster, and then the name of one that runs is typed.
  await store.click();
  await type(form, "clusterName", "build-farm");
  await form.getByRole("button", { name: "Remove keys" }).click();
  const question = dialog(page, "Remove the keys of build-farm");
  await expect(question).toContainText("can no longer update, scale or delete it");
  await expect(question.getByRole("textbox")).toBeVisible();
  await question.getByRole("button", { name: "Keep keys" }).click();
  await expect(question).toBeHidden();
  await choose(page, "cloud-vault", "Overwrite keys");
  const again = dialog(page, "Keys of cloud-vault");
  await expect(field(again, "clusterName").getByRole("textbox")).toHaveValue("cloud-vault");
  expect(await platform.calls("deleteSelfHostedCredentials")).toBe(0);
});

for (const who of ["viewer", "editor"] as const) {
  test(`the ${who} sees the connections, and why nothing can be done`, async ({ page, platform }) => {
    await open(page, KEYS[who]);
    await expect(row(page, "prod-eu")).toContainText("Connected");
    const connect = button(page, "Connect account");
    await expect(connect).toHaveAttribute("aria-disabled", "true");
    await expect(connect).toHaveAttribute("aria-description", `Needs the role admin or owner. Yours is ${who}.`);
    await row(page, "prod-eu").getByRole("button", { name: "Actions for prod-eu" }).click();
    await expect(entryOf(page, "Get temporary credentials")).toHaveAttribute("aria-disabled", "true");
    await expect(entryOf(page, "Get temporary credentials")).toContainText(`Yours is ${who}.`);
    await page.keyboard.press("Escape");
    await main(page).getByRole("link", { name: "Self-hosted keys" }).click();
    await expect(row(page, "build-farm")).toContainText("Not for your role");
    expect(await platform.calls("getSelfHostedCredentialStatus")).toBe(0);
  });
}

test("a list that fails says so, and heals", async ({ page, platform }) => {
  await signInByKey(page, KEYS.admin);
  await platform.fault({ operation: "listClusters", kind: "status", status: 500, always: true });
  await page.goto("./o/acme/cloud-accounts");
  await expect(main(page).getByRole("alert")).toBeVisible({ timeout: 30_000 });
  await platform.heal();
  await main(page).getByRole("button", { name: "Try again" }).click();
  await expect(row(page, "prod-eu")).toContainText("Connected");
});
