//! What operators ask an admin for (R69): an add-on, with a reason. One open request for each of them and add-on; it is
//! approved when the add-on is installed, or declined with a word.

use annex_domain::{
    addon::AddonId,
    clock::Timestamp,
    ids::{DeskId, OperatorId, RequestId},
};

use crate::{
    Conn, Result, Signal, StoreError, Tx,
    db::query::{At, all, execute, fetch_all, fetch_one, fetch_optional},
};

/// The longest reason or answer, in characters.
pub const LONGEST: usize = 500;

annex_domain::words! {
    /// Where a request stands.
    pub enum RequestState: "state of a request" {
        /// Nobody has answered yet.
        Open = "open",
        /// The add-on was installed.
        Approved = "approved",
        /// An admin said no.
        Declined = "declined",
    }
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Its id.
    pub id: RequestId,
    /// What is asked for.
    pub addon: AddonId,
    /// Who asks.
    pub by: OperatorId,
    /// Their name.
    pub name: String,
    /// Why.
    pub reason: String,
    /// Where it stands.
    pub state: RequestState,
    /// Why it was declined.
    pub answer: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct RequestSql {
    id: String,
    addon_id: String,
    operator_id: String,
    name: String,
    reason: String,
    state: String,
    answer: Option<String>,
    created_at: i64,
}

impl TryFrom<RequestSql> for Request {
    type Error = StoreError;
    fn try_from(row: RequestSql) -> Result<Self> {
        let at = At::new("addon_requests", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            addon: at.parse("addon_id", &row.addon_id)?,
            by: at.parse("operator_id", &row.operator_id)?,
            state: at.parse("state", &row.state)?,
            created_at: Timestamp(row.created_at),
            name: row.name,
            reason: row.reason,
            answer: row.answer,
        })
    }
}

/// Asks for an add-on. `None`: the same operator asks for it already.
///
/// # Errors
/// [`StoreError::Invalid`] for a reason that is too long; [`StoreError::Reference`] for an unknown add-on or operator.
pub async fn ask(
    tx: &mut Tx,
    desk: DeskId,
    addon: &AddonId,
    by: OperatorId,
    reason: &str,
    now: Timestamp,
) -> Result<Option<RequestId>> {
    StoreError::text("reason", reason, LONGEST)?;
    let id = RequestId::new();
    let added = execute!(
        tx,
        "INSERT INTO addon_requests (id, desk_id, addon_id, operator_id, reason, state, created_at)
         VALUES ($1, $2, $3, $4, $5, 'open', $6)
         ON CONFLICT (desk_id, addon_id, operator_id) WHERE state = 'open' DO NOTHING",
        id,
        desk,
        addon,
        by,
        reason,
        now
    )?;
    if added == 0 {
        return Ok(None);
    }
    tx.signal(Signal::Attention { desk }).await?;
    Ok(Some(id))
}

/// The open requests of a desk, oldest first.
pub async fn open(conn: &mut Conn, desk: DeskId) -> Result<Vec<Request>> {
    all(fetch_all!(
        conn,
        RequestSql,
        "SELECT r.id, r.addon_id, r.operator_id, o.name, r.reason, r.state, r.answer, r.created_at
         FROM addon_requests r JOIN operators o ON o.desk_id = r.desk_id AND o.id = r.operator_id
         WHERE r.desk_id = $1 AND r.state = 'open' ORDER BY r.created_at, r.id LIMIT 500",
        desk
    )?)
}

/// How many requests of a desk are open.
pub async fn count(conn: &mut Conn, desk: DeskId) -> Result<u64> {
    let sql = "SELECT COUNT(*) FROM addon_requests WHERE desk_id = $1 AND state = 'open'";
    Ok(fetch_one!(conn, (i64,), sql, desk)?.0.unsigned_abs())
}

