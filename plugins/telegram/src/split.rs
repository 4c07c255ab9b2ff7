//! Cuts a reply into messages that Telegram takes: 4,096 UTF-16 code units each, at line breaks or spaces where it can, and
//! never inside what readers see as one character.

use unicode_segmentation::UnicodeSegmentation as _;

/// UTF-16 code units of one message.
pub(crate) const LONGEST: usize = 4096;
/// Messages of one reply at most: more would be spam, and is refused.
pub(crate) const MOST: usize = 10;

/// The parts, none of them empty.
pub(crate) fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (part, after) = rest.split_at(cut(rest));
        parts.push(part.trim_end());
        rest = after.trim_start();
    }
    parts
}

/// Where the first part of a text without leading space ends, in bytes.
fn cut(text: &str) -> usize {
    let mut units = 0;
    let mut at_space = None;
    let mut at_line = None;
    for (at, grapheme) in text.grapheme_indices(true) {
        units += grapheme.encode_utf16().count();
        if units > LONGEST {
            // A line break early in the text would make a short first part: the space is better then.
            let line = at_line.filter(|line| *line > at / 2);
            return line.or(at_space).or((at > 0).then_some(at)).unwrap_or_else(|| longest(grapheme));
        }
        if grapheme.contains('\n') {
            at_line = Some(at);
        }
        if grapheme.chars().all(char::is_whitespace) {
            at_space = Some(at);
        }
    }
    text.len()
}

/// One that is longer than a message, of thousands of marks: cut between its code points.
fn longest(grapheme: &str) -> usize {
    let mut units = 0;
    let over = grapheme.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > LONGEST
    });
    over.map_or(grapheme.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str) -> usize {
        text.encode_utf16().count()
    }

    #[test]
    fn a_short_text_is_one_part() {
        assert_eq!(parts("  Hi\n\nthere "), ["Hi\n\nthere"]);
        assert!(parts(" \n ").is_empty());
    }

    #[test]
    fn long_texts_are_cut_between_words_and_lose_nothing() {
        let text = "word ".repeat(2000);
        let parts = parts(&text);
        assert_eq!(parts.len(), 3);
        assert!(parts.iter().all(|part| units(part) <= LONGEST && part.ends_with("word")));
        assert_eq!(parts.join(" "), text.trim());
    }

    #[test]
    fn lines_go_before_words() {
        let text = format!("{}\n{}", "a ".repeat(1500), "b ".repeat(1500));
        let parts = parts(&text);
        assert!(parts[0].ends_with('a') && parts[1].starts_with('b'));
    }

    #[test]
    fn a_text_without_spaces_is_cut_between_characters() {
        let text = "😀".repeat(5000);
        let parts = parts(&text);
        assert_eq!(parts.iter().map(|part| part.chars().count()).sum::<usize>(), 5000);
        assert!(parts.iter().all(|part| units(part) <= LONGEST));
    }

    #[test]
    fn what_is_seen_as_one_character_stays_whole() {
        // A family of four is eleven code units, a flag four.
        for one in ["👨‍👩‍👧‍👦", "🇩🇪", "👍🏽", "e\u{301}"] {
            let text = one.repeat(6000);
            let parts = parts(&text);
            assert!(parts.len() > 1);
            assert!(parts.iter().all(|part| units(part) <= LONGEST && part.replace(one, "").is_empty()), "{one}");
            assert_eq!(parts.concat(), text);
        }
        let endless = format!("a{}", "\u{301}".repeat(10_000));
        assert_eq!(parts(&endless).concat(), endless);
    }
}
