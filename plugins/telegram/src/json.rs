//! Looks into JSON of others: a field that is missing, null or of another kind is not there, and spoils nothing else.

use serde_json::Value;

/// Fields of an object.
pub(crate) trait Look {
    /// A text that is not blank.
    fn text(&self, key: &str) -> Option<&str>;
    /// A whole number.
    fn int(&self, key: &str) -> Option<i64>;
    /// An object.
    fn part(&self, key: &str) -> Option<&Value>;
    /// An array; empty when there is none.
    fn list(&self, key: &str) -> &[Value];
    /// True only for `true`.
    fn flag(&self, key: &str) -> bool;
}

impl Look for Value {
    fn text(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty())
    }

    fn int(&self, key: &str) -> Option<i64> {
        self.get(key).and_then(Value::as_i64)
    }

    fn part(&self, key: &str) -> Option<&Value> {
        self.get(key).filter(|part| part.is_object())
    }

    fn list(&self, key: &str) -> &[Value] {
        self.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    fn flag(&self, key: &str) -> bool {
        self.get(key).and_then(Value::as_bool).unwrap_or(false)
    }
}

/// One line of at most `most` characters.
pub(crate) fn line(text: &str, most: usize) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let line = line.trim();
    if line.chars().count() <= most {
        return line.to_owned();
    }
    line.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}
