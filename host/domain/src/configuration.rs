//! What a settings page asks an add-on: the interface `configuration` of the WIT package.

/// Whether the settings work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// They do; the text says so in the words of the service.
    Works(Option<String>),
    /// They do not.
    Wrong(Vec<Problem>),
}

/// What is wrong with what was entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Beside which setting it is shown; `None`: above the form.
    pub setting: Option<String>,
    /// What is to be put right.
    pub text: String,
}

/// What can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is kept.
    pub value: String,
    /// What is read.
    pub label: String,
    /// More about it.
    pub hint: Option<String>,
}
