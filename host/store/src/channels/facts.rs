//! What channels can carry, as their running version said. The component is asked once for each version and each change of its settings.

use annex_domain::{
    channel::Facts,
    ids::{DeskId, InstallationId},
    installation::Installation,
};

use crate::{
    Conn, Result, Tx,
    db::query::{At, execute, fetch_optional},
};

/// Keeps what the running version of a channel can carry; nothing of one that is gone.
pub async fn put_facts(tx: &mut Tx, of: &Installation, facts: &Facts) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO channel_facts (installation_id, desk_id, version, facts)
         SELECT i.id, i.desk_id, $3, $4 FROM installations i WHERE i.desk_id = $1 AND i.id = $2
         ON CONFLICT (installation_id) DO UPDATE SET version = excluded.version, facts = excluded.facts",
        of.desk,
        of.id,
        of.version.to_string(),
        serde_json::to_string(facts)?
    )?;
    Ok(())
}

/// What the running version of a channel can carry. `None`: it was not asked yet.
pub async fn facts(conn: &mut Conn, of: &Installation) -> Result<Option<Facts>> {
    let sql = "SELECT facts FROM channel_facts WHERE desk_id = $1 AND installation_id = $2 AND version = $3";
    let row = fetch_optional!(conn, (String,), sql, of.desk, of.id, of.version.to_string())?;
    let text = of.id.to_string();
    row.map(|(facts,)| At::new("channel_facts", &text).json("facts", &facts)).transpose()
}

/// Forgets what a channel can carry: it is asked again.
pub async fn forget_facts(tx: &mut Tx, desk: DeskId, installation: InstallationId) -> Result<()> {
    let sql = "DELETE FROM channel_facts WHERE desk_id = $1 AND installation_id = $2";
    execute!(tx, sql, desk, installation).map(drop)
}
