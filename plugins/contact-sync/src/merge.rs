//! Makes people of the records of both CRMs: records with a common e-mail or number are one person, and each e-mail and
//! number is shown once with all its sources.

use std::collections::BTreeSet;

use crate::source::{Answer, Record, Source};

/// Digits that two numbers must share at their ends when one is written without its country.
const SHARED_DIGITS: usize = 7;

/// One person, put together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) title: Option<String>,
    pub(crate) company: Option<String>,
    pub(crate) emails: Vec<Detail>,
    pub(crate) phones: Vec<Detail>,
    pub(crate) sources: BTreeSet<Source>,
}

/// An e-mail or number with where it is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Detail {
    /// As written by the first source; numbers with their country before those without.
    pub(crate) text: String,
    pub(crate) sources: BTreeSet<Source>,
}

/// Merges all records that were found.
pub(crate) fn people(answers: &[Answer]) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    for answer in answers {
        for record in answer.outcome.iter().flatten() {
            let mut person = Person::of(answer.source, record);
            // A record can join people that were apart before.
            let (same, others): (Vec<_>, Vec<_>) = people.into_iter().partition(|known| known.is_same(&person));
            if let Some(first) = same.into_iter().reduce(Person::joined) {
                person = first.joined(person);
            }
            people = others;
            people.push(person);
        }
    }
    people
}

impl Person {
    fn of(source: Source, record: &Record) -> Self {
        let sources = BTreeSet::from([source]);
        let mut person = Self {
            name: record.name.clone(),
            title: record.title.clone(),
            company: record.company.clone(),
            sources: sources.clone(),
            ..Self::default()
        };
        for text in &record.emails {
            add(&mut person.emails, Detail { text: text.clone(), sources: sources.clone() }, same_email);
        }
        for text in &record.phones {
            add(&mut person.phones, Detail { text: text.clone(), sources: sources.clone() }, same_phone);
        }
        person
    }

    fn is_same(&self, other: &Self) -> bool {
        let share = |own: &[Detail], others: &[Detail], same: fn(&str, &str) -> bool| {
            own.iter().any(|one| others.iter().any(|other| same(&one.text, &other.text)))
        };
        share(&self.emails, &other.emails, same_email) || share(&self.phones, &other.phones, same_phone)
    }

    fn joined(mut self, other: Self) -> Self {
        if self.name.is_empty() {
            self.name = other.name;
        }
        self.title = self.title.or(other.title);
        self.company = self.company.or(other.company);
        self.sources.extend(other.sources);
        for email in other.emails {
            add(&mut self.emails, email, same_email);
        }
        for phone in other.phones {
            add(&mut self.phones, phone, same_phone);
        }
        self
    }
}

fn add(details: &mut Vec<Detail>, new: Detail, same: fn(&str, &str) -> bool) {
    match details.iter_mut().find(|known| same(&known.text, &new.text)) {
        Some(known) => {
            known.sources.extend(new.sources);
            if has_country(&new.text) && !has_country(&known.text) {
                known.text = new.text;
            }
        }
        None => details.push(new),
    }
}

fn same_email(one: &str, other: &str) -> bool {
    one.trim().eq_ignore_ascii_case(other.trim())
}

/// Compares digits only. A number without its country equals one with it when all its digits after the leading zero
/// are the other's last ones: `08-123 456 78` is `+46 8 123 456 78`.
fn same_phone(one: &str, other: &str) -> bool {
    let (one_digits, other_digits) = (digits(one), digits(other));
    match (has_country(one), has_country(other)) {
        (true, false) => ends_alike(&one_digits, &other_digits),
        (false, true) => ends_alike(&other_digits, &one_digits),
        _ => !one_digits.is_empty() && one_digits == other_digits,
    }
}

fn ends_alike(full: &str, local: &str) -> bool {
    let local = local.trim_start_matches('0');
    local.len() >= SHARED_DIGITS && full.ends_with(local)
}

fn has_country(text: &str) -> bool {
    text.trim_start().starts_with('+') || text.trim_start().starts_with("00")
}

/// The digits, with the `00` of a country code and an optional trunk zero (`+46 (0)8`) taken away.
fn digits(text: &str) -> String {
    let text = text.trim().replace("(0)", "");
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix("00") {
        Some(rest) if !text.starts_with('+') => rest.to_owned(),
        _ => digits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(name: &str, emails: &[&str], phones: &[&str]) -> Record {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Record { name: name.into(), emails: owned(emails), phones: owned(phones), ..Record::default() }
    }

    fn answer(source: Source, records: Vec<Record>) -> Answer {
        Answer { source, outcome: Ok(records) }
    }

    #[test]
    fn numbers_are_compared_by_their_digits() {
        for (one, other) in [
            ("+46 8 123 456 78", "08-123 456 78"),
            ("+46 (0)8 123 456 78", "0046812345678"),
            ("+44 20 7946 0000", "+442079460000"),
            ("020 7946 0000", "(020) 7946-0000"),
        ] {
            assert!(same_phone(one, other) && same_phone(other, one), "{one} {other}");
        }
        for (one, other) in [
            ("+46 8 123 456 78", "+47 8 123 456 78"),
            ("112", "+46 8 000 01 12"),
            ("", ""),
            ("ext", "none"),
            ("+46 8 123 456 78", "08-123 456 79"),
        ] {
            assert!(!same_phone(one, other), "{one} {other}");
        }
    }

    #[test]
    fn a_detail_of_both_sides_is_shown_once_with_both_sources() {
        let people = people(&[
            answer(Source::Upsales, vec![record("Ada", &["Ada@Example.com"], &["08-123 456 78"])]),
            answer(Source::Freshdesk, vec![record("Ada B", &["ada@example.com"], &["+46 8 123 456 78", "+46701"])]),
        ]);
        assert_eq!(people.len(), 1);
        let person = &people[0];
        assert_eq!((person.name.as_str(), person.emails.len(), person.phones.len()), ("Ada", 1, 2));
        assert_eq!(person.phones[0].text, "+46 8 123 456 78");
        assert_eq!(person.phones[0].sources.len(), 2);
        assert_eq!(person.phones[1].sources, BTreeSet::from([Source::Freshdesk]));
    }

    #[test]
    fn people_without_anything_in_common_stay_apart() {
        let people = people(&[
            answer(Source::Upsales, vec![record("A", &["a@x.se"], &[]), record("B", &["b@x.se"], &[])]),
            answer(Source::Freshdesk, vec![record("C", &["c@x.se"], &["123 45 67 89"])]),
        ]);
        assert_eq!(people.len(), 3);
    }

    #[test]
    fn a_record_joins_people_that_were_apart() {
        let people = people(&[
            answer(Source::Upsales, vec![record("A", &["a@x.se"], &[]), record("B", &["b@x.se"], &[])]),
            answer(Source::Freshdesk, vec![record("C", &["b@x.se", "a@x.se"], &[])]),
        ]);
        assert_eq!(people.len(), 1);
        assert_eq!(people[0].emails.len(), 2);
    }
}
