//! `cargo xtask test`: everything that must hold, with a table of what ran at the end.
//!
//! The console's release builds take long on one core and nothing else needs their lock, so that they run beside the
//! native stages: one with the gallery, for the end-to-end tests, and the one that is shipped, for the budgets. The one for
//! `/a/b/` is the first of them, moved. Contract and gateway tests mostly wait for answers and run beside them too. The
//! end-to-end tests come last and alone: they look at times. Each stage writes to a log of its own, which is printed where
//! the stage fails. A stage that fails stops no other, and one that finds nothing to run has failed.

use std::collections::BTreeSet;
use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::ValueEnum;
use serde_json::Value;

use crate::budgets;
use crate::contract;
use crate::dist::{self, Base};
use crate::process::{self, say};
use crate::tools;
use crate::workspace::Workspace;

/// A part of the whole that can be run alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Stage {
    /// `cargo fmt --check`
    Fmt,
    /// clippy on every target, native and wasm, with warnings denied
    Clippy,
    /// Native tests of all crates, doc tests among them
    Native,
    /// Unit tests of the console in a headless browser
    Browser,
    /// What the editor knows of schemas and places, in Node
    Editor,
    /// schemathesis against the local platform
    Contract,
    /// nginx in front of the local platform
    Gateway,
    /// The built console against the local platform, under the headers of production
    E2e,
    /// Weight of the artifact
    Budgets,
}

/// What only the gallery says: its address, and a class of its own.
const GALLERY_MARKS: &[&str] = &["_gallery", "gallery__group"];

/// How a stage ended.
struct Outcome {
    name: &'static str,
    counts: Counts,
    time: Duration,
}

/// What a stage counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: u64,
    failed: u64,
}

impl Counts {
    /// A check that is one thing, such as a format.
    fn of(passed: bool) -> Self {
        Self { passed: u64::from(passed), failed: u64::from(!passed) }
    }

    /// What the program's status adds to what was counted: one that failed without naming a failure, or that ran
    /// nothing, has failed once.
    fn with_status(self, success: bool) -> Self {
        if self.failed == 0 && (!success || self.passed == 0) { Self { failed: 1, ..self } } else { self }
    }
}

/// Runs the chosen stages, or all.
pub fn run(workspace: &Workspace, only: &[Stage]) -> Result<ExitCode> {
    let began = Instant::now();
    let wanted = |stage: Stage| only.is_empty() || only.contains(&stage);
    tools::ensure(workspace, if only.is_empty() { tools::TEST } else { tools_for(only) })?;

    let runner = &Runner::new(workspace)?;
    let needs_platform = [Stage::Contract, Stage::Gateway, Stage::E2e].into_iter().any(wanted);

    let (platform, console, shipped) = thread::scope(|scope| {
        let console = scope.spawn(|| {
            let tested = wanted(Stage::E2e) && runner.console();
            (tested, wanted(Stage::Budgets) && runner.shipped())
        });

        if wanted(Stage::Fmt) {
            runner.fmt();
        }
        let platform_is_there = needs_platform && runner.platform();
        let over_the_wire = scope.spawn(move || {
            if wanted(Stage::Gateway) {
                runner.gateway(platform_is_there);
            }
            if wanted(Stage::Contract) {
                runner.contract(platform_is_there);
            }
        });
        if wanted(Stage::Clippy) {
            runner.clippy();
        }
        if wanted(Stage::Native) {
            runner.native();
        }
        if wanted(Stage::Editor) {
            runner.editor();
        }
        // Cargo is free now for the compilation of the browser tests; contract tests may still wait for answers.
        if wanted(Stage::Browser) {
            runner.browser();
        }
        let _ = over_the_wire.join();
        let (console_is_there, shipped_is_there) = console.join().unwrap_or_default();
        (platform_is_there, console_is_there, shipped_is_there)
    });
    if wanted(Stage::Budgets) {
        runner.budgets(shipped);
        runner.without_gallery(shipped);
    }
    if wanted(Stage::E2e) {
        runner.end_to_end(platform && console);
    }
    Ok(runner.close(began.elapsed()))
}

