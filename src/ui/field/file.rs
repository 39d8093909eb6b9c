//! A text file: dropped, chosen or pasted.

use leptos::{ev, html, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DataTransfer, Element, EventTarget, File, FileList, HtmlInputElement};

use super::{
    super::{
        button::IconButton,
        format,
        icon::Icon,
        listen::{Listener, holds, keep},
        reactive::reactive,
    },
    Field, Kind,
};

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextFile {
    /// What it is called; what was pasted as text is called "Pasted text".
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A number of bytes as a person reads it: `12 KiB`.
fn size(bytes: usize) -> String {
    match bytes {
        ..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{} KiB", format::count(bytes.div_ceil(1_024))),
        _ => {
            let tenths = bytes * 10 / 1_048_576;
            format!("{}.{} MiB", format::count(tenths / 10), tenths % 10)
        }
    }
}

/// Why a file of this size is not read.
fn too_large(name: &str, bytes: usize, limit: usize) -> Option<String> {
    (bytes > limit).then(|| format!("{name} has {}. At most {} are taken.", size(bytes), size(limit)))
}

/// A text without the mark of its encoding; nothing, if it is no text but bytes.
fn plain(text: &str) -> Option<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    (!text.contains('\0')).then(|| text.to_owned())
}

/// Where the file comes to.
#[derive(Clone, Copy)]
struct Place {
    value: RwSignal<Option<TextFile>>,
    problem: RwSignal<Option<String>>,
    reading: RwSignal<bool>,
    limit: usize,
}

impl Place {
    fn read(self, file: File) {
        let name = file.name();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of bytes")]
        let bytes = file.size() as usize;
        if let Some(problem) = too_large(&name, bytes, self.limit) {
            // What was there before stays.
            self.problem.set(Some(problem));
            return;
        }
        self.problem.set(None);
        self.reading.set(true);
        spawn_local(async move {
            let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string());
            let _ = self.reading.try_set(false);
            match text.map(|text| plain(&text)) {
                Some(Some(text)) => {
                    let _ = self.value.try_set(Some(TextFile { name, text }));
                }
                Some(None) => {
                    let _ = self.problem.try_set(Some(format!("{name} is no text file.")));
                }
                None => {
                    let _ = self.problem.try_set(Some(format!("{name} could not be read.")));
                }
            }
        });
    }

    fn take(self, files: Option<FileList>) -> bool {
        let Some(files) = files.filter(|files| files.length() > 0) else { return false };
        if files.length() > 1 {
            self.problem.set(Some("One file at a time, please.".to_owned()));
        } else if let Some(file) = files.get(0) {
            self.read(file);
        }
        true
    }

    fn take_pasted(self, data: &DataTransfer) -> bool {
        if self.take(data.files()) {
            return true;
        }
        let text = data.get_data("text/plain").unwrap_or_default();
        if text.trim().is_empty() {
            return false;
        }
        let name = "Pasted text".to_owned();
        let problem = too_large(&name, text.len(), self.limit);
        if problem.is_none() {
            self.value.set(Some(TextFile { name, text }));
        }
        self.problem.set(problem);
        true
    }
}

/// The files that are dragged or dropped where nobody has taken them yet.
fn dragged(event: web_sys::Event) -> Option<(ev::DragEvent, DataTransfer)> {
    let event = event.dyn_into::<ev::DragEvent>().ok().filter(|event| !event.default_prevented())?;
    let data = event.data_transfer().filter(|data| data.types().includes(&"Files".into(), 0))?;
    Some((event, data))
}

/// Whether an element takes a text itself.
fn takes_text(target: Option<EventTarget>) -> bool {
    let target = target.and_then(|target| target.dyn_into::<Element>().ok());
    let own = "input:not([type=file]), textarea, [contenteditable=true]";
    target.is_some_and(|target| target.closest(own).is_ok_and(|found| found.is_some()))
}

/// Keeps the browser from opening a file in place of the page, where one is dropped beside what takes it.
pub fn refuse_files() {
    let refuse = |event: web_sys::Event| {
        let Some((event, data)) = dragged(event) else { return };
        event.prevent_default();
        // An editor takes files, and may not have said so yet.
        if !takes_text(event.target()) {
            data.set_drop_effect("none");
        }
    };
    // After the document, where a field that is alone listens.
    let target: EventTarget = window().into();
    keep(["dragover", "drop"].map(|name| Listener::new(&target, name, false, Box::new(refuse))).into());
}

/// Takes what is dropped or pasted anywhere, and not only in the zone.
fn anywhere(over: RwSignal<bool>, take: Callback<DataTransfer, bool>) {
    let drag = move |event: web_sys::Event| {
        if let Some((event, _)) = dragged(event) {
            event.prevent_default();
            let _ = over.try_set(true);
        }
    };
    let drop = move |event: web_sys::Event| {
        if let Some((event, data)) = dragged(event) {
            event.prevent_default();
            let _ = over.try_set(false);
            take.try_run(data);
        }
    };
    let leave = move |event: web_sys::Event| {
        // Out of the window.
        if event.dyn_into::<ev::DragEvent>().is_ok_and(|event| event.related_target().is_none()) {
            let _ = over.try_set(false);
        }
    };
    let paste = move |event: web_sys::Event| {
        let Ok(event) = event.dyn_into::<ev::ClipboardEvent>() else { return };
        if event.default_prevented() || takes_text(event.target()) {
            return;
        }
        if event.clipboard_data().and_then(|data| take.try_run(data)) == Some(true) {
            event.prevent_default();
        }
    };
    let target: EventTarget = document().into();
    keep(vec![
        Listener::new(&target, "dragover", false, Box::new(drag)),
        Listener::new(&target, "drop", false, Box::new(drop)),
        Listener::new(&target, "dragleave", false, Box::new(leave)),
        Listener::new(&target, "paste", false, Box::new(paste)),
    ]);
}

