//! The data of a desk in memory: what a scenario gives, and what the add-on made of it.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use annex_domain::{
    clock::{Clock, SystemClock, Timestamp},
    contact::{Contact, ContactChange},
    ids::{ContactId, MessageId, OperatorId, TicketId},
    likely,
    mailbox::{Envelope, MailOutcome},
    manifest::Manifest,
    ports::{
        AddonData, FileFacts, FileReach, InstallationFacts, KV_KEY_BYTES, KV_VALUE_BYTES, KeyPage, KvEntry, KvError,
        KvPage, KvPair, KvWrite, Mailbox, NewContact, NewFile, NewTicket, OperatorFacts, Paged, Planned, RecordError,
        Scope, TicketFilter, TicketOrder,
    },
    settings::{SettingKind, SettingValue},
    ticket::{Author, Delivery, Message, Priority, Ticket, TicketStatus},
    ui::TicketPlace,
};
use async_trait::async_trait;
use secrecy::SecretString;

use super::{
    files::Files,
    given::{self, Scenario},
};
use crate::diagnostic::{Diagnostic, Failure};

/// What one installation may keep, as on a host.
const QUOTA: u64 = 5 << 20;
/// Bytes of a mail in which scenarios look for texts.
const LOOKED_AT: u32 = 256 << 10;

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
    plans: BTreeMap<String, Timestamp>,
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
        self.lock().plans.keys().cloned().collect()
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

/// The moment in so many milliseconds.
fn in_ms(ms: Option<u64>) -> Option<Timestamp> {
    ms.map(|ms| SystemClock.now().after(std::time::Duration::from_millis(ms)))
}

/// The part of a list after the id in `cursor`.
fn paged<T>(all: Vec<T>, id: impl Fn(&T) -> String, cursor: Option<&str>, limit: u32) -> Paged<T> {
    let skipped = cursor.and_then(|cursor| all.iter().position(|one| id(one) == cursor)).map_or(0, |at| at + 1);
    let more = all.len() > skipped + limit as usize;
    let items: Vec<T> = all.into_iter().skip(skipped).take(limit as usize).collect();
    Paged { next: items.last().filter(|_| more).map(id), items }
}

fn fits(filter: &TicketFilter, (ticket, messages): &(Ticket, Vec<Message>)) -> bool {
    let TicketFilter { statuses, priority, assignee, tag, channel, requester, text } = filter;
    let has = |text: &String| {
        let text = text.to_lowercase();
        ticket.subject.to_lowercase().contains(&text)
            || messages.iter().any(|message| message.body.to_lowercase().contains(&text))
    };
    (statuses.is_empty() || statuses.contains(&ticket.status))
        && priority.is_none_or(|priority| ticket.priority == priority)
        && assignee.is_none_or(|assignee| ticket.assignee == assignee)
        && tag.as_ref().is_none_or(|tag| ticket.tags.contains(tag))
        && channel.is_none()
        && requester.is_none_or(|requester| ticket.requester == requester)
        && text.as_ref().is_none_or(has)
}

