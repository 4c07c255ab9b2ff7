//! What commands say, and to whom: text for people, JSON for programs. Answers go to stdout; progress and errors for
//! people go to stderr, so that a pipe gets the answer alone.

use std::{
    fmt::Display,
    io::{self, Write as _},
    process::ExitCode,
};

use annex_check::{Diagnostic, Failure};
use annex_domain::text::{is_bidi_control, is_invisible};
use serde::Serialize;
use serde_json::json;

/// How to talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// To a person.
    Text,
    /// To a program: one JSON document, or one a line.
    Json,
}

/// The last lines of what a program said, `most` of them.
pub(crate) fn last_lines(said: &str, most: usize) -> String {
    let lines: Vec<_> = said.trim_end().lines().collect();
    lines.get(lines.len().saturating_sub(most)..).unwrap_or_default().join("\n")
}

/// A text as a terminal gets it. What hosts, packages and programs said comes along in it and must not move the cursor, set the title
/// or turn around what stands beside it: such characters are shown by their numbers. In texts of our own there are none.
fn printable(text: impl Display) -> String {
    let text = text.to_string();
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => shown.push(c),
            c if c.is_control() || is_bidi_control(c) || is_invisible(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    shown
}

/// An answer: shown as text or as JSON.
pub trait Answer: Serialize {
    /// What a person reads.
    fn text(&self) -> String;

    /// False when what it says is that something is wrong: the command has then done its work, and failed.
    fn is_well(&self) -> bool {
        true
    }
}

impl Output {
    /// JSON when asked for.
    #[must_use]
    pub fn new(json: bool) -> Self {
        if json { Self::Json } else { Self::Text }
    }

    /// Says what is going on; programs do not hear it.
    pub fn progress(self, line: impl Display) {
        if self == Self::Text {
            let _ = writeln!(io::stderr(), "{}", printable(line));
        }
    }

    /// One thing that happened in a command that goes on: a line of text, or of JSON with `event` as its name.
    pub fn event(self, event: &str, detail: &impl Serialize, text: impl Display) {
        let _ = match self {
            Self::Text => writeln!(io::stdout(), "{}", printable(text)),
            Self::Json => writeln!(io::stdout(), "{}", json!({ "event": event, "detail": detail })),
        };
        let _ = io::stdout().flush();
    }

    /// Errors in a command that goes on.
    pub fn complain(self, diagnostics: &[Diagnostic]) {
        match self {
            Self::Text => {
                for diagnostic in diagnostics {
                    let _ = writeln!(io::stderr(), "{}", printable(diagnostic));
                }
            }
            Self::Json => self.event("errors", &diagnostics, ""),
        }
    }

    /// Prints the answer or the errors; the exit code is 1 for errors, and for answers that say that something is wrong.
    pub fn finish<A: Answer>(self, result: Result<A, Failure>) -> ExitCode {
        match (self, result) {
            (Self::Text, Ok(answer)) => {
                let text = printable(answer.text());
                let _ = if text.is_empty() { Ok(()) } else { writeln!(io::stdout(), "{text}") };
                exit_code(answer.is_well())
            }
            (Self::Text, Err(failure)) => {
                let _ = writeln!(io::stderr(), "{}", printable(failure));
                ExitCode::FAILURE
            }
            (Self::Json, Ok(answer)) => {
                let _ = writeln!(io::stdout(), "{}", json!({ "ok": answer.is_well(), "result": answer }));
                exit_code(answer.is_well())
            }
            (Self::Json, Err(failure)) => {
                let _ = writeln!(io::stdout(), "{}", json!({ "ok": false, "errors": failure.0 }));
                ExitCode::FAILURE
            }
        }
    }
}

fn exit_code(is_well: bool) -> ExitCode {
    if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_steer_a_terminal_is_shown_by_its_number() {
        let said = "a\x1b]0;title\x07\r\u{9b}2J \u{202e}gpj.exe\u{200b}";
        assert_eq!(printable(said), "a\\u{1b}]0;title\\u{7}\\u{d}\\u{9b}2J \\u{202e}gpj.exe\\u{200b}");
        let own = "error[x]: „so“\n  --> annex.toml:3:1\n\tfix: … 文字 🙂";
        assert_eq!(printable(own), own);
    }
}
