//! Calls of add-ons at times to come. One that has come is taken by whoever finds its time as it was: so one node alone makes it.
//! Regular ones move on to their next time, the others are gone then.

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, InstallationId},
    ports::{Paged, Planned},
};

use crate::{
    Conn, Result, Tx,
    db::query::{At, execute, fetch_all},
};

/// Calls that an installation can have planned by itself.
pub const MOST: u32 = 1_000;

annex_domain::words! {
    /// What a call comes from.
    pub enum TimerKind: "kind of timer" {
        /// A schedule of the manifest.
        Regular = "regular",
        /// The add-on itself.
        Once = "once",
    }
}

/// A call whose time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Of whom.
    pub desk: DeskId,
    /// Of which add-on.
    pub installation: InstallationId,
    /// What it comes from.
    pub kind: TimerKind,
    /// Its name among those of its kind.
    pub key: String,
    /// For when it was planned.
    pub due: Timestamp,
    /// What the add-on gave along.
    pub data: Vec<u8>,
}

/// A planned call as operators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedCall {
    /// What it comes from.
    pub kind: TimerKind,
    /// Its name among those of its kind.
    pub key: String,
    /// When it comes next.
    pub due: Timestamp,
    /// When it came last, and `ok` or a word for what went wrong.
    pub last: Option<(Timestamp, String)>,
}

/// Plans a call; what an add-on has planned under the key is replaced. False when it has [`MOST`] others, or is gone.
pub async fn put(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    key: &str,
    due: Timestamp,
    data: &[u8],
) -> Result<bool> {
    let put = execute!(
        tx,
        "INSERT INTO planned_calls (desk_id, installation_id, kind, key, due_at, data)
         SELECT i.desk_id, i.id, 'once', $3, $4, $5 FROM installations i
         WHERE i.desk_id = $1 AND i.id = $2 AND (SELECT COUNT(*) FROM planned_calls p
            WHERE p.installation_id = i.id AND p.kind = 'once' AND p.key <> $3) < $6
         ON CONFLICT (installation_id, kind, key) DO UPDATE SET due_at = excluded.due_at, data = excluded.data",
        desk,
        installation,
        key,
        due,
        data,
        MOST
    )?;
    Ok(put == 1)
}

/// True when an add-on had planned something under the key.
pub async fn cancel(tx: &mut Tx, desk: DeskId, installation: InstallationId, key: &str) -> Result<bool> {
    let sql = "DELETE FROM planned_calls WHERE desk_id = $1 AND installation_id = $2 AND kind = 'once' AND key = $3";
    Ok(execute!(tx, sql, desk, installation, key)? == 1)
}

/// What an add-on has planned under keys with a prefix, after a cursor.
pub async fn list(
    conn: &mut Conn,
    desk: DeskId,
    installation: InstallationId,
    prefix: &str,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Paged<Planned>> {
    // Keys with a prefix stand together in byte order: from the prefix up, until one no longer starts with it.
    let rows = fetch_all!(
        conn,
        (String, i64),
        "SELECT key, due_at FROM planned_calls WHERE desk_id = $1 AND installation_id = $2 AND kind = 'once'
            AND key >= $3 AND key > $4 ORDER BY key LIMIT $5",
        desk,
        installation,
        prefix,
        cursor.unwrap_or_default(),
        limit + 1
    )?;
    let planned = rows.into_iter().map(|(key, due)| Planned { key, due: Timestamp(due) });
    let mut items: Vec<Planned> = planned.take_while(|planned| planned.key.starts_with(prefix)).collect();
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next = items.last().filter(|_| more).map(|last| last.key.clone());
    Ok(Paged { items, next })
}

/// The calls by the schedules of a manifest, by their keys, each with its next time: those that are not named are gone.
pub async fn set_regular(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    schedules: &[(String, Timestamp)],
) -> Result<()> {
    let sql = "SELECT key FROM planned_calls WHERE desk_id = $1 AND installation_id = $2 AND kind = 'regular'";
    for (key,) in fetch_all!(tx, (String,), sql, desk, installation)? {
        if !schedules.iter().any(|(named, _)| *named == key) {
            let sql = "DELETE FROM planned_calls
                       WHERE desk_id = $1 AND installation_id = $2 AND kind = 'regular' AND key = $3";
            execute!(tx, sql, desk, installation, key)?;
        }
    }
    for (key, due) in schedules {
        let sql = "INSERT INTO planned_calls (desk_id, installation_id, kind, key, due_at, data)
                   VALUES ($1, $2, 'regular', $3, $4, $5)
                   ON CONFLICT (installation_id, kind, key) DO UPDATE SET due_at = excluded.due_at";
        execute!(tx, sql, desk, installation, key, *due, Vec::<u8>::new())?;
    }
    Ok(())
}

/// Calls of all desks whose time has come: the first of each installation before the second of any, however much one has planned; in the
/// place of each that cannot be read, why.
pub async fn due(conn: &mut Conn, now: Timestamp, limit: u32) -> Result<Vec<Result<Due>>> {
    let rows = fetch_all!(
        conn,
        (String, String, String, String, i64, Vec<u8>),
        "SELECT p.desk_id, p.installation_id, p.kind, p.key, p.due_at, p.data FROM (
            SELECT desk_id, installation_id, kind, key, due_at, data,
                ROW_NUMBER() OVER (PARTITION BY installation_id ORDER BY due_at, key) AS place
            FROM planned_calls WHERE due_at <= $1
         ) p ORDER BY p.place, p.due_at LIMIT $2",
        now,
        limit
    )?;
    Ok(rows.into_iter().map(read_due).collect())
}

