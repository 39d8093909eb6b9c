//! Where things are: the workspace, its target directory, and the search path of everything that is started.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// The workspace that the current directory belongs to.
pub struct Workspace {
    /// Folder of the root `Cargo.toml`.
    pub root: PathBuf,
    /// Cargo's target directory; honours `CARGO_TARGET_DIR` and Cargo's configuration.
    pub target: PathBuf,
}

#[derive(Deserialize)]
struct Metadata {
    workspace_root: PathBuf,
    target_directory: PathBuf,
}

impl Workspace {
    /// Asks Cargo, which knows every way in which a target directory can be set.
    pub fn find() -> Result<Self> {
        let output = Command::new(cargo())
            .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
            .output()
            .context("cargo could not be started")?;
        if !output.status.success() {
            bail!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        let metadata: Metadata = serde_json::from_slice(&output.stdout).context("cargo metadata was not understood")?;
        Ok(Self { root: metadata.workspace_root, target: metadata.target_directory })
    }

    /// Root of the tools that are installed here because the machine has none of the right version.
    pub fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// Virtual environment with schemathesis.
    pub fn venv(&self) -> PathBuf {
        self.tools().join("venv")
    }

    /// The local platform as `cargo build` leaves it.
    pub fn platform_binary(&self) -> PathBuf {
        self.target.join("debug").join(format!("astro-platform{}", env::consts::EXE_SUFFIX))
    }

    /// A command in the workspace's root with the tools on its path. The variables that Cargo sets for `cargo run` are
    /// taken away: build scripts that watch them would run again for each way of starting a build.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command
            .current_dir(&self.root)
            .env("PATH", self.search_path())
            .env("CARGO_TARGET_DIR", &self.target)
            .env("TRUNK_OFFLINE", "true")
            .env("TRUNK_SKIP_VERSION_CHECK", "true");
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            let of_this_package = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_CRATE_", "CARGO_BIN_"];
            if of_this_package.iter().any(|prefix| text.starts_with(prefix)) {
                command.env_remove(&name);
            }
        }
        command
    }

    /// Cargo in the workspace's root.
    pub fn cargo(&self) -> Command {
        self.command(cargo())
    }

    /// Installed tools first: something is installed only because what the machine has does not fit.
    fn search_path(&self) -> OsString {
        let own = [
            self.tools().join("bin"),
            self.tools().join("node/node_modules/node/bin"),
            self.root.join("node_modules/.bin"),
        ];
        let inherited = env::var_os("PATH").unwrap_or_default();
        env::join_paths(own.into_iter().chain(env::split_paths(&inherited))).unwrap_or(inherited)
    }

    /// First of these programs that the search path holds.
    pub fn find_program(&self, names: &[&str]) -> Option<PathBuf> {
        let path = self.search_path();
        names
            .iter()
            .find_map(|name| env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file()))
    }
}

/// The Cargo that started this program, so that a toolchain chosen on the command line stays chosen.
fn cargo() -> PathBuf {
    env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from)
}
