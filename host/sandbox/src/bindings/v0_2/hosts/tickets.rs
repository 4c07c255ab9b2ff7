//! Tickets as components of 0.2 see and change them.

use annex_domain::{
    field::FieldKey,
    ids::InstallationId,
    ports::{CustomField, NewTicket, RecordError, TicketFilter, TicketOrder},
    ticket as domain,
};

use super::{Answer, custom_field, custom_to_wit, field_change, file, ms, refused};
use crate::{
    bindings::{
        Convert,
        v0_2::{tickets, types},
        variants,
    },
    host::tickets::{Audience, FullMessage, FullTicket},
    state::Caller,
};

variants! { domain => tickets:
    Priority { Low, Normal, High, Urgent }
}

variants! { tickets => domain:
    Priority { Low, Normal, High, Urgent }
}

impl tickets::Host for Caller {
    async fn get(&mut self, id: String) -> Answer<tickets::Ticket> {
        Ok(self.full_ticket(id).await?.map(ticket).map_err(refused))
    }

    async fn search(
        &mut self,
        filter: tickets::Filter,
        order: tickets::Order,
        cursor: Option<String>,
        limit: u32,
    ) -> Answer<tickets::TicketPage> {
        let order = match order {
            tickets::Order::Updated => TicketOrder::Updated,
            tickets::Order::Created => TicketOrder::Created,
            tickets::Order::Priority => TicketOrder::Priority,
        };
        let page = self.search_tickets(wanted(filter), order, cursor, limit).await?;
        let page = page
            .map(|page| tickets::TicketPage { tickets: page.items.into_iter().map(ticket).collect(), next: page.next });
        Ok(page.map_err(refused))
    }

    async fn messages(&mut self, id: String) -> Answer<Vec<tickets::Message>> {
        let messages = self.full_messages(id).await?;
        Ok(messages.map(|all| all.into_iter().map(message).collect()).map_err(refused))
    }

    async fn create(&mut self, new: tickets::NewTicket) -> Answer<tickets::Ticket> {
        Ok(self.create_ticket(made(new)).await?.map(ticket).map_err(refused))
    }

    async fn add_reply(&mut self, id: String, body: String, attachments: Vec<String>) -> Answer<String> {
        Ok(self.add_message(Audience::Requester, id, body, attachments).await?.map_err(refused))
    }

    async fn add_note(&mut self, id: String, body: String, attachments: Vec<String>) -> Answer<String> {
        Ok(self.add_message(Audience::Desk, id, body, attachments).await?.map_err(refused))
    }

    async fn assign(&mut self, id: String, to: tickets::Assignee) -> Answer<()> {
        Ok(Self::assign(self, id, assignee(to)).await?.map_err(refused))
    }

    async fn set_status(&mut self, id: String, to: tickets::Status) -> Answer<()> {
        Ok(Self::set_status(self, id, status(to)).await?.map_err(refused))
    }

    async fn set_priority(&mut self, id: String, priority: tickets::Priority) -> Answer<()> {
        Ok(Self::set_priority(self, id, priority.convert()).await?.map_err(refused))
    }

    async fn set_subject(&mut self, id: String, subject: String) -> Answer<()> {
        Ok(Self::set_subject(self, id, subject).await?.map_err(refused))
    }

    async fn set_tags(&mut self, id: String, tags: Vec<String>) -> Answer<()> {
        Ok(Self::set_tags(self, id, tags).await?.map_err(refused))
    }

    async fn set_fields(&mut self, id: String, changes: Vec<types::CustomChange>) -> Answer<()> {
        let changes = changes.into_iter().map(field_change).collect();
        Ok(self.set_ticket_fields(id, changes).await?.map_err(refused))
    }
}

fn status(status: tickets::Status) -> domain::TicketStatus {
    match status {
        tickets::Status::Open => domain::TicketStatus::Open,
        tickets::Status::Pending => domain::TicketStatus::Pending,
        tickets::Status::Solved => domain::TicketStatus::Solved,
        tickets::Status::Closed => domain::TicketStatus::Closed,
    }
}

