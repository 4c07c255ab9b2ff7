//! From a package to a version that help desks install, and back, with the author's tools alone: signing in by a code that is compared
//! in the portal, handing in, a reviewer, making available, following the log, taking back, signing out.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use serde_json::{Value, json};

use crate::support::{
    api::Api,
    browser::Browser,
    database::Database,
    eventually,
    host::{Host, Setup, binary},
    payer::{PAYER, STRANGER, make_account},
    publisher::{PICTURE, ask, draw, filled},
    puppet::Puppet,
};

const ADDON: &str = "annex.notes";
const NOTES: Puppet<'_> = Puppet { id: ADDON, version: "1.0.0", behaviour: "", plans: "" };

/// A machine with the tools, keys and a folder with an add-on, where somebody may be signed in.
struct Machine {
    keys: PathBuf,
    logins: PathBuf,
    project: PathBuf,
    _folder: tempfile::TempDir,
}

impl Machine {
    fn new(host: &Host) -> Self {
        let (folder, _) = NOTES.pack_with(PICTURE, draw);
        let project = folder.path().to_owned();
        let logins = project.join(".logins/logins.json");
        Self { keys: host.setup().data().join("keys"), logins, project, _folder: folder }
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command
            .args(words)
            .current_dir(&self.project)
            .env("ANNEX_KEYS", &self.keys)
            .env("ANNEX_LOGINS", &self.logins)
            .env_remove("ANNEX_HOST")
            .env_remove("ANNEX_TOKEN")
            .stdin(Stdio::null());
        command
    }

    /// What a command answers as JSON, and whether it went well.
    fn run(&self, words: &[&str]) -> (bool, Value) {
        let words = [words, &["--json"]].concat();
        let Output { status, stdout, stderr } = self.command(&words).output().unwrap();
        let answer = serde_json::from_slice(&stdout);
        (status.success(), answer.unwrap_or_else(|_| panic!("{words:?}: {}", String::from_utf8_lossy(&stderr))))
    }

    fn ok(&self, words: &[&str]) -> Value {
        let (well, answer) = self.run(words);
        assert!(well, "{words:?}: {answer}");
        answer["result"].clone()
    }

