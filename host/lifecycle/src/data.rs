//! The data of an installation and its desk, as components reach it through the sandbox's host interfaces. Every query
//! names the desk of the call; whether the capability was granted is checked by the sandbox before.

mod finding;

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
    time::Duration,
};

use annex_desk::{
    Class, Ctx, Desk, Refusal,
    messages::{Write, write},
    tickets::{Create, FirstAuthor, Requester},
};
use annex_domain::{
    clock::Clock,
    contact::{Contact, ContactChange},
    field::Entries,
    ids::{ContactId, DeskId, InstallationId, MessageId, OperatorId, TicketId},
    operator::Actor,
    permission::Permissions,
    ports::{
        AddonData, InstallationFacts, KeyPage, KvEntry, KvError, KvPage, KvWrite, NewContact, NewTicket, OperatorFacts,
        Paged, RecordError, Scope, TicketFilter, TicketOrder,
    },
    settings::SettingValue,
    ticket::{Message, Priority, Ticket, TicketStatus},
};
use annex_sandbox::gate::{Busy, Gate, Most, Pace, Permit as Held};
use annex_store::{
    Conn, Db, Dialect, StoreError, Tx, contacts, desks,
    kv::{self, Owner},
    messages,
    settings::{self, Stored},
    tickets::{self, Cursor, Filter, Sort, TicketChange},
    vault::{SecretPlace, Vault},
};
use async_trait::async_trait;
use secrecy::SecretString;

use self::finding::{sort_by, stored_filter};

/// Of the eight connections of SQLite that read, pages keep half for themselves.
const READS: Most = Most { of_member: 2, of_group: 4, of_all: 4, waiting: usize::MAX };
/// How long a turn is waited for; the sandbox gives up before.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many write at once. SQLite has one connection that writes, in the order of arrival: with more than one add-on in that
/// line, each page would wait for as many commits.
fn writes(dialect: Dialect) -> Most {
    let of_all = match dialect {
        Dialect::Sqlite => 1,
        Dialect::Postgres => 4,
    };
    Most { of_member: 1, of_group: 2, of_all, waiting: usize::MAX }
}

/// [`AddonData`] on the store. Add-ons take turns at it, by desk and then by installation, so that one that reads and writes in a
/// loop has one foot in the door, and holds up pages and jobs no more than one that does it once.
#[derive(Debug, Clone)]
pub struct HostData {
    db: Db,
    vault: Vault,
    clock: Arc<dyn Clock>,
    reads: Gate<DeskId, InstallationId>,
    writes: Gate<DeskId, InstallationId>,
}

/// A connection or transaction, in its turn.
struct Turn<C> {
    inner: C,
    /// Released after what it was for.
    _held: Held<DeskId, InstallationId>,
}

impl<C> Deref for Turn<C> {
    type Target = C;
    fn deref(&self) -> &C {
        &self.inner
    }
}

impl<C> DerefMut for Turn<C> {
    fn deref_mut(&mut self) -> &mut C {
        &mut self.inner
    }
}

impl Turn<Tx> {
    async fn commit(self) -> Result<(), StoreError> {
        self.inner.commit().await
    }
}

impl HostData {
    /// On a database, with the vault that sealed its secrets.
    #[must_use]
    pub fn new(db: Db, vault: Vault, clock: Arc<dyn Clock>) -> Self {
        let writes = Gate::new(writes(db.dialect()));
        Self { db, vault, clock, reads: Gate::new(READS), writes }
    }

    async fn read(&self, scope: &Scope) -> Result<Turn<Conn>, StoreError> {
        let held = turn(&self.reads, scope).await?;
        Ok(Turn { inner: self.db.read().await?, _held: held })
    }

    async fn begin(&self, scope: &Scope) -> Result<Turn<Tx>, StoreError> {
        let held = turn(&self.writes, scope).await?;
        Ok(Turn { inner: self.db.begin().await?, _held: held })
    }
}

