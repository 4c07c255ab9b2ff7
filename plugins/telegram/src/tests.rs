//! The whole channel: updates as Telegram posts them, and every answer of `sendMessage`.

use annex_sdk::{
    channel::{Attachment, Edit, Inbound, InboundMessage},
    testing::{Canned, Host},
};

use super::*;

const SEND: &str = "https://api.telegram.org/bot{secret}/sendMessage";
const FROM: &str = r#""from":{"id":7,"is_bot":false,"first_name":"Ada","last_name":"Byron","username":"ada"}"#;
const PRIVATE: &str = r#""chat":{"id":7,"type":"private","first_name":"Ada"}"#;

/// On a host that remembers nothing.
fn receive(body: &str) -> InboundReply {
    let _host = Host::new();
    receive_here(body)
}

/// On the host of the test.
fn receive_here(body: &str) -> InboundReply {
    Telegram::receive(&InboundRequest::new("POST", "/", body)).unwrap()
}

fn update(kind: &str, rest: &str) -> String {
    format!(r#"{{"update_id":1001,"{kind}":{{"message_id":5,"date":1700000000,{rest}}}}}"#)
}

fn outbound(thread: &str, text: &str) -> OutboundMessage {
    OutboundMessage::new(thread, "7", text)
}

/// The one message that a reply brings.
fn message(reply: InboundReply) -> InboundMessage {
    match reply.brought.into_iter().next() {
        Some(Inbound::Message(message)) => message,
        other => panic!("{other:?}"),
    }
}

/// The one change that a reply brings.
fn edit(reply: InboundReply) -> Edit {
    match reply.brought.into_iter().next() {
        Some(Inbound::Edited(edit)) => edit,
        other => panic!("{other:?}"),
    }
}

fn host(answer: Canned) -> Host {
    Host::new().secret("bot_token").secret("webhook_secret").answer("POST", SEND, answer)
}

fn failure(status: u16, description: &str, parameters: &str) -> Canned {
    let body =
        format!(r#"{{"ok":false,"error_code":{status},"description":"{description}","parameters":{{{parameters}}}}}"#);
    Canned::json(status, body)
}

fn success(message: i64) -> Canned {
    Canned::json(200, format!(r#"{{"ok":true,"result":{{"message_id":{message},"date":1,"chat":{{"id":7}}}}}}"#))
}

#[test]
fn a_private_message_becomes_a_message_of_the_persons_thread() {
    let reply = receive(&update("message", &format!(r#"{FROM},{PRIVATE},"text":"My printer burns""#)));
    assert_eq!(reply.answer.status, 200);
    let message = message(reply);
    assert_eq!((message.external_id.as_str(), message.threads.as_slice()), ("7/5", ["7".to_owned()].as_slice()));
    assert_eq!((message.sender.handle.as_str(), message.sender.name.as_str()), ("7", "Ada Byron"));
    assert_eq!((message.text.as_str(), message.sent), ("My printer burns", Some(1_700_000_000_000)));
    assert_eq!(message.subject, None);
}

#[test]
fn the_same_update_has_the_same_id_and_an_edit_names_it() {
    let first = receive(&update("message", &format!(r#"{FROM},{PRIVATE},"text":"a""#)));
    let again = receive(&update("message", &format!(r#"{FROM},{PRIVATE},"text":"a""#)));
    assert_eq!(first, again);
    let edit =
        edit(receive(&update("edited_message", &format!(r#"{FROM},{PRIVATE},"edit_date":1700000100,"text":"b""#))));
    assert_eq!(edit, Edit::new("7/5", 1001, "b"));
    assert_eq!(message(first).external_id, edit.external_id);
}

#[test]
fn captions_and_attachments_are_put_into_words() {
    let cases = [
        (r#""photo":[{"file_id":"x"}],"caption":"Look""#, "Look\n[photo]"),
        (r#""document":{"file_id":"x","file_name":"log.txt"}"#, "[document: log.txt]"),
        (r#""voice":{"file_id":"x","duration":3}"#, "[voice message]"),
        (r#""sticker":{"file_id":"x","emoji":"🙂"}"#, "[sticker: 🙂]"),
        (r#""location":{"latitude":59.5,"longitude":18.25}"#, "[location: 59.5, 18.25]"),
        (r#""contact":{"phone_number":"+46 8","first_name":"Bo"}"#, "[contact: Bo +46 8]"),
    ];
    for (rest, expected) in cases {
        let reply = receive(&update("message", &format!("{FROM},{PRIVATE},{rest}")));
        assert_eq!(message(reply).text, expected);
    }
}

#[test]
fn a_persons_own_number_is_kept_and_that_of_others_is_not() {
    let share = |id: i64| {
        let contact = format!(r#""contact":{{"phone_number":"+46 8","first_name":"A","user_id":{id}}}"#);
        message(receive(&update("message", &format!("{FROM},{PRIVATE},{contact}")))).sender.phone
    };
    assert_eq!(share(7).as_deref(), Some("+46 8"));
    assert_eq!(share(8), None);
}

#[test]
fn in_groups_each_person_has_a_thread() {
    let chat = r#""chat":{"id":-100,"type":"supergroup","title":"Customers"}"#;
    let hi = message(receive(&update("message", &format!(r#"{FROM},{chat},"text":"Hi""#))));
    assert_eq!((hi.threads[0].as_str(), hi.subject.as_deref()), ("-100/7", Some("Customers: Ada Byron")));
    let topic = format!(r#"{FROM},{chat},"text":"Hi","message_thread_id":3,"is_topic_message":true"#);
    assert_eq!(message(receive(&update("message", &topic))).threads, ["-100/7/3"]);
}

#[test]
fn what_says_nothing_is_answered_with_200_and_no_message() {
    let bot = r#""from":{"id":1,"is_bot":true,"first_name":"B"}"#;
    for body in [
        update("message", &format!(r#"{FROM},{PRIVATE}"#)),
        update("message", &format!(r#"{FROM},{PRIVATE},"text":"  ""#)),
        update("message", &format!(r#"{FROM},{PRIVATE},"text":"/start""#)),
        update("message", &format!(r#"{bot},{PRIVATE},"text":"beep""#)),
        update("message", r#""chat":{"id":-1,"type":"channel","title":"News"},"text":"post""#),
        update("channel_post", &format!(r#"{PRIVATE},"text":"post""#)),
        r#"{"update_id":2,"my_chat_member":{"chat":{"id":1}}}"#.to_owned(),
        r#"{"update_id":3,"something_of_the_future":{}}"#.to_owned(),
    ] {
        let reply = receive(&body);
        assert_eq!((reply.answer.status, reply.brought.len()), (200, 0), "{body}");
    }
}

#[test]
fn what_is_no_update_is_refused() {
    for body in ["", "{", "[]", "null", r#"{"update_id":"x"}"#, r#"{"update_id":1,"message":{"text":5}}"#] {
        assert_eq!(receive(body).answer.status, 400, "{body}");
    }
    let get = InboundRequest::new("GET", "/", "");
    assert_eq!(Telegram::receive(&get).unwrap().answer.status, 405);
}

#[test]
fn a_person_without_a_name_still_has_one() {
    let name = |from: &str| message(receive(&update("message", &format!(r#"{from},{PRIVATE},"text":"a""#))));
    assert_eq!(name(r#""from":{"id":9,"first_name":"","username":"bob"}"#).sender.name, "@bob");
    assert_eq!(name(r#""from":{"id":9,"first_name":""}"#).sender.name, "Telegram 9");
}

#[test]
fn a_reply_goes_back_to_the_chat_and_topic() {
    let host = host(success(88));
    let receipt = Telegram::send(&outbound("-100/7/3", "Hello")).unwrap();
    assert_eq!(receipt.external_id, "-100/88");
    let sent = host.requests().remove(0);
    assert_eq!((sent.method.as_str(), sent.auth.as_deref()), ("POST", Some("path bot_token")));
    assert_eq!(sent.text(), r#"{"chat_id":-100,"message_thread_id":3,"text":"Hello"}"#);
}

#[test]
fn every_failure_says_what_can_be_done() {
    let kind = |answer: Canned| {
        let _host = host(answer);
        match Telegram::send(&outbound("7", "Hi")).unwrap_err() {
            SendError::Fault(Error::NeedsAuth(_)) => "needs-auth",
            SendError::Fault(Error::NeedsConfig(_)) => "needs-config",
            SendError::Fault(Error::Upstream(_)) => "upstream",
            SendError::Fault(_) => "other",
            SendError::Later(_) => "later",
            SendError::Unknown(_) => "unknown",
            SendError::Refused(_) => "refused",
        }
    };
    assert_eq!(kind(failure(401, "Unauthorized", "")), "needs-auth");
    assert_eq!(kind(failure(404, "Not Found", "")), "needs-auth");
    assert_eq!(kind(failure(403, "Forbidden: bot was blocked by the user", "")), "refused");
    assert_eq!(kind(failure(400, "Bad Request: chat not found", "")), "refused");
    assert_eq!(kind(failure(429, "Too Many Requests", r#""retry_after":7"#)), "later");
    assert_eq!(kind(failure(500, "Internal Server Error", "")), "upstream");
    // Nobody knows whether these were taken: a person has to look.
    assert_eq!(kind(failure(502, "Bad Gateway", "")), "unknown");
    assert_eq!(kind(Canned::text(500, "<html>")), "unknown");
    assert_eq!(kind(Canned::text(200, "<html>")), "unknown");
    assert_eq!(kind(Canned::json(200, r#"{"ok":true,"result":{"message_id":null},"description":null}"#)), "unknown");
    assert_eq!(kind(Canned::json(200, r#"{"ok":false,"description":null}"#)), "unknown");
    assert_eq!(kind(Canned::json(400, r#"{"ok":false,"description":null,"parameters":null}"#)), "refused");
    assert_eq!(kind(Canned::Timeout), "unknown");
    assert_eq!(kind(Canned::Unreachable), "upstream");
}

#[test]
fn without_a_token_the_settings_are_named() {
    let _host = Host::new();
    let outcome = Telegram::send(&outbound("7", "Hi"));
    assert!(matches!(outcome, Err(SendError::Fault(Error::NeedsConfig(_)))), "{outcome:?}");
}

#[test]
fn a_group_that_moved_gets_the_message_at_its_new_id() {
    let moved = failure(400, "Bad Request: group chat was upgraded", r#""migrate_to_chat_id":-200"#);
    let host = host(moved).answer("POST", SEND, success(4));
    assert_eq!(Telegram::send(&outbound("-100/7", "Hi")).unwrap().external_id, "-200/4");
    assert!(host.requests()[1].text().contains("-200"));
}

#[test]
fn a_long_reply_is_sent_in_parts_and_goes_on_where_it_stopped() {
    let body = "word ".repeat(2000);
    let host = host(success(1)).answer("POST", SEND, failure(500, "", "")).answer("POST", SEND, success(3));
    assert!(Telegram::send(&outbound("7", &body)).is_err());
    assert_eq!(host.requests().len(), 2);
    assert_eq!(Telegram::send(&outbound("7", &body)).unwrap().external_id, "7/3");
    assert_eq!(host.requests().len(), 4, "the first part is not sent again");
    assert_eq!(host.stored_count(), 0);
}

#[test]
fn replies_that_cannot_be_sent_are_rejected_at_once() {
    let _host = host(success(1));
    for (thread, body) in [("7", " "), ("not-a-chat", "Hi"), ("7", &*"x".repeat(50_000))] {
        let outcome = Telegram::send(&outbound(thread, body));
        assert!(matches!(outcome, Err(SendError::Refused(_))), "{outcome:?}");
    }
}

const GET_FILE: &str = "https://api.telegram.org/bot{secret}/getFile";

#[test]
fn the_largest_photo_is_fetched_by_the_host() {
    let path = r#"{"ok":true,"result":{"file_id":"big","file_path":"photos/file_7.jpg"}}"#;
    let host = Host::new().secret("bot_token").answer("POST", GET_FILE, Canned::json(200, path)).answer(
        "GET",
        "https://api.telegram.org/file/bot{secret}/photos/file_7.jpg",
        Canned::text(200, "a photo"),
    );
    let photo = r#""photo":[{"file_id":"small","width":90},{"file_id":"big","width":1280}],"caption":"Look""#;
    let seen = message(receive_here(&update("message", &format!("{FROM},{PRIVATE},{photo}"))));
    let (file, bytes) = host.file_now(&seen.attachments[0].id).unwrap();
    assert_eq!(
        (seen.text.as_str(), file.name.as_str(), bytes.as_slice()),
        ("Look\n[photo]", "photo.jpg", b"a photo".as_slice())
    );
    assert_eq!((seen.unsupported.len(), host.requests()[0].text().as_str()), (0, r#"{"file_id":"big"}"#));
}

#[test]
fn a_file_that_cannot_be_had_is_named_and_no_address_is_made_up() {
    let document = |size: u64| format!(r#""document":{{"file_id":"x","file_name":"log.txt","file_size":{size}}}"#);
    let host = Host::new().secret("bot_token");
    let large = message(receive_here(&update("message", &format!("{FROM},{PRIVATE},{}", document(5 << 20)))));
    assert_eq!(large.unsupported, ["log.txt: larger than 4 MiB, it stays with Telegram"]);
    assert!(host.requests().is_empty());
    for path in ["../secret", "/etc", "a//b", "a?b", "a%2fb", ""] {
        let answer = format!(r#"{{"ok":true,"result":{{"file_path":"{path}"}}}}"#);
        let host = Host::new().secret("bot_token").answer("POST", GET_FILE, Canned::json(200, answer));
        let seen = message(receive_here(&update("message", &format!("{FROM},{PRIVATE},{}", document(10)))));
        assert_eq!((seen.attachments.len(), host.requests().len()), (0, 1), "{path}");
        assert_eq!(seen.unsupported, ["log.txt: it could not be fetched from Telegram"], "{path}");
    }
}

#[test]
fn files_go_out_behind_the_text_and_none_goes_twice() {
    let url = |method: &str| format!("https://api.telegram.org/bot{{secret}}/{method}");
    let host = host(success(1))
        .answer("POST", &url("sendPhoto"), success(2))
        .answer("POST", &url("sendDocument"), failure(500, "", ""))
        .answer("POST", &url("sendDocument"), success(3))
        .file("f1", "a.png", b"PNG")
        .file("f2", "b.pdf", b"PDF");
    let attachment = |id: &str, media_type: &str| {
        let file = annex_sdk::files::File { media_type: media_type.into(), ..host.file_now(id).unwrap().0 };
        Attachment { file, content_id: None }
    };
    let attachments = vec![attachment("f1", "image/png"), attachment("f2", "application/pdf")];
    let reply = OutboundMessage { attachments, ..outbound("-100/7/3", "Here") };
    assert!(Telegram::send(&reply).is_err());
    assert_eq!(Telegram::send(&reply).unwrap().external_id, "-100/3");
    let sent: Vec<_> =
        host.requests().iter().map(|request| request.url.rsplit('/').next().unwrap().to_owned()).collect();
    assert_eq!(sent, ["sendMessage", "sendPhoto", "sendDocument", "sendDocument"]);
    assert_eq!(host.requests()[1].text(), "chat_id=-100\nmessage_thread_id=3\nphoto=PNG\n");
}

#[test]
fn a_picture_that_is_no_photo_to_telegram_goes_as_a_document() {
    let url = |method: &str| format!("https://api.telegram.org/bot{{secret}}/{method}");
    let host = Host::new()
        .secret("bot_token")
        .answer("POST", &url("sendPhoto"), failure(400, "Bad Request: PHOTO_INVALID_DIMENSIONS", ""))
        .answer("POST", &url("sendDocument"), success(4))
        .file("f1", "long.png", b"PNG");
    let file = annex_sdk::files::File { media_type: "image/png".into(), ..host.file_now("f1").unwrap().0 };
    let attachments = vec![Attachment { file, content_id: None }];
    let reply = OutboundMessage { attachments, ..outbound("7", "") };
    assert_eq!(Telegram::send(&reply).unwrap().external_id, "7/4");
    assert_eq!(host.requests().len(), 2);
}

/// One of the cases that the host's tests use, too.
#[derive(serde::Deserialize)]
struct Case {
    name: String,
    sees: Option<Sees>,
    update: serde_json::Value,
}

#[derive(Debug, PartialEq, serde::Deserialize)]
struct Sees {
    thread: String,
    name: String,
    body: String,
}

/// In the order in which Telegram delivers them: some are about those before.
#[test]
fn everything_that_people_send_is_seen() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("../../../tests/cases/telegram-updates.json")).unwrap();
    let _host = Host::new();
    for case in cases {
        for again in [false, true] {
            let reply = receive_here(&case.update.to_string());
            assert_eq!(reply.answer.status, 200, "{}", case.name);
            let seen = reply.brought.into_iter().next().map(|inbound| match inbound {
                Inbound::Message(message) => {
                    assert!(message.subject.is_none_or(|subject| subject.chars().count() <= 200), "{}", case.name);
                    Sees { thread: message.threads[0].clone(), name: message.sender.name, body: message.text }
                }
                // Who wrote it does not change with its words.
                Inbound::Edited(edit) => Sees {
                    thread: edit.external_id.split_once('/').unwrap().0.to_owned(),
                    name: case.sees.as_ref().unwrap().name.clone(),
                    body: edit.text,
                },
                other => panic!("{}: {other:?}", case.name),
            });
            assert_eq!(seen, case.sees, "{}, again: {again}", case.name);
        }
    }
}

#[test]
fn a_group_that_moved_is_written_to_at_its_new_id() {
    let group = |id: i64, rest: &str| format!(r#"{FROM},"chat":{{"id":{id},"type":"supergroup","title":"G"}},{rest}"#);
    let host = host(success(9));
    receive_here(&update("message", &group(-200, r#""migrate_from_chat_id":-100"#)));
    let reply = receive_here(&update("message", &group(-200, r#""text":"Hi""#)));
    assert_eq!(message(reply).threads, ["-100/7"], "the conversation keeps its name");
    assert_eq!(Telegram::send(&outbound("-100/7", "Hi")).unwrap().external_id, "-200/9");
    assert_eq!(host.requests().len(), 1, "without asking at the old id first");
}

#[test]
fn what_a_link_carried_is_forgotten_after_a_month() {
    let host = Host::new();
    receive_here(&update("message", &format!(r#"{FROM},{PRIVATE},"text":"/start order-7""#)));
    host.advance(std::time::Duration::from_secs(31 * 24 * 60 * 60));
    let reply = receive_here(&update("message", &format!(r#"{FROM},{PRIVATE},"text":"Hi""#)));
    assert_eq!(message(reply).text, "Hi");
}

#[test]
fn a_reply_that_was_refused_halfway_is_forgotten_after_a_month() {
    let host = host(success(1)).answer("POST", SEND, failure(400, "Bad Request", ""));
    assert!(Telegram::send(&outbound("7", &"word ".repeat(1_000))).is_err());
    assert_eq!(host.stored::<usize>("sent/m1"), Some(1));
    host.advance(std::time::Duration::from_secs(31 * 24 * 60 * 60));
    assert_eq!(host.stored::<usize>("sent/m1"), None);
}

#[test]
fn positions_that_are_shared_live_disturb_nobody() {
    let at = |x: &str| format!(r#"{FROM},{PRIVATE},"location":{{"latitude":{x},"longitude":1,"live_period":60}}"#);
    let first = message(receive(&update("message", &at("1.5"))));
    let moved = edit(receive(&update("edited_message", &at("2.5"))));
    assert_eq!((first.external_id.as_str(), moved.external_id.as_str()), ("7/5", "7/5"));
    assert_eq!((moved.by_author, moved.text.as_str()), (false, "[live location: 2.5, 1]"));
}

#[test]
fn a_pause_that_telegram_asks_for_is_told() {
    let _host = host(failure(429, "Too Many Requests", r#""retry_after":34"#));
    let error = Telegram::send(&outbound("7", "Hi")).unwrap_err();
    assert_eq!(error, SendError::Later(std::time::Duration::from_secs(34)));
}

#[test]
fn links_keep_their_addresses_in_any_script() {
    // The emoji counts two; the link ends with the text.
    let entities = r#""entities":[{"type":"text_link","offset":3,"length":4,"url":"https://a.example/"}]"#;
    let linked = message(receive(&update("message", &format!(r#"{FROM},{PRIVATE},"text":"😀 hier",{entities}"#))));
    assert_eq!(linked.text, "😀 hier (https://a.example/)");
}
