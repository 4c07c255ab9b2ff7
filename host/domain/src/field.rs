//! Custom fields of tickets and contacts: what a desk wants to know beyond what every ticket and contact has. People make them, or
//! an add-on declares them; then the key begins with its id.
//!
//! A value is kept as text, whatever the kind, and read by the kind that the field has now. One that does not fit any more, as the
//! kind or the choices are others since, is shown as it was, and can be replaced or cleared.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use crate::{
    addon::AddonId, clock::Timestamp, ids::FieldId, localized::Localized, settings::is_key, text::is_plain,
    words::Invalid,
};

/// Fields of tickets, and as many of contacts, that people have made and use.
pub const MOST: usize = 100;
/// Characters of a label.
pub const LONGEST_LABEL: usize = 60;
/// Characters of a help text.
pub const LONGEST_HELP: usize = 200;
/// Choices of a field.
pub const MOST_CHOICES: usize = 50;
/// Characters of a choice.
pub const LONGEST_CHOICE: usize = 100;
/// Characters of a value.
pub const LONGEST_VALUE: usize = 500;
/// Digits of a number: so many survive in programs that calculate with 64 bits.
const MOST_DIGITS: usize = 15;

/// What changes of a field begin with in the history of a ticket, before its key.
pub const CHANGED: &str = "field:";

crate::words! {
    /// What has fields.
    pub enum FieldSubject: "thing that has fields" {
        /// Tickets.
        Ticket = "ticket",
        /// Contacts.
        Contact = "contact",
    }

    /// What a field holds.
    pub enum FieldKind: "kind of field" {
        /// One line.
        Text = "text",
        /// A decimal number of at most 15 digits.
        Number = "number",
        /// A day, such as 2026-02-28.
        Date = "date",
        /// One of several words.
        Choice = "choice",
        /// Yes or no.
        Flag = "flag",
    }

    /// Why a value is not taken.
    pub enum ValueError: "problem of a value" {
        /// It is empty, and has to be there before the ticket is solved.
        Required = "required",
        /// There is no such field.
        Unknown = "unknown",
        /// The field is used no longer.
        Retired = "retired",
        /// Only its add-on and people write it.
        OfAnotherAddon = "of-another-add-on",
        /// It is JSON of another type than the field's.
        WrongKind = "wrong-kind",
        /// See [`LONGEST_VALUE`].
        TooLong = "too-long",
        /// It has a control character.
        Characters = "characters",
        /// It is no number, or has too many digits.
        NotANumber = "not-a-number",
        /// It is no day of the calendar.
        NotADate = "not-a-date",
        /// It is none of the choices.
        NotAChoice = "not-a-choice",
        /// It is neither true nor false.
        NotAFlag = "not-a-flag",
    }
}

impl ValueError {
    /// After the field, in English.
    #[must_use]
    pub fn problem(self) -> &'static str {
        match self {
            Self::Required => "is required before the ticket is solved",
            Self::Unknown => "is no field of this desk",
            Self::Retired => "is used no longer",
            Self::OfAnotherAddon => "belongs to another add-on",
            Self::WrongKind => {
                "has another type: text, date and choice take a string, number a number, flag true or false"
            }
            Self::TooLong => "use at most 500 characters",
            Self::Characters => "remove the control characters",
            Self::NotANumber => "use a decimal number of at most 15 digits",
            Self::NotADate => "use a day such as 2026-02-28",
            Self::NotAChoice => "use one of its choices",
            Self::NotAFlag => "use true or false",
        }
    }
}

/// The name of a field for programs, which never changes: `order_number`, or `acme.shop.order_number` of an add-on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldKey(String);

impl FieldKey {
    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key of a field that an add-on calls so.
    #[must_use]
    pub fn of_addon(addon: &AddonId, key: &str) -> Self {
        Self(format!("{addon}.{key}"))
    }
}

impl fmt::Display for FieldKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for FieldKey {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let fine = match text.rsplit_once('.') {
            None => is_key(text),
            Some((addon, key)) => addon.parse::<AddonId>().is_ok() && is_key(key),
        };
        if fine {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid("expected 1 to 40 of a-z, 0-9 and _, a letter first"))
        }
    }
}

