//! The rules of the house that no compiler checks. Each failure says where, and which rule.
//!
//! The tests read the sources as text, so that they see what is written and not what a macro makes of it.
#![cfg(not(target_arch = "wasm32"))]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use astro_console::routes::{Page, ROUTES};

/// Cargo runs tests in the folder of their package. A path that was compiled in would lead to another clone's files, where
/// clones share a target directory.
fn root() -> &'static Path {
    Path::new(".")
}

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    fn walk(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder of the project") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, extension, found);
            } else if path.extension().is_some_and(|given| given == extension) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), extension, &mut found);
    found.sort();
    assert!(!found.is_empty(), "{folder} holds no {extension} file");
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).expect("a file of the project").display().to_string()
}

/// A source of the console without its tests and comments.
struct Source {
    path: String,
    code: String,
}

impl Source {
    /// The room that the file belongs to: the first name below `src`.
    fn room(&self) -> &str {
        let below = self.path.trim_start_matches("src/");
        below.split('/').next().unwrap_or(below).trim_end_matches(".rs")
    }

    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.lines().enumerate().map(|(index, line)| (index + 1, line))
    }
}

fn sources() -> Vec<Source> {
    files("src", "rs")
        .into_iter()
        .map(|path| {
            let text = read(&path);
            let end =
                ["#[cfg(test)]", "#[cfg(all(test", "#![cfg(all(test"].iter().filter_map(|mark| text.find(mark)).min();
            let code: Vec<_> = text[..end.unwrap_or(text.len())]
                .lines()
                .map(|line| if line.trim_start().starts_with("//") { "" } else { line })
                .collect();
            Source { path: shown(&path), code: code.join("\n") }
        })
        .collect()
}

/// Every line of the console's code in which one of the words stands.
fn lines_with(words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources() {
        for (number, line) in source.lines() {
            if let Some(word) = words.iter().find(|word| line.contains(**word)) {
                found.push(format!("{}:{number}: {word} in `{}`", source.path, line.trim()));
            }
        }
    }
    found
}

fn assert_none(found: &[String], rule: &str) {
    assert!(found.is_empty(), "{rule}\n{}", found.join("\n"));
}

/// What `crate::` leads to in a text: `a` and `b` of `crate::{a::x, b}`, with what follows the first name.
fn imports(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0_i32;
            let mut item = String::new();
            for letter in group.chars() {
                match letter {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => found.push(std::mem::take(&mut item)),
                    _ => {}
                }
                if letter != ',' || depth > 0 {
                    item.push(letter);
                }
            }
            found.push(item);
        } else {
            let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != ':');
            found.push(rest[..end.unwrap_or(rest.len())].to_owned());
        }
    }
    found.into_iter().map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
}

/// A room, and the rooms that it may use beside itself; `docs/architecture.md` says why.
const ROOMS: [(&str, &[&str]); 10] = [
    ("ui", &[]),
    ("client", &[]),
    ("store", &["client", "config", "ui::lasting", "ui::load"]),
    ("config", &["client", "store"]),
    ("components", &["routes", "store", "ui"]),
    ("routes", &[]),
    ("pages", &["components", "routes", "store", "ui"]),
    ("gallery", &["components", "store", "ui"]),
    ("app", &["components", "config", "gallery", "pages", "routes", "store", "ui"]),
    ("lib", &[]),
];

#[test]
fn a_room_uses_only_the_rooms_that_it_may() {
    let mut wrong = Vec::new();
    for source in sources() {
        let room = source.room();
        if room == "main" {
            continue;
        }
        let (_, allowed) = ROOMS
            .iter()
            .find(|(name, _)| *name == room)
            .unwrap_or_else(|| panic!("{} is in no room that this test knows", source.path));
        for import in imports(&source.code) {
            let fits = |name: &str| import == name || import.starts_with(&format!("{name}::"));
            if !fits(room) && !allowed.iter().any(|name| fits(name)) {
                wrong.push(format!("{}: {room} uses {import}", source.path));
            }
        }
    }
    assert_none(&wrong, "A room uses only what stands beside its name in ROOMS.");
}

#[test]
fn imports_are_read_in_every_form() {
    let code = "use crate::{\n  a::{x, y},\n  b,\n};\nuse crate::c::d;\nlet e = crate::f::g(1);";
    assert_eq!(imports(code), ["a::{x, y}", "b", "c::d", "f::g"]);
}

