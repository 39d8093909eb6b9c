//! How grave a line is, read from the forms in which programs say it.

use super::{ansi, text};

/// How grave a line is; finer words are counted with their neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// error, fatal, panic, critical, alert, emergency.
    Error,
    /// warn, warning.
    Warn,
    /// info, notice.
    Info,
    /// debug, trace, verbose.
    Debug,
    /// The line says nothing of it.
    Other,
}

impl Level {
    /// All, the gravest first.
    pub const ALL: [Self; 5] = [Self::Error, Self::Warn, Self::Info, Self::Debug, Self::Other];

    /// Its word in the log, and in addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Other => "other",
        }
    }

    /// The level of a word, whatever its case.
    fn of_word(word: &str) -> Option<Self> {
        const WORDS: [(&str, Level); 25] = [
            ("error", Level::Error),
            ("err", Level::Error),
            ("eror", Level::Error),
            ("fatal", Level::Error),
            ("ftl", Level::Error),
            ("panic", Level::Error),
            ("dpanic", Level::Error),
            ("critical", Level::Error),
            ("crit", Level::Error),
            ("severe", Level::Error),
            ("alert", Level::Error),
            ("emergency", Level::Error),
            ("emerg", Level::Error),
            ("warn", Level::Warn),
            ("warning", Level::Warn),
            ("wrn", Level::Warn),
            ("info", Level::Info),
            ("inf", Level::Info),
            ("information", Level::Info),
            ("notice", Level::Info),
            ("debug", Level::Debug),
            ("dbg", Level::Debug),
            ("trace", Level::Debug),
            ("trc", Level::Debug),
            ("verbose", Level::Debug),
        ];
        WORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, level)| *level)
    }

    /// The level of a number as bunyan and pino write it.
    const fn of_number(number: u32) -> Option<Self> {
        match number {
            50..=69 => Some(Self::Error),
            40..=49 => Some(Self::Warn),
            30..=39 => Some(Self::Info),
            10..=29 => Some(Self::Debug),
            _ => None,
        }
    }

    /// The level of a severity of syslog.
    const fn of_syslog(priority: u32) -> Self {
        match priority % 8 {
            0..=3 => Self::Error,
            4 => Self::Warn,
            5 | 6 => Self::Info,
            _ => Self::Debug,
        }
    }

    fn of_value(value: &str) -> Option<Self> {
        let value = value.trim_matches('"');
        Self::of_word(value).or_else(|| Self::of_number(value.parse().ok()?))
    }
}

/// So much of a line is looked at: a level stands in front, and a line may be a megabyte long.
const LOOKED_AT: usize = 4096;

/// Words before which a level is no longer looked for.
const WORDS_LOOKED_AT: usize = 6;

/// Reads the level of a line.
pub fn detect(line: &str) -> Level {
    let line = text::start(line, LOOKED_AT);
    let plain = ansi::plain(line);
    let line = plain.trim_start();
    let found = if line.starts_with('{') { in_json(line) } else { None };
    found.or_else(|| in_front(line)).or_else(|| in_pairs(line)).unwrap_or(Level::Other)
}

/// Whether a line that says no level of its own belongs to the line of a level before it: the frames of a stack trace,
/// and what else is indented.
pub fn continues(line: &str, after: Level) -> bool {
    const STARTS: [&str; 10] = [
        "at ",
        "Caused by: ",
        "Suppressed: ",
        "... ",
        "goroutine ",
        "created by ",
        "[signal ",
        "stack backtrace:",
        "called `",
        "During handling of the above exception",
    ];
    let plain = ansi::plain(text::start(line, LOOKED_AT));
    let line = plain.trim_start();
    if line.len() < plain.len() || line.is_empty() {
        return true;
    }
    // Go writes its frames without space in front: `net/http.HandlerFunc.ServeHTTP(0xc0001c4000?, ...)`.
    let is_call =
        line.ends_with(')') && line.split_once('(').is_some_and(|(name, _)| name.contains('.') && !name.contains(' '));
    let is_frame = STARTS.iter().any(|start| line.starts_with(start)) || is_call && after == Level::Error;
    // `ValueError: ...` ends a trace of Python and begins one of Java. After a calm line it is another's.
    let name = line.split([':', ' ']).next().unwrap_or_default();
    let is_fault = name.ends_with("Error") || name.ends_with("Exception");
    is_frame || is_fault && after <= Level::Warn
}

