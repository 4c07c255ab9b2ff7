//! What channels need to remember: the ticket of a thread, the person behind a handle, what came in already, and the
//! receipts of what was handed over. `hooks`: the address of a channel, and what is found again when it is installed anew;
//! `state`: how it fares; `conversations`: what is known of them beside their tickets; `facts`: what it can carry.

mod conversations;
mod facts;
mod hooks;
mod state;

use annex_domain::{
    clock::Timestamp,
    ids::{ContactId, DeskId, InstallationId, MessageId, TicketId},
};

use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, execute, fetch_optional},
};

pub(crate) use conversations::take_members;
pub use conversations::{Conversation, conversation, members, put_conversation, sent_as, set_progress, ticket_of};
pub use facts::{facts, forget_facts, put_facts};
pub use hooks::{at_hook, hook_of, rename, take_over};
pub use state::{State, What, put_state, states};

/// Takes a thread for this transaction, so that two messages of one new thread do not make two tickets; answers its
/// ticket so far.
pub async fn lock_thread(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    thread: &str,
    now: Timestamp,
) -> Result<Option<TicketId>> {
    let row = fetch_optional!(
        tx,
        (Option<String>,),
        "INSERT INTO channel_threads (desk_id, installation_id, thread, ticket_id, updated_at) VALUES ($1, $2, $3, NULL, $4)
         ON CONFLICT (installation_id, thread) DO UPDATE SET updated_at = excluded.updated_at RETURNING ticket_id",
        desk,
        installation,
        thread,
        now
    )?;
    let ticket = row.and_then(|(ticket,)| ticket);
    At::new("channel_threads", thread).parse_some("ticket_id", ticket.as_deref())
}

/// The ticket that a thread belongs to from now on.
pub async fn set_thread(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    thread: &str,
    ticket: TicketId,
) -> Result<()> {
    let changed = execute!(
        tx,
        "UPDATE channel_threads SET ticket_id = $4 WHERE desk_id = $1 AND installation_id = $2 AND thread = $3",
        desk,
        installation,
        thread,
        ticket
    )?;
    if changed == 1 { Ok(()) } else { Err(StoreError::NotFound("thread")) }
}

/// The person behind a handle.
pub async fn person(
    conn: &mut Conn,
    desk: DeskId,
    installation: InstallationId,
    handle: &str,
) -> Result<Option<ContactId>> {
    let row = fetch_optional!(
        conn,
        (String,),
        "SELECT contact_id FROM channel_people WHERE desk_id = $1 AND installation_id = $2 AND handle = $3",
        desk,
        installation,
        handle
    )?;
    row.map(|(contact,)| At::new("channel_people", handle).parse("contact_id", &contact)).transpose()
}

/// Remembers the person behind a handle.
pub async fn set_person(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    handle: &str,
    contact: ContactId,
) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO channel_people (desk_id, installation_id, handle, contact_id) VALUES ($1, $2, $3, $4)
         ON CONFLICT (installation_id, handle) DO UPDATE SET contact_id = excluded.contact_id",
        desk,
        installation,
        handle,
        contact
    )?;
    Ok(())
}

/// Remembers that a message came in; false when it had come before.
pub async fn first_time(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    external_id: &str,
    now: Timestamp,
) -> Result<bool> {
    let inserted = execute!(
        tx,
        "INSERT INTO channel_inbound (desk_id, installation_id, external_id, received_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (installation_id, external_id) DO NOTHING",
        desk,
        installation,
        external_id,
        now
    )?;
    Ok(inserted == 1)
}

/// A message that came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// What became of it. `None`: it came before this was noted.
    pub message: Option<MessageId>,
    /// The change of it that counts; 0: none.
    pub revision: i64,
}

/// What became of a message that came in, held until the transaction ends. `None`: it did not come, or long ago.
pub async fn lock_known(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    external_id: &str,
) -> Result<Option<Known>> {
    let row = fetch_optional!(
        tx,
        (Option<String>, i64),
        "UPDATE channel_inbound SET revision = revision WHERE desk_id = $1 AND installation_id = $2 AND external_id = $3
         RETURNING message_id, revision",
        desk,
        installation,
        external_id
    )?;
    let at = At::new("channel_inbound", external_id);
    row.map(|(message, revision)| Ok(Known { message: at.parse_some("message_id", message.as_deref())?, revision }))
        .transpose()
}

/// Notes what became of a message that came in, and which change of it counts.
pub async fn set_known(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    external_id: &str,
    message: MessageId,
    revision: i64,
) -> Result<()> {
    execute!(
        tx,
        "UPDATE channel_inbound SET message_id = $4, revision = $5
         WHERE desk_id = $1 AND installation_id = $2 AND external_id = $3",
        desk,
        installation,
        external_id,
        message,
        revision
    )?;
    Ok(())
}

/// Keeps the channel's own id of a message that it has taken, in the place of that of an earlier try, and what was reported of it; of one
/// that was removed meanwhile nothing is kept.
pub async fn put_receipt(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    message: MessageId,
    external_id: &str,
    now: Timestamp,
) -> Result<()> {
    let external_id: String = external_id.chars().filter(|c| *c != '\0').take(500).collect();
    execute!(
        tx,
        "INSERT INTO channel_receipts (message_id, desk_id, installation_id, external_id, sent_at)
         SELECT $1, i.desk_id, i.id, $4, $5 FROM installations i WHERE i.desk_id = $2 AND i.id = $3
         ON CONFLICT (message_id) DO UPDATE SET installation_id = excluded.installation_id,
            external_id = excluded.external_id, sent_at = excluded.sent_at, progress = NULL
         WHERE channel_receipts.desk_id = excluded.desk_id",
        message,
        desk,
        installation,
        &external_id,
        now
    )?;
    Ok(())
}

/// The channel's own id of a message that it has taken.
pub async fn receipt(conn: &mut Conn, desk: DeskId, message: MessageId) -> Result<Option<String>> {
    let row = fetch_optional!(
        conn,
        (String,),
        "SELECT external_id FROM channel_receipts WHERE desk_id = $1 AND message_id = $2",
        desk,
        message
    )?;
    Ok(row.map(|(external_id,)| external_id))
}

/// Forgets what came in before `before`: services deliver again within days, not months.
pub async fn purge(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    execute!(tx, "DELETE FROM channel_inbound WHERE received_at < $1", before)
}

#[cfg(test)]
mod tests;
