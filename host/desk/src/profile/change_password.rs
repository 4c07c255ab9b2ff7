use annex_domain::audit::Action;
use annex_store::{desks, operators, tokens};
use secrecy::SecretString;
use serde_json::json;

use crate::{
    Ctx, Desk, Refusal,
    refusal::Fields,
    sign_in::{self, Given},
};

/// Another password.
pub struct ChangePassword<'a> {
    /// The one that they have, and the session that stays.
    pub current: Given<'a>,
    /// The one to have.
    pub new: SecretString,
    /// Their tokens end as well.
    pub end_tokens: bool,
}

/// Changes the password of who asks; every other session of theirs ends.
///
/// # Errors
/// [`Refusal::TooManyAttempts`]; [`Refusal::Invalid`] for `password`, when it is not the one they have, and `new`.
pub async fn change_password(desk: &Desk, ctx: &Ctx, input: ChangePassword<'_>) -> Result<(), Refusal> {
    let ChangePassword { current, new, end_tokens } = input;
    let operator = current.check(desk, ctx).await?;
    let there = desks::get(&mut desk.db.read().await?, ctx.desk).await?;
    let mut fields = Fields::default();
    let hash = fields.password("new", new, &[&operator.name, &operator.email, &there.name]).await?;
    fields.check()?;

    let mut tx = desk.db.begin().await?;
    operators::set_password(&mut tx, ctx.desk, operator.id, &hash, Some(current.session)).await?;
    let ended = if end_tokens { tokens::revoke_all(&mut tx, ctx.desk, operator.id, ctx.now).await? } else { 0 };
    current.was_right(&mut tx, &operator).await?;
    let facts = json!({ "tokens_ended": ended });
    ctx.record(&mut tx, Action::OperatorPassword, &sign_in::object(operator.id), &facts).await?;
    Ok(tx.commit().await?)
}
