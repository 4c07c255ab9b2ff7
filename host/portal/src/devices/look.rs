use annex_desk::Wrong;
use annex_domain::{clock::Timestamp, device_code::UserCode, ids::AccountId};
use annex_store::{
    logins::{self, Attempt, Trying},
    publishers::devices::{self, Request},
};

use crate::{Portal, Refusal};

/// What the program asks for whose code an account has typed. Wrong codes are limited as attempts to sign in are, so that nobody finds
/// one by trying.
///
/// # Errors
/// [`annex_desk::Refusal::Invalid`] for `user_code` when it does not wait for a decision; [`annex_desk::Refusal::TooManyAttempts`].
pub async fn look(
    portal: &Portal,
    account: AccountId,
    code: &UserCode,
    address: &str,
    now: Timestamp,
) -> Result<Request, Refusal> {
    let counted = format!("codes of programs, typed by {account}");
    let trying = Trying { account: &counted, address, at: None, device: None };
    let mut tx = portal.db.begin().await?;
    if let Attempt::Wait(wait) = logins::attempt(&mut tx, trying, now).await? {
        return Err(annex_desk::Refusal::TooManyAttempts(wait).into());
    }
    let found = devices::find(&mut tx, code, now).await?;
    if found.is_some() {
        logins::take_back(&mut tx, trying, now).await?;
    }
    tx.commit().await?;
    found.ok_or_else(|| Refusal::field("user_code", Wrong::Unknown))
}
