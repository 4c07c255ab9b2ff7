//! `Idempotency-Key`: a request that is sent again gets the answer of the first time instead of being done twice.
//!
//! The first request claims the key, and stores its answer when it is done. One that crashed leaves its claim behind; it
//! can be taken over after [`ABANDONED`].

use std::time::Duration;

use annex_domain::{clock::Timestamp, ids::DeskId, random};

use crate::{
    db::{
        Conn, Tx,
        query::{At, execute, fetch_optional},
    },
    error::{Result, StoreError},
};

/// After this long without an answer a claim no longer counts. Longer than any request may take.
pub const ABANDONED: Duration = Duration::from_secs(5 * 60);
/// How long answers are kept.
pub const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// An answer to be given again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// The right to work on a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim(String);

/// What to do with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// Work on it; then [`finish`] or [`abandon`].
    Fresh(Claim),
    /// Give this answer again.
    Done(Answer),
    /// The first one is still being worked on.
    InProgress,
    /// The key belongs to another request.
    Reused,
}

/// Claims a key for a request. Commit it before the work. `route` and `request_hash` tell requests apart; hash the body
/// and whatever else changes the meaning, the operator too.
///
/// # Errors
/// When the database fails or a stored answer is malformed.
pub async fn begin(
    tx: &mut Tx,
    desk: DeskId,
    key: &str,
    route: &str,
    request_hash: &str,
    now: Timestamp,
) -> Result<Begun> {
    StoreError::text("idempotency_key", key, 255)?;
    let claim = Claim(random::token()?);
    let inserted = execute!(
        tx,
        "INSERT INTO idempotency (desk_id, key, route, request_hash, claim, started_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (desk_id, key) DO NOTHING",
        desk,
        key,
        route,
        request_hash,
        &claim.0,
        now
    )?;
    if inserted == 1 {
        return Ok(Begun::Fresh(claim));
    }
    let sql = "SELECT * FROM idempotency WHERE desk_id = $1 AND key = $2";
    // Gone between the two statements: its owner has just abandoned it.
    let Some(row) = fetch_optional!(tx, KeyRow, sql, desk, key)? else { return Ok(Begun::InProgress) };
    if row.route != route || row.request_hash != request_hash {
        return Ok(Begun::Reused);
    }
    if let Some(answer) = row.answer()? {
        return Ok(Begun::Done(answer));
    }
    let taken_over = execute!(
        tx,
        "UPDATE idempotency SET claim = $3, started_at = $4
         WHERE desk_id = $1 AND key = $2 AND status IS NULL AND started_at <= $5",
        desk,
        key,
        &claim.0,
        now,
        now.before(ABANDONED)
    )?;
    Ok(if taken_over == 1 { Begun::Fresh(claim) } else { Begun::InProgress })
}

/// True when somebody has claimed the key, whether there is an answer or not.
///
/// # Errors
/// When the database fails.
pub async fn is_claimed(conn: &mut Conn, desk: DeskId, key: &str) -> Result<bool> {
    let sql = "SELECT key FROM idempotency WHERE desk_id = $1 AND key = $2";
    Ok(fetch_optional!(conn, (String,), sql, desk, key)?.is_some())
}

/// Stores the answer.
///
/// # Errors
/// [`StoreError::Stale`] when the claim was taken over.
pub async fn finish(tx: &mut Tx, desk: DeskId, key: &str, claim: &Claim, answer: &Answer) -> Result<()> {
    let done = execute!(
        tx,
        "UPDATE idempotency SET status = $4, headers = $5, body = $6
         WHERE desk_id = $1 AND key = $2 AND claim = $3 AND status IS NULL",
        desk,
        key,
        &claim.0,
        answer.status,
        serde_json::to_string(&answer.headers)?,
        &answer.body
    )?;
    if done == 1 { Ok(()) } else { Err(StoreError::Stale("the request with this idempotency key")) }
}

/// Frees the key without an answer, so that the request can be tried again: for failures of the host.
///
/// # Errors
/// When the database fails.
pub async fn abandon(tx: &mut Tx, desk: DeskId, key: &str, claim: &Claim) -> Result<()> {
    let sql = "DELETE FROM idempotency WHERE desk_id = $1 AND key = $2 AND claim = $3 AND status IS NULL";
    execute!(tx, sql, desk, key, &claim.0).map(drop)
}