fn assignee(assignee: tickets::Assignee) -> Option<String> {
    match assignee {
        tickets::Assignee::Nobody => None,
        tickets::Assignee::Operator(id) => Some(id),
    }
}

/// An id that is none fits no ticket: it is told, rather than nothing found.
fn wanted(filter: tickets::Filter) -> Result<TicketFilter, RecordError> {
    let tickets::Filter { statuses, priority, assignee: whose, tag, field, channel, requester, text } = filter;
    let wrong = |what: &str| RecordError::Invalid(format!("`{what}`: not an id"));
    Ok(TicketFilter {
        statuses: statuses.into_iter().map(status).collect(),
        priority: priority.convert(),
        assignee: match whose.map(assignee) {
            None => None,
            Some(None) => Some(None),
            Some(Some(id)) => Some(Some(id.parse().map_err(|_| wrong("assignee"))?)),
        },
        tag,
        field: field.map(held).transpose()?,
        channel: channel.map(|id| id.parse::<InstallationId>().map_err(|_| wrong("channel"))).transpose()?,
        requester: match requester {
            None => None,
            Some(id) => Some(id.parse().map_err(|_| wrong("requester"))?),
        },
        text,
    })
}

/// The key of a field, and what it holds as it is kept.
fn held(field: types::CustomField) -> Result<(FieldKey, String), RecordError> {
    let CustomField { key, data } = custom_field(field);
    let key = key.parse::<FieldKey>().map_err(|_| RecordError::Invalid("`field`: not the key of a field".into()))?;
    let value = data.kept().map_err(|wrong| RecordError::Invalid(format!("`field`: {}", wrong.problem())))?;
    Ok((key, value))
}

fn made(new: tickets::NewTicket) -> Result<NewTicket, RecordError> {
    let tickets::NewTicket { requester, subject, body, attachments, priority, assignee, tags, fields } = new;
    let wrong = |what: &str| RecordError::Invalid(format!("`{what}`: not an id"));
    Ok(NewTicket {
        requester: requester.parse().map_err(|_| wrong("requester"))?,
        subject,
        body,
        attachments,
        priority: priority.convert(),
        assignee: match assignee {
            None => None,
            Some(id) => Some(id.parse().map_err(|_| wrong("assignee"))?),
        },
        tags,
        fields: fields.into_iter().map(custom_field).collect(),
    })
}

pub(in crate::bindings::v0_2) fn ticket((ticket, fields): FullTicket) -> tickets::Ticket {
    tickets::Ticket {
        id: ticket.id.to_string(),
        number: u64::try_from(ticket.number).unwrap_or(0),
        subject: ticket.subject,
        status: match ticket.status {
            domain::TicketStatus::Open => tickets::Status::Open,
            domain::TicketStatus::Pending => tickets::Status::Pending,
            domain::TicketStatus::Solved => tickets::Status::Solved,
            domain::TicketStatus::Closed => tickets::Status::Closed,
        },
        priority: ticket.priority.convert(),
        requester: ticket.requester.to_string(),
        assignee: ticket.assignee.map(|operator| operator.to_string()),
        tags: ticket.tags,
        channel: ticket.channel.map(|channel| channel.installation.to_string()),
        fields: fields.into_iter().map(custom_to_wit).collect(),
        created: ms(ticket.created_at),
        updated: ms(ticket.updated_at),
    }
}

pub(in crate::bindings::v0_2) fn message(FullMessage { message, html, files }: FullMessage) -> tickets::Message {
    tickets::Message {
        id: message.id.to_string(),
        author: match message.author {
            domain::Author::Requester(id) => tickets::Author::Requester(id.to_string()),
            domain::Author::Operator(id) => tickets::Author::Operator(id.to_string()),
            domain::Author::Addon(id) => tickets::Author::Addon(id.to_string()),
        },
        internal: message.internal,
        body: message.body,
        html,
        attachments: files.into_iter().map(file).collect(),
        created: ms(message.created_at),
        edited: message.edited_at.map(ms),
    }
}
