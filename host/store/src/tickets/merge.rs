//! Merging: a ticket takes up another one, which is closed for good. What comes for that one goes to the ticket that took it up, and
//! when this is merged itself, all that it had taken up moves on with it: whoever follows a ticket follows it once.

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, TicketId},
    ticket::{Ticket, TicketStatus},
};

use super::{News, TicketRow, activity, announce, lock, rising, touch};
use crate::{
    channels,
    db::{
        Signal, Tx,
        query::{At, execute, fetch_all, fetch_optional},
    },
    drafts,
    error::{Result, StoreError},
};

/// Holds the ticket to which what comes for this one belongs: itself, or the one that it was merged into. One that was merged is not
/// held: whoever merges on has its target before it.
///
/// # Errors
/// [`crate::StoreError::NotFound`].
pub async fn follow(tx: &mut Tx, desk: DeskId, ticket: TicketId) -> Result<Ticket> {
    let sql = "UPDATE tickets SET number = number WHERE desk_id = $1 AND id =
               (SELECT COALESCE(f.merged_into, f.id) FROM tickets f WHERE f.desk_id = $1 AND f.id = $2) RETURNING *";
    let row = fetch_optional!(tx, TicketRow, sql, desk, ticket)?;
    let mut held = Ticket::try_from(row.ok_or(StoreError::NotFound("ticket"))?)?;
    // One that was merged while it was waited for.
    while let Some(into) = held.merged_into {
        held = lock(tx, desk, into.into()).await?;
    }
    Ok(held)
}

/// Holds two tickets until the transaction ends, always in the same order: who merges them the other way waits, and not in a circle.
///
/// # Errors
/// [`crate::StoreError::NotFound`].
pub async fn lock_both(tx: &mut Tx, desk: DeskId, one: TicketId, other: TicketId) -> Result<(Ticket, Ticket)> {
    if one < other {
        let one = lock(tx, desk, one.into()).await?;
        return Ok((one, lock(tx, desk, other.into()).await?));
    }
    let other = lock(tx, desk, other.into()).await?;
    Ok((lock(tx, desk, one.into()).await?, other))
}

/// Merges a locked ticket into another locked one, records it at both, and announces it; answers the one that took it up. Messages
/// stay where they are; what is being written goes on in the other.
///
/// # Errors
/// When the database fails.
pub async fn merge(
    tx: &mut Tx,
    desk: DeskId,
    old: &Ticket,
    mut into: Ticket,
    actor: &str,
    now: Timestamp,
) -> Result<Ticket> {
    move_on(tx, desk, old.id, into.id).await?;
    channels::take_members(tx, desk, old, &into).await?;
    drafts::move_on(tx, desk, old.id, into.id).await?;
    let merged = Ticket {
        status: TicketStatus::Closed,
        merged_into: Some(into.id),
        updated_at: rising(old, now),
        ..old.clone()
    };
    let sql = "UPDATE tickets SET status = $3, merged_into = $4, updated_at = $5 WHERE desk_id = $1 AND id = $2";
    execute!(tx, sql, desk, merged.id, merged.status, into.id, merged.updated_at)?;
    let (number, to) = (merged.number.to_string(), into.number.to_string());
    let mut changes = activity::record(tx, desk, old, &merged, &[], actor, now).await?;
    changes.push(activity::put(tx, desk, merged.id, actor, "merged-into", "", &to, now).await?);
    announce(tx, desk, News::Updated(&changes), &merged, actor, now).await?;
    activity::put(tx, desk, into.id, actor, "merged", "", &number, now).await?;
    touch(tx, desk, &mut into, now).await?;
    announce(tx, desk, News::Merged(merged.id), &into, actor, now).await?;
    Ok(into)
}

/// What was merged into the one is merged into the other from now on.
async fn move_on(tx: &mut Tx, desk: DeskId, from: TicketId, to: TicketId) -> Result<()> {
    let sql = "UPDATE tickets SET merged_into = $3, updated_at = updated_at + 1
               WHERE desk_id = $1 AND merged_into = $2 RETURNING id";
    for (id,) in fetch_all!(tx, (String,), sql, desk, from, to)? {
        let ticket = At::new("tickets", &id).parse("id", &id)?;
        tx.signal(Signal::Ticket { desk, ticket }).await?;
    }
    Ok(())
}
