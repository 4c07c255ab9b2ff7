//! The way in of a channel: a request to `/hooks/{installation}/…` becomes tickets and messages.
//!
//! The host checks the secret that the manifest's `inbound` asks for before it reads or changes anything of the desk.
//! All messages of a request are written in one transaction together with the memory that they came, so a service that
//! delivers again, because it got no answer, makes no duplicates and loses nothing.

use annex_domain::{
    addon::Kind,
    channel::{InboundMessage, InboundReply, InboundRequest},
    clock::Timestamp,
    ids::{ContactId, InstallationId},
    installation::Installation,
    manifest::Manifest,
    settings::is_email,
    ticket::{Author, ChannelThread, Priority},
};
use annex_store::{
    StoreError, Tx, channels,
    contacts::{self, NewContact},
    installations,
    messages::{self, NewMessage},
    settings::{self, Stored},
    tickets::{self, NewTicket},
    vault::Place,
};
use secrecy::{ExposeSecret as _, SecretString};
use subtle::ConstantTimeEq as _;

use crate::{
    Lifecycle, UseError,
    calls::{call_error, call_scope},
};

/// How often writing is tried while the database is busy.
const ATTEMPTS: u32 = 3;

impl Lifecycle {
    /// A request to a channel: checked, handed to the add-on, its messages written.
    ///
    /// # Errors
    /// [`UseError::NotFound`] unless the installation is a channel that takes requests; [`UseError::Refused`] without
    /// the right secret; then what kept the add-on from answering.
    pub async fn receive(&self, id: InstallationId, mut request: InboundRequest) -> Result<InboundReply, UseError> {
        let desk = installations::desk_of(&mut self.db.read().await?, id).await?.ok_or(UseError::NotFound)?;
        let callee = self.callee(desk, id).await?;
        let installation = &callee.installation;
        if installation.kind != Kind::Channel {
            return Err(UseError::NotFound);
        }
        self.check_secret(installation, callee.admitted.manifest(), &mut request).await?;
        let scope = call_scope(installation, &installation.version, None);
        let call = scope.scope.call;
        let finished = self.sandbox.receive(&callee.admitted, scope, request).await;
        let reply = self.finish(installation, "receive", finished).await;
        let reply = reply.map_err(|error| call_error(error, call, installation))?;
        self.write_inbound(installation, &reply.messages).await?;
        Ok(reply)
    }

    /// Compares in constant time, and takes the header out: the add-on has no use for a secret.
    async fn check_secret(
        &self,
        installation: &Installation,
        manifest: &Manifest,
        request: &mut InboundRequest,
    ) -> Result<(), UseError> {
        let inbound = manifest.inbound.as_ref().ok_or(UseError::NotFound)?;
        let secret = self.secret(installation, &inbound.setting).await?.ok_or(UseError::Refused)?;
        let header = inbound.header.to_ascii_lowercase();
        let is_it = |(name, _): &(String, String)| name.eq_ignore_ascii_case(&header);
        let given: Vec<&(String, String)> = request.headers.iter().filter(|header| is_it(header)).collect();
        let [(_, value)] = given.as_slice() else { return Err(UseError::Refused) };
        let expected = secret.expose_secret().as_bytes();
        let equal: bool = value.as_bytes().ct_eq(expected).into();
        if !equal || expected.is_empty() {
            return Err(UseError::Refused);
        }
        request.headers.retain(|header| !is_it(header));
        Ok(())
    }

    async fn secret(&self, installation: &Installation, key: &str) -> Result<Option<SecretString>, UseError> {
        let mut conn = self.db.read().await?;
        match settings::get(&mut conn, installation.desk, installation.id, key).await? {
            Some(Stored::Sealed(sealed)) => {
                let place = Place { desk: installation.desk, addon: &installation.addon, setting: key };
                Ok(Some(self.vault.open(&mut conn, place, &sealed).await?))
            }
            Some(Stored::Plain(_)) | None => Ok(None),
        }
    }

    async fn write_inbound(&self, installation: &Installation, messages: &[InboundMessage]) -> Result<(), UseError> {
        if messages.is_empty() {
            return Ok(());
        }
        let mut attempt = 1;
        loop {
            match self.try_write_inbound(installation, messages).await {
                Err(StoreError::Busy(_)) if attempt < ATTEMPTS => attempt += 1,
                // Made at the same time by another request: this time it is found.
                Err(StoreError::Unique { .. } | StoreError::Taken(_)) if attempt < ATTEMPTS => attempt += 1,
                other => return Ok(other?),
            }
        }
    }

    async fn try_write_inbound(
        &self,
        installation: &Installation,
        messages: &[InboundMessage],
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        for message in messages {
            let external_id = tidy(&message.external_id, 500);
            if channels::first_time(&mut tx, installation.desk, installation.id, &external_id, now).await? {
                write_message(&mut tx, installation, message, now).await?;
            }
        }
        tx.commit().await
    }
}

/// Adds a message to the ticket of its thread, or makes one.
async fn write_message(
    tx: &mut Tx,
    installation: &Installation,
    message: &InboundMessage,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (desk, id) = (installation.desk, installation.id);
    let (thread, handle) = (tidy(&message.thread, 500), tidy(&message.handle, 500));
    let known = channels::lock_thread(tx, desk, id, &thread, now).await?;
    let requester = person(tx, installation, message, &handle, now).await?;
    let body = body(message);
    let ticket = match known {
        Some(ticket) => {
            // A closed ticket is followed up by a new one, which the thread then belongs to.
            let new = NewMessage { author: Author::Requester(requester), internal: false, body };
            messages::add(tx, desk, ticket, new, now).await?.ticket
        }
        None => {
            let new = NewTicket {
                subject: subject(message),
                requester,
                author: Author::Requester(requester),
                body,
                priority: Priority::Normal,
                assignee: None,
                tags: vec![],
                channel: Some(ChannelThread { installation: id, thread: thread.clone(), handle }),
            };
            tickets::create(tx, desk, new, now).await?.0
        }
    };
    channels::set_thread(tx, desk, id, &thread, ticket.id).await
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
    if let Some(known) = channels::person(tx, desk, id, handle).await?
        && contacts::get(tx, desk, known).await.is_ok()
    {
        return Ok(known);
    }
    let names = [tidy(&message.name, 100), tidy(handle, 100), "Unknown".to_owned()];
    let new = NewContact {
        name: names.into_iter().find(|name| !name.is_empty()).unwrap_or_default(),
        email: message.email.as_deref().map(str::trim).filter(|email| is_email(email)).map(str::to_lowercase),
        phone: message.phone.as_deref().map(|phone| tidy(phone, 40)).filter(|phone| !phone.is_empty()),
        company: None,
    };
    let found = match new.email {
        Some(_) => contacts::find_or_create(tx, desk, new.clone(), now).await,
        None => contacts::create(tx, desk, new.clone(), now).await,
    };
    let contact = match found {
        // An address that the desk does not take must not keep the message out.
        Err(StoreError::Invalid { .. }) => {
            contacts::create(tx, desk, NewContact { email: None, phone: None, ..new }, now).await?
        }
        other => other?,
    };
    channels::set_person(tx, desk, id, handle, contact.id).await?;
    Ok(contact.id)
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
