//! What is brought along from another help desk: it keeps its dates and authors, and nobody is told of it. Tickets and messages
//! with an id of that desk are brought along once, however often they are sent.

use annex_domain::{
    clock::Timestamp,
    ids::{ContactId, OperatorId},
    permission::Permission,
    ticket::Author,
};
use annex_store::{StoreError, Tx, operators};

use crate::{Ctx, Refusal, Wrong, refusal::Fields};

/// The longest id of another help desk, in characters.
const EXTERNAL_ID: usize = 200;

/// Where something comes from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// Who wrote it.
    pub author: Writer,
    /// When; now when left out.
    pub at: Option<Timestamp>,
    /// What it is called in the help desk that it comes from: one of a kind in this desk.
    pub external_id: Option<String>,
}

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    /// The requester of its ticket.
    Requester,
    /// An operator of the desk, perhaps one who has left.
    Operator(OperatorId),
}

/// What was brought along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Imported<T> {
    /// Just now.
    New(T),
    /// Before, with the same external id; nothing was changed.
    Known(T),
}

/// Who writes in the names of others, and when they like, has to answer for the whole desk.
pub(crate) fn require(ctx: &Ctx) -> Result<(), Refusal> {
    ctx.require(Permission::TicketsManage)?;
    ctx.require(Permission::DeskManage)
}

impl Origin {
    pub(crate) fn check(&self, fields: &mut Fields, ctx: &Ctx) {
        if self.at.is_some_and(|at| at.0 < 0 || at > ctx.now) {
            fields.add("created_at", Wrong::NotPast);
        }
        if let Some(id) = &self.external_id {
            fields.text("external_id", id, EXTERNAL_ID);
        }
    }

    pub(crate) fn external_id(&self) -> Option<&str> {
        self.external_id.as_deref().map(str::trim)
    }

    pub(crate) async fn author(&self, tx: &mut Tx, ctx: &Ctx, requester: ContactId) -> Result<Author, Refusal> {
        let Writer::Operator(id) = self.author else { return Ok(Author::Requester(requester)) };
        match operators::get(tx, ctx.desk, id).await {
            Ok(operator) => Ok(Author::Operator(operator.id)),
            Err(StoreError::NotFound(_)) => Err(Wrong::Unknown.at("author").into()),
            Err(error) => Err(error.into()),
        }
    }
}
