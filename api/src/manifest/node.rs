//! A document before its plain words are understood: only the field tells whether `1.30` is a number or a version.

use std::fmt::Write as _;

use serde_json::{Map, Number, Value};

use super::{ManifestError, Position};

/// A value of a text, with its place.
#[derive(Clone)]
pub struct Node {
    pub at: Position,
    pub data: Data,
}

#[derive(Clone)]
pub enum Data {
    /// An unquoted word as it stands: text, number, truth value or nothing.
    Plain(String),
    /// Text beyond doubt.
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A name and its value.
#[derive(Clone)]
pub struct Entry {
    pub name: String,
    pub at: Position,
    pub value: Node,
}

/// Fields that the contract types as text: an unquoted `1.30` or `0123` there keeps its spelling.
pub const TEXT: &[&str] = &[
    "accessType",
    "accountId",
    "amiFamily",
    "architecture",
    "autoUpgradeChannel",
    "availabilityTier",
    "bucketName",
    "chartName",
    "chartVersion",
    "cidr",
    "clusterName",
    "dnsEndpoint",
    "dnsName",
    "domain",
    "duration",
    "effect",
    "exclude",
    "hostname",
    "id",
    "imageType",
    "include",
    "instanceType",
    "key",
    "kubernetesVersion",
    "masterIPv4CidrBlock",
    "maxSurge",
    "maxUnavailable",
    "maximum",
    "minimum",
    "name",
    "namespace",
    "networkId",
    "networkPlugin",
    "networkPluginMode",
    "nodeOsUpgradeChannel",
    "path",
    "podsRange",
    "profileName",
    "projectId",
    "provider",
    "providerName",
    "provisioner",
    "region",
    "registry",
    "releaseChannel",
    "releaseName",
    "repoURL",
    "repository",
    "resourceGroup",
    "servicesRange",
    "startTime",
    "subscriptionId",
    "syncType",
    "tag",
    "targetBranch",
    "targetRevision",
    "type",
    "value",
    "vnetSubnetId",
    "vpcCIDR",
    "vpcId",
];

/// Fields that the contract types as a list of texts.
pub const TEXT_LISTS: &[&str] =
    &["authorizedIPRanges", "authorizedNetworks", "availabilityZones", "files", "machineTypes"];

/// Fields that the contract types as a map of texts.
pub const TEXT_MAPS: &[&str] = &["data", "labels", "tags"];

/// Fields below which everything is the user's own, where a `tag: 1.30` means what YAML says.
pub const FREE: &[&str] = &["object", "provisionerConfig"];

impl Node {
    pub const fn map(at: Position, entries: Vec<Entry>) -> Self {
        Self { at, data: Data::Map(entries) }
    }

    /// Whether there is nothing: an empty value, `null` or `~`.
    pub fn is_null(&self) -> bool {
        matches!(&self.data, Data::Plain(word) if matches!(resolve(word), Ok(Value::Null)))
    }

    /// The text of a scalar, whatever it may mean.
    pub fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Plain(text) | Data::Text(text) if !self.is_null() => Some(text),
            _ => None,
        }
    }

    pub fn entries(&self) -> Option<&Vec<Entry>> {
        match &self.data {
            Data::Map(entries) => Some(entries),
            _ => None,
        }
    }

    pub fn entries_mut(&mut self) -> Option<&mut Vec<Entry>> {
        match &mut self.data {
            Data::Map(entries) => Some(entries),
            _ => None,
        }
    }

    pub fn get(&self, name: &str) -> Option<&Self> {
        self.entries()?.iter().find(|entry| entry.name == name).map(|entry| &entry.value)
    }

    pub fn get_mut(&mut self, name: &str) -> Option<&mut Self> {
        self.entries_mut()?.iter_mut().find(|entry| entry.name == name).map(|entry| &mut entry.value)
    }

    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// How many values it holds, itself and names included, and how deep they lie.
    pub fn extent(&self) -> (usize, usize) {
        let (mut size, mut depth) = (1, 0);
        let children: Box<dyn Iterator<Item = &Self>> = match &self.data {
            Data::List(items) => Box::new(items.iter()),
            Data::Map(entries) => Box::new(entries.iter().map(|entry| &entry.value)),
            Data::Plain(_) | Data::Text(_) => return (1, 1),
        };
        for child in children {
            let (within, below) = child.extent();
            size += within + 1;
            depth = depth.max(below);
        }
        (size, depth + 1)
    }

    /// Calls `each` with the path and place of every value; of lists and maps the place is that of their name.
    pub fn visit<'a>(&'a self, path: &mut String, each: &mut impl FnMut(&str, Position, &'a Self)) {
        self.visit_at(self.at, path, each);
    }

    fn visit_at<'a>(&'a self, at: Position, path: &mut String, each: &mut impl FnMut(&str, Position, &'a Self)) {
        each(path, at, self);
        let end = path.len();
        match &self.data {
            Data::Plain(_) | Data::Text(_) => {}
            Data::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    let _ = write!(path, "[{index}]");
                    item.visit_at(item.at, path, each);
                    path.truncate(end);
                }
            }
            Data::Map(entries) => {
                for entry in entries {
                    if end > 0 {
                        path.push('.');
                    }
                    path.push_str(&entry.name);
                    let at = if entry.value.text().is_some() { entry.value.at } else { entry.at };
                    entry.value.visit_at(at, path, each);
                    path.truncate(end);
                }
            }
        }
    }

    /// The value as JSON. With `text`, an unquoted word is text whatever it may look like.
    pub fn into_value(self, text: bool) -> Result<Value, ManifestError> {
        self.value(text, false)
    }

    /// The value as JSON where names are anybody's, as in the values of a chart: nothing is text because of its name.
    pub fn into_free_value(self) -> Result<Value, ManifestError> {
        self.value(false, true)
    }

    fn value(self, text: bool, free: bool) -> Result<Value, ManifestError> {
        Ok(match self.data {
            Data::Text(text) => Value::String(text),
            Data::Plain(word) => match resolve(&word).map_err(|message| ManifestError::at(self.at, message))? {
                Value::Null => Value::Null,
                _ if text => Value::String(word),
                value => value,
            },
            Data::List(items) => {
                Value::Array(items.into_iter().map(|item| item.value(text, free)).collect::<Result<_, _>>()?)
            }
            Data::Map(entries) => {
                let mut map = Map::with_capacity(entries.len());
                for Entry { name, value, .. } in entries {
                    let within = free || FREE.contains(&name.as_str());
                    let names = match &value.data {
                        Data::List(_) => TEXT_LISTS,
                        Data::Map(_) => TEXT_MAPS,
                        Data::Plain(_) | Data::Text(_) => TEXT,
                    };
                    // `text` reaches the scalars of a map of texts, and no further down than that.
                    let scalar = matches!(value.data, Data::Plain(_) | Data::Text(_));
                    let text = !within && (names.contains(&name.as_str()) || (text && scalar));
                    let value = value.value(text, within)?;
                    map.insert(name, value);
                }
                Value::Object(map)
            }
        })
    }
}

