//! With which card something is paid, through the whole router: it is named and can be chosen before every click that
//! charges, adding one comes first where there is none, and nobody is asked for a card who needs none.

use annex_billing::{Caller, cards};
use annex_domain::{
    billing::InvoiceState,
    clock::Clock as _,
    installation::Status,
    money::{Currency, Money},
    operator::Actor,
};
use annex_store::{
    billing::methods,
    operators::{self, NewOperator},
};

use super::shop::{Shop, fields, landed, plan, submit};
use crate::client_area::tests::site::{Browser, Page};

const INSTALL: &str = "/addons/acme.puppet/install";
const PAYS: &str = "4242424242424242";
const PAYS_TOO: &str = "5555555555554444";
const NO_MONEY: &str = "4000000000000341";

/// Sends the form that goes to `action` with another card than the one that is ticked.
async fn submit_with(browser: &Browser<'_>, action: &str, page: &Page, card: &str) -> Page {
    let mut fields = fields(page, action);
    fields.retain(|(name, _)| name != "method");
    fields.push(("method".to_owned(), card.to_owned()));
    let form: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(action, &form).await
}

/// The page names the cards, and the one with these digits is ticked.
fn names(page: &Page, ticked: &str) {
    for expected in ["Visa ending in 4242", "Mastercard ending in 4444", "expires 12/2030"] {
        assert!(page.html.contains(expected), "{expected}: {}", page.html);
    }
    let radios = page.html.split("type=\"radio\" name=\"method\"").skip(1);
    let on: Vec<_> = radios.filter(|radio| radio.split('>').next().unwrap().contains(" checked")).collect();
    assert_eq!(on.len(), 1, "{}", page.html);
    assert!(on[0].split("</label>").next().unwrap().contains(ticked), "{}", page.html);
}

/// Adding a card is all that the page offers, and leads back to `next`.
fn asks_for_a_card(page: &Page, next: &str) {
    assert!(page.html.contains("Add a card to continue"), "{}", page.html);
    assert_eq!(fields(page, "/billing/methods/add"), [("next".to_owned(), next.replace('&', "&#38;"))]);
    for other in ["name=\"method\"", "Accept and purchase", "Save changes and pay", "Buy for", ">Pay "] {
        assert!(!page.html.contains(other), "{other}: {}", page.html);
    }
}

async fn removes_all_cards(shop: &Shop) {
    let account = shop.account().await;
    let all = methods::list(&mut shop.site.state.db.read().await.unwrap(), account).await.unwrap();
    for card in all {
        cards::remove(&shop.site.state.billing, &Caller::Account(account), card.id).await.unwrap();
    }
}

/// So many more operators of the desk, with the roles of its agent; their ids in order.
async fn more_operators(shop: &Shop, count: usize) -> Vec<String> {
    let (desk, now) = (shop.site.desks.desk, shop.site.clock.now());
    let mut tx = annex_store::testing::tx(&shop.site.state.db).await;
    let roles = operators::get(&mut tx, desk, shop.site.desks.agent).await.unwrap().roles;
    let mut ids = Vec::new();
    for number in 0..count {
        let (email, name) = (format!("more{number}@example.com"), format!("More {number}"));
        let new = NewOperator { email, name, password_hash: None, roles: roles.clone() };
        ids.push(operators::create(&mut tx, desk, new, now).await.unwrap().id.to_string());
    }
    tx.commit().await.unwrap();
    ids.sort();
    ids
}

#[tokio::test]
async fn consent_names_the_card_and_another_one_can_be_chosen() {
    let shop = Shop::open(&[plan("desk", "flat", 9_900, 0)]).await;
    let browser = shop.site.admin().await;
    shop.ready(&browser, PAYS).await;
    shop.add_card(&browser, PAYS_TOO).await;
    let page = shop.to_consent(&browser, "desk", true).await;
    names(&page, "4444");
    assert!(page.html.contains("Pay €99.00 with"), "{}", page.html);
    let visa = shop.card("4242").await;
    // What was chosen stays chosen on a page that comes again.
    shop.set_plans(&[plan("desk", "flat", 12_000, 0)]).await;
    let again = submit_with(&browser, INSTALL, &page, &visa.id.to_string()).await;
    assert_eq!(again.code(), 409);
    names(&again, "4242");
    submit(&browser, INSTALL, &again).await;
    assert_eq!(shop.installed().await.status, Status::Active);
    assert_eq!(shop.charged(1).await, [visa.gateway_id]);
}

