//! What went wrong with an installation, in a sentence for people. Panic texts and traces are for authors: they stand in the
//! log of the installation, never in a notice.

use serde::{Deserialize, Serialize};

/// What went wrong, for the people who manage the installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// To quote to support: `E-…`.
    pub error_id: String,
    /// Stable word, such as `install-hook-failed`.
    pub code: String,
    /// What happened, as it was written down then. People read [`Notice::sentence`].
    pub text: String,
}

/// The longest sentence, in characters.
const LONGEST: usize = 300;

/// Where the words for people end and those for authors begin.
const FOR_AUTHORS: [&str; 6] =
    ["error while executing", "wasm backtrace", "wasm trap", "wasm `", "panicked at", "Caused by:"];

impl Notice {
    /// What happened, without what only authors understand.
    #[must_use]
    pub fn sentence(&self) -> String {
        sentence(&self.text)
    }

    /// True when something was left out of the sentence.
    #[must_use]
    pub fn has_more(&self) -> bool {
        self.sentence() != self.text.trim()
    }
}

/// The part of an error's text that people understand: its first line, up to a panic, a trap or a trace.
#[must_use]
pub fn sentence(text: &str) -> String {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let end = FOR_AUTHORS.iter().filter_map(|mark| line.find(mark)).min().unwrap_or(line.len());
    let plain = line.get(..end).unwrap_or_default().trim_end_matches([' ', ':', ';', ',', '-', '(']).trim();
    let mut cut: String = plain.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    if plain.chars().count() > LONGEST {
        cut.push('…');
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_trace_is_told_to_people() {
        let stored = "the add-on was stopped 3 times within an hour, the last time because: the add-on was stopped: error \
                      while executing at wasm backtrace:\n    0: 0x1f2a - hello.wasm!render\n\nCaused by:\n    wasm trap: \
                      wasm `unreachable` instruction executed. Look at its log";
        let notice = Notice { error_id: "E-1".into(), code: "suspended".into(), text: stored.into() };
        let sentence = notice.sentence();
        assert_eq!(
            sentence,
            "the add-on was stopped 3 times within an hour, the last time because: the add-on was stopped"
        );
        assert!(notice.has_more());
        assert_eq!(super::sentence("panicked at src/lib.rs:3: index out of bounds"), "");
    }

    #[test]
    fn words_of_an_author_stay() {
        let text = "the CRM refused the key (401)";
        assert_eq!(sentence(text), text);
        assert_eq!(sentence(&"x".repeat(1_000)).chars().count(), LONGEST + 1);
    }
}
