//! What costs money asks for the password again, through the whole router: on every page that charges, and never on one
//! that does not.

use std::time::Duration;

use annex_domain::{billing::InvoiceState, installation::Status};
use annex_store::{logins, operators, sessions};
use axum::http::header;

use super::shop::{Shop, fields, landed, plan, submit};
use crate::client_area::tests::site::{Browser, PASSWORD, Page};

const INSTALL: &str = "/addons/acme.puppet/install";
const PAYS: &str = "4242424242424242";

/// A shop whose admin has a password, and has not given it for a while.
pub(super) async fn shop(offered: &[annex_domain::plan::Plan]) -> Shop {
    let shop = Shop::open(offered).await;
    let hash = crate::password::hash(PASSWORD.into(), &[]).await.unwrap();
    let mut tx = annex_store::testing::tx(&shop.site.state.db).await;
    operators::set_password(&mut tx, shop.site.desks.desk, shop.site.desks.admin, &hash, None).await.unwrap();
    tx.commit().await.unwrap();
    shop
}

/// Sends a form as it was shown, with a password.
async fn with_password(browser: &Browser<'_>, action: &str, page: &Page, password: &str) -> Page {
    let mut fields = fields(page, action);
    fields.push(("password".into(), password.into()));
    let form: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(action, &form).await
}

fn asks(page: &Page) -> bool {
    page.html.contains("name=\"password\" required autocomplete=\"current-password\"")
}

#[tokio::test]
async fn an_install_asks_after_fifteen_minutes_and_loses_nothing_that_was_chosen() {
    let shop = shop(&[plan("team", "per-user", 400, 0)]).await;
    let browser = shop.site.admin().await;
    shop.ready(&browser, PAYS).await;
    let page = shop.to_consent(&browser, "team", true).await;
    assert!(!asks(&page), "{}", page.html);
    shop.site.clock.advance(sessions::CONFIRMED);
    // The page was loaded before: it had no field.
    let missing = submit(&browser, INSTALL, &page).await;
    assert!(missing.code() == 422 && asks(&missing), "{}", missing.html);
    assert!(
        missing.html.contains("Enter your password to continue.") && missing.html.contains("more than 15 minutes ago")
    );
    let wrong = with_password(&browser, INSTALL, &missing, "correct horse batterz").await;
    assert!(wrong.code() == 422 && wrong.html.contains("This isn’t your current password."), "{}", wrong.html);
    assert_eq!(fields(&wrong, INSTALL), fields(&missing, INSTALL), "nothing that was chosen is lost");
    assert!(wrong.html.contains("2 licences") && asks(&browser.get(INSTALL).await));
    assert!(!shop.is_installed().await && shop.invoices().await.is_empty());

    let done = with_password(&browser, INSTALL, &wrong, PASSWORD).await;
    let done = landed(&browser, done).await;
    assert!(done.html.contains("Puppet 1.0.0 is installed and active."), "{}", done.html);
    let invoices = shop.invoices().await;
    assert_eq!((invoices.len(), invoices[0].state), (1, InvoiceState::Paid));

    // It counts from then on, for other pages too.
    let more = format!("/my-addons/{}/licences", shop.installed().await.id);
    shop.site.clock.advance(Duration::from_secs(14 * 60));
    assert!(!asks(&browser.get(&format!("{more}?more=1")).await));
    shop.site.clock.advance(Duration::from_secs(60));
    assert!(asks(&browser.get(&format!("{more}?more=1")).await));
}

#[tokio::test]
async fn what_costs_nothing_does_not_ask() {
    let shop = shop(&[plan("team", "per-user", 400, 30)]).await;
    let browser = shop.site.admin().await;
    shop.site.clock.advance(sessions::CONFIRMED);
    let page = shop.to_consent(&browser, "team", false).await;
    assert!(!asks(&page), "{}", page.html);
    let done = submit(&browser, INSTALL, &page).await;
    assert_eq!((done.code(), shop.installed().await.status), (303, Status::Active), "{}", done.html);
}

