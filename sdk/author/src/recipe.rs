//! How an add-on's component is made. Cargo compiles a crate; another language has two keys at the head of `annex.toml`: `build`, a
//! command, and `component`, the file that it makes. They are the author's own and not of the manifest, which packages hold and hosts
//! read: so they are blotted out of the text before it is read as one, and every place in it stays where it is.

use std::{
    io,
    ops::Range,
    path::Path,
    process::{ExitStatus, Stdio},
};

use annex_check::{Diagnostic, Failure};
use tokio::process::Command;
use toml::de::{DeTable, DeValue};

use crate::{
    cargo::Built,
    files,
    output::{Output, last_lines},
};

/// Lines of a command that failed, for who did not see them.
const LINES: usize = 20;

/// Who makes the component.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Recipe {
    /// Cargo, of the crate in the add-on's folder.
    Cargo,
    /// What the manifest says.
    Own(Own),
}

/// What the manifest says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Own {
    /// For `sh`, in the add-on's folder. None: the file is there without it.
    build: Option<Key>,
    /// A path from there.
    component: Key,
}

/// A key with its text.
#[derive(Debug, PartialEq, Eq)]
struct Key {
    text: String,
    /// Where it stands, from 1.
    line: usize,
}

/// Finds the recipe in the text of the manifest `file`. Answers it, and the text without it.
pub(crate) fn take(text: &str, file: &Path) -> Result<(Recipe, String), Failure> {
    // What cannot be read is told by who reads the manifest.
    let Ok(document) = DeTable::parse(text) else { return Ok((Recipe::Cargo, text.to_owned())) };
    let mut rest = text.to_owned();
    let mut pick = |name| match find(document.get_ref(), name, text, file)? {
        Some((place, key)) => {
            rest = blotted(&rest, &place);
            Ok::<_, Failure>(Some(key))
        }
        None => Ok(None),
    };
    let (build, component) = (pick("build")?, pick("component")?);
    let recipe = match (build, component) {
        (build, Some(component)) if !is_absolute(&component) => Recipe::Own(Own { build, component }),
        (_, Some(component)) => return Err(problem("`component` names a path of this machine", component.line, file)),
        (Some(build), None) => {
            return Err(problem("`build` makes something, and `component` does not say what", build.line, file));
        }
        (None, None) => Recipe::Cargo,
    };
    Ok((recipe, rest))
}

/// A key of the head, if it is there: from where to where it stands with its value.
fn find(document: &DeTable<'_>, name: &str, text: &str, file: &Path) -> Result<Option<(Range<usize>, Key)>, Failure> {
    let Some((key, value)) = document.get_key_value(name) else { return Ok(None) };
    let start = key.span().start;
    let line = text.get(..start).unwrap_or_default().matches('\n').count() + 1;
    match value.get_ref() {
        DeValue::String(found) if !found.trim().is_empty() => {
            Ok(Some((start..value.span().end, Key { text: found.to_string(), line })))
        }
        _ => Err(problem(&format!("`{name}` is no text"), line, file)),
    }
}

/// The text with spaces in that place. Its lines stay.
fn blotted(text: &str, place: &Range<usize>) -> String {
    let (before, after) = (text.get(..place.start).unwrap_or_default(), text.get(place.end..).unwrap_or_default());
    let written = text.get(place.clone()).unwrap_or_default();
    let blank: String = written.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
    [before, blank.as_str(), after].concat()
}

fn is_absolute(component: &Key) -> bool {
    Path::new(&component.text).is_absolute()
}

fn problem(what: &str, line: usize, file: &Path) -> Failure {
    let fix = "such as `build = \"sh build.sh\"` and `component = \"target/addon.wasm\"`, from the add-on's folder";
    at(Diagnostic::new("manifest-build", what).fix(fix), line, file).into()
}

fn at(mut diagnostic: Diagnostic, line: usize, file: &Path) -> Diagnostic {
    diagnostic.line = Some(line);
    diagnostic.column = Some(1);
    diagnostic.file(file)
}

impl Own {
    /// Makes the component of the add-on in `root`, whose manifest is `file`.
    pub(crate) async fn make(&self, root: &Path, file: &Path, output: Output) -> Result<Built, Failure> {
        if let Some(build) = &self.build {
            build.run(root, file, output).await?;
        }
        let made = root.join(&self.component.text);
        if !made.is_file() {
            let missing = Diagnostic::new("component-not-made", format!("there is no {}", self.component.text));
            let fix = "build it; `component` names the file that `build` makes";
            return Err(at(missing.fix(fix), self.component.line, file).into());
        }
        Ok(Built { bytes: files::read(&made)?.into(), file: made })
    }
}

