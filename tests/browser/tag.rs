//! Elements that compare: what they touch of the page when they are drawn anew.

use astro_console::ui::{Tag, reactive, tag};
use js_sys::Function;
use leptos::{mount::mount_to, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlElement, HtmlInputElement};

use crate::support::settle;

/// Tells what has changed below an element since it was asked last: `attributes class`, `characterData`, `childList`.
fn watch(element: &HtmlElement) -> impl Fn() -> String + use<> {
    const SCRIPT: &str = "
        const seen = [];
        const note = (all) => seen.push(...all.map((it) => `${it.type} ${it.attributeName ?? ''}`.trim()));
        const observer = new MutationObserver(note);
        observer.observe(target, { subtree: true, attributes: true, childList: true, characterData: true });
        return () => {
          note(observer.takeRecords());
          return seen.splice(0).join(', ');
        };
    ";
    let told: Function =
        Function::new_with_args("target", SCRIPT).call1(&JsValue::NULL, element).unwrap().unchecked_into();
    move || told.call0(&JsValue::NULL).unwrap().as_string().unwrap()
}

/// What a signal draws, in an element of its own.
fn mounted(draw: impl Fn(u32) -> Tag + Send + 'static) -> (HtmlElement, RwSignal<u32>, impl Sized) {
    let parent: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    document().body().unwrap().append_child(&parent).unwrap();
    let step = RwSignal::new(0);
    let handle = mount_to(parent.clone(), move || reactive(move || draw(step.get()).into_any()));
    (parent, step, handle)
}

#[wasm_bindgen_test]
async fn what_is_drawn_alike_is_not_touched() {
    let (parent, step, _mounted) = mounted(|step| {
        let note = tag("span").class("muted").text(format!("step {}", step / 2));
        tag("td").class("number").maybe("title", (step > 3).then_some("late")).tag(note).text("of many")
    });
    assert_eq!(parent.inner_html(), r#"<td class="number"><span class="muted">step 0</span>of many</td>"#);
    let changes = watch(&parent);
    for (to, expected) in
        [(1, ""), (2, "characterData"), (4, "attributes title, characterData"), (2, "characterData, attributes title")]
    {
        step.set(to);
        settle().await;
        let mut seen: Vec<String> = changes().split(", ").map(str::to_owned).collect();
        let mut expected: Vec<String> = expected.split(", ").map(str::to_owned).collect();
        seen.sort();
        expected.sort();
        assert_eq!(seen, expected, "to {to}");
    }
    assert!(parent.query_selector("[title]").unwrap().is_none(), "what has no value any more is taken away");
    parent.remove();
}

#[wasm_bindgen_test]
async fn another_element_or_text_takes_the_place_of_the_one_before() {
    let (parent, step, _mounted) = mounted(|step| match step {
        0 => tag("p").text("a").tag(tag("b").text("c")).view(view! { <i>"d"</i> }.into_any()),
        1 => tag("p").tag(tag("a").attr("href", "#x").text("a")).text("b"),
        _ => tag("p").view(view! { <i>"d"</i> }.into_any()).text("e").text("f"),
    });
    let html = || parent.inner_html().replace("<!---->", "");
    assert_eq!(html(), "<p>a<b>c</b><i>d</i></p>");
    step.set(1);
    settle().await;
    assert_eq!(html(), r##"<p><a href="#x">a</a>b</p>"##);
    step.set(2);
    settle().await;
    assert_eq!(html(), "<p><i>d</i>ef</p>");
    step.set(0);
    settle().await;
    assert_eq!(html(), "<p>a<b>c</b><i>d</i></p>");
    parent.remove();
}

#[wasm_bindgen_test]
async fn a_drawing_lies_in_the_namespace_of_drawings_and_a_box_is_checked_as_drawn() {
    let (parent, step, _mounted) = mounted(|step| {
        let sign = tag("svg").tag(tag("use").attr("href", "#g-good"));
        tag("label").tag(sign).tag(tag("input").attr("type", "checkbox").checked(step == 1))
    });
    let drawing = parent.query_selector("use").unwrap().unwrap();
    assert_eq!(drawing.namespace_uri().as_deref(), Some("http://www.w3.org/2000/svg"));
    let check: HtmlInputElement = parent.query_selector("input").unwrap().unwrap().unchecked_into();
    assert!(!check.checked());
    check.set_checked(true);
    step.set(2);
    settle().await;
    assert!(!check.checked(), "drawn anew, it is as it was drawn");
    step.set(1);
    settle().await;
    assert!(check.checked());
    parent.remove();
}
