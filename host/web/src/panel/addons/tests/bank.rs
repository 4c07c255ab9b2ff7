//! 3-D Secure as a step of paying, through the whole router: the browser is led to the bank and back, what was ordered goes on
//! by itself, and whoever refuses or forgets can try again. The order is the same all the time.

use annex_billing::{Caller, Charged, DueWhy, NewOrder, OrderRequest, cards};
use annex_domain::{
    addon::Version,
    billing::{AttemptState, InvoiceState, OrderPurpose, OrderState},
    clock::Clock as _,
    ids::{InstallationId, OrderId},
    installation::Status,
    operator::Actor,
};
use annex_store::billing::{
    attempts::{self, Attempt, NewAttempt},
    orders,
};

use super::shop::{ADDON, Shop, landed, plan, submit};
use crate::client_area::tests::site::{Browser, Page};

const INSTALL: &str = "/addons/acme.puppet/install";
pub(super) const ASKS: &str = "4000000000003155";
pub(super) const PAYS: &str = "4242424242424242";
pub(super) const BANK: &str = "/client-area/test-gateway/confirm/";

/// Lets what is paid go on, as in a host that runs.
fn works(shop: &Shop) {
    let lifecycle = shop.site.state.lifecycle.clone();
    tokio::spawn(async move { lifecycle.run_workers(std::future::pending()).await });
}

/// The page of the bank to which a click leads.
pub(super) fn led_to_the_bank(page: &Page) -> String {
    let bank = page.location();
    assert!(bank.starts_with(BANK), "{bank}");
    bank
}

/// What the payer says at their bank; answers the page to which that leads in the end, and where it is.
async fn says(browser: &Browser<'_>, bank: &str, answer: &str) -> (String, Page) {
    assert!(browser.get(bank).await.html.contains("Confirm the payment"));
    browser.follow(browser.post(bank, &[("answer", answer)]).await).await
}

/// The badges of a page: the tone of each, and what it says.
fn badges(page: &Page) -> Vec<(&str, &str)> {
    let badges = page.html.split("<span class=\"badge ").skip(1);
    badges
        .map(|badge| {
            let (tone, rest) = badge.split_once("\">").unwrap();
            (tone, rest.split("</span>").next().unwrap().rsplit('>').next().unwrap())
        })
        .collect()
}

/// The states of the tries to have an invoice paid, and how often money was taken.
async fn tries(shop: &Shop, number: i64) -> (Vec<AttemptState>, u32) {
    let invoice = shop.invoice(number).await.id;
    let all = attempts::of_invoice(&mut shop.site.state.db.read().await.unwrap(), invoice).await.unwrap();
    let mut taken = 0;
    for attempt in &all {
        taken += shop.site.gateway.charges(attempt.intent.as_deref().unwrap()).await.unwrap();
    }
    (all.into_iter().map(|attempt| attempt.state).collect(), taken)
}

