import type { Locator, Page } from "@playwright/test";
import { expect, heading, KEYS, signInByKey, test } from "./fixtures.ts";

const MODULE = /\/editor\/editor-[^/]+\.js/;
const SCHEMAS = /\/editor\/manifests-[^/]+\.json/;

/** An editor of the gallery by what it is called. */
const editor = (page: Page, name: string): Locator => page.getByRole("textbox", { name, exact: true });
/** The frame around it, in the page. */
const frame = (page: Page, name: string): Locator => page.locator(".editor").filter({ has: editor(page, name) });
const line = (page: Page, name: string, text: string): Locator => editor(page, name).locator(".cm-line", { hasText: text });
const options = (page: Page): Locator => page.getByRole("option");

const MANIFEST = "Manifest of payments-api";
const MISTAKES = "Manifest with mistakes";
const OUTSIDE = "Text from outside";

async function show(page: Page): Promise<void> {
  await signInByKey(page, KEYS.owner);
  await page.goto("./_gallery?group=editor");
  await expect(heading(page, "Gallery")).toBeVisible();
}

async function ready(page: Page): Promise<void> {
  await show(page);
  await expect(page.locator(".editor[aria-busy]")).toHaveCount(0);
  await expect(editor(page, MANIFEST)).toHaveAttribute("contenteditable", "true");
  // The schemas come by themselves, perhaps after the module. Nothing is completed or explained without them, and nobody
  // asks twice: what is wrong by the schema alone says that they are there.
  await expect(frame(page, MISTAKES).getByRole("button", { name: /4 errors, 3 warnings/ })).toBeVisible();
}

/** Puts a text in place of what the editor holds, as a person would. */
async function type(page: Page, name: string, text: string): Promise<void> {
  await editor(page, name).click();
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Delete");
  await page.keyboard.type(text);
}

/** Takes the marked completion. For 75 ms after it has opened, a list takes no key: nobody could have meant it. */
async function accept(page: Page, key = "Enter"): Promise<void> {
  await page.waitForTimeout(120);
  await page.keyboard.press(key);
}

/** What the editor holds, as lines. */
const lines = (page: Page, name: string): Promise<string[]> => editor(page, name).locator(".cm-line").allTextContents();

/** That the editor holds these lines, or will in a moment. */
const expectLines = (page: Page, name: string, expected: string[]): Promise<void> => expect.poll(() => lines(page, name)).toEqual(expected);

test("the editor is loaded where one is shown and nowhere else, once", async ({ page }) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await signInByKey(page, KEYS.owner, "./o/acme/clusters");
  await expect(page.getByRole("rowheader", { name: "prod-eu" })).toBeVisible();
  expect(asked.filter((url) => url.includes("/editor/"))).toEqual([]);
  await page.goto("./_gallery?group=editor");
  // The plain field that stands there first has the same name.
  await expect(editor(page, MANIFEST)).toHaveAttribute("contenteditable", "true");
  await expect.poll(() => asked.some((url) => SCHEMAS.test(url))).toBe(true);
  expect(asked.filter((url) => MODULE.test(url))).toHaveLength(1);
});

test("what is typed reaches the program, and what comes from outside reaches the editor", async ({ page }) => {
  await ready(page);
  const known = page.getByLabel("What the program knows");
  await editor(page, OUTSIDE).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("region: eu");
  await expect(known).toHaveText(`${"name: prod-eu\nregion: eu".length} characters`);
  await page.getByRole("button", { name: "Put in another text" }).click();
  await expectLines(page, OUTSIDE, ["name: prod-us", "region: us-east-1", ""]);
  await editor(page, OUTSIDE).click();
  await page.keyboard.press("Control+Z");
  await expect(line(page, OUTSIDE, "region: eu")).toBeVisible();
  await page.keyboard.type("x");
  // Left at once: what was typed last is told.
  await page.getByRole("button", { name: "Put in another text" }).focus();
  await expect(known).toHaveText(`${"name: prod-eu\nregion: eu".length + 1} characters`);
});

test("names and values are completed from the schema, what is required first", async ({ page }) => {
  await ready(page);
  await type(page, MANIFEST, "ki");
  await expect(options(page)).toHaveText([/^kind/]);
  await accept(page);
  await expect(options(page)).toHaveText(["Application", "ApplicationProfile", "K8sCluster", "K8sClusterUpdate", "K8sClusterRegistration"]);
  await accept(page);
  await page.keyboard.type("\nspec:\n  ");
  await page.keyboard.press("Control+Space");
  await expect(options(page).first()).toContainText("required");
  await expect(options(page).filter({ hasText: "syncType" })).toBeVisible();
  await expect(options(page).filter({ hasText: "dnsName" })).toHaveCount(0);
  await page.keyboard.type("sou");
  await expect(options(page)).toHaveText([/^source/]);
  await accept(page, "Tab");
  await expect(options(page).first()).toContainText("type");
  await accept(page);
  await expect(options(page)).toHaveText(["image", "helm", "repository", "yaml"]);
  await accept(page, "ArrowDown");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Control+Space");
  // The type has chosen: the other members are out of the question.
  await expect(options(page)).toHaveText([/^helm/]);
  await page.keyboard.press("Escape");
  await expect(options(page)).toHaveCount(0);
  await expectLines(page, MANIFEST, ["kind: Application", "spec:", "  source:", "    type: helm", "    "]);
  await expect(editor(page, MANIFEST)).toBeFocused();
});

