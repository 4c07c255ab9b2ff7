//! Databases for tests: an empty, migrated one per test, on SQLite and on PostgreSQL; and what most tests put into them.
//!
//! `ANNEX_TEST_POSTGRES_URL` names a PostgreSQL server (`tests/peers/postgres.sh start DIR` prints one). Without it the
//! PostgreSQL half is skipped with a notice; in CI (`CI` is set) that is a failure, so that it cannot be forgotten.
#![expect(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "a test that cannot start must fail")]

mod rows;
mod small_disk;
pub mod statements;
mod template;

use std::{path::Path, time::Duration};

use annex_domain::{
    addon::{Digest, Kind, Seq, Version},
    capability::Grant,
    clock::Timestamp,
    ids::{DeskId, InstallationId, JobId, OperatorId, SagaId},
    installation::Installation,
    localized::Localized,
    manifest::{Listing, Manifest, Support, Wit},
    random,
};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use tempfile::TempDir;

pub use self::{rows::rows, small_disk::SmallDisk};
use crate::{
    Dialect, Result,
    catalog::{self, NewVersion},
    db::{
        Conn, Db, Tx,
        query::{execute, fetch_all, fetch_one},
    },
    desks, installations,
    jobs::{self, NewJob},
    operators::{self, NewOperator},
    roles::{self, Builtin},
    sagas, text,
};

/// A database for one test. Deleted when dropped (SQLite) or at [`TestDb::close`] (PostgreSQL).
#[derive(Debug)]
pub struct TestDb {
    /// Migrated, but for [`TestDb::empty_sqlite`] and [`TestDb::empty_postgres`].
    pub db: Db,
    /// For a second [`Db::connect`] or for the binary.
    pub url: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Folder { _folder: TempDir },
    Elsewhere,
    Server { server: String, name: String },
}

/// Runs a test on an empty SQLite database and on an empty PostgreSQL database.
///
/// # Panics
/// When a database cannot be made, or when PostgreSQL is missing in CI.
pub async fn on_both(test: impl AsyncFn(Db)) {
    for database in [Some(TestDb::sqlite().await), TestDb::postgres().await].into_iter().flatten() {
        eprintln!("on {:?}", database.db.dialect());
        test(database.db.clone()).await;
        database.close().await;
    }
}

