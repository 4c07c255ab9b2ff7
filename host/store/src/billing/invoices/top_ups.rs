//! Invoices with which credit is bought.

use annex_domain::{billing::TopUp, clock::Timestamp, ids::DeskId};

use super::{Invoice, InvoiceSql, NewInvoice, insert};
use crate::{
    Conn, Result, Tx,
    db::query::{execute, fetch_optional},
};

/// As [`insert`], for credit that is bought. The same key of a desk is given once: look with [`by_top_up_key`] first, under the
/// desk's lock.
///
/// # Errors
/// As [`insert`].
pub async fn insert_top_up(
    tx: &mut Tx,
    new: &NewInvoice,
    by: TopUp,
    key: Option<&str>,
    now: Timestamp,
) -> Result<Invoice> {
    let mut invoice = insert(tx, new, now).await?;
    execute!(tx, "UPDATE invoices SET top_up = $2, top_up_key = $3 WHERE id = $1", invoice.id, by, key)?;
    invoice.top_up = Some(by);
    Ok(invoice)
}

/// The credit of the desk that was asked for with a key.
pub async fn by_top_up_key(conn: &mut Conn, desk: DeskId, key: &str) -> Result<Option<Invoice>> {
    let sql = "SELECT * FROM invoices WHERE desk_id = $1 AND top_up_key = $2";
    fetch_optional!(conn, InvoiceSql, sql, desk, key)?.map(TryInto::try_into).transpose()
}

/// When credit of the desk was last to be bought without anybody asking for it.
pub async fn last_top_up(conn: &mut Conn, desk: DeskId) -> Result<Option<Timestamp>> {
    let sql =
        "SELECT created_at FROM invoices WHERE desk_id = $1 AND top_up = 'threshold' ORDER BY number DESC LIMIT 1";
    Ok(fetch_optional!(conn, (i64,), sql, desk)?.map(|(at,)| Timestamp(at)))
}
