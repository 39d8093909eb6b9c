// What the editor knows without a browser: the tree of values, the schema, the place of the caret.
//
//   node --test editor/

import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonLanguage } from "@codemirror/lang-json";
import { yamlLanguage } from "@codemirror/lang-yaml";
import { Text } from "@codemirror/state";
import { blockPlace, bracketPlace, tokens } from "./place.js";
import { check, choose, members, nearest } from "./schema.js";
import { documents, unquoted, wayTo } from "./tree.js";

const SPEC = {
  type: "object",
  properties: {
    name: { type: "string", minLength: 1, maxLength: 10, pattern: "^[a-z]([-a-z0-9]*[a-z0-9])?$" },
    syncType: { type: "string", enum: ["auto", "manual"], default: "auto" },
    source: {
      type: "object",
      properties: {
        type: { type: "string", enum: ["image", "helm"] },
        image: { type: "object", properties: { tag: { type: "string" } }, required: ["tag"] },
        helm: { type: "object", additionalProperties: true },
      },
      required: ["type"],
    },
    groups: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        properties: { name: { type: "string" }, minNode: { type: "integer", minimum: 0 }, labels: { type: "object", additionalProperties: { type: "string" } } },
        required: ["name"],
      },
    },
    zones: { type: "array", items: { type: "string", enum: ["a", "b"] } },
  },
  required: ["name", "source"],
};

const wrapped = (kind, spec) => ({
  type: "object",
  properties: { apiVersion: { type: "string", const: "v1" }, kind: { type: "string", const: kind }, spec },
  required: ["apiVersion", "kind", "spec"],
});

const SCHEMA = { anyOf: [wrapped("Application", SPEC), wrapped("Profile", { type: "object", properties: { profileName: { type: "string" } }, required: ["profileName"] }), SPEC] };

const read = (text, language = yamlLanguage) => documents(language.parser.parse(text), (from, to) => text.slice(from, to));
const problems = (text, schema = SCHEMA, language = yamlLanguage) => read(text, language).flatMap((value) => check(value, schema));
const messages = (...all) => problems(...all).map(({ message }) => message);

const GOOD = `apiVersion: v1
kind: Application
spec:
  name: shop
  source:
    type: image
    image:
      tag: 1.30
  groups:
    - name: one
      minNode: 0
      labels: {tier: web, canary: true}
`;

test("a document that keeps to its schema has no problems, in both languages", () => {
  assert.deepEqual(messages(GOOD), []);
  assert.deepEqual(messages(`{"name": "shop", "source": {"type": "image", "image": {"tag": "1"}}}`, SCHEMA, jsonLanguage), []);
  assert.deepEqual(messages(GOOD + "---\nname: flat\nsource: {type: helm, helm: {a: 1}}\n"), [], "several documents, each by its own form");
});

test("what is missing, unknown, or of another type is said where it stands", () => {
  const text = GOOD.replace("name: shop", "nmae: shop").replace("minNode: 0", "minNode: many");
  const found = problems(text);
  assert.deepEqual(found.map(({ message }) => message), [
    "spec.nmae is not known. Did you mean name?",
    "spec.groups[0].minNode must be a whole number.",
    "spec needs name.",
  ]);
  assert.equal(text.slice(found[0].from, found[0].to), "nmae");
  assert.equal(found[0].fix.text, "name");
  assert.equal(text.slice(found[1].from, found[1].to), "many");
  assert.equal(text.slice(found[2].from, found[2].to), "spec");
});

test("limits, patterns, lists of values, and names given twice", () => {
  assert.deepEqual(messages("name: Shop\nsource: {type: helm, helm: {}}\n"), ["name has another form than ^[a-z]([-a-z0-9]*[a-z0-9])?$."]);
  assert.deepEqual(messages("name: a-very-long-name\nsource: {type: helm, helm: {}}\n"), ["name takes at most 10 characters; this has 16."]);
  assert.deepEqual(messages("name: a\nsyncType: autp\nsource: {type: helm, helm: {}}\n"), ["syncType must be one of auto, manual."]);
  assert.deepEqual(messages("name: a\ngroups: []\nsource: {type: helm, helm: {}}\n"), ["groups needs at least 1 item."]);
  assert.deepEqual(messages("name: a\nname: b\nsource: {type: helm, helm: {}}\n"), ["name is given twice."]);
  assert.deepEqual(messages("name: a\ngroups: [{name: x, minNode: -1}]\nsource: {type: helm, helm: {}}\n"), ["groups[0].minNode must be at least 0."]);
});

test("a type that names a member asks for it, and for no other", () => {
  assert.deepEqual(messages("name: a\nsource:\n  type: image\n  helm: {}\n"), ["source.helm is ignored: source.type is image.", "source needs image: its type says so."]);
  assert.deepEqual(members(SPEC.properties.source, new Map([["type", "helm"]])), { names: ["image", "helm"], chosen: "helm" });
  assert.deepEqual(members(SPEC, new Map()).names, []);
});

test("placeholders are no violations, and neither is what is left empty", () => {
  assert.deepEqual(messages("name: <YOUR_NAME>\nsyncType: <YOUR MODE>\nsource:\n  type: helm\n  helm:\ngroups:\n"), []);
  assert.deepEqual(messages("name:\nsource: {type: helm, helm: {}}\n"), ["name needs a value."]);
});

test("an unknown kind names the known ones", () => {
  assert.deepEqual(messages("apiVersion: v1\nkind: Aplication\nspec:\n  name: a\n  source: {type: helm, helm: {}}\n"), ["kind must be one of Application, Profile."]);
});

