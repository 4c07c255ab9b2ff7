//! What stands between two lines that begin an entry (`key =`, `-term =`), counted without parsing.
//!
//! No entry that the parser reads reaches over such a line: in an expression `=` is a mistake, a text ends at a letter in the
//! first column, and a string ends with its line. So the opening brackets of a segment bound how deep the parser can recurse
//! there, whatever strings, comments and mistakes make of them; and a line that begins with `#` is never within an entry.

/// One entry, or what its author meant as one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Segment<'a> {
    /// Of a term: with its dash.
    pub(super) name: &'a str,
    /// From 1.
    pub(super) line: usize,
    pub(super) bytes: usize,
    /// `{` and `(`.
    pub(super) brackets: usize,
    /// How many of them are open at once, if none stands in a string: only to say what is wrong.
    pub(super) depth: usize,
}

pub(super) fn of(text: &str) -> Vec<Segment<'_>> {
    let mut segments: Vec<Segment<'_>> = Vec::new();
    let mut open: usize = 0;
    for (at, line) in text.split('\n').enumerate() {
        if line.starts_with('#') {
            continue;
        }
        if let Some(name) = head(line) {
            segments.push(Segment { name, line: at + 1, bytes: 0, brackets: 0, depth: 0 });
            open = 0;
        }
        // What stands before the first entry cannot be part of one.
        if let Some(segment) = segments.last_mut() {
            segment.bytes += line.len() + 1;
            for byte in line.bytes() {
                match byte {
                    b'{' | b'(' => {
                        segment.brackets += 1;
                        open += 1;
                        segment.depth = segment.depth.max(open);
                    }
                    b'}' | b')' => open = open.saturating_sub(1),
                    _ => {}
                }
            }
        }
    }
    segments
}

/// The name of the entry that begins with this line.
fn head(line: &str) -> Option<&str> {
    let (name, _) = line.split_once('=')?;
    let name = name.trim_end_matches(' ');
    let mut bytes = name.strip_prefix('-').unwrap_or(name).bytes();
    let starts = bytes.next().is_some_and(|b| b.is_ascii_alphabetic());
    (starts && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))).then_some(name)
}
