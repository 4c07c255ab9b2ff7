//! Finds sections of the documentation that have all words which are looked for, those with the words in their headings first.

use std::cmp::Reverse;

use super::{markdown::Section, pages::Document};

/// Sections that are shown.
const MOST: usize = 20;
/// Words that count.
const WORDS: usize = 8;
/// Words of an excerpt: in all, and of those before the first one that was looked for.
const SHOWN: usize = 36;
const BEFORE: usize = 10;
/// A word in a heading counts as much as in so many texts.
const HEADING: usize = 4;

/// A section.
pub(super) struct Found {
    pub(super) href: String,
    /// Of its page.
    pub(super) title: &'static str,
    pub(super) heading: &'static str,
    pub(super) excerpt: String,
}

/// What has all words of `wanted`, the best first.
pub(super) fn search(documents: &'static [Document], wanted: &str) -> Vec<Found> {
    let words: Vec<String> = wanted.split_whitespace().take(WORDS).map(str::to_lowercase).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for document in documents {
        for section in &document.drawn.sections {
            found.extend(score(section, &words).map(|score| (score, document, section)));
        }
    }
    found.sort_by_key(|(score, ..)| Reverse(*score));
    let shown = |(_, document, section): (usize, &'static Document, &'static Section)| Found {
        href: if section.id.is_empty() { document.href() } else { format!("{}#{}", document.href(), section.id) },
        title: &document.drawn.title,
        heading: &section.heading,
        excerpt: excerpt(&section.text, &words),
    };
    found.into_iter().take(MOST).map(shown).collect()
}

/// None when a word is not there.
fn score(section: &Section, words: &[String]) -> Option<usize> {
    let (heading, text) = (section.heading.to_lowercase(), section.text.to_lowercase());
    let of = |word: &String| {
        let in_text = text.contains(word.as_str()).then_some(1);
        heading.contains(word.as_str()).then_some(HEADING).or(in_text)
    };
    words.iter().map(of).sum()
}

fn excerpt(text: &str, words: &[String]) -> String {
    let all: Vec<&str> = text.split_whitespace().collect();
    let is_wanted = |one: &&str| words.iter().any(|word| one.to_lowercase().contains(word.as_str()));
    let from = all.iter().position(is_wanted).unwrap_or_default().saturating_sub(BEFORE);
    let shown: Vec<&str> = all.iter().skip(from).take(SHOWN).copied().collect();
    let before = if from > 0 { "… " } else { "" };
    let after = if from + shown.len() < all.len() { " …" } else { "" };
    format!("{before}{}{after}", shown.join(" "))
}
