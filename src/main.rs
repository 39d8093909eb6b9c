//! The console's entry.

fn main() {
    astro_console::app::start();
}