test("Enter ends the line where a value stands as it is offered", async ({ page }) => {
  await ready(page);
  await type(page, MANIFEST, "kind: K8sClusterRegistration");
  await expect(options(page)).toHaveText(["K8sClusterRegistration"]);
  await accept(page);
  await page.keyboard.type("spec:");
  await expectLines(page, MANIFEST, ["kind: K8sClusterRegistration", "spec:"]);
});

test("mistakes are marked, explained, counted and mended", async ({ page }) => {
  await ready(page);
  const inside = frame(page, MISTAKES);
  await expect(inside.getByRole("button", { name: /4 errors, 3 warnings/ })).toBeVisible();
  await expect(editor(page, MISTAKES)).toHaveAttribute("aria-invalid", "true");
  await line(page, MISTAKES, "nmaespace").getByText("nmaespace", { exact: true }).hover();
  await expect(page.getByText("spec.nmaespace is not known. Did you mean namespace?")).toBeVisible();
  await page.getByRole("button", { name: "Change to namespace" }).click();
  await expect(line(page, MISTAKES, "namespace: payments")).toBeVisible();
  await expect(inside.getByRole("button", { name: /4 errors, 2 warnings/ })).toBeVisible();

  await editor(page, MISTAKES).press("Control+Home");
  await page.keyboard.press("F8");
  await expect(page.getByText("spec.name has another form than")).toBeVisible();
  await page.keyboard.press("F8");
  await expect(page.getByText("Put your own value in place of <YOUR_PROFILE_NAME>.")).toBeVisible();

  await type(page, MISTAKES, "kind: Application\nspec: [a\n");
  await expect(inside.locator(".cm-lint-marker-error").first()).toBeVisible();
});

test("a pointer over a name shows what it is for", async ({ page }) => {
  await ready(page);
  await line(page, MANIFEST, "syncType").getByText("syncType", { exact: true }).hover();
  const note = page.locator(".cm-tooltip .help");
  await expect(note).toContainText("Synchronization mode");
  await expect(note).toContainText("auto, manual");
  await expect(note).toContainText("Default");
});

test("parts fold away and come back by keyboard", async ({ page }) => {
  await ready(page);
  await editor(page, MANIFEST).click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("Control+Alt+[");
  const folded = frame(page, MANIFEST).getByRole("button", { name: /Show \d+ hidden lines/ });
  await expect(folded).toBeVisible();
  await expect(line(page, MANIFEST, "tag:")).toHaveCount(0);
  await folded.click();
  await expect(line(page, MANIFEST, "tag:")).toBeVisible();
});

test("search counts, steps, replaces, and gives the focus back", async ({ page }) => {
  await ready(page);
  const inside = frame(page, MANIFEST);
  await editor(page, MANIFEST).click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("Control+F");
  const find = inside.getByRole("textbox", { name: "Find", exact: true });
  await expect(find).toBeFocused();
  await page.keyboard.type("Payments");
  await expect(inside.getByText("3 found")).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(inside.getByText("1 of 3")).toBeVisible();
  await page.keyboard.press("Shift+Enter");
  await expect(inside.getByText("3 of 3")).toBeVisible();
  await inside.getByRole("button", { name: "Match case" }).click();
  await expect(inside.getByText("No results")).toBeVisible();
  await expect(find).toHaveAttribute("aria-invalid", "true");
  await inside.getByRole("button", { name: "Match case" }).click();
  await inside.getByRole("textbox", { name: "Replace with" }).fill("billing");
  await inside.getByRole("button", { name: "Replace all" }).click();
  await expect(line(page, MANIFEST, "name: billing-api")).toBeVisible();
  await find.press("Escape");
  await expect(find).toHaveCount(0);
  await expect(editor(page, MANIFEST)).toBeFocused();
});

test("Tab leaves, unless one asks it to indent; then Escape and Tab leave", async ({ page }) => {
  await ready(page);
  await editor(page, OUTSIDE).click();
  await page.keyboard.press("Control+End");
  const indents = frame(page, OUTSIDE).getByRole("button", { name: "Tab indents" });
  await page.keyboard.press("Tab");
  await expect(editor(page, OUTSIDE)).not.toBeFocused();
  await editor(page, OUTSIDE).focus();
  await page.keyboard.press("Control+M");
  await expect(indents).toHaveAttribute("aria-pressed", "true");
  await page.keyboard.press("Tab");
  await expect(editor(page, OUTSIDE)).toBeFocused();
  await expect.poll(async () => (await lines(page, OUTSIDE)).at(-1)).toBe("  ");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  await expect(editor(page, OUTSIDE)).not.toBeFocused();
  await expect(editor(page, OUTSIDE)).toHaveAccessibleDescription(/Tab leaves the editor/);
});

