use annex_domain::{permission::Permission, ticket::TicketRef};
use annex_store::{
    StoreError,
    drafts::{self, Draft, Form, Text},
    tickets,
};

use crate::{Ctx, Desk, Refusal, messages::check_body, once, refusal::Fields};

/// The longest line in the form of a new ticket, in characters: a mail address.
const LINE: usize = 254;

/// What somebody is writing.
#[derive(Debug, Clone)]
pub struct Save {
    /// As what.
    pub what: What,
    /// Plain text.
    pub body: String,
    /// The version that it follows; 0: there was none.
    pub rev: i64,
    /// The key of the form: once that was sent, nothing of it is kept any more.
    pub key: Option<String>,
}

/// As what something is written.
#[derive(Debug, Clone)]
pub enum What {
    /// A reply, or a note that the requester never sees.
    Message {
        /// To which ticket.
        ticket: TicketRef,
        /// A note.
        internal: bool,
    },
    /// A new ticket.
    Ticket(Form),
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is kept, as this version; 0: there is nothing to keep.
    Kept(i64),
    /// It is not: another version is there, or it was discarded or sent elsewhere.
    Differs(Option<Draft>),
    /// It is not: its form was sent.
    Sent,
}

/// Keeps what an operator is writing. An empty text discards what there was.
///
/// # Errors
/// [`Refusal::Forbidden`] without `tickets.reply`, for a new ticket without `tickets.manage`; [`Refusal::Invalid`] for `body`,
/// `email`, `name` and `subject`; [`Refusal::NotFound`]; [`crate::Rule::PersonNeeded`].
pub async fn save(desk: &Desk, ctx: &Ctx, input: Save) -> Result<Outcome, Refusal> {
    let Save { what, body, rev, key } = input;
    let (ticket, internal, form) = match what {
        What::Message { ticket, internal } => (Some(ticket), internal, None),
        What::Ticket(form) => (None, false, Some(form)),
    };
    ctx.require(if ticket.is_some() { Permission::TicketsReply } else { Permission::TicketsManage })?;
    let operator = ctx.operator()?;
    let text = Text { body, internal, form };
    check(&text)?;
    let mut tx = ctx.begin(desk).await?;
    let ticket = match ticket {
        Some(ticket) => Some(tickets::find(&mut tx, ctx.desk, ticket).await?.id),
        None => None,
    };
    if let Some(key) = key.filter(|key| !key.is_empty())
        && once::is_done(&mut tx, ctx, &key).await?
    {
        return Ok(Outcome::Sent);
    }
    let saved = if is_empty(&text) {
        drafts::delete(&mut tx, ctx.desk, operator, ticket, Some(rev)).await.map(|()| 0)
    } else {
        drafts::save(&mut tx, ctx.desk, operator, ticket, &text, rev, ctx.now).await
    };
    match saved {
        Ok(rev) => {
            tx.commit().await?;
            Ok(Outcome::Kept(rev))
        }
        Err(StoreError::Stale(_)) => Ok(Outcome::Differs(drafts::get(&mut tx, ctx.desk, operator, ticket).await?)),
        Err(error) => Err(error.into()),
    }
}

fn check(text: &Text) -> Result<(), Refusal> {
    let mut fields = Fields::default();
    if let Some(form) = &text.form {
        fields.optional("email", &form.email, LINE);
        fields.optional("name", &form.name, LINE);
        fields.optional("subject", &form.subject, LINE);
    }
    if !text.body.trim().is_empty() {
        check_body(&mut fields, &text.body);
    }
    fields.check()
}

/// True when nothing was typed: what is chosen beside the text is no text.
fn is_empty(text: &Text) -> bool {
    let lines = text.form.iter().flat_map(|form| [&form.email, &form.name, &form.subject]);
    lines.chain([&text.body]).all(|line| line.trim().is_empty())
}
