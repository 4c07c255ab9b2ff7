//! What each request needs and seldom changes, kept in memory: small maps, bounded in entries and in age.
//!
//! A value counts for as long as the tables that it was read from are as they were. Every statement passes by
//! [`Table::written_by`]; a transaction that wrote to one of these tables makes what was read from it count no more when it
//! commits, on this node before `commit` answers, on the others by a signal. Nobody who writes has to think of it. Should a
//! signal be lost, or another process write to the file of SQLite, age ends it: [`OLDEST`] (ADR 38).

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use crate::Db;

/// How long a value counts when nobody says that it has changed.
pub(crate) const OLDEST: Duration = Duration::from_secs(1);

annex_domain::words! {
    /// What something that is kept may be read from.
    pub enum Table: "table" {
        /// Desks, but for the number of the last ticket.
        Desks = "desks",
        /// Operators, with the places of their panels.
        Operators = "operators",
        /// Which roles operators have.
        OperatorRoles = "operator_roles",
        /// What roles allow.
        Roles = "roles",
        /// Sessions of the panel.
        Sessions = "sessions",
        /// Tokens of the API.
        Tokens = "tokens",
        /// Tags of tickets.
        TicketTags = "ticket_tags",
        /// Custom fields, but not what they hold.
        Fields = "fields",
        /// Publishers.
        Publishers = "publishers",
        /// Their keys.
        PublisherKeys = "publisher_keys",
        /// Add-ons.
        Addons = "addons",
        /// Their versions.
        AddonVersions = "addon_versions",
        /// Which desks may have an add-on.
        AddonAccess = "addon_access",
        /// Installations.
        Installations = "installations",
        /// Who uses them.
        InstallationUsers = "installation_users",
        /// What was entered for them.
        InstallationSettings = "installation_settings",
        /// Accounts that were connected for them.
        ConnectedAccounts = "connected_accounts",
        /// The data of earlier versions.
        Snapshots = "snapshots",
        /// What is done to them step by step.
        Sagas = "sagas",
        /// What publishers are asked about them.
        ProvisioningRequests = "provisioning_requests",
        /// Until when they may run.
        Entitlements = "entitlements",
        /// Translations.
        LanguagePacks = "language_packs",
    }
}

/// Statements that write to a table, and change nothing that is kept: locks, and the counter of tickets.
const HARMLESS: [&str; 3] =
    ["UPDATE desks SET name = name ", "UPDATE desks SET last_ticket ", "UPDATE publishers SET name = name "];

impl Table {
    /// The one that a statement writes to.
    fn written_by(sql: &str) -> Option<Self> {
        let mut words = sql.split_ascii_whitespace();
        let name = match words.next()? {
            "INSERT" | "DELETE" => words.nth(1)?, // INTO, FROM
            "UPDATE" => words.next()?,
            _ => return None,
        };
        let table = name.parse().ok()?;
        (!HARMLESS.iter().any(|harmless| sql.starts_with(harmless))).then_some(table)
    }
}

/// Some tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tables(u32);

impl Tables {
    pub(crate) fn of(tables: &[Table]) -> Self {
        Self(tables.iter().fold(0, |all, table| all | 1 << (*table as u32)))
    }

    /// Adds the one that a statement writes to.
    pub(crate) fn note(&mut self, sql: &str) {
        if let Some(table) = Table::written_by(sql) {
            self.0 |= Self::of(&[table]).0;
        }
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn list(self) -> Vec<Table> {
        Table::ALL.into_iter().filter(|table| self.0 & Self::of(&[*table]).0 != 0).collect()
    }
}

/// How often each table has changed, as far as this node knows.
#[derive(Debug)]
pub(crate) struct Changes([AtomicU64; Table::ALL.len()]);

impl Default for Changes {
    fn default() -> Self {
        Self(std::array::from_fn(|_| AtomicU64::new(0)))
    }
}

impl Changes {
    /// These have changed.
    pub(crate) fn note(&self, tables: Tables) {
        for (change, table) in self.0.iter().zip(Table::ALL) {
            if tables.0 & Tables::of(&[table]).0 != 0 {
                change.fetch_add(1, Ordering::SeqCst);
            }
        }
    }

