//! `annex addon wit`: the WIT of the host, for add-ons that are not written with annex-sdk. A project holds it, so that it builds
//! wherever it is checked out.

use std::path::Path;

use annex_check::Failure;
use serde::Serialize;

use crate::{args::WitArgs, files, output::Answer, sdk};

/// Where tools look for what the world of a project needs.
pub(crate) const FOLDER: &str = "wit/deps";

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

pub(crate) fn run(args: &WitArgs) -> Result<Written, Failure> {
    write(&args.dir)?;
    Ok(Written { folder: args.dir.display().to_string(), files: sdk::wit().map(|(file, _)| file).collect() })
}

/// Puts it into a folder: one folder in it for each package.
pub(crate) fn write(folder: &Path) -> Result<(), Failure> {
    let mut files = sdk::wit();
    files.try_for_each(|(file, text)| files::write(&folder.join(file), text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_host_is_written_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let written = run(&WitArgs { dir: folder.path().join("deps") }).unwrap();
        let host = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit");
        let mut all: Vec<_> = std::fs::read_dir(host.join("annex-addon-0.1")).unwrap().map(|e| e.unwrap()).collect();
        all.sort_by_key(std::fs::DirEntry::file_name);
        for file in &all {
            let path = Path::new("annex-addon-0.1").join(file.file_name());
            let ours = std::fs::read(folder.path().join("deps").join(&path)).unwrap();
            assert_eq!(ours, std::fs::read(host.join(&path)).unwrap(), "{}", path.display());
        }
        assert_eq!(written.files.len(), all.len());
        assert!(written.text().starts_with("5 files in "), "{}", written.text());
    }
}
