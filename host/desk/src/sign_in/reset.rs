use annex_domain::{
    audit::Action,
    clock::Timestamp,
    operator::{Actor, Operator},
};
use annex_store::{desks, operators, resets, sessions};
use secrecy::SecretString;
use serde_json::json;

use super::{Browser, Entered};
use crate::{Ctx, Desk, Refusal, refusal::Fields};

/// What somebody enters who follows the link to another password.
pub struct Reset<'a> {
    /// The link's secret.
    pub link: &'a str,
    /// To sign in with from here on.
    pub password: SecretString,
    /// For the session.
    pub browser: Browser<'a>,
}

/// Whose password the link with this secret resets.
///
/// # Errors
/// [`Refusal::NotFound`] when it works no longer.
pub async fn reset_link(desk: &Desk, link: &str, now: Timestamp) -> Result<Operator, Refusal> {
    let mut conn = desk.db.read().await?;
    let (there, id) = resets::find(&mut conn, link, now).await?.ok_or(Refusal::NotFound("reset link"))?;
    Ok(operators::get(&mut conn, there, id).await?)
}

/// Uses the link up: the operator has another password and is signed in here, and in no other place.
///
/// # Errors
/// [`Refusal::NotFound`] when the link works no longer; [`Refusal::Invalid`] for `password`.
pub async fn reset(desk: &Desk, input: Reset<'_>, now: Timestamp) -> Result<Entered, Refusal> {
    let Operator { id, desk: there, email, name, .. } = reset_link(desk, input.link, now).await?;
    let desk_name = desks::get(&mut desk.db.read().await?, there).await?.name;
    let mut fields = Fields::default();
    let hash = fields.password("password", input.password, &[&name, &email, &desk_name]).await?;
    fields.check()?;

    let mut tx = desk.db.begin().await?;
    resets::take(&mut tx, input.link, now).await?;
    let ended = sessions::revoke_all(&mut tx, there, id, None).await?;
    operators::set_password(&mut tx, there, id, &hash, None).await?;
    let ctx = Ctx::host(there, Actor::Operator(id), now);
    let facts = json!({ "sessions_ended": ended });
    ctx.record(&mut tx, Action::OperatorPasswordReset, &super::object(id), &facts).await?;
    let session = super::begin(&mut tx, there, id, input.browser, now).await?;
    tx.commit().await?;
    Ok(Entered { desk: there, email, session })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use annex_store::{
        audit,
        testing::{Fixture, on_both},
    };

    use super::*;
    use crate::{Wrong, password, sessions::current};

    const NOW: Timestamp = Timestamp(1_800_000_000_000);
    const HOUR: Duration = Duration::from_secs(3600);
    const PASSWORD: &str = "velvet otter umbrella";

    fn enter<'a>(link: &'a str, password: &str) -> Reset<'a> {
        Reset { link, password: password.to_owned().into(), browser: Browser { address: "::1", user_agent: "UA" } }
    }

    #[tokio::test]
    async fn a_link_gives_one_password_within_its_hour_and_ends_every_other_session() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk: here, admin, agent, .. } = Fixture::make(&mut tx).await;
            let before = annex_store::sessions::create(&mut tx, here, agent, "UA", "::1", NOW).await.unwrap();
            let other = annex_store::sessions::create(&mut tx, here, admin, "UA", "::1", NOW).await.unwrap();
            let link = resets::create(&mut tx, here, agent, HOUR, NOW).await.unwrap();
            tx.commit().await.unwrap();
            let desk = Desk::new(db.clone());
            assert!(matches!(reset(&desk, enter(&link, PASSWORD), NOW.after(HOUR)).await, Err(Refusal::NotFound(_))));
            // It is made of what is known of them, and the link is still there to try again.
            let Err(Refusal::Invalid(weak)) = reset(&desk, enter(&link, "bo@example.org"), NOW).await else {
                panic!("it is the address")
            };
            let personal = password::PasswordError::Weak(password::Weakness::Personal);
            assert_eq!(weak, [Wrong::Password(personal).at("password")]);
            assert!(current(&desk, &before.secret, NOW).await.unwrap().is_some());

            let entered = reset(&desk, enter(&link, PASSWORD), NOW).await.unwrap();
            assert_eq!(entered.email, "bo@example.org");
            assert!(current(&desk, &before.secret, NOW).await.unwrap().is_none());
            assert!(current(&desk, &other.secret, NOW).await.unwrap().is_some(), "of somebody else");
            let there = current(&desk, &entered.session.secret, NOW).await.unwrap().unwrap();
            assert_eq!(there.operator.id, agent);
            let twice = reset(&desk, enter(&link, "another otter umbrella"), NOW).await;
            assert!(matches!(twice, Err(Refusal::NotFound("reset link"))));

            let mut conn = db.read().await.unwrap();
            let hash = operators::credentials(&mut conn, here, agent).await.unwrap().password_hash;
            assert!(password::verify(PASSWORD.into(), hash).await);
            let entries = audit::list(&mut conn, here, None, 9).await.unwrap();
            assert_eq!((entries.len(), entries[0].action.as_str()), (1, "operator.password-reset"));
            assert_eq!(entries[0].detail, json!({ "sessions_ended": 1 }));
        })
        .await;
    }

    #[tokio::test]
    async fn who_is_switched_off_resets_nothing() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk: here, agent, .. } = Fixture::make(&mut tx).await;
            let link = resets::create(&mut tx, here, agent, HOUR, NOW).await.unwrap();
            operators::set_active(&mut tx, here, agent, false, NOW).await.unwrap();
            tx.commit().await.unwrap();
            let desk = Desk::new(db.clone());
            assert!(matches!(reset_link(&desk, &link, NOW).await, Err(Refusal::NotFound("reset link"))));
            assert!(matches!(reset(&desk, enter(&link, PASSWORD), NOW).await, Err(Refusal::NotFound("reset link"))));
        })
        .await;
    }
}
