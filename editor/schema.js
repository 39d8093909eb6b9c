// What a JSON Schema says of a document: which part of it holds where, and what the document does not keep to.
// References are expected to be put in; what is unknown is allowed, as the standard has it.

/** @typedef {import("./tree.js").Value} Value */
/** A schema, as far as it is read here. @typedef {Record<string, any>} Schema */
/** What is known of a map: its names, and the text of those that hold a scalar. @typedef {Map<string, string | undefined>} Known */

/** What is known of a map of a document. @returns {Known} */
export function knownOf(/** @type {Value} */ value) {
  return new Map((value.entries ?? []).map(({ name, value: { text } }) => [name, text]));
}

/** The schemas of which one holds. @returns {Schema[]} */
export function alternatives(/** @type {Schema | undefined} */ schema) {
  if (!schema) return [];
  const several = schema.anyOf ?? schema.oneOf;
  return several ? several.flatMap(alternatives) : [schema];
}

/** Whether nothing that is known contradicts a constant of the schema. */
const agrees = (schema, known, except) =>
  Object.entries(schema.properties ?? {}).every(
    ([name, { const: constant }]) =>
      constant === undefined || name === except || known.get(name) === undefined || known.get(name) === String(constant),
  );

/** The alternatives that what is known does not rule out; all, where it rules out each. */
export function possible(schema, /** @type {Known} */ known, except) {
  const all = alternatives(schema);
  const left = all.filter((one) => agrees(one, known, except));
  return left.length ? left : all;
}

/** The alternative that a map is most likely meant to be. @returns {Schema | undefined} */
export function choose(schema, /** @type {Known} */ known) {
  let best;
  let most = -Infinity;
  for (const candidate of alternatives(schema)) {
    const score = 2 * [...known.keys()].filter((name) => candidate.properties?.[name]).length - (agrees(candidate, known) ? 0 : 1);
    if (score > most) [best, most] = [candidate, score];
  }
  return best;
}

/** The schema of what lies under a name, or of the items of a list. @returns {Schema | undefined} */
export function under(schema, /** @type {Known} */ known, /** @type {string | number} */ name) {
  const chosen = choose(schema, known);
  if (!chosen) return undefined;
  if (typeof name === "number") return chosen.items;
  const own = Object.hasOwn(chosen.properties ?? {}, name) ? chosen.properties[name] : undefined;
  if (own) return own;
  return typeof chosen.additionalProperties === "object" ? chosen.additionalProperties : undefined;
}

/** The types that a schema names; none means any. @returns {string[]} */
export const types = (schema) => [schema?.type ?? []].flat();

/** The values that a schema lists. @returns {unknown[]} */
export function listed(schema) {
  if (!schema) return [];
  if (schema.const !== undefined) return [schema.const];
  if (schema.enum) return schema.enum;
  return types(schema).includes("boolean") ? [true, false] : [];
}

/**
 * The name that chooses among members: a map whose `type` lists names of its own fields holds the field of that name
 * and none of the others.
 * @returns {{ names: string[], chosen: string | undefined }}
 */
export function members(schema, /** @type {Known} */ known) {
  const names = schema?.properties?.type?.enum ?? [];
  const all = names.length > 1 && names.every((name) => schema.properties[name]);
  const chosen = known.get("type");
  return { names: all ? names : [], chosen: all && names.includes(chosen) ? chosen : undefined };
}

/** A type in words. */
export function typeName(schema) {
  const names = types(schema).filter((name) => name !== "null");
  const words = { string: "text", integer: "whole number", number: "number", boolean: "true or false", object: "fields", array: "list" };
  if (names[0] === "array" && schema.items) {
    const items = types(schema.items)[0];
    return items ? `list of ${{ string: "texts", integer: "whole numbers", number: "numbers", object: "objects", array: "lists" }[items] ?? items}` : "list";
  }
  return names.map((name) => words[name] ?? name).join(" or ");
}

/**
 * Something that a document does not keep to.
 * @typedef {object} Problem
 * @property {number} from
 * @property {number} to
 * @property {"error" | "warning"} severity
 * @property {string} message
 * @property {{ from: number, to: number, text: string }} [fix] what it was probably meant to be
 */