/// All alike: with interactive calls first, one that never stops would keep events from ever writing.
async fn turn(gate: &Gate<DeskId, InstallationId>, scope: &Scope) -> Result<Held<DeskId, InstallationId>, StoreError> {
    let entered = gate.enter(scope.desk, scope.installation, Pace::Interactive, PATIENCE).await;
    entered.map_err(|Busy| StoreError::busy())
}

fn owner(scope: &Scope) -> Owner<'_> {
    Owner { desk: scope.desk, installation: scope.installation, version: &scope.version }
}

/// Logs what the component must not read, and tells it no more than that.
fn unavailable(scope: &Scope, error: &StoreError) {
    tracing::error!(addon = %scope.addon, installation = %scope.installation, call = %scope.call, %error,
        "the store failed an add-on");
}

fn kv_error(scope: &Scope) -> impl Fn(kv::Error) -> KvError + '_ {
    |error| match error {
        kv::Error::Kv(error) => error,
        kv::Error::Store(error) => {
            unavailable(scope, &error);
            KvError::Unavailable
        }
    }
}

fn kv_store(scope: &Scope) -> impl Fn(StoreError) -> KvError + '_ {
    |error| {
        unavailable(scope, &error);
        KvError::Unavailable
    }
}

fn record_error(scope: &Scope) -> impl Fn(StoreError) -> RecordError + '_ {
    |error| match error {
        StoreError::NotFound(_) => RecordError::NotFound,
        error @ (StoreError::Invalid { .. } | StoreError::Taken(_)) => RecordError::Invalid(error.to_string()),
        error => {
            unavailable(scope, &error);
            RecordError::Unavailable
        }
    }
}

fn refused(scope: &Scope) -> impl Fn(Refusal) -> RecordError + '_ {
    |refusal| match refusal {
        Refusal::Store(error) => record_error(scope)(error),
        other => match other.class() {
            Class::NotFound => RecordError::NotFound,
            Class::TooMuch => RecordError::TooMuch(other.to_string()),
            _ => RecordError::Invalid(other.to_string()),
        },
    }
}

