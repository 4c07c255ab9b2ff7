//! How often an account may try to pay in the client area.

use annex_domain::{billing::InvoiceState, clock::Clock as _};
use annex_store::{
    audit,
    billing::{
        invoices,
        methods::{self, NewMethod},
    },
    logins,
};
use axum::http::header;

use super::site::Site;
use crate::client_area::claim;

#[tokio::test]
async fn paying_and_adding_cards_have_one_limit_that_passes() {
    let site = Site::start().await;
    let desk = site.desks.desk;
    let account = site.account("payer@example.org", Some(desk)).await;
    let browser = site.browser();
    browser.client("payer@example.org").await;
    browser.add_card("4000000000000341").await;
    let due = site.invoice(desk, account, 700, InvoiceState::Due).await;
    let path = format!("/client-area/invoices/{}", due.id);
    let pay = format!("{path}/pay");
    for _ in 1..logins::PER_ACCOUNT {
        assert_eq!(browser.pay(&path).await.location(), path, "declined");
    }
    for path in [pay.as_str(), "/client-area/methods/add"] {
        let refused = browser.post(path, &[]).await;
        assert_eq!((refused.code(), &refused.headers[header::RETRY_AFTER]), (429, &"900".parse().unwrap()), "{path}");
        assert!(refused.html.contains("Too many payments failed or were attempted"), "{}", refused.html);
    }
    site.clock.advance(logins::WINDOW);
    browser.add_card("4242424242424242").await;
    browser.pay(&path).await;
    let mut conn = site.state.db.read().await.unwrap();
    assert_eq!(invoices::get(&mut conn, desk, due.id).await.unwrap().state, InvoiceState::Paid);
}

#[tokio::test]
async fn a_card_of_another_payment_company_is_told() {
    let site = Site::start().await;
    let desk = site.desks.desk;
    let account = site.account("payer@example.org", Some(desk)).await;
    let browser = site.browser();
    browser.client("payer@example.org").await;
    let due = site.invoice(desk, account, 700, InvoiceState::Due).await;
    let mut tx = annex_store::testing::tx(&site.state.db).await;
    let new = NewMethod {
        gateway_id: "pm_elsewhere".into(),
        brand: "visa".into(),
        last4: "0001".into(),
        exp_month: 12,
        exp_year: 2030,
    };
    let card = methods::upsert(&mut tx, account, "stripe", &new, site.clock.now()).await.unwrap().id.to_string();
    tx.commit().await.unwrap();
    let page = browser.post(&format!("/client-area/invoices/{}/pay", due.id), &[("method", &card)]).await;
    let (_, page) = browser.follow(page).await;
    assert!(page.html.contains("This card belongs to a different payment company than the one this host uses now."));
}

#[tokio::test]
async fn what_an_account_does_with_its_cards_is_in_the_audit_log() {
    let site = Site::start().await;
    let desk = site.desks.desk;
    site.account("payer@example.org", Some(desk)).await;
    let browser = site.browser();
    browser.client("payer@example.org").await;
    browser.add_card("4242424242424242").await;
    let page = browser.add_card("5555555555554444").await;
    let default = page.html.split("/client-area/methods/").find_map(|rest| rest.split_once("/default\"")).unwrap().0;
    browser.post(&format!("/client-area/methods/{default}/default"), &[]).await;
    browser.post(&format!("/client-area/methods/{default}/remove"), &[]).await;
    let mut conn = site.state.db.read().await.unwrap();
    let rows = audit::list(&mut conn, desk, None, 10).await.unwrap();
    for action in ["billing.method-default", "billing.method-removed"] {
        let row = rows.iter().find(|row| row.action == action).unwrap_or_else(|| panic!("no {action}: {rows:?}"));
        assert_eq!(
            (row.object.as_str(), row.actor.starts_with("account:")),
            (format!("payment-method:{default}").as_str(), true)
        );
    }
}

#[tokio::test]
async fn addresses_cannot_be_tried_at_the_registration() {
    let site = Site::start().await;
    let (desk, now) = (site.desks.desk, site.clock.now());
    site.account("taken@example.org", None).await;
    let claim = claim::make(site.state.lifecycle.vault(), desk, now).unwrap();
    let next = format!("/client-area/authorize?annex_claim={claim}");
    for at in 0..=logins::PER_ACCOUNT {
        let form = [
            ("next", next.as_str()),
            ("name", "X"),
            ("email", "taken@example.org"),
            ("password", super::site::PASSWORD),
        ];
        let page = site.browser().post("/client-area/register", &form).await;
        assert_eq!(page.code(), if at < logins::PER_ACCOUNT { 422 } else { 429 }, "{at}");
    }
    let other =
        [("next", next.as_str()), ("name", "X"), ("email", "a@example.org"), ("password", super::site::PASSWORD)];
    assert_eq!(site.browser().post("/client-area/register", &other).await.code(), 429, "for the desk");
}
