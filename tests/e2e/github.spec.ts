import type { Page } from "@playwright/test";
import { expect, heading, KEYS, main, row, sidebar, signInByKey, test } from "./fixtures.ts";

const button = (page: Page, name: string) => main(page).getByRole("button", { name, exact: true });
const file = (page: Page, name: string) => main(page).getByRole("link", { name: new RegExp(`^${name}\\s+(folder|file)`) });
const preview = (page: Page, name: string) => main(page).getByRole("region", { name: `File ${name}` });

/** Signs in and goes to a place below the page of GitHub. */
async function open(page: Page, place = "", key: string = KEYS.owner): Promise<void> {
  await signInByKey(page, key, `./o/acme/github${place}`);
}

test("the app is installed on GitHub, and what GitHub sends back is used up", async ({ page, platform }) => {
  await open(page);
  await button(page, "Install on GitHub").click();
  await expect(page).toHaveURL(/stand-in\/github/);
  await page.getByLabel("Account").fill("acme-mobile");
  await page.getByRole("button", { name: "Install" }).click();
  await expect(heading(page, "Connecting GitHub")).toBeVisible();
  await expect(page.getByText("GitHub is connected")).toBeVisible();
  await expect(page).toHaveURL(/\/github\/callback$/);
  await main(page).getByRole("link", { name: "Show installations" }).click();
  await expect(row(page, "acme-mobile")).toBeVisible();
  await expect(row(page, "acme-mobile")).toContainText("Synced", { timeout: 30_000 });
  await platform.succeeded("githubCallback", "listGithubInstallations");
  // The same answer again belongs to nothing.
  await page.goto("./github/callback?installation_id=51234567&setup_action=install&state=acme.again");
  await expect(page.getByText("Not begun in this tab")).toBeVisible();
  await expect(page).toHaveURL(/\/github\/callback$/);
  expect(await platform.calls("githubCallback")).toBe(1);
});

const ANSWERS: [string, string, string][] = [
  ["a refusal", "error=access_denied&error_description=The+user+said+no", "GitHub answered: The user said no."],
  ["a request to an owner", "setup_action=request", "Waiting for an owner on GitHub"],
  ["a change on GitHub", "installation_id=51234567&setup_action=update", "Changed on GitHub"],
  ["a state of somebody else", "installation_id=1&setup_action=install&state=acme.stolen", "Not begun in this tab"],
];

for (const [name, query, words] of ANSWERS) {
  test(`GitHub's answer is told: ${name}`, async ({ page, platform }) => {
    await open(page);
    await expect(row(page, "acme-inc")).toBeVisible();
    await page.goto(`./github/callback?${query}`);
    await expect(main(page).getByText(words).first()).toBeVisible();
    await expect(page).toHaveURL(/\/github\/callback$/);
    expect(await platform.calls("githubCallback")).toBe(0);
  });
}

test("an installation for another organization says where it belongs, and that of another one is not called linked", async ({
  page,
  platform,
}) => {
  await open(page);
  await expect(row(page, "acme-inc")).toBeVisible();
  await page.evaluate(() => sessionStorage.setItem("astro.github", "globex.1"));
  await page.goto("./github/callback?installation_id=61200314&setup_action=install&state=globex.1");
  await expect(page.getByText("It was begun for globex, whose installations tell whether it is linked. You are in acme now.")).toBeVisible();
  await expect(main(page).getByRole("link", { name: "Go to globex" })).toBeVisible();
  // The platform answers that it is linked, and leaves it to globex.
  await page.goto("./o/acme/github");
  await button(page, "Install on GitHub").click();
  await page.getByLabel("Account").fill("maya-patel");
  await page.getByRole("button", { name: "Install" }).click();
  await expect(page.getByText("Installed, not linked")).toBeVisible();
  await expect(page.getByText("GitHub is connected")).toHaveCount(0);
  await button(page, "Link to acme").click();
  await expect(main(page).getByRole("alert")).toContainText("is linked to another organization");
  await platform.succeeded("githubCallback");
});

test("a platform that refuses the answer says why, and is asked again", async ({ page, platform }) => {
  await open(page);
  await expect(row(page, "acme-inc")).toBeVisible();
  await page.evaluate(() => sessionStorage.setItem("astro.github", "acme.1"));
  await platform.fault({ operation: "githubCallback", kind: "status", status: 400 });
  await page.goto("./github/callback?installation_id=51234567&setup_action=install&state=acme.1");
  await expect(main(page).getByRole("alert")).toContainText("Not accepted");
  await button(page, "Try again").click();
  await expect(page.getByText("GitHub is connected")).toBeVisible();
});

