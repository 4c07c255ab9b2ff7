//! Who forgot their password gets a link by mail, chooses another one and is signed in: here, and nowhere else any more. In a
//! window, with a mail server.

use serde_json::json;

use crate::support::{
    chromium::Chromium,
    database::Database,
    host::{ADMIN, Setup},
    mailbox::Mailbox,
};

const NEW: &str = "velvet otter umbrella";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forgotten_password_is_replaced_by_a_link_in_a_mail() {
    let Some(mailbox) = Mailbox::start().await else { return };
    let host =
        Setup::new(Database::sqlite()).at_one_address().argument("--smtp-url").argument(&mailbox.url).start().await;
    let Some(chromium) = Chromium::start(&host.url).await else { return };
    chromium.resize(1200, 800).await;
    let elsewhere = host.browser().await;

    // Asked for twice: the second link takes the place of the first.
    ask_for_a_link(&chromium).await;
    let first = mailbox.links(ADMIN.0, "/reset/", 1).await.remove(0);
    ask_for_a_link(&chromium).await;
    let link = mailbox.links(ADMIN.0, "/reset/", 2).await.remove(1);
    works_no_longer(&chromium, &first).await;
    assert_eq!(elsewhere.visit("/inbox").await.url.path(), "/inbox", "nothing has changed yet");

    chromium.goto(&link).await;
    let whose = "return document.querySelector('main').textContent.includes(arguments[0])";
    assert_eq!(chromium.run(whose, &[json!(ADMIN.0)]).await, json!(true));
    assert_eq!(chromium.axe().await, [""; 0]);
    fill(&chromium, "#f-password", NEW).await;
    chromium
        .until(
            "somebody is signed in, and told so",
            "return Boolean(document.querySelector('.rail'))
                && document.querySelector('.toast').textContent.includes('You were signed out everywhere else')",
        )
        .await;

    assert_eq!(elsewhere.visit("/inbox").await.url.path(), "/sign-in", "the other session has ended");
    works_no_longer(&chromium, &link).await;
    host.fresh_browser().sign_in(ADMIN.0, NEW).await;
    let stranger = host.fresh_browser();
    let page = stranger.get("/sign-in").await;
    let old = stranger.submit(&page, "form", &[("email", ADMIN.0), ("password", ADMIN.1)]).await;
    assert_eq!(old.status, 422, "{}", old.text());
}

/// As somebody does who stands before the sign-in.
async fn ask_for_a_link(chromium: &Chromium) {
    chromium.goto("/sign-in").await;
    chromium.run("document.querySelector('main a[href=\"/forgotten\"]').click()", &[]).await;
    chromium.until("the address is asked for", "return location.pathname === '/forgotten'").await;
    chromium.until("there is a field for it", "return Boolean(document.querySelector('#f-email'))").await;
    assert_eq!(chromium.axe().await, [""; 0]);
    fill(chromium, "#f-email", ADMIN.0).await;
    let told = "return Boolean(document.querySelector('main .banner[role=status]'))";
    chromium.until("a mail is on its way", told).await;
    assert_eq!(chromium.axe().await, [""; 0]);
}

/// Fills the one field of a form, and sends it.
async fn fill(chromium: &Chromium, field: &str, value: &str) {
    let script = "
        const field = document.querySelector(arguments[0]);
        field.value = arguments[1];
        field.form.requestSubmit();
    ";
    chromium.run(script, &[json!(field), json!(value)]).await;
}

async fn works_no_longer(chromium: &Chromium, link: &str) {
    chromium.goto(link).await;
    let said = "
        return document.querySelector('main').textContent.includes('This link no longer works')
            && !document.querySelector('input');
    ";
    assert_eq!(chromium.run(said, &[]).await, json!(true), "{link}");
    assert_eq!(chromium.axe().await, [""; 0]);
}
