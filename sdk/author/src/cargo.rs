//! Compiling a component: `cargo build --release --target wasm32-wasip2`, with the compiler's errors as diagnostics. For `dev`, whose
//! author waits for each build, it is a profile of its own, which the project need not have.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use annex_check::{Diagnostic, Failure};
use bytes::Bytes;
use serde_json::Value;
use tokio::process::Command;

use crate::{
    files,
    output::{Output, last_lines},
    toolchain::{self, TARGET, cargo_missing, cargo_program},
};

/// What counts in a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Profile {
    /// The component: it is what is packed.
    Release,
    /// The time that it takes.
    Dev,
}

/// The profile of `dev`: as `release`, but without optimisation over all crates, and what did not change is not compiled again. Names of
/// functions stay, for the host's lines about traps.
const DEV: [&str; 8] = [
    "profile.annex-dev.inherits=\"release\"",
    "profile.annex-dev.opt-level=1",
    "profile.annex-dev.lto=\"off\"",
    "profile.annex-dev.codegen-units=256",
    "profile.annex-dev.incremental=true",
    "profile.annex-dev.debug=false",
    "profile.annex-dev.strip=\"debuginfo\"",
    "profile.annex-dev.panic=\"abort\"",
];

/// A compiled component.
#[derive(Debug)]
pub(crate) struct Built {
    pub(crate) file: PathBuf,
    pub(crate) bytes: Bytes,
}

/// Compiles the crate in `root`, as it is packed.
pub(crate) async fn build(root: &Path, output: Output) -> Result<Built, Failure> {
    compile(root, Profile::Release, output).await
}

/// Compiles it to be looked at soon.
pub(crate) async fn build_for_dev(root: &Path, output: Output) -> Result<Built, Failure> {
    compile(root, Profile::Dev, output).await
}

async fn compile(root: &Path, profile: Profile, output: Output) -> Result<Built, Failure> {
    let cargo_toml = root.join("Cargo.toml");
    if !cargo_toml.is_file() {
        return Err(Diagnostic::new("no-crate", "there is no Rust crate to compile")
            .file(&cargo_toml)
            .fix("say in annex.toml how it is built otherwise, with `build` and `component`; `check`, `test` and `pack` also take --component FILE")
            .into());
    }
    let mut command = Command::new(cargo_program());
    command.args(["build", "--target", TARGET, "--message-format", "json"]);
    match profile {
        Profile::Release => {
            toolchain::target(root).await?;
            command.arg("--release");
        }
        Profile::Dev => {
            command.args(["--profile", "annex-dev"]).args(DEV.into_iter().flat_map(|setting| ["--config", setting]));
            // Stronger than the profile, and often 0 on build servers.
            command.env("CARGO_INCREMENTAL", "1");
        }
    }
    // Progress goes straight to the terminal; programs get the errors alone.
    let stderr = if output == Output::Text { Stdio::inherit() } else { Stdio::piped() };
    let run = command.current_dir(root).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(stderr).kill_on_drop(true);
    let finished = run.spawn().map_err(|error| cargo_missing(&error))?.wait_with_output().await;
    let finished = finished.map_err(|error| cargo_missing(&error))?;
    let messages: Vec<Value> =
        String::from_utf8_lossy(&finished.stdout).lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    if !finished.status.success() {
        // Each build would wait for the answer, so it is asked for when something is wrong.
        if profile == Profile::Dev {
            toolchain::target(root).await?;
        }
        return Err(failure(root, &messages, &String::from_utf8_lossy(&finished.stderr)));
    }
    let file = artifact(&cargo_toml, &messages).ok_or_else(|| {
        Diagnostic::new("no-component", "the crate compiles, but not to a component")
            .file(&cargo_toml)
            .fix("add `[lib]` with `crate-type = [\"cdylib\"]`")
    })?;
    Ok(Built { bytes: files::read(&file)?.into(), file })
}

