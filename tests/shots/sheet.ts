import { chromium } from "@playwright/test";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import config from "./playwright.config.ts";

/** Height of a picture on a sheet; higher ones are cut off there, and whole in their own file. */
const TALLEST = 1_600;
/** Widths of the pictures, and how wide each is shown. */
const WIDTHS: [number, number][] = [
  [1440, 560],
  [768, 300],
  [390, 170],
];

const STYLE = `
  body { margin: 0; padding: 24px; font: 13px/20px system-ui, sans-serif; background: #777; color: #fff; }
  h1 { font-size: 18px; } h2 { margin: 32px 0 8px; font: 600 15px/20px system-ui, sans-serif; }
  .row { display: flex; align-items: flex-start; gap: 12px; margin-bottom: 12px; }
  a { display: block; overflow: hidden; max-height: ${TALLEST}px; background: #555; } img { display: block; }
`;

/** Puts the pictures together: a page with all of them, and a PNG of each subject. */
export default async function sheet(): Promise<void> {
  const folder = process.env.ASTRO_SHOTS;
  if (!folder) return;
  const subjects = new Map<string, string[]>();
  for (const file of (await readdir(folder)).sort()) {
    const [, subject] = /^(.+)--\d+-(?:light|dark)\.png$/.exec(file) ?? [];
    if (subject) subjects.set(subject, [...(subjects.get(subject) ?? []), file]);
  }
  const picture = (subject: string, width: number, shown: number, theme: string): string => {
    const file = `${subject}--${width}-${theme}.png`;
    return subjects.get(subject)?.includes(file) ? `<a href="${file}"><img src="${file}" width="${shown}" alt="${subject}, ${width} px, ${theme}" loading="lazy"></a>` : "";
  };
  const section = (subject: string): string =>
    `<section id="${subject}"><h2>${subject}</h2><div class="row">${["light", "dark"]
      .map((theme) => WIDTHS.map(([width, shown]) => picture(subject, width, shown, theme)).join(""))
      .join("")}</div></section>`;
  const page = (title: string, content: string): string =>
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><style>${STYLE}</style><h1>${title}</h1>${content}</html>`;
  await writeFile(join(folder, "index.html"), page("Astro Console in pictures", [...subjects.keys()].map(section).join("\n")));

  const browser = await chromium.launch(config.use?.launchOptions);
  const tab = await browser.newPage({ viewport: { width: 2_200, height: 900 } });
  for (const subject of subjects.keys()) {
    const html = join(folder, "sheet.html");
    await writeFile(html, page(subject, section(subject).replaceAll(' loading="lazy"', "")));
    await tab.goto(pathToFileURL(html).href, { waitUntil: "load" });
    await tab.screenshot({ path: join(folder, `sheet-${subject}.png`), fullPage: true });
  }
  await browser.close();
}
