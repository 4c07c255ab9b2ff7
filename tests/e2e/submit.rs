//! `annex addon submit`: a build server hands a package in with a token of its publisher, and hears what came of it.

use std::process::Command;

use serde_json::{Value, json};

use crate::support::{
    api::Api,
    browser::Browser,
    database::Database,
    host::{Host, Setup, binary},
    payer::{self, PAYER, STRANGER},
    publisher::{PICTURE, ask, draw, filled, token},
    puppet::Puppet,
};

const NOTES: Puppet<'_> = Puppet { id: "annex.notes", version: "1.0.0", behaviour: "", plans: "" };
const PROJECTS: &str = "/portal/publishers/annex/projects";

/// A browser that is signed in to the client area.
async fn enter(host: &Host, account: (&str, &str)) -> Browser {
    let browser = host.fresh_browser();
    let page = browser.get("/portal").await;
    let who = [("email", account.0), ("password", account.1)];
    browser.submit(&page, "form:has(input[name=password])", &who).await;
    browser
}

/// Runs the command: whether it went well, and what it printed.
fn submit(host: &str, words: &[&str], token: &str) -> (bool, Value) {
    let words = [&["addon", "submit", "--json", "--host", host], words].concat();
    let done = Command::new(binary()).args(words).env("ANNEX_TOKEN", token).output().unwrap();
    let printed = String::from_utf8_lossy(&done.stdout);
    let answer = serde_json::from_str(&printed).unwrap_or_else(|error| {
        panic!("{error}: {printed}{}", String::from_utf8_lossy(&done.stderr));
    });
    (done.status.success(), answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_server_submits_a_package_and_hears_what_came_of_it() {
    let host = Setup::new(Database::sqlite()).start().await;
    payer::make_account(&host, PAYER, &["--desk"]);
    payer::make_account(&host, STRANGER, &[]);
    let (owner, reviewer) = (enter(&host, PAYER).await, enter(&host, STRANGER).await);
    let request = ask(&host, "annex", PAYER.0, "Notes beside tickets").await;
    host.setup().command_ok(&["publisher", "approve", &request, "--adopt"]);
    host.setup().command_ok(&["staff", "grant", STRANGER.0, "review.technical"]);
    let token = token(&owner, "annex", &["read", "submit"]).await;
    let (_folder, package) = NOTES.pack_with(PICTURE, draw);
    let package = host.setup().sign(&package).display().to_string();

    let made = [("project_name", "Notes"), ("project_slug", "notes")];
    owner.submit(&owner.get(PROJECTS).await, "form[action$='/projects']", &made).await;
    let (well, answer) = submit(&host.url, &[&package], &token);
    assert!(!well && answer["errors"][0]["code"] == "incomplete", "{answer}");
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("release_notes.en"), "{answer}");

    let publisher = Api::of_publisher(&host.url, &token);
    let versions = "/projects/annex.notes/versions";
    let id = publisher.get(versions).await[0]["id"].as_str().unwrap().to_owned();
    let version = format!("{versions}/{id}");
    let read = publisher.get(&version).await;
    let draft = json!({ "seen": read["draft_rev"], "draft": filled(read["draft"].clone(), "They are there.") });
    publisher.put(&format!("{version}/draft"), &draft).await.expect_ok("draft").await;
    let (well, answer) = submit(&host.url, &[&package, "--track", "technical"], &token);
    let review = &answer["result"]["reviews"][0];
    assert!(well && review["state"] == "in-review" && review["place"] == 1, "{answer}");
    assert_eq!((&answer["result"]["id"], &answer["result"]["repeated"]), (&json!(id), &json!(true)));

    let (url, words) = (host.url.clone(), [package, "--track".to_owned(), "technical".to_owned(), "--wait".to_owned()]);
    let waits = tokio::task::spawn_blocking(move || submit(&url, &words.each_ref().map(String::as_str), &token));
    let table = format!("/review/versions/{id}/technical");
    let note = [("severity", "blocker"), ("at", "whole"), ("place", ""), ("body", "It counts nothing.")];
    reviewer.submit(&reviewer.get(&table).await, "form[action$='/notes']", &note).await;
    reviewer.press(&reviewer.get(&table).await, "form[action$='/notes']", "Reject", &[]).await;
    let (well, answer) = waits.await.unwrap();
    let review = &answer["result"]["reviews"][0];
    assert!(!well && review["state"] == "rejected", "{answer}");
    assert_eq!(review["notes"][0]["body"], "It counts nothing.");
}
