//! Every command of this project, as `cargo xtask <command>`. Each installs what it needs and is missing, says what it
//! does, and fails with a sentence that tells what to do.

mod assets;
mod bench;
mod budgets;
mod config;
mod contract;
mod dist;
mod doctor;
mod headers;
mod page;
mod process;
mod program;
mod schemas;
mod serve;
mod shots;
mod test;
mod tools;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// Builds, serves and tests the console.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the console, start the local platform with demo data, serve both at one address
    Serve {
        /// Serve what `dist` makes, under the headers that it writes
        #[arg(long)]
        release: bool,
        /// Port on 127.0.0.1
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// Cargo features of the console, comma-separated: `gallery` shows every component at /_gallery
        #[arg(long, value_delimiter = ',', value_name = "LIST")]
        features: Vec<String>,
        /// Flags for the platform, after `--`: `-- --scale large --chaos 20` (`-- --help` lists them)
        #[arg(last = true)]
        platform: Vec<String>,
    },
    /// Run everything: format, clippy, native, browser, contract, gateway and end-to-end tests, budgets
    Test {
        /// Run these stages alone (comma-separated, or repeated)
        #[arg(long, value_enum, value_delimiter = ',', value_name = "STAGE")]
        only: Vec<test::Stage>,
    },
    /// Measure the production build in a headless browser: table, log, load, soak; figures also in target/bench.json
    Bench {
        /// Run these alone (comma-separated, or repeated)
        #[arg(long, value_delimiter = ',', value_name = "BENCH", value_parser = ["table", "log", "load", "soak"])]
        only: Vec<String>,
        /// Folder that `dist` wrote, instead of a build
        #[arg(long, value_name = "DIR")]
        built: Option<PathBuf>,
    },
    /// Make the production artifact: hashed names, wasm-opt, brotli and gzip, header files for common hosts
    Dist {
        /// Configuration of this deployment; without it, public/config.json
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// Path below which the console is served
        #[arg(long, value_name = "PATH", default_value = "/")]
        base: dist::Base,
        /// Folder to write; the header files of nginx, Caddy and the local platform go to `<DIR>-hosting`
        #[arg(long, value_name = "DIR", default_value = "dist")]
        out: PathBuf,
        /// Cargo features of the console: for tests, which need the gallery
        #[arg(long, value_delimiter = ',', value_name = "LIST", hide = true)]
        features: Vec<String>,
        /// Make it and nothing more: tools are not looked for, budgets not checked
        #[arg(long, hide = true)]
        unchecked: bool,
    },
    /// Give an artifact that `dist` made another configuration or path: rewrites config.json, index.html and the header
    /// files, builds nothing
    Configure {
        /// Configuration of the deployment
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        /// Path below which the console is served; without it, the path stays as it is
        #[arg(long, value_name = "PATH")]
        base: Option<dist::Base>,
        /// Folder that `dist` wrote
        #[arg(long, value_name = "DIR", default_value = "dist")]
        out: PathBuf,
    },
    /// Check the built artifact against budgets.toml
    Budgets {
        /// Folder that `dist` wrote
        #[arg(long, value_name = "DIR", default_value = "dist")]
        out: PathBuf,
        /// List the files that count for this budget, and check nothing
        #[arg(long, value_name = "BUDGET")]
        files: Option<String>,
    },
    /// Check the local platform against api/openapi.yaml with schemathesis
    Contract {
        /// 50 examples an operation and the stateful phase, instead of 10 examples
        #[arg(long)]
        full: bool,
    },
    /// Photograph every route and the gallery, light and dark, at three widths: target/shots/index.html
    Shots {
        /// What to photograph: a regular expression over `route: clusters, viewer` and `gallery: fields`
        #[arg(long, value_name = "PATTERN")]
        only: Option<String>,
        /// Take the console as the last run has built it
        #[arg(long)]
        built: bool,
    },
    /// Say which tools are there, which are missing, and which version is expected
    Doctor,
    /// Make style sheet, icon sprite, fonts, boot.js and config.json in .assets (Trunk calls this before each build)
    Assets,
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    match cli.command {
        Command::Serve { release, port, features, platform } => {
            serve::run(&workspace, release, port, &features, &platform)
        }
        Command::Bench { only, built } => bench::run(&workspace, &only, built),
        Command::Test { only } => test::run(&workspace, &only),
        Command::Dist { config, base, out, features, unchecked } => {
            dist::run(&workspace, config.as_deref(), &base, &out, &features, unchecked)
        }
        Command::Configure { config, base, out } => {
            dist::configure(&out, &config, base.as_ref()).map(|()| ExitCode::SUCCESS)
        }
        Command::Budgets { out, files: None } => budgets::run(&workspace, &out),
        Command::Budgets { out, files: Some(budget) } => budgets::list(&workspace, &out, &budget),
        Command::Contract { full } => contract::run(&workspace, full),
        Command::Shots { only, built } => shots::run(&workspace, only.as_deref(), built),
        Command::Doctor => doctor::run(&workspace),
        Command::Assets => assets::run_as_hook(&workspace).map(|()| ExitCode::SUCCESS),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
