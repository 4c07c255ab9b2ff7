//! Messages that their author changes in the channel: the desk sees what counts, and keeps what was said before.

use annex_domain::{
    channel::Origin,
    clock::Timestamp,
    ids::{DeskId, MessageId},
    ticket::{Message, Ticket, TicketStatus},
};

use super::{Body, MAX_BODY, get, html};
use crate::{
    db::{
        Conn, Signal, Tx,
        query::{At, execute, fetch_all, in_list, list},
    },
    error::{Result, StoreError},
    text, tickets,
};

/// Earlier texts of one message that are kept.
const KEPT: i64 = 20;

/// What a message said before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierText {
    /// Plain text.
    pub body: String,
    /// When another took its place.
    pub replaced_at: Timestamp,
}

/// Notes when the author of a message sent it: it may have waited for the host.
pub async fn set_sent_at(tx: &mut Tx, desk: DeskId, id: MessageId, sent_at: Timestamp) -> Result<()> {
    execute!(tx, "UPDATE messages SET sent_at = $3 WHERE desk_id = $1 AND id = $2", desk, id, sent_at)?;
    Ok(())
}

/// Notes who is behind a message.
pub async fn set_origin(tx: &mut Tx, desk: DeskId, id: MessageId, origin: Origin) -> Result<()> {
    let origin = Some(origin).filter(|origin| *origin != Origin::Person).map(Origin::as_str);
    execute!(tx, "UPDATE messages SET origin = $3 WHERE desk_id = $1 AND id = $2", desk, id, origin)?;
    Ok(())
}

/// Gives a message of a requester another body, in the place of its text and HTML. By its author: what it said before is kept, and a ticket that waits or is
/// solved opens again; a closed one stays closed, and one that is put away as it is. Else it changed by itself, and nobody is disturbed.
///
/// # Errors
/// [`StoreError::NotFound`] for the message; [`StoreError::Invalid`] for an empty or too long body.
pub async fn revise(
    tx: &mut Tx,
    desk: DeskId,
    id: MessageId,
    body: impl Into<Body>,
    by_author: bool,
    now: Timestamp,
) -> Result<Message> {
    let Body { text: body, html } = body.into();
    if body.trim().is_empty() {
        return Err(StoreError::Invalid { field: "body", problem: "is empty" });
    }
    StoreError::text("body", &body, MAX_BODY)?;
    let ticket = get(tx, desk, id).await?.ticket;
    let mut ticket = tickets::lock(tx, desk, ticket.into()).await?;
    let message = get(tx, desk, id).await?; // as it is now that its ticket is locked
    if message.body == body && html.is_none() {
        return Ok(message);
    }
    let (edited_at, has_html) = (if by_author { Some(now) } else { message.edited_at }, html.is_some());
    let sql =
        "UPDATE messages SET body = $3, folded = $4, has_html = $5, edited_at = $6 WHERE desk_id = $1 AND id = $2";
    execute!(tx, sql, desk, id, &body, text::fold(&body), has_html, edited_at)?;
    html::forget(tx, desk, id).await?;
    if let Some(html) = html {
        html::put(tx, desk, id, &html).await?;
    }
    if by_author {
        keep(tx, desk, &message, now).await?;
    }
    let actor = tickets::author(message.author);
    let moves = by_author && !ticket.is_put_away();
    if moves && matches!(ticket.status, TicketStatus::Pending | TicketStatus::Solved) {
        let open = Ticket { status: TicketStatus::Open, ..ticket.clone() };
        tickets::save(tx, desk, &ticket, open, &actor, now).await?;
    } else {
        tickets::touch(tx, desk, &mut ticket, now).await?;
        tx.signal(Signal::Ticket { desk, ticket: ticket.id }).await?;
    }
    Ok(Message { body, has_html, edited_at, ..message })
}

async fn keep(tx: &mut Tx, desk: DeskId, message: &Message, now: Timestamp) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO message_texts (id, desk_id, message_id, body, replaced_at) VALUES ($1, $2, $3, $4, $5)",
        MessageId::new(),
        desk,
        message.id,
        &message.body,
        now
    )?;
    // The first text and the newest ones: somebody who edits without end fills nothing.
    execute!(
        tx,
        "DELETE FROM message_texts WHERE desk_id = $1 AND message_id = $2
            AND id NOT IN (SELECT id FROM message_texts WHERE desk_id = $1 AND message_id = $2 ORDER BY id LIMIT 1)
            AND id NOT IN (SELECT id FROM message_texts WHERE desk_id = $1 AND message_id = $2 ORDER BY id DESC LIMIT $3)",
        desk,
        message.id,
        KEPT - 1
    )?;
    Ok(())
}

/// What messages said before, oldest first, with the message of each.
pub async fn earlier_texts(
    conn: &mut Conn,
    desk: DeskId,
    messages: &[MessageId],
) -> Result<Vec<(MessageId, EarlierText)>> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    let sql = in_list!(
        conn,
        "SELECT message_id, body, replaced_at FROM message_texts WHERE message_id",
        "AND desk_id = $2 ORDER BY id"
    );
    let earlier = |(message, body, at): (String, String, i64)| {
        let message = At::new("message_texts", &message).parse("message_id", &message)?;
        Ok((message, EarlierText { body, replaced_at: Timestamp(at) }))
    };
    fetch_all!(conn, (String, String, i64), sql, list(messages), desk)?.into_iter().map(earlier).collect()
}
