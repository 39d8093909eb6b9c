//! `cargo xtask assets`: what the page needs beside the program, made into `.assets`, from where Trunk takes it.
//!
//! | file | from | how |
//! |---|---|---|
//! | `app.css`, `fonts/` | `style/index.css`, or `style/with-gallery.css` for a build with the gallery | bundled and minified by esbuild; fonts get hashed names |
//! | `preload.html` | `fonts/` | a preload hint for the text face, which Trunk puts before the loader |
//! | `icons.svg` | `public/icons.txt`, `public/glyphs/` | one sprite, inlined into the page |
//! | `editor/` | `editor/`, `api/openapi.yaml` | the editor as one module, and the schemas of what it edits; hashed names |
//! | `editor.txt`, `schemas.txt` | | the names of those two, for the loader |
//! | `boot.js` | `public/boot.js` | minified for release |
//! | `config.json` | `public/config.json`, or `public/config.dev.json` for a debug build | copied |

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::dist;
use crate::process;
use crate::schemas;
use crate::workspace::Workspace;

/// Makes everything for the build that Trunk, which calls this before it, tells of in variables.
pub fn run_as_hook(workspace: &Workspace) -> Result<()> {
    let release = env::var("TRUNK_PROFILE").is_ok_and(|profile| profile == "release");
    let features = env::var(dist::FEATURES).unwrap_or_default();
    run(workspace, release, features.split(',').any(|feature| feature == dist::GALLERY))
}

/// Makes everything anew; a file that came out as it was is not touched.
pub fn run(workspace: &Workspace, release: bool, gallery: bool) -> Result<()> {
    if !workspace.root.join("node_modules/esbuild").is_dir() {
        bail!("the npm packages are not installed; run `npm ci`, or `cargo xtask serve`, which does it");
    }
    let out = workspace.root.join(".assets");
    fs::create_dir_all(out.join("fonts"))?;

    // The gallery's own styles are in no sheet that is shipped.
    style(workspace, &out, if gallery { "style/with-gallery.css" } else { "style/index.css" })?;
    editor(workspace, &out, release)?;
    write(&out.join("icons.svg"), &sprite(&workspace.root)?)?;
    write(&out.join("boot.js"), &boot(workspace, release)?)?;
    let config = if release { "public/config.json" } else { "public/config.dev.json" };
    write(&out.join("config.json"), &read(&workspace.root.join(config))?)
}

fn style(workspace: &Workspace, out: &Path, entry: &str) -> Result<()> {
    let sheet = out.join("app.css");
    process::run(
        workspace
            .command("esbuild")
            .args([entry, "--bundle", "--minify", "--log-level=warning"])
            .args(["--loader:.woff2=file", "--asset-names=fonts/[name]-[hash]"])
            .arg(format!("--outfile={}", sheet.display())),
    )?;
    let sheet = read(&sheet)?;
    let mut preload = String::new();
    for entry in fs::read_dir(out.join("fonts"))? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if !sheet.contains(name) {
            // Of an earlier version of the font.
            fs::remove_file(&path)?;
        } else if name.starts_with("inter-") {
            // The face of all text; the other one can wait for the first line of code.
            writeln!(
                preload,
                r#"<link rel="preload" href="fonts/{name}" as="font" type="font/woff2" crossorigin="anonymous">"#
            )?;
        }
    }
    write(&out.join("preload.html"), &preload)
}

