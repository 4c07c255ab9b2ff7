//! Whether an add-on gets annex-sdk: cargo resolves it where the add-on is, and compiles it there. Outside of an add-on a new one is
//! resolved and thrown away, which downloads what the first build needs.

use std::{path::Path, process::Stdio};

use annex_check::{Diagnostic, Failure};
use annex_domain::addon::{Kind, PublisherSlug};
use serde_json::Value;
use tokio::process::Command;

use crate::{
    args::NewArgs,
    files,
    new::{self, Lang},
    output::{Output, last_lines},
    project::MANIFEST,
    sdk::{self, Dependency},
    toolchain::{TARGET, cargo_missing, cargo_program},
};

/// Lines of cargo's own that are passed on.
const LINES: usize = 8;

/// What an attempt is called where it fails, and what to do then.
struct Attempt {
    code: &'static str,
    fix: &'static str,
    words: &'static [&'static str],
}

const RESOLVE: Attempt = Attempt {
    code: "sdk-unresolved",
    fix: "cargo gets what annex-sdk needs from the package registry: check the network and its proxy",
    words: &["metadata", "--format-version", "1", "--filter-platform", TARGET],
};

/// With the profile of builds, so that nothing is compiled twice.
const COMPILE: Attempt = Attempt {
    code: "sdk-broken",
    fix: "`annex addon upgrade` puts the SDK of this program in place",
    words: &["check", "--release", "--target", TARGET, "--package", "annex-sdk"],
};

pub(super) async fn tried(folder: &Path, output: Output) -> Result<String, Failure> {
    if folder.join(MANIFEST).is_file() && folder.join("Cargo.toml").is_file() {
        return tried_in(folder, output).await;
    }
    let trial = tempfile::tempdir()
        .map_err(|error| Diagnostic::io("make a folder for a trial", &std::env::temp_dir(), &error))?;
    make_trial(trial.path())?;
    output.progress("resolving annex-sdk …");
    let version = resolved(trial.path()).await?;
    Ok(format!("{version} comes with this program, and what it needs is there"))
}

async fn tried_in(folder: &Path, output: Output) -> Result<String, Failure> {
    let file = folder.join("Cargo.toml");
    let text = files::read_text(&file)?;
    // An add-on may take it in another way, such as from a workspace: then cargo alone says whether that works.
    if let Ok(Dependency { path: Some(path), .. }) = Dependency::find(&file, &text) {
        is_held(&file, folder, &path)?;
    }
    output.progress("resolving and compiling annex-sdk …");
    let version = resolved(folder).await?;
    COMPILE.run(folder).await?;
    let newer = if version == sdk::VERSION {
        String::new()
    } else {
        format!("; this program brings {}: `annex addon upgrade`", sdk::VERSION)
    };
    Ok(format!("{version} compiles{newer}"))
}

/// A path that works where the add-on is checked out next.
fn is_held(file: &Path, folder: &Path, path: &Path) -> Result<(), Failure> {
    let problem = if path.is_absolute() {
        Diagnostic::new("sdk-absolute", "annex-sdk is named by a path of this machine: the add-on builds nowhere else")
    } else if sdk::version_in(&folder.join(path)).is_none() {
        Diagnostic::new("sdk-not-there", format!("there is no annex-sdk in {}", path.display()))
    } else {
        return Ok(());
    };
    Err(problem.file(file).fix("`annex addon upgrade` puts the SDK of this program in place").into())
}

fn make_trial(folder: &Path) -> Result<(), Failure> {
    let publisher = "my-company".parse::<PublisherSlug>();
    let publisher = publisher.map_err(|error| Diagnostic::new("addon-name", error.to_string()))?;
    let (kind, lang, dir) = (Some(Kind::Plugin), Some(Lang::Rust), Some(folder.to_owned()));
    new::run(&NewArgs { name: "trial".into(), kind, lang, publisher, dir }, Output::Json)?;
    Ok(())
}

/// The version of annex-sdk that cargo finds.
async fn resolved(folder: &Path) -> Result<String, Failure> {
    let metadata: Value = serde_json::from_slice(&RESOLVE.run(folder).await?).unwrap_or_default();
    let mut packages = metadata.get("packages").and_then(Value::as_array).into_iter().flatten();
    let found = packages.find(|package| package.get("name").and_then(Value::as_str) == Some("annex-sdk"));
    let version = found.and_then(|package| package.get("version")?.as_str()).map(str::to_owned);
    version.ok_or_else(|| {
        Diagnostic::new("sdk-missing", "the add-on does not depend on annex-sdk")
            .file(&folder.join("Cargo.toml"))
            .fix(format!("add it to [dependencies]: {}", sdk::line()))
            .into()
    })
}

impl Attempt {
    /// Runs cargo in a folder. Answers what it printed.
    async fn run(&self, folder: &Path) -> Result<Vec<u8>, Failure> {
        let mut command = Command::new(cargo_program());
        command.args(self.words).current_dir(folder).stdin(Stdio::null()).kill_on_drop(true);
        let ended = command.output().await.map_err(|error| cargo_missing(&error))?;
        if ended.status.success() {
            return Ok(ended.stdout);
        }
        let said = String::from_utf8_lossy(&ended.stderr);
        let last = last_lines(&said, LINES);
        Err(Diagnostic::new(self.code, last).file(&folder.join("Cargo.toml")).fix(self.fix).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_to_work_on_other_machines() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("Cargo.toml");
        let code = |path: &Path| is_held(&file, folder.path(), path).err().map(|failure| failure.0[0].code.clone());
        assert_eq!(code(folder.path()).as_deref(), Some("sdk-absolute"));
        assert_eq!(code(Path::new(sdk::PATH)).as_deref(), Some("sdk-not-there"));
        make_trial(folder.path()).unwrap();
        assert_eq!(code(Path::new(sdk::PATH)), None);
    }
}
