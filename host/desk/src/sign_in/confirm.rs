use annex_domain::{ids::SessionId, operator::Operator};
use annex_store::{
    StoreError, Tx,
    logins::{self, Trying},
    operators::{self, Credentials},
    sessions,
};
use secrecy::SecretString;

use crate::{Ctx, Desk, Refusal, Wrong, password};

/// A password that was given in a session.
pub struct GivenPassword<'a> {
    /// The session.
    pub session: SessionId,
    /// Where the request comes from.
    pub address: &'a str,
    /// What was given.
    pub password: SecretString,
}

impl GivenPassword<'_> {
    /// Goes on only when it is the operator's password. It counts as an attempt of this session, apart from others: who fails to
    /// sign in elsewhere does not keep the operator from paying, and who sits at an unlocked screen cannot guess on.
    pub(crate) async fn check(&self, desk: &Desk, ctx: &Ctx) -> Result<Operator, Refusal> {
        let id = ctx.operator()?;
        let Credentials { operator, password_hash } =
            operators::credentials(&mut desk.db.read().await?, ctx.desk, id).await?;
        let session = self.session.to_string();
        super::attempt(desk, self.trying(&operator.email, &session), ctx.now).await?;
        if password::verify(self.password.clone(), password_hash).await {
            Ok(operator)
        } else {
            Err(Wrong::NotThePassword.at("password").into())
        }
    }

    /// Takes its own attempts back.
    pub(crate) async fn was_right(&self, tx: &mut Tx, operator: &Operator) -> Result<(), StoreError> {
        let session = self.session.to_string();
        logins::succeeded(tx, self.trying(&operator.email, &session)).await
    }

    fn trying<'t>(&'t self, account: &'t str, session: &'t str) -> Trying<'t> {
        Trying { account, address: self.address, at: None, device: Some(session) }
    }
}

/// Takes the password once more: from here on it counts for what costs money, for [`sessions::CONFIRMED`].
///
/// # Errors
/// [`Refusal::TooManyAttempts`]; [`Refusal::Invalid`] for a wrong `password`.
pub async fn confirm(desk: &Desk, ctx: &Ctx, given: &GivenPassword<'_>) -> Result<(), Refusal> {
    let operator = given.check(desk, ctx).await?;
    let mut tx = desk.db.begin().await?;
    sessions::confirm(&mut tx, ctx.desk, given.session, ctx.now).await?;
    given.was_right(&mut tx, &operator).await?;
    Ok(tx.commit().await?)
}
