//! From an empty document to the program.

use leptos::{mount::mount_to_body, prelude::*};
use wasm_bindgen_futures::spawn_local;

use super::{App, crash};
use crate::{
    config::{self, ConfigProblem},
    store::decision,
};

/// Starts the program: reads the configuration, then mounts. The page shows the static shell of `index.html` until then.
pub fn start() {
    crash::install();
    decision::hide_token();
    // The browser's own: Leptos has its executor from the mounting on.
    spawn_local(async {
        match config::load().await {
            Ok(config) => {
                remove_shell();
                mount_to_body(move || view! { <App config=config/> });
            }
            Err(problem) => {
                remove_shell();
                mount_to_body(move || view! { <ProblemPage problem=problem/> });
            }
        }
    });
}

fn remove_shell() {
    if let Some(shell) = document().get_element_by_id("boot") {
        shell.remove();
    }
}

/// Says which field of the configuration is wrong: for whoever hosts the console.
#[component]
fn ProblemPage(problem: ConfigProblem) -> AnyView {
    document().set_title("Configuration problem");
    let field = (!problem.field.is_empty()).then(|| {
        view! {
            <p>"Field " <code>{problem.field.clone()}</code></p>
        }
    });
    view! {
        <main class="gate">
            <div class="gate__card">
                <h1>"The console is not configured correctly"</h1>
                <p class="muted">
                    "It cannot start before " <code>"config.json"</code> " is put right. Whoever hosts it can do that; the fields are listed in the console's documentation."
                </p>
                <div class="trace trace--text" role="alert">
                    <div>{field} <p>{problem.message}</p></div>
                </div>
            </div>
        </main>
    }
    .into_any()
}
