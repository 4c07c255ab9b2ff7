//! What an add-on can ask of the desk of a scenario, with the bounds that a host has.

use annex_domain::{
    clock::{Clock, SystemClock, Timestamp},
    contact::{Contact, ContactChange},
    ids::{ContactId, MessageId, OperatorId, TicketId},
    mailbox::{Envelope, MailOutcome},
    ports::{
        AddonData, FileFacts, FileReach, InstallationFacts, KV_KEY_BYTES, KV_VALUE_BYTES, KeyPage, KvEntry, KvError,
        KvPage, KvPair, KvWrite, Mailbox, NewContact, NewFile, NewTicket, OperatorFacts, Paged, Planned, RecordError,
        Scope, TicketFilter, TicketOrder,
    },
    settings::SettingValue,
    ticket::{Author, Message, Priority, Ticket, TicketStatus},
};
use async_trait::async_trait;
use secrecy::SecretString;

use super::{Desk, Sent, message};

/// What one installation may keep, as on a host.
const QUOTA: u64 = 5 << 20;
/// Bytes of a mail in which scenarios look for texts.
const LOOKED_AT: u32 = 256 << 10;

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

    async fn plan_call(&self, _: &Scope, key: &str, due: Timestamp, _: Vec<u8>) -> Result<(), RecordError> {
        self.lock().planned.insert(key.to_owned(), due);
        Ok(())
    }

    async fn cancel_planned_call(&self, _: &Scope, key: &str) -> Result<bool, RecordError> {
        Ok(self.lock().planned.remove(key).is_some())
    }

    async fn planned_calls(
        &self,
        _: &Scope,
        prefix: &str,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Paged<Planned>, RecordError> {
        let planned = |(key, due): (&String, &Timestamp)| Planned { key: key.clone(), due: *due };
        let all: Vec<_> = self.lock().planned.iter().filter(|(key, _)| key.starts_with(prefix)).map(planned).collect();
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
    let TicketFilter { statuses, priority, assignee, tag, field, channel, requester, text } = filter;
    let has = |text: &String| {
        let text = text.to_lowercase();
        ticket.subject.to_lowercase().contains(&text)
            || messages.iter().any(|message| message.body.to_lowercase().contains(&text))
    };
    (statuses.is_empty() || statuses.contains(&ticket.status))
        && priority.is_none_or(|priority| ticket.priority == priority)
        && assignee.is_none_or(|assignee| ticket.assignee == assignee)
        && tag.as_ref().is_none_or(|tag| ticket.tags.contains(tag))
        && field.is_none()
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
