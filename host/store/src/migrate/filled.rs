//! Every migration runs over tables that hold something: one that makes a table anew has to take along each row, and each column
//! that came before it.
//!
//! After each migration every table gets one more row, in which no column is empty. All texts are JSON too, as some are read by a
//! later migration; and a column that refers to another has the value of that one, so that foreign keys hold as they do in life,
//! and what is deleted with something is noticed.

use std::{collections::BTreeMap, iter};

use sqlx::AssertSqlSafe;

use super::{FILES, tests::migrate_up_to};
use crate::{
    Dialect, Tx,
    db::{
        Conn,
        query::{execute, fetch_all},
    },
    testing::TestDb,
};

/// The columns of each table with their types.
type Tables = BTreeMap<String, Vec<(String, String)>>;
/// Table and column.
type Place = (String, String);
/// The columns of each table, and its rows as texts.
type Held = BTreeMap<String, (Vec<String>, Vec<String>)>;

/// Tables that a migration gives another name: its number, the name before, the name since.
const RENAMED: [(i64, &str, &str); 1] = [(53, "addon_plans", "planned_calls")];

#[tokio::test]
async fn no_migration_loses_a_row_or_what_is_in_a_column() {
    for database in [Some(TestDb::empty_sqlite().await), TestDb::empty_postgres().await].into_iter().flatten() {
        let db = &database.db;
        for version in FILES.iter().map(|file| file.version) {
            let mut tx = db.begin().await.unwrap();
            let before = held(&mut tx).await;
            migrate_up_to(&mut tx, version).await;
            tx.commit().await.unwrap();
            let mut tx = db.begin().await.unwrap();
            let lost = lost(&mut tx, renamed(before, version)).await;
            assert!(lost.is_empty(), "migration {version} on {:?} loses\n{}", db.dialect(), lost.join("\n"));
            fill(&mut tx, version).await;
            tx.commit().await.unwrap();
        }
        assert!(held(&mut db.read().await.unwrap()).await.values().all(|(_, rows)| !rows.is_empty()));
        database.close().await;
    }
}

async fn held(conn: &mut Conn) -> Held {
    let mut held = Held::new();
    for (table, columns) in tables(conn).await {
        let columns: Vec<_> = columns.into_iter().map(|(column, _)| column).collect();
        let rows = rows(conn, &table, &columns).await;
        held.insert(table, (columns, rows));
    }
    held
}

/// What there was before a migration, under the names that its tables have since.
fn renamed(before: Held, version: i64) -> Held {
    let name = |table: String| {
        let anew = RENAMED.iter().find(|(at, old, _)| *at == version && *old == table);
        anew.map_or(table, |(_, _, new)| (*new).to_owned())
    };
    before.into_iter().map(|(table, held)| (name(table), held)).collect()
}

/// What there was before, and is not there any more.
async fn lost(conn: &mut Conn, before: Held) -> Vec<String> {
    let (now, mut lost) = (tables(conn).await, Vec::new());
    for (table, (columns, rows_before)) in before {
        let here = now.get(&table).map(Vec::as_slice).unwrap_or_default();
        let gone: Vec<_> = columns.iter().filter(|column| here.iter().all(|(name, _)| name != *column)).collect();
        if !gone.is_empty() {
            lost.push(format!("{table}: the columns {gone:?}"));
            continue;
        }
        let mut left = rows(conn, &table, &columns).await;
        for row in rows_before {
            match left.iter().position(|one| *one == row) {
                Some(at) => drop(left.swap_remove(at)),
                None => lost.push(format!("{table}: {row}")),
            }
        }
    }
    lost
}

async fn rows(conn: &mut Conn, table: &str, columns: &[String]) -> Vec<String> {
    let dialect = conn.dialect();
    let value = |column: &String| match dialect {
        Dialect::Sqlite => format!("quote(\"{column}\")"),
        Dialect::Postgres => format!("COALESCE(CAST(\"{column}\" AS TEXT), 'NULL')"),
    };
    let values: Vec<_> = columns.iter().map(value).collect();
    let sql = format!("SELECT {} FROM \"{table}\"", values.join(" || ' | ' || "));
    let rows = fetch_all!(conn, (String,), AssertSqlSafe(sql)).unwrap();
    rows.into_iter().map(|(row,)| row).collect()
}

