//! What a search says: words, and phrases in quotes. All of them have to be there.

use std::collections::BTreeSet;

use crate::text;

/// How many count.
const MOST: usize = 5;
/// From so many characters on, a word is found anywhere; a shorter one where a subject or a name begins.
const ANYWHERE: usize = 3;
/// So many runs of three characters tell enough about a long phrase.
const RUNS: usize = 24;

/// A word or a phrase, in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term(String);

/// The first words and phrases of a search.
pub(crate) fn parse(search: &str) -> Vec<Term> {
    let folded = text::fold(&text::cut(search, 200)); // SQLite refuses very long patterns
    let mut terms = Vec::new();
    for (index, part) in folded.split('"').enumerate() {
        let words = part.split_whitespace();
        if index % 2 == 0 {
            terms.extend(words.map(|word| Term(word.to_owned())));
        } else {
            let phrase = words.collect::<Vec<_>>().join(" ");
            terms.extend((!phrase.is_empty()).then_some(Term(phrase)));
        }
    }
    terms.truncate(MOST);
    terms
}

/// Their LIKE patterns (`ESCAPE '!'`), for SQL that has a place for each; the rest are `None`.
pub(crate) fn patterns(search: &str) -> [Option<String>; MOST] {
    let mut patterns = parse(search).into_iter().map(|term| term.pattern());
    std::array::from_fn(|_| patterns.next())
}

impl Term {
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// Found only where a subject or a name begins.
    pub(crate) fn is_short(&self) -> bool {
        self.0.chars().count() < ANYWHERE
    }

    /// The number of a ticket: `12` or `#12`.
    pub(crate) fn number(&self) -> Option<i64> {
        let digits = self.0.strip_prefix('#').unwrap_or(&self.0);
        digits.parse::<i64>().ok().filter(|number| *number > 0 && number.to_string() == digits)
    }

    pub(crate) fn pattern(&self) -> String {
        if self.is_short() { text::starting_with(&self.0) } else { text::contains(&self.0) }
    }

    /// For FTS5: what every indexed text has that this may be found in. How a head is written says the view `search_heads`.
    pub(crate) fn candidates(&self) -> String {
        if !self.is_short() {
            return runs(&self.0);
        }
        let begins = runs(&format!("\u{2}\u{2}{}", self.0));
        match self.number() {
            Some(number) => format!("({begins}) OR ({})", runs(&format!("#{number}\u{2}"))),
            None => begins,
        }
    }
}

/// Every run of three characters of a text that has as many.
fn runs(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let runs: BTreeSet<String> = characters.windows(3).take(RUNS).map(|run| run.iter().collect()).collect();
    let quoted: Vec<String> = runs.iter().map(|run| format!("\"{}\"", run.replace('"', "\"\""))).collect();
    quoted.join(" AND ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(search: &str) -> Vec<String> {
        parse(search).into_iter().map(|term| term.0).collect()
    }

    #[test]
    fn quotes_make_phrases_of_words() {
        assert_eq!(texts(r#"Late "The  Parcel" #12"#), ["late", "the parcel", "#12"]);
        assert_eq!(texts(r#"a "open end"#), ["a", "open end"]);
        assert_eq!(texts(r#" "" " " "#), [""; 0]);
        assert_eq!(texts("1 2 3 4 5 6").len(), MOST);
    }

    #[test]
    fn patterns_take_wildcards_literally() {
        let [first, second, third, ..] = patterns("100% A_b a%");
        assert_eq!(
            (first.as_deref(), second.as_deref(), third.as_deref()),
            (Some("%100!%%"), Some("%a!_b%"), Some("a!%%"))
        );
    }

    #[test]
    fn numbers_are_those_of_tickets() {
        let number = |text: &str| Term(text.to_owned()).number();
        assert_eq!([number("12"), number("#12")], [Some(12), Some(12)]);
        assert_eq!([number("012"), number("##1"), number("-1"), number("+1"), number("#"), number("0")], [None; 6]);
    }

    #[test]
    fn candidates_are_runs_of_three_characters() {
        let candidates = |text: &str| Term(text.to_owned()).candidates();
        assert_eq!(candidates("abab"), r#""aba" AND "bab""#);
        assert_eq!(candidates("a\"b"), r#""a""b""#);
        assert_eq!(candidates("ä"), "\"\u{2}\u{2}ä\"");
        assert_eq!(candidates("7"), "(\"\u{2}\u{2}7\") OR (\"#7\u{2}\")");
    }
}