/// The `.wasm` file of the crate itself among cargo's messages.
fn artifact(cargo_toml: &Path, messages: &[Value]) -> Option<PathBuf> {
    let own = cargo_toml.canonicalize().ok()?;
    let made_here = |message: &&Value| {
        let manifest = message.get("manifest_path").and_then(Value::as_str).map(Path::new);
        message.get("reason").and_then(Value::as_str) == Some("compiler-artifact")
            && manifest.and_then(|manifest| manifest.canonicalize().ok()).as_ref() == Some(&own)
    };
    let files = messages.iter().filter(made_here).filter_map(|message| message.get("filenames")?.as_array());
    let mut wasm = files.flatten().filter_map(Value::as_str).filter(|file| file.ends_with(".wasm"));
    wasm.next_back().map(PathBuf::from)
}

/// The compiler's errors; where it said nothing, the last lines of cargo itself.
fn failure(root: &Path, messages: &[Value], stderr: &str) -> Failure {
    let diagnostics: Vec<_> = messages.iter().filter_map(|message| compiler_error(root, message)).collect();
    if !diagnostics.is_empty() {
        return Failure(diagnostics);
    }
    let said = last_lines(stderr, 8);
    let message = if said.is_empty() { "cargo failed; it says why above".to_owned() } else { said };
    Diagnostic::new("cargo-failed", message).fix("`cargo build` in the add-on's folder shows everything").into()
}

fn compiler_error(root: &Path, message: &Value) -> Option<Diagnostic> {
    let message = message.get("message").filter(|_| message.get("reason").is_some_and(|r| r == "compiler-message"))?;
    let text = |key: &str| message.get(key).and_then(Value::as_str).unwrap_or_default();
    // The sum at the end ("aborting due to …") has no place and says nothing new.
    let spans = message.get("spans").and_then(Value::as_array)?;
    if text("level") != "error" || spans.is_empty() {
        return None;
    }
    let code = message.pointer("/code/code").and_then(Value::as_str).unwrap_or("rust");
    let mut diagnostic = Diagnostic::new(code, text("message"));
    if let Some(span) = spans.iter().find(|span| span.get("is_primary") == Some(&Value::Bool(true))) {
        let number = |key: &str| span.get(key).and_then(Value::as_u64).and_then(|number| usize::try_from(number).ok());
        diagnostic.file =
            span.get("file_name").and_then(Value::as_str).map(|file| root.join(file).display().to_string());
        diagnostic.line = number("line_start");
        diagnostic.column = number("column_start");
    }
    let help = message.get("children").and_then(Value::as_array).into_iter().flatten();
    let help = help.filter(|child| child.get("level").is_some_and(|level| level == "help"));
    let help = help.filter_map(|child| child.get("message")?.as_str()).next().map(str::to_owned);
    diagnostic.fix = help.or(diagnostic.fix);
    diagnostic.detail = Some(text("rendered").trim_end().to_owned());
    Some(diagnostic)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn compiler_errors_keep_their_place_and_help() {
        let message = json!({
            "reason": "compiler-message",
            "message": {
                "level": "error", "message": "cannot find value `x`", "code": { "code": "E0425" }, "rendered": "error…\n",
                "spans": [{ "is_primary": true, "file_name": "src/lib.rs", "line_start": 7, "column_start": 9 }],
                "children": [{ "level": "note", "message": "no" }, { "level": "help", "message": "did you mean `y`?" }],
            }
        });
        let error = compiler_error(Path::new("/a"), &message).unwrap();
        assert_eq!((error.code.as_str(), error.line, error.column), ("E0425", Some(7), Some(9)));
        assert_eq!((error.file.as_deref(), error.fix.as_deref()), (Some("/a/src/lib.rs"), Some("did you mean `y`?")));
        assert_eq!(compiler_error(Path::new("/a"), &json!({ "reason": "compiler-artifact" })), None);
    }
}