impl Serialize for FieldKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// A field of a desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its id.
    pub id: FieldId,
    /// What has it.
    pub subject: FieldSubject,
    /// Unique among the fields of its subject.
    pub key: FieldKey,
    /// What it holds.
    pub kind: FieldKind,
    /// Shown beside it; in one language where people made it.
    pub label: Localized,
    /// Shown below it.
    pub help: Option<Localized>,
    /// Of [`FieldKind::Choice`].
    pub choices: Vec<String>,
    /// A ticket is not solved without it.
    pub required: bool,
    /// The add-on that declared it.
    pub addon: Option<AddonId>,
    /// When people put it out of use.
    pub retired_at: Option<Timestamp>,
    /// When its add-on did, by being uninstalled or by a version that does not declare it.
    pub withdrawn_at: Option<Timestamp>,
}

/// A field of an add-on, in its manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// What has it.
    pub of: FieldSubject,
    /// Its name for the component; see [`is_key`]. In the desk the add-on's id comes before it.
    pub key: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: FieldKind,
    /// Shown beside it.
    pub label: Localized,
    /// Shown below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Localized>,
    /// For `choice`: what can be chosen, in the words that people see.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
}

/// A value as it was entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entered {
    /// Typed into a form: every kind reads it.
    Typed(String),
    /// Sent by a program: it has to be of the field's type; null clears.
    Sent(Value),
    /// Sent by who says the kind, too, which has to be the field's.
    OfKind(FieldKind, Value),
}

/// What is to be written, by the keys of fields.
pub type Entries = BTreeMap<String, Entered>;

impl Field {
    /// It is shown, and can be written.
    #[must_use]
    pub fn is_in_use(&self) -> bool {
        self.retired_at.is_none() && self.withdrawn_at.is_none()
    }

    /// What was entered as it is kept; none clears.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn read(&self, entered: &Entered) -> Result<Option<String>, ValueError> {
        let sent = match entered {
            Entered::Typed(text) => return self.parse(text),
            Entered::OfKind(kind, _) if *kind != self.kind => return Err(ValueError::WrongKind),
            Entered::Sent(sent) | Entered::OfKind(_, sent) => sent,
        };
        match (self.kind, sent) {
            (_, Value::Null) => Ok(None),
            (FieldKind::Number, Value::Number(number)) if number.is_f64() => {
                // As Rust writes it, which uses no exponents.
                self.parse(&number.as_f64().unwrap_or(f64::NAN).to_string())
            }
            (FieldKind::Number, Value::Number(number)) => self.parse(&number.to_string()),
            (FieldKind::Flag, Value::Bool(flag)) => Ok(Some(flag.to_string())),
            (FieldKind::Text | FieldKind::Date | FieldKind::Choice, Value::String(text)) => self.parse(text),
            _ => Err(ValueError::WrongKind),
        }
    }

    fn parse(&self, text: &str) -> Result<Option<String>, ValueError> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        if text.chars().count() > LONGEST_VALUE {
            return Err(ValueError::TooLong);
        }
        let fine = match self.kind {
            FieldKind::Text if text.chars().any(char::is_control) => return Err(ValueError::Characters),
            FieldKind::Number => return decimal(text).map(Some).ok_or(ValueError::NotANumber),
            FieldKind::Date if !is_day(text) => return Err(ValueError::NotADate),
            FieldKind::Choice if !self.choices.iter().any(|choice| choice == text) => {
                return Err(ValueError::NotAChoice);
            }
            FieldKind::Flag if !matches!(text, "true" | "false") => return Err(ValueError::NotAFlag),
            FieldKind::Text | FieldKind::Date | FieldKind::Choice | FieldKind::Flag => text,
        };
        Ok(Some(fine.to_owned()))
    }

    /// Whether what is kept is a value of the kind that the field has now.
    #[must_use]
    pub fn fits(&self, kept: &str) -> bool {
        self.parse(kept) == Ok(Some(kept.to_owned()))
    }

    /// What is kept, for programs: a number, true or false, else a text. What does not fit any more is the text that it was.
    #[must_use]
    pub fn to_json(&self, kept: &str) -> Value {
        let typed = matches!(self.kind, FieldKind::Number | FieldKind::Flag) && self.fits(kept);
        let read = if typed { serde_json::from_str(kept).ok() } else { None };
        read.unwrap_or_else(|| Value::from(kept))
    }
}

