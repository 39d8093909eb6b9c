//! Text from elsewhere made safe to show, such as a log or a file name: what is invisible, or reorders what stands around
//! it, becomes visible.

use std::{borrow::Cow, fmt::Write as _};

/// Whether a character would act on the text around it instead of being seen.
const fn is_hidden(letter: char) -> bool {
    matches!(letter,
        // Controls, but for the tab, which the style sheet gives a width.
        '\0'..='\u{8}' | '\u{a}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        // Soft hyphen, zero-width space, word joiner and its kin, byte order mark.
        | '\u{ad}' | '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{feff}'
        // Marks, embeddings, overrides and isolates of the bidirectional algorithm, Arabic letter mark.
        | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}'
        // Line and paragraph separator, interlinear annotation, tags.
        | '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The text with every hidden character shown: controls by their pictures (`␛`), others by their number (`<U+202E>`).
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '\0'..='\u{8}' | '\u{a}'..='\u{1f}' => {
                shown.push(char::from_u32(0x2400 + u32::from(letter)).unwrap_or('\u{fffd}'));
            }
            '\u{7f}' => shown.push('\u{2421}'),
            letter if is_hidden(letter) => {
                let _ = write!(shown, "<U+{:04X}>", u32::from(letter));
            }
            letter => shown.push(letter),
        }
    }
    Cow::Owned(shown)
}

/// The same for a text of several lines, whose line ends stay as they are.
pub fn visible_lines(text: &str) -> Cow<'_, str> {
    let is_hidden_in_line = |letter: char| letter != '\n' && letter != '\r' && is_hidden(letter);
    if !text.contains(is_hidden_in_line) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        shown.push_str(&visible(content));
        shown.push_str(line.get(content.len()..).unwrap_or_default());
    }
    Cow::Owned(shown)
}

/// The largest start of a text that is at most so many bytes long and ends between two characters.
pub fn start(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_shown() {
        for (text, expected) in [
            ("plain, with\ttab and größe 日本 🦀", "plain, with\ttab and größe 日本 🦀"),
            ("a\u{1b}[31mb", "a␛[31mb"),
            ("two\r\nlines\0", "two␍␊lines␀"),
            ("\u{7f}\u{85}", "␡<U+0085>"),
            ("user\u{202e}gpj.exe", "user<U+202E>gpj.exe"),
            ("ad\u{200b}min\u{feff}", "ad<U+200B>min<U+FEFF>"),
            ("\u{e0041}", "<U+E0041>"),
        ] {
            assert_eq!(visible(text), expected);
        }
    }

    #[test]
    fn line_ends_stay_as_they_are() {
        assert_eq!(visible_lines("a\r\nb\n\nc"), "a\r\nb\n\nc");
        assert_eq!(visible_lines("a\u{202e}\r\nb\rc\n"), "a<U+202E>\r\nb␍c\n");
        assert!(matches!(visible_lines("größe\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_start_ends_between_characters() {
        assert_eq!(start("größe", 3), "gr");
        assert_eq!(start("größe", 4), "grö");
        assert_eq!(start("größe", 99), "größe");
        assert_eq!(start("🦀", 3), "");
    }

    #[cfg(not(target_arch = "wasm32"))]
    proptest::proptest! {
        #[test]
        fn nothing_hidden_is_left(text in proptest::collection::vec(proptest::char::any(), 0..40)) {
            let text: String = text.into_iter().collect();
            let shown = visible(&text);
            proptest::prop_assert!(!shown.contains(is_hidden));
            let again = visible(&shown);
            proptest::prop_assert_eq!(again.as_ref(), shown.as_ref());
        }
    }
}
