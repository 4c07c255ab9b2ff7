//! [`AddonData`]: reads from the store, writes by the desk, each in its turn.

use std::time::Duration;

use annex_desk::tickets::{Change, Create, FirstAuthor, Requester};
use annex_domain::{
    clock::Timestamp,
    contact::{Contact, ContactChange},
    field::FieldSubject,
    ids::{ContactId, MessageId, OperatorId, TicketId},
    mailbox::{Envelope, MailOutcome},
    ports::{
        AddonData, CustomField, FieldChange, FileFacts, FileReach, InstallationFacts, KeyPage, KvEntry, KvError,
        KvPage, KvWrite, Mailbox, NewContact, NewFile, NewTicket, OperatorFacts, Paged, Planned, RecordError, Scope,
        TicketFilter, TicketOrder,
    },
    settings::SettingValue,
    ticket::{Message, Priority, Ticket, TicketStatus},
};
use annex_store::{
    connected::{self, Key},
    contacts, desks, fields, kv, messages, planned_calls,
    settings::{self, Stored},
    tickets::{self, Cursor, Filter, Sort, TicketChange},
    vault::SecretPlace,
};
use async_trait::async_trait;
use secrecy::SecretString;

use super::{
    HostData, file_ids,
    finding::{sort_by, stored_filter},
    kv_error, kv_store, owner, parts, record_error, refused, seen, turn,
};
use crate::connections::{TokenError, Whose};

#[async_trait]
impl AddonData for HostData {
    async fn kv_get(&self, scope: &Scope, key: &str) -> Result<Option<KvEntry>, KvError> {
        let mut conn = self.read(scope).await.map_err(kv_store(scope))?;
        let now = self.clock.now();
        let stored = kv::get(&mut conn, owner(scope), key).await.map_err(kv_error(scope))?;
        Ok(stored.filter(|entry| entry.expires.is_none_or(|expires| expires > now)))
    }

    async fn kv_set(&self, scope: &Scope, key: &str, value: Vec<u8>, write: KvWrite) -> Result<u64, KvError> {
        let mut tx = self.begin(scope).await.map_err(kv_store(scope))?;
        let now = self.clock.now();
        let expires = write.expires_in.map(|ms| now.after(Duration::from_millis(ms)));
        let new = kv::Write { key, value: &value, expected: write.expected, expires };
        let version = kv::write(&mut tx, owner(scope), new, kv::QUOTA, now).await;
        let version = version.map_err(kv_error(scope))?;
        tx.commit().await.map_err(kv_store(scope))?;
        Ok(version)
    }

    async fn kv_delete(&self, scope: &Scope, key: &str, expected: Option<u64>) -> Result<bool, KvError> {
        let mut tx = self.begin(scope).await.map_err(kv_store(scope))?;
        kv::expire(&mut tx, owner(scope), self.clock.now()).await.map_err(kv_error(scope))?;
        let existed = kv::delete(&mut tx, owner(scope), key, expected).await.map_err(kv_error(scope))?;
        tx.commit().await.map_err(kv_store(scope))?;
        Ok(existed)
    }

    async fn kv_list(&self, scope: &Scope, prefix: &str, cursor: Option<&str>, limit: u32) -> Result<KeyPage, KvError> {
        let mut conn = self.read(scope).await.map_err(kv_store(scope))?;
        kv::list(&mut conn, owner(scope), prefix, cursor, limit, self.clock.now()).await.map_err(kv_error(scope))
    }

    async fn kv_add(&self, scope: &Scope, key: &str, delta: i64, expires_in: Option<u64>) -> Result<i64, KvError> {
        let mut tx = self.begin(scope).await.map_err(kv_store(scope))?;
        let now = self.clock.now();
        let expires = expires_in.map(|ms| now.after(Duration::from_millis(ms)));
        let counted = kv::add(&mut tx, owner(scope), (key, delta), expires, kv::QUOTA, now).await;
        let counted = counted.map_err(kv_error(scope))?;
        tx.commit().await.map_err(kv_store(scope))?;
        Ok(counted)
    }