#[tokio::test]
async fn a_plan_more_licences_and_a_payment_by_hand_ask_too() {
    let shop = shop(&[plan("team", "per-user", 400, 30)]).await;
    let browser = shop.site.admin().await;
    let page = shop.to_consent(&browser, "team", true).await;
    submit(&browser, INSTALL, &page).await;
    shop.ready(&browser, PAYS).await;
    let id = shop.installed().await.id;
    let (tab, more) = (format!("/my-addons/{id}/plans"), format!("/my-addons/{id}/licences"));
    browser.post(&tab, &[("plan", "team")]).await;
    browser.post(&format!("{tab}/users"), &[("do", "next"), ("rule", "nobody")]).await;
    shop.site.clock.advance(sessions::CONFIRMED);
    let confirm = format!("{tab}/confirm");
    let page = browser.get(&confirm).await;
    assert!(asks(&page), "{}", page.html);
    let again = submit(&browser, &confirm, &page).await;
    assert!(again.code() == 422 && asks(&again) && shop.invoices().await.is_empty(), "{}", again.html);
    assert_eq!(with_password(&browser, &confirm, &again, PASSWORD).await.code(), 303);
    assert_eq!((shop.invoices().await.len(), shop.subscription(id).await.quantity), (1, 1));

    shop.site.clock.advance(sessions::CONFIRMED);
    let page = browser.get(&format!("{more}?more=2")).await;
    let again = submit(&browser, &more, &page).await;
    assert!(again.code() == 422 && asks(&again) && shop.invoices().await.len() == 1, "{}", again.html);
    assert!(again.html.contains("name=\"more\" value=\"2\""), "{}", again.html);
    assert_eq!(with_password(&browser, &more, &again, PASSWORD).await.code(), 303);
    assert_eq!((shop.invoices().await.len(), shop.subscription(id).await.quantity), (2, 3));

    shop.add_card(&browser, "5555555555554444").await;
    let account = shop.account().await;
    let due = shop.site.invoice(shop.site.desks.desk, account, 700, InvoiceState::Due).await;
    shop.site.clock.advance(sessions::CONFIRMED);
    let (here, pay) = (format!("/billing/invoices/{}", due.number), format!("/billing/invoices/{}/pay", due.number));
    let page = browser.get(&here).await;
    let mut cards = page.html.split("name=\"method\" value=\"").skip(1).map(|card| card.split_once('"').unwrap());
    let other = cards.find(|(_, rest)| !rest.starts_with(" checked")).unwrap().0;
    let again = browser.post(&pay, &[("method", other), ("of_card", "700"), ("password", "wrong password")]).await;
    assert!(again.code() == 422 && asks(&again), "{}", again.html);
    assert!(again.html.contains(&format!("value=\"{other}\" checked")), "the card stays chosen: {}", again.html);
    assert_eq!(shop.invoice(due.number).await.state, InvoiceState::Due);
    let right = [("method", other), ("of_card", "700"), ("password", PASSWORD)];
    assert_eq!(browser.post(&pay, &right).await.location(), here);
    assert_eq!(shop.invoice(due.number).await.state, InvoiceState::Paid);
}

#[tokio::test]
async fn wrong_passwords_are_limited_for_the_session() {
    let shop = shop(&[plan("desk", "flat", 9_900, 0)]).await;
    let browser = shop.site.admin().await;
    shop.ready(&browser, PAYS).await;
    browser.post(&format!("{INSTALL}/plan"), &[("plan", "desk")]).await;
    browser.post(&format!("{INSTALL}/users"), &[("do", "next"), ("rule", "nobody")]).await;
    shop.site.clock.advance(sessions::CONFIRMED);
    let page = browser.get(INSTALL).await;
    for _ in 0..logins::PER_ACCOUNT {
        assert_eq!(with_password(&browser, INSTALL, &page, "wrong password").await.code(), 422);
    }
    let limited = with_password(&browser, INSTALL, &page, PASSWORD).await;
    assert_eq!((limited.code(), &limited.headers[header::RETRY_AFTER]), (429, &"900".parse().unwrap()));
    assert!(asks(&limited) && limited.html.contains("Try again in 15 minutes"), "{}", limited.html);
    assert!(!shop.is_installed().await);
    let email = shop.email().await;
    let elsewhere = shop.site.browser();
    let form = [("email", email.as_str()), ("password", PASSWORD)];
    assert_eq!(elsewhere.post("/sign-in", &form).await.code(), 303, "whoever guesses here locks nobody out elsewhere");
    shop.site.clock.advance(logins::WINDOW);
    assert_eq!(with_password(&browser, INSTALL, &page, PASSWORD).await.code(), 303);
    assert_eq!(shop.installed().await.status, Status::Active);
}
