//! The state of the built-in test gateway, kept as a payment company would keep it: objects, and what was answered to
//! which idempotency key. Nobody but that gateway reads it.

use annex_domain::clock::Timestamp;
use serde_json::Value;

use super::saved;
use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_optional},
};

/// An object of the gateway.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// Such as `pi_…`.
    pub id: String,
    /// `customer`, `setup`, `method`, `intent` or `refund`.
    pub kind: String,
    /// Whose it is; for refunds, the intent that it belongs to.
    pub customer: Option<String>,
    /// What there is to know.
    pub body: Value,
    /// When it was made.
    pub created_at: Timestamp,
    /// Compare-and-set; 1 for a new one.
    pub rev: i64,
}

/// What was answered to an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// Of the request: the same key with another one is refused.
    pub fingerprint: String,
    /// The object that was answered with.
    pub object: String,
}

#[derive(sqlx::FromRow)]
struct ObjectSql {
    id: String,
    kind: String,
    customer_id: Option<String>,
    body: String,
    created_at: i64,
    rev: i64,
}

impl TryFrom<ObjectSql> for Object {
    type Error = StoreError;
    fn try_from(row: ObjectSql) -> Result<Self> {
        let body = At::new("test_gateway_objects", &row.id).json("body", &row.body)?;
        Ok(Self {
            id: row.id,
            kind: row.kind,
            customer: row.customer_id,
            body,
            created_at: Timestamp(row.created_at),
            rev: row.rev,
        })
    }
}

/// Adds an object.
///
/// # Errors
/// [`StoreError::Taken`] when there is one with this id.
pub async fn insert(tx: &mut Tx, new: &Object) -> Result<()> {
    let sql = "INSERT INTO test_gateway_objects (id, kind, customer_id, body, created_at, rev)
               VALUES ($1, $2, $3, $4, $5, $6)";
    let (customer, body) = (new.customer.as_deref(), new.body.to_string());
    execute!(tx, sql, &new.id, &new.kind, customer, body, new.created_at, new.rev)
        .map_err(|error| error.on("test_gateway_objects_pkey", "the object"))?;
    Ok(())
}

/// Saves an object's owner and body, and counts `rev` up.
///
/// # Errors
/// [`StoreError::Stale`] when it was changed since it was read.
pub async fn save(tx: &mut Tx, changed: &mut Object) -> Result<()> {
    let sql = "UPDATE test_gateway_objects SET customer_id = $3, body = $4, rev = rev + 1 WHERE id = $1 AND rev = $2";
    let (customer, body) = (changed.customer.as_deref(), changed.body.to_string());
    saved(execute!(tx, sql, &changed.id, changed.rev, customer, body)?, "the object")?;
    changed.rev += 1;
    Ok(())
}

/// An object.
pub async fn get(conn: &mut Conn, id: &str) -> Result<Option<Object>> {
    fetch_optional!(conn, ObjectSql, "SELECT * FROM test_gateway_objects WHERE id = $1", id)?
        .map(TryInto::try_into)
        .transpose()
}

/// Objects of a kind and an owner, the oldest first.
pub async fn of_customer(conn: &mut Conn, kind: &str, customer: &str) -> Result<Vec<Object>> {
    let sql = "SELECT * FROM test_gateway_objects WHERE kind = $1 AND customer_id = $2 ORDER BY created_at, id";
    all(fetch_all!(conn, ObjectSql, sql, kind, customer)?)
}

/// Objects of a kind that were made at `since` or later, the oldest first.
pub async fn since(conn: &mut Conn, kind: &str, since: Timestamp) -> Result<Vec<Object>> {
    let sql = "SELECT * FROM test_gateway_objects WHERE kind = $1 AND created_at >= $2 ORDER BY created_at, id";
    all(fetch_all!(conn, ObjectSql, sql, kind, since)?)
}

/// What was answered to an idempotency key.
pub async fn answered(conn: &mut Conn, key: &str) -> Result<Option<Answered>> {
    let sql = "SELECT fingerprint, object_id FROM test_gateway_keys WHERE key = $1";
    let row = fetch_optional!(conn, (String, String), sql, key)?;
    Ok(row.map(|(fingerprint, object)| Answered { fingerprint, object }))
}

/// Notes what is answered to an idempotency key: false when something else was first.
pub async fn answer(tx: &mut Tx, key: &str, answered: &Answered, now: Timestamp) -> Result<bool> {
    let sql = "INSERT INTO test_gateway_keys (key, fingerprint, object_id, created_at) VALUES ($1, $2, $3, $4)
               ON CONFLICT (key) DO NOTHING";
    Ok(execute!(tx, sql, key, &answered.fingerprint, &answered.object, now)? == 1)
}

/// Forgets idempotency keys that were used before `before`, as a payment company does after a day.
pub async fn forget_keys(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    execute!(tx, "DELETE FROM test_gateway_keys WHERE created_at < $1", before)
}
