//! Tickets. What was changed is recorded in the ticket itself (`ticket_changes`), not in the audit log: ADR 36.

mod change;
mod create;

use annex_domain::{
    ids::{DeskId, OperatorId},
    tag,
};
use annex_store::{StoreError, Tx, operators};

pub use change::change;
pub use create::{Create, FirstAuthor, Requester, create};

use crate::{Refusal, Wrong, refusal::Fields};

/// The longest subject, in characters.
const SUBJECT: usize = 200;

/// A subject is one line; what breaks it counts as a space.
fn check_subject(fields: &mut Fields, subject: &str) {
    let line = subject.split_whitespace().collect::<Vec<_>>().join(" ");
    fields.text("subject", &line, SUBJECT);
}

fn check_tags(fields: &mut Fields, tags: &[String]) {
    if let Err(error) = tag::check(tags) {
        fields.add("tags", Wrong::Tags(error));
    }
}

/// Whoever is to take care of a ticket works in the desk.
async fn check_assignee(tx: &mut Tx, desk: DeskId, id: OperatorId) -> Result<(), Refusal> {
    match operators::get(tx, desk, id).await {
        Ok(operator) if operator.active => Ok(()),
        Ok(_) | Err(StoreError::NotFound(_)) => Err(Wrong::NoOperator.at("assignee").into()),
        Err(error) => Err(error.into()),
    }
}
