import type { Locator, Page } from "@playwright/test";
import { ACME, expect, heading, KEYS, main, type Platform, sidebar, signIn, signInByKey, test } from "./fixtures.ts";

const tick = (page: Page, name: string): Locator => main(page).getByRole("checkbox", { name, exact: true });
const turn = (page: Page, name: string): Locator => main(page).getByRole("switch", { name, exact: true });

interface Subscription {
  topic: string;
  channels: string[];
  enabled: boolean;
}

const subscription = async (platform: Platform, topic: string): Promise<Subscription | undefined> => {
  const all = await platform.act<Subscription[]>("owner", "listNotificationSubscriptions");
  return all.find((it) => it.topic === topic);
};

test("topics are ticked by channel, the last channel ends the subscription, and undo brings it back", async ({ page, platform }) => {
  await signInByKey(page, KEYS.admin, "./o/acme");
  await sidebar(page).getByRole("link", { name: "Notifications", exact: true }).click();
  await expect(heading(page, "Notifications")).toBeVisible();
  await expect(main(page).getByRole("columnheader")).toHaveText([
    "Topic",
    "E-mail",
    "Slack",
    "On",
    "Cluster pipeline",
    "Application pipeline",
    "System events",
  ]);

  await expect(tick(page, "Cluster upgraded over E-mail")).toBeChecked();
  await tick(page, "Cluster upgraded over Slack").check();
  await expect.poll(async () => (await subscription(platform, "cluster.upgraded"))?.channels).toEqual(["email", "slack"]);
  await turn(page, "Send Cluster upgraded").uncheck();
  await expect.poll(async () => (await subscription(platform, "cluster.upgraded"))?.enabled).toBe(false);
  await expect(tick(page, "Cluster upgraded over Slack"), "off keeps its channels").toBeChecked();

  // A topic that nobody hears of: the first channel turns it on, the last one ends it, also before the list has told that
  // there is something to end.
  await platform.fault({ operation: "listNotificationSubscriptions", kind: "delay", ms: 4_000, times: 1 });
  await tick(page, "Maintenance over E-mail").check();
  await expect(turn(page, "Send Maintenance")).toBeChecked();
  await expect.poll(async () => subscription(platform, "system.maintenance")).toMatchObject({ channels: ["email"], enabled: true });
  await tick(page, "Maintenance over E-mail").uncheck();
  await expect.poll(() => subscription(platform, "system.maintenance")).toBeUndefined();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(tick(page, "Maintenance over E-mail")).toBeChecked();
  await expect.poll(async () => (await subscription(platform, "system.maintenance"))?.channels).toEqual(["email"]);

  await main(page).getByRole("button", { name: "Maintenance", exact: true }).click();
  const panel = page.getByRole("dialog", { name: "Maintenance" });
  await expect(panel.getByRole("definition").filter({ hasText: "system.maintenance" })).toBeVisible();
  await expect(panel.getByRole("definition").filter({ hasText: /^E-mail$/ })).toBeVisible();
  await panel.getByRole("button", { name: "End subscription" }).click();
  await expect(panel).toHaveCount(0);
  await expect(tick(page, "Maintenance over E-mail")).not.toBeChecked();
  await expect.poll(() => subscription(platform, "system.maintenance")).toBeUndefined();

  await platform.succeeded(
    "listNotificationChannels",
    "listNotificationIntegrations",
    "listNotificationTopics",
    "listNotificationSubscriptions",
    "getNotificationSubscription",
    "upsertNotificationSubscription",
    "deleteNotificationSubscription",
  );
});

