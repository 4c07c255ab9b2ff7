//! What stands side by side in a review: the parts of a version, each with a name, and which of them differ from another version's.
//! The same names say whether the place of a note has changed since an earlier round.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use crate::{listing_draft::ListingDraft, manifest::Manifest, review::Target};

crate::words! {
    /// What parts are of.
    pub enum Section: "section of a difference" {
        /// The fields of the draft.
        Fields = "fields",
        /// What the component, and the publisher's service, want to do.
        Capabilities = "capabilities",
        /// Where its requests go.
        Hosts = "hosts",
        /// What else the manifest says: settings, plans, texts.
        Strings = "strings",
        /// The files of the package.
        Files = "files",
        /// The package as a whole.
        Package = "package",
    }
}

/// Digits of a digest that are shown.
const SHOWN: usize = 12;

/// The parts of a version.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parts(BTreeMap<Section, BTreeMap<String, String>>);

/// A part that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Its name.
    pub path: String,
    /// What it was; none: it is new.
    pub before: Option<String>,
    /// What it is; none: it is gone.
    pub after: Option<String>,
}

impl Parts {
    /// Of a version with its package of `size` bytes.
    #[must_use]
    pub fn of(draft: &ListingDraft, manifest: &Manifest, size: u64) -> Self {
        let capabilities = manifest.capabilities.iter();
        let mut asked: BTreeMap<String, String> = capabilities
            .clone()
            .map(|capability| (capability.access.to_string(), capability.purpose.get("en").to_owned()))
            .collect();
        let scopes = manifest.service.iter().flat_map(|service| &service.scopes);
        asked.extend(scopes.map(|asked| (format!("service: {}", asked.scope), asked.purpose.get("en").to_owned())));
        let hosts = capabilities.flat_map(|capability| &capability.hosts);
        let hosts = hosts.map(|host| (host.to_string(), host.to_string())).collect();
        let files = manifest.files.iter().map(|file| {
            let digest = file.sha256.as_str().get(..SHOWN).unwrap_or_default();
            (file.path.clone(), format!("{} · {digest}", file.size))
        });
        let mut strings = serde_json::to_value(manifest).unwrap_or_default();
        if let Some(object) = strings.as_object_mut() {
            object.retain(|name, _| !matches!(name.as_str(), "listing" | "files" | "capabilities" | "version" | "seq"));
        }
        let package = [("version", manifest.version.to_string()), ("size", size.to_string())];
        let package = package.map(|(name, value)| (name.to_owned(), value));
        Self(BTreeMap::from([
            (Section::Fields, flat(&serde_json::to_value(draft).unwrap_or_default())),
            (Section::Capabilities, asked),
            (Section::Hosts, hosts),
            (Section::Strings, flat(&strings)),
            (Section::Files, files.collect()),
            (Section::Package, package.into()),
        ]))
    }

    fn section(&self, section: Section) -> impl Iterator<Item = (&String, &String)> {
        self.0.get(&section).into_iter().flatten()
    }

    /// What differs from an earlier version, by section; sections without a difference are left out.
    #[must_use]
    pub fn since(&self, before: &Self) -> Vec<(Section, Vec<Change>)> {
        let of = |section| {
            let (old, new): (BTreeMap<_, _>, BTreeMap<_, _>) =
                (before.section(section).collect(), self.section(section).collect());
            let paths: BTreeSet<&String> = old.keys().chain(new.keys()).copied().collect();
            let differ = paths.into_iter().filter(|path| old.get(path) != new.get(path));
            let change = |path: &String| Change {
                path: path.clone(),
                before: old.get(path).map(|value| (*value).clone()),
                after: new.get(path).map(|value| (*value).clone()),
            };
            (section, differ.map(change).collect::<Vec<_>>())
        };
        Section::ALL.into_iter().map(of).filter(|(_, changes)| !changes.is_empty()).collect()
    }

    /// True when the place of a note is as it was. What is in no section by its name (a source file, a view) hangs on all files.
    #[must_use]
    pub fn same_at(&self, target: &Target, before: &Self) -> bool {
        match target {
            Target::Whole => self == before,
            Target::Field { path } => {
                let under = |parts: &Self| -> Vec<(String, String)> {
                    let both = parts.section(Section::Fields).chain(parts.section(Section::Strings));
                    let under = both.filter(|(name, _)| is_under(name, path));
                    under.map(|(name, value)| (name.clone(), value.clone())).collect()
                };
                under(self) == under(before)
            }
            Target::Line { file, .. } => {
                let one = |parts: &Self| parts.0.get(&Section::Files).and_then(|files| files.get(file)).cloned();
                match (one(self), one(before)) {
                    (None, None) => self.same_files(before),
                    (now, then) => now == then,
                }
            }
            Target::Node { .. } => self.same_files(before),
        }
    }

