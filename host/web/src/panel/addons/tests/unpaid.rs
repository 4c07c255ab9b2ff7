//! What a payment that came to nothing leads to, through the whole router: an invoice that is to be paid first is named
//! with its address, and an installation that was to be paid for is not said to be tried again.

use annex_domain::{
    billing::{InvoiceState, SubscriptionState},
    clock::Clock as _,
    installation::{Installation, Notice, Parts, Status},
};
use annex_store::{
    billing::{invoices::Line, subscriptions},
    installations,
};

use super::shop::{Shop, landed, plan, submit};
use crate::client_area::tests::site::Page;

const INSTALL: &str = "/addons/acme.puppet/install";

/// A month of the add-on that is not paid; its number.
async fn unpaid(shop: &Shop, change: impl FnOnce(&mut Line)) -> i64 {
    let (desk, account) = (shop.site.desks.desk, shop.account().await);
    let of_addon = |line: &mut Line| {
        line.addon = super::shop::ADDON.parse().unwrap();
        change(line);
    };
    shop.site.invoice_with(desk, account, 700, InvoiceState::Due, of_addon).await.number
}

fn names(page: &Page, number: i64) {
    assert_eq!(page.code(), 409, "{}", page.html);
    for expected in [
        format!("Pay invoice {number} first"),
        "€7.00 is unpaid for this add-on.".to_owned(),
        format!("href=\"/billing/invoices/{number}\">Go to invoice {number}</a>"),
    ] {
        assert!(page.html.contains(&expected), "{expected}: {}", page.html);
    }
}

#[tokio::test]
async fn an_unpaid_month_is_named_before_the_add_on_is_bought_again() {
    let shop = Shop::open(&[plan("team", "per-user", 400, 0)]).await;
    let browser = shop.site.admin().await;
    shop.ready(&browser, "4242424242424242").await;
    let page = shop.to_consent(&browser, "team", false).await;
    let number = unpaid(&shop, |_| {}).await;
    names(&submit(&browser, INSTALL, &page).await, number);
    names(&browser.get(INSTALL).await, number);
    assert!(!shop.is_installed().await);
}

#[tokio::test]
async fn an_unpaid_month_is_named_where_the_plan_is_changed() {
    let shop = Shop::open(&[plan("team", "per-user", 400, 0), plan("desk", "flat", 9_900, 0)]).await;
    let browser = shop.site.admin().await;
    let id = shop.buy(&browser, "team", false, "4242424242424242").await;
    let number = unpaid(&shop, |_| {}).await;
    let tab = format!("/my-addons/{id}/plans");
    browser.post(&tab, &[("plan", "desk")]).await;
    let on = browser.post(&format!("{tab}/users"), &[("do", "next"), ("rule", "nobody")]).await;
    assert_eq!(on.location(), format!("{tab}/confirm"));
    names(&browser.get(&format!("{tab}/confirm")).await, number);
    let form = [("plan", "desk"), ("shown", "9900"), ("currency", "EUR")];
    names(&browser.post(&format!("{tab}/confirm"), &form).await, number);
    assert_eq!(shop.subscription(id).await.plan.id.as_str(), "team");
}

