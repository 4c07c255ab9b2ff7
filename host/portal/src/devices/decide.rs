use annex_domain::{clock::Timestamp, device_code::UserCode, ids::AccountId, publisher::Deed};
use annex_store::{
    logins,
    publishers::devices::{self, Decision, Request},
    sessions::CONFIRMED,
};

use super::{asking, look, network};
use crate::{GivenPassword, Member, Portal, Refusal};

/// True when approving takes the password: it was given too long ago for what a found screen must not be enough for.
#[must_use]
pub fn asks_password(signed_in_at: Timestamp, now: Timestamp) -> bool {
    now.since(signed_in_at) >= CONFIRMED
}

/// Lets a program in, and answers which. It has until its code expires to collect the token, which is written to the audit log then.
///
/// # Errors
/// [`Refusal::Role`]; as [`look`]; [`annex_desk::Refusal::NotFound`] when it asks for another publisher; for `password` as the
/// publisher's other tokens.
pub async fn approve(
    portal: &Portal,
    by: &Member,
    code: &UserCode,
    signed_in_at: Timestamp,
    given: &GivenPassword<'_>,
) -> Result<Request, Refusal> {
    by.require(Deed::Tokens)?;
    let request = look(portal, by.account, code, given.address, by.now).await?;
    if request.publisher.as_ref().is_some_and(|asked| *asked != by.publisher) {
        return Err(Refusal::not_found("publisher"));
    }
    if asks_password(signed_in_at, by.now) {
        given.check(portal, by.account).await?;
    }
    let mut tx = by.begin(portal, Deed::Tokens).await?;
    devices::decide(&mut tx, code, by.account, Decision::Approved(&by.publisher), by.now).await?;
    logins::succeeded(&mut tx, asking(&network(&request.address))).await?;
    tx.commit().await?;
    Ok(request)
}

/// Keeps a program out, and answers which. Everybody may who has its code.
///
/// # Errors
/// As [`look`].
pub async fn deny(
    portal: &Portal,
    account: AccountId,
    code: &UserCode,
    address: &str,
    now: Timestamp,
) -> Result<Request, Refusal> {
    let request = look(portal, account, code, address, now).await?;
    let mut tx = portal.db.begin().await?;
    devices::decide(&mut tx, code, account, Decision::Denied, now).await?;
    logins::succeeded(&mut tx, asking(&network(&request.address))).await?;
    tx.commit().await?;
    Ok(request)
}
