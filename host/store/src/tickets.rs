//! Tickets: numbered without gaps in each desk, changed with a record of what changed, and announced to add-ons by a job
//! in the same transaction (kind `happening`).
//!
//! `updated_at` rises with every change, so it also serves as the version in optimistic checks.

use annex_domain::{
    clock::Timestamp,
    ids::{ContactId, DeskId, OperatorId, TicketId},
    operator::Actor,
    ticket::{Author, ChannelThread, Message, Priority, Ticket, TicketRef, TicketStatus},
};

use crate::{
    db::{
        Conn, Tx,
        query::{At, execute, fetch_optional},
    },
    error::{Result, StoreError},
    fields::{self, Changed, NewValue},
    happenings,
    messages::{self, Body, NewMessage},
    text,
};

mod activity;
mod announce;
mod counts;
mod import;
mod inbox;
mod merge;
mod tags;
mod trash;

use self::tags::{checked_tags, write_tags};
pub(crate) use self::{
    activity::put as put_change,
    announce::{News, announce, author},
    trash::erase,
};
pub use self::{
    activity::{Change, NamedChange, activity, changes, history},
    announce::HAPPENING,
    counts::{COUNTED, Counts, counts},
    import::{import, imported, note_import},
    inbox::{Assignee, Cursor, Filter, Listed, Sort, SortBy, count, list, newest_number},
    merge::{follow, lock_both, merge},
    tags::{known_tags, tags},
    trash::{TRASH_KEPT, purge},
};

/// A ticket to make, with its first message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTicket {
    /// One line; cut to 200 characters.
    pub subject: String,
    /// A requester of the desk.
    pub requester: ContactId,
    /// Who wrote the first message.
    pub author: Author,
    /// The first message.
    pub body: Body,
    /// How soon.
    pub priority: Priority,
    /// Who takes care of it.
    pub assignee: Option<OperatorId>,
    /// See [`TicketChange::tags`].
    pub tags: Vec<String>,
    /// The conversation in a channel that it belongs to.
    pub channel: Option<ChannelThread>,
}

impl NewTicket {
    /// What a requester writes, with nothing chosen: of normal priority, nobody's, without tags, from no channel.
    pub fn of(requester: ContactId, subject: impl Into<String>, body: impl Into<Body>) -> Self {
        Self {
            subject: subject.into(),
            requester,
            author: Author::Requester(requester),
            body: body.into(),
            priority: Priority::Normal,
            assignee: None,
            tags: Vec::new(),
            channel: None,
        }
    }
}

/// What to change; `None` leaves a part as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TicketChange {
    /// One line.
    pub subject: Option<String>,
    /// Where it stands.
    pub status: Option<TicketStatus>,
    /// How soon.
    pub priority: Option<Priority>,
    /// `Some(None)` takes the assignee away.
    pub assignee: Option<Option<OperatorId>>,
    /// Replaces the tags, under the rule of [`annex_domain::tag`].
    pub tags: Option<Vec<String>>,
    /// Of custom fields; the others stay.
    pub values: Vec<NewValue>,
}

/// Makes a ticket with its first message.
///
/// # Errors
/// [`StoreError::Reference`] for a requester or assignee of another desk; [`StoreError::Invalid`].
pub async fn create(tx: &mut Tx, desk: DeskId, new: NewTicket, now: Timestamp) -> Result<(Ticket, Message)> {
    let (ticket, message) = put(tx, desk, new, TicketStatus::Open, now).await?;
    announce(tx, desk, News::Created(message.id), &ticket, &author(message.author), now).await?;
    Ok((ticket, message))
}

/// Holds the row of the desk that hands the numbers out, until the transaction ends. Whoever writes to the audit log before they make a
/// ticket begins with it: changes of rights take the desk before the log, and would else wait for each other.
///
/// # Errors
/// When the database fails.
pub async fn hold_numbers(tx: &mut Tx, desk: DeskId) -> Result<()> {
    execute!(tx, "UPDATE desks SET last_ticket = last_ticket WHERE id = $1", desk).map(drop)
}

/// Writes a ticket with its first message, and tells nobody.
async fn put(
    tx: &mut Tx,
    desk: DeskId,
    new: NewTicket,
    status: TicketStatus,
    now: Timestamp,
) -> Result<(Ticket, Message)> {
    let tags = checked_tags(&new.tags)?;
    // The row of the desk hands the numbers out, one transaction after the other.
    let sql = "UPDATE desks SET last_ticket = last_ticket + 1 WHERE id = $1 RETURNING last_ticket";
    let (number,) = fetch_optional!(tx, (i64,), sql, desk)?.ok_or(StoreError::NotFound("desk"))?;
    let ticket = Ticket {
        status,
        priority: new.priority,
        assignee: new.assignee,
        tags,
        channel: new.channel,
        ..Ticket::new(number, checked_subject(&new.subject)?, new.requester, now)
    };
    insert(tx, desk, &ticket).await?;
    write_tags(tx, desk, ticket.id, &ticket.tags).await?;
    let first = NewMessage { author: new.author, internal: false, body: new.body };
    let message = messages::insert(tx, desk, &ticket, first, now).await?;
    Ok((ticket, message))
}

