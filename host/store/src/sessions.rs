//! Sessions of the panel: a cookie with a 256-bit secret that is stored hashed. A session ends after 30 minutes without a
//! request and after 12 hours in any case; its operator sees all of theirs and can end each. Every sign-in makes a new one.

use std::time::Duration;

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, OperatorId, SessionId},
    operator::Operator,
};

use crate::{
    db::{
        Conn, Db, Tx,
        query::{At, all, execute, fetch_all, fetch_optional},
    },
    error::{Result, StoreError},
    operators, secret, text,
};

/// A session ends when it was not used for this long.
pub const IDLE: Duration = Duration::from_secs(30 * 60);
/// A session ends this long after the sign-in.
pub const ABSOLUTE: Duration = Duration::from_secs(12 * 60 * 60);
/// A password that was given counts for this long; what costs money asks for it again then.
pub const CONFIRMED: Duration = Duration::from_secs(15 * 60);
/// The last use is noted at most this often.
pub(crate) const PRECISION: Duration = Duration::from_secs(60);

/// A session as its operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id; not the secret.
    pub id: SessionId,
    /// The desk.
    pub desk: DeskId,
    /// Whose it is.
    pub operator: OperatorId,
    /// Of the browser, as it said, cut to 300 characters.
    pub user_agent: String,
    /// Where the sign-in came from.
    pub address: String,
    /// When they signed in.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
    /// When the password was last given.
    pub confirmed_at: Timestamp,
}

/// A session just made. No `Debug`: it holds the secret.
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// For the cookie; cannot be had again.
    pub secret: String,
}

/// Makes a session for an operator who has just signed in.
///
/// # Errors
/// [`StoreError::Reference`] when the operator is not of this desk; when the database fails.
pub async fn create(
    tx: &mut Tx,
    desk: DeskId,
    operator: OperatorId,
    user_agent: &str,
    address: &str,
    now: Timestamp,
) -> Result<NewSession> {
    let id = SessionId::new();
    let (secret, hash) = secret::make("")?;
    execute!(
        tx,
        "INSERT INTO sessions
            (id, desk_id, operator_id, secret_hash, user_agent, address, created_at, seen_at, confirmed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $7)",
        id,
        desk,
        operator,
        hash,
        text::cut(user_agent, 300),
        text::cut(address, 100),
        now
    )?;
    Ok(NewSession { id, secret })
}

/// Who comes with a cookie's secret, and keeps the session alive. `None` when it has ended or its operator is inactive.
///
/// # Errors
/// When the database fails.
pub async fn authenticate(db: &Db, secret: &str, now: Timestamp) -> Result<Option<(Session, Operator)>> {
    let found = known(db, secret, now).await?;
    if let Some((session, _)) = &found
        && now.since(session.seen_at) >= PRECISION
    {
        db.seen().session(session.id, now);
    }
    Ok(found)
}

/// The same without keeping the session alive, for what goes on while nobody does anything.
///
/// # Errors
/// As [`authenticate`].
pub async fn known(db: &Db, secret: &str, now: Timestamp) -> Result<Option<(Session, Operator)>> {
    let hash = secret::hash(secret);
    let found = db.caches().sessions.find(db, hash.clone(), || read(db, &hash)).await?;
    let Some((mut session, operator)) = found else { return Ok(None) };
    session.seen_at = db.seen().of_session(session.id).map_or(session.seen_at, |noted| noted.max(session.seen_at));
    let alive = session.seen_at > now.before(IDLE) && session.created_at > now.before(ABSOLUTE);
    Ok((alive && operator.active).then_some((session, operator)))
}

async fn read(db: &Db, hash: &str) -> Result<Option<(Session, Operator)>> {
    let mut conn = db.read().await?;
    let row = fetch_optional!(conn, SessionRow, "SELECT * FROM sessions WHERE secret_hash = $1", hash)?;
    let Some(row) = row else { return Ok(None) };
    let session = Session::try_from(row)?;
    let operator = operators::get(&mut conn, session.desk, session.operator).await?;
    Ok(Some((session, operator)))
}

/// Notes that the password was given again.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn confirm(tx: &mut Tx, desk: DeskId, id: SessionId, now: Timestamp) -> Result<()> {
    found(execute!(tx, "UPDATE sessions SET confirmed_at = $3 WHERE desk_id = $1 AND id = $2", desk, id, now)?)
}

/// The operator's sessions that have not ended, the last used first.
///
/// # Errors
/// When the database fails.
pub async fn list(conn: &mut Conn, desk: DeskId, operator: OperatorId, now: Timestamp) -> Result<Vec<Session>> {
    let sql = "SELECT * FROM sessions WHERE desk_id = $1 AND operator_id = $2 AND seen_at > $3 AND created_at > $4
               ORDER BY seen_at DESC, id DESC";
    all(fetch_all!(conn, SessionRow, sql, desk, operator, now.before(IDLE), now.before(ABSOLUTE))?)
}

/// Ends a session of the operator.
///
/// # Errors
/// [`StoreError::NotFound`] when it is none of theirs.
pub async fn revoke(tx: &mut Tx, desk: DeskId, operator: OperatorId, id: SessionId) -> Result<()> {
    let sql = "DELETE FROM sessions WHERE desk_id = $1 AND operator_id = $2 AND id = $3";
    found(execute!(tx, sql, desk, operator, id)?)
}

