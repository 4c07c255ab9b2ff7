//! Months that were missed while no host ran: the page Billing asks before they are charged.

use std::time::Duration;

use annex_billing::{Caller, cards};
use annex_domain::{
    billing::InvoiceState,
    money::{Currency, Money},
    operator::Actor,
};
use annex_store::sessions;

use super::{
    password::shop,
    shop::{Shop, fields, landed, plan, submit},
};
use crate::client_area::tests::site::Page;

const CONFIRM: &str = "/billing/missed-months";
const ASKED: &str = "3 monthly bills";
const PAYS: &str = "4242424242424242";
const PAYS_TOO: &str = "5555555555554444";

/// A shop with an add-on that costs 99.00 a month, of which three were missed.
async fn off_for_three_months() -> Shop {
    let shop = Shop::open(&[plan("desk", "flat", 9_900, 0)]).await;
    shop.buy(&shop.site.admin().await, "desk", false, PAYS).await;
    shop.site.clock.advance(Duration::from_hours(24 * 100));
    shop.site.state.billing.bill_due().await.unwrap();
    shop
}

/// The form that asks.
fn question(page: &Page) -> &str {
    let form = page.html.split("action=\"/billing/missed-months\"").nth(1).unwrap_or_else(|| panic!("{}", page.html));
    form.split("</form>").next().unwrap()
}

#[tokio::test]
async fn the_card_that_is_charged_is_named_and_it_is_the_default_one() {
    let shop = off_for_three_months().await;
    let browser = shop.site.admin().await;
    shop.add_card(&browser, PAYS_TOO).await;
    let page = browser.get("/billing").await;
    let form = question(&page);
    assert!(form.contains("Charged to your default card: <bdi>Mastercard ending in 4444</bdi>"), "{form}");
    assert!(!form.contains("name=\"method\""), "monthly bills take no choice: {form}");
    let default = shop.card("4444").await;
    submit(&browser, CONFIRM, &page).await;
    shop.site.state.billing.bill_desk(shop.site.desks.desk).await.unwrap();
    for month in shop.invoices().await.iter().filter(|invoice| invoice.order.is_none()) {
        assert_eq!(shop.charged(month.number).await, std::slice::from_ref(&default.gateway_id));
    }
}

#[tokio::test]
async fn without_a_card_adding_one_comes_first_and_leads_back_to_the_question() {
    let shop = off_for_three_months().await;
    let card = shop.card("4242").await;
    cards::remove(&shop.site.state.billing, &Caller::Account(card.account), card.id).await.unwrap();
    let browser = shop.site.admin().await;
    let page = browser.get("/billing").await;
    let form = question(&page);
    assert!(form.contains("Add a card to continue") && !form.contains("Charge them now"), "{form}");
    assert_eq!(fields(&page, "/billing/methods/add"), [("next".to_owned(), "/billing".to_owned())]);
    // Sent nevertheless: it is still asked.
    let refused = browser.post(CONFIRM, &[]).await;
    let refused = landed(&browser, refused).await;
    assert!(refused.html.contains("Add a card first, then pay.") && refused.html.contains(ASKED), "{}", refused.html);
    let (at, page) = shop.add_card_for(&browser, PAYS, "/billing").await;
    assert_eq!(at, "/billing");
    assert!(question(&page).contains("Visa ending in 4242"), "{}", page.html);
    submit(&browser, CONFIRM, &page).await;
    assert!(!browser.get("/billing").await.html.contains(ASKED));
}

#[tokio::test]
async fn nobody_needs_a_card_where_the_credit_pays_and_logged_out_none_is_named() {
    let shop = off_for_three_months().await;
    let browser = shop.site.admin().await;
    let payer = shop.account().await;
    shop.log_out().await;
    let page = browser.get("/billing").await;
    let form = question(&page);
    let asks = form.contains("Log in to billing to see which one that is.") && form.contains("Charge them now");
    assert!(asks && !form.contains("ending in"), "{form}");
    shop.log_in_as(payer, true).await;
    let credit = Money::new(30_000, Currency::EUR);
    shop.site.state.billing.grant(shop.site.desks.desk, credit, "Welcome", Actor::System).await.unwrap();
    let page = browser.get("/billing").await;
    let form = question(&page);
    assert!(!form.contains("card") && form.contains("Charge them now"), "{form}");
}

