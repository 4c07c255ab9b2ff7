//! Drafts through the router: as script saves them, and by the button without it.

use axum::http::Method;
use serde_json::{Value, json};

use super::*;

impl Panel {
    /// As the page's script posts.
    async fn by_script(&self, cookie: &str, path: &str, form: &[(&str, &str)]) -> (StatusCode, Value) {
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header("hx-request", "true");
        let body = serde_urlencoded::to_string(form).unwrap();
        let page = self.send(request.body(Body::from(body)).unwrap()).await;
        (page.status, serde_json::from_str(&page.html).unwrap_or_default())
    }
}

/// The value of a hidden field.
fn hidden<'p>(page: &'p Page, name: &str) -> &'p str {
    let (_, rest) = page.html.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    rest.split('"').next().unwrap()
}

#[tokio::test]
async fn what_is_typed_is_there_again_until_it_is_sent() {
    let panel = Panel::start().await;
    let (admin, agent) = (panel.admin().await, panel.agent().await);
    let number = panel.ticket(&admin).await;
    let (path, draft) = (format!("/tickets/{number}"), format!("/tickets/{number}/draft"));
    let page = panel.get(&agent, &path).await;
    assert_eq!(hidden(&page, "rev"), "0");
    let (operator, key) = (hidden(&page, "operator"), hidden(&page, "key"));
    let form = |body| [("mode", "note"), ("body", body), ("rev", "0"), ("operator", operator), ("key", key)];
    let (status, kept) = panel.by_script(&agent, &draft, &form("Look at <this>")).await;
    assert_eq!(status, StatusCode::OK, "{kept}");

    let there = panel.get(&agent, &path).await;
    assert_eq!(hidden(&there, "rev"), kept["rev"].to_string());
    assert!(there.html.contains("Look at &#60;this&#62;</textarea>"), "{}", there.html);
    assert!(there.html.contains("value=\"note\" checked") && there.html.contains("data-draft-standing=\"saved\""));
    let mark = |page: &Page| page.html.contains("</svg>Draft</span>");
    assert!(mark(&panel.get(&agent, "/inbox").await));
    assert!(!panel.get(&admin, &path).await.html.contains("Look at"));
    assert!(!mark(&panel.get(&admin, "/inbox").await));

    // The API writes for the same person and leaves it; so does what is refused.
    let body = json!({ "body": "By a program", "internal": true });
    panel.api(&agent, Method::POST, &format!("{path}/messages"), body).await;
    let refused = panel.post(&agent, &format!("{path}/messages"), &form(" ")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(panel.get(&agent, &path).await.html.contains("Look at &#60;this&#62;</textarea>"));

    panel.post(&agent, &format!("{path}/messages"), &form("Look at <this>")).await;
    let empty = panel.get(&agent, &path).await;
    assert_eq!((hidden(&empty, "rev"), mark(&panel.get(&agent, "/inbox").await)), ("0", false));
    assert!(empty.html.contains("</textarea>") && !empty.html.contains("this&#62;</textarea>"));
    assert_eq!(empty.headers[header::CACHE_CONTROL], "no-store", "nor does a browser keep the old page");
    let late = panel.by_script(&agent, &draft, &form("Look at <this>")).await;
    assert_eq!(late, (StatusCode::OK, json!({ "sent": true })));
}

#[tokio::test]
async fn an_older_text_overwrites_no_newer_one() {
    let panel = Panel::start().await;
    let agent = panel.agent().await;
    let number = panel.ticket(&agent).await;
    let draft = format!("/tickets/{number}/draft");
    let (_, first) = panel.by_script(&agent, &draft, &[("mode", "reply"), ("body", "One"), ("rev", "0")]).await;
    let (status, other) = panel.by_script(&agent, &draft, &[("mode", "note"), ("body", "Two"), ("rev", "0")]).await;
    let fields = json!([["mode", "reply"], ["body", "One"]]);
    assert_eq!((status, other), (StatusCode::CONFLICT, json!({ "rev": first["rev"], "fields": fields })));

    // Without script the page comes back with what was typed, and can choose.
    let page = panel.post(&agent, &draft, &[("mode", "note"), ("body", "Two"), ("rev", "0")]).await;
    assert_eq!((page.status, hidden(&page, "rev")), (StatusCode::CONFLICT, first["rev"].to_string().as_str()));
    assert!(page.html.contains("changed in another tab") && page.html.contains("Two</textarea>"), "{}", page.html);
    let rev = hidden(&page, "rev").to_owned();
    let chosen = panel.post(&agent, &draft, &[("mode", "note"), ("body", "Two"), ("rev", &rev)]).await;
    assert_eq!((chosen.status, chosen.location()), (StatusCode::SEE_OTHER, format!("/tickets/{number}").as_str()));
    assert!(panel.get(&agent, &format!("/tickets/{number}")).await.html.contains("Two</textarea>"));
    let long = "x".repeat(100_001);
    let page = panel.post(&agent, &draft, &[("body", &long), ("rev", &rev)]).await;
    assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.html.contains(&long));
}

