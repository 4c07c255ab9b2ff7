//! Two operators at one desk, each in a window of their own: what one does, the other sees without loading a page anew.

use serde_json::{Value, json};

use crate::support::{
    chromium::Chromium,
    database::Database,
    eventually,
    host::{ADMIN, Host, Setup},
};

const BO: (&str, &str) = ("bo@example.com", "velvet otter umbrella");

/// Writes into the reply box, as with a keyboard.
const TYPE: &str = "
    const box = document.querySelector('[data-reply-box]');
    box.value = arguments[0];
    box.dispatchEvent(new Event('input', { bubbles: true }));
";
/// Chooses a priority.
const CHOOSE: &str = "
    const field = document.querySelector('#f-priority');
    field.value = arguments[0];
    field.dispatchEvent(new Event('change', { bubbles: true }));
";
const SEND: &str = "document.querySelector('#reply').requestSubmit()";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_operator_does_the_other_sees_without_a_reload() {
    let host = Setup::new(Database::sqlite()).at_one_address().start().await;
    let Some(ada) = Chromium::start(&host.url).await else { return };
    let Some(bo) = Chromium::start(&host.url).await else { return };
    let create = ["admin", "create", "--email", BO.0, "--name", "Bo", "--password-stdin"];
    let made = host.setup().command_with_input(&create, BO.1);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    for (window, (email, password)) in [(&ada, ADMIN), (&bo, BO)] {
        window.resize(1200, 800).await;
        window.sign_in(email, password).await;
    }
    let number = a_ticket_appears_in_the_inbox(&host, &bo).await;
    for window in [&bo, &ada] {
        window.goto(&format!("/tickets/{number}")).await;
        stay(window).await;
    }
    who_is_writing_and_what_is_seen(&ada, &bo).await;
    properties_follow(&ada, &bo).await;
    a_reply_that_was_overtaken_comes_back(&ada, &bo).await;
    assert_eq!(ada.errors().await, [""; 0]);
}

/// Makes it known whether the page is loaded anew from here on.
async fn stay(window: &Chromium) {
    window.run("window.stays = true", &[]).await;
}

async fn has_stayed(window: &Chromium) -> bool {
    window.run("return window.stays === true", &[]).await == json!(true)
}

async fn messages(window: &Chromium, count: u32) {
    let there = format!(
        "return document.readyState === 'complete' && document.querySelectorAll('#conversation article').length === {count}"
    );
    window.until(&format!("{count} messages are there"), &there).await;
}

async fn a_ticket_appears_in_the_inbox(host: &Host, bo: &Chromium) -> Value {
    bo.goto("/inbox").await;
    stay(bo).await;
    let number = host.api().ticket_from("kim@example.com").await["number"].clone();
    bo.until(
        "the ticket is in the inbox, unread",
        "return document.querySelector('#results tr.unread')?.textContent.includes('kim@example.com')",
    )
    .await;
    bo.until("the title counts it", "return document.title.startsWith('(1) Inbox')").await;
    bo.until("so does its view", "return document.querySelector('#views [aria-current] .count').textContent === '1'")
        .await;
    a_row_appears_beside_the_one_in_focus(host, bo).await;
    assert!(has_stayed(bo).await);
    number
}

async fn a_row_appears_beside_the_one_in_focus(host: &Host, bo: &Chromium) {
    bo.run("document.querySelector('#results .ticket-link').focus()", &[]).await;
    host.api().ticket_from("lee@example.com").await;
    bo.until(
        "both tickets are in the inbox, each with its mark",
        "const marked = [...document.querySelectorAll('#results tr.unread')].filter((row) => row.querySelector('.unread-dot'));
            return marked.length === 2 && marked.some((row) => row.textContent.includes('lee@example.com'))",
    )
    .await;
    bo.until("the title counts both", "return document.title.startsWith('(2) Inbox')").await;
    let focus = "return document.activeElement.matches('.ticket-link') && document.activeElement.textContent";
    assert_eq!(bo.run(focus, &[]).await, json!("A question from kim@example.com"));
    // What is being searched for stays, too, with the cursor in it.
    let search = "
        const box = document.querySelector('#f-q');
        box.focus();
        box.value = 'kim';
    ";
    bo.run(search, &[]).await;
    host.api().ticket_from("mia@example.com").await;
    bo.until("the title counts the third", "return document.title.startsWith('(3) Inbox')").await;
    let typed = "return document.activeElement.id === 'f-q' && document.activeElement.value";
    assert_eq!(bo.run(typed, &[]).await, json!("kim"));
}

async fn who_is_writing_and_what_is_seen(ada: &Chromium, bo: &Chromium) {
    eventually("Bo is told who is writing", || async {
        ada.run(TYPE, &[json!("It is on its way")]).await;
        let told = "return document.querySelector('#writers').textContent.includes('admin is writing')";
        (bo.run(told, &[]).await == json!(true)).then_some(())
    })
    .await;
    ada.run(SEND, &[]).await;
    messages(bo, 2).await;
    bo.until("it is said", "return document.querySelector('#said').textContent.includes('New message from admin')")
        .await;
    bo.until("nobody is writing any more", "return document.querySelector('#writers').textContent === ''").await;
    bo.until("it was read", "return !document.querySelector('form[data-read]')").await;
    assert!(has_stayed(bo).await);
    messages(ada, 2).await;
}

async fn properties_follow(ada: &Chromium, bo: &Chromium) {
    ada.run(CHOOSE, &[json!("urgent")]).await;
    bo.until("the priority follows", "return document.querySelector('#f-priority').value === 'urgent'").await;
    bo.until("so do the badges", "return document.querySelector('#ticket-badges').textContent.includes('Urgent')")
        .await;
    // What is typed and not saved yet stays, and a notice stands above it.
    let tags = "const field = document.querySelector('#f-tags'); field.focus(); field.value = 'vip'";
    bo.run(tags, &[]).await;
    ada.until("her own form is ready", "return !document.querySelector('.htmx-request')").await;
    ada.run(CHOOSE, &[json!("low")]).await;
    bo.until(
        "Bo is told of the change",
        "return document.querySelector('#properties-notice').textContent.includes('admin changed this ticket: Priority')",
    )
    .await;
    let typed = "return document.querySelector('#f-tags').value === 'vip'";
    assert_eq!(bo.run(typed, &[]).await, json!(true));
    bo.run("document.activeElement.blur(); document.querySelector('[data-reload]').click()", &[]).await;
    bo.until("it is loaded when Bo says so", "return document.querySelector('#f-priority').value === 'low'").await;
    bo.until("the notice is gone", "return document.querySelector('#properties-notice').textContent === ''").await;
    assert!(has_stayed(bo).await);
}

async fn a_reply_that_was_overtaken_comes_back(ada: &Chromium, bo: &Chromium) {
    bo.run(TYPE, &[json!("I will look")]).await;
    ada.run(TYPE, &[json!("It has arrived")]).await;
    ada.run(SEND, &[]).await;
    messages(bo, 3).await;
    bo.run(SEND, &[]).await;
    bo.until(
        "what Bo typed comes back",
        "return document.body.textContent.includes('admin has just replied')
            && document.querySelector('[data-reply-box]').value === 'I will look'",
    )
    .await;
    bo.run(SEND, &[]).await;
    messages(bo, 4).await;
    messages(ada, 4).await;
}
