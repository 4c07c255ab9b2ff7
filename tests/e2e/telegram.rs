//! A Telegram update becomes a ticket, its answer goes back to the chat, and nothing is doubled: with the Bot API as we play it, which
//! also fails, and as others emulate it.

use serde_json::{Value, json};

use crate::support::{
    api::Api,
    database::Database,
    eventually,
    host::{Host, Setup},
    on_each_database,
    peer::{Peer, have},
};

const SECRET: &str = "a-webhook-secret";

async fn with_channel(database: Database) -> (Host, Peer, Api, String) {
    let telegram = Peer::start("telegram.py", &[]);
    let host = Setup::new(database).egress("api.telegram.org", &telegram.url).start().await;
    host.publish("annex.telegram-1.0.0").await;
    let api = host.api();
    let id = api.install("annex.telegram").await;
    let settings = format!("/installations/{id}/settings");
    let values = |token| json!({"values": {"bot_token": token, "webhook_secret": SECRET}});
    let refused = api.put(&settings, &values("123456:revoked")).await.expect_problem(422, "invalid-settings").await;
    assert_eq!(refused["errors"][0]["code"], "key-refused", "{refused}");
    api.put(&settings, &values("123456:test-token")).await.expect_ok("settings").await;
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

    let mut with_file = update(4, 43, "");
    with_file["message"]["document"] = json!({"file_id": "letter", "file_name": "letter.txt", "file_size": 6});
    assert_eq!(post(&host, &id, Some(SECRET), &with_file).await, 200);

    let tickets = api.get("/tickets").await;
    assert_eq!(tickets["items"].as_array().unwrap().len(), 2, "{tickets}");
    let of_43 = tickets["items"].as_array().unwrap().iter().find(|ticket| ticket["channel"]["thread"] == "43").unwrap();
    let messages = api.get(&format!("/tickets/{}/messages", of_43["number"])).await;
    let names: Vec<_> =
        messages["items"].as_array().unwrap().iter().map(|item| &item["attachments"][0]["name"]).collect();
    assert!(names.contains(&&json!("letter.txt")), "the file came along: {messages}");
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

on_each_database!(telegram_is_set_up_from_the_panel);

/// From a token to a ticket, without leaving the panel.
async fn telegram_is_set_up_from_the_panel(database: Database) {
    let telegram = Peer::start("telegram.py", &[]);
    let host = Setup::new(database).egress("api.telegram.org", &telegram.url).start().await;
    host.publish("annex.telegram-1.0.0").await;
    let api = host.api();
    let id = api.install("annex.telegram").await;
    let browser = host.browser().await;
    let manage = browser.get(&format!("/my-addons/{id}")).await;
    let page = browser.get(&manage.attribute("aside a[href$='/channel']", "href").expect("a way to the set-up")).await;
    let address = page.attribute("#address", "value").expect("the address");
    assert!(address.contains("/hooks/"), "{address}");
    page.expect("Bot token").expect("@BotFather");
    let failed = browser.submit(&page, "form[action$='/channel/connect']", &[]).await;
    failed.expect("Enter “Bot token” in the settings first.");

    let values = json!({"values": {"bot_token": "123456:test-token"}});
    api.put(&format!("/installations/{id}/settings"), &values).await.expect_ok("settings").await;
    let done = browser.submit(&page, "form[action$='/channel/connect']", &[]).await;
    done.expect("The service now delivers to this address");
    let asked = telegram.requests().await.pop().expect("Telegram was asked");
    assert_eq!(
        (asked["path"].as_str(), asked["json"]["url"].as_str()),
        (Some("/bot123456:test-token/setWebhook"), Some(&*address))
    );
    let secret = asked["json"]["secret_token"].as_str().expect("a secret").to_owned();
    assert!(secret.len() >= 16 && !done.text().contains(&secret) && !done.text().contains("test-token"));
    let tested = browser.submit(&page, "form[action$='/channel/test']", &[]).await;
    tested.expect("shop_bot").expect(&address);

    let delivered = reqwest::Client::new().post(&address).json(&update(1, 42, "Hello?"));
    let delivered = delivered.header("X-Telegram-Bot-Api-Secret-Token", secret).send().await.unwrap();
    assert_eq!(delivered.status(), 200);
    assert_eq!(api.get("/tickets").await["items"].as_array().unwrap().len(), 1);
    assert_eq!(post(&host, &id, Some("wrong"), &update(2, 42, "x")).await, 401);
    let page = browser.get(&format!("/my-addons/{id}/channel")).await;
    page.expect("Last delivery received").expect("Secret missing or wrong");
}

on_each_database!(an_emulator_that_is_not_ours_is_talked_to);

/// npm's telegram-test-api, from the set-up to a reply. It knows no files: what somebody sends is said all the same.
async fn an_emulator_that_is_not_ours_is_talked_to(database: Database) {
    if !have("telegram-test-api", &["npm/node_modules/telegram-test-api"]) {
        return;
    }
    let emulator = Peer::start("bot_api.py", &[]);
    let ask = async |path: &str, body: Value| -> Value {
        let asked = reqwest::Client::new().post(format!("{}/{path}", emulator.url)).json(&body);
        asked.send().await.unwrap().json().await.unwrap()
    };
    let host = Setup::new(database).egress("api.telegram.org", &emulator.url).start().await;
    host.publish("annex.telegram-1.0.0").await;
    let api = host.api();
    let id = api.install("annex.telegram").await;
    let values = json!({"values": {"bot_token": "123456:test-token"}});
    api.put(&format!("/installations/{id}/settings"), &values).await.expect_ok("settings").await;
    let browser = host.browser().await;
    let page = browser.get(&format!("/my-addons/{id}/channel")).await;
    let done = browser.submit(&page, "form[action$='/channel/connect']", &[]).await;
    done.expect("The service now delivers to this address");

    let writes = async |said: Value| {
        let mut message = update(1, 42, "")["message"].clone();
        for (field, value) in said.as_object().unwrap() {
            message[field] = value.clone();
        }
        message["botToken"] = json!("123456:test-token");
        ask("sendMessage", message).await
    };
    let arrives = async |words: &str| {
        eventually(&format!("`{words}` is in the desk"), || async {
            let tickets = api.get("/tickets").await;
            assert!(tickets["items"].as_array().unwrap().len() <= 1, "one chat is one ticket: {tickets}");
            let number = &tickets["items"].get(0)?["number"];
            let messages = api.get(&format!("/tickets/{number}/messages")).await;
            messages.to_string().contains(words).then_some(messages)
        })
        .await
    };
    writes(json!({"text": "Is my order on its way?"})).await;
    arrives("Is my order on its way?").await;
    writes(json!({"document": {"file_id": "letter", "file_name": "letter.txt", "file_size": 6}})).await;
    arrives("letter.txt: it could not be fetched from Telegram").await;

    let reply = json!({"body": "It left this morning."});
    api.post("/tickets/1/messages", &reply).await.expect_ok("reply").await;
    eventually("the reply is in the chat", || async {
        let said = ask("getUpdatesHistory", json!({"token": "123456:test-token"})).await;
        let said = said["result"].as_array().unwrap().clone();
        let texts: Vec<_> = said.iter().map(|one| (&one["message"]["chat_id"], &one["message"]["text"])).collect();
        (texts == [(&json!(42), &json!("It left this morning."))]).then_some(())
    })
    .await;
    eventually("it shows as sent", || async {
        let messages = api.get("/tickets/1/messages").await;
        (messages["items"][0]["delivery"] == "sent").then_some(())
    })
    .await;
}

on_each_database!(no_customer_gets_a_reply_twice);

/// Telegram takes a message and does not say so, or asks to wait. (An answer that comes too late is the sandbox's test.)
async fn no_customer_gets_a_reply_twice(database: Database) {
    let (host, telegram, api, id) = with_channel(database).await;
    let chats = [4440, 2000, 2001, 4290];
    for chat in chats {
        assert_eq!(post(&host, &id, Some(SECRET), &update(chat, i64::try_from(chat).unwrap(), "Hi")).await, 200);
    }
    let mut replies = Vec::new();
    for ticket in api.get("/tickets").await["items"].as_array().unwrap() {
        let chat: u64 = ticket["channel"]["thread"].as_str().unwrap().parse().unwrap();
        let path = format!("/tickets/{}/messages", ticket["number"]);
        let first = api.post(&path, &json!({"body": format!("first to {chat}")})).await.expect_ok("reply").await;
        let second = api.post(&path, &json!({"body": format!("second to {chat}")})).await.expect_ok("reply").await;
        replies.push((chat, path, [first["id"].clone(), second["id"].clone()]));
    }
    let settled = eventually("no reply is under way any more", || async {
        let mut found = Vec::new();
        for (chat, path, ids) in &replies {
            let page = api.get(path).await;
            let items = page["items"].as_array().unwrap();
            for id in ids {
                found.push((*chat, items.iter().find(|item| item["id"] == *id).unwrap().clone()));
            }
        }
        let under_way = found.iter().any(|(chat, item)| *chat != 4290 && item["delivery"] == "pending");
        (!under_way).then_some(found)
    })
    .await;
    for (chat, item) in &settled {
        let expected = if *chat == 4290 { "pending" } else { "unclear" };
        assert_eq!(item["delivery"], expected, "{chat}: {item}");
    }
    let sent = sent(&telegram).await;
    for chat in [4440, 2000, 2001] {
        let texts: Vec<&str> =
            sent.iter().filter(|it| it["chat_id"] == chat).map(|it| it["text"].as_str().unwrap()).collect();
        assert_eq!(texts, [format!("first to {chat}"), format!("second to {chat}")], "once each, and in order");
    }
    let asked = telegram.requests().await;
    let asked = asked.iter().filter(|request| request["json"]["chat_id"] == 4290).count();
    assert_eq!(asked, 1, "it waits as long as it was asked to, and so do later replies");

    // The agent decides: one arrived, one is sent again.
    let (_, path, [first, second]) = replies.iter().find(|(chat, ..)| *chat == 2000).unwrap();
    let browser = host.browser().await;
    let page = browser.get(path.trim_end_matches("/messages")).await;
    page.expect("May not have arrived");
    let decide = async |message: &Value, action: &str| {
        let path = format!("{path}/{}/{action}", message.as_str().unwrap());
        api.post(&path, &json!({})).await.expect_ok(action).await
    };
    let arrived = decide(first, "confirm").await;
    assert_eq!(arrived["delivery"], "sent");
    let again = decide(second, "redeliver").await;
    assert_eq!(again["delivery"], "pending");
}

on_each_database!(everything_that_customers_send_is_in_the_desk);

/// The cases that the add-on's own tests use, through the real component and the host's intake.
async fn everything_that_customers_send_is_in_the_desk(database: Database) {
    let (host, _telegram, api, id) = with_channel(database).await;
    let cases: Vec<Value> = serde_json::from_str(include_str!("../cases/telegram-updates.json")).unwrap();
    for case in &cases {
        for _ in 0..2 {
            assert_eq!(post(&host, &id, Some(SECRET), &case["update"]).await, 200, "{}", case["name"]);
        }
    }
    let tickets = api.get("/tickets?limit=100").await;
    let mut found = Vec::new();
    for ticket in tickets["items"].as_array().unwrap() {
        let messages = api.get(&format!("/tickets/{}/messages", ticket["number"])).await;
        for message in messages["items"].as_array().unwrap() {
            let (thread, name) = (&ticket["channel"]["thread"], &message["author"]["name"]);
            found.push(json!({"thread": thread, "name": name, "body": message["body"]}));
        }
    }
    // What is edited, or shared live, is there once, with what it says last.
    let replaced = ["edit_base", "edit_1", "live_base", "live_0"];
    let mut expected: Vec<Value> = cases
        .iter()
        .filter(|case| !replaced.contains(&case["name"].as_str().unwrap()) && !case["sees"].is_null())
        .map(|case| case["sees"].clone())
        .collect();
    for list in [&mut found, &mut expected] {
        list.sort_by_key(Value::to_string);
    }
    assert_eq!(found, expected);
    let contacts = api.get("/contacts").await;
    assert!(contacts.to_string().contains("+49 30 901820"), "the number that was shared later: {contacts}");
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
