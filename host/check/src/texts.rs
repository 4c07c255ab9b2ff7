//! Texts: the bounds on Fluent as a host's intake holds them, and what is not translated. A text counts as translated into the
//! languages that the add-on's name is in.

use std::collections::{BTreeMap, BTreeSet};

use annex_domain::{
    fluent::{self, Message, TextError},
    language::LanguagePack,
    likely,
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
/// So many places of one kind are told.
const PLACES: usize = 20;

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
    for (at, field) in manifest.fields.iter().enumerate() {
        texts.push((format!("fields[{at}].label"), &field.label));
        texts.extend(field.help.iter().map(|help| (format!("fields[{at}].help"), help)));
    }
    let views = manifest.views.iter().enumerate();
    texts.extend(views.filter_map(|(at, view)| Some((format!("views[{at}].title"), view.title.as_ref()?))));
    let schedules = manifest.schedules.iter().enumerate();
    texts.extend(schedules.map(|(at, schedule)| (format!("schedules[{at}].purpose"), &schedule.purpose)));
    let steps = manifest.setup.iter().flat_map(|setup| &setup.steps).enumerate();
    texts.extend(steps.map(|(at, step)| (format!("setup.steps[{at}]"), step)));
    texts
}

/// What is odd in the files of `locales/`: keys that are there twice, and what differs from `locales/en.ftl`. The files were checked.
pub(crate) fn look_at_files<'a>(assets: impl IntoIterator<Item = (&'a str, &'a Bytes)>) -> Vec<Finding> {
    let text = |(path, data): (&'a str, &'a Bytes)| Some((path, std::str::from_utf8(data).ok()?));
    let fluent = |(path, _): &(&str, &str)| path.starts_with(FOLDER) && path.ends_with(".ftl");
    let files: BTreeMap<&str, Translation> =
        assets.into_iter().filter_map(text).filter(fluent).map(|file| (file.0, Translation::of([file]))).collect();
    let mut found: Vec<Finding> = files.values().flat_map(Translation::duplicates).collect();
    let Some(english) = files.get("locales/en.ftl") else { return found };
    for (path, other) in files.iter().filter(|(path, _)| **path != "locales/en.ftl") {
        if let Some(missing) = other.missing(english) {
            let target = Target::Line { file: (*path).to_owned(), line: 1 };
            let finding = Finding::new("texts-incomplete", Severity::Suggestion, target, missing);
            found.push(finding.hint("translate them; until then people read these texts in English"));
        }
        found.extend(other.unknown(english, "texts-unknown-keys", "`locales/en.ftl`"));
        found.extend(other.variables(english));
    }
    found
}

/// What of the panel a language does not translate, what it translates that the panel does not have, and what it puts into a text that
/// the panel has no value for. Its resources are named by the files of the package that they were made from.
pub(crate) fn look_at_language<'a>(
    pack: &LanguagePack,
    assets: impl IntoIterator<Item = (&'a str, &'a Bytes)>,
) -> Vec<Finding> {
    let files: Vec<(&str, &Bytes)> = assets.into_iter().collect();
    let named = pack.resources.iter().map(|(name, text)| {
        let file = files.iter().find(|(_, data)| **data == text.as_bytes());
        (file.map_or(name.as_str(), |(path, _)| *path), text.as_str())
    });
    let (english, own) = (Translation::of(ENGLISH), Translation::of(named));
    let mut found = own.duplicates();
    if let Some(missing) = own.missing(&english) {
        let finding = Finding::new("language-incomplete", Severity::Suggestion, Target::Whole, missing);
        found.push(finding.hint("translate them; until then people read these texts in English"));
    }
    found.extend(own.unknown(&english, "language-unknown-keys", "the panel"));
    found.extend(own.variables(&english));
    found
}

/// The messages of one language, each with the file that it is in.
struct Translation(Vec<(String, Message)>);

