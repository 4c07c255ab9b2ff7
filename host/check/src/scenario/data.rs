//! The data of a desk in memory: what a scenario gives, and what the add-on made of it.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use annex_domain::{
    clock::{Clock, SystemClock},
    contact::{Contact, ContactChange},
    ids::{ContactId, MessageId, TicketId},
    likely,
    manifest::Manifest,
    ports::{AddonData, KV_KEY_BYTES, KV_VALUE_BYTES, KeyPage, KvEntry, KvError, RecordError, Scope},
    settings::{SettingKind, SettingValue},
    ticket::{Author, Delivery, Message, Priority, Ticket, TicketStatus},
    ui::TicketPlace,
};
use async_trait::async_trait;
use secrecy::SecretString;

use super::given::{self, Scenario};
use crate::diagnostic::{Diagnostic, Failure};

/// What one installation may keep, as on a host.
const QUOTA: u64 = 5 << 20;

/// A desk.
#[derive(Debug)]
pub(crate) struct Desk {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    kv: BTreeMap<String, KvEntry>,
    settings: BTreeMap<String, SettingValue>,
    secrets: BTreeMap<String, String>,
    contacts: Vec<Contact>,
    tickets: Vec<(Ticket, Vec<Message>)>,
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
            state.kv.insert(key.clone(), KvEntry { value, version: 1 });
        }
        state.contacts.extend(scenario.contacts.iter().map(contact));
        for (at, ticket) in scenario.tickets.iter().enumerate() {
            let made = make_ticket(&mut state, at, ticket)?;
            state.tickets.push(made);
        }
        Ok(Self { state: Mutex::new(state) })
    }

    /// The ticket at a place, from 1, as views know it.
    pub(crate) fn ticket_at(&self, place: usize) -> Option<(TicketId, TicketPlace)> {
        let state = self.lock();
        let (ticket, _) = state.tickets.get(place.checked_sub(1)?)?;
        let requester = state.contacts.iter().find(|contact| contact.id == ticket.requester)?;
        let place = TicketPlace {
            ticket: ticket.id.to_string(),
            requester: requester.id.to_string(),
            requester_email: requester.email.clone(),
        };
        Some((ticket.id, place))
    }

    /// The last message of a ticket.
    pub(crate) fn last_message(&self, place: usize) -> Option<MessageId> {
        let state = self.lock();
        state.tickets.get(place.checked_sub(1)?)?.1.last().map(|message| message.id)
    }

    /// The notes and tags of the ticket at a place.
    pub(crate) fn notes_and_tags(&self, place: usize) -> (Vec<String>, Vec<String>) {
        let state = self.lock();
        let Some((ticket, messages)) = place.checked_sub(1).and_then(|at| state.tickets.get(at)) else {
            return Default::default();
        };
        let notes = messages.iter().filter(|message| message.internal).map(|message| message.body.clone());
        (notes.collect(), ticket.tags.clone())
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

    fn expect_version(&self, key: &str, expected: Option<u64>) -> Result<u64, KvError> {
        let stored = self.kv.get(key).map_or(0, |entry| entry.version);
        if expected.is_some_and(|expected| expected != stored) { Err(KvError::Conflict(stored)) } else { Ok(stored) }
    }
}

#[async_trait]
impl AddonData for Desk {
    async fn kv_get(&self, _: &Scope, key: &str) -> Result<Option<KvEntry>, KvError> {
        Ok(self.lock().kv.get(key).cloned())
    }

    async fn kv_set(&self, _: &Scope, key: &str, value: Vec<u8>, expected: Option<u64>) -> Result<u64, KvError> {
        if key.is_empty() || key.len() > KV_KEY_BYTES {
            return Err(KvError::Invalid("a key has 1 to 256 bytes"));
        }
        if value.len() > KV_VALUE_BYTES {
            return Err(KvError::Invalid("a value has at most 256 KiB"));
        }
        let mut state = self.lock();
        let version = state.expect_version(key, expected)? + 1;
        let others = state.kv.iter().filter(|(other, _)| *other != key);
        let used: usize = others.map(|(key, entry)| key.len() + entry.value.len()).sum();
        if (used + key.len() + value.len()) as u64 > QUOTA {
            return Err(KvError::Quota(QUOTA));
        }
        state.kv.insert(key.into(), KvEntry { value, version });
        Ok(version)
    }

