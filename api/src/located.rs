//! Reads a typed value out of JSON that is parsed already, and says where it does not fit.
//!
//! The deserializers of `serde_json` say a line and a column, and a wrapper that says the path doubles the code of every
//! type. This one knows the path by itself, and is the only one that the types of this crate are compiled for.

use std::fmt;

use serde::{
    Deserializer,
    de::{
        self, DeserializeOwned, DeserializeSeed, Expected, MapAccess, SeqAccess, Unexpected, Visitor,
        value::{StrDeserializer, StringDeserializer},
    },
    forward_to_deserialize_any,
};
use serde_json::{Map, Value};

#[derive(Debug)]
enum Step {
    Key(String),
    Index(usize),
}

/// What does not fit, and where.
#[derive(Debug)]
pub struct Misfit {
    message: String,
    /// From the inside out.
    steps: Vec<Step>,
}

impl Misfit {
    /// What does not fit, in serde's words.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The place as a JSON path, `data[3].createdAt`; empty for the value as a whole.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for step in self.steps.iter().rev() {
            match step {
                Step::Key(key) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(key);
                }
                Step::Index(index) => {
                    path.push('[');
                    path.push_str(&index.to_string());
                    path.push(']');
                }
            }
        }
        path
    }

    /// The same, seen from a value that holds this one under a key.
    #[must_use]
    pub fn under(mut self, key: &str) -> Self {
        self.steps.push(Step::Key(key.to_owned()));
        self
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Misfit {}

impl de::Error for Misfit {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { message: message.to_string(), steps: Vec::new() }
    }

    // Serde's own words for a value bring another way of writing floats into the program, tables and all.
    fn invalid_type(value: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("invalid type: {}, expected {expected}", words(value)))
    }

    fn invalid_value(value: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("invalid value: {}, expected {expected}", words(value)))
    }
}

fn words(value: Unexpected<'_>) -> String {
    match value {
        Unexpected::Bool(value) => found(&Value::Bool(value)),
        Unexpected::Unsigned(value) => format!("integer `{value}`"),
        Unexpected::Signed(value) => format!("integer `{value}`"),
        Unexpected::Float(value) => found(&value.into()),
        Unexpected::Str(text) => format!("string {text:?}"),
        Unexpected::Unit | Unexpected::Option => found(&Value::Null),
        Unexpected::Seq => found(&Value::Array(Vec::new())),
        Unexpected::Map => found(&Value::Object(Map::new())),
        _ => "another form".to_owned(),
    }
}

/// Reads a value.
///
/// # Errors
/// Where the JSON has another form than the type.
pub fn read<T: DeserializeOwned>(value: Value) -> Result<T, Misfit> {
    T::deserialize(Reader(value))
}

/// Reads a value out of JSON text; none where the text is no JSON, or of another form.
///
/// For small documents that are not the platform's: reading all JSON by one road keeps the program small.
pub fn parse<T: DeserializeOwned>(json: &[u8]) -> Option<T> {
    read(serde_json::from_slice(json).ok()?).ok()
}

struct Reader(Value);

/// What a value is, in the words that serde uses.
fn found(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => format!("boolean `{value}`"),
        Value::Number(number) if number.is_f64() => format!("floating point `{number}`"),
        Value::Number(number) => format!("integer `{number}`"),
        Value::String(text) => format!("string {text:?}"),
        Value::Array(_) => "sequence".to_owned(),
        Value::Object(_) => "map".to_owned(),
    }
}

/// Not generic, so that it is compiled once: most of what a deserializer is made of are its refusals.
#[cold]
fn refused(value: &Value, expected: &dyn Expected) -> Misfit {
    Misfit { message: format!("invalid type: {}, expected {expected}", found(value)), steps: Vec::new() }
}

