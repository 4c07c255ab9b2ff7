//! How a project's `Cargo.toml` names annex-sdk, and changing that alone: all else in the file is the author's, and stays byte by byte.

use std::{
    ops::Range,
    path::{Path, PathBuf},
};

use annex_check::{Diagnostic, Failure};
use toml::de::{DeTable, DeValue};

use super::PATH;

/// The entry of annex-sdk in `[dependencies]`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Dependency {
    /// Bytes of the text: the value of its `path`, or the whole value of the entry that is a version alone.
    place: Range<usize>,
    /// As it is written; none for a version.
    pub(crate) path: Option<PathBuf>,
}

impl Dependency {
    /// Finds it in the text of `file`.
    pub(crate) fn find(file: &Path, text: &str) -> Result<Self, Failure> {
        let document = DeTable::parse(text).map_err(|error| {
            Diagnostic::new("cargo-toml", error.message())
                .file(file)
                .at(text, error.span().map_or(0, |span| span.start))
                .fix("correct this line")
        })?;
        let dependencies = document.get_ref().get("dependencies").and_then(|all| all.get_ref().as_table());
        let Some(entry) = dependencies.and_then(|all| all.get("annex-sdk")) else {
            let missing = Diagnostic::new("sdk-missing", "the add-on does not depend on annex-sdk").file(file);
            return Err(missing.fix(format!("add it to [dependencies]: {}", line())).into());
        };
        let found = match entry.get_ref() {
            DeValue::String(_) => Some(Self { place: entry.span(), path: None }),
            DeValue::Table(table) => table.get("path").and_then(|path| {
                Some(Self { place: path.span(), path: Some(PathBuf::from(path.get_ref().as_str()?)) })
            }),
            _ => None,
        };
        found.ok_or_else(|| {
            Diagnostic::new("sdk-elsewhere", "the add-on takes annex-sdk from somewhere else than a folder of its own")
                .file(file)
                .at(text, entry.span().start)
                .fix(format!("write it as a path, then run this again: {}", line()))
                .into()
        })
    }

    /// The text of `Cargo.toml` where it is that of this program.
    pub(crate) fn moved(&self, text: &str) -> String {
        let (before, after) = (text.get(..self.place.start), text.get(self.place.end..));
        let value = if self.path.is_some() { format!("\"{PATH}\"") } else { format!("{{ path = \"{PATH}\" }}") };
        [before.unwrap_or_default(), value.as_str(), after.unwrap_or_default()].concat()
    }
}

/// The entry as `annex addon new` writes it.
pub(crate) fn line() -> String {
    format!("annex-sdk = {{ path = \"{PATH}\" }}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str) -> Result<Dependency, String> {
        Dependency::find(Path::new("Cargo.toml"), text).map_err(|failure| failure.0[0].code.clone())
    }

    #[test]
    fn only_the_path_changes() {
        let around =
            |entry: &str| format!("# mine\n[dependencies]\nlog = '0.4' # keep\n{entry}\n[profile.release]\nlto=true\n");
        let cases = [
            ("annex-sdk = { path = '/home/me/annex/sdk/addon' }", "annex-sdk = { path = \"NEW\" }"),
            (
                "annex-sdk={path=\"sdk/annex-sdk-0.0.1\", features=['x']} # sdk",
                "annex-sdk={path=\"NEW\", features=['x']} # sdk",
            ),
            ("annex-sdk.path = \"../x\"", "annex-sdk.path = \"NEW\""),
            ("[dependencies.annex-sdk]\npath = \"x\"", "[dependencies.annex-sdk]\npath = \"NEW\""),
            ("annex-sdk = \"0.1.0\"", "annex-sdk = { path = \"NEW\" }"),
        ];
        for (before, after) in cases {
            let text = around(before);
            assert_eq!(find(&text).unwrap().moved(&text), around(&after.replace("NEW", PATH)), "{before}");
        }
    }

    #[test]
    fn what_is_no_path_is_left_to_the_author() {
        for elsewhere in ["{ workspace = true }", "{ version = \"0.1\" }", "{ git = \"https://x.example\" }", "7"] {
            let text = format!("[dependencies]\nannex-sdk = {elsewhere}\n");
            assert_eq!(find(&text).unwrap_err(), "sdk-elsewhere", "{elsewhere}");
        }
        assert_eq!(find("[package]\nname = \"x\"\n").unwrap_err(), "sdk-missing");
        assert_eq!(find("[dependencies\n").unwrap_err(), "cargo-toml");
    }
}
