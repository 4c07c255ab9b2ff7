//! The data of a desk in memory: what a scenario gives, and what the add-on made of it.

mod port;

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use annex_domain::{
    clock::{Clock, SystemClock, Timestamp},
    contact::Contact,
    ids::{ContactId, MessageId, OperatorId, TicketId},
    likely,
    manifest::Manifest,
    ports::{KvEntry, KvError, RecordError, Scope},
    settings::{SettingKind, SettingValue},
    ticket::{Author, Delivery, Message, Priority, Ticket, TicketStatus},
    ui::TicketPlace,
};

use super::{
    files::Files,
    given::{self, Scenario},
};
use crate::diagnostic::{Diagnostic, Failure};

/// A desk.
#[derive(Debug)]
pub(crate) struct Desk {
    /// The one who works in it, and looks at what is shown.
    pub(crate) operator: OperatorId,
    pub(crate) files: Files,
    state: Mutex<State>,
}

/// A mail that went out.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) to: Vec<String>,
    /// As it was sent.
    pub(crate) raw: String,
}

/// What an add-on wrote to a ticket.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) notes: Vec<String>,
    pub(crate) replies: Vec<String>,
    /// All that it has.
    pub(crate) tags: Vec<String>,
}

#[derive(Debug, Default)]
struct State {
    kv: BTreeMap<String, KvEntry>,
    settings: BTreeMap<String, SettingValue>,
    secrets: BTreeMap<String, String>,
    contacts: Vec<Contact>,
    tickets: Vec<(Ticket, Vec<Message>)>,
    planned: BTreeMap<String, Timestamp>,
    /// Addresses, by their settings.
    mailboxes: BTreeMap<String, String>,
    sent: Vec<Sent>,
}

impl Desk {
    /// The desk that a scenario starts from.
    pub(crate) fn new(scenario: &Scenario, manifest: &Manifest) -> Result<Self, Failure> {
        let mut state = State::default();
        for (key, value) in &scenario.settings {
            set(&mut state, manifest, key, value)?;
        }
        for (key, value) in &scenario.kv {
            let value = serde_json::to_vec(value).map_err(|error| Diagnostic::new("scenario", error.to_string()))?;
            state.kv.insert(key.clone(), KvEntry { value, version: 1, expires: None });
        }
        state.contacts.extend(scenario.contacts.iter().map(contact));
        for (at, ticket) in scenario.tickets.iter().enumerate() {
            let made = make_ticket(&mut state, at, ticket)?;
            state.tickets.push(made);
        }
        Ok(Self { operator: OperatorId::new(), files: Files::default(), state: Mutex::new(state) })
    }

    /// The ticket at a place, from 1, as views know it.
    pub(crate) fn ticket_at(&self, place: usize) -> Option<TicketPlace> {
        let state = self.lock();
        let (ticket, _) = state.tickets.get(place.checked_sub(1)?)?;
        let requester = state.contacts.iter().find(|contact| contact.id == ticket.requester)?;
        Some(TicketPlace {
            ticket: ticket.id.to_string(),
            requester: requester.id.to_string(),
            requester_email: requester.email.clone(),
        })
    }

    /// The ticket at a place with its last message, with an empty one where it has none; and its requester.
    pub(crate) fn ticket_and_last(&self, place: usize) -> Option<(Ticket, Message, Contact)> {
        let state = self.lock();
        let (ticket, messages) = state.tickets.get(place.checked_sub(1)?)?;
        let none = || message(ticket.id, Author::Requester(ticket.requester), false, "");
        let requester = state.contacts.iter().find(|contact| contact.id == ticket.requester)?;
        Some((ticket.clone(), messages.last().cloned().unwrap_or_else(none), requester.clone()))
    }

    /// What was written to the ticket at a place.
    pub(crate) fn written(&self, place: usize) -> Written {
        let state = self.lock();
        let Some((ticket, messages)) = place.checked_sub(1).and_then(|at| state.tickets.get(at)) else {
            return Written::default();
        };
        let is_addons = |message: &&Message| matches!(message.author, Author::Addon(_));
        let (notes, replies): (Vec<_>, Vec<_>) =
            messages.iter().filter(is_addons).partition(|message| message.internal);
        let bodies = |messages: Vec<&Message>| messages.into_iter().map(|message| message.body.clone()).collect();
        Written { notes: bodies(notes), replies: bodies(replies), tags: ticket.tags.clone() }
    }

    /// The keys of what is planned, in byte order.
    pub(crate) fn planned_keys(&self) -> Vec<String> {
        self.lock().planned.keys().cloned().collect()
    }

    /// The setting of the first mailbox.
    pub(crate) fn mailbox(&self) -> Option<String> {
        self.lock().mailboxes.keys().next().cloned()
    }

    /// The mails that were sent since the last time.
    pub(crate) fn take_sent(&self) -> Vec<Sent> {
        std::mem::take(&mut self.lock().sent)
    }

