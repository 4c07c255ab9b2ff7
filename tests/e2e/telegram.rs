//! A Telegram update becomes a ticket, its answer goes back to the chat, and nothing is doubled.

use serde_json::{Value, json};

use crate::support::{
    api::Api,
    database::Database,
    eventually,
    host::{Host, Setup},
    on_each_database,
    peer::Peer,
};

const SECRET: &str = "a-webhook-secret";

async fn with_channel(database: Database) -> (Host, Peer, Api, String) {
    let telegram = Peer::start("telegram.py", &[]);
    let host = Setup::new(database).egress("api.telegram.org", &telegram.url).start().await;
    host.publish("annex.telegram-1.0.0").await;
    let api = host.api();
    let id = api.install("annex.telegram").await;
    let values = json!({"values": {"bot_token": "123456:test-token", "webhook_secret": SECRET}});
    api.put(&format!("/installations/{id}/settings"), &values).await.expect_ok("settings").await;
    (host, telegram, api, id)
}

/// What Telegram posts for a private message.
fn update(number: u64, chat: i64, text: &str) -> Value {
    json!({"update_id": number, "message": {
        "message_id": number, "date": 1_760_000_000, "text": text,
        "from": {"id": chat, "is_bot": false, "first_name": "Mina", "last_name": "Example", "language_code": "en"},
        "chat": {"id": chat, "type": "private", "first_name": "Mina"},
    }})
}

async fn post(host: &Host, id: &str, secret: Option<&str>, body: &Value) -> u16 {
    let mut request = reqwest::Client::new().post(format!("{}/hooks/{id}/webhook", host.url)).json(body);
    if let Some(secret) = secret {
        request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
    }
    request.send().await.unwrap().status().as_u16()
}

on_each_database!(a_chat_becomes_a_ticket_and_is_answered);

async fn a_chat_becomes_a_ticket_and_is_answered(database: Database) {
    let (host, telegram, api, id) = with_channel(database).await;

    assert_eq!(post(&host, &id, None, &update(1, 42, "Hello?")).await, 401);
    assert_eq!(post(&host, &id, Some("wrong"), &update(1, 42, "Hello?")).await, 401);
    assert_eq!(post(&host, &id, Some(SECRET), &update(1, 42, "Hello, is my order on its way?")).await, 200);
    // Telegram delivers again when an answer was lost.
    assert_eq!(post(&host, &id, Some(SECRET), &update(1, 42, "Hello, is my order on its way?")).await, 200);
    assert_eq!(post(&host, &id, Some(SECRET), &update(2, 42, "It is number 10482.")).await, 200);
    assert_eq!(post(&host, &id, Some(SECRET), &update(3, 43, "Somebody else")).await, 200);

    let tickets = api.get("/tickets").await;
    assert_eq!(tickets["items"].as_array().unwrap().len(), 2, "{tickets}");
    let browser = host.browser().await;
    let inbox = browser.get("/inbox?q=10482").await;
    let path = inbox.attribute("main tbody a[href^='/tickets/']", "href").expect("the ticket is found by its text");
    let ticket = browser.get(&path).await;
    ticket.expect("Hello, is my order on its way?").expect("It is number 10482.").expect("Mina");
    let first = api.get(&path_of_messages(&path)).await;
    assert_eq!(first["items"].as_array().unwrap().len(), 2, "the redelivered update is dropped: {first}");

    // The reply goes back to the chat; a note does not.
    let ticket = browser.submit(&ticket, "form#reply", &[("mode", "note"), ("body", "An internal remark")]).await;
    browser.submit(&ticket, "form#reply", &[("mode", "reply"), ("body", "It left this morning.")]).await;
    let sent = eventually("the reply is sent", || async {
        let sent = sent(&telegram).await;
        (!sent.is_empty()).then_some(sent)
    })
    .await;
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!((&sent[0]["chat_id"], sent[0]["text"].as_str()), (&json!(42), Some("It left this morning.")));
    assert!(!json!(sent).to_string().contains("internal remark"));
    eventually("the message shows that it was sent", || async {
        browser.get(&path).await.text().contains("Sent").then_some(())
    })
    .await;
}

/// `/tickets/7` to the path of its messages in the API.
fn path_of_messages(path: &str) -> String {
    format!("{}/messages", path.split('?').next().unwrap_or_default())
}

async fn sent(telegram: &Peer) -> Vec<Value> {
    reqwest::get(format!("{}/__sent", telegram.url)).await.unwrap().json().await.unwrap()
}

on_each_database!(a_refused_reply_is_shown_and_a_failed_one_is_tried_again);

async fn a_refused_reply_is_shown_and_a_failed_one_is_tried_again(database: Database) {
    let (host, telegram, api, id) = with_channel(database).await;
    let browser = host.browser().await;
    // 403: the bot was blocked. 503: the first attempt fails, later ones are accepted.
    for chat in [403, 503] {
        assert_eq!(post(&host, &id, Some(SECRET), &update(chat, i64::try_from(chat).unwrap(), "Hi")).await, 200);
    }
    for ticket in api.get("/tickets").await["items"].as_array().unwrap() {
        let page = browser.get(&format!("/tickets/{}", ticket["number"])).await;
        browser.submit(&page, "form#reply", &[("mode", "reply"), ("body", "An answer")]).await;
    }
    eventually("the second attempt is accepted", || async { (sent(&telegram).await.len() == 1).then_some(()) }).await;
    eventually("the refusal is shown at the message", || async {
        for ticket in api.get("/tickets").await["items"].as_array().unwrap() {
            let page = browser.get(&format!("/tickets/{}", ticket["number"])).await;
            if page.text().contains("blocked") {
                return Some(());
            }
        }
        None
    })
    .await;
}

#[tokio::test]
async fn malformed_updates_are_refused_and_make_nothing() {
    let (host, _telegram, api, id) = with_channel(Database::sqlite()).await;
    for body in [json!({}), json!([]), json!({"update_id": "x"}), json!({"update_id": 5, "message": {"text": 7}})] {
        let status = post(&host, &id, Some(SECRET), &body).await;
        assert!(status < 500, "{body}: {status}");
    }
    assert!(api.get("/tickets").await["items"].as_array().unwrap().is_empty());
    assert_eq!(post(&host, &uuid::Uuid::nil().to_string(), Some(SECRET), &update(1, 1, "x")).await, 404);
}
