//! R11, R60, R61, R63: an update shows exactly what is new and asks for that alone, a rollback brings version and data
//! back, and uninstalling says beforehand what is deleted, offers it as a file, and deletes it.

use serde_json::{Value, json};

use crate::support::{
    api::Api,
    browser::Browser,
    database::Database,
    eventually,
    host::{NOTHING, Setup},
    on_each_database,
};

on_each_database!(an_update_asks_for_what_is_new_and_can_be_taken_back);

async fn an_update_asks_for_what_is_new_and_can_be_taken_back(database: Database) {
    let mut host = Setup::new(database).start().await;
    host.publish("annex.contact-sync-1.0.0").await;
    let api = host.api();
    let id = api.install("annex.contact-sync").await;
    let values = json!({"values": {"upsales_key": "up-secret"}});
    api.put(&format!("/installations/{id}/settings"), &values).await.expect_ok("settings").await;
    host.publish("annex.contact-sync-1.1.0").await;

    // Without consent to what is new, nothing happens.
    let old_grant = api.capabilities("annex.contact-sync", "1.0.0").await;
    let refused =
        api.post(&format!("/installations/{id}/update"), &json!({"version": "1.1.0", "grant": old_grant})).await;
    let problem = refused.expect_problem(422, "consent-needed").await;
    assert!(problem.to_string().contains("contacts.write"), "{problem}");
    assert_eq!(installation(&api, &id).await["version"], "1.0.0");

    // The panel shows the update in the grid, what is new, and exactly the one capability more.
    let browser = host.browser().await;
    browser.get("/addons").await.expect("Update");
    let listing = browser.get("/addons/annex.contact-sync").await;
    listing.expect("1.1.0").expect("save the phone number and company");
    let consent = update_page(&browser, &listing.html).await;
    consent.expect("to save the phone number and company").expect_not("to look up the requester");
    let updated = browser.submit(&consent, "main form[method=post]", &[]).await;
    assert_eq!(updated.status, 200, "{}", updated.text());
    let settled = eventually("the update is done", || async {
        let now = installation(&api, &id).await;
        (now["status"] == "active" && now["version"] == "1.1.0").then_some(now)
    })
    .await;
    assert_eq!(settled["previous"], "1.0.0");
    assert!(settled["grant"]["access"].to_string().contains("contacts.write"), "{settled}");

    // Back again: the old version, its grant, pinned; the settings are still there. It outlives a restart.
    let listing = browser.get("/addons/annex.contact-sync").await;
    listing.expect("1.0.0");
    api.post(&format!("/installations/{id}/rollback"), &json!({})).await.expect_ok("rollback").await;
    eventually("the rollback is done", || async {
        let now = installation(&api, &id).await;
        (now["status"] == "active" && now["version"] == "1.0.0").then_some(())
    })
    .await;
    host.restart_with(NOTHING);
    let api = host.api();
    let after = installation(&api, &id).await;
    assert_eq!((&after["version"], &after["pinned"]), (&json!("1.0.0"), &json!(true)), "{after}");
    assert!(!after["grant"]["access"].to_string().contains("contacts.write"), "{after}");
    assert_eq!(after["update_available"], Value::Null, "a pinned add-on is offered no update");
    let settings = api.get(&format!("/installations/{id}/settings")).await;
    assert!(settings.to_string().contains("\"is_set\":true"), "{settings}");
}

async fn installation(api: &Api, id: &str) -> Value {
    api.get(&format!("/installations/{id}")).await
}

/// Follows the Update link of a listing.
async fn update_page(browser: &Browser, listing: &str) -> crate::support::browser::Page {
    let html = scraper::Html::parse_document(listing);
    let selector = scraper::Selector::parse("a[href*='update']").unwrap();
    let href =
        html.select(&selector).next().and_then(|link| link.value().attr("href")).expect("an Update link").to_owned();
    browser.get(&href).await
}

on_each_database!(uninstalling_says_what_is_deleted_and_deletes_it);

async fn uninstalling_says_what_is_deleted_and_deletes_it(database: Database) {
    let host = Setup::new(database).start().await;
    host.publish("annex.hello-1.0.0").await;
    let api = host.api();
    let id = api.install("annex.hello").await;
    let ticket = api.ticket_from("ada@example.com").await;
    let panel = api.render(&ticket, &id).await;
    for _ in 0..2 {
        api.press(&ticket, &id, &panel, "greet").await.expect_ok("greet").await;
    }
    assert!(api.render(&ticket, &id).await.to_string().contains("Greetings so far: 2"));

    // What will be deleted, with counts and bytes; the same on the page; the export holds it.
    let deletion = api.get(&format!("/installations/{id}/deletion")).await;
    let kv = deletion["items"].as_array().unwrap().iter().find(|item| item["what"] == "kv-entries").unwrap().clone();
    assert_eq!(kv["count"], 1, "{deletion}");
    assert!(kv["bytes"].as_u64().unwrap() > 0, "{deletion}");
    let browser = host.browser().await;
    let page = browser.get(&format!("/my-addons/{id}/uninstall")).await;
    page.expect("Hello");
    let export = api.send(api.request(reqwest::Method::GET, &format!("/installations/{id}/export"))).await;
    assert_eq!(export.status(), 200);
    let archive = export.0.bytes().await.unwrap();
    assert_eq!(&archive[..4], &[0x28, 0xb5, 0x2f, 0xfd], "a zstd frame");

    // A wrong name deletes nothing; the right one deletes everything.
    api.delete(&format!("/installations/{id}?confirm=something"))
        .await
        .expect_problem(422, "confirmation-mismatch")
        .await;
    assert!(api.render(&ticket, &id).await.to_string().contains("Greetings so far: 2"));
    api.delete(&format!("/installations/{id}?confirm=annex.hello")).await.expect_ok("uninstall").await;
    eventually("it is gone", || async {
        api.get("/installations").await["items"].as_array().unwrap().is_empty().then_some(())
    })
    .await;
    api.send(api.request(reqwest::Method::GET, &format!("/installations/{id}")))
        .await
        .expect_problem(404, "not-found")
        .await;
    browser.get("/admin/audit").await.expect("annex.hello");

    // Installed again, it starts from nothing.
    let again = api.install("annex.hello").await;
    assert!(api.render(&ticket, &again).await.to_string().contains("Greetings so far: 0"));
}
