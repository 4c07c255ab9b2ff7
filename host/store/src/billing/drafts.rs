//! Installations that were begun and left: an operator takes one up at the step where they left it (R15).

use annex_domain::{
    addon::AddonId,
    clock::Timestamp,
    ids::{DeskId, OperatorId},
};
use serde_json::Value;

use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, execute, fetch_all, fetch_optional},
};

/// An installation that was begun.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Of this add-on.
    pub addon: AddonId,
    /// What was chosen so far.
    pub draft: Value,
    /// Of the one click at the end: clicking twice is one installation.
    pub idempotency_key: String,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What an operator has begun to install, if anything of this add-on.
pub async fn get(conn: &mut Conn, desk: DeskId, addon: &AddonId, operator: OperatorId) -> Result<Option<Draft>> {
    let sql = "SELECT addon_id, draft, idempotency_key, created_at, updated_at FROM install_drafts
               WHERE desk_id = $1 AND addon_id = $2 AND operator_id = $3";
    fetch_optional!(conn, Row, sql, desk, addon, operator)?.map(read).transpose()
}

/// What an operator has begun to install, the last one first.
pub async fn list(conn: &mut Conn, desk: DeskId, operator: OperatorId) -> Result<Vec<Draft>> {
    let sql = "SELECT addon_id, draft, idempotency_key, created_at, updated_at FROM install_drafts
               WHERE desk_id = $1 AND operator_id = $2 ORDER BY updated_at DESC, addon_id";
    fetch_all!(conn, Row, sql, desk, operator)?.into_iter().map(read).collect()
}

/// Stores what was chosen. A draft keeps the idempotency key that it was begun with; it is returned.
pub async fn put(
    tx: &mut Tx,
    desk: DeskId,
    addon: &AddonId,
    operator: OperatorId,
    draft: &Value,
    idempotency_key: &str,
    now: Timestamp,
) -> Result<Draft> {
    let sql =
        "INSERT INTO install_drafts (desk_id, addon_id, operator_id, draft, idempotency_key, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $6)
               ON CONFLICT (desk_id, addon_id, operator_id) DO UPDATE SET draft = excluded.draft,
                    updated_at = excluded.updated_at
               RETURNING addon_id, draft, idempotency_key, created_at, updated_at";
    let row = fetch_optional!(tx, Row, sql, desk, addon, operator, draft.to_string(), idempotency_key, now)?;
    read(row.ok_or(StoreError::NotFound("draft"))?)
}

/// Removes a draft: it was installed, or given up.
pub async fn delete(tx: &mut Tx, desk: DeskId, addon: &AddonId, operator: OperatorId) -> Result<bool> {
    let sql = "DELETE FROM install_drafts WHERE desk_id = $1 AND addon_id = $2 AND operator_id = $3";
    Ok(execute!(tx, sql, desk, addon, operator)? == 1)
}

/// Removes drafts that were last changed before `before`.
pub async fn purge(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    execute!(tx, "DELETE FROM install_drafts WHERE updated_at < $1", before)
}

type Row = (String, String, String, i64, i64);

fn read((addon, draft, idempotency_key, created_at, updated_at): Row) -> Result<Draft> {
    let at = At::new("install_drafts", &addon);
    Ok(Draft {
        addon: at.parse("addon_id", &addon)?,
        draft: at.json("draft", &draft)?,
        idempotency_key,
        created_at: Timestamp(created_at),
        updated_at: Timestamp(updated_at),
    })
}