/// The editor, which pages load when they show one.
fn editor(workspace: &Workspace, out: &Path, release: bool) -> Result<()> {
    let folder = out.join("editor");
    fs::create_dir_all(&folder)?;
    let before: Vec<_> = fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;

    let mut esbuild = workspace.command("esbuild");
    esbuild
        .args(["editor/main.js", "--bundle", "--format=esm", "--target=es2022", "--charset=utf8"])
        .args(["--legal-comments=none", "--log-level=warning", "--metafile=.assets/editor.json"])
        .args(["--entry-names=editor-[hash]", "--outdir=.assets/editor"]);
    if release {
        esbuild.arg("--minify");
    }
    process::run(&mut esbuild)?;
    let made: Value = serde_json::from_str(&read(&out.join("editor.json"))?)?;
    let module = made["outputs"]
        .as_object()
        .and_then(|outputs| outputs.keys().find(|name| Path::new(name).extension().is_some_and(|end| end == "js")))
        .and_then(|name| name.strip_prefix(".assets/"))
        .context("esbuild did not say what it made of the editor")?;

    // The module holds CodeMirror, whose license asks to go along.
    let license = out.join("editor/codemirror-LICENSE.txt");
    write(&license, &read(&workspace.root.join("editor/codemirror-LICENSE.txt"))?)?;

    let text = schemas::manifests(&read(&workspace.root.join("api/openapi.yaml"))?)?.to_string();
    let schemas = format!("editor/manifests-{}.json", hash(text.as_bytes()));
    write(&out.join(&schemas), &text)?;

    // Of earlier versions.
    for path in before {
        if ![&out.join(module), &out.join(&schemas), &license].contains(&&path) {
            fs::remove_file(path)?;
        }
    }
    write(&out.join("editor.txt"), module)?;
    write(&out.join("schemas.txt"), &schemas)
}

/// Names a content: FNV-1a, 64 bits. It guards against stale copies, not against people.
fn hash(bytes: &[u8]) -> String {
    let hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{hash:016x}")
}

fn boot(workspace: &Workspace, release: bool) -> Result<String> {
    if release {
        process::capture(workspace.command("esbuild").args(["public/boot.js", "--minify", "--log-level=warning"]))
    } else {
        read(&workspace.root.join("public/boot.js"))
    }
}

/// The icons of the page as one element. It is inlined, so that `<use href="#i-server"/>` needs neither a request nor
/// the path below which the console is served.
fn sprite(root: &Path) -> Result<String> {
    let mut symbols = Vec::new();
    for name in icon_names(&read(&root.join("public/icons.txt"))?) {
        let file = root.join("node_modules/lucide-static/icons").join(format!("{name}.svg"));
        let svg = fs::read_to_string(file)
            .with_context(|| format!("public/icons.txt names {name}, which Lucide does not have"))?;
        symbols.push(symbol(&format!("i-{name}"), &svg).with_context(|| format!("the icon {name}"))?);
    }
    let mut own: Vec<_> =
        fs::read_dir(root.join("public/glyphs"))?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    own.sort();
    for path in own {
        let id = path.file_stem().and_then(|stem| stem.to_str()).context("a glyph has no name")?;
        symbols.push(symbol(id, &read(&path)?).with_context(|| format!("{}", path.display()))?);
    }
    Ok(format!("<svg class=\"sprite\" aria-hidden=\"true\">\n{}\n</svg>\n", symbols.join("\n")))
}

fn icon_names(list: &str) -> impl Iterator<Item = &str> {
    list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Turns a drawing into a symbol: its view box and its content; how it is stroked is the style sheet's affair.
fn symbol(id: &str, svg: &str) -> Result<String> {
    let start = svg.find("<svg").context("there is no <svg>")?;
    let (head, rest) = svg[start..].split_once('>').context("<svg> does not end")?;
    let (content, _) = rest.rsplit_once("</svg>").context("<svg> is not closed")?;
    let view_box = head
        .split_once("viewBox=\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(value, _)| value)
        .context("<svg> has no viewBox")?;
    let content: String = content.lines().map(str::trim).collect::<Vec<_>>().join("").replace(" />", "/>");
    Ok(format!("<symbol id=\"{id}\" viewBox=\"{view_box}\">{content}</symbol>"))
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("{} could not be read", path.display()))
}

fn write(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(path, text).with_context(|| format!("{} could not be written", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_becomes_a_symbol() {
        let svg = "<!-- license -->\n<svg\n  class=\"x\"\n  viewBox=\"0 0 24 24\"\n>\n  <path d=\"M1 1\" />\n  <line x1=\"6\" />\n</svg>\n";
        assert_eq!(
            symbol("i-x", svg).unwrap(),
            "<symbol id=\"i-x\" viewBox=\"0 0 24 24\"><path d=\"M1 1\"/><line x1=\"6\"/></symbol>"
        );
        assert!(symbol("i-x", "<svg><path/></svg>").is_err(), "without a view box");
    }

    #[test]
    fn comments_are_no_icons() {
        assert_eq!(icon_names("# why\n\nserver\n  x \n").collect::<Vec<_>>(), ["server", "x"]);
    }
}
