//! The settings that a manifest declares: their schema, and the check of what an operator entered.
//!
//! The same check runs for the form in the panel, the API, and the author's tools.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{capability::is_label, localized::Localized};

/// True for a setting's key: 1 to 40 of `a-z 0-9 _`, starting with a letter.
#[must_use]
pub fn is_key(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

/// One setting of an add-on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// Its name for the component; see [`is_key`].
    pub key: String,
    /// What is entered, and its rules.
    #[serde(rename = "type")]
    pub kind: SettingKind,
    /// Shown above the field.
    pub label: Localized,
    /// Shown below the field: where to find the value, for instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Localized>,
    /// The add-on does not work without it.
    #[serde(default)]
    pub required: bool,
    /// Before anything is entered. Not for secrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Longest text in characters; at most and by default 4,096.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// A regular expression (linear-time engine) that the whole text matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// For `choice`: what can be chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// For `subdomain`: an https URL with `{key}` as the left-most label. The host requests it without credentials when
    /// the setting is saved; no answer, 404 or 5xx means that the subdomain does not exist (R53).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verify: Option<String>,
}

impl Setting {
    /// True when the add-on does not work until somebody enters it.
    #[must_use]
    pub fn is_needed(&self) -> bool {
        self.required && self.default.is_none()
    }
}

/// What can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What the component gets.
    pub value: String,
    /// What the operator reads.
    pub label: Localized,
}

/// What a setting holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SettingKind {
    /// A line of text.
    Text,
    /// A value that is sealed at rest, never shown again and never given to the component.
    Secret,
    /// A number.
    Number,
    /// On or off.
    Toggle,
    /// One of `choices`.
    Choice,
    /// An e-mail address.
    Email,
    /// An https URL.
    Url,
    /// One DNS label, usable in host patterns.
    Subdomain,
}

/// A checked value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SettingValue {
    /// On or off.
    Flag(bool),
    /// A number.
    Number(f64),
    /// Any text kind.
    Text(String),
}

/// What is wrong with one entered value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Key of the setting or id of the field.
    pub field: String,
    /// Stable word for programs and translations: `required`, `too-long`, `not-a-number`, …
    pub code: &'static str,
    /// What is wrong and what to do, in English.
    pub message: String,
}

impl FieldError {
    /// An error at `field`.
    #[must_use]
    pub fn new(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { field: field.into(), code, message: message.into() }
    }
}

