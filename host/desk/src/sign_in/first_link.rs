use std::time::Duration;

use annex_domain::clock::Timestamp;
use annex_store::{
    desks,
    logins::{self, SetupLink},
    operators,
};

use crate::{Desk, Refusal};

/// How long the link to make the first admin works.
const WORKS: Duration = Duration::from_secs(24 * 60 * 60);

/// Makes the one-time link with which the first admin is set up, and answers its secret; none where the desk has operators.
///
/// # Errors
/// When the store fails.
pub async fn first_link(desk: &Desk, now: Timestamp) -> Result<Option<String>, Refusal> {
    let mut tx = desk.db.begin().await?;
    let Some(first) = desks::list(&mut tx).await?.into_iter().next() else { return Ok(None) };
    if operators::count(&mut tx, first.id).await? > 0 {
        return Ok(None);
    }
    let secret = logins::create_link(&mut tx, SetupLink { desk: first.id, operator: None }, WORKS, now).await?;
    tx.commit().await?;
    Ok(Some(secret))
}