#[tokio::test]
async fn without_a_card_adding_one_comes_first_and_leads_back_to_what_was_chosen() {
    let shop = Shop::open(&[plan("team", "per-user", 400, 0)]).await;
    let browser = shop.site.admin().await;
    shop.log_in(true).await;
    let page = shop.to_consent(&browser, "team", true).await;
    asks_for_a_card(&page, INSTALL);
    // Sent nevertheless: nothing is ordered.
    let refused = submit(&browser, INSTALL, &page).await;
    assert!(refused.code() == 409 && refused.html.contains("Add a card first."), "{}", refused.html);
    asks_for_a_card(&refused, INSTALL);
    assert!(!shop.is_installed().await && shop.invoices().await.is_empty());

    let (at, page) = shop.add_card_for(&browser, PAYS, INSTALL).await;
    assert_eq!(at, INSTALL);
    for expected in ["The card was added.", "Visa ending in 4242", "2 licences", "Accept and purchase for €8.00"] {
        assert!(page.html.contains(expected), "{expected}: {}", page.html);
    }
    submit(&browser, INSTALL, &page).await;
    assert_eq!((shop.installed().await.status, shop.invoices().await.len()), (Status::Active, 1));
}

#[tokio::test]
async fn whoever_adds_no_card_comes_back_too_and_nobody_is_led_elsewhere() {
    let shop = Shop::open(&[plan("desk", "flat", 9_900, 0)]).await;
    let browser = shop.site.admin().await;
    shop.log_in(true).await;
    browser.post("/billing/methods/add", &[("next", INSTALL)]).await;
    let back = browser.get("/billing/methods/returned?next=%2Faddons%2Facme.puppet").await;
    assert_eq!(back.location(), "/addons/acme.puppet");
    assert!(landed(&browser, back).await.html.contains("No card was added."));
    for elsewhere in ["//evil.example", "https://evil.example/", "/\\evil.example"] {
        let (at, _) = shop.add_card_for(&browser, PAYS, elsewhere).await;
        assert_eq!(at, "/billing", "{elsewhere}");
        let query = serde_urlencoded::to_string([("next", elsewhere)]).unwrap();
        assert_eq!(browser.get(&format!("/billing/methods/returned?{query}")).await.location(), "/billing");
    }
}

#[tokio::test]
async fn another_plan_and_licences_are_paid_with_the_card_that_is_chosen() {
    let shop = Shop::open(&[plan("team", "per-user", 400, 30), plan("desk", "flat", 9_900, 30)]).await;
    let browser = shop.site.admin().await;
    let page = shop.to_consent(&browser, "team", false).await;
    submit(&browser, INSTALL, &page).await;
    let id = shop.installed().await.id;
    shop.ready(&browser, PAYS).await;
    shop.add_card(&browser, PAYS_TOO).await;
    let (visa, other) = (shop.card("4242").await, shop.card("4444").await);

    // Out of the trial.
    let tab = format!("/my-addons/{id}/plans");
    browser.post(&tab, &[("plan", "team")]).await;
    browser.post(&format!("{tab}/users"), &[("do", "next"), ("rule", "nobody")]).await;
    let confirm = browser.get(&format!("{tab}/confirm")).await;
    names(&confirm, "4444");
    submit_with(&browser, &format!("{tab}/confirm"), &confirm, &visa.id.to_string()).await;
    assert_eq!((shop.charged(1).await, shop.subscription(id).await.quantity), (vec![visa.gateway_id.clone()], 1));

    let more = format!("/my-addons/{id}/licences");
    let page = browser.get(&format!("{more}?more=1")).await;
    names(&page, "4444");
    submit_with(&browser, &more, &page, &visa.id.to_string()).await;
    assert_eq!((shop.charged(2).await, shop.subscription(id).await.quantity), (vec![visa.gateway_id], 2));

    // Without a card both ask for one, and know afterwards what was wanted.
    removes_all_cards(&shop).await;
    let agent = shop.agent();
    let wanted = format!("{more}?more=2&add={agent}");
    let page = browser.get(&wanted).await;
    asks_for_a_card(&page, &wanted);
    let refused = submit(&browser, &more, &page).await;
    assert!(refused.code() == 409 && refused.html.contains("Add a card first."), "{}", refused.html);
    browser.post(&tab, &[("plan", "desk")]).await;
    browser.post(&format!("{tab}/users"), &[("do", "next"), ("rule", "nobody")]).await;
    let confirm = browser.get(&format!("{tab}/confirm")).await;
    asks_for_a_card(&confirm, &format!("{tab}/confirm"));
    let refused = submit(&browser, &format!("{tab}/confirm"), &confirm).await;
    assert!(refused.code() == 409 && refused.html.contains("Add a card first."), "{}", refused.html);
    assert_eq!(shop.invoices().await.len(), 2);
    let (at, page) = shop.add_card_for(&browser, PAYS, &wanted).await;
    assert_eq!(at, wanted);
    assert!(page.html.contains("Buy for €8.00") && page.html.contains(&agent), "{}", page.html);
    assert_ne!(shop.card("4242").await.id, other.id);
}

