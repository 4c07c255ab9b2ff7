//! `tickets`: reading needs `tickets.read`, changing `tickets.write`, answering `tickets.reply`. What an operator started may
//! write only what they may write themselves.

use annex_domain::{
    capability::Access,
    ids::{OperatorId, TicketId},
    permission::Permission,
    ports::{CustomField, FieldChange, FileFacts, NewTicket, Paged, RecordError, TicketFilter, TicketOrder},
    tag,
    ticket::{Message, Priority, Ticket, TicketStatus},
};

use super::{Answer, Refused, in_time, page_size};
use crate::state::Caller;

/// Of replies and notes.
const LONGEST_BODY: usize = 64 << 10;
const MOST_ATTACHMENTS: usize = 20;
const MOST_FIELDS: usize = 50;
/// Characters of what is searched for, and of a cursor.
const LONGEST_SEARCH: usize = 200;

/// A ticket with the custom fields that are filled in.
pub(crate) type FullTicket = (Ticket, Vec<CustomField>);
/// A message with what comes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FullMessage {
    pub(crate) message: Message,
    /// As it came.
    pub(crate) html: Option<String>,
    pub(crate) files: Vec<FileFacts>,
}

/// Who sees a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// The requester: it goes out.
    Requester,
    /// The desk alone.
    Desk,
}

impl Audience {
    fn name(self) -> &'static str {
        match self {
            Self::Requester => "tickets.add-reply",
            Self::Desk => "tickets.add-note",
        }
    }

    fn needs(self) -> Access {
        match self {
            Self::Requester => Access::TicketsReply,
            Self::Desk => Access::TicketsWrite,
        }
    }
}

impl Caller {
    pub(crate) async fn ticket(&mut self, id: String) -> Answer<Ticket> {
        let check = |state: &mut Self| state.check_ticket(Access::TicketsRead, Permission::TicketsView, &id);
        let read = async |state: &mut Self, ticket| {
            Ok(in_time(state.services.data.ticket(&state.scope, ticket), RecordError::Unavailable).await?)
        };
        self.checked_call("tickets.get", &id, check, read).await
    }

    /// The same with its custom fields.
    pub(crate) async fn full_ticket(&mut self, id: String) -> Answer<FullTicket> {
        let check = |state: &mut Self| state.check_ticket(Access::TicketsRead, Permission::TicketsView, &id);
        let read = async |state: &mut Self, id| {
            let ticket = in_time(state.services.data.ticket(&state.scope, id), RecordError::Unavailable).await?;
            let ids = [id];
            let fields = in_time(state.services.data.ticket_fields(&state.scope, &ids), RecordError::Unavailable);
            Ok((ticket, fields.await?.pop().unwrap_or_default()))
        };
        self.checked_call("tickets.get", &id, check, read).await
    }

    pub(crate) async fn search_tickets(
        &mut self,
        filter: Result<TicketFilter, RecordError>,
        order: TicketOrder,
        cursor: Option<String>,
        limit: u32,
    ) -> Answer<Paged<FullTicket>> {
        let check = |state: &mut Self| {
            state.check_access(Access::TicketsRead, Permission::TicketsView)?;
            let filter = filter?;
            let long = |text: &String| text.chars().count() > LONGEST_SEARCH;
            if filter.text.as_ref().is_some_and(long) || cursor.as_ref().is_some_and(long) {
                let text = format!("a text to search for, and a cursor, has at most {LONGEST_SEARCH} characters");
                return Err(RecordError::Invalid(text).into());
            }
            Ok((filter, cursor))
        };
        let read = async |state: &mut Self, (filter, cursor): (TicketFilter, Option<String>)| {
            let (data, scope) = (&state.services.data, &state.scope);
            let found = data.search_tickets(scope, filter, order, cursor.as_deref(), page_size(limit, 100));
            let Paged { items, next } = in_time(found, RecordError::Unavailable).await?;
            let ids: Vec<_> = items.iter().map(|ticket| ticket.id).collect();
            let fields = in_time(data.ticket_fields(scope, &ids), RecordError::Unavailable).await?;
            Ok(Paged { items: items.into_iter().zip(fields).collect(), next })
        };
        self.checked_call("tickets.search", "", check, read).await
    }

