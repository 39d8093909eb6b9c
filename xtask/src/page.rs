//! The page of the production artifact: `index.html` with its links followed, as Trunk does it for a development build.
//!
//! Everything in it is relative to its `<base>`, so that an artifact is moved to another path by changing that alone.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::dist::Base;
use crate::program::Program;

/// What Trunk.toml says of the page; it holds for both ways of building.
#[derive(Deserialize)]
struct Trunk {
    build: Patterns,
}

#[derive(Deserialize)]
struct Patterns {
    #[serde(rename = "pattern_script")]
    script: String,
    #[serde(rename = "pattern_preload")]
    preload: String,
    /// Names in the patterns, each with its text, or with `@` and the file that holds it.
    #[serde(rename = "pattern_params")]
    params: BTreeMap<String, String>,
}

/// Writes the page of a program and the files that it links.
pub fn write(root: &Path, base: &Base, program: &Program, out: &Path) -> Result<()> {
    let text = read(&root.join("Trunk.toml"))?;
    let Trunk { build: patterns } = toml::from_str(&text).context("Trunk.toml was not understood")?;
    let mut values = vec![
        ("base".to_owned(), String::new()),
        ("js".to_owned(), program.js.clone()),
        ("wasm".to_owned(), program.wasm.clone()),
    ];
    for (name, value) in patterns.params {
        let text = value.strip_prefix('@').map_or_else(|| Ok(value.clone()), |file| read(&root.join(file)))?;
        values.push((name, text.trim_end().to_owned()));
    }
    let filled = |pattern: &str| {
        values.iter().fold(pattern.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    };
    let preload = filled(&patterns.preload);
    let script = filled(&patterns.script);
    let page = compose(&read(&root.join("index.html"))?, base, |link| {
        let href = attribute(link, "href").unwrap_or_default();
        let from = root.join(href);
        let name = from.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        match attribute(link, "rel") {
            Some("css") => {
                let sheet = fs::read(&from).with_context(|| format!("{href} could not be read"))?;
                let name = hashed_name("app", &sheet, ".css");
                fs::write(out.join(&name), sheet)?;
                Ok(format!(r#"<link rel="stylesheet" href="{name}">"#))
            }
            Some("rust") => Ok(format!("{preload}\n{script}")),
            Some("copy-file") => {
                fs::copy(&from, out.join(name)).with_context(|| format!("{href} could not be copied"))?;
                Ok(String::new())
            }
            Some("copy-dir") => {
                copy_folder(&from, &out.join(name)).with_context(|| format!("{href} could not be copied"))?;
                Ok(String::new())
            }
            Some("inline") => read(&from),
            other => bail!("index.html has a link of a kind that `cargo xtask dist` does not know: {other:?}"),
        }
    })?;
    fs::write(out.join("index.html"), page).context("index.html could not be written")
}

/// What the page asks for with its program: the profile of Cargo, and wasm-opt's parameters.
pub struct Wishes {
    pub profile: String,
    pub wasm_opt: Vec<String>,
}

/// Reads the link to the program, which Trunk reads too.
pub fn wishes(root: &Path) -> Result<Wishes> {
    let template = read(&root.join("index.html"))?;
    let link = links(&template)
        .find(|link| attribute(link, "rel") == Some("rust"))
        .context("index.html has no link to the program")?;
    let of =
        |name: &str| attribute(link, name).with_context(|| format!("index.html: the program's link has no {name}"));
    let mut wasm_opt = vec![format!("-O{}", of("data-wasm-opt")?)];
    wasm_opt.extend(of("data-wasm-opt-params")?.split_whitespace().map(ToOwned::to_owned));
    Ok(Wishes { profile: of("data-cargo-profile-release")?.to_owned(), wasm_opt })
}

/// Gives a page that is written another base.
pub fn rebase(page: &str, base: &Base) -> Option<String> {
    let (before, rest) = page.split_once("<base ")?;
    let (_, after) = rest.split_once('>')?;
    Some(format!("{before}{}{after}", base_element(base)))
}

/// A name that holds a hash of the content, so that it can be kept for good.
pub fn hashed_name(stem: &str, content: &[u8], end: &str) -> String {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    format!("{stem}-{:016x}{end}", hasher.finish())
}

/// The template with each of Trunk's links replaced, without comments and indentation.
fn compose(template: &str, base: &Base, follow: impl Fn(&str) -> Result<String>) -> Result<String> {
    let template = without_comments(template);
    let mut page = String::new();
    let mut rest = template.as_str();
    while let Some(link) = links(rest).next() {
        let (before, after) = rest.split_once(link).unwrap_or_default();
        page += before;
        page += &follow(link)?;
        rest = after;
    }
    page += rest;
    if !page.contains("<base data-trunk-public-url>") {
        bail!("index.html has no <base data-trunk-public-url>");
    }
    let page = page.replace("<base data-trunk-public-url>", &base_element(base));
    let lines: Vec<_> = page.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    Ok(lines.join("\n") + "\n")
}

fn base_element(base: &Base) -> String {
    format!(r#"<base href="{}">"#, base.as_str())
}

fn without_comments(html: &str) -> String {
    let mut kept = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once("<!--") {
        kept += before;
        rest = after.split_once("-->").map_or("", |(_, after)| after);
    }
    kept + rest
}

/// Elements that Trunk follows.
fn links(html: &str) -> impl Iterator<Item = &str> {
    html.match_indices("<link data-trunk ").filter_map(|(at, _)| html[at..].split_inclusive('>').next())
}

fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = element.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("{} could not be read", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed_and_comments_left_out() {
        let template = "<head>\n  <!-- why\n  -->\n  <base data-trunk-public-url>\n  <link data-trunk rel=\"css\" href=\"a.css\">\n  <link rel=\"icon\" href=\"icon.svg\">\n</head>\n";
        let base = "/a/b/".parse().unwrap();
        let page = compose(template, &base, |link| {
            assert_eq!((attribute(link, "rel"), attribute(link, "href")), (Some("css"), Some("a.css")));
            Ok("<x>".to_owned())
        })
        .unwrap();
        assert_eq!(page, "<head>\n<base href=\"/a/b/\">\n<x>\n<link rel=\"icon\" href=\"icon.svg\">\n</head>\n");
        assert!(compose("<head></head>", &base, |_| Ok(String::new())).is_err(), "without a base");
    }

    #[test]
    fn a_page_is_moved_by_its_base_alone() {
        let moved = rebase("<head><base href=\"/\"><link href=\"x\">", &"/a/b/".parse().unwrap());
        assert_eq!(moved.as_deref(), Some("<head><base href=\"/a/b/\"><link href=\"x\">"));
        assert_eq!(rebase("<head>", &Base::root()), None);
    }

    #[test]
    fn a_name_follows_the_content() {
        let name = hashed_name("part-x", b"1", ".wasm");
        assert!(crate::headers::is_hashed(&name), "{name}");
        assert_eq!(name, hashed_name("part-x", b"1", ".wasm"));
        assert_ne!(name, hashed_name("part-x", b"2", ".wasm"));
        assert!(crate::headers::is_hashed(&hashed_name("astro-console", b"1", "_bg.wasm")));
    }

    #[test]
    fn the_projects_page_says_how_its_program_is_built() {
        let wishes = wishes(Path::new("..")).unwrap();
        assert_eq!(wishes.profile, "wasm-release");
        assert_eq!(wishes.wasm_opt[0], "-Oz");
        assert!(wishes.wasm_opt.len() > 1);
    }
}
