//! Every code that the sources name is explained.

use std::{collections::BTreeSet, fs, path::Path};

use super::*;

/// The sources of a crate, a folder or a file, without tests.
fn source(path: &str) -> String {
    fn read(path: &Path) -> String {
        if path.is_file() {
            let text = fs::read_to_string(path).unwrap();
            return text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
        }
        let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| !path.ends_with("tests.rs") && !path.ends_with("tests")).map(|path| read(&path)).collect()
    }
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path))
}

/// The words in quotes that follow right behind `call`.
fn first_words(source: &str, call: &str) -> Vec<String> {
    let after = source.split(call).skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"'));
    after.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

/// The second argument of each `call`, where it is a word in quotes.
fn second_words(source: &str, call: &str) -> Vec<String> {
    let calls = source.split(call).skip(1).filter_map(|rest| rest.split(';').next());
    let word = |call: &str| {
        let ends = call.match_indices(',').map(|(at, _)| call.split_at(at + 1).1.trim_start());
        let quoted = ends.filter_map(|rest| rest.strip_prefix('"')?.split_once('"'));
        let mut words = quoted.filter(|(word, after)| after.starts_with(',') && !word.contains(' '));
        words.next().map(|(word, _)| word.to_owned())
    };
    calls.filter_map(word).collect()
}

/// The words of `fn code` in the implementation of an error.
fn arms(source: &str, error: &str) -> Vec<String> {
    let parts =
        source.split("impl ").filter(|part| part.starts_with(error)).flat_map(|part| part.split("=> \"").skip(1));
    parts.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

#[test]
fn every_code_is_explained() {
    let tools = source("host/check/src") + &source("sdk/author/src");
    let mut codes: BTreeSet<String> = BTreeSet::new();
    for call in ["Diagnostic::new(", "Finding::new(", "say("] {
        codes.extend(first_words(&tools, call));
    }
    assert!(codes.contains("no-manifest") && codes.contains("icon-contrast") && codes.contains("size-changed"));
    codes.extend(first_words(&source("host/domain/src/fluent.rs"), "TextError::new("));
    codes.extend(first_words(&source("host/domain/src/fluent"), "wrong("));
    codes.extend(arms(&source("host/sandbox/src/error.rs"), "CompileError"));
    codes.extend(arms(&source("host/sandbox/src/error.rs"), "CallError"));
    codes.extend(arms(&source("host/lifecycle/src/error.rs"), "IntakeError"));
    codes.extend(arms(&source("host/package/src/keys.rs"), "KeyError"));
    codes.extend(annex_package::Refusal::CODES.iter().map(|code| (*code).to_owned()));
    // The host's answer to a name that it does not have: it says nothing about a package.
    codes.remove("not-found");
    let manifest =
        ["manifest.rs", "manifest", "plan.rs", "setup.rs"].map(|file| source(&format!("host/domain/src/{file}")));
    let manifest = manifest.concat() + &source("host/package/src/manifest_toml.rs");
    let fields = second_words(&manifest, "wrong(").into_iter().chain(second_words(&manifest, "FieldError::new("));
    let fields: BTreeSet<String> = fields.chain(["toml".to_owned()]).map(|code| format!("manifest-{code}")).collect();
    assert!(fields.contains("manifest-price-too-low") && fields.contains("manifest-zero-seq"), "{fields:?}");
    codes.extend(fields);
    let bare: Vec<String> = codes.into_iter().filter(|code| explain(code).is_none()).collect();
    assert_eq!(bare, Vec::<String>::new(), "see host/check/src/explain");
}

#[test]
fn every_entry_is_whole_and_there_once() {
    let mut seen = BTreeSet::new();
    for [code, what, why, fix] in entries() {
        assert!(seen.insert(*code), "{code} is there twice");
        for text in [what, why, fix] {
            assert!(text.len() > 3 && !text.ends_with('.'), "{code}: {text}");
        }
    }
    for table in TABLES {
        assert!(table.is_sorted_by_key(|[code, ..]| *code), "{:?}", table.first());
    }
}

#[test]
fn parts_stand_in_capitals() {
    let told = explain("symlink").unwrap();
    assert_eq!(told.what, "PATH is a symbolic link");
    assert_eq!(explain("E0425").unwrap().fix, "`rustc --explain E0425` explains it with examples");
    assert_eq!(explain("E42"), None);
    assert_eq!(explain("no such code"), None);
}
