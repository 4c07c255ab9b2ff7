//! All that a database holds, as texts: to tell what a deed wrote, or that it wrote nothing.

use std::collections::BTreeMap;

use sqlx::AssertSqlSafe;

use crate::{
    Dialect,
    db::{Conn, query::fetch_all},
};

/// Every row of every table, in order, each behind the name of its table. Only the index of the search is left out, which follows
/// from the others.
///
/// # Panics
/// When the database fails.
pub async fn rows(conn: &mut Conn) -> Vec<String> {
    let dialect = conn.dialect();
    let sql = match dialect {
        Dialect::Sqlite => {
            "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'
             ORDER BY m.name, c.cid"
        }
        Dialect::Postgres => {
            "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns
             WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
        }
    };
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (table, column) in fetch_all!(conn, (String, String), sql).unwrap() {
        tables.entry(table).or_default().push(match dialect {
            Dialect::Sqlite => format!("quote(\"{column}\")"),
            Dialect::Postgres => format!("COALESCE(CAST(\"{column}\" AS TEXT), 'NULL')"),
        });
    }
    let mut found = Vec::new();
    for (table, columns) in tables.iter().filter(|(table, _)| !table.starts_with("search_")) {
        let sql = format!("SELECT {} FROM \"{table}\"", columns.join(" || ' | ' || "));
        let rows = fetch_all!(conn, (String,), AssertSqlSafe(sql)).unwrap();
        found.extend(rows.into_iter().map(|(row,)| format!("{table}: {row}")));
    }
    found.sort();
    found
}
