//! Texts for a POSIX shell, so that what is copied does there what it says, whatever a name holds.

/// Whether a word means itself in a shell, without quotes.
fn is_plain(text: &str) -> bool {
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/' | b':' | b'@' | b',');
    !text.is_empty() && !text.starts_with('-') && text.bytes().all(plain)
}

/// Quotes a text, so that a shell takes it as one word and expands nothing in it.
pub fn quoted(text: &str) -> String {
    // A NUL ends an argument wherever it stands; no command can carry one.
    format!("'{}'", text.replace('\0', "").replace('\'', r"'\''"))
}

/// A text as one word of a command: quoted where it has to be.
pub fn word(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use std::process::Command;

    use proptest::prelude::*;

    use super::*;

    /// What a real shell makes of a word.
    fn echoed(word: &str) -> String {
        let output = Command::new("sh").arg("-c").arg(format!("printf %s {word}")).output().unwrap();
        assert!(output.status.success(), "{word}");
        String::from_utf8(output.stdout).unwrap()
    }

    #[test]
    fn a_shell_reads_back_what_was_quoted() {
        for text in
            ["it's", "$ASTROPULSE_API_KEY", "`id`", "a\nb", "\\", "\"", "!", "~", "*", "", "-n", "ü 😀", "a;b|c&d>e"]
        {
            assert_eq!(echoed(&quoted(text)), text);
            assert_eq!(echoed(&word(text)), text);
        }
        assert_eq!(word("prod-eu.yaml"), "prod-eu.yaml");
        assert_eq!(word("prod eu"), "'prod eu'");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn whatever_a_name_holds(text in "[^\0]{0,40}") {
            prop_assert_eq!(echoed(&quoted(&text)), text.clone());
            prop_assert_eq!(echoed(&word(&text)), text);
        }
    }
}