#[tokio::test]
async fn an_unpaid_month_is_named_where_licences_are_bought() {
    let shop = Shop::open(&[plan("team", "per-user", 400, 0)]).await;
    let browser = shop.site.admin().await;
    let id = shop.buy(&browser, "team", false, "4242424242424242").await;
    let mut live = shop.subscription(id).await;
    let number = unpaid(&shop, |line| line.subscription = Some(live.id)).await;
    live.state = SubscriptionState::PastDue;
    let mut tx = annex_store::testing::tx(&shop.site.state.db).await;
    subscriptions::save(&mut tx, &mut live, shop.site.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let more = format!("/my-addons/{id}/licences");
    names(&browser.get(&format!("{more}?more=1")).await, number);
    names(&browser.post(&more, &[("more", "1"), ("shown", "400"), ("currency", "EUR")]).await, number);
    assert_eq!(shop.subscription(id).await.quantity, 1);
}

/// An installation that could not be switched on.
async fn fails(shop: &Shop) -> Installation {
    let installed = shop.installed().await;
    let notice = Notice { code: "hook-failed".into(), text: "It stopped.".into(), error_id: "E-1".into() };
    let failed = Installation::from_stored(Parts {
        status: Status::FailedInstallation,
        rev: installed.rev + 1,
        notice: Some(notice),
        ..(*installed).clone()
    });
    let mut tx = annex_store::testing::tx(&shop.site.state.db).await;
    installations::save(&mut tx, &failed).await.unwrap();
    tx.commit().await.unwrap();
    failed
}

#[tokio::test]
async fn a_failed_add_on_is_tried_again_only_when_it_costs_nothing() {
    let shop = Shop::open(&[plan("team", "per-user", 400, 0)]).await;
    let browser = shop.site.admin().await;
    let id = shop.buy(&browser, "team", false, "4242424242424242").await;
    fails(&shop).await;
    for page in [browser.get("/my-addons").await, browser.get(&format!("/my-addons/{id}")).await] {
        assert!(page.html.contains("anything you were charged is being refunded"), "{}", page.html);
        assert!(page.html.contains("href=\"/addons/acme.puppet/install\">Choose a plan</a>"), "{}", page.html);
        assert!(!page.html.contains("Trying again") && !page.html.contains(&format!("{id}/retry")), "{}", page.html);
    }
    let install = browser.get(INSTALL).await;
    assert_eq!(install.location(), format!("{INSTALL}/plan"));
}

#[tokio::test]
async fn a_failed_free_add_on_is_tried_again() {
    let shop = Shop::open(&[]).await;
    let browser = shop.site.admin().await;
    let page = browser.get(INSTALL).await;
    let page = submit(&browser, INSTALL, &page).await;
    landed(&browser, page).await;
    let id = fails(&shop).await.id;
    for page in [browser.get("/my-addons").await, browser.get(&format!("/my-addons/{id}")).await] {
        assert!(page.html.contains(&format!("action=\"/my-addons/{id}/retry\"")), "{}", page.html);
        assert!(!page.html.contains("Choose a plan"), "{}", page.html);
    }
}

#[tokio::test]
async fn an_order_that_is_due_can_be_withdrawn_alone() {
    let shop = Shop::open(&[plan("team", "per-user", 400, 30)]).await;
    let browser = shop.site.admin().await;
    let page = shop.to_consent(&browser, "team", true).await;
    submit(&browser, INSTALL, &page).await;
    let id = shop.installed().await.id;
    shop.ready(&browser, "4000000000000341").await;
    let tab = format!("/my-addons/{id}/plans");
    browser.post(&tab, &[("plan", "team")]).await;
    browser.post(&format!("{tab}/users"), &[("do", "next"), ("rule", "nobody")]).await;
    let confirm = browser.get(&format!("{tab}/confirm")).await;
    submit(&browser, &format!("{tab}/confirm"), &confirm).await;
    assert_eq!(shop.invoice(1).await.state, InvoiceState::Due);
    let waiting = browser.get(&tab).await;
    assert!(waiting.html.contains("Withdraw order"), "{}", waiting.html);
    let page = submit(&browser, &format!("{tab}/withdraw"), &waiting).await;
    let page = landed(&browser, page).await;
    assert!(page.html.contains("The order for Puppet was withdrawn."), "{}", page.html);
    assert!(page.html.contains("name=\"plan\"") && !page.html.contains("Withdraw order"), "{}", page.html);
    assert_eq!((shop.invoice(1).await.state, shop.installed().await.status), (InvoiceState::Void, Status::Active));
    let again = browser.post(&format!("{tab}/withdraw"), &[]).await;
    let again = landed(&browser, again).await;
    assert!(again.html.contains("There’s nothing to withdraw"), "{}", again.html);
}