impl Key {
    async fn run(&self, root: &Path, file: &Path, output: Output) -> Result<(), Failure> {
        let mut command = Command::new("sh");
        command.args(["-c", &self.text]).current_dir(root).stdin(Stdio::null()).kill_on_drop(true);
        // What it says goes to the terminal, and not among the answers; programs get what it said last.
        match output {
            Output::Text => command.stdout(io::stderr()).stderr(Stdio::inherit()),
            Output::Json => command.stdout(Stdio::piped()).stderr(Stdio::piped()),
        };
        let failed = |error: io::Error| Failure::from(self.failed(&format!("sh cannot be started: {error}"), file));
        let ended = command.spawn().map_err(failed)?.wait_with_output().await.map_err(failed)?;
        if ended.status.success() {
            return Ok(());
        }
        let said = [ended.stdout, ended.stderr].concat();
        Err(self.failed(&ending(ended.status, &String::from_utf8_lossy(&said)), file).into())
    }

    fn failed(&self, why: &str, file: &Path) -> Diagnostic {
        let failed = Diagnostic::new("build-failed", format!("`{}` failed: {why}", self.text));
        at(failed.fix("run it in the add-on's folder until it works"), self.line, file)
    }
}

/// How a command ended, and the last that it said.
fn ending(status: ExitStatus, said: &str) -> String {
    let last = last_lines(said, LINES);
    if last.is_empty() { status.to_string() } else { format!("{status}\n{last}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "annex.toml";

    fn taken(text: &str) -> Result<(Recipe, String), Failure> {
        take(text, Path::new(FILE))
    }

    fn own(build: Option<&str>, component: &str) -> Own {
        let key = |text: &str, line| Key { text: text.to_owned(), line };
        Own { build: build.map(|text| key(text, 1)), component: key(component, 2) }
    }

    #[test]
    fn a_crate_needs_no_recipe_and_its_manifest_stays_as_it_is() {
        let text = "id = \"acme.x\"\n[listing]\nbuild = \"of the listing\"\n";
        assert_eq!(taken(text).unwrap(), (Recipe::Cargo, text.to_owned()));
        assert_eq!(taken("broken = ").unwrap(), (Recipe::Cargo, "broken = ".to_owned()));
    }

    #[test]
    fn a_recipe_is_taken_out_and_nothing_moves() {
        let text = "build = \"sh ä.sh\" # mine\ncomponent = 'target/addon.wasm'\nid = \"acme.x\"\n";
        let (recipe, rest) = taken(text).unwrap();
        assert_eq!(recipe, Recipe::Own(own(Some("sh ä.sh"), "target/addon.wasm")));
        assert_eq!(rest.len(), text.len());
        assert_eq!(rest.find("id = "), text.find("id = "));
        assert_eq!(rest.split_whitespace().collect::<Vec<_>>().join(" "), "# mine id = \"acme.x\"");
        let several = "build = \"\"\"\nnpm ci\nnode build.mjs\n\"\"\"\ncomponent = \"a.wasm\"\nid = 7\n";
        assert_eq!(taken(several).unwrap().1.lines().nth(5), Some("id = 7"));
    }

    #[test]
    fn what_is_no_recipe_is_told_with_its_line() {
        for (text, line, words) in [
            ("id = 1\nbuild = \"make\"\n", 2, "`component` does not say what"),
            ("build = 7\ncomponent = \"a.wasm\"\n", 1, "`build` is no text"),
            ("component = \" \"\n", 1, "`component` is no text"),
            ("[component]\npath = \"a.wasm\"\n", 1, "`component` is no text"),
            ("component = \"/home/me/a.wasm\"\n", 1, "a path of this machine"),
        ] {
            let failure = taken(text).unwrap_err();
            let problem = &failure.0[0];
            assert_eq!((problem.code.as_str(), problem.line), ("manifest-build", Some(line)), "{text}");
            assert!(problem.message.contains(words) && problem.fix.is_some(), "{problem}");
            assert_eq!(problem.file.as_deref(), Some(FILE));
        }
    }

    #[tokio::test]
    async fn a_command_makes_the_component_in_the_addons_folder() {
        let folder = tempfile::tempdir().unwrap();
        let make = async |own: Own| own.make(folder.path(), Path::new(FILE), Output::Json).await;
        let built = make(own(Some("mkdir target && printf made > target/a.wasm"), "target/a.wasm")).await.unwrap();
        assert_eq!((&built.bytes[..], built.file), (&b"made"[..], folder.path().join("target/a.wasm")));
        // Without a command it is what somebody else made.
        assert_eq!(&make(own(None, "target/a.wasm")).await.unwrap().bytes[..], b"made");

        let failed = make(own(Some("echo begun; echo no tool >&2; exit 3"), "target/a.wasm")).await.unwrap_err();
        let problem = &failed.0[0];
        assert_eq!((problem.code.as_str(), problem.line), ("build-failed", Some(1)));
        assert!(problem.message.contains("exit status: 3\nbegun\nno tool"), "{problem}");
        let missing = make(own(Some("true"), "target/b.wasm")).await.unwrap_err();
        assert_eq!((missing.0[0].code.as_str(), missing.0[0].line), ("component-not-made", Some(2)));
    }
}
