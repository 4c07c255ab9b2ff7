//! What an installation takes up, by kind, and its deletion: the same list of tables answers "what will be deleted" (R63)
//! and deletes it, so that the two cannot disagree.

use annex_domain::ids::{DeskId, InstallationId};

use crate::{
    Conn, Result, Signal, Tx,
    db::query::{execute, fetch_one},
    desks,
};

/// One line of "what will be deleted".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// Stable word: `kv-entries`, `settings`, …
    pub what: &'static str,
    /// How many.
    pub count: u64,
    /// Their content in bytes.
    pub bytes: u64,
}

/// What is counted: the word, and a query for number and bytes. `$1` is the desk, `$2` the installation.
const COUNTS: &[(&str, &str)] = &[
    (
        "kv-entries",
        "SELECT COUNT(*), CAST(COALESCE(SUM(OCTET_LENGTH(k.key) + OCTET_LENGTH(k.value)), 0) AS BIGINT) FROM kv k
         JOIN installations i ON i.id = k.installation_id AND i.generation = k.generation
         WHERE k.desk_id = $1 AND k.installation_id = $2",
    ),
    (
        "settings",
        "SELECT COUNT(*), CAST(COALESCE(SUM(OCTET_LENGTH(value)), 0) AS BIGINT) FROM installation_settings
         WHERE desk_id = $1 AND installation_id = $2 AND sealed IS NULL",
    ),
    (
        "secrets",
        "SELECT COUNT(*), CAST(COALESCE(SUM(OCTET_LENGTH(sealed)), 0) AS BIGINT) FROM
            (SELECT sealed FROM installation_settings
             WHERE desk_id = $1 AND installation_id = $2 AND sealed IS NOT NULL
             UNION ALL SELECT sealed FROM connected_accounts WHERE desk_id = $1 AND installation_id = $2) s",
    ),
    (
        "snapshots",
        "SELECT COUNT(*), CAST(COALESCE(SUM(OCTET_LENGTH(s.settings) + u.bytes), 0) AS BIGINT) FROM snapshots s
         JOIN kv_usage u ON u.installation_id = s.installation_id AND u.generation = s.generation
         WHERE s.desk_id = $1 AND s.installation_id = $2",
    ),
    (
        "language-pack",
        "SELECT COUNT(*), CAST(COALESCE(SUM(OCTET_LENGTH(resources)), 0) AS BIGINT) FROM language_packs
         WHERE desk_id = $1 AND installation_id = $2",
    ),
    (
        "users",
        "SELECT COUNT(*), CAST(COALESCE(SUM(OCTET_LENGTH(operator_id)), 0) AS BIGINT) FROM installation_users
         WHERE desk_id = $1 AND installation_id = $2",
    ),
    (
        "log-lines",
        "SELECT COUNT(*), CAST(COALESCE(SUM(OCTET_LENGTH(message)), 0) AS BIGINT) FROM addon_logs
         WHERE desk_id = $1 AND installation_id = $2",
    ),
    (
        "health-records",
        "SELECT (SELECT COUNT(*) FROM addon_calls WHERE desk_id = $1 AND installation_id = $2)
              + (SELECT COUNT(*) FROM health_hours WHERE desk_id = $1 AND installation_id = $2),
            CAST(COALESCE((SELECT SUM(OCTET_LENGTH(host_calls)) FROM addon_calls
                WHERE desk_id = $1 AND installation_id = $2), 0) AS BIGINT)",
    ),
    (
        "channel-records",
        "SELECT (SELECT COUNT(*) FROM channel_threads WHERE desk_id = $1 AND installation_id = $2)
              + (SELECT COUNT(*) FROM channel_people WHERE desk_id = $1 AND installation_id = $2)
              + (SELECT COUNT(*) FROM channel_inbound WHERE desk_id = $1 AND installation_id = $2)
              + (SELECT COUNT(*) FROM channel_receipts WHERE desk_id = $1 AND installation_id = $2)
              + (SELECT COUNT(*) FROM mailbox_mails WHERE desk_id = $1 AND installation_id = $2),
            CAST(COALESCE((SELECT SUM(OCTET_LENGTH(thread)) FROM channel_threads
                WHERE desk_id = $1 AND installation_id = $2), 0) AS BIGINT)",
    ),
];

