// What the editor knows of the document's schema: checks, completion, and help under the pointer.

import { acceptCompletion, autocompletion, closeCompletion, completionKeymap, selectedCompletion, startCompletion } from "@codemirror/autocomplete";
import { json } from "@codemirror/lang-json";
import { yaml } from "@codemirror/lang-yaml";
import { ensureSyntaxTree, language, syntaxTree } from "@codemirror/language";
import { forceLinting, lintGutter, lintKeymap, linter } from "@codemirror/lint";
import { Prec, StateEffect, StateField } from "@codemirror/state";
import { hoverTooltip, keymap } from "@codemirror/view";
import { blockPlace, bracketPlace } from "./place.js";
import { PLACEHOLDER, check, choose, isMeant, knownOf, listed, members, possible, sentence, typeName, types, under } from "./schema.js";
import { documents, wayTo } from "./tree.js";

/** The languages by name. */
export const LANGUAGES = { yaml: yaml(), json: json() };

/** Longer documents are not checked: the platform does not read them either. */
const LONGEST = 1 << 20;

/** What is handed in beside the text. */
export const setSchema = StateEffect.define();
export const setErrors = StateEffect.define();

const schemaField = StateField.define({
  create: () => undefined,
  update: (value, transaction) => transaction.effects.reduce((last, effect) => (effect.is(setSchema) ? effect.value : last), value),
});

/** Errors from outside, each `{ line, column, severity, message }`; they hold until the text changes around them. */
const errorsField = StateField.define({
  create: () => [],
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setErrors)) return effect.value.map((error) => ({ ...error, ...placeOf(transaction.newDoc, error) }));
    }
    if (!transaction.docChanged) return value;
    return value.map((error) => ({ ...error, from: transaction.changes.mapPos(error.from, -1), to: transaction.changes.mapPos(error.to, 1) }));
  },
});

/** Where a line and a column are, both from 1 on; the word that stands there. */
function placeOf(doc, { line, column }) {
  const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
  // Columns count characters, positions half of some.
  const before = [...at.text].slice(0, Math.max(column - 1, 0)).join("").length;
  const from = at.from + Math.min(before, at.length);
  const word = /^(?:"[^"]*"|'[^']*'|[^\s,\]}]+)/.exec(at.text.slice(from - at.from));
  const to = word ? from + word[0].length : at.to;
  return to > from ? { from, to } : { from: at.from + /^\s*/.exec(at.text)[0].length, to: Math.max(at.to, at.from) };
}

const isYaml = (state) => state.facet(language)?.name === "yaml";

/** Everything that is wrong with the text, in its order. */
function diagnose(view) {
  const { state } = view;
  const { doc } = state;
  const handed = state.field(errorsField).map(({ from, to, severity, message }) => ({ from, to, severity: severity ?? "error", message }));
  if (doc.length > LONGEST) return handed;
  const tree = ensureSyntaxTree(state, doc.length, 200);
  if (!tree) return handed;
  const slice = (from, to) => doc.sliceString(from, to);

  const lineOf = (position) => doc.lineAt(position).number;
  const said = new Set(handed.map(({ from }) => lineOf(from)));
  const syntax = syntaxProblems(state, tree).filter(({ from }) => !said.has(lineOf(from)));
  const found = [...handed, ...syntax];

  for (const match of doc.toString().matchAll(PLACEHOLDER)) {
    if (!isMeant(match[0]) || inComment(tree, match.index)) continue;
    found.push({ from: match.index, to: match.index + match[0].length, severity: "warning", message: `Put your own value in place of ${match[0]}.` });
  }

  const schema = state.field(schemaField);
  // Of a text that breaks off, half would be said to be missing.
  if (schema && !syntax.length && !handed.some(({ syntax: is }) => is)) {
    for (const value of documents(tree, slice)) {
      for (const { fix, ...problem } of check(value, schema)) {
        if (said.has(lineOf(problem.from))) continue;
        const actions = fix && !state.readOnly && [{ name: `Change to ${fix.text}`, apply: (on, from, to) => on.dispatch({ changes: { from, to, insert: fix.text } }) }];
        found.push(actions ? { ...problem, actions } : problem);
      }
    }
  }
  return found.sort((a, b) => a.from - b.from);
}

