//! What authors get wrong, one row each: every mistake is answered with its code, its place, what is wrong and what to do, as JSON and by
//! the exit status. Nothing is compiled by cargo but a guest; most mistakes are told before there is a component at all.

mod strangers;
mod table;

use std::{
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::Value;

use crate::support::{guests::guest, host::binary};

const MANIFEST: &str = r#"id = "acme.shop"
version = "1.0.0"
seq = 1
kind = "plugin"
wit = "annex:addon@0.2"
host = ">=0.1"
events = ["ticket-created"]

[listing]
name = { en = "Shop" }
summary = { en = "Orders beside the ticket." }
description = { en = "Shows what the requester ordered." }
publisher_name = "Acme"
categories = ["crm"]
icon = "assets/icon.png"
support = { email = "help@acme.example", faq = "https://acme.example/faq" }

[[capabilities]]
use = "http"
hosts = ["{shop}.shops.dev", "api.shops.dev"]
purpose = { en = "To look up orders." }

[[capabilities]]
use = "kv"
purpose = { en = "To remember the last order." }

[[settings]]
key = "shop"
type = "subdomain"
label = { en = "Shop" }

[[settings]]
key = "api_key"
type = "secret"
label = { en = "Key" }
pattern = "[a-z0-9]{8}"

[[plans]]
id = "team"
name = { en = "Team" }
model = "per-user"
price = 900

[[views]]
key = "panel"
location = "ticket-sidebar"

[[capabilities]]
use = "tickets.read"
purpose = { en = "To hear of new tickets." }
"#;

const SCENARIO: &str = r#"[[contacts]]
name = "Ada"
email = "ada@example.com"

[[tickets]]
subject = "Where is it?"
requester = "ada@example.com"

[[steps]]
do = "render"
[steps.expect]
texts = ["Orders"]
"#;

/// What is expected of an answer.
struct Told {
    code: &'static str,
    /// The end of its path; empty when there is no file.
    file: &'static str,
    /// 0: it is not looked at.
    line: u64,
    /// A part of what to do.
    fix: &'static str,
}

/// A mistake.
struct Mistake {
    name: &'static str,
    /// Made in a project that is fine.
    made: Box<dyn Fn(&Path)>,
    words: Vec<String>,
    status: i32,
    told: Vec<Told>,
}

/// A project without a mistake, and its component.
fn project(component: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let icon = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/hello/assets/icon.png");
    let files: [(&str, &[u8]); 7] = [
        ("annex.toml", MANIFEST.as_bytes()),
        ("assets/icon.png", &std::fs::read(icon).unwrap()),
        ("locales/en.ftl", b"title = Orders\nhello = Hello, { $name }\n"),
        ("locales/de.ftl", b"title = Bestellungen\nhello = Hallo, { $name }\n"),
        ("scenarios/shows.toml", SCENARIO.as_bytes()),
        ("src/lib.rs", b"fn head(t: &Texts) {\n    t.get(\"title\");\n}\n"),
        ("component.wasm", component),
    ];
    for (path, bytes) in files {
        write(folder.path(), path, bytes);
    }
    folder
}

fn write(root: &Path, path: &str, bytes: &[u8]) {
    let file = root.join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, bytes).unwrap();
}

fn command(root: &Path, words: &[String]) -> Command {
    let mut command = Command::new(binary());
    command.args(words).current_dir(root).env("ANNEX_KEYS", root.join("keys")).env("HOME", root).stdin(Stdio::null());
    for other in ["ANNEX_HOST", "ANNEX_TOKEN", "ANNEX_LOGINS", "XDG_CONFIG_HOME"] {
        command.env_remove(other);
    }
    command
}

fn annex(root: &Path, words: &[String]) -> Output {
    command(root, words).output().unwrap()
}

/// The errors of an answer, and the findings of a check.
fn found(answer: &Value) -> Vec<(String, String, Option<u64>, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let error = |one: &Value| (text(&one["code"]), text(&one["file"]), one["line"].as_u64(), text(&one["fix"]));
    let finding = |one: &Value| {
        let target = &one["target"];
        (text(&one["code"]), text(&target["file"]), target["line"].as_u64(), text(&one["hint"]))
    };
    let errors = answer["errors"].as_array().into_iter().flatten().map(error);
    errors.chain(answer["result"]["findings"].as_array().into_iter().flatten().map(finding)).collect()
}

fn check(mistake: &Mistake, component: &[u8]) -> Result<(), String> {
    let folder = project(component);
    (mistake.made)(folder.path());
    let output = annex(folder.path(), &mistake.words);
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let name = mistake.name;
    if output.status.code() != Some(mistake.status) {
        return Err(format!("{name}: ended with {}\n{out}\n{err}", output.status));
    }
    if err.contains("panicked") && !out.contains("not-a-component") {
        return Err(format!("{name}: panicked\n{err}"));
    }
    let answer: Value = serde_json::from_str(&out).map_err(|error| format!("{name}: {error}\n{out}\n{err}"))?;
    let is_well = mistake.status == 0;
    if answer["ok"] != is_well {
        return Err(format!("{name}: ok is not {is_well}: {answer}"));
    }
    let found = found(&answer);
    for Told { code, file, line, fix } in &mistake.told {
        let is_it = |(a_code, a_file, a_line, a_fix): &(String, String, Option<u64>, String)| {
            let is_there = *line == 0 || *a_line == Some(*line);
            a_code == code && a_file.ends_with(*file) && is_there && a_fix.contains(*fix)
        };
        if !found.iter().any(is_it) {
            return Err(format!("{name}: no {code} at {file}:{line} with {fix:?} in {found:#?}"));
        }
    }
    // Whatever else is told has a way out as well.
    match found.iter().find(|(_, _, _, fix)| fix.is_empty()) {
        Some((code, ..)) => Err(format!("{name}: {code} says nothing of what to do")),
        None => Ok(()),
    }
}

#[test]
fn every_mistake_is_answered_with_code_place_reason_and_fix() {
    let component = guest("panel");
    let all = table::all();
    assert!(all.len() >= 70, "{}", all.len());
    let wrong: Vec<String> = all.iter().filter_map(|mistake| check(mistake, &component).err()).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), all.len(), wrong.join("\n\n"));
}

#[test]
fn a_project_without_a_mistake_is_fine() {
    let folder = project(&guest("panel"));
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    for text in
        ["addon check --offline --component component.wasm --json", "addon pack --component component.wasm --json"]
    {
        let output = annex(folder.path(), &words(text));
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{text}: {told}\n{}", String::from_utf8_lossy(&output.stderr));
    }
    // For people, the same is text on stderr, and the exit status says that it failed.
    write(folder.path(), "annex.toml", MANIFEST.replace("seq = 1", "seq = 0").as_bytes());
    let output = annex(folder.path(), &words("addon pack --component component.wasm"));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1));
    assert!(told.contains("error[manifest-zero-seq]: seq: ") && told.contains("annex.toml:3:1"), "{told}");
    assert!(told.contains("\n  fix: "), "{told}");
    let explained = annex(folder.path(), &words("addon explain manifest-zero-seq"));
    assert!(explained.status.success());
    assert!(String::from_utf8_lossy(&explained.stdout).contains("why: "));
}
