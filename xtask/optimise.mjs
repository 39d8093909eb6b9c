// Makes modules of the program small: what `wasm-opt` does, for many modules in one go. Each start of wasm-opt costs more
// than most of the modules do, and the program consists of hundreds.
//
// node xtask/optimise.mjs -Oz [--enable-FEATURE …] FROM TO [FROM TO …]
//
// It takes wasm-opt's parameters as they stand in index.html, and refuses what it does not know.

import { readFileSync, writeFileSync } from "node:fs";

// The module complains there of names that it does not know, and takes them out.
console.warn = () => {};
console.error = () => {};
const { default: binaryen } = await import("binaryen");

/** Features by their names in wasm-opt's parameters. Optimised bulk memory is a part of bulk memory there. */
const { Features } = binaryen;
const FEATURES = {
  "bulk-memory": Features.BulkMemory | Features.BulkMemoryOpt,
  "nontrapping-float-to-int": Features.NontrappingFPToInt,
  "sign-ext": Features.SignExt,
  "mutable-globals": Features.MutableGlobals,
  "reference-types": Features.ReferenceTypes,
  multivalue: Features.Multivalue,
};
/** Optimise and shrink levels by their names. */
const LEVELS = { "-O1": [1, 0], "-O2": [2, 0], "-O3": [3, 0], "-O4": [4, 0], "-Os": [2, 1], "-Oz": [2, 2] };

let features = Features.MVP;
const files = [];
for (const argument of process.argv.slice(2)) {
  const feature = argument.startsWith("--enable-") ? FEATURES[argument.slice("--enable-".length)] : undefined;
  if (feature !== undefined) {
    features |= feature;
  } else if (argument in LEVELS) {
    const [optimise, shrink] = LEVELS[argument];
    binaryen.setOptimizeLevel(optimise);
    binaryen.setShrinkLevel(shrink);
  } else if (argument.startsWith("-")) {
    process.stdout.write(`unknown parameter ${argument}\n`);
    process.exit(1);
  } else {
    files.push(argument);
  }
}
// The compiler has inlined what is worth it. Bodies that are alike compress better than bodies that were put into others:
// without this the main module is a hundredth larger over the wire.
binaryen.setAlwaysInlineMaxSize(0);
binaryen.setOneCallerInlineMaxSize(0);
for (let at = 0; at + 1 < files.length; at += 2) {
  const module = binaryen.readBinary(readFileSync(files[at]));
  module.setFeatures(features);
  module.optimize();
  writeFileSync(files[at + 1], module.emitBinary());
  module.dispose();
}
