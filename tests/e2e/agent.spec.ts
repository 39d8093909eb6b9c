import type { Locator, Page } from "@playwright/test";
import { expect, heading, KEYS, main, row, signInByKey, test } from "./fixtures.ts";

const button = (page: Page, name: string) => main(page).getByRole("button", { name, exact: true });
const field = (form: Locator, name: string) => form.locator(`[data-field='${name}']`);

async function open(page: Page, key: string = KEYS.admin): Promise<void> {
  await signInByKey(page, key, "./o/acme/clusters/new/existing");
  await expect(heading(page, "Register cluster")).toBeVisible();
}

test("a cluster is registered: dry run, manifest, and the agent until it connects", async ({ page, platform }) => {
  await open(page);
  const form = main(page);
  await expect(button(page, "Show the manifest")).toHaveAttribute("aria-disabled", "true");
  await field(form, "clusterId").getByRole("textbox").fill("agent-berlin");
  await form.getByRole("radio", { name: /^arm64/ }).check({ force: true });
  await button(page, "Show the manifest").click();
  const manifest = main(page).getByRole("region", { name: "Manifest of the agent" });
  await expect(manifest).toContainText("kubernetes.io/arch: arm64");
  await expect(manifest).not.toContainText("local-platform-");
  await expect(main(page)).toContainText("Nothing is registered yet");
  // It is that of what was typed, and goes when that changes.
  await form.getByRole("radio", { name: /^amd64/ }).check({ force: true });
  await expect(manifest).toBeHidden();
  await button(page, "Register cluster").click();
  await expect(heading(page, "Register agent-berlin")).toBeVisible();
  await expect(page).toHaveURL(/cluster=agent-berlin&operation=/);
  await expect(manifest).toContainText("kubernetes.io/arch: amd64");
  await expect(manifest).not.toContainText("local-platform-");
  await button(page, "Show secrets").click();
  await expect(manifest).toContainText("local-platform-");
  const token = /local-platform-[0-9a-f]+/.exec(await manifest.innerText())?.[0] ?? "";
  const saved = page.waitForEvent("download");
  await button(page, "Download").click();
  expect((await saved).suggestedFilename()).toBe("astro-agent-agent-berlin.yaml");
  await expect(main(page).getByRole("region", { name: "Commands that apply the manifest" })).toContainText(
    "kubectl apply -f astro-agent-agent-berlin.yaml",
  );
  await expect(main(page)).toContainText("Waiting for the agent");
  await expect(main(page)).toContainText("What to check when it does not come");
  // The address brings it back, without the manifest, which the platform gives again.
  await page.reload();
  await expect(heading(page, "Register agent-berlin")).toBeVisible();
  await button(page, "Show the manifest").click();
  await expect(manifest).toContainText("astro-agent");
  await platform.advance(600);
  await expect(main(page)).toContainText("agent-berlin is registered", { timeout: 30_000 });
  await expect(manifest).toBeHidden();
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]) + document.body.innerHTML + location.href);
  expect(kept).not.toContain(token);
  await main(page).getByRole("link", { name: "Open cluster" }).first().click();
  await expect(heading(page, "agent-berlin")).toBeVisible();
  await platform.succeeded("registerAgent", "getAgentStatus");
});

test("what is wrong with a registration is told at its field", async ({ page, platform }) => {
  await open(page);
  const form = main(page);
  const problem = (name: string) => field(form, name).locator(".field__error");
  await button(page, "Register cluster").click();
  await expect(problem("clusterId")).toHaveText("Name is required.");
  await field(form, "clusterId").getByRole("textbox").fill("Berlin DC");
  await expect(problem("clusterId")).toContainText("berlin-dc");
  await field(form, "clusterId").getByRole("textbox").fill("edge-oslo");
  await expect(problem("clusterId")).toContainText("edge-oslo with an agent already");
  await field(form, "clusterId").getByRole("textbox").fill("prod-us");
  await expect(problem("clusterId")).toContainText("acme has a cluster prod-us already (EKS, us-east-1).");
  await expect(main(page).getByRole("link", { name: "Agent of prod-us" })).toHaveAttribute("href", /prod-us\?tab=agent$/);
  await field(form, "kubernetesVersion").getByRole("textbox").fill("latest");
  await button(page, "Register cluster").click();
  await expect(problem("kubernetesVersion")).toContainText("1.31");
  expect(await platform.calls("registerAgent")).toBe(0);
});

test("an agent that does not come is registered again, or its registration is cancelled by unregistering", async ({ page, platform }) => {
  await platform.act("admin", "registerAgent", { path: { clusterId: "agent-fail" }, body: {} });
  await platform.advance(1200);
  await signInByKey(page, KEYS.admin, "./o/acme/clusters/new/existing?cluster=agent-fail");
  await expect(heading(page, "Register agent-fail")).toBeVisible();
  await expect(main(page)).toContainText("What to check when it does not come");
  await main(page).getByRole("radio", { name: /^arm64/ }).check({ force: true });
  await button(page, "Register again").click();
  await expect(main(page).getByRole("region", { name: "Manifest of the agent" })).toContainText("kubernetes.io/arch: arm64");
  await expect(page).toHaveURL(/cluster=agent-fail&operation=/);
  await page.goto("./o/acme/clusters/agent-fail?tab=agent");
  await expect(heading(page, "agent-fail")).toBeVisible();
  await expect(main(page)).toContainText("Waiting for the agent");
  await button(page, "Unregister cluster").click();
  const question = page.getByRole("dialog", { name: "Unregister agent-fail" });
  await question.getByRole("textbox").fill("agent-fail");
  await question.getByRole("button", { name: "Unregister cluster" }).click();
  await expect(heading(page, "Clusters")).toBeVisible();
  await expect(row(page, "edge-oslo")).toBeVisible();
  await expect(row(page, "agent-fail")).toHaveCount(0);
  await platform.succeeded("unregisterAgent");
});

