//! The add-ons that authors learn from: each is installed, and does what it is there for.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{
    api::Api,
    database::Database,
    eventually,
    host::{Host, Setup},
    on_each_database,
    peer::Peer,
};

/// What a view can hold, and by which name it stands in a view's JSON.
const CASES: [(&str, &str); 11] = [
    ("variant block", "block"),
    ("variant cell", "cells"),
    ("variant intent", "intent"),
    ("enum tone", "tone"),
    ("enum look", "look"),
    ("enum text-style", "style"),
    ("enum choice-style", "style"),
    ("enum text-kind", "kind"),
    ("enum date-kind", "kind"),
    ("enum step-state", "state"),
    ("enum chart-kind", "kind"),
];

#[tokio::test]
async fn the_gallery_has_all_that_the_wit_has() {
    let host = Setup::new(Database::sqlite()).start().await;
    host.publish("annex.gallery-1.0.0").await;
    let api = host.api();
    let id = api.install("annex.gallery").await;
    let ticket = api.ticket_from("ada@example.com").await;
    let start = api.render(&ticket, &id).await;
    let events = format!("/tickets/{}/sidebar/{id}/events", ticket["number"]);
    let mut views = vec![start["view"].clone()];
    for page in start["view"]["sections"][0]["nodes"][0]["block"]["items"]["items"].as_array().unwrap() {
        let open = json!({
            "verb": "open", "source": page["id"], "values": [], "cursor": null, "state": start["state"],
        });
        let opened = api.post(&events, &open).await.expect_ok("a page of the gallery").await;
        views.push(opened["view"].clone());
    }
    let views = Value::Array(views);
    let wit = include_str!("../../wit/annex-addon-0.2/ui.wit");
    for (definition, member) in CASES {
        let (wanted, mut shown) = (cases(wit, definition), BTreeSet::new());
        names(&views, member, &mut shown);
        let missing: Vec<_> = wanted.difference(&shown).collect();
        assert!(wanted.len() > 1 && missing.is_empty(), "{definition}: {missing:?} are in no page of the gallery");
    }
}

/// The names of the cases of a variant or enum.
pub(super) fn cases(wit: &str, definition: &str) -> BTreeSet<String> {
    let (_, rest) = wit.split_once(&format!("{definition} {{")).unwrap();
    let (body, _) = rest.split_once('}').unwrap();
    let lines = body.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("///"));
    lines.map(|line| line.split(['(', ',']).next().unwrap().to_owned()).collect()
}

/// The names of the cases that stand under a member, wherever it is: a text, or an object with the name as its only key.
fn names(part: &Value, member: &str, found: &mut BTreeSet<String>) {
    match part {
        Value::Array(parts) => parts.iter().for_each(|part| names(part, member, found)),
        Value::Object(parts) => {
            for (key, value) in parts {
                if key == member {
                    for one in value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice) {
                        found.extend(one.as_str().map(str::to_owned));
                        found.extend(one.as_object().into_iter().flat_map(|object| object.keys().cloned()));
                    }
                }
                names(value, member, found);
            }
        }
        _ => {}
    }
}

async fn with_shop(database: Database) -> (Host, Peer, Api, String) {
    let shop = Peer::start("shop.py", &[]);
    let host = Setup::new(database).egress("acme.shops.example", &shop.url).start().await;
    host.publish("annex.orders-1.0.0").await;
    let api = host.api();
    let id = api.install("annex.orders").await;
    let settings = format!("/installations/{id}/settings");
    let values = |token: &str| json!({"values": {"shop": "acme", "token": token}});
    let refused = api.put(&settings, &values("wrong")).await.expect_problem(422, "invalid-settings").await;
    assert_eq!(refused["errors"][0]["code"], "key-refused", "{refused}");
    api.put(&settings, &values("shop-token")).await.expect_ok("settings").await;
    (host, shop, api, id)
}

async fn refunds(shop: &Peer) -> Vec<Value> {
    reqwest::get(format!("{}/__refunds", shop.url)).await.unwrap().json().await.unwrap()
}

on_each_database!(orders_are_paged_and_refunded_once);

