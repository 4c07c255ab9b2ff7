//! Texts: the bounds on Fluent as a host's intake holds them, and what is not translated. A text counts as translated into the
//! languages that the add-on's name is in.

use std::collections::{BTreeMap, BTreeSet};

use annex_domain::{
    fluent::{self, TextError},
    language::LanguagePack,
    localized::Localized,
    manifest::Manifest,
    report::Finding,
    review::{Severity, Target},
};
use annex_i18n::ENGLISH;
use bytes::Bytes;

use crate::diagnostic::Diagnostic;

/// Where add-ons keep the texts of their panels.
const FOLDER: &str = "locales/";
/// So many keys are named; there may be a thousand.
const NAMED: usize = 5;

/// The Fluent files that break a bound or cannot be read, each by itself.
pub(crate) fn check_files<'a>(assets: impl IntoIterator<Item = (&'a str, &'a Bytes)>) -> Vec<Diagnostic> {
    let fluent = assets.into_iter().filter(|(path, _)| path.ends_with(".ftl"));
    fluent.filter_map(|(path, data)| check_file(path, data).err()).map(diagnostic).collect()
}

fn check_file(path: &str, data: &[u8]) -> Result<(), TextError> {
    let text = std::str::from_utf8(data).map_err(|_| TextError {
        code: "fluent-syntax",
        file: path.into(),
        line: 1,
        message: "it is not UTF-8".into(),
    })?;
    fluent::check([(path, text)])
}

/// A text that hosts refuse.
pub(crate) fn diagnostic(error: TextError) -> Diagnostic {
    Diagnostic { file: Some(error.file), line: Some(error.line), ..Diagnostic::new(error.code, error.message) }
}

/// Texts of the manifest that are not in a language that the name is in.
pub(crate) fn look_at_manifest(manifest: &Manifest) -> Vec<Finding> {
    let languages: BTreeSet<&str> = manifest.listing.name.iter().map(|(code, _)| code).collect();
    let mut found = Vec::new();
    for (path, text) in of_manifest(manifest) {
        let there: BTreeSet<&str> = text.iter().map(|(code, _)| code).collect();
        for code in languages.difference(&there) {
            let target = Target::Field { path: format!("{path}.{code}") };
            let words = format!("the add-on has a name in `{code}`, and this text is not in `{code}`");
            found.push(Finding::new("text-missing", Severity::Suggestion, target, words).hint("translate it"));
        }
    }
    found
}

/// Every text of the manifest that people read, by its path.
pub(crate) fn of_manifest(manifest: &Manifest) -> Vec<(String, &Localized)> {
    let listing = &manifest.listing;
    let mut texts: Vec<(String, &Localized)> = vec![
        ("listing.name".into(), &listing.name),
        ("listing.summary".into(), &listing.summary),
        ("listing.description".into(), &listing.description),
    ];
    texts.extend(listing.release_notes.iter().map(|notes| ("listing.release_notes".to_owned(), notes)));
    let highlights = listing.highlights.iter().enumerate();
    texts.extend(highlights.map(|(at, line)| (format!("listing.highlights[{at}]"), line)));
    let capabilities = manifest.capabilities.iter().enumerate();
    texts.extend(capabilities.map(|(at, capability)| (format!("capabilities[{at}].purpose"), &capability.purpose)));
    let scopes = manifest.service.iter().flat_map(|service| &service.scopes).enumerate();
    texts.extend(scopes.map(|(at, asked)| (format!("service.scopes[{at}].purpose"), &asked.purpose)));
    for (at, setting) in manifest.settings.iter().enumerate() {
        texts.push((format!("settings[{at}].label"), &setting.label));
        texts.extend(setting.hint.iter().map(|hint| (format!("settings[{at}].hint"), hint)));
        let message = setting.pattern_message.iter();
        texts.extend(message.map(|message| (format!("settings[{at}].pattern_message"), message)));
        let choices = setting.choices.iter().enumerate();
        texts.extend(choices.map(|(choice, is)| (format!("settings[{at}].choices[{choice}].label"), &is.label)));
    }
    for (at, plan) in manifest.plans.iter().enumerate() {
        texts.push((format!("plans[{at}].name"), &plan.name));
        texts.extend(plan.summary.iter().map(|summary| (format!("plans[{at}].summary"), summary)));
    }
    let steps = manifest.setup.iter().flat_map(|setup| &setup.steps).enumerate();
    texts.extend(steps.map(|(at, step)| (format!("setup.steps[{at}]"), step)));
    texts
}