    /// The code of the first error.
    fn refused(&self, words: &[&str]) -> String {
        let (well, answer) = self.run(words);
        assert!(!well, "{words:?}: {answer}");
        answer["errors"][0]["code"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    /// A command that goes on: one JSON document a line.
    fn start(&self, words: &[&str]) -> Running {
        let words = [words, &["--json"]].concat();
        let child = self.command(&words).stdout(Stdio::piped()).spawn();
        let mut child = child.unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Running { child, lines: Box::new(lines.map_while(Result::ok)) }
    }

    /// The token that is remembered.
    fn token(&self, host: &Host) -> String {
        let kept: Value = serde_json::from_slice(&std::fs::read(&self.logins).unwrap()).unwrap();
        kept["hosts"][format!("{}/", host.url)]["token"].as_str().expect("a token").to_owned()
    }
}

struct Running {
    child: Child,
    lines: Box<dyn Iterator<Item = String> + Send>,
}

impl Running {
    /// The next line for which this holds.
    fn wait_for(&mut self, what: &str, is: impl Fn(&Value) -> bool) -> Value {
        let mut seen = Vec::new();
        for line in self.lines.by_ref() {
            let value: Value = serde_json::from_str(&line).unwrap_or_default();
            if is(&value) {
                return value;
            }
            seen.push(line);
        }
        panic!("no {what} in {seen:#?}");
    }

    /// The last line of a command that went well.
    fn result(mut self) -> Value {
        let last = self.wait_for("result", |value| value["ok"].is_boolean());
        assert!(self.child.wait().unwrap().success(), "{last}");
        last["result"].clone()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A browser in which an account is signed in to the client area.
async fn signed_in(host: &Host, account: (&str, &str)) -> Browser {
    make_account(host, account, &[]);
    let browser = host.fresh_browser();
    let page = browser.get("/client-area/sign-in").await;
    let who = [("email", account.0), ("password", account.1)];
    browser.submit(&page, "form:has(input[name=password])", &who).await;
    browser
}

/// The publisher of the first-party add-ons with an owner, and a project; and somebody who reviews.
async fn publisher(host: &Host) -> (Browser, Browser) {
    let owner = signed_in(host, PAYER).await;
    let request = ask(host, "annex", PAYER.0, "Notes").await;
    host.setup().command_ok(&["publisher", "approve", &request, "--adopt"]);
    let projects = owner.get("/portal/publishers/annex/projects").await;
    let project = [("project_name", "Notes"), ("project_slug", "notes")];
    owner.submit(&projects, "form[action$='/projects']", &project).await;
    let reviewer = signed_in(host, STRANGER).await;
    host.setup().command_ok(&["staff", "grant", STRANGER.0, "review.technical"]);
    (owner, reviewer)
}

/// Signs the tools in, with the code that they show.
async fn log_in(host: &Host, machine: &Machine, owner: &Browser) {
    let mut login = machine.start(&["login", &host.url]);
    let shown = login.wait_for("code", |value| value["event"] == "code");
    let code = shown["detail"]["user_code"].as_str().expect("a code");
    let page = owner.get(&format!("/portal/device?code={code}")).await;
    let asked = owner.submit(&page, "form[action='/portal/device']", &[]).await;
    asked.expect("annex on").expect(code).expect("127.0.0.1");
    owner.submit(&asked, "form[action='/portal/device/approve']", &[]).await.expect("has access");
    let login = tokio::task::spawn_blocking(move || login.result()).await.unwrap();
    assert_eq!((&login["publisher"], &login["account"]), (&json!("annex"), &json!(PAYER.0)), "{login}");
}

fn mode(file: &Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(file).unwrap().permissions()) & 0o777
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_author_publishes_and_takes_back_with_the_tools_alone() {
    let host = Setup::new(Database::sqlite()).start().await;
    let (owner, reviewer) = publisher(&host).await;
    let machine = Machine::new(&host);
    assert_eq!(machine.refused(&["addon", "status"]), "not-signed-in");
    log_in(&host, &machine, &owner).await;
    assert_eq!(mode(&machine.logins), 0o600);
    machine.ok(&["login", &host.url]); // nothing is asked where it holds
    assert_eq!(machine.ok(&["whoami"])["hosts"][0]["is_default"], true);

    assert_eq!(machine.refused(&["addon", "sign"]), "no-package");
    machine.ok(&["addon", "pack", "--component", "component.wasm"]);
    let signed = machine.ok(&["addon", "sign"]);
    assert!(signed["package"].as_str().unwrap().ends_with("dist/annex.notes-1.0.0.annex"), "{signed}");
    assert_eq!(machine.refused(&["addon", "publish"]), "no-version");
    assert_eq!(machine.refused(&["addon", "submit"]), "incomplete", "the listing is not written");
    review(&host, &machine, &reviewer).await;

    assert_eq!(machine.ok(&["addon", "publish"])["repeated"], false);
    assert_eq!(machine.ok(&["addon", "publish"])["repeated"], true);
    let stands = |name: &str| machine.ok(&["addon", "status"])["versions"][0][name].clone();
    assert_eq!((&stands("technical")["state"], stands("status")), (&json!("available"), json!("available")));
    follow(&host, &machine).await;
    assert_eq!(machine.refused(&["addon", "yank", "2.0.0"]), "no-version");
    machine.ok(&["addon", "yank", "1.0.0"]);
    assert_eq!(stands("status"), "yanked");
    machine.ok(&["addon", "yank", "1.0.0", "--undo"]);
    assert_eq!(stands("status"), "available");

    let token = machine.token(&host);
    assert_eq!(machine.ok(&["logout"])["ended"], true);
    assert_eq!(machine.refused(&["whoami"]), "not-signed-in");
    let with_it = ["addon", "status", "--host", &host.url, "--token", &token];
    assert_eq!(machine.refused(&with_it), "unauthorized", "the host has ended it");
}

/// The listing is filled in, the version handed in and approved while the author waits.
async fn review(host: &Host, machine: &Machine, reviewer: &Browser) {
    let publisher = Api::of_publisher(&host.url, &machine.token(host));
    let all = format!("/projects/{ADDON}/versions");
    let id = publisher.get(&all).await[0]["id"].as_str().expect("an id").to_owned();
    let version = format!("{all}/{id}");
    let read = publisher.get(&version).await;
    let draft = json!({ "seen": read["draft_rev"], "draft": filled(read["draft"].clone(), "Notes beside tickets") });
    publisher.put(&format!("{version}/draft"), &draft).await.expect_ok("draft").await;
    assert_eq!(machine.refused(&["addon", "publish"]), "not-approved");

    let submit = machine.start(&["addon", "submit", "--wait"]);
    eventually("it is in review", || async {
        (publisher.get(&version).await["technical"]["state"] == "in-review").then_some(())
    })
    .await;
    let table = reviewer.get(&format!("/review/versions/{id}/technical")).await;
    reviewer.press(&table, "form[action$='/notes']", "Approve", &[]).await;
    let submitted = tokio::task::spawn_blocking(move || submit.result()).await.unwrap();
    assert_eq!(submitted["reviews"][0]["state"], "approved", "{submitted}");
}

/// What the add-on does in the developer desk is seen as it happens.
async fn follow(host: &Host, machine: &Machine) {
    let logs = ["addon", "logs", "--addon", ADDON];
    assert_eq!(machine.refused(&logs), "not-found", "it is not installed there");
    let token = host.setup().command_ok(&["token", "create", "--email", PAYER.0]);
    let desk = Api::new(&host.url, token.trim());
    let id = desk.install(ADDON).await;
    let ticket = desk.ticket_from("ada@example.com").await;
    let panel = desk.render(&ticket, &id).await;
    assert_eq!(machine.ok(&logs)["calls"][0]["kind"], "render");

    let mut following = machine.start(&[&logs[..], &["--follow"]].concat());
    following.wait_for("the call before", |value| value["detail"]["kind"] == "render");
    desk.press(&ticket, &id, &panel, "note").await;
    following.wait_for("the call that came", |value| value["detail"]["kind"] == "handle");
}
