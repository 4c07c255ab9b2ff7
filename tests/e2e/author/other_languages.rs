//! Add-ons in JavaScript and Python, with nothing but the program and the registries that have their tools: made, built, checked, tried,
//! packed, signed, published, installed, and used beside a ticket. What `tests/peers/setup.sh` does not reach is left out.

use serde_json::Value;

use super::alone::installed;
use crate::support::{author::Author, peer};

/// The word of `--lang`, and that of setup.sh for where its tools are.
const JAVASCRIPT: (&str, &str) = ("javascript", "npm");
const PYTHON: (&str, &str) = ("python", "python");

/// Of `check`: what a component that imports what it needs, and no more, gives no cause for.
const UNCALLED_FOR: [&str; 4] = ["capability-unused", "capability-undeclared", "host-undeclared", "component-large"];

fn is_reached(registry: &str) -> bool {
    let reached = peer::packages().join(format!("{registry}.done")).is_file();
    if !reached {
        eprintln!("the packages of {registry} cannot be had: nothing is tried with them");
    }
    reached
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_in_javascript_shows_its_panel_and_hears_its_button() {
    a_plugin_counts_greetings(JAVASCRIPT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_in_python_shows_its_panel_and_hears_its_button() {
    a_plugin_counts_greetings(PYTHON).await;
}

async fn a_plugin_counts_greetings((lang, registry): (&str, &str)) {
    if !is_reached(registry) {
        return;
    }
    let author = Author::away(lang);
    author.new_addon_in("greeter", "plugin", lang);
    let journey = installed(author, "greeter").await;
    let ticket = journey.api.ticket_from("ada@example.com").await;
    let path = format!("/tickets/{}/sidebar/{}", ticket["number"], journey.installation);
    let browser = journey.host.browser().await;
    let panel = browser.get(&path).await;
    panel.expect("Hello, ada@example.com").expect("Greetings so far: 0");
    browser.press(&panel, "form.panel", "Greet", &[]).await.expect("Greetings so far: 1");
    // What one call stored, the next one reads: nothing of it is left in the component.
    browser.get(&path).await.expect("Greetings so far: 1");
}

#[test]
fn channels_and_languages_in_javascript_are_fine() {
    other_kinds_are_fine(JAVASCRIPT);
}

#[test]
fn channels_and_languages_in_python_are_fine() {
    other_kinds_are_fine(PYTHON);
}

fn other_kinds_are_fine((lang, registry): (&str, &str)) {
    if !is_reached(registry) {
        return;
    }
    for (kind, scenarios) in [("channel", 2), ("language", 1)] {
        let author = Author::away(&format!("{lang}-{kind}"));
        let project = author.new_addon_in("other", kind, lang);
        let answer = author.annex_ok(&project, &["addon", "check", "--offline", "--json"]);
        let checked: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(checked["result"]["facts"]["scenarios"], scenarios, "{checked}");
        let findings = checked["result"]["findings"].as_array().unwrap();
        let uncalled = findings.iter().find(|one| UNCALLED_FOR.contains(&one["code"].as_str().unwrap()));
        assert_eq!(uncalled, None, "{lang} {kind}");
    }
}

/// With the component of a crate, which is made sooner: the commands do not know of what it is made.
#[test]
fn every_command_makes_the_component_as_the_manifest_says() {
    let author = Author::new("recipe");
    let project = author.new_addon("greeter", "plugin");
    let built: Value = serde_json::from_str(&author.annex_ok(&project, &["addon", "build", "--json"])).unwrap();
    std::fs::copy(built["result"]["component"].as_str().unwrap(), project.join("made.wasm")).unwrap();
    std::fs::remove_file(project.join("Cargo.toml")).unwrap();
    std::fs::remove_dir_all(project.join("src")).unwrap();
    let manifest = project.join("annex.toml");
    let text = std::fs::read_to_string(&manifest).unwrap();
    let build = "echo made >> .builds && mkdir -p target && cp made.wasm target/addon.wasm";
    std::fs::write(&manifest, format!("build = \"{build}\"\ncomponent = \"target/addon.wasm\"\n{text}")).unwrap();
    let commands: [&[&str]; 6] = [
        &["addon", "build"],
        &["addon", "check", "--offline"],
        &["addon", "test"],
        &["addon", "pack"],
        &["addon", "dev", "--once"],
        &["doctor"],
    ];
    for (before, command) in commands.into_iter().enumerate() {
        author.annex_ok(&project, command);
        let builds = std::fs::read_to_string(project.join(".builds")).unwrap();
        assert_eq!(builds.lines().count(), before + 1, "{command:?}");
    }
}
