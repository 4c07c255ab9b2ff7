//! A message that comes for the first time: it joins the ticket of its conversation, or begins one.
//!
//! A conversation has several ids, each of which leads to its ticket. Where none does, the message that it answers leads to that of its
//! own. Of some services strangers can make these ids up, as of mail: then a ticket is joined by its requester alone, by who has ever had
//! copies, and by who has written there before. Of anybody else the message becomes a ticket of its own, and the ids go on to lead where
//! they led.

use std::collections::BTreeMap;

use annex_desk::{
    Ctx, Refusal,
    contacts::{self, NewContact},
    messages::came,
    notices,
};
use annex_domain::{
    channel::{Attached, InboundMessage, Joins, Origin, Person},
    clock::Timestamp,
    ids::{AttachmentId, ContactId, DeskId, MessageId, TicketId},
    installation::Installation,
    operator::Actor,
    text::mail_address,
    ticket::{Author, ChannelThread, Message, Ticket, TicketStatus},
};
use annex_store::{
    StoreError, Tx,
    attachments::{self, Maker},
    channels::{self, Conversation},
    messages::{self, Added, Body, NewMessage},
    tickets::{self, NewTicket},
};

use super::tidy;

/// Where a message belongs.
enum Place {
    /// To the ticket of its conversation, with the handles of all who have ever had copies there.
    In(Box<Ticket>, Vec<String>),
    /// To none that there is.
    New,
    /// What it names leads to a ticket that its sender is no part of.
    Apart,
}

/// Adds a message to the ticket of its conversation, or makes one.
pub(super) async fn write(
    tx: &mut Tx,
    of: &Installation,
    message: &InboundMessage,
    now: Timestamp,
) -> Result<MessageId, StoreError> {
    let (desk, id) = (of.desk, of.id);
    let threads: Vec<String> = message.threads.iter().map(|thread| tidy(thread, 500)).collect();
    let led = lock(tx, of, &threads, now).await?;
    let requester = person(tx, of, &message.sender, now).await?;
    let found = match threads.iter().find_map(|thread| *led.get(thread)?) {
        None => answered(tx, of, message).await?,
        of_thread => of_thread,
    };
    let place = place(tx, of, message, requester, found).await?;
    let is_apart = matches!(place, Place::Apart);
    let body = body(&message.text, message.html.as_deref(), &message.unsupported);
    let (ticket, written, before, leads) = match place {
        Place::In(ticket, members) => {
            let added = join(tx, desk, &ticket, requester, body, now).await?;
            // A ticket that follows a closed one begins without its members.
            let (before, leads) = if added.new_ticket { (Vec::new(), None) } else { (members, found) };
            (added.ticket, added.message, before, leads)
        }
        Place::New | Place::Apart => {
            let (thread, handle) = (threads.first().cloned().unwrap_or_default(), tidy(&message.sender.handle, 500));
            let channel = Some(ChannelThread { installation: id, thread, handle });
            let new = NewTicket { channel, ..NewTicket::of(requester, subject(message, &body), body) };
            let (ticket, first) = tickets::create(tx, desk, new, now).await?;
            notices::made(tx, desk, &ticket, &first, None, now).await?;
            (ticket, first, Vec::new(), None)
        }
    };
    for (thread, to) in &led {
        // What leads there by a ticket that was merged stays an id of that one.
        if to.is_none() || (!is_apart && *to != leads) {
            channels::set_thread(tx, desk, id, thread, ticket.id).await?;
        }
    }
    attach(tx, of, &message.attachments, &written).await?;
    // Of a ticket that came by another channel, and took up one of this, replies go on to leave by that one.
    if is_of(&ticket, of) {
        let copies = copies(message, &ticket);
        let members = channels::members(copies.iter().map(|copy| copy.handle.clone()).collect(), before);
        let known = Conversation { threads, copies, members, answers: Some(message.external_id.clone()) };
        channels::put_conversation(tx, desk, ticket.id, &known).await?;
    }
    if let Some(sent_at) = sent_at(message, now) {
        messages::set_sent_at(tx, desk, written.id, sent_at).await?;
    }
    if message.origin != Origin::Person {
        messages::set_origin(tx, desk, written.id, message.origin).await?;
    }
    Ok(written.id)
}

