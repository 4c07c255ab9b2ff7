use annex_domain::{clock::Timestamp, operator::Operator};
use annex_store::{
    desks,
    tokens::{self, Token},
};

use crate::{Desk, Refusal, Rule};

/// As whom a bearer of the secret acts, with what the scopes leave them, and notes the use. None: it is unknown, revoked or expired, or
/// its operator is switched off.
///
/// # Errors
/// [`Rule::DeskSuspended`]; when the store fails.
pub async fn authenticate(desk: &Desk, secret: &str, now: Timestamp) -> Result<Option<(Token, Operator)>, Refusal> {
    let Some(found) = tokens::authenticate(&desk.db, secret, now).await? else { return Ok(None) };
    if desks::known(&desk.db, found.0.desk).await?.status.works() {
        Ok(Some(found))
    } else {
        Err(Rule::DeskSuspended.into())
    }
}
