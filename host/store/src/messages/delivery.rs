//! The way of a message out through a channel.
//!
//! A public message that is not the requester's, on a ticket with a channel, waits for delivery: a job `deliver-message`
//! `{"message": id, "installation": id}` is enqueued in the same transaction. Those of one conversation leave in the order
//! in which they were written: a job that finds an earlier one pending ends, and the end of the earlier one enqueues the
//! next.
//!
//! Before a message is handed over, its job is noted in it. Whoever finds it pending with a job that is no more knows that
//! the host stopped in the middle, and that nobody knows whether the message left.

use annex_domain::{
    attachment::Attachment as Kept,
    channel::{Attachment, OutboundMessage, Person},
    clock::Timestamp,
    ids::{DeskId, InstallationId, JobId, MessageId, TicketId},
    ports::FileFacts,
    ticket::{Author, Delivery},
};
use serde_json::json;

use super::get;
use crate::{
    attachments,
    channels::{self, Conversation},
    contacts,
    db::{
        Conn, Signal, Tx,
        query::{At, execute, fetch_one, fetch_optional},
    },
    error::{Result, StoreError},
    jobs::{self, NewJob},
    text, tickets,
};

/// Kind of the jobs that hand a message to its channel.
pub const DELIVER: &str = "deliver-message";

/// A message that waits for its channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outbound {
    /// The channel.
    pub installation: InstallationId,
    /// Of this ticket.
    pub ticket: TicketId,
    /// Where it stands; another than `Pending`: nothing is to be done.
    pub delivery: Delivery,
    /// The job that handed it over, when one began to and did not tell the end.
    pub handed_over_by: Option<JobId>,
    /// What the channel gets.
    pub message: OutboundMessage,
}

pub(super) async fn enqueue(tx: &mut Tx, desk: DeskId, id: MessageId, now: Timestamp) -> Result<()> {
    // Names the channel's installation: deliveries take turns by it.
    let sql = "SELECT channel_installation_id FROM tickets WHERE desk_id = $1 AND id =
               (SELECT ticket_id FROM messages WHERE desk_id = $1 AND id = $2)";
    let channel = fetch_optional!(tx, (Option<String>,), sql, desk, id)?.and_then(|(installation,)| installation);
    let job = NewJob {
        kind: DELIVER,
        desk: Some(desk),
        payload: json!({ "message": id, "installation": channel }),
        run_at: now,
        unique_key: Some(place(id)),
    };
    jobs::enqueue(tx, job, now).await.map(drop)
}

fn place(id: MessageId) -> String {
    format!("{DELIVER}:{id}")
}

/// What the channel needs to send a message. `None` when it is internal, the requester's own, or without a channel.
///
/// # Errors
/// [`StoreError::NotFound`] for the message.
pub async fn outbound(conn: &mut Conn, desk: DeskId, id: MessageId) -> Result<Option<Outbound>> {
    let message = get(conn, desk, id).await?;
    let ticket = tickets::get(conn, desk, message.ticket).await?;
    let (Some(channel), false) = (ticket.channel, message.internal) else { return Ok(None) };
    let author = match message.author {
        Author::Requester(_) => return Ok(None),
        Author::Addon(_) => String::new(),
        Author::Operator(id) => {
            let sql = "SELECT name FROM operators WHERE desk_id = $1 AND id = $2";
            fetch_optional!(conn, (String,), sql, desk, id)?.map(|(name,)| name).unwrap_or_default()
        }
    };
    let automatic = matches!(message.author, Author::Addon(_));
    let requester = contacts::get(conn, desk, ticket.requester).await?;
    // Who has several addresses is answered where they wrote from.
    let wrote_from = requester.emails().find(|email| **email == channel.handle).cloned();
    let known = channels::conversation(conn, desk, ticket.id).await?;
    let known = known.unwrap_or_else(|| Conversation { threads: vec![channel.thread], ..Conversation::default() });
    let sql = "SELECT delivery_job FROM messages WHERE desk_id = $1 AND id = $2";
    let job = fetch_optional!(conn, (Option<String>,), sql, desk, id)?.and_then(|(job,)| job);
    let text = id.to_string();
    Ok(Some(Outbound {
        installation: channel.installation,
        ticket: ticket.id,
        delivery: message.delivery,
        handed_over_by: At::new("messages", &text).parse_some("delivery_job", job.as_deref())?,
        message: OutboundMessage {
            id: text.clone(),
            threads: known.threads,
            recipient: Person {
                handle: channel.handle,
                name: requester.name,
                email: wrote_from.or(requester.email),
                phone: requester.phone,
            },
            copies: known.copies,
            subject: ticket.subject,
            text: message.body,
            html: None,
            attachments: attachments::named(conn, desk, id).await?.into_iter().map(attachment).collect(),
            answers: known.answers,
            author,
            automatic,
            attempt: 1,
        },
    }))
}

