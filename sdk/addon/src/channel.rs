//! Channels: a way for requesters to write and be answered.
//!
//! Channels are made for `annex:addon@0.1`: `annex.toml` names that as `wit`, and `Cargo.toml` the feature of this crate for it:
//!
//! ```toml
//! annex-sdk = { path = "…", features = ["channel"] }
//! ```
//!
//! Of what the crate wraps, [`http`], [`kv`](crate::kv), [`settings`](crate::settings) and the log are there. Values do not expire,
//! are not counted and not scanned, and requests carry no files.

#[cfg(all(target_arch = "wasm32", feature = "channel"))]
pub(crate) mod host;

use std::{fmt, marker::PhantomData};

use serde::de::DeserializeOwned;

use crate::{
    Error, Result,
    bindings::channel::exports::annex::addon::{lifecycle, messaging as wire},
    http, logger,
};

pub use wire::{Header, InboundMessage, InboundReply, InboundRequest, OutboundMessage, Receipt, Sender};

/// A channel.
///
/// ```
/// use annex_sdk::{channel::*, prelude::*};
///
/// struct Web;
///
/// impl Channel for Web {
///     fn receive(request: &InboundRequest) -> Result<InboundReply> {
///         let Ok(body) = request.text() else { return Ok(InboundReply::status(400)) };
///         let message = Message::new("m-1", "thread-1", "ada", "Ada", body);
///         Ok(InboundReply::ok().message(message))
///     }
///
///     fn send(message: &OutboundMessage) -> Result<Receipt, SendError> {
///         let answer = Request::post("https://web.example.com/send").bearer("key").json(&message.body)?.send()?;
///         match answer.status() {
///             200 => Ok(Receipt { external_id: answer.text()?.to_owned() }),
///             410 => Err(SendError::Rejected("the conversation is over".into())),
///             status => Err(http::Error::Status(status).into()),
///         }
///     }
/// }
///
/// annex_sdk::export_channel!(Web);
/// # let reply = Web::receive(&InboundRequest::post("/", "Hi")).unwrap();
/// # assert_eq!(reply.messages.len(), 1);
/// ```
pub trait Channel {
    /// A request from the service to `/hooks/{hook}/…`, after the host has checked the secret that the manifest
    /// names. The messages in the reply become tickets. A message that came before is dropped by the host.
    ///
    /// # Errors
    /// The service gets an error status and tries again.
    fn receive(request: &InboundRequest) -> Result<InboundReply>;

    /// A public reply of an operator, to be sent, once. The host tries again only what surely was not sent: no request left
    /// it, the service answered 429, 503 or another 4xx, or the add-on says so with [`SendError::not_sent`]. After anything
    /// else a person decides. `id` is the same then.
    ///
    /// # Errors
    /// See [`SendError`].
    fn send(message: &OutboundMessage) -> Result<Receipt, SendError>;

    /// Runs when the add-on is installed.
    ///
    /// # Errors
    /// Ends the installation; the operator reads the text.
    fn install() -> Result<()> {
        Ok(())
    }

    /// Runs when this version takes the place of `from`.
    ///
    /// # Errors
    /// Data and old version are restored; the operator reads the text.
    fn update(_from: &str) -> Result<()> {
        Ok(())
    }

    /// Runs before the add-on is removed.
    ///
    /// # Errors
    /// Shown to the operator, who can remove it all the same.
    fn uninstall() -> Result<()> {
        Ok(())
    }
}

/// Why a message was not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendError {
    /// The kind says what the operator can do. The host tries again where the message surely was not sent; see
    /// [`SendError::not_sent`].
    Fault(Error),
    /// The service refused this message for good: shown at the message, not tried again.
    Rejected(String),
}

impl SendError {
    /// The service surely did not take the message: the host tries again, with growing pauses.
    ///
    /// ```
    /// use annex_sdk::channel::SendError;
    ///
    /// assert_eq!(SendError::not_sent("busy").to_string(), "busy (not sent)");
    /// ```
    #[must_use]
    pub fn not_sent(text: impl fmt::Display) -> Self {
        Self::Fault(Error::Upstream(format!("{text} (not sent)")))
    }

    /// The same, for a service that asks to wait for some seconds.
    ///
    /// ```
    /// use annex_sdk::channel::SendError;
    ///
    /// assert_eq!(SendError::not_sent_yet("too fast", 34).to_string(), "too fast (not sent; retry after 34 s)");
    /// ```
    #[must_use]
    pub fn not_sent_yet(text: impl fmt::Display, seconds: u32) -> Self {
        Self::Fault(Error::Upstream(format!("{text} (not sent; retry after {seconds} s)")))
    }

