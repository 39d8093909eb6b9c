import type { Page } from "@playwright/test";
import { expect, heading, type Handle, type Platform } from "./fixtures.ts";

/** A page of the console as a person comes to it: what is audited and photographed. */
export interface View {
  /** For titles and file names. */
  name: string;
  /** The pattern in `src/routes.rs` that it is an example of, or none. */
  route?: string;
  /** Where it is, relative to the console. */
  address: string;
  /** The heading. */
  title: string;
  /** An application of the demo data; its id is put at the end of the address, or in place of `{id}`. */
  application?: string;
  /** An API key of the owner; its id is put in place of `{id}`. */
  key?: string;
  /** Who else sees it differently: it is photographed for these as well. */
  roles?: Handle[];
}

const ROLES: Handle[] = ["admin", "editor", "viewer"];

/** An example of every page that somebody who is signed in can come to. */
export const VIEWS: View[] = [
  { name: "home", route: "/o/:org", address: "o/acme", title: "Home", roles: ROLES },
  { name: "organizations", route: "/organizations", address: "organizations", title: "Organizations" },
  { name: "a new organization", route: "/organizations/new", address: "organizations/new", title: "New organization" },
  { name: "clusters", route: "/o/:org/clusters", address: "o/acme/clusters", title: "Clusters", roles: ROLES },
  {
    name: "a new cluster",
    route: "/o/:org/clusters/new",
    address: "o/acme/clusters/new?provider=aws&region=eu-north-1&machine=m7i.xlarge",
    title: "New cluster",
    roles: ROLES,
  },
  { name: "a new cluster as YAML", address: "o/acme/clusters/new?view=yaml", title: "New cluster" },
  {
    name: "the catalog",
    route: "/o/:org/catalog",
    address: "o/acme/catalog?provider=aws&region=eu-north-1&compare=m7i.xlarge,m7g.xlarge,r7i.large",
    title: "Catalog",
    roles: ["viewer"],
  },
  { name: "versions in the catalog", address: "o/acme/catalog?provider=gcp&region=europe-west3&tab=versions", title: "Catalog" },
  { name: "regions in the catalog", address: "o/acme/catalog?provider=aws&region=eu-north-1&tab=regions", title: "Catalog" },
  { name: "a cluster", route: "/o/:org/clusters/:cluster", address: "o/acme/clusters/prod-eu", title: "prod-eu", roles: ROLES },
  { name: "the operations of a cluster", address: "o/acme/clusters/prod-eu?tab=operations", title: "prod-eu" },
  { name: "the access to a cluster", address: "o/acme/clusters/prod-eu?tab=access", title: "prod-eu", roles: ["viewer"] },
  { name: "the danger zone of a cluster", address: "o/acme/clusters/prod-eu?tab=danger", title: "prod-eu", roles: ["viewer"] },
  { name: "a cluster that is gone", address: "o/acme/clusters/never-was", title: "never-was" },
  { name: "an upgrade", route: "/o/:org/clusters/:cluster/upgrade", address: "o/acme/clusters/prod-eu/upgrade", title: "Upgrade prod-eu", roles: ["viewer"] },
  { name: "operations", route: "/o/:org/operations", address: "o/acme/operations", title: "Operations" },
  { name: "approvals", route: "/o/:org/approvals", address: "o/acme/approvals", title: "Approvals", roles: ["admin", "viewer"] },
  { name: "a link to approve", route: "/notification/approval", address: "notification/approval", title: "Approval" },
  { name: "a cluster that failed", address: "o/acme/clusters/loadtest", title: "loadtest" },
  { name: "applications", route: "/o/:org/applications", address: "o/acme/applications", title: "Applications", roles: ROLES },
  { name: "a new application", route: "/o/:org/applications/new", address: "o/acme/applications/new", title: "Deploy application", roles: ROLES },
  {
    name: "an application",
    route: "/o/:org/applications/:application",
    address: "o/acme/applications/{id}",
    title: "storefront",
    application: "storefront",
    roles: ROLES,
  },
  { name: "a new application as YAML", address: "o/acme/applications/new?view=yaml", title: "Deploy application" },
  {
    name: "a new application from Git",
    address: "o/acme/applications/new?source=repository&repository=acme-inc/platform-charts&branch=main&path=charts/payments-api",
    title: "Deploy application",
  },
  { name: "the events of an application", address: "o/acme/applications/{id}?tab=events", title: "mailer", application: "mailer" },
  { name: "the manifest of an application", address: "o/acme/applications/{id}?tab=manifest", title: "payments-api", application: "payments-api" },
  { name: "an application in trouble", address: "o/acme/applications/{id}", title: "mailer", application: "mailer" },
  {
    name: "logs of an application",
    route: "/o/:org/applications/:application/logs",
    address: "o/acme/applications/{id}/logs",
    title: "storefront",
    application: "storefront",
  },
  { name: "profiles", route: "/o/:org/profiles", address: "o/acme/profiles", title: "Profiles", roles: ROLES },
  { name: "a new profile", route: "/o/:org/profiles/new", address: "o/acme/profiles/new", title: "New profile", roles: ["viewer"] },
  { name: "a profile", route: "/o/:org/profiles/:profile", address: "o/acme/profiles/web-standard", title: "web-standard", roles: ["viewer"] },
  { name: "a cluster to register", route: "/o/:org/clusters/new/existing", address: "o/acme/clusters/new/existing", title: "Register cluster", roles: ["viewer"] },
  { name: "the agent of a cluster", address: "o/acme/clusters/edge-oslo?tab=agent", title: "edge-oslo" },
  { name: "cloud accounts", route: "/o/:org/cloud-accounts", address: "o/acme/cloud-accounts", title: "Cloud accounts", roles: ["viewer"] },
  { name: "self-hosted keys", address: "o/acme/cloud-accounts?tab=vault", title: "Cloud accounts" },
  { name: "GitHub", route: "/o/:org/github", address: "o/acme/github", title: "GitHub", roles: ["viewer"] },
  { name: "a GitHub account", route: "/o/:org/github/:account", address: "o/acme/github/acme-inc", title: "acme-inc" },
  {
    name: "a repository",
    route: "/o/:org/github/:account/:repository",
    address: "o/acme/github/acme-inc/platform-charts?path=charts/payments-api&file=charts/payments-api/values.yaml",
    title: "platform-charts",
    roles: ["viewer"],
  },
  { name: "the end of an installation on GitHub", route: "/github/callback", address: "github/callback", title: "Connecting GitHub" },
  { name: "API keys", route: "/o/:org/keys", address: "o/acme/keys", title: "API keys", roles: ["viewer"] },
  { name: "an API key", route: "/o/:org/keys/:key", address: "o/acme/keys/{id}", title: "CI/CD pipeline", key: "CI/CD pipeline" },
  { name: "the audit log", route: "/o/:org/audit", address: "o/acme/audit", title: "Audit log", roles: ["viewer"] },
  { name: "filtered audit events", address: "o/acme/audit?type=cluster&action=update", title: "Audit log" },
  { name: "notifications", route: "/o/:org/notifications", address: "o/acme/notifications", title: "Notifications", roles: ["viewer"] },
  {
    name: "the link of a notification",
    route: "/notification/unsubscribe",
    address: "notification/unsubscribe?orgId=8b1d6c0e-5b7a-4f3e-8f16-3b0c2f9d7a11&topic=cluster.failed&channel=slack",
    title: "Unsubscribe",
  },
  { name: "members", route: "/o/:org/members", address: "o/acme/members", title: "Members", roles: ROLES },
  { name: "my access", route: "/o/:org/access", address: "o/acme/access", title: "My access", roles: ROLES },
  { name: "an organization", route: "/o/:org/organization", address: "o/acme/organization", title: "acme" },
  { name: "plan", route: "/o/:org/plan", address: "o/acme/plan", title: "Plan" },
  { name: "settings", route: "/settings", address: "settings", title: "Settings" },
  { name: "an unknown address", address: "nowhere", title: "Page not found" },
  { name: "a forbidden organization", address: "o/globex", title: "No access" },
];

