//! Messages of channels, and translations.

use annex_domain::{channel as domain, language, ui};

use super::{locale, messaging as wit};
use crate::bindings::{Convert, records};

records! { domain => wit:
    OutboundMessage { id, thread, handle, subject, body, author }
}

impl Convert<wit::InboundRequest> for domain::InboundRequest {
    fn convert(self) -> wit::InboundRequest {
        let Self { method, path, query, headers, body, public: _ } = self;
        let headers = headers.into_iter().map(|(name, value)| wit::Header { name, value }).collect();
        wit::InboundRequest { method, path, query, headers, body: body.into() }
    }
}

impl Convert<domain::InboundReply> for wit::InboundReply {
    fn convert(self) -> domain::InboundReply {
        let Self { status, content_type, body, messages } = self;
        domain::InboundReply { status, content_type, body, messages: messages.convert() }
    }
}

impl Convert<domain::InboundMessage> for wit::InboundMessage {
    fn convert(self) -> domain::InboundMessage {
        let Self { external_id, thread, sender, subject, body, sent_at } = self;
        let wit::Sender { handle, name, email, phone } = sender;
        domain::InboundMessage { external_id, thread, handle, name, email, phone, subject, body, sent_at }
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
