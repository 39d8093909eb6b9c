//! A secret that is shown once.

use leptos::prelude::*;

use super::{
    button::{Button, IconButton, Look},
    confirm::Confirm,
    copy::CopyButton,
    dialog::{Dialog, Width},
    download::download,
    form::hold_while,
    reactive::reactive,
};

/// What stands for a secret that is hidden: its beginning, which says what it is, and its last four characters, by which
/// it is told from others. Of a short one nothing is shown.
pub fn masked(secret: &str) -> String {
    let letters: Vec<_> = secret.chars().collect();
    let count = letters.len();
    if count < 16 {
        return "•".repeat(count.max(8));
    }
    let head: String = secret
        .split_inclusive('_')
        .next()
        .filter(|head| head.len() <= 8 && head.len() < count)
        .unwrap_or("")
        .to_owned();
    let tail: String = letters.iter().skip(count - 4).collect();
    format!("{head}{}{tail}", "•".repeat(24))
}

/// A dialog with a secret that nobody can see again. It is masked until it is asked for, can be copied and downloaded, and
/// closes by "I have stored it" alone.
///
/// No signal holds the secret: `secret` gives it whenever it is shown, copied or downloaded, and the page that has it
/// forgets it in `done`.
#[component]
pub fn SecretOnce(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Its heading: "API key terraform-production".
    #[prop(into)]
    title: Signal<String>,
    /// What it is for, and how long it works.
    #[prop(into)]
    text: Signal<String>,
    /// Gives the secret, in the form that is chosen.
    #[prop(into)]
    secret: Callback<(), String>,
    /// What stands for it while it is hidden, where it is more than one word: a file with secrets in it.
    #[prop(optional, into)]
    hidden: Option<Callback<(), String>>,
    /// What the file is called that it is downloaded as.
    #[prop(into)]
    file: Signal<String>,
    /// The choice of its form, drawn above it.
    #[prop(optional, into)]
    forms: ViewFn,
    /// How it is used, drawn below it; without the secret itself.
    #[prop(optional, into)]
    usage: ViewFn,
    /// Forgets it, once it is stored.
    #[prop(optional, into)]
    done: Option<Callback<()>>,
) -> AnyView {
    let shown = RwSignal::new(false);
    // What is on the screen goes with the dialog.
    Effect::new(move |_| {
        if !open.get() {
            shown.set(false);
        }
    });
    hold_while(open.into(), || {
        Confirm::new(
            "Leave without the secret?",
            "Nobody can see it again. If it is stored nowhere, revoke it afterwards and make another.",
            "Leave",
        )
        .keep("Go back to it")
        .danger()
    });
    let close = move |()| {
        open.set(false);
        if let Some(done) = done {
            done.run(());
        }
    };
    let foot = move || view! { <Button label="I have stored it" look=Look::Primary on_press=close/> }.into_any();
    // Where the browser refuses it, nothing happens, which is what the person sees.
    let save = Callback::new(move |()| {
        let text = secret.run(());
        file.with_untracked(|file| drop(download(file, "text/plain", &text)));
    });
    view! {
        <Dialog open=open title=title width=Width::Form foot=foot>
            <p class="muted">{move || text.get()}</p>
            {forms.run()}
            <div class=if hidden.is_some() { "secret secret--lines" } else { "secret" }>
                {reactive(move || {
                    let said = match hidden {
                        _ if shown.get() => secret.run(()),
                        Some(hidden) => hidden.run(()),
                        None => masked(&secret.run(())),
                    };
                    view! { <code class="secret__text">{said}</code> }.into_any()
                })}
                <IconButton
                    icon=Signal::derive(move || if shown.get() { "eye-off" } else { "eye" })
                    label=Signal::derive(move || if shown.get() { "Hide".to_owned() } else { "Show".to_owned() })
                    on_press=move |()| shown.update(|shown| *shown = !*shown)
                />
                <CopyButton text=Signal::derive(move || secret.run(())) what="the secret"/>
                <IconButton icon="download" label="Download" on_press=save/>
            </div>
            {usage.run()}
        </Dialog>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn a_hidden_secret_shows_what_it_is_and_no_more() {
        let shown = masked("astro_9a8b7c6d5e4f3a2b1c0d9f3c");
        assert!(shown.starts_with("astro_•") && shown.ends_with("•9f3c"), "{shown}");
        assert_eq!(masked("short"), "••••••••");
        assert!(masked("0123456789abcdef").ends_with("•cdef"));
        assert!(!masked("a_very_long_secret_of_words").contains("very"));
    }
}
