//! `cargo xtask dist`: the production artifact, ready to be put on a host.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;
use std::thread;

use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::assets;
use crate::budgets;
use crate::headers::{Artifact, Deployment, is_hashed};
use crate::page;
use crate::process::{self, say};
use crate::program;
use crate::tools;
use crate::workspace::Workspace;

/// The feature of the console that shows its components.
pub const GALLERY: &str = "gallery";

/// Trunk's variable for Cargo features of the console.
pub const FEATURES: &str = "TRUNK_BUILD_FEATURES";

/// Path below which the console is served, with a slash at both ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base(String);

impl Base {
    /// The console at the root of its origin.
    pub fn root() -> Self {
        Self("/".to_owned())
    }

    /// As it is written in an address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Base {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let inner = text.trim_matches('/');
        let allowed = |character: char| character.is_ascii_alphanumeric() || "-._~/".contains(character);
        if !inner.chars().all(allowed)
            || inner.split('/').any(|part| part == "." || part == "..")
            || inner.contains("//")
        {
            return Err("a path such as /console/ is expected".to_owned());
        }
        Ok(Self(if inner.is_empty() { "/".to_owned() } else { format!("/{inner}/") }))
    }
}

/// Builds, adds what hosts need, and checks the budgets; `unchecked` is for `cargo xtask test`, which does the rest itself.
pub fn run(
    workspace: &Workspace,
    config: Option<&Path>,
    base: &Base,
    out: &Path,
    features: &[String],
    unchecked: bool,
) -> Result<ExitCode> {
    if !unchecked {
        tools::ensure(workspace, tools::DIST)?;
    }
    let config = config.map_or_else(|| workspace.root.join("public/config.json"), Path::to_path_buf);
    // Before the build, which takes minutes, rather than after it.
    deployment(&config)?;
    make(workspace, &config, base, out, features)?;
    say(format!("{} is ready; header files are in it and in {}", out.display(), hosting(out).display()));
    if unchecked { Ok(ExitCode::SUCCESS) } else { budgets::run(workspace, out) }
}

/// The artifact itself, without tools and budgets.
pub fn make(workspace: &Workspace, config: &Path, base: &Base, out: &Path, features: &[String]) -> Result<()> {
    make_room(out)?;
    assets::run(workspace, true, features.iter().any(|feature| feature == GALLERY))?;
    let program = program::build(workspace, features, out)?;
    page::write(&workspace.root, base, &program, out)?;
    compress(out, &files(out)?)?;
    configure(out, config, None)
}

/// Empties the folder, unless it holds something else than an artifact.
fn make_room(out: &Path) -> Result<()> {
    fs::create_dir_all(out).with_context(|| format!("{} could not be made", out.display()))?;
    let is_artifact = ["index.html", "boot.js"].iter().all(|file| out.join(file).is_file());
    if !is_artifact && fs::read_dir(out)?.next().is_some() {
        bail!("{} holds something else than the console; give an empty folder with --out", out.display());
    }
    fs::remove_dir_all(out)?;
    fs::create_dir_all(out)?;
    Ok(())
}

/// Trunk's build of the console for development into a folder.
pub fn trunk(workspace: &Workspace, out: &Path, features: &[String]) -> Result<std::process::Command> {
    // Trunk builds offline, and on a new machine nothing has asked for the crates of the browser yet.
    process::run(workspace.cargo().args(["fetch", "--locked", "--quiet"]))
        .context("the crates in Cargo.lock could not be downloaded; the first build needs the network")?;
    // Trunk makes the folder, but only if its parent is there.
    fs::create_dir_all(out).with_context(|| format!("{} could not be made", out.display()))?;
    let out = out.canonicalize()?;
    let mut command = workspace.command("trunk");
    command.args(["build", "--public-url", "/", "--dist"]).arg(out);
    if !features.is_empty() {
        // By the variable, which the hook that makes the style sheet sees too.
        command.env(FEATURES, features.join(","));
    }
    Ok(command)
}

