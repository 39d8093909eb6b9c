// The editor of manifests: CodeMirror in a shadow root, told what to show by the program (src/ui/editor) and telling it
// what was typed. In the document CodeMirror would add <style> elements, which the content security policy refuses; in a
// shadow root it uses constructed style sheets.

import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, codeFolding, foldGutter, foldKeymap, indentOnInput, indentUnit } from "@codemirror/language";
import { Compartment, EditorSelection, EditorState, Transaction } from "@codemirror/state";
import {
  EditorView, drawSelection, dropCursor, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers, placeholder,
  rectangularSelection,
} from "@codemirror/view";
import { count, make } from "./dom.js";
import { LANGUAGES, knowledge, setErrors, setSchema } from "./language.js";
import { searching } from "./search.js";
import { status } from "./status.js";
import { theme } from "./theme.js";

export { merge } from "./merge.js";

const HINT_ID = "hint";
const HINT =
  "Tab leaves the editor. Control M switches to indenting by Tab; Escape and then Tab leaves it then. Control F searches, Control Space completes, F8 goes to the next problem.";

/** Nothing blinks for people who asked for less motion. */
const blink = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 1200);

/** What every text here has, edited or compared. */
export const basics = () => [
  lineNumbers(),
  foldGutter({ markerDOM: (open) => make("span", { class: open ? "fold" : "fold is-closed" }) }),
  codeFolding({
    preparePlaceholder: (state, { from, to }) => state.doc.lineAt(to).number - state.doc.lineAt(from).number,
    placeholderDOM: (_view, open, lines) => make("button", { type: "button", tabindex: "-1", class: "folded", "aria-label": `Show ${count(lines, "hidden line")}`, onclick: open }, lines ? count(lines, "line") : "…"),
  }),
  drawSelection({ cursorBlinkRate: blink() }),
  bracketMatching(),
  searching(),
  // Ctrl Enter sends the form around.
  keymap.of([...defaultKeymap.filter(({ key }) => key !== "Mod-Enter" && key !== "Ctrl-m"), ...foldKeymap]),
  theme(),
];

/** A shadow root that keeps the keys of the text from the shortcuts of the page. */
export function shadow(host) {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  root.replaceChildren();
  host.addEventListener("keydown", (event) => {
    const chord = event.ctrlKey || event.metaKey || event.altKey;
    if (event.defaultPrevented || !(chord || event.key === "Escape" || event.key === "Tab" || /^F\d/.test(event.key))) event.stopPropagation();
  });
  return root;
}

/**
 * Shows an editor.
 * @param {HTMLElement} host gets the shadow root
 * @param {{ value: string, language: "yaml" | "json", label: string, readOnly: boolean, placeholder: string, from: number, to: number, focus: boolean, delay: number }} options
 * @param {(text: string) => void} tell is told the text after each pause of the typing
 */
export function mount(host, options, tell) {
  const root = shadow(host);
  root.append(make("p", { id: HINT_ID, hidden: true }, HINT));
  const parent = root.appendChild(make("div", { class: "root" }));
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(":host{display:block;min-width:0} .root{height:100%;min-width:0}");
  root.adoptedStyleSheets = [sheet];

  const language = new Compartment();
  const readOnly = new Compartment();
  const named = new Compartment();
  const empty = new Compartment();
  let pending;
  // A long text takes a while to hand over.
  const delay = () => (view.state.doc.length > 1 << 20 ? 1_000 : (options.delay ?? 200));
  const flush = () => {
    if (pending === undefined) return;
    clearTimeout(pending);
    pending = undefined;
    tell(view.state.doc.toString());
  };

  const attributes = (label) => EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": HINT_ID, spellcheck: "false", autocapitalize: "off", autocorrect: "off" });
  const lock = (on) => [EditorState.readOnly.of(on)];
  const view = new EditorView({
    root,
    parent,
    state: EditorState.create({
      doc: options.value,
      selection: EditorSelection.single(clamp(options.from, options.value), clamp(options.to, options.value)),
      extensions: [
        knowledge(),
        basics(),
        history(),
        status(),
        keymap.of([{ key: "Mod-Enter", run: () => (flush(), false) }, ...closeBracketsKeymap, ...historyKeymap]),
        closeBrackets(),
        indentOnInput(),
        indentUnit.of("  "),
        EditorState.tabSize.of(2),
        EditorState.allowMultipleSelections.of(true),
        dropCursor(),
        rectangularSelection(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        language.of(LANGUAGES[options.language]),
        readOnly.of(lock(options.readOnly)),
        named.of(attributes(options.label)),
        empty.of(placeholder(options.placeholder ?? "")),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged || update.transactions.every((transaction) => transaction.annotation(Transaction.remote))) return;
          clearTimeout(pending);
          pending = setTimeout(flush, delay());
        }),
        EditorView.domEventHandlers({ blur: () => flush() }),
      ],
    }),
  });
  if (options.focus) view.focus();

  const setters = {
    value(text) {
      clearTimeout(pending);
      pending = undefined;
      const change = difference(view.state.doc.toString(), text);
      if (change) view.dispatch({ changes: change, annotations: [Transaction.remote.of(true), Transaction.userEvent.of("set")] });
    },
    language: (name) => view.dispatch({ effects: language.reconfigure(LANGUAGES[name]) }),
    readOnly: (on) => view.dispatch({ effects: readOnly.reconfigure(lock(on)) }),
    label: (text) => view.dispatch({ effects: named.reconfigure(attributes(text)) }),
    placeholder: (text) => view.dispatch({ effects: empty.reconfigure(placeholder(text)) }),
    schema: (text) => view.dispatch({ effects: setSchema.of(text ? JSON.parse(text) : undefined) }),
    // Flat, four values an error: line, column, severity, message.
    errors(flat) {
      const errors = [];
      for (let at = 0; at + 3 < flat.length; at += 4) errors.push({ line: flat[at], column: flat[at + 1], severity: flat[at + 2], message: flat[at + 3] });
      view.dispatch({ effects: setErrors.of(errors) });
    },
  };
  return {
    set: (name, value) => setters[name]?.(value),
    focus: () => view.focus(),
    /** For tests, and for whoever looks at the page with the browser's tools. */
    view,
    destroy() {
      flush();
      view.destroy();
    },
  };
}

const clamp = (position, text) => Math.min(Math.max(position ?? 0, 0), text.length);

/** The one change that makes a text of another, so that the caret and the undo history keep their places. */
export function difference(before, after) {
  if (before === after) return undefined;
  const least = Math.min(before.length, after.length);
  let start = 0;
  while (start < least && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  let end = 0;
  while (end < least - start && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)) end += 1;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}
