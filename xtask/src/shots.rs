//! `cargo xtask shots`: pictures of every route and of the gallery, light and dark, at three widths, and a contact sheet.

use std::fs;
use std::process::ExitCode;

use anyhow::Result;

use crate::dist;
use crate::process::{self, say};
use crate::tools;
use crate::workspace::Workspace;

/// Builds the console with the gallery, and photographs what matches `only`, or everything.
pub fn run(workspace: &Workspace, only: Option<&str>, built: bool) -> Result<ExitCode> {
    tools::ensure(workspace, tools::BUILD)?;
    tools::ensure(workspace, &[tools::Tool::Chromium])?;
    let console = workspace.target.join("console-shots");
    if !built || !console.join("index.html").is_file() {
        say("building the console");
        let features = ["gallery".to_owned()];
        process::run(&mut dist::trunk(workspace, &console, &features)?)?;
        dist::configure(&console, &workspace.root.join("public/config.json"), None)?;
        say("building the local platform");
        process::run(workspace.cargo().args(["build", "--package", "astro-platform"]))?;
    }

    let shots = workspace.target.join("shots");
    fs::create_dir_all(&shots)?;
    if only.is_none() {
        // Of routes that are gone.
        for entry in fs::read_dir(&shots)? {
            fs::remove_file(entry?.path())?;
        }
    }
    let mut command = workspace.command("playwright");
    command
        .args(["test", "--config", "tests/shots/playwright.config.ts", "--reporter=line"])
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .env("ASTRO_SHOTS", &shots)
        .env("ASTRO_PLATFORM", workspace.platform_binary())
        .env("ASTRO_HEADERS", dist::hosting(&console).join("headers.json"))
        .env("ASTRO_CONSOLE", &console);
    if let Some(pattern) = only {
        command.args(["--grep", pattern]);
    }
    if let Some(browser) = tools::chromium(workspace) {
        command.env("CHROME", browser);
    }
    let status = command.status()?;
    say(format!("the pictures are in {}", shots.join("index.html").display()));
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
