//! Errors as authors read them: a code, the file and line where there is one, what is wrong, and how to fix it. The
//! same record is printed as text and as JSON.

use std::{fmt, io, path::Path};

use annex_domain::{
    likely,
    report::Finding,
    review::{Severity, Target},
};
use annex_package::{ManifestError, Refusal, keys::KeyError};
use serde::Serialize;

use crate::explain::explain;

/// Characters of a finding. A scenario may have been shown much else.
const LONGEST: usize = 1_000;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Stable word for programs.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// Where: a path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Where: a line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Where: a column, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
    /// A longer text that takes the place of the others for people, such as the compiler's own drawing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Diagnostic {
    /// An error without a place. What to do is what the explanation of its code says, until there is something better.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        let code = code.into();
        let fix = explain(&code).map(|explanation| explanation.fix);
        Self { code, message: message.into(), file: None, line: None, column: None, fix, detail: None }
    }

    /// Says what the message of a reader of keys and words likely means.
    #[must_use]
    pub fn meant(self, message: &str) -> Self {
        match likely::meant_in(message) {
            Some(word) => self.fix(format!("did you mean `{word}`?")),
            None => self,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    /// Where it is.
    #[must_use]
    pub fn file(mut self, file: &Path) -> Self {
        self.file = Some(file.display().to_string());
        self
    }

    /// Where it is: the place of a byte in a text.
    #[must_use]
    pub fn at(mut self, text: &str, byte: usize) -> Self {
        let before = text.get(..byte).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        self.line = Some(before.matches('\n').count() + 1);
        self.column = Some(before.get(line_start..).unwrap_or_default().chars().count() + 1);
        self
    }

    /// A file that could not be read or written.
    #[must_use]
    pub fn io(doing: &str, path: &Path, error: &io::Error) -> Self {
        let fix = match error.kind() {
            io::ErrorKind::NotFound => "check the path",
            io::ErrorKind::PermissionDenied => "check who may read and write there",
            _ => "check the path and the free space",
        };
        Self::new("file", format!("cannot {doing}: {error}")).file(path).fix(fix)
    }
}

/// `error[code]: what`, then the place and the fix on lines of their own.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(detail) = &self.detail {
            return f.write_str(detail);
        }
        write!(f, "error[{}]: {}", self.code, self.message)?;
        if let Some(file) = &self.file {
            write!(f, "\n  --> {file}")?;
            if let Some(line) = self.line {
                write!(f, ":{line}:{}", self.column.unwrap_or(1))?;
            }
        }
        if let Some(fix) = &self.fix {
            write!(f, "\n  fix: {fix}")?;
        }
        Ok(())
    }
}

/// What is an error to an author stands against the approval of a package.
impl From<Diagnostic> for Finding {
    fn from(diagnostic: Diagnostic) -> Self {
        let line = diagnostic.line.and_then(|line| u32::try_from(line).ok()).unwrap_or(1);
        let target = diagnostic.file.map_or(Target::Whole, |file| Target::Line { file, line });
        let text: String = diagnostic.message.chars().take(LONGEST).collect();
        Self { code: diagnostic.code, severity: Severity::Blocker, target, text, hint: diagnostic.fix }
    }
}

/// Why a command failed: at least one error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Failure(pub Vec<Diagnostic>);

impl Failure {
    /// The same where paths in a package are those below `folder`.
    #[must_use]
    pub fn below(mut self, folder: &Path) -> Self {
        for diagnostic in &mut self.0 {
            diagnostic.file = diagnostic.file.take().map(|file| folder.join(file).display().to_string());
        }
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, diagnostic) in self.0.iter().enumerate() {
            write!(f, "{}{diagnostic}", if at == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl From<Refusal> for Diagnostic {
    fn from(refusal: Refusal) -> Self {
        Self::new(refusal.code(), refusal.to_string()).fix(refusal.hint())
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Diagnostic::from(refusal).into()
    }
}

impl From<ManifestError> for Failure {
    fn from(error: ManifestError) -> Self {
        let diagnostic = |problem: annex_package::Problem| {
            let message = match problem.field.as_str() {
                "" => problem.message.clone(),
                field => format!("{field}: {}", problem.message),
            };
            let found = Diagnostic::new(format!("manifest-{}", problem.code), message).meant(&problem.message);
            Diagnostic { file: Some(problem.file), line: Some(problem.line), column: Some(problem.column), ..found }
        };
        Self(error.problems.into_iter().map(diagnostic).collect())
    }
}

impl From<KeyError> for Diagnostic {
    fn from(error: KeyError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}
