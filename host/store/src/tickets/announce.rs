//! Who is told of what happens to a ticket: add-ons by a job, open pages by a signal.

use annex_domain::{
    clock::Timestamp,
    ids::{CallId, DeskId, MessageId, TicketId},
    operator::Actor,
    ticket::{Author, Ticket},
};
use serde_json::{Value, json};

use crate::{
    db::{Signal, Tx},
    error::Result,
    happenings,
};

/// Kind of the jobs that tell add-ons what happened: `{"event", "actor", "at", "causes"?}` with `ticket`, `message`, `changes` and
/// `merged`, `contact` and `parts`, or `only` (the installation that is told) and `keys`, as the event has it (`happenings`).
/// `changes`: of an update, the ids of its rows in `ticket_changes`, which have what each part was and is. `causes`: the add-ons that
/// led to it, see [`Tx::caused_by`].
pub const HAPPENING: &str = "happening";

/// What happened to a ticket.
pub(crate) enum News<'a> {
    /// It was made, with its first message.
    Created(MessageId),
    /// Parts of it are others: these changes were recorded.
    Updated(&'a [CallId]),
    /// It has another message.
    Message(MessageId),
    /// It took up this one.
    Merged(TicketId),
}

impl News<'_> {
    fn payload(&self, ticket: &Ticket, actor: &str) -> Value {
        let id = ticket.id;
        match self {
            Self::Created(message) => {
                json!({ "event": "ticket-created", "ticket": id, "actor": actor, "message": message })
            }
            Self::Updated(changes) => {
                json!({ "event": "ticket-updated", "ticket": id, "actor": actor, "changes": changes })
            }
            Self::Message(message) => {
                json!({ "event": "message-added", "ticket": id, "actor": actor, "message": message })
            }
            Self::Merged(merged) => {
                json!({ "event": "ticket-merged", "ticket": id, "actor": actor, "merged": merged })
            }
        }
    }
}

/// Tells add-ons (by a job) and open pages (by a signal) what happened, once the transaction has committed. What is put away
/// is nothing to add-ons.
pub(crate) async fn announce(
    tx: &mut Tx,
    desk: DeskId,
    news: News<'_>,
    ticket: &Ticket,
    actor: &str,
    now: Timestamp,
) -> Result<()> {
    let signal = Signal::Ticket { desk, ticket: ticket.id };
    if ticket.is_put_away() {
        return tx.signal(signal).await;
    }
    happenings::tell(tx, desk, news.payload(ticket, actor), now).await?;
    tx.signal(signal).await
}

/// Who wrote a message, in the words of the audit log.
pub(crate) fn author(author: Author) -> String {
    match author {
        Author::Requester(id) => format!("contact:{id}"),
        Author::Operator(id) => Actor::Operator(id).to_string(),
        Author::Addon(id) => Actor::Addon(id).to_string(),
    }
}