#[test]
fn the_design_system_knows_no_api_and_the_network_belongs_to_the_client() {
    let mut wrong = Vec::new();
    for source in sources() {
        let forbidden: &[&str] = match source.room() {
            "ui" => &["astro_api", "gloo_net", "web_sys::Request", "WebSocket", "fetch("],
            "components" | "pages" | "app" => &["gloo_net", "web_sys::Request", "WebSocket::", "window().fetch"],
            "routes" => &["astro_api", "leptos", "web_sys"],
            _ => &[],
        };
        for word in forbidden {
            for (number, line) in source.lines().filter(|(_, line)| line.contains(word)) {
                wrong.push(format!("{}:{number}: {word} in `{}`", source.path, line.trim()));
            }
        }
    }
    assert_none(&wrong, "Only the client and the store reach the network, and the design system knows no API.");
}

#[test]
fn no_markup_is_made_of_text_and_no_style_stands_in_an_attribute() {
    assert_none(
        &lines_with(&["inner_html", "set_outer_html", "insert_adjacent_html", "document.write"]),
        "Markup is never made of text: the policy for Trusted Types refuses it.",
    );
    let styled: Vec<_> = lines_with(&[" style="]);
    assert_none(&styled, "The content security policy refuses style attributes: use a class, or `style:width=`.");
}

#[test]
fn every_popover_is_laid_beside_its_button_in_every_browser() {
    let mut wrong = Vec::new();
    // A menu lays its own list, by `popover::show`.
    for source in sources().into_iter().filter(|source| source.path != "src/ui/menu.rs") {
        let lines: Vec<_> = source.lines().collect();
        for (at, (number, line)) in lines.iter().enumerate().filter(|(_, (_, line))| line.contains("popover=\"auto\""))
        {
            let near = lines.iter().skip(at).take(2).any(|(_, line)| line.contains("data-float="));
            if !near {
                wrong.push(format!("{}:{number}: `{}`", source.path, line.trim()));
            }
        }
    }
    assert_none(
        &wrong,
        "What `popovertarget` opens says by `data-float` where it lies: not every browser knows anchors.",
    );
}

#[test]
fn nothing_panics_on_purpose() {
    assert_none(
        &lines_with(&[".unwrap()", ".expect(", "panic!(", "todo!(", "unimplemented!(", "unreachable!(", "dbg!("]),
        "A panic is a dead page.",
    );
}

#[test]
fn a_secret_is_taken_out_only_where_it_goes_on_the_wire_or_into_the_tab() {
    // What a person has asked for, to be stored elsewhere: it goes into the dialog that shows a secret once, or is a
    // kubeconfig or an agent's manifest, masked until somebody wants to see it.
    const SHOWN_ONCE: &[&str] =
        &["src/components/secret_once.rs", "src/pages/clusters/access.rs", "src/pages/clusters/install.rs"];
    // What the platform has masked, and what is masked again before it is drawn.
    const MASKED: &[&str] = &["src/pages/notifications/channels.rs"];
    let mut wrong = Vec::new();
    for source in sources() {
        let may = matches!(source.room(), "client")
            || MASKED.contains(&source.path.as_str())
            || source.path.starts_with("src/store/session")
            || source.path == "src/store/decision.rs"
            || SHOWN_ONCE.contains(&source.path.as_str());
        for (number, line) in source.lines().filter(|(_, line)| line.contains(".expose()")) {
            let prints = ["log!", "warn!", "error!", "println!", "console", "Toast"];
            if !may || prints.iter().any(|word| line.contains(word)) {
                wrong.push(format!("{}:{number}: `{}`", source.path, line.trim()));
            }
        }
    }
    assert_none(
        &wrong,
        "A secret is exposed to the wire, to the tab's own storage and to the dialog that shows it once, and shown nowhere else.",
    );
}

/// The fields of the console's own in which a secret is written in the clear. Whoever adds one adds it here, and says why it
/// must; those of the contract are listed in `api/tests/api/policy.rs`.
const EXPOSED: [&str; 5] = [
    // What the console tells itself while somebody signs in: it goes to the issuer when they come back.
    "src/store/session/oidc.rs: Pending.verifier",
    // The session, as the tab keeps it and hands it to another tab of the same person.
    "src/store/session/vault.rs: OwnKey.secret",
    "src/store/session/vault.rs: Tokens.access",
    "src/store/session/vault.rs: Tokens.id",
    "src/store/session/vault.rs: Tokens.refresh",
];