/// What is deleted, children before parents. The saga that deletes is kept: its row ends as done.
const DELETES: &[&str] = &[
    "DELETE FROM planned_calls WHERE desk_id = $1 AND installation_id = $2",
    "DELETE FROM kv WHERE desk_id = $1 AND installation_id = $2",
    "DELETE FROM kv_usage WHERE desk_id = $1 AND installation_id = $2",
    "DELETE FROM installation_settings WHERE desk_id = $1 AND installation_id = $2",
    "DELETE FROM connected_accounts WHERE desk_id = $1 AND installation_id = $2",
    "DELETE FROM installation_users WHERE desk_id = $1 AND installation_id = $2",
    "DELETE FROM installation_roles WHERE desk_id = $1 AND installation_id = $2",
    "DELETE FROM installation_groups WHERE desk_id = $1 AND installation_id = $2",
    "DELETE FROM oauth_clients WHERE desk_id = $1 AND installation_id = $2",
    "DELETE FROM entitlements WHERE desk_id = $1 AND installation_id = $2",
    "DELETE FROM snapshots WHERE desk_id = $1 AND installation_id = $2",
    "DELETE FROM language_packs WHERE desk_id = $1 AND installation_id = $2",
    "DELETE FROM attachments WHERE desk_id = $1 AND installation_id = $2 AND message_id IS NULL",
    "DELETE FROM addon_writes WHERE desk_id = $1 AND installation_id = $2",
    "DELETE FROM addon_logs WHERE desk_id = $1 AND installation_id = $2",
    "DELETE FROM addon_calls WHERE desk_id = $1 AND installation_id = $2",
    "DELETE FROM health_hours WHERE desk_id = $1 AND installation_id = $2",
    "DELETE FROM last_errors WHERE desk_id = $1 AND installation_id = $2",
    "DELETE FROM traps WHERE desk_id = $1 AND installation_id = $2",
    "DELETE FROM channel_threads WHERE desk_id = $1 AND installation_id = $2",
    "DELETE FROM channel_people WHERE desk_id = $1 AND installation_id = $2",
    "DELETE FROM channel_inbound WHERE desk_id = $1 AND installation_id = $2",
    "DELETE FROM channel_state WHERE desk_id = $1 AND installation_id = $2",
    "DELETE FROM channel_facts WHERE desk_id = $1 AND installation_id = $2",
    "DELETE FROM channel_receipts WHERE desk_id = $1 AND installation_id = $2",
    "DELETE FROM mailbox_mails WHERE desk_id = $1 AND installation_id = $2",
    "DELETE FROM mailboxes WHERE desk_id = $1 AND installation_id = $2",
    "DELETE FROM provisioning_requests WHERE desk_id = $1 AND installation_id = $2",
    "DELETE FROM sagas WHERE desk_id = $1 AND subject = $2 AND state NOT IN ('running', 'unwinding')",
];

/// What an installation takes up; kinds of which there is nothing are left out.
pub async fn of(conn: &mut Conn, desk: DeskId, installation: InstallationId) -> Result<Vec<Item>> {
    let mut items = Vec::new();
    for &(what, sql) in COUNTS {
        let (count, bytes) = fetch_one!(conn, (i64, i64), sql, desk, installation)?;
        if count > 0 {
            items.push(Item { what, count: count.unsigned_abs(), bytes: bytes.unsigned_abs() });
        }
    }
    Ok(items)
}

/// Deletes an installation with everything that belongs to it. Tickets, contacts, the audit log and what was ordered,
/// billed and paid stay: they are the desk's. True when the row was still there.
pub async fn purge(tx: &mut Tx, desk: DeskId, installation: InstallationId) -> Result<bool> {
    desks::lock(tx, desk).await?; // nobody becomes a user meanwhile
    for &sql in DELETES {
        execute!(tx, sql, desk, installation)?;
    }
    // It was ended long before; whatever happened, nothing that is gone may ever be billed.
    let sql = "UPDATE subscriptions SET state = 'ended', ended_at = updated_at, rev = rev + 1
               WHERE desk_id = $1 AND installation_id = $2 AND state <> 'ended'";
    execute!(tx, sql, desk, installation)?;
    let removed = execute!(tx, "DELETE FROM installations WHERE desk_id = $1 AND id = $2", desk, installation)?;
    tx.signal(Signal::Installation { desk, installation }).await?;
    Ok(removed == 1)
}

#[cfg(test)]
mod tests;