/// The tools of some stages alone: whoever changes a comment need not install a browser.
fn tools_for(stages: &[Stage]) -> &'static [tools::Tool] {
    if stages.iter().all(|stage| *stage == Stage::Fmt) {
        &[tools::Tool::Rustfmt]
    } else if stages.iter().all(|stage| [Stage::Fmt, Stage::Clippy, Stage::Native].contains(stage)) {
        &[tools::Tool::WasmTarget, tools::Tool::Rustfmt, tools::Tool::Clippy, tools::Tool::CCompiler]
    } else if stages.iter().all(|stage| *stage == Stage::Contract) {
        tools::CONTRACT
    } else if stages.iter().all(|stage| *stage == Stage::Budgets) {
        tools::DIST
    } else {
        tools::TEST
    }
}

/// Runs stages and keeps what came of them.
struct Runner<'a> {
    workspace: &'a Workspace,
    logs: PathBuf,
    outcomes: Mutex<Vec<Outcome>>,
}

impl<'a> Runner<'a> {
    fn new(workspace: &'a Workspace) -> Result<Self> {
        let logs = workspace.target.join("test-logs");
        fs::create_dir_all(&logs).with_context(|| format!("{} could not be made", logs.display()))?;
        Ok(Self { workspace, logs, outcomes: Mutex::new(Vec::new()) })
    }

    /// The console as it is shipped.
    fn shipped_folder(&self) -> PathBuf {
        self.workspace.target.join("console-release")
    }

    /// The console with the gallery, at the root of its origin.
    fn console_folder(&self) -> PathBuf {
        self.workspace.target.join("console-gallery")
    }

    /// The same for `/a/b/`.
    fn console_below_a_path_folder(&self) -> PathBuf {
        self.workspace.target.join("console-gallery-a-b")
    }

    fn fmt(&self) {
        let mut command = self.workspace.cargo();
        command.args(["fmt", "--all", "--check"]);
        self.stage("format", [command], |_, success| Counts::of(success));
    }

    fn clippy(&self) {
        let mut native = self.workspace.cargo();
        native.args(["clippy", "--workspace", "--all-targets", "--quiet", "--", "--deny", "warnings"]);
        self.stage("clippy", [native], |_, success| Counts::of(success));
        let mut wasm = self.workspace.cargo();
        wasm.args([
            "clippy",
            "--package",
            "astro-console",
            "--all-targets",
            "--target",
            "wasm32-unknown-unknown",
            "--quiet",
            "--",
            "--deny",
            "warnings",
        ]);
        self.stage("clippy, wasm", [wasm], |_, success| Counts::of(success));
    }

    fn native(&self) {
        let mut command = self.workspace.cargo();
        command.args(["test", "--workspace", "--no-fail-fast"]);
        self.stage("native tests", [command], |log, success| count_libtest(log).with_status(success));
    }

    fn browser(&self) {
        let mut command = self.workspace.cargo();
        command.args([
            "test",
            "--package",
            "astro-console",
            "--target",
            "wasm32-unknown-unknown",
            "--tests",
            "--no-fail-fast",
        ]);
        // The runner gives a suite 20 seconds otherwise, and the contract tests may be busy beside it.
        command.env("WASM_BINDGEN_TEST_TIMEOUT", "300");
        match self.webdriver_configuration() {
            Ok(file) => command.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", file),
            Err(error) => return self.failed("browser tests", &format!("{error:#}")),
        };
        if let Some(driver) = tools::chromedriver(self.workspace) {
            command.env("CHROMEDRIVER", driver);
        }
        self.stage("browser tests", [command], |log, success| count_libtest(log).with_status(success));
    }

    fn editor(&self) {
        const NAME: &str = "editor tests";
        match test_files(&self.workspace.root.join("editor")) {
            Ok(tests) if !tests.is_empty() => {
                let mut command = self.workspace.command("node");
                command.args(["--test", "--test-reporter=tap"]).args(tests);
                self.stage(NAME, [command], |log, success| count_tap(log).with_status(success));
            }
            Ok(_) => self.failed(NAME, "there is no test in editor"),
            Err(error) => self.failed(NAME, &format!("{error:#}")),
        }
    }

