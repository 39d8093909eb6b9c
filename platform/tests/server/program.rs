//! The program itself: its first line, its file, its end.

use std::{fs, path::Path, process::Stdio};

use hyper::StatusCode;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

use crate::support::{Http, OWNER, eventually, within};

struct Program {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    http: Http,
}

fn command(flags: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_astro-platform"));
    command
        .args(["--listen", "127.0.0.1:0", "--rate-limit", "off"])
        .args(flags)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

impl Program {
    async fn start(flags: &[&str]) -> Self {
        let mut child = command(flags).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = within(lines.next_line()).await.unwrap().expect("a first line");
        let address = first.strip_prefix("listening on ").unwrap_or_else(|| panic!("{first}"));
        let http = Http::new(address);
        Self { child, lines, http }
    }

    /// Stops it as a supervisor would.
    async fn stop(mut self) {
        let id = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
        assert!(within(self.child.wait()).await.unwrap().success());
    }
}

/// Starts one that refuses to, and tells what it says.
async fn refused(flags: &[&str]) -> String {
    let mut child = command(flags).spawn().unwrap();
    assert!(!within(child.wait()).await.unwrap().success());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).await.unwrap();
    said
}

async fn names(http: &Http) -> Vec<String> {
    let list = http.owner("/applications/profiles").await.json();
    list["data"].as_array().unwrap().iter().map(|profile| profile["profileName"].as_str().unwrap().to_owned()).collect()
}

async fn make_profile(http: &Http, name: &str) {
    let body = json!({ "profileName": name, "clusterName": http.cluster().await, "availabilityTier": "basic" });
    let made = http.post("/api/v1/applications/profiles", &[("x-astro-api-key", OWNER)], &body).await;
    assert!(made.status.is_success(), "{}", made.text());
}

#[tokio::test]
async fn it_says_where_it_listens_and_who_one_may_be() {
    let mut program = Program::start(&[]).await;
    assert_eq!(program.http.owner("/organizations").await.status, StatusCode::OK);
    let mut rest = String::new();
    while let Ok(Some(line)) = within(program.lines.next_line()).await {
        rest.push_str(&line);
        if line.contains("Ida Lund") {
            break;
        }
    }
    for words in ["/api/v1", "/oidc", "/_platform", "Olivia Chen", OWNER, "Owner of acme"] {
        assert!(rest.contains(words), "{words} in {rest}");
    }
    program.stop().await;
}

#[tokio::test]
async fn state_and_sign_ins_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let flags = ["--data", file.to_str().unwrap()];

    let program = Program::start(&flags).await;
    make_profile(&program.http, "kept-at-the-end").await;
    program.http.post("/_platform/clock", &[], &json!({ "advance": 5000 })).await;
    let keys = program.http.get("/oidc/jwks.json", &[]).await.json();
    program.stop().await;

    let program = Program::start(&flags).await;
    assert!(names(&program.http).await.contains(&"kept-at-the-end".to_owned()));
    assert_eq!(program.http.get("/oidc/jwks.json", &[]).await.json(), keys);
    assert_eq!(program.http.get("/_platform/clock", &[]).await.json()["ahead"], 5000.0);

    // What is done in between is on the disk soon, so that a crash costs little.
    make_profile(&program.http, "kept-soon").await;
    eventually("the state on the disk", || async { read(&file).to_string().contains("kept-soon").then_some(()) }).await;
    let mut program = program;
    program.child.kill().await.unwrap();
    let program = Program::start(&flags).await;
    let names = names(&program.http).await;
    assert!(names.contains(&"kept-soon".to_owned()) && names.contains(&"kept-at-the-end".to_owned()), "{names:?}");
    program.stop().await;
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing temporary is left");
}

fn read(file: &Path) -> Value {
    serde_json::from_slice(&fs::read(file).unwrap()).expect("the file is whole at every moment")
}

#[tokio::test]
async fn a_broken_file_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    fs::write(&file, "{\"format\": \"astro-pl").unwrap();
    let said = refused(&["--data", file.to_str().unwrap()]).await;
    assert!(said.contains("state.json") && said.contains("left as it is"), "{said}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "{\"format\": \"astro-pl");
}

#[tokio::test]
async fn what_cannot_work_is_said_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("missing/state.json");
    assert!(refused(&["--data", nowhere.to_str().unwrap()]).await.contains("can't be written"));
    assert!(refused(&["--console", folder.path().to_str().unwrap()]).await.contains("index.html"));
    assert!(refused(&["--headers", "headers.json"]).await.contains("--console"));
    let program = Program::start(&[]).await;
    let taken = program.http.base.strip_prefix("http://").unwrap().to_owned();
    let mut command = Command::new(env!("CARGO_BIN_EXE_astro-platform"));
    let output = within(command.args(["--listen", &taken]).output()).await.unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("taken"), "{output:?}");
    program.stop().await;
}
