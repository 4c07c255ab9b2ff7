//! Finds sections of the documentation that have all words which are looked for. A word in a heading counts most, then a word of
//! the text, a whole one more than a part; code counts least. The title of the page may bring words that the section lacks.

use std::cmp::Reverse;

use super::{markdown::Section, pages::Document};

/// Sections that are shown.
const MOST: usize = 20;
/// Words that count.
const WORDS: usize = 8;
/// Words of an excerpt: in all, and of those before the first one that was looked for.
const SHOWN: usize = 36;
const BEFORE: usize = 10;
/// What a word is worth as a whole; a part of a word is worth half.
const IN_HEADING: usize = 20;
const IN_TEXT: usize = 2;
/// So much a word is worth at most, however often a text has it: long sections are not better ones.
const MOST_IN_TEXT: usize = 6;
const IN_CODE: usize = 1;

/// A section.
pub(super) struct Found {
    pub(super) href: String,
    /// Of its page; none where the heading is that.
    pub(super) title: Option<&'static str>,
    pub(super) heading: Vec<Bit>,
    pub(super) excerpt: Vec<Bit>,
}

/// A word that is shown.
pub(super) struct Bit {
    pub(super) text: String,
    /// It was looked for.
    pub(super) is_hit: bool,
}

/// What has all words of `wanted`, the best first.
pub(super) fn search(documents: &'static [Document], wanted: &str) -> Vec<Found> {
    let words: Vec<String> = wanted.split_whitespace().take(WORDS).map(str::to_lowercase).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for document in documents {
        let title = document.drawn.title.to_lowercase();
        for section in &document.drawn.sections {
            found.extend(score(&title, section, &words).map(|score| (score, document, section)));
        }
    }
    found.sort_by_key(|(score, ..)| Reverse(*score));
    let shown = |(_, document, section): (usize, &'static Document, &'static Section)| Found {
        href: if section.id.is_empty() { document.href() } else { format!("{}#{}", document.href(), section.id) },
        title: (section.heading != document.drawn.title).then_some(document.drawn.title.as_str()),
        heading: marked(&section.heading, &words),
        excerpt: excerpt(&section.text, &words),
    };
    found.into_iter().take(MOST).map(shown).collect()
}

/// None when a word is neither in the section nor in the title of its page, or none of them is in the section.
fn score(title: &str, section: &Section, words: &[String]) -> Option<usize> {
    let (heading, text) = (section.heading.to_lowercase(), section.text.to_lowercase());
    let code = section.code.to_lowercase();
    let mut sum = 0;
    for word in words {
        let in_heading = worth(&heading, word, IN_HEADING).min(IN_HEADING);
        let in_text = worth(&text, word, IN_TEXT).min(MOST_IN_TEXT);
        let in_code = worth(&code, word, IN_CODE).min(IN_CODE);
        let of_word = in_heading + in_text + in_code;
        if of_word == 0 && !title.contains(word.as_str()) {
            return None;
        }
        sum += of_word;
    }
    (sum > 0).then_some(sum)
}

/// What the places of a word in a text are worth together, when a whole one is worth `whole`.
fn worth(text: &str, word: &str, whole: usize) -> usize {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let of = |at: usize| {
        let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + word.len()..).unwrap_or_default());
        let is_part = is_letter(before.chars().next_back()) || is_letter(after.chars().next());
        if is_part { whole.div_ceil(2) } else { whole }
    };
    text.match_indices(word).map(|(at, _)| of(at)).sum()
}

fn marked(text: &str, words: &[String]) -> Vec<Bit> {
    text.split_whitespace().map(|one| Bit { text: one.to_owned(), is_hit: is_wanted(one, words) }).collect()
}

fn is_wanted(one: &str, words: &[String]) -> bool {
    let one = one.to_lowercase();
    words.iter().any(|word| one.contains(word.as_str()))
}

fn excerpt(text: &str, words: &[String]) -> Vec<Bit> {
    let all = marked(text, words);
    let count = all.len();
    let from = all.iter().position(|bit| bit.is_hit).unwrap_or_default().saturating_sub(BEFORE);
    let more = |is_there: bool| is_there.then(|| Bit { text: "…".to_owned(), is_hit: false });
    let shown = all.into_iter().skip(from).take(SHOWN);
    more(from > 0).into_iter().chain(shown).chain(more(count > from + SHOWN)).collect()
}