async fn insert(tx: &mut Tx, desk: DeskId, ticket: &Ticket) -> Result<()> {
    let channel = ticket.channel.as_ref();
    for text in channel.iter().flat_map(|channel| [&channel.thread, &channel.handle]) {
        StoreError::text("channel", text, 500)?;
    }
    execute!(
        tx,
        "INSERT INTO tickets (id, desk_id, number, subject, folded, status, priority, requester_id, assignee_id, tags,
            channel_installation_id, channel_thread, channel_handle, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)",
        ticket.id,
        desk,
        ticket.number,
        &ticket.subject,
        text::fold(&ticket.subject),
        ticket.status,
        ticket.priority,
        ticket.requester,
        ticket.assignee,
        serde_json::to_string(&ticket.tags)?,
        channel.map(|channel| channel.installation),
        channel.map(|channel| channel.thread.as_str()),
        channel.map(|channel| channel.handle.as_str()),
        ticket.created_at
    )?;
    Ok(())
}

/// A ticket of the desk.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get(conn: &mut Conn, desk: DeskId, id: TicketId) -> Result<Ticket> {
    fetch_optional!(conn, TicketRow, "SELECT * FROM tickets WHERE desk_id = $1 AND id = $2", desk, id)?
        .ok_or(StoreError::NotFound("ticket"))?
        .try_into()
}

/// A ticket of the desk by what people say: `#12`.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn by_number(conn: &mut Conn, desk: DeskId, number: i64) -> Result<Ticket> {
    fetch_optional!(conn, TicketRow, "SELECT * FROM tickets WHERE desk_id = $1 AND number = $2", desk, number)?
        .ok_or(StoreError::NotFound("ticket"))?
        .try_into()
}

/// A ticket of the desk, whichever way it is named.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn find(conn: &mut Conn, desk: DeskId, ticket: TicketRef) -> Result<Ticket> {
    match ticket {
        TicketRef::Number(number) => by_number(conn, desk, number).await,
        TicketRef::Id(id) => get(conn, desk, id).await,
    }
}

/// Changes a ticket and answers it as it is now. With `expected`, only if it was not changed since that `updated_at`.
///
/// # Errors
/// [`StoreError::Stale`]; [`StoreError::NotFound`]; [`StoreError::Reference`] for an assignee of another desk;
/// [`StoreError::Invalid`].
pub async fn change(
    tx: &mut Tx,
    desk: DeskId,
    id: TicketId,
    change: TicketChange,
    actor: Actor,
    expected: Option<Timestamp>,
    now: Timestamp,
) -> Result<Ticket> {
    let old = lock(tx, desk, id.into()).await?;
    if expected.is_some_and(|expected| expected != old.updated_at) {
        return Err(StoreError::Stale("the ticket"));
    }
    let mut new = old.clone();
    if let Some(subject) = &change.subject {
        new.subject = checked_subject(subject)?;
    }
    new.status = change.status.unwrap_or(old.status);
    new.priority = change.priority.unwrap_or(old.priority);
    new.assignee = change.assignee.unwrap_or(old.assignee);
    if let Some(tags) = &change.tags {
        new.tags = checked_tags(tags)?;
    }
    let values = fields::write(tx, desk, id, &change.values).await?;
    if new == old && values.is_empty() {
        return Ok(old);
    }
    save_with(tx, desk, &old, new, &values, &actor.to_string(), now).await
}

/// Holds a ticket until the transaction ends, so that two changes of it happen one after the other; answers it as it is then.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn lock(tx: &mut Tx, desk: DeskId, ticket: TicketRef) -> Result<Ticket> {
    let by_number = "UPDATE tickets SET number = number WHERE desk_id = $1 AND number = $2 RETURNING *";
    let by_id = "UPDATE tickets SET number = number WHERE desk_id = $1 AND id = $2 RETURNING *";
    let row = match ticket {
        TicketRef::Number(number) => fetch_optional!(tx, TicketRow, by_number, desk, number)?,
        TicketRef::Id(id) => fetch_optional!(tx, TicketRow, by_id, desk, id)?,
    };
    row.ok_or(StoreError::NotFound("ticket"))?.try_into()
}

