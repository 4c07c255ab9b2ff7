//! What a channel and the desk know of a conversation beside its ticket: by which ids the requester's last message named it, and who gets
//! copies. And what a service reports of messages that it has taken.

use annex_domain::{
    channel::{Person, Progress},
    ids::{DeskId, InstallationId, MessageId, TicketId},
    ticket::Ticket,
};

use crate::{
    Conn, Result, Tx,
    db::{
        Signal,
        query::{At, execute, fetch_optional},
    },
    messages,
};

/// How many people a conversation knows as those who have had copies.
const MOST_MEMBERS: usize = 500;

/// The conversation of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Conversation {
    /// The newest id first; empty: nothing of it has left or come yet.
    pub threads: Vec<String>,
    /// Who gets what is written as well.
    pub copies: Vec<Person>,
    /// The handles of all who have ever had copies, the newest first: they may write there, even after a reply that left them out.
    pub members: Vec<String>,
    /// The external id of the last message of the requester.
    pub answers: Option<String>,
}

/// These, and those who were members before. Of many the newest are known.
#[must_use]
pub fn members(now: Vec<String>, before: Vec<String>) -> Vec<String> {
    let mut members = now;
    let others: Vec<_> = before.into_iter().filter(|handle| !members.contains(handle)).collect();
    members.extend(others);
    members.truncate(MOST_MEMBERS);
    members
}

/// Whoever wrote or had copies in the conversation of a ticket is a member of the one that takes it up. Handles of another channel
/// mean nothing there.
pub(crate) async fn take_members(tx: &mut Tx, desk: DeskId, merged: &Ticket, into: &Ticket) -> Result<()> {
    let (Some(theirs), Some(own)) = (&merged.channel, &into.channel) else { return Ok(()) };
    if theirs.installation != own.installation {
        return Ok(());
    }
    let of_merged = conversation(tx, desk, merged.id).await?.unwrap_or_default();
    let plain = || Conversation { threads: vec![own.thread.clone()], ..Conversation::default() };
    let known = conversation(tx, desk, into.id).await?.unwrap_or_else(plain);
    let another = Some(theirs.handle.clone()).filter(|handle| *handle != own.handle);
    let more = members(another.into_iter().collect(), of_merged.members);
    let known = Conversation { members: members(more, known.members), ..known };
    put_conversation(tx, desk, into.id, &known).await
}

/// Keeps the conversation of a ticket in the place of what was known of it.
pub async fn put_conversation(tx: &mut Tx, desk: DeskId, ticket: TicketId, known: &Conversation) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO channel_conversations (desk_id, ticket_id, threads, copies, members, answers) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (desk_id, ticket_id) DO UPDATE
            SET threads = excluded.threads, copies = excluded.copies, members = excluded.members, answers = excluded.answers",
        desk,
        ticket,
        serde_json::to_string(&known.threads)?,
        serde_json::to_string(&known.copies)?,
        serde_json::to_string(&known.members)?,
        known.answers.as_deref()
    )?;
    Ok(())
}

/// The conversation of a ticket; `None` where nothing but the thread of the ticket is known.
pub async fn conversation(conn: &mut Conn, desk: DeskId, ticket: TicketId) -> Result<Option<Conversation>> {
    let sql =
        "SELECT threads, copies, members, answers FROM channel_conversations WHERE desk_id = $1 AND ticket_id = $2";
    let row = fetch_optional!(conn, (String, String, String, Option<String>), sql, desk, ticket)?;
    let text = ticket.to_string();
    let at = At::new("channel_conversations", &text);
    row.map(|(threads, copies, members, answers)| {
        let (threads, copies) = (at.json("threads", &threads)?, at.json("copies", &copies)?);
        Ok(Conversation { threads, copies, members: at.json("members", &members)?, answers })
    })
    .transpose()
}

/// The message that a service has taken under that id.
pub async fn sent_as(
    conn: &mut Conn,
    desk: DeskId,
    installation: InstallationId,
    external_id: &str,
) -> Result<Option<MessageId>> {
    let row = fetch_optional!(
        conn,
        (String,),
        "SELECT message_id FROM channel_receipts WHERE desk_id = $1 AND installation_id = $2 AND external_id = $3
         ORDER BY sent_at DESC LIMIT 1",
        desk,
        installation,
        external_id
    )?;
    row.map(|(message,)| At::new("channel_receipts", external_id).parse("message_id", &message)).transpose()
}

/// The ticket of the message that a service knows by that id: one that it has taken, or one that came in.
pub async fn ticket_of(
    conn: &mut Conn,
    desk: DeskId,
    installation: InstallationId,
    external_id: &str,
) -> Result<Option<TicketId>> {
    let row = fetch_optional!(
        conn,
        (String,),
        "SELECT ticket_id FROM messages WHERE desk_id = $1 AND id = COALESCE(
            (SELECT message_id FROM channel_receipts WHERE desk_id = $1 AND installation_id = $2 AND external_id = $3
             ORDER BY sent_at DESC LIMIT 1),
            (SELECT message_id FROM channel_inbound WHERE desk_id = $1 AND installation_id = $2 AND external_id = $3))",
        desk,
        installation,
        external_id
    )?;
    row.map(|(ticket,)| At::new("messages", external_id).parse("ticket_id", &ticket)).transpose()
}

/// Notes how far a message has come, and tells open pages. False for a step back.
pub async fn set_progress(tx: &mut Tx, desk: DeskId, message: MessageId, progress: Progress) -> Result<bool> {
    let sql = "SELECT progress FROM channel_receipts WHERE desk_id = $1 AND message_id = $2";
    let known = fetch_optional!(tx, (Option<String>,), sql, desk, message)?.and_then(|(progress,)| progress);
    let text = message.to_string();
    let known: Option<Progress> = At::new("channel_receipts", &text).parse_some("progress", known.as_deref())?;
    if known.is_some_and(|known| known >= progress) {
        return Ok(false);
    }
    let sql = "UPDATE channel_receipts SET progress = $3 WHERE desk_id = $1 AND message_id = $2";
    if execute!(tx, sql, desk, message, progress.as_str())? == 0 {
        return Ok(false);
    }
    let ticket = messages::get(tx, desk, message).await?.ticket;
    tx.signal(Signal::Ticket { desk, ticket }).await?;
    Ok(true)
}
