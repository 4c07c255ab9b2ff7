//! What authors do with `annex addon`, with the real tools and the real compiler.

mod alone;
mod readme;
mod toolchain;

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::support::{author::Author, browser::Browser};

#[test]
fn at_a_terminal_the_kind_is_asked_for() {
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
    terminal.stdin.take().unwrap().write_all(b"two\n2\n").unwrap();
    let ended = terminal.wait_with_output().unwrap();
    let shown = String::from_utf8_lossy(&ended.stdout).into_owned();
    assert!(ended.status.success() && shown.contains("What is it?") && shown.contains("annex addon dev"), "{shown}");
    let manifest = std::fs::read_to_string(author.folder().join("bridge/annex.toml")).unwrap();
    assert!(manifest.contains("kind = \"channel\""), "{manifest}");

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

/// What `annex addon dev` prints as JSON lines, until one has that event.
fn wait_for(lines: &mut impl Iterator<Item = String>, event: &str) -> Value {
    let mut seen = vec![];
    for line in lines.by_ref() {
        if let Ok(value) = serde_json::from_str::<Value>(&line)
            && value["event"] == event
        {
            return value["detail"].clone();
        }
        seen.push(line);
    }
    panic!("no event {event} in {seen:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_change_shows_in_the_running_host() {
    let author = Author::new("live");
    let project = author.new_addon("live", "plugin");
    let mut child = author
        .command(&project, author.program(), &["addon", "dev", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let errors = BufReader::new(child.stderr.take().unwrap());
    std::thread::spawn(move || errors.lines().map_while(Result::ok).for_each(|line| eprintln!("dev: {line}")));
    let ready = wait_for(&mut lines, "ready");
    let text =
        |value: &Value, name: &str| value[name].as_str().unwrap_or_else(|| panic!("{name} in {value}")).to_owned();
    let url = text(&ready, "url").trim_end_matches('/').to_owned();
    let loaded = wait_for(&mut lines, "loaded");
    let browser = Browser::new(&url);
    browser.sign_in(&text(&ready, "email"), &text(&ready, "password")).await;
    let panel = format!("/tickets/1/sidebar/{}", text(&loaded, "installation"));
    browser.get(&panel).await.expect_not("Changed under dev");

    let source = project.join("src/lib.rs");
    let before = std::fs::read_to_string(&source).unwrap();
    let changed = before.replacen("View::new(", "View::new(\"Changed under dev\").subtitle(", 1);
    assert_ne!(before, changed, "the template draws a view");
    std::fs::write(&source, changed).unwrap();
    wait_for(&mut lines, "loaded");
    browser.get(&panel).await.expect("Changed under dev");

    // Interrupted as with Ctrl-C, it stops the host as well.
    let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(status.success());
    assert!(child.wait().unwrap().success() || child.try_wait().is_ok());
    assert!(reqwest::get(format!("{url}/healthz")).await.is_err(), "the host of `dev` is stopped");
}
