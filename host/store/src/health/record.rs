//! Writing down how installations do.

use annex_domain::{
    clock::Timestamp,
    ids::{CallId, DeskId, InstallationId},
};

use super::{CALLS_KEPT, Call, HOUR, LastError, Totals, hour_of, traps};
use crate::{Result, Tx, db::query::execute};

/// Adds to the sums of an hour.
pub async fn add(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    hour: Timestamp,
    totals: &Totals,
) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO health_hours (desk_id, installation_id, hour, calls, errors, traps, wall_micros, wall_micros_max, fuel,
                peak_memory, host_calls) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (installation_id, hour) DO UPDATE SET calls = health_hours.calls + excluded.calls,
             errors = health_hours.errors + excluded.errors, traps = health_hours.traps + excluded.traps,
             wall_micros = health_hours.wall_micros + excluded.wall_micros, fuel = health_hours.fuel + excluded.fuel,
             host_calls = health_hours.host_calls + excluded.host_calls,
             wall_micros_max = CASE WHEN excluded.wall_micros_max > health_hours.wall_micros_max
                 THEN excluded.wall_micros_max ELSE health_hours.wall_micros_max END,
             peak_memory = CASE WHEN excluded.peak_memory > health_hours.peak_memory
                 THEN excluded.peak_memory ELSE health_hours.peak_memory END",
        desk,
        installation,
        hour_of(hour),
        sql(totals.calls),
        sql(totals.errors),
        sql(totals.traps),
        sql(totals.wall_micros),
        sql(totals.wall_micros_max),
        sql(totals.fuel),
        sql(totals.peak_memory),
        sql(totals.host_calls)
    )?;
    Ok(())
}

fn sql(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Writes calls one by one and keeps the newest [`CALLS_KEPT`].
pub async fn add_calls(tx: &mut Tx, desk: DeskId, installation: InstallationId, calls: &[Call]) -> Result<()> {
    for call in calls {
        execute!(
            tx,
            "INSERT INTO addon_calls (id, desk_id, installation_id, kind, outcome, made_at, wall_micros, fuel, peak_memory,
                    host_calls, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, (SELECT version FROM installations WHERE id = $3))
             ON CONFLICT (id) DO NOTHING",
            call.id,
            desk,
            installation,
            &call.kind,
            &call.outcome,
            call.at,
            sql(call.wall_micros),
            sql(call.fuel),
            sql(call.peak_memory),
            serde_json::to_string(&call.host_calls)?.replace("\\u0000", "")
        )?;
    }
    execute!(
        tx,
        "DELETE FROM addon_calls WHERE desk_id = $1 AND installation_id = $2 AND id <= (SELECT id FROM addon_calls
             WHERE desk_id = $1 AND installation_id = $2 ORDER BY id DESC LIMIT 1 OFFSET $3)",
        desk,
        installation,
        CALLS_KEPT
    )?;
    Ok(())
}

/// Remembers the last error.
pub async fn set_last_error(tx: &mut Tx, desk: DeskId, installation: InstallationId, error: &LastError) -> Result<()> {
    let text: String = error.text.chars().filter(|c| *c != '\0').take(2000).collect();
    execute!(
        tx,
        "INSERT INTO last_errors (installation_id, desk_id, code, text, call_id, made_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (installation_id) DO UPDATE SET code = excluded.code, text = excluded.text,
             call_id = excluded.call_id, made_at = excluded.made_at WHERE last_errors.made_at <= excluded.made_at",
        installation,
        desk,
        &error.code,
        text.clone(),
        error.call,
        error.at
    )?;
    Ok(())
}

/// Writes a trap and counts those within the last hour, this one included.
pub async fn trap(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    call: CallId,
    now: Timestamp,
) -> Result<u32> {
    execute!(
        tx,
        "INSERT INTO traps (call_id, desk_id, installation_id, made_at) VALUES ($1, $2, $3, $4) ON CONFLICT (call_id) DO NOTHING",
        call,
        desk,
        installation,
        now
    )?;
    traps(tx, desk, installation, now).await
}

/// Forgets the traps: an operator has switched the add-on on again, and it starts afresh.
pub async fn forget_traps(tx: &mut Tx, desk: DeskId, installation: InstallationId) -> Result<()> {
    execute!(tx, "DELETE FROM traps WHERE desk_id = $1 AND installation_id = $2", desk, installation)?;
    Ok(())
}

/// Removes sums older than `before` and traps that no longer count.
pub async fn purge(tx: &mut Tx, before: Timestamp, now: Timestamp) -> Result<()> {
    execute!(tx, "DELETE FROM health_hours WHERE hour < $1", before)?;
    execute!(tx, "DELETE FROM addon_calls WHERE made_at < $1", before)?;
    execute!(tx, "DELETE FROM traps WHERE made_at < $1", now.0 - HOUR)?;
    Ok(())
}
