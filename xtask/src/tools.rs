//! The tools that the project needs: each is checked first, and installed only if it is absent or of another version.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, anyhow, bail};
use serde::Deserialize;

use crate::process::{self, say};
use crate::workspace::Workspace;

/// Its manifest asks for a newer rustc than the workspace does; it builds and runs with the workspace's.
const TRUNK: &str = "0.22.1";
const WASM_SPLIT: &str = "0.2.4";
const SCHEMATHESIS: &str = "4.32.5";
/// Oldest major version that the npm packages accept.
const NODE_MAJOR: u32 = 20;
/// What is installed where Node is older than that.
const NODE_PACKAGE: &str = "node@22";
const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// One thing that must be on the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    WasmTarget,
    Rustfmt,
    Clippy,
    CCompiler,
    Trunk,
    WasmBindgen,
    WasmSplit,
    Node,
    NpmPackages,
    Chromium,
    Chromedriver,
    Nginx,
    PythonVenv,
    Schemathesis,
}

use Tool::{
    CCompiler, Chromedriver, Chromium, Clippy, Nginx, Node, NpmPackages, PythonVenv, Rustfmt, Schemathesis, Trunk,
    WasmBindgen, WasmSplit, WasmTarget,
};

/// What building the console takes.
pub const BUILD: &[Tool] = &[WasmTarget, CCompiler, Trunk, WasmBindgen, Node, NpmPackages];
/// What the production artifact takes.
pub const DIST: &[Tool] = &[WasmTarget, CCompiler, WasmBindgen, WasmSplit, Node, NpmPackages];
/// What the contract test takes beside the platform.
pub const CONTRACT: &[Tool] = &[CCompiler, PythonVenv, Schemathesis];
/// What the tests take: all but the server for development.
pub const TEST: &[Tool] = &[
    WasmTarget,
    Rustfmt,
    Clippy,
    CCompiler,
    WasmBindgen,
    WasmSplit,
    Node,
    NpmPackages,
    Chromium,
    Chromedriver,
    Nginx,
    PythonVenv,
    Schemathesis,
];
/// Everything, in the order of installation: a tool stands after those that install it.
pub const ALL: &[Tool] = &[
    WasmTarget,
    Rustfmt,
    Clippy,
    CCompiler,
    Trunk,
    WasmBindgen,
    WasmSplit,
    Node,
    NpmPackages,
    Chromium,
    Chromedriver,
    Nginx,
    PythonVenv,
    Schemathesis,
];

/// What a check found.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// There, with what it says of itself.
    Ready(String),
    /// There, but not as expected.
    Other(String),
    Missing,
}