/// What an unquoted word means by YAML 1.2's core schema, of which JSON's words are a part.
///
/// A number with leading zeros stays text: it is decimal to YAML 1.2, octal to YAML 1.1, and mostly an identifier.
fn resolve(word: &str) -> Result<Value, &'static str> {
    match word {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "true" | "True" | "TRUE" => return Ok(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Ok(Value::Bool(false)),
        ".nan" | ".NaN" | ".NAN" => return Err("Not-a-number cannot be sent. Put it in quotes if it is text."),
        _ => {}
    }
    let unsigned = word.strip_prefix(['-', '+']).unwrap_or(word);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return Err("An infinite number cannot be sent. Put it in quotes if it is text.");
    }
    let based = |prefix, radix| {
        let digits: &str = word.strip_prefix(prefix)?;
        digits.bytes().all(|digit| digit.is_ascii_alphanumeric()).then(|| u64::from_str_radix(digits, radix).ok())?
    };
    if let Some(number) = based("0x", 16).or_else(|| based("0o", 8)) {
        return Ok(number.into());
    }
    let text = || Value::String(word.to_owned());
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !unsigned.is_empty() && digits(unsigned) {
        if unsigned.len() > 1 && unsigned.starts_with('0') {
            return Ok(text());
        }
        if let Ok(number) = word.parse::<i64>() {
            return Ok(number.into());
        }
        if let Ok(number) = word.parse::<u64>() {
            return Ok(number.into());
        }
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let numeric = digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent));
    if !numeric {
        return Ok(text());
    }
    let number = word.parse().ok().and_then(Number::from_f64);
    number.map(Value::Number).ok_or("This number is too large to be sent. Put it in quotes if it is text.")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_mean_what_the_core_schema_says() {
        for (word, value) in [
            ("", json!(null)),
            ("~", json!(null)),
            ("null", json!(null)),
            ("nUll", json!("nUll")),
            ("true", json!(true)),
            ("yes", json!("yes")),
            ("off", json!("off")),
            ("0", json!(0)),
            ("-0", json!(0)),
            ("+12", json!(12)),
            ("18446744073709551615", json!(u64::MAX)),
            ("1.30", json!(1.3)),
            (".5", json!(0.5)),
            ("1.", json!(1.0)),
            ("1e3", json!(1000.0)),
            ("1e", json!("1e")),
            ("e1", json!("e1")),
            (".", json!(".")),
            ("-", json!("-")),
            ("+-1", json!("+-1")),
            ("1.2.3", json!("1.2.3")),
            ("0x1F", json!(31)),
            ("0o17", json!(15)),
            ("0x", json!("0x")),
            ("0x-1", json!("0x-1")),
            ("0123", json!("0123")),
            ("007", json!("007")),
            ("1_000", json!("1_000")),
            ("12:30", json!("12:30")),
            ("inf", json!("inf")),
            ("nan", json!("nan")),
            ("2026-06-08", json!("2026-06-08")),
        ] {
            assert_eq!(resolve(word), Ok(value), "{word}");
        }
        for word in [".inf", "-.INF", "+.Inf", ".nan", "1e999"] {
            assert!(resolve(word).is_err(), "{word}");
        }
    }
}