    fn same_files(&self, before: &Self) -> bool {
        self.0.get(&Section::Files) == before.0.get(&Section::Files)
    }
}

fn is_under(name: &str, path: &str) -> bool {
    name.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// The leaves of a JSON value, by their paths.
fn flat(value: &Value) -> BTreeMap<String, String> {
    let mut leaves = BTreeMap::new();
    collect(value, String::new(), &mut leaves);
    leaves
}

fn collect(value: &Value, path: String, leaves: &mut BTreeMap<String, String>) {
    match value {
        Value::Null => {}
        Value::Object(object) => {
            for (name, inner) in object {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                collect(inner, path, leaves);
            }
        }
        Value::Array(list) => {
            for (at, inner) in list.iter().enumerate() {
                collect(inner, format!("{path}[{at}]"), leaves);
            }
        }
        Value::String(text) if text.is_empty() => {}
        Value::String(text) => drop(leaves.insert(path, text.clone())),
        Value::Bool(_) | Value::Number(_) => drop(leaves.insert(path, value.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        addon::{Digest, Kind, Seq, Version},
        capability::{Access, Capability},
        localized::Localized,
        manifest::{FileEntry, Listing, Support, WIT_PACKAGE},
    };

    fn draft(summary: &str) -> ListingDraft {
        ListingDraft { summary: [("en".to_owned(), summary.to_owned())].into(), ..ListingDraft::default() }
    }

    fn manifest(file: &[u8], capabilities: Vec<Capability>) -> Manifest {
        Manifest {
            id: "acme.notes".parse().unwrap(),
            version: Version::new(1, 0, 0),
            seq: Seq(1),
            kind: Kind::Plugin,
            wit: WIT_PACKAGE.into(),
            host: "*".parse().unwrap(),
            listing: Listing {
                name: Localized::en("Notes"),
                summary: Localized::en("Notes"),
                description: Localized::en("Notes"),
                publisher_name: "Acme".into(),
                categories: BTreeSet::new(),
                release_notes: None,
                terms_url: None,
                privacy_url: None,
                support: Support { email: "a@b.example".into(), portal: None, faq: None },
                icon: None,
                highlights: vec![],
                pictures: vec![],
                works_with: vec![],
                video: None,
            },
            capabilities,
            settings: vec![],
            fields: vec![],
            plans: vec![],
            events: BTreeSet::new(),
            views: vec![],
            schedules: vec![],
            inbound: None,
            setup: None,
            service: None,
            files: vec![FileEntry { path: "a.txt".into(), size: 1, sha256: Digest::of(file) }],
        }
    }

    #[test]
    fn what_differs_is_named_by_section_and_path() {
        let kv = Capability { access: Access::Kv, hosts: vec![], purpose: Localized::en("to remember") };
        let before = Parts::of(&draft("Old."), &manifest(b"1", vec![]), 10);
        let after = Parts::of(&draft("New."), &manifest(b"2", vec![kv]), 12);
        assert_eq!(before.since(&before), []);
        let changes = after.since(&before);
        let sections: Vec<_> = changes.iter().map(|(section, _)| *section).collect();
        assert_eq!(sections, [Section::Fields, Section::Capabilities, Section::Files, Section::Package]);
        let summary = Change { path: "summary.en".into(), before: Some("Old.".into()), after: Some("New.".into()) };
        assert_eq!(changes[0].1, [summary]);
        assert_eq!((changes[1].1[0].before.clone(), changes[1].1[0].path.as_str()), (None, "kv"));
        assert_eq!(changes[3].1[0].path, "size");
    }

    #[test]
    fn a_place_is_the_same_or_not() {
        let before = Parts::of(&draft("Old."), &manifest(b"1", vec![]), 10);
        let text = Parts::of(&draft("New."), &manifest(b"1", vec![]), 10);
        let file = Parts::of(&draft("Old."), &manifest(b"2", vec![]), 10);
        let field = |path: &str| Target::Field { path: path.into() };
        let line = |file: &str| Target::Line { file: file.into(), line: 1 };
        let node = Target::Node { view: "main".into(), path: "0".into() };
        assert!(!text.same_at(&field("summary"), &before) && text.same_at(&field("summ"), &before));
        assert!(text.same_at(&field("description.en"), &before), "it was not there, and still is not");
        assert!(text.same_at(&node, &before) && !file.same_at(&node, &before));
        assert!(!file.same_at(&line("a.txt"), &before) && !file.same_at(&line("src/lib.rs"), &before));
        assert!(text.same_at(&line("a.txt"), &before) && !text.same_at(&Target::Whole, &before));
    }
}