test("channels are set up, checked, switched and removed", async ({ page, platform }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/notifications");
  await expect(main(page).getByText("https://hooks.slack.com/services/T04ACME7Q/••••")).toBeVisible();
  await expect(main(page).getByText("demoDemo", { exact: false })).toHaveCount(0);

  await main(page).getByRole("button", { name: "Edit E-mail" }).click();
  const mail = page.getByRole("dialog", { name: "Edit E-mail" });
  const recipients = mail.getByRole("combobox", { name: "Recipients" });
  await recipients.fill("on-call");
  await recipients.press("Enter");
  await mail.getByRole("button", { name: "Save" }).click();
  await expect(mail).toContainText("“on-call” is not an e-mail address.");
  await mail.getByRole("button", { name: /on-call/ }).click();
  await recipients.fill("on-call@acme.example");
  await recipients.press("Enter");
  await mail.getByRole("button", { name: "Save" }).click();
  await expect(mail).toHaveCount(0);
  await expect(main(page).getByRole("list", { name: "Recipients" })).toContainText("on-call@acme.example");

  await main(page).getByRole("button", { name: "Edit Slack" }).click();
  const slack = page.getByRole("dialog", { name: "Edit Slack" });
  const webhook = slack.getByLabel("Incoming webhook");
  await expect(webhook, "what is set up is not shown again").toHaveValue("");
  for (const [address, words] of [
    ["https://example.com/services/T0/B0/x", "That is an address at example.com. Slack's webhooks are at hooks.slack.com."],
    ["https://hooks.slack.com.evil.example/services/T0/B0/x", "That is an address at hooks.slack.com.evil.example."],
    ["https://hooks.slack.com/services/T0", "It is not whole"],
  ] as const) {
    await webhook.fill(address);
    await slack.getByRole("button", { name: "Save" }).click();
    await expect(slack).toContainText(words);
  }
  await webhook.fill("https://hooks.slack.com/services/T0NEW0000/B0NEW/aaaaBBBBcccc");
  await slack.getByRole("button", { name: "Save" }).click();
  await expect(slack).toHaveCount(0);
  await expect(main(page).getByText("https://hooks.slack.com/services/T0NEW0000/••••")).toBeVisible();

  await turn(page, "Send over Slack").uncheck();
  await expect(main(page).locator("#channel-slack").getByText("Off", { exact: true })).toBeVisible();
  await expect(main(page).getByText("https://hooks.slack.com/services/T0NEW0000/••••"), "off keeps its address").toBeVisible();
  // What goes over Slack alone is heard by nobody now, and is chosen all the same.
  await expect(main(page).getByRole("columnheader", { name: "Slack Off", exact: true })).toBeVisible();
  const silent = main(page).getByRole("row").filter({ hasText: "Silent: Slack is off" });
  await expect(silent).toHaveCount(1);
  await expect(silent).toContainText("Agent disconnected");
  await expect(tick(page, "Agent disconnected over Slack")).toBeChecked();
  const all = await platform.act<Subscription[]>("owner", "listNotificationSubscriptions");
  const heard = all.filter((it) => it.enabled && it.channels.includes("email")).length;
  await expect(main(page).getByText(`${heard} topics subscribed`, { exact: true })).toBeVisible();
  await page.goto(`./notification/unsubscribe?orgId=${ACME}&topic=agent.disconnected`);
  await expect(main(page)).toContainText("is told of it over Slack, which is off: nothing is sent now.");
  await page.goto("./o/acme/notifications");
  await main(page).getByRole("button", { name: "More actions for Slack" }).click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  const question = page.getByRole("dialog", { name: "Remove Slack" });
  await expect(question.getByRole("button", { name: "Keep channel" })).toBeFocused();
  await expect(question).toContainText("go over Slack alone, and fall silent.");
  await question.getByRole("button", { name: "Remove channel" }).click();
  await expect(question).toHaveCount(0);
  await expect(main(page).getByText("Not set up", { exact: true })).toBeVisible();
  const blocked = tick(page, "Application recovered over Slack");
  await expect(blocked).toHaveAttribute("aria-disabled", "true");
  await expect(blocked).toHaveAccessibleDescription("Set up Slack first.");
  // What goes over Slack alone is silent, and the rest goes on; both can be switched.
  await expect(turn(page, "Send Agent disconnected")).not.toBeChecked();
  await turn(page, "Send Agent disconnected").check();
  await expect.poll(() => subscription(platform, "agent.disconnected")).toMatchObject({ channels: ["email"], enabled: true });
  await turn(page, "Send Cluster failed").uncheck();
  await expect.poll(() => subscription(platform, "cluster.failed")).toMatchObject({ channels: ["email"], enabled: false });
  await main(page).getByRole("button", { name: "Set up Slack" }).click();
  const anew = page.getByRole("dialog", { name: "Set up Slack" });
  await anew.getByRole("button", { name: "Set up", exact: true }).click();
  await expect(anew).toContainText("Paste the address of the webhook.");
  await anew.getByRole("button", { name: "Cancel" }).click();

  await platform.succeeded("getNotificationIntegration", "upsertNotificationIntegration", "deleteNotificationIntegration");
});

test("what the platform refuses goes back to what it was, and is said", async ({ page, platform }) => {
  await signInByKey(page, KEYS.owner, "./o/acme/notifications");
  await expect(tick(page, "Cluster failed over Slack")).toBeChecked();
  await platform.fault({ operation: "upsertNotificationSubscription", kind: "status", status: 409 });
  await tick(page, "Cluster failed over Slack").click();
  await expect(page.getByText("Cluster failed stays as it was.", { exact: false })).toBeVisible();
  await expect(tick(page, "Cluster failed over Slack")).toBeChecked();
  await platform.fault({ operation: "upsertNotificationIntegration", kind: "status", status: 409 });
  await turn(page, "Send over E-mail").click();
  await expect(page.getByText("E-mail stays as it is.", { exact: false })).toBeVisible();
  await expect(turn(page, "Send over E-mail")).toBeChecked();
});

