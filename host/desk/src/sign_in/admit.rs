use annex_domain::{clock::Timestamp, ids::DeskId, operator::Operator};
use annex_store::{desks, operators, sessions::NewSession};

use super::Browser;
use crate::{Desk, Refusal, Rule};

/// Somebody whom the host itself let in.
pub struct Admitted {
    /// Who.
    pub operator: Operator,
    /// They are signed in.
    pub session: NewSession,
}

/// Signs an operator in for whom the host vouches, by their address and without their password: in the desk that is meant, else in the
/// first in which they work.
///
/// # Errors
/// [`Rule::SignInFailed`] when nobody active has that address there; [`Rule::DeskSuspended`].
pub async fn admit(
    desk: &Desk,
    email: &str,
    at: Option<DeskId>,
    browser: Browser<'_>,
    now: Timestamp,
) -> Result<Admitted, Refusal> {
    let mut tx = desk.db.begin().await?;
    let known = operators::by_email(&mut tx, email, at).await?;
    let operator = known.into_iter().map(|known| known.operator).find(|operator| operator.active);
    let operator = operator.ok_or(Rule::SignInFailed)?;
    if !desks::get(&mut tx, operator.desk).await?.status.works() {
        return Err(Rule::DeskSuspended.into());
    }
    let session = super::begin(&mut tx, operator.desk, operator.id, browser, now).await?;
    tx.commit().await?;
    Ok(Admitted { operator, session })
}

#[cfg(test)]
mod tests {
    use annex_store::testing::{Fixture, on_both};

    use super::*;
    use crate::sessions::current;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    #[tokio::test]
    async fn only_an_active_operator_is_let_in_and_only_where_they_work() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk: here, agent, other_desk, .. } = Fixture::make(&mut tx).await;
            tx.commit().await.unwrap();
            let desk = Desk::new(db.clone());
            let browser = Browser { address: "127.0.0.1", user_agent: "UA" };
            let code = async |email, at| {
                admit(&desk, email, at, browser, NOW).await.map_or_else(|refusal| refusal.code(), |_| "in")
            };
            assert_eq!(code("nobody@example.org", None).await, "sign-in-failed");
            assert_eq!(code("bo@example.org", Some(other_desk)).await, "sign-in-failed");
            let admitted = admit(&desk, "Bo@example.org", None, browser, NOW).await.unwrap();
            let found = current(&desk, &admitted.session.secret, NOW).await.unwrap().unwrap();
            assert_eq!((found.operator.id, found.desk.id), (agent, here));

            let mut tx = db.begin().await.unwrap();
            operators::set_active(&mut tx, here, agent, false, NOW).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(code("bo@example.org", None).await, "sign-in-failed");
        })
        .await;
    }
}
