//! What comes in, as a channel builds it.

use super::wire::{Attached, Edit, Inbound, InboundMessage, InboundReply, Origin, Person, Progress, Report};
use crate::bindings::plugin::annex::addon::types::OutboundAnswer;

/// Builds an [`InboundMessage`].
///
/// ```
/// use annex_sdk::channel::{InboundReply, Message};
///
/// let message = Message::new("m-1", "chat-7", "user-3", "Ada", "Hello").sent_at(1_700_000_000_000);
/// let reply = InboundReply::ok().bring(message);
/// assert_eq!(reply.messages().next().unwrap().threads, ["chat-7"]);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "put it into a reply"]
pub struct Message(InboundMessage);

impl Message {
    /// `external_id`: the channel's own id of the message; a second one with the same id is dropped. `thread`: messages
    /// of one thread become one ticket. `handle`: the channel's own, unchanging id of the person.
    pub fn new(
        external_id: impl Into<String>,
        thread: impl Into<String>,
        handle: impl Into<String>,
        name: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        Self(InboundMessage {
            external_id: external_id.into(),
            threads: vec![thread.into()],
            sender: Person { handle: handle.into(), name: name.into(), email: None, phone: None },
            copies: vec![],
            subject: None,
            text: text.into(),
            html: None,
            attachments: vec![],
            unsupported: vec![],
            origin: Origin::Person,
            answers: None,
            sent: None,
        })
    }

    /// One more id of the conversation.
    pub fn thread(mut self, id: impl Into<String>) -> Self {
        self.0.threads.push(id.into());
        self
    }

    /// The person's address.
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.0.sender.email = Some(email.into());
        self
    }

    /// The person's number.
    pub fn phone(mut self, phone: impl Into<String>) -> Self {
        self.0.sender.phone = Some(phone.into());
        self
    }

    /// Somebody who gets it as well.
    pub fn copy(mut self, person: Person) -> Self {
        self.0.copies.push(person);
        self
    }

    /// The ticket's subject; without it, the first words of the text.
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.0.subject = Some(subject.into());
        self
    }

    /// As it came: the host makes it safe when it is shown.
    pub fn html(mut self, html: impl Into<String>) -> Self {
        self.0.html = Some(html.into());
        self
    }

    /// A file that this call has made, with [`files`](crate::files) or [`Request::into_file`](crate::http::Request::into_file).
    pub fn attach(mut self, file: impl Into<String>) -> Self {
        self.0.attachments.push(Attached { id: file.into(), content_id: None });
        self
    }

    /// What the channel cannot carry, in words such as `Sticker`: shown as a line, so that nothing vanishes.
    pub fn unsupported(mut self, what: impl Into<String>) -> Self {
        self.0.unsupported.push(what.into());
        self
    }

    /// Who is behind it, where that is no person.
    pub fn origin(mut self, origin: Origin) -> Self {
        self.0.origin = origin;
        self
    }

    /// The external id of the message that it answers: where no thread is known, this one belongs to the ticket of that one.
    pub fn answers(mut self, external_id: impl Into<String>) -> Self {
        self.0.answers = Some(external_id.into());
        self
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub fn sent_at(mut self, millis: u64) -> Self {
        self.0.sent = Some(millis);
        self
    }
}

impl From<Message> for Inbound {
    fn from(message: Message) -> Self {
        Self::Message(message.0)
    }
}

impl Edit {
    /// Its author edited the message that came with this id. Of two changes the higher number counts. The text takes the place of the earlier
    /// one, which the desk keeps; a ticket that was solved opens again.
    #[must_use]
    pub fn new(external_id: impl Into<String>, revision: u64, text: impl Into<String>) -> Self {
        Self { external_id: external_id.into(), revision, by_author: true, text: text.into(), html: None }
    }

    /// Nobody made the change, such as of a position that is shared live: nobody is disturbed.
    #[must_use]
    pub fn by_itself(mut self) -> Self {
        self.by_author = false;
        self
    }
}

impl From<Edit> for Inbound {
    fn from(edit: Edit) -> Self {
        Self::Edited(edit)
    }
}

impl Report {
    /// What became of the message that a [`Receipt`](super::Receipt) named so.
    #[must_use]
    pub fn new(external_id: impl Into<String>, progress: Progress) -> Self {
        Self { external_id: external_id.into(), progress, reason: None }
    }
}

impl From<Report> for Inbound {
    fn from(report: Report) -> Self {
        Self::Status(report)
    }
}

impl InboundReply {
    /// Status 200 with an empty body.
    #[must_use]
    pub fn ok() -> Self {
        Self::status(200)
    }

    /// Any status with an empty body.
    #[must_use]
    pub fn status(status: u16) -> Self {
        let content_type = "text/plain; charset=utf-8".into();
        Self { answer: OutboundAnswer { status, content_type, body: vec![] }, brought: vec![] }
    }

    /// What the service reads.
    #[must_use]
    pub fn text(mut self, body: impl Into<String>) -> Self {
        self.answer.body = body.into().into_bytes();
        self
    }

    /// Brings a [`Message`], an [`Edit`], a [`Report`]; at most 100.
    #[must_use]
    pub fn bring(mut self, inbound: impl Into<Inbound>) -> Self {
        self.brought.push(inbound.into());
        self
    }

    /// The messages that it brings, for tests.
    pub fn messages(&self) -> impl Iterator<Item = &InboundMessage> {
        self.brought.iter().filter_map(|inbound| match inbound {
            Inbound::Message(message) => Some(message),
            _ => None,
        })
    }
}
