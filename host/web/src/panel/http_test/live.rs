//! What others do appears on the pages that are open: what a stream carries, what is unread, who has just replied, who
//! changed what, and whom a mail tells it.

use std::time::Duration;

use annex_store::{mails, operators, tickets};
use axum::{
    body::{Body, BodyDataStream},
    http::{Method, Request, StatusCode, header},
};
use futures::StreamExt as _;
use serde_json::json;
use tower::ServiceExt as _;

use super::Panel;

/// The events of one browser.
struct Events(BodyDataStream);

impl Events {
    async fn of(panel: &Panel, cookie: &str) -> Self {
        let request = Request::get("/events").header(header::COOKIE, cookie).body(Body::empty()).unwrap();
        let response = panel.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let mut events = Self(response.into_body().into_data_stream());
        assert!(events.next().await.contains("event: hello\n"));
        events
    }

    async fn next(&mut self) -> String {
        let next = tokio::time::timeout(Duration::from_secs(10), self.0.next()).await.expect("an event");
        String::from_utf8(next.unwrap().unwrap().to_vec()).unwrap()
    }
}

/// The value of the first hidden field of that name.
fn field(html: &str, name: &str) -> String {
    let rest = html.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

fn reply<'a>(body: &'a str, seen: &'a str) -> [(&'static str, &'a str); 3] {
    [("body", body), ("mode", "reply"), ("seen", seen)]
}

#[tokio::test]
async fn a_stream_tells_of_tickets_of_who_is_writing_and_of_what_was_read() {
    let panel = Panel::start().await;
    let (admin, agent, stranger) = (panel.admin().await, panel.agent().await, panel.stranger().await);
    let number = panel.ticket(&admin).await;
    let id = tickets::by_number(&mut panel.state.db.read().await.unwrap(), panel.desks.desk, number).await.unwrap().id;
    let path = format!("/tickets/{number}");
    let (mut of_admin, mut of_agent) = (Events::of(&panel, &admin).await, Events::of(&panel, &agent).await);
    let mut of_stranger = Events::of(&panel, &stranger).await;

    // What one is writing oneself is no news.
    assert_eq!(panel.post(&agent, &format!("{path}/writing"), &[]).await.status, StatusCode::NO_CONTENT);
    let event = of_admin.next().await;
    assert!(event.contains(&format!("event: writing-{id}\n")) && event.contains("\"name\":\"Bo\""), "{event}");
    panel.post(&agent, &format!("{path}/read"), &[]).await;
    assert!(of_agent.next().await.contains("event: read\n"));
    panel.post(&agent, &format!("{path}/properties"), &[("status", "pending")]).await;
    for events in [&mut of_admin, &mut of_agent] {
        assert!(events.next().await.contains("event: ticket\n"));
        assert!(events.next().await.contains(&format!("event: ticket-{id}\n")));
    }
    // Another desk hears of its own tickets alone.
    panel.ticket(&stranger).await;
    let event = of_stranger.next().await;
    assert!(event.contains("event: ticket\n") && !event.contains(&id.to_string()), "{event}");
    assert_eq!(panel.post(&stranger, "/tickets/2/writing", &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_stream_ends_with_the_session_and_the_rights_of_who_follows() {
    let panel = Panel::start().await;
    let (admin, agent, other) = (panel.admin().await, panel.agent().await, panel.agent().await);
    let number = panel.ticket(&admin).await;
    let properties = format!("/tickets/{number}/properties");
    let (mut signed_out, mut switched_off) = (Events::of(&panel, &agent).await, Events::of(&panel, &other).await);
    panel.post(&agent, "/sign-out", &[]).await;
    panel.post(&admin, &properties, &[("status", "pending")]).await;
    assert!(signed_out.0.next().await.is_none());
    assert!(switched_off.next().await.contains("event: ticket\n"), "of another session");
    assert!(switched_off.next().await.contains("event: ticket-"));

    let mut tx = annex_store::testing::tx(&panel.state.db).await;
    let now = panel.state.clock.now();
    operators::set_active(&mut tx, panel.desks.desk, panel.desks.agent, false, now).await.unwrap();
    tx.commit().await.unwrap();
    panel.post(&admin, &properties, &[("status", "open")]).await;
    assert!(switched_off.0.next().await.is_none());
}

#[tokio::test]
async fn who_tells_very_often_that_they_are_writing_is_heard_now_and_then() {
    let panel = Panel::start().await;
    let (admin, agent) = (panel.admin().await, panel.agent().await);
    let path = format!("/tickets/{}", panel.ticket(&admin).await);
    let mut of_admin = Events::of(&panel, &admin).await;
    for _ in 0..100 {
        assert_eq!(panel.post(&agent, &format!("{path}/writing"), &[]).await.status, StatusCode::NO_CONTENT);
    }
    panel.post(&agent, &format!("{path}/properties"), &[("status", "pending")]).await;
    let mut told = 0;
    while of_admin.next().await.contains("event: writing-") {
        told += 1;
    }
    assert!((1..100).contains(&told), "{told}");
}

#[tokio::test]
async fn tickets_are_unread_for_each_until_they_were_seen() {
    let panel = Panel::start().await;
    let (admin, agent) = (panel.admin().await, panel.agent().await);
    let number = panel.ticket(&admin).await;
    let path = format!("/tickets/{number}");
    let inbox = panel.get(&agent, "/inbox").await.html;
    assert!(inbox.contains("class=\"unread\"") && inbox.contains("<title>(1) Inbox · Desk</title>"), "{inbox}");
    let page = panel.get(&agent, &path).await.html;
    assert!(page.contains("Mark as read"), "{page}");
    let marked = panel.post(&agent, &format!("{path}/read"), &[("seen", &field(&page, "seen"))]).await;
    assert_eq!(marked.location(), path);
    assert!(!panel.get(&agent, &path).await.html.contains("Mark as read"));
    let inbox = panel.get(&agent, "/inbox").await.html;
    assert!(!inbox.contains("class=\"unread\"") && inbox.contains("<title>Inbox · Desk</title>"), "{inbox}");
    assert!(!panel.get(&agent, "/inbox?unread=yes").await.html.contains("Where is it?"));

    panel.clock.advance(Duration::from_secs(1));
    panel.post(&admin, &format!("{path}/messages"), &[("body", "Look"), ("mode", "note")]).await;
    assert!(panel.get(&agent, "/inbox?unread=yes").await.html.contains("Where is it?"), "a note as well");
    assert!(panel.get(&admin, "/inbox").await.html.contains("<title>Inbox · Desk</title>"), "who wrote has read it");
    // A page that was open before tells what it had.
    panel.post(&agent, &format!("{path}/read"), &[("seen", &field(&page, "seen"))]).await;
    assert!(panel.get(&agent, "/inbox").await.html.contains("<title>(1) Inbox · Desk</title>"));
}

#[tokio::test]
async fn a_reply_that_another_overtook_comes_back_at_both_doors() {
    let panel = Panel::start().await;
    let (admin, agent) = (panel.admin().await, panel.agent().await);
    let number = panel.ticket(&admin).await;
    let (page, path) = (format!("/tickets/{number}"), format!("/tickets/{number}/messages"));
    let seen = field(&panel.get(&admin, &page).await.html, "seen");
    panel.clock.advance(Duration::from_secs(1));
    assert_eq!(panel.post(&agent, &path, &reply("It is on its way", &seen)).await.status, StatusCode::SEE_OTHER);
    panel.clock.advance(Duration::from_secs(1));

    let back = panel.post(&admin, &path, &reply("I will look", &seen)).await;
    assert_eq!(back.status, StatusCode::CONFLICT);
    assert!(back.html.contains("Bo has just replied") && back.html.contains("It is on its way"), "{}", back.html);
    assert!(back.html.contains("\nI will look</textarea>"), "what was typed stays: {}", back.html);
    let (status, problem) = panel.api(&admin, Method::POST, &path, json!({ "body": "x", "seen": seen })).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("answered-meanwhile")));

    // Sent again it goes; and a note goes anyway.
    let note = [("body", "noted"), ("mode", "note"), ("seen", seen.as_str())];
    assert_eq!(panel.post(&admin, &path, &note).await.status, StatusCode::SEE_OTHER);
    let again = panel.post(&admin, &path, &reply("I will look", &field(&back.html, "seen"))).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.html);
    let (status, _) = panel.api(&admin, Method::POST, &path, json!({ "body": "without" })).await;
    assert_eq!(status, StatusCode::CREATED);
}