#[test]
fn secrets_are_written_where_the_list_says_and_nowhere_else() {
    let mut found = Vec::new();
    for source in sources() {
        let mut owner = "";
        let mut is_exposed = false;
        for line in source.code.lines().map(str::trim) {
            let item = line.trim_start_matches("pub ");
            if let Some(rest) = item.strip_prefix("struct ").or_else(|| item.strip_prefix("enum ")) {
                owner = rest.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
            }
            if line.contains("secret::expose") {
                is_exposed = true;
            } else if is_exposed && !line.is_empty() && !line.starts_with("#[") {
                found.push(format!("{}: {owner}.{}", source.path, item.split(':').next().unwrap_or_default()));
                is_exposed = false;
            }
        }
    }
    found.sort();
    assert_eq!(
        found, EXPOSED,
        "a place that exposes a secret came or went; the list in this test says why each is needed"
    );
}

#[test]
fn every_route_has_a_title_a_crumb_and_a_page() {
    let gate = read(&root().join("src/app/gate.rs")) + &read(&root().join("src/app/frame.rs"));
    for row in ROUTES {
        assert!(!row.title.is_empty(), "{:?} has no title", row.page);
        assert!(row.pattern.starts_with('/'), "{:?} has no path", row.page);
        assert!(gate.contains(&format!("Page::{:?}", row.page)), "{:?} has no page", row.page);
        if let Some(parameter) = row.title.strip_prefix(':') {
            assert!(row.pattern.contains(&format!(":{parameter}")), "{:?} is called after no parameter", row.page);
        }
        if row.page.is_in_organization() && row.page != Page::Home {
            assert!(row.parent.is_some(), "{:?} lies under nothing", row.page);
        }
    }
}

/// Whatever has an address is audited and photographed: `tests/e2e/routes.ts` has an example of each route.
#[test]
fn every_route_is_looked_at() {
    let list = read(&root().join("tests/e2e/routes.ts"));
    for row in ROUTES.iter().filter(|row| row.pattern != "/_gallery") {
        assert!(
            list.contains(&format!("\"{}\"", row.pattern)),
            "tests/e2e/routes.ts has no example of {}",
            row.pattern
        );
    }
}

/// The words between quotes that follow a mark, such as `icon="`.
fn quoted<'a>(text: &'a str, mark: &str) -> Vec<&'a str> {
    text.split(mark).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn the_sprite_holds_the_icons_that_are_drawn_and_no_others() {
    let list = read(&root().join("public/icons.txt"));
    let listed: BTreeSet<_> =
        list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let code: String = sources().into_iter().map(|source| source.code).collect();
    for mark in ["<Icon name=\"", "icon=\""] {
        for name in quoted(&code, mark) {
            // Marks that Lucide does not have are drawings of our own.
            let is_ours = root().join(format!("public/glyphs/i-{name}.svg")).is_file();
            assert!(listed.contains(name) || is_ours, "{name} is drawn, and public/icons.txt doesn't have it");
        }
    }
    for name in listed {
        assert!(code.contains(&format!("\"{name}\"")), "public/icons.txt has {name}, which nothing draws");
    }
    for name in quoted(&code, "\"#g-") {
        let glyph = root().join(format!("public/glyphs/g-{name}.svg"));
        assert!(glyph.is_file(), "the sign {name} has no drawing in public/glyphs");
    }
}

/// The class names of a style sheet.
fn classes(sheet: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut rest = sheet;
    while let Some((before, after)) = rest.split_once('/') {
        collect_classes(before, &mut found);
        // Comments hold words with dots.
        let comment = after.strip_prefix('*').and_then(|comment| comment.split_once("*/"));
        rest = comment.map_or(after, |(_, after)| after);
    }
    collect_classes(rest, &mut found);
    found
}

