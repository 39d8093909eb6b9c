//! `cargo xtask bench`: how fast the console is, in a headless browser on what `dist` makes.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;

use crate::dist::{self, Base};
use crate::process::{self, say};
use crate::tools::{self, Tool};
use crate::workspace::Workspace;

/// Builds the console as it is shipped and the platform with optimizations, measures, and prints a table. The figures also go
/// to `bench.json` in the target folder. A missed target is told and is no failure: times depend on the machine.
pub fn run(workspace: &Workspace, only: &[String], built: Option<PathBuf>) -> Result<ExitCode> {
    tools::ensure(workspace, tools::DIST)?;
    tools::ensure(workspace, &[Tool::Chromium])?;
    let console = if let Some(folder) = built {
        folder.canonicalize()?
    } else {
        let console = workspace.target.join("console-release");
        say("building the console");
        dist::make(workspace, &workspace.root.join("public/config.json"), &Base::root(), &console, &[])?;
        console
    };
    say("building the local platform");
    process::run(workspace.cargo().args(["build", "--release", "--package", "astro-platform"]))?;
    let platform = workspace.target.join("release").join(format!("astro-platform{}", std::env::consts::EXE_SUFFIX));

    let mut command = workspace.command("node");
    command.arg(workspace.root.join("tests/bench/bench.mjs"));
    command.arg("--console").arg(&console);
    command.arg("--headers").arg(dist::hosting(&console).join("headers.json"));
    command.arg("--platform").arg(platform);
    command.arg("--out").arg(workspace.target.join("bench.json"));
    if !only.is_empty() {
        command.arg("--only").arg(only.join(","));
    }
    if let Some(browser) = tools::chromium(workspace) {
        command.env("CHROME", browser);
    }
    process::run(&mut command)?;
    Ok(ExitCode::SUCCESS)
}