#[tokio::test]
async fn only_who_typed_it_keeps_it() {
    let panel = Panel::start().await;
    let (admin, agent) = (panel.admin().await, panel.agent().await);
    let number = panel.ticket(&admin).await;
    let (path, draft) = (format!("/tickets/{number}"), format!("/tickets/{number}/draft"));
    let page = panel.get(&admin, &path).await;
    let form = [("body", "Of the admin"), ("rev", "0"), ("operator", hidden(&page, "operator"))];
    // The session has ended, or somebody else's has begun in the same browser.
    for cookie in ["", agent.as_str()] {
        assert_eq!(panel.by_script(cookie, &draft, &form).await.0, StatusCode::UNAUTHORIZED);
        assert_eq!(panel.post(cookie, &draft, &form).await.status, StatusCode::SEE_OTHER);
    }
    assert!(!panel.get(&agent, &path).await.html.contains("Of the admin"));
    assert_eq!(panel.by_script(&admin, &draft, &form).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_new_ticket_is_kept_with_its_fields() {
    let panel = Panel::start().await;
    let agent = panel.agent().await;
    let form = [
        ("email", "grace@example.com"),
        ("name", "Grace"),
        ("subject", "The door"),
        ("body", "It sticks"),
        ("priority", "high"),
        ("rev", "0"),
        ("key", "k"),
    ];
    let (status, kept) = panel.by_script(&agent, "/tickets/new/draft", &form).await;
    assert_eq!(status, StatusCode::OK, "{kept}");
    let page = panel.get(&agent, "/tickets/new").await;
    for part in ["value=\"grace@example.com\"", "value=\"Grace\"", "value=\"The door\"", "It sticks</textarea>"] {
        assert!(page.html.contains(part), "{part}: {}", page.html);
    }
    assert!(page.html.contains("value=\"high\" selected") && !page.html.contains("value=\"yes\" checked"));
    // For somebody else it does not become theirs.
    let other = panel.get(&agent, "/tickets/new?email=alan@example.com&name=Alan").await;
    assert!(other.html.contains("data-draft-standing=\"other\"") && other.html.contains("value=\"Alan\""));
    assert_eq!((hidden(&other, "rev"), other.html.contains("It sticks")), (kept["rev"].to_string().as_str(), false));
    let (status, answer) = panel.by_script(&agent, "/tickets/new/draft", &form).await;
    assert_eq!((status, &answer["fields"][4]), (StatusCode::CONFLICT, &json!(["priority", "high"])));

    assert_eq!(panel.post(&agent, "/tickets", &form).await.status, StatusCode::SEE_OTHER);
    assert_eq!(hidden(&panel.get(&agent, "/tickets/new").await, "rev"), "0");
}

#[tokio::test]
async fn what_could_not_be_sent_is_kept() {
    let panel = Panel::start().await;
    let agent = panel.agent().await;
    let path = format!("/tickets/{}", panel.ticket(&agent).await);
    panel.by_script(&agent, &format!("{path}/draft"), &[("body", "Dear Ann"), ("rev", "0"), ("key", "k")]).await;
    annex_store::testing::leave_no_room(&panel.state.db).await;
    let long = "x".repeat(60_000);
    let failed = panel.post(&agent, &format!("{path}/messages"), &[("body", &long), ("key", "k")]).await;
    assert_eq!(failed.status, StatusCode::SERVICE_UNAVAILABLE, "{}", failed.html);
    assert!(panel.get(&agent, &path).await.html.contains("Dear Ann</textarea>"));
    // There is room again, and the form can still be sent.
    panel.post(&agent, &format!("{path}/messages"), &[("body", "Dear Ann"), ("key", "k")]).await;
    assert_eq!(hidden(&panel.get(&agent, &path).await, "rev"), "0");
}