#[tokio::test]
async fn sixty_users_are_still_chosen_after_a_card_was_added() {
    let shop = Shop::open(&[plan("team", "per-user", 400, 0)]).await;
    let browser = shop.site.admin().await;
    let id = shop.buy(&browser, "team", false, PAYS).await;
    let sixty = more_operators(&shop, 60).await;
    removes_all_cards(&shop).await;
    let form: Vec<_> = sixty.iter().map(|id| ("user", id.as_str())).collect();
    let wanted = browser.post(&format!("/my-addons/{id}/users"), &form).await.location();
    let more = format!("/my-addons/{id}/licences");
    assert_eq!(wanted, format!("{more}?more=60&kept=1"));
    asks_for_a_card(&browser.get(&wanted).await, &wanted);
    let (at, page) = shop.add_card_for(&browser, PAYS, &wanted).await;
    assert_eq!(at, wanted);
    let mut named: Vec<_> =
        fields(&page, &more).into_iter().filter(|(name, _)| name == "add").map(|one| one.1).collect();
    named.sort();
    assert_eq!(named, sixty, "{}", page.html);
    let bought = submit(&browser, &more, &page).await;
    let bought = landed(&browser, bought).await;
    assert!(bought.html.contains("Puppet now has 61 licences."), "{}", bought.html);
    assert_eq!((shop.subscription(id).await.quantity, shop.users(id).await), (61, 61));
    // They have theirs: nobody is bought for twice.
    assert_eq!(browser.get(&wanted).await.location(), format!("/my-addons/{id}/users"));
}

#[tokio::test]
async fn fewer_licences_than_users_who_wait_are_not_sold() {
    let shop = Shop::open(&[plan("team", "per-user", 400, 0)]).await;
    let browser = shop.site.admin().await;
    let id = shop.buy(&browser, "team", false, PAYS).await;
    let sixty = more_operators(&shop, 60).await;
    let form: Vec<_> = sixty.iter().map(|id| ("user", id.as_str())).collect();
    let wanted = browser.post(&format!("/my-addons/{id}/users"), &form).await.location();
    let more = format!("/my-addons/{id}/licences");
    let page = browser.get(&wanted).await;
    let mut few = fields(&page, &more);
    few.iter_mut().filter(|(name, _)| name == "more").for_each(|(_, value)| "1".clone_into(value));
    let few: Vec<_> = few.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    for refused in [browser.get(&format!("{more}?more=1&kept=1")).await, browser.post(&more, &few).await] {
        assert_eq!(refused.code(), 422, "{}", refused.html);
        assert!(refused.html.contains("Everyone you selected needs a licence. Enter at least 60."), "{}", refused.html);
        assert!(!refused.html.contains("can use the add-on.") && !refused.html.contains("Buy for"), "{}", refused.html);
    }
    assert_eq!((shop.subscription(id).await.quantity, shop.invoices().await.len()), (1, 1));
    // Nobody was forgotten.
    let bought = submit(&browser, &more, &browser.get(&wanted).await).await;
    assert!(landed(&browser, bought).await.html.contains("Puppet now has 61 licences."));
    assert_eq!((shop.subscription(id).await.quantity, shop.users(id).await), (61, 61));
}

