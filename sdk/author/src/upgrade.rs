//! `annex addon upgrade`: the annex-sdk of this program takes the place of a project's. Of what the author wrote, the path in
//! `Cargo.toml` changes, and in `annex.toml` the WIT package that the SDK is made for, with the place that a panel had before places were
//! named; what else has to is told. What was interrupted is mended by running it again.

mod wit;

use std::{fs, path::Path};

use annex_check::{Diagnostic, Failure};
use annex_domain::addon::Version;
use serde::Serialize;

use crate::{
    args::UpgradeArgs,
    files,
    output::Answer,
    project::MANIFEST,
    sdk::{self, Dependency},
};

/// The SDK of a project, as it is now.
#[derive(Debug, Serialize)]
pub(crate) struct Upgraded {
    /// The version before; none where there was none to read.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    to: &'static str,
    folder: &'static str,
    /// What `annex.toml` names now as `wit`; none where it stayed.
    #[serde(skip_serializing_if = "Option::is_none")]
    wit: Option<&'static str>,
    /// The project had exactly this already.
    repeated: bool,
    /// What came since the version before, as Markdown.
    changes: String,
}

impl Answer for Upgraded {
    fn text(&self) -> String {
        let (to, folder) = (self.to, self.folder);
        let wit = self.wit.map(|wit| format!("\n{MANIFEST}: wit = \"{wit}\"")).unwrap_or_default();
        match &self.from {
            _ if self.repeated => format!("annex-sdk {to} is in {folder} already{wit}"),
            Some(from) if from != to => format!("annex-sdk {from} -> {to}, in {folder}{wit}\n\n{}", self.changes),
            _ => format!("annex-sdk {to} is in {folder} now{wit}"),
        }
    }
}

pub(crate) fn run(args: &UpgradeArgs) -> Result<Upgraded, Failure> {
    let (project, file) = (&args.dir, args.dir.join("Cargo.toml"));
    if !file.is_file() && project.join(MANIFEST).is_file() {
        let none = Diagnostic::new("no-sdk", "the add-on is no crate, so it has no annex-sdk").file(&file);
        return Err(none.fix("`annex addon wit` writes the WIT of this program, which other languages go by").into());
    }
    let text = files::read_text(&file)?;
    let dependency = Dependency::find(&file, &text)?;
    let before = dependency.path.as_ref().map(|path| project.join(path));
    let from = before.as_deref().and_then(sdk::version_in);
    if let Some(from) = from.as_ref().filter(|from| is_newer(from)) {
        let newer = format!("the add-on has annex-sdk {from}, and this program brings {}", sdk::VERSION);
        return Err(Diagnostic::new("sdk-newer", newer).file(&file).fix("install a newer `annex`").into());
    }
    let moved = dependency.moved(&text);
    let repeated = dependency.path.as_deref() == Some(Path::new(sdk::PATH)) && sdk::is_in(project);
    if !repeated {
        let folder = project.join(sdk::PATH);
        remove(&folder)?;
        sdk::write(project)?;
        if moved != text {
            files::write(&file, moved.as_bytes())?;
        }
        if let Some(before) = before.filter(|before| *before != folder && is_ours(project, before)) {
            remove(&before)?;
        }
    }
    let wit = wit::raise(project)?;
    let changes = from.as_ref().map(sdk::changes_since).unwrap_or_default();
    let from = from.map(|from| from.to_string());
    Ok(Upgraded { from, to: sdk::VERSION, folder: sdk::PATH, wit, repeated, changes })
}

fn is_newer(version: &Version) -> bool {
    sdk::VERSION.parse::<Version>().is_ok_and(|own| *version > own)
}

/// Whether `annex` made the folder. A checkout, or a fork of the author's, is left alone.
fn is_ours(project: &Path, folder: &Path) -> bool {
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let version = name.strip_prefix("annex-sdk-").and_then(|version| version.parse::<Version>().ok());
    version.is_some() && version == sdk::version_in(folder) && folder.parent() == Some(project.join("sdk").as_path())
}

