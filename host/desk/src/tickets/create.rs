use annex_domain::{
    field::{Entries, FieldSubject},
    ids::{AttachmentId, ContactId, OperatorId},
    permission::Permission,
    ticket::{Author, Priority, Ticket},
};
use annex_store::{
    StoreError, Tx, contacts, fields as stored_fields,
    messages::Body,
    tickets::{self, NewTicket},
};

use crate::{
    Ctx, Desk, Refusal, Rule, Wrong,
    contacts::{NewContact, check, find_or_create},
    drafts::discard,
    fields::values,
    messages::{attach, files, said},
    notices, once,
    refusal::Fields,
};

/// A ticket to make, with its first message.
#[derive(Debug, Clone)]
pub struct Create {
    /// Whose it is.
    pub requester: Requester,
    /// Who wrote the first message.
    pub author: FirstAuthor,
    /// One line.
    pub subject: String,
    /// The first message.
    pub body: Body,
    /// How soon.
    pub priority: Priority,
    /// Who takes care of it.
    pub assignee: Option<OperatorId>,
    /// Under the rule of [`annex_domain::tag`].
    pub tags: Vec<String>,
    /// Values of custom fields, as they were entered.
    pub fields: Entries,
    /// Files of the first message, which whoever makes it has uploaded or made, and which no message has.
    pub attachments: Vec<AttachmentId>,
    /// The key of the form, with which it is made once, and whose draft ends with it.
    pub key: Option<String>,
}

/// Whose ticket it is.
#[derive(Debug, Clone)]
pub enum Requester {
    /// A contact of the desk.
    Contact(ContactId),
    /// Whoever has that address; a contact is made when there is none.
    Address {
        /// The mail address.
        email: String,
        /// What a new contact is called; may be empty.
        name: String,
    },
}

/// Who wrote the first message of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstAuthor {
    /// The requester, such as on the phone.
    Requester,
    /// Who makes it.
    Caller,
}

/// Makes a ticket.
///
/// # Errors
/// [`Refusal::Forbidden`] without `tickets.manage`; [`Refusal::Invalid`] for `requester.id`, `email`, `name`, `subject`, `body`, `html`,
/// `attachments`, `tags` and `assignee`; [`Refusal::Values`]; [`crate::Rule::DoneBefore`].
pub async fn create(desk: &Desk, ctx: &Ctx, input: Create) -> Result<Ticket, Refusal> {
    ctx.require(Permission::TicketsManage)?;
    let mut fields = Fields::default();
    check_requester(&mut fields, &input.requester)?;
    super::check_subject(&mut fields, &input.subject);
    let body = said(&mut fields, input.body);
    let files = files(&mut fields, input.attachments);
    super::check_tags(&mut fields, &input.tags);
    fields.check()?;
    let mut tx = ctx.begin(desk).await?;
    once::claim(&mut tx, ctx, input.key.as_deref()).await?;
    if let Some(assignee) = input.assignee {
        super::check_assignee(&mut tx, ctx.desk, assignee).await?;
    }
    let values = values::read(&mut tx, ctx, FieldSubject::Ticket, &input.fields).await?;
    let requester = requester_of(&mut tx, ctx, input.requester).await?;
    let author = match input.author {
        FirstAuthor::Requester => Author::Requester(requester),
        FirstAuthor::Caller => ctx.author()?,
    };
    let new = NewTicket {
        subject: input.subject,
        requester,
        author,
        body,
        priority: input.priority,
        assignee: input.assignee,
        tags: input.tags,
        channel: None,
    };
    let (ticket, first) = tickets::create(&mut tx, ctx.desk, new, ctx.now).await?;
    attach(&mut tx, ctx, files, &first).await?;
    stored_fields::write(&mut tx, ctx.desk, ticket.id, &values).await?;
    notices::made(&mut tx, ctx.desk, &ticket, &first, ctx.operator().ok(), ctx.now).await?;
    if input.key.is_some() {
        discard(&mut tx, ctx, None).await?;
    }
    tx.commit().await?;
    Ok(ticket)
}

pub(super) fn check_requester(fields: &mut Fields, requester: &Requester) -> Result<(), Refusal> {
    match requester {
        Requester::Contact(_) => Ok(()),
        Requester::Address { email, name } => fields.all(check(&contact(email, name))),
    }
}

pub(super) async fn requester_of(tx: &mut Tx, ctx: &Ctx, requester: Requester) -> Result<ContactId, Refusal> {
    match requester {
        Requester::Contact(id) => match contacts::get(tx, ctx.desk, id).await {
            Err(StoreError::NotFound(_)) => Err(Wrong::Unknown.at("requester.id").into()),
            Ok(found) if found.erased_at.is_some() => Err(Rule::ContactErased.into()),
            found => Ok(found?.id),
        },
        Requester::Address { email, name } => Ok(find_or_create(tx, ctx, &contact(&email, &name)).await?.id),
    }
}

fn contact(email: &str, name: &str) -> NewContact {
    NewContact { name: name.to_owned(), email: Some(email.to_owned()), ..NewContact::default() }
}
