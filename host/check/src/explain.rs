//! What each code of the author's tools, of the check and of a host's intake means: what is wrong, why there is such a rule, and what to
//! do. `annex addon explain CODE` prints it, and an error that has no fix of its own takes the one from here.
//!
//! Codes of packages explain themselves where they are made ([`annex_package::Refusal::EXPLAINED`]); the others stand in the tables below,
//! sorted by code. A test demands an entry for each code that the sources name.

mod calls;
mod component;
mod manifest;
mod publish;
mod texts;
mod tools;

use annex_package::Refusal;
use serde::Serialize;

/// Code, what, why, fix.
type Entry = [&'static str; 4];

const TABLES: [&[Entry]; 6] =
    [manifest::ENTRIES, component::ENTRIES, texts::ENTRIES, calls::ENTRIES, tools::ENTRIES, publish::ENTRIES];

/// What a code means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The code.
    pub code: String,
    /// What is wrong. Parts that differ from case to case are in capitals.
    pub what: String,
    /// Why there is such a rule.
    pub why: String,
    /// What to do.
    pub fix: String,
}

/// What `code` means; none for a code that nothing here gives out.
#[must_use]
pub fn explain(code: &str) -> Option<Explanation> {
    let found = entries().find(|[found, ..]| *found == code);
    found.map(|[code, what, why, fix]| explanation(code, &capitals(what), why, fix)).or_else(|| of_the_compiler(code))
}

/// Every code that is explained, in no order.
pub fn codes() -> impl Iterator<Item = &'static str> {
    entries().map(|[code, ..]| *code)
}

fn entries() -> impl Iterator<Item = &'static Entry> {
    TABLES.into_iter().flatten().chain(Refusal::EXPLAINED)
}

fn explanation(code: &str, what: &str, why: &str, fix: &str) -> Explanation {
    Explanation { code: code.into(), what: what.into(), why: why.into(), fix: fix.into() }
}

/// Codes of the Rust compiler are its own: `E0425`.
fn of_the_compiler(code: &str) -> Option<Explanation> {
    let digits = code.strip_prefix('E')?;
    let is_its_own = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let fix = format!("`rustc --explain {code}` explains it with examples");
    is_its_own.then(|| {
        explanation(code, "the Rust compiler does not accept the add-on's code", "it is Rust's own rule", &fix)
    })
}

/// `{path} is a link` becomes `PATH is a link`.
fn capitals(what: &str) -> String {
    let mut pieces = what.split(['{', '}']);
    let mut text = pieces.next().unwrap_or_default().to_owned();
    while let Some(part) = pieces.next() {
        text.push_str(&part.to_uppercase());
        text.push_str(pieces.next().unwrap_or_default());
    }
    text
}

#[cfg(test)]
mod tests;
