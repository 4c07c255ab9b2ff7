//! Reading and writing files, with errors that name the file and say what to do.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use annex_check::{Diagnostic, Failure};

/// The tools' folder `annex` in the configuration folder of whoever uses them. Without a home there is none: `what` says for what, and
/// `fix` what to do.
pub(crate) fn configuration(what: &str, fix: &str) -> Result<PathBuf, Failure> {
    let from = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let config = from("XDG_CONFIG_HOME").or_else(|| from("HOME").map(|home| home.join(".config")));
    let config = config
        .ok_or_else(|| Diagnostic::new("no-home", format!("there is no home folder to keep {what} in")).fix(fix))?;
    Ok(config.join("annex"))
}

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

/// Writes a file whole or not at all.
pub(crate) fn write(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    make_folder(folder_of(file))?;
    replace(file, bytes, 0o644)
}

/// The same, so that only its owner can read it; and its folder, where that is made for it.
pub(crate) fn write_private(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    make_private_folder(folder_of(file))?;
    replace(file, bytes, 0o600)
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Beside it first, then in its place.
fn replace(file: &Path, bytes: &[u8], mode: u32) -> Result<(), Failure> {
    let failed = |error: &std::io::Error| Failure::from(Diagnostic::io("write this file", file, error));
    let mut beside = tempfile::NamedTempFile::new_in(folder_of(file)).map_err(|error| failed(&error))?;
    beside.write_all(bytes).map_err(|error| failed(&error))?;
    beside.as_file().set_permissions(fs::Permissions::from_mode(mode)).map_err(|error| failed(&error))?;
    beside.persist(file).map_err(|error| failed(&error.error))?;
    Ok(())
}

/// Writes a new file that only its owner can read; one that is there already is left alone, and an error.
pub(crate) fn write_secret(file: &Path, text: &str) -> Result<(), Failure> {
    let opened = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    let written = opened.and_then(|mut opened| opened.write_all(text.as_bytes()));
    written.map_err(|error| Diagnostic::io("write this new file", file, &error).into())
}