/// Takes the ids of a conversation for this transaction, always in the same order, with the ticket that each leads to.
async fn lock(
    tx: &mut Tx,
    of: &Installation,
    threads: &[String],
    now: Timestamp,
) -> Result<BTreeMap<String, Option<TicketId>>, StoreError> {
    let mut led: BTreeMap<String, Option<TicketId>> = threads.iter().map(|thread| (thread.clone(), None)).collect();
    for (thread, to) in &mut led {
        *to = channels::lock_thread(tx, of.desk, of.id, thread, now).await?;
    }
    Ok(led)
}

/// The ticket of the message that it answers. Services that give no ids of what they have taken have receipts with an empty one.
async fn answered(tx: &mut Tx, of: &Installation, message: &InboundMessage) -> Result<Option<TicketId>, StoreError> {
    let answers = message.answers.as_deref().map(|id| tidy(id, 500)).filter(|id| !id.is_empty());
    let Some(answers) = answers else { return Ok(None) };
    channels::ticket_of(tx, of.desk, of.id, &answers).await
}

/// True for a ticket whose replies leave by this channel.
fn is_of(ticket: &Ticket, channel: &Installation) -> bool {
    ticket.channel.as_ref().is_some_and(|own| own.installation == channel.id)
}

async fn place(
    tx: &mut Tx,
    of: &Installation,
    message: &InboundMessage,
    sender: ContactId,
    found: Option<TicketId>,
) -> Result<Place, StoreError> {
    let Some(found) = found else { return Ok(Place::New) };
    let ticket = tickets::follow(tx, of.desk, found).await?;
    // Handles of another channel mean nothing in this one.
    let members = if is_of(&ticket, of) {
        channels::conversation(tx, of.desk, ticket.id).await?.unwrap_or_default().members
    } else {
        Vec::new()
    };
    let is_part = message.joins == Joins::Everybody
        || ticket.requester == sender
        || members.contains(&message.sender.handle)
        || messages::takes_part(tx, of.desk, ticket.id, sender).await?;
    if !is_part {
        return Ok(Place::Apart);
    }
    // To a deleted ticket nothing is added, and what follows a closed one of another channel would be answered there alone: whoever
    // writes begins another.
    let is_over = ticket.status == TicketStatus::Closed && ticket.spam_at.is_none() && !is_of(&ticket, of);
    Ok(if ticket.deleted_at.is_some() || is_over { Place::New } else { Place::In(Box::new(ticket), members) })
}

async fn join(
    tx: &mut Tx,
    desk: DeskId,
    ticket: &Ticket,
    requester: ContactId,
    body: Body,
    now: Timestamp,
) -> Result<Added, StoreError> {
    // A closed ticket is followed up by a new one, which the conversation then belongs to.
    let new = NewMessage { author: Author::Requester(requester), internal: false, body };
    let added = messages::add(tx, desk, ticket.id, new, now).await?;
    if added.ticket.is_put_away() {
        // Nobody is told of spam.
    } else if added.new_ticket {
        notices::made(tx, desk, &added.ticket, &added.message, None, now).await?;
    } else {
        notices::answered(tx, desk, &added.ticket, &added.message, now).await?;
    }
    Ok(added)
}

/// Who gets replies beside the requester.
fn copies(message: &InboundMessage, ticket: &Ticket) -> Vec<Person> {
    let own = ticket.channel.as_ref().map(|channel| channel.handle.as_str());
    let mut copies: Vec<Person> = Vec::new();
    for person in message.copies.iter().chain([&message.sender]) {
        let is_there = own == Some(person.handle.as_str()) || copies.iter().any(|copy| copy.handle == person.handle);
        if !is_there {
            copies.push(person.clone());
        }
    }
    copies
}