test("an installation is detected, linked, and unlinked by its name", async ({ page, platform }) => {
  await open(page);
  await button(page, "Detect installations").click();
  await button(page, "Link acme-labs").click();
  await expect(row(page, "acme-labs")).toBeVisible();
  await expect(row(page, "acme-labs")).toContainText("Synced", { timeout: 30_000 });
  await row(page, "acme-labs").getByRole("link", { name: "acme-labs" }).click();
  await expect(heading(page, "acme-labs")).toBeVisible();
  await expect(row(page, "gpu-charts")).toBeVisible();
  await page.getByRole("button", { name: "More actions for acme-labs" }).click();
  await page.getByRole("menuitem", { name: "Unlink" }).click();
  const question = page.getByRole("dialog", { name: "Unlink acme-labs" });
  await expect(question).toContainText("stays installed there");
  await question.getByRole("textbox").fill("acme-labs");
  await question.getByRole("button", { name: "Unlink installation" }).click();
  await expect(heading(page, "GitHub")).toBeVisible();
  await expect(row(page, "acme-inc")).toBeVisible();
  await expect(row(page, "acme-labs")).toHaveCount(0);
  await platform.succeeded(
    "syncGithubInstallations",
    "mapGithubInstallation",
    "getGithubInstallation",
    "listGithubRepositories",
    "deleteGithubInstallation",
  );
});

test("an account that another organization has linked meanwhile is told of, and the others stay", async ({ page, platform }) => {
  await open(page);
  await button(page, "Detect installations").click();
  await platform.fault({ operation: "mapGithubInstallation", kind: "status", status: 409, times: 1 });
  await button(page, "Link acme-labs").click();
  await expect(main(page).getByRole("alert")).toContainText("Not possible now");
  await expect(row(page, "acme-inc")).toBeVisible();
  // It was unlinked there.
  await button(page, "Link acme-labs").click();
  await expect(row(page, "acme-labs")).toBeVisible();
});

test("a refresh says what it makes anew, and heals", async ({ page }) => {
  await open(page);
  await expect(row(page, "acme-legacy")).toContainText("Sync failed");
  await page.getByRole("button", { name: "More actions for GitHub" }).click();
  await page.getByRole("menuitem", { name: "Refresh credentials" }).click();
  const question = page.getByRole("dialog", { name: "Refresh deployment credentials" });
  await expect(question).toContainText("made anew");
  await question.getByRole("button", { name: "Refresh credentials" }).click();
  await expect(row(page, "acme-legacy")).toContainText("Synced", { timeout: 30_000 });
});

test("a token is shown once; that of a repository comes first", async ({ page, platform }) => {
  await open(page, "/acme-inc");
  await expect(row(page, "platform-charts")).toBeVisible();
  await button(page, "Create token").click();
  const form = page.getByRole("dialog", { name: "Create a token" });
  await expect(form.getByRole("radio", { name: /One repository/ })).toBeChecked();
  await form.getByRole("combobox", { name: /Repository/ }).fill("platform-charts");
  await page.getByRole("option", { name: /platform-charts/ }).first().click();
  await form.getByRole("button", { name: "Create token" }).click();
  const narrow = page.getByRole("dialog", { name: "Token for acme-inc/platform-charts" });
  await expect(narrow).toContainText("It reaches this repository alone");
  await expect(narrow.locator(".secret__text")).toHaveText(/^ghs_•/);
  // It goes by no accident.
  await page.keyboard.press("Escape");
  await expect(narrow).toBeVisible();
  await narrow.getByRole("button", { name: "Show", exact: true }).click();
  await expect(narrow.locator(".secret__text")).toHaveText(/^ghs_demo/);
  const secret = await narrow.locator(".secret__text").innerText();
  await narrow.getByRole("button", { name: "I have stored it" }).click();
  await expect(narrow).toBeHidden();
  await button(page, "Create token").click();
  await form.getByRole("radio", { name: /The whole installation/ }).check({ force: true });
  await form.getByText("The request", { exact: true }).click();
  await expect(form.getByRole("region", { name: "The request" })).toContainText("/github/installations/");
  await form.getByRole("button", { name: "Create token" }).click();
  const wide = page.getByRole("dialog", { name: "Token for acme-inc", exact: true });
  await expect(wide).toContainText("every repository");
  await wide.getByRole("button", { name: "I have stored it" }).click();
  await platform.succeeded("createRepositoryToken", "createGithubInstallationToken");
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]) + document.body.innerHTML);
  expect(kept).not.toContain(secret);
  expect(page.url()).not.toContain("ghs_");
});

