//! Messages that came as HTML: as they were sent, in a frame, and as plain text.

use axum::http::Method;
use serde_json::json;

use super::*;

const SANDBOX: &str = "allow-same-origin allow-popups allow-popups-to-escape-sandbox";
const HTML: &str = "<p style='color: red; position: fixed' onclick=alert(1)>Dear <b>all</b></p><script>alert(1)</script>\
    <img src='https://pictures.example/a.png' alt=Cat><img src='https://127.0.0.1/sign-out'>\
    <blockquote>Before</blockquote>";

impl Panel {
    /// A ticket whose first message came as this HTML: its address, and that of the message's frame.
    async fn formatted(&self, admin: &str, html: &str) -> (String, String) {
        let requester = json!({ "email": "ann@example.org", "name": "Ann" });
        let new = json!({ "subject": "Formatted", "html": html, "requester": requester });
        let (status, made) = self.api(admin, Method::POST, "/tickets", new).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
        let ticket = format!("/tickets/{}", made["number"]);
        let page = self.get(admin, &ticket).await;
        let frame = page.html.split_once("<iframe ").and_then(|(_, rest)| rest.split_once("src=\"")).unwrap().1;
        let frame = frame.split_once('"').unwrap().0.to_owned();
        (ticket, frame)
    }
}

#[tokio::test]
async fn a_message_is_shown_as_sent_and_can_do_nothing() {
    let panel = Panel::start().await;
    let admin = panel.admin().await;
    let (ticket, frame) = panel.formatted(&admin, HTML).await;
    let page = panel.get(&admin, &ticket).await;
    let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("frame-src 'self'") && policy.contains("img-src 'self';"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert!(page.html.contains(&format!("sandbox=\"{SANDBOX}\"")), "{}", page.html);
    assert!(page.html.contains("Dear all") && !page.html.contains("pictures.example"), "{}", page.html);

    let sent = panel.get(&admin, &frame).await;
    let policy = sent.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.starts_with(&format!("sandbox {SANDBOX}; default-src 'none';")), "{policy}");
    assert!(policy.contains("img-src 'self' data:;") && policy.contains("frame-ancestors 'self'"), "{policy}");
    assert!(!policy.contains("script"), "{policy}");
    assert_eq!(sent.headers[header::X_FRAME_OPTIONS], "SAMEORIGIN");
    assert!(sent.html.contains("<p style=\"color:red;\">Dear <b>all</b></p>"), "{}", sent.html);
    assert!(sent.html.contains("<details><summary>Show quoted text</summary><blockquote>Before"), "{}", sent.html);
    assert!(sent.html.contains("A picture from another website was not loaded"), "{}", sent.html);
    for gone in ["<script", "onclick", "pictures.example", "sign-out"] {
        assert!(!sent.html.contains(gone), "{gone}: {}", sent.html);
    }
    assert_eq!(panel.get(&admin, &frame).await.html, sent.html, "made harmless once, and kept");
}

#[tokio::test]
async fn what_a_plain_message_quotes_is_folded() {
    let panel = Panel::start().await;
    let admin = panel.admin().await;
    let number = panel.ticket(&admin).await;
    let form = [("mode", "note"), ("body", "Yes.\n\nOn 5 May 2027 Ann wrote:\n> <b>Now?</b> https://a.example/b")];
    panel.post(&admin, &format!("/tickets/{number}/messages"), &form).await;
    let page = panel.get(&admin, &format!("/tickets/{number}")).await.html;
    assert!(page.contains("<div class=\"message-body\" dir=\"auto\">Yes.</div>"), "{page}");
    let (_, folded) = page.split_once("<details class=\"message-quoted\">").unwrap();
    let (folded, _) = folded.split_once("</details>").unwrap();
    assert!(
        folded.contains("On 5 May 2027 Ann wrote:\n&gt; &lt;b&gt;Now?&lt;/b&gt; <a href=\"https://a.example/b\""),
        "{folded}"
    );
}

#[tokio::test]
async fn pictures_of_other_websites_come_after_a_click() {
    let panel = Panel::start().await;
    let admin = panel.admin().await;
    let (_, frame) = panel.formatted(&admin, HTML).await;
    let shown = panel.get(&admin, &format!("{frame}?pictures=all")).await;
    let policy = shown.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("img-src 'self' data: https:;") && !policy.contains("script"), "{policy}");
    assert!(shown.html.contains("<img src=\"https://pictures.example/a.png\" alt=\"Cat\">"), "{}", shown.html);
    assert!(!shown.html.contains("sign-out") && !shown.html.contains("?pictures=all"), "{}", shown.html);
}

#[tokio::test]
async fn who_may_not_see_the_message_sees_no_frame_of_it() {
    let panel = Panel::start().await;
    let (admin, stranger) = (panel.admin().await, panel.stranger().await);
    let (ticket, frame) = panel.formatted(&admin, "<p>Secret").await;
    assert_eq!(panel.get("", &frame).await.status, StatusCode::SEE_OTHER);
    assert_eq!(panel.get(&stranger, &frame).await.status, StatusCode::NOT_FOUND);
    // Of another ticket, and of a message that is plain.
    let other = panel.ticket(&admin).await;
    let elsewhere = frame.replace(&format!("{ticket}/"), &format!("/tickets/{other}/"));
    assert_eq!(panel.get(&admin, &elsewhere).await.status, StatusCode::NOT_FOUND);
    let (status, plain) = panel.api(&admin, Method::POST, &format!("{ticket}/messages"), json!({ "body": "Hi" })).await;
    assert_eq!(status, StatusCode::CREATED, "{plain}");
    let id = plain["id"].as_str().unwrap();
    assert_eq!(panel.get(&admin, &format!("{ticket}/messages/{id}/html")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_page_of_a_formatted_message_is_as_the_snapshot_has_it() {
    let panel = Panel::start().await;
    let admin = panel.admin().await;
    let (ticket, _) = panel.formatted(&admin, HTML).await;
    drawn::snapshot("panel-ticket-formatted", &panel.get(&admin, &ticket).await.html, "#conversation article");
}
