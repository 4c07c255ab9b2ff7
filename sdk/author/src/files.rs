//! Reading and writing files, with errors that name the file and say what to do.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::Path,
};

use annex_check::{Diagnostic, Failure};

/// Reads a file.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(file).map_err(|error| Diagnostic::io("read this file", file, &error).into())
}

/// Reads a text.
pub(crate) fn read_text(file: &Path) -> Result<String, Failure> {
    let bytes = read(file)?;
    String::from_utf8(bytes)
        .map_err(|_| Diagnostic::new("not-utf8", "this file is not UTF-8").file(file).fix("save it as UTF-8").into())
}

/// Makes a folder and those above it.
pub(crate) fn make_folder(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| Diagnostic::io("make this folder", folder, &error).into())
}

/// Makes a folder that only its owner can open.
pub(crate) fn make_private_folder(folder: &Path) -> Result<(), Failure> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| Diagnostic::io("make this folder", folder, &error).into())
}

/// Writes a file whole or not at all: beside it first, then in its place.
pub(crate) fn write(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make_folder(folder)?;
    let failed = |error: &std::io::Error| Failure::from(Diagnostic::io("write this file", file, error));
    let mut beside = tempfile::NamedTempFile::new_in(folder).map_err(|error| failed(&error))?;
    beside.write_all(bytes).map_err(|error| failed(&error))?;
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    beside.as_file().set_permissions(mode).map_err(|error| failed(&error))?;
    beside.persist(file).map_err(|error| failed(&error.error))?;
    Ok(())
}

/// Writes a new file that only its owner can read; one that is there already is left alone, and an error.
pub(crate) fn write_secret(file: &Path, text: &str) -> Result<(), Failure> {
    let opened = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    let written = opened.and_then(|mut opened| opened.write_all(text.as_bytes()));
    written.map_err(|error| Diagnostic::io("write this new file", file, &error).into())
}
