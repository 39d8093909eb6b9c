//! The configuration, fetched.

use astro_console::{
    client::browser,
    config::{self, ConfigProblem},
};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Answer, Wire};

async fn load(status: u16, text: &'static str) -> Result<config::Config, ConfigProblem> {
    let wire = Wire::new(move |_| Answer::Body(status, vec![], text.to_owned()));
    let loaded = config::load().await;
    assert!(wire.seen()[0].url.ends_with("/config.json"), "{}", wire.seen()[0].url);
    loaded
}

#[wasm_bindgen_test]
async fn addresses_resolve_against_the_document() {
    let config = load(200, r#"{"oidc": {"issuer": "/oidc", "clientId": "c"}, "branding": {"logo": "x.svg"}}"#).await;
    let config = config.unwrap();
    let origin = browser::origin();
    assert_eq!(config.client.base, format!("{origin}/api/v1"));
    assert_eq!(config.client.websocket_base, format!("{}/api/v1", origin.replacen("http", "ws", 1)));
    let oidc = config.session.oidc.unwrap();
    assert_eq!((oidc.issuer, oidc.issuer_is_path), (format!("{origin}/oidc"), true));
    assert_eq!(config.branding.logo, browser::resolve("x.svg"));
}

#[wasm_bindgen_test]
async fn what_is_wrong_is_named() {
    assert_eq!(load(200, r#"{"rateLimit": {"reads": "many"}}"#).await.unwrap_err().field, "rateLimit.reads");
    let missing = load(404, "").await.unwrap_err();
    assert!(missing.field.is_empty() && missing.message.contains("404"), "{}", missing.message);
    assert!(load(200, "<!doctype html>").await.unwrap_err().message.contains("web page"));
    let _wire = Wire::new(|_| Answer::Fail);
    assert!(config::load().await.unwrap_err().message.contains("could not be fetched"));
}