/// Writes a locked ticket's new parts, what changed, and the announcement; answers it as it is now.
///
/// # Errors
/// [`StoreError::Reference`] for an assignee of another desk.
pub async fn save(tx: &mut Tx, desk: DeskId, old: &Ticket, new: Ticket, actor: &str, now: Timestamp) -> Result<Ticket> {
    save_with(tx, desk, old, new, &[], actor, now).await
}

/// The same where values of custom fields were written with it.
async fn save_with(
    tx: &mut Tx,
    desk: DeskId,
    old: &Ticket,
    mut new: Ticket,
    values: &[Changed],
    actor: &str,
    now: Timestamp,
) -> Result<Ticket> {
    new.updated_at = rising(old, now);
    execute!(
        tx,
        "UPDATE tickets SET subject = $3, folded = $4, status = $5, priority = $6, assignee_id = $7, tags = $8,
            updated_at = $9, spam_at = $10, deleted_at = $11
         WHERE desk_id = $1 AND id = $2",
        desk,
        new.id,
        &new.subject,
        text::fold(&new.subject),
        new.status,
        new.priority,
        new.assignee,
        serde_json::to_string(&new.tags)?,
        new.updated_at,
        new.spam_at,
        new.deleted_at
    )?;
    if new.tags != old.tags {
        execute!(tx, "DELETE FROM ticket_tags WHERE desk_id = $1 AND ticket_id = $2", desk, new.id)?;
        write_tags(tx, desk, new.id, &new.tags).await?;
    }
    let changes = activity::record(tx, desk, old, &new, values, actor, now).await?;
    announce(tx, desk, News::Updated(&changes), &new, actor, now).await?;
    if new.is_put_away() && !old.is_put_away() {
        happenings::ticket_deleted(tx, desk, new.id, actor, now).await?;
    }
    Ok(new)
}

/// Notes that something about the ticket changed, such as a message, without changing its parts.
pub(crate) async fn touch(tx: &mut Tx, desk: DeskId, ticket: &mut Ticket, now: Timestamp) -> Result<()> {
    ticket.updated_at = rising(ticket, now);
    let sql = "UPDATE tickets SET updated_at = $3 WHERE desk_id = $1 AND id = $2";
    match execute!(tx, sql, desk, ticket.id, ticket.updated_at)? {
        1 => Ok(()),
        _ => Err(StoreError::NotFound("ticket")),
    }
}

/// Two changes within a millisecond, or a clock set back, still give different versions.
fn rising(old: &Ticket, now: Timestamp) -> Timestamp {
    now.max(Timestamp(old.updated_at.0.saturating_add(1)))
}

fn checked_subject(subject: &str) -> Result<String> {
    let line = subject.split_whitespace().collect::<Vec<_>>().join(" ");
    let subject = text::cut(&line, 200);
    if subject.is_empty() {
        return Err(StoreError::Invalid { field: "subject", problem: "is empty" });
    }
    Ok(subject)
}

#[derive(sqlx::FromRow)]
pub(crate) struct TicketRow {
    id: String,
    number: i64,
    subject: String,
    status: String,
    priority: String,
    requester_id: String,
    assignee_id: Option<String>,
    tags: String,
    channel_installation_id: Option<String>,
    channel_thread: Option<String>,
    channel_handle: Option<String>,
    created_at: i64,
    updated_at: i64,
    spam_at: Option<i64>,
    deleted_at: Option<i64>,
    merged_into: Option<String>,
}

impl TryFrom<TicketRow> for Ticket {
    type Error = StoreError;
    fn try_from(row: TicketRow) -> Result<Self> {
        let at = At::new("tickets", &row.id);
        let installation = at.parse_some("channel_installation_id", row.channel_installation_id.as_deref())?;
        let channel = match (installation, row.channel_thread, row.channel_handle) {
            (Some(installation), Some(thread), Some(handle)) => Some(ChannelThread { installation, thread, handle }),
            (None, None, None) => None,
            _ => return Err(at.corrupt("channel_thread", "only a part of the channel is set")),
        };
        Ok(Self {
            id: at.parse("id", &row.id)?,
            number: row.number,
            status: at.parse("status", &row.status)?,
            priority: at.parse("priority", &row.priority)?,
            requester: at.parse("requester_id", &row.requester_id)?,
            assignee: at.parse_some("assignee_id", row.assignee_id.as_deref())?,
            tags: at.json("tags", &row.tags)?,
            channel,
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
            spam_at: row.spam_at.map(Timestamp),
            deleted_at: row.deleted_at.map(Timestamp),
            merged_into: at.parse_some("merged_into", row.merged_into.as_deref())?,
            subject: row.subject,
        })
    }
}

#[cfg(test)]
mod tests;