    /// The service may have taken the message, or not: a person has to look. What the host assumes anyway when a request
    /// was not answered, or answered so that its status does not tell.
    #[must_use]
    pub fn unclear(text: impl Into<String>) -> Self {
        Self::Fault(Error::Internal(text.into()))
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fault(error) => error.fmt(f),
            Self::Rejected(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for SendError {}

impl From<Error> for SendError {
    fn from(error: Error) -> Self {
        Self::Fault(error)
    }
}

impl From<http::Error> for SendError {
    fn from(error: http::Error) -> Self {
        Self::Fault(error.into())
    }
}

/// Builds an [`InboundMessage`].
///
/// ```
/// use annex_sdk::channel::{InboundReply, Message};
///
/// let message = Message::new("m-1", "chat-7", "user-3", "Ada", "Hello").sent_at(1_700_000_000_000);
/// assert_eq!(InboundReply::ok().message(message).messages[0].thread, "chat-7");
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
        body: impl Into<String>,
    ) -> Self {
        let sender = Sender { handle: handle.into(), name: name.into(), email: None, phone: None };
        Self(InboundMessage {
            external_id: external_id.into(),
            thread: thread.into(),
            sender,
            subject: None,
            body: body.into(),
            sent_at: None,
        })
    }

    /// This is a change of the message with this id: its author edited it. Of two changes the higher number counts. The
    /// text takes the place of the earlier one, which the desk keeps; a ticket that was solved opens again.
    ///
    /// ```
    /// use annex_sdk::channel::{InboundReply, Message};
    ///
    /// let edit = Message::new("m-1", "chat-7", "user-3", "Ada", "Hello!").edit(2);
    /// assert_eq!(InboundReply::ok().message(edit).messages[0].external_id, "m-1;edit=2");
    /// ```
    pub fn edit(mut self, number: u64) -> Self {
        self.0.external_id.push_str(&format!(";edit={number}"));
        self
    }

    /// This is a change of the message with this id that nobody made, such as a position that is shared live: the text
    /// takes the place of the earlier one, and nobody is disturbed.
    pub fn update(mut self, number: u64) -> Self {
        self.0.external_id.push_str(&format!(";update={number}"));
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

    /// The ticket's subject; without it, the first words of the body.
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.0.subject = Some(subject.into());
        self
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub fn sent_at(mut self, millis: u64) -> Self {
        self.0.sent_at = Some(millis);
        self
    }
}

impl InboundRequest {
    /// A POST request, for tests.
    pub fn post(path: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
        Self { method: "POST".into(), path: path.into(), query: String::new(), headers: vec![], body: body.into() }
    }

    /// The first header of that name; case does not matter.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        found.map(|header| header.value.as_str())
    }

    /// The body as text.
    ///
    /// # Errors
    /// When it is not UTF-8.
    pub fn text(&self) -> Result<&str, std::str::Utf8Error> {
        std::str::from_utf8(&self.body)
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// When it is not JSON of that form.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(&self.body)
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
        Self { status, content_type: "text/plain; charset=utf-8".into(), body: vec![], messages: vec![] }
    }

    /// What the service reads.
    #[must_use]
    pub fn text(mut self, body: impl Into<String>) -> Self {
        self.body = body.into().into_bytes();
        self
    }

    /// Adds a message; at most 100.
    #[must_use]
    pub fn message(mut self, message: Message) -> Self {
        self.messages.push(message.0);
        self
    }
}

/// Exports a type that implements [`Channel`]; once per add-on. Natively it only checks that it does.
#[cfg(any(not(target_arch = "wasm32"), feature = "channel"))]
#[macro_export]
macro_rules! export_channel {
    ($addon:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type AnnexExport = $crate::channel::Export<$addon>;
    $crate::bindings::channel::export_channel_world!(AnnexExport with_types_in $crate::bindings::channel);
        };
        #[cfg(not(target_arch = "wasm32"))]
        const _: $crate::channel::Export<$addon> = $crate::channel::Export::new();
    };
}

/// Says what is missing.
#[cfg(all(target_arch = "wasm32", not(feature = "channel")))]
#[macro_export]
macro_rules! export_channel {
    ($addon:ty) => {
        compile_error!("a channel needs the feature `channel` of annex-sdk: name it in Cargo.toml");
    };
}

/// Stands between the component's exports and a [`Channel`].
#[doc(hidden)]
#[derive(Debug)]
pub struct Export<T>(PhantomData<T>);

impl<T: Channel> Export<T> {
    /// Proof that `T` is a channel.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "only used in a constant")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: Channel> wire::Guest for Export<T> {
    fn receive(request: InboundRequest) -> Result<InboundReply, wire::Fault> {
        logger::init();
        T::receive(&request).map_err(|error| SendError::Fault(error).into())
    }

    fn send(message: OutboundMessage) -> Result<Receipt, wire::Fault> {
        logger::init();
        T::send(&message).map_err(Into::into)
    }
}

impl<T: Channel> lifecycle::Guest for Export<T> {
    fn install() -> Result<(), String> {
        logger::init();
        T::install().map_err(String::from)
    }

    fn update(from_version: String) -> Result<(), String> {
        logger::init();
        T::update(&from_version).map_err(String::from)
    }

    fn uninstall() -> Result<(), String> {
        logger::init();
        T::uninstall().map_err(String::from)
    }
}

impl From<SendError> for wire::Fault {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Rejected(text) => Self::Rejected(text),
            SendError::Fault(Error::NeedsConfig(text)) => Self::NeedsConfig(text),
            SendError::Fault(Error::NeedsAuth(text)) => Self::NeedsAuth(text),
            SendError::Fault(Error::Upstream(text)) => Self::Upstream(text),
            SendError::Fault(Error::Denied(text)) => Self::Denied(text),
            SendError::Fault(Error::Internal(text)) => Self::Internal(text),
        }
    }
}
