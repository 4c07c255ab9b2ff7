use annex_domain::audit::Action;
use annex_store::{desks, operators, sessions, tokens};
use secrecy::SecretString;
use serde_json::json;

use crate::{
    Ctx, Desk, Refusal,
    refusal::Fields,
    sign_in::{self, GivenPassword},
};

/// Another password.
pub struct ChangePassword<'a> {
    /// The one that they have, and the session that stays.
    pub current: GivenPassword<'a>,
    /// The one to have.
    pub new: SecretString,
    /// Their tokens end as well.
    pub end_tokens: bool,
}

/// Changes the password of who asks; every other session of theirs ends.
///
/// # Errors
/// [`Refusal::TooManyAttempts`]; [`Refusal::Invalid`] for `password`, when it is not the one they have, and `new`;
/// [`Refusal::NotFound`] when the session has ended meanwhile.
pub async fn change_password(desk: &Desk, ctx: &Ctx, input: ChangePassword<'_>) -> Result<(), Refusal> {
    let ChangePassword { current, new, end_tokens } = input;
    let operator = current.check(desk, ctx).await?;
    let there = desks::get(&mut desk.db.read().await?, ctx.desk).await?;
    let mut fields = Fields::default();
    let hash = fields.password("new", new, &[&operator.name, &operator.email, &there.name]).await?;
    fields.check()?;

    let mut tx = desk.db.begin().await?;
    // Under its lock: a password that was reset meanwhile has ended it.
    sessions::confirm(&mut tx, ctx.desk, current.session, ctx.now).await?;
    operators::set_password(&mut tx, ctx.desk, operator.id, &hash, Some(current.session)).await?;
    let ended = if end_tokens { tokens::revoke_all(&mut tx, ctx.desk, operator.id, ctx.now).await? } else { 0 };
    current.was_right(&mut tx, &operator).await?;
    let facts = json!({ "tokens_ended": ended });
    ctx.record(&mut tx, Action::OperatorPassword, &sign_in::object(operator.id), &facts).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use annex_domain::{clock::Timestamp, operator::Actor};
    use annex_store::testing::{Fixture, on_both};

    use super::*;
    use crate::password;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);
    const OLD: &str = "velvet otter umbrella";

    #[tokio::test]
    async fn a_session_that_ended_meanwhile_changes_no_password() {
        on_both(async |db| {
            let hash = password::hash(OLD.into(), &[]).await.unwrap();
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk: here, agent, .. } = Fixture::make(&mut tx).await;
            operators::set_password(&mut tx, here, agent, &hash, None).await.unwrap();
            let session = sessions::create(&mut tx, here, agent, "UA", "::1", NOW).await.unwrap();
            tx.commit().await.unwrap();
            let (desk, ctx) = (Desk::new(db.clone()), Ctx::host(here, Actor::Operator(agent), NOW));
            let input = |new: &str| ChangePassword {
                current: GivenPassword { session: session.id, address: "::1", password: OLD.into() },
                new: new.into(),
                end_tokens: false,
            };
            // As by a reset while the passwords were hashed.
            let mut tx = db.begin().await.unwrap();
            sessions::revoke(&mut tx, here, agent, session.id).await.unwrap();
            tx.commit().await.unwrap();
            let refused = change_password(&desk, &ctx, input("correct horse battery")).await;
            assert!(matches!(refused, Err(Refusal::NotFound("session"))), "{refused:?}");
            let kept = operators::credentials(&mut db.read().await.unwrap(), here, agent).await.unwrap();
            assert_eq!(kept.password_hash, Some(hash));
        })
        .await;
    }
}
