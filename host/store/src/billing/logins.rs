//! The login of a desk to the billing system (R5): one for the whole desk, until somebody logs out.

use annex_domain::{
    clock::Timestamp,
    ids::{AccountId, DeskId, OperatorId},
};

use super::accounts::{self, Account};
use crate::{
    Conn, Result, Tx,
    db::query::{At, execute, fetch_optional},
};

/// Which account the desk is logged in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The account.
    pub account: Account,
    /// False: it is the wrong one, and only Logout is offered (R6).
    pub holds_licence: bool,
    /// Who logged in.
    pub by: OperatorId,
    /// When.
    pub at: Timestamp,
}

/// Logs the desk in, in place of whatever login there was. Who holds the licence pays from here on, also when nobody is
/// logged in any more.
///
/// # Errors
/// [`crate::StoreError::Reference`] for an unknown desk or account.
pub async fn log_in(
    tx: &mut Tx,
    desk: DeskId,
    account: AccountId,
    holds_licence: bool,
    by: OperatorId,
    now: Timestamp,
) -> Result<()> {
    super::lock(tx, desk).await?;
    let sql = "INSERT INTO billing_logins (desk_id, account_id, holds_licence, logged_in_by, logged_in_at)
               VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT (desk_id) DO UPDATE SET account_id = excluded.account_id, holds_licence = excluded.holds_licence,
                    logged_in_by = excluded.logged_in_by, logged_in_at = excluded.logged_in_at";
    execute!(tx, sql, desk, account, holds_licence, by, now)?;
    if holds_licence { accounts::move_licence(tx, desk, account, now).await } else { Ok(()) }
}

/// Logs the desk out. True when it was logged in.
pub async fn log_out(tx: &mut Tx, desk: DeskId) -> Result<bool> {
    Ok(execute!(tx, "DELETE FROM billing_logins WHERE desk_id = $1", desk)? == 1)
}

/// The desk's login.
pub async fn of_desk(conn: &mut Conn, desk: DeskId) -> Result<Option<Login>> {
    let sql = "SELECT account_id, holds_licence, logged_in_by, logged_in_at FROM billing_logins WHERE desk_id = $1";
    let Some((account, holds, by, at)) = fetch_optional!(conn, (String, i64, String, i64), sql, desk)? else {
        return Ok(None);
    };
    let text = desk.to_string();
    let row = At::new("billing_logins", &text);
    let account = accounts::get(conn, row.parse("account_id", &account)?).await?;
    Ok(Some(Login { account, holds_licence: holds != 0, by: row.parse("logged_in_by", &by)?, at: Timestamp(at) }))
}
