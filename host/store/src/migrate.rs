//! The schema's versions, embedded; they only go forward.
//!
//! A version is one file, which `render` makes into the SQL of either database. The checksum of that SQL has to be the one of
//! what ran before: what has landed stays.

use sqlx::{
    AssertSqlSafe, SqlSafeStr as _,
    migrate::{MigrateError, Migration, Migrator},
};

use self::render::render;
use crate::db::Dialect;

#[cfg(test)]
mod filled;
mod render;

static FILES: Migrator = sqlx::migrate!("../../migrations");

/// All versions for one database.
///
/// # Errors
/// [`MigrateError::Source`] for a file that cannot be rendered.
pub(crate) fn migrator(dialect: Dialect) -> Result<Migrator, MigrateError> {
    let rendered = FILES.iter().map(|file| {
        let sql = render(file.sql.as_str(), dialect)
            .map_err(|problem| MigrateError::Source(format!("{}: {problem}", file.version).into()))?;
        let sql = AssertSqlSafe(sql).into_sql_str();
        Ok::<_, MigrateError>(Migration::new(
            file.version,
            file.description.clone(),
            file.migration_type,
            sql,
            file.no_tx,
        ))
    });
    Ok(Migrator::with_migrations(rendered.collect::<Result<_, MigrateError>>()?))
}

#[cfg(test)]
mod tests {
    use std::{
        collections::{BTreeMap, BTreeSet},
        path::Path,
    };

    use annex_domain::addon::Digest;

    use super::*;
    use crate::{
        db::{
            Conn, Db,
            query::{execute, fetch_all},
        },
        testing::{TestDb, on_both},
    };

    #[tokio::test]
    async fn a_second_start_changes_nothing() {
        on_both(async |db| {
            let before = columns(&mut db.read().await.unwrap()).await;
            db.migrate().await.unwrap();
            assert_eq!(columns(&mut db.read().await.unwrap()).await, before);
        })
        .await;
    }

    #[tokio::test]
    async fn processes_may_start_together() {
        for database in [Some(TestDb::empty_sqlite().await), TestDb::empty_postgres().await].into_iter().flatten() {
            let starts = (0..4).map(|_| async {
                let db = Db::connect(&database.url).await?;
                db.migrate().await?;
                db.close().await;
                Ok::<(), crate::StoreError>(())
            });
            for started in futures::future::join_all(starts).await {
                started.unwrap();
            }
            database.close().await;
        }
    }