test("letters typed into a text are no shortcuts of the page", async ({ page }) => {
  await ready(page);
  await type(page, OUTSIDE, "g c / ? j k x");
  await expectLines(page, OUTSIDE, ["g c / ? j k x"]);
  await expect(page).toHaveURL(/_gallery/);
  await expect(editor(page, OUTSIDE)).toBeFocused();
});

test("what is read only can be selected and searched, and not changed", async ({ page }) => {
  await ready(page);
  const name = "Profile as JSON";
  await expect(editor(page, name)).toHaveAttribute("aria-readonly", "true");
  await expect(frame(page, name).getByRole("button", { name: "1 error" })).toBeVisible();
  const before = await lines(page, name);
  expect(before[0]).toBe("{");
  // It comes where the pointer is, which is in none of the first lines.
  await editor(page, name).click();
  await page.keyboard.type("x");
  await expectLines(page, name, before);
  await page.keyboard.press("Control+F");
  await expect(frame(page, name).getByRole("textbox", { name: "Find", exact: true })).toBeFocused();
  await expect(frame(page, name).getByRole("textbox", { name: "Replace with" })).toHaveCount(0);
});

test("what changes is counted, walked through, and shown in either form", async ({ page }) => {
  await ready(page);
  const unified = page.locator(".editor--merge").first();
  await expect(unified.getByText("3 changes")).toBeVisible();
  await expect(unified.locator(".cm-deletedChunk", { hasText: "kubernetesVersion" })).toContainText("1.30");
  await expect(unified.getByText("12 unchanged lines")).toBeVisible();
  await unified.getByRole("button", { name: "All lines" }).click();
  await expect(unified.getByText("12 unchanged lines")).toHaveCount(0);
  await unified.getByRole("button", { name: "Side by side" }).click();
  await expect(unified.getByRole("textbox")).toHaveCount(2);
  await expect(unified.getByRole("textbox", { name: "Update of prod-eu, before" })).toBeVisible();
  await unified.getByRole("button", { name: "Next change" }).click();
  await expect(unified.getByRole("textbox", { name: "Update of prod-eu, after" })).toBeFocused();
  await expect(page.getByText("Nothing changes").last()).toBeVisible();
  // Where there is no room for two, there is one.
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(unified.getByRole("textbox")).toHaveCount(1);
});

test("the theme reaches into the editor at once", async ({ page }) => {
  await ready(page);
  const background = () => editor(page, MANIFEST).locator("xpath=ancestor::*[contains(@class,'cm-editor')]").evaluate((element) => getComputedStyle(element).backgroundColor);
  await page.emulateMedia({ colorScheme: "light" });
  const light = await background();
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(background).not.toBe(light);
});

test("a module that does not come leaves a plain field, and comes when asked again", async ({ page }) => {
  await page.route(MODULE, (route) => route.abort("failed"));
  await show(page);
  const plain = page.getByRole("textbox", { name: OUTSIDE, exact: true });
  const around = page.locator(".editor").filter({ has: plain });
  await expect(around.getByText("The editor could not be loaded")).toBeVisible();
  await plain.fill("name: typed\n");
  await expect(page.getByLabel("What the program knows")).toHaveText("12 characters");
  await page.unroute(MODULE);
  await around.getByRole("button", { name: "Try again" }).click();
  await expect(plain).toHaveAttribute("contenteditable", "true");
  await expectLines(page, OUTSIDE, ["name: typed", ""]);
});

test("what is typed before the module is there stays, with the caret and the focus", async ({ page }) => {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(MODULE, async (route) => {
    await held;
    await route.continue();
  });
  await show(page);
  const plain = page.locator(`textarea[aria-label="${OUTSIDE}"]`);
  await plain.click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("region: eu");
  await page.keyboard.press("Home");
  release();
  await expect(plain).toHaveCount(0);
  await expect(editor(page, OUTSIDE)).toBeFocused();
  await page.keyboard.type("# ");
  await expectLines(page, OUTSIDE, ["name: prod-eu", "# region: eu"]);
});

test("five megabytes do not freeze it", async ({ page }) => {
  await ready(page);
  await page.evaluate(() => {
    const tasks: number[] = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" });
    Object.assign(window, { __tasks: tasks });
  });
  await page.getByRole("button", { name: "Put in five megabytes" }).click();
  await expect(line(page, OUTSIDE, "field-0:")).toBeVisible();
  // How long it took to put them in is told after it was done, and is not what is asked for.
  await page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    (window as unknown as { __tasks: number[] }).__tasks.splice(0);
  });
  await editor(page, OUTSIDE).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("last: line");
  await expect(line(page, OUTSIDE, "last: line")).toBeVisible();
  const known = page.getByLabel("What the program knows");
  await expect(known).toHaveText(/^\d{7} characters$/);
  const longest = await page.evaluate(() => Math.max(0, ...(window as unknown as { __tasks: number[] }).__tasks));
  // Handing five megabytes to the program is the longest of them, on a machine that runs two browsers.
  expect(longest).toBeLessThan(1_500);
});
