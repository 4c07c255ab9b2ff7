use annex_domain::{ids::TicketId, operator::Actor};
use annex_store::{StoreError, Tx, drafts};

use crate::Ctx;

/// Discards what an operator was writing to a ticket, or with `None` as a new one, in the transaction of what became of it.
pub(crate) async fn discard(tx: &mut Tx, ctx: &Ctx, ticket: Option<TicketId>) -> Result<(), StoreError> {
    let Actor::Operator(operator) = ctx.actor else { return Ok(()) };
    drafts::delete(tx, ctx.desk, operator, ticket, None).await
}