/// Who works in the desk of a scenario, as add-ons see them.
fn somebody(id: OperatorId) -> OperatorFacts {
    OperatorFacts {
        id,
        name: "Ada".into(),
        email: "ada@example.com".into(),
        locale: "en".into(),
        active: true,
        roles: vec!["Admin".into()],
        groups: Vec::new(),
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

#[async_trait]
impl AddonData for Desk {
    async fn kv_get(&self, _: &Scope, key: &str) -> Result<Option<KvEntry>, KvError> {
        Ok(self.lock().kept().get(key).cloned())
    }

    async fn kv_set(&self, _: &Scope, key: &str, value: Vec<u8>, write: KvWrite) -> Result<u64, KvError> {
        if key.is_empty() || key.len() > KV_KEY_BYTES {
            return Err(KvError::Invalid("a key has 1 to 256 bytes"));
        }
        if value.len() > KV_VALUE_BYTES {
            return Err(KvError::Invalid("a value has at most 256 KiB"));
        }
        let mut state = self.lock();
        state.kept();
        let version = state.expect_version(key, write.expected)? + 1;
        let others = state.kv.iter().filter(|(other, _)| *other != key);
        let used: usize = others.map(|(key, entry)| key.len() + entry.value.len()).sum();
        if (used + key.len() + value.len()) as u64 > QUOTA {
            return Err(KvError::Quota(QUOTA));
        }
        state.kv.insert(key.into(), KvEntry { value, version, expires: in_ms(write.expires_in) });
        Ok(version)
    }

    async fn kv_delete(&self, _: &Scope, key: &str, expected: Option<u64>) -> Result<bool, KvError> {
        let mut state = self.lock();
        state.kept();
        state.expect_version(key, expected)?;
        Ok(state.kv.remove(key).is_some())
    }

    async fn kv_list(&self, _: &Scope, prefix: &str, cursor: Option<&str>, limit: u32) -> Result<KeyPage, KvError> {
        let mut state = self.lock();
        state.kept();
        let after = |key: &&String| key.starts_with(prefix) && cursor.is_none_or(|cursor| key.as_str() > cursor);
        let mut keys: Vec<String> = state.kv.keys().filter(after).take(limit as usize + 1).cloned().collect();
        let more = keys.len() > limit as usize;
        keys.truncate(limit as usize);
        Ok(KeyPage { next: keys.last().filter(|_| more).cloned(), keys })
    }

    async fn kv_add(&self, scope: &Scope, key: &str, delta: i64, expires_in: Option<u64>) -> Result<i64, KvError> {
        let (before, expires) = match self.lock().kept().get(key) {
            None => (0, in_ms(expires_in)),
            Some(entry) => {
                let digits = std::str::from_utf8(&entry.value).ok().and_then(|digits| digits.parse::<i64>().ok());
                (digits.ok_or(KvError::Invalid("what is stored under the key is no counter"))?, entry.expires)
            }
        };
        let after = before.checked_add(delta).ok_or(KvError::Invalid("the counter would overflow"))?;
        self.kv_set(scope, key, after.to_string().into_bytes(), KvWrite::default()).await?;
        if let Some(entry) = self.lock().kv.get_mut(key) {
            entry.expires = expires;
        }
        Ok(after)
    }

    async fn kv_scan(&self, scope: &Scope, prefix: &str, cursor: Option<&str>, limit: u32) -> Result<KvPage, KvError> {
        let KeyPage { keys, next } = self.kv_list(scope, prefix, cursor, limit).await?;
        let state = self.lock();
        let pair = |key: String| state.kv.get(&key).cloned().map(|entry| KvPair { key, entry });
        Ok(KvPage { pairs: keys.into_iter().filter_map(pair).collect(), next })
    }

    async fn installation(&self, scope: &Scope) -> Result<InstallationFacts, RecordError> {
        Ok(InstallationFacts {
            name: scope.addon.to_string(),
            desk: "Scenario".into(),
            locale: "en".into(),
            time_zone: "UTC".into(),
            hooks: Some("https://desk.example/hooks/scenario".into()),
        })
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

    async fn access_token(&self, _: &Scope, key: &str) -> Result<Option<SecretString>, RecordError> {
        Ok(self.lock().secrets.get(key).cloned().map(SecretString::from))
    }

    async fn ticket(&self, _: &Scope, id: TicketId) -> Result<Ticket, RecordError> {
        self.lock().ticket(id).map(|(ticket, _)| ticket.clone())
    }

    async fn messages(&self, _: &Scope, id: TicketId) -> Result<Vec<Message>, RecordError> {
        self.lock().ticket(id).map(|(_, messages)| messages.clone())
    }

    async fn search_tickets(
        &self,
        _: &Scope,
        filter: TicketFilter,
        order: TicketOrder,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Paged<Ticket>, RecordError> {
        let state = self.lock();
        let mut found: Vec<Ticket> =
            state.tickets.iter().filter(|one| fits(&filter, one)).map(|(ticket, _)| ticket.clone()).collect();
        match order {
            TicketOrder::Updated => found.sort_by_key(|ticket| std::cmp::Reverse(ticket.updated_at)),
            TicketOrder::Created => found.sort_by_key(|ticket| std::cmp::Reverse(ticket.created_at)),
            TicketOrder::Priority => found.sort_by_key(|ticket| std::cmp::Reverse(ticket.priority)),
        }
        Ok(paged(found, |ticket| ticket.id.to_string(), cursor, limit))
    }

    async fn create_ticket(&self, _: &Scope, new: NewTicket) -> Result<Ticket, RecordError> {
        let mut state = self.lock();
        state.contact(new.requester)?;
        let number = i64::try_from(state.tickets.len()).unwrap_or(i64::MAX).saturating_add(1);
        let ticket = Ticket {
            priority: new.priority,
            assignee: new.assignee,
            tags: new.tags,
            ..Ticket::new(number, new.subject, new.requester, SystemClock.now())
        };
        let first = message(ticket.id, Author::Requester(new.requester), false, &new.body);
        state.tickets.push((ticket.clone(), vec![first]));
        Ok(ticket)
    }

    async fn add_reply(&self, scope: &Scope, id: TicketId, body: &str, _: &[String]) -> Result<MessageId, RecordError> {
        self.write(scope, id, body, false)
    }

    async fn add_note(&self, scope: &Scope, id: TicketId, body: &str, _: &[String]) -> Result<MessageId, RecordError> {
        self.write(scope, id, body, true)
    }

    async fn assign(&self, _: &Scope, id: TicketId, to: Option<OperatorId>) -> Result<(), RecordError> {
        self.lock().ticket(id)?.0.assignee = to;
        Ok(())
    }

    async fn set_priority(&self, _: &Scope, id: TicketId, priority: Priority) -> Result<(), RecordError> {
        self.lock().ticket(id)?.0.priority = priority;
        Ok(())
    }

    async fn set_subject(&self, _: &Scope, id: TicketId, subject: String) -> Result<(), RecordError> {
        self.lock().ticket(id)?.0.subject = subject;
        Ok(())
    }

    async fn set_tags(&self, _: &Scope, id: TicketId, tags: Vec<String>) -> Result<(), RecordError> {
        self.lock().ticket(id)?.0.tags = tags;
        Ok(())
    }

    async fn set_status(&self, _: &Scope, id: TicketId, status: TicketStatus) -> Result<(), RecordError> {
        self.lock().ticket(id)?.0.status = status;
        Ok(())
    }

    async fn plan(&self, _: &Scope, key: &str, due: Timestamp, _: Vec<u8>) -> Result<(), RecordError> {
        self.lock().plans.insert(key.to_owned(), due);
        Ok(())
    }

    async fn cancel_plan(&self, _: &Scope, key: &str) -> Result<bool, RecordError> {
        Ok(self.lock().plans.remove(key).is_some())
    }

    async fn planned(
        &self,
        _: &Scope,
        prefix: &str,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Paged<Planned>, RecordError> {
        let planned = |(key, due): (&String, &Timestamp)| Planned { key: key.clone(), due: *due };
        let all: Vec<_> = self.lock().plans.iter().filter(|(key, _)| key.starts_with(prefix)).map(planned).collect();
        Ok(paged(all, |planned| planned.key.clone(), cursor, limit))
    }

    async fn contact(&self, _: &Scope, id: ContactId) -> Result<Contact, RecordError> {
        self.lock().contact(id).cloned()
    }

    async fn contact_by_email(&self, _: &Scope, email: &str) -> Result<Option<Contact>, RecordError> {
        let email = email.to_lowercase();
        Ok(self.lock().contacts.iter().find(|contact| contact.email.as_deref() == Some(&email)).cloned())
    }

    async fn search_contacts(
        &self,
        _: &Scope,
        text: &str,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Paged<Contact>, RecordError> {
        let text = text.to_lowercase();
        let has = |contact: &&Contact| {
            let mut texts = contact.emails().chain(contact.phones()).chain([&contact.name]);
            texts.any(|part| part.to_lowercase().contains(&text))
        };
        let mut found: Vec<Contact> = self.lock().contacts.iter().filter(has).cloned().collect();
        found.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(paged(found, |contact| contact.id.to_string(), cursor, limit))
    }

    async fn create_contact(&self, _: &Scope, new: NewContact) -> Result<Contact, RecordError> {
        let mut state = self.lock();
        let emails: Vec<_> = new.emails.iter().map(|email| email.to_lowercase()).collect();
        if state.contacts.iter().any(|known| known.emails().any(|email| emails.contains(email))) {
            return Err(RecordError::Invalid("the e-mail address is taken".into()));
        }
        let (mut emails, mut phones) = (emails.into_iter(), new.phones.into_iter());
        let contact = Contact {
            id: ContactId::new(),
            name: new.name,
            email: emails.next(),
            more_emails: emails.collect(),
            phone: phones.next(),
            more_phones: phones.collect(),
            company: new.company,
            created_at: SystemClock.now(),
            erased_at: None,
        };
        state.contacts.push(contact.clone());
        Ok(contact)
    }

    async fn operator(&self, _: &Scope, id: OperatorId) -> Result<OperatorFacts, RecordError> {
        if id == self.operator { Ok(somebody(id)) } else { Err(RecordError::NotFound) }
    }

    async fn operators(&self, _: &Scope, _: Option<&str>, _: u32) -> Result<Paged<OperatorFacts>, RecordError> {
        Ok(Paged { items: vec![somebody(self.operator)], next: None })
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
        if let Some(emails) = change.emails {
            let mut emails = emails.into_iter().map(|email| email.to_lowercase());
            (contact.email, contact.more_emails) = (emails.next(), emails.collect());
        }
        if let Some(phones) = change.phones {
            let mut phones = phones.into_iter();
            (contact.phone, contact.more_phones) = (phones.next(), phones.collect());
        }
        if let Some(company) = change.company {
            contact.company = or_none(company);
        }
        Ok(contact.clone())
    }

    async fn file(&self, _: &Scope, id: &str, _: FileReach) -> Result<FileFacts, RecordError> {
        self.files.facts(id)
    }

    async fn read_file(
        &self,
        _: &Scope,
        id: &str,
        _: FileReach,
        offset: u64,
        length: u32,
    ) -> Result<Vec<u8>, RecordError> {
        self.files.read(id, offset, length)
    }

    async fn create_file(&self, _: &Scope, name: &str) -> Result<Box<dyn NewFile>, RecordError> {
        Ok(self.files.begin(name))
    }

    async fn discard_file(&self, _: &Scope, id: &str) -> Result<(), RecordError> {
        self.files.discard(id)
    }

    async fn mailboxes(&self, _: &Scope) -> Result<Vec<Mailbox>, RecordError> {
        let mailbox = |(setting, address): (&String, &String)| Mailbox {
            setting: setting.clone(),
            address: address.clone(),
            name: String::new(),
        };
        Ok(self.lock().mailboxes.iter().map(mailbox).collect())
    }

    async fn send_mail(
        &self,
        _: &Scope,
        setting: &str,
        envelope: Envelope,
        raw: &str,
    ) -> Result<MailOutcome, RecordError> {
        let raw = String::from_utf8_lossy(&self.files.read(raw, 0, LOOKED_AT)?).into_owned();
        let mut state = self.lock();
        if !state.mailboxes.contains_key(setting) {
            return Err(RecordError::NotFound);
        }
        state.sent.push(Sent { to: envelope.recipients, raw });
        Ok(MailOutcome::Sent("250 OK".into()))
    }
}