const inComment = (tree, position) => tree.resolveInner(position, 1).name === "Comment";

function syntaxProblems(state, tree) {
  const { doc } = state;
  const found = [];
  const lines = new Set();
  const add = (from, to, message) => {
    const line = doc.lineAt(from);
    if (lines.has(line.number) || found.length >= 20) return;
    lines.add(line.number);
    found.push({ from, to: Math.max(to, Math.min(from + 1, line.to)), severity: "error", message });
  };
  if (isYaml(state)) {
    const text = doc.toString();
    for (const tab of text.matchAll(/^ *\t+/gm)) {
      const at = tab.index + tab[0].length - 1;
      if (tree.resolveInner(at, 1).name !== "BlockLiteralContent") add(tab.index, tab.index + tab[0].length, "A tab cannot indent YAML. Use blanks.");
    }
  }
  tree.iterate({
    enter({ type, from, to }) {
      if (!type.isError) return;
      // An error without a width stands where something is missing: that is the end of what came before.
      const before = from === to ? doc.sliceString(0, from).trimEnd().length : from;
      add(Math.max(0, Math.min(before, doc.length) - (from === to ? 1 : 0)), to, isYaml(state) ? yamlAdvice(doc, from) : jsonAdvice(doc, from));
    },
  });
  return found;
}

function yamlAdvice(doc, at) {
  const line = doc.lineAt(at).text;
  if (/:\S/.test(line) && !/: /.test(line)) return "A blank is missing after the colon.";
  if (/^\s*[^#"']*:\s+[^"'|>#]*:\s/.test(line)) return "A value that contains a colon and a blank belongs between quotes.";
  return "This is not YAML: look at the indentation, the colons and the quotes here.";
}

function jsonAdvice(doc, at) {
  const before = doc.sliceString(Math.max(0, at - 200), at).trimEnd();
  const next = doc.sliceString(at, Math.min(doc.length, at + 40)).trimStart();
  if (before.endsWith(",") && /^[}\]]/.test(next)) return "JSON has no comma before a closing bracket.";
  if (next.startsWith("'")) return "JSON takes double quotes.";
  if (!next) return "The document ends too early: a bracket or a quote is open.";
  return "This is not JSON: a comma, a colon, a bracket or a quote is missing or too much.";
}

// ---- Completion

function placeAt(state, position) {
  const tree = syntaxTree(state);
  const node = tree.resolveInner(position, -1);
  if (/Comment|BlockLiteral/.test(node.name)) return undefined;
  if (!isYaml(state)) return bracketPlace(tree, state.doc, position);
  for (let at = node; at; at = at.parent) {
    if ((at.name === "FlowMapping" || at.name === "FlowSequence") && (at.to > position || !/[\]}]$/.test(state.sliceDoc(at.from, at.to)))) return bracketPlace(tree, state.doc, position);
  }
  return blockPlace(state.doc, position);
}

/** The schema of the map or list that is typed into. */
export function schemaAt(schema, { path, levels }) {
  let at = schema;
  path.forEach((name, index) => {
    at = at && under(at, levels[index], name);
  });
  return at;
}

