//! Scenarios: `scenarios/*.toml`, each a desk to start from, answers of other systems, and steps with what is expected
//! of each. They run in the real sandbox, against data in memory and a stub server on loopback.

mod data;
mod expect;
mod given;
mod run;
mod stub;
mod texts;

use std::path::{Path, PathBuf};

use toml::Spanned;

use crate::{
    diagnostic::{Diagnostic, Failure},
    files,
};

pub(crate) use given::{Scenario, Step};
pub(crate) use run::{Outcome, Runner};

/// A scenario with the file that it came from.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) name: String,
    pub(crate) file: PathBuf,
    pub(crate) text: String,
    pub(crate) scenario: Scenario,
}

impl Loaded {
    /// An error at a step.
    pub(crate) fn at(&self, step: &Spanned<Step>, diagnostic: Diagnostic) -> Diagnostic {
        diagnostic.file(&self.file).at(&self.text, step.span().start)
    }
}

/// Reads every scenario of the add-on in `root`, sorted by name; `only` keeps those whose name contains it.
pub(crate) fn load_all(root: &Path, only: Option<&str>) -> Result<Vec<Loaded>, Failure> {
    let folder = root.join("scenarios");
    if !folder.is_dir() {
        return Err(Diagnostic::new("no-scenarios", "there are no scenarios")
            .file(&folder)
            .fix("write `scenarios/NAME.toml`; `annex addon new` makes an example")
            .into());
    }
    let entries = folder.read_dir().map_err(|error| Diagnostic::io("read this folder", &folder, &error))?;
    let mut files: Vec<_> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    let (mut loaded, mut errors) = (Vec::new(), Vec::new());
    for file in files {
        match load(&file) {
            Ok(scenario) if only.is_none_or(|only| scenario.name.contains(only)) => loaded.push(scenario),
            Ok(_) => {}
            Err(failure) => errors.extend(failure.0),
        }
    }
    if errors.is_empty() { Ok(loaded) } else { Err(Failure(errors)) }
}

fn load(file: &Path) -> Result<Loaded, Failure> {
    let text = files::read_text(file)?;
    let scenario: Scenario = toml::from_str(&text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        Diagnostic::new("scenario", error.message())
            .file(file)
            .at(&text, at)
            .fix("compare it with the scenarios that `annex addon new` makes")
    })?;
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Loaded { name: scenario.name.clone().unwrap_or(stem), file: file.to_owned(), text, scenario })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_name_file_and_line() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("scenarios")).unwrap();
        let file = folder.path().join("scenarios/x.toml");
        std::fs::write(&file, "[[steps]]\ndo = \"render\"\nticke = 1\n").unwrap();
        let failure = load_all(folder.path(), None).unwrap_err();
        assert_eq!((failure.0[0].code.as_str(), failure.0[0].line), ("scenario", Some(3)));
        assert_eq!(failure.0[0].file.as_deref(), file.to_str());
    }
}
