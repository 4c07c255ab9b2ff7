//! The commands that the documentation shows, in blocks of a shell as in recipes of build servers: a shell can read them, and the program
//! knows each with its options.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use crate::support::{author::repository, host::binary};

const FOLDERS: [&str; 3] = ["sdk/guide", "sdk/guide/examples", "host/docs/developers"];
/// Asks for the help of each command instead of running it: what is before `--help` has to be right.
const ANNEX: &str = "annex() { \"$PROGRAM\" \"$@\" --help > /dev/null; }\n";

/// Blocks of code with their language.
fn blocks(markdown: &str) -> impl Iterator<Item = (&str, &str)> {
    markdown.split("\n```").skip(1).step_by(2).filter_map(|block| block.split_once('\n'))
}

/// From where a line calls the program.
fn call(line: &str) -> Option<&str> {
    let is_word = |at: usize| at == 0 || line[..at].ends_with([' ', '"']);
    let (at, _) = line.match_indices("annex ").find(|(at, _)| is_word(*at))?;
    (!line.trim_start().starts_with('#')).then(|| &line[at..])
}

/// What a shell says against a script; nothing when that is fine.
fn said(at: &Path, options: &[&str], script: &str) -> Option<String> {
    let mut shell = Command::new("sh");
    shell.args(options).current_dir(at).env("PROGRAM", binary()).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut child = shell.stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let ended = child.wait_with_output().unwrap();
    (!ended.status.success()).then(|| String::from_utf8_lossy(&ended.stderr).into_owned())
}

#[test]
fn every_command_of_the_documentation_is_one() {
    let scratch = tempfile::tempdir().unwrap();
    let (mut tried, mut wrong) = (0, Vec::new());
    for folder in FOLDERS {
        let files = std::fs::read_dir(repository().join(folder)).unwrap().map(|entry| entry.unwrap().path());
        for file in files.filter(|file| file.extension().is_some_and(|extension| extension == "md")) {
            let text = std::fs::read_to_string(&file).unwrap();
            for (language, code) in blocks(&text).filter(|(language, _)| matches!(*language, "sh" | "yaml")) {
                let unread = if language == "sh" { said(scratch.path(), &["-n"], code) } else { None };
                wrong.extend(unread.map(|why| format!("{}: {code}\n{why}", file.display())));
                for line in code.lines().filter_map(call) {
                    let unknown = said(scratch.path(), &["-e"], &format!("{ANNEX}{line}\n"));
                    wrong.extend(unknown.map(|why| format!("{}: {line}\n{why}", file.display())));
                    tried += 1;
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(tried > 40, "{tried}");
}
