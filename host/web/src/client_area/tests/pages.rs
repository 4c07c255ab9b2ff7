//! The pages of the client area: signing in, cards, paying by hand, the password, statements.

use std::time::Duration;

use annex_billing::{Caller, cards, gateway::Gateway as _};
use annex_domain::{
    billing::{DisputeState, InvoiceState},
    clock::Clock as _,
    money::{Currency, Money},
    operator::Actor,
};
use annex_store::{
    billing::{
        attempts,
        disputes::{self, Dispute},
        invoices::{self, Party},
        methods,
    },
    logins,
};
use axum::http::header;

use super::site::{Browser, PASSWORD, Site};

const PAYS: &str = "4242424242424242";
const DECLINES: &str = "4000000000000341";
const ASKS: &str = "4000000000003155";

const PAGES: [&str; 5] =
    ["/client-area", "/client-area/invoices", "/client-area/methods", "/client-area/details", "/client-area/password"];

async fn payer(site: &Site) -> (annex_domain::ids::AccountId, Browser<'_>) {
    let account = site.account("payer@example.org", Some(site.desks.desk)).await;
    let browser = site.browser();
    browser.client("payer@example.org").await;
    (account, browser)
}

#[tokio::test]
async fn pages_lead_to_the_sign_in_and_back() {
    let site = Site::start().await;
    site.account("payer@example.org", None).await;
    for path in PAGES {
        let asked = site.browser().get(path).await;
        assert_eq!(asked.parameter("next").as_deref(), Some(path));
        assert!(asked.location().starts_with("/client-area/sign-in?"), "{}", asked.location());
    }
    let form = |next| [("email", "payer@example.org"), ("password", PASSWORD), ("next", next)];
    let sign_in = "/client-area/sign-in";
    assert_eq!(site.browser().post(sign_in, &form("/client-area/invoices")).await.location(), "/client-area/invoices");
    for elsewhere in ["https://evil.example", "//evil.example", "/inbox", "/client-areax"] {
        assert_eq!(site.browser().post(sign_in, &form(elsewhere)).await.location(), "/client-area", "{elsewhere}");
    }
}

