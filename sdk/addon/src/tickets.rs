//! Tickets of the desk. Reading needs the capability `tickets.read`, changing `tickets.write`, answering requesters
//! `tickets.reply`.
//!
//! ```
//! use annex_sdk::{testing::Host, tickets::{self, Search, Status}};
//!
//! let host = Host::new().ticket("t1", "Printer on fire", "c1");
//! for ticket in Search::new().status(Status::Open).page(None)?.tickets {
//!     if ticket.subject.contains("fire") {
//!         tickets::set_tags(&ticket.id, &["hot"])?;
//!         tickets::add_reply(&ticket.id, "Somebody is on the way.")?;
//!     }
//! }
//! assert_eq!(host.tags("t1"), ["hot"]);
//! assert_eq!(host.replies("t1"), ["Somebody is on the way."]);
//! # Ok::<(), annex_sdk::Error>(())
//! ```
//!
//! Each function that writes works five times in a call, all of them write at most 1 MiB in it, and an installation writes 60 times
//! within an hour to one ticket: beyond that they answer [`Error::TooMuch`]. What an add-on writes is told to the others; when they
//! answer each other, the host ends it and counts it as a fault.

use crate::{Result, host};

pub use crate::{
    bindings::plugin::annex::addon::tickets::{
        Assignee, Author, Filter, Message, NewTicket, Order, Priority, Status, Ticket, TicketPage,
    },
    record::{CustomChange, CustomField, Error, FieldData},
};

/// A ticket.
///
/// # Errors
/// [`Error::Denied`] without the capability; [`Error::NotFound`] when the id is not of this desk.
pub fn get(id: &str) -> Result<Ticket, Error> {
    Ok(host::tickets::get(id)?)
}

/// Its messages, newest last, at most 100.
///
/// # Errors
/// As [`get`].
pub fn messages(id: &str) -> Result<Vec<Message>, Error> {
    Ok(host::tickets::messages(id)?)
}

/// Which tickets are looked for, as in the inbox: everything that is said must hold.
///
/// ```
/// use annex_sdk::tickets::{Order, Search, Status};
///
/// let waiting = Search::new().status(Status::Open).status(Status::Pending).unassigned().order(Order::Priority).limit(20);
/// # let _ = waiting;
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "ask for a `page`"]
pub struct Search {
    filter: Filter,
    order: Order,
    limit: u32,
}

impl Search {
    /// All tickets; the last change first, 100 on a page.
    pub fn new() -> Self {
        let filter = Filter {
            statuses: vec![],
            priority: None,
            assignee: None,
            tag: None,
            field: None,
            channel: None,
            requester: None,
            text: None,
        };
        Self { filter, order: Order::Updated, limit: 100 }
    }

    /// Has this status, or one of the others that are said.
    pub fn status(mut self, status: Status) -> Self {
        self.filter.statuses.push(status);
        self
    }

    /// Has this priority.
    pub fn priority(mut self, priority: Priority) -> Self {
        self.filter.priority = Some(priority);
        self
    }

    /// Is this operator's.
    pub fn assigned_to(mut self, operator: impl Into<String>) -> Self {
        self.filter.assignee = Some(Assignee::Operator(operator.into()));
        self
    }

    /// Is nobody's.
    pub fn unassigned(mut self) -> Self {
        self.filter.assignee = Some(Assignee::Nobody);
        self
    }

    /// Has this tag.
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.filter.tag = Some(tag.into());
        self
    }

    /// Its custom field holds exactly this.
    ///
    /// ```
    /// use annex_sdk::{testing::Host, tickets::{self, CustomChange, FieldData, Search}};
    ///
    /// let _host = Host::new().ticket("t1", "Hi", "c1").ticket("t2", "Hello", "c1");
    /// tickets::set_fields("t2", &[CustomChange::set("acme.shop.order", FieldData::Text("A-1".into()))])?;
    /// let found = Search::new().field("acme.shop.order", FieldData::Text("A-1".into())).page(None)?.tickets;
    /// assert_eq!((found.len(), found[0].id.as_str()), (1, "t2"));
    /// # Ok::<(), annex_sdk::Error>(())
    /// ```
    pub fn field(mut self, key: impl Into<String>, data: FieldData) -> Self {
        self.filter.field = Some(CustomField::new(key, data));
        self
    }

    /// Came through this installation of a channel.
    pub fn channel(mut self, installation: impl Into<String>) -> Self {
        self.filter.channel = Some(installation.into());
        self
    }

    /// Is of this contact.
    pub fn requester(mut self, contact: impl Into<String>) -> Self {
        self.filter.requester = Some(contact.into());
        self
    }

    /// Words of subject, messages and requester, at most 200 characters.
    pub fn text(mut self, words: impl Into<String>) -> Self {
        self.filter.text = Some(words.into());
        self
    }

    /// What is first.
    pub fn order(mut self, order: Order) -> Self {
        self.order = order;
        self
    }

    /// Tickets of a page, 1 to 100.
    pub fn limit(mut self, tickets: u32) -> Self {
        self.limit = tickets;
        self
    }

    /// The page after `cursor`, which is `next` of the page before; none: the first.
    ///
    /// # Errors
    /// [`Error::Denied`] without the capability; [`Error::Invalid`] for a malformed cursor, limit, id or custom field.
    pub fn page(&self, cursor: Option<&str>) -> Result<TicketPage, Error> {
        Ok(host::tickets::search(&self.filter, self.order, cursor, self.limit)?)
    }
}

