//! What a channel made of a request (`hooks`) becomes tickets and messages.
//!
//! All messages of a request are written in one transaction together with the memory that they came, so a service that
//! delivers again, because it got no answer, makes no duplicates and loses nothing. A message that tells of a change of an
//! earlier one ([`ExternalId`]) changes that one.

use annex_desk::{
    Ctx, Refusal,
    contacts::{self, NewContact},
    notices,
};
use annex_domain::{
    channel::{ExternalId, InboundMessage, InboundReply, Revision},
    clock::Timestamp,
    ids::{ContactId, DeskId, HookId, InstallationId, MessageId},
    installation::Installation,
    operator::Actor,
    text::mail_address,
    ticket::{Author, ChannelThread},
};
use annex_store::{
    Db, StoreError, Tx,
    channels::{self, What},
    messages::{self, NewMessage},
    settings::{self, Stored},
    tickets::{self, NewTicket},
    vault::SecretPlace,
};
use secrecy::SecretString;

use crate::{Lifecycle, UseError};

/// How often writing is tried while the database is busy.
const ATTEMPTS: u32 = 3;

impl Lifecycle {
    /// Notes that a request had no or a wrong secret. The caller sees to it that this does not happen too often.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_refusal(&self, hook: HookId) -> Result<(), StoreError> {
        let Some((desk, id)) = channels::at_hook(&mut self.db.read().await?, hook).await? else { return Ok(()) };
        let mut tx = self.db.begin().await?;
        channels::put_state(&mut tx, desk, id, What::Refused, "wrong-secret", "", self.clock.now()).await?;
        tx.commit().await
    }

    /// How a channel fares is a help for people: that it cannot be noted keeps nothing from going on.
    pub(crate) async fn note_state(&self, installation: &Installation, what: What, outcome: &str, detail: &str) {
        note(&self.db, (installation.desk, installation.id), what, (outcome, detail), self.clock.now()).await;
    }

    pub(crate) async fn secret(
        &self,
        installation: &Installation,
        key: &str,
    ) -> Result<Option<SecretString>, StoreError> {
        let mut conn = self.db.read().await?;
        match settings::get(&mut conn, installation.desk, installation.id, key).await? {
            Some(Stored::Sealed(sealed)) => {
                let place = SecretPlace { desk: installation.desk, addon: &installation.addon, setting: key };
                Ok(Some(self.vault.open(&mut conn, place, &sealed).await?))
            }
            Some(Stored::Plain(_)) | None => Ok(None),
        }
    }

    pub(crate) async fn write_inbound(
        &self,
        installation: &Installation,
        reply: &InboundReply,
    ) -> Result<(), UseError> {
        let mut attempt = 1;
        loop {
            match self.try_write_inbound(installation, reply).await {
                Err(StoreError::Busy(_)) if attempt < ATTEMPTS => attempt += 1,
                // Made at the same time by another request: this time it is found.
                Err(StoreError::Unique { .. } | StoreError::Taken(_)) if attempt < ATTEMPTS => attempt += 1,
                other => return Ok(other?),
            }
        }
    }

    async fn try_write_inbound(&self, installation: &Installation, reply: &InboundReply) -> Result<(), StoreError> {
        let (desk, id, now) = (installation.desk, installation.id, self.clock.now());
        let mut tx = self.db.begin().await?;
        for message in &reply.messages {
            take_in(&mut tx, installation, message, now).await?;
        }
        let outcome = if (200..300).contains(&reply.status) { "ok" } else { "refused" };
        let detail = format!("{} messages, answered with {}", reply.messages.len(), reply.status);
        channels::put_state(&mut tx, desk, id, What::Received, outcome, &detail, now).await?;
        tx.commit().await
    }
}

/// How a channel fares: an outcome, and what there is to say about it.
pub(crate) async fn note(
    db: &Db,
    (desk, id): (DeskId, InstallationId),
    what: What,
    (outcome, detail): (&str, &str),
    now: Timestamp,
) {
    let noted = async {
        let mut tx = db.begin().await?;
        channels::put_state(&mut tx, desk, id, what, outcome, detail, now).await?;
        tx.commit().await
    };
    if let Err(error) = noted.await {
        tracing::warn!(installation = %id, %error, "how a channel fares could not be noted");
    }
}

/// Writes a message that comes for the first time, or changes one that came before.
pub(crate) async fn take_in(
    tx: &mut Tx,
    installation: &Installation,
    message: &InboundMessage,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (desk, id) = (installation.desk, installation.id);
    let external_id = tidy(&message.external_id, 500);
    let ExternalId { message: external_id, revision } = ExternalId::read(&external_id);
    let Some(Revision { number, by_author }) = revision else {
        if channels::first_time(tx, desk, id, external_id, now).await? {
            let written = write_message(tx, installation, message, now).await?;
            channels::set_known(tx, desk, id, external_id, written, 0).await?;
        }
        return Ok(());
    };
    // Of a message that is not known, because it came before the channel or long ago, the change is all there is.
    channels::first_time(tx, desk, id, external_id, now).await?;
    let known = channels::lock_known(tx, desk, id, external_id).await?;
    let written = match known {
        Some(known) if known.revision >= number => return Ok(()),
        Some(channels::Known { message: Some(known), .. }) => {
            messages::revise(tx, desk, known, &body(message), by_author, now).await?.id
        }
        _ => write_message(tx, installation, message, now).await?,
    };
    channels::set_known(tx, desk, id, external_id, written, number).await
}

