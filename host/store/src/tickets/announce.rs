//! Who is told of what happens to a ticket: add-ons by a job, open pages by a signal.

use annex_domain::{
    clock::Timestamp,
    ids::{CallId, DeskId, MessageId},
    operator::Actor,
    ticket::{Author, Ticket},
};
use serde_json::{Value, json};

use crate::{
    db::{Signal, Tx},
    error::Result,
    jobs::{self, NewJob},
};

/// Kind of the jobs that tell add-ons what happened: `{"event", "ticket", "message"?, "changes"?, "actor", "at", "causes"?}` with the
/// events `ticket-created`, `ticket-updated` and `message-added`. `changes`: of an update, the ids of its rows in `ticket_changes`, which
/// have what each part was and is; the job itself holds nothing that somebody wrote. `causes`: the add-ons that led to it, see
/// [`Tx::caused_by`].
pub const HAPPENING: &str = "happening";

/// What happened to a ticket.
pub(crate) enum News<'a> {
    /// It was made, with its first message.
    Created(MessageId),
    /// Parts of it are others: these changes were recorded.
    Updated(&'a [CallId]),
    /// It has another message.
    Message(MessageId),
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
    let mut payload = news.payload(ticket, actor);
    if let Value::Object(object) = &mut payload {
        object.insert("at".into(), json!(now));
    }
    if let (false, Value::Object(object)) = (tx.causes().is_empty(), &mut payload) {
        object.insert("causes".into(), json!(tx.causes()));
        // What an add-on sets off by its writes takes that add-on's turn, not the desk's.
        object.insert("installation".into(), json!(tx.causes().last()));
    }
    let job = NewJob { kind: HAPPENING, desk: Some(desk), payload, run_at: now, unique_key: None };
    jobs::enqueue(tx, job, now).await?;
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
