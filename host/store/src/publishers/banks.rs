//! Where publishers are paid: the holder and the number of a bank account, sealed. Only the file for the bank has it in full.

use annex_domain::{addon::PublisherSlug, clock::Timestamp, earnings::Iban, ids::AccountId};
use serde::{Deserialize, Serialize};

use crate::{
    Conn, StoreError, Tx,
    db::query::{execute, fetch_optional},
    error::VaultError,
    vault::Vault,
};

/// A bank account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankAccount {
    /// Who it belongs to.
    pub holder: String,
    /// Its number.
    pub iban: Iban,
}

impl BankAccount {
    fn sealed(&self, vault: &Vault, publisher: &PublisherSlug) -> Result<Vec<u8>, StoreError> {
        Ok(vault.seal_state(&place(publisher), &serde_json::to_vec(self)?)?)
    }

    /// Opens what is kept sealed for a publisher.
    ///
    /// # Errors
    /// [`VaultError::DoesNotOpen`].
    pub fn open(vault: &Vault, publisher: &PublisherSlug, sealed: &[u8]) -> Result<Self, StoreError> {
        let opened = vault.open_state(&place(publisher), sealed)?;
        serde_json::from_slice(&opened).map_err(|_| VaultError::DoesNotOpen.into())
    }
}

fn place(publisher: &PublisherSlug) -> String {
    format!("bank account/{publisher}")
}

/// A bank account as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// As [`Iban::masked`].
    pub iban: String,
    /// Since when it counts.
    pub changed_at: Timestamp,
}

/// Keeps where a publisher is paid from now on.
///
/// # Errors
/// [`StoreError::Reference`] for an unknown publisher or account; when it cannot be sealed.
pub async fn set(
    tx: &mut Tx,
    vault: &Vault,
    publisher: &PublisherSlug,
    account: &BankAccount,
    by: AccountId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sealed = account.sealed(vault, publisher)?;
    let sql =
        "INSERT INTO publisher_banks (publisher, sealed, shown, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT (publisher) DO UPDATE SET sealed = excluded.sealed, shown = excluded.shown,
                   changed_by = excluded.changed_by, changed_at = excluded.changed_at";
    execute!(tx, sql, publisher, sealed, account.iban.masked(), by, now).map(drop)
}

/// Where a publisher is paid, as it may be shown.
///
/// # Errors
/// When the database fails.
pub async fn shown(conn: &mut Conn, publisher: &PublisherSlug) -> Result<Option<Shown>, StoreError> {
    let sql = "SELECT shown, changed_at FROM publisher_banks WHERE publisher = $1";
    let row = fetch_optional!(conn, (String, i64), sql, publisher)?;
    Ok(row.map(|(iban, at)| Shown { iban, changed_at: Timestamp(at) }))
}

/// Where a publisher is paid, as it is kept.
///
/// # Errors
/// When the database fails.
pub async fn sealed(conn: &mut Conn, publisher: &PublisherSlug) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT sealed FROM publisher_banks WHERE publisher = $1";
    Ok(fetch_optional!(conn, (Vec<u8>,), sql, publisher)?.map(|(sealed,)| sealed))
}
