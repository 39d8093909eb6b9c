//! A line of a log, its fingerprint and its name in an address.

/// A line as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// RFC 3339, where the platform gave it.
    pub timestamp: Option<String>,
    /// The pod, empty if it isn't known.
    pub pod: String,
    /// The container, empty if it isn't known.
    pub container: String,
    /// `stdout` or `stderr`.
    pub stream: Option<String>,
    /// The text, with whatever escapes it has.
    pub message: String,
}

/// A place where lines of a container may be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The pod, empty if it isn't known.
    pub pod: String,
    /// The container, empty if it isn't known.
    pub container: String,
    /// The time of the last line before, where it had one.
    pub from: Option<String>,
    /// The time of the first line behind, where it has one.
    pub to: Option<String>,
}

/// A line's name in an address: timestamp, pod, container and a hash of the message, parted by `~`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineId {
    timestamp: String,
    pod: String,
    container: String,
    hash: u64,
}

/// FNV-1a over several texts, told apart. It says which line is meant; it guards nothing.
fn hash(parts: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    for part in parts {
        part.bytes().for_each(&mut add);
        // No byte of UTF-8.
        add(0xff);
    }
    hash
}

impl Line {
    /// A number that another line of the same container hardly has.
    pub fn print(&self) -> u64 {
        hash(&[self.timestamp.as_deref().unwrap_or(""), self.stream.as_deref().unwrap_or(""), &self.message])
    }

    /// Its name in an address.
    pub fn id(&self) -> LineId {
        LineId {
            timestamp: self.timestamp.clone().unwrap_or_default(),
            pod: self.pod.clone(),
            container: self.container.clone(),
            hash: hash(&[&self.message]),
        }
    }

    /// Whether an address means this line.
    pub fn is(&self, id: &LineId) -> bool {
        // Cheap ones first: this is asked of every line.
        self.timestamp.as_deref().unwrap_or("") == id.timestamp
            && self.pod == id.pod
            && self.container == id.container
            && hash(&[&self.message]) == id.hash
    }

    /// What it takes in memory, about.
    pub(super) fn bytes(&self) -> usize {
        let texts = self.timestamp.as_ref().map_or(0, String::len) + self.stream.as_ref().map_or(0, String::len);
        size_of::<Self>() + texts + self.pod.len() + self.container.len() + self.message.len()
    }

    /// As it is copied and downloaded: one line without escapes.
    pub(super) fn write(&self, text: &mut String) {
        for part in [self.timestamp.as_deref().unwrap_or(""), &self.pod, &self.container] {
            if !part.is_empty() {
                text.push_str(part);
                text.push(' ');
            }
        }
        text.push_str(&super::ansi::plain(&self.message));
        text.push('\n');
    }
}

impl std::fmt::Display for LineId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}~{}~{}~{:016x}", self.timestamp, self.pod, self.container, self.hash)
    }
}

impl std::str::FromStr for LineId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let parts: Vec<_> = text.split('~').collect();
        let [timestamp, pod, container, hash] = parts.as_slice() else { return Err(()) };
        if hash.len() != 16 {
            return Err(());
        }
        Ok(Self {
            timestamp: (*timestamp).to_owned(),
            pod: (*pod).to_owned(),
            container: (*container).to_owned(),
            hash: u64::from_str_radix(hash, 16).map_err(drop)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(message: &str) -> Line {
        Line {
            timestamp: Some("2026-06-09T14:24:15.372Z".to_owned()),
            pod: "api-7d9c-x8rlm".to_owned(),
            container: "api".to_owned(),
            stream: Some("stderr".to_owned()),
            message: message.to_owned(),
        }
    }

    #[test]
    fn a_name_leads_back_to_its_line_alone() {
        let name = line("one").id().to_string();
        // Addresses last longer than a program: the hash may not change.
        assert_eq!(name, "2026-06-09T14:24:15.372Z~api-7d9c-x8rlm~api~071558b46adadbf0");
        let id: LineId = name.parse().unwrap();
        assert!(line("one").is(&id));
        assert!(!line("two").is(&id));
        assert!(!Line { pod: "other".to_owned(), ..line("one") }.is(&id));
        assert!(!Line { timestamp: None, ..line("one") }.is(&id));
        let bare = Line { message: "raw".to_owned(), ..Line::default() };
        assert!(bare.is(&bare.id().to_string().parse().unwrap()));
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in ["", "a~b~c", "a~b~c~12", "a~b~c~zzzzzzzzzzzzzzzz", "a~b~c~d~0000000000000000"] {
            assert!(text.parse::<LineId>().is_err(), "{text}");
        }
    }

    #[test]
    fn prints_tell_the_parts_apart() {
        let one = Line { timestamp: Some("ab".to_owned()), message: "c".to_owned(), ..Line::default() };
        let two = Line { timestamp: Some("a".to_owned()), message: "bc".to_owned(), ..Line::default() };
        assert_ne!(one.print(), two.print());
        assert_eq!(one.print(), one.clone().print());
    }

    #[test]
    fn a_line_is_written_without_escapes() {
        let mut text = String::new();
        line("\u{1b}[31mred\u{1b}[0m").write(&mut text);
        assert_eq!(text, "2026-06-09T14:24:15.372Z api-7d9c-x8rlm api red\n");
    }
}