impl Tool {
    /// Name as people know it.
    pub fn name(self) -> &'static str {
        match self {
            WasmTarget => WASM_TARGET,
            Rustfmt => "rustfmt",
            Clippy => "clippy",
            CCompiler => "C compiler",
            Trunk => "trunk",
            WasmBindgen => "wasm-bindgen",
            WasmSplit => "wasm-split-cli",
            Node => "node",
            NpmPackages => "npm packages",
            Chromium => "chromium",
            Chromedriver => "chromedriver",
            Nginx => "nginx with njs",
            PythonVenv => "python3 venv",
            Schemathesis => "schemathesis",
        }
    }

    /// The version, or the state, that is expected.
    pub fn expected(self, workspace: &Workspace) -> Result<String> {
        Ok(match self {
            Trunk => TRUNK.to_owned(),
            WasmBindgen => locked_version(&workspace.root, "wasm-bindgen")?,
            WasmSplit => WASM_SPLIT.to_owned(),
            Node => format!("{NODE_MAJOR} or newer"),
            NpmPackages => "as in package-lock.json".to_owned(),
            Schemathesis => SCHEMATHESIS.to_owned(),
            WasmTarget | Rustfmt | Clippy | CCompiler | Chromium | Chromedriver | Nginx | PythonVenv => {
                "any".to_owned()
            }
        })
    }

    /// Looks, without changing anything.
    pub fn check(self, workspace: &Workspace) -> Result<Found> {
        let version = |program: &str, argument: &str| {
            process::probe(workspace.command(program).arg(argument)).map(|text| first_line(&text).to_owned())
        };
        let any = |found: Option<String>| found.map_or(Found::Missing, Found::Ready);
        Ok(match self {
            WasmTarget => {
                let libraries = process::capture(Command::new("rustc").args([
                    "--print",
                    "target-libdir",
                    "--target",
                    WASM_TARGET,
                ]))?;
                if Path::new(&libraries).is_dir() { Found::Ready("installed".to_owned()) } else { Found::Missing }
            }
            Rustfmt => any(version("rustfmt", "--version")),
            Clippy => any(version("cargo-clippy", "--version")),
            CCompiler => any(version("cc", "--version")),
            Trunk => exactly(version("trunk", "--version"), TRUNK),
            WasmBindgen => exactly(version("wasm-bindgen", "--version"), &self.expected(workspace)?),
            WasmSplit => wasm_split(workspace),
            Node => match version("node", "--version") {
                Some(text) if major(&text).is_some_and(|major| major >= NODE_MAJOR) => Found::Ready(text),
                Some(text) => Found::Other(text),
                None => Found::Missing,
            },
            NpmPackages => npm_packages(workspace)?,
            Chromium => any(chromium(workspace).and_then(|browser| version(&browser.to_string_lossy(), "--version"))),
            Chromedriver => {
                any(chromedriver(workspace).and_then(|driver| version(&driver.to_string_lossy(), "--version")))
            }
            Nginx => nginx(workspace),
            PythonVenv => any(process::probe(
                workspace
                    .command("python3")
                    .args(["-c", "import ensurepip, platform, venv; print('Python ' + platform.python_version())"]),
            )),
            Schemathesis => exactly(
                process::probe(
                    workspace
                        .command(workspace.venv().join("bin/python"))
                        .args(["-c", "from importlib.metadata import version; print(version('schemathesis'))"]),
                ),
                SCHEMATHESIS,
            ),
        })
    }

    /// Installs it, by the way that its kind has.
    fn install(self, workspace: &Workspace) -> Result<()> {
        match self {
            WasmTarget => process::run(workspace.command("rustup").args(["target", "add", WASM_TARGET])),
            Rustfmt => process::run(workspace.command("rustup").args(["component", "add", "rustfmt"])),
            Clippy => process::run(workspace.command("rustup").args(["component", "add", "clippy"])),
            Trunk => cargo_install(workspace, &["trunk", "--version", TRUNK, "--locked", "--ignore-rust-version"]),
            // Without --locked: its lock file names a version of a crate that may be gone.
            WasmBindgen => cargo_install(workspace, &["wasm-bindgen-cli", "--version", &self.expected(workspace)?]),
            WasmSplit => cargo_install(
                workspace,
                &["wasm_split_cli_support", "--version", WASM_SPLIT, "--locked", "--features", "build-binary"],
            ),
            Node => install_node(workspace),
            NpmPackages => install_npm_packages(workspace),
            Schemathesis => install_schemathesis(workspace),
            CCompiler => apt(workspace, &["gcc", "libc6-dev"]),
            Chromium => apt(workspace, &["chromium"]),
            Chromedriver => apt(workspace, &["chromium-driver"]),
            Nginx => apt(workspace, &["nginx", "libnginx-mod-http-js"]),
            PythonVenv => apt(workspace, &["python3", "python3-venv"]),
        }
    }

    /// What a person does where the installation is impossible.
    pub fn by_hand(self, workspace: &Workspace) -> String {
        match self {
            WasmTarget => format!("run `rustup target add {WASM_TARGET}`, or install the target with the package manager that Rust came from"),
            Rustfmt => "run `rustup component add rustfmt`".to_owned(),
            Clippy => "run `rustup component add clippy`".to_owned(),
            CCompiler => "install a C compiler that is called cc (Debian: `apt-get install gcc libc6-dev`)".to_owned(),
            Trunk => format!("run `cargo install trunk --version {TRUNK} --locked --ignore-rust-version`, or put trunk {TRUNK} on PATH"),
            WasmBindgen => match self.expected(workspace) {
                Ok(version) => format!("run `cargo install wasm-bindgen-cli --version {version}`, or put wasm-bindgen and wasm-bindgen-test-runner {version} on PATH"),
                Err(error) => format!("{error:#}"),
            },
            WasmSplit => format!(
                "run `cargo install wasm_split_cli_support --version {WASM_SPLIT} --locked --features build-binary --root {}`",
                workspace.tools().display(),
            ),
            Node => format!("install Node.js {NODE_MAJOR} or newer with npm, and put both on PATH"),
            NpmPackages => "run `npm ci` in the project's root".to_owned(),
            Chromium => "install Chromium or Chrome (Debian: `apt-get install chromium`), or set CHROME to its binary".to_owned(),
            Chromedriver => "install the ChromeDriver of the browser's version (Debian: `apt-get install chromium-driver`), or set CHROMEDRIVER to its binary".to_owned(),
            Nginx => "install nginx and its njs module (Debian: `apt-get install nginx libnginx-mod-http-js`)".to_owned(),
            PythonVenv => "install Python 3.10 or newer with venv (Debian: `apt-get install python3 python3-venv`)".to_owned(),
            Schemathesis => format!(
                "run `python3 -m venv {venv} && {venv}/bin/pip install schemathesis=={SCHEMATHESIS}`",
                venv = workspace.venv().display(),
            ),
        }
    }
}

