//! Makes people of the records of both CRMs. All of them carry the requester's address, and that alone makes nobody the
//! same person: a shared mailbox or switchboard has several. Records of one CRM are one person when their names are the
//! same; a record of each CRM when the names do not contradict each other and no other record could be meant.

use std::collections::BTreeSet;

use crate::source::{Answer, Record, Source, same_email};

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

/// The people of all records that were found.
pub(crate) fn people(answers: &[Answer]) -> Vec<Person> {
    let mut sides = answers.iter().map(people_of);
    let first = sides.next().unwrap_or_default();
    sides.fold(first, matched)
}

/// The people whom one CRM knows: a record that is there twice is one.
fn people_of(answer: &Answer) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    for record in answer.outcome.iter().flatten() {
        let person = Person::of(answer.source, record);
        let again = |known: &&mut Person| !person.name.is_empty() && tokens(&known.name) == tokens(&person.name);
        match people.iter_mut().find(again) {
            Some(known) => known.join(person),
            None => people.push(person),
        }
    }
    people
}

/// Puts the people of two CRMs together where it is plain who is whom.
fn matched(mut known: Vec<Person>, others: Vec<Person>) -> Vec<Person> {
    let fits = |one: &Person, other: &Person| names_agree(&one.name, &other.name);
    let partners: Vec<Option<usize>> = others
        .iter()
        .map(|other| {
            let (at, one) = only(known.iter().enumerate().filter(|(_, one)| fits(one, other)))?;
            only(others.iter().filter(|other| fits(one, other))).map(|_| at)
        })
        .collect();
    for (other, partner) in others.into_iter().zip(partners) {
        match partner.and_then(|at| known.get_mut(at)) {
            Some(person) => person.join(other),
            None => known.push(other),
        }
    }
    known
}

/// The item, when there is exactly one.
fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next()?;
    items.next().is_none().then_some(first)
}

/// The words of a name, without dots and case, in alphabetical order: `Byron, Ada` is `Ada Byron`.
fn tokens(name: &str) -> Vec<String> {
    let words = name.split(|c: char| c.is_whitespace() || matches!(c, ',' | '.' | ';'));
    let mut words: Vec<String> = words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    words.sort_unstable();
    words
}

/// True when two names can be one person's: each word of the shorter one is in the longer one, as a whole or as an
/// initial, and at least one as a whole. Nobody contradicts a record without a name.
fn names_agree(one: &str, other: &str) -> bool {
    let (mut shorter, mut longer) = (tokens(one), tokens(other));
    if shorter.len() > longer.len() {
        std::mem::swap(&mut shorter, &mut longer);
    }
    if shorter.is_empty() {
        return true;
    }
    let mut whole = false;
    shorter.retain(|word| match longer.iter().position(|known| known == word) {
        Some(at) => {
            longer.remove(at);
            whole |= !is_initial(word);
            false
        }
        None => true,
    });
    let initial = |one: &str, other: &str| is_initial(one) && other.starts_with(one);
    whole
        && shorter.iter().all(|word| {
            let at = longer.iter().position(|known| initial(word, known) || initial(known, word));
            at.map(|at| longer.remove(at)).is_some()
        })
}

/// A single letter; in scripts without small letters one sign can be a name.
fn is_initial(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_lowercase) && letters.next().is_none()
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

    fn join(&mut self, other: Self) {
        if self.name.is_empty() {
            self.name = other.name;
        }
        self.title = self.title.take().or(other.title);
        self.company = self.company.take().or(other.company);
        self.sources.extend(other.sources);
        for email in other.emails {
            add(&mut self.emails, email, same_email);
        }
        for phone in other.phones {
            add(&mut self.phones, phone, same_phone);
        }
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

/// Compares digits only. A number without its country equals one with it when all its digits after the leading zero
/// are the other's last ones: `08-123 456 78` is `+46 8 123 456 78`.
pub(crate) fn same_phone(one: &str, other: &str) -> bool {
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
        Answer { source, outcome: Ok(records), left_out: vec![] }
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
            answer(Source::Freshdesk, vec![record("Ada", &["ada@example.com"], &["+46 8 123 456 78", "+46701"])]),
        ]);
        assert_eq!(people.len(), 1);
        let person = &people[0];
        assert_eq!((person.name.as_str(), person.emails.len(), person.phones.len()), ("Ada", 1, 2));
        assert_eq!(person.phones[0].text, "+46 8 123 456 78");
        assert_eq!(person.phones[0].sources.len(), 2);
        assert_eq!(person.phones[1].sources, BTreeSet::from([Source::Freshdesk]));
    }

    #[test]
    fn a_shared_address_or_number_makes_nobody_the_same_person() {
        let shared = |name| record(name, &["info@x.se"], &["+46 8 123 456 78"]);
        let people = people(&[
            answer(Source::Upsales, vec![shared("Anna A"), shared("Bertil B"), shared("Cecilia C")]),
            answer(Source::Freshdesk, vec![shared("Bertil B"), shared("David D")]),
        ]);
        let names: Vec<_> = people.iter().map(|person| (person.name.as_str(), person.sources.len())).collect();
        assert_eq!(names, [("Anna A", 1), ("Bertil B", 2), ("Cecilia C", 1), ("David D", 1)]);
    }

    #[test]
    fn names_decide_and_doubt_keeps_apart() {
        for (one, other) in [
            ("Ada Byron", "Ada B."),
            ("Byron, Ada", "ada byron"),
            ("Ada", "Ada King Byron"),
            ("", "Ada"),
            ("Dr. Ada Byron", "A. Byron"),
            ("李", "李"),
        ] {
            assert!(names_agree(one, other) && names_agree(other, one), "{one} {other}");
        }
        for (one, other) in
            [("Ada Byron", "Charles B"), ("Ada Byron", "Ada Baker"), ("A.", "Anna A"), ("A B", "Ada Byron")]
        {
            assert!(!names_agree(one, other) && !names_agree(other, one), "{one} {other}");
        }
        let named = |name| record(name, &["a@x.se"], &[]);
        let doubt = people(&[
            answer(Source::Upsales, vec![named("Ada Byron"), named("Ada Baker")]),
            answer(Source::Freshdesk, vec![named("Ada B.")]),
        ]);
        assert_eq!(doubt.len(), 3, "it could be either");
        let doubt = people(&[
            answer(Source::Upsales, vec![named("Ada Byron")]),
            answer(Source::Freshdesk, vec![named("Ada"), named("Ada B.")]),
        ]);
        assert_eq!(doubt.len(), 3, "either could be her");
    }

    #[test]
    fn a_record_that_is_there_twice_is_one_person() {
        let twice = vec![record("Ada Byron", &["a@x.se"], &["1"]), record("Byron, Ada", &["a@x.se"], &["2"])];
        let people = people(&[answer(Source::Upsales, twice)]);
        assert_eq!((people.len(), people[0].phones.len()), (1, 2));
    }
}