/// Ends all sessions of the operator but `keep`; answers how many.
///
/// # Errors
/// When the database fails.
pub async fn revoke_all(tx: &mut Tx, desk: DeskId, operator: OperatorId, keep: Option<SessionId>) -> Result<u64> {
    let sql = "DELETE FROM sessions WHERE desk_id = $1 AND operator_id = $2 AND id <> $3";
    execute!(tx, sql, desk, operator, keep.map(|id| id.to_string()).unwrap_or_default())
}

/// Ends the session with this secret, if there is one: signing out, or signing in again.
///
/// # Errors
/// When the database fails.
pub async fn revoke_secret(tx: &mut Tx, secret: &str) -> Result<()> {
    execute!(tx, "DELETE FROM sessions WHERE secret_hash = $1", secret::hash(secret)).map(drop)
}

/// Deletes sessions that have ended; for the retention chore.
///
/// # Errors
/// When the database fails.
pub async fn purge(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    let sql = "DELETE FROM sessions WHERE seen_at <= $1 OR created_at <= $2";
    execute!(tx, sql, now.before(IDLE), now.before(ABSOLUTE))
}

fn found(affected: u64) -> Result<()> {
    if affected == 1 { Ok(()) } else { Err(StoreError::NotFound("session")) }
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    id: String,
    desk_id: String,
    operator_id: String,
    user_agent: String,
    address: String,
    created_at: i64,
    seen_at: i64,
    confirmed_at: i64,
}

impl TryFrom<SessionRow> for Session {
    type Error = StoreError;
    fn try_from(row: SessionRow) -> Result<Self> {
        let at = At::new("sessions", &row.id);
        Ok(Self {
            id: at.parse("id", &row.id)?,
            desk: at.parse("desk_id", &row.desk_id)?,
            operator: at.parse("operator_id", &row.operator_id)?,
            user_agent: row.user_agent,
            address: row.address,
            created_at: Timestamp(row.created_at),
            seen_at: Timestamp(row.seen_at),
            confirmed_at: Timestamp(row.confirmed_at),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        db::query::fetch_one,
        testing::{Fixture, on_both},
    };

    const NOW: Timestamp = Timestamp(1_000_000_000);

    #[tokio::test]
    async fn a_session_ends_when_idle_and_after_twelve_hours() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let fixture = Fixture::make(&mut tx).await;
            let new = create(&mut tx, fixture.desk, fixture.agent, "UA\0", "127.0.0.1", NOW).await.unwrap();
            let idle = create(&mut tx, fixture.desk, fixture.agent, "UA", "127.0.0.1", NOW).await.unwrap();
            tx.commit().await.unwrap();
            let minutes = |n: u64| NOW.after(Duration::from_secs(60 * n));
            for n in (0..720).step_by(29) {
                crate::seen::write(&db).await.unwrap();
                let (session, operator) = authenticate(&db, &new.secret, minutes(n)).await.unwrap().unwrap();
                assert_eq!((session.id, operator.id), (new.id, fixture.agent));
            }
            assert!(authenticate(&db, &idle.secret, minutes(30)).await.unwrap().is_none());
            assert!(authenticate(&db, &new.secret, minutes(720)).await.unwrap().is_none());
            crate::seen::write(&db).await.unwrap();
            let mut tx = db.begin().await.unwrap();
            assert_eq!(list(&mut tx, fixture.desk, fixture.agent, minutes(719)).await.unwrap().len(), 1);
            assert_eq!(purge(&mut tx, minutes(719)).await.unwrap(), 1);
        })
        .await;
    }

    #[tokio::test]
    async fn only_the_hash_is_stored() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let fixture = Fixture::make(&mut tx).await;
            let new = create(&mut tx, fixture.desk, fixture.agent, "UA", "::1", NOW).await.unwrap();
            let (stored,) = fetch_one!(tx, (String,), "SELECT secret_hash FROM sessions").unwrap();
            assert_ne!(stored, new.secret);
            tx.commit().await.unwrap();
            assert!(authenticate(&db, &stored, NOW).await.unwrap().is_none());
        })
        .await;
    }

    #[tokio::test]
    async fn sessions_are_ended_one_by_one_or_all() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk, other_desk, agent, admin, .. } = Fixture::make(&mut tx).await;
            let one = create(&mut tx, desk, agent, "1", "::1", NOW).await.unwrap();
            let two = create(&mut tx, desk, agent, "2", "::1", NOW).await.unwrap();
            let three = create(&mut tx, desk, agent, "3", "::1", NOW).await.unwrap();
            assert!(revoke(&mut tx, desk, admin, one.id).await.is_err());
            assert!(revoke(&mut tx, other_desk, agent, one.id).await.is_err());
            assert!(confirm(&mut tx, other_desk, one.id, NOW).await.is_err());
            assert_eq!(list(&mut tx, other_desk, agent, NOW).await.unwrap(), []);
            assert_eq!(revoke_all(&mut tx, other_desk, agent, None).await.unwrap(), 0);
            revoke(&mut tx, desk, agent, one.id).await.unwrap();
            confirm(&mut tx, desk, two.id, Timestamp(NOW.0 + 1)).await.unwrap();
            assert_eq!(revoke_all(&mut tx, desk, agent, Some(two.id)).await.unwrap(), 1);
            let left = list(&mut tx, desk, agent, NOW).await.unwrap();
            assert_eq!((left.len(), left[0].confirmed_at.0), (1, NOW.0 + 1));
            revoke_secret(&mut tx, &two.secret).await.unwrap();
            tx.commit().await.unwrap();
            for gone in [one, two, three] {
                assert!(authenticate(&db, &gone.secret, NOW).await.unwrap().is_none());
            }
        })
        .await;
    }
}
