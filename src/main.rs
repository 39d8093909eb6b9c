//! The console's entry.

#[cfg(feature = "gallery")]
#[global_allocator]
static HEAP: astro_console::gallery::heap::Counted = astro_console::gallery::heap::Counted;

fn main() {
    #[cfg(feature = "gallery")]
    astro_console::gallery::heap::tell();
    astro_console::app::start();
}
