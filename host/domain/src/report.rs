//! The automatic report of a package (R39): what `annex addon check` and a host found in it, by the same code. Findings are for
//! the publisher and for reviewers; facts are what there is without anything being wrong.

use serde::{Deserialize, Serialize};

use crate::{
    review::{Severity, Target},
    ui::View,
};

/// What was found in a package.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Report {
    /// Blockers first, then suggestions, then notes.
    pub findings: Vec<Finding>,
    /// What it is.
    pub facts: Facts,
    /// What its panels showed in its scenarios.
    pub views: Vec<Shown>,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// A stable word for programs, such as `capability-unused`.
    pub code: String,
    /// How much it matters.
    pub severity: Severity,
    /// Where it is.
    pub target: Target,
    /// What it is, in English, as the author's tools are.
    pub text: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// Sizes and times. Zero: it did not come to that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Facts {
    /// Of the package, in bytes.
    pub package_bytes: u64,
    /// Of the component, in bytes.
    pub component_bytes: u64,
    /// Of the machine code that was made of it, in bytes.
    pub machine_code_bytes: u64,
    /// Of processor time: it depends on what the machine is, not on what else it does.
    pub compile_millis: u64,
    /// Files of the package, the component included.
    pub files: u32,
    /// Scenarios that ran to their end, well or not.
    pub scenarios: u32,
}

/// A view that a step of a scenario showed. The add-on's state is not kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    /// The name of the scenario.
    pub scenario: String,
    /// From 1.
    pub step: u32,
    /// What was shown.
    pub view: View,
}

impl Report {
    /// True when something in it stands against approval.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        self.count(Severity::Blocker) > 0
    }

    /// How many findings matter so much.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

impl Finding {
    /// Without a hint.
    #[must_use]
    pub fn new(code: impl Into<String>, severity: Severity, target: Target, text: impl Into<String>) -> Self {
        Self { code: code.into(), severity, target, text: text.into(), hint: None }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
