//! JSON Schemas of what authors write: editors complete and check by them (`annex addon schema`), and the references of the guide
//! are made of them. Draft 7, which editors of TOML know; `x-most` is the most characters of a text in each of its languages.
//!
//! The parser has the last word: tests hold each key, word and limit here against it.

#[cfg(test)]
mod tests;

/// Of `annex.toml`.
pub const MANIFEST: &str = include_str!("schema/manifest.json");

/// Of `scenarios/*.toml`.
pub const SCENARIO: &str = include_str!("schema/scenario.json");