/// Whether a key is one under which programs put their level.
pub(super) fn is_key(key: &str) -> bool {
    ["level", "severity", "lvl", "loglevel", "levelname", "log.level", "severity_text", "severitytext", "@level"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(key))
}

/// The level among the keys of an object, without reading all of it.
fn in_json(line: &str) -> Option<Level> {
    let mut depth = 0_u32;
    let mut rest = line;
    // The last string, while nothing but space has come after it.
    let mut key = None;
    while let Some(at) = rest.find(['"', '{', '}', '[', ']', ':', ',']) {
        let (before, from) = rest.split_at(at);
        let mut letters = from.chars();
        let sign = letters.next()?;
        rest = letters.as_str();
        match sign {
            '"' => {
                let end = end_of_string(rest)?;
                key = rest.get(..end);
                rest = rest.get(end + 1..)?;
                continue;
            }
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.checked_sub(1)?,
            ':' if depth == 1 && before.trim().is_empty() && key.is_some_and(is_key) => {
                let value = rest.trim_start();
                let value = match value.strip_prefix('"') {
                    Some(text) => text.get(..end_of_string(text)?)?,
                    None => value.split([',', '}', ' ']).next()?,
                };
                if let Some(level) = Level::of_value(value) {
                    return Some(level);
                }
            }
            _ => {}
        }
        key = None;
    }
    None
}

/// Where a string of JSON ends, counted from behind its quote.
fn end_of_string(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })
}

/// `level=warn`, `lvl="warn"`.
fn in_pairs(line: &str) -> Option<Level> {
    line.match_indices('=').find_map(|(at, _)| {
        let before = line.get(..at)?;
        let key = before.rsplit([' ', '\t', ',', '[', '{', '(', '|']).next()?;
        let after = line.get(at + 1..)?;
        let value = after.trim_start_matches('"').split([' ', '\t', ',', ']', '}', ')', '"', '|']).next()?;
        if is_key(key) { Level::of_value(value) } else { None }
    })
}

/// The forms that stand at the start: syslog's priority, klog's letter, a word in brackets, a plain word.
fn in_front(line: &str) -> Option<Level> {
    if let Some((priority, _)) = line.strip_prefix('<').and_then(|rest| rest.split_once('>'))
        && let Ok(priority @ 0..=191) = priority.parse::<u32>()
    {
        return Some(Level::of_syslog(priority));
    }
    if let Some(level) = of_klog(line) {
        return Some(level);
    }
    let mut is_first = true;
    for word in line.split([' ', '\t', '|']).filter(|word| !word.is_empty()).take(WORDS_LOOKED_AT) {
        let bare = word.trim_matches(|letter: char| !letter.is_ascii_alphanumeric());
        if let Some(level) = Level::of_word(bare) {
            // In the middle of a sentence "error" is a word like others; in brackets or capitals it isn't.
            let is_marked = word.starts_with(['[', '(', '<']) || !bare.bytes().any(|byte| byte.is_ascii_lowercase());
            if is_first || is_marked || word.ends_with(':') {
                return Some(level);
            }
        }
        // `[2026-06-09T14:24:15Z INFO server]` is cut into three, `[WARN][api]` is one.
        if let Some(level) = word.strip_prefix('[').and_then(|inner| inner.split([']', '[']).find_map(Level::of_word)) {
            return Some(level);
        }
        // What comes behind a time is still the front.
        if !word.bytes().any(|byte| byte.is_ascii_digit()) && !matches!(bare, "" | "UTC") {
            is_first = false;
        }
    }
    let is_trace = line.starts_with("Traceback (most recent call last)")
        || line.starts_with("Exception in thread")
        || line.starts_with("thread '") && line.contains("' panicked at ");
    is_trace.then_some(Level::Error)
}