/// The last request of an operator for an add-on.
pub async fn last_of(conn: &mut Conn, desk: DeskId, addon: &AddonId, by: OperatorId) -> Result<Option<Request>> {
    fetch_optional!(
        conn,
        RequestSql,
        "SELECT r.id, r.addon_id, r.operator_id, o.name, r.reason, r.state, r.answer, r.created_at
         FROM addon_requests r JOIN operators o ON o.desk_id = r.desk_id AND o.id = r.operator_id
         WHERE r.desk_id = $1 AND r.addon_id = $2 AND r.operator_id = $3 ORDER BY r.created_at DESC, r.id DESC LIMIT 1",
        desk,
        addon,
        by
    )?
    .map(TryInto::try_into)
    .transpose()
}

/// A request of a desk.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get(conn: &mut Conn, desk: DeskId, id: RequestId) -> Result<Request> {
    fetch_optional!(
        conn,
        RequestSql,
        "SELECT r.id, r.addon_id, r.operator_id, o.name, r.reason, r.state, r.answer, r.created_at
         FROM addon_requests r JOIN operators o ON o.desk_id = r.desk_id AND o.id = r.operator_id
         WHERE r.desk_id = $1 AND r.id = $2",
        desk,
        id
    )?
    .ok_or(StoreError::NotFound("request"))?
    .try_into()
}

/// Answers an open request.
///
/// # Errors
/// [`StoreError::Stale`] when it was answered before; [`StoreError::Invalid`] for an answer that is too long.
pub async fn settle(
    tx: &mut Tx,
    desk: DeskId,
    id: RequestId,
    (state, answer): (RequestState, Option<&str>),
    by: OperatorId,
    now: Timestamp,
) -> Result<()> {
    StoreError::text("answer", answer.unwrap_or_default(), LONGEST)?;
    let settled = execute!(
        tx,
        "UPDATE addon_requests SET state = $3, answer = $4, decided_by = $5, decided_at = $6
         WHERE desk_id = $1 AND id = $2 AND state = 'open'",
        desk,
        id,
        state.as_str(),
        answer,
        by,
        now
    )?;
    if settled == 0 {
        return Err(StoreError::Stale("the request"));
    }
    tx.signal(Signal::Attention { desk }).await
}

#[cfg(test)]
mod tests {
    use annex_domain::addon::Version;

    use super::*;
    use crate::testing::{Fixture, manifest, on_both, publish};

    const NOW: Timestamp = Timestamp(9);

    #[tokio::test]
    async fn one_asks_once_until_there_is_an_answer() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let desks = Fixture::make(&mut tx).await;
            publish(&mut tx, &manifest("acme.hello", Version::new(1, 0, 0), 1), NOW).await.unwrap();
            let addon: AddonId = "acme.hello".parse().unwrap();
            let (desk, agent) = (desks.desk, desks.agent);
            let id = ask(&mut tx, desk, &addon, agent, "For the CRM", NOW).await.unwrap().unwrap();
            assert_eq!(ask(&mut tx, desk, &addon, agent, "Again", NOW).await.unwrap(), None);
            assert_eq!((count(&mut tx, desk).await.unwrap(), count(&mut tx, desks.other_desk).await.unwrap()), (1, 0));
            let listed = open(&mut tx, desk).await.unwrap();
            assert_eq!((listed[0].id, listed[0].name.as_str(), listed[0].reason.as_str()), (id, "Bo", "For the CRM"));
            assert!(get(&mut tx, desks.other_desk, id).await.is_err(), "not of another desk");
            let no = (RequestState::Declined, Some("We have one"));
            assert!(settle(&mut tx, desks.other_desk, id, no, desks.other_admin, NOW).await.is_err());
            settle(&mut tx, desk, id, no, desks.admin, NOW).await.unwrap();
            let twice = settle(&mut tx, desk, id, (RequestState::Approved, None), desks.admin, NOW).await;
            assert!(matches!(twice, Err(StoreError::Stale(_))), "one answer");
            let last = last_of(&mut tx, desk, &addon, agent).await.unwrap().unwrap();
            assert_eq!((last.state, last.answer.as_deref()), (RequestState::Declined, Some("We have one")));
            assert!(ask(&mut tx, desk, &addon, agent, "", NOW).await.unwrap().is_some(), "and may ask again");
            assert!(ask(&mut tx, desk, &addon, desks.admin, &"x".repeat(501), NOW).await.is_err());
        })
        .await;
    }
}
