//! An add-on's folder: `annex.toml`, the sources, `assets/`, `scenarios/`; and how a package is made of it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use annex_check::{Diagnostic, Failure};
use annex_domain::manifest::Manifest;
use annex_package::{Refusal, UnsignedPackage, manifest_from_toml, place_in_toml};
use bytes::Bytes;

use crate::{
    args::PackageSource,
    cargo::{self, Built},
    files,
    output::Output,
    recipe::{self, Recipe},
    scenario,
};

/// The manifest as authors name it.
pub(crate) const MANIFEST: &str = "annex.toml";
/// What the package holds beside the component, under the same names: what the host shows; and, by their endings alone, the texts of
/// panels and the scenarios, which the host looks at and runs when it checks the package.
const FOLDERS: [(&str, Option<&str>); 3] =
    [("assets", None), ("locales", Some("ftl")), (annex_check::scenario::FOLDER, Some("toml"))];

/// An add-on's folder with a manifest that is fine.
#[derive(Debug)]
pub(crate) struct Project {
    pub(crate) root: PathBuf,
    pub(crate) manifest_file: PathBuf,
    pub(crate) manifest: Manifest,
    /// Of the manifest, as it is written.
    text: String,
    pub(crate) recipe: Recipe,
}

impl Project {
    /// Reads the manifest of the add-on in `folder`.
    pub(crate) fn open(folder: &Path, manifest: Option<&Path>) -> Result<Self, Failure> {
        let manifest_file = manifest.map_or_else(|| folder.join(MANIFEST), Path::to_owned);
        if !manifest_file.is_file() {
            let missing = Diagnostic::new("no-manifest", "there is no add-on here: the manifest is missing");
            return Err(missing
                .file(&manifest_file)
                .fix("run this in an add-on's folder, or make one with `annex addon new NAME`")
                .into());
        }
        let (recipe, text) = recipe::take(&files::read_text(&manifest_file)?, &manifest_file)?;
        let manifest = manifest_from_toml(&text, &manifest_file.display().to_string())?;
        Ok(Self { root: folder.to_owned(), manifest_file, manifest, text, recipe })
    }

    /// Makes its component.
    pub(crate) async fn build(&self, output: Output) -> Result<Built, Failure> {
        match &self.recipe {
            Recipe::Cargo => cargo::build(&self.root, output).await,
            Recipe::Own(own) => own.make(&self.root, &self.manifest_file, output).await,
        }
    }

    /// The same in a hurry, where the toolchain has a way to.
    pub(crate) async fn build_for_dev(&self, output: Output) -> Result<Built, Failure> {
        match &self.recipe {
            Recipe::Cargo => cargo::build_for_dev(&self.root, output).await,
            Recipe::Own(_) => self.build(output).await,
        }
    }

    /// What is wrong apart from the component: told before time goes into compiling one.
    pub(crate) fn look_first(&self) -> Result<(), Failure> {
        let package = self.package_as(self.manifest.clone(), Bytes::from_static(b"later"))?;
        annex_check::check_texts(package.assets()).map_err(|failure| failure.below(&self.root))?;
        if self.root.join(annex_check::scenario::FOLDER).is_dir() {
            scenario::load_all(&self.root, None)?;
        }
        Ok(())
    }

    /// Every file below these folders, by the path that it has in the package.
    pub(crate) fn assets(&self) -> Result<BTreeMap<String, Bytes>, Failure> {
        let mut found = BTreeMap::new();
        for (path, ending) in FOLDERS {
            let folder = self.root.join(path);
            match fs::symlink_metadata(&folder) {
                Ok(it) if it.is_dir() => collect(&folder, path, ending, &mut found)?,
                Ok(it) if it.is_symlink() => return Err(not_a_file(&folder)),
                Ok(_) | Err(_) => {}
            }
        }
        found.into_iter().map(|(path, file)| Ok((path, files::read(&file)?.into()))).collect()
    }

    /// The package of this add-on with `component`; the manifest may differ from the file's.
    pub(crate) fn package_as(&self, manifest: Manifest, component: Bytes) -> Result<UnsignedPackage, Failure> {
        let package = annex_package::build(manifest, component, self.assets()?);
        package.map_err(|refusal| self.placed(refusal).into())
    }

