//! What an operator did, and where.

use serde::{Serialize, de::DeserializeOwned};

use super::{Entry, Event, Value, wire::FieldValue};
use crate::{Error, Result};

impl Event {
    /// An event with this verb, for tests.
    #[must_use]
    pub fn new(verb: impl Into<String>) -> Self {
        let verb = verb.into();
        Self { source: verb.clone(), verb, args: vec![], values: vec![], cursor: None, state: vec![] }
    }

    /// The same with a value entered in a field, for tests.
    #[must_use]
    pub fn entered(mut self, field: impl Into<String>, value: Value) -> Self {
        self.values.push(Entry { field: field.into(), value });
        self
    }

    /// The same with an argument of the button or the deferred part, for tests.
    #[must_use]
    pub fn with_arg(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.args.push(FieldValue { field: name.into(), value: value.into() });
        self
    }

    /// The same from another button, field, list, table or deferred part than one that is called like the verb, for tests.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<String>) -> Self {
        self.source = source.into();
        self
    }

    /// The same with the state of a view, for tests.
    ///
    /// # Errors
    /// When the value has no JSON form.
    pub fn with_state<T: Serialize>(mut self, value: &T) -> Result<Self> {
        self.state = serde_json::to_vec(value)?;
        Ok(self)
    }

    /// The argument of that name that the button or the deferred part was given.
    #[must_use]
    pub fn arg(&self, name: &str) -> Option<&str> {
        self.args.iter().find(|arg| arg.field == name).map(|arg| arg.value.as_str())
    }

    /// What was entered in a field.
    #[must_use]
    pub fn value(&self, field: &str) -> Option<&Value> {
        self.values.iter().find(|entry| entry.field == field).map(|entry| &entry.value)
    }

    /// The text in a field; empty when nothing was entered.
    #[must_use]
    pub fn text(&self, field: &str) -> &str {
        match self.value(field) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    /// The number in a field.
    #[must_use]
    pub fn number(&self, field: &str) -> Option<f64> {
        match self.value(field) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// Whether a switch is on.
    #[must_use]
    pub fn flag(&self, field: &str) -> bool {
        matches!(self.value(field), Some(Value::Flag(true)))
    }

    /// The values chosen in a field.
    #[must_use]
    pub fn many(&self, field: &str) -> &[String] {
        match self.value(field) {
            Some(Value::Many(many)) => many,
            _ => &[],
        }
    }

    /// The ids of the files chosen in a field, for [`files`](crate::files); they may be read in this call without a capability.
    #[must_use]
    pub fn files(&self, field: &str) -> &[String] {
        match self.value(field) {
            Some(Value::Files(files)) => files,
            _ => &[],
        }
    }

    /// The value that the view was given with [`View::state`](super::View::state); none when it had none.
    ///
    /// # Errors
    /// [`Error::Internal`] when it has another form, as after an update of the add-on.
    pub fn state<T: DeserializeOwned>(&self) -> Result<Option<T>> {
        if self.state.is_empty() { Ok(None) } else { Ok(Some(serde_json::from_slice(&self.state)?)) }
    }

    /// The error for a verb that the add-on does not know.
    #[must_use]
    pub fn unknown(&self) -> Error {
        Error::Internal(format!("unknown action `{}`", self.verb))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_field_and_type() {
        let event = Event::new("save")
            .entered("name", Value::Text("Ada".into()))
            .entered("age", Value::Number(36.0))
            .entered("mail", Value::Flag(true))
            .entered("tags", Value::Many(vec!["a".into()]));
        assert_eq!((event.text("name"), event.text("age"), event.text("no")), ("Ada", "", ""));
        assert_eq!((event.number("age"), event.flag("mail"), event.many("tags").len()), (Some(36.0), true, 1));
    }

    #[test]
    fn state_of_another_form_is_an_error() {
        let event = Event::new("x").with_state(&"text").unwrap();
        assert_eq!(event.state::<String>(), Ok(Some("text".into())));
        assert!(event.state::<u32>().is_err());
        assert_eq!(Event::new("x").state::<u32>(), Ok(None));
    }
}