#[tokio::test]
async fn an_open_invoice_names_the_cards_and_asks_for_one() {
    let shop = Shop::open(&[plan("desk", "flat", 9_900, 0)]).await;
    let browser = shop.site.admin().await;
    shop.buy(&browser, "desk", true, NO_MONEY).await;
    shop.add_card(&browser, PAYS).await;
    shop.add_card(&browser, PAYS_TOO).await;
    let here = "/billing/invoices/1";
    names(&browser.get(here).await, "4444");
    removes_all_cards(&shop).await;
    asks_for_a_card(&browser.get(here).await, here);
    let refused = browser.post("/billing/invoices/1/pay", &[]).await;
    assert!(landed(&browser, refused).await.html.contains("Add a card first, then pay."));
    let (at, page) = shop.add_card_for(&browser, PAYS, here).await;
    assert_eq!(at, here);
    let paid = submit(&browser, "/billing/invoices/1/pay", &page).await;
    assert!(landed(&browser, paid).await.html.contains("Invoice 1 is paid."));
}

#[tokio::test]
async fn a_card_that_was_removed_since_the_page_was_drawn_is_told() {
    let shop = Shop::open(&[plan("desk", "flat", 9_900, 0)]).await;
    let browser = shop.site.admin().await;
    shop.buy(&browser, "desk", true, NO_MONEY).await;
    shop.add_card(&browser, PAYS).await;
    let (here, pay) = ("/billing/invoices/1", "/billing/invoices/1/pay");
    let page = browser.get(here).await;
    let card = shop.card("4242").await;
    cards::remove(&shop.site.state.billing, &Caller::Account(card.account), card.id).await.unwrap();
    let refused = submit_with(&browser, pay, &page, &card.id.to_string()).await;
    assert_eq!(refused.location(), here);
    let refused = landed(&browser, refused).await;
    assert!(refused.html.contains("The card you chose is no longer available."), "{}", refused.html);
    assert_eq!((shop.invoice(1).await.state, shop.charged(1).await.len()), (InvoiceState::Due, 1));
}

/// Credit for the desk, in EUR.
async fn credit(shop: &Shop, cents: i64) {
    let amount = Money::new(cents, Currency::EUR);
    shop.site.state.billing.grant(shop.site.desks.desk, amount, "Welcome", Actor::System).await.unwrap();
}

/// The credit is gone; an invoice has used it.
async fn uses_the_credit(shop: &Shop, cents: i64) {
    let (desk, account) = (shop.site.desks.desk, shop.account().await);
    let due = shop.site.invoice(desk, account, cents, InvoiceState::Due).await;
    shop.site.state.billing.pay(desk, due.id, None, Actor::System).await.unwrap();
    assert_eq!(shop.invoice(due.number).await.state, InvoiceState::Paid);
    assert!(shop.charged(due.number).await.is_empty());
}

/// The form came again because a card would be charged more than it showed, and says now how much.
fn says_anew(page: &Page, amount: &str) {
    assert_eq!(page.code(), 409, "{}", page.html);
    let told = format!("Pay {amount} with");
    for expected in ["The amount your card would be charged has changed since you loaded the page.", &told] {
        assert!(page.html.contains(expected), "{expected}: {}", page.html);
    }
}

