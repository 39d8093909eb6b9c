//! `cargo xtask serve`: the console and the local platform at one address.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::dist::{self, Base};
use crate::process::{self, say};
use crate::tools;
use crate::workspace::Workspace;

/// Builds both and runs the platform, which prints the address and the demo sign-ins, until it is stopped.
pub fn run(workspace: &Workspace, release: bool, port: u16, features: &[String], flags: &[String]) -> Result<ExitCode> {
    tools::ensure(workspace, if release { tools::DIST } else { tools::BUILD })?;

    let console = workspace.target.join(if release { "console-release" } else { "console-dev" });
    // The platform serves sockets beside everything else, so that even a debug build takes the configuration of production.
    let config = workspace.root.join("public/config.json");
    say("building the console");
    if release {
        dist::make(workspace, &config, &Base::root(), &console, features)?;
    } else {
        process::run(&mut dist::trunk(workspace, &console, features)?)?;
        std::fs::copy(&config, console.join("config.json"))?;
    }

    say("building the local platform");
    process::run(workspace.cargo().args(["build", "--package", "astro-platform"]))?;

    let mut platform = workspace.command(workspace.platform_binary());
    platform.arg("--listen").arg(format!("127.0.0.1:{port}")).arg("--console").arg(&console);
    if release {
        platform.arg("--headers").arg(dist::hosting(&console).join("headers.json"));
    }
    if !flags.iter().any(|flag| flag == "--seed" || flag.starts_with("--seed=")) {
        platform.args(["--seed", "1"]);
    }
    platform.args(flags);
    become_it(&mut platform)
}

/// Turns this process into the platform, so that a signal that stops the one stops the other.
#[cfg(unix)]
fn become_it(platform: &mut Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;

    let error = platform.exec();
    Err(error).map_err(|error| anyhow::anyhow!("`{}` could not be started: {error}", process::describe(platform)))
}

#[cfg(not(unix))]
fn become_it(platform: &mut Command) -> Result<ExitCode> {
    let status = platform.status()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
