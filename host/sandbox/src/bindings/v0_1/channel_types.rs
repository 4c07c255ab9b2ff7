//! Messages of channels, and translations.

use annex_domain::{channel as domain, language, ui};

use super::{
    convert::{Convert, records},
    locale, messaging as wit,
};

records! { domain => wit:
    OutboundMessage { id, thread, handle, subject, body, author }
}

impl Convert<wit::InboundRequest> for domain::InboundRequest {
    fn convert(self) -> wit::InboundRequest {
        let Self { method, path, query, headers, body } = self;
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

/// Why a channel did not do what it was asked: a fault, or a message that its service refuses for good.
pub(crate) enum ChannelFault {
    Fault(ui::Fault),
    Rejected(String),
}

impl Convert<ChannelFault> for wit::Fault {
    fn convert(self) -> ChannelFault {
        ChannelFault::Fault(match self {
            Self::NeedsConfig(text) => ui::Fault::NeedsConfig(text),
            Self::NeedsAuth(text) => ui::Fault::NeedsAuth(text),
            Self::Upstream(text) => ui::Fault::Upstream(text),
            Self::Denied(text) => ui::Fault::Denied(text),
            Self::Internal(text) => ui::Fault::Internal(text),
            Self::Rejected(text) => return ChannelFault::Rejected(text),
        })
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