impl TestDb {
    /// A SQLite file in a folder of its own.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        template::copy_sqlite(folder.path()).await;
        let (db, url) = sqlite_in(folder.path()).await;
        Self { db, url, place: Place::Folder { _folder: folder } }
    }

    /// The same without a schema.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn empty_sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        let (db, url) = sqlite_in(folder.path()).await;
        Self { db, url, place: Place::Folder { _folder: folder } }
    }

    /// A SQLite file in a folder that outlives this, such as on a [`SmallDisk`].
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn sqlite_in(folder: &Path) -> Self {
        template::copy_sqlite(folder).await;
        let (db, url) = sqlite_in(folder).await;
        Self { db, url, place: Place::Elsewhere }
    }

    /// A database of its own on the server that `ANNEX_TEST_POSTGRES_URL` names; `None` without one.
    ///
    /// # Panics
    /// When it cannot be made, or when the variable is missing in CI.
    pub async fn postgres() -> Option<Self> {
        let server = server()?;
        let name = fresh_name();
        let template = template::on_postgres(&server).await;
        on_server(&server, format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        Some(Self::on(server, name).await)
    }

    /// The same without tables.
    ///
    /// # Panics
    /// As [`Self::postgres`].
    pub async fn empty_postgres() -> Option<Self> {
        let server = server()?;
        let name = fresh_name();
        on_server(&server, format!("CREATE DATABASE {name}")).await;
        Some(Self::on(server, name).await)
    }

    async fn on(server: String, name: String) -> Self {
        let url = url_of(&server, &name);
        let db = connect(&url).await;
        Self { db, url, place: Place::Server { server, name } }
    }

    /// Tells whether anything was written since it was last asked; on SQLite.
    ///
    /// # Panics
    /// When the database cannot be opened.
    pub async fn watch(&self) -> Watch {
        let mut watch = Watch { conn: SqliteConnection::connect(&self.url).await.unwrap(), version: 0 };
        watch.has_changed().await;
        watch
    }

    /// Closes the connections and deletes the data.
    ///
    /// # Panics
    /// When the database cannot be deleted.
    pub async fn close(self) {
        self.db.close().await;
        if let Place::Server { server, name } = &self.place {
            on_server(server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

/// See [`TestDb::watch`].
#[derive(Debug)]
pub struct Watch {
    conn: SqliteConnection,
    version: i64,
}

impl Watch {
    /// Whether anything was written since the last call.
    ///
    /// # Panics
    /// When the database cannot be read.
    pub async fn has_changed(&mut self) -> bool {
        // Rises with each commit of another connection.
        let (version,): (i64,) = sqlx::query_as("PRAGMA data_version").fetch_one(&mut self.conn).await.unwrap();
        std::mem::replace(&mut self.version, version) != version
    }
}

async fn sqlite_in(folder: &Path) -> (Db, String) {
    let url = format!("sqlite://{}", folder.join("annex.db").display());
    (connect(&url).await, url)
}

/// What is kept in memory never ends by its age: a test has to notice where a change does not end it.
async fn connect(url: &str) -> Db {
    let db = Db::connect(url).await.unwrap();
    db.keep_for(Duration::from_secs(24 * 60 * 60));
    db
}

/// The server on which databases are made; `None`, with a notice, without one.
fn server() -> Option<String> {
    let server = std::env::var("ANNEX_TEST_POSTGRES_URL").ok();
    if server.is_none() {
        assert!(std::env::var_os("CI").is_none(), "CI needs ANNEX_TEST_POSTGRES_URL");
        eprintln!("PostgreSQL skipped: ANNEX_TEST_POSTGRES_URL is not set");
    }
    server
}

fn fresh_name() -> String {
    format!("t_{}", hex::encode(random::bytes::<8>().unwrap()))
}

/// The address of another database on the same server.
fn url_of(server: &str, name: &str) -> String {
    let (place, options) = server.split_once('?').unwrap_or((server, ""));
    let (place, _) = place.rsplit_once('/').unwrap();
    format!("{place}/{name}?{options}")
}

async fn on_server(server: &str, sql: String) {
    let mut conn = PgConnection::connect(server).await.unwrap_or_else(|error| panic!("{server}: {error}"));
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
}

/// A transaction in which a test of another crate puts things where it needs them.
///
/// # Panics
/// When none can be begun.
pub async fn tx(db: &Db) -> Tx {
    db.begin().await.unwrap()
}

/// Two desks with what most tests need. All in the one transaction.
#[derive(Debug, Clone, Copy)]
pub struct Fixture {
    /// The desk under test.
    pub desk: DeskId,
    /// Its admin.
    pub admin: OperatorId,
    /// Its agent.
    pub agent: OperatorId,
    /// Another desk, with an admin of its own: it must find nothing of the first.
    pub other_desk: DeskId,
    /// That desk's admin.
    pub other_admin: OperatorId,
}

impl Fixture {
    /// Makes them.
    ///
    /// # Panics
    /// When the database fails.
    pub async fn make(tx: &mut Tx) -> Self {
        let now = Timestamp(1);
        let desk = desks::create(tx, "Desk", "en", now).await.unwrap().id;
        let other_desk = desks::create(tx, "Other desk", "en", now).await.unwrap().id;
        let admin = operator(tx, desk, "Ada", Builtin::Admin).await;
        let agent = operator(tx, desk, "Bo", Builtin::Agent).await;
        let other_admin = operator(tx, other_desk, "Cy", Builtin::Admin).await;
        Self { desk, admin, agent, other_desk, other_admin }
    }
}

async fn operator(tx: &mut Tx, desk: DeskId, name: &str, role: Builtin) -> OperatorId {
    let roles = vec![roles::builtin(tx, desk, role).await.unwrap().id];
    let email = format!("{name}@example.org");
    let new = NewOperator { email, name: name.into(), password_hash: None, roles };
    operators::create(tx, desk, new, Timestamp(1)).await.unwrap().id
}

/// Leaves no room in a SQLite database for the next thing that is larger than a page, until [`make_room`].
///
/// # Panics
/// When the database fails, or is another one.
pub async fn leave_no_room(db: &Db) {
    let mut tx = db.begin().await.unwrap();
    let (pages,) = fetch_one!(tx, (i64,), "PRAGMA page_count").unwrap();
    fetch_one!(tx, (i64,), AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"))).unwrap();
    tx.commit().await.unwrap();
}

/// Gives the room back.
///
/// # Panics
/// When the database fails.
pub async fn make_room(db: &Db) {
    let mut tx = db.begin().await.unwrap();
    fetch_one!(tx, (i64,), "PRAGMA max_page_count = 4294967294").unwrap();
    tx.commit().await.unwrap();
}

/// A job of a desk, or one of the host's own (`None`), that was given up.
///
/// # Panics
/// When the database fails.
pub async fn failed_job(tx: &mut Tx, desk: impl Into<Option<DeskId>>, error: &str) -> JobId {
    let job =
        NewJob { kind: "sample", desk: desk.into(), payload: Value::Null, run_at: Timestamp(1), unique_key: None };
    let id = jobs::enqueue(tx, job, Timestamp(1)).await.unwrap().unwrap();
    execute!(tx, "UPDATE jobs SET state = 'failed', last_error = $2 WHERE id = $1", id, error).unwrap();
    id
}

/// An installation whose operation is set aside: as it stands after the third death of an installation.
///
/// # Panics
/// When the database fails.
pub async fn set_aside(tx: &mut Tx, desk: DeskId, installation: InstallationId) -> SagaId {
    let saga =
        sagas::begin(tx, desk, "install", installation, &Value::Null, Duration::ZERO, Timestamp(1)).await.unwrap();
    sagas::set_aside(tx, &saga, "it stopped the host", Timestamp(2)).await.unwrap();
    let sql = "UPDATE installations SET status = 'installing' WHERE desk_id = $1 AND id = $2";
    execute!(tx, sql, desk, installation).unwrap();
    saga.id
}

/// The columns of text, in all tables, that have `needle` somewhere, whatever its case.
///
/// # Panics
/// When the database fails.
pub async fn traces(conn: &mut Conn, needle: &str) -> Vec<String> {
    let sql = match conn.dialect() {
        Dialect::Sqlite => {
            "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.type = 'TEXT'"
        }
        Dialect::Postgres => {
            "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns
             WHERE table_schema = current_schema() AND data_type = 'text'"
        }
    };
    let columns = fetch_all!(conn, (String, String), sql).unwrap();
    let pattern = text::contains(&text::fold(needle));
    let mut found = Vec::new();
    for (table, column) in columns {
        let sql = format!("SELECT COUNT(*) FROM \"{table}\" WHERE LOWER(\"{column}\") LIKE $1 ESCAPE '!'");
        if fetch_one!(conn, (i64,), AssertSqlSafe(sql), &pattern).unwrap().0 > 0 {
            found.push(format!("{table}.{column}"));
        }
    }
    found
}

/// An active plugin of a desk, `acme.hello` 1.0.0.
///
/// # Panics
/// When the database fails, or the desk has it.
pub async fn installed(tx: &mut Tx, desk: DeskId) -> Installation {
    let (addon, version, now) = ("acme.hello".parse().unwrap(), Version::new(1, 0, 0), Timestamp(1));
    if catalog::highest_seq(tx, &addon).await.unwrap().is_none() {
        publish(tx, &manifest("acme.hello", version.clone(), 1), now).await.unwrap();
    }
    let (id, by) = (InstallationId::new(), OperatorId::new());
    let new = Installation::begin(id, desk, addon, Kind::Plugin, version, Grant::default(), by, now);
    installations::insert(tx, &new, None).await.unwrap();
    let active = new.installed(now).unwrap();
    installations::save(tx, &active).await.unwrap();
    active
}

/// The manifest of a free plugin that asks for nothing.
///
/// # Panics
/// When `id` is not an id of an add-on.
#[must_use]
pub fn manifest(id: &str, version: Version, seq: u32) -> Manifest {
    Manifest {
        id: id.parse().unwrap(),
        version,
        seq: Seq(seq),
        kind: Kind::Plugin,
        wit: Wit::V0_1.to_string(),
        host: "*".parse().unwrap(),
        listing: Listing {
            name: Localized::en("Test"),
            summary: Localized::en("Test"),
            description: Localized::en("Test"),
            publisher_name: "Acme".into(),
            categories: Default::default(),
            release_notes: None,
            terms_url: None,
            privacy_url: None,
            support: Support { email: "help@example.com".into(), portal: None, faq: None },
            icon: None,
            highlights: vec![],
            pictures: vec![],
            works_with: vec![],
            video: None,
        },
        capabilities: vec![],
        settings: vec![],
        fields: vec![],
        plans: vec![],
        events: Default::default(),
        views: vec![],
        schedules: vec![],
        inbound: None,
        setup: None,
        service: None,
        files: vec![],
    }
}

/// Makes a language pack and a picture as a release left them that had no bounds on them.
pub async fn forget_checks(tx: &mut Tx) -> Result<()> {
    execute!(tx, "UPDATE language_packs SET bounds = 0")?;
    execute!(tx, "UPDATE addon_versions SET icon_drawn = 0").map(drop)
}

/// Makes the planned calls with that name ones that cannot be read.
///
/// # Errors
/// When the database fails.
pub async fn damage_planned_calls(tx: &mut Tx, key: &str) -> Result<()> {
    execute!(tx, "UPDATE planned_calls SET kind = 'odd' WHERE key = $1", key).map(drop)
}

/// Loses the texts of a language that is installed.
pub async fn lose_texts(tx: &mut Tx, language: InstallationId) -> Result<()> {
    execute!(tx, "DELETE FROM language_packs WHERE installation_id = $1", language).map(drop)
}

/// Puts a version into the catalog, with its publisher; its package is not there.
///
/// # Errors
/// As [`catalog::add_version`].
pub async fn publish(tx: &mut Tx, manifest: &Manifest, now: Timestamp) -> Result<()> {
    catalog::add_publisher(tx, &manifest.id.publisher(), "Acme", now).await?;
    let digest = Digest::of(format!("{}{}", manifest.id, manifest.version).as_bytes());
    let new = NewVersion {
        manifest,
        manifest_json: &serde_json::to_string(manifest)?,
        package_digest: &digest,
        component_digest: &digest,
        size: 10,
        signers: &[],
        icon: None,
    };
    catalog::add_version(tx, &new, now).await
}