fn read_due(row: (String, String, String, String, i64, Vec<u8>)) -> Result<Due> {
    let (desk, installation, kind, key, due, data) = row;
    let at = At::new("planned_calls", &key);
    let (desk, installation) = (at.parse("desk_id", &desk)?, at.parse("installation_id", &installation)?);
    let kind = at.parse("kind", &kind)?;
    Ok(Due { desk, installation, kind, key, due: Timestamp(due), data })
}

/// Takes a call whose time has come: it moves on to `next`, or is gone. False when another node has it, or it was planned anew.
pub async fn take(tx: &mut Tx, call: &Due, next: Option<Timestamp>) -> Result<bool> {
    let Due { desk, installation, kind, key, due, .. } = call;
    let kind = kind.as_str();
    let taken = match next {
        Some(next) => {
            let sql = "UPDATE planned_calls SET due_at = $6
                       WHERE desk_id = $1 AND installation_id = $2 AND kind = $3 AND key = $4 AND due_at = $5";
            execute!(tx, sql, *desk, *installation, kind, key, *due, next)?
        }
        None => {
            let sql = "DELETE FROM planned_calls
                       WHERE desk_id = $1 AND installation_id = $2 AND kind = $3 AND key = $4 AND due_at = $5";
            execute!(tx, sql, *desk, *installation, kind, key, *due)?
        }
    };
    Ok(taken == 1)
}

/// Notes how a regular call went.
pub async fn note(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    key: &str,
    outcome: &str,
    now: Timestamp,
) -> Result<()> {
    let sql = "UPDATE planned_calls SET last_at = $4, last_outcome = $5
               WHERE desk_id = $1 AND installation_id = $2 AND kind = 'regular' AND key = $3";
    execute!(tx, sql, desk, installation, key, now, outcome).map(drop)
}

/// What is planned for an installation: all of the manifest's, and the next of its own; at most `limit`.
pub async fn of(conn: &mut Conn, desk: DeskId, installation: InstallationId, limit: u32) -> Result<Vec<PlannedCall>> {
    let rows = fetch_all!(
        conn,
        (String, String, i64, Option<i64>, Option<String>),
        "SELECT kind, key, due_at, last_at, last_outcome FROM planned_calls WHERE desk_id = $1 AND installation_id = $2
         ORDER BY kind DESC, due_at, key LIMIT $3",
        desk,
        installation,
        limit
    )?;
    rows.into_iter().map(read_planned_call).collect()
}

fn read_planned_call(row: (String, String, i64, Option<i64>, Option<String>)) -> Result<PlannedCall> {
    let (kind, key, due, at, outcome) = row;
    let kind = At::new("planned_calls", &key).parse("kind", &kind)?;
    Ok(PlannedCall { kind, key, due: Timestamp(due), last: at.map(Timestamp).zip(outcome) })
}

#[cfg(test)]
mod tests;
