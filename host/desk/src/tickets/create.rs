use annex_domain::{
    addon::Kind,
    channel::Reach,
    field::{Entries, FieldSubject},
    ids::{AttachmentId, ContactId, InstallationId, MessageId, OperatorId},
    installation::Installation,
    permission::Permission,
    ticket::{Author, ChannelThread, Priority, Ticket},
};
use annex_store::{
    StoreError, Tx,
    channels::{self, Conversation},
    contacts, fields as stored_fields, installations,
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
    /// The channel in which the first message leaves, written by whoever makes it: the conversation begins with it.
    pub via: Option<InstallationId>,
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
/// `attachments`, `tags`, `assignee` and `via`; [`Refusal::Values`]; [`crate::Rule::DoneBefore`].
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
    let author = match (input.via, input.author) {
        (None, FirstAuthor::Requester) => Author::Requester(requester),
        (Some(_), _) | (None, FirstAuthor::Caller) => ctx.author()?,
    };
    let channel = match input.via {
        Some(via) => Some(begun(&mut tx, ctx, via, requester).await?),
        None => None,
    };
    let new = NewTicket {
        subject: input.subject,
        requester,
        author,
        body,
        priority: input.priority,
        assignee: input.assignee,
        tags: input.tags,
        channel,
    };
    let (ticket, first) = tickets::create(&mut tx, ctx.desk, new, ctx.now).await?;
    if ticket.channel.is_some() {
        channels::put_conversation(&mut tx, ctx.desk, ticket.id, &Conversation::default()).await?;
    }
    attach(&mut tx, ctx, files, &first).await?;
    stored_fields::write(&mut tx, ctx.desk, ticket.id, &values).await?;
    notices::made(&mut tx, ctx.desk, &ticket, &first, ctx.operator().ok(), ctx.now).await?;
    if input.key.is_some() {
        discard(&mut tx, ctx, None).await?;
    }
    tx.commit().await?;
    Ok(ticket)
}

/// A conversation with a requester that the channel can begin. Its thread is the desk's own until the service has given it a name.
async fn begun(tx: &mut Tx, ctx: &Ctx, via: InstallationId, with: ContactId) -> Result<ChannelThread, Refusal> {
    let channel = installations::get(tx, ctx.desk, via).await?.filter(Installation::runs);
    let channel = channel.filter(|channel| channel.kind == Kind::Channel).ok_or_else(|| Wrong::Unknown.at("via"))?;
    let facts = channels::facts(tx, &channel).await?;
    let starts = facts.map(|facts| facts.starts).unwrap_or_default();
    let contact = contacts::get(tx, ctx.desk, with).await?;
    let address = match starts {
        Reach::Nobody => return Err(Wrong::Unknown.at("via").into()),
        Reach::Email => contact.email,
        Reach::Phone => contact.phone,
    };
    let handle = address.ok_or_else(|| Wrong::Required.at("requester.id"))?;
    channels::set_person(tx, ctx.desk, via, &handle, with).await?;
    Ok(ChannelThread { installation: via, thread: format!("begun:{}", MessageId::new()), handle })
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
