//! What stands before money is spent through the API: the password of a session, the limit on payments that fail, a price
//! that was shown; and what is told where one of them is missing.

use std::time::Duration;

use annex_domain::{
    billing::AttemptState,
    clock::Clock as _,
    ids::OperatorId,
    money::{Currency, Money},
    operator::Actor,
};
use annex_store::{
    billing::{attempts, invoices},
    logins,
    operators::{self, NewOperator},
    sessions,
};
use axum::{
    body::Body,
    http::{Method, Request, header},
};
use serde_json::{Value, json};

use super::{Answer, billing::Shop, request};

const PAYS: &str = "4242424242424242";
const DECLINES: &str = "4000000000000341";
const ASKS: &str = "4000000000003155";

/// Installs for a price, with a key.
async fn install(shop: &Shop, key: &str, price: &Value) -> Answer {
    let body =
        json!({ "addon": "acme.puppet", "grant": [{ "use": "kv" }], "purchase": { "plan": "once", "price": price } });
    let mut request = request(&shop.token, Method::POST, "/installations", Some(&body));
    request.headers_mut().insert("prefer", "wait=30".parse().unwrap());
    request.headers_mut().insert("idempotency-key", key.parse().unwrap());
    shop.api.send(request).await
}

/// Sends JSON as the panel's own session would.
async fn by_session(shop: &Shop, secret: &str, path: &str, body: &Value) -> Answer {
    let request = Request::post(format!("/api/v1{path}"))
        .header(header::COOKIE, format!("annex-session={secret}"))
        .header(header::CONTENT_TYPE, "application/json")
        .header("sec-fetch-site", "same-origin");
    shop.api.send(request.body(Body::from(body.to_string())).unwrap()).await
}

async fn session(shop: &Shop) -> String {
    let mut tx = annex_store::testing::tx(&shop.api.state.db).await;
    let (desks, now) = (shop.api.desks, shop.api.clock.now());
    let made = sessions::create(&mut tx, desks.desk, desks.admin, "", "", now).await.unwrap();
    tx.commit().await.unwrap();
    made.secret
}

#[tokio::test]
async fn after_ten_payments_that_failed_nothing_new_is_ordered_for_a_while() {
    let shop = Shop::open_and_log_in(DECLINES).await;
    let price = shop.price("once").await;
    assert_eq!(install(&shop, "first", &price).await.problem(), (402, "payment-due"));
    let invoice = shop.get("/billing").await["due"][0]["id"].as_str().unwrap().to_owned();
    let pay = format!("/billing/invoices/{invoice}/pay");
    // With the card that was added these are the ten that an account has.
    for _ in 1..logins::PER_ACCOUNT {
        assert_eq!(shop.post(&pay, json!({})).await.problem(), (402, "payment-due"));
    }
    let refused = shop.post(&pay, json!({})).await;
    assert_eq!((refused.problem(), &refused.headers["retry-after"]), ((429, "rate-limited"), &"900".parse().unwrap()));

    let refused = install(&shop, "second", &price).await;
    assert_eq!((refused.problem(), &refused.headers["retry-after"]), ((429, "rate-limited"), &"900".parse().unwrap()));
    assert_eq!(install(&shop, "first", &price).await.problem(), (402, "payment-due"), "what was ordered is answered");
    assert_eq!(shop.get("/billing/orders").await["items"].as_array().unwrap().len(), 1);
    let id = shop.get("/installations").await["items"][0]["id"].as_str().unwrap().to_owned();
    let plan = json!({ "plan": "once", "price": price });
    assert_eq!(shop.post(&format!("/installations/{id}/plan"), plan.clone()).await.problem().0, 429);
    let more = json!({ "add": 1, "price": price });
    assert_eq!(shop.post(&format!("/installations/{id}/licences"), more).await.problem().0, 429);

    shop.api.clock.advance(logins::WINDOW);
    assert_eq!(install(&shop, "second", &price).await.problem(), (409, "already-installed"));
    assert_eq!(shop.post(&format!("/installations/{id}/plan"), plan).await.problem(), (409, "not-allowed"));
    assert_eq!(shop.post(&pay, json!({})).await.problem(), (402, "payment-due"));
}

