//! The program of the production artifact: compiled with its parts marked, and taken apart along the marks.
//!
//! 1. Cargo builds it with the feature `split` and keeps the linker's relocations, by which the parts can be told.
//! 2. `wasm-split-cli` makes a main module, a module for each part, and one for each set of parts that share code.
//! 3. `wasm-bindgen` makes the JavaScript of the main module; the parts have none.
//! 4. Modules that mostly the same parts need become one.
//! 5. What `wasm-opt` does makes each module small (`xtask/optimise.mjs`).
//! 6. Each gets a name with a hash of its content, and a loader is written that knows these names.
//! 7. `esbuild` makes one file of the JavaScript and the loader.

mod groups;
mod merge;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result, bail};

use crate::page::{self, hashed_name};
use crate::process::{self, say};
use crate::workspace::Workspace;

const NAME: &str = "astro-console";
/// The loader as `wasm-split-cli` calls it; the main module imports it by this name.
const LOADER: &str = "__wasm_split.js";

/// What the page has to name.
pub struct Program {
    /// The JavaScript: glue and loader in one file.
    pub js: String,
    /// The main module. The loader knows the others.
    pub wasm: String,
}

/// Builds the program and writes its files into `out`.
pub fn build(workspace: &Workspace, features: &[String], out: &Path) -> Result<Program> {
    let wishes = page::wishes(&workspace.root)?;
    say("compiling the program");
    let compiled = compile(workspace, &wishes.profile, features)?;

    say("taking it apart");
    let work = workspace.target.join("parts");
    let _ = fs::remove_dir_all(&work);
    let (parts, glue) = (work.join("parts"), work.join("glue"));
    fs::create_dir_all(&parts)?;
    fs::create_dir_all(&glue)?;
    process::run(workspace.command("wasm-split-cli").arg(&compiled).arg(&parts).args(["--out-name", NAME]))?;
    process::run(
        workspace
            .command("wasm-bindgen")
            .arg(parts.join(format!("{NAME}.wasm")))
            .args(["--target", "web", "--no-typescript", "--no-demangle", "--omit-default-module-path"])
            // The parts import memory and table.
            .arg("--keep-lld-exports")
            .args(["--out-name", NAME, "--out-dir"])
            .arg(&glue),
    )?;

    let loader = fs::read_to_string(parts.join(LOADER)).context("wasm-split-cli wrote no loader")?;
    let loader = Loader::read(&loader)?;
    let mut modules =
        vec![Module { from: glue.join(format!("{NAME}_bg.wasm")), stem: NAME.to_owned(), end: "_bg.wasm" }];
    let merged = merged(&loader, &parts)?;
    for (number, (users, content)) in merged.iter().enumerate() {
        let from = work.join(format!("{number}.wasm"));
        fs::write(&from, content)?;
        modules.push(Module { from, stem: stem_of(users), end: ".wasm" });
    }
    say(format!("optimising {} modules, made of {}", modules.len(), loader.modules.len() + 1));
    let contents = optimise(workspace, &wishes.wasm_opt, &modules)?;
    let mut names = Vec::new();
    for (module, content) in modules.iter().zip(&contents) {
        let name = hashed_name(&module.stem, content, module.end);
        fs::write(out.join(&name), content)?;
        names.push(name);
    }

    let (main, names) = names.split_first().context("there is no main module")?;
    let files: Vec<_> =
        merged.iter().map(|(users, _)| users.as_slice()).zip(names.iter().map(String::as_str)).collect();
    fs::write(glue.join(LOADER), loader.write(&files)?)?;
    let entry = glue.join("entry.js");
    fs::write(
        &entry,
        format!("export {{ default }} from \"./{NAME}.js\";\nexport {{ bringBy }} from \"./{LOADER}\";\n"),
    )?;
    let bundle = process::capture(workspace.command("esbuild").arg(&entry).args([
        "--bundle",
        "--minify",
        "--format=esm",
        "--log-level=warning",
    ]))?;
    let js = hashed_name(NAME, bundle.as_bytes(), ".js");
    fs::write(out.join(&js), bundle)?;
    Ok(Program { js, wasm: main.clone() })
}

/// A module before it is optimised, and its name to be: stem, hash, end.
struct Module {
    from: PathBuf,
    stem: String,
    end: &'static str,
}

fn compile(workspace: &Workspace, profile: &str, features: &[String]) -> Result<PathBuf> {
    let features: Vec<_> = features.iter().map(String::as_str).chain(["split"]).collect();
    process::run(
        workspace
            .cargo()
            .args([
                "rustc",
                "--package",
                NAME,
                "--bin",
                NAME,
                "--target",
                "wasm32-unknown-unknown",
                "--profile",
                profile,
            ])
            .args(["--features", &features.join(","), "--", "-Clink-args=--emit-relocs"]),
    )?;
    Ok(workspace.target.join("wasm32-unknown-unknown").join(profile).join(format!("{NAME}.wasm")))
}

