//! Text that is written from the right, and what forces a direction on it.

/// True for what forces or opens a direction: embeddings, overrides, isolates, and their ends. Names and messages of others can
/// do without: the direction of text follows from its letters. Plain marks (U+200E, U+200F, U+061C) only hint.
#[must_use]
pub fn forces(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// True for letters of scripts that are written from the right.
pub(crate) fn is_from_the_right(c: char) -> bool {
    matches!(c,
        '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}'
        | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}