/// Each method takes the one form that its type has in JSON, and refuses the others.
impl<'de> Deserializer<'de> for Reader {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(value), ..) => visitor.visit_u64(value),
                (None, Some(value), _) => visitor.visit_i64(value),
                (None, None, Some(value)) => visitor.visit_f64(value),
                (None, None, None) => Err(refused(&Value::Number(number), &visitor)),
            },
            Value::String(text) => visitor.visit_string(text),
            Value::Array(items) => visitor.visit_seq(Items { items: items.into_iter(), index: 0 }),
            Value::Object(fields) => visitor.visit_map(Fields::of(fields)),
        }
    }

    #[inline(never)]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    #[inline(never)]
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0 {
            Value::String(text) => visitor.visit_string(text),
            other => Err(refused(&other, &visitor)),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        self.deserialize_string(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0 {
            Value::Bool(value) => visitor.visit_bool(value),
            other => Err(refused(&other, &visitor)),
        }
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0.as_i64() {
            Some(value) => visitor.visit_i64(value),
            None => Err(refused(&self.0, &visitor)),
        }
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0.as_u64() {
            Some(value) => visitor.visit_u64(value),
            None => Err(refused(&self.0, &visitor)),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0.as_f64() {
            Some(value) => visitor.visit_f64(value),
            None => Err(refused(&self.0, &visitor)),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0 {
            Value::Array(items) => visitor.visit_seq(Items { items: items.into_iter(), index: 0 }),
            other => Err(refused(&other, &visitor)),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0 {
            Value::Object(fields) => visitor.visit_map(Fields::of(fields)),
            other => Err(refused(&other, &visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        match self.0 {
            // The contract's enumerations are open and read as text; what is left are plain words of the console's own.
            Value::String(word) => visitor.visit_enum(StringDeserializer::new(word)),
            other => Err(refused(&other, &visitor)),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u32 u128 f32 char bytes byte_buf unit unit_struct tuple tuple_struct identifier
    }
}

struct Items {
    items: std::vec::IntoIter<Value>,
    index: usize,
}

impl<'de> SeqAccess<'de> for Items {
    type Error = Misfit;

    #[inline(never)]
    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Misfit> {
        let Some(item) = self.items.next() else { return Ok(None) };
        let index = self.index;
        self.index += 1;
        match seed.deserialize(Reader(item)) {
            Ok(value) => Ok(Some(value)),
            Err(misfit) => Err(at(misfit, Step::Index(index))),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct Fields {
    fields: serde_json::map::IntoIter,
    next: Option<(String, Value)>,
}

impl Fields {
    fn of(fields: Map<String, Value>) -> Self {
        Self { fields: fields.into_iter(), next: None }
    }
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Misfit;

    #[inline(never)]
    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Misfit> {
        self.next = self.fields.next();
        let Some((key, _)) = &self.next else { return Ok(None) };
        seed.deserialize(StrDeserializer::new(key)).map(Some)
    }

    // A struct of twenty fields calls it twenty times, mostly for the same few types.
    #[inline(never)]
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Misfit> {
        let Some((key, value)) = self.next.take() else { return Err(de::Error::custom("a value without its key")) };
        seed.deserialize(Reader(value)).map_err(|misfit| at(misfit, Step::Key(key)))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.fields.len())
    }
}

/// Not generic, so that it is compiled once.
fn at(mut misfit: Misfit, step: Step) -> Misfit {
    misfit.steps.push(step);
    misfit
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Inner {
        name: String,
        #[serde(default)]
        size: Option<i64>,
        #[serde(default)]
        share: f64,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Outer {
        items: Vec<Inner>,
        #[serde(default)]
        labels: BTreeMap<String, bool>,
    }

    #[test]
    fn what_fits_is_read_and_what_is_unknown_is_passed_over() {
        let value = json!({
            "items": [{ "name": "a", "size": -3, "share": 1, "new": { "deep": [1, 2] } }, { "name": "b", "size": null }],
            "labels": { "x": true },
        });
        let read: Outer = read(value).unwrap();
        assert_eq!(read.items[0], Inner { name: "a".to_owned(), size: Some(-3), share: 1.0 });
        assert_eq!(read.items[1].size, None);
        assert!(read.labels["x"]);
    }

    #[test]
    fn what_does_not_fit_is_named_by_its_path() {
        for (value, path, message) in [
            (json!({ "items": [{ "name": "a" }, { "name": 4 }] }), "items[1].name", "invalid type: integer `4`"),
            (json!({ "items": [{}] }), "items[0]", "missing field `name`"),
            (json!({ "items": [], "labels": { "x": 1 } }), "labels.x", "invalid type: integer `1`"),
            (json!(7), "", "invalid type: integer `7`"),
        ] {
            let misfit = read::<Outer>(value).unwrap_err();
            assert_eq!(misfit.path(), path);
            assert!(misfit.message().starts_with(message), "{}", misfit.message());
        }
        assert_eq!(read::<Vec<String>>(json!([1])).unwrap_err().under("data").path(), "data[0]");
    }
}
