use annex_domain::{
    clock::Timestamp,
    operator::{self, Operator},
};
use annex_store::{desks, logins, operators};

use crate::{Desk, Refusal};

/// What a one-time link is for.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// Where.
    pub desk: operator::Desk,
    /// Who is invited; none: the desk's first admin, who is still to be made.
    pub operator: Option<Operator>,
}

/// What the one-time link with this secret is for.
///
/// # Errors
/// [`Refusal::NotFound`] when it works no longer.
pub async fn invitation(desk: &Desk, secret: &str, now: Timestamp) -> Result<Invitation, Refusal> {
    let mut conn = desk.db.read().await?;
    let link = logins::link(&mut conn, secret, now).await?.ok_or(Refusal::NotFound("setup link"))?;
    let operator = match link.operator {
        Some(id) => Some(operators::get(&mut conn, link.desk, id).await?),
        None => None,
    };
    Ok(Invitation { desk: desks::get(&mut conn, link.desk).await?, operator })
}