    async fn kv_delete(&self, _: &Scope, key: &str, expected: Option<u64>) -> Result<bool, KvError> {
        let mut state = self.lock();
        state.expect_version(key, expected)?;
        Ok(state.kv.remove(key).is_some())
    }

    async fn kv_list(&self, _: &Scope, prefix: &str, cursor: Option<&str>, limit: u32) -> Result<KeyPage, KvError> {
        let state = self.lock();
        let after = |key: &&String| key.starts_with(prefix) && cursor.is_none_or(|cursor| key.as_str() > cursor);
        let mut keys: Vec<String> = state.kv.keys().filter(after).take(limit as usize + 1).cloned().collect();
        let more = keys.len() > limit as usize;
        keys.truncate(limit as usize);
        Ok(KeyPage { next: keys.last().filter(|_| more).cloned(), keys })
    }

    async fn setting(&self, _: &Scope, key: &str) -> Result<Option<SettingValue>, RecordError> {
        Ok(self.lock().settings.get(key).cloned())
    }

    async fn credential(&self, _: &Scope, key: &str) -> Result<Option<SecretString>, RecordError> {
        let state = self.lock();
        let text = || match state.settings.get(key) {
            Some(SettingValue::Text(text)) => Some(text.clone()),
            _ => None,
        };
        Ok(state.secrets.get(key).cloned().or_else(text).map(SecretString::from))
    }

    async fn ticket(&self, _: &Scope, id: TicketId) -> Result<Ticket, RecordError> {
        self.lock().ticket(id).map(|(ticket, _)| ticket.clone())
    }

    async fn messages(&self, _: &Scope, id: TicketId) -> Result<Vec<Message>, RecordError> {
        self.lock().ticket(id).map(|(_, messages)| messages.clone())
    }

    async fn add_note(&self, scope: &Scope, id: TicketId, body: &str) -> Result<MessageId, RecordError> {
        let mut state = self.lock();
        let (_, messages) = state.ticket(id)?;
        let note = message(id, Author::Addon(scope.installation), true, body);
        let made = note.id;
        messages.push(note);
        Ok(made)
    }

    async fn set_tags(&self, _: &Scope, id: TicketId, tags: Vec<String>) -> Result<(), RecordError> {
        self.lock().ticket(id)?.0.tags = tags;
        Ok(())
    }

    async fn set_status(&self, _: &Scope, id: TicketId, status: TicketStatus) -> Result<(), RecordError> {
        self.lock().ticket(id)?.0.status = status;
        Ok(())
    }

    async fn contact(&self, _: &Scope, id: ContactId) -> Result<Contact, RecordError> {
        self.lock().contact(id).cloned()
    }

    async fn contact_by_email(&self, _: &Scope, email: &str) -> Result<Option<Contact>, RecordError> {
        let email = email.to_lowercase();
        Ok(self.lock().contacts.iter().find(|contact| contact.email.as_deref() == Some(&email)).cloned())
    }

    async fn update_contact(&self, _: &Scope, id: ContactId, change: ContactChange) -> Result<Contact, RecordError> {
        let mut state = self.lock();
        let contact = state.contact(id)?;
        let or_none = |text: String| Some(text).filter(|text| !text.is_empty());
        if let Some(name) = change.name {
            contact.name = name;
        }
        if let Some(phone) = change.phone {
            contact.phone = or_none(phone);
        }
        if let Some(company) = change.company {
            contact.company = or_none(company);
        }
        Ok(contact.clone())
    }
}
