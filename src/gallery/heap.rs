//! What the program holds in memory, to the byte: the memory that WebAssembly itself tells of grows by whole pages and
//! never shrinks, so that nothing small is seen in it. For the tests; what is shipped is built without it.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

use wasm_bindgen::{JsValue, closure::Closure};

/// The system's allocator, which counts.
pub struct Counted;

static HELD: AtomicUsize = AtomicUsize::new(0);

#[allow(unsafe_code, reason = "an allocator is, and this one hands everything to the system's")]
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        HELD.fetch_add(layout.size(), Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(start, layout) }
    }

    unsafe fn realloc(&self, start: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        HELD.fetch_add(size, Relaxed);
        HELD.fetch_sub(layout.size(), Relaxed);
        unsafe { System.realloc(start, layout, size) }
    }
}

/// Makes the window tell it: `heldBytes()`.
pub fn tell() {
    #[expect(clippy::cast_precision_loss, reason = "no tab holds so much")]
    let held = Closure::<dyn Fn() -> f64>::new(|| HELD.load(Relaxed) as f64);
    // It fails for no window.
    let _ = js_sys::Reflect::set(&js_sys::global(), &JsValue::from_str("heldBytes"), &held.into_js_value());
}
