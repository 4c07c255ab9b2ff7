//! Messages of channels, and translations. What 0.1 says in texts is read here.

use annex_domain::{
    channel::{self as domain, ExternalId, Inbound, InboundMail, Joins, Origin, Person},
    language, ui,
};
use bytes::Bytes;

use super::{locale, messaging as wit};
use crate::bindings::Convert;

/// What 0.1 has no place for stays behind: who asks what the channel can carry, does not try.
impl Convert<wit::OutboundMessage> for domain::OutboundMessage {
    fn convert(self) -> wit::OutboundMessage {
        let Self { id, threads, recipient, subject, text, author, .. } = self;
        let thread = threads.into_iter().next().unwrap_or_default();
        wit::OutboundMessage { id, thread, handle: recipient.handle, subject, body: text, author }
    }
}

impl Convert<wit::InboundRequest> for domain::InboundRequest {
    fn convert(self) -> wit::InboundRequest {
        let Self { method, path, query, headers, body, public: _ } = self;
        let headers = headers.into_iter().map(|(name, value)| wit::Header { name, value }).collect();
        wit::InboundRequest { method, path, query, headers, body: body.into() }
    }
}

/// 0.1 knows no mailboxes: a mail comes to its channels as a request to `/mail/SETTING`, whose body it is.
pub(super) fn mail_request(mail: InboundMail, raw: Bytes) -> wit::InboundRequest {
    let header = |name: &str, value: String| wit::Header { name: name.to_owned(), value };
    let headers =
        vec![header("content-type", mail.raw.media_type), header("x-received-at", mail.received.0.to_string())];
    let path = format!("/mail/{}", mail.mailbox);
    wit::InboundRequest { method: "POST".into(), path, query: mail.raw.id, headers, body: raw.into() }
}

/// What a mail was made into; an answer that a service would take for a failure is one.
pub(super) fn made_of_mail(reply: domain::InboundReply) -> Result<Vec<Inbound>, ui::Fault> {
    match reply.status {
        200..300 => Ok(reply.brought),
        status => Err(ui::Fault::Upstream(format!("the add-on answered with {status}"))),
    }
}

impl Convert<domain::InboundReply> for wit::InboundReply {
    fn convert(self) -> domain::InboundReply {
        let Self { status, content_type, body, messages } = self;
        let brought = messages.into_iter().map(|message| Inbound::Message(Box::new(message.convert()))).collect();
        domain::InboundReply { status, content_type, body, brought }
    }
}

impl Convert<domain::InboundMessage> for wit::InboundMessage {
    fn convert(self) -> domain::InboundMessage {
        let Self { external_id, thread, sender, subject, body, sent_at } = self;
        let wit::Sender { handle, name, email, phone } = sender;
        let ExternalId { message, revision } = ExternalId::read(&external_id);
        domain::InboundMessage {
            external_id: message.to_owned(),
            revision,
            threads: vec![thread],
            joins: Joins::Everybody,
            sender: Person { handle, name, email, phone },
            copies: Vec::new(),
            subject,
            text: body,
            html: None,
            attachments: Vec::new(),
            unsupported: Vec::new(),
            origin: Origin::Person,
            answers: None,
            sent_at,
        }
    }
}

/// A request is not refused as a message is: whoever says so has a defect.
pub(super) fn received(answer: Result<wit::InboundReply, wit::Fault>) -> Result<domain::InboundReply, ui::Fault> {
    answer.map(Convert::convert).map_err(fault)
}

/// 0.1 knows no other outcome than sent and refused.
pub(super) fn sent(answer: Result<wit::Receipt, wit::Fault>) -> Result<domain::Outcome, ui::Fault> {
    match answer {
        Ok(wit::Receipt { external_id }) => {
            Ok(domain::Outcome::Sent(domain::Receipt { external_id, threads: Vec::new() }))
        }
        Err(wit::Fault::Rejected(text)) => Ok(domain::Outcome::Refused(text)),
        Err(other) => Err(fault(other)),
    }
}

fn fault(fault: wit::Fault) -> ui::Fault {
    match fault {
        wit::Fault::NeedsConfig(text) => ui::Fault::NeedsConfig(text),
        wit::Fault::NeedsAuth(text) => ui::Fault::NeedsAuth(text),
        wit::Fault::Upstream(text) => ui::Fault::Upstream(text),
        wit::Fault::Denied(text) => ui::Fault::Denied(text),
        wit::Fault::Internal(text) | wit::Fault::Rejected(text) => ui::Fault::Internal(text),
    }
}

impl Convert<language::LocaleFacts> for locale::Facts {
    fn convert(self) -> language::LocaleFacts {
        let Self { code, name, english_name, direction, fallback } = self;
        let rtl = direction == locale::Direction::RightToLeft;
        language::LocaleFacts { code, name, english_name, rtl, fallback }
    }
}

impl Convert<(String, String)> for locale::Resource {
    fn convert(self) -> (String, String) {
        (self.name, self.fluent)
    }
}
