//! Who is told of what happens to a ticket: add-ons by a job, open pages by a signal.

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, MessageId},
    operator::Actor,
    ticket::{Author, Ticket},
};
use serde_json::{Value, json};

use crate::{
    db::{Signal, Tx},
    error::Result,
    jobs::{self, NewJob},
};

/// Kind of the jobs that tell add-ons what happened: `{"event", "ticket", "message"?, "actor", "causes"?}` with the events
/// `ticket-created`, `ticket-updated` and `message-added`. `causes`: the add-ons that led to it, see [`Tx::caused_by`].
pub const HAPPENING: &str = "happening";

/// Tells add-ons (by a job) and open pages (by a signal) what happened, once the transaction has committed. What is put away
/// is nothing to add-ons.
pub(crate) async fn announce(
    tx: &mut Tx,
    desk: DeskId,
    event: &'static str,
    ticket: &Ticket,
    message: Option<MessageId>,
    actor: &str,
    now: Timestamp,
) -> Result<()> {
    let signal = Signal::Ticket { desk, ticket: ticket.id };
    if ticket.is_put_away() {
        return tx.signal(signal).await;
    }
    let mut payload = json!({ "event": event, "ticket": ticket.id, "actor": actor });
    if let (Some(message), Value::Object(object)) = (message, &mut payload) {
        object.insert("message".into(), json!(message));
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
