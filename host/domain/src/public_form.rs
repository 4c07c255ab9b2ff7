//! A public form: what an add-on asks strangers, which the host draws on a page of its own, and the work by which a browser shows that
//! it means it. Work costs whoever sends one form nothing that they notice, and whoever sends thousands their processors.

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::settings::is_email;

/// The most of what a form has, and the longest of what it says, in characters.
const MOST_FIELDS: usize = 20;
const MOST_CHOICES: usize = 50;
const LONGEST_LINE: usize = 200;
const LONGEST_INTRO: usize = 2_000;
/// What can be entered at most, in characters.
const MOST_ENTERED: u32 = 16_000;
/// Digits of a solution: browsers count up from 0.
const LONGEST_SOLUTION: usize = 12;

crate::words! {
    /// What is entered in a field.
    #[derive(Default)]
    pub enum Input: "kind of field" {
        /// One line.
        #[default]
        Line = "line",
        /// An e-mail address.
        Email = "email",
        /// Several lines.
        Area = "area",
        /// One of the choices.
        Choice = "choice",
    }
}

/// A form, as the add-on answers it to `GET /form`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PublicForm {
    /// What it is for: 1 to 200 characters.
    pub title: String,
    /// A paragraph below it, at most 2,000 characters.
    #[serde(default)]
    pub intro: String,
    /// On the button, at most 200 characters; empty: the host's word.
    #[serde(default)]
    pub submit: String,
    /// 1 to 20, in order.
    pub fields: Vec<Field>,
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Field {
    /// Its name for the add-on: 1 to 40 of `a-z`, `0-9` and `_`, a letter first.
    pub key: String,
    /// What is entered.
    #[serde(default)]
    pub kind: Input,
    /// Above it: 1 to 200 characters.
    pub label: String,
    /// Below it, at most 200 characters.
    #[serde(default)]
    pub hint: String,
    /// It must be filled in.
    #[serde(default)]
    pub required: bool,
    /// Characters at most, 1 to 16,000.
    #[serde(default = "line")]
    pub most: u32,
    /// Of a choice: at most 50, each of 1 to 200 characters.
    #[serde(default)]
    pub choices: Vec<String>,
}

fn line() -> u32 {
    200
}

/// What is wrong with what was entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// Nothing was entered.
    Missing,
    /// More than so many characters.
    TooLong(u32),
    /// It is no address.
    NoEmail,
    /// It cannot be chosen.
    NoChoice,
}

impl PublicForm {
    /// Reads and checks what an add-on answered.
    ///
    /// # Errors
    /// What is wrong with it, for the add-on's author.
    pub fn read(json: &[u8]) -> Result<Self, String> {
        let form: Self = serde_json::from_slice(json).map_err(|error| format!("the form cannot be read: {error}"))?;
        if !is_line(&form.title, 1) || !is_line(&form.submit, 0) || form.intro.chars().count() > LONGEST_INTRO {
            return Err("`title`, `submit` or `intro` of the form is missing or too long".into());
        }
        if !(1..=MOST_FIELDS).contains(&form.fields.len()) {
            return Err(format!("a form has 1 to {MOST_FIELDS} fields"));
        }
        for (at, field) in form.fields.iter().enumerate() {
            let is_twice = form.fields.iter().take(at).any(|other| other.key == field.key);
            if is_twice || !field.is_fine() {
                return Err(format!("the field `{}` of the form is there twice or breaks a limit", field.key));
            }
        }
        Ok(form)
    }
}

impl Field {
    fn is_fine(&self) -> bool {
        let can_choose = (1..=MOST_CHOICES).contains(&self.choices.len());
        crate::settings::is_key(&self.key)
            && is_line(&self.label, 1)
            && is_line(&self.hint, 0)
            && (1..=MOST_ENTERED).contains(&self.most)
            && self.choices.iter().all(|choice| is_line(choice, 1))
            && can_choose == (self.kind == Input::Choice)
    }

