//! Floats that a browser without anchor positioning leaves to the console.

use astro_console::ui::popover::lay_floats_here;
use leptos::{mount::mount_to, prelude::*};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{screen::Screen, support::until};

#[wasm_bindgen_test]
async fn a_float_lies_beside_the_button_that_was_pressed() {
    let screen = Screen::new(|parent| {
        Box::new(mount_to(parent, || {
            lay_floats_here();
            let button = |class: &'static str, left: &'static str, top: &'static str| {
                view! {
                    <button
                        type="button"
                        class=class
                        popovertarget="float-1"
                        style:position="fixed"
                        style:left=left
                        style:top=top
                    >
                        "Open"
                    </button>
                }
            };
            view! {
                {button("one", "300px", "40px")}
                {button("other", "20px", "200px")}
                <div id="float-1" popover="auto" data-float="end" style:inset="auto" style:margin="0" style:width="120px">
                    "Actions"
                </div>
            }
        }))
    });
    let float = screen.one("#float-1").unwrap();
    let beside = |class: &str| {
        let (button, float) = (screen.one(class).unwrap().get_bounding_client_rect(), float.get_bounding_client_rect());
        // Its end at the button's end, as far as the window lets it.
        let end = (float.right() - button.right()).abs() < 1.5 || (float.left() - 8.0).abs() < 1.5;
        (float.top() - button.bottom() - 4.0).abs() < 1.5 && end
    };
    for class in [".one", ".other", ".one"] {
        screen.one(class).unwrap().click();
        until(class, || float.matches(":popover-open").unwrap() && beside(class)).await;
        float.hide_popover().unwrap();
        until("closed", || !float.matches(":popover-open").unwrap()).await;
    }
}
