//! What an operator types is there again after a reload, an ended session and another tab, and gone once it was sent; what is typed in
//! one form stays while another is sent.

mod publisher;

use serde_json::json;

use crate::support::{
    browser::Browser,
    chromium::Chromium,
    database::Database,
    host::{ADMIN, Host, Setup},
};

const TICKET: &str = "/tickets/1";

/// A host with tickets, and a window in which the admin is signed in.
async fn start() -> Option<(Host, Chromium)> {
    let host = Setup::new(Database::sqlite()).at_one_address().sample().start().await;
    let chromium = Chromium::start(&host.url).await?;
    chromium.resize(1200, 800).await;
    chromium.sign_in(ADMIN.0, ADMIN.1).await;
    chromium.goto(TICKET).await;
    Some((host, chromium))
}

/// As with the keyboard.
async fn type_in(chromium: &Chromium, selector: &str, text: &str) {
    let script = "
        const field = document.querySelector(arguments[0]);
        field.focus();
        field.value = arguments[1];
        field.dispatchEvent(new Event('input', { bubbles: true }));
    ";
    chromium.run(script, &[json!(selector), json!(text)]).await;
}

/// Waits for what the form says of its draft.
async fn says(chromium: &Chromium, what: &str) {
    let shown = format!(
        "const one = document.querySelector('p[data-draft-when=\"{what}\"]'); return Boolean(one) && !one.hidden"
    );
    chromium.until(&format!("the draft is {what}"), &shown).await;
}

async fn has(chromium: &Chromium, selector: &str, text: &str) {
    let there = format!("return document.querySelector({})?.value === {}", json!(selector), json!(text));
    chromium.until(&format!("{selector} has {text:?}"), &there).await;
}

async fn click(chromium: &Chromium, selector: &str) {
    chromium.run("document.querySelector(arguments[0]).click()", &[json!(selector)]).await;
}

