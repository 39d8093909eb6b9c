//! `cargo xtask contract`: schemathesis against the local platform.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::process;
use crate::tools;
use crate::workspace::Workspace;

/// One seed for all runs: a failure comes again.
const SEED: &str = "1";

/// Installs, builds and checks. The closing line tells how many operations were checked.
pub fn run(workspace: &Workspace, full: bool) -> Result<ExitCode> {
    tools::ensure(workspace, tools::CONTRACT)?;
    process::run(workspace.cargo().args(["build", "--package", "astro-platform"]))?;
    let status = command(workspace, full).status()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The check itself, for a platform that is built.
pub fn command(workspace: &Workspace, full: bool) -> Command {
    let mut command = workspace.command(workspace.venv().join("bin/python"));
    command.arg(script()).arg("--platform").arg(workspace.platform_binary()).args([
        "--openapi",
        "api/openapi.yaml",
        "--seed",
        SEED,
        "--examples",
        if full { "50" } else { "10" },
    ]);
    // Nothing is written beside the sources.
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    if full {
        command.arg("--full");
    }
    command
}

/// Path of the script that drives schemathesis, relative to the root.
pub fn script() -> PathBuf {
    PathBuf::from("tests/contract/run.py")
}
