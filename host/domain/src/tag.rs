//! The tags of a ticket: the one rule for the panel, the API, add-ons and the database.

use std::collections::BTreeSet;

use crate::text::is_bidi_control;

/// Tags of a ticket.
pub const MOST: usize = 20;
/// Characters of a tag.
pub const LONGEST: usize = 40;

/// Why tags are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagError {
    /// Counted without those that are there twice.
    TooMany,
    /// See [`LONGEST`].
    TooLong,
    /// A space or comma, which separate tags, or a character that nobody can see; or nothing but signs.
    Characters,
}

impl TagError {
    /// After "tags".
    #[must_use]
    pub fn problem(self) -> &'static str {
        match self {
            Self::TooMany => "are more than 20",
            Self::TooLong => "have a word of more than 40 characters",
            Self::Characters => "have a word with a space, a comma or an invisible character, or of signs only",
        }
    }
}

/// The words of a line in which spaces or commas separate tags.
pub fn split(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty())
}

/// Tags as they are kept: lower case, sorted, each once; empty ones are left out.
///
/// # Errors
/// What is wrong with the first that cannot be a tag, or with all.
pub fn check<T: AsRef<str>>(tags: &[T]) -> Result<Vec<String>, TagError> {
    let kept: BTreeSet<String> =
        tags.iter().map(|tag| tag.as_ref().trim().to_lowercase()).filter(|tag| !tag.is_empty()).collect();
    for tag in &kept {
        if tag.chars().count() > LONGEST {
            return Err(TagError::TooLong);
        }
        if !is_word(tag) {
            return Err(TagError::Characters);
        }
    }
    if kept.len() > MOST { Err(TagError::TooMany) } else { Ok(kept.into_iter().collect()) }
}

/// A word in any script, with the signs that people write in names: `समर्थन`, `c++`, `r&d`.
fn is_word(tag: &str) -> bool {
    let seen = |c: char| !c.is_whitespace() && !c.is_control() && c != ',' && !is_bidi_control(c) && !is_invisible(c);
    // Joiners are a part of how some scripts are written, and mean nothing anywhere else.
    let joins =
        |c: char| matches!(c, '\u{200C}' | '\u{200D}') && !tag.is_ascii() && !tag.starts_with(c) && !tag.ends_with(c);
    tag.chars().all(|c| seen(c) || joins(c)) && tag.chars().any(|c| c.is_alphanumeric() || !c.is_ascii() && seen(c))
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_any_script_and_names_with_signs_are_tags() {
        for tag in
            ["vip", "समर्थन", "c++", "R&D", "c#", "a/b:c", "Größe", "دعم", "می\u{200c}شود", "支持", "🔥", "no.1!", "50%"]
        {
            assert_eq!(check(&[tag]), Ok(vec![tag.to_lowercase()]), "{tag}");
        }
        for tag in ["a b", "a,b", "++", "a\u{200b}b", "a\u{202e}b", "a\nb", "\u{200d}a", "a\u{ad}b", "a\u{e0041}"] {
            assert_eq!(check(&[tag]), Err(TagError::Characters), "{tag:?}");
        }
    }

    #[test]
    fn tags_are_counted_once_each_and_sorted() {
        assert_eq!(check(&["VIP", "billing", " vip ", ""]), Ok(vec!["billing".into(), "vip".into()]));
        assert_eq!(check(&["é".repeat(LONGEST)]).map(|tags| tags.len()), Ok(1));
        assert_eq!(check(&["é".repeat(LONGEST + 1)]), Err(TagError::TooLong));
        let many: Vec<_> = (0..=MOST).map(|n| n.to_string()).collect();
        assert_eq!(check(&many), Err(TagError::TooMany));
        let twice: Vec<_> = (0..2 * MOST).map(|n| (n % MOST).to_string()).collect();
        assert_eq!(check(&twice).map(|tags| tags.len()), Ok(MOST));
        assert_eq!(split(" a, b\tc,,d ").collect::<Vec<_>>(), ["a", "b", "c", "d"]);
    }
}
