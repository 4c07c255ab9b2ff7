//! Requesters: the same edit at each door, the file with everything about one, and erasing.

use annex_domain::{
    contact::{Contact, ContactChange},
    ids::CallId,
    ports::{AddonData as _, Scope},
};
use annex_lifecycle::HostData;
use annex_store::{
    audit,
    contacts::{self, NewContact},
    testing::installed,
    vault::Vault,
};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::Value;

use super::Panel;

impl Panel {
    async fn contact(&self, name: &str) -> Contact {
        let mut tx = annex_store::testing::tx(&self.state.db).await;
        let new = NewContact { name: name.into(), email: Some(format!("{name}@example.org")), ..NewContact::default() };
        let made = contacts::create(&mut tx, self.desks.desk, new, self.state.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        made
    }

    /// What an add-on that may do everything with contacts reaches them through.
    async fn add_on(&self) -> (HostData, Scope) {
        let mut tx = annex_store::testing::tx(&self.state.db).await;
        let installation = installed(&mut tx, self.desks.desk).await;
        tx.commit().await.unwrap();
        let scope = Scope {
            desk: installation.desk,
            installation: installation.id,
            addon: installation.addon.clone(),
            version: installation.version.clone(),
            call: CallId::new(),
            acts_for: None,
            causes: Vec::new(),
        };
        let vault = Vault::with_key(&"0b".repeat(32)).unwrap();
        (HostData::new(self.state.db.clone(), self.state.lifecycle.blobs().clone(), vault, self.clock.clone()), scope)
    }
}

#[tokio::test]
async fn the_same_edit_leaves_the_same_entry_at_every_door() {
    let panel = Panel::start().await;
    let admin = panel.admin().await;

    let ann = panel.contact("ann").await;
    let form = [("name", "ann"), ("emails", "ann@example.org"), ("phones", "+46 8"), ("company", "")];
    panel.post(&admin, &format!("/contacts/{}", ann.id), &form).await;

    let bob = panel.contact("bob").await;
    let request = Request::patch(format!("/api/v1/contacts/{}", bob.id))
        .header(header::COOKIE, &admin)
        .header(header::CONTENT_TYPE, "application/json")
        .header("sec-fetch-site", "same-origin");
    panel.send(request.body(Body::from(r#"{ "name": "bob", "phone": "+46 8" }"#)).unwrap()).await;

    let cyd = panel.contact("cyd").await;
    let (data, scope) = panel.add_on().await;
    let change = ContactChange { phone: Some("+46 8".into()), ..ContactChange::default() };
    data.update_contact(&scope, cyd.id, change).await.unwrap();

    let mut conn = panel.state.db.read().await.unwrap();
    let entries = audit::list(&mut conn, panel.desks.desk, None, 3).await.unwrap();
    let done: Vec<_> = entries.iter().map(|entry| (entry.action.as_str(), entry.detail.to_string())).collect();
    assert_eq!(done, vec![("contact.updated", r#"{"fields":["phone"]}"#.to_owned()); 3]);
    let objects: Vec<_> = entries.iter().map(|entry| entry.object.clone()).collect();
    assert_eq!(objects, [cyd.id, bob.id, ann.id].map(|id| format!("contact:{id}")));
}

#[tokio::test]
async fn the_form_says_what_is_wrong_and_keeps_what_it_does_not_name() {
    let panel = Panel::start().await;
    let admin = panel.admin().await;
    let ann = panel.contact("ann").await;
    panel.contact("bob").await;
    let path = format!("/contacts/{}", ann.id);
    let page = panel.post(&admin, &path, &[("name", ""), ("emails", "ann@example.org\r\nbob")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains("href=\"#f-name\"") && page.html.contains("href=\"#f-emails\""), "{}", page.html);
    let taken = panel.post(&admin, &path, &[("emails", "ann@example.org\r\nBob@example.org")]).await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(panel.post(&admin, &path, &[("company", "Acme")]).await.status, StatusCode::SEE_OTHER);
    let several = [("emails", "ann@example.org\r\n\r\nAnn@Work.example.org\r\nann@work.example.org")];
    assert_eq!(panel.post(&admin, &path, &several).await.status, StatusCode::SEE_OTHER);
    let now = contacts::get(&mut panel.state.db.read().await.unwrap(), panel.desks.desk, ann.id).await.unwrap();
    let more_emails = vec!["ann@work.example.org".to_owned()];
    assert_eq!(now, Contact { company: Some("Acme".into()), more_emails, ..ann });
}

#[tokio::test]
async fn a_contact_is_exported_and_erased_after_it_was_confirmed() {
    let panel = Panel::start().await;
    let (admin, agent) = (panel.admin().await, panel.agent().await);
    let number = panel.ticket(&admin).await;
    let mut conn = panel.state.db.read().await.unwrap();
    let grace = contacts::by_email(&mut conn, panel.desks.desk, "grace@example.com").await.unwrap().unwrap();
    assert_eq!(grace.name, "grace");
    let path = format!("/contacts/{}", grace.id);

    let file = panel.get(&agent, &format!("{path}/export")).await;
    assert_eq!(file.headers[header::CONTENT_TYPE], "application/json");
    assert!(file.headers[header::CONTENT_DISPOSITION].to_str().unwrap().starts_with("attachment; "));
    let document: Value = serde_json::from_str(&file.html).unwrap();
    assert_eq!(document["messages"][0]["body"], "Hello");

    assert_eq!(panel.get(&agent, &format!("{path}/erase")).await.status, StatusCode::FORBIDDEN);
    assert!(panel.get(&admin, &format!("{path}/erase")).await.html.contains(&format!("{path}/export")));
    let unconfirmed = panel.post(&admin, &format!("{path}/erase"), &[]).await;
    assert_eq!(unconfirmed.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(contacts::get(&mut conn, panel.desks.desk, grace.id).await.unwrap(), grace);
    let done = panel.post(&admin, &format!("{path}/erase"), &[("confirm", "yes")]).await;
    assert_eq!(done.location(), path);
    for page in [path, format!("/tickets/{number}"), "/inbox?view=all".to_owned(), "/contacts".to_owned()] {
        let page = panel.get(&admin, &page).await;
        assert_eq!(page.status, StatusCode::OK);
        for personal in ["grace", "Where is it?", "Hello"] {
            assert!(!page.html.contains(personal), "{personal}: {}", page.html);
        }
    }
}
