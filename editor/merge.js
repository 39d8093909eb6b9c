// What changes from one text to another: side by side, or one below the other where there is no room.

import { MergeView, getChunks, goToNextChunk, goToPreviousChunk, unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { count, make, press, toggle } from "./dom.js";
import { LANGUAGES } from "./language.js";
import { basics, shadow } from "./main.js";
import { mergeLook } from "./theme.js";

/** A narrower host shows one text with the changes in it, in pixels. */
const NARROW = 720;

/**
 * Shows what changes.
 * @param {HTMLElement} host gets the shadow root
 * @param {{ before: string, after: string, language: "yaml" | "json", label: string, beside: boolean }} options
 */
export function merge(host, options) {
  const root = shadow(host);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(SHEET);
  root.adoptedStyleSheets = [sheet];

  let { before, after, language, label } = options;
  let beside = options.beside;
  let all = false;
  let wide = host.clientWidth >= NARROW;
  let shown;

  const summary = make("span", { class: "bar__summary", role: "status" });
  const layout = toggle("Side by side", "Side by side", beside, (on) => {
    beside = on;
    draw();
  });
  const lines = toggle("All lines", "All lines", all, (on) => {
    all = on;
    draw();
  });
  const previous = press("↑", "Previous change", () => go(goToPreviousChunk));
  const next = press("↓", "Next change", () => go(goToNextChunk));
  const bar = make("div", { class: "bar", role: "toolbar", "aria-label": "What is shown" }, summary, previous, next, lines, layout);
  const place = make("div", { class: "place" });
  root.append(bar, place);

  const go = (step) => {
    step(shown.view);
    shown.view.focus();
  };

  const extensions = (name) => [
    basics(),
    mergeLook,
    LANGUAGES[language],
    EditorState.readOnly.of(true),
    EditorView.contentAttributes.of({ "aria-label": name }),
  ];

  function draw() {
    shown?.destroy();
    place.replaceChildren();
    const collapse = all ? undefined : { margin: 3, minSize: 6 };
    const diffConfig = { scanLimit: 1_000, timeout: 300 };
    if (beside && wide) {
      const both = new MergeView({
        a: { doc: before, extensions: extensions(`${label}, before`) },
        b: { doc: after, extensions: extensions(`${label}, after`) },
        root,
        parent: place,
        collapseUnchanged: collapse,
        diffConfig,
      });
      shown = { view: both.b, destroy: () => both.destroy() };
    } else {
      const view = new EditorView({
        root,
        parent: place,
        state: EditorState.create({
          doc: after,
          extensions: [extensions(label), unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged: collapse, diffConfig })],
        }),
      });
      shown = { view, destroy: () => view.destroy() };
    }
    layout.hidden = !wide;
    // Lines left out are opened by keyboard through the button "All lines"; the bars are for the pointer.
    const chunks = getChunks(shown.view.state)?.chunks ?? [];
    previous.disabled = next.disabled = !chunks.length;
    summary.textContent = chunks.length ? count(chunks.length, "change") : "Nothing changes";
  }

  const observer = new ResizeObserver(() => {
    const now = host.clientWidth >= NARROW;
    if (now === wide) return;
    wide = now;
    draw();
  });
  observer.observe(host);
  draw();

  const setters = {
    before: (text) => (before = text),
    after: (text) => (after = text),
    language: (name) => (language = name),
    label: (text) => (label = text),
  };
  return {
    set(name, value) {
      setters[name]?.(value);
      draw();
    },
    focus: () => shown.view.focus(),
    destroy() {
      observer.disconnect();
      shown.destroy();
    },
  };
}

const SHEET = `
:host { display: block; min-width: 0; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: 4px; min-height: 36px; padding: 4px 8px 4px 12px; border-bottom: 1px solid var(--line); font: 12px/16px var(--sans); color: var(--text-2); }
.bar__summary { margin-inline-end: auto; }
.tool { min-width: 24px; height: 24px; padding: 0 6px; border: 1px solid transparent; border-radius: var(--radius-1); background: none; color: var(--text-2); font: inherit; cursor: pointer; }
.tool[hidden] { display: none; }
.tool:hover { background: var(--surface-2); color: var(--text); }
.tool:disabled { opacity: 0.5; cursor: default; }
.tool[aria-pressed=true] { background: var(--accent-wash); border-color: color-mix(in oklab, var(--accent) 40%, transparent); color: var(--text); }
.tool:focus-visible { outline: 2px solid var(--accent); outline-offset: 0; }
.place { overflow: auto; }
`;
