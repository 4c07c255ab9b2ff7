//! With nothing but the program: from a template of each kind to a ticket that shows the add-on. Where the system allows it, in a mount
//! namespace in which this repository is not there. The language is built against what `cargo package` makes of the SDK.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Value, json};

use crate::support::{
    api::Api,
    author::{Author, repository},
    database::Database,
    host::{ADMIN, Host, Setup},
};

/// An add-on that went all the way.
pub(super) struct Journey {
    author: Author,
    project: PathBuf,
    pub(super) host: Host,
    pub(super) api: Api,
    pub(super) installation: String,
}

/// Builds, checks, tests, packs, signs and publishes the project `name`, and installs it in a new host.
pub(super) async fn installed(author: Author, name: &str) -> Journey {
    let project = author.folder().join(name);
    author.annex_ok(&project, &["key", "new", "mine"]);
    for word in ["build", "check", "test", "pack"] {
        author.annex_ok(&project, &["addon", word]);
    }
    let (unsigned, signed) =
        (format!("dist/acme.{name}-0.1.0.unsigned.annex"), format!("dist/acme.{name}-0.1.0.annex"));
    author.annex_ok(&project, &["addon", "sign", &unsigned, "--key", "mine"]);

    let host = Setup::new(Database::sqlite()).start().await;
    let token = host.setup().command_ok(&["token", "create", "--email", ADMIN.0]);
    let words = ["addon", "publish", &signed, "--host", &host.url, "--token", token.trim(), "--json"];
    // The host does not know the publisher yet: the refusal says what to do.
    let refused = author.annex(&project, &words);
    assert!(!refused.status.success());
    let text = format!("{}{}", String::from_utf8_lossy(&refused.stdout), String::from_utf8_lossy(&refused.stderr));
    assert!(text.contains("unknown-publisher") || text.contains("unknown-key"), "{text}");
    let key = author.public_key("mine").display().to_string();
    host.setup().command_ok(&["publisher", "trust", "acme", "--name", "Acme", "--key", &key]);
    author.annex_ok(&project, &words);

    let api = host.api();
    let installation = api.install(&format!("acme.{name}")).await;
    Journey { author, project, host, api, installation }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_shows_its_panel_beside_a_ticket_and_builds_elsewhere() {
    let author = Author::away("plugin");
    author.new_addon("greeter", "plugin");
    let journey = installed(author, "greeter").await;
    says_the_same(&journey).await;
    let ticket = journey.api.ticket_from("ada@example.com").await;
    let panel = format!("/tickets/{}/sidebar/{}", ticket["number"], journey.installation);
    journey.host.browser().await.get(&panel).await.expect("Hello, ada@example.com");

    // On another machine, the project is in another folder.
    let Journey { author, project, .. } = journey;
    let moved = author.folder().join("elsewhere/checkout");
    std::fs::create_dir(author.folder().join("elsewhere")).unwrap();
    std::fs::rename(&project, &moved).unwrap();
    author.annex_ok(&moved, &["addon", "build"]);
    let report: Value = serde_json::from_str(&author.annex_ok(&moved, &["doctor", "--json"])).unwrap();
    let findings = report["result"]["findings"].as_array().unwrap();
    let sdk = findings.iter().find(|finding| finding["what"] == "sdk").unwrap_or_else(|| panic!("{report}"));
    assert!(sdk["found"].as_str().unwrap().ends_with("compiles"), "{report}");
    let upgraded = author.annex_ok(&moved, &["addon", "upgrade"]);
    assert!(upgraded.contains("already"), "{upgraded}");
    let before = hold_older_sdk(&moved);
    let upgraded = author.annex_ok(&moved, &["addon", "upgrade"]);
    assert!(upgraded.contains("annex-sdk 0.0.1 -> "), "{upgraded}");
    assert!(!before.exists(), "two would be one too many");
    author.annex_ok(&moved, &["addon", "build"]);
}

/// Makes the SDK of a project one that came with an older program. Answers its folder.
fn hold_older_sdk(project: &Path) -> PathBuf {
    const OLDER: &str = "annex-sdk-0.0.1";
    let carried = std::fs::read_dir(project.join("sdk")).unwrap().next().unwrap().unwrap().path();
    let name = carried.file_name().unwrap().to_str().unwrap().to_owned();
    let older = project.join("sdk").join(OLDER);
    std::fs::rename(&carried, &older).unwrap();
    let version = format!("version = \"{}\"", name.strip_prefix("annex-sdk-").unwrap());
    for (file, from, to) in [
        (older.join("Cargo.toml"), version.as_str(), "version = \"0.0.1\""),
        (project.join("Cargo.toml"), name.as_str(), OLDER),
    ] {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains(from), "{text}");
        std::fs::write(&file, text.replacen(from, to, 1)).unwrap();
    }
    older
}