/// Checks what was entered. Empty text means "not set". For a secret, a missing entry keeps what is stored, so
/// `stored_secrets` names the keys that have one. Answers the values by key: `None` unsets.
///
/// # Errors
/// One error for each wrong field, also for keys that the schema does not have.
pub fn check(
    schema: &[Setting],
    entered: &BTreeMap<String, String>,
    stored_secrets: &[String],
) -> Result<BTreeMap<String, Option<SettingValue>>, Vec<FieldError>> {
    let mut values = BTreeMap::new();
    let mut errors: Vec<_> = entered
        .keys()
        .filter(|key| !schema.iter().any(|setting| setting.key == **key))
        .map(|key| FieldError::new(key, "unknown", "this add-on has no such setting"))
        .collect();
    for setting in schema {
        let text = entered.get(&setting.key).map_or("", |text| text.trim());
        let is_secret = setting.kind == SettingKind::Secret;
        if text.is_empty() {
            let kept = is_secret && stored_secrets.contains(&setting.key);
            if setting.required && !kept && setting.default.is_none() {
                errors.push(FieldError::new(&setting.key, "required", "enter a value"));
            } else if !kept {
                values.insert(setting.key.clone(), off_or_unset(setting));
            }
            continue;
        }
        match setting.parse(text) {
            Ok(value) => {
                values.insert(setting.key.clone(), Some(value));
            }
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(values) } else { Err(errors) }
}

/// An unticked checkbox is not sent by browsers: it means off.
fn off_or_unset(setting: &Setting) -> Option<SettingValue> {
    (setting.kind == SettingKind::Toggle).then_some(SettingValue::Flag(false))
}

impl Setting {
    /// Checks one non-empty text against this setting.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(&self, text: &str) -> Result<SettingValue, FieldError> {
        let wrong = |code, message: String| Err(FieldError::new(&self.key, code, message));
        let longest = self.max_length.unwrap_or(4096).min(4096);
        if text.chars().count() > longest as usize {
            return wrong("too-long", format!("use at most {longest} characters"));
        }
        if text.chars().any(char::is_control) {
            return wrong("control-character", "remove line breaks and control characters".into());
        }
        if let Some(pattern) = &self.pattern
            && !regex::Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|pattern| pattern.is_match(text))
        {
            return wrong("pattern", format!("this does not have the expected form: {pattern}"));
        }
        match self.kind {
            SettingKind::Text | SettingKind::Secret => Ok(SettingValue::Text(text.into())),
            SettingKind::Number => match text.parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(SettingValue::Number(number)),
                _ => wrong("not-a-number", "enter a number such as 10 or 2.5".into()),
            },
            SettingKind::Toggle => match text {
                "true" | "on" => Ok(SettingValue::Flag(true)),
                "false" | "off" => Ok(SettingValue::Flag(false)),
                _ => wrong("not-a-flag", "expected true or false".into()),
            },
            SettingKind::Choice if self.choices.iter().any(|choice| choice.value == text) => {
                Ok(SettingValue::Text(text.into()))
            }
            SettingKind::Choice => wrong("not-a-choice", "choose one of the listed values".into()),
            SettingKind::Email if is_email(text) => Ok(SettingValue::Text(text.into())),
            SettingKind::Email => wrong("not-an-email", "enter an e-mail address such as name@example.com".into()),
            SettingKind::Url if is_https(text) => Ok(SettingValue::Text(text.into())),
            SettingKind::Url => wrong("not-a-url", "enter an address that starts with https://".into()),
            SettingKind::Subdomain => {
                let label = text.to_ascii_lowercase();
                if is_label(&label) {
                    Ok(SettingValue::Text(label))
                } else {
                    wrong("not-a-subdomain", "enter only the first part of the host name: letters, digits and -".into())
                }
            }
        }
    }
}

/// A light check that catches mistyped addresses; only a delivery proves one.
#[must_use]
pub fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, host)| {
        !local.is_empty()
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && !text.chars().any(|c| c.is_whitespace() || c.is_control() || c == '<' || c == '>' || c == ',')
            && !host.contains('@')
            && text.len() <= 254
    })
}

fn is_https(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| url.scheme() == "https" && url.host_str().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(key: &str, kind: SettingKind) -> Setting {
        Setting {
            key: key.into(),
            kind,
            label: Localized::en(key),
            hint: None,
            required: true,
            default: None,
            max_length: None,
            pattern: None,
            choices: vec![],
            verify: None,
        }
    }

    fn entered(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect()
    }

    #[test]
    fn names_every_wrong_field_at_once() {
        let schema = [setting("sub", SettingKind::Subdomain), setting("n", SettingKind::Number)];
        let errors = check(&schema, &entered(&[("sub", "a.b"), ("x", "1")]), &[]).unwrap_err();
        let codes: Vec<_> = errors.iter().map(|error| (error.field.as_str(), error.code)).collect();
        assert_eq!(codes, [("x", "unknown"), ("sub", "not-a-subdomain"), ("n", "required")]);
    }

    #[test]
    fn an_empty_secret_keeps_the_stored_one() {
        let schema = [setting("key", SettingKind::Secret)];
        assert_eq!(check(&schema, &entered(&[("key", "")]), &["key".into()]), Ok(BTreeMap::new()));
        assert!(check(&schema, &entered(&[]), &[]).is_err());
    }
}
