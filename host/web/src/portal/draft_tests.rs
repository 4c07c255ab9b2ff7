//! Saving a draft by script and by its button: nothing typed is lost, whoever else saves, hands in or signs in meanwhile.

use annex_domain::{addon::PublisherSlug, publisher::MemberRole};
use annex_store::{publishers::members, testing};
use serde_json::{Value, json};

use super::review_tests::{OWNER, prepared, waiting};
use crate::client_area::tests::site::{Browser, Page, Site};

const HERE: &str = "/portal/publishers/acme/projects";

/// A version that is worked on, with the form of its texts.
async fn begun(owner: &Browser<'_>) -> String {
    owner.client(OWNER).await;
    owner.post(HERE, &[("project_name", "Puppet"), ("project_slug", "puppet"), ("kind", "plugin")]).await;
    let page = owner.post(&format!("{HERE}/acme.puppet/begin"), &[]).await.location();
    // It says that it was begun.
    owner.get(&page).await;
    page
}

fn summary(text: &str) -> [(&str, &str); 2] {
    [("rev", "1"), ("summary.en", text)]
}

fn read(page: &Page) -> Value {
    serde_json::from_str(&page.html).unwrap_or_default()
}

#[tokio::test]
async fn a_second_tab_is_shown_both_texts() {
    let site = Site::start().await;
    prepared(&site).await;
    let owner = site.browser();
    let page = begun(&owner).await;
    assert_eq!(owner.post(&page, &summary("From the first tab")).await.code(), 303);
    let both = owner.post(&page, &summary("From the second tab")).await;
    assert_eq!(both.code(), 409);
    assert!(both.html.contains("From the first tab") && both.html.contains("From the second tab"), "{}", both.html);
    assert!(both.html.contains("name=\"rev\" value=\"2\""), "what is sent now is kept: {}", both.html);
    let shown = owner.get(&page).await.html;
    assert!(shown.contains("From the first tab") && !shown.contains("From the second tab"), "{shown}");
}

#[tokio::test]
async fn what_saves_by_itself_is_told_the_number_or_the_other_text() {
    let site = Site::start().await;
    prepared(&site).await;
    let owner = site.browser();
    let page = begun(&owner).await;
    let saved = owner.ask(&page, &summary("From the first tab")).await;
    assert_eq!((saved.code(), read(&saved)), (200, json!({ "rev": 2 })), "{}", saved.html);
    assert!(!owner.get(&page).await.html.contains("data-toast"), "the next page says nothing of it");
    let late = owner.ask(&page, &summary("From the second tab")).await;
    assert_eq!((late.code(), &read(&late)["rev"]), (409, &json!(2)), "{}", late.html);
    let fields = read(&late)["fields"].clone();
    assert!(fields.as_array().unwrap().contains(&json!(["summary.en", "From the first tab"])), "{fields}");
    // Of somebody who was signed in in this browser before.
    let foreign = [("rev", "2"), ("operator", "somebody"), ("summary.en", "Not theirs")];
    assert_eq!(owner.ask(&page, &foreign).await.code(), 401);
    assert!(owner.get(&page).await.html.contains("From the first tab"));
}

#[tokio::test]
async fn whatever_is_refused_is_shown_as_it_was_typed() {
    let site = Site::start().await;
    let secret = prepared(&site).await;
    let owner = site.browser();
    owner.client(OWNER).await;
    let page = format!("{HERE}/acme.puppet/{}", waiting(&site, &secret, &owner, "marketplace").await);
    let html = owner.get(&page).await.html;
    let rev = html.split("name=\"rev\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let form = [("rev", rev), ("summary.en", "Typed meanwhile")];
    let is_kept = |refused: &Page, status: u16, why: &str| {
        let number = format!("name=\"rev\" value=\"{rev}\"");
        let parts = ["value=\"Typed meanwhile\"", number.as_str(), "data-error-summary", why];
        let there = parts.map(|part| refused.html.contains(part));
        assert_eq!((refused.code(), there), (status, [true; 4]), "{}", refused.html);
        assert!(!refused.html.contains("<fieldset class=\"stack\" disabled>"), "it can be sent again");
    };
    // A colleague has handed it in meanwhile.
    is_kept(&owner.post(&page, &form).await, 409, "current state of the review");
    let by_script = owner.ask(&page, &form).await;
    assert_eq!((by_script.code(), read(&by_script)), (409, Value::Null), "{}", by_script.html);

    let slug: PublisherSlug = "acme".parse().unwrap();
    let mut tx = testing::tx(&site.state.db).await;
    let account = members::list(&mut tx, &slug).await.unwrap().remove(0).account;
    members::set_role(&mut tx, &slug, account, MemberRole::Finance).await.unwrap();
    tx.commit().await.unwrap();
    is_kept(&owner.post(&page, &form).await, 403, "Your role in this publisher");
}
