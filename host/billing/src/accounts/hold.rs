use annex_domain::{audit::Action, clock::Timestamp, ids::DeskId, operator::Actor};
use annex_store::{
    StoreError, Tx, audit,
    billing::accounts::{self, Account},
};
use serde_json::json;

use crate::AccountError;

/// The licence of a desk for an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Licence {
    /// If no other account holds it.
    IfFree(DeskId),
    /// Whoever holds it.
    TakeOver(DeskId),
}

/// Makes an account the holder of a desk's licence, as the desk's audit log says from then on.
pub(super) async fn hold_in(
    tx: &mut Tx,
    licence: Licence,
    account: &Account,
    by: Actor,
    now: Timestamp,
) -> Result<(), AccountError> {
    let desk = match licence {
        Licence::TakeOver(desk) => {
            accounts::move_licence(tx, desk, account.id, now).await?;
            desk
        }
        Licence::IfFree(desk) => match accounts::hold_licence(tx, desk, account.id, now).await {
            Err(StoreError::Taken(_)) => return Err(AccountError::LicenceHeld),
            held => held.map(|()| desk)?,
        },
    };
    let facts = json!({ "email": account.email });
    audit::append(tx, desk, by, Action::BillingLicence, &super::object(account.id), &facts, now).await?;
    Ok(())
}
