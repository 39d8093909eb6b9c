import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect } from "./fixtures.ts";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** The rules of those that look at colours. */
const COLOURS = ["color-contrast", "link-in-text-block"];

/** Everything that axe finds on the page as it stands, in both themes: of the dark one the colours, all else is the same. */
export async function audit(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const axe = new AxeBuilder({ page })
      // The console has no frames, for which axe would otherwise open one more page a run.
      .setLegacyMode()
      .options({ resultTypes: ["violations"], preload: false });
    const { violations } = await (colorScheme === "light" ? axe.withTags(TAGS) : axe.withRules(COLOURS)).analyze();
    const found = violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map(({ failureSummary, html }) => `${html} ${failureSummary}`),
    }));
    expect(found, `${page.url()} in ${colorScheme}`).toEqual([]);
  }
}

/** Nothing moves for people who asked for that; `audit` leaves the page asked. */
export async function stands(page: Page): Promise<void> {
  const moving = await page.evaluate(() =>
    document
      .getAnimations()
      .filter(({ playState }) => playState === "running")
      .map((animation) => ((animation.effect as KeyframeEffect | null)?.target as Element | null)?.outerHTML.slice(0, 120)),
  );
  expect(moving, `${page.url()} moves under prefers-reduced-motion`).toEqual([]);
}

/**
 * The page fits a phone of 360 pixels, and a desktop of 1280 at 200 % (which is 640): nothing is cut off that would take
 * scrolling sideways. What scrolls by itself, as a wide table does, may be wider.
 */
export async function fits(page: Page): Promise<void> {
  const before = page.viewportSize();
  for (const [width, height] of [
    [640, 400],
    [360, 740],
  ] as const) {
    await page.setViewportSize({ width, height });
    // Two frames: what follows a resize observer is drawn in the second.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    const wide = await page.evaluate(() => {
      const root = document.documentElement;
      if (root.scrollWidth <= root.clientWidth) return [];
      const beyond = [...document.querySelectorAll("body *")].filter((element) => {
        const { right, width } = element.getBoundingClientRect();
        return width > 0 && right > root.clientWidth + 1;
      });
      return [`${root.scrollWidth} px`, ...beyond.slice(0, 5).map((element) => element.outerHTML.slice(0, 160))];
    });
    expect(wide, `${page.url()} scrolls sideways at ${width} px`).toEqual([]);
  }
  if (before) await page.setViewportSize(before);
}

/** Everything in the content that takes the focus gets it by Tab alone, and shows that it has it. */
export async function walk(page: Page): Promise<void> {
  const expected = await page.evaluate(() => {
    const found: Element[] = [];
    const blind: string[] = [];
    const collect = (root: ShadowRoot | Element) => {
      // A step within a shadow tree is not heard of outside.
      if (!(root instanceof Element)) root.addEventListener("focusin", arrive);
      for (const element of root.querySelectorAll("*")) {
        if (element.shadowRoot) collect(element.shadowRoot);
        if (takesFocus(element)) found.push(element);
      }
    };
    const takesFocus = (element: Element): boolean => {
      if (!(element instanceof HTMLElement) || element.tabIndex < 0 || element.matches(":disabled, [inert] *")) return false;
      const natural = element.matches("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex], [contenteditable=true]");
      if (!natural || !element.checkVisibility({ checkVisibilityCSS: true })) return false;
      const { width, height } = element.getBoundingClientRect();
      if (!width || !height) return false;
      // Of a group of radio buttons, Tab reaches one.
      if (element instanceof HTMLInputElement && element.type === "radio" && element.name) {
        const group = [...document.querySelectorAll<HTMLInputElement>(`input[type=radio][name="${CSS.escape(element.name)}"]`)];
        const chosen = group.find(({ checked }) => checked);
        return chosen ? chosen === element : group[0] === element;
      }
      return true;
    };
    const main = document.querySelector("main");
    if (main) collect(main);
    const expected = new Set(found);
    Object.assign(window, { __walk: { expected, blind } });
    document.addEventListener("focusin", arrive);
    (main as HTMLElement | null)?.focus();
    return found.length;

    function arrive(event: Event): void {
      const [at] = event.composedPath();
      if (at instanceof Element && expected.delete(at) && !shows(at)) blind.push(at.outerHTML.slice(0, 160));
    }

    /** Whether the element, something around it, or what stands for it in its label is outlined. */
    function shows(element: Element): boolean {
      const outlined = (one: Element | null | undefined): boolean => {
        if (!one) return false;
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
        return (outlineStyle !== "none" && Number.parseFloat(outlineWidth) > 0) || (one === element && boxShadow !== "none");
      };
      if (outlined(element) || outlined(element.nextElementSibling)) return true;
      let around: Element | null = element;
      for (let level = 0; level < 8 && around; level += 1) {
        if (outlined(around)) return true;
        const root: Node = around.getRootNode();
        around = around.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
      }
      // The caret of a field of several lines is seen within its frame.
      return element.matches("[contenteditable=true]");
    }
  });
  // The content and everything around it, and a few more: the way begins where the focus was.
  const most = expected + 60;
  for (let step = 1; step <= most; step += 1) {
    await page.keyboard.press("Tab");
    // Seldom asked: a question costs as much as a step.
    if (step % 8 !== 0 && step < expected) continue;
    const left = await page.evaluate(
      () => (window as unknown as { __walk: { expected: Set<Element> } }).__walk.expected.size,
    );
    if (left === 0) break;
  }
  const { missed, blind } = await page.evaluate(() => {
    const state = (window as unknown as { __walk: { expected: Set<Element>; blind: string[] } }).__walk;
    return { missed: [...state.expected].map((element) => element.outerHTML.slice(0, 160)), blind: state.blind };
  });
  expect(missed, `${page.url()}: not reached by Tab`).toEqual([]);
  expect(blind, `${page.url()}: focus not visible`).toEqual([]);
}
