//! `tickets`: reading needs `tickets.read`, writing `tickets.write`. What an operator started may write only what they may
//! write themselves.

use annex_domain::{
    capability::Access, ids::TicketId, permission::Permission, ports::RecordError, tag, ticket as domain,
};

use super::in_time;
use crate::{
    bindings::v0_1::tickets::{Author, Error, Host, Message, Priority, Status, Ticket},
    state::Caller,
};

const LONGEST_NOTE: usize = 64 << 10;

/// A port's error, or a capability that is missing.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error("{0}")]
    Denied(String),
    #[error("{0}")]
    Record(#[from] RecordError),
}

impl Host for Caller {
    async fn get(&mut self, id: String) -> wasmtime::Result<Result<Ticket, Error>> {
        let check = |state: &mut Self| state.check_ticket(Access::TicketsRead, Permission::TicketsView, &id);
        let read = async |state: &mut Self, ticket| {
            Ok(in_time(state.services.data.ticket(&state.scope, ticket), RecordError::Unavailable).await?)
        };
        Ok(self.checked_call("tickets.get", &id, check, read).await?.map(ticket_to_wit).map_err(to_wit))
    }

    async fn messages(&mut self, id: String) -> wasmtime::Result<Result<Vec<Message>, Error>> {
        let check = |state: &mut Self| state.check_ticket(Access::TicketsRead, Permission::TicketsView, &id);
        let read = async |state: &mut Self, ticket| {
            Ok(in_time(state.services.data.messages(&state.scope, ticket), RecordError::Unavailable).await?)
        };
        let answer = self.checked_call("tickets.messages", &id, check, read).await?;
        Ok(answer.map(|messages| messages.into_iter().map(message_to_wit).collect()).map_err(to_wit))
    }

    async fn add_note(&mut self, id: String, body: String) -> wasmtime::Result<Result<String, Error>> {
        let check = |state: &mut Self| {
            let ticket = state.check_ticket(Access::TicketsWrite, Permission::TicketsReply, &id)?;
            if body.trim().is_empty() || body.len() > LONGEST_NOTE {
                return Err(RecordError::Invalid("a note has 1 byte to 64 KiB".into()).into());
            }
            state.may_write("tickets.add-note", body.len())?;
            Ok(ticket)
        };
        let write = async |state: &mut Self, ticket| {
            Ok(in_time(state.services.data.add_note(&state.scope, ticket, &body), RecordError::Unavailable).await?)
        };
        let answer = self.checked_call("tickets.add-note", &id, check, write).await?;
        Ok(answer.map(|message| message.to_string()).map_err(to_wit))
    }

    async fn set_tags(&mut self, id: String, tags: Vec<String>) -> wasmtime::Result<Result<(), Error>> {
        let check = |state: &mut Self| {
            let ticket = state.check_ticket(Access::TicketsWrite, Permission::TicketsManage, &id)?;
            let tags = tag::check(&tags).map_err(|wrong| RecordError::Invalid(format!("tags {}", wrong.problem())))?;
            state.may_write("tickets.set-tags", tags.iter().map(String::len).sum())?;
            Ok((ticket, tags))
        };
        let write = async |state: &mut Self, (ticket, tags)| {
            Ok(in_time(state.services.data.set_tags(&state.scope, ticket, tags), RecordError::Unavailable).await?)
        };
        Ok(self.checked_call("tickets.set-tags", &id, check, write).await?.map_err(to_wit))
    }

    async fn set_status(&mut self, id: String, status: Status) -> wasmtime::Result<Result<(), Error>> {
        let status = match status {
            Status::Open => domain::TicketStatus::Open,
            Status::Pending => domain::TicketStatus::Pending,
            Status::Solved => domain::TicketStatus::Solved,
            Status::Closed => domain::TicketStatus::Closed,
        };
        let check = |state: &mut Self| {
            let ticket = state.check_ticket(Access::TicketsWrite, Permission::TicketsManage, &id)?;
            state.may_write("tickets.set-status", 0)?;
            Ok(ticket)
        };
        let write = async |state: &mut Self, ticket| {
            Ok(in_time(state.services.data.set_status(&state.scope, ticket, status), RecordError::Unavailable).await?)
        };
        Ok(self.checked_call("tickets.set-status", &id, check, write).await?.map_err(to_wit))
    }
}

impl Caller {
    /// An id that is none names no ticket of the desk.
    fn check_ticket(&mut self, access: Access, needed: Permission, id: &str) -> Result<TicketId, Refused> {
        if let Some(text) = self.denied_for(access, needed) {
            return Err(Refused::Denied(text));
        }
        Ok(id.parse().map_err(|_| RecordError::NotFound)?)
    }

    pub(super) fn may_write(&mut self, name: &'static str, bytes: usize) -> Result<(), RecordError> {
        self.writes.record(&self.services.limits, name, bytes)
    }
}

fn ticket_to_wit(ticket: domain::Ticket) -> Ticket {
    Ticket {
        id: ticket.id.to_string(),
        number: u64::try_from(ticket.number).unwrap_or(0),
        subject: ticket.subject,
        status: match ticket.status {
            domain::TicketStatus::Open => Status::Open,
            domain::TicketStatus::Pending => Status::Pending,
            domain::TicketStatus::Solved => Status::Solved,
            domain::TicketStatus::Closed => Status::Closed,
        },
        priority: match ticket.priority {
            domain::Priority::Low => Priority::Low,
            domain::Priority::Normal => Priority::Normal,
            domain::Priority::High => Priority::High,
            domain::Priority::Urgent => Priority::Urgent,
        },
        requester: ticket.requester.to_string(),
        assignee: ticket.assignee.map(|operator| operator.to_string()),
        tags: ticket.tags,
        created_at: u64::try_from(ticket.created_at.0).unwrap_or(0),
        updated_at: u64::try_from(ticket.updated_at.0).unwrap_or(0),
    }
}

fn message_to_wit(message: domain::Message) -> Message {
    Message {
        id: message.id.to_string(),
        author: match message.author {
            domain::Author::Requester(_) => Author::Requester,
            domain::Author::Operator(_) => Author::Operator,
            domain::Author::Addon(_) => Author::Addon,
        },
        internal: message.internal,
        body: message.body,
        created_at: u64::try_from(message.created_at.0).unwrap_or(0),
    }
}

fn to_wit(error: Refused) -> Error {
    match error {
        Refused::Denied(text) => Error::Denied(text),
        Refused::Record(RecordError::NotFound) => Error::NotFound,
        Refused::Record(RecordError::Invalid(text)) => Error::Invalid(text),
        Refused::Record(error @ RecordError::TooMuch(_)) => Error::Invalid(error.to_string()),
        Refused::Record(RecordError::Unavailable) => Error::Unavailable,
    }
}