/// Makes sure of these tools. Checks run side by side, so that a second run costs next to nothing.
pub fn ensure(workspace: &Workspace, tools: &[Tool]) -> Result<()> {
    for (tool, found) in check_all(workspace, tools)? {
        if matches!(found, Found::Ready(_)) {
            continue;
        }
        let instead = match &found {
            Found::Other(text) => format!(" (there is: {text})"),
            _ => String::new(),
        };
        say(format!("installing {} {}{instead}", tool.name(), tool.expected(workspace)?));
        let by_hand = || format!("{} is needed and could not be installed; {}", tool.name(), tool.by_hand(workspace));
        tool.install(workspace).with_context(by_hand)?;
        if !matches!(tool.check(workspace)?, Found::Ready(_)) {
            return Err(anyhow!("it is still not there after the installation")).with_context(by_hand);
        }
    }
    Ok(())
}

/// The state of each of these tools, in their order.
pub fn check_all(workspace: &Workspace, tools: &[Tool]) -> Result<Vec<(Tool, Found)>> {
    thread::scope(|scope| {
        let checks: Vec<_> = tools.iter().map(|tool| (*tool, scope.spawn(|| tool.check(workspace)))).collect();
        checks
            .into_iter()
            .map(|(tool, check)| match check.join() {
                Ok(found) => Ok((tool, found?)),
                Err(_) => bail!("the check of {} panicked", tool.name()),
            })
            .collect()
    })
}