/** What a template leaves to fill in, as `<YOUR_CLUSTER_NAME>`. */
export const PLACEHOLDER = /<(?:[A-Z][A-Z0-9_ -]+|your[\w -]+)>/gi;
const isPlaceholder = (text) => [...text.matchAll(PLACEHOLDER)].some(([found]) => isMeant(found));

/** Capitals, or words after "your": other words between brackets are somebody's markup. */
export const isMeant = (placeholder) => /^<(?:[A-Z][A-Z0-9_ -]+|[yY]our[\w -]+)>$/.test(placeholder);

/** Everything in a document that its schema does not allow. @returns {Problem[]} */
export function check(/** @type {Value} */ value, /** @type {Schema} */ schema) {
  const problems = [];
  visit(value, schema, "", problems);
  return problems;
}

/** No document needs more; a table of the wrong form would give one a row. */
const MOST = 200;

function visit(value, schema, path, problems, key) {
  if (!schema || value.kind === "alias" || problems.length >= MOST) return;
  const report = (message, place = value, severity = "error", fix) =>
    problems.push({ from: place.from, to: place.to, severity, message, fix });
  const name = path || "The document";

  if (value.kind === "scalar" && value.type === "null") {
    if (types(schema).includes("null") || !key) return;
    // `tags:` with nothing below is how people leave a part out; JSON's null is the same.
    return;
  }
  const wanted = types(schema);
  if (wanted.length && !wanted.some((type) => fits(value, type))) {
    if (value.kind === "scalar" && isPlaceholder(value.text)) return;
    report(`${name} must be ${withArticle(typeName(schema))}.`);
    return;
  }
  if (value.kind === "map") return visitMap(value, schema, path, problems, key);
  if (value.kind === "list") {
    if (schema.minItems && value.items.length < schema.minItems) report(`${name} needs at least ${count(schema.minItems, "item")}.`, key ?? value);
    if (schema.maxItems !== undefined && value.items.length > schema.maxItems) report(`${name} takes at most ${count(schema.maxItems, "item")}.`, key ?? value);
    value.items.forEach((item, index) => visit(item, schema.items, `${path}[${index}]`, problems, key));
    return;
  }

  const { text } = value;
  if (isPlaceholder(text)) return;
  if (schema.const !== undefined || schema.enum) {
    const allowed = listed(schema).map(String);
    if (!allowed.includes(text)) {
      const near = nearest(text, allowed);
      const words = allowed.length === 1 ? allowed[0] : `one of ${allowed.join(", ")}`;
      report(`${name} must be ${words}.`, value, "error", near && { from: value.from, to: value.to, text: value.plain ? near : JSON.stringify(near) });
    }
    return;
  }
  if (wanted.includes("string") || !wanted.length) {
    const length = [...text].length;
    if (schema.minLength && length < schema.minLength) report(length ? `${name} needs at least ${count(schema.minLength, "character")}.` : `${name} must not be empty.`);
    if (schema.maxLength !== undefined && length > schema.maxLength) report(`${name} takes at most ${count(schema.maxLength, "character")}; this has ${length}.`);
    if (schema.pattern && !matches(schema.pattern, text)) report(`${name} has another form than ${schema.pattern}.${schema.description ? ` ${sentence(schema.description)}` : ""}`);
    if (schema.format === "uuid" && !/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)) report(`${name} must be a UUID.`);
    if (schema.format === "date-time" && Number.isNaN(Date.parse(text))) report(`${name} must be a time such as 2026-06-09T14:02:00Z.`);
  }
  if (value.type === "integer" || value.type === "number") {
    const number = Number(text);
    if (wanted.includes("integer") || wanted.includes("number")) {
      if (schema.minimum !== undefined && number < schema.minimum) report(`${name} must be at least ${schema.minimum}.`);
      if (schema.maximum !== undefined && number > schema.maximum) report(`${name} must be at most ${schema.maximum}.`);
    }
  }
}