/// What the server keeps, as another window of the same operator shows it.
async fn kept(browser: &Browser, path: &str) -> String {
    browser.get(path).await.all("#f-body").remove(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_is_there_after_a_reload_and_can_be_discarded() {
    let Some((host, chromium)) = start().await else { return };
    let browser = host.browser().await;
    type_in(&chromium, "#f-body", "Dear Ann,").await;
    says(&chromium, "saved").await;
    assert_eq!(kept(&browser, TICKET).await, "Dear Ann,");
    // The page goes before there was a pause.
    type_in(&chromium, "#f-body", "Dear Ann, it works.").await;
    chromium.goto(TICKET).await;
    has(&chromium, "#f-body", "Dear Ann, it works.").await;
    says(&chromium, "saved").await;
    assert_eq!(chromium.axe().await, Vec::<String>::new());
    chromium.goto("/inbox?view=all").await;
    chromium
        .until("the inbox marks it", "return document.querySelector('#results').textContent.includes('Draft')")
        .await;

    chromium.goto(TICKET).await;
    click(&chromium, "[data-draft-do=discard]").await;
    says(&chromium, "discarded").await;
    has(&chromium, "#f-body", "").await;
    assert_eq!(kept(&browser, TICKET).await, "");
    click(&chromium, "[data-draft-do=undo]").await;
    says(&chromium, "saved").await;
    has(&chromium, "#f-body", "Dear Ann, it works.").await;
    assert_eq!(kept(&browser, TICKET).await, "Dear Ann, it works.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_outlives_the_session_in_which_it_was_typed() {
    let Some((host, chromium)) = start().await else { return };
    // Of somebody else who was signed in here.
    let foreign = "sessionStorage.setItem('annex-draft x /tickets/1/draft', '{}')";
    chromium.run(foreign, &[]).await;
    let browser = host.browser().await;
    let profile = browser.get("/profile").await;
    browser.submit(&profile, "form[action='/profile/sessions/revoke-others']", &[]).await;
    type_in(&chromium, "#f-body", "Typed too late").await;
    says(&chromium, "signed-out").await;
    // Nor does it leave by Send.
    chromium.run("document.querySelector('#reply').requestSubmit()", &[]).await;
    says(&chromium, "signed-out").await;
    assert_eq!(kept(&browser, TICKET).await, "");

    chromium.sign_in(ADMIN.0, ADMIN.1).await;
    chromium.goto(TICKET).await;
    has(&chromium, "#f-body", "Typed too late").await;
    says(&chromium, "saved").await;
    assert_eq!(kept(&browser, TICKET).await, "Typed too late");
    let left = "return Object.keys(sessionStorage).filter((name) => name.startsWith('annex-draft')).length === 0";
    chromium.until("the tab keeps nothing any more", left).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_sent_does_not_come_back() {
    let Some((host, chromium)) = start().await else { return };
    // Sent before there was a pause to save it.
    type_in(&chromium, "#f-body", "Sent at once").await;
    chromium.run("window.before = true; document.querySelector('#reply .btn.primary').click()", &[]).await;
    let arrived = "
        const bodies = [...document.querySelectorAll('.message-body')];
        return !window.before && bodies.some((body) => body.textContent === 'Sent at once');
    ";
    chromium.until("it is in the conversation", arrived).await;
    has(&chromium, "#f-body", "").await;
    chromium.run("window.after = true; history.back()", &[]).await;
    let back =
        "return !window.after && document.readyState === 'complete' && Boolean(document.querySelector('#f-body'))";
    chromium.until("the page before is there", back).await;
    has(&chromium, "#f-body", "").await;
    chromium.goto("/inbox?view=all").await;
    let browser = host.browser().await;
    assert_eq!(kept(&browser, TICKET).await, "");
    let page = browser.get(TICKET).await;
    assert_eq!(page.all(".message-body").iter().filter(|body| *body == "Sent at once").count(), 1);

    // A new ticket likewise.
    chromium.goto("/tickets/new").await;
    for (field, text) in [("#f-email", "kim@example.com"), ("#f-subject", "The door"), ("#f-body", "It sticks")] {
        type_in(&chromium, field, text).await;
    }
    says(&chromium, "saved").await;
    chromium.goto("/tickets/new").await;
    has(&chromium, "#f-subject", "The door").await;
    click(&chromium, "main form.stack .btn.primary").await;
    chromium.until("it is made", "return document.querySelector('h1')?.textContent === 'The door'").await;
    chromium.goto("/tickets/new").await;
    has(&chromium, "#f-subject", "").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_tabs_neither_overwrites_the_other() {
    let Some((host, chromium)) = start().await else { return };
    let browser = host.browser().await;
    let [first, second] = chromium.another_tab().await;
    chromium.goto(TICKET).await;
    type_in(&chromium, "#f-body", "Of the second").await;
    says(&chromium, "saved").await;

    chromium.switch_to(&first).await;
    type_in(&chromium, "#f-body", "Of the first").await;
    says(&chromium, "differs").await;
    assert_eq!(chromium.axe().await, Vec::<String>::new());
    assert_eq!(kept(&browser, TICKET).await, "Of the second");
    click(&chromium, "[data-draft-do=mine]").await;
    says(&chromium, "saved").await;
    assert_eq!(kept(&browser, TICKET).await, "Of the first");

    chromium.switch_to(&second).await;
    type_in(&chromium, "#f-body", "Of the second, too").await;
    says(&chromium, "differs").await;
    click(&chromium, "[data-draft-do=theirs]").await;
    has(&chromium, "#f-body", "Of the first").await;
    says(&chromium, "saved").await;
    assert_eq!(kept(&browser, TICKET).await, "Of the first");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_typed_in_one_form_outlives_another_that_is_sent() {
    let Some((host, chromium)) = start().await else { return };
    host.browser().await;
    chromium.goto("/profile").await;
    type_in(&chromium, "#f-name", "Ada Augusta").await;
    type_in(&chromium, "#f-new", "velvet otter umbrella").await;
    let sessions = "form[action='/profile/sessions/revoke-others']";
    click(&chromium, &format!("{sessions} button")).await;
    chromium.until("the other session is ended", &format!("return !document.querySelector(\"{sessions}\")")).await;
    has(&chromium, "#f-name", "Ada Augusta").await;
    has(&chromium, "#f-new", "").await;
    chromium.until("it was kept for one page", "return sessionStorage.getItem('annex-typed') === null").await;
}
