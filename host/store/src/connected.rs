//! Accounts at other services that a desk has connected, sealed. Who makes their tokens fresh holds a lease: services that give out a
//! new refresh token each time end an account whose old one is used twice.

use std::collections::BTreeSet;

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, InstallationId},
};

use crate::{
    Conn, Result, Tx,
    db::query::{execute, fetch_all, fetch_optional},
};

/// Whose account it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Of which desk.
    pub desk: DeskId,
    /// For which installation.
    pub installation: InstallationId,
    /// Of the setting.
    pub setting: String,
}

/// What became of an account whose token was to be made fresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled<'a> {
    /// It is as it was.
    Kept,
    /// It has new tokens, sealed.
    Fresh(&'a [u8]),
    /// It has ended at its service, and is gone.
    Ended,
}

/// What is sealed of an account.
pub async fn get(conn: &mut Conn, key: &Key) -> Result<Option<Vec<u8>>> {
    let sql = "SELECT sealed FROM connected_accounts WHERE desk_id = $1 AND installation_id = $2 AND setting = $3";
    let row = fetch_optional!(conn, (Vec<u8>,), sql, key.desk, key.installation, &key.setting)?;
    Ok(row.map(|(sealed,)| sealed))
}

/// The settings that have an account.
pub async fn settings(conn: &mut Conn, desk: DeskId, installation: InstallationId) -> Result<BTreeSet<String>> {
    let sql = "SELECT setting FROM connected_accounts WHERE desk_id = $1 AND installation_id = $2";
    Ok(fetch_all!(conn, (String,), sql, desk, installation)?.into_iter().map(|(setting,)| setting).collect())
}

/// Connects an account, in the place of the one before.
pub async fn put(tx: &mut Tx, key: &Key, sealed: &[u8], now: Timestamp) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO connected_accounts (installation_id, desk_id, setting, sealed, leased_until, updated_at)
         VALUES ($1, $2, $3, $4, 0, $5)
         ON CONFLICT (installation_id, setting) DO UPDATE SET sealed = excluded.sealed, leased_until = 0,
             updated_at = excluded.updated_at",
        key.installation,
        key.desk,
        &key.setting,
        sealed,
        now
    )
    .map(drop)
}

/// Disconnects an account; true when there was one.
pub async fn delete(tx: &mut Tx, key: &Key) -> Result<bool> {
    let sql = "DELETE FROM connected_accounts WHERE desk_id = $1 AND installation_id = $2 AND setting = $3";
    Ok(execute!(tx, sql, key.desk, key.installation, &key.setting)? == 1)
}

/// Takes the lease until `until`, as long as the account is as it was read; true for one alone.
pub async fn lease(tx: &mut Tx, key: &Key, sealed: &[u8], now: Timestamp, until: Timestamp) -> Result<bool> {
    let sql = "UPDATE connected_accounts SET leased_until = $6
               WHERE desk_id = $1 AND installation_id = $2 AND setting = $3 AND sealed = $4 AND leased_until <= $5";
    Ok(execute!(tx, sql, key.desk, key.installation, &key.setting, sealed, now, until)? == 1)
}

/// Ends the lease. Where somebody has connected another account than was read, that stays.
pub async fn settle(tx: &mut Tx, key: &Key, before: &[u8], after: Settled<'_>, now: Timestamp) -> Result<()> {
    let sealed = match after {
        Settled::Ended => {
            let sql = "DELETE FROM connected_accounts
                       WHERE desk_id = $1 AND installation_id = $2 AND setting = $3 AND sealed = $4";
            return execute!(tx, sql, key.desk, key.installation, &key.setting, before).map(drop);
        }
        Settled::Fresh(sealed) => sealed,
        Settled::Kept => before,
    };
    let sql = "UPDATE connected_accounts SET sealed = $5, leased_until = 0, updated_at = $6
               WHERE desk_id = $1 AND installation_id = $2 AND setting = $3 AND sealed = $4";
    execute!(tx, sql, key.desk, key.installation, &key.setting, before, sealed, now).map(drop)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        installations::tests::{NOW, installed},
        testing::on_both,
    };

    #[tokio::test]
    async fn one_makes_tokens_fresh_and_never_those_of_another_account() {
        on_both(async |db| {
            let of = installed(&db).await;
            let key = Key { desk: of.desk, installation: of.id, setting: "crm".to_owned() };
            let mut tx = db.begin().await.unwrap();
            put(&mut tx, &key, b"old", NOW).await.unwrap();
            let later = NOW.after(Duration::from_secs(30));
            assert!(!lease(&mut tx, &key, b"other", NOW, later).await.unwrap(), "it was read before");
            assert!(lease(&mut tx, &key, b"old", NOW, later).await.unwrap());
            assert!(!lease(&mut tx, &key, b"old", NOW, later).await.unwrap());
            assert!(
                lease(&mut tx, &key, b"old", later, later.after(Duration::from_secs(1))).await.unwrap(),
                "who had it died"
            );
            settle(&mut tx, &key, b"old", Settled::Fresh(b"new"), NOW).await.unwrap();
            assert_eq!(get(&mut tx, &key).await.unwrap().as_deref(), Some(b"new".as_slice()));
            assert!(lease(&mut tx, &key, b"new", NOW, later).await.unwrap(), "the lease has ended");
            put(&mut tx, &key, b"another", NOW).await.unwrap();
            settle(&mut tx, &key, b"new", Settled::Ended, NOW).await.unwrap();
            settle(&mut tx, &key, b"new", Settled::Fresh(b"late"), NOW).await.unwrap();
            assert_eq!(get(&mut tx, &key).await.unwrap().as_deref(), Some(b"another".as_slice()));
            assert_eq!(settings(&mut tx, of.desk, of.id).await.unwrap(), BTreeSet::from(["crm".to_owned()]));
            let stranger = Key { desk: DeskId::new(), ..key.clone() };
            assert_eq!(
                (get(&mut tx, &stranger).await.unwrap(), delete(&mut tx, &stranger).await.unwrap()),
                (None, false)
            );
            settle(&mut tx, &key, b"another", Settled::Ended, NOW).await.unwrap();
            assert!(!delete(&mut tx, &key).await.unwrap());
        })
        .await;
    }
}
