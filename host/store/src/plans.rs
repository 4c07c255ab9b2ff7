//! Calls of add-ons at times to come. A plan that has come is taken by whoever finds its time as it was: so one node alone makes a
//! call of it. Regular ones move on to their next time, the others are gone then.

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
    /// Whose plan it is.
    pub enum PlanKind: "kind of plan" {
        /// Of the manifest.
        Regular = "regular",
        /// Of the add-on.
        Once = "once",
    }
}

/// A plan whose time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Of whom.
    pub desk: DeskId,
    /// Of which add-on.
    pub installation: InstallationId,
    /// Whose plan it is.
    pub kind: PlanKind,
    /// Its name among those of its kind.
    pub key: String,
    /// For when it was planned.
    pub due: Timestamp,
    /// What the add-on gave along.
    pub data: Vec<u8>,
}

/// A plan as operators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Whose plan it is.
    pub kind: PlanKind,
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
        "INSERT INTO addon_plans (desk_id, installation_id, kind, key, due_at, data)
         SELECT i.desk_id, i.id, 'once', $3, $4, $5 FROM installations i
         WHERE i.desk_id = $1 AND i.id = $2 AND (SELECT COUNT(*) FROM addon_plans p
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
    let sql = "DELETE FROM addon_plans WHERE desk_id = $1 AND installation_id = $2 AND kind = 'once' AND key = $3";
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
        "SELECT key, due_at FROM addon_plans WHERE desk_id = $1 AND installation_id = $2 AND kind = 'once'
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

/// The plans of a manifest, by their keys, each with its next time: those that are not named are gone.
pub async fn set_regular(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    plans: &[(String, Timestamp)],
) -> Result<()> {
    let sql = "SELECT key FROM addon_plans WHERE desk_id = $1 AND installation_id = $2 AND kind = 'regular'";
    for (key,) in fetch_all!(tx, (String,), sql, desk, installation)? {
        if !plans.iter().any(|(planned, _)| *planned == key) {
            let sql =
                "DELETE FROM addon_plans WHERE desk_id = $1 AND installation_id = $2 AND kind = 'regular' AND key = $3";
            execute!(tx, sql, desk, installation, key)?;
        }
    }
    for (key, due) in plans {
        let sql = "INSERT INTO addon_plans (desk_id, installation_id, kind, key, due_at, data)
                   VALUES ($1, $2, 'regular', $3, $4, $5)
                   ON CONFLICT (installation_id, kind, key) DO UPDATE SET due_at = excluded.due_at";
        execute!(tx, sql, desk, installation, key, *due, Vec::<u8>::new())?;
    }
    Ok(())
}

/// Plans of all desks whose time has come: the first of each installation before the second of any, however much one has planned; in the
/// place of each that cannot be read, why.
pub async fn due(conn: &mut Conn, now: Timestamp, limit: u32) -> Result<Vec<Result<Due>>> {
    let rows = fetch_all!(
        conn,
        (String, String, String, String, i64, Vec<u8>),
        "SELECT p.desk_id, p.installation_id, p.kind, p.key, p.due_at, p.data FROM (
            SELECT desk_id, installation_id, kind, key, due_at, data,
                ROW_NUMBER() OVER (PARTITION BY installation_id ORDER BY due_at, key) AS place
            FROM addon_plans WHERE due_at <= $1
         ) p ORDER BY p.place, p.due_at LIMIT $2",
        now,
        limit
    )?;
    Ok(rows.into_iter().map(read_due).collect())
}

fn read_due(row: (String, String, String, String, i64, Vec<u8>)) -> Result<Due> {
    let (desk, installation, kind, key, due, data) = row;
    let at = At::new("addon_plans", &key);
    let (desk, installation) = (at.parse("desk_id", &desk)?, at.parse("installation_id", &installation)?);
    let kind = at.parse("kind", &kind)?;
    Ok(Due { desk, installation, kind, key, due: Timestamp(due), data })
}

/// Takes a plan whose time has come: it moves on to `next`, or is gone. False when another node has it, or it was planned anew.
pub async fn take(tx: &mut Tx, plan: &Due, next: Option<Timestamp>) -> Result<bool> {
    let Due { desk, installation, kind, key, due, .. } = plan;
    let kind = kind.as_str();
    let taken = match next {
        Some(next) => {
            let sql = "UPDATE addon_plans SET due_at = $6
                       WHERE desk_id = $1 AND installation_id = $2 AND kind = $3 AND key = $4 AND due_at = $5";
            execute!(tx, sql, *desk, *installation, kind, key, *due, next)?
        }
        None => {
            let sql = "DELETE FROM addon_plans
                       WHERE desk_id = $1 AND installation_id = $2 AND kind = $3 AND key = $4 AND due_at = $5";
            execute!(tx, sql, *desk, *installation, kind, key, *due)?
        }
    };
    Ok(taken == 1)
}

/// Notes how the call of a regular plan went.
pub async fn note(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    key: &str,
    outcome: &str,
    now: Timestamp,
) -> Result<()> {
    let sql = "UPDATE addon_plans SET last_at = $4, last_outcome = $5
               WHERE desk_id = $1 AND installation_id = $2 AND kind = 'regular' AND key = $3";
    execute!(tx, sql, desk, installation, key, now, outcome).map(drop)
}

/// What is planned for an installation: all of the manifest's, and the next of its own; at most `limit`.
pub async fn of(conn: &mut Conn, desk: DeskId, installation: InstallationId, limit: u32) -> Result<Vec<Plan>> {
    let rows = fetch_all!(
        conn,
        (String, String, i64, Option<i64>, Option<String>),
        "SELECT kind, key, due_at, last_at, last_outcome FROM addon_plans WHERE desk_id = $1 AND installation_id = $2
         ORDER BY kind DESC, due_at, key LIMIT $3",
        desk,
        installation,
        limit
    )?;
    rows.into_iter().map(read_plan).collect()
}

fn read_plan(row: (String, String, i64, Option<i64>, Option<String>)) -> Result<Plan> {
    let (kind, key, due, at, outcome) = row;
    let kind = At::new("addon_plans", &key).parse("kind", &kind)?;
    Ok(Plan { kind, key, due: Timestamp(due), last: at.map(Timestamp).zip(outcome) })
}

#[cfg(test)]
mod tests;
