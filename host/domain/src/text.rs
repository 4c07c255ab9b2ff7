//! Characters that one does not see: what reorders, hides or imitates text. Names must not have them, or two that look the same
//! would be different; from texts that are only shown they are taken out. And what can be a mail address.

use std::borrow::Cow;

/// True for characters that reorder the text around them, and could make a name look like another.
#[must_use]
pub fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// True for characters that take no room, or only room: zero-width ones, fillers, tags.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}' | '\u{206A}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}'
        | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E00FF}' | '\u{E01F0}'..='\u{E0FFF}')
}

/// True when a name or a text that is written with care has nothing hidden in it. Joiners are letters of a kind between letters
/// that are not Latin, as in Persian and Hindi, and within emoji; elsewhere they hide.
#[must_use]
pub fn is_plain(text: &str, multi_line: bool) -> bool {
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let joins = |c: Option<&char>| c.is_some_and(|c| !c.is_ascii() && !c.is_whitespace() && !is_joiner(*c));
        let fine = match c {
            '\n' => multi_line,
            c if is_joiner(c) => joins(before.as_ref()) && joins(rest.peek()),
            c => !c.is_control() && !is_bidi_control(c) && !is_invisible(c),
        };
        if !fine {
            return false;
        }
        before = Some(c);
    }
    true
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}')
}

/// Takes away what could forge or reorder text: control characters, bidi controls, invisible ones. In one line, line breaks become
/// spaces. Joiners and soft hyphens stay.
pub fn clean(text: &mut String, multi_line: bool) {
    // To the end in any case: so it is many bytes at a time.
    let is_plain = text.bytes().fold(true, |plain, b| plain & (0x20..0x7F).contains(&b));
    if is_plain || !text.chars().any(|c| is_unwanted(c, multi_line)) {
        return;
    }
    let unified = if text.contains("\r\n") { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(&**text) };
    let cleaned = unified
        .chars()
        .filter_map(|c| match c {
            '\n' | '\t' if multi_line => Some(c),
            '\n' | '\t' | '\r' | '\u{2028}' | '\u{2029}' => Some(' '),
            c => (!is_unwanted(c, multi_line)).then_some(c),
        })
        .collect();
    *text = cleaned;
}

fn is_unwanted(c: char, multi_line: bool) -> bool {
    match c {
        '\n' | '\t' => !multi_line,
        '\u{00AD}' => false,
        c => c.is_control() || is_bidi_control(c) || is_invisible(c),
    }
}

/// A mail address as far as a host can tell: one `@`, a domain with a dot or `localhost`, no space. Lower case.
#[must_use]
pub fn mail_address(text: &str) -> Option<String> {
    let (name, domain) = text.split_once('@')?;
    let fine = !name.is_empty()
        && text.len() <= 254
        && !text.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | ','))
        && !domain.contains('@')
        && (domain == "localhost" || domain.split('.').count() > 1)
        && domain.split('.').all(|label| !label.is_empty());
    fine.then(|| text.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hide_nothing() {
        for fine in [
            "Acme",
            "Zürich",
            "می\u{200C}خواهم",
            "क\u{94D}\u{200D}ष",
            "👩\u{200D}💻 work",
            "日本語",
            "مرحبا",
            "葛\u{E0100}",
        ] {
            assert!(is_plain(fine, false), "{fine:?}");
        }
        for hidden in [
            "Ac\u{200B}me",
            "Ac\u{200D}me",
            "\u{200C}ی",
            "ی\u{200C}",
            "ی\u{200C}\u{200C}ی",
            "A\u{2060}B",
            "\u{FEFF}Acme",
            "Acme\u{E0041}\u{E007F}",
            "Ac\u{AD}me",
            "\u{3164}",
            "A\u{202E}B",
            "A\u{7}B",
            "A\nB",
        ] {
            assert!(!is_plain(hidden, false), "{hidden:?}");
        }
        assert!(is_plain("A\nB", true));
    }

    #[test]
    fn shown_texts_are_cleaned_and_stay_readable() {
        let cleaned = |text: &str, multi_line| {
            let mut text = text.to_owned();
            clean(&mut text, multi_line);
            text
        };
        assert_eq!(cleaned("a\x1b[2J\r\nb\u{202E}c\u{200B}\u{E0041}", true), "a[2J\nbc");
        assert_eq!(cleaned("a\tb\nc\u{2028}d", false), "a b c d");
        assert_eq!(cleaned("Donau\u{AD}dampf می\u{200C}خواهم", false), "Donau\u{AD}dampf می\u{200C}خواهم");
    }

    #[test]
    fn mail_addresses() {
        assert_eq!(mail_address("Ada@Example.com").as_deref(), Some("ada@example.com"));
        for bad in ["", "ada", "ada@", "@example.com", "a@b", "a@b..c", "a@b@c.de", "a b@c.de", "a@c.de\n", "<a@c.de>"]
        {
            assert_eq!(mail_address(bad), None, "{bad:?}");
        }
    }
}
