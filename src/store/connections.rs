//! The cloud connections that were started in this browser, since no operation lists them: operation ids and names, and
//! nothing secret.
//!
//! Here are the rules, without the browser; [`super::Preferences`] keeps the text in `localStorage`, where other versions of
//! the console, other tabs and people write too. So whatever is not understood is left out, and everything is bounded.

use serde_json::Value;

/// How many are remembered, of all organizations together.
const MOST: usize = 60;

/// Longest id or name that is kept, bytes.
const LONGEST: usize = 256;

/// A connection that was started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// The organization by its name.
    pub organization: String,
    /// The operation, by which its status is asked for.
    pub operation: String,
    /// The provider by its id in the contract.
    pub provider: String,
    /// The cluster that it is for.
    pub cluster: String,
    /// When it was started or added, milliseconds since 1970.
    pub at: u64,
    /// AWS account, GCP project or Azure subscription, where one was named.
    pub account: String,
    /// The access level that was asked for, where the provider has them.
    pub level: String,
}

impl Started {
    const fn texts(&self) -> [&String; 6] {
        [&self.organization, &self.operation, &self.provider, &self.cluster, &self.account, &self.level]
    }

    fn is_sound(&self) -> bool {
        let texts = self.texts();
        texts.iter().all(|text| text.len() <= LONGEST) && !texts.iter().take(3).any(|text| text.is_empty())
    }

    fn read(value: &Value) -> Option<Self> {
        let text = |index: usize| value.get(index).and_then(Value::as_str).map(ToOwned::to_owned);
        let started = Self {
            organization: text(0)?,
            operation: text(1)?,
            provider: text(2)?,
            cluster: text(3)?,
            at: value.get(4).and_then(Value::as_u64)?,
            // Older versions of the console end before them.
            account: text(5).unwrap_or_default(),
            level: text(6).unwrap_or_default(),
        };
        Some(started).filter(Self::is_sound)
    }

    fn write(&self) -> Value {
        let mut parts: Vec<Value> = self.texts().into_iter().map(|text| Value::from(text.as_str())).collect();
        parts.insert(4, Value::from(self.at));
        Value::Array(parts)
    }
}

/// Every connection that is remembered, the latest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connections(Vec<Started>);

impl Connections {
    /// Reads what was kept.
    pub fn parse(text: &str) -> Self {
        let kept: Value = serde_json::from_str(text).unwrap_or_default();
        let mut connections = Self::default();
        for started in kept.as_array().into_iter().flatten().filter_map(Started::read) {
            let is_known = connections.0.iter().any(|known| known.operation == started.operation);
            if !is_known && connections.0.len() < MOST {
                connections.0.push(started);
            }
        }
        connections
    }

    /// The text to keep.
    pub fn text(&self) -> String {
        Value::Array(self.0.iter().map(Started::write).collect()).to_string()
    }

    /// Those of an organization, the latest first.
    pub fn of(&self, organization: &str) -> Vec<Started> {
        self.0.iter().filter(|started| started.organization == organization).cloned().collect()
    }

    /// The latest one of a cluster.
    pub fn latest(&self, organization: &str, cluster: &str) -> Option<&Started> {
        self.0.iter().find(|started| started.organization == organization && started.cluster == cluster)
    }

    /// One was started. The oldest gives way where there are too many.
    pub fn add(&mut self, started: Started) {
        if started.is_sound() {
            self.0.retain(|known| known.operation != started.operation);
            self.0.insert(0, started);
            self.0.truncate(MOST);
        }
    }

    /// One is not to be followed any more.
    pub fn forget(&mut self, operation: &str) {
        self.0.retain(|known| known.operation != operation);
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn started(organization: &str, operation: &str, cluster: &str) -> Started {
        Started {
            organization: organization.to_owned(),
            operation: operation.to_owned(),
            provider: "aws".to_owned(),
            cluster: cluster.to_owned(),
            at: 7,
            account: String::new(),
            level: String::new(),
        }
    }

    #[test]
    fn the_latest_of_a_cluster_counts_and_organizations_stay_apart() {
        let mut connections = Connections::default();
        connections.add(started("acme", "op-1", "prod-eu"));
        connections.add(started("acme", "op-2", "prod-eu"));
        connections.add(started("globex", "op-3", "prod-eu"));
        assert_eq!(connections.latest("acme", "prod-eu").unwrap().operation, "op-2");
        assert_eq!(connections.of("acme").len(), 2);
        connections.forget("op-2");
        assert_eq!(connections.latest("acme", "prod-eu").unwrap().operation, "op-1");
        assert_eq!(connections.latest("acme", "other"), None);
        connections.add(started("", "op-4", "a"));
        connections.add(started("acme", &"x".repeat(300), "a"));
        assert_eq!(connections.of("acme").len(), 1);
    }

    #[test]
    fn what_is_not_understood_is_left_out() {
        for text in ["", "null", "{}", "[", "[1]", r#"[["acme"]]"#, r#"[["acme","op","aws","c","soon"]]"#] {
            assert_eq!(Connections::parse(text), Connections::default(), "{text}");
        }
        let text = r#"[["acme","op-1","aws","prod-eu",7],["acme","op-1","aws","other",8],7]"#;
        assert_eq!(Connections::parse(text).of("acme"), [started("acme", "op-1", "prod-eu")]);
    }

    #[test]
    fn account_and_level_are_kept_beside_what_older_versions_wrote() {
        let mut connections = Connections::parse(r#"[["acme","op-1","aws","prod-eu",7]]"#);
        let named = Started {
            account: "123456789012".to_owned(),
            level: "read".to_owned(),
            ..started("acme", "op-2", "prod-eu")
        };
        connections.add(named.clone());
        assert_eq!(Connections::parse(&connections.text()).of("acme"), [named, started("acme", "op-1", "prod-eu")]);
        connections.add(Started { account: "1".repeat(300), ..started("acme", "op-3", "prod-eu") });
        assert_eq!(connections.of("acme").len(), 2);
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in ".*") {
            Connections::parse(&text);
        }

        #[test]
        fn what_is_kept_is_read_back_and_bounded(steps in prop::collection::vec((0_u8..3, 0_u8..90), 0..200)) {
            let mut connections = Connections::default();
            for (organization, operation) in steps {
                connections.add(started(&format!("o{organization}"), &format!("op-{operation}"), "c"));
            }
            prop_assert_eq!(&Connections::parse(&connections.text()), &connections);
            prop_assert!(connections.0.len() <= MOST);
        }
    }
}
