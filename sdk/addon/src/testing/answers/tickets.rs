//! Tickets, kept in memory.

use super::{
    super::state::{State, with},
    change_fields, granted, page,
};
use crate::bindings::plugin::annex::addon::{
    tickets::{Assignee, Author, Filter, Message, NewTicket, Order, Priority, Status, Ticket, TicketPage},
    types::{CustomChange, Error},
};

fn check(state: &State, capability: &str, id: &str) -> Result<(), Error> {
    granted(state, capability)?;
    if state.tickets.contains_key(id) { Ok(()) } else { Err(Error::NotFound) }
}

fn change(id: &str, change: impl FnOnce(&mut Ticket)) -> Result<(), Error> {
    with(|state| {
        check(state, "tickets.write", id)?;
        let now = state.now;
        let ticket = state.tickets.get_mut(id).ok_or(Error::NotFound)?;
        change(ticket);
        ticket.updated = now;
        Ok(())
    })
}

pub(crate) fn get(id: &str) -> Result<Ticket, Error> {
    with(|state| {
        check(state, "tickets.read", id)?;
        state.tickets.get(id).cloned().ok_or(Error::NotFound)
    })
}

pub(crate) fn search(filter: &Filter, order: Order, cursor: Option<&str>, limit: u32) -> Result<TicketPage, Error> {
    with(|state| {
        granted(state, "tickets.read")?;
        let mut found: Vec<Ticket> =
            state.tickets.values().filter(|ticket| fits(state, ticket, filter)).cloned().collect();
        found.sort_by_key(|ticket| {
            let time = if order == Order::Created { ticket.created } else { ticket.updated };
            let urgency = if order == Order::Priority { ticket.priority as u8 } else { 0 };
            std::cmp::Reverse((urgency, time))
        });
        let (tickets, next) = page(found, cursor, limit)?;
        Ok(TicketPage { tickets, next })
    })
}

fn fits(state: &State, ticket: &Ticket, filter: &Filter) -> bool {
    let is_whose = |wanted: &Assignee| match wanted {
        Assignee::Nobody => ticket.assignee.is_none(),
        Assignee::Operator(id) => ticket.assignee.as_ref() == Some(id),
    };
    let says = |text: &String| {
        let messages = state.messages.get(&ticket.id).into_iter().flatten().map(|message| &message.body);
        let name = state.contacts.get(&ticket.requester).map(|contact| &contact.name);
        let mut parts = messages.chain(name).chain([&ticket.subject]);
        parts.any(|part| part.to_lowercase().contains(&text.to_lowercase()))
    };
    (filter.statuses.is_empty() || filter.statuses.contains(&ticket.status))
        && filter.priority.is_none_or(|priority| priority == ticket.priority)
        && filter.assignee.as_ref().is_none_or(is_whose)
        && filter.tag.as_ref().is_none_or(|tag| ticket.tags.contains(tag))
        && filter.field.as_ref().is_none_or(|field| ticket.fields.contains(field))
        && filter.channel.as_ref().is_none_or(|channel| ticket.channel.as_ref() == Some(channel))
        && filter.requester.as_ref().is_none_or(|requester| ticket.requester == *requester)
        && filter.text.as_ref().is_none_or(says)
}

pub(crate) fn messages(id: &str) -> Result<Vec<Message>, Error> {
    with(|state| {
        check(state, "tickets.read", id)?;
        Ok(state.messages.get(id).cloned().unwrap_or_default())
    })
}

pub(crate) fn create(new: &NewTicket) -> Result<Ticket, Error> {
    with(|state| {
        granted(state, "tickets.write")?;
        let id = format!("t-new-{}", state.tickets.len() + 1);
        state.add_ticket(&id, &new.subject, &new.requester);
        let author = Author::Requester(new.requester.clone());
        write(state, &id, &new.body, author, false, &new.attachments)?;
        state.opened.push(id.clone());
        let ticket = state.tickets.get_mut(&id).ok_or(Error::NotFound)?;
        ticket.priority = new.priority;
        ticket.assignee.clone_from(&new.assignee);
        ticket.tags.clone_from(&new.tags);
        ticket.fields.clone_from(&new.fields);
        Ok(ticket.clone())
    })
}

pub(crate) fn add_reply(id: &str, body: &str, attachments: &[String]) -> Result<String, Error> {
    with(|state| {
        check(state, "tickets.reply", id)?;
        write(state, id, body, Author::Addon("i1".into()), false, attachments)
    })
}

pub(crate) fn add_note(id: &str, body: &str, attachments: &[String]) -> Result<String, Error> {
    with(|state| {
        check(state, "tickets.write", id)?;
        write(state, id, body, Author::Addon("i1".into()), true, attachments)
    })
}

fn write(
    state: &mut State,
    ticket: &str,
    body: &str,
    author: Author,
    internal: bool,
    attachments: &[String],
) -> Result<String, Error> {
    let files = state.finished(attachments).ok_or(Error::NotFound)?;
    let id = state.add_message(ticket, body, author, internal);
    let message = state.messages.get_mut(ticket).and_then(|messages| messages.last_mut());
    message.into_iter().for_each(|message| message.attachments.clone_from(&files));
    Ok(id)
}

pub(crate) fn assign(id: &str, assignee: &Assignee) -> Result<(), Error> {
    change(id, |ticket| {
        ticket.assignee = match assignee {
            Assignee::Nobody => None,
            Assignee::Operator(operator) => Some(operator.clone()),
        };
    })
}

pub(crate) fn set_status(id: &str, status: Status) -> Result<(), Error> {
    change(id, |ticket| ticket.status = status)
}

pub(crate) fn set_priority(id: &str, priority: Priority) -> Result<(), Error> {
    change(id, |ticket| ticket.priority = priority)
}

pub(crate) fn set_subject(id: &str, subject: &str) -> Result<(), Error> {
    change(id, |ticket| subject.clone_into(&mut ticket.subject))
}

pub(crate) fn set_tags(id: &str, tags: &[String]) -> Result<(), Error> {
    change(id, |ticket| ticket.tags = tags.to_vec())
}

pub(crate) fn set_fields(id: &str, changes: &[CustomChange]) -> Result<(), Error> {
    change(id, |ticket| change_fields(&mut ticket.fields, changes))
}