/// Adds a message to the ticket of its thread, or makes one.
async fn write_message(
    tx: &mut Tx,
    installation: &Installation,
    message: &InboundMessage,
    now: Timestamp,
) -> Result<MessageId, StoreError> {
    let (desk, id) = (installation.desk, installation.id);
    let (thread, handle) = (tidy(&message.thread, 500), tidy(&message.handle, 500));
    let known = channels::lock_thread(tx, desk, id, &thread, now).await?;
    let requester = person(tx, installation, message, &handle, now).await?;
    let body = body(message);
    let known = match known {
        Some(ticket) => Some(tickets::lock(tx, desk, ticket.into()).await?),
        None => None,
    };
    // To a deleted ticket nothing is added: whoever writes there begins another.
    let (ticket, written) = match known.filter(|ticket| ticket.deleted_at.is_none()) {
        Some(ticket) => {
            // A closed ticket is followed up by a new one, which the thread then belongs to.
            let new = NewMessage { author: Author::Requester(requester), internal: false, body: body.into() };
            let added = messages::add(tx, desk, ticket.id, new, now).await?;
            if added.ticket.is_put_away() {
                // Nobody is told of spam.
            } else if added.new_ticket {
                notices::made(tx, desk, &added.ticket, &added.message, None, now).await?;
            } else {
                notices::answered(tx, desk, &added.ticket, &added.message, now).await?;
            }
            (added.ticket, added.message)
        }
        None => {
            let channel = Some(ChannelThread { installation: id, thread: thread.clone(), handle });
            let new = NewTicket { channel, ..NewTicket::of(requester, subject(message), body) };
            let (ticket, first) = tickets::create(tx, desk, new, now).await?;
            notices::made(tx, desk, &ticket, &first, None, now).await?;
            (ticket, first)
        }
    };
    channels::set_thread(tx, desk, id, &thread, ticket.id).await?;
    if let Some(sent_at) = sent_at(message, now) {
        messages::set_sent_at(tx, desk, written.id, sent_at).await?;
    }
    Ok(written.id)
}

/// When its author sent it; a time that cannot be is none.
fn sent_at(message: &InboundMessage, now: Timestamp) -> Option<Timestamp> {
    let sent_at = Timestamp(i64::try_from(message.sent_at?).ok()?);
    (sent_at.0 > 0 && sent_at <= now).then_some(sent_at)
}

/// The requester behind a handle, found by it, by an e-mail that the channel knows, or made.
async fn person(
    tx: &mut Tx,
    installation: &Installation,
    message: &InboundMessage,
    handle: &str,
    now: Timestamp,
) -> Result<ContactId, StoreError> {
    let (desk, id) = (installation.desk, installation.id);
    let ctx = Ctx::host(desk, Actor::Addon(id), now);
    if let Some(known) = channels::person(tx, desk, id, handle).await? {
        match contacts::complete(tx, &ctx, known, email(message), phone(message)).await {
            Ok(_) => return Ok(known),
            Err(Refusal::NotFound(_)) => {}
            Err(refusal) => return Err(not_taken(refusal)),
        }
    }
    let names = [tidy(&message.name, 100), tidy(handle, 100)];
    let new = NewContact {
        name: names.into_iter().find(|name| !name.is_empty()).unwrap_or_default(),
        email: email(message),
        phone: phone(message),
        ..NewContact::default()
    };
    let contact = contacts::find_or_create(tx, &ctx, &new).await.map_err(not_taken)?;
    channels::set_person(tx, desk, id, handle, contact.id).await?;
    Ok(contact.id)
}

/// What a channel says of a person is tidied before, so that nothing of it can be wrong.
fn not_taken(refusal: Refusal) -> StoreError {
    match refusal {
        Refusal::Store(error) => error,
        Refusal::NotFound(what) => StoreError::NotFound(what),
        _ => StoreError::Invalid { field: "contact", problem: "was refused" },
    }
}

fn email(message: &InboundMessage) -> Option<String> {
    mail_address(message.email.as_deref()?.trim())
}

fn phone(message: &InboundMessage) -> Option<String> {
    message.phone.as_deref().map(|phone| tidy(phone, 40)).filter(|phone| !phone.is_empty())
}

fn subject(message: &InboundMessage) -> String {
    let given = message.subject.as_deref().map(|subject| tidy(subject, 200)).filter(|subject| !subject.is_empty());
    given.unwrap_or_else(|| tidy(&body(message), 80))
}

/// Services allow messages without text, such as pictures; the desk should see that something came.
fn body(message: &InboundMessage) -> String {
    let body: String =
        message.body.chars().map(|c| if c == '\0' { '\u{fffd}' } else { c }).take(messages::MAX_BODY).collect();
    if tidy(&body, 1).is_empty() { "(a message without text)".into() } else { body }
}

/// One line without control characters, at most `longest` characters.
fn tidy(text: &str, longest: usize) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    line.trim().chars().take(longest).collect()
}
