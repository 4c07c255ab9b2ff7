//! The invoice of a month that is paid by hand and waits for a bank, through the whole router: the way back from its page, what
//! its page looks at, and what the page of its add-on says meanwhile.

use std::time::Duration;

use annex_domain::{
    billing::{AttemptState, InvoiceState, SubscriptionState},
    clock::Clock as _,
    ids::InstallationId,
};
use annex_store::billing::{
    invoices::{self, Line},
    subscriptions,
};

use super::{
    bank::{ASKS, BANK, PAYS, is_processed, led_to_the_bank, retell},
    shop::{Shop, fields, landed, plan, submit},
};

#[tokio::test]
async fn every_way_out_of_an_invoice_leads_back_to_where_it_was_opened() {
    let shop = Shop::open(&[]).await;
    let browser = shop.site.admin().await;
    shop.ready(&browser, ASKS).await;
    let (desk, account) = (shop.site.desks.desk, shop.account().await);
    shop.site.invoice(desk, account, 700, InvoiceState::Due).await;
    let (look, pay) = ("/billing/invoices/1/look", "/billing/invoices/1/pay");
    let (here, back) = ("/billing/invoices/1?next=%2Fmy-addons", "/my-addons");
    let page = browser.get(here).await;
    assert!(page.html.contains("<a class=\"crumb\" href=\"/my-addons\">"), "{}", page.html);
    let bank = led_to_the_bank(&submit(&browser, pay, &page).await);
    // While it waits.
    let page = browser.get(here).await;
    assert_eq!(fields(&page, look), [("next".to_owned(), back.to_owned())]);
    assert_eq!(submit(&browser, look, &page).await.location(), here, "without script it is a click");
    assert_eq!(browser.get(&format!("{here}&returned=1")).await.location(), here);
    shop.log_out().await;
    assert_eq!(browser.post(pay, &[("next", back)]).await.location(), here, "to log in first");
    shop.log_in_as(account, true).await;
    // Once it is paid.
    shop.site.gateway.finish_action(bank.strip_prefix(BANK).unwrap(), true).await.unwrap();
    let paid = submit(&browser, look, &page).await;
    assert_eq!(paid.location(), back);
    assert!(landed(&browser, paid).await.html.contains("Invoice 1 is paid."));
    assert_eq!(browser.get(&format!("{here}&returned=1")).await.location(), here);
    let plain = browser.get("/billing/invoices/1").await;
    assert!(plain.html.contains("<a class=\"crumb\" href=\"/billing\">"), "{}", plain.html);
}

#[tokio::test]
async fn an_answer_that_cannot_be_does_not_load_the_page_of_an_invoice_again_and_again() {
    let shop = Shop::open(&[]).await;
    let browser = shop.site.admin().await;
    shop.ready(&browser, ASKS).await;
    let (desk, account) = (shop.site.desks.desk, shop.account().await);
    shop.site.invoice(desk, account, 700, InvoiceState::Due).await;
    let (here, look) = ("/billing/invoices/1", "/billing/invoices/1/look");
    let page = browser.get(here).await;
    led_to_the_bank(&submit(&browser, "/billing/invoices/1/pay", &page).await);
    retell(&shop, 1, |attempt| attempt.intent = Some("test_pi_of_nobody".into())).await;
    let asked = browser.ask(look, &[]).await;
    assert!(asked.code() == 204 && !asked.headers.contains_key("hx-redirect"), "{asked:?}");
    // A click is told.
    let told = browser.post(look, &[]).await;
    assert_eq!(told.location(), here);
    assert!(landed(&browser, told).await.html.contains("Waiting for your bank"));
    // In another tab it came to an end.
    let mut invoice = shop.invoice(1).await;
    invoice.state = InvoiceState::Void;
    let mut tx = annex_store::testing::tx(&shop.site.state.db).await;
    invoices::save(&mut tx, &mut invoice, shop.site.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    retell(&shop, 1, |attempt| attempt.state = AttemptState::Cancelled).await;
    assert_eq!(browser.ask(look, &[]).await.headers["hx-redirect"].to_str().unwrap(), here);
}

/// An add-on whose month is due, with three days of grace left, and whose payer was led to their bank. The bank's page.
async fn month_left_at_the_bank(shop: &Shop) -> (InstallationId, String) {
    let id = shop.buy(&shop.site.admin().await, "desk", false, PAYS).await;
    let (desk, account) = (shop.site.desks.desk, shop.account().await);
    let mut live = shop.subscription(id).await;
    let of_add_on = |line: &mut Line| line.subscription = Some(live.id);
    let number = shop.site.invoice_with(desk, account, 700, InvoiceState::Due, of_add_on).await.number;
    live.state = SubscriptionState::PastDue;
    let mut tx = annex_store::testing::tx(&shop.site.state.db).await;
    subscriptions::save(&mut tx, &mut live, shop.site.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    shop.site.clock.advance(Duration::from_hours(24 * 14));
    let browser = shop.site.admin().await;
    shop.add_card(&browser, ASKS).await;
    let here = format!("/billing/invoices/{number}");
    let page = browser.get(&here).await;
    (id, led_to_the_bank(&submit(&browser, &format!("{here}/pay"), &page).await))
}

#[tokio::test]
async fn a_month_that_was_left_at_the_bank_still_says_when_the_add_on_stops() {
    let shop = Shop::open(&[plan("desk", "flat", 9_900, 0)]).await;
    let (id, bank) = month_left_at_the_bank(&shop).await;
    let browser = shop.site.admin().await;
    let page = browser.get(&format!("/my-addons/{id}")).await;
    for expected in ["banner critical", "for 3 more days", &format!("{bank}\""), "Pay invoice 2"] {
        assert!(page.html.contains(expected), "{expected}: {}", page.html);
    }
    assert!(!page.html.contains("Waiting for your bank"), "{}", page.html);
    // Confirmed, and being taken: nobody is asked to pay it again.
    retell(&shop, 2, is_processed).await;
    let page = browser.get(&format!("/my-addons/{id}")).await;
    assert!(page.html.contains("Payment in progress") && page.html.contains("for 3 more days"), "{}", page.html);
    assert!(!page.html.contains("Pay invoice") && !page.html.contains(&bank), "{}", page.html);
}

#[tokio::test]
async fn what_ends_while_a_month_is_at_the_bank_is_still_said() {
    let shop = Shop::open(&[plan("desk", "flat", 9_900, 0)]).await;
    let (id, _) = month_left_at_the_bank(&shop).await;
    let browser = shop.site.admin().await;
    let here = format!("/my-addons/{id}");
    let ended = browser.part(&format!("{here}/progress")).await;
    assert_eq!(ended.headers["hx-redirect"].to_str().unwrap(), here);
    assert!(browser.get(&here).await.html.contains("Puppet 1.0.0 is ready."));
}