    fn gateway(&self, platform: bool) {
        const NAME: &str = "gateway tests";
        let folder = self.workspace.root.join("deploy/gateway");
        let tests = match test_files(&folder) {
            Ok(tests) if !tests.is_empty() => tests,
            Ok(_) => return self.failed(NAME, "there is no test in deploy/gateway"),
            Err(error) => return self.failed(NAME, &format!("{error:#}")),
        };
        if !platform {
            return self.failed(NAME, "there is no platform to test with");
        }
        let mut command = self.workspace.command("node");
        command
            .args(["--test", "--test-reporter=tap"])
            .args(tests)
            .env("ASTRO_PLATFORM", self.workspace.platform_binary());
        self.stage(NAME, [command], |log, success| count_tap(log).with_status(success));
    }

    fn contract(&self, platform: bool) {
        const NAME: &str = "contract tests";
        if !platform {
            return self.failed(NAME, "there is no platform to test");
        }
        if !self.workspace.root.join(contract::script()).is_file() {
            return self.failed(NAME, &format!("{} is missing", contract::script().display()));
        }
        let command = contract::command(self.workspace, false);
        self.stage(NAME, [command], |log, success| {
            if let Some(line) = contract_line(log) {
                say(line);
            }
            count_contract(log).with_status(success)
        });
    }

    /// Builds the platform that three stages run against.
    fn platform(&self) -> bool {
        let mut command = self.workspace.cargo();
        command.args(["build", "--package", "astro-platform"]);
        self.stage("platform, build", [command], |_, success| Counts::of(success))
    }

    /// Builds the console with the gallery, and moves a copy to another path.
    fn console(&self) -> bool {
        const MOVE: &str = "console at /a/b/";
        if !self.build("console with gallery, build", &["--features", dist::GALLERY], &self.console_folder()) {
            return false;
        }
        let began = Instant::now();
        match self.move_console() {
            Ok(()) => {
                self.record(Outcome { name: MOVE, counts: Counts::of(true), time: began.elapsed() });
                true
            }
            Err(error) => {
                self.failed(MOVE, &format!("{error:#}"));
                false
            }
        }
    }

    fn move_console(&self) -> Result<()> {
        let (from, to) = (self.console_folder(), self.console_below_a_path_folder());
        let _ = fs::remove_dir_all(&to);
        for file in dist::files(&from)? {
            let target = to.join(&file);
            if let Some(folder) = target.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::copy(from.join(&file), target)?;
        }
        let base: Base = "/a/b/".parse().map_err(anyhow::Error::msg)?;
        dist::configure(&to, &self.workspace.root.join("public/config.json"), Some(&base))
    }

    /// Builds the console as it is shipped.
    fn shipped(&self) -> bool {
        self.build("console, build", &[], &self.shipped_folder())
    }

    fn build(&self, name: &'static str, arguments: &[&str], out: &Path) -> bool {
        let Ok(xtask) = env::current_exe() else {
            self.failed(name, "the path of this program is unknown");
            return false;
        };
        // As a process of its own, so that what it prints goes to the log.
        let mut command = self.workspace.command(xtask);
        command.args(["dist", "--unchecked"]).args(arguments).arg("--out").arg(out);
        self.stage(name, [command], |_, success| Counts::of(success))
    }

    /// What is shipped holds nothing of the gallery; what is tested does, else the first would prove nothing.
    fn without_gallery(&self, shipped: bool) {
        const NAME: &str = "no gallery in what ships";
        if !shipped {
            return self.failed(NAME, "there is no console to look at");
        }
        let began = Instant::now();
        let tested = self.console_folder();
        let looked = dist::mentions(&self.shipped_folder(), GALLERY_MARKS).and_then(|wrong| {
            let known = if tested.is_dir() { dist::mentions(&tested, GALLERY_MARKS)?.len() } else { 1 };
            Ok((wrong, known))
        });
        match looked {
            Ok((wrong, known)) => {
                for file in &wrong {
                    eprintln!("{file} holds a part of the gallery");
                }
                let passed = wrong.is_empty() && known > 0;
                self.record(Outcome { name: NAME, counts: Counts::of(passed), time: began.elapsed() });
            }
            Err(error) => self.failed(NAME, &format!("{error:#}")),
        }
    }