/// Writes config.json and the header files of an artifact that is built, and moves it to another path if one is given.
pub fn configure(out: &Path, config: &Path, base: Option<&Base>) -> Result<()> {
    let deployment = deployment(config)?;
    if let Some(base) = base {
        let page = page::rebase(&read(&out.join("index.html"))?, base).with_context(|| no_base(out))?;
        fs::write(out.join("index.html"), page)?;
        compress(out, &["index.html".to_owned()])?;
    }
    let artifact = describe(out)?;
    let hosting = hosting(out);
    fs::create_dir_all(&hosting)?;
    let write = |path: PathBuf, text: &str| {
        fs::write(&path, text).with_context(|| format!("{} could not be written", path.display()))
    };
    write(out.join("config.json"), &read(config)?)?;
    write(out.join("_headers"), &artifact.netlify_headers(&deployment))?;
    write(out.join("_redirects"), &artifact.netlify_redirects())?;
    write(hosting.join("nginx.conf"), &artifact.nginx(&deployment))?;
    write(hosting.join("Caddyfile"), &artifact.caddy(&deployment))?;
    write(hosting.join("headers.json"), &format!("{:#}\n", artifact.local(&deployment)))
}

/// Folder of the header files that must not be served: beside the artifact, with `-hosting` behind its name.
pub fn hosting(out: &Path) -> PathBuf {
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push("-hosting");
    out.with_file_name(name)
}

/// All files of the artifact, as paths with slashes relative to it, in order.
pub fn files(out: &Path) -> Result<Vec<String>> {
    fn walk(folder: &Path, prefix: &str, found: &mut Vec<String>) -> Result<()> {
        for entry in fs::read_dir(folder).with_context(|| format!("{} could not be read", folder.display()))? {
            let entry = entry?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                walk(&entry.path(), &format!("{name}/"), found)?;
            } else {
                found.push(name);
            }
        }
        Ok(())
    }
    let mut found = Vec::new();
    walk(out, "", &mut found)?;
    found.sort();
    Ok(found)
}

/// Files of an artifact that hold one of these words, or have one in their name. Compressed copies are not looked into.
pub fn mentions(out: &Path, words: &[&str]) -> Result<Vec<String>> {
    let holds = |text: &[u8], word: &str| text.windows(word.len()).any(|window| window == word.as_bytes());
    let mut found = Vec::new();
    for file in files(out)? {
        let text = fs::read(out.join(&file))?;
        if words.iter().any(|word| file.contains(word) || holds(&text, word)) {
            found.push(file);
        }
    }
    Ok(found)
}

/// Brotli at the quality that hosts use for files made once.
fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &*bytes, &mut compressed, &parameters)?;
    Ok(compressed)
}

fn deployment(config: &Path) -> Result<Deployment> {
    Deployment::from_json(&read(config)?)
        .with_context(|| format!("the configuration {} can't be used", config.display()))
}

fn describe(out: &Path) -> Result<Artifact> {
    let page = read(&out.join("index.html"))?;
    let hashed = files(out)?.into_iter().filter(|file| is_hashed(file) && !is_compressed(file)).collect();
    Ok(Artifact { base: base_of(&page).with_context(|| no_base(out))?, hashed })
}

/// The base of the page.
fn base_of(page: &str) -> Option<String> {
    let (_, rest) = page.split_once("<base href=\"")?;
    rest.split('"').next().map(ToOwned::to_owned)
}

fn no_base(out: &Path) -> String {
    format!("{} has no <base href>; was it made by `cargo xtask dist`?", out.join("index.html").display())
}

/// Puts a `.br` and a `.gz` file beside each of these files that gets smaller by it.
fn compress(out: &Path, files: &[String]) -> Result<()> {
    let files: Vec<_> = files.iter().filter(|file| is_compressible(file)).map(|file| out.join(file)).collect();
    thread::scope(|scope| {
        let works: Vec<_> = files.iter().map(|file| scope.spawn(|| compress_file(file))).collect();
        works.into_iter().try_for_each(|work| match work.join() {
            Ok(result) => result,
            Err(_) => bail!("a compression panicked"),
        })
    })
}

fn compress_file(file: &Path) -> Result<()> {
    let bytes = fs::read(file)?;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&bytes)?;
    let with = |suffix: &str| {
        let mut name = file.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    fs::write(with(".br"), brotli(&bytes)?)?;
    fs::write(with(".gz"), gzip.finish()?)?;
    Ok(())
}