async fn attach(tx: &mut Tx, of: &Installation, files: &[Attached], to: &Message) -> Result<(), StoreError> {
    let unknown = || StoreError::Invalid { field: "attachments", problem: "name a file that the add-on has not made" };
    for file in files {
        let id: AttachmentId = file.id.parse().map_err(|_| unknown())?;
        if !attachments::attach(tx, of.desk, Maker::Addon(of.id), &[id], to).await? {
            return Err(unknown());
        }
        if let Some(name) = &file.content_id {
            attachments::name_in_html(tx, of.desk, id, name).await?;
        }
    }
    Ok(())
}

/// When its author sent it; a time that cannot be is none.
fn sent_at(message: &InboundMessage, now: Timestamp) -> Option<Timestamp> {
    let sent_at = Timestamp(i64::try_from(message.sent_at?).ok()?);
    (sent_at.0 > 0 && sent_at <= now).then_some(sent_at)
}

/// The requester behind a handle, found by it, by an e-mail that the channel knows, or made.
async fn person(tx: &mut Tx, of: &Installation, who: &Person, now: Timestamp) -> Result<ContactId, StoreError> {
    let (desk, id, handle) = (of.desk, of.id, tidy(&who.handle, 500));
    let ctx = Ctx::host(desk, Actor::Addon(id), now);
    if let Some(known) = channels::person(tx, desk, id, &handle).await? {
        match contacts::complete(tx, &ctx, known, email(who), phone(who)).await {
            Ok(_) => return Ok(known),
            Err(Refusal::NotFound(_)) => {}
            Err(refusal) => return Err(not_taken(refusal)),
        }
    }
    let names = [tidy(&who.name, 100), tidy(&handle, 100)];
    let new = NewContact {
        name: names.into_iter().find(|name| !name.is_empty()).unwrap_or_default(),
        email: email(who),
        phone: phone(who),
        ..NewContact::default()
    };
    let contact = contacts::find_or_create(tx, &ctx, &new).await.map_err(not_taken)?;
    channels::set_person(tx, desk, id, &handle, contact.id).await?;
    Ok(contact.id)
}

/// What a channel says of a person is tidied before, so that nothing of it can be wrong.
fn not_taken(refusal: Refusal) -> StoreError {
    match refusal {
        Refusal::Store(error) => error,
        Refusal::NotFound(what) => StoreError::NotFound(what),
        _ => StoreError::Invalid { field: "contact", problem: "was refused" },
    }
}

fn email(who: &Person) -> Option<String> {
    mail_address(who.email.as_deref()?.trim())
}

fn phone(who: &Person) -> Option<String> {
    who.phone.as_deref().map(|phone| tidy(phone, 40)).filter(|phone| !phone.is_empty())
}

fn subject(message: &InboundMessage, body: &Body) -> String {
    let given = message.subject.as_deref().map(|subject| tidy(subject, 200)).filter(|subject| !subject.is_empty());
    given.unwrap_or_else(|| tidy(&body.text, 80))
}

/// What it says, with a line for each thing that the channel cannot carry. Services allow messages without text, such as pictures; the
/// desk should see that something came.
pub(super) fn body(text: &str, html: Option<&str>, unsupported: &[String]) -> Body {
    let Body { text, html } = came(text, html);
    let lines = unsupported.iter().map(|line| format!("[{line}]"));
    let text = [text].into_iter().filter(|text| !text.trim().is_empty()).chain(lines).collect::<Vec<_>>().join("\n");
    let text: String = text.chars().map(|c| if c == '\0' { '\u{fffd}' } else { c }).take(messages::MAX_BODY).collect();
    let text = if tidy(&text, 1).is_empty() { "(a message without text)".to_owned() } else { text };
    Body { text, html }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_was_sent_vanishes() {
        let text = |text: &str, html, unsupported: &[&str]| {
            body(text, html, &unsupported.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>()).text
        };
        assert_eq!(text("Hello", None, &[]), "Hello");
        assert_eq!(text("Hello", None, &["Sticker", "Poll"]), "Hello\n[Sticker]\n[Poll]");
        assert_eq!(text(" ", None, &["Sticker"]), "[Sticker]");
        assert_eq!(text("", Some("<p>Hello <b>you</b></p>"), &[]), "Hello you");
        assert_eq!(text("", None, &[]), "(a message without text)");
        assert_eq!(text("a\0b", None, &[]), "a\u{fffd}b");
    }
}