fn attachment((file, content_id): (Kept, Option<String>)) -> Attachment {
    let Kept { id, name, media_type, size } = file;
    let file = FileFacts { id: id.to_string(), name, media_type: media_type.as_str().to_owned(), size };
    Attachment { file, content_id }
}

/// The message of the ticket's conversation that is pending and was written first.
const FIRST: &str = "SELECT m.id FROM messages m
     JOIN tickets t ON t.desk_id = m.desk_id AND t.id = m.ticket_id
     JOIN tickets own ON own.desk_id = t.desk_id AND own.channel_installation_id = t.channel_installation_id
        AND own.channel_thread = t.channel_thread
     WHERE own.desk_id = $1 AND own.id = $2 AND m.delivery = 'pending' ORDER BY m.created_at, m.id LIMIT 1";

async fn first_pending(tx: &mut Tx, desk: DeskId, ticket: TicketId) -> Result<Option<MessageId>> {
    let first = fetch_optional!(tx, (String,), FIRST, desk, ticket)?;
    first.map(|(id,)| At::new("messages", &id).parse("id", &id)).transpose()
}

/// True when it is the message's turn. Else an earlier one of its conversation is pending, and is locked: its end, which
/// comes after this transaction, enqueues this message.
pub async fn await_turn(tx: &mut Tx, desk: DeskId, ticket: TicketId, id: MessageId) -> Result<bool> {
    loop {
        match first_pending(tx, desk, ticket).await? {
            Some(first) if first != id => {
                let sql =
                    "UPDATE messages SET delivery = 'pending' WHERE desk_id = $1 AND id = $2 AND delivery = 'pending'";
                if execute!(tx, sql, desk, first)? == 1 {
                    return Ok(false);
                }
            }
            _ => return Ok(true),
        }
    }
}

/// Notes that `job` hands the message over from now on.
///
/// # Errors
/// [`StoreError::Stale`] when it is not pending, or another job hands it over; [`StoreError::NotFound`].
pub async fn hand_over(tx: &mut Tx, desk: DeskId, id: MessageId, job: JobId) -> Result<()> {
    let sql = "UPDATE messages SET delivery_job = $3
               WHERE desk_id = $1 AND id = $2 AND delivery = 'pending' AND delivery_job IS NULL";
    if execute!(tx, sql, desk, id, job)? == 1 {
        return Ok(());
    }
    get(tx, desk, id).await?;
    Err(StoreError::Stale("the delivery of the message"))
}

