//! The whole channel: what a chat posts, and every answer to a reply.

use annex_sdk::{
    channel::{Attachment, Edit, Inbound, InboundMessage, Progress, Report},
    testing::{Canned, Host},
};

use super::*;

const SEND: &str = "https://acme.chat.example/api/messages";
const FILES: &str = "https://acme.chat.example/api/files";
const HELLO: &str =
    r#"{"type":"message","id":"m-1","conversation":"c-7","from":"u-3","name":"Ada","text":"Hello","time":1700000000}"#;

fn receive(body: &str) -> InboundReply {
    WebhookChat::receive(&InboundRequest::new("POST", "/", body)).unwrap()
}

fn form(body: &str) -> InboundReply {
    let kind = "application/x-www-form-urlencoded; charset=utf-8";
    WebhookChat::receive(&InboundRequest::new("POST", "/", body).with_header("content-type", kind)).unwrap()
}

fn batch(events: &str) -> String {
    format!(r#"{{"events":[{events}]}}"#)
}

/// A message of a chat with more in it.
fn with(more: &str) -> String {
    batch(&format!(r#"{{"type":"message","id":"m-1","conversation":"c-7","from":"u-3",{more}}}"#))
}

/// The one message that a reply brings.
fn message(reply: InboundReply) -> InboundMessage {
    match reply.brought.into_iter().next() {
        Some(Inbound::Message(message)) => message,
        other => panic!("{other:?}"),
    }
}

fn outbound() -> OutboundMessage {
    OutboundMessage { id: "r-1".into(), ..OutboundMessage::new("c-7", "u-3", "On its way") }
}

fn connected() -> Host {
    Host::new().setting("workspace", "acme").secret("api_key")
}

fn host(answer: Canned) -> Host {
    connected().answer("POST", SEND, answer)
}

#[test]
fn messages_come_as_json_or_as_a_form() {
    let json = message(receive(&batch(HELLO)));
    assert_eq!((json.external_id.as_str(), json.threads[0].as_str(), json.text.as_str()), ("m-1", "c-7", "Hello"));
    assert_eq!((json.sender.handle.as_str(), json.sender.name.as_str()), ("u-3", "Ada"));
    assert_eq!(json.sent, Some(1_700_000_000_000));
    let form = message(form("id=m-1&conversation=c-7&from=u-3&name=Ada&text=Hello&time=1700000000&new=1"));
    assert_eq!(form, json);
}

#[test]
fn forms_are_decoded() {
    let message = message(form("id=1&conversation=%2B4670&from=%2B4670&text=Hej+d%C3%A4r%20100%"));
    assert_eq!((message.threads[0].as_str(), message.text.as_str()), ("+4670", "Hej där 100%"));
    assert_eq!(message.sender.name, "+4670", "who has no name has an id");
}

#[test]
fn html_comes_along_and_what_has_no_words_is_seen() {
    let html = message(receive(&with(r#""html":"<b>Hello</b>","email":"ada@example.com""#)));
    assert_eq!((html.text.as_str(), html.html.as_deref()), ("", Some("<b>Hello</b>")));
    assert_eq!((html.sender.email.as_deref(), html.unsupported.len()), (Some("ada@example.com"), 0));
    let sticker = message(receive(&with(r#""kind":"Sticker""#)));
    assert_eq!(sticker.unsupported, ["Sticker"]);
    let bare = message(receive(&with(r#""text":" ""#)));
    assert_eq!(bare.unsupported, ["A message without words"]);
}

#[test]
fn changes_and_reports_name_the_message_that_they_are_about() {
    let events = [
        r#"{"type":"message","id":"m-1","conversation":"c-7","from":"u-3","text":"Hello!","edit":2}"#,
        r#"{"type":"deleted","id":"m-2"}"#,
        r#"{"type":"status","id":"out-9","status":"failed","reason":"The phone is off"}"#,
        r#"{"type":"status","id":"out-9","status":"queued"}"#,
        r#"{"type":"typing","from":"u-3"}"#,
    ];
    let reply = receive(&batch(&events.join(",")));
    let failed = Report { reason: Some("The phone is off".into()), ..Report::new("out-9", Progress::Failed) };
    let edit = Edit::new("m-1", 2, "Hello!");
    let expected = [Inbound::Edited(edit), Inbound::Deleted("m-2".into()), Inbound::Status(failed)];
    assert_eq!((reply.answer.status, reply.brought.as_slice()), (200, expected.as_slice()));
    let read = form("id=out-9&status=read").brought;
    assert_eq!(read, [Inbound::Status(Report::new("out-9", Progress::Read))]);
}

#[test]
fn what_is_no_event_is_refused_with_all_that_came_with_it() {
    let long = format!(r#"{{"type":"deleted","id":"{}"}}"#, "x".repeat(201));
    let many = vec![HELLO; 101].join(",");
    let lines = r#"{"type":"message","id":"a\nb","conversation":"c","from":"u"}"#;
    let bodies = [
        String::new(),
        "[]".into(),
        "{}".into(),
        batch("{}"),
        batch(r#"{"type":"status","id":"","status":"read"}"#),
        batch(&[HELLO, &long].join(",")),
        batch(&many),
        batch(lines),
        with(r#""text":"Hello","edit":0"#),
    ];
    for body in bodies {
        let reply = receive(&body);
        assert_eq!((reply.answer.status, reply.brought.len()), (400, 0), "{body}");
    }
    for body in ["", "id=1", "id=1&conversation=c&from=u&time=soon", "status=read"] {
        assert_eq!(form(body).answer.status, 400, "{body}");
    }
    let get = InboundRequest::new("GET", "/", "");
    assert_eq!(WebhookChat::receive(&get).unwrap().answer.status, 405);
}

#[test]
fn a_file_is_fetched_by_the_host() {
    let host = connected().answer("GET", &format!("{FILES}/f-1"), Canned::text(200, "a bill"));
    let seen = message(receive(&with(r#""text":"See there","files":[{"id":"f-1","name":"bill.txt","size":6}]"#)));
    let (file, bytes) = host.file_now(&seen.attachments[0].id).unwrap();
    assert_eq!((file.name.as_str(), bytes.as_slice(), seen.unsupported.len()), ("bill.txt", b"a bill".as_slice(), 0));
    assert_eq!(host.requests()[0].auth.as_deref(), Some("bearer api_key"));
    let by_form = message(form("id=1&conversation=c&from=u&file=f-1&file_name=bill.txt"));
    assert_eq!((by_form.attachments.len(), by_form.unsupported.len()), (1, 0));
}

#[test]
fn a_file_that_cannot_be_had_is_named_and_no_address_is_made_up() {
    let host = connected().answer("GET", &format!("{FILES}/gone"), Canned::text(404, ""));
    let files = r#"{"id":"big","name":"film.mp4","size":5000000},{"id":"../me","name":"x"},{"id":"gone"}"#;
    let seen = message(receive(&with(&format!(r#""text":"Hello","files":[{files}]"#))));
    let expected = [
        "film.mp4: larger than 4 MiB, it stays with the chat",
        "x: it could not be fetched from the chat",
        "file: it could not be fetched from the chat",
    ];
    assert_eq!((seen.text.as_str(), seen.attachments.len()), ("Hello", 0));
    assert_eq!((seen.unsupported.as_slice(), host.requests().len()), (expected.map(str::to_owned).as_slice(), 1));
    let many = vec![r#"{"id":"/"}"#; 30].join(",");
    let seen = message(receive(&with(&format!(r#""files":[{many}]"#))));
    assert_eq!(seen.unsupported.len(), 11);
    assert_eq!(seen.unsupported[10], "20 more files, which stay with the chat");
}

#[test]
fn a_reply_goes_to_its_conversation_with_an_id_that_stays() {
    let host = host(Canned::json(201, r#"{"id":"out-9"}"#));
    assert_eq!(WebhookChat::send(&outbound()).unwrap().external_id, "out-9");
    let sent = host.requests().remove(0);
    assert_eq!(sent.auth.as_deref(), Some("bearer api_key"));
    assert!(sent.headers.contains(&("Idempotency-Key".to_owned(), "r-1".to_owned())), "{sent:?}");
    assert_eq!(sent.text(), r#"{"id":"r-1","conversation":"c-7","to":"u-3","author":"Olga","text":"On its way"}"#);
}

/// With a file of the desk.
fn with_file(host: &Host) -> OutboundMessage {
    let (file, _) = host.file_now("f1").unwrap();
    OutboundMessage {
        html: Some("<p>On its way</p>".into()),
        attachments: vec![Attachment { file, content_id: None }],
        ..outbound()
    }
}

#[test]
fn a_reply_carries_html_and_files() {
    let host = host(Canned::json(201, r#"{"id":"out-9"}"#))
        .answer("POST", FILES, Canned::json(201, r#"{"id":"up-1"}"#))
        .file("f1", "bill.txt", b"a bill");
    WebhookChat::send(&with_file(&host)).unwrap();
    let bodies: Vec<_> = host.requests().iter().map(|sent| sent.text()).collect();
    assert_eq!(bodies[0], "file=a bill\n");
    assert!(
        bodies[1].ends_with(r#""text":"On its way","html":"<p>On its way</p>","files":["up-1"]}"#),
        "{}",
        bodies[1]
    );
}

#[test]
fn a_reply_whose_file_is_not_taken_is_not_sent() {
    for (answer, refused) in
        [(Canned::text(500, ""), false), (Canned::text(200, ""), false), (Canned::text(413, ""), true)]
    {
        let host = connected().answer("POST", FILES, answer).file("f1", "bill.txt", b"a bill");
        let error = WebhookChat::send(&with_file(&host)).unwrap_err();
        assert_eq!(matches!(error, SendError::Refused(_)), refused, "{error:?}");
        assert!(refused || matches!(error, SendError::Fault(Error::Upstream(_))), "{error:?}");
        assert_eq!(host.requests().len(), 1);
    }
}

#[test]
fn every_answer_says_what_can_be_done() {
    let kind = |answer: Canned| {
        let _host = host(answer);
        match WebhookChat::send(&outbound()).unwrap_err() {
            SendError::Fault(Error::NeedsAuth(_)) => "needs-auth",
            SendError::Fault(Error::Upstream(_)) => "upstream",
            SendError::Fault(_) => "other",
            SendError::Later(_) => "later",
            SendError::Unknown(_) => "unknown",
            SendError::Refused(_) => "refused",
        }
    };
    assert_eq!(kind(Canned::text(401, "")), "needs-auth");
    assert_eq!(kind(Canned::text(410, "")), "refused");
    assert_eq!(kind(Canned::text(422, "too long")), "refused");
    assert_eq!(kind(Canned::text(429, "")), "upstream");
    assert_eq!(kind(Canned::text(503, "")), "upstream");
    assert_eq!(kind(Canned::Unreachable), "upstream");
    assert_eq!(kind(Canned::text(429, "").header("Retry-After", "34")), "later");
    // Nobody knows whether these were taken: a person has to look.
    assert_eq!(kind(Canned::text(500, "")), "unknown");
    assert_eq!(kind(Canned::text(200, "<html>")), "unknown");
    assert_eq!(kind(Canned::Timeout), "unknown");
}

#[test]
fn a_pause_that_the_chat_asks_for_is_told() {
    let _host = host(Canned::text(429, "").header("Retry-After", "34"));
    let error = WebhookChat::send(&outbound()).unwrap_err();
    assert_eq!(error, SendError::Later(std::time::Duration::from_secs(34)));
}

#[test]
fn without_a_workspace_the_settings_are_named() {
    let _host = Host::new();
    let outcome = WebhookChat::send(&outbound());
    assert!(matches!(outcome, Err(SendError::Fault(Error::NeedsConfig(_)))), "{outcome:?}");
}

#[test]
fn the_composer_knows_what_replies_may_carry() {
    let facts = WebhookChat::describe().unwrap();
    assert!(facts.html && facts.files.is_some_and(|files| files.most == 10 && files.largest == 1_000_000));
}

/// The component is one, so all that differs is the name, and how requests are signed.
#[test]
fn the_manifests_differ_in_name_and_signature_alone() {
    let common = |manifest: &str| {
        let (before, rest) = manifest.split_once("[inbound]\n").unwrap();
        let (_, after) = rest.split_once("\n[setup]\n").unwrap();
        let named = |line: &&str| line.starts_with("id = ") || line.starts_with("name = ") || line.starts_with('#');
        let lines = before.lines().chain(after.lines()).filter(|line| !named(line));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let slack = common(include_str!("../annex.toml"));
    assert_eq!(common(include_str!("../annex-meta.toml")), slack);
    assert_eq!(common(include_str!("../annex-twilio.toml")), slack);
}

#[test]
fn its_chapter_shows_code_that_is_here() {
    let files = [
        include_str!("lib.rs"),
        include_str!("files.rs"),
        include_str!("incoming.rs"),
        include_str!("outgoing.rs"),
        include_str!("tests.rs"),
        include_str!("../annex.toml"),
        include_str!("../annex-meta.toml"),
        include_str!("../annex-twilio.toml"),
        include_str!("../scenarios/receives.toml"),
        include_str!("../scenarios/sends.toml"),
    ];
    crate::chapter_check::is_real(include_str!("../../../sdk/guide/examples/webhook-chat.md"), &files);
}