/// Changes the last try to have an invoice paid, as the gateway might.
pub(super) async fn retell(shop: &Shop, number: i64, change: impl FnOnce(&mut Attempt)) {
    let invoice = shop.invoice(number).await.id;
    let mut tx = annex_store::testing::tx(&shop.site.state.db).await;
    let mut last = attempts::of_invoice(&mut tx, invoice).await.unwrap().pop().unwrap();
    change(&mut last);
    attempts::save(&mut tx, &mut last, shop.site.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
}

/// The payer has confirmed, and the payment company takes the money.
pub(super) fn is_processed(attempt: &mut Attempt) {
    (attempt.state, attempt.action_url) = (AttemptState::Confirming, None);
}

async fn orders_of(shop: &Shop, id: InstallationId) -> Vec<OrderState> {
    let mut conn = shop.site.state.db.read().await.unwrap();
    let all = orders::of_installation(&mut conn, shop.site.desks.desk, id).await.unwrap();
    all.into_iter().map(|order| order.state).collect()
}

/// A purchase that waits for the bank; the bank's page.
async fn ordered(shop: &Shop, browser: &Browser<'_>) -> (InstallationId, String) {
    shop.ready(browser, ASKS).await;
    let page = shop.to_consent(browser, "desk", true).await;
    let bank = led_to_the_bank(&submit(browser, INSTALL, &page).await);
    let installed = shop.installed().await;
    assert_eq!(installed.status, Status::PaymentDue);
    (installed.id, bank)
}

#[tokio::test]
async fn a_purchase_leads_to_the_bank_and_is_installed_when_the_payer_comes_back() {
    let shop = Shop::open(&[plan("desk", "flat", 9_900, 0)]).await;
    works(&shop);
    let browser = shop.site.admin().await;
    let (id, bank) = ordered(&shop, &browser).await;
    // Meanwhile both pages say what it waits for, and nothing that sounds like a failure.
    for path in [format!("/my-addons/{id}"), format!("/my-addons/{id}/payment")] {
        let page = browser.get(&path).await;
        for expected in ["Waiting for your bank", "payment of €99.00", &format!("{bank}\"")] {
            assert!(page.html.contains(expected), "{expected} on {path}: {}", page.html);
        }
        for wrong in ["failed", " is due", "role=\"alert\"", "banner critical"] {
            assert!(!page.html.contains(wrong), "{wrong} on {path}: {}", page.html);
        }
    }
    for path in ["/my-addons", &format!("/my-addons/{id}"), "/addons", "/addons/acme.puppet"] {
        let page = browser.get(path).await;
        let said = badges(&page);
        assert!(said.contains(&("info", "Waiting for your bank")), "{path}: {said:?}");
        assert!(said.iter().all(|(_, says)| *says != "Payment due"), "{path}: {said:?}");
    }
    let (at, page) = says(&browser, &bank, "approve").await;
    assert_eq!(at, format!("/my-addons/{id}/start"));
    assert!(page.html.contains("Puppet 1.0.0 is installed and active."), "{}", page.html);
    assert_eq!(shop.installed().await.status, Status::Active);
    assert_eq!(tries(&shop, 1).await, (vec![AttemptState::Succeeded], 1));
    assert_eq!(orders_of(&shop, id).await, [OrderState::Fulfilled]);
    // Nothing is left to see.
    assert_eq!(browser.get(&format!("/my-addons/{id}/payment")).await.location(), format!("/my-addons/{id}"));
}

#[tokio::test]
async fn a_confirmation_elsewhere_is_noticed_by_the_page_that_waits() {
    let shop = Shop::open(&[plan("desk", "flat", 9_900, 0)]).await;
    let browser = shop.site.admin().await;
    let (id, bank) = ordered(&shop, &browser).await;
    let here = format!("/my-addons/{id}/payment");
    assert_eq!(browser.ask(&here, &[("shown", "waits")]).await.code(), 204, "as it is shown");
    assert_eq!(browser.post(&here, &[]).await.location(), here, "without script it is a click");
    // In the app of the bank.
    shop.site.gateway.finish_action(bank.strip_prefix(BANK).unwrap(), true).await.unwrap();
    let moved = browser.ask(&here, &[("shown", "waits")]).await;
    assert_eq!((moved.code(), moved.headers["hx-redirect"].to_str().unwrap()), (200, here.as_str()));
    let page = browser.get(&here).await;
    assert!(page.html.contains("Payment in progress") && page.html.contains("spinner"), "{}", page.html);
    assert_eq!(browser.ask(&here, &[("shown", "works")]).await.code(), 204);
    works(&shop);
    let order = orders::of_installation(&mut shop.site.state.db.read().await.unwrap(), shop.site.desks.desk, id).await;
    let longest = std::time::Duration::from_secs(30);
    shop.site.state.lifecycle.wait_order(shop.site.desks.desk, order.unwrap()[0].id, longest).await.unwrap();
    let done = browser.ask(&here, &[("shown", "works")]).await;
    assert_eq!(done.headers["hx-redirect"].to_str().unwrap(), format!("/my-addons/{id}/start"));
}

#[tokio::test]
async fn money_that_is_being_taken_is_no_failure_and_the_page_goes_on_looking() {
    let shop = Shop::open(&[plan("desk", "flat", 9_900, 0)]).await;
    let browser = shop.site.admin().await;
    let (id, bank) = ordered(&shop, &browser).await;
    let here = format!("/my-addons/{id}/payment");
    retell(&shop, 1, is_processed).await;
    for path in [format!("/my-addons/{id}"), here.clone()] {
        let page = browser.get(&path).await;
        assert!(page.html.contains("Payment in progress"), "{path}: {}", page.html);
        for wrong in ["confirm the payment", "Nothing was charged", "Try again", " is due", "Pay invoice"] {
            assert!(!page.html.contains(wrong), "{wrong} on {path}: {}", page.html);
        }
    }
    for path in ["/my-addons", &format!("/my-addons/{id}"), "/addons", "/addons/acme.puppet"] {
        let page = browser.get(path).await;
        let said = badges(&page);
        assert!(said.contains(&("info", "Payment in progress")), "{path}: {said:?}");
        assert!(said.iter().all(|(_, says)| *says != "Payment due"), "{path}: {said:?}");
    }
    let page = browser.get(&here).await;
    let invoice = format!("href=\"/billing/invoices/1?next={here}\">Invoice 1</a>");
    for expected in ["hx-trigger=\"every 4s\"", "waiting for the payment company", &invoice] {
        assert!(page.html.contains(expected), "{expected}: {}", page.html);
    }
    // The gateway is asked, although no bank waits any more.
    shop.site.gateway.finish_action(bank.strip_prefix(BANK).unwrap(), true).await.unwrap();
    assert_eq!(browser.ask(&here, &[("shown", "works")]).await.code(), 204, "now it is switched on");
    assert_eq!(
        (tries(&shop, 1).await, orders_of(&shop, id).await[0]),
        ((vec![AttemptState::Succeeded], 1), OrderState::Paid)
    );
    assert!(browser.get(&here).await.html.contains("hx-trigger=\"every 1s\""));
}

#[tokio::test]
async fn a_payment_company_that_is_not_set_up_any_more_is_waited_for_in_words() {
    let shop = Shop::open(&[plan("desk", "flat", 9_900, 0)]).await;
    let browser = shop.site.admin().await;
    let (id, _) = ordered(&shop, &browser).await;
    retell(&shop, 1, |attempt| attempt.state = AttemptState::Cancelled).await;
    let invoice = shop.invoice(1).await;
    let new = NewAttempt {
        desk: invoice.desk,
        invoice: invoice.id,
        gateway: "stripe".into(),
        customer: "cus_elsewhere".into(),
        method: "pm_elsewhere".into(),
        amount: invoice.to_take(),
        off_session: false,
    };
    let mut tx = annex_store::testing::tx(&shop.site.state.db).await;
    attempts::insert(&mut tx, &new, shop.site.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let here = format!("/my-addons/{id}/payment");
    assert_eq!(browser.ask(&here, &[("shown", "works")]).await.code(), 204, "as it is shown");
    let page = browser.get(&here).await;
    let link = format!("href=\"/billing/invoices/1?next={here}\">Invoice 1</a>");
    for expected in ["a payment company that this host no longer uses", &link] {
        assert!(page.html.contains(expected), "{expected}: {}", page.html);
    }
}

#[tokio::test]
async fn whoever_refuses_is_told_so_and_tries_again_with_the_same_order() {
    let shop = Shop::open(&[plan("desk", "flat", 9_900, 0)]).await;
    works(&shop);
    let browser = shop.site.admin().await;
    let (id, bank) = ordered(&shop, &browser).await;
    let here = format!("/my-addons/{id}/payment");
    let (at, page) = says(&browser, &bank, "refuse").await;
    assert_eq!(at, here);
    for expected in ["Your bank didn’t confirm the payment", "Nothing was charged", "Try again"] {
        assert!(page.html.contains(expected), "{expected}: {}", page.html);
    }
    assert_eq!(tries(&shop, 1).await, (vec![AttemptState::Cancelled], 0));
    for path in ["/my-addons", "/addons", "/addons/acme.puppet"] {
        let page = browser.get(path).await;
        let said = badges(&page);
        assert!(said.contains(&("warning", "Payment due")), "{path}: nobody waits for the bank now: {said:?}");
    }
    // Buying once more is the same order.
    assert_eq!(browser.get(INSTALL).await.location(), here);
    let again = format!("/billing/invoices/1?next={here}");
    assert!(page.html.contains(&format!("href=\"{again}\"")), "{}", page.html);
    let invoice = browser.get(&again).await;
    let bank = led_to_the_bank(&submit(&browser, "/billing/invoices/1/pay", &invoice).await);
    let (at, page) = says(&browser, &bank, "approve").await;
    assert_eq!(at, format!("/my-addons/{id}/start"), "{}", page.html);
    assert_eq!(tries(&shop, 1).await, (vec![AttemptState::Cancelled, AttemptState::Succeeded], 1));
    assert_eq!((orders_of(&shop, id).await.len(), shop.invoices().await.len()), (1, 1));
}

/// Orders the plan after a trial, and charges nothing yet. The credit pays, if it is to.
async fn ordered_only(shop: &Shop, id: InstallationId, with_credit: bool) -> OrderId {
    let (desk, billing) = (shop.site.desks.desk, &shop.site.state.billing);
    let wanted = OrderRequest {
        installation: Some(id),
        addon: ADDON.parse().unwrap(),
        version: Version::new(1, 0, 0),
        plan: "desk".parse().unwrap(),
        quantity: 1,
        purpose: OrderPurpose::Plan,
    };
    let shown = billing.quote(desk, &wanted).await.unwrap().amount;
    if with_credit {
        billing.grant(desk, shown, "Welcome", Actor::System).await.unwrap();
    }
    let new = NewOrder {
        desk,
        installation: id,
        addon: wanted.addon,
        version: wanted.version,
        plan: wanted.plan,
        quantity: wanted.quantity,
        purpose: wanted.purpose,
        shown: Some(shown),
        shown_renewal: None,
        method: None,
        shown_of_card: None,
        by: shop.site.desks.admin,
        key: None,
        details: serde_json::json!({}),
    };
    billing.order(&new).await.unwrap().id
}

#[tokio::test]
async fn no_bank_is_named_that_was_not_asked() {
    for (with_credit, title) in
        [(false, "The card you chose is no longer available"), (true, "Your credit no longer covers this payment")]
    {
        let shop = Shop::open(&[plan("desk", "flat", 9_900, 30)]).await;
        let browser = shop.site.admin().await;
        let page = shop.to_consent(&browser, "desk", false).await;
        submit(&browser, INSTALL, &page).await;
        let id = shop.installed().await.id;
        shop.ready(&browser, PAYS).await;
        let (desk, billing, card) = (shop.site.desks.desk, &shop.site.state.billing, shop.card("4242").await);
        let order = ordered_only(&shop, id, with_credit).await;
        if with_credit {
            // Another invoice is faster.
            let other = shop.site.invoice(desk, card.account, 9_900, InvoiceState::Due).await;
            assert_eq!(billing.pay(desk, other.id, None, Actor::System).await.unwrap(), Charged::Paid);
        } else {
            cards::remove(billing, &Caller::Account(card.account), card.id).await.unwrap();
        }
        let Charged::Due(due) = billing.charge(desk, order).await.unwrap() else { panic!("paid: {title}") };
        assert_eq!(due.why, DueWhy::NoMethod, "{title}");
        let here = format!("/my-addons/{id}/payment");
        let page = browser.get(&here).await;
        let choose = format!("href=\"/billing/invoices/{}?next={here}\">Choose a card", due.number);
        for expected in [title, "Nothing was charged", &choose] {
            assert!(page.html.contains(expected), "{expected}: {}", page.html);
        }
        assert!(!page.html.contains("Your bank") && !page.html.contains("Try again"), "{}", page.html);
    }
}

#[tokio::test]
async fn whoever_does_not_come_back_finds_the_way_and_may_pay_with_another_card() {
    let shop = Shop::open(&[plan("desk", "flat", 9_900, 0)]).await;
    works(&shop);
    let browser = shop.site.admin().await;
    let (id, bank) = ordered(&shop, &browser).await;
    let here = format!("/my-addons/{id}/payment");
    // Back without an answer.
    let back = browser.follow(browser.get(&format!("{here}?returned=1")).await).await;
    assert_eq!(back.0, here);
    assert!(back.1.html.contains("Waiting for your bank") && back.1.html.contains("Pay with another card"));
    let again = format!("/billing/invoices/1?next={here}");
    let (at, page) = shop.add_card_for(&browser, "4242424242424242", &again).await;
    assert!(at.starts_with("/billing/invoices/1?next="), "{at}");
    assert!(page.html.contains("Waiting for your bank"), "{}", page.html);
    let paid = submit(&browser, "/billing/invoices/1/pay", &page).await;
    assert_eq!(paid.location(), here);
    assert!(landed(&browser, paid).await.html.contains("Invoice 1 is paid."));
    // Too late.
    let (_, page) = says(&browser, &bank, "approve").await;
    assert!(page.code() == 200 && shop.invoice(1).await.state == InvoiceState::Paid, "{}", page.html);
    assert_eq!(tries(&shop, 1).await, (vec![AttemptState::Cancelled, AttemptState::Succeeded], 1));
    assert_eq!(orders_of(&shop, id).await.len(), 1);
}

#[tokio::test]
async fn another_plan_and_licences_begin_when_the_bank_is_content() {
    let shop = Shop::open(&[plan("team", "per-user", 400, 30)]).await;
    works(&shop);
    let browser = shop.site.admin().await;
    let page = shop.to_consent(&browser, "team", false).await;
    submit(&browser, INSTALL, &page).await;
    let id = shop.installed().await.id;
    shop.ready(&browser, ASKS).await;
    let tab = format!("/my-addons/{id}/plans");
    browser.post(&tab, &[("plan", "team")]).await;
    browser.post(&format!("{tab}/users"), &[("do", "next"), ("rule", "nobody")]).await;
    let confirm = browser.get(&format!("{tab}/confirm")).await;
    let bank = led_to_the_bank(&submit(&browser, &format!("{tab}/confirm"), &confirm).await);
    let waiting = browser.get(&format!("/my-addons/{id}/payment")).await;
    assert!(waiting.html.contains("everything stays as it is"), "{}", waiting.html);
    assert_eq!(shop.installed().await.status, Status::Active);
    let (at, page) = says(&browser, &bank, "approve").await;
    assert_eq!(at, format!("/my-addons/{id}"));
    assert!(page.html.contains("is now on the") && page.html.contains("team"), "{}", page.html);

    let more = format!("/my-addons/{id}/licences");
    let page = browser.get(&format!("{more}?more=2")).await;
    let bank = led_to_the_bank(&submit(&browser, &more, &page).await);
    assert_eq!(shop.subscription(id).await.quantity, 1);
    let (_, page) = says(&browser, &bank, "approve").await;
    assert!(page.html.contains("Puppet now has 3 licences."), "{}", page.html);
    assert_eq!(orders_of(&shop, id).await, [OrderState::Fulfilled, OrderState::Fulfilled]);
}

#[tokio::test]
async fn a_month_that_is_paid_by_hand_waits_on_the_page_of_its_invoice() {
    let shop = Shop::open(&[]).await;
    let browser = shop.site.admin().await;
    shop.ready(&browser, ASKS).await;
    let (desk, account) = (shop.site.desks.desk, shop.account().await);
    shop.site.invoice(desk, account, 700, InvoiceState::Due).await;
    let here = "/billing/invoices/1";
    let pay = format!("{here}/pay");
    let page = browser.get(here).await;
    let bank = led_to_the_bank(&submit(&browser, &pay, &page).await);
    let page = browser.get(here).await;
    assert!(page.html.contains("Waiting for your bank") && page.html.contains(&bank), "{}", page.html);
    assert_eq!(browser.ask(&format!("{here}/look"), &[]).await.code(), 204);
    let (at, page) = says(&browser, &bank, "approve").await;
    assert_eq!(at, here);
    assert!(page.html.contains("Invoice 1 is paid."), "{}", page.html);
}

#[tokio::test]
async fn a_payment_is_seen_by_those_who_manage_the_add_on() {
    let shop = Shop::open(&[plan("desk", "flat", 9_900, 0)]).await;
    let browser = shop.site.admin().await;
    let (id, _) = ordered(&shop, &browser).await;
    let desks = &shop.site.desks;
    let agent = shop.site.operator(desks.desk, desks.agent).await;
    let stranger = shop.site.operator(desks.other_desk, desks.other_admin).await;
    let here = format!("/my-addons/{id}/payment");
    assert_eq!((agent.get(&here).await.code(), agent.post(&here, &[]).await.code()), (403, 403));
    assert_eq!((stranger.get(&here).await.code(), stranger.post(&here, &[]).await.code()), (404, 404));
    assert_eq!(stranger.post("/billing/invoices/1/look", &[]).await.code(), 404);
}