test("a token is asked for without the failure of the last one", async ({ page, platform }) => {
  await open(page, "/acme-inc");
  await expect(row(page, "platform-charts")).toBeVisible();
  await platform.fault({ operation: "createGithubInstallationToken", kind: "status", status: 403 });
  await button(page, "Create token").click();
  const form = page.getByRole("dialog", { name: "Create a token" });
  await form.getByRole("radio", { name: /The whole installation/ }).check({ force: true });
  await form.getByRole("button", { name: "Create token" }).click();
  await expect(form.getByRole("alert")).toContainText("Not allowed");
  await form.getByRole("button", { name: "Cancel" }).click();
  await expect(form).toBeHidden();
  await button(page, "Create token").click();
  await expect(form.getByRole("button", { name: "Create token" })).toBeVisible();
  await expect(form.getByRole("alert")).toHaveCount(0);
});

test("files are walked, and a link shows the same again", async ({ page, platform, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await open(page, "/acme-inc/platform-charts");
  await expect(preview(page, "README.md")).toContainText("One chart a service");
  await file(page, "charts").click();
  await file(page, "payments-api").click();
  await file(page, "values.yaml").click();
  await expect(preview(page, "values.yaml")).toContainText("replicaCount: 2");
  await expect(page).toHaveURL(/path=charts\/payments-api&file=charts\/payments-api\/values.yaml/);
  // It names the branch, though that is the default one now.
  await preview(page, "values.yaml").getByRole("button", { name: "Copy link" }).click();
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(copied).toMatch(/^http.*platform-charts\?.*file=charts\/payments-api\/values\.yaml&branch=main$/);
  await page.reload();
  await expect(preview(page, "values.yaml")).toContainText("replicaCount: 2");
  await page.goBack();
  await expect(preview(page, "README.md")).toContainText("Owned by team-payments-api");
  const deploy = main(page).getByRole("link", { name: "Deploy from here" });
  const query = async () => Object.fromEntries(new URL(String(await deploy.getAttribute("href")), page.url()).searchParams);
  await expect.poll(query).toEqual({
    source: "repository",
    installation: "51234567",
    repository: "https://github.com/acme-inc/platform-charts",
    branch: "main",
    path: "charts/payments-api",
  });
  // A folder of manifests that is no chart is deployed as what it is.
  await file(page, "templates").click();
  await expect(deploy).toHaveAttribute("href", /source=yaml&.*path=charts\/payments-api\/templates$/);
  await platform.succeeded("browseRepository", "getRepositoryFile", "listRepositoryBranches");
});

test("files are walked by keyboard alone", async ({ page }) => {
  await open(page, "/acme-inc/platform-charts");
  await file(page, "charts").focus();
  await page.keyboard.press("Enter");
  await expect(file(page, "cart")).toBeFocused();
  await page.keyboard.press("End");
  await expect(file(page, "storefront")).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(file(page, "templates")).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await expect(file(page, "storefront")).toBeFocused();
});

test("a path is checked, and gone to where it is there", async ({ page, platform }) => {
  await open(page, "/acme-inc/platform-charts");
  const path = main(page).getByLabel("Go to a path");
  await path.fill("charts/nothing");
  await button(page, "Check path").click();
  await expect(page.getByText("There is no charts/nothing on main.")).toBeVisible();
  await path.fill("charts/cart/values.yaml");
  await button(page, "Check path").click();
  await expect(preview(page, "values.yaml")).toContainText("replicaCount");
  await platform.succeeded("validateRepositoryPath");
});

test("a branch has files of its own", async ({ page }) => {
  await open(page, "/acme-inc/platform-charts?path=charts");
  await expect(file(page, "payments-ledger")).toBeVisible();
  const branch = main(page).getByRole("combobox", { name: "Branch" });
  await expect(branch).toHaveValue("main");
  await branch.click();
  await branch.fill("release");
  await page.getByRole("option", { name: "release-1.2" }).click();
  await expect(page).toHaveURL(/branch=release-1.2/);
  await expect(file(page, "payments-ledger")).toHaveCount(0);
  await expect(file(page, "cart")).toBeVisible();
  await expect(file(page, "payments-ledger"), "nor in what has come now").toHaveCount(0);
});

test("a repository of 20,000 files is walked without lag", async ({ page }) => {
  await open(page, "/acme-inc/fixtures-archive");
  await file(page, "orders").click();
  await expect(main(page).getByText("5,000 entries")).toBeVisible();
  expect(await main(page).locator("[data-row]").count()).toBeLessThan(120);
  await main(page).getByLabel("Filter this folder by name").fill("04999");
  await file(page, "order-04999.json").click();
  await expect(preview(page, "order-04999.json")).toContainText('"order":10000000');
});

test("what is no text and what holds markup are shown safely", async ({ page }) => {
  await open(page, "/acme-inc/handbook?path=handbook");
  await file(page, "how we name things.md").click();
  await expect(preview(page, "how we name things.md")).toContainText("<script>alert('not executed')</script>");
  await page.goto("./o/acme/github/acme-inc/handbook?path=odd");
  await expect(main(page).getByRole("link", { name: /^invoice<U\+202E>gpj\.md/ })).toBeVisible();
  await expect(main(page).getByRole("link", { name: /^bell␇\.md/ })).toBeVisible();
  await main(page).getByRole("link", { name: /^<img src=x onerror=alert\(1\)>\.md/ }).click();
  await expect(preview(page, "<img src=x onerror=alert(1)>.md")).toContainText("A page with an odd name");
  await expect(main(page).locator("img")).toHaveCount(0);
  await page.goto("./o/acme/github/acme-inc/storefront?file=logo.png");
  await expect(preview(page, "logo.png")).toContainText("Not a text");
});

test("a path, a branch, a repository and an account that are not there say so", async ({ page }) => {
  await open(page, "/acme-inc/platform-charts?path=charts/none");
  await expect(main(page).getByText("Not found", { exact: true })).toBeVisible();
  await page.goto("./o/acme/github/acme-inc/platform-charts?branch=merged");
  await expect(main(page).getByText("There is no branch merged")).toBeVisible();
  await page.goto("./o/acme/github/acme-inc/nothing");
  await expect(main(page).getByText("No such repository")).toBeVisible();
  await page.goto("./o/acme/github/nobody");
  await expect(main(page).getByText("Not linked")).toBeVisible();
  await page.goto("./o/acme/github/acme-inc/new-service-2026");
  await expect(main(page).getByText("No commits yet")).toBeVisible();
});

test("GitHub's limit is told, and the same is tried again", async ({ page, platform }) => {
  await platform.fault({ operation: "browseRepository", kind: "status", status: 429, always: true });
  await open(page, "/acme-inc/platform-charts");
  await expect(main(page).getByRole("heading", { name: "Too many requests" })).toBeVisible({ timeout: 60_000 });
  await platform.heal();
  await button(page, "Try again").click();
  await expect(file(page, "charts")).toBeVisible();
});

test("an installation that is unlinked meanwhile is gone, and the page says so", async ({ page, platform }) => {
  await open(page, "/acme-legacy");
  await expect(row(page, "experiments")).toBeVisible();
  await platform.act("owner", "deleteGithubInstallation", { path: { installation_id: "43007112" } });
  await page.reload();
  await expect(main(page).getByText("Not linked")).toBeVisible();
  await main(page).getByRole("link", { name: "Show installations" }).click();
  await expect(row(page, "acme-inc")).toBeVisible();
});

test("a viewer reads, and is told what the rest takes", async ({ page }) => {
  await open(page, "", KEYS.viewer);
  await expect(row(page, "acme-inc")).toBeVisible();
  const install = button(page, "Install on GitHub");
  await expect(install).toHaveAttribute("aria-disabled", "true");
  await expect(install).toHaveAccessibleDescription(/Needs the role editor, admin or owner/);
  await page.goto("./o/acme/github/acme-inc/platform-charts");
  await expect(file(page, "charts")).toBeVisible();
  await expect(button(page, "Create token")).toHaveAccessibleDescription(/Needs the role/);
  await expect(button(page, "Deploy from here")).toHaveAttribute("aria-disabled", "true");
});

test("a refusal of the platform says who may", async ({ page, platform }) => {
  await open(page, "/acme-inc/platform-charts");
  await expect(file(page, "charts")).toBeVisible();
  await platform.fault({ operation: "createRepositoryToken", kind: "status", status: 403 });
  await button(page, "Create token").click();
  await expect(main(page).getByRole("alert")).toContainText("Not allowed");
  await expect(main(page).getByRole("alert")).toContainText("Your role in acme is owner");
});

test("an organization without GitHub is told what it gives", async ({ page, platform }) => {
  for (const id of ["51234567", "43007112"]) {
    await platform.act("owner", "deleteGithubInstallation", { path: { installation_id: id } });
  }
  await open(page);
  await expect(page.getByText("No GitHub account is linked")).toBeVisible();
  await expect(sidebar(page).getByRole("link", { name: "GitHub" })).toHaveAttribute("aria-current", "page");
});
