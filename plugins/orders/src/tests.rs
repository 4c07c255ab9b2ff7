//! The whole add-on with prepared answers of the shop: what operators see, and what is sent.

use annex_sdk::{
    testing::{self, Canned, Host, Look},
    ui::{Location, Value},
};
use serde_json::json;

use super::*;

const ORDERS: &str = "https://acme.shops.example/api/v1/orders";
const ORDER: &str = "https://acme.shops.example/api/v1/orders/o-7";
const REFUNDS: &str = "https://acme.shops.example/api/v1/orders/o-7/refunds";

fn order(refunded: i64) -> serde_json::Value {
    json!({
        "id": "o-7", "number": 10_482, "placed_at": "2026-03-01T09:30:00Z", "status": "sent",
        "total": 4_990, "refunded": refunded, "currency": "EUR",
        "lines": [{"article": "Ink, black", "count": 2, "price": 2_495}],
    })
}

fn orders(previous: Option<&str>, next: Option<&str>) -> Canned {
    let page = json!({"orders": [order(0)], "previous": previous, "next": next, "total": 12});
    Canned::json(200, page.to_string())
}

fn host() -> Host {
    Host::new().setting("shop", "acme").secret("token").ticket("t1", "Where is it?", "c1").answer(
        "GET",
        ORDERS,
        orders(None, Some("o5")),
    )
}

/// The order as the view was shown, for the events that follow.
fn seen(refunded: i64) -> shop::Order {
    serde_json::from_value(order(refunded)).unwrap()
}

fn refund(amount: f64) -> Result<Reply> {
    let event = Event::new("refund")
        .entered("amount", Value::Number(amount))
        .entered("reason", Value::Text("damaged".into()))
        .entered("note", Value::Text(" Box crushed ".into()))
        .with_state(&seen(0))?;
    Orders::handle(&testing::context(), &event)
}

#[test]
fn the_orders_of_the_requester_are_listed() {
    let host = host();
    let look = Look::at(&Orders::render(&testing::context()).unwrap());
    assert!(look.shows("#10482") && look.shows("4990 EUR") && look.shows("Sent"), "{:?}", look.texts);
    let [asked]: [testing::Sent; 1] = host.requests().try_into().unwrap();
    assert_eq!(asked.url, format!("{ORDERS}?email=ada%40example.com&sort=-placed&limit=5"));
    assert_eq!(asked.auth.as_deref(), Some("bearer token"));
    assert_eq!((look.buttons[0].id.as_str(), look.buttons[0].does.as_str()), ("o-7", "push show"));
}

#[test]
fn a_page_follows_in_the_order_that_was_chosen() {
    let host = host();
    let sort =
        Event::new("sort").entered("column", Value::Text("total".into())).entered("descending", Value::Flag(false));
    assert!(Orders::handle(&testing::context(), &sort).is_ok());
    let next = Event { cursor: Some("o5".into()), ..Event::new("page") }.with_state(&Sorting::Cheapest).unwrap();
    assert!(Orders::handle(&testing::context(), &next).is_ok());
    let asked: Vec<_> =
        host.requests().into_iter().map(|sent| sent.url.split_once("&sort=").unwrap().1.to_owned()).collect();
    assert_eq!(asked, ["total&limit=5", "total&limit=5&cursor=o5"]);
}

#[test]
fn an_order_shows_its_lines_and_what_can_be_refunded() {
    let _host = host().answer("GET", ORDER, Canned::json(200, order(1_000).to_string()));
    let show = Event { source: "o-7".into(), ..Event::new("show") };
    let look = Look::at_reply(&Orders::handle(&testing::context(), &show).unwrap());
    for text in ["Order 10482", "Ink, black", "Partly refunded", "1000 EUR", "At most 39.90 EUR"] {
        assert!(look.shows(text), "{text}: {:?}", look.texts);
    }
    assert_eq!(look.fields, ["amount", "reason", "note"]);
}

#[test]
fn what_is_refunded_already_or_cancelled_has_no_form() {
    for (refunded, status) in [(4_990, "sent"), (0, "cancelled"), (0, "in-customs")] {
        let mut order = order(refunded);
        order["status"] = json!(status);
        let _host = host().answer("GET", ORDER, Canned::json(200, order.to_string()));
        let show = Event { source: "o-7".into(), ..Event::new("show") };
        let look = Look::at_reply(&Orders::handle(&testing::context(), &show).unwrap());
        assert!(look.fields.is_empty() && look.shows("nothing to refund"), "{status}: {:?}", look.texts);
    }
}

#[test]
fn a_refund_is_sent_with_a_key_and_noted() {
    let host = host().answer("POST", REFUNDS, Canned::json(201, order(1_999).to_string()));
    let look = Look::at_reply(&refund(19.99).unwrap());
    assert!(look.shows("19.99 EUR refunded") && look.shows("Partly refunded"), "{:?}", look.texts);
    let [sent]: [testing::Sent; 1] = host.requests().try_into().unwrap();
    let body: serde_json::Value = serde_json::from_slice(&sent.body).unwrap();
    assert_eq!(body, json!({"amount": 1_999, "currency": "EUR", "reason": "damaged", "note": "Box crushed"}));
    assert!(sent.headers.contains(&("idempotency-key".to_owned(), "o-7-0".to_owned())), "{:?}", sent.headers);
    assert_eq!(host.notes("t1"), ["Refunded 19.99 EUR of order 10482: Damaged"]);
}

