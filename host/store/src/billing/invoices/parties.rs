//! Who sells and who buys, as they were when an invoice was made out: what an invoice with tax has to name. The seller is the
//! platform, as the host is configured; the buyer is the account that pays.

use annex_domain::{
    clock::Timestamp,
    ids::{AccountId, DeskId, InvoiceId},
};
use serde::{Deserialize, Serialize};

use crate::{
    Conn, Result, StoreError, Tx,
    db::query::{execute, fetch_all, fetch_optional},
    facts,
};

/// The fact that names the seller.
const SELLER: &str = "seller";

/// The longest address of a party, in characters.
pub const ADDRESS: usize = 500;
/// The longest tax id of a party, in characters.
pub const TAX_ID: usize = 40;

/// A party of an invoice. What is empty is not given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// A person's or a company's.
    pub name: String,
    /// In several lines.
    pub address: String,
    /// Such as a VAT number.
    pub tax_id: String,
}

/// Both parties of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parties {
    /// Who is paid.
    pub seller: Party,
    /// Who pays.
    pub buyer: Party,
    /// The rates of tax on its lines, whose amounts are net: in hundredths of a percent.
    pub tax_rates: Vec<i64>,
}

/// Says who sells from now on; nobody: invoices name no parties.
pub async fn set_seller(tx: &mut Tx, seller: Option<&Party>, now: Timestamp) -> Result<()> {
    facts::put(tx, SELLER, &serde_json::to_string(&seller)?, now).await
}

/// Writes both parties into an invoice that was just made out, where somebody said who sells.
pub(super) async fn keep(tx: &mut Tx, desk: DeskId, invoice: InvoiceId) -> Result<()> {
    let Some(known) = facts::get(tx, SELLER).await? else { return Ok(()) };
    let Some(seller) = serde_json::from_str::<Option<Party>>(&known)? else { return Ok(()) };
    let sql = "UPDATE invoices SET seller_name = $3, seller_address = $4, seller_tax_id = $5,
                   buyer_name = (SELECT name FROM billing_accounts a WHERE a.id = invoices.account_id),
                   buyer_address = (SELECT address FROM billing_accounts a WHERE a.id = invoices.account_id),
                   buyer_tax_id = (SELECT tax_id FROM billing_accounts a WHERE a.id = invoices.account_id)
               WHERE desk_id = $1 AND id = $2";
    execute!(tx, sql, desk, invoice, &seller.name, &seller.address, &seller.tax_id).map(drop)
}

#[derive(sqlx::FromRow)]
struct PartiesSql {
    seller_name: Option<String>,
    seller_address: Option<String>,
    seller_tax_id: Option<String>,
    buyer_name: Option<String>,
    buyer_address: Option<String>,
    buyer_tax_id: Option<String>,
}

/// The parties of an invoice of the desk; none where nobody had said who sells.
pub async fn parties(conn: &mut Conn, desk: DeskId, invoice: InvoiceId) -> Result<Option<Parties>> {
    let sql = "SELECT seller_name, seller_address, seller_tax_id, buyer_name, buyer_address, buyer_tax_id FROM invoices
               WHERE desk_id = $1 AND id = $2 AND seller_name IS NOT NULL";
    let Some(row) = fetch_optional!(conn, PartiesSql, sql, desk, invoice)? else { return Ok(None) };
    let sql = "SELECT DISTINCT tax_rate FROM invoice_lines WHERE desk_id = $1 AND invoice_id = $2 ORDER BY tax_rate";
    let rates = fetch_all!(conn, (i64,), sql, desk, invoice)?;
    let party = |name: Option<String>, address: Option<String>, tax_id: Option<String>| Party {
        name: name.unwrap_or_default(),
        address: address.unwrap_or_default(),
        tax_id: tax_id.unwrap_or_default(),
    };
    Ok(Some(Parties {
        seller: party(row.seller_name, row.seller_address, row.seller_tax_id),
        buyer: party(row.buyer_name, row.buyer_address, row.buyer_tax_id),
        tax_rates: rates.into_iter().map(|(rate,)| rate).collect(),
    }))
}

/// An account as the buyer of invoices to come.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn buyer(conn: &mut Conn, account: AccountId) -> Result<Party> {
    let sql = "SELECT name, address, tax_id FROM billing_accounts WHERE id = $1";
    let row = fetch_optional!(conn, (String, Option<String>, Option<String>), sql, account)?;
    let (name, address, tax_id) = row.ok_or(StoreError::NotFound("billing account"))?;
    Ok(Party { name, address: address.unwrap_or_default(), tax_id: tax_id.unwrap_or_default() })
}

/// Changes the address and the tax id that invoices to come name.
///
/// # Errors
/// [`StoreError::NotFound`]; [`StoreError::Invalid`] for what is too long.
pub async fn set_buyer(tx: &mut Tx, account: AccountId, address: &str, tax_id: &str, now: Timestamp) -> Result<()> {
    StoreError::text("address", address, ADDRESS)?;
    StoreError::text("tax_id", tax_id, TAX_ID)?;
    let sql = "UPDATE billing_accounts SET address = $2, tax_id = $3, updated_at = $4 WHERE id = $1";
    match execute!(tx, sql, account, address, tax_id, now)? {
        1 => Ok(()),
        _ => Err(StoreError::NotFound("billing account")),
    }
}
