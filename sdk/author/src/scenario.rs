//! The scenarios in an add-on's folder: `scenarios/*.toml`.

use std::path::Path;

use annex_check::{Diagnostic, Failure, scenario::Loaded};

use crate::files;

/// Reads every scenario of the add-on in `root`, sorted by name; `only` keeps those whose name contains it.
pub(crate) fn load_all(root: &Path, only: Option<&str>) -> Result<Vec<Loaded>, Failure> {
    let folder = root.join(annex_check::scenario::FOLDER);
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
        match files::read_text(&file).and_then(|text| Loaded::read(&file, text)) {
            Ok(scenario) if only.is_none_or(|only| scenario.name.contains(only)) => loaded.push(scenario),
            Ok(_) => {}
            Err(failure) => errors.extend(failure.0),
        }
    }
    if errors.is_empty() { Ok(loaded) } else { Err(Failure(errors)) }
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