#[tokio::test]
async fn an_operators_session_opens_nothing_here_and_the_other_way_round() {
    let site = Site::start().await;
    let (_, browser) = payer(&site).await;
    for path in ["/billing/login", "/profile"] {
        assert!(browser.get(path).await.location().starts_with("/sign-in?"), "{path}");
    }
    let operator = site.admin().await;
    for path in PAGES {
        assert!(operator.get(path).await.location().starts_with("/client-area/sign-in?"), "{path}");
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_look_the_same_until_the_limit() {
    let site = Site::start().await;
    site.account("payer@example.org", None).await;
    let try_in = async |email: &str, password: &str| {
        site.browser().post("/client-area/sign-in", &[("email", email), ("password", password)]).await
    };
    let (known, unknown) = (try_in("payer@example.org", "wrong").await, try_in("nobody@example.org", "wrong").await);
    assert_eq!((known.code(), unknown.code()), (422, 422));
    assert_eq!(known.html.replace("payer@", "X@"), unknown.html.replace("nobody@", "X@"));
    for _ in 0..logins::PER_ACCOUNT {
        try_in("payer@example.org", "wrong").await;
    }
    let limited = try_in("payer@example.org", PASSWORD).await;
    assert_eq!(limited.code(), 429);
    assert!(limited.headers.contains_key(header::RETRY_AFTER));
    site.clock.advance(logins::WINDOW);
    assert_eq!(try_in("payer@example.org", PASSWORD).await.code(), 303);
}

#[tokio::test]
async fn sessions_end() {
    let site = Site::start().await;
    let (_, browser) = payer(&site).await;
    browser.post("/client-area/sign-out", &[]).await;
    assert_eq!(browser.get("/client-area").await.code(), 303);

    browser.client("payer@example.org").await;
    site.clock.advance(Duration::from_secs(30 * 60));
    assert_eq!(browser.get("/client-area").await.code(), 303, "idle");

    browser.client("payer@example.org").await;
    for _ in 0..(12 * 60 / 25) {
        site.clock.advance(Duration::from_secs(25 * 60));
        assert_eq!(browser.get("/client-area").await.code(), 200);
    }
    site.clock.advance(Duration::from_secs(25 * 60));
    assert_eq!(browser.get("/client-area").await.code(), 303, "twelve hours");
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    use axum::{body::Body, http::Request};
    use tower::ServiceExt as _;
    let site = Site::start().await;
    for path in ["/client-area/sign-in", "/client-area/authorize?x", "/client-area/methods/add", "/billing/login"] {
        let request = Request::post(path).header("sec-fetch-site", "cross-site").body(Body::empty()).unwrap();
        let response = site.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 403, "{path}");
    }
}

#[tokio::test]
async fn cards_are_added_chosen_and_removed() {
    let site = Site::start().await;
    let (account, browser) = payer(&site).await;
    browser.add_card(PAYS).await;
    let page = browser.add_card("5555555555554444").await;
    assert!(page.html.contains("Visa •••• 4242") && page.html.contains("Mastercard •••• 4444"), "{}", page.html);
    let cards = async || methods::list(&mut site.state.db.read().await.unwrap(), account).await.unwrap();
    let second = cards().await.into_iter().find(|card| !card.is_default).unwrap();
    browser.post(&format!("/client-area/methods/{}/default", second.id), &[]).await;
    assert_eq!(
        cards().await.iter().filter(|card| card.is_default).map(|card| card.id).collect::<Vec<_>>(),
        [second.id]
    );
    browser.post(&format!("/client-area/methods/{}/remove", second.id), &[]).await;
    let left = cards().await;
    assert!(left.len() == 1 && left[0].is_default && left[0].id != second.id, "{left:?}");
}

#[tokio::test]
async fn the_test_gateway_takes_its_own_cards_once() {
    let site = Site::start().await;
    let (_, browser) = payer(&site).await;
    let set_up = browser.post("/client-area/methods/add", &[]).await.location();
    let card = |number, year| [("number", number), ("month", "1"), ("year", year)];
    assert!(browser.get(&set_up).await.html.contains("Never enter a real card"));
    assert_eq!(browser.post(&set_up, &card("4111111111111111", "2030")).await.code(), 422, "a real one");
    assert_eq!(browser.post(&set_up, &card(PAYS, "2020")).await.code(), 422, "expired");
    assert_eq!(browser.post(&set_up, &card(PAYS, "2030")).await.location(), "/client-area/methods/returned");
    assert_eq!(browser.post(&set_up, &card(PAYS, "2030")).await.code(), 422, "used");
    assert_eq!(browser.get("/client-area/test-gateway/setup/test_seti_0a").await.code(), 404);
    assert_eq!(browser.get("/client-area/test-gateway/confirm/test_pi_0a").await.code(), 404);
}

async fn state_of(site: &Site, invoice: &invoices::Invoice) -> InvoiceState {
    invoices::get(&mut site.state.db.read().await.unwrap(), invoice.desk, invoice.id).await.unwrap().state
}

#[tokio::test]
async fn days_that_were_not_used_are_taken_off_what_is_to_be_paid() {
    let site = Site::start().await;
    let (account, browser) = payer(&site).await;
    let mut invoice = site.invoice(site.desks.desk, account, 3000, InvoiceState::Due).await;
    invoice.reduced = 2500;
    let mut tx = annex_store::testing::tx(&site.state.db).await;
    invoices::save(&mut tx, &mut invoice, site.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let page = browser.get(&format!("/client-area/invoices/{}", invoice.id)).await.html;
    let sums: Vec<_> = page.split("client-sum").skip(1).collect();
    assert_eq!(sums.len(), 3, "{page}");
    assert!(sums[0].contains("€30.00") && sums[1].contains("€25.00") && sums[2].contains("€5.00"), "{sums:?}");
}

#[tokio::test]
async fn a_due_invoice_is_paid_by_hand_once() {
    let site = Site::start().await;
    let (account, browser) = payer(&site).await;
    let invoice = site.invoice(site.desks.desk, account, 1250, InvoiceState::Due).await;
    let path = format!("/client-area/invoices/{}", invoice.id);
    assert!(browser.get("/client-area").await.html.contains(&path), "the overview leads to it");
    let without = browser.get(&path).await;
    assert!(without.html.contains("€12.50") && without.html.contains("/client-area/methods/add"), "{}", without.html);
    browser.post(&format!("{path}/pay"), &[]).await;
    assert_eq!(state_of(&site, &invoice).await, InvoiceState::Due, "there is no card");

    browser.add_card(PAYS).await;
    for _ in 0..2 {
        let page = browser.pay(&path).await;
        assert_eq!(page.location(), path);
    }
    assert_eq!(state_of(&site, &invoice).await, InvoiceState::Paid);
    let intents = site.gateway.intents_since(site.clock.now()).await.unwrap();
    assert_eq!(intents.len(), 1);
    assert_eq!(site.gateway.charges(&intents[0].id).await.unwrap(), 1);
    let page = browser.get(&path).await;
    assert!(!page.html.contains("/pay\""), "nothing is left to pay");
}

#[tokio::test]
async fn what_the_credit_pays_needs_no_card() {
    let site = Site::start().await;
    let (account, browser) = payer(&site).await;
    let invoice = site.invoice(site.desks.desk, account, 1250, InvoiceState::Due).await;
    let path = format!("/client-area/invoices/{}", invoice.id);
    let (pay, asks) = (format!("action=\"{path}/pay\""), "Add a card first.");
    let grant = async |cents| {
        let amount = Money::new(cents, Currency::EUR);
        site.state.billing.grant(site.desks.desk, amount, "Welcome", Actor::System).await.unwrap();
    };
    grant(1000).await;
    let page = browser.get(&path).await;
    assert!(page.html.contains(asks) && !page.html.contains(&pay), "a card pays the rest: {}", page.html);
    grant(250).await;
    let page = browser.get(&path).await;
    assert!(page.html.contains(&pay) && page.html.contains("Pay €12.50"), "{}", page.html);
    assert!(!page.html.contains(asks) && !page.html.contains("/client-area/methods/add"), "{}", page.html);
    let paid = browser.post(&format!("{path}/pay"), &[]).await;
    assert!(browser.follow(paid).await.1.html.contains("Invoice 1 is paid."));
    assert_eq!(state_of(&site, &invoice).await, InvoiceState::Paid);
    assert_eq!(site.gateway.intents_since(site.clock.now()).await.unwrap(), vec![]);
}

#[tokio::test]
async fn a_card_is_charged_what_the_page_says_that_the_credit_leaves() {
    let site = Site::start().await;
    let (account, browser) = payer(&site).await;
    browser.add_card(PAYS).await;
    let desk = site.desks.desk;
    let invoice = site.invoice(desk, account, 3010, InvoiceState::Due).await;
    let path = format!("/client-area/invoices/{}", invoice.id);
    let grant = async |cents| {
        let amount = Money::new(cents, Currency::EUR);
        site.state.billing.grant(desk, amount, "Welcome", Actor::System).await.unwrap();
    };
    grant(2000).await;
    let page = browser.get(&path).await;
    assert!(page.html.contains("Pay €10.10") && !page.html.contains("Pay €30.10"), "{}", page.html);
    assert!(page.html.contains("name=\"of_card\" value=\"1010\""), "{}", page.html);
    // The credit is gone since the page was drawn; another invoice has used it.
    let other = site.invoice(desk, account, 2000, InvoiceState::Due).await;
    site.state.billing.pay(desk, other.id, None, Actor::System).await.unwrap();
    assert_eq!(state_of(&site, &other).await, InvoiceState::Paid);
    let card = methods::list(&mut site.state.db.read().await.unwrap(), account).await.unwrap().remove(0).id.to_string();
    let stale = browser.post(&format!("{path}/pay"), &[("method", &card), ("of_card", "1010")]).await;
    let (_, page) = browser.follow(stale).await;
    assert!(page.html.contains("has changed since you loaded the page. Nothing was charged."), "{}", page.html);
    assert!(page.html.contains("Pay €30.10"), "{}", page.html);
    assert_eq!(state_of(&site, &invoice).await, InvoiceState::Due);
    grant(2000).await;
    browser.pay(&path).await;
    assert_eq!(state_of(&site, &invoice).await, InvoiceState::Paid);
    let tries = attempts::of_invoice(&mut site.state.db.read().await.unwrap(), invoice.id).await.unwrap();
    assert_eq!(tries.iter().map(|attempt| attempt.amount.cents).collect::<Vec<_>>(), [1010]);
}

#[tokio::test]
async fn an_invoice_says_where_its_disputes_stand() {
    let site = Site::start().await;
    let (account, browser) = payer(&site).await;
    let invoice = site.invoice(site.desks.desk, account, 1250, InvoiceState::Due).await;
    let path = format!("/client-area/invoices/{}", invoice.id);
    browser.add_card(PAYS).await;
    browser.pay(&path).await;
    assert!(!browser.get(&path).await.html.contains("Dispute"), "there is none");
    let now = site.clock.now();
    let mut tx = annex_store::testing::tx(&site.state.db).await;
    let attempt = attempts::of_invoice(&mut tx, invoice.id).await.unwrap().remove(0);
    let mut dispute = Dispute {
        gateway: attempt.gateway.clone(),
        gateway_id: "du_1".into(),
        desk: invoice.desk,
        invoice: invoice.id,
        attempt: attempt.id,
        refund: None,
        amount: attempt.amount,
        reason: "fraudulent".into(),
        state: DisputeState::Inquiry,
        created_at: now,
        updated_at: now,
        rev: 1,
    };
    assert!(disputes::insert(&mut tx, &dispute).await.unwrap());
    tx.commit().await.unwrap();
    for (state, says) in [
        (DisputeState::Inquiry, "The bank is asking"),
        (DisputeState::Open, "The bank has taken the money back for now"),
        (DisputeState::Won, "Settled: the payment stands"),
        (DisputeState::Lost, "The money stays with the cardholder"),
    ] {
        dispute.state = state;
        let mut tx = annex_store::testing::tx(&site.state.db).await;
        disputes::save(&mut tx, &mut dispute, now).await.unwrap();
        tx.commit().await.unwrap();
        let page = browser.get(&path).await.html;
        assert!(page.contains(&format!("<dt>Dispute</dt><dd>{says}</dd>")), "{page}");
    }
}

#[tokio::test]
async fn adding_a_card_leads_back_to_the_invoice_that_asked_for_it() {
    let site = Site::start().await;
    let (account, browser) = payer(&site).await;
    let invoice = site.invoice(site.desks.desk, account, 1250, InvoiceState::Due).await;
    let path = format!("/client-area/invoices/{}", invoice.id);
    let asks = format!("name=\"next\" value=\"{path}\"");
    assert!(browser.get(&path).await.html.contains(&asks));
    let add = async |next: &str| {
        let set_up = browser.post("/client-area/methods/add", &[("next", next)]).await.location();
        let card = [("number", PAYS), ("month", "1"), ("year", "2030")];
        browser.follow(browser.post(&set_up, &card).await).await
    };
    let (at, page) = add(&path).await;
    assert!(at == path && page.html.contains("Visa •••• 4242") && page.html.contains(&asks), "{at}: {}", page.html);
    for elsewhere in ["//evil.example", "https://evil.example/", "/billing"] {
        assert_eq!(add(elsewhere).await.0, "/client-area/methods", "{elsewhere}");
    }
}

#[tokio::test]
async fn a_declined_card_can_be_followed_by_another() {
    let site = Site::start().await;
    let (account, browser) = payer(&site).await;
    let invoice = site.invoice(site.desks.desk, account, 1250, InvoiceState::Due).await;
    let path = format!("/client-area/invoices/{}", invoice.id);
    browser.add_card(DECLINES).await;
    browser.add_card(PAYS).await;
    let cards = methods::list(&mut site.state.db.read().await.unwrap(), account).await.unwrap();
    let card = |last4: &str| cards.iter().find(|card| card.last4 == last4).unwrap().id.to_string();
    let with = async |card: &str, of_card: &str| {
        browser.post(&format!("{path}/pay"), &[("method", card), ("of_card", of_card)]).await
    };
    for (named, shown) in [(card("4242"), "1249"), (card("4242"), ""), (String::new(), "1250")] {
        let (_, page) = browser.follow(with(&named, shown).await).await;
        assert!(page.html.contains("has changed since you loaded the page. Nothing was charged."), "{}", page.html);
    }
    assert_eq!(with("no-card", "1250").await.code(), 404);
    let page = with(&card("0341"), "1250").await;
    let (_, page) = browser.follow(page).await;
    assert!(page.html.contains("insufficient funds"), "{}", page.html);
    assert_eq!(state_of(&site, &invoice).await, InvoiceState::Due);
    with(&card("4242"), "1250").await;
    assert_eq!(state_of(&site, &invoice).await, InvoiceState::Paid);
}

#[tokio::test]
async fn a_card_that_was_removed_meanwhile_is_told() {
    let site = Site::start().await;
    let (account, browser) = payer(&site).await;
    let invoice = site.invoice(site.desks.desk, account, 1250, InvoiceState::Due).await;
    let path = format!("/client-area/invoices/{}", invoice.id);
    browser.add_card(PAYS).await;
    let card = methods::list(&mut site.state.db.read().await.unwrap(), account).await.unwrap().remove(0).id;
    cards::remove(&site.state.billing, &Caller::Account(account), card).await.unwrap();
    // From a tab that still shows it.
    let form = [("method", card.to_string()), ("of_card", "1250".to_owned())];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    let (at, page) = browser.follow(browser.post(&format!("{path}/pay"), &form).await).await;
    assert!(at == path && page.html.contains("The card you chose is no longer available."), "{at}: {}", page.html);
    assert_eq!(state_of(&site, &invoice).await, InvoiceState::Due);
}

#[tokio::test]
async fn a_payment_is_confirmed_at_the_bank() {
    let site = Site::start().await;
    let (account, browser) = payer(&site).await;
    browser.add_card(ASKS).await;
    for (cents, answer, state) in [(700, "refuse", InvoiceState::Due), (800, "approve", InvoiceState::Paid)] {
        let invoice = site.invoice(site.desks.desk, account, cents, InvoiceState::Due).await;
        let path = format!("/client-area/invoices/{}", invoice.id);
        let bank = browser.pay(&path).await.location();
        assert!(bank.starts_with("/client-area/test-gateway/confirm/"), "{bank}");
        assert_eq!(state_of(&site, &invoice).await, InvoiceState::Due);
        assert!(browser.get(&path).await.html.contains(&bank), "the invoice leads to the bank");
        assert_eq!(browser.get(&bank).await.code(), 200);
        let back = browser.post(&bank, &[("answer", answer)]).await;
        let (_, page) = browser.follow(back).await;
        assert_eq!(page.code(), 200);
        assert_eq!(state_of(&site, &invoice).await, state, "{answer}");
    }
}

#[tokio::test]
async fn another_password_ends_the_other_sessions() {
    let site = Site::start().await;
    let (_, browser) = payer(&site).await;
    let other = site.browser();
    other.client("payer@example.org").await;
    let change = |current, new, repeat| [("current", current), ("new", new), ("repeat", repeat)];
    let new = "another long password";
    for wrong in [change("wrong", new, new), change(PASSWORD, "short", "short"), change(PASSWORD, new, "different one")]
    {
        assert_eq!(browser.post("/client-area/password", &wrong).await.code(), 422);
    }
    assert_eq!(other.get("/client-area").await.code(), 200);
    assert_eq!(browser.post("/client-area/password", &change(PASSWORD, new, new)).await.code(), 303);
    assert_eq!(browser.get("/client-area").await.code(), 200);
    assert_eq!(other.get("/client-area").await.code(), 303);
    let form = [("email", "payer@example.org"), ("password", PASSWORD)];
    assert_eq!(site.browser().post("/client-area/sign-in", &form).await.code(), 422);
}

#[tokio::test]
async fn an_invoice_names_seller_and_buyer_as_they_were() {
    let site = Site::start().await;
    let (account, browser) = payer(&site).await;
    let before = site.invoice(site.desks.desk, account, 800, InvoiceState::Due).await;
    let seller = Party { name: "Platform Ltd".into(), address: "1 Here Street\nTown".into(), tax_id: "GB1".into() };
    let mut tx = annex_store::testing::tx(&site.state.db).await;
    invoices::set_seller(&mut tx, Some(&seller), site.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let details = |address| [("address", address), ("tax_id", "DE2")];
    assert_eq!(browser.post("/client-area/details", &details("2 There Street")).await.code(), 303);
    assert!(browser.get("/client-area/details").await.html.contains("2 There Street"));
    let made = site.invoice(site.desks.desk, account, 900, InvoiceState::Due).await;
    assert_eq!(browser.post("/client-area/details", &details("3 Elsewhere")).await.code(), 303);
    let too_long = "x".repeat(501);
    assert_eq!(browser.post("/client-area/details", &details(too_long.as_str())).await.code(), 422);
    let page = browser.get(&format!("/client-area/invoices/{}", made.id)).await.html;
    for shown in ["Platform Ltd, 1 Here Street, Town, GB1", "2 There Street, DE2", "0.00 %"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(!page.contains("3 Elsewhere"), "{page}");
    let earlier = browser.get(&format!("/client-area/invoices/{}", before.id)).await.html;
    assert!(!earlier.contains("Platform Ltd"), "{earlier}");
}

#[tokio::test]
async fn the_statement_of_a_held_desk_is_csv() {
    let site = Site::start().await;
    let (_, browser) = payer(&site).await;
    let page = browser.get(&format!("/client-area/desks/{}/statement.csv", site.desks.desk)).await;
    assert_eq!(page.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8");
    assert!(page.html.starts_with("day,text,invoice,currency,charged"), "{}", page.html);
    assert_eq!(browser.get(&format!("/client-area/desks/{}/statement.csv", site.desks.other_desk)).await.code(), 404);
}

#[tokio::test]
async fn what_was_paid_back_stands_at_the_invoice_and_the_statement_names_it() {
    let site = Site::start().await;
    let (account, browser) = payer(&site).await;
    browser.add_card(PAYS).await;
    let invoice = site.invoice(site.desks.desk, account, 900, InvoiceState::Due).await;
    let path = format!("/client-area/invoices/{}", invoice.id);
    browser.pay(&path).await;
    assert!(!browser.get(&path).await.html.contains("id=\"refunds\""), "nothing was paid back yet");
    let part = Some(Money::new(250, Currency::EUR));
    site.state.billing.refund(site.desks.desk, invoice.id, part, "goodwill", Actor::CommandLine).await.unwrap();
    let page = browser.get(&path).await;
    assert!(page.html.contains("id=\"refunds\"") && page.html.contains("€2.50"), "{}", page.html);
    let csv = browser.get(&format!("/client-area/desks/{}/statement.csv", site.desks.desk)).await.html;
    let rows: Vec<Vec<&str>> = csv.lines().skip(1).map(|line| line.split(',').collect()).collect();
    assert!(rows.len() >= 2, "paid, and paid back: {csv}");
    assert!(rows.iter().all(|row| row[2] == invoice.number.to_string()), "{csv}");
}