/// Keys of `locales/en.ftl` that other files there lack. The files were checked.
pub(crate) fn look_at_files<'a>(assets: impl IntoIterator<Item = (&'a str, &'a Bytes)>) -> Vec<Finding> {
    let text = |(path, data): (&'a str, &'a Bytes)| Some((path, std::str::from_utf8(data).ok()?));
    let fluent = |(path, _): &(&str, &str)| path.starts_with(FOLDER) && path.ends_with(".ftl");
    let files: BTreeMap<&str, &str> = assets.into_iter().filter_map(text).filter(fluent).collect();
    let Some(english) = files.get("locales/en.ftl").map(|text| keys([*text])) else { return Vec::new() };
    let others = files.iter().filter(|(path, _)| **path != "locales/en.ftl");
    let incomplete = others.filter_map(|(path, text)| {
        let missing = missing(&english, &keys([*text]))?;
        let target = Target::Line { file: (*path).to_owned(), line: 1 };
        let found = Finding::new("texts-incomplete", Severity::Suggestion, target, missing);
        Some(found.hint("translate them; until then people read these texts in English"))
    });
    incomplete.collect()
}

/// What of the panel a language does not translate, and what it translates that the panel does not have.
pub(crate) fn look_at_language(pack: &LanguagePack) -> Vec<Finding> {
    let english = keys(ENGLISH.iter().map(|(_, text)| *text));
    let own = keys(pack.resources.iter().map(|(_, text)| text.as_str()));
    let mut found = Vec::new();
    if let Some(missing) = missing(&english, &own) {
        let finding = Finding::new("language-incomplete", Severity::Suggestion, Target::Whole, missing);
        found.push(finding.hint("translate them; until then people read these texts in English"));
    }
    let unknown: BTreeSet<&String> = own.difference(&english).collect();
    if !unknown.is_empty() {
        let text = format!("the panel has no text with these keys: {}", some_of(&unknown));
        let finding = Finding::new("language-unknown-keys", Severity::Suggestion, Target::Whole, text);
        found.push(finding.hint("correct the keys, or leave the texts out"));
    }
    found
}

fn keys<'a>(texts: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    texts.into_iter().flat_map(|text| fluent::keys("", text).unwrap_or_default()).collect()
}

/// How much is translated and what is not; none when everything is.
fn missing(english: &BTreeSet<String>, own: &BTreeSet<String>) -> Option<String> {
    let missing: BTreeSet<&String> = english.difference(own).collect();
    if missing.is_empty() {
        return None;
    }
    let all = english.len().max(1);
    let percent = (all - missing.len()) * 100 / all;
    Some(format!("{percent} % of {all} texts are translated; these are not: {}", some_of(&missing)))
}

fn some_of(keys: &BTreeSet<&String>) -> String {
    let named: Vec<&str> = keys.iter().take(NAMED).map(|key| key.as_str()).collect();
    let more = keys.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", named.join(", "))
}

#[cfg(test)]
mod tests {
    use annex_domain::language::LocaleFacts;

    use super::*;

    #[test]
    fn each_bad_file_is_named_with_its_line() {
        let deep = format!("a = x\nk = {}\"x\"{}\n", "{ ".repeat(500), " }".repeat(500));
        let files = BTreeMap::from([
            ("locales/en.ftl", Bytes::from_static(b"hello = Hello, { $who }!\n")),
            ("locales/de.ftl", Bytes::from(deep)),
            ("assets/texts/fy.ftl", Bytes::from_static(b"a = { b }\nb = { a }\n")),
            ("assets/readme.txt", Bytes::from_static(b"a = { b }\nb = { a }\n")),
        ]);
        let problems = check_files(files.iter().map(|(path, data)| (*path, data)));
        let found: Vec<_> =
            problems.iter().map(|problem| (&*problem.code, problem.file.as_deref(), problem.line)).collect();
        let expected = [
            ("fluent-cycle", Some("assets/texts/fy.ftl"), Some(1)),
            ("fluent-too-deep", Some("locales/de.ftl"), Some(2)),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_not_translated_is_counted_and_named() {
        let files = BTreeMap::from([
            ("locales/en.ftl", Bytes::from_static(b"a = A\nb = B\nc = C\nd = D\n")),
            ("locales/de.ftl", Bytes::from_static(b"a = A\nb = B\nc = C\n")),
            ("locales/fr.ftl", Bytes::from_static(b"a = A\nb = B\nc = C\nd = D\n")),
        ]);
        let found = look_at_files(files.iter().map(|(path, data)| (*path, data)));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].target, Target::Line { file: "locales/de.ftl".into(), line: 1 });
        assert_eq!(found[0].text, "75 % of 4 texts are translated; these are not: d");
    }

    #[test]
    fn a_language_is_held_against_the_panel() {
        let facts = LocaleFacts {
            code: "fy".into(),
            name: "Frysk".into(),
            english_name: "West Frisian".into(),
            rtl: false,
            fallback: None,
        };
        let pack = |text: String| LanguagePack { facts: facts.clone(), resources: vec![("panel".into(), text)] };
        let english: String = ENGLISH.iter().map(|(_, text)| *text).collect();
        assert_eq!(look_at_language(&pack(english.clone())), []);
        let codes = |text: String| -> Vec<String> {
            look_at_language(&pack(text)).into_iter().map(|finding| finding.code).collect()
        };
        assert_eq!(codes(format!("{english}\nno-such-key = x\n")), ["language-unknown-keys"]);
        assert_eq!(codes("sign-in-title = Oanmelde\n".into()), ["language-incomplete"]);
    }
}
