//! What the bell remembers between visits: until when ends were seen, in each organization. Ids and times, nothing else.

use std::fmt::Write as _;

/// How many organizations are remembered.
const KEPT: usize = 50;

/// Reads until when an organization's ends were seen, milliseconds since 1970. Any script of the origin may write there,
/// so what is no such line is passed over.
pub fn seen(text: &str, organization: &str) -> Option<u64> {
    text.lines().filter_map(line).find(|(known, _)| *known == organization).map(|(_, at)| at)
}

fn line(line: &str) -> Option<(&str, u64)> {
    let (organization, at) = line.split_once(' ')?;
    Some((organization, at.parse().ok()?))
}

/// The text with an organization's time put first. Those that were looked at longest ago go.
pub fn remembered(text: &str, organization: &str, at: u64) -> String {
    let mut written = format!("{organization} {at}\n");
    for (known, at) in text.lines().filter_map(line).filter(|(known, _)| *known != organization).take(KEPT - 1) {
        let _ = writeln!(written, "{known} {at}");
    }
    written
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn each_organization_has_its_own_time() {
        let text = remembered(&remembered("", "acme", 5), "globex", 7);
        assert_eq!((seen(&text, "acme"), seen(&text, "globex"), seen(&text, "other")), (Some(5), Some(7), None));
        assert_eq!(seen(&remembered(&text, "acme", 9), "acme"), Some(9));
    }

    #[test]
    fn what_is_no_line_is_passed_over_and_the_list_stays_short() {
        assert_eq!(seen("{}\nacme\nacme x\nacme 4", "acme"), Some(4));
        let full = (0..200).fold(String::new(), |text, index| remembered(&text, &format!("o-{index}"), index));
        assert_eq!(full.lines().count(), KEPT);
        assert_eq!(seen(&full, "o-199"), Some(199));
    }
}
