//! `budgets.toml`: what the artifact may weigh, each limit with its reason, checked by `dist` and `test`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::dist;
use crate::workspace::Workspace;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Budgets {
    budget: Vec<Budget>,
}

/// One limit.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Budget {
    name: String,
    /// Patterns of the files that count, `*` for any run of characters. Each must match something: a pattern that
    /// matches nothing would keep any budget.
    files: Vec<String>,
    limit_kib: f64,
    reason: String,
}

impl Budget {
    /// Those of an artifact's files that count, each once.
    fn counted<'a>(&self, files: &'a [String]) -> Result<BTreeSet<&'a str>> {
        let mut counted = BTreeSet::new();
        for pattern in &self.files {
            let before = counted.len();
            counted.extend(files.iter().filter(|file| matches(pattern, file)).map(String::as_str));
            if counted.len() == before {
                bail!("budgets.toml: {pattern} of \"{}\" matches no file of the artifact", self.name);
            }
        }
        Ok(counted)
    }
}

/// A budget and what the artifact weighs.
pub struct Weighed {
    pub name: String,
    pub kib: f64,
    pub limit_kib: f64,
    reason: String,
}

impl Weighed {
    /// Whether the artifact keeps within it.
    pub fn kept(&self) -> bool {
        self.kib <= self.limit_kib
    }
}

/// Checks an artifact and prints a table.
pub fn run(workspace: &Workspace, out: &Path) -> Result<ExitCode> {
    let weighed = weigh(&workspace.root, out)?;
    println!("{}", table(&weighed));
    Ok(if weighed.iter().all(Weighed::kept) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints the files of an artifact that count for a budget.
pub fn list(workspace: &Workspace, out: &Path, name: &str) -> Result<ExitCode> {
    let files = dist::files(out)?;
    let budget = read(&workspace.root)?
        .into_iter()
        .find(|budget| budget.name == name)
        .with_context(|| format!("budgets.toml has no budget \"{name}\""))?;
    for file in budget.counted(&files)? {
        println!("{file}");
    }
    Ok(ExitCode::SUCCESS)
}

fn read(root: &Path) -> Result<Vec<Budget>> {
    let text = fs::read_to_string(root.join("budgets.toml")).context("budgets.toml could not be read")?;
    let budgets: Budgets = toml::from_str(&text).context("budgets.toml was not understood")?;
    Ok(budgets.budget)
}

/// Weighs an artifact by each budget: compressed by brotli where hosts compress, as it is where they don't.
pub fn weigh(root: &Path, out: &Path) -> Result<Vec<Weighed>> {
    let files = dist::files(out)?;
    read(root)?
        .into_iter()
        .map(|budget| {
            let mut bytes: u32 = 0;
            for file in budget.counted(&files)? {
                bytes += weight(&out.join(file))?;
            }
            Ok(Weighed {
                name: budget.name,
                kib: f64::from(bytes) / 1024.0,
                limit_kib: budget.limit_kib,
                reason: budget.reason,
            })
        })
        .collect()
}

/// One line a budget.
pub fn table(weighed: &[Weighed]) -> String {
    let mut lines = vec![format!("{:<24} {:>10} {:>10}  ", "budget", "KiB", "limit")];
    for budget in weighed {
        let verdict = if budget.kept() { "kept".to_owned() } else { format!("EXCEEDED: {}", budget.reason) };
        lines.push(format!("{:<24} {:>10.1} {:>10.1}  {verdict}", budget.name, budget.kib, budget.limit_kib));
    }
    lines.join("\n")
}

/// What goes over the wire for a file: its brotli copy if there is one, else the file as it lies.
fn weight(file: &Path) -> Result<u32> {
    let mut copy = file.as_os_str().to_owned();
    copy.push(".br");
    let bytes = fs::metadata(&copy).or_else(|_| fs::metadata(file))?.len();
    u32::try_from(bytes).with_context(|| format!("{} is larger than any budget", file.display()))
}

/// `*` stands for any run of characters without a slash.
fn matches(pattern: &str, file: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == file,
        Some((head, tail)) => file.strip_prefix(head).is_some_and(|rest| {
            let reach = rest.find('/').unwrap_or(rest.len());
            (0..=reach).filter(|end| rest.is_char_boundary(*end)).any(|end| matches(tail, &rest[end..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_stays_in_its_folder_and_ends_where_it_ends() {
        assert!(matches("index.html", "index.html"));
        assert!(matches("*_bg.wasm", "console-0123_bg.wasm"));
        assert!(matches("fonts/*.woff2", "fonts/inter.woff2"));
        assert!(!matches("*.js", "console.js.br"));
        assert!(!matches("*.woff2", "fonts/inter.woff2"));
        assert!(!matches("index.html", "index.html.br"));
    }

    /// What hosts find uncompressed goes over the wire uncompressed.
    #[test]
    fn a_file_weighs_what_its_copy_does_or_itself() {
        let folder = std::env::temp_dir().join(format!("astro-xtask-weight-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("editor.json");
        fs::write(&file, "a".repeat(1_000)).unwrap();
        assert_eq!(weight(&file).unwrap(), 1_000);
        fs::write(folder.join("editor.json.br"), "ab").unwrap();
        assert_eq!(weight(&file).unwrap(), 2);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn the_limit_itself_is_kept() {
        let weighed = |kib| Weighed { name: "x".to_owned(), kib, limit_kib: 2.0, reason: "because".to_owned() };
        assert!(weighed(2.0).kept());
        assert!(!weighed(2.1).kept());
        assert!(table(&[weighed(2.1)]).contains("EXCEEDED: because"));
    }

    #[test]
    fn the_projects_budgets_are_understood_and_have_reasons() {
        let text = fs::read_to_string("../budgets.toml").unwrap();
        let budgets: Budgets = toml::from_str(&text).unwrap();
        assert!(budgets.budget.iter().any(|budget| budget.name == "wasm at start"));
        assert!(budgets.budget.iter().all(|budget| budget.reason.len() > 20 && budget.limit_kib > 0.0));
    }
}
