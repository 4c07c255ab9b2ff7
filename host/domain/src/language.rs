//! What a language add-on hands the host: the interface `locale` of the WIT package.

use serde::{Deserialize, Serialize};

/// The facts of a locale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocaleFacts {
    /// BCP 47.
    pub code: String,
    /// In the language itself.
    pub name: String,
    /// In English.
    pub english_name: String,
    /// Right to left.
    pub rtl: bool,
    /// Asked before English.
    pub fallback: Option<String>,
}

/// A translation of the panel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LanguagePack {
    /// The facts.
    pub facts: LocaleFacts,
    /// Name and Fluent text of each resource.
    pub resources: Vec<(String, String)>,
}
