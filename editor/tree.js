// The document as plain values with their places, read from the syntax tree of either language. The tree is there
// while one types and survives mistakes; a parser of whole documents would not.

/**
 * A value of the document.
 * @typedef {object} Value
 * @property {"map" | "list" | "scalar" | "alias"} kind
 * @property {number} from
 * @property {number} to
 * @property {Entry[]} [entries] of a map
 * @property {Value[]} [items] of a list
 * @property {string} [text] of a scalar, without quotes
 * @property {"string" | "integer" | "number" | "boolean" | "null"} [type] of a scalar, as the language reads it
 * @property {boolean} [plain] a scalar of YAML without quotes, which a field of text takes whatever it looks like
 */

/**
 * A name and a value in a map.
 * @typedef {object} Entry
 * @property {string} name
 * @property {{ from: number, to: number }} key
 * @property {Value} value
 */

/** What part of the text a node covers. @typedef {(from: number, to: number) => string} Slice */

/** The documents of a text: YAML may hold several, JSON holds one. @returns {Value[]} */
export function documents(tree, /** @type {Slice} */ slice) {
  const found = [];
  const top = tree.topNode;
  if (top.name === "JsonText") {
    const value = children(top).find((node) => !node.type.isError);
    if (value) found.push(convert(value, slice));
    return found;
  }
  for (const document of children(top)) {
    if (document.name !== "Document") continue;
    const value = children(document).find((node) => VALUES.has(node.name));
    if (value) found.push(convert(value, slice));
  }
  return found;
}

const VALUES = new Set([
  "BlockMapping", "FlowMapping", "BlockSequence", "FlowSequence", "Literal", "QuotedLiteral", "BlockLiteral", "Tagged",
  "Anchored", "Alias", "Object", "Array", "String", "Number", "True", "False", "Null",
]);

function children(node) {
  const found = [];
  for (let child = node.firstChild; child; child = child.nextSibling) found.push(child);
  return found;
}

const valueOf = (node) => children(node).find((child) => VALUES.has(child.name));

function convert(node, slice) {
  const { from, to } = node;
  switch (node.name) {
    case "BlockMapping":
    case "FlowMapping":
    case "Object": {
      const entries = [];
      for (const pair of children(node)) {
        if (pair.name !== "Pair" && pair.name !== "Property") continue;
        const entry = convertPair(pair, slice);
        if (entry) entries.push(entry);
      }
      return { kind: "map", from: entries[0]?.key.from ?? from, to, entries };
    }
    case "BlockSequence":
    case "FlowSequence": {
      const items = children(node)
        .filter((item) => item.name === "Item")
        .map((item) => convertOptional(valueOf(item), item.from, slice));
      return { kind: "list", from, to, items };
    }
    case "Array":
      return { kind: "list", from, to, items: children(node).filter((item) => VALUES.has(item.name)).map((item) => convert(item, slice)) };
    case "Tagged":
    case "Anchored":
      return convertOptional(valueOf(node), from, slice);
    case "Alias":
      return { kind: "alias", from, to };
    case "Literal":
      return { ...plain(slice(from, to)), from, to };
    case "BlockLiteral":
      return { kind: "scalar", type: "string", text: slice(from, to), from, to };
    case "QuotedLiteral":
    case "String":
      return { kind: "scalar", type: "string", text: unquoted(slice(from, to)), from, to };
    case "Number": {
      const text = slice(from, to);
      return { kind: "scalar", type: /[.eE]/.test(text) ? "number" : "integer", text, from, to };
    }
    case "True":
    case "False":
      return { kind: "scalar", type: "boolean", text: slice(from, to), from, to };
    default:
      return { kind: "scalar", type: "null", text: "", from, to };
  }
}

const convertOptional = (node, at, slice) =>
  node ? convert(node, slice) : { kind: "scalar", type: "null", text: "", from: at, to: at };

function convertPair(pair, slice) {
  const key = children(pair).find((child) => child.name === "Key" || child.name === "PropertyName");
  if (!key || key.from === key.to) return undefined;
  return {
    name: unquoted(slice(key.from, key.to)),
    key: { from: key.from, to: key.to },
    value: convertOptional(valueOf(pair), pair.to, slice),
  };
}

/** A scalar of YAML without quotes, read by the core schema. */
function plain(text) {
  const of = (type) => ({ kind: "scalar", type, text, plain: true });
  if (/^(null|Null|NULL|~|)$/.test(text)) return of("null");
  if (/^(true|True|TRUE|false|False|FALSE)$/.test(text)) return of("boolean");
  if (/^[-+]?\d+$|^0o[0-7]+$|^0x[\da-fA-F]+$/.test(text)) return of("integer");
  if (/^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/.test(text)) return of("number");
  return of("string");
}

/** The text between quotes, or the text. */
export function unquoted(text) {
  if (text.startsWith('"')) {
    try {
      return JSON.parse(text);
    } catch {
      return text.slice(1, text.endsWith('"') && text.length > 1 ? -1 : undefined);
    }
  }
  if (text.startsWith("'")) return text.slice(1, text.endsWith("'") && text.length > 1 ? -1 : undefined).replaceAll("''", "'");
  return text;
}

/**
 * The way from the top of a document to a place in it. A step is an entry or an item; the last one holds the place.
 * @returns {{ name: string | number, entry?: Entry, value: Value }[]}
 */
export function wayTo(/** @type {Value} */ value, /** @type {number} */ position) {
  const way = [];
  for (let at = value; at; ) {
    let next;
    if (at.kind === "map") {
      // The last one that begins before: what follows it belongs to it until the next begins.
      const entry = at.entries.findLast(({ key }) => key.from <= position);
      if (entry && (position <= entry.key.to || position <= Math.max(entry.value.to, entry.key.to + 1))) {
        way.push({ name: entry.name, entry, value: entry.value });
        if (position > entry.key.to) next = entry.value;
      }
    } else if (at.kind === "list") {
      const index = at.items.findLastIndex(({ from }) => from <= position);
      const item = at.items[index];
      if (item && position <= item.to) {
        way.push({ name: index, value: item });
        next = item;
      }
    }
    at = next;
  }
  return way;
}