#[tokio::test]
async fn missed_months_are_charged_when_somebody_says_so() {
    let shop = shop(&[plan("desk", "flat", 9_900, 0)]).await;
    shop.buy(&shop.site.admin().await, "desk", false, PAYS).await;
    shop.site.clock.advance(Duration::from_hours(24 * 100));
    let billing = &shop.site.state.billing;
    billing.bill_due().await.unwrap();
    assert_eq!(shop.invoices().await.len(), 1, "nothing is charged by itself");

    let browser = shop.site.admin().await;
    let page = browser.get("/billing").await;
    assert!(page.html.contains(ASKED) && page.html.contains("€297.00"), "{}", page.html);
    assert!(question(&page).contains("Charged to your default card: <bdi>Visa ending in 4242</bdi>"), "{}", page.html);
    shop.site.clock.advance(sessions::CONFIRMED);
    let stale = submit(&browser, CONFIRM, &page).await;
    assert!(stale.code() == 422 && stale.html.contains("name=\"password\""), "it costs money: {}", stale.html);
    assert!(browser.get("/billing").await.html.contains(ASKED), "it is still asked");

    let browser = shop.site.admin().await;
    let page = browser.get("/billing").await;
    let done = submit(&browser, CONFIRM, &page).await;
    let done = landed(&browser, done).await;
    assert!(done.html.contains("The missed bills are being charged.") && !done.html.contains(ASKED), "{}", done.html);
    let again = browser.post(CONFIRM, &[]).await;
    assert!(landed(&browser, again).await.html.contains("There are no missed bills to confirm."));
    billing.bill_desk(shop.site.desks.desk).await.unwrap();
    let made = shop.invoices().await;
    let months = made.iter().filter(|invoice| invoice.order.is_none());
    let months: Vec<_> = months.map(|month| (month.state, month.total.cents)).collect();
    assert_eq!(months, [(InvoiceState::Paid, 9_900); 3]);
}

#[tokio::test]
async fn with_the_wrong_account_nothing_is_charged_and_the_question_stays() {
    let shop = off_for_three_months().await;
    let browser = shop.site.admin().await;
    let before = browser.get("/billing").await;
    shop.log_out().await;
    shop.log_in(false).await;
    let page = browser.get("/billing").await;
    let form = question(&page);
    assert!(page.html.contains("action=\"/billing/logout\"") && page.html.contains(ASKED), "{}", page.html);
    assert!(!form.contains("<button") && !form.contains("Log in to billing"), "{form}");
    let refused = submit(&browser, CONFIRM, &before).await;
    let refused = landed(&browser, refused).await;
    assert!(refused.html.contains("hold this help desk’s licence") && refused.html.contains(ASKED), "{}", refused.html);
    shop.site.state.billing.bill_desk(shop.site.desks.desk).await.unwrap();
    assert_eq!(shop.invoices().await.len(), 1);
}

#[tokio::test]
async fn logged_out_it_is_the_holders_card_that_is_missing() {
    let shop = off_for_three_months().await;
    let card = shop.card("4242").await;
    cards::remove(&shop.site.state.billing, &Caller::Account(card.account), card.id).await.unwrap();
    shop.log_out().await;
    let browser = shop.site.admin().await;
    let page = browser.get("/billing").await;
    let form = question(&page);
    assert!(form.contains("Log in to billing and add one to continue.") && !form.contains("<button"), "{form}");
    let refused = submit(&browser, CONFIRM, &page).await;
    let refused = landed(&browser, refused).await;
    assert!(refused.html.contains("Add a card first, then pay.") && refused.html.contains(ASKED), "{}", refused.html);
}

#[tokio::test]
async fn what_changed_since_the_page_was_drawn_is_asked_again() {
    let shop = off_for_three_months().await;
    let page = shop.site.admin().await.get("/billing").await;
    // Another day of the bill has come.
    shop.site.clock.advance(Duration::from_hours(24 * 21));
    let browser = shop.site.admin().await;
    let again = submit(&browser, CONFIRM, &page).await;
    let again = landed(&browser, again).await;
    for expected in ["What would be charged has changed since you loaded the page.", "4 monthly bills", "€396.00"] {
        assert!(again.html.contains(expected), "{expected}: {}", again.html);
    }
    // A colleague has added a card.
    shop.add_card(&browser, PAYS_TOO).await;
    let other = submit(&browser, CONFIRM, &again).await;
    let other = landed(&browser, other).await;
    assert!(question(&other).contains("Mastercard ending in 4444"), "{}", other.html);
    assert_eq!(shop.invoices().await.len(), 1, "nothing is charged");
    let done = submit(&browser, CONFIRM, &other).await;
    assert!(landed(&browser, done).await.html.contains("The missed bills are being charged."));
}
