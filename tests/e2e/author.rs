//! What authors do with `annex addon`, with the real tools and the real compiler.

mod alone;
mod commands;
mod dev;
mod first_add_on;
mod other_languages;
mod readme;
mod toolchain;

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::support::author::Author;

#[test]
fn at_a_terminal_kind_and_language_are_asked_for() {
    let author = Author::new("asked");
    // A terminal of its own, as nothing but a program can give one.
    let script = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";
    let mut terminal = Command::new("python3")
        .args(["-c", script])
        .arg(author.program())
        .args(["addon", "new", "bridge", "--publisher", "acme"])
        .current_dir(author.folder())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    terminal.stdin.take().unwrap().write_all(b"two\n2\n3\n").unwrap();
    let ended = terminal.wait_with_output().unwrap();
    let shown = String::from_utf8_lossy(&ended.stdout).into_owned();
    assert!(ended.status.success() && shown.contains("What is it?") && shown.contains("annex addon dev"), "{shown}");
    assert!(shown.contains("What is it written in?"), "{shown}");
    let manifest = std::fs::read_to_string(author.folder().join("bridge/annex.toml")).unwrap();
    assert!(manifest.contains("kind = \"channel\""), "{manifest}");
    assert!(author.folder().join("bridge/src/addon.py").is_file(), "the third is Python");

    // Where nobody can answer, nobody is asked.
    let made = author.annex_ok(author.folder(), &["addon", "new", "greeter", "--publisher", "acme"]);
    assert!(made.contains("the plugin acme.greeter"), "{made}");
}

#[test]
fn mistakes_are_named_with_file_and_line() {
    let author = Author::new("mistakes");
    let project = author.new_addon("broken", "plugin");
    let manifest = project.join("annex.toml");
    let text = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, text.replace("kind = \"plugin\"", "kind = \"plugni\"")).unwrap();
    let output = author.annex(&project, &["addon", "check", "--json"]);
    assert!(!output.status.success());
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let error = &answer["errors"][0];
    assert!(error["file"].as_str().unwrap().ends_with("annex.toml"), "{answer}");
    assert!(error["line"].as_u64().unwrap() > 1 && error["fix"].is_string() && error["code"].is_string(), "{answer}");
}