/// The modules that the loader knows, put together: the parts that need each, and its bytes.
fn merged<'a>(loader: &Loader<'a>, folder: &Path) -> Result<Vec<(Vec<&'a str>, Vec<u8>)>> {
    let modules =
        loader.modules.iter().map(|(file, _)| Ok(fs::read(folder.join(file))?)).collect::<Result<Vec<_>>>()?;
    let sizes = loader
        .modules
        .iter()
        .zip(&modules)
        .map(|((_, users), module)| Ok((users.clone(), merge::size(module)?)))
        .collect::<Result<Vec<_>>>()?;
    let merge = |group: groups::Group| {
        let mut users: Vec<&str> = group.iter().flat_map(|number| &loader.modules[*number].1).copied().collect();
        users.sort_unstable();
        users.dedup();
        Ok((users, merge::merge(group.iter().map(|number| modules[*number].as_slice()))?))
    };
    groups::group(&sizes)?.into_iter().map(merge).collect()
}

/// Makes each module small, on as many cores as there are.
fn optimise(workspace: &Workspace, parameters: &[String], modules: &[Module]) -> Result<Vec<Vec<u8>>> {
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let sizes = modules.iter().map(|module| Ok(fs::metadata(&module.from)?.len())).collect::<Result<Vec<_>>>()?;
    let shares = share_out(&sizes, cores);
    let small = |module: &Module| module.from.with_extension("small.wasm");
    thread::scope(|scope| {
        let workers: Vec<_> = shares
            .iter()
            .map(|share| {
                scope.spawn(|| {
                    let files = share.iter().flat_map(|index| {
                        let module = &modules[*index];
                        [module.from.clone(), small(module)]
                    });
                    let mut command = workspace.command("node");
                    command.arg(workspace.root.join("xtask/optimise.mjs")).args(parameters).args(files);
                    process::capture(&mut command)
                })
            })
            .collect();
        workers.into_iter().try_for_each(|worker| match worker.join() {
            Ok(result) => result.map(drop),
            Err(_) => bail!("an optimisation panicked"),
        })
    })?;
    modules.iter().map(|module| Ok(fs::read(small(module))?)).collect()
}

/// Shares work out among workers, so that they end at about the same time: the largest piece first, each to whom has
/// the least.
fn share_out(sizes: &[u64], workers: usize) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(sizes[*index]));
    let mut shares = vec![(0, Vec::new()); workers.max(1)];
    for index in order {
        if let Some((load, share)) = shares.iter_mut().min_by_key(|(load, _)| *load) {
            *load += sizes[index];
            share.push(index);
        }
    }
    shares.into_iter().map(|(_, share)| share).filter(|share| !share.is_empty()).collect()
}

/// The loader that `wasm-split-cli` writes.
#[derive(Debug)]
struct Loader<'a> {
    /// What it begins with: how a module gets its imports, and how the program learns that a part is there.
    head: &'a str,
    /// The parts of the program.
    parts: Vec<&'a str>,
    /// The modules by their files, each with the parts that need it.
    modules: Vec<(&'a str, Vec<&'a str>)>,
}

/// How the loader declares what loads a part.
const PART: (&str, &str) = ("export const __wasm_split_load_", " = wrapAsyncCb(makeLoad(");
/// How it fetches the module declared last.
const FETCH: (&str, &str) = ("    const src = fetch(new URL(\"./", "\", import.meta.url));");
/// How it names, ahead of a module that is shared, the parts that share it.
const SHARED_BY: (&str, &str) = ("/* ", " */");

/// What comes before the loads: boot.js fetches and compiles, because it alone can tell the Trusted Types policy which markup
/// is part of the program, and it looks at what the server says of the file.
const BRING: &str = r"
let bring;
export const bringBy = (how) => {
    bring = how;
};
const file = (name) => makeLoad(() => {
    const module = bring(new URL(name, import.meta.url).href);
    module.catch(() => {});
    return async (imports) => WebAssembly.instantiate(await module, imports);
}, []);
const part = (files) => wrapAsyncCb(makeLoad(() => async () => ({}), files));
";

impl<'a> Loader<'a> {
    fn read(text: &'a str) -> Result<Self> {
        let head = text.find(&format!("\n{}", SHARED_BY.0)).or_else(|| text.find(&format!("\n{}", PART.0)));
        let (head, rest) = text.split_at(head.context("the loader of wasm-split-cli loads nothing")?);
        let between = |line: &'a str, (before, after): (&str, &str)| line.strip_prefix(before)?.split(after).next();
        let (mut parts, mut modules, mut users) = (Vec::new(), Vec::new(), Vec::new());
        for line in rest.lines() {
            if let Some(sharing) = between(line, SHARED_BY) {
                users = sharing.split(", ").collect();
            } else if let Some(part) = between(line, PART) {
                parts.push(part);
                users = vec![part];
            } else if let Some(file) = between(line, FETCH) {
                modules.push((file, std::mem::take(&mut users)));
            }
        }
        let runtime = ["function wrapAsyncCb(", "function makeLoad("].iter().all(|function| head.contains(function));
        let known =
            text.matches("fetch(").count() == modules.len() && modules.iter().all(|(_, users)| !users.is_empty());
        if !runtime || !known {
            bail!("the loader of wasm-split-cli is not as expected");
        }
        parts.sort_unstable();
        Ok(Self { head, parts, modules })
    }