impl Default for Search {
    fn default() -> Self {
        Self::new()
    }
}

impl NewTicket {
    /// What a contact asks, to start from.
    ///
    /// ```
    /// use annex_sdk::tickets::{NewTicket, Priority};
    ///
    /// let ticket = NewTicket { priority: Priority::High, ..NewTicket::new("c1", "Broken", "It does not turn on.") };
    /// # let _ = ticket;
    /// ```
    #[must_use]
    pub fn new(requester: impl Into<String>, subject: impl Into<String>, body: impl Into<String>) -> Self {
        Self {
            requester: requester.into(),
            subject: subject.into(),
            body: body.into(),
            attachments: vec![],
            priority: Priority::Normal,
            assignee: None,
            tags: vec![],
            fields: vec![],
        }
    }
}

/// Opens a ticket in the name of its requester; answers it.
///
/// # Errors
/// As [`get`]; [`Error::Invalid`] for a malformed value; [`Error::TooMuch`] beyond the limits.
pub fn create(ticket: &NewTicket) -> Result<Ticket, Error> {
    Ok(host::tickets::create(ticket)?)
}

/// Adds a public reply, which goes out through the ticket's channel; answers its id.
///
/// # Errors
/// As [`create`].
pub fn add_reply(id: &str, body: &str) -> Result<String, Error> {
    add_reply_with(id, body, &[] as &[&str])
}

/// The same with at most 20 files that this installation made.
///
/// # Errors
/// As [`create`].
pub fn add_reply_with<T: AsRef<str>>(id: &str, body: &str, files: &[T]) -> Result<String, Error> {
    Ok(host::tickets::add_reply(id, body, &owned(files))?)
}

/// Adds an internal note; answers its id.
///
/// # Errors
/// As [`create`].
pub fn add_note(id: &str, body: &str) -> Result<String, Error> {
    add_note_with(id, body, &[] as &[&str])
}

/// The same with at most 20 files that this installation made.
///
/// # Errors
/// As [`create`].
pub fn add_note_with<T: AsRef<str>>(id: &str, body: &str, files: &[T]) -> Result<String, Error> {
    Ok(host::tickets::add_note(id, body, &owned(files))?)
}

/// Gives the ticket to an operator who is active; none: to nobody.
///
/// # Errors
/// As [`create`].
pub fn assign(id: &str, operator: Option<&str>) -> Result<(), Error> {
    let assignee = operator.map_or(Assignee::Nobody, |operator| Assignee::Operator(operator.to_owned()));
    Ok(host::tickets::assign(id, &assignee)?)
}

/// Changes the status.
///
/// # Errors
/// As [`create`]; [`Error::Invalid`] when a field that must be filled in before is empty.
pub fn set_status(id: &str, status: Status) -> Result<(), Error> {
    Ok(host::tickets::set_status(id, status)?)
}

/// Changes how urgent the ticket is.
///
/// # Errors
/// As [`create`].
pub fn set_priority(id: &str, priority: Priority) -> Result<(), Error> {
    Ok(host::tickets::set_priority(id, priority)?)
}

/// Changes the subject.
///
/// # Errors
/// As [`create`].
pub fn set_subject(id: &str, subject: &str) -> Result<(), Error> {
    Ok(host::tickets::set_subject(id, subject)?)
}

/// Replaces the tags.
///
/// # Errors
/// As [`create`].
pub fn set_tags<T: AsRef<str>>(id: &str, tags: &[T]) -> Result<(), Error> {
    Ok(host::tickets::set_tags(id, &owned(tags))?)
}

/// Changes custom fields; the others stay.
///
/// ```
/// use annex_sdk::{testing::Host, tickets::{self, CustomChange, FieldData}};
///
/// let _host = Host::new().ticket("t1", "Hi", "c1");
/// tickets::set_fields("t1", &[CustomChange::set("acme.crm.tier", FieldData::Choice("gold".into()))])?;
/// assert_eq!(tickets::get("t1")?.field("acme.crm.tier").and_then(FieldData::as_text), Some("gold"));
/// # Ok::<(), annex_sdk::Error>(())
/// ```
///
/// # Errors
/// As [`create`].
pub fn set_fields(id: &str, changes: &[CustomChange]) -> Result<(), Error> {
    Ok(host::tickets::set_fields(id, changes)?)
}

fn owned<T: AsRef<str>>(texts: &[T]) -> Vec<String> {
    texts.iter().map(|text| text.as_ref().to_owned()).collect()
}
