//! The custom fields that a manifest declares, under the rules of those that people make.

use std::collections::BTreeSet;

use super::texts::check_text;
use crate::{
    addon::Kind,
    field::{ChoicesError, Declared, LONGEST_CHOICE, LONGEST_HELP, LONGEST_LABEL, MOST_CHOICES, check_choices},
    settings::is_key,
};

/// Fields of one add-on.
const MOST: usize = 20;

pub(super) fn check(kind: Kind, fields: &[Declared], wrong: &mut impl FnMut(String, &'static str, &str)) {
    if kind == Kind::Language && !fields.is_empty() {
        wrong("fields".into(), "not-for-kind", "languages bring no fields");
    }
    if fields.len() > MOST {
        wrong("fields".into(), "too-many", &format!("at most {MOST}"));
    }
    let mut seen = BTreeSet::new();
    for (at, declared) in fields.iter().enumerate() {
        let field = |name: &str| format!("fields[{at}].{name}");
        if !is_key(&declared.key) {
            wrong(field("key"), "key", "1 to 40 of a-z, 0-9 and _, starting with a letter");
        }
        if !seen.insert((declared.of, &declared.key)) {
            wrong(field("key"), "duplicate", "name each field once");
        }
        check_text(&declared.label, &field("label"), LONGEST_LABEL, wrong);
        if let Some(help) = &declared.help {
            check_text(help, &field("help"), LONGEST_HELP, wrong);
        }
        let (code, message) = match check_choices(declared.kind, &declared.choices) {
            Ok(()) => continue,
            Err(ChoicesError::Kind) => ("choices", "`choice` needs choices, the others have none".to_owned()),
            Err(ChoicesError::TooMany) => ("too-many", format!("at most {MOST_CHOICES}")),
            Err(ChoicesError::TooLong) => ("too-long", format!("use at most {LONGEST_CHOICE} characters")),
            Err(ChoicesError::Characters) => {
                ("control-character", "write each choice, without space around it or invisible characters".to_owned())
            }
            Err(ChoicesError::Twice) => ("duplicate", "name each choice once".to_owned()),
        };
        wrong(field("choices"), code, &message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        field::{FieldKind, FieldSubject},
        localized::Localized,
    };

    fn declared(key: &str, kind: FieldKind, choices: &[&str]) -> Declared {
        Declared {
            of: FieldSubject::Ticket,
            key: key.into(),
            kind,
            label: Localized::en("Order"),
            help: None,
            choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
        }
    }

    fn codes(kind: Kind, fields: &[Declared]) -> Vec<(String, &'static str)> {
        let mut codes = Vec::new();
        check(kind, fields, &mut |field, code, _: &str| codes.push((field, code)));
        codes
    }

    #[test]
    fn fields_are_held_to_the_rules_of_fields() {
        let fine = [declared("order", FieldKind::Text, &[]), declared("size", FieldKind::Choice, &["S", "L"])];
        assert_eq!(codes(Kind::Plugin, &fine), []);
        assert_eq!(codes(Kind::Language, &fine), [("fields".to_owned(), "not-for-kind")]);
        let wrong = [
            declared("Order", FieldKind::Text, &[]),
            declared("a", FieldKind::Flag, &["x"]),
            declared("a", FieldKind::Choice, &["x", "x"]),
        ];
        let wrong = codes(Kind::Plugin, &wrong);
        let wrong: Vec<_> = wrong.iter().map(|(field, code)| (field.as_str(), *code)).collect();
        assert_eq!(
            wrong,
            [
                ("fields[0].key", "key"),
                ("fields[1].choices", "choices"),
                ("fields[2].key", "duplicate"),
                ("fields[2].choices", "duplicate"),
            ]
        );
        let many: Vec<_> = (0..=MOST).map(|n| declared(&format!("f{n}"), FieldKind::Text, &[])).collect();
        assert_eq!(codes(Kind::Plugin, &many), [("fields".to_owned(), "too-many")]);
    }
}