    /// The same for as long as none of them changes: each number only rises.
    fn stamp(&self, tables: Tables) -> u64 {
        let of = self.0.iter().zip(Table::ALL).filter(|(_, table)| tables.0 & Tables::of(&[*table]).0 != 0);
        of.map(|(change, _)| change.load(Ordering::SeqCst)).sum()
    }
}

/// Values by key.
#[derive(Debug)]
pub struct Cache<K, V> {
    tables: Tables,
    most: usize,
    held: Mutex<HashMap<K, Held<V>>>,
}

#[derive(Debug)]
struct Held<V> {
    value: V,
    read: Read,
}

/// When something was read, and how the tables were then.
#[derive(Debug, Clone, Copy)]
struct Read {
    stamp: u64,
    at: Instant,
}

impl<K: Eq + Hash, V: Clone> Cache<K, V> {
    /// For what is read from these tables; at most so many values.
    #[must_use]
    pub fn of(tables: &[Table], most: usize) -> Self {
        Self { tables: Tables::of(tables), most, held: Mutex::default() }
    }

    /// The value of a key; `load` reads it where none is kept.
    ///
    /// # Errors
    /// Those of `load`.
    pub async fn get<E, L: Future<Output = Result<V, E>>>(
        &self,
        db: &Db,
        key: K,
        load: impl FnOnce() -> L,
    ) -> Result<V, E> {
        let read = self.begin(db);
        if let Some(value) = self.held(db, read, &key) {
            return Ok(value);
        }
        // Seldom needed, and large: it takes no room in the futures of all who ask.
        let value = Box::pin(load()).await?;
        self.keep(read, key, value.clone());
        Ok(value)
    }

    /// The same of what may not exist: that is asked for anew each time, so that made-up keys fill nothing.
    ///
    /// # Errors
    /// Those of `load`.
    pub async fn find<E, L: Future<Output = Result<Option<V>, E>>>(
        &self,
        db: &Db,
        key: K,
        load: impl FnOnce() -> L,
    ) -> Result<Option<V>, E> {
        let read = self.begin(db);
        if let Some(value) = self.held(db, read, &key) {
            return Ok(Some(value));
        }
        let found = Box::pin(load()).await?;
        if let Some(value) = &found {
            self.keep(read, key, value.clone());
        }
        Ok(found)
    }

    /// Before anything is read, so that a change during the read makes the value old at once.
    fn begin(&self, db: &Db) -> Read {
        Read { stamp: db.changes().stamp(self.tables), at: Instant::now() }
    }

    fn held(&self, db: &Db, now: Read, key: &K) -> Option<V> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let found = held.get(key)?;
        let counts = found.read.stamp == now.stamp && now.at.duration_since(found.read.at) < db.oldest();
        counts.then(|| found.value.clone())
    }

    fn keep(&self, read: Read, key: K, value: V) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= self.most && !held.contains_key(&key) {
            held.clear();
        }
        held.insert(key, Held { value, read });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{StoreError, db::query::execute, testing::on_both};

    const INSERT: &str = "INSERT INTO publishers (slug, name, threshold, rev, created_at) VALUES ($1, $1, 1, 1, 1)";

    /// How often something was read.
    struct Reader {
        cache: Cache<&'static str, u32>,
        reads: u32,
    }

    impl Reader {
        fn new(most: usize) -> Self {
            Self { cache: Cache::of(&[Table::Publishers, Table::Addons], most), reads: 0 }
        }

        async fn read(&mut self, db: &Db, key: &'static str) -> u32 {
            let next = self.reads + 1;
            let mut read = false;
            let load = || {
                read = true;
                async move { Ok::<_, StoreError>(next) }
            };
            let value = self.cache.get(db, key, load).await.unwrap();
            self.reads += u32::from(read);
            value
        }
    }

