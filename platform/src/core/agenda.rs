//! The agenda as JSON: a map keyed by pairs has no form there, a list of pairs has.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Due, time::Millis};

type Agenda = BTreeMap<(Millis, u64), Due>;

pub fn serialize<S: Serializer>(agenda: &Agenda, serializer: S) -> Result<S::Ok, S::Error> {
    agenda.iter().collect::<Vec<_>>().serialize(serializer)
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Agenda, D::Error> {
    Vec::<((Millis, u64), Due)>::deserialize(deserializer).map(|list| list.into_iter().collect())
}