/// Notes how the delivery of a pending message goes: sent, failed for good, unclear, or pending still with the last error.
/// When it ends, the next of its conversation gets its turn.
///
/// # Errors
/// [`StoreError::Stale`] when the message is not pending; [`StoreError::NotFound`].
pub async fn set_delivery(
    tx: &mut Tx,
    desk: DeskId,
    id: MessageId,
    delivery: Delivery,
    error: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    let sql = "UPDATE messages SET delivery = $3, delivery_error = $4, delivery_job = NULL
               WHERE desk_id = $1 AND id = $2 AND delivery = 'pending' RETURNING ticket_id";
    let error = error.map(|error| text::cut(error, 1000));
    let Some((ticket,)) = fetch_optional!(tx, (String,), sql, desk, id, delivery, error)? else {
        get(tx, desk, id).await?;
        return Err(StoreError::Stale("the delivery of the message"));
    };
    let id = id.to_string();
    let ticket = At::new("messages", &id).parse("ticket_id", &ticket)?;
    if delivery != Delivery::Pending {
        let next = first_pending(tx, desk, ticket).await?;
        if let Some(next) = next
            // One that waits for its time, such as after "too many requests", keeps to it.
            && !jobs::any_waiting(tx, &place(next)).await?
        {
            enqueue(tx, desk, next, now).await?;
        }
    }
    tx.signal(Signal::Ticket { desk, ticket }).await
}

/// Tries a delivery again that failed, or of which nobody knows whether it arrived.
///
/// # Errors
/// [`StoreError::Stale`] when it is neither failed nor unclear; [`StoreError::NotFound`].
pub async fn redeliver(tx: &mut Tx, desk: DeskId, id: MessageId, now: Timestamp) -> Result<()> {
    let sql = "UPDATE messages SET delivery = 'pending', delivery_job = NULL
               WHERE desk_id = $1 AND id = $2 AND delivery IN ('failed', 'unclear')";
    if execute!(tx, sql, desk, id)? == 0 {
        get(tx, desk, id).await?;
        return Err(StoreError::Stale("the delivery of the message"));
    }
    jobs::clear_place(tx, &place(id)).await?;
    enqueue(tx, desk, id, now).await
}

/// A message that was sent did not arrive after all, as its service reports later. One that is tried again goes on.
pub async fn came_back(tx: &mut Tx, desk: DeskId, id: MessageId, why: &str) -> Result<()> {
    let sql = "UPDATE messages SET delivery = 'failed', delivery_error = $3
               WHERE desk_id = $1 AND id = $2 AND delivery IN ('sent', 'unclear') RETURNING ticket_id";
    let Some((ticket,)) = fetch_optional!(tx, (String,), sql, desk, id, text::cut(why, 1000))? else { return Ok(()) };
    let ticket = At::new("messages", &ticket).parse("ticket_id", &ticket)?;
    tx.signal(Signal::Ticket { desk, ticket }).await
}

/// Ends a delivery whose job is set aside: failed, or unclear when it was being handed over.
///
/// # Errors
/// As those of [`set_delivery`].
pub(crate) async fn abandon(tx: &mut Tx, desk: DeskId, id: MessageId, error: &str, now: Timestamp) -> Result<()> {
    let sql = "SELECT COUNT(*) FROM messages WHERE desk_id = $1 AND id = $2 AND delivery_job IS NOT NULL";
    let handed_over = fetch_one!(tx, (i64,), sql, desk, id)?.0 > 0;
    let delivery = if handed_over { Delivery::Unclear } else { Delivery::Failed };
    set_delivery(tx, desk, id, delivery, Some(error), now).await
}

/// An operator has seen that an unclear message arrived.
///
/// # Errors
/// [`StoreError::Stale`] when it is not unclear; [`StoreError::NotFound`].
pub async fn arrived(tx: &mut Tx, desk: DeskId, id: MessageId) -> Result<()> {
    let sql = "UPDATE messages SET delivery = 'sent', delivery_error = NULL
               WHERE desk_id = $1 AND id = $2 AND delivery = 'unclear' RETURNING ticket_id";
    let Some((ticket,)) = fetch_optional!(tx, (String,), sql, desk, id)? else {
        get(tx, desk, id).await?;
        return Err(StoreError::Stale("the delivery of the message"));
    };
    let ticket = At::new("messages", &ticket).parse("ticket_id", &ticket)?;
    tx.signal(Signal::Ticket { desk, ticket }).await
}