    pub(crate) async fn ticket_messages(&mut self, id: String) -> Answer<Vec<Message>> {
        let check = |state: &mut Self| state.check_ticket(Access::TicketsRead, Permission::TicketsView, &id);
        let read = async |state: &mut Self, ticket| {
            Ok(in_time(state.services.data.messages(&state.scope, ticket), RecordError::Unavailable).await?)
        };
        self.checked_call("tickets.messages", &id, check, read).await
    }

    /// The same with their HTML and files.
    pub(crate) async fn full_messages(&mut self, id: String) -> Answer<Vec<FullMessage>> {
        let check = |state: &mut Self| state.check_ticket(Access::TicketsRead, Permission::TicketsView, &id);
        let read = async |state: &mut Self, ticket| {
            let (data, scope) = (&state.services.data, &state.scope);
            let messages = in_time(data.messages(scope, ticket), RecordError::Unavailable).await?;
            let ids: Vec<_> = messages.iter().map(|message| message.id).collect();
            let html = in_time(data.message_html(scope, &ids), RecordError::Unavailable).await?;
            let files = in_time(data.attachments(scope, &ids), RecordError::Unavailable).await?;
            let parts = html.into_iter().zip(files);
            let full = |(message, (html, files))| FullMessage { message, html, files };
            Ok(messages.into_iter().zip(parts).map(full).collect())
        };
        self.checked_call("tickets.messages", &id, check, read).await
    }

    pub(crate) async fn create_ticket(&mut self, new: Result<NewTicket, RecordError>) -> Answer<FullTicket> {
        let check = |state: &mut Self| {
            state.check_access(Access::TicketsWrite, Permission::TicketsManage)?;
            let mut new = new?;
            check_body(&new.body, &new.attachments)?;
            check_count(new.fields.len(), MOST_FIELDS, "fields")?;
            new.tags = checked_tags(&new.tags)?;
            state.may_write("tickets.create", new.subject.len() + new.body.len())?;
            Ok(new)
        };
        let write = async |state: &mut Self, new: NewTicket| {
            let (data, scope) = (&state.services.data, &state.scope);
            let ticket = in_time(data.create_ticket(scope, new), RecordError::Unavailable).await?;
            let ids = [ticket.id];
            let fields = in_time(data.ticket_fields(scope, &ids), RecordError::Unavailable);
            Ok((ticket, fields.await?.pop().unwrap_or_default()))
        };
        self.checked_call("tickets.create", "", check, write).await
    }

    /// A reply or a note; answers its id.
    pub(crate) async fn add_message(
        &mut self,
        audience: Audience,
        id: String,
        body: String,
        attachments: Vec<String>,
    ) -> Answer<String> {
        let check = |state: &mut Self| {
            let ticket = state.check_ticket(audience.needs(), Permission::TicketsReply, &id)?;
            check_body(&body, &attachments)?;
            state.may_write(audience.name(), body.len())?;
            Ok(ticket)
        };
        let write = async |state: &mut Self, ticket| {
            let (data, scope) = (&state.services.data, &state.scope);
            let added = match audience {
                Audience::Requester => data.add_reply(scope, ticket, &body, &attachments),
                Audience::Desk => data.add_note(scope, ticket, &body, &attachments),
            };
            Ok(in_time(added, RecordError::Unavailable).await?.to_string())
        };
        self.checked_call(audience.name(), &id, check, write).await
    }

    pub(crate) async fn assign(&mut self, id: String, to: Option<String>) -> Answer<()> {
        let check = |state: &mut Self| {
            let ticket = state.check_ticket(Access::TicketsWrite, Permission::TicketsManage, &id)?;
            let unknown = || RecordError::Invalid("no operator has that id".into());
            let to = to.map(|to| to.parse::<OperatorId>().map_err(|_| unknown())).transpose()?;
            state.may_write("tickets.assign", 0)?;
            Ok((ticket, to))
        };
        let write = async |state: &mut Self, (ticket, to)| {
            Ok(in_time(state.services.data.assign(&state.scope, ticket, to), RecordError::Unavailable).await?)
        };
        self.checked_call("tickets.assign", &id, check, write).await
    }

