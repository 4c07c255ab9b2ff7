//! What the sources of an add-on in Rust tell beside its component: the keys of texts that they ask `Texts` for, held against
//! `locales/en.ftl`. In a component, texts stand one behind the other, so nothing but the source says where a key ends.
//!
//! A look and no parser: it sees `t.get("key")` and `t.with("key", …)` where the same file says that `t` is a `Texts`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use annex_check::Failure;
use annex_domain::{
    fluent, likely,
    report::Finding,
    review::{Severity, Target},
};
use regex::Regex;

use crate::files;

const ENGLISH: &str = "locales/en.ftl";
/// What is bound to texts: `t: &Texts`, `let t = Texts::choose(…)`.
const BOUND: &str =
    r"\b([a-z_][a-z0-9_]*)\s*(?::\s*&?\s*(?:'[a-z_]+\s+)?(?:[a-z_]+::)*Texts\b|=\s*(?:[a-z_]+::)*Texts::choose\b)";
/// What is asked of something: `t.get("key"`.
const ASKED: &str = r#"\b([a-z_][a-z0-9_]*)\s*\.\s*(?:get|with)\(\s*"([A-Za-z][A-Za-z0-9_-]*)""#;

/// The keys that the add-on in `root` asks for and does not have.
pub(crate) fn look(root: &Path) -> Result<Vec<Finding>, Failure> {
    let (english, folder) = (root.join(ENGLISH), root.join("src"));
    let (Ok(bound), Ok(asked)) = (Regex::new(BOUND), Regex::new(ASKED)) else { return Ok(Vec::new()) };
    if !english.is_file() || !folder.is_dir() {
        return Ok(Vec::new());
    }
    let messages = fluent::messages(ENGLISH, &files::read_text(&english)?).unwrap_or_default();
    let keys: BTreeSet<String> = messages.into_iter().map(|message| message.key).collect();
    let mut sources = BTreeMap::new();
    collect(&folder, "src", &mut sources)?;
    let found = sources.iter().flat_map(|(path, text)| unknown(path, text, &bound, &asked, &keys));
    Ok(found.collect())
}

fn unknown(path: &str, text: &str, bound: &Regex, asked: &Regex, keys: &BTreeSet<String>) -> Vec<Finding> {
    let texts: BTreeSet<&str> =
        bound.captures_iter(text).filter_map(|found| found.get(1)).map(|name| name.as_str()).collect();
    let mut findings = Vec::new();
    for found in asked.captures_iter(text) {
        let (Some(name), Some(key)) = (found.get(1), found.get(2)) else { continue };
        if !texts.contains(name.as_str()) || keys.contains(key.as_str()) || is_comment(text, name.start()) {
            continue;
        }
        let line = text.get(..key.start()).unwrap_or_default().matches('\n').count() + 1;
        let target = Target::Line { file: path.to_owned(), line: u32::try_from(line).unwrap_or(1) };
        let key = key.as_str();
        let finding = Finding::new(
            "text-key-unknown",
            Severity::Suggestion,
            target,
            format!("`{ENGLISH}` has no text `{key}`: people would read the key"),
        );
        findings.push(match likely::meant(key, keys.iter().map(String::as_str)) {
            Some(meant) => finding.hint(format!("did you mean `{meant}`?")),
            None => finding.hint(format!("add a line `{key} = …` there, and translate it")),
        });
    }
    findings
}

fn is_comment(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    before.rsplit('\n').next().is_some_and(|line| line.trim_start().starts_with("//"))
}

/// The Rust files below `folder`, by their path from the add-on's folder. Links may lead in a circle and pipes have no end: neither is
/// followed.
fn collect(folder: &Path, path: &str, found: &mut BTreeMap<String, String>) -> Result<(), Failure> {
    let failed = |error: &std::io::Error| annex_check::Diagnostic::io("read this folder", folder, error);
    for entry in fs::read_dir(folder).map_err(|error| failed(&error))? {
        let entry = entry.map_err(|error| failed(&error))?;
        let (file, kind) = (entry.path(), entry.file_type().map_err(|error| failed(&error))?);
        let Some(name) = file.file_name().and_then(|name| name.to_str()) else { continue };
        let path = format!("{path}/{name}");
        if kind.is_dir() {
            collect(&file, &path, found)?;
        } else if kind.is_file() && name.ends_with(".rs") {
            found.insert(path, files::read_text(&file)?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(english: &str, source: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in [("locales/en.ftl", english), ("src/panel/head.rs", source)] {
            let file = folder.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        folder
    }

    #[test]
    fn keys_that_are_not_there_are_told_with_their_line() {
        let source = "fn head(t: &Texts, map: &Map) {\n    t.get(\"title\");\n    t.with(\n        \"greting\",\n    );\n    \
                      // t.get(\"old\")\n    map.get(\"other\");\n    t.get(&format!(\"kind-{kind}\"));\n}\n\
                      fn tail() {\n    let own = annex_sdk::Texts::choose(locale, TEXTS);\n    own.get(\"nowhere\");\n}\n";
        let folder = project("title = T\ngreeting = Hello, { $name }\n", source);
        let found = look(folder.path()).unwrap();
        let told: Vec<_> =
            found.iter().map(|finding| (finding.target.to_string(), finding.hint.as_deref().unwrap())).collect();
        let expected = [
            ("src/panel/head.rs:4", "did you mean `greeting`?"),
            ("src/panel/head.rs:12", "add a line `nowhere = …` there, and translate it"),
        ];
        assert_eq!(told, expected.map(|(target, hint)| (target.to_owned(), hint)));
    }

    #[test]
    fn links_and_pipes_are_left_alone() {
        let folder = project("title = T\n", "fn head(t: &Texts) {\n    t.get(\"titel\");\n}\n");
        let src = folder.path().join("src");
        std::os::unix::fs::symlink(".", src.join("again")).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(src.join("pipe.rs")).status().unwrap().success());
        let found = look(folder.path()).unwrap();
        let targets: Vec<_> = found.iter().map(|finding| finding.target.to_string()).collect();
        assert_eq!(targets, ["src/panel/head.rs:2"], "each file once, and no end waited for");
    }

    #[test]
    fn the_first_party_add_ons_have_all_their_texts() {
        let plugins = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins");
        for plugin in ["contact-sync", "hello", "satisfaction"] {
            assert_eq!(look(&plugins.join(plugin)).unwrap(), [], "{plugin}");
        }
        let hello = fs::read_to_string(plugins.join("hello/src/lib.rs")).unwrap();
        let folder = project("title = T\n", &hello);
        assert!(look(folder.path()).unwrap().len() >= 4, "the look sees nothing");
    }
}
