//! The crate `annex-sdk` that comes with this program, and how a project gets it. A project holds it in a folder of its own and
//! names it by a relative path, so that it builds wherever it is (ADR 48).

mod dependency;

use std::path::Path;

use annex_check::Failure;
use annex_domain::addon::Version;

use crate::files;
pub(crate) use dependency::{Dependency, line};

/// Its version.
pub(crate) const VERSION: &str = env!("ANNEX_SDK_VERSION");
/// The oldest Rust that compiles it, such as `1.95`.
pub(crate) const RUST: &str = env!("ANNEX_SDK_RUST");
/// Where a project holds it.
pub(crate) const PATH: &str = concat!("sdk/annex-sdk-", env!("ANNEX_SDK_VERSION"));

const CHANGELOG: &str = include_str!("../../addon/CHANGELOG.md");
/// Paths in its folder, and what is in these files.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/sdk.rs"));

/// The WIT in it: paths such as `annex-addon-0.1/world.wit`, and what is in these files.
pub(crate) fn wit() -> impl Iterator<Item = (&'static str, &'static str)> {
    FILES.iter().filter_map(|(file, text)| Some((file.strip_prefix("wit/")?, *text)))
}

/// What `use annex_sdk::prelude::*` brings, as it is written there.
pub(crate) fn prelude() -> &'static str {
    let root = FILES.iter().find(|(file, _)| *file == "src/lib.rs").map_or("", |(_, text)| *text);
    root.split_once("pub mod prelude").map_or("", |(_, prelude)| prelude)
}

/// Puts it into a project.
pub(crate) fn write(project: &Path) -> Result<(), Failure> {
    FILES.iter().try_for_each(|(file, text)| files::write(&project.join(PATH).join(file), text.as_bytes()))
}

/// Whether a project holds it, and unchanged.
pub(crate) fn is_in(project: &Path) -> bool {
    let same = |(file, text): &(&str, &str)| {
        std::fs::read(project.join(PATH).join(file)).is_ok_and(|found| found == text.as_bytes())
    };
    FILES.iter().all(same)
}

/// The version of the annex-sdk in a folder; none where there is no crate to read.
pub(crate) fn version_in(folder: &Path) -> Option<Version> {
    let text = std::fs::read_to_string(folder.join("Cargo.toml")).ok()?;
    let manifest: toml::Table = toml::from_str(&text).ok()?;
    manifest.get("package")?.get("version")?.as_str()?.parse().ok()
}

/// What came after a version, as Markdown: the newest first, nothing where nothing did.
pub(crate) fn changes_since(version: &Version) -> String {
    changes(CHANGELOG, version)
}

fn changes(changelog: &str, since: &Version) -> String {
    let newer = changelog.split("\n## ").skip(1).filter(|section| {
        let of = section.split_whitespace().next().and_then(|word| word.parse::<Version>().ok());
        of.is_some_and(|of| of > *since)
    });
    newer.map(|section| format!("## {}", section.trim_end())).collect::<Vec<_>>().join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_along_needs_nothing_around_it() {
        let names: Vec<_> = FILES.iter().map(|(name, _)| *name).collect();
        for part in
            ["Cargo.toml", "CHANGELOG.md", "LICENSE", "README.md", "src/lib.rs", "wit/annex-addon-0.1/world.wit"]
        {
            assert!(names.contains(&part), "{part}: {names:?}");
        }
        let (_, manifest) = FILES[0];
        assert!(!manifest.contains("workspace"), "{manifest}");
    }

    #[test]
    fn the_first_chapter_says_which_rust_it_takes() {
        let chapter = include_str!("../../guide/first-add-on.md");
        assert!(chapter.contains(&format!("[Rust](https://rustup.rs) {RUST} or newer")), "{RUST}");
    }

    #[test]
    fn a_project_has_it_once_it_is_written() {
        let project = tempfile::tempdir().unwrap();
        assert!(!is_in(project.path()));
        write(project.path()).unwrap();
        assert!(is_in(project.path()));
        assert_eq!(version_in(&project.path().join(PATH)).unwrap().to_string(), VERSION);
        std::fs::write(project.path().join(PATH).join("src/lib.rs"), "// mine").unwrap();
        assert!(!is_in(project.path()));
    }

    #[test]
    fn changes_are_those_since_a_version() {
        let told = "# Changes\n\nFor authors.\n\n## 0.10.0\n\n- Ten.\n\n## 0.9.1\n\n- Nine.\n\n## 0.2.0\n\n- Two.\n";
        assert_eq!(changes(told, &Version::new(0, 9, 0)), "## 0.10.0\n\n- Ten.\n\n## 0.9.1\n\n- Nine.");
        assert_eq!(changes(told, &Version::new(0, 10, 0)), "");
        // The version that comes along says what it brings.
        assert!(changes_since(&Version::new(0, 0, 0)).starts_with(&format!("## {VERSION}\n")));
    }
}
