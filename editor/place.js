// Where in a document one types: in a name or a value, and under which names. Syntax trees of half-written YAML put a
// line into the value before it, so block YAML is read by its indentation; JSON and YAML between brackets by the tree.

import { unquoted } from "./tree.js";

/**
 * @typedef {object} Place
 * @property {"key" | "value" | "item"} kind an item may become a value or the first name of a map
 * @property {(string | number)[]} path of the map or list that is typed into; 0 stands for any item
 * @property {import("./schema.js").Known[]} levels what is known of each map on the way, one more than the path
 * @property {string} [key] whose value is typed
 * @property {number} from where the word begins
 * @property {number} indent column of the names of the map
 * @property {boolean} [brackets] whether the map stands between brackets
 */

/** How many lines are looked at in either direction. */
const FAR = 4_000;

/** The dashes and the name of a line, with their columns. */
export function tokens(line) {
  const found = [];
  let column = /^ */.exec(line)[0].length;
  let rest = line.slice(column);
  for (let dash; (dash = /^-( +|$)/.exec(rest)); ) {
    found.push({ column, dash: true });
    column += dash[0].length;
    rest = rest.slice(dash[0].length);
  }
  const pair = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#"'[\]{},&*!|>%@`-][^#]*?|-[^\s#][^#]*?)\s*:(?:\s+(.*))?$/.exec(rest);
  if (pair) {
    const value = (pair[2] ?? "").replace(/(^|\s)#.*$/, "").trim();
    found.push({ column, key: unquoted(pair[1]), value });
  } else if (rest && !rest.startsWith("#")) {
    found.push({ column, text: rest });
  }
  return found;
}

/** Whether something may lie below a name: nothing stands beside it but an anchor or a tag. */
const opens = (value) => value === "" || /^[&!]\S*$/.test(value);
const isBreak = (line) => /^(---|\.\.\.)(\s|$)/.test(line);
const isEmpty = (line) => /^\s*(#.*)?$/.test(line);

/** The place in block YAML, or nothing where names and values are not completed. @returns {Place | undefined} */
export function blockPlace(doc, position) {
  const line = doc.lineAt(position);
  const before = line.text.slice(0, position - line.from);
  if (/\t/.test(before) || /(^|\s)#/.test(before) || isBreak(line.text)) return undefined;
  const lead = /^ *(?:- +)*/.exec(before)[0];
  const rest = before.slice(lead.length);
  const dashes = tokens(`${lead}x`).filter(({ dash }) => dash);
  const column = lead.length;

  let kind;
  let key;
  let word;
  const pair = /^("[^"]*"|'[^']*'|[^\s:#"'[\]{}][^:#]*?)\s*:\s+(.*)$/.exec(rest);
  if (pair) {
    [kind, key, word] = ["value", unquoted(pair[1]), pair[2]];
    if (/^[&*!|>[{]/.test(word)) return undefined;
  } else if (/^[\w./-]*$/.test(rest)) {
    kind = dashes.length && lead.trimEnd().endsWith("-") ? "item" : "key";
    word = rest;
  } else {
    return undefined;
  }

  const climbed = climb(doc, line.number, column, dashes);
  if (!climbed) return undefined;
  const { path, levels, columns } = climbed;
  descend(doc, line.number, columns, levels);
  return { kind, path, levels, key, from: position - word.length, indent: column };
}

/** Goes up from a line to the top of the document, and collects the names above. */
function climb(doc, number, column, dashes) {
  const path = [];
  const levels = [new Map()];
  const columns = [column];
  // The column of the list whose parent is looked for; its dashes may stand below the parent's name itself.
  let list;
  const enterList = (at) => {
    path.unshift(0);
    levels.unshift(new Map());
    columns.unshift(-1);
    list = at;
  };
  for (const { column: at } of dashes.reverse()) enterList(at);

  for (let at = number - 1, steps = 0; at >= 1 && steps < FAR; at--, steps++) {
    const text = doc.line(at).text;
    if (isBreak(text)) break;
    if (isEmpty(text)) continue;
    for (const token of tokens(text).reverse()) {
      const level = columns[0];
      if (list !== undefined) {
        if (token.dash && token.column < list) enterList(token.column);
        else if (!token.dash && token.column <= list) {
          if (token.key === undefined || !opens(token.value)) return undefined;
          path.unshift(token.key);
          levels.unshift(new Map([[token.key, undefined]]));
          columns.unshift(token.column);
          list = undefined;
        }
      } else if (token.column === level && token.key !== undefined) {
        levels[0].set(token.key, scalar(token.value));
      } else if (token.column < level) {
        if (token.dash) enterList(token.column);
        else if (token.key !== undefined && opens(token.value)) {
          path.unshift(token.key);
          levels.unshift(new Map([[token.key, undefined]]));
          columns.unshift(token.column);
        } else {
          // Under a value, or in the middle of a text of several lines.
          return undefined;
        }
      }
    }
  }
  // A list that nothing holds is the document; a name that is indented without a parent is not in any map.
  return columns[0] > 0 && list === undefined && path.length ? undefined : { path, levels, columns };
}

/** Collects the names below, of every map that the line is in. */
function descend(doc, number, columns, levels) {
  let depth = columns.length - 1;
  for (let at = number + 1, steps = 0; at <= doc.lines && steps < FAR && depth >= 0; at++, steps++) {
    const text = doc.line(at).text;
    if (isBreak(text)) break;
    if (isEmpty(text)) continue;
    const [first] = tokens(text);
    if (!first) continue;
    while (depth >= 0 && (columns[depth] < 0 || first.column < columns[depth])) depth -= 1;
    if (depth < 0) break;
    if (first.key !== undefined && first.column === columns[depth]) levels[depth].set(first.key, scalar(first.value));
  }
}

const scalar = (value) => (value === "" || /^[[{|>&*!]/.test(value) ? undefined : unquoted(value));

/** The place in JSON, or in YAML between brackets. @returns {Place | undefined} */
export function bracketPlace(tree, doc, position) {
  const slice = (from, to) => doc.sliceString(from, to);
  const textOf = (node) => unquoted(slice(node.from, node.to));
  const node = tree.resolveInner(position, -1);
  const isMap = ({ name }) => name === "Object" || name === "FlowMapping";
  const isList = ({ name }) => name === "Array" || name === "FlowSequence";
  const isPair = ({ name }) => name === "Property" || name === "Pair";
  const isKey = ({ name }) => name === "PropertyName" || name === "Key";

  // Within a string that has begun, the whole of it is replaced.
  let from = position;
  for (let at = node; at && !isMap(at) && !isList(at); at = at.parent) {
    if ((SCALARS.has(at.name) || at.name === "PropertyName" || at.name === "Null") && at.to >= position) from = Math.min(from, at.from);
    else if (at.type.isError && at.from < position) {
      const word = /[\w."'-]*$/.exec(slice(at.from, position));
      if (word) from = Math.min(from, position - word[0].length);
    }
  }

  let kind;
  let key;
  let container;
  for (let at = node; at && !container; at = at.parent) {
    if (isKey(at)) kind ??= "key";
    else if (isPair(at)) {
      const own = at.firstChild;
      if (own && isKey(own) && position > own.to && /:\s*$/.test(slice(own.to, from))) {
        kind ??= "value";
        key = textOf(own);
      }
    } else if (isMap(at) && (at.to > position || !slice(at.from, at.to).endsWith("}"))) container = at;
    else if (isList(at) && (at.to > position || !slice(at.from, at.to).endsWith("]"))) container = at;
  }
  if (!container) return undefined;
  if (isMap(container) && kind !== "value") {
    // A name with its colon still to come, or the value of a pair that the parser has already closed.
    const text = slice(container.from, from).trimEnd();
    if (text.endsWith(":")) {
      const name = /("(?:[^"\\]|\\.)*"|[\w.-]+)\s*:$/.exec(text);
      if (!name) return undefined;
      [kind, key] = ["value", unquoted(name[1])];
    } else if (/[{,]$/.test(text)) kind = "key";
    else return undefined;
  }
  if (isList(container)) kind = "item";

  // From the top to here: each map and each list is a level, and each but the last one leads on by a name or an item.
  const chain = [];
  for (let at = container; at; at = at.parent) chain.unshift(at);
  const path = [];
  const levels = [];
  for (const at of chain) {
    const list = isList(at) || at.name === "BlockSequence";
    if (list || isMap(at) || at.name === "BlockMapping") levels.push(list ? new Map() : namesOf(at));
    if (at === container) break;
    if (list) path.push(0);
    else if (isPair(at) && at.firstChild && isKey(at.firstChild)) path.push(textOf(at.firstChild));
  }
  return { kind, path, levels, key, from, indent: 0, brackets: true };

  function namesOf(map) {
    const known = new Map();
    for (let child = map.firstChild; child; child = child.nextSibling) {
      const own = isPair(child) ? child.firstChild : null;
      // The name that is being typed is not there yet.
      if (!own || !isKey(own) || (map === container && own.from <= position && position <= own.to)) continue;
      const last = child.lastChild;
      known.set(textOf(own), last && SCALARS.has(last.name) ? textOf(last) : undefined);
    }
    return known;
  }
}

const SCALARS = new Set(["String", "QuotedLiteral", "Literal", "Number", "True", "False"]);
