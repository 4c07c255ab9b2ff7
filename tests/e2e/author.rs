//! A new author: from the template to an installed add-on, with the real tools and the real compiler.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::{Value, json};

use crate::support::{
    api::Api,
    browser::Browser,
    database::Database,
    host::{Setup, binary},
};

/// An author's folder, with keys of its own and one shared folder for compiling.
struct Author {
    folder: tempfile::TempDir,
}

impl Author {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn command(&self, at: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command
            .args(arguments)
            .current_dir(at)
            .env("ANNEX_KEYS", self.folder.path().join("keys"))
            .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/author-tests"))
            .stdin(Stdio::null());
        command
    }

    fn annex(&self, at: &Path, arguments: &[&str]) -> Output {
        self.command(at, arguments).output().unwrap()
    }

    fn annex_ok(&self, at: &Path, arguments: &[&str]) -> String {
        let output = self.annex(at, arguments);
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{arguments:?}\n{out}\n{err}");
        out.into_owned()
    }

    fn new_addon(&self, name: &str, kind: &str) -> PathBuf {
        self.annex_ok(self.folder.path(), &["addon", "new", name, "--kind", kind, "--publisher", "acme"]);
        self.folder.path().join(name)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_template_to_an_installed_addon() {
    let author = Author::new();
    author.annex_ok(author.folder.path(), &["key", "new", "mine"]);
    let project = author.new_addon("greeter", "plugin");
    author.annex_ok(&project, &["addon", "check"]);
    author.annex_ok(&project, &["addon", "test"]);
    author.annex_ok(&project, &["addon", "pack", "--out-dir", "dist"]);
    let unsigned = only_file(&project.join("dist"), ".unsigned.annex");
    let signed = project.join("dist/signed.annex");
    let words = ["addon", "sign", unsigned.to_str().unwrap(), "--key", "mine", "--out", signed.to_str().unwrap()];
    author.annex_ok(&project, &words);

    let host = Setup::new(Database::sqlite()).start().await;
    let token = host.setup().command_ok(&["token", "create", "--email", crate::support::host::ADMIN.0]);
    let words = ["addon", "publish", signed.to_str().unwrap(), "--host", &host.url, "--token", token.trim(), "--json"];
    // The host does not know the publisher yet: the refusal says what to do.
    let refused = author.annex(&project, &words);
    assert!(!refused.status.success());
    let text = format!("{}{}", String::from_utf8_lossy(&refused.stdout), String::from_utf8_lossy(&refused.stderr));
    assert!(text.contains("unknown-publisher") || text.contains("unknown-key"), "{text}");
    let key = author.folder.path().join("keys/mine.pub");
    host.setup().command_ok(&["publisher", "trust", "acme", "--name", "Acme", "--key", key.to_str().unwrap()]);
    author.annex_ok(&project, &words);

    let api = host.api();
    says_the_same(&author, &project, &api).await;
    let id = api.install("acme.greeter").await;
    let ticket = api.ticket_from("ada@example.com").await;
    assert!(api.render(&ticket, &id).await["view"]["title"].is_string());
}

/// The author's check finds in the project what the host finds in the package.
async fn says_the_same(author: &Author, project: &Path, api: &Api) {
    let codes = |report: &Value| -> Vec<Value> {
        report["findings"].as_array().unwrap().iter().map(|finding| finding["code"].clone()).collect()
    };
    let checked: Value =
        serde_json::from_str(&author.annex_ok(project, &["addon", "check", "--json", "--offline"])).unwrap();
    assert_eq!(checked["ok"], true, "{checked}");
    assert_eq!(checked["result"]["facts"]["scenarios"], 2, "{checked}");
    let path = "/addons/acme.greeter/versions/0.1.0/report";
    let mut report = api.post(path, &json!({})).await.expect_ok(path).await;
    while report["state"] != "done" {
        assert_ne!(report["state"], "failed", "{report}");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        report = api.get(path).await;
    }
    assert_eq!(codes(&report), codes(&checked["result"]), "{report}");
    assert!(report["views"][0]["view"]["title"].is_string(), "{report}");
}

#[test]
fn every_kind_has_a_template_that_passes_the_hosts_own_checks() {
    let author = Author::new();
    for (name, kind) in [("bridge", "channel"), ("lang-xx", "language")] {
        let project = author.new_addon(name, kind);
        author.annex_ok(&project, &["addon", "check"]);
    }
}

#[test]
fn mistakes_are_named_with_file_and_line() {
    let author = Author::new();
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
    let author = Author::new();
    let project = author.new_addon("live", "plugin");
    let mut child = author
        .command(&project, &["addon", "dev", "--json"])
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

fn only_file(folder: &Path, ending: &str) -> PathBuf {
    let found: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found.into_iter().next().unwrap()
}
