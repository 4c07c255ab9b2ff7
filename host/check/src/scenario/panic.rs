//! Where a component in Rust panicked, out of what it wrote to stderr: `thread 'main' panicked at src/lib.rs:7:9:`, and on the next lines
//! what it says.

use annex_sandbox::LogLine;

use crate::diagnostic::Diagnostic;

const PANICKED: &str = "panicked at ";
/// What stands behind the message.
const NOTE: &str = "note: ";
/// Lines of a message that are told.
const LINES: usize = 10;

/// A panic.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Panic {
    file: String,
    line: usize,
    column: usize,
    message: String,
}

impl Panic {
    /// The last one in a log.
    pub(super) fn last(log: &[LogLine]) -> Option<Self> {
        let mut lines = log.iter().map(|line| line.message.as_str());
        let at = lines.rposition(|line| line.contains(PANICKED))?;
        let place = log.get(at)?.message.split(PANICKED).nth(1)?.trim_end_matches(':');
        let mut parts = place.rsplitn(3, ':');
        let (column, line) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let said = log.iter().skip(at + 1).map(|line| line.message.trim_end());
        let said: Vec<&str> = said.take_while(|line| !line.starts_with(NOTE)).take(LINES).collect();
        Some(Self { file: parts.next()?.to_owned(), line, column, message: said.join("\n") })
    }

    /// For the author; `doing` is what the component was called for.
    pub(super) fn diagnostic(self, doing: &str) -> Diagnostic {
        let found = Diagnostic::new("panic", format!("{doing}: the add-on panicked: {}", self.message));
        Diagnostic { file: Some(self.file), line: Some(self.line), column: Some(self.column), ..found }
    }
}

#[cfg(test)]
mod tests {
    use annex_domain::{clock::Timestamp, log::Level};

    use super::*;

    fn log(text: &str) -> Vec<LogLine> {
        let line = |message: &str| LogLine { level: Level::Warn, message: message.into(), at: Timestamp(0) };
        text.split('\n').map(line).collect()
    }

    #[test]
    fn the_last_panic_has_its_place_and_its_words() {
        let text = "before\n\nthread 'main' panicked at src/old.rs:1:1:\nold\n\
                    thread '<unnamed>' (1) panicked at src/panel/head.rs:7:19:\ncalled `Result::unwrap()` on an `Err` value:\n\
                    two lines\nnote: run with `RUST_BACKTRACE=1`";
        let found = Panic::last(&log(text)).unwrap().diagnostic("render");
        assert_eq!((found.file.as_deref(), found.line, found.column), (Some("src/panel/head.rs"), Some(7), Some(19)));
        let message = "render: the add-on panicked: called `Result::unwrap()` on an `Err` value:\ntwo lines";
        assert_eq!((found.code.as_str(), found.message.as_str()), ("panic", message));
        assert!(found.fix.is_some());
        assert_eq!(Panic::last(&log("nothing\npanicked at the disco")), None);
    }
}
