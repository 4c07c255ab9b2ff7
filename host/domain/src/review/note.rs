//! Notes: what is wrong, how much it matters, and where. Reviewers write them, and reports find them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text::is_plain;

/// The longest part of a place, in characters.
const LONGEST: usize = 300;

crate::words! {
    /// How much a note matters.
    pub enum Severity: "severity of a note" {
        /// It stands against approval.
        Blocker = "blocker",
        /// It would be better otherwise.
        Suggestion = "suggestion",
        /// Good to know; of reports alone.
        Note = "note",
    }
}

/// Where something is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Target {
    /// In the version as a whole.
    Whole,
    /// In a field: its path in the draft or the manifest, such as `summary.de`.
    Field {
        /// The path.
        path: String,
    },
    /// In a file.
    Line {
        /// Its path in the package.
        file: String,
        /// From 1.
        line: u32,
    },
    /// In a part of a view.
    Node {
        /// Of which scenario.
        view: String,
        /// The path of the node in it.
        path: String,
    },
}

impl Target {
    /// True when its parts are there, and of a length that can be shown.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let fine = |text: &str| !text.is_empty() && text.chars().count() <= LONGEST && is_plain(text, false);
        match self {
            Self::Whole => true,
            Self::Field { path } => fine(path),
            Self::Line { file, line } => fine(file) && *line > 0,
            Self::Node { view, path } => fine(view) && fine(path),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => Ok(()),
            Self::Field { path } => f.write_str(path),
            Self::Line { file, line } => write!(f, "{file}:{line}"),
            Self::Node { view, path } => write!(f, "{view} {path}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_written_in_one_way_and_bounded() {
        let line = Target::Line { file: "src/lib.rs".into(), line: 7 };
        assert_eq!(serde_json::to_string(&line).unwrap(), r#"{"at":"line","file":"src/lib.rs","line":7}"#);
        assert_eq!(line.to_string(), "src/lib.rs:7");
        assert!(line.is_sound() && Target::Whole.is_sound());
        for bad in [
            Target::Line { file: "a".into(), line: 0 },
            Target::Field { path: String::new() },
            Target::Field { path: "x".repeat(301) },
            Target::Node { view: "a\nb".into(), path: "0".into() },
        ] {
            assert!(!bad.is_sound(), "{bad:?}");
        }
    }
}