    /// What is wrong with what was entered here; none: nothing.
    #[must_use]
    pub fn problem(&self, entered: &str) -> Option<Problem> {
        if entered.trim().is_empty() {
            return self.required.then_some(Problem::Missing);
        }
        if entered.chars().count() > usize::try_from(self.most).unwrap_or(usize::MAX) {
            return Some(Problem::TooLong(self.most));
        }
        match self.kind {
            Input::Email if !is_email(entered) => Some(Problem::NoEmail),
            Input::Choice if !self.choices.iter().any(|choice| choice == entered) => Some(Problem::NoChoice),
            Input::Line | Input::Email | Input::Area | Input::Choice => None,
        }
    }
}

fn is_line(text: &str, least: usize) -> bool {
    (least..=LONGEST_LINE).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

/// True when the SHA-256 of `stamp:solution` begins with `bits` zeros. Each more doubles the work.
#[must_use]
pub fn is_worked(stamp: &str, solution: &str, bits: u32) -> bool {
    let is_number = (1..=LONGEST_SOLUTION).contains(&solution.len()) && solution.bytes().all(|b| b.is_ascii_digit());
    if !is_number {
        return false;
    }
    let mut zeros = 0;
    for byte in Sha256::digest(format!("{stamp}:{solution}")).iter() {
        zeros += byte.leading_zeros();
        if *byte != 0 {
            break;
        }
    }
    zeros >= bits
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(fields: &serde_json::Value) -> Result<PublicForm, String> {
        PublicForm::read(json!({ "title": "Contact", "fields": fields }).to_string().as_bytes())
    }

    #[test]
    fn a_form_within_its_limits_is_read() {
        let form = read(&json!([
            { "key": "name", "label": "Name", "required": true },
            { "key": "topic", "label": "Topic", "kind": "choice", "choices": ["Billing", "Other"] },
        ]));
        let fields = form.unwrap().fields;
        assert_eq!((fields[0].kind, fields[0].most, fields[1].kind), (Input::Line, 200, Input::Choice));
        for wrong in [
            json!([]),
            json!([{ "key": "Name", "label": "Name" }]),
            json!([{ "key": "a", "label": "" }]),
            json!([{ "key": "a", "label": "two\nlines" }]),
            json!([{ "key": "a", "label": "A" }, { "key": "a", "label": "A" }]),
            json!([{ "key": "a", "label": "A", "kind": "choice" }]),
            json!([{ "key": "a", "label": "A", "choices": ["x"] }]),
            json!([{ "key": "a", "label": "A", "kind": "file" }]),
            json!([{ "key": "a", "label": "A", "most": 0 }]),
            json!((0..21).map(|n| json!({ "key": format!("a{n}"), "label": "A" })).collect::<Vec<_>>()),
        ] {
            assert!(read(&wrong).is_err(), "{wrong}");
        }
        assert!(PublicForm::read(b"<form>").is_err());
    }

    #[test]
    fn what_is_entered_is_held_against_its_field() {
        let form = read(&json!([
            { "key": "mail", "label": "E-mail", "kind": "email", "required": true },
            { "key": "topic", "label": "Topic", "kind": "choice", "choices": ["Billing"] },
            { "key": "text", "label": "Text", "kind": "area", "most": 3 },
        ]));
        let fields = form.unwrap().fields;
        let problem = |at: usize, entered: &str| fields[at].problem(entered);
        assert_eq!(
            (problem(0, " "), problem(0, "ada"), problem(0, "ada@example.com")),
            (Some(Problem::Missing), Some(Problem::NoEmail), None)
        );
        assert_eq!((problem(1, ""), problem(1, "Other"), problem(1, "Billing")), (None, Some(Problem::NoChoice), None));
        assert_eq!((problem(2, "äöü"), problem(2, "four")), (None, Some(Problem::TooLong(3))));
    }

    #[test]
    fn work_is_done_for_one_stamp_and_cannot_be_guessed() {
        let solved =
            |stamp: &str| (0..1_000_000).map(|n: u32| n.to_string()).find(|n| is_worked(stamp, n, 12)).unwrap();
        let solution = solved("stamp");
        assert!(is_worked("stamp", &solution, 12) && is_worked("stamp", &solution, 0));
        assert!(!is_worked("stamp", &solution, 64));
        for wrong in ["", "-1", "x", "1234567890123", " 1"] {
            assert!(!is_worked("stamp", wrong, 0), "{wrong}");
        }
        // Of 4,096 stamps it holds for one.
        assert!((0..64).any(|n| !is_worked(&format!("stamp{n}"), &solution, 12)));
    }
}