/// The author's check finds in the project what the host finds in the package.
async fn says_the_same(journey: &Journey) {
    let codes = |report: &Value| -> Vec<Value> {
        report["findings"].as_array().unwrap().iter().map(|finding| finding["code"].clone()).collect()
    };
    let checked = journey.author.annex_ok(&journey.project, &["addon", "check", "--json", "--offline"]);
    let checked: Value = serde_json::from_str(&checked).unwrap();
    assert_eq!(checked["ok"], true, "{checked}");
    assert_eq!(checked["result"]["facts"]["scenarios"], 2, "{checked}");
    let path = "/addons/acme.greeter/versions/0.1.0/report";
    let mut report = journey.api.post(path, &json!({})).await.expect_ok(path).await;
    while report["state"] != "done" {
        assert_ne!(report["state"], "failed", "{report}");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        report = journey.api.get(path).await;
    }
    assert_eq!(codes(&report), codes(&checked["result"]), "{report}");
    assert!(report["views"][0]["view"]["title"].is_string(), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_makes_a_ticket() {
    let author = Author::away("channel");
    author.new_addon("bridge", "channel");
    let journey = installed(author, "bridge").await;
    let settings = format!("/installations/{}/settings", journey.installation);
    let values = json!({"values": {"api_key": "k-123", "webhook_secret": "a-webhook-secret"}});
    journey.api.put(&settings, &values).await.expect_ok("settings").await;
    let delivered = reqwest::Client::new()
        .post(format!("{}/hooks/{}", journey.host.url, journey.installation))
        .header("X-Webhook-Secret", "a-webhook-secret")
        .json(&json!({"id": "m-1", "chat": "c-7", "user": "u-3", "name": "Ada", "text": "Where is order 17?"}));
    assert_eq!(delivered.send().await.unwrap().status(), 200);
    journey.host.browser().await.get("/tickets/1").await.expect("Where is order 17?").expect("Ada");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_is_the_panels_and_builds_against_the_packaged_sdk() {
    let author = Author::away("language");
    let project = author.new_addon("lang-eo", "language");
    take_packaged_sdk(&author, &project);
    let journey = installed(author, "lang-eo").await;
    let ticket = journey.api.ticket_from("ada@example.com").await;
    let browser = journey.host.browser().await;
    let profile = browser.get("/profile").await;
    browser.submit(&profile, "form:has([name=locale])", &[("locale", "eo")]).await;
    browser.get(&format!("/tickets/{}", ticket["number"])).await.expect("Poŝtkesto");
}

/// Puts what `cargo package` makes in the place of the SDK that came with the program: both hold the same, but for the manifest,
/// which cargo writes anew.
fn take_packaged_sdk(author: &Author, project: &Path) {
    let target = author.folder().join("package");
    let mut package = Command::new(env!("CARGO"));
    package.args(["package", "--quiet", "--package", "annex-sdk", "--allow-dirty", "--no-verify", "--target-dir"]);
    let packaged = package.arg(&target).current_dir(repository()).output().unwrap();
    assert!(packaged.status.success(), "{}", String::from_utf8_lossy(&packaged.stderr));
    let carried = std::fs::read_dir(project.join("sdk")).unwrap().next().unwrap().unwrap().path();
    let name = carried.file_name().unwrap().to_str().unwrap().to_owned();
    let unpacked = author.folder().join("unpacked");
    std::fs::create_dir(&unpacked).unwrap();
    let archive = target.join("package").join(format!("{name}.crate"));
    let status = Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(&unpacked).status().unwrap();
    assert!(status.success(), "{}", archive.display());
    let unpacked = unpacked.join(name);

    let (ours, mut theirs) = (files(&carried), files(&unpacked));
    for written in ["Cargo.lock", "Cargo.toml.orig", ".cargo_vcs_info.json"] {
        theirs.remove(written);
    }
    assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
    let differ = ours.keys().filter(|name| *name != "Cargo.toml" && ours[*name] != theirs[*name]);
    assert_eq!(differ.collect::<Vec<_>>(), Vec::<&String>::new());
    std::fs::remove_dir_all(&carried).unwrap();
    std::fs::rename(&unpacked, &carried).unwrap();
}

/// Every file below a folder: its path there, and what is in it.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}
