//! Messages of tickets: replies and notes, and what people decide about replies that a channel did not surely send.

mod confirm;
mod import;
mod redeliver;
mod write;
mod writing;

use annex_domain::{ids::MessageId, ticket::TicketRef};
use annex_store::{
    Tx,
    messages::{self, MAX_BODY},
    tickets,
};

pub use confirm::confirm;
pub use import::{Import, import};
pub use redeliver::redeliver;
pub use write::{Write, write};
pub use writing::writing;

use crate::{Ctx, Refusal, Wrong, refusal::Fields, tickets::check_at_hand};

/// The text of a message: something, in any characters that can be stored.
pub(crate) fn check_body(fields: &mut Fields, body: &str) {
    if body.trim().is_empty() {
        fields.add("body", Wrong::Required);
    } else if body.chars().count() > MAX_BODY {
        fields.add("body", Wrong::TooLong(MAX_BODY));
    } else if body.contains('\0') {
        fields.add("body", Wrong::Characters);
    }
}

/// Goes on only with a message of that ticket, which is not put away.
async fn check_place(tx: &mut Tx, ctx: &Ctx, ticket: TicketRef, id: MessageId) -> Result<(), Refusal> {
    let ticket = tickets::find(tx, ctx.desk, ticket).await?;
    check_at_hand(ctx, &ticket)?;
    let message = messages::get(tx, ctx.desk, id).await?;
    if message.ticket == ticket.id { Ok(()) } else { Err(Refusal::NotFound("message")) }
}

/// How an entry of the audit log names a message.
fn object(id: MessageId) -> String {
    format!("message:{id}")
}
