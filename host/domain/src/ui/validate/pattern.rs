//! Patterns of text fields: compiled by a linear-time engine with a size limit. Compiling costs more than all the rest
//! of a check, and an add-on's patterns hardly ever change: a small cache keeps them.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use regex::{Regex, RegexBuilder};

use super::Limits;

/// Patterns kept; when full, all are dropped: an add-on that makes up patterns pays for itself.
const KEPT: usize = 512;
/// Bytes of a compiled pattern, as for settings.
const COMPILED_BYTES: usize = 1 << 16;

/// None: the pattern was tried and does not compile.
type Patterns = HashMap<String, Option<Arc<Regex>>>;
static CACHE: LazyLock<Mutex<Patterns>> = LazyLock::new(Mutex::default);

/// The pattern, anchored at both ends. None when it is too long, too large or malformed.
pub(super) fn compiled(pattern: &str) -> Option<Arc<Regex>> {
    if pattern.chars().count() > Limits::PATTERN_CHARS {
        return None;
    }
    if let Some(known) = CACHE.lock().unwrap_or_else(PoisonError::into_inner).get(pattern) {
        return known.clone();
    }
    let compiled = compile(pattern).map(Arc::new);
    let mut cache = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    if cache.len() >= KEPT {
        cache.clear();
    }
    cache.insert(pattern.to_owned(), compiled.clone());
    compiled
}

fn compile(pattern: &str) -> Option<Regex> {
    let build = |text: &str| RegexBuilder::new(text).size_limit(COMPILED_BYTES).build().ok();
    // Alone first: `a)|(b` must not become whole by the parentheses around it.
    build(pattern)?;
    build(&format!("^(?:{pattern})$"))
}
