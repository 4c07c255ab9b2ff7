//! Plain text as mails carry it: `format=flowed` (RFC 3676) becomes paragraphs again, and line ends and characters that nobody sees are
//! put right.

use crate::head::is_hidden;

/// Text with `\n` alone, and nothing that hides in it. Direction marks stay: right-to-left text needs them.
pub(crate) fn cleaned(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let is_wanted = |c: &char| *c == '\n' || *c == '\t' || !c.is_control() && *c != '\u{feff}';
    let kept: String = text.chars().filter(is_wanted).collect();
    let lines: Vec<&str> = kept.split('\n').map(trimmed).collect();
    lines.join("\n").trim_matches('\n').trim_end().to_owned()
}

/// A line without spaces at its end, but for the one that makes a line of a signature.
fn trimmed(line: &str) -> &str {
    if line == "-- " { line } else { line.trim_end() }
}

/// Joins the lines that flow on; nothing flows into the line above a signature. `deletes_space`: as `delsp=yes`.
pub(crate) fn joined(text: &str, deletes_space: bool) -> String {
    let mut out = String::with_capacity(text.len());
    // How deep the line before is quoted, when it flows on.
    let mut flows: Option<usize> = None;
    for line in text.replace("\r\n", "\n").lines() {
        let depth = line.bytes().take_while(|byte| *byte == b'>').count();
        let words = line.get(depth..).unwrap_or_default();
        let words = words.strip_prefix(' ').unwrap_or(words);
        let is_signature = words == "-- ";
        if flows != Some(depth) || is_signature {
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str(&">".repeat(depth));
            if depth > 0 && !words.is_empty() {
                out.push(' ');
            }
        }
        let flows_on = words.ends_with(' ') && !is_signature;
        let words = if flows_on && deletes_space { words.strip_suffix(' ').unwrap_or(words) } else { words };
        out.push_str(words);
        flows = flows_on.then_some(depth);
    }
    out
}

/// True for a text that says nothing.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_hidden(c) || c == '\u{fffc}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_flow_are_joined_and_quotes_stay_apart() {
        let text = "This is a long \r\nparagraph.\r\n\r\n> quoted \r\n> words\r\n>> deeper\r\n From here\r\n-- \r\nAda";
        let expected = "This is a long paragraph.\n\n> quoted words\n>> deeper\nFrom here\n-- \nAda";
        assert_eq!(joined(text, false), expected);
        assert_eq!(joined("こんに \r\nちは", true), "こんにちは");
        assert_eq!(joined("See you, \r\n-- \r\nAda", false), "See you, \n-- \nAda");
    }

    #[test]
    fn line_ends_and_hidden_characters_are_put_right() {
        assert_eq!(cleaned("\r\n\r\na \u{0}b\r\nc\rd\u{feff}\r\n-- \r\n\r\n"), "a b\nc\nd\n--");
        assert!(is_blank(" \n\u{200b}\u{fffc}"));
    }
}