    pub(crate) async fn set_status(&mut self, id: String, status: TicketStatus) -> Answer<()> {
        let check = |state: &mut Self| state.check_change("tickets.set-status", &id, 0);
        let write = async |state: &mut Self, ticket| {
            Ok(in_time(state.services.data.set_status(&state.scope, ticket, status), RecordError::Unavailable).await?)
        };
        self.checked_call("tickets.set-status", &id, check, write).await
    }

    pub(crate) async fn set_priority(&mut self, id: String, priority: Priority) -> Answer<()> {
        let check = |state: &mut Self| state.check_change("tickets.set-priority", &id, 0);
        let write = async |state: &mut Self, ticket| {
            let changed = state.services.data.set_priority(&state.scope, ticket, priority);
            Ok(in_time(changed, RecordError::Unavailable).await?)
        };
        self.checked_call("tickets.set-priority", &id, check, write).await
    }

    pub(crate) async fn set_subject(&mut self, id: String, subject: String) -> Answer<()> {
        let check = |state: &mut Self| state.check_change("tickets.set-subject", &id, subject.len());
        let write = async |state: &mut Self, ticket| {
            let changed = state.services.data.set_subject(&state.scope, ticket, subject.clone());
            Ok(in_time(changed, RecordError::Unavailable).await?)
        };
        self.checked_call("tickets.set-subject", &id, check, write).await
    }

    pub(crate) async fn set_tags(&mut self, id: String, tags: Vec<String>) -> Answer<()> {
        let check = |state: &mut Self| {
            let ticket = state.check_ticket(Access::TicketsWrite, Permission::TicketsManage, &id)?;
            let tags = checked_tags(&tags)?;
            state.may_write("tickets.set-tags", tags.iter().map(String::len).sum())?;
            Ok((ticket, tags))
        };
        let write = async |state: &mut Self, (ticket, tags)| {
            Ok(in_time(state.services.data.set_tags(&state.scope, ticket, tags), RecordError::Unavailable).await?)
        };
        self.checked_call("tickets.set-tags", &id, check, write).await
    }

    pub(crate) async fn set_ticket_fields(&mut self, id: String, changes: Vec<FieldChange>) -> Answer<()> {
        let check = |state: &mut Self| {
            let ticket = state.check_ticket(Access::TicketsWrite, Permission::TicketsManage, &id)?;
            check_count(changes.len(), MOST_FIELDS, "changes")?;
            state.may_write("tickets.set-fields", changes.iter().map(|change| change.key.len()).sum())?;
            Ok((ticket, changes))
        };
        let write = async |state: &mut Self, (ticket, changes)| {
            let changed = state.services.data.set_ticket_fields(&state.scope, ticket, changes);
            Ok(in_time(changed, RecordError::Unavailable).await?)
        };
        self.checked_call("tickets.set-fields", &id, check, write).await
    }

    /// An id that is none names no ticket of the desk.
    fn check_ticket(&mut self, access: Access, needed: Permission, id: &str) -> Result<TicketId, Refused> {
        self.check_access(access, needed)?;
        Ok(id.parse().map_err(|_| RecordError::NotFound)?)
    }

    /// Before a ticket is changed by the host function `name`.
    fn check_change(&mut self, name: &'static str, id: &str, bytes: usize) -> Result<TicketId, Refused> {
        let ticket = self.check_ticket(Access::TicketsWrite, Permission::TicketsManage, id)?;
        self.may_write(name, bytes)?;
        Ok(ticket)
    }
}

fn check_body(body: &str, attachments: &[String]) -> Result<(), RecordError> {
    if body.trim().is_empty() || body.len() > LONGEST_BODY {
        return Err(RecordError::Invalid("a message has 1 byte to 64 KiB".into()));
    }
    check_count(attachments.len(), MOST_ATTACHMENTS, "attachments")
}

pub(super) fn check_count(count: usize, most: usize, what: &str) -> Result<(), RecordError> {
    if count > most { Err(RecordError::Invalid(format!("`{what}`: at most {most}"))) } else { Ok(()) }
}

fn checked_tags(tags: &[String]) -> Result<Vec<String>, RecordError> {
    tag::check(tags).map_err(|wrong| RecordError::Invalid(format!("tags {}", wrong.problem())))
}
