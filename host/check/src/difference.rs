//! What a version changes against the one before, for whoever reviews it: capabilities, hosts, scopes, files, texts, size. Nothing of it is
//! wrong.

use std::collections::{BTreeMap, BTreeSet};

use annex_domain::{
    manifest::Manifest,
    report::Finding,
    review::{Severity, Target},
};

use crate::texts;

/// A package that grows or shrinks by less is not worth a word, in percent.
const NOTICED: u64 = 10;
/// So many names stand in a note.
const NAMED: usize = 20;

/// Notes about what is new in `now` of `size` bytes.
pub(crate) fn look(now: &Manifest, size: u64, before: &Manifest, size_before: u64) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut say = |code: &str, path: &str, text: String| {
        let target = if path.is_empty() { Target::Whole } else { Target::Field { path: path.into() } };
        found.push(Finding::new(code, Severity::Note, target, text));
    };
    let access = |manifest: &Manifest| -> BTreeSet<String> {
        manifest.capabilities.iter().map(|capability| capability.access.to_string()).collect()
    };
    let hosts = |manifest: &Manifest| -> BTreeSet<String> {
        manifest.capabilities.iter().flat_map(|capability| &capability.hosts).map(ToString::to_string).collect()
    };
    let scopes = |manifest: &Manifest| -> BTreeSet<String> {
        let asked = manifest.service.iter().flat_map(|service| &service.scopes);
        asked.map(|asked| asked.scope.to_string()).collect()
    };
    if let Some(text) = changes(&access(before), &access(now)) {
        say("capabilities-changed", "capabilities", format!("capabilities: {text}"));
    }
    if let Some(text) = changes(&hosts(before), &hosts(now)) {
        say("hosts-changed", "capabilities", format!("hosts: {text}"));
    }
    if let Some(text) = changes(&scopes(before), &scopes(now)) {
        say("scopes-changed", "service.scopes", format!("scopes of the service: {text}"));
    }
    if let Some(text) = differences(&files(before), &files(now)) {
        say("files-changed", "", format!("files: {text}"));
    }
    if let Some(text) = differences(&strings(before), &strings(now)) {
        say("texts-changed", "", format!("texts: {text}"));
    }
    if size.abs_diff(size_before) * 100 > size_before * NOTICED {
        say("size-changed", "", format!("the package has {size} bytes instead of {size_before}"));
    }
    found
}

fn files(manifest: &Manifest) -> BTreeMap<String, String> {
    manifest.files.iter().map(|file| (file.path.clone(), file.sha256.to_string())).collect()
}

fn strings(manifest: &Manifest) -> BTreeMap<String, String> {
    let each = |(path, text): (String, &annex_domain::localized::Localized)| {
        text.iter().map(|(code, text)| (format!("{path}.{code}"), text.to_owned())).collect::<Vec<_>>()
    };
    texts::of_manifest(manifest).into_iter().flat_map(each).collect()
}

/// What is new and what is gone; none when all is the same.
fn changes(before: &BTreeSet<String>, now: &BTreeSet<String>) -> Option<String> {
    sentence([("new", now.difference(before).collect()), ("gone", before.difference(now).collect())])
}

/// The same, and what has another value under its name.
fn differences(before: &BTreeMap<String, String>, now: &BTreeMap<String, String>) -> Option<String> {
    let fresh = now.keys().filter(|name| !before.contains_key(*name)).collect();
    let gone = before.keys().filter(|name| !now.contains_key(*name)).collect();
    let other = now.iter().filter(|(name, value)| before.get(*name).is_some_and(|old| old != *value));
    sentence([("new", fresh), ("changed", other.map(|(name, _)| name).collect()), ("gone", gone)])
}

fn sentence<const N: usize>(parts: [(&str, Vec<&String>); N]) -> Option<String> {
    let part = |(what, names): &(&str, Vec<&String>)| {
        let named: Vec<&str> = names.iter().take(NAMED).map(|name| name.as_str()).collect();
        let more = if names.len() > NAMED { ", …" } else { "" };
        (!named.is_empty()).then(|| format!("{what} {}{more}", named.join(", ")))
    };
    let parts: Vec<String> = parts.iter().filter_map(part).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_changed_or_gone_is_named() {
        let map = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let before = map(&[("a", "1"), ("b", "1"), ("c", "1")]);
        assert_eq!(differences(&before, &before), None);
        let now = map(&[("a", "1"), ("b", "2"), ("d", "1")]);
        assert_eq!(differences(&before, &now).unwrap(), "new d; changed b; gone c");
    }
}
