//! How often can be bought, through the whole router: as often as it is paid, and not for a while after ten payments that
//! failed.

use annex_billing::MOST_FAILED;
use annex_domain::{billing::InvoiceState, installation::Status};
use annex_store::logins;
use axum::http::header;

use super::shop::{Shop, fields, plan, submit};
use crate::client_area::tests::site::{Browser, Page};

const INSTALL: &str = "/addons/acme.puppet/install";
const PAYS: &str = "4242424242424242";

/// A desk that is logged in with a card, and whose account had so many payments that failed.
async fn shop_after(failed: u32, trial: u16) -> Shop {
    let shop = Shop::open(&[plan("team", "per-user", 400, trial)]).await;
    let browser = shop.site.admin().await;
    shop.ready(&browser, PAYS).await;
    shop.site.failed_payments(shop.site.desks.desk, shop.account().await, failed).await;
    shop
}

fn is_limited(page: &Page) -> bool {
    let told = page.html.contains("Too many payments failed or were attempted in a short time. Nothing was charged.");
    page.code() == 429 && told && page.headers[header::RETRY_AFTER] == "900"
}

async fn buy_licences(browser: &Browser<'_>, path: &str, form: &[(String, String)]) -> Page {
    let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(path, &form).await
}

#[tokio::test]
async fn an_install_waits_after_ten_payments_that_failed() {
    let shop = shop_after(MOST_FAILED, 0).await;
    let browser = shop.site.admin().await;
    let page = shop.to_consent(&browser, "team", false).await;
    let refused = submit(&browser, INSTALL, &page).await;
    assert!(is_limited(&refused), "{refused:?}");
    assert!(!shop.is_installed().await);
    shop.site.clock.advance(logins::WINDOW);
    // In another session: this one would ask for the password.
    let browser = shop.site.admin().await;
    let page = browser.get(INSTALL).await;
    assert_eq!(submit(&browser, INSTALL, &page).await.code(), 303);
    assert_eq!(shop.installed().await.status, Status::Active);
}

#[tokio::test]
async fn a_plan_and_licences_wait_too_and_what_was_ordered_is_answered() {
    let shop = shop_after(MOST_FAILED - 1, 30).await;
    let browser = shop.site.admin().await;
    let page = shop.to_consent(&browser, "team", false).await;
    submit(&browser, INSTALL, &page).await;
    let id = shop.installed().await.id;
    let (tab, more) = (format!("/my-addons/{id}/plans"), format!("/my-addons/{id}/licences"));
    browser.post(&tab, &[("plan", "team")]).await;
    browser.post(&format!("{tab}/users"), &[("do", "next"), ("rule", "nobody")]).await;
    let page = browser.get(&format!("{tab}/confirm")).await;
    let confirm = fields(&page, &format!("{tab}/confirm"));

    // Nine are not too many, and what is paid does not count: a desk buys as often as it wants.
    assert_eq!(buy_licences(&browser, &format!("{tab}/confirm"), &confirm).await.code(), 303);
    let mut bought = vec![];
    for count in 2..=13 {
        bought = fields(&browser.get(&format!("{more}?more=1")).await, &more);
        assert_eq!(buy_licences(&browser, &more, &bought).await.code(), 303);
        assert_eq!(shop.subscription(id).await.quantity, count);
    }

    shop.site.failed_payments(shop.site.desks.other_desk, shop.account().await, 1).await;
    let page = browser.get(&format!("{more}?more=1")).await;
    let refused = submit(&browser, &more, &page).await;
    assert!(is_limited(&refused), "{refused:?}");
    assert_eq!(shop.subscription(id).await.quantity, 13);
    // The last order again, as a browser sends it that got no answer.
    assert_eq!(buy_licences(&browser, &more, &bought).await.code(), 303);
    assert_eq!(shop.subscription(id).await.quantity, 13);
}

#[tokio::test]
async fn another_plan_waits_as_well() {
    let shop = shop_after(MOST_FAILED, 30).await;
    let browser = shop.site.admin().await;
    let page = shop.to_consent(&browser, "team", false).await;
    assert_eq!(submit(&browser, INSTALL, &page).await.code(), 303, "a trial costs nothing");
    let id = shop.installed().await.id;
    let tab = format!("/my-addons/{id}/plans");
    browser.post(&tab, &[("plan", "team")]).await;
    browser.post(&format!("{tab}/users"), &[("do", "next"), ("rule", "nobody")]).await;
    let page = browser.get(&format!("{tab}/confirm")).await;
    let refused = submit(&browser, &format!("{tab}/confirm"), &page).await;
    assert!(is_limited(&refused), "{refused:?}");
}

#[tokio::test]
async fn paying_by_hand_has_a_limit_whatever_comes_of_it() {
    let shop = shop_after(0, 0).await;
    let (browser, account) = (shop.site.admin().await, shop.account().await);
    let paid = shop.site.invoice(shop.site.desks.desk, account, 700, InvoiceState::Paid).await;
    let due = shop.site.invoice(shop.site.desks.desk, account, 701, InvoiceState::Due).await;
    let pay = |number: i64| format!("/billing/invoices/{number}/pay");
    // The card was the first try.
    for _ in 1..logins::PER_ACCOUNT {
        assert_eq!(browser.post(&pay(paid.number), &[]).await.code(), 303);
    }
    let refused = browser.post(&pay(due.number), &[]).await;
    assert!(is_limited(&refused), "{refused:?}");
    assert_eq!(shop.invoice(due.number).await.state, InvoiceState::Due);
    shop.site.clock.advance(logins::WINDOW);
    let browser = shop.site.admin().await;
    let page = browser.get(&format!("/billing/invoices/{}", due.number)).await;
    assert_eq!(submit(&browser, &pay(due.number), &page).await.code(), 303);
    assert_eq!(shop.invoice(due.number).await.state, InvoiceState::Paid);
}