/// A row for each table, which has the number in all its values.
async fn fill(tx: &mut Tx, number: i64) {
    // A desk refers to a publisher, and that to a desk.
    let (order, given) = match tx.dialect() {
        Dialect::Sqlite => ("PRAGMA defer_foreign_keys = ON", ""),
        Dialect::Postgres => ("SET LOCAL session_replication_role = replica", "OVERRIDING SYSTEM VALUE"),
    };
    execute!(tx, order).unwrap();
    let (tables, refers, checks) = (tables(tx).await, refers(tx).await, checks(tx).await);
    for (table, columns) in tables {
        let (mut names, mut values) = (Vec::new(), Vec::new());
        for (column, kind) in columns {
            let place = (table.clone(), column);
            values.push(match word(&checks, &place) {
                Some(word) => format!("'{word}'"),
                None => value(&refers, &place, &kind, number),
            });
            names.push(format!("\"{}\"", place.1));
        }
        let (names, values) = (names.join(", "), values.join(", "));
        let sql = format!("INSERT INTO \"{table}\" ({names}) {given} VALUES ({values})");
        assert_eq!(execute!(tx, AssertSqlSafe(sql)).unwrap(), 1, "{table}");
    }
}

fn value(refers: &BTreeMap<Place, Place>, place: &Place, kind: &str, number: i64) -> String {
    let (table, column) = iter::successors(Some(place), |place| refers.get(*place)).last().unwrap_or(place);
    match kind {
        "TEXT" | "text" => format!("'\"{table}.{column} {number}\"'"),
        "BLOB" => format!("x'{number:02x}'"),
        "bytea" => format!("'\\x{number:02x}'"),
        // A day of the month.
        _ if column == "billing_day" => (number % 28 + 1).to_string(),
        "INTEGER" | "BIGINT" | "bigint" => number.to_string(),
        other => panic!("what does a column of the type {other} hold? {place:?}"),
    }
}

/// The first word that a column may hold, where only some may be.
fn word<'a>(checks: &'a BTreeMap<String, String>, (table, column): &Place) -> Option<&'a str> {
    let text = checks.get(table)?;
    let (_, words) =
        [" IN ('", " = ANY (ARRAY['"].iter().find_map(|sign| text.split_once(format!("({column}{sign}").as_str()))?;
    words.split_once('\'').map(|(word, _)| word)
}

/// What SQLite's search keeps follows from the rest.
async fn tables(conn: &mut Conn) -> Tables {
    let sql = match conn.dialect() {
        Dialect::Sqlite => {
            "SELECT m.name, c.name, c.type FROM sqlite_master m JOIN pragma_table_info(m.name) c
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!' AND m.name NOT LIKE 'search!_%' ESCAPE '!'
             ORDER BY m.name, c.cid"
        }
        Dialect::Postgres => {
            "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), CAST(data_type AS TEXT)
             FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
        }
    };
    let mut tables = Tables::new();
    for (table, column, kind) in fetch_all!(conn, (String, String, String), sql).unwrap() {
        if !table.starts_with("_sqlx") {
            tables.entry(table).or_default().push((column, kind));
        }
    }
    tables
}

/// Which column each foreign key of a column leads to; one of them, where it is part of several.
async fn refers(conn: &mut Conn) -> BTreeMap<Place, Place> {
    let sql = match conn.dialect() {
        Dialect::Sqlite => {
            "SELECT m.name, f.\"from\", f.\"table\", f.\"to\" FROM sqlite_master m
             JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'"
        }
        Dialect::Postgres => {
            "SELECT CAST(a.relname AS TEXT), CAST(x.attname AS TEXT), CAST(b.relname AS TEXT), CAST(y.attname AS TEXT)
             FROM pg_constraint k
             JOIN pg_class a ON a.oid = k.conrelid
             JOIN pg_class b ON b.oid = k.confrelid
             CROSS JOIN LATERAL unnest(k.conkey, k.confkey) AS p (here, there)
             JOIN pg_attribute x ON x.attrelid = a.oid AND x.attnum = p.here
             JOIN pg_attribute y ON y.attrelid = b.oid AND y.attnum = p.there
             WHERE k.contype = 'f' AND k.connamespace = CAST(current_schema() AS regnamespace)"
        }
    };
    let mut refers = BTreeMap::new();
    for (table, column, other, there) in fetch_all!(conn, (String, String, String, String), sql).unwrap() {
        let (from, to) = ((table, column), (other, there));
        if from != to {
            refers.entry(from).or_insert(to);
        }
    }
    refers
}

/// Where each table says which words its columns may hold.
async fn checks(conn: &mut Conn) -> BTreeMap<String, String> {
    let sql = match conn.dialect() {
        Dialect::Sqlite => "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL",
        Dialect::Postgres => {
            "SELECT CAST(a.relname AS TEXT), pg_get_constraintdef(k.oid) FROM pg_constraint k
             JOIN pg_class a ON a.oid = k.conrelid
             WHERE k.contype = 'c' AND k.connamespace = CAST(current_schema() AS regnamespace)"
        }
    };
    let mut checks = BTreeMap::<String, String>::new();
    for (table, text) in fetch_all!(conn, (String, String), sql).unwrap() {
        checks.entry(table).or_default().push_str(&text);
    }
    checks
}