    #[tokio::test]
    async fn a_newer_database_is_refused() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let (on, bytes) = match db.dialect() {
                Dialect::Sqlite => ("1", "x'00'"),
                Dialect::Postgres => ("true", "'\\x00'"),
            };
            let sql = format!(
                "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (9999, 'of a newer release', {on}, {bytes}, 0)"
            );
            execute!(tx, sqlx::AssertSqlSafe(sql)).unwrap();
            tx.commit().await.unwrap();
            assert_eq!(db.migrate().await.unwrap_err().code(), "migrate");
        })
        .await;
    }

    /// A database that ran it refuses what is other than it was. What lands later is added here with the next release.
    #[test]
    fn what_has_landed_is_as_it_ran() {
        const LAST: i64 = 25;
        for (dialect, digest) in [
            (Dialect::Sqlite, "31882e32ec0b9e53064ea674e7d0c59a46683ee2c3105378c0dcd791156eedd7"),
            (Dialect::Postgres, "1aaac079d0a10d42ef0e659c67606d52c7b3bde453bad762f86538474f44bee6"),
        ] {
            let migrator = migrator(dialect).unwrap();
            let landed = migrator.iter().filter(|migration| migration.version <= LAST);
            let sql: String = landed.map(|migration| migration.sql.as_str()).collect();
            assert_eq!(Digest::of(sql.as_bytes()).to_string(), digest, "{dialect:?}");
        }
    }

    #[test]
    fn a_version_is_one_file() {
        let versions: Vec<i64> = FILES.iter().map(|file| file.version).collect();
        assert!(versions.is_sorted_by(|a, b| a < b), "a number is there twice: {versions:?}");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
        let files = std::fs::read_dir(folder).unwrap().filter(|one| one.as_ref().unwrap().path().is_file());
        assert_eq!(files.count(), versions.len(), "there is a file that is no migration");
    }

    /// One SQL text for both needs the same tables, with columns of the same names that may be NULL or not.
    #[tokio::test]
    async fn both_dialects_have_the_same_schema() {
        let sqlite = TestDb::sqlite().await;
        let Some(postgres) = TestDb::postgres().await else { return };
        let there = columns(&mut postgres.db.read().await.unwrap()).await;
        assert_eq!(columns(&mut sqlite.db.read().await.unwrap()).await, there);
        assert!(there.len() > 20);
        postgres.close().await;
    }

    /// Who installed the last release keeps its data, and its rules about users keep their meaning.
    #[tokio::test]
    async fn the_last_release_is_upgraded_with_its_data() {
        for database in [Some(TestDb::empty_sqlite().await), TestDb::empty_postgres().await].into_iter().flatten() {
            let db = &database.db;
            let mut tx = db.begin().await.unwrap();
            migrate_up_to(&mut tx, 4).await;
            desk_and_publisher(&mut tx).await;
            for (id, rule) in [("acme.e", "everyone"), ("acme.r", "roles"), ("acme.n", "nobody")] {
                installation(&mut tx, id, "1.0.0").await;
                execute!(tx, "UPDATE installations SET assigned_to = $2 WHERE id = $1", id, rule).unwrap();
            }
            tx.commit().await.unwrap();
            db.migrate().await.unwrap();
            let mut tx = db.begin().await.unwrap();
            let sql = "SELECT id, assigned_to FROM installations ORDER BY id";
            let rules = fetch_all!(tx, (String, String), sql).unwrap();
            let rules: Vec<_> = rules.iter().map(|(id, rule)| (id.as_str(), rule.as_str())).collect();
            assert_eq!(rules, [("acme.e", "everyone"), ("acme.n", "nobody"), ("acme.r", "roles")]);
            // The new rule is known, and no other word.
            assert_eq!(execute!(tx, "UPDATE installations SET assigned_to = 'groups'").unwrap(), 3);
            assert!(execute!(tx, "UPDATE installations SET assigned_to = 'some'").is_err());
            drop(tx);
            database.close().await;
        }
    }

    /// Who had chosen pre-releases keeps them, who runs one is offered the next, and nobody else is.
    #[tokio::test]
    async fn the_choice_of_pre_releases_is_kept() {
        for database in [Some(TestDb::empty_sqlite().await), TestDb::empty_postgres().await].into_iter().flatten() {
            let db = &database.db;
            let mut tx = db.begin().await.unwrap();
            migrate_up_to(&mut tx, 14).await;
            desk_and_publisher(&mut tx).await;
            for (id, version, chosen) in [
                ("acme.a", "1.0.0", 0_i64),
                ("acme.b", "1.0.0", 1),
                ("acme.c", "2.0.0-rc.1", 0),
                ("acme.d", "2.0.0-rc.1", 1),
            ] {
                installation(&mut tx, id, version).await;
                execute!(tx, "UPDATE installations SET prereleases = $2 WHERE id = $1", id, chosen).unwrap();
            }
            tx.commit().await.unwrap();
            db.migrate().await.unwrap();
            let mut conn = db.read().await.unwrap();
            let kept =
                fetch_all!(conn, (String, i64), "SELECT id, prereleases FROM installations ORDER BY id").unwrap();
            let kept: Vec<_> = kept.iter().map(|(id, chosen)| (id.as_str(), *chosen)).collect();
            assert_eq!(kept, [("acme.a", 0), ("acme.b", 1), ("acme.c", 1), ("acme.d", 1)]);
            drop(conn);
            database.close().await;
        }
    }

    /// The desk `d` and the publisher `acme`, as they fit every release.
    async fn desk_and_publisher(tx: &mut crate::Tx) {
        execute!(tx, "INSERT INTO desks (id, name, locale, created_at) VALUES ('d', 'Desk', 'en', 1)").unwrap();
        let sql = "INSERT INTO publishers (slug, name, threshold, rev, created_at) VALUES ('acme', 'A', 1, 1, 1)";
        execute!(tx, sql).unwrap();
    }

    /// An add-on of that publisher, and its installation of the same id.
    async fn installation(tx: &mut crate::Tx, id: &str, version: &str) {
        let sql = "INSERT INTO addons (id, publisher, kind, highest_seq, search, categories, created_at, updated_at)
                   VALUES ($1, 'acme', 'plugin', 1, '', '[]', 1, 1)";
        execute!(tx, sql, id).unwrap();
        let sql =
            "INSERT INTO installations (id, desk_id, addon_id, kind, version, pinned, status, granted, installed_by,
                       created_at, updated_at, rev, generation)
                   VALUES ($1, 'd', $1, 'plugin', $2, 0, 'active', '{}', 'a', 7, 7, 1, 1)";
        execute!(tx, sql, id, version).unwrap();
    }

    /// As a former release did.
    pub(super) async fn migrate_up_to(tx: &mut crate::Tx, last: i64) {
        let migrator = migrator(tx.dialect()).unwrap();
        match tx.raw() {
            crate::db::Raw::Sqlite(conn) => migrator.run_to(last, conn).await.unwrap(),
            crate::db::Raw::Postgres(conn) => migrator.run_to(last, conn).await.unwrap(),
            crate::db::Raw::Ended => unreachable!(),
        }
    }

    /// On SQLite the table of operators is made anew: whoever is in it, and what refers to them, is there as before.
    #[tokio::test]
    async fn operators_of_one_address_may_be_in_several_desks_after_the_upgrade() {
        for database in [Some(TestDb::empty_sqlite().await), TestDb::empty_postgres().await].into_iter().flatten() {
            let db = &database.db;
            let mut tx = db.begin().await.unwrap();
            migrate_up_to(&mut tx, 25).await;
            for desk in ["d1", "d2"] {
                execute!(tx, "INSERT INTO desks (id, name, locale, created_at) VALUES ($1, 'D', 'en', 1)", desk)
                    .unwrap();
            }
            let add = "INSERT INTO operators (id, desk_id, email, name, theme, shortcuts, active, created_at, mail_new)
                       VALUES ($1, $2, $3, 'Ada', 'system', 1, 1, 1, 1)";
            execute!(tx, add, "o1", "d1", "ada@example.org").unwrap();
            let sql = "INSERT INTO sessions
                           (id, desk_id, operator_id, secret_hash, user_agent, address, created_at, seen_at, confirmed_at)
                       VALUES ('s1', 'd1', 'o1', 'x', '', '', 1, 1, 1)";
            execute!(tx, sql).unwrap();
            tx.commit().await.unwrap();
            db.migrate().await.unwrap();
            let mut tx = db.begin().await.unwrap();
            execute!(tx, add, "o2", "d2", "ada@example.org").unwrap();
            let sql = "SELECT id, email, mail_new FROM operators ORDER BY id";
            let email = || "ada@example.org".to_owned();
            let expected = [("o1".to_owned(), email(), 1), ("o2".to_owned(), email(), 1)];
            assert_eq!(fetch_all!(tx, (String, String, i64), sql).unwrap(), expected);
            tx.commit().await.unwrap();
            // It is still what sessions refer to.
            let mut tx = db.begin().await.unwrap();
            assert!(execute!(tx, "DELETE FROM operators WHERE id = 'o1'").is_err());
            drop(tx);
            database.close().await;
        }
    }

    /// The columns of each table; those that may be NULL with `?`. What only a search index of SQLite keeps is none.
    async fn columns(conn: &mut Conn) -> BTreeMap<String, BTreeSet<String>> {
        let sql = match conn.dialect() {
            Dialect::Sqlite => {
                // What stands for the search is SQLite's own.
                "SELECT t.name, c.name || CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN '' ELSE '?' END
                 FROM pragma_table_list t, pragma_table_xinfo(t.name) c
                 WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite!_%' ESCAPE '!' AND t.name NOT LIKE 'search!_%' ESCAPE '!'"
            }
            Dialect::Postgres => {
                "SELECT CAST(table_name AS TEXT),
                     CAST(column_name AS TEXT) || CASE is_nullable WHEN 'YES' THEN '?' ELSE '' END
                 FROM information_schema.columns WHERE table_schema = current_schema()"
            }
        };
        let mut tables: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (table, column) in fetch_all!(conn, (String, String), sql).unwrap() {
            if !table.starts_with("_sqlx") {
                tables.entry(table).or_default().insert(column);
            }
        }
        tables
    }
}