function visitMap(value, schema, path, problems, key) {
  const known = knownOf(value);
  const chosen = choose(schema, known);
  if (!chosen) return;
  const report = (message, place, severity = "error", fix) => problems.push({ from: place.from, to: place.to, severity, message, fix });
  const join = (name) => (path ? `${path}.${name}` : name);
  const all = alternatives(schema);
  const properties = chosen.properties ?? {};
  const names = Object.keys(properties);
  const closed = names.length > 0 && !chosen.additionalProperties;
  const { names: memberNames, chosen: member } = members(chosen, known);

  const seen = new Set();
  // Where no alternative agrees, only what tells them apart is certain to be wrong.
  const agreed = all.length < 2 || agrees(chosen, known);
  for (const entry of value.entries) {
    const { name } = entry;
    if (name === "<<" || (!agreed && properties[name]?.const === undefined)) continue;
    if (seen.has(name)) {
      report(`${join(name)} is given twice.`, entry.key);
      continue;
    }
    seen.add(name);
    if (!Object.hasOwn(properties, name)) {
      if (closed) {
        const near = nearest(name, names.filter((other) => !known.has(other)));
        const hint = near ? ` Did you mean ${near}?` : "";
        const quote = value.entries.length && entry.key.to - entry.key.from > name.length ? '"' : "";
        report(`${join(name)} is not known.${hint}`, entry.key, "warning", near && { ...entry.key, text: quote + near + quote });
      } else if (typeof chosen.additionalProperties === "object") {
        visit(entry.value, chosen.additionalProperties, join(name), problems, entry.key);
      }
      continue;
    }
    if (member && memberNames.includes(name) && name !== member && name !== "type") {
      report(`${join(name)} is ignored: ${join("type")} is ${member}.`, entry.key, "warning");
    }
    // Of several alternatives none may agree; then each constant that one of them allows is right.
    const constants = all.length > 1 ? all.map((one) => one.properties?.[name]?.const).filter((constant) => constant !== undefined) : [];
    const own = constants.length ? { ...properties[name], const: undefined, enum: [...new Set(constants)] } : properties[name];
    visit(entry.value, own, join(name), problems, entry.key);
  }

  if (!agreed) return;
  const place = key ?? firstOf(value);
  for (const name of chosen.required ?? []) {
    if (!seen.has(name)) report(`${path || "The document"} needs ${name}.`, place);
    else {
      const entry = value.entries.find((one) => one.name === name);
      if (entry.value.type === "null" && !types(properties[name]).includes("null")) report(`${join(name)} needs a value.`, entry.key);
    }
  }
  if (member && !seen.has(member) && chosen.required?.includes("type")) {
    report(`${path || "The document"} needs ${member}: its type says so.`, place);
  }
}

const firstOf = (value) => value.entries[0]?.key ?? { from: value.from, to: Math.min(value.to, value.from + 1) };

function fits(value, type) {
  switch (type) {
    case "object":
      return value.kind === "map";
    case "array":
      return value.kind === "list";
    case "string":
      return value.kind === "scalar" && (value.type === "string" || value.plain === true);
    case "number":
      return value.type === "number" || value.type === "integer";
    default:
      return value.type === type;
  }
}

const patterns = new Map();

function matches(pattern, text) {
  if (!patterns.has(pattern)) {
    let expression;
    try {
      expression = new RegExp(pattern, "u");
    } catch {
      expression = undefined;
    }
    patterns.set(pattern, expression);
  }
  return patterns.get(pattern)?.test(text) ?? true;
}

/** The one of some words that differs least, if it differs little. */
export function nearest(word, words) {
  let best;
  let least = Math.min(3, Math.ceil(word.length / 3) + 1);
  for (const other of words) {
    const distance = other.toLowerCase() === word.toLowerCase() ? 0 : difference(word, other);
    if (distance < least) [best, least] = [other, distance];
  }
  return best;
}

/** How many letters one changes to make one word of another. */
function difference(a, b) {
  if (Math.abs(a.length - b.length) > 3) return 9;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}

const count = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;
const withArticle = (words) => (/^(text|true|fields)/.test(words) ? words : `a ${words}`);
export const sentence = (text) => (/[.:;]$/.test(text) ? text : `${text}.`);
