//! Scenarios: `scenarios/*.toml`, each a desk to start from, answers of other systems, and steps with what is expected
//! of each. They run in the real sandbox, against data in memory and a stub server on loopback. A package carries those of its
//! author, so that a host runs the same.

mod data;
mod expect;
mod given;
mod panic;
mod run;
mod stub;
mod texts;

use std::path::{Path, PathBuf};

use annex_package::place_in_toml;
use toml::Spanned;

use crate::diagnostic::{Diagnostic, Failure};

pub(crate) use given::{Scenario, Step};
pub(crate) use run::TEST_SETUP;
pub use run::{Outcome, Runner};

/// Where add-ons and packages keep them.
pub const FOLDER: &str = "scenarios";

/// A scenario with the file that it came from.
#[derive(Debug)]
pub struct Loaded {
    /// What it is called: the file's name, unless it says otherwise.
    pub name: String,
    pub(crate) file: PathBuf,
    pub(crate) text: String,
    pub(crate) scenario: Scenario,
}

impl Loaded {
    /// Reads a scenario.
    ///
    /// # Errors
    /// `scenario`, with the line.
    pub fn read(file: &Path, text: String) -> Result<Self, Failure> {
        let scenario: Scenario = toml::from_str(&text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            Diagnostic::new("scenario", error.message()).meant(error.message()).file(file).at(&text, at)
        })?;
        let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Self { name: scenario.name.clone().unwrap_or(stem), file: file.to_owned(), text, scenario })
    }

    /// An error whose message begins with the field that it is about.
    pub(crate) fn at_field(&self, diagnostic: Diagnostic) -> Diagnostic {
        let field = diagnostic.message.split(": ").next().unwrap_or_default();
        let at = place_in_toml(&self.text, field);
        diagnostic.file(&self.file).at(&self.text, at)
    }

    /// An error at a step, unless it has a place of its own.
    pub(crate) fn at(&self, step: &Spanned<Step>, diagnostic: Diagnostic) -> Diagnostic {
        if diagnostic.file.is_some() {
            return diagnostic;
        }
        diagnostic.file(&self.file).at(&self.text, step.span().start)
    }
}