/// Without script, from the first page to the note on the ticket.
async fn orders_are_paged_and_refunded_once(database: Database) {
    let (host, shop, api, id) = with_shop(database).await;
    let browser = host.browser().await;
    let ticket = api.ticket_from("ada@example.com").await;

    let first = browser.get(&format!("/tickets/{}/sidebar/{id}", ticket["number"])).await;
    first.expect("#10482").expect("in total").expect_not("#10476");
    let second = browser.press(&first, "form.panel", "Next", &[]).await;
    second.expect("#10476").expect_not("#10482");
    browser.press(&second, "form.panel", "Previous", &[]).await.expect("#10482");
    let cheapest = browser.press(&second, "form.panel", "s|orders|total|false", &[]).await;
    cheapest.expect("#10482").expect("#10474");

    let order = browser.press(&second, "form.panel", "a|s1|o-6|show", &[]).await;
    order.expect("Order 10476").expect("Ink, black").expect("At most 74.85 EUR").expect("Refund order 10476?");
    let entered = [("v|s3|n|amount", "10"), ("v|s3|t|reason", "damaged"), ("v|s3|t|note", "lost")];
    // The shop pays, and its answer is lost: who presses again pays nothing twice.
    let unclear = browser.press(&order, "form.panel", "Pay back", &entered).await;
    unclear.expect("nothing is paid back twice");
    let done = browser.press(&order, "form.panel", "Pay back", &entered).await;
    assert_eq!(done.status, 200, "{}", done.text());
    done.expect("Partly refunded").expect("At most 64.85 EUR").expect("10.00 EUR refunded");
    let paid = refunds(&shop).await;
    assert_eq!(paid, [json!({"order": "o-6", "amount": 1000, "currency": "EUR", "reason": "damaged", "note": "lost"})]);

    let messages = api.get(&format!("/tickets/{}/messages", ticket["number"])).await.to_string();
    assert!(messages.contains("Refunded 10.00 EUR of order 10476: Damaged"), "{messages}");
    let logs = api.get(&format!("/installations/{id}/logs")).await.to_string();
    assert!(!logs.contains("shop-token") && logs.contains("refunded 1000 cents of order 10476"), "{logs}");
}

/// What Telegram posts for a message.
fn update(number: u64, text: &str) -> Value {
    json!({"update_id": number, "message": {
        "message_id": number, "date": 1_760_000_000, "text": text,
        "from": {"id": 42, "is_bot": false, "first_name": "Mina"}, "chat": {"id": 42, "type": "private"},
    }})
}

async fn receive(host: &Host, channel: &str, update: &Value) {
    let request = reqwest::Client::new().post(format!("{}/hooks/{channel}/webhook", host.url)).json(update);
    let answer = request.header("X-Telegram-Bot-Api-Secret-Token", "a-webhook-secret").send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

on_each_database!(a_message_that_arrives_is_tagged_by_its_words);

async fn a_message_that_arrives_is_tagged_by_its_words(database: Database) {
    let telegram = Peer::start("telegram.py", &[]);
    let host = Setup::new(database).egress("api.telegram.org", &telegram.url).start().await;
    host.publish("annex.telegram-1.0.0").await;
    host.publish("annex.keyword-rules-1.0.0").await;
    let api = host.api();
    let (channel, rules) = (api.install("annex.telegram").await, api.install("annex.keyword-rules").await);
    let keys = json!({"values": {"bot_token": "123456:test-token", "webhook_secret": "a-webhook-secret"}});
    api.put(&format!("/installations/{channel}/settings"), &keys).await.expect_ok("settings").await;
    let values = json!({"values": {"rules": "money back: billing; urgent: urgent", "notes": "true", "language": "en"}});
    api.put(&format!("/installations/{rules}/settings"), &values).await.expect_ok("settings").await;

    // The first message opens the ticket, the second is added to it.
    for (number, text, tag) in [(1, "This is URGENT", "urgent"), (2, "I want my money back.", "billing")] {
        receive(&host, &channel, &update(number, text)).await;
        eventually(&format!("the ticket has the tag {tag}"), || async {
            let tickets = api.get("/tickets").await;
            let tags = &tickets["items"][0]["tags"];
            tags.as_array().unwrap().iter().any(|one| one == tag).then_some(())
        })
        .await;
    }
    let note = "Tagged “billing”, since the requester wrote “money back”.";
    eventually("a note says why", || async {
        let messages = api.get("/tickets/1/messages").await;
        messages["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["body"] == note && one["internal"] == true)
            .then_some(())
    })
    .await;
    let browser = host.browser().await;
    let panel = browser.get(&format!("/tickets/1/sidebar/{rules}")).await;
    panel.expect("money back").expect("Tagged").expect("Every tag is there");
}
