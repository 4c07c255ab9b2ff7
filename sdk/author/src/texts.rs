//! `annex addon texts`: the English texts of the panel, for who translates them. A language hands them over under the same keys, in
//! whatever files.

use annex_check::Failure;
use annex_i18n::ENGLISH;
use serde::Serialize;

use crate::{args::TextsArgs, files, output::Answer};

/// Files that were written, those before them replaced.
#[derive(Debug, Serialize)]
pub(crate) struct Written {
    folder: String,
    files: Vec<&'static str>,
}

impl Answer for Written {
    fn text(&self) -> String {
        format!("{} files in {}", self.files.len(), self.folder)
    }
}

pub(crate) fn run(args: &TextsArgs) -> Result<Written, Failure> {
    ENGLISH.iter().try_for_each(|(file, text)| files::write(&args.dir.join(file), text.as_bytes()))?;
    Ok(Written { folder: args.dir.display().to_string(), files: ENGLISH.iter().map(|(file, _)| *file).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_translator_gets_every_text() {
        let folder = tempfile::tempdir().unwrap();
        let written = run(&TextsArgs { dir: folder.path().join("english") }).unwrap();
        assert_eq!(written.files.len(), ENGLISH.len());
        let main = std::fs::read_to_string(folder.path().join("english/en.ftl")).unwrap();
        assert!(main.contains("\nnav-inbox = "), "{main}");
    }
}
