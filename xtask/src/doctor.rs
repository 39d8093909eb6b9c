//! `cargo xtask doctor`: what is there, what is missing, which version is expected.

use std::process::ExitCode;

use anyhow::Result;

use crate::tools::{self, Found};
use crate::workspace::Workspace;

/// Prints one line a tool; fails if one is missing, and says what to do by hand.
pub fn run(workspace: &Workspace) -> Result<ExitCode> {
    let mut advice = Vec::new();
    println!("{:<24} {:<24} found", "tool", "expected");
    for (tool, found) in tools::check_all(workspace, tools::ALL)? {
        let text = match found {
            Found::Ready(text) => text,
            Found::Other(text) => {
                advice.push(tool);
                format!("{text} (another is expected)")
            }
            Found::Missing => {
                advice.push(tool);
                "missing".to_owned()
            }
        };
        println!("{:<24} {:<24} {text}", tool.name(), tool.expected(workspace)?);
    }
    println!("\ntarget directory: {}", workspace.target.display());
    if advice.is_empty() {
        println!("Everything is there.");
        return Ok(ExitCode::SUCCESS);
    }
    println!("\n`cargo xtask serve` and `cargo xtask test` install what they need of it. By hand:");
    for tool in advice {
        println!("- {}: {}", tool.name(), tool.by_hand(workspace));
    }
    Ok(ExitCode::FAILURE)
}
