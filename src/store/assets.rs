//! Files that the console ships beside the program, and that not every page needs.

use js_sys::Reflect;
use serde_json::Value;

use crate::client::{self, Sending, browser};

/// The JSON Schema of each kind of manifest under the kind's name, or nothing where the file cannot be had: the editor
/// works without it.
pub async fn manifest_schemas() -> Option<Value> {
    // The name carries a hash, which public/boot.js knows.
    let parts = Reflect::get(&js_sys::global(), &"astro".into()).ok()?;
    let url = Reflect::get(&parts, &"schemas".into()).ok()?.as_string()?;
    let sending =
        Sending { url: browser::resolve(&url)?, method: "GET", headers: Vec::new(), body: None, keepalive: false };
    let received = client::fetch(&sending).await.ok()?;
    let response = received.response();
    if response.status != 200 {
        return None;
    }
    serde_json::from_slice(response.body).ok()
}