function complete(context) {
  const { state, pos, explicit } = context;
  const schema = state.field(schemaField);
  if (!schema) return null;
  const place = placeAt(state, pos);
  if (!place) return null;
  const typed = state.sliceDoc(place.from, pos);
  if (!explicit && !typed && place.kind !== "value") return null;
  const at = schemaAt(schema, place);
  const known = place.levels.at(-1);
  const options = [];
  if (place.kind === "value") options.push(...valueOptions(state, valueSchema(at, known, place.key)));
  if (place.kind === "item") {
    const item = choose(at, known)?.items ?? at;
    options.push(...valueOptions(state, item));
    if (isYaml(state) && types(item).includes("object")) options.push(...keyOptions(state, place, item, new Map()));
    else if (isYaml(state) && at && !choose(at, known)?.items) options.push(...keyOptions(state, place, at, known));
  }
  if (place.kind === "key") options.push(...keyOptions(state, place, at, known));
  if (!options.length) return null;
  return { from: place.from, options, validFor: /^["']?[\w./-]*$/ };
}

/** What holds under a name: for a constant that tells alternatives apart, each of them. */
function valueSchema(schema, known, key) {
  const own = under(schema, known, key);
  const constants = possible(schema, known, key).map((one) => one.properties?.[key]?.const).filter((constant) => constant !== undefined);
  return constants.length > 1 ? { ...own, const: undefined, enum: [...new Set(constants)] } : own;
}

function valueOptions(state, schema) {
  if (!schema) return [];
  return listed(schema).map((value, index) => {
    const text = written(state, value);
    return {
      label: text,
      displayLabel: String(value),
      type: "enum",
      detail: value === schema.default ? "default" : undefined,
      boost: -index,
      info: schema.description ? () => help(undefined, schema, false, undefined) : undefined,
    };
  });
}

/** A value as the language writes it. */
function written(state, value) {
  if (typeof value !== "string") return String(value);
  if (!isYaml(state)) return JSON.stringify(value);
  return /^(|~|null|true|false|yes|no|on|off|[-+.\d].*)$/i.test(value) || /[:#{}[\],&*!|>'"%@`]/.test(value) ? JSON.stringify(value) : value;
}

function keyOptions(state, place, schema, known) {
  const chosen = choose(schema, known);
  if (!chosen?.properties) return [];
  const { names, chosen: member } = members(chosen, known);
  const required = new Set(chosen.required ?? []);
  if (member) required.add(member);
  return Object.entries(chosen.properties)
    .filter(([name, { deprecated }]) => !deprecated && !known.has(name) && !(member && names.includes(name) && name !== member))
    .map(([name]) => [name, valueSchema(schema, known, name)])
    .map(([name, own], index) => ({
      label: isYaml(state) ? name : JSON.stringify(name),
      displayLabel: name,
      type: "property",
      detail: required.has(name) ? `${typeName(own)}, required` : typeName(own),
      boost: (required.has(name) ? 50 : 0) - Math.min(index, 40),
      info: () => help(name, own, required.has(name)),
      apply: (view, _completion, from, to) => insertKey(view, place, name, own, from, to),
    }));
}

/** Writes a name with what follows it, and goes on to its value. */
function insertKey(view, place, name, schema, from, to) {
  const { state } = view;
  const after = state.doc.lineAt(to).text.slice(to - state.doc.lineAt(to).from);
  const key = isYaml(state) ? name : JSON.stringify(name);
  const kind = types(schema).find((type) => type !== "null");
  let head = `${key}: `;
  let tail = "";
  if (/^["']?\s*:/.test(after)) {
    head = key;
  } else if (isYaml(state)) {
    const inner = `\n${" ".repeat(place.indent + 2)}`;
    if (schema.const !== undefined) head += written(state, schema.const);
    else if (place.brackets) head = `${key}: `;
    else if (kind === "object") head = `${key}:${inner}`;
    else if (kind === "array") head = `${key}:${inner}- `;
  } else if (schema.const !== undefined) head += written(state, schema.const);
  else if (kind === "object") [head, tail] = [`${key}: {`, "}"];
  else if (kind === "array") [head, tail] = [`${key}: [`, "]"];
  else if (kind === "string" || !kind) [head, tail] = [`${key}: "`, '"'];
  view.dispatch({
    changes: { from, to, insert: head + tail },
    selection: { anchor: from + head.length },
    userEvent: "input.complete",
    scrollIntoView: true,
  });
  if (schema.const === undefined && (listed(schema).length || kind === "object" || kind === "array")) startCompletion(view);
}

/** A value that stands there as it is offered needs no taking over: Enter ends the line. */
function passOver(view) {
  const { state } = view;
  const chosen = selectedCompletion(state);
  const { head } = state.selection.main;
  if (chosen && !chosen.apply && state.sliceDoc(head - chosen.label.length, head) === chosen.label) closeCompletion(view);
  return false;
}

// ---- Help

const element = (name, className, text) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
};

/** What a schema says of a field, as a note. */
function help(name, schema, required) {
  const note = element("div", "help");
  if (name) {
    const head = note.appendChild(element("div", "help__head"));
    head.appendChild(element("code", "help__name", name));
    head.append(` ${[typeName(schema), required ? "required" : ""].filter(Boolean).join(", ")}`);
  }
  if (schema.description) note.appendChild(element("p", "", sentence(schema.description)));
  const facts = [];
  const values = listed(schema);
  if (values.length && !types(schema).includes("boolean")) facts.push(["Allowed", values.join(", ")]);
  if (schema.default !== undefined) facts.push(["Default", String(schema.default)]);
  if (schema.pattern) facts.push(["Form", schema.pattern]);
  if (schema.minLength !== undefined || schema.maxLength !== undefined) facts.push(["Length", range(schema.minLength, schema.maxLength)]);
  if (schema.minimum !== undefined || schema.maximum !== undefined) facts.push(["Between", range(schema.minimum, schema.maximum)]);
  if (facts.length) {
    const list = note.appendChild(element("dl"));
    for (const [term, text] of facts) {
      list.appendChild(element("dt", "", term));
      list.appendChild(element("dd", "", text));
    }
  }
  return note;
}

const range = (least, most) => (most === undefined ? `${least} or more` : `${least ?? 0} to ${most}`);

/** The way to a place, with the schema of each step. */
export function resolve(state, position) {
  const tree = syntaxTree(state);
  const slice = (from, to) => state.sliceDoc(from, to);
  const document = documents(tree, slice).findLast(({ from }) => from <= position);
  if (!document) return [];
  let schema = state.field(schemaField);
  let parent = document;
  return wayTo(document, position).map((step) => {
    const known = knownOf(parent);
    const required = schema && choose(schema, known)?.required?.includes(step.name);
    schema = schema && under(schema, known, step.name);
    parent = step.value;
    return { ...step, schema, required: Boolean(required) };
  });
}

const hover = hoverTooltip(
  (view, position) => {
    if (view.state.doc.length > LONGEST || !view.state.field(schemaField)) return null;
    const step = resolve(view.state, position).findLast(({ entry }) => entry);
    if (!step?.schema) return null;
    const { key, value } = step.entry;
    const onKey = position >= key.from && position <= key.to;
    const onValue = value.kind === "scalar" && position >= value.from && position <= value.to;
    if (!onKey && !onValue) return null;
    const place = onKey ? key : value;
    return { pos: place.from, end: place.to, above: true, create: () => ({ dom: help(step.name, step.schema, step.required) }) };
  },
  { hoverTime: 350 },
);

/** The editor's knowledge, as extensions. */
export function knowledge() {
  return [
    schemaField,
    errorsField,
    linter(diagnose, { delay: 350, needsRefresh: ({ transactions }) => transactions.some(({ effects }) => effects.some((effect) => effect.is(setErrors) || effect.is(setSchema))) }),
    lintGutter({ hoverTime: 200 }),
    // Ahead of the keys that `autocompletion` brings.
    Prec.highest(keymap.of([{ key: "Enter", run: passOver }])),
    autocompletion({ override: [complete], icons: false, activateOnTypingDelay: 80, tooltipClass: () => "complete" }),
    hover,
    keymap.of([{ key: "Tab", run: acceptCompletion }, ...completionKeymap, ...lintKeymap]),
  ];
}

export { forceLinting };
