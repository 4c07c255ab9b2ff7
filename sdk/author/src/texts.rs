//! The bounds on Fluent texts, as a host holds them against a package that comes in: first the files of the add-on, where an error
//! has a file and a line, then what a language hands over when it is asked.

use std::path::{Path, PathBuf};

use annex_domain::{
    addon::Kind,
    fluent::{self, TextError},
};
use annex_package::UnsignedPackage;
use annex_sandbox::CallError;

use crate::{
    diagnostic::{Diagnostic, Failure},
    files,
    project::Project,
    scenario::Runner,
};

/// Where add-ons keep their texts.
const FOLDERS: [&str; 2] = ["locales", "assets"];

/// Checks every `.ftl` file of the add-on by itself.
pub(crate) fn check_files(root: &Path) -> Result<(), Failure> {
    let mut problems = Vec::new();
    for file in fluent_files(root)? {
        let text = files::read_text(&file)?;
        let name = file.display().to_string();
        if let Err(error) = fluent::check([(&*name, &*text)]) {
            problems.push(diagnostic(error));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Failure(problems)) }
}

/// Asks a language for its texts, in the real sandbox. The other kinds hand none over.
pub(crate) async fn check_language(project: &Project, package: &UnsignedPackage) -> Result<(), Failure> {
    if package.manifest().kind != Kind::Language {
        return Ok(());
    }
    match Runner::new(package)?.language().await? {
        Ok(_) => Ok(()),
        Err(CallError::BadTexts(mut error)) => {
            // A resource that is named as one of the files has its lines.
            let same = |file: &PathBuf| file.file_name().is_some_and(|name| name == &*error.file);
            if let Some(file) = fluent_files(&project.root)?.into_iter().find(same) {
                error.file = file.display().to_string();
            }
            Err(diagnostic(error).into())
        }
        Err(error) => {
            Err(Diagnostic::new("language-failed", format!("the language does not hand its texts over: {error}"))
                .fix("run it with `annex addon test` and look at its log")
                .into())
        }
    }
}

fn diagnostic(error: TextError) -> Diagnostic {
    Diagnostic {
        file: Some(error.file),
        line: Some(error.line),
        ..Diagnostic::new(error.code, error.message).fix("shorten, split or correct this text: hosts refuse it")
    }
}

fn fluent_files(root: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for folder in FOLDERS.map(|folder| root.join(folder)) {
        if folder.is_dir() {
            collect(&folder, &mut found)?;
        }
    }
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::from(Diagnostic::io("read this folder", folder, &error));
    for entry in folder.read_dir().map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(failed)?);
        if kind.is_dir() {
            collect(&path, found)?;
        } else if kind.is_file() && path.extension().is_some_and(|extension| extension == "ftl") {
            found.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bad_file_is_named_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        };
        write("locales/en.ftl", "hello = Hello, { $who }!\n");
        assert_eq!(check_files(folder.path()), Ok(()));
        write("locales/de.ftl", &format!("a = x\nk = {}\"x\"{}\n", "{ ".repeat(500), " }".repeat(500)));
        write("assets/texts/fy.ftl", "a = { b }\nb = { a }\n");
        write("assets/readme.txt", "a = { b }\nb = { a }\n");
        let Err(Failure(problems)) = check_files(folder.path()) else { panic!("taken") };
        let found: Vec<_> = problems.iter().map(|problem| (&*problem.code, problem.line)).collect();
        assert_eq!(found, [("fluent-cycle", Some(1)), ("fluent-too-deep", Some(2))]);
        assert!(problems[1].file.as_ref().unwrap().ends_with("locales/de.ftl"));
    }
}
