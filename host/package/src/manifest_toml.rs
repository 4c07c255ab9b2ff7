//! The manifest as authors write it: `annex.toml`. Every problem names its file, line and column.

use std::fmt;

use annex_domain::{manifest::Manifest, settings::FieldError};
use serde::Serialize;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// One thing that is wrong in an `annex.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Stable word, such as `too-long`; `toml` for what cannot be read at all.
    pub code: String,
    /// As given to [`manifest_from_toml`].
    pub file: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// Such as `settings[1].key`; empty where the text cannot be read.
    pub field: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: ", self.file, self.line, self.column)?;
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        write!(f, "{} ({})", self.message, self.code)
    }
}

/// Everything that is wrong in an `annex.toml`, at least one problem.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ManifestError {
    /// In the order of the checks.
    pub problems: Vec<Problem>,
}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.problems.iter().enumerate() {
            write!(f, "{}{problem}", if at == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

/// Reads and checks the text of an `annex.toml`. `file` is only for messages.
///
/// # Errors
/// Every field that is wrong, or the first place where the text cannot be read.
pub fn manifest_from_toml(text: &str, file: &str) -> Result<Manifest, ManifestError> {
    let parsed: Result<Manifest, toml::de::Error> = toml::from_str(text);
    let manifest = parsed.map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        ManifestError { problems: vec![problem(text, file, at, "toml", "", error.message())] }
    })?;
    let mut errors = manifest.check().err().unwrap_or_default();
    errors.extend(annex_domain::plan::check_prices(&manifest.plans).err().unwrap_or_default());
    if !manifest.files.is_empty() {
        errors.push(FieldError::new("files", "files", "leave it out: the list of files is made when packing"));
    }
    if errors.is_empty() {
        return Ok(manifest);
    }
    let document = DeTable::parse(text).ok();
    let problems = errors
        .iter()
        .map(|error| {
            let at = document.as_ref().map_or(0, |document| locate(document.get_ref(), &error.field));
            problem(text, file, at, error.code, &error.field, &error.message)
        })
        .collect();
    Err(ManifestError { problems })
}

/// Where a field such as `listing.icon` stands in the text of an `annex.toml`, or the nearest thing around it that is written: a byte.
#[must_use]
pub fn place_in_toml(text: &str, field: &str) -> usize {
    DeTable::parse(text).map_or(0, |document| locate(document.get_ref(), field))
}

fn problem(text: &str, file: &str, at: usize, code: &str, field: &str, message: &str) -> Problem {
    let before = text.get(..at).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Problem {
        code: code.into(),
        file: file.into(),
        line: before.matches('\n').count() + 1,
        column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        field: field.into(),
        message: message.into(),
    }
}

/// Where a field such as `settings[1].label.en` stands, or the nearest thing around it that is written.
fn locate(document: &DeTable<'_>, field: &str) -> usize {
    let mut at = 0;
    let mut table = Some(document);
    for part in field.split('.') {
        let (name, index) = match part.split_once('[') {
            Some((name, index)) => (name, index.trim_end_matches(']').parse::<usize>().ok()),
            None => (part, None),
        };
        let Some((key, mut value)) = table.and_then(|table| table.get_key_value(name)) else { return at };
        at = key.span().start;
        if let (Some(index), DeValue::Array(items)) = (index, value.get_ref()) {
            let Some(item) = items.get(index) else { return at };
            value = item;
            at = value.span().start;
        }
        table = as_table(value);
    }
    at
}

fn as_table<'a, 'i>(value: &'a Spanned<DeValue<'i>>) -> Option<&'a DeTable<'i>> {
    match value.get_ref() {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}
