//! A message that came as HTML, in the browser: its frame fits it, runs nothing, leads nowhere, and loads what is asked for.

use serde_json::{Value, json};

use crate::support::{
    chromium::Chromium,
    database::Database,
    host::{ADMIN, Setup},
};

const HTML: &str = "<p>Dear all</p><img src='https://pictures.example/a.png' alt='A cat' width=40 height=40>\
    <p><a href='https://a.example/'>Out</a></p>";

/// Puts into the frame what no message can have, and answers whether any of it did something: whether a script ran, and where
/// the window is after two answers of the host.
const ABUSE: &str = "
    const inside = document.querySelector('.message-sent').contentDocument;
    const script = inside.createElement('script');
    script.textContent = 'parent.ran = true';
    const picture = inside.createElement('img');
    picture.setAttribute('onerror', 'parent.ran = true');
    picture.src = 'data:image/png;base64,AA==';
    const link = inside.createElement('a');
    link.target = '_top';
    link.href = '/inbox';
    const form = inside.createElement('form');
    form.target = '_top';
    form.action = '/inbox';
    inside.body.append(script, picture, link, form);
    link.click();
    form.submit();
    return fetch('/healthz').then(() => fetch('/healthz')).then(() => [window.ran ?? null, location.pathname]);
";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_frame_of_a_message_runs_nothing_and_leads_nowhere() {
    let host = Setup::new(Database::sqlite()).at_one_address().start().await;
    let Some(window) = Chromium::start(&host.url).await else { return };
    let requester = json!({ "email": "ann@example.com", "name": "Ann" });
    let new = json!({ "subject": "Formatted", "html": HTML, "requester": requester });
    let made = host.api().post("/tickets", &new).await.expect_ok("the ticket").await;
    let path = format!("/tickets/{}", made["number"]);
    window.resize(1200, 800).await;
    window.sign_in(ADMIN.0, ADMIN.1).await;
    window.goto(&path).await;

    window
        .until(
            "the frame is as high as the message",
            "const frame = document.querySelector('.message-sent');
             const page = frame.contentDocument.documentElement;
             return page.querySelector('.sent p') !== null && frame.hasAttribute('height') && page.scrollHeight <= frame.clientHeight",
        )
        .await;
    let source =
        "return document.querySelector('.message-sent').contentDocument.querySelector('.sent img').getAttribute('src')";
    assert_eq!(window.run(source, &[]).await, Value::Null, "nothing is loaded before a click");
    assert_eq!(window.run(ABUSE, &[]).await, json!([null, path]));

    let click =
        "document.querySelector('.message-sent').contentDocument.querySelector('a[href=\"?pictures=all\"]').click()";
    window.run(click, &[]).await;
    window
        .until(
            "the picture is asked for",
            "const inside = document.querySelector('.message-sent').contentDocument;
             return inside?.querySelector('.sent img')?.getAttribute('src') === 'https://pictures.example/a.png'",
        )
        .await;
    assert_eq!(window.run(ABUSE, &[]).await, json!([null, path]));

    // The plain text takes its place, and gives it back.
    let shown = "return ['.message-plain .message-body', '.message-sent'].map((part) => document.querySelector(part).checkVisibility())";
    assert_eq!(window.run(shown, &[]).await, json!([false, true]));
    let switch = "document.querySelector('.message-plain > summary').click()";
    window.run(switch, &[]).await;
    assert_eq!(window.run(shown, &[]).await, json!([true, false]));
    window.run(switch, &[]).await;
    assert_eq!(window.run(shown, &[]).await, json!([false, true]));
}