/// A text file. It can be dropped, chosen, or pasted as a file or as text; what it is called and how large it is stand
/// there afterwards. What holds secrets, such as a kubeconfig, is emptied by the form once it is sent.
#[component]
pub fn FileField(
    /// What every field has.
    field: Field,
    /// The file.
    value: RwSignal<Option<TextFile>>,
    /// The most bytes that are taken.
    #[prop(default = 1 << 20)]
    limit: usize,
    /// The endings that the browser offers, as for `<input accept>`: ".yaml,.yml".
    #[prop(optional)]
    accept: &'static str,
    /// What is dropped here: "a kubeconfig".
    #[prop(default = "a file")]
    what: &'static str,
    /// Whether a panel is there for this file alone: it takes the focus, and what is dropped or pasted anywhere.
    #[prop(optional)]
    alone: bool,
) -> AnyView {
    let words = field.missing();
    let place = Place { value, problem: RwSignal::new(None), reading: RwSignal::new(false), limit };
    let problem = place.problem;
    let known = field.error;
    let busy = field.busy;
    let field = field
        .error(Signal::derive(move || problem.get().or_else(|| known.get())))
        .busy(Signal::derive(move || place.reading.get() || busy.get()));
    // Why a file was not taken says more than that there is none.
    let missing = move || problem.get().or_else(|| known.get()).unwrap_or_else(|| words.clone());
    let (control, frame) = field.open(Box::new(move || value.with(Option::is_none).then(&missing)), None);
    let over = RwSignal::new(false);
    let input = NodeRef::<html::Input>::new();
    let done = move || {
        control.edited();
        control.left();
    };
    let chosen = move |event: ev::Event| {
        let Some(element) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else {
            return;
        };
        if place.take(element.files()) {
            done();
        }
        // The same file may be chosen again, after it was mended.
        element.set_value("");
    };
    let drag = move |event: ev::DragEvent| {
        if control.takes() {
            // Or the browser would open what is dropped, and leave the page.
            event.prevent_default();
            over.set(true);
        }
    };
    let leave = move |event: ev::DragEvent| {
        let zone = event.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if !zone.is_some_and(|zone| holds(&zone, event.related_target())) {
            over.set(false);
        }
    };
    let take = move |data: DataTransfer| {
        let taken = control.takes() && place.take_pasted(&data);
        if taken {
            done();
        }
        taken
    };
    refuse_files();
    if alone {
        anywhere(over, Callback::new(take));
    }
    let drop = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        event.data_transfer().map(take);
    };
    let paste = move |event: ev::ClipboardEvent| {
        if event.clipboard_data().is_some_and(take) {
            event.prevent_default();
        }
    };
    let remove = move |()| {
        value.set(None);
        problem.set(None);
        control.edited();
        if let Some(input) = input.get_untracked() {
            let _ = input.focus();
        }
    };
    let content = reactive(move || match value.get() {
        Some(file) => view! {
            <Icon name="file-text"/>
            <span class="file__text">
                <span class="file__name">{file.name}</span>
                <span class="file__size">
                    {size(file.text.len())} ", " {format::counted(file.text.lines().count(), "line", "lines")}
                </span>
            </span>
            <span class="file__remove">
                <IconButton icon="x" label="Remove the file" on_press=remove/>
            </span>
        }
        .into_any(),
        None => view! {
            <Icon name="upload"/>
            <span class="file__text">
                <span>
                    <span class="link">"Choose"</span> {format!(" {what}, drop it here, or paste it")}
                </span>
                <span class="file__size">{format!("Text, at most {}", size(limit))}</span>
            </span>
        }
        .into_any(),
    });
    let body = view! {
        <div
            class="file"
            data-over=move || over.get().then_some("")
            data-filled=move || value.with(Option::is_some).then_some("")
            on:dragenter=drag
            on:dragover=drag
            on:dragleave=leave
            on:drop=drop
            on:paste=paste
        >
            <input
                class="file__input"
                id=control.id()
                node_ref=input
                type="file"
                autofocus=alone
                accept=accept
                disabled=move || control.fixed || control.is_disabled()
                aria-required=control.required()
                aria-invalid=move || control.invalid()
                aria-describedby=move || control.described()
                on:change=chosen
            />
            {content}
        </div>
    }
    .into_any();
    frame.draw(Kind::One, None, body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_by_people() {
        assert_eq!(size(0), "0 B");
        assert_eq!(size(1_023), "1023 B");
        assert_eq!(size(1_025), "2 KiB");
        assert_eq!(size(1 << 20), "1.0 MiB");
        assert_eq!(size(5_767_168), "5.5 MiB");
        assert_eq!(
            too_large("big.yaml", 2 << 20, 1 << 20).as_deref(),
            Some("big.yaml has 2.0 MiB. At most 1.0 MiB are taken.")
        );
        assert_eq!(too_large("small.yaml", 10, 10), None);
    }

    #[test]
    fn bytes_are_no_text() {
        assert_eq!(plain("\u{feff}a: b").as_deref(), Some("a: b"));
        assert_eq!(plain("PNG\0\u{1}"), None);
    }
}
