use std::{collections::HashMap, fmt::Display};

use annex_domain::{
    clock::Timestamp,
    contact::Contact,
    ids::{ContactId, MessageId},
    permission::Permission,
    ticket::Ticket,
};
use annex_store::{
    contacts::{self, Record},
    messages::Written,
};
use serde_json::{Value, json};

use crate::{Ctx, Desk, Refusal};

/// Everything that the desk has about a contact, as a JSON document: `contact`, `channels`, `tickets`, `messages`, `changes`.
/// Internal notes on their tickets are in it. Times are as in RFC 3339.
///
/// # Errors
/// [`Refusal::NotFound`]. Needs the rights to manage contacts, and to see tickets.
pub async fn export(desk: &Desk, ctx: &Ctx, id: ContactId) -> Result<Value, Refusal> {
    ctx.require(Permission::ContactsManage)?;
    ctx.require(Permission::TicketsView)?;
    let record = contacts::record(&mut desk.db.read().await?, ctx.desk, id).await?;
    Ok(document(&record, ctx.now))
}

fn document(record: &Record, now: Timestamp) -> Value {
    let channels = record.handles.iter().map(|(addon, handle)| json!({ "addon": addon, "handle": handle }));
    let mut earlier: HashMap<MessageId, Vec<Value>> = HashMap::new();
    for (of, text) in &record.earlier {
        earlier.entry(*of).or_default().push(json!({ "body": text.body, "replaced_at": time(text.replaced_at) }));
    }
    let of = |written: &Written| earlier.get(&written.message.id).map(Vec::as_slice).unwrap_or_default();
    let html: HashMap<MessageId, &str> = record.html.iter().map(|(of, html)| (*of, html.as_str())).collect();
    let messages = record.messages.iter().map(|written| {
        let html = html.get(&written.message.id).copied();
        message(written, html, of(written))
    });
    let changes = record.changes.iter().map(|(ticket, change)| {
        json!({
            "ticket": ticket,
            "actor": change.actor,
            "field": change.field,
            "old": change.old,
            "new": change.new,
            "at": time(change.at),
        })
    });
    json!({
        "exported_at": time(now),
        "contact": contact(&record.contact, held(record, &record.contact.id)),
        "channels": channels.collect::<Vec<_>>(),
        "tickets": record.tickets.iter().map(|one| ticket(one, held(record, &one.id))).collect::<Vec<_>>(),
        "messages": messages.collect::<Vec<_>>(),
        "changes": changes.collect::<Vec<_>>(),
    })
}

/// What its custom fields hold, by their keys.
fn held(record: &Record, id: &impl Display) -> Value {
    record.values.get(&id.to_string()).cloned().unwrap_or_default().into()
}

fn contact(contact: &Contact, fields: Value) -> Value {
    json!({
        "id": contact.id,
        "name": contact.name,
        "emails": contact.emails().collect::<Vec<_>>(),
        "phones": contact.phones().collect::<Vec<_>>(),
        "company": contact.company,
        "fields": fields,
        "created_at": time(contact.created_at),
        "erased_at": contact.erased_at.map(time),
    })
}

fn ticket(ticket: &Ticket, fields: Value) -> Value {
    json!({
        "id": ticket.id,
        "number": ticket.number,
        "subject": ticket.subject,
        "status": ticket.status,
        "priority": ticket.priority,
        "tags": ticket.tags,
        "fields": fields,
        "channel": ticket.channel,
        "created_at": time(ticket.created_at),
        "updated_at": time(ticket.updated_at),
    })
}

fn message(written: &Written, html: Option<&str>, earlier: &[Value]) -> Value {
    let message = &written.message;
    json!({
        "id": message.id,
        "ticket": message.ticket,
        "author": message.author,
        "author_name": written.author_name,
        "internal": message.internal,
        "body": message.body,
        "attachments": written.attachments,
        "html": html,
        "earlier": earlier,
        "created_at": time(message.created_at),
        "sent_at": message.sent_at.map(time),
        "edited_at": message.edited_at.map(time),
    })
}

fn time(at: Timestamp) -> String {
    at.to_string()
}
