//! The program of the production artifact: compiled with its parts marked, and taken apart along the marks.
//!
//! 1. Cargo builds it with the feature `split` and keeps the linker's relocations, by which the parts can be told.
//! 2. `wasm-split-cli` makes a main module, a module for each part, and one for each set of parts that share code.
//! 3. `wasm-bindgen` makes the JavaScript of the main module; the parts have none.
//! 4. What `wasm-opt` does makes each module small (`xtask/optimise.mjs`).
//! 5. Each gets a name with a hash of its content, and the loader learns these names. Small ones that several parts share
//!    lie together in a few files, by the pages that need them: they are many, and what one costs is the request.
//! 6. `esbuild` makes one file of the JavaScript and the loader.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
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
    let mut modules =
        vec![Module { from: glue.join(format!("{NAME}_bg.wasm")), stem: NAME.to_owned(), end: "_bg.wasm" }];
    for file in loaded_files(&loader) {
        modules.push(Module { from: parts.join(file), stem: stem_of(&loader, file)?, end: ".wasm" });
    }
    say(format!("optimising {} modules", modules.len()));
    let contents = optimise(workspace, &wishes.wasm_opt, &modules)?;
    let (files, places) = lay_out(&modules, &contents)?;
    for (name, content) in &files {
        fs::write(out.join(name), content)?;
    }

    let (main, parts) = places.split_first().context("there is no main module")?;
    let renamed: Vec<_> = modules[1..]
        .iter()
        .zip(parts)
        .map(|(module, place)| (module.from.file_name().and_then(|name| name.to_str()).unwrap_or_default(), place))
        .collect();
    fs::write(glue.join(LOADER), rewrite(&loader, &renamed)?)?;
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
    Ok(Program { js, wasm: main.file.clone() })
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

/// Where a module lies in the artifact.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    file: String,
    /// The bytes of the file that are the module; nothing where all of them are.
    piece: Option<Range<usize>>,
}

/// A file of the artifact: its name and its content.
type NamedFile = (String, Vec<u8>);

/// Smaller than this, a module that several parts share has no file of its own, bytes.
const SMALL: usize = 8 * 1024;

/// The parts that mostly come first. Small modules lie together by which of these need them, so that a first visit loads
/// little that it does not need.
const FIRST: [&str; 5] = ["bell", "home", "clusters", "applications", "organizations"];

/// The file of small modules that one belongs to; none for a module with a file of its own.
fn collection(module: &Module, content: &[u8]) -> Option<String> {
    let users = module.stem.strip_prefix(SHARED).filter(|_| content.len() < SMALL)?;
    let first: Vec<&str> = FIRST.into_iter().filter(|part| users.split('-').any(|user| user == *part)).collect();
    Some(if first.is_empty() { "small-other".to_owned() } else { format!("small-{}", first.join("-")) })
}

/// The collections of all modules. Those that stay small lie together in one more.
fn collections(modules: &[Module], contents: &[Vec<u8>]) -> Vec<Option<String>> {
    let mut all: Vec<_> = modules.iter().zip(contents).map(|(module, content)| collection(module, content)).collect();
    let mut sizes = BTreeMap::new();
    for (collection, content) in all.iter().zip(contents) {
        if let Some(collection) = collection {
            *sizes.entry(collection.clone()).or_insert(0) += content.len();
        }
    }
    for collection in all.iter_mut().flatten() {
        if sizes.get(collection).is_some_and(|size| *size < SMALL) {
            "small-several".clone_into(collection);
        }
    }
    all
}

/// Gives each module its place, and makes the files.
fn lay_out(modules: &[Module], contents: &[Vec<u8>]) -> Result<(Vec<NamedFile>, Vec<Place>)> {
    let mut together: BTreeMap<String, (Vec<u8>, Vec<usize>)> = BTreeMap::new();
    let mut places: Vec<Option<Place>> = modules.iter().map(|_| None).collect();
    let mut pieces: Vec<Option<Range<usize>>> = vec![None; modules.len()];
    let mut files = Vec::new();
    for (index, collection) in collections(modules, contents).into_iter().enumerate() {
        let (module, content) = (&modules[index], &contents[index]);
        let Some(collection) = collection else {
            let name = hashed_name(&module.stem, content, module.end);
            files.push((name.clone(), content.clone()));
            places[index] = Some(Place { file: name, piece: None });
            continue;
        };
        let (file, members) = together.entry(collection).or_insert_with(|| (EMPTY_MODULE.to_vec(), Vec::new()));
        // A section that a reader of wasm passes over, so that the whole is a module too: its kind, its size, no name.
        file.push(0);
        write_length(file, content.len() + 1)?;
        file.push(0);
        pieces[index] = Some(file.len()..file.len() + content.len());
        file.extend(content);
        members.push(index);
    }
    for (stem, (content, members)) in together {
        let file = hashed_name(&stem, &content, ".wasm");
        for index in members {
            places[index] = Some(Place { file: file.clone(), piece: pieces[index].take() });
        }
        files.push((file, content));
    }
    Ok((files, places.into_iter().flatten().collect()))
}

