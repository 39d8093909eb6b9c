//! JSON as the contract's schemas mean it: an object is an object, and a field that is there has a value.
//!
//! serde is more generous: it reads a list as a struct and `null` as an absent field. A platform that took those would
//! accept what its own contract forbids.

use serde::{
    de::{
        DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
        VariantAccess, Visitor,
    },
    forward_to_deserialize_any,
};
use serde_json::{Error, Value};

/// Reads a value strictly.
#[derive(Clone, Copy)]
pub struct Strict<'de>(pub &'de Value);

impl<'de> Strict<'de> {
    fn integer(self) -> Option<i64> {
        // JSON knows one sort of number: 3.0 is as whole as 3.
        #[allow(clippy::cast_possible_truncation)]
        self.0
            .as_f64()
            .filter(|number| self.0.is_f64() && number.fract() == 0.0 && number.abs() < 9e15)
            .map(|n| n as i64)
    }

    fn unexpected(self) -> Unexpected<'de> {
        match self.0 {
            Value::Null => Unexpected::Other("null"),
            Value::Bool(value) => Unexpected::Bool(*value),
            Value::Number(number) => number
                .as_i64()
                .map_or_else(|| Unexpected::Float(number.as_f64().unwrap_or_default()), Unexpected::Signed),
            Value::String(text) => Unexpected::Str(text),
            Value::Array(_) => Unexpected::Seq,
            Value::Object(_) => Unexpected::Map,
        }
    }
}

macro_rules! whole {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.integer() {
                Some(number) => visitor.visit_i64(number),
                None => self.deserialize_any(visitor),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Strict<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(list) => visitor.visit_seq(Items(list.iter())),
            Value::Object(map) => visitor.visit_map(Fields(map.iter(), None)),
            scalar => scalar.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_null() { Err(Error::custom("must not be null")) } else { visitor.visit_some(self) }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if self.0.is_object() {
            self.deserialize_any(visitor)
        } else {
            Err(Error::invalid_type(self.unexpected(), &"an object"))
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Value::String(word) => visitor.visit_enum(word.as_str().into_deserializer()),
            Value::Object(map) if map.len() == 1 => match map.iter().next() {
                Some((word, content)) => visitor.visit_enum(Variant(word, content)),
                None => Err(Error::custom("expected one variant")),
            },
            _ => Err(Error::invalid_type(self.unexpected(), &"a word")),
        }
    }

    whole! { deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 }

    forward_to_deserialize_any! {
        bool i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map identifier
        ignored_any
    }
}

struct Items<'de>(std::slice::Iter<'de, Value>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        self.0.next().map(|value| seed.deserialize(Strict(value))).transpose()
    }
}

struct Fields<'de>(serde_json::map::Iter<'de>, Option<&'de Value>);

impl<'de> MapAccess<'de> for Fields<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((key, value)) = self.0.next() else { return Ok(None) };
        self.1 = Some(value);
        seed.deserialize(key.as_str().into_deserializer()).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(Strict(self.1.take().unwrap_or(&Value::Null)))
    }
}

struct Variant<'de>(&'de str, &'de Value);

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), Error> {
        Ok((seed.deserialize(self.0.into_deserializer())?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Err(Error::invalid_type(Strict(self.1).unexpected(), &"a word"))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(Strict(self.1))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, Error> {
        Strict(self.1).deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _fields: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        Strict(self.1).deserialize_any(visitor)
    }
}

#[cfg(test)]
mod tests {
    use astro_api::applications::{ApplicationDeployRequest, ResyncRequest};
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    fn read<T: for<'de> Deserialize<'de>>(value: &Value) -> Result<T, String> {
        T::deserialize(Strict(value)).map_err(|error| error.to_string())
    }

    #[test]
    fn what_the_schemas_forbid_is_refused() {
        assert!(read::<ResyncRequest>(&json!([])).is_err());
        assert!(read::<ResyncRequest>(&json!([true])).is_err());
        assert!(read::<ResyncRequest>(&json!({ "force": null })).unwrap_err().contains("must not be null"));
        assert!(read::<ResyncRequest>(&json!({ "force": "true" })).is_err());
        assert_eq!(read::<ResyncRequest>(&json!({ "force": true, "more": [null] })).unwrap().force, Some(true));
        assert_eq!(read::<i64>(&json!(3.0)).unwrap(), 3);
        assert!(read::<i64>(&json!(3.5)).is_err());
    }

    #[test]
    fn what_the_schemas_leave_free_stays_free() {
        let body = json!({
            "name": "a", "profileName": "p",
            "source": { "type": "helm", "helm": {
                "repo": { "repoURL": "https://x.example", "chartName": "c", "chartVersion": "1" },
                "values": { "type": "object", "object": { "a": null, "b": [1.5, null, { "c": [] }] } },
            } },
        });
        let read = read::<ApplicationDeployRequest>(&body).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), body);
    }
}
