//! The whole channel: what a chat posts, and every answer to a reply.

use annex_sdk::{
    channel::Header,
    testing::{Canned, Host},
};

use super::*;

const SEND: &str = "https://acme.chat.example/api/messages";
const HELLO: &str = r#"{"id":"m-1","conversation":"c-7","from":"u-3","name":"Ada","text":"Hello","time":1700000000}"#;

fn receive(body: &str) -> InboundReply {
    WebhookChat::receive(&InboundRequest::post("/", body)).unwrap()
}

fn form(body: &str) -> InboundReply {
    let kind = Header { name: "content-type".into(), value: "application/x-www-form-urlencoded; charset=utf-8".into() };
    WebhookChat::receive(&InboundRequest { headers: vec![kind], ..InboundRequest::post("/", body) }).unwrap()
}

fn batch(messages: &str) -> String {
    format!(r#"{{"messages":[{messages}]}}"#)
}

fn outbound() -> OutboundMessage {
    OutboundMessage {
        id: "r-1".into(),
        thread: "c-7".into(),
        handle: "u-3".into(),
        subject: "Hello".into(),
        body: "On its way".into(),
        author: "Olga".into(),
    }
}

fn host(answer: Canned) -> Host {
    Host::new().setting("workspace", "acme").secret("api_key").answer("POST", SEND, answer)
}

#[test]
fn messages_come_as_json_or_as_a_form() {
    let json = receive(&batch(HELLO)).messages.remove(0);
    assert_eq!((json.external_id.as_str(), json.thread.as_str(), json.body.as_str()), ("m-1", "c-7", "Hello"));
    assert_eq!((json.sender.handle.as_str(), json.sender.name.as_str()), ("u-3", "Ada"));
    assert_eq!(json.sent_at, Some(1_700_000_000_000));
    let form = form("id=m-1&conversation=c-7&from=u-3&name=Ada&text=Hello&time=1700000000&new=1").messages.remove(0);
    assert_eq!(form, json);
}

#[test]
fn forms_are_decoded() {
    let message = form("id=1&conversation=%2B4670&from=%2B4670&text=Hej+d%C3%A4r%20100%").messages.remove(0);
    assert_eq!((message.thread.as_str(), message.body.as_str()), ("+4670", "Hej där 100%"));
    assert_eq!(message.sender.name, "+4670", "who has no name has an id");
}

#[test]
fn an_edit_is_told_from_a_message_and_what_has_no_words_is_seen() {
    let edit = r#"{"id":"m-1","conversation":"c-7","from":"u-3","text":"Hello!","edit":2,"email":"ada@example.com"}"#;
    let sticker = r#"{"id":"m-2","conversation":"c-7","from":"u-3"}"#;
    let reply = receive(&batch(&[edit, sticker].join(",")));
    assert_eq!(reply.messages[0].external_id, "m-1;edit=2");
    assert_eq!(reply.messages[0].sender.email.as_deref(), Some("ada@example.com"));
    assert_eq!(reply.messages[1].body, "[no text]");
}

#[test]
fn what_is_no_message_is_refused_with_all_that_came_with_it() {
    let long = format!(r#"{{"id":"{}","conversation":"c","from":"u"}}"#, "x".repeat(201));
    let many = vec![HELLO; 101].join(",");
    let lines = r#"{"id":"a\nb","conversation":"c","from":"u"}"#;
    let cases =
        ["", "[]", "{}", &batch("{}"), &batch(&[HELLO, &long].join(",")), &batch(&many), &batch(lines)].map(receive);
    for reply in cases {
        assert_eq!((reply.status, reply.messages.len()), (400, 0));
    }
    for body in ["", "id=1", "id=1&conversation=c&from=u&time=soon"] {
        assert_eq!(form(body).status, 400, "{body}");
    }
    let get = InboundRequest { method: "GET".into(), ..InboundRequest::post("/", "") };
    assert_eq!(WebhookChat::receive(&get).unwrap().status, 405);
}

#[test]
fn a_reply_goes_to_its_conversation_with_an_id_that_stays() {
    let host = host(Canned::json(201, r#"{"id":"out-9"}"#));
    assert_eq!(WebhookChat::send(&outbound()).unwrap().external_id, "out-9");
    let sent = host.requests().remove(0);
    assert_eq!(sent.auth.as_deref(), Some("bearer api_key"));
    assert_eq!(sent.text(), r#"{"id":"r-1","conversation":"c-7","to":"u-3","author":"Olga","text":"On its way"}"#);
}

#[test]
fn every_answer_says_what_can_be_done() {
    let kind = |answer: Canned| {
        let _host = host(answer);
        match WebhookChat::send(&outbound()).unwrap_err() {
            SendError::Fault(Error::NeedsAuth(_)) => "needs-auth",
            SendError::Fault(Error::Upstream(_)) => "upstream",
            SendError::Fault(_) => "other",
            SendError::Rejected(_) => "rejected",
        }
    };
    assert_eq!(kind(Canned::text(401, "")), "needs-auth");
    assert_eq!(kind(Canned::text(410, "")), "rejected");
    assert_eq!(kind(Canned::text(422, "too long")), "rejected");
    assert_eq!(kind(Canned::text(429, "")), "upstream");
    assert_eq!(kind(Canned::text(503, "")), "upstream");
    assert_eq!(kind(Canned::Unreachable), "upstream");
    // Nobody knows whether these were taken: a person has to look.
    assert_eq!(kind(Canned::text(500, "")), "other");
    assert_eq!(kind(Canned::text(200, "<html>")), "other");
}

#[test]
fn a_pause_that_the_chat_asks_for_is_told() {
    let _host = host(Canned::text(429, "").header("Retry-After", "34"));
    let error = WebhookChat::send(&outbound()).unwrap_err();
    assert!(error.to_string().ends_with("(not sent; retry after 34 s)"), "{error}");
}

#[test]
fn without_a_workspace_the_settings_are_named() {
    let _host = Host::new();
    let outcome = WebhookChat::send(&outbound());
    assert!(matches!(outcome, Err(SendError::Fault(Error::NeedsConfig(_)))), "{outcome:?}");
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
        include_str!("incoming.rs"),
        include_str!("outgoing.rs"),
        include_str!("tests.rs"),
        include_str!("../annex.toml"),
        include_str!("../annex-meta.toml"),
        include_str!("../annex-twilio.toml"),
        include_str!("../scenarios/receives.toml"),
    ];
    crate::chapter_check::is_real(include_str!("../../../sdk/guide/examples/webhook-chat.md"), &files);
}
