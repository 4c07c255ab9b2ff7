//! Finds the package that a command is about where none is named: the one in `dist` that is of the id and version of the folder's
//! `annex.toml`. What was taken is said; of several, none is.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use annex_check::{Diagnostic, Failure};
use annex_domain::manifest::Manifest;
use annex_package::peek;

use crate::{files, output::Output, project::Project};

/// Where packages are written.
pub(crate) const FOLDER: &str = "dist";

/// How far a package is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// `….unsigned.annex`
    Unsigned,
    /// Any other `….annex`
    Signed,
}

impl Stage {
    fn has(self, file: &Path) -> bool {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let is_unsigned = name.ends_with(".unsigned.annex");
        name.ends_with(".annex") && is_unsigned == (self == Self::Unsigned)
    }

    /// How one is made.
    fn fix(self) -> &'static str {
        match self {
            Self::Unsigned => "make one with `annex addon pack`, or name a package",
            Self::Signed => "sign one with `annex addon sign`, or name a package",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unsigned => "unsigned",
            Self::Signed => "signed",
        })
    }
}

/// The manifest of the package in `file`. What is no package is told with the file.
pub(crate) fn manifest(file: &Path, bytes: &[u8]) -> Result<Manifest, Failure> {
    peek(bytes).map_err(|refusal| Diagnostic::from(refusal).file(file).into())
}

/// The file that was named; without one, that of the add-on in this folder, or in the one that was named.
pub(crate) fn find(named: Option<&Path>, stage: Stage, output: Output) -> Result<PathBuf, Failure> {
    let folder = match named {
        Some(named) if !named.is_dir() => return Ok(named.to_owned()),
        Some(folder) => folder,
        None => Path::new("."),
    };
    let manifest = Project::open(folder, None)?.manifest;
    let dist = folder.join(FOLDER);
    let mut found = Vec::new();
    for file in all(&dist)?.into_iter().filter(|file| stage.has(file)) {
        let of = peek(&files::read(&file)?);
        if of.is_ok_and(|of| of.id == manifest.id && of.version == manifest.version) {
            found.push(file);
        }
    }
    found.sort();
    let what = format!("{stage} package of {} {}", manifest.id, manifest.version);
    let wrong = match found.as_slice() {
        [only] => {
            output.progress(format_args!("takes {}", only.display()));
            return Ok(only.clone());
        }
        [] => Diagnostic::new("no-package", format!("there is no {what}")).fix(stage.fix()),
        several => {
            let names: Vec<String> = several.iter().map(|file| file.display().to_string()).collect();
            Diagnostic::new("several-packages", format!("there is more than one {what}: {}", names.join(", ")))
                .fix("name one of them, or delete the others")
        }
    };
    Err(wrong.file(&dist).into())
}

/// The files of a folder; none where it is not there.
fn all(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).map_err(|error| Diagnostic::io("read this folder", folder, &error))?;
    Ok(entries.filter_map(Result::ok).map(|entry| entry.path()).filter(|file| file.is_file()).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_package_is_unsigned_by_its_name() {
        for (name, unsigned, signed) in [
            ("acme.orders-1.0.0.unsigned.annex", true, false),
            ("acme.orders-1.0.0.annex", false, true),
            ("signed.annex", false, true),
            ("notes.txt", false, false),
        ] {
            let file = Path::new("dist").join(name);
            assert_eq!((Stage::Unsigned.has(&file), Stage::Signed.has(&file)), (unsigned, signed), "{name}");
        }
    }

    #[test]
    fn what_is_named_is_taken_as_it_is() {
        let named = Path::new("no/such.annex");
        assert_eq!(find(Some(named), Stage::Signed, Output::Json).unwrap(), named);
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(find(Some(folder.path()), Stage::Signed, Output::Json).unwrap_err().0[0].code, "no-manifest");
    }

    const MANIFEST: &str = "id = \"acme.orders\"\nversion = \"1.0.0\"\nseq = 1\nkind = \"plugin\"\n\
        wit = \"annex:addon@0.1\"\nhost = \">=0.1, <1\"\n[listing]\nname = \"Orders\"\nsummary = \"For tests.\"\n\
        description = \"Nothing.\"\npublisher_name = \"Acme\"\nsupport = { email = \"support@acme.example\" }\n";

    #[test]
    fn the_package_of_the_manifest_is_found_unless_there_are_several() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("annex.toml"), MANIFEST).unwrap();
        let dist = folder.path().join(FOLDER);
        fs::create_dir(&dist).unwrap();
        let lay = |name: &str, manifest: &str| {
            let manifest = annex_package::manifest_from_toml(manifest, "annex.toml").unwrap();
            let package = annex_package::build(manifest, b"component".to_vec(), BTreeMap::new()).unwrap();
            fs::write(dist.join(name), package.to_bytes().unwrap()).unwrap();
        };
        let found = |stage| find(Some(folder.path()), stage, Output::Json);
        let refused = |stage| found(stage).unwrap_err().0.remove(0);
        assert_eq!(refused(Stage::Unsigned).code, "no-package");
        lay("acme.orders-1.0.0.unsigned.annex", MANIFEST);
        lay("acme.orders-0.9.0.unsigned.annex", &MANIFEST.replace("1.0.0", "0.9.0"));
        lay("acme.other-1.0.0.unsigned.annex", &MANIFEST.replace("acme.orders", "acme.other"));
        assert_eq!(found(Stage::Unsigned).unwrap(), dist.join("acme.orders-1.0.0.unsigned.annex"));
        assert_eq!(refused(Stage::Signed).code, "no-package");

        lay("again.unsigned.annex", MANIFEST);
        let several = refused(Stage::Unsigned);
        assert_eq!(several.code, "several-packages");
        for name in ["acme.orders-1.0.0.unsigned.annex", "again.unsigned.annex"] {
            assert!(several.message.contains(name), "{}", several.message);
        }
    }
}