/** Routes that show no page of their own, or that need nobody signed in; other tests go there. */
export const ELSEWHERE = ["/", "/sign-in", "/auth/callback", "/clusters", "/applications"];

/** The groups of `src/gallery/mod.rs`. */
export const GROUPS = ["controls", "fields", "forms", "tables", "progress", "data", "charts", "states", "shell", "activity", "clusters", "machines", "github", "cloud", "people", "logs", "editor"];

/** Goes to a view, and waits until it stands. */
export async function visit(page: Page, platform: Platform, view: View): Promise<void> {
  const thing = view.application
    ? await platform.application(view.application)
    : view.key
      ? await platform.key(view.key)
      : undefined;
  const id = thing?.id ?? "";
  await page.goto(`./${view.address.replace("{id}", id)}`);
  await expect(heading(page, view.title)).toBeVisible();
  await settled(page);
}

/** Goes to a group of the gallery, and waits until what can be loaded is there. */
export async function visitGallery(page: Page, group: string): Promise<void> {
  await page.goto(`./_gallery?group=${group}`);
  await expect(heading(page, "Gallery")).toBeVisible();
  // Samples that show the waiting itself stay as they are.
  await expect(page.locator(".editor[aria-busy]")).toHaveCount(0);
  await page.evaluate(() => document.fonts.ready);
}

/** Waits until nothing on the page is being loaded. */
export async function settled(page: Page): Promise<void> {
  await expect(page.getByRole("main").locator("[aria-busy=true]")).toHaveCount(0);
  await page.evaluate(() => document.fonts.ready);
}
