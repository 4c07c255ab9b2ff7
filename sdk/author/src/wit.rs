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
        let mut count = 0;
        for package in std::fs::read_dir(&host).unwrap().map(|entry| entry.unwrap().path()) {
            for file in std::fs::read_dir(&package).unwrap().map(|entry| entry.unwrap().path()) {
                let path = file.strip_prefix(&host).unwrap();
                let ours = std::fs::read(folder.path().join("deps").join(path)).unwrap();
                assert_eq!(ours, std::fs::read(&file).unwrap(), "{}", path.display());
                count += 1;
            }
        }
        assert_eq!(written.files.len(), count);
        assert!(written.text().starts_with(&format!("{count} files in ")), "{}", written.text());
    }
}
