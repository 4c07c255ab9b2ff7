//! Buying without a card asks for one first, and a bank that wants to ask its customer is a step of buying (3-D Secure). With
//! the gateway that is built in, in a browser without script.

use serde_json::json;

use crate::support::{
    browser::{Browser, Page},
    database::Database,
    host::{Host, Setup},
    on_each_database, payer,
    puppet::{FLAT, Puppet},
};

const MONTHLY: Puppet<'_> = Puppet { id: "annex.monthly", version: "1.0.0", behaviour: "", plans: FLAT };
const INSTALL: &str = "form[action='/addons/annex.monthly/install']";

async fn host(database: Database) -> Host {
    let host = Setup::new(database).at_one_address().start().await;
    let (_folder, package) = MONTHLY.pack();
    host.publish_package(&package).await;
    host
}

async fn to_consent(admin: &Browser) -> Page {
    let first = admin.get("/addons/annex.monthly/install").await;
    let users = admin.submit(&first, "main form[action*='/install']", &[("plan", "flat")]).await;
    admin.press(&users, "form#users-form", "next", &[]).await
}

on_each_database!(without_a_card_one_is_added_on_the_way_and_the_purchase_goes_on);

async fn without_a_card_one_is_added_on_the_way_and_the_purchase_goes_on(database: Database) {
    let host = host(database).await;
    let (admin, api) = (host.browser().await, host.api());
    payer::log_in(&host, &admin).await;
    let consent = to_consent(&admin).await;
    consent.expect("Add a card to continue").expect_not("Accept and purchase");

    // Sent nevertheless, in the panel and through the API: nothing is ordered.
    let refused = admin.submit(&consent, INSTALL, &[]).await;
    assert_eq!(refused.status, 409, "{}", refused.text());
    refused.expect("Add a card first. Nothing was ordered or charged.");
    let refused = api.begin_to_buy("annex.monthly", "1.0.0", "flat", "no-card").await;
    refused.expect_problem(402, "no-payment-method").await;
    for path in ["/billing/invoices", "/billing/orders", "/installations"] {
        assert_eq!(api.get(path).await["items"], json!([]), "{path}");
    }

    let gateway = admin.submit(&consent, "form#add-card", &[]).await;
    let back = admin.submit(&gateway, "form:has(input[name=number])", &[("number", "4242424242424242")]).await;
    assert_eq!(back.url.path(), "/addons/annex.monthly/install", "{}", back.text());
    back.expect("The card was added.").expect("Visa ending in 4242").expect("Accept and purchase for €30.00");
    admin.submit(&back, INSTALL, &[]).await;
    let id = api.installed("annex.monthly").await;
    api.settled(&id, "active").await;
    assert_eq!(api.get("/billing/invoices").await["items"][0]["state"], "paid");
}

on_each_database!(a_bank_that_asks_is_a_step_of_buying);

async fn a_bank_that_asks_is_a_step_of_buying(database: Database) {
    let host = host(database).await;
    let (admin, api) = (host.browser().await, host.api());
    payer::log_in(&host, &admin).await;
    payer::add_card(&admin, "4000000000003155").await;

    // The click leads to the bank. Refused there, the page says so and offers another try.
    let consent = to_consent(&admin).await;
    let bank = admin.submit(&consent, INSTALL, &[]).await;
    assert!(bank.url.path().starts_with("/client-area/test-gateway/confirm/"), "{}:\n{}", bank.url, bank.text());
    let id = api.installed("annex.monthly").await;
    admin.get(&format!("/my-addons/{id}/payment")).await.expect("Waiting for your bank").expect_not("failed");
    let refused = admin.press(&bank, "main form", "refuse", &[]).await;
    assert_eq!(refused.url.path(), format!("/my-addons/{id}/payment"), "{}", refused.text());
    refused.expect("Your bank didn’t confirm the payment").expect("Nothing was charged");

    // The same order is paid, and goes on by itself.
    let again = refused.attribute("main a[href*='/billing/invoices/1']", "href").expect("another try");
    let invoice = admin.get(&again).await;
    let bank = admin.press(&invoice, "form[action$='/pay']", "Pay", &[]).await;
    admin.press(&bank, "main form", "approve", &[]).await;
    api.settled(&id, "active").await;
    let orders = api.get("/billing/orders").await;
    assert_eq!(orders["items"].as_array().map(Vec::len), Some(1), "{orders}");
    assert_eq!(orders["items"][0]["state"], "fulfilled");
    let invoices = api.get("/billing/invoices").await;
    assert_eq!(invoices["items"].as_array().map(Vec::len), Some(1), "{invoices}");
    assert_eq!(invoices["items"][0]["state"], "paid");
    let over = admin.get(&format!("/my-addons/{id}/payment")).await;
    assert_eq!(over.url.path(), format!("/my-addons/{id}"));
}
