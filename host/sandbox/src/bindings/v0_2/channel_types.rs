//! Messages of channels, in the types of the domain and back.

use annex_domain::channel as domain;

use super::{hosts, messaging as wit};
use crate::bindings::{Convert, records, variants};

records! { wit => domain:
    Attached { id, content_id }
    Receipt { external_id, threads }
    Report { external_id, progress, reason }
    FileBounds { most, largest, together, types }
    Facts { starts, longest_text, html, files, copies }
    Person { handle, name, email, phone }
}

records! { domain => wit:
    Person { handle, name, email, phone }
}

variants! { wit => domain:
    Origin { Person, Automatic, Bulk, Bounce }
    Progress { Delivered, Read, Failed }
    Reach { Nobody, Email, Phone }
    Outcome { Sent(receipt), Later(ms), Unknown(text), Refused(text) }
}

impl Convert<domain::InboundReply> for wit::InboundReply {
    fn convert(self) -> domain::InboundReply {
        let Self { answer, brought } = self;
        let domain::Answered { status, content_type, body } = answer.convert();
        domain::InboundReply { status, content_type, body, brought: brought.convert() }
    }
}

impl Convert<domain::Inbound> for wit::Inbound {
    fn convert(self) -> domain::Inbound {
        match self {
            Self::Message(message) => domain::Inbound::Message(Box::new(message.convert())),
            Self::Edited(edit) => domain::Inbound::Edited(edit.convert()),
            Self::Deleted(external_id) => domain::Inbound::Deleted(external_id),
            Self::Status(report) => domain::Inbound::Status(report.convert()),
        }
    }
}

/// Ids of conversations are made up by whoever writes a mail, say: only who is part of one joins it.
impl Convert<domain::InboundMessage> for wit::InboundMessage {
    fn convert(self) -> domain::InboundMessage {
        domain::InboundMessage {
            external_id: self.external_id,
            revision: None,
            threads: self.threads,
            joins: domain::Joins::Members,
            sender: self.sender.convert(),
            copies: self.copies.convert(),
            subject: self.subject,
            text: self.text,
            html: self.html,
            attachments: self.attachments.convert(),
            unsupported: self.unsupported,
            origin: self.origin.convert(),
            answers: self.answers,
            sent_at: self.sent,
        }
    }
}

impl Convert<domain::Edit> for wit::Edit {
    fn convert(self) -> domain::Edit {
        let Self { external_id, revision, by_author, text, html } = self;
        let number = i64::try_from(revision).unwrap_or(i64::MAX);
        domain::Edit { external_id, revision: domain::Revision { number, by_author }, text, html }
    }
}

impl Convert<wit::InboundMail> for domain::InboundMail {
    fn convert(self) -> wit::InboundMail {
        let Self { mailbox, raw, received } = self;
        wit::InboundMail { mailbox, raw: hosts::file(raw), received: hosts::ms(received) }
    }
}

impl Convert<wit::Attachment> for domain::Attachment {
    fn convert(self) -> wit::Attachment {
        wit::Attachment { file: hosts::file(self.file), content_id: self.content_id }
    }
}

impl Convert<wit::OutboundMessage> for domain::OutboundMessage {
    fn convert(self) -> wit::OutboundMessage {
        wit::OutboundMessage {
            id: self.id,
            threads: self.threads,
            recipient: self.recipient.convert(),
            copies: self.copies.convert(),
            subject: self.subject,
            text: self.text,
            html: self.html,
            attachments: self.attachments.convert(),
            answers: self.answers,
            author: self.author,
            automatic: self.automatic,
            attempt: self.attempt,
        }
    }
}
