//! Scenarios: `scenarios/*.toml`, each a desk to start from, answers of other systems, and steps with what is expected
//! of each. They run in the real sandbox, against data in memory and a stub server on loopback. A package carries those of its
//! author, so that a host runs the same.

mod data;
mod expect;
mod files;
mod given;
mod panic;
mod run;
mod stub;
mod texts;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use annex_domain::channel::InboundRequest;
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

    /// The first request that comes to a channel in it, without the secret that the host asks for.
    #[must_use]
    pub fn first_delivery(&self) -> Option<InboundRequest> {
        let mut steps = self.scenario.steps.iter().map(Spanned::get_ref);
        steps.find(|step| step.action == given::Action::Receive).map(Step::delivery)
    }

    /// What is set in it, by key; secrets too.
    #[must_use]
    pub fn settings(&self) -> &BTreeMap<String, toml::Value> {
        &self.scenario.settings
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_delivery_and_the_settings_can_be_had_without_running_it() {
        let text = "[settings]\nkey = \"k\"\n[[steps]]\ndo = \"send\"\n[[steps]]\ndo = \"receive\"\nmethod = \"put\"\n\
                    body = \"one\"\nheaders = { X-Kind = \"a\" }\n[[steps]]\ndo = \"receive\"\n";
        let loaded = Loaded::read(Path::new("a.toml"), text.into()).unwrap();
        let request = loaded.first_delivery().unwrap();
        assert_eq!((request.method.as_str(), request.path.as_str(), &*request.body), ("PUT", "/", &b"one"[..]));
        assert_eq!(request.headers, [("x-kind".to_owned(), "a".to_owned())]);
        assert_eq!(loaded.settings()["key"].as_str(), Some("k"));
        assert!(Loaded::read(Path::new("b.toml"), "steps = []".into()).unwrap().first_delivery().is_none());
    }
}