test("Slack takes the Enterprise plan, and says so before it is tried", async ({ page }) => {
  await signInByKey(page, KEYS["two-organizations"], "./o/globex/notifications");
  await expect(main(page).getByText("Slack is part of the Enterprise plan. globex is on Developer.").first()).toBeVisible();
  await expect(main(page).getByRole("button", { name: "Set up Slack" })).toHaveAttribute("aria-disabled", "true");
  await expect(tick(page, "Cluster failed over Slack")).toHaveAttribute("aria-disabled", "true");
  await expect(tick(page, "Cluster failed over E-mail")).toBeChecked();
});

test("who may not sees why, on the page and behind the link, until the role is another", async ({ page, platform }) => {
  await signIn(page, "editor", "./o/acme/notifications");
  await expect(main(page).getByRole("heading", { name: "The setup of notifications is not open to your role" })).toBeVisible();
  await expect(main(page)).toContainText("Your role in acme is editor. This takes the role admin or owner.");
  await page.goto(`./notification/unsubscribe?orgId=${ACME}&topic=cluster.failed&channel=slack`);
  await expect(main(page)).toContainText("This takes the role admin or owner.");
  const { id: userId } = await platform.act<{ id: string }>("editor", "getUserProfile");
  await platform.act("owner", "removeOrganizationUser", { body: { orgId: ACME, userId } });
  await platform.act("owner", "addOrganizationUser", { body: { orgId: ACME, userId, role: "admin" } });
  await main(page).getByRole("button", { name: "Check again" }).click();
  await expect(main(page)).toContainText("is told of it over E-mail and Slack.");
});

test("the link of a notification ends one channel or all, and takes it back", async ({ page, platform }) => {
  const link = `./notification/unsubscribe?orgId=${ACME}&topic=cluster.failed&channel=slack`;
  await signInByKey(page, KEYS.owner, "./o/acme");
  await page.goto(link);
  await expect(heading(page, "Unsubscribe")).toBeVisible();
  await expect(main(page)).toContainText("is told of it over E-mail and Slack.");
  expect((await subscription(platform, "cluster.failed"))?.channels, "opening the link ends nothing").toEqual(["email", "slack"]);
  await main(page).getByRole("button", { name: "Unsubscribe from Slack" }).click();
  await expect(main(page).getByRole("heading", { name: "Unsubscribed from “Cluster failed”" })).toBeVisible();
  await expect(main(page)).toContainText("is not told of it over Slack any more.");
  await expect.poll(async () => (await subscription(platform, "cluster.failed"))?.channels).toEqual(["email"]);
  await main(page).getByRole("button", { name: "Undo" }).click();
  await expect(main(page).getByRole("heading", { name: "Subscribed again to “Cluster failed”" })).toBeVisible();
  await expect.poll(async () => (await subscription(platform, "cluster.failed"))?.channels).toEqual(["email", "slack"]);
  await main(page).getByRole("button", { name: "Unsubscribe from all channels" }).click();
  await expect(main(page).getByRole("heading", { name: "Unsubscribed from “Cluster failed”" })).toBeVisible();
  await expect(main(page)).toContainText("is not told of it any more.");
  await expect.poll(async () => (await subscription(platform, "cluster.failed"))?.enabled).toBe(false);
  await page.goto(link);
  await expect(main(page).getByRole("heading", { name: "“Cluster failed” is off already" })).toBeVisible();
  await platform.succeeded("unsubscribe");

  await page.goto("./notification/unsubscribe?topic=cluster.failed");
  await expect(main(page).getByRole("heading", { name: "The link is not whole" })).toBeVisible();
  await page.goto("./notification/unsubscribe?orgId=00000000-0000-4000-8000-000000000000&topic=cluster.failed");
  await expect(main(page).getByRole("heading", { name: "Another organization" })).toBeVisible();
});

test("the link of a notification of another organization leaves it at where one works", async ({ page, platform }) => {
  await signIn(page, "two-organizations");
  await expect(page).toHaveURL(/\/o\/globex$/);
  await page.goto(`./notification/unsubscribe?orgId=${ACME}&topic=cluster.failed&channel=slack`);
  await expect(main(page)).toContainText("This takes the role admin or owner.");
  await expect(main(page)).toContainText("you work in globex");
  expect(await page.evaluate(() => localStorage.getItem("astro.organization")), "where a new tab begins").not.toBe("acme");
  expect(await platform.calls("switchOrganization"), "nothing is switched by a link").toBe(0);
});
