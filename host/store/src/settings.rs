//! What a desk entered for an installation. Plain values as JSON; secrets sealed by the vault under the desk's key, bound
//! to desk, add-on and setting, so that a sealed value moved to another row does not open.

use std::collections::BTreeMap;

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, InstallationId},
    settings::SettingValue,
};

use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{At, execute, fetch_all, fetch_optional},
};

/// A stored setting.
#[derive(Debug, Clone, PartialEq)]
pub enum Stored {
    /// Anything but a secret.
    Plain(SettingValue),
    /// As the vault sealed it.
    Sealed(Vec<u8>),
}

#[derive(sqlx::FromRow)]
struct SettingSql {
    key: String,
    value: Option<String>,
    sealed: Option<Vec<u8>>,
}

impl TryFrom<SettingSql> for (String, Stored) {
    type Error = StoreError;
    fn try_from(row: SettingSql) -> Result<Self> {
        let at = At::new("installation_settings", &row.key);
        let stored = match (row.value, row.sealed) {
            (Some(value), None) => Stored::Plain(at.json("value", &value)?),
            (None, Some(sealed)) => Stored::Sealed(sealed),
            _ => return Err(at.corrupt("value", "expected either a value or a sealed one")),
        };
        Ok((row.key, stored))
    }
}

/// One setting.
pub async fn get(conn: &mut Conn, desk: DeskId, installation: InstallationId, key: &str) -> Result<Option<Stored>> {
    let row = fetch_optional!(
        conn,
        SettingSql,
        "SELECT key, value, sealed FROM installation_settings WHERE desk_id = $1 AND installation_id = $2 AND key = $3",
        desk,
        installation,
        key
    )?;
    Ok(row.map(<(String, Stored)>::try_from).transpose()?.map(|(_, stored)| stored))
}

/// All settings by key.
pub async fn list(conn: &mut Conn, desk: DeskId, installation: InstallationId) -> Result<BTreeMap<String, Stored>> {
    let rows = fetch_all!(
        conn,
        SettingSql,
        "SELECT key, value, sealed FROM installation_settings WHERE desk_id = $1 AND installation_id = $2",
        desk,
        installation
    )?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Writes one setting; `None` unsets it.
pub async fn put(
    tx: &mut Tx,
    desk: DeskId,
    installation: InstallationId,
    key: &str,
    value: Option<&Stored>,
    now: Timestamp,
) -> Result<()> {
    let (plain, sealed) = match value {
        None => {
            execute!(
                tx,
                "DELETE FROM installation_settings WHERE desk_id = $1 AND installation_id = $2 AND key = $3",
                desk,
                installation,
                key
            )?;
            return Ok(());
        }
        Some(Stored::Plain(value)) => (Some(serde_json::to_string(value)?), None),
        Some(Stored::Sealed(bytes)) => (None, Some(&bytes[..])),
    };
    execute!(
        tx,
        "INSERT INTO installation_settings (desk_id, installation_id, key, value, sealed, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (installation_id, key) DO UPDATE SET value = excluded.value, sealed = excluded.sealed,
             updated_at = excluded.updated_at",
        desk,
        installation,
        key,
        plain.clone(),
        sealed,
        now
    )?;
    Ok(())
}
