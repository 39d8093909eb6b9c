//! Which version of the console runs in this tab, and which one the server has now.

use super::{browser, fetch::Sending};

/// What tells a version from another: the names of its files, which carry hashes of their content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release(Vec<String>);

/// The attributes of the page that name the files: JavaScript, program, style sheet.
const NAMED_BY: [&str; 3] = [" data-js=", " data-wasm=", " rel=\"stylesheet\" href="];

impl Release {
    /// The version that this page was made of.
    pub fn running() -> Option<Self> {
        let document = web_sys::window()?.document()?;
        let named = |selector: &str, attribute: &str| {
            document.query_selector(selector).ok().flatten().and_then(|element| element.get_attribute(attribute))
        };
        Some(Self(vec![
            named("script[data-js]", "data-js")?,
            named("script[data-wasm]", "data-wasm")?,
            named("link[rel=stylesheet]", "href")?,
        ]))
    }

    /// The version that the server has now. `None` where that cannot be told: there is no network, or something else than
    /// the console answers.
    pub async fn deployed() -> Option<Self> {
        let url = browser::resolve("index.html")?;
        let sending = Sending { url, method: "GET", headers: Vec::new(), body: None, keepalive: false };
        let received = super::fetch(&sending).await.ok()?;
        let response = received.response();
        if response.status != 200 {
            return None;
        }
        Self::of_page(std::str::from_utf8(response.body).ok()?)
    }

    /// Reads the text of a page. The policy of the console lets nobody parse markup, and it takes no more than this.
    fn of_page(html: &str) -> Option<Self> {
        NAMED_BY
            .iter()
            .map(|attribute| {
                let (_, value) = html.split_once(attribute)?;
                value.strip_prefix('"')?.split_once('"').map(|(name, _)| name.to_owned())
            })
            .collect::<Option<Vec<_>>>()
            .map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<!doctype html><base href="/a/"><link rel="icon" href="icon.svg"><link rel="stylesheet" href="app-1.css">
<script src="boot.js" data-js="astro-console-2.js" data-wasm="astro-console-3_bg.wasm"></script>"#;

    #[test]
    fn a_page_names_its_version() {
        let names = ["astro-console-2.js", "astro-console-3_bg.wasm", "app-1.css"];
        assert_eq!(Release::of_page(PAGE), Some(Release(names.map(ToOwned::to_owned).to_vec())));
        assert_ne!(Release::of_page(PAGE), Release::of_page(&PAGE.replace("app-1", "app-2")));
    }

    #[test]
    fn another_page_is_no_version() {
        assert_eq!(Release::of_page("<!doctype html><title>Sign in to the network</title>"), None);
        assert_eq!(Release::of_page("<script data-js=>"), None);
        assert_eq!(Release::of_page(""), None);
    }
}
