//! R51 to R55: an operator installs contact-sync from the panel, enters its settings, and looks a requester up in both
//! CRMs from beside the ticket.

use serde_json::json;

use crate::support::{
    api::Api,
    database::Database,
    host::{Host, Setup},
    on_each_database,
    peer::Peer,
};

on_each_database!(a_contact_is_synced_from_two_crms);

async fn with_crm(database: Database) -> (Host, Peer) {
    let crm = Peer::start("crm.py", &[]);
    let host = Setup::new(database)
        .egress("integration.upsales.com", &crm.url)
        .egress("acme.freshdesk.com", &crm.url)
        .start()
        .await;
    host.publish("annex.contact-sync-1.0.0").await;
    (host, crm)
}

async fn a_contact_is_synced_from_two_crms(database: Database) {
    let (host, crm) = with_crm(database).await;
    let browser = host.browser().await;
    let api = host.api();

    // The marketplace, the listing, consent with each purpose, one click.
    let marketplace = browser.get("/addons?kind=plugin&q=contact").await;
    assert!(marketplace.has("a[href='/addons/annex.contact-sync']"), "{}", marketplace.text());
    let listing = browser.get("/addons/annex.contact-sync").await;
    listing.expect("Contact sync").expect("1.0.0").expect("support@annex.example");
    let consent = browser.get("/addons/annex.contact-sync/install").await;
    consent.expect("integration.upsales.com").expect("to look up the requester by e-mail address");
    let installed = browser.submit(&consent, "main form[method=post]", &[]).await;
    assert_eq!(installed.status, 200, "{}", installed.text());
    let id = api.get("/installations").await["items"][0]["id"].as_str().unwrap().to_owned();
    api.settled(&id, "active").await;
    browser.get("/my-addons").await.expect("Contact sync").expect("Needs setup");

    // Before anything is entered, the panel says what is missing.
    let ticket = api.ticket_from("ada@example.com").await;
    let panel = api.render(&ticket, &id).await;
    let problem = api.press(&ticket, &id, &panel, "sync").await.0.text().await.unwrap();
    assert!(problem.contains("needs-config"), "{problem}");

    // Settings: a subdomain that does not exist is refused, good ones are kept, secrets never come back.
    let settings = browser.get(&format!("/my-addons/{id}")).await;
    let wrong = [("freshdesk_subdomain", "not a label"), ("upsales_key", "up-secret"), ("freshdesk_key", "fd-secret")];
    let refused = browser.submit(&settings, "form[action$='/settings']", &wrong).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    // Keys are tried at their services before they are saved: what is refused is told at its field, and nothing is kept.
    let bad = [("freshdesk_subdomain", "acme"), ("upsales_key", "not it"), ("freshdesk_key", "forbidden")];
    let refused = browser.submit(&refused, "form[action$='/settings']", &bad).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert!(refused.has("#e-upsales_key") && refused.has("#e-freshdesk_key"), "{}", refused.text());
    assert!(!refused.has("#e-freshdesk_subdomain"));
    let right = [("freshdesk_subdomain", "acme"), ("upsales_key", "up-secret"), ("freshdesk_key", "fd-secret")];
    let saved = browser.submit(&refused, "form[action$='/settings']", &right).await;
    assert_eq!(saved.status, 200, "{}", saved.text());
    let again = browser.get(&format!("/my-addons/{id}")).await;
    assert!(!again.html.contains("up-secret") && !again.html.contains("fd-secret"));
    assert_eq!(
        again.attribute("form[action$='/settings'] [name=freshdesk_subdomain]", "value").as_deref(),
        Some("acme")
    );

    // The panel beside the ticket, without script: a button, each CRM when it is asked for, then both CRMs' data with its source.
    let path = format!("/tickets/{}/sidebar/{id}", ticket["number"]);
    let panel = browser.get(&path).await;
    panel.expect("Sync contact from CRM").expect("ada@example.com");
    let arriving = browser.press(&panel, "form.panel", "Sync contact from CRM", &[]).await;
    arriving.expect("Upsales").expect("Freshdesk").expect_not("Ada Byron");
    let synced = browser.press(&arriving, "form.panel", "Put both together", &[]).await;
    synced.expect("Ada Byron").expect("Analytical AB").expect("+46 70 111 22 33").expect("Upsales").expect("Freshdesk");

    // In parallel, with the right credentials, which the component never saw.
    let requests = crm.requests().await;
    let asked: Vec<_> = requests
        .iter()
        .filter(|request| request.to_string().contains("ada%40") || request.to_string().contains("ada@"))
        .collect();
    assert_eq!(asked.len(), 2, "{requests:?}");
    let logs = api.get(&format!("/installations/{id}/logs")).await.to_string();
    assert!(!logs.contains("up-secret") && !logs.contains("fd-secret"), "{logs}");
    let health = api.get(&format!("/installations/{id}/health")).await;
    assert!(health.to_string().contains("calls"), "{health}");
}

on_each_database!(each_fault_has_its_own_text_also_for_one_side);

async fn each_fault_has_its_own_text_also_for_one_side(database: Database) {
    let (host, _crm) = with_crm(database).await;
    let api = host.api();
    let id = api.install("annex.contact-sync").await;
    let keys = |upsales: &str| json!({"values": {"upsales_key": upsales, "freshdesk_subdomain": "acme", "freshdesk_key": "fd-secret"}});
    api.put(&format!("/installations/{id}/settings"), &keys("up-secret")).await.expect_ok("settings").await;

    for (email, expected) in [
        ("upsales-401@example.com", "Upsales refused the key"),
        ("freshdesk-403@example.com", "Freshdesk refused the key"),
        ("upsales-500@example.com", "Upsales cannot be reached"),
        ("freshdesk-drop@example.com", "Freshdesk cannot be reached"),
        ("bob@example.com", "Not in Freshdesk"),
        ("carol@example.com", "Not in Upsales"),
        ("nobody@example.com", "This e-mail address is in neither CRM"),
    ] {
        assert!(sync(&api, &id, email).await.contains(expected), "{email}");
    }
    for (email, code) in [("both-401@example.com", "needs-auth"), ("both-500@example.com", "upstream")] {
        let answer = sync(&api, &id, email).await;
        assert!(answer.contains(code), "{email}: {answer}");
    }
}

/// What the add-on knows of a requester from both CRMs together, as text.
async fn sync(api: &Api, id: &str, email: &str) -> String {
    let ticket = api.ticket_from(email).await;
    let panel = api.render(&ticket, id).await;
    let arriving = api.press(&ticket, id, &panel, "sync").await.expect_ok("the parts").await;
    api.press(&ticket, id, &arriving, "together").await.0.text().await.unwrap()
}
