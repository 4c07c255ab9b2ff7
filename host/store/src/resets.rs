//! Links with which operators who forgot their password choose another. They are kept beside the links that set accounts up
//! ([`crate::logins`]), hashed as those are, and do nothing else; whoever is switched off has none that works.

use std::time::Duration;

use annex_domain::{
    clock::Timestamp,
    ids::{DeskId, OperatorId},
};

use crate::{
    db::{
        Conn, Tx,
        query::{At, execute, fetch_optional},
    },
    error::{Result, StoreError},
    secret,
};

/// Makes a link and answers its secret, for `/reset/{secret}`. Earlier ones of the operator work no more.
///
/// # Errors
/// [`StoreError::Reference`] when the operator is not of this desk; when the database fails.
pub async fn create(
    tx: &mut Tx,
    desk: DeskId,
    operator: OperatorId,
    valid_for: Duration,
    now: Timestamp,
) -> Result<String> {
    end(tx, desk, operator).await?;
    let (secret, hash) = secret::make("")?;
    let sql = "INSERT INTO setup_links (secret_hash, desk_id, operator_id, created_at, expires_at, purpose)
               VALUES ($1, $2, $3, $4, $5, 'reset')";
    execute!(tx, sql, hash, desk, operator, now, now.after(valid_for))?;
    Ok(secret)
}

/// Whose password a link resets, if it still works.
///
/// # Errors
/// When the database fails.
pub async fn find(conn: &mut Conn, secret: &str, now: Timestamp) -> Result<Option<(DeskId, OperatorId)>> {
    let sql = "SELECT l.secret_hash, l.desk_id, l.operator_id FROM setup_links l
               JOIN operators o ON o.desk_id = l.desk_id AND o.id = l.operator_id
               WHERE l.secret_hash = $1 AND l.purpose = 'reset' AND l.used_at IS NULL AND l.expires_at > $2
                   AND o.active = 1";
    fetch_optional!(conn, Row, sql, secret::hash(secret), now)?.map(whose).transpose()
}

/// Uses a link up. Of two at the same time, one gets it.
///
/// # Errors
/// [`StoreError::NotFound`] when it does not work (any more).
pub async fn take(tx: &mut Tx, secret: &str, now: Timestamp) -> Result<(DeskId, OperatorId)> {
    let sql = "UPDATE setup_links SET used_at = $2
               WHERE secret_hash = $1 AND purpose = 'reset' AND used_at IS NULL AND expires_at > $2
                   AND EXISTS (SELECT 1 FROM operators o WHERE o.desk_id = setup_links.desk_id
                       AND o.id = setup_links.operator_id AND o.active = 1)
               RETURNING secret_hash, desk_id, operator_id";
    fetch_optional!(tx, Row, sql, secret::hash(secret), now)?.ok_or(StoreError::NotFound("reset link")).and_then(whose)
}

async fn end(tx: &mut Tx, desk: DeskId, operator: OperatorId) -> Result<()> {
    let sql = "DELETE FROM setup_links
               WHERE desk_id = $1 AND operator_id = $2 AND purpose = 'reset' AND used_at IS NULL";
    execute!(tx, sql, desk, operator).map(drop)
}

/// Hash, desk and operator.
type Row = (String, String, String);

fn whose((hash, desk, operator): Row) -> Result<(DeskId, OperatorId)> {
    let at = At::new("setup_links", &hash);
    Ok((at.parse("desk_id", &desk)?, at.parse("operator_id", &operator)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        logins::{self, SetupLink},
        operators,
        testing::{Fixture, on_both},
    };

    const NOW: Timestamp = Timestamp(10_000_000);
    const HOUR: Duration = Duration::from_secs(3600);

    #[tokio::test]
    async fn a_link_works_once_in_time_and_for_nothing_else() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk, other_desk, agent, .. } = Fixture::make(&mut tx).await;
            let invited = SetupLink { desk, operator: Some(agent) };
            let invitation = logins::create_link(&mut tx, invited, HOUR, NOW).await.unwrap();
            let old = create(&mut tx, desk, agent, HOUR, NOW).await.unwrap();
            let new = create(&mut tx, desk, agent, HOUR, NOW).await.unwrap();
            assert_eq!(find(&mut tx, &old, NOW).await.unwrap(), None, "the newer one counts");
            assert_eq!(find(&mut tx, &new, NOW).await.unwrap(), Some((desk, agent)));
            assert_eq!(find(&mut tx, &new, NOW.after(HOUR)).await.unwrap(), None);
            assert_eq!(find(&mut tx, &invitation, NOW).await.unwrap(), None);
            assert!(take(&mut tx, &invitation, NOW).await.is_err());
            assert_eq!(logins::link(&mut tx, &new, NOW).await.unwrap(), None);
            assert!(logins::use_link(&mut tx, &new, NOW).await.is_err());
            assert_eq!(logins::link(&mut tx, &invitation, NOW).await.unwrap(), Some(invited), "it is left alone");
            assert!(take(&mut tx, &new, NOW.after(HOUR)).await.is_err());
            assert_eq!(take(&mut tx, &new, NOW).await.unwrap(), (desk, agent));
            assert!(matches!(take(&mut tx, &new, NOW).await, Err(StoreError::NotFound("reset link"))));
            tx.commit().await.unwrap();
            let mut tx = db.begin().await.unwrap();
            let stray = create(&mut tx, other_desk, agent, HOUR, NOW).await;
            assert!(matches!(stray, Err(StoreError::Reference)));
        })
        .await;
    }

    #[tokio::test]
    async fn links_end_with_a_new_password_and_with_the_account() {
        on_both(async |db| {
            let mut tx = db.begin().await.unwrap();
            let Fixture { desk, admin, agent, .. } = Fixture::make(&mut tx).await;
            operators::set_password(&mut tx, desk, admin, "x", None).await.unwrap();
            let before = create(&mut tx, desk, agent, HOUR, NOW).await.unwrap();
            let invited = SetupLink { desk, operator: Some(agent) };
            let invitation = logins::create_link(&mut tx, invited, HOUR, NOW).await.unwrap();
            operators::set_password(&mut tx, desk, agent, "x", None).await.unwrap();
            assert_eq!(find(&mut tx, &before, NOW).await.unwrap(), None);
            assert_eq!(logins::link(&mut tx, &invitation, NOW).await.unwrap(), None, "whoever has it is not them");
            let after = create(&mut tx, desk, agent, HOUR, NOW).await.unwrap();
            operators::set_active(&mut tx, desk, agent, false, NOW).await.unwrap();
            assert_eq!(find(&mut tx, &after, NOW).await.unwrap(), None);
            assert!(take(&mut tx, &after, NOW).await.is_err());
        })
        .await;
    }
}
