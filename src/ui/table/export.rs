//! Rows as files: CSV (RFC 4180) and JSON.

use std::fmt::Write as _;

use super::column::Value;

/// Rows as CSV. A text that a spreadsheet would take for a formula gets an apostrophe before it.
pub(super) fn csv(heads: &[&str], rows: &[Vec<Value>]) -> String {
    let mut out = String::new();
    for (at, head) in heads.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        field(&mut out, head);
    }
    out.push_str("\r\n");
    for row in rows {
        for (at, value) in row.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            match value {
                // A number is none of the platform's texts: a minus before it is one.
                Value::Number(number) => {
                    let _ = write!(out, "{number}");
                }
                other => field(&mut out, &other.words()),
            }
        }
        out.push_str("\r\n");
    }
    out
}

fn field(out: &mut String, text: &str) {
    let guard = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let quote = text.contains([',', '"', '\r', '\n']) || text.starts_with(' ') || text.ends_with(' ');
    if quote {
        out.push('"');
    }
    if guard {
        out.push('\'');
    }
    if quote {
        out.push_str(&text.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(text);
    }
}

/// Rows as a JSON list of objects, a row a line.
pub(super) fn json(keys: &[&str], rows: &[Vec<Value>]) -> String {
    let mut out = String::from("[");
    for (at, row) in rows.iter().enumerate() {
        out.push_str(if at > 0 { ",\n  {" } else { "\n  {" });
        for (at, (key, value)) in keys.iter().zip(row).enumerate() {
            if at > 0 {
                out.push_str(", ");
            }
            string(&mut out, key);
            out.push_str(": ");
            match value {
                Value::None => out.push_str("null"),
                Value::Number(number) => {
                    let _ = write!(out, "{number}");
                }
                Value::Text(text) | Value::Time(_, text) | Value::Ranked(_, text) => string(&mut out, text),
            }
        }
        out.push('}');
    }
    out.push_str(if rows.is_empty() { "]\n" } else { "\n]\n" });
    out
}

fn string(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn csv_is_quoted_and_guarded() {
        let rows = [
            vec!["plain".into(), Value::Number(-3), Value::None],
            vec!["a,\"b\"\nc".into(), Value::Time(0, "2026-06-09T12:00:00Z".to_owned()), " x".into()],
            vec!["=1+1".into(), "-2".into(), "@sum(a,b)".into()],
            vec!["+1".into(), "\tx".into(), "\rx".into()],
        ];
        assert_eq!(
            csv(&["Name", "Nodes, in all", "-"], &rows),
            "Name,\"Nodes, in all\",'-\r\n\
             plain,-3,\r\n\
             \"a,\"\"b\"\"\nc\",2026-06-09T12:00:00Z,\" x\"\r\n\
             '=1+1,'-2,\"'@sum(a,b)\"\r\n\
             '+1,'\tx,\"'\rx\"\r\n"
        );
    }

    #[test]
    fn json_is_a_list_of_objects() {
        assert_eq!(json(&["name"], &[]), "[]\n");
        let rows = [vec!["a \"b\"\n\u{1}".into(), Value::Number(7), Value::None]];
        assert_eq!(
            json(&["name", "nodes", "agent"], &rows),
            "[\n  {\"name\": \"a \\\"b\\\"\\n\\u0001\", \"nodes\": 7, \"agent\": null}\n]\n"
        );
    }

    proptest! {
        #[test]
        fn any_text_survives_json(text in "\\PC*|[\\x00-\\x1f\"\\\\é]*") {
            let out = json(&["k"], &[vec![Value::Text(text.clone())]]);
            let read: serde_json::Value = serde_json::from_str(&out).unwrap();
            prop_assert_eq!(read[0]["k"].as_str().unwrap(), text.as_str());
        }

        #[test]
        fn no_cell_of_csv_begins_a_formula(text in "[=+@,\"a \\r\\n\\t-]{0,8}") {
            let out = csv(&["k"], &[vec![Value::Text(text)]]);
            let cell = out.strip_prefix("k\r\n").unwrap();
            // A cell in quotes begins behind the first of them.
            let cell = cell.strip_prefix('"').unwrap_or(cell);
            prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t']));
        }
    }
}
