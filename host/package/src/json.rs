//! JSON with one spelling: keys sorted, no spaces, no duplicate keys. Reading checks for each way to be different, so
//! that two programs can never see two documents in the same bytes.

use std::{collections::BTreeSet, fmt};

use serde::{
    Serialize,
    de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor},
};
use serde_json::Value;

/// What is wrong with bytes that should be JSON.
#[derive(Debug)]
pub(crate) enum Fault {
    Bom,
    NotUtf8,
    NotJson(String),
    DuplicateKey(String),
}

/// The canonical spelling of a document.
pub(crate) fn canonical(document: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&sorted(serde_json::to_value(document)?))
}

/// Text that is JSON without duplicate keys.
pub(crate) fn strict(bytes: &[u8]) -> Result<&str, Fault> {
    if bytes.starts_with(b"\xef\xbb\xbf") {
        return Err(Fault::Bom);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Fault::NotUtf8)?;
    match serde_json::from_str::<NoDuplicates>(text) {
        Ok(NoDuplicates) => Ok(text),
        Err(error) => {
            let why = error.to_string();
            Err(match why.strip_prefix(DUPLICATE).and_then(|rest| rest.split('\u{0}').next()) {
                Some(key) => Fault::DuplicateKey(key.into()),
                None => Fault::NotJson(why),
            })
        }
    }
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        Value::Object(map) => {
            let mut pairs: Vec<_> = map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            pairs.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::Object(pairs.into_iter().collect())
        }
        other => other,
    }
}

/// Cannot be the start of a message of the parser itself.
const DUPLICATE: &str = "\u{0}duplicate:";

/// Any JSON, with each object's keys seen once. The parser bounds the depth to 128.
struct NoDuplicates;

impl<'de> Deserialize<'de> for NoDuplicates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for NoDuplicates {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Self, A::Error> {
        let mut seen = BTreeSet::new();
        while let Some(key) = pairs.next_key::<String>()? {
            if seen.contains(&key) {
                return Err(A::Error::custom(format!("{DUPLICATE}{key}\u{0}")));
            }
            seen.insert(key);
            pairs.next_value::<Self>()?;
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_keys_at_every_depth() {
        let value: Value = serde_json::from_str(r#"{ "b": [{"d": 1, "c": null}], "a": "é" }"#).unwrap();
        assert_eq!(canonical(&value).unwrap(), r#"{"a":"é","b":[{"c":null,"d":1}]}"#.as_bytes());
    }

    #[test]
    fn tells_its_faults_apart() {
        assert!(matches!(strict(b"\xef\xbb\xbf{}"), Err(Fault::Bom)));
        assert!(matches!(strict(b"\"\xff\""), Err(Fault::NotUtf8)));
        assert!(matches!(strict(b"{"), Err(Fault::NotJson(_))));
        assert!(matches!(strict(b"{} {}"), Err(Fault::NotJson(_))));
        assert!(matches!(strict(br#"[{"a":1,"\u0061":2}]"#), Err(Fault::DuplicateKey(key)) if key == "a"));
        assert!(strict(br#"{"a":{"a":1},"b":[true,-1,1.5,"x",null]}"#).is_ok());
    }

    #[test]
    fn deep_nesting_is_an_error_and_not_a_stack_overflow() {
        assert!(matches!(strict("[".repeat(1 << 18).as_bytes()), Err(Fault::NotJson(_))));
    }
}