    /// A stored value as JSON, or as text where it is not JSON.
    pub(crate) fn stored(&self, key: &str) -> Option<serde_json::Value> {
        let state = self.lock();
        let value = &state.kv.get(key)?.value;
        let text = || serde_json::Value::String(String::from_utf8_lossy(value).into_owned());
        Some(serde_json::from_slice(value).unwrap_or_else(|_| text()))
    }

    /// The label for a host pattern.
    pub(crate) fn label(&self, key: &str) -> Option<String> {
        match self.lock().settings.get(key) {
            Some(SettingValue::Text(text)) => Some(text.clone()),
            _ => None,
        }
    }

    fn write(&self, scope: &Scope, id: TicketId, body: &str, internal: bool) -> Result<MessageId, RecordError> {
        let mut state = self.lock();
        let (_, messages) = state.ticket(id)?;
        let written = message(id, Author::Addon(scope.installation), internal, body);
        let made = written.id;
        messages.push(written);
        Ok(made)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere leaves plain data behind that is still whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sets a setting under the rules of the manifest.
fn set(state: &mut State, manifest: &Manifest, key: &str, value: &toml::Value) -> Result<(), Failure> {
    let wrong = |message: String| Diagnostic::new("setting", format!("settings.{key}: {message}"));
    let setting = manifest.settings.iter().find(|setting| setting.key == key);
    let setting = setting.ok_or_else(|| {
        let unknown = wrong("the manifest has no such setting".into());
        match likely::meant(key, manifest.settings.iter().map(|setting| setting.key.as_str())) {
            Some(meant) => unknown.fix(format!("did you mean `{meant}`?")),
            None => unknown,
        }
    })?;
    let text = match value {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if setting.kind == SettingKind::OAuth2 {
        // The access token of an account that is connected.
        state.secrets.insert(key.into(), text);
        return Ok(());
    }
    if setting.kind == SettingKind::Mailbox {
        // Its address: what else it has, the host keeps for itself.
        state.mailboxes.insert(key.into(), text);
        return Ok(());
    }
    match setting.parse(&text) {
        Ok(SettingValue::Text(text)) if setting.kind == SettingKind::Secret => {
            drop(state.secrets.insert(key.into(), text))
        }
        Ok(value) => drop(state.settings.insert(key.into(), value)),
        Err(error) => return Err(wrong(error.message).into()),
    }
    Ok(())
}

fn contact(given: &given::Contact) -> Contact {
    Contact {
        id: ContactId::new(),
        name: given.name.clone(),
        email: given.email.as_ref().map(|email| email.to_lowercase()),
        more_emails: Vec::new(),
        phone: given.phone.clone(),
        more_phones: Vec::new(),
        company: given.company.clone(),
        created_at: SystemClock.now(),
        erased_at: None,
    }
}

fn make_ticket(state: &mut State, at: usize, given: &given::Ticket) -> Result<(Ticket, Vec<Message>), Failure> {
    let is_them =
        |contact: &&Contact| contact.email.as_deref() == Some(&given.requester) || contact.name == given.requester;
    let requester = state.contacts.iter().find(is_them).map(|contact| contact.id);
    let requester = requester.ok_or_else(|| {
        Diagnostic::new("scenario", format!("tickets[{at}].requester: there is no contact {}", given.requester))
            .fix("add it below [[contacts]]")
    })?;
    let number = i64::try_from(at).unwrap_or(i64::MAX).saturating_add(1);
    let ticket = Ticket {
        status: given.status.unwrap_or(TicketStatus::Open),
        priority: given.priority.unwrap_or(Priority::Normal),
        tags: given.tags.clone(),
        ..Ticket::new(number, given.subject.clone(), requester, SystemClock.now())
    };
    let message = |body: &String| message(ticket.id, Author::Requester(requester), false, body);
    let messages = given.messages.iter().map(message).collect();
    Ok((ticket, messages))
}

fn message(ticket: TicketId, author: Author, internal: bool, body: &str) -> Message {
    Message {
        id: MessageId::new(),
        ticket,
        author,
        internal,
        body: body.into(),
        has_html: false,
        delivery: Delivery::None,
        delivery_error: None,
        sent_at: None,
        edited_at: None,
        created_at: SystemClock.now(),
    }
}

impl State {
    fn ticket(&mut self, id: TicketId) -> Result<&mut (Ticket, Vec<Message>), RecordError> {
        self.tickets.iter_mut().find(|(ticket, _)| ticket.id == id).ok_or(RecordError::NotFound)
    }

    fn contact(&mut self, id: ContactId) -> Result<&mut Contact, RecordError> {
        self.contacts.iter_mut().find(|contact| contact.id == id).ok_or(RecordError::NotFound)
    }

    /// What has expired is gone.
    fn kept(&mut self) -> &mut BTreeMap<String, KvEntry> {
        let now = SystemClock.now();
        self.kv.retain(|_, entry| entry.expires.is_none_or(|expires| expires > now));
        &mut self.kv
    }

    fn expect_version(&self, key: &str, expected: Option<u64>) -> Result<u64, KvError> {
        let stored = self.kv.get(key).map_or(0, |entry| entry.version);
        if expected.is_some_and(|expected| expected != stored) { Err(KvError::Conflict(stored)) } else { Ok(stored) }
    }
}