/// What is put away does not exist for add-ons.
async fn seen(conn: &mut Conn, scope: &Scope, id: TicketId) -> Result<Ticket, RecordError> {
    let ticket = tickets::get(conn, scope.desk, id).await.map_err(record_error(scope))?;
    if ticket.is_put_away() { Err(RecordError::NotFound) } else { Ok(ticket) }
}

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
        let name = scope.addon.to_string();
        Ok(InstallationFacts { name, desk: desk.name, locale: desk.locale, time_zone: desk.time_zone, hooks: None })
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
            None => Ok(None),
            Some(Stored::Plain(SettingValue::Text(text))) => Ok(Some(SecretString::from(text))),
            Some(Stored::Plain(SettingValue::Number(number))) => Ok(Some(SecretString::from(number.to_string()))),
            Some(Stored::Plain(SettingValue::Flag(flag))) => Ok(Some(SecretString::from(flag.to_string()))),
            Some(Stored::Sealed(sealed)) => {
                let place = SecretPlace { desk: scope.desk, addon: &scope.addon, setting: key };
                self.vault.open(&mut conn, place, &sealed).await.map(Some).map_err(record_error(scope))
            }
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
                let desk = Desk::new(self.db.clone());
                annex_desk::search::tickets(&desk, &self.ctx(scope), &text, &filter).await.map_err(refused(scope))?
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
        no_files(&new.attachments)?;
        if !new.fields.is_empty() {
            return Err(RecordError::Invalid("the desk has no such field".into()));
        }
        let _turn = turn(&self.writes, scope).await.map_err(record_error(scope))?;
        let input = Create {
            requester: Requester::Contact(new.requester),
            author: FirstAuthor::Requester,
            subject: new.subject,
            body: new.body.into(),
            priority: new.priority,
            assignee: new.assignee,
            tags: new.tags,
            fields: Entries::new(),
            attachments: Vec::new(),
            key: None,
        };
        let desk = Desk::new(self.db.clone());
        annex_desk::tickets::create(&desk, &self.ctx(scope), input).await.map_err(refused(scope))
    }

    async fn add_reply(
        &self,
        scope: &Scope,
        id: TicketId,
        body: &str,
        attachments: &[String],
    ) -> Result<MessageId, RecordError> {
        no_files(attachments)?;
        self.write(scope, id, body, false).await
    }

    async fn add_note(
        &self,
        scope: &Scope,
        id: TicketId,
        body: &str,
        attachments: &[String],
    ) -> Result<MessageId, RecordError> {
        no_files(attachments)?;
        self.write(scope, id, body, true).await
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
        let desk = Desk::new(self.db.clone());
        annex_desk::contacts::update(&desk, &self.ctx(scope), id, change).await.map_err(refused(scope))
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
        let desk = Desk::new(self.db.clone());
        let listed = annex_desk::search::contacts(&desk, &self.ctx(scope), text, after, limit + 1).await;
        let mut listed = listed.map_err(refused(scope))?;
        let more = listed.len() > limit as usize;
        listed.truncate(limit as usize);
        let next = listed.last().filter(|_| more).map(|row| row.contact.id.to_string());
        Ok(Paged { items: listed.into_iter().map(|row| row.contact).collect(), next })
    }

    async fn create_contact(&self, scope: &Scope, new: NewContact) -> Result<Contact, RecordError> {
        if !new.fields.is_empty() {
            return Err(RecordError::Invalid("the desk has no such field".into()));
        }
        if new.note.is_some() {
            return Err(RecordError::Invalid("the desk keeps no notes about requesters".into()));
        }
        let _turn = turn(&self.writes, scope).await.map_err(record_error(scope))?;
        let (mut emails, mut phones) = (new.emails.into_iter(), new.phones.into_iter());
        let new = annex_desk::contacts::NewContact {
            name: new.name,
            email: emails.next(),
            more_emails: emails.collect(),
            phone: phones.next(),
            more_phones: phones.collect(),
            company: new.company,
        };
        let desk = Desk::new(self.db.clone());
        annex_desk::contacts::create(&desk, &self.ctx(scope), new).await.map_err(refused(scope))
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
}

fn no_files(attachments: &[String]) -> Result<(), RecordError> {
    if attachments.is_empty() { Ok(()) } else { Err(RecordError::NotFound) }
}

impl HostData {
    async fn write(&self, scope: &Scope, id: TicketId, body: &str, internal: bool) -> Result<MessageId, RecordError> {
        let _turn = turn(&self.writes, scope).await.map_err(record_error(scope))?;
        let message = Write {
            ticket: id.into(),
            body: body.into(),
            internal,
            attachments: Vec::new(),
            then: None,
            seen: None,
            key: None,
        };
        let written = write(&Desk::new(self.db.clone()), &self.ctx(scope), message).await;
        Ok(written.map_err(refused(scope))?.id)
    }

    async fn change(&self, scope: &Scope, id: TicketId, wanted: TicketChange) -> Result<(), RecordError> {
        let _turn = turn(&self.writes, scope).await.map_err(record_error(scope))?;
        let desk = Desk::new(self.db.clone());
        let changed = annex_desk::tickets::change(&desk, &self.ctx(scope), id.into(), wanted, None).await;
        changed.map(drop).map_err(refused(scope))
    }

    /// The add-on, with the chain that led to the call. The sandbox has checked the grant; what the operator may do for whom it
    /// acts bounds it here as well.
    fn ctx(&self, scope: &Scope) -> Ctx {
        let permissions = scope.acts_for.as_ref().map_or_else(Permissions::admin, |them| them.permissions.clone());
        let causes = scope.causes.iter().copied().chain([scope.installation]).collect();
        Ctx { causes, ..Ctx::new(scope.desk, Actor::Addon(scope.installation), permissions, self.clock.now()) }
    }
}

#[cfg(test)]
mod tests;
