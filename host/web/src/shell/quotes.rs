//! What a message quotes, so that it can be folded: mails carry along everything that was written before.
//!
//! Quoted are lines that begin with `>`, with the line that introduces them. Where a mail program marks nothing, it is all that
//! follows a line such as `On 5 May Ann wrote:` or `-----Original Message-----`. A message that is nothing but a quote is left as it is.

use super::Shell;

/// A part of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    /// Said in it.
    Own(&'a str),
    /// Quoted from others.
    Quoted(&'a str),
}

/// How lines begin that introduce what is not marked, and what is in them.
const INTRODUCTIONS: [(&str, &str); 5] =
    [("On ", "wrote"), ("Am ", "schrieb"), ("Le ", "a écrit"), ("El ", "escribió"), ("في ", "كتب")];
/// The longest of them, in bytes, and the longest end of one that was wrapped.
const LONGEST: usize = 300;
const LONGEST_END: usize = 20;

impl Shell {
    /// A message in parts: what is said, and what is quoted.
    pub(crate) fn parts<'a>(&self, text: &'a str) -> Vec<Part<'a>> {
        parts(text)
    }
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((own, quoted, after)) = next(rest) {
        found.extend(tidy(own).map(Part::Own));
        found.extend(tidy(quoted).map(Part::Quoted));
        rest = after;
    }
    found.extend(tidy(rest).map(Part::Own));
    let says = found.iter().any(|part| matches!(part, Part::Own(_)));
    let quotes = found.iter().any(|part| matches!(part, Part::Quoted(_)));
    if says && quotes { found } else { vec![Part::Own(text)] }
}

/// Without the empty lines around it; none when there are no others.
fn tidy(text: &str) -> Option<&str> {
    let text = text.trim_end();
    let indent = text.get(..text.len() - text.trim_start().len())?;
    text.get(indent.rfind('\n').map_or(0, |at| at + 1)..).filter(|text| !text.is_empty())
}

/// The next quote: what is before it, it, and what is after it.
fn next(text: &str) -> Option<(&str, &str, &str)> {
    let mut at = 0;
    let mut before: Option<(usize, &str)> = None;
    // Where the line before begins that introduces something.
    let mut introduction = None;
    for line in text.split_inclusive('\n') {
        let (start, trimmed) = (at, line.trim());
        at += line.len();
        if trimmed.starts_with('>') {
            return cut(text, introduction.unwrap_or(start), start + marked(text.get(start..)?));
        }
        if trimmed.is_empty() {
            continue;
        }
        let wrapped = before.filter(|(_, first)| is_known_wrapped(first, trimmed)).map(|(first, _)| first);
        introduction = wrapped.or(introduces(trimmed).then_some(start));
        if wrapped.is_some() || is_known(trimmed) || is_separator(trimmed) {
            let after = text.get(at..)?.trim_start();
            if !after.is_empty() && !after.starts_with('>') {
                return cut(text, introduction.unwrap_or(start), text.len());
            }
        }
        before = Some((start, trimmed));
    }
    None
}

fn cut(text: &str, from: usize, to: usize) -> Option<(&str, &str, &str)> {
    Some((text.get(..from)?, text.get(from..to)?, text.get(to..)?))
}

/// How long the lines are that begin with `>`, with the empty ones between them.
fn marked(text: &str) -> usize {
    let (mut end, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        at += line.len();
        let line = line.trim();
        if line.starts_with('>') {
            end = at;
        } else if !line.is_empty() {
            break;
        }
    }
    end
}

/// True for a line that may say who wrote what follows it, and when.
fn introduces(line: &str) -> bool {
    line.len() <= LONGEST && line.ends_with(':') && line.chars().any(char::is_numeric)
}

fn is_known(line: &str) -> bool {
    introduces(line) && INTRODUCTIONS.iter().any(|(start, word)| line.starts_with(*start) && line.contains(*word))
}

/// The same of two lines, of which the second is no more than its end.
fn is_known_wrapped(first: &str, second: &str) -> bool {
    second.len() <= LONGEST_END
        && second.ends_with(':')
        && first.len() <= LONGEST
        && is_known(&format!("{first} {second}"))
}

fn is_separator(line: &str) -> bool {
    line.starts_with("-----") && line.ends_with("-----") && line.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::{
        Part::{Own, Quoted},
        *,
    };

    #[test]
    fn what_is_quoted_is_told_from_what_is_said() {
        for (text, expected) in [
            ("Hello\n", vec![Own("Hello\n")]),
            ("Yes.\n\n> Now?\n> Or later?\n", vec![Own("Yes."), Quoted("> Now?\n> Or later?")]),
            (
                "Yes.\n\nOn 5 May 2025 at 10:00, Ann <ann@example.org> wrote:\n> Now?\n>\n\n> Or later?\n\n  Later.",
                vec![
                    Own("Yes."),
                    Quoted("On 5 May 2025 at 10:00, Ann <ann@example.org> wrote:\n> Now?\n>\n\n> Or later?"),
                    Own("  Later."),
                ],
            ),
            (
                "Yes.\nOn Mon, May 5, 2025 at 10:00 AM Ann Lee <ann@example.org>\nwrote:\n\n> Now?",
                vec![
                    Own("Yes."),
                    Quoted("On Mon, May 5, 2025 at 10:00 AM Ann Lee <ann@example.org>\nwrote:\n\n> Now?"),
                ],
            ),
            (
                "Ja.\r\n\r\nAm 05.05.25 um 10:00 schrieb Ann Lee:\r\nJetzt?\r\nOder später?",
                vec![Own("Ja."), Quoted("Am 05.05.25 um 10:00 schrieb Ann Lee:\r\nJetzt?\r\nOder später?")],
            ),
            (
                "Yes\n-----Original Message-----\nFrom: Ann\nNow?",
                vec![Own("Yes"), Quoted("-----Original Message-----\nFrom: Ann\nNow?")],
            ),
        ] {
            assert_eq!(parts(text), expected, "{text}");
        }
    }

    #[test]
    fn nothing_that_is_said_is_hidden() {
        for text in [
            "> only\n> a quote",
            "On 5 May Ann wrote:",
            "On 5 May I wrote to you: no answer.\nWhy?",
            "Am 5. Mai, um 10 Uhr:\nalle da?",
            "I have 2 wishes:\none\ntwo",
            "----------\nTotal 5",
            "a > b\nc -> d",
            "",
        ] {
            assert_eq!(parts(text), [Own(text)], "{text}");
        }
    }

    #[test]
    fn a_message_of_quotes_or_of_introductions_is_told_apart_at_once() {
        let quotes = parts(&"> a\nb\n".repeat(20_000)).len();
        assert_eq!(quotes, 40_000);
        assert_eq!(parts(&"On 1 May Ann wrote:\n".repeat(5_000)).len(), 1);
        assert_eq!(parts(&format!("{}\n>x", "1:".repeat(50_000))).len(), 2);
    }
}