    fn budgets(&self, console: bool) {
        const NAME: &str = "budgets";
        if !console {
            return self.failed(NAME, "there is no console to weigh");
        }
        let began = Instant::now();
        match budgets::weigh(&self.workspace.root, &self.shipped_folder()) {
            Ok(weighed) => {
                println!("{}", budgets::table(&weighed));
                let passed = weighed.iter().filter(|budget| budget.kept()).count() as u64;
                let counts = Counts { passed, failed: weighed.len() as u64 - passed }.with_status(true);
                self.record(Outcome { name: NAME, counts, time: began.elapsed() });
            }
            Err(error) => self.failed(NAME, &format!("{error:#}")),
        }
    }

    fn end_to_end(&self, built: bool) {
        const NAME: &str = "end-to-end tests";
        let configuration = "tests/e2e/playwright.config.ts";
        if !self.workspace.root.join(configuration).is_file() {
            return self.failed(NAME, &format!("{configuration} is missing"));
        }
        if !built {
            return self.failed(NAME, "there is no console or no platform to test");
        }
        let report = self.logs.join("end-to-end.json");
        // A report of an earlier run must not be counted.
        let _ = fs::remove_file(&report);
        let seen = self.logs.join("seen");
        let _ = fs::remove_dir_all(&seen);
        if let Err(error) = fs::create_dir_all(&seen) {
            return self.failed(NAME, &format!("{} could not be made: {error}", seen.display()));
        }
        let console = self.console_folder();
        let mut command = self.workspace.command("playwright");
        command
            .args(["test", "--config", configuration, "--reporter=list,json"])
            .env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report)
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .env("ASTRO_PLATFORM", self.workspace.platform_binary())
            .env("ASTRO_HEADERS", dist::hosting(&console).join("headers.json"))
            .env("ASTRO_CONSOLE", &console)
            .env("ASTRO_SEEN", &seen)
            .env("ASTRO_CONSOLE_A_B", self.console_below_a_path_folder());
        if let Ok(xtask) = env::current_exe() {
            command.env("ASTRO_XTASK", xtask);
        }
        if let Some(browser) = tools::chromium(self.workspace) {
            command.env("CHROME", browser);
        }
        self.stage(NAME, [command], |_, success| {
            fs::read_to_string(&report)
                .ok()
                .as_deref()
                .and_then(count_playwright)
                .unwrap_or_default()
                .with_status(success)
        });
        let contract = fs::read_to_string(self.workspace.root.join("api/openapi.yaml"));
        match contract.context("the contract could not be read").and_then(|contract| coverage(&contract, &seen)) {
            Ok(Coverage { line, is_whole: true }) => say(line),
            Ok(Coverage { line, is_whole: false }) => self.failed("operations of the browser", &line),
            Err(error) => self.failed("operations of the browser", &format!("{error:#}")),
        }
    }

    /// webdriver.json with the browser that the tests are to use.
    fn webdriver_configuration(&self) -> Result<PathBuf> {
        let text = fs::read_to_string(self.workspace.root.join("webdriver.json"))
            .context("webdriver.json could not be read")?;
        let mut value: Value = serde_json::from_str(&text).context("webdriver.json is not JSON")?;
        if let Some(browser) = tools::chromium(self.workspace) {
            value["goog:chromeOptions"]["binary"] = browser.to_string_lossy().into_owned().into();
        }
        let file = self.logs.join("webdriver.json");
        fs::write(&file, value.to_string())?;
        Ok(file)
    }

    /// Runs the commands of a stage until one fails, counts, and prints the log of a failure.
    fn stage<const N: usize>(
        &self,
        name: &'static str,
        commands: [Command; N],
        count: impl FnOnce(&str, bool) -> Counts,
    ) -> bool {
        let began = Instant::now();
        say(format!("{name} …"));
        let file = self.logs.join(format!("{}.log", name.replace([' ', ',', '/'], "-")));
        let success = match run_logged(&file, commands) {
            Ok(success) => success,
            Err(error) => {
                self.failed(name, &format!("{error:#}"));
                return false;
            }
        };
        let log = String::from_utf8_lossy(&fs::read(&file).unwrap_or_default()).into_owned();
        let counts = count(&log, success);
        if counts.failed > 0 {
            eprintln!("\n──── {name} failed; its log, {}:\n{}\n────", file.display(), tail(&log, 400));
        }
        self.record(Outcome { name, counts, time: began.elapsed() });
        counts.failed == 0
    }

    /// A stage that could not even start.
    fn failed(&self, name: &'static str, why: &str) {
        eprintln!("\n──── {name} failed: {why}");
        self.record(Outcome { name, counts: Counts::of(false), time: Duration::ZERO });
    }

    fn record(&self, outcome: Outcome) {
        let mark = if outcome.counts.failed == 0 { "✓" } else { "✗" };
        say(format!("{mark} {} ({:.0} s)", outcome.name, outcome.time.as_secs_f64()));
        self.outcomes.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(outcome);
    }

    /// The table and the closing line.
    fn close(&self, time: Duration) -> ExitCode {
        let outcomes = self.outcomes.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        println!("\n{:<26} {:>8} {:>8} {:>9}", "stage", "passed", "failed", "seconds");
        for outcome in outcomes.iter() {
            println!(
                "{:<26} {:>8} {:>8} {:>9.1}",
                outcome.name,
                outcome.counts.passed,
                outcome.counts.failed,
                outcome.time.as_secs_f64()
            );
        }
        println!("{:<26} {:>8} {:>8} {:>9.1}\n", "all, some side by side", "", "", time.as_secs_f64());
        let passed: u64 = outcomes.iter().map(|outcome| outcome.counts.passed).sum();
        let failed: u64 = outcomes.iter().map(|outcome| outcome.counts.failed).sum();
        println!("{passed} passed, {failed} failed");
        if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

fn run_logged<const N: usize>(file: &Path, commands: [Command; N]) -> Result<bool> {
    let log = File::create(file).with_context(|| format!("{} could not be written", file.display()))?;
    for mut command in commands {
        let status = command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log.try_clone()?)
            .status()
            .with_context(|| format!("`{}` could not be started", process::describe(&command)))?;
        if !status.success() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Adds up the closing lines of test binaries: `test result: ok. 5 passed; 0 failed; ...`.
fn count_libtest(log: &str) -> Counts {
    let mut counts = Counts::default();
    for line in log.lines().filter_map(|line| line.trim_start().strip_prefix("test result: ")) {
        for part in line.split([';', '.']) {
            match part.trim().split_once(' ') {
                Some((number, "passed")) => counts.passed += number.parse().unwrap_or(0),
                Some((number, "failed")) => counts.failed += number.parse().unwrap_or(0),
                _ => {}
            }
        }
    }
    counts
}

/// Reads the summary of Node's test runner: `# pass 3`.
fn count_tap(log: &str) -> Counts {
    let number = |name: &str| {
        log.lines()
            .filter_map(|line| line.strip_prefix("# ")?.strip_prefix(name)?.trim().parse::<u64>().ok())
            .next_back()
            .unwrap_or(0)
    };
    // A test that was cut off has not passed.
    Counts { passed: number("pass "), failed: number("fail ") + number("cancelled ") }
}

/// The line `contract: 100 of 100 operations`.
fn contract_line(log: &str) -> Option<&str> {
    log.lines().rfind(|line| line.starts_with("contract: ") && line.ends_with(" operations"))
}

/// Operations that were checked have passed; those that are missing from the count have not.
fn count_contract(log: &str) -> Counts {
    let numbers: Vec<u64> = contract_line(log)
        .map(|line| line.split_whitespace().filter_map(|word| word.parse().ok()).collect())
        .unwrap_or_default();
    match numbers[..] {
        [passed, all] => Counts { passed, failed: all.saturating_sub(passed) },
        _ => Counts::default(),
    }
}

/// Reads Playwright's JSON report. A test that passed only when it was repeated has failed.
fn count_playwright(report: &str) -> Option<Counts> {
    let report: Value = serde_json::from_str(report).ok()?;
    let number = |name: &str| report["stats"][name].as_u64();
    Some(Counts { passed: number("expected")?, failed: number("unexpected")? + number("flaky")? })
}

/// What the browsers of the end-to-end tests have called with success.
#[derive(Debug, PartialEq, Eq)]
struct Coverage {
    line: String,
    /// Whether it was every operation of the contract.
    is_whole: bool,
}

/// Says how many of the contract's operations the browsers of the end-to-end tests have called with success, and which
/// they have not. Each worker has left a list in `folder`; `contract` is the text of the OpenAPI document.
fn coverage(contract: &str, folder: &Path) -> Result<Coverage> {
    let mut called = BTreeSet::new();
    for file in fs::read_dir(folder)? {
        let names: Vec<String> = serde_json::from_slice(&fs::read(file?.path())?)?;
        called.extend(names);
    }
    let all: BTreeSet<&str> =
        // By its indentation: examples of answers have a field of the same name.
        contract.lines().filter_map(|line| line.strip_prefix("      operationId: ")).map(str::trim).collect();
    let missing: Vec<&str> = all.iter().copied().filter(|id| !called.contains(*id)).collect();
    let line = format!("browser: {} of {} operations called with success", all.len() - missing.len(), all.len());
    Ok(if missing.is_empty() {
        Coverage { line, is_whole: true }
    } else {
        Coverage { line: format!("{line}; not yet: {}", missing.join(", ")), is_whole: false }
    })
}

/// Tests of Node in a folder.
fn test_files(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.ends_with(".test.mjs")) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The last lines of a log: what failed stands at its end.
fn tail(log: &str, lines: usize) -> String {
    let all: Vec<_> = log.trim_end().lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_test_binaries_are_added_up() {
        let log = "running 2 tests\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
                   test result: FAILED. 3 passed; 1 failed; 0 ignored\n";
        assert_eq!(count_libtest(log), Counts { passed: 5, failed: 1 });
    }

    #[test]
    fn a_stage_that_ran_nothing_has_failed() {
        assert_eq!(count_libtest("error: could not compile").with_status(false), Counts { passed: 0, failed: 1 });
        assert_eq!(Counts::default().with_status(true), Counts { passed: 0, failed: 1 });
        assert_eq!(Counts { passed: 3, failed: 0 }.with_status(false), Counts { passed: 3, failed: 1 });
        assert_eq!(Counts { passed: 3, failed: 2 }.with_status(false), Counts { passed: 3, failed: 2 });
        assert_eq!(Counts { passed: 3, failed: 0 }.with_status(true), Counts { passed: 3, failed: 0 });
    }

    #[test]
    fn nodes_summary_is_read() {
        assert_eq!(
            count_tap("ok 1 - x\n# tests 4\n# pass 3\n# fail 0\n# cancelled 1\n"),
            Counts { passed: 3, failed: 1 }
        );
    }

    #[test]
    fn operations_that_were_not_checked_have_failed() {
        assert_eq!(count_contract("x\ncontract: 100 of 100 operations\n"), Counts { passed: 100, failed: 0 });
        assert_eq!(count_contract("contract: 96 of 100 operations\n"), Counts { passed: 96, failed: 4 });
        assert_eq!(count_contract("Traceback").with_status(false), Counts { passed: 0, failed: 1 });
    }

    #[test]
    fn a_flaky_end_to_end_test_has_failed() {
        let report = r#"{"stats": {"expected": 7, "unexpected": 1, "flaky": 2, "skipped": 0}}"#;
        assert_eq!(count_playwright(report), Some(Counts { passed: 7, failed: 3 }));
        assert_eq!(count_playwright("{}"), None);
    }

    #[test]
    fn operations_that_no_browser_has_called_are_named() {
        let folder = env::temp_dir().join(format!("astro-seen-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("1.json"), r#"["listA", "getA"]"#).unwrap();
        fs::write(folder.join("2.json"), r#"["listA"]"#).unwrap();
        let contract = "paths:\n  /a:\n    get:\n      operationId: listA\n    put:\n      operationId: putA\n        operationId: op-1\n";
        let some = coverage(contract, &folder).unwrap();
        fs::write(folder.join("2.json"), r#"["putA"]"#).unwrap();
        let all = coverage(contract, &folder).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(some.line, "browser: 1 of 2 operations called with success; not yet: putA");
        assert!(!some.is_whole && all.is_whole, "{all:?}");
    }

    #[test]
    fn the_end_of_a_log_is_kept() {
        assert_eq!(tail("a\nb\nc\n", 2), "b\nc");
        assert_eq!(tail("a\n", 2), "a");
    }
}