impl Translation {
    fn of<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let messages = files.into_iter().flat_map(|(file, text)| {
            let found = fluent::messages(file, text).unwrap_or_default();
            found.into_iter().map(move |message| (file.to_owned(), message))
        });
        Self(messages.collect())
    }

    fn by_key(&self) -> BTreeMap<&str, &Message> {
        self.0.iter().map(|(_, message)| (message.key.as_str(), message)).collect()
    }

    fn duplicates(&self) -> Vec<Finding> {
        let (mut seen, mut found) = (BTreeSet::new(), Vec::new());
        for (file, message) in &self.0 {
            if !seen.insert(message.key.as_str()) && found.len() < PLACES {
                let text = format!("`{}` is there twice: one of the two is never shown", message.key);
                found.push(at(file, message, "text-duplicate", text).hint("take one of them out"));
            }
        }
        found
    }

    /// How much is translated and what is not; none when everything is.
    fn missing(&self, english: &Self) -> Option<String> {
        let (english, own) = (english.by_key(), self.by_key());
        let missing: Vec<&str> = english.keys().filter(|key| !own.contains_key(*key)).copied().collect();
        if missing.is_empty() {
            return None;
        }
        let all = english.len().max(1);
        let percent = (all - missing.len()) * 100 / all;
        Some(format!("{percent} % of {all} texts are translated; these are not: {}", some_of(&missing)))
    }

    /// The keys that `english` does not have, each with the one that was likely meant.
    fn unknown(&self, english: &Self, code: &str, whose: &str) -> Vec<Finding> {
        let known = english.by_key();
        let unknown = self.0.iter().filter(|(_, message)| !known.contains_key(message.key.as_str()));
        let finding = |(file, message): &(String, Message)| {
            let found = at(file, message, code, format!("{whose} has no text `{}`", message.key));
            match likely::meant(&message.key, known.keys().copied()) {
                Some(meant) => found.hint(format!("did you mean `{meant}`?")),
                None => found.hint("correct the key, or leave the text out: nobody sees it"),
            }
        };
        unknown.take(PLACES).map(finding).collect()
    }

    /// The texts with variables that `english` puts nothing in for.
    fn variables(&self, english: &Self) -> Vec<Finding> {
        let known = english.by_key();
        let differs = self.0.iter().filter_map(|(file, message)| {
            let english = &known.get(message.key.as_str())?.variables;
            let variable = message.variables.iter().find(|name| !english.contains(*name))?;
            let text = format!("`{}` uses `${variable}`, which the English text does not have", message.key);
            let names: Vec<String> = english.iter().map(|name| format!("`${name}`")).collect();
            let has = if names.is_empty() { "no variables".to_owned() } else { names.join(", ") };
            Some(at(file, message, "text-variable", text).hint(format!("the English text has {has}")))
        });
        differs.take(PLACES).collect()
    }
}

fn at(file: &str, message: &Message, code: &str, text: String) -> Finding {
    let target = Target::Line { file: file.to_owned(), line: u32::try_from(message.line).unwrap_or(1) };
    Finding::new(code, Severity::Suggestion, target, text)
}

fn some_of(keys: &[&str]) -> String {
    let named: Vec<&str> = keys.iter().take(NAMED).copied().collect();
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
    fn what_differs_from_english_has_its_place() {
        let files = BTreeMap::from([
            ("locales/en.ftl", Bytes::from_static(b"hello = Hello, { $name }\nbye = Bye\nbye = Good bye\n")),
            ("locales/de.ftl", Bytes::from_static(b"hello = Hallo, { $nmae }\nbye = Ab\nhelo = Hallo\nfurther = x\n")),
        ]);
        let found = look_at_files(files.iter().map(|(path, data)| (*path, data)));
        let told: Vec<_> = found
            .iter()
            .map(|finding| (finding.code.as_str(), finding.target.to_string(), finding.hint.as_deref().unwrap()))
            .collect();
        let expected = [
            ("text-duplicate", "locales/en.ftl:3", "take one of them out"),
            ("texts-unknown-keys", "locales/de.ftl:3", "did you mean `hello`?"),
            ("texts-unknown-keys", "locales/de.ftl:4", "correct the key, or leave the text out: nobody sees it"),
            ("text-variable", "locales/de.ftl:1", "the English text has `$name`"),
        ];
        assert_eq!(told, expected.map(|(code, target, hint)| (code, target.to_owned(), hint)));
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
        let pack = |resources| LanguagePack { facts: facts.clone(), resources };
        let english: Vec<(String, String)> =
            ENGLISH.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        assert_eq!(look_at_language(&pack(english.clone()), []), []);
        // The same with another first file, which the package has under a name of its own.
        let told = |change: &dyn Fn(&str) -> String| -> Vec<(String, String)> {
            let mut own = english.clone();
            own[0].1 = change(&own[0].1);
            let source = Bytes::from(own[0].1.clone());
            let found = look_at_language(&pack(own), [("locales/fy.ftl", &source)]);
            found.into_iter().map(|finding| (finding.code, finding.target.to_string())).collect()
        };
        let finding = |code: &str, target: String| vec![(code.to_owned(), target)];
        let end = format!("locales/fy.ftl:{}", english[0].1.lines().count() + 1);
        let unknown = told(&|text: &str| format!("{text}no-such-key = x\n"));
        assert_eq!(unknown, finding("language-unknown-keys", end.clone()));
        let twice = told(&|text: &str| format!("{text}sign-in-title = x\n"));
        assert_eq!(twice, finding("text-duplicate", end));
        let missing = told(&|text: &str| text.replacen("sign-in-title = ", "sign-in-titel = ", 1));
        assert_eq!(missing[0], ("language-incomplete".to_owned(), String::new()));
        let variable = told(&|text: &str| text.replacen("sign-in-title = ", "sign-in-title = { $nobody } ", 1));
        assert_eq!((variable.len(), variable[0].0.as_str()), (1, "text-variable"), "{variable:?}");
    }
}
