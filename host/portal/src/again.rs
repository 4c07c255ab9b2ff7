//! The password once more, before what a found screen must not be enough for: keys and tokens.

use std::time::Duration;

use annex_billing::accounts::{attempt, counted_as};
use annex_desk::{Wrong, password};
use annex_domain::ids::AccountId;
use annex_store::{
    billing::accounts,
    logins::{self, Trying},
};
use secrecy::SecretString;

use crate::{Portal, Refusal};

/// A password that was given by who is signed in already.
pub struct GivenPassword<'a> {
    /// Names their session without giving its secret away. Its attempts count apart: who fails to sign in elsewhere keeps nobody out.
    pub session: &'a str,
    /// Where the request comes from.
    pub address: &'a str,
    /// What was given.
    pub password: SecretString,
}

impl GivenPassword<'_> {
    /// Goes on only when it is the account's password.
    pub(crate) async fn check(&self, portal: &Portal, account: AccountId) -> Result<(), Refusal> {
        let mut conn = portal.db.read().await?;
        let email = accounts::get(&mut conn, account).await?.email;
        let checked = accounts::by_email(&mut conn, &email).await?;
        drop(conn);
        let counted = counted_as(&email);
        let trying = Trying { account: &counted, address: self.address, at: None, device: Some(self.session) };
        if let Some(wait) = attempt(&portal.billing, trying).await? {
            return Err(annex_desk::Refusal::TooManyAttempts(Duration::from_secs(wait)).into());
        }
        let hash = checked.as_ref().map(|checked| checked.password_hash.clone());
        let right = password::verify(self.password.clone(), hash).await;
        let Some(checked) = checked.filter(|_| right) else {
            return Err(Refusal::field("password", Wrong::NotThePassword));
        };
        let mut tx = portal.db.begin().await?;
        accounts::hold_checked(&mut tx, &checked).await?;
        logins::succeeded(&mut tx, trying).await?;
        Ok(tx.commit().await?)
    }
}
