//! The static console.

use std::{fs, path::Path};

use hyper::StatusCode;
use serde_json::json;

use crate::support::{Answer, Local};

const PAGE: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

fn built(folder: &Path) {
    for (name, text) in [
        ("index.html", "<!doctype html><title>console</title>"),
        ("config.json", "{}"),
        ("app-0123456789abcdef.js", "plain"),
        ("app-0123456789abcdef.js.br", "brotli"),
        ("app-0123456789abcdef.js.gz", "gzip"),
        ("app_bg.wasm", "\0asm"),
        ("_headers", "secret"),
    ] {
        fs::write(folder.join(name), text).unwrap();
    }
    fs::create_dir(folder.join("fonts")).unwrap();
    fs::write(folder.join("fonts/inter.woff2"), "font").unwrap();
}

async fn start(folder: &Path, more: &[&str]) -> Local {
    Local::start(&[&["--console", folder.to_str().unwrap()], more].concat()).await
}

fn is_page(answer: &Answer) -> bool {
    answer.status == StatusCode::OK && answer.text().contains("<title>console</title>")
}

#[tokio::test]
async fn files_pages_and_what_is_neither() {
    let folder = tempfile::tempdir().unwrap();
    built(folder.path());
    let platform = start(folder.path(), &[]).await;
    for path in ["/", "/o/acme/clusters/prod-eu", "/o/acme/files/deploy.yaml"] {
        let answer = platform.get(path, &[PAGE]).await;
        assert!(is_page(&answer), "{path}: {}", answer.text());
        assert_eq!(answer.header("content-type"), Some("text/html"));
        assert_eq!(answer.header("cache-control"), Some("no-cache"));
    }
    for (path, headers) in [
        ("/o/acme/clusters", vec![]),
        ("/gone-0123456789abcdef.js", vec![PAGE]),
        ("/_headers", vec![PAGE]),
        ("/../Cargo.toml", vec![]),
        ("/%2e%2e/Cargo.toml", vec![]),
    ] {
        let answer = platform.get(path, &headers).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    for (path, kind) in [
        ("/app_bg.wasm", "application/wasm"),
        ("/app-0123456789abcdef.js", "text/javascript"),
        ("/config.json", "application/json"),
        ("/fonts/inter.woff2", "font/woff2"),
    ] {
        assert_eq!(platform.get(path, &[]).await.header("content-type"), Some(kind), "{path}");
    }
    let post = platform.send("POST", "/", &[], "").await;
    assert_eq!((post.status, post.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, Some("GET, HEAD")));
}

#[tokio::test]
async fn what_was_compressed_before_is_sent_so_and_what_is_known_is_not_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    built(folder.path());
    let platform = start(folder.path(), &[]).await;
    let path = "/app-0123456789abcdef.js";
    for (accepted, encoding, text) in
        [("gzip, deflate, br", Some("br"), "brotli"), ("gzip", Some("gzip"), "gzip"), ("identity", None, "plain")]
    {
        let answer = platform.get(path, &[("accept-encoding", accepted)]).await;
        assert_eq!((answer.header("content-encoding"), answer.text().as_str()), (encoding, text));
        assert_eq!(answer.header("content-type"), Some("text/javascript"));
        assert!(answer.headers.get_all("vary").iter().any(|vary| vary == "accept-encoding"));
    }
    let modified = platform.get(path, &[]).await.header("last-modified").unwrap().to_owned();
    let again = platform.get(path, &[("if-modified-since", &modified)]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn headers_come_from_their_file_and_later_entries_win() {
    let folder = tempfile::tempdir().unwrap();
    built(folder.path());
    let file = folder.path().join("headers.json");
    let rules = json!([
        { "match": "*", "headers": { "Cache-Control": "no-cache", "Content-Security-Policy": "default-src 'none'" } },
        { "match": "/app-*.js", "headers": { "Cache-Control": "immutable" } },
    ]);
    fs::write(&file, rules.to_string()).unwrap();
    let platform = start(folder.path(), &["--headers", file.to_str().unwrap()]).await;
    let page = platform.get("/o/acme", &[PAGE]).await;
    assert_eq!(page.header("cache-control"), Some("no-cache"));
    assert_eq!(page.header("content-security-policy"), Some("default-src 'none'"));
    let script = platform.get("/app-0123456789abcdef.js", &[]).await;
    assert_eq!(script.header("cache-control"), Some("immutable"));
    assert_eq!(script.header("content-security-policy"), Some("default-src 'none'"));
    assert_eq!(platform.owner("/organizations").await.header("content-security-policy"), None, "the console's alone");
}

#[tokio::test]
async fn a_console_may_live_below_a_path() {
    let folder = tempfile::tempdir().unwrap();
    built(folder.path());
    let platform = start(folder.path(), &["--base", "/a/b/"]).await;
    for path in ["/", "/a/b"] {
        let answer = platform.get(path, &[PAGE]).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::TEMPORARY_REDIRECT, Some("/a/b/")));
    }
    assert!(is_page(&platform.get("/a/b/", &[PAGE]).await));
    assert!(is_page(&platform.get("/a/b/o/acme", &[PAGE]).await));
    assert_eq!(platform.get("/a/b/app-0123456789abcdef.js", &[]).await.text(), "plain");
    assert_eq!(platform.get("/o/acme", &[PAGE]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(platform.owner("/organizations").await.status, StatusCode::OK, "the API stays where it is");
}

#[tokio::test]
async fn without_a_console_the_platform_says_what_there_is() {
    let platform = Local::start(&[]).await;
    let answer = platform.get("/", &[PAGE]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.text().contains("/_platform"));
    assert_eq!(platform.get("/o/acme", &[PAGE]).await.status, StatusCode::NOT_FOUND);
}