    async fn kv_scan(&self, scope: &Scope, prefix: &str, cursor: Option<&str>, limit: u32) -> Result<KvPage, KvError> {
        let mut conn = self.read(scope).await.map_err(kv_store(scope))?;
        kv::scan(&mut conn, owner(scope), prefix, cursor, limit, self.clock.now()).await.map_err(kv_error(scope))
    }

    /// It has the name of its add-on until several of one can be told apart.
    async fn installation(&self, scope: &Scope) -> Result<InstallationFacts, RecordError> {
        let desk = desks::known(&self.db, scope.desk).await.map_err(record_error(scope))?;
        let (name, hooks) = (scope.addon.to_string(), self.hooks_of(scope, &desk).await.map_err(record_error(scope))?);
        Ok(InstallationFacts { name, desk: desk.name, locale: desk.locale, time_zone: desk.time_zone, hooks })
    }

    async fn setting(&self, scope: &Scope, key: &str) -> Result<Option<SettingValue>, RecordError> {
        let mut conn = self.read(scope).await.map_err(record_error(scope))?;
        let stored = settings::get(&mut conn, scope.desk, scope.installation, key).await;
        match stored.map_err(record_error(scope))? {
            Some(Stored::Plain(value)) => Ok(Some(value)),
            Some(Stored::Sealed(_)) | None => Ok(None),
        }
    }

    async fn credential(&self, scope: &Scope, key: &str) -> Result<Option<SecretString>, RecordError> {
        let mut conn = self.read(scope).await.map_err(record_error(scope))?;
        let stored = settings::get(&mut conn, scope.desk, scope.installation, key).await;
        match stored.map_err(record_error(scope))? {
            None => {
                // Of an account no more than that it is there: it has no value that could go anywhere.
                let key = Key { desk: scope.desk, installation: scope.installation, setting: key.to_owned() };
                let account = connected::get(&mut conn, &key).await.map_err(record_error(scope))?;
                Ok(account.map(|_| SecretString::from("connected")))
            }
            Some(Stored::Plain(value)) => Ok(Some(SecretString::from(value.to_string()))),
            Some(Stored::Sealed(sealed)) => {
                let place = SecretPlace { desk: scope.desk, addon: &scope.addon, setting: key };
                self.vault.open(&mut conn, place, &sealed).await.map(Some).map_err(record_error(scope))
            }
        }
    }

    async fn access_token(&self, scope: &Scope, key: &str) -> Result<Option<SecretString>, RecordError> {
        let Some(connections) = self.connections() else { return Ok(None) };
        let key = Key { desk: scope.desk, installation: scope.installation, setting: key.to_owned() };
        let whose = Whose { key, addon: scope.addon.clone() };
        match connections.token(&whose).await {
            Ok(token) => Ok(token),
            Err(TokenError::Store(error)) => Err(record_error(scope)(error)),
            Err(_) => Err(RecordError::Unavailable),
        }
    }

    async fn ticket(&self, scope: &Scope, id: TicketId) -> Result<Ticket, RecordError> {
        let mut conn = self.read(scope).await.map_err(record_error(scope))?;
        seen(&mut conn, scope, id).await
    }

    async fn messages(&self, scope: &Scope, id: TicketId) -> Result<Vec<Message>, RecordError> {
        let mut conn = self.read(scope).await.map_err(record_error(scope))?;
        seen(&mut conn, scope, id).await?;
        let written = messages::list(&mut conn, scope.desk, id, None, 100).await.map_err(record_error(scope))?;
        Ok(written.into_iter().map(|written| written.message).collect())
    }

