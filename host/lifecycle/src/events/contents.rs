//! What an event tells, read when it is told: as things are by then, and of what was changed what it was and became. What was put away,
//! deleted or erased meanwhile is told of no more.

use annex_domain::{
    field::{CHANGED, Field, FieldSubject},
    ids::{CallId, DeskId, TicketId},
    manifest::EventName,
    ticket::Ticket,
};
use annex_sandbox::{Beside, Changed, What};
use annex_store::{Conn, StoreError, contacts, fields, happenings::Part, messages, tickets, users};

use super::{About, AddonEvent};
use crate::{Lifecycle, data::parts};

/// What is recorded of a ticket, and is no part of it to add-ons.
const OTHERWISE: [&str; 6] = ["spam", "trash", "merged", "merged-into", "follow-up-of", "import"];

impl Lifecycle {
    /// What an event tells, and what belongs to it. `None`: nothing that there is still to tell.
    pub(super) async fn what(&self, desk: DeskId, event: &AddonEvent) -> Result<Option<(What, Beside)>, StoreError> {
        let known = fields::known(&self.db, desk).await?;
        let mut conn = self.db.read().await?;
        let about = &event.about;
        let what = match (event.event, about.ticket, about.contact) {
            (EventName::TicketDeleted, Some(ticket), _) => Some(What::TicketDeleted(ticket)),
            (name, Some(ticket), _) => of_ticket(&mut conn, desk, name, ticket, about).await?,
            (name, _, Some(contact)) => {
                let found = contacts::get(&mut conn, desk, contact).await?;
                match name {
                    _ if found.erased_at.is_some() => None,
                    EventName::ContactCreated => Some(What::ContactCreated(found)),
                    _ => Some(What::ContactUpdated(found, about.parts.iter().cloned().map(part).collect())),
                }
            }
            (EventName::SettingsChanged, ..) => Some(What::SettingsChanged(about.keys.clone())),
            (EventName::LicencesChanged, ..) => {
                let users = users::list(&mut conn, desk, event.installation).await?;
                let holders = users.iter().filter(|user| user.counts());
                Some(What::LicencesChanged(holders.map(|user| user.operator.id).collect()))
            }
            _ => None,
        };
        let Some(what) = what else { return Ok(None) };
        let beside = beside(&mut conn, desk, &known, event).await?;
        Ok(Some((what, beside)))
    }
}

async fn of_ticket(
    conn: &mut Conn,
    desk: DeskId,
    name: EventName,
    ticket: TicketId,
    about: &About,
) -> Result<Option<What>, StoreError> {
    let found = tickets::get(conn, desk, ticket).await?;
    Ok(match (name, about.message) {
        _ if found.is_put_away() => None,
        (EventName::TicketCreated, _) => Some(What::TicketCreated(found)),
        (EventName::MessageAdded, Some(message)) => {
            Some(What::MessageAdded(found, messages::get(conn, desk, message).await?))
        }
        (EventName::MessageAdded, None) => None,
        (EventName::TicketMerged, _) => about.merged.map(|merged| What::TicketMerged(found, merged)),
        _ => {
            let parts = ticket_parts(conn, desk, ticket, &about.changes).await?;
            changed(name, found, about, parts)
        }
    })
}

/// What the ticket, contact or message has besides.
async fn beside(conn: &mut Conn, desk: DeskId, known: &[Field], event: &AddonEvent) -> Result<Beside, StoreError> {
    let about = &event.about;
    let fields = match (about.ticket, about.contact) {
        (Some(ticket), _) => parts::custom_fields(conn, desk, known, FieldSubject::Ticket, &[ticket]).await?,
        (None, Some(contact)) => parts::custom_fields(conn, desk, known, FieldSubject::Contact, &[contact]).await?,
        (None, None) => Vec::new(),
    };
    let mut beside = Beside { fields: fields.into_iter().flatten().collect(), ..Beside::default() };
    if let (EventName::MessageAdded, Some(message)) = (event.event, about.message) {
        beside.html = parts::html(conn, desk, &[message]).await?.into_iter().flatten().next();
        beside.files = parts::files(conn, desk, &[message]).await?.into_iter().flatten().collect();
    }
    Ok(beside)
}

/// These changes of a ticket, in the words of the WIT package. Where it lies, and what it was merged with, is told otherwise.
pub(super) async fn ticket_parts(
    conn: &mut Conn,
    desk: DeskId,
    ticket: TicketId,
    changes: &[CallId],
) -> Result<Vec<Changed>, StoreError> {
    let all = tickets::changes(conn, desk, ticket, changes).await?;
    let told = |change: &tickets::Change| !OTHERWISE.contains(&change.field.as_str());
    let part = |tickets::Change { field, old, new, .. }| match field.as_str() {
        "tags" => Changed { old: old.replace(' ', ","), new: new.replace(' ', ","), field },
        _ => Changed { field: field.strip_prefix(CHANGED).map(str::to_owned).unwrap_or(field), old, new },
    };
    Ok(all.into_iter().filter(told).map(part).collect())
}

/// A change of a ticket under one of its names. `None`: of what was changed nothing is told, as when it was taken out of the trash.
fn changed(name: EventName, ticket: Ticket, about: &About, parts: Vec<Changed>) -> Option<What> {
    if !about.changes.is_empty() && parts.is_empty() {
        return None;
    }
    match name {
        EventName::TicketUpdated => Some(What::TicketUpdated(ticket, parts)),
        EventName::TicketAssigned => Some(What::TicketAssigned(ticket, parts)),
        EventName::TicketSolved => Some(What::TicketSolved(ticket, parts)),
        EventName::TicketReopened => Some(What::TicketReopened(ticket, parts)),
        _ => None,
    }
}

fn part(Part { field, old, new }: Part) -> Changed {
    Changed { field, old, new }
}
