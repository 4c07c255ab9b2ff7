use std::time::Duration;

use annex_domain::{ids::DeskId, operator::Actor, random};
use annex_store::{
    StoreError,
    billing::{accounts::Account, oidc},
};
use serde_json::Value;

use super::hold::{Licence, hold_in};
use crate::{AccountError, Billing};

/// How long a code works: the panel trades it in at once.
const CODE_WORKS: Duration = Duration::from_secs(60);

/// Gives out a code for an ID token of an account; `bound` is what it is good for. On the way the account takes the licence of
/// the desk that `claimed` it. When somebody else was faster there is a code all the same: with it the panel is told that
/// this account is not the one.
///
/// # Errors
/// When the database fails.
pub async fn authorise(
    billing: &Billing,
    account: &Account,
    claimed: Option<DeskId>,
    bound: &Value,
) -> Result<String, StoreError> {
    let code = random::token()?;
    let now = billing.now();
    let mut tx = billing.db().begin().await?;
    if let Some(desk) = claimed {
        match hold_in(&mut tx, Licence::IfFree(desk), account, Actor::Account(account.id), now).await {
            Err(AccountError::Store(error)) => return Err(error),
            Ok(()) | Err(AccountError::LicenceHeld | AccountError::EmailTaken) => {}
        }
    }
    oidc::put_code(&mut tx, &code, account.id, bound, now, now.after(CODE_WORKS)).await?;
    tx.commit().await?;
    Ok(code)
}
