import type { Page } from "@playwright/test";
import { join } from "node:path";
import { type Handle, KEYS, required, signIn, signInByKey, test } from "../e2e/fixtures.ts";
import { GROUPS, VIEWS, visit, visitGallery } from "../e2e/routes.ts";

const FOLDER = required("ASTRO_SHOTS");
const WIDTHS = [1440, 768, 390];

/** Taller pages are cut off: a browser paints no more at once. */
const TALLEST = 12_000;

const isKeyed = (handle: Handle): handle is keyof typeof KEYS & Handle => handle in KEYS;

/** A picture of the page in each theme and width, as high as the page is. */
async function shoot(page: Page, name: string): Promise<void> {
  for (const width of WIDTHS) {
    const least = width === 390 ? 844 : 900;
    await page.setViewportSize({ width, height: least });
    await frames(page);
    // The whole page into view rather than a picture beyond it: what draws itself only where it is seen is then drawn.
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ width, height: Math.min(Math.max(height, least), TALLEST) });
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await frames(page);
      await page.screenshot({
        path: join(FOLDER, `${name}--${width}-${colorScheme}.png`),
        animations: "disabled",
        caret: "hide",
      });
    }
  }
}

/** Two frames: what follows a resize observer is drawn in the second. */
const frames = (page: Page): Promise<unknown> =>
  page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));

const slug = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");

test("route: sign-in", async ({ page }) => {
  await page.goto("./");
  await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  await shoot(page, "route-sign-in");
});

for (const view of VIEWS) {
  for (const handle of ["owner", ...(view.roles ?? [])] as Handle[]) {
    test(`route: ${view.name}, ${handle}`, async ({ page, platform }) => {
      // What is a person's own is shown to a person alone.
      if (isKeyed(handle) && !view.key) await signInByKey(page, KEYS[handle]);
      else await signIn(page, handle);
      await visit(page, platform, view);
      await shoot(page, `route-${slug(view.name)}-${handle}`);
    });
  }
}

for (const group of GROUPS) {
  test(`gallery: ${group}`, async ({ page }) => {
    await signInByKey(page, KEYS.owner);
    await visitGallery(page, group);
    await shoot(page, `gallery-${group}`);
  });
}
