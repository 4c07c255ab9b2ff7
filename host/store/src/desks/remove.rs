//! Takes a desk away with all that it has. What refers to something goes before it; a test holds the list against the schema,
//! so that a new table cannot be forgotten. The audit log stays: nothing is ever taken from it.

use annex_domain::ids::DeskId;

use crate::{
    db::{
        Conn, Dialect, Tx,
        query::{execute, fetch_one},
    },
    error::StoreError,
};

/// One statement for each table. Steps go with their sagas.
const STATEMENTS: [&str; 82] = [
    "DELETE FROM addon_access WHERE desk_id = $1",
    "DELETE FROM addon_calls WHERE desk_id = $1",
    "DELETE FROM addon_logs WHERE desk_id = $1",
    "DELETE FROM addon_requests WHERE desk_id = $1",
    "DELETE FROM addon_writes WHERE desk_id = $1",
    "DELETE FROM attachments WHERE desk_id = $1",
    "DELETE FROM attachment_usage WHERE desk_id = $1",
    "DELETE FROM billing_desks WHERE desk_id = $1",
    "DELETE FROM billing_logins WHERE desk_id = $1",
    "DELETE FROM channel_conversations WHERE desk_id = $1",
    "DELETE FROM channel_facts WHERE desk_id = $1",
    "DELETE FROM channel_hooks WHERE desk_id = $1",
    "DELETE FROM channel_inbound WHERE desk_id = $1",
    "DELETE FROM channel_people WHERE desk_id = $1",
    "DELETE FROM channel_receipts WHERE desk_id = $1",
    "DELETE FROM channel_state WHERE desk_id = $1",
    "DELETE FROM channel_threads WHERE desk_id = $1",
    "DELETE FROM connected_accounts WHERE desk_id = $1",
    "DELETE FROM contact_addresses WHERE desk_id = $1",
    "DELETE FROM desk_keys WHERE desk_id = $1",
    "DELETE FROM desk_licences WHERE desk_id = $1",
    "DELETE FROM disputes WHERE desk_id = $1",
    "DELETE FROM drafts WHERE desk_id = $1",
    "DELETE FROM entitlements WHERE desk_id = $1",
    "DELETE FROM entries WHERE desk_id = $1",
    "DELETE FROM field_values WHERE desk_id = $1",
    "DELETE FROM fields WHERE desk_id = $1",
    "DELETE FROM group_members WHERE desk_id = $1",
    "DELETE FROM health_hours WHERE desk_id = $1",
    "DELETE FROM idempotency WHERE desk_id = $1",
    "DELETE FROM install_drafts WHERE desk_id = $1",
    "DELETE FROM installation_groups WHERE desk_id = $1",
    "DELETE FROM installation_roles WHERE desk_id = $1",
    "DELETE FROM installation_settings WHERE desk_id = $1",
    "DELETE FROM installation_users WHERE desk_id = $1",
    "DELETE FROM jobs WHERE desk_id = $1",
    "DELETE FROM kv WHERE desk_id = $1",
    "DELETE FROM language_packs WHERE desk_id = $1",
    "DELETE FROM last_errors WHERE desk_id = $1",
    "DELETE FROM mailbox_mails WHERE desk_id = $1",
    "DELETE FROM mailboxes WHERE desk_id = $1",
    "DELETE FROM mails WHERE desk_id = $1",
    "DELETE FROM message_html WHERE desk_id = $1",
    "DELETE FROM message_texts WHERE desk_id = $1",
    "DELETE FROM oauth_codes WHERE desk_id = $1",
    "DELETE FROM oauth_tokens WHERE desk_id = $1",
    "DELETE FROM oauth_clients WHERE desk_id = $1",
    "DELETE FROM publisher_events WHERE desk_id = $1",
    "DELETE FROM oidc_requests WHERE desk_id = $1",
    "DELETE FROM operator_roles WHERE desk_id = $1",
    "DELETE FROM outbox WHERE desk_id = $1",
    "DELETE FROM planned_calls WHERE desk_id = $1",
    "DELETE FROM provisioning_requests WHERE desk_id = $1",
    "DELETE FROM sagas WHERE desk_id = $1",
    "DELETE FROM sample_records WHERE desk_id = $1",
    "DELETE FROM sessions WHERE desk_id = $1",
    "DELETE FROM setup_links WHERE desk_id = $1",
    "DELETE FROM snapshots WHERE desk_id = $1",
    "DELETE FROM subscriptions WHERE desk_id = $1",
    "DELETE FROM ticket_changes WHERE desk_id = $1",
    "DELETE FROM ticket_reads WHERE desk_id = $1",
    "DELETE FROM ticket_tags WHERE desk_id = $1",
    "DELETE FROM tokens WHERE desk_id = $1",
    "DELETE FROM traps WHERE desk_id = $1",
    "DELETE FROM top_ups WHERE desk_id = $1",
    "DELETE FROM trial_reminders WHERE desk_id = $1",
    "DELETE FROM trials WHERE desk_id = $1",
    "DELETE FROM groups WHERE desk_id = $1",
    "DELETE FROM kv_usage WHERE desk_id = $1",
    "DELETE FROM messages WHERE desk_id = $1",
    "DELETE FROM refund_lines WHERE refund_id IN (SELECT id FROM refunds WHERE desk_id = $1)",
    "DELETE FROM invoice_lines WHERE desk_id = $1",
    "DELETE FROM refunds WHERE desk_id = $1",
    "DELETE FROM roles WHERE desk_id = $1",
    "DELETE FROM samples WHERE desk_id = $1",
    "DELETE FROM attempts WHERE desk_id = $1",
    "DELETE FROM installations WHERE desk_id = $1",
    "DELETE FROM tickets WHERE desk_id = $1",
    "DELETE FROM contacts WHERE desk_id = $1",
    "DELETE FROM invoices WHERE desk_id = $1",
    "DELETE FROM operators WHERE desk_id = $1",
    "DELETE FROM orders WHERE desk_id = $1",
];

