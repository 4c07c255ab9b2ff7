//! What publishers and reviewers type is not lost either: a listing saves by itself and overwrites nobody, and what was sent too late is
//! there again after signing in.

use serde_json::json;

use super::{click, has, says, type_in};
use crate::support::{
    browser::Browser,
    chromium::Chromium,
    database::Database,
    host::{Host, Setup},
    payer::{PAYER, make_account},
    portal::{REVIEWER, sign_in},
    publisher::{ask, hand_in},
    puppet::Puppet,
};

const PROJECTS: &str = "/portal/publishers/annex/projects";
const SIGN_IN: &str = "/client-area/sign-in";
const SUMMARY: &str = "[name='summary.en']";
const NOTES: Puppet<'_> = Puppet { id: "annex.notes", version: "1.0.0", behaviour: "", plans: SERVICE };
const SERVICE: &str = "[service]\nevents = \"https://hooks.annex.example/events\"\n";

/// A host with the publisher `annex`, a browser of its owner without script, and a window.
async fn start() -> Option<(Host, Browser, Chromium)> {
    let host = Setup::new(Database::sqlite()).at_one_address().start().await;
    let chromium = Chromium::start(&host.url).await?;
    chromium.resize(1200, 800).await;
    make_account(&host, PAYER, &[]);
    let request = ask(&host, "annex", PAYER.0, "Notes").await;
    host.setup().command_ok(&["publisher", "approve", &request, "--adopt"]);
    let owner = sign_in(&host, PAYER, "/portal").await;
    Some((host, owner, chromium))
}

/// The session ends, and the page does not know of it yet.
async fn end_session(chromium: &Chromium) {
    let out = "
        return fetch('/client-area/sign-out', { method: 'POST', body: new URLSearchParams() })
            .then((answer) => answer.ok);
    ";
    assert_eq!(chromium.run(out, &[]).await, json!(true));
}

/// Signs in on the page to which one was led.
async fn sign_in_here(chromium: &Chromium, who: (&str, &str)) {
    chromium.until("somebody is led to the sign-in", &format!("return location.pathname === '{SIGN_IN}'")).await;
    let fill = "
        document.querySelector('#f-email').value = arguments[0];
        document.querySelector('#f-password').value = arguments[1];
        document.querySelector('main form').requestSubmit();
    ";
    chromium.until("its form is there", "return Boolean(document.querySelector('#f-password'))").await;
    chromium.run(fill, &[json!(who.0), json!(who.1)]).await;
    chromium.until("somebody is signed in", "return Boolean(document.querySelector('.client-head'))").await;
}

async fn kept(owner: &Browser, page: &str) -> Option<String> {
    owner.get(page).await.attribute(SUMMARY, "value")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listing_saves_by_itself_and_overwrites_nobody() {
    let Some((_host, owner, chromium)) = start().await else { return };
    let projects = owner.get(PROJECTS).await;
    let project = [("project_name", "Notes"), ("project_slug", "notes")];
    owner.submit(&projects, "form[action$='/projects']", &project).await;
    let project = owner.get(&format!("{PROJECTS}/annex.notes")).await;
    let page = owner.submit(&project, "form[action$='/begin']", &[]).await.url.path().to_owned();

    chromium.sign_in_at(SIGN_IN, PAYER, ".client-head").await;
    chromium.goto(&page).await;
    let parts = "document.querySelector('#draft-parts').textContent";
    chromium.run(&format!("window.region = document.querySelector('.draft-texts'); window.parts = {parts}"), &[]).await;
    type_in(&chromium, SUMMARY, "Notes beside tickets").await;
    says(&chromium, "saved").await;
    assert_eq!(kept(&owner, &page).await.as_deref(), Some("Notes beside tickets"));
    let said = "return window.region.isConnected && window.region.querySelector('time').textContent !== ''";
    assert_eq!(chromium.run(said, &[]).await, json!(true), "what is read out is the same region, with the time");
    chromium.until("less is missing", &format!("return window.parts !== {parts}")).await;
    assert_eq!(chromium.axe().await, Vec::<String>::new());

    let shown = owner.get(&page).await;
    owner.submit(&shown, "form:has([name='summary.en'])", &[("summary.en", "From elsewhere")]).await;
    type_in(&chromium, SUMMARY, "Mine as well").await;
    says(&chromium, "differs").await;
    let beside = "
        const other = document.querySelector('[data-draft-beside=\"summary.en\"]');
        return !other.hidden && other.textContent.includes('From elsewhere');
    ";
    assert_eq!(chromium.run(beside, &[]).await, json!(true), "the other text is beside one's own");
    assert_eq!(chromium.axe().await, Vec::<String>::new());
    assert_eq!(kept(&owner, &page).await.as_deref(), Some("From elsewhere"));
    click(&chromium, "[data-draft-do=mine]").await;
    says(&chromium, "saved").await;
    assert_eq!(kept(&owner, &page).await.as_deref(), Some("Mine as well"));

    end_session(&chromium).await;
    type_in(&chromium, SUMMARY, "Typed too late").await;
    says(&chromium, "signed-out").await;
    click(&chromium, "a[data-draft-when=signed-out]").await;
    sign_in_here(&chromium, PAYER).await;
    has(&chromium, SUMMARY, "Typed too late").await;
    says(&chromium, "saved").await;
    assert_eq!(kept(&owner, &page).await.as_deref(), Some("Typed too late"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reviewers_note_outlives_the_session_in_which_it_was_typed() {
    let Some((host, owner, chromium)) = start().await else { return };
    make_account(&host, REVIEWER, &[]);
    host.setup().command_ok(&["staff", "grant", REVIEWER.0, "review.technical"]);
    let version = hand_in(&host, &owner, &NOTES, "Notes").await;
    chromium.sign_in_at(SIGN_IN, REVIEWER, ".client-head").await;
    chromium.goto(&format!("/review/versions/{version}/technical")).await;
    type_in(&chromium, "#f-target", "summary.en").await;
    type_in(&chromium, "#f-body", "Say what it costs.").await;
    end_session(&chromium).await;
    let add = "form[action$='/notes'] .btn";
    click(&chromium, add).await;
    sign_in_here(&chromium, REVIEWER).await;
    has(&chromium, "#f-body", "Say what it costs.").await;
    has(&chromium, "#f-target", "summary.en").await;

    click(&chromium, add).await;
    let noted = "
        const notes = [...document.querySelectorAll('.list-rows .row')];
        return notes.some((note) => note.textContent.includes('Say what it costs.'));
    ";
    chromium.until("the note is there", noted).await;
    has(&chromium, "#f-body", "").await;
    assert_eq!(chromium.run("return sessionStorage.getItem('annex-typed')", &[]).await, json!(null));
}
