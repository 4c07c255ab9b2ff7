//! Blocks that are filled in.

use std::collections::HashSet;

use super::{At, Check, Checker, Limits, Space, pattern};
use crate::ui::{ChoiceInput, ChoiceStyle, DateInput, DateKind, Field, NumberInput, TextInput, TextKind};

impl<'v> Checker<'v, '_> {
    pub(super) fn field(&mut self, field: &'v mut Field, at: &At<'_>) -> Check {
        let Field { id, label, hint, error, on_change, .. } = field;
        self.unique(Space::Field, id, &at.name("field.id"))?;
        self.label(label, &at.name("field.label"))?;
        self.optional_line(hint, &at.name("field.hint"))?;
        self.optional_line(error, &at.name("field.error"))?;
        on_change.as_ref().map_or(Ok(()), |verb| self.verb(verb, &at.name("field.on-change")))
    }

    pub(super) fn text_input(&mut self, input: &'v mut TextInput, at: &At<'_>) -> Check {
        let TextInput { field, kind, value, placeholder, min_len, max_len, pattern, pattern_message } = input;
        self.field(field, at)?;
        self.optional_line(placeholder, &at.name("placeholder"))?;
        self.optional_line(pattern_message, &at.name("pattern"))?;
        if *max_len == 0 || *max_len > Limits::INPUT_CHARS || min_len > max_len {
            return Err(at.name("max-len").breaks("1 to 16,000, and not below min-len"));
        }
        if let Some(value) = value {
            if *kind == TextKind::Secret {
                return Err(at.name("value").breaks("a secret field never carries a value"));
            }
            let longest = Limits::INPUT_CHARS as usize;
            if *kind == TextKind::Area {
                self.paragraphs(value, longest, &at.name("value"))?;
            } else {
                self.line(value, &at.name("value"))?;
            }
        }
        if let Some(text) = pattern {
            self.spend(Limits::PATTERN_BYTES, &at.name("pattern"))?;
            if pattern::compiled(text).is_none() {
                return Err(at
                    .name("pattern")
                    .breaks("expected a regular expression of at most 200 characters and modest size"));
            }
        }
        Ok(())
    }

    pub(super) fn number_input(&mut self, input: &'v mut NumberInput, at: &At<'_>) -> Check {
        let NumberInput { field, value, min, max, step } = input;
        self.field(field, at)?;
        if [*value, *min, *max, *step].into_iter().flatten().any(|number| !number.is_finite()) {
            return Err(at.breaks("numbers must be finite"));
        }
        if step.is_some_and(|step| step <= 0.0) {
            return Err(at.name("step").breaks("above 0"));
        }
        if min.zip(*max).is_some_and(|(min, max)| min > max) {
            return Err(at.name("min").breaks("not above max"));
        }
        Ok(())
    }

    pub(super) fn choice_input(&mut self, input: &'v mut ChoiceInput, at: &At<'_>) -> Check {
        let ChoiceInput { field, style, choices, selected, multiple, lookup } = input;
        self.field(field, at)?;
        if let Some(verb) = lookup {
            self.verb(verb, &at.name("lookup"))?;
        }
        match (style, *multiple) {
            (ChoiceStyle::Radios, true) => return Err(at.breaks("radios choose one; use checks or menu for several")),
            (ChoiceStyle::Checks, false) => return Err(at.breaks("checks choose several; use radios or menu for one")),
            _ => {}
        }
        if choices.len() > Limits::CHOICES {
            return Err(at.name("choices").breaks("at most 50; beyond, use lookup"));
        }
        if choices.is_empty() && lookup.is_none() {
            return Err(at.name("choices").breaks("at least one, or lookup"));
        }
        let mut values = HashSet::with_capacity(choices.len());
        for (index, choice) in choices.iter_mut().enumerate() {
            let at = at.index("choices", index);
            self.parts(1, &at)?;
            self.label(&mut choice.label, &at.name("label"))?;
            self.optional_line(&mut choice.hint, &at.name("hint"))?;
            self.line(&mut choice.value, &at.name("value"))?;
            if !values.insert(&*choice.value) {
                return Err(at.name("value").breaks("values are unique in a field"));
            }
        }
        if selected.len() > if *multiple { Limits::CHOICES } else { 1 } {
            return Err(at.name("selected").breaks("one value; several only where `multiple` is set"));
        }
        for (index, value) in selected.iter().enumerate() {
            let at = at.index("selected", index);
            self.spend(value.len(), &at)?;
            if !values.contains(value.as_str()) {
                return Err(at.breaks("not among the choices"));
            }
        }
        Ok(())
    }

    pub(super) fn date_input(&mut self, input: &'v mut DateInput, at: &At<'_>) -> Check {
        let DateInput { field, kind, value, min, max } = input;
        self.field(field, at)?;
        for text in [&*value, &*min, &*max].into_iter().flatten() {
            if !is_date(*kind, text) {
                return Err(at.breaks("expected 2026-03-01 for a date, 09:30 for a time, 2026-03-01T09:30 for both"));
            }
        }
        // Of one shape, so the order of the texts is that of the times.
        if min.as_ref().zip(max.as_ref()).is_some_and(|(min, max)| min > max) {
            return Err(at.name("min").breaks("not after max"));
        }
        Ok(())
    }
}

/// True for what browsers send for such a field: `2026-03-01`, `09:30`, `2026-03-01T09:30`, seconds allowed.
pub(super) fn is_date(kind: DateKind, text: &str) -> bool {
    match kind {
        DateKind::Date => text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok(),
        DateKind::Time => is_time(text),
        DateKind::Datetime => {
            text.split_once('T').is_some_and(|(date, time)| is_date(DateKind::Date, date) && is_time(time))
        }
    }
}

fn is_time(text: &str) -> bool {
    matches!(text.len(), 5 | 8) && text.parse::<jiff::civil::Time>().is_ok()
}
