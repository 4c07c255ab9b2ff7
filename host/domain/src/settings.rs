//! The settings that a manifest declares: their schema, and the check of what an operator entered.
//!
//! The same check runs for the form in the panel, the API, and the author's tools.

mod key_check;
mod shown;

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

pub use self::{
    key_check::{KeyCheck, KeyPlace},
    shown::{ShowIf, is_shown},
};
use crate::{
    connection::OAuth2,
    localized::Localized,
    network::{is_host, is_label},
};

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
    /// What is said when `pattern` does not match: what the text has to look like. Without it, people are told no more than that
    /// it does not have the expected form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern_message: Option<Localized>,
    /// For `choice` and `choices`: what can be chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// The same, where somebody else knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choices_from: Option<ChoicesFrom>,
    /// Only then it is shown; else it is not needed, and stays as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_if: Option<ShowIf>,
    /// For `subdomain`: an https URL with `{key}` as the left-most label; for `host`: with `{key}` as the host. The host requests it
    /// without credentials when the setting is saved; no answer, 404 or 5xx means that there is no such place (R53).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verify: Option<String>,
    /// For `secret`: how the host tries the key before it is saved (R53).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<KeyCheck>,
    /// For `oauth2`: how the account is connected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oauth2: Option<OAuth2>,
}

impl Setting {
    /// One without rules but those of its kind, which may stay empty; its label is its key.
    #[must_use]
    pub fn new(key: &str, kind: SettingKind) -> Self {
        Self {
            key: key.to_owned(),
            kind,
            label: Localized::en(key),
            hint: None,
            required: false,
            default: None,
            max_length: None,
            pattern: None,
            pattern_message: None,
            choices: Vec::new(),
            choices_from: None,
            show_if: None,
            verify: None,
            check: None,
            oauth2: None,
        }
    }

    /// True when the add-on does not work until somebody enters it.
    #[must_use]
    pub fn is_needed(&self) -> bool {
        self.required && self.default.is_none()
    }

    /// True for what came with 0.2.
    pub(crate) fn is_of_newest(&self) -> bool {
        matches!(self.kind, SettingKind::Lines | SettingKind::Choices | SettingKind::Host)
            || self.choices_from.is_some()
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

crate::words! {
    /// Who knows what can be chosen.
    pub enum ChoicesFrom: "source of choices" {
        /// The component, by `configuration.choices`.
        Addon = "addon",
    }
}

crate::words! {
    /// What a setting holds.
    pub enum SettingKind: "type of setting" {
        /// A line of text.
        Text = "text",
        /// Several lines of text.
        Lines = "lines",
        /// A value that is sealed at rest, never shown again and never given to the component.
        Secret = "secret",
        /// A number.
        Number = "number",
        /// On or off.
        Toggle = "toggle",
        /// One of `choices`.
        Choice = "choice",
        /// Any of them.
        Choices = "choices",
        /// An e-mail address.
        Email = "email",
        /// An https URL.
        Url = "url",
        /// One DNS label, usable in host patterns.
        Subdomain = "subdomain",
        /// The name of a host of the desk's own, which is a host pattern by itself.
        Host = "host",
        /// A mailbox that the host keeps: many values, see [`crate::mailbox`].
        Mailbox = "mailbox",
        /// An account at a service, which is connected and not entered, see [`crate::connection`].
        OAuth2 = "oauth2",
    }
}

impl SettingKind {
    /// Something is chosen, and not typed.
    #[must_use]
    pub const fn is_chosen(self) -> bool {
        matches!(self, Self::Choice | Self::Choices)
    }
}

/// A checked value; as a text it is what would be entered for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SettingValue {
    /// On or off.
    Flag(bool),
    /// A number.
    Number(f64),
    /// Any text kind.
    Text(String),
    /// What is chosen of `choices`, in the order of the manifest; as a text a line for each.
    Many(Vec<String>),
}

impl fmt::Display for SettingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(on) => write!(f, "{on}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
            Self::Many(many) => f.write_str(&many.join("\n")),
        }
    }
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
/// `stored_secrets` names the keys that have one. Answers the values by key: `None` unsets, and what is not among them stays as
/// it is, as do accounts and all that is not shown.
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
    let typed = |key: &str| entered.get(key).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let is_entered = |setting: &&Setting| setting.kind != SettingKind::OAuth2 && is_shown(schema, setting, &typed);
    for setting in schema.iter().filter(is_entered) {
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
        let has_lines = matches!(self.kind, SettingKind::Lines | SettingKind::Choices);
        if text.chars().any(|c| c.is_control() && !(has_lines && c == '\n')) {
            return wrong("control-character", "remove line breaks and control characters".into());
        }
        if let Some(pattern) = &self.pattern
            && !regex::Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|pattern| pattern.is_match(text))
        {
            let own = self.pattern_message.as_ref().map(|message| message.get("en").to_owned());
            let message = own.unwrap_or_else(|| format!("this does not have the expected form: {pattern}"));
            return wrong("pattern", message);
        }
        match self.kind {
            SettingKind::Text | SettingKind::Lines | SettingKind::Secret => Ok(SettingValue::Text(text.into())),
            SettingKind::Number => match text.parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(SettingValue::Number(number)),
                _ => wrong("not-a-number", "enter a number such as 10 or 2.5".into()),
            },
            SettingKind::Toggle => match text {
                "true" | "on" => Ok(SettingValue::Flag(true)),
                "false" | "off" => Ok(SettingValue::Flag(false)),
                _ => wrong("not-a-flag", "expected true or false".into()),
            },
            SettingKind::Choice if self.can_be(text) => Ok(SettingValue::Text(text.into())),
            SettingKind::Choices => match self.chosen(text) {
                Some(many) => Ok(SettingValue::Many(many)),
                None => wrong("not-a-choice", "choose some of the listed values".into()),
            },
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
            SettingKind::Host => {
                // As it is copied from the address bar.
                let host = text.trim_start_matches("https://").trim_end_matches('/').to_ascii_lowercase();
                if is_host(&host) {
                    Ok(SettingValue::Text(host))
                } else {
                    wrong("not-a-host", "enter the full name of the server, such as shop.example.com".into())
                }
            }
            SettingKind::Mailbox => wrong("not-a-text", "a mailbox is entered field by field".into()),
            SettingKind::OAuth2 => wrong("not-a-text", "an account is connected, and not entered".into()),
        }
    }

    /// A value that can be chosen. What the add-on lists is not known here: it tells when it is asked whether its settings work.
    fn can_be(&self, value: &str) -> bool {
        match self.choices_from {
            Some(ChoicesFrom::Addon) => value.len() <= 200,
            None => self.choices.iter().any(|choice| choice.value == value),
        }
    }

    /// The values of a text that has a line for each, once, in the order of the manifest.
    fn chosen(&self, text: &str) -> Option<Vec<String>> {
        let mut values: Vec<&str> = Vec::new();
        for value in text.lines().map(str::trim).filter(|value| !value.is_empty()) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        let place = |value: &str| self.choices.iter().position(|choice| choice.value == value);
        values.sort_by_key(|value| place(value));
        values.iter().all(|value| self.can_be(value)).then(|| values.into_iter().map(str::to_owned).collect())
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
mod tests;
