//! The data of an installation and its desk, as components reach it through the sandbox's host interfaces. Every query
//! names the desk of the call; whether the capability was granted is checked by the sandbox before.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
    time::Duration,
};

use annex_desk::{
    Class, Ctx, Desk, Refusal,
    messages::{Write, write},
};
use annex_domain::{
    clock::Clock,
    contact::{Contact, ContactChange},
    ids::{ContactId, DeskId, InstallationId, MessageId, TicketId},
    operator::Actor,
    permission::Permissions,
    ports::{AddonData, KeyPage, KvEntry, KvError, RecordError, Scope},
    settings::SettingValue,
    ticket::{Message, Ticket, TicketStatus},
};
use annex_sandbox::gate::{Busy, Gate, Most, Pace, Permit as Held};
use annex_store::{
    Conn, Db, Dialect, StoreError, Tx, contacts,
    kv::{self, Owner},
    messages,
    settings::{self, Stored},
    tickets::{self, TicketChange},
    vault::{SecretPlace, Vault},
};
use async_trait::async_trait;
use secrecy::SecretString;

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
        kv::get(&mut conn, owner(scope), key).await.map_err(kv_error(scope))
    }

    async fn kv_set(&self, scope: &Scope, key: &str, value: Vec<u8>, expected: Option<u64>) -> Result<u64, KvError> {
        let mut tx = self.begin(scope).await.map_err(kv_store(scope))?;
        let now = self.clock.now();
        let version = kv::set(&mut tx, owner(scope), key, &value, expected, kv::QUOTA, now).await;
        let version = version.map_err(kv_error(scope))?;
        tx.commit().await.map_err(kv_store(scope))?;
        Ok(version)
    }

    async fn kv_delete(&self, scope: &Scope, key: &str, expected: Option<u64>) -> Result<bool, KvError> {
        let mut tx = self.begin(scope).await.map_err(kv_store(scope))?;
        let existed = kv::delete(&mut tx, owner(scope), key, expected).await.map_err(kv_error(scope))?;
        tx.commit().await.map_err(kv_store(scope))?;
        Ok(existed)
    }

    async fn kv_list(&self, scope: &Scope, prefix: &str, cursor: Option<&str>, limit: u32) -> Result<KeyPage, KvError> {
        let mut conn = self.read(scope).await.map_err(kv_store(scope))?;
        kv::list(&mut conn, owner(scope), prefix, cursor, limit).await.map_err(kv_error(scope))
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

    async fn add_note(&self, scope: &Scope, id: TicketId, body: &str) -> Result<MessageId, RecordError> {
        let _turn = turn(&self.writes, scope).await.map_err(record_error(scope))?;
        let note = Write {
            ticket: id.into(),
            body: body.into(),
            internal: true,
            attachments: Vec::new(),
            then: None,
            seen: None,
            key: None,
        };
        let written = write(&Desk::new(self.db.clone()), &self.ctx(scope), note).await;
        Ok(written.map_err(refused(scope))?.id)
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
}

impl HostData {
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
mod tests {
    use annex_domain::{
        addon::Version,
        clock::{ManualClock, Timestamp},
        ids::CallId,
    };
    use annex_store::testing::TestDb;
    use futures::FutureExt as _;

    use super::*;

    fn data(db: Db) -> (HostData, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::in_directory(folder.path()).unwrap();
        (HostData::new(db, vault, Arc::new(ManualClock::at(Timestamp(1)))), folder)
    }

    fn scope(desk: DeskId) -> Scope {
        Scope {
            desk,
            installation: InstallationId::new(),
            addon: "acme.one".parse().unwrap(),
            version: Version::new(1, 0, 0),
            call: CallId::new(),
            acts_for: None,
            causes: Vec::new(),
        }
    }

    #[tokio::test]
    async fn pages_write_after_one_write_of_an_add_on_at_most() {
        let test = TestDb::sqlite().await;
        let (data, _folder) = data(test.db.clone());
        let desk = DeskId::new();
        let (greedy, neighbour) = (scope(desk), scope(desk));
        let first = data.begin(&greedy).await.unwrap();
        let order = std::sync::Mutex::new(Vec::new());
        let write = async |name, scope| {
            drop(data.begin(scope).await.unwrap());
            order.lock().unwrap().push(name);
        };
        let mut of_add_ons = Box::pin(futures::future::join3(
            write("greedy", &greedy),
            write("greedy again", &greedy),
            write("neighbour", &neighbour),
        ));
        assert!((&mut of_add_ons).now_or_never().is_none());
        let mut of_page = Box::pin(async {
            drop(test.db.begin().await.unwrap());
            order.lock().unwrap().push("page");
        });
        assert!((&mut of_page).now_or_never().is_none());
        drop(first);
        futures::future::join(of_add_ons, of_page).await;
        // The page came last. Of the add-ons the one that has written comes after the other.
        assert_eq!(*order.lock().unwrap(), ["page", "greedy", "neighbour", "greedy again"]);
    }

    #[tokio::test]
    async fn add_ons_leave_pages_connections_to_read_with() {
        let test = TestDb::sqlite().await;
        let (data, _folder) = data(test.db.clone());
        let desk = DeskId::new();
        let scopes: Vec<_> = (0..5).map(|_| scope(desk)).collect();
        let mut held = Vec::new();
        for scope in &scopes[..2] {
            for _ in 0..2 {
                held.push(data.read(scope).await.unwrap());
            }
            assert!(data.read(scope).now_or_never().is_none(), "two of one");
        }
        assert!(data.read(&scopes[4]).now_or_never().is_none(), "four of all");
        for _ in 0..4 {
            test.db.read().await.unwrap();
        }
        held.pop();
        data.read(&scopes[4]).await.unwrap();
    }
}