/// Deletes what is older than [`KEPT`]; for the retention chore.
///
/// # Errors
/// When the database fails.
pub async fn purge(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    execute!(tx, "DELETE FROM idempotency WHERE started_at <= $1", now.before(KEPT))
}

#[derive(sqlx::FromRow)]
struct KeyRow {
    key: String,
    route: String,
    request_hash: String,
    status: Option<i64>,
    headers: Option<String>,
    body: Option<Vec<u8>>,
}

impl KeyRow {
    fn answer(self) -> Result<Option<Answer>> {
        let Some(status) = self.status else { return Ok(None) };
        let at = At::new("idempotency", &self.key);
        Ok(Some(Answer {
            status: at.number("status", status)?,
            headers: at.json("headers", self.headers.as_deref().unwrap_or("[]"))?,
            body: self.body.unwrap_or_default(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        db::Db,
        testing::{Fixture, on_both},
    };

    const NOW: Timestamp = Timestamp(1_000_000_000);

    async fn start(db: &Db, desk: DeskId, hash: &str, now: Timestamp) -> Begun {
        let mut tx = db.begin().await.unwrap();
        let begun = begin(&mut tx, desk, "key", "POST /x", hash, now).await.unwrap();
        tx.commit().await.unwrap();
        begun
    }

    #[tokio::test]
    async fn the_same_request_gets_the_same_answer() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk, other_desk, .. } = Fixture::make(&mut tx).await;
            tx.commit().await.unwrap();
            let Begun::Fresh(claim) = start(&db, desk, "h", NOW).await else { panic!("not fresh") };
            assert_eq!(start(&db, desk, "h", NOW).await, Begun::InProgress);
            assert_eq!(start(&db, desk, "other", NOW).await, Begun::Reused);
            assert!(matches!(start(&db, other_desk, "h", NOW).await, Begun::Fresh(_)));
            let headers = vec![("location".to_owned(), "/x/1".to_owned())];
            let answer = Answer { status: 201, headers, body: b"{}".to_vec() };
            let mut tx = db.begin().await.unwrap();
            finish(&mut tx, desk, "key", &claim, &answer).await.unwrap();
            assert!(finish(&mut tx, desk, "key", &claim, &answer).await.is_err());
            abandon(&mut tx, desk, "key", &claim).await.unwrap(); // too late: nothing happens
            tx.commit().await.unwrap();
            assert_eq!(start(&db, desk, "h", NOW).await, Begun::Done(answer));
            assert_eq!(start(&db, desk, "other", NOW).await, Begun::Reused);
            let mut tx = db.begin().await.unwrap();
            assert_eq!(purge(&mut tx, NOW.after(KEPT)).await.unwrap(), 2);
        })
        .await;
    }

    #[tokio::test]
    async fn a_crashed_request_can_be_taken_over() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk, .. } = Fixture::make(&mut tx).await;
            tx.commit().await.unwrap();
            let Begun::Fresh(crashed) = start(&db, desk, "h", NOW).await else { panic!("not fresh") };
            let later = NOW.after(ABANDONED);
            let Begun::Fresh(claim) = start(&db, desk, "h", later).await else { panic!("not taken over") };
            assert_eq!(start(&db, desk, "h", later).await, Begun::InProgress);
            let answer = Answer { status: 200, headers: Vec::new(), body: Vec::new() };
            let mut tx = db.begin().await.unwrap();
            assert!(matches!(finish(&mut tx, desk, "key", &crashed, &answer).await, Err(StoreError::Stale(_))));
            abandon(&mut tx, desk, "key", &claim).await.unwrap();
            tx.commit().await.unwrap();
            assert!(matches!(start(&db, desk, "h", later).await, Begun::Fresh(_)));
        })
        .await;
    }

    #[tokio::test]
    async fn of_many_at_once_one_is_fresh() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk, .. } = Fixture::make(&mut tx).await;
            tx.commit().await.unwrap();
            let starts = (0..8).map(|_| {
                let db = db.clone();
                tokio::spawn(async move { start(&db, desk, "h", NOW).await })
            });
            let fresh = futures::future::join_all(starts)
                .await
                .into_iter()
                .filter(|begun| matches!(begun.as_ref().unwrap(), Begun::Fresh(_)))
                .count();
            assert_eq!(fresh, 1);
        })
        .await;
    }
}
