//! The values of fields: required, length, range, pattern and choices are checked here, before the guest is called.

use super::{Limits, inputs::is_date, pattern};
use crate::{
    settings::{FieldError, is_email},
    ui::{
        Block, ChoiceInput, DateInput, Entry, Field, FileInput, NumberInput, Section, TextInput, TextKind, Value, View,
    },
};

/// Checks what was entered against the fields of a section: required, length, range, pattern, choices.
///
/// # Errors
/// One error for each wrong field, also for fields that the section does not have.
pub fn check_values(view: &View, section: &str, values: &[Entry]) -> Result<(), Vec<FieldError>> {
    let fields = fields(view.sections.iter().filter(|candidate| candidate.id == section));
    check_entries(&fields, values, true)
}

/// A block that is filled in.
#[derive(Clone, Copy)]
pub(super) enum Input<'v> {
    Text(&'v TextInput),
    Number(&'v NumberInput),
    Choice(&'v ChoiceInput),
    Toggle(&'v Field),
    Date(&'v DateInput),
    Files(&'v FileInput),
}

impl<'v> Input<'v> {
    pub(super) fn parts(self) -> (&'v Field, Option<&'v String>) {
        match self {
            Self::Text(input) => (&input.field, None),
            Self::Number(input) => (&input.field, None),
            Self::Choice(input) => (&input.field, input.lookup.as_ref()),
            Self::Toggle(field) => (field, None),
            Self::Date(input) => (&input.field, None),
            Self::Files(input) => (&input.field, None),
        }
    }
}

pub(super) fn input(block: &Block) -> Option<Input<'_>> {
    Some(match block {
        Block::TextInput(input) => Input::Text(input),
        Block::NumberInput(input) => Input::Number(input),
        Block::ChoiceInput(input) => Input::Choice(input),
        Block::Toggle(toggle) => Input::Toggle(&toggle.field),
        Block::DateInput(input) => Input::Date(input),
        Block::FileInput(input) => Input::Files(input),
        _ => return None,
    })
}

pub(super) fn fields<'v>(sections: impl Iterator<Item = &'v Section>) -> Vec<Input<'v>> {
    sections.flat_map(|section| &section.nodes).filter_map(|node| input(&node.block)).collect()
}

pub(super) fn check_entries(fields: &[Input<'_>], values: &[Entry], complete: bool) -> Result<(), Vec<FieldError>> {
    let known = |entry: &&Entry| fields.iter().any(|input| input.parts().0.id == entry.field);
    let mut errors: Vec<_> = values
        .iter()
        .filter(|entry| !known(entry))
        .map(|entry| FieldError::new(&entry.field, "unknown", "this form has no such field"))
        .collect();
    for input in fields {
        let (field, _) = input.parts();
        let mut entries = values.iter().filter(|entry| entry.field == field.id).map(|entry| &entry.value);
        let value = entries.next().filter(|value| !is_empty(value));
        let wrong = if entries.next().is_some() {
            Some(("repeated", "this field was sent twice".to_owned()))
        } else if field.disabled {
            value.map(|_| ("disabled", "this field cannot be changed".to_owned()))
        } else if let Some(value) = value {
            check_value(*input, value, complete).err()
        } else {
            (complete && field.required).then(|| ("required", "enter a value".to_owned()))
        };
        errors.extend(wrong.map(|(code, message)| FieldError::new(&field.id, code, message)));
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// An unticked switch is a value where it is not required to be on.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::None | Value::Flag(false) => true,
        Value::Text(text) => text.trim().is_empty(),
        Value::Many(values) | Value::Files(values) => values.is_empty(),
        Value::Number(_) | Value::Flag(true) => false,
    }
}

type Wrong = (&'static str, String);

fn check_value(input: Input<'_>, value: &Value, complete: bool) -> Result<(), Wrong> {
    match (input, value) {
        (Input::Text(input), Value::Text(text)) => check_text(input, text, complete),
        (Input::Number(input), Value::Number(number)) => check_number(input, *number),
        (Input::Choice(input), Value::Text(one)) if !input.multiple => check_choice(input, std::slice::from_ref(one)),
        (Input::Choice(input), Value::Many(many)) if input.multiple => check_choice(input, many),
        (Input::Toggle(_), Value::Flag(_)) => Ok(()),
        (Input::Date(input), Value::Text(text)) => check_date(input, text),
        (Input::Files(input), Value::Files(files)) => check_files(input, files),
        (Input::Number(_), Value::Text(_)) => Err(("not-a-number", "enter a number such as 10 or 2.5".into())),
        _ => Err(("wrong-type", "this is not a value for this field".into())),
    }
}

fn check_text(input: &TextInput, text: &str, complete: bool) -> Result<(), Wrong> {
    let characters = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    let longest = input.max_len.min(Limits::INPUT_CHARS);
    if characters > longest {
        return Err(("too-long", format!("use at most {longest} characters")));
    }
    let breaks_lines = input.kind == TextKind::Area;
    if text.chars().any(|c| c.is_control() && !(breaks_lines && matches!(c, '\n' | '\r' | '\t'))) {
        return Err(("control-character", "remove line breaks and control characters".into()));
    }
    if !complete {
        return Ok(());
    }
    if characters < input.min_len {
        return Err(("too-short", format!("use at least {} characters", input.min_len)));
    }
    match input.kind {
        TextKind::Email if !is_email(text) => {
            return Err(("not-an-email", "enter an e-mail address such as name@example.com".into()));
        }
        TextKind::Url if !url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "https" | "http")) => {
            return Err(("not-a-url", "enter an address that starts with https://".into()));
        }
        TextKind::Tel if !text.chars().all(|c| c.is_ascii_digit() || " +-()/.#*".contains(c)) => {
            return Err(("not-a-phone-number", "use digits, spaces and + - ( ) / only".into()));
        }
        _ => {}
    }
    let fits = |text_of: &String| pattern::compiled(text_of).is_some_and(|pattern| pattern.is_match(text));
    // Both say what the text has to look like, in the reader's language: no text of the host says more.
    let said = input.pattern_message.as_ref().or(input.field.hint.as_ref());
    match (&input.pattern, said) {
        (Some(pattern), _) if fits(pattern) => Ok(()),
        (None, _) => Ok(()),
        (Some(_), Some(text)) => Err(("not-as-hinted", text.clone())),
        (Some(pattern), None) => Err(("pattern", format!("this does not have the expected form: {pattern}"))),
    }
}

fn check_number(input: &NumberInput, number: f64) -> Result<(), Wrong> {
    if !number.is_finite() {
        return Err(("not-a-number", "enter a number such as 10 or 2.5".into()));
    }
    if let Some(min) = input.min.filter(|min| number < *min) {
        return Err(("too-low", format!("enter at least {min}")));
    }
    if let Some(max) = input.max.filter(|max| number > *max) {
        return Err(("too-high", format!("enter at most {max}")));
    }
    if let Some(step) = input.step {
        // As browsers do: steps count from min, and a value that decimal fractions cannot hit exactly still counts.
        let steps = (number - input.min.unwrap_or(0.0)) / step;
        if (steps - steps.round()).abs() > 1e-6 {
            return Err(("step", format!("enter a multiple of {step}")));
        }
    }
    Ok(())
}

fn check_choice(input: &ChoiceInput, chosen: &[String]) -> Result<(), Wrong> {
    let listed = |value: &String| input.choices.iter().any(|choice| choice.value == *value && !choice.disabled);
    // With a lookup the list that the operator saw is newer than the view: the guest judges.
    let fine = |value: &String| listed(value) || (input.lookup.is_some() && value.len() <= Limits::CURSOR_BYTES);
    if chosen.len() > Limits::CHOICES || !chosen.iter().all(fine) {
        return Err(("not-a-choice", "choose one of the listed values".into()));
    }
    Ok(())
}

/// What the files are is looked at where they are taken in.
fn check_files(input: &FileInput, files: &[String]) -> Result<(), Wrong> {
    if files.len() > input.most as usize {
        return Err(("too-many", format!("choose at most {}", input.most)));
    }
    Ok(())
}

fn check_date(input: &DateInput, text: &str) -> Result<(), Wrong> {
    if !is_date(input.kind, text) {
        return Err(("not-a-date", "enter a date or time in the form that the field shows".into()));
    }
    if let Some(min) = input.min.as_deref().filter(|min| text < *min) {
        return Err(("too-early", format!("not before {min}")));
    }
    if let Some(max) = input.max.as_deref().filter(|max| text > *max) {
        return Err(("too-late", format!("not after {max}")));
    }
    Ok(())
}
