//! The audit log: append-only, hash-chained per desk, and once for the host itself (catalog, command line).
//!
//! Each entry's hash covers the one before it, so an entry that is changed, removed or slipped in breaks the chain from
//! there on; [`verify`] finds the place. Triggers refuse UPDATE and DELETE in both dialects.

use annex_domain::{audit::Action, clock::Timestamp, ids::DeskId, operator::Actor};
use jiff::{civil::Date, tz::TimeZone};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{
    db::{
        Conn, Tx,
        query::{At, all, execute, fetch_all, fetch_optional},
    },
    error::{Result, StoreError},
};

/// One thing that somebody did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// 1, 2, … within the desk, without gaps.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who, such as `operator:…`, `addon:…`, `system`, `command-line`.
    pub actor: String,
    /// What, such as `addon.install`.
    pub action: String,
    /// To what, such as `acme.hello` or `operator:…`.
    pub object: String,
    /// Facts about it. Never a secret.
    pub detail: Value,
    /// Hash of the entry before.
    pub prev_hash: String,
    /// Hash of this entry.
    pub hash: String,
}

/// Writes an entry, in the transaction of the change that it records. `desk` is `None` for what concerns the host.
///
/// # Errors
/// When the database fails.
pub async fn append(
    tx: &mut Tx,
    desk: impl Into<Option<DeskId>>,
    actor: Actor,
    action: Action,
    object: &str,
    detail: &Value,
    now: Timestamp,
) -> Result<()> {
    let action = action.as_str();
    let chain = chain(desk.into());
    let start = genesis(&chain);
    execute!(
        tx,
        "INSERT INTO audit_heads (chain, seq, hash) VALUES ($1, 0, $2) ON CONFLICT (chain) DO NOTHING",
        &chain,
        start
    )?;
    // Locks the head until the transaction ends: entries of one chain are written one after the other.
    let (seq, prev_hash) = fetch_optional!(
        tx,
        (i64, String),
        "UPDATE audit_heads SET seq = seq + 1 WHERE chain = $1 RETURNING seq, hash",
        &chain
    )?
    .ok_or(StoreError::NotFound("audit chain"))?;
    let actor = actor.to_string();
    let detail = detail.to_string();
    let hash = link(&prev_hash, &chain, seq, now, [&actor, action, object, &detail]);
    execute!(
        tx,
        "INSERT INTO audit_log (chain, seq, at, actor, action, object, detail, prev_hash, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &chain,
        seq,
        now,
        actor,
        action,
        object,
        detail,
        prev_hash,
        &hash
    )?;
    execute!(tx, "UPDATE audit_heads SET hash = $2 WHERE chain = $1", &chain, hash)?;
    Ok(())
}

/// Which entries; everything that is given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// What was done.
    pub action: Option<Action>,
    /// Who did it.
    pub actor: Option<Actor>,
    /// On this day in UTC or later.
    pub from: Option<Date>,
    /// On this day in UTC or earlier.
    pub to: Option<Date>,
}

