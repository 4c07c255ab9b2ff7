use annex_domain::clock::Timestamp;
use annex_store::{
    logins::{self, Trying},
    operators,
    sessions::{self, NewSession},
};
use secrecy::SecretString;

use super::Browser;
use crate::{Desk, Refusal, password, refusal::Rule};

/// A sign-in.
pub struct Enter<'a> {
    /// The mail address, and where from.
    pub trying: Trying<'a>,
    /// What was given.
    pub password: SecretString,
    /// What the browser says it is.
    pub user_agent: &'a str,
    /// The secret of the session that the browser has; it ends.
    pub replaces: Option<&'a str>,
}

/// Makes a session for an active operator who gave their password. Takes as long for an address that nobody has.
///
/// # Errors
/// [`Refusal::TooManyAttempts`]; [`Rule::SignInFailed`], whatever was wrong.
pub async fn enter(desk: &Desk, input: Enter<'_>, now: Timestamp) -> Result<NewSession, Refusal> {
    let Enter { trying, password, user_agent, replaces } = input;
    super::attempt(desk, trying, now).await?;
    let known = operators::by_email(&mut desk.db.read().await?, trying.account).await?;
    let (operator, hash) = known.map_or((None, None), |known| (Some(known.operator), known.password_hash));
    let right = password::verify(password, hash.clone()).await;
    let Some(operator) = operator.filter(|_| right) else { return Err(Rule::SignInFailed.into()) };

    let mut tx = desk.db.begin().await?;
    let browser = Browser { address: trying.address, user_agent };
    let made = super::begin(&mut tx, operator.desk, operator.id, browser, now).await?;
    // Under the lock of their row: the account may have been switched off, or its password changed, since.
    let known = operators::credentials(&mut tx, operator.desk, operator.id).await?;
    if !known.operator.active || known.password_hash != hash {
        return Err(Rule::SignInFailed.into());
    }
    logins::succeeded(&mut tx, trying).await?;
    if let Some(old) = replaces {
        sessions::revoke_secret(&mut tx, old).await?;
    }
    tx.commit().await?;
    Ok(made)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use annex_store::testing::{Fixture, on_both};

    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);
    const PASSWORD: &str = "velvet otter umbrella";

    fn enter_as<'a>(account: &'a str, password: &str, replaces: Option<&'a str>) -> Enter<'a> {
        let trying = Trying { account, address: "192.0.2.1", device: None };
        Enter { trying, password: password.to_owned().into(), user_agent: "UA", replaces }
    }

    #[tokio::test]
    async fn only_an_active_operator_with_the_password_comes_in() {
        let hash = password::hash(PASSWORD.into(), &[]).await.unwrap();
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk: here, admin, agent, .. } = Fixture::make(&mut tx).await;
            for id in [admin, agent] {
                operators::set_password(&mut tx, here, id, &hash, None).await.unwrap();
            }
            tx.commit().await.unwrap();
            let desk = Desk::new(db.clone());
            let code = async |email, password| {
                enter(&desk, enter_as(email, password, None), NOW).await.map_or_else(|refusal| refusal.code(), |_| "in")
            };
            assert_eq!(code("bo@example.org", "velvet otter umbrellas").await, "sign-in-failed");
            assert_eq!(code("nobody@example.org", PASSWORD).await, "sign-in-failed");
            assert_eq!(code(" BO@example.org", PASSWORD).await, "in");

            let first = enter(&desk, enter_as("bo@example.org", PASSWORD, None), NOW).await.unwrap();
            let second = enter(&desk, enter_as("bo@example.org", PASSWORD, Some(&first.secret)), NOW).await.unwrap();
            assert!(crate::sessions::current(&desk, &first.secret, NOW).await.unwrap().is_none(), "replaced");
            assert!(crate::sessions::current(&desk, &second.secret, NOW).await.unwrap().is_some());

            let mut tx = db.begin().await.unwrap();
            let listed = operators::list(&mut tx, here).await.unwrap();
            assert_eq!(listed.iter().find(|one| one.operator.id == agent).unwrap().last_sign_in_at, Some(NOW));
            operators::set_active(&mut tx, here, agent, false, NOW).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(code("bo@example.org", PASSWORD).await, "sign-in-failed");
        })
        .await;
    }

    #[tokio::test]
    async fn too_many_attempts_have_to_wait() {
        on_both(async |db| {
            let desk = Desk::new(db.clone());
            let refusal = async |now| enter(&desk, enter_as("a@example.org", "x", None), now).await.err().unwrap();
            for _ in 0..logins::PER_ACCOUNT {
                assert_eq!(refusal(NOW).await.code(), "sign-in-failed");
            }
            let later = NOW.after(Duration::from_secs(60));
            let wait = logins::WINDOW - Duration::from_secs(60);
            assert!(matches!(refusal(later).await, Refusal::TooManyAttempts(left) if left == wait));
            assert_eq!(refusal(NOW.after(logins::WINDOW)).await.code(), "sign-in-failed");
        })
        .await;
    }
}