test("JSON is stricter about text than YAML", () => {
  assert.deepEqual(messages(`{"name": 1, "source": {"type": "helm", "helm": {}}}`, SCHEMA, jsonLanguage), ["name must be text."]);
});

test("the alternative is chosen by constants first, then by names", () => {
  assert.equal(choose(SCHEMA, new Map([["kind", "Profile"], ["spec", undefined]])).properties.kind.const, "Profile");
  assert.equal(choose(SCHEMA, new Map([["name", "x"]])), SPEC);
  assert.equal(choose(SCHEMA, new Map()).properties.kind.const, "Application");
});

test("near words are found, far ones are not", () => {
  assert.equal(nearest("nmae", ["name", "node"]), "name");
  assert.equal(nearest("Auto", ["auto"]), "auto");
  assert.equal(nearest("x", ["name"]), undefined);
});

test("text between quotes", () => {
  assert.equal(unquoted('"a\\nb"'), "a\nb");
  assert.equal(unquoted("'it''s'"), "it's");
  assert.equal(unquoted('"open'), "open");
});

test("the way to a place", () => {
  const [document] = read(GOOD);
  assert.deepEqual(wayTo(document, GOOD.indexOf("tag") + 1).map(({ name }) => name), ["spec", "source", "image", "tag"]);
  assert.deepEqual(wayTo(document, GOOD.indexOf("web")).map(({ name }) => name), ["spec", "groups", 0, "labels", "tier"]);
});

test("a line's dashes and name", () => {
  assert.deepEqual(tokens("  - - name: x # note"), [{ column: 2, dash: true }, { column: 4, dash: true }, { column: 6, key: "name", value: "x" }]);
  assert.deepEqual(tokens('"a: b": c'), [{ column: 0, key: "a: b", value: "c" }]);
  assert.deepEqual(tokens("url: http://x:1"), [{ column: 0, key: "url", value: "http://x:1" }]);
  assert.deepEqual(tokens("- plain"), [{ column: 0, dash: true }, { column: 2, text: "plain" }]);
});

/** The place at the mark `|`. */
function place(marked) {
  const at = marked.indexOf("|");
  const text = marked.replace("|", "");
  const found = blockPlace(Text.of(text.split("\n")), at);
  return found && { ...found, known: [...found.levels.at(-1).keys()], levels: found.levels.length };
}

test("a name in block YAML, under its parents and beside its neighbours", () => {
  const found = place("kind: Application\nspec:\n  name: a\n  na|\n  source:\n    type: image\n");
  assert.deepEqual(found, { kind: "key", path: ["spec"], levels: 2, key: undefined, from: 36, indent: 2, known: ["name", "source"] });
  assert.deepEqual(place("spec:\n  source:\n    |\n").path, ["spec", "source"]);
  assert.deepEqual(place("spec:\n  source:\n    type: x\n  |\n").path, ["spec"]);
  assert.deepEqual(place("spec:\n  name: x\n|").path, []);
  assert.deepEqual(place("a: 1\n---\n|b").known, [], "another document");
});

test("a name in a list, also where its dashes stand below the parent's name", () => {
  for (const text of ["groups:\n  - name: a\n    |", "groups:\n- name: a\n  |", "groups:\n  - name: x\n    labels:\n      a: b\n  - name: a\n    |"]) {
    const found = place(text);
    assert.deepEqual([found.kind, found.path, found.known], ["key", ["groups", 0], ["name"]], text);
  }
  assert.deepEqual([place("groups:\n  - |").kind, place("groups:\n  - |").path], ["item", ["groups", 0]]);
  assert.deepEqual(place("groups:\n  - name: a\n    taints:\n      - key: x\n        |").path, ["groups", 0, "taints", 0]);
});

test("a value", () => {
  const found = place("spec:\n  source:\n    type: im|\n    image:\n");
  assert.deepEqual([found.kind, found.path, found.key, found.known], ["value", ["spec", "source"], "type", ["image"]]);
});

test("nothing is completed in comments, under values, in texts of several lines", () => {
  for (const text of ["# na|", "a: b # c|", "a: b\n  c|", "a: |\n  x"]) assert.equal(place(text)?.kind === "key", false, text);
});

test("a place between brackets", () => {
  const json = (marked) => {
    const at = marked.indexOf("|");
    const text = marked.replace("|", "");
    const found = bracketPlace(jsonLanguage.parser.parse(text), Text.of(text.split("\n")), at);
    return found && [found.kind, found.path, found.key, text.slice(found.from, at), [...found.levels.at(-1).keys()]];
  };
  assert.deepEqual(json('{"spec": {"na|"}}'), ["key", ["spec"], undefined, '"na', []]);
  assert.deepEqual(json('{"spec": {"name": "a", |}}'), ["key", ["spec"], undefined, "", ["name"]]);
  assert.deepEqual(json('{"spec": {"type": |}}'), ["value", ["spec"], "type", "", ["type"]]);
  assert.deepEqual(json('{"spec": {"type": "im|"}}'), ["value", ["spec"], "type", '"im', ["type"]]);
  assert.deepEqual(json('{"groups": [{"name": "x", "|"}]}').slice(0, 2), ["key", ["groups", 0]]);
  assert.deepEqual(json('{"zones": ["|"]}').slice(0, 2), ["item", ["zones"]]);
  assert.equal(json('{"a": 1 |}'), undefined);
});
