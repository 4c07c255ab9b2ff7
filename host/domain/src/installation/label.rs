//! What a desk calls an installation: how two bots, or three mailboxes, are told apart. Without one it is called like its add-on.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{text, words::Invalid};

/// The most characters.
const MOST: usize = 60;

/// 1 to 60 characters in one line, nothing hidden among them, and no space around them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Label(String);

impl Label {
    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What a form or a column holds: an empty text is none.
    ///
    /// # Errors
    /// For what no label can be.
    pub fn some(text: &str) -> Result<Option<Self>, Invalid> {
        if text.is_empty() { Ok(None) } else { text.parse().map(Some) }
    }
}

impl FromStr for Label {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > MOST || !text::is_plain(text, false) {
            return Err(Invalid("expected a name of 1 to 60 characters in one line"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for Label {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Label> for String {
    fn from(label: Label) -> Self {
        label.0
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_a_line_that_hides_nothing() {
        assert_eq!(Label::some("").unwrap(), None);
        assert_eq!(" Sales bot ".parse::<Label>().unwrap().as_str(), "Sales bot");
        for wrong in [" ", "two\nlines", "Sal\u{200B}es", &"x".repeat(61)] {
            assert!(Label::some(wrong).is_err(), "{wrong:?}");
        }
    }
}
