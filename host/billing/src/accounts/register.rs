use annex_domain::{ids::DeskId, operator::Actor};
use annex_store::billing::accounts::NewAccount;

use super::{
    create::create_in,
    hold::{Licence, hold_in},
    session::begin_in,
};
use crate::{AccountError, Billing};

/// Makes an account at the client area for a desk whose licence nobody holds, and signs it in: the secret of its session.
/// Of two who register at once one has the licence, and the other no account. `before` is the session that the browser had.
///
/// # Errors
/// As [`super::create()`].
pub async fn register(
    billing: &Billing,
    new: &NewAccount,
    desk: DeskId,
    before: Option<&str>,
) -> Result<String, AccountError> {
    let mut tx = billing.db().begin().await?;
    let account = create_in(billing, &mut tx, new).await?;
    hold_in(&mut tx, Licence::IfFree(desk), &account, Actor::Account(account.id), billing.now()).await?;
    let secret = begin_in(billing, &mut tx, account.id, before).await?;
    tx.commit().await?;
    Ok(secret)
}