/// A decimal number without what it does not need: no `+`, exponent, leading or trailing zeros.
pub(crate) fn decimal(text: &str) -> Option<String> {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if !is_number(whole) || !is_number(part) {
        return None;
    }
    let (whole, part) = (whole.trim_start_matches('0'), part.trim_end_matches('0'));
    if whole.len() + part.len() > MOST_DIGITS {
        return None;
    }
    Some(match (whole, part) {
        ("", "") => "0".to_owned(),
        (whole, "") => format!("{sign}{whole}"),
        ("", part) => format!("{sign}0.{part}"),
        (whole, part) => format!("{sign}{whole}.{part}"),
    })
}

/// A day as it is written everywhere, and no longer form of it.
fn is_day(text: &str) -> bool {
    text.parse::<jiff::civil::Date>().is_ok_and(|day| day.year() >= 0 && day.to_string() == text)
}

/// Why something cannot be the choices of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChoicesError {
    /// A choice needs some, and no other kind has any.
    Kind,
    /// See [`MOST_CHOICES`].
    TooMany,
    /// See [`LONGEST_CHOICE`].
    TooLong,
    /// One is empty, hides something, or has space around it.
    Characters,
    /// One is there twice.
    Twice,
}

/// Checks the choices of a field of that kind.
///
/// # Errors
/// What is wrong with the first, or with all.
pub fn check_choices(kind: FieldKind, choices: &[String]) -> Result<(), ChoicesError> {
    if (kind == FieldKind::Choice) == choices.is_empty() {
        return Err(ChoicesError::Kind);
    }
    for (at, choice) in choices.iter().enumerate() {
        if choice.chars().count() > LONGEST_CHOICE {
            return Err(ChoicesError::TooLong);
        }
        if choice.is_empty() || choice.trim() != choice || !is_plain(choice, false) {
            return Err(ChoicesError::Characters);
        }
        if choices.iter().take(at).any(|other| other == choice) {
            return Err(ChoicesError::Twice);
        }
    }
    if choices.len() > MOST_CHOICES { Err(ChoicesError::TooMany) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn field(kind: FieldKind) -> Field {
        Field {
            id: FieldId::new(),
            subject: FieldSubject::Ticket,
            key: "x".parse().unwrap(),
            kind,
            label: Localized::en("X"),
            help: None,
            choices: vec!["Red".into(), "Blue".into()],
            required: false,
            addon: None,
            retired_at: None,
            withdrawn_at: None,
        }
    }

    fn typed(kind: FieldKind, text: &str) -> Result<Option<String>, ValueError> {
        field(kind).read(&Entered::Typed(text.into()))
    }

    #[test]
    fn keys_are_plain_or_begin_with_an_add_on() {
        for fine in ["a", "order_number", "acme.shop.order"] {
            assert_eq!(fine.parse::<FieldKey>().unwrap().to_string(), fine);
        }
        let long = "a".repeat(41);
        for bad in ["", "A", "1a", "a-b", "acme.order", "a.b.c.d", ".a", "acme.shop.", long.as_str()] {
            assert!(bad.parse::<FieldKey>().is_err(), "{bad}");
        }
        assert_eq!(FieldKey::of_addon(&"acme.shop".parse().unwrap(), "x"), "acme.shop.x".parse().unwrap());
    }

    #[test]
    fn what_is_typed_is_kept_in_one_form() {
        for (kind, entered, kept) in [
            (FieldKind::Text, " A 1 ", "A 1"),
            (FieldKind::Number, "007", "7"),
            (FieldKind::Number, "-0.50", "-0.5"),
            (FieldKind::Number, "-0", "0"),
            (FieldKind::Number, "123456789012345", "123456789012345"),
            (FieldKind::Date, "2024-02-29", "2024-02-29"),
            (FieldKind::Choice, "Red", "Red"),
            (FieldKind::Flag, "false", "false"),
        ] {
            assert_eq!(typed(kind, entered), Ok(Some(kept.to_owned())), "{entered}");
            assert!(field(kind).fits(kept), "{kept}");
        }
        for kind in FieldKind::ALL {
            assert_eq!(typed(kind, " "), Ok(None), "{kind}");
        }
    }

    #[test]
    fn what_is_no_value_is_refused() {
        for (kind, text, error) in [
            (FieldKind::Text, "a\u{7}b", ValueError::Characters),
            (FieldKind::Text, "a\nb", ValueError::Characters),
            (FieldKind::Number, "NaN", ValueError::NotANumber),
            (FieldKind::Number, "1e3", ValueError::NotANumber),
            (FieldKind::Number, "1,5", ValueError::NotANumber),
            (FieldKind::Number, "5.", ValueError::NotANumber),
            (FieldKind::Number, ".5", ValueError::NotANumber),
            (FieldKind::Number, "--1", ValueError::NotANumber),
            (FieldKind::Number, "1234567890123456", ValueError::NotANumber),
            (FieldKind::Date, "2026-02-30", ValueError::NotADate),
            (FieldKind::Date, "2026-2-3", ValueError::NotADate),
            (FieldKind::Date, "20260203", ValueError::NotADate),
            (FieldKind::Date, "2026-02-03T10:00", ValueError::NotADate),
            (FieldKind::Choice, "red", ValueError::NotAChoice),
            (FieldKind::Flag, "yes", ValueError::NotAFlag),
        ] {
            assert_eq!(typed(kind, text), Err(error), "{kind} {text}");
        }
        for kind in FieldKind::ALL {
            assert_eq!(typed(kind, &"1".repeat(LONGEST_VALUE + 1)), Err(ValueError::TooLong), "{kind}");
        }
        assert!(typed(FieldKind::Text, &"é".repeat(LONGEST_VALUE)).is_ok());
    }

    #[test]
    fn programs_send_and_get_the_type_of_the_field() {
        let sent = |kind, value: Value| field(kind).read(&Entered::Sent(value));
        for (kind, value, kept) in [
            (FieldKind::Text, json!("a"), "a"),
            (FieldKind::Number, json!(12), "12"),
            (FieldKind::Number, json!(0.000_001), "0.000001"),
            (FieldKind::Date, json!("2026-02-28"), "2026-02-28"),
            (FieldKind::Choice, json!("Blue"), "Blue"),
            (FieldKind::Flag, json!(true), "true"),
        ] {
            assert_eq!(sent(kind, value.clone()), Ok(Some(kept.to_owned())));
            assert_eq!(field(kind).to_json(kept), value);
        }
        assert_eq!(sent(FieldKind::Number, json!(1e21)), Err(ValueError::NotANumber));
        for (kind, value) in [
            (FieldKind::Text, json!(1)),
            (FieldKind::Number, json!("1")),
            (FieldKind::Flag, json!("true")),
            (FieldKind::Date, json!(20_260_203)),
            (FieldKind::Choice, json!(["Red"])),
        ] {
            assert_eq!(sent(kind, value), Err(ValueError::WrongKind), "{kind}");
        }
        assert_eq!(sent(FieldKind::Flag, Value::Null), Ok(None));
        let date = Entered::OfKind(FieldKind::Date, json!("2026-02-28"));
        assert_eq!(field(FieldKind::Date).read(&date), Ok(Some("2026-02-28".to_owned())));
        assert_eq!(field(FieldKind::Text).read(&date), Err(ValueError::WrongKind));
    }

    #[test]
    fn a_value_of_another_kind_is_shown_as_it_was() {
        assert!(!field(FieldKind::Number).fits("Red") && !field(FieldKind::Choice).fits("Green"));
        assert_eq!(field(FieldKind::Number).to_json("Red"), json!("Red"));
        assert_eq!(field(FieldKind::Flag).to_json("1"), json!("1"));
    }

    #[test]
    fn choices_are_few_short_and_different() {
        let check = |choices: &[&str]| {
            let choices: Vec<String> = choices.iter().map(|choice| (*choice).to_owned()).collect();
            check_choices(FieldKind::Choice, &choices)
        };
        assert_eq!(check(&["Red", "Größe", "می\u{200c}شود"]), Ok(()));
        assert_eq!(check(&[]), Err(ChoicesError::Kind));
        assert_eq!(check_choices(FieldKind::Text, &["a".into()]), Err(ChoicesError::Kind));
        assert_eq!(check(&["a", "a"]), Err(ChoicesError::Twice));
        for hidden in ["", " a", "a\u{202e}", "a\nb"] {
            assert_eq!(check(&[hidden]), Err(ChoicesError::Characters), "{hidden:?}");
        }
        assert_eq!(check(&["a".repeat(LONGEST_CHOICE + 1).as_str()]), Err(ChoicesError::TooLong));
        let many: Vec<String> = (0..=MOST_CHOICES).map(|n| n.to_string()).collect();
        assert_eq!(check_choices(FieldKind::Choice, &many), Err(ChoicesError::TooMany));
    }
}