/// True while a payment or refund of the desk is under way at the gateway: what comes of it has to be read back first.
///
/// # Errors
/// When the database fails.
pub async fn is_busy(conn: &mut Conn, id: DeskId) -> Result<bool, StoreError> {
    let sql = "SELECT (SELECT COUNT(*) FROM attempts WHERE desk_id = $1 AND state NOT IN ('succeeded', 'cancelled'))
                    + (SELECT COUNT(*) FROM refunds WHERE desk_id = $1 AND state IN ('new', 'requested'))";
    Ok(fetch_one!(conn, (i64,), sql, id)?.0 > 0)
}

/// Deletes a desk and every row of it.
///
/// # Errors
/// [`StoreError::NotFound`]; when the database fails.
pub async fn remove(tx: &mut Tx, id: DeskId) -> Result<(), StoreError> {
    super::lock(tx, id).await?;
    for sql in STATEMENTS {
        execute!(tx, sql, id)?;
    }
    if tx.dialect() == Dialect::Sqlite {
        // By what stands there the index finds what it has of the texts that were deleted above.
        execute!(tx, "DELETE FROM search_desks WHERE desk_id = $1", id)?;
    }
    execute!(tx, "DELETE FROM desks WHERE id = $1", id).map(drop)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use annex_domain::clock::Timestamp;
    use sqlx::AssertSqlSafe;

    use super::*;
    use crate::{
        contacts::{self, NewContact},
        db::query::fetch_all,
        desks, sessions,
        testing::{Fixture, TestDb, on_both},
        tickets::{self, NewTicket},
    };

    /// The place of a table in the list.
    fn place(table: &str) -> Option<usize> {
        STATEMENTS.iter().position(|sql| sql.split(' ').nth(2) == Some(table))
    }

    /// How many rows each table has of a desk.
    async fn rows(conn: &mut Conn, desk: DeskId) -> BTreeMap<String, i64> {
        let sql = match conn.dialect() {
            Dialect::Sqlite => {
                "SELECT t.name FROM pragma_table_list t, pragma_table_xinfo(t.name) c
                 WHERE t.schema = 'main' AND t.type = 'table' AND c.name = 'desk_id'"
            }
            Dialect::Postgres => {
                "SELECT CAST(table_name AS TEXT) FROM information_schema.columns
                 WHERE table_schema = current_schema() AND column_name = 'desk_id'"
            }
        };
        let mut rows = BTreeMap::new();
        for (table,) in fetch_all!(conn, (String,), sql).unwrap() {
            let sql = format!("SELECT COUNT(*) FROM {table} WHERE desk_id = $1");
            let (count,) = fetch_one!(conn, (i64,), AssertSqlSafe(sql), desk).unwrap();
            rows.insert(table, count);
        }
        rows
    }

    #[tokio::test]
    async fn every_table_of_a_desk_is_in_the_list_before_what_it_refers_to() {
        let database = TestDb::sqlite().await;
        let mut conn = database.db.read().await.unwrap();
        for table in rows(&mut conn, DeskId::new()).await.into_keys() {
            assert!(place(&table).is_some() || table == "search_desks", "{table} is not deleted with its desk");
        }
        let sql = "SELECT t.name, f.\"table\" FROM pragma_table_list t, pragma_foreign_key_list(t.name) f
                   WHERE t.schema = 'main' AND t.type = 'table'";
        for (table, to) in fetch_all!(conn, (String, String), sql).unwrap() {
            if let (Some(of_it), Some(of_that)) = (place(&table), place(&to)) {
                assert!(of_it <= of_that, "{table} refers to {to} and has to go before it");
            }
        }
    }

    #[tokio::test]
    async fn nothing_is_left_of_a_desk_and_all_of_another() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk, admin, other_desk, other_admin, .. } = Fixture::make(&mut tx).await;
            for (desk, admin) in [(desk, admin), (other_desk, other_admin)] {
                let new =
                    NewContact { name: "Ann".into(), email: Some("ann@example.org".into()), ..NewContact::default() };
                let requester = contacts::create(&mut tx, desk, new, Timestamp(1)).await.unwrap().id;
                let new = NewTicket::of(requester, "Printer", "It burns".to_owned());
                tickets::create(&mut tx, desk, new, Timestamp(1)).await.unwrap();
                sessions::create(&mut tx, desk, admin, "UA", "::1", Timestamp(1)).await.unwrap();
            }
            let before = rows(&mut tx, other_desk).await;
            assert!(rows(&mut tx, desk).await["messages"] > 0);
            remove(&mut tx, desk).await.unwrap();
            assert!(rows(&mut tx, desk).await.values().all(|rows| *rows == 0));
            assert!(matches!(desks::get(&mut tx, desk).await, Err(StoreError::NotFound("desk"))));
            assert_eq!(rows(&mut tx, other_desk).await, before);
            assert!(matches!(remove(&mut tx, desk).await, Err(StoreError::NotFound("desk"))));
            tx.commit().await.unwrap();
        })
        .await;
    }
}