fn remove(folder: &Path) -> Result<(), Failure> {
    if !folder.exists() {
        return Ok(());
    }
    fs::remove_dir_all(folder).map_err(|error| Diagnostic::io("remove this folder", folder, &error).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A project with an annex-sdk of that version in that folder.
    fn project(path: &str, version: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let manifest = format!("# mine\n[dependencies]\nannex-sdk = {{ path = \"{path}\" }}\nlog = \"0.4\" # keep\n");
        fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
        fs::create_dir_all(folder.path().join(path)).unwrap();
        let manifest = format!("[package]\nname = \"annex-sdk\"\nversion = \"{version}\"\n");
        fs::write(folder.path().join(path).join("Cargo.toml"), manifest).unwrap();
        folder
    }

    fn upgrade(folder: &Path) -> Result<Upgraded, String> {
        run(&UpgradeArgs { dir: folder.to_owned() }).map_err(|failure| failure.0[0].code.clone())
    }

    #[test]
    fn a_fork_of_the_authors_is_kept() {
        let folder = project("sdk/annex-sdk-mine", "0.0.1");
        upgrade(folder.path()).unwrap();
        assert!(folder.path().join("sdk/annex-sdk-mine").exists());
    }

    #[test]
    fn the_new_version_takes_the_place_of_the_old_one_and_says_what_changed() {
        let folder = project("sdk/annex-sdk-0.0.1", "0.0.1");
        let upgraded = upgrade(folder.path()).unwrap();
        assert_eq!((upgraded.from.as_deref(), upgraded.repeated), (Some("0.0.1"), false));
        let text = upgraded.text();
        assert!(text.starts_with(&format!("annex-sdk 0.0.1 -> {}", sdk::VERSION)), "{text}");
        assert!(text.contains(&format!("## {}", sdk::VERSION)), "{text}");
        // What a channel of 0.1 has in its `Cargo.toml`, and nothing there can say why it does not build any more.
        assert!(text.contains("The feature `channel` is gone from this crate"), "{text}");
        let manifest = fs::read_to_string(folder.path().join("Cargo.toml")).unwrap();
        let expected =
            format!("# mine\n[dependencies]\nannex-sdk = {{ path = \"{}\" }}\nlog = \"0.4\" # keep\n", sdk::PATH);
        assert_eq!(manifest, expected);
        assert!(sdk::is_in(folder.path()) && !folder.path().join("sdk/annex-sdk-0.0.1").exists());
        let again = upgrade(folder.path()).unwrap();
        assert!(again.repeated && again.changes.is_empty() && again.text().contains("already"));
    }

    /// Who has changed nothing else by hand yet finds the manifest ready for what is built then.
    #[test]
    fn the_manifest_names_what_the_sdk_is_made_for() {
        let folder = project("sdk/annex-sdk-0.0.1", "0.0.1");
        let manifest = folder.path().join(MANIFEST);
        fs::write(&manifest, "kind = \"plugin\" # mine\nwit = \"annex:addon@0.1\" # of 2025\n").unwrap();
        let upgraded = upgrade(folder.path()).unwrap();
        assert!(upgraded.text().contains("annex.toml: wit = \"annex:addon@0.2\""), "{}", upgraded.text());
        let expected = "kind = \"plugin\" # mine\nwit = \"annex:addon@0.2\" # of 2025\n\n[[views]]\n";
        assert!(fs::read_to_string(&manifest).unwrap().starts_with(expected));
        let again = upgrade(folder.path()).unwrap();
        assert!(again.repeated && again.wit.is_none());
    }

    #[test]
    fn what_is_missing_or_was_changed_is_made_whole() {
        let folder = project(sdk::PATH, sdk::VERSION);
        let stray = folder.path().join(sdk::PATH).join("src/stray.rs");
        files::write(&stray, b"").unwrap();
        let upgraded = upgrade(folder.path()).unwrap();
        assert_eq!((upgraded.repeated, upgraded.changes.as_str()), (false, ""));
        assert!(sdk::is_in(folder.path()) && !stray.exists());
        fs::remove_dir_all(folder.path().join("sdk")).unwrap();
        assert_eq!(upgrade(folder.path()).unwrap().from, None);
        assert!(sdk::is_in(folder.path()));
    }

    #[test]
    fn an_add_on_in_another_language_is_led_to_the_wit() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(MANIFEST), "").unwrap();
        assert_eq!(upgrade(folder.path()).unwrap_err(), "no-sdk");
    }

    #[test]
    fn a_folder_that_is_not_ours_is_kept() {
        let folder = project("fork", "0.0.1");
        upgrade(folder.path()).unwrap();
        assert!(folder.path().join("fork/Cargo.toml").exists() && sdk::is_in(folder.path()));
    }

    #[test]
    fn a_project_never_goes_back() {
        let folder = project("sdk/annex-sdk-99.0.0", "99.0.0");
        assert_eq!(upgrade(folder.path()).unwrap_err(), "sdk-newer");
        assert!(folder.path().join("sdk/annex-sdk-99.0.0").exists() && !sdk::is_in(folder.path()));
    }
}
