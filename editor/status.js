// The line below the text: what is wrong with it, where the caret is, and what Tab does.

import { indentWithTab } from "@codemirror/commands";
import { syntaxTree } from "@codemirror/language";
import { forEachDiagnostic, nextDiagnostic, setDiagnosticsEffect } from "@codemirror/lint";
import { Compartment, StateEffect, StateField } from "@codemirror/state";
import { keymap, showPanel } from "@codemirror/view";
import { count, make } from "./dom.js";
import { unquoted } from "./tree.js";

const tabs = new Compartment();
const setTabs = StateEffect.define();

/** Whether Tab indents. It leaves the editor otherwise, as it leaves every other field. */
const tabsIndent = StateField.define({
  create: () => false,
  update: (value, { effects }) => effects.reduce((last, effect) => (effect.is(setTabs) ? effect.value : last), value),
});

const indenting = (on) => (on ? keymap.of([indentWithTab]) : []);

function switchTabs(view) {
  const on = !view.state.field(tabsIndent);
  view.dispatch({ effects: [setTabs.of(on), tabs.reconfigure(indenting(on))] });
  return true;
}

/** The names above a place, from the top. */
function pathAt(state, position) {
  const names = [];
  let at = syntaxTree(state).resolveInner(position, -1);
  for (; at; at = at.parent) {
    if (at.name !== "Pair" && at.name !== "Property") continue;
    const key = at.firstChild;
    if (key && (key.name === "Key" || key.name === "PropertyName")) names.unshift(unquoted(state.sliceDoc(key.from, key.to)));
  }
  return names;
}

function panel(view) {
  const problems = make("button", { type: "button", class: "status__problems", hidden: true, onclick: () => {
    nextDiagnostic(view);
    view.focus();
  } });
  const said = make("span", { class: "quiet", role: "status" });
  const path = make("span", { class: "status__path" });
  const place = make("span", { class: "status__place" });
  const tab = make("button", { type: "button", class: "tool", "aria-pressed": "false", title: "Ctrl M switches; with it on, Escape and then Tab leaves the editor", onclick: () => switchTabs(view) }, "Tab indents");
  const dom = make("div", { class: "status" }, problems, path, said, place);
  if (!view.state.readOnly) dom.append(tab);

  const draw = () => {
    const { state } = view;
    const head = state.selection.main.head;
    const line = state.doc.lineAt(head);
    place.textContent = `Line ${line.number.toLocaleString("en")}, column ${[...line.text.slice(0, head - line.from)].length + 1}`;
    path.textContent = pathAt(state, head).join(" › ");
    tab.setAttribute("aria-pressed", String(state.field(tabsIndent)));
  };
  const judge = () => {
    // One that another overlaps comes in several pieces.
    const all = new Set();
    forEachDiagnostic(view.state, (diagnostic) => all.add(diagnostic));
    const total = all.size;
    const errors = [...all].filter(({ severity }) => severity === "error").length;
    const warnings = total - errors;
    const text = [errors && count(errors, "error"), warnings && count(warnings, "warning")].filter(Boolean).join(", ");
    problems.hidden = !total;
    problems.textContent = text;
    problems.dataset.severity = errors ? "error" : "warning";
    problems.title = "Go to the next one (F8)";
    if (said.textContent !== text) said.textContent = text || (said.textContent ? "No problems" : "");
    view.contentDOM.setAttribute("aria-invalid", String(errors > 0));
  };
  draw();
  return {
    dom,
    update(update) {
      if (update.docChanged || update.selectionSet || update.transactions.some(({ effects }) => effects.some((effect) => effect.is(setTabs)))) draw();
      if (update.transactions.some(({ effects }) => effects.some((effect) => effect.is(setDiagnosticsEffect)))) judge();
    },
  };
}

/** The status line and what Tab does, as extensions. */
export const status = () => [tabsIndent, tabs.of([]), showPanel.of(panel), keymap.of([{ key: "Ctrl-m", run: switchTabs }])];