#[test]
fn nothing_is_sent_for_an_amount_that_is_not_left() {
    let host = host();
    for amount in [0.0, -1.0, 49.91, f64::NAN] {
        assert!(Look::at_reply(&refund(amount).unwrap()).shows("At most 49.90 EUR"), "{amount}");
    }
    let without_state = Event::new("refund").entered("amount", Value::Number(1.0));
    assert!(Orders::handle(&testing::context(), &without_state).is_err());
    assert!(host.requests().is_empty());
}

#[test]
fn what_changed_meanwhile_is_shown_and_not_refunded() {
    for status in [409, 422] {
        let host = host().answer("POST", REFUNDS, Canned::json(status, r#"{"code":"changed"}"#)).answer(
            "GET",
            ORDER,
            Canned::json(200, order(4_990).to_string()),
        );
        let look = Look::at_reply(&refund(19.99).unwrap());
        assert!(look.shows("changed meanwhile") && look.fields.is_empty(), "{:?}", look.texts);
        assert!(host.notes("t1").is_empty());
    }
}

#[test]
fn a_refund_of_which_nobody_knows_can_be_sent_again() {
    for lost in [Canned::Timeout, Canned::Unreachable, Canned::json(500, "{}")] {
        let done = Canned::json(201, order(4_990).to_string());
        let host = host().answer("POST", REFUNDS, lost).answer("POST", REFUNDS, done);
        let error = refund(49.90).unwrap_err();
        assert!(matches!(&error, Error::Upstream(text) if text.contains("Press again")), "{error:?}");
        assert!(host.notes("t1").is_empty());
        assert!(refund(49.90).is_ok());
        let key = |sent: testing::Sent| sent.headers.into_iter().find(|(name, _)| name == "idempotency-key");
        let keys: Vec<_> = host.requests().into_iter().filter_map(key).collect();
        assert!(keys.len() == 2 && keys[0] == keys[1], "{keys:?}");
    }
}

#[test]
fn money_that_moved_is_told_also_where_no_note_can_be_written() {
    let _host = host().deny("tickets.write").answer("POST", REFUNDS, Canned::json(201, order(4_990).to_string()));
    assert!(Look::at_reply(&refund(49.90).unwrap()).shows("but there is no note of it"));
}

#[test]
fn each_failure_of_the_shop_has_its_screen() {
    let cases = [
        (Canned::json(401, "{}"), "refused the access token"),
        (Canned::json(403, "{}"), "refused the access token"),
        (Canned::json(429, "{}"), "is busy"),
        (Canned::RateLimited(1_000), "is busy"),
        (Canned::json(500, "{}"), "cannot be reached"),
        (Canned::Timeout, "cannot be reached"),
        (Canned::Unreachable, "cannot be reached"),
        (Canned::Denied, "has not allowed"),
        (Canned::json(200, "<html>"), "not an answer"),
    ];
    for (answer, expected) in cases {
        let _host = Host::new().setting("shop", "acme").secret("token").answer("GET", ORDERS, answer.clone());
        let error = Orders::render(&testing::context()).unwrap_err();
        assert!(error.message().contains(expected), "{answer:?}: {error:?}");
    }
    let _host = Host::new();
    assert!(matches!(Orders::render(&testing::context()), Err(Error::NeedsConfig(_))));
    let _host = Host::new().setting("shop", "acme");
    assert!(matches!(Orders::render(&testing::context()), Err(Error::NeedsConfig(_))));
}

#[test]
fn who_has_no_address_or_no_orders_is_told_so() {
    let nobody = testing::context_at(Location::Page);
    assert!(Look::at(&Orders::render(&nobody).unwrap()).shows("no e-mail address"));
    let none = r#"{"orders": [], "next": null, "previous": null, "total": 0}"#;
    let _host = Host::new().setting("shop", "acme").secret("token").answer("GET", ORDERS, Canned::json(200, none));
    assert!(Look::at(&Orders::render(&testing::context()).unwrap()).shows("Nobody has ordered with ada@example.com"));
}

#[test]
fn every_language_has_every_text() {
    testing::every_language_is_complete(TEXTS);
}

#[test]
fn its_chapter_shows_code_that_is_here() {
    let files = [
        include_str!("lib.rs"),
        include_str!("list.rs"),
        include_str!("order.rs"),
        include_str!("shop.rs"),
        include_str!("tests.rs"),
        include_str!("../annex.toml"),
        include_str!("../scenarios/refunds.toml"),
    ];
    crate::chapter_check::is_real(include_str!("../../../sdk/guide/examples/orders.md"), &files);
}