test("the agent is removed alone, and installed again", async ({ page, platform }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/clusters/edge-oslo?tab=agent");
  await expect(main(page)).toContainText("Connected");
  await button(page, "Remove agent").click();
  const question = page.getByRole("dialog", { name: "Remove the agent of edge-oslo" });
  await expect(question).toContainText("the record stays");
  await expect(question.getByRole("button", { name: "Keep agent" })).toBeFocused();
  await question.getByRole("textbox").fill("edge-oslo");
  await question.getByRole("button", { name: "Remove agent" }).click();
  await expect(main(page)).toContainText("The agent was removed");
  await button(page, "Install agent again").click();
  await expect(main(page).getByRole("region", { name: "Manifest of the agent" })).toContainText("astro-agent");
  await platform.advance(600);
  await expect(button(page, "Remove agent")).not.toHaveAttribute("aria-disabled", "true", { timeout: 30_000 });
  await platform.succeeded("unregisterAgent", "registerAgent", "getAgentStatus");
});

test("an agent is installed again for nodes of another architecture than is usual", async ({ page, platform }) => {
  const path = { clusterId: "agent-arm" };
  await platform.act("admin", "registerAgent", { path, body: { architecture: "arm64" } });
  await platform.advance(600);
  await platform.act("admin", "unregisterAgent", { path, query: { "agent-only": "true" } });
  await signInByKey(page, KEYS.admin, "./o/acme/clusters/agent-arm?tab=agent");
  await expect(main(page)).toContainText("The agent was removed");
  await main(page).getByRole("radio", { name: /^arm64/ }).check({ force: true });
  await button(page, "Install agent again").click();
  await expect(main(page).getByRole("region", { name: "Manifest of the agent" })).toContainText("kubernetes.io/arch: arm64");
});

test("an agent that is on its way to a cluster that runs is cancelled, and the cluster is not deleted meanwhile", async ({ page, platform }) => {
  await platform.act("admin", "registerAgent", { path: { clusterId: "staging" }, body: {} });
  await signInByKey(page, KEYS.admin, "./o/acme/clusters/staging?tab=danger");
  await expect(button(page, "Delete cluster")).toHaveAttribute("aria-description", /An operation is under way/);
  await expect(button(page, "Delete cluster")).toBeDisabled();
  await expect(button(page, "Cancel operation")).toBeEnabled();
  await button(page, "Cancel operation").click();
  const question = page.getByRole("dialog", { name: "Cancel the operation on staging" });
  await expect(question).toContainText("The agent is not waited for any more");
  await question.getByRole("button", { name: "Cancel operation" }).click();
  await expect(page.getByText("The operation on staging is cancelled.", { exact: true })).toBeVisible();
  await expect(button(page, "Delete cluster")).toBeEnabled();
});

test("where nothing was made there is nothing to install an agent on", async ({ page, platform }) => {
  await signInByKey(page, KEYS.admin, "./o/acme/clusters/payments-pci?tab=agent");
  await expect(button(page, "Install agent")).toHaveAttribute("aria-description", /nothing to install an agent on/);
  await page.goto("./o/acme/clusters/hackathon?tab=agent");
  await expect(button(page, "Install agent")).toHaveAttribute("aria-description", /The cluster is approval rejected/);
  expect(await platform.calls("registerAgent")).toBe(0);
});

test("a viewer reads the agent, and is told why nothing can be done", async ({ page, platform }) => {
  await signInByKey(page, KEYS.viewer, "./o/acme/clusters/edge-oslo?tab=agent");
  const remove = button(page, "Remove agent");
  await expect(remove).toHaveAttribute("aria-description", "Needs the role admin or owner. Yours is viewer.");
  await page.goto("./o/acme/clusters/new/existing");
  await expect(main(page)).toContainText("You can view this form, but not register a cluster");
  await expect(button(page, "Register cluster")).toHaveAttribute("aria-disabled", "true");
  expect(await platform.calls("registerAgent")).toBe(0);
});

test("an agent whose state nobody knows, and one that cannot be asked", async ({ page, platform }) => {
  await signInByKey(page, KEYS.admin);
  await platform.fault({
    operation: "getAgentStatus",
    kind: "status",
    status: 200,
    body: { data: { clusterId: "edge-oslo", connected: false, status: "QUARANTINED" }, status: 200 },
    always: true,
  });
  await page.goto("./o/acme/clusters/edge-oslo?tab=agent");
  await expect(main(page)).toContainText("Quarantined");
  await platform.heal();
  await platform.fault({ operation: "getAgentStatus", kind: "status", status: 500, always: true });
  await page.goto("./o/acme/clusters/edge-singapore?tab=agent");
  await expect(main(page).getByRole("alert")).toBeVisible({ timeout: 30_000 });
  // It is asked for every three seconds as well: once that succeeds, there is no button to press any more.
  await main(page).getByRole("button", { name: "Try again" }).first().click();
  await platform.heal();
  await expect(main(page)).toContainText("The agent has lost its connection");
});