/// Entries, newest first, older than `before` (an entry's `seq`), at most `limit`.
///
/// # Errors
/// When the database fails or an entry is malformed.
pub async fn list(
    conn: &mut Conn,
    desk: impl Into<Option<DeskId>>,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<Entry>> {
    find(conn, desk, &Filter::default(), before, limit).await
}

/// The same, of those that match the filter.
///
/// # Errors
/// As [`list`].
pub async fn find(
    conn: &mut Conn,
    desk: impl Into<Option<DeskId>>,
    filter: &Filter,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<Entry>> {
    let Filter { action, actor, from, to } = filter;
    let until = to.map_or(Timestamp(i64::MAX), |day| day.tomorrow().map_or(Timestamp(i64::MAX), begin));
    let rows = fetch_all!(
        conn,
        EntryRow,
        "SELECT * FROM audit_log WHERE chain = $1 AND seq < $2 AND at >= $3 AND at < $4
            AND (CAST($5 AS TEXT) IS NULL OR action = $5 OR action = $6)
            AND (CAST($7 AS TEXT) IS NULL OR actor = $7)
         ORDER BY seq DESC LIMIT $8",
        chain(desk.into()),
        before.unwrap_or(i64::MAX),
        from.map_or(Timestamp(0), begin),
        until,
        action.map(Action::as_str),
        action.and_then(Action::earlier),
        actor.map(|actor| actor.to_string()),
        limit
    )?;
    all(rows)
}

/// The first moment of a day in UTC.
fn begin(day: Date) -> Timestamp {
    let midnight = day.to_zoned(TimeZone::UTC).map(|midnight| midnight.timestamp());
    Timestamp(midnight.unwrap_or(jiff::Timestamp::MAX).as_millisecond())
}

/// What [`verify`] found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum Verified {
    /// Every entry is as it was written.
    Intact {
        /// How many entries.
        entries: i64,
    },
    /// The chain breaks.
    Broken {
        /// The first entry that is missing, changed or out of place.
        seq: i64,
    },
}

/// Recomputes the chain of a desk, or of the host.
///
/// # Errors
/// When the database fails.
pub async fn verify(conn: &mut Conn, desk: impl Into<Option<DeskId>>) -> Result<Verified> {
    const PAGE: i64 = 1000;
    let chain = chain(desk.into());
    let mut hash = genesis(&chain);
    let mut seq = 0;
    // The end is read first: entries that are appended meanwhile are not part of what is verified.
    let head = "SELECT seq, hash FROM audit_heads WHERE chain = $1";
    let (last, head) = fetch_optional!(conn, (i64, String), head, &chain)?.unwrap_or((0, hash.clone()));
    while seq < last {
        let rows = fetch_all!(
            conn,
            EntryRow,
            "SELECT * FROM audit_log WHERE chain = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT $4",
            &chain,
            seq,
            last,
            PAGE
        )?;
        if rows.is_empty() {
            return Ok(Verified::Broken { seq: seq + 1 });
        }
        for row in rows {
            seq += 1;
            let parts = [&row.actor, row.action.as_str(), &row.object, &row.detail];
            let expected = link(&hash, &chain, seq, Timestamp(row.at), parts);
            if row.seq != seq || row.prev_hash != hash || row.hash != expected {
                return Ok(Verified::Broken { seq });
            }
            hash = expected;
        }
    }
    Ok(if hash == head { Verified::Intact { entries: seq } } else { Verified::Broken { seq: last } })
}

fn chain(desk: Option<DeskId>) -> String {
    desk.map_or_else(|| "host".into(), |desk| desk.to_string())
}

/// What the first entry of a chain follows on.
fn genesis(chain: &str) -> String {
    hex::encode(Sha256::digest(format!("annex audit log of {chain}")))
}

fn link(prev: &str, chain: &str, seq: i64, at: Timestamp, parts: [&str; 4]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(seq.to_be_bytes());
    hasher.update(at.0.to_be_bytes());
    for part in [prev, chain].into_iter().chain(parts) {
        // Lengths first, so that no two entries hash the same text.
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hex::encode(hasher.finalize())
}

#[derive(sqlx::FromRow)]
struct EntryRow {
    seq: i64,
    at: i64,
    actor: String,
    action: String,
    object: String,
    detail: String,
    prev_hash: String,
    hash: String,
}

impl TryFrom<EntryRow> for Entry {
    type Error = StoreError;
    fn try_from(row: EntryRow) -> Result<Self> {
        let id = row.seq.to_string();
        let detail = At::new("audit_log", &id).json("detail", &row.detail)?;
        Ok(Self {
            seq: row.seq,
            at: Timestamp(row.at),
            actor: row.actor,
            action: row.action,
            object: row.object,
            detail,
            prev_hash: row.prev_hash,
            hash: row.hash,
        })
    }
}

#[cfg(test)]
mod tests {
    use annex_domain::ids::OperatorId;
    use serde_json::json;

    use super::*;
    use crate::{
        db::{Db, Dialect},
        testing::on_both,
    };

    async fn write(db: &Db, desk: Option<DeskId>, actions: &[Action]) {
        let mut tx = db.begin().await.unwrap();
        for (index, action) in actions.iter().enumerate() {
            let now = Timestamp(i64::try_from(index).unwrap());
            append(&mut tx, desk, Actor::System, *action, "x", &json!({"n": index}), now).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn entries_are_chained_per_desk() {
        on_both(async |db| {
            let (one, two) = (DeskId::new(), DeskId::new());
            write(&db, Some(one), &[Action::RoleCreate, Action::RoleUpdate, Action::RoleDelete]).await;
            write(&db, Some(two), &[Action::GroupCreate]).await;
            write(&db, None, &[Action::GroupDelete]).await;
            let mut conn = db.read().await.unwrap();
            let page = list(&mut conn, one, None, 2).await.unwrap();
            assert_eq!(
                page.iter().map(|entry| entry.action.as_str()).collect::<Vec<_>>(),
                ["role.delete", "role.update"]
            );
            let rest = list(&mut conn, one, Some(page[1].seq), 2).await.unwrap();
            assert_eq!((rest.len(), rest[0].seq, &rest[0].hash), (1, 1, &page[1].prev_hash));
            assert_eq!(list(&mut conn, two, None, 9).await.unwrap().len(), 1);
            assert_eq!(verify(&mut conn, one).await.unwrap(), Verified::Intact { entries: 3 });
            assert_eq!(verify(&mut conn, None).await.unwrap(), Verified::Intact { entries: 1 });
            assert_eq!(verify(&mut conn, DeskId::new()).await.unwrap(), Verified::Intact { entries: 0 });
        })
        .await;
    }

    #[tokio::test]
    async fn entries_are_found_by_action_person_and_day() {
        on_both(async |db| {
            const DAY: i64 = 24 * 60 * 60 * 1000;
            let (desk, ada) = (DeskId::new(), Actor::Operator(OperatorId::new()));
            let mut tx = db.begin().await.unwrap();
            for (day, actor, action) in
                [(0, ada, Action::RoleCreate), (1, ada, Action::TokenCreate), (2, Actor::System, Action::RoleCreate)]
            {
                let now = Timestamp(day * DAY + DAY - 1);
                append(&mut tx, desk, actor, action, "x", &json!({}), now).await.unwrap();
            }
            // As an earlier version wrote it.
            execute!(
                &mut tx,
                "INSERT INTO audit_log (chain, seq, at, actor, action, object, detail, prev_hash, hash)
                 VALUES ($1, 4, 0, 'system', 'token.created', 'x', '{}', '', '')",
                desk.to_string()
            )
            .unwrap();
            tx.commit().await.unwrap();
            let mut conn = db.read().await.unwrap();
            let mut found = async |filter: Filter, before| -> Vec<i64> {
                let page = find(&mut conn, desk, &filter, before, 9).await.unwrap();
                page.iter().map(|entry| entry.seq).collect()
            };
            let all = Filter::default();
            assert_eq!(found(all.clone(), None).await, [4, 3, 2, 1]);
            assert_eq!(found(Filter { action: Some(Action::RoleCreate), ..all.clone() }, None).await, [3, 1]);
            assert_eq!(found(Filter { action: Some(Action::TokenCreate), ..all.clone() }, None).await, [4, 2]);
            assert_eq!(found(Filter { actor: Some(ada), ..all.clone() }, Some(2)).await, [1]);
            let day = |day| Some(jiff::civil::date(1970, 1, day));
            assert_eq!(found(Filter { from: day(2), ..all.clone() }, None).await, [3, 2]);
            assert_eq!(found(Filter { from: day(2), to: day(2), ..all.clone() }, None).await, [2]);
            assert_eq!(found(Filter { to: Some(Date::MAX), ..all }, None).await.len(), 4);
        })
        .await;
    }

    #[tokio::test]
    async fn entries_cannot_be_changed_or_deleted() {
        on_both(async |db| {
            let desk = DeskId::new();
            write(&db, Some(desk), &[Action::RoleCreate, Action::RoleUpdate]).await;
            for sql in [
                "UPDATE audit_log SET action = 'x'",
                "DELETE FROM audit_log",
                "INSERT INTO audit_log (chain, seq, at, actor, action, object, detail, prev_hash, hash)
                 SELECT chain, seq, at, actor, action, object, detail, prev_hash, hash FROM audit_log",
            ] {
                let mut tx = db.begin().await.unwrap();
                assert!(execute!(&mut tx, sql).is_err(), "{sql}");
            }
            let mut conn = db.read().await.unwrap();
            assert_eq!(verify(&mut conn, desk).await.unwrap(), Verified::Intact { entries: 2 });
        })
        .await;
    }

    #[tokio::test]
    async fn tampering_past_the_triggers_is_found() {
        on_both(async |db| {
            let desk = DeskId::new();
            write(&db, Some(desk), &[Action::RoleCreate, Action::RoleUpdate, Action::RoleDelete]).await;
            let triggers: &[&'static str] = match db.dialect() {
                Dialect::Sqlite => &["DROP TRIGGER audit_log_no_update", "DROP TRIGGER audit_log_no_delete"],
                Dialect::Postgres => &["DROP TRIGGER audit_log_no_change ON audit_log"],
            };
            let mut tx = db.begin().await.unwrap();
            for sql in triggers {
                execute!(&mut tx, *sql).unwrap();
            }
            execute!(&mut tx, "UPDATE audit_log SET actor = 'somebody' WHERE seq = 2").unwrap();
            assert_eq!(verify(&mut tx, desk).await.unwrap(), Verified::Broken { seq: 2 });
            execute!(&mut tx, "UPDATE audit_log SET actor = 'system' WHERE seq = 2").unwrap();
            assert_eq!(verify(&mut tx, desk).await.unwrap(), Verified::Intact { entries: 3 });
            execute!(&mut tx, "DELETE FROM audit_log WHERE seq = 3").unwrap();
            assert_eq!(verify(&mut tx, desk).await.unwrap(), Verified::Broken { seq: 3 });
        })
        .await;
    }

    #[tokio::test]
    async fn writers_at_the_same_time_leave_no_gap() {
        on_both(async |db| {
            let desk = DeskId::new();
            let writers = (0..8).map(|_| {
                let db = db.clone();
                tokio::spawn(async move { write(&db, Some(desk), &[Action::RoleCreate, Action::RoleUpdate]).await })
            });
            for writer in futures::future::join_all(writers).await {
                writer.unwrap();
            }
            let mut conn = db.read().await.unwrap();
            assert_eq!(verify(&mut conn, desk).await.unwrap(), Verified::Intact { entries: 16 });
        })
        .await;
    }
}