    async fn search_tickets(
        &self,
        scope: &Scope,
        filter: TicketFilter,
        order: TicketOrder,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Paged<Ticket>, RecordError> {
        let after =
            cursor.map(str::parse::<Cursor>).transpose().map_err(|_| RecordError::Invalid("not a cursor".into()))?;
        let (filter, text) = stored_filter(filter);
        let found = match text {
            Some(text) => {
                let _turn = turn(&self.reads, scope).await.map_err(record_error(scope))?;
                annex_desk::search::tickets(&self.desk, &self.ctx(scope), &text, &filter)
                    .await
                    .map_err(refused(scope))?
            }
            None => None,
        };
        let filter = Filter { among: found.map(|found| found.tickets), ..filter };
        let sort = Sort { by: sort_by(order), descending: true };
        let mut conn = self.read(scope).await.map_err(record_error(scope))?;
        let listed = tickets::list(&mut conn, scope.desk, &filter, sort, after.as_ref(), limit + 1).await;
        let mut listed = listed.map_err(record_error(scope))?;
        let more = listed.len() > limit as usize;
        listed.truncate(limit as usize);
        let next = listed.last().filter(|_| more).map(|row| row.cursor.to_string());
        Ok(Paged { items: listed.into_iter().map(|row| row.ticket).collect(), next })
    }

    async fn create_ticket(&self, scope: &Scope, new: NewTicket) -> Result<Ticket, RecordError> {
        let attachments = file_ids(&new.attachments)?;
        let _turn = turn(&self.writes, scope).await.map_err(record_error(scope))?;
        let input = Create {
            requester: Requester::Contact(new.requester),
            author: FirstAuthor::Requester,
            subject: new.subject,
            body: new.body.into(),
            priority: new.priority,
            assignee: new.assignee,
            tags: new.tags,
            fields: parts::filled(new.fields),
            attachments,
            via: None,
            key: None,
        };
        annex_desk::tickets::create(&self.desk, &self.ctx(scope), input).await.map_err(refused(scope))
    }

    async fn add_reply(
        &self,
        scope: &Scope,
        id: TicketId,
        body: &str,
        attachments: &[String],
    ) -> Result<MessageId, RecordError> {
        self.write(scope, id, body, attachments, false).await
    }

    async fn add_note(
        &self,
        scope: &Scope,
        id: TicketId,
        body: &str,
        attachments: &[String],
    ) -> Result<MessageId, RecordError> {
        self.write(scope, id, body, attachments, true).await
    }

    async fn assign(&self, scope: &Scope, id: TicketId, to: Option<OperatorId>) -> Result<(), RecordError> {
        self.change(scope, id, TicketChange { assignee: Some(to), ..TicketChange::default() }).await
    }

    async fn set_priority(&self, scope: &Scope, id: TicketId, priority: Priority) -> Result<(), RecordError> {
        self.change(scope, id, TicketChange { priority: Some(priority), ..TicketChange::default() }).await
    }

    async fn set_subject(&self, scope: &Scope, id: TicketId, subject: String) -> Result<(), RecordError> {
        self.change(scope, id, TicketChange { subject: Some(subject), ..TicketChange::default() }).await
    }

    async fn set_tags(&self, scope: &Scope, id: TicketId, tags: Vec<String>) -> Result<(), RecordError> {
        self.change(scope, id, TicketChange { tags: Some(tags), ..TicketChange::default() }).await
    }

    async fn set_status(&self, scope: &Scope, id: TicketId, status: TicketStatus) -> Result<(), RecordError> {
        self.change(scope, id, TicketChange { status: Some(status), ..TicketChange::default() }).await
    }

    async fn ticket_fields(&self, scope: &Scope, ids: &[TicketId]) -> Result<Vec<Vec<CustomField>>, RecordError> {
        let known = fields::known(&self.db, scope.desk).await.map_err(record_error(scope))?;
        let mut conn = self.read(scope).await.map_err(record_error(scope))?;
        let found = parts::custom_fields(&mut conn, scope.desk, &known, FieldSubject::Ticket, ids).await;
        found.map_err(record_error(scope))
    }

    async fn set_ticket_fields(
        &self,
        scope: &Scope,
        id: TicketId,
        changes: Vec<FieldChange>,
    ) -> Result<(), RecordError> {
        self.change(scope, id, Change { fields: parts::entries(changes), ..Change::default() }).await
    }

    async fn message_html(&self, scope: &Scope, ids: &[MessageId]) -> Result<Vec<Option<String>>, RecordError> {
        let mut conn = self.read(scope).await.map_err(record_error(scope))?;
        parts::html(&mut conn, scope.desk, ids).await.map_err(record_error(scope))
    }

    async fn attachments(&self, scope: &Scope, ids: &[MessageId]) -> Result<Vec<Vec<FileFacts>>, RecordError> {
        let mut conn = self.read(scope).await.map_err(record_error(scope))?;
        parts::files(&mut conn, scope.desk, ids).await.map_err(record_error(scope))
    }

    async fn contact(&self, scope: &Scope, id: ContactId) -> Result<Contact, RecordError> {
        let mut conn = self.read(scope).await.map_err(record_error(scope))?;
        contacts::get(&mut conn, scope.desk, id).await.map_err(record_error(scope))
    }

    async fn contact_by_email(&self, scope: &Scope, email: &str) -> Result<Option<Contact>, RecordError> {
        let mut conn = self.read(scope).await.map_err(record_error(scope))?;
        contacts::by_email(&mut conn, scope.desk, email).await.map_err(record_error(scope))
    }

    async fn update_contact(
        &self,
        scope: &Scope,
        id: ContactId,
        change: ContactChange,
    ) -> Result<Contact, RecordError> {
        let _turn = turn(&self.writes, scope).await.map_err(record_error(scope))?;
        annex_desk::contacts::update(&self.desk, &self.ctx(scope), id, change).await.map_err(refused(scope))
    }

    async fn search_contacts(
        &self,
        scope: &Scope,
        text: &str,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Paged<Contact>, RecordError> {
        let after =
            cursor.map(str::parse::<ContactId>).transpose().map_err(|_| RecordError::Invalid("not a cursor".into()))?;
        let _turn = turn(&self.reads, scope).await.map_err(record_error(scope))?;
        let listed = annex_desk::search::contacts(&self.desk, &self.ctx(scope), text, after, limit + 1).await;
        let mut listed = listed.map_err(refused(scope))?;
        let more = listed.len() > limit as usize;
        listed.truncate(limit as usize);
        let next = listed.last().filter(|_| more).map(|row| row.contact.id.to_string());
        Ok(Paged { items: listed.into_iter().map(|row| row.contact).collect(), next })
    }

    async fn create_contact(&self, scope: &Scope, new: NewContact) -> Result<Contact, RecordError> {
        if new.note.is_some() {
            return Err(RecordError::Invalid("the desk keeps no notes about requesters".into()));
        }
        let _turn = turn(&self.writes, scope).await.map_err(record_error(scope))?;
        let (mut emails, mut phones) = (new.emails.into_iter(), new.phones.into_iter());
        let parts = annex_desk::contacts::NewContact {
            name: new.name,
            email: emails.next(),
            more_emails: emails.collect(),
            phone: phones.next(),
            more_phones: phones.collect(),
            company: new.company,
        };
        let new = annex_desk::contacts::Create { parts, fields: parts::filled(new.fields) };
        annex_desk::contacts::create(&self.desk, &self.ctx(scope), new).await.map_err(refused(scope))
    }

    async fn contact_fields(&self, scope: &Scope, ids: &[ContactId]) -> Result<Vec<Vec<CustomField>>, RecordError> {
        let known = fields::known(&self.db, scope.desk).await.map_err(record_error(scope))?;
        let mut conn = self.read(scope).await.map_err(record_error(scope))?;
        let found = parts::custom_fields(&mut conn, scope.desk, &known, FieldSubject::Contact, ids).await;
        found.map_err(record_error(scope))
    }

    async fn set_contact_fields(
        &self,
        scope: &Scope,
        id: ContactId,
        changes: Vec<FieldChange>,
    ) -> Result<(), RecordError> {
        let change = ContactChange { fields: parts::entries(changes), ..ContactChange::default() };
        self.update_contact(scope, id, change).await.map(drop)
    }

    async fn operator(&self, scope: &Scope, id: OperatorId) -> Result<OperatorFacts, RecordError> {
        let all = self.people(scope).await.map_err(record_error(scope))?;
        all.into_iter().find(|them| them.id == id).ok_or(RecordError::NotFound)
    }

    async fn operators(
        &self,
        scope: &Scope,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Paged<OperatorFacts>, RecordError> {
        let after = cursor.map(str::parse::<OperatorId>).transpose();
        let after = after.map_err(|_| RecordError::Invalid("not a cursor".into()))?;
        let mut all = self.people(scope).await.map_err(record_error(scope))?;
        let skipped = after.and_then(|after| all.iter().position(|them| them.id == after)).map_or(0, |at| at + 1);
        all.drain(..skipped);
        all.retain(|them| them.active);
        let more = all.len() > limit as usize;
        all.truncate(limit as usize);
        Ok(Paged { next: all.last().filter(|_| more).map(|them| them.id.to_string()), items: all })
    }

    async fn file(&self, scope: &Scope, id: &str, reach: FileReach) -> Result<FileFacts, RecordError> {
        Ok(parts::facts(self.seen_file(scope, id, reach).await?))
    }

    async fn read_file(
        &self,
        scope: &Scope,
        id: &str,
        reach: FileReach,
        offset: u64,
        length: u32,
    ) -> Result<Vec<u8>, RecordError> {
        let file = self.seen_file(scope, id, reach).await?;
        self.read_piece(scope, &file, offset, length).await
    }

    async fn create_file(&self, scope: &Scope, name: &str) -> Result<Box<dyn NewFile>, RecordError> {
        self.begin_file(scope, name).await
    }

    async fn discard_file(&self, scope: &Scope, id: &str) -> Result<(), RecordError> {
        self.discard(scope, id).await
    }

    async fn mailboxes(&self, scope: &Scope) -> Result<Vec<Mailbox>, RecordError> {
        self.complete_mailboxes(scope).await
    }

    async fn send_mail(
        &self,
        scope: &Scope,
        setting: &str,
        envelope: Envelope,
        raw: &str,
    ) -> Result<MailOutcome, RecordError> {
        self.send_raw(scope, setting, envelope, raw).await
    }

    async fn plan_call(&self, scope: &Scope, key: &str, due: Timestamp, data: Vec<u8>) -> Result<(), RecordError> {
        let mut tx = self.begin(scope).await.map_err(record_error(scope))?;
        let put = planned_calls::put(&mut tx, scope.desk, scope.installation, key, due, &data).await;
        if !put.map_err(record_error(scope))? {
            return Err(RecordError::TooMuch(format!("an installation plans at most {} calls", planned_calls::MOST)));
        }
        tx.commit().await.map_err(record_error(scope))
    }

    async fn cancel_planned_call(&self, scope: &Scope, key: &str) -> Result<bool, RecordError> {
        let mut tx = self.begin(scope).await.map_err(record_error(scope))?;
        let cancelled = planned_calls::cancel(&mut tx, scope.desk, scope.installation, key).await;
        let cancelled = cancelled.map_err(record_error(scope))?;
        tx.commit().await.map_err(record_error(scope))?;
        Ok(cancelled)
    }

    async fn planned_calls(
        &self,
        scope: &Scope,
        prefix: &str,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Paged<Planned>, RecordError> {
        let mut conn = self.read(scope).await.map_err(record_error(scope))?;
        let listed = planned_calls::list(&mut conn, scope.desk, scope.installation, prefix, cursor, limit).await;
        listed.map_err(record_error(scope))
    }
}
