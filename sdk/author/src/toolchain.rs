//! Rust as it answers in a project's folder: there a file may choose another toolchain than elsewhere. What does not work is told
//! by its cause: a toolchain that is not installed, or too old, is no target that is missing.

use std::{
    ffi::{OsStr, OsString},
    io,
    path::{Path, PathBuf},
    process::Stdio,
};

use annex_check::{Diagnostic, Failure};
use tokio::process::Command;

use crate::sdk;

/// The target of components.
pub(crate) const TARGET: &str = "wasm32-wasip2";

/// The files by which a folder chooses its toolchain.
const CHOOSERS: [&str; 2] = ["rust-toolchain.toml", "rust-toolchain"];

/// The program that builds: what runs this one, else the one on the path.
pub(crate) fn cargo_program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// cargo could not be started at all.
pub(crate) fn cargo_missing(error: &io::Error) -> Failure {
    Diagnostic::new("cargo-missing", format!("cargo cannot be started: {error}"))
        .fix("install Rust from https://rustup.rs")
        .into()
}

fn rustc_missing(error: &io::Error) -> Failure {
    Diagnostic::new("rustc-missing", format!("rustc cannot be started: {error}"))
        .fix("install Rust from https://rustup.rs")
        .into()
}

/// What cargo says that it is.
pub(crate) async fn cargo(folder: &Path) -> Result<String, Failure> {
    version(&cargo_program(), folder, cargo_missing).await
}

/// What the compiler says that it is, when it is new enough for annex-sdk.
pub(crate) async fn rustc(folder: &Path) -> Result<String, Failure> {
    let said = version(OsStr::new("rustc"), folder, rustc_missing).await?;
    let release = said.split_whitespace().nth(1).and_then(release);
    if release.is_some_and(|release| Some(release) < self::release(sdk::RUST)) {
        return Err(too_old(&said, chooser(folder)).into());
    }
    Ok(said)
}

/// Whether the compiler has the target's standard library.
pub(crate) async fn target(folder: &Path) -> Result<(), Failure> {
    let mut command = Command::new("rustc");
    command.args(["--print", "target-libdir", "--target", TARGET]).current_dir(folder).stdin(Stdio::null());
    let printed = command.output().await.map_err(|error| rustc_missing(&error))?;
    let libraries = PathBuf::from(String::from_utf8_lossy(&printed.stdout).trim());
    if printed.status.success() && libraries.is_dir() {
        return Ok(());
    }
    // A compiler that does not start, or is too old to know the target, lacks more than the target.
    rustc(folder).await?;
    let missing = Diagnostic::new("target-missing", format!("the Rust target {TARGET} is not installed"));
    Err(missing.fix(format!("rustup target add {TARGET}")).into())
}

async fn version(program: &OsStr, folder: &Path, missing: fn(&io::Error) -> Failure) -> Result<String, Failure> {
    let mut command = Command::new(program);
    command.arg("--version").current_dir(folder).stdin(Stdio::null());
    let printed = command.output().await.map_err(|error| missing(&error))?;
    if printed.status.success() {
        return Ok(String::from_utf8_lossy(&printed.stdout).trim().to_owned());
    }
    let name = Path::new(program).file_name().unwrap_or(program).to_string_lossy().into_owned();
    Err(unusable(&name, &String::from_utf8_lossy(&printed.stderr), chooser(folder)).into())
}

/// The toolchain that is chosen here does not start; rustup says why, and often what helps.
fn unusable(program: &str, said: &str, chooser: Option<PathBuf>) -> Diagnostic {
    let lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    let (help, why): (Vec<_>, Vec<_>) = lines.partition(|line| line.starts_with("help:"));
    let why = why.first().map_or("it ends with an error", |why| why.trim_start_matches("error:").trim());
    let fix = help.first().map_or("`rustup show` says which toolchain this folder has, and why", |help| {
        help.trim_start_matches("help:").trim()
    });
    let diagnostic = Diagnostic::new("toolchain-unusable", format!("{program} does not work here: {why}")).fix(fix);
    match chooser {
        Some(file) => diagnostic.file(&file),
        None => diagnostic,
    }
}

fn too_old(said: &str, chooser: Option<PathBuf>) -> Diagnostic {
    let (version, rust) = (sdk::VERSION, sdk::RUST);
    let diagnostic =
        Diagnostic::new("toolchain-old", format!("{said} is too old: annex-sdk {version} needs Rust {rust} or newer"));
    match chooser {
        Some(file) => diagnostic.file(&file).fix(format!("choose Rust {rust} or newer in this file")),
        None => diagnostic.fix("rustup update stable"),
    }
}

/// The file that chooses the toolchain of a folder, unless a variable does.
fn chooser(folder: &Path) -> Option<PathBuf> {
    if std::env::var_os("RUSTUP_TOOLCHAIN").is_some() {
        return None;
    }
    let folder = folder.canonicalize().ok()?;
    let mut files = folder.ancestors().flat_map(|folder| CHOOSERS.map(|name| folder.join(name)));
    files.find(|file| file.is_file())
}

/// Major and minor number of a release such as `1.95.0-nightly`.
fn release(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.split(['.', '-']).map_while(|part| part.parse().ok());
    Some((numbers.next()?, numbers.next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_compared_by_their_numbers() {
        assert_eq!(release("1.95.0"), Some((1, 95)));
        assert_eq!(release("1.97.0-nightly"), Some((1, 97)));
        assert_eq!(release("1"), None);
        assert!(release("1.100.0") > release("1.95.0"));
        assert!(release(sdk::RUST).is_some());
    }

    #[test]
    fn what_rustup_says_is_the_reason_and_the_fix() {
        let said = "error: toolchain '1.80.0-x86_64-unknown-linux-gnu' is not installed\n\
                    help: run `rustup toolchain install 1.80.0` to install it\n";
        let problem = unusable("rustc", said, Some("/a/rust-toolchain.toml".into()));
        assert_eq!(problem.code, "toolchain-unusable");
        assert_eq!(
            problem.message,
            "rustc does not work here: toolchain '1.80.0-x86_64-unknown-linux-gnu' is not installed"
        );
        assert_eq!(problem.fix.as_deref(), Some("run `rustup toolchain install 1.80.0` to install it"));
        assert_eq!(problem.file.as_deref(), Some("/a/rust-toolchain.toml"));
        assert!(unusable("cargo", "", None).fix.unwrap().contains("rustup show"));
    }

    #[test]
    fn the_file_that_chooses_is_found_above() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("addon")).unwrap();
        let file = folder.path().canonicalize().unwrap().join("rust-toolchain");
        std::fs::write(&file, "1.80.0").unwrap();
        let problem = too_old("rustc 1.80.0", Some(file.clone()));
        assert_eq!((problem.code.as_str(), problem.file), ("toolchain-old", Some(file.display().to_string())));
        if std::env::var_os("RUSTUP_TOOLCHAIN").is_none() {
            assert_eq!(chooser(&folder.path().join("addon")), Some(file));
        }
    }
}