    #[test]
    fn every_way_of_writing_names_its_table() {
        for (sql, table) in [
            ("INSERT INTO sessions (id) VALUES ($1)", Some(Table::Sessions)),
            ("\n  INSERT INTO roles\n (id)", Some(Table::Roles)),
            ("UPDATE operators SET name = $1", Some(Table::Operators)),
            ("DELETE FROM installation_users WHERE desk_id = $1", Some(Table::InstallationUsers)),
            ("UPDATE desks SET locale = $2 WHERE id = $1", Some(Table::Desks)),
            ("UPDATE desks SET name = name WHERE id = $1", None),
            ("UPDATE desks SET last_ticket = last_ticket + 1 WHERE id = $1 RETURNING last_ticket", None),
            ("UPDATE tickets SET number = number", None),
            ("SELECT * FROM sessions", None),
        ] {
            assert_eq!(Table::written_by(sql), table, "{sql}");
        }
        let mut some = Tables::default();
        some.note("DELETE FROM roles");
        some.note("UPDATE sessions SET seen_at = $2");
        assert_eq!(some.list(), [Table::Roles, Table::Sessions]);
    }

    #[tokio::test]
    async fn a_commit_ends_what_was_read_from_its_tables_at_once() {
        on_both(async |db| {
            db.hears().await;
            let mut reader = Reader::new(9);
            assert_eq!([reader.read(&db, "a").await, reader.read(&db, "a").await], [1, 1]);
            let mut tx = db.begin().await.unwrap();
            execute!(tx, INSERT, "one").unwrap();
            assert_eq!(reader.read(&db, "a").await, 1, "it has not committed");
            tx.commit().await.unwrap();
            assert_eq!([reader.read(&db, "a").await, reader.read(&db, "a").await], [2, 2]);
            // On PostgreSQL the node hears of its own change once more.
            tokio::time::sleep(Duration::from_millis(300)).await;
            let last = reader.read(&db, "a").await;
            // What was undone, and what other tables say, changes nothing.
            let mut tx = db.begin().await.unwrap();
            execute!(tx, INSERT, "two").unwrap();
            tx.rollback().await.unwrap();
            let mut tx = db.begin().await.unwrap();
            execute!(tx, "DELETE FROM setup_links").unwrap();
            tx.commit().await.unwrap();
            assert_eq!(reader.read(&db, "a").await, last);
        })
        .await;
    }

    #[tokio::test]
    async fn what_changes_while_it_is_read_is_not_kept() {
        on_both(async |db| {
            let cache: Cache<u8, u8> = Cache::of(&[Table::Publishers], 9);
            let load = || async {
                let mut tx = db.begin().await?;
                execute!(tx, INSERT, "meanwhile")?;
                tx.commit().await?;
                Ok::<_, StoreError>(1)
            };
            assert_eq!(cache.get(&db, 0, load).await.unwrap(), 1);
            assert_eq!(cache.get(&db, 0, || async { Ok::<_, StoreError>(2) }).await.unwrap(), 2);
        })
        .await;
    }

    #[tokio::test]
    async fn age_and_number_are_bounded() {
        on_both(async |db| {
            let mut reader = Reader::new(2);
            db.keep_for(Duration::ZERO);
            assert_eq!([reader.read(&db, "a").await, reader.read(&db, "a").await], [1, 2]);
            db.keep_for(Duration::from_secs(3600));
            for key in ["b", "c", "d"] {
                reader.read(&db, key).await;
            }
            assert!(reader.cache.held.lock().unwrap().len() <= 2);
            let found = reader.cache.find(&db, "none", || async { Ok::<_, StoreError>(None) }).await.unwrap();
            assert_eq!(found, None);
            assert_eq!(
                reader.cache.find(&db, "none", || async { Ok::<_, StoreError>(Some(7)) }).await.unwrap(),
                Some(7)
            );
        })
        .await;
    }

    #[tokio::test]
    async fn another_node_hears_of_it() {
        let Some(database) = crate::testing::TestDb::postgres().await else { return };
        let other = Db::connect(&database.url).await.unwrap();
        other.keep_for(Duration::from_secs(3600));
        let mut reader = Reader::new(9);
        reader.read(&other, "a").await;
        for round in 0..100 {
            // The first rounds may come before it listens.
            let mut tx = database.db.begin().await.unwrap();
            execute!(tx, INSERT, format!("p{round}")).unwrap();
            tx.commit().await.unwrap();
            tokio::time::sleep(Duration::from_millis(50)).await;
            if reader.read(&other, "a").await > 1 {
                other.close().await;
                return database.close().await;
            }
        }
        panic!("nothing was heard");
    }
}
