//! Custom fields in the forms of tickets and contacts. Each travels under `fields.` and its key, with what was shown as
//! `was-fields.…`: only what differs is written, so that two people who change different things do not undo each other.

use std::collections::BTreeMap;

use annex_domain::{
    field::{Entered, Entries, Field, FieldKind, FieldSubject},
    ids::FieldId,
};

use super::form::Posted;
use crate::i18n::Translator;

const FIELDS: &str = "fields.";

/// A field in a form.
pub(super) struct FieldInput {
    /// In the form.
    pub(super) name: String,
    pub(super) label: String,
    pub(super) help: Option<String>,
    pub(super) kind: FieldKind,
    pub(super) choices: Vec<String>,
    /// What was entered, else what it holds.
    pub(super) value: String,
    /// What it holds.
    pub(super) was: String,
    /// What it holds as people read it.
    pub(super) shown: String,
    /// What it holds is nothing that could be entered any more.
    pub(super) is_odd: bool,
    /// It is out of use: what was entered can be read, and goes nowhere.
    pub(super) is_retired: bool,
}

impl FieldInput {
    /// One of a few.
    pub(super) fn is_choice(&self) -> bool {
        matches!(self.kind, FieldKind::Choice | FieldKind::Flag) && !self.is_retired
    }

    /// What can be chosen, with its text; also what it holds and what cannot be chosen any more.
    pub(super) fn options(&self, t: &Translator) -> Vec<(String, String)> {
        let mut all: Vec<(String, String)> = match self.kind {
            FieldKind::Flag => ["true", "false"].map(|word| (word.to_owned(), flag(t, word))).into(),
            _ => self.choices.iter().map(|choice| (choice.clone(), choice.clone())).collect(),
        };
        for odd in [&self.was, &self.value] {
            if !odd.is_empty() && all.iter().all(|(value, _)| value != odd) {
                all.push((odd.clone(), odd.clone()));
            }
        }
        all
    }

    /// A browser shows nothing of what is no day.
    pub(super) fn is_day(&self) -> bool {
        self.kind == FieldKind::Date && !self.is_retired && (self.value.is_empty() || is_day(&self.value))
    }

    pub(super) fn is_number(&self) -> bool {
        self.kind == FieldKind::Number
    }
}

fn is_day(text: &str) -> bool {
    text.parse::<jiff::civil::Date>().is_ok_and(|day| day.to_string() == text)
}

/// The fields of a form, with what they hold, or what was entered in one that comes back. Of those that are out of use, what was entered.
pub(super) fn inputs(
    t: &Translator,
    known: &[Field],
    of: FieldSubject,
    held: &BTreeMap<FieldId, String>,
    form: Option<&Posted>,
) -> Vec<FieldInput> {
    let input = |field: &Field| {
        let (name, was) = (format!("{FIELDS}{}", field.key), held.get(&field.id).cloned().unwrap_or_default());
        let entered = form.filter(|form| form.has(&name)).map(|form| form.get(&name).to_owned());
        let is_retired = !field.is_in_use();
        if is_retired && entered.as_deref().is_none_or(|text| text.is_empty() || text == was) {
            return None;
        }
        Some(FieldInput {
            label: field.label.get(t.code()).to_owned(),
            help: field.help.as_ref().map(|help| help.get(t.code()).to_owned()),
            kind: field.kind,
            choices: field.choices.clone(),
            value: entered.unwrap_or_else(|| was.clone()),
            shown: shown(t, field, &was),
            is_odd: !was.is_empty() && !field.fits(&was),
            is_retired,
            name,
            was,
        })
    };
    known.iter().filter(|field| field.subject == of).filter_map(input).collect()
}

/// What a form asks to write: whatever is other than it was shown.
pub(super) fn entries(form: &Posted) -> Entries {
    let entry = |(name, _): (&str, &str)| {
        let key = name.strip_prefix(FIELDS)?;
        let was = format!("was-{name}");
        let is_same = form.has(&was) && form.get(&was) == form.get(name);
        (!is_same).then(|| (key.to_owned(), Entered::Typed(form.get(name).to_owned())))
    };
    form.iter().filter_map(entry).collect()
}

/// A value as people read it.
pub(super) fn shown(t: &Translator, field: &Field, kept: &str) -> String {
    match field.kind {
        FieldKind::Flag if field.fits(kept) => flag(t, kept),
        FieldKind::Date => kept.parse::<jiff::civil::Date>().map_or_else(|_| kept.to_owned(), |day| t.day(day)),
        _ => kept.to_owned(),
    }
}

fn flag(t: &Translator, word: &str) -> String {
    t.get(if word == "true" { "field-yes" } else { "field-no" })
}

#[cfg(test)]
mod tests {
    use annex_domain::localized::Localized;

    use super::*;
    use crate::i18n::english;

    fn field(key: &str, kind: FieldKind) -> Field {
        Field {
            id: FieldId::new(),
            subject: FieldSubject::Ticket,
            key: key.parse().unwrap(),
            kind,
            label: Localized::en(key),
            help: None,
            choices: if kind == FieldKind::Choice { vec!["Red".into()] } else { Vec::new() },
            required: false,
            addon: None,
            retired_at: None,
            withdrawn_at: None,
        }
    }

    fn drawn(field: Field, held: &str) -> FieldInput {
        let held = [(field.id, held.to_owned())].into();
        inputs(&english(), &[field], FieldSubject::Ticket, &held, None).remove(0)
    }

    #[test]
    fn what_cannot_be_entered_any_more_is_shown_as_it_was() {
        let choice = drawn(field("colour", FieldKind::Choice), "Green");
        let options: Vec<String> = choice.options(&english()).into_iter().map(|(value, _)| value).collect();
        assert!(choice.is_odd && choice.is_choice());
        assert_eq!(options, ["Red", "Green"]);
        let day = drawn(field("due", FieldKind::Date), "soon");
        assert!(day.is_odd && !day.is_day(), "a browser would show nothing");
        assert_eq!((day.value.as_str(), day.shown.as_str()), ("soon", "soon"));
        assert!(drawn(field("due", FieldKind::Date), "2026-02-28").is_day());
        assert_eq!(drawn(field("paid", FieldKind::Flag), "true").shown, english().get("field-yes"));
    }

    #[test]
    fn a_field_that_is_out_of_use_is_not_drawn() {
        let retired = Field { retired_at: Some(annex_domain::clock::Timestamp(1)), ..field("x", FieldKind::Text) };
        let held = [(retired.id, "1".to_owned())].into();
        assert!(inputs(&english(), &[retired], FieldSubject::Ticket, &held, None).is_empty());
    }
}