const EMPTY_MODULE: &[u8] = b"\0asm\x01\0\0\0";

/// A number as wasm writes it, seven bits a byte.
fn write_length(bytes: &mut Vec<u8>, mut number: usize) -> Result<()> {
    loop {
        let low = u8::try_from(number & 0x7f)?;
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return Ok(());
        }
        bytes.push(low | 0x80);
    }
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

/// How the loader that `wasm-split-cli` writes fetches a module: everything around the module's name.
const FETCH: (&str, &str) = (
    "() => {\n    const src = fetch(new URL(\"./",
    "\", import.meta.url));\n    src.catch(() => {});\n    return async (imports) => (WebAssembly.instantiateStreaming(src, imports));\n}\n",
);

/// What takes its place: boot.js fetches and compiles, because it alone can tell the Trusted Types policy which markup is
/// part of the program, and it looks at what the server says of the file.
const BRING: &str = r"let bring;
export const bringBy = (how) => {
    bring = how;
};
const part = (name, from, to) => () => {
    const module = bring(new URL(name, import.meta.url).href, from, to);
    module.catch(() => {});
    return async (imports) => WebAssembly.instantiate(await module, imports);
};
";

/// The files that the loader fetches, in its order.
fn loaded_files(loader: &str) -> Vec<&str> {
    loader.split(FETCH.0).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// How the name of a module begins that several parts share.
const SHARED: &str = "shared-";

/// A name that is longer would be too long for some file systems, with what is put behind it.
const LONGEST: usize = 120;

/// What a module is called. One that several parts share is called after all of them, so that a budget can name what a
/// part loads; after the parts that mostly come first and the number of the others, where they are many.
fn stem_of(loader: &str, file: &str) -> Result<String> {
    if let Some(part) = file.strip_prefix("split_").and_then(|name| name.strip_suffix(".wasm")) {
        return Ok(format!("part-{part}"));
    }
    // The loader says it in a comment: `/* applications, clusters */`, then `const __chunk_3 = makeLoad(…)`.
    let variable = file.strip_suffix(".wasm").unwrap_or(file);
    let users = loader
        .split("/* ")
        .filter_map(|rest| rest.split_once(" */\n"))
        .find(|(_, rest)| rest.starts_with(&format!("const __{variable} ")))
        .map(|(users, _)| users)
        .with_context(|| format!("the loader does not say which parts share {file}"))?;
    if users.len() <= LONGEST {
        return Ok(format!("{SHARED}{}", users.replace(", ", "-")));
    }
    let (first, others): (Vec<&str>, Vec<&str>) = users.split(", ").partition(|user| FIRST.contains(user));
    let others = format!("and{}", others.len());
    Ok(format!("{SHARED}{}", first.into_iter().chain([others.as_str()]).collect::<Vec<_>>().join("-")))
}

/// The loader with the way of fetching replaced, and each module at its new place.
fn rewrite(loader: &str, places: &[(&str, &Place)]) -> Result<String> {
    let mut text = BRING.to_owned();
    let mut rest = loader;
    let mut count = 0;
    while let Some((before, after)) = rest.split_once(FETCH.0) {
        let (file, after) = after.split_once(FETCH.1).context("the loader of wasm-split-cli is not as expected")?;
        let (_, place) =
            places.iter().find(|(old, _)| *old == file).with_context(|| format!("the loader fetches {file}"))?;
        text += before;
        match &place.piece {
            None => write!(text, "part(\"./{}\")", place.file)?,
            Some(piece) => write!(text, "part(\"./{}\", {}, {})", place.file, piece.start, piece.end)?,
        }
        rest = after;
        count += 1;
    }
    if count != places.len() || rest.contains("fetch(") {
        bail!("the loader of wasm-split-cli is not as expected");
    }
    Ok(text + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loader() -> String {
        let fetch = |file: &str| format!("{}{file}{}", FETCH.0, FETCH.1);
        format!(
            "import {{ initSync }} from \"./astro-console.js\";\n/* applications, clusters */\nconst __chunk_1 = makeLoad({}, []);\nexport const __wasm_split_load_clusters = wrapAsyncCb(makeLoad({}, [__chunk_1]));\n",
            fetch("chunk_1.wasm"),
            fetch("split_clusters.wasm"),
        )
    }

    #[test]
    fn modules_are_called_after_the_parts_that_need_them() {
        let loader = loader();
        assert_eq!(loaded_files(&loader), ["chunk_1.wasm", "split_clusters.wasm"]);
        assert_eq!(stem_of(&loader, "split_clusters.wasm").unwrap(), "part-clusters");
        assert_eq!(stem_of(&loader, "chunk_1.wasm").unwrap(), "shared-applications-clusters");
        assert!(stem_of(&loader, "chunk_2.wasm").is_err());
        let many: Vec<String> = (0..40).map(|number| format!("part_{number}")).collect();
        let loader = format!("/* applications, bell, {} */\nconst __chunk_3 = makeLoad(", many.join(", "));
        assert_eq!(stem_of(&loader, "chunk_3.wasm").unwrap(), "shared-applications-bell-and40");
    }

    #[test]
    fn the_loader_brings_modules_from_their_places() {
        let shared = Place { file: "small-1.wasm".to_owned(), piece: Some(10..20) };
        let part = Place { file: "part-2.wasm".to_owned(), piece: None };
        let places = [("chunk_1.wasm", &shared), ("split_clusters.wasm", &part)];
        let text = rewrite(&loader(), &places).unwrap();
        assert!(text.contains("const __chunk_1 = makeLoad(part(\"./small-1.wasm\", 10, 20), []);"), "{text}");
        assert!(text.contains("wrapAsyncCb(makeLoad(part(\"./part-2.wasm\"), [__chunk_1]))"), "{text}");
        assert!(!text.contains("fetch("), "{text}");
        assert!(rewrite(&loader(), &places[..1]).is_err(), "a module without a place");
        assert!(rewrite("const x = fetch(y);", &[]).is_err(), "another loader");
    }

    #[test]
    fn work_is_shared_out_evenly() {
        assert_eq!(share_out(&[1, 9, 3, 3, 2], 2), [vec![1], vec![2, 3, 4, 0]]);
        assert_eq!(share_out(&[5], 4), [vec![0]]);
        assert!(share_out(&[], 2).is_empty());
    }

    #[test]
    fn small_modules_that_are_shared_lie_together() {
        let module = |stem: &str, end| Module { from: PathBuf::new(), stem: stem.to_owned(), end };
        let modules = [
            module("astro-console", "_bg.wasm"),
            module("shared-a-b", ".wasm"),
            module("part-a", ".wasm"),
            module("shared-a-c", ".wasm"),
            module("shared-b-c", ".wasm"),
            module("shared-b-clusters", ".wasm"),
            module("shared-clusters-home", ".wasm"),
            module("shared-home-clusters-c", ".wasm"),
        ];
        let contents = [
            vec![1; 10],
            vec![2; 300],
            vec![3; 10],
            vec![4; SMALL],
            vec![5; SMALL - 100],
            vec![6; 9],
            vec![7; SMALL - 1],
            vec![8; 200],
        ];
        let (files, places) = lay_out(&modules, &contents).unwrap();
        let names: Vec<_> = files.iter().filter_map(|(name, _)| name.rsplit_once('-')).map(|(stem, _)| stem).collect();
        assert_eq!(names.len(), 6, "the main module, a part, a large shared one, and three of small ones: {names:?}");
        assert_eq!(names[3..], ["small-home-clusters", "small-other", "small-several"]);
        let of = |place: &Place| {
            let (_, content) = files.iter().find(|(name, _)| *name == place.file).unwrap();
            place.piece.clone().map_or_else(|| content.clone(), |piece| content[piece].to_vec())
        };
        assert_eq!(places.iter().map(of).collect::<Vec<_>>(), contents);
        assert!(places[1].piece.is_some() && places[1].file == places[4].file && places[3].piece.is_none());
        assert!(places[6].piece.is_some() && places[6].file == places[7].file, "whom the same pages need");
        let (_, together) = &files[4];
        assert!(together.starts_with(EMPTY_MODULE), "a module too");
        assert_eq!(together[8..12], [0, 0xad, 0x02, 0], "a section of 301 bytes, of no name");
        let (files, _) = lay_out(&modules[..1], &contents[..1]).unwrap();
        assert_eq!(files.len(), 1, "no file for nothing");
    }
}