#[tokio::test]
async fn what_others_changed_is_said_above_what_is_not_saved() {
    let panel = Panel::start().await;
    let (admin, agent) = (panel.admin().await, panel.agent().await);
    let number = panel.ticket(&admin).await;
    let page = panel.get(&admin, &format!("/tickets/{number}")).await.html;
    let notice = page.split("data-notice=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(panel.get(&admin, &notice).await.status, StatusCode::NO_CONTENT);
    panel.clock.advance(Duration::from_secs(1));
    let both = [("status", "pending"), ("priority", "high")];
    panel.post(&agent, &format!("/tickets/{number}/properties"), &both).await;
    let said = panel.get(&admin, &notice).await;
    assert!(said.html.contains("Bo changed this ticket: Priority, Status."), "{}", said.html);
    assert!(said.html.contains("data-reload=\"properties\""));
    assert_eq!(panel.get(&agent, &notice).await.status, StatusCode::NO_CONTENT, "they know");
}

#[tokio::test]
async fn each_mail_about_tickets_is_switched_on_the_profile_page() {
    let panel = Panel::start().await;
    let (admin, agent) = (panel.admin().await, panel.agent().await);
    let told = async || {
        let mails = mails::list(&mut panel.state.db.read().await.unwrap(), panel.desks.desk, None, 9).await.unwrap();
        mails.into_iter().rev().map(|mail| mail.kind.as_str()).collect::<Vec<_>>()
    };
    let to = panel.desks.agent.to_string();
    let give = async |number: i64| {
        panel.post(&admin, &format!("/tickets/{number}/properties"), &[("assignee", &to)]).await;
    };
    give(panel.ticket(&admin).await).await;
    assert_eq!(told().await, ["ticket-assigned"], "as it is at first");
    assert_eq!(panel.post(&agent, "/profile/notices", &[("new", "on")]).await.location(), "/profile");
    let page = panel.get(&agent, "/profile").await.html;
    assert!(
        page.contains("name=\"new\" value=\"on\" checked") && !page.contains("name=\"assigned\" value=\"on\" checked")
    );
    give(panel.ticket(&admin).await).await;
    assert_eq!(told().await, ["ticket-assigned", "ticket-new"]);
}
