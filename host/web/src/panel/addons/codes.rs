//! Texts for the stable words of programs: why a package is refused, how a call ended. The words themselves and their
//! details are for authors and stay in English; the sentence before them is in the reader's language.

use annex_domain::audit::Action;

use crate::i18n::Translator;

/// The reasons for which packages and keys are not accepted, in groups that need the same of the reader.
const INTAKE: [(&str, &[&str]); 12] = [
    (
        "size",
        &[
            "too-large-packed",
            "too-large-unpacked",
            "window-too-large",
            "compression-ratio",
            "too-many-files",
            "manifest-too-large",
            "proof-too-large",
        ],
    ),
    (
        "damaged",
        &[
            "empty",
            "not-a-package",
            "truncated",
            "damaged",
            "trailing-bytes",
            "entry-truncated",
            "header-checksum",
            "file-size",
            "file-digest",
        ],
    ),
    (
        "archive",
        &[
            "frame-header",
            "trailing-data",
            "unterminated",
            "not-ustar",
            "header-form",
            "entry-*",
            "symlink",
            "hardlink",
            "directory",
            "device",
            "pax-header",
            "gnu-extension",
            "not-sorted",
            "duplicate-file",
        ],
    ),
    ("paths", &["path-*", "case-collision"]),
    ("manifest", &["manifest-*"]),
    ("host", &["unsupported-*"]),
    ("files", &["reserved-path", "component-missing", "icon-*", "picture-*", "file-*"]),
    ("unsigned", &["unsigned", "threshold-not-met"]),
    (
        "signature",
        &[
            "already-signed",
            "not-sealed",
            "proof-*",
            "other-publisher",
            "too-many-signatures",
            "threshold-zero",
            "key-twice",
            "key-id-mismatch",
            "invalid-key",
            "weak-*",
            "malleable-signature",
            "bad-signature",
            "wrong-purpose-key",
        ],
    ),
    ("key", &["unknown-key", "revoked-key", "unknown-publisher", "publisher-name"]),
    ("component", &["component-*", "language-*", "fluent-*", "compile-*", "compiler-*", "wit-mismatch"]),
    ("version", &["older-seq", "version-exists", "kind-changed", "other-addon"]),
];

/// The group of a reason.
fn intake_group(code: &str) -> &'static str {
    let fits = |pattern: &&str| match pattern.strip_suffix('*') {
        Some(start) => code.starts_with(start),
        None => *pattern == code,
    };
    INTAKE.iter().find(|(_, codes)| codes.iter().any(fits)).map_or("other", |(group, _)| group)
}

/// Why a package or key is not accepted, in a sentence.
pub(super) fn intake_sentence(t: &Translator, code: &str) -> String {
    t.get(&format!("intake-group-{}", intake_group(code)))
}

/// How a call ended.
pub(super) fn outcome(t: &Translator, code: &str) -> String {
    known(t, "call-outcome", code)
}

/// What an add-on was called for.
pub(super) fn kind(t: &Translator, kind: &str) -> String {
    known(t, "call-kind", kind)
}

/// What was done, as the audit log names it: `addon.installed`.
pub(in crate::panel) fn audited(t: &Translator, word: &str) -> String {
    Action::recorded(word).map_or_else(|| word.to_owned(), |action| known(t, "audit-did", &action.slug()))
}

/// What actions are about, as their words begin: `role`.
pub(in crate::panel) fn area(t: &Translator, word: &str) -> String {
    known(t, "audit-area", word)
}

fn known(t: &Translator, family: &str, code: &str) -> String {
    let key = format!("{family}-{code}");
    if t.has(&key) { t.get(&key) } else { code.to_owned() }
}