/// The browser of the tests: `CHROME`, or what the system has.
pub fn chromium(workspace: &Workspace) -> Option<PathBuf> {
    chosen("CHROME")
        .or_else(|| workspace.find_program(&["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]))
}

/// Its driver: `CHROMEDRIVER`, or what the system has.
pub fn chromedriver(workspace: &Workspace) -> Option<PathBuf> {
    chosen("CHROMEDRIVER").or_else(|| workspace.find_program(&["chromedriver"]))
}

fn chosen(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Version of a crate in Cargo.lock: what the crate and its command-line tool must agree on.
fn locked_version(root: &Path, name: &str) -> Result<String> {
    #[derive(Deserialize)]
    struct Lock {
        package: Vec<Package>,
    }
    #[derive(Deserialize)]
    struct Package {
        name: String,
        version: String,
    }
    let text = fs::read_to_string(root.join("Cargo.lock")).context("Cargo.lock could not be read")?;
    let lock: Lock = toml::from_str(&text).context("Cargo.lock was not understood")?;
    lock.package
        .into_iter()
        .find(|package| package.name == name)
        .map(|package| package.version)
        .ok_or_else(|| anyhow!("Cargo.lock has no package {name}"))
}

/// A tool that must be of one version: the version is the last word of what it prints.
fn exactly(printed: Option<String>, version: &str) -> Found {
    match printed {
        Some(text) if text.split_whitespace().last() == Some(version) => Found::Ready(text),
        Some(text) => Found::Other(text),
        None => Found::Missing,
    }
}

/// This one does not tell its version, but Cargo keeps a list of what it has installed.
fn wasm_split(workspace: &Workspace) -> Found {
    let list = process::probe(workspace.cargo().args(["install", "--list", "--root"]).arg(workspace.tools()));
    match list.as_deref().and_then(|list| installed(list, "wasm_split_cli_support")) {
        Some(version) if version == WASM_SPLIT => Found::Ready(version.to_owned()),
        Some(version) => Found::Other(version.to_owned()),
        None => Found::Missing,
    }
}

/// The version of a package in the list of `cargo install`: `trunk v0.22.1:`.
fn installed<'a>(list: &'a str, package: &str) -> Option<&'a str> {
    list.lines().find_map(|line| line.strip_prefix(package)?.strip_prefix(" v")?.split([':', ' ']).next())
}

/// `v20.20.2` is 20.
fn major(version: &str) -> Option<u32> {
    version.trim_start_matches('v').split('.').next()?.parse().ok()
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// A copy of the lock file that the packages were installed from.
fn npm_stamp(workspace: &Workspace) -> PathBuf {
    workspace.root.join("node_modules/.installed-package-lock.json")
}

fn npm_packages(workspace: &Workspace) -> Result<Found> {
    if !workspace.root.join("node_modules").is_dir() {
        return Ok(Found::Missing);
    }
    let lock = fs::read(workspace.root.join("package-lock.json")).context("package-lock.json could not be read")?;
    Ok(match fs::read(npm_stamp(workspace)) {
        Ok(installed) if installed == lock => Found::Ready("installed".to_owned()),
        _ => Found::Other("not of this lock file".to_owned()),
    })
}

fn install_npm_packages(workspace: &Workspace) -> Result<()> {
    process::run(
        workspace
            .command("npm")
            .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
            // The tests use the system's browser.
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"),
    )?;
    fs::copy(workspace.root.join("package-lock.json"), npm_stamp(workspace))
        .context("the stamp of npm ci could not be written")?;
    Ok(())
}

fn install_node(workspace: &Workspace) -> Result<()> {
    let prefix = workspace.tools().join("node");
    fs::create_dir_all(&prefix)?;
    process::run(workspace.command("npm").arg("install").arg("--prefix").arg(prefix).args([
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
        NODE_PACKAGE,
    ]))
}

fn install_schemathesis(workspace: &Workspace) -> Result<()> {
    let venv = workspace.venv();
    process::run(workspace.command("python3").args(["-m", "venv", "--clear"]).arg(&venv))?;
    process::run(workspace.command(venv.join("bin/python")).args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        &format!("schemathesis=={SCHEMATHESIS}"),
    ]))
}

fn cargo_install(workspace: &Workspace, arguments: &[&str]) -> Result<()> {
    // Beside the workspace's own artifacts, and gone afterwards: nothing of it is needed again.
    let build = workspace.tools().join("build");
    process::run(
        workspace
            .cargo()
            .arg("install")
            .args(arguments)
            .arg("--root")
            .arg(workspace.tools())
            .env("CARGO_TARGET_DIR", &build)
            // Flags meant for this workspace are not meant for its tools.
            .env_remove("RUSTFLAGS"),
    )?;
    fs::remove_dir_all(&build).or_else(|error| if build.exists() { Err(error) } else { Ok(()) })?;
    Ok(())
}

/// The njs module is either loaded from a file or built in.
fn nginx(workspace: &Workspace) -> Found {
    // Debian keeps it in a directory that only root has on the path.
    let program = workspace.find_program(&["nginx"]).unwrap_or_else(|| "/usr/sbin/nginx".into());
    // nginx prints its version to standard error.
    let Ok(output) = workspace.command(&program).arg("-V").output() else {
        return Found::Missing;
    };
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let version = first_line(&text).to_owned();
    let modules = text
        .split_whitespace()
        .find_map(|word| word.strip_prefix("--modules-path="))
        .unwrap_or("/usr/lib/nginx/modules")
        .to_owned();
    if Path::new(&modules).join("ngx_http_js_module.so").is_file() || text.contains("/njs") {
        Found::Ready(version)
    } else {
        Found::Other(format!("{version}, without njs"))
    }
}

fn apt(workspace: &Workspace, packages: &[&str]) -> Result<()> {
    if !Path::new("/etc/debian_version").exists() {
        bail!("packages are installed by this command on Debian alone");
    }
    if process::capture(workspace.command("id").arg("-u"))? != "0" {
        bail!("packages are installed by this command only as root");
    }
    let install = || {
        process::run(
            workspace
                .command("apt-get")
                .args(["install", "--yes", "--no-install-recommends"])
                .args(packages)
                .env("DEBIAN_FRONTEND", "noninteractive"),
        )
    };
    // A machine whose package lists are absent or old fails at first.
    install().or_else(|_| {
        process::run(workspace.command("apt-get").arg("update"))?;
        install()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_must_match_whole() {
        assert_eq!(exactly(Some("trunk 0.22.1".to_owned()), "0.22.1"), Found::Ready("trunk 0.22.1".to_owned()));
        assert_eq!(exactly(Some("trunk 0.22.10".to_owned()), "0.22.1"), Found::Other("trunk 0.22.10".to_owned()));
        assert_eq!(exactly(None, "0.22.1"), Found::Missing);
    }

    #[test]
    fn the_major_version_of_node_is_read() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("22.0.0"), Some(22));
        assert_eq!(major("none"), None);
    }

    #[test]
    fn what_cargo_has_installed_is_read() {
        let list = "trunk v0.22.1:\n    trunk\nwasm_split_cli_support v0.2.4:\n    wasm-split-cli\n";
        assert_eq!(installed(list, "wasm_split_cli_support"), Some("0.2.4"));
        assert_eq!(installed(list, "wasm_split"), None);
        assert_eq!(installed("x v1.0.0 (/some/path):\n", "x"), Some("1.0.0"));
    }

    #[test]
    fn wasm_bindgen_comes_from_the_lock_file() {
        let root = Path::new("..");
        let version = locked_version(root, "wasm-bindgen").unwrap();
        assert_eq!(version.split('.').count(), 3, "{version}");
        assert!(locked_version(root, "no-such-crate").is_err());
    }

    #[test]
    fn every_list_is_in_the_order_of_installation() {
        for list in [BUILD, DIST, CONTRACT, TEST] {
            let positions: Vec<_> =
                list.iter().map(|tool| ALL.iter().position(|other| other == tool).unwrap()).collect();
            assert!(positions.is_sorted(), "{list:?}");
        }
    }
}
