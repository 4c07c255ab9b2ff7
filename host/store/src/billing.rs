//! Who pays for what: accounts, plans of listings, subscriptions, orders, invoices, attempts to take money, refunds and
//! the double-entry ledger.
//!
//! Only what must be true in every order of events is enforced here: unique indexes say what happens once (one live order
//! and one live subscription for an installation, one live attempt and one number for an invoice, one line for a
//! subscription and period), rows that a crash may interrupt are saved by compare-and-set on `rev`, entries sum to zero and
//! refunds never exceed what was taken. The protocol that moves them along is in the crate `annex-billing`.
//!
//! Money is whole cents with a currency. Days are civil dates in the time zone of the desk's bill; a period's `to` is the
//! first day after it.

pub mod accounts;
pub mod attempts;
pub mod client_sessions;
pub mod desks;
pub mod disputes;
pub mod drafts;
pub mod earnings;
pub mod entitlements;
pub mod entries;
pub mod events;
pub mod invoices;
pub mod issuer_keys;
pub mod logins;
pub mod methods;
pub mod oidc;
pub mod orders;
pub mod payouts;
pub mod plans;
pub mod refunds;
pub mod subscriptions;
pub mod test_gateway;
pub mod top_ups;
pub mod trials;

use std::collections::BTreeMap;

use annex_domain::ids::{DeskId, InvoiceId};

use crate::{Result, StoreError, Tx};

/// Changes of a desk's billing that must see each other's outcome happen one after the other until the transaction ends:
/// take it before reading a price, a credit balance or a sum of refunds that is then acted on, and before writing any row:
/// with one order of locks no two transactions wait for each other.
///
/// # Errors
/// [`StoreError::NotFound`] for the desk.
pub async fn lock(tx: &mut Tx, desk: DeskId) -> Result<()> {
    crate::desks::lock(tx, desk).await
}

/// What compare-and-set has affected: exactly one row, or somebody else was first.
fn saved(affected: u64, what: &'static str) -> Result<()> {
    if affected == 1 { Ok(()) } else { Err(StoreError::Stale(what)) }
}

/// By the invoice that they are of, in their order.
fn by_invoice<T>(rows: impl IntoIterator<Item = (InvoiceId, T)>) -> BTreeMap<InvoiceId, Vec<T>> {
    let mut by_invoice: BTreeMap<_, Vec<T>> = BTreeMap::new();
    for (invoice, row) in rows {
        by_invoice.entry(invoice).or_default().push(row);
    }
    by_invoice
}

#[cfg(test)]
mod tests;
