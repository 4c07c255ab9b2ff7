//! What a channel made of a request (`hooks`) or a mail (`mailboxes`) becomes tickets and messages: `take_in`, and `message` for one that
//! is new. `facts`: what it can carry.
//!
//! All that a request brought is written in one transaction together with the memory that it came, so a service that
//! delivers again, because it got no answer, makes no duplicates and loses nothing.

mod facts;
mod message;
mod take_in;

use annex_domain::{
    channel::InboundReply,
    clock::Timestamp,
    ids::{DeskId, HookId, InstallationId, TicketId},
    installation::Installation,
};
use annex_store::{
    Db, StoreError, Tx,
    channels::{self, Conversation, What},
    settings::{self, Stored},
    vault::SecretPlace,
};
use secrecy::SecretString;

pub(crate) use self::{facts::Silent, take_in::take_in};
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
        for brought in &reply.brought {
            take_in(&mut tx, installation, brought, now).await?;
        }
        let outcome = if (200..300).contains(&reply.status) { "ok" } else { "refused" };
        let detail = format!("{} messages, answered with {}", reply.brought.len(), reply.status);
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

/// The ids under which a reply has left: answers that name one of them belong to its ticket.
pub(crate) async fn left_as(
    tx: &mut Tx,
    (desk, installation): (DeskId, InstallationId),
    ticket: TicketId,
    threads: &[String],
    now: Timestamp,
) -> Result<(), StoreError> {
    let threads: Vec<String> = threads.iter().map(|thread| tidy(thread, 500)).collect();
    if threads.is_empty() {
        return Ok(());
    }
    // Always in the same order: two transactions that need the same ones wait for each other, and not in a circle.
    let mut sorted: Vec<&String> = threads.iter().collect();
    sorted.sort();
    for thread in sorted {
        channels::lock_thread(tx, desk, installation, thread, now).await?;
        channels::set_thread(tx, desk, installation, thread, ticket).await?;
    }
    let known = channels::conversation(tx, desk, ticket).await?.unwrap_or_default();
    if known.threads.is_empty() {
        channels::put_conversation(tx, desk, ticket, &Conversation { threads, ..known }).await?;
    }
    Ok(())
}

/// One line without control characters, at most `longest` characters.
fn tidy(text: &str, longest: usize) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    line.trim().chars().take(longest).collect()
}
