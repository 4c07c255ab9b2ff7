//! Months that were missed while no host ran: the page Billing asks before they are charged.

use std::time::Duration;

use annex_domain::billing::InvoiceState;
use annex_store::sessions;

use super::{
    password::shop,
    shop::{landed, plan, submit},
};

const CONFIRM: &str = "/billing/missed-months";
const ASKED: &str = "3 monthly bills";

#[tokio::test]
async fn missed_months_are_charged_when_somebody_says_so() {
    let shop = shop(&[plan("desk", "flat", 9_900, 0)]).await;
    shop.buy(&shop.site.admin().await, "desk", false, "4242424242424242").await;
    shop.site.clock.advance(Duration::from_hours(24 * 100));
    let billing = &shop.site.state.billing;
    billing.bill_due().await.unwrap();
    assert_eq!(shop.invoices().await.len(), 1, "nothing is charged by itself");

    let browser = shop.site.admin().await;
    let page = browser.get("/billing").await;
    assert!(page.html.contains(ASKED) && page.html.contains("€297.00"), "{}", page.html);
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
