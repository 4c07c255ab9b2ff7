use annex_domain::operator::Actor;
use annex_store::{
    StoreError, Tx,
    billing::accounts::{self, Account, NewAccount},
};

use super::hold::{Licence, hold_in};
use crate::{AccountError, Billing};

/// The longest name of an account, in characters.
pub const NAME: usize = 100;

/// Makes an account for somebody, on the machine of the host.
///
/// # Errors
/// [`AccountError::EmailTaken`], [`AccountError::LicenceHeld`]; [`StoreError::Invalid`] for a name or an address that is none.
pub async fn create(billing: &Billing, new: &NewAccount, licence: Option<Licence>) -> Result<Account, AccountError> {
    let mut tx = billing.db().begin().await?;
    let account = create_in(billing, &mut tx, new).await?;
    if let Some(licence) = licence {
        hold_in(&mut tx, licence, &account, Actor::CommandLine, billing.now()).await?;
    }
    tx.commit().await?;
    Ok(account)
}

pub(super) async fn create_in(billing: &Billing, tx: &mut Tx, new: &NewAccount) -> Result<Account, AccountError> {
    StoreError::text("name", &new.name, NAME)?;
    match accounts::insert(tx, new, billing.now()).await {
        Err(StoreError::Taken(_)) => Err(AccountError::EmailTaken),
        made => Ok(made?),
    }
}
