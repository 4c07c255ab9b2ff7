//! Sagas that stopped the host again and again, or that this version cannot carry out: they wait for a person.

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, InstallationId, SagaId},
};
use serde_json::Value;

use super::{Saga, SagaSql, held};
use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_optional},
    jobs::printable,
};

/// A saga that waits for a person.
#[derive(Debug, Clone, PartialEq)]
pub struct SetAside {
    /// The saga.
    pub saga: Saga,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

impl TryFrom<SagaSql> for SetAside {
    type Error = StoreError;
    fn try_from(mut row: SagaSql) -> Result<Self> {
        let (reason, at) = (row.set_aside_reason.take().unwrap_or_default(), row.set_aside_at.unwrap_or_default());
        Ok(Self { saga: row.try_into()?, reason, at: Timestamp(at) })
    }
}

pub(super) fn dead(saga: &Saga, last: Option<String>) -> String {
    let text = format!("the host stopped {} times while it was at this", saga.deaths);
    last.map_or(text.clone(), |last| format!("{text}; before that: {last}"))
}

/// Notes why an attempt ended as a death does, such as by a panic: it counts when the saga is taken up again.
pub async fn died(tx: &mut Tx, saga: &Saga, error: &str) -> Result<()> {
    let sql =
        "UPDATE sagas SET set_aside_reason = $3 WHERE id = $1 AND fence = $2 AND state IN ('running', 'unwinding')";
    held(execute!(tx, sql, saga.id, saga.fence, printable(error))?)
}

/// Takes a saga out of the way for a reason that a person has to see to.
pub async fn set_aside(tx: &mut Tx, saga: &Saga, reason: &str, now: Timestamp) -> Result<()> {
    tracing::error!(saga = %saga.id, kind = saga.kind, installation = %saga.subject, reason, "an operation is set aside");
    held(execute!(
        tx,
        "UPDATE sagas SET set_aside_at = $3, set_aside_reason = $4, under_way = 0, updated_at = $3
         WHERE id = $1 AND fence = $2 AND state IN ('running', 'unwinding')",
        saga.id,
        saga.fence,
        now,
        printable(reason)
    )?)
}

/// Lets a saga go whose worker stops in good order before it is done: the claim that follows counts no death.
pub async fn let_go(tx: &mut Tx, saga: &Saga) -> Result<()> {
    let sql = "UPDATE sagas SET under_way = 0 WHERE id = $1 AND fence = $2";
    execute!(tx, sql, saga.id, saga.fence).map(drop)
}

/// The sagas of a desk that are set aside, newest first.
pub async fn put_away(conn: &mut Conn, desk: DeskId) -> Result<Vec<SetAside>> {
    let sql =
        "SELECT * FROM sagas WHERE desk_id = $1 AND set_aside_at IS NOT NULL AND state IN ('running', 'unwinding')
               ORDER BY set_aside_at DESC, id DESC";
    all(fetch_all!(conn, SagaSql, sql, desk)?)
}

/// The saga of an installation that is set aside.
pub async fn aside_of(conn: &mut Conn, desk: DeskId, installation: InstallationId) -> Result<Option<SagaId>> {
    let sql = "SELECT id FROM sagas WHERE desk_id = $1 AND subject = $2 AND set_aside_at IS NOT NULL
               AND state IN ('running', 'unwinding')";
    let found = fetch_optional!(conn, (String,), sql, desk, installation)?;
    found.map(|(id,)| At::new("sagas", &id).parse("id", &id)).transpose()
}

/// Lets a saga that is set aside go on where it was.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none in this desk.
pub async fn try_again(tx: &mut Tx, desk: DeskId, id: SagaId, now: Timestamp) -> Result<SetAside> {
    go_on(tx, desk, id, None, now).await
}

/// Lets a saga that is set aside go back: what was done is undone. `error` says why, to whoever undoes it.
///
/// # Errors
/// As [`try_again`].
pub async fn turn_around(tx: &mut Tx, desk: DeskId, id: SagaId, error: &Value, now: Timestamp) -> Result<SetAside> {
    go_on(tx, desk, id, Some(error.to_string()), now).await
}

/// A saga of the desk that is set aside.
///
/// # Errors
/// As [`try_again`].
pub async fn get_set_aside(conn: &mut Conn, desk: DeskId, id: SagaId) -> Result<SetAside> {
    let sql = "SELECT * FROM sagas WHERE desk_id = $1 AND id = $2 AND set_aside_at IS NOT NULL
               AND state IN ('running', 'unwinding')";
    fetch_optional!(conn, SagaSql, sql, desk, id)?.ok_or(StoreError::NotFound("operation"))?.try_into()
}

async fn go_on(tx: &mut Tx, desk: DeskId, id: SagaId, error: Option<String>, now: Timestamp) -> Result<SetAside> {
    let found = get_set_aside(tx, desk, id).await?;
    execute!(
        tx,
        "UPDATE sagas SET set_aside_at = NULL, set_aside_reason = NULL, deaths = 0, under_way = 0, attempts = 0,
            state = CASE WHEN $2 IS NULL THEN state ELSE 'unwinding' END, error = COALESCE($2, error),
            fence = fence + 1, lease_until = $3, updated_at = $3 WHERE id = $1",
        id,
        error,
        now
    )?;
    Ok(found)
}