/// `E0609 14:24:15.372000 ...`
fn of_klog(line: &str) -> Option<Level> {
    let (letter, rest) = line.split_at_checked(1)?;
    let is_klog = rest.bytes().take(4).filter(u8::is_ascii_digit).count() == 4 && rest.as_bytes().get(4) == Some(&b' ');
    match letter {
        "E" | "F" if is_klog => Some(Level::Error),
        "W" if is_klog => Some(Level::Warn),
        "I" if is_klog => Some(Level::Info),
        "D" if is_klog => Some(Level::Debug),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read() {
        for (line, expected) in [
            (r#"{"level":"error","msg":"x"}"#, Level::Error),
            (r#"{"time":"t","msg":"a \"level\": \"error\" b","severity" : "WARNING"}"#, Level::Warn),
            (r#"{"nested":{"level":"error"},"level":30}"#, Level::Info),
            (r#"{"list":["level",1],"log.level":"trace"}"#, Level::Debug),
            (r#"{"level":50,"msg":"pino"}"#, Level::Error),
            (r#"{"msg":"level"}"#, Level::Other),
            (r#"{"level":"#, Level::Other),
            (r#"{"level":"erro"#, Level::Other),
            (r"time=2026-06-09T14:24:15Z level=warn msg=slow", Level::Warn),
            (r#"ts=1 msg="it said error" lvl="debug""#, Level::Debug),
            ("sublevel=error nothing", Level::Other),
            ("2026/06/09 14:24:15 [error] 123#0: upstream", Level::Error),
            ("[2026-06-09T14:24:15Z INFO  server] up", Level::Info),
            ("[WARN][api] slow", Level::Warn),
            ("2026-06-09 14:24:15.372  INFO 1 --- [main] c.e.App : up", Level::Info),
            ("2026-06-09 14:24:15,372 - root - ERROR - broken", Level::Error),
            ("14:24:15 debug cache filled", Level::Debug),
            ("Error: DATABASE_URL is not set", Level::Error),
            ("WARNING: no config", Level::Warn),
            ("panic: runtime error", Level::Error),
            ("Traceback (most recent call last):", Level::Error),
            ("thread 'main' panicked at src/main.rs:2:5:", Level::Error),
            ("E0609 14:24:15.372000       1 main.go:1] broken", Level::Error),
            ("I0609 14:24:15.372000       1 main.go:1] up", Level::Info),
            ("<11>Jun  9 14:24:15 host app: broken", Level::Error),
            ("<134>1 2026-06-09T14:24:15Z host app - - - up", Level::Info),
            ("\u{1b}[32mINFO\u{1b}[0m up", Level::Info),
            ("2026-06-09T14:24:15Z\u{1b}[33m  WARN\u{1b}[0m hyper: slow", Level::Warn),
            ("No error was found", Level::Other),
            ("GET /error 200", Level::Other),
            ("E06 short", Level::Other),
            ("<999>x", Level::Other),
            ("", Level::Other),
        ] {
            assert_eq!(detect(line), expected, "{line}");
        }
    }

    #[test]
    fn what_continues_a_line_is_known_by_its_form() {
        for line in [
            "    at io.acme.Ledger.book(Ledger.java:42)",
            "at run (/app/index.js:3:9)",
            "Caused by: java.io.IOException: broken pipe",
            "... 12 more",
            "  File \"app.py\", line 3, in book",
            "goroutine 1 [running]:",
            "main.main()",
            "github.com/acme/ledger.(*Book).Post(0xc000412000, {0x1a2b3c0, 0xc0004})",
            "created by net/http.(*Server).Serve in goroutine 1",
            "java.lang.IllegalStateException: no ledger",
            "ValueError: bad",
            "",
        ] {
            assert!(continues(line, Level::Error), "{line}");
        }
        assert!(continues("  \"indented\": true", Level::Info));
        for line in ["listening on 8080", "at8 is a name", "GET /error 200", "the pool is full (10)"] {
            assert!(!continues(line, Level::Error), "{line}");
        }
        assert!(!continues("main.main()", Level::Info));
        assert!(!continues("ValueError: bad", Level::Info), "of whoever else writes");
    }

    #[cfg(not(target_arch = "wasm32"))]
    proptest::proptest! {
        #[test]
        fn no_line_is_too_strange(line in "[\\[\\]{}\":,=<>E0-9 levrorü\\\\\u{1b}]{0,80}") {
            let _ = detect(&line);
        }

        #[test]
        fn a_level_in_json_is_found_wherever_it_stands(
            before in "[a-z \\\\\"{}\\[\\]:,]{0,20}", number in 0_u32..9
        ) {
            let other = serde_json::json!({"msg": before, "n": {"level": "debug", "list": [number]}, "level": "warn"});
            proptest::prop_assert_eq!(detect(&other.to_string()), Level::Warn);
        }
    }
}
