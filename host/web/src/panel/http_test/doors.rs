//! What is refused at one door is refused at all, and what is put away is away for all. What is done leaves the same at each:
//! [`super::every_door`].

use annex_domain::{
    addon::Version,
    ids::CallId,
    ports::{AddonData as _, RecordError, Scope},
    ticket::Ticket,
};
use annex_lifecycle::HostData;
use axum::http::Method;
use serde_json::json;

use super::{panels::install, *};

/// An add-on at its host interfaces.
pub(super) struct AddOn {
    pub(super) data: HostData,
    pub(super) scope: Scope,
}

impl AddOn {
    pub(super) async fn of(panel: &Panel) -> Self {
        let vault = panel.state.lifecycle.vault().clone();
        let data = HostData::new(
            panel.state.db.clone(),
            panel.state.lifecycle.blobs().clone(),
            vault,
            Arc::clone(&panel.state.clock),
        );
        let scope = Scope {
            desk: panel.desks.desk,
            installation: install(panel, &["one.app"]).await[0],
            addon: "one.app".parse().unwrap(),
            version: Version::new(1, 0, 0),
            call: CallId::new(),
            acts_for: None,
            causes: Vec::new(),
        };
        Self { data, scope }
    }
}

pub(super) async fn stored(panel: &Panel, number: i64) -> Ticket {
    tickets::by_number(&mut panel.state.db.read().await.unwrap(), panel.desks.desk, number).await.unwrap()
}