/// Fonts and pictures are compressed already; config.json is edited in place, and a stale copy beside it would win.
fn is_compressible(file: &str) -> bool {
    file != "config.json"
        && ["css", "html", "js", "json", "mjs", "svg", "txt", "wasm"]
            .iter()
            .any(|kind| Path::new(file).extension().is_some_and(|end| end == *kind))
}

fn is_compressed(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|end| end == "br" || end == "gz")
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("{} could not be read", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_has_a_slash_at_both_ends() {
        for (text, base) in [("/", "/"), ("", "/"), ("a/b", "/a/b/"), ("/a/b", "/a/b/"), ("/a/b/", "/a/b/")] {
            assert_eq!(text.parse::<Base>().unwrap().0, base, "{text}");
        }
        for text in ["/a b/", "https://example.com/", "/a//b/", "/../a", "/a\"b"] {
            assert!(text.parse::<Base>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_base_is_read_from_the_page() {
        assert_eq!(base_of("<head><base href=\"/a/b/\"><meta>").as_deref(), Some("/a/b/"));
        assert_eq!(base_of("<head><meta>"), None);
    }

    #[test]
    fn the_configuration_is_not_compressed() {
        assert!(is_compressible("index.html") && is_compressible("console-0123456789abcdef_bg.wasm"));
        assert!(is_compressible("editor/manifests-0123456789abcdef.json"));
        assert!(
            !is_compressible("config.json")
                && !is_compressible("fonts/inter-ABCD1234.woff2")
                && !is_compressible("_headers")
        );
    }

    #[test]
    fn header_files_lie_beside_the_artifact() {
        assert_eq!(hosting(Path::new("/x/dist")), Path::new("/x/dist-hosting"));
    }

    /// A configuration can be changed without a build, and what was served for good stays so.
    #[test]
    fn an_artifact_is_configured_again() {
        let folder = std::env::temp_dir().join(format!("astro-xtask-{}", std::process::id()));
        let out = folder.join("dist");
        fs::create_dir_all(&out).unwrap();
        fs::write(out.join("index.html"), "<!doctype html><base href=\"/a/b/\">").unwrap();
        fs::write(out.join("app-0123456789abcdef.css"), "").unwrap();
        fs::write(out.join("app-0123456789abcdef.css.br"), "").unwrap();
        let config = folder.join("config.json");
        fs::write(&config, r#"{"api": {"base": "https://api.example.com/api/v1"}}"#).unwrap();
        configure(&out, &config, None).unwrap();

        assert_eq!(read(&out.join("config.json")).unwrap(), read(&config).unwrap());
        let headers: serde_json::Value =
            serde_json::from_str(&read(&hosting(&out).join("headers.json")).unwrap()).unwrap();
        assert!(headers[0]["headers"]["Content-Security-Policy"].as_str().unwrap().contains("https://api.example.com"));
        assert_eq!(headers[1]["match"], "/a/b/app-0123456789abcdef.css");
        assert_eq!(headers.as_array().unwrap().len(), 2, "compressed copies are no files of their own");

        configure(&out, &config, Some(&Base::root())).unwrap();
        assert_eq!(read(&out.join("index.html")).unwrap(), "<!doctype html><base href=\"/\">");
        assert!(read(&hosting(&out).join("nginx.conf")).unwrap().contains("try_files $uri /index.html;"));
        assert!(out.join("index.html.br").is_file(), "a copy of the page as it was would win");
        fs::remove_dir_all(&folder).unwrap();
    }

    /// A mistyped folder is not emptied.
    #[test]
    fn only_an_artifact_makes_room_for_another() {
        let folder = std::env::temp_dir().join(format!("astro-xtask-room-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("letter.txt"), "").unwrap();
        assert!(make_room(&folder).is_err());
        assert!(folder.join("letter.txt").is_file());
        fs::write(folder.join("index.html"), "").unwrap();
        fs::write(folder.join("boot.js"), "").unwrap();
        make_room(&folder).unwrap();
        assert_eq!(files(&folder).unwrap(), Vec::<String>::new());
        fs::remove_dir_all(&folder).unwrap();
    }
}
