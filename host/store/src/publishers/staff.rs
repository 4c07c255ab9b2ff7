//! The platform's own people: what each of them may do.

use std::collections::BTreeSet;

use annex_domain::{clock::Timestamp, ids::AccountId, publisher::StaffPermission};

use crate::{
    Conn, StoreError, Tx,
    db::query::{At, execute, fetch_all},
};

/// Gives an account a permission; false when it has it.
///
/// # Errors
/// [`StoreError::Reference`] for an unknown account.
pub async fn grant(
    tx: &mut Tx,
    account: AccountId,
    permission: StaffPermission,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO staff (account_id, permission, since) VALUES ($1, $2, $3)
               ON CONFLICT (account_id, permission) DO NOTHING";
    Ok(execute!(tx, sql, account, permission, now)? == 1)
}

/// Takes a permission from an account.
///
/// # Errors
/// [`StoreError::NotFound`] when it does not have it.
pub async fn revoke(tx: &mut Tx, account: AccountId, permission: StaffPermission) -> Result<(), StoreError> {
    match execute!(tx, "DELETE FROM staff WHERE account_id = $1 AND permission = $2", account, permission)? {
        1 => Ok(()),
        _ => Err(StoreError::NotFound("permission")),
    }
}

/// What an account may do for the platform.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn permissions(conn: &mut Conn, account: AccountId) -> Result<BTreeSet<StaffPermission>, StoreError> {
    let rows = fetch_all!(conn, (String,), "SELECT permission FROM staff WHERE account_id = $1", account)?;
    rows.iter().map(|(word,)| At::new("staff", word).parse("permission", word)).collect()
}

/// Everybody who may do something for the platform, by address: address and permission.
///
/// # Errors
/// When the database fails or a row is malformed.
pub async fn list(conn: &mut Conn) -> Result<Vec<(String, StaffPermission)>, StoreError> {
    let sql = "SELECT a.email, s.permission FROM staff s JOIN billing_accounts a ON a.id = s.account_id
               ORDER BY a.email, s.permission";
    let rows = fetch_all!(conn, (String, String), sql)?;
    let read = |(email, word): (String, String)| {
        let permission = At::new("staff", &email).parse("permission", &word)?;
        Ok((email, permission))
    };
    rows.into_iter().map(read).collect()
}