#[tokio::test]
async fn what_is_refused_is_refused_at_every_door() {
    let panel = Panel::start().await;
    let admin = panel.admin().await;
    let AddOn { data, scope } = AddOn::of(&panel).await;
    let number = panel.ticket(&admin).await;
    let before = stored(&panel, number).await;
    let path = format!("/tickets/{number}");

    let many = (0..21).map(|n| n.to_string()).collect::<Vec<_>>();
    let page = panel.post(&admin, &format!("{path}/properties"), &[("tags", &many.join(" "))]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, problem) = panel.api(&admin, Method::PATCH, &path, json!({ "tags": many })).await;
    assert_eq!((status.as_u16(), problem["errors"][0]["code"].as_str()), (422, Some("too-many")), "{problem}");
    let refused = data.set_tags(&scope, before.id, many).await.unwrap_err();
    assert_eq!(refused, RecordError::Invalid("tags: are more than 20".into()));

    // Somebody who left cannot be given a ticket, neither a new one nor an old one.
    let mut tx = annex_store::testing::tx(&panel.state.db).await;
    let left = panel.desks.agent;
    operators::set_active(&mut tx, panel.desks.desk, left, false, panel.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let page = panel.post(&admin, &format!("{path}/properties"), &[("assignee", &left.to_string())]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let new = json!({ "subject": "x", "body": "x", "requester": { "email": "a@example.org" }, "assignee": left });
    for (method, path, body) in [(Method::PATCH, &*path, json!({ "assignee": left })), (Method::POST, "/tickets", new)]
    {
        let (status, problem) = panel.api(&admin, method, path, body).await;
        let error = &problem["errors"][0];
        assert_eq!((status.as_u16(), &error["field"], &error["code"]), (422, &json!("assignee"), &json!("unknown")));
    }
    assert_eq!(stored(&panel, number).await, before);

    // A closed ticket takes notes from everybody, and replies from nobody.
    panel.post(&admin, &format!("{path}/properties"), &[("status", "closed")]).await;
    let reply = [("body", "Hi"), ("mode", "reply")];
    assert_eq!(panel.post(&admin, &format!("{path}/messages"), &reply).await.status, StatusCode::CONFLICT);
    let reply = panel.api(&admin, Method::POST, &format!("{path}/messages"), json!({ "body": "Hi" })).await;
    assert_eq!((reply.0, &reply.1["code"]), (StatusCode::CONFLICT, &json!("ticket-closed")));
    data.add_note(&scope, before.id, "noted", &[]).await.unwrap();
}

#[tokio::test]
async fn what_is_put_away_is_away_for_everybody_and_nothing_to_add_ons() {
    let panel = Panel::start().await;
    let admin = panel.admin().await;
    let AddOn { data, scope } = AddOn::of(&panel).await;
    let [here, there] = [panel.ticket(&admin).await, panel.ticket(&admin).await];
    let deeds = ["spam", "not-spam", "delete", "restore"];
    let page = panel.get(&admin, &format!("/tickets/{here}")).await;
    assert!(
        deeds
            .iter()
            .all(|deed| page.html.contains(&format!("/tickets/{here}/{deed}")) == ["spam", "delete"].contains(deed))
    );

    let api = [(Method::POST, "/spam"), (Method::DELETE, "/spam"), (Method::DELETE, ""), (Method::POST, "/restore")];
    for (deed, (method, path)) in deeds.into_iter().zip(api) {
        let page = panel.post(&admin, &format!("/tickets/{here}/{deed}"), &[]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{deed}: {}", page.html);
        let (status, answer) = panel.api(&admin, method, &format!("/tickets/{there}{path}"), json!({})).await;
        assert!(status.is_success(), "{deed}: {status} {answer}");
        // While it is away, nobody but people who look for it finds it.
        let away = ["spam", "delete"].contains(&deed);
        for number in [here, there] {
            let ticket = stored(&panel, number).await;
            assert_eq!(ticket.is_put_away(), away, "{deed}");
            assert_eq!(data.ticket(&scope, ticket.id).await.is_err(), away, "{deed}");
            assert_eq!(data.messages(&scope, ticket.id).await.is_err(), away, "{deed}");
            let noted = data.add_note(&scope, ticket.id, "noted", &[]).await;
            assert_eq!(noted.is_err(), away, "{deed}: {noted:?}");
            let sidebar = format!("/tickets/{number}/sidebar/{}", scope.installation);
            assert!(!away || panel.get(&admin, &sidebar).await.status == StatusCode::NOT_FOUND, "{deed}");
            let page = panel.get(&admin, &format!("/tickets/{number}")).await;
            assert_eq!(page.status, StatusCode::OK, "{}", page.html);
            assert_eq!(page.html.contains("id=\"reply\""), !away, "{deed}");
            let list = |page: Page| page.html.contains(&format!("href=\"/tickets/{number}\""));
            assert_eq!(list(panel.get(&admin, "/inbox").await), !away, "{deed}");
            assert_eq!(list(panel.get(&admin, "/inbox?view=spam").await), deed == "spam");
            assert_eq!(list(panel.get(&admin, "/inbox?view=trash").await), deed == "delete");
        }
    }
}

#[tokio::test]
async fn a_deleted_ticket_comes_back_by_the_button_of_the_next_page() {
    let panel = Panel::start().await;
    let admin = panel.admin().await;
    let number = panel.ticket(&admin).await;
    let deleted = panel.post(&admin, &format!("/tickets/{number}/delete"), &[]).await;
    assert_eq!(deleted.location(), "/inbox");
    let cookie = format!("{admin}; {}", deleted.cookie("annex-flash").unwrap());
    let inbox = panel.get(&cookie, "/inbox").await;
    assert!(inbox.html.contains(&format!("action=\"/tickets/{number}/restore\"")), "{}", inbox.html);
    panel.post(&admin, &format!("/tickets/{number}/restore"), &[]).await;
    assert!(!stored(&panel, number).await.is_put_away());
}

#[tokio::test]
async fn changes_stand_between_the_messages_until_they_are_hidden() {
    let panel = Panel::start().await;
    let (admin, agent) = (panel.admin().await, panel.agent().await);
    let number = panel.ticket(&admin).await;
    let path = format!("/tickets/{number}");
    panel.clock.advance(std::time::Duration::from_secs(60));
    panel.post(&admin, &format!("{path}/properties"), &[("status", "pending")]).await;
    panel.post(&admin, &format!("{path}/properties"), &[("assignee", &panel.desks.agent.to_string())]).await;
    panel.clock.advance(std::time::Duration::from_secs(60));
    panel.post(&admin, &format!("{path}/messages"), &[("mode", "note"), ("body", "after all that")]).await;
    let html = panel.get(&agent, &path).await.html;
    let told = "Ada changed the status from Open to Pending · assigned the ticket to Bo";
    let (at, note) = (html.find(told).expect("one line"), html.find("after all that").unwrap());
    assert!(html.find("Hello").unwrap() < at && at < note, "{html}");

    panel.post(&agent, &format!("{path}/history"), &[("do", "hide")]).await;
    assert!(!panel.get(&agent, &path).await.html.contains(told));
    assert!(panel.get(&admin, &path).await.html.contains(told), "of everybody their own");
    panel.post(&agent, &format!("{path}/history"), &[("do", "show")]).await;
    assert!(panel.get(&agent, &path).await.html.contains(told));
}