/// The languages bring what English has, which their own tests demand; so each word needs its text in English.
#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;
    use crate::i18n::english;

    /// The sources of a crate or file of the host, without tests.
    fn source(path: &str) -> String {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
        if path.is_file() {
            let text = fs::read_to_string(path).unwrap();
            return text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
        }
        let mut all = String::new();
        for entry in fs::read_dir(&path).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if !name.contains("test") && (path.is_dir() || name.ends_with(".rs")) {
                all.push_str(&source(path.to_str().unwrap()));
            }
        }
        all
    }

    /// The files of a folder that have a text, also below it.
    fn having(text: &str, folder: &Path) -> Vec<String> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                found.extend(having(text, &path));
            } else if fs::read_to_string(&path).unwrap().contains(text) {
                found.push(path.display().to_string());
            }
        }
        found
    }

    /// What changes a desk has one place, behind all doors; tests take theirs from `annex_store::testing::tx`.
    #[test]
    fn web_opens_no_write_transaction() {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        assert_eq!(having(concat!(".begin", "()"), &sources), Vec::<String>::new());
    }

    /// Words in quotes, with what follows them.
    fn words(source: &str) -> impl Iterator<Item = (&str, &str)> {
        source.split('"').zip(source.split('"').skip(1)).filter(|(word, _)| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'-' | b'.'))
        })
    }

    fn missing(family: &str, codes: impl IntoIterator<Item = String>) -> Vec<String> {
        let t = english();
        let keys: BTreeSet<String> = codes.into_iter().map(|code| format!("{family}-{code}")).collect();
        assert!(!keys.is_empty(), "{family}");
        keys.into_iter().filter(|key| !t.has(key)).collect()
    }

    #[test]
    fn every_reason_against_a_package_has_a_sentence() {
        let t = english();
        for (group, _) in INTAKE {
            assert!(t.has(&format!("intake-group-{group}")), "{group}");
        }
        let refusals = annex_package::Refusal::CODES.iter().map(|code| (*code).to_owned());
        let others = [source("lifecycle/src/error.rs"), source("sandbox/src/error.rs")].map(|text| {
            let impls =
                text.split("impl ").filter(|part| part.starts_with("IntakeError") || part.starts_with("CompileError"));
            let arms = impls
                .flat_map(|part| part.split("=> \"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()));
            arms.collect::<Vec<_>>()
        });
        // The host's own failures are no reasons against a package.
        let not_refusals = ["not-found", "compiler-unavailable"];
        for code in refusals.chain(others.into_iter().flatten()).filter(|code| !not_refusals.contains(&code.as_str())) {
            assert_ne!(intake_group(&code), "other", "{code} belongs to no group");
        }
    }

    #[test]
    fn every_way_in_which_a_call_can_end_has_a_text() {
        let text = source("sandbox/src/error.rs");
        let calls = text.split("impl CallError").nth(1).unwrap().split("\nimpl ").next().unwrap();
        let codes = calls.split("=> \"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        assert_eq!(missing("call-outcome", codes.chain(["ok".to_owned()])), Vec::<String>::new());
        let text = source("lifecycle/src");
        let kinds = text.split(".finish(").skip(1).filter_map(|rest| {
            let call = rest.split(')').next()?;
            call.split('"').nth(1).map(ToOwned::to_owned)
        });
        let hooks = ["install", "update", "uninstall"].map(ToOwned::to_owned);
        assert_eq!(missing("call-kind", kinds.chain(hooks)), Vec::<String>::new());
    }

    #[test]
    fn every_audited_action_has_a_text_and_is_used() {
        let slugs = Action::ALL.map(Action::slug);
        assert_eq!(missing("audit-did", slugs.into_iter()), Vec::<String>::new(), "see en-codes.ftl");
        let areas = Action::ALL.map(|action| action.area().to_owned());
        assert_eq!(missing("audit-area", areas), Vec::<String>::new(), "see en-codes.ftl");
        let sources = ["desk/src", "lifecycle/src", "portal/src", "web/src", "billing/src", "store/src", "app/src"];
        let sources = sources.map(source).concat();
        let used: BTreeSet<&str> = sources
            .split("Action::")
            .skip(1)
            .filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next())
            .collect();
        let unused = Action::ALL.into_iter().filter(|action| !used.contains(format!("{action:?}").as_str()));
        assert_eq!(unused.collect::<Vec<_>>(), []);
    }

    #[test]
    fn every_error_of_a_field_has_a_text() {
        let files = ["domain/src/settings.rs", "domain/src/ui/validate/values.rs", "lifecycle/src/settings.rs"];
        let sources = files.map(source).concat();
        let codes = words(&sources).filter(|(word, after)| {
            let after = after.strip_prefix(',').unwrap_or_default().trim_start();
            // A message follows the word.
            !word.contains('.')
                && (after.is_empty() || ["format!", "message", "text"].iter().any(|start| after.starts_with(start)))
        });
        // That one is told in the add-on's own words.
        let codes = codes.filter(|(word, after)| after.starts_with(',') && *word != "not-as-hinted");
        let codes = codes.map(|(word, _)| word.to_owned());
        assert_eq!(missing("field-error", codes), Vec::<String>::new());
    }

    #[test]
    fn every_refusal_of_an_operation_has_a_text() {
        let t = english();
        let lifecycle = source("lifecycle/src/error.rs");
        let of = |source: &str, name: &str| -> Vec<String> {
            let part =
                source.split("\nimpl ").find(|part| part.starts_with(name) && part.contains("fn code(")).unwrap();
            part.split("=> \"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
        };
        let mut codes = of(&lifecycle, "LifecycleError");
        codes.extend(of(&source("billing/src/error.rs"), "OrderError"));
        // Not found is a page of its own.
        codes.retain(|code| !["not-found"].contains(&code.as_str()));
        let texts = |code: &String| t.has(&format!("lifecycle-error-{code}")) || t.has(&format!("error-code-{code}"));
        let missing: Vec<_> = codes.iter().filter(|code| !texts(code)).collect();
        assert_eq!(missing, Vec::<&String>::new());
    }

    #[test]
    fn unknown_words_stay_as_they_are() {
        let t = english();
        assert_eq!((outcome(&t, "x-y"), kind(&t, "z"), audited(&t, "a.b")), ("x-y".into(), "z".into(), "a.b".into()));
        assert_eq!(intake_sentence(&t, "of-tomorrow"), t.get("intake-group-other"));
    }
}