/// The payer has confirmed, and the payment company takes the money of an invoice.
async fn is_processed(shop: &Shop, invoice: &Value) {
    let mut tx = annex_store::testing::tx(&shop.api.state.db).await;
    let invoice =
        invoices::get(&mut tx, shop.api.desks.desk, invoice.as_str().unwrap().parse().unwrap()).await.unwrap();
    let mut last = attempts::of_invoice(&mut tx, invoice.id).await.unwrap().pop().unwrap();
    assert_eq!(last.state, AttemptState::ActionRequired);
    (last.state, last.action_url) = (AttemptState::Confirming, None);
    attempts::save(&mut tx, &mut last, shop.api.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_is_being_taken_after_a_confirmation_is_under_way_and_not_due() {
    let shop = Shop::open_and_log_in(ASKS).await;
    let price = shop.price("once").await;
    let asked = install(&shop, "first", &price).await;
    assert_eq!(asked.problem(), (402, "action-required"), "{asked:?}");
    assert_eq!(asked.body["invoice"]["under_way"], false);
    let path = format!("/installations/{}", shop.get("/installations").await["items"][0]["id"].as_str().unwrap());
    is_processed(&shop, &asked.body["invoice"]["id"]).await;
    let again = install(&shop, "first", &price).await;
    assert_eq!((again.status.as_u16(), &again.body["status"]), (202, &json!("payment-due")), "{again:?}");
    let due = shop.get(&format!("{path}/billing")).await["due"].clone();
    assert_eq!((&due["under_way"], &due["action_url"]), (&json!(true), &json!(null)), "{due}");

    // Another plan than the one of a trial.
    let shop = Shop::open_and_log_in(ASKS).await;
    let tried = shop.install(json!({ "plan": "team", "trial": true })).await;
    let path = format!("/installations/{}", tried.body["id"].as_str().unwrap());
    let choose = async || {
        let body = json!({ "plan": "once", "price": price });
        let mut request = request(&shop.token, Method::POST, &format!("{path}/plan"), Some(&body));
        request.headers_mut().insert("idempotency-key", "plan".parse().unwrap());
        request.headers_mut().insert("prefer", "wait=30".parse().unwrap());
        shop.api.send(request).await
    };
    let asked = choose().await;
    assert_eq!(asked.problem(), (402, "action-required"), "{asked:?}");
    is_processed(&shop, &asked.body["invoice"]["id"]).await;
    let again = choose().await;
    assert_eq!((again.status.as_u16(), &again.body["status"]), (202, &json!("active")), "{again:?}");
}

#[tokio::test]
async fn a_session_pays_only_while_its_password_was_given_lately() {
    let shop = Shop::open_and_log_in(DECLINES).await;
    let (early, price) = (session(&shop).await, shop.price("once").await);
    shop.api.clock.advance(sessions::CONFIRMED);
    let late = session(&shop).await;
    let buy =
        json!({ "addon": "acme.puppet", "grant": [{ "use": "kv" }], "purchase": { "plan": "once", "price": price } });
    let refused = by_session(&shop, &early, "/installations", &buy).await;
    assert_eq!(refused.problem(), (403, "confirm-password"), "{refused:?}");
    assert!(refused.body["detail"].as_str().unwrap().contains("sign in anew"), "{refused:?}");
    assert_eq!(shop.get("/billing/orders").await["items"], json!([]));
    // A token would pay without being asked.
    let token = json!({ "name": "CI", "scopes": ["addons.manage"] });
    assert_eq!(by_session(&shop, &early, "/tokens", &token).await.problem(), (403, "confirm-password"));
    assert_eq!(by_session(&shop, &late, "/tokens", &token).await.status, 201);
    // What costs nothing goes on.
    let tries = json!({ "addon": "acme.puppet", "grant": [], "purchase": { "plan": "team", "trial": true } });
    assert_eq!(by_session(&shop, &early, "/installations", &tries).await.problem(), (422, "consent-needed"));
    assert_eq!(by_session(&shop, &late, "/installations", &buy).await.problem(), (402, "payment-due"));

    let id = shop.get("/installations").await["items"][0]["id"].as_str().unwrap().to_owned();
    for path in ["plan", "licences"] {
        let body = match path {
            "plan" => json!({ "plan": "once", "price": price }),
            _ => json!({ "add": 1, "price": price }),
        };
        let refused = by_session(&shop, &early, &format!("/installations/{id}/{path}"), &body).await;
        assert_eq!(refused.problem(), (403, "confirm-password"), "{path}: {refused:?}");
    }
    let invoice = shop.get("/billing").await["due"][0]["id"].as_str().unwrap().to_owned();
    let pay = format!("/billing/invoices/{invoice}/pay");
    assert_eq!(by_session(&shop, &early, &pay, &json!({})).await.problem(), (403, "confirm-password"));
    assert_eq!(by_session(&shop, &late, &pay, &json!({})).await.problem(), (402, "payment-due"));
    // A token has no password.
    shop.add_card(PAYS).await;
    assert_eq!(shop.post(&pay, json!({})).await.body["state"], "paid");
}

#[tokio::test]
async fn a_price_that_is_missing_is_told_apart_from_one_that_changed() {
    let shop = Shop::open_and_log_in(PAYS).await;
    let missing = shop.install(json!({ "plan": "once" })).await;
    assert_eq!(missing.problem(), (422, "invalid-request"), "{missing:?}");
    assert_eq!(
        (&missing.body["errors"][0]["field"], &missing.body["errors"][0]["code"]),
        (&json!("purchase.price"), &json!("required"))
    );
    assert_eq!(missing.body["quote"]["amount"], shop.price("once").await, "{missing:?}");
    let team = shop.get("/addons/acme.puppet/quote?plan=team&licences=2").await;
    let choice = |renewal: Value| json!({ "plan": "team", "price": team["amount"], "renewal": renewal });
    let changed = shop.install(choice(json!({ "cents": 1, "currency": "EUR" }))).await;
    assert_eq!(changed.problem(), (409, "price-changed"), "{changed:?}");
    assert_eq!(changed.body["quote"], team);
    assert_eq!(shop.get("/billing/orders").await["items"], json!([]));

    let bought = shop.install(choice(team["renewal_amount"].clone())).await;
    assert_eq!(bought.status, 201, "{bought:?}");
    let path = format!("/installations/{}", bought.body["id"].as_str().unwrap());
    let missing = shop.post(&format!("{path}/plan"), json!({ "plan": "once" })).await;
    assert_eq!((missing.problem(), &missing.body["errors"][0]["field"]), ((422, "invalid-request"), &json!("price")));
    let once = shop.price("once").await;
    let changed = json!({ "plan": "once", "price": once, "renewal": once });
    assert_eq!(shop.post(&format!("{path}/plan"), changed).await.problem(), (409, "price-changed"), "it renews never");

    let more = format!("{path}/licences");
    let wrong = async |body: Value, field: &str, code: &str| {
        let refused = shop.post(&more, body).await;
        assert_eq!(refused.problem(), (422, "invalid-body"), "{refused:?}");
        assert_eq!(
            (&refused.body["errors"][0]["field"], &refused.body["errors"][0]["code"]),
            (&json!(field), &json!(code))
        );
    };
    wrong(json!({ "add": 1 }), "price", "required").await;
    wrong(json!({ "to": 3 }), "to", "unknown-field").await;
    let reduce = async |to: u32| shop.api.call(&shop.token, Method::PUT, &more, Some(json!({ "to": to }))).await;
    for (to, code, words) in [(0, "too-few", "licences in use: 2;"), (9, "too-many", "buy more with POST")] {
        let refused = reduce(to).await;
        assert_eq!(refused.problem(), (422, "too-few-licences"), "{refused:?}");
        let error = &refused.body["errors"][0];
        assert_eq!((&error["field"], &error["code"]), (&json!("to"), &json!(code)));
        assert!(error["message"].as_str().unwrap().contains(words), "{refused:?}");
    }
    for query in ["more=1&plan=team", "more=1&licences=2"] {
        let refused = shop.api.get(&shop.token, &format!("{path}/quote?{query}")).await;
        assert_eq!(
            (refused.problem(), &refused.body["errors"][0]["code"]),
            ((422, "invalid-request"), &json!("not-with-more"))
        );
    }
    assert_eq!(shop.get("/billing/orders").await["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_quote_names_what_is_paid_already_and_what_comes_to_the_credit() {
    let mut shop = Shop::open_and_log_in(PAYS).await;
    let plan = |id: &str, price: i64| {
        json!({ "id": id, "name": id, "model": "flat", "price": price, "currency": "EUR", "trial_days": 0 }).to_string()
    };
    let offered = [plan("small", 310), plan("middle", 3_100), plan("large", 6_200)];
    shop.prices(&offered.each_ref().map(String::as_str)).await;
    let bought = shop.install(json!({ "plan": "middle", "price": shop.price("middle").await })).await;
    assert_eq!(bought.status, 201, "{bought:?}");
    let path = format!("/installations/{}", bought.body["id"].as_str().unwrap());
    // Of 31 days 21 are left, each of which was paid with 1.00.
    shop.api.clock.advance(Duration::from_hours(24 * 10));
    shop.token = shop.api.admin().await;
    let eur = |cents: i64| json!({ "cents": cents, "currency": "EUR" });
    for (plan, gross, netted, credited, amount) in [("small", 210, 210, 1_890, 0), ("large", 4_200, 2_100, 0, 2_100)] {
        let quote = shop.get(&format!("{path}/quote?plan={plan}")).await;
        let parts = [&quote["gross"], &quote["netted"], &quote["credited"], &quote["amount"]];
        assert_eq!(parts, [gross, netted, credited, amount].map(eur).each_ref(), "{plan}: {quote}");
    }
    let change = json!({ "plan": "large", "price": eur(2_100), "renewal": eur(6_200) });
    assert_eq!(shop.post(&format!("{path}/plan"), change).await.status, 200);
    assert_eq!(shop.get("/billing/invoices").await["items"][0]["total"], eur(2_100));
}

#[tokio::test]
async fn fewer_licences_than_the_users_who_are_named_are_not_sold() {
    let shop = Shop::open_and_log_in(PAYS).await;
    let team = shop.get("/addons/acme.puppet/quote?plan=team&licences=2").await;
    let choice = json!({ "plan": "team", "price": team["amount"], "renewal": team["renewal_amount"] });
    let bought = shop.install(choice).await;
    assert_eq!(bought.status, 201, "{bought:?}");
    let path = format!("/installations/{}", bought.body["id"].as_str().unwrap());
    let (desks, now) = (shop.api.desks, shop.api.clock.now());
    let mut tx = annex_store::testing::tx(&shop.api.state.db).await;
    let roles = operators::get(&mut tx, desks.desk, desks.agent).await.unwrap().roles;
    let mut named = vec![desks.admin, desks.agent];
    for name in ["cy", "dot"] {
        let email = format!("{name}@example.com");
        let new = NewOperator { email, name: name.into(), password_hash: None, roles: roles.clone() };
        named.push(operators::create(&mut tx, desks.desk, new, now).await.unwrap().id);
    }
    tx.commit().await.unwrap();
    let quote = shop.get(&format!("{path}/quote?more=1")).await;
    let more = |users: &[OperatorId]| json!({ "add": 1, "price": quote["amount"], "users": { "operators": users } });
    let refused = shop.post(&format!("{path}/licences"), more(&named)).await;
    assert_eq!(refused.problem(), (422, "too-few-licences"), "{refused:?}");
    assert_eq!(
        (&refused.body["errors"][0]["field"], &refused.body["errors"][0]["code"]),
        (&json!("add"), &json!("too-few"))
    );
    assert_eq!(shop.get("/billing/orders").await["items"].as_array().unwrap().len(), 1);
    let added = shop.post(&format!("{path}/licences"), more(&named[..3])).await;
    assert_eq!(added.status, 200, "{added:?}");
}

#[tokio::test]
async fn a_card_of_another_gateway_is_told_apart_from_an_unknown_one() {
    let shop = Shop::open_and_log_in(DECLINES).await;
    let price = shop.price("once").await;
    assert_eq!(install(&shop, "first", &price).await.problem(), (402, "payment-due"));
    let invoice = shop.get("/billing").await["due"][0]["id"].as_str().unwrap().to_owned();
    let card = shop.card_elsewhere("stripe").await;
    let pay = shop.post(&format!("/billing/invoices/{invoice}/pay"), json!({ "method": card })).await;
    assert_eq!((pay.problem(), &pay.body["errors"][0]["code"]), ((422, "invalid-request"), &json!("other-gateway")));
    assert!(pay.body["detail"].as_str().unwrap().contains("`stripe`"), "{pay:?}");
}

#[tokio::test]
async fn an_order_that_is_due_can_be_withdrawn() {
    let shop = Shop::open_and_log_in(DECLINES).await;
    let tried = shop.install(json!({ "plan": "team", "trial": true })).await;
    let path = format!("/installations/{}", tried.body["id"].as_str().unwrap());
    let withdraw = format!("{path}/withdraw");
    assert_eq!(shop.post(&withdraw, json!({})).await.problem(), (409, "nothing-to-withdraw"));
    let once = json!({ "plan": "once", "price": shop.price("once").await });
    assert_eq!(shop.post(&format!("{path}/plan"), once).await.problem(), (402, "payment-due"));
    let withdrawn = shop.post(&withdraw, json!({})).await;
    assert_eq!((withdrawn.status.as_u16(), &withdrawn.body["status"]), (200, &json!("active")), "{withdrawn:?}");
    assert_eq!(shop.get("/billing/invoices").await["items"][0]["state"], "void");
    assert_eq!(shop.get("/billing/orders").await["items"][0]["state"], "cancelled");
}

/// The id of the card with these last digits.
async fn card(shop: &Shop, last4: &str) -> Value {
    let cards = shop.get("/billing/methods").await;
    cards["items"].as_array().unwrap().iter().find(|card| card["last4"] == last4).unwrap()["id"].clone()
}

#[tokio::test]
async fn the_card_that_is_named_is_charged_and_no_other_persons() {
    let shop = Shop::open_and_log_in(PAYS).await;
    shop.add_card(DECLINES).await;
    let price = shop.price("once").await;
    let buy = |method: Value| json!({ "plan": "once", "price": price, "method": method });
    let elsewhere = json!(shop.card_elsewhere("stripe").await);
    for other in [elsewhere, json!(annex_domain::ids::PaymentMethodId::new())] {
        assert_eq!(shop.install(buy(other)).await.problem(), (422, "unknown-payment-method"));
    }
    assert_eq!(shop.get("/billing/orders").await["items"], json!([]));
    let bought = shop.install(buy(card(&shop, "4242").await)).await;
    assert_eq!((bought.status.as_u16(), &bought.body["status"]), (201, &json!("active")), "{bought:?}");
    // The default one is another.
    let id = bought.body["id"].as_str().unwrap().to_owned();
    let price = shop.get(&format!("/installations/{id}/quote?plan=team")).await["amount"].clone();
    let change = |method: Value| json!({ "plan": "team", "price": price, "method": method });
    let plan = format!("/installations/{id}/plan");
    assert_eq!(shop.post(&plan, change(Value::Null)).await.problem(), (402, "payment-due"));
    assert_eq!(shop.post(&format!("/installations/{id}/withdraw"), json!({})).await.status, 200);
    assert_eq!(shop.post(&plan, change(card(&shop, "4242").await)).await.status, 200);
    let price = shop.get(&format!("/installations/{id}/quote?more=1")).await["amount"].clone();
    let more = json!({ "add": 1, "price": price, "method": card(&shop, "4242").await });
    assert_eq!(shop.post(&format!("/installations/{id}/licences"), more).await.status, 200);
}

#[tokio::test]
async fn without_a_card_nothing_is_ordered() {
    let shop = Shop::open_and_log_in(PAYS).await;
    let removed = format!("/billing/methods/{}", card(&shop, "4242").await.as_str().unwrap());
    assert_eq!(shop.api.call(&shop.token, Method::DELETE, &removed, None).await.status, 204);
    let buy = json!({ "plan": "once", "price": shop.price("once").await });
    assert_eq!(shop.install(buy.clone()).await.problem(), (402, "no-payment-method"));
    assert_eq!(shop.get("/installations").await["items"], json!([]));
    let tried = shop.install(json!({ "plan": "team", "trial": true })).await;
    assert_eq!(tried.status, 201, "a trial needs none: {tried:?}");
    let path = format!("/installations/{}", tried.body["id"].as_str().unwrap());
    assert_eq!(shop.post(&format!("{path}/plan"), buy).await.problem(), (402, "no-payment-method"));
    assert_eq!(shop.get(&path).await["status"], "active");
    for list in ["/billing/orders", "/billing/invoices"] {
        assert_eq!(shop.get(list).await["items"], json!([]), "{list}");
    }
}

/// A desk that is asked about three months of 9.00, and whose card is gone.
async fn missed_without_a_card() -> Shop {
    let mut shop = Shop::open_and_log_in(PAYS).await;
    shop.prices(&[r#"{"id":"flat","name":"Flat","model":"flat","price":900,"currency":"EUR","trial_days":0}"#]).await;
    assert_eq!(shop.install(json!({ "plan": "flat", "price": shop.price("flat").await })).await.status, 201);
    shop.api.clock.advance(Duration::from_hours(24 * 100));
    shop.token = shop.api.admin().await;
    shop.api.state.billing.bill_due().await.unwrap();
    let removed = format!("/billing/methods/{}", card(&shop, "4242").await.as_str().unwrap());
    assert_eq!(shop.api.call(&shop.token, Method::DELETE, &removed, None).await.status, 204);
    shop
}

#[tokio::test]
async fn missed_months_that_a_card_has_to_pay_need_one() {
    const CONFIRM: &str = "/billing/missed-months/confirm";
    let shop = missed_without_a_card().await;
    let desk = shop.api.desks.desk;
    // The credit leaves all of it, a part, and nothing.
    for credit in [0, 2_600, 100] {
        if credit > 0 {
            let credit = Money::new(credit, Currency::EUR);
            shop.api.state.billing.grant(desk, credit, "Welcome", Actor::System).await.unwrap();
        }
        let answer = shop.api.post(&shop.token, CONFIRM, json!({})).await;
        if credit == 100 {
            assert_eq!(answer.status, 204, "{answer:?}");
        } else {
            assert_eq!(answer.problem(), (402, "no-payment-method"), "{answer:?}");
            assert_eq!(shop.get("/billing").await["missed_months"]["months"], 3, "it is still asked");
        }
    }
    assert_eq!(shop.get("/billing").await["missed_months"], json!(null));

    // Logged out it is the account that holds the licence that pays.
    let shop = missed_without_a_card().await;
    let desk = shop.api.desks.desk;
    let mut tx = annex_store::testing::tx(&shop.api.state.db).await;
    annex_store::billing::logins::log_out(&mut tx, desk).await.unwrap();
    tx.commit().await.unwrap();
    let answer = shop.api.post(&shop.token, CONFIRM, json!({})).await;
    assert_eq!(answer.problem(), (402, "no-payment-method"), "{answer:?}");
    assert!(answer.body["detail"].as_str().unwrap().contains("the account that pays"), "{answer:?}");
    assert_eq!(shop.get("/billing").await["missed_months"]["months"], 3, "it is still asked");
    let credit = Money::new(2_700, Currency::EUR);
    shop.api.state.billing.grant(desk, credit, "Welcome", Actor::System).await.unwrap();
    assert_eq!(shop.api.post(&shop.token, CONFIRM, json!({})).await.status, 204);
}
