//! A text in several languages: what publishers write for listings, purposes and labels.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

/// A text by BCP 47 code; always has `en`. Authors may write a plain string for English alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Localized(BTreeMap<String, String>);

impl Localized {
    /// An English text.
    #[must_use]
    pub fn en(text: impl Into<String>) -> Self {
        Self(BTreeMap::from([("en".into(), text.into())]))
    }

    /// Texts by language code. `None` without English.
    #[must_use]
    pub fn new(by_code: BTreeMap<String, String>) -> Option<Self> {
        by_code.contains_key("en").then_some(Self(by_code))
    }

    /// The text for `locale` (`pt-BR`), else its parent's (`pt`), else English.
    #[must_use]
    pub fn get(&self, locale: &str) -> &str {
        let parent = locale.split('-').next().unwrap_or("en");
        [locale, parent, "en"].iter().find_map(|code| self.0.get(*code)).map_or("", String::as_str)
    }

    /// Each language code with its text, in order of the codes.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(code, text)| (code.as_str(), text.as_str()))
    }
}

impl<'de> Deserialize<'de> for Localized {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "a text, or a table of texts by language code with at least `en`")]
        enum Written {
            Plain(String),
            ByCode(BTreeMap<String, String>),
        }
        let by_code = match Written::deserialize(deserializer)? {
            Written::Plain(text) => return Ok(Self::en(text)),
            Written::ByCode(by_code) => by_code,
        };
        Self::new(by_code).ok_or_else(|| serde::de::Error::custom("a localized text needs at least `en`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn falls_back_to_the_parent_and_then_to_english() {
        let text: Localized = serde_json::from_str(r#"{"en":"Hello","pt":"Olá"}"#).unwrap();
        assert_eq!(text.get("pt-BR"), "Olá");
        assert_eq!(text.get("de"), "Hello");
    }

    #[test]
    fn needs_english() {
        assert!(serde_json::from_str::<Localized>(r#"{"de":"Hallo"}"#).is_err());
    }
}