    /// A refusal at the line of the manifest that it is about, or at the file.
    fn placed(&self, refusal: Refusal) -> Diagnostic {
        let field = match &refusal {
            Refusal::IconMissing { .. } | Refusal::IconInvalid { .. } => "listing.icon",
            Refusal::PictureMissing { .. } | Refusal::PictureInvalid { .. } => "listing.pictures",
            Refusal::ManifestHostRange { .. } => "host",
            Refusal::PathUpperCase { path }
            | Refusal::PathCharacter { path }
            | Refusal::PathTooLong { path }
            | Refusal::PathReserved { path }
            | Refusal::CaseCollision { path } => {
                let file = self.root.join(path);
                return Diagnostic::from(refusal).file(&file);
            }
            _ => return Diagnostic::from(refusal).file(&self.manifest_file),
        };
        let at = place_in_toml(&self.text, field);
        Diagnostic::from(refusal).file(&self.manifest_file).at(&self.text, at)
    }
}

/// Opens the add-on that the command line names, and looks at everything but its component.
pub(crate) fn open(source: &PackageSource) -> Result<Project, Failure> {
    let project = Project::open(&source.dir, source.manifest.as_deref())?;
    project.look_first()?;
    Ok(project)
}

/// Its component: the given one, or a newly built one.
pub(crate) async fn component(project: &Project, source: &PackageSource, output: Output) -> Result<Bytes, Failure> {
    Ok(match &source.component {
        Some(file) => files::read(file)?.into(),
        None => project.build(output).await?.bytes,
    })
}

/// Finds files by the path that each has in the package. With an ending, other files are left out, and names are put in lower case as
/// packages have them: `pt-BR.ftl`.
fn collect(
    folder: &Path,
    path: &str,
    ending: Option<&str>,
    found: &mut BTreeMap<String, PathBuf>,
) -> Result<(), Failure> {
    let failed = |error: &std::io::Error| Failure::from(Diagnostic::io("read this folder", folder, error));
    for entry in fs::read_dir(folder).map_err(|error| failed(&error))? {
        let entry = entry.map_err(|error| failed(&error))?;
        let file = entry.path();
        let kind = entry.file_type().map_err(|error| failed(&error))?;
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
            return Err(Diagnostic::new("path-not-ascii", "the name of this file is not plain text")
                .file(&file)
                .fix("use a-z, 0-9, . _ and - in names")
                .into());
        };
        let name = if ending.is_some() { name.to_ascii_lowercase() } else { name };
        let path = format!("{path}/{name}");
        if kind.is_dir() {
            collect(&file, &path, ending, found)?;
        } else if ending.is_some_and(|ending| file.extension().is_none_or(|found| found != ending)) {
            continue;
        } else if kind.is_file() {
            if let Some(other) = found.insert(path, file.clone()) {
                let what =
                    format!("{} differs from this file in case alone, and both are one in a package", other.display());
                return Err(Diagnostic::new("case-collision", what).file(&file).into());
            }
        } else {
            return Err(not_a_file(&file));
        }
    }
    Ok(())
}

fn not_a_file(path: &Path) -> Failure {
    Diagnostic::new("symlink", "this is a link or a special file: packages hold files alone")
        .file(path)
        .fix("put a copy of the file or folder in its place")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_files_that_differ_in_case_alone_none_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in [("x.ftl", "a = 1"), ("X.ftl", "a = 2")] {
            fs::write(folder.path().join(file), text).unwrap();
        }
        let failure = collect(folder.path(), "locales", Some("ftl"), &mut BTreeMap::new()).unwrap_err();
        let told = failure.0[0].to_string();
        assert_eq!(failure.0[0].code, "case-collision");
        assert!(told.contains("/x.ftl") && told.contains("/X.ftl") && failure.0[0].fix.is_some(), "{told}");
    }

    #[test]
    fn a_package_has_assets_texts_and_scenarios() {
        let folder = tempfile::tempdir().unwrap();
        for file in ["assets/a.txt", "locales/pt-BR.ftl", "locales/notes.md", "scenarios/One.toml", "src/lib.rs"] {
            let file = folder.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        let mut found = BTreeMap::new();
        for (path, ending) in FOLDERS {
            collect(&folder.path().join(path), path, ending, &mut found).unwrap();
        }
        let found: Vec<_> = found.into_keys().collect();
        assert_eq!(found, ["assets/a.txt", "locales/pt-br.ftl", "scenarios/one.toml"]);
    }
}