    /// A loader that brings these files instead, each given by the parts that need it and its name.
    fn write(&self, files: &[(&[&str], &str)]) -> Result<String> {
        let mut text = self.head.to_owned() + BRING;
        for (number, (_, name)) in files.iter().enumerate() {
            writeln!(text, "const file{number} = file(\"./{name}\");")?;
        }
        for part in &self.parts {
            let needed: Vec<_> = files
                .iter()
                .enumerate()
                .filter(|(_, (users, _))| users.contains(part))
                .map(|(number, _)| format!("file{number}"))
                .collect();
            writeln!(text, "export const __wasm_split_load_{part} = part([{}]);", needed.join(", "))?;
        }
        Ok(text)
    }
}

/// A name that is longer would be too long for some file systems, with what is put behind it.
const LONGEST: usize = 120;

/// What a file is called: after the parts that need it, so that a budget can name what a part loads; after those that mostly
/// come first and the number of the others, where they are many.
fn stem_of(users: &[&str]) -> String {
    if let [part] = users {
        return format!("part-{part}");
    }
    let all = format!("shared-{}", users.join("-"));
    if all.len() <= LONGEST {
        return all;
    }
    let (first, others): (Vec<&str>, Vec<&str>) = users.iter().partition(|user| groups::FIRST.contains(user));
    let others = format!("and{}", others.len());
    format!("shared-{}", first.into_iter().chain([others.as_str()]).collect::<Vec<_>>().join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOADER: &str = r#"import { initSync } from "./astro-console.js";
function wrapAsyncCb(callee) {}
function makeLoad(fetcher, deps) {
    // A comment.
}
/* clusters, keys */
const __chunk_1 = makeLoad(() => {
    const src = fetch(new URL("./chunk_1.wasm", import.meta.url));
    src.catch(() => {});
    return async (imports) => (WebAssembly.instantiateStreaming(src, imports));
}
, []);
export const __wasm_split_load_keys = wrapAsyncCb(makeLoad(() => async (_imp) => ({}), [__chunk_1]));
export const __wasm_split_load_clusters = wrapAsyncCb(makeLoad(() => {
    const src = fetch(new URL("./split_clusters.wasm", import.meta.url));
    src.catch(() => {});
    return async (imports) => (WebAssembly.instantiateStreaming(src, imports));
}
, [__chunk_1]));
"#;

    #[test]
    fn the_loader_says_which_parts_need_which_modules() {
        let loader = Loader::read(LOADER).unwrap();
        assert_eq!(loader.parts, ["clusters", "keys"]);
        let modules = [("chunk_1.wasm", vec!["clusters", "keys"]), ("split_clusters.wasm", vec!["clusters"])];
        assert_eq!(loader.modules, modules);
        assert!(loader.head.ends_with("// A comment.\n}"), "{}", loader.head);
        Loader::read("const x = fetch(y);").expect_err("another loader");
        Loader::read(&LOADER.replace("/* clusters, keys */\n", "")).expect_err("a module of which no part is known");
        Loader::read(&format!("{LOADER}fetch(\"more\")")).expect_err("another way of fetching");
    }

    #[test]
    fn a_loader_is_written_that_brings_each_file_by_its_name() {
        let both: &[&str] = &["clusters", "keys"];
        let text =
            Loader::read(LOADER).unwrap().write(&[(both, "shared-1.wasm"), (&["clusters"], "part-2.wasm")]).unwrap();
        for line in [
            "const file0 = file(\"./shared-1.wasm\");",
            "const file1 = file(\"./part-2.wasm\");",
            "export const __wasm_split_load_clusters = part([file0, file1]);",
            "export const __wasm_split_load_keys = part([file0]);",
        ] {
            assert!(text.lines().any(|other| other == line), "{line} in {text}");
        }
        assert!(!text.contains("fetch(") && text.starts_with("import { initSync }"), "{text}");
    }

    #[test]
    fn files_are_called_after_the_parts_that_need_them() {
        assert_eq!(stem_of(&["clusters"]), "part-clusters");
        assert_eq!(stem_of(&["applications", "keys"]), "shared-applications-keys");
        let many: Vec<String> = (0..40).map(|number| format!("part_{number}")).collect();
        let users: Vec<&str> = ["applications", "bell"].into_iter().chain(many.iter().map(String::as_str)).collect();
        assert_eq!(stem_of(&users), "shared-applications-bell-and40");
    }

    #[test]
    fn work_is_shared_out_evenly() {
        assert_eq!(share_out(&[1, 9, 3, 3, 2], 2), [vec![1], vec![2, 3, 4, 0]]);
        assert_eq!(share_out(&[5], 4), [vec![0]]);
        assert!(share_out(&[], 2).is_empty());
    }
}
