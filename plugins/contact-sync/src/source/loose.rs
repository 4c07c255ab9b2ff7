//! Reads answers as services really write them: a number where a text belongs, null for a record, records between which
//! one is broken. What can be read is read; what cannot is counted, and told in the log.

use std::collections::BTreeMap;

use annex_sdk::http::Response;
use serde_json::{Map, Value};

use super::Problem;

/// Characters and bytes of a name, title, number or address that are shown: more is a mistake in the CRM, and one line
/// has to do.
const LONGEST: usize = 200;
const LONGEST_BYTES: usize = 256;

/// An answer that is data.
pub(super) struct Body(Value);

impl Body {
    pub(super) fn of(response: &Response) -> Result<Self, Problem> {
        let json = response.json::<Value>();
        if let Some(problem) = Problem::of_status(response, json.as_ref().ok().filter(|json| json.is_object())) {
            return Err(problem);
        }
        if response.bytes().is_empty() {
            return Ok(Self(Value::Array(Vec::new())));
        }
        match json {
            Ok(json) => Ok(Self(json)),
            Err(error) => {
                let kind = response.header("content-type").unwrap_or("no content type");
                let kind: String = kind.chars().filter(|c| !c.is_control()).take(60).collect();
                Err(Problem::Unreadable(format!("{kind}, {error}")))
            }
        }
    }

    /// The records: the answer itself, or below `key`.
    pub(super) fn records(&self, key: &str) -> Result<&[Value], Problem> {
        let found = match &self.0 {
            Value::Object(object) => match (object.get("error").filter(|error| says_so(error)), object.get(key)) {
                (Some(error), _) => return Err(Problem::of_words(error)),
                (None, Some(found)) => found,
                (None, None) => return Err(Problem::of_other(&self.0)),
            },
            other => other,
        };
        match found {
            Value::Array(records) => Ok(records),
            Value::Object(_) => Ok(std::slice::from_ref(found)),
            Value::Null => Ok(&[]),
            _ => Err(Problem::Unreadable("the answer is no list".into())),
        }
    }
}

/// An error that says that there is one.
fn says_so(error: &Value) -> bool {
    match error {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        _ => true,
    }
}

/// What was not used of an answer.
#[derive(Debug, Default)]
pub(super) struct LeftOut {
    /// Records of other people.
    pub(super) others: usize,
    /// Records that are none.
    pub(super) records: usize,
    /// Fields that hold no text, by name.
    fields: BTreeMap<&'static str, usize>,
}

impl LeftOut {
    /// For the log.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.others > 0 {
            lines.push(format!("records left out, since they carry another e-mail: {}", self.others));
        }
        if self.records > 0 {
            lines.push(format!("records left out, since they cannot be read: {}", self.records));
        }
        for (field, count) in &self.fields {
            lines.push(format!("field {field} left out, since it holds no text: {count}"));
        }
        lines
    }

    /// The records that are objects.
    pub(super) fn objects<'v>(&mut self, records: &'v [Value]) -> Vec<&'v Map<String, Value>> {
        let objects: Vec<_> = records.iter().filter_map(Value::as_object).collect();
        self.records += records.len() - objects.len();
        objects
    }

    /// A field as a text that says something, cut where a line of the panel ends.
    pub(super) fn text(&mut self, object: &Map<String, Value>, field: &'static str) -> Option<String> {
        self.one(object.get(field)?, field)
    }

    /// A field with several texts; one is fine, too.
    pub(super) fn texts(&mut self, object: &Map<String, Value>, field: &'static str) -> Vec<String> {
        match object.get(field) {
            Some(Value::Array(list)) => list.iter().filter_map(|one| self.one(one, field)).collect(),
            Some(other) => self.one(other, field).into_iter().collect(),
            None => Vec::new(),
        }
    }

    fn one(&mut self, value: &Value, field: &'static str) -> Option<String> {
        match value {
            Value::String(text) => filled(text),
            Value::Number(number) => filled(&number.to_string()),
            Value::Null => None,
            _ => {
                *self.fields.entry(field).or_default() += 1;
                None
            }
        }
    }
}

fn filled(text: &str) -> Option<String> {
    let mut bytes = 0;
    let fits = |c: &char| {
        bytes += c.len_utf8();
        bytes <= LONGEST_BYTES
    };
    let text: String = text.trim().chars().take(LONGEST).take_while(fits).collect();
    (!text.is_empty()).then_some(text)
}
