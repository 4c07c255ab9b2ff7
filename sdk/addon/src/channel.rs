//! Channels: a way for requesters to write and be answered. `message` builds what came in, `sending` says what became of what went out.

mod message;
mod sending;

use std::marker::PhantomData;

use crate::{
    Error, Result,
    bindings::{
        channel::exports::annex::addon::messaging as wire,
        plugin::annex::addon::types::Fault,
        shared::exports::annex::addon::{configuration, lifecycle, schedules},
    },
    configuration::{Choice, Verdict},
    logger,
    schedule::Tick,
};

pub use message::Message;
pub use sending::SendError;
pub use wire::{
    Attached, Attachment, Edit, Facts, FileBounds, Inbound, InboundMail, InboundMessage, InboundReply, Origin,
    OutboundMessage, Person, Progress, Reach, Receipt, Report,
};

pub use crate::webhook::InboundRequest;

/// A channel. What it can carry, [`describe`](Channel::describe) says; requests of a service come to [`receive`](Channel::receive), mails of
/// a mailbox to [`receive_mail`](Channel::receive_mail).
///
/// ```
/// use annex_sdk::{channel::*, prelude::*};
///
/// struct Web;
///
/// impl Channel for Web {
///     fn describe() -> Result<Facts> {
///         Ok(Facts::text(4_000))
///     }
///
///     fn receive(request: &InboundRequest) -> Result<InboundReply> {
///         let Ok(text) = request.text() else { return Ok(InboundReply::status(400)) };
///         Ok(InboundReply::ok().bring(Message::new("m-1", "thread-1", "ada", "Ada", text)))
///     }
///
///     fn send(message: &OutboundMessage) -> Result<Receipt, SendError> {
///         let answer = Request::post("https://web.example.com/send").bearer("key").json(&message.text)?.send()?;
///         match answer.status() {
///             200 => Ok(Receipt::new(answer.text()?)),
///             410 => Err(SendError::Refused("the conversation is over".into())),
///             status => Err(http::Error::Status(status).into()),
///         }
///     }
/// }
///
/// annex_sdk::export_channel!(Web);
/// # let reply = Web::receive(&InboundRequest::new("POST", "/", "Hi")).unwrap();
/// # assert_eq!(reply.messages().next().unwrap().text, "Hi");
/// ```
pub trait Channel {
    /// What it can carry: the composer goes by it. Asked when the channel is activated or updated, and when its settings are saved.
    ///
    /// # Errors
    /// Nothing is known then: plain text alone is carried.
    fn describe() -> Result<Facts>;

    /// A request of the service to the installation's address, after the host has checked what the manifest's `[inbound]` asks for. What
    /// the reply brings is kept before the service is answered, and what came before is dropped. Without it, all are answered that there
    /// is nothing.
    ///
    /// # Errors
    /// The service is answered 502 or 503 with `Retry-After`, and nothing is kept.
    fn receive(_request: &InboundRequest) -> Result<InboundReply> {
        Ok(InboundReply::status(404))
    }

    /// A mail of a mailbox, see [`mail`](crate::mail). What it is made into, at most 10; nothing: the mail is passed over.
    ///
    /// # Errors
    /// It is tried again; after three times it is kept as a message with the raw mail attached.
    fn receive_mail(_mail: &InboundMail) -> Result<Vec<Inbound>> {
        Err(Error::internal("this channel reads no mails"))
    }

    /// Sends a public reply, once. Those of one conversation come in order, one after the other. `id` is the same when it is tried again.
    ///
    /// # Errors
    /// See [`SendError`].
    fn send(message: &OutboundMessage) -> Result<Receipt, SendError>;

    /// A time of `[[schedules]]` in the manifest, or one that was planned with [`schedule::at`](crate::schedule::at), has come.
    ///
    /// # Errors
    /// The host tries again, three times.
    fn on_schedule(_tick: &Tick) -> Result<()> {
        Ok(())
    }

    /// Whether the settings work: **Test connection**. Tries what is entered at the moment, secrets too, and writes nothing. Without
    /// it, they always do.
    ///
    /// # Errors
    /// Nothing is known then: the operator reads why.
    fn check() -> Result<Verdict> {
        Ok(Verdict::works())
    }

    /// What can be chosen for the setting `key`, whose manifest says `choices_from = "addon"`; `typed` is what was typed so far. At most
    /// 200.
    ///
    /// # Errors
    /// The operator reads why nothing can be chosen.
    fn choices(key: &str, _typed: &str) -> Result<Vec<Choice>> {
        Err(Error::Internal(format!("unknown setting `{key}`")))
    }

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

impl Facts {
    /// Plain text of at most that many characters, 1 to 1,000,000, and answers only. Of a longer reply, `send` makes as many parts.
    ///
    /// ```
    /// use annex_sdk::channel::{Facts, FileBounds};
    ///
    /// let facts = Facts { html: true, files: Some(FileBounds::of(10, 20 << 20)), ..Facts::text(4_096) };
    /// assert_eq!(facts.longest_text, 4_096);
    /// ```
    #[must_use]
    pub fn text(longest: u32) -> Self {
        Self { starts: Reach::Nobody, longest_text: longest, html: false, files: None, copies: false }
    }
}

impl FileBounds {
    /// At most so many files in a reply, 1 to 20, each of at most so many bytes, and all of them 30 MiB together; of any type.
    #[must_use]
    pub fn of(most: u32, largest: u64) -> Self {
        Self { most, largest, together: 30 << 20, types: vec![] }
    }
}

/// Exports a type that implements [`Channel`]; once per add-on. Natively it only checks that it does.
#[macro_export]
macro_rules! export_channel {
    ($addon:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type AnnexExport = $crate::channel::Export<$addon>;
    $crate::bindings::shared::export_shared_world!(AnnexExport with_types_in $crate::bindings::shared);
    $crate::bindings::channel::export_channel_world!(AnnexExport with_types_in $crate::bindings::channel);
        };
        #[cfg(not(target_arch = "wasm32"))]
        const _: $crate::channel::Export<$addon> = $crate::channel::Export::new();
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
    fn describe() -> Result<Facts, Fault> {
        logger::init();
        Ok(T::describe()?)
    }

    fn receive(request: InboundRequest) -> Result<InboundReply, Fault> {
        logger::init();
        Ok(T::receive(&request)?)
    }

    fn receive_mail(mail: InboundMail) -> Result<Vec<Inbound>, Fault> {
        logger::init();
        Ok(T::receive_mail(&mail)?)
    }

    fn send(message: OutboundMessage) -> Result<wire::Outcome, Fault> {
        logger::init();
        sending::outcome(T::send(&message))
    }
}

impl<T: Channel> configuration::Guest for Export<T> {
    fn check() -> Result<Verdict, Fault> {
        logger::init();
        Ok(T::check()?)
    }

    fn choices(key: String, typed: String) -> Result<Vec<Choice>, Fault> {
        logger::init();
        Ok(T::choices(&key, &typed)?)
    }
}

impl<T: Channel> schedules::Guest for Export<T> {
    fn on_schedule(tick: Tick) -> Result<(), String> {
        logger::init();
        T::on_schedule(&tick).map_err(String::from)
    }
}

impl<T: Channel> lifecycle::Guest for Export<T> {
    fn install() -> Result<(), String> {
        logger::init();
        T::install().map_err(String::from)
    }

    fn update(previous: String) -> Result<(), String> {
        logger::init();
        T::update(&previous).map_err(String::from)
    }

    fn uninstall() -> Result<(), String> {
        logger::init();
        T::uninstall().map_err(String::from)
    }
}
