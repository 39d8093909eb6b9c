//! Tests of the console's client and store in a browser, with the network scripted and everything else real.
#![cfg(target_arch = "wasm32")]

mod activity;
mod client;
mod cloud;
mod config;
mod credentials;
mod display;
mod editor;
mod fields;
mod forms;
mod log;
mod machines;
mod operation;
mod part;
mod people;
mod popover;
mod preferences;
mod profiles;
mod query;
mod repository;
mod screen;
mod session;
mod shell;
mod stream;
mod support;
mod table;
mod tag;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