/// The words behind a dot that are no decimals.
fn collect_classes(text: &str, found: &mut BTreeSet<String>) {
    for (at, _) in text.match_indices('.') {
        let name: String = text[at + 1..]
            .chars()
            .take_while(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'))
            .collect();
        let before = text[..at].chars().next_back();
        let is_number = before.is_some_and(|letter| letter.is_ascii_digit());
        if name.starts_with(|letter: char| letter.is_ascii_lowercase()) && !is_number {
            found.insert(name);
        }
    }
}

#[test]
fn every_class_has_its_style_and_every_style_its_class() {
    // What only the gallery wears is imported by a sheet of its own.
    let with_gallery = read(&root().join("style/with-gallery.css"));
    let index = read(&root().join("style/index.css"));
    assert!(
        !index.contains("gallery.css"),
        "what only the gallery wears is not shipped; it belongs into style/with-gallery.css"
    );
    let mut styled = BTreeSet::new();
    for path in files("style", "css") {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        if name == "index.css" || name == "with-gallery.css" {
            continue;
        }
        let sheet = if name == "gallery.css" { &with_gallery } else { &index };
        assert!(sheet.contains(&format!("@import \"{name}\"")), "style/index.css leaves out {name}");
        if name != "fonts.css" {
            styled.extend(classes(&read(&path)));
        }
    }
    let code: String = sources().into_iter().map(|source| source.code).collect();
    for list in quoted(&code, "class=\"").into_iter().chain(quoted(&code, ".class(\"")) {
        for class in list.split_whitespace() {
            assert!(styled.contains(class), "the class {class} has no style");
        }
    }
    // The sprite's class is written by `cargo xtask assets`.
    let users = code + &read(&root().join("index.html")) + "sprite";
    for class in styled {
        assert!(users.contains(&class), "style/ has .{class}, which nothing wears");
    }
}

#[test]
fn what_a_page_holds_styles_the_page_alone() {
    // `.page:has(…) > *` makes a browser work out the style of all that is on the page whenever an element comes or goes.
    let mut wrong = Vec::new();
    for path in files("style", "css") {
        let sheet = read(&path);
        for start in [".page:has(", ":root:has("] {
            for (at, _) in sheet.match_indices(start) {
                let mut open = 1;
                let behind = sheet[at + start.len()..].trim_start_matches(|letter: char| {
                    open += match letter {
                        '(' => 1,
                        ')' => -1,
                        _ => 0,
                    };
                    open > 0
                });
                let rest = behind.trim_start_matches(')').trim_start();
                if !rest.starts_with(['{', ',']) {
                    let line = sheet[..at].lines().count();
                    wrong.push(format!("{}:{line}: {start}", shown(&path)));
                }
            }
        }
    }
    assert_none(&wrong, "What hangs on what a page holds styles the page alone, and none of its elements.");
}

#[test]
fn a_component_is_styled_in_one_file() {
    let mut known: Vec<(String, String)> = Vec::new();
    for path in files("style", "css") {
        for line in read(&path).lines().filter(|line| line.starts_with('.') && line.ends_with(" {")) {
            let class = line.trim_end_matches(" {").to_owned();
            match known.iter().find(|(of, _)| *of == class) {
                Some((_, file)) if *file != shown(&path) => panic!("{class} is styled in {file} and {}", shown(&path)),
                _ => known.push((class, shown(&path))),
            }
        }
    }
}

#[test]
fn the_words_stay_calm() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (number, line) in source.lines() {
            if line.contains("Oops") || line.contains("!\"") {
                wrong.push(format!("{}:{number}: `{}`", source.path, line.trim()));
            }
        }
    }
    assert_none(&wrong, "Nothing says \"Oops\", and no sentence ends in an exclamation mark.");
}

#[test]
fn no_two_keys_that_lead_somewhere_are_alike() {
    let mut known: Vec<(String, String)> = Vec::new();
    let own = |source: &Source| source.room() != "gallery" && source.path != "src/ui/shortcuts.rs";
    for source in sources().into_iter().filter(own) {
        for (number, line) in source.lines() {
            for (at, _) in line.match_indices("\"g ") {
                let keys: String = line[at..].chars().take(5).collect();
                if !keys.ends_with('"') {
                    continue;
                }
                let place = format!("{}:{number}", source.path);
                if let Some((_, other)) = known.iter().find(|(known, _)| *known == keys) {
                    panic!("{keys} at {place} is taken at {other}");
                }
                known.push((keys, place));
            }
        }
    }
    assert!(known.len() > 15, "the sidebar, the bell and the requests have keys");
}
