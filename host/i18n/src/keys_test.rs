//! Every message key that templates and sources use exists in English, and no key of the help desk is left unused.
//!
//! Keys that are put together at run time are named by their prefix and suffixes in [`BUILT`].

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::{ENGLISH, english};

/// Prefixes of keys whose rest comes from a value: every key that starts so counts as used.
const BUILT: [&str; 17] = [
    "permission-",
    "status-",
    "priority-",
    "inbox-view-",
    "inbox-column-",
    "error-code-",
    "time-",
    "size-",
    "money-",
    "addon-",
    "addons-",
    "panel-",
    "error-",
    "form-required-",
    "form-already-exists-",
    "form-too-many-",
    "form-unknown-",
];

/// What keys begin with that reach those functions by others, such as by a helper that says what was done.
const PASSED_ON: [&str; 4] = ["catalog-", "flash-", "notice-", "panel-"];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if matches!(path.extension().and_then(|end| end.to_str()), Some("html" | "txt" | "rs")) {
            found.push(path);
        }
    }
}

/// The texts of all templates and sources that speak to people, but for tests.
fn sources() -> Vec<(PathBuf, String)> {
    let host = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found = Vec::new();
    for folder in ["web/templates", "web/src", "desk/src", "mail/templates", "mail/src"] {
        files(&host.join(folder), &mut found);
    }
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
        (path, code)
    };
    // The API speaks English only; tests say nothing to anybody.
    let is_test = |path: &PathBuf| {
        path.components().any(|part| ["tests", "http_test"].iter().any(|tests| part.as_os_str() == *tests))
            || path.file_name().is_some_and(|name| name.to_string_lossy().ends_with("tests.rs"))
    };
    let ours = |path: &PathBuf| !path.starts_with(host.join("web/src/api")) && !is_test(path);
    found.into_iter().filter(ours).map(read).collect()
}

/// Every text in double quotes that looks like a key: `word-word`, after one of the functions that take one; in Rust also what
/// begins like one of [`PASSED_ON`].
fn used(path: &Path, text: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    if path.extension().is_some_and(|end| end == "rs") {
        let is_key = |word: &str| !word.ends_with('-') && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        let passed_on = |word: &&str| is_key(word) && PASSED_ON.iter().any(|start| word.starts_with(start));
        keys.extend(text.split('"').skip(1).step_by(2).filter(passed_on).map(str::to_owned));
    }
    for call in [
        "t.get(\"",
        "t.msg(\"",
        "t.with(\"",
        "Flash::success(\"",
        "Flash::warning(\"",
        ".shell(\"",
        "Shell::outside(\"",
    ] {
        for rest in text.split(call).skip(1) {
            keys.insert(rest.split('"').next().unwrap().to_owned());
        }
    }
    keys
}

#[test]
fn every_key_that_is_used_exists() {
    let t = english();
    let mut missing = Vec::new();
    for (path, text) in sources() {
        missing.extend(
            used(&path, &text).into_iter().filter(|key| !t.has(key)).map(|key| format!("{key} in {}", path.display())),
        );
    }
    assert!(missing.is_empty(), "missing in the English files:\n{}", missing.join("\n"));
}

#[test]
fn no_key_is_left_unused() {
    let all: String = sources().into_iter().map(|(_, text)| text).collect();
    let unused: Vec<String> = keys("en.ftl")
        .into_iter()
        .filter(|key| !BUILT.iter().any(|prefix| key.starts_with(prefix)) && !all.contains(&format!("\"{key}\"")))
        .collect();
    assert!(unused.is_empty(), "unused keys in en.ftl:\n{}", unused.join("\n"));
}

#[test]
fn resources_are_well_formed_and_repeat_no_key() {
    let mut seen = BTreeSet::new();
    for (name, text) in ENGLISH {
        fluent_syntax::parser::parse(text).unwrap_or_else(|(_, errors)| panic!("{name}: {errors:?}"));
        for key in keys(name) {
            assert!(seen.insert(key.clone()), "{key} is twice");
        }
    }
}

fn keys(name: &str) -> Vec<String> {
    let (_, text) = ENGLISH.into_iter().find(|(file, _)| *file == name).unwrap();
    let starts = text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
    starts.filter_map(|line| line.split_once(" =").map(|(key, _)| key.to_owned())).collect()
}