#[tokio::test]
async fn credit_that_is_gone_since_the_page_was_drawn_is_told_before_a_card_is_charged() {
    let shop = Shop::open(&[plan("desk", "flat", 1_000, 0)]).await;
    let browser = shop.site.admin().await;
    shop.ready(&browser, PAYS).await;
    // All of it would come from the credit: the page names no card.
    credit(&shop, 1_000).await;
    let page = shop.to_consent(&browser, "desk", true).await;
    assert!(!page.html.contains("name=\"method\""), "{}", page.html);
    uses_the_credit(&shop, 1_000).await;
    let again = submit(&browser, INSTALL, &page).await;
    says_anew(&again, "€10.00");
    assert!(!shop.is_installed().await);
    // A part of it.
    credit(&shop, 600).await;
    let page = browser.get(INSTALL).await;
    assert!(page.html.contains("Pay €4.00 with"), "{}", page.html);
    uses_the_credit(&shop, 600).await;
    let again = submit(&browser, INSTALL, &page).await;
    says_anew(&again, "€10.00");
    // A card that is none.
    let malformed = submit_with(&browser, INSTALL, &again, "no-card").await;
    assert_eq!(malformed.code(), 404, "{}", malformed.html);
    assert!(!shop.is_installed().await);
    // As it is shown now, and there is no less to pay for credit that came meanwhile.
    credit(&shop, 100).await;
    submit(&browser, INSTALL, &again).await;
    assert_eq!(shop.installed().await.status, Status::Active);
    let paid = shop.invoices().await.into_iter().find(|invoice| invoice.order.is_some()).unwrap();
    assert_eq!((paid.to_take().cents, shop.charged(paid.number).await.len()), (900, 1));
}

#[tokio::test]
async fn licences_and_invoices_are_paid_with_no_card_that_was_not_named() {
    let shop = Shop::open(&[plan("team", "per-user", 400, 0)]).await;
    let browser = shop.site.admin().await;
    let id = shop.buy(&browser, "team", false, PAYS).await;
    let (desk, account) = (shop.site.desks.desk, shop.account().await);
    let more = format!("/my-addons/{id}/licences");
    credit(&shop, 400).await;
    let page = browser.get(&format!("{more}?more=1")).await;
    assert!(page.html.contains("Buy for €4.00") && !page.html.contains("name=\"method\""), "{}", page.html);
    uses_the_credit(&shop, 400).await;
    says_anew(&submit(&browser, &more, &page).await, "€4.00");
    let malformed = submit_with(&browser, &more, &page, "no-card").await;
    assert_eq!((malformed.code(), shop.subscription(id).await.quantity), (404, 1));

    let due = shop.site.invoice(desk, account, 700, InvoiceState::Due).await;
    let (here, pay) = (format!("/billing/invoices/{}", due.number), format!("/billing/invoices/{}/pay", due.number));
    credit(&shop, 701).await;
    let page = browser.get(&here).await;
    assert!(!page.html.contains("name=\"method\""), "{}", page.html);
    // Each invoice of a site has its own amount.
    uses_the_credit(&shop, 701).await;
    let refused = submit(&browser, &pay, &page).await;
    let refused = landed(&browser, refused).await;
    assert!(refused.html.contains("Pay €7.00 with") && refused.html.contains("has changed since"), "{}", refused.html);
    assert!(shop.charged(due.number).await.is_empty());
    assert_eq!(submit_with(&browser, &pay, &refused, "no-card").await.code(), 404);
    submit(&browser, &pay, &refused).await;
    assert_eq!(shop.invoice(due.number).await.state, InvoiceState::Paid);
}

#[tokio::test]
async fn nobody_is_asked_for_a_card_who_needs_none() {
    let shop = Shop::open(&[plan("team", "per-user", 400, 30), plan("desk", "flat", 9_900, 0)]).await;
    let browser = shop.site.admin().await;
    shop.log_in(true).await;
    let tried = shop.to_consent(&browser, "team", true).await;
    assert!(!tried.html.contains("Add a card") && tried.html.contains("Accept and start"), "{}", tried.html);
    // Credit for a part of it is not enough.
    credit(&shop, 9_000).await;
    asks_for_a_card(&shop.to_consent(&browser, "desk", true).await, INSTALL);
    credit(&shop, 900).await;
    let page = browser.get(INSTALL).await;
    assert!(page.html.contains("Accept and purchase for €99.00"), "{}", page.html);
    assert!(!page.html.contains("Add a card") && !page.html.contains("Pay €"), "{}", page.html);
    submit(&browser, INSTALL, &page).await;
    assert_eq!((shop.installed().await.status, shop.charged(1).await.len()), (Status::Active, 0));
}
